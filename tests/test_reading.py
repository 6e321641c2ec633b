"""What a demanding reader sees on every page and in the report: each warning once and where it belongs, names instead of
ids, titles instead of table names, the currency behind every amount, one language at a time."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from svcnb import pages
from svcnb.errors import Reason, about, reason
from svcnb.i18n import words_in
from svcnb.panels import PAGES, reasons_of
from svcnb.panels.inputs import input_title, table_title
from svcnb.tables import TABLES

EN, ES = words_in("en"), words_in("es")


@pytest.fixture(scope="module")
def seen():
    """(page, language) -> what its cells say without a browser, computed once."""
    said = {}

    def read(name, language):
        if (name, language) not in said:
            page = pages.open_page(name, "demo", language)
            said[name, language] = {part: repr(getattr(page, part)()) for part in ("data", "reading", "picture", "table")}
            said[name, language]["all"] = "\n".join(said[name, language].values())
        return said[name, language]

    return read


# each warning once --------------------------------------------------------------------------------------
@pytest.mark.parametrize("step", sorted({page.step for page in PAGES.values()}))
def test_every_warning_of_a_step_stands_on_one_page_and_none_is_lost(step):
    """Whatever its topic: one that a page claims, one that nobody claims, none."""
    own = [page for page in PAGES.values() if page.step == step]
    topics = ["", "claimed by nobody", *(topic for page in PAGES.values() for topic in page.topics)]
    given = tuple(replace(reason(f"{n}"), topic=topic) for n, topic in enumerate(topics))
    shown = [one for page in own for one in reasons_of(page, SimpleNamespace(reasons=given))]
    assert sorted(shown, key=given.index) == list(given)
    for page in own:
        assert set(page.topics) <= {one.topic for one in reasons_of(page, SimpleNamespace(reasons=given))}


def test_a_topic_belongs_to_one_page():
    claimed = [topic for page in PAGES.values() for topic in page.topics]
    assert len(claimed) == len(set(claimed))


def test_a_warning_keeps_its_topic_when_it_is_stored():
    from svcnb.results import proposal_from_json, proposal_to_json
    from svcnb.steps.step import Proposal

    told = tuple(about("window", [Reason("a", {"n": [1]}, "info")]))
    (back,) = proposal_from_json(proposal_to_json(Proposal(reasons=told))).reasons
    assert (back.template, back.values, back.level, back.topic) == ("a", {"n": [1]}, "info", "window")


@pytest.mark.parametrize("first,second,here,there", [
    ("demand", "window", "Hubo agotamiento", "Sin ventana para"),
    ("organisation", "staffing", "Paquete, tipo de servicio y contacto", "La media de todas las horas")])
def test_the_demo_says_each_warning_where_it_belongs(seen, first, second, here, there):
    one, other = seen(first, "es")["data"], seen(second, "es")["data"]
    assert here in one and here not in other
    assert there in other and there not in one


# names instead of ids -----------------------------------------------------------------------------------
IDS = re.compile(r"(?<![\w-])(?:[GSCAEK]\d|MS\d|SV\d|OF\d)(?![\w.-])")  # groups, segments, components, activities, experts …


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_of_the_demo_names_an_id(seen, name, language):
    """The gap 4 of quality keeps its name G4; a person who wrote “K1 for urgent needs” on a card is quoted."""
    text = re.sub(r"(brecha|gap) G4", "", seen(name, language)["all"])
    text = re.sub(r"K\d (for urgent needs|for the price)", "", text)
    if name == "tree":  # its segments are called as its programs call them
        text = re.sub(r"\bS\d\b", "", text)
    assert IDS.findall(text) == []


def test_a_warning_that_begins_with_a_name_begins_with_a_capital(seen):
    assert "\nTechnical advice " in seen("critical_parameters", "en")["data"]


# titles instead of table names --------------------------------------------------------------------------
@pytest.mark.parametrize("words", [EN, ES], ids=["en", "es"])
def test_every_table_has_a_short_title_of_its_own(words):
    titles = [table_title(name, words) for name in TABLES]
    assert len(set(titles)) == len(titles)
    assert all(title and title[0] == title[0].upper() and len(title) < 70 for title in titles)
    assert all(table_title(name, EN) != table_title(name, ES) for name in TABLES)


def test_inputs_are_called_by_their_titles():
    assert input_title("table order_lines", ES) == "Líneas de pedido"
    assert input_title("decision segmentation", ES) == "decisión de Segmentación"
    assert input_title("parameters", ES) == "parámetros" and input_title("parameters", EN) == "parameters"
    assert input_title("table köttur", ES) == "köttur"


@pytest.mark.parametrize("name", [name for name in PAGES if name != "study"])
def test_no_page_says_the_name_of_a_file(seen, name):
    """Page 00 lists the files by their names; elsewhere a name with an underscore is one that slipped through."""
    text = seen(name, "es")["all"]
    if name == "tree":  # its rules as programs name columns as the client's table does
        before, _, programs = text.partition("Las reglas en SQL")
        text = before + programs[programs.index("Qué ofrecía"):]
    assert re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", text) == []
