"""The economic optimum of the service level (nivel económico óptimo, S2:L234).

Three forms (method.md 6.1): revenue a sqrt(SL) against cost b SL² (Ballou); a table of points through which monotone
cubics pass (Fritsch and Carlson 1980, scipy's PCHIP); safety stock against the sales that availability wins (Ballou;
Borden Foods example). Levels are 0 to 1 everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.importance import as_numbers

FLAT = 0.99  # levels with this share of the best profit are economically equivalent
GRID = 0.001  # 0.1 percentage points
FIRST, LAST = 50, 99  # whole points between which the inventory form climbs
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Optimum:
    """``level`` 0 to 1 with its revenue, cost and profit; any level in ``flat_low`` .. ``flat_high`` is as good within
    1 %; ``curve``: level, revenue, cost, profit.
    """

    level: float
    revenue: float
    cost: float
    profit: float
    flat_low: float
    flat_high: float
    curve: pd.DataFrame
    warnings: tuple[Reason, ...]

    def profit_at(self, level: float) -> float | None:
        """Profit at a level inside the curve, None outside (nothing is extrapolated)."""
        levels = self.curve["level"]
        if not levels.iloc[0] - TOLERANCE <= level <= levels.iloc[-1] + TOLERANCE:
            return None
        return float(np.interp(level, levels, self.curve["profit"]))


@dataclass(frozen=True, eq=False)
class InventoryOptimum:
    """``gain`` money a year for one more point; ``cost_coefficient`` = I Cu sigma; ``steps``: from_level, to_level, gain,
    cost, go; ``sl_step`` last level that the whole-point rule reaches; ``sl_continuous`` where the derivative holds.
    """

    gain: float
    cost_coefficient: float
    z_step: float
    steps: pd.DataFrame
    sl_step: float
    sl_continuous: float | None
    warnings: tuple[Reason, ...]


def from_theory(a: float, b: float) -> Optimum:
    """Maximum of a sqrt(SL) - b SL², SL in per cent: SL* = (a/(4b))^(2/3), at most 100 %.

    Examples
    --------
    >>> best = from_theory(0.5, 0.00055)
    >>> round(best.level, 5), round(best.profit, 4)
    (0.37242, 2.2885)
    """
    if not a > 0 or not b > 0:
        raise ParameterError(N_("Revenue and cost of service need positive coefficients; they are {a} and {b}."), a=a, b=b)
    percent, warnings = (a / (4 * b)) ** (2 / 3), []
    if percent > 100:
        percent = 100.0
        warnings.append(reason(N_("Profit still rises at 100 %: the optimum is at the upper end.")))
    level = np.unique(np.append(np.arange(0, 1 + GRID / 2, GRID), percent / 100)).clip(0, 1)
    return _best(level, a * np.sqrt(100 * level), b * (100 * level) ** 2, percent / 100, warnings)


def from_table(points: pd.DataFrame) -> Optimum:
    """Best level on monotone cubics through 3 to 10 (or more) points, on a grid of 0.1 percentage points.

    Parameters
    ----------
    points : DataFrame
        sl (0 to 1, each once), revenue, cost (money a period).

    Raises
    ------
    ParameterError
        A column is missing, a level stands twice or is not between 0 and 1.
    NotComputable
        Fewer than 3 points.

    Examples
    --------
    >>> table = pd.DataFrame({"sl": [.90, .94, .98], "revenue": [100, 110, 114], "cost": [50, 55, 70]})
    >>> round(from_table(table).level, 3)
    0.934
    """
    for column in ("sl", "revenue", "cost"):
        if column not in points:
            raise ParameterError(N_("The service curve has no column {column}."), column=column)
    rows = pd.DataFrame({c: as_numbers(points[c].to_numpy(), c) for c in ("sl", "revenue", "cost")})
    rows = rows.dropna().sort_values("sl")
    if len(rows) < 3:
        raise NotComputable(N_("Only {n} points of the service curve: at least 3 are needed."), n=len(rows),
                            fallback=N_("Let experts estimate revenue and cost at 3 to 5 service levels."))
    sl = rows["sl"].to_numpy()
    if sl[0] < 0 or sl[-1] > 1:
        raise ParameterError(N_("Levels lie between 0 and 1; {level} does not."), level=float(sl[0] if sl[0] < 0 else sl[-1]))
    if (np.diff(sl) <= TOLERANCE).any():
        raise ParameterError(N_("The level {level} stands twice in the service curve."),
                             level=float(sl[:-1][np.diff(sl) <= TOLERANCE][0]))
    from scipy.interpolate import PchipInterpolator

    level = np.unique(np.concatenate([np.arange(sl[0], sl[-1], GRID), sl]).round(10))
    revenue, cost = (PchipInterpolator(sl, rows[c])(level) for c in ("revenue", "cost"))
    best = level[int(np.argmax(revenue - cost))]
    left_out = len(points) - len(rows)
    warnings = [reason(N_("Points of the service curve left out, because a value is missing: {n}."), n=left_out)] \
        if left_out else []
    return _best(level, revenue, cost, best, [*warnings, *_shape_warnings(rows, best)])


def from_inventory(*, trading_margin: float, sales_response: float, annual_sales: float, carrying_rate: float,
                   unit_cost: float, sigma_lt: float) -> InventoryOptimum:
    """Raise the level point by point while the sales won pay the safety stock.

    gain of a point = margin x response x sales; its cost = I Cu sigma (z(SL + 0.01) - z(SL)); continuous:
    0.01 I Cu sigma/phi(z) = gain.

    Parameters
    ----------
    trading_margin : float
        Money a unit.
    sales_response : float
        Share of the sales won by one percentage point.
    annual_sales : float
        Units a year.
    carrying_rate : float
        Share of the value a year.
    unit_cost : float
        Money a unit.
    sigma_lt : float
        Standard deviation of the demand in the lead time, units.

    Examples
    --------
    >>> best = from_inventory(trading_margin=0.55, sales_response=0.001, annual_sales=59_904, carrying_rate=0.25,
    ...                       unit_cost=5.38, sigma_lt=350)
    >>> best.sl_step, round(best.sl_continuous, 5)
    (0.92, 0.92408)
    """
    given = {"trading_margin": trading_margin, "sales_response": sales_response, "annual_sales": annual_sales,
             "carrying_rate": carrying_rate, "unit_cost": unit_cost, "sigma_lt": sigma_lt}
    for name, value in given.items():
        if not value >= 0 or np.isinf(value):
            raise ParameterError(N_("{name} = {value} must be a number that is not negative."), name=name, value=value)
    gain, coefficient = trading_margin * sales_response * annual_sales, carrying_rate * unit_cost * sigma_lt
    if gain <= 0:
        raise NotComputable(N_("More service wins nothing: margin, sales response and sales must all be above 0."))
    if coefficient <= 0:
        raise NotComputable(N_("More service costs nothing here: carrying rate, unit cost and spread must all be above 0."))
    from scipy.stats import norm

    levels = np.arange(FIRST, LAST + 1) / 100
    cost = coefficient * np.diff(norm.ppf(levels))
    go = gain >= cost - TOLERANCE
    steps = pd.DataFrame({"from_level": levels[:-1], "to_level": levels[1:], "gain": gain, "cost": cost, "go": go})
    reached = int(np.argmin(go)) if not go.all() else len(go)  # the cost rises with the level above one half
    density = 0.01 * coefficient / gain
    warnings = []
    if reached == 0:
        warnings.append(reason(N_("Even the step from 50 to 51 % costs more than it wins.")))
    if go.all():
        warnings.append(reason(N_("Every step up to 99 % pays: check margin, sales response and spread.")))
    continuous = None
    if density < 1 / sqrt(2 * pi):
        continuous = float(norm.cdf(sqrt(-2 * np.log(density * sqrt(2 * pi)))))
    return InventoryOptimum(gain, coefficient, gain / coefficient, steps, float(levels[reached]), continuous,
                            tuple(warnings))


def inventory_curve(found: InventoryOptimum) -> pd.DataFrame:
    """The inventory form as a curve counted from 50 %: level, revenue (sales won), cost (safety stock), profit; money a year.

    Examples
    --------
    >>> case = from_inventory(trading_margin=0.75, sales_response=0.0015, annual_sales=80_000, carrying_rate=0.25,
    ...                       unit_cost=10, sigma_lt=500)
    >>> inventory_curve(case).iloc[430][["level", "revenue"]].round(2).tolist()
    [0.93, 3870.0]
    """
    from scipy.stats import norm

    level = np.arange(10 * FIRST, 10 * LAST + 1) / 1000
    revenue, cost = found.gain * (100 * level - FIRST), found.cost_coefficient * norm.ppf(level)
    return pd.DataFrame({"level": level, "revenue": revenue, "cost": cost, "profit": revenue - cost})


def scaled(curve: pd.DataFrame, *, revenue: float = 1.0, cost: float = 1.0) -> Optimum:
    """The best level of a curve whose revenue or cost are so many times what was thought.

    Parameters
    ----------
    curve : DataFrame
        level (rising, 0 to 1), revenue, cost; not changed.

    Examples
    --------
    >>> table = pd.DataFrame({"level": [.90, .94, .98], "revenue": [100, 110, 114], "cost": [50, 55, 70]})
    >>> scaled(table).level, scaled(table, revenue=0.4).level
    (0.94, 0.9)
    """
    if not revenue >= 0 or not cost >= 0 or np.isinf(revenue) or np.isinf(cost):
        raise ParameterError(N_("Revenue and cost are multiplied by numbers that are not negative; these are {revenue} and "
                                "{cost}."), revenue=revenue, cost=cost)
    if curve.empty:
        raise NotComputable(N_("The curve of service has no point."))
    level = curve["level"].to_numpy(dtype=float)
    won, spent = revenue * curve["revenue"].to_numpy(dtype=float), cost * curve["cost"].to_numpy(dtype=float)
    return _best(level, won, spent, level[int(np.argmax(won - spent))], [])


def failure_loss(*, elsewhere: float, leave: float, margin: float, customer_value: float, orders: float,
                 substitute: float = 0.0, margin_change: float = 0.0) -> tuple[float, float]:
    """Loss of a failed order, and what one more point of order compliance wins in a period (method.md 6.0.1).

    loss = elsewhere x margin + leave x customer value + substitute x margin change; one point = 0.01 x orders x loss,
    valid only near the level of today.

    Examples
    --------
    >>> failure_loss(elsewhere=0.3, leave=0.1, margin=50, customer_value=800, orders=1000)
    (95.0, 950.0)
    """
    if min(elsewhere, leave, substitute) < 0 or elsewhere + leave + substitute > 1 + TOLERANCE:
        raise ParameterError(N_("The shares of customers who go elsewhere, leave or take a substitute lie between 0 and 1."))
    loss = elsewhere * margin + leave * customer_value + substitute * margin_change
    return float(loss), float(0.01 * orders * loss)


def _best(level, revenue, cost, best, warnings) -> Optimum:
    profit = revenue - cost
    at = int(np.argmin(np.abs(level - best)))
    near = profit >= profit[at] - (1 - FLAT) * abs(profit[at]) - TOLERANCE
    low, high = at, at
    while low > 0 and near[low - 1]:
        low -= 1
    while high < len(level) - 1 and near[high + 1]:
        high += 1
    if profit[at] < 0:
        warnings.append(reason(N_("Service costs more than it brings at every level of the curve.")))
    curve = pd.DataFrame({"level": level, "revenue": revenue, "cost": cost, "profit": profit})
    return Optimum(float(best), float(revenue[at]), float(cost[at]), float(profit[at]), float(level[low]),
                   float(level[high]), curve, tuple(warnings))


def _shape_warnings(rows, best) -> list[Reason]:
    step = np.diff(rows["sl"])
    slope = {c: np.diff(rows[c]) / step for c in ("revenue", "cost")}
    out = []
    if (slope["revenue"] < -TOLERANCE).any() or (np.diff(slope["revenue"]) > TOLERANCE).any():
        out.append(reason(N_("Revenue does not rise ever more slowly with the level: check the curve.")))
    if (slope["cost"] < -TOLERANCE).any() or (np.diff(slope["cost"]) < -TOLERANCE).any():
        out.append(reason(N_("Cost does not rise ever faster with the level: check the curve.")))
    if best in (rows["sl"].iloc[0], rows["sl"].iloc[-1]):
        out.append(reason(N_("The best level is the end of the curve: ask for points beyond it.")))
    return out
