"""Three exports as clients send them, made from the shipped study, so that what must come out is known.

``spanish_office``  three csv of a Spanish Excel: cp1252, semicolons, decimal commas, 31/12/2025, Sí and No
``erp_dump``        one text file of an order system: tabs, German headings, order and line on one row, state codes
``survey_tool``     one workbook of a survey in wide form: a row a respondent, a column a question
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
STUDY = """# A client's study; this comment must stand after every mapping.
[study]
name = "{name}"
currency = "EUR"
period_start = 2024-07-01
period_end = 2026-06-30  # two years
language = "{language}"
"""
CUSTOMERS = 60
STATES_ES = {"open": "Pendiente", "delivered": "Entregado", "cancelled_supplier": "Anulado por proveedor",
             "cancelled_customer": "Anulado por cliente"}
STATES_ERP = {"open": "10", "delivered": "40", "cancelled_supplier": "91", "cancelled_customer": "92"}


def demo(table: str) -> pd.DataFrame:
    """A table of the shipped study as text, of the first customers only."""
    frame = pd.read_csv(DEMO / f"{table}.csv", dtype=str, keep_default_na=False)
    kept = {f"K{n:04d}" for n in range(1, CUSTOMERS + 1)}
    if "customer_id" in frame:
        return frame[frame.customer_id.isin(kept)].reset_index(drop=True)
    if "order_id" in frame:
        return frame[frame.order_id.isin(set(demo("orders").order_id))].reset_index(drop=True)
    if "respondent_id" in frame:
        return frame[frame.respondent_id.isin(set(demo("survey_respondents").respondent_id))].reset_index(drop=True)
    return frame


def _folder(folder: Path, name: str, language: str) -> Path:
    (folder / "inbox").mkdir(parents=True)
    (folder / "study.toml").write_text(STUDY.format(name=name, language=language), encoding="utf-8")
    return folder


def _day(text: str) -> str:
    return f"{text[8:10]}/{text[5:7]}/{text[:4]} {text[11:16]}".strip() if text else ""


def spanish_office(folder: Path) -> Path:
    """A study folder whose inbox holds Clientes.csv, Pedidos.csv and Líneas.csv."""
    inbox = _folder(folder, "Oficina", "es") / "inbox"
    yes = {"true": "Sí", "false": "No", "": ""}
    comma = lambda values: values.str.replace(".", ",", regex=False)
    c, o, line = demo("customers"), demo("orders"), demo("order_lines")
    _csv(inbox / "Clientes.csv", pd.DataFrame({
        "Cód. cliente": c.customer_id, "Razón social": c.name, "Zona": c.location, "Rama de actividad": c.branch,
        "Edad": c.age, "Facturación": comma(c.revenue), "Margen": comma(c.margin), "Nº pedidos": c.n_orders,
        "Teléfono": "955 000 000"}))
    _csv(inbox / "Pedidos.csv", pd.DataFrame({
        "Nº pedido": o.order_id, "Cód. cliente": o.customer_id, "Fecha pedido": o.order_ts.map(_day),
        "Fecha prometida": o.promised_ts.map(_day), "Fecha envío": o.ship_ts.map(_day),
        "Fecha entrega": o.delivery_ts.map(_day), "Estado": o.status.map(STATES_ES), "Urgente": o.is_emergency.map(yes),
        "Documentos correctos": o.docs_ok.map(yes), "Canal": o.channel, "Comercial": "Núñez; Peña"}))
    _csv(inbox / "Líneas.csv", pd.DataFrame({
        "Nº pedido": line.order_id, "Línea": line.line_no, "Artículo": line.sku, "Familia": line.product_family,
        "Cantidad pedida": comma(line.qty_ordered), "Cantidad primera entrega": comma(line.qty_first),
        "Cantidad entregada": comma(line.qty_total), "Precio unitario": comma(line.unit_price)}))
    return folder


def _csv(path: Path, frame: pd.DataFrame) -> None:
    frame.to_csv(path, sep=";", index=False, encoding="cp1252", lineterminator="\r\n")


def erp_dump(folder: Path) -> Path:
    """A study folder whose inbox holds VA05_export.txt: tabs, order and line on one row."""
    inbox = _folder(folder, "ERP", "en") / "inbox"
    rows = demo("order_lines").merge(demo("orders"), on="order_id").merge(demo("customers"), on="customer_id")
    point = lambda text: f"{text[8:10]}.{text[5:7]}.{text[:4]} {text[11:16]}".strip() if text else ""
    pd.DataFrame({
        "Auftragsnr": rows.order_id, "Pos": rows.line_no.str.zfill(6), "KUNNR": rows.customer_id, "NAME1": rows.name,
        "Ort": rows.location, "AUART": "TA", "WERKS": "1000", "AUDAT": rows.order_ts.map(point),
        "Wunschtermin": rows.promised_ts.map(point), "WADAT_IST": rows.ship_ts.map(point),
        "Lieferdatum": rows.delivery_ts.map(point), "Auftragsstatus": rows.status.map(STATES_ERP), "Artikelnr": rows.sku,
        "Warengruppe": rows.product_family, "KWMENG": rows.qty_ordered.str.replace(".", ","),
        "Liefermenge": rows.qty_total.str.replace(".", ","), "NETPR": rows.unit_price.str.replace(".", ","),
    }).to_csv(inbox / "VA05_export.txt", sep="\t", index=False, encoding="utf-8")
    return folder


def survey_tool(folder: Path) -> Path:
    """A study folder whose inbox holds results-survey.xlsx, a survey in wide form, and customers.csv beside it."""
    _folder(folder, "Encuesta", "es")
    demo("customers").to_csv(folder / "customers.csv", index=False)
    names = demo("components").set_index("component_id").spanish
    people = demo("survey_respondents")
    given = demo("survey_importance").pivot(index="respondent_id", columns="component_id", values="points")
    own = demo("survey_satisfaction").query("supplier == 'own'")
    seen, hoped = (own.pivot(index="respondent_id", columns="component_id", values=v) for v in ("perceived", "expected"))
    wide = pd.DataFrame({"ID de respuesta": people.respondent_id, "Fecha de envío": people.date,
                         "Última página": "3", "Código de cliente": people.customer_id})
    for title, block in (("Reparta 100 puntos según la importancia", given), ("¿Cómo percibe el servicio que recibe?", seen),
                         ("¿Qué servicio espera?", hoped)):
        for component in sorted(block, key=lambda c: int(c[1:])):
            wide[f"{title} [{names[component]}]"] = pd.to_numeric(people.respondent_id.map(block[component]))
    wide.to_excel(folder / "inbox" / "results-survey.xlsx", index=False)
    return folder
