"""Economic optimum and parity, method.md 6.1 and 6.2 (T34 to T37, T70)."""

import itertools

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods import optimum, parity

BORDEN = {"trading_margin": 0.55, "sales_response": 0.001, "annual_sales": 59_904, "carrying_rate": 0.25,
          "unit_cost": 5.38, "sigma_lt": 350}
CASES = {"trading_margin": 0.75, "sales_response": 0.0015, "annual_sales": 80_000, "carrying_rate": 0.25, "unit_cost": 10,
         "sigma_lt": 500}


def test_t34():
    """0.25 SL^-1/2 = 0.0011 SL -> SL = (0.5/0.0022)^(2/3) = 37.24 %; R 3.0513, C 0.7628, profit 2.2885."""
    best = optimum.from_theory(0.5, 0.00055)
    assert (best.level, best.revenue, best.cost, best.profit) == pytest.approx((0.37242, 3.0513, 0.7628, 2.28848), rel=1e-4)
    assert best.flat_low < best.level < best.flat_high
    assert best.profit_at(best.flat_low) >= 0.99 * best.profit - 1e-9


def test_t34_agrees_with_a_numerical_search():
    from scipy.optimize import minimize_scalar

    for a, b in ((0.5, 0.00055), (3.0, 0.002), (10.0, 0.005)):
        found = minimize_scalar(lambda s, a=a, b=b: b * s**2 - a * np.sqrt(s), bounds=(0, 100), method="bounded",
                                options={"xatol": 1e-9})
        assert optimum.from_theory(a, b).level == pytest.approx(min(found.x, 100) / 100, rel=1e-5)


def test_t35():
    best = optimum.from_inventory(**BORDEN)
    assert (best.gain, best.cost_coefficient, best.z_step) == pytest.approx((32.9472, 470.75, 0.069989), rel=1e-4)
    steps = best.steps.set_index("from_level")["cost"]
    assert (steps[0.91], steps[0.92]) == pytest.approx((30.28, 33.29), abs=0.005)
    assert best.sl_step == 0.92 and best.sl_continuous == pytest.approx(0.92408, abs=5e-6)


def test_t36():
    best = optimum.from_inventory(**CASES)
    steps = best.steps.set_index("from_level")["cost"]
    assert best.gain == pytest.approx(90)
    assert (steps[0.91], steps[0.92], steps[0.93]) == pytest.approx((80.40, 88.40, 98.73), abs=0.005)
    assert best.sl_step == 0.93 and best.sl_continuous == pytest.approx(0.92684, abs=5e-6)


def test_the_ends_of_the_inventory_form():
    dear = optimum.from_inventory(**{**CASES, "sigma_lt": 1e9})
    assert dear.sl_step == 0.5 and dear.sl_continuous is None
    assert words_in("en").reason(dear.warnings[0]) == "Even the step from 50 to 51 % costs more than it wins."
    cheap = optimum.from_inventory(**{**CASES, "sigma_lt": 1e-6})
    assert cheap.sl_step == 0.99 and cheap.sl_continuous > 0.99


def test_the_table_agrees_with_scipy_pchip_on_a_fine_grid():
    from scipy.interpolate import PchipInterpolator

    table = pd.DataFrame({"sl": [0.85, 0.90, 0.95, 0.99], "revenue": [100, 112, 118, 120], "cost": [40, 45, 55, 80]})
    grid = np.linspace(0.85, 0.99, 100_001)
    profit = PchipInterpolator(table["sl"], table["revenue"])(grid) - PchipInterpolator(table["sl"], table["cost"])(grid)
    best = optimum.from_table(table.sample(frac=1, random_state=1))
    assert best.level == pytest.approx(grid[profit.argmax()], abs=0.0006)
    assert best.profit == pytest.approx(profit.max(), abs=0.01)
    assert best.profit_at(0.5) is None and best.warnings == ()
    assert (best.flat_low, best.flat_high) == pytest.approx(tuple(grid[profit >= 0.99 * profit.max()][[0, -1]]), abs=0.0011)


def test_a_curve_that_makes_no_sense_is_said():
    odd = pd.DataFrame({"sl": [0.8, 0.9, 1.0], "revenue": [10, 9, 8], "cost": [20, 18, 16.5]})
    assert [words_in("en").reason(w) for w in optimum.from_table(odd).warnings] == [
        "Revenue does not rise ever more slowly with the level: check the curve.",
        "Cost does not rise ever faster with the level: check the curve.",
        "The best level is the end of the curve: ask for points beyond it.",
        "Service costs more than it brings at every level of the curve."]


def test_t70():
    """0.3 x 50 + 0.1 x 800 = 95; 0.01 x 1000 x 95 = 950."""
    assert optimum.failure_loss(elsewhere=0.3, leave=0.1, margin=50, customer_value=800, orders=1000) == (95, 950)


OPTIONS = pd.DataFrame({"option_id": list("ABCD"), "cost": [100, 130, 150, 210], "availability": [.95, .97, .97, .99],
                        "on_time": [.90, .93, .95, .96]})


def test_t37_wide_and_long():
    levels = {"availability": 0.96, "on_time": 0.93}
    wide = parity.least_cost(OPTIONS, levels)
    long = parity.least_cost(OPTIONS.melt(["option_id", "cost"], var_name="measure_id", value_name="value"), levels)
    for best in (wide, long):
        assert (best.options, best.cost) == (("B",), 130)
        assert set(best.table.loc[best.table["feasible"], "option_id"]) == {"B", "C", "D"}
    # +2 points: .98 and .95 -> only D (.99, .96); +5 points: nobody
    by_shift = wide.frontier.set_index("shift")
    assert by_shift.loc[0.02, "options"] == "D" and not by_shift.loc[0.05, "feasible"]


def test_sets_and_levers_agree_with_enumeration():
    """Independent: every combination by itertools, 12 random problems."""
    rng = np.random.default_rng(5)
    for _ in range(12):
        frame = pd.DataFrame({"option_id": [f"o{i}" for i in range(8)], "set_id": ["s", "s", "s", "t", "t", None, None, None],
                              "cost": rng.integers(5, 60, 8), "m1": rng.uniform(0, 0.4, 8).round(3),
                              "m2": rng.uniform(0, 0.4, 8).round(3)})
        need = np.array([0.6, 0.55])
        best = None
        for s, t, levers in itertools.product([0, 1, 2], [3, 4], itertools.product([0, 1], repeat=3)):
            rows = [s, t, *[5 + i for i, on in enumerate(levers) if on]]
            if (frame.loc[rows, ["m1", "m2"]].sum() >= need - 1e-9).all():
                cost = frame.loc[rows, "cost"].sum()
                best = cost if best is None else min(best, cost)
        if best is None:
            with pytest.raises(NotComputable):
                parity.least_cost(frame, {"m1": 0.6, "m2": 0.55}, shifts=())
        else:
            assert parity.least_cost(frame, {"m1": 0.6, "m2": 0.55}, shifts=()).cost == best


def test_a_level_missed_by_a_hair_is_missed():
    """.9599999 is not .96, although the solver would let it pass."""
    options = pd.DataFrame({"option_id": ["A", "B"], "cost": [1, 9], "m": [0.9599995, 0.96]})
    assert parity.least_cost(options, {"m": 0.96}, shifts=()).options == ("B",)


def test_days_and_unknown_values():
    options = pd.DataFrame({"option_id": ["A", "B", "C"], "cost": [10, 20, 5], "days": [4.0, 2.5, None]})
    best = parity.least_cost(options, {"days": 3}, lower_is_better=("days",), shifts=())
    assert best.options == ("B",) and best.values == {"days": 2.5}
    assert words_in("en").reason(best.warnings[0]) == "Left out, a measure is not known: C."


def test_the_dearer_of_two_equal_costs_is_the_better_one():
    options = pd.DataFrame({"option_id": ["A", "B"], "cost": [10, 10], "m": [0.96, 0.98]})
    assert parity.least_cost(options, {"m": 0.95}, shifts=()).options == ("B",)


def test_out_of_reach_says_how_far_one_gets():
    with pytest.raises(NotComputable) as error:
        parity.least_cost(OPTIONS, {"availability": 0.995, "on_time": 0.9})
    assert str(error.value) == "No design reaches availability 0.995, on_time 0.9; the best that can be reached one by " \
                               "one is availability 0.99, on_time 0.96."


@pytest.mark.parametrize("call, message", [
    (lambda: optimum.from_theory(0, 1), "Revenue and cost of service need positive coefficients; they are 0 and 1."),
    (lambda: optimum.from_table(pd.DataFrame({"sl": [90, 95, 99], "revenue": [1, 2, 3], "cost": [1, 2, 3]})),
     "Levels lie between 0 and 1; 99 does not."),
    (lambda: optimum.from_table(pd.DataFrame({"sl": [.9, .9, .95], "revenue": [1, 2, 3], "cost": [1, 2, 3]})),
     "The level 0.9 stands twice in the service curve."),
    (lambda: optimum.from_inventory(**{**CASES, "unit_cost": -1}), "unit_cost = -1 must be a number that is not negative."),
    (lambda: parity.least_cost(OPTIONS, {"speed": 1}), "No option says what it does to speed."),
    (lambda: parity.least_cost(OPTIONS.assign(cost=-1), {"on_time": .9}), "Every option needs a cost that is not negative."),
])
def test_what_is_refused(call, message):
    with pytest.raises(ParameterError) as error:
        call()
    assert str(error.value) == message


def test_two_points_are_too_few():
    with pytest.raises(NotComputable) as error:
        optimum.from_table(pd.DataFrame({"sl": [.9, .95], "revenue": [1, 2], "cost": [1, 1]}))
    assert str(error.value) == "Only 2 points of the service curve: at least 3 are needed."
