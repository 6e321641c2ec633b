"""Amounts as people and files give them: numbers that are not negative, or unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from svcnb.errors import ParameterError
from svcnb.i18n import N_


def as_amounts(values: pd.Series, what: str) -> pd.Series:
    """The values as floats, unknown ones NaN; anything that is no number that is not negative is refused.

    Examples
    --------
    >>> as_amounts(pd.Series([3, None, "4.5"], dtype=object), "estimate").tolist()
    [3.0, nan, 4.5]
    """
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    bad = refused(values, numbers)
    if bad.any():
        raise ParameterError(N_("{what:word} = {value} is not a number that is not negative."), what=what,
                             value=shown(values[bad].iloc[0]))
    return numbers


def refused(values: pd.Series, numbers: pd.Series) -> pd.Series:
    """Which values are there but are no amounts."""
    return (numbers.isna() & values.notna()) | np.isinf(numbers) | (numbers < 0)


def shown(value) -> str:
    """A value as it was written, whatever type numpy gave it.

    Examples
    --------
    >>> shown(np.float64(-2)), shown("x")
    ('-2.0', "'x'")
    """
    return repr(value.item() if isinstance(value, np.generic) else value)
