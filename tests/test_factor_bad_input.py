"""Factor analysis of items that are not as they should be: what is left out, said and refused, in whole sentences."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods import factor
from svcnb.methods.factor import extraction
from svcnb.methods.factor.items import varying_columns
from tests.test_factor import SURVEY, T19, WORDS, refusal, told


def test_missing_answers_are_left_out_counted_and_never_filled():
    holes = SURVEY.copy()
    holes.loc[[0, 1, 2], "q1"] = np.nan
    holes.loc[[2, 7], "q5"] = np.nan
    result = factor.analyse_factors(holes)
    complete = factor.analyse_factors(SURVEY.drop(index=[0, 1, 2, 7]))
    assert (result.n, result.n_missing) == (116, 4)
    assert result.missing_shares == {**dict.fromkeys(SURVEY.columns, 0.0), "q1": 3 / 120, "q5": 2 / 120}
    pd.testing.assert_frame_equal(result.loadings, complete.loadings)
    assert list(result.scores.index) == list(SURVEY.index)
    assert result.scores.isna().all(axis=1).to_numpy().nonzero()[0].tolist() == [0, 1, 2, 7]
    pd.testing.assert_frame_equal(result.scores.dropna(), complete.scores)


def test_items_that_do_not_vary_are_left_out_and_named():
    """A constant of 0.1 has a standard deviation of 1e-17 by rounding; an empty item must not cost every row."""
    frame = SURVEY.assign(same=0.1, empty=np.nan, half=[3.0] * 60 + [np.nan] * 60)
    result = factor.analyse_factors(frame)
    assert result.left_out == ("same", "empty", "half") and result.n == 120 and result.n_missing == 0
    assert told(result) == ["same, empty, half left out: every complete row has the same value."]
    pd.testing.assert_frame_equal(result.loadings, factor.analyse_factors(SURVEY).loadings)
    assert result.missing_shares["half"] == 0.5


def test_item_that_varies_only_in_incomplete_rows():
    """x is 1 wherever a is known: among complete rows it is constant, and without it every row with a counts."""
    values = np.array([[1, 1], [2, 1], [3, 1], [np.nan, 2]])
    kept, complete = varying_columns(values)
    assert kept == [0] and complete.tolist() == [True, True, True, False]


def test_labels_of_any_kind():
    names = ["🙂 amable", "<b>precio</b>", "{n}", 4, ("a", 1), "ñ", "", "q'8", "q9"]
    frame = SURVEY.set_axis(pd.Index(names, tupleize_cols=False, dtype=object), axis=1).set_axis([9] * 120)
    result = factor.analyse_factors(frame.assign(**{"%s {x}": 5}))
    assert list(result.loadings.index) == names and list(result.scores.index) == [9] * 120
    assert result.loadings.to_numpy() == pytest.approx(factor.analyse_factors(SURVEY).loadings.to_numpy())
    assert told(result) == ["%s {x} left out: every complete row has the same value."]


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "object", "int8"])
def test_numbers_of_any_kind(dtype):
    result = factor.analyse_factors(SURVEY.astype(dtype))
    assert result.loadings.to_numpy() == pytest.approx(factor.analyse_factors(SURVEY).loadings.to_numpy())
    truths = SURVEY > 4
    assert factor.analyse_factors(truths).kmo == pytest.approx(factor.analyse_factors(truths.astype(float)).kmo)


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_heywood_case_is_said(method):
    """One factor of r12 = r13 = .8, r23 = .6 has communality .8 (.8)/.6 = 1.067 for the first item."""
    names = ["speed", "price", "care"]
    heywood = pd.DataFrame([[1, .8, .8], [.8, 1, .6], [.8, .6, 1]], names, names)
    result = factor.analyse_correlations(heywood, 100, method=method)
    assert result.communalities["speed"] > 0.99
    assert told(result) == ["The factors would explain all of speed and more (Heywood case): take fewer factors, principal "
                            "components, or more rows."]
    assert told(factor.analyse_correlations(heywood, 100)) == []


def test_item_that_goes_with_no_other():
    lone = np.eye(5)
    lone[:4, :4] = 0.5 + 0.5 * np.eye(4)
    result = factor.analyse_correlations(pd.DataFrame(lone, list("abcde"), list("abcde")), 100, 1, "minres")
    assert told(result) == ["e: correlated with no other item."]
    assert np.isnan(result.kmo_items["e"]) and result.kmo == pytest.approx(result.kmo_items["a"])
    both = factor.analyse_correlations(lone, 100, 2, "minres")  # an item without loadings must not break varimax
    assert np.isfinite(both.loadings.to_numpy()).all()


def test_equal_eigenvalues_leave_components_open():
    result = factor.analyse_correlations(T19, 50, 2)
    assert told(result)[1] == "Eigenvalues 2 and 3 are equal: which of their components is taken is arbitrary."


def test_unsettled_solutions_are_said(monkeypatch):
    for rotation in ("varimax", "oblimin"):
        with monkeypatch.context() as patch:
            patch.setattr(extraction, "ROTATION_STEPS", 1)
            assert told(factor.analyse_factors(SURVEY, 3, rotation=rotation)) == [
                f"The rotation {rotation} did not settle; other loadings would fit as well."]
    monkeypatch.setattr(extraction, "EXTRACTION_STEPS", 1)
    assert refusal(factor.analyse_factors, SURVEY, 3, "ml") == (
        "No solution with 3 factors was found by maximum likelihood.", "Extract principal components, or take fewer factors.")


def test_rotation_without_an_inverse_is_said(monkeypatch):
    from factor_analyzer import Rotator

    def singular(self, loadings):
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setattr(Rotator, "fit_transform", singular)
    assert refusal(factor.analyse_factors, SURVEY, rotation="oblimin") == (
        "The rotation oblimin has no solution for these loadings.", "Rotate by varimax, or take fewer factors.")


APRIORI = "Let experts choose the segmentation variables (a-priori method) until there are data."
DAY = pd.Timestamp(2024, 1, 1)


@pytest.mark.parametrize("frame, message, fallback", [
    (SURVEY[["q1", "q2"]], "Factor analysis takes 3 items that vary; here are 2.", APRIORI),
    (SURVEY[[]], "Factor analysis takes 3 items that vary; here are 0.", APRIORI),
    (SURVEY.head(0), "Factor analysis takes 3 items that vary; here are 0.", APRIORI),
    (SURVEY * np.nan, "Factor analysis takes 3 items that vary; here are 0.", APRIORI),
    (SURVEY * 0 + 3, "Factor analysis takes 3 items that vary; here are 0.", APRIORI),
    (SURVEY.head(49), "9 items take at least 50 complete rows; here are 49.", APRIORI),
    (pd.DataFrame(np.random.default_rng(0).normal(size=(120, 500))),
     "500 items take at least 2,500 complete rows; here are 120.", APRIORI),
    (SURVEY.assign(q3=SURVEY["q3"].where(SURVEY.index < 30)),
     "9 items take at least 50 complete rows; here are 30. Most often missing is q3 (75.0 % of the rows).", APRIORI),
    (SURVEY.assign(q3=SURVEY["q3"].where(SURVEY.index < 60), q4=SURVEY["q4"].where(SURVEY.index >= 60)),
     "9 items take at least 50 complete rows; here are 0. Most often missing is q3 (50.0 % of the rows).", APRIORI),
    (SURVEY.assign(twin=SURVEY["q2"]), "twin can be calculated exactly from q2: the correlations have no inverse.",
     "Leave out twin and analyse the other items."),
    (SURVEY.assign(minus=7 - SURVEY["q1"], total=SURVEY["q2"] + SURVEY["q3"]),
     "minus, total can be calculated exactly from q1, q2, q3: the correlations have no inverse.",
     "Leave out minus, total and analyse the other items."),
    (SURVEY.assign(q1="1"), "q1 holds texts or other values that are no numbers, for example 1.",
     "Leave out q1, or give numbers in it."),
    (SURVEY.assign(q1=DAY), "q1 holds texts or other values that are no numbers, for example 2024-01-01 00:00:00.",
     "Leave out q1, or give numbers in it."),
    (SURVEY.assign(q1=1 + 2j), "q1 holds texts or other values that are no numbers, for example (1+2j).",
     "Leave out q1, or give numbers in it."),
    (SURVEY.assign(q1=pd.Series([None, "🙂"] * 60, dtype=object)),
     "q1 holds texts or other values that are no numbers, for example 🙂.", "Leave out q1, or give numbers in it."),
    (SURVEY.assign(q2=SURVEY["q2"].replace(7, np.inf)), "q2 holds infinite or boundless numbers (rows: 6).",
     "Leave a cell empty where nothing was measured."),
    (SURVEY.assign(q2=pd.Series([10**400, 1, 2] * 40, dtype=object)),
     "q2 holds infinite or boundless numbers (rows: 40).", "Leave a cell empty where nothing was measured."),
    (SURVEY.set_axis([*SURVEY.columns[:8], "q1"], axis=1), "2 columns are called q1.", ""),
])
def test_rows_that_cannot_be_analysed_are_said(frame, message, fallback):
    assert refusal(factor.analyse_factors, frame) == (message, fallback)


FORM = "A matrix of correlations is symmetric, has 1 on its diagonal and only numbers from -1 to 1; this one is not so."


@pytest.mark.parametrize("matrix, n, message, fallback", [
    (np.eye(4), 100, "No two items are correlated: they have no factor in common.", APRIORI),
    (T19, 49, "3 items take at least 50 complete rows; here are 49.", APRIORI),
    ([[1, .5], [.5, 1]], 100, "Factor analysis takes 3 items that vary; here are 2.", APRIORI),
    (np.ones((3, 3)), 100, "1, 2 can be calculated exactly from 0: the correlations have no inverse.",
     "Leave out 1, 2 and analyse the other items."),
    ([[1, .9, -.9], [.9, 1, .9], [-.9, .9, 1]], 100,
     "These correlations cannot come from one set of rows (smallest eigenvalue -0.8).",
     "Look for a typing error, or calculate all correlations from the same complete rows."),
    (T19[:2], 100, "A matrix of correlations has the same items down and across; this one is 2 × 3.", ""),
    (pd.DataFrame(T19, list("abc"), list("abd")), 100,
     "A matrix of correlations has the same items down and across; this one is 3 × 3.", ""),
    ([["a", 1], [1, "b"]], 100, "A matrix of correlations holds numbers, nothing else.", ""),
    (T19 * 2, 100, FORM, ""), (T19 * np.nan, 100, FORM, ""), ([[1, .5, .5], [.5, 1, .5], [.4, .5, 1]], 100, FORM, ""),
    (T19 - np.inf, 100, FORM, ""), ([[1, 1.5, .5], [1.5, 1, .5], [.5, .5, 1]], 100, FORM, ""),
    (pd.DataFrame(T19, list("aab"), list("aab")), 100, "2 columns are called a.", ""),
])
def test_matrices_that_are_none_are_said(matrix, n, message, fallback):
    assert refusal(factor.analyse_correlations, matrix, n) == (message, fallback)


@pytest.mark.parametrize("options, message", [
    ({"method": "pca"}, "method = pca is not one of principal, minres, ml."),
    ({"method": None}, "method = None is not one of principal, minres, ml."),
    ({"rotation": "promax"}, "rotation = promax is not one of varimax, oblimin, None."),
    ({"rotation": []}, "rotation = [] is not one of varimax, oblimin, None."),
    ({"n_factors": 0}, "n_factors = 0 is not a whole number of 1 or more."),
    ({"n_factors": 2.5}, "n_factors = 2.5 is not a whole number of 1 or more."),
    ({"n_factors": True}, "n_factors = True is not a whole number of 1 or more."),
    ({"seed": None}, "seed = None is not a whole number of 0 or more."),
    ({"n_parallel": 5}, "n_parallel = 5 is not a whole number of 20 or more."),
    ({"percentile": 101}, "The percentile 101 is not a number from 0 to 100."),
    ({"alpha": 5}, "The level of significance 5 is not between 0 and 1; write for example 0.05."),
    ({"alpha": "a"}, "The level of significance a is not between 0 and 1; write for example 0.05."),
])
def test_errors_of_options(options, message):
    with pytest.raises(ParameterError) as error:
        factor.analyse_factors(SURVEY, **options)
    assert str(error.value) == message


def test_errors_of_numbers():
    for call, message in ((lambda: factor.analyse_correlations(T19, 60.5), "n = 60.5 is not a whole number of 1 or more."),
                          (lambda: factor.assess_sphericity(T19, 2), "n = 2 is not a whole number of 3 or more."),
                          (lambda: factor.simulate_eigenvalues(3, 3), "n = 3 is not a whole number of 4 or more.")):
        with pytest.raises(ParameterError) as error:
            call()
        assert str(error.value) == message


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), p=st.integers(4, 12), method=st.sampled_from(list(factor.METHODS)),
       rotation=st.sampled_from(factor.ROTATIONS), tied=st.booleans())
def test_any_survey_is_answered_or_refused_in_words(seed, p, method, rotation, tied):
    """Random items with any loadings, ties and gaps: finite figures or a reason, and never a warning of a library."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(150, 3)) @ rng.normal(size=(3, p)) + rng.uniform(0.2, 3) * rng.normal(size=(150, p))
    frame = pd.DataFrame(np.sign(values) if tied else values).mask(rng.random((150, p)) < 0.01)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = factor.analyse_factors(frame, None, method, rotation, n_parallel=20)
        except NotComputable as refused:
            assert str(refused) and WORDS(refused.fallback, **refused.values)
            return
    assert np.isfinite(result.loadings.to_numpy()).all() and 0 <= result.kmo <= 1
    assert result.n + result.n_missing == 150 and result.scores.notna().all(axis=1).sum() == result.n
    assert 1 <= result.n_factors <= p and all(told(result))
    assert result.communalities.sum() == pytest.approx(result.variance["sum_of_squares"].sum())
