"""Importance of the service characteristics from a constant-sum survey (100 points).

Gómez, Acevedo and González (2004), S2:L74: "ponderar el nivel de importancia de cada elemento (la suma
debe ser 100 puntos)"; S2:L225. The validation bounds are house rules (method.md 5.4.1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_

VALID = (99.5, 100.5)  # a sum in here counts as 100
RESCALABLE = (90.0, 110.0)  # a sum in here is brought to 100 and flagged
BLOCK = 4_000_000  # cells of one block of bootstrap counts
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class ConstantSum:
    """Mean points and how the answers were treated.

    ``points``: [segment_id,] component_id, points (sum 100), n, low, high (95 % bootstrap). ``answers``:
    one row a valid respondent (index respondent_id), one column a component, rescaled rows sum to 100.
    ``differing``: components whose intervals do not overlap between two segments.
    """

    points: pd.DataFrame
    answers: pd.DataFrame
    n_valid: int
    n_rescaled: int
    n_rejected: int
    n_single: int
    differing: tuple[str, ...]
    warnings: tuple[Reason, ...]


def constant_sum(answers: pd.DataFrame, *, n_resamples: int = 1000, seed: int = 0) -> ConstantSum:
    """Mean points per component of a constant-sum survey, renormalised to 100.

    A respondent's missing component counts as 0 only if the others already sum to 100; a sum in
    [99.5, 100.5] is valid, in [90, 110] is rescaled by 100/sum and flagged, outside is rejected.

    Parameters
    ----------
    answers : DataFrame (rows respondent x component)
        respondent_id, component_id, points (0 to 100); optional segment_id and weight (> 0).
    n_resamples : int
        Bootstrap resamples of respondents for the intervals (seeded by ``seed``).

    Raises
    ------
    ParameterError
        A column is missing, points are not numbers, or a respondent answered a component twice.
    NotComputable
        No answer is valid.

    Examples
    --------
    >>> rows = [("R1", "A", 50), ("R1", "B", 50), ("R2", "A", 30), ("R2", "B", 60)]
    >>> frame = pd.DataFrame(rows, columns=["respondent_id", "component_id", "points"])
    >>> result = constant_sum(frame)
    >>> result.points["points"].round(2).tolist(), result.n_rescaled
    ([41.67, 58.33], 1)
    """
    wide = widen(answers, "points")
    clean, n_rescaled, n_rejected = check_sums(wide)
    if clean.empty:
        raise NotComputable(N_("None of the {n} answers on importance can be used: their points do not sum to 100."),
                            fallback=N_("Ask again, or let experts share out 100 points."), n=len(wide))
    n_single = int((clean.to_numpy() >= 100 - TOLERANCE).any(axis=1).sum())
    weights = respondent_values(answers, "weight", clean.index, 1.0).astype(float)
    if not (weights > 0).all():
        raise ParameterError(N_("The weight of a respondent must be above 0."))
    warnings = _warnings(len(clean), n_rescaled, n_rejected, n_single)
    if "segment_id" not in answers:
        points, differing = _points(clean, weights, n_resamples, seed), ()
    else:
        segments = respondent_values(answers, "segment_id", clean.index, "")
        parts = [_points(clean[segments == s], weights[segments == s], n_resamples, seed).assign(segment_id=s)
                 for s in sorted(segments.unique())]
        points = pd.concat(parts, ignore_index=True)
        points = points[["segment_id", *points.columns.drop("segment_id")]]
        differing = _differing(points)
    return ConstantSum(points, clean, len(clean), n_rescaled, n_rejected, n_single, differing, warnings)


def widen(answers: pd.DataFrame, value: str) -> pd.DataFrame:
    """Long answers to one row a respondent, one column a component, in order of first appearance."""
    if not isinstance(answers, pd.DataFrame):
        raise ParameterError(N_("The answers must be a frame with respondent_id, component_id and {column}."), column=value)
    for column in ("respondent_id", "component_id", value):
        if column not in answers:
            raise ParameterError(N_("The answers have no column {column}; they have {columns}."), column=column,
                                 columns=", ".join(map(str, answers.columns)))
    rows = answers[answers["respondent_id"].notna() & answers["component_id"].notna()]
    keys = rows["respondent_id"].astype(str), rows["component_id"].astype(str)
    twice = pd.DataFrame({"r": keys[0], "c": keys[1]}).duplicated()
    if twice.any():
        at = int(np.flatnonzero(twice)[0])
        raise ParameterError(N_("Respondent {respondent} answered {component} twice; keep one answer."),
                             respondent=keys[0].iloc[at], component=keys[1].iloc[at])
    numbers = as_numbers(rows[value], value)
    wide = pd.Series(numbers, index=pd.MultiIndex.from_arrays(keys)).unstack()
    return wide.reindex(index=pd.unique(keys[0]), columns=pd.unique(keys[1])).rename_axis(index=None, columns=None)


def as_numbers(values, name: str) -> np.ndarray:
    """Floats with NaN for missing; text or infinity is refused by its value."""
    series = pd.Series(values)
    numbers = pd.to_numeric(series, errors="coerce").astype(float)
    bad = (numbers.isna() & series.notna()) | np.isinf(numbers)
    if bad.any():
        raise ParameterError(N_("{name} = {value} is not a number."), name=name, value=repr(series[bad].tolist()[0]))
    return numbers.to_numpy()


def check_sums(wide: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    """The usable rows of a respondent x component frame (each sums to 100), how many rescaled, how many rejected."""
    cells = wide.to_numpy(dtype=float)
    total = np.nansum(cells, axis=1)
    complete, negative = ~np.isnan(cells).any(axis=1), (np.nan_to_num(cells) < 0).any(axis=1)
    valid = (total >= VALID[0] - TOLERANCE) & (total <= VALID[1] + TOLERANCE) & ~negative
    rescaled = (total >= RESCALABLE[0] - TOLERANCE) & (total <= RESCALABLE[1] + TOLERANCE) & ~valid & ~negative
    rescaled &= complete  # with a gap nobody knows where the missing points belong
    keep = valid | rescaled
    factor = np.where(rescaled, 100 / np.where(total > 0, total, 1), 1.0)
    clean = pd.DataFrame(np.nan_to_num(cells) * factor[:, None], index=wide.index, columns=wide.columns)[keep]
    return clean, int(rescaled.sum()), int((~keep).sum())


def respondent_values(answers: pd.DataFrame, column: str, respondents, default):
    """One value a respondent of a column that repeats on every row (first one that is given)."""
    if column not in answers:
        return pd.Series(default, index=respondents)
    values = answers.assign(respondent_id=answers["respondent_id"].astype(str)).groupby("respondent_id")[column].first()
    values = values.reindex(respondents)
    return values.where(values.notna(), default)


def resampled_means(cells: np.ndarray, weights: np.ndarray, n_resamples: int, seed: int) -> np.ndarray:
    """Weighted column means of bootstrap resamples of the rows, shape (n_resamples, columns); NaN cells are left out."""
    rng, n = np.random.default_rng(seed), len(cells)
    block = max(1, BLOCK // max(n, 1))
    present = ~np.isnan(cells)
    out = []
    for start in range(0, n_resamples, block):
        counts = rng.multinomial(n, np.full(n, 1 / n), size=min(block, n_resamples - start)) * weights
        weight = counts @ present
        out.append(np.divide(counts @ np.nan_to_num(cells), weight, out=np.full(weight.shape, np.nan), where=weight > 0))
    return np.vstack(out)


def _points(clean, weights, n_resamples, seed) -> pd.DataFrame:
    cells = clean.to_numpy(dtype=float)
    mean = np.average(cells, axis=0, weights=weights)
    frame = pd.DataFrame({"component_id": clean.columns.astype(object), "points": 100 * mean / mean.sum(), "n": len(clean)})
    if len(clean) < 2:
        return frame.assign(low=np.nan, high=np.nan)
    means = resampled_means(cells, weights.to_numpy(), n_resamples, seed)
    means = 100 * means / means.sum(axis=1, keepdims=True)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return frame.assign(low=low, high=high)


def _differing(points) -> tuple[str, ...]:
    out = []
    for component, rows in points.dropna(subset=["low", "high"]).groupby("component_id", sort=False):
        if len(rows) > 1 and rows["low"].max() > rows["high"].min():
            out.append(component)
    return tuple(out)


def _warnings(n_valid, n_rescaled, n_rejected, n_single) -> tuple[Reason, ...]:
    out = []
    if n_rescaled:
        out.append(reason(N_("Answers on importance that summed to 90 to 110 points and were rescaled to 100: {n}."),
                          n=n_rescaled, level="info"))
    if n_rejected:
        out.append(reason(N_("Answers on importance that were rejected, because their points do not sum to 100: {n}."),
                          n=n_rejected))
    if n_single:
        out.append(reason(N_("Respondents who gave all their points to one component: {n}."), n=n_single, level="info"))
    if n_valid < 30:
        out.append(reason(N_("Only {n} answers on importance: the intervals are wide."), n=n_valid))
    return tuple(out)
