"""The fourteen measures: by hand, and against plain Python loops on random tables."""

from __future__ import annotations

import math
import random
from types import SimpleNamespace

import ibis
import numpy as np
import pandas as pd
import pytest

from svcnb import measures
from svcnb.errors import ParameterError
from svcnb.methods import levels
from svcnb.methods.fill import fill_rates
from svcnb.tables import TABLES

KINDS = {"str": "string", "enum": "string", "ts": "timestamp", "date": "date", "int": "int64", "float": "float64",
         "bool": "boolean"}
FRAME_KINDS = {"ts": "datetime64[us]", "date": "datetime64[us]", "int": "Int64", "float": "float64", "bool": "boolean"}


class FakeStudy:
    """A study whose tables are given as lists of rows; columns that no row names are empty."""

    def __init__(self, period=("2025-01-01", "2025-03-31"), **tables):
        self.settings = SimpleNamespace(name="fake", currency="EUR", language="en", period_start=period[0],
                                        period_end=period[1], seed=1, alpha=0.05)
        self._frames = {}
        for name, rows in tables.items():
            columns = TABLES[name].columns
            frame = pd.DataFrame(rows, columns=[c.name for c in columns])
            for column in columns:
                if column.type in ("ts", "date"):
                    frame[column.name] = pd.to_datetime(frame[column.name])
                kind = FRAME_KINDS.get(column.type, "str")
                frame[column.name] = frame[column.name].astype(kind)
            self._frames[name] = frame

    def has(self, name):
        return len(self.table(name)) > 0

    def table(self, name):
        if name in self._frames:
            return self._frames[name].copy()
        return pd.DataFrame({c.name: pd.Series(dtype=FRAME_KINDS.get(c.type, "str")) for c in TABLES[name].columns})

    def _ibis(self, name):
        frame = self.table(name)
        for column in frame.columns:  # Arrow takes None, not pandas' own missing strings
            if str(frame[column].dtype) == "str":
                frame[column] = frame[column].astype(object).where(frame[column].notna(), None)
        return ibis.memtable(frame, schema={c.name: KINDS[c.type] for c in TABLES[name].columns})

    @property
    def orders(self):
        return self._ibis("orders")

    @property
    def order_lines(self):
        return self._ibis("order_lines")

    def parameters(self, step):
        return {}


def level_of(table, measure, **keys):
    row = table[table["measure_id"] == measure]
    for name, value in keys.items():
        row = row[row[name] == value]
    return row.iloc[0]


def at(day, hour=12):
    return pd.Timestamp("2025-01-01") + pd.Timedelta(days=day, hours=hour)


def delivered(order, days, **more):
    """An order placed at noon of day 0 that took ``days``."""
    return {"order_id": order, "customer_id": "K1", "order_ts": at(0), "delivery_ts": at(days),
            "status": "delivered", **more}


def test_cycle_times_of_the_worked_example():
    """T08: 5, 6, 4, 9, 6 days: mean 30/5 = 6; variance (1+0+4+9+0)/4 = 3.5; 4 of 5 within 6 days."""
    study = FakeStudy(orders=[delivered(f"O{i}", days) for i, days in enumerate([5, 6, 4, 9, 6])])
    table = measures.service_levels(study, goals={"cycle_goal_days": 6.0})
    m1, m2 = level_of(table, "M1"), level_of(table, "M2")
    assert (m1["value"], m1["n"], m1["mean"], m1["variance"], m1["median"]) == (0.8, 5, 6.0, 3.5, 6.0)
    assert math.sqrt(m1["variance"]) == pytest.approx(1.87083, abs=1e-5)
    assert math.sqrt(m1["variance"]) / m1["mean"] == pytest.approx(0.31180, abs=1e-5)
    assert (m1["low"], m1["high"]) == pytest.approx((0.37553, 0.96377), abs=1e-5)  # statsmodels, wilson
    assert m2["state"] == "not measured" and m2["missing"] == "orders.promised_ts"


def test_censoring_rules_of_each_order_measure():
    """Period ends 31 January (all day), cycle goal 5 days, transit goal 2 days.

    M1: A met (4 d); B failed (6 d); C open since day 20, due day 25 < end: failed; D open since day 29,
    due day 34: left out; E cancelled by supplier: failed; F cancelled by customer: out; G delivered on
    day 40 of a later month, placed day 29: still open then, not due: left out. n = 4, met = 1.
    """
    ship = {"ship_ts": at(3)}
    rows = [delivered("A", 4, promised_ts=at(4), **ship), delivered("B", 6, promised_ts=at(5), **ship),
            {"order_id": "C", "customer_id": "K1", "order_ts": at(20), "promised_ts": at(26), "status": "open"},
            {"order_id": "D", "customer_id": "K1", "order_ts": at(29), "promised_ts": at(36), "status": "open"},
            {"order_id": "E", "customer_id": "K1", "order_ts": at(1), "promised_ts": at(8),
             "status": "cancelled_supplier"},
            {"order_id": "F", "customer_id": "K1", "order_ts": at(1), "promised_ts": at(8), "delivery_ts": None,
             "status": "cancelled_customer"},
            {"order_id": "G", "customer_id": "K1", "order_ts": at(29), "promised_ts": at(33), "ship_ts": at(29),
             "delivery_ts": at(40), "status": "delivered"}]
    table = measures.service_levels(FakeStudy(period=("2025-01-01", "2025-01-31"), orders=rows))
    m1, m2, m9 = (level_of(table, m) for m in ("M1", "M2", "M9"))
    assert (m1["n"], m1["value"], m1["not_due"], m1["left_out"]) == (4, 0.25, 2, 0)
    assert (m2["n"], m2["value"], m2["not_due"]) == (4, 0.25, 2)  # A on time; B, C, E not; D, G not due
    # M9: A 1 day met; B 3 days failed; E cancelled failed; G shipped day 29, due day 31.5 > ... noon of day 31
    assert (m9["n"], m9["value"]) == (3, 1 / 3)
    assert m1["reason"] == "Open cases that are not due yet are left out."


def test_early_deliveries_count_unless_the_window_says_otherwise():
    rows = [delivered("A", 1, promised_ts=at(4)), delivered("B", 4, promised_ts=at(4)),
            delivered("C", 5, promised_ts=at(4))]
    study = FakeStudy(orders=rows)
    assert level_of(measures.service_levels(study), "M2")["value"] == pytest.approx(2 / 3)
    strict = measures.service_levels(study, goals={"early_counts": False, "late_days": 1.0})
    assert level_of(strict, "M2")["value"] == pytest.approx(2 / 3)  # A early now fails, C within a day
    wide = measures.service_levels(study, goals={"early_counts": False, "early_days": 3.0})
    assert level_of(wide, "M2")["value"] == pytest.approx(2 / 3)


def test_a_promise_given_as_a_day_lasts_until_the_day_ends():
    rows = [delivered("A", 4, promised_ts=at(4, hour=0)), delivered("B", 5, promised_ts=at(4, hour=0))]
    assert level_of(measures.service_levels(FakeStudy(orders=rows)), "M2")["value"] == 0.5
    rows[1]["promised_ts"] = at(4, hour=1)  # now promises carry hours, and A comes 12 hours late
    assert level_of(measures.service_levels(FakeStudy(orders=rows)), "M2")["value"] == 0.0


def test_emergency_orders():
    """A in 24 h of 24: met; B in 48 h of 24: not; C without a goal, by its promise: met; D not urgent."""
    rows = [delivered("A", 1, is_emergency=True, emergency_goal_h=24.0),
            delivered("B", 2, is_emergency=True, emergency_goal_h=24.0),
            delivered("C", 3, is_emergency=True, promised_ts=at(3)), delivered("D", 9, is_emergency=False)]
    m7 = level_of(measures.service_levels(FakeStudy(orders=rows)), "M7")
    assert (m7["n"], m7["value"], m7["mean"]) == (3, pytest.approx(2 / 3), 48.0)


def line(order, number, ordered, first, **more):
    return {"order_id": order, "line_no": number, "qty_ordered": ordered, "qty_first": first, **more}


EXAMPLE = [("O1", "C1", 10, 10, 5.0), ("O1", "C1", 20, 20, 2.0), ("O2", "C1", 5, 5, 8.0), ("O2", "C1", 40, 30, 1.5),
           ("O2", "C1", 10, 10, 5.0), ("O3", "C2", 100, 100, 1.0), ("O4", "C2", 8, 0, 10.0), ("O4", "C2", 12, 12, 4.0),
           ("O5", "C3", 50, 50, 2.0), ("O5", "C3", 5, 5, 20.0)]


def example_study():
    orders = {order: delivered(order, 3, customer_id=customer) for order, customer, *_ in EXAMPLE}
    lines = [line(order, number, ordered, first, unit_price=price)
             for number, (order, _, ordered, first, price) in enumerate(EXAMPLE, 1)]
    return FakeStudy(orders=list(orders.values()), order_lines=lines)


def test_fill_rates_of_the_worked_example_in_the_database():
    """T06, the ten lines of method.md 2.3 (e)."""
    rates = measures.fill_rates(example_study())
    found = [rates.unit, rates.value, rates.line, rates.order, rates.customer, rates.mean_order]
    assert found == pytest.approx([242 / 260, 573 / 668, 0.8, 0.6, 1 / 3, 0.88364], abs=5e-6)
    assert level_of(measures.service_levels(example_study()), "M11")["value"] == 0.6
    by = measures.fill_rates(example_study(), by={"C1": "S1", "C3": "S2"})
    assert (by["S1"].order, by["S2"].order, set(by)) == (0.5, 1.0, {"S1", "S2"})
    sizes = measures.fill_by_lines(example_study())
    assert sizes.to_dict("list") == {"n_lines": [1, 2, 3], "orders": [1, 3, 1], "rate": [1.0, 2 / 3, 0.0]}


def test_perfect_order_is_the_joint_rate_not_the_product():
    """T09 on on-time, in-full and error-free: five orders, one perfect.

    In full 1,0,1,0,1; on time 1,1,1,1,0; documents and condition together 1,1,0,1,1.
    """
    rows, lines = [], []
    for i, (full, on_time, docs) in enumerate(zip([1, 0, 1, 0, 1], [1, 1, 1, 1, 0], [1, 1, 0, 1, 1], strict=True)):
        rows.append(delivered(f"O{i}", 3, promised_ts=at(3 if on_time else 2), docs_ok=bool(docs)))
        lines.append(line(f"O{i}", 1, 10, 10 if full else 9, error_type="none"))
    study = FakeStudy(orders=rows, order_lines=lines)
    flags = measures.order_flags(study, ["M2", "M8", "M11"])
    table = measures.service_levels(study).set_index("measure_id")["value"]
    result = levels.combine(table[["M2", "M8", "M11"]], flags[["M2", "M8", "M11"]], flags["orders"])
    assert (result.joint, result.n) == (0.2, 5)
    assert result.product == pytest.approx(0.384)


def test_records_beside_the_orders():
    """Claims (goal 10 days, period to 31 March): closed in 4 met, in 12 failed, open 40 days failed, open 3 not due.

    Queries (4 h): right in 1 h met; wrong failed; right in 6 h failed; open a day failed. Requests: yes and
    done met; refused failed; accepted and not yet done left out. Calls: goal 24 h of the row. Warranty 15 d.
    """
    study = FakeStudy(
        orders=[delivered("O1", 2)],
        complaints=[{"complaint_id": c, "customer_id": "K1", "opened_ts": o, "closed_ts": e} for c, o, e in [
            ("A", at(10), at(14)), ("B", at(10), at(22)), ("C", at(49), None), ("D", at(86), None),
            ("E", at(-40), at(-35))]],
        status_queries=[{"query_id": q, "order_id": "O1", "asked_ts": at(1), "answered_ts": a, "correct": c}
                        for q, a, c in [("1", at(1, 13), True), ("2", at(1, 13), False), ("3", at(1, 18), True),
                                        ("4", None, None)]],
        special_requests=[{"request_id": r, "order_id": "O1", "asked_ts": at(1), "accepted": a, "fulfilled": f}
                          for r, a, f in [("1", True, True), ("2", False, None), ("3", True, None)]],
        service_calls=[{"call_id": "1", "customer_id": "K1", "opened_ts": at(1), "solved_ts": at(2), "goal_h": 24.0},
                       {"call_id": "2", "customer_id": "K1", "opened_ts": at(1), "solved_ts": at(3), "goal_h": 24.0},
                       {"call_id": "3", "customer_id": "K1", "opened_ts": at(1), "solved_ts": at(3)}],
        warranty_claims=[{"claim_id": "1", "opened_ts": at(1), "closed_ts": at(17)}],
        survey_satisfaction=[{"respondent_id": f"R{i}", "component_id": "C10", "supplier": "own", "perceived": p}
                             for i, p in enumerate([8.0, 7.9, 10.0, None])])
    table = measures.service_levels(study)
    rows = {m: level_of(table, m) for m in ("M4", "M5", "M10", "M12", "M13", "M14")}
    found = {m: (row["value"], row["n"]) for m, row in rows.items()}
    assert found == {"M4": (0.25, 4), "M5": (0.5, 2), "M10": (pytest.approx(2 / 3), 3),
                     "M12": (pytest.approx(2 / 3), 3), "M13": (pytest.approx(1 / 3), 3), "M14": (0.0, 1)}
    m13 = level_of(table, "M13")
    assert (m13["not_due"], m13["mean"], m13["unit"], m13["goal"]) == (1, 8.0, "days", 10.0)
    assert level_of(table, "M5")["not_due"] == 1


def test_status_events_stand_in_where_nobody_records_queries():
    """Two delivered orders, five milestones each: 3 + 1 recorded of 10; a milestone twice counts once."""
    events = [{"order_id": "A", "milestone": m} for m in ("confirmed", "picked", "shipped", "shipped")]
    events.append({"order_id": "B", "milestone": "delivered"})
    study = FakeStudy(orders=[delivered("A", 2), delivered("B", 3)], status_events=events)
    m4 = level_of(measures.service_levels(study), "M4")
    assert (m4["value"], m4["n"], m4["statistic"]) == (0.4, 10, "milestones recorded of the milestones expected")


def test_returns_count_the_suppliers_causes_only():
    """200 units delivered; back come 6 defective and 4 wrong (supplier), 20 surplus: level 1 - 10/200."""
    orders = [delivered("A", 2), delivered("B", 3)]
    lines = [line("A", 1, 100, 100, qty_total=100), line("B", 1, 100, 80, qty_total=100)]
    returns = [{"return_id": str(i), "order_id": o, "qty": q, "reason": r} for i, (o, q, r) in enumerate(
        [("A", 6, "defective"), ("B", 4, "wrong"), ("A", 20, "surplus"), ("Z", 5, "damaged")])]
    study = FakeStudy(orders=orders, order_lines=lines, returns=returns)
    m6 = level_of(measures.service_levels(study), "M6")
    assert (m6["value"], m6["n"], m6["left_out"]) == (0.95, 2, 1)
    assert m6["low"] < 0.95 < m6["high"]
    table = measures.returns_by_reason(study)
    assert table["reason"].tolist() == ["defective", "damaged", "wrong", "surplus"]
    assert table["share"].tolist() == [0.03, 0.025, 0.02, 0.1]


def test_nothing_is_measured_without_columns():
    table = measures.service_levels(FakeStudy(orders=[{"order_id": "A", "customer_id": "K", "order_ts": at(1)}],
                                              order_lines=[line("A", 1, 5, None)]))
    assert set(table["state"]) == {"not measured"} and table["value"].isna().all() and len(table) == 14
    assert level_of(table, "M9")["missing"] == "orders.ship_ts, orders.delivery_ts"
    assert level_of(table, "M8")["missing"] == (
        "orders.docs_ok / orders.condition_ok / orders.info_ok / order_lines.error_type")
    assert set(measures.service_levels(FakeStudy())["state"]) == {"not measured"}
    assert measures.service_levels(FakeStudy(), by={}).empty  # nobody has a segment, so no segment has a row


def test_wrong_names_are_told():
    with pytest.raises(ParameterError) as caught:
        measures.service_levels(FakeStudy(), goals={"cycle": 3})
    assert str(caught.value) == f"There is no goal cycle; goals are {', '.join(measures.GOALS)}."
    with pytest.raises(ParameterError) as caught:
        measures.order_flags(FakeStudy(), ["M1", "M10"])
    assert str(caught.value) == (
        "M10 is not measured order by order; measures are M1, M2, M3, M8, M9, M11, M7.")
    with pytest.raises(ParameterError) as caught:
        measures.service_levels(FakeStudy(), by="colour")
    assert str(caught.value) == "Customers have no column colour."


# random tables against plain loops -------------------------------------------------------------------
def random_study(seed, n=120):
    draw = random.Random(seed)
    orders, lines = [], []
    for i in range(n):
        start = at(draw.uniform(-20, 100)).floor("s")
        status = draw.choices(["delivered", "open", "cancelled_supplier", "cancelled_customer"], [80, 8, 6, 6])[0]
        ship = (start + pd.Timedelta(days=draw.uniform(0, 4))).floor("s") if draw.random() < 0.9 else None
        done = status == "delivered" and draw.random() < 0.97
        arrived = ((ship or start) + pd.Timedelta(days=draw.uniform(0, 5))).floor("s") if done else None
        orders.append({
            "order_id": f"O{i}", "customer_id": f"K{draw.randrange(9)}", "order_ts": start, "ship_ts": ship,
            "promised_ts": (start + pd.Timedelta(days=draw.uniform(2, 7))).floor("s") if draw.random() < 0.9 else None,
            "delivery_ts": arrived, "status": status, "is_emergency": draw.random() < 0.2,
            "emergency_goal_h": 48.0 if draw.random() < 0.8 else None,
            "docs_ok": draw.choice([True, True, True, False, None]), "condition_ok": draw.choice([True, None])})
        for number in range(draw.randrange(4)):
            ordered = draw.randint(1, 9)
            first = None if draw.random() < 0.03 else max(0, ordered - draw.choice([0, 0, 0, 1, -2]))
            lines.append(line(
                f"O{i}", number, ordered, first,
                qty_available_at_order=draw.choice([ordered, ordered + 1, ordered - 1, None]), unit_price=2.5,
                error_type=draw.choice(["none", "none", "none", "qty", None])))
    return FakeStudy(orders=orders, order_lines=lines), orders, lines


def loop_flags(orders, lines, goals, start, now):
    """The rules of method.md 2.2 (b), order by order."""
    out = {}
    for order in orders:
        status, placed, arrived = order["status"], order["order_ts"], order["delivery_ts"]
        if status == "cancelled_customer" or placed >= now:
            continue
        state = "cancelled" if status == "cancelled_supplier" else "delivered" if status == "delivered" else "open"
        if state == "delivered" and arrived is not None and arrived >= now:
            state = "open"
        moment = arrived if state == "delivered" and arrived is not None else placed
        if state != "open" and moment < start:
            continue
        mine = [row for row in lines if row["order_id"] == order["order_id"]]

        def flag(met, due=None, state=state):
            if state == "delivered":
                return met
            if state == "cancelled":
                return False
            return False if due is not None and now > due else None

        def days(a, b):
            return None if a is None or b is None else (b - a) / pd.Timedelta(days=1)

        def within(value, goal):
            return None if value is None else value <= goal + 1e-9

        promise, ship = order["promised_ts"], order["ship_ts"]
        flags = {"M1": flag(within(days(placed, arrived), goals["cycle_goal_days"]),
                            placed + pd.Timedelta(days=goals["cycle_goal_days"]))}
        flags["M2"] = None if promise is None else flag(None if arrived is None else arrived <= promise, promise)
        flags["M9"] = flag(within(days(ship, arrived), goals["transit_goal_days"]),
                           None if ship is None else ship + pd.Timedelta(days=goals["transit_goal_days"]))
        flags["M7"] = None
        if order["is_emergency"]:
            goal_h = order["emergency_goal_h"]
            met = (None if arrived is None else days(placed, arrived) * 24 <= goal_h + 1e-9) if goal_h else (
                None if arrived is None or promise is None else arrived <= promise)
            due = promise if promise is not None else placed + pd.Timedelta(hours=goal_h) if goal_h else None
            flags["M7"] = flag(met, due)
        known = [order["docs_ok"], order["condition_ok"], *[row["error_type"] for row in mine]]
        right = order["docs_ok"] is not False and all(row["error_type"] in (None, "none") for row in mine)
        flags["M8"] = flag(right if any(value is not None for value in known) else None)
        stock = [None if row["qty_available_at_order"] is None else row["qty_available_at_order"] >= row["qty_ordered"]
                 for row in mine]
        flags["M3"] = None if state == "open" or not stock or None in stock else all(stock)
        full = None if not mine or any(row["qty_first"] is None for row in mine) else all(
            row["qty_first"] >= row["qty_ordered"] for row in mine)
        flags["M11"] = flag(full)
        out[order["order_id"]] = (state, flags, order["customer_id"], stock)
    return out


@pytest.mark.parametrize("seed", range(6))
def test_levels_and_flags_agree_with_a_loop(seed):
    study, orders, lines = random_study(seed)
    goals = measures.GOALS
    start, now = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-04-01")
    expected = loop_flags(orders, lines, goals, start, now)
    by = pd.Series({f"K{i}": f"S{i % 3}" for i in range(8)}, name="segment_id")  # K8 belongs to nobody
    table, segments = measures.service_levels(study), measures.service_levels(study, by=by)
    for measure in ("M1", "M2", "M7", "M8", "M9", "M11"):
        for wanted, found in [(None, level_of(table, measure))] + [
                (s, level_of(segments, measure, segment_id=s)) for s in ("S0", "S1", "S2")]:
            flags = [f[measure] for _, f, customer, _ in expected.values()
                     if f[measure] is not None and wanted in (None, by.get(customer))]
            assert found["n"] == len(flags), (measure, wanted)
            assert found["value"] == pytest.approx(np.mean(flags)), (measure, wanted)
    stock = [known for state, _, _, of in expected.values() if state != "open" for known in of if known is not None]
    m3 = level_of(table, "M3")
    assert (m3["n"], m3["value"]) == (len(stock), pytest.approx(np.mean(stock)))
    patterns = measures.order_flags(study, ["M1", "M2", "M3", "M8", "M9", "M11"])
    loop = pd.Series([tuple(f[m] for m in ("M1", "M2", "M3", "M8", "M9", "M11"))
                      for _, f, _, _ in expected.values()]).value_counts()
    found = {tuple(row[:-1]): row[-1] for row in patterns.itertuples(index=False)}
    assert found == {pattern: n for pattern, n in loop.items() if any(v is not None for v in pattern)}


@pytest.mark.parametrize("seed", range(3))
def test_fill_rates_in_the_database_agree_with_the_frame(seed):
    study, orders, lines = random_study(seed)
    expected = loop_flags(orders, lines, measures.GOALS, pd.Timestamp("2025-01-01"), pd.Timestamp("2025-04-01"))
    frame = pd.DataFrame([{**row, "state": expected[row["order_id"]][0], "customer_id": expected[row["order_id"]][2]}
                          for row in lines if row["order_id"] in expected])
    frame = frame[frame["state"] != "open"]
    frame["qty_first"] = frame["qty_first"].astype(float).where(
        (frame["state"] != "cancelled") | frame["qty_first"].notna(), 0.0)
    wanted, found = fill_rates(frame), measures.fill_rates(study)
    pd.testing.assert_frame_equal(wanted.table, found.table)
    assert [str(w.template) for w in wanted.warnings] == [str(w.template) for w in found.warnings]


def test_values_of_customers():
    """K1: order A 2 lines 10 + 20 units, B 10 units (cancelled by supplier): sizes 30, 10: mean 20, sd 14.142,
    cv 0.7071; revenue 10*2 + 20*1 = 40; K2 has no order; K3 is not in customers."""
    orders = [delivered("A", 2, is_emergency=True), delivered("B", 3, is_emergency=False, status="cancelled_supplier",
                                                             delivery_ts=None),
              delivered("C", 3, status="cancelled_customer", delivery_ts=None), delivered("D", 4, customer_id="K3")]
    lines = [line("A", 1, 10, 10, qty_total=10, unit_price=2.0), line("A", 2, 20, 5, qty_total=20, unit_price=1.0),
             line("B", 1, 10, None, unit_price=9.0), line("C", 1, 70, None, unit_price=9.0)]
    customers = [{"customer_id": "K1", "margin": -3.0}, {"customer_id": "K2"}]
    values = measures.customer_values(FakeStudy(orders=orders, order_lines=lines, customers=customers))
    k1, k2, k3 = (values[values["customer_id"] == c].iloc[0] for c in ("K1", "K2", "K3"))
    assert (k1["revenue"], k1["volume"], k1["n_orders"], k1["n_lines"], k1["margin"]) == (40.0, 30.0, 2, 3, -3.0)
    assert (k1["lines_per_order"], k1["urgent_share"]) == (1.5, 0.5)
    assert k1["size_cv"] == pytest.approx(math.sqrt(200) / 20)
    assert (k2["revenue"], k2["n_orders"]) == (0.0, 0) and pd.isna(k2["first_order"])
    assert (k3["n_orders"], k3["n_lines"], k3["first_order"]) == (1, 0, at(0))


def test_revenue_of_customers_wins_over_the_lines():
    customers = [{"customer_id": "K1", "revenue": 500.0}, {"customer_id": "K2"}]
    study = FakeStudy(orders=[delivered("A", 2)], order_lines=[line("A", 1, 10, 10, unit_price=2.0)],
                      customers=customers)
    values = measures.customer_values(study).set_index("customer_id")["revenue"]
    assert values["K1"] == 500.0 and pd.isna(values["K2"])
    alone = measures.customer_values(FakeStudy(customers=customers))
    assert alone["revenue"].tolist()[0] == 500.0 and alone["n_orders"].isna().all()
