"""Volume of the demand from below and from above (composición y descomposición, S2:L217; method.md 5.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_

RECONCILE = 0.10  # a difference above it asks for a note


@dataclass(frozen=True, eq=False)
class Composition:
    """``table``: group_id, n, orders_per_period, units_per_order, growth, demand; ``total`` is the sum of demand."""

    table: pd.DataFrame
    total: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """``difference`` = (composition - decomposition)/decomposition; ``reconcile`` when it is above 10 %."""

    composition: float
    decomposition: float
    difference: float
    reconcile: bool


@dataclass(frozen=True, eq=False)
class Damping:
    """Relative spread of the whole against that of its groups: ``cv_groups`` is their mean weighted by demand,
    ``cv_total`` from the covariances, ``cv_independent`` if the groups had nothing to do with each other.
    """

    cv_total: float
    cv_groups: float
    cv_independent: float
    n_periods: int


def compose(groups: pd.DataFrame) -> Composition:
    """Demand of each group: customers x orders a period x units an order x (1 + growth).

    Parameters
    ----------
    groups : DataFrame
        group_id, n, orders_per_period, units_per_order [, growth (share, default 0)].

    Raises
    ------
    ParameterError
        A column is missing or a value is negative (growth: below -1).
    NotComputable
        No group has all its rates.

    Examples
    --------
    >>> groups = pd.DataFrame({"group_id": ["a", "b", "c"], "n": [600, 400, 200],
    ...                        "orders_per_period": [0.5, 1.2, 3.0], "units_per_order": [40, 90, 60]})
    >>> compose(groups).total
    91200.0
    """
    columns = ["n", "orders_per_period", "units_per_order"]
    for column in ("group_id", *columns):
        if column not in groups:
            raise ParameterError(N_("The groups have no column {column}."), column=column)
    numbers = groups[columns].apply(pd.to_numeric, errors="coerce").astype(float)
    growth = pd.to_numeric(groups["growth"], errors="coerce").fillna(0.0).astype(float) if "growth" in groups else 0.0
    if (numbers < 0).any(axis=None) or np.any(np.asarray(growth) < -1):
        raise ParameterError(N_("Customers, orders and units are not negative, and growth is not below -100 %."))
    demand = numbers.prod(axis=1, skipna=False) * (1 + growth)
    if demand.notna().sum() == 0:
        raise NotComputable(N_("No group has customers, orders and units: the demand cannot be composed."),
                            fallback=N_("Estimate the orders of each group with those who sell to it."))
    table = pd.DataFrame({"group_id": groups["group_id"].astype(object).to_numpy(), **{c: numbers[c].to_numpy()
                         for c in columns}, "growth": np.broadcast_to(growth, len(groups)), "demand": demand.to_numpy()})
    return Composition(table, float(demand.sum()))


def decompose(market_size: float, expected_share: float) -> float:
    """Demand from above: market size x expected share (0 to 1).

    Examples
    --------
    >>> decompose(900_000, 0.105)
    94500.0
    """
    if not market_size >= 0 or not 0 <= expected_share <= 1:
        raise ParameterError(N_("A market is not negative and a share lies between 0 and 1."))
    return market_size * expected_share


def compare(composition: float, decomposition: float) -> Comparison:
    """How far the sum of the groups lies from the share of the market.

    Examples
    --------
    >>> round(compare(91_200, 94_500).difference, 5)
    -0.03492
    """
    if not decomposition > 0:
        raise NotComputable(N_("The market from above is 0: there is nothing to compare the groups with."))
    difference = (composition - decomposition) / decomposition
    return Comparison(composition, decomposition, difference, abs(difference) > RECONCILE)


def measure_damping(demand: pd.DataFrame) -> Damping:
    """How much the groups even each other out.

    Parameters
    ----------
    demand : DataFrame (periods x groups)
        Total demand of each group in each period, no gaps, at least 2 periods.

    Examples
    --------
    >>> result = measure_damping(pd.DataFrame({"a": [8, 12], "b": [12, 8]}))
    >>> result.cv_total, round(result.cv_groups, 4)
    (0.0, 0.2828)
    """
    cells = demand.dropna().to_numpy(dtype=float)
    if len(cells) < 2 or cells.sum() <= 0:
        raise NotComputable(N_("At least two periods with demand are needed to see how groups even each other out."))
    mean, covariance = cells.mean(axis=0), np.atleast_2d(np.cov(cells, rowvar=False, ddof=1))
    total, sd = mean.sum(), np.sqrt(np.diag(covariance))
    return Damping(float(np.sqrt(max(covariance.sum(), 0.0)) / total), float(sd.sum() / total),
                   float(np.sqrt((sd**2).sum()) / total), len(cells))
