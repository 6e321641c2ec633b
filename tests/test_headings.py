"""Wrong headings beside missing columns: each cause once, told apart by what the cells hold and where they stand."""

from __future__ import annotations

import pytest

from svcnb.i18n import words_in
from svcnb.panels.check import _message
from svcnb.study import load_study

TOML = '[study]\nname = "Test"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'
NAMELESS = "has no name in the heading; "

CASES = {
    "ids under no heading, the words missing": (
        "forces", ",text,influenceability\nf1,price,5\nf2,habit,4\n",
        [f"forces.csv row 1, column A: {NAMELESS}name it force_id if it holds that, else delete it.",
         "forces.csv: column side is missing; add it (side)."]),
    "words under no heading, the ids missing": (
        "forces", "text,,influenceability\nprice,restraining,5\nhabit,driving,4\nhome,driving,4\n",
        [f"forces.csv row 1, column B: {NAMELESS}name it side if it holds that, else delete it.",
         "forces.csv: column force_id is missing; add it (force)."]),
    "ids under no heading, a number missing": (
        "norms", ",service_id\na1,s1\na2,s1\n",
        [f"norms.csv row 1, column A: {NAMELESS}name it activity_id if it holds that, else delete it.",
         "norms.csv: column hours_per_unit is missing; add it (hours for a unit)."]),
    "a number under no heading, the ids missing": (
        "norms", "service_id,,unit\ns1,0.5,h\ns2,0.25,h\n",
        [f"norms.csv row 1, column B: {NAMELESS}name it hours_per_unit if it holds that, else delete it.",
         "norms.csv: column activity_id is missing; add it (activity)."]),
    "cells that fit none of the missing columns": (
        "order_lines", "order_id,,sku\no1,x,a\no2,y,b\n",
        [f"order_lines.csv row 1, column B: {NAMELESS}name it or delete it.",
         "order_lines.csv: column line_no is missing; add it (line of the order).",
         "order_lines.csv: column qty_ordered is missing; add it (quantity ordered)."]),
    "cells that fit two missing columns": (
        "norms", ",hours_per_unit\na1,1\na2,2\n",
        [f"norms.csv row 1, column A: {NAMELESS}name it activity_id, service_id if it holds that, else delete it.",
         "norms.csv: has not all of these columns: activity_id, service_id; add those that do not stand under a wrong heading."]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_heading_and_a_missing_column_are_two_problems(case, tmp_path):
    table, text, wanted = CASES[case]
    (tmp_path / "study.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / f"{table}.csv").write_text(text, encoding="utf-8")
    with load_study(tmp_path) as study:
        found = [problem.line(words_in("en")) for problem in study.problems()]
    assert found == wanted


def test_a_row_that_is_filled_only_under_a_wrong_heading_is_no_blank_row(tmp_path):
    (tmp_path / "study.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "window_questions.csv").write_text("question,anwer\n1,yes\n,no\n", encoding="utf-8")
    with load_study(tmp_path) as study:
        places = {(problem.row, problem.letter) for problem in study.problems()}
    assert places == {(1, "B"), (3, "A")}


def test_the_page_names_the_missing_column_and_the_place_of_the_nameless_one(tmp_path):
    (tmp_path / "study.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "forces.csv").write_text(CASES["ids under no heading, the words missing"][1], encoding="utf-8")
    with load_study(tmp_path) as study:
        said = [str(_message(problem, words_in("en"))) for problem in study.problems()]
    assert [text.split("<br>")[0] for text in said] == ["has no name in the heading", "side: is missing"]
