"""Measures that an order meets or does not: M1, M2, M3, M7, M8, M9, M11, computed where the orders live.

``order_facts`` is one Ibis expression with a row an order; every public function aggregates it, so
that only counts leave the database. Rules of method.md 2.2 (b):

* the orders that count are those closed in the period: delivered, or cancelled by the supplier. An
  order the supplier cancelled met no goal. Orders the customer cancelled do not count;
* "now" is the end of the period, never the clock. What is delivered later was open then;
* an order open past its due moment has failed, one not yet due is left out. Due is ``order_ts`` + goal
  for M1, the promise for M2 and M7, ``ship_ts`` + goal for M9; M8 and M11 have no due moment;
* a promise given as a day (all promises at midnight) lasts until that day ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import pandas as pd

from svcnb.measures.definitions import MEASURES

DAY = 86_400
NEAR = 1e-9
ORDER_COLUMNS = {
    "order_id": "string", "customer_id": "string", "order_ts": "timestamp", "promised_ts": "timestamp",
    "ship_ts": "timestamp", "delivery_ts": "timestamp", "status": "string", "is_emergency": "boolean",
    "emergency_goal_h": "float64", "docs_ok": "boolean", "condition_ok": "boolean", "info_ok": "boolean"}
LINE_COLUMNS = {
    "order_id": "string", "qty_ordered": "float64", "qty_available_at_order": "float64", "qty_first": "float64",
    "qty_total": "float64", "unit_price": "float64", "error_type": "string"}


@dataclass(frozen=True)
class Period:
    """``start`` <= moments < ``end``; None is no bound. ``end`` is the "now" of every rule."""

    start: pd.Timestamp | None
    end: pd.Timestamp | None

    def holds(self, moment):
        """Ibis condition: the moment lies in the period."""
        inside = ibis.literal(True)
        if self.start is not None:
            inside = inside & (moment >= ibis.literal(self.start.to_pydatetime()))
        if self.end is not None:
            inside = inside & (moment < ibis.literal(self.end.to_pydatetime()))
        return inside


def period_of(study) -> Period:
    """The study's period; a day given as its end counts whole. Without an end the last event is "now"."""
    start, end = (_moment(getattr(study.settings, name, None)) for name in ("period_start", "period_end"))
    if end is not None and end == end.normalize():
        end = end + pd.Timedelta(days=1)
    if end is None:
        orders = typed(study.orders, ORDER_COLUMNS)
        last = frame_of(orders.aggregate(a=orders.order_ts.max(), b=orders.delivery_ts.max())).iloc[0]
        known = [pd.Timestamp(value) for value in last if not pd.isna(value)]
        end = max(known) + pd.Timedelta(seconds=1) if known else None
    return Period(start, end)


def _moment(value) -> pd.Timestamp | None:
    return None if value is None or value == "" or pd.isna(value) else pd.Timestamp(value).tz_localize(None)


def frame_of(expression) -> pd.DataFrame:
    """The rows of a small Ibis expression (through Arrow: ibis' own way asks pandas 3 for a retired option)."""
    return expression.to_pyarrow().to_pandas()


def typed(table, columns: dict):
    """The named columns of an Ibis table in the types asked for; null where a column is not there."""
    have = set(table.columns)
    return table.select(**{name: (table[name] if name in have else ibis.null()).cast(kind)
                           for name, kind in columns.items()})


def filled_columns(study) -> set[str]:
    """``table.column`` of orders and order lines that hold at least one value."""
    found = set()
    for name, columns in (("orders", ORDER_COLUMNS), ("order_lines", LINE_COLUMNS)):
        table = typed(getattr(study, name), columns)
        counts = frame_of(table.aggregate(**{column: table[column].count() for column in columns})).iloc[0]
        found |= {f"{name}.{column}" for column, count in counts.items() if count}
    return found


def with_key(orders, by: pd.Series | None):
    """Orders with a column ``key``: the customer's value in ``by``; null for customers it does not name."""
    if by is None:
        return orders.mutate(key=ibis.null().cast("string"))
    known = by.dropna()
    keys = ibis.memtable(pd.DataFrame({"by_customer": known.index.astype(str), "key": known.astype(str).to_numpy()}),
                         schema={"by_customer": "string", "key": "string"})
    return orders.left_join(keys, orders.customer_id == keys.by_customer).drop("by_customer")


def counted_orders(study, by: pd.Series | None = None):
    """Orders with ``state`` delivered, cancelled or open at the end of the period; the others are dropped."""
    period = period_of(study)
    orders = with_key(typed(study.orders, ORDER_COLUMNS), by)
    status = orders.status.fill_null("")
    end = None if period.end is None else ibis.literal(period.end.to_pydatetime())
    later = ibis.literal(False) if end is None else (orders.delivery_ts >= end).fill_null(False)
    arrived = orders.delivery_ts.notnull() | (status == "delivered")
    state = ibis.cases((status == "cancelled_customer", "void"), (status == "cancelled_supplier", "cancelled"),
                       (arrived & ~later, "delivered"), else_="open")
    closed_at = ibis.ifelse(state == "delivered", orders.delivery_ts, ibis.null().cast("timestamp"))
    moment = ibis.coalesce(closed_at, orders.order_ts)
    placed = ibis.literal(True) if end is None else (orders.order_ts < end).fill_null(True)
    inside = (state == "open") | period.holds(moment).fill_null(True)
    return orders.mutate(state=state).filter(lambda t: (t.state != "void") & inside & placed), period


def lines_by_order(study):
    """One row an order: counts of its lines and what is known of them."""
    lines = typed(study.order_lines, LINE_COLUMNS)
    error = lines.error_type.fill_null("none") != "none"
    return lines.group_by("order_id").aggregate(
        n_lines=lines.count(),
        first_unknown=lines.qty_first.isnull().sum(),
        complete=(lines.qty_first >= lines.qty_ordered - NEAR).fill_null(False).sum(),
        stock_known=lines.qty_available_at_order.count(),
        available=(lines.qty_available_at_order >= lines.qty_ordered - NEAR).fill_null(False).sum(),
        errors_known=lines.error_type.count(),
        errors=error.sum(),
        delivered_units=ibis.coalesce(lines.qty_total, lines.qty_first, 0.0).sum(),
    ).rename(line_order="order_id")


def order_facts(study, goals: dict, by: pd.Series | None = None):
    """One row an order that counts: key, state, cycle_days, transit_days, hours, a flag a measure, line counts.

    A flag is true (met), false (not met) or null (does not apply, not due, or not recorded).
    """
    orders, period = counted_orders(study, by)
    lines = lines_by_order(study)
    t = orders.left_join(lines, orders.order_id == lines.line_order)
    delivered, cancelled, is_open = t.state == "delivered", t.state == "cancelled", t.state == "open"
    placed, promised = t.order_ts.epoch_seconds(), t.promised_ts.epoch_seconds()
    shipped, arrived = t.ship_ts.epoch_seconds(), t.delivery_ts.epoch_seconds()
    now = ibis.null().cast("int64") if period.end is None else ibis.literal(int(period.end.timestamp()))
    grace = DAY - 1 if promises_are_days(study) else 0
    limit = promised + goals["late_days"] * DAY + grace
    on_time = arrived <= limit + NEAR
    if not goals["early_counts"]:
        on_time = on_time & (arrived >= promised - goals["early_days"] * DAY - NEAR)
    hours = (arrived - placed) / 3600
    emergency = t.is_emergency.fill_null(False)
    in_emergency_goal = ibis.coalesce(hours <= t.emergency_goal_h + NEAR, arrived <= promised + grace)
    emergency_due = ibis.coalesce(promised + grace, placed + t.emergency_goal_h * 3600)
    unknown = ibis.null().cast("boolean")

    def flag(met, due, applies):
        """Met when delivered; failed when cancelled or open past ``due``; null otherwise."""
        overdue = ibis.literal(False) if due is None else (now > due).fill_null(False)
        return ibis.cases((~applies, unknown), (delivered, met), (cancelled, ibis.literal(False)),
                          (is_open & overdue, ibis.literal(False)), else_=unknown)

    known_errors = (t.docs_ok.notnull() | t.condition_ok.notnull() | t.info_ok.notnull()
                    | (t.errors_known.fill_null(0) > 0))
    right = (t.docs_ok.fill_null(True) & t.condition_ok.fill_null(True) & t.info_ok.fill_null(True)
             & (t.errors.fill_null(0) == 0))
    n_lines = t.n_lines.fill_null(0)
    lines_known = (n_lines > 0) & (t.first_unknown == 0)
    everything = ibis.literal(True)
    in_stock = (n_lines > 0) & (t.stock_known == n_lines) & ~is_open
    return t.select(
        "key", "customer_id", "order_id", "state", "n_lines", "stock_known", "available", "delivered_units",
        is_emergency=emergency,
        cycle_days=ibis.ifelse(delivered, (arrived - placed) / DAY, ibis.null()),
        transit_days=ibis.ifelse(delivered, (arrived - shipped) / DAY, ibis.null()),
        emergency_hours=ibis.ifelse(delivered & emergency, hours, ibis.null()),
        M1=flag((arrived - placed) / DAY <= goals["cycle_goal_days"] + NEAR,
                placed + goals["cycle_goal_days"] * DAY, everything),
        M2=flag(on_time, limit, promised.notnull()),
        M3=ibis.ifelse(in_stock, t.available == n_lines, unknown),
        M7=flag(in_emergency_goal, emergency_due, emergency),
        M8=flag(ibis.ifelse(known_errors, right, unknown), None, everything),
        M9=flag((arrived - shipped) / DAY <= goals["transit_goal_days"] + NEAR,
                shipped + goals["transit_goal_days"] * DAY, everything),
        M11=flag(ibis.ifelse(lines_known, t.complete == n_lines, unknown), None, everything))


def promises_are_days(study) -> bool:
    """True when every promise stands at midnight while orders do carry hours: then a promise is a day."""
    t = typed(study.orders, ORDER_COLUMNS)
    at = {name: (t[name].epoch_seconds() % DAY != 0).fill_null(False).sum() for name in ("promised_ts", "delivery_ts")}
    counts = frame_of(t.aggregate(n=t.promised_ts.count(), **at)).iloc[0]
    return bool(counts["n"] and not counts["promised_ts"] and counts["delivery_ts"])


def level_counts(study, goals: dict, by: pd.Series | None = None) -> pd.DataFrame:
    """One row a key: for each measure ``<id>_n``, ``<id>_met``, ``<id>_lacking``, ``<id>_waiting`` and statistics."""
    facts = order_facts(study, goals, by)
    delivered, waits = facts.state == "delivered", facts.state == "open"
    sums = {"M3_n": facts.stock_known.sum(where=~waits), "M3_met": facts.available.sum(where=~waits),
            "M3_lacking": (facts.n_lines - facts.stock_known).sum(where=~waits),
            "M3_waiting": facts.n_lines.sum(where=waits)}
    for measure in ("M1", "M2", "M7", "M8", "M9", "M11"):
        flag, applies = facts[measure], facts.is_emergency if measure == "M7" else ibis.literal(True)
        sums |= {f"{measure}_n": flag.count(), f"{measure}_met": flag.sum(),
                 f"{measure}_lacking": (delivered & applies & flag.isnull()).sum(),
                 f"{measure}_waiting": (waits & applies & flag.isnull()).sum()}
    for measure, column in (("M1", "cycle_days"), ("M7", "emergency_hours"), ("M9", "transit_days")):
        value = facts[column]
        sums |= {f"{measure}_mean": value.mean(), f"{measure}_variance": value.var(how="sample"),
                 f"{measure}_median": value.quantile(0.5), f"{measure}_p90": value.quantile(0.9),
                 f"{measure}_p95": value.quantile(0.95)}
    return frame_of(facts.group_by("key").aggregate(**sums))


def flag_patterns(study, measures, goals: dict, by: pd.Series | None = None) -> pd.DataFrame:
    """How many orders show each pattern of flags: key, one column a measure (True, False, None), orders."""
    measures = list(measures)
    facts = order_facts(study, goals, by)
    counted = frame_of(facts.group_by(["key", *measures]).aggregate(orders=facts.count()))
    for measure in measures:
        counted[measure] = [None if pd.isna(value) else bool(value) for value in counted[measure]]
        counted[measure] = counted[measure].astype(object)
    known = counted[measures].notna().any(axis=1)
    return counted[known].sort_values(["orders", *measures], ascending=False, key=lambda c: c.astype(str)
                                      if c.dtype == object else c).reset_index(drop=True)


def missing_columns(measure: str, filled: set[str]) -> list[str]:
    """Which of a measure's columns hold nothing; alternatives are written ``a / b``."""
    absent = []
    for need in MEASURES[measure].needs:
        if not any(choice in filled for choice in need.split("|")):
            absent.append(" / ".join(need.split("|")))
    return absent
