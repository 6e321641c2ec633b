"""The page of files in a real browser: a client's file is read, mapped, saved, and known when it comes again."""

from __future__ import annotations

import tomllib

import pytest

from tests.browser.conftest import Served
from tests.exports.clients import spanish_office


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    served = Served(spanish_office(tmp_path_factory.mktemp("studies") / "office"))
    yield served
    served.stop()


def test_a_file_is_mapped_saved_and_known(visit, office):
    visitor = visit(office)
    page = visitor.open("00c_mapping", "es")
    page.get_by_label("Archivo").select_option("Pedidos.csv")
    page.get_by_role("button", name="Leer el archivo").click()
    page.get_by_text("Propuesto, aún no guardado.").wait_for(timeout=30_000)
    further = page.locator(".jupyter-widget-Collapse-contents").first
    assert not further.is_visible()  # what nothing was found for is folded
    page.get_by_text("columnas más de orders").first.click()
    further.wait_for(state="visible", timeout=10_000)
    page.get_by_role("button", name="Guardar en study.toml").click()
    page.locator(".decide .status.settled", has_text="Guardado en study.toml").wait_for(timeout=30_000)
    stored = tomllib.loads((office.folder / "study.toml").read_text("utf-8"))["tables"]["orders"]
    assert stored["columns"]["delivery_ts"] == "Fecha entrega"
    page = visitor.open("00c_mapping", "es")
    page.get_by_label("Archivo").select_option("Pedidos.csv")
    page.get_by_role("button", name="Leer el archivo").click()
    page.get_by_text("study.toml conoce estos encabezados").wait_for(timeout=30_000)
    assert visitor.elsewhere == [] and visitor.errors == []
