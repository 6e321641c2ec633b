"""Page 00e: the gaps from the study's tables, what is delivered from the orders, what qualifies and wins, the causes that are
accepted (method.md 1.2, 1.4.5, 2.1, 2.5)."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.methods.strategy import levels_to_win
from svcnb.panels import PAGES
from svcnb.results import StepResult, evaluate, proposal_from_json, proposal_to_json
from svcnb.steps import gap_tables, gaps
from svcnb.steps.gaps import Parameters, decide, propose
from svcnb.study import load_study

EN, ES = words_in("en"), words_in("es")
DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
PAGE = PAGES["gaps"]
DECISIONS = {"segmentation": {"variable": "branch", "segments": {
    "S1": {"name": "farm", "values": ["farm"], "status": "target"},
    "S2": {"name": "fleet", "values": ["fleet"], "status": "target"}}}}
COMPONENTS = pd.DataFrame({"component_id": ["C1", "C9"], "name": ["quality", "delivery time"],
                           "spanish": ["calidad", "tiempo de entrega"]})


def survey(expected=(8.0, 9.0), perceived=(8.0, 5.5), n=6, segment="S1"):
    """n respondents of a segment who answer alike but for ±0.5 on what they perceive, so that the mean is as given."""
    people = [f"{segment}R{k}" for k in range(n)]
    rows = [(r, c, "own", p + (0.5 if k % 2 else -0.5), e) for k, r in enumerate(people)
            for c, e, p in zip(("C1", "C9"), expected, perceived, strict=True)]
    return {"survey_respondents": pd.DataFrame({"respondent_id": people, "segment_id": segment}),
            "survey_satisfaction": pd.DataFrame(rows, columns=["respondent_id", "component_id", "supplier", "perceived",
                                                               "expected"]),
            "survey_importance": pd.DataFrame([(r, c, p) for r in people for c, p in (("C1", 25.0), ("C9", 75.0))],
                                              columns=["respondent_id", "component_id", "points"])}


BELIEFS = pd.DataFrame([("D1", "management", "S1", "C9", 8.0), ("D2", "management", None, "C1", 8.0),
                        ("F1", "frontline", "S1", "C9", 8.5)],
                       columns=["person_id", "role", "segment_id", "component_id", "belief"])
OBJECTIVE = pd.DataFrame([("S1", "C9", 7.5, 8.0, 8.5, 6.0), ("S1", "C1", 8.0, 8.0, 8.0, 8.0)],
                         columns=["segment_id", "component_id", "spec", "offered", "offered_understood", "delivered"])


def study(**more):
    return SmallStudy(**{"components": COMPONENTS, **survey(), "management_beliefs": BELIEFS, "gap_objective": OBJECTIVE, **more})


def proposed(of, decisions=DECISIONS, **parameters):
    return propose(of, decisions, Parameters(**parameters))


def result_of(proposal, decision=None):
    return StepResult(step="gaps", scenario="base", hash="", quantities=proposal.quantities, tables=proposal.tables,
                      proposal=proposal.decision, decision=decision or proposal.decision, reasons=proposal.reasons,
                      missing=proposal.missing, evidence=proposal.evidence, state="proposed", parameters={"least_gap": 1.0})


def said(proposal, words=EN):
    return [words.reason(one) for one in proposal.reasons]


@pytest.fixture(scope="module")
def demo():
    return evaluate(load_study(DEMO), None, "gaps")


# the step ------------------------------------------------------------------------------------------------
def test_the_chain_of_two_components_by_hand():
    """C9: 9 − 8 = 1, 8 − 7.5 = 0.5, 7.5 − 6 = 1.5, 6 − 5.5 = 0.5, together 3.5 = 9 − 5.5; importance 0.75, so 2.625."""
    found = proposed(study())
    table = found.tables["gaps"].set_index("component_id")
    assert table.loc["C9", list(gaps.COLUMNS.values())].astype(float).to_dict() == pytest.approx({
        "knowledge_gap": 1, "standards_gap": 0.5, "delivery_gap": 1.5, "communication_gap": 2, "service_gap": 3.5,
        "perception_gap": 0.5, "interpretation_gap": 0.5, "employee_gap": 0.5, "internal_gap": 0.5, "promise_gap": 2.5})
    assert table.loc["C9", "primary"] == "G3" and table.loc["C9", "primary_gap"] == "delivery gap"
    assert table.loc["C9", ["weight", "weighted_gap"]].tolist() == pytest.approx([0.75, 2.625])
    assert table.loc["C9", "delivered_source"] == "written" and table["n"].tolist() == [6, 6]
    assert found.quantities["shortfall_S1"].value == pytest.approx(2.625) and found.quantities["surplus_S1"].value == 0
    assert found.decision == {"causes": {"S1:C9": {"cause": "G3", "owner": ""}}} and found.evidence == "survey"
    way = found.tables["waterfall"].query("component_id == 'C9'")
    assert way[["start", "end"]].to_numpy().tolist() == [[0, 9], [9, 8], [8, 7.5], [7.5, 6], [6, 5.5], [0, 5.5]]


def test_shortfall_and_surplus_stand_apart():
    """C1 above what is expected by 2, C9 below by 3.5: 0.25 × −2 = −0.5 never lowers 0.75 × 3.5 = 2.625."""
    found = proposed(study(**survey(expected=(6.0, 9.0), perceived=(8.0, 5.5))))
    values = [found.quantities[f"{name}_S1"].value for name in ("shortfall", "surplus", "weighted_gap")]
    assert values == pytest.approx([2.625, -0.5, 2.125])


def test_what_is_delivered_is_converted_between_the_anchors():
    """C9 by the mean of M1, 3 days between 6 and 1: 10 (3 − 6) / (1 − 6) = 6; C7 by the level of M3, 0.95 between 0.8 and 1: 7.5;
    M1's own anchors serve where C9 has none; a level of none is left alone."""
    measured = pd.DataFrame({"segment_id": "S1", "measure_id": ["M1", "M3"], "value": [0.7, 0.95], "mean": [3.0, np.nan],
                             "n": [40, 90], "unit": ["days", "count"]})
    for item in ("C9", "M1"):
        anchors = pd.DataFrame({"item_id": [item, "C7"], "worst": [6, 0.8], "best": [1, 1.0]})
        found = gap_tables.convert_delivered(SmallStudy(value_anchors=anchors), measured, [])
        assert found.set_index("component_id")["delivered"].to_dict() == pytest.approx({"C9": 6.0, "C7": 7.5})
        assert found.set_index("component_id")["unit"].to_dict() == {"C9": "days", "C7": "share"}


def test_two_anchors_that_are_the_same_are_said():
    told = []
    measured = pd.DataFrame([("S1", "M1", 0.7, 3.0, 40, "days")],
                            columns=["segment_id", "measure_id", "value", "mean", "n", "unit"])
    anchors = pd.DataFrame({"item_id": ["C9"], "worst": [2.0], "best": [2.0]})
    assert gap_tables.convert_delivered(SmallStudy(value_anchors=anchors), measured, told).empty
    assert [EN.reason(one) for one in told] == ["Worst 2 and best 2 are no two different values: there is no scale between them."]


def test_orders_speak_before_what_is_written():
    """Six orders of a farm, two and four days: the mean is 3, delivered 6 of 10, though 4.0 is written."""
    ordered = pd.to_datetime(["2025-01-01"] * 6)
    orders = pd.DataFrame({"order_id": [f"P{k}" for k in range(6)], "customer_id": "K1", "status": "delivered",
                           "order_ts": ordered, "delivery_ts": ordered + pd.to_timedelta([2, 4] * 3, unit="D")})
    lines = pd.DataFrame({"order_id": orders["order_id"], "line_no": 1, "qty_ordered": 1.0, "qty_total": 1.0, "unit_price": 1.0})
    of = study(gap_objective=OBJECTIVE.assign(delivered=4.0), orders=orders, order_lines=lines,
               customers=pd.DataFrame({"customer_id": ["K1"], "branch": ["farm"]}),
               value_anchors=pd.DataFrame({"item_id": ["C9"], "worst": [6.0], "best": [1.0]}))
    table = proposed(of).tables["gaps"].set_index("component_id")
    assert table["delivered"].to_dict() == pytest.approx({"C1": 4.0, "C9": 6.0})
    assert table["delivered_source"].to_dict() == {"C1": "written", "C9": "data"}


def test_the_demo_holds_the_causes_that_were_planted(demo):
    truth = tomllib.loads((DEMO / "truth.toml").read_text("utf-8"))
    planted = {name.removeprefix("gap_cause."): row["value"] for name, row in truth.items() if name.startswith("gap_cause.")}
    table = demo.table("gaps")
    found = dict(zip(table["segment_id"] + "." + table["component_id"], table["primary"], strict=True))
    assert len(planted) == 5 and {place: found[place] for place in planted} == planted
    assert all(demo.decision["causes"][place.replace(".", ":")]["cause"] == cause for place, cause in planted.items())


def test_the_parts_add_up_on_the_demo(demo):
    table = demo.table("gaps")
    whole = table[["knowledge_gap", "standards_gap", "delivery_gap", "perception_gap"]].sum(axis=1)
    assert np.allclose(whole, table["service_gap"]) and np.allclose(table["service_gap"], table["expected"] - table["perceived"])
    assert np.allclose(table["communication_gap"] + table["perception_gap"], table["promise_gap"])
    assert np.allclose(table.groupby("segment_id")["weight"].sum(), 1)


def test_the_shortfall_is_the_one_of_step_3(demo):
    other = evaluate(load_study(DEMO), None, "demand")
    for segment in ("S1", "S2", "S3"):
        assert demo.quantities[f"shortfall_{segment}"].value == pytest.approx(other.quantities[f"shortfall_{segment}"].value)


def test_few_answers_are_said_and_too_few_left_out():
    both = {name: pd.concat([frame, survey(n=3, segment="S2")[name]]) for name, frame in survey().items()}
    found = proposed(study(**both))
    assert found.tables["gaps"]["segment_id"].unique().tolist() == ["S1"]
    assert said(found)[:2] == ["Fewer than 30 answers in S1: read those gaps with caution.",
                               "No gap for S2: fewer than 5 usable answers."]


def test_without_segments_all_customers_stand_together():
    found = proposed(study(), {})
    assert found.tables["gaps"]["segment_id"].unique().tolist() == ["all"]
    assert found.quantities["shortfall"].value == pytest.approx(2.625) and list(found.decision["causes"]) == ["all:C9"]


def test_without_any_table():
    found = proposed(SmallStudy(), {})
    assert found.decision == {"causes": {}} and found.evidence == "assumed" and found.missing == gaps.WANTED
    assert all(frame.empty for frame in found.tables.values()) and found.quantities == {}
    assert said(found) == [
        "No component has both ends of any gap: there is no gap to compute.",
        "Ask customers what they expect and what they perceive, component by component, from 0 to 10.",
        "No competitor is rated: what qualifies and what wins is not known."]
    assert said(found, ES) != said(found)


def test_without_beliefs_the_cause_is_not_known_and_the_gap_is():
    found = proposed(study(management_beliefs=BELIEFS[:0]))
    assert found.tables["gaps"]["service_gap"].tolist() == pytest.approx([0, 3.5])
    assert found.decision["causes"] == {"S1:C9": {"cause": "", "owner": ""}}
    assert "The primary cause is not known where the chain from expected to perceived has a hole: C9." in said(found)
    labels = found.tables["waterfall"].query("component_id == 'C9'")["label"].tolist()
    assert labels[1] == "several gaps together"


def test_without_a_survey_the_gaps_of_our_side_stand():
    found = proposed(SmallStudy(components=COMPONENTS, management_beliefs=BELIEFS, gap_objective=OBJECTIVE), {})
    table = found.tables["gaps"].set_index("component_id")
    assert table.loc["C9", ["standards_gap", "delivery_gap", "communication_gap"]].tolist() == [0.5, 1.5, 2.0]
    assert table["service_gap"].isna().all() and found.evidence == "expert" and found.decision == {"causes": {}}


def test_the_result_is_stored_and_read_back():
    found = proposed(study())
    back = proposal_from_json(json.loads(json.dumps(proposal_to_json(found))))
    assert back.decision == found.decision
    for name, frame in found.tables.items():
        assert back.tables[name].astype(object).where(back.tables[name].notna(), None).to_dict("list") == \
            frame.astype(object).where(frame.notna(), None).to_dict("list"), name


@pytest.mark.parametrize("parameters,message", [
    ({"least_gap": 11}, "gaps.least_gap = 11 must lie between 0 and 10."),
    ({"least_share": -0.1}, "gaps.least_share = -0.1 must lie between 0 and 1."),
    ({"delta": 12}, "gaps.delta = 12 must lie between 0 and 10.")])
def test_parameters_outside_their_rule_are_said(parameters, message):
    with pytest.raises(ParameterError) as told:
        Parameters(**parameters)
    assert str(told.value) == message


# competitors ---------------------------------------------------------------------------------------------
RIVALS = pd.DataFrame([("S1", "K1", "C9", 8.0, 6), ("S1", "K2", "C9", 6.5, 6), ("S1", "K1", "M2", 0.96, 400)],
                      columns=["segment_id", "competitor_id", "item", "value", "n"])
NAMES = pd.DataFrame({"competitor_id": ["K1", "K2"], "name": ["Rápidos", "Baratos"], "share": [0.3, 0.2]})


def test_what_qualifies_what_wins_and_whether_the_difference_is_chance():
    """Qualifies 6.5, wins 8 + 0.5; we 5.5, so 1 and 3 are missing. K1's answers 7.5 and 8.5 as ours 5 and 6: far apart."""
    asked = survey()
    theirs = asked["survey_satisfaction"].query("component_id == 'C9'").assign(supplier="K1", expected=np.nan)
    asked["survey_satisfaction"] = pd.concat([asked["survey_satisfaction"], theirs.assign(perceived=theirs["perceived"] + 2.5)])
    found = proposed(study(**asked, competitor_ratings=RIVALS, competitors=NAMES))
    row = found.tables["winning"].iloc[0]
    assert row[["qualifier", "best", "winner", "own", "to_qualify", "to_win", "relative"]].tolist() == pytest.approx(
        [6.5, 8, 8.5, 5.5, 1, 3, -2.5])
    assert (row["position"], row["rival"], row["n_own"], row["n_rival"]) == ("below_qualifier", "Rápidos", 6, 6)
    assert row["p_value"] < 0.001 and row["differs"] and found.quantities["n_below_qualifier"].value == 1


def test_without_the_rivals_answers_chance_is_not_judged():
    row = proposed(study(competitor_ratings=RIVALS, competitors=NAMES)).tables["winning"].iloc[0]
    assert np.isnan(row["p_value"]) and row["differs"] is None


def test_two_proportions_as_in_the_worked_example():
    """T12: 0.93 of 400 against 0.96 of 400, z = −1.861, p = 0.0627: not significant at 5 %."""
    measured = pd.DataFrame({"segment_id": ["S1"], "measure_id": ["M2"], "value": [0.93], "n": [400]})
    found = gap_tables.rival_measures(SmallStudy(competitor_ratings=RIVALS, competitors=NAMES), measured, ["S1"]).iloc[0]
    assert found["p_value"] == pytest.approx(0.06275, abs=5e-6) and not found["differs"] and found["rival"] == "Rápidos"


def test_ratings_outside_the_scale_are_said_and_stop_nothing():
    found = proposed(study(competitor_ratings=RIVALS.assign(value=[80.0, 6.5, 0.96]), competitors=NAMES))
    assert any("is not a number from 0 to 10" in text for text in said(found)) and found.tables["winning"].empty


def test_the_demo_agrees_with_the_method(demo):
    """The levels of the first segment, computed from the file itself."""
    ratings = pd.read_csv(DEMO / "competitor_ratings.csv").query("segment_id == 'S1' and item.str.startswith('C')")
    direct = levels_to_win(ratings, {"K1": 0.24, "K2": 0.18}).table.set_index("component_id")
    own = demo.table("winning").query("segment_id == 'S1'").set_index("component_id")
    for name in ("winner", "qualifier"):
        assert np.allclose(own[name], direct.loc[own.index, name])


def test_what_is_coming(demo):
    table = demo.table("evolution")
    row = table[(table["segment_id"] == "S1") & (table["component_id"] == "C9")].iloc[0]
    assert row["winner_projected"] == pytest.approx(8.1) and row["horizon_years"] == 3 and not row["is_changed"]


# the decision --------------------------------------------------------------------------------------------
def test_a_cause_and_an_owner_are_kept_and_what_is_no_shortfall_falls():
    found = proposed(study())
    chosen = {"causes": {"S1:C9": {"cause": "G4", "owner": " Ana "}, "S1:C1": {"cause": "G1", "owner": "Luis"}}}
    assert decide(found, chosen) == {"causes": {"S1:C9": {"cause": "G4", "owner": "Ana"}}}
    assert decide(found, {}) == found.decision


@pytest.mark.parametrize("chosen,message", [
    ({"owners": {}}, "The gaps have no decision owners; they have causes."),
    ({"causes": ["G3"]}, "The causes are written by segment and component, each with cause and owner."),
    ({"causes": {"S1:C9": {"cause": "G5"}}}, "S1:C9: G5 is no cause; it is one of G1, G2, G3, G6, G4, G7.")])
def test_a_wrong_decision_is_said(chosen, message):
    with pytest.raises(ParameterError) as told:
        decide(proposed(study()), chosen)
    assert str(told.value) == message


# the page ------------------------------------------------------------------------------------------------
def shown(result, words=EN, **view):
    return PAGE.adapt(result, view, words)


def test_the_page_shows_what_misses_most_and_what_is_chosen(demo):
    assert shown(demo)["chosen"][["segment_id", "component_id"]].iloc[0].tolist() == ["S1", "C7"]
    tables = shown(demo, segment="S3", component="C9")
    assert tables["chosen"]["component_id"].tolist() == ["C9"] and set(tables["gaps"]["segment_id"]) == {"S3"}
    assert shown(demo, segment="S3", component=None)["chosen"]["component_id"].tolist() == ["C5"]
    assert tables["segment_totals"]["segment_id"].tolist() == ["S1", "S2", "S3"]


@pytest.mark.parametrize("words,text", [
    (EN, "Only 6 answers: a hint, no more. S1: of delivery time 9.00 of 10 is expected and 5.50 perceived, 3.50 points too "
         "little (n 6). Most of it, 1.50, gets lost between what is specified and what is provided: the delivery gap, mended in "
         "organisation and critical parameters (steps 5 and 6). Over all components, by importance, 2.62 points are missing."),
    (ES, "Solo 6 respuestas: un indicio, nada más. S1: en tiempo de entrega se espera 9,00 de 10 y se percibe 5,50, 3,50 puntos "
         "de menos (n 6). Lo más, 1,50, se pierde entre lo especificado y lo proporcionado: la brecha de prestación, que se "
         "corrige en: organización y parámetros críticos (pasos 5 y 6). En todos los componentes, según su importancia, faltan "
         "2,62 puntos.")])
def test_the_reading(words, text):
    result = result_of(proposed(study()))
    assert PAGE.read(result, shown(result, words), {}, words) == text


def test_a_loss_that_other_steps_make_good_is_not_most_of_it(demo):
    """Industry, delivery time: 2.50 lost on delivery, 0.18 in all; the others give 2.32 back."""
    text = PAGE.read(demo, shown(demo, segment="S3", component="C9"), {}, EN)
    assert "specified and what is provided 2.50 get lost, of which the other steps give 2.32 back: the delivery gap" in text


def test_the_reading_of_what_does_not_fall_short_and_of_nothing():
    result = result_of(proposed(study()))
    text = PAGE.read(result, shown(result, component="C1"), {}, EN)
    assert "S1: of quality 8.00 of 10 is expected and 8.00 perceived; nothing falls short (n 6)." in text
    assert "gets lost" not in text
    nothing = result_of(proposed(SmallStudy(), {}))
    assert PAGE.read(nothing, shown(nothing), {}, EN).startswith("The service gap is not measured")
    assert PAGE.controls(nothing, EN) == () and PAGE.fields(nothing, EN) == () and PAGE.check(nothing, shown(nothing), EN) is None
    assert all(spec.frames(shown(nothing)) is None for spec in PAGE.pictures)


def test_the_check_by_hand():
    """1 + 0.5 + 1.5 + 0.5 = 3.5; turned −3.5, with the communication gap 5.5, the mean 0.875."""
    result = result_of(proposed(study()))
    check = PAGE.check(result, shown(result), EN)
    assert check.answer == pytest.approx(3.5) and check.working == "1.00 + 0.50 + 1.50 + 0.50"
    assert [value for value, _ in check.mistakes] == pytest.approx([-3.5, 5.5, 0.875])


def test_the_form_names_segment_and_component(demo):
    words = EN.of_study("EUR", {"segment": {"S1": "auto workshop"}})
    (field,) = PAGE.fields(demo, words)
    assert field.names["S1:C9"] == "auto workshop: Delivery time" and len(field.value) == 14
    assert [column.key for column in field.options] == ["cause", "owner"]
