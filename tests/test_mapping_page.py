"""The page of files without a browser: the panel's controls are moved, study.toml is read from the disk."""

from __future__ import annotations

import asyncio
import re
import threading
import tomllib
from html import unescape
from types import SimpleNamespace

import pytest

from svcnb.i18n import words_in
from svcnb.panels import mapping
from svcnb.panels.mapping import MappingPanel, panel
from svcnb.study import load_study
from svcnb.tables.mapping_draft import open_draft
from tests.exports.clients import erp_dump, spanish_office, survey_tool

EN, ES = words_in("en"), words_in("es")


def text(widget) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", widget.value)).split())


def kind(widget) -> str:
    return re.search('class="status ([a-z]*)"', widget.value)[1]


def opened(folder, name, words=EN) -> MappingPanel:
    made = MappingPanel(load_study(folder), words)
    made.file.value = name
    made.open.click()
    return made


def stored(folder) -> dict:
    return tomllib.loads((folder / "study.toml").read_text("utf-8")).get("tables", {})


def test_a_sure_file_is_saved_and_then_known(tmp_path):
    folder = spanish_office(tmp_path / "office")
    page = opened(folder, "Pedidos.csv")
    assert (text(page.status), kind(page.status)) == ("Proposed, not saved yet.", "doubt")
    assert page.columns["orders", "delivery_ts"].value == "Fecha entrega"
    assert "orders as it would be read (937 rows)" in text(page.told)
    assert "columns that no table of ours reads: Comercial" in text(page.told)
    assert stored(folder) == {}
    page.save.click()
    assert (text(page.status), kind(page.status)) == (
        "Saved in study.toml; the same headings are read so from now on. Reload the page to see what changed.", "settled")
    assert stored(folder)["orders"]["columns"]["delivery_ts"] == "Fecha entrega"
    again = opened(folder, "Pedidos.csv")
    assert text(again.status) == "study.toml knows these headings: nothing has to be asked."
    page.undo.click()
    assert text(page.status) == "Taken back: study.toml is as it was before the last mapping."
    assert stored(folder) == {}


def test_what_is_doubtful_is_saved_only_after_a_person_said_so(tmp_path):
    folder = erp_dump(tmp_path / "erp")
    page = opened(folder, "VA05_export.txt", ES)
    page.save.click()
    assert (text(page.status), kind(page.status)) == (
        "Quedan 6 preguntas abiertas sobre VA05_export.txt; no se guardó nada.", "attention")
    page.likely.click()
    for theirs, ours in {"10": "open", "40": "delivered", "91": "cancelled_supplier", "92": "cancelled_customer"}.items():
        page.codes["orders", "status", theirs].value = ours
    assert text(page.status) == "Modificado, aún sin guardar."
    assert "Queda por responder" not in text(page.told)
    page.save.click()
    assert kind(page.status) == "settled"
    assert stored(folder)["orders"]["values"]["status"] == {
        "10": "open", "40": "delivered", "91": "cancelled_supplier", "92": "cancelled_customer"}
    assert load_study(folder).problems() == []


def test_another_heading_leaves_the_doubts_of_the_others(tmp_path):
    """Six questions; the location is left without a heading; six questions remain."""
    folder = erp_dump(tmp_path / "erp")
    page = opened(folder, "VA05_export.txt")
    before = len(page.draft.questions())
    page.columns["customers", "location"].value = ""
    assert (before, len(page.draft.questions())) == (6, 6)
    assert "location" not in page.draft.tables["customers"].columns
    assert "columns that no table of ours reads: Ort, AUART, WERKS" in text(page.told)


def test_a_workbook_with_a_survey(tmp_path):
    folder = survey_tool(tmp_path / "survey")
    page = opened(folder, "results-survey.xlsx")
    assert page.columns["survey_importance", "C9.points"].value == (
        "Reparta 100 puntos según la importancia [tiempo de entrega]")
    page.save.click()
    assert kind(page.status) == "settled"
    assert stored(folder)["survey_satisfaction"]["format"] == "limesurvey"


def test_a_hostile_heading_is_shown_as_text(tmp_path):
    folder = spanish_office(tmp_path / "office")
    (folder / "inbox" / "x.csv").write_text(
        "Pedido,Cliente,Estado,<img src=x onerror=alert(1)>\n1,<script>alert(2)</script>,open,a\n", encoding="utf-8")
    page = opened(folder, "x.csv")
    shown = "".join(widget.value for widget in (page.told, page.status)) + "".join(
        child.value for child in walk(page.form) if child.__class__.__name__ == "HTML")
    assert "&lt;script&gt;" in shown and "&lt;img" in shown
    assert "<script" not in shown and "<img" not in shown


def walk(box):
    for child in getattr(box, "children", ()):
        yield child
        yield from walk(child)


def test_every_control_has_a_name(tmp_path):
    page = opened(spanish_office(tmp_path / "office"), "Pedidos.csv")
    controls = [child for child in walk(page.view) if child.__class__.__name__ in ("Dropdown", "Button")]
    assert len(controls) > 20
    assert all(control.description.strip() for control in controls)


def test_a_file_that_cannot_be_read(tmp_path):
    folder = spanish_office(tmp_path / "office")
    (folder / "inbox" / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    page = opened(folder, "broken.xlsx")
    assert kind(page.status) == "attention"
    assert text(page.status).startswith("broken.xlsx cannot be used, problems found: 1. The first: broken.xlsx")
    assert page.after.layout.display == "none"


@pytest.mark.parametrize("ends", [False, True], ids=["to its end", "cancelled"])
def test_reading_goes_on_beside_the_page(tmp_path, monkeypatch, ends):
    """In a kernel the loop stays free: the bar moves, the other controls wait, Cancel ends it and changes nothing."""
    folder = spanish_office(tmp_path / "office")
    going, moved = threading.Event(), []

    def slowly(*arguments, progress, **options):
        for share in (0.25, 0.5, 0.75):
            progress(share)
            going.wait(10)
        return open_draft(*arguments, progress=progress, **options)

    monkeypatch.setattr(mapping, "open_draft", slowly)

    async def visit():
        page = MappingPanel(load_study(folder), EN)
        page.waiting.bar.observe(lambda change: moved.append(change["new"]), names="value")
        page.file.value = "Pedidos.csv"
        page.open.click()
        await asyncio.sleep(0.05)
        assert page.open.disabled and page.waiting.view.layout.display is None
        assert (text(page.status), kind(page.status)) == ("Reading Pedidos.csv …", "doubt")
        if ends:
            page.waiting.cancel.click()
        going.set()
        await page.waiting.task
        return page

    page = asyncio.run(visit())
    assert not page.open.disabled and page.waiting.view.layout.display == "none"
    if ends:
        assert (text(page.status), page.draft, moved) == ("Cancelled; nothing was changed.", None, [0.25])
    else:
        assert moved == [0.25, 0.5, 0.75]
        assert text(page.status) == "Proposed, not saved yet." and page.columns


def test_a_fault_beside_the_page_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(mapping, "open_draft", lambda *_, **__: 1 / 0)
    page = opened(spanish_office(tmp_path / "office"), "Pedidos.csv")
    assert text(page.status).endswith("Tell whoever runs the workbook: ZeroDivisionError.") and not page.open.disabled


def test_a_file_that_went_away(tmp_path):
    folder = spanish_office(tmp_path / "office")
    page = MappingPanel(load_study(folder), EN)
    page.file.value = "Pedidos.csv"
    (folder / "inbox" / "Pedidos.csv").unlink()
    page.open.click()
    assert (text(page.status), kind(page.status)) == ("The file is not in the inbox any more; reload the page.", "attention")


@pytest.mark.parametrize(("words", "empty", "guest", "shipped"), [
    (EN, "No file waits. Put it, as the client's system wrote it (csv, xlsx, ods), into the folder office/inbox and reload this "
     "page.", "Files are mapped by the facilitator.",
     "This study is read only here; map files into a study of your own (svcnb new)."),
    (ES, "No espera ningún archivo. Póngalo tal como lo escribió el sistema del cliente (csv, xlsx, ods) en la carpeta "
     "office/inbox y vuelva a cargar esta página.", "Los archivos los asigna el facilitador.",
     "Este estudio es aquí de solo lectura; asigne los archivos en un estudio propio (svcnb new).")])
def test_what_stands_where_nothing_can_be_mapped(tmp_path, words, empty, guest, shipped):
    folder = spanish_office(tmp_path / "office")
    page = lambda **more: SimpleNamespace(words=words, study=load_study(folder), role="facilitator",
                                          journal=SimpleNamespace(read_only=False), **more)
    visitor = page()
    visitor.role = "participant"
    assert repr(panel(visitor)) == guest
    locked = page()
    locked.journal.read_only = True
    assert repr(panel(locked)) == shipped
    for path in (folder / "inbox").iterdir():
        path.unlink()
    assert repr(panel(page())) == empty
