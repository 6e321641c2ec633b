"""One thing wrong in a table: where it is, what it says, which rule it breaks, how to mend it.

>>> from svcnb.i18n import words_in
>>> bad = Problem("customers", "customers.csv", 4, "age", "x", reason("is not a number"),
...               reason("write digits, e.g. {example}", example="12.5"))
>>> bad.line(words_in("en"))
"customers.csv row 4: age = 'x' is not a number; write digits, e.g. 12.5."
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from svcnb.errors import Reason, reason
from svcnb.i18n import N_

MOST = 1000  # problems listed; the rest is only counted

CELL = N_("{file} row {row}: {column} = '{value}' {rule}; {repair}.")
EMPTY_CELL = N_("{file} row {row}: {column} {rule}; {repair}.")
ROW = N_("{file} row {row}: {rule}; {repair}.")
COLUMN = N_("{file}: column {column} {rule}; {repair}.")
FILE = N_("{file}: {rule}; {repair}.")


@dataclass(frozen=True, eq=False)
class Problem:
    """A located problem. ``row`` counts as the spreadsheet does: the heading is row 1.

    ``rule`` says what is wrong and ``repair`` what to write instead; both are templates that every
    language words. ``row``, ``column`` and ``value`` are None where the problem is wider. ``count`` is
    how many rows share this one cause.
    """

    table: str
    file: str
    row: int | None
    column: str | None
    value: str | None
    rule: Reason
    repair: Reason
    count: int = 1

    def line(self, words) -> str:
        """One sentence for the reader."""
        template = (
            FILE
            if self.row is None and self.column is None
            else COLUMN
            if self.row is None
            else ROW
            if self.column is None
            else EMPTY_CELL
            if self.value is None
            else CELL
        )
        return words(
            template,
            file=self.file,
            row=str(self.row),
            column=self.column,
            value=shown(self.value),
            rule=words.reason(self.rule),
            repair=words.reason(self.repair),
        )


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


def capped(problems: list[Problem], total: int | None = None) -> list[Problem]:
    """At most ``MOST`` problems; one more line says how many are not listed."""
    total = max(total or 0, len(problems))
    if total <= MOST:
        return problems
    kept = problems[:MOST]
    more = reason(N_("{n} further problems are not listed"), n=total - MOST)
    return [
        *kept,
        Problem(
            kept[-1].table,
            kept[-1].file,
            None,
            None,
            None,
            more,
            reason(N_("mend the listed ones first")),
            total - MOST,
        ),
    ]
