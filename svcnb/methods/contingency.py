"""Contingency table of two categorical columns: chi-square, Cramér's V, residuals, Fisher when small.

Sources: "tabla de contingencia, test de χ²" (S2:L205); method.md 3.5. Pearson, K. (1900), *Philosophical
Magazine* 50, 157-175; Cochran, W. G. (1954), *Biometrics* 10, 417-451 (when the test may be used); Cramér, H.
(1946), *Mathematical Methods of Statistics*, 282; Haberman, S. J. (1973), *Biometrics* 29, 205-220 (adjusted
residuals); Yates, F. (1934), *JRSS Supplement* 1, 217-235.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import category_text
from svcnb.methods.columns import distinct_values, read_column

NEAR = 1e-9
MIN_N = 20  # method.md 3.5 (a)
MIN_V = 0.10  # house rule: weaker than this is negligible
MAX_CELLS = 250_000
STRENGTHS = ((0.1, "negligible"), (0.3, "weak"), (0.5, "moderate"), (math.inf, "strong"))


@dataclass(frozen=True, eq=False)
class CrossTable:
    """Observed counts and the test of independence.

    ``table``, ``expected`` and ``residuals`` (adjusted, standardised; beyond 1.96 a cell stands out) have the
    categories of ``row`` down and of ``column`` across. ``valid`` says whether chi-square may be used (n at least
    20, all expected counts at least 1 and at most a fifth below 5). ``fisher_p`` is there for a 2 × 2 table that
    is not valid, else None. ``discriminating`` is True or False, None when it cannot be said (a larger table that
    is not valid). ``n`` counts rows with both values known, ``n_missing`` the others.
    """

    table: pd.DataFrame
    expected: pd.DataFrame
    residuals: pd.DataFrame
    chi2: float
    df: int
    p_value: float
    cramers_v: float
    n: int
    n_missing: int
    valid: bool
    fisher_p: float | None
    discriminating: bool | None
    warnings: tuple[Reason, ...] = ()

    @property
    def row_shares(self) -> pd.DataFrame:
        """Share of each column's category within a row's category."""
        return self.table.div(self.table.sum(axis=1), axis=0)

    @property
    def strength(self) -> str:
        """Word for V: negligible, weak, moderate or strong (house labels)."""
        return next(word for limit, word in STRENGTHS if self.cramers_v < limit - NEAR)


def cross_tabulate(frame: pd.DataFrame, row: str, column: str, *, correction: bool = False,
                   alpha: float = 0.05) -> CrossTable:
    """Count two categorical columns against each other and test their independence.

    ``E_ij = n_i. n_.j / n``, ``chi2 = sum (O - E)^2 / E`` with ``(r-1)(c-1)`` degrees of freedom,
    ``V = sqrt(chi2 / (n min(r-1, c-1)))``, residual ``(O - E)/sqrt(E (1 - n_i./n)(1 - n_.j/n))``. A variable is
    discriminating when p < alpha and V >= 0.10 (method.md 3.5; S2:L205; T13 to T15).

    Parameters
    ----------
    frame : one row an observation; not changed
    row, column : names of two columns of any type; missing values (None, NaN, NaT) are left out and counted
    correction : Yates' correction, for 2 × 2 tables only; V always comes from the uncorrected chi-square
    alpha : level of significance; p = alpha is not significant

    Raises
    ------
    NotComputable
        a column is not there, nothing is known, or a column has one category or far too many
    ParameterError
        alpha is not between 0 and 1

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["man"] * 50 + ["woman"] * 50,
    ...                        "dances": ["yes"] * 10 + ["no"] * 40 + ["yes"] * 30 + ["no"] * 20})
    >>> result = cross_tabulate(people, "sex", "dances")
    >>> round(result.chi2, 4), result.df, f"{result.p_value:.4g}", round(result.cramers_v, 4), result.discriminating
    (16.6667, 1, '4.456e-05', 0.4082, True)
    """
    if not 0 < alpha < 1:
        raise ParameterError(N_("The level of significance {alpha} is not between 0 and 1; write for example 0.05."),
                             alpha=alpha)
    warnings: list[Reason] = []
    first, rows = _codes(frame, row, warnings)
    second, columns = _codes(frame, column, warnings)
    known = (first >= 0) & (second >= 0)
    n = int(known.sum())
    if not n:
        raise NotComputable(N_("No row has both {row} and {column}."), row=row, column=column)
    if len(rows) * len(columns) > MAX_CELLS:
        name, k = max((row, len(rows)), (column, len(columns)), key=lambda pair: pair[1])
        raise NotComputable(N_("{column} has {n} different values: too many to be categories."), column=name, n=k,
                            fallback=N_("Band the values or merge categories before counting."))
    counts = np.bincount(first[known] * len(columns) + second[known], minlength=len(rows) * len(columns))
    table = pd.DataFrame(counts.reshape(len(rows), len(columns)), index=pd.Index(rows, name=row, dtype=object),
                         columns=pd.Index(columns, name=column, dtype=object))
    table = table.loc[table.sum(axis=1) > 0, table.sum(axis=0) > 0]
    return _tested(table, len(frame) - n, correction, alpha, warnings)


def analyse_counts(table: pd.DataFrame, *, correction: bool = False, alpha: float = 0.05) -> CrossTable:
    """The same test on counts that are already tabulated (rows and columns without a count are dropped).

    Examples
    --------
    >>> round(analyse_counts(pd.DataFrame([[3, 1], [1, 3]])).fisher_p, 5)
    0.48571
    """
    counts = table.to_numpy(dtype=float)
    if counts.size == 0 or not np.isfinite(counts).all() or (counts < 0).any():
        raise NotComputable(N_("A table of counts holds whole numbers of 0 or more, nothing else."))
    table = table.loc[table.sum(axis=1) > 0, table.sum(axis=0) > 0]
    return _tested(table, 0, correction, alpha, [])


def v_interval(result: CrossTable, confidence: float = 0.95) -> tuple[float, float]:
    """Bounds of Cramér's V from the noncentral chi-square that makes the observed one just likely enough.

    ``V = sqrt(ncp / (n min(r-1, c-1)))`` for the noncentralities whose distribution puts the observed chi-square at
    ``(1 + confidence)/2`` and ``(1 - confidence)/2`` (Smithson, M. (2003), *Confidence Intervals*, chapter 4).

    Examples
    --------
    >>> low, high = v_interval(analyse_counts(pd.DataFrame([[10, 40], [30, 20]])))
    >>> round(low, 3), round(high, 3)
    (0.212, 0.604)
    """
    from scipy import stats
    from scipy.optimize import brentq

    if not 0 < confidence < 1:
        raise NotComputable(N_("Confidence {confidence} is not between 0 and 1; write for example 0.95."),
                            confidence=confidence)
    table, df = result.table.to_numpy(dtype=float), result.df
    chi2 = float(((table - result.expected.to_numpy()) ** 2 / result.expected.to_numpy()).sum())
    if chi2 < 1000:
        below = lambda ncp: stats.ncx2.cdf(chi2, df, ncp) if ncp > 0 else stats.chi2.cdf(chi2, df)
    else:  # the exact series is slow and the normal form as good
        below = lambda ncp: stats.norm.cdf((chi2 - df - ncp) / math.sqrt(2 * (df + 2 * ncp)))
    top = chi2 + 20 * math.sqrt(2 * (df + 2 * chi2)) + 100
    scale = result.n * min(table.shape[0] - 1, table.shape[1] - 1)
    bounds = []
    for level in ((1 + confidence) / 2, (1 - confidence) / 2):
        ncp = 0.0 if below(0.0) <= level else brentq(lambda x, level=level: below(x) - level, 0.0, top)
        bounds.append(min(1.0, math.sqrt(ncp / scale)))
    return bounds[0], bounds[1]


def _tested(table, n_missing, correction, alpha, warnings) -> CrossTable:
    for size, name in ((table.shape[0], table.index.name), (table.shape[1], table.columns.name)):
        if size < 2:
            raise NotComputable(N_("{column} has only one category where both are known: there is nothing to compare."),
                                column=str(name))
    observed = table.to_numpy(dtype=float)
    n = observed.sum()
    down, across = observed.sum(axis=1, keepdims=True) / n, observed.sum(axis=0, keepdims=True) / n
    expected = n * down * across
    deviation = observed - expected
    chi2 = float((deviation**2 / expected).sum())
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    v = min(1.0, math.sqrt(chi2 / (n * min(table.shape[0] - 1, table.shape[1] - 1))))
    is_2x2 = table.shape == (2, 2)
    if correction and is_2x2:
        chi2 = float((np.maximum(np.abs(deviation) - 0.5, 0.0) ** 2 / expected).sum())
    elif correction:
        warnings.append(reason(N_("Yates' correction is for tables of 2 × 2; this one is {rows} × {columns} and is "
                                  "not corrected."), level="info", rows=table.shape[0], columns=table.shape[1]))
    from scipy import stats

    p = float(stats.chi2.sf(chi2, df))
    small = float((expected < 5).mean())
    valid = n >= MIN_N and expected.min() >= 1 and small <= 0.2 + NEAR
    fisher_p = None
    if not valid and is_2x2:
        fisher_p = min(1.0, float(stats.fisher_exact(observed.astype(int)).pvalue))
        warnings.append(reason(N_("Few observations (n = {n}, smallest expected count {low}): Fisher's exact test "
                                  "decides, not χ²."), n=int(n), low=float(expected.min())))
    elif not valid:
        warnings.append(reason(N_("χ² is not reliable here (n = {n}, smallest expected count {low}, {share:%} of the "
                                  "cells expect fewer than 5): merge categories."), n=int(n),
                               low=float(expected.min()), share=small))
    deciding = fisher_p if fisher_p is not None else p if valid else None
    shape = {"index": table.index, "columns": table.columns}
    return CrossTable(
        table=table, expected=pd.DataFrame(expected, **shape),
        residuals=pd.DataFrame(deviation / np.sqrt(expected * (1 - down) * (1 - across)), **shape),
        chi2=chi2, df=df, p_value=p, cramers_v=v, n=int(n), n_missing=int(n_missing), valid=bool(valid),
        fisher_p=fisher_p, warnings=tuple(warnings),
        discriminating=None if deciding is None else bool(deciding < alpha - NEAR and v >= MIN_V - NEAR))


def _codes(frame, column, warnings):
    """Code of each row's category (-1 missing) and the categories in their order."""
    values = read_column(frame, column)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy().astype(np.int64), list(values.cat.categories)
    codes, distinct = distinct_values(values, column)
    kept = list(distinct.tolist() if hasattr(distinct, "tolist") else distinct)
    try:
        ordered = sorted(kept)
    except TypeError:  # numbers and texts in one column, as files bring them: 1 and "1" are one category
        warnings.append(reason(N_("{column} mixes numbers and texts; what is written alike counts as one category."),
                               level="info", column=column))
        texts = [category_text(value) for value in kept]
        ordered = sorted(set(texts))
        kept = texts
    place = {value: k for k, value in enumerate(ordered)}
    lookup = np.array([place[value] for value in kept] + [-1], dtype=np.int64)
    return lookup[codes], ordered
