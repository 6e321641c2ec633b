"""Factor analysis: method.md 3.9, T19; checked against R (psych, GPArotation, factanal), factor-analyzer and by hand.

The references come from R 4.2.2 with psych 2.2.9 and GPArotation 2022.10.2, x being ``survey()`` written to csv:
``f <- fa(x, 3, fm="minres", rotate="oblimin", eps=1e-9, maxit=10000)``;
``principal(x, 3, rotate="varimax", eps=1e-14)``; principal with ``GPArotation::oblimin(L, eps=1e-9, maxit=10000)``;
``factanal(x, 3, rotation="none", control=list(opt=list(factr=1, pgtol=1e-12, maxit=10000)))`` for ml, with
``varimax(f$loadings, eps=1e-14)`` or ``GPArotation::oblimin(f$loadings, eps=1e-10, maxit=20000)``; for minres with
varimax ``varimax(unclass(fa(x, 3, fm="minres", rotate="none")$loadings), eps=1e-15)``; weights and scores by
``factor.scores(x, L, Phi, method="Thurstone")``; ``KMO(cor(x))``, ``cortest.bartlett(cor(x), 120)``. Factors are put in
falling order of ``diag(Phi L'L)`` and signed by their largest loading.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from svcnb.errors import NotComputable
from svcnb.i18n import words_in
from svcnb.methods import factor
from svcnb.methods.factor import extraction

WORDS = words_in("en")
T19 = np.full((3, 3), 0.6) + 0.4 * np.eye(3)
# Eight physical variables of 305 girls (Harman 1976, Modern Factor Analysis, 22; R's Harman23.cor).
HARMAN = np.array([
    [1, .846, .805, .859, .473, .398, .301, .382], [.846, 1, .881, .826, .376, .326, .277, .415],
    [.805, .881, 1, .801, .38, .319, .237, .345], [.859, .826, .801, 1, .436, .329, .327, .365],
    [.473, .376, .38, .436, 1, .762, .73, .629], [.398, .326, .319, .329, .762, 1, .583, .577],
    [.301, .277, .237, .327, .73, .583, 1, .539], [.382, .415, .345, .365, .629, .577, .539, 1]])


def survey() -> pd.DataFrame:
    """120 answers from 1 to 7 on nine items, three for each of three correlated factors."""
    rng = np.random.default_rng(11)
    factors = rng.normal(size=(120, 3)) @ np.linalg.cholesky([[1, .4, .2], [.4, 1, .3], [.2, .3, 1]]).T
    weights = np.kron(np.eye(3), [[.9, .8, .7]]) + 0.15 * np.eye(3, 9, 2)
    raw = factors @ weights + 0.6 * rng.normal(size=(120, 9))
    return pd.DataFrame(np.clip(np.round(4 + 1.4 * raw), 1, 7), columns=[f"q{k}" for k in range(1, 10)])


SURVEY = survey()


def told(result) -> list[str]:
    return [WORDS.reason(one) for one in result.warnings]


def refusal(call, *arguments, **options) -> tuple[str, str]:
    with pytest.raises(NotComputable) as error:
        call(*arguments, **options)
    return str(error.value), WORDS(error.value.fallback, **error.value.values)


def test_the_survey_is_the_one_that_r_read():
    """The references below hold for these answers only; another numpy could draw others."""
    assert SURVEY.sum().tolist() == [516, 495, 514, 470, 485, 494, 478, 487, 478]
    assert SURVEY.iloc[0].tolist() == [2, 5, 4, 7, 6, 5, 5, 6, 5]


def test_t19_equal_correlations():
    """R has eigenvalues 1 + 2(.6) = 2.2 and 1 - .6 = .4 twice; every loading is sqrt(2.2/3) = .85635.

    |R| = 2.2 (.4)(.4) = .352; Bartlett = -(49 - 11/6) ln .352 = 47.1667 (1.04412) = 49.2479. Partial correlation of
    two items given the third: (.6 - .36)/(1 - .36) = .375, so KMO = .36/(.36 + .140625) = .71910. A score of the first
    factor weighs each item by .85635/2.2 = .38925.
    """
    result = factor.analyse_correlations(T19, 50)
    assert result.eigenvalues.to_list() == pytest.approx([2.2, 0.4, 0.4])
    assert result.loadings["F1"].to_list() == pytest.approx([np.sqrt(2.2 / 3)] * 3)
    assert result.kmo == pytest.approx(0.36 / 0.500625) and result.kmo_items.to_list() == pytest.approx([0.719101] * 3)
    assert (result.bartlett.chi2, result.bartlett.df) == (pytest.approx(49.2479, abs=1e-4), 3)
    assert result.bartlett.p_value == pytest.approx(stats.chi2.sf(49.2479, 3), rel=1e-4)
    assert result.variance.loc["F1"].to_list() == pytest.approx([2.2, 2.2 / 3, 2.2 / 3])
    assert result.communalities.to_list() == pytest.approx([2.2 / 3] * 3)
    assert result.uniquenesses.to_list() == pytest.approx([0.8 / 3] * 3)
    assert result.score_weights["F1"].to_list() == pytest.approx([np.sqrt(2.2 / 3) / 2.2] * 3)
    assert (result.kaiser, result.parallel.n_factors, result.n_factors, result.chosen_by) == (1, 1, 1, "kaiser")
    assert result.adequate is True and result.rotation is None and result.factor_correlations is None
    assert result.scores is None and result.n == 50 and result.warnings == ()


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_one_common_factor_of_equal_correlations(method):
    """Loadings sqrt(.6) reproduce every correlation .6 exactly."""
    result = factor.analyse_correlations(T19, 50, method=method)
    assert result.loadings["F1"].to_list() == pytest.approx([np.sqrt(0.6)] * 3, abs=1e-6)


def test_adequacy_as_in_psych():
    result = factor.analyse_factors(SURVEY)
    assert result.kmo == pytest.approx(0.71971794268, abs=1e-10)
    assert result.kmo_items.to_list() == pytest.approx([
        0.701379224174, 0.7410675588, 0.720643536977, 0.697363868076, 0.728302082583, 0.796042234152, 0.686000902625,
        0.685779663615, 0.709648607768], abs=1e-10)
    assert (result.bartlett.chi2, result.bartlett.df) == (pytest.approx(423.432382675, abs=1e-8), 36)
    assert result.bartlett.p_value == pytest.approx(1.19051960278e-67, rel=1e-9)
    assert result.eigenvalues.to_list() == pytest.approx([
        3.13766442765, 2.00042062149, 1.55443468911, 0.551475797844, 0.493073032324, 0.37872701578, 0.33425662342,
        0.291089818668, 0.258857973721], abs=1e-10)
    assert (result.kaiser, result.parallel.n_factors, result.adequate) == (3, 3, True)


# method, rotation, loadings of q1, q4, q7, correlations of the factors (21, 31, 32), weights of q1, scores of row 0
R_SOLUTIONS = [
    ("principal", "varimax",
     [[0.88281775, 0.05556568, 0.02891106], [0.10199513, 0.88090006, 0.01049468], [0.04895885, -0.02680564, 0.84975796]],
     None, [0.41304350, -0.09437598, -0.00580117], [-0.73199312, 1.65683942, 0.98369504], 1e-6),
    ("principal", "oblimin",
     [[0.90160762, -0.06993113, 0.00102007], [-0.01868432, 0.90138453, -0.06756769], [0.03143935, -0.10931027, 0.86213241]],
     [0.27463948, 0.08741486, 0.17962887], [0.39554236, -0.03724798, 0.00152549], [-0.45862450, 1.62066399, 1.09870197],
     2e-6),
    ("ml", "varimax",
     [[0.81655853, 0.07301816, 0.02956444], [0.11380720, 0.82464230, 0.02589913], [0.04557595, -0.00350134, 0.75356324]],
     None, [0.40251591, -0.07816429, -0.00787792], [-0.68453628, 1.59622242, 0.91610251], 1e-6),
    ("ml", "oblimin",
     [[0.83901756, -0.06477394, -0.00151301], [-0.01894640, 0.84953914, -0.05951141], [0.02597592, -0.09425356, 0.76742652]],
     [0.32149688, 0.10744401, 0.21611541], [0.38362204, -0.01350395, 0.00188224], [-0.37335510, 1.55123041, 1.05477343],
     2e-6),
    ("minres", "varimax",
     [[0.81751325, 0.07154553, 0.03047684], [0.11227827, 0.82782902, 0.02394788], [0.04409355, -0.00463040, 0.75598986]],
     None, [0.40728086, -0.08377536, -0.00515995], [-0.69338964, 1.62275200, 0.90624269], 5e-5),
    ("minres", "oblimin",
     [[0.84011697, -0.06621689, -0.00071325], [-0.02073467, 0.85303891, -0.06091551], [0.02426835, -0.09453538, 0.76979481]],
     [0.32084818, 0.10755608, 0.21415996], [0.38757759, -0.01810800, 0.00432295], [-0.37867848, 1.57444753, 1.04580229],
     5e-5),
]


@pytest.mark.parametrize("method, rotation, loadings, phi, weights, scores, near", R_SOLUTIONS)
def test_loadings_weights_and_scores_as_in_r(method, rotation, loadings, phi, weights, scores, near):
    """Minres only to 5e-5: psych's optimiser stops there; principal and ml were brought to their end in R."""
    result = factor.analyse_factors(SURVEY, 3, method, rotation)
    assert result.loadings.loc[["q1", "q4", "q7"]].to_numpy() == pytest.approx(np.array(loadings), abs=near)
    assert result.score_weights.loc["q1"].to_list() == pytest.approx(weights, abs=near)
    assert result.scores.loc[0].to_list() == pytest.approx(scores, abs=2 * near)
    if phi is None:
        assert result.factor_correlations is None
    else:
        below = result.factor_correlations.to_numpy()[np.tril_indices(3, -1)]
        assert below == pytest.approx(phi, abs=near)


@pytest.mark.parametrize("method, unique", [
    # R: optim of psych's minres objective with factr=1, and factanal(x, 3)$uniquenesses
    ("minres", [0.325632837625, 0.364207567851, 0.358474810674, 0.301515171989, 0.339908578664, 0.460681042145,
                0.426514730572, 0.402152587342, 0.466219482294]),
    ("ml", [0.327026457927, 0.364985453819, 0.355978716641, 0.306342233384, 0.334392637529, 0.461846953005,
            0.430053015069, 0.396176045397, 0.468958191141])])
@pytest.mark.parametrize("rotation", [None, "varimax", "oblimin"])
def test_uniquenesses_as_in_r_whatever_the_rotation(method, unique, rotation):
    result = factor.analyse_factors(SURVEY, 3, method, rotation)
    assert result.uniquenesses.to_list() == pytest.approx(unique, abs=1e-6)


def test_variance_of_correlated_factors_as_in_psych():
    """psych's Vaccounted: SS loadings diag(Phi L'L); they sum to the communalities."""
    variance = factor.analyse_factors(SURVEY, 3, "minres", "oblimin").variance
    assert variance["sum_of_squares"].to_list() == pytest.approx([1.946340608, 1.897393674, 1.710958848], abs=5e-6)
    assert variance["cumulative"].to_list() == pytest.approx([0.216260067, 0.427081587, 0.617188126], abs=1e-6)


def test_eight_physical_variables():
    """factanal(covmat=Harman23.cor, factors=2), whose loadings R's manual prints (height .865 .287); KMO by psych.

    The manual's varimax stops at eps = 1e-5; brought to its end (eps = 1e-15) height is .86285 .29280.
    """
    names = ["height", "arm span", "forearm", "lower leg", "weight", "bitro", "girth", "width"]
    result = factor.analyse_correlations(pd.DataFrame(HARMAN, names, names), 305, method="ml")
    expected = [[0.86284553, 0.29279702], [0.92620108, 0.18730688], [0.89415369, 0.18525998], [0.85686238, 0.25762227],
                [0.22681723, 0.92705755], [0.18905024, 0.77495456], [0.12889923, 0.75301952], [0.27344664, 0.62329201]]
    assert result.loadings.to_numpy() == pytest.approx(np.array(expected), abs=1e-6)
    assert result.bartlett.chi2 == pytest.approx(2085.74047788, abs=1e-6)
    assert result.kmo == pytest.approx(0.845460850661, abs=1e-10)
    assert result.salient.sum().to_list() == [4, 4] and result.kaiser == result.parallel.n_factors == 2


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.filterwarnings("ignore:'force_all_finite' was renamed:FutureWarning")
def test_extraction_agrees_with_factor_analyzer(method):
    """Its numerical derivatives stop within 5e-5 of the same optimum, up to the sign of a factor."""
    from factor_analyzer import FactorAnalyzer

    theirs = FactorAnalyzer(2, rotation=None, method=method, is_corr_matrix=True).fit(HARMAN).loadings_
    ours = extraction.METHODS[method](HARMAN, 2)
    assert np.abs(ours) == pytest.approx(np.abs(theirs), abs=5e-5)


@pytest.mark.parametrize("rotation", ["varimax", "oblimin"])
def test_rotation_agrees_with_statsmodels(rotation):
    """statsmodels' gradient projection with normalised rows for varimax, and quartimin, which oblimin is at gamma 0."""
    from statsmodels.multivariate.factor_rotation import rotate_factors

    start = extraction.extract_minres(HARMAN, 2)
    lengths = np.sqrt((start**2).sum(axis=1, keepdims=True)) if rotation == "varimax" else 1.0
    options = ("varimax",) if rotation == "varimax" else ("oblimin", 0, "oblique")
    theirs = rotate_factors(start / lengths, *options, tol=1e-8)[0] * lengths
    turned, phi, arrived = extraction.rotate(start, rotation)
    assert arrived and extraction.arrange(turned, phi)[0] == pytest.approx(
        extraction.arrange(theirs, phi)[0], abs=1e-5)


@pytest.mark.parametrize("percentile, expected", [
    (95, [1.47277696, 1.18304193, 0.99765767, 0.85123491]), (50, [1.28613285, 1.06920431, 0.91479172, 0.72582129])])
def test_line_of_chance_as_simulated_in_r(percentile, expected):
    """set.seed(1); ev <- replicate(20000, eigen(cor(matrix(rnorm(60*4), 60)))$values); apply(ev, 1, quantile, p)."""
    line = factor.simulate_eigenvalues(60, 4, repetitions=4000, percentile=percentile)
    assert line.to_list() == pytest.approx(expected, abs=0.01) and list(line.index) == [1, 2, 3, 4]


def test_line_of_chance_from_wishart_is_that_of_rows():
    """The same percentile from drawn rows instead of drawn sums of products."""
    rng = np.random.default_rng(5)
    drawn = [np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(80, 6)), rowvar=False))[::-1] for _ in range(3000)]
    line = factor.simulate_eigenvalues(80, 6, repetitions=3000)
    assert line.to_list() == pytest.approx(np.percentile(drawn, 95, axis=0).tolist(), abs=0.015)


def test_number_of_factors_where_the_rules_disagree():
    """Six random items, eigenvalues 1.226 1.149 1.078 1.018 .861 .667: four exceed 1, none the line from 1.34 down."""
    noise = pd.DataFrame(np.random.default_rng(3).normal(size=(200, 6)), columns=list("abcdef"))
    result = factor.analyse_factors(noise)
    assert (result.kaiser, result.parallel.n_factors, result.n_factors, result.chosen_by) == (4, 0, 4, "kaiser")
    assert not result.adequate and told(result) == [
        f"The items share too little for factors (KMO {result.kmo:.3f}, at least 0.600 is wanted); least of all "
        f"{result.kmo_items.idxmin()} ({result.kmo_items.min():.3f}).",
        f"The correlations may be chance alone (Bartlett's test, p = {result.bartlett.p_value:.3f}).",
        "Eigenvalues above 1 (Kaiser): 4 factors; above chance (parallel analysis): 0. Taken: 4; compare both before "
        "deciding."]
    given_number = factor.analyse_factors(SURVEY, 2)
    assert (given_number.n_factors, given_number.chosen_by) == (2, "given")
    assert told(given_number) == ["Eigenvalues above 1 (Kaiser): 3 factors; above chance (parallel analysis): 3. Taken: 2; "
                                  "compare both before deciding."]


def test_more_factors_than_items_can_carry():
    """Four items have 6 correlations; two factors would have 8 - 1 loadings to find them by."""
    pairs = np.kron(np.eye(2), [[1, 0.5], [0.5, 1]])
    result = factor.analyse_correlations(pairs, 100, method="ml")
    assert (result.kaiser, result.n_factors, result.chosen_by) == (2, 1, "limit")
    assert told(result)[1] == "2 eigenvalues exceed 1, but the most factors that 4 items carry by this method is 1."
    assert refusal(factor.analyse_correlations, pairs, 100, 2, "minres") == (
        "The most factors that 4 items carry by this method is 1; 2 were asked for.",
        "Take fewer factors, or principal components.")
    assert factor.analyse_correlations(pairs, 100, 4).variance["cumulative"].iloc[-1] == pytest.approx(1)
    assert [extraction.most_factors(p, "ml") for p in (3, 4, 5, 6, 8, 10)] == [1, 1, 2, 3, 4, 6]


@pytest.mark.parametrize("method", list(factor.METHODS))
@pytest.mark.parametrize("rotation", factor.ROTATIONS)
def test_what_must_hold_for_every_method_and_rotation(method, rotation):
    before = SURVEY.copy()
    result = factor.analyse_factors(SURVEY, 3, method, rotation)
    pd.testing.assert_frame_equal(SURVEY, before)
    loadings = result.loadings.to_numpy()
    phi = np.eye(3) if result.factor_correlations is None else result.factor_correlations.to_numpy()
    assert (loadings[np.abs(loadings).argmax(axis=0), range(3)] > 0).all()
    assert result.variance["sum_of_squares"].is_monotonic_decreasing
    assert result.communalities.sum() == pytest.approx(result.variance["sum_of_squares"].sum())
    assert (result.communalities + result.uniquenesses).to_list() == pytest.approx([1.0] * 9)
    assert np.diag(phi) == pytest.approx(np.ones(3))
    reproduced = loadings @ phi @ loadings.T
    assert np.diag(reproduced) == pytest.approx(result.communalities.to_numpy())
    other = factor.analyse_factors(SURVEY, 3, method, None).loadings.to_numpy()
    assert reproduced == pytest.approx(other @ other.T, abs=1e-9), "a rotation changes no reproduced correlation"
    # Thurstone's scores: mean 0, and their covariance with the standardised items is the structure L phi.
    z = (SURVEY - SURVEY.mean()) / SURVEY.std(ddof=1)
    assert result.scores.mean().to_list() == pytest.approx([0, 0, 0], abs=1e-12)
    assert z.T.to_numpy() @ result.scores.to_numpy() / 119 == pytest.approx(loadings @ phi)
    again = factor.analyse_factors(SURVEY, 3, method, rotation)
    pd.testing.assert_frame_equal(again.loadings, result.loadings, check_exact=True)
    pd.testing.assert_series_equal(again.parallel.line, result.parallel.line, check_exact=True)


def test_order_of_rows_and_columns_and_units_do_not_matter():
    result = factor.analyse_factors(SURVEY, method="minres", rotation="oblimin")
    changed = SURVEY.sample(frac=1, random_state=2)[SURVEY.columns[::-1]] * 1e30 - 5e30
    turned = factor.analyse_factors(changed, method="minres", rotation="oblimin")
    pd.testing.assert_frame_equal(turned.loadings.loc[SURVEY.columns], result.loadings, atol=1e-5)
    pd.testing.assert_frame_equal(turned.scores.sort_index(), result.scores, atol=1e-5)
    pd.testing.assert_frame_equal(factor.analyse_factors(SURVEY * 1e-90).loadings, factor.analyse_factors(SURVEY).loadings)


def test_reversed_item_loads_negatively():
    reversed_q2 = factor.analyse_factors(SURVEY.assign(q2=8 - SURVEY["q2"])).loadings
    expected = factor.analyse_factors(SURVEY).loadings
    expected.loc["q2"] *= -1
    pd.testing.assert_frame_equal(reversed_q2, expected, atol=1e-9)


def test_both_entrances_agree():
    rows = factor.analyse_factors(SURVEY, method="ml", rotation="oblimin")
    matrix = factor.analyse_correlations(SURVEY.corr(), 120, method="ml", rotation="oblimin")
    for field in ("loadings", "factor_correlations", "score_weights", "variance", "correlations"):
        pd.testing.assert_frame_equal(getattr(matrix, field), getattr(rows, field), atol=1e-6)
    assert matrix.bartlett.chi2 == pytest.approx(rows.bartlett.chi2) and matrix.kmo == pytest.approx(rows.kmo)
    assert refusal(matrix.score, SURVEY) == (
        "An analysis of correlations alone knows no means, so it cannot score rows.", "Analyse the rows themselves.")


def test_new_customers_are_scored_as_the_old_ones():
    result = factor.analyse_factors(SURVEY)
    two = SURVEY.iloc[[5, 3]].assign(name="text", q10=np.inf)[["name", "q10", *SURVEY.columns[::-1]]]
    pd.testing.assert_frame_equal(result.score(two), result.scores.iloc[[5, 3]])
    gap = result.score(two.assign(q4=[None, 4]))
    assert gap.isna().all(axis=1).tolist() == [True, False] and list(gap.index) == [5, 3]
    average = pd.DataFrame([SURVEY.mean()])
    assert result.score(average).to_numpy() == pytest.approx(np.zeros((1, 3)), abs=1e-12)
    assert refusal(result.score, SURVEY[["q1", "q2"]])[0] == "There is no column q3; the columns are q1, q2."
    assert refusal(result.score, SURVEY.assign(q1="a"))[0] == \
        "q1 holds texts or other values that are no numbers, for example a."


def test_p_that_equals_alpha_is_not_significant():
    p_value = factor.assess_sphericity(T19, 50).p_value
    assert factor.analyse_correlations(T19, 50, alpha=p_value).adequate is False
    assert factor.analyse_correlations(T19, 50, alpha=p_value + 5e-10).adequate is False, "a rounding apart is equal"
    assert factor.analyse_correlations(T19, 50, alpha=p_value + 1e-8).adequate is True
