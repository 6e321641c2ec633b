"""The space of the discriminant functions, where groups vary by one unit in every direction.

Fisher, R. A. (1936), *Annals of Eugenics* 7, 179-188; Rencher, A. C. (2002), *Methods of Multivariate
Analysis*, 2nd ed., 8.2 to 8.4; the two turns by singular values are those of Venables and Ripley (2002),
*Modern Applied Statistics with S*, 4th ed., 12.1 (MASS, lda).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable
from svcnb.i18n import N_
from svcnb.methods.discriminant.assignment import NEAR, choose, posteriors, score
from svcnb.methods.discriminant.sample import Sample, mean_by_group

NO_FUNCTION = 1e-12  # an eigenvalue below this part of the first is rounding


@dataclass(frozen=True, eq=False)
class Space:
    """Where customers are compared: ``(x - centre) @ axes`` has the unit covariance within the groups.

    The first axes are the discriminant functions; on the others, up to p, the groups have the same mean.
    ``points`` (g, p) are the centroids.
    """

    centre: np.ndarray
    axes: np.ndarray
    eigenvalues: np.ndarray
    points: np.ndarray
    log_priors: np.ndarray
    groups: tuple[str, ...]

    def place(self, x: np.ndarray) -> np.ndarray:
        return (x - self.centre) @ self.axes

    def assign(self, z: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
        """Columns group, posterior, distance, typicality by row; and which rows tie."""
        from scipy import stats

        scores = score(z, self.points, self.log_priors)
        best = choose(scores)
        row = np.arange(len(z))
        d2 = ((z - self.points[best]) ** 2).sum(axis=1)
        is_tied = (scores >= scores[row, best][:, None] - NEAR).sum(axis=1) > 1
        table = pd.DataFrame({
            "group": pd.Series(np.array(self.groups, dtype=object)[best], dtype=object),
            "posterior": posteriors(scores)[row, best], "distance": d2,
            "typicality": stats.chi2.sf(d2, self.points.shape[1])})
        return table, is_tied


def find_functions(sample: Sample, log_priors: np.ndarray) -> Space:
    """Whiten by the variation within the groups, then turn so that the first axes hold that between them."""
    g = len(sample.groups)
    span = np.ptp(sample.x, axis=0)  # one unit for all, so that neither singularity nor rounding depends on units
    centre = sample.x.mean(axis=0)
    x = (sample.x - centre) / span
    means = mean_by_group(x, sample.codes, g)
    freedom = len(x) - g
    within = x - means[sample.codes]
    deviation = np.sqrt((within**2).sum(axis=0) / freedom)
    _, lengths, turn = np.linalg.svd(within / deviation / np.sqrt(freedom), full_matrices=False)
    whiten = turn.T / lengths / deviation[:, None]
    weighted = np.sqrt(np.bincount(sample.codes) / freedom)[:, None] * (means @ whiten)
    _, roots, turn = np.linalg.svd(weighted, full_matrices=True)
    eigenvalues = roots[: min(g - 1, x.shape[1])] ** 2
    eigenvalues = eigenvalues[eigenvalues > NO_FUNCTION * max(1.0, eigenvalues[0])]
    if not len(eigenvalues):
        raise NotComputable(N_("The groups have the same mean on every predictor: nothing tells them apart."),
                            fallback=N_("Join the groups, or describe them by other predictors."))
    axes = whiten @ turn.T
    points = means @ axes
    signs = np.ones(len(axes))
    for k in range(len(eigenvalues)):
        away = np.flatnonzero(np.abs(points[:, k]) > NEAR * np.abs(points[:, k]).max())
        signs[k] = np.sign(points[away[-1], k])
    return Space(centre, axes * signs / span[:, None], eigenvalues, points * signs, log_priors, sample.groups)
