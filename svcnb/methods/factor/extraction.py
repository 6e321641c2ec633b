"""Loadings of a correlation matrix: principal components, minimum residuals or maximum likelihood, then rotated.

Sources: Hotelling, H. (1933), *Journal of Educational Psychology* 24, 417-441 (principal components); Harman, H. H.
and Jones, W. H. (1966), *Psychometrika* 31, 351-368 (minres); Jöreskog, K. G. (1967), *Psychometrika* 32, 443-482
(maximum likelihood); Kaiser, H. F. (1958), *Psychometrika* 23, 187-200 (varimax); Jennrich, R. I. and Sampson, P. F.
(1966), *Psychometrika* 31, 313-323 (direct oblimin, here with gamma 0); Jennrich, R. I. (2002), *Psychometrika* 67, 7-19
(when an oblique rotation has arrived).

What comes from where. The rotations are factor-analyzer's ``Rotator`` (GPL-2, imported in this module only). Its
``FactorAnalyzer`` is not used: it finds the same minres and ml loadings (tests), but by numerical derivatives, which
are 50 times slower and end at five digits; it has no principal components of a given matrix, fills missing values
by medians, and after an oblique rotation orders the factors but not their correlations. With the derivatives of
Harman and Jones and of Jöreskog scipy needs 20 lines.
"""

from __future__ import annotations

import math

import numpy as np

from svcnb.errors import NotComputable
from svcnb.i18n import N_
from svcnb.methods.factor.adequacy import NEAR

LEAST_UNIQUENESS = 0.005  # bound of psych::fa and factanal; an item that reaches it is a Heywood case
SETTLED = 1e-4  # largest derivative that a solution may still have
ROTATION_STEPS = 2000
EXTRACTION_STEPS = 5000


def extract_principal(values: np.ndarray, k: int) -> np.ndarray:
    """Loadings (items × k) of the first k principal components: eigenvectors times the roots of their eigenvalues."""
    roots, vectors = _descending(values)
    return vectors[:, :k] * np.sqrt(np.maximum(roots[:k], 0.0))


def extract_minres(values: np.ndarray, k: int) -> np.ndarray:
    """Loadings (items × k) that leave the least sum of squared residual correlations."""

    def residual(uniqueness):
        roots, vectors = _descending(values - np.diag(uniqueness))
        loadings = vectors[:, :k] * np.sqrt(np.maximum(roots[:k], 0.0))
        lost = np.concatenate([np.minimum(roots[:k], 0.0), roots[k:]])
        return (lost**2).sum() / 2, (loadings**2).sum(axis=1) + uniqueness - 1, loadings

    return _least(residual, values, N_("minimum residuals"))


def extract_ml(values: np.ndarray, k: int) -> np.ndarray:
    """Loadings (items × k) of greatest likelihood for normal items."""

    def discrepancy(uniqueness):
        root = np.sqrt(uniqueness)
        roots, vectors = _descending(values / np.outer(root, root))
        loadings = vectors[:, :k] * np.sqrt(np.maximum(roots[:k] - 1, 0.0)) * root[:, None]
        slope = ((loadings**2).sum(axis=1) + uniqueness - 1) / uniqueness**2
        return (roots[k:] - np.log(roots[k:]) - 1).sum(), slope, loadings

    return _least(discrepancy, values, N_("maximum likelihood"))


METHODS = {"principal": extract_principal, "minres": extract_minres, "ml": extract_ml}
ROTATIONS = ("varimax", "oblimin", None)


def most_factors(p: int, method: str) -> int:
    """Most factors that p items can carry: p components, or common factors up to Ledermann's bound.

    Beyond ``(p - k)^2 < p + k`` there are more loadings than correlations (Ledermann 1937, *Psychometrika* 2, 85-93).
    """
    return p if method == "principal" else math.floor((2 * p + 1 - math.sqrt(8 * p + 1)) / 2 + NEAR)


def rotate(loadings: np.ndarray, rotation: str | None) -> tuple[np.ndarray, np.ndarray | None, bool]:
    """Rotated loadings, correlations of the factors (oblimin, else None) and whether the rotation has arrived.

    Varimax normalises rows (Kaiser), oblimin does not, as in R's varimax and GPArotation. One factor stays as it is.
    """
    if rotation is None or loadings.shape[1] == 1:
        return loadings, None, True
    from factor_analyzer import Rotator

    # An item without any loading has no direction: Kaiser's normalisation would divide by zero.
    directed = loadings[(loadings**2).sum(axis=1) > NEAR]
    # Its own tolerance of 1e-5 stops varimax up to 0.01 short of the optimum.
    rotator = Rotator(method=rotation, max_iter=ROTATION_STEPS, tol=1e-13 if rotation == "varimax" else 1e-6)
    try:
        turned = rotator.fit_transform(directed)
    except np.linalg.LinAlgError as error:
        raise NotComputable(N_("The rotation {rotation} has no solution for these loadings."), rotation=rotation,
                            fallback=N_("Rotate by varimax, or take fewer factors.")) from error
    if rotation == "varimax":
        return loadings @ rotator.rotation_, None, _varimax_arrived(turned)
    return (loadings @ np.linalg.inv(rotator.rotation_).T, rotator.phi_, _oblimin_arrived(turned, rotator.phi_))


def arrange(loadings: np.ndarray, phi: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
    """Factors by falling sum of squares, each with the sign that makes its largest loading positive."""
    order = np.argsort(-sums_of_squares(loadings, phi), kind="stable")
    loadings = loadings[:, order]
    sizes = np.abs(loadings)
    largest = (sizes >= sizes.max(axis=0) - NEAR).argmax(axis=0)  # the first of equals
    signs = np.where(loadings[largest, range(len(order))] < 0, -1.0, 1.0)
    return loadings * signs, None if phi is None else phi[np.ix_(order, order)] * np.outer(signs, signs)


def sums_of_squares(loadings: np.ndarray, phi: np.ndarray | None) -> np.ndarray:
    """Variance each factor explains; with correlated factors ``diag(phi L'L)``, which sums to the communalities."""
    products = loadings.T @ loadings
    return np.diag(products if phi is None else phi @ products).copy()


def _least(objective, values, method):
    """Loadings at the uniquenesses that minimise ``objective``; starts at 1 - R² of each item on the others."""
    from scipy.optimize import minimize

    bounds = (LEAST_UNIQUENESS, 1.0)
    start = np.clip(1 / np.diag(np.linalg.inv(values)), *bounds)
    found = minimize(lambda u: objective(u)[:2], start, jac=True, method="L-BFGS-B", bounds=[bounds] * len(start),
                     options={"maxiter": EXTRACTION_STEPS, "maxfun": 10 * EXTRACTION_STEPS, "ftol": 1e-15, "gtol": 1e-9})
    _, slope, loadings = objective(found.x)
    at_bound = (found.x <= bounds[0] + NEAR) & (slope > 0) | (found.x >= bounds[1] - NEAR) & (slope < 0)
    # The optimiser's own word is no help: asked for so many digits it may call the best point "abnormal".
    if not np.abs(np.where(at_bound, 0.0, slope)).max() < SETTLED:
        raise NotComputable(N_("No solution with {n_factors} factors was found by {method:word}."), method=method,
                            n_factors=loadings.shape[1], fallback=N_("Extract principal components, or take fewer factors."))
    return loadings


def _descending(values):
    roots, vectors = np.linalg.eigh(values)
    return roots[::-1], vectors[:, ::-1]


def _varimax_arrived(loadings):
    rows = loadings / np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    moment = rows.T @ (rows**3 - rows * (rows**2).mean(axis=0))
    return bool(np.abs(moment - moment.T).max() < SETTLED)


def _oblimin_arrived(loadings, phi):
    slope = loadings * ((loadings**2).sum(axis=1, keepdims=True) - loadings**2)
    pull = np.linalg.solve(phi, slope.T @ loadings)
    return bool(np.abs(pull - np.diag(np.diag(pull))).max() < SETTLED)
