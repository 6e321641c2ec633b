"""What surrounds an order: returns, complaints, milestones, questions, requests, calls, warranty."""

from __future__ import annotations

import numpy as np
import pandas as pd

from story.setting import EXTRACTED, articles, iso, logistic, stream

# cause: complaints, component, how they are drawn from the orders
CAUSES = {
    "late delivery": (45, "C9", "_late"),
    "incomplete delivery": (28, "C7", "_short"),
    "wrong invoice": (18, "C6", None),
    "no technical advice": (14, "C5", "industry"),
    "defective product": (8, "C1", None),
    "unfriendly treatment": (7, "C10", None),
}
ACTIONS = {"late delivery": "AC1", "incomplete delivery": "AC2", "wrong invoice": "AC3"}
MILESTONES = ("confirmed", "picked", "shipped", "in_transit", "delivered")


def make_service(orders: pd.DataFrame, lines: pd.DataFrame, customers: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The seven tables of method.md 14.5 to 14.7."""
    rng = stream("service")
    delivered = orders[orders.status == "delivered"]
    return {
        "returns": _returns(lines, delivered, rng),
        "complaints": _complaints(delivered, rng),
        "status_events": _status_events(delivered, rng),
        "status_queries": _status_queries(delivered, rng),
        "special_requests": _special_requests(delivered, rng),
        "service_calls": _service_calls(customers, rng),
        "warranty_claims": _warranty(rng),
    }


def _hours(values) -> pd.Series:
    return pd.to_timedelta((np.asarray(values, dtype=float) * 60).round(), unit="min")


def _returns(lines, delivered, rng):
    pool = lines[lines.order_id.isin(delivered.order_id) & (lines.qty_total > 0)]
    chosen = pool.sample(620, random_state=int(rng.integers(2**31))).sort_index()
    reason = rng.choice(["surplus", "defective", "wrong", "damaged", "other"], len(chosen),
                        p=[0.34, 0.14, 0.26, 0.20, 0.06])
    quantity = np.maximum(1, np.floor(chosen.qty_total * rng.choice([0.25, 0.5, 1.0], len(chosen)))).astype(int)
    when = chosen.order_id.map(delivered.set_index("order_id").delivery_ts) + _hours(rng.uniform(20, 240, len(chosen)))
    value = (quantity * chosen.unit_price).round(2)
    table = pd.DataFrame({
        "order_id": chosen.order_id, "line_no": chosen.line_no, "qty": quantity, "reason": reason,
        "return_ts": when, "value": value, "cost": (9 + 0.04 * value).round(2)})
    table = table[table.return_ts <= EXTRACTED].sort_values(["return_ts", "order_id"], kind="stable")
    table.insert(0, "return_id", [f"R{k + 1:04d}" for k in range(len(table))])
    table["return_ts"] = iso(table.return_ts)
    return table


def _complaints(delivered, rng):
    rows = []
    for cause, (n, component, draw) in CAUSES.items():
        pool = delivered
        if draw in ("_late", "_short"):
            pool = delivered[delivered[draw] & (delivered.branch != "industry")]
        elif draw:
            pool = delivered[delivered.branch == draw]
        for _, order in pool.sample(n, random_state=int(rng.integers(2**31))).iterrows():
            opened = order.delivery_ts + pd.Timedelta(minutes=int(rng.integers(30, 4000)))
            rows.append({"customer_id": order.customer_id, "opened_ts": min(opened, pd.Timestamp("2026-06-30 12:00")),
                         "order_id": order.order_id if draw != "industry" else "", "cause": cause,
                         "component_id": component})
    table = pd.DataFrame(rows).sort_values(["opened_ts", "customer_id"], kind="stable").reset_index(drop=True)
    n = len(table)
    table.insert(0, "complaint_id", [f"Q{k + 1:03d}" for k in range(n)])
    answered = table.opened_ts + _hours(rng.gamma(1.6, 7.0, n))
    closed = answered + _hours(rng.gamma(1.5, 52.0, n))
    waiting = (rng.random(n) < 0.09) | (closed > EXTRACTED)
    table["first_response_ts"] = answered.where(answered <= EXTRACTED)
    table["closed_ts"] = closed.where(~waiting)
    table["channel"] = rng.choice(["phone", "email", "visit", "web"], n, p=[0.55, 0.25, 0.1, 0.1])
    table["severity"] = rng.choice([1, 2, 3, 4, 5], n, p=[0.08, 0.22, 0.36, 0.24, 0.10])
    done = ~waiting
    words = np.array(["rest delivered", "credit note", "explained", "replaced", "refused"])
    table["resolution"] = np.where(done, rng.choice(words, n, p=[0.34, 0.26, 0.22, 0.12, 0.06]), "")
    paid = np.where(done & (table.resolution == "credit note"), rng.gamma(2.0, 40.0, n).round(2), 0.0)
    table["compensation"] = paid
    quick = ((table.closed_ts - table.opened_ts).dt.total_seconds() / 86400).fillna(9)
    score = np.clip(8.2 - 0.55 * quick + rng.normal(0, 1.3, n), 0, 10).round()
    table["satisfied_after"] = pd.Series(score, dtype=object).where(done & (rng.random(n) < 0.82), None)
    action = table.cause.map(ACTIONS)
    table["action_id"] = action.where(done & (rng.random(n) < 0.75), "").fillna("")
    table["feedback_given"] = done & (rng.random(n) < 0.7)
    for column in ("opened_ts", "first_response_ts", "closed_ts"):
        table[column] = iso(table[column])
    return table[["complaint_id", "customer_id", "order_id", "opened_ts", "first_response_ts", "closed_ts", "channel",
                  "cause", "component_id", "severity", "resolution", "compensation", "satisfied_after", "action_id",
                  "feedback_given"]]


def _status_events(delivered, rng):
    """Milestones of the last month's orders: the system is new, and one event in nine is not recorded."""
    recent = delivered[delivered.order_ts >= pd.Timestamp("2026-06-01")]
    span = recent.delivery_ts - recent.ship_ts
    moments = {
        "confirmed": recent.order_ts + pd.Timedelta(minutes=20),
        "picked": recent.ship_ts - (recent.ship_ts - recent.order_ts) * 0.2,
        "shipped": recent.ship_ts,
        "in_transit": recent.ship_ts + span * 0.3,
        "delivered": recent.delivery_ts,
    }
    tables = [pd.DataFrame({"order_id": recent.order_id, "milestone": name, "event_ts": moments[name].dt.floor("min")})
              for name in MILESTONES]
    table = pd.concat(tables)
    table["at"] = table.milestone.map({name: k for k, name in enumerate(MILESTONES)})
    table = table.sort_values(["order_id", "at"]).drop(columns="at")
    table = table[rng.random(len(table)) < 0.89]
    table["event_ts"] = iso(table.event_ts)
    return table


def _status_queries(delivered, rng):
    chance = np.where(delivered._late, 5.0, 1.0)
    asked_about = delivered.iloc[np.sort(rng.choice(len(delivered), 420, replace=False, p=chance / chance.sum()))]
    asked = asked_about.order_ts + (asked_about.delivery_ts - asked_about.order_ts) * rng.uniform(0.4, 0.98, 420)
    answered = asked + _hours(rng.gamma(1.2, 2.2, 420))
    nobody = rng.random(420) < 0.04
    correct = pd.Series(rng.random(420) < 0.88, dtype=object)
    correct[nobody] = None
    return pd.DataFrame({"query_id": [f"I{k + 1:03d}" for k in range(420)], "order_id": asked_about.order_id.to_numpy(),
                         "asked_ts": iso(asked.dt.floor("min")),
                         "answered_ts": iso(answered.dt.ceil("min").where(~nobody)), "correct": correct.to_numpy()})


def _special_requests(delivered, rng):
    n = 164
    chosen = delivered.iloc[np.sort(rng.choice(len(delivered), n, replace=False))]
    accepted = rng.random(n) < 0.84
    kinds = ["change of date", "change of place", "change of quantity", "special packing"]
    return pd.DataFrame({
        "request_id": [f"X{k + 1:03d}" for k in range(n)], "order_id": chosen.order_id.to_numpy(),
        "kind": rng.choice(kinds, n, p=[0.45, 0.2, 0.25, 0.1]),
        "asked_ts": iso(chosen.order_ts + _hours(rng.uniform(0.2, 6, n))),
        "accepted": accepted, "fulfilled": accepted & (rng.random(n) < 0.9)})


def _service_calls(customers, rng):
    """Calls for technical help: industry asks most and waits longest."""
    n = 210
    weight = np.where(customers.branch == "industry", 6.0, 1.0)
    who = customers.iloc[rng.choice(len(customers), n, p=weight / weight.sum())]
    opened = pd.Timestamp("2024-07-08 09:00") + _hours(np.sort(rng.uniform(0, 24 * 710, n)).round(2))
    industry = (who.branch == "industry").to_numpy()
    solved = opened + _hours(rng.gamma(1.6, np.where(industry, 28.0, 13.0), n))
    solved = pd.Series(solved).where((rng.random(n) > 0.03) & (solved <= EXTRACTED))
    return pd.DataFrame({"call_id": [f"L{k + 1:03d}" for k in range(n)], "customer_id": who.customer_id.to_numpy(),
                         "opened_ts": iso(opened), "solved_ts": iso(solved),
                         "first_time_fix": rng.random(n) < np.where(industry, 0.58, 0.8), "goal_h": 48})


def _warranty(rng):
    n = 72
    skus = articles().query("product_family == 'accessory'").sku.to_numpy()
    sold = pd.Timestamp("2024-07-01 10:00") + _hours(rng.uniform(0, 24 * 600, n))
    opened = sold + _hours(rng.uniform(240, 24 * 100, n))
    order = np.argsort(opened)
    sold, opened = sold[order], opened[order]
    closed = opened + _hours(rng.gamma(2.2, 100.0, n))
    open_still = (rng.random(n) < 0.06) | (closed > EXTRACTED)
    accepted = pd.Series(rng.random(n) < logistic(1.5), dtype=object).where(~open_still, None)
    return pd.DataFrame({"claim_id": [f"W{k + 1:02d}" for k in range(n)], "sku": rng.choice(skus, n),
                         "sold_ts": iso(sold), "opened_ts": iso(opened),
                         "closed_ts": iso(pd.Series(closed).where(~open_still)), "accepted": accepted.to_numpy(),
                         "goal_d": 15})
