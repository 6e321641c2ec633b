"""Derived importance; checked against R's lm and rwa, statsmodels, and brute force over all orders of entry."""

import io
import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.importance import derive_importance
from svcnb.methods.importance.derived import johnson_weights, lmg_shares

# Motor Trend 1974, R's mtcars: write.csv(mtcars[, c("cyl", "disp", "hp", "wt", "mpg")], row.names = FALSE)
CARS = pd.read_csv(io.StringIO("""cyl disp hp wt mpg
6 160 110 2.62 21
6 160 110 2.875 21
4 108 93 2.32 22.8
6 258 110 3.215 21.4
8 360 175 3.44 18.7
6 225 105 3.46 18.1
8 360 245 3.57 14.3
4 146.7 62 3.19 24.4
4 140.8 95 3.15 22.8
6 167.6 123 3.44 19.2
6 167.6 123 3.44 17.8
8 275.8 180 4.07 16.4
8 275.8 180 3.73 17.3
8 275.8 180 3.78 15.2
8 472 205 5.25 10.4
8 460 215 5.424 10.4
8 440 230 5.345 14.7
4 78.7 66 2.2 32.4
4 75.7 52 1.615 30.4
4 71.1 65 1.835 33.9
4 120.1 97 2.465 21.5
8 318 150 3.52 15.5
8 304 150 3.435 15.2
8 350 245 3.84 13.3
8 400 175 3.845 19.2
4 79 66 1.935 27.3
4 120.3 91 2.14 26
4 95.1 113 1.513 30.4
8 351 264 3.17 15.8
6 145 175 2.77 19.7
8 301 335 3.57 15
4 121 109 2.78 21.4
"""), sep=" ")
NAMES = ["cyl", "disp", "hp", "wt"]


def survey(n: int, p: int, seed: int = 0, common: float = 1.0) -> pd.DataFrame:
    """Satisfaction with p components that share something, and an overall answer that the first explain most."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + common * rng.normal(size=(n, 1))
    frame = pd.DataFrame(x, columns=[f"C{j}" for j in range(p)])
    return frame.assign(overall=x @ np.linspace(1, 0.1, p) + rng.normal(size=n))


def said(result) -> list[str]:
    return [words_in("en").reason(warning) for warning in result.warnings]


def squared(frame, names, overall) -> float:
    """R2 by least squares on the data."""
    x = np.column_stack([np.ones(len(frame)), *(frame[name] for name in names)])
    y = frame[overall].to_numpy(dtype=float)
    rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return 1 - rest @ rest / ((y - y.mean()) ** 2).sum()


def by_singular_vectors(x, y) -> np.ndarray:
    """Johnson (2000) from the data: the orthogonal columns nearest to x are P Q' of x = P D Q'."""
    x, y = ((a - a.mean(axis=0)) / a.std(axis=0) / np.sqrt(len(a)) for a in (x, y))
    p, _, q = np.linalg.svd(x, full_matrices=False)
    nearest = p @ q
    return (nearest.T @ x).T ** 2 @ (nearest.T @ y) ** 2


def test_weights_agree_with_the_published_output_of_rwa():
    """rwa_multiregress(mtcars, "mpg", c("cyl", "disp", "hp", "wt")) as printed on the pages of the R package rwa
    (martinctc.github.io/rwa/articles/regression-methods.html), 7 digits."""
    table = derive_importance(CARS, "mpg", NAMES).components
    assert table["weight"].tolist() == pytest.approx([0.2096904, 0.1883043, 0.1799590, 0.2706812], abs=5e-8)
    assert table["points"].tolist() == pytest.approx([24.70914, 22.18908, 21.20570, 31.89607], abs=5e-6)


def test_regression_agrees_with_r():
    """R 4.2: lm(scale(mpg) ~ scale(cyl) + ...), summary()$adj.r.squared and $fstatistic, diag(solve(cor(x)))."""
    result = derive_importance(CARS, "mpg", NAMES)
    table = result.components
    assert table["coefficient"].tolist() == pytest.approx(
        [-3.83240019772e-01, 2.38527784872e-01, -2.33645617282e-01, -6.25669999823e-01], abs=1e-11)
    assert table["vif"].tolist() == pytest.approx([6.73770653282, 10.37328596263, 3.40598252298, 4.84801552421])
    assert result.r2_adjusted == pytest.approx(0.826210318373) and result.df == (4, 27)
    assert result.f == pytest.approx(37.8441319843) and result.p_value < 1e-9
    assert said(result) == [
        "Only 32 respondents for 4 components; at least 40 would be better.",
        "Almost told by the other components: disp. A single coefficient is unsure then; the weights share out what they have "
        "in common.",
        "Components with a negative coefficient: cyl, hp, wt. The weight says how much they tell, not that more of them "
        "satisfies."]


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(1, 4), st.integers(0, 10_000), st.sampled_from([0.0, 1.0, 4.0]))
def test_lmg_is_the_mean_gain_over_all_orders(p, seed, common):
    """Every order of entry by hand, R2 by least squares on the data; Johnson's weights by singular vectors."""
    frame = survey(60, p, seed, common)
    names = [name for name in frame if name != "overall"]
    result = derive_importance(frame, "overall", names, n_resamples=2)
    gain = dict.fromkeys(names, 0.0)
    for order in itertools.permutations(names):
        for k, name in enumerate(order):
            before = squared(frame, order[:k], "overall") if k else 0.0
            gain[name] += (squared(frame, order[:k + 1], "overall") - before) / math.factorial(p)
    table = result.components
    assert table["lmg"].tolist() == pytest.approx(list(gain.values()), abs=1e-9)
    assert table["weight"].tolist() == pytest.approx(by_singular_vectors(frame[names].to_numpy(), frame["overall"].to_numpy()),
                                                     abs=1e-9)
    assert table["lmg"].sum() == pytest.approx(result.r2) and table["weight"].sum() == pytest.approx(result.r2)
    assert table["points"].sum() == pytest.approx(100) and (table["weight"] >= 0).all()


def test_uncorrelated_components_share_by_squared_correlations():
    """With R = I both are r squared: 0.36 and 0.09."""
    for share in (johnson_weights, lmg_shares):
        assert share(np.eye(2), np.array([0.6, 0.3])) == pytest.approx([0.36, 0.09])


def test_two_components_by_hand():
    """r = 0.5 between, 0.6 and 0.3 with the overall answer: R2 = (0.36 + 0.09 - 2 x 0.5 x 0.18) / 0.75 = 0.36, so the
    first adds 0.36 first and 0.36 - 0.09 last: (0.36 + 0.27)/2 = 0.315; the second (0.09 + 0)/2 = 0.045."""
    assert lmg_shares(np.array([[1, 0.5], [0.5, 1]]), np.array([0.6, 0.3])) == pytest.approx([0.315, 0.045])


def test_intervals_agree_with_a_plain_loop():
    """The same resamples (the generator's multinomial counts), each repeated row by row and fitted by singular vectors."""
    frame, names = survey(50, 3, seed=2), ["C0", "C1", "C2"]
    table = derive_importance(frame, "overall", names, n_resamples=300, seed=5).components
    counts = np.random.default_rng(5).multinomial(50, np.full(50, 1 / 50), size=300)
    drawn = []
    for count in counts:
        rows = frame.loc[np.repeat(frame.index, count)]
        drawn.append(by_singular_vectors(rows[names].to_numpy(), rows["overall"].to_numpy()))
    drawn = np.array(drawn)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    assert table["low"].tolist() == pytest.approx(low, abs=1e-9) and table["high"].tolist() == pytest.approx(high, abs=1e-9)
    low, high = np.quantile(100 * drawn / drawn.sum(axis=1, keepdims=True), [0.025, 0.975], axis=0)
    assert table["points_low"].tolist() == pytest.approx(low) and table["points_high"].tolist() == pytest.approx(high)


def test_planted_order_is_found():
    result = derive_importance(survey(400, 4, seed=3), "overall", ["C0", "C1", "C2", "C3"])
    assert result.components["points"].is_monotonic_decreasing and said(result) == []
    assert (result.n, result.n_missing) == (400, 0)


def test_missing_answers_are_left_out_and_counted():
    frame = survey(120, 2)
    frame.loc[:9, "C0"] = np.nan
    frame.loc[5:14, "overall"] = np.nan
    result = derive_importance(frame, "overall", ["C0", "C1"])
    assert (result.n, result.n_missing) == (105, 15)
    assert result.missing.to_dict() == {"C0": 10 / 120, "C1": 0, "overall": 10 / 120}
    assert result.r2 == pytest.approx(squared(frame.dropna(), ["C0", "C1"], "overall"))
    assert said(result)[0] == "Respondents left out because an answer is missing: 15 of 120."


def test_a_constant_component_is_left_out():
    result = derive_importance(survey(60, 2).assign(C9=7.0), "overall", ["C9", "C0", "C1"])
    assert result.components["component_id"].tolist() == ["C0", "C1"]
    assert said(result) == ["Components left out because all respondents judge them alike: C9."]


def test_more_than_twelve_components_have_no_lmg():
    frame = survey(200, 13)
    names = [name for name in frame if name != "overall"]
    result = derive_importance(frame, "overall", names)
    assert result.components["lmg"].isna().all() and result.components["weight"].sum() == pytest.approx(result.r2)
    assert said(result) == ["With 13 components only Johnson's weights are computed, not the shares over all orders."]
    assert derive_importance(frame, "overall", names[:12]).components["lmg"].notna().all()


def test_nothing_explained_beyond_chance_is_said():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(60, 3)), columns=["C0", "C1", "overall"])
    result = derive_importance(frame, "overall", ["C0", "C1"])
    assert result.p_value > 0.05
    assert "The components do not explain the overall satisfaction beyond chance: do not use these points." in said(result)


def test_a_perfect_fit():
    frame = survey(60, 2).assign(overall=lambda f: f["C0"] + f["C1"])
    result = derive_importance(frame, "overall", ["C0", "C1"])
    assert result.r2 == pytest.approx(1) and result.f == math.inf and result.p_value == 0


def test_too_many_resamples_without_an_answer():
    """C1 is 1 for a single respondent of 12: a third of the resamples leave him out."""
    frame = survey(12, 1).assign(C1=[1.0] + [0.0] * 11)
    result = derive_importance(frame, "overall", ["C0", "C1"])
    assert result.components[["low", "high", "points_low", "points_high"]].isna().all(axis=None)
    assert said(result)[0] == \
        "No intervals: in too many bootstrap samples a component does not vary or follows from the others."


def test_units_order_and_argument_do_not_matter():
    """Other units, huge numbers and another order of rows leave everything but the coefficients' order as it was."""
    frame = survey(60, 3)
    before = frame.copy(deep=True)
    first = derive_importance(frame, "overall", ["C0", "C1", "C2"])
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(first.components, derive_importance(frame, "overall", ["C0", "C1", "C2"]).components)
    other = frame.assign(C0=frame["C0"] * 1e200, C1=3 - frame["C1"]).sample(frac=1, random_state=2)
    columns = ["weight", "points", "lmg", "vif"]
    second = derive_importance(other, "overall", ["C0", "C1", "C2"]).components
    pd.testing.assert_frame_equal(first.components[columns], second[columns])
    odd = frame.rename(columns={"C0": "🙂", "C1": "<b>x</b>", "C2": 7})
    assert derive_importance(odd, "overall", ["🙂", "<b>x</b>", 7]).components["weight"].tolist() == \
        first.components["weight"].tolist()


FEW = survey(40, 2)
ASK = "Ask for 100 points instead, or ask more respondents."


@pytest.mark.parametrize("frame, names, error, message, fallback", [
    (FEW.head(3), ["C0", "C1"], NotComputable,
     "2 components take at least 4 respondents with every answer; here are 3.", ASK),
    (FEW.assign(C1=None), ["C0", "C1"], NotComputable, "No respondent has both overall and every component.", ASK),
    (FEW.head(0), ["C0", "C1"], NotComputable, "No respondent has both overall and every component.", ASK),
    (FEW.assign(overall=3), ["C0", "C1"], NotComputable,
     "overall is the same for all 40 respondents: there is nothing to explain.", ASK),
    (FEW.assign(C0=3), ["C0"], NotComputable, "No component varies among the 40 respondents.", ASK),
    (FEW.assign(C2=FEW["C0"] + 2 * FEW["C1"], C3=np.arange(40) ** 2), ["C0", "C1", "C2", "C3"], NotComputable,
     "Components of which one follows exactly from the others: C0, C1, C2.", "Leave one of them out."),
    (pd.DataFrame({"C0": [1, 1, 2, 2], "overall": [1, 2, 1, 2]}), ["C0"], NotComputable,
     "The components explain nothing of overall: there is no importance to share out.", ASK),
    (FEW, [], ParameterError, "Name at least one component.", None),
    (FEW, ["C0", "C0"], ParameterError,
     "C0 is named twice: the overall answer and the components are different columns.", None),
    (FEW, ["overall"], ParameterError,
     "overall is named twice: the overall answer and the components are different columns.", None),
    (FEW, ["C5"], ParameterError, "The answers have no column C5; they have C0, C1, overall.", None),
    (FEW.rename(columns={"C1": "C0"}), ["C0"], ParameterError, "2 columns are called C0.", None),
    (FEW.assign(C0="good"), ["C0"], ParameterError, "C0 = 'good' is not a number.", None),
    (FEW.assign(C0=pd.Series([float("inf")] * 40, dtype=object)), ["C0"], ParameterError, "C0 = inf is not a number.", None),
])
def test_what_cannot_be_derived_is_said(frame, names, error, message, fallback):
    with pytest.raises(error) as caught:
        derive_importance(frame, "overall", names)
    assert str(caught.value) == message and getattr(caught.value, "fallback", None) == fallback


def test_alpha_is_checked():
    with pytest.raises(ParameterError) as caught:
        derive_importance(FEW, "overall", ["C0"], alpha=5)
    assert str(caught.value) == "The level of significance 5 is not between 0 and 1; write for example 0.05."
