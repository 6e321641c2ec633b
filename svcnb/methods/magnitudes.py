"""How much of a critical parameter the goal needs: stock, variability, vehicles, cycle (step 6, method 8.6).

"Determinar para cada uno ... contenido y magnitud ... con la mayor racionalidad posible" (S2:L336). The
rules are standard (safety stock: Silver, Pyke and Peterson); the families are a house choice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_


@dataclass(frozen=True, eq=False)
class SafetyStock:
    """``safety_stock`` and ``reorder_point`` in units; ``sigma`` of the demand in the lead time, ``z`` used."""

    safety_stock: float
    reorder_point: float
    sigma: float
    z: float


def safety_stock(level, *, demand_per_day, demand_sd, lead_time_days, lead_time_sd=0.0) -> SafetyStock:
    """Safety stock and reorder point for a service level.

    ``SS = z(level) sqrt(LT sd_d² + d² sd_LT²)``; reorder point ``d LT + SS``; at least 0.

    Parameters
    ----------
    level : share in (0, 1)
        Probability of no stock-out in a replenishment cycle.
    demand_per_day, demand_sd : units, mean and standard deviation of a day
    lead_time_days, lead_time_sd : days, mean and standard deviation

    Raises
    ------
    ParameterError
        A level outside 0 to 1, a negative or missing number.

    Examples
    --------
    >>> stock = safety_stock(0.95, demand_per_day=40, demand_sd=10, lead_time_days=6, lead_time_sd=3.5 ** 0.5)
    >>> round(stock.safety_stock, 3), round(stock.reorder_point, 3)
    (129.516, 369.516)
    """
    z = _quantile(level)
    d, sd, lead, lead_sd = (_amount(name, value) for name, value in (
        ("demand_per_day", demand_per_day), ("demand_sd", demand_sd), ("lead_time_days", lead_time_days),
        ("lead_time_sd", lead_time_sd)))
    sigma = math.sqrt(lead * sd**2 + d**2 * lead_sd**2)
    stock = max(0.0, z * sigma)
    return SafetyStock(stock, d * lead + stock, sigma, z)


def largest_sd(goal, mean, level) -> float:
    """Largest standard deviation with P(T <= goal) >= level: ``(goal - mean) / z(level)``, T normal.

    Raises
    ------
    NotComputable
        The mean alone misses the goal, so no regularity reaches it; or the level is 0.5 or less, so
        that any regularity does.

    Examples
    --------
    >>> round(largest_sd(8, 6, 0.95), 4)
    1.2159
    """
    z = _quantile(level)
    goal, mean = _amount("goal", goal), _amount("mean", mean)
    if mean >= goal:
        raise NotComputable(N_("The mean of {mean:2} already misses the goal of {goal:2}: shorten the mean first."),
                            mean=mean, goal=goal, fallback=N_("Shorten the mean, or ask for less."))
    if z <= 0:
        raise NotComputable(N_("A level of {level:%} is reached with any regularity."), level=level,
                            fallback=N_("Ask for a level above one half."))
    return (goal - mean) / z


def vehicles(load, capacity, trips) -> int:
    """Vehicles for a load: ``ceil(load / (capacity x trips))``.

    >>> vehicles(95, 10, 3)
    4
    """
    load, capacity, trips = _amount("load", load), _amount("capacity", capacity), _amount("trips", trips)
    if capacity * trips == 0:
        raise ParameterError(N_("A vehicle needs a capacity and at least one trip."))
    return math.ceil(load / (capacity * trips) - 1e-9)


def allocate_cycle(goal, means) -> dict:
    """Share a cycle-time goal among its parts in proportion to today's means (dict part -> mean).

    >>> allocate_cycle(4, {"order": 1, "pick": 1, "transit": 3})
    {'order': 0.8, 'pick': 0.8, 'transit': 2.4}
    """
    goal = _amount("goal", goal)
    means = {part: _amount(str(part), mean) for part, mean in dict(means).items()}
    total = sum(means.values())
    if total == 0:
        raise NotComputable(N_("The parts of the cycle take no time today: there is nothing to share."),
                            fallback=N_("Measure each part of the cycle."))
    return {part: round(goal * mean / total, 12) for part, mean in means.items()}


def _quantile(level) -> float:
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 < level < 1:
        raise ParameterError(N_("A level is a share between 0 and 1, not {value}."), value=str(level))
    return float(stats.norm.ppf(level))


def _amount(name, value) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise ParameterError(N_("{name} must be a number of at least 0, not {value}."), name=name, value=str(value))
    return number
