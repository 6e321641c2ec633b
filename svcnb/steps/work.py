"""Who makes the work: spread of the customers, pairs of groups, activities, ABC against laboriousness (part of step 2).

Method.md 4.4: activity view, cost view, difference test; 4.1 b: nine cells. What "small" is and which advice a group gets
are house rules, as are the nine cells' advices (``methods.grouping.ADVICE``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.grouping import cross_classify, propose_splits
from svcnb.methods.laboriousness import laboriousness_class
from svcnb.steps.step import Quantity

TOPIC = "laboriousness"
QUANTILES = {"p10": 0.1, "lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75, "p90": 0.9}
PAIRS = ["group_id", "other_group", "n", "z", "p_value", "p_adjusted", "differ"]
ACTIVITIES = ["activity", "group_id", "laboriousness", "class", "weight", "n_drivers"]
CELLS = ["abc", "laboriousness_class", "n", "share", "share_value", "advice"]
SPLITS = ["group_id", "n", "n_clusters", "smallest", "h", "p_adjusted", "verdict"]
SPREAD = ["group_id", "name", "n", *QUANTILES]


@dataclass(frozen=True, eq=False)
class Views:
    """The tables laboriousness, pairs, activities, spread and cells, the numbers of the comparison, and reasons."""

    tables: dict[str, pd.DataFrame]
    quantities: dict[str, Quantity]
    reasons: tuple[Reason, ...]


def compare_work(rated, groups: pd.DataFrame, members: pd.DataFrame, classes, by: str, clusters, alpha: float) -> Views:
    """What the rated drivers and customers say about the groups.

    Parameters
    ----------
    rated : laborious.Work
    groups : the step's table groups
    members : customer_id, group_id and the values that ABC may go by
    classes : AbcClasses of the customers, None when there are none
    by : what ABC went by
    clusters : cluster of each customer, index customer_id (step clusters)
    alpha : level of significance
    """
    reasons: list[Reason] = []
    cells = _cells(rated.each, members, classes, by, reasons)
    table = _beside(rated.laboriousness, groups)
    tables = {"laboriousness": table, "pairs": _pairs(rated), "activities": _activities(rated.drivers),
              "spread": _spread(rated, groups), "cells": cells, "splits": _splits(rated, groups, clusters, alpha, reasons)}
    return Views(tables, _quantities(rated, cells), tuple(reasons))


def _beside(work: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Laboriousness beside the share of the revenue and the cost to serve one customer, with what follows from them."""
    share = groups.set_index("group_id")["share_revenue"].reindex(work["group_id"]).to_numpy()
    small = 1 / len(work) if len(work) else math.nan
    advice = [_advice(level, part, small) for level, part in zip(work["class"], share, strict=True)]
    return work.assign(share_revenue=share, cost_each=(work["cost_to_serve"] / work["n"]).where(work["n"] > 0), small=small,
                       advice=pd.Series(advice, index=work.index, dtype=object))


def _advice(level, share, small) -> str | None:
    """House rule: a laborious group is to be redesigned when it brings less than an equal share of the revenue."""
    if not isinstance(level, str) or share != share:
        return None
    return "keep" if level != "high" else "redesign" if share < small - 1e-9 else "watch"


def _pairs(rated) -> pd.DataFrame:
    """Dunn's test of each pair, the closest first."""
    if rated.merges is None:
        return pd.DataFrame(columns=PAIRS)
    n = rated.each["group_id"].value_counts()
    pairs = rated.merges.pairs.rename(columns={"first": "group_id", "second": "other_group"})
    return pairs.assign(n=[int(n[a] + n[b]) for a, b in zip(pairs["group_id"], pairs["other_group"], strict=True)])[PAIRS]


def _activities(drivers: pd.DataFrame) -> pd.DataFrame:
    """The weighted mean of the ratings of one activity's drivers, a row an activity and group."""
    rows, drivers = [], drivers[drivers["activity"] != ""]
    for (activity, group), part in drivers.groupby(["activity", "group_id"], sort=False):
        known = part.dropna(subset=["rating"])
        weight = float(known["weight"].sum())
        value = float((known["weight"] * known["rating"]).sum() / weight) if weight > 0 else math.nan
        rows.append((activity, group, value, laboriousness_class(value), float(part["weight"].sum()), len(known)))
    return pd.DataFrame(rows, columns=ACTIVITIES)


def _spread(rated, groups: pd.DataFrame) -> pd.DataFrame:
    by = rated.each.groupby("group_id")["laboriousness"] if len(rated.each) else None
    rows = []
    for row in groups.itertuples():
        if by is not None and row.group_id in by.groups:
            values = by.get_group(row.group_id)
            rows.append((row.group_id, row.name, len(values), *(float(values.quantile(q)) for q in QUANTILES.values())))
    return pd.DataFrame(rows, columns=SPREAD)


def _cells(each, members, classes, by, reasons) -> pd.DataFrame:
    """ABC against the laboriousness of single customers: nine cells; empty when either is not known."""
    if classes is None or not len(each):
        return pd.DataFrame(columns=CELLS)
    found = classes.classes.reindex(each.index)
    value = members.drop_duplicates("customer_id").set_index("customer_id")[by].reindex(each.index)
    try:
        result = cross_classify(found, each["laboriousness"].map(laboriousness_class), value)
    except NotComputable as error:
        reasons.append(error.reason)
        return pd.DataFrame(columns=CELLS)
    reasons += result.warnings
    return result.cells.rename(columns={"value_share": "share_value"})[CELLS].astype({"share_value": float})


def _splits(rated, groups, clusters, alpha, reasons) -> pd.DataFrame:
    """Whether the clusters inside a group make different work, and the test that supports a split (method.md 4.5).

    Only where experts rated the work: measured ratings are bands of what the clusters were made of, and always differ.
    """
    if not len(rated.each) or clusters.isna().all() or rated.evidence != "expert":
        return pd.DataFrame(columns=SPLITS)
    of = clusters[~clusters.index.duplicated()].reindex(rated.each.index)
    try:
        found = propose_splits(rated.each["laboriousness"], rated.each["group_id"], of, alpha=alpha)
    except NotComputable as error:
        reasons.append(error.reason)
        return pd.DataFrame(columns=SPLITS)
    names = dict(zip(groups["group_id"], groups["name"]))
    if found.proposed:
        reasons.append(reason(N_("The clusters inside {groups} make different work: they could be two groups. Split them on "
                                 "the page Join and split."), level="info",
                              groups=", ".join(names.get(group, group) for group in found.proposed)))
    return found.segments.rename(columns={"segment": "group_id"})[SPLITS]


def _quantities(rated, cells) -> dict[str, Quantity]:
    out = {}
    if rated.merges is not None:
        test, n, evidence = rated.merges.difference, rated.merges.n, rated.evidence
        closest = rated.merges.pairs.iloc[0]
        out = {"kruskal_h": Quantity(test.h, "", n, evidence=evidence),
               "difference_p": Quantity(test.p_value, "index", n, evidence=evidence),
               "difference_effect": Quantity(test.effect, "index", n, evidence=evidence),
               "groups_differ": Quantity(test.differ, "", n, evidence=evidence),
               "closest_p": Quantity(float(closest["p_adjusted"]), "index", n, evidence=evidence),
               "merge_verdict": Quantity(rated.merges.verdict, "", n, evidence=evidence)}
    if rated.cost_agreement is not None:
        value, n = rated.cost_agreement
        out["laboriousness_and_cost"] = Quantity(value, "index", n, evidence="expert")
    if len(cells):
        n = int(cells["n"].sum())
        for advice in ("redesign", "protect"):
            part = cells[cells["advice"] == advice]
            out[f"customers_{advice}"] = Quantity(int(part["n"].sum()), "count", n, evidence=rated.evidence)
            out[f"share_{advice}"] = Quantity(
                float(part["share_value"].sum()) if cells["share_value"].notna().any() else None, "share", n,
                evidence=rated.evidence)
    return out
