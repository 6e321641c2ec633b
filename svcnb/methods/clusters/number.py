"""How many clusters: silhouette, elbow (within sum of squares), gap.

Rousseeuw, P. J. (1987), *Journal of Computational and Applied Mathematics* 20, 53-65: ``s = (b - a) / max(a, b)`` with
a the mean distance to the own cluster and b that to the nearest other one; 0 in a cluster of one. Tibshirani, R.,
Walther, G. and Hastie, T. (2001), *JRSS B* 63, 411-423: ``Gap(k) = mean log W*_k - log W_k`` with W* of points laid
evenly in the box along the principal axes (their reference b; R's ``clusGap(spaceH0 = "scaledPCA", d.power = 2)``).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from svcnb.methods.clusters.partition import METHODS

LEAST_SHARE = 0.05  # method.md 4.2 b: a smaller cluster is rejected
GAP_SAMPLE = 1000  # customers on whom the gap is measured: it clusters them anew for each reference
GAP_STARTS = 5
NEAR = 1e-9


def silhouettes(distances: np.ndarray, codes: np.ndarray) -> np.ndarray | None:
    """Silhouette of each customer; None where there are not two clusters, or only clusters of one."""
    from sklearn.metrics import silhouette_samples

    if not 2 <= len(np.unique(codes)) < len(codes):
        return None
    return silhouette_samples(distances, codes, metric="precomputed")


def within_ss(points: np.ndarray, codes: np.ndarray) -> float:
    """Sum of the squared distances to the mean of the own cluster."""
    members = [points[codes == code] for code in np.unique(codes)]
    return float(sum(((own - own.mean(axis=0)) ** 2).sum() for own in members))


def within_pairs(distances: np.ndarray, codes: np.ndarray) -> float:
    """The same from distances alone: squared distances of the pairs in a cluster, summed, over its size.

    Anderson, M. J. (2001), *Austral Ecology* 26, 32-46: for Euclidean distances it is the sum of squares.
    """
    return float(sum((distances[np.ix_(own, own)] ** 2).sum() / (2 * len(own))
                     for own in (np.flatnonzero(codes == code) for code in np.unique(codes))))


def measure_gap(points: np.ndarray, k_max: int, method: str, n_references: int, seed: int):
    """Gap and its standard error for k = 1 … ``k_max`` as arrays; NaN from the k on that leaves no spread."""
    rng = np.random.default_rng(seed)
    if len(points) > GAP_SAMPLE:
        points = points[np.sort(rng.choice(len(points), GAP_SAMPLE, replace=False))]
    middle = points.mean(axis=0)
    axes = np.linalg.svd(points - middle, full_matrices=False)[2]
    turned = (points - middle) @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    ks = [k for k in range(2, k_max + 1) if k < len(points)]

    def log_within(rows):
        codes, _ = METHODS[method](rows, None, ks, seed, GAP_STARTS)
        whole = within_ss(rows, np.zeros(len(rows)))
        sums = np.array([whole, *(within_ss(rows, codes[k]) for k in ks)])
        return np.log(np.where(sums > NEAR**2 * whole, sums, np.nan))

    own = log_within(points)
    drawn = np.array([log_within(rng.uniform(low, high, turned.shape) @ axes) for _ in range(n_references)])
    gap, se = np.full(k_max, np.nan), np.full(k_max, np.nan)
    gap[:len(own)] = drawn.mean(axis=0) - own
    se[:len(own)] = drawn.std(axis=0, ddof=1) * math.sqrt(1 + 1 / n_references) + own * 0
    return gap, se


def gap_choice(gap: np.ndarray, se: np.ndarray) -> int | None:
    """The least k whose gap is within a standard error of the largest; None when not measured.

    Dudoit, S. and Fridlyand, J. (2002), *Genome Biology* 3, research0036 (R's ``maxSE(method = "globalSEmax")``). The
    rule of Tibshirani et al., who compare each k with the next only, stops at one cluster where two are no better but
    three are far better.
    """
    gap, se = gap[np.isfinite(gap)], se[np.isfinite(gap)]
    if not len(gap):
        return None
    best = int(np.argmax(gap))
    return int(np.flatnonzero(gap >= gap[best] - se[best])[0]) + 1


def best_k(search: pd.DataFrame) -> int | None:
    """The k of the highest mean silhouette without a cluster below 5 %; of all when each has one. Ties: the least k."""
    known = search[search["silhouette"].notna()]
    fair = known[known["smallest_share"] >= LEAST_SHARE - NEAR]
    rows = fair if len(fair) else known
    return int(rows.loc[rows["silhouette"] >= rows["silhouette"].max() - NEAR, "k"].min()) if len(rows) else None
