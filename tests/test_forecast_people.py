"""Forecasts from people: jury, sales force, survey of intentions, Delphi, analogy, market test; method.md 5.2."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.forecast import (
    JUSTER,
    follow_analogy,
    follow_delphi,
    judge,
    project_test,
    sum_sellers,
    survey_intentions,
)


def said(result):
    return [words_in("en").reason(one) for one in result.warnings]


def test_jury_by_hand():
    """90, 100, 140, 150 and one silent: median 120, mean 120; with 400 for 150 the median stays, the mean is 182.5."""
    found = judge(pd.Series([90, 100, 140, 150, None], index=["ana", "🙂", "<b>", "d", "e"], dtype=object))
    assert (found.estimate, found.low, found.high, found.n, found.n_missing) == (120, 90, 150, 4, 1)
    assert found.table["distance"].tolist() == [-30, -20, 20, 30] and found.table["expert_id"][1] == "🙂"
    assert judge([90, 100, 140, 400]).estimate == 120 and judge([90, 100, 140, 400], "mean").estimate == 182.5
    alone = judge([70])
    assert (alone.estimate, alone.low, alone.high) == (70, None, None)
    assert said(alone) == ["No interval: 1 is too few to tell how far off the estimate may be."]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 1e9), min_size=2, max_size=30), st.sampled_from(["median", "mean"]), st.randoms())
def test_jury_lies_inside_its_range_and_needs_no_order(values, centre, random):
    found = judge(values, centre)
    random.shuffle(values)
    assert judge(values, centre).estimate == pytest.approx(found.estimate)
    assert found.low - 1e-6 <= found.estimate <= found.high * (1 + 1e-9) + 1e-6


def test_sellers_by_hand():
    """a said 300 and sold 240: ratio 0.8, 100 x 0.8 = 80; b said 150 and sold 165: 1.1, 50 x 1.1 = 55; sum 135.

    Errors of a: 80 - 80, 90 - 96, 70 - 64 = 0, -6, 6, s = 6; of b: 0, 5, -5 around 55, s = 5: half = 1.96 sqrt(61).
    """
    now = pd.DataFrame({"seller_id": ["a", "b"], "estimate": [100, 50]})
    past = pd.DataFrame({"seller_id": ["a"] * 3 + ["b"] * 3, "estimate": [100, 120, 80, 50, 50, 50],
                         "actual": [80, 90, 70, 55, 60, 50]})
    before = past.copy()
    found = sum_sellers(now, past)
    assert found.table["ratio"].tolist() == pytest.approx([0.8, 1.1]) and found.estimate == pytest.approx(135)
    assert found.high - 135 == pytest.approx(1.959964 * np.sqrt(61), rel=1e-6) and found.low == pytest.approx(270 - found.high)
    pd.testing.assert_frame_equal(past, before)
    assert found.warnings == () and found.n == 2


def test_sellers_without_a_past_are_not_corrected():
    now = pd.DataFrame({"seller_id": ["a", "b", "c"], "estimate": [100, 50, None]})
    past = pd.DataFrame({"seller_id": ["a"] * 3 + ["b"] * 2, "estimate": 100, "actual": 50})
    found = sum_sellers(now, past)
    assert found.estimate == 100 and (found.low, found.high) == (None, None) and (found.n, found.n_missing) == (2, 1)
    assert found.table["n_past"].tolist() == [3, 2]
    assert said(found) == ["1 of 2 sellers have no past of 3 periods: their estimates are not corrected, and the sum has no "
                           "interval."]
    assert sum_sellers(now).estimate == 150
    never = pd.DataFrame({"seller_id": ["a"] * 3, "estimate": 0, "actual": 5})  # nothing to correct by
    assert sum_sellers(now.iloc[:1], never).estimate == 100


def test_intentions_agree_with_statsmodels():
    """60 of 200 answers certain (chance 1), the others 0, a million customers: Wilson's interval of 0.3."""
    from statsmodels.stats.proportion import proportion_confint

    found = survey_intentions([1] * 60 + [0] * 140, 1_000_000_000, units=2, chances={0: 0.0, 1: 1.0})
    low, high = proportion_confint(60, 200, method="wilson")
    assert (found.estimate, found.low, found.high) == pytest.approx((6e8, 2e9 * low, 2e9 * high), rel=1e-6)


def test_intentions_by_juster_and_the_finite_population():
    """10, 5, 0 have chances .99, .5, .01: mean 0.5, so 50 of 100; n = 3 of 100 counts as 3 x 99 / 97."""
    found = survey_intentions([10, 5, 0, None], 100)
    assert found.estimate == pytest.approx(50) and (found.n, found.n_missing) == (3, 1)
    n, z = 3 * 99 / 97, 1.959964
    half = z / (1 + z * z / n) * np.sqrt(0.25 / n + z * z / (4 * n * n))
    assert (found.low, found.high) == pytest.approx((100 * (0.5 - half), 100 * (0.5 + half)), rel=1e-5)
    assert found.table["chance"].tolist() == [0.01, 0.5, 0.99] and len(JUSTER) == 11
    everybody = survey_intentions([10] * 4, 4)
    assert everybody.low == everybody.estimate == everybody.high == pytest.approx(3.96)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(sorted(JUSTER)), min_size=1, max_size=60), st.integers(60, 10_000))
def test_intentions_stay_among_the_customers(answers, population):
    found = survey_intentions(answers, population)
    slack = 1e-9 * population
    assert 0 <= found.low <= found.estimate + slack and found.estimate <= found.high + slack <= population + 2 * slack


DELPHI = pd.DataFrame({"round": [1] * 5 + [2] * 5, "expert_id": [*"abcde"] * 2,
                       "estimate": [80, 100, 120, 200, 90, 95, 100, 105, 130, 96]})


def test_delphi_by_hand():
    """R: quantile(c(80,100,120,200,90), c(.25,.5,.75)) = 90, 100, 120; round 2: 96, 100, 105; shrink 1 - 9/30 = 0.7."""
    before = DELPHI.copy()
    found = follow_delphi(DELPHI)
    rows = found.rounds.set_index("round")
    assert rows.loc[1, ["low", "median", "high", "iqr"]].tolist() == [90, 100, 120, 30]
    assert rows.loc[2, ["low", "median", "high", "iqr", "spread", "shrink"]].tolist() == pytest.approx(
        [96, 100, 105, 9, 0.09, 0.7])
    assert np.isnan(rows.loc[1, "shrink"]) and found.stop and found.warnings == ()
    assert (found.estimate, found.low, found.high, found.n) == (100, 96, 105, 5)
    assert words_in("en").reason(found.why) == "The experts agree: half of the answers lie within 9.0 % of the median."
    pd.testing.assert_frame_equal(DELPHI, before)


def rounds(*values):
    return pd.concat([pd.DataFrame({"round": k, "expert_id": range(len(row)), "estimate": row})
                      for k, row in enumerate(values, start=1)], ignore_index=True)


APART = [10, 50, 100, 150, 190]


@pytest.mark.parametrize("answers, stop, why", [
    (rounds(APART), False, "Ask again: the answers are still apart and may come nearer."),
    (rounds(APART, APART), True,
     "The answers have settled without agreeing: the middle half shrank by 0.0 % only. Show both opinions."),
    (rounds([0, 0, 100, 200, 200], [0, 20, 100, 180, 200], [0, 30, 100, 160, 200], [0, 40, 100, 150, 190]), True,
     "4 rounds were held: more tire the experts. Take the median with its quartiles."),
    (rounds([5, 5, 5, 5, 5]), True, "The experts agree: half of the answers lie within 0.0 % of the median."),
    (rounds([0, 0, 0, 0, 0]), True, "The experts agree: half of the answers lie within 0.0 % of the median."),
    (rounds([90, 90, 100, 110, 110]), True, "The experts agree: half of the answers lie within 20.0 % of the median.")])
def test_when_delphi_stops(answers, stop, why):
    found = follow_delphi(answers)
    assert found.stop is stop and words_in("en").reason(found.why) == why


def test_delphi_says_who_left():
    """Two of five are silent in round 2; one wrote nothing down."""
    found = follow_delphi(pd.concat([DELPHI.iloc[:8], pd.DataFrame({"round": [2], "expert_id": ["d"], "estimate": [None]})]))
    assert found.n == 3 and found.n_missing == 1 and found.rounds["left"].tolist() == [0, 2]
    assert said(found) == [
        "2 experts of the round before did not answer the last one: the answers may have come nearer because of who left.",
        "Only 3 experts in the last round: quartiles of so few say little."]
    assert follow_delphi(pd.DataFrame({"round": [1], "expert_id": ["a"], "estimate": [7]})).stop is False


def test_analogy_by_hand():
    """Older: 10 20 30 40, newer 20 20 20 20; observed 6, 9: ratios 15/30 = 0.5 and 15/40 = 0.375; sums 35 and 15."""
    curves = pd.DataFrame({"older": [10, 20, 30, 40], "newer": [20, 20, 20, 20], "short": [5, 6, None, None]})
    found = follow_analogy(curves, [6, 9], horizon=2)
    assert (found.estimate, found.low, found.high, found.n, found.n_missing) == (25, 15, 35, 2, 1)
    assert found.table["value"].tolist() == [15, 20, 7.5, 7.5] and found.table["period"].tolist() == [3, 4, 3, 4]
    given = follow_analogy(curves[["older"]], ratio=2, horizon=3)
    assert given.estimate == 120 and given.low is None
    assert said(given) == ["No interval: 1 is too few to tell how far off the estimate may be."]


def test_market_test_agrees_with_r():
    """R 4.2: r <- coef(lm(Y ~ 0 + X, weights = 1/X)); e <- Y - r X; se <- sqrt((1-5/40)/5) sqrt(sum(e^2)/4) / mean(X)

    gives r 0.209183673469, se 0.009709539661 and 50000 (r -/+ qt(.975, 4) se) = 9111.28348, 11807.08387.
    """
    areas = pd.DataFrame({"area_id": [*"abcdef"], "demand": [21, 48, 19, 90, 27, None],
                          "customers": [100, 250, 80, 400, 150, 10]})
    found = project_test(areas, 50_000, 40)
    assert (found.estimate, found.low, found.high) == pytest.approx((10459.18367345, 9111.28348, 11807.08387))
    assert (found.n, found.n_missing) == (5, 1) and found.table["rate"][0] == pytest.approx(0.21)
    wider = project_test(areas, 50_000)
    assert wider.high - wider.estimate == pytest.approx((found.high - found.estimate) / np.sqrt(0.875))
    assert project_test(areas.iloc[:5], 50_000, 5).low == pytest.approx(found.estimate)
    alone = project_test(areas.iloc[:1], 50_000)
    assert alone.estimate == pytest.approx(10_500) and alone.low is None and len(alone.warnings) == 1


AREAS = pd.DataFrame({"area_id": ["a", "b"], "demand": [1, 2], "customers": [10, 20]})
SELLERS = pd.DataFrame({"seller_id": ["a", "a"], "estimate": [1, 2]})


@pytest.mark.parametrize("call, kind, message", [
    (lambda: judge([]), NotComputable, "Nobody gave an estimate."),
    (lambda: judge([None, np.nan]), NotComputable, "Nobody gave an estimate."),
    (lambda: judge([1], "mode"), ParameterError, "The middle of a jury is median or mean, not mode."),
    (lambda: judge([1, -3]), ParameterError, "estimate = -3 is not a number that is not negative."),
    (lambda: judge([1, "many"]), ParameterError, "estimate = 'many' is not a number that is not negative."),
    (lambda: judge([1, np.inf]), ParameterError, "estimate = inf is not a number that is not negative."),
    (lambda: sum_sellers(pd.DataFrame({"seller_id": []})), ParameterError, "The table has no column estimate."),
    (lambda: sum_sellers(SELLERS), ParameterError, "Seller a has two estimates."),
    (lambda: sum_sellers(SELLERS.iloc[:0]), NotComputable, "No seller gave an estimate."),
    (lambda: sum_sellers(SELLERS.iloc[:1], SELLERS), ParameterError, "The table has no column actual."),
    (lambda: survey_intentions([], 10), NotComputable, "Nobody answered."),
    (lambda: survey_intentions([11], 10), ParameterError,
     "The scale has no answer 11; it has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10."),
    (lambda: survey_intentions([1, 2], 1), ParameterError, "2 answers are more than the 1 customers."),
    (lambda: survey_intentions([1], 9, chances={1: 1.5}), ParameterError, "A chance of buying lies between 0 and 1."),
    (lambda: survey_intentions([1], 9, units=-1), ParameterError,
     "The units that a customer takes are a number that is not negative; they are -1."),
    (lambda: follow_delphi(pd.DataFrame({"round": []})), ParameterError, "The table has no column expert_id, estimate."),
    (lambda: follow_delphi(DELPHI.iloc[:0]), NotComputable, "Nobody gave an estimate."),
    (lambda: follow_delphi(pd.concat([DELPHI, DELPHI.iloc[:1]])), ParameterError, "Expert a answered round 1 twice."),
    (lambda: follow_delphi(DELPHI.assign(estimate=-1)), ParameterError, "estimate = -1 is not a number that is not negative."),
    (lambda: follow_delphi(DELPHI.assign(round="first")), ParameterError,
     "round = 'first' is not a number that is not negative."),
    (lambda: follow_analogy(pd.DataFrame({"x": [1, 2]})), ParameterError,
     "An analogy needs what was observed, without gaps, or a ratio that is not negative."),
    (lambda: follow_analogy(pd.DataFrame({"x": [1, 2]}), [1], horizon=0), ParameterError,
     "A horizon has at least 1 period; it is 0."),
    (lambda: follow_analogy(pd.DataFrame({"x": [1, 2]}), [1]), NotComputable,
     "No analogous product has a curve of 7 periods to follow."),
    (lambda: follow_analogy(pd.DataFrame({"x": [0, 2]}), [1], horizon=1), NotComputable,
     "No analogous product has a curve of 2 periods to follow."),
    (lambda: project_test(AREAS.drop(columns="customers"), 9), ParameterError, "The table has no column customers."),
    (lambda: project_test(AREAS.assign(customers=0), 9), NotComputable, "No test area has both demand and customers."),
    (lambda: project_test(AREAS, 29), ParameterError, "The whole market cannot be smaller than the test."),
    (lambda: project_test(AREAS, 100, 1), ParameterError, "The whole market cannot be smaller than the test."),
])
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message
