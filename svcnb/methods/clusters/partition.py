"""Partitions of points into k clusters: Ward, k-means, k-medoids.

Ward, J. H. (1963), *JASA* 58, 236-244, in the form of Murtagh, F. and Legendre, P. (2014), *Journal of
Classification* 31, 274-295 (Ward2; R's ``hclust(method = "ward.D2")``): a height is the root of twice the growth of
the sum of squares. Arthur, D. and Vassilvitskii, S. (2007), *SODA*, 1027-1035 (k-means++). Kaufman, L. and Rousseeuw,
P. J. (1990), *Finding Groups in Data*, Wiley, chapter 2 (PAM: k-medoids on any distance, recommended there for mixed
columns, where Ward and k-means have no means to work with); Schubert, E. and Rousseeuw, P. J. (2021), *Information
Systems* 101, 101804 (the same swaps, k times sooner).
"""

from __future__ import annotations

import numpy as np

STARTS = 20  # method.md 4.2 b
NEAR = 1e-9


def ward(points, distances, ks, seed=0, starts=STARTS):
    """The clusters that Ward's merges leave, cut at each of ``ks``; see ``kmeans`` for what comes back."""
    from scipy.cluster.hierarchy import fcluster, linkage

    merges = linkage(points, "ward")
    ranked = merges.copy()
    ranked[:, 2] = np.arange(len(merges))  # cut by rank: heights may tie, and then a height gives no k
    cuts = {k: fcluster(ranked, len(points) - k - 0.5, "distance") - 1 for k in ks}
    return cuts, merges


def kmeans(points, distances, ks, seed=0, starts=STARTS):
    """The best of ``starts`` runs of k-means for each of ``ks``, run on until no customer moves.

    Returns
    -------
    codes : dict k -> array (customers,) of 0 … k - 1
    merges : None, or for Ward scipy's linkage matrix
    """
    from sklearn.cluster import KMeans

    codes = {}
    for k in ks:
        best = KMeans(k, n_init=starts, random_state=seed).fit(points)
        codes[k] = KMeans(k, init=best.cluster_centers_, n_init=1, tol=0, max_iter=1000).fit(points).labels_
    return codes, None


def pam(points, distances, ks, seed=0, starts=STARTS):
    """The clusters around the ``k`` members (medoids) to which the sum of distances is least; see ``kmeans``."""
    codes = {}
    for k in ks:
        medoids = swap(distances, build(distances, k))
        codes[k] = np.argmin(distances[:, medoids], axis=1)
    return codes, None


def build(distances: np.ndarray, k: int) -> list[int]:
    """First medoids, one by one where the sum of distances falls most (PAM's BUILD)."""
    medoids = [int(np.argmin(distances.sum(axis=0)))]
    nearest = distances[:, medoids[0]]
    while len(medoids) < k:
        gain = np.maximum(nearest[:, None] - distances, 0).sum(axis=0)
        gain[medoids] = -1
        medoids.append(int(np.argmax(gain)))
        nearest = np.minimum(nearest, distances[:, medoids[-1]])
    return medoids


def swap(distances: np.ndarray, medoids: list[int]) -> list[int]:
    """Exchange a medoid for another customer, the best exchange first, as long as the sum of distances falls.

    With d1 and d2 a customer's distances to the nearest and the next medoid, making c a medoid changes the sum by
    ``min(d_c - d1, 0)``; a customer whose own medoid goes for it has ``clip(d_c, d1, d2) - d1`` more than that.
    """
    medoids, n = list(medoids), len(distances)
    while True:
        to = distances[:, medoids]
        own = np.argmin(to, axis=1)
        d1, d2 = np.sort(to, axis=1)[:, :2].T[:, :, None]
        members = np.zeros((len(medoids), n))
        members[own, np.arange(n)] = 1
        change = np.minimum(distances - d1, 0).sum(axis=0) + members @ (np.clip(distances, d1, d2) - d1)
        goes, comes = np.unravel_index(np.argmin(change), change.shape)
        if change[goes, comes] >= -NEAR * max(1.0, d1.sum()):
            return medoids
        medoids[goes] = int(comes)


def count_different(points: np.ndarray) -> int:
    """How many different places there are; a billionth of the widest spread makes no difference."""
    points = points - points.min(axis=0)
    return len(np.unique((points / max(points.max(), 1e-300)).round(9), axis=0))


METHODS = {"ward": ward, "kmeans": kmeans, "pam": pam}
