"""Which columns and rows of a frame a factor analysis can use, and what is said of the others."""

from __future__ import annotations

import numbers

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable
from svcnb.i18n import N_
from svcnb.methods.factor.adequacy import APRIORI, check_names

LEAST_ITEMS = 3  # method.md 3.9 (a), as the two below
LEAST_ROWS = 50
ROWS_PER_ITEM = 5
LARGEST = 1e100  # beyond this a number is a mark for "none", and its square no number


def as_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns as floats, None as NaN; what is no number is refused, never guessed at."""
    check_names(frame.columns)
    columns = np.full(frame.shape, np.nan)
    for j, (name, values) in enumerate(frame.items()):
        known = values[values.notna()]
        numeric = pd.api.types.is_any_real_numeric_dtype(values) or pd.api.types.is_bool_dtype(values.dtype)
        if not numeric and not all(isinstance(one, numbers.Real) for one in known):
            raise NotComputable(N_("{column} holds texts or other values that are no numbers, for example {value}."),
                                column=name, value=str(next(v for v in known if not isinstance(v, numbers.Real))),
                                fallback=N_("Leave out {column}, or give numbers in it."))
        try:
            columns[values.notna().to_numpy(), j] = known.to_numpy(dtype=float)
            large = int((np.abs(columns[:, j]) > LARGEST).sum())
        except OverflowError:  # a whole number that no float holds
            large = sum(abs(one) > LARGEST for one in known)
        if large:
            raise NotComputable(N_("{column} holds infinite or boundless numbers (rows: {n})."), column=name, n=large,
                                fallback=N_("Leave a cell empty where nothing was measured."))
    return pd.DataFrame(columns, index=frame.index, columns=frame.columns)


def varying_columns(values: np.ndarray) -> tuple[list[int], np.ndarray]:
    """Positions of the columns that vary among the rows complete in them, and which rows those are."""
    kept = [j for j in range(values.shape[1]) if len(np.unique(values[np.isfinite(values[:, j]), j])) > 1]
    while True:
        complete = np.isfinite(values[:, kept]).all(axis=1)
        varying = [j for j in kept if complete.any() and np.ptp(values[complete, j]) > 0]
        if len(varying) == len(kept) or not complete.any():
            return kept, complete
        kept = varying  # a constant column's gaps need cost no row


def refuse_few(items: pd.DataFrame, n: int, missing: dict) -> None:
    """Refuse fewer items, or complete rows, than the method takes."""
    p = items.shape[1]
    if p < LEAST_ITEMS:
        raise NotComputable(N_("Factor analysis takes {least} items that vary; here are {n}."), least=LEAST_ITEMS, n=p,
                            fallback=APRIORI)
    least = max(LEAST_ROWS, ROWS_PER_ITEM * p)
    if n >= least:
        return
    worst = max(items.columns, key=lambda name: missing.get(name, 0.0))
    if missing.get(worst):
        raise NotComputable(N_("{p} items take at least {least} complete rows; here are {n}. Most often missing is "
                               "{column} ({share:%} of the rows)."), p=p, least=least, n=n, column=worst,
                            share=missing[worst], fallback=APRIORI)
    raise NotComputable(N_("{p} items take at least {least} complete rows; here are {n}."), p=p,
                        least=least, n=n, fallback=APRIORI)
