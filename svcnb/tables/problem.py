"""One thing wrong in a table: where it is, what it says, which rule it breaks, how to mend it.

A cause that many rows share is one problem with their number: an unknown customer in 300 orders, a column of
dates in another form, a heading that is missing. What follows from a problem elsewhere (the orders of a customer
whose number cannot be read) is counted in ``follows`` and is no problem of its own.

>>> from svcnb.i18n import words_in
>>> bad = Problem("customers", "customers.csv", 4, "age", "x", reason("is not a number"),
...               reason("write digits, e.g. {example}", example="12.5"), letter="D")
>>> bad.line(words_in("en"))
"customers.csv row 4, column D: age = 'x' is not a number; write digits, e.g. 12.5."
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from svcnb.errors import Reason, reason
from svcnb.i18n import N_

MOST = 1000  # problems listed; the rest is only counted
ROWS_KEPT = 20  # rows that a problem names; the rest is only counted
# What a problem can be. The words are stable: programs that read ``svcnb check --json`` may rely on them.
KINDS = ("file", "stray", "row", "heading", "missing", "type", "empty", "range", "year", "enum", "order", "key",
         "reference", "more")

CELL = N_("{file} row {row}, column {letter}: {column} = '{value}' {rule}; {repair}.")
CELLS = N_("{file} row {row}, column {letter}: {column} = '{value}' {rule} ({n} rows); {repair}.")
NAMELESS = N_("{file} row {row}, column {letter}: {rule}; {repair}.")
EMPTY_CELL = N_("{file} row {row}, column {letter}: {column} {rule}; {repair}.")
EMPTY_CELLS = N_("{file} row {row}, column {letter}: {column} {rule} ({n} rows); {repair}.")
WHOLE_COLUMN = N_("{file} column {letter}: {column} {rule} in {n} of {of} cells, e.g. '{value}' in row {row}; {repair}.")
ROW = N_("{file} row {row}: {rule}; {repair}.")
ROWS = N_("{file} row {row}: {rule} ({n} rows); {repair}.")
COLUMN = N_("{file}: column {column} {rule}; {repair}.")
FILE = N_("{file}: {rule}; {repair}.")
SHEET = N_("{file}, sheet {sheet},")
SHEET_ALONE = N_("{file}, sheet {sheet}")
FOLLOWS = N_("{line} Rows of other tables that may follow from it: {n}.")


@dataclass(frozen=True, eq=False)
class Problem:
    """A located problem. ``row`` counts as the spreadsheet does: the heading is row 1.

    ``rule`` says what is wrong and ``repair`` what to write instead; both are templates that every
    language words. ``row``, ``column`` and ``value`` are None where the problem is wider.

    Attributes
    ----------
    count : rows (or cells) that share this cause
    sheet : name of the workbook's sheet, empty in a text file
    letter : the column as a spreadsheet names it; several are joined by " + "
    kind : one of ``KINDS``
    rows : the first rows of ``count``, as the spreadsheet counts
    of : cells filled in the column, when the cause is the column's and not a cell's
    beside : the other columns that take part (``ship_ts`` is before ``order_ts``)
    follows : rows of other tables that may be wrong only because of this one
    """

    table: str
    file: str
    row: int | None
    column: str | None
    value: str | None
    rule: Reason
    repair: Reason
    count: int = 1
    sheet: str = ""
    letter: str = ""
    kind: str = ""
    rows: tuple[int, ...] = ()
    of: int | None = None
    beside: tuple[str, ...] = ()
    follows: int = 0

    def __post_init__(self):
        if not self.kind:
            object.__setattr__(self, "kind", "file" if self.row is None else "row")
        if not self.rows and self.row is not None:
            object.__setattr__(self, "rows", (self.row,))

    @property
    def template(self) -> str:
        """The sentence that fits what is known of the place."""
        many = self.count > 1
        if self.row is None:
            return FILE if self.column is None else COLUMN
        if self.column is None:
            return ROWS if many else ROW
        if not self.column:
            return NAMELESS
        if self.of is not None:
            return WHOLE_COLUMN
        if self.value is None:
            return EMPTY_CELLS if many else EMPTY_CELL
        return CELLS if many else CELL

    def line(self, words) -> str:
        """One sentence for the reader."""
        file = self.file
        if self.sheet:
            file = words(SHEET_ALONE if self.row is None else SHEET, file=file, sheet=self.sheet)
        said = words(self.template, file=file, row=str(self.row), column=self.column, letter=self.letter or "–",
                     value=shown(self.value), rule=words.reason(self.rule), repair=words.reason(self.repair),
                     n=self.count, of=self.of)
        return words(FOLLOWS, line=said, n=self.follows) if self.follows else said

    def told(self, words) -> dict:
        """The problem as ``svcnb check --json`` gives it: plain values under stable keys."""
        return {"kind": self.kind, "table": self.table, "file": self.file, "sheet": self.sheet or None,
                "row": self.row, "letter": self.letter or None, "column": self.column, "value": self.value,
                "rule": words.reason(self.rule), "repair": words.reason(self.repair), "count": self.count,
                "rows": list(self.rows), "whole_column": self.of is not None, "beside": list(self.beside),
                "follows": self.follows, "message": self.line(words)}


def letter(place: int) -> str:
    """The spreadsheet's name of the column at ``place``, counted from 0.

    >>> letter(0), letter(25), letter(26), letter(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    name = ""
    while place >= 0:
        place, rest = divmod(place, 26)
        name, place = chr(65 + rest) + name, place - 1
    return name


def shown(value) -> str:
    """A cell's text on one line, cut when it is long."""
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


def render_problems(problems: Iterable[Problem], words) -> list[str]:
    """The problems as lines of text ``file row column = 'value' is ...; write ...``.

    Parameters
    ----------
    problems : iterable of Problem
    words : svcnb.i18n.Words
        The reader's language.
    """
    return [problem.line(words) for problem in problems]


def together(problems: Iterable[Problem]) -> list[Problem]:
    """Problems of whole rows that say the same become one, with their rows counted."""
    found: dict[tuple, Problem] = {}
    for problem in problems:
        key = (problem.kind, problem.column, problem.value, *_said(problem))
        if problem.row is None or problem.column is not None or key not in found:
            found[key if problem.column is None else (key, problem.row)] = problem
            continue
        first = found[key]
        found[key] = replace(first, count=first.count + problem.count,
                             rows=(*first.rows, *problem.rows)[:ROWS_KEPT])
    return list(found.values())


def _said(problem: Problem) -> tuple:
    return tuple((said.template, *sorted(map(str, said.values.items()))) for said in (problem.rule, problem.repair))


def capped(problems: list[Problem], total: int | None = None) -> list[Problem]:
    """At most ``MOST`` problems; one more line says how many rows and cells are not listed.

    ``total`` counts rows and cells, as ``Problem.count`` does.
    """
    listed = sum(problem.count for problem in problems[:MOST])
    total = max(total or 0, sum(problem.count for problem in problems))
    if len(problems) <= MOST and total <= listed:
        return problems
    kept = problems[:MOST]
    return [*kept, Problem(
        kept[-1].table, kept[-1].file, None, None, None,
        reason(N_("{n} further cells or rows with problems are not listed"), n=total - listed),
        reason(N_("mend the listed ones first")), total - listed, kind="more")]
