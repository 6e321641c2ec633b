"""Penalties of the offers and what they would cost a year with the deviations of today (method.md 9.5)."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.offer import expected_penalty, is_measurable

CLAUSES = ["penalty_id", "group_id", "party", "parameter", "tolerance", "rate", "base", "cap", "measurable",
           "expected", "low", "high", "share", "n", "yearly"]
FROM_ORDERS = ("M1", "M2", "M9")  # deviations in days that the orders show
DAY = 86_400
YEAR_DAYS = 365.25


def price_clauses(study, group_of_offer: dict, goals: dict, decisions: dict) -> tuple[pd.DataFrame, list[Reason]]:
    """Every penalty with its expected cost of one order and of a year; None where no deviation is recorded.

    Parameters
    ----------
    group_of_offer : dict
        offer_id -> group_id.
    goals : dict
        Goals of step 4 by ``"<group>:<measure>"``: M1 and M9 deviate from their value in days.
    decisions : dict
        Those of segmentation and characterisation, to find the orders of each group.
    """
    penalties = study.table("penalties")
    if penalties.empty:
        return pd.DataFrame(columns=CLAUSES), []
    late = Lateness(study, decisions)
    rows, found = [], []
    for clause in penalties.to_dict("records"):
        group = group_of_offer.get(clause["offer_id"])
        row = {name: clause[name] for name in CLAUSES[:1] + CLAUSES[2:8]} | {
            "group_id": group or "", "measurable": is_measurable(clause["parameter"])}
        rows.append(row | _expected(row, late, goals.get(f"{group}:{row['parameter']}")))
    vague = [row["penalty_id"] for row in rows if not row["measurable"]]
    if vague:
        found.append(reason(N_("Penalties on something that is not measured and is no duty of the customer: {penalties}."),
                            penalties=list(map(str, vague))))
    mute = [row["penalty_id"] for row in rows if row["party"] == "supplier" and row["yearly"] is None]
    if mute:
        found.append(reason(N_("Not recorded, so their cost of a year is not measured: penalties {penalties}."),
                            penalties=list(map(str, mute)), level="info"))
    table = pd.DataFrame(rows, columns=CLAUSES)
    numbers = ["tolerance", "rate", "base", "cap", "expected", "low", "high", "share", "n", "yearly"]
    return table.assign(**{name: pd.to_numeric(table[name], errors="coerce").astype(float) for name in numbers}), found


def _expected(row, late, goal) -> dict:
    nothing = dict.fromkeys(("expected", "low", "high", "share", "n", "yearly"))
    if row["party"] != "supplier" or row["parameter"] not in FROM_ORDERS:
        return nothing
    cap = row["cap"] if row["cap"] == row["cap"] else None
    try:
        over, n_without = late.deviations(row["group_id"], row["parameter"], goal)
        cost = expected_penalty(over, tolerance=row["tolerance"], rate=row["rate"], base=row["base"], cap=cap,
                                n_without=n_without)
    except NotComputable:
        return nothing
    yearly = late.orders_a_year(row["group_id"], row["parameter"])
    return {"expected": cost.mean, "low": cost.low, "high": cost.high, "share": cost.share, "n": cost.n,
            "yearly": None if yearly is None else cost.mean * yearly}


class Lateness:
    """Days of each delivered order by group, asked of the orders once and only when a penalty needs them."""

    def __init__(self, study, decisions):
        self.study, self.decisions = study, decisions
        self._frame = None

    def deviations(self, group, parameter, goal) -> tuple[np.ndarray, int]:
        """Deviations above 0 in days, and the number of orders without one."""
        rows = self._rows(group, parameter)
        if parameter == "M2":
            days = rows.to_numpy()
        elif goal and goal.get("unit") == "days" and isinstance(goal.get("value"), (int, float)):
            days = rows.to_numpy() - float(goal["value"])
        else:
            raise NotComputable(N_("No case shows how large the deviations are: the yearly penalty is not measured."))
        over = days[days > 0]
        return over, len(days) - len(over)

    def orders_a_year(self, group, parameter) -> float | None:
        """Orders of a year at the rate of the study's period; None when the period has no bounds."""
        n, days = len(self._rows(group, parameter)), self._days
        return n * YEAR_DAYS / days if days and not math.isinf(days) else None

    def _rows(self, group, parameter) -> pd.Series:
        frame = self._orders()
        return frame.loc[frame["key"] == group, parameter].dropna()

    def _orders(self) -> pd.DataFrame:
        if self._frame is None:
            self._frame, self._days = self._read()
        return self._frame

    def _read(self):
        customers = self.study.table("customers")
        if not self.study.has("orders") or customers.empty:
            return pd.DataFrame(columns=["key", *FROM_ORDERS]), None
        from svcnb.measures.orders import counted_orders, frame_of, promises_are_days
        from svcnb.steps.characterisation import assign
        from svcnb.steps.characteristics import with_scores

        segments = self.decisions.get("segmentation", {})
        group = pd.Series(np.asarray(assign(with_scores(self.study, customers, segments), segments,
                                            self.decisions.get("characterisation", {})), dtype=object),
                          index=customers["customer_id"])
        orders, period = counted_orders(self.study, group[~group.index.duplicated()].dropna())
        grace = DAY - 1 if promises_are_days(self.study) else 0
        arrived = orders.delivery_ts.epoch_seconds()
        days = orders.filter(orders.state == "delivered").select(
            "key", M1=(arrived - orders.order_ts.epoch_seconds()) / DAY,
            M2=(arrived - orders.promised_ts.epoch_seconds() - grace) / DAY,
            M9=(arrived - orders.ship_ts.epoch_seconds()) / DAY)
        span = None if period.start is None or period.end is None else (period.end - period.start).total_seconds() / DAY
        return frame_of(days), span
