"""Columns of numbers on a scale and of ids, options between bounds: checked once, refused by row and value."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_
from svcnb.methods.columns import read_categories, read_column

NEAR = 1e-9


def read_numbers(frame: pd.DataFrame, name: str, low: float, high: float | None = None) -> pd.Series:
    """The column as floats, NaN where missing; a truth is no number.

    Raises
    ------
    NotComputable
        there is no such column, or a value is no finite number from ``low`` to ``high`` (of ``low`` or more)

    Examples
    --------
    >>> read_numbers(pd.DataFrame({"expected": ["9", None]}), "expected", 0, 10).tolist()
    [9.0, nan]
    """
    given = read_column(frame, name)
    numbers = pd.to_numeric(given, errors="coerce").astype(float)
    truths = given.map(lambda value: isinstance(value, (bool, np.bool_))).to_numpy(dtype=bool)
    inside = numbers.ge(low - NEAR) & (np.isfinite(numbers) if high is None else numbers.le(high + NEAR))
    bad = given.notna().to_numpy() & (~inside.to_numpy(dtype=bool) | truths)
    if bad.any():
        template = N_("{column} = {value} in row {row} is not a number of {low} or more.") if high is None else \
            N_("{column} = {value} in row {row} is not a number from {low} to {high}.")
        raise NotComputable(template, column=name, value=str(given[bad].iloc[0]), row=str(given.index[bad][0]), low=low,
                            high=high)
    return numbers


def read_labels(frame: pd.DataFrame, name: str) -> pd.Series:
    """The column of ids as texts.

    Raises
    ------
    NotComputable
        there is no such column, or a row has no id

    Examples
    --------
    >>> read_labels(pd.DataFrame({"component_id": [1.0, " C2 "]}), "component_id").tolist()
    ['1', 'C2']
    """
    labels = read_categories(read_column(frame, name), name)
    if labels.isna().any():
        raise NotComputable(N_("Row {row} has no {column}."), row=str(labels.index[labels.isna()][0]), column=name)
    return labels


def refuse_twice(frame: pd.DataFrame, keys: list[str]) -> None:
    """Raise NotComputable when two rows have the same ids."""
    twice = frame[frame.duplicated(keys)]
    if len(twice):
        raise NotComputable(N_("Two rows are for {ids}."), ids=[str(value) for value in twice[keys].iloc[0]])


def check_within(name: str, value, low: float, high: float | None = None) -> float:
    """The option as a float; ParameterError when it is no finite number from ``low`` to ``high`` (of ``low`` or more).

    Examples
    --------
    >>> check_within("rate", 0.5, 0, 1)
    0.5
    """
    try:
        number = math.nan if isinstance(value, (bool, np.bool_)) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if high is None and not (number >= low - NEAR and math.isfinite(number)):
        raise ParameterError(N_("{name} = {value} must be a number of {low} or more."), name=name, value=str(value), low=low)
    if high is not None and not low - NEAR <= number <= high + NEAR:
        raise ParameterError(N_("{name} = {value} must be a number from {low} to {high}."), name=name, value=str(value),
                             low=low, high=high)
    return number
