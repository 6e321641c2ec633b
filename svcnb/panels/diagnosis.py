"""Page 00b: the measures of today's service, their product and the joint rate."""

from __future__ import annotations

from svcnb.figures import diagnosis as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.diagnosis import read_diagnosis

AGGREGATIONS = ("unit", "value", "line", "order", "customer")


def fields(result, words):
    measures = result.table("measures")
    if not len(measures):
        return ()
    measured = measures[measures["value"].notna()]
    options = tuple((m, f"{words(n)} ({m})") for m, n in zip(measured["measure_id"], measured["name"], strict=True)) \
        if "name" in measured else tuple((m, m) for m in measured["measure_id"])
    return (Field("measures", words("Measures that enter the general level"), "many", result.decision.get("measures"), options),
            Field("aggregation", words("Orders are counted by"), "choice", result.decision.get("aggregation"),
                  tuple((a, read_code(a, words)) for a in AGGREGATIONS)))


def check(result, tables, words):
    levels = tables.get("levels")
    if levels is None or len(levels) < 2:
        return None
    rounded = [round(float(v), 3) for v in levels["value"][:3]]
    product = 1.0
    for value in rounded:
        product *= value
    shown = " × ".join(words.number(v, 3) for v in rounded)
    return Check(words("The levels {levels} belong to the same orders. What is their product?", levels=shown), product, 0.0006,
                 working=shown, mistakes=(
                     (sum(rounded) / len(rounded), words("That is the mean: one bad measure would hide behind the good ones.")),
                     (min(rounded), words("That is the lowest measure: the product is below it, every measure costs."))))


COUNTED_IN = {"unit": "units", "value": "currency", "line": "lines", "order": "orders", "customer": "customers",
              "mean_order": "orders"}  # what the numbers of a row of the fill rates are
SHARES = {"value": "level", "low": "level_low", "high": "level_high", "importance": "importance_share"}


def adapt(result, view, words):
    """Beside the stored tables the same with names whose numbers are shares, for readers."""
    fill = result.table("fill")
    counted = {"fill_shown": fill.assign(unit=fill["level"].map(COUNTED_IN))} if len(fill) else {}
    return {**result.tables, **counted, **{f"{name}_shown": result.table(name).rename(columns=SHARES)
                                for name in ("measures", "levels", "competitors")}}


PAGE = Page(
    name="diagnosis", step="diagnosis", notebook="00b_diagnosis", title=N_("Diagnosis"),
    question=N_("How good is the service today, as customers receive it?"),
    ends_in=N_("Diagnosis · ends in: which measures enter the general level of service"),
    read=lambda result, tables, view, words: read_diagnosis(result, words), fields=fields, check=check,
    adapt=adapt,
    pictures=(Picture("level", N_("From the measures to the general level"), figures.plot_general_level,
                      figures.describe_general_level, ("levels", "general")),
              Picture("fill", N_("Fill rate by the level at which orders are counted"), figures.plot_fill,
                      figures.describe_fill, ("fill",)),
              Picture("fill_by_lines", N_("Orders of more lines are complete less often"), figures.plot_fill_by_lines,
                      figures.describe_fill_by_lines, ("fill_by_lines",)),
              Picture("competitors", N_("We and our best rival"), figures.plot_competitors, figures.describe_competitors,
                      ("competitors",))),
    tables=(TableView("measures_shown", N_("Measures"), ("measure_id", "level", "level_low", "level_high", "n", "state",
                                                          "reason")),
            TableView("levels_shown", N_("Measures in the general level"), ("measure_id", "level", "loss_share")),
            TableView("fill_shown", N_("Fill rates"), ("level", "rate", "numerator", "denominator", "unit")),
            TableView("competitors_shown", N_("Competitors"), ("name", "importance_share", "own", "best_rival", "rival",
                                                               "relative", "kind")),
            TableView("general", N_("The general level"), ("product", "joint", "joint_low", "joint_high", "lower", "upper", "equal_level", "n")),
            TableView("fill_by_lines", N_("Complete orders by their number of lines"), ("n_lines", "orders", "rate", "independent"))),
    card=MethodCard(
        title=N_("General level of service"),
        quotation="viene dada por la integración multiplicativa de los medidores particulares seleccionados",
        source=N_("Gómez, Acevedo, González 2004, S2:L100 to L123"),
        formula=N_("general level = product of the measures; joint level = share of orders that met every goal"),
        assumes=N_("the product equals the joint level only when failures are independent"),
        fails=N_("two measures of the same thing (M1 with M9, M3 with M11), measures of different sets compared"),
        **examples.GENERAL_LEVEL))
