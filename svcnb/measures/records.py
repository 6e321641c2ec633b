"""Measures that live in records beside the orders: M4, M5, M6, M10, M12, M13, M14 (method.md 2.2).

Each is a frame of cases: ``key``, ``met`` (True, False, or None when not known), ``waiting`` (open and
not due yet at the end of the period: left out) and ``duration``. A case counts when it was opened in
the period; what was closed later was still open then; open past its goal has failed.
"""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd

from svcnb.measures.definitions import GOALS, MILESTONES
from svcnb.measures.orders import ORDER_COLUMNS, Period, frame_of, order_facts, period_of, typed, with_key

SECONDS = {"hours": 3600.0, "days": 86_400.0}
NEAR = 1e-9


def case_counts(study, goals: dict, by: pd.Series | None = None) -> dict[str, pd.DataFrame]:
    """For each record measure that has a table: one row a key with n, met, lacking, waiting, statistics."""
    period = period_of(study)
    frames = {"M4": _status(study, goals, by, period), "M5": _requests(study, by, period),
              "M10": _treatment(study, goals, by), "M12": _calls(study, goals, by, period),
              "M13": _claims(study, goals, by, period), "M14": _warranty(study, goals, by, period)}
    return {measure: _count(cases) for measure, cases in frames.items() if cases is not None}


def returned_units(study, goals: dict, by: pd.Series | None = None) -> pd.DataFrame:
    """M6: one row a key with units delivered, units returned for a supplier's cause and the sums of squares.

    Columns: key, orders, delivered, returned, xx, xy, yy, unmatched (returns of no counted order).
    """
    returns = study.table("returns")
    returns = returns[returns["reason"].isin(goals["supplier_reasons"])]
    end = period_of(study).end
    if end is not None:
        returns = returns[~(returns["return_ts"] >= end)]
    per_order = returns.groupby("order_id", as_index=False)["qty"].sum()
    units = ibis.memtable(
        pd.DataFrame({"returned_order": per_order["order_id"].astype(str), "y": per_order["qty"].astype(float)}),
        schema={"returned_order": "string", "y": "float64"})
    facts = order_facts(study, goals, by)
    facts = facts.filter((facts.state == "delivered") & (facts.delivered_units > 0))
    rows = facts.left_join(units, facts.order_id == units.returned_order)
    rows = rows.select("key", x=rows.delivered_units, y=rows.y.fill_null(0.0), matched=rows.y.notnull())
    sums = frame_of(rows.group_by("key").aggregate(
        orders=rows.count(), delivered=rows.x.sum(), returned=rows.y.sum(), xx=(rows.x * rows.x).sum(),
        xy=(rows.x * rows.y).sum(), yy=(rows.y * rows.y).sum(), matched=rows.matched.sum()))
    return sums.assign(unmatched=max(0, len(per_order) - int(sums["matched"].sum())) if by is None else 0)


def returns_by_reason(study, goals: dict) -> pd.DataFrame:
    """Returned units by reason, the supplier's causes first: reason, supplier_caused, returns, units, share.

    ``share`` is of the delivered units; None when these are not known.
    """
    returns = study.table("returns")
    delivered = returned_units(study, goals)["delivered"].sum()
    table = returns.assign(reason=returns["reason"].astype(object).fillna("other")).groupby(
        "reason", as_index=False).agg(returns=("qty", "size"), units=("qty", "sum"))
    table["supplier_caused"] = table["reason"].isin(goals["supplier_reasons"])
    table["share"] = table["units"] / delivered if delivered > 0 else np.nan
    table["reason"] = table["reason"].astype(str)
    order = table.sort_values(["supplier_caused", "units"], ascending=False).reset_index(drop=True)
    return order[["reason", "supplier_caused", "returns", "units", "share"]]


def milestone_counts(study, by: pd.Series | None = None) -> pd.DataFrame:
    """M4 without queries: milestones recorded and expected of the delivered orders, one row a key."""
    events = study.table("status_events")
    events = events[events["milestone"].isin(MILESTONES)].drop_duplicates(["order_id", "milestone"])
    per_order = events.groupby("order_id", as_index=False).size()
    seen = ibis.memtable(
        pd.DataFrame({"event_order": per_order["order_id"].astype(str), "seen": per_order["size"].astype("int64")}),
        schema={"event_order": "string", "seen": "int64"})
    facts = order_facts(study, GOALS, by)
    facts = facts.filter(facts.state == "delivered")
    rows = facts.left_join(seen, facts.order_id == seen.event_order)
    counted = rows.group_by("key").aggregate(n=rows.count() * len(MILESTONES), met=rows.seen.fill_null(0).sum())
    return frame_of(counted)


# the cases of each measure --------------------------------------------------------------------------
def _status(study, goals, by, period):
    table = study.table("status_queries")
    if not table["correct"].notna().any():
        return None
    cases = _timed(table, "asked_ts", "answered_ts", goals["query_goal_hours"], "hours", period)
    right = _truth(table["correct"]).reindex(cases.index)
    late = cases["met"].map(lambda met: met is False)
    cases["met"] = [False if is_late else (None if met is None else known)
                    for met, is_late, known in zip(cases["met"], late, right, strict=True)]
    return cases.assign(key=_key_of_orders(study, table, by).reindex(cases.index))


def _requests(study, by, period):
    if not study.has("special_requests"):
        return None
    table = study.table("special_requests")
    table = table[_inside(table["asked_ts"], period)]
    accepted, fulfilled = _truth(table["accepted"]), _truth(table["fulfilled"])
    met = [False if a is False else (None if a is None else f) for a, f in zip(accepted, fulfilled, strict=True)]
    pending = [a is True and f is None for a, f in zip(accepted, fulfilled, strict=True)]
    return pd.DataFrame({"key": _key_of_orders(study, table, by), "met": pd.Series(met, table.index, dtype=object),
                         "waiting": pending, "duration": np.nan}, index=table.index)


def _treatment(study, goals, by):
    answers = study.table("survey_satisfaction")
    ours = (answers["supplier"].fillna("own") == "own") & (answers["component_id"] == goals["treatment_component"])
    answers = answers[ours]
    if answers.empty:
        return None
    perceived = answers["perceived"].astype(float)
    met = pd.Series([None if pd.isna(value) else bool(value >= goals["top_box"] - NEAR) for value in perceived],
                    answers.index, dtype=object)
    key = pd.Series(None, answers.index, dtype=object)
    if by is not None:
        people = study.table("survey_respondents").set_index("respondent_id")
        customers = answers["respondent_id"].map(people["customer_id"])
        segments = answers["respondent_id"].map(people["segment_id"])
        key = customers.map(by).astype(object).where(
            customers.map(by).notna(), segments.where(segments.isin(set(by.dropna()))))
    return pd.DataFrame({"key": key, "met": met, "waiting": False, "duration": perceived}, index=answers.index)


def _calls(study, goals, by, period):
    if not study.has("service_calls"):
        return None
    table = study.table("service_calls")
    goal = table["goal_h"].astype(float).fillna(goals["call_goal_hours"])
    cases = _timed(table, "opened_ts", "solved_ts", goal, "hours", period)
    return cases.assign(key=_key_of_customers(table, by).reindex(cases.index))


def _claims(study, goals, by, period):
    if not study.has("complaints"):
        return None
    table = study.table("complaints")
    cases = _timed(table, "opened_ts", "closed_ts", goals["claim_goal_days"], "days", period)
    return cases.assign(key=_key_of_customers(table, by).reindex(cases.index))


def _warranty(study, goals, by, period):
    if not study.has("warranty_claims") or by is not None:  # a warranty claim names its article, not a customer
        return None
    table = study.table("warranty_claims")
    goal = table["goal_d"].astype(float).fillna(goals["warranty_goal_days"])
    return _timed(table, "opened_ts", "closed_ts", goal, "days", period).assign(key=None)


# shared rules ---------------------------------------------------------------------------------------
def _timed(table: pd.DataFrame, opened: str, closed: str, goal, unit: str, period: Period) -> pd.DataFrame:
    """Cases with a start, an end and a goal in ``unit``."""
    table = table[_inside(table[opened], period)]
    start, end = pd.to_datetime(table[opened]), pd.to_datetime(table[closed])
    if period.end is not None:
        end = end.where(end < period.end)
    goal = pd.Series(goal, table.index, dtype=float) if np.isscalar(goal) else goal.reindex(table.index).astype(float)
    duration = (end - start).dt.total_seconds() / SECONDS[unit]
    met = pd.Series(None, table.index, dtype=object)
    done = duration.notna()
    met[done] = (duration[done] <= goal[done] + NEAR).astype(object)
    waiting = pd.Series(False, table.index)
    if period.end is not None:
        age = (period.end - start).dt.total_seconds() / SECONDS[unit]
        overdue = ~done & (age > goal)
        met[overdue] = False
        waiting = ~done & start.notna() & ~overdue
    else:
        waiting = ~done & start.notna()
    return pd.DataFrame({"met": met, "waiting": waiting, "duration": duration}, index=table.index)


def _inside(moments: pd.Series, period: Period) -> pd.Series:
    moments = pd.to_datetime(moments)
    inside = pd.Series(True, moments.index)
    if period.start is not None:
        inside &= ~(moments < period.start)
    if period.end is not None:
        inside &= ~(moments >= period.end)
    return inside


def _truth(column: pd.Series) -> pd.Series:
    return pd.Series([None if pd.isna(value) else bool(value) for value in column], column.index, dtype=object)


def _key_of_customers(table: pd.DataFrame, by: pd.Series | None) -> pd.Series:
    if by is None:
        return pd.Series(None, table.index, dtype=object)
    return table["customer_id"].map(by).astype(object)


def _key_of_orders(study, table: pd.DataFrame, by: pd.Series | None) -> pd.Series:
    """The key of the customer who placed the order that each record names."""
    if by is None:
        return pd.Series(None, table.index, dtype=object)
    wanted = ibis.memtable(pd.DataFrame({"record_order": table["order_id"].dropna().astype(str).unique()}),
                           schema={"record_order": "string"})
    orders = with_key(typed(study.orders, ORDER_COLUMNS), by)
    found = frame_of(orders.inner_join(wanted, orders.order_id == wanted.record_order).select("order_id", "key"))
    return table["order_id"].map(found.set_index("order_id")["key"]).astype(object)


def _count(cases: pd.DataFrame) -> pd.DataFrame:
    """Cases to one row a key (a missing key is the row of all when nobody asked for keys)."""
    rows = []
    for key, group in cases.groupby("key", dropna=False):
        known = group["met"].dropna()
        duration = group["duration"].dropna()
        rows.append({
            "key": None if pd.isna(key) else key, "n": len(known), "met": int((known == True).sum()),  # noqa: E712
            "waiting": int(group["waiting"].sum()),
            "lacking": int((group["met"].isna() & ~group["waiting"]).sum()),
            "mean": _or_none(duration.mean(), len(duration)), "variance": _or_none(duration.var(), len(duration) - 1),
            "median": _or_none(duration.median(), len(duration)),
            "p90": _or_none(duration.quantile(0.9), len(duration)),
            "p95": _or_none(duration.quantile(0.95), len(duration))})
    return pd.DataFrame(rows)


def _or_none(value, n: int):
    return float(value) if n > 0 else None
