"""Whether correlations suit factor analysis, and how many factors chance alone would show.

Sources: method.md 3.9 (S2:L205, S2:L211). Kaiser, H. F. and Rice, J. (1974), *Educational and Psychological
Measurement* 34, 111-117 (KMO with q the partial correlations); Bartlett, M. S. (1950), *British Journal of
Statistical Psychology* 3, 77-85; Horn, J. L. (1965), *Psychometrika* 30, 179-185 (parallel analysis); Glorfeld, L. W.
(1995), *Educational and Psychological Measurement* 55, 377-393 (its upper percentile instead of the mean).
"""

from __future__ import annotations

import numbers
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_

NEAR = 1e-9
SINGULAR = 1e-8  # share of an item's variance that the other items must leave it
ROUNDED = 1e-6  # how far a printed matrix may be from symmetry and from 1 on its diagonal
APRIORI = N_("Let experts choose the segmentation variables (a-priori method) until there are data.")


@dataclass(frozen=True, eq=False)
class Bartlett:
    """Test of sphericity, whose hypothesis is that no items are correlated: ``chi2``, its ``df``, ``p_value``."""

    chi2: float
    df: int
    p_value: float


@dataclass(frozen=True, eq=False)
class ParallelAnalysis:
    """What chance gives.

    ``line`` is the ``percentile`` (0 to 100) of each eigenvalue, largest first (index 1 to the number of items), over
    ``repetitions`` samples of uncorrelated normal items drawn with ``seed``. ``n_factors`` counts the eigenvalues
    above the line before the first that is not; it can be 0.
    """

    line: pd.Series
    percentile: float
    repetitions: int
    seed: int
    n_factors: int


def measure_adequacy(correlations) -> tuple[float, pd.Series]:
    """Kaiser-Meyer-Olkin measure of sampling adequacy, overall and of each item.

    ``KMO = sum r^2 / (sum r^2 + sum q^2)`` over pairs i != j, with q the partial correlations given all other items;
    an item's KMO takes its own pairs only. From 0.60 the items suit factor analysis.

    Parameters
    ----------
    correlations : square frame (or array) with 1 on the diagonal; not changed

    Returns
    -------
    KMO 0 to 1, and a Series item -> KMO, NaN for an item that no other is correlated with

    Raises
    ------
    NotComputable
        it is no correlation matrix, an item follows from others, or no items are correlated

    References
    ----------
    Kaiser and Rice (1974); method.md 3.9 b, T19.

    Examples
    --------
    >>> overall, items = measure_adequacy([[1, 0.6, 0.6], [0.6, 1, 0.6], [0.6, 0.6, 1]])
    >>> round(overall, 4), items.round(4).tolist()
    (0.7191, [0.7191, 0.7191, 0.7191])
    """
    frame = checked_correlations(correlations)
    inverse = np.linalg.inv(frame.to_numpy())
    scale = np.sqrt(np.diag(inverse))
    r2, q2 = frame.to_numpy() ** 2, (inverse / np.outer(scale, scale)) ** 2
    np.fill_diagonal(r2, 0.0)
    np.fill_diagonal(q2, 0.0)
    if r2.max(initial=0.0) <= NEAR**2:
        raise NotComputable(N_("No two items are correlated: they have no factor in common."), fallback=APRIORI)
    related, all_pairs = r2.sum(axis=0), (r2 + q2).sum(axis=0)
    alone = related <= NEAR**2
    kmo = np.where(alone, np.nan, related / np.where(alone, 1.0, all_pairs))
    return float(r2.sum() / (r2.sum() + q2.sum())), pd.Series(kmo, index=frame.index, name="kmo")


def assess_sphericity(correlations, n: int) -> Bartlett:
    """Bartlett's test that no items are correlated.

    ``chi2 = -(n - 1 - (2 p + 5)/6) ln|R|`` with ``p (p - 1)/2`` degrees of freedom, p items and n rows.

    Parameters
    ----------
    correlations : square frame (or array) with 1 on the diagonal; not changed
    n : rows they were calculated from

    Raises
    ------
    NotComputable
        it is no correlation matrix, or an item follows from others
    ParameterError
        n is not a whole number above (2 p + 11)/6, below which the statistic has no meaning

    References
    ----------
    Bartlett (1950); method.md 3.9 b, T19.

    Examples
    --------
    >>> test = assess_sphericity([[1, 0.6, 0.6], [0.6, 1, 0.6], [0.6, 0.6, 1]], 50)
    >>> round(test.chi2, 4), test.df, f"{test.p_value:.3g}"
    (49.2479, 3, '1.16e-10')
    """
    from scipy import stats

    frame = checked_correlations(correlations)
    p = len(frame)
    check_whole(n, "n", least=int((2 * p + 11) // 6) + 1)
    chi2 = max(0.0, float(-(n - 1 - (2 * p + 5) / 6) * np.linalg.slogdet(frame.to_numpy())[1]))
    df = p * (p - 1) // 2
    return Bartlett(chi2, df, float(stats.chi2.sf(chi2, df)))


def simulate_eigenvalues(n: int, p: int, *, repetitions: int = 500, percentile: float = 95.0,
                         seed: int = 0) -> pd.Series:
    """Line of Horn's parallel analysis: a percentile of the eigenvalues that uncorrelated items show by chance.

    Each repetition draws the correlation matrix of n rows of p independent normal items. It is drawn as a Wishart
    matrix of n - 1 degrees of freedom, which has the same distribution and does not need the rows.

    Parameters
    ----------
    n, p : rows and items, n above p and p at least 2
    repetitions : samples drawn, at least 20
    percentile : 0 to 100; Horn took the mean, Glorfeld (1995) the 95th, which keeps fewer chance factors
    seed : whole number of 0 or more; the same seed gives the same line

    Returns
    -------
    Series of p eigenvalues, largest first, index 1 to p named ``factor``

    Examples
    --------
    >>> simulate_eigenvalues(100, 3).round(1).tolist()
    [1.3, 1.1, 0.9]
    """
    from scipy import stats

    check_whole(p, "p", least=2)
    check_whole(n, "n", least=p + 1)
    check_whole(repetitions, "repetitions", least=20)
    check_whole(seed, "seed", least=0)
    if isinstance(percentile, bool) or not isinstance(percentile, numbers.Real) or not 0 <= percentile <= 100:
        raise ParameterError(N_("The percentile {value} is not a number from 0 to 100."), value=percentile)
    rng, wishart = np.random.default_rng(seed), stats.wishart(n - 1, np.eye(p))
    drawn = np.empty((repetitions, p))
    for k in range(repetitions):
        products = wishart.rvs(random_state=rng)
        scale = np.sqrt(np.diag(products))
        drawn[k] = np.linalg.eigvalsh(products / np.outer(scale, scale))
    line = np.percentile(drawn, percentile, axis=0)[::-1]
    return pd.Series(line, index=pd.RangeIndex(1, p + 1, name="factor"), name="parallel")


def checked_correlations(correlations) -> pd.DataFrame:
    """The matrix as a frame of floats with its labels, once it is sure that it has an inverse."""
    frame = pd.DataFrame(correlations)
    try:
        values = frame.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise NotComputable(N_("A matrix of correlations holds numbers, nothing else.")) from error
    p = values.shape[0]
    if values.shape[1] != p or p < 2 or (isinstance(correlations, pd.DataFrame) and not (
            isinstance(frame.index, pd.RangeIndex) or list(frame.index) == list(frame.columns))):
        raise NotComputable(N_("A matrix of correlations has the same items down and across; this one is {rows} × "
                               "{columns}."), rows=p, columns=values.shape[1])
    check_names(frame.columns)
    if not np.isfinite(values).all() or np.abs(values).max() > 1 + ROUNDED \
            or np.abs(values - values.T).max() > ROUNDED or np.abs(np.diag(values) - 1).max() > ROUNDED:
        raise NotComputable(N_("A matrix of correlations is symmetric, has 1 on its diagonal and only numbers from -1 "
                               "to 1; this one is not so."))
    values = (values + values.T) / 2
    np.fill_diagonal(values, 1.0)
    lowest = float(np.linalg.eigvalsh(values)[0])
    if lowest < -SINGULAR:
        raise NotComputable(N_("These correlations cannot come from one set of rows (smallest eigenvalue {lowest})."),
                            lowest=lowest, fallback=N_("Look for a typing error, or calculate all correlations from the "
                                                       "same complete rows."))
    _refuse_collinear(values, list(frame.columns))
    return pd.DataFrame(values, index=frame.columns, columns=frame.columns)


def check_names(names) -> None:
    """Refuse two items of one name."""
    twice = pd.Index(names)[pd.Index(names).duplicated()]
    if len(twice):
        raise NotComputable(N_("{n} columns are called {column}."), n=int((pd.Index(names) == twice[0]).sum()),
                            column=twice[0])


def check_whole(value, name: str, *, least: int) -> None:
    """Refuse what is not a whole number of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < least:
        raise ParameterError(N_("{name} = {value} is not a whole number of {least} or more."), name=name,
                             value=value if isinstance(value, numbers.Real) else str(value), least=least)


def _refuse_collinear(values: np.ndarray, names: list) -> None:
    """Say which items follow from earlier ones: sweeping out each item in turn leaves them no variance."""
    left, kept, given = values.copy(), [], []
    for j in range(len(values)):
        if left[j, j] < SINGULAR:
            given.append(j)
            continue
        kept.append(j)
        left -= np.outer(left[:, j], left[j]) / left[j, j]
    if given:
        shares = np.linalg.solve(values[np.ix_(kept, kept)], values[np.ix_(kept, given)])
        from_these = [names[k] for k, row in zip(kept, shares) if np.abs(row).max() > np.sqrt(SINGULAR)]
        raise NotComputable(N_("{columns} can be calculated exactly from {others}: the correlations have no inverse."),
                            fallback=N_("Leave out {columns} and analyse the other items."),
                            columns=[names[j] for j in given], others=from_these)
