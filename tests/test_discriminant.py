"""Discriminant analysis: method.md 4.3, T23; checked against MASS and stats of R, sklearn, n refits and published figures.

The figures of R (4.2.2, MASS 7.3-58) were made on iris and on ``shops()`` below, written to csv, by::

    m <- lda(X, g, prior=...); predict(m); lda(X, g, prior=..., CV=TRUE)       # scaling, svd, classes, posteriors
    summary(manova(X ~ g), test="Wilks"); anova(lm(X[, j] ~ g))                # Wilks, Rao's F; each predictor alone
    cor(resid(lm(X ~ g)), resid(lm(predict(m)$x ~ g)))                         # structure
    mahalanobis(mean_a, mean_b, S)                                             # pairs
"""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from svcnb.i18n import words_in
from svcnb.methods.discriminant import PRIORS, fit_discriminant
from svcnb.methods.discriminant.assignment import find_cuts, posteriors, score_left_out

SIX = pd.DataFrame({"group": list("AAABBB"), "x": [1, 2, 1, 8, 9, 8], "y": [1, 1, 2, 8, 8, 9]})
FLOWER = ["sl", "sw", "pl", "pw"]


def iris() -> pd.DataFrame:
    from sklearn.datasets import load_iris

    bunch = load_iris()
    return pd.DataFrame(bunch.data, columns=FLOWER).assign(g=bunch.target)


def shops() -> pd.DataFrame:
    """Four groups of 60, 25, 15 and 10 with three correlated predictors of very different units."""
    rng = np.random.default_rng(23)
    shift = {"a": (60, [0, 0, 0]), "b": (25, [1, 5, -40]), "c": (15, [2, 0, 60]), "d": (10, [0, -6, 20])}
    mix = np.array([[1.0, 2.0, 0.0], [0.0, 5.0, 30.0], [0.0, 0.0, 50.0]])
    parts = [pd.DataFrame(rng.standard_normal((n, 3)) @ mix + mean, columns=["x", "y", "z"]).assign(g=label)
             for label, (n, mean) in shift.items()]
    return pd.concat(parts, ignore_index=True).round(3)


def said(result) -> list[str]:
    return [words_in("en").reason(one) for one in result.warnings]


def loo_posteriors(result, frame) -> np.ndarray:
    space, codes = result._space, pd.Categorical(frame["g"].astype(str), categories=result.groups.index).codes
    z = space.place(frame[list(result.predictors)].to_numpy(dtype=float))
    return posteriors(score_left_out(z, codes, space.points, space.log_priors))[np.arange(len(z)), codes]


def test_t23_six_points():
    """A = (1,1) (2,1) (1,2), B = (8,8) (9,8) (8,9): means 4/3 and 25/3; W = 2 [[2/3, -1/3], [-1/3, 2/3]], S = W/4.

    S^-1 = [[4, 2], [2, 4]], difference (7, 7): w = (42, 42), c = 42 (4/3 + 25/3) = 406, D2 = 7 * 42 * 2 = 588. One
    eigenvalue D2 n_A n_B / (n (n - 2)) = 588 * 9/24 = 220.5, so lambda = 1/221.5 and Bartlett (5 - 2) ln 221.5, df 2.
    """
    result = fit_discriminant(SIX, "group", ["x", "y"])
    rule = result.two_groups
    assert (rule.first, rule.second) == ("A", "B")
    assert rule.weights.to_dict() == {"x": pytest.approx(42), "y": pytest.approx(42)}
    assert (rule.cut, rule.d2) == (pytest.approx(406), pytest.approx(588))
    assert result.covariance.to_numpy() == pytest.approx(np.array([[2, -1], [-1, 2]]) / 6)
    assert result.wilks_lambda == pytest.approx(1 / 221.5) and result.wilks_lambda == pytest.approx(0.0045147, abs=1e-7)
    assert result.eigenvalues.tolist() == pytest.approx([220.5]) and result.explained.tolist() == pytest.approx([1])
    assert result.canonical_correlations[1] == pytest.approx(np.sqrt(220.5 / 221.5))
    # Bartlett: n - 1 - (p + g)/2 = 5 - 2 = 3; Rao: F = 220.5 * 3/2 with 2 and 3
    assert (result.bartlett.statistic, result.bartlett.df) == (pytest.approx(3 * np.log(221.5)), 2)
    assert (result.rao.statistic, result.rao.df, result.rao.df2) == (pytest.approx(330.75), 2, pytest.approx(3))
    assert result.differ and result.accuracy.value == 1 and result.accuracy_loo.value == 1
    # chance .5, wanted .625; Press's Q = (6 - 12)^2 / 6
    assert (result.chance, result.useful, result.press_q.statistic) == (0.5, True, pytest.approx(6))
    # the function is w / D, 0 at the mean of all (29/6, 29/6), B at +D/2
    assert result.functions[1].tolist() == pytest.approx([42 / 588**0.5] * 2 + [-406 / 588**0.5])
    assert result.centroids[1].tolist() == pytest.approx([-(588**0.5) / 2, 588**0.5 / 2])
    assert result.cuts.to_numpy().tolist() == [[pytest.approx(0, abs=1e-9), "A", "B"]] and result.territory is None
    # alone: x has SSW 4/3, SST 75.5 - so F = (SSB/1)/(SSW/4) = 73.5 / (1/3)
    assert result.univariate.loc["x", ["wilks", "f", "df1", "df2"]].tolist() == \
        pytest.approx([(4 / 3) / (73.5 + 4 / 3), 220.5, 1, 4])


def test_t23_new_customers():
    """42 (5 + 4) = 378 < 406 is A, 42 * 10 = 420 is B; on the cut (29/6, 29/6) it is a tie and the first group is given."""
    result = fit_discriminant(SIX, "group", ["x", "y"])
    new = pd.DataFrame({"y": [4, 5, 29 / 6, np.nan, 1, np.inf], "x": [5, 5, 29 / 6, 1, 100, 4]}, index=list("klmnop"))
    before = new.copy()
    table = result.assign(new)
    pd.testing.assert_frame_equal(new, before)
    assert table["group"].tolist() == ["A", "B", "A", None, "B", None] and table.index.tolist() == list("klmnop")
    assert table.loc[["k", "l"], "posterior"].tolist() == pytest.approx([1 / (1 + np.exp(-28)), 1 / (1 + np.exp(-14))])
    assert table.loc["m", "posterior"] == pytest.approx(0.5)
    # D2 of (5, 5) to B: 2 (10/3)^2 (4 + 2) = 133.33; typicality exp(-D2/2) with two degrees of freedom
    assert table.loc["l", "distance"] == pytest.approx(400 / 3)
    assert table.loc["l", "typicality"] == pytest.approx(np.exp(-200 / 3))
    assert table.loc["n", ["posterior", "distance", "typicality"]].isna().all()
    assert table["missing"].tolist() == [(), (), (), ("y",), (), ("y",)]
    # every one of these is far: 7/3 apart in a group that is about 1/2 wide
    assert table["note"].tolist() == ["far from its group: check by hand"] * 3 + [
        "not assigned: a predictor is not measured", "far from its group: check by hand",
        "not assigned: a predictor is not measured"]
    near = result.assign(pd.DataFrame({"x": [1.5], "y": [1.5]}))
    assert near["note"].tolist() == [None] and near["group"].tolist() == ["A"]
    assert result.assign(new.iloc[:0])["group"].tolist() == []
    assert result.assign(new.iloc[[3]])["group"].tolist() == [None]


def test_tie_is_noted():
    """Means 2 and 6, variance 2.5: 4 is on the border, its D2 of 1.6 is nothing strange."""
    frame = pd.DataFrame({"group": ["A"] * 5 + ["B"] * 5, "x": [0, 1, 2, 3, 4, 4, 5, 6, 7, 8]})
    result = fit_discriminant(frame, "group", "x")
    table = result.assign(pd.DataFrame({"x": [4, 3.9]}))
    assert table["group"].tolist() == ["A", "A"] and table["distance"].tolist() == pytest.approx([1.6, 1.9**2 / 2.5])
    assert table["note"].tolist() == ["on the border between groups: the first of them is given", None]
    # both who stand at 4 go to A; left out, the one of B moves B's mean to 6.5 and the one of A moves A's to 1.5
    assert result.confusion.to_numpy().tolist() == [[5, 0], [1, 4]]
    assert result.confusion_loo.to_numpy().tolist() == [[4, 1], [1, 4]]


def test_priors_move_the_cut():
    """Unequal priors add ln(pi_A/pi_B) to the cut; Fisher's scores differ by w x - c."""
    for priors, expected in (({"A": 0.9, "B": 0.1}, 406 + np.log(9)), ("proportional", 406), ("equal", 406)):
        result = fit_discriminant(SIX, "group", ["x", "y"], priors=priors)
        assert result.two_groups.cut == pytest.approx(expected)
        difference = result.classification_functions["B"] - result.classification_functions["A"]
        assert difference.tolist() == pytest.approx([42, 42, -expected])
    frame = pd.concat([SIX, SIX.query("group == 'A'")])
    result = fit_discriminant(frame, "group", ["x", "y"], priors="proportional")
    assert result.groups["prior"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert result.two_groups.cut == pytest.approx(result.two_groups.weights.sum() * 29 / 6 + np.log(2))


@pytest.mark.parametrize("priors", PRIORS)
def test_iris_agrees_with_mass(priors):
    """MASS lda: scaling (its first function points the other way), posteriors of eight flowers, classes, CV=TRUE."""
    result = fit_discriminant(iris(), "g", FLOWER, priors=priors)
    scaling = np.array([[0.829377642266, -0.024102148877], [1.534473067700, -2.164521234658],
                        [-2.201211655562, 0.931921210029], [-2.810460308843, -2.839187852983]])
    assert result.functions.to_numpy()[:-1] == pytest.approx(scaling * -1, abs=1e-11)
    # svd^2 = eigenvalue (n - g)/(g - 1)
    assert np.sqrt(result.eigenvalues * 147 / 2).tolist() == pytest.approx([48.6426438023, 4.57998271097], rel=1e-11)
    rows = np.array([1, 22, 44, 65, 86, 107, 129, 150]) - 1
    assert result.cases["posterior"].iloc[rows].tolist() == pytest.approx(
        [1, 1, 1, 9.99998350784e-01, 9.94040068729e-01, 9.51379746244e-01, 9.99986963193e-01, 9.82457709224e-01], abs=1e-11)
    cv = loo_posteriors(result, iris())
    assert cv[rows] == pytest.approx(
        [1, 1, 1, 9.99998406972e-01, 9.92472113457e-01, 9.12051999076e-01, 9.99986237186e-01, 9.79411937026e-01], abs=1e-11)
    assert cv.sum() == pytest.approx(145.285545135, abs=1e-8)
    for table in (result.confusion, result.confusion_loo):
        assert table.to_numpy().tolist() == [[50, 0, 0], [0, 48, 2], [0, 1, 49]]
    wrong = result.cases.query("group != assigned_loo")
    assert (wrong.index + 1).tolist() == [71, 84, 134]


def test_iris_agrees_with_manova_and_published_figures():
    """R's manova and anova; eigenvalues, correlations and lambda as SPSS and SAS print them for Fisher's data.

    Fisher's linear scores as in the SAS manual (DISCRIM, constants -85.20986, -71.75400, -103.26971, here with ln 1/3 in
    them); Box's M as chi-square 140.943, df 20 (M = 146.663; SAS and heplots::boxM).
    """
    result = fit_discriminant(iris(), "g", FLOWER)
    assert result.eigenvalues.tolist() == pytest.approx([32.1919291983, 0.285391042623], rel=1e-10)
    assert result.canonical_correlations.round(4).tolist() == [0.9848, 0.4712]
    assert result.explained.round(4).tolist() == [0.9912, 0.0088]
    assert result.wilks_lambda == pytest.approx(0.0234386306509, rel=1e-11)
    assert (result.rao.statistic, result.rao.df, result.rao.df2) == (pytest.approx(199.14534354, rel=1e-11), 8, 288)
    assert result.rao.p_value == pytest.approx(1.36500583259e-112, rel=1e-6)
    assert result.tests["wilks"].round(4).tolist() == [0.0234, 0.7780]
    assert result.tests["chi2"].round(2).tolist() == [546.12, 36.53] and result.tests["df"].tolist() == [8, 3]
    assert result.univariate["f"].tolist() == pytest.approx(
        [119.264502185, 49.1600400896, 1180.16118225, 960.007146802], rel=1e-11)
    assert result.univariate["wilks"].tolist() == pytest.approx(
        [0.381294269262, 0.599217152924, 0.0586282809426, 0.0711170698988], rel=1e-11)
    assert result.structure.to_numpy() == pytest.approx(-np.array([  # both columns the other way round in R
        [-0.222595941524, -0.310811723076], [0.119011514885, -0.863680922376],
        [-0.706065381085, -0.167701384283], [-0.633177926162, -0.737242058780]]), abs=1e-11)
    assert result.standardised[1].round(5).tolist() == [-0.42695, -0.52124, 0.94726, 0.57516]
    scores = result.classification_functions
    assert (scores.loc["(constant)"] + np.log(3)).round(5).tolist() == [-85.20986, -71.75400, -103.26971]
    assert scores["0"].round(5).tolist()[:4] == [23.54417, 23.58787, -16.43064, -17.39841]
    assert (result.box_m.statistic, result.box_m.df) == (pytest.approx(140.943049923, rel=1e-10), 20)
    assert result.pairs["d2"].tolist() == pytest.approx([89.8641855821, 179.384712514, 17.2010664284], rel=1e-11)
    assert result.accuracy_loo.value == pytest.approx(0.98) and result.useful is True
    assert said(result) == ["The groups spread differently (Box's test, easily alarmed by large groups and skewed "
                            "numbers): trust leave-one-out more than the probabilities."]


def test_unbalanced_groups_agree_with_mass():
    """Posteriors of the own group summed, classes and functions; Rao's F is an approximation here (g = 4, p = 3)."""
    from statsmodels.stats.multitest import multipletests

    frame = shops()
    result = fit_discriminant(frame, "g", ["x", "y", "z"], priors="proportional")
    assert np.abs(result.functions.to_numpy()[:-1]) == pytest.approx(np.abs([
        [0.910250255700, -0.58190246051244, 0.4498456428297], [-0.221783105171, -0.10491240564128, -0.0696964452573],
        [0.016825108591, 0.00524299830145, -0.0112830594309]]), rel=1e-11)
    assert np.abs(result.structure.to_numpy()) == pytest.approx(np.abs([
        [0.384076962798, -0.911143473413, 0.149340073339], [-0.179715973409, -0.762038661661, -0.622092635413],
        [0.359913789390, -0.148996412852, -0.921011472873]]), abs=1e-11)
    assert result.eigenvalues.tolist() == pytest.approx([1.1635535656327, 0.3330319748598, 0.0034286004017], rel=1e-10)
    assert result.confusion.to_numpy().tolist() == [[51, 5, 2, 2], [11, 14, 0, 0], [2, 0, 12, 1], [6, 0, 1, 3]]
    assert result.confusion_loo.to_numpy().tolist() == [[50, 6, 2, 2], [13, 12, 0, 0], [2, 0, 12, 1], [6, 0, 1, 3]]
    assert loo_posteriors(result, frame).sum() == pytest.approx(64.1746947002, abs=1e-9)
    assert (result.rao.statistic, result.rao.df, result.rao.df2, result.rao.p_value) == tuple(
        pytest.approx(value, rel=1e-9) for value in (15.405926375, 9, 253.259278164, 5.63022024347e-20))
    assert (result.box_m.statistic, result.box_m.p_value) == \
        (pytest.approx(15.4099350327, rel=1e-10), pytest.approx(0.633653939917, rel=1e-10))
    assert result.pairs["d2"].tolist() == pytest.approx(
        [1.74386968179, 7.79984307695, 2.40062273697, 10.9078004175, 7.19572605752, 3.49847518511], rel=1e-10)
    assert result.pairs["p_holm"].tolist() == pytest.approx(multipletests(result.pairs["p_value"], method="holm")[1].tolist())
    # the third function: chi2 = (109 - 3.5) ln(1 + .0034286) = .3611 with 1 degree of freedom
    assert result.tests.loc[2, ["chi2", "df", "p_value"]].tolist() == pytest.approx(
        [105.5 * np.log1p(0.0034286004017), 1, stats.chi2.sf(105.5 * np.log1p(0.0034286004017), 1)], rel=1e-9)
    assert result.warnings == ()

    equal = fit_discriminant(frame, "g", ["x", "y", "z"])
    assert equal.confusion.to_numpy().tolist() == [[29, 18, 2, 11], [5, 20, 0, 0], [1, 0, 11, 3], [1, 0, 1, 8]]
    assert equal.confusion_loo.to_numpy().tolist() == [[29, 18, 2, 11], [5, 20, 0, 0], [1, 0, 11, 3], [1, 0, 2, 7]]
    assert loo_posteriors(equal, frame).sum() == pytest.approx(54.9961174046, abs=1e-9)
    pd.testing.assert_frame_equal(equal.functions, result.functions)  # functions do not depend on priors, unlike in MASS


@pytest.mark.parametrize("priors", [{"a": 0.4, "b": 0.3, "c": 0.2, "d": 0.1}, "proportional"])
def test_agrees_with_sklearn(priors):
    """LinearDiscriminantAnalysis (svd) on other customers than those it was fitted to."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    frame, names = shops(), ["x", "y", "z"]
    new = pd.DataFrame(np.random.default_rng(5).normal(0, [2, 8, 80], (200, 3)), columns=names)
    theirs = LinearDiscriminantAnalysis(priors=list(priors.values()) if isinstance(priors, dict) else None)
    theirs.fit(frame[names].to_numpy(), frame["g"].to_numpy())
    table = fit_discriminant(frame, "g", names, priors=priors).assign(new)
    assert table["group"].tolist() == theirs.predict(new.to_numpy()).tolist()
    assert table["posterior"].to_numpy() == pytest.approx(theirs.predict_proba(new.to_numpy()).max(axis=1), abs=1e-10)


def test_agrees_with_statsmodels_manova():
    from statsmodels.multivariate.manova import MANOVA

    theirs = MANOVA.from_formula("x + y + z ~ g", data=shops()).mv_test().results["g"]["stat"].loc["Wilks' lambda"]
    result = fit_discriminant(shops(), "g", ["x", "y", "z"])
    assert [result.wilks_lambda, result.rao.df, result.rao.df2, result.rao.statistic] == \
        pytest.approx(theirs.iloc[:4].astype(float).tolist(), rel=1e-9)


def test_two_groups_agree_with_hotelling():
    """(n - p - 1) T2 / (p (n - 2)) is the F of Hotelling's test and of Rao's; the pair's F is the same."""
    from statsmodels.stats.multivariate import test_mvmean_2indep as hotelling

    frame = shops().query("g in ['a', 'b']")
    result = fit_discriminant(frame, "g", ["x", "y", "z"])
    theirs = hotelling(*(frame.loc[frame["g"] == k, ["x", "y", "z"]].to_numpy() for k in "ab"))
    assert (result.rao.statistic, result.rao.p_value) == (pytest.approx(theirs.statistic), pytest.approx(theirs.pvalue))
    assert result.pairs.loc[0, ["f", "p_value", "p_holm"]].tolist() == \
        pytest.approx([theirs.statistic, theirs.pvalue, theirs.pvalue])


def test_one_predictor_is_an_analysis_of_variance():
    """F of scipy's f_oneway; Box's M of one predictor is Bartlett's of equal variances."""
    frame = shops()
    parts = [part["z"].to_numpy() for _, part in frame.groupby("g")]
    result = fit_discriminant(frame, "g", ["z"])
    theirs = stats.f_oneway(*parts)
    assert (result.rao.statistic, result.rao.p_value) == (pytest.approx(theirs.statistic), pytest.approx(theirs.pvalue))
    c = (sum(1 / (len(part) - 1) for part in parts) - 1 / 106) / 9  # Bartlett divides by 1 + c where Box takes 1 - c times
    assert result.box_m.statistic == pytest.approx(stats.bartlett(*parts).statistic * (1 + c) * (1 - c))
    assert len(result.eigenvalues) == 1 and result.territory is None and len(result.cuts) <= 3


def test_leave_one_out_is_what_n_fits_would_say():
    """Each customer taken out, means and covariance made anew by numpy, priors held."""
    frame, names, logs = shops().iloc[::2], ["x", "y", "z"], np.log([0.4, 0.3, 0.2, 0.1])
    result = fit_discriminant(frame, "g", names, priors=dict(zip("abcd", np.exp(logs))))
    mine, theirs = loo_posteriors(result, frame), []
    for row in frame.index:
        rest, x = frame.drop(row), frame.loc[row, names].to_numpy(dtype=float)
        means = rest.groupby("g")[names].mean()
        within = rest[names] - means.loc[rest["g"]].to_numpy()
        inverse = np.linalg.inv(within.T @ within / (len(rest) - 4))
        away = x - means.to_numpy()
        scores = logs - 0.5 * np.einsum("ij,jk,ik->i", away, inverse, away)
        theirs.append((np.exp(scores) / np.exp(scores).sum())["abcd".index(frame.loc[row, "g"])])
        assert result.cases.loc[row, "assigned_loo"] == "abcd"[scores.argmax()]
    assert mine == pytest.approx(theirs, abs=1e-12)


def test_customer_whom_the_others_cannot_place():
    """A = 0, 1 and B = 5, 5: without a customer of A nothing varies within the groups, so that only B's can be placed."""
    frame = pd.DataFrame({"group": list("AABB"), "x": [0, 1, 5, 5]})
    result = fit_discriminant(frame, "group", ["x"])
    assert result.cases["assigned_loo"].tolist() == [None, None, "B", "B"]
    assert result.accuracy_loo.n == 2 and result.accuracy.n == 4
    assert said(result) == [
        "Box's test of equal covariances cannot be made: in one group a predictor is constant or follows from the others.",
        "Customers not counted in leave-one-out, because without them a predictor does not vary within the groups: 2."]


groups_of_points = st.integers(0, 10**6).map(np.random.default_rng)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(groups_of_points, st.integers(2, 4), st.integers(1, 3))
def test_identities(rng, g, p):
    """Lambda = |W|/|T|, unit variance within, weighted centroids 0, structure = R standardised, and units do not matter."""
    sizes = rng.integers(p + 1, 15, g)
    codes = np.repeat(np.arange(g), sizes)
    x = rng.normal(size=(len(codes), p)) + rng.normal(size=(g, p))[codes]
    names = [f"v{k}" for k in range(p)]
    frame = pd.DataFrame(x, columns=names).assign(g=codes)
    result = fit_discriminant(frame, "g", names)
    means = np.array([x[codes == k].mean(axis=0) for k in range(g)])
    w, t = (d.T @ d for d in (x - means[codes], x - x.mean(axis=0)))
    assert result.wilks_lambda == pytest.approx(np.linalg.det(w) / np.linalg.det(t))
    functions = result.functions.to_numpy()[:-1]
    assert functions.T @ (w / (len(x) - g)) @ functions == pytest.approx(np.eye(len(functions.T)), abs=1e-9)
    assert sizes @ result.centroids.to_numpy() == pytest.approx(np.zeros(len(functions.T)), abs=1e-9)
    assert (result.centroids.iloc[-1] > 0).all()
    assert result.scores.to_numpy() == pytest.approx(x @ functions + result.functions.loc["(constant)"].to_numpy(), abs=1e-9)
    spread = np.sqrt(np.diag(result.covariance))
    correlation = result.covariance / np.outer(spread, spread)
    assert result.structure.to_numpy() == pytest.approx(correlation.to_numpy() @ result.standardised.to_numpy())
    assert result.confusion.to_numpy().sum() == len(x) and np.trace(result.confusion) / len(x) == result.accuracy.value
    # Fisher's linear scores choose the same group as assign
    linear = np.column_stack([x, np.ones(len(x))]) @ result.classification_functions.to_numpy()
    assert result.cases["assigned"].tolist() == [str(k) for k in linear.argmax(axis=1)]
    assert result.cases["distance"].tolist() == pytest.approx(
        [d @ np.linalg.solve(w / (len(x) - g), d) for d in x - means[linear.argmax(axis=1)]])

    order = rng.permutation(len(x))
    other = frame.iloc[order].assign(**{"v0": 1e6 + 1e-3 * frame["v0"]})
    moved = fit_discriminant(other, "g", names)
    assert moved.wilks_lambda == pytest.approx(result.wilks_lambda)
    assert moved.functions.loc["v0"].to_numpy() == pytest.approx(1e3 * result.functions.loc["v0"].to_numpy(), rel=1e-4)
    assert moved.cases["posterior"].sort_index().to_numpy() == pytest.approx(result.cases["posterior"].to_numpy(), abs=1e-6)
    assert moved.cases["assigned_loo"].sort_index().tolist() == result.cases["assigned_loo"].tolist()


def test_same_answer_and_argument_unchanged():
    frame = shops()
    before = frame.copy()
    first, second = (fit_discriminant(frame, "g", ["x", "y", "z"]) for _ in range(2))
    pd.testing.assert_frame_equal(frame, before)
    for entry in dataclasses.fields(first):
        mine, theirs = getattr(first, entry.name), getattr(second, entry.name)
        if isinstance(mine, (pd.DataFrame, pd.Series)):
            assert mine.equals(theirs), entry.name


def test_territory_is_what_assign_says():
    """With two predictors and two functions every point of the grid is a customer."""
    result = fit_discriminant(shops(), "g", ["x", "y"], priors="proportional")
    grid = result.territory
    assert grid.shape == (101, 101) and result.cuts is None and set(np.unique(grid)) == {0, 1, 2, 3}
    low, high = result.scores.min(), result.scores.max()
    assert grid.columns[0] == pytest.approx(low[1] - (high[1] - low[1]) / 20)
    assert grid.index[-1] == pytest.approx(high[2] + (high[2] - low[2]) / 20)
    points = np.array([[x, y] for y in grid.index[::7] for x in grid.columns[::7]])
    weights = result.functions.to_numpy()
    back = pd.DataFrame((points - weights[-1]) @ np.linalg.inv(weights[:-1]), columns=["x", "y"])
    labels = np.array(result.groups.index)[grid.to_numpy()[::7, ::7].ravel()]
    assert result.assign(back)["group"].tolist() == labels.tolist()


def test_territory_holds_the_third_function_at_zero():
    """Far apart on the third function too, so that it matters which groups lie near 0 there."""
    corners = np.array([[0, 0, 0], [5, 0, 0], [0, 4, 0], [2, 2, 3.0]])
    x = np.random.default_rng(2).normal(size=(80, 3)) + np.repeat(corners, 20, axis=0)
    result = fit_discriminant(pd.DataFrame(x, columns=list("xyz")).assign(g=np.repeat(list("abcd"), 20)), "g", list("xyz"))
    grid, weights = result.territory, result.functions.to_numpy()
    points = np.array([[x, y, 0] for y in grid.index[::5] for x in grid.columns[::5]])
    back = pd.DataFrame((points - weights[-1]) @ np.linalg.inv(weights[:-1]), columns=list("xyz"))
    labels = np.array(result.groups.index)[grid.to_numpy()[::5, ::5].ravel()]
    assert result.assign(back)["group"].tolist() == labels.tolist() and len(result.eigenvalues) == 3


def test_means_on_a_line_give_one_function():
    """A, B and C = B moved by (7.1, 7.1): two functions are possible, but the second would be rounding."""
    third = SIX.query("group == 'B'").assign(group="C") + {"group": "", "x": 7.1, "y": 7.1}
    result = fit_discriminant(pd.concat([SIX, third]), "group", ["x", "y"])
    assert result.eigenvalues.index.tolist() == [1] and result.territory is None and result.explained.tolist() == [1]
    assert result.cuts[["below", "above"]].to_numpy().tolist() == [["A", "B"], ["B", "C"]]
    assert result.bartlett.df == 4 and result.accuracy_loo.value == 1


def test_cuts_of_one_function():
    """Means -2, 0, 2: cuts -1 and 1. A rare middle (.01) has no stretch left: then ln(.495/.495)/4 = 0 cuts A from C."""
    points, labels = np.array([-2.0, 0.0, 2.0]), ["A", "B", "C"]
    assert find_cuts(points, np.zeros(3), labels).to_numpy().tolist() == [[-1, "A", "B"], [1, "B", "C"]]
    assert find_cuts(points, np.log([0.495, 0.01, 0.495]), labels).to_numpy().tolist() == [[0, "A", "C"]]
    # three lines through one point: B's stretch is that point; and of two groups in one place the more frequent is given
    assert find_cuts(points, np.array([0.0, -2.0, 0.0]), labels).to_numpy().tolist() == [[0, "A", "C"]]
    assert find_cuts(np.array([0.0, 0.0, 2.0]), np.log([0.2, 0.4, 0.4]), labels).to_numpy().tolist() == [[1, "B", "C"]]
    assert find_cuts(np.array([0.0, 2.0, 2.0]), np.log([0.4, 0.2, 0.4]), labels).to_numpy().tolist() == [[1, "A", "C"]]
