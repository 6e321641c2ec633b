"""What a page rests on, by the titles a reader knows: tables, steps and their decisions."""

from __future__ import annotations

import re

from svcnb.i18n import N_
from svcnb.steps import STEPS
from svcnb.tables import TABLES


def table_title(name: str, words) -> str:
    """The title of a table of the study: its meaning up to the first stop; an unknown name as it is.

    >>> from svcnb.i18n import words_in
    >>> table_title("customers", words_in("es"))
    'Clientes'
    """
    return re.split(r"[,;:.]", words(TABLES[name].meaning))[0] if name in TABLES else name


def input_title(name: str, words) -> str:
    """An input of a result (``table customers``, ``decision goals``, ``parameters``) in the reader's words."""
    kind, _, what = name.partition(" ")
    if kind == "table":
        return table_title(what, words)
    if kind == "decision" and what in STEPS:
        return words(N_("decision of {step}"), step=words(STEPS[what].TITLE))
    return words(N_("parameters")) if name == "parameters" else name


def source_title(name: str, words) -> str:
    """A table or a step that something comes from."""
    return table_title(name, words) if name in TABLES else words(STEPS[name].TITLE) if name in STEPS else words(name)
