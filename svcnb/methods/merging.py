"""Joining the categories of a predictor until they differ: the inner part of CHAID, for the tree and for the classroom.

Sources: method.md 3.8, T18. Kass, G. V. (1980), *Applied Statistics* 29, 119-127: pairs that do not differ are joined,
from the most alike; the p-value of what is left is multiplied by the ways in which it could have come about. IBM,
*SPSS Statistics Algorithms*, CHAID: a group that is too small joins the most similar one.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_
from svcnb.methods.categories import category_text

NEAR = 1e-9
NOMINAL, ORDINAL, FLOATING = KINDS = ("nominal", "ordinal", "floating")
STEPS = ["step", "first", "second", "chi2", "df", "p_value", "is_merged"]
SMALLEST = 1e-290  # below it a p-value loses its figures and then is 0: its logarithm is computed otherwise


@lru_cache(maxsize=4096)
def bonferroni(c: int, r: int, kind: str = NOMINAL) -> int:
    """In how many ways c categories can be joined to r groups: what the p-value is multiplied by.

    nominal ``Σ_{i<r} (-1)^i (r-i)^c / (i! (r-i)!)``; ordinal ``C(c-1, r-1)``; floating (ordinal, and c counts a category
    that may join any group) ``C(c-2, r-2) + r C(c-2, r-1)`` (Kass 1980; method.md 3.8).

    Examples
    --------
    >>> [bonferroni(c, r) for c, r in ((3, 2), (4, 2), (4, 3), (5, 3))]
    [3, 7, 6, 25]
    >>> bonferroni(5, 3, "ordinal"), bonferroni(5, 3, "floating")
    (6, 12)
    """
    _check_kind(kind)
    if not 1 <= r <= c:
        raise ParameterError(N_("{c} categories cannot be joined to {r} groups."), c=c, r=r)
    if r == 1:
        return 1
    if kind == ORDINAL:
        return math.comb(c - 1, r - 1)
    if kind == FLOATING:
        return math.comb(c - 2, r - 2) + r * math.comb(c - 2, r - 1)
    return sum((-1) ** i * math.comb(r, i) * (r - i) ** c for i in range(r)) // math.factorial(r)


def merge_steps(table: pd.DataFrame, kind: str = NOMINAL, *, alpha_merge: float = 0.05) -> pd.DataFrame:
    """How CHAID joins the categories of one predictor: every pair that might be joined, at each step.

    Parameters
    ----------
    table : counts, a row a category (in order; with "floating" the last is the blank), a column a class
    kind : nominal, ordinal or floating
    alpha_merge : a pair with this p or more is joined

    Returns
    -------
    frame : step, first, second (categories of the two groups), chi2, df, p_value of the pair, is_merged

    Examples
    --------
    >>> age = pd.DataFrame({"yes": [14, 14, 12], "no": [18, 30, 12]}, index=["young", "adult", "older"])
    >>> merge_steps(age)[["step", "first", "second", "p_value", "is_merged"]].round(5)
       step         first second  p_value  is_merged
    0     1         young  adult  0.28703      False
    1     1         young  older  0.64258       True
    2     1         adult  older  0.14038      False
    3     2  young, older  adult  0.13877       True
    """
    _check_kind(kind)
    check_alpha(alpha_merge)
    counts = table.to_numpy(dtype=float)
    if counts.size == 0 or not np.isfinite(counts).all() or (counts < 0).any() or (counts.sum(axis=1) <= 0).any():
        raise NotComputable(N_("A table to be merged holds whole numbers of 0 or more, and no empty row."))
    labels = [category_text(label) for label in table.index]
    merging, rows, step = Merging(counts, kind), [], 1
    while merging.n_groups > 1:
        i, j = merging.closest()
        is_merged = not is_significant(merging.log_p[i, j], alpha_merge)
        for a, b in zip(*np.nonzero(np.triu(merging.linked))):
            chi2, df = _pair_chi_square(merging.table[[a]], merging.table[[b]])
            names = (", ".join(labels[k] for k in merging.groups[one]) for one in (a, b))
            rows.append((step, *names, float(chi2[0]), int(df[0]), math.exp(merging.log_p[a, b]),
                         is_merged and (a, b) == (i, j)))
        if not is_merged:
            break
        merging.join(i, j)
        step += 1
    return pd.DataFrame(rows, columns=STEPS)


class Merging:
    """The categories of one predictor on their way to groups. ``table`` holds the counts of each group in the row of its
    first category (the rows of the others are zero), ``groups`` the categories of each row, ``linked`` which rows may
    be joined, ``log_p`` the logarithm of the p-value of those (else -inf)."""

    def __init__(self, table: np.ndarray, kind: str):
        c = len(table)
        self.table = table.astype(float)
        self.groups = [[k] for k in range(c)]
        self.n_groups = c
        self.blank = c - 1 if kind == FLOATING else None
        self.linked = ~np.eye(c, dtype=bool) if kind == NOMINAL else np.eye(c, k=1, dtype=bool) | np.eye(c, k=-1, dtype=bool)
        if kind == FLOATING:
            self.linked[:-1, -1] = self.linked[-1, :-1] = True
        self.log_p = np.full((c, c), -np.inf)
        self._test(*np.nonzero(np.triu(self.linked)))

    def _test(self, rows: np.ndarray, others: np.ndarray) -> None:
        if len(others):
            found = log_sf(*_pair_chi_square(self.table[rows], self.table[others]))
            self.log_p[rows, others] = self.log_p[others, rows] = found

    def closest(self, row: int | None = None) -> tuple[int, int]:
        """The pair with the highest p, of all or of one row's; the first in category order of equals."""
        log_p = np.where(self.linked, self.log_p, -np.inf)
        if row is not None:
            log_p[np.arange(len(log_p)) != row] = -np.inf
        best = log_p.max()
        i, j = divmod(int(np.argmax(log_p >= best - NEAR * max(1.0, -best))), len(log_p))
        return min(i, j), max(i, j)

    def join(self, i: int, j: int) -> None:
        """Add row j to row i, i < j."""
        self.table[i] += self.table[j]
        self.table[j] = 0
        self.groups[i] = sorted(self.groups[i] + self.groups[j])
        self.groups[j] = []
        self.n_groups -= 1
        if j != self.blank:  # a blank adds no neighbours to the run that takes it
            self.linked[i] |= self.linked[j]
            self.linked[:, i] = self.linked[i]
        self.linked[i, i] = False
        self.linked[j] = self.linked[:, j] = False
        near = np.flatnonzero(self.linked[i])
        self._test(np.full(len(near), i), near)

    def run(self, alpha_merge: float, min_child: float) -> tuple[list[list[int]], np.ndarray]:
        """Join what does not differ, then what is too small; the groups and their counts."""
        while self.n_groups > 1:
            i, j = self.closest()
            if is_significant(self.log_p[i, j], alpha_merge):
                break
            self.join(i, j)
        while self.n_groups > 1:
            sizes = self.table.sum(axis=1)
            sizes[sizes == 0] = np.inf
            smallest = int(np.argmin(sizes))
            if sizes[smallest] >= min_child:
                break
            self.join(*self.closest(smallest))
        kept = [k for k, group in enumerate(self.groups) if group]
        return [self.groups[k] for k in kept], self.table[kept]


def chi_square(table: np.ndarray) -> tuple[float, int]:
    """χ² of a table and its degrees of freedom; classes that nobody is in do not count."""
    table = table[:, table.sum(axis=0) > 0]
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    return float(((table - expected) ** 2 / expected).sum()), (table.shape[0] - 1) * (table.shape[1] - 1)


def _pair_chi_square(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """χ² of each row of ``a`` against the same row of ``b``: ``Σ (a n_b - b n_a)² / (a + b) / (n_a n_b)``."""
    n_a, n_b, both = a.sum(axis=1, keepdims=True), b.sum(axis=1, keepdims=True), a + b
    terms = np.divide((a * n_b - b * n_a) ** 2, both, out=np.zeros_like(both), where=both > 0)
    return terms.sum(axis=1) / (n_a * n_b)[:, 0], (both > 0).sum(axis=1) - 1


def log_sf(chi2, df) -> np.ndarray:
    """Logarithm of the upper tail of χ², also where the tail itself is too small for the computer.

    There ``Q(a, x) = e^-x x^a / Γ(a) · 1/(x+1-a - 1(1-a)/(x+3-a - 2(2-a)/(...)))`` with ``a = df/2, x = χ²/2``
    (Abramowitz & Stegun 1964, 6.5.31). No degree of freedom is no difference: 0.

    Examples
    --------
    >>> [float(value) for value in log_sf([3.841458820694124, 2000.0], [1, 3]).round(4)]
    [-2.9957, -996.4248]
    """
    from scipy.special import chdtrc, gammaln

    chi2, df = np.atleast_1d(np.asarray(chi2, dtype=float)), np.atleast_1d(np.asarray(df))
    p = np.where(df > 0, chdtrc(np.maximum(df, 1), chi2), 1.0)
    result = np.log(np.maximum(p, SMALLEST))
    far = p < SMALLEST
    if far.any():
        a, x = df[far] / 2, chi2[far] / 2
        fraction = x + 401 - a
        for k in range(200, 0, -1):
            fraction = x + 2 * k - 1 - a - k * (k - a) / fraction
        result[far] = a * np.log(x) - x - gammaln(a) - np.log(fraction)
    return result


def is_significant(log_p: float, alpha: float) -> bool:
    """Whether p, given by its logarithm, is below alpha; p = alpha is not."""
    return bool(log_p < math.log(alpha) - NEAR)


def check_alpha(alpha: float) -> None:
    """ParameterError unless alpha lies between 0 and 1."""
    if not 0 < alpha < 1:
        raise ParameterError(N_("The level of significance {alpha} is not between 0 and 1; write for example 0.05."),
                             alpha=alpha)


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise ParameterError(N_("kind = {value} is none of {choices}."), value=str(kind), choices=", ".join(KINDS))
