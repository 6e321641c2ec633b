"""Step 6 on small studies: experts, agreement, forces, balance, magnitudes; its pictures and sentences."""

import json

import pandas as pd
import pytest
from small_study import SmallStudy
from test_measures import FakeStudy

from svcnb.errors import ParameterError
from svcnb.figures import critical_parameters as figures
from svcnb.i18n import words_in
from svcnb.results import StepResult
from svcnb.sentences.critical_parameters import read_critical_parameters
from svcnb.steps import critical_parameters as step

EXPERTS = pd.DataFrame({"expert_id": ["E1", "E2", "E3", "E4", "E5"], "name": list("abcde"), "frontline": [True] + [False] * 4,
                        "self_rating": [9, 9, 9, 9, 1], "theory": ["high"] * 4 + ["low"], "experience": ["high"] * 4 + ["low"],
                        "others": "medium"})
RANKS = {"E1": (1, 2, 3, 4), "E2": (1, 3, 2, 4), "E3": (2, 1, 3, 4), "E4": (1, 2, 3, 4), "E5": (4, 3, 2, 1)}
STRENGTH = {"F1": (4, 4, 4, 4, 1), "F2": (5, 5, 4, 4, 1), "F3": (2, 2, 2, 2, 5)}
PARAMETERS = pd.DataFrame({"parameter_id": ["P1", "P2", "P3", "P4"], "name": ["stock", "servers", "hours", "errors"],
                           "unit": ["units", "servers", "hours", "share"], "current": [900.0, 3, 160, 0.1],
                           "goal_id": ["G1:M11", "G1:M1", "", "G1:M8"], "activity_id": [None, None, "A1", None],
                           "type": "restraining", "cost": [1.0, 2, 3, 4]})
FORCES = pd.DataFrame({"force_id": ["F1", "F2", "F3"], "side": ["driving", "restraining", "restraining"],
                       "text": ["money", "wrong figures", "habit"], "goal_id": ["G1:M11", "G1:M11", "G1:M8"],
                       "influenceability": [3, 5, 1]})
ACTIVITIES = pd.DataFrame({"activity_id": ["A1", "A2"], "name": ["advice", "picking"], "resources": [1, 2],
                           "hours_per_resource": [160.0, 160.0], "efficiency": [1.0, 1.0]})
NORMS = pd.DataFrame({"activity_id": ["A1", "A2"], "service_id": ["s", "s"], "hours_per_unit": [1.0, 1.0]})
DEMAND = pd.DataFrame({"service_id": ["s", "s"], "group_id": ["G1", "G1"], "period": pd.to_datetime(["2026-07-01", "2026-08-01"]),
                       "units": [152.0, 190.0]})
DECISIONS = {"organisation": {"servers": 5}, "demand": {"improve": ["C7"]},
             "goals": {"goals": {"G1:M11": {"operator": ">=", "value": 1.0, "level": 0.95}}},
             "characterisation": {"groups": {"G1": {"name": "workshops", "segment_id": "S1"}}}}


def answers(topic, values):
    """One row an expert and item; STRENGTH is item -> values by expert, RANKS the other way round."""
    if topic == "forces":
        pairs = [(f"E{k + 1}", item, v) for item, row in values.items() for k, v in enumerate(row)]
    else:
        pairs = [(expert, f"P{k + 1}", v) for expert, row in values.items() for k, v in enumerate(row)]
    return pd.DataFrame([(e, topic, i, float(v), 1) for e, i, v in pairs],
                        columns=["expert_id", "topic", "item_id", "value", "round"])


ANSWERS = pd.concat([answers("parameters", RANKS), answers("forces", STRENGTH)], ignore_index=True)
ALL = {"experts": EXPERTS, "expert_answers": ANSWERS, "forces": FORCES, "parameters": PARAMETERS, "activities": ACTIVITIES,
       "norms": NORMS, "service_demand": DEMAND}


def proposed(decisions=DECISIONS, **tables):
    return step.propose(SmallStudy(**tables), decisions, step.Parameters(n_permutations=2000))


def shown(proposal):
    return [words_in("en").reason(r) for r in proposal.reasons]


def test_only_competent_experts_count():
    """E5 (K = (.1 + .5) / 2 = .3) is low; with him W would be smaller and the strength of F2 3.8 instead of 4.5."""
    proposal = proposed(**ALL)
    table = proposal.tables["experts"].set_index("expert_id")
    assert table["level"].tolist() == ["high"] * 4 + ["low"] and table["competence"]["E5"] == pytest.approx(0.3)
    # R = 5, 8, 11, 16; S = 25 + 4 + 1 + 36 = 66; W = 12 * 66 / (16 * 60) = .825
    assert proposal.quantities["concordance"].value == pytest.approx(0.825) and proposal.quantities["concordance"].n == 4
    forces = proposal.tables["forces"].set_index("force_id")
    assert forces["strength"].to_dict() == pytest.approx({"F2": 4.5, "F1": 4.0, "F3": 2.0})
    assert proposal.quantities["force_net"].value == pytest.approx(4 - 6.5)
    assert proposal.tables["parameters"]["parameter_id"].tolist()[:4] == ["P1", "P2", "P3", "P4"]


def test_agreement_without_each_expert():
    rows = proposed(**ALL).tables["concordance"].set_index("expert_id")
    # without E3: R = 3, 7, 8, 12 of 3 experts; S = 20.25 + .25 + .25 + 20.25 = 41; W = 12 * 41 / (9 * 60) = .9111
    assert rows["w"]["E3"] == pytest.approx(41 * 12 / 540) and rows["change"]["E3"] == pytest.approx(41 * 12 / 540 - 0.825)


def test_magnitudes():
    """Staff from step 5; advice in its worst period loads 190 h of 160: 190 / .95 = 200 h; picking .59 is no parameter."""
    proposal = proposed(**ALL)
    rows = proposal.tables["parameters"].set_index("parameter_id")
    assert rows.loc["P2", ["current", "required", "calculator"]].tolist() == [3, 5, "staff"]
    assert rows.loc["P3", "required"] == pytest.approx(200) and rows.loc["P3", "calculator"] == "capacity"
    assert rows["required"].isna().to_dict() == {"P1": True, "P2": False, "P3": False, "P4": True}
    assert "No magnitude is required yet of: stock, errors. A parameter without number, unit and owner cannot be followed." in (
        shown(proposal))
    assert proposal.quantities["bottleneck"].value == "advice"
    assert proposal.quantities["largest_utilisation"].value == pytest.approx(190 / 160)
    assert set(proposal.tables["balance"]["period"]) == {"2026-08-01"} and len(proposal.tables["balance_periods"]) == 4


def test_parameters_that_calculators_add():
    """Without own parameters: staff, the overloaded activity (190 / (.95 * 160) = 1.25 -> 2 resources) and safety stock."""
    stock = pd.DataFrame({"item_id": ["a", "b"], "lead_time_days": [6.0, None], "lead_time_sd_days": [3.5**0.5, None],
                          "demand_per_day": [40.0, 5], "demand_sd_per_day": [10.0, 1]})
    tables = {k: v for k, v in ALL.items() if k != "parameters"} | {"stock_items": stock}
    proposal = proposed(**tables)
    rows = proposal.tables["parameters"].set_index("parameter_id")
    assert set(rows.index) == {"servers", "stock", "capacity:A1"}
    assert rows["required"]["stock"] == pytest.approx(129.516, abs=1e-3) and rows["required"]["capacity:A1"] == 2
    assert rows["goal_id"]["stock"] == "G1:M11"
    assert proposal.tables["stock"]["reorder_point"][0] == pytest.approx(369.516, abs=1e-3)
    assert "Articles without demand or lead time have no safety stock: b." in shown(proposal)


CYCLES = [{"order_id": str(i), "customer_id": "c1", "order_ts": "2025-01-06", "delivery_ts": f"2025-01-{6 + days:02d}",
           "status": "delivered"} for i, days in enumerate((5, 6, 4, 9, 6))]


@pytest.mark.parametrize("goal,parameter,current,required", [
    (8.0, "sd:M1:G1", 1.87083, 1.2159),  # T08: mean 6, s 1.87083; T63: (8 - 6) / 1.64485 = 1.2159
    (5.0, "mean:M1:G1", 6.0, 5.0),  # the mean of 6 misses 5: it must fall first
])
def test_a_time_goal_bounds_the_variation_of_the_cycle(goal, parameter, current, required):
    study = FakeStudy(customers=[{"customer_id": "c1"}], orders=CYCLES)
    decisions = {**DECISIONS, "goals": {"goals": {"G1:M1": {"operator": "<=", "value": goal, "unit": "days", "level": 0.95}}}}
    proposal = step.propose(study, decisions, step.Parameters())
    row = proposal.tables["parameters"].set_index("parameter_id").loc[parameter]
    assert row["current"] == pytest.approx(current, abs=1e-4) and row["required"] == pytest.approx(required, abs=1e-4)
    gaps = proposal.tables["gaps"].set_index("goal_id")
    assert gaps.loc["G1:M1", "n"] == 5 and gaps.loc["G1:M1", "today"] == pytest.approx(0.8 if goal == 8 else 0.4)


def test_candidates_come_from_earlier_steps():
    table = proposed(**ALL).tables["candidates"]
    assert table["item_id"].tolist() == ["C7", "A1"] and table["size"][1] == pytest.approx(190 / 160)
    assert table["name"][0] == "availability"


def test_a_study_without_any_table_still_answers():
    proposal = proposed({})
    assert proposal.evidence == "assumed" and proposal.decision == {"parameters": {}, "goals": {}}
    assert {"experts", "expert_answers", "forces", "parameters", "activities"} <= set(proposal.missing)
    assert all(r.level == "missing" for r in proposal.reasons) and len(proposal.reasons) == 5


def test_answers_without_the_experts_table_weigh_alike():
    tables = {k: v for k, v in ALL.items() if k != "experts"}
    proposal = proposed(**tables)
    assert proposal.quantities["concordance"].n == 5
    assert proposal.tables["forces"].set_index("force_id")["strength"]["F2"] == pytest.approx(3.8)
    assert proposal.tables["ranks"].loc[lambda t: t["dissenter"], "expert_id"].unique().tolist() == ["E5"]
    assert proposal.quantities["concordance_without"].value == pytest.approx(0.825)


def test_the_last_round_counts():
    again = answers("parameters", {"E1": (4, 3, 2, 1)}).assign(round=2)
    table = proposed(**ALL | {"expert_answers": pd.concat([ANSWERS, again], ignore_index=True)}).tables["ranks"]
    assert table[table["expert_id"] == "E1"].set_index("item_id")["rank"].to_dict() == {"P1": 4, "P2": 3, "P3": 2, "P4": 1}


def test_what_people_choose():
    chosen = {"parameters": {"P1": {"required": 1000.0, "owner": "Ana", "feasible": True}, "new": {"name": "routes"}}}
    proposal = proposed({**DECISIONS, "critical_parameters": chosen}, **ALL)
    row = proposal.tables["parameters"].set_index("parameter_id").loc["P1"]
    assert (row["required"], row["owner"], row["feasible"]) == (1000, "Ana", True)
    decision = step.decide(proposal, chosen)
    assert decision["parameters"]["P1"] == {"name": "stock", "unit": "units", "current": 900.0, "required": 1000.0,
                                            "computed": None, "goal_id": "G1:M11", "owner": "Ana", "feasible": True}
    assert decision["parameters"]["new"]["name"] == "routes" and decision["parameters"]["P2"]["required"] == 5
    assert json.loads(json.dumps(decision)) == decision


@pytest.mark.parametrize("chosen,text", [
    ({"forces": 1}, "Step 6 has no decision forces; it has parameters and goals."),
    ({"parameters": [1]}, "parameters is given by id, each with its values."),
    ({"parameters": {"P1": {"required": "many"}}}, "required of stock must be a number, not many."),
    ({"parameters": {"P1": {"feasible": "maybe"}}}, "feasible of stock is yes, no or not judged, not maybe."),
])
def test_decisions_are_checked(chosen, text):
    proposal = proposed({**DECISIONS, "critical_parameters": chosen}, **ALL)
    with pytest.raises(ParameterError) as caught:
        step.decide(proposal, chosen)
    assert str(caught.value) == text


def test_parameters_are_checked():
    with pytest.raises(ParameterError) as caught:
        step.Parameters(ranking="stars")
    assert str(caught.value) == "ranking = stars is not known; write one of ranks, ratings."
    with pytest.raises(ParameterError) as caught:
        step.Parameters(head=2.0)
    assert str(caught.value) == "head = 2 is not between 0.1 and 1."


def test_ratings_outside_the_scale_are_told_not_drawn():
    wrong = ANSWERS.assign(value=ANSWERS["value"].where(ANSWERS["topic"] != "forces", 9.0))
    proposal = proposed(**ALL | {"expert_answers": wrong})
    assert proposal.tables["forces"].empty and "F1 = 9.0 is not a rating from 1 to 5." in shown(proposal)


# pictures and sentences ------------------------------------------------------------------------------------
def result(proposal):
    return StepResult("critical_parameters", "base", "", proposal.quantities, proposal.tables, proposal.decision,
                      proposal.decision, proposal.reasons, proposal.missing, proposal.evidence, "proposed", {})


def test_sentences():
    full = result(proposed(**ALL))
    assert read_critical_parameters(full, words_in("en")) == (
        "First of 4 parameters is “stock”. 4 experts: Kendall's W is 0.82 (p = 0.019), 0.50 counts as agreement. Driving forces "
        "carry 38.1 % of the field; what restrains most is “wrong figures” (4.5). Of 1 goals 0 can be met, 0 cannot as it is, "
        "and 1 are not judged.")
    assert read_critical_parameters(full, words_in("es")).startswith("El primero de 4 parámetros es «stock». 4 expertos: la W")
    nothing = result(proposed({}))
    assert read_critical_parameters(nothing, words_in("en")) == (
        "No parameter is known yet: experts must name the few that decide whether the goals are met.")


@pytest.mark.parametrize("narrow", [False, True])
def test_pictures_draw_the_tables(narrow):
    tables = proposed(**ALL).tables
    axes = figures.plot_forces(tables["forces"], words=words_in("en"), narrow=narrow)
    assert [round(float(bar.get_width()), 2) for bar in axes.patches] == [-4.0, 4.5, 2.0]
    axes = figures.plot_ranks(tables["ranks"], words=words_in("es"), narrow=narrow)
    assert axes.images[0].get_array().shape == (4, 4)
    assert [t.get_text() for t in axes.get_xticklabels()] == ["E1", "E2", "E3", "E4"]
    assert axes.images[0].get_array()[0].tolist() == [1, 1, 2, 1]


def test_pictures_in_words():
    tables = proposed(**ALL).tables
    words = words_in("en")
    assert figures.describe_forces(tables["forces"], words) == (
        "Force field. Driving, 4.0 in all: money 4.0 (critical). Restraining, 6.5 in all: wrong figures 4.5 (critical); "
        "habit 2.0.")
    assert figures.describe_ranks(tables["ranks"], words) == (
        "Rank sums of 4 experts, smallest first: stock 5.0; servers 8.0; hours 11.0; errors 16.0. Kendall's W is 0.82 "
        "(p = 0.019).")
    assert figures.describe_forces(tables["forces"].head(0), words) == ""
    assert figures.describe_ranks(tables["ranks"].head(0), words) == ""
