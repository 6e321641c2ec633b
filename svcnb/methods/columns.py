"""One column of a frame as a method takes it: it is there, once, and its values can be categories; else it is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable
from svcnb.i18n import N_
from svcnb.methods.categories import as_categories


def read_column(frame: pd.DataFrame, name) -> pd.Series:
    """The column of that name.

    Raises
    ------
    NotComputable
        there is none, or several

    Examples
    --------
    >>> read_column(pd.DataFrame({"a": [1, 2]}), "a").tolist()
    [1, 2]
    """
    if name not in frame.columns:
        raise NotComputable(N_("There is no column {column}; the columns are {columns}."), column=str(name),
                            columns=", ".join(str(one) for one in frame.columns))
    values = frame[name]
    if isinstance(values, pd.DataFrame):
        raise NotComputable(N_("{n} columns are called {column}."), n=values.shape[1], column=str(name))
    return values


def read_categories(values: pd.Series, name) -> pd.Series:
    """``categories.as_categories`` of the column of that name.

    Raises
    ------
    NotComputable
        the values are lists or the like, which are no categories

    Examples
    --------
    >>> read_categories(pd.Series(["a", " a", None, 2.0]), "branch").tolist()
    ['a', 'a', None, '2']
    """
    with _categories_only(name):
        return as_categories(values)


def distinct_values(values: pd.Series, name) -> tuple[np.ndarray, pd.Index | np.ndarray]:
    """Place of each row's value among the distinct ones (-1 missing), and these in the order met; raises as above.

    Examples
    --------
    >>> places, distinct = distinct_values(pd.Series(["b", None, "a", "b"]), "branch")
    >>> places.tolist(), list(distinct)
    ([0, -1, 1, 0], ['b', 'a'])
    """
    with _categories_only(name):
        return pd.factorize(values, use_na_sentinel=True)


@contextmanager
def _categories_only(name) -> Iterator[None]:
    try:
        yield
    except TypeError as error:
        raise NotComputable(N_("{column} holds lists or other values that are no categories."),
                            column=str(name)) from error
