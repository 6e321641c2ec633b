"""What a cell of each type must look like, as DuckDB conditions, and how a broken one is worded.

``typed`` turns the text of a column into its value (empty where it cannot), ``rules`` lists what may be
wrong with it. Numbers are digits with at most one decimal mark: a thousands mark is refused, because
nobody can tell 1.234 from 1234. Moments are ISO 8601 without a zone, ``2026-03-31 14:05``, or of the one form
that fits their column (``svcnb.tables.forms``).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from svcnb.errors import Reason, reason
from svcnb.i18n import N_
from svcnb.tables.schema import Column
from svcnb.tables.sources import DATES
from svcnb.tables.typed import SQL_TYPES, quoted

BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8239) || chr(12288) || chr(65279)"
TRUE = ("true", "yes", "1", "si", "sí", "verdadero", "t", "y", "s", "v")
FALSE = ("false", "no", "0", "falso", "f", "n")
SPREADSHEET_ERRORS = (
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#N/D",
    "#¡REF!",
    "#¡VALOR!",
    "#¡DIV/0!",
    "#¿NOMBRE?",
    "#¡NUM!",
    "#¡NULO!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
    "#FIELD!",
    "#BLOCKED!",
    "#UNKNOWN!",
    "#CONNECT!",
    "#BUSY!",
    "#¡DESBORDAMIENTO!",
    "#¡CALC!",
    *(f"Err:{number}" for number in range(501, 541)),
)
ERRORS = "|".join(re.escape(error) for error in SPREADSHEET_ERRORS)  # one pattern: a list would have to be planned each time
TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
ISO = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?"
FIRST_YEAR, LAST_YEAR = 1900, 2199
DAY_LIKE = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4} .*"


@dataclass(frozen=True, eq=False)
class Rule:
    """``broken`` is true for a bad cell; ``word(value, beside)`` says what is wrong and the repair.

    ``kind`` is one of ``svcnb.tables.problem.KINDS``; ``other`` the column beside, empty when none takes part.
    """

    column: Column
    broken: str
    word: Callable[[str, str], tuple[Reason, Reason]]
    kind: str = "type"
    other: str = ""


def _words(values) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def _number(x: str, mark: str) -> str:
    """A finite number or nothing."""
    text = f"replace({x}, ',', '.')" if mark == "," else x
    digits = f"([0-9]+([{mark}][0-9]*)?|[{mark}][0-9]+)" if mark else "[0-9]+"
    pattern = f"[+-]?{digits}([eE][+-]?[0-9]{{1,2}})?"
    return f"(CASE WHEN length({x}) < 60 AND regexp_full_match({x}, '{pattern}') THEN TRY_CAST({text} AS DOUBLE) END)"


def value_of(column: Column, mark: str) -> str:
    """The column's own value before any conversion of scale; NULL where the text is not of the type.

    ``mark`` is the decimal mark, empty when the column may have none.
    """
    x = quoted(column.name)
    if column.type in ("str", "enum"):
        return f"(CASE WHEN {x}[1] IN ('#', 'E') AND regexp_full_match({x}, '{ERRORS}') THEN NULL ELSE {x} END)"
    if column.type == "float":
        return _number(x, mark)
    if column.type == "int":
        return (
            f"(CASE WHEN regexp_full_match({x}, '[+-]?[0-9]{{1,15}}([.]0*)?') "
            f"THEN CAST(TRY_CAST({x} AS DOUBLE) AS BIGINT) END)"
        )
    if column.type == "bool":
        low = f"lower({x})"
        return (
            f"(CASE WHEN {low} IN ({_words(TRUE)}) THEN true WHEN {low} IN ({_words(FALSE)}) THEN false END)"
        )
    value = moment(x, mark)
    if column.type == "ts":
        return value
    return f"(CASE WHEN {value} = date_trunc('day', {value}) THEN CAST({value} AS DATE) END)"


def moment(x: str, way: str) -> str:
    """The moment that a text is in a form of ``svcnb.tables.sources.DATES`` (``.`` or nothing: ISO 8601), else NULL."""
    from svcnb.tables.forms import day_pattern

    if way not in DATES or way == "yyyy-mm-dd":
        known = f"regexp_full_match({x}, '{ISO}')" if not way.startswith("ask") else "false"
        return f"(CASE WHEN {known} THEN TRY_CAST({x} AS TIMESTAMP) END)"
    ways = ", ".join(f"'{DATES[way]}{time}'" for time in TIMES)
    pattern = day_pattern(way) + "( .*)?"
    return f"(CASE WHEN regexp_full_match({x}, '{pattern}') THEN try_strptime({x}, [{ways}]) END)"


def typed(column: Column, mark: str, scale: tuple[float, float] | None) -> str:
    """The value as the study gives it: converted to 0–10 and with the default where the cell is empty."""
    value = value_of(column, mark)
    if scale and column.unit == "0–10":
        value = f"(10.0 * ({value} - {scale[0]!r}) / {scale[1] - scale[0]!r})"
    return value if column.default is None else f"coalesce({value}, {standing(column)})"


def standing(column: Column) -> str:
    """What a column that is not in the file holds."""
    default = "NULL" if column.default is None else _words([str(column.default)])
    return f"CAST({default} AS {SQL_TYPES[column.type]})"


def rules(column: Column, mark: str, scale: tuple[float, float] | None) -> list[Rule]:
    """Everything that can be wrong with one cell of the column."""
    x, value = quoted(column.name), value_of(column, mark)
    found = [Rule(column, f"{x} IS NOT NULL AND {value} IS NULL", lambda v, _: _wrong_type(column, v, mark))]
    if not column.nullable and column.default is None:
        found.append(
            Rule(column, f"{x} IS NULL", lambda v, _: (reason(N_("is empty")), reason(N_("fill the cell"))), "empty")
        )
    if column.type == "enum":
        found.append(
            Rule(column, f"{value} NOT IN ({_words(column.values)})", lambda v, _: _not_listed(column, v), "enum")
        )
    if column.type in ("ts", "date"):
        found.append(
            Rule(
                column,
                f"year({value}) NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}",
                lambda v, _: (
                    reason(N_("is in a year that cannot be meant")),
                    reason(N_("correct the year")),
                ),
                "year",
            )
        )
    low, high = scale if scale and column.unit == "0–10" else (column.low, column.high)
    outside = [] if low is None else [f"{value} {'<=' if column.low_open else '<'} {low!r}"]
    outside += [] if high is None else [f"{value} > {high!r}"]
    if outside:
        found.append(Rule(column, f"({' OR '.join(outside)})", lambda v, _: _outside(column, v, low, high), "range"))
    return found


def in_order(first: Column, second: Column, mark_first: str, mark_second: str) -> Rule:
    """``first`` may not come after ``second``; a moment given as a day counts whole."""
    a, b = value_of(first, mark_first), value_of(second, mark_second)
    if first.type in ("ts", "date"):
        broken = (
            f"(CASE WHEN NOT contains({quoted(second.name)}, ':') THEN CAST({a} AS DATE) > CAST({b} AS DATE) "
            f"ELSE {a} > {b} END)"
        )
        return Rule(
            second,
            broken,
            lambda v, beside: (
                reason(N_("is before {other} = '{beside}'"), other=first.name, beside=beside),
                reason(N_("correct one of the two")),
            ),
            "order",
            first.name,
        )
    return Rule(
        second,
        f"{a} > {b}",
        lambda v, beside: (
            reason(N_("is below {other} = {beside}"), other=first.name, beside=beside),
            reason(N_("correct one of the two")),
        ),
        "order",
        first.name,
    )


def key_text(value) -> str:
    """A key value as the message quotes it."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _wrong_type(column: Column, value: str, mark: str) -> tuple[Reason, Reason]:
    if value in SPREADSHEET_ERRORS:
        return reason(N_("is an error of the spreadsheet")), reason(
            N_("correct the formula and save the file again")
        )
    if column.type == "bool":
        return reason(N_("is neither true nor false")), reason(N_("write true or false"))
    if column.type in ("ts", "date"):
        return _wrong_moment(column, value, mark)
    if re.fullmatch(r"[+-]?(nan|inf(inity)?)", value.lower()):
        return reason(N_("is not a finite number")), reason(N_("write digits or leave the cell empty"))
    if re.fullmatch(r"[+-]?[0-9][0-9.,'’\s]*", value):
        if column.type == "int" and re.fullmatch(r"[+-]?\d+([.,]\d+)?", value):
            return reason(N_("is not a whole number")), reason(
                N_("write digits without decimals, e.g. {example}"), example="12"
            )
        return (
            reason(N_("has a mark that may mean thousands or decimals")),
            reason(N_("write digits without thousands marks, e.g. {example}"), example=f"1234{mark or ','}5"),
        )
    if column.type == "int":
        return reason(N_("is not a whole number")), reason(
            N_("write digits without decimals, e.g. {example}"), example="12"
        )
    return reason(N_("is not a number")), reason(N_("write digits, e.g. {example}"), example=f"12{mark or ','}5")


def _wrong_moment(column: Column, value: str, way: str) -> tuple[Reason, Reason]:
    example = "2026-03-31" if column.type == "date" else "2026-03-31 14:05"
    if way.startswith("ask "):
        ways = way.split()[1:]
        return reason(N_("may be read with the day or the month first ({ways})"), ways=", ".join(ways)), reason(
            N_('write dates = "{first}" or dates = "{second}" in [tables.<table>] of study.toml'),
            first=ways[0], second=ways[1])
    if way in DATES and way != "yyyy-mm-dd":
        if re.fullmatch(DAY_LIKE, value) and column.type == "date" and ":" in value:
            return reason(N_("is a moment where a day is wanted")), reason(N_("leave the time away"))
        return reason(N_("is not a date written {way} like the others of its column"), way=way), reason(
            N_("write all of them in one form, best as {example}"), example=example)
    repair = reason(N_("write it as {example}"), example=example)
    if re.fullmatch(ISO, value):
        if column.type == "date" and len(value) > 10:
            return reason(N_("is a moment where a day is wanted")), repair
        return reason(N_("is a date that does not exist")), reason(N_("correct it"))
    if re.fullmatch(ISO + r"\s?(Z|[+-]\d{2}:?\d{2})", value):
        return reason(N_("has a time zone")), reason(
            N_("write local time without a zone, e.g. {example}"), example=example
        )
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}( .*)?", value):
        return reason(N_("is a date whose year has two figures")), reason(
            N_("write four figures, or declare dates in [tables.<table>] of study.toml, e.g. dates = \"dd/mm/yy\""))
    return reason(N_("is not a date as year-month-day")), repair


def _not_listed(column: Column, value: str) -> tuple[Reason, Reason]:
    near = difflib.get_close_matches(value.casefold().replace(" ", "_"), column.values, n=1, cutoff=0.6)
    rule = reason(N_("is not one of {values}"), values=", ".join(column.values))
    return rule, reason(N_("write {near}"), near=near[0]) if near else reason(N_("write one of these words"))


def _outside(column: Column, value: str, low, high) -> tuple[Reason, Reason]:
    if low is None or high is None or column.low_open:
        return reason(N_("is not {range}"), range=column.range), reason(
            N_("write a number {range}"), range=column.range
        )
    number = float(value.replace(",", "."))
    if column.unit == "share" and 1 < number <= 100:
        return (
            reason(N_("is not from {low} to {high}"), low=low, high=high),
            reason(
                N_("write a share, e.g. {example} for {number} %"), example=f"{number / 100:g}", number=number
            ),
        )
    return (
        reason(N_("is not from {low} to {high}"), low=low, high=high),
        reason(N_("write a number from {low} to {high}"), low=low, high=high),
    )
