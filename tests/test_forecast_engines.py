"""Engines, rolling origins, patterns of demand and the explanation of the choice, method.md 5.2."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods import forecast
from svcnb.methods.forecast import (
    ENGINES,
    choose,
    classify_demand,
    explain_choice,
    fit_model,
    forecast_by_origins,
)
from svcnb.methods.forecast.criteria import compare_choices, merge_scores
from svcnb.methods.forecast.rolling import plan_origins

ROOT = Path(__file__).resolve().parents[1]
# Box and Jenkins, series G: airline passengers 1949 to 1960 (R: AirPassengers)
PASSENGERS = [112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114,
              140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191,
              172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259,
              229, 203, 229, 242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405,
              355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491,
              505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535,
              622, 606, 508, 461, 390, 432]
RARE = [0, 0, 6, 0, 0, 2, 0, 0, 0, 8, 0, 3]


def series(n=60, seed=6, season=40.0):
    rng, t = np.random.default_rng(seed), np.arange(n)
    return 200 + 3 * t + season * np.sin(2 * np.pi * t / 12) + rng.normal(0, 8, n)


def walk(n=60, seed=3):
    return 200 + np.cumsum(np.random.default_rng(seed).normal(1, 5, n))


def test_arima_agrees_with_r():
    """R 4.2: arima(log(AirPassengers), c(0,1,1), seasonal = c(0,1,1)): ma1 -0.40183, sma1 -0.55694, predict(m, 3).

    The library's search stops a little off R's maximum: the parameters agree to 0.03, the forecasts to 2 in 10 000.
    """
    fitted = fit_model("arima", np.log(PASSENGERS), 12, form="0,1,1,0,1,1,0,0")
    assert fitted.constants["form"] == "(0,1,1)(0,1,1)[12]"
    assert (fitted.constants["ma1"], fitted.constants["sma1"]) == pytest.approx((-0.40183, -0.55694), abs=0.03)
    assert fitted.forward(np.log(PASSENGERS), 3) == pytest.approx([6.110186, 6.053775, 6.171715], rel=2e-4)
    assert fitted.spread(3) == pytest.approx([0.0367156, 0.0427829, 0.0480907], rel=0.03)


def test_causal_regression_agrees_with_r():
    """R 4.2: predict(lm(y ~ x + z), data.frame(x = c(11, 12), z = c(6, 2)), interval = "prediction"); fit and bounds."""
    y = [52, 60, 58, 71, 69, 80, 78, 91, 88, 99, 97, 110, 108, 121, 118, 131, 128, 140, 139, 150]
    x = [1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12]
    z = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2]
    fitted = fit_model("causal", y, regressors=np.column_stack([x, z]))
    assert list(fitted.constants.values()) == pytest.approx([39.94045755983, 9.97187636247, -0.07664241951])
    assert fitted.forward(y, 2) == pytest.approx([149.1712430, 159.4496891])
    half = 2.109815578 * fitted.spread(2)  # qt(.975, 17)
    assert half == pytest.approx([152.5150675 - 149.1712430, 163.0763569 - 159.4496891], rel=1e-6)


@pytest.mark.parametrize("form, options", [
    ("ANN", {}), ("AAN", {"trend": "add"}), ("AAA", {"trend": "add", "seasonal": "add", "seasonal_periods": 12}),
    ("MNM", {"error": "mul", "seasonal": "mul", "seasonal_periods": 12})])
def test_ets_forecasts_agree_with_statsmodels(form, options):
    """Independent: statsmodels' ETSModel of the same form by its own maximum likelihood; within 1 %."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    y = series() if len(options) > 1 else walk()
    if form == "MNM":
        y = 200 * (1 + 0.2 * np.sin(2 * np.pi * np.arange(60) / 12)) * np.exp(np.random.default_rng(5).normal(0, 0.03, 60))
    theirs = ETSModel(y, **options).fit(disp=False, maxiter=5000)
    ours = fit_model("ets", y, 12 if "seasonal" in options else None, form=form + "N")
    assert ours.constants["form"] == form + "N"
    assert ours.forward(y, 12) == pytest.approx(theirs.forecast(12), rel=0.01)


def test_spread_of_simple_smoothing_by_hand():
    """Class 1 of Hyndman et al. (2008), table 6.1: s_h = s_1 sqrt(1 + (h - 1) alpha^2)."""
    fitted = fit_model("ets", walk(), None, form="ANNN")
    alpha = fitted.constants["alpha"]
    assert fitted.spread(4) / fitted.spread(4)[0] == pytest.approx(np.sqrt(1 + np.arange(4) * alpha**2), rel=1e-9)


def test_theta_agrees_with_statsmodels():
    """Independent: statsmodels' ThetaModel (smoothing with drift, Hyndman and Billah 2003); within half a per cent."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    y = walk()
    theirs = ThetaModel(y, period=1, deseasonalize=False).fit().forecast(6)
    assert fit_model("theta", y).forward(y, 6) == pytest.approx(theirs.to_numpy(), rel=0.005)


def test_decomposition_finds_the_planted_season():
    """A straight line and an exact season: the loess gives both back, so the forecast is the continuation."""
    t = np.arange(72)
    whole = 300 + 2 * t + 50 * np.sin(2 * np.pi * t / 12)
    fitted = fit_model("decomposition", whole[:60], 12)
    assert fitted.forward(whole[:60], 12) == pytest.approx(whole[60:], rel=1e-3)


def test_holt_winters_agrees_with_statsmodels():
    """Independent: statsmodels' ExponentialSmoothing(trend = add, seasonal = add), estimated start; within 1 %."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    y = series()
    theirs = ExponentialSmoothing(y, trend="add", seasonal="add", seasonal_periods=12).fit().forecast(12)
    assert fit_model("holt_winters", y, 12).forward(y, 12) == pytest.approx(theirs, rel=0.01)


def croston(demand, a=0.1):
    """Croston (1972) as written: first size and first interval start, both smoothed when there is demand."""
    size = interval = None
    waited = 1
    for value in demand:
        if value > 0:
            size = value if size is None else size + a * (value - size)
            interval = waited if interval is None else interval + a * (waited - interval)
            waited = 1
        else:
            waited += 1
    return size / interval


def test_intermittent_methods_by_hand():
    """Croston by the loop above; SBA is 1 - 0.1 / 2 = 0.95 of it; TSB smooths size and chance with 0.1."""
    expected = croston(RARE)
    assert fit_model("croston", RARE).forward(RARE, 3) == pytest.approx([expected] * 3)
    assert fit_model("sba", RARE).forward(RARE, 1)[0] == pytest.approx(0.95 * expected)
    size, chance = 6.0, 0.0
    for value in RARE:
        chance += 0.1 * ((value > 0) - chance)
    for value in [v for v in RARE if v > 0][1:]:
        size += 0.1 * (value - size)
    assert fit_model("tsb", RARE).forward(RARE, 1)[0] == pytest.approx(size * chance)


def test_forward_fits_nothing_again():
    """From another origin the constants stay: forecasting from the fit of 43 periods is not the fit of 60."""
    y = series()
    early, late = fit_model("ets", y[:43], 12), fit_model("ets", y, 12)
    assert early.forward(y[:43], 3) != pytest.approx(early.forward(y, 3))
    assert late.forward(y, 3) != pytest.approx(early.forward(y, 3), rel=1e-9)
    kept = fit_model("ets", y, 12, form=early.form)
    assert kept.form == early.form


@pytest.mark.parametrize("name", list(ENGINES))
def test_engines_are_pure(name):
    """Same answer twice, the demand unchanged, numpy's global random state untouched."""
    y = np.round(series())
    if name in ("croston", "sba", "tsb"):
        y[np.arange(60) % 3 > 0] = 0
    before, state = y.copy(), np.random.get_state()[1].copy()  # noqa: NPY002
    options = {"regressors": np.arange(66.0)[:, None]} if name == "causal" else {}
    one, two = (fit_model(name, y, 12, **options) for _ in range(2))
    assert np.array_equal(one.forward(y, 6), two.forward(y, 6)) and np.array_equal(one.spread(6), two.spread(6))
    assert np.isfinite(one.forward(y, 6)).all() and (one.spread(6) >= 0).all() and len(one.forward(y, 6)) == 6
    assert np.array_equal(y, before) and np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002


def test_every_engine_has_a_name_a_need_and_scores():
    scored = set(merge_scores(None)["method_id"]) | set(forecast.ENGINE_SCORES["method_id"])
    for name in ENGINES:
        assert name in forecast.NAMES and name in scored
        assert forecast.engines.periods_needed(name, 12, 1) >= 1


def test_import_writes_nothing_beside_the_package(tmp_path):
    """A first forecast by a compiled method in a fresh interpreter: no file in home, working folder or numba's cache."""
    home = tmp_path / "home"
    home.mkdir()
    code = ("from svcnb.methods.forecast import fit_model; "
            "fit_model('sba', [0, 0, 6, 0, 0, 2, 0, 0, 0, 8, 0, 3]).forward([0, 1, 0, 2], 1)")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), "XDG_CACHE_HOME": str(home), "MPLCONFIGDIR": str(home),
           "NUMBA_CACHE_DIR": str(home / "numba"), "PYTHONDONTWRITEBYTECODE": "1"}
    env.pop("NIXTLA_NUMBA_CACHE", None)
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=home, env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "" and ran.stderr == "" and list(home.rglob("*")) == []


@pytest.mark.parametrize("n, horizon, expected", [(60, 12, (6, 12)), (60, 100, (6, 25)), (24, 12, (6, 7)), (7, 3, (3, 1)),
                                                 (5, 1, (0, 0)), (0, 1, (0, 0))])
def test_origins_leave_half_to_learn_from(n, horizon, expected):
    """60 periods, 12 ahead: origins after 43 to 48, the last forecast reaching period 60."""
    assert plan_origins(n, horizon) == expected


def test_rolled_errors_by_hand():
    """Seasonal naive and naive written out: six origins after 43 .. 48, twelve steps, MASE by the seasonal change."""
    y = series()
    found = forecast_by_origins(y, ["naive", "seasonal_naive"], horizon=12, season=12)
    scale = np.abs(y[12:] - y[:-12]).mean()
    rows = found.table.set_index("method_id")
    last = np.mean([np.abs(y[o: o + 12] - y[o - 1]).mean() for o in range(43, 49)])
    before = np.mean([np.abs(y[o: o + 12] - y[o - 12: o]).mean() for o in range(43, 49)])
    assert rows.loc["naive", ["mae", "mase"]].tolist() == pytest.approx([last, last / scale])
    assert rows.loc["seasonal_naive", ["mae", "mase"]].tolist() == pytest.approx([before, before / scale])
    one = np.array([y[o] - y[o - 1] for o in range(43, 49)])
    assert rows.loc["naive", ["mae_next", "bias", "tracking"]].tolist() == pytest.approx(
        [np.abs(one).mean(), one.mean(), one.sum() / np.abs(one).mean()])
    assert rows["n_errors"].tolist() == [72, 72] and found.n_origins == 6 and found.steps == 12
    assert found.fitted[43:49] == pytest.approx(y[31:37]) and np.isnan(found.fitted[:43]).all()


def test_methods_as_good_are_averaged():
    """Errors within 20 % of the least: the forecast is the plain mean of the members' own."""
    y = walk(80)
    found = forecast_by_origins(y, ["naive", "smoothing", "theta", "ets"], horizon=3, season=None)
    assert found.method == "mean_of_best" and len(found.members) == 3
    alone = [forecast_by_origins(y, [name], horizon=3, season=None).ahead["value"] for name in found.members]
    assert found.ahead["value"].to_numpy() == pytest.approx(np.mean(alone, axis=0))
    mean = found.table.set_index("method_id").loc["mean_of_best"]
    assert mean["mae"] <= found.table.loc[found.table["method_id"].isin(found.members), "mae"].max()


def test_the_planted_pattern_is_followed():
    """Trend and season: a method that knows both wins clearly over those that know neither."""
    found = choose(series(), horizon=12, engines=True)
    assert {"naive", "moving_average", "smoothing", "holt", "trend"}.isdisjoint(found.members)
    assert found.by_criteria in ("smoothing", "holt", "holt_winters") and found.steps == 12 and found.pattern == "smooth"
    low, low80, value, high80, high = (found.ahead[c] for c in ("low", "low80", "value", "high80", "high"))
    assert ((low < low80) & (low80 < value) & (value < high80) & (high80 < high)).all()


def test_intervals_cover_as_often_as_they_say():
    """120 series of season, walk and noise, 12 months each: 95 % intervals hold 90 to 99 %, 80 % ones 72 to 90 %."""
    inside80, inside95, names = [], [], ("seasonal_naive", "smoothing", "theta", "decomposition")
    for seed in range(120):
        rng, t = np.random.default_rng(seed), np.arange(72)
        y = 500 + np.cumsum(rng.normal(0, 8, 72)) + 60 * np.sin(2 * np.pi * t / 12) + rng.normal(0, 20, 72)
        ahead, future = choose(y[:60], horizon=12, engines=names).ahead, y[60:]
        inside80 += list((ahead["low80"] <= future) & (future <= ahead["high80"]))
        inside95 += list((ahead["low"] <= future) & (future <= ahead["high"]))
    assert 0.72 <= np.mean(inside80) <= 0.90 and 0.90 <= np.mean(inside95) <= 0.99


def test_causal_regression_wins_where_the_cause_is_known():
    """Demand is 5 + 3 x and noise; x is known ahead and jumps there, which no other method can know."""
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 100, 46)
    y = 5 + 3 * x[:40] + rng.normal(0, 2, 40)
    found = choose(y, horizon=6, season=None, engines=("naive", "smoothing"), regressors=x)
    assert found.method == "causal" and found.ahead["value"].to_numpy() == pytest.approx(5 + 3 * x[40:], abs=6)
    gap = [*y[:10], None, *y[11:]]
    after = choose(gap, horizon=6, season=None, engines=("naive",), regressors=x)
    assert after.ahead["value"].to_numpy() == pytest.approx(5 + 3 * x[40:], abs=6)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(1, 7), st.sampled_from([None, 4, 12]))
def test_any_demand_has_a_forecast(demand, horizon, season):
    """Zeros, constants, single periods: a forecast that is a number and not below 0, one row a step; the input stays."""
    before = list(demand)
    found = choose(demand, horizon=horizon, season=season, engines=("naive", "seasonal_naive", "smoothing", "trend", "sba"))
    assert len(found.ahead) == horizon and np.isfinite(found.ahead["value"]).all() and (found.ahead["value"] >= 0).all()
    assert demand == before and found.methods["chosen"].sum() == 1
    known = found.ahead.dropna()
    assert ((known["low"] <= known["value"] + 1e-9) & (known["value"] <= known["high"] + 1e-9)).all()
    assert words_in("en").reason(explain_choice(found)) and words_in("es").reason(explain_choice(found))


@pytest.mark.parametrize("demand", [[5] * 40, [0] * 40, [3, 4, 5], [0, 0, 7], [0.5] * 3, [0] * 39 + [4], [1e12] * 20,
                                    [*range(100)], [0, 1] * 20, [10] * 20 + [1000] + [10] * 20])
def test_awkward_series_through_all_engines(demand):
    found = choose(demand, engines=True)
    assert np.isfinite(found.ahead["value"]).all() and (found.ahead["value"] >= 0).all()
    if len(set(demand)) == 1:
        assert found.method == "naive" and found.ahead["value"].tolist() == pytest.approx([demand[0]] * 6)


def test_constant_and_short_series_say_so():
    en = words_in("en")
    assert [en.reason(r) for r in choose([5] * 30, engines=True).warnings] == \
        ["The demand was the same in all 30 periods: it is carried forward."]
    short = choose([3, 4, 5], engines=True)
    assert short.method == "naive" and short.agree is None and short.ahead["low"].isna().all()
    assert en.reason(short.warnings[0]) == "Only 3 periods: the forecast has no interval and no method could be compared."
    assert en.reason(explain_choice(short)) == \
        "There were too few periods to compare methods: last period is taken for want of anything better."
    assert explain_choice(short).level == "missing"
    notes = short.methods.set_index("method_id")["filtered"]
    assert notes["ets"] == "too little history" and notes["causal"] == "no regressors"
    assert choose([3, 4, 5], season=None, engines=True).methods.set_index("method_id")["filtered"]["decomposition"] == "no season"


def test_rare_demand_gets_the_methods_for_it():
    """Every third month: intermittent; squared errors decide, and smoothing over all months would not be asked ETS."""
    rng = np.random.default_rng(4)
    demand = np.where(np.arange(60) % 3 == 0, rng.integers(4, 8, 60), 0)
    found = choose(demand, season=None, engines=True)
    tried = found.methods.loc[found.methods["n_errors"] > 0, "method_id"].tolist()
    assert found.pattern == "intermittent" and set(tried) == {"naive", "moving_average", "smoothing", "croston", "sba", "tsb"}
    assert found.methods.set_index("method_id")["filtered"]["ets"] == "not for this kind of demand"
    compared = found.methods[found.methods["n_errors"] > 0].set_index("method_id")
    assert found.method == compared["rmse"].idxmin() and found.ahead["value"][0] == pytest.approx(5.5 / 3, rel=0.4)


@pytest.mark.parametrize("demand, name, adi, cv2", [
    ([4, 5, 6, 5], "smooth", 1.0, (np.std([4, 5, 6, 5], ddof=1) / 5) ** 2),
    ([1, 30, 1, 40], "erratic", 1.0, (np.std([1, 30, 1, 40], ddof=1) / 18) ** 2),
    ([0, 5, 0, 5], "intermittent", 2.0, 0.0), ([0, 1, 0, 40, 0, 2], "lumpy", 2.0, (np.std([1, 40, 2], ddof=1) / (43 / 3)) ** 2),
    ([0, 7], "intermittent", 2.0, None), ([1] * 25 + [0] * 8, "intermittent", 1.32, 0.0)])
def test_patterns_by_hand(demand, name, adi, cv2):
    """ADI = periods / demands, CV2 = (s / mean)^2 of the sizes; 33 / 25 = 1.32 is on the cut."""
    found = classify_demand(demand)
    assert (found.name, found.adi) == (name, pytest.approx(adi))
    assert found.cv2 == (None if cv2 is None else pytest.approx(cv2))


def test_explanations_in_words():
    en = words_in("en")
    assert en.reason(explain_choice(choose([5] * 30))) == "In 15 trials last period made no error: nothing could do better."
    found = choose(series(), horizon=12, engines=("naive", "smoothing", "ets"))
    rows = found.methods.set_index("method_id")
    more = rows.loc["smoothing", "mae"] / rows.loc["ets", "mae"] - 1
    assert en.reason(explain_choice(found)) == (
        f"In 6 trials automatic exponential smoothing (ETS) erred least ({rows.loc['ets', 'mase']:.1%} of the usual change); the "
        f"weighted criteria would take another, simple exponential smoothing (score 4.00), which erred {more:.1%} more."
    ).replace("%", " %")
    assert explain_choice(found).level == "warning" and found.agree is False
    given = choose(series(), horizon=12, engines=("naive", "ets"), method="naive")
    rows = given.methods.set_index("method_id")
    more = rows.loc["naive", "mae"] / rows.loc["ets", "mae"] - 1
    assert given.is_given and en.reason(explain_choice(given)) == (
        f"last period was chosen by somebody; in 6 trials it erred {more:.1%} more than automatic exponential smoothing (ETS)."
    ).replace("%", " %")
    level = choose(np.random.default_rng(1).normal(100, 10, 60), season=None, horizon=3, engines=("smoothing", "moving_average"))
    assert level.agree and level.members == ("smoothing", "moving_average")
    error = level.methods.set_index("method_id").loc["mean_of_best", "mase"]
    assert en.reason(explain_choice(level)) == (
        "In 6 trials these erred least, and too nearly alike to tell apart: simple exponential smoothing, moving average. Their "
        f"mean is taken (error {error:.1%} of the usual change); one of them, or one as good, is what the weighted criteria ask "
        "for.").replace("%", " %")


def test_a_choice_that_cannot_be_tried_says_so():
    """13 periods bear six origins after 7 of them: too few for the trend, which 13 do bear."""
    en, found = words_in("en"), choose([*range(3, 16)], horizon=1, season=None, engines=("naive",), method="trend")
    assert found.ahead["value"][0] == pytest.approx(16) and found.ahead["low"].isna().all() and found.n_origins == 6
    assert [en.reason(r) for r in found.warnings] == \
        ["The method trend has too little history to be tried on the past: its forecast has no interval."]
    assert en.reason(explain_choice(found)) == \
        "straight line (trend) was chosen by somebody; there is too little history to try it on the past."


def test_agreement_of_the_two_ways():
    """Scores nearer than 0.10 are as good; a method averaged counts."""
    ranked = pd.DataFrame({"method_id": ["a", "b", "c"], "score": [4.0, 3.91, 3.90]})
    assert compare_choices(ranked, ["a", "b", "c"], ("b",)) == ("a", True)
    assert compare_choices(ranked, ["a", "b", "c"], ("c",)) == ("a", False)
    assert compare_choices(ranked, ["a", "b", "c"], ("c", "a")) == ("a", True)
    assert compare_choices(ranked, [], ("x",)) == ("", None)


@pytest.mark.parametrize("call, kind, message", [
    (lambda: fit_model("best", [1]), ParameterError,
     "There is no forecasting method best; there are naive, seasonal_naive, moving_average, smoothing, holt, trend, "
     "holt_winters, theta, ets, decomposition, arima, causal, croston, sba, tsb."),
    (lambda: choose([1, 2], engines=("best",)), ParameterError,
     "There is no forecasting method best; there are naive, seasonal_naive, moving_average, smoothing, holt, trend, "
     "holt_winters, theta, ets, decomposition, arima, causal, croston, sba, tsb."),
    (lambda: fit_model("ets", [1, 2, 3]), NotComputable, "The method ets cannot be fitted to 3 periods."),
    (lambda: fit_model("naive", [1, np.nan]), NotComputable, "The method naive cannot be fitted to 2 periods."),
    (lambda: fit_model("causal", [*range(30)], regressors=np.ones((30, 2))), NotComputable,
     "The method causal cannot be fitted to 30 periods."),
    (lambda: choose([1, 2, 3], engines=True, method="ets"), NotComputable, "The method ets cannot be fitted to 3 periods."),
    (lambda: choose([1, -2], engines=True), ParameterError, "demand = -2 is not a number that is not negative."),
    (lambda: choose([1, np.inf], engines=True), ParameterError, "demand = inf is not a number that is not negative."),
    (lambda: choose([None, None], engines=True), NotComputable, "There is no demand history."),
    (lambda: choose([1, 2], season=0), ParameterError, "A season has at least 1 period; it is 0."),
    (lambda: choose([1, 2], horizon=2, regressors=[1, 2, 3]), ParameterError,
     "The regressors need a known value for each of the 2 periods and the 2 ahead."),
    (lambda: choose([1, 2], horizon=1, regressors=[1, 2, None]), ParameterError,
     "The regressors need a known value for each of the 2 periods and the 1 ahead."),
    (lambda: forecast_by_origins([1, 2], ["ets"]), NotComputable, "No forecasting method has history enough."),
    (lambda: classify_demand([0, 0]), NotComputable, "Nothing was demanded in 2 periods: there is no pattern."),
    (lambda: classify_demand([1, None]), ParameterError,
     "A demand pattern is told from numbers that are not negative, without gaps."),
])
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message
