"""The reference page of the tables, written from their definitions: ``python tools/reference.py``."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.tables.described import TYPES, allowed, presence, unit_of
from svcnb.tables.samples import HEADINGS
from svcnb.tables.schemas import TABLES, THEMES

THEME_NAMES = {
    "sales": N_("Customers, orders and what happened to them"), "survey": N_("Surveys, competitors and beliefs"),
    "company": N_("Strategy, cost drivers, experts and forces"),
    "operation": N_("Organisation, waiting lines, balance and economics"),
    "planning": N_("Goals, plan, projects and follow-up"), "offer": N_("The offer, its penalties and its messages")}


def themes() -> dict[str, tuple]:
    """Theme -> its tables, in the order of the definitions."""
    return {theme.__name__.rpartition(".")[2]: theme.THEME for theme in THEMES}


def reference(words) -> str:
    """Every table and column as a page of Markdown.

    Parameters
    ----------
    words : svcnb.i18n.Words
    """
    parts = [
        "# " + words(N_("The tables")),
        words(N_("Written from the definitions in `svcnb/tables/schemas/` by `python tools/reference.py`; do not edit.")),
        words(N_("There are {n} tables. Every table may be missing or empty: the steps that want it then rest on what "
                 "experts say, and are marked. `svcnb new FOLDER` writes a workbook with a sheet for each table, "
                 "`svcnb check STUDY` lists what is wrong in yours."), n=len(TABLES)),
        words(N_("Ids and codes are text, zeros in front are kept. Shares are written from 0 to 1. Columns that are not "
                 "named here are kept and left alone; a column headed `{mark}` marks rows that are no data. In csv, an "
                 "apostrophe before a text that begins with = + - @ is taken away: it keeps spreadsheets from running "
                 "it."), mark=HEADINGS[words.language])]
    for theme, tables in themes().items():
        parts.append("## " + words(THEME_NAMES[theme]))
        parts += [_table(table, words) for table in tables]
    return "\n\n".join(parts) + "\n"


def _table(table, words) -> str:
    heads = (N_("Column"), N_("Meaning"), N_("Type"), N_("Unit"), N_("Allowed"), N_("Needed"), N_("Refers to"))
    rows = ["| " + " | ".join(words(head) for head in heads) + " |", "|" + " --- |" * len(heads)]
    for column in table.columns:
        cells = (f"`{column.name}`", words(column.meaning), words(TYPES[column.type]), unit_of(column, words),
                 allowed(column), presence(column, table, words), f"`{column.refers}`" if column.refers else "")
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines = [f"### {table.name}", words(table.meaning), "\n".join(rows)]
    rules = [words(N_("`{first}` is never after `{second}`."), first=a, second=b) for a, b in table.ordered]
    if table.key:
        rules.insert(0, words(N_("A row is known by {key}."), key=", ".join(f"`{name}`" for name in table.key)))
    return "\n\n".join(lines + ([" ".join(rules)] if rules else []))
