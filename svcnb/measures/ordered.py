"""What each group of customers ordered, by month or week, summed where the orders live.

Demand is what was ordered, never what was shipped (method.md 5.0); every dated order counts, whatever became of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

NOBODY = "none"  # customers of no group: they count in the whole only
MONTHS = 12  # fewer whole months than this are looked at by week


@dataclass(frozen=True, eq=False)
class Ordered:
    """Orders summed by group and whole period: ``rates`` group_id, orders, units; ``units`` periods x groups; ``unit`` of
    the period (M or W) and the number of customers of each group."""

    rates: pd.DataFrame
    units: pd.DataFrame
    unit: str
    customers: pd.Series


def sum_orders(study, group_of: pd.Series) -> Ordered | None:
    """What each group ordered in each whole period; None without dated orders and lines."""
    if not (study.has("orders") and study.has("order_lines")):
        return None
    import ibis

    orders = study.orders
    orders = orders.filter(orders.order_ts.notnull()).select("order_id", "customer_id", "order_ts")
    span = orders.aggregate(first=orders.order_ts.min(), last=orders.order_ts.max()).to_pandas()
    first, last = pd.Timestamp(span["first"][0]), pd.Timestamp(span["last"][0])
    if pd.isna(first):
        return None
    first = min(first, pd.Timestamp(getattr(study.settings, "period_start", None) or first))
    last = max(last, pd.Timestamp(getattr(study.settings, "period_end", None) or last))
    unit, periods = _whole_periods(first.normalize(), last.normalize())
    if len(periods) == 0:
        return None
    keys = pd.DataFrame({"customer_id": group_of.index.astype(str), "group_id": group_of.to_numpy().astype(str)})
    if keys.empty:
        keys = pd.DataFrame({"customer_id": [""], "group_id": [NOBODY]})
    joined = orders.join(study.order_lines.select("order_id", "qty_ordered"), "order_id")
    joined = joined.left_join(ibis.memtable(keys), "customer_id")
    joined = joined.mutate(period=joined.order_ts.truncate(unit), group_id=joined.group_id.fill_null(NOBODY))
    sums = joined.group_by(["group_id", "period"]).aggregate(
        orders=joined.order_id.nunique(), units=joined.qty_ordered.sum()).to_pandas()
    sums["period"] = pd.to_datetime(sums["period"]).dt.normalize()
    sums = sums[sums["period"].isin(periods)]
    units = sums.pivot_table(index="period", columns="group_id", values="units", aggfunc="sum").reindex(periods).fillna(0.0)
    rates = sums.groupby("group_id")[["orders", "units"]].sum().astype(float)
    return Ordered(rates, units, unit, group_of.value_counts())


def _whole_periods(first, last) -> tuple[str, pd.DatetimeIndex]:
    """Months, or weeks when there are few, that lie whole between two days."""
    months = pd.date_range(first, last + pd.Timedelta(days=1), freq="MS")[:-1]
    if len(months) >= MONTHS:
        return "M", months
    return "W", pd.date_range(first, last + pd.Timedelta(days=1), freq="W-MON")[:-1]
