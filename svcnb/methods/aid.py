"""Automatic Interaction Detection: the tree of dichotomies that explains most of a numeric criterion.

Sources: "los métodos más utilizados ... AID" (S2:L205); method.md 3.7, T17. Morgan, J. N. & Sonquist, J. A. (1963),
"Problems in the analysis of survey data, and a proposal", *JASA* 58, 415-434; Sonquist, J. A., Baker, E. L. & Morgan,
J. N. (1973), *Searching for Structure*, Ann Arbor. That the best dichotomy of unordered categories cuts them in the
order of their means: Fisher, W. D. (1958), *JASA* 53, 789-798.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.columns import read_column
from svcnb.methods.growing import FLOAT, NEAR, Offer, check_options, check_varied, grow, read_explaining
from svcnb.methods.predictors import MAX_CATEGORIES, Predictor
from svcnb.methods.trees import Node, SegmentTree

NUMBERS = ("boolean", "integer", "floating", "mixed-integer-float", "decimal")


@dataclass(frozen=True, eq=False)
class Numbers:
    """A numeric criterion as ``growing.Criterion``: ``mean`` of all, and each customer's ``deviation`` from it, so that
    no sum of squares is the small difference of two large numbers. Cells are (n, sum of deviations)."""

    mean: float
    deviation: np.ndarray

    def describe(self, at: np.ndarray, n_groups: int) -> list[dict]:
        n, total = self.count(at, n_groups + 1).T
        mean = np.divide(total, n, out=np.zeros(len(n)), where=n > 0)
        ss = np.bincount(at, weights=(self.deviation - mean[at]) ** 2, minlength=n_groups + 1)
        return [{"n": int(n[k]), "value": float(self.mean + mean[k]), "ss": float(ss[k])} for k in range(n_groups)]

    def count(self, cells: np.ndarray, n_cells: int) -> np.ndarray:
        return np.column_stack([np.bincount(cells, minlength=n_cells).astype(float),
                                np.bincount(cells, weights=self.deviation, minlength=n_cells)])

    def customers(self, table: np.ndarray) -> np.ndarray:
        return table[:, 0]


def grow_tree(frame: pd.DataFrame, criterion: str, predictors: Iterable[str], *, monotonic: Iterable[str] = (),
              missing: str = FLOAT, min_group: float | None = None, min_child: float | None = None,
              min_share: float = 0.02, min_gain: float = 0.006, max_depth: int = 4, n_bands: int = 4,
              max_categories: int = MAX_CATEGORIES) -> SegmentTree:
    """Split the customers again and again into the two groups that differ most in the criterion.

    Of group g, ``TSS = Σ (y - ȳ)²``; a dichotomy explains ``BSS = TSS - TSS_1 - TSS_2``. Of all predictors' cuts that
    leave ``min_child`` customers on both sides, the one with the largest BSS is made if ``BSS >= min_gain`` times the
    TSS of all. A free predictor is cut in the order of its categories' means, a monotonic or banded one in its own.
    Next comes the group with the largest TSS (so the nodes are numbered), of those with ``n >= min_group`` and ``TSS >=
    min_share`` times the TSS of all; the others stop as small or pure. ``R² = Σ BSS / TSS`` is ``explained_share``
    (method.md 3.7, T17).

    Parameters
    ----------
    frame : one row a customer; not changed
    criterion : numeric, 0/1 or true/false; customers without a finite value are left out and counted
    predictors : columns that may split
    monotonic : those of them whose categories keep their order
    missing : "float": a blank is a category; of a free predictor it is sorted by its mean, of a monotonic one it joins
        the better side of the cut or stands alone. "exclude": the blanks of a predictor are left out of its cut and
        follow the larger branch
    min_group : RMIN, the smallest group that may be split; default max(25, 5 % of n)
    min_child : NMIN, the smallest branch; default max(5, RMIN / 2)
    min_share, min_gain : P1 and P2, shares of the sum of squares of all
    max_depth : splits between the root and a segment, at most
    n_bands, max_categories : see ``read_predictors``

    Returns
    -------
    trees.SegmentTree : method aid; branches with the higher mean (of those tested) first; of a split ``statistic`` is
        BSS; a predictor without a cut that may be made has ``n_groups`` 1 and no numbers in ``trials``. Ties go to the
        first cut in order, and to the first predictor given

    Raises
    ------
    NotComputable
        the criterion is no number, or the same for all, or no predictor can split
    ParameterError
        an option is outside its range

    Examples
    --------
    >>> orders = pd.DataFrame({"region": ["North"] * 3 + ["South"] * 3 + ["East"] * 3,
    ...                        "type": list("RRIRIIRII"), "orders": [12, 14, 16, 20, 22, 24, 13, 15, 17]})
    >>> tree = grow_tree(orders, "orders", ["region", "type"], min_group=3, min_child=3, min_gain=0.02)
    >>> [(node.split_on, node.statistic) for node in tree.nodes if node.split_on], round(tree.explained_share, 5)
    ([('region', 112.5), ('type', 13.5)], 0.91304)
    """
    check_options(missing, {"min_share": min_share, "min_gain": min_gain}, max_depth=(max_depth, 1), n_bands=(n_bands, 2),
                  max_categories=(max_categories, 2), min_group=(2 if min_group is None else min_group, 2),
                  min_child=(1 if min_child is None else min_child, 1))
    numbers, known = _read_numbers(frame, criterion)
    found, codes, said = read_explaining(frame, criterion, known, predictors, missing=missing, ordinal=monotonic,
                                         n_bands=n_bands, max_categories=max_categories)
    n, total = len(numbers.deviation), float((numbers.deviation**2).sum())
    min_group = max(25, 0.05 * n) if min_group is None else min_group
    min_child = max(5, min_group / 2) if min_child is None else min_child
    nodes, trials = grow(numbers, found, codes, missing=missing,
                         propose=partial(_propose, found, total, min_child, min_gain),
                         stopped=partial(_stopped, min_group, min_share * total, max_depth))
    nodes, trials = _in_split_order(nodes, trials)
    return SegmentTree("aid", criterion, nodes, {predictor.name: predictor for predictor in found}, trials, n,
                       len(frame) - n, warnings=(*said, *_cautions(nodes[0], criterion, min_group, min_child, min_gain)))


def deviations_of(values: np.ndarray, criterion: str) -> tuple[Numbers, np.ndarray]:
    """The finite values as ``Numbers``, and which customers have one.

    Raises
    ------
    NotComputable
        nobody has one, or all have the same, or they are too large to be squared

    Examples
    --------
    >>> read, known = deviations_of(np.array([1.0, np.nan, 4.0]), "orders")
    >>> read.mean, read.deviation.tolist(), known.tolist()
    (2.5, [-1.5, 1.5], [True, False, True])
    """
    known = np.isfinite(values)
    y = values[known]
    check_varied(criterion, len(y), bool(len(y)) and y.min() < y.max())
    with np.errstate(over="ignore", invalid="ignore"):  # said below
        mean = float(y.mean())
        read = Numbers(mean, y - mean)
        if not np.isfinite((read.deviation**2).sum()):
            raise NotComputable(N_("The values of {criterion} are too large to be squared and added."), criterion=criterion,
                                fallback=N_("Write the criterion in a larger unit, for example in millions."))
    return read, known


def _read_numbers(frame: pd.DataFrame, criterion: str) -> tuple[Numbers, np.ndarray]:
    values = read_column(frame, criterion)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object)
    if values.notna().any() and pd.api.types.infer_dtype(values, skipna=True) not in NUMBERS:
        raise NotComputable(N_("{criterion:word} is no number: AID explains means."), criterion=criterion,
                            fallback=N_("Use CHAID for classes, or a column of 0 and 1 for the class that matters."))
    return deviations_of(pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan), criterion)


def _stopped(min_group: float, least_ss: float, max_depth: int, node: Node) -> str:
    if node.n < min_group - NEAR:
        return "small"
    if node.ss <= 0 or node.ss < least_ss * (1 - NEAR):
        return "pure"
    return "depth" if node.depth >= max_depth else ""


def _propose(predictors, total, min_child, min_gain, tables) -> list[Offer]:
    offers = [_best_cut(k, table, predictor, total, min_child, min_gain)
              for k, (table, predictor) in enumerate(zip(tables, predictors))]
    return sorted(offers, key=lambda offer: -round(offer.gain, 9) if offer.groups else 1.0)  # equals stay as given


def _best_cut(k: int, table: np.ndarray, predictor: Predictor, total: float, min_child: float, min_gain: float) -> Offer:
    n, sums = table.T
    order, has_blank = _order(n, sums, predictor)
    size, below = np.cumsum(n[order]), np.cumsum(sums[order])
    all_n, all_sum = (n.sum(), sums.sum())
    if has_blank:  # after the last place the blank stands alone; and each cut may have it on the lower side
        size, below = (np.concatenate([part, part[:-1] + blank]) for part, blank in ((size, n[-1]), (below, sums[-1])))
    may = (size >= min_child - NEAR) & (all_n - size >= max(min_child - NEAR, 0.5))
    if not may.any():
        return Offer(k)
    bss = np.full(len(size), -1.0)
    bss[may] = (below[may] - size[may] * all_sum / all_n) ** 2 * all_n / (size[may] * (all_n - size[may]))
    best = int(np.argmax(bss >= bss.max() * (1 - NEAR)))
    lower = set(order[:best % len(order) + 1].tolist())
    if best >= len(order):
        lower.add(len(n) - 1)
    upper = set(np.flatnonzero(n > 0).tolist()) - lower
    low, high = below[best] / size[best], (all_sum - below[best]) / (all_n - size[best])
    groups = (upper, lower) if high > low else (lower, upper)
    statistic = float(bss[best])
    return Offer(k, tuple(tuple(sorted(group)) for group in groups), statistic, gain=statistic / total,
                 passes=statistic > 0 and statistic / total >= min_gain - NEAR)


def _order(n: np.ndarray, sums: np.ndarray, predictor: Predictor) -> tuple[np.ndarray, bool]:
    """Places of the categories present in the order of their cuts; whether a blank floats beside them."""
    there = np.flatnonzero(n > 0)
    blank = len(predictor.categories)
    if predictor.is_ordinal:
        return there[there < blank], bool((there == blank).any()) and len(there) > 1
    means = sums[there] / n[there]
    spread = float(np.ptp(means)) if len(means) else 0.0
    if spread > 0:  # means that differ by the order of summation only are equal, and keep the categories' order
        means = np.round(means / spread, 9)
    return there[np.argsort(means, kind="stable")], False


def _in_split_order(nodes: list[Node], trials: pd.DataFrame) -> tuple[tuple[Node, ...], pd.DataFrame]:
    """The same tree numbered as AID makes it: the group with the largest sum of squares is split next."""
    children: dict[int, list[int]] = {}
    for node in nodes[1:]:
        children.setdefault(node.parent_id, []).append(node.node_id)
    new = {0: 0}
    waiting = [(-1.0, 0, 0)] if children else []
    while waiting:
        for child in children[heapq.heappop(waiting)[2]]:
            new[child] = len(new)
            if child in children:
                heapq.heappush(waiting, (-round(nodes[child].ss / nodes[0].ss, 9), new[child], child))
    moved = [replace(node, node_id=new[node.node_id], parent_id=new.get(node.parent_id)) for node in nodes]
    trials = trials.assign(node_id=trials["node_id"].map(new)).sort_values("node_id", kind="stable", ignore_index=True)
    return tuple(sorted(moved, key=lambda node: node.node_id)), trials


def _cautions(root: Node, criterion: str, min_group: float, min_child: float, min_gain: float) -> list[Reason]:
    if root.stopped == "small":
        return [reason(N_("{n} customers are fewer than the {least} that a group needs to be split: all stay one segment."),
                       n=root.n, least=min_group)]
    if root.stopped:
        return [reason(N_("No column splits the customers in two groups of {least} or more that explain {share:%} of the "
                          "differences in {criterion:word}: all stay one segment."), least=min_child, share=min_gain,
                       criterion=criterion)]
    return []
