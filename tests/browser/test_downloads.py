"""What a reader takes away from a page, in a real browser: the workbook, the picture, the csv."""

from __future__ import annotations

import openpyxl


def test_the_tables_of_a_page_are_taken_away_as_a_workbook(visit, demo, tmp_path):
    visitor = visit(demo)
    page = visitor.open("01_segmentation", "es")
    page.get_by_role("button", name="Tablas en xlsx").click()
    link = page.get_by_role("link", name="segmentation.xlsx está listo: descargar")
    link.wait_for(timeout=30_000)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "segmentation.xlsx")
    book = openpyxl.load_workbook(tmp_path / "segmentation.xlsx")
    assert book.sheetnames[-1] == "acerca de"
    assert [cell.value for cell in book["acerca de"][1]] == ["Tabla", "Qué", "Texto"]
    with page.expect_download() as download:
        page.locator(".downloads a[download$='.svg']").first.click()
    download.value.save_as(tmp_path / "picture.svg")
    assert "<title>" in (tmp_path / "picture.svg").read_text("utf-8")
    assert visitor.elsewhere == [] and visitor.errors == []
