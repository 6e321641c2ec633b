"""Where customers lie and how far apart: Euclidean distance of z-scores, or Gower's distance of mixed columns.

Gower, J. C. (1971), *Biometrics* 27, 857-871: for numbers ``|x - y| / range``, for categories 0 when equal and else 1,
and the (weighted) mean over the columns. It scales by itself and needs no standardisation; Kaufman, L. and Rousseeuw,
P. J. (1990), *Finding Groups in Data*, Wiley, section 1.2.6 (R's ``cluster::daisy``) is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import is_measured
from svcnb.methods.columns import read_categories, read_column

HUGE = 1e100  # beyond it squares overflow; no customer has so much of anything
SAME = 1e-12  # a spread below this part of the largest value is rounding, not difference
NUMBERS = {"integer", "floating", "mixed-integer-float", "decimal", "empty"}


@dataclass(frozen=True, eq=False)
class Space:
    """How the columns of a customer become a place, and how far two places are apart.

    ``columns`` are those used, in their order; ``categories`` gives the known texts of each that holds categories.
    A number lies at ``(value - middle) / scale``, with ``middle`` and ``scale`` of shape (columns,): mean and standard
    deviation (0 and 1 when not standardised), for Gower's distance (``is_gower``) minimum and range. ``weights``, of
    the same shape, say how much each column counts.
    """

    columns: tuple
    categories: Mapping[object, tuple[str, ...]]
    middle: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    is_gower: bool

    @property
    def is_code(self) -> np.ndarray:
        """Which columns hold categories."""
        return np.array([column in self.categories for column in self.columns])

    def place(self, values: pd.DataFrame) -> np.ndarray:
        """Places (customers × columns) of values as ``read_values`` gives them; an unseen category is -1."""
        points = np.empty((len(values), len(self.columns)))
        for k, column in enumerate(self.columns):
            if column in self.categories:
                points[:, k] = pd.Index(self.categories[column]).get_indexer(values[column])
            else:
                points[:, k] = (values[column].to_numpy(dtype=float) - self.middle[k]) / self.scale[k]
        return points if self.is_gower else points * np.sqrt(self.weights)

    def distances(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Distance of each of the ``first`` places to each of the ``second``."""
        from scipy.spatial.distance import cdist

        if not self.is_gower:
            return cdist(first, second)
        code, weights, total = self.is_code, self.weights, np.zeros((len(first), len(second)))
        if (~code).any():
            total += cdist(first[:, ~code], second[:, ~code], "cityblock", w=weights[~code])
        if code.any():
            total += cdist(first[:, code], second[:, code], "hamming", w=weights[code]) * weights[code].sum()
        return total / weights.sum()


@dataclass(frozen=True, eq=False)
class Customers:
    """The customers with a value in every column that differs.

    ``values`` has the columns used, numbers as float and categories as text; its rows are sorted by value, so that no
    answer depends on the order of the file. ``positions`` says which row of the frame each is.
    """

    values: pd.DataFrame
    positions: np.ndarray
    n_missing: int
    missing_shares: pd.Series
    warnings: tuple[Reason, ...]


def read_values(frame: pd.DataFrame, columns, categorical) -> pd.DataFrame:
    """The columns as floats, or as texts of categories; missing is NaN or None. Rows as in the frame."""
    out = {}
    for column in columns:
        values = read_column(frame, column)
        if pd.api.types.is_datetime64_any_dtype(values) or pd.api.types.is_timedelta64_dtype(values):
            raise NotComputable(N_("{column} holds dates or times: they are neither numbers nor categories."),
                                column=str(column), fallback=N_("Take the days since a date instead."))
        out[column] = (read_categories(values, column).to_numpy(dtype=object) if column in categorical
                       else _numbers(values, column))
    return pd.DataFrame(out, index=pd.RangeIndex(len(frame)), columns=list(columns))


def is_number_column(values: pd.Series) -> bool:
    """Whether all known values of a column are numbers; truths and codes written as text are not."""
    if isinstance(values, pd.DataFrame) or pd.api.types.is_bool_dtype(values):
        return False
    if isinstance(values.dtype, pd.CategoricalDtype):
        return False
    return pd.api.types.is_numeric_dtype(values) or pd.api.types.infer_dtype(values, skipna=True) in NUMBERS


def read_customers(frame: pd.DataFrame, columns=None, categorical=()) -> Customers:
    """The customers that can be grouped, and what was left out."""
    columns = list(frame.columns if columns is None else columns)
    if len(set(columns)) < len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        raise NotComputable(N_("{n} columns are called {column}."), n=columns.count(twice), column=str(twice))
    if unknown := [str(column) for column in categorical if column not in columns]:
        raise ParameterError(N_("{columns} are named as categories but are not among the columns."), columns=unknown)
    codes = [column for column in columns if column in frame.columns and
             (column in categorical or not is_number_column(frame[column]))]
    values = read_values(frame, columns, codes)
    missing = values.isna().mean() if len(values) else pd.Series(np.nan, index=values.columns)
    differing = _differing(values)
    known = values[differing].notna().all(axis=1).to_numpy()
    used = _differing(values.loc[known, differing])
    if not used and known.sum() > 2:
        raise NotComputable(N_("No column has values that differ between the customers: there is nothing to form groups by."),
                            fallback=N_("Take other columns, or form the groups a priori with experts."))
    if known.sum() < 3 or not used:
        raise NotComputable(N_("Only {n} of {total} customers have a value in every column: too few to form groups."),
                            n=int(known.sum()), total=len(frame),
                            fallback=N_("Leave out the columns with most missing values, or form the groups a priori with "
                                        "experts."))
    kept = values.loc[known, used]
    keys = [kept[c].to_numpy() if c not in codes else pd.factorize(kept[c], sort=True)[0] for c in reversed(used)]
    order = np.lexsort(keys)
    kept = kept.iloc[order].reset_index(drop=True)
    return Customers(kept, np.flatnonzero(known)[order], int((~known).sum()), missing,
                     tuple(_remarks(columns, codes, used, kept, len(frame), missing)))


def fit_space(values: pd.DataFrame, *, is_gower: bool, standardise: bool = True, weights=None) -> Space:
    """The space of these customers."""
    categories = {column: tuple(sorted(values[column].unique())) for column in values
                  if not pd.api.types.is_float_dtype(values[column])}
    middle, scale = np.zeros(values.shape[1]), np.ones(values.shape[1])
    for k, column in enumerate(values):
        if column in categories or not (is_gower or standardise):
            continue
        x = values[column].to_numpy()
        middle[k], scale[k] = (x.min(), np.ptp(x)) if is_gower else (x.mean(), x.std(ddof=1))
    counts = np.array([1.0 if weights is None else weights.get(column, 1.0) for column in values], dtype=float)
    return Space(tuple(values.columns), categories, middle, scale, counts, is_gower)


def _numbers(values: pd.Series, column) -> np.ndarray:
    if not is_number_column(values):
        raise NotComputable(N_("{column} holds texts where numbers are needed."), column=str(column))
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    if (n := int((np.abs(numbers) >= HUGE).sum())):
        raise NotComputable(N_("{column} holds {n} infinite values, or such beyond 1e100."), column=str(column), n=n,
                            fallback=N_("Correct them, or leave them empty."))
    return numbers


def _differing(values: pd.DataFrame) -> list:
    """The columns in which at least two known values differ."""
    out = []
    for column in values:
        x = values[column].dropna()
        if pd.api.types.is_float_dtype(x):
            spread = np.ptp(x) if len(x) else 0.0
            differs = spread > max(SAME * np.abs(x).max(), 1 / HUGE) if len(x) else False
        else:
            differs = x.nunique() > 1
        if differs:
            out.append(column)
    return out


def _remarks(columns, codes, used, values, total, missing):
    """What a reader should know of the columns."""
    n, texts = len(values), lambda names: ", ".join(str(name) for name in names)
    if n < total:
        yield reason(N_("{n} of {total} customers lack a value in {columns} and are in no cluster."), n=total - n,
                     total=total, columns=texts(column for column in used if missing[column] > 0))
    if left := [column for column in columns if column not in used]:
        yield reason(N_("Left out, because they are empty or the same for every customer: {columns}."),
                     columns=texts(left))
    measured = [column for column in used if column not in codes]
    if few := [column for column in measured if not is_measured(values[column])]:
        yield reason(N_("Taken as measured, though their values are few and whole: {columns}. Name them as categories if "
                        "they are codes."), level="info", columns=texts(few))
    for column in used:
        if column in codes and values[column].nunique() > n / 2:
            yield reason(N_("{column} has {k} categories for {n} customers and says little about who is alike: merge "
                            "categories or leave it out."), column=str(column), k=int(values[column].nunique()), n=n)
    if len(measured) > 1:
        r = np.corrcoef(values[measured].to_numpy(dtype=float), rowvar=False)
        first, second = np.nonzero(np.triu(np.abs(r), 1) >= 0.9 - 1e-9)
        if len(first):
            pairs = [f"{measured[a]} ~ {measured[b]}" for a, b in zip(first[:5], second[:5])]
            yield reason(N_("Columns that say nearly the same (correlation of 0.9 or more) count double: {pairs}. Keep one of "
                            "each pair, or give them less weight."), pairs=", ".join(pairs))
