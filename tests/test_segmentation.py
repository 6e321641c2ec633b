"""Step 1: from the customers table to segments, with experts or nothing in its place (method.md 3); its page's parts."""

import json
from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.figures import segmentation as figures
from svcnb.i18n import words_in
from svcnb.panels import PAGES
from svcnb.results import proposal_from_json, proposal_to_json
from svcnb.sentences.segmentation import read_segmentation
from svcnb.steps.segmentation import Parameters, assign, decide, propose

WORDS = words_in("en")


def customers(n=400, seed=1) -> pd.DataFrame:
    """Half farms (20 % use the product), half fleets (80 %); location tells nothing; income rises but is half unknown."""
    rng = np.random.default_rng(seed)
    branch = np.repeat(["farm", "fleet"], n // 2)
    uses = np.r_[np.arange(n // 2) < 0.2 * (n // 2), np.arange(n // 2) < 0.8 * (n // 2)]
    return pd.DataFrame({
        "customer_id": [f"K{k:04d}" for k in range(n)], "branch": branch, "uses_product": uses.astype(object),
        "location": np.tile(["north", "south"], n // 2), "age": rng.normal(45, 10, n).round(1),
        "income": np.where(np.arange(n) % 2, np.nan, 1000.0 + np.arange(n)), "revenue": np.where(branch == "farm", 1.0, 3.0),
        "preferred_channel": "phone", "name": [f"name {k}" for k in range(n)]})


def result_of(proposal, **chosen):
    """What a page gets: the proposal with the decision in force."""
    table = lambda name: proposal.tables.get(name, pd.DataFrame())
    return SimpleNamespace(
        quantities=proposal.quantities, tables=proposal.tables, table=table, decision=decide(proposal, chosen),
        parameters=asdict(Parameters()), reasons=proposal.reasons, missing=proposal.missing,
        value=lambda name: proposal.quantities[name].value if name in proposal.quantities else None)


def said(proposal) -> list[str]:
    return [WORDS.reason(r) for r in proposal.reasons]


def test_the_variable_that_explains_the_criterion_is_proposed():
    """V of branch: phi of (40, 160 | 160, 40) is (160*160 - 40*40) / 40000 = .6; segments of 200, 25 and 75 % revenue."""
    study = SmallStudy(customers=customers())
    before = study.table("customers")
    proposal = propose(study, {}, Parameters())
    assert proposal.decision == {"variable": "branch", "segments": {
        "S1": {"name": "farm", "values": ["farm"], "status": "target"},
        "S2": {"name": "fleet", "values": ["fleet"], "status": "target"}}}
    assert proposal.quantities["cramers_v"].value == pytest.approx(.6) and proposal.quantities["cramers_v"].n == 400
    assert proposal.quantities["criterion"].value == "uses_product" and proposal.evidence == "data"
    segments = proposal.tables["segments"]
    assert segments["n"].tolist() == [200, 200] and segments["share_revenue"].tolist() == pytest.approx([.25, .75])
    rows = proposal.tables["associations"].set_index("variable")
    assert rows.loc["branch", "discriminating"] and not rows.loc["location", "discriminating"]
    assert set(rows.index) == {"branch", "location", "age", "income"}  # no outcome, no name, no constant
    variables = proposal.tables["variables"].set_index("variable")
    assert variables["veto"]["income"] == "measurable" and list(variables.index)[-1] == "income"
    pd.testing.assert_frame_equal(study.table("customers"), before)


def test_a_result_survives_its_store():
    proposal = propose(SmallStudy(customers=customers()), {}, Parameters())
    again = proposal_from_json(json.loads(json.dumps(proposal_to_json(proposal))))
    assert again.decision == proposal.decision and list(again.tables) == list(proposal.tables)
    assert again.tables["segments"]["n"].tolist() == [200, 200]


def test_the_contingency_rows_carry_their_totals():
    """200 farms and 200 fleets, 40 + 160 use the product: row 200, column 200, all 400; expected 200 x 200 / 400 = 100."""
    rows = propose(SmallStudy(customers=customers()), {}, Parameters()).tables["contingency"]
    assert rows[["n_row", "n_column", "n_all", "expected"]].drop_duplicates().values.tolist() == [[200, 200, 400, 100]]
    check = PAGES["segmentation"].check(None, {"contingency": rows}, WORDS)
    assert (check.answer, check.working) == (100, "200 × 200 ÷ 400")
    assert [number for number, _ in check.mistakes] == [float(rows["observed"][0]), 100 * float(rows["row_share"][0])]


def test_a_chosen_variable_changes_every_row():
    study = SmallStudy(customers=customers())
    chosen = {"variable": "age"}
    proposal = propose(study, {"segmentation": chosen}, Parameters())
    decision = decide(proposal, chosen)
    assert decision["variable"] == "age" and len(decision["segments"]) == 4
    assert proposal.tables["segments"]["n"].sum() == 400
    of = assign(study.table("customers"), decision)
    assert of.value_counts().to_dict() == proposal.tables["segments"].set_index("segment_id")["n"].to_dict()


def test_chosen_names_and_status_keep_the_proposed_values():
    """The panel sends name and status only; the values come from the proposal."""
    study = SmallStudy(customers=customers())
    chosen = {"segments": {"S1": {"name": "Farms", "status": "exclude"}, "S2": {"name": "Fleets", "status": "target"}}}
    proposal = propose(study, {"segmentation": chosen}, Parameters())
    decision = decide(proposal, chosen)
    assert decision["segments"]["S1"] == {"name": "Farms", "values": ["farm"], "status": "exclude"}
    assert proposal.tables["segments"][["name", "n", "status"]].to_dict("list") == {
        "name": ["Farms", "Fleets"], "n": [200, 200], "status": ["exclude", "target"]}


def test_small_categories():
    """Of 400: one category of 20 stays alone and is maintained; two of 20 are put together, still too few."""
    frame = customers()
    frame.loc[:19, "branch"] = "smithy"
    one = propose(SmallStudy(customers=frame), {}, Parameters())
    assert one.decision["segments"]["S3"] == {"name": "smithy", "values": ["smithy"], "status": "maintain"}
    assert "smithy: 20 customers with 2.5 % of the revenue are too few for statistics; decide nothing of their own by " \
        "data." in said(one)
    frame.loc[:9, "branch"] = "mill"
    two = propose(SmallStudy(customers=frame), {}, Parameters())
    assert two.decision["segments"]["S3"] == {"name": "Other customers", "values": ["mill", "smithy"],
                                              "status": "maintain"}
    assert "Too small for a service of their own, so put together: mill, smithy." in said(two)


def test_customers_of_unknown_category_belong_to_nobody():
    frame = customers()
    frame.loc[:19, "branch"] = None
    proposal = propose(SmallStudy(customers=frame), {}, Parameters())
    assert "20 customers (5.0 %) belong to no segment: their value is not known or no segment claims it." in said(proposal)
    assert proposal.quantities["share_unassigned"].value == pytest.approx(.05)


def test_without_use_of_the_product_revenue_is_the_criterion():
    frame = customers().drop(columns="uses_product")
    proposal = propose(SmallStudy(customers=frame), {}, Parameters())
    assert proposal.quantities["criterion"].value == "high_revenue" and proposal.decision["variable"] == "branch"
    assert proposal.quantities["cramers_v"].value == pytest.approx(1)


def test_nothing_to_explain_is_said():
    frame = customers().drop(columns=["uses_product", "revenue"])
    proposal = propose(SmallStudy(customers=frame), {}, Parameters())
    assert ("There is nothing to explain: neither the use of the product nor the revenue is known. No variable can be "
            "tested by data.") in said(proposal)
    assert proposal.quantities["cramers_v"].value is None and len(proposal.decision["segments"]) >= 2


def test_experts_without_customers():
    cards = pd.DataFrame({"segment_id": ["S1", "S1", "S2"], "question": [1, 2, 1], "answer": ["price", "", "speed"]})
    votes = pd.DataFrame({"expert_id": ["E1", "E2", "E3"], "topic": "variables", "item_id": "branch",
                          "vote": [True, True, False]})
    proposal = propose(SmallStudy(segment_cards=cards, expert_answers=votes), {}, Parameters())
    assert proposal.evidence == "expert" and proposal.missing == ("customers",)
    assert proposal.decision["variable"] == "a_priori" and list(proposal.decision["segments"]) == ["S1", "S2"]
    assert "The experts would segment by branch of activity." in said(proposal)
    assert proposal.tables["segments"]["n"].isna().all()


def test_nothing_at_all_is_one_segment():
    proposal = propose(SmallStudy(), {}, Parameters())
    assert proposal.evidence == "assumed" and proposal.missing == ("customers", "expert_answers", "segment_cards")
    assert proposal.decision == {"variable": "a_priori", "segments": {
        "S1": {"name": "All customers", "values": [], "status": "target"}}}
    assert assign(customers(4), proposal.decision).tolist() == ["S1"] * 4
    assert read_segmentation(result_of(proposal), WORDS) == (
        "All customers are one segment: nothing is known that could tell them apart. A service for everybody is seldom "
        "economic; list the customers with at least one variable each.")


def test_customers_without_a_variable_are_one_segment():
    proposal = propose(SmallStudy(customers=customers()[["customer_id", "revenue"]]), {}, Parameters())
    assert proposal.decision["variable"] == "a_priori" and proposal.tables["segments"]["n"].tolist() == [400]


def test_stability_comes_from_the_two_halves_of_the_orders():
    """Farms order in the first half only, fleets in both: e = .5/.5, a = 0/1, far beyond .25."""
    frame = customers(40)
    early = pd.DataFrame({"customer_id": frame["customer_id"], "order_ts": pd.Timestamp("2025-01-10")})
    late = pd.DataFrame({"customer_id": frame["customer_id"][20:], "order_ts": pd.Timestamp("2025-12-10")})
    orders = pd.concat([early, late], ignore_index=True)
    orders["order_id"] = [f"P{k}" for k in range(len(orders))]
    criteria = propose(SmallStudy(customers=frame, orders=orders), {}, Parameters(min_n=5)).tables["criteria"]
    row = criteria[(criteria["variable"] == "branch") & (criteria["criterion"] == "stable")].iloc[0]
    assert row["state"] == "fail" and row["value"] > 0.25 and row["source"] == "data"


def test_expert_ratings_stand_in():
    ratings = pd.DataFrame([(f"E{k}", "criteria", "branch:actionable", 4.0) for k in range(3)],
                           columns=["expert_id", "topic", "item_id", "value"])
    criteria = propose(SmallStudy(customers=customers(), expert_answers=ratings), {}, Parameters()).tables["criteria"]
    row = criteria[(criteria["variable"] == "branch") & (criteria["criterion"] == "actionable")].iloc[0]
    assert (row["state"], row["value"], row["source"]) == ("pass", 4.0, "expert")


@pytest.mark.parametrize("chosen, message", [
    ({"colour": "red"}, "Step 1 has no decision colour; it has variable and segments."),
    ({"variable": "shoe size"},
     "shoe size cannot segment the customers; write one of branch, age, location, income, belson, aid, "
     "chaid, a_priori."),
    ({"segments": {}}, "Segments are written as id, name, values and status; at least one is needed."),
    ({"segments": {"S1": {"status": "loved"}}}, "S1: the status loved is none of target, maintain, exclude."),
    ({"segments": {"S1": {"name": " "}}}, "S1 has no name."),
    ({"segments": {"S1": {"values": ["farm"]}, "S2": {"values": ["farm"]}}},
     "farm is in S1 and in S2; a customer belongs to one segment."),
    ({"segments": {"S1": {"status": "exclude"}}}, "Every segment is excluded: nobody would be served."),
])
def test_a_wrong_decision_is_said(chosen, message):
    proposal = propose(SmallStudy(customers=customers()), {}, Parameters())
    with pytest.raises(ParameterError) as error:
        decide(proposal, chosen)
    assert str(error.value) == message


def test_parameters_are_checked():
    with pytest.raises(ParameterError) as error:
        Parameters(min_share=5)
    assert str(error.value) == "min_share = 5 is not between 0 and 1."
    with pytest.raises(ParameterError) as error:
        propose(SmallStudy(customers=customers(4)[["customer_id"]]), {}, Parameters(criterion="taste"))
    assert str(error.value).startswith("There is no column taste in customers to be the criterion; write one of customer_id,")


def test_reading():
    """.6 with 95 % bounds from the noncentral chi-square; n 400."""
    proposal = propose(SmallStudy(customers=customers()), {}, Parameters())
    text = read_segmentation(result_of(proposal), WORDS)
    assert text.startswith("Branch of activity tells customers apart by use of the product: Cramér's V = 0.60 (95 % interval "
                           "0.50 to 0.70, strong, p < 0.001, n = 400). The variable income is stronger with V = 0.72, but meets "
                           "fewer of the nine criteria. ")
    assert text.endswith("Of 2 segments 2 are targets; they bring 100.0 % of the revenue. The segments hold for this "
                         "criterion only; another one may draw other borders.")
    assert "V de Cramér = 0,60" in read_segmentation(result_of(proposal), words_in("es"))


def test_reading_of_a_variable_that_does_not_discriminate():
    frame = customers()[["customer_id", "location", "uses_product", "revenue"]]
    text = read_segmentation(result_of(propose(SmallStudy(customers=frame), {}, Parameters())), WORDS)
    assert text.startswith("Location is the best variable there is, but it does not tell customers apart by use of the product: "
                           "Cramér's V = 0.00")


@pytest.mark.parametrize("narrow", [False, True])
def test_pictures_draw_what_the_tables_say(narrow):
    """The mosaic's bars are the row shares; the matrix has a mark for each variable and criterion."""
    tables = propose(SmallStudy(customers=customers()), {}, Parameters()).tables
    mosaic = figures.plot_contingency(tables["contingency"], words=WORDS, narrow=narrow)
    drawn = {bar.get_gid(): bar.get_width() for bar in mosaic.patches}
    assert drawn == pytest.approx({"farm:no": .8, "farm:yes": .2, "fleet:no": .2, "fleet:yes": .8})
    matrix = figures.plot_criteria(tables["criteria"], words=WORDS, narrow=narrow)
    assert {c.get_gid() for c in matrix.collections} == {
        f"{row.variable}:{row.criterion}" for row in tables["criteria"].itertuples()}
    assert figures.describe_contingency(tables["contingency"], WORDS) == (
        "use of the product, share of yes in each category: farm 20.0 % (n = 200); fleet 80.0 % (n = 200). Out of line "
        "with independence: farm, fleet.")
    assert "location: passes " in figures.describe_criteria(tables["criteria"], WORDS)


def test_a_million_customers_are_assigned_at_once():
    """No loop over customers: the same answer on a large table as on its part."""
    frame = pd.concat([customers()] * 250, ignore_index=True)
    decision = {"variable": "age", "segments": {"S1": {"name": "y", "values": ["< 45"]}, "S2": {"name": "o", "values": ["≥ 45"]}}}
    of = assign(frame, decision)
    assert of[:400].tolist() == assign(customers(), decision).tolist() and of.notna().all()
