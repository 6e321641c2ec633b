"""General level of service: the product of the measures' levels, beside the joint rate and its bounds.

Source: "viene dada por la integracion multiplicativa de los medidores particulares seleccionados"
(S2:L118), "NS = 0,98 * 0,95 * 0,94 = 0,875" (S2:L120); method.md 2.4. Bounds: Frechet, M. (1935),
*Fundamenta Mathematicae* 25, 379-387. The product equals the joint rate only when the measures fail
independently of each other (method.md A-30).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_

NEAR = 1e-9


@dataclass(frozen=True, eq=False)
class CombinedLevel:
    """What ``combine`` found.

    ``product`` the general level NS; ``joint`` share of orders that meet every measure (None without
    flags), ``n`` orders it rests on; ``lower`` and ``upper`` the Frechet bounds of the joint rate;
    ``loss_shares`` Series label -> share of the loss (sums to 1, or all 0 without loss);
    ``geometric_mean`` is comparable when the number of measures ``k`` differs (method.md A-06).
    """

    levels: pd.Series
    product: float
    joint: float | None
    lower: float
    upper: float
    loss_shares: pd.Series
    geometric_mean: float
    k: int
    n: float | None
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class RequiredLevel:
    """Level that one measure alone must reach; ``value`` None when no level is enough."""

    value: float | None
    feasible: bool
    current: float


def combine(levels, flags=None, weights=None) -> CombinedLevel:
    """Multiply the levels of the selected measures; compare with the joint rate where orders are flagged.

    ``NS = prod NS_i``; loss share ``ln NS_i / sum ln NS_j`` (all 1: shares 0; zeros share the loss
    equally); ``max(0, sum NS_i - (k-1)) <= joint <= min NS_i`` (method.md 2.4; S2:L118-120).

    Parameters
    ----------
    levels : mapping, Series or sequence of NS_i between 0 and 1
        None or NaN is "not measured": left out with a warning. A sequence is labelled 0, 1, 2 ...
    flags : frame, optional
        One row an order (or a pattern of flags), one True/False column a measure, labelled as the
        levels (a sequence of levels pairs by position). A row with a missing flag among the measures
        that count is left out of the joint rate; ``n`` says how many remain.
    weights : sequence, optional
        How many orders each row of ``flags`` stands for; 1 each when not given.

    Raises
    ------
    NotComputable
        when no level is measured, a level is not between 0 and 1, or a flag is not true or false

    Examples
    --------
    >>> general = combine({"time": 0.98, "completeness": 0.95, "quality": 0.94})
    >>> round(general.product, 5), round(general.lower, 2), round(general.upper, 2)
    (0.87514, 0.87, 0.94)
    >>> general.loss_shares.round(4).to_dict()
    {'time': 0.1515, 'completeness': 0.3846, 'quality': 0.4639}
    """
    values, absent = _clean(levels)
    warnings = []
    if absent:
        warnings.append(reason(N_("Not measured and left out of the product: {measures}."),
                               measures=list(map(str, absent))))
    product, k = float(np.prod(values)), len(values)
    lower, upper = max(0.0, float(values.sum()) - (k - 1)), float(values.min())
    joint = n = None
    if flags is not None:
        positional = not isinstance(levels, Mapping | pd.Series)
        joint, n = _joint(values, flags, weights, positional, warnings)
        if joint is not None and lower - NEAR <= joint <= upper + NEAR:
            lower, upper = min(lower, joint), max(upper, joint)  # sums of shares carry a last digit of noise
        elif joint is not None:
            warnings.append(reason(
                N_("The joint rate {joint:%} lies outside its bounds {low:%} to {high:%}: the flags and the "
                   "levels do not rest on the same orders."), joint=joint, low=lower, high=upper))
    return CombinedLevel(values, product, joint, lower, upper, _loss_shares(values),
                         product ** (1 / k), k, n, tuple(warnings))


def required_level(levels, which, target: float) -> RequiredLevel:
    """What one measure alone must reach so that the product reaches ``target`` (method.md 2.4, T04).

    ``NS_i' = target / prod_{j != i} NS_j``; feasible when at most 1. ``which`` is the measure's label
    (its place from 0 when ``levels`` is a plain sequence).

    Examples
    --------
    >>> round(required_level([0.98, 0.95, 0.94], which=2, target=0.90).value, 5)
    0.9667
    """
    values, _ = _clean(levels)
    _check_share(target, N_("The target {value} is not a share between 0 and 1; write 0.9 for 90 %."))
    if which not in values.index:
        raise NotComputable(N_("There is no measured level {which}; there are {labels}."), which=which,
                            labels=", ".join(map(str, values.index)))
    current, others = float(values[which]), float(np.prod(values.drop(which)))
    if others <= 0:
        return RequiredLevel(0.0 if target <= 0 else None, target <= 0, current)
    needed = target / others
    return RequiredLevel(min(needed, 1.0) if needed <= 1 + NEAR else needed, needed <= 1 + NEAR, current)


def equal_allocation(target: float, k: int) -> float:
    """Level each of ``k`` measures needs so that their product is ``target``: ``target ** (1/k)`` (T05).

    Examples
    --------
    >>> round(equal_allocation(0.95, 3), 5)
    0.98305
    """
    _check_share(target, N_("The target {value} is not a share between 0 and 1; write 0.9 for 90 %."))
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise NotComputable(N_("{k} measures: write a whole number of 1 or more."), k=k)
    return float(target ** (1 / k))


def failure_pairs(flags: pd.DataFrame, weights=None) -> pd.DataFrame:
    """Which measures fail on the same orders: why the product differs from the joint rate.

    Parameters
    ----------
    flags, weights : as in ``combine``

    Returns
    -------
    frame
        One row a pair of columns over the rows where both are known: first, second, n, fail_first,
        fail_second, both (shares of the n orders), expected (both if they failed independently,
        ``fail_first * fail_second``), excess (both - expected), largest excess in size first.

    Examples
    --------
    >>> flags = pd.DataFrame({"M2": [True, True, False, False], "M11": [True, True, True, False]})
    >>> failure_pairs(flags)[["fail_first", "fail_second", "both", "expected"]].values.tolist()
    [[0.5, 0.25, 0.25, 0.125]]
    """
    orders = np.ones(len(flags)) if weights is None else np.asarray(weights, dtype=float)
    met = {label: _truths(flags[label], label) for label in flags.columns}
    rows = []
    for first, second in itertools.combinations(met, 2):
        known = ~np.isnan(met[first]) & ~np.isnan(met[second])
        n = orders[known].sum()
        if n == 0:
            continue
        fail_first, fail_second = (float(orders[known & (met[label] == 0)].sum() / n) for label in (first, second))
        both = float(orders[known & (met[first] == 0) & (met[second] == 0)].sum() / n)
        expected = fail_first * fail_second
        rows.append({"first": first, "second": second, "n": int(n), "fail_first": fail_first,
                     "fail_second": fail_second, "both": both, "expected": expected, "excess": both - expected})
    columns = ["first", "second", "n", "fail_first", "fail_second", "both", "expected", "excess"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("excess", key=abs, ascending=False, kind="stable").reset_index(drop=True)


def _clean(levels) -> tuple[pd.Series, list]:
    """The measured levels as a Series of floats, and the labels of those not measured."""
    if isinstance(levels, Mapping):
        given = list(levels.items())
    elif isinstance(levels, pd.Series):
        given = list(zip(levels.index, levels.tolist(), strict=True))
    elif isinstance(levels, str | float | int) or levels is None:
        raise NotComputable(N_("Levels are a list or a table of shares, not {value}."), value=levels)
    else:
        given = list(enumerate(levels))
    labels = [label for label, _ in given]
    twice = sorted({str(label) for label in labels if labels.count(label) > 1})
    if twice:
        raise NotComputable(N_("A measure can enter the product once only: {labels} stands twice."),
                            labels=", ".join(twice))
    measured, absent = {}, []
    for label, value in given:
        if value is None or value is pd.NA or (isinstance(value, float | np.floating) and math.isnan(value)):
            absent.append(label)
        else:
            _check_share(value, N_("The level of {label} is {value}; a level is a share between 0 and 1, "
                                   "for example 0.98 for 98 %."), label=label)
            measured[label] = float(value)
    if not measured:
        raise NotComputable(N_("No level is measured: there is nothing to multiply."),
                            fallback=N_("Let people who know the orders estimate each level."))
    return pd.Series(list(measured.values()), index=pd.Index(list(measured), dtype=object), dtype=float), absent


def _check_share(value, template: str, **values) -> None:
    try:
        inside = 0 <= float(value) <= 1 and not isinstance(value, str)
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise NotComputable(template, value=value, **values)


def _loss_shares(values: pd.Series) -> pd.Series:
    zeros = values == 0
    if zeros.any():
        return zeros / zeros.sum()
    logs = np.log(values)
    total = float(logs.sum())
    return (logs * 0.0 if total == 0 else logs / total) + 0.0  # no minus zero


def _joint(values, flags, weights, positional: bool, warnings: list) -> tuple[float | None, float | None]:
    frame = pd.DataFrame(flags)
    if positional and not set(values.index) <= set(frame.columns):
        frame = frame.set_axis(range(frame.shape[1]), axis=1)
    absent = [label for label in values.index if label not in frame.columns]
    if absent:
        warnings.append(reason(N_("No order says whether it met {measures}: the joint rate is not measured."),
                               measures=list(map(str, absent))))
        return None, None
    met = np.column_stack([_truths(frame[label], label) for label in values.index])
    orders = np.ones(len(frame)) if weights is None else np.asarray(weights, dtype=float)
    if orders.shape != (len(frame),) or not np.isfinite(orders).all() or (orders < 0).any():
        raise NotComputable(N_("The weights of the flags must be one number of 0 or more a row."))
    complete = ~np.isnan(met).any(axis=1)
    n, left_out = float(orders[complete].sum()), float(orders[~complete].sum())
    if n == 0:
        warnings.append(reason(N_("No order has all the selected measures: the joint rate is not measured.")))
        return None, 0.0
    if left_out:
        warnings.append(reason(
            N_("The joint rate rests on {n} orders that have all the selected measures; left out: {left_out}."),
            n=n, left_out=left_out, level="info"))
    return float(orders[complete & (met == 1).all(axis=1)].sum() / n), n


def _truths(column: pd.Series, label) -> np.ndarray:
    """1 for met, 0 for not met, nan for not known."""
    kinds = bool | np.bool_ | int | float | np.integer | np.floating
    for value in column.dropna().unique():
        if not isinstance(value, kinds) or value not in (0, 1):
            raise NotComputable(N_("The flag {value} of {label} is neither true nor false."), value=value, label=label)
    return column.astype(object).map({True: 1.0, False: 0.0}).to_numpy(dtype=float)
