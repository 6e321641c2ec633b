"""A table as it was read: texts with their places, before anybody says what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pyarrow as pa

from svcnb.errors import Reason
from svcnb.tables.problem import Problem


@dataclass(frozen=True)
class Odd:
    """A cell whose text does not say all; ``kind`` as in ``svcnb.tables.oddities``. ``row`` None: the column."""

    row: int | None
    place: int
    kind: str
    value: str | None = None


@dataclass(eq=False)
class RawTable:
    """A file's cells as text: arrow columns ``row``, ``c0``, ``c1`` … under the file's own headings.

    Attributes
    ----------
    table, file, sheet : str
        The table it is read for, the file's name, the sheet's name (empty: not a workbook).
    headings, letters : list of str
        The column names as they stand in the file, and the letters a spreadsheet gives their columns.
    heading_row : int
        Where they stand.
    cells : pyarrow.Table or None
        ``row`` (int64, as the spreadsheet counts), then the texts; None when the file cannot be read.
    separator, decimal, dates : str
        Of a text file its separator; the decimal mark and the form of dates that study.toml declares, or empty.
    problems : list of Problem
        What is wrong with the file or with whole rows.
    notes : list of Reason
        What is worth saying and is not wrong.
    odd : list of Odd
        Cells that are right in some columns only (``svcnb.tables.oddities``).
    absent : tuple of str
        Our columns whose declared heading is not in the file: said already, once.
    """

    table: str
    file: str
    headings: list[str] = field(default_factory=list)
    cells: pa.Table | None = None
    separator: str = ","
    problems: list[Problem] = field(default_factory=list)
    samples: int = 0  # rows of the template that are no data (svcnb.tables.samples)
    sheet: str = ""
    heading_row: int = 1
    letters: list[str] = field(default_factory=list)
    decimal: str = ""
    dates: str = ""
    notes: list[Reason] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)
    absent: tuple[str, ...] = ()

    def add(self, rule: Reason, repair: Reason, row=None, place: int | None = None, value=None) -> None:
        """Add a problem of the file, a row, a column (its place among the headings) or a cell."""
        column, letter = (None, "") if place is None else (self.headings[place], self.letter(place))
        self.problems.append(Problem(self.table, self.file, row, column, value, rule, repair, letter=letter,
                                     kind="file" if row is None else "row" if place is None else "type"))

    def letter(self, place: int) -> str:
        """The letters of a column, by its place among the headings."""
        return self.letters[place] if place < len(self.letters) else column_letters(place + 1)

    def keep(self, places: list[int]) -> None:
        """Keep only the columns at these places."""
        self.headings = [self.headings[place] for place in places]
        self.letters = [self.letter(place) for place in places]
        where = {place: n for n, place in enumerate(places)}
        self.odd = [replace(odd, place=where[odd.place]) for odd in self.odd if odd.place in where]
        if self.cells is not None:
            self.cells = self.cells.select(["row", *(f"c{place}" for place in places)]).rename_columns(
                ["row", *(f"c{n}" for n in range(len(places)))])


def column_letters(number: int) -> str:
    """The letters of the column with this number.

    >>> column_letters(1), column_letters(27), column_letters(16384)
    ('A', 'AA', 'XFD')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
