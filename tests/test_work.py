"""Page 02d: groups that join others, the views of the work, the page's parts (method.md 4.1 b, 4.4, 4.5)."""

import shutil
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from small_study import SmallStudy
from test_characterisation import DRIVERS, RATINGS, SEGMENTS, customers, proposed, result_of, said, study

from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.panels import PAGES
from svcnb.results import evaluate
from svcnb.sentences.laboriousness import read_laboriousness
from svcnb.steps.characterisation import assign, decide
from svcnb.steps.joined import apart, group_of_segment
from svcnb.steps.volume import group_of_customers
from svcnb.study import load_study

EN, ES = words_in("en"), words_in("es")
DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
JOINED = {"joins": {"G2": {"joins": "G1"}}}
RATED = pd.DataFrame([("customer", f"K{k}", d, 5 if k % 2 == 0 else 1) for k in range(10) for d in ("D1", "D2")],
                     columns=["subject_kind", "subject_id", "driver_id", "rating"])


# groups that are one ------------------------------------------------------------------------------------
def test_a_group_that_joins_brings_its_customers_and_its_ratings():
    """627 + 365 of 1000; ratings weighed by 5 and 4 customers: (29/9 · 4 + 28/9 · 3) / 7 = 200/63 = 3.17, medium."""
    proposal = proposed(study(), JOINED)
    groups = decide(proposal, JOINED)["groups"]
    assert list(groups) == ["G1"] and groups["G1"]["n"] == 9 and groups["G1"]["abc"] == "A"
    assert groups["G1"]["joined"] == {"G2": {"name": "fleet", "segment_id": "S2"}}
    assert groups["G1"]["laboriousness"] == pytest.approx(200 / 63) and groups["G1"]["laboriousness_class"] == "medium"
    assert proposal.tables["groups"]["revenue"].tolist() == [992]
    assert proposal.tables["abc_by_segment"]["customers"].tolist() == [3, 4, 2]
    assert assign(customers(), SEGMENTS, {"groups": groups}).tolist() == ["G1"] * 9 + [None]
    of = group_of_customers(pd.Series(["S1", "S2", "S3"], index=["a", "b", "c"]), groups)
    assert of.to_dict() == {"a": "G1", "b": "G1"}


def test_cost_to_serve_of_groups_that_are_one_is_added():
    rates = pd.DataFrame({"driver_id": ["D1", "D1"], "group_id": ["G1", "G2"], "rate": [2.0, 2.0], "volume": [10.0, 4.0]})
    assert proposed(study(driver_rates=rates), JOINED).tables["laboriousness"]["cost_to_serve"].tolist() == [28]


def test_taken_back_it_is_as_before():
    plain = proposed(study())
    assert proposed(study(), {}).decision == plain.decision
    alone = {"joins": {"G1": {"joins": ""}, "G2": {"joins": ""}}}
    assert decide(proposed(study(), alone), alone) == plain.decision


def test_names_given_while_joined_do_not_lose_the_group():
    """Page 02 is saved while G2 is part of G1; then the joining is taken back: G2 is there again, G1 keeps its name."""
    joined = decide(proposed(study(), JOINED), JOINED)["groups"]
    named = {"G1": {**joined["G1"], "name": "Farms and fleets"}}
    both = {**JOINED, "groups": named}
    force = decide(proposed(study(), both), both)["groups"]
    assert {g: row["name"] for g, row in force.items()} == {"G1": "Farms and fleets"} and force["G1"]["n"] == 9
    back = {"groups": named}
    force = decide(proposed(study(), back), back)["groups"]
    assert {g: row["name"] for g, row in force.items()} == {"G1": "Farms and fleets", "G2": "fleet"}
    assert [row["n"] for row in force.values()] == [5, 4] and "joined" not in force["G1"]


def test_names_given_before_a_group_joins():
    chosen = {"groups": {"G1": {"name": "Farms"}, "G2": {"name": "Lorries"}}, **JOINED}
    groups = decide(proposed(study(), chosen), chosen)["groups"]
    assert list(groups) == ["G1"] and groups["G1"]["joined"]["G2"]["name"] == "Lorries"
    assert list(apart(groups)) == ["G1", "G2"] and group_of_segment(groups) == {"S1": "G1", "S2": "G1"}


@pytest.mark.parametrize("joins, message", [
    ({"G1": {"joins": "G1"}}, "farm cannot join itself; let it stand alone or choose another group."),
    ({"G1": {"joins": "G9"}}, "There is no group G9 to join or be joined; groups are farm, fleet."),
    ({"G9": {"joins": "G1"}}, "There is no group G9 to join or be joined; groups are farm, fleet."),
    ({"G1": {"joins": "G2"}, "G2": {"joins": "G1"}}, "farm joins fleet, which joins farm itself; let both join farm."),
    (["G1"], "Which groups join others is written as group and what it joins."),
])
def test_a_joining_that_cannot_be_is_said(joins, message):
    with pytest.raises(ParameterError) as error:
        decide(proposed(study()), {"joins": joins})
    assert str(error.value) == message


def test_a_joining_whose_group_went_with_its_segment_is_left_out_and_said():
    """Step 1 excludes the fleets after G2 joined G1: nothing breaks, the row waits."""
    segments = {**SEGMENTS, "segments": {**SEGMENTS["segments"], "S2": {**SEGMENTS["segments"]["S2"], "status": "exclude"}}}
    proposal = proposed(study(), JOINED, segments=segments)
    assert list(decide(proposal, JOINED)["groups"]) == ["G1"] and "joined" not in proposal.decision["groups"]["G1"]
    assert "There is no group G2 to join or be joined; groups are farm." in said(proposal)


def test_in_the_demo_every_later_step_follows_and_comes_back(tmp_path):
    folder = tmp_path / "demo"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__", ".results"))
    demo, journal = load_study(folder), open_journal(tmp_path / "journal.sqlite")
    steps = ("characterisation", "goals", "offer")
    sheets = {"G1": {"content": "the forty oils"}, "G2": {"content": "diesel in the tank"}}
    journal.record("decision", "offer", "offers", {"value": sheets, "reason": ""}, actor="Ana", role="facilitator")
    before = {step: evaluate(demo, journal, step).decision for step in steps}
    event = journal.record("decision", "characterisation", "joins", {"value": {"G2": {"joins": "G1"}}, "reason": ""},
                           actor="Ana", role="facilitator")
    joined = {step: evaluate(demo, journal, step).decision for step in steps}
    groups = joined["characterisation"]["groups"]
    assert list(groups) == ["G1", "G3", "G4"] and groups["G1"]["n"] == 490 and groups["G1"]["abc"] == "A"
    assert {goal.split(":")[0] for goal in joined["goals"]["goals"]} == {"G1", "G3", "G4"}
    assert list(joined["offer"]["offers"]) == ["G1", "G3", "G4"]  # what was decided for G2 waits
    assert joined["offer"]["offers"]["G1"]["content"] == "the forty oils"
    journal.retract(event.event_uuid, actor="Ana", role="facilitator")
    assert {step: evaluate(demo, journal, step).decision for step in steps} == before
    journal.close()


# the views ----------------------------------------------------------------------------------------------
def test_nine_cells_and_the_spread_by_hand():
    """Even customers are rated 5 (high), odd ones 1 (low): A 450, 100 high and 250 low; C 25... of 1000."""
    tables = proposed(study(driver_ratings=RATED)).tables
    cells = tables["cells"].set_index(["abc", "laboriousness_class"])
    assert cells["n"].to_dict() == {("A", "low"): 1, ("A", "medium"): 0, ("A", "high"): 2, ("B", "low"): 2, ("B", "medium"): 0,
                                    ("B", "high"): 2, ("C", "low"): 2, ("C", "medium"): 0, ("C", "high"): 1}
    assert cells.loc[("A", "high"), "share_value"] == pytest.approx(0.55) and cells.loc[("C", "high"), "advice"] == "redesign"
    assert tables["spread"][["n", "median"]].values.tolist() == [[5, 5], [4, 1]]
    pair = tables["pairs"].iloc[0]
    assert (pair["group_id"], pair["other_group"], pair["n"], bool(pair["differ"])) == ("G1", "G2", 9, True)


def test_activities_are_the_sum_of_their_own_drivers():
    """One driver of each activity: the rating itself; the weights 4/7 and 3/7."""
    tables = proposed(study(cost_drivers=DRIVERS.assign(activity=["orders", "advice"]))).tables
    found = tables["activities"].set_index(["activity", "group_id"])
    assert found["laboriousness"].to_dict() == {
        ("orders", "G1"): 5, ("orders", "G2"): 1, ("advice", "G1"): 4, ("advice", "G2"): 2}
    assert found["weight"].tolist() == pytest.approx([4 / 7, 4 / 7, 3 / 7, 3 / 7])
    assert proposed(study()).tables["activities"].empty  # no driver says its activity


def test_a_laborious_group_with_little_revenue_is_to_be_redesigned():
    """Farms make work 4.57 for 62.7 %: watch. Then fleets make 4.57 for 400 of 1008, below the equal share of 50 %."""
    assert proposed(study()).tables["laboriousness"]["advice"].tolist() == ["watch", "keep"]
    frame = customers().assign(revenue=[200, *[100] * 8, 8])
    ratings = RATINGS.assign(rating=[1, 2, 5, 4])
    assert proposed(study(customers=frame, driver_ratings=ratings)).tables["laboriousness"]["advice"].tolist() == \
        ["keep", "redesign"]


def test_the_demo_finds_what_was_planted():
    truth = tomllib.loads((DEMO / "truth.toml").read_text("utf-8"))
    result = evaluate(load_study(DEMO), None, "characterisation")
    classes = result.table("laboriousness").set_index("group_id")["class"].to_dict()
    assert [f"{g}:{classes[g]}" for g in ("G1", "G2", "G3")] == truth["lab_class"]["value"]
    assert result.value("merge_verdict") == "all_differ" and result.value("groups_differ") is True
    assert result.quantities["groups_differ"].n == 120


# the page -----------------------------------------------------------------------------------------------
def test_reading():
    text = read_laboriousness(result_of(proposed(study(driver_ratings=RATED))), EN)
    assert text == (
        "Few customers are rated one by one: farm (5), fleet (4). Most work is made by farm: laboriousness 5.00 of 5 (high); "
        "least by fleet (1.00). The groups differ (Kruskal–Wallis H = 8.0, p = 0.005, ε² = 1.00, n = 9); even the closest "
        "pair differs, farm and fleet (Dunn, p = 0.005). 1 of 10 rated customers are laborious and small: they bring 1.2 % of "
        "what these bring.")
    spanish = read_laboriousness(result_of(proposed(study(driver_ratings=RATED))), ES)
    assert "difiere incluso el par más próximo, farm y fleet (Dunn, p = 0,005)" in spanish


def test_reading_when_nothing_or_no_difference_is_known():
    empty = proposed(SmallStudy(), segments={"variable": "a_priori", "segments": {"S1": {"name": "All customers"}}})
    assert read_laboriousness(result_of(empty), EN) == (
        "How much work each group makes is not rated; let experts rate each cost driver for each group.")
    assert "not tested: single customers are not rated" in read_laboriousness(result_of(proposed(study())), EN)
    alike = proposed(SmallStudy(customers=customers().assign(delivery_points=range(1, 11))))
    assert "the closest pair, farm and fleet, does not (Dunn, p = " in read_laboriousness(result_of(alike), EN)
    names = PAGES["laboriousness"].fields(result_of(alike), EN)[0].names
    assert names["G1"] == "farm · the test proposes one group with fleet"
    assert alike.decision["joins"] == {"G1": {"joins": ""}, "G2": {"joins": ""}}  # a remark, nothing more


def test_checks_by_hand():
    """02: (450 + 250 + 100) / 1000 = 80 %. 02d: u = 0.571 and 0.429: (0.571 · 5 + 0.429 · 4) / 1 = 4.571; plain mean 4.5."""
    result = result_of(proposed(study()))
    check = PAGES["characterisation"].check(result, result.tables, EN)
    assert check.answer == pytest.approx(80) and [m[0] for m in check.mistakes] == pytest.approx([45, 70, 30])
    check = PAGES["laboriousness"].check(result, result.tables, EN)
    assert check.answer == pytest.approx(4.571) and check.mistakes[0][0] == 4.5 and check.mistakes[2][0] == 9
