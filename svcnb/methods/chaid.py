"""CHAID: the tree of a nominal criterion whose branches are categories joined until they differ significantly.

Sources: "test de χ²" (S2:L205), of which CHAID is the successor; method.md 3.8, T18. Kass, G. V. (1980), "An exploratory
technique for investigating large quantities of categorical data", *Applied Statistics* 29, 119-127 (merging, floating
category, Bonferroni multipliers); Escobar, M. (1998), "Las aplicaciones del análisis de segmentación", *Empiria* 1,
13-49; IBM, *SPSS Statistics Algorithms*, CHAID (a group that is too small joins the most similar one). Kass's optional
step of splitting a merged group again is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import category_text, category_texts, is_measured
from svcnb.methods.columns import distinct_values, read_column
from svcnb.methods.growing import EXPERTS, FLOAT, NEAR, Offer, check_options, grow, read_explaining
from svcnb.methods.merging import (
    FLOATING,
    NOMINAL,
    ORDINAL,
    Merging,
    bonferroni,
    check_alpha,
    chi_square,
    is_significant,
    log_sf,
    merge_steps,
)
from svcnb.methods.predictors import MAX_CATEGORIES, Predictor, read_predictors
from svcnb.methods.trees import Node, SegmentTree

__all__ = ["bonferroni", "grow_tree", "merge_steps"]


@dataclass(frozen=True, eq=False)
class Classes:
    """A nominal criterion as ``growing.Criterion``: ``names`` of the classes, the ``target``'s place among them, the
    ``codes`` of the customers. Cells are the counts of the classes."""

    names: tuple[str, ...]
    target: int
    codes: np.ndarray

    def describe(self, at: np.ndarray, n_groups: int) -> list[dict]:
        return [{"n": int(counts.sum()), "value": float(counts[self.target] / counts.sum()), "ss": _spread(counts),
                 "counts": tuple(counts.tolist())} for counts in self.count(at, n_groups + 1)[:n_groups]]

    def count(self, cells: np.ndarray, n_cells: int) -> np.ndarray:
        k = len(self.names)
        return np.bincount(cells * k + self.codes, minlength=n_cells * k).reshape(n_cells, k)

    def customers(self, table: np.ndarray) -> np.ndarray:
        return table.sum(axis=1)


def grow_tree(frame: pd.DataFrame, criterion: str, predictors: Iterable[str], *, target=None,
              ordinal: Iterable[str] = (), missing: str = FLOAT, alpha_merge: float = 0.05, alpha_split: float = 0.05,
              min_parent: int = 50, min_child: int = 20, max_depth: int = 4, n_bands: int = 4,
              max_categories: int = MAX_CATEGORIES) -> SegmentTree:
    """Split the customers again and again by the predictor whose joined categories differ most significantly.

    For each predictor of a group: while some pair of categories (any pair if nominal, neighbours if ordinal) does not
    differ significantly (χ² of their rows, ``p >= alpha_merge``), the pair with the highest p is joined; then a joined
    category with fewer than ``min_child`` customers joins the one it differs least from (SPSS's rule); p of χ² of
    what is left is multiplied by ``bonferroni`` (at most to 1). The predictor with the smallest adjusted p splits if
    that is below ``alpha_split``. Equal pairs: the first in category order; equal predictors: the larger χ²/df, then
    the first given. p too small for the computer is compared by its logarithm (method.md 3.8, T18).

    Parameters
    ----------
    frame : one row a customer; not changed
    criterion : text, truth or codes; customers without it are left out and counted
    predictors : columns that may split
    target : the class whose share is the value of a segment. Default: yes if there is one; else of two classes the last
        in order, of more the most frequent; which one is ``tree.target`` and, unless it is yes, said
    ordinal : those predictors whose categories have an order (bands of numbers always have theirs)
    missing : "float": a blank is a category that may join any other. "exclude": the blanks of a predictor are left out
        of its test and follow the largest branch
    alpha_merge, alpha_split : levels of significance; p equal to them is not significant
    min_parent, min_child : customers of a group that may be split, and of a branch, at least
    max_depth : splits between the root and a segment, at most
    n_bands, max_categories : see ``read_predictors``

    Returns
    -------
    trees.SegmentTree : method chaid; branches in the order of their first category; a predictor whose categories
        are joined to one has ``n_groups`` 1 and no numbers in ``trials``

    Raises
    ------
    NotComputable
        the criterion is measured or has one class, or no predictor can split
    ParameterError
        an option is outside its range, or the target is no class

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["man"] * 50 + ["woman"] * 50,
    ...                        "dances": ["yes"] * 10 + ["no"] * 40 + ["yes"] * 30 + ["no"] * 20})
    >>> root, men, women = grow_tree(people, "dances", ["sex"]).nodes
    >>> root.split_on, f"{root.p_adjusted:.4g}", men.value, women.value
    ('sex', '4.456e-05', 0.2, 0.6)
    """
    check_options(missing, {}, min_parent=(min_parent, 2), min_child=(min_child, 1), max_depth=(max_depth, 1),
                  n_bands=(n_bands, 2), max_categories=(max_categories, 2))
    for alpha in (alpha_merge, alpha_split):
        check_alpha(alpha)
    names, codes = _read_classes(frame, criterion)
    known = codes >= 0
    aim, said = _target(names, codes[known], criterion, target)
    found, places, left_out = read_explaining(frame, criterion, known, predictors, missing=missing, ordinal=ordinal,
                                              n_bands=n_bands, max_categories=max_categories)
    classes = Classes(names, aim, codes[known].astype(np.int64))
    nodes, trials = grow(classes, found, places, missing=missing, stopped=partial(_stopped, min_parent, max_depth),
                         propose=partial(_propose, found, _spread(np.bincount(classes.codes)), alpha_merge, alpha_split,
                                         min_child))
    n = len(classes.codes)
    return SegmentTree("chaid", criterion, tuple(nodes), {predictor.name: predictor for predictor in found}, trials, n,
                       len(frame) - n, names, names[aim],
                       (*said, *left_out, *_cautions(nodes, min_parent, min_child, alpha_split)))


def _propose(predictors, total, alpha_merge, alpha_split, min_child, tables) -> list[Offer]:
    offers = [_offer(k, table, predictor, total, alpha_merge, alpha_split, min_child)
              for k, (table, predictor) in enumerate(zip(tables, predictors))]
    return [offer for _, offer in sorted(offers, key=lambda pair: pair[0])]


def _offer(k, table, predictor: Predictor, total, alpha_merge, alpha_split, min_child) -> tuple[tuple, Offer]:
    """What a predictor offers, behind what it is sorted by: log of the adjusted p, χ²/df from the largest, place."""
    there = np.flatnonzero(table.sum(axis=1) > 0)
    has_blank = bool((there == len(predictor.categories)).any())
    kind = NOMINAL if not predictor.is_ordinal else FLOATING if has_blank else ORDINAL
    groups, merged = Merging(table[there], kind).run(alpha_merge, min_child) if len(there) > 1 else ([], table)
    chi2, df = chi_square(merged) if len(groups) > 1 else (0.0, 0)
    if df < 1:
        return (0.0, 0.0, k), Offer(k)
    log_p = float(log_sf(chi2, df)[0])
    log_adjusted = min(0.0, math.log(bonferroni(len(there), len(groups), kind)) + log_p)
    gain = (_spread(merged.sum(axis=0)) - sum(_spread(row) for row in merged)) / total
    return (round(log_adjusted, 9), -chi2 / df, k), Offer(
        k, tuple(tuple(there[group].tolist()) for group in groups), chi2, df, math.exp(log_p), math.exp(log_adjusted), gain,
        passes=is_significant(log_adjusted, alpha_split))


def _spread(counts: np.ndarray) -> float:
    """Sum of squares of all classes: ``n - Σ n_k² / n``."""
    n = float(counts.sum())
    return n - float((np.asarray(counts, dtype=float) ** 2).sum()) / n


def _stopped(min_parent: int, max_depth: int, node: Node) -> str:
    if node.n < min_parent:
        return "small"
    if max(node.counts) == node.n:
        return "pure"
    return "depth" if node.depth >= max_depth else ""


def _read_classes(frame: pd.DataFrame, criterion: str) -> tuple[tuple[str, ...], np.ndarray]:
    """The classes in order, and each customer's (-1 unknown)."""
    _, distinct = distinct_values(read_column(frame, criterion), criterion)
    n = len({text for text in category_texts(distinct) if text is not None})
    if not n:
        raise NotComputable(N_("No customer has a known {criterion:word}."), criterion=criterion, fallback=EXPERTS)
    if is_measured(pd.Series(distinct)):
        raise NotComputable(N_("{criterion:word} is a measured number: CHAID explains classes."), criterion=criterion,
                            fallback=N_("Use AID, which explains means, or band the numbers into classes."))
    if n == 1:
        raise NotComputable(N_("All customers have the same {criterion:word}: there is nothing to explain."),
                            criterion=criterion, fallback=EXPERTS)
    if n > MAX_CATEGORIES:
        raise NotComputable(N_("{criterion:word} has {n} classes, too many to explain; join them into at most {most}."),
                            criterion=criterion, n=n, most=MAX_CATEGORIES, fallback=EXPERTS)
    (classes,), codes, _ = read_predictors(frame, [criterion], max_categories=n + 1)
    return classes.categories, codes[:, 0]


def default_class(names: tuple[str, ...], counts: np.ndarray) -> int:
    """Place of the class whose share is told: yes if there is one, else of two the last, else the most frequent.

    Examples
    --------
    >>> default_class(("no", "yes"), np.array([9, 1])), default_class(("a", "b", "c"), np.array([3, 5, 5]))
    (1, 1)
    """
    if "yes" in names:
        return names.index("yes")
    return 1 if len(names) == 2 else int(np.argmax(counts))


def _target(names: tuple[str, ...], codes: np.ndarray, criterion: str, target) -> tuple[int, list[Reason]]:
    if target is not None:
        if category_text(target) not in names:
            raise ParameterError(N_("{criterion} has no class {target}; the classes are {classes}."), criterion=criterion,
                                 target=category_text(target), classes=", ".join(names))
        return names.index(category_text(target)), []
    place = default_class(names, np.bincount(codes, minlength=len(names)))
    if names[place] == "yes":
        return place, []
    return place, [reason(N_("The value of a segment is the share of {target:word} in {criterion:word}; another class can be "
                             "chosen."), level="info", target=names[place], criterion=criterion)]


def _cautions(nodes: list[Node], min_parent: int, min_child: int, alpha_split: float) -> list[Reason]:
    root = nodes[0]
    if root.stopped == "small":
        return [reason(N_("{n} customers are fewer than the {least} that a group needs to be split: all stay one segment."),
                       n=root.n, least=min_parent)]
    if root.stopped:
        return [reason(N_("No column splits the customers in groups of {least} or more that differ significantly "
                          "(adjusted p below {alpha}): all stay one segment."), least=min_child, alpha=alpha_split)]
    splits = [node for node in nodes if node.split_on]
    weak = 0
    for node in splits:
        expected = np.outer([child.n for child in nodes if child.parent_id == node.node_id],
                            [count / node.n for count in node.counts if count])
        weak += bool(expected.min() < 1 or (expected < 5).mean() > 0.2 + NEAR)
    if not weak:
        return []
    return [reason(N_("{n} of the {splits} splits rest on small expected counts, where χ² is not reliable: raise the least "
                      "size of a segment."), n=weak, splits=len(splits))]
