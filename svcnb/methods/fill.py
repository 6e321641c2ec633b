"""Fill rates by aggregation level: the same deliveries seen by unit, value, line, order and customer.

Source: "Dependiendo del nivel de agregacion que se utilice en el analisis de los pedidos se llegara a
valores diferentes y se reflejaran problemas distintos" (S2:L123); method.md 2.3. No order between the
levels is guaranteed, so none is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_

NEAR = 1e-9
LEVELS = ("unit", "value", "line", "order", "customer", "mean_order")
_PARTS = {"unit": ("filled", "ordered", "lines"), "value": ("filled_value", "ordered_value", "priced_lines"),
          "line": ("complete_lines", "lines", "lines"), "order": ("complete_orders", "orders", "orders"),
          "customer": ("complete_customers", "customers", "customers"),
          "mean_order": ("order_fill_sum", "orders", "orders")}
TOTALS = tuple(dict.fromkeys(part for parts in _PARTS.values() for part in parts))


@dataclass(frozen=True, eq=False)
class FillRates:
    """Shares 0 to 1; None when not measured. ``table`` has level, rate, numerator, denominator, n.

    ``n`` counts lines (unit, value, line), orders (order, mean_order) or customers.
    """

    unit: float | None
    value: float | None
    line: float | None
    order: float | None
    customer: float | None
    mean_order: float | None
    table: pd.DataFrame
    warnings: tuple[Reason, ...] = ()


def fill_rates(lines: pd.DataFrame) -> FillRates:
    """Fill rates of order lines at each aggregation level.

    With ``f = min(qty_first, qty_ordered)`` (over-delivery never compensates another line):
    unit ``sum f / sum ordered``, value the same by price, line the share with ``f = ordered``, order
    and customer the share with all lines complete, mean_order the mean of the orders' unit rates
    (method.md 2.3, T06).

    Parameters
    ----------
    lines : frame
        One row a line: order_id, qty_ordered (> 0), qty_first (>= 0, quantity in the first delivery);
        customer_id and unit_price when known. An order with an unknown ``qty_first`` is left out
        whole, with a warning.

    Raises
    ------
    NotComputable
        when a column is missing, a quantity is impossible, or no order is known

    Examples
    --------
    >>> rates = fill_rates(pd.DataFrame({"order_id": ["O1", "O1", "O2"], "customer_id": ["A", "A", "B"],
    ...     "qty_ordered": [10, 20, 5], "qty_first": [10, 15, 9], "unit_price": [1.0, 2.0, 4.0]}))
    >>> round(rates.unit, 4), round(rates.value, 4), round(rates.line, 4), rates.order, rates.customer
    (0.8571, 0.8571, 0.6667, 0.5, 0.5)
    """
    absent = [name for name in ("order_id", "qty_ordered", "qty_first") if name not in lines.columns]
    if absent:
        raise NotComputable(N_("Fill rates need the columns {columns}, which are not there."),
                            columns=", ".join(absent))
    ordered, first = _quantities(lines, "qty_ordered"), _quantities(lines, "qty_first")
    if (ordered <= 0).any() or ordered.isna().any():
        raise NotComputable(N_("Every line needs a quantity ordered above 0 (qty_ordered)."))
    if (first < 0).any():
        raise NotComputable(N_("A first delivery cannot be negative (qty_first)."))
    rows = pd.DataFrame({
        "order_id": lines["order_id"].to_numpy(), "ordered": ordered.to_numpy(), "first": first.to_numpy(),
        "customer_id": lines["customer_id"].to_numpy() if "customer_id" in lines.columns else None,
        "price": _quantities(lines, "unit_price").to_numpy() if "unit_price" in lines.columns else np.nan})
    unknown = rows.loc[rows["first"].isna() | rows["order_id"].isna(), "order_id"]
    left_out = int(unknown.nunique(dropna=False))
    rows = rows[~rows["order_id"].isin(unknown) & rows["order_id"].notna()]
    return rates_from_totals(_totals(rows), left_out)


def rates_from_totals(totals: Mapping, left_out: int = 0) -> FillRates:
    """Fill rates from sums that a database computed (names in ``TOTALS``); see ``fill_rates``.

    Examples
    --------
    >>> totals = dict.fromkeys(TOTALS, 0) | {"lines": 10, "complete_lines": 8, "orders": 5}
    >>> rates_from_totals(totals).line
    0.8
    """
    if not totals["lines"]:
        raise NotComputable(N_("No order line says how much the first delivery brought (qty_first)."),
                            fallback=N_("Ask the warehouse for the share of orders that leave complete."))
    warnings, rows, rates = [], [], {}
    for level in LEVELS:
        numerator, denominator, n = (float(totals[part] or 0) for part in _PARTS[level])
        rates[level] = min(1.0, numerator / denominator) if denominator > 0 else None
        rows.append({"level": level, "rate": rates[level], "numerator": numerator, "denominator": denominator,
                     "n": int(n)})
    if left_out:
        warnings.append(reason(N_("Orders left out of the fill rates, since the first delivery of a line is not "
                                  "known: {n}."), n=left_out))
    if rates["value"] is None:
        warnings.append(reason(N_("The fill rate by value is not measured: no line has a price (unit_price).")))
    elif totals["priced_lines"] < totals["lines"]:
        warnings.append(reason(N_("The fill rate by value rests on the {n} lines of {lines} that have a price."),
                               n=int(totals["priced_lines"]), lines=int(totals["lines"])))
    if rates["customer"] is None:
        warnings.append(reason(N_("The fill rate by customer is not measured: no order names its customer.")))
    table = pd.DataFrame(rows).astype({"rate": float})
    return FillRates(**rates, table=table, warnings=tuple(warnings))


def expected_order_fill(line_rate: float, n_lines: int) -> float:
    """Share of complete orders of ``n_lines`` lines if lines failed independently: ``p ** n`` (T07).

    Examples
    --------
    >>> round(expected_order_fill(0.95, 10), 5), round(expected_order_fill(0.95, 20), 5)
    (0.59874, 0.35849)
    """
    if not 0 <= line_rate <= 1:
        raise NotComputable(N_("{share} is not a share between 0 and 1."), share=line_rate)
    if n_lines < 1:
        raise NotComputable(N_("An order has at least one line, not {n}."), n=n_lines)
    return float(line_rate**n_lines)


def _quantities(lines: pd.DataFrame, column: str) -> pd.Series:
    numbers = pd.to_numeric(lines[column], errors="coerce").astype(float)
    bad = lines.loc[numbers.isna() & lines[column].notna(), column]
    if len(bad):
        raise NotComputable(N_("{column} holds {value}, which is not a number."), column=column, value=str(bad.iloc[0]))
    return numbers


def _totals(rows: pd.DataFrame) -> dict:
    filled = rows[["first", "ordered"]].min(axis=1)
    complete = rows["first"] >= rows["ordered"] - NEAR
    priced = rows["price"].notna()
    by_order = pd.DataFrame({
        "order_id": rows["order_id"], "filled": filled, "ordered": rows["ordered"], "complete": complete,
    }).groupby("order_id").agg(filled=("filled", "sum"), ordered=("ordered", "sum"), complete=("complete", "all"))
    customers = pd.DataFrame({"customer": rows["customer_id"], "complete": complete}).dropna(subset="customer")
    by_customer = customers.groupby("customer")["complete"].all()
    return {
        "filled": filled.sum(), "ordered": rows["ordered"].sum(), "lines": len(rows),
        "filled_value": (filled * rows["price"])[priced].sum(),
        "ordered_value": (rows["ordered"] * rows["price"])[priced].sum(), "priced_lines": int(priced.sum()),
        "complete_lines": int(complete.sum()), "complete_orders": int(by_order["complete"].sum()),
        "orders": len(by_order), "complete_customers": int(by_customer.sum()), "customers": len(by_customer),
        "order_fill_sum": float((by_order["filled"] / by_order["ordered"]).sum())}
