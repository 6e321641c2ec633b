"""Rated profiles, method.md 5.4.2 (2); checked against R's lm and statsmodels with a mean for each respondent."""

import itertools

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.importance import analyse_profiles


def shown(rows: dict) -> pd.DataFrame:
    """Profiles from {profile: {component: level}}."""
    return pd.DataFrame([(p, c, level) for p, levels in rows.items() for c, level in levels.items()],
                        columns=["profile_id", "component_id", "level_label"])


def rated(rows: dict, profiles) -> pd.DataFrame:
    """Ratings from {respondent: ratings in the order of the profiles}."""
    return pd.DataFrame([(r, p, v) for r, values in rows.items() for p, v in zip(profiles, values, strict=True)],
                        columns=["respondent_id", "profile_id", "rating"])


def said(result) -> list[str]:
    return [words_in("en").reason(warning) for warning in result.warnings]


FULL = {f"P{k}": dict(zip("ABC", levels)) for k, levels in enumerate(itertools.product(("low", "high"), repeat=3))}
NINE = {f"F{k + 1}": {"C7": c7, "C9": c9, "C6": c6} for k, (c7, c9, c6) in enumerate(zip(
    ["s90"] * 3 + ["s95"] * 3 + ["s98"] * 3, ["3d", "2d", "1d"] * 3, ["0", "2", "4", "2", "4", "0", "4", "0", "2"]))}
WIDE = "Only {n} respondents with rated profiles: the intervals are wide."
ALONE = "No intervals: the respondents (1) are too few to see how they differ."


def test_ranges_3_2_1_give_50_33_17():
    """rating = 5 ± 1.5 ± 1 ± 0.5: ranges 3, 2, 1 of 6 are 50, 33.3 and 16.7 points (method.md 5.4.2)."""
    ratings = [5 + 1.5 * a + b + 0.5 * c for a, b, c in itertools.product((-1, 1), repeat=3)]
    result = analyse_profiles(rated({"R1": ratings}, FULL), shown(FULL))
    assert result.importance["range"].tolist() == pytest.approx([3, 2, 1])
    assert result.importance["points"].tolist() == pytest.approx([50, 100 / 3, 50 / 3])
    assert result.part_worths["part_worth"].tolist() == pytest.approx([-1.5, 1.5, -1, 1, -0.5, 0.5])
    assert (result.basis, result.n, result.n_respondents, result.r2) == ("respondent", 8, 1, pytest.approx(1))
    assert result.importance[["low", "high"]].isna().all(axis=None) and said(result) == [ALONE]


def test_part_worths_agree_with_r():
    """R 4.2: lm(y ~ C7 + C9 + C6) with contr.sum, each respondent alone; R2 of summary(). The means of both are given."""
    ratings = {"R1": [4, 5, 5, 6, 6, 9, 5, 9, 9], "R2": [2, 2, 3, 7, 6, 8, 7, 10, 9]}
    result = analyse_profiles(rated(ratings, NINE), shown(NINE))
    r1 = [-1.777777777778, 0.555555555556, -1.444444444444, 0.222222222222, 0.888888888889, 0.222222222222]
    r2 = [-3.666666666667, 1, -0.666666666667, 0, 0.666666666667, 0]
    full = [[c[0], c[1], -c[0] - c[1], c[2], c[3], -c[2] - c[3], c[4], c[5], -c[4] - c[5]] for c in (r1, r2)]
    assert result.part_worths["part_worth"].tolist() == pytest.approx(np.mean(full, axis=0), abs=1e-11)
    assert result.respondents["r2"].tolist() == pytest.approx([0.993103448276, 0.972222222222], abs=1e-11)
    assert result.r2 == pytest.approx((0.993103448276 + 0.972222222222) / 2, abs=1e-11)
    # ranges of R1: 3.0, 2.6667, 2.0 of 7.6667; of R2: 6.3333, 1.3333, 1.3333 of 9
    points = [(3 / (23 / 3) + (19 / 3) / 9) / 2, ((8 / 3) / (23 / 3) + (4 / 3) / 9) / 2, (2 / (23 / 3) + (4 / 3) / 9) / 2]
    assert result.importance["points"].tolist() == pytest.approx(100 * np.array(points), abs=1e-9)
    means = np.ptp(np.mean(full, axis=0).reshape(3, 3), axis=1)
    assert result.importance["points_of_means"].tolist() == pytest.approx(100 * means / means.sum(), abs=1e-9)


def test_pooled_agrees_with_statsmodels():
    """smf.ols with sum coding and an intercept for each respondent; everyone rated 4 of the 9 profiles."""
    import statsmodels.formula.api as smf

    rng = np.random.default_rng(4)
    every = rated({f"R{k}": rng.integers(0, 11, 9) for k in range(20)}, NINE)
    some = every.groupby("respondent_id").sample(4, random_state=1).reset_index(drop=True)
    result = analyse_profiles(some, shown(NINE), n_resamples=200)
    wide = some.join(pd.DataFrame(NINE).T, on="profile_id").rename(columns={"respondent_id": "who"})
    fit = smf.ols("rating ~ C(C7, Sum) + C(C9, Sum) + C(C6, Sum) + C(who)", wide).fit()
    own = result.part_worths.set_index(["component_id", "level"])["part_worth"]
    for name, value in fit.params.items():
        if ", Sum)" in name:
            assert own[name[2:4], name.split("[S.")[1][:-1]] == pytest.approx(value, abs=1e-10)
    spread = wide["rating"] - wide.groupby("who")["rating"].transform("mean")
    assert result.r2 == pytest.approx(1 - fit.ssr / (spread**2).sum())
    assert own.groupby(level=0).sum().tolist() == pytest.approx([0, 0, 0])
    assert (result.basis, result.n, result.n_respondents, result.n_left_out) == ("pooled", 80, 20, 0)
    assert len(result.respondents) == 0 and (result.importance["low"] <= result.importance["points"]).all()
    assert said(result) == ["Most respondents rated too few profiles to be estimated alone: one estimate is made for all of "
                            "them together.", WIDE.format(n=20)]


def test_pooled_is_found_again():
    """Planted part-worths, half of the profiles each, and means of the respondents that differ widely: found without noise."""
    rng, worth = np.random.default_rng(8), {"s90": -2, "s95": 0, "s98": 2, "3d": -1, "2d": 0.5, "1d": 0.5,
                                                "0": 1, "2": 0, "4": -1}
    rows = [(f"R{k}", p, 5 + k / 10 + sum(worth[level] for level in NINE[p].values()))
            for k in range(30) for p in rng.choice(list(NINE), 4, replace=False)]
    result = analyse_profiles(pd.DataFrame(rows, columns=["respondent_id", "profile_id", "rating"]), shown(NINE))
    assert result.basis == "pooled" and result.r2 == pytest.approx(1)
    assert result.part_worths.set_index("level")["part_worth"].to_dict() == pytest.approx(worth)
    assert result.importance["points"].tolist() == pytest.approx([400 / 7.5, 150 / 7.5, 200 / 7.5])
    assert result.importance["high"].tolist() == pytest.approx([400 / 7.5, 150 / 7.5, 200 / 7.5])


def test_intervals_agree_with_scipy():
    """Independent: scipy.stats.bootstrap (percentile) of the points of the respondents."""
    from scipy.stats import bootstrap

    rng = np.random.default_rng(6)
    ratings = {f"R{k}": 5 + 2 * np.tile([-1, 1], 4) + rng.normal(size=8) for k in range(40)}
    result = analyse_profiles(rated(ratings, FULL), shown(FULL), n_resamples=4000, seed=2)
    theirs = bootstrap((result.respondents["C"].to_numpy(),), np.mean, method="percentile", n_resamples=4000,
                       rng=np.random.default_rng(7)).confidence_interval
    assert result.importance.set_index("component_id").loc["C", ["low", "high"]].tolist() == \
        pytest.approx([theirs.low, theirs.high], abs=0.4)
    assert said(result) == []


def test_who_and_what_is_left_out():
    """R2 rates all alike, R3 too few; P9 is unknown, one rating is missing; A is the same everywhere."""
    profiles = {p: {**levels, "A": "low"} for p, levels in FULL.items()}
    answers = rated({"R1": [1, 2, 3, 4, 1, 2, 4, 4], "R2": [5] * 8}, FULL)
    more = pd.DataFrame([("R3", "P0", 1), ("R3", "P1", 2), ("R1", "P9", 4), ("R4", "P1", None)], columns=answers.columns)
    result = analyse_profiles(pd.concat([answers, more], ignore_index=True), shown(profiles))
    assert (result.basis, result.n, result.n_respondents) == ("respondent", 8, 1)
    assert (result.n_left_out, result.n_constant, result.n_missing) == (1, 1, 2)
    assert result.importance["component_id"].tolist() == ["B", "C"]
    assert said(result) == [
        "Ratings left out because something is missing in them or the profile is not described: 2 of 20.",
        "Respondents left out because they rated one profile only, or all alike: 1.",
        "Components left out because all profiles rated show the same level: A.",
        "Respondents left out because they rated too few profiles to be estimated alone: 1.", ALONE]


def test_no_more_ratings_than_part_worths_is_said():
    """Four profiles of three two-level components and a mean: four unknowns, fit perfect by force."""
    half = {p: FULL[p] for p in ("P0", "P3", "P5", "P6")}
    result = analyse_profiles(rated({"R1": [1, 7, 3, 9]}, half), shown(half))
    assert result.r2 == pytest.approx(1) and said(result) == [
        "There are no more ratings than part-worths to find: the fit says nothing about how sure they are.", ALONE]


def test_an_incomplete_profile_is_left_out():
    profiles = shown(FULL)
    profiles.loc[0, "level_label"] = None
    result = analyse_profiles(rated({"R1": [9, 2, 3, 4, 1, 2, 4, 5]}, FULL), profiles)
    assert result.n == 7 and result.n_missing == 1
    assert said(result)[0] == "Profiles left out because a component has no level in them: P0."


def test_levels_named_by_their_value_and_odd_labels():
    """A level without a label takes its number; 1 and 1.0 are one profile; emoji and HTML stay as they are."""
    profiles = pd.DataFrame({"profile_id": [1, 2, 1, 2, 3, 3], "component_id": ["C1", "C1", "🙂", "🙂", "C1", "🙂"],
                             "level_label": [None, None, "<b>", "x", None, "x"],
                             "level_value": [1.0, 2.5, np.nan, np.nan, 1.0, np.nan]})
    ratings = pd.DataFrame({"respondent_id": 7, "profile_id": [1.0, 2.0, 3.0], "rating": [1, 5, 2]})
    table = analyse_profiles(ratings, profiles).part_worths
    assert table["level"].tolist() == ["1", "2.5", "<b>", "x"]
    assert table["level_value"].tolist()[:2] == [1, 2.5] and table["level_value"][2:].isna().all()
    # profile 3 against 2: C1 2.5 is worth 3 more than 1; profile 3 against 1: x is worth 1 more than <b>
    assert table["part_worth"].tolist() == pytest.approx([-1.5, 1.5, -0.5, 0.5])


def test_five_hundred_levels_are_too_many_for_one_respondent_but_not_for_all():
    """One component of 500 levels: the part-worths are the ratings minus their mean."""
    profiles = shown({f"P{k}": {"C1": f"L{k}"} for k in range(500)})
    ratings = rated({"R1": np.arange(500) / 50}, [f"P{k}" for k in range(500)])
    worths = analyse_profiles(ratings, profiles).part_worths["part_worth"]
    assert worths.tolist() == pytest.approx((np.arange(500) - 249.5) / 50)


def test_same_seed_same_answer_order_and_argument():
    rng = np.random.default_rng(9)
    ratings, profiles = rated({f"R{k}": rng.integers(0, 11, 9) for k in range(12)}, NINE), shown(NINE)
    before = ratings.copy(deep=True), profiles.copy(deep=True)
    first, again = (analyse_profiles(ratings, profiles, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(ratings, before[0])
    pd.testing.assert_frame_equal(profiles, before[1])
    pd.testing.assert_frame_equal(first.importance, again.importance)
    assert analyse_profiles(ratings, profiles, seed=4).importance["low"].tolist() != first.importance["low"].tolist()
    shuffled = analyse_profiles(ratings.sample(frac=1, random_state=1), profiles)
    columns = ["component_id", "range", "points", "points_of_means"]
    pd.testing.assert_frame_equal(first.importance[columns], shuffled.importance[columns])


TWINS = {p: {"A": levels["A"], "B": levels["A"], "C": levels["C"]} for p, levels in FULL.items()}
EIGHT = rated({"R1": [1, 2, 3, 4, 5, 6, 7, 9]}, FULL)


@pytest.mark.parametrize("ratings, profiles, error, message", [
    (EIGHT, shown(TWINS), NotComputable,
     "The 8 profiles rated cannot tell A, B apart: their levels change together, or there are too few profiles."),
    (EIGHT.head(2), shown({"P0": FULL["P0"], "P1": FULL["P7"]}), NotComputable,
     "The 2 profiles rated cannot tell A, B, C apart: their levels change together, or there are too few profiles."),
    (EIGHT.head(1), shown(FULL), NotComputable,
     "Profiles with ratings: 1. At least two are needed to see what a level is worth."),
    (EIGHT.assign(rating=None), shown(FULL), NotComputable,
     "Profiles with ratings: 0. At least two are needed to see what a level is worth."),
    (EIGHT.assign(rating=5), shown(FULL), NotComputable,
     "Every respondent rated all profiles alike (respondents: 1): no level is worth more than another."),
    (EIGHT, shown({p: {"A": "low"} for p in FULL}), NotComputable,
     "All profiles rated show the same levels: there is nothing to compare."),
    (pd.concat([EIGHT, EIGHT]), shown(FULL), ParameterError, "Respondent R1 rated profile P0 twice; keep one rating."),
    (EIGHT, pd.concat([shown(FULL)] * 2), ParameterError, "Profile P0 has two levels of A; keep one."),
    (EIGHT.assign(rating="good"), shown(FULL), ParameterError, "rating = 'good' is not a number."),
    (EIGHT.assign(rating=pd.Series([float("inf")] * 8, dtype=object)), shown(FULL), ParameterError,
     "rating = inf is not a number."),
    (EIGHT, shown(FULL).drop(columns="level_label"), ParameterError,
     "The answers have no column level_label; they have profile_id, component_id."),
])
def test_what_cannot_be_analysed_is_said(ratings, profiles, error, message):
    with pytest.raises(error) as caught:
        analyse_profiles(ratings, profiles)
    assert str(caught.value) == message
    if error is NotComputable:
        assert caught.value.fallback == \
            "Rate more profiles in which the levels are mixed otherwise, or ask for 100 points."


def test_pairs_of_profiles_that_never_meet_cannot_be_pooled():
    """Two ratings each: where A and B change together and against each other, both are found; where A never does, not."""
    two = {f"P{k}": dict(zip("AB", levels)) for k, levels in enumerate(itertools.product(("x", "y"), repeat=2))}
    columns = ["respondent_id", "profile_id", "rating"]
    # A + B is worth 6 (R1), B - A is worth 2 (R2): A 2, B 4
    both = pd.DataFrame([("R1", "P0", 1), ("R1", "P3", 7), ("R2", "P2", 3), ("R2", "P1", 5)], columns=columns)
    result = analyse_profiles(both, shown(two))
    assert result.basis == "pooled" and result.importance["range"].tolist() == pytest.approx([2, 4])
    assert result.importance["low"].isna().all()  # a resample of one respondent cannot tell A from B
    assert said(result)[-1] == "No intervals: the respondents (2) are too few to see how they differ."
    with pytest.raises(NotComputable) as caught:
        analyse_profiles(both.assign(profile_id=["P0", "P1", "P2", "P3"]), shown(two))
    assert str(caught.value) == "Too few profiles were rated by the same people to tell the components apart."
