"""Ratings of the matrices: checked once, brought to 0 to 1, and said when they lie near the cut.

Scale 1 to 5, cut 3 (3 and more is high), borderline nearer than 0.5 to the cut: the seed gives no
scale ("La magnitud de las variables fija un cuadrante", S2:L287), these are house rules (A-25).
"""

from __future__ import annotations

import math

import numpy as np

from svcnb.errors import ParameterError
from svcnb.i18n import N_

SCALE = (1, 5)
CUT = 3.0
NEAR = 0.5
TOLERANCE = 1e-9


def rating(name: str, value, scale=SCALE) -> float:
    """A rating on 1 to 5; one given on another scale (0 to 1 ...) is brought there linearly."""
    low, high = scale
    good = isinstance(value, (int, float, np.number)) and not isinstance(value, (bool, np.bool_))
    if not good or not math.isfinite(value) or not low - TOLERANCE <= value <= high + TOLERANCE:
        raise ParameterError(N_("{name} = {value} is not a rating from {low} to {high}."), name=name,
                             value=str(value), low=low, high=high)
    return 1 + 4 * (float(value) - low) / (high - low)


def share_of(value: float) -> float:
    """A rating 1 to 5 as 0 to 1."""
    return (value - 1) / 4


def is_high(value: float) -> bool:
    return value >= CUT - TOLERANCE


def is_near(value: float) -> bool:
    return abs(value - CUT) < NEAR - TOLERANCE


def quadrants(x: float, y: float) -> list[tuple[bool, bool]]:
    """The quadrant of (x, y) first, then those it touches when a rating is near the cut."""
    xs = [is_high(x)] + ([not is_high(x)] if is_near(x) else [])
    ys = [is_high(y)] + ([not is_high(y)] if is_near(y) else [])
    return [(a, b) for a in xs for b in ys]


def among(value: float, uppers) -> int:
    """Index of the class of ``value``: lower bounds inclusive, the last class closed above."""
    return sum(value >= upper - TOLERANCE for upper in uppers)


def choice(name: str, value, allowed) -> str:
    """A code out of a list; anything else is told with the list."""
    code = getattr(value, "code", value)
    if code not in allowed:
        raise ParameterError(N_("There is no {name} {value}; it is one of {allowed}."), name=name, value=str(code),
                             allowed=", ".join(allowed))
    return code
