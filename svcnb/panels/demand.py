"""Page 03: how much will be asked for: composition, forecast, sample, importance."""

from __future__ import annotations

from svcnb.figures import demand as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.demand import read_demand

APPROACHES = ("composition", "decomposition")


def fields(result, words):
    methods = result.table("forecast_methods")
    ids = list(methods["method_id"]) if len(methods) else []
    return (Field("approach", words("Approach"), "choice", result.decision.get("approach"),
                  tuple((a, read_code(a, words)) for a in APPROACHES)),
            Field("method", words("Forecasting method"), "choice", result.decision.get("method"),
                  tuple((m, read_code(m, words, "method_id")) for m in ids) or (("", words("none: no history")),)))


def check(result, tables, words):
    rows = tables.get("composition")
    if rows is None or not len(rows):
        return None
    row = rows.iloc[0]
    numbers = [float(row["n"]), round(float(row["orders_per_period"]), 3), round(float(row["units_per_order"]), 2)]
    answer = numbers[0] * numbers[1] * numbers[2]
    shown = " × ".join(words.number(v) for v in numbers)
    return Check(words("Group {group}: {n:0} customers, {orders} orders each in a period, {units} units an order, without "
                       "growth. What is its demand?", group=str(row["group_id"]), n=numbers[0], orders=numbers[1], units=numbers[2]),
                 answer, max(0.5, 0.005 * answer), working=shown,
                 mistakes=((numbers[0] * numbers[1], words("These are orders; demand here is in units.")),
                           (numbers[1] * numbers[2], words("That is one customer's demand; the group has more."))))


PAGE = Page(
    name="demand", step="demand", notebook="03_demand", title=N_("Demand"),
    question=N_("How much service will be asked for, and of what kind?"),
    ends_in=N_("Step 3 a–b, d · demand study · ends in: volume, sample and weights"),
    read=lambda result, tables, view, words: read_demand(result, words), fields=fields, check=check,
    pictures=(Picture("composition", N_("Composition of demand by group"), figures.plot_composition,
                      figures.describe_composition, ("composition",)),
              Picture("forecast", N_("Demand: history and forecast"), figures.plot_forecast, figures.describe_forecast,
                      ("forecast",)),
              Picture("importance", N_("Importance of the characteristics, points of 100"), figures.plot_importance,
                      figures.describe_importance, ("importance",)),
              Picture("distance", N_("Distance between expected and perceived service"), figures.plot_distance,
                      figures.describe_distance, ("distance",))),
    tables=(TableView("composition", N_("Composition of demand"), ("group_id", "n", "orders_per_period", "units_per_order",
                                                                   "growth", "demand")),
            TableView("forecast_methods", N_("Forecasting methods, chosen twice"), ("method_id", "score", "error", "note")),
            TableView("sample", N_("Sample"), ("segment_id", "population", "proportional", "per_stratum", "invitations", "answered")),
            TableView("importance", N_("Importance"), ("segment_id", "name", "points", "low", "high", "n")),
            TableView("forecast", N_("History and forecast"), ("series_id", "period", "kind", "value", "low", "high")),
            TableView("distance", N_("Expected and perceived service"), ("segment_id", "name", "expected", "perceived", "weight", "distance", "force", "side", "n"))),
    card=MethodCard(
        title=N_("Composition and decomposition"),
        quotation="permite amortiguar de manera proactiva los posibles efectos negativos por la variación brusca de la demanda",
        source=N_("Gómez, Acevedo, González 2004, S2:L217 to L228"),
        formula=N_("demand = Σ customers × orders per period × units per order × (1 + growth)"),
        assumes=N_("orders received, not shipped; groups that do not all move together"),
        fails=N_("forecasting shipments instead of demand, samples of happy customers, averages across segments"),
        **examples.COMPOSITION))
