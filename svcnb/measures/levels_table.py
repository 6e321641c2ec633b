"""The table of the fourteen measures: counts become levels with intervals, states and reasons."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from svcnb.errors import ParameterError
from svcnb.i18n import N_
from svcnb.measures.definitions import (
    COVERAGE,
    DATA_LEFT_OUT,
    MEASURES,
    NO_CASE,
    NO_TABLE,
    OPEN_LEFT_OUT,
    goals_in_force,
)
from svcnb.measures.orders import filled_columns, level_counts, missing_columns
from svcnb.measures.records import case_counts, milestone_counts, returned_units
from svcnb.methods.intervals import ratio_interval, wilson

STATISTICS = ("mean", "median", "p90", "p95", "variance")
ORDER_ROWS = ("M1", "M2", "M3", "M7", "M8", "M9", "M11")
COLUMNS = ("measure_id", "name", "statistic", "value", "n", "low", "high", "unit", "goal", *STATISTICS, "left_out",
           "not_due", "state", "reason", "missing")


def key_series(study, by) -> pd.Series | None:
    """``by`` as a Series customer_id -> value with a name; None stays None."""
    if by is None:
        return None
    if isinstance(by, str):
        customers = study.table("customers")
        if by not in customers.columns:
            raise ParameterError(N_("Customers have no column {column}."), column=by)
        return customers.set_index("customer_id")[by]
    series = pd.Series(by, dtype=object) if isinstance(by, Mapping) else by
    series = series[~series.index.duplicated()]
    return series.rename(series.name or "segment_id")


def levels_table(study, by=None, goals=None) -> pd.DataFrame:
    """See ``svcnb.measures.service_levels``."""
    goals, keys = goals_in_force(goals), key_series(study, by)
    filled = filled_columns(study) | _filled_records(study)
    counts = {measure: _order_rows(frame, measure) for frame in [level_counts(study, goals, keys)]
              for measure in ORDER_ROWS}
    counts |= {measure: {row["key"]: row for row in frame.to_dict("records")}
               for measure, frame in case_counts(study, goals, keys).items()}
    if "M4" not in counts and study.has("status_events"):
        counts["M4"] = {row["key"]: row | {"statistic": COVERAGE}
                        for row in milestone_counts(study, keys).to_dict("records")}
    if study.has("returns"):
        counts["M6"] = {row["key"]: row for row in returned_units(study, goals, keys).to_dict("records")}
    values = [None] if keys is None else sorted(keys.dropna().astype(str).unique())
    rows = []
    for measure in MEASURES:
        absent = missing_columns(measure, filled)
        if measure == "M14" and keys is not None and not absent:
            absent = ["warranty_claims.customer_id"]
        found = {_plain(key): row for key, row in counts.get(measure, {}).items()}
        for value in values:
            row = _row(measure, found.get(value, {}), goals, absent)
            rows.append(row if keys is None else {**row, keys.name: value})
    columns = [*COLUMNS[:1], *([] if keys is None else [keys.name]), *COLUMNS[1:]]
    floats = ["value", "low", "high", "goal", *STATISTICS]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(floats, float))


def _filled_records(study) -> set[str]:
    """``table.column`` of the record tables that hold at least one value."""
    tables = {need.split(".")[0] for measure in MEASURES.values() for part in measure.needs
              for need in part.split("|")} - {"orders", "order_lines"}
    found = set()
    for name in tables:
        if study.has(name):
            table = study.table(name)
            found |= {f"{name}.{column}" for column in table.columns if table[column].notna().any()}
    return found


def _plain(key):
    return None if key is None or pd.isna(key) else str(key)


def _order_rows(frame: pd.DataFrame, measure: str) -> dict:
    """The columns of one measure out of the wide counts: key -> {n, met, ...}."""
    prefix = f"{measure}_"
    named = {column: column.removeprefix(prefix) for column in frame.columns if column.startswith(prefix)}
    rows = frame[["key", *named]].rename(columns=named).to_dict("records")
    if measure == "M2":  # the raw statistic of M2 is the variance of M1's durations
        for row, cycle in zip(rows, frame.to_dict("records"), strict=True):
            row |= {name: cycle[f"M1_{name}"] for name in STATISTICS}
    return {row["key"]: row for row in rows}


def _row(measure: str, counted: dict, goals: dict, absent: list[str]) -> dict:
    definition = MEASURES[measure]
    row = {"measure_id": measure, "name": definition.name, "statistic": counted.get("statistic", definition.statistic),
           "value": None, "n": 0, "low": None, "high": None, "unit": definition.unit,
           "goal": goals[definition.goal] if definition.goal else None, **dict.fromkeys(STATISTICS), "left_out": 0,
           "not_due": 0, "state": "not measured", "reason": "", "missing": ", ".join(absent)}
    if absent:
        return {**row, "reason": NO_TABLE}
    if measure == "M6":
        return {**row, **_returned(counted)}
    n = _whole(counted.get("n"))
    row |= {"left_out": _whole(counted.get("lacking")), "not_due": _whole(counted.get("waiting"))}
    if not n:
        return {**row, "reason": NO_CASE}
    level = wilson(float(counted["met"]), n)
    row |= {name: None if pd.isna(counted.get(name)) else float(counted[name]) for name in STATISTICS}
    why = DATA_LEFT_OUT if row["left_out"] else OPEN_LEFT_OUT if row["not_due"] else ""
    return {**row, "value": level.value, "n": n, "low": level.low, "high": level.high, "state": "measured",
            "reason": why}


def _returned(counted: dict) -> dict:
    """M6: 1 - returned units / delivered units, with the interval of a ratio over orders."""
    delivered = counted.get("delivered") or 0
    if not delivered > 0:
        return {"reason": NO_CASE}
    n, rate = int(counted["orders"]), float(counted["returned"]) / delivered
    if rate > 1:
        return {"reason": N_("More units came back than were delivered: check returns and order lines."), "n": n}
    residual = counted["yy"] - 2 * rate * counted["xy"] + rate**2 * counted["xx"]
    variance = max(0.0, residual) / delivered**2 * n / (n - 1) if n > 1 else 0.0
    bounds = ratio_interval(rate, variance, n)
    return {"value": 1 - rate, "n": n, "low": 1 - bounds.high, "high": 1 - bounds.low, "state": "measured",
            "mean": rate, "left_out": int(counted["unmatched"]),
            "reason": N_("Returns of orders outside the period are left out.") if counted["unmatched"] else ""}


def _whole(value) -> int:
    return 0 if value is None or pd.isna(value) else int(value)
