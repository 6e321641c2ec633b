"""Exports of three survey tools become our survey tables; each file is as its tool writes it, in English or Spanish."""

# ruff: noqa: E501 - an export is as wide as its tool writes it
from __future__ import annotations

import pytest

from svcnb.i18n import words_in
from svcnb.study import load_study
from svcnb.tables.check import render_problems
from tests.nasty.case import cell, line, row, xlsx
from tests.nasty.outcome import shown

TOML = '[study]\nname = "Test"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'

GOOGLE = '''"Marca temporal","Sector","Reparta 100 puntos [Plazo de entrega]","Reparta 100 puntos [Actitud]","¿Cómo percibe? [Plazo de entrega]","¿Por qué pagaría más?","Comentario"
"2024/03/04 2:05:10 p. m. GMT-5","Industria, pesada","60","40","Muy bueno","Plazo de entrega, rápido, Otro: regalo","línea uno
línea dos"
"2024/03/05 9:00:00 a. m. GMT-5","Comercio","100","0","7","",""
'''
GOOGLE_TOML = '''
[tables.survey_respondents]
file = "google.csv"
format = "google_forms"
[tables.survey_respondents.questions]
"Sector" = "stratum"
[tables.survey_importance]
file = "google.csv"
format = "google_forms"
[tables.survey_importance.questions]
"Reparta 100 puntos [Plazo de entrega]" = "C9.points"
"Reparta 100 puntos [Actitud]" = "C10.points"
[tables.survey_satisfaction]
file = "google.csv"
format = "google_forms"
[tables.survey_satisfaction.questions]
"¿Cómo percibe? [Plazo de entrega]" = "C9.perceived"
"¿Por qué pagaría más?" = "*.able_to_pay"
[tables.survey_satisfaction.values.component_id]
"Plazo de entrega, rápido" = "C9"
"Actitud" = "C10"
[tables.survey_satisfaction.values.perceived]
"Muy bueno" = "10"
'''
LIME = '''"Response ID","Date submitted","Last page","Start language","Seed","Date started","How good? [Delivery time]","How good? [Delivery time][Other]","How good are they? [Delivery time]"
"007","2024-03-04 14:05:10","3","en","123","2024-03-04 14:00:00","8","","6.5"
"8","1980-01-01 00:00:00","3","en","124","1980-01-01 00:00:00","N/A","",""
"9","","1","en","125","2024-03-04 15:00:00","","",""
'''
LIME_TOML = '''
[tables.survey_respondents]
file = "lime.csv"
format = "limesurvey"
[tables.survey_satisfaction]
file = "lime.csv"
format = "limesurvey"
[tables.survey_satisfaction.questions]
"How good? [Delivery time]" = "C9.perceived"
"How good are they? [Delivery time]" = "C9.rival.perceived"
'''
KOBO_TOML = '''
[tables.survey_respondents]
file = "kobo.xlsx"
format = "kobotoolbox"
[tables.survey_respondents.questions]
"group/segment" = "segment_id"
[tables.survey_satisfaction]
file = "kobo.xlsx"
format = "kobotoolbox"
[tables.survey_satisfaction.questions]
"group/delivery" = "C9.perceived"
"pay/delivery" = "C9.able_to_pay"
"pay/attitude" = "C10.able_to_pay"
[tables.survey_profiles]
file = "kobo.xlsx"
format = "kobotoolbox"
[tables.survey_profiles.questions]
"rate_p1" = "P1.rating"
[tables.survey_pairs]
file = "kobo.xlsx"
format = "kobotoolbox"
[tables.survey_pairs.questions]
"price_or_time" = "price.time.winner"
'''
KOBO = xlsx(
    line(1, "start", "end", "group/segment", "group/delivery", "pay", "pay/delivery", "pay/attitude", "rate_p1", "price_or_time",
         "_id", "_uuid", "_submission_time")
    + row(2, cell("A2", "2024-03-04T23:50:00.000-05:00"), cell("B2", "2024-03-04T23:59:10.512-05:00"), cell("C2", "S1"),
          cell("D2", 8), cell("E2", "delivery"), cell("F2", 1), cell("G2", 0), cell("H2", 9), cell("I2", "a"), cell("J2", 101),
          cell("K2", "0e1f-22"), cell("L2", "2024-03-05T04:59:30"))
    + row(3, cell("A3", "2024-03-05T08:00:00.000-05:00"), cell("B3", "2024-03-05T08:10:00.000-05:00"), cell("C3", "S2"),
          cell("F3", 0), cell("G3", 1), cell("J3", 102), cell("K3", "0e1f-23")))


def study_of(folder, toml, **files):
    (folder / "study.toml").write_text(TOML + toml, "utf-8")
    for name, data in files.items():
        stem, _, ending = name.rpartition("_")
        (folder / f"{stem}.{ending}").write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return load_study(folder)


def rows(study, table, *columns):
    assert render_problems(study.problems(), words_in("en")) == []
    frame = study.table(table)
    return [tuple(shown(frame[name][n]) for name in columns) for n in range(len(frame))]


def test_google_forms(tmp_path):
    """Two respondents, called by their rows. The first ticked "Plazo de entrega, rápido" (the comma is the option's own) and
    something of her own; the second ticked nothing. Muy bueno is 10; 60 + 40 and 100 + 0 points."""
    study = study_of(tmp_path, GOOGLE_TOML, google_csv=GOOGLE)
    assert rows(study, "survey_respondents", "respondent_id", "stratum", "date") == [
        ("r2", "Industria, pesada", "2024-03-04 00:00:00"), ("r3", "Comercio", "2024-03-05 00:00:00")]
    assert rows(study, "survey_importance", "respondent_id", "component_id", "points") == [
        ("r2", "C9", 60), ("r2", "C10", 40), ("r3", "C9", 100), ("r3", "C10", 0)]
    assert rows(study, "survey_satisfaction", "respondent_id", "component_id", "supplier", "perceived", "able_to_pay") == [
        ("r2", "C9", "own", 10, True), ("r2", "C10", "own", None, False), ("r3", "C9", "own", 7, None)]
    notes = [words_in("en").reason(note) for note in study.warnings]
    assert ("google.csv: 4 columns answer nothing of survey_importance and were left out: «Sector», "
            "«¿Cómo percibe? [Plazo de entrega]», «¿Por qué pagaría más?», «Comentario».") in notes


def test_limesurvey(tmp_path):
    """Number 007 keeps its zeros; N/A is no number and is said; an unfinished answer gives no row.
    LimeSurvey writes 1 January 1980 for the day of an anonymous answer: it is none."""
    study = study_of(tmp_path, LIME_TOML, lime_csv=LIME)
    assert render_problems(study.problems(), words_in("en")) == [
        "lime.csv row 3, column G + I: perceived = 'N/A' is not a number; write digits, e.g. 12.5."]
    study = study_of(tmp_path, LIME_TOML, lime_csv=LIME.replace("N/A", ""))
    assert rows(study, "survey_respondents", "respondent_id", "date") == [
        ("007", "2024-03-04 00:00:00"), ("8", None), ("9", None)]
    assert rows(study, "survey_satisfaction", "respondent_id", "component_id", "supplier", "perceived", "question") == [
        ("007", "C9", "own", 8, "How good? [Delivery time]"), ("007", "C9", "rival", 6.5, "How good are they? [Delivery time]")]


def test_kobotoolbox(tmp_path):
    """The day is the respondent's own (23:59 on 4 March, although 5 March in UTC); ticked boxes are 1 and 0."""
    study = study_of(tmp_path, KOBO_TOML, kobo_xlsx=KOBO, profiles_csv="profile_id,component_id\nP1,C9\n")
    assert rows(study, "survey_respondents", "respondent_id", "segment_id", "date") == [
        ("0e1f-22", "S1", "2024-03-04 00:00:00"), ("0e1f-23", "S2", "2024-03-05 00:00:00")]
    assert rows(study, "survey_satisfaction", "respondent_id", "component_id", "perceived", "able_to_pay") == [
        ("0e1f-22", "C9", 8, True), ("0e1f-22", "C10", None, False), ("0e1f-23", "C9", None, False), ("0e1f-23", "C10", None, True)]
    assert rows(study, "survey_profiles", "respondent_id", "profile_id", "rating") == [("0e1f-22", "P1", 9)]
    assert rows(study, "survey_pairs", "respondent_id", "item_a", "item_b", "winner") == [("0e1f-22", "price", "time", "a")]


@pytest.mark.parametrize("toml, message", [
    (GOOGLE_TOML.replace('"Sector" =', '"Ramo" ='),
     "google.csv: has no question 'Ramo', which study.toml names; "
     "correct it in [tables.survey_respondents.questions] of study.toml, or map the file again."),
    (GOOGLE_TOML.split("[tables.survey_importance.questions]")[0].replace("[tables.survey_respondents", "[tables.survey_pairs")
     .replace('"Sector" = "stratum"', '"Sector" = "a.b.winner"'),
     "google.csv row 2, column B: winner = 'Industria, pesada' is not one of a, b, tie; write one of these words.")])
def test_a_question_that_is_not_there_or_is_no_answer(toml, message, tmp_path):
    study = study_of(tmp_path, toml, google_csv=GOOGLE)
    assert message in render_problems(study.problems(), words_in("en"))


def test_a_person_who_answered_twice_is_told(tmp_path):
    """The same number in two rows of the export: the second answer to the same question is a doubled key."""
    twice = LIME.replace('"8","1980', '"007","1980').replace("N/A", "5")
    study = study_of(tmp_path, LIME_TOML, lime_csv=twice)
    assert render_problems(study.problems(), words_in("en"))[0] == (
        "lime.csv row 3, column A: respondent_id = '007' is already in row 2; delete one of the two rows or correct its key.")
