"""Assigning customers to groups: linear scores, posterior probabilities, leave-one-out, cuts, territory.

Everything works in the space of the discriminant functions, where the covariance within the groups is the
unit matrix: ``z`` (n, p) are customers, ``points`` (g, p) centroids there. Sources: Fisher, R. A. (1936),
*Annals of Eugenics* 7, 179-188; Lachenbruch, P. A. and Mickey, M. R. (1968), *Technometrics* 10, 1-11
(leave-one-out); Sherman, J. and Morrison, W. J. (1950), *Annals of Mathematical Statistics* 21, 124-127 (so
that it needs no n fits).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

NEAR = 1e-9
GRID = 101


def score(z: np.ndarray, points: np.ndarray, log_priors: np.ndarray) -> np.ndarray:
    """Linear scores ``z.m_k - m_k.m_k/2 + ln prior_k``, shape (n, g): log posteriors but for a row's constant."""
    return z @ points.T - 0.5 * (points**2).sum(axis=1) + log_priors


def choose(scores: np.ndarray) -> np.ndarray:
    """Place of the highest score in each row; of scores that tie the first; -1 where a row has no scores.

    Examples
    --------
    >>> choose(np.array([[1.0, 3.0, 3.0 + 1e-12], [np.nan, np.nan, np.nan]])).tolist()
    [1, -1]
    """
    best = (scores >= scores.max(axis=1, keepdims=True) - NEAR).argmax(axis=1)
    return np.where(np.isnan(scores).any(axis=1), -1, best)


def posteriors(scores: np.ndarray) -> np.ndarray:
    """Probability of each group given the scores, rows summing to 1."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def score_left_out(z: np.ndarray, codes: np.ndarray, points: np.ndarray, log_priors: np.ndarray) -> np.ndarray:
    """Scores of each customer by the functions that the others give, shape (n, g); exact, priors held.

    With ``u = z - m_k`` of the own group k, ``c = n_k/(n_k - 1)`` and N = n - g, taking a customer out leaves
    the covariance ``(N I - c u u')/(N - 1)`` and the own mean at ``z - c u``; the others stay. Hence
    ``D_j^2 = (N - 1)/N (v.v + c (u.v)^2/(N - c u.u))`` with ``v = z - m_j``, and ``v = c u`` for the own group.
    A row is NaN where the others have no covariance (a predictor varies by this customer alone).
    """
    counts = np.bincount(codes, minlength=len(points))
    freedom = len(z) - len(points)
    c = (counts / (counts - 1))[codes]
    u = z - points[codes]
    uu = (u**2).sum(axis=1)
    vv = (z**2).sum(axis=1)[:, None] - 2 * z @ points.T + (points**2).sum(axis=1)
    uv = (u * z).sum(axis=1)[:, None] - u @ points.T
    own = np.arange(len(z)), codes
    vv[own], uv[own] = c * c * uu, c * uu
    left = freedom - c * uu
    left[left < NEAR * freedom] = np.nan
    d2 = (freedom - 1) / freedom * (vv + c[:, None] * uv**2 / left[:, None])
    return log_priors - 0.5 * d2


def count_confusion(codes: np.ndarray, assigned: np.ndarray, groups) -> pd.DataFrame:
    """Customers by actual group (rows) and assigned group (columns), without those not assigned (-1)."""
    g, known = len(groups), assigned >= 0
    counts = np.bincount(codes[known] * g + assigned[known], minlength=g * g).reshape(g, g)
    return pd.DataFrame(counts, index=pd.Index(groups, name="actual", dtype=object),
                        columns=pd.Index(groups, name="assigned", dtype=object))


def find_cuts(points: np.ndarray, log_priors: np.ndarray, groups) -> pd.DataFrame:
    """Where the assigned group changes along one function: columns cut, below, above.

    A group may have no stretch. Groups a and b score alike at ``(m_a + m_b)/2 + ln(prior_a/prior_b)/(m_b - m_a)``.

    Examples
    --------
    >>> find_cuts(np.array([0.0, 4.0, 2.0]), np.zeros(3), ["A", "B", "C"]).to_numpy().tolist()
    [[1.0, 'A', 'C'], [3.0, 'C', 'B']]
    """
    height = log_priors - points**2 / 2
    at = int(np.lexsort((-height, points))[0])
    rows = []
    while True:
        above = np.flatnonzero(points > points[at] + NEAR)
        if not len(above):
            return pd.DataFrame(rows, columns=["cut", "below", "above"])
        cuts = (height[at] - height[above]) / (points[above] - points[at])
        nearest = above[cuts <= cuts.min() + NEAR]
        after = int(nearest[np.lexsort((-height[nearest], -points[nearest]))[0]])
        rows.append((float(cuts.min()), groups[at], groups[after]))
        at = after


def draw_territory(z: np.ndarray, points: np.ndarray, log_priors: np.ndarray) -> pd.DataFrame:
    """Place of the group assigned on a grid of the first two functions, the others at 0.

    Returns
    -------
    (101, 101) frame of whole numbers; index the second function, columns the first, both a twentieth wider
    than the customers and centroids reach
    """
    both = np.vstack([z, points])[:, :2]
    low, high = both.min(axis=0), both.max(axis=0)
    margin = (high - low) / 20
    x, y = (np.linspace(low[k] - margin[k], high[k] + margin[k], GRID) for k in (0, 1))
    grid = np.column_stack([np.tile(x, GRID), np.repeat(y, GRID)])
    codes = choose(score(grid, points[:, :2], log_priors - 0.5 * (points[:, 2:] ** 2).sum(axis=1)))
    return pd.DataFrame(codes.reshape(GRID, GRID), index=pd.Index(y, name=2), columns=pd.Index(x, name=1))
