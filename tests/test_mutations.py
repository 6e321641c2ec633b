"""The short form of goal B1: 300 bad studies, seeded, drawn over every kind of rule (``python tests/mutations.py`` has all)."""

from __future__ import annotations

import random

import pytest

from svcnb.tables import TABLES
from tests import mutations


def test_every_rule_of_the_schema_is_drawn_from():
    """Each type, range, enumeration, key, reference and order that a table states has its mutation."""
    rules = set(mutations.schema_rules())
    for table in TABLES.values():
        for column in table.columns:
            wanted = {"spreadsheet error"} | ({"type"} if column.type not in ("str", "enum") else set())
            wanted |= {"enum"} if column.values else set()
            wanted |= {"below"} if column.low is not None else set()
            wanted |= {"above"} if column.high is not None else set()
            wanted |= {"reference"} if column.refers else set()
            wanted |= {"year"} if column.type in ("ts", "date") else set()
            wanted |= {"empty"} if not column.nullable and column.default is None else set()
            wanted |= {"column missing"} if column.required and len(table.columns) > 1 else set()
            assert {kind for name, kind, what in rules if (name, what) == (table.name, column.name)} >= wanted
        assert not table.key or (table.name, "key", ", ".join(table.key)) in rules
        assert {(table.name, "order", f"{a}, {b}") for a, b in table.ordered} <= rules


@pytest.mark.parametrize("part", range(6))
def test_the_report_names_exactly_the_mutated_cells(part, tmp_path):
    """No traceback, no silent acceptance, no false alarm in 50 studies of each seed."""
    failed, drawn, made = mutations.run(50, 1000 + part, tmp_path)
    assert made >= 50 and len({rule[1] for rule in drawn}) >= 10
    assert [vars(outcome) for outcome in failed] == []


@pytest.mark.parametrize("name", ["customers", "orders", "survey_satisfaction", "offers", "queue_observations"])
def test_the_valid_study_is_valid(name, tmp_path):
    """The harness can tell: without a mutation there is no problem; a report that misses one is noticed."""
    sheets = mutations.study_of(name)
    assert mutations.check(tmp_path / "valid", sheets, []) == mutations.Outcome([])
    lost = mutations.Mutation((name, "type", "x"), name, frozenset({2}), frozenset({"x"}), "y")
    assert len(mutations.check(tmp_path / "lost", sheets, [lost]).silent) == 2
    rule = next(rule for rule in mutations.schema_rules() if rule[:2] == (name, "spreadsheet error"))
    mutations.Breaker(sheets, name, random.Random(1)).apply(rule)
    assert len(mutations.check(tmp_path / "false", sheets, []).false) == 2
