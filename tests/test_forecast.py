"""Composition, choice of the method and forecasts, method.md 5.1 and 5.2 (T25 to T27)."""

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods import composition, forecast

D = [100, 110, 120, 115, 125, 130]
GROUPS = pd.DataFrame({"group_id": ["a", "b", "c"], "n": [600, 400, 200], "orders_per_period": [0.5, 1.2, 3.0],
                       "units_per_order": [40, 90, 60]})


def test_t25():
    """12 000 + 43 200 + 36 000 = 91 200 against 900 000 x 10.5 % = 94 500: -3.492 %."""
    total, market = composition.compose(GROUPS).total, composition.decompose(900_000, 0.105)
    found = composition.compare(total, market)
    assert (total, market) == (91_200, 94_500)
    assert found.difference == pytest.approx(-0.03492, abs=5e-6) and not found.reconcile


def test_growth_and_unknown_rates():
    """12 000 x 1.1 = 13 200; the group without units is left out of the sum."""
    groups = GROUPS.assign(growth=[0.1, 0, 0], units_per_order=[40, None, 60])
    assert composition.compose(groups).total == pytest.approx(13_200 + 36_000)


def test_damping_agrees_with_the_covariance_matrix():
    """Independent: the variance of the summed series by numpy."""
    frame = pd.DataFrame(np.random.default_rng(1).normal([100, 200, 50], [10, 30, 9], (24, 3)))
    found = composition.measure_damping(frame)
    assert found.cv_total == pytest.approx(frame.sum(axis=1).std(ddof=1) / frame.sum(axis=1).mean())
    assert found.cv_total < found.cv_groups


def test_t26():
    rows = [("m1", 4, 2, 3, 4, 3), ("m2", 2, 4, 3, 2, 4), ("m3", 5, 3, 3, 5, 4), ("m4", 3, 4, 3, 3, 4),
            ("m5", 4, 3, 2, 4, 3)]
    found = forecast.score_methods(pd.DataFrame(rows, columns=["method_id", *forecast.CRITERIA]),
                                   (0.15, 0.35, 0.15, 0.15, 0.20))
    scores = found.scores.set_index("method_id")["score"]
    assert scores[["m1", "m2", "m3", "m4", "m5"]].tolist() == pytest.approx([2.95, 3.25, 3.80, 3.55, 3.15])
    assert found.method == "m3" and found.combine == ()


def test_equal_scores_go_to_fewer_resources_and_may_be_combined():
    rows = [("a", 3, 3, 3, 3, 3), ("b", 3, 3, 2, 4, 3)]
    found = forecast.score_methods(pd.DataFrame(rows, columns=["method_id", *forecast.CRITERIA]))
    assert found.method == "b" and found.combine == ("b", "a")


def test_t27_smoothing():
    run = forecast.smooth(D, alpha=0.2)
    assert run.fitted[1:].tolist() == pytest.approx([100, 102, 105.6, 107.48, 110.984])
    assert run.ahead[0] == pytest.approx(114.7872)
    found = forecast.measure_accuracy(D, run.fitted)
    assert (found.mae, found.bias, found.tracking, found.alarm) == pytest.approx((14.7872, 14.7872, 5.0, True), rel=1e-4)


def test_t27_moving_average_and_trend():
    run = forecast.moving_average(D, k=3)
    assert [*run.fitted[3:], run.ahead[0]] == pytest.approx([110, 115, 120, 123.3333])
    assert forecast.measure_accuracy(D, run.fitted).mae == pytest.approx(8.3333, rel=1e-4)
    line = forecast.trend(D)
    assert (line.constants["slope"], line.constants["intercept"], line.ahead[0]) == pytest.approx(
        (5.42857, 97.66667, 135.6667), rel=1e-5)


def series(n=48, seed=6):
    rng, t = np.random.default_rng(seed), np.arange(n)
    return 200 + 3 * t + 40 * np.sin(2 * np.pi * t / 12) + rng.normal(0, 8, n)


def test_smoothing_and_holt_agree_with_statsmodels():
    """Independent: statsmodels' SimpleExpSmoothing and Holt with the same start and constants."""
    from statsmodels.tsa.holtwinters import Holt, SimpleExpSmoothing

    y = series()
    ses = SimpleExpSmoothing(y, initialization_method="known", initial_level=y[0]).fit(0.3, optimized=False)
    assert forecast.smooth(y, 3, alpha=0.3).fitted[1:] == pytest.approx(ses.fittedvalues[1:])
    theirs = Holt(y[1:], initialization_method="known", initial_level=y[0], initial_trend=y[1] - y[0]).fit(
        0.4, 0.2, optimized=False)
    ours = forecast.holt(y, 3, alpha=0.4, beta=0.2)
    assert ours.fitted[2:] == pytest.approx(theirs.fittedvalues[1:])
    assert ours.ahead == pytest.approx(theirs.forecast(3))


def test_every_origin_of_the_trend_is_a_least_squares_line():
    """Independent: scipy.stats.linregress on the periods before each target."""
    from scipy.stats import linregress

    y = series(20)
    fitted = forecast.trend(y).fitted
    for t in range(3, 20):
        line = linregress(np.arange(1, t + 1), y[:t])
        assert fitted[t] == pytest.approx(line.intercept + line.slope * (t + 1))


def test_no_forecast_has_seen_its_own_period():
    """Changing the last period changes no one-step forecast of any method."""
    y = series()
    other = np.r_[y[:-1], 9999]
    for name in ("naive", "moving_average", "smooth", "holt", "trend", "seasonal_naive"):
        model = getattr(forecast, name)
        assert np.array_equal(model(y).fitted, model(other).fitted, equal_nan=True), name


def test_the_planted_pattern_chooses_its_method():
    t = np.arange(48)
    season = 100 + 50 * np.sin(2 * np.pi * t / 12)
    assert forecast.choose(season).method == "seasonal_naive"
    assert forecast.choose(50 + 5.0 * t + np.random.default_rng(0).normal(0, 9, 48), season=None).method == "trend"
    level = forecast.choose(np.random.default_rng(1).normal(100, 10, 60), season=None)
    assert level.method in ("smoothing", "moving_average") and level.methods.set_index("method_id")["mase"]["naive"] > \
        level.methods.set_index("method_id")["mase"][level.method]


def test_the_interval_covers_about_95_of_100():
    """200 series of white noise: the next value lies inside 90 to 99 % of the intervals."""
    rng, inside = np.random.default_rng(8), 0
    for _ in range(200):
        y = rng.normal(100, 10, 41)
        ahead = forecast.choose(y[:40], horizon=1, season=None).ahead
        inside += ahead["low"][0] <= y[40] <= ahead["high"][0]
    assert 180 <= inside <= 198


def test_one_period_two_periods_zeros_and_constants():
    one = forecast.choose([7], horizon=2)
    assert one.method == "naive" and one.ahead["value"].tolist() == [7, 7] and one.ahead["low"].isna().all()
    assert words_in("en").reason(one.warnings[0]) == \
        "Only 1 periods: the forecast has no interval and no method could be compared."
    assert forecast.choose([7, 9]).ahead["value"][0] == 9
    zero = forecast.choose([0] * 24)
    assert zero.ahead["value"].tolist() == [0] * 6 and zero.ahead["high"].tolist() == [0] * 6
    assert forecast.choose([5] * 30).ahead["value"].tolist() == pytest.approx([5] * 6)
    assert forecast.measure_accuracy([0, 4], [1, 4]).mape is None


def test_gaps_are_not_filled():
    found = forecast.choose([1, 2, None, 10, 11, 12, 13, 14])
    assert words_in("en").reason(found.warnings[0]) == \
        "Periods without a known demand: 1. Only the 5 periods on one side of them were used."
    assert found.ahead["value"][0] >= 12


def test_a_method_chosen_by_somebody():
    found = forecast.choose(series(), method="naive")
    assert found.method == "naive" and found.methods.loc[found.methods["chosen"], "method_id"].tolist() == ["naive"]


def test_seasonal_scale_of_mase():
    """Changes over two periods are 2, 2, 2: MAE 1 gives 1 / 2; over one period they are 3, 1, 3, 1: 1 / 2 too, by 2."""
    measure = forecast.measure_accuracy
    assert measure([5, 7], [4, 8], [1, 4, 3, 6, 5], season=2).mase == pytest.approx(1 / 2)
    assert measure([5, 7], [4, 8], [1, 4, 3, 6, 5]).mase == pytest.approx(1 / 2)
    assert measure([5, 7], [4, 8], [1, 4], season=12).mase == pytest.approx(1 / 3)


@pytest.mark.parametrize("call, kind, message", [
    (lambda: forecast.holt([5]), NotComputable, "At least 2 periods without a gap are needed; there are 1."),
    (lambda: forecast.moving_average([5, 6, None]), NotComputable,
     "At least 3 periods without a gap are needed; there are 2."),
    (lambda: forecast.choose([]), NotComputable, "There is no demand history."),
    (lambda: forecast.choose([1, "x"]), ParameterError, "demand = 'x' is not a number that is not negative."),
    (lambda: forecast.choose([1, -2]), ParameterError, "demand = -2 is not a number that is not negative."),
    (lambda: forecast.choose([1, 2], horizon=0), ParameterError, "A horizon has at least 1 period; it is 0."),
    (lambda: forecast.choose([1, 2], method="best"), ParameterError,
     "There is no forecasting method best; there are naive, seasonal_naive, moving_average, smoothing, holt, trend."),
    (lambda: forecast.choose([1, 2], method="holt"), NotComputable, "The method holt needs 10 periods; there are 2."),
    (lambda: forecast.choose([1, 2], method="seasonal_naive", season=None), NotComputable,
     "The method seasonal_naive needs a season, and none is known."),
    (lambda: composition.compare(1, 0), NotComputable,
     "The market from above is 0: there is nothing to compare the groups with."),
    (lambda: composition.compose(pd.DataFrame({"group_id": []})), ParameterError, "The groups have no column n."),
])
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message
