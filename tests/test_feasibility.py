"""From the magnitudes of step 6 to what step 7 may promise: which goals can be met, and why."""

from pathlib import Path

import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.panels import PAGES
from svcnb.panels.decision import DecisionPanel
from svcnb.results import StepResult, evaluate
from svcnb.steps import critical_parameters as step
from svcnb.steps import offer
from svcnb.steps.feasibility import feasible_goals, goals_served, judge_goals, judge_parameter
from svcnb.steps.plan import Parameters as PlanParameters
from svcnb.steps.plan import propose as propose_plan
from svcnb.study import load_study

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
PROJECTS = pd.DataFrame({"name": ["second round"], "control_measure": ["M2"], "target": [0.93], "resources": ["one lorry"],
                         "end": [pd.Timestamp("2026-12-18")]})


def gap(goal="G1:M2", level=0.9, today=0.8):
    group, measure = goal.split(":")
    return (goal, group, measure, "", level, today, 0.0, 100)


def row(name, feasible, said=None, goal="G1:M2"):
    return {"name": name, "goal_id": goal, "feasible": feasible, "said": said}


def judged(rows=(), gaps=None, projects=None, chosen=None, since=None):
    projects = PROJECTS.head(0) if projects is None else projects
    frame = pd.DataFrame(gaps or [gap()], columns=["goal_id", "group_id", "measure_id", "name", "level", "today", "gap", "n"])
    frame = frame.astype({"level": float, "today": float})
    table = judge_goals(frame, list(rows), projects, chosen or {}, since)
    return [tuple(r) for r in table[["feasible", "reason", "detail"]].itertuples(index=False)]


@pytest.mark.parametrize("calculator,current,required,answer", [
    ("staff", 3, 5, (False, "the magnitude required is not there")),
    ("staff", 5, 5, (True, "the magnitude required is there")),
    ("stock", 1000.0, 995.7, (True, "the magnitude required is there")),
    ("quality", 0.13, 0.07, (False, "the magnitude required is not there")),  # fewer errors are better
    ("variability", 1.0, 1.2, (True, "the magnitude required is there")),
    ("", 0.55, 0.9, (None, "today differs from what is required: a person says whether it can be done")),
    ("", 0.9, 0.9, (True, "the magnitude required is there")),
    ("stock", None, 995.7, (None, "the magnitude of today is not known")),
    ("", 0.55, None, (None, "no magnitude is required yet")),
])
def test_a_magnitude_is_judged_on_its_better_side(calculator, current, required, answer):
    known = {"said": None, "current": current, "required": required, "calculator": calculator}
    assert judge_parameter(known) == answer
    assert judge_parameter(known | {"said": False}) == (False, "said by a person")


def test_a_goal_that_another_measure_stands_for():
    """M3 gives way to M11 and M1 to M2 (A-05, A-04), but only when the goal sheet leaves the first out."""
    goals = ["G1:M11", "G1:M2", "G2:M3"]
    assert goals_served("G1:M3; G1:M1, G2:M3;G2:M12", goals) == ["G1:M11", "G1:M2", "G2:M3"]
    assert goals_served("G1:M3", ["G1:M3", "G1:M11"]) == ["G1:M3"] and goals_served(None, goals) == []


@pytest.mark.parametrize("rows,more,answer", [
    ((), {}, ("not judged", "no parameter serves it", "")),
    ((), {"gaps": (gap(today=0.9),)}, ("yes", "reached today", "")),
    ((row("a", True, True), row("b", False)), {}, ("no", "a parameter falls short", "b")),
    ((row("a", True, True), row("b", None)), {}, ("not judged", "its parameters are not judged yet", "b")),
    ((row("a", True, True), row("b", True)), {}, ("yes", "all its parameters can be had", "a; b")),
    # every magnitude is there already and 0.8 of 0.9 is reached: the parameters do not carry the goal
    ((row("a", True),), {}, ("not judged", "its parameters are there and today lies below: another one is missing", "a")),
    ((row("a", True),), {"gaps": (gap(today=None),)}, ("yes", "all its parameters can be had", "a")),
    ((row("a", None),), {"projects": PROJECTS}, ("yes", "a project with resources is to reach it", "second round")),
    ((row("a", False),), {"projects": PROJECTS}, ("no", "a parameter falls short", "a")),
    ((), {"projects": PROJECTS.assign(target=0.89)}, ("not judged", "no parameter serves it", "")),
    ((), {"projects": PROJECTS.assign(resources=None)}, ("not judged", "no parameter serves it", "")),
    ((), {"projects": PROJECTS.assign(control_measure="G2:M2")}, ("not judged", "no parameter serves it", "")),
    ((), {"projects": PROJECTS, "since": "2027-01-01"}, ("not judged", "no parameter serves it", "")),
    ((row("a", False),), {"chosen": {"G1:M2": {"feasible": True}}}, ("yes", "said by a person", "")),
])
def test_a_goal_is_judged_by_what_serves_it(rows, more, answer):
    assert judged(rows, **more) == [answer]


# the parameter table ---------------------------------------------------------------------------------------------
ITEM = {"lead_time_days": 6.0, "lead_time_sd_days": 3.5**0.5, "demand_per_day": 40.0, "demand_sd_per_day": 10.0}
STOCK = pd.DataFrame([{"item_id": "a", **ITEM}, {"item_id": "b", **ITEM}])
OWN = pd.DataFrame({"parameter_id": ["P1"], "name": ["oils"], "unit": ["units"], "current": [100.0], "goal_id": ["G1:M3"],
                    "items": ["a"], "type": ["restraining"]})


def decisions(level=0.95, **said):
    return {"goals": {"goals": {"G1:M11": {"operator": ">=", "value": 1.0, "unit": "share", "level": level}}},
            "characterisation": {"groups": {"G1": {"name": "shops", "segment_id": "S1"}}}} | (
                {"critical_parameters": said} if said else {})


def proposed(level=0.95, tables=None, **said):
    study = SmallStudy(**{"parameters": OWN, "stock_items": STOCK} | (tables or {}))
    return step.propose(study, decisions(level, **said), step.Parameters(n_permutations=0))


def test_the_safety_stock_of_the_articles_that_a_parameter_names():
    """8.6: each article needs 129.516 at 95 %; P1 names one of two, the other is a parameter of its own."""
    table = proposed().tables["parameters"].set_index("parameter_id")
    assert table["required"].to_dict() == pytest.approx({"P1": 129.516, "stock": 129.516}, abs=1e-3)
    assert table.loc["P1", ["calculator", "feasible", "judgement"]].tolist() == [
        "stock", False, "the magnitude required is not there"]
    assert table.loc["stock", "name"] == "safety stock of the other listed articles"
    lower = proposed(level=0.85).tables["parameters"].set_index("parameter_id")  # z .85 = 1.0364, 78.740 sigma: 81.6 < 100
    assert lower["required"]["P1"] == pytest.approx(1.036433 * 78.7401, abs=1e-2) and lower["feasible"]["P1"] is True
    strange = proposed(tables={"parameters": OWN.assign(items="a; z")})
    assert "oils names articles whose safety stock is not known: z." in [words_in("en").reason(r) for r in strange.reasons]
    assert strange.tables["parameters"].set_index("parameter_id")["required"].isna()["P1"]


def test_a_magnitude_saved_as_it_was_computed_follows_the_goal():
    """The form saves whole rows; only a number that somebody changed stays when step 4 moves."""
    first = step.decide(proposed(), {})
    saved = {"parameters": {"P1": {**first["parameters"]["P1"], "owner": "Ana"}}}
    again = proposed(level=0.85, **saved)
    kept = step.decide(again, saved)["parameters"]["P1"]
    assert kept["required"] == pytest.approx(81.609, abs=1e-2) and kept["owner"] == "Ana"
    saved["parameters"]["P1"]["required"] = 120.0
    assert step.decide(proposed(level=0.85, **saved), saved)["parameters"]["P1"]["required"] == 120.0


def test_people_name_the_goals_and_add_parameters():
    said = {"parameters": {"P1": {"goal_id": "", "feasible": None}, "new": {"name": "routes", "goal_id": "G1:M11",
                                                                            "feasible": True},
                           "stock": {"goal_id": "G9:M1"}}}
    found = proposed(**said)
    row = found.tables["goals_judged"].iloc[0]
    assert (row["feasible"], row["reason"], row["detail"]) == ("yes", "all its parameters can be had", "routes")
    assert [words_in("en").reason(r) for r in found.reasons if r.template.startswith("Parameters that serve")] == [
        "Parameters that serve no goal of step 4 yet; say which: oils, safety stock of the other listed articles (G9:M1)."]
    assert feasible_goals(step.decide(found, said)) == {"G1:M11": True}


@pytest.mark.parametrize("chosen,text", [
    ({"parameters": {"P1": {"goal_id": "G1"}}},
     "oils: G1 is no goal; write group and measure, G1:M2, several parted by ;"),
    ({"parameters": {"P1": {"goal_id": "G1:M2; G1:M15"}}},
     "oils: G1:M15 is no goal; write group and measure, G1:M2, several parted by ;"),
    ({"parameters": {"P1": {"goal_id": 7}}}, "oils: 7 is no goal; write group and measure, G1:M2, several parted by ;"),
    ({"goals": {"G1:M11": {"feasible": "soon"}}}, "feasible of G1:M11 is yes, no or not judged, not soon."),
    ({"goals": ["G1:M11"]}, "goals is given by id, each with its values."),
])
def test_what_cannot_be_decided(chosen, text):
    with pytest.raises(ParameterError) as caught:
        step.decide(proposed(**chosen), chosen)
    assert str(caught.value) == text


# step 7 and the plan ---------------------------------------------------------------------------------------------
def test_step_7_and_the_plan_follow_the_decision_of_step_6():
    """The table of parameters is not read again: only what step 6 decided counts."""
    for truth, text, blanks in ((True, "yes", []), (False, "no", ["goals that step 6 found out of reach"]),
                                (None, "not judged", ["goals that step 6 has not judged"])):
        decided = {**decisions(), "critical_parameters": {"goals": {"G1:M11": {"judged": None, "feasible": truth}}}}
        study = SmallStudy(parameters=OWN.assign(feasible=True))
        table = offer.propose(study, decided, offer.Parameters()).tables["goals_published"]
        assert (table["feasible"].tolist(), table["published"].tolist()) == ([text], [truth is True])
        found = propose_plan(study, decided, PlanParameters()).tables["blanks"]
        assert found.loc[found["content_no"] == 3, "missing"].tolist() == blanks


# the shipped study and its page ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    journal = open_journal(tmp_path_factory.mktemp("journal") / "journal.sqlite")
    yield load_study(DEMO), journal
    journal.close()


def test_the_demo_confirms_and_refuses_goals_with_a_reason(demo):
    """900 units of oils against more at the level of step 4: refused. The second round reaches 93 %: confirmed."""
    table = evaluate(*demo, "critical_parameters").table("goals_judged").set_index("goal_id")
    assert table.loc["G2:M2", ["feasible", "detail"]].tolist() == ["yes", "Second round on peak days"]
    assert table.loc["G1:M11", ["feasible", "detail"]].tolist() == ["no", "safety stock of lubricants"]
    assert set(table["feasible"]) == {"yes", "no", "not judged"} and (table["reason"] != "").all()
    published = evaluate(*demo, "offer").table("goals_published").set_index("goal_id")["published"]
    assert published["G2:M2"] and not published["G1:M11"]


def test_a_judgement_on_the_page_reaches_step_7_and_the_plan(demo):
    study, journal = demo
    result = evaluate(study, journal, "critical_parameters")
    page = PAGES["critical_parameters"]
    panel = DecisionPanel(result, page.fields(result, words_in("es")), journal, words_in("es"), reader="Ana")
    line = panel.controls["parameters"].lines
    line["P1"]["feasible"].value = True
    for name in ("P2", "P6", "stock"):
        line[name]["feasible"].value = True
    line["capacity:A2"]["goal_id"].value = "G1:M11"
    line["capacity:A2"]["feasible"].value = True
    panel.save.click()
    assert "Guardado" in panel.status.value or "Saved" in panel.status.value
    again = evaluate(study, journal, "critical_parameters")
    row = again.table("goals_judged").set_index("goal_id").loc["G1:M11"]
    assert (row["feasible"], row["reason"]) == ("yes", "all its parameters can be had") and "picking" in row["detail"]
    published = evaluate(study, journal, "offer").table("goals_published").set_index("goal_id")["published"]
    assert published["G1:M11"] and published["G3:M11"]  # the rest of the stock serves them all
    blanks = evaluate(study, journal, "plan").table("blanks")
    blank = blanks[(blanks["content_no"] == 3) & (blanks["missing"] == "goals that step 6 found out of reach")]
    assert "M11" not in blank["detail"].iloc[0] and "G1:M8" in blank["detail"].iloc[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_names_what_holds_a_goal(demo, language):
    words = words_in(language)
    result = evaluate(*demo, "critical_parameters")
    assert isinstance(result, StepResult)
    shown = PAGES["critical_parameters"].adapt(result, {}, words)["goals_judged"].set_index("goal_id")["detail"]
    assert shown["G4:M8"] == {"en": "orders with an error", "es": "pedidos con algún error"}[language]
