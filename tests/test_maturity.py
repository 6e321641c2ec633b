"""Maturity of the information system: method.md 2.8; against a table of all cases and scipy's logistic."""

import itertools
import math

import pandas as pd
import pytest
from scipy.special import expit

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.maturity import LEVELS, required_maturity

SAY = words_in("en").reason
GOALS = pd.DataFrame({"goal_id": ["g1", "g2"], "measure_id": ["M1", "M4"], "level": [0.90, 0.95],
                      "scope": ["segment", "customer"]})
NONE = pd.DataFrame(columns=["measure_id", "level", "scope"])


def said(result) -> list[str]:
    return [SAY(one) for one in result.warnings]


def test_worked_example():
    """Maturity 2, required 4 (a goal agreed with a customer): gap 2. M4 at .95 would ask for 3."""
    before = GOALS.copy()
    result = required_maturity(2, GOALS)
    pd.testing.assert_frame_equal(GOALS, before)
    assert (result.level, result.required, result.gap, result.is_reconstructed) == (2, 4, 2, True)
    assert result.rules.values.tolist() == [
        ["information on the order is guaranteed (M4)", 3, True, ("g2",)],
        ["goals are agreed customer by customer", 4, True, ("g2",)],
        ["a relationship is a partnership", 4, None, ()]]
    assert result.points[["point", "level", "name"]].values.tolist() == [
        ["today", 2, "transactions inside one department"], ["required", 4, "shared with customers and suppliers"]]
    assert result.warnings == ()


@pytest.mark.parametrize("level, m4, customer, partner", [
    *itertools.product([1, 3, 4.5], [0.94, 0.95, 1.0], [False, True], [False, True])])
def test_every_case(level, m4, customer, partner):
    """The rule read off method.md 2.8: 4 for customer goals or a partnership, else 3 for M4 at .95 and more, else 1."""
    scope = "customer" if customer else "single"
    goals = pd.DataFrame({"measure_id": ["M4", "M2"], "level": [m4, 0.99], "scope": ["segment", scope]})
    result = required_maturity(level, goals, ["hostage", *(["high_interdependence"] if partner else [])])
    required = 4 if customer or partner else 3 if m4 >= 0.95 else 1
    assert (result.required, result.gap) == (required, max(0, required - level)) and result.warnings == ()


def test_curve_is_the_logistic():
    """y = expit(k (t - t0)); at t0 one half; the company's dot lies on the line."""
    result = required_maturity(2, GOALS, steepness=2.0, middle=3.5)
    assert result.curve["innovation"].tolist() == pytest.approx(expit(2.0 * (result.curve["level"] - 3.5)).tolist())
    assert result.points["innovation"].tolist() == pytest.approx([expit(-3.0), expit(1.0)])
    assert result.curve["innovation"].is_monotonic_increasing and set(LEVELS) == {1, 2, 3, 4, 5}


def test_what_is_not_known_is_said():
    result = required_maturity(None, NONE)
    assert (result.level, result.required, result.gap) == (None, None, None) and result.points.empty
    assert said(result) == ["The maturity of the information system is not measured: rate it from 1 to 5.",
                            "No goal and no relationship is known: what the information system must be cannot be said."]
    partly = required_maturity(math.nan, GOALS.assign(level=[0.9, None], scope="segment"))
    assert (partly.level, partly.required, partly.gap) == (None, 1, None)
    assert said(partly)[1] == ("The level asked for may be higher; it could not be said whether: information on the order is "
                               "guaranteed (M4), a relationship is a partnership.")
    assert required_maturity(3, NONE, ["high_interdependence", None, math.nan]).gap == 1


@pytest.mark.parametrize("level, goals, options, kind, message", [
    (6, GOALS, {}, ParameterError, "level = 6 must be a number from 1 to 5."),
    ("high", GOALS, {}, ParameterError, "level = high must be a number from 1 to 5."),
    (True, GOALS, {}, ParameterError, "level = True must be a number from 1 to 5."),
    (2, GOALS, {"threshold": 95}, ParameterError, "threshold = 95 must be a number from 0 to 1."),
    (2, GOALS, {"steepness": 0}, ParameterError, "steepness = 0 must be a number from 0.1 to 20."),
    (2, GOALS, {"middle": math.inf}, ParameterError, "middle = inf must be a number from 1 to 5."),
    (2, GOALS, {"relationships": "hostage"}, ParameterError, "Relationships are a list of codes, not one text."),
    (2, GOALS.drop(columns="scope"), {}, NotComputable,
     "There is no column scope; the columns are goal_id, measure_id, level."),
    (2, GOALS.assign(level=95), {}, NotComputable, "level = 95 in row 0 is not a number from 0 to 1."),
])
def test_errors(level, goals, options, kind, message):
    with pytest.raises(kind) as error:
        required_maturity(level, goals, **options)
    assert str(error.value) == message
