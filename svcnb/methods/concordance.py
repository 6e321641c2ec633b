"""Do the experts agree? Kendall's coefficient of concordance W (step 6, method 8.4).

"Mediante el trabajo con expertos" (S2:L334). W with ties after Kendall and Babington Smith (1939) and
Siegel and Castellan (1988); the chi-square holds for more than 7 items, for fewer a permutation decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_

LEAST = 3
FEW_ITEMS = 7
ENOUGH = 0.50  # W from which the panel counts as agreed [PROP, common practice]
VOTES = 0.60


@dataclass(frozen=True, eq=False)
class Concordance:
    """Agreement of m experts on n items.

    ``w`` corrected for ties, ``w_uncorrected``; ``s`` sum of squared deviations of ``rank_sums`` (Series
    by item, smallest = most important), ``ties`` sum of t³ - t over all experts; ``chi2 df p_value`` the
    chi-square test, ``p_permutation`` the share of shuffled panels that agree as much (None when not
    asked). ``significant`` goes by the permutation for n <= 7 and by chi-square above; ``consensus``
    asks for W >= 0.50 besides. ``ranks`` (experts x items), ``leave_one_out`` W without each expert
    (m >= 4), ``dissenters`` who rank against the others (correlation with their rank sums <= 0) and
    whose leaving raises W.
    """

    w: float
    w_uncorrected: float
    chi2: float
    df: int
    p_value: float
    p_permutation: float | None
    significant: bool
    consensus: bool
    s: float
    ties: float
    m: int
    n: int
    ranks: pd.DataFrame
    rank_sums: pd.Series
    leave_one_out: pd.Series
    dissenters: tuple[str, ...]
    warnings: tuple[Reason, ...] = ()


def kendall_w(ratings, *, higher_is_better: bool = False, seed: int = 0, n_permutations: int = 10_000,
              alpha: float = 0.05, threshold: float = ENOUGH) -> Concordance:
    """Kendall's W of expert rankings.

    Parameters
    ----------
    ratings : DataFrame or array, experts x items
        Ranks or ratings; each expert's row is ranked with mid-ranks, so ranks stay what they are.
    higher_is_better : bool
        True when a large number means more important (ratings); False for ranks (1 = first).
    seed, n_permutations : int
        Of the permutation test; 0 permutations leave it out.
    alpha, threshold : float
        Significance, and W from which there is consensus.

    Returns
    -------
    Concordance
        ``W = 12 S / (m² (n³ - n) - m sum T)``, ``chi2 = m (n - 1) W``.

    Raises
    ------
    ParameterError
        A rating that is not a number.
    NotComputable
        Fewer than 3 experts or items with complete ratings that are not all alike.

    References
    ----------
    Kendall and Babington Smith (1939); method 8.4 [W19].

    Examples
    --------
    >>> agreed = kendall_w([(1, 2, 3, 4, 5), (1, 3, 2, 4, 5), (2, 1, 3, 4.5, 4.5), (1, 2, 3.5, 3.5, 5)])
    >>> agreed.s, round(agreed.w, 5), round(agreed.p_value, 5)
    (137.5, 0.88141, 0.00697)
    """
    frame, warnings = _complete(ratings)
    values = frame.to_numpy(dtype=float)
    ranks = stats.rankdata(-values if higher_is_better else values, axis=1)
    m, n = ranks.shape
    w, s, ties = _w(ranks)
    chi2 = m * (n - 1) * w
    p_value = float(stats.chi2.sf(chi2, n - 1))
    p_permutation = _permute(ranks, s, seed, n_permutations) if n_permutations else None
    decisive = p_permutation if n <= FEW_ITEMS and p_permutation is not None else p_value
    table = pd.DataFrame(ranks, index=frame.index, columns=frame.columns)
    without, dissenters = _without_each(table, w)
    if n <= FEW_ITEMS:
        warnings += (reason(N_("Only {n} items: the permutation test decides, not the chi-square."), n=n,
                            level="info"),)
    if dissenters:
        warnings += (reason(N_("These experts rank against the others: {experts}. Ask for their reasons before the "
                               "next round."), experts=list(dissenters)),)
    return Concordance(w, 12 * s / (m**2 * (n**3 - n)), float(chi2), n - 1, p_value, p_permutation,
                       bool(decisive < alpha), bool(decisive < alpha and w >= threshold - 1e-9), s, ties, m, n, table,
                       table.sum(), without, dissenters, warnings)


def vote_concordance(against: int, total: int) -> float:
    """Share of votes that do not go against: ``Cc = 1 - Vn / Vt``; from 0.60 the votes agree.

    >>> vote_concordance(2, 9) >= VOTES
    True
    """
    if total < 1 or not 0 <= against <= total:
        raise NotComputable(N_("{against} votes against of {total}: there is nothing to count."), against=against,
                            total=total, fallback=N_("Let the experts vote."))
    return 1 - against / total


def _complete(ratings):
    """Experts with a rating of every item, not all alike; items that nobody rated are left out."""
    frame = pd.DataFrame(ratings).copy()
    frame.index, frame.columns = [str(i) for i in frame.index], [str(c) for c in frame.columns]
    for column in frame:
        try:
            frame[column] = pd.to_numeric(frame[column]).astype(float)
        except (ValueError, TypeError):
            raise ParameterError(N_("The ratings of {item} are not all numbers."), item=column) from None
    frame = frame.where(np.isfinite(frame.to_numpy(dtype=float)))
    warnings = []
    empty = [c for c in frame if frame[c].isna().all()]
    frame = frame.drop(columns=empty)
    if empty:
        warnings.append(reason(N_("Items that nobody rated are left out: {items}."), items=list(empty)))
    partial = frame.index[frame.isna().any(axis=1)]
    frame = frame.drop(index=partial)
    if len(partial):
        warnings.append(reason(N_("Experts with a rating missing are left out: {experts}."),
                               experts=list(partial)))
    alike = frame.index[frame.nunique(axis=1) == 1] if frame.shape[1] > 1 else frame.index[:0]
    frame = frame.drop(index=alike)
    if len(alike):
        warnings.append(reason(N_("Experts who rate everything alike say nothing about the order and are left out: "
                                  "{experts}."), experts=list(alike)))
    if len(frame) < LEAST or frame.shape[1] < LEAST:
        raise NotComputable(N_("{m} experts on {n} items: concordance needs at least {least} of each with complete "
                               "ratings."), m=len(frame), n=frame.shape[1], least=LEAST,
                            fallback=N_("Ask more experts, or decide by discussion and mark it as assumed."))
    return frame, tuple(warnings)


def _w(ranks) -> tuple[float, float, float]:
    m, n = ranks.shape
    s = float(((ranks.sum(axis=0) - m * (n + 1) / 2) ** 2).sum())
    ties = 0.0
    for row in ranks:
        _, count = np.unique(row, return_counts=True)
        ties += float((count**3 - count).sum())
    return 12 * s / (m**2 * (n**3 - n) - m * ties), s, ties


def _permute(ranks, s, seed, times) -> float:
    """Share of panels with every row shuffled whose S is at least the observed one (with the observed itself)."""
    rng = np.random.default_rng(seed)
    m, n = ranks.shape
    sums = np.zeros((times, n))
    for row in ranks:
        sums += rng.permuted(np.tile(row, (times, 1)), axis=1)
    shuffled = ((sums - m * (n + 1) / 2) ** 2).sum(axis=1)
    return float((1 + (shuffled >= s - 1e-9).sum()) / (times + 1))


def _without_each(table, w):
    m = len(table)
    if m <= LEAST or not table.index.is_unique:
        return pd.Series(dtype=float), ()
    without, against = {}, []
    for expert in table.index:
        others = table.drop(index=expert)
        without[expert] = _w(others.to_numpy())[0]
        sums = others.sum()
        spread = sums.std() * table.loc[expert].std()
        correlation = 0.0 if spread == 0 else float(np.corrcoef(table.loc[expert], sums)[0, 1])
        if correlation <= 1e-9 and without[expert] > w:
            against.append(expert)
    return pd.Series(without, name="w"), tuple(against)
