"""Many series at once: alignment, gaps, bad series, progress and cancel, explanation, method.md 5.2."""

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.forecast import choose, choose_many, explain_choice

SMALL = ("naive", "seasonal_naive", "smoothing", "sba")


def frame(series: dict, start="2020-01-01", freq="MS") -> pd.DataFrame:
    parts = [pd.DataFrame({"series_id": name, "period": pd.date_range(start, periods=len(values), freq=freq),
                           "demand": list(values)}) for name, values in series.items()]
    return pd.concat(parts, ignore_index=True)


def season(n=48, seed=1):
    t = np.arange(n)
    return np.round(200 + 80 * np.sin(2 * np.pi * t / 12) + np.random.default_rng(seed).normal(0, 5, n))


def test_each_series_is_what_choose_says_of_it_alone():
    """One row a series in the order given, equal to choose with the same methods; six forecasts each; all explained."""
    data = {"🚚 <b>north</b>": season(), "07": season(40, 2)[::-1], "rare": [0, 0, 3] * 16}
    given = frame(data)
    before = given.copy()
    found = choose_many(given, engines=SMALL)
    pd.testing.assert_frame_equal(given, before)
    assert found.series["series_id"].tolist() == list(data) and not found.cancelled and found.n_total == 3
    for name, values in data.items():
        alone = choose(values, engines=SMALL)
        row = found.series.set_index("series_id").loc[name]
        rows = found.forecasts[found.forecasts["series_id"] == name]
        assert (row["method"], row["by_criteria"], row["agree"], row["pattern"]) == (
            alone.method, alone.by_criteria, alone.agree, alone.pattern)
        assert rows["value"].to_numpy() == pytest.approx(alone.ahead["value"].to_numpy())
        assert rows["low80"].to_numpy() == pytest.approx(alone.ahead["low80"].to_numpy())
        assert words_in("en").reason(row["explanation"]) == words_in("en").reason(explain_choice(alone))
    months = found.forecasts.loc[found.forecasts["series_id"] == "07", "period"]
    assert months.tolist() == list(pd.date_range("2023-05-01", periods=6, freq="MS"))
    agreed = [bool(v) for v in found.series["agree"]]
    assert found.share_agreed == sum(agreed) / 3


def test_row_order_changes_nothing():
    given = frame({"a": season(), "b": season(36, 5)})
    one = choose_many(given, engines=SMALL).forecasts.sort_values(["series_id", "step"]).reset_index(drop=True)
    mixed = given.sample(frac=1, random_state=3)
    two = choose_many(mixed, engines=SMALL).forecasts.sort_values(["series_id", "step"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(one, two)


def test_a_month_left_out_is_a_gap_not_a_zero():
    """Of 48 months the 20th is not there: the 28 after it are used, and said."""
    given = frame({"a": season()}).drop(index=19)
    found = choose_many(given, engines=SMALL)
    assert [words_in("en").reason(r) for r in found.series["warnings"][0]] == \
        ["Periods without a known demand: 1. Only the 28 periods on one side of them were used."]
    unknown = frame({"a": season()})
    unknown.loc[19, "demand"] = None
    assert choose_many(unknown, engines=SMALL).forecasts["value"].tolist() == found.forecasts["value"].tolist()


def test_bad_series_have_their_reason_and_the_others_their_forecast():
    """Negative, text, infinite and unknown demand; three observations; constant; zeros."""
    en = words_in("en")
    text = season().astype(object)
    text[3] = "many"
    data = {"good": season(), "negative": [1, -2, 3], "text": text, "infinite": [1.0, np.inf, 2], "unknown": [None] * 5,
            "three": [3, 4, 5], "constant": [7] * 30, "zero": [0] * 30}
    found = choose_many(frame({k: np.asarray(v, dtype=object) for k, v in data.items()}), engines=SMALL)
    said = {row.series_id: en.reason(row.explanation) for row in found.series.itertuples()}
    assert said["negative"] == "demand = -2 is not a number that is not negative."
    assert said["text"] == "demand = 'many' is not a number that is not negative."
    assert said["infinite"] == "demand = inf is not a number that is not negative."
    assert said["unknown"] == "There is no demand history."
    assert said["three"] == "There were too few periods to compare methods: last period is taken for want of anything better."
    assert said["constant"] == "In 6 trials last period made no error: nothing could do better."
    computed = set(found.forecasts["series_id"])
    assert computed == {"good", "three", "constant", "zero"} == set(found.series.loc[found.series["method"] != "", "series_id"])
    assert found.forecasts.loc[found.forecasts["series_id"] == "zero", "high"].tolist() == [0.0] * 6
    assert found.series.set_index("series_id").loc["negative", "mase"] is not None
    assert found.series.set_index("series_id")["agree"].isna()["negative"]


def test_progress_and_cancel():
    """25 series in blocks of ten: 10, 20, 25; stopped before the third block twenty are done."""
    given = frame({k: [1, 2, 3, 4] for k in range(25)})
    seen = []
    choose_many(given, engines=("naive",), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(10, 25), (20, 25), (25, 25)]
    asked = iter([False, False, True])
    found = choose_many(given, engines=("naive",), cancelled=lambda: next(asked))
    assert found.cancelled and len(found.series) == 20 and found.forecasts["series_id"].nunique() == 20
    assert words_in("en").reason(found.warnings[0]) == "Stopped after 20 of 25 series."
    none = choose_many(given, engines=("naive",), cancelled=lambda: True)
    assert len(none.series) == 0 and len(none.forecasts) == 0 and none.share_agreed is None


@pytest.mark.parametrize("freq", ["W-MON", "W-SUN", "D", "QS", "YS"])
def test_time_between_periods_is_told_from_the_dates(freq):
    """Each later period begins one step after the last of the data."""
    given = frame({"a": [3, 4, 5, 4]}, freq=freq)
    found = choose_many(given, horizon=2, season=None, engines=("naive",))
    expected = pd.date_range(given["period"].iloc[-1], periods=3, freq=freq)[1:]
    assert found.forecasts["period"].tolist() == list(expected)
    assert found.series["n"][0] == 4


def test_winner_of_the_table_has_the_least_error():
    found = choose_many(frame({k: season(60, k) for k in range(4)}), horizon=12, engines=SMALL)
    for name, rows in found.errors.groupby("series_id"):
        assert rows.loc[rows["chosen"], "mae"].iloc[0] <= rows["mae"].min() * 1.2
        assert found.series.set_index("series_id").loc[name, "mae"] == rows.loc[rows["chosen"], "mae"].iloc[0]


@pytest.mark.parametrize("call, kind, message", [
    (lambda: choose_many(pd.DataFrame({"period": []})), ParameterError, "The series have no column series_id, demand."),
    (lambda: choose_many(pd.DataFrame({"series_id": [], "period": [], "demand": []})), NotComputable,
     "There is no demand history."),
    (lambda: choose_many(pd.concat([frame({"a": [1, 2]})] * 2)), ParameterError,
     "Series a has two demands for the period 2020-01-01 00:00:00."),
    (lambda: choose_many(frame({"a": [1, 2]}).assign(period=[None, "2020-01-01"])), ParameterError,
     "1 rows of the series have no period."),
    (lambda: choose_many(frame({"a": [1, 2]}).assign(period=["soon", "later"])), ParameterError,
     "The periods of the series are neither dates nor whole numbers."),
    (lambda: choose_many(frame({"a": [1, 2]}), frequency="H"), ParameterError,
     "There is no frequency H; there are D, W, M, Q, Y."),
    (lambda: choose_many(frame({"a": [1, 2]}), horizon=0), ParameterError, "A horizon has at least 1 period; it is 0."),
    (lambda: choose_many(frame({"a": [1, 2]}), weights=(1, 1, 0, 0, 0)), ParameterError,
     "The weights of the five criteria must not be negative and sum to 1."),
])
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message
