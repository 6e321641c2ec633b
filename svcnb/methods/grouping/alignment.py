"""Several columns of the same customers as one frame, and what was left out of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import as_categories


def align(**columns) -> pd.DataFrame:
    """The columns side by side: Series by their index, anything else by its place.

    Series with unlike indexes keep every customer of any of them, with missing values where one has none.

    Examples
    --------
    >>> align(a=pd.Series({"x": 1, "y": 2}), b=pd.Series({"y": 3}))["b"].tolist()
    [nan, 3.0]
    """
    series = [column for column in columns.values() if isinstance(column, pd.Series)]
    if len(series) == len(columns) and any(not column.index.equals(series[0].index) for column in series):
        for column in series:
            check_unique(column.index)
        return pd.concat(series, axis=1, keys=list(columns), sort=False)
    lists = {name: pd.Series(list(column), dtype=object) if not isinstance(column, pd.Series) else column
             for name, column in columns.items()}
    lengths = {name: len(column) for name, column in lists.items()}
    if len(set(lengths.values())) > 1:
        raise NotComputable(N_("The columns have unlike lengths ({lengths}); they must be of the same customers."),
                            lengths=", ".join(f"{name} {length}" for name, length in lengths.items()))
    index = series[0].index if series else pd.RangeIndex(next(iter(lengths.values())))
    return pd.DataFrame({name: column.set_axis(index) for name, column in lists.items()}, index=index)


def align_measured(values, **groups) -> pd.DataFrame:
    """``value`` as numbers (NaN where it is none, or infinite) beside the groups as texts (None where blank)."""
    frame = align(value=values, **groups)
    numbers = pd.to_numeric(frame["value"], errors="coerce").astype(float)
    out = pd.DataFrame({"value": numbers.where(np.isfinite(numbers))}, index=frame.index)
    for name in groups:
        out[name] = texts_of(frame[name], name)
    return out


def texts_of(values: pd.Series, name: str) -> pd.Series:
    """The values as category texts; lists and the like are said to be none."""
    try:
        return as_categories(values)
    except TypeError as error:
        raise NotComputable(N_("{column} holds lists or other values that are no categories."), column=name) from error


def left_out(n: int, rows: int) -> tuple[Reason, ...]:
    """The warning that some customers were left out, when some were."""
    if not n:
        return ()
    return (reason(N_("{n} of {rows} customers are left out: something of them is not measured."), level="missing",
                   n=n, rows=rows),)


def check_unique(customers: pd.Index) -> None:
    if not customers.is_unique:
        twice = customers[customers.duplicated()][0]
        raise NotComputable(N_("The customer {customer} occurs {n} times; give one row a customer."),
                            customer=str(twice), n=int((customers == twice).sum()))


def check_alpha(alpha: float) -> None:
    if not 0 < alpha < 1:
        raise ParameterError(N_("The level of significance {alpha} is not between 0 and 1; write for example 0.05."),
                             alpha=alpha)
