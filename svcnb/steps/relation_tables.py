"""The tables of the step relations, for all customers together and for each group (part of step 2)."""

from __future__ import annotations

import math

import pandas as pd

from svcnb.methods.interdependence import CODES
from svcnb.methods.rfm import RULES

ALL = "all"
LISTED = 500  # customers, the largest first
NAMED = 3  # largest customers named in the matrix
CUSTOMERS = ["customer_id", "name", "group_id", "revenue", "share_revenue", "d_us", "d_cust", "relationship", "interdependence",
             "asymmetry", "borderline", "recency_days", "frequency", "monetary", "recency_score", "frequency_score",
             "monetary_score", "rfm_cell", "rfm_class", "recency_rank"]
MATRIX = ["group_id", "d_us", "d_cust", "relationship", "borderline", "n", "revenue", "share_revenue", "largest_names", "cut"]
RELATIONS = ["group_id", "relationship", "n", "share", "revenue", "share_revenue"]
CLASSES = ["group_id", "rfm_class", "n", "share", "value", "share_value"]
CELLS = ["group_id", "recency_score", "frequency_score", "n", "monetary_mean"]
GROUPS = ["group_id", "name", "n", "n_placed", "relationship", "share_revenue", "n_at_risk", "share_at_risk"]


def relation_tables(frame: pd.DataFrame, groups: dict, cut: float) -> dict[str, pd.DataFrame]:
    """customers (the largest), matrix, relationships, rfm_classes, rfm_cells and groups.

    Parameters
    ----------
    frame : one row a customer, columns CUSTOMERS
    groups : group_id -> record; each gets its own rows beside those of all
    """
    parts = {ALL: frame, **{group: frame[frame["group_id"] == group] for group in groups}}
    whole = {"matrix": (_matrix, MATRIX), "relationships": (_relationships, RELATIONS), "rfm_classes": (_classes, CLASSES),
             "rfm_cells": (_cells, CELLS)}
    tables = {"customers": frame.sort_values(["revenue", "customer_id"], ascending=[False, True]).head(LISTED).reset_index(
        drop=True)}
    for name, (make, columns) in whole.items():
        rows = [dict(row, group_id=group) for group, part in parts.items() for row in make(part)]
        tables[name] = pd.DataFrame(rows, columns=columns)
    tables["matrix"]["cut"] = cut
    tables["groups"] = pd.DataFrame([_group(group, row, parts[group], tables) for group, row in groups.items()], columns=GROUPS)
    return tables


def _matrix(part) -> list[dict]:
    """A row a place in the matrix: how many stand there, their revenue; the few or the largest by name."""
    placed = part.dropna(subset=["d_us", "d_cust"])
    placed = placed[placed["relationship"].notna()]
    total = placed["revenue"].sum()
    largest = set(placed.sort_values("revenue", ascending=False).head(NAMED)["customer_id"])
    rows = []
    for (us, them), inside in placed.groupby(["d_us", "d_cust"]):
        named = inside if len(placed) <= NAMED else inside[inside["customer_id"].isin(largest)]
        revenue = float(inside["revenue"].sum()) if inside["revenue"].notna().any() else math.nan
        rows.append({"d_us": us, "d_cust": them, "relationship": inside["relationship"].iloc[0],
                     "borderline": bool(inside["borderline"].iloc[0]), "n": len(inside), "revenue": revenue,
                     "share_revenue": revenue / total if total > 0 else math.nan,
                     "largest_names": ", ".join(named.sort_values("revenue", ascending=False)["name"])})
    return rows


def _relationships(part) -> list[dict]:
    placed = part[part["relationship"].notna()]
    if not len(placed):
        return []
    total = placed["revenue"].sum()
    rows = []
    for code in CODES.values():
        inside = placed[placed["relationship"] == code]
        revenue = float(inside["revenue"].sum()) if placed["revenue"].notna().any() else math.nan
        rows.append({"relationship": code, "n": len(inside), "share": len(inside) / len(placed), "revenue": revenue,
                     "share_revenue": revenue / total if total > 0 else math.nan})
    return rows


def _classes(part) -> list[dict]:
    """The classes of recency, frequency and monetary value in the order of their rules."""
    known = part[part["rfm_class"].notna()]
    if not len(known):
        return []
    total = known["monetary"].sum()
    rows = []
    for code in RULES:
        inside = known[known["rfm_class"] == code]
        value = float(inside["monetary"].sum()) if known["monetary"].notna().any() else math.nan
        rows.append({"rfm_class": code, "n": len(inside), "share": len(inside) / len(known), "value": value,
                     "share_value": value / total if total > 0 else math.nan})
    return rows


def _cells(part) -> list[dict]:
    known = part.dropna(subset=["recency_score", "frequency_score"])
    return [{"recency_score": int(r), "frequency_score": int(f), "n": len(inside),
             "monetary_mean": float(inside["monetary"].mean()) if inside["monetary"].notna().any() else math.nan}
            for (r, f), inside in known.groupby(["recency_score", "frequency_score"])]


def _group(group, row, part, tables) -> dict:
    """A group's proposed relation: the class that brings most of its revenue, else that of most customers."""
    own = tables["relationships"]
    own = own[own["group_id"] == group]
    by = "revenue" if own["revenue"].sum() > 0 else "n"
    best = own.sort_values(by, ascending=False, kind="stable").iloc[0] if len(own) else None
    risk = tables["rfm_classes"]
    risk = risk[(risk["group_id"] == group) & (risk["rfm_class"] == "at_risk")]
    return {"group_id": group, "name": str(row.get("name") or group), "n": len(part),
            "n_placed": int(part["relationship"].notna().sum()),
            "relationship": None if best is None else best["relationship"],
            "share_revenue": math.nan if best is None else float(best["share_revenue"]),
            "n_at_risk": int(risk["n"].iloc[0]) if len(risk) else 0,
            "share_at_risk": float(risk["share_value"].iloc[0]) if len(risk) else math.nan}
