"""The general level: method.md 16 T01-T05, T12, T67, and invariants; intervals against statsmodels and scipy."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable
from svcnb.methods import levels
from svcnb.methods.competitors import compare_suppliers
from svcnb.methods.intervals import compare_means, compare_proportions, ratio_interval, wilson

SEED_EXAMPLE = {"availability": 0.98, "time": 0.95, "quality": 0.94}  # S2:L118-120
shares = st.floats(0, 1, allow_nan=False)


def test_product_of_the_source():
    """T01-T03: 0.98 x 0.95 x 0.94 = 0.87514; bounds 0.98 + 0.95 + 0.94 - 2 = 0.87 and 0.94."""
    result = levels.combine(SEED_EXAMPLE)
    assert result.product == pytest.approx(0.87514, abs=5e-6)
    assert (result.lower, result.upper) == pytest.approx((0.87, 0.94))
    assert result.loss_shares.tolist() == pytest.approx([0.1515, 0.3846, 0.4639], abs=5e-5)
    assert (result.joint, result.n, result.k) == (None, None, 3)
    assert result.geometric_mean == pytest.approx(0.87514 ** (1 / 3))
    assert levels.combine([0.98, 0.95, 0.94]).loss_shares.index.tolist() == [0, 1, 2]


def test_what_one_measure_must_reach():
    """T04: 0.90 / (0.98 x 0.95) = 0.96670; for 0.94 it would need 1.0097, which no measure reaches."""
    needed = levels.required_level(SEED_EXAMPLE, "quality", 0.90)
    assert (needed.value, needed.feasible, needed.current) == (pytest.approx(0.96670, abs=5e-6), True, 0.94)
    beyond = levels.required_level(SEED_EXAMPLE, "quality", 0.94)
    assert beyond.value == pytest.approx(1.00967, abs=5e-6) and not beyond.feasible
    nothing = levels.required_level({"a": 0.0, "b": 0.5}, "b", 0.4)
    assert (nothing.value, nothing.feasible) == (None, False)
    assert levels.equal_allocation(0.95, 3) == pytest.approx(0.98305, abs=5e-6)  # T05


def test_zeros_share_the_loss_and_ones_have_none():
    assert levels.combine([0.0, 0.5, 0.0]).loss_shares.tolist() == [0.5, 0.0, 0.5]
    assert levels.combine([1, 1]).loss_shares.tolist() == [0.0, 0.0]
    assert levels.combine([0.0, 1.0]).product == 0.0


def test_what_is_not_measured_is_left_out_and_told():
    result = levels.combine(pd.Series({"M1": 0.9, "M2": None, "M3": float("nan")}))
    assert (result.product, result.k) == (0.9, 1)
    assert [str(levels.NotComputable(w.template, **w.values)) for w in result.warnings] == [
        "Not measured and left out of the product: M2, M3."]


@pytest.mark.parametrize("given_levels, message", [
    ({"M1": 98}, "The level of M1 is 98; a level is a share between 0 and 1, for example 0.98 for 98 %."),
    ({"M1": -0.1}, "The level of M1 is -0.1; a level is a share between 0 and 1, for example 0.98 for 98 %."),
    ({"M1": "0.9"}, "The level of M1 is 0.9; a level is a share between 0 and 1, for example 0.98 for 98 %."),
    ([], "No level is measured: there is nothing to multiply."),
    ({"M1": None}, "No level is measured: there is nothing to multiply."),
    (0.9, "Levels are a list or a table of shares, not 0.9."),
    (pd.Series([0.9, 0.8], index=["M1", "M1"]), "A measure can enter the product once only: M1 stands twice."),
])
def test_levels_that_cannot_be_combined(given_levels, message):
    with pytest.raises(NotComputable) as caught:
        levels.combine(given_levels)
    assert str(caught.value) == message


def test_other_questions_that_have_no_answer():
    with pytest.raises(NotComputable) as caught:
        levels.required_level(SEED_EXAMPLE, "price", 0.9)
    assert str(caught.value) == "There is no measured level price; there are availability, time, quality."
    with pytest.raises(NotComputable) as caught:
        levels.required_level(SEED_EXAMPLE, "time", 90)
    assert str(caught.value) == "The target 90 is not a share between 0 and 1; write 0.9 for 90 %."
    with pytest.raises(NotComputable) as caught:
        levels.equal_allocation(0.9, 0)
    assert str(caught.value) == "0 measures: write a whole number of 1 or more."
    with pytest.raises(NotComputable) as caught:
        levels.combine({"a": 0.5}, flags=pd.DataFrame({"a": [True, "no"]}))
    assert str(caught.value) == "The flag no of a is neither true nor false."
    with pytest.raises(NotComputable) as caught:
        levels.combine({"a": 0.5}, flags=pd.DataFrame({"a": [True, False]}), weights=[1])
    assert str(caught.value) == "The weights of the flags must be one number of 0 or more a row."


def test_perfect_order_of_the_worked_example():
    """T09: rates 0.6, 0.8, 0.8, 1.0; one order of five is perfect: 0.20, while the product is 0.384."""
    flags = pd.DataFrame({"full": [1, 0, 1, 0, 1], "time": [1, 1, 1, 1, 0], "docs": [1, 1, 0, 1, 1],
                          "condition": [1, 1, 1, 1, 1]})
    result = levels.combine(flags.mean(), flags=flags)
    assert (result.joint, result.n) == (0.2, 5)
    assert result.product == pytest.approx(0.384)
    assert result.lower <= 0.2 <= result.upper
    by_place = levels.combine([0.6, 0.8, 0.8, 1.0], flags=flags)
    assert by_place.joint == 0.2


def test_weights_stand_for_repeated_rows_and_gaps_are_left_out():
    flags = pd.DataFrame({"a": [True, False, None], "b": [True, True, True]})
    weighted = levels.combine({"a": 0.75, "b": 1.0}, flags=flags, weights=[3, 1, 5])
    assert (weighted.joint, weighted.n) == (0.75, 4.0)
    assert str(NotComputable(weighted.warnings[0].template, **weighted.warnings[0].values)) == (
        "The joint rate rests on 4 orders that have all the selected measures; left out: 5.")
    lacking = levels.combine({"a": 0.75, "z": 1.0}, flags=flags)
    assert lacking.joint is None and lacking.warnings[0].values == {"measures": ["z"]}
    empty = levels.combine({"a": 0.5}, flags=pd.DataFrame({"a": [None, None]}))
    assert (empty.joint, empty.n) == (None, 0.0)


def test_flags_of_other_orders_are_noticed():
    result = levels.combine({"a": 0.5, "b": 0.5}, flags=pd.DataFrame({"a": [True] * 4, "b": [True] * 4}))
    assert str(NotComputable(result.warnings[0].template, **result.warnings[0].values)) == (
        "The joint rate 100.0 % lies outside its bounds 0.0 % to 50.0 %: the flags and the levels do not rest on the "
        "same orders.")


@settings(deadline=None, max_examples=120, derandomize=True)
@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=40))
def test_joint_rate_stays_in_its_bounds_and_agrees_with_a_loop(rows):
    flags = pd.DataFrame(rows, columns=["a", "b", "c"])
    before = flags.copy()
    result = levels.combine(flags.mean(), flags=flags)
    assert result.joint == sum(all(row) for row in rows) / len(rows)
    assert result.lower - 1e-9 <= result.joint <= result.upper + 1e-9
    assert not result.warnings
    patterns = flags.value_counts().reset_index(name="orders")
    assert levels.combine(flags.mean(), patterns[["a", "b", "c"]], patterns["orders"]).joint == pytest.approx(result.joint)
    pd.testing.assert_frame_equal(flags, before)


@settings(deadline=None, max_examples=120, derandomize=True)
@given(st.lists(shares, min_size=1, max_size=6))
def test_product_lies_between_the_bounds_and_losses_sum_to_one(values):
    result = levels.combine(values)
    assert result.lower - 1e-9 <= result.product <= result.upper + 1e-9
    assert result.product == pytest.approx(math.prod(values))
    assert result.loss_shares.sum() == pytest.approx(0 if all(v == 1 for v in values) else 1)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=5), st.floats(0.01, 1))
def test_required_level_reaches_the_target(values, target):
    needed = levels.required_level(values, 0, target)
    if needed.feasible:
        assert levels.combine([needed.value, *values[1:]]).product == pytest.approx(target)
    else:
        assert math.prod(values[1:]) < target


def test_failure_pairs_against_a_loop():
    generator = np.random.default_rng(11)
    flags = pd.DataFrame(generator.random((60, 3)) < 0.8, columns=["a", "b", "c"])
    table = levels.failure_pairs(flags)
    for row in table.itertuples():
        both = [not x and not y for x, y in zip(flags[row.first], flags[row.second], strict=True)]
        assert row.both == pytest.approx(sum(both) / 60)
        assert row.expected == pytest.approx((~flags[row.first]).mean() * (~flags[row.second]).mean())
    assert table["excess"].abs().is_monotonic_decreasing and len(table) == 3
    assert levels.failure_pairs(flags[["a"]]).empty


# intervals ---------------------------------------------------------------------------------------------
def test_wilson_of_the_worked_examples_and_statsmodels():
    """T67: 8/10 and 3/5."""
    from statsmodels.stats.proportion import proportion_confint

    assert (wilson(8, 10).low, wilson(8, 10).high) == pytest.approx((0.4902, 0.9433), abs=5e-5)
    assert (wilson(3, 5).low, wilson(3, 5).high) == pytest.approx((0.2307, 0.8824), abs=5e-5)
    for n, confidence in itertools.product((1, 7, 400), (0.9, 0.95)):
        for k in range(0, n + 1, max(1, n // 7)):
            low, high = proportion_confint(k, n, alpha=1 - confidence, method="wilson")
            found = wilson(k, n, confidence)
            assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)
            assert 0 <= found.low <= found.value <= found.high <= 1


def test_two_proportions_and_two_means_against_libraries():
    """T12: 0.93 of 400 and 0.96 of 400: z -1.8610, p 0.06275."""
    from scipy.stats import ttest_ind_from_stats
    from statsmodels.stats.proportion import proportions_ztest

    test = compare_proportions(0.93, 400, 0.96, 400)
    assert (test.statistic, test.p_value) == pytest.approx((-1.8610, 0.06275), abs=5e-5)
    z, p = proportions_ztest([45, 70], [60, 120])
    test = compare_proportions(45 / 60, 60, 70 / 120, 120)
    assert (test.statistic, test.p_value) == pytest.approx((z, p))
    welch, reference = compare_means(7, 1, 30, 7.5, 1.5, 40), ttest_ind_from_stats(7, 1, 30, 7.5, 1.5, 40, equal_var=False)
    assert (welch.statistic, welch.p_value) == pytest.approx((reference.statistic, reference.pvalue))
    assert welch.low < welch.difference == -0.5 < welch.high


def test_interval_of_a_ratio_never_claims_more_than_its_orders():
    """Variance of p(1-p)/n is that of n plain trials; a larger one widens, none at all falls back to n orders."""
    plain = ratio_interval(0.9, 0.09 / 50, 50)
    assert (plain.low, plain.high) == pytest.approx((wilson(45, 50).low, wilson(45, 50).high))
    assert ratio_interval(0.9, 0.09 / 10, 50).low < plain.low
    assert ratio_interval(0.9, 0.09 / 5000, 50).low == pytest.approx(plain.low)
    assert (ratio_interval(1.0, 0.0, 20).low, ratio_interval(1.0, 0.0, 20).high) == (wilson(20, 20).low, 1.0)


@pytest.mark.parametrize("call, message", [
    (lambda: wilson(0, 0), "A share of nothing is not measured: its denominator is 0."),
    (lambda: wilson(5, 4), "5 of 4 is not a share between 0 and 1."),
    (lambda: wilson(1, 4, 95), "Confidence 95 is not between 0 and 1; write for example 0.95."),
    (lambda: compare_proportions(1.0, 5, 1.0, 8),
     "All outcomes are equal in both groups: there is no difference to test."),
    (lambda: compare_proportions(0.5, 0, 0.4, 8), "A share of nothing is not measured: its denominator is 0."),
    (lambda: compare_proportions(50, 10, 0.4, 8), "50 is not a share between 0 and 1."),
    (lambda: compare_means(1, 1, 1, 2, 1, 9),
     "A mean of 1 values has no spread: two or more are needed in each group."),
    (lambda: compare_means(1, 0, 5, 2, 0, 9), "Neither group varies: the t test has no answer."),
])
def test_intervals_that_have_no_answer(call, message):
    with pytest.raises(NotComputable) as caught:
        call()
    assert str(caught.value) == message


# competitors -------------------------------------------------------------------------------------------
RATINGS = pd.DataFrame({"own": [7, 6, 9], "K1": [8, 6.5, 7], "K2": [6, 8, 8]}, index=["a", "b", "c"])
WEIGHTS = {"a": 40, "b": 35, "c": 25}


def test_weighted_index_and_relative_performance():
    """T12: own 0.4x7 + 0.35x6 + 0.25x9 = 7.15; K1 7.225; K2 7.2; RP 7-8, 6-8, 9-8."""
    result = compare_suppliers(RATINGS, WEIGHTS)
    assert result.indices.to_dict() == pytest.approx({"own": 7.15, "K1": 7.225, "K2": 7.2})
    assert result.table["relative"].tolist() == [-1, -2, 1]
    assert result.table["class"].tolist() == ["weakness", "weakness", "secondary"]  # cut: mean share 1/3
    assert compare_suppliers(RATINGS, WEIGHTS, cut=0.2).table["class"].tolist()[2] == "strength"
    assert compare_suppliers(RATINGS, WEIGHTS, cut=0.2, delta=1.0).table["class"].tolist() == [
        "parity", "weakness", "strength"]
    assert result.coverage == 1 and not result.warnings


def test_index_uses_what_all_suppliers_have():
    """Without K2's b: (0.40x7 + 0.25x9) / 0.65 = 7.769 on 65 % of the importance."""
    ratings = RATINGS.astype(float)
    ratings.loc["b", "K2"] = np.nan
    result = compare_suppliers(ratings, WEIGHTS)
    assert result.indices["own"] == pytest.approx(5.05 / 0.65)
    assert result.coverage == pytest.approx(0.65)
    assert result.table["best_rival"].tolist() == [8, 6.5, 8]
    assert str(NotComputable(result.warnings[0].template, **result.warnings[0].values)) == (
        "The weighted index rests on 65.0 % of the importance: the other items are not rated for all suppliers.")


@pytest.mark.parametrize("ratings, weights, message", [
    (RATINGS.drop(columns="own"), WEIGHTS, "Our own ratings are missing: there is nothing to compare competitors with."),
    (RATINGS[["own"]], WEIGHTS, "No competitor is rated."),
    (RATINGS, {"a": 0}, "No item has an importance above 0: the comparison has no weights."),
    (RATINGS, {"z": 5}, "No item is rated both for us and for a competitor."),
])
def test_comparisons_that_have_no_answer(ratings, weights, message):
    with pytest.raises(NotComputable) as caught:
        compare_suppliers(ratings, weights)
    assert str(caught.value) == message
