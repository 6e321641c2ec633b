"""Tests of a discriminant analysis: Wilks' lambda, function by function, pairs of groups, Box's M.

Sources: Wilks, S. S. (1932), *Biometrika* 24, 471-494; Bartlett, M. S. (1938), *Proceedings of the Cambridge
Philosophical Society* 34, 33-40; Rao, C. R. (1951), *Bulletin of the International Statistical Institute* 33,
177-180; Box, G. E. P. (1949), *Biometrika* 36, 317-346; Rencher, A. C. (2002), *Methods of Multivariate
Analysis*, 2nd ed., 6.1, 7.3 and 8.4 to 8.6; Holm, S. (1979), *Scandinavian Journal of Statistics* 6, 65-70.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from svcnb.methods.discriminant.sample import mean_by_group


@dataclass(frozen=True, eq=False)
class Significance:
    """A statistic with its degrees of freedom and p; ``df2`` is None unless it is an F."""

    statistic: float
    df: float
    p_value: float
    df2: float | None = None


def assess_functions(eigenvalues: np.ndarray, n: int, p: int,
                     n_groups: int) -> tuple[Significance, Significance, pd.DataFrame]:
    """Bartlett's and Rao's test that no function separates the groups, and of those after the first ones.

    ``ln lambda_k = -sum_{i>k} ln(1 + l_i)``, ``chi2 = -(n - 1 - (p + g)/2) ln lambda_k`` with
    ``(p - k)(g - k - 1)`` degrees of freedom when k functions are removed; ``F = (lambda^(-1/t) - 1) df2/df1`` with
    ``df1 = p q``, ``q = g - 1``, ``t = sqrt((p^2 q^2 - 4)/(p^2 + q^2 - 5))`` (1 where that is not defined) and
    ``df2 = t (n - 1 - (p + g)/2) - (pq - 2)/2``.

    Returns
    -------
    Bartlett, Rao, frame with index removed (0, 1, ...) and columns wilks, chi2, df, p_value

    Examples
    --------
    >>> bartlett, rao, tests = assess_functions(np.array([32.1919, 0.2854]), 150, 4, 3)
    >>> round(bartlett.statistic, 1), round(rao.statistic, 1), rao.df2, tests["df"].tolist()
    (546.1, 199.1, 288.0, [8, 3])
    """
    from scipy import stats

    q, scale = n_groups - 1, n - 1 - (p + n_groups) / 2
    logs = np.log1p(eigenvalues)
    remaining = logs[::-1].cumsum()[::-1]  # minus ln lambda of the functions from k on
    removed = np.arange(len(logs))
    df = (p - removed) * (q - removed)
    tests = pd.DataFrame({"wilks": np.exp(-remaining), "chi2": scale * remaining, "df": df,
                          "p_value": stats.chi2.sf(scale * remaining, df)}, index=pd.Index(removed, name="removed"))
    t = math.sqrt((p * p * q * q - 4) / (p * p + q * q - 5)) if p * p + q * q > 5 else 1.0
    df1, df2 = p * q, t * scale - (p * q - 2) / 2
    f = math.expm1(remaining[0] / t) * df2 / df1
    first = tests.iloc[0]
    return (Significance(float(first["chi2"]), int(first["df"]), float(first["p_value"])),
            Significance(f, df1, float(stats.f.sf(f, df1, df2)), df2), tests)


def assess_predictors(x: np.ndarray, codes: np.ndarray, n_groups: int, names) -> pd.DataFrame:
    """Each predictor alone: Wilks' lambda (variation within / total) and the F of an analysis of variance.

    Returns
    -------
    frame with index predictor and columns wilks, f, df1, df2, p_value

    Examples
    --------
    >>> table = assess_predictors(np.array([[1.0], [2], [3], [4]]), np.array([0, 0, 1, 1]), 2, ["orders"])
    >>> table.loc["orders", ["wilks", "f", "df2"]].round(6).tolist()
    [0.2, 8.0, 2.0]
    """
    from scipy import stats

    x = (x - x.min(axis=0)) / np.ptp(x, axis=0)  # keeps squares in bounds and changes neither lambda nor F
    means = mean_by_group(x, codes, n_groups)
    within = ((x - means[codes]) ** 2).sum(axis=0)
    between = (np.bincount(codes)[:, None] * (means - x.mean(axis=0)) ** 2).sum(axis=0)
    df1, df2 = n_groups - 1, len(x) - n_groups
    f = (between / df1) / (within / df2)
    return pd.DataFrame({"wilks": within / (within + between), "f": f, "df1": df1, "df2": df2,
                         "p_value": stats.f.sf(f, df1, df2)}, index=pd.Index(names, name="predictor", dtype=object))


def compare_pairs(points: np.ndarray, counts: np.ndarray, n: int, groups) -> pd.DataFrame:
    """Every two groups: squared Mahalanobis distance, its F and p, and p by Holm for the number of pairs.

    ``F = n_a n_b (n - g - p + 1) / ((n_a + n_b) (n - g) p) D^2`` with p and n - g - p + 1 degrees of freedom.

    Parameters
    ----------
    points : (groups, p) centroids where the covariance within the groups is the unit matrix

    Returns
    -------
    frame with columns first, second, d2, f, df1, df2, p_value, p_holm
    """
    from scipy import stats

    g, p = points.shape
    first, second = np.array(list(combinations(range(g), 2))).T
    d2 = ((points[first] - points[second]) ** 2).sum(axis=1)
    df2 = n - g - p + 1
    f = counts[first] * counts[second] / (counts[first] + counts[second]) * df2 / ((n - g) * p) * d2
    p_value = stats.f.sf(f, p, df2)
    labels = np.array(groups, dtype=object)
    return pd.DataFrame({"first": labels[first], "second": labels[second], "d2": d2, "f": f, "df1": p, "df2": df2,
                         "p_value": p_value, "p_holm": _holm(p_value)})


def assess_covariances(z: np.ndarray, codes: np.ndarray, n_groups: int) -> Significance | None:
    """Box's M as chi-square: are the groups' covariances equal? None when a group's covariance is singular.

    Statsmodels' chi-square is used, not its F: of the two cases that Box's F has, the one for few predictors
    has a wrong sign there (statsmodels 0.15, ``test_cov_oneway``).
    """
    from statsmodels.stats.multivariate import test_cov_oneway

    parts = [z[codes == k] for k in range(n_groups)]
    covariances = [np.atleast_2d(np.cov(part, rowvar=False)) for part in parts]
    if any(np.linalg.matrix_rank(covariance, hermitian=True) < z.shape[1] for covariance in covariances):
        return None
    box = test_cov_oneway(covariances, [len(part) for part in parts])
    return Significance(float(box.statistic_chi2), float(box.df_chi2), float(box.pvalue_chi2))


def _holm(p_value: np.ndarray) -> np.ndarray:
    """Holm's adjusted p; statsmodels' multipletests gives the same but collects garbage at each call (50 ms)."""
    order = np.argsort(p_value, kind="stable")
    adjusted = np.empty(len(p_value))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p_value[order] * np.arange(len(p_value), 0, -1)))
    return adjusted
