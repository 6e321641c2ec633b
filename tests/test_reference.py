"""The reference pages are written from today's definitions, in both languages, with every column."""

from __future__ import annotations

import pytest

from svcnb.i18n import words_in
from svcnb.tables import TABLES
from svcnb.tables.reference import reference, themes
from tools.reference import PAGES


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_todays(language):
    assert PAGES[language].read_text("utf-8") == reference(words_in(language)), "run python tools/reference.py"


@pytest.mark.parametrize("language", PAGES)
def test_every_table_and_column_stands_there_once(language):
    text = reference(words_in(language))
    for name, table in TABLES.items():
        assert text.count(f"\n### {name}\n") == 1
        part = text.split(f"\n### {name}\n")[1].split("\n### ")[0].split("\n## ")[0]
        assert [line.split("`")[1] for line in part.splitlines() if line.startswith("| `")] == table.names


def test_every_table_has_a_theme():
    assert [table.name for tables in themes().values() for table in tables] == list(TABLES)


def test_a_line_of_each_page():
    line = {"en": "| `is_emergency` | emergency order | true or false |  | true, false | may be missing or empty |  |",
            "es": "| `is_emergency` | pedido de emergencia | verdadero o falso (true, false) |  | true, false | puede faltar o "
                  "estar vacía |  |"}
    assert {language: line[language] in reference(words_in(language)) for language in PAGES} == {"en": True, "es": True}
