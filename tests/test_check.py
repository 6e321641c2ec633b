"""The check: a cause once with its rows counted, places as the spreadsheet has them, JSON, progress, page and report."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from svcnb import cli, pages
from svcnb.errors import InputError
from svcnb.i18n import words_in
from svcnb.study import load_study
from svcnb.tables.problem import KINDS, render_problems

ROOT = Path(__file__).resolve().parents[1]
TOML = '[study]\nname = "Test"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'
EN, ES = words_in("en"), words_in("es")


def study_of(folder, toml=TOML, **files):
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(toml, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return load_study(folder)


def lines(study, words=EN):
    return render_problems(study.problems(), words)


def table_text(heading, rows):
    return "\n".join([heading, *rows]) + "\n"


# a cause once -----------------------------------------------------------------------------------------
def test_an_unknown_customer_in_300_orders_is_one_problem(tmp_path):
    orders = [f"o{n},{'K9' if n % 2 else 'K1'}" for n in range(600)]
    study = study_of(tmp_path, customers="customer_id\nK1\n", orders=table_text("order_id,customer_id", orders))
    (problem,) = study.problems()
    assert problem.line(EN) == ("orders.csv row 3, column B: customer_id = 'K9' is not in customers.csv (300 rows); "
                                "add it there or correct it.")
    assert problem.line(ES) == ("orders.csv fila 3, columna B: customer_id = «K9» no está en customers.csv (300 filas); "
                                "añádalo allí o corríjalo.")
    assert problem.rows == tuple(range(3, 43, 2)) and problem.count == 300


def test_customers_written_in_another_way_are_one_problem_of_the_column(tmp_path):
    """30 orders name 30 customers as C-0 to C-29; customers.csv has them as C0 to C29."""
    study = study_of(tmp_path, customers=table_text("customer_id", [f"C{n}" for n in range(30)]),
                     orders=table_text("order_id,customer_id", [f"o{n},C-{n}" for n in range(30)]))
    assert lines(study) == [
        "orders.csv column B: customer_id is not in customers.csv in 30 of 30 cells, e.g. 'C-0' in row 2; write these values "
        "as they stand in customer_id there, or add them there."]


def test_a_word_of_another_language_is_one_problem_each(tmp_path):
    rows = [f"o{n},K1,{'entregado' if n % 3 else 'abierto'}" for n in range(30)]
    study = study_of(tmp_path, customers="customer_id\nK1\n", orders=table_text("order_id,customer_id,status", rows))
    wanted = "is not one of open, delivered, cancelled_supplier, cancelled_customer"
    assert lines(study) == [
        f"orders.csv row 2, column C: status = 'abierto' {wanted} (10 rows); write one of these words.",
        f"orders.csv row 3, column C: status = 'entregado' {wanted} (20 rows); write one of these words."]


def test_a_column_written_in_another_way_is_one_problem_and_a_slip_in_it_another(tmp_path):
    """Nine of ten ages say years, one is too high."""
    ages = [f"K{n},{n} years" for n in range(9)] + ["K9,130"]
    study = study_of(tmp_path, customers=table_text("customer_id,age", ages))
    assert lines(study) == [
        "customers.csv column B: age is not a number in 9 of 10 cells, e.g. '0 years' in row 2; write digits, e.g. 12.5.",
        "customers.csv row 11, column B: age = '130' is not from 0 to 120; write a number from 0 to 120."]


def test_four_bad_cells_stay_four_cells(tmp_path):
    study = study_of(tmp_path, customers=table_text("customer_id,age", [f"K{n},{n} years" for n in range(4)]))
    assert [(problem.row, problem.value, problem.of) for problem in study.problems()] == [
        (2, "0 years", None), (3, "1 years", None), (4, "2 years", None), (5, "3 years", None)]


def test_what_follows_from_an_unreadable_key_is_counted_there(tmp_path):
    """K2 is an error of the spreadsheet in customers.csv: the two orders of K2 are no problems of their own."""
    study = study_of(tmp_path, customers="customer_id\nK1\n#REF!\n",
                     orders="order_id,customer_id\no1,K1\no2,K2\no3,K2\n")
    assert lines(study) == [
        "customers.csv row 3, column A: customer_id = '#REF!' is an error of the spreadsheet; correct the formula and save "
        "the file again. Rows of other tables that may follow from it: 2."]
    assert study.problems()[0].follows == 2
    with pytest.raises(InputError) as error:  # and they are not given out without their customer
        study._usable("orders")
    assert error.value.problems[0].table == "customers"


def test_more_unknown_values_than_lost_keys_are_told(tmp_path):
    """One key is lost and two values are unknown: at least one of them is wrong itself, so both are said."""
    study = study_of(tmp_path, customers="customer_id\nK1\n#REF!\n", orders="order_id,customer_id\no2,K2\no3,Z9\n")
    assert [(problem.table, problem.value, problem.follows) for problem in study.problems()] == [
        ("customers", "#REF!", 0), ("orders", "K2", 0), ("orders", "Z9", 0)]


def test_a_missing_key_column_is_one_problem_with_all_that_refers_to_it(tmp_path):
    study = study_of(tmp_path, customers="name,age\nAna,30\nEva,40\n", orders="order_id,customer_id\no1,K1\no2,K2\n")
    assert lines(study) == ["customers.csv: column customer_id is missing; add it (customer). "
                            "Rows of other tables that may follow from it: 2."]


def test_rows_of_another_length_are_one_problem_with_their_number(tmp_path):
    study = study_of(tmp_path, customers=table_text(
        "customer_id,name,age", [f"K{n},Ana" if n in (3, 5, 8) else f"K{n},Ana,30" for n in range(10)]))
    assert lines(study) == [
        "customers.csv row 5: has 2 cells where the heading has 3 (3 rows); give the row one cell for each column "
        "(a text with a separator stands in quotation marks)."]
    assert study.problems()[0].rows == (5, 7, 10)


def test_a_column_without_heading_is_one_problem_however_many_rows_it_has(tmp_path):
    study = study_of(tmp_path, customers=table_text("customer_id,name,", [f"K{n},Ana,30" for n in range(10)]))
    assert [(p.kind, p.letter, p.count) for p in study.problems()] == [("heading", "C", 10)]


def test_a_doubled_heading_explains_the_missing_column(tmp_path):
    study = study_of(tmp_path, customers="Name,name,age\nK1,Ana,30\nK2,Eva,40\n")
    assert lines(study) == ["customers.csv row 1, column A + B: Name stands more than once in the heading; name one of them "
                            "customer_id if it holds that, else keep one of them."]


def test_a_date_out_of_its_row_is_said_once(tmp_path):
    """Delivery before order and before dispatch: one problem, between neighbours; without dispatch, with the order."""
    study = study_of(tmp_path, customers="customer_id\nK1\n", orders=(
        "order_id,customer_id,order_ts,ship_ts,delivery_ts\no1,K1,2024-03-05 10:00,2024-03-06 10:00,2024-03-01 10:00\n"
        "o2,K1,2024-03-05 10:00,,2024-03-01 10:00\n"))
    assert [(p.row, p.column, p.beside) for p in study.problems()] == [
        (2, "delivery_ts", ("ship_ts",)), (3, "delivery_ts", ("order_ts",))]


def test_a_wrong_cell_takes_part_in_nothing_else(tmp_path):
    """A cap of -5 breaks its range and is not compared with the floor; a wrong supplier is not taken for the default."""
    study = study_of(tmp_path, offers="offer_id,floor,cap\nf,10,-5\n", survey_respondents="respondent_id\nr\n",
                     survey_satisfaction="respondent_id,component_id,supplier,perceived\nr,C1,own,8\nr,C1,#REF!,7\n")
    assert [(p.table, p.column, p.kind) for p in study.problems()] == [
        ("survey_satisfaction", "supplier", "type"), ("offers", "cap", "range")]


# the same list whatever the order ---------------------------------------------------------------------
def content(study):
    """What the report says without the places: positions follow the rows, nothing else may."""
    return [(p.table, p.kind, p.column, p.value, p.letter, p.count, p.of, p.follows, EN.reason(p.repair),
             p.kind == "key" or EN.reason(p.rule)) for p in study.problems()]


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_the_rows_changes_nothing(seed, tmp_path):
    rng = random.Random(seed)
    customers = [f"K{n},{rng.choice(['30', '-4', 'x', '200', '', '1,5'])},{rng.choice(['external', 'extern', '?'])}"
                 for n in range(60)] + ["K1,30,external", "K2,x,internal", ",20,external"]
    orders = [f"o{n},{rng.choice(['K1', 'K2', 'K99', 'Z', 'K3'])},2024-0{rng.randint(1, 9)}-01,2024-0{rng.randint(1, 9)}-01"
              for n in range(80)] + ["o1,K1,2024-01-01,2024-01-02", "o2,K1,soon,2024-01-02"]
    before = None
    for trial in range(3):
        rng.shuffle(customers)
        rng.shuffle(orders)
        study = study_of(tmp_path / str(trial), customers=table_text("customer_id,age,customer_kind", customers),
                         orders=table_text("order_id,customer_id,order_ts,ship_ts", orders))
        found = content(study)
        assert len(found) > 10 and before in (None, found)
        before = found


def test_the_list_is_cut_at_the_same_problems_whatever_the_order(tmp_path):
    """3000 of 7000 ages are too high, each another: the 1000 smallest texts are listed, 2000 are counted."""
    rng = random.Random(3)
    rows = [f"K{n},{n + 1000 if n < 3000 else 50}" for n in range(7000)]
    listed = []
    for trial in range(2):
        rng.shuffle(rows)
        study = study_of(tmp_path / str(trial), customers=table_text("customer_id,age", rows))
        listed.append([problem.value for problem in study.problems()])
    assert listed[0] == listed[1] == [*sorted(str(n + 1000) for n in range(3000))[:1000], None]


# a large file goes slice by slice ---------------------------------------------------------------------
def test_a_file_read_slice_by_slice_gives_the_same(tmp_path, monkeypatch):
    """The rows of every slice are counted on: a bad cell in row 70 002 is named there."""
    from svcnb.tables import sift
    from svcnb.tables.reading import delimited, stream

    rows = [f"o{n},1,{n % 5 + 1}" for n in range(100_000)]
    rows[70_000], rows[80_000], rows[90_000] = "o70000,x,1", "o1,1,1", "o90000,1,-1"
    text = table_text("order_id,line_no,qty_ordered", rows)
    whole = lines(study_of(tmp_path / "whole", order_lines=text))
    monkeypatch.setattr(delimited, "LARGEST_WHOLE", 100_000)
    monkeypatch.setattr(stream, "BLOCK", 200_000)
    monkeypatch.setattr(sift, "SLICE", 4_000)
    study = study_of(tmp_path / "slices", order_lines=text)
    assert lines(study) == whole == [
        "order_lines.csv row 70002, column B: line_no = 'x' is not a whole number; write digits without decimals, e.g. 12.",
        "order_lines.csv row 90002, column C: qty_ordered = '-1' is not > 0; write a number > 0.",
        "order_lines.csv row 80002, column A + B: order_id, line_no = 'o1, 1' is already in row 3; delete one of the two rows "
        "or correct its key."]
    (tmp_path / "slices" / "order_lines.csv").write_text(table_text("order_id,line_no,qty_ordered", [
        f"o{n},1,{n % 5 + 1}" for n in range(100_000)]))
    assert study.order_lines.count().execute() == 100_000 and study.order_lines.qty_ordered.sum().execute() == 300_000


def test_progress_is_told_table_by_table(tmp_path):
    said = []
    study_of(tmp_path, customers="customer_id\nK1\n", orders="order_id,customer_id\no1,K1\n").problems(
        lambda done, total, text: said.append((done, total, text)))
    assert [(done, total) for done, total, _ in said] == sorted((done, total) for done, total, _ in said)
    assert {text for _, _, text in said} == {"customers", "orders", ""} and said[-1] == (2, 2, "")


def test_checking_leaves_no_folder_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    with study_of(tmp_path / "s", customers="customer_id\nK1\n") as study:
        assert study.problems() == []
    assert list((tmp_path / "temp").iterdir()) == []


# the command -------------------------------------------------------------------------------------------
def command(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["svcnb", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out = capsys.readouterr()
    return ended.value.code, out.out, out.err


def test_json_has_stable_keys(tmp_path, monkeypatch, capsys):
    study_of(tmp_path / "s", customers="customer_id,age,shoe\nK1,x,7\nK2,x,8\n", complaints="complaint_id,order_id\nq,o9\n")
    code, out, err = command(monkeypatch, capsys, "check", tmp_path / "s", "--json")
    assert (code, err) == (3, "")
    assert json.loads(out) == {
        "study": "s", "language": "en", "total": 2,
        "problems": [{
            "kind": "type", "table": "customers", "file": "customers.csv", "sheet": None, "row": 2, "letter": "B",
            "column": "age", "value": "x", "rule": "is not a number", "repair": "write digits, e.g. 12.5", "count": 2,
            "rows": [2, 3], "whole_column": False, "beside": [], "follows": 0,
            "message": "customers.csv row 2, column B: age = 'x' is not a number (2 rows); write digits, e.g. 12.5."}],
        "notes": ["complaints.csv: order_id is not compared (1 rows), there is no table orders.",
                  "customers.csv: shoe are kept and no step reads them."]}
    assert {problem["kind"] for problem in json.loads(out)["problems"]} <= set(KINDS)


def test_exit_codes_and_the_empty_state(tmp_path, monkeypatch, capsys):
    study_of(tmp_path / "s", customers="customer_id\nK1\n")
    assert command(monkeypatch, capsys, "check", tmp_path / "s") == (0, "s: no problems found.\n", "")
    assert command(monkeypatch, capsys, "check", tmp_path / "s", "--lang", "es")[1] == "s: no se encontraron problemas.\n"
    code, out, _ = command(monkeypatch, capsys, "check", tmp_path / "s", "--json")
    assert code == 0 and json.loads(out) == {"study": "s", "language": "en", "total": 0, "problems": [], "notes": []}


def test_a_workbook_is_named_by_sheet_and_letter(tmp_path):
    study = study_of(tmp_path)
    book = openpyxl.Workbook()
    book.active.title = "Hoja1"
    sheet = book.create_sheet("customers")
    for row in (["customer_id", "name", "age"], ["K1", "Ana", "x"], ["K1", "Eva", 30]):
        sheet.append(row)
    book.save(tmp_path / "customers.xlsx")
    assert lines(study) == [
        "customers.xlsx, sheet customers, row 2, column C: age = 'x' is not a number; write digits, e.g. 12.5.",
        "customers.xlsx, sheet customers, row 3, column A: customer_id = 'K1' is already in row 2; delete one of the two rows "
        "or correct its key."]
    assert lines(study, ES)[0] == ("customers.xlsx, hoja customers, fila 2, columna C: age = «x» no es un número; escriba "
                                   "cifras, p. ej. 12.5.")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent to a process in another way on Windows")
def test_ctrl_c_ends_cleanly(tmp_path):
    """In the middle of a million lines: exit code 130, not a word, no folder left behind."""
    with (tmp_path / "order_lines.csv").open("w") as file:
        file.write("order_id,line_no,qty_ordered\n")
        file.writelines(f"o{n},1,{n % 9 + 1}\n" for n in range(3_000_000))
    study_of(tmp_path)
    (tmp_path / "temp").mkdir()
    code = ("import sys, svcnb.tables.sift as sift, svcnb.cli as cli; plain = sift._look_closer\n"
            "def told(*given):\n    print('at work', flush=True); return plain(*given)\n"
            "sift._look_closer = told; sys.argv = ['svcnb', 'check', sys.argv[1]]; cli.main()")
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True, env={**os.environ, "TMPDIR": str(tmp_path / "temp"), "PYTHONPATH": str(ROOT)})
    try:
        assert child.stdout.readline() == "at work\n"
        child.send_signal(signal.SIGINT)
        rest, err = child.communicate(timeout=60)
    finally:
        child.kill()
    assert (child.returncode, err[-3000:] if child.returncode != 130 else "") == (130, "")
    assert set(rest.split("\n")) <= {"at work", ""}
    *progress, said, end = err.split("\n")  # how far it was, one line, no traceback
    assert said == "svcnb: Stopped. What was done and what was saved is kept." and end == ""
    assert set(progress) <= {"[0/1] order_lines", "[0/1] order_lines: 1.0 M", ""}
    assert list((tmp_path / "temp").iterdir()) == []


# the page and the report -------------------------------------------------------------------------------
BAD = {"customers": table_text("customer_id,name,age", ["K1,Ana,30", "K2,<b>Luis</b>,x", "K3,Eva,-4"]),
       "orders": table_text("order_id,customer_id", [f"o{n},K1" for n in range(40)] + ["o99,K7"])}


@pytest.fixture
def bad(tmp_path, monkeypatch):
    study_of(tmp_path / "bad", **BAD)
    monkeypatch.setenv("SVCNB_STUDIES", str(tmp_path))
    return tmp_path / "bad"


def opened(name, language="en"):
    page = pages.open_page(name, study="bad", language=language)
    page.rail()
    return page


@pytest.mark.parametrize("language, reading, first", [
    ("en", "3 problems in 2 files, 3 cells or rows in all. Mend them in the files, save, and reload this page; the steps that "
           "read these tables wait so long.", "1  customers.csv row 3, column C: age = 'x' is not a number; "
                                              "write digits, e.g. 12.5."),
    ("es", "3 problemas en 2 archivos, 3 celdas o filas en total. Corríjalos en los archivos, guarde y recargue esta página; "
           "mientras tanto esperan los pasos que leen estas tablas.",
     "1  customers.csv fila 3, columna C: age = «x» no es un número; escriba cifras, p. ej. 12.5.")])
def test_the_page_shows_the_problems_on_their_sheet(language, reading, first, bad):
    page = opened("check", language)
    assert repr(page.reading()) == reading
    piece = page.picture()
    assert repr(piece).splitlines()[0] == first
    html = str(page._pictures(page._adapted()))
    assert '<th scope="col">C</th>' in html and '<th scope="row">3</th>' in html  # letters and row numbers
    bad_cell = '<td class="bad"><span class="mark"><span aria-hidden="true">✕</span>1<span class="sr">{}</span></span> x</td>'
    assert bad_cell.format("problem 1:" if language == "en" else "problema 1:") in html
    assert "<b>" not in html and "&lt;b&gt;Luis&lt;/b&gt;" in html
    assert html.count('class="gap"') == 1  # orders.csv: heading, then the end of the file
    assert page.controls["table"].options == (
        ("all tables" if language == "en" else "todas las tablas", "all"), ("customers (2)", "customers"),
        ("orders (1)", "orders"))
    page.controls["table"].value = "orders"
    only = str(page._pictures(page._adapted()))
    assert "K7" in only and "Luis" not in only
    page.journal.close()


def test_other_pages_say_that_they_wait_and_the_home_opens(bad):
    page = opened("segmentation", "es")
    assert repr(page.data()).splitlines()[0] == "Esta página espera: las tablas que lee tienen problemas (2 celdas o filas)."
    assert "00d_check.ipynb" in str(page.data().html)
    assert [repr(part()) for part in (page.reading, page.picture, page.table, page.decision, page.side)] == [""] * 5
    assert "Segmentación (bloqueado)" in repr(page.rail())
    page.journal.close()
    home = opened("study")
    assert "3 cells or rows have problems; the steps that read their tables wait until they are mended: see the page Check." \
        in repr(home.data())
    assert repr(home.reading()).startswith("2 of 82 tables are there: 3 customers, 41 orders.")
    home.journal.close()


def test_mended_files_open_every_page(bad):
    opened("check").journal.close()
    (bad / "customers.csv").write_text("customer_id\nK1\nK7\n")
    page = opened("check")
    assert repr(page.reading()) == "No problems: 2 tables were read and every cell can be used. Nothing was left out."
    assert repr(page.picture()) == repr(page.reading())
    assert opened("segmentation").refused is None
    page.journal.close()


def test_a_file_that_cannot_be_read_and_a_stray_one_have_messages_without_a_sheet(bad):
    (bad / "customers.csv").write_bytes(b"")
    (bad / "expert.csv").write_text("expert_id\ne\n")
    page = opened("check")
    html = str(page._pictures(page._adapted()))
    assert "The file has no cells that could be shown." in html
    assert "expert.csv: is not read: no table has this name; rename it to experts.csv." in repr(page.picture())
    (bad / "expert.csv").unlink()  # no table changed, and still the page is another
    assert "expert.csv" not in repr(opened("check").picture())
    page.journal.close()


def test_what_was_left_out_stands_in_the_report(tmp_path):
    from svcnb.documents.report import report_html
    from svcnb.journal import open_journal
    from svcnb.results import evaluate_all

    study = study_of(tmp_path / "s", customers="customer_id,shoe\nK1,7\n", complaints="complaint_id,order_id\nq,o9\n")
    with open_journal(tmp_path / "journal.sqlite") as journal:
        html = str(report_html(study, journal, evaluate_all(study, journal), ES))
    section = html.split('<section class="step" id="check">')[1].split("</section>")[0]
    assert "Sin problemas: se leyeron 2 tablas y todas las celdas sirven." in section
    assert "Se dejó fuera o no se comparó: 2; la lista dice qué y por qué." in section
    assert "complaints.csv: order_id no se compara (1 filas), no hay tabla orders." in section
    assert "customers.csv: shoe se conservan y ningún paso las lee." in section


def test_a_run_refuses_with_every_problem_of_every_table(bad, tmp_path, monkeypatch, capsys):
    code, _, err = command(monkeypatch, capsys, "run", bad, "-o", tmp_path / "out")
    assert code == 3 and not (tmp_path / "out" / "report.html").exists()
    assert err.splitlines()[1:] == [
        "svcnb: customers.csv cannot be used, problems found: 3. The first: customers.csv row 3, column C: age = 'x' is not a "
        "number; write digits, e.g. 12.5.",
        "customers.csv row 3, column C: age = 'x' is not a number; write digits, e.g. 12.5.",
        "customers.csv row 4, column C: age = '-4' is not from 0 to 120; write a number from 0 to 120.",
        "orders.csv row 42, column B: customer_id = 'K7' is not in customers.csv; add it there or correct it."]
