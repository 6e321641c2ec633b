"""Nine criteria, votes and agreement: method.md 3.2, 3.10, 0.4. scikit-learn and scipy as second opinion."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.apriori import agreement, count_votes, mean_ratings
from svcnb.methods.criteria import CRITERIA, Limits, effect_size, judge_variable, small_categories


def states(judgement) -> dict:
    return dict(zip(judgement.table["criterion"], judgement.table["state"]))


def test_perfect_variable_passes_what_data_can_test():
    """100 farms and 100 fleets; only fleets use the product; all known, reachable, the same mix in both periods."""
    values = pd.Series(["farm"] * 100 + ["fleet"] * 100)
    judged = judge_variable(values, criterion=values.map({"farm": "no", "fleet": "yes"}), reachable=values.notna(),
                            revenue=pd.Series([1.0] * 200), periods=({"farm": 5, "fleet": 5}, {"farm": 5, "fleet": 5}),
                            repeat=values, differs=True)
    assert set(states(judged).values()) == {"pass"} and list(states(judged)) == list(CRITERIA)
    assert (judged.score, judged.n_judged, judged.vetoes, judged.recommended) == (1.0, 9, (), True)
    assert judged.warnings == ()
    value = judged.table.set_index("criterion")["value"]
    assert value[["valid", "homogeneous", "generalisable", "reliable"]].tolist() == pytest.approx([1, 0, 1, 1])


def test_score_mixes_data_and_experts():
    """Data: measurable 1, accessible none, substantial 1. Experts on actionable 4 -> (4-1)/4 = .75, reliable 2 -> .25.

    Mean of the four known: (1 + 1 + .75 + .25) / 4 = .75; reliable fails below 3.5 but is no veto.
    """
    values = pd.Series(["a"] * 60 + ["b"] * 40)
    judged = judge_variable(values, expert={"actionable": 4, "reliable": 2, "valid": None})
    assert judged.score == pytest.approx(.75) and judged.n_judged == 4 and judged.recommended
    assert states(judged)["actionable"] == "pass" and states(judged)["reliable"] == "fail"
    assert states(judged)["accessible"] == states(judged)["valid"] == "not testable"
    assert words_in("en").reason(judged.warnings[0]) == (
        "4 of nine criteria could be judged; no data and no expert says anything about accessible, valid, stable, "
        "homogeneous, generalisable.")


def test_vetoes():
    """11 of 100 unknown is not measurable; channel of 79 % of b is not accessible; c with 4 of 89 known is too small."""
    values = pd.Series(["a"] * 45 + ["b"] * 40 + ["c"] * 4 + [None] * 11)
    reachable = pd.Series([True] * 45 + [True] * 31 + [False] * 9 + [True] * 15)
    judged = judge_variable(values, reachable=reachable)
    assert judged.vetoes == ("measurable", "accessible") and not judged.recommended
    row = judged.table.set_index("criterion")["value"]
    assert (row["measurable"], row["accessible"], row["substantial"]) == \
        (pytest.approx(.89), pytest.approx(31 / 40), pytest.approx(4 / 89))
    assert states(judged)["substantial"] == "watch"  # 4.5 % in small categories can be put together


def test_borders_belong_to_pass():
    """Known share .90 exactly and reach .80 exactly pass."""
    values = pd.Series(["a"] * 45 + ["b"] * 45 + [None] * 10)
    reachable = pd.Series([True] * 36 + [False] * 9 + [True] * 55)
    found = states(judge_variable(values, reachable=reachable))
    assert found["measurable"] == found["accessible"] == "pass"


def test_stable_states():
    """e = .5/.5: a = .6/.4 -> .2 ln 1.5 = .0811 ... pass; .66/.34 -> .32 ln(.66/.34)/... watch; .9/.1 fail."""
    values = pd.Series(["a", "b"] * 50)
    for share, state in ((.60, "pass"), (.66, "watch"), (.90, "fail")):
        judged = judge_variable(values, periods=([.5, .5], [share, 1 - share]))
        value = judged.table.set_index("criterion")["value"]["stable"]
        assert value == pytest.approx((share - .5) * np.log(share / (1 - share)))
        assert states(judged)["stable"] == state


def test_a_variable_without_effect_cannot_generalise():
    """Shuffled criterion: hold-out V may exceed the training V by chance, which proves nothing."""
    rng = np.random.default_rng(0)
    values, criterion = pd.Series(rng.choice(["a", "b", "c"], 600)), pd.Series(rng.choice(["yes", "no"], 600))
    found = states(judge_variable(values, criterion=criterion))
    assert found["valid"] == found["generalisable"] == found["homogeneous"] == "fail"


def test_measured_criterion_uses_eta_squared():
    """F and p of scipy.stats.f_oneway; eta squared = SSB / SST of (1,2,3),(7,8,9): 54 / 58."""
    values, y = pd.Series(list("aaabbb")), pd.Series([1.5, 2.5, 3.5, 7.5, 8.5, 9.5])
    effect = effect_size(values, y)
    assert effect.size == pytest.approx(54 / 58) and effect.kind == "eta2"
    assert effect.p_value == pytest.approx(stats.f_oneway(y[:3], y[3:]).pvalue)


def test_small_categories_count_by_revenue_too():
    """c has 4 % of the customers but 90 % of the revenue, and enough customers: not small; d has neither."""
    values = pd.Series(["a"] * 500 + ["b"] * 420 + ["c"] * 40 + ["d"] * 40)
    revenue = values.map({"a": .01, "b": .01, "c": 10, "d": .01}).astype(float)
    assert small_categories(values, revenue) == ("d",) and set(small_categories(values)) == {"c", "d"}
    assert small_categories(values, revenue, Limits(min_n=41)) == ("c", "d")


def test_errors_of_judging():
    with pytest.raises(NotComputable) as error:
        judge_variable(pd.Series([], dtype=object))
    assert str(error.value) == "There is no customer to judge the variable by."
    with pytest.raises(NotComputable) as error:
        judge_variable(pd.Series(["a"]), expert={"valid": 7})
    assert str(error.value) == "The rating 7 of valid is outside 1 to 5."
    with pytest.raises(NotComputable) as error:
        effect_size(pd.Series(["a", "b"]), pd.Series([1.5, 1.5]))
    assert str(error.value) == "The criterion does not vary, or there is only one category."


def test_degenerate_variables_are_judged_not_crashed():
    for values in ([None] * 5, ["a"] * 5, ["a", "b"], list("abcdefgh")):
        judged = judge_variable(pd.Series(values, dtype=object), criterion=pd.Series(["yes", "no"] * 4)[:len(values)],
                                revenue=pd.Series([0.0] * len(values)), reachable=pd.Series([True] * len(values)))
        assert not judged.recommended and states(judged)["substantial"] == "fail"


def test_votes():
    """2 of 9 against: 77.8 %, keep; 4 of 9: 55.6 %, drop; 2 of 5 against: 60 %, keep (method.md 3.10)."""
    votes = [("branch", [True] * 7 + [False] * 2), ("sex", [True] * 5 + [False] * 4), ("age", [True] * 3 + [False] * 2)]
    answers = pd.DataFrame([(f"E{k}", item, vote) for item, given in votes for k, vote in enumerate(given)],
                           columns=["expert_id", "item_id", "vote"])
    result = count_votes(answers)
    assert result.kept == ("branch", "age") and result.warnings == ()
    assert result.table.set_index("item_id")["agreement"].to_dict() == pytest.approx(
        {"branch": 7 / 9, "age": .6, "sex": 5 / 9})
    assert count_votes(answers.assign(vote=answers["vote"].map({True: "yes", False: "no"}))).kept == ("branch", "age")


def test_last_round_counts():
    """E1 votes against in round 1 and for in round 2; missing votes do not count."""
    answers = pd.DataFrame([("E1", "x", False, 1, 2.0), ("E1", "x", True, 2, 4.0), ("E2", "x", True, 1, 5.0),
                            ("E3", "x", None, 1, None)], columns=["expert_id", "item_id", "vote", "round", "value"])
    result = count_votes(answers)
    assert result.table.to_dict("records") == [{"item_id": "x", "n": 2, "against": 0, "agreement": 1.0, "keep": True}]
    assert words_in("en").reason(result.warnings[0]) == "Fewer than 3 experts voted on x."
    assert mean_ratings(answers).to_dict("records") == [{"item_id": "x", "rating": 4.5, "n": 2}]


def test_votes_say_why_not():
    empty = pd.DataFrame({"expert_id": [], "item_id": [], "vote": []})
    for answers, message in ((empty, "No expert voted."),
                             (pd.DataFrame({"expert_id": ["E1"], "item_id": "x", "vote": "perhaps"}),
                              "perhaps is no vote; write true or false.")):
        with pytest.raises(NotComputable) as error:
            count_votes(answers)
        assert str(error.value) == message
    with pytest.raises(ParameterError) as error:
        count_votes(empty, keep_from=60)
    assert str(error.value) == "60 is not a share between 0 and 1."


def test_agreement():
    """kappa by hand: observed 3/4, expected (2*3 + 2*1)/16 = 1/2, so .5. Other names: Rand only, and it is 1."""
    result = agreement(["a", "a", "b", "b", None], ["a", "a", "b", "a", "b"])
    assert (result.kappa, result.n, result.n_missing) == (pytest.approx(.5), 4, 1)
    renamed = agreement(list("aabb"), list("xxyy"))
    assert renamed.kappa is None and renamed.adjusted_rand == 1


@pytest.mark.parametrize("first, second, message", [
    (["a"], ["a", "b"], "The two groupings have 1 and 2 customers; they must be the same ones."),
    (["a", None], [None, "b"], "No customer is grouped by both."),
    (["a", "a"], ["b", "b"], "Everybody is in one group on both sides: agreement says nothing."),
])
def test_agreement_says_why_not(first, second, message):
    with pytest.raises(NotComputable) as error:
        agreement(first, second)
    assert str(error.value) == message
