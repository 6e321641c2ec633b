"""Distance between expected and provided service as a force field (campo de fuerza, S2:L228; method.md 5.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.importance import as_numbers

IDEAL = 10.0
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class IntegralDistance:
    """``table``: component_id, expected, perceived, weight, distance, force, side (restraining, driving), in_equilibrium,
    n, p_value. ``shortfall`` - ``surplus`` = ``integral``; ``attainment`` 0 to 1.
    """

    table: pd.DataFrame
    shortfall: float
    surplus: float
    integral: float
    attainment: float
    warnings: tuple[Reason, ...]


def integral_distance(expected, perceived, weights=None, *, answers: pd.DataFrame | None = None,
                      equilibrium: float = 0.5) -> IntegralDistance:
    """Forces between the service expected and the service given, per component and in all.

    d = expected - perceived; positive restrains. force = w |d|; shortfall = sum w max(0, d); surplus =
    sum w max(0, -d); attainment = sum w min(1, perceived/expected), 1 where nothing is expected.

    Parameters
    ----------
    expected, perceived : mapping, Series or sequence
        0 to 10 per component; ``expected`` None means the ideal 10 (said in ``warnings``).
    weights : mapping, Series or sequence, optional
        Importance; brought to the sum 1. Equal when missing.
    answers : DataFrame, optional
        respondent_id, component_id, expected, perceived: adds n and the p of the paired t test (n of 5 or more).
    equilibrium : float
        |d| below it counts as no force of note.

    Raises
    ------
    ParameterError, NotComputable

    Examples
    --------
    >>> result = integral_distance([9, 8, 9, 7, 8], [6, 7, 9, 5, 8.5], [.30, .25, .20, .15, .10])
    >>> round(result.shortfall, 2), round(result.surplus, 2), round(result.integral, 2)
    (1.45, 0.05, 1.4)
    """
    got = _series(perceived, "perceived")
    warnings: list[Reason] = []
    if expected is None:
        want = pd.Series(IDEAL, index=got.index)
        warnings.append(reason(N_("Nobody was asked what they expect: 10, the ideal, stands for it."), level="info"))
    else:
        want = _series(expected, "expected", got.index)
    weight = pd.Series(1.0, index=got.index) if weights is None else _series(weights, "weights", got.index)
    for series, name in ((want, "expected"), (got, "perceived")):
        if ((series < -TOLERANCE) | (series > 10 + TOLERANCE)).any():
            raise ParameterError(N_("{name} must lie between 0 and 10."), name=name)
    if (weight < 0).any():
        raise ParameterError(N_("A weight is not negative."))
    known = want.notna() & got.notna() & weight.notna()
    if not known.any() or weight[known].sum() <= 0:
        raise NotComputable(N_("No component has an expected and a perceived service: there is no distance."),
                            fallback=N_("Ask customers what they expect and what they receive."))
    if not known.all():
        warnings.append(reason(N_("Left out, not measured: {components}."), components=list(known.index[~known])))
    want, got, weight = want[known], got[known], weight[known] / weight[known].sum()
    distance = want - got
    ratio = (got / want.where(want > 0)).fillna(1.0).clip(upper=1.0)
    table = pd.DataFrame({
        "component_id": want.index.astype(object), "expected": want.to_numpy(), "perceived": got.to_numpy(),
        "weight": weight.to_numpy(), "distance": distance.to_numpy(), "force": (weight * distance.abs()).to_numpy(),
        "side": np.where(distance > TOLERANCE, "restraining", "driving").astype(object),
        "in_equilibrium": (distance.abs() < equilibrium - TOLERANCE).to_numpy()})
    table = table.join(_tests(answers, table["component_id"]))
    return IntegralDistance(
        table, float((weight * distance.clip(lower=0)).sum()), float((weight * (-distance).clip(lower=0)).sum()),
        float((weight * distance).sum()), float((weight * ratio).sum()), tuple(warnings))


def _tests(answers, components) -> pd.DataFrame:
    out = pd.DataFrame({"n": 0, "p_value": np.nan}, index=components.index)
    if answers is None:
        return out
    from scipy.stats import t

    both = answers.dropna(subset=["expected", "perceived"])
    gaps = (both["expected"] - both["perceived"]).groupby(both["component_id"].astype(str))
    stats = gaps.agg(["count", "mean", "std"]).reindex(components)
    n, sd = stats["count"].fillna(0), stats["std"]
    fit = (n >= 5) & (sd > TOLERANCE)
    score = stats["mean"] / (sd / np.sqrt(n.where(n > 0)))
    p = 2 * t.sf(score.abs().where(fit), (n - 1).where(fit))
    return pd.DataFrame({"n": n.astype(int).to_numpy(), "p_value": p}, index=components.index)


def _series(values, name, index=None) -> pd.Series:
    if isinstance(values, pd.Series) and not values.index.equals(pd.RangeIndex(len(values))) or isinstance(values, dict):
        values = pd.Series(values, dtype=object)
        series = pd.Series(as_numbers(values.to_numpy(), name), index=[str(c) for c in values.index])
        if series.index.has_duplicates:
            raise ParameterError(N_("A component stands twice: {labels}."), labels=", ".join(series.index))
        return series if index is None else series.reindex(index)
    numbers = as_numbers(list(values), name)
    labels = [f"C{i + 1}" for i in range(len(numbers))] if index is None else index
    if len(labels) != len(numbers):
        raise ParameterError(N_("{size} values for {n} components: give the same number, or label them."),
                             size=len(numbers), n=len(labels))
    return pd.Series(numbers, index=labels)
