"""Fill rates of the study's order lines, summed in the database (method.md 2.3)."""

from __future__ import annotations

import ibis
import pandas as pd

from svcnb.measures.orders import LINE_COLUMNS, NEAR, counted_orders, frame_of, typed
from svcnb.methods.fill import FillRates, rates_from_totals


def counted_lines(study, by: pd.Series | None = None):
    """Lines of the closed orders; an order with an unknown first delivery is marked ``unknown``.

    What the supplier cancelled before delivering anything counts as nothing delivered.
    """
    orders, _ = counted_orders(study, by)
    orders = orders.filter(orders.state != "open").select("key", "customer_id", "state", placed="order_id")
    lines = typed(study.order_lines, LINE_COLUMNS)
    lines = lines.inner_join(orders, lines.order_id == orders.placed)
    first = ibis.ifelse(lines.state == "cancelled", lines.qty_first.fill_null(0.0), lines.qty_first)
    lines = lines.mutate(first=first, filled=ibis.least(first, lines.qty_ordered),
                         complete=first >= lines.qty_ordered - NEAR)
    return lines.mutate(unknown=lines.first.isnull().any().over(group_by="order_id"))


def orders_filled(study, by: pd.Series | None = None):
    """One row a closed order: key, customer_id, unknown, n_lines, sums of its lines, complete."""
    lines = counted_lines(study, by)
    priced = lines.unit_price.notnull()
    return lines.group_by("order_id").aggregate(
        key=lines["key"].max(), customer_id=lines.customer_id.max(), unknown=lines.unknown.any(),
        n_lines=lines.count(), filled=lines.filled.sum(), ordered=lines.qty_ordered.sum(),
        filled_value=(lines.filled * lines.unit_price).sum(where=priced),
        ordered_value=(lines.qty_ordered * lines.unit_price).sum(where=priced), priced_lines=priced.sum(),
        complete_lines=lines.complete.fill_null(False).sum(), complete=lines.complete.fill_null(False).all())


def fill_of_orders(study, by=None) -> FillRates | dict[str, FillRates]:
    """Fill rates of all closed orders; with ``by`` one for each value."""
    from svcnb.measures.levels_table import key_series

    keys = key_series(study, by)
    every = orders_filled(study, keys)
    known = every.filter(~every.unknown)
    sums = frame_of(known.group_by("key").aggregate(
        **{part: known[part].sum() for part in ("filled", "ordered", "filled_value", "ordered_value", "priced_lines",
                                                "complete_lines")},
        lines=known.n_lines.sum(), complete_orders=known.complete.sum(), orders=known.count(),
        order_fill_sum=(known.filled / known.ordered).sum()))
    named = known.filter(known.customer_id.notnull())
    customers = named.group_by(["key", "customer_id"]).aggregate(complete=named.complete.all())
    customers = frame_of(customers.group_by("key").aggregate(
        complete_customers=customers.complete.sum(), customers=customers.count()))
    left_out = frame_of(every.group_by("key").aggregate(left_out=every.unknown.sum()))
    totals = left_out.merge(sums, on="key", how="left").merge(customers, on="key", how="left").fillna(
        {column: 0 for column in (*sums.columns[1:], *customers.columns[1:])})
    if keys is None:
        row = totals.iloc[0].to_dict() if len(totals) else dict.fromkeys((*sums.columns, *customers.columns), 0)
        return rates_from_totals(row, int(row.get("left_out", 0)))
    return {row["key"]: rates_from_totals(row, int(row["left_out"]))
            for row in totals.dropna(subset="key").to_dict("records") if row["lines"]}


def fill_by_number_of_lines(study, up_to: int = 12) -> pd.DataFrame:
    """Observed order fill by number of lines; orders with more than ``up_to`` lines are not shown."""
    orders = orders_filled(study)
    orders = orders.filter(~orders.unknown & (orders.n_lines <= up_to))
    table = frame_of(orders.group_by("n_lines").aggregate(orders=orders.count(), complete=orders.complete.sum()))
    table = table.sort_values("n_lines").reset_index(drop=True)
    return table.assign(rate=table["complete"] / table["orders"])[["n_lines", "orders", "rate"]]
