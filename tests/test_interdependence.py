"""Kumar's matrix of many customers: method.md 2.7; against the single-customer rule of matrices and pandas.cut."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.interdependence import dependence_from_shares, place_customers
from svcnb.methods.matrices import interdependence

SAY = words_in("en").reason
FOUR = pd.DataFrame({"d_us": [4, 5, 1, 2], "d_cust": [2, 4, 2, 5]}, index=["K1", "K2", "K3", "K4"])


def test_worked_example_and_the_four_cells():
    """method.md 2.7 e: (4, 2) is hostage, asymmetry 4 - 2 = +2, interdependence (4 + 2)/2 = 3."""
    result = place_customers(FOUR)
    table = result.customers
    assert table["relationship"].tolist() == ["hostage", "high_interdependence", "low_interdependence",
                                              "drunk_with_power"]
    assert table["interdependence"].tolist() == [3, 4.5, 1.5, 3.5] and table["asymmetry"].tolist() == [2, 1, -1, -3]
    assert table["is_borderline"].tolist() == [False] * 4 and table.loc["K1", "candidates"] == ("hostage",)
    assert result.counts == {"hostage": 1, "high_interdependence": 1, "low_interdependence": 1, "drunk_with_power": 1}
    assert result.shares == dict.fromkeys(result.counts, 0.25)
    assert (result.n, result.n_missing, result.n_borderline, result.warnings) == (4, 0, 0, ())


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(8, 40), st.integers(8, 40)), min_size=1, max_size=12))
def test_agrees_with_the_rule_for_one_customer(eighths):
    """matrices.interdependence places one customer at a time; here all at once (ratings 1 to 5 in eighths)."""
    frame = pd.DataFrame(eighths, columns=["d_us", "d_cust"]) / 8
    before = frame.copy()
    table = place_customers(frame).customers
    pd.testing.assert_frame_equal(frame, before)
    for row in table.itertuples():
        theirs = interdependence(row.d_us, row.d_cust)
        assert (row.relationship, row.interdependence, row.asymmetry, row.is_borderline, row.candidates) == \
            (theirs.code, theirs.interdependence, theirs.asymmetry, theirs.borderline, theirs.candidates)
    mirrored = place_customers(frame.rename(columns={"d_us": "d_cust", "d_cust": "d_us"})).customers
    swap = {"hostage": "drunk_with_power", "drunk_with_power": "hostage"}
    assert mirrored["relationship"].tolist() == [swap.get(code, code) for code in table["relationship"]]
    assert mirrored["asymmetry"].tolist() == (-table["asymmetry"]).tolist()


def test_near_the_cut_a_customer_is_borderline():
    """|3 - 3| = 0 and |2.6 - 3| = 0.4 are nearer than 0.5, |2.5 - 3| = 0.5 is not; 3 less an error of rounding is 3."""
    frame = pd.DataFrame({"d_us": [3, 2.6, 2.5, 3 - 1e-12], "d_cust": [1, 5, 5, 2.9]})
    result = place_customers(frame)
    assert result.customers["relationship"].tolist() == ["hostage", "drunk_with_power", "drunk_with_power", "hostage"]
    assert result.customers["is_borderline"].tolist() == [True, True, False, True]
    assert result.customers.loc[3, "candidates"] == (
        "hostage", "high_interdependence", "low_interdependence", "drunk_with_power")
    assert SAY(result.warnings[0]) == "3 of 4 customers lie near the cut: another rater may place them otherwise."
    assert place_customers(frame, near=0).n_borderline == 0
    assert place_customers(frame, cut=4).customers["relationship"].tolist() == [
        "low_interdependence", "drunk_with_power", "drunk_with_power", "low_interdependence"]


def test_missing_ratings_are_not_measured():
    frame = pd.DataFrame({"d_us": [4, None, np.nan, "3,5"], "d_cust": ["5", 2, None, 1]}, index=["a", "a", "🙂", "<b>"])
    with pytest.raises(NotComputable) as error:
        place_customers(frame)
    assert str(error.value) == "d_us = 3,5 of <b> is not a rating from 1 to 5."
    result = place_customers(frame[:3])
    row = result.customers.iloc[1]
    assert (row["relationship"], row["is_borderline"], row["candidates"]) == (None, None, ())
    assert np.isnan(row["interdependence"]) and np.isnan(row["asymmetry"]) and row["d_cust"] == 2
    assert result.customers.index.tolist() == ["a", "a", "🙂"] and (result.n, result.n_missing) == (1, 2)
    assert result.counts["high_interdependence"] == 1 and sum(result.counts.values()) == 1
    assert result.missing_shares == pytest.approx({"d_us": 2 / 3, "d_cust": 1 / 3})
    assert SAY(result.warnings[0]) == "2 of 3 customers lack a dependence: not measured."


def test_shares_by_bands():
    """< 1 %, 1-5, 5-10, 10-20, > 20 %: an edge belongs to the band above, but 20 % is not more than 20 %."""
    shares = pd.Series([0, 0.0099, 0.01, 0.049, 0.05, 0.099, 0.1, 0.2, 0.2001, 1, None], dtype=object)
    assert dependence_from_shares(shares)[:10].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert np.isnan(dependence_from_shares(shares)[10])
    assert dependence_from_shares([0.3 - 0.1, 0.1 + 0.2 - 0.2]).tolist() == [4, 4]  # 0.1999.., 0.1000..
    assert dependence_from_shares([]).tolist() == []


def test_shares_agree_with_pandas_cut():
    shares = pd.Series(np.random.default_rng(3).beta(0.4, 6, 5000), name="share")
    theirs = pd.cut(shares, [0, 0.01, 0.05, 0.10, 0.20, 1], labels=False) + 1  # no share is on an edge
    assert dependence_from_shares(shares).tolist() == theirs.tolist() and set(theirs) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("frame, message", [
    (FOUR.drop(columns="d_us"), "There is no column d_us; the columns are d_cust."),
    (FOUR.set_axis(["d_us", "d_us"], axis=1), "2 columns are called d_us."),
    (FOUR.assign(d_cust=[1, 2, 6, 1]), "d_cust = 6 of K3 is not a rating from 1 to 5."),
    (FOUR.assign(d_cust=[1, 2, np.inf, 1]), "d_cust = inf of K3 is not a rating from 1 to 5."),
    (FOUR.assign(d_us=[0, 2, 3, 1]), "d_us = 0 of K1 is not a rating from 1 to 5."),
    (FOUR.assign(d_us=True), "d_us = True of K1 is not a rating from 1 to 5."),
    (FOUR.assign(d_us=[1, None, 2, None], d_cust=[None, 1, None, 2]), "No customer has both dependences rated."),
    (FOUR[:0], "No customer has both dependences rated."),
])
def test_what_cannot_be_placed_is_said(frame, message):
    with pytest.raises(NotComputable) as error:
        place_customers(frame)
    assert str(error.value) == message


@pytest.mark.parametrize("share, text", [(-0.1, "-0.1"), (1.2, "1.2"), ("x", "x"), (np.inf, "inf"), (True, "True")])
def test_what_is_no_share_is_said(share, text):
    with pytest.raises(NotComputable) as error:
        dependence_from_shares(pd.Series([0.1, share], index=["K1", "K2"], dtype=object))
    assert str(error.value) == f"The share {text} of K2 is not between 0 and 1."


@pytest.mark.parametrize("options, message", [
    ({"cut": 1}, "The cut 1 is not above 1 and up to 5."), ({"cut": 5.1}, "The cut 5.1 is not above 1 and up to 5."),
    ({"cut": True}, "The cut True is not above 1 and up to 5."),
    ({"near": -1}, "Borderline -1 is not a distance from 0 to 2."),
])
def test_errors_of_parameters(options, message):
    with pytest.raises(ParameterError) as error:
        place_customers(FOUR, **options)
    assert str(error.value) == message
