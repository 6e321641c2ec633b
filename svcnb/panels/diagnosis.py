"""Page 00b: the measures of today's service, their product and the joint rate."""

from __future__ import annotations

from svcnb.figures.diagnosis import *  # noqa: F403
from svcnb.i18n import N_
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.diagnosis import read_diagnosis

AGGREGATIONS = ("unit", "value", "line", "order", "customer")


def fields(result, words):
    measures = result.table("measures")
    if not len(measures):
        return ()
    measured = measures[measures["value"].notna()]
    options = tuple((m, f"{m} {words(n)}") for m, n in zip(measured["measure_id"], measured["name"], strict=True)) \
        if "name" in measured else tuple((m, m) for m in measured["measure_id"])
    return (Field("measures", words("Measures that enter the general level"), "many", result.decision.get("measures"), options),
            Field("aggregation", words("Orders are counted by"), "choice", result.decision.get("aggregation"),
                  tuple((a, words(a)) for a in AGGREGATIONS)))


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
