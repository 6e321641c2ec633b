"""Competitor comparison: weighted index, relative performance by item, class of each item.

Source: "se hace necesario realizar un analisis comparativo del comportamiento de la competencia"
(S2:L125); method.md 2.5 (classes and delta are house rules).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_

NEAR = 1e-9
CLASSES = (N_("weakness"), N_("strength"), N_("parity"), N_("secondary"))


@dataclass(frozen=True, eq=False)
class SupplierComparison:
    """``indices`` Series supplier -> weighted index on the scale of the ratings, own supplier first;
    ``coverage`` share of the importance that the index rests on; ``table`` one row an item: item,
    importance (share), own, best_rival, rival, relative (own minus best rival), class."""

    indices: pd.Series
    coverage: float
    table: pd.DataFrame
    warnings: tuple[Reason, ...] = ()


def compare_suppliers(ratings: pd.DataFrame, importance, own: str = "own", cut: float | None = None,
                      delta: float = 0.5) -> SupplierComparison:
    """Compare our ratings with the competitors' item by item and by a weighted index.

    ``CI_x = sum w_c P_xc / sum w_c`` over the items rated for all suppliers; ``RP_c = P_own,c - max
    P_x,c``; an important item (importance >= cut) with ``RP < -delta`` is a weakness, with ``RP >=
    delta`` a strength, ``|RP| < delta`` parity; below the cut secondary (method.md 2.5, T12).

    Parameters
    ----------
    ratings : frame
        Rows items, columns suppliers (own among them), values on one scale, usually 0 to 10.
    importance : Series or mapping item -> points or shares, >= 0
    cut : share of importance from which an item counts; the mean share when None
    delta : difference that matters, in units of the ratings

    Raises
    ------
    NotComputable
        without our own ratings, a competitor, or an item that both rate

    Examples
    --------
    >>> ratings = pd.DataFrame({"own": [7, 6, 9], "K1": [8, 6.5, 7], "K2": [6, 8, 8]}, index=["a", "b", "c"])
    >>> compared = compare_suppliers(ratings, {"a": 0.40, "b": 0.35, "c": 0.25})
    >>> compared.indices.round(3).to_dict()
    {'own': 7.15, 'K1': 7.225, 'K2': 7.2}
    >>> compared.table["relative"].tolist()
    [-1.0, -2.0, 1.0]
    """
    rated = ratings.astype(float).dropna(how="all", axis=1)
    if own not in rated.columns:
        raise NotComputable(N_("Our own ratings are missing: there is nothing to compare competitors with."))
    rivals = [supplier for supplier in rated.columns if supplier != own]
    if not rivals:
        raise NotComputable(N_("No competitor is rated."),
                            fallback=N_("Let the sales force rate the competitors component by component."))
    points = pd.Series(importance, dtype=float).dropna()
    points = points[points >= 0]
    if points.sum() <= 0:
        raise NotComputable(N_("No item has an importance above 0: the comparison has no weights."))
    weights = points / points.sum()
    items = [item for item in rated.index if item in weights.index and pd.notna(rated.loc[item, own])
             and rated.loc[item, rivals].notna().any()]
    if not items:
        raise NotComputable(N_("No item is rated both for us and for a competitor."))
    cut = float(weights.mean()) if cut is None else cut
    rows = [_row(item, rated.loc[item], weights[item], own, rivals, cut, delta) for item in items]
    full = rated.loc[items].dropna().index
    coverage = float(weights[full].sum()) if len(full) else 0.0
    warnings = []
    if coverage <= 0:
        indices = pd.Series(dtype=float)
        warnings.append(reason(N_("No item is rated for all suppliers: the weighted index is not measured.")))
    else:
        suppliers = [own, *rivals]
        indices = rated.loc[full, suppliers].mul(weights[full], axis=0).sum() / coverage
        if coverage < 1 - NEAR:
            warnings.append(reason(N_("The weighted index rests on {share:%} of the importance: the other items "
                                      "are not rated for all suppliers."), share=coverage))
    return SupplierComparison(indices, coverage, pd.DataFrame(rows), tuple(warnings))


def _row(item, rated: pd.Series, weight: float, own: str, rivals: list, cut: float, delta: float) -> dict:
    rival = rated[rivals].idxmax()
    relative = float(rated[own] - rated[rival])
    if weight < cut - NEAR:
        kind = "secondary"
    elif relative >= delta - NEAR:
        kind = "strength"
    else:
        kind = "weakness" if relative < -delta - NEAR else "parity"
    return {"item": item, "importance": float(weight), "own": float(rated[own]), "best_rival": float(rated[rival]),
            "rival": rival, "relative": relative, "class": kind}
