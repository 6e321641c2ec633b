"""Every bad input has its whole message, in both languages, and is never read as something else."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from svcnb.errors import InputError
from svcnb.i18n import words_in
from svcnb.study import load_study
from svcnb.tables.check import render_problems

TOML = '[study]\nname = "Test"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'
CUSTOMERS = "customer_id,name\nK1,Ana\nK2,Luis\n"


def study_of(folder, toml=TOML, **files):
    (folder / "study.toml").write_text(toml, encoding="utf-8")
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (folder / f"{name}.csv").write_bytes(data)
    return load_study(folder)


def lines(study, language="en"):
    return render_problems(study.problems(), words_in(language))


BAD = {
    "empty file": (
        {"customers": ""},
        ["customers.csv: is an empty file; delete it or give it a heading and rows."]),
    "no heading": (
        {"customers": "\n\n,\n"},
        ["customers.csv: has no heading in its first row; write the column names in the first row."]),
    "missing column": (
        {"orders": "order_id,channel\no1,web\n"},
        ["orders.csv: column customer_id is missing; add it (customer)."]),
    "misspelt column": (
        {"customers": "custmer_id,name\nK1,Ana\n"},
        ["customers.csv row 1, column A: custmer_id is not a column of customers; rename it to customer_id."]),
    "misspelt column that may be left out": (
        {"orders": "order_id,customer_id,promissed_ts\no1,K1,2024-03-01\n", "customers": CUSTOMERS},
        ["orders.csv row 1, column C: promissed_ts is not a column of orders; rename it to promised_ts."]),
    "heading in other letters": (
        {"customers": "Customer ID,name\nK1,Ana\n"},
        ["customers.csv row 1, column A: Customer ID is not a column of customers; rename it to customer_id."]),
    "heading twice": (
        {"customers": "customer_id,name,Name\nK1,Ana,Eva\n"},
        ["customers.csv row 1, column B + C: name stands more than once in the heading; keep one of them."]),
    "cells under no heading": (
        {"customers": "customer_id,,age\nK1,Ana,30\n"},
        ["customers.csv row 1, column B: has no name in the heading; name it or delete it."]),
    "duplicate key": (
        {"customers": "customer_id,name\nK1,Ana\nK2,Luis\nK1,Eva\n"},
        ["customers.csv row 4, column A: customer_id = 'K1' is already in row 2; delete one of the two rows or correct its "
         "key."]),
    "duplicate key of two columns": (
        {"orders": "order_id,customer_id\no1,K1\n", "order_lines": "order_id,line_no,qty_ordered\no1,1,2\no1,01,3\n"},
        ["order_lines.csv row 3, column A + B: order_id, line_no = 'o1, 1' is already in row 2; "
         "delete one of the two rows or correct its key."]),
    "empty key": (
        {"customers": "customer_id,name\n,Ana\n"},
        ["customers.csv row 2, column A: customer_id is empty; fill the cell."]),
    "unknown customer in orders": (
        {"customers": CUSTOMERS, "orders": "order_id,customer_id\no1,K1\no2,K9\no3,K9\no4,zzz\n"},
        ["orders.csv row 3, column B: customer_id = 'K9' is not in customers.csv (2 rows); add it there or correct it.",
         "orders.csv row 5, column B: customer_id = 'zzz' is not in customers.csv; add it there or correct it."]),
    "nearly a known customer": (
        {"customers": "customer_id\nNORTH-01\n", "orders": "order_id,customer_id\no1,NORTH01\n"},
        ["orders.csv row 2, column B: customer_id = 'NORTH01' is not in customers.csv; write NORTH-01 or add it there."]),
    "component that is not one of the ten": (
        {"survey_importance": "respondent_id,component_id,points\nr,C11,100\n"},
        ["survey_importance.csv row 2, column B: component_id = 'C11' is not in components "
         "(C1, C2, C3, C4, C5, C6, C7, C8, C9, C10); write C1 or add it there."]),
    "text in a number": (
        {"survey_importance": "respondent_id,component_id,points\nr,C1,x\n"},
        ["survey_importance.csv row 2, column C: points = 'x' is not a number; write digits, e.g. 12.5."]),
    "decimal comma in a comma file": (
        {"survey_importance": 'respondent_id,component_id,points\nr,C1,"12,5"\n'},
        ["survey_importance.csv row 2, column C: points = '12,5' has a mark that may mean thousands or decimals; "
         "write digits without thousands marks, e.g. 1234.5."]),
    "thousands mark": (
        {"customers": "customer_id;revenue\nK1;1.234,50\nK2;1,5\nK3;2.000\n"},
        ["customers.csv row 2, column B: revenue = '1.234,50' has a mark that may mean thousands or decimals; "
         "write digits without thousands marks, e.g. 1234,5.",
         "customers.csv row 4, column B: revenue = '2.000' has a mark that may mean thousands or decimals; "
         "write digits without thousands marks, e.g. 1234,5."]),
    "points that nobody can tell from thousands": (
        {"customers": "customer_id;revenue\nK1;1.234\nK2;15\nK3;12.500\n"},
        ["customers.csv row 2, column B: revenue = '1.234' has a mark that may mean thousands or decimals; "
         "write digits without thousands marks, e.g. 1234,5.",
         "customers.csv row 4, column B: revenue = '12.500' has a mark that may mean thousands or decimals; "
         "write digits without thousands marks, e.g. 1234,5."]),
    "not finite": (
        {"customers": "customer_id,revenue\nK1,NaN\nK2,-inf\nK3,1e999\n"},
        ["customers.csv row 3, column B: revenue = '-inf' is not a finite number; write digits or leave the cell empty.",
         "customers.csv row 2, column B: revenue = 'NaN' is not a finite number; write digits or leave the cell empty.",
         "customers.csv row 4, column B: revenue = '1e999' is not a number; write digits, e.g. 12.5."]),
    "not whole": (
        {"customers": "customer_id,n_orders\nK1,2.5\n"},
        ["customers.csv row 2, column B: n_orders = '2.5' is not a whole number; write digits without decimals, e.g. 12."]),
    "impossible date": (
        {"demand_history": "series_id,period,demand\ns,2024-02-30,5\n"},
        ["demand_history.csv row 2, column B: period = '2024-02-30' is a date that does not exist; correct it."]),
    "date in another order": (
        {"demand_history": "series_id,period,demand\ns,01/02/2024,5\n"},
        ["demand_history.csv row 2, column B: period = '01/02/2024' may be read with the day or the month first "
         "(dd/mm/yyyy, mm/dd/yyyy); write dates = \"dd/mm/yyyy\" or dates = \"mm/dd/yyyy\" in [tables.<table>] of study.toml."]),
    "date of another century": (
        {"demand_history": "series_id,period,demand\ns,0024-02-01,5\n"},
        ["demand_history.csv row 2, column B: period = '0024-02-01' is in a year that cannot be meant; correct the year."]),
    "moment with a zone": (
        {"complaints": "complaint_id,opened_ts\nq,2024-02-01T10:00+02:00\n"},
        ["complaints.csv row 2, column B: opened_ts = '2024-02-01T10:00+02:00' has a time zone; "
         "write local time without a zone, e.g. 2026-03-31 14:05."]),
    "moment where a day is wanted": (
        {"demand_history": "series_id,period,demand\ns,2024-02-01 10:00,5\n"},
        ["demand_history.csv row 2, column B: period = '2024-02-01 10:00' is a moment where a day is wanted; "
         "write it as 2026-03-31."]),
    "negative quantity": (
        {"orders": "order_id,customer_id\no1,K1\n", "order_lines": "order_id,line_no,qty_ordered,qty_total\no1,1,-2,-1\n"},
        ["order_lines.csv row 2, column C: qty_ordered = '-2' is not > 0; write a number > 0.",
         "order_lines.csv row 2, column D: qty_total = '-1' is not ≥ 0; write a number ≥ 0."]),
    "out of range": (
        {"survey_importance": "respondent_id,component_id,points\nr,C1,120\n"},
        ["survey_importance.csv row 2, column C: points = '120' is not from 0 to 100; write a number from 0 to 100."]),
    "per cent where a share is wanted": (
        {"competitors": "competitor_id,share\nA,35\n"},
        ["competitors.csv row 2, column B: share = '35' is not from 0 to 1; write a share, e.g. 0.35 for 35 %."]),
    "a level of nought": (
        {"measures_goals": "goal_id,level\ng,0\n"},
        ["measures_goals.csv row 2, column B: level = '0' is not > 0, ≤ 1; write a number > 0, ≤ 1."]),
    "not one of the words": (
        {"forces": "force_id,side\nf1,drivng\nf2,?\n"},
        ["forces.csv row 3, column B: side = '?' is not one of driving, restraining; write one of these words.",
         "forces.csv row 2, column B: side = 'drivng' is not one of driving, restraining; write driving."]),
    "neither true nor false": (
        {"experts": "expert_id,frontline\ne,maybe\n"},
        ["experts.csv row 2, column B: frontline = 'maybe' is neither true nor false; write true or false."]),
    "error of the spreadsheet": (
        {"experts": "expert_id,name,self_rating\n#REF!,#N/A,#DIV/0!\n"},
        ["experts.csv row 2, column A: expert_id = '#REF!' is an error of the spreadsheet; "
         "correct the formula and save the file again.",
         "experts.csv row 2, column B: name = '#N/A' is an error of the spreadsheet; "
         "correct the formula and save the file again.",
         "experts.csv row 2, column C: self_rating = '#DIV/0!' is an error of the spreadsheet; "
         "correct the formula and save the file again."]),
    "moments that run backwards": (
        {"orders": "order_id,customer_id,order_ts,ship_ts,delivery_ts\n"
                   "o1,K1,2024-03-02 10:00,2024-03-02,2024-03-02 09:00\no2,K1,2024-03-05 10:00,2024-03-04,\n"},
        ["orders.csv row 3, column D + C: ship_ts = '2024-03-04' is before order_ts = '2024-03-05 10:00'; "
         "correct one of the two.",
         "orders.csv row 2, column E + C: delivery_ts = '2024-03-02 09:00' is before order_ts = '2024-03-02 10:00'; "
         "correct one of the two."]),
    "numbers that run backwards": (
        {"offers": "offer_id,floor,cap\nf,100,90\n"},
        ["offers.csv row 2, column C + B: cap = '90' is below floor = 100; correct one of the two."]),
    "ragged rows": (
        {"customers": "customer_id,name\nK1,Ana\nK2\nK3,a,b\nK4,c,\n"},
        ["customers.csv row 3: has 1 cells where the heading has 2; give the row one cell for each column "
         "(a text with a separator stands in quotation marks).",
         "customers.csv row 4: has 3 cells where the heading has 2; give the row one cell for each column "
         "(a text with a separator stands in quotation marks)."]),
    "open quotation mark": (
        {"customers": 'customer_id,name\nK1,"Ana\nK2,Luis\n'},
        ["customers.csv: cannot be split into cells after row 1 (unexpected end of data); "
         "close every quotation mark and double those inside a text."]),
    "another encoding": (
        {"customers": "customer_id,name\nK1,Ana\nK2,Иван\n".encode("cp1251")},
        ["customers.csv: is neither UTF-8 nor Windows text of a Western language (line 3); "
         'save it as CSV UTF-8, or write encoding = "cp850" in [tables.customers] of study.toml.']),
    "two bytes a letter": (
        {"customers": CUSTOMERS.encode("utf-16")},
        ["customers.csv: is UTF-16 text, not UTF-8; "
         'save it as CSV UTF-8, or write encoding = "utf-16" in [tables.customers] of study.toml.']),
    "a workbook that is called csv": (
        {"customers": b"PK\x03\x04rest"},
        ["customers.csv: is not a csv file but xlsx; save it as CSV UTF-8 or give it its right ending."]),
    "a file whose name is nearly that of a table": (
        {"custommers": CUSTOMERS},
        ["custommers.csv: is not read: no table has this name; rename it to customers.csv."]),
}


@pytest.mark.parametrize("files, messages", BAD.values(), ids=BAD)
def test_bad_input_has_its_whole_message(files, messages, tmp_path):
    study = study_of(tmp_path, **files)
    assert lines(study) == messages
    for problem, spanish in zip(study.problems(), lines(study, "es")):
        assert spanish not in messages
        assert problem.value is None or f"«{problem.value}»" in spanish


@pytest.mark.parametrize("files", [files for files, _ in BAD.values() if "custommers" not in files],
                         ids=[name for name, (files, _) in BAD.items() if "custommers" not in files])
def test_no_bad_table_is_given_out(files, tmp_path):
    study = study_of(tmp_path, **files)
    for name in {problem.table for problem in study.problems()}:
        with pytest.raises(InputError):
            getattr(study, name) if name in ("orders", "order_lines") else study.table(name)


def test_spanish_messages(tmp_path):
    study = study_of(tmp_path, customers="customer_id,age,age2\nK1,x,\nK1,130,\n", orders="order_id,customer_id\no1,K9\n",
                     complaints="complaint_id,order_id\nq,o9\n", experts="")
    assert lines(study, "es") == [
        "customers.csv fila 2, columna B: age = «x» no es un número; escriba cifras, p. ej. 12.5.",
        "customers.csv fila 3, columna B: age = «130» no está entre 0 y 120; escriba un número entre 0 y 120.",
        "customers.csv fila 3, columna A: customer_id = «K1» ya está en la fila 2; borre una de las dos filas o corrija su "
        "clave. Filas de otras tablas que pueden derivarse de ello: 1.",
        "complaints.csv fila 2, columna B: order_id = «o9» no está en orders.csv; añádalo allí o corríjalo.",
        "experts.csv: es un archivo vacío; bórrelo o póngale encabezado y filas."]


def test_heading_only_is_an_empty_table_with_a_note(tmp_path):
    study = study_of(tmp_path, customers="customer_id,name\n")
    assert study.problems() == [] and study.table("customers").empty and not study.has("customers")
    assert [words_in("en").reason(w) for w in study.warnings] == [
        "customers.csv has a heading and no rows: the table counts as empty."]


def test_files_that_are_not_what_their_ending_says(tmp_path):
    study = study_of(tmp_path)
    (tmp_path / "customers.xlsx").write_bytes(CUSTOMERS.encode())
    (tmp_path / "experts.xlsx").write_bytes(b"\xd0\xcf\x11\xe0old workbook")
    (tmp_path / "orders.parquet").write_bytes(b"PAR1 cut off")
    with zipfile.ZipFile(tmp_path / "staff.xlsx", "w") as archive:
        archive.writestr("hello.txt", "a zip, no workbook")
    assert lines(study) == [
        "customers.xlsx: is not an xlsx file, whatever its name says; "
        "open it in the program that made it and save it as xlsx.",
        "orders.parquet: cannot be opened as parquet (ArrowInvalid); write it again.",
        "experts.xlsx: is not an xlsx file, whatever its name says; "
        "open it in the program that made it and save it as xlsx.",
        "staff.xlsx: is a zip file, not a workbook; "
        "open it in the program that made it and save it as xlsx."]


def test_files_named_in_study_toml(tmp_path):
    toml = TOML + '[tables]\ncustomers = "gone.csv"\nexperts = "experts.ods"\nstaff = "folder.csv"\n'
    (tmp_path / "experts.ods").write_bytes(b"PK\x03\x04")
    (tmp_path / "folder.csv").mkdir()
    study = study_of(tmp_path, toml)
    assert study.has("customers")  # it was meant to be there: reading it must fail, not pass as empty
    assert lines(study) == [
        "gone.csv: is named in study.toml and is not there; "
        "put the file into the study's folder or correct its name in study.toml.",
        "experts.ods: is damaged: its end is missing or it is no workbook; "
        "open it in the program that made it and save it as xlsx.",
        "folder.csv: is a folder; name a file."]


def test_bad_cells_of_a_workbook_are_named_by_its_rows(tmp_path):
    """Row 3 is blank and counts; the text 12,5 is no number in a workbook."""
    study = study_of(tmp_path)
    book = openpyxl.Workbook()
    for row in (["customer_id", "age", "uses_product"], ["a", 30, True], [], ["b", "12,5", "perhaps"], ["c", -1, None, 9]):
        book.active.append(row)
    book.save(tmp_path / "customers.xlsx")
    assert lines(study) == [
        "customers.xlsx, sheet Sheet, row 5: has 4 cells where the heading has 3; give the row one cell for each column "
        "(a text with a separator stands in quotation marks).",
        "customers.xlsx, sheet Sheet, row 4, column B: age = '12,5' has a mark that may mean thousands or decimals; "
        "write digits without thousands marks, e.g. 1234.5.",
        "customers.xlsx, sheet Sheet, row 4, column C: uses_product = 'perhaps' is neither true nor false; write true or false."]


def test_a_thousand_problems_are_listed_and_the_rest_counted(tmp_path):
    """Of 4000 ages 1500 are too high, each another (1000 to 2499), and 1 key is empty: 1501 cells, 1000 problems listed:
    the empty key, then the smallest 999 texts."""
    rows = "".join(f"K{n},{n if 1000 <= n < 2500 else 50}\n" for n in range(4000))
    found = study_of(tmp_path, customers=f"customer_id,age\n,5\n{rows}").problems()
    assert len(found) == 1001 and sum(problem.count for problem in found) == 1501
    assert [problem.line(words_in("en")) for problem in (found[0], found[1], found[999], found[1000])] == [
        "customers.csv row 2, column A: customer_id is empty; fill the cell.",
        "customers.csv row 1003, column B: age = '1000' is not from 0 to 120; write a number from 0 to 120.",
        "customers.csv row 2001, column B: age = '1998' is not from 0 to 120; write a number from 0 to 120.",
        "customers.csv: 501 further cells or rows with problems are not listed; mend the listed ones first."]


def test_long_values_are_cut_and_stand_on_one_line(tmp_path):
    study = study_of(tmp_path, experts='expert_id,self_rating\ne,"' + "long\n" * 40 + '"\n')
    assert lines(study) == ["experts.csv row 2, column B: self_rating = '" + "long " * 11 + "lo...' is not a number; "
                            "write digits, e.g. 12.5."]


def test_names_in_a_file_never_reach_the_database_as_code(tmp_path):
    """Headings and values with quotation marks and semicolons are only text."""
    heading = 'customer_id,"x"") FROM y; DROP TABLE z; --","o\'k"'
    study = study_of(tmp_path, customers=f"{heading}\n\"a'; DROP TABLE b; --\",1,2\n",
                     orders="order_id,customer_id\n\"o');\",\"' OR 1=1\"\n")
    assert study.table("customers").columns[-2:].tolist() == ['x") FROM y; DROP TABLE z; --', "o'k"]
    assert study.table("customers")["customer_id"].tolist() == ["a'; DROP TABLE b; --"]
    assert lines(study) == ["orders.csv row 2, column B: customer_id = '' OR 1=1' is not in customers.csv; add it there or "
                            "correct it."]
