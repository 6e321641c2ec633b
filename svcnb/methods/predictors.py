"""Columns as the predictors of a segmentation tree: integer codes of their categories, the same for new customers.

Sources: "ubicación geográfica, rama de actividad, sexo, nivel de ingreso ..." (S2:L41-48, L190); method.md 3.1 (b):
numbers are banded by quantiles before contingency, Belson, AID and CHAID. Bands and ordered categories are ordinal
(neighbours only may join), everything else is nominal unless the caller says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import (
    band_labels,
    category_text,
    category_texts,
    code_order,
    is_measured,
    quantile_edges,
)
from svcnb.methods.columns import distinct_values, read_column

MISSING, UNSEEN = -1, -2  # codes of a blank cell, and of a category that the tree has never met
MAX_CATEGORIES = 50


@dataclass(frozen=True)
class Predictor:
    """One predictor: its ``categories`` as texts in their order, ``is_ordinal`` when only neighbours may join, the inner
    ``edges`` of the bands when it is a measured number (else None)."""

    name: str
    categories: tuple[str, ...]
    is_ordinal: bool = False
    edges: tuple[float, ...] | None = None

    def codes(self, values: pd.Series) -> np.ndarray:
        """Place of each value among the categories; -1 missing, -2 never seen. Shape (n,), int32.

        Examples
        --------
        >>> Predictor("branch", ("food", "retail")).codes(pd.Series(["retail", None, "farm"])).tolist()
        [1, -1, -2]
        >>> Predictor("age", ("< 30", "≥ 30"), True, (30.0,)).codes(pd.Series([29.9, 30, None])).tolist()
        [0, 1, -1]
        """
        if self.edges is not None:
            numbers = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
            found = np.searchsorted(self.edges, numbers, side="right").astype(np.int32)
            found[np.isnan(numbers)] = MISSING
            return found
        places, distinct = distinct_values(pd.Series(values), self.name)
        texts, place = category_texts(distinct), {text: k for k, text in enumerate(self.categories)}
        return np.array([*(MISSING if t is None else place.get(t, UNSEEN) for t in texts), MISSING], dtype=np.int32)[places]


def read_predictors(frame: pd.DataFrame, names: Iterable[str], *, ordinal: Iterable[str] = (), n_bands: int = 4,
                    max_categories: int = MAX_CATEGORIES) -> tuple[list[Predictor], np.ndarray, list[Reason]]:
    """The predictors that can split anything, and the code of every customer's category.

    Parameters
    ----------
    frame : one row a customer; not changed
    names : columns to take, in their order
    ordinal : those of them whose categories have an order (as sorted; an ordered Categorical has its own, bands of
        numbers always have theirs)
    n_bands : quantile bands of a measured number
    max_categories : a column with more categories is left out, and said

    Returns
    -------
    predictors; codes of shape (n, number of predictors), int32, -1 missing; reasons for what was left out

    Raises
    ------
    NotComputable
        a column is not there, or none is left

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["man", "woman", None], "land": ["x", "x", "x"]})
    >>> predictors, codes, said = read_predictors(people, ["sex", "land"])
    >>> predictors[0].categories, codes[:, 0].tolist(), len(said)
    (('man', 'woman'), [0, 1, -1], 1)
    """
    names, ordinal = list(dict.fromkeys(names)), set(ordinal)
    for name in (*names, *ordinal):
        read_column(frame, name)
    found, columns, reasons = [], [], []
    for name in names:
        predictor, codes = _read(frame[name], name, name in ordinal, n_bands)
        n = len(predictor.categories) + bool((codes == MISSING).any())
        if n < 2:
            reasons.append(reason(N_("{column:word} has one category only and cannot split anything."), level="info",
                                  column=name))
        elif n > max_categories:
            reasons.append(reason(N_("{column:word} has {n} different values, too many to split on; join them into at most "
                                     "{most}."), level="info", column=name, n=n, most=max_categories))
        else:
            found.append(predictor)
            columns.append(codes)
    if not found:
        raise NotComputable(N_("No column can split the customers: each has one category only, or too many."),
                            fallback=N_("Add columns that tell customers apart, or let experts make the segments."))
    return found, np.column_stack(columns), reasons


def _read(values: pd.Series, name: str, is_ordinal: bool, n_bands: int) -> tuple[Predictor, np.ndarray]:
    if isinstance(values.dtype, pd.CategoricalDtype) and values.dtype.ordered:
        texts = dict.fromkeys(category_text(c) for c in values.cat.categories)
        predictor = Predictor(name, tuple(texts), True)
        codes = predictor.codes(values)
        return _seen_only(predictor, codes)
    places, distinct = distinct_values(values, name)
    if is_measured(pd.Series(distinct)):
        edges = tuple(float(e) for e in quantile_edges(values, n_bands))
        predictor = Predictor(name, tuple(band_labels(edges)), True, edges)
        return predictor, predictor.codes(values) if edges else np.full(len(values), MISSING, dtype=np.int32)
    texts = category_texts(distinct)
    kept = sorted({t for t in texts if t is not None}, key=code_order)
    place = {text: k for k, text in enumerate(kept)}
    codes = np.array([*(MISSING if t is None else place[t] for t in texts), MISSING], dtype=np.int32)[places]
    return Predictor(name, tuple(kept), is_ordinal), codes


def _seen_only(predictor: Predictor, codes: np.ndarray) -> tuple[Predictor, np.ndarray]:
    """Without the categories that nobody has."""
    seen = np.bincount(codes[codes >= 0], minlength=len(predictor.categories)) > 0
    place = np.append(np.cumsum(seen) - 1, MISSING).astype(np.int32)  # the last place is read by -1
    kept = tuple(c for c, is_there in zip(predictor.categories, seen) if is_there)
    return Predictor(predictor.name, kept, predictor.is_ordinal), place[codes]
