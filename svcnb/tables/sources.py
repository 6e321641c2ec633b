"""Where a table's cells come from and how its file is written: the sections ``[tables.<name>]`` of study.toml.

A file that is what it looks like needs only its name (``orders = "lines.csv"`` in ``[tables]``), or none.
A client's export says more::

    [tables.orders]
    file = "Pedidos 2024.xlsx"
    sheet = "Datos"                   # of a workbook with several sheets
    heading_row = 4                   # where the column names stand, as the spreadsheet counts
    encoding = "cp850"                # of a csv that is neither UTF-8 nor Windows text (cp1252)
    separator = "tab"                 # one of , ; | tab
    decimal = ","                     # one of . ,
    numbered = "line_no"              # a key that the file does not have: its rows are counted
    distinct = true                   # several rows of the file are one row of the table (order and line on one row)
    dates = "dd/mm/yyyy"              # one of DATES

    [tables.orders.columns]           # our column = the client's heading
    order_id = "Nº Pedido"

    [tables.orders.values.status]     # in our column: the client's word = ours
    "Entregado" = "delivered"

A survey export (``svcnb.tables.surveys``) has one row a respondent and says with ``questions`` what each of its
columns answers: our column, or for the tables with a row an answer ``<component>.<our column>``::

    [tables.survey_satisfaction]
    file = "Respuestas.xlsx"
    format = "google_forms"           # or limesurvey, kobotoolbox
    [tables.survey_satisfaction.questions]
    "¿Cómo valora el plazo de entrega?" = "C9.perceived"

The answer sheet of page 03f says it in its headings: ``format = "svcnb"`` needs no questions.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import Path

from svcnb.errors import StudyError
from svcnb.i18n import N_
from svcnb.tables.schemas import TABLES
from svcnb.tables.toml import is_section, known, shown, wrong

SEPARATORS = {",": ",", ";": ";", "|": "|", "tab": "\t", "\t": "\t"}
DECIMALS = (".", ",")
# What a person writes in study.toml -> how DuckDB reads it.
DATES = {
    "yyyy-mm-dd": "%Y-%m-%d", "yyyy/mm/dd": "%Y/%m/%d", "yyyy.mm.dd": "%Y.%m.%d", "yyyymmdd": "%Y%m%d",
    "dd/mm/yyyy": "%d/%m/%Y", "dd-mm-yyyy": "%d-%m-%Y", "dd.mm.yyyy": "%d.%m.%Y",
    "mm/dd/yyyy": "%m/%d/%Y", "mm-dd-yyyy": "%m-%d-%Y", "mm.dd.yyyy": "%m.%d.%Y",
    "dd/mm/yy": "%d/%m/%y", "dd-mm-yy": "%d-%m-%y", "dd.mm.yy": "%d.%m.%y",
    "mm/dd/yy": "%m/%d/%y", "mm-dd-yy": "%m-%d-%y", "mm.dd.yy": "%m.%d.%y",
}
FORMATS = ("google_forms", "limesurvey", "kobotoolbox", "svcnb")
SURVEYS = ("survey_respondents", "survey_importance", "survey_satisfaction", "survey_pairs", "survey_profiles")


@dataclass(frozen=True)
class Source:
    """One section ``[tables.<name>]``; an empty field was not declared.

    Attributes
    ----------
    columns : dict
        Our column -> the client's heading.
    values : dict
        Our column -> {the client's word: ours}.
    questions : dict
        A survey export's heading -> our column, with the key parts before it (``C9.perceived``).
    """

    file: str = ""
    sheet: str = ""
    heading_row: int = 0
    encoding: str = ""
    separator: str = ""
    decimal: str = ""
    dates: str = ""
    format: str = ""
    distinct: bool = False
    numbered: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)


def read_sources(given: dict, folder: Path) -> dict[str, Source]:
    """The section ``[tables]`` of study.toml, checked.

    Parameters
    ----------
    given : dict
        As tomllib gives it.
    folder : Path
        The study's folder; no file may lie outside.

    Returns
    -------
    dict
        Table -> Source.

    Raises
    ------
    StudyError
        An unknown table, key, value or column; a file outside the folder.
    """
    known("tables", given, [*TABLES, "workbook"])
    return {name: _source(name, value, folder) for name, value in given.items()}


def _source(name: str, given, folder: Path) -> Source:
    place = f"tables.{name}"
    if not isinstance(given, dict):
        given, keyed = {"file": given}, place
    else:
        keyed = f"{place}.file"
    known(place, given, [key for key in Source.__dataclass_fields__ if key != "questions" or name in SURVEYS])
    if "file" in given:
        inside(keyed, name, given["file"], folder)
    for key in ("sheet", "encoding"):
        if key in given and (not isinstance(given[key], str) or not given[key].strip()):
            raise wrong(f"{place}.{key}", given[key], N_("a text"), '"cp1252"' if key == "encoding" else '"Datos"')
    row = given.get("heading_row", 1)
    if isinstance(row, bool) or not isinstance(row, int) or not 1 <= row <= 1_048_576:
        raise wrong(f"{place}.heading_row", row, N_("a whole number from 1"), "4")
    own_keys = [key for key in TABLES[name].key if not TABLES[name].by_name[key].refers]
    _one_of(f"{place}.numbered", given.get("numbered"), own_keys, own_keys or ["–"])
    if not isinstance(given.get("distinct", False), bool):
        raise wrong(f"{place}.distinct", given["distinct"], N_("true or false"), "true")
    for key, words in (("separator", (",", ";", "|", "tab")), ("decimal", DECIMALS), ("dates", tuple(DATES)),
                       ("format", FORMATS)):
        _one_of(f"{place}.{key}", given.get(key), (*words, "\t") if key == "separator" else words, words)
    if "format" in given and name not in SURVEYS:
        raise StudyError(N_("study.toml: {key} is for the tables of a survey; take it away."), key=f"{place}.format")
    if "encoding" in given:
        _is_encoding(f"{place}.encoding", given["encoding"])
    return Source(**{**given, "columns": _columns(name, given), "values": _values(name, given),
                     "questions": _questions(name, given),
                     "separator": SEPARATORS.get(given.get("separator", ""), "")})


def inside(key: str, table: str, value, folder: Path) -> None:
    """Raise StudyError for what is no file name, or a file outside the study's folder."""
    if not isinstance(value, str) or not value.strip():
        raise wrong(key, value, N_("a file name"), f'"{table}.csv"')
    if "\0" in value or Path(value).is_absolute() or not (folder / value).resolve().is_relative_to(folder.resolve()):
        raise StudyError(
            N_("study.toml: {key} = {value} is outside the study's folder; "
               "put the file into the folder and write its name."), key=key, value=shown(value))


def _one_of(key: str, value, allowed, words) -> None:
    if value is not None and value not in allowed:
        raise StudyError(N_("study.toml: {key} = {value} is not known; write one of {known}."),
                         key=key, value=shown(value), known=" ".join(words))


def _is_encoding(key: str, name: str) -> None:
    try:
        "á".encode(codecs.lookup(name).name, "ignore")  # codecs that are no encodings (base64) fail here
    except (LookupError, TypeError):
        raise StudyError(N_("study.toml: {key} = {value} is no encoding that is known; write e.g. {example}."),
                         key=key, value=shown(name), example='"cp1252"') from None


def _texts(place: str, given) -> dict[str, str]:
    is_section(place, given)
    for key, value in given.items():
        if not isinstance(value, str) or not value.strip():
            raise wrong(f'{place}."{key}"', value, N_("a text"), '"Pedido"')
    return dict(given)


def _columns(name: str, given: dict) -> dict[str, str]:
    place = f"tables.{name}.columns"
    columns = _texts(place, given.get("columns", {}))
    known(place, columns, TABLES[name].names)
    return columns


def _values(name: str, given: dict) -> dict[str, dict[str, str]]:
    place = f"tables.{name}.values"
    is_section(place, given.get("values", {}))
    known(place, given.get("values", {}), TABLES[name].names)
    return {column: _texts(f"{place}.{column}", words) for column, words in given.get("values", {}).items()}


def _questions(name: str, given: dict) -> dict[str, str]:
    """Each question answers a column that is there; the key parts before it are those after the respondent."""
    place = f"tables.{name}.questions"
    questions = _texts(place, given.get("questions", {}))
    parts = [key for key in TABLES[name].key if key != "respondent_id"]
    for heading, answers in questions.items():
        *before, column = answers.split(".")
        known(f'{place}."{heading}"', {column: ""}, TABLES[name].names)
        wanted = 0 if column == "respondent_id" or not parts else len(parts)
        optional = sum(TABLES[name].by_name[key].default is not None for key in parts) if wanted else 0
        if not wanted - optional <= len(before) <= wanted or not all(before):
            raise StudyError(
                N_('study.toml: {key} = {value} does not say what is answered; write e.g. {example}.'),
                key=f'{place}."{heading}"', value=shown(answers),
                example='"' + ".".join([*(_example(part) for part in parts[:wanted - optional]), column]) + '"')
    return questions


def _example(part: str) -> str:
    return {"component_id": "C9", "item_a": "C1", "item_b": "C2", "profile_id": "P1"}.get(part, part)
