"""Fill rates by aggregation level: method.md 16 T06 and T07, invariants, what cannot be computed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable
from svcnb.i18n import words_in
from svcnb.methods.fill import TOTALS, expected_order_fill, fill_rates, rates_from_totals

COLUMNS = ["order_id", "customer_id", "qty_ordered", "qty_first", "unit_price"]
EXAMPLE = pd.DataFrame([
    ("O1", "C1", 10, 10, 5.0), ("O1", "C1", 20, 20, 2.0), ("O2", "C1", 5, 5, 8.0), ("O2", "C1", 40, 30, 1.5),
    ("O2", "C1", 10, 10, 5.0), ("O3", "C2", 100, 100, 1.0), ("O4", "C2", 8, 0, 10.0), ("O4", "C2", 12, 12, 4.0),
    ("O5", "C3", 50, 50, 2.0), ("O5", "C3", 5, 5, 20.0)], columns=COLUMNS)


def told(warnings):
    return [words_in("en").reason(warning) for warning in warnings]


def test_the_worked_example():
    """T06: 242/260 units, 573/668 of the value, 8/10 lines, 3/5 orders, 1/3 customers.

    Mean of the orders: (1 + 45/55 + 1 + 12/20 + 1) / 5 = 0.88364.
    """
    before = EXAMPLE.copy()
    rates = fill_rates(EXAMPLE)
    assert rates.unit == pytest.approx(0.93077, abs=5e-6)
    assert rates.value == pytest.approx(0.85778, abs=5e-6)
    assert (rates.line, rates.order, rates.customer) == (0.8, 0.6, pytest.approx(1 / 3))
    assert rates.mean_order == pytest.approx(0.88364, abs=5e-6)
    assert rates.table["n"].tolist() == [10, 10, 10, 5, 3, 5]
    assert rates.table["numerator"].tolist()[:5] == [242, 573, 8, 3, 1] and rates.warnings == ()
    pd.testing.assert_frame_equal(EXAMPLE, before)


def test_lines_that_fail_independently():
    """T07: 0.95 to the 10 and to the 20."""
    assert expected_order_fill(0.95, 10) == pytest.approx(0.59874, abs=5e-6)
    assert expected_order_fill(0.95, 20) == pytest.approx(0.35849, abs=5e-6)
    for rate, lines, message in ((95, 2, "95 is not a share between 0 and 1."),
                                 (0.9, 0, "An order has at least one line, not 0.")):
        with pytest.raises(NotComputable) as caught:
            expected_order_fill(rate, lines)
        assert str(caught.value) == message


def test_no_order_between_the_levels_is_assumed():
    """Ten failed orders of one customer, one good order of each of two others: order 2/12, customer 2/3."""
    rows = [(f"O{i}", "A", 1, 0, 1.0) for i in range(10)] + [("X", "B", 1, 1, 1.0), ("Y", "C", 1, 1, 1.0)]
    rates = fill_rates(pd.DataFrame(rows, columns=COLUMNS))
    assert (rates.order, rates.customer) == (pytest.approx(2 / 12), pytest.approx(2 / 3))


def test_over_delivery_compensates_nothing():
    rates = fill_rates(pd.DataFrame([("A", "K", 10, 99, 1.0), ("A", "K", 10, 0, 1.0)], columns=COLUMNS))
    assert (rates.unit, rates.line, rates.order) == (0.5, 0.5, 0.0)


def test_an_unknown_first_delivery_takes_its_whole_order_out():
    lines = EXAMPLE.astype({"qty_first": float}).copy()
    lines.loc[7, "qty_first"] = np.nan
    rates = fill_rates(lines)
    assert (rates.order, rates.line) == (0.75, pytest.approx(7 / 8))
    assert told(rates.warnings) == [
        "Orders left out of the fill rates, since the first delivery of a line is not known: 1."]


def test_prices_and_customers_may_be_missing():
    rates = fill_rates(EXAMPLE[["order_id", "qty_ordered", "qty_first"]])
    assert (rates.value, rates.customer, rates.order) == (None, None, 0.6)
    assert told(rates.warnings) == [
        "The fill rate by value is not measured: no line has a price (unit_price).",
        "The fill rate by customer is not measured: no order names its customer."]
    some = EXAMPLE.copy()
    some.loc[3, "unit_price"] = np.nan
    rates = fill_rates(some)
    assert rates.value == pytest.approx((573 - 45) / (668 - 60))
    assert told(rates.warnings) == ["The fill rate by value rests on the 9 lines of 10 that have a price."]


@pytest.mark.parametrize("change, message", [
    ({"qty_ordered": [0, 1]}, "Every line needs a quantity ordered above 0 (qty_ordered)."),
    ({"qty_ordered": [None, 1]}, "Every line needs a quantity ordered above 0 (qty_ordered)."),
    ({"qty_first": [-1, 1]}, "A first delivery cannot be negative (qty_first)."),
    ({"qty_first": ["ten", 1]}, "qty_first holds ten, which is not a number."),
    ({"qty_first": [None, None]}, "No order line says how much the first delivery brought (qty_first)."),
])
def test_lines_that_cannot_be_counted(change, message):
    lines = pd.DataFrame({"order_id": ["A", "B"], "qty_ordered": [1, 1], "qty_first": [1, 1]} | change)
    with pytest.raises(NotComputable) as caught:
        fill_rates(lines)
    assert str(caught.value) == message


def test_columns_that_are_not_there():
    with pytest.raises(NotComputable) as caught:
        fill_rates(pd.DataFrame({"order_id": ["A"]}))
    assert str(caught.value) == "Fill rates need the columns qty_ordered, qty_first, which are not there."
    with pytest.raises(NotComputable) as caught:
        rates_from_totals(dict.fromkeys(TOTALS, 0))
    assert str(caught.value) == "No order line says how much the first delivery brought (qty_first)."


line = st.tuples(st.integers(0, 6), st.integers(1, 9), st.integers(0, 12), st.floats(0.5, 9))


@settings(deadline=None, max_examples=80, derandomize=True)
@given(st.lists(line, min_size=1, max_size=25))
def test_against_a_loop(rows):
    """Every rate again with dictionaries and sums; order = 1 if and only if line = 1 if and only if unit = 1."""
    frame = pd.DataFrame([(f"O{o}", f"K{o % 3}", q, f, p) for o, q, f, p in rows], columns=COLUMNS)
    rates = fill_rates(frame)
    orders, customers = {}, {}
    for o, q, f, _ in rows:
        orders.setdefault(o, []).append((q, min(f, q)))
    for o, lines in orders.items():
        customers.setdefault(o % 3, []).append(all(q == f for q, f in lines))
    assert rates.unit == pytest.approx(sum(min(f, q) for _, q, f, _ in rows) / sum(q for _, q, _, _ in rows))
    assert rates.value == pytest.approx(sum(min(f, q) * p for _, q, f, p in rows) / sum(q * p for _, q, _, p in rows))
    assert rates.line == pytest.approx(np.mean([f >= q for _, q, f, _ in rows]))
    assert rates.order == pytest.approx(np.mean([all(q == f for q, f in lines) for lines in orders.values()]))
    assert rates.customer == pytest.approx(np.mean([all(done) for done in customers.values()]))
    assert rates.mean_order == pytest.approx(
        np.mean([sum(f for _, f in lines) / sum(q for q, _ in lines) for lines in orders.values()]))
    assert (rates.order == 1) == (rates.line == 1) == (rates.unit == 1)
