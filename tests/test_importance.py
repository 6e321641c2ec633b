"""The constant-sum survey, method.md 5.4.1 (T30)."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.importance import constant_sum


def long(rows, components="ABC", **columns):
    frame = pd.DataFrame([(f"R{i}", c, v) for i, row in enumerate(rows) for c, v in zip(components, row, strict=True)],
                         columns=["respondent_id", "component_id", "points"])
    return frame.assign(**columns)


def test_t30():
    """(50 + 40 + 33.33)/3 = 41.11, (30 + 40 + 33.33)/3 = 34.44, (20 + 20 + 33.33)/3 = 24.44; the third is rescaled."""
    result = constant_sum(long([(50, 30, 20), (40, 40, 20), (30, 30, 30)]))
    assert result.points["points"].tolist() == pytest.approx([41.11, 34.44, 24.44], abs=5e-3)
    assert (result.n_valid, result.n_rescaled, result.n_rejected) == (3, 1, 0)


@pytest.mark.parametrize("row, valid, rescaled", [
    ((50, 50, None), 1, 0), ((50, 45, None), 0, 0), ((50, 49.5, None), 1, 0), ((33.2, 33.2, 33.2), 1, 0),
    ((30, 30, 30), 1, 1), ((40, 40, 30), 1, 1), ((30, 30, 29), 0, 0), ((40, 40, 31), 0, 0), ((120, -10, -10), 0, 0),
    ((100, 0, 0), 1, 0)])
def test_the_rules_of_validity(row, valid, rescaled):
    result = constant_sum(long([row, (50, 30, 20)]))
    assert (result.n_valid - 1, result.n_rescaled, result.n_rejected) == (valid, rescaled, 1 - valid)


def test_all_points_on_one_is_valid_and_said():
    result = constant_sum(long([(100, 0, 0)] * 30))
    assert result.n_single == 30
    assert [words_in("en").reason(w) for w in result.warnings] == \
        ["Respondents who gave all their points to one component: 30."]


def test_segments_that_want_different_things_are_found():
    rng = np.random.default_rng(2)
    rows = np.vstack([100 * rng.dirichlet([60, 20, 20], 40), 100 * rng.dirichlet([20, 60, 20], 40)])
    frame = long(rows)
    frame["segment_id"] = np.where(frame["respondent_id"].str[1:].astype(int) < 40, "S1", "S2")
    result = constant_sum(frame)
    assert set(result.differing) == {"A", "B"}
    assert result.points.groupby("segment_id")["points"].sum().tolist() == pytest.approx([100, 100])
    pd.testing.assert_frame_equal(result.points, constant_sum(frame).points)


def test_the_interval_agrees_with_scipy():
    """Independent: scipy.stats.bootstrap (percentile) on the same column, 0.4 points of tolerance."""
    from scipy.stats import bootstrap

    rows = 100 * np.random.default_rng(3).dirichlet([5, 3, 2], 60)
    points = constant_sum(long(rows), n_resamples=4000, seed=1).points
    theirs = bootstrap((rows[:, 0],), np.mean, method="percentile", n_resamples=4000, rng=np.random.default_rng(5))
    assert (points["low"][0], points["high"][0]) == pytest.approx(
        (theirs.confidence_interval.low, theirs.confidence_interval.high), abs=0.4)


def test_weights_are_used():
    """Weights 3 and 1: A = (3 x 100 + 0)/4 = 75."""
    frame = long([(100, 0, 0), (0, 100, 0)])
    frame["weight"] = np.where(frame["respondent_id"] == "R0", 3, 1)
    assert constant_sum(frame).points["points"].tolist() == [75, 25, 0]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(*[st.integers(0, 100)] * 3), min_size=1, max_size=12))
def test_points_always_sum_to_100_or_there_is_a_reason(rows):
    try:
        result = constant_sum(long(rows), n_resamples=50)
    except NotComputable as error:
        assert str(error) == f"None of the {len(rows)} answers on importance can be used: " \
                             "their points do not sum to 100."
        return
    assert result.points["points"].sum() == pytest.approx(100)
    assert result.n_valid + result.n_rejected == len(rows)


@pytest.mark.parametrize("frame, message", [
    (pd.DataFrame({"respondent_id": [1], "points": [1]}),
     "The answers have no column component_id; they have respondent_id, points."),
    (pd.DataFrame({"respondent_id": [1, 1], "component_id": ["A", "A"], "points": [50, 50]}),
     "Respondent 1 answered A twice; keep one answer."),
    (pd.DataFrame({"respondent_id": [1], "component_id": ["A"], "points": ["many"]}), "points = 'many' is not a number."),
    (pd.DataFrame({"respondent_id": [1], "component_id": ["A"], "points": [100], "weight": [-1]}),
     "The weight of a respondent must be above 0."),
])
def test_what_cannot_be_read_is_said(frame, message):
    with pytest.raises(ParameterError) as error:
        constant_sum(frame)
    assert str(error.value) == message
