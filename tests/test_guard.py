"""Formulas in text never run and come back letter by letter; the template's marked rows are no data (goal B6)."""

from __future__ import annotations

import csv
import io

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.i18n import words_in
from svcnb.study import load_study
from svcnb.tables.guard import SIGNS, guarded, unguarded, unguarded_sql

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''@x", '=HYPERLINK("http://x";"y")', "＝1"]
SAFE = ["ACME", "'t Hooft", "", "'", "1-2", "a=b", "O'Neil"]
TOML = '[study]\nname = "x"\ncurrency = "EUR"\nperiod_start = 2026-01-01\nperiod_end = 2026-12-31\n'


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_gets_one_apostrophe(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", SAFE)
def test_other_text_stays_as_it_is(text):
    assert guarded(text) == text == unguarded(text)


@settings(max_examples=1000, deadline=None)
@given(st.text(alphabet="=+-@\t\r\n'a1＝ ", max_size=6) | st.text(max_size=20))
def test_the_guard_is_undone_exactly(text):
    shown = guarded(text)
    assert unguarded(shown) == text
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="=+-@\t\r\n'a1＝ ", max_size=6))
def test_the_database_undoes_it_the_same_way(text):
    assert duckdb.execute(f"SELECT {unguarded_sql('x')} FROM (SELECT CAST(? AS VARCHAR) AS x)", [text]).fetchall() == [
        (unguarded(text),)]


def test_every_sign_of_the_rule_is_tried():
    assert {text.lstrip("'")[0] for text in HOSTILE} | {"＋", "－", "＠"} == set(SIGNS.encode().decode("utf-8").replace(
        "\\-", "-").replace("\\t", "\t").replace("\\r", "\r").replace("\\n", "\n"))


def _study(tmp_path, name, text):
    (tmp_path / "study.toml").write_text(TOML, "utf-8")
    (tmp_path / name).write_bytes(text.encode("utf-8"))
    return load_study(tmp_path)


def test_a_guarded_csv_reads_back_equal_and_numbers_stay_numbers(tmp_path):
    names = [text for text in HOSTILE if not text.strip("'").startswith(("\t", "\r", "\n"))] + ["'t Hooft"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["customer_id", "name", "margin", "own note"])
    for number, name in enumerate(names):
        writer.writerow([guarded(f"-{number}"), guarded(name), -5.5, guarded("@" + name)])
    with _study(tmp_path, "customers.csv", out.getvalue()) as study:
        frame = study.table("customers")
        assert study.problems() == []
        assert list(frame["name"]) == names
        assert list(frame["customer_id"]) == [f"-{number}" for number in range(len(names))]
        assert list(frame["own note"]) == ["@" + name for name in names]
        assert list(frame["margin"]) == [-5.5] * len(names)


def test_a_guarded_number_is_no_number(tmp_path):
    with _study(tmp_path, "customers.csv", "customer_id,margin\nK1,'-5\n") as study:
        assert [problem.value for problem in study.problems()] == ["'-5"]


@pytest.mark.parametrize("mark", ["_sample", "_ejemplo", "_Sample "])
def test_marked_rows_are_no_data_and_are_told(tmp_path, mark):
    """Three marked rows, one of them with a bad number: nothing of them is read; the rows kept keep their numbers."""
    text = f"{mark},customer_id,age\nsample,S1,x\nsample,S2,\nx,S1,30\n,K1,30\n,K1,31\n"
    with _study(tmp_path, "customers.csv", text) as study:
        assert [problem.line(words_in("en")) for problem in study.problems()] == [
            "customers.csv row 6, column B: customer_id = 'K1' is already in row 5; delete one of the two rows or correct its "
            "key."]
        assert [words_in("en").reason(note) for note in study.warnings] == [
            "customers.csv, customers: 3 rows of the template are left out (its titles and samples, marked in the column "
            "_sample); delete them when your own rows are in."]


def test_a_file_with_samples_only_is_an_empty_table(tmp_path):
    with _study(tmp_path, "customers.csv", "_sample,customer_id\nsample,S1\n") as study:
        assert not study.has("customers")
        assert len(study.table("customers")) == 0
        assert list(study.table("customers").columns)[0] == "customer_id"
