"""Forecasts that sum: bottom up, least squares, structural weights, never negative."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.forecast import reconcile
from svcnb.methods.forecast.hierarchy import METHODS, sum_matrix

TREE = {"north": "all", "south": "all", "a": "north", "b": "north", "c": "south", "d": "south"}
NODES = ["all", "north", "south", "a", "b", "c", "d"]


def alone(values, step=1, names=NODES) -> pd.DataFrame:
    return pd.DataFrame({"series_id": names, "step": step, "value": np.asarray(values, dtype=float)})


# R 4.2: S <- rbind(c(1,1,1,1), c(1,1,0,0), c(0,0,1,1), diag(4)); y <- c(500,180,290,100,60,150,120)
# MASS: S %*% ginv(S) %*% y; and with W <- diag(1/rowSums(S)): S %*% solve(t(S) %*% W %*% S, t(S) %*% W %*% y)
@pytest.mark.parametrize("method, expected", [
    ("ols", [481.42857143, 185.71428571, 295.71428571, 112.85714286, 72.85714286, 162.85714286, 132.85714286]),
    ("structural", [466.66666667, 178.33333333, 288.33333333, 109.16666667, 69.16666667, 159.16666667, 129.16666667]),
    ("bottom_up", [430, 160, 270, 100, 60, 150, 120])])
def test_agrees_with_r(method, expected):
    found = reconcile(alone([500, 180, 290, 100, 60, 150, 120]), TREE, method)
    assert found.forecasts["series_id"].tolist() == NODES
    assert found.forecasts["value"].tolist() == pytest.approx(expected, abs=1e-7)
    assert found.forecasts["change"].tolist() == pytest.approx(found.forecasts["value"] - found.forecasts["before"])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.floats(0, 1e6), min_size=7, max_size=7), min_size=1, max_size=4), st.sampled_from(METHODS))
def test_the_parts_sum_to_the_whole_and_nothing_is_negative(rows, method):
    frame = pd.concat([alone(values, step) for step, values in enumerate(rows, start=1)], ignore_index=True)
    before = frame.copy()
    found = reconcile(frame, TREE, method)
    wide = found.forecasts.pivot(index="series_id", columns="step", values="value")
    assert (wide.to_numpy() >= 0).all()
    assert wide.loc["north"].to_numpy() == pytest.approx((wide.loc["a"] + wide.loc["b"]).to_numpy())
    assert wide.loc["south"].to_numpy() == pytest.approx((wide.loc["c"] + wide.loc["d"]).to_numpy())
    assert wide.loc["all"].to_numpy() == pytest.approx((wide.loc["north"] + wide.loc["south"]).to_numpy())
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("method", METHODS)
def test_what_agrees_already_stays(method):
    found = reconcile(alone([100, 30, 70, 10, 20, 30, 40]), TREE, method)
    assert found.forecasts["change"].tolist() == pytest.approx([0] * 7, abs=1e-9)
    assert found.largest_change == pytest.approx(0, abs=1e-9) and found.warnings == ()


def test_no_segment_goes_below_zero():
    """Free least squares would give b = -20 + ...: all 10 but parts 50 and 0; scipy's lsq_linear is the reference."""
    from scipy.optimize import lsq_linear

    frame = alone([10, 50, 0], names=["all", "a", "b"])
    found = reconcile(frame, {"a": "all", "b": "all"}, "ols")
    s = np.array([[1, 1], [1, 0], [0, 1.0]])
    free = np.linalg.lstsq(s, [10, 50, 0], rcond=None)[0]
    assert free.min() < 0
    assert found.forecasts["value"].iloc[1:].tolist() == pytest.approx(lsq_linear(s, [10, 50, 0], bounds=(0, np.inf)).x.tolist(),
                                                                       abs=1e-6)
    assert words_in("en").reason(found.warnings[0]) == \
        "The forecast of all alone and as a sum differ by 200.0 %: look at both before one is used."


def test_totals_without_a_forecast_and_bounds():
    """Only segments forecast: the total is their sum, before is not known; bounds move with their value."""
    frame = alone([10, 20], names=["a", "b"]).assign(low=[8.0, 1.0], high=[12.0, 40.0])
    found = reconcile(frame, {"a": "all", "b": "all"}).forecasts.set_index("series_id")
    assert found.loc["all", "value"] == 30 and np.isnan(found.loc["all", "before"]) and np.isnan(found.loc["all", "low"])
    assert found.loc["b", ["low", "high"]].tolist() == [1, 40]
    moved = reconcile(alone([130, 40, 60], names=["all", "a", "b"]).assign(low=[100.0, 5.0, 50.0]), {"a": "all", "b": "all"},
                      "ols").forecasts
    assert moved["low"].tolist() == pytest.approx([90, 15, 60])


def test_two_totals_and_a_series_of_its_own():
    sums = sum_matrix(["x", "a", "b"], {"a": "t", "b": "t"})
    assert sums.index.tolist() == ["t", "x", "a", "b"] and sums.loc["t"].tolist() == [0, 1, 1]
    found = reconcile(alone([5, 1, 2], names=["x", "a", "b"]), {"a": "t", "b": "t", "x": None})
    assert found.forecasts.set_index("series_id")["value"].to_dict() == {"t": 3, "x": 5, "a": 1, "b": 2}


@pytest.mark.parametrize("call, kind, message", [
    (lambda: reconcile(alone([1] * 7), TREE, "top_down"), ParameterError,
     "There is no way top_down to make forecasts agree; there are bottom_up, ols, structural."),
    (lambda: reconcile(pd.DataFrame({"step": []}), {}), ParameterError, "The series have no column series_id, value."),
    (lambda: reconcile(alone([], names=[]), {}), NotComputable, "There is no forecast to make agree."),
    (lambda: reconcile(alone([1, 2], names=["a", "a"]), {}), ParameterError, "Series a has two forecasts for step 1."),
    (lambda: reconcile(alone([1, -2], names=["a", "b"]), {}), ParameterError,
     "A forecast that is to agree is a number that is not negative; one is -2.0."),
    (lambda: reconcile(alone([1, np.nan], names=["a", "b"]), {}), ParameterError,
     "A forecast that is to agree is a number that is not negative; one is nan."),
    (lambda: reconcile(alone([1, np.inf], names=["a", "b"]), {}), ParameterError,
     "A forecast that is to agree is a number that is not negative; one is inf."),
    (lambda: reconcile(alone([1, 2], names=["all", "a"]), {"a": "all", "b": "all"}), NotComputable,
     "The segment b has no forecast at every step."),
    (lambda: reconcile(alone([1, 2], names=["a", "b"]), {"a": "b", "b": "a"}), ParameterError,
     "The series b is part of itself."),
])
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message
