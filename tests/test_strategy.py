"""Strategy of the service: method.md 1.4.2 to 1.4.6, T69; against other modules, plain loops and spreadsheets' NPV."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.goals import STAGES, combine_goal
from svcnb.methods.strategy import (
    EMPHASIS,
    compare_evolution,
    levels_to_win,
    propose_by_stage,
    simulate_erosion,
    viability,
)
from svcnb.methods.window import customer_window

SAY = words_in("en").reason


def said(result) -> list[str]:
    return [SAY(one) for one in result.warnings]


# 1.4.2 life cycle

def family(**columns) -> pd.DataFrame:
    return pd.DataFrame({"product_family": ["grease"], "stage": ["decline"], "base": [0.95], "floor": [0.90]}).assign(**columns)


def test_worked_example_of_the_life_cycle():
    """Floor .90, base .95, decline .80: .90 + .80 * .05 = .94."""
    result = propose_by_stage(family())
    assert result.table["proposed"].tolist() == [pytest.approx(0.94)] and result.warnings == ()
    assert result.table["emphasis"][0] == "control of cost, consolidated deliveries" and set(EMPHASIS) == set(STAGES)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(list(STAGES)), st.integers(0, 100), st.integers(0, 100))
def test_proposals_agree_with_the_goals_of_step_4(stage, base, floor):
    """goals.combine_goal applies the multiplier to one goal of a group that is not strategic: max(economic, floor)."""
    mine = propose_by_stage(family(stage=stage, base=base / 100, floor=floor / 100))
    theirs = combine_goal(sl_eco=base / 100, floor=floor / 100, multiplier=STAGES[stage])
    assert mine.table["proposed"][0] == pytest.approx(theirs.level)


def test_stages_that_are_not_known_and_bases_below_the_floor():
    families = pd.DataFrame({"product_family": ["a", "b", "c"], "stage": [None, "launch", "growth"], "base": [0.9, None, 0.8],
                             "floor": [0.8, 0.8, 0.9]}, index=[7, 8, 9])
    before = families.copy()
    result = propose_by_stage(families)
    pd.testing.assert_frame_equal(families, before)
    assert (result.n, result.n_missing) == (1, 2) and result.table["proposed"][2] == 0.9
    assert result.table["stage"][0] is None and result.table["emphasis"][0] is None
    assert said(result) == ["Stage, base or floor is not known, so nothing is proposed: a, b.",
                            "The base lies below the floor, so the floor is proposed: c."]
    own = propose_by_stage(family(), multipliers={"decline": 0.5})
    assert own.table["proposed"][0] == pytest.approx(0.925)


@pytest.mark.parametrize("change, message", [
    ({"stage": "birth"}, "There is no stage birth; the stages are launch, growth, maturity, decline."),
    ({"base": 95}, "base = 95 in row 0 is not a number from 0 to 1."),
    ({"product_family": None}, "Row 0 has no product_family."),
])
def test_families_that_cannot_be_read(change, message):
    with pytest.raises(NotComputable) as error:
        propose_by_stage(family(**change))
    assert str(error.value) == message
    with pytest.raises(NotComputable, match="^Two rows are for grease.$"):
        propose_by_stage(pd.concat([family(), family()]))
    with pytest.raises(ParameterError, match="^decline = 2 must be a number from 0 to 1.$"):
        propose_by_stage(family(), multipliers={"decline": 2})


# 1.4.3 viability

def test_npv_of_spreadsheets():
    """Microsoft's help for NPV: =NPV(10%; -10000; 3000; 4200; 6800) is 1,188.44, the first amount a period from now;
    =NPV(8%; 8000; 9200; 10000; 12000; 14500) - 40000 is 1,922.06, the investment falling now."""
    later = viability([0, 3000, 4200, 6800], [10000, 0, 0, 0], rate=0.10, first=1)
    assert later.npv == pytest.approx(1188.44, abs=0.005) and later.is_viable and later.table["period"].tolist() == [1, 2, 3, 4]
    now = viability([0, 8000, 9200, 10000, 12000, 14500], [40000, 0, 0, 0, 0, 0], rate=0.08)
    assert now.npv == pytest.approx(1922.06, abs=0.005) and now.payback == 5


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(0, 99)), min_size=1, max_size=9), st.integers(0, 50))
def test_npv_is_a_polynomial_of_the_discount(periods, percent):
    """numpy's polyval in 1/(1 + rate); contribution is its value at rate 0."""
    revenue, cost = zip(*periods)
    flows = np.subtract(revenue, cost)
    result = viability(revenue, cost, rate=percent / 100)
    assert result.npv == pytest.approx(np.polyval(flows[::-1], 1 / (1 + percent / 100)), abs=1e-9)
    assert result.contribution == flows.sum() and viability(revenue, cost).npv is None
    assert viability(revenue, cost).is_viable == (flows.sum() >= 0)
    sums = result.table["cumulative"].tolist()
    stays = [k for k in range(len(sums)) if min(sums[k:]) >= -1e-9]
    assert result.payback == (stays[0] if stays else None)


def test_a_rate_can_turn_the_decision():
    """-100 now and 60 twice: contribution +20; at 20 % 50 + 41.67 - 100 = -8.33."""
    assert viability([0, 60, 60], [100, 0, 0]).is_viable
    result = viability([0, 60, 60], [100, 0, 0], rate=0.20)
    assert not result.is_viable and result.payback is None
    assert said(result) == ["The strategy costs 8 more than it brings: it is not viable."]
    assert viability([5], [5]).is_viable


@pytest.mark.parametrize("arguments, options, kind, message", [
    (([], []), {}, NotComputable, "No period has a revenue and a cost."),
    (([1, None], [1, 2]), {}, NotComputable, "Revenue and cost are not known in every period (not in: 1)."),
    (([1, 2], [1]), {}, ParameterError, "There are 2 revenues and 1 costs: give one of each a period."),
    (([1], ["much"]), {}, ParameterError, "cost = 'much' is not a number."),
    (([np.inf], [1]), {}, ParameterError, "revenue = inf is not a number."),
    (([1], [1]), {"rate": -1}, ParameterError, "rate = -1 must be a number from -0.99 to 100."),
    (([1], [1]), {"first": 2}, ParameterError, "The first amounts fall in period 0 (now) or 1, not in 2."),
])
def test_errors_of_viability(arguments, options, kind, message):
    with pytest.raises(kind) as error:
        viability(*arguments, **options)
    assert str(error.value) == message


# 1.4.4 erosion

def test_t69():
    """.30 (1 - .5 * .06) = .291; five times: .30 * .97^5 = .2576202."""
    result = simulate_erosion(0.30, 0.92, 0.86)
    assert result.table["share"].iloc[[1, 5]].tolist() == [pytest.approx(0.2910), pytest.approx(0.25762, abs=5e-6)]
    assert result.table["lost"].iloc[5] == pytest.approx(0.0423798, abs=5e-8)
    assert said(result) == ["The erosion of the market share is an illustration, not an estimate."]


def test_erosion_follows_the_recursion_and_never_grows():
    share, shares = 0.4, []
    for _ in range(8):
        shares.append(share)
        share *= 1 - 1.5 * (0.95 - 0.80)
    assert simulate_erosion(0.4, 0.95, 0.80, rate=1.5, periods=7).table["share"].tolist() == pytest.approx(shares)
    assert simulate_erosion(0.4, 0.80, 0.95).table["lost"].tolist() == [0] * 6
    gone = simulate_erosion(0.4, 1, 0, rate=3)
    assert gone.table["share"].tolist() == [0.4, 0, 0, 0, 0, 0]
    assert said(gone)[1] == "At this rate the whole share is lost in one period: take a lower rate."


@pytest.mark.parametrize("arguments, options, message", [
    ((30, 0.9, 0.8), {}, "share = 30 must be a number from 0 to 1."),
    ((0.3, None, 0.8), {}, "ns_market = None must be a number from 0 to 1."),
    ((0.3, 0.9, math.nan), {}, "ns_own = nan must be a number from 0 to 1."),
    ((0.3, 0.9, 0.8), {"rate": -1}, "rate = -1 must be a number of 0 or more."),
    ((0.3, 0.9, 0.8), {"periods": 0}, "periods = 0 must be a number from 1 to 100."),
    ((0.3, 0.9, 0.8), {"periods": 2.5}, "periods = 2.5 is not a whole number."),
])
def test_errors_of_the_simulator(arguments, options, message):
    with pytest.raises(ParameterError) as error:
        simulate_erosion(*arguments, **options)
    assert str(error.value) == message


# 1.4.5 levels to win

RATINGS = pd.DataFrame({"segment_id": "S1", "component_id": ["C1", "C1", "C1", "C2", "C2"],
                        "competitor_id": ["K1", "K2", "K3", "K1", "K3"], "value": [8.0, 6.0, 4.0, 9.8, 7.0]})
SHARES = {"K1": 0.30, "K2": 0.05, "K3": 0.02}


def test_levels_by_hand():
    """C1: K1 8 and K2 6 hold 5 % and more, K3 4 does not: qualifier 6, winner 8.5. C2: only K1 holds: 9.8; winner 9.8 + .5
    is above the scale: 10. Own 7 lacks 1.5 to win; own 9 lacks .8 to qualify."""
    own = pd.DataFrame({"segment_id": "S1", "component_id": ["C1", "C2"], "value": [7, 9]})
    before = RATINGS.copy()
    result = levels_to_win(RATINGS, SHARES, own)
    pd.testing.assert_frame_equal(RATINGS, before)
    assert result.table[["qualifier", "qualifier_of", "best", "best_of", "winner", "n_competitors", "n_holding"]] \
        .values.tolist() == [[6, "K2", 8, "K1", 8.5, 3, 2], [9.8, "K1", 9.8, "K1", 10, 2, 1]]
    assert result.table[["to_qualify", "to_win", "position"]].values.tolist() == \
        [[0, 1.5, "qualified"], [pytest.approx(0.8), 1, "below_qualifier"]]
    assert said(result) == ["The best competitor is so near to 10 that 10 stands for the winning level: C2."]
    assert levels_to_win(RATINGS, SHARES, own.assign(value=10)).table["position"].tolist() == ["winning", "winning"]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 40)), min_size=1, max_size=12,
                unique_by=lambda row: row[:2]),
       st.fixed_dictionaries({name: st.integers(0, 20).map(lambda n: n / 100) for name in "xyz"}), st.randoms())
def test_levels_agree_with_plain_loops(rows, shares, random):
    ratings = pd.DataFrame([(c, k, v / 4) for c, k, v in rows], columns=["component_id", "competitor_id", "value"])
    found = levels_to_win(ratings, shares, least_share=0.10, delta=0.25).table.set_index("component_id")
    for component in {row[0] for row in rows}:
        marks = {k: v / 4 for c, k, v in rows if c == component}
        holding = [v for k, v in marks.items() if shares[k] >= 0.10]
        assert found.loc[component, "qualifier"] == pytest.approx(min(holding) if holding else math.nan, nan_ok=True)
        assert found.loc[component, "winner"] == min(10, max(marks.values()) + 0.25)
    order = list(range(len(rows)))
    random.shuffle(order)
    again = levels_to_win(ratings.iloc[order], shares, least_share=0.10, delta=0.25).table.set_index("component_id")
    pd.testing.assert_frame_equal(again.sort_index(), found.sort_index())


def test_shares_that_are_not_known_or_of_a_segment():
    """Without K2's share it counts; in segment S2 K1 holds 1 %, so nobody shows what qualifies there."""
    ratings = pd.concat([RATINGS, RATINGS.iloc[[0]].assign(segment_id="S2")]).rename(columns={"component_id": "item"})
    ratings = pd.concat([ratings, ratings.iloc[[0]].assign(item="C3", value=None)])
    shares = pd.DataFrame({"segment_id": ["S1", "S2"], "competitor_id": "K1", "share": [0.3, 0.01]})
    result = levels_to_win(ratings, shares)
    assert result.table["qualifier"].tolist()[:2] == [4, 7] and math.isnan(result.table["qualifier"][2])
    assert result.table["qualifier_of"][2] is None and result.table["position"].tolist() == [None] * 3
    assert said(result) == [
        "Ratings of competitors that are missing, left out: 1.",
        "The market share is not known, so they count as competitors that qualify: K2, K3.",
        "No rated competitor holds enough of the segment to show what qualifies: C1.",
        "The best competitor is so near to 10 that 10 stands for the winning level: C2."]


@pytest.mark.parametrize("ratings, options, kind, message", [
    (RATINGS.assign(value=None), {}, NotComputable, "No competitor is rated."),
    (RATINGS.assign(value=11), {}, NotComputable, "value = 11 in row 0 is not a number from 0 to 10."),
    (RATINGS.assign(competitor_id="K1"), {}, NotComputable, "Two rows are for S1, C1, K1."),
    (RATINGS.drop(columns="value"), {}, NotComputable,
     "There is no column value; the columns are segment_id, component_id, competitor_id."),
    (RATINGS, {"least_share": 5}, ParameterError, "least_share = 5 must be a number from 0 to 1."),
    (RATINGS, {"delta": -1}, ParameterError, "delta = -1 must be a number from 0 to 10."),
])
def test_errors_of_the_levels(ratings, options, kind, message):
    with pytest.raises(kind) as error:
        levels_to_win(ratings, SHARES, **options)
    assert str(error.value) == message
    with pytest.raises(NotComputable, match="^share = 30 in row K1 is not a number from 0 to 1.$"):
        levels_to_win(RATINGS, {"K1": 30})


# 1.4.6 evolution

TEN = [f"C{k}" for k in range(1, 11)]
NOW = pd.DataFrame({"component_id": TEN, "points": [18, 6, 5, 14, 7, 12, 16, 9, 11, 2],
                    "perceived": [8.6, 8.0, 6.1, 8.2, 5.9, 6.4, 5.8, 8.4, 5.5, 8.9]})
LATER = pd.DataFrame({"component_id": TEN, "points": [13, 6, 5, 14, 12, 7, 16, 9, 16, 2], "horizon_years": 3,
                      "competitor_projected": [8, 7.5, 6, 9.8, 7, 6, 7, 8, 7, 8.5]})


def test_worked_example_of_the_evolution():
    """Table of method.md 2.6 e. C9 goes from 11 to 16 points at 5.5: priority 11 * 4.5 = 49.5, then 16 * 4.5 = 72, still A.
    C5 (7 to 12 at 5.9) moves from D to A, C6 (12 to 7 at 6.4) from A to D. Winner of C4: 9.8 + .5 is above 10."""
    result = compare_evolution(NOW, LATER)
    c9 = result.table.set_index("component_id").loc["C9"]
    assert c9[["quadrant_now", "quadrant_future", "is_changed", "priority_now", "priority_future"]].tolist() == \
        ["A", "A", False, 49.5, 72.0]
    assert "".join(result.table["quadrant_now"]) == "BCDBDAACAC" and "".join(result.table["quadrant_future"]) == "BCDBADACAC"
    assert result.changed == ["C5", "C6"] and result.horizon_years == 3
    assert (result.now.importance_cut, result.future.importance_cut) == (10, 10)
    assert result.now.satisfaction_cut == result.future.satisfaction_cut == pytest.approx(7.18)
    # winner - own: C9 7.5-5.5 = 2, C4 10-8.2 = 1.8, C7 7.5-5.8 = 1.7, C5 7.5-5.9 = 1.6, C3 6.5-6.1, C8 8.5-8.4, C6 6.5-6.4,
    # C10 9-8.9; C1 8.5 is below 8.6 and C2 reaches its 8.0
    assert result.below[:5] == ["C9", "C4", "C7", "C5", "C3"] and set(result.below) == set(TEN) - {"C1", "C2"}
    assert said(result) == ["Only means are known: how certain each quadrant is cannot be said."]


def test_both_windows_are_customer_windows():
    """Quadrants and priorities are those of window.customer_window under given cuts; arguments stay as they are."""
    kept = NOW.copy(), LATER.copy()
    later = LATER.assign(perceived=[7.0] * 5 + [None] * 5)
    result = compare_evolution(NOW, later, importance_cut=8, satisfaction_cut=7, target=9)
    pd.testing.assert_frame_equal(NOW, kept[0])
    for side, points, perceived in (("now", NOW["points"], NOW["perceived"]),
                                    ("future", later["points"], later["perceived"].fillna(NOW["perceived"]))):
        theirs = customer_window(dict(zip(TEN, points)), dict(zip(TEN, perceived)), importance_cut=8, satisfaction_cut=7,
                                 target=9).table
        assert result.table[f"quadrant_{side}"].tolist() == theirs["quadrant"].tolist()
        assert result.table[f"priority_{side}"].tolist() == pytest.approx(theirs["priority"].tolist(), nan_ok=True)
    shuffled = compare_evolution(NOW.sample(frac=1, random_state=1), LATER.sample(frac=1, random_state=2))
    assert shuffled.changed == ["C5", "C6"] and set(shuffled.table["component_id"]) == set(TEN)


def test_needs_that_come_and_go_and_points_of_another_sum():
    """C10 goes; C11 comes, and nobody knows how well it is given: no quadrant, so no change can be said."""
    later = pd.concat([LATER.iloc[:9], pd.DataFrame({"component_id": ["C11"], "points": [30], "horizon_years": [5]})])
    result = compare_evolution(NOW, later)
    table = result.table.set_index("component_id")
    assert table.loc["C10", ["quadrant_future", "is_changed"]].tolist() == [None, None]
    assert table.loc["C11", ["quadrant_now", "quadrant_future", "is_below"]].tolist() == [None, None, None]
    assert result.horizon_years is None and said(result)[:5] == [
        "Only one of the two sets of points sums to about 100: the two cut lines of importance follow different rules.",
        "Needs that are new at the horizon: C11.", "Needs that are gone at the horizon: C10.",
        "Nobody said what to expect of the competitor in: C11.",
        "The points are for different years ahead: take one horizon at a time."]


@pytest.mark.parametrize("now, later, message", [
    (NOW.drop(columns="perceived"), LATER, "Nobody was asked how satisfied they are: there is no window to compare."),
    (pd.concat([NOW, NOW]), LATER, "Two rows are for C1."),
    (NOW, LATER.assign(points=-1), "points = -1 in row 0 is not a number from 0 to 100."),
    (NOW, LATER.drop(columns="points"),
     "There is no column points; the columns are component_id, horizon_years, competitor_projected."),
    (NOW, LATER.assign(competitor_projected=11), "competitor_projected = 11 in row 0 is not a number from 0 to 10."),
])
def test_errors_of_the_evolution(now, later, message):
    with pytest.raises(NotComputable) as error:
        compare_evolution(now, later)
    assert str(error.value) == message
    with pytest.raises(ParameterError, match="^delta = much must be a number from 0 to 10.$"):
        compare_evolution(NOW, LATER, delta="much")
