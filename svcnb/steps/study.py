"""The study itself: which tables are there, how many rows, what is missing, wrong or left out (pages 00 and 00d)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

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
# Columns of the table "problems": as in svcnb.tables.problem.Problem; rule, repair, rows and beside are JSON.
PROBLEM = ("table", "file", "sheet", "kind", "row", "letter", "column", "value", "count", "of", "follows", "rule", "repair",
           "rows", "beside")


@dataclass(frozen=True)
class Parameters:
    """Nothing to set."""


def propose(study, decisions, parameters) -> Proposal:
    """Count what is there, where it lies; list what is wrong and what is left out. A bad table stops no page."""
    problems = study.problems()
    rows = [{"table": name, "n": study.n_rows(name), "meaning": table.meaning}
            for name, table in DEFINITIONS.items() if study.has(name)]
    present = {row["table"]: row["n"] for row in rows}
    quantities = {f"n_{name}": Quantity(present.get(name), "count")
                  for name in ("customers", "orders", "order_lines", "survey_respondents", "experts", "complaints")}
    quantities["n_problems"] = Quantity(sum(problem.count for problem in problems), "count")
    missing = tuple(name for name in DEFINITIONS if name not in present)
    notes = study.warnings
    reasons = (*notes,) + (() if present else (
        reason(N_("No table is there yet: each step runs on what experts say, marked as such."), level="missing"),))
    if problems:
        reasons += (reason(N_("{n} cells or rows have problems; the steps that read their tables wait until they are mended: "
                              "see the page Check."), n=quantities["n_problems"].value, level="missing"),)
    return Proposal(quantities=quantities, reasons=reasons, missing=missing, evidence="data" if present else "assumed",
                    tables={"data": pd.DataFrame(rows, columns=["table", "n", "meaning"]),
                            "problems": problems_frame(problems), "cells": cells_frame(study, problems),
                            "left_out": left_out_frame([*notes, *study.unasked, *study.unused])})


def also_reads(study) -> dict[str, str]:
    """What of the folder a result rests on beside its tables: files whose name is nearly that of a table."""
    from svcnb.tables.check import stray_files

    strays = stray_files(study.folder, {name: study.path(name) for name in DEFINITIONS})
    return {"files not read": ", ".join(problem.file for problem in strays)} if strays else {}


def problems_frame(problems) -> pd.DataFrame:
    """The problems as rows of plain values, in the order in which they are told."""
    rows = [{**{name: getattr(problem, name) for name in PROBLEM}, "rule": said(problem.rule), "repair": said(problem.repair),
             "rows": json.dumps(problem.rows), "beside": json.dumps(problem.beside)} for problem in problems]
    return pd.DataFrame(rows, columns=PROBLEM)


def cells_frame(study, problems) -> pd.DataFrame:
    """The cells around the problems: table, row, letter, text."""
    from svcnb.tables.excerpt import excerpt

    found = []
    for name in dict.fromkeys(problem.table for problem in problems if problem.kind not in ("stray", "more")):
        if study.path(name) is not None:
            found += excerpt(study.raw(name), [problem for problem in problems if problem.table == name])
    return pd.DataFrame(found, columns=["table", "row", "letter", "text"])


def left_out_frame(notes) -> pd.DataFrame:
    """What a file brings and no step reads, with the reason as JSON."""
    return pd.DataFrame([{"note": said(note)} for note in notes], columns=["note"])


def said(told) -> str:
    """A Reason as text that keeps its template and values."""
    return json.dumps(asdict(told), ensure_ascii=False, default=str)


def decide(proposal, chosen) -> dict:
    return overlay(proposal.decision, chosen)
