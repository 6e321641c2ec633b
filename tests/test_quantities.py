"""Every number of every step has a name in words, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from svcnb import steps
from svcnb.i18n import words_in
from svcnb.sentences.columns import COLUMNS
from svcnb.sentences.quantities import QUANTITIES, quantity_name

SOURCES = sorted(Path(steps.__file__).parent.glob("*.py"))


def _written() -> set[str]:
    """The names that the steps give, as they stand in their sources, without what a name is of."""
    found = set()
    for path in SOURCES:
        text = path.read_text("utf-8")
        found |= set(re.findall(r'"([a-z_0-9]+)": Quantity\(', text))
        found |= set(re.findall(r'\[f?"([a-z_0-9]+?)[._]?(?:\{[^"]*)?"\] = Quantity\(', text))
    return found


def test_every_name_is_found_in_the_sources():
    assert len(_written()) > 60 and {"ns_goal", "level", "gini"} <= _written()


def test_every_number_has_a_name():
    families = ("fill",)  # fill_<level>: the six stand one by one
    assert sorted(name for name in _written() if name not in QUANTITIES and name not in COLUMNS and name not in families) == []


@pytest.mark.parametrize("name, english, spanish", [
    ("customers.S1", "customers: S1", "clientes: S1"),
    ("level_M11", "level of the measure: Completeness of orders", "nivel del medidor: Completamiento de los pedidos"),
    ("parity_cost_G2", "cost of matching the competitor: G2", "costo de igualar al competidor: G2"),
    ("weighted_satisfaction_S1", "Weighted satisfaction: S1", "Satisfacción ponderada: S1"),
    ("something_new", "something_new", "something_new")])
def test_names(name, english, spanish):
    assert quantity_name(name, words_in("en")) == english
    assert quantity_name(name, words_in("es")) == spanish
