"""Dynamic balance and magnitudes: method.md 8.2, 8.6 (T62, T63), a linear-algebra check, words."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods import magnitudes
from svcnb.methods.balance import balance_activities

ACTIVITIES = pd.DataFrame({"activity_id": list("abcd"), "resources": [3, 2, 4, 2], "hours_per_resource": [160.0, 170, 176, 160],
                           "efficiency": [0.99, 0.88, 0.95, 0.99]})
NORMS = pd.DataFrame([(a, s, h) for a, row in zip("abcd", [(.5, .8), (.3, .2), (1.0, .6), (.2, .4)])
                      for s, h in zip(("s1", "s2"), row)], columns=["activity_id", "service_id", "hours_per_unit"])
DEMAND = {"s1": 480, "s2": 300}


def test_four_activities():
    """T62: loads 480, 204, 660, 216; capacities 475.2, 299.2, 668.8, 316.8; U 1.0101 .6818 .9868 .6818."""
    found = balance_activities(ACTIVITIES, NORMS, DEMAND)
    assert found.table["load"].tolist() == [480, 204, 660, 216]
    assert np.allclose(found.table["capacity"], [475.2, 299.2, 668.8, 316.8])
    assert found.table["utilisation"].round(4).tolist() == [1.0101, 0.6818, 0.9868, 0.6818]
    assert found.table["state"].tolist() == ["infeasible", "balanced", "tight", "balanced"]
    assert found.bottleneck == "a" and found.capacity_factor == pytest.approx(475.2 / 480)
    assert found.table["slack"][0] == pytest.approx(-4.8) and found.warnings == ()
    # 480 / (.95 * 160 * .99) = 3.19 -> 4
    assert found.table["resources_needed"].tolist() == [4, 2, 5, 2]


def test_equals_the_matrix_product():
    load = NORMS.pivot(index="activity_id", columns="service_id", values="hours_per_unit").to_numpy() @ np.array([480, 300])
    assert np.allclose(balance_activities(ACTIVITIES, NORMS, pd.Series(DEMAND)).table["load"], load)


def test_the_resources_needed_are_the_fewest():
    table = balance_activities(ACTIVITIES, NORMS, DEMAND).table
    one = table["capacity"] / table["resources"]
    assert (table["load"] / (one * table["resources_needed"]) <= 0.95 + 1e-9).all()
    assert (table["load"] / (one * (table["resources_needed"] - 1)) > 0.95).all()


def test_what_is_left_out_is_said():
    closed = pd.concat([ACTIVITIES, pd.DataFrame({"activity_id": ["e"], "resources": [0], "hours_per_resource": [160.0]})])
    before = closed.copy(deep=True)
    found = balance_activities(closed, NORMS, {**DEMAND, "s9": 5})
    pd.testing.assert_frame_equal(closed, before)
    assert [(w.template, w.values) for w in found.warnings] == [
        ("Activities without capacity or without load are left out: {activities}.", {"activities": ["e"]}),
        ("Services without a time norm do not load any activity: {services}.", {"services": ["s9"]})]


def test_no_balance_in_words():
    with pytest.raises(NotComputable) as caught:
        balance_activities(ACTIVITIES, NORMS, {})
    assert str(caught.value) == "No activity has a capacity and a norm for the services in demand."
    with pytest.raises(ParameterError) as caught:
        balance_activities(ACTIVITIES, NORMS, {"s1": -1})
    assert str(caught.value) == "Units, hours, resources and efficiency cannot be negative."


def test_no_demand_is_no_load():
    found = balance_activities(ACTIVITIES, NORMS, {"s1": 0, "s2": 0})
    assert found.capacity_factor == math.inf and set(found.table["state"]) == {"idle"}


def test_safety_stock_and_largest_deviation():
    """T63: 1.64485 sqrt(6 * 100 + 1600 * 3.5) = 129.516; 40 * 6 more is 369.516; (8 - 6) / 1.64485 = 1.2159."""
    stock = magnitudes.safety_stock(0.95, demand_per_day=40, demand_sd=10, lead_time_days=6, lead_time_sd=math.sqrt(3.5))
    assert stock.safety_stock == pytest.approx(129.516, abs=1e-3) and stock.reorder_point == pytest.approx(369.516, abs=1e-3)
    assert magnitudes.largest_sd(8, 6, 0.95) == pytest.approx(1.2159, abs=1e-4)
    assert stats.norm(6, magnitudes.largest_sd(8, 6, 0.95)).cdf(8) == pytest.approx(0.95)


def test_a_level_below_one_half_needs_no_stock():
    assert magnitudes.safety_stock(0.4, demand_per_day=40, demand_sd=10, lead_time_days=6).safety_stock == 0


def test_vehicles_and_cycle():
    """95 / (10 * 3) = 3.17 -> 4; exactly 90 -> 3. A goal of 4 over 1, 1, 3 gives .8, .8, 2.4."""
    assert (magnitudes.vehicles(95, 10, 3), magnitudes.vehicles(90, 10, 3)) == (4, 3)
    shares = magnitudes.allocate_cycle(4, {"order": 1, "pick": 1, "transit": 3})
    assert shares == {"order": 0.8, "pick": 0.8, "transit": 2.4}


@pytest.mark.parametrize("call,error,text", [
    (lambda: magnitudes.largest_sd(6, 6, 0.95), NotComputable,
     "The mean of 6.00 already misses the goal of 6.00: shorten the mean first."),
    (lambda: magnitudes.largest_sd(8, 6, 0.5), NotComputable, "A level of 50.0 % is reached with any regularity."),
    (lambda: magnitudes.largest_sd(8, 6, 1), ParameterError, "A level is a share between 0 and 1, not 1."),
    (lambda: magnitudes.safety_stock(0.95, demand_per_day=None, demand_sd=1, lead_time_days=1), ParameterError,
     "demand_per_day must be a number of at least 0, not None."),
    (lambda: magnitudes.vehicles(5, 0, 1), ParameterError, "A vehicle needs a capacity and at least one trip."),
    (lambda: magnitudes.allocate_cycle(4, {"a": 0}), NotComputable,
     "The parts of the cycle take no time today: there is nothing to share."),
])
def test_magnitudes_errors_in_words(call, error, text):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == text
