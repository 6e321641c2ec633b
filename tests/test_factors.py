"""The step of factors of the survey (method.md 3.9), on planted attitudes, on the demo and on what cannot be analysed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.methods.factor import analyse_factors
from svcnb.panels.factors import PAGE
from svcnb.results import evaluate, proposal_from_json, proposal_to_json
from svcnb.sentences.factors import read_factors
from svcnb.steps import factor_tables
from svcnb.steps.factors import Parameters, decide, propose, read_items, scores
from svcnb.study import load_study

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
EN = words_in("en")
SPEED, CARE = ("delivery", "availability", "response"), ("attitude", "advice", "after-sales")
COMPONENTS = pd.DataFrame({"component_id": [f"C{k}" for k in range(1, 7)], "name": [*SPEED, *CARE],
                           "spanish": ["entrega", "disponibilidad", "respuesta", "actitud", "asesoría", "posventa"]})


def marks(n=200, seed=3) -> pd.DataFrame:
    """Marks on six components behind which two attitudes stand: C1 to C3 (C3 against it) and C4 to C6."""
    rng = np.random.default_rng(seed)
    speed, care = rng.normal(size=(2, n))
    columns = [speed, speed, -speed, care, care, care]
    return pd.DataFrame({f"C{k}": 6 + attitude + 0.6 * rng.normal(size=n) for k, attitude in enumerate(columns, start=1)},
                        index=[f"R{k}" for k in range(n)])


def long(wide, value="perceived") -> pd.DataFrame:
    rows = wide.rename_axis("respondent_id").reset_index().melt("respondent_id", var_name="component_id", value_name=value)
    return rows.assign(supplier="own") if value == "perceived" else rows


def respondents(wide, customers=None, strata=None) -> pd.DataFrame:
    return pd.DataFrame({"respondent_id": wide.index, "customer_id": customers if customers is not None else
                         [f"K{i}" for i in range(len(wide))], "stratum": strata})


def study(wide=None, **more) -> SmallStudy:
    wide = marks() if wide is None else wide
    return SmallStudy(**{"survey_satisfaction": long(wide), "survey_respondents": respondents(wide), "components": COMPONENTS,
                         **more})


def proposed(of, chosen=None, **parameters):
    return propose(of, {"factors": chosen or {}}, Parameters(n_parallel=60, **parameters))


def result_of(proposal, decision=None):
    return SimpleNamespace(quantities=proposal.quantities, tables=proposal.tables, decision=decision or decide(proposal, {}),
                           parameters={"method": "principal"}, reasons=proposal.reasons,
                           table=lambda name: proposal.tables.get(name, pd.DataFrame()),
                           value=lambda name: proposal.quantities[name].value if name in proposal.quantities else None)


def said(proposal, words=EN) -> list[str]:
    return [words.reason(r) for r in proposal.reasons]


@pytest.fixture(scope="module")
def demo():
    return load_study(DEMO)


@pytest.fixture(scope="module")
def demo_result(demo):
    return evaluate(demo, None, "factors")


# the step ---------------------------------------------------------------------------------------------
def test_planted_attitudes_are_found():
    """Two attitudes, three components each; the one asked the other way round loads against its factor."""
    proposal = proposed(study())
    assert proposal.evidence == "survey" and proposal.missing == ()
    value = {name: q.value for name, q in proposal.quantities.items()}
    assert (value["n_factors"], value["kaiser_factors"], value["parallel_factors"]) == (2, 2, 2) and value["suits_factors"]
    assert value["items_analysed"] == 6 and proposal.quantities["kmo"].n == 200
    loadings = proposal.tables["loadings"]
    made = {factor: set(loadings.loc[loadings[factor].abs() >= 0.4, "component_id"]) for factor in ("F1", "F2")}
    assert sorted(map(sorted, made.values())) == [["C1", "C2", "C3"], ["C4", "C5", "C6"]]
    speed = next(factor for factor, items in made.items() if "C1" in items)
    by_id = loadings.set_index("component_id")[speed]
    assert by_id["C1"] * by_id["C2"] > 0 > by_id["C1"] * by_id["C3"]
    assert (loadings["communality"] - (loadings[["F1", "F2"]] ** 2).sum(axis=1)).abs().max() < 1e-12


def test_the_demo_agrees_with_numpy(demo, demo_result):
    """Eigenvalues and the share of three components from the csv by numpy; KMO by the partial correlations."""
    rows = pd.read_csv(DEMO / "survey_satisfaction.csv")
    wide = rows[rows.supplier == "own"].pivot(index="respondent_id", columns="component_id", values="perceived").dropna()
    matrix = np.corrcoef(wide.to_numpy().T)
    roots = np.linalg.eigvalsh(matrix)[::-1]
    assert demo_result.table("eigenvalues")["eigenvalue"].to_numpy() == pytest.approx(roots)
    assert demo_result.value("n_factors") == int((roots > 1).sum()) == 3
    assert demo_result.value("variance_explained") == pytest.approx(roots[:3].sum() / 10)
    inverse = np.linalg.inv(matrix)
    partial = -inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    apart = ~np.eye(10, dtype=bool)
    r2, q2 = (matrix[apart] ** 2).sum(), (partial[apart] ** 2).sum()
    assert demo_result.value("kmo") == pytest.approx(r2 / (r2 + q2))
    assert demo_result.quantities["kmo"].n == len(wide) == 194
    assert demo_result.value("respondents_left_out") == 292 - 194


def test_the_demo_finds_that_branches_differ_in_delivery(demo, demo_result):
    """The generator gives each branch its own satisfaction with C7 and C9: they make the factor that lies between strata."""
    first = demo_result.table("loadings")
    assert set(first.loc[first["F1"] > 0.8, "component_id"]) == {"C7", "C9"}
    assert demo_result.table("variance")["between_share"].iloc[0] > 0.5
    groups = demo_result.table("groups").set_index("group")
    assert groups.loc["auto workshop", "F1"] < -0.5 < 0.5 < groups.loc["fleet", "F1"]
    assert groups["n"].sum() == 194


def test_between_share_is_eta_squared():
    """Strata a: 1, 3; b: 5, 7. Mean 4; between 4 * 2^2 = 16 of 9 + 1 + 1 + 9 = 20."""
    of = pd.Series(["a", "a", "b", "b"])
    assert factor_tables._between(pd.Series([1.0, 3, 5, 7]), of) == pytest.approx(0.8)
    assert np.isnan(factor_tables._between(pd.Series([1.0, 3]), pd.Series(["a", "a"])))


def test_without_tables_it_runs_and_says_what_is_missing():
    proposal = proposed(SmallStudy())
    assert proposal.missing == ("survey_satisfaction", "survey_respondents")
    assert proposal.evidence == "assumed" and proposal.tables == {} and proposal.quantities == {}
    assert decide(proposal, {})["n_factors"] == 0
    assert said(proposal) == [
        "There is no survey of satisfaction: no attitudes can be looked for. Ask at least 50 customers, five for each "
        "component, to mark every component.",
        "Until there is one, let the experts choose the segmentation variables (a-priori method): their votes stand in step 1."]
    assert [r.level for r in proposal.reasons] == ["missing", "missing"]
    assert scores(SmallStudy(), decide(proposal, {})).empty
    assert "a-priori" in read_factors(result_of(proposal), {}, {}, EN) and PAGE.fields(result_of(proposal), EN) == ()
    assert PAGE.controls(result_of(proposal), EN) == () and PAGE.check(result_of(proposal), {}, EN) is None


def test_answers_without_respondents():
    """The survey alone is enough for factors, with the usual names of components; strata and customers are missing."""
    proposal = proposed(SmallStudy(survey_satisfaction=long(marks())))
    assert proposal.missing == ("survey_respondents",) and proposal.quantities["n_factors"].value == 2
    assert "product quality" in set(proposal.tables["loadings"]["name"]) and proposal.tables["groups"].empty
    assert proposal.tables["variance"]["between_share"].isna().all()
    assert proposal.quantities["customers_scored"].value is None


NAMED = EN.of_study("EUR", {"component": dict(zip(COMPONENTS["component_id"], COMPONENTS["name"], strict=True))})


@pytest.mark.parametrize("change, told", [
    (lambda m: m.head(49), "6 items take at least 50 complete rows; here are 49."),
    (lambda m: m[["C1", "C2"]], "Factor analysis takes 3 items that vary; here are 2."),
    (lambda m: m.assign(C2=m["C1"] * 2), "The answers on availability follow exactly from those on other components: the "
                                         "correlations have no inverse."),
    (lambda m: m.assign(C2=m["C2"].where(np.arange(200) % 5 == 0)),
     "6 items take at least 50 complete answers; here are 40. Most often missing is availability (80.0 % of the answers).")])
def test_what_cannot_be_analysed_is_said_with_names(change, told):
    proposal = proposed(study(change(marks())))
    assert told in [NAMED.reason(r) for r in proposal.reasons]
    assert proposal.tables == {} and proposal.evidence == "assumed" and proposal.decision["n_factors"] == 0


def test_an_item_that_does_not_vary_and_empty_cells_are_said():
    wide = marks().assign(C6=7.0)
    wide.iloc[:60, 0] = np.nan
    proposal = proposed(study(wide))
    told = [NAMED.reason(r) for r in proposal.reasons]
    assert "Left out, because all marks are the same: after-sales." in told
    assert "60 of 200 respondents left an item empty and do not count; most often empty is delivery (30.0 %)." in told
    assert proposal.quantities["respondents_left_out"].value == 60 and proposal.quantities["items_analysed"].value == 5


def test_few_answers_come_first_in_the_reading():
    proposal = proposed(study(marks(55)))
    assert any("fewer than 10 an item" in text for text in said(proposal))
    result = result_of(proposal)
    assert read_factors(result, PAGE.adapt(result, {}, EN), {}, EN).startswith("Only 55 complete answers for 6 items:")


def test_importance_drops_a_component_and_warns(demo):
    """Points sum to 100: all ten have no inverse; the component with the fewest goes, and the counting is said."""
    items = read_items(demo, "importance")
    assert items.sum(axis=1).to_numpy() == pytest.approx(100) and items.shape[1] == 10
    proposal = propose(demo, {}, Parameters(items="importance", n_parallel=60))
    assert proposal.quantities["items_analysed"].value == 9 and items.mean().idxmin() not in proposal.decision["means"]
    assert [r.level for r in proposal.reasons][:2] == ["warning", "info"] and not proposal.quantities["suits_factors"].value
    result = result_of(proposal)
    text = read_factors(result, PAGE.adapt(result, {}, EN), {}, EN)
    assert text.startswith("The items have too little in common for factors: take what follows as a hint.")
    assert "unacceptable" in text and "both" not in text


@pytest.mark.parametrize("wrong, message", [
    ({"items": "wishes"}, "items = wishes is not one of satisfaction, importance."),
    ({"rotation": "promax"}, "rotation = promax is not one of varimax, oblimin, none."),
    ({"method": "magic"}, "method = magic is not one of principal, minres, ml."),
    ({"n_factors": 9}, "n_factors = 9 is not between 0 and 8."),
    ({"n_parallel": 5}, "n_parallel = 5 is not between 20 and 10,000.")])
def test_parameters_are_checked(wrong, message):
    with pytest.raises(ParameterError) as error:
        Parameters(**wrong)
    assert str(error.value) == message


@pytest.mark.parametrize("value, word", [(0.95, "marvellous"), (0.9, "marvellous"), (0.8, "meritorious"), (0.75, "middling"),
                                         (0.6, "mediocre"), (0.5, "miserable"), (0.2, "unacceptable"), (float("nan"), None)])
def test_kaisers_words(value, word):
    assert factor_tables.kmo_word(value) == word


def test_result_is_kept_whole_and_inputs_are_not_changed():
    of = study()
    before = of.table("survey_satisfaction")
    proposal = proposed(of)
    pd.testing.assert_frame_equal(of.table("survey_satisfaction"), before)
    back = proposal_from_json(proposal_to_json(proposal))
    assert back.decision == proposal.decision
    for name, frame in proposal.tables.items():
        pd.testing.assert_frame_equal(back.tables[name], frame, check_dtype=False)
        assert frame.columns.name is None and frame.index.equals(pd.RangeIndex(len(frame)))


# the decision -----------------------------------------------------------------------------------------
def test_a_chosen_number_and_rotation_make_another_solution():
    proposal = proposed(study(), {"n_factors": 3, "rotation": "oblimin"})
    decision = decide(proposal, {"n_factors": 3, "rotation": "oblimin"})
    assert (decision["n_factors"], decision["rotation"]) == (3, "oblimin") and list(decision["weights"]) == ["F1", "F2", "F3"]
    assert len(proposal.tables["factor_correlations"]) == 3 and proposal.tables["eigenvalues"]["taken"].sum() == 3


def test_more_factors_than_items_carry_falls_back_to_the_rule():
    proposal = proposed(study(), {"n_factors": 7})
    assert proposal.decision["n_factors"] == 2
    assert "The most factors that 6 items carry by this method is 6; 7 were asked for." in said(proposal)


@pytest.mark.parametrize("names", [{"F1": " speed ", "F9": "gone"}, {"F1": {"name": "speed"}, "F2": {"name": ""}}])
def test_names_are_kept_for_the_factors_that_are_there(names):
    assert decide(proposed(study()), {"names": names})["names"] == {"F1": {"name": "speed"}, "F2": {"name": ""}}


@pytest.mark.parametrize("chosen, message", [
    ({"speed": 1}, "The factors have no decision speed; they have n_factors, rotation, names."),
    ({"n_factors": 0}, "0 factors cannot be taken; write a whole number from 1 to 8."),
    ({"n_factors": True}, "True factors cannot be taken; write a whole number from 1 to 8."),
    ({"rotation": "quartimax"}, "rotation = quartimax is not one of varimax, oblimin, none."),
    ({"names": {"F1": "Speed", "F2": "speed"}}, "Two factors cannot bear the same name.")])
def test_a_wrong_decision_is_refused(chosen, message):
    with pytest.raises(ParameterError) as error:
        decide(proposed(study()), chosen)
    assert str(error.value) == message


def test_scores_are_means_of_a_customers_respondents():
    """R0 and R1 answer for K1, R2 for K2, R3 left an item empty, R4 for nobody; checked against the method's own scores."""
    wide = marks()
    wide.iloc[3, 0] = np.nan
    of = study(wide, survey_respondents=respondents(wide, ["K1", "K1", "K2", "K3", None, *["K4"] * 195]),
               customers=pd.DataFrame({"customer_id": ["K1", "K2", "K3", "K4", "K5"]}))
    proposal = proposed(of)
    found = scores(of, decide(proposal, {})).set_index("customer_id")
    alone = analyse_factors(wide).scores
    assert found.index.tolist() == ["K1", "K2", "K4"] and list(found.columns) == ["F1", "F2"]
    assert found.loc["K1"].to_numpy() == pytest.approx(alone.loc[["R0", "R1"]].mean().to_numpy())
    assert found.loc["K2"].to_numpy() == pytest.approx(alone.loc["R2"].to_numpy())
    assert proposal.quantities["customers_scored"].value == 3 and proposal.quantities["customers_scored"].n == 5
    assert len(proposal.tables["scores"]) == 199
    other = study(wide.drop(columns="C6"), survey_respondents=of.table("survey_respondents"))
    assert scores(other, decide(proposal, {})).empty  # a survey that asks one component less cannot be scored


def test_the_list_of_scores_and_what_is_drawn_are_bounded(monkeypatch):
    monkeypatch.setattr("svcnb.steps.factors.LISTED", 20)
    monkeypatch.setattr("svcnb.steps.factors.KEPT", 30)
    proposal = proposed(study())
    assert len(proposal.tables["scores"]) == 20 and len(proposal.tables["answers"]) == 30
