"""ABC analysis: method.md 4.1, T21; the Gini coefficient against its pairwise definition."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods import abc

VALUES = [450, 250, 100, 60, 40, 35, 25, 20, 12, 8]


@pytest.mark.parametrize("values", [
    VALUES, tuple(VALUES), np.array(VALUES), pd.Series(VALUES, index=list("abcdefghij")),
    dict(zip("abcdefghij", VALUES)), pd.Series(VALUES, dtype=object), [str(v) for v in VALUES]])
def test_t21(values):
    """Before the items: 0 .45 .70 | .80 .86 .90 .935 | .96 .98 .992, so 3, 4 and 3 items with 80, 16 and 4 %."""
    result = abc.classify(values)
    assert result.counts == {"A": 3, "B": 4, "C": 3} and list(result.classes) == list("AAABBBBCCC")
    assert list(result.shares.values()) == pytest.approx([0.80, 0.16, 0.04])
    assert result.cumulative.tolist() == pytest.approx([.45, .70, .80, .86, .90, .935, .96, .98, .992, 1])
    assert (result.n, result.total, len(result.excluded)) == (10, 1000, 0)
    assert list(result.item_shares.values()) == pytest.approx([0.3, 0.4, 0.3])


def test_order_of_input_is_kept_and_ties_go_by_item():
    """Four equal values: .25 .50 .75 before the 2nd, 3rd, 4th, so with cuts .25 and .5 a is A, b is B, c and d are C."""
    result = abc.classify({"d": 1, "b": 1, "a": 1, "c": 1}, cuts=(0.25, 0.5))
    assert result.classes.to_dict() == {"d": "C", "b": "B", "a": "A", "c": "C"}
    assert list(result.cumulative.index) == ["a", "b", "c", "d"]
    assert abc.classify({10: 1, 9: 1, "x": 1}, cuts=(0.3, 0.5)).classes.to_dict() == {10: "B", 9: "A", "x": "C"}


def test_what_cannot_be_classified_is_excluded_and_listed():
    """-5, None, inf and "many" are excluded; of 80 and 20 the second has .80 before it and is B."""
    values = {"a": 80, "b": -5, "c": None, "d": np.inf, "e": "many", "f": 20}
    result = abc.classify(values)
    assert result.classes.to_dict() == {"a": "A", "f": "B"}
    assert result.excluded[["item", "why"]].to_dict("list") == {
        "item": ["b", "c", "d", "e"], "why": ["negative", "missing", "not a number", "not a number"]}


def test_zeros_are_c_and_one_item_is_a():
    assert abc.classify([5, 0, 0]).counts == {"A": 1, "B": 0, "C": 2}
    single = abc.classify([7])
    assert (single.counts, single.gini) == ({"A": 1, "B": 0, "C": 0}, 0.0)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any))
def test_invariants(values):
    """Shares add up to 1; scale does not matter; Gini is half the relative mean difference; order is kept."""
    series = pd.Series(values, index=[f"K{k}" for k in range(len(values))])
    before = series.copy()
    result = abc.classify(series)
    pd.testing.assert_series_equal(series, before)
    assert sum(result.counts.values()) == len(values) and sum(result.shares.values()) == pytest.approx(1)
    assert result.classes.equals(abc.classify(series * 1000).classes)
    assert list(result.classes.index) == list(series.index)
    x = np.array(values, dtype=float)
    assert result.gini == pytest.approx(np.abs(x[:, None] - x).sum() / (2 * len(x) ** 2 * x.mean()), abs=1e-9)
    lowest = {c: series[result.classes == c].min() for c in "ABC" if result.counts[c]}
    assert list(lowest.values()) == sorted(lowest.values(), reverse=True)


@pytest.mark.parametrize("values, message", [
    ([], "There is no value of 0 or more to classify (0 excluded)."),
    ([-1, None], "There is no value of 0 or more to classify (2 excluded)."),
    ([0, 0.0], "All 2 values are 0: there are no shares to classify by."),
    (pd.Series([1, 2, 3], index=["a", "b", "a"]), "a occurs 2 times; add its values up before classifying."),
])
def test_no_answer_is_said(values, message):
    with pytest.raises(NotComputable) as error:
        abc.classify(values)
    assert str(error.value) == message


@pytest.mark.parametrize("cuts", [(0.95, 0.8), (0, 0.5), (0.8, 1.1), (0.8,), (80, 95), "ab", 0.8, (0.8, None)])
def test_cuts_are_two_rising_shares(cuts):
    with pytest.raises(ParameterError) as error:
        abc.classify(VALUES, cuts)
    assert str(error.value) == (f"The cuts {cuts} are not two rising shares between 0 and 1; write for example 0.80 and "
                                "0.95.")


def test_nine_cells():
    first = pd.Series(list("AABC"), index=list("wxyz"))
    second = pd.Series(list("CAB"), index=list("wxy"))
    cells = abc.combine(first, second)
    assert cells.to_numpy().tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 0]] and list(cells.index) == list("ABC")
