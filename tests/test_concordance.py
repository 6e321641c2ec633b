"""Kendall's W: method.md 8.4 (T58 to T60), scipy's Friedman test, brute force over all permutations."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods.concordance import kendall_w, vote_concordance

KENDALL = [(1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10), (2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5),
           (2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10)]
ZAR = [(4, 8.5, 10, 1.5, 3, 1.5, 7, 5, 8.5, 11, 6, 12), (5, 7, 11, 2.5, 5, 1, 5, 2.5, 9.5, 8, 9.5, 12),
       (5.5, 5.5, 9.5, 2, 3, 1, 8, 4, 11, 9.5, 7, 12)]
HAND = [(1, 2, 3, 4, 5), (1, 3, 2, 4, 5), (2, 1, 3, 4.5, 4.5), (1, 2, 3.5, 3.5, 5)]


def test_kendalls_ten_objects():
    """T58 (NAG g08da): S = 591, sum T = 12 + 18 + 84, W = .82773, chi2 = 22.3487, p = .007837; uncorrected .7960."""
    found = kendall_w(KENDALL)
    assert found.s == 591 and found.ties == 114 and found.df == 9
    assert found.w == pytest.approx(0.82773, rel=1e-4) and found.w_uncorrected == pytest.approx(0.7960, rel=1e-4)
    assert found.chi2 == pytest.approx(22.3487, rel=1e-5) and found.p_value == pytest.approx(0.007837, rel=1e-3)
    assert found.consensus and found.significant and found.leave_one_out.empty


def test_zars_birds():
    """T59 (Zar ex. 20.5): S = 1175.5, sum T = 60, W = .92414, uncorrected .91336, chi2 = 30.4965."""
    found = kendall_w(ZAR)
    assert found.s == 1175.5 and found.ties == 60 and found.df == 11
    assert found.w == pytest.approx(0.92414, rel=1e-4) and found.w_uncorrected == pytest.approx(0.91336, rel=1e-4)
    assert found.chi2 == pytest.approx(30.4965, rel=1e-5)
    assert found.rank_sums.tolist() == [14.5, 21, 30.5, 6, 11, 3.5, 20, 11.5, 29, 28.5, 22.5, 36]


def test_by_hand():
    """T60: R = 5, 8, 11.5, 16, 19.5; S = 49 + 16 + .25 + 16 + 56.25 = 137.5; W = 1650 / (1920 - 48) = .88141."""
    found = kendall_w(HAND, seed=1)
    assert found.rank_sums.tolist() == [5, 8, 11.5, 16, 19.5] and found.s == 137.5 and found.ties == 12
    assert found.w == pytest.approx(1650 / 1872) and found.chi2 == pytest.approx(14.1026, rel=1e-5)
    assert found.p_value == pytest.approx(0.00697, rel=1e-3) and found.p_permutation < 0.001
    assert [w.template for w in found.warnings] == ["Only {n} items: the permutation test decides, not the chi-square."]


@settings(max_examples=40, deadline=None)
@given(arrays(float, st.tuples(st.integers(3, 8), st.integers(3, 9)), elements=st.integers(1, 6).map(float)))
def test_equals_friedman_with_ties(ratings):
    """chi2 = m (n - 1) W is Friedman's statistic, tie correction and all (scipy)."""
    if (ratings.max(axis=1) == ratings.min(axis=1)).any():
        return
    found = kendall_w(ratings, n_permutations=0)
    statistic, p = stats.friedmanchisquare(*ratings.T)
    assert found.chi2 == pytest.approx(statistic, abs=1e-9) and found.p_value == pytest.approx(p, abs=1e-9)
    assert -1e-12 <= found.w <= 1 + 1e-12 and found.w >= found.w_uncorrected - 1e-12 and found.p_permutation is None


def test_permutations_equal_the_exact_distribution():
    """3 experts, 3 items without ties: all 6³ panels give P(S >= 14) exactly."""
    ratings = np.array([(1, 2, 3), (1, 2, 3), (1, 3, 2)])
    orders = list(itertools.permutations((1, 2, 3)))
    s = [((np.sum(panel, axis=0) - 6) ** 2).sum() for panel in itertools.product(orders, repeat=3)]
    observed = ((ratings.sum(axis=0) - 6) ** 2).sum()
    exact = np.mean(np.array(s) >= observed)
    assert kendall_w(ratings, seed=3, n_permutations=20_000).p_permutation == pytest.approx(exact, abs=0.01)


def test_complete_agreement_and_its_opposite():
    assert kendall_w([(1, 2, 3, 4)] * 3).w == 1
    turned = kendall_w([(1, 2, 3), (2, 3, 1), (3, 1, 2)])
    assert turned.w == 0 and turned.p_value == 1 and not turned.consensus


def test_ratings_run_the_other_way():
    ranks = kendall_w(HAND)
    ratings = kendall_w(6 - np.array(HAND), higher_is_better=True)
    assert ratings.w == pytest.approx(ranks.w) and ratings.rank_sums.tolist() == ranks.rank_sums.tolist()


def test_the_dissenter_is_named():
    """Five agree, one ranks backwards: W rises to 1 without that one."""
    frame = pd.DataFrame([range(1, 9)] * 5 + [range(8, 0, -1)], index=list("ABCDEF"), columns=[f"p{i}" for i in range(8)])
    before = frame.copy(deep=True)
    found = kendall_w(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert found.dissenters == ("F",) and found.leave_one_out["F"] == 1 and found.leave_one_out["A"] < found.w
    assert found.w == pytest.approx((4 / 6) ** 2)  # the rank sums spread 4/6 as far as in full agreement
    assert found.warnings[-1].values == {"experts": ["F"]}


def test_same_seed_same_answer():
    assert kendall_w(HAND, seed=5).p_permutation == kendall_w(HAND, seed=5).p_permutation


def test_what_is_left_out_is_said():
    frame = pd.DataFrame([*HAND, (1, None, 3, 4, 5), (2, 2, 2, 2, 2)], index=list("ABCDEF"), columns=list("vwxyz"))
    found = kendall_w(frame.assign(none=None))
    assert found.w == pytest.approx(kendall_w(HAND).w) and found.m == 4 and found.n == 5
    assert [(w.template, w.values) for w in found.warnings[:3]] == [
        ("Items that nobody rated are left out: {items}.", {"items": ["none"]}),
        ("Experts with a rating missing are left out: {experts}.", {"experts": ["E"]}),
        ("Experts who rate everything alike say nothing about the order and are left out: {experts}.", {"experts": ["F"]})]


@pytest.mark.parametrize("ratings,m,n", [([(1, 2, 3)] * 2, 2, 3), ([(1, 2)] * 4, 4, 2), ([(1, 1, 1)] * 5, 0, 3)])
def test_too_few(ratings, m, n):
    with pytest.raises(NotComputable) as caught:
        kendall_w(ratings)
    assert str(caught.value) == (f"{m} experts on {n} items: concordance needs at least 3 of each with complete ratings.")


def test_text_is_refused():
    with pytest.raises(ParameterError, match="The ratings of b are not all numbers."):
        kendall_w(pd.DataFrame({"a": [1, 2, 3], "b": ["x", 1, 2], "c": [3, 3, 1]}))


def test_votes():
    """Cc = 1 - 2/9 = .778."""
    assert vote_concordance(2, 9) == pytest.approx(7 / 9)
    with pytest.raises(NotComputable, match="0 votes against of 0: there is nothing to count."):
        vote_concordance(0, 0)
