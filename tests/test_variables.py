"""Page 01a: the catalogue of variables, what is not known, the nine criteria as a score."""

from __future__ import annotations

import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.figures.segmentation import describe_missing, plot_missing
from svcnb.i18n import words_in
from svcnb.panels import PAGES
from svcnb.panels.decision import judge
from svcnb.results import evaluate
from svcnb.sentences.variables import read_variables
from svcnb.steps.segmentation import Parameters, propose
from svcnb.study import load_study

EN, ES = words_in("en"), words_in("es")
PAGE = PAGES["variables"]


@pytest.fixture(scope="module")
def result():
    return evaluate(load_study("demo"), None, "segmentation")


def test_what_a_variable_is(result):
    """Of 600 customers 223 have no living conditions; age is cut at its quartiles."""
    rows = result.table("variables").set_index("variable")
    assert rows.loc["living_conditions", "missing_share"] == pytest.approx(223 / 600)
    assert rows.loc["age", ["type", "categories"]].tolist() == ["banded", "< 40, 40 – 47, 47 – 53, ≥ 53"]
    assert rows.loc["branch", ["type", "categories"]].tolist() == ["nominal", "auto workshop, fleet, industry, small farm"]


def test_many_categories_are_listed_in_part():
    frame = pd.DataFrame({"customer_id": [f"K{k}" for k in range(200)], "branch": [f"b{k % 20:02d}" for k in range(200)],
                          "uses_product": [k % 3 == 0 for k in range(200)]})
    row = propose(SmallStudy(customers=frame), {}, Parameters()).tables["variables"].iloc[0]
    assert row["categories"] == "b00, b01, b02, b03, b04, b05, b06, b07, …"


def test_the_missing_are_drawn_and_told(result):
    table = result.table("variables")
    bars = {bar.get_gid(): bar.get_width() for bar in plot_missing(table, words=EN).patches if bar.get_gid()}
    assert bars == {f"missing:{row.name}": row.missing_share for row in table.itertuples(index=False)}
    assert "condiciones de vida 37,2 %" in describe_missing(table, ES)


def test_the_reading(result):
    assert read_variables(result, EN).startswith("2 of 11 variables are recommended. Branch of activity stands first")
    assert "condiciones de vida (mensurable)" in read_variables(result, ES)


def test_the_score_by_hand(result):
    check = PAGE.check(result, result.tables, EN)
    assert check.answer == pytest.approx(result.table("variables")["score"].iloc[0])
    assert judge(check, check.answer, EN)[1] == "settled"
    assert len(check.mistakes) == 2  # nine criteria were judged: dividing by nine is no mistake
    for wrong, message in check.mistakes:
        assert judge(check, wrong, EN) == (message, "attention")


def test_nothing_to_judge():
    proposal = propose(SmallStudy(), {}, Parameters())

    class Empty:
        tables = proposal.tables

        def table(self, name):
            return self.tables.get(name, pd.DataFrame())

    assert read_variables(Empty(), EN).startswith("No characteristic of the customers can be judged by data")
    assert PAGE.check(Empty(), Empty.tables, EN) is None
