"""Forecasts of segments and totals that agree: the parts sum to the whole.

Bottom up: Dunn, Williams and DeChaine (1976), *JASA* 71, 68-71. Least squares: Hyndman, Ahmed, Athanasopoulos and Shang
(2011), *Comput. Stat. Data Anal.* 55, 2579-2589 (``ols``); weighted by the number of segments under each sum
(``structural``): Athanasopoulos et al. (2017), *Eur. J. Oper. Res.* 262, 60-74, and Wickramasuriya, Athanasopoulos and
Hyndman (2019), *JASA* 114, 804-819, of whose MinT both are cases that need no error history. No demand is negative:
Wickramasuriya, Turlach and Hyndman (2020), *Stat. Comput.* 30, 1167-1182.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.forecast.amounts import shown

METHODS = ("bottom_up", "ols", "structural")


@dataclass(frozen=True, eq=False)
class Reconciled:
    """Forecasts that sum.

    ``forecasts``: series_id, step, value, before (as forecast alone; NaN when it was not), change (value - before), and
    low80, high80, low, high when they were given: moved with the value, their width kept, not below 0. Series in order
    from the top. ``sums`` (nodes by segments) is 1 where a segment is part of a node. ``largest_change`` is the largest
    |change| / before (None when nothing was forecast alone above the segments).
    """

    forecasts: pd.DataFrame
    sums: pd.DataFrame
    method: str
    largest_change: float | None
    warnings: tuple[Reason, ...] = ()


def reconcile(forecasts: pd.DataFrame, parents: Mapping[str, str], method: str = "bottom_up") -> Reconciled:
    """Make the forecasts of segments sum to those of their parents at every step.

    ``bottom_up`` keeps the segments and sums them. The other two change all as little as can be: ``b = argmin (y - S b)'
    W (y - S b)`` with ``b >= 0``, ``y`` all forecasts, ``S`` the sums, ``W = I`` (``ols``) or the reciprocal of the number
    of segments under each node (``structural``); where the closed form ``(S'WS)^-1 S'W y`` is not negative it is the answer.

    Parameters
    ----------
    forecasts : series_id, step, value, not negative; perhaps low80, high80, low, high; not changed
    parents : series_id -> the series it is part of; a series that is nobody's part is a top
    method : ``bottom_up``, ``ols`` or ``structural``

    Raises
    ------
    ParameterError
        a column or a method that is not there, a circle of parents, a value that is unknown, negative or twice there
    NotComputable
        a segment has no forecast at a step

    Examples
    --------
    >>> frame = pd.DataFrame({"series_id": ["all", "a", "b"], "step": 1, "value": [130.0, 40.0, 60.0]})
    >>> found = reconcile(frame, {"a": "all", "b": "all"}, "ols")
    >>> found.forecasts["value"].round(6).tolist()
    [120.0, 50.0, 70.0]
    """
    if method not in METHODS:
        raise ParameterError(N_("There is no way {method} to make forecasts agree; there are {known}."), method=method,
                             known=", ".join(METHODS))
    wide = _wide(forecasts)
    sums = sum_matrix(wide.index, parents)
    absent = [name for name in sums.columns if name not in wide.index or wide.loc[name].isna().any()]
    if absent:
        raise NotComputable(N_("The segment {segment} has no forecast at every step."), segment=str(absent[0]),
                            fallback=N_("Forecast each segment over the same steps first."))
    segments = np.column_stack([_segments(wide[step], sums, method) for step in wide])
    value = pd.DataFrame(sums.to_numpy() @ segments, index=sums.index, columns=wide.columns)
    long = value.rename_axis(index="series_id", columns="step").stack().rename("value").reset_index()
    before = wide.reindex(sums.index).rename_axis(index="series_id", columns="step").stack(future_stack=True)
    long["before"] = before.to_numpy()
    long["change"] = long["value"] - long["before"]
    known = long[long["before"] > 0]
    largest = float((known["change"].abs() / known["before"]).max()) if len(known) else None
    said = ()
    if largest is not None and largest > 0.2:
        row = known.loc[(known["change"].abs() / known["before"]).idxmax()]
        said = (reason(N_("The forecast of {series} alone and as a sum differ by {share:%}: look at both before one is used."),
                       series=str(row["series_id"]), share=largest),)
    return Reconciled(_with_bounds(long, forecasts), sums, method, largest, said)


def sum_matrix(series_ids, parents: Mapping[str, str]) -> pd.DataFrame:
    """Nodes by segments: 1 where the segment is part of the node; tops first, segments last.

    Examples
    --------
    >>> sum_matrix(["a", "b"], {"a": "all", "b": "all"}).to_numpy().tolist()
    [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    """
    parents = {child: parent for child, parent in parents.items() if parent is not None and parent == parent}
    nodes = list(dict.fromkeys([*parents.values(), *series_ids, *parents]))
    leaves = [node for node in nodes if node not in set(parents.values())]
    over = {}
    for leaf in nodes:
        chain, at = [leaf], leaf
        while at in parents:
            at = parents[at]
            if at in chain:
                raise ParameterError(N_("The series {series} is part of itself."), series=str(at))
            chain.append(at)
        over[leaf] = chain
    above = sorted((node for node in nodes if node not in leaves), key=lambda node: len(over[node]))
    table = pd.DataFrame(0.0, index=pd.Index([*above, *leaves], dtype=object), columns=pd.Index(leaves, dtype=object))
    for leaf in leaves:
        table.loc[over[leaf], leaf] = 1.0
    return table


def _wide(forecasts) -> pd.DataFrame:
    absent = [name for name in ("series_id", "step", "value") if name not in forecasts]
    if absent:
        raise ParameterError(N_("The series have no column {columns}."), columns=", ".join(absent))
    if forecasts.empty:
        raise NotComputable(N_("There is no forecast to make agree."))
    twice = forecasts.duplicated(["series_id", "step"])
    if twice.any():
        row = forecasts[twice].iloc[0]
        raise ParameterError(N_("Series {series} has two forecasts for step {step}."), series=str(row["series_id"]),
                             step=str(row["step"]))
    value = forecasts["value"].to_numpy(dtype=float)
    if not np.isfinite(value).all() or (value < 0).any():
        raise ParameterError(N_("A forecast that is to agree is a number that is not negative; one is {value}."),
                             value=shown(value[~(value >= 0) | np.isinf(value)][0]))
    order = forecasts["series_id"].drop_duplicates()
    return forecasts.assign(value=value).pivot(index="series_id", columns="step", values="value").reindex(order)


def _segments(values: pd.Series, sums: pd.DataFrame, method: str) -> np.ndarray:
    """The segments of one step: as they are, or by least squares over all nodes that were forecast."""
    if method == "bottom_up":
        return values[sums.columns].to_numpy(dtype=float)
    known = values.dropna()
    s, y = sums.loc[known.index].to_numpy(), known.to_numpy(dtype=float)
    root = np.ones(len(s)) if method == "ols" else 1 / np.sqrt(s.sum(axis=1))
    s, y = s * root[:, None], y * root
    free = np.linalg.solve(s.T @ s, s.T @ y)
    if (free >= 0).all():
        return free
    from scipy.optimize import nnls

    return nnls(s, y)[0]


def _with_bounds(long, forecasts) -> pd.DataFrame:
    bounds = [name for name in ("low80", "high80", "low", "high") if name in forecasts]
    out = long.merge(forecasts[["series_id", "step", *bounds]], on=["series_id", "step"], how="left")
    for name in bounds:
        out[name] = np.maximum(out[name].astype(float) + out["change"], 0)
    return out
