"""ABC analysis: the few customers who bring most of the value, and the many who bring little.

Sources: "análisis ABC" (S2:L211); method.md 4.1, T21. Gini, C. (1912), *Variabilità e mutabilità*. The item
that crosses a cut belongs to the higher class: what counts is the share *before* it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_

NEAR = 1e-9
CLASSES = ("A", "B", "C")


@dataclass(frozen=True, eq=False)
class AbcClasses:
    """Classes of the items and what they add up to.

    ``classes`` item -> A, B or C, in the order given; ``cumulative`` item -> share of the total up to and with
    the item, from the largest down; ``counts``, ``values`` and ``shares`` class -> number of items, their value,
    its share of the total; ``item_shares`` class -> share of the items; ``excluded`` frame item, value, why
    (negative, missing, not a number); ``gini`` 0 (all alike) to nearly 1 (one has all); ``total``, ``n``.
    """

    classes: pd.Series
    cumulative: pd.Series
    counts: dict[str, int]
    values: dict[str, float]
    shares: dict[str, float]
    item_shares: dict[str, float]
    excluded: pd.DataFrame
    gini: float
    total: float
    n: int


def classify(values: pd.Series | Mapping | list, cuts: tuple[float, float] = (0.8, 0.95)) -> AbcClasses:
    """Put items into classes A, B and C by their share of the total value.

    Sorted from the largest value down (ties by item), with ``c`` the share before an item: A if ``c < cuts[0]``,
    B if ``c < cuts[1]``, else C (method.md 4.1, T21).

    Parameters
    ----------
    values : Series (index = item), mapping item -> value, or a sequence (items are 0, 1, 2, ...); values >= 0.
        Negative values, missing ones and what is not a number are excluded and listed.
    cuts : two shares, 0 < first < second <= 1

    Raises
    ------
    ParameterError
        the cuts are not two rising shares
    NotComputable
        no value is left, all are zero, or an item occurs twice

    Examples
    --------
    >>> result = classify([450, 250, 100, 60, 40, 35, 25, 20, 12, 8])
    >>> result.counts, {c: round(s, 2) for c, s in result.shares.items()}
    ({'A': 3, 'B': 4, 'C': 3}, {'A': 0.8, 'B': 0.16, 'C': 0.04})
    """
    first, second = checked_cuts(cuts)
    given = _as_series(values)
    numbers = _as_numbers(given)
    good = (np.isfinite(numbers) & (numbers >= 0)).to_numpy()
    excluded = _excluded(given, numbers, good)
    kept = numbers[good]
    total = float(kept.sum())
    if not len(kept):
        raise NotComputable(N_("There is no value of 0 or more to classify ({n} excluded)."), n=len(excluded),
                            fallback=N_("Estimate the sales of each customer in bands and classify those."))
    if total <= 0:
        raise NotComputable(N_("All {n} values are 0: there are no shares to classify by."), n=len(kept),
                            fallback=N_("Estimate the sales of each customer in bands and classify those."))
    order = _from_largest(kept)
    ranked = kept.to_numpy()[order]
    upto = np.cumsum(ranked)
    upto /= upto[-1]  # so that the last item ends at 1 exactly
    before = np.concatenate([[0.0], upto[:-1]])
    which = (before >= first - NEAR).astype(int) + (before >= second - NEAR)
    classes = np.empty(len(kept), dtype=object)
    classes[order] = np.array(CLASSES, dtype=object)[which]
    counts = np.bincount(which, minlength=3)
    sums = np.bincount(which, weights=ranked, minlength=3)
    return AbcClasses(
        classes=pd.Series(classes, index=kept.index, name="abc", dtype=object),
        cumulative=pd.Series(np.minimum(upto, 1.0), index=kept.index[order], name="cumulative"),
        counts={c: int(k) for c, k in zip(CLASSES, counts)},
        values={c: float(s) for c, s in zip(CLASSES, sums)},
        shares={c: float(s / total) for c, s in zip(CLASSES, sums)},
        item_shares={c: float(k / len(kept)) for c, k in zip(CLASSES, counts)},
        excluded=excluded, gini=_gini(ranked[::-1], total), total=total, n=len(kept))


def checked_cuts(cuts) -> tuple[float, float]:
    """Two rising shares, or a ParameterError.

    Examples
    --------
    >>> checked_cuts([0.8, 0.95])
    (0.8, 0.95)
    """
    try:
        first, second = (float(cut) for cut in cuts)
        right = 0 < first < second <= 1
    except (TypeError, ValueError):
        right = False
    if not right:
        raise ParameterError(N_("The cuts {cuts} are not two rising shares between 0 and 1; write for example 0.80 "
                                "and 0.95."), cuts=str(cuts))
    return first, second


def combine(first: pd.Series, second: pd.Series) -> pd.DataFrame:
    """Two classifications of the same items as nine cells AA to CC: counts, ``first`` down, ``second`` across.

    Items that only one of them classifies are left out.

    Examples
    --------
    >>> combine(pd.Series(["A", "B"], index=["x", "y"]), pd.Series(["A", "C"], index=["x", "y"])).loc["B", "C"]
    np.int64(1)
    """
    both = first.index.intersection(second.index)
    counts = pd.crosstab(first.loc[both].to_numpy(), second.loc[both].to_numpy())
    return counts.reindex(index=CLASSES, columns=CLASSES, fill_value=0)


def _as_series(values) -> pd.Series:
    series = values if isinstance(values, pd.Series) else pd.Series(values, dtype=object if not len(values) else None)
    if not series.index.is_unique:
        twice = series.index[series.index.duplicated()][0]
        raise NotComputable(N_("{item} occurs {n} times; add its values up before classifying."), item=str(twice),
                            n=int((series.index == twice).sum()))
    return series


def _as_numbers(given: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(given.dtype):
        return given.astype(float)
    return pd.to_numeric(given, errors="coerce").astype(float)


def _excluded(given, numbers, good) -> pd.DataFrame:
    out = given[~good]
    value = numbers[~good]
    why = np.where(out.isna(), "missing", np.where(value < 0, "negative", "not a number"))
    return pd.DataFrame({"item": out.index.to_list(), "value": value.to_list(), "why": why.tolist()})


def _from_largest(kept: pd.Series) -> np.ndarray:
    """Positions from the largest value down, ties by item (numbers before texts where both occur)."""
    numbers = kept.to_numpy()
    order = np.argsort(-numbers, kind="stable")
    if kept.index.is_monotonic_increasing:
        return order
    tied = kept.duplicated(keep=False).to_numpy()
    if not tied.any():
        return order
    items = kept.index[tied]
    try:
        by_item = items.argsort()
    except TypeError:
        by_item = np.array(sorted(range(len(items)), key=lambda k: _place(items[k])))
    rank = np.zeros(len(kept), dtype=np.int64)
    rank[np.flatnonzero(tied)[by_item]] = np.arange(len(items))
    return np.lexsort((rank, -numbers))


def _place(item) -> tuple:
    return (0, item, "") if isinstance(item, (int, float, np.number)) else (1, 0, str(item))


def _gini(rising: np.ndarray, total: float) -> float:
    n = len(rising)
    return max(0.0, float(2 * (np.arange(1, n + 1) * rising).sum() / (n * total) - (n + 1) / n))
