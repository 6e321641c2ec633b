"""Contingency table, chi-square, V, residuals, Fisher: method.md 3.5, T13 to T15; checked against scipy and statsmodels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.categories import (
    as_categories,
    band_labels,
    cut_bands,
    in_band,
    is_measured,
    quantile_edges,
)
from svcnb.methods.contingency import analyse_counts, cross_tabulate, v_interval


def people(counts: dict) -> pd.DataFrame:
    rows = [(row, column) for (row, column), n in counts.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=["row", "column"])


DANCE = {("man", "yes"): 10, ("man", "no"): 40, ("woman", "yes"): 30, ("woman", "no"): 20}
AGE = {("young", "yes"): 14, ("young", "no"): 18, ("adult", "yes"): 14, ("adult", "no"): 30, ("old", "yes"): 12,
       ("old", "no"): 12}


def test_t13_two_by_two():
    """E = 20 or 30 in every cell, so chi2 = 100/20 + 100/30 + 100/20 + 100/30 = 16.6667; V = sqrt(.166667)."""
    result = cross_tabulate(people(DANCE), "row", "column")
    assert (result.chi2, result.df, result.n, result.n_missing) == (pytest.approx(50 / 3), 1, 100, 0)
    assert result.p_value == pytest.approx(4.4557e-05, rel=1e-4)
    assert result.cramers_v == pytest.approx(0.408248, abs=1e-6)
    assert result.expected.loc["man"].to_dict() == {"no": 30, "yes": 20}
    # residual of man/yes: (10 - 20) / sqrt(20 * .5 * .6) = -4.0825
    assert result.residuals.loc["man", "yes"] == pytest.approx(-10 / np.sqrt(6))
    assert result.valid and result.discriminating is True and result.fisher_p is None and result.warnings == ()
    assert result.strength == "moderate"


def test_t13_with_yates():
    """(10 - 0.5)^2 (2/20 + 2/30) = 90.25 / 6 = 15.0417; V stays that of the uncorrected chi-square."""
    result = cross_tabulate(people(DANCE), "row", "column", correction=True)
    assert result.chi2 == pytest.approx(90.25 / 6) and result.p_value == pytest.approx(1.0516e-04, rel=1e-4)
    assert result.cramers_v == pytest.approx(0.408248, abs=1e-6)


def test_t14_three_by_two_does_not_discriminate():
    result = cross_tabulate(people(AGE), "row", "column")
    assert (result.chi2, result.df) == (pytest.approx(2.41477, abs=1e-5), 2)
    assert result.p_value == pytest.approx(0.29898, abs=1e-5) and result.discriminating is False


def test_t15_small_table_takes_fisher():
    result = cross_tabulate(people({("a", "x"): 3, ("a", "y"): 1, ("b", "x"): 1, ("b", "y"): 3}), "row", "column")
    assert (result.expected == 2).all().all() and not result.valid and result.discriminating is False
    assert result.fisher_p == pytest.approx(0.48571, abs=1e-5)
    assert words_in("en").reason(result.warnings[0]) == \
        "Few observations (n = 8, smallest expected count 2): Fisher's exact test decides, not χ²."


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=5))
def test_agrees_with_scipy_and_statsmodels(counts):
    """scipy.stats.chi2_contingency, contingency.association, fisher_exact; statsmodels' adjusted residuals."""
    from statsmodels.stats.contingency_tables import Table

    table = pd.DataFrame(counts)
    kept = table.loc[table.sum(axis=1) > 0, table.sum(axis=0) > 0]
    if min(kept.shape) < 2:
        with pytest.raises(NotComputable):
            analyse_counts(table)
        return
    result, theirs = analyse_counts(table), stats.chi2_contingency(kept, correction=False)
    assert result.chi2 == pytest.approx(theirs.statistic) and result.df == theirs.dof
    assert result.p_value == pytest.approx(theirs.pvalue, abs=1e-12)
    assert result.expected.to_numpy() == pytest.approx(theirs.expected_freq)
    assert result.cramers_v == pytest.approx(stats.contingency.association(kept, method="cramer"), abs=1e-9)
    assert result.residuals.to_numpy() == pytest.approx(Table(kept, shift_zeros=False).standardized_resids.to_numpy())
    corrected = analyse_counts(table, correction=True)
    if kept.shape == (2, 2):
        assert corrected.chi2 == pytest.approx(stats.chi2_contingency(kept, correction=True).statistic)
        if not result.valid:
            assert result.fisher_p == pytest.approx(stats.fisher_exact(kept).pvalue)
    else:
        assert corrected.chi2 == pytest.approx(result.chi2)


@pytest.mark.parametrize("counts", [[[10, 40], [30, 20]], [[14, 18], [14, 30], [12, 12]], [[900, 100], [50, 950]]])
def test_interval_of_v_agrees_with_statsmodels(counts):
    """Noncentrality bounds of statsmodels.stats.effect_size, another route to the same interval."""
    from statsmodels.stats.effect_size import _noncentrality_chisquare

    result = analyse_counts(pd.DataFrame(counts))
    theirs = _noncentrality_chisquare(result.chi2, result.df, alpha=0.05).confint
    scale = result.n * (min(result.table.shape) - 1)
    assert v_interval(result) == pytest.approx([np.sqrt(max(0, nc) / scale) for nc in theirs], abs=3e-3)


def test_large_chi_square_needs_no_series():
    """At chi2 near 1000 the exact and the normal form of the bound meet."""
    just_below, just_above = (v_interval(analyse_counts(pd.DataFrame([[k, 1000 - k], [1000 - k, k]]))) for k in (853, 854))
    assert just_above == pytest.approx(just_below, abs=0.006)


def test_missing_values_are_left_out_and_counted():
    frame = pd.concat([people(DANCE), pd.DataFrame({"row": [None, "man", None], "column": ["yes", np.nan, None]})])
    before = frame.copy()
    result = cross_tabulate(frame, "row", "column")
    assert (result.n, result.n_missing) == (100, 3) and result.chi2 == pytest.approx(50 / 3)
    pd.testing.assert_frame_equal(frame, before)


def test_categories_of_any_kind():
    """Emoji, truths, code numbers, dates and pandas' own categories give the same chi-square as plain texts."""
    frame = people(DANCE)
    for values in ({"man": "🙂", "woman": "é"}, {"man": True, "woman": False}, {"man": 1, "woman": 2},
                   {"man": 1.5, "woman": -2.0}, {"man": pd.Timestamp(2024, 1, 1), "woman": pd.Timestamp(2025, 1, 1)}):
        assert cross_tabulate(frame.assign(row=frame["row"].map(values)), "row", "column").chi2 == pytest.approx(50 / 3)
    known = frame.assign(row=pd.Categorical(frame["row"], categories=["woman", "unused", "man"]))
    result = cross_tabulate(known, "row", "column")
    assert list(result.table.index) == ["woman", "man"] and result.chi2 == pytest.approx(50 / 3)


def test_mixed_numbers_and_texts_are_one_category():
    frame = pd.DataFrame({"a": [1, "1", 1.0, "x"] * 10, "b": ["p", "p", "q", "q"] * 10})
    result = cross_tabulate(frame, "a", "b")
    assert list(result.table.index) == ["1", "x"] and result.table.loc["1", "p"] == 20
    assert words_in("en").reason(result.warnings[0]) == \
        "a mixes numbers and texts; what is written alike counts as one category."


def test_row_against_itself_and_order_of_rows():
    frame = people(DANCE)
    assert cross_tabulate(frame, "row", "row").cramers_v == 1
    shuffled = frame.sample(frac=1, random_state=1)
    assert cross_tabulate(shuffled, "row", "column").chi2 == pytest.approx(50 / 3)
    assert cross_tabulate(frame, "column", "row").chi2 == pytest.approx(50 / 3)


def test_cochran_in_a_larger_table_cannot_be_said():
    frame = people({("a", "x"): 9, ("a", "y"): 1, ("b", "x"): 1, ("b", "y"): 9, ("c", "x"): 1, ("c", "y"): 1})
    result = cross_tabulate(frame, "row", "column")
    assert result.discriminating is None and result.fisher_p is None and not result.valid
    assert words_in("en").reason(result.warnings[0]) == (
        "χ² is not reliable here (n = 22, smallest expected count 1, 33.3 % of the cells expect fewer than 5): merge "
        "categories.")


def test_significant_but_negligible_is_not_discriminating():
    """5050/4950 against 4950/5050 of 20 000: p = 0.157; a hundred times as many: p < .001 with V = 0.01."""
    result = analyse_counts(pd.DataFrame([[505000, 495000], [495000, 505000]]))
    assert result.p_value < 1e-9 and result.cramers_v == pytest.approx(0.01) and result.discriminating is False


@pytest.mark.parametrize("frame, message", [
    (pd.DataFrame({"a": ["x"], "b": ["y"]}), "a has only one category where both are known: there is nothing to compare."),
    (pd.DataFrame({"a": ["x", "z"], "b": ["y", "y"]}),
     "b has only one category where both are known: there is nothing to compare."),
    (pd.DataFrame({"a": [], "b": []}), "No row has both a and b."),
    (pd.DataFrame({"a": ["x", None], "b": [None, "y"]}), "No row has both a and b."),
    (pd.DataFrame({"b": ["x"], "c": [1]}), "There is no column a; the columns are b, c."),
    (pd.DataFrame([["x", "y", "z"]], columns=["a", "a", "b"]), "2 columns are called a."),
    (pd.DataFrame({"a": [["x"], ["y"]], "b": [1, 2]}), "a holds lists or other values that are no categories."),
    (pd.DataFrame({"a": range(1000), "b": range(1000)}), "a has 1,000 different values: too many to be categories."),
])
def test_what_cannot_be_counted_is_said(frame, message):
    with pytest.raises(NotComputable) as error:
        cross_tabulate(frame, "a", "b")
    assert str(error.value) == message


def test_errors_of_parameters():
    with pytest.raises(ParameterError) as error:
        cross_tabulate(people(DANCE), "row", "column", alpha=5)
    assert str(error.value) == "The level of significance 5 is not between 0 and 1; write for example 0.05."
    with pytest.raises(NotComputable) as error:
        analyse_counts(pd.DataFrame([[1, -2], [3, 4]]))
    assert str(error.value) == "A table of counts holds whole numbers of 0 or more, nothing else."


def test_bands_apply_to_new_customers_as_to_old_ones():
    """Quartiles of 1 to 100 are 25.75, 50.5, 75.25, shown with three figures; an edge belongs to the band above."""
    edges = quantile_edges(pd.Series(range(1, 101)), 4)
    assert edges == (25.8, 50.5, 75.2) and band_labels(edges) == ["< 25.8", "25.8 – 50.5", "50.5 – 75.2", "≥ 75.2"]
    values = pd.Series([-5.0, 25.8, 50.49, 75.2, 1e9, np.nan])
    bands = cut_bands(values, edges)
    assert bands.tolist() == ["< 25.8", "25.8 – 50.5", "25.8 – 50.5", "≥ 75.2", "≥ 75.2", None]
    for label in band_labels(edges):
        assert in_band(values, label).tolist() == (bands == label).tolist()


def test_which_columns_are_measured():
    assert is_measured(pd.Series(range(8))) and is_measured(pd.Series([1.5, 2.0], dtype=object))
    for values in ([1, 2, 3], [True, False], ["1", "2"], [None, None], [], [1, "a"]):
        assert not is_measured(pd.Series(values, dtype=object))
    assert as_categories(pd.Series([1.0, "1", " a ", " ", "NaN", None], dtype=object)).tolist() == \
        ["1", "1", "a", None, None, None]
    assert as_categories(pd.Series([True, False, None], dtype=object)).tolist() == ["yes", "no", None]
