"""What a column is, in words: for the notes of the template and for the reference page."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.tables.schema import Column, Table

TYPES = {
    "str": N_("text"), "ts": N_("date and time"), "date": N_("date"), "int": N_("whole number"),
    "float": N_("decimal number"), "bool": N_("true or false"), "enum": N_("one of these words")}
EXAMPLES = {"ts": "2026-03-31 14:05", "date": "2026-03-31", "bool": "true, false"}
UNITS = {
    "units": N_("units"), "days": N_("days"), "hours": N_("hours"), "minutes": N_("minutes"), "count": N_("number"),
    "share": N_("share"), "currency": N_("money"), "points": N_("points"), "years": N_("years")}


def unit_of(column: Column, words) -> str:
    """The column's unit in words; a share is explained, a scale stands as it is."""
    if column.unit == "share":
        return words(N_("share: 0.25 is 25 %"))
    return words(UNITS.get(column.unit, column.unit))


def allowed(column: Column) -> str:
    """The range or the words in signs of every language; the form of a date."""
    return column.range or EXAMPLES.get(column.type, "")


def presence(column: Column, table: Table, words) -> str:
    """Whether the column must be there and its cells filled, and what stands where they are not."""
    if column.kind == "decision":
        return words(N_("not needed: it is decided on a page"))
    if column.name in table.key and column.default is None:
        return words(N_("required, part of the key"))
    if column.default is not None:
        return words(N_("may be missing: then {default}"), default=_plain(column.default))
    if column.required:
        return words(N_("required, never empty")) if not column.nullable else words(
            N_("required, single cells may be empty"))
    return words(N_("may be missing or empty"))


def note(column: Column, table: Table, words) -> str:
    """Everything about a column, a fact a line."""
    lines = [words(column.meaning), words(N_("Type: {type:word}"), type=TYPES[column.type])]
    if column.unit:
        lines.append(words(N_("Unit: {unit}"), unit=unit_of(column, words)))
    if allowed(column):
        lines.append(words(N_("Allowed: {range}"), range=allowed(column)))
    lines.append(presence(column, table, words).capitalize())
    if column.refers:
        target, name = column.refers.split(".")
        lines.append(words(N_("Must be in {table}, column {column}"), table=target, column=name))
    return "\n".join(lines)


def _plain(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
