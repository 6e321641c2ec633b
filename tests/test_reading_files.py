"""What a reader is told and tells: positions, pasted text, sheets, progress, what study.toml declares, damaged files."""

# ruff: noqa: E501 - a case, a message is one line
from __future__ import annotations

import random

import pytest

from svcnb.errors import StudyError
from svcnb.i18n import words_in
from svcnb.study import load_study
from svcnb.tables.check import render_problems
from svcnb.tables.readers import column_letters, read_pasted, read_raw, sheet_names
from svcnb.tables.sources import Source
from tests.nasty.books import CASES as BOOKS
from tests.nasty.books import HEAD
from tests.nasty.case import cell, line, ods, ods_line, row, xlsx
from tests.nasty.texts import CASES as TEXTS

TOML = '[study]\nname = "Test"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'


def lines(raw, language="en"):
    return render_problems(raw.problems, words_in(language))


def test_a_cell_has_its_row_letter_and_sheet(tmp_path):
    """The table begins at C3: customer_id stands in C, age in E (D is blank), the only row in 5."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(xlsx(row(3, cell("C3", "customer_id"), cell("E3", "age")) + row(5, cell("C5", "K1"), cell("E5", 30))))
    raw = read_raw(path, "customers")
    assert (raw.sheet, raw.heading_row, raw.headings, raw.letters) == ("Sheet1", 3, ["customer_id", "age"], ["C", "E"])
    assert raw.cells.to_pydict() == {"row": [5], "c0": ["K1"], "c1": ["30"]}
    assert [column_letters(n) for n in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_a_file_that_nobody_knows_yet(tmp_path):
    """Without a table the heading is the first row as wide as the others."""
    path = tmp_path / "export.csv"
    path.write_text("Listado de pedidos\n\nNº Pedido;Cliente;Importe\n001;NA;1.234,50\n", "utf-8")
    raw = read_raw(path, "")
    assert (raw.headings, raw.heading_row, raw.separator) == (["Nº Pedido", "Cliente", "Importe"], 3, ";")
    assert raw.cells.to_pydict() == {"row": [4], "c0": ["001"], "c1": ["NA"], "c2": ["1.234,50"]}


def test_sheet_names_hidden_last(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(xlsx(sheets={"lists": ("hidden", HEAD), "Datos": ("visible", HEAD), "Hoja3": ("visible", "")}))
    assert sheet_names(path) == ["Datos", "lists"]
    path = tmp_path / "x.ods"
    path.write_bytes(ods(sheets={"lists": ("hidden", ods_line("a")), "Datos": ("", ods_line("b"))}))
    assert sheet_names(path) == ["Datos", "lists"]
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04")
    assert sheet_names(tmp_path / "broken.xlsx") == sheet_names(tmp_path / "x.csv") == sheet_names(tmp_path / "no.xlsx") == []


@pytest.mark.parametrize("text", ["customer_id\tname\r\n007\tAna; Eva, Lía\r\n8\t\"two\nlines\"\r\n",
                                  "customer_id;name\n007;Ana; Eva, Lía\n8;two\n".replace("Ana; Eva, Lía", '"Ana; Eva, Lía"'),
                                  "\ufeffcustomer_id,name\n007,\"Ana; Eva, Lía\"\n8,x"])
def test_pasted_cells(text):
    raw = read_pasted(text, "customers")
    assert raw.headings == ["customer_id", "name"] and raw.problems == []
    assert raw.cells["c0"].to_pylist() == ["007", "8"] and raw.cells["c1"][0].as_py() == "Ana; Eva, Lía"


def test_pasted_cells_that_cannot_be_read():
    assert lines(read_pasted("a\0b", "customers")) == ["pasted text: holds a NUL byte; copy the cells again."]
    assert lines(read_pasted("", "customers")) == [
        "pasted text: has no heading in its first row; write the column names in the first row."]
    assert lines(read_pasted("customer_id\tname\nK1\tAna\tx", "customers", name="clip")) == [
        "clip row 2: has 3 cells where the heading has 2; give the row one cell for each column "
        "(a text with a separator stands in quotation marks)."]


def test_a_large_workbook_tells_how_far_it_is_and_stops(tmp_path):
    """Above 30 MB of cells a sheet is streamed; the share grows to one; what the caller raises ends the child."""
    import subprocess

    from svcnb.tables.reading import book

    path = tmp_path / "customers.xlsx"
    chance = random.Random(3)
    path.write_bytes(xlsx(HEAD + "".join(line(n, f"K{n}-{chance.random()}" + "x" * 400, "Ana", 30) for n in range(2, 60_002))))
    shares, started, children = [], subprocess.Popen, []
    book.subprocess.Popen = lambda *given, **more: children.append(started(*given, **more)) or children[-1]
    try:
        raw = read_raw(path, "customers", progress=shares.append)
        assert raw.cells.num_rows == 60_000 and raw.problems == []
        assert shares == sorted(shares) and len(shares) > 20 and 0.9 < shares[-1] <= 1

        def stop(share):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            read_raw(path, "customers", progress=stop)
    finally:
        book.subprocess.Popen = started
    assert len(children) == 2 and children[0].returncode is not None and children[1].returncode == -9




def test_the_child_knows_nothing_of_the_environment(tmp_path, monkeypatch):
    """A secret of the environment and a module in the working folder do not reach it."""
    from svcnb.tables.reading.book import _environment

    monkeypatch.setenv("SVCNB_SECRET", "x")
    assert "SVCNB_SECRET" not in _environment()
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')", "utf-8")
    (tmp_path / "customers.xlsx").write_bytes(xlsx(HEAD + line(2, "K1")))
    monkeypatch.chdir(tmp_path)
    assert read_raw(tmp_path / "customers.xlsx", "customers").cells.num_rows == 1


@pytest.mark.parametrize("given, message", [
    ('[tables.customers]\nencoding = "klingon"\n',
     'study.toml: tables.customers.encoding = "klingon" is no encoding that is known; write e.g. "cp1252".'),
    ('[tables.customers]\nencoding = "base64"\n',
     'study.toml: tables.customers.encoding = "base64" is no encoding that is known; write e.g. "cp1252".'),
    ('[tables.customers]\nseparator = "x"\n', 'study.toml: tables.customers.separator = "x" is not known; write one of , ; | tab.'),
    ('[tables.customers]\ndecimal = ";"\n', 'study.toml: tables.customers.decimal = ";" is not known; write one of . ,.'),
    ('[tables.customers]\ndates = "d/m/y"\n',
     'study.toml: tables.customers.dates = "d/m/y" is not known; write one of yyyy-mm-dd yyyy/mm/dd yyyy.mm.dd yyyymmdd dd/mm/yyyy '
     "dd-mm-yyyy dd.mm.yyyy mm/dd/yyyy mm-dd-yyyy mm.dd.yyyy dd/mm/yy dd-mm-yy dd.mm.yy mm/dd/yy mm-dd-yy mm.dd.yy."),
    ("[tables.customers]\nheading_row = 0\n",
     "study.toml: tables.customers.heading_row = 0 is not a whole number from 1; write e.g. 4."),
    ('[tables.customers]\nformat = "limesurvey"\n',
     "study.toml: tables.customers.format is for the tables of a survey; take it away."),
    ('[tables.customers]\nfile = "../x.csv"\n',
     'study.toml: tables.customers.file = "../x.csv" is outside the study\'s folder; '
     "put the file into the folder and write its name."),
    ('[tables.customers]\nencodin = "utf-8"\n', "study.toml: tables.customers.encodin is not known; did you mean encoding?"),
    ('[tables.customers.columns]\ncustmer_id = "Nr"\n',
     "study.toml: tables.customers.columns.custmer_id is not known; did you mean customer_id?"),
    ('[tables.survey_satisfaction.questions]\n"Q1" = "perceived"\n',
     'study.toml: tables.survey_satisfaction.questions."Q1" = "perceived" does not say what is answered; '
     'write e.g. "C9.perceived".'),
    ('[tables.survey_pairs.questions]\n"Q1" = "C1.winner"\n',
     'study.toml: tables.survey_pairs.questions."Q1" = "C1.winner" does not say what is answered; '
     'write e.g. "C1.C2.winner".')])
def test_what_study_toml_may_not_declare(given, message, tmp_path):
    (tmp_path / "study.toml").write_text(TOML + given, "utf-8")
    with pytest.raises(StudyError) as error:
        load_study(tmp_path)
    assert str(error.value) == message
    spanish = words_in("es")(error.value.template, **error.value.values)
    assert spanish.startswith("study.toml") and spanish != message


@pytest.mark.parametrize("columns", [{}, {"customer_id": "Nr", "name": "Nombre"}])
def test_a_file_read_slice_by_slice_is_mapped_and_its_lost_letters_are_told(columns, tmp_path, monkeypatch):
    """What is done above 40 MB, done here from 10 bytes on; NBSP becomes a blank, the lost letter of row 3 is told."""
    from svcnb.tables.reading import delimited

    monkeypatch.setattr(delimited, "LARGE", 10)
    monkeypatch.setattr(delimited, "LARGEST_WHOLE", 10)
    heading = "Nr,Nombre" if columns else "customer_id,name"
    (tmp_path / "customers.csv").write_text(f"{heading}\n007,Ana\u00a0Lía\nK2,Espa\ufffda\n", "utf-8")
    declared = "[tables.customers.columns]\n" + "".join(f'{ours} = "{theirs}"\n' for ours, theirs in columns.items())
    (tmp_path / "study.toml").write_text(TOML + (declared if columns else ""), "utf-8")
    study = load_study(tmp_path)
    assert render_problems(study.problems(), words_in("en")) == [
        "customers.csv row 3, column B: name = 'Espa�a' holds the sign � that stands for letters that were lost; "
        "take the text from where it comes from and save it as UTF-8."]
    (tmp_path / "customers.csv").write_text(f"{heading}\n007,Ana\u00a0Lía\n", "utf-8")
    frame = load_study(tmp_path).table("customers")
    assert (frame["customer_id"].tolist(), frame["name"].tolist()) == (["007"], ["Ana Lía"])


def test_a_study_toml_that_is_nested_without_end(tmp_path):
    (tmp_path / "study.toml").write_text("a = " + "[" * 100_000, "utf-8")
    with pytest.raises(StudyError) as error:
        load_study(tmp_path)
    assert str(error.value) == (
        f'{tmp_path / "study.toml"} line 1 is not valid toml (nested too deeply); write name = "value".')


def test_spanish(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_bytes(TEXTS["cyrillic cp1251"].data)
    assert lines(read_raw(path, "customers"), "es") == [
        "customers.csv: no es UTF-8 ni texto de Windows de una lengua occidental (línea 2); "
        'guárdelo como CSV UTF-8 o escriba encoding = "cp850" en [tables.customers] de study.toml.']
    (tmp_path / "customers.xlsx").write_bytes(BOOKS["xlsx several sheets"].data)
    assert lines(read_raw(tmp_path / "customers.xlsx", "customers"), "es") == [
        "customers.xlsx: tiene varias hojas con celdas (2023, 2024) y ninguna con el nombre de la tabla; "
        'escriba sheet = "2023" en [tables.customers] de study.toml.']


@pytest.mark.parametrize("name, tries", [("xlsx plain", 12), ("ods plain", 12), ("parquet plain", 60), ("cp1252 accents", 60),
                                         ("line break in a text", 60)])
def test_a_damaged_file_is_read_or_refused_never_a_traceback(name, tries, tmp_path):
    """Seeded bytes are changed, taken away or doubled."""
    case = {**TEXTS, **BOOKS}[name]
    chance = random.Random(name)
    for _ in range(tries):
        data = bytearray(case.data)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            data[at:at + chance.randint(0, 3)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))
        path = tmp_path / f"customers.{case.ending}"
        path.write_bytes(data)
        raw = read_raw(path, "customers", Source())
        assert raw.cells is not None or raw.problems
        assert all(line.startswith(f"customers.{case.ending}") for line in lines(raw))
