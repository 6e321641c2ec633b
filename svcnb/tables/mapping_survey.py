"""The questions of a survey export, one row a respondent: which component of the service each asks for, and what of it.

>>> from svcnb.tables.schemas import TABLES
>>> table = TABLES["survey_satisfaction"]
>>> asked = Asked.of("¿Cómo percibe el servicio? [Plazo de entrega]", table, {"C9": ("delivery time", "plazo de entrega")})
>>> asked["C9.perceived"] > 0.9 > 0.5 > asked["C9.expected"]
True
"""

from __future__ import annotations

import re

from svcnb.tables.mapping_words import likeness, plain
from svcnb.tables.schema import Table
from svcnb.tables.schemas import TABLES

# Headings that each tool writes of itself, in English and Spanish, as plain words.
MARKS = {
    "google_forms": ("timestamp", "marca temporal"),
    "limesurvey": ("response id", "id de respuesta", "id respuesta", "submitdate", "date submitted", "fecha de envio",
                   "last page", "ultima pagina"),
    "kobotoolbox": ("uuid", "submission time", "xform id string", "deviceid"),
}
# Tables with a row an answer, and the words by which a question asks for a column of theirs.
ASKS = {
    "survey_importance": {
        "points": "importance importancia important importante points puntos 100 reparta distribute weight peso wichtig punkte"},
    "survey_satisfaction": {
        "perceived": "perceived percibe percibido perciben satisfied satisfaction satisfecho satisfaccion receive recibe "
                     "recibido valora valore rate experience actual zufrieden erlebt",
        "expected": "expected expect espera esperado esperaba esperaria expectation expectativa deberia should erwartet"},
}
PARTS = re.compile(r"[\[(]([^\])]*)[\])]")


def survey_format(headings: list[str]) -> str:
    """The tool that wrote these headings, ``""`` when it is none of those that are known."""
    found = {plain(heading) for heading in headings}
    for name, marks in MARKS.items():
        if len(found & set(marks)) >= (1 if name == "google_forms" else 2):
            return name
    return ""


class Asked:
    """What a heading may ask for: ``<component>.<column>`` -> likeness."""

    @staticmethod
    def targets(table: Table, components: dict) -> list[str]:
        return [f"{component}.{column}" for component in components for column in ASKS[table.name]]

    @staticmethod
    def of(heading: str, table: Table, components: dict[str, tuple[str, ...]]) -> dict[str, float]:
        """Scores of all targets; the component is looked for in the brackets of a grid first, then in the whole."""
        words = set(plain(heading).split())
        asked = {column: bool(words & set(listed.split())) for column, listed in ASKS[table.name].items()}
        elsewhere = {column for name, columns in ASKS.items() if name != table.name
                     for column, listed in columns.items() if words & set(listed.split())}
        scores = {}
        for component, names in components.items():
            near = _component(heading, component, names)
            for column, said in asked.items():
                sure = 1.0 if said else 0.3 if any(asked.values()) or elsewhere else 0.85 if len(asked) == 1 else 0.6
                scores[f"{component}.{column}"] = near * sure
        return scores


def _component(heading: str, component: str, names: tuple[str, ...]) -> float:
    brackets = PARTS.findall(heading)
    for text in (*brackets, heading):
        if plain(component) in plain(re.sub(r"(?<=[A-Za-z])(?=\d)", "", text)).split() or component in re.split(r"\W+", text):
            return 1.0
    best = max((likeness(text, name) for text in brackets for name in names), default=0.0)
    whole = f" {plain(heading)} "
    inside = max((0.95 for name in names if f" {plain(name)} " in whole), default=0.0)
    return max(best, inside)


def components_of(rows=None) -> dict[str, tuple[str, ...]]:
    """Component -> its names in English and Spanish; the usual ten without rows of the study's own."""
    rows = TABLES["components"].rows if rows is None else rows
    return {row["component_id"]: tuple(filter(None, (row.get("name"), row.get("spanish")))) for row in rows}
