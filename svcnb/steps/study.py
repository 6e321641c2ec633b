"""The study itself: which tables are there, how many rows, what is missing (page 00)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.steps.step import Proposal, Quantity, overlay
from svcnb.tables import TABLES as DEFINITIONS

TITLE = N_("Study")
QUESTION = N_("What do we know, and what is still missing?")
ENDS_IN = N_("ends in: which steps rest on data and which on experts")
TABLES = tuple(DEFINITIONS)
AFTER = ()


@dataclass(frozen=True)
class Parameters:
    """Nothing to set."""


def propose(study, decisions, parameters) -> Proposal:
    """Count what is there; the order tables are counted where they lie."""
    rows = []
    for name, table in DEFINITIONS.items():
        if study.has(name):
            n = count(study, name)
            rows.append({"table": name, "n": n, "meaning": table.meaning})
    present = {row["table"]: row["n"] for row in rows}
    quantities = {f"n_{name}": Quantity(present.get(name), "count")
                  for name in ("customers", "orders", "order_lines", "survey_respondents", "experts", "complaints")}
    missing = tuple(name for name in DEFINITIONS if name not in present)
    reasons = (*study.warnings,) + (() if present else (
        reason(N_("No table is there yet: each step runs on what experts say, marked as such."), level="missing"),))
    return Proposal(quantities=quantities, tables={"data": pd.DataFrame(rows, columns=["table", "n", "meaning"])},
                    reasons=reasons, missing=missing, evidence="data" if present else "assumed")


def count(study, name: str) -> int:
    """Rows of a table, without loading orders or lines."""
    if name in ("orders", "order_lines"):
        return int(getattr(study, name).count().execute())
    return len(study.table(name))


def decide(proposal, chosen) -> dict:
    return overlay(proposal.decision, chosen)
