"""Characteristics of customers, and the factors of the survey among them: clusters, discriminant analysis, trees, names."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import InputError, ParameterError
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.panels import PAGES
from svcnb.results import evaluate, step_parameters
from svcnb.sentences.naming import words_of_study
from svcnb.steps import clusters, comparison, discriminant, factors, segmentation
from svcnb.steps.characteristics import (
    ANSWERS,
    BEHAVIOUR,
    MEASURED,
    PREDICTORS,
    characteristics,
    scoring_of,
    with_scores,
)
from svcnb.study import load_study

ROOT = Path(__file__).resolve().parents[1]
EN, ES = words_in("en"), words_in("es")
F = ["factor:F1", "factor:F2"]
N = 240


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "demo"
    shutil.copytree(ROOT / "data" / "demo", folder, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__", ".results"))
    return folder


@pytest.fixture(scope="module")
def demo(folder):
    return load_study(folder)


@pytest.fixture(scope="module")
def found(demo):
    """The factors of the demo, the first named."""
    decision = evaluate(demo, None, "factors").decision
    return {**decision, "names": {**decision["names"], "F1": {"name": "reach"}}}


def asked(silent=0):
    """240 customers who all marked six components (but the last ``silent``), behind which stand two attitudes; those who
    mark the first high use the product and buy much."""
    rng = np.random.default_rng(4)
    speed, care = rng.normal(size=(2, N))
    marks = pd.DataFrame({f"C{k}": 6 + (speed if k < 4 else care) + 0.5 * rng.normal(size=N) for k in range(1, 7)})
    rows = marks.assign(respondent_id=[f"R{k}" for k in range(N)]).head(N - silent).melt("respondent_id", var_name="component_id",
                                                                                         value_name="perceived")
    customers = pd.DataFrame({"customer_id": [f"K{k}" for k in range(N)], "branch": ["shop", "farm"] * (N // 2),
                              "revenue": np.exp(5 + 0.1 * rng.normal(size=N)), "n_orders": rng.integers(1, 40, N),
                              "uses_product": speed > 0.3})
    people = pd.DataFrame({"respondent_id": [f"R{k}" for k in range(N)], "customer_id": customers["customer_id"]})
    return SmallStudy(customers=customers, survey_respondents=people, survey_satisfaction=rows.assign(supplier="own"))


def decided(study):
    proposal = factors.propose(study, {}, factors.Parameters(n_parallel=40))
    return factors.decide(proposal, {"names": {"F1": {"name": "speed"}}})


def propose(step, study, decisions, **parameters):
    return step.propose(study, decisions, step_parameters(step.__name__.rpartition(".")[2], parameters))


def said(proposal, words=EN):
    return [words.reason(one) for one in proposal.reasons]


# one frame for all -----------------------------------------------------------------------------------------
def test_every_step_reads_the_same_characteristics():
    """Margin 20 ÷ 100; a loss beyond the revenue is held at −1; age and income as they are; volume says the revenue again."""
    study = SmallStudy(customers={"customer_id": ["a", "b"], "revenue": [100.0, 10.0], "margin": [20.0, -40.0],
                                  "age": [30, None], "income": [10.0, 20.0]})
    frame = characteristics(study)
    assert list(frame.columns) == ["customer_id", *MEASURED] and frame["margin_rate"].tolist() == [0.2, -1.0]
    assert frame["age"][0] == 30 and math.isnan(frame["age"][1]) and frame["n_orders"].isna().all()
    assert set(MEASURED) - set(BEHAVIOUR) == {"age", "income"} and set(MEASURED) - set(PREDICTORS) == {"volume"}


def test_scores_are_the_means_of_those_who_answered_all_and_nobody_else_has_one(demo, found):
    """191 of 600 customers answered every item; (mark − mean) ÷ deviation × weight by hand for the first of them."""
    frame = characteristics(demo, found)
    assert list(frame.columns)[-3:] == ["factor:F1", "factor:F2", "factor:F3"]
    assert frame[["factor:F1", "factor:F2", "factor:F3"]].notna().sum().tolist() == [191] * 3
    people, marks = demo.table("survey_respondents"), demo.table("survey_satisfaction")
    mine = people[people["customer_id"] == "K0002"]["respondent_id"]
    own = marks[marks["respondent_id"].isin(mine) & (marks["supplier"] == "own")].set_index("component_id")["perceived"]
    by_hand = sum((own[c] - found["means"][c]) / found["deviations"][c] * w for c, w in found["weights"]["F1"].items())
    assert len(mine) == 1 and frame.set_index("customer_id").loc["K0002", "factor:F1"] == pytest.approx(by_hand)


def test_customers_come_back_as_they_are_where_no_rule_asks_for_scores(demo, found):
    customers = demo.table("customers")
    assert with_scores(demo, customers, {}) is customers and scoring_of(demo, found, ["revenue"]) == {}
    kept = scoring_of(demo, found, F)
    assert kept["answers"] == [demo.fingerprint(table) for table in ANSWERS] and kept["weights"] == found["weights"]
    by_rule, by_step = (with_scores(demo, customers, {"factors": one}) for one in (kept, found))
    pd.testing.assert_frame_equal(by_rule, by_step)


# clusters --------------------------------------------------------------------------------------------------
def test_factors_of_the_demo_can_be_chosen_and_are_not_taken_of_themselves(demo, found):
    """32 % have scores, and a characteristic of itself is taken when 90 % are known: the demo's clusters stay what they were."""
    proposal = propose(clusters, demo, {"factors": found})
    shown = proposal.tables["characteristics"].set_index("characteristic")
    assert shown.loc["factor:F1", ["variable", "n", "used"]].tolist() == ["Factor 1", 191, False]
    assert not any(name.startswith("factor:") for name in proposal.decision["columns"])
    words = words_of_study(EN, demo, {"factors": found})
    assert ("Not compared, because it is not known for more than 10.0 % of the customers: Factor 1: reach, Factor 2, Factor 3."
            in [words.reason(one) for one in proposal.reasons])


def test_clusters_by_factors_have_those_who_answered_and_a_rule_of_their_own(demo, found):
    columns = ["revenue", "factor:F1", "factor:F2"]
    proposal = propose(clusters, demo, {"factors": found, "clusters": {"columns": columns}})
    decision = clusters.decide(proposal, {"columns": columns})
    assert decision["columns"] == columns == decision["rule"]["columns"] and decision["rule"]["logarithms"] == ["revenue"]
    assert proposal.quantities["n_clustered"].value == 191 and proposal.quantities["n_not_clustered"].value == 409
    assert "409 of 600 customers are in no cluster, because this is not known of them: Factor 1, Factor 2." in said(proposal)
    of = clusters.assign(demo, decision)  # from the decision alone
    assert of.notna().sum() == 191 and set(of.dropna()) == set(decision["names"])
    assert of.equals(clusters.assign(characteristics(demo, found), decision))


def test_the_page_names_the_factor_in_both_languages(demo, found):
    from types import SimpleNamespace

    proposal = propose(clusters, demo, {"factors": found, "clusters": {"columns": F}})
    result = SimpleNamespace(tables=proposal.tables, quantities=proposal.quantities, decision=proposal.decision,
                             table=lambda name: proposal.tables.get(name, pd.DataFrame()),
                             value=lambda name: proposal.quantities[name].value)
    page = PAGES["clusters"]
    for plain, high, low in ((EN, "high on ", "low on "), (ES, "alto en ", "bajo en ")):
        words = words_of_study(plain, demo, {"factors": found, "clusters": proposal.decision})
        options = dict(page.fields(result, words)[0].options)
        assert options["factor:F1"].startswith("Factor 1: reach (") and options["revenue"] in ("revenue", "ingresos")
        tables = page.adapt(result, {}, words)
        traits = " ".join(tables["clusters_shown"]["traits"])
        assert high + "Factor 1: reach" in traits or low + "Factor 1: reach" in traits
        text = page.read(result, tables, {}, words)
        assert "Factor 1: reach" in text and "factor:" not in text
        for picture in page.pictures:
            assert "factor:" not in picture.in_words(tables, words)
        assert "factor:" not in page.check(result, tables, words).question


@pytest.mark.parametrize(("names", "message"), [
    (["factor:F9"], "There is no Factor 9: the survey has Factor 1, Factor 2, Factor 3."),
    (["revenue", "factor:F4"], "There is no Factor 4: the survey has Factor 1, Factor 2, Factor 3.")])
def test_a_factor_that_does_not_exist_is_said_whole(demo, found, names, message):
    chosen = evaluate(demo, None, "clusters"), evaluate(demo, None, "discriminant")
    for step, key, result in ((clusters, "columns", chosen[0]), (discriminant, "predictors", chosen[1])):
        with pytest.raises(ParameterError) as told:
            step.decide(_AsProposal(result), {key: names})
        assert str(told.value) == message
    with pytest.raises(ParameterError) as told:
        propose(clusters, demo, {"factors": found}, columns=tuple(names))
    assert str(told.value) == message
    with pytest.raises(ParameterError) as told:
        propose(comparison, demo, {"factors": found}, predictors=tuple(names[-1:]))
    assert str(told.value) == message
    with pytest.raises(ParameterError) as told:
        propose(discriminant, demo, {"factors": found}, predictors=tuple(names))
    assert str(told.value) == message


class _AsProposal:
    def __init__(self, result):
        self.decision, self.tables, self.quantities = result.proposal, result.tables, result.quantities


def test_a_factor_chosen_and_gone_is_left_out_and_said(demo, found):
    """The survey had three factors when the third was chosen, and has one now."""
    one = {**found, "weights": {"F1": found["weights"]["F1"]}, "names": {"F1": {"name": "reach"}}}
    chosen = {"columns": ["n_orders", "revenue", "factor:F3"]}
    proposal = propose(clusters, demo, {"factors": one, "clusters": chosen})
    assert proposal.decision["columns"] == ["n_orders", "revenue"]
    assert "Chosen and no longer there, so left out: Factor 3." in said(proposal)
    assert "Se eligió y ya no existe, por lo que queda fuera: Factor 3." in said(proposal, ES)
    assert clusters.decide(proposal, chosen)["columns"] == ["n_orders", "revenue"]  # the page still opens


@pytest.mark.parametrize("step", [clusters, discriminant, comparison])
def test_a_study_without_a_survey_says_so(step):
    study = SmallStudy(customers=asked().table("customers"))
    none = decided(study)
    text = "There are no factors of the survey to compare the customers by: see the page Factors of the survey."
    proposal = propose(step, study, {"factors": none})
    assert text in said(proposal) and EN(text) != ES(text)
    for name in ("columns", "predictors"):
        if hasattr(step.Parameters, name):
            with pytest.raises(ParameterError) as told:
                propose(step, study, {"factors": none}, **{name: ("factor:F1",)})
            assert str(told.value) == "There is no Factor 1: the survey has no factors."


def test_a_list_is_asked_for():
    study = asked()
    for step, key in ((clusters, "columns"), (discriminant, "predictors")):
        with pytest.raises(ParameterError, match="^The characteristics to compare by are written as a list.$"):
            step.decide(propose(step, study, {}), {key: "revenue"})


# discriminant analysis -------------------------------------------------------------------------------------
def test_discriminant_analysis_takes_scores_as_they_are(demo, found):
    """The demo's factors lie mostly between the strata, and these are the branches that make the groups: Factor 1 parts
    them nearly as well as the lines an order do."""
    earlier = {"factors": found, **{step: evaluate(demo, None, step).decision for step in ("segmentation", "characterisation")}}
    chosen = {"predictors": ["lines_per_order", "factor:F1"]}
    proposal = propose(discriminant, demo, {**earlier, "discriminant": chosen})
    decision = discriminant.decide(proposal, chosen)
    assert decision["predictors"] == ["lines_per_order", "factor:F1"]
    assert decision["rule"]["scales"] == {"lines_per_order": "log10(1 + x)", "factor:F1": "x"}
    assert decision["rule"]["factors"]["weights"] == found["weights"]
    alone = proposal.tables["univariate"].set_index("predictor")["between"]
    assert alone["factor:F1"] > 0.5
    assert ("Scores on Factor 1 are known of 191 of 600 customers, those who answered every item; the others are left out, "
            "nothing is filled in.") in said(proposal)


# trees -----------------------------------------------------------------------------------------------------
def test_trees_split_on_scores_and_the_rule_goes_on_to_step_1_and_the_groups():
    """Who marks speed high uses the product: all trees split on that factor, step 1 takes one, and puts each customer where
    the tree had him."""
    study = asked()
    found = decided(study)
    speed = max(found["weights"], key=lambda name: abs(found["weights"][name]["C1"]))
    proposal = propose(comparison, study, {"factors": found})
    assert set(proposal.tables["methods"]["variable"].dropna()) == {f"factor:{speed}"}
    trees = proposal.decision["trees"]
    assert proposal.decision["factors"]["weights"] == found["weights"]
    members = proposal.tables["tree_members"].set_index("customer_id")
    for method in ("aid", "chaid"):
        chosen = propose(segmentation, study, {"comparison": proposal.decision, "segmentation": {"variable": method}})
        assert chosen.decision["factors"] == proposal.decision["factors"]
        assert chosen.tables["segments"]["n"].tolist() == [row["n"] for row in trees[method].values()]
        of = segmentation.assign(with_scores(study, study.table("customers"), chosen.decision), chosen.decision)
        assert of.tolist() == members[method].tolist() and of.nunique() > 1
    from svcnb.steps.answers import assigned

    assert assigned(study, chosen.decision).tolist() == of.tolist()
    assert "factors" not in propose(segmentation, study, {"comparison": proposal.decision}).decision


def test_scores_that_few_have_are_not_tried_unless_asked_for():
    study = asked(silent=60)
    found = decided(study)
    proposal = propose(comparison, study, {"factors": found})
    assert not any(name.startswith("factor:") for name in proposal.tables["belson"]["predictor"])
    assert ("Not tried, because they are known of 75.0 % of the customers only (those who answered the survey whole), and a "
            "segment is to be known of all: Factor 1, Factor 2.") in said(proposal)
    assert proposal.decision.keys() == {"trees"}
    forced = propose(comparison, study, {"factors": found}, predictors=("branch", *F))
    assert set(forced.tables["belson"]["predictor"]) == {"branch", *F}
    assert any(one.startswith("Factor 1, Factor 2 are known of 75.0 % of the customers only") for one in said(forced))
    assert forced.tables["belson"].set_index("predictor").loc["factor:F1", "n_missing"] == 60
    assert propose(comparison, study, {"factors": found}, least_known=0.7).tables["belson"]["predictor"].isin(F).any()


def test_unknown_predictors_are_said(demo):
    with pytest.raises(ParameterError, match="^There is no characteristic height of customers; there are customer_kind, "):
        propose(comparison, demo, {}, predictors=("height",))


# in the journal, and with a survey that is to be mended -------------------------------------------------------
def test_what_is_chosen_on_the_page_reaches_every_later_step(demo, tmp_path):
    with open_journal(tmp_path / "journal.sqlite") as journal:
        journal.record("decision", "factors", "names", {"value": {"F1": {"name": "reach"}}, "reason": ""}, actor="Ana")
        journal.record("decision", "clusters", "columns", {"value": ["n_orders", "factor:F1"], "reason": ""}, actor="Ana")
        result = evaluate(demo, journal, "clusters")
        assert result.value("n_clustered") == 191 and result.earlier["factors"]["names"]["F1"] == {"name": "reach"}
        side = evaluate(demo, journal, "comparison")
        assert side.table("methods").set_index("method").loc["clusters", "n"] == 191


def test_a_survey_that_is_to_be_mended_stops_its_own_page_only(folder):
    """A mark that is no number: the factors wait, customers are clustered by their orders, and the factors are not there."""
    copy = folder.parent / "broken"
    shutil.copytree(folder, copy)
    file = copy / "survey_satisfaction.csv"
    head, first, rest = file.read_text(encoding="utf-8").split("\n", 2)
    cells = first.split(",")
    cells[head.split(",").index("perceived")] = "x"
    file.write_text("\n".join([head, ",".join(cells), rest]), encoding="utf-8")
    study = load_study(copy)
    with pytest.raises(InputError):
        evaluate(study, None, "factors")
    result = evaluate(study, None, "clusters")
    assert result.value("n_clusters") == 2 and "There are no factors of the survey" in EN.reason(result.reasons[1])
    assert evaluate(study, None, "segmentation").value("n_segments") > 1
