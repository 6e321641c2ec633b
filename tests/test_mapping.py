"""Which column is which: proposals, what is asked, what is kept, and how it is read afterwards."""

from __future__ import annotations

import os
import tomllib

import pyarrow as pa
import pytest

from svcnb.errors import OutputError, StudyError
from svcnb.i18n import words_in
from svcnb.tables.mapping import propose_table, propose_tables
from svcnb.tables.mapping_apply import as_declared
from svcnb.tables.mapping_store import BEFORE, store_sources, undo_store
from svcnb.tables.mapping_survey import survey_format
from svcnb.tables.mapping_values import near_code, profile
from svcnb.tables.readers import RawTable
from svcnb.tables.schemas import TABLES
from svcnb.tables.sources import Source, read_sources

EN, ES = words_in("en"), words_in("es")


def bare(headings, rows=()) -> RawTable:
    columns = list(zip(*rows)) or [()] * len(headings)
    cells = pa.table([pa.array(range(2, len(rows) + 2), pa.int64()), *(pa.array(list(c), pa.string()) for c in columns)],
                     names=["row", *(f"c{i}" for i in range(len(headings)))])
    return RawTable("orders", "export.csv", list(headings), cells)


ORDERS = bare(["Nº pedido", "Cód. cliente", "Fecha pedido", "Fecha entrega", "Situación", "Urgente"], [
    ["0007", "K1", "03/01/2026 10:00", "31/01/2026 09:30", "Servido", "Sí"],
    ["0008", "K2", "04/02/2026 11:00", "", "Pendiente", "No"]])


# what is proposed ------------------------------------------------------------------------------------
def test_a_spanish_export_of_orders():
    """The table is told from its headings; ``Servido`` stands among the words for delivered, ``Pendiente`` for open."""
    (proposal,) = propose_tables(ORDERS)
    assert proposal.table.name == "orders"
    assert proposal.columns == {"order_id": "Nº pedido", "customer_id": "Cód. cliente", "order_ts": "Fecha pedido",
                                "delivery_ts": "Fecha entrega", "status": "Situación", "is_emergency": "Urgente"}
    assert proposal.codes == {"status": {"Servido": "delivered", "Pendiente": "open"},
                              "is_emergency": {"Sí": "true", "No": "false"}}
    assert proposal.dates == ("dd/mm/yyyy",)
    assert proposal.open_questions == []
    assert [EN.reason(r) for r in proposal.matches["order_ts"].reasons] == [
        "the name is like 'order received' (100.0 %)", "100.0 % of its cells fit"]


def test_order_and_line_on_one_row_feed_both_tables():
    """Two lines of one order: two order lines, and orders with rows that repeat."""
    raw = bare(["VBELN", "POSNR", "KUNNR", "AUDAT", "VDATU", "MATNR", "KWMENG"],
               [["1", "10", "K", "20260103", "20260105", "A", "3"], ["1", "20", "K", "20260103", "20260105", "B", "4"]])
    found = {p.table.name: p for p in propose_tables(raw)}
    assert set(found) == {"orders", "order_lines"}
    assert (found["orders"].distinct, found["order_lines"].distinct) == (True, False)
    assert found["orders"].dates == ("yyyymmdd",)


def test_a_survey_in_wide_form():
    """Importance asks for points, perceives for perceived, expects for expected; the component stands in the brackets."""
    raw = bare(["Timestamp", "Importance, share 100 points [Delivery time]", "Importance, share 100 points [Attitude]",
                "How do you rate what you receive? [Attitude]", "What do you expect? [Attitude]"],
               [["2026-01-03 10:00:00", "60", "40", "7", "8"]])
    assert survey_format(raw.headings) == "google_forms"
    assert {p.table.name: p.columns for p in propose_tables(raw)} == {
        "survey_respondents": {"date": "Timestamp"},
        "survey_importance": {"C9.points": raw.headings[1], "C10.points": raw.headings[2]},
        "survey_satisfaction": {"C10.perceived": raw.headings[3], "C10.expected": raw.headings[4]}}


def test_a_timestamp_alone_is_no_survey():
    raw = bare(["Timestamp", "Order", "Customer", "Status"], [["2026-01-03 10:00:00", "1", "K", "delivered"]])
    assert [p.table.name for p in propose_tables(raw)] == ["orders"]


def test_nothing_like_our_tables():
    assert propose_tables(bare(["Latitude", "Humidity", "Wind"], [["1", "2", "3"]])) == []


def test_ids_that_a_loaded_table_has_are_a_reason():
    """All three ids are customers: 100 %. The heading alone (Ref) says only that it is some id."""
    raw = bare(["Pedido", "Ref"], [["1", "K1"], ["2", "K2"], ["3", "K3"]])
    blind = propose_table(raw, "orders").matches.get("customer_id")
    found = propose_table(raw, "orders", {"customers.customer_id": frozenset(["K1", "K2", "K3", "K9"])}).matches["customer_id"]
    assert blind is None
    assert (found.heading, found.sure) == ("Ref", False)
    assert [EN.reason(r) for r in found.reasons] == ["100.0 % of its ids are in customers"]


# what is asked ---------------------------------------------------------------------------------------
def questions(raw, table, words=EN):
    return [words.reason(q) for q in propose_table(raw, table).open_questions]


def test_dates_that_fit_two_ways_are_asked():
    raw = bare(["Pedido", "Cliente", "Fecha pedido"], [["1", "K", "01/02/2026"], ["2", "K", "03/04/2026"]])
    assert questions(raw, "orders") == ["how are the dates written? These fit: dd/mm/yyyy, mm/dd/yyyy"]
    assert questions(raw, "orders", ES) == ["¿cómo están escritas las fechas? Encajan: dd/mm/yyyy, mm/dd/yyyy"]


def test_one_cell_far_down_tells_the_order_of_dates_and_brings_a_new_word():
    """Row 2501 is beyond the sample of 2000: its 31/12 can only be day first, its word is asked like any other."""
    rows = [["1", "K", "01/02/2026", "Entregado"]] * 2500 + [["2", "K", "31/12/2026", "Perdido"]]
    raw = bare(["Pedido", "Cliente", "Fecha pedido", "Estado"], rows)
    proposal = propose_table(raw, "orders")
    assert proposal.dates == ("dd/mm/yyyy",)
    assert proposal.codes["status"] == {"Entregado": "delivered", "Perdido": ""}
    assert questions(raw, "orders") == ["which code word of status is 'Perdido'?"]


def test_two_headings_for_one_column_are_asked():
    """``Kunde`` and ``Kundennummer`` may both be the customer: neither is taken silently."""
    asked = questions(bare(["Auftrag", "Kunde", "Kundennummer"]), "orders")
    assert asked == ["which column is customer_id? Kunde is likely (95.0 %)"]


def test_a_word_that_was_not_understood_is_asked():
    """Delivery 1 and date 0.45 are shared, frumiosa 1 is not: 2 × 1.45 / (2.45 + 1.45) = 0.744, × 0.95 without cells."""
    assert questions(bare(["Pedido", "Cliente", "Fecha entrega frumiosa"]), "orders") == [
        "which column is delivery_ts? Fecha entrega frumiosa is likely (70.6 %)"]


def test_a_needed_column_that_is_not_there_is_asked():
    assert questions(bare(["Cliente", "Estado"]), "orders") == [
        "which column is order_id? Nothing like it was found"]


def test_a_heading_that_stands_twice_is_proposed_once():
    proposal = propose_table(bare(["Pedido", "Cliente", "Estado", "Estado"], [["1", "K", "open", "x"]]), "orders")
    assert proposal.columns["status"] == "Estado"
    assert proposal.codes == {}  # the first one's word is already ours


@pytest.mark.parametrize(("codes", "word", "near"), [
    (TABLES["orders"].by_name["status"].values, "ENTREGADO", "delivered"),
    (TABLES["orders"].by_name["status"].values, "in Bearbeitung", "open"),
    (TABLES["order_lines"].by_name["error_type"].values, "Sin error", "none"),
    (TABLES["returns"].by_name["reason"].values, "dañado", "damaged"),
    (TABLES["orders"].by_name["status"].values, "Parcial", "open"),
    (TABLES["orders"].by_name["status"].values, "por", ""),
    (TABLES["orders"].by_name["status"].values, "C", "")])
def test_near_code_words(codes, word, near):
    assert near_code(codes, word)[0] == near


def test_a_likely_word_is_proposed_and_asked():
    """Shipped is not yet delivered, and cancelled does not say by whom: each is proposed, none is taken."""
    raw = bare(["Pedido", "Cliente", "Estado"], [["1", "K", "Enviado"], ["2", "K", "Anulado"], ["3", "K", "Entregado"]])
    assert propose_table(raw, "orders").codes["status"] == {
        "Enviado": "open", "Anulado": "cancelled_customer", "Entregado": "delivered"}
    assert questions(raw, "orders") == ["which code word of status is 'Anulado'?", "which code word of status is 'Enviado'?"]


def test_profile_of_cells():
    """Three filled cells: two numbers (one whole) of three, a comma; a column with a word is no column of dates."""
    found = profile(["1,5", "2", "", "x", None])
    assert (found.n, found.filled, round(found.numbers, 3), round(found.whole, 3), found.decimal, found.dates) == (
        4, 3, 0.667, 0.333, ",", ())


# how it is kept --------------------------------------------------------------------------------------
TOML = """# ours
[study]
name = "X"  # the title
currency = "EUR"
period_start = 2026-01-01
period_end = 2026-12-31

[tables]  # where they are
orders = "old.csv"  # of last year
customers = "c.csv"

[scales.survey_satisfaction]
scale_min = 1
scale_max = 5
"""
MAPPED = Source(file="inbox/a.csv", decimal=",", dates="dd/mm/yyyy", columns={"order_id": "Nº pedido"},
                values={"status": {"En \"curso\"": "open"}})


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_store_keeps_everything_else_letter_by_letter(tmp_path, end):
    path = tmp_path / "study.toml"
    before = TOML.replace("\n", end).encode()
    path.write_bytes(before)
    assert store_sources(tmp_path, {"orders": MAPPED}) == tmp_path / BEFORE
    text = path.read_bytes().decode()
    assert text.replace("\r\n", "\n") == TOML.replace('orders = "old.csv"  # of last year\n', "").replace(
        "\n[scales", """
[tables.orders]
file = "inbox/a.csv"
decimal = ","
dates = "dd/mm/yyyy"

[tables.orders.columns]
order_id = "Nº pedido"

[tables.orders.values.status]
"En \\"curso\\"" = "open"

[scales""")
    assert (b"\r\n" in path.read_bytes()) == (end == "\r\n")
    assert read_sources(tomllib.loads(text)["tables"], tmp_path)["orders"] == MAPPED
    undo_store(tmp_path)
    assert path.read_bytes() == before
    with pytest.raises(StudyError) as caught:
        undo_store(tmp_path)
    assert str(caught.value) == f"{tmp_path} holds no study.toml from before a mapping; there is nothing to take back."


def test_store_again_changes_only_what_changed(tmp_path):
    (tmp_path / "study.toml").write_text(TOML)
    store_sources(tmp_path, {"orders": MAPPED})
    path = tmp_path / "study.toml"
    path.write_text(path.read_text().replace('order_id = "Nº pedido"', 'order_id = "Nº pedido"  # they call it so'))
    store_sources(tmp_path, {"orders": Source(file="inbox/b.csv", columns={"order_id": "Nº pedido", "customer_id": "C"},
                                              distinct=True)})
    assert tomllib.loads(path.read_text())["tables"]["orders"] == {
        "file": "inbox/b.csv", "distinct": True, "columns": {"order_id": "Nº pedido", "customer_id": "C"}}
    assert "# they call it so" in path.read_text()


def test_store_refuses_what_study_toml_may_not_hold(tmp_path):
    (tmp_path / "study.toml").write_text(TOML)
    with pytest.raises(StudyError) as caught:
        store_sources(tmp_path, {"orders": Source(file="../a.csv")})
    assert str(caught.value) == ('study.toml: tables.orders.file = "../a.csv" is outside the study\'s folder; '
                                 "put the file into the folder and write its name.")
    assert (tmp_path / "study.toml").read_text() == TOML
    assert not (tmp_path / BEFORE).exists()


def test_a_disk_that_refuses_leaves_study_toml_whole(tmp_path, monkeypatch):
    (tmp_path / "study.toml").write_text(TOML)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError) as caught:
        store_sources(tmp_path, {"orders": MAPPED})
    assert str(caught.value) == (
        f"{tmp_path / BEFORE} cannot be written (No space left on device); nothing was changed.")
    assert (tmp_path / "study.toml").read_text() == TOML
    assert [p.name for p in tmp_path.iterdir()] == ["study.toml"]


# how it is read afterwards ---------------------------------------------------------------------------
def test_headings_words_and_rows_as_declared():
    """Two lines of order 1 say the same of the order: one row, at the first row's place; ``note`` is no column of ours."""
    raw = bare(["Nº pedido", "customer_id", "Estado", "note"],
               [["1", "K", " Servido ", "a"], ["1", "K", "Servido", "b"], ["2", "L", "Perdido", ""]])
    source = Source(columns={"order_id": "Nº  pedido", "status": "Estado"}, values={"status": {"Servido": "delivered"}},
                    distinct=True)
    read = as_declared(raw, TABLES["orders"], source)
    assert read.headings == ["order_id", "customer_id", "status"]
    assert read.cells.to_pydict() == {"row": [2, 4], "c0": ["1", "2"], "c1": ["K", "L"], "c2": ["delivered", "Perdido"]}
    assert read.problems == []


def test_rows_are_numbered_where_the_file_has_no_key():
    """Lines count within their order: 1, 2 for the first, 1 for the second; a complaint is called by its row."""
    raw = bare(["Pedido", "Cantidad"], [["1", "3"], ["1", "4"], ["2", "5"]])
    proposal = propose_table(raw, "order_lines")
    assert proposal.columns == {"order_id": "Pedido", "line_no": "#", "qty_ordered": "Cantidad"}
    assert [EN.reason(q) for q in proposal.open_questions if q.values["column"] == "line_no"] == [
        "line_no is not in the file: shall the rows be numbered (#)?"]
    source = proposal.source("a.csv")
    assert (source.numbered, source.columns) == ("line_no", {"order_id": "Pedido", "qty_ordered": "Cantidad"})
    read = as_declared(raw, TABLES["order_lines"], source)
    assert read.headings == ["order_id", "qty_ordered", "line_no"]
    assert read.cells["c2"].to_pylist() == ["1", "2", "1"]
    complaints = as_declared(bare(["Cliente"], [["K"], ["L"]]), TABLES["complaints"],
                             Source(columns={"customer_id": "Cliente"}, numbered="complaint_id"))
    assert complaints.cells["c1"].to_pylist() == ["r2", "r3"]


def test_numbered_names_a_key_of_the_table(tmp_path):
    with pytest.raises(StudyError) as caught:
        read_sources({"order_lines": {"numbered": "order_id"}}, tmp_path)
    assert str(caught.value) == 'study.toml: tables.order_lines.numbered = "order_id" is not known; write one of line_no.'


def test_an_undeclared_file_is_not_touched():
    raw = bare(["a", "a", ""], [["1", "2", "3"]])
    assert as_declared(raw, TABLES["orders"], Source(decimal=",")) is raw
    assert raw.headings == ["a", "a", ""]


def test_a_heading_that_went_away_is_one_problem():
    raw = bare(["Pedido", "Cliente"], [["1", "K"]])
    read = as_declared(raw, TABLES["orders"], Source(columns={"order_id": "Nº pedido", "customer_id": "Cliente"}))
    assert [p.line(EN) for p in read.problems] == [
        "export.csv: column Nº pedido is not in the heading any more; study.toml reads it as order_id; say which column it is "
        "now: svcnb map export.csv, or correct [tables.orders.columns] in study.toml."]
    assert [p.line(ES) for p in read.problems] == [
        "export.csv: la columna Nº pedido ya no está en el encabezado; study.toml la lee como order_id; diga qué columna es "
        "ahora: svcnb map export.csv, o corrija [tables.orders.columns] en study.toml."]
    assert read.absent == ("order_id",)
