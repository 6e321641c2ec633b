"""Columns as categories: texts, codes, truths and banded numbers, with missing values kept apart.

Numeric variables are banded before contingency, Belson and CHAID (method.md 3.1 b: quantiles, 3 to 5 bands).
A band's label says its bounds and nothing else, so that a stored decision can be applied to new customers:
``< 30``, ``30 – 50`` (30 included, 50 not), ``≥ 50``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

CODES = 7  # a numeric column of at most so many different whole numbers is taken as codes, not measured


def category_text(value) -> str:
    """One value as the text of its category: ``3.0`` and ``"3"`` are both ``3``, a truth is yes or no.

    Examples
    --------
    >>> category_text(3.0), category_text(" north "), category_text(True)
    ('3', 'north', 'yes')
    """
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def as_categories(values: pd.Series) -> pd.Series:
    """The values as category texts; missing and blank ones are None.

    Examples
    --------
    >>> as_categories(pd.Series(["a", " a", "", None, 2.0])).tolist()
    ['a', 'a', None, None, '2']
    """
    values = pd.Series(values)
    places, distinct = pd.factorize(values, use_na_sentinel=True)
    out = np.array([*category_texts(distinct), None], dtype=object)[places]
    return pd.Series(out, index=values.index, dtype=object, name=values.name)


def category_texts(distinct: Iterable) -> list[str | None]:
    """The text of each distinct value, None where it is blank; two values may have one text.

    Examples
    --------
    >>> category_texts([1, "1", " ", "NaN"])
    ['1', '1', None, None]
    """
    texts = (category_text(value) for value in distinct)
    return [None if text == "" or text.lower() == "nan" else text for text in texts]


def code_order(text: str) -> tuple:
    """Where a category stands among the others: codes in the order of their numbers, texts after them.

    Examples
    --------
    >>> sorted(["b", "10", "9", "a"], key=code_order)
    ['9', '10', 'a', 'b']
    """
    try:
        return 0, float(text), text
    except ValueError:
        return 1, 0.0, text


def is_measured(values: pd.Series) -> bool:
    """True when a column holds measured numbers: numeric, and more than a few codes.

    Examples
    --------
    >>> is_measured(pd.Series([1, 2, 3, 1])), is_measured(pd.Series([1.5, 2.5])), is_measured(pd.Series(["a"]))
    (False, True, False)
    """
    values = pd.Series(values).dropna()
    if not len(values) or pd.api.types.is_bool_dtype(values):
        return False
    if not pd.api.types.is_numeric_dtype(values):
        if not values.map(lambda v: isinstance(v, (int, float, np.number)) and not isinstance(v, bool)).all():
            return False
        values = values.astype(float)
    return bool(values.nunique() > CODES or (values % 1 != 0).any())


def quantile_edges(values: pd.Series, n_bands: int = 4) -> tuple[float, ...]:
    """Inner edges of quantile bands, rounded to three figures where that keeps the bands apart.

    Ties can leave fewer bands than asked; a constant column has no edge.

    Examples
    --------
    >>> quantile_edges(pd.Series(range(1, 101)), 4)
    (25.8, 50.5, 75.2)
    >>> quantile_edges(pd.Series([5.0, 5.0, 5.0]))
    ()
    """
    numbers = pd.to_numeric(pd.Series(values), errors="coerce").astype(float)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return ()
    exact = np.unique(np.quantile(numbers, np.arange(1, n_bands) / n_bands))
    exact = exact[(exact > numbers.min()) & (exact <= numbers.max())]
    rounded = np.unique([float(f"{edge:.3g}") for edge in exact])
    inside = (rounded > numbers.min()) & (rounded <= numbers.max())
    return tuple(float(e) for e in (rounded if len(rounded) == len(exact) and inside.all() else exact))


def band_labels(edges: Iterable[float]) -> list[str]:
    """Labels of the bands that the inner edges make.

    Examples
    --------
    >>> band_labels((30, 50))
    ['< 30', '30 – 50', '≥ 50']
    """
    texts = [_number_text(edge) for edge in edges]
    if not texts:
        return []
    return [f"< {texts[0]}", *(f"{a} – {b}" for a, b in zip(texts, texts[1:])), f"≥ {texts[-1]}"]


def cut_bands(values: pd.Series, edges: Iterable[float]) -> pd.Series:
    """The band label of each number; missing stays None. A value on an edge belongs to the band above.

    Examples
    --------
    >>> cut_bands(pd.Series([10, 30, 49.9, 80, None]), (30, 50)).tolist()
    ['< 30', '30 – 50', '30 – 50', '≥ 50', None]
    """
    edges = [float(_number_text(edge)) for edge in edges]
    numbers = pd.to_numeric(pd.Series(values), errors="coerce").astype(float)
    labels = np.array([*band_labels(edges), None], dtype=object)
    at = np.searchsorted(edges, numbers.to_numpy(), side="right")
    at[numbers.isna().to_numpy()] = len(labels) - 1
    return pd.Series(labels[at], index=numbers.index, dtype=object, name=numbers.name)


def in_band(values: pd.Series, label: str) -> pd.Series | None:
    """Which numbers lie in a band given by its label; None when the label is no band's.

    Examples
    --------
    >>> in_band(pd.Series([29, 30, 50]), "30 – 50").tolist()
    [False, True, False]
    """
    low, high = _bounds(label)
    if low is None:
        return None
    numbers = pd.to_numeric(pd.Series(values), errors="coerce").astype(float)
    return (numbers >= low) & (numbers < high)


def band_order(label: str) -> float:
    """Where a band stands among its sisters, so that bands sort by size and not by spelling.

    Examples
    --------
    >>> sorted(["≥ 50", "< 5", "5 – 50"], key=band_order)
    ['< 5', '5 – 50', '≥ 50']
    """
    low, _ = _bounds(label)
    return math.inf if low is None else low


def _bounds(label: str) -> tuple[float | None, float]:
    text = str(label)
    try:
        if text.startswith("< "):
            return -math.inf, float(text[2:])
        if text.startswith("≥ "):
            return float(text[2:]), math.inf
        low, dash, high = text.partition(" – ")
        return (float(low), float(high)) if dash else (None, 0.0)
    except ValueError:
        return None, 0.0


def _number_text(value: float) -> str:
    value = float(value)
    return str(int(value)) if value.is_integer() else repr(value)
