"""Page 03f: the rules of the questionnaire, the proposed one, the form and the sheet that svcnb reads back."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.methods.questionnaire import (
    QUESTIONS,
    RULES,
    in_language,
    lint_questionnaire,
    propose_questionnaire,
)
from svcnb.panels import PAGES, controls
from svcnb.panels.decision import DecisionPanel
from svcnb.panels.questionnaire import answers, papers
from svcnb.results import StepResult, evaluate
from svcnb.sentences.questionnaire import read_questionnaire
from svcnb.steps.questionnaire import Parameters, decide, propose, variables_of
from svcnb.study import load_study
from svcnb.tables.answer_sheet import answer_columns, settings_lines
from svcnb.tables.schemas import TABLES

EN, ES = words_in("en"), words_in("es")
DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
TEN = pd.DataFrame(list(TABLES["components"].rows))
TWO = pd.DataFrame({"component_id": ["C8", "C9"], "name": ["response time", "delivery time"],
                    "spanish": ["tiempo de respuesta", "tiempo de entrega"]})
BRANCH = {"branch": ["branch of activity", "rama de actividad"]}
SEGMENTATION = {"variable": "branch", "segments": {f"S{k}": {"name": name, "values": [name], "status": "target"}
                                                   for k, name in enumerate(["farm", "fleet"], start=1)}}


def found(*changed, components=TWO, variables=BRANCH):
    """(question, rule, where) of the findings when these rows stand in the proposed questionnaire, by question id."""
    asked = propose_questionnaire(components, variables, "en").set_index("question_id")
    for row in changed:
        asked.loc[row["question_id"], list(row)[1:]] = list(row.values())[1:]
    rows = lint_questionnaire(asked.reset_index(), components, variables).rows
    return rows.loc[rows["severity"] != "fine", ["question_id", "rule", "where"]].values.tolist()


def reworded(text, **more):
    return {"question_id": "Q02", "text": text, **more}


# the rules, one by one ----------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("components", [TEN, TWO, TEN[["component_id"]]], ids=["ten", "two", "without names"])
@pytest.mark.parametrize("variables", [{}, BRANCH, {"a_priori": ["segment", "segmento"], "kind": ["kind of customer"]}], ids=str)
def test_the_proposed_questionnaire_keeps_every_rule(components, variables, language):
    asked = propose_questionnaire(components, variables, language, valued=["C9", "C99"], currency="EUR")
    lint = lint_questionnaire(asked, components, variables, known=["EUR"])
    assert lint.approved and (lint.n_errors, lint.n_warnings) == (0, 0)
    assert lint.rows["rule"].tolist() == list(RULES) and set(lint.rows["severity"]) == {"fine"}


def test_what_the_proposed_questionnaire_asks():
    asked = propose_questionnaire(TWO, BRANCH, "en", valued=["C9"], currency="EUR")
    assert asked["type"].tolist() == ["importance", "performance", "performance", "expectation", "expectation", "overall",
                                      "desired", "payment", "able", "classification", "open"]
    assert asked["text"].iloc[7] == "How much more would you pay an order for that delivery time, in EUR?"
    spanish = propose_questionnaire(TWO, {"branch": ["rama de actividad"]}, "es")
    assert spanish["text"].iloc[1] == "¿Qué nota da a nuestro servicio en cuanto a tiempo de respuesta?"
    assert "¿Cuál es su rama de actividad?" in spanish["text"].tolist()


@pytest.mark.parametrize("text,where", [
    ("How fast and friendly is delivery?", "fast and friendly"), ("How fast or friendly is it?", "fast or friendly"),
    ("¿Qué tan rápida y amable es la entrega?", "rápida y amable"), ("¿Es buena e ingeniosa la idea?", "buena e ingeniosa"),
    ("¿Le llega pronto o completo?", "pronto o completo"), ("Is it cheap & quick?", "cheap & quick"),
    ("Is the fast/friendly service good?", "fast/friendly"), ("Is it fast, and friendly?", "fast, and friendly")])
def test_two_things_in_a_question(text, where):
    assert found(reworded(text)) == [["Q02", "double_barrelled", where]]


@pytest.mark.parametrize("text", [
    "Is it more or less as you wish?", "¿Es más o menos lo que desea?", "Where between 0 and 10 does it lie?",
    "How good is it (time and cost)?", "How sandy is the island?", "¿Le llega por e-mail?", "Do you say yes or no?"])
def test_one_thing_with_a_small_word_in_it(text):
    assert found(reworded(text)) == []


def test_a_component_that_is_called_by_two_words_is_one_thing():
    parts = TWO.assign(name=["repairs and RMA returns", "delivery time"])
    assert found(reworded("How good are our repairs and RMA returns?"), components=parts) == []


def test_options_of_a_classification_may_be_joined():
    assert found({"question_id": "Q07", "text": "Is your branch of activity trade or industry?"}) == []


@pytest.mark.parametrize("text,more,where", [
    ("Do you agree that we are never late?", {}, "never"), ("Do you agree that it isn’t late?", {}, "n’t"),
    ("¿Está de acuerdo en que no llegamos tarde?", {}, "no"), ("We do not come late.", {"scale": "disagree to agree"}, "not")])
def test_a_negation_where_one_agrees(text, more, where):
    assert found(reworded(text, **more)) == [["Q02", "negation", where]]


def test_a_negation_without_agreement_is_no_trap():
    assert found(reworded("How often is it not there?")) == []


def test_twenty_five_words_are_few_enough_and_one_more_is_not():
    assert found(reworded("word " * 24 + "end?")) == []
    assert found(reworded("word " * 25 + "end?")) == [["Q02", "long", "26"]]


def test_a_short_form_is_explained_once():
    assert found(reworded("How good is our RMA?")) == [["Q02", "acronym", "RMA"]]
    assert found(reworded("How good is our return handling (RMA)?")) == []
    assert found(reworded("How good is our RMA (return handling)?"), {"question_id": "Q03", "text": "Is the RMA good?"}) == []
    assert found(reworded("HOW GOOD IS IT?")) == []


def test_purpose_kind_and_component():
    assert found(reworded("How good?", purpose="")) == [["Q02", "purpose", ""]]
    assert found(reworded("", purpose="window")) == [["Q02", "purpose", ""]]
    assert found(reworded("How good?", type="quiz")) == [["Q02", "purpose", "quiz"], ["", "pair", "C8"]]
    assert found(reworded("How good?", component_id="")) == [["Q02", "component", ""], ["", "pair", "C8"]]
    assert found(reworded("How good?", component_id="C77")) == [["Q02", "component", "C77"], ["", "pair", "C8"]]


def test_every_component_is_asked_how_important_and_how_well():
    """Without the 100 points both components lack their importance; one question brings one of them back."""
    gone = {"question_id": "Q01", "text": "Ideas?", "type": "open"}
    assert found(gone) == [["", "pair", "C8"], ["", "pair", "C9"]]
    one = {"question_id": "Q01", "text": "How important is it?", "component_id": "C9", "scale_max": 10}
    assert found(one) == [["", "pair", "C8"]]
    assert found({"question_id": "Q03", "type": "open"}) == [["", "pair", "C9"]]


def test_one_scale_for_how_well():
    assert found({"question_id": "Q03", "scale_min": 1, "scale_max": 5}, {"question_id": "Q02", "text": "How good?"}) in (
        [["Q03", "scale", "1–5"], ["Q04", "scale", "0–10"], ["Q05", "scale", "0–10"]],
        [["Q02", "scale", "0–10"], ["Q04", "scale", "0–10"], ["Q05", "scale", "0–10"]], [["Q03", "scale", "1–5"]])
    assert found({"question_id": "Q05", "scale_min": 1, "scale_max": 7}) == [["Q05", "scale", "1–7"]]
    assert found({"question_id": "Q02", "scale_min": None}) == [["Q02", "scale", ""]]


def test_each_variable_has_its_question():
    assert found(variables={**BRANCH, "kind": ["kind of customer"]}, components=TWO) == []
    assert found({"question_id": "Q07", "type": "open"}) == [["", "classification", "branch"]]
    assert found({"question_id": "Q07", "text": "¿Cuál es su rama de actividad?", "purpose": "separar"}) == []


def test_bad_input():
    with pytest.raises(ParameterError, match=r"^The questions have no column purpose\.$"):
        lint_questionnaire(pd.DataFrame(columns=["question_id", "text", "component_id"]), TWO, {})
    asked = pd.DataFrame([["Q1", "a", "", "b", "open", None, None]] * 2, columns=QUESTIONS)
    with pytest.raises(ParameterError, match=r"^Question Q1 stands twice\.$"):
        lint_questionnaire(asked, TWO, {})
    assert lint_questionnaire(asked.head(0), TWO.head(0), {}).approved


def test_what_is_proposed_is_said_in_each_language_and_what_is_written_as_it_stands():
    versions = {one: propose_questionnaire(TWO, {"branch": [name]}, one) for one, name in
                (("en", "branch of activity"), ("es", "rama de actividad"))}
    asked = versions["es"].copy()
    asked.loc[1, "text"] = "¿Llegamos a tiempo?"
    texts = in_language(asked, versions, "en")
    assert texts[1] == "¿Llegamos a tiempo?" and texts[2] == versions["en"]["text"][2]


# the step -----------------------------------------------------------------------------------------------
def small(**tables):
    return SmallStudy(**tables)


def proposed(chosen=None, of=None, segmentation=SEGMENTATION):
    return propose(of or small(), {"segmentation": segmentation, "questionnaire": chosen or {}}, Parameters())


def result_of(proposal, decision=None):
    return StepResult(step="questionnaire", scenario="base", hash="", quantities=proposal.quantities, tables=proposal.tables,
                      proposal=proposal.decision, decision=decision or proposal.decision, reasons=proposal.reasons,
                      missing=proposal.missing, evidence=proposal.evidence, state="proposed", parameters={})


def test_without_a_table_of_questions_the_proposed_ones_stand():
    proposal = proposed()
    assert proposal.decision["base"] == "proposed" and proposal.missing == ("questionnaire",)
    assert proposal.quantities["approved"].value is True and proposal.evidence == "assumed"
    assert proposal.tables["choices"]["option"].tolist() == ["farm", "fleet"]
    assert decide(proposal, {}) == proposal.decision
    assert proposed(segmentation={}).quantities["approved"].value is True


def test_the_demo_has_two_planted_faults():
    """N09 asks fast and friendly; N12 asks what is expected of no component in particular."""
    result = evaluate(load_study("demo"), None, "questionnaire")
    assert result.table("findings")[["question_id", "rule", "severity"]].values.tolist() == [
        ["N12", "component", "error"], ["N09", "double_barrelled", "warning"]]
    assert result.value("approved") is False and result.value("n_questions") == 14
    assert read_questionnaire(result, result.tables, EN) == (
        "The 14 questions cannot go out yet: faults to mend 1, remarks to look at again 1. 12 of 14 questions and 7 of 9 rules "
        "are in order. First, question 12: asks about one characteristic. Say which characteristic of the service it asks about; "
        "ask one question for each.")
    assert read_questionnaire(result, result.tables, ES).startswith("Las 14 preguntas aún no pueden salir: faltas")


def test_variables_of_a_tree_and_of_experts():
    tree = {"variable": "chaid", "segments": {"S1": {"rule": [{"variable": "branch"}, {"variable": "factor:F1"}]},
                                              "S2": {"rule": [{"variable": "branch"}]}}}
    assert variables_of(tree, "es") == {"branch": ["rama de actividad", "branch of activity"]}
    experts = {"variable": "a_priori", "segments": {"S1": {"name": "farms"}, "S2": {"name": "fleets"}}}
    assert list(variables_of(experts, "en")) == ["a_priori"]
    assert proposed(segmentation=experts).tables["choices"]["option"].tolist() == ["farms", "fleets"]
    assert variables_of({"variable": "branch", "segments": {"S1": {}}}, "en") == {}


def test_a_line_without_text_is_taken_out_and_a_written_one_is_checked():
    proposal = proposed()
    questions = {**proposal.decision["questions"], "Q99": {"text": " How fast and friendly? ", "type": "open", "purpose": "x"}}
    questions["Q01"] = {**questions["Q01"], "text": " "}
    force = decide(proposal, {"questions": questions})["questions"]
    assert "Q01" not in force and force["Q99"] == {"text": "How fast and friendly?", "type": "open", "component_id": "",
                                                   "purpose": "x", "scale": ""}
    found = proposed({"questions": questions}).tables["findings"]
    assert ["Q99", "double_barrelled"] in found[["question_id", "rule"]].values.tolist()
    assert set(found.loc[found["rule"] == "pair", "where"]) == set(TEN["component_id"])


@pytest.mark.parametrize("chosen,message", [
    ({"base": "x"}, "questionnaire.base = x is not one of own, proposed."),
    ({"channels": ["fax"]}, "questionnaire.channels = ['fax'] is not one of questionnaire, interview, nominal_group, clinic, "
                            "focus_group, mail, telephone, web_form."),
    ({"questions": []}, "questionnaire.questions must be at most 200 records, each with text, type, component_id, purpose and "
                        "scale."),
    ({"questions": {"Q1": {"text": "a", "type": "quiz"}}}, "Question Q1: quiz is no kind of question; write one of importance, "
     "performance, expectation, overall, desired, payment, able, classification, open."),
    ({"questions": {"Q1": {"text": "a", "scale": "10–0"}}}, "Question Q1: 10–0 is no scale; write its lowest and highest answer, "
                                                            "e.g. 0–10."),
    ({"size": 1}, "questionnaire has no decision size; it has base, channels, questions.")])
def test_what_nobody_could_ask_is_refused(chosen, message):
    with pytest.raises(ParameterError) as told:
        decide(proposed(), chosen)
    assert EN.reason(told.value) == message


# the page -----------------------------------------------------------------------------------------------
def test_a_spare_line_counts_once_something_stands_in_it(tmp_path):
    page, journal = PAGES["questionnaire"], open_journal(tmp_path / "journal.sqlite")
    result = result_of(proposed())
    panel = DecisionPanel(result, page.fields(result, ES), journal, ES, reader="Ana")
    lines = panel.controls["questions"].lines
    spare = [key for key in lines if key not in result.decision["questions"]]
    assert len(spare) == 2 and controls.read(panel.controls["questions"]) == result.decision["questions"]
    lines[spare[0]]["text"].value = "¿Algo más?"
    assert set(controls.read(panel.controls["questions"])) - set(result.decision["questions"]) == {spare[0]}
    journal.close()


def test_each_rule_and_each_question_has_a_sign_beside_its_colour():
    result = evaluate(load_study("demo"), None, "questionnaire")
    page = PAGES["questionnaire"]
    html, text = page.drawing(result, page.adapt(result, {}, EN), {}, EN)
    assert html.count("✓ in order") == 7 and "✕ to mend" in html and "! look again" in html
    assert '<span class="chip doubt">9 !</span>' in html and '<span class="chip attention">12 ✕</span>' in html
    assert "! look again: Asks one thing (question 9)" in text.splitlines()


def test_check_by_hand():
    """30 questions, one of them 100 points among ten: 29 + 10 = 39."""
    result = result_of(proposed())
    n = len(result.table("questions"))
    check = PAGES["questionnaire"].check(result, result.tables, EN)
    assert check.answer == n - 1 + 10 and [wrong for wrong, _ in check.mistakes] == [n, n + 10, 10 * n]


@pytest.fixture(scope="module")
def open_demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies") / "demo"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__", ".results"))
    study = load_study(folder)
    decided = evaluate(study, None, "questionnaire")
    journal = open_journal(folder / "journal.sqlite")
    journal.record("decision", "questionnaire", "base", {"value": "proposed"}, actor="Ana", inputs=decided.inputs)
    result = evaluate(study, journal, "questionnaire")
    yield SimpleNamespace(study=study, journal=journal, scenario="base", words=ES, result=result, role="facilitator")
    journal.close()


@pytest.mark.parametrize("language,thanks", [("en", "Thank you."), ("es", "Gracias.")])
def test_the_printed_form_stands_alone(open_demo, language, thanks):
    """No address outside, every question once with its code, boxes for the respondent, A4."""
    paper = next(one for one in papers(open_demo) if one.file == f"questionnaire-{language}.html")
    html = paper.make(open_demo).decode("utf-8")
    assert f'<html lang="{language}">' in html and thanks in html and "size: A4" in html
    assert not re.findall(r"(?:src|href)=|https?://|@import", html)
    questions = open_demo.result.table("questions")
    for row in questions.itertuples():
        assert html.count(f">{row.question_id}<") == 1
    assert all(text in html for text in questions[language].str.replace("'", "&#39;"))
    assert html.count('class="cells"') == 16


def test_a_hostile_question_is_escaped():
    chosen = {"questions": {"Q1": {"text": "<script>alert(1)</script>", "type": "open", "purpose": "{x}"}}}
    proposal = proposed(chosen)
    result = result_of(proposal, decide(proposal, chosen))
    page = PAGES["questionnaire"]
    html, _ = page.drawing(result, page.adapt(result, {}, EN), {}, EN)
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_the_sheet_comes_back_as_the_three_survey_tables(open_demo, tmp_path):
    """Two of those drawn answer; nobody else is a respondent, and each answer is where it was typed."""
    folder = tmp_path / "demo"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__", ".results", "survey_*.csv"))
    book = openpyxl.load_workbook(__import__("io").BytesIO(answers(open_demo)))
    sheet = book["answers"]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:6] == ["respondent_id", "customer_id", "segment_id", "stratum", "weight", "date"]
    assert sheet.max_row == 331 and len(sheet.data_validations.dataValidation) > 20
    typed = {2: {"date": "2026-05-01", "C9.points": 60, "C8.points": 40, "C9.perceived": 7.5, "C9.expected": 9,
                 "C9.desired_value": 2,
                 "C9.willing_to_pay": 15, "C9.able_to_pay": "true"}, 5: {"C1.perceived": 0}}
    for row, cells in typed.items():
        for heading, value in cells.items():
            sheet.cell(row, headings.index(heading) + 1, value)
    book.save(folder / "answers.xlsx")
    with (folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + settings_lines())
    study = load_study(folder)
    drawn = evaluate(open_demo.study, None, "sample").table("drawn")
    people = study.table("survey_respondents")
    assert people["respondent_id"].tolist() == ["R0001", "R0004"]
    assert people["customer_id"].tolist() == drawn["customer_id"].iloc[[0, 3]].tolist()
    assert people["weight"].tolist() == pytest.approx(drawn["weight"].iloc[[0, 3]].tolist())
    assert str(people["date"].iloc[0])[:10] == "2026-05-01"
    assert study.table("survey_importance")[["respondent_id", "component_id", "points"]].values.tolist() == [
        ["R0001", "C8", 40.0], ["R0001", "C9", 60.0]]
    got = study.table("survey_satisfaction").set_index(["respondent_id", "component_id"])
    assert got.loc[("R0001", "C9"), ["perceived", "expected", "desired_value", "willing_to_pay"]].tolist() == [7.5, 9, 2, 15]
    assert bool(got.loc[("R0001", "C9"), "able_to_pay"]) is True and got.loc[("R0004", "C1"), "perceived"] == 0
    assert len(got) == 2 and set(got["supplier"]) == {"own"}
    assert evaluate(study, None, "demand").value("respondents") == 2


def test_columns_of_the_sheet():
    asked = propose_questionnaire(TWO, BRANCH, "en", valued=["C9"])
    assert answer_columns(asked, ["C8", "C9"], "Q01") == [
        ("C8.points", "Q01"), ("C9.points", "Q01"), ("C8.perceived", "Q02"), ("C9.perceived", "Q03"), ("C8.expected", "Q04"),
        ("C9.expected", "Q05"), ("Q06", "Q06"), ("C9.desired_value", "Q07"), ("C9.willing_to_pay", "Q08"),
        ("C9.able_to_pay", "Q09"), ("Q10", "Q10"), ("Q11", "Q11")]
