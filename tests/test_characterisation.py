"""Step 2: ABC, laboriousness and groups of a small study (method.md 4); its page's parts."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.figures import characterisation as figures
from svcnb.i18n import words_in
from svcnb.results import proposal_from_json, proposal_to_json
from svcnb.sentences.characterisation import read_characterisation
from svcnb.steps.characterisation import Parameters, assign, decide, groups_of, propose

WORDS = words_in("en")
SEGMENTS = {"variable": "branch", "segments": {
    "S1": {"name": "farm", "values": ["farm"], "status": "target"},
    "S2": {"name": "fleet", "values": ["fleet"], "status": "maintain"},
    "S3": {"name": "smithy", "values": ["smithy"], "status": "exclude"}}}
VALUES = [450, 250, 100, 60, 40, 35, 25, 20, 12, 8]  # T21
DRIVERS = pd.DataFrame([("D1", "orders a month", 5, 4, 3), ("D2", "advice", 3, 3, 3)],
                       columns=["driver_id", "name", "inf_cost", "inf_cycle", "inf_level"])
RATINGS = pd.DataFrame([("group", "G1", "D1", 5), ("group", "G1", "D2", 4), ("group", "G2", "D1", 1), ("group", "G2", "D2", 2)],
                       columns=["subject_kind", "subject_id", "driver_id", "rating"])


def customers() -> pd.DataFrame:
    """T21's ten values: farms 450, 100, 40, 25, 12; fleets 250, 60, 35, 20; a smithy 8."""
    return pd.DataFrame({"customer_id": [f"K{k}" for k in range(10)], "branch": ["farm", "fleet"] * 4 + ["farm", "smithy"],
                         "revenue": VALUES, "margin": [-1.0, *VALUES[1:]]})


def study(**more) -> SmallStudy:
    return SmallStudy(**{"customers": customers(), "cost_drivers": DRIVERS, "driver_ratings": RATINGS, **more})


def proposed(of, chosen=None, segments=SEGMENTS, **parameters):
    return propose(of, {"segmentation": segments, "characterisation": chosen or {}}, Parameters(**parameters))


def result_of(proposal):
    return SimpleNamespace(quantities=proposal.quantities, tables=proposal.tables, decision=proposal.decision,
                           table=lambda name: proposal.tables.get(name, pd.DataFrame()),
                           value=lambda name: proposal.quantities[name].value if name in proposal.quantities else None)


def said(proposal) -> list[str]:
    return [WORDS.reason(r) for r in proposal.reasons]


def test_abc_and_groups():
    """A = 450, 250, 100; farms have 627 of 1000, 550 of it in A. u = 4/7, 3/7: LAB G1 = (20 + 12)/7, G2 = (4 + 6)/7."""
    proposal = proposed(study())
    table = proposal.tables["abc"]
    assert table["customers"].tolist() == [3, 4, 3] and table["share_value"].tolist() == pytest.approx([.80, .16, .04])
    by = proposal.tables["abc_by_segment"]
    assert by["customers"].tolist() == [2, 2, 1, 1, 2, 1] and by["group_id"].unique().tolist() == ["G1", "G2"]
    assert by["value"].tolist() == [550, 65, 12, 250, 95, 20]
    assert proposal.decision == {"abc_by": "revenue", "cuts": [0.8, 0.95], "joins": {"G1": {"joins": ""}, "G2": {"joins": ""}},
                                 "splits": {g: {"by": "", "cut": None, "values": ""} for g in ("G1", "G2")}, "groups": {
        "G1": {"name": "farm", "segment_id": "S1", "n": 5, "abc": "A", "laboriousness": pytest.approx(32 / 7),
               "laboriousness_class": "high"},
        "G2": {"name": "fleet", "segment_id": "S2", "n": 4, "abc": "A", "laboriousness": pytest.approx(10 / 7),
               "laboriousness_class": "low"}}}
    assert proposal.evidence == "data" and proposal.missing == ()
    assert proposal.quantities["share_revenue.G1"].value == pytest.approx(.627)
    assert proposal.quantities["laboriousness.G1"].evidence == "expert"


def test_the_curve_starts_at_nothing_and_ends_with_all():
    curve = proposed(study()).tables["customers_abc"]
    assert curve["rank_share"].tolist() == pytest.approx([k / 10 for k in range(11)])
    assert curve["cumulative"].tolist() == pytest.approx([0, .45, .70, .80, .86, .90, .935, .96, .98, .992, 1])


def test_a_long_curve_is_thinned_with_its_borders():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"customer_id": [f"K{k}" for k in range(9000)], "branch": "farm", "revenue": rng.pareto(1.2, 9000)})
    tables = proposed(study(customers=frame)).tables
    curve, counts = tables["customers_abc"], tables["abc"]["customers"]
    assert len(curve) <= 400 and curve["cumulative"].is_monotonic_increasing and curve["cumulative"].iloc[-1] == 1
    borders = counts.cumsum() / 9000
    assert all(np.isclose(curve["rank_share"], border).any() for border in borders)


def test_margin_excludes_the_loser_and_says_so():
    proposal = proposed(study(), abc_by="margin")
    assert proposal.tables["abc_excluded"].to_dict("records") == [{"customer_id": "K0", "value": -1.0, "why": "negative"}]
    assert "1 customers are not classified: margin negative or not known." in said(proposal)
    assert proposal.tables["abc"]["customers"].sum() == 9


def test_chosen_cuts_and_abc_by_are_followed():
    chosen = {"cuts": [0.5, 0.9], "abc_by": "margin"}
    proposal = proposed(study(), chosen)
    assert decide(proposal, chosen)["cuts"] == [0.5, 0.9] and proposal.decision["abc_by"] == "margin"


def test_revenue_from_the_order_lines():
    """K1: 2 of 3 units at 10 = 20 for each of two orders; K2 one order of 5 at 2 = 10; K3 nothing: 0, class C."""
    orders = pd.DataFrame({"order_id": ["P1", "P2", "P3"], "customer_id": ["K1", "K1", "K2"],
                           "order_ts": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"]), "status": "delivered"})
    lines = pd.DataFrame({"order_id": ["P1", "P2", "P3"], "line_no": 1, "qty_ordered": [3.0, 3, 5], "qty_total": [2.0, 2, 5],
                          "unit_price": [10.0, 10, 2]})
    frame = pd.DataFrame({"customer_id": ["K1", "K2", "K3"], "branch": ["farm", "fleet", "farm"]})
    proposal = proposed(SmallStudy(customers=frame, orders=orders, order_lines=lines))
    assert proposal.tables["groups"]["revenue"].tolist() == [40, 10]
    assert proposal.tables["abc"]["customers"].tolist() == [1, 1, 1]
    assert "There is no table of cost drivers: 3 measured ones stand in, with equal weights." in said(proposal)
    assert set(proposal.tables["drivers"]["source"]) == {"data"}


def test_measured_drivers_stand_in_for_experts():
    """delivery_points 1..10 in quintiles 1 1 2 2 3 3 4 4 5 5: farms 1, 2, 3, 4, 5 -> 3; fleets 1, 2, 3, 4 -> 2.5."""
    frame = customers().assign(delivery_points=range(1, 11))
    proposal = proposed(SmallStudy(customers=frame))
    assert proposal.tables["laboriousness"]["laboriousness"].tolist() == pytest.approx([3.0, 2.5])
    assert proposal.tables["laboriousness"]["n_rated"].tolist() == [5, 4]
    assert proposal.quantities["groups_differ"].value is False and len(proposal.tables["pairs"]) == 1
    assert any(text.startswith("The groups do not differ in laboriousness (p = ") and
               text.endswith("farm and fleet are the closest and could be one group.") for text in said(proposal))


def test_ratings_of_single_customers_are_averaged_and_compared():
    ratings = pd.DataFrame([("customer", f"K{k}", d, 5 if k % 2 == 0 else 1) for k in range(10) for d in ("D1", "D2")],
                           columns=["subject_kind", "subject_id", "driver_id", "rating"])
    proposal = proposed(study(driver_ratings=ratings))
    assert proposal.tables["laboriousness"]["laboriousness"].tolist() == [5, 1]
    assert proposal.quantities["groups_differ"].value is True and proposal.quantities["groups_differ"].n == 9


def test_cost_to_serve_beside_laboriousness():
    rates = pd.DataFrame({"driver_id": ["D1", "D2", "D1"], "group_id": ["G1", "G1", "G2"], "rate": [2.0, 3.0, 2.0],
                          "volume": [10.0, 1.0, 4.0]})
    frame = proposed(study(driver_rates=rates)).tables["laboriousness"]
    assert frame["cost_to_serve"].tolist() == [23, 8]


def test_groups_follow_the_segments():
    assert groups_of(SEGMENTS) == {"G1": {"name": "farm", "segment_id": "S1"}, "G2": {"name": "fleet", "segment_id": "S2"}}
    odd = {"segments": {"north": {"name": "N"}, "S2": {"name": "two"}, "south": {"name": "S"}}}
    assert {g: row["segment_id"] for g, row in groups_of(odd).items()} == {"G1": "north", "G2": "S2", "G3": "south"}
    assert groups_of({}) == {}
    of = assign(customers(), SEGMENTS, {"groups": groups_of(SEGMENTS)})
    assert of.tolist() == ["G1", "G2"] * 4 + ["G1", None]


def test_a_named_group_keeps_what_is_computed():
    chosen = {"groups": {"G1": {"name": "Our farms"}, "G2": {"name": "Fleets"}}}
    proposal = proposed(study(), chosen)
    groups = decide(proposal, chosen)["groups"]
    assert groups["G1"]["name"] == "Our farms" and groups["G1"]["segment_id"] == "S1" and groups["G1"]["n"] == 5
    assert proposal.tables["groups"]["name"].tolist() == ["Our farms", "Fleets"]


def test_without_customers_experts_rate_the_groups():
    segments = {"variable": "a_priori", "segments": {"S1": {"name": "S1", "status": "target"}}}
    proposal = proposed(SmallStudy(cost_drivers=DRIVERS, driver_ratings=RATINGS), segments=segments)
    assert proposal.evidence == "expert" and proposal.missing == ("customers",) and "abc" not in proposal.tables
    assert proposal.decision["groups"]["G1"]["laboriousness"] == pytest.approx(32 / 7)
    assert proposal.decision["groups"]["G1"]["abc"] is None and proposal.quantities["share_revenue.G1"].value is None


def test_nothing_at_all():
    proposal = proposed(SmallStudy(), segments={"variable": "a_priori", "segments": {"S1": {"name": "All customers"}}})
    assert proposal.evidence == "assumed" and proposal.missing == ("customers", "cost_drivers", "driver_ratings")
    assert proposal.decision["groups"] == {"G1": {"name": "All customers", "segment_id": "S1", "n": 0, "abc": None,
                                                  "laboriousness": None, "laboriousness_class": None}}
    assert read_characterisation(result_of(proposal), WORDS) == (
        "What each customer brings is not measured: there is no ABC. How much work each group makes is not rated.")
    json.dumps(proposal_to_json(proposal))


def test_a_result_survives_its_store():
    proposal = proposed(study())
    again = proposal_from_json(json.loads(json.dumps(proposal_to_json(proposal))))
    assert again.decision == proposal.decision and again.tables["abc"]["customers"].tolist() == [3, 4, 3]


@pytest.mark.parametrize("chosen, message", [
    ({"colour": 1}, "Step 2 has no decision colour; it has cuts, abc_by, groups, joins and splits."),
    ({"cuts": [0.9, 0.8]},
     "The cuts [0.9, 0.8] are not two rising shares between 0 and 1; write for example 0.80 and 0.95."),
    ({"abc_by": "charm"}, "ABC by charm is not known; write one of revenue, margin, volume."),
    ({"groups": {}}, "Groups are written as id, name and segment; at least one is needed."),
    ({"groups": {"G9": {"name": "x"}}}, "G9 needs a name and the segment it belongs to."),
])
def test_a_wrong_decision_is_said(chosen, message):
    proposal = proposed(study())
    with pytest.raises(ParameterError) as error:
        decide(proposal, chosen)
    assert str(error.value) == message


def test_parameters_are_checked():
    with pytest.raises(ParameterError) as error:
        Parameters(abc_by="charm")
    assert str(error.value) == "ABC by charm is not known; write one of revenue, margin, volume."


def test_reading():
    assert read_characterisation(result_of(proposed(study())), WORDS) == (
        "3 of 10 customers (30.0 %) bring 80.0 % of the revenue; the 3 smallest bring 4.0 %. Most work is made by farm: "
        "laboriousness 4.57 of 5 (high) for 62.7 % of the revenue; least by fleet (1.43). Whether the groups differ is "
        "not tested: single customers are not rated.")
    assert "laboriosidad 4,57 de 5 (nivel alto)" in read_characterisation(result_of(proposed(study())), words_in("es"))


@pytest.mark.parametrize("narrow", [False, True])
def test_pictures_draw_what_the_tables_say(narrow):
    tables = proposed(study()).tables
    ax = figures.plot_abc(tables["customers_abc"], tables["abc"], words=WORDS, narrow=narrow)
    lines = {line.get_gid(): line for line in ax.lines}
    assert lines["curve"].get_ydata().tolist() == tables["customers_abc"]["cumulative"].tolist()
    assert lines["cut A"].get_xdata()[0] == pytest.approx(.3) and lines["cut B"].get_ydata()[1] == pytest.approx(.96)
    frame = tables["laboriousness"].copy()
    frame.loc[len(frame)] = {"group_id": "G3", "name": "smithy", "laboriousness": np.nan, "class": None}
    ax = figures.plot_laboriousness(frame, words=WORDS, narrow=narrow)
    assert {bar.get_gid(): bar.get_width() + 1 for bar in ax.patches} == pytest.approx({"G1": 32 / 7, "G2": 10 / 7})
    assert "not measured" in [text.get_text() for text in ax.texts]
    assert figures.describe_laboriousness(frame, WORDS) == \
        "farm: 4.57, high. fleet: 1.43, low. smithy: not measured."
    assert figures.describe_abc(tables["abc"], WORDS).startswith("Class A: 3 customers (30.0 %) bring 80.0 % of the value.")
