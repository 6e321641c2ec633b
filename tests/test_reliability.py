"""Cronbach's alpha, method.md 5.5 (T32); checked against psych 2.2.9 of R 4.2."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.reliability import cronbach, feldt_interval

T32 = [(4, 5, 4), (3, 3, 2), (5, 5, 5), (2, 2, 3), (4, 4, 4)]


def four_items() -> pd.DataFrame:
    """Sixty answers to three items of one matter and a fourth that belongs elsewhere; psych's references are of these."""
    rng = np.random.default_rng(7)
    matter = rng.normal(size=(60, 1))
    answers = np.round(6 + 1.5 * matter + rng.normal(size=(60, 4)) * [1, 1.2, 1.5, 2.5])
    answers[:, 3] = np.round(6 - 0.2 * matter[:, 0] + 2 * rng.normal(size=60))
    return pd.DataFrame(answers, columns=list("abcd"))


def said(result) -> list[str]:
    return [words_in("en").reason(warning) for warning in result.warnings]


def test_t32():
    """Variances 1.3, 1.7, 1.3 sum to 4.3; the sums 13, 8, 15, 7, 12 have variance 11.5: 3/2 (1 - 4.3/11.5) = .93913."""
    result = cronbach(pd.DataFrame(T32))
    assert result.alpha == pytest.approx(1.5 * (1 - 4.3 / 11.5)) and round(result.alpha, 5) == 0.93913
    assert result.acceptable and (result.n, result.n_missing) == (5, 0)
    assert said(result) == ["Only 5 respondents answered every item: the interval is wide."]


def test_agrees_with_psych():
    """write.csv(four_items(), row.names = FALSE); a <- psych::alpha(x); a$total, a$feldt, a$alpha.drop, a$item.stats."""
    result = cronbach(four_items())
    assert result.alpha == pytest.approx(0.6080981833, abs=5e-11)
    assert result.standardised == pytest.approx(0.5908003313, abs=5e-11)
    assert result.mean_correlation == pytest.approx(0.2652184391, abs=5e-11)
    assert (result.low, result.high) == pytest.approx((0.4167366, 0.7481343), abs=5e-8)
    table = result.items.set_index("item_id")
    assert table["alpha_without"].tolist() == pytest.approx(
        [0.2611150474, 0.3654237288, 0.4330220061, 0.8354128229], abs=5e-11)
    assert table["item_total"].tolist() == pytest.approx(
        [0.7275230187, 0.6029482954, 0.5088837672, -0.1263554772], abs=5e-11)
    assert table["mean"].tolist() == pytest.approx([5.55, 5.533333333, 5.583333333, 6.116666667], abs=5e-10)
    assert table["sd"].tolist() == pytest.approx([1.789091238, 1.826979230, 2.077251008, 1.698370771], abs=5e-10)
    assert said(result) == [
        "The items do not hang together well enough to be summed up (alpha 0.61, below 0.70).",
        "Items that go against the others: d. See whether they must be turned round."]


def test_intervals_agree_with_psych():
    """psych::alpha.ci(.8, 100, p.val = .05, n.var = 10): 0.736, 0.854; T32 with n = 5: 0.692, 0.993 (as printed)."""
    assert feldt_interval(0.8, 100, 10) == pytest.approx((0.736, 0.854), abs=5e-4)
    result = cronbach(pd.DataFrame(T32))
    assert (result.low, result.high) == pytest.approx((0.692, 0.993), abs=5e-4)


def test_the_interval_covers_as_often_as_it_says():
    """4000 samples of 40 from four parallel items, matter + noise of one variance, so that alpha is 4/(4 + 1) = 0.8:
    95 % of the intervals hold it, within three standard errors (1 point)."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(4000, 40, 1)) + rng.normal(size=(4000, 40, 4))
    alpha = 4 / 3 * (1 - x.var(axis=1, ddof=1).sum(axis=1) / x.sum(axis=2).var(axis=1, ddof=1))
    bounds = np.array([feldt_interval(one, 40, 4) for one in alpha[::40]])
    at_zero = np.array(feldt_interval(0, 40, 4))
    assert bounds == pytest.approx(1 - (1 - alpha[::40, None]) * (1 - at_zero))  # the bounds scale with 1 - alpha
    low, high = 1 - (1 - alpha) * (1 - at_zero[0]), 1 - (1 - alpha) * (1 - at_zero[1])
    assert ((low <= 0.8) & (0.8 <= high)).mean() == pytest.approx(0.95, abs=0.0104)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(*[st.integers(0, 10)] * 3), min_size=2, max_size=30))
def test_alpha_is_its_definition_or_there_is_a_reason(rows):
    frame = pd.DataFrame(rows, columns=list("abc"))
    kept = frame.loc[:, frame.nunique() > 1]
    if kept.shape[1] < 2 or kept.sum(axis=1).nunique() == 1:
        with pytest.raises(NotComputable):
            cronbach(frame)
        return
    result, k = cronbach(frame), kept.shape[1]
    expected = k / (k - 1) * (1 - kept.var().sum() / kept.sum(axis=1).var())
    assert result.alpha == pytest.approx(expected, rel=1e-9) and result.alpha <= 1 + 1e-12
    assert result.low <= result.alpha <= result.high or result.alpha == pytest.approx(1)
    for _, row in result.items.iterrows():
        rest = kept.drop(columns=row["item_id"]).sum(axis=1)
        if rest.nunique() > 1:
            assert row["item_total"] == pytest.approx(np.corrcoef(kept[row["item_id"]], rest)[0, 1], abs=1e-9)
        else:
            assert np.isnan(row["item_total"])


def test_missing_answers_are_left_out_and_counted():
    frame = four_items()
    frame.loc[:4, "a"] = np.nan
    frame.loc[3:9, "b"] = np.nan
    result = cronbach(frame)
    assert (result.n, result.n_missing) == (50, 10) and result.missing.to_dict() == {"a": 5 / 60, "b": 7 / 60, "c": 0, "d": 0}
    assert result.alpha == pytest.approx(cronbach(frame.dropna()).alpha)
    assert said(result)[0] == "Respondents left out because an item is missing: 10 of 60."


def test_an_item_that_does_not_vary_is_left_out():
    result = cronbach(pd.DataFrame(T32).assign(same=3))
    assert result.alpha == pytest.approx(0.9391304348) and result.items["item_id"].tolist() == [0, 1, 2]
    assert said(result)[0] == "Items left out because all respondents answer them alike: same."


def test_two_items_have_no_alpha_without_one():
    """Identical items: alpha 1 and an interval of no width."""
    result = cronbach(pd.DataFrame({"🙂": [1, 2, 4], "<b>": [1, 2, 4]}))
    assert (result.alpha, result.low, result.high) == pytest.approx((1, 1, 1))
    assert result.items["alpha_without"].isna().all() and result.items["item_total"].tolist() == pytest.approx([1, 1])


def test_a_turned_item_is_named_and_not_turned():
    """Items 1 2 3 4, 1 2 3 4 and 2 2 1 1: alpha = 3/2 (1 - (10/3 + 1/3)/(3.6667 + 2 x 5/3 - 4 x 2/3)) of covariances."""
    frame = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 2, 3, 4], "c": [2, 2, 1, 1]})
    result = cronbach(frame)
    assert result.alpha == pytest.approx(1.5 * (1 - (11 / 3) / (11 / 3 + 2 * 5 / 3 - 4 * 2 / 3)))
    assert said(result)[-1] == "Items that go against the others: c. See whether they must be turned round."


def test_order_of_rows_and_argument():
    frame = four_items()
    before = frame.copy(deep=True)
    first = cronbach(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert cronbach(frame.sample(frac=1, random_state=1)).alpha == pytest.approx(first.alpha)
    assert cronbach(frame * 3 + 5).alpha == pytest.approx(first.alpha)


def test_more_items_than_respondents():
    result = cronbach(pd.DataFrame(np.random.default_rng(1).normal(size=(5, 500)) + np.arange(5)[:, None]))
    assert len(result.items) == 500 and 0.9 < result.alpha < 1


SINGLE = "Use a single item, or ask more items of the same matter."


@pytest.mark.parametrize("frame, error, message, fallback", [
    (pd.DataFrame(T32)[[0]], NotComputable, "Reliability takes at least two items that vary; here are 1 of 1.", SINGLE),
    (pd.DataFrame(), NotComputable, "Reliability takes at least two items that vary; here are 0 of 0.", SINGLE),
    (pd.DataFrame({"a": [1, 2], "b": [3, 3]}), NotComputable,
     "Reliability takes at least two items that vary; here are 1 of 2.", SINGLE),
    (pd.DataFrame({"a": [1, 2], "b": [3, None]}), NotComputable,
     "Respondents with every item: 1; at least two are needed.", SINGLE),
    (pd.DataFrame({"a": [], "b": []}), NotComputable, "Respondents with every item: 0; at least two are needed.", SINGLE),
    (pd.DataFrame({"a": [1, 2, 3], "b": [3, 2, 1]}), NotComputable,
     "The sum of the items is the same for every respondent: the items cancel each other out.",
     "Turn round the items that count the other way."),
    (pd.DataFrame(T32, columns=["a", "a", "b"]), ParameterError, "2 columns are called a.", None),
    (pd.DataFrame({"a": [1, 2], "b": ["x", 1]}), ParameterError, "b = 'x' is not a number.", None),
    (pd.DataFrame({"a": [1, 2], "b": pd.Series([float("inf"), 1], dtype=object)}), ParameterError,
     "b = inf is not a number.", None),
    (T32, ParameterError, "The items must be a frame: one row a respondent, one column an item.", None),
])
def test_what_cannot_be_computed_is_said(frame, error, message, fallback):
    with pytest.raises(error) as caught:
        cronbach(frame)
    assert str(caught.value) == message and getattr(caught.value, "fallback", None) == fallback
