"""Laboriousness: method.md 4.4, T24; Kruskal-Wallis against scipy, Holm against statsmodels, bands against pandas.qcut."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from svcnb.errors import NotComputable
from svcnb.i18n import words_in
from svcnb.methods.laboriousness import bands, compare_groups, holm, laboriousness_class, rate, rate_each

IDS = ["D1", "D2", "D3", "D4", "D5"]
DRIVERS = pd.DataFrame([(5, 4, 3), (3, 5, 4), (4, 3, 5), (2, 3, 2), (5, 5, 5)],
                       columns=["inf_cost", "inf_cycle", "inf_level"]).assign(driver_id=IDS)
RATINGS = pd.DataFrame({"G1": [5, 4, 5, 3, 4], "G2": [2, 3, 3, 2, 1], "G3": [1, 1, 2, 2, 1]}, index=IDS)
LONG = RATINGS.rename_axis("driver_id").reset_index().melt("driver_id", var_name="group_id", value_name="rating")


@pytest.mark.parametrize("ratings", [RATINGS, RATINGS.T, LONG, LONG.rename(columns={"group_id": "subject_id"}),
                                     RATINGS.astype(object)])
def test_t24(ratings):
    """f = 4, 4, 4, 7/3, 5; sum 58/3; u = 12/58 three times, 7/58, 15/58; G1 = (12*14 + 7*3 + 15*4)/58 = 249/58."""
    result = rate(DRIVERS, ratings)
    assert result.weights.tolist() == pytest.approx([12 / 58] * 3 + [7 / 58, 15 / 58])
    assert result.laboriousness[["G1", "G2", "G3"]].tolist() == pytest.approx([249 / 58, 125 / 58, 77 / 58])
    assert result.laboriousness.tolist() == pytest.approx([4.29310, 2.15517, 1.32759], abs=1e-5)
    assert result.classes.to_dict() == {"G1": "high", "G2": "low", "G3": "low"} and result.warnings == ()
    assert result.contributions.sum().tolist() == pytest.approx(result.laboriousness.tolist())


def test_kruskal_of_t24():
    """Ranks 1-4, 5-8, 9-12: H = 12/(12*13) * (100 + 676 + 1764)/4 - 39 = 9.8462."""
    samples = {"a": [2.1, 2.4, 2.0, 2.6], "b": [3.0, 3.2, 2.9, 3.4], "c": [4.1, 3.9, 4.4, 4.0]}
    result = compare_groups(samples)
    assert (result.h, result.p_value) == (pytest.approx(9.84615, abs=1e-5), pytest.approx(0.0072767, abs=1e-7))
    assert result.df == 2 and result.differ and result.closest is None and result.effect == pytest.approx(9.84615 / 11)
    # every pair is apart completely: exact two-sided p = 2/70, times 3 for all (Holm never falls)
    assert result.pairs["p_value"].tolist() == pytest.approx([2 / 70] * 3)
    assert result.pairs["p_adjusted"].tolist() == pytest.approx([6 / 70] * 3)
    assert words_in("en").reason(result.warnings[0]) == \
        "Fewer than 5 values in a, b, c: the test across groups is approximate."


def test_groups_that_do_not_differ_name_the_closest_pair():
    rng = np.random.default_rng(4)
    values, groups = pd.Series(rng.normal(size=90)), pd.Series(["x", "y", "z"] * 30)
    values[groups == "z"] += 0.45
    result = compare_groups(values, groups)
    parts = [values[groups == g] for g in "xyz"]
    assert (result.h, result.p_value) == pytest.approx(tuple(stats.kruskal(*parts)))
    assert not result.differ and result.closest == ("x", "y")
    theirs = [stats.mannwhitneyu(parts[i], parts[j]).pvalue for i, j in ((0, 1), (0, 2), (1, 2))]
    assert result.pairs["p_value"].tolist() == pytest.approx(theirs)
    assert result.pairs["p_adjusted"].tolist() == pytest.approx(multipletests(theirs, method="holm")[1])


@pytest.mark.parametrize("p", [[0.01, 0.04, 0.03], [0.5], [0.2, 0.2, 0.9, 0.001], [1, 1], []])
def test_holm_agrees_with_statsmodels(p):
    assert holm(p).tolist() == pytest.approx(multipletests(p, method="holm")[1].tolist() if p else [])


def test_missing_ratings_stretch_the_others_and_are_said():
    """Without D5 (15 of 58) G1 rests on 43/58 = 74.1 %: (12*14 + 7*3)/43; G2 with D4 only (12.1 %) is not measured."""
    ratings = RATINGS.astype(float).copy()
    ratings.loc["D5", "G1"] = np.nan
    ratings.loc[["D1", "D2", "D3", "D5"], "G2"] = np.nan
    ratings["G4"] = np.nan
    result = rate(DRIVERS, ratings)
    assert result.laboriousness["G1"] == pytest.approx(189 / 43)
    assert np.isnan(result.laboriousness["G2"]) and result.classes["G2"] is None
    assert [words_in("en").reason(r) for r in result.warnings] == [
        "G1: its laboriousness rests on 74.1 % of the drivers' weight, the rest is not rated.",
        "G2: only 12.1 % of the drivers' weight is rated; its laboriousness is not measured.",
        "G4: no cost driver is rated; its laboriousness is not measured."]
    each = rate_each(result.weights, ratings.T)
    assert each.to_numpy() == pytest.approx(result.laboriousness.to_numpy(), nan_ok=True)


def test_missing_influences():
    """D1 has only cost (5); D2 has none and is left out; weights over 5, 4, 7/3, 5 -> sum 49/3."""
    drivers = DRIVERS.astype({"inf_cost": float, "inf_cycle": float, "inf_level": float}).copy()
    drivers.loc[0, ["inf_cycle", "inf_level"]] = np.nan
    drivers.loc[1, ["inf_cost", "inf_cycle", "inf_level"]] = np.nan
    result = rate(drivers, RATINGS)
    assert result.weights.to_dict() == pytest.approx({"D1": 15 / 49, "D3": 12 / 49, "D4": 7 / 49, "D5": 15 / 49})
    assert words_in("en").reason(result.warnings[0]) == "Left out, because no influence is given: D2."


def test_weights_of_the_three_influences():
    """Cost only: f = 5, 3, 4, 2, 5 of 19."""
    assert rate(DRIVERS, RATINGS, influence_weights=(1, 0, 0)).weights.tolist() == \
        pytest.approx([5 / 19, 3 / 19, 4 / 19, 2 / 19, 5 / 19])


def test_class_borders():
    assert [laboriousness_class(v) for v in (1, 7 / 3 - 1e-6, 7 / 3, 11 / 3 - 1e-6, 11 / 3, 5, None, np.nan)] == \
        ["low", "low", "medium", "medium", "high", "high", None, None]


def test_bands_are_quintiles():
    rng = np.random.default_rng(1)
    values = pd.Series(rng.permutation(100) * 1.5)
    assert bands(values).tolist() == (pd.qcut(values, 5, labels=False) + 1).tolist()
    tied = bands(pd.Series([0, 0, 0, 0, 0, 0, 0, 9, np.nan, np.inf]))
    assert tied.tolist()[:8] == [3.0] * 7 + [5.0] and tied.isna().tolist()[8:] == [True, True]
    assert len(bands(pd.Series([], dtype=float))) == 0 and bands(pd.Series([None, None])).isna().all()


@pytest.mark.parametrize("drivers, ratings, message", [
    (DRIVERS.drop(columns="inf_level"), RATINGS, "Cost drivers need the columns inf_level, which are not there."),
    (DRIVERS.assign(inf_cost=6), RATINGS, "The influence 6 of D1 is outside 1 to 5."),
    (DRIVERS, RATINGS.assign(G2=0), "The rating 0 of D1 is outside 1 to 5."),
    (DRIVERS.assign(driver_id="D1"), RATINGS, "The cost driver D1 occurs twice."),
    (DRIVERS.iloc[:0], RATINGS, "No cost driver has an influence on cost, cycle or level."),
    (DRIVERS, RATINGS.set_axis(list("vwxyz"), axis=0), "No group has a rating of a known cost driver."),
    (DRIVERS, pd.concat([LONG, LONG.head(1)]), "G1 has two ratings of D1."),
])
def test_what_cannot_be_rated_is_said(drivers, ratings, message):
    with pytest.raises(NotComputable) as error:
        rate(drivers, ratings)
    assert str(error.value) == message


@pytest.mark.parametrize("samples, message", [
    ({}, "Only 0 group has values: there is nothing to compare."),
    ({"a": [1, 2], "b": [np.nan]}, "Only 1 group has values: there is nothing to compare."),
    ({"a": [3, 3], "b": [3]}, "All values are the same in every group: there is no difference to test."),
])
def test_what_cannot_be_compared_is_said(samples, message):
    with pytest.raises(NotComputable) as error:
        compare_groups(samples)
    assert str(error.value) == message


def test_inputs_are_not_changed():
    drivers, ratings = DRIVERS.copy(), RATINGS.copy()
    rate(drivers, ratings)
    pd.testing.assert_frame_equal(drivers, DRIVERS)
    pd.testing.assert_frame_equal(ratings, RATINGS)
