"""Page 02c and its step: the planted groups of the demo, missing tables, bad input, the decision, the check, the sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import ParameterError
from svcnb.figures import style
from svcnb.i18n import words_in
from svcnb.methods.discriminant import Rule, find_areas, fit_discriminant
from svcnb.panels import PAGES
from svcnb.panels.decision import judge
from svcnb.results import evaluate, plain_tree
from svcnb.steps import discriminant as step
from svcnb.steps.characteristics import PREDICTORS, choose_predictors, to_scale
from svcnb.study import load_study
from tests.small_study import SmallStudy

EN, ES = words_in("en"), words_in("es")
PAGE = PAGES["discriminant"]
SEGMENTS = {"variable": "branch", "segments": {"S1": {"name": "shops", "values": ["shop"], "status": "target"},
                                               "S2": {"name": "farms", "values": ["farm"], "status": "target"}}}
GROUPS = {"groups": {"G1": {"name": "shops", "segment_id": "S1"}, "G2": {"name": "farms", "segment_id": "S2"}}}
EARLIER = {"segmentation": SEGMENTS, "characterisation": GROUPS}


@pytest.fixture(scope="module")
def demo():
    return evaluate(load_study(Path(__file__).resolve().parents[1] / "data" / "demo"), None, "discriminant")


def customers(n=20, **more):
    """Shops order 1 to n times and have one place, farms as often and five: only the places tell them apart."""
    rows = pd.DataFrame({"customer_id": [f"K{k}" for k in range(2 * n)], "branch": ["shop"] * n + ["farm"] * n,
                         "n_orders": [*range(1, n + 1)] * 2, "delivery_points": [1, 2] * (n // 2) + [5, 6] * (n // 2)})
    return rows.assign(**more)


def small(**options):
    return step.propose(SmallStudy(customers=customers()), EARLIER, step.Parameters(**options))


# the demo ----------------------------------------------------------------------------------------------
def test_the_groups_of_the_demo_differ_and_are_found_again(demo):
    """The generator gives each branch its own lines an order, delivery points and margin; age it draws alike for all."""
    assert demo.value("groups_differ") is True and demo.value("rule_useful") is True and demo.decision["assign_new"] is True
    assert demo.value("right_left_out") > 1.25 * demo.value("right_by_chance")
    alone = demo.table("univariate").set_index("predictor")["p_value"]
    assert set(alone.index[:3]) == {"lines_per_order", "margin_rate", "delivery_points"} and alone["age"] > 0.05
    assert demo.missing == () and demo.evidence == "data"


def test_the_rule_of_the_decision_is_the_whole_assignment(demo):
    """Scores from the decision's plain values alone choose what the stored covariance and means choose."""
    tables = PAGE.adapt(demo, {}, EN)
    place = demo.table("predictors").set_index("predictor")["typical"]
    x = to_scale(place.to_frame().T).iloc[0]
    rule = demo.decision["rule"]
    scores = {g: row["constant"] + sum(row["weights"][p] * x[p] for p in x.index) for g, row in rule["groups"].items()}
    odds = np.exp(np.array(list(scores.values())) - max(scores.values()))
    assert tables["new"]["group_id"].iloc[0] == max(scores, key=scores.get)
    assert tables["new"]["posterior"].iloc[0] == pytest.approx(odds.max() / odds.sum())
    assert tables["new"]["posterior"].sum() == pytest.approx(1) and plain_tree(rule) == rule


def test_every_customer_of_a_group_mean_belongs_to_it(demo):
    for group, own in demo.table("profile").groupby("group_id"):
        new = PAGE.adapt(demo, dict(zip(own["predictor"], own["typical"], strict=True)), EN)["new"]
        assert new["group_id"].iloc[0] == group and new["typicality"].iloc[0] == pytest.approx(1)


def test_tables_say_the_same(demo):
    confusion, centroids = demo.table("confusion"), demo.table("centroids")
    right = confusion[confusion["group_id"] == confusion["assigned_id"]]
    assert right["n"].sum() / confusion["n"].sum() == pytest.approx(demo.value("right_left_out"))
    assert right["share"].tolist() == centroids["right_share"].tolist()
    assert centroids["n"].sum() == demo.value("n_compared") == len(demo.table("cloud"))
    assert demo.table("functions")["wilks"].iloc[0] == pytest.approx(demo.value("wilks"))


def test_sentences(demo):
    said = {words: PAGE.read(demo, PAGE.adapt(demo, {}, words), {}, words) for words in (EN, ES)}
    assert "The groups differ (Wilks' Λ = 0.06," in said[EN] and "good enough to assign new ones." in said[EN]
    assert said[EN].startswith("Few customers to judge by: small farm (19).")
    assert "Los grupos difieren (Λ de Wilks = 0,06," in said[ES] and "basta para asignar clientes nuevos" in said[ES]


def test_a_new_customer_that_is_not_known_whole_is_not_assigned(demo):
    tables = PAGE.adapt(demo, {"age": None}, ES)
    assert len(tables["new"]) == 0
    assert PAGE.read(demo, tables, {}, ES).endswith("Un cliente nuevo se asigna cuando se conocen todas las características.")


def test_a_strange_customer_is_said_and_stays_in_the_picture(demo):
    new = PAGE.adapt(demo, {"lines_per_order": 500.0, "margin_rate": -0.9}, EN)["new"].iloc[0]
    areas = demo.table("areas")
    assert new["is_outside"] and areas["function_1"].min() <= new["function_1"] <= areas["function_1"].max()
    assert "Caution: far from its group: check by hand." in PAGE.read(
        demo, PAGE.adapt(demo, {"lines_per_order": 500.0}, EN), {}, EN)


def test_check_by_hand(demo):
    check = PAGE.check(demo, PAGE.adapt(demo, {}, EN), EN)
    assert judge(check, check.answer, EN)[1] == "settled"
    assert {kind for wrong, _ in check.mistakes for kind in [judge(check, wrong, EN)[1]]} == {"attention"}


# two groups, one function --------------------------------------------------------------------------------
def test_two_groups_have_one_cut_halfway():
    """Equal priors: the cut is the middle of the two centroids; what was made to differ is found, what was not is not."""
    proposal = small()
    cuts, centroids = proposal.tables["cuts"], proposal.tables["centroids"]
    assert cuts["cut"].tolist() == pytest.approx([centroids["function_1"].mean()])
    assert cuts[["below", "above"]].to_numpy().tolist() == [["shops", "farms"]]
    assert proposal.quantities["best_predictor"].value == "delivery points"
    assert proposal.quantities["right_left_out"].value == 1 and "areas" not in proposal.tables
    assert proposal.tables["histogram"].groupby("group_id")["n"].sum().to_dict() == {"G1": 20, "G2": 20}


@pytest.mark.parametrize("narrow", [False, True])
def test_the_picture_of_one_function_holds_bars_cut_and_star(narrow):
    result = _as_result(small())
    tables = PAGE.adapt(result, {}, EN)
    kept = []

    def plot(*frames, **options):
        kept.append(PAGE.pictures[0].plot(*frames, **options))
        return kept[0]

    style.draw(plot, *PAGE.pictures[0].frames(tables), words=EN, narrow=narrow, kinds=("svg",))
    drawn = {artist.get_gid() for artist in kept[0].get_children()}
    assert {"cut", "new", "G1", "G2"} <= drawn
    assert "Below 0.00 shops, above farms." in PAGE.pictures[0].in_words(tables, EN)


def _as_result(proposal):
    from types import SimpleNamespace

    return SimpleNamespace(
        tables=proposal.tables, quantities=proposal.quantities, decision=proposal.decision, earlier={}, parameters={},
        table=lambda name: proposal.tables.get(name, pd.DataFrame()),
        value=lambda name: proposal.quantities[name].value if name in proposal.quantities else None)


# what is not there, what is wrong --------------------------------------------------------------------------
def test_without_tables_the_step_says_so():
    proposal = step.propose(SmallStudy(), {}, step.Parameters())
    assert proposal.decision == {"assign_new": False, "predictors": [], "rule": None} and proposal.missing == step.WANTED
    assert [(EN.reason(r), r.level) for r in proposal.reasons] == [(
        "There is no customers table: the experts say by what the groups differ and where a new customer belongs.", "missing")]
    assert proposal.evidence == "expert"
    result = _as_result(proposal)
    assert PAGE.read(result, PAGE.adapt(result, {}, ES), {}, ES) == \
        "No se ha probado si los grupos difieren en lo que se mide de los clientes."
    assert PAGE.fields(result, EN) == () and PAGE.controls(result, EN) == ()
    assert not PAGE.check(result, PAGE.adapt(result, {}, EN), EN)


@pytest.mark.parametrize("earlier, text", [
    ({}, "Fewer than two groups"), ({"segmentation": SEGMENTS}, "No customer has both a group and a number"),
    ({**EARLIER, "characterisation": {"groups": {"G1": GROUPS["groups"]["G1"]}}}, "Fewer than two groups")])
def test_without_two_groups_there_is_a_reason_and_a_way_out(earlier, text):
    proposal = step.propose(SmallStudy(customers=customers()), earlier, step.Parameters())
    said = [EN.reason(r) for r in proposal.reasons]
    assert any(one.startswith(text) for one in said) or any("No customer has both" in one for one in said)
    assert proposal.decision["rule"] is None and proposal.reasons[-1].level == "missing"


def test_nothing_measured_is_said():
    rows = customers()[["customer_id", "branch"]]
    proposal = step.propose(SmallStudy(customers=rows), EARLIER, step.Parameters())
    assert EN.reason(proposal.reasons[-2]) == "No characteristic of the customers is measured: nothing can tell the groups apart."


def test_a_characteristic_that_made_the_segments_is_not_compared():
    said = []
    values = pd.DataFrame({name: [1.0, 2.0] for name in PREDICTORS})
    chosen = choose_predictors(values, (), {"variable": "age", "segments": {"S1": {"rule": [{"variable": "delivery_points"}]}}},
                               0.8, said)
    assert "age" not in chosen and "delivery_points" not in chosen and "revenue" in chosen
    assert [EN.reason(one) for one in said] == [
        "Not compared, because the segments were made by it: delivery points.",
        "Not compared, because the segments were made by it: age."]
    assert choose_predictors(values, ("age",), {"variable": "age"}, 0.8, said) == ["age"]


def test_segments_instead_of_groups():
    proposal = small(of="segments", predictors=("delivery_points", "n_orders"))
    assert list(proposal.decision["rule"]["groups"]) == ["S1", "S2"]
    assert list(proposal.decision["rule"]["scales"].values()) == ["log10(1 + x)"] * 2


@pytest.mark.parametrize("options, message", [
    ({"of": "clusters"}, "discriminant.of = clusters is not one of groups, segments."),
    ({"priors": "wide"}, "discriminant.priors = wide is not one of equal, proportional."),
    ({"least_known": 2.0}, "discriminant.least_known = 2 is not between 0 and 1."),
    ({"predictors": ("height",)}, "There is no characteristic height of customers; there are revenue, margin_rate, n_orders, "
                                  "lines_per_order, size_cv, urgent_share, delivery_points, age, income.")])
def test_parameters_are_checked(options, message):
    with pytest.raises(ParameterError) as told:
        step.Parameters(**options)
    assert str(told.value) == message


def test_the_decision_is_yes_or_no_and_the_rule_stays():
    proposal = small()
    assert step.decide(proposal, {"assign_new": False}) == {**proposal.decision, "assign_new": False}
    with pytest.raises(ParameterError, match="^Whether new customers are assigned by the rule is true or false, not 'yes'.$"):
        step.decide(proposal, {"assign_new": "yes"})
    with pytest.raises(ParameterError, match="^This step has no decision rule; it has assign_new, predictors.$"):
        step.decide(proposal, {"rule": {}})


def test_groups_that_do_not_differ_assign_nobody():
    proposal = step.propose(SmallStudy(customers=customers(delivery_points=[1, 2] * 19 + [2, 3])), EARLIER, step.Parameters())
    assert proposal.quantities["groups_differ"].value is not True and proposal.decision["assign_new"] is False


# the method's new parts ------------------------------------------------------------------------------------
@pytest.mark.parametrize("priors", ["equal", "proportional"])
def test_the_rule_alone_assigns_as_the_analysis_does(priors):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(90, 3)), columns=list("xyz")).assign(g=list("abc") * 20 + ["a"] * 30)
    frame.loc[frame["g"] == "b", "x"] += 2
    found = fit_discriminant(frame, "g", list("xyz"), priors=priors)
    new = pd.DataFrame(rng.normal(size=(40, 3)) * [1, 100, 1], columns=list("xyz"))
    new.loc[3, "y"] = np.nan
    mine, sure = Rule(found.means, found.covariance, found.groups["prior"]).assign(new)
    pd.testing.assert_frame_equal(mine, found.assign(new), check_exact=False, rtol=1e-7)
    assert sure.drop(3).sum(axis=1).to_numpy() == pytest.approx(1) and sure.loc[3].isna().all()


def test_areas_divide_the_rectangle_and_hold_what_is_assigned():
    """Their surfaces add up to the rectangle's, and each point of a grid lies in the area of its highest score."""
    rng = np.random.default_rng(2)
    points, priors = rng.normal(size=(6, 4)), np.log(rng.dirichlet(np.ones(6)))
    areas = find_areas(points, priors, (-3, -2), (3, 4))
    surface = sum(abs(np.dot(a[:, 0], np.roll(a[:, 1], 1)) - np.dot(a[:, 1], np.roll(a[:, 0], 1))) / 2 for a in areas if len(a))
    assert surface == pytest.approx(36)
    for k, area in enumerate(areas):
        if len(area):
            middle = area.mean(axis=0)
            assert int((middle @ points[:, :2].T - 0.5 * (points**2).sum(axis=1) + priors).argmax()) == k
