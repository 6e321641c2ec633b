"""Importance derived from answers: how much of the overall satisfaction each component explains.

For the customer window (method.md 2.6) where nobody was asked for 100 points, and beside them where somebody
was. Johnson, J. W. (2000), *Multivariate Behavioral Research* 35, 1-19 (relative weights); Lindeman, R. H.,
Merenda, P. F. and Gold, R. Z. (1980), *Introduction to Bivariate and Multivariate Analysis*, 119 ff. (LMG
shares, the Shapley value of R2); Grömping, U. (2007), *The American Statistician* 61, 139-147; Tonidandel,
S., LeBreton, J. M. and Johnson, J. W. (2009), *Psychological Methods* 14, 387-399 (bootstrap); Marquardt, D.
W. (1970), *Technometrics* 12, 591-612 (variance inflation above 10).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.importance.pairs import check_columns
from svcnb.methods.importance.points import as_numbers, resampled_means

ROWS_PER_COMPONENT = 10  # house rule
MOST_LMG = 12  # 2 to the 12th regressions take a fraction of a second, each component more doubles it
INFLATED = 10.0
SINGULAR = 1e-9  # smallest eigenvalue of the correlations from which on a component follows from the others
NEAR = 1e-9
FALLBACK = N_("Ask for 100 points instead, or ask more respondents.")


@dataclass(frozen=True, eq=False)
class DerivedImportance:
    """What each component adds to the overall satisfaction.

    ``components``: component_id, correlation with the overall answer, coefficient (standardised), vif, weight
    (Johnson's, sum R2) with low and high, points (100 weight / R2) with points_low and points_high, lmg
    (Shapley share, sum R2; NaN with more than 12 components). Bounds are 95 % percentile bootstrap over
    respondents; a weight is never negative, so that a lower bound above 0 is no test.

    ``r2``, ``r2_adjusted``, ``f`` with ``df`` (components, n - components - 1) and ``p_value`` of the whole
    regression. ``n`` respondents with every answer, ``n_missing`` left out; ``missing`` share missing of each
    column.
    """

    components: pd.DataFrame
    r2: float
    r2_adjusted: float
    f: float
    df: tuple[int, int]
    p_value: float
    n: int
    n_missing: int
    missing: pd.Series
    warnings: tuple[Reason, ...] = ()


def derive_importance(answers: pd.DataFrame, overall: str, components, *, n_resamples: int = 1000, seed: int = 0,
                      alpha: float = 0.05) -> DerivedImportance:
    """Share out R2 of the regression of overall satisfaction on the components' satisfaction.

    With correlations R among the components and r with the overall answer, ``L = R^(1/2)``; Johnson's weight
    of component j is ``sum_k L_jk^2 (L^-1 r)_k^2``. The LMG share is the mean, over all orders in which
    components can enter, of what j adds to R2. Both sum to R2 (Johnson 2000; Grömping 2007).

    Parameters
    ----------
    answers : DataFrame, one row a respondent; not changed
    overall : name of the column of overall satisfaction
    components : names of the columns of the components
    n_resamples, seed : bootstrap resamples of the respondents
    alpha : level of significance of the whole regression

    Raises
    ------
    ParameterError
        a column is missing or named twice, or holds something else than numbers
    NotComputable
        too few respondents, an overall answer that does not vary or is not explained at all, or components of
        which one follows from the others

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame(rng.normal(size=(100, 2)), columns=["C1", "C2"])
    >>> frame["overall"] = 2 * frame["C1"] + frame["C2"] + rng.normal(size=100)
    >>> result = derive_importance(frame, "overall", ["C1", "C2"])
    >>> result.components["points"].round(1).tolist(), round(result.r2, 3)
    ([80.7, 19.3], 0.828)
    """
    names = _check_names(answers, overall, components, alpha)
    cells = np.column_stack([as_numbers(answers[name], str(name)) for name in [*names, overall]])
    largest = np.max(np.abs(cells), axis=0, initial=0, where=~np.isnan(cells))
    cells = cells / np.where(largest > 0, largest, 1)  # correlations stay, and squares of huge numbers stay finite
    complete = ~np.isnan(cells).any(axis=1)
    missing = pd.Series(np.isnan(cells).mean(axis=0) if len(cells) else np.nan,
                        index=pd.Index([*names, overall], dtype=object))
    warnings: list[Reason] = []
    kept = _varying(cells[complete], names, overall, warnings)
    names = [names[j] for j in kept]
    known = cells[complete][:, [*kept, -1]]
    n, p = len(known), len(kept)
    if n < p + 2:
        raise NotComputable(N_("{p} components take at least {least} respondents with every answer; here are {n}."), p=p,
                            least=p + 2, n=n, fallback=FALLBACK)
    z = (known - known.mean(axis=0)) / known.std(axis=0)
    correlations = z.T @ z / n
    r, with_y = correlations[:-1, :-1], correlations[:-1, -1]
    _refuse_collinear(r, names)
    inverse = np.linalg.inv(r)
    coefficient, vif, weight = inverse @ with_y, np.diag(inverse), johnson_weights(r, with_y)
    r2 = min(1.0, float(with_y @ coefficient))
    if r2 < NEAR:
        raise NotComputable(N_("The components explain nothing of {overall}: there is no importance to share out."),
                            overall=str(overall), fallback=FALLBACK)
    table = pd.DataFrame({
        "component_id": names, "correlation": with_y, "coefficient": coefficient, "vif": vif, "weight": weight,
        **_bounds(z, n_resamples, seed, warnings), "points": 100 * weight / weight.sum(),
        "lmg": lmg_shares(r, with_y) if p <= MOST_LMG else np.nan})
    columns = ["component_id", "correlation", "coefficient", "vif", "weight", "low", "high", "points", "points_low",
               "points_high", "lmg"]
    f, p_value = _test(r2, n, p)
    warnings += _cautions(table, n, len(cells), p_value, alpha)
    return DerivedImportance(table[columns], r2, 1 - (1 - r2) * (n - 1) / (n - p - 1), f, (p, n - p - 1), p_value, n,
                             int((~complete).sum()), missing, tuple(warnings))


def johnson_weights(r: np.ndarray, with_y: np.ndarray) -> np.ndarray:
    """Johnson's relative weights from correlations (..., p, p) and (..., p); they sum to R2.

    Examples
    --------
    >>> johnson_weights(np.eye(2), np.array([0.6, 0.3])).round(4).tolist()
    [0.36, 0.09]
    """
    values, vectors = np.linalg.eigh(r)
    turned = np.swapaxes(vectors, -1, -2)
    root = (vectors * np.sqrt(values)[..., None, :]) @ turned
    through = ((vectors / np.sqrt(values)[..., None, :]) @ turned @ with_y[..., None])[..., 0]
    return ((root ** 2) @ (through ** 2)[..., None])[..., 0]


def lmg_shares(r: np.ndarray, with_y: np.ndarray) -> np.ndarray:
    """Mean gain of R2 over all orders of entry, from the R2 of every subset.

    Examples
    --------
    >>> lmg_shares(np.array([[1, 0.5], [0.5, 1]]), np.array([0.6, 0.3])).round(4).tolist()
    [0.315, 0.045]
    """
    p = len(with_y)
    masks = np.arange(2 ** p)
    member = (masks[:, None] >> np.arange(p)) & 1 == 1
    size = member.sum(axis=1)
    explained = np.zeros(len(masks))
    for s in range(1, p + 1):
        sets = np.nonzero(member[size == s])[1].reshape(-1, s)
        partial = with_y[sets]
        solved = np.linalg.solve(r[sets[:, :, None], sets[:, None, :]], partial[..., None])[..., 0]
        explained[size == s] = (partial * solved).sum(axis=1)
    chance = np.array([1 / (p * math.comb(p - 1, s)) if s < p else 0.0 for s in range(p + 1)])
    out = []
    for j in range(p):
        without = masks[~member[:, j]]
        out.append((chance[size[without]] * (explained[without | (1 << j)] - explained[without])).sum())
    return np.array(out)


def _check_names(answers, overall, components, alpha):
    names = [components] if isinstance(components, str) else list(components)
    if not names:
        raise ParameterError(N_("Name at least one component."))
    if not 0 < alpha < 1:
        raise ParameterError(N_("The level of significance {alpha} is not between 0 and 1; write for example 0.05."),
                             alpha=alpha)
    for name in names:
        if name == overall or names.count(name) > 1:
            raise ParameterError(N_("{column} is named twice: the overall answer and the components are different columns."),
                                 column=str(name))
    check_columns(answers, [*names, overall])
    return names


def _varying(known, names, overall, warnings):
    """Positions of the components that vary among the complete rows."""
    if not len(known):
        raise NotComputable(N_("No respondent has both {overall} and every component."), overall=str(overall),
                            fallback=FALLBACK)
    still = np.ptp(known, axis=0) <= NEAR
    if still[-1]:
        raise NotComputable(N_("{overall} is the same for all {n} respondents: there is nothing to explain."),
                            overall=str(overall), n=len(known), fallback=FALLBACK)
    if still[:-1].all():
        raise NotComputable(N_("No component varies among the {n} respondents."), n=len(known), fallback=FALLBACK)
    if still.any():
        warnings.append(reason(N_("Components left out because all respondents judge them alike: {components}."),
                               components=[name for name, out in zip(names, still) if out]))
    return np.flatnonzero(~still[:-1])


def _refuse_collinear(r, names) -> None:
    values, vectors = np.linalg.eigh(r)
    if values[0] > SINGULAR:
        return
    share = (vectors[:, values <= SINGULAR] ** 2).sum(axis=1)
    raise NotComputable(N_("Components of which one follows exactly from the others: {components}."),
                        components=[name for name, s in zip(names, share) if s > NEAR],
                        fallback=N_("Leave one of them out."))


def _bounds(z, n_resamples, seed, warnings):
    """Percentile bounds of weights and points; the moments of a resample are means of products."""
    width, m = z.shape[1], np.triu_indices(z.shape[1])
    drawn = resampled_means(np.hstack([z, z[:, m[0]] * z[:, m[1]]]), np.ones(len(z)), n_resamples, seed)
    mean, covariance = drawn[:, :width], np.empty((len(drawn), width, width))
    covariance[:, m[0], m[1]] = covariance[:, m[1], m[0]] = drawn[:, width:]
    covariance -= mean[:, :, None] * mean[:, None, :]
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    varies = (variance > NEAR).all(axis=1)
    sd = np.sqrt(variance[varies])
    correlations = covariance[varies] / sd[:, :, None] / sd[:, None, :]
    r, with_y = correlations[:, :-1, :-1], correlations[:, :-1, -1]
    usable = np.linalg.eigvalsh(r)[:, 0] > SINGULAR if len(r) else np.zeros(0, dtype=bool)
    if usable.sum() < 0.9 * n_resamples:
        warnings.append(reason(N_("No intervals: in too many bootstrap samples a component does not vary or follows from the "
                                  "others.")))
        return dict.fromkeys(("low", "high", "points_low", "points_high"), np.nan)
    weights = johnson_weights(r[usable], with_y[usable])
    low, high = np.quantile(weights, [0.025, 0.975], axis=0)
    points_low, points_high = np.quantile(100 * weights / weights.sum(axis=1, keepdims=True), [0.025, 0.975], axis=0)
    return {"low": low, "high": high, "points_low": points_low, "points_high": points_high}


def _test(r2, n, p):
    from scipy import stats

    if 1 - r2 < NEAR:
        return math.inf, 0.0
    f = (r2 / p) / ((1 - r2) / (n - p - 1))
    return float(f), float(stats.f.sf(f, p, n - p - 1))


def _cautions(table, n, total, p_value, alpha) -> list[Reason]:
    out, p = [], len(table)
    if n < total:
        out.append(reason(N_("Respondents left out because an answer is missing: {n} of {total}."), n=total - n,
                          total=total))
    if n < ROWS_PER_COMPONENT * p:
        out.append(reason(N_("Only {n} respondents for {p} components; at least {least} would be better."), n=n, p=p,
                          least=ROWS_PER_COMPONENT * p))
    if p_value >= alpha - NEAR:
        out.append(reason(N_("The components do not explain the overall satisfaction beyond chance: do not use these "
                             "points."), level="warning"))
    inflated = table["component_id"][table["vif"] > INFLATED].tolist()
    if inflated:
        out.append(reason(N_("Almost told by the other components: {components}. A single coefficient is unsure then; the "
                             "weights share out what they have in common."), components=inflated))
    negative = table["component_id"][table["coefficient"] < 0].tolist()
    if negative:
        out.append(reason(N_("Components with a negative coefficient: {components}. The weight says how much they tell, "
                             "not that more of them satisfies."), components=negative))
    if p > MOST_LMG:
        out.append(reason(N_("With {p} components only Johnson's weights are computed, not the shares over all orders."),
                          p=p, level="info"))
    return out
