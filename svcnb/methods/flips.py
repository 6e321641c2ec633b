"""How wrong an input may be before another level or design is the right one (sensitivity of S2:L234).

A level earns ``fixed + factor x moved`` when one input is ``factor`` times what was thought: revenue (or trading margin,
sales response) moves what is won, cost (or carrying rate, spread) what is spent. Between two options such lines cross once,
so the band of factors for which a choice stays right is an interval whose ends are the nearest crossings: exact, by
enumeration over the options (method.md 6.1, [W13] for the level; house rule). For designs the band follows from the steps
of cost against level (``parity.frontier_steps``).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_
from svcnb.methods.optimum import FLAT

POINT = 0.01  # levels are chosen in whole points
TOLERANCE = 1e-12
MOVES = {"revenue": ("cost", "revenue"), "cost": ("revenue", "cost")}  # input -> what stays, what moves


@dataclass(frozen=True, eq=False)
class FlipBand:
    """The choice is right for factors from ``low`` to ``high`` (0 or infinite where nothing ends it); ``below`` and
    ``above`` are the options that take over there, None where none does. ``exists`` False: no factor makes it right.
    """

    low: float
    high: float
    below: int | None
    above: int | None
    exists: bool = True


def flip_band(fixed, moved, chosen: int, *, share: float = 1.0) -> FlipBand:
    """The factors on one input for which an option earns ``share`` of the best or more.

    Parameters
    ----------
    fixed, moved : sequence of float
        Each option earns ``fixed + factor * moved``, factor 0 or more.
    chosen : int
        Place of the option.
    share : float
        1 for the best itself, 0.99 for as good within 1 % (then it must earn something, too).

    Raises
    ------
    ParameterError
        Unequal lengths, a number that is missing, a place or a share outside its rule.
    NotComputable
        There is no option.

    Examples
    --------
    >>> band = flip_band([-50, -55, -70], [100, 110, 114], 1)  # costs and revenues of three levels
    >>> band.low, band.high, band.below, band.above
    (0.5, 3.75, 0, 2)
    """
    fixed, moved = np.asarray(fixed, dtype=float), np.asarray(moved, dtype=float)
    if fixed.shape != moved.shape or fixed.ndim != 1 or not (np.isfinite(fixed).all() and np.isfinite(moved).all()):
        raise ParameterError(N_("Every option needs what stays and what moves, as numbers."))
    if not len(fixed):
        raise NotComputable(N_("There is no option to choose from."))
    if not 0 <= chosen < len(fixed) or not 0 < share <= 1:
        raise ParameterError(N_("There are {n} options and a share above 0 up to 1; option {chosen} and share {share} do not "
                                "fit."), n=len(fixed), chosen=chosen, share=share)
    ahead, slope = fixed[chosen] - share * fixed, moved[chosen] - share * moved
    small = TOLERANCE * max(1.0, float(np.abs(fixed).max()), float(np.abs(moved).max()))
    rising, falling = slope > small, slope < -small
    if (ahead[~rising & ~falling] < -small).any():  # another option is better by the same amount, whatever the factor
        return FlipBand(inf, -inf, None, None, False)
    low, below = _nearest(-ahead, slope, rising, np.argmax, 0.0)
    high, above = _nearest(-ahead, slope, falling, np.argmin, inf)
    if low <= TOLERANCE:
        low, below = 0.0, None
    return FlipBand(low, high, below, above, low <= high * (1 + 1e-12))


def _nearest(against, slope, which, pick, otherwise):
    if not which.any():
        return otherwise, None
    crossings = np.where(which, against / np.where(which, slope, 1.0), -inf if pick is np.argmax else inf)
    place = int(pick(crossings))
    return float(crossings[place]), place


def flips_of_curve(curve: pd.DataFrame, *, level: float | None = None, share: float = FLAT) -> pd.DataFrame:
    """How far revenue and cost of service may be off before another whole point is the best.

    Parameters
    ----------
    curve : DataFrame
        level (rising, 0 to 1), revenue, cost; not changed.
    level : float, optional
        For this level the band in which it earns ``share`` of the best of the whole curve.

    Returns
    -------
    DataFrame
        A row for revenue and one for cost: input, choice (best whole point), low and high (factors between which it stays
        so; high NaN where nothing ends it), below and above (the points that take over, NaN where none does), equal_low,
        equal_high (NaN without ``level`` or where no factor does it), is_equal (the band has a factor).

    Raises
    ------
    NotComputable
        Fewer than two whole points lie on the curve.

    Examples
    --------
    >>> curve = pd.DataFrame({"level": [.90, .91, .92], "revenue": [100, 110, 114], "cost": [50, 55, 70]})
    >>> flips_of_curve(curve).loc[0, ["choice", "low", "high"]].tolist()
    [0.91, 0.5, 3.75]
    """
    levels = curve["level"].to_numpy(dtype=float)
    points = whole_points(levels)
    if len(points) < 2:
        raise NotComputable(N_("Fewer than two whole points of level lie on the curve: there is nothing to choose between."))
    at = {c: np.interp(points, levels, curve[c].to_numpy(dtype=float)) for c in ("revenue", "cost")}
    best = int(np.argmax(at["revenue"] - at["cost"]))
    inside = level is not None and levels[0] - 1e-9 <= level <= levels[-1] + 1e-9
    fine = {c: np.append(curve[c].to_numpy(dtype=float), np.interp(level, levels, curve[c].to_numpy(dtype=float)))
            for c in ("revenue", "cost")} if inside else {}
    rows = []
    for name, (stays, moves) in MOVES.items():
        sign = 1.0 if moves == "revenue" else -1.0
        band = flip_band(-sign * at[stays], sign * at[moves], best)
        equal = flip_band(-sign * fine[stays], sign * fine[moves], len(levels), share=share) if inside else None
        exists = equal is not None and equal.exists
        rows.append({
            "input": name, "choice": points[best], "low": band.low, "high": np.nan if isinf(band.high) else band.high,
            "below": np.nan if band.below is None else points[band.below],
            "above": np.nan if band.above is None else points[band.above],
            "equal_low": equal.low if exists else np.nan,
            "equal_high": np.nan if not exists or isinf(equal.high) else equal.high, "is_equal": exists})
    return pd.DataFrame(rows)


def whole_points(levels) -> np.ndarray:
    """The whole points of level that lie on a curve.

    >>> whole_points([0.895, 0.92]).tolist()
    [0.9, 0.91, 0.92]
    """
    first, last = np.ceil(min(levels) / POINT - 1e-6), np.floor(max(levels) / POINT + 1e-6)
    return np.arange(first, last + 1) / 100


def flip_of_steps(steps: pd.DataFrame, at: float = 0.0) -> dict | None:
    """Between which shifts of the competitor the cheapest design stays the same.

    Parameters
    ----------
    steps : DataFrame
        As ``parity.frontier_steps`` gives them.
    at : float
        The shift that is held to be true.

    Returns
    -------
    dict or None
        choice, low and high (shifts, None where the steps end without another design), below and above (designs that take
        over, empty text where none reaches the level, None where the steps end); None when no design reaches ``at``.

    Examples
    --------
    >>> steps = pd.DataFrame({"from_shift": [-.1, 0., .01], "to_shift": [0., .01, .1], "feasible": [True, True, False],
    ...                       "cost": [130., 150., None], "options": ["B", "C", ""]})
    >>> flip_of_steps(steps, 0.005)
    {'choice': 'C', 'low': 0.0, 'high': 0.01, 'below': 'B', 'above': ''}
    """
    place = step_at(steps, at)
    if place is None or not bool(steps["feasible"].iloc[place]):
        return None
    row = steps.iloc[place]
    first, last = place == 0, place == len(steps) - 1
    return {"choice": str(row["options"]), "low": None if first else float(row["from_shift"]),
            "high": None if last else float(row["to_shift"]),
            "below": None if first else str(steps["options"].iloc[place - 1]),
            "above": None if last else str(steps["options"].iloc[place + 1])}


def step_at(steps: pd.DataFrame, at: float) -> int | None:
    """Place of the step that holds at a shift, None outside the steps."""
    held = np.flatnonzero((steps["from_shift"].to_numpy(dtype=float) - 1e-9 <= at)
                          & (at <= steps["to_shift"].to_numpy(dtype=float) + 1e-9))
    return int(held[0]) if len(held) else None
