"""A level placed on a curve of service beside the optimum and the competitor: what a moved control computes anew.

Money is counted from the lowest level of the curve: only differences decide which level pays (S2:L234, method.md 6.1; the
price of competing is that of 6.3, step 3).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from svcnb.errors import ParameterError
from svcnb.i18n import N_
from svcnb.methods.optimum import scaled

PLACE = ["level", "optimum", "flat_low", "flat_high", "best_low", "best_high", "competitor", "floor", "profit_best",
         "profit_level", "profit_competitor", "given_up", "given_up_there", "price_low", "price_high", "first", "last",
         "uncertainty"]


def place_level(curve: pd.DataFrame, *, level: float | None = None, competitor: float | None = None,
                floor: float | None = None, uncertainty: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The curve over its lowest level and, in one row, where the levels stand on it.

    Parameters
    ----------
    curve : DataFrame
        level (rising, 0 to 1), revenue, cost; not changed.
    level, competitor, floor : float, optional
        Levels 0 to 1; one outside the curve has no profit.
    uncertainty : float
        Revenue may be so much more or less, 0 to 1.

    Returns
    -------
    line : DataFrame
        level, revenue, cost, profit, profit_low, profit_high (at less and more revenue), each over the lowest level.
    place : DataFrame
        One row: the levels, ``best`` with its flat band, ``best_low`` and ``best_high`` at less and more revenue, the
        profits over the lowest level, what is ``given_up`` at ``level`` and ``given_up_there`` at the competitor's, from
        ``price_low`` to ``price_high`` (the price of competing, where the competitor stands above the optimum); NaN where not
        known.

    Examples
    --------
    >>> curve = pd.DataFrame({"level": [.90, .95, .99], "revenue": [100., 110., 114.], "cost": [50., 55., 70.]})
    >>> _, place = place_level(curve, competitor=.99)
    >>> place.loc[0, ["optimum", "given_up_there"]].tolist()
    [0.95, 11.0]
    """
    if not 0 <= uncertainty < 1:
        raise ParameterError(N_("{name} = {value} must lie between {low} and {high}."), name="uncertainty", value=uncertainty,
                             low=0, high=1)
    levels = curve["level"].to_numpy(dtype=float)
    revenue, cost = (curve[c].to_numpy(dtype=float) - float(curve[c].iloc[0]) for c in ("revenue", "cost"))
    profits = {name: factor * revenue - cost for name, factor in
               (("profit", 1.0), ("profit_low", 1.0 - uncertainty), ("profit_high", 1.0 + uncertainty))}
    line = pd.DataFrame({"level": levels, "revenue": revenue, "cost": cost, **profits})
    best, low, high = (scaled(curve, revenue=f) for f in (1.0, 1.0 - uncertainty, 1.0 + uncertainty))

    def at(where, name="profit") -> float:
        inside = where is not None and levels[0] - 1e-9 <= where <= levels[-1] + 1e-9
        return float(np.interp(where, levels, profits[name])) if inside else np.nan

    prices = [max(0.0, at(found.level, name) - at(competitor, name)) if not np.isnan(at(competitor)) else np.nan
              for found, name in ((best, "profit"), (low, "profit_low"), (high, "profit_high"))]
    row = {"level": level, "optimum": best.level, "flat_low": best.flat_low, "flat_high": best.flat_high, "best_low": low.level,
           "best_high": high.level, "competitor": competitor, "floor": floor, "profit_best": at(best.level),
           "profit_level": at(level), "profit_competitor": at(competitor), "given_up": at(best.level) - at(level),
           "given_up_there": prices[0], "price_low": min(prices), "price_high": max(prices), "first": levels[0],
           "last": levels[-1], "uncertainty": uncertainty}
    return line, pd.DataFrame([row], columns=PLACE).astype(float)
