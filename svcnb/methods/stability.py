"""Whether a distribution has moved between two periods: the population stability index (PSI).

``PSI = sum (a_i - e_i) ln(a_i / e_i)`` over the shares of the categories in the earlier (e) and the later period (a);
a share of 0 counts as 0.0001 (method.md 3.2, T20). It is the symmetric divergence of Jeffreys, H. (1946), *Proc. R.
Soc. A* 186, 453-461: the sum of the two Kullback-Leibler divergences. The limits 0.10 and 0.25 are those of credit
scoring (Siddiqi, N. (2006), *Credit Risk Scorecards*, Wiley) and a house rule here.

The limits know nothing of the number of customers. When nothing has changed, ``PSI`` is about
``(1/n_e + 1/n_a) chi2(k - 1)`` for k categories (Yurdakul, B. (2018), *Statistical Properties of Population Stability
Index*, dissertation, Western Michigan University), so its 95 % point says what chance alone brings about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_

NEAR = 1e-9
ZERO_SHARE = 0.0001
FEWEST = 5  # customers of a category in either period, below which a share is no more than a hint


@dataclass(frozen=True)
class Limits:
    """PSI below ``watch`` is stable (pass), up to ``fail`` worth watching, above it unstable (fail)."""

    watch: float = 0.10
    fail: float = 0.25


@dataclass(frozen=True, eq=False)
class Stability:
    """How far a distribution moved.

    ``state`` is pass, watch or fail; ``chance`` the PSI that chance alone stays below in 95 of 100 cases; ``table`` has
    a row a category: category, before, now (counts), share_before, share_now, contribution (they sum to ``psi``).
    """

    psi: float
    state: str
    n_before: int
    n_now: int
    chance: float
    table: pd.DataFrame
    warnings: tuple[Reason, ...]

    @property
    def beyond_chance(self) -> bool:
        """Whether the index is larger than chance alone would make it."""
        return self.psi > self.chance + NEAR


def psi(expected, actual) -> float:
    """Population stability index of a variable between two periods.

    Parameters
    ----------
    expected, actual : shares or counts by category: mappings or Series (aligned by category), or sequences

    Raises
    ------
    NotComputable
        The sequences differ in length, a count is negative or not finite, or a period has none.

    Examples
    --------
    >>> round(psi([0.5, 0.3, 0.2], [0.4, 0.35, 0.25]), 5)
    0.04118
    """
    return max(0.0, float(_terms(_aligned(expected, actual)).sum()))


def state_of(index: float, limits: Limits = Limits()) -> str:
    """pass, watch or fail."""
    if index < limits.watch - NEAR:
        return "pass"
    return "watch" if index <= limits.fail + NEAR else "fail"


def compare_counts(before, now, limits: Limits = Limits()) -> Stability:
    """Compare the counts of a variable's categories in two periods.

    Parameters
    ----------
    before, now : counts by category, mappings or Series; a category that one of them lacks counts 0 there

    Raises
    ------
    NotComputable
        A period has no customer, or a count is negative or not finite.

    Examples
    --------
    50, 30, 20 of 100 became 40, 35, 25 of 100: the sum of three terms (method.md 3.2).

    >>> moved = compare_counts({"a": 50, "b": 30, "c": 20}, {"a": 40, "b": 35, "c": 25})
    >>> moved.table.contribution.round(4).tolist(), round(moved.psi, 4), moved.state
    ([0.0223, 0.0077, 0.0112], 0.0412, 'pass')
    >>> round(moved.chance, 4), moved.beyond_chance  # 5.9915 (1/100 + 1/100)
    (0.1198, False)
    """
    both = _aligned(before, now)
    n_before, n_now = both["e"].sum(), both["a"].sum()
    terms = _terms(both)
    index = max(0.0, float(terms.sum()))
    table = pd.DataFrame({
        "category": [str(category) for category in both.index], "before": both["e"].astype(int).to_list(),
        "now": both["a"].astype(int).to_list(), "share_before": (both["e"] / n_before).to_list(),
        "share_now": (both["a"] / n_now).to_list(), "contribution": terms.to_list()})
    chance = float(stats.chi2.ppf(0.95, len(both) - 1) * (1 / n_before + 1 / n_now)) if len(both) > 1 else 0.0
    return Stability(index, state_of(index, limits), int(n_before), int(n_now), chance, table,
                     _doubts(table, index, chance, limits))


def _doubts(table, index, chance, limits) -> tuple[Reason, ...]:
    found = []
    if chance >= limits.watch - NEAR and index > 0:
        found.append(reason(N_("With {before} and {now} customers chance alone makes a stability index of up to {chance:2}: "
                               "a smaller one says nothing."),
                            before=int(table["before"].sum()), now=int(table["now"].sum()), chance=chance))
    small = table[(table["before"] < FEWEST) | (table["now"] < FEWEST)]
    small = small[(small["before"] > 0) & (small["now"] > 0)]
    if len(small):
        found.append(reason(N_("Fewer than {n} customers in a period: {categories}."), n=FEWEST,
                            categories=", ".join(small["category"])))
    for template, rows in ((N_("New in this period: {categories}."), table[table["before"] == 0]),
                           (N_("No longer there: {categories}."), table[table["now"] == 0])):
        if len(rows):
            found.append(reason(template, level="info", categories=", ".join(rows["category"])))
    return tuple(found)


def _aligned(expected, actual) -> pd.DataFrame:
    """Both periods by category in columns e and a."""
    first, second = pd.Series(expected, dtype=float), pd.Series(actual, dtype=float)
    if not isinstance(expected, (Mapping, pd.Series)) and len(first) != len(second):
        raise NotComputable(N_("The two periods have {first} and {second} shares; they need the same categories."),
                            first=len(first), second=len(second))
    both = pd.concat([first.rename("e"), second.rename("a")], axis=1).fillna(0.0)
    if (both < 0).to_numpy().any() or not np.isfinite(both.to_numpy()).all() or (both.sum() <= 0).any():
        raise NotComputable(N_("Stability needs counts or shares of 0 or more in both periods."))
    return both


def _terms(both: pd.DataFrame) -> pd.Series:
    """Each category's part of the index."""
    shares = both / both.sum()
    shares = shares.mask(shares <= 0, ZERO_SHARE)
    return (shares["a"] - shares["e"]) * (shares["a"] / shares["e"]).map(math.log)
