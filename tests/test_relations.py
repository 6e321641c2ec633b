"""Page 02e: the matrix of interdependence, recency, frequency and monetary value, the relation of each group (method.md 2.7)."""

import json

import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.figures import relations as figures
from svcnb.i18n import words_in
from svcnb.panels import PAGES
from svcnb.results import StepResult, evaluate, proposal_from_json, proposal_to_json
from svcnb.sentences.relations import read_relations
from svcnb.steps import offer, relations
from svcnb.steps.relations import Parameters, decide, propose, relationship_of
from svcnb.study import load_study

EN, ES = words_in("en"), words_in("es")
DECISIONS = {
    "segmentation": {"variable": "branch", "segments": {"S1": {"name": "farm", "values": ["farm"], "status": "target"},
                                                        "S2": {"name": "fleet", "values": ["fleet"], "status": "target"}}},
    "characterisation": {"groups": {"G1": {"name": "farm", "segment_id": "S1"}, "G2": {"name": "fleet", "segment_id": "S2"}}}}
CUSTOMERS = pd.DataFrame({
    "customer_id": ["K1", "K2", "K3", "K4"], "name": ["Ana", "Luis", "Eva", None], "branch": ["farm", "farm", "fleet", "fleet"],
    "revenue": [600.0, 200.0, 150.0, 50.0], "d_us": [4, 1, 3, 2], "d_cust": [2, 5, 4, 1]})
ORDERS = pd.DataFrame({"order_id": ["P1", "P2", "P3", "P4"], "customer_id": ["K1", "K1", "K2", "K3"], "status": "delivered",
                       "order_ts": pd.to_datetime(["2025-06-20", "2025-06-30", "2025-01-01", "2025-06-10"])})
LINES = pd.DataFrame({"order_id": ["P1", "P2", "P3", "P4"], "line_no": 1, "qty_ordered": [3.0, 2, 5, 1],
                      "qty_total": [2.0, 2, 5, 1], "unit_price": [10.0, 10, 4, 50]})


def study(**more):
    return SmallStudy(**{"customers": CUSTOMERS, "orders": ORDERS, "order_lines": LINES, **more})


def proposed(of, **parameters):
    return propose(of, DECISIONS, Parameters(**parameters))


def result_of(proposal):
    return StepResult(step="relations", scenario="base", hash="", quantities=proposal.quantities, tables=proposal.tables,
                      proposal=proposal.decision, decision=proposal.decision, reasons=proposal.reasons,
                      missing=proposal.missing, evidence=proposal.evidence, state="proposed", parameters={"n_bands": 5})


def said(proposal):
    return [EN.reason(r) for r in proposal.reasons]


def test_four_customers_by_hand():
    """(4, 2) hostage +2; (1, 5) drunk with power −4; (3, 4) both high, near the cut; (2, 1) neither."""
    tables = proposed(study()).tables
    customers = tables["customers"].set_index("customer_id")
    assert customers["relationship"].to_dict() == {"K1": "hostage", "K2": "drunk_with_power", "K3": "high_interdependence",
                                                   "K4": "low_interdependence"}
    assert customers["asymmetry"].tolist() == [2, -4, -1, 1] and customers["interdependence"].tolist() == [3, 3, 3.5, 1.5]
    assert customers["borderline"].tolist() == [False, False, True, False]
    assert customers["name"].tolist() == ["Ana", "Luis", "Eva", "K4"]
    rows = tables["relationships"]
    assert rows[rows["group_id"] == "all"]["share_revenue"].tolist() == pytest.approx([0.6, 0.15, 0.05, 0.2])
    assert tables["groups"]["relationship"].tolist() == ["hostage", "high_interdependence"]
    assert tables["groups"]["share_revenue"].tolist() == pytest.approx([0.75, 0.75])


def test_recency_frequency_and_value_by_hand():
    """To 30 June: K1 0 days, 2 orders, 20 + 20; K2 180 days, 20; K3 20 days, 50; K4 never ordered."""
    proposal = proposed(study())
    customers = proposal.tables["customers"].set_index("customer_id")
    assert customers["recency_days"].tolist()[:3] == [0, 180, 20] and customers["frequency"].tolist()[:3] == [2, 1, 1]
    assert customers["monetary"].tolist()[:3] == [40, 20, 50] and customers.loc["K4", "rfm_class"] is None
    assert customers["recency_rank"].tolist()[:3] == [3, 1, 2] and customers["recency_score"].tolist()[:3] == [5, 1, 3]
    assert proposal.quantities["customers_ordered"].value == 3
    assert "Customers without an order: 1, not measured." in said(proposal)
    cells = proposal.tables["rfm_cells"]
    assert cells.loc[cells["group_id"] == "all", "n"].sum() == 3


def test_without_ratings_the_revenue_stands_in_for_ours_and_theirs_is_missing():
    """Shares 60, 20, 15 and 5 % are 5, 4, 4 and 3 (20 % itself is still 4)."""
    proposal = proposed(study(customers=CUSTOMERS.drop(columns=["d_us", "d_cust"])))
    assert proposal.tables["customers"]["d_us"].tolist() == [5, 4, 4, 3] and proposal.tables["matrix"].empty
    assert proposal.decision == {"groups": {"G1": {"relationship": ""}, "G2": {"relationship": ""}}}
    assert any(text.startswith("How much each customer depends on us is not rated") for text in said(proposal))
    check = PAGES["relations"].check(result_of(proposal), proposal.tables, EN)
    assert check.answer == 5 and "place 3 of 3" in check.question and check.mistakes[0][0] == 4.17


def test_nothing_at_all():
    proposal = propose(SmallStudy(), {"segmentation": {"segments": {"S1": {"name": "all"}}}}, Parameters())
    assert proposal.missing == ("customers", "orders", "order_lines") and proposal.evidence == "assumed"
    assert proposal.decision == {"groups": {"G1": {"relationship": ""}}}
    assert said(proposal) == ["There is no customers table: experts choose the relation of each group.",
                              "There are no orders: when and how often customers order is not measured."]
    page, result = PAGES["relations"], result_of(proposal)
    assert page.read(result, page.adapt(result, {}, EN), {}, EN) == (
        "Who depends on whom is not measured: the customers' dependence on us is not rated. Who is about to leave is not "
        "measured: there are no dated orders.")
    assert page.check(result, proposal.tables, EN) is None
    json.dumps(proposal_to_json(proposal))


def test_a_rating_outside_its_scale_is_said_and_the_rest_goes_on():
    proposal = proposed(study(customers=CUSTOMERS.assign(d_cust=[9, 5, 4, 1])))
    assert proposal.tables["matrix"].empty and len(proposal.tables["rfm_classes"])
    assert "d_cust = 9.0 of K1 is not a rating from 1 to 5." in said(proposal)


def test_a_result_survives_its_store():
    proposal = proposed(study())
    again = proposal_from_json(json.loads(json.dumps(proposal_to_json(proposal))))
    assert again.decision == proposal.decision and again.tables["matrix"]["n"].tolist() == proposal.tables["matrix"]["n"].tolist()


def test_the_relation_in_force_is_chosen_and_a_group_that_went_is_left_out():
    proposal = proposed(study())
    chosen = {"groups": {"G1": {"relationship": "low_interdependence"}, "G7": {"relationship": "hostage"}}}
    assert decide(proposal, chosen) == {"groups": {"G1": {"relationship": "low_interdependence"},
                                                   "G2": {"relationship": "high_interdependence"}}}
    assert relationship_of({"relations": {"groups": {"G1": {"relationship": ""}}}}, "G1") is None


@pytest.mark.parametrize("chosen, message", [
    ({"colour": 1}, "Relations have no decision colour; they have groups."),
    ({"groups": ["G1"]}, "The relation of each group is written as group and relationship."),
    ({"groups": {"G1": {"relationship": "love"}}}, "G1: there is no relation love; it is one of hostage, high_interdependence, "
                                                   "low_interdependence, drunk_with_power.")])
def test_a_wrong_decision_is_said(chosen, message):
    with pytest.raises(ParameterError) as error:
        decide(proposed(study()), chosen)
    assert str(error.value) == message


def test_parameters_are_checked():
    with pytest.raises(ParameterError) as error:
        Parameters(n_bands=1)
    assert str(error.value) == "n_bands = 1 is not between 2 and 10."


def test_the_form_of_contract_follows_the_relation():
    """Medium work and shared terms: framework contract; in high interdependence one row more formal; a hostage gets a clause."""
    groups = {"G1": {"name": "farm", "segment_id": "S1", "laboriousness_class": "medium"}}

    def contract(code):
        given = {**DECISIONS, "characterisation": {"groups": groups}, "relations": {"groups": {"G1": {"relationship": code}}}}
        return offer.propose(SmallStudy(), given, offer.Parameters()).tables["offers"].iloc[0]

    assert contract("")["contract_proposed"] == "framework" and contract("")["clauses"] == ""
    assert contract("high_interdependence")["contract_proposed"] == "negotiated_contract"
    assert contract("hostage")["clauses"] == "minimum-volume clause"


def test_the_filter_shows_one_group_and_reads_it():
    result, page = result_of(proposed(study())), PAGES["relations"]
    tables = page.adapt(result, {"group": "G2"}, EN)
    assert tables["customers"]["customer_id"].tolist() == ["K3", "K4"] and tables["relationships"]["n"].sum() == 2
    text = read_relations(result, tables, EN)
    assert text.startswith("Only 2 customers: a share says little. 0 of 2 customers hold us hostage")
    assert [value for value, _ in page.controls(result, EN)[0].options] == ["all", "G1", "G2"]


def test_reading_in_both_languages():
    result = result_of(proposed(study()))
    tables = PAGES["relations"].adapt(result, {}, EN)
    assert read_relations(result, tables, EN) == (
        "Only 4 customers: a share says little. 1 of 4 customers hold us hostage, and they bring 60.0 % of the revenue; with 1 "
        "the need is mutual (15.0 %), 1 need us and we hardly need them (20.0 %). 0 of 3 customers used to order and have not "
        "lately (0.0 % of the value), 1 seem lost (18.2 %); 0 champions bring 0.0 %. 1 of 4 lie near the cut: one step in a "
        "rating would move them.")
    assert "nos tienen de rehenes y aportan 60,0 % de los ingresos" in read_relations(result, tables, ES)


def test_check_by_hand_is_the_asymmetry_of_the_largest():
    check = PAGES["relations"].check(result_of(proposed(study())), proposed(study()).tables, EN)
    assert check.answer == 2 and [m[0] for m in check.mistakes] == [-2, 3, 6]
    assert check.question.startswith("Ana: we depend on it 4")


@pytest.mark.parametrize("narrow", [False, True])
def test_pictures_draw_what_the_tables_say(narrow):
    """K1 has scores 5-5-3 and 40 of 110: loyal, for a champion's value must be high too."""
    result = result_of(proposed(study()))
    tables = PAGES["relations"].adapt(result, {}, EN)
    ax = figures.plot_matrix(tables["matrix"], words=EN, narrow=narrow)
    marks = {c.get_gid(): tuple(c.get_offsets()[0]) for c in ax.collections if c.get_gid()}
    assert marks == {"4:2": (2, 4), "1:5": (5, 1), "3:4": (4, 3), "2:1": (1, 2)}
    ax = figures.plot_rfm(tables["rfm_cells"], words=EN, narrow=narrow)
    cells = {f"{r.recency_score}:{r.frequency_score}" for r in tables["rfm_cells"].itertuples()}
    assert {bar.get_gid() for bar in ax.patches} == cells
    ax = figures.plot_classes(tables["rfm_classes"], words=EN, narrow=narrow)
    widths = {bar.get_gid(): bar.get_width() for bar in ax.patches}
    assert widths["value:loyal"] == pytest.approx(40 / 110) and widths["customers:lost"] == pytest.approx(1 / 3)


def test_the_demo():
    """Dependences as the file has them: 32 hostages; every group has its relation; the sum of the classes is who ordered."""
    result = evaluate(load_study("demo"), None, "relations")
    assert result.value("customers_placed") == 600 and result.value("customers_hostage") == 32
    assert {row["relationship"] for row in result.decision["groups"].values()} == {"hostage", "high_interdependence"}
    assert relations.relationship_of({"relations": result.decision}, "G2") == "hostage"
