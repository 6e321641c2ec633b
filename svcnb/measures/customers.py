"""What each customer bought, summed in the database, for segmentation and ABC (steps 1 and 2)."""

from __future__ import annotations

import ibis
import pandas as pd

from svcnb.measures.orders import LINE_COLUMNS, ORDER_COLUMNS, frame_of, period_of, typed

COLUMNS = ("customer_id", "revenue", "margin", "volume", "n_orders", "n_lines", "lines_per_order", "size_cv",
           "urgent_share", "first_order", "last_order")


def values_of_customers(study) -> pd.DataFrame:
    """One row a customer; see ``svcnb.measures.customer_values``."""
    bought = frame_of(_bought(study))
    customers = study.table("customers")[["customer_id", "revenue", "margin"]]
    values = customers.merge(bought, on="customer_id", how="outer", suffixes=("", "_lines"))
    if not customers["revenue"].notna().any():
        values["revenue"] = values["revenue_lines"]
    has_orders = len(bought) > 0
    for column in ("n_orders", "n_lines"):
        values[column] = values[column].fillna(0).astype(int) if has_orders else values[column].astype(float)
    if has_orders and bought["volume"].notna().any():
        values["volume"] = values["volume"].where(values["n_orders"] > 0, 0.0)
        if not customers["revenue"].notna().any() and bought["revenue_lines"].notna().any():
            values["revenue"] = values["revenue"].where(values["n_orders"] > 0, 0.0)
    values = values.astype({column: float for column in ("revenue", "margin", "volume", "lines_per_order", "size_cv",
                                                         "urgent_share")})
    return values.sort_values("customer_id").reset_index(drop=True)[list(COLUMNS)]


def orders_of_customers(study) -> pd.DataFrame:
    """One row an order of the period: customer_id, order_ts, value (NaN not known); see ``svcnb.measures``."""
    orders = frame_of(_orders(study).select("customer_id", "order_ts", "value"))
    return orders.astype({"value": float}).sort_values(["customer_id", "order_ts"]).reset_index(drop=True)


def _orders(study):
    """Orders with what they brought; those that the customer cancelled are dropped."""
    period = period_of(study)
    orders = typed(study.orders, ORDER_COLUMNS)
    wanted = (orders.status.fill_null("") != "cancelled_customer") & period.holds(orders.order_ts).fill_null(True)
    orders = orders.filter(wanted & orders.customer_id.notnull())
    lines = typed(study.order_lines, LINE_COLUMNS)
    per_order = lines.group_by("order_id").aggregate(
        n_lines=lines.count(), ordered=lines.qty_ordered.sum(),
        taken=ibis.coalesce(lines.qty_total, lines.qty_ordered).sum(),
        value=(ibis.coalesce(lines.qty_total, lines.qty_ordered) * lines.unit_price).sum()).rename(of="order_id")
    t = orders.left_join(per_order, orders.order_id == per_order.of)
    kept = t.status.fill_null("") != "cancelled_supplier"  # what the supplier cancelled brought nothing
    return t.select("customer_id", "order_ts", "ordered", urgent=t.is_emergency.cast("float64"),
                    n_lines=t.n_lines.fill_null(0), taken=ibis.ifelse(kept, t.taken, 0.0),
                    value=ibis.ifelse(kept, t.value, 0.0))


def _bought(study):
    t = _orders(study)
    counted = t.group_by("customer_id").aggregate(
        revenue_lines=t.value.sum(), volume=t.taken.sum(), n_orders=t.count(), n_lines=t.n_lines.sum(),
        lines_per_order=t.n_lines.mean(where=t.n_lines > 0), size_sd=t.ordered.std(how="sample"),
        size_mean=t.ordered.mean(), urgent_share=t.urgent.mean(), first_order=t.order_ts.min(),
        last_order=t.order_ts.max())
    return counted.mutate(size_cv=counted.size_sd / counted.size_mean).drop("size_sd", "size_mean")
