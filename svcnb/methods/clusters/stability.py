"""Whether the clusters come again when the customers are drawn anew.

A resample draws as many customers, with replacement; clustered by the same method into as many clusters, the customers
drawn are compared with their own clusters by the adjusted Rand index. Hubert, L. and Arabie, P. (1985), *Journal of
Classification* 2, 193-218; Hennig, C. (2007), *Computational Statistics & Data Analysis* 52, 258-271 (resample,
cluster, compare on the customers drawn); Dolnicar, S. and Leisch, F. (2010), *Marketing Letters* 21, 83-101.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcnb.methods.clusters.partition import METHODS, count_different

GOOD = 0.75  # house rule, method.md 4.2 b
NEAR = 1e-9


@dataclass(frozen=True, eq=False)
class Stability:
    """Agreement of the clusters with those of resamples.

    ``values`` is an array of the adjusted Rand index of each resample (1 the same clusters, 0 chance), ``mean`` its mean,
    None without a resample. ``n_resamples`` counts those used: one with fewer different customers than clusters is not.
    """

    mean: float | None
    values: np.ndarray
    n_resamples: int

    @property
    def is_good(self) -> bool | None:
        """Whether the mean reaches 0.75; None when not measured."""
        return None if self.mean is None else self.mean >= GOOD - NEAR


def measure_stability(points, distances, codes, method: str, n_resamples: int, seed: int) -> Stability:
    """Resample, cluster, compare; ``distances`` are those of k-medoids, else None."""
    from sklearn.metrics import adjusted_rand_score

    rng, k, found = np.random.default_rng(seed), len(np.unique(codes)), []
    for _ in range(n_resamples):
        rows = np.sort(rng.integers(0, len(points), len(points)))
        if count_different(points[rows]) < k:
            continue
        apart = None if distances is None else distances[np.ix_(rows, rows)]
        again = METHODS[method](points[rows], apart, [k], seed)[0][k]
        once, first = np.unique(rows, return_index=True)
        found.append(adjusted_rand_score(codes[once], again[first]))
    values = np.array(found, dtype=float)
    return Stability(float(values.mean()) if len(values) else None, values, len(values))
