"""Which customers, groups and predictors enter a discriminant analysis, and what is said of the others.

Rules (method.md 0.5 and 4.3 a): customers without a group or with a predictor that is not measured are left
out listwise and counted; a group needs more customers than there are predictors. A predictor's tolerance is
the share of its variation within the groups that does not follow from the predictors before it; below 0.001
it is left out, so that of predictors that say the same the one named first stays (the limit is that of SPSS,
DISCRIMINANT /TOLERANCE).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import category_text, code_order
from svcnb.methods.columns import read_categories, read_column

TOLERANCE = 1e-3
STILL = 1e-10  # less spread within the groups than this part of the range is no variation
HUGE = 1e100  # no measurement is larger; squares of larger numbers overflow
SHOWN = 5  # so many groups are named in a sentence
EXPERTS = N_("Describe the groups by their means and let experts write the rule that assigns a new customer.")


@dataclass(frozen=True, eq=False)
class Sample:
    """Customers that enter: ``x`` (n, p) predictors, ``codes`` (n,) place of the group in ``groups``.

    ``index`` (n,) are their labels in the frame; ``left_out`` groups that are too small, ``n_left_out`` their
    customers; ``n_missing`` customers with something missing, ``missing`` the share missing of every column asked
    for.
    """

    x: np.ndarray
    codes: np.ndarray
    groups: tuple[str, ...]
    predictors: tuple
    index: pd.Index
    left_out: tuple[str, ...]
    n_left_out: int
    n_missing: int
    missing: pd.Series
    warnings: tuple[Reason, ...]


def read_sample(frame: pd.DataFrame, group: str, predictors: Iterable[str]) -> Sample:
    """The customers with a group and every predictor, in groups that are large enough.

    Raises
    ------
    ParameterError
        no predictor is named, or the group itself
    NotComputable
        a column is not there or holds no numbers, or fewer than two groups or no predictor remain

    Examples
    --------
    >>> shops = pd.DataFrame({"type": list("AAABBB"), "orders": [1, 2, 4, 7, 8, 9],
    ...                       "halves": [2, 4, 8, 14, 16, 18]})
    >>> sample = read_sample(shops, "type", ["orders", "halves"])
    >>> sample.predictors, sample.groups, sample.warnings[0].values["column"]
    (('orders',), ('A', 'B'), 'halves')
    """
    names = [predictors] if isinstance(predictors, str) else list(dict.fromkeys(predictors))
    if not names:
        raise ParameterError(N_("Name at least one predictor."))
    if group in names:
        raise ParameterError(N_("{column:word} is the group itself: it cannot be one of its predictors."), column=str(group))
    labels, groups = _read_groups(frame, group)
    x, n_infinite = read_numbers(frame, names)
    gaps = np.column_stack([labels < 0, np.isnan(x)])
    known = ~gaps.any(axis=1)
    if not known.any():
        often = int(gaps[:, 1:].sum(axis=0).argmax())
        raise NotComputable(N_("No customer has both a group and a number in every predictor; the one missing most often "
                               "is {column:word}."), column=str(names[often]), fallback=EXPERTS)
    warnings = []
    if n_infinite:
        warnings.append(reason(N_("Infinite or impossibly large numbers that count as not measured: {n}."), n=n_infinite))
    if not known.all():
        warnings.append(reason(N_("Customers left out because their group or a predictor is not measured: {n} of {total}."),
                               level="info", n=int((~known).sum()), total=len(frame)))
    whole = Sample(x[known], labels[known], groups, tuple(names), frame.index[known], (), 0, int((~known).sum()),
                   pd.Series(gaps.mean(axis=0), index=pd.Index([group, *names], dtype=object)), tuple(warnings))
    return _able(whole)


def read_numbers(frame: pd.DataFrame, names: Iterable[str]) -> tuple[np.ndarray, int]:
    """Columns as numbers of shape (rows, columns), NaN where not measured; and how many were infinite.

    Truths are 1 and 0. Texts are refused even where they look like numbers: they may be codes.

    Examples
    --------
    >>> read_numbers(pd.DataFrame({"a": [1, None], "b": [True, False]}), ["a", "b"])[0].tolist()
    [[1.0, 1.0], [nan, 0.0]]
    """
    x = np.column_stack([_numbers(read_column(frame, name), name) for name in names])
    with np.errstate(invalid="ignore"):
        infinite = np.abs(x) > HUGE
    x[infinite] = np.nan
    return x, int(infinite.sum())


def mean_by_group(x: np.ndarray, codes: np.ndarray, n_groups: int) -> np.ndarray:
    """Mean of each column in each group, shape (groups, columns).

    Examples
    --------
    >>> mean_by_group(np.array([[1.0], [3.0], [8.0]]), np.array([0, 0, 1]), 2).tolist()
    [[2.0], [8.0]]
    """
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=n_groups) for column in x.T])
    return sums / np.bincount(codes, minlength=n_groups)[:, None]


def _able(sample: Sample) -> Sample:
    """Without groups that are too small and predictors that add nothing: each can bring about the other."""
    p = 1
    while True:
        sample = _without_small(sample, p)
        sample = _without_empty(sample)
        p = len(sample.predictors)
        if np.bincount(sample.codes).min() > p:
            break
    if not sample.left_out:
        return sample
    some = [*sample.left_out[:SHOWN], *("…" for _ in sample.left_out[SHOWN:SHOWN + 1])]
    said = reason(N_("Left out, because a group needs more customers than there are predictors: {groups} (customers: "
                     "{n})."), n=sample.n_left_out, groups=some)
    return replace(sample, warnings=(*sample.warnings, said))


def _without_small(sample: Sample, p: int) -> Sample:
    counts = np.bincount(sample.codes, minlength=len(sample.groups))
    stays = counts > p
    if stays.sum() < 2:
        raise NotComputable(N_("Fewer than two groups have more customers than there are predictors ({p}); the largest "
                               "groups have {sizes}."), sizes=sorted(counts.tolist(), reverse=True)[:SHOWN],
                            p=len(sample.predictors),
                            fallback=N_("Use fewer predictors, join small groups, or let experts write the rule."))
    rows = stays[sample.codes]
    return replace(
        sample, x=sample.x[rows], codes=(np.cumsum(stays) - 1)[sample.codes[rows]], index=sample.index[rows],
        groups=tuple(label for label, kept in zip(sample.groups, stays) if kept),
        left_out=(*sample.left_out, *(label for label, kept in zip(sample.groups, stays) if not kept)),
        n_left_out=sample.n_left_out + int((~rows).sum()))


def _without_empty(sample: Sample) -> Sample:
    """Without predictors that are constant, constant within the groups, or a combination of earlier ones."""
    low, span = sample.x.min(axis=0), np.ptp(sample.x, axis=0)
    x = (sample.x - low) / np.where(span > 0, span, 1.0)
    within = x - mean_by_group(x, sample.codes, len(sample.groups))[sample.codes]
    spread = np.sqrt((within**2).mean(axis=0))
    kept, basis, said = [], np.empty((len(x), 0)), []
    for j, name in enumerate(sample.predictors):
        if span[j] < 1 / HUGE:
            said.append(reason(N_("{column:word} is left out: it has the same value for every customer."), column=str(name)))
            continue
        if spread[j] < STILL:
            said.append(reason(N_("{column:word} is left out: it does not vary within the groups, so by itself it tells "
                                  "groups apart without error."), column=str(name)))
            continue
        column = within[:, j] / np.linalg.norm(within[:, j])
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)  # a second time, because the first leaves rounding behind
        if rest @ rest < TOLERANCE:
            said.append(_combination(sample.predictors, j, kept, within, float(rest @ rest)))
            continue
        kept.append(j)
        basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
    if not kept:
        raise NotComputable(N_("No predictor varies within the groups: there is nothing to weigh."), fallback=EXPERTS)
    return replace(sample, x=sample.x[:, kept], predictors=tuple(sample.predictors[j] for j in kept),
                   warnings=(*sample.warnings, *said))


def _combination(names, j: int, kept: list[int], within: np.ndarray, tolerance: float) -> Reason:
    unit = within / np.where(within.any(axis=0), np.linalg.norm(within, axis=0), 1.0)
    weights = np.abs(np.linalg.lstsq(unit[:, kept], unit[:, j], rcond=None)[0])
    part = min(max(1e-6, tolerance**0.5), weights.max() / 2)  # a weight smaller than what is left over may be chance
    return reason(N_("{column:word} is left out: within the groups {share:%} of its variation follows from {columns:word}."),
                  column=str(names[j]), share=1 - tolerance,
                  columns=[str(names[k]) for k, weight in zip(kept, weights) if weight > part])


def _read_groups(frame: pd.DataFrame, group: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Place of each customer's group (-1 missing), and the groups: as a Categorical has them, else sorted."""
    values = read_column(frame, group)
    texts = read_categories(values, group)
    if isinstance(values.dtype, pd.CategoricalDtype):
        order = list(dict.fromkeys(category_text(category) for category in values.cat.categories))
    else:
        order = sorted(texts.dropna().unique(), key=code_order)
    seen = set(texts.dropna())
    groups = tuple(label for label in order if label in seen)
    place = {label: k for k, label in enumerate(groups)}
    return np.array([place.get(text, -1) for text in texts], dtype=np.int64), groups


def _numbers(values: pd.Series, name) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_complex_dtype(values):
        return values.to_numpy(dtype=float, na_value=np.nan, copy=True)
    known = values.dropna()
    for value in known:
        if isinstance(values.dtype, pd.CategoricalDtype) or not isinstance(value, (Real, Decimal, np.bool_)):
            raise NotComputable(N_("{column:word} holds {value}, a text, code or date: a predictor must be a measured number."),
                                column=str(name), value=str(value),
                                fallback=N_("Make a column of 0 and 1 for each category, or leave the predictor out."))
    numbers = np.full(len(values), np.nan)
    numbers[values.notna().to_numpy()] = [float(value) for value in known]
    return numbers
