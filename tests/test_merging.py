"""Merging of categories: method.md 3.8, T18; checked against the rules written out with scipy, and R for far tails."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods.merging import Merging, bonferroni, chi_square, log_sf, merge_steps

AGE = pd.DataFrame({"yes": [14, 14, 12], "no": [18, 30, 12]}, index=["young", "adult", "older"])


def test_t18_merging():
    """Pairs .28703 .64258 .14038: young and older (26/30) are joined; with adult (14/30) χ² = 2.19156, p .13877."""
    steps = merge_steps(AGE)
    assert steps["p_value"].tolist() == pytest.approx([.28703, .64258, .14038, .13877], abs=5e-6)
    assert steps["chi2"].iloc[3] == pytest.approx(2.19156, abs=5e-6) and steps["df"].tolist() == [1] * 4
    assert steps["is_merged"].tolist() == [False, True, False, True] and steps["step"].tolist() == [1, 1, 1, 2]
    assert steps.iloc[3][["first", "second"]].tolist() == ["young, older", "adult"]
    ordinal = merge_steps(AGE, "ordinal")
    assert ordinal.loc[ordinal["step"] == 1, "p_value"].tolist() == pytest.approx([.28703, .14038], abs=5e-6)
    assert ordinal["is_merged"].tolist() == [True, False, True]
    kept = merge_steps(AGE, alpha_merge=0.2)
    assert kept["is_merged"].tolist() == [False, True, False, False]  # .13877 is significant at .2
    assert merge_steps(AGE * 3)["is_merged"].tolist() == [False, True, False, False]  # p = .0103: two groups stay


def partitions(items):
    if not items:
        yield []
        return
    for smaller in partitions(items[1:]):
        yield [[items[0]], *smaller]
        for k, group in enumerate(smaller):
            yield [*smaller[:k], [items[0], *group], *smaller[k + 1:]]


@pytest.mark.parametrize("c", range(2, 8))
def test_multipliers_count_the_ways(c):
    """All partitions are listed and those counted that each kind allows; T18: 3, 7, 6, 25."""
    def is_run(group):
        return sorted(group) == list(range(min(group), max(group) + 1)) if group else True

    every = list(partitions(list(range(c))))
    for r in range(1, c + 1):
        sized = [groups for groups in every if len(groups) == r]
        assert bonferroni(c, r) == len(sized)
        assert bonferroni(c, r, "ordinal") == sum(all(map(is_run, groups)) for groups in sized)
        assert bonferroni(c, r, "floating") == sum(
            all(is_run([k for k in group if k != c - 1]) for group in groups) for groups in sized)
    assert [bonferroni(*pair) for pair in ((3, 2), (4, 2), (4, 3), (5, 3))] == [3, 7, 6, 25]
    assert bonferroni(50, 25) % 10**6 == sum(
        (-1) ** i * stats_comb(25, i) * (25 - i) ** 50 for i in range(25)) // factorial(25) % 10**6


def stats_comb(n, k):
    from scipy.special import comb

    return comb(n, k, exact=True)


def factorial(n):
    from scipy.special import factorial as exact

    return exact(n, exact=True)


def by_the_book(table, kind, alpha, min_child):
    """Kass's steps as the method writes them, one χ² of scipy a pair; groups as sorted lists of rows."""
    blank = len(table) - 1 if kind == "floating" else None
    groups = [[k] for k in range(len(table))]

    def p(one, other):
        rows = np.array([table[one].sum(axis=0), table[other].sum(axis=0)])
        rows = rows[:, rows.sum(axis=0) > 0]
        return 1.0 if rows.shape[1] < 2 else stats.chi2_contingency(rows, correction=False).pvalue

    def may_join(one, other):
        if kind == "nominal" or [blank] in (one, other):
            return True
        one, other = sorted([k for k in group if k != blank] for group in (one, other))
        return one[-1] + 1 == other[0]

    def best(chosen):
        tested = [(p(one, other), one, other) for i, one in enumerate(groups) for other in groups[i + 1:]
                  if may_join(one, other) and chosen(one, other)]
        highest = max(found for found, _, _ in tested)
        return next(found for found in tested if found[0] >= highest * (1 - 1e-9))

    def join(one, other):
        return sorted([group for group in groups if group not in (one, other)] + [sorted(one + other)])

    while len(groups) > 1:
        highest, one, other = best(lambda *_: True)
        if highest < alpha:
            break
        groups = join(one, other)
    while len(groups) > 1:
        small = min(groups, key=lambda group: table[group].sum())
        if table[small].sum() >= min_child:
            break
        groups = join(*best(lambda one, other, small=small: small in (one, other))[1:])
    return groups


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(2, 6).flatmap(lambda c: st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3).filter(any),
                                                     min_size=c, max_size=c)),
       st.sampled_from(["nominal", "ordinal", "floating"]), st.sampled_from([0, 12, 40]))
def test_merging_agrees_with_the_rules_written_out(counts, kind, min_child):
    table = np.array(counts)
    groups, merged = Merging(table, kind).run(0.05, min_child)
    assert groups == by_the_book(table, kind, 0.05, min_child)
    assert merged.tolist() == [table[group].sum(axis=0).tolist() for group in groups]
    assert len(groups) == 1 or merged.sum(axis=1).min() >= min_child
    known = merged[:, merged.sum(axis=0) > 0]
    if min(known.shape) > 1:
        theirs = stats.chi2_contingency(known, correction=False)
        chi2, df = chi_square(merged)
        assert (chi2, df) == (pytest.approx(theirs.statistic), theirs.dof)
        assert np.exp(log_sf(chi2, df)[0]) == pytest.approx(theirs.pvalue, rel=1e-9)


def test_far_tails_agree_with_r():
    """R 4.2: pchisq(c(3.841458820694124, 1500, 2000, 4000, 1e5, 1e7), c(1, 3, 3, 2401, 10, 7), lower=FALSE, log=TRUE)."""
    found = log_sf([3.841458820694124, 1500, 2000, 4000, 1e5, 1e7, 0, 0], [1, 3, 3, 2401, 10, 7, 3, 0])
    assert found == pytest.approx([-2.9957322735539913, -746.56851515781955, -996.42484049733321, -190.81479920996708,
                                   -49959.898860691108, -4999962.6386019262, 0, 0], rel=1e-12)
    near = [stats.chi2.isf(10.0**-k, df) for k in (285, 289, 291, 295) for df in (1, 2, 30)]
    assert log_sf(near, [1, 2, 30] * 4) == pytest.approx([k * np.log(.1) for k in (285, 289, 291, 295) for _ in range(3)])


def test_equal_pairs_are_joined_in_category_order():
    table = pd.DataFrame({"yes": [10] * 4, "no": [10] * 4}, index=list("abcd"))
    steps = merge_steps(table)
    assert steps.loc[steps["is_merged"], ["first", "second"]].to_numpy().tolist() == \
        [["a", "b"], ["a, b", "c"], ["a, b, c", "d"]]


@pytest.mark.parametrize("call, message", [
    (lambda: bonferroni(2, 3), "2 categories cannot be joined to 3 groups."),
    (lambda: bonferroni(3, 2, "cyclic"), "kind = cyclic is none of nominal, ordinal, floating."),
    (lambda: merge_steps(AGE, "cyclic"), "kind = cyclic is none of nominal, ordinal, floating."),
    (lambda: merge_steps(AGE * 0), "A table to be merged holds whole numbers of 0 or more, and no empty row."),
    (lambda: merge_steps(AGE, alpha_merge=1),
     "The level of significance 1 is not between 0 and 1; write for example 0.05."),
])
def test_wrong_tables_are_said(call, message):
    with pytest.raises((ParameterError, NotComputable)) as error:
        call()
    assert str(error.value) == message
