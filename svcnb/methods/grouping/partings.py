"""Split one group by a cut, by categories or by clusters, and test whether its parts differ.

Sources: method.md 4.5 ("split a segment when its inner clusters differ in LAB class and n allows"); Kruskal, W. H. and
Wallis, W. A. (1952), *JASA* 47, 583-621. A cut that is looked for until it differs gets too small a p (Miller, R. and
Siegmund, D. (1982), *Biometrics* 38, 1011-1016): the group is tested at its median, and any other cut is said to be
chosen. The verdicts, ``LEAST``, ``FEWEST`` and ``SLIGHT`` are house rules.

A group is counted once in bins that hold what the test needs, so that a cut moved later is tested without its customers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable
from svcnb.i18n import N_
from svcnb.methods.categories import as_categories, code_order
from svcnb.methods.grouping.alignment import check_alpha
from svcnb.methods.laboriousness import laboriousness_class

NEAR = 1e-9
MOST_BINS = 40  # places where a cut is tested; fewer than so many different values are all of them
LEAST = 30  # customers of a part that can be served on its own
SLIGHT = 0.06  # epsilon squared below which a difference, however certain, is small
FEWEST = 5  # tested customers of a part below which its ranks say nothing
COUNTS = ["low", "label", "n", "revenue", "n_tested", "total", "squares", "rank_sum", "ties"]
PARTS = ["part", "n", "share", "revenue", "share_revenue", "n_tested", "mean", "low", "high", "mean_rank"]


@dataclass(frozen=True, eq=False)
class Parting:
    """A group in parts and whether they differ.

    ``parts`` has a row a part in the order of the bins: part, n, share (of the group), revenue, share_revenue, n_tested,
    mean of the tested value with its 95 % interval low and high, mean_rank. ``h``, ``df``, ``p_value`` Kruskal-Wallis
    with correction of ties, None when not tested. ``larger`` the part that customers join of whom the characteristic is
    not known (``n_missing`` of them, counted in it). ``smallest`` customers of the smallest part. ``verdict``: split,
    one_part, too_small (a part has fewer than 30 customers), few_tested (fewer than 5 tested), not_measured,
    not_supported (p is not below alpha), slight (it is, but epsilon squared, h ÷ (n - 1), is below 0.06) or same_class
    (laboriousness of one class).
    """

    parts: pd.DataFrame
    h: float | None
    df: int
    p_value: float | None
    n_tested: int
    larger: str
    n_missing: int
    smallest: int
    verdict: str


def count_bins(values: pd.Series, tested: pd.Series, revenue: pd.Series, *, measured: bool) -> pd.DataFrame:
    """A group's customers counted by what may split it.

    Parameters
    ----------
    values : the characteristic of each customer: numbers when ``measured``, else categories
    tested : the value that parts shall differ in, NaN not known
    revenue : NaN counts as none
    measured : numbers are put into at most 40 bins of about as many customers, each value its own where there are fewer

    Returns
    -------
    frame : low (lowest value that a bin may hold; a cut there leaves the bin above), label (of a category), n, revenue,
        n_tested, total and squares (sums of the tested value and of its square), rank_sum (ranks among all tested),
        ties (the correction 1 - sum(t^3 - t) / (N^3 - N)). Last, with neither low nor label, those not known.

    Examples
    --------
    >>> count_bins(pd.Series([1.0, 2.0, None]), pd.Series([1.5, 4.0, 3.0]), pd.Series([10, 20, 30]),
    ...            measured=True)[["low", "n", "rank_sum"]].values.tolist()
    [[1.0, 1.0, 1.0], [2.0, 1.0, 3.0], [nan, 1.0, 2.0]]
    """
    tested = pd.to_numeric(tested, errors="coerce").astype(float)
    frame = pd.DataFrame({"tested": tested, "rank": tested.rank(), "squares": tested**2,
                          "revenue": pd.to_numeric(revenue, errors="coerce").astype(float)})
    lows, labels, place = _numbers(values) if measured else _categories(values)
    n, again = int(tested.notna().sum()), tested.value_counts().to_numpy(dtype=float)
    by = frame.groupby(place.to_numpy())
    out = pd.DataFrame({"n": by.size(), "revenue": by["revenue"].sum(), "n_tested": by["tested"].count(),
                        "total": by["tested"].sum(), "squares": by["squares"].sum(), "rank_sum": by["rank"].sum()})
    out = out.reindex(range(len(lows) + bool((place == len(lows)).any())), fill_value=0)
    out["low"] = [*lows, math.nan][:len(out)]
    out["label"] = pd.Series([*labels, None][:len(out)], dtype=object)
    out["ties"] = 1 - float((again**3 - again).sum()) / (n**3 - n) if n > 1 else 1.0
    return out[COUNTS].reset_index(drop=True)


def _numbers(values):
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    known = np.sort(numbers[np.isfinite(numbers)].to_numpy())
    lows = np.unique(known)
    if len(lows) > MOST_BINS:  # edges are values that customers have
        lows = np.unique(known[(np.arange(MOST_BINS) * len(known)) // MOST_BINS])
    place = pd.Series(np.searchsorted(lows, numbers.to_numpy(), side="right") - 1, index=values.index)
    return lows.tolist(), [None] * len(lows), place.where(np.isfinite(numbers), len(lows))


def _categories(values):
    texts = as_categories(values)
    labels = sorted(texts.dropna().unique(), key=code_order)
    return [math.nan] * len(labels), labels, texts.map({one: k for k, one in enumerate(labels)}).fillna(len(labels)).astype(int)


def nearest_cut(bins: pd.DataFrame, cut: float | None) -> float | None:
    """The place nearest to a cut where the bins can be parted; without a cut the one nearest to the median. None when
    all values are the same.

    Examples
    --------
    >>> bins = count_bins(pd.Series([1, 2, 5, 9]), pd.Series([1.0] * 4), pd.Series([1] * 4), measured=True)
    >>> nearest_cut(bins, 4.5), nearest_cut(bins, None)
    (5.0, 5.0)
    """
    known = bins[bins["low"].notna()]
    if len(known) < 2:
        return None
    if cut is None:
        below = known["n"].cumsum().to_numpy()[:-1]
        return float(known["low"].iloc[1 + int(np.abs(below - known["n"].sum() / 2).argmin())])
    return float(min(known["low"].iloc[1:], key=lambda low: (abs(low - cut), low)))


def part_bins(bins: pd.DataFrame, of, *, alpha: float = 0.05, classed: bool = False) -> Parting:
    """Put bins together to parts and test them.

    ``H = (12 / (N (N + 1)) sum n_j (mean rank_j - (N + 1) / 2)^2) / ties``, chi-square with parts - 1 degrees of freedom.

    Parameters
    ----------
    bins : as ``count_bins`` gives them
    of : the part of each bin, in their order; that of the bin not known is left out of account: it goes to the larger
    alpha : p = alpha is not significant
    classed : the tested value is a laboriousness, whose class must differ too (method.md 4.5)

    Raises
    ------
    NotComputable
        nobody's characteristic is known
    ParameterError
        alpha is not between 0 and 1

    Examples
    --------
    Ranks 1, 2, 3 against 4, 5, 6: H = 12 / 42 * 2 * 3 * 1.5^2 = 3.857.

    >>> bins = count_bins(pd.Series([1, 2, 3, 4, 5, 6]), pd.Series([1.0, 2, 3, 4, 5, 6]), pd.Series([1] * 6), measured=True)
    >>> round(part_bins(bins, list("aaabbb")).h, 3)
    3.857
    """
    check_alpha(alpha)
    unknown = (bins["low"].isna() & bins["label"].isna()).to_numpy()
    known = bins[~unknown].assign(part=np.asarray(of, dtype=object)[: len(bins)][~unknown])
    known = known[known["n"] > 0]
    if not len(known):
        raise NotComputable(N_("Of no customer of the group the characteristic is known: it cannot be split by it."))
    sizes = known.groupby("part", sort=False)["n"].sum()
    larger = str(sizes.idxmax())
    whole = pd.concat([known, bins[unknown].assign(part=larger)])
    sums = whole.groupby("part", sort=False)[["n", "revenue", "n_tested", "total", "squares", "rank_sum"]].sum()
    parts = _described(sums)
    h, p, verdict = _tested(parts, float(bins["ties"].iloc[0]), alpha, classed)
    return Parting(parts, h, max(0, len(parts) - 1), p, int(parts["n_tested"].sum()), larger, int(bins.loc[unknown, "n"].sum()),
                   int(parts["n"].min()), verdict)


def _described(sums: pd.DataFrame) -> pd.DataFrame:
    n, revenue = sums["n_tested"].where(sums["n_tested"] > 0), sums["revenue"].sum()
    mean = sums["total"] / n
    spread = ((sums["squares"] - n * mean**2).clip(lower=0) / (n - 1).where(n > 1)) ** 0.5
    half = 1.96 * spread / n**0.5
    out = pd.DataFrame({"part": sums.index, "n": sums["n"].astype(int), "share": sums["n"] / sums["n"].sum(),
                        "revenue": sums["revenue"], "share_revenue": sums["revenue"] / revenue if revenue > 0 else math.nan,
                        "n_tested": sums["n_tested"].astype(int), "mean": mean, "low": mean - half, "high": mean + half,
                        "mean_rank": sums["rank_sum"] / n})
    return out[PARTS].reset_index(drop=True)


def _tested(parts, ties, alpha, classed):
    """H, p and verdict; H also where a part is too small to be split off, so that a reader sees it."""
    n = int(parts["n_tested"].sum())
    if len(parts) < 2:
        return None, None, "one_part"
    fewest = int(parts["n_tested"].min())
    small = "too_small" if int(parts["n"].min()) < LEAST else "few_tested" if 0 < n and fewest < FEWEST else ""
    if fewest == 0 or ties <= NEAR:
        return None, None, small or "not_measured"
    from scipy.special import chdtrc

    away = (parts["n_tested"] * (parts["mean_rank"] - (n + 1) / 2) ** 2).sum()
    h = max(0.0, float(12 / (n * (n + 1)) * away / ties))
    p = float(chdtrc(len(parts) - 1, h))
    if small:
        return h, p, small
    if not p < alpha - NEAR:
        return h, p, "not_supported"
    if h / (n - 1) < SLIGHT - NEAR:
        return h, p, "slight"
    one_class = classed and parts["mean"].map(laboriousness_class).nunique() < 2
    return h, p, "same_class" if one_class else "split"
