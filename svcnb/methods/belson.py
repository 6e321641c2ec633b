"""Belson's method: which column divides the customers best into those above and those below the average.

Sources: "los métodos más utilizados ... Belson" (S2:L205); method.md 3.6, T16. Belson, W. A. (1959), "Matching and
prediction on the principle of biological classification", *Applied Statistics* 8, 65-75; the rule of pooling and D as
taught in Spanish marketing courses (method.md section 17, W9 and W11b).

**With blanks** a column is judged on the customers that have it, against *their* share p (or mean): only then do the two
halves deviate by the same number, ``D(G+) = D(G−)``. Without blanks that p is the share of all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.aid import Numbers, deviations_of
from svcnb.methods.categories import category_text, is_measured
from svcnb.methods.chaid import Classes, default_class
from svcnb.methods.columns import read_categories, read_column
from svcnb.methods.growing import (
    BLANKS,
    EXCLUDE,
    NEAR,
    Offer,
    check_options,
    check_varied,
    grow,
    read_explaining,
)
from svcnb.methods.predictors import MAX_CATEGORIES, Predictor, read_predictors
from svcnb.methods.trees import Node, SegmentTree

COLUMNS = ["predictor", "power", "power_share", "categories_above", "categories_below", "n_above", "n_below", "value_above",
           "value_below", "n", "n_missing", "missing_share"]


@dataclass(frozen=True, eq=False)
class Ranking:
    """Columns in the order of their discriminating power.

    ``table`` : predictor; power (D, customers for a class, units of the criterion times customers for a number);
    power_share (of the D of a column that tells the customers apart perfectly, 0 to 1); categories_above and
    categories_below (texts: G+ and G−); n_above, n_below; value_above, value_below (share of the target or mean, None
    when nobody is there); n (customers with a known value of the column), n_missing and missing_share (without one); the
    most powerful first, equals as given. ``value`` is the share of ``target`` or the mean (``target`` empty) of the ``n``
    customers with a known criterion; ``n_missing`` the others. ``first`` is the column that divides first, None when none
    divides.
    """

    table: pd.DataFrame
    value: float
    n: int
    n_missing: int
    target: str
    first: str | None
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class Dichotomy:
    """``above``: which categories are G+; ``power``: D; ``n`` and ``value`` (share or mean) of G+ and of G−."""

    above: np.ndarray
    power: float
    n: tuple[float, float]
    value: tuple[float | None, float | None]


def rank_predictors(frame: pd.DataFrame, criterion: str, predictors: Iterable[str], *, target=None,
                    ordinal: Iterable[str] = (), n_bands: int = 4, max_categories: int = MAX_CATEGORIES) -> Ranking:
    """Rank columns by how far the better half of their categories lies from the average.

    The categories with a share of the target above p go to G+, all others to G− (equal to p: G−); ``D = |yes(G+) −
    p n(G+)|``, of a measured criterion ``D = n(G+) |ȳ(G+) − ȳ|``. The perfect D is ``n p (1 − p)``, of a measured
    criterion ``Σ|y − ȳ| / 2``, which is the same when y is 0 or 1 (method.md 3.6).

    Parameters
    ----------
    frame : one row a customer; not changed
    criterion : classes (text, truth, few codes) or a measured number; unknown and infinite values are left out and counted
    predictors : columns to rank; numbers are banded by quantiles
    target : the class whose share counts, against all others; default: ``yes`` or true if it is there, else the last in
        order of two classes, else the most frequent
    ordinal, n_bands, max_categories : see ``read_predictors``; the dichotomy does not ask for neighbours

    Raises
    ------
    NotComputable
        the criterion is unknown, or the same for all, or has too many classes; no column can split
    ParameterError
        the target is no class of the criterion, or an option is outside its range

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["man"] * 50 + ["woman"] * 50,
    ...                        "dances": ["yes"] * 10 + ["no"] * 40 + ["yes"] * 30 + ["no"] * 20})
    >>> found = rank_predictors(people, "dances", ["sex"])
    >>> found.value, found.table[["power", "categories_above", "value_above"]].to_numpy().tolist()
    (0.4, [[10.0, 'woman', 0.6]])
    """
    check_options(EXCLUDE, {}, n_bands=(n_bands, 2), max_categories=(max_categories, 2))
    read, known, reasons = read_criterion(frame, criterion, target, max_categories)
    found, codes, said = read_explaining(frame, criterion, known, predictors, missing=EXCLUDE, ordinal=ordinal,
                                         n_bands=n_bands, max_categories=max_categories)
    n = int(known.sum())
    rows = []
    for predictor, column in zip(found, codes.T):
        width, has = len(predictor.categories), column >= 0
        table = read.count(np.where(has, column, width).astype(np.int64), width + 1)[:width]
        rows.append(_ranked(predictor, _dichotomise(read, table), _perfect(read, has), n))
    order = sorted(range(len(rows)), key=lambda k: -round(rows[k]["power"] / (n * _spread(read)), 12))
    table = pd.DataFrame([rows[k] for k in order], columns=COLUMNS)
    first = table["predictor"].iloc[0] if table["power"].iloc[0] > 0 else None
    told = [one for one in said if one.template not in BLANKS.values()]  # the table has each column's blanks
    if first is None:
        told.append(reason(N_("No column divides the customers: all its categories have the same {criterion:word}."),
                           criterion=criterion))
    root = read.describe(np.zeros(n, dtype=np.int64), 1)[0]
    return Ranking(table, root["value"], n, len(frame) - n, _classes(read)[1], first, (*reasons, *told))


def grow_tree(frame: pd.DataFrame, criterion: str, predictors: Iterable[str], *, target=None, ordinal: Iterable[str] = (),
              min_power: float = 0.05, min_group: int = 30, max_depth: int = 4, n_bands: int = 4,
              max_categories: int = MAX_CATEGORIES) -> SegmentTree:
    """Divide the customers by the most powerful column, and each half again by its own.

    Crossing the dichotomies of v columns would make 2^v segments, most of them small; so a half is divided by the column
    that has the largest D *inside it*, until D is below ``min_power`` times the number of all customers (of a measured
    criterion: times its standard deviation too, so that the unit does not matter) or the group is smaller than
    ``min_group`` (method.md 3.6, step 5; house rule).

    Parameters
    ----------
    frame, criterion, predictors, target, ordinal, n_bands, max_categories : see ``rank_predictors``
    min_power : least D, as a share of all customers with a known criterion
    min_group : smallest group that may be divided
    max_depth : splits between the root and a segment, at most

    Returns
    -------
    trees.SegmentTree : method belson; of two branches G+ comes first; ``statistic`` is D. A blank, and a category that
        nobody of the group has, follows the larger branch; an absent band or ordered category goes with its lower
        neighbour (the lowest with the upper)

    Raises
    ------
    NotComputable, ParameterError
        see ``rank_predictors``

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["man"] * 50 + ["woman"] * 50,
    ...                        "dances": ["yes"] * 10 + ["no"] * 40 + ["yes"] * 30 + ["no"] * 20})
    >>> grow_tree(people, "dances", ["sex"]).segments[["segment_id", "n", "value"]].to_numpy().tolist()
    [['S1', 50, 0.6], ['S2', 50, 0.2]]
    """
    check_options(EXCLUDE, {"min_power": min_power}, min_group=(min_group, 2), max_depth=(max_depth, 1),
                  n_bands=(n_bands, 2), max_categories=(max_categories, 2))
    read, known, reasons = read_criterion(frame, criterion, target, max_categories)
    found, codes, said = read_explaining(frame, criterion, known, predictors, missing=EXCLUDE, ordinal=ordinal,
                                         n_bands=n_bands, max_categories=max_categories)
    n = int(known.sum())
    root = read.describe(np.zeros(n, dtype=np.int64), 1)[0]
    scale = n * (float(np.std(read.deviation, ddof=1)) if isinstance(read, Numbers) else 1.0)
    nodes, trials = grow(read, found, codes, missing=EXCLUDE,
                         propose=partial(_propose, read, root["ss"], scale, min_power),
                         stopped=partial(_stopped, min_group, NEAR * root["ss"], max_depth))
    return SegmentTree("belson", criterion, tuple(nodes), {predictor.name: predictor for predictor in found}, trials, n,
                       len(frame) - n, *_classes(read),
                       (*reasons, *said, *_cautions(nodes[0], criterion, min_group, min_power)))


def read_criterion(frame: pd.DataFrame, criterion: str, target=None, max_categories: int = MAX_CATEGORIES
                   ) -> tuple[Numbers | Classes, np.ndarray, list[Reason]]:
    """The criterion of the customers who have one, as numbers or as classes; which customers they are (shape (n,)); and what
    is to be said of it. Raises as ``rank_predictors``."""
    values = read_column(frame, criterion)
    if pd.api.types.is_float_dtype(values):
        values = values.mask(np.isinf(values.to_numpy(dtype=float, na_value=np.nan)))
    texts = read_categories(values, criterion)
    if is_measured(values):
        if target is not None:
            raise ParameterError(N_("{criterion:word} is a measured number and has no class {target}; leave the target out."),
                                 criterion=criterion, target=str(target))
        numbers = pd.to_numeric(values.astype(object), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        return *deviations_of(numbers, criterion), []
    known, n_classes = texts.notna().to_numpy(), texts.nunique()
    check_varied(criterion, int(known.sum()), n_classes > 1)
    if n_classes > max_categories:
        raise NotComputable(N_("{column} has {n} different values: too many to be categories."), column=criterion,
                            n=n_classes, fallback=N_("Band the values or merge categories before counting."))
    (read,), codes, _ = read_predictors(pd.DataFrame({criterion: values}), [criterion], max_categories=max_categories + 1)
    kept = codes[known, 0].astype(np.int64)
    chosen, said = _target(read.categories, np.bincount(kept), criterion, target)
    return Classes(read.categories, read.categories.index(chosen), kept), known, said


def _target(classes: tuple[str, ...], counts: np.ndarray, criterion: str, target) -> tuple[str, list[Reason]]:
    if target is not None:
        if category_text(target) not in classes:
            raise ParameterError(N_("{criterion:word} has no class {target}; its classes are {classes}."), criterion=criterion,
                                 target=str(target), classes=", ".join(classes))
        return category_text(target), []
    chosen = classes[default_class(classes, counts)]
    return chosen, [reason(N_("The share of {target} in {criterion:word} is what tells the customers apart."), level="info",
                           target=chosen, criterion=criterion)]


def _classes(read: Numbers | Classes) -> tuple[tuple[str, ...], str]:
    return ((), "") if isinstance(read, Numbers) else (read.names, read.names[read.target])


def _spread(read: Numbers | Classes) -> float:
    """The unit of a tolerance: 1 for shares, the largest deviation for numbers."""
    return float(np.abs(read.deviation).max()) if isinstance(read, Numbers) else 1.0


def _dichotomise(read: Numbers | Classes, table: np.ndarray) -> Dichotomy:
    n, sums = read.customers(table), table[:, 1 if isinstance(read, Numbers) else read.target]
    if not n.any():
        return Dichotomy(np.zeros(len(n), dtype=bool), 0.0, (0, 0), (None, None))
    value = sums.sum() / n.sum()
    above = (n > 0) & (sums - value * n > NEAR * _spread(read) * n)
    sides = [(n[side].sum(), sums[side].sum()) for side in (above, ~above)]
    origin = read.mean if isinstance(read, Numbers) else 0.0
    power = float(abs(sides[0][1] - value * sides[0][0])) if above.any() else 0.0
    return Dichotomy(above, power, (sides[0][0], sides[1][0]),
                     tuple(float(origin + total / size) if size else None for size, total in sides))


def _perfect(read: Numbers | Classes, has: np.ndarray) -> float:
    """The D of a column that tells these customers apart perfectly."""
    y = read.deviation[has] if isinstance(read, Numbers) else (read.codes[has] == read.target) * 1.0
    return float(np.abs(y - y.mean()).sum() / 2) if len(y) else 0.0


def _ranked(predictor: Predictor, found: Dichotomy, perfect: float, n: int) -> dict:
    known = int(sum(found.n))
    sides = [", ".join(name for name, is_above in zip(predictor.categories, found.above) if is_above == side)
             for side in (True, False)]
    return {"predictor": predictor.name, "power": found.power,
            "power_share": min(1.0, found.power / perfect) if perfect > 0 else None,
            "categories_above": sides[0], "categories_below": sides[1], "n_above": int(found.n[0]),
            "n_below": int(found.n[1]), "value_above": found.value[0], "value_below": found.value[1], "n": known,
            "n_missing": n - known, "missing_share": (n - known) / n}


def _propose(read, total_ss: float, scale: float, min_power: float, tables: list[np.ndarray]) -> list[Offer]:
    offers = [_offer(read, k, table, total_ss, scale, min_power) for k, table in enumerate(tables)]
    return sorted(offers, key=lambda offer: -round(offer.statistic / scale, 12))  # equals stay as given


def _offer(read, k: int, table: np.ndarray, total_ss: float, scale: float, min_power: float) -> Offer:
    found = _dichotomise(read, table)
    if found.power <= 0:
        return Offer(k, statistic=0.0, gain=0.0)
    there = read.customers(table) > 0
    groups = tuple(tuple(np.flatnonzero(there & side).tolist()) for side in (found.above, ~found.above))
    sums = table[:, 1:] if isinstance(read, Numbers) else table
    halves = [sums[list(places)].sum(axis=0) for places in groups]
    between = sum((half**2).sum() / size for half, size in zip(halves, found.n)) - (sum(halves) ** 2).sum() / sum(found.n)
    return Offer(k, groups, found.power, gain=float(between / total_ss),
                 passes=found.power >= min_power * scale * (1 - NEAR))


def _stopped(min_group: int, least_ss: float, max_depth: int, node: Node) -> str:
    if node.n < min_group:
        return "small"
    if node.ss <= least_ss:
        return "pure"
    return "depth" if node.depth >= max_depth else ""


def _cautions(root: Node, criterion: str, min_group: int, min_power: float) -> list[Reason]:
    if root.stopped == "small":
        return [reason(N_("{n} customers are fewer than the {least} that a group needs to be split: all stay one segment."),
                       n=root.n, least=min_group)]
    if root.stopped:
        return [reason(N_("No column reaches the least power of {share:%} in {criterion:word}: all stay one segment."),
                       share=min_power, criterion=criterion)]
    return []
