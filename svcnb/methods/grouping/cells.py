"""ABC against laboriousness: nine cells, and which of them to redesign or to protect.

Sources: method.md 4.1 b ("two-dimensional ABC ... revenue × laboriousness gives 9 cells") and 4.4 d ("laborious and
small need redesign"); "análisis ABC" (S2:L211), laboriousness (S2:L213). Which cell gets which advice is a house rule.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.abc import CLASSES
from svcnb.methods.grouping.alignment import align, check_unique, left_out, texts_of
from svcnb.methods.grouping.differences import LEVELS

ADVICE = {  # house rule: (abc, laboriousness class) -> what to do; the other cells are kept as they are
    ("C", "high"): "redesign",  # laborious and small
    ("C", "medium"): "watch", ("B", "high"): "watch",
    ("A", "low"): "protect", ("A", "medium"): "protect", ("A", "high"): "protect",
}


@dataclass(frozen=True, eq=False)
class Cells:
    """Value against work in nine cells.

    ``cells`` has a row a cell, A to C by low to high: abc, laboriousness_class, n, share (of the customers), value,
    value_share (NaN not measured), advice (redesign, watch, protect, keep), customers (tuple of their ids). ``counts`` is
    the same 3 × 3, ABC down and laboriousness across, ``value_shares`` likewise (None without values). ``n``
    customers in both, ``n_missing`` in one only or without a class.
    """

    cells: pd.DataFrame
    counts: pd.DataFrame
    value_shares: pd.DataFrame | None
    n: int
    n_missing: int
    warnings: tuple[Reason, ...] = ()

    def advised(self, advice: str) -> tuple:
        """Customers of the cells with this advice."""
        return tuple(one for ids in self.cells.loc[self.cells["advice"] == advice, "customers"] for one in ids)


def cross_classify(abc: pd.Series, laboriousness: pd.Series, values=None, *, advice: Mapping = ADVICE) -> Cells:
    """ABC classes against laboriousness classes: who brings much, who makes much work.

    Laborious and small cells are to be redesigned, the A customers to be protected (method.md 4.1 b, 4.4 d; which
    cell gets which advice is a house rule).

    Parameters
    ----------
    abc : customer -> A, B or C (``abc.classify(...).classes``)
    laboriousness : customer -> low, medium or high
    values : customer -> value of 0 or more for the shares (revenue, margin); None when there is none
    advice : (abc, laboriousness class) -> code; a cell not named is ``keep``

    Raises
    ------
    NotComputable
        a class is unknown, a customer occurs twice, or nobody has both classes
    ParameterError
        the advice names a cell that does not exist

    Examples
    --------
    >>> result = cross_classify(pd.Series({"K1": "A", "K2": "C"}), pd.Series({"K1": "low", "K2": "high"}),
    ...                         pd.Series({"K1": 90.0, "K2": 10.0}))
    >>> result.advised("redesign"), result.advised("protect"), result.value_shares.loc["C", "high"]
    (('K2',), ('K1',), np.float64(0.1))
    """
    strange = [cell for cell in advice if cell not in {(a, b) for a in CLASSES for b in LEVELS}]
    if strange:
        raise ParameterError(N_("There is no cell {cell}; write a class A, B, C and low, medium, high."),
                             cell=str(strange[0]))
    frame = _classes(abc, laboriousness, values)
    known = frame.dropna(subset=["abc", "laboriousness"])
    if not len(known):
        raise NotComputable(N_("No customer has both an ABC class and a laboriousness class."))
    warnings = list(left_out(len(frame) - len(known), len(frame)))
    total = math.nan if values is None else _total(known["value"], warnings)
    rows = []
    for a in CLASSES:
        for b in LEVELS:
            inside = known[(known["abc"] == a) & (known["laboriousness"] == b)]
            value = math.nan if values is None else float(inside["value"].sum(min_count=min(1, len(inside))))
            rows.append((a, b, len(inside), len(inside) / len(known), value, value / total if total else math.nan,
                         advice.get((a, b), "keep"), tuple(inside.index)))
    cells = pd.DataFrame(rows, columns=["abc", "laboriousness_class", "n", "share", "value", "value_share", "advice",
                                        "customers"])
    square = lambda column: cells.pivot(index="abc", columns="laboriousness_class", values=column)[list(LEVELS)]
    return Cells(cells, square("n"), square("value_share") if total > 0 else None, len(known),
                 len(frame) - len(known), tuple(warnings))


def _classes(abc, laboriousness, values) -> pd.DataFrame:
    """abc, laboriousness (None where missing) and value (NaN where it is not 0 or more) of each customer."""
    columns = {"abc": abc, "laboriousness": laboriousness} | ({} if values is None else {"value": values})
    columns = {name: pd.Series(column) if isinstance(column, Mapping) else column for name, column in columns.items()}
    frame = align(**columns)
    check_unique(frame.index)
    for name, allowed in (("abc", CLASSES), ("laboriousness", LEVELS)):
        frame[name] = texts_of(frame[name], name)
        unknown = frame[name].dropna()
        unknown = unknown[~unknown.isin(allowed)]
        if len(unknown):
            raise NotComputable(N_("{value} of {customer} is none of the classes {classes}."), value=unknown.iloc[0],
                                customer=str(unknown.index[0]), classes=", ".join(allowed))
    if values is not None:
        numbers = pd.to_numeric(frame["value"], errors="coerce").astype(float)
        frame["value"] = numbers.where(np.isfinite(numbers) & (numbers >= 0))
    return frame.dropna(subset=["abc", "laboriousness"], how="all")


def _total(value: pd.Series, warnings: list[Reason]) -> float:
    unknown = int(value.isna().sum())
    if unknown:
        warnings.append(reason(N_("{n} of {rows} customers have no value of 0 or more: the shares of the value leave "
                                  "them out."), level="missing", n=unknown, rows=len(value)))
    total = float(value.sum())
    if total <= 0:
        warnings.append(reason(N_("No customer has a value above 0: the shares of the value are not measured."),
                               level="missing"))
    return total
