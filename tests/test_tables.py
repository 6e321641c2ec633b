"""The schemas hold what method.md 14 lists; the readers give back what was written."""

from __future__ import annotations

import random
from datetime import date, datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest

from svcnb.study import load_study
from svcnb.tables import TABLES
from svcnb.tables.schema import TYPES

STUDY = '[study]\nname = "Test"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'

# method.md 14.2 to 14.29 in order; the names in one line there are tables of their own here.
METHOD_14 = """
customers orders order_lines returns complaints
status_events status_queries special_requests service_calls warranty_claims
measures_goals components survey_respondents survey_importance survey_satisfaction survey_pairs
survey_profiles profiles importance_future competitors competitor_ratings management_beliefs gap_objective
cost_drivers driver_ratings driver_rates experts expert_answers
demand_history method_scores market group_rates service_curve inventory_case design_options
service_factors centralisation org_form process_steps table1
queue_observations interval_counts queue_params staff shifts candidates requirements
activities norms forces parameters tradeoff_decisions tradeoff_effects tradeoff_links offers penalties
psc communications agenda projects benefits
strategy life_cycle value_anchors segment_cards window_questions questionnaire information_maturity attractiveness
behaviour marketing_stage stock_items services service_demand means suppliers alliances messages component_audit
action_register supervision
""".split()


def study_of(folder, **files):
    """A study in ``folder`` with the given texts as csv files."""
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return load_study(folder)


def test_every_table_of_the_method_is_defined():
    assert set(METHOD_14) <= set(TABLES)
    assert set(TABLES) - set(METHOD_14) == {"staff_skills"}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_schema_is_whole(table):
    assert len(set(table.names)) == len(table.columns)
    assert table.meaning
    assert set(table.key) <= set(table.names)
    assert {name for pair in table.ordered for name in pair} <= set(table.names)
    for target, column in table.foreign_keys.values():
        assert column in TABLES[target].key
    for column in table.columns:
        assert column.type in TYPES and column.meaning and column.kind in ("input", "decision")
        assert (column.type == "enum") == bool(column.values)
        assert column.low is None or column.high is None or column.low < column.high
        assert not (column.kind == "decision" and column.required)
        assert column.default is None or not column.required


def example(column, number):
    """A right value of a column, as text."""
    if column.name == "component_id":
        return f"C{number + 1}"  # without a table of components the method's ten stand
    if column.values:
        return column.values[number % len(column.values)]
    if column.type in ("int", "float"):
        low = 0 if column.low is None else column.low
        high = low + 100 if column.high is None else column.high
        share = (number + 1) / 8
        value = low + (high - low) * share
        return str(int(value) or 1) if column.type == "int" else repr(value)
    return {"bool": ("true", "false")[number % 2], "date": f"2024-03-{number + 1:02d}",
            "ts": f"2024-03-{number + 1:02d} 10:0{number}"}.get(column.type, f"{column.name} {number}")


def example_rows(table, n=4):
    """Right rows of a table; keys that are words of a list get as many rows as there are words."""
    rows = [{c.name: example(c, number) for c in table.columns} for number in range(n)]
    for low, high in table.ordered:
        for row in rows:
            row[high] = row[low]
    return rows


def csv_text(names, rows, separator=","):
    quote = lambda text: '"' + text.replace('"', '""') + '"' if any(s in text for s in separator + '"\n') else text
    lines = [separator.join(names)] + [separator.join(quote(row[name]) for name in names) for row in rows]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("table", [t for t in TABLES.values() if t.name not in ("orders", "order_lines")],
                         ids=lambda table: table.name)
def test_right_rows_pass_and_have_their_types(table, tmp_path):
    rows = list({tuple(r[k] for k in table.key) if table.key else i: r
                 for i, r in enumerate(example_rows(table))}.values())
    study = study_of(tmp_path, **{table.name: csv_text(table.names, rows)})
    assert study.problems() == []
    frame = study.table(table.name)
    assert list(frame.columns) == table.names and len(frame) == len(rows)
    empty = study_of(tmp_path / "empty").table(table.name)
    assert len(empty) == len(table.rows) and dict(empty.dtypes) == dict(frame.dtypes)
    for column in table.columns:
        kind = str(frame[column.name].dtype)
        assert kind == {"str": "str", "enum": "str", "bool": "boolean", "float": "float64", "ts": "datetime64[us]",
                        "date": "datetime64[us]", "int": "float64" if column.nullable else "int64"}[column.type]


def test_ids_stay_text_and_na_is_a_name(tmp_path):
    study = study_of(tmp_path, customers="customer_id,name,location\n001,NA,\n1e3,null,nan\n")
    frame = study.table("customers")
    assert frame["customer_id"].tolist() == ["001", "1e3"]
    assert frame["name"].tolist() == ["NA", "null"]
    assert pd.isna(frame["location"][0]) and frame["location"][1] == "nan"


def test_further_columns_are_kept_as_text(tmp_path):
    frame = study_of(tmp_path, customers="customer_id,tax code\na,007\n").table("customers")
    assert frame["tax code"].tolist() == ["007"]


def test_decimal_comma_in_semicolon_files_only(tmp_path):
    study = study_of(tmp_path, customers="customer_id;revenue;margin\na;1234,5;-0,25\nb;7;1e3\n")
    assert study.table("customers")["revenue"].tolist() == [1234.5, 7.0]
    assert study.table("customers")["margin"].tolist() == [-0.25, 1000.0]
    study = study_of(tmp_path / "b", customers="customer_id;revenue\na;1234.5\nb;0.125\n")
    assert study.table("customers")["revenue"].tolist() == [1234.5, 0.125]


def test_mark_of_utf8_quoted_line_ends_and_blank_rows(tmp_path):
    """A blank row counts as the spreadsheet counts it: the bad age stands in row 5."""
    text = '\ufeffcustomer_id,name,age\r\na,"two\r\nlines, and a ""word""",30\r\n\r\n,,\r\nb,x,-1\r\n'
    study = study_of(tmp_path, customers="customer_id\n")
    (tmp_path / "customers.csv").write_bytes(text.encode())
    (problem,) = study.problems()
    assert (problem.row, problem.column, problem.value) == (5, "age", "-1")


@pytest.mark.parametrize("word, value", [("true", True), ("No", False), ("SÍ", True), ("0", False), ("verdadero", True)])
def test_truth_in_both_languages(word, value, tmp_path):
    frame = study_of(tmp_path, customers=f"customer_id,uses_product\na,{word}\nb,\n").table("customers")
    assert frame["uses_product"][0] == value and frame["uses_product"][1] is pd.NA


def test_defaults_fill_a_missing_column_and_an_empty_cell(tmp_path):
    study = study_of(tmp_path, survey_satisfaction="respondent_id,component_id,perceived\nr,C1,8\n",
                     survey_respondents="respondent_id,weight\nr,\n")
    assert study.table("survey_satisfaction")["supplier"].tolist() == ["own"]
    assert study.table("survey_respondents")["weight"].tolist() == [1.0]


def test_xlsx_gives_the_same_frame_as_csv(tmp_path):
    """The sheet with the table's name is read; a code shown as 007 keeps its zeros; dates and truth are native."""
    csv = "customer_id,name,age,uses_product,revenue\n007,Ana,30.5,true,1200\n12,NA,,false,-3.25\n"
    plain = study_of(tmp_path / "csv", customers=csv).table("customers")
    study = study_of(tmp_path / "xlsx")
    book = openpyxl.Workbook()
    book.active.append(["not this one"])
    sheet = book.create_sheet("customers")
    sheet.append(["customer_id", "name", "age", "uses_product", "revenue", None])
    sheet.append([7, "Ana", 30.5, True, 1200])
    sheet["A2"].number_format = "000"
    sheet.append([12, "NA", None, False, -3.25])
    book.save(tmp_path / "xlsx" / "customers.xlsx")
    pd.testing.assert_frame_equal(study.table("customers"), plain)


def test_xlsx_dates(tmp_path):
    study = study_of(tmp_path)
    book = openpyxl.Workbook()
    book.active.append(["complaint_id", "opened_ts", "closed_ts"])
    book.active.append(["q1", date(2024, 3, 1), datetime(2024, 3, 1, 12, 30)])
    book.save(tmp_path / "complaints.xlsx")
    frame = study.table("complaints")
    assert frame["opened_ts"].tolist() == [pd.Timestamp("2024-03-01")]
    assert frame["closed_ts"].tolist() == [pd.Timestamp("2024-03-01 12:30")]


def test_a_lone_cell_at_the_far_end_of_a_sheet_is_read_quickly(tmp_path):
    study = study_of(tmp_path)
    book = openpyxl.Workbook()
    book.active["A1"] = "customer_id"
    book.active["A2"] = "a"
    book.active["XFD900"] = 1
    book.save(tmp_path / "customers.xlsx")
    (problem,) = study.problems()
    assert (problem.row, problem.rule.values) == (900, {"found": 16384, "wanted": 1})


def test_parquet_for_order_lines(tmp_path):
    """Line 3 has quantity 0, which is not above 0: its row counts as in a sheet."""
    pd.DataFrame({"order_id": ["a", "a"], "line_no": [1, 2], "qty_ordered": [1.5, 0.0]}).to_parquet(
        tmp_path / "order_lines.parquet")
    study = study_of(tmp_path)
    (problem,) = study.problems()
    assert (problem.row, problem.column, problem.value) == (3, "qty_ordered", "0")


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_large_file_reads_the_same_by_either_way(quote, tmp_path):
    """Above one megabyte arrow splits the cells, unless there is a quotation mark: same values, same rows."""
    rng = np.random.default_rng(5)
    lines = [f"o{n},{n % 9 + 1},sku-{rng.integers(10 ** 9)},{quote}fam{n % 7}{quote},{n % 5 + 1}" for n in range(40_000)]
    lines[30_000] = "o30000,x,s,f,1"
    study = study_of(tmp_path, order_lines="order_id,line_no,sku,product_family,qty_ordered\n" + "\n".join(lines) + "\n")
    (problem,) = study.problems()
    assert (problem.row, problem.column, problem.value) == (30_002, "line_no", "x")


def test_a_hundred_spoilt_tables_are_each_reported(tmp_path):
    """One cell of right rows is spoilt at a seeded place: exactly that row and column is named, no more."""
    rng = random.Random(20)
    names = [n for n in TABLES if any(c.type not in ("str",) for c in TABLES[n].columns)]
    for trial in range(100):
        table = TABLES[rng.choice(names)]
        rows = list({tuple(r[k] for k in table.key) if table.key else i: r
                     for i, r in enumerate(example_rows(table))}.values())
        row = rng.randrange(len(rows))
        column = rng.choice([c for c in table.columns if c.type != "str" or c.name in table.key])
        bad = {"str": [""], "enum": ["nothing such", "#N/A"], "bool": ["perhaps", "2"],
               "ts": ["2024-02-30", "31/12/2024", "2024-01-01 25:00", "0024-01-01"],
               "date": ["2024-13-01", "soon", "2024-01-01 10:00"],
               "int": ["1.5", "twelve", "1,000", "nan"], "float": ["1,5", "x", "inf", "1 000", "1.2.3"]}[column.type]
        rows[row][column.name] = rng.choice(bad)
        with study_of(tmp_path / str(trial), **{table.name: csv_text(table.names, rows)}) as study:
            found = study.problems()
            assert [(p.table, p.row) for p in found] == [(table.name, row + 2)], (table.name, column.name, found)
            assert found[0].column == column.name and (found[0].value or "") == rows[row][column.name]
            assert study.has(table.name)
