"""Do arrivals and services look Markovian? Tests of step 5, part 3 (method 7.11.3, S2:L319-321).

Counts: chi-square goodness of fit and the dispersion test. Times: Lilliefors' test for the exponential
(Lilliefors 1969, statsmodels) and the squared coefficient of variation. House rule [PROP]: Markovian
when p >= alpha and the squared variation lies in 0.7 to 1.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_

VARIATION = (0.7, 1.3)  # squared variation of what may pass for exponential [PROP]
LEAST_EXPECTED = 5
LEAST_TIMES = 10


@dataclass(frozen=True, eq=False)
class PoissonCheck:
    """Counts against Poisson: ``chi2 df p_value`` (None with too few cells), ``dispersion p_dispersion``."""

    rate: float
    n: int
    chi2: float | None
    df: int | None
    p_value: float | None
    expected: np.ndarray
    dispersion: float
    p_dispersion: float
    variance_ratio: float


@dataclass(frozen=True, eq=False)
class ExponentialCheck:
    """Times against the exponential: Lilliefors' ``statistic`` and ``p_value`` (bounded by its table), ``c2``."""

    mean: float
    n: int
    statistic: float
    p_value: float
    c2: float


@dataclass(frozen=True, eq=False)
class TimeStudy:
    """``exact`` and ``needed`` observations, ``n`` made, ``more`` still to make, the ``mean`` time."""

    exact: float
    needed: int
    n: int
    more: int
    mean: float


def check_poisson(counts) -> PoissonCheck:
    """Test counts of equal intervals against Poisson.

    Parameters
    ----------
    counts : sequence of whole numbers >= 0, one for each interval

    Returns
    -------
    PoissonCheck
        Cells are merged from both ends until each expects at least 5; df = cells - 2.
        Dispersion: ``sum((k - mean)²) / mean``, chi-square with n - 1 df, upper tail.

    Raises
    ------
    NotComputable
        Fewer than two intervals, or no arrival in any.

    Examples
    --------
    >>> check = check_poisson([0] * 10 + [1] * 24 + [2] * 28 + [3] * 20 + [4] * 11 + [5] * 5 + [6] * 2)
    >>> round(check.chi2, 5), check.df, round(check.dispersion, 4)
    (0.16479, 4, 90.7647)
    """
    k = np.asarray(counts, dtype=float)
    k = k[~np.isnan(k)]
    if len(k) and (np.any(k < 0) or np.any(k != np.round(k))):
        raise ParameterError(N_("Counts must be whole numbers of at least 0."))
    if len(k) < 2 or k.sum() == 0:
        raise NotComputable(N_("{n} intervals with {arrivals} arrivals say nothing about how they spread."), n=len(k),
                            arrivals=int(k.sum()), fallback=N_("Observe more intervals."))
    rate, n = float(k.mean()), len(k)
    top = int(k.max())
    observed = np.bincount(k.astype(int), minlength=top + 1).astype(float)
    expected = n * stats.poisson.pmf(np.arange(top + 1), rate)
    expected[-1] = n * stats.poisson.sf(top - 1, rate)
    observed, expected = _merge(list(observed), list(expected))
    df = len(expected) - 2
    chi2 = float(((observed - expected) ** 2 / expected).sum()) if df >= 1 else None
    dispersion = float(((k - rate) ** 2).sum() / rate)
    return PoissonCheck(rate, n, chi2, df if df >= 1 else None, float(stats.chi2.sf(chi2, df)) if df >= 1 else None,
                        expected, dispersion, float(stats.chi2.sf(dispersion, n - 1)), float(k.var(ddof=1) / rate))


def check_exponential(times) -> ExponentialCheck:
    """Test times against the exponential (Lilliefors) and give their squared variation.

    Parameters
    ----------
    times : sequence of float >= 0; missing ones are left out

    Raises
    ------
    NotComputable
        Fewer than 10 times, or all of them zero.

    Examples
    --------
    >>> round(check_exponential([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).c2, 3)
    0.303
    """
    x = np.asarray(times, dtype=float)
    x = x[~np.isnan(x)]
    if np.any(x < 0):
        raise ParameterError(N_("Times must be 0 or more."))
    if len(x) < LEAST_TIMES or x.sum() == 0:
        raise NotComputable(N_("Only {n} times: at least {least} that are not all zero are needed to test their "
                               "distribution."), n=len(x), least=LEAST_TIMES,
                            fallback=N_("Take the exponential as an assumption and observe more."))
    from statsmodels.stats.diagnostic import lilliefors

    mean = float(x.mean())
    if np.ptp(x) == 0:  # constant: the largest distance is known, no table needed
        return ExponentialCheck(mean, len(x), float(1 - np.exp(-1)), 0.001, 0.0)
    statistic, p_value = lilliefors(x, dist="exp", pvalmethod="table")
    return ExponentialCheck(mean, len(x), float(statistic), float(p_value), float(x.var(ddof=1) / mean**2))


def required_observations(times, z: float = 2.0, error: float = 0.05) -> TimeStudy:
    """How many observations a time study needs: ``(z/e * sqrt(n sum(x²) - sum(x)²) / sum(x))²``.

    z = 2 (95.45 %) and e = 0.05 give the workshop's factor 40 (S2:L321; method 7.11.4).

    Raises
    ------
    NotComputable
        Fewer than two times, or none above zero.

    Examples
    --------
    >>> study = required_observations([8, 7, 8, 8, 7])
    >>> round(study.exact, 3), study.needed, study.more
    (6.648, 7, 2)
    """
    if not (z > 0 and 0 < error < 1):
        raise ParameterError(N_("z must be greater than 0 and the error a share between 0 and 1."))
    x = np.asarray(times, dtype=float)
    x = x[~np.isnan(x)]
    if np.any(x < 0):
        raise ParameterError(N_("Times must be 0 or more."))
    if len(x) < 2 or x.sum() == 0:
        raise NotComputable(N_("Only {n} times: a time study starts from two or more."), n=len(x),
                            fallback=N_("Take five observations first."))
    n = len(x)
    exact = float((z / error) ** 2 * n * ((x - x.mean()) ** 2).sum() / x.sum() ** 2)
    needed = int(np.ceil(exact - 1e-9))
    return TimeStudy(exact, needed, n, max(0, needed - n), float(x.mean()))


def is_markovian(c2: float | None, p_value: float | None, alpha: float = 0.05) -> bool:
    """The house rule on one stream; without a test the squared variation decides alone."""
    if c2 is None or np.isnan(c2):
        return True
    return VARIATION[0] <= c2 <= VARIATION[1] and (p_value is None or p_value >= alpha)


def _merge(observed: list, expected: list):
    """Join cells from the top and from the bottom until each expects at least 5."""
    while len(expected) > 1 and expected[-1] < LEAST_EXPECTED:
        expected[-2:], observed[-2:] = [sum(expected[-2:])], [sum(observed[-2:])]
    while len(expected) > 1 and expected[0] < LEAST_EXPECTED:
        expected[:2], observed[:2] = [sum(expected[:2])], [sum(observed[:2])]
    return np.array(observed), np.array(expected)
