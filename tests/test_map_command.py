"""``svcnb map`` at a terminal and in a script: what it asks, what it refuses, by whole messages."""

from __future__ import annotations

import tomllib

import pandas as pd
import pytest
from click.testing import CliRunner

from svcnb import cli
from svcnb.commands import map as command
from svcnb.errors import ParameterError, StudyError
from tests.exports.clients import erp_dump, spanish_office


def mapped(*arguments, typed=None):
    return CliRunner().invoke(cli.cli, ["map", *map(str, arguments)], obj={"language": "en"}, input=typed)


def refused(*arguments) -> str:
    done = mapped(*arguments)
    assert isinstance(done.exception, (StudyError, ParameterError)), done.output
    return str(done.exception)


def stored(folder) -> dict:
    return tomllib.loads((folder / "study.toml").read_text("utf-8")).get("tables", {})


@pytest.fixture
def office(tmp_path):
    return spanish_office(tmp_path / "office")


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(command, "_somebody_answers", lambda: True)


def test_a_person_answers_at_a_terminal(tmp_path, terminal):
    """Six questions: the likely columns by Enter, the words one by one, a wrong answer is asked again; then stored."""
    folder = erp_dump(tmp_path / "erp")
    done = mapped(folder / "inbox" / "VA05_export.txt",
                  typed="\nNo such heading\nAuftragsstatus\nopen\nnonsense\ndelivered\ncancelled_supplier\n"
                        "cancelled_customer\ny\n")
    assert done.exit_code == 0, done.output
    assert "order_lines: which column is qty_total? (- for none; likely: " in done.output
    assert "orders.status: what is '10'? (- for none of open, delivered, cancelled_supplier, cancelled_customer)" in done.output
    assert "VA05_export.txt has no column 'No such heading'; there are Auftragsnr, Pos, KUNNR" in done.output
    assert stored(folder)["orders"]["values"]["status"] == {
        "10": "open", "40": "delivered", "91": "cancelled_supplier", "92": "cancelled_customer"}
    assert stored(folder)["order_lines"]["columns"]["qty_total"] == "Liefermenge"


def test_a_person_may_leave_it(office, terminal):
    done = mapped(office / "inbox" / "Pedidos.csv", typed="n\n")
    assert (done.exit_code, stored(office)) == (0, {})
    assert done.output.endswith("No se guardó nada; --yes lo guarda.\n")


def test_a_script_without_yes_stores_nothing(office):
    done = mapped(office / "inbox" / "Pedidos.csv", "--lang", "en")
    assert (done.exit_code, stored(office)) == (0, {})
    assert done.output.endswith("Nothing was stored; --yes stores it.\n")


def test_undo_takes_the_last_mapping_back(office):
    before = (office / "study.toml").read_bytes()
    assert mapped(office / "inbox" / "Pedidos.csv", "--yes").exit_code == 0
    assert (office / "study.toml").read_bytes() != before
    done = mapped("--undo", office, "--lang", "en")
    assert done.output.endswith("study.toml is as it was before the last mapping.\n")
    assert (office / "study.toml").read_bytes() == before


def test_a_file_from_elsewhere_is_copied_into_the_inbox(office, tmp_path):
    outside = tmp_path / "Pedidos 2027.csv"
    (office / "inbox" / "Pedidos.csv").rename(outside)
    done = mapped(outside, office, "--yes", "--lang", "en")
    assert done.exit_code == 0, done.output
    assert (office / "inbox" / "Pedidos 2027.csv").read_bytes() == outside.read_bytes()
    assert stored(office)["orders"]["file"] == "inbox/Pedidos 2027.csv"
    outside.write_text("Pedido;Cliente\n1;K\n")
    assert refused(outside, office) == (
        f"{office / 'inbox' / 'Pedidos 2027.csv'} is there already and is another file; rename one of the two.")


def test_a_column_left_out_and_another_taken(office):
    done = mapped(office / "inbox" / "Pedidos.csv", "--column", "channel=Comercial", "--column", "is_emergency=", "--yes")
    assert done.exit_code == 0, done.output
    assert stored(office)["orders"]["columns"]["channel"] == "Comercial"
    assert "is_emergency" not in stored(office)["orders"]["columns"]


@pytest.mark.parametrize(("arguments", "message"), [
    (["--column", "status"], "--column status has no =; write e.g. --column order_id=Pedido."),
    (["--word", "status=open"], "--word status=open has no : and =; write e.g. --word status:Entregado=delivered."),
    (["--column", "colour=Estado"],
     "colour is a column of 0 tables of this file; write TABLE.COLUMN with one of orders."),
    (["--column", "orders.colour=Estado"],
     "colour is no column of orders that a file brings; there are order_id, customer_id, order_ts, promised_ts, ship_ts, "
     "delivery_ts, status, is_emergency, emergency_goal_h, docs_ok, condition_ok, info_ok, channel."),
    (["--column", "status=Color"],
     "Pedidos.csv has no column 'Color'; there are Nº pedido, Cód. cliente, Fecha pedido, Fecha prometida, Fecha envío, "
     "Fecha entrega, Estado, Urgente, Documentos correctos, Canal, Comercial."),
    (["--word", "status:Entregado=done"],
     "done is no code word of status; there are open, delivered, cancelled_supplier, cancelled_customer."),
    (["--word", "status:Roto=open"],
     "status has no word 'Roto' in the file; there are Entregado, Anulado por proveedor, Anulado por cliente, Pendiente."),
    (["--table", "order"], "There is no table order; near are orders, order_lines, offers.")])
def test_answers_that_cannot_be_meant(office, arguments, message):
    assert sorted(refused(office / "inbox" / "Pedidos.csv", *arguments).split(", ")) == sorted(message.split(", "))
    assert stored(office) == {}


def test_what_cannot_be_mapped(office, tmp_path, monkeypatch):
    (office / "inbox" / "weather.csv").write_text("Latitude,Humidity,Wind\n1,2,3\n")
    assert refused(office / "inbox" / "weather.csv") == (
        "weather.csv is like none of our tables; name the one it feeds with --table.")
    assert refused(office / "inbox" / "gone.csv") == f"{office / 'inbox' / 'gone.csv'} is not there or is no file."
    monkeypatch.chdir(tmp_path)
    assert refused(office / "inbox" / "Pedidos.csv", "demo") == (
        "demo comes with svcnb and is not changed; map files into a study of your own (svcnb new).")
    assert refused("--undo", office) == (
        f"{office} holds no study.toml from before a mapping; there is nothing to take back.")


def test_a_workbook_with_several_sheets(office):
    """Which sheet is asked once; what study.toml says of it is taken the next time."""
    path = office / "inbox" / "Datos.xlsx"
    frame = pd.DataFrame({"Pedido": ["1", "2"], "Cliente": ["K1", "K2"], "Estado": ["Entregado", "Pendiente"]})
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"Notas": ["x"]}).to_excel(book, sheet_name="Notas", index=False)
        frame.to_excel(book, sheet_name="Ventas", index=False)
    assert refused(path) == "Datos.xlsx has several sheets with cells (Notas, Ventas); name one with --sheet."
    assert mapped(path, "--sheet", "Ventas", "--yes").exit_code == 0
    assert stored(office)["orders"]["sheet"] == "Ventas"
    done = mapped(path, "--yes", "--lang", "en")
    assert done.output.startswith("study.toml knows these headings: nothing has to be asked.\n")
    assert stored(office)["orders"]["sheet"] == "Ventas"
