"""Distance, capability and the level to guarantee, method.md 1.1, 5.7 and 6.3 (T33)."""

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods import distance, goals


def test_t33():
    """d = 3, 1, 0, 2, -0.5; forces 0.90, 0.25, 0, 0.30, 0.05; shortfall 1.45, surplus 0.05, integral 1.40."""
    found = distance.integral_distance([9, 8, 9, 7, 8], [6, 7, 9, 5, 8.5], [.30, .25, .20, .15, .10])
    assert found.table["distance"].tolist() == pytest.approx([3, 1, 0, 2, -0.5])
    assert found.table["force"].tolist() == pytest.approx([0.90, 0.25, 0, 0.30, 0.05])
    assert (found.shortfall, found.surplus, found.integral) == pytest.approx((1.45, 0.05, 1.40))
    # attainment: .3 x 6/9 + .25 x 7/8 + .2 + .15 x 5/7 + .1 = 0.825893
    assert found.attainment == pytest.approx(0.825893, abs=1e-6)
    assert found.table["side"].tolist() == ["restraining", "restraining", "driving", "restraining", "driving"]


def test_points_of_100_give_the_same_as_shares():
    one = distance.integral_distance({"a": 9, "b": 5}, {"a": 6, "b": 6}, {"a": 70, "b": 30})
    two = distance.integral_distance({"a": 9, "b": 5}, {"b": 6, "a": 6}, {"a": 0.7, "b": 0.3})
    assert one.integral == pytest.approx(two.integral) == pytest.approx(0.7 * 3 - 0.3)


def test_the_ideal_stands_in_and_nothing_expected_is_met():
    found = distance.integral_distance(None, {"a": 7.0, "b": None})
    assert found.integral == pytest.approx(3)
    assert [words_in("en").reason(w) for w in found.warnings] == [
        "Nobody was asked what they expect: 10, the ideal, stands for it.", "Left out, not measured: b."]
    assert distance.integral_distance({"a": 0}, {"a": 0}).attainment == 1


def test_the_test_agrees_with_scipy():
    """Independent: scipy.stats.ttest_rel on the same answers."""
    from scipy.stats import ttest_rel

    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"respondent_id": range(20), "component_id": "a", "expected": rng.normal(8, 1, 20),
                          "perceived": rng.normal(7.4, 1, 20)})
    found = distance.integral_distance({"a": 8}, {"a": 7.4}, answers=frame).table
    assert found["p_value"][0] == pytest.approx(ttest_rel(frame["expected"], frame["perceived"]).pvalue)
    assert found["n"][0] == 20


def test_capability_is_the_compliance_form():
    """Goal <= 3 days; 2, 3, 3, 4, 5: 3 of 5; Wilson (.2307, .8824). Ratio form on the mean 3.4: 3/3.4 = 0.882."""
    found = goals.capability([2, 3, 3, 4, 5, None], "<=", 3)
    assert (found.share, found.n) == (0.6, 5)
    assert (found.low, found.high) == pytest.approx((0.2307, 0.8824), abs=5e-5)
    assert goals.ratio_level(3.4, 3, more_is_better=False) == pytest.approx(0.88235, abs=1e-5)
    assert goals.ratio_level(0, 0, more_is_better=True) == 1
    assert goals.capability([0.1 + 0.2], "<=", 0.3).share == 1
    assert goals.capability([1, 2, 3, 4], "range", 2, 3).share == 0.5


def test_wilson_agrees_with_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    found = goals.capability([1] * 8 + [0] * 2, ">=", 1)
    assert (found.low, found.high) == pytest.approx(proportion_confint(8, 10, method="wilson"), abs=1e-4)


def test_the_example_of_6_3():
    goal = goals.combine_goal(floor=.90, sl_eco=.924, competitor=.95, expected=.97, capability=.91, strategic=True)
    assert (goal.level, goal.rule) == (0.95, "competitor") and goal.gap == pytest.approx(0.04)
    other = goals.combine_goal(floor=.90, sl_eco=.924, competitor=.95, expected=.97, capability=.91)
    assert (other.level, other.rule) == (0.924, "sl_eco")


def test_the_life_cycle_of_1_4_2():
    """.90 + 0.80 x (.95 - .90) = .94."""
    assert goals.combine_goal(floor=.90, competitor=.95, strategic=True, multiplier=goals.STAGES["decline"]).level == \
        pytest.approx(0.94)


def test_never_above_what_is_expected_unless_the_law_says_so():
    cut = goals.combine_goal(sl_eco=.98, floor=.9, expected=.95)
    assert (cut.level, cut.rule) == (0.95, "expected")
    assert words_in("en").reason(cut.warnings[0]) == "98.0 % is more than customers expect (95.0 %): over-service is cut."
    assert goals.combine_goal(sl_eco=.98, expected=.95, by_law=.97).level == 0.97


@pytest.mark.parametrize("baseline, level", [(0.912, 0.92), (0.95, 0.95), (0.991, 0.991), (0.985, 0.99), (1.0, 0.99), (0.0, 0.0)])
def test_without_anything_else_today_is_rounded_up(baseline, level):
    goal = goals.combine_goal(baseline=baseline)
    assert (goal.level, goal.rule, goal.evidence) == (level, "baseline", "assumed")


def test_ns_of_ten_guarantees():
    assert goals.ns_of_goals([0.98] * 10) == pytest.approx(0.98**10) and goals.ns_of_goals([]) is None


@pytest.mark.parametrize("call, kind, message", [
    (lambda: goals.combine_goal(), NotComputable,
     "No level is known: neither today's, nor the competitor's, nor the economic one."),
    (lambda: goals.combine_goal(baseline=95), ParameterError, "baseline = 95 is not a level between 0 and 1."),
    (lambda: goals.capability([], "<=", 1), NotComputable, "No transaction is measured: the capability is not known."),
    (lambda: goals.capability([1], "<", 1), ParameterError, "There is no operator <; there are <=, >=, =, range."),
    (lambda: goals.capability([1], "range", 2, 1), ParameterError, "A range needs a low and a high value in this order."),
    (lambda: distance.integral_distance([11], [1]), ParameterError, "expected must lie between 0 and 10."),
    (lambda: distance.integral_distance({"a": 1}, {"b": 1}), NotComputable,
     "No component has an expected and a perceived service: there is no distance."),
    (lambda: distance.integral_distance([1, 2], [1]), ParameterError,
     "2 values for 1 components: give the same number, or label them."),
])
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message
