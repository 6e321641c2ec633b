"""Words, numbers and dates in both languages; the catalogues say the same with the same values."""

from __future__ import annotations

import datetime as dt
import re
import string

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import NotComputable, ParameterError, reason
from svcnb.i18n import LOCALE, words_in

EN, ES = words_in("en"), words_in("es")
CATALOGUES = sorted(LOCALE.glob("es/LC_MESSAGES/*.po"))


def messages(path):
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return [(m.id, m.string) for m in read_po(file, locale="es") if m.id]


def fields(text) -> list[tuple[str, str]]:
    """The placeholders of a template: name and format spec, sorted."""
    return sorted((name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("value,digits,english,spanish", [
    (1234567, None, "1,234,567", "1.234.567"),
    (1234.5, 1, "1,234.5", "1.234,5"),
    (0.123456, None, "0.1235", "0,1235"),
    (12.3456, None, "12.35", "12,35"),
    (1234.5678, None, "1,234.6", "1.234,6"),
    (0.00012345, None, "0.0001234", "0,0001234"),
    (3.0, None, "3", "3"),
    (-0.4, 0, "0", "0"),
    (-0.0, None, "0", "0"),
    (-1.5, 1, "-1.5", "-1,5"),
    (2.5, 3, "2.500", "2,500"),
    (np.int64(1200), None, "1,200", "1.200"),
    (np.float64(0.25), 2, "0.25", "0,25"),
    (float("inf"), None, "∞", "∞"),
    (float("-inf"), 0, "-∞", "-∞"),
])
def test_numbers(value, digits, english, spanish):
    """Four significant figures below 1000: 0.123456 is 0.1235, 12.3456 is 12.35 (nearest in binary)."""
    assert EN.number(value, digits) == english
    assert ES.number(value, digits) == spanish


def test_percent():
    assert EN.percent(0.875) == "87.5 %" and ES.percent(0.875) == "87,5 %"
    assert EN.percent(1.0786, 0) == "108 %" and ES.percent(0) == "0,0 %"


def test_dates_and_times():
    day = dt.datetime(2026, 3, 9, 7, 5, 4)
    assert EN.date(day) == "Mar 9, 2026" and ES.date(day) == "9 mar 2026"
    assert EN.time(day) == ES.time(day) == "07:05:04"
    assert ES("made {day:date} with svcnb {version}", day=day, version="1") == "hecho el 9 mar 2026 con svcnb 1"


@pytest.mark.parametrize("value", [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT])
def test_what_is_missing_is_said(value):
    assert EN.number(value) == "–" and ES.percent(value) == "–"
    for spec in ("", ":%", ":2", ":$", ":word", ":date"):
        assert EN("{x" + spec + "}", x=value) == "not measured"
        assert ES("{x" + spec + "}", x=value) == "no medido"


def test_templates_with_specs():
    template = "{n} {share:%} {mean:2} {money:$} {what:word} {flag} {text}"
    values = {"n": 1200, "share": 0.5, "mean": 2.0, "money": 1234.6, "what": "data", "flag": True, "text": "ñ"}
    assert EN(template, **values) == "1,200 50.0 % 2.00 1,235 data True ñ"
    assert ES(template, **values) == "1.200 50,0 % 2,00 1.235 datos True ñ"
    assert EN("{a} {b} {c:word}", a=np.int64(11862), b=[1, 2], c=["data"]) == "11,862 1, 2 data"
    assert ES("{b:2}; {c:word}", b=[1, 2], c=["data", "x"]) == "1,00, 2,00; datos, x"


def test_the_words_of_a_study_know_its_names_and_its_currency():
    """Ids and lists of ids read as names, unknown ones as they are; a warning that begins with one begins with a capital."""
    words = ES.of_study("CUP", {"component": {"C1": "costo"}, "group": {"G1": "taller"}})
    assert words("{groups} / {component}", groups=["G1", "G9"], component="C1") == "taller, G9 / costo"
    assert words("{n} {money:$} {money:$2}", n="G1", money=1234.5) == "G1 1.234 CUP 1.234,50 CUP"
    assert words("{a:$}", a=None) == "no medido"
    why = reason("{group}: no design reaches the competitor.", group="G1")
    assert words.reason(why) == "Taller: ningún diseño alcanza al competidor."
    assert ES.reason(why) == "G1: ningún diseño alcanza al competidor."
    assert ES("{groups} {money:$}", groups=["G1"], money=5) == "G1 5"


def test_reasons_and_errors_read_in_both_languages():
    why = reason("There is no page {name}; pages are {pages}.", name="x", pages="a, b")
    assert EN.reason(why) == "There is no page x; pages are a, b."
    assert ES.reason(why) == "No existe la página x; las páginas son a, b."
    error = ParameterError("There is no language {language}; write en or es.", language="fr")
    assert str(error) == "There is no language fr; write en or es."
    assert ES.reason(error) == "No existe el idioma fr; escriba en o es."
    assert ES.reason(NotComputable("Done").reason) == "Hecho"


def test_other_languages_and_texts_fall_back_to_english():
    assert words_in("fr") is not None and words_in("fr").language == "en"
    assert words_in("fr")("Done") == "Done" and ES("A text of nobody {n}", n=1) == "A text of nobody 1"
    assert ES("") == "" and words_in("es") is ES


@pytest.mark.parametrize("hostile", ["{n}", "{0.__class__}", "{", "}", "{{x}}", "%s", "<script>", "\\"])
def test_values_with_braces_are_not_interpreted(hostile):
    assert EN("{name}: {n}", name=hostile, n=1) == f"{hostile}: 1"
    assert EN("{name:word}", name=hostile) == hostile
    assert ES(hostile) == hostile  # a text without values is no template
    assert EN.reason(reason("{what}", what=hostile)) == hostile
    assert str(ParameterError("{value}", value=hostile)) == hostile


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_translations_hold_the_same_values(path):
    wrong = [(text, said) for text, said in messages(path) if fields(text) != fields(said)]
    assert wrong == []


SOURCE = "Gómez, Acevedo, González 2004, S2:L"  # a citation is names, years and titles


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_sentences_are_translated(path):
    """More than three words that are alike in both languages were forgotten, not translated."""
    def is_sentence(text):
        return len(re.findall(r"[^\W\d_]{2,}", re.sub(r"\{[^}]*\}", "", text))) > 3 and not text.startswith(SOURCE)

    assert [text for text, said in messages(path) if not said or text == said and is_sentence(text)] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_translations_end_as_the_text_does(path):
    """A sentence stays a sentence, a question a question; no end is lost."""
    ends = {text: said for text, said in messages(path) if len(text) > 4 and text[-1] in ".?:" and said[-1] != text[-1]}
    assert ends == {}
    assert [said for _, said in messages(path) if said.endswith("?") and "¿" not in said] == []


def test_no_text_is_translated_in_two_catalogues():
    seen, twice = {}, []
    for path in CATALOGUES:
        for text, _ in messages(path):
            twice += [(text, seen[text], path.stem)] if text in seen else []
            seen[text] = path.stem
    assert twice == []
