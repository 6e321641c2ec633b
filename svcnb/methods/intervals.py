"""Uncertainty of shares and means: Wilson interval, two proportions, Welch's t.

Sources: method.md 0.5 (hygiene rules 1 and 2) and 2.5; Wilson, E. B. (1927), *JASA* 22, 209-212;
Welch, B. L. (1947), *Biometrika* 34, 28-35; Dean, N. and Pagano, M. (2015), *Journal of Survey
Statistics and Methodology* 3, 484-503 (Wilson on the effective number, for clustered counts).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from svcnb.errors import NotComputable
from svcnb.i18n import N_

TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Interval:
    """A share 0 to 1 with its bounds; ``n`` is what it rests on."""

    value: float
    low: float
    high: float
    n: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """First minus second. ``df`` is None for the normal (z) comparison."""

    difference: float
    statistic: float
    p_value: float
    low: float
    high: float
    df: float | None = None


def wilson(successes: float, n: float, confidence: float = 0.95) -> Interval:
    """Wilson score interval of a share.

    ``centre = (p + z^2/2n)/(1 + z^2/n)``, ``half = z/(1 + z^2/n) sqrt(p(1-p)/n + z^2/4n^2)``
    (method.md 0.5; Wilson 1927).

    Parameters
    ----------
    successes : 0 <= successes <= n; need not be whole (an effective number)
    n : what it is out of, > 0
    confidence : between 0 and 1

    Raises
    ------
    NotComputable
        when n is 0 or the counts do not fit together

    Examples
    --------
    >>> interval = wilson(8, 10)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.4902, 0.9433)
    """
    if not _is_number(n) or n <= 0:
        raise NotComputable(N_("A share of nothing is not measured: its denominator is {n}."), n=n)
    if not _is_number(successes) or not -TINY <= successes <= n * (1 + TINY) + TINY:
        raise NotComputable(N_("{successes} of {n} is not a share between 0 and 1."), successes=successes, n=n)
    if not _is_number(confidence) or not 0 < confidence < 1:
        raise NotComputable(N_("Confidence {confidence} is not between 0 and 1; write for example 0.95."),
                            confidence=confidence)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    p = min(1.0, max(0.0, successes / n))
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if p == 0 else max(0.0, centre - half)
    high = 1.0 if p == 1 else min(1.0, centre + half)
    return Interval(p, low, high, n)


def ratio_interval(p: float, variance: float, n: int, confidence: float = 0.95) -> Interval:
    """Interval of a ratio of sums such as delivered units / ordered units.

    Units of one order are not independent trials, so Wilson on the units would be far too narrow.
    The number is first cut to ``p(1-p)/variance`` (Dean and Pagano 2015); ``variance`` is the
    linearised one, ``sum((y - p x)^2) / (sum x)^2 * n/(n-1)`` over the n orders.

    Examples
    --------
    >>> interval = ratio_interval(0.5, 0.025, 10)  # the variance of 5 of 10 plain trials
    >>> round(interval.low, 3), round(interval.high, 3), interval.n
    (0.237, 0.763, 10.0)
    """
    if not _is_number(variance) or variance <= TINY or not 0 < p < 1:
        effective = float(n)
    else:
        effective = min(float(n), p * (1 - p) / variance)
    return wilson(p * effective, effective, confidence)


def compare_proportions(p1: float, n1: int, p2: float, n2: int, confidence: float = 0.95) -> Comparison:
    """Two-proportion z test: ``z = (p1-p2)/sqrt(p(1-p)(1/n1+1/n2))``, p pooled (method.md 2.5).

    The interval of the difference uses the unpooled standard error.

    Raises
    ------
    NotComputable
        when a group is empty, a share is outside 0 to 1, or all outcomes are equal

    Examples
    --------
    >>> test = compare_proportions(0.93, 400, 0.96, 400)
    >>> round(test.statistic, 4), round(test.p_value, 5)
    (-1.861, 0.06275)
    """
    for p, n in ((p1, n1), (p2, n2)):
        if not _is_number(n) or n <= 0:
            raise NotComputable(N_("A share of nothing is not measured: its denominator is {n}."), n=n)
        if not _is_number(p) or not 0 <= p <= 1:
            raise NotComputable(N_("{share} is not a share between 0 and 1."), share=p)
    pooled = (p1 * n1 + p2 * n2) / (n1 + n2)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    if error <= TINY:
        raise NotComputable(N_("All outcomes are equal in both groups: there is no difference to test."))
    z = (p1 - p2) / error
    half = NormalDist().inv_cdf(0.5 + confidence / 2) * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    difference = p1 - p2
    return Comparison(difference, z, math.erfc(abs(z) / math.sqrt(2)),
                      max(-1.0, difference - half), min(1.0, difference + half))


def compare_means(mean1: float, sd1: float, n1: int, mean2: float, sd2: float, n2: int,
                  confidence: float = 0.95) -> Comparison:
    """Welch's t test of two means with unequal variances (method.md 2.5); ``sd`` with ddof=1.

    Raises
    ------
    NotComputable
        when a group has fewer than two values or neither varies

    Examples
    --------
    >>> test = compare_means(7.0, 1.0, 30, 7.5, 1.5, 40)
    >>> round(test.statistic, 3), round(test.df, 1), round(test.p_value, 4)
    (-1.671, 67.2, 0.0995)
    """
    from scipy import stats

    for n in (n1, n2):
        if not _is_number(n) or n < 2:
            raise NotComputable(N_("A mean of {n} values has no spread: two or more are needed in each group."), n=n)
    v1, v2 = sd1**2 / n1, sd2**2 / n2
    if not _is_number(v1 + v2) or v1 + v2 <= TINY:
        raise NotComputable(N_("Neither group varies: the t test has no answer."))
    error, difference = math.sqrt(v1 + v2), mean1 - mean2
    df = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    t = difference / error
    half = float(stats.t.ppf(0.5 + confidence / 2, df)) * error
    return Comparison(difference, t, float(2 * stats.t.sf(abs(t), df)), difference - half, difference + half, df)


def _is_number(value) -> bool:
    try:
        return math.isfinite(value)
    except TypeError:
        return False
