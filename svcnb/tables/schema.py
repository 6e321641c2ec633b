"""What a table and a column are: one definition that reader, check, template and pages share.

A column is written with a constructor that names its type: ``text``, ``number``, ``whole``, ``truth``,
``moment``, ``day``, ``choice``, and four usual ranges: ``share`` (0 to 1), ``score`` (1 to 5), ``ten``
(0 to 10) and ``money`` (not negative).

>>> share("fill_share", "share filled").range
'0 … 1'
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

TYPES = ("str", "ts", "date", "int", "float", "bool", "enum")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``required`` columns must be in the file; ``nullable`` cells may be empty. ``low`` and ``high``
    bound numbers, ``low_open`` excludes the bound itself. ``refers`` is ``table.column`` of a foreign
    key. ``kind`` is ``input`` (comes from the company's files) or ``decision`` (lives in the journal;
    a file never has to bring it). ``default`` fills empty cells and a missing column.
    """

    name: str
    meaning: str
    type: str = "str"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    values: tuple[str, ...] = ()
    required: bool = False
    nullable: bool = True
    default: str | float | None = None
    refers: str = ""
    kind: str = "input"

    @property
    def range(self) -> str:
        """The allowed range in signs that read in every language; empty when there is none."""
        if self.values:
            return ", ".join(self.values)
        if self.low is None and self.high is None:
            return ""
        if self.high is None:
            return f"{'>' if self.low_open else '≥'} {self.low:g}"
        return f"> {self.low:g}, ≤ {self.high:g}" if self.low_open else f"{self.low:g} … {self.high:g}"


@dataclass(frozen=True)
class Table:
    """One canonical input table.

    ``key`` names the columns that identify a row (empty: no key). ``ordered`` lists pairs of columns
    whose values may not run backwards in a row (``order_ts`` ≤ ``ship_ts``). ``rows`` are the rows
    that stand when the study brings no such table (the ten components).
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    rows: tuple[dict, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def foreign_keys(self) -> dict[str, tuple[str, str]]:
        """Column -> (table, column) it refers to."""
        return {c.name: tuple(c.refers.split(".")) for c in self.columns if c.refers}


def table(name, meaning, columns, *, key="", ordered=(), rows=()) -> Table:
    """A table; the columns named in ``key`` (blank between) become required and never empty."""
    keys = tuple(key.split())
    columns = tuple(
        replace(c, required=c.default is None, nullable=False) if c.name in keys else c for c in columns)
    return Table(name, meaning, columns, keys, tuple(ordered), tuple(rows))


def text(name, meaning, **more) -> Column:
    return Column(name, meaning, "str", **more)


def number(name, meaning, unit="", **more) -> Column:
    return Column(name, meaning, "float", unit, **more)


def whole(name, meaning, unit="", **more) -> Column:
    return Column(name, meaning, "int", unit, **more)


def truth(name, meaning, **more) -> Column:
    return Column(name, meaning, "bool", **more)


def moment(name, meaning, **more) -> Column:
    return Column(name, meaning, "ts", **more)


def day(name, meaning, **more) -> Column:
    return Column(name, meaning, "date", **more)


def choice(name, meaning, values, **more) -> Column:
    """One of the words in ``values`` (blank between)."""
    return Column(name, meaning, "enum", values=tuple(values.split()), **more)


def share(name, meaning, **more) -> Column:
    return Column(name, meaning, "float", "share", low=0, high=1, **more)


def score(name, meaning, **more) -> Column:
    return Column(name, meaning, "float", "1–5", low=1, high=5, **more)


def ten(name, meaning, **more) -> Column:
    return Column(name, meaning, "float", "0–10", low=0, high=10, **more)


def money(name, meaning, **more) -> Column:
    return Column(name, meaning, "float", "currency", low=0, **more)
