"""Which column of a file is which column of the table: missing, doubled, nameless, misspelt headings.

A cause is said once: a heading that was emptied or doubled is one problem, and the column that is missing
because of it is named in its repair.
"""

from __future__ import annotations

import difflib
import re
import unicodedata

import pyarrow as pa

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.problem import Problem, letter
from svcnb.tables.schema import Table
from svcnb.tables.sift import BAD

ALIKE, VERY_ALIKE = 0.7, 0.85
NOTHING_KNOWN = 0.5  # how far cells fit a column of any text
KEPT_NAMES = ("_row", BAD)  # columns that svcnb adds


def letters_of(raw) -> list[str]:
    """The spreadsheet's letter of each heading of the file."""
    return raw.letters or [letter(place) for place in range(len(raw.headings))]


def plain(name: str) -> str:
    """A heading without case, accents, blanks: what a person means by it."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def match_headings(raw, table: Table) -> tuple[dict[str, int], list[Problem]]:
    """Column name -> place in the file, and what is wrong with the headings.

    A file without any column of the table gives one problem and no places.
    """
    headings = _Headings(raw, table)
    places = headings.places()
    missing = headings.rename_near(places)
    if not any(name in table.by_name for name in places) and not (headings.problems or headings.doubled):
        return {}, [headings.none_of_them()]
    headings.name_missing([name for name in missing if name not in raw.absent])
    return places, headings.problems


class _Headings:
    def __init__(self, raw, table):
        self.raw, self.table, self.letters = raw, table, letters_of(raw)
        self.row = raw.heading_row
        self.problems: list[Problem] = []
        self.nameless: list[int] = []
        self.doubled: dict[str, list[int]] = {}

    def problem(self, letters, column, rule, repair, kind="heading", row=0) -> Problem:
        return Problem(self.raw.table, self.raw.file, row or (self.row if letters else None), column, None, rule, repair,
                       letter=letters, kind=kind)

    def places(self) -> dict[str, int]:
        """The headings that can be used; remembers the others."""
        places: dict[str, int] = {}
        first = {}
        for place, name in enumerate(self.raw.headings):
            if not name:
                self.nameless.append(place)
            elif name.casefold() in first:
                self.doubled.setdefault(first[name.casefold()], []).append(place)
            elif name.casefold() in KEPT_NAMES:
                self.problems.append(self.problem(self.letters[place], name, reason(N_("has a name that is kept for svcnb")),
                                                  reason(N_("rename it"))))
            else:
                first[name.casefold()] = name
                places[name] = place
        return {name: place for name, place in places.items() if name in self.table.by_name or name not in self.doubled}

    def rename_near(self, places) -> list[str]:
        """Headings that are nearly a column that is not there; returns the needed columns that remain missing."""
        table = self.table
        absent = {plain(name): name for name in table.names if name not in places}
        for name in [name for name in places if name not in table.by_name]:
            near = difflib.get_close_matches(plain(name), absent, n=1, cutoff=ALIKE)
            if not near:
                continue
            same = difflib.SequenceMatcher(None, plain(name), near[0]).ratio() >= VERY_ALIKE
            if same or table.by_name[absent[near[0]]].required:
                self.problems.append(self.problem(
                    self.letters[places[name]], name, reason(N_("is not a column of {table}"), table=table.name),
                    reason(N_("rename it to {near}"), near=absent.pop(near[0]))))
                del places[name]
        return [name for name in absent.values() if table.by_name[name].required]

    def name_missing(self, missing) -> None:
        """One problem for each nameless or doubled heading, and for each missing column that none of them explains."""
        missing = [name for name in missing if name not in map(plain, self.doubled)]
        held, one_of = self.held(missing)
        for place in self.nameless:
            repair = reason(N_("name it {missing} if it holds that, else delete it"), missing=held[place]) if held[place] \
                else reason(N_("name it or delete it"))
            self.problems.append(self.problem(self.letters[place], "", reason(N_("has no name in the heading")), repair))
        for name, places in self.doubled.items():
            explained = held[places[-1]]
            repair = reason(N_("name one of them {missing} if it holds that, else keep one of them"), missing=explained) \
                if explained else reason(N_("keep one of them"))
            where = [self.raw.headings.index(name), *places]
            self.problems.append(self.problem(" + ".join(self.letters[place] for place in where), name,
                                              reason(N_("stands more than once in the heading")), repair))
        if one_of:
            self.problems.append(self.problem(
                "", None, reason(N_("has not all of these columns: {columns}"), columns=", ".join(one_of)),
                reason(N_("add those that do not stand under a wrong heading")), kind="missing"))
        explained = {*one_of, *(name for names in held.values() for name in names.split(", "))}
        for name in (name for name in missing if name not in explained):
            self.problems.append(self.problem(
                "", name, reason(N_("is missing")),
                reason(N_("add it ({meaning:word})"), meaning=self.table.by_name[name].meaning), kind="missing"))

    def held(self, missing) -> tuple[dict[int, str], list[str]]:
        """Which missing columns may stand under each wrong heading, and those of which that cannot be said.

        When more columns are missing than headings are wrong, the cells of the wrong ones say which they hold, then their
        place among the others; where two columns fit as well, both are named.
        """
        suspects = {place: [place] for place in self.nameless}
        suspects |= {places[-1]: [self.raw.headings.index(name), *places] for name, places in self.doubled.items()}
        if len(missing) <= len(suspects):
            return dict.fromkeys(suspects, ", ".join(missing)), []
        held, left = {}, list(missing)
        for last, places in suspects.items():
            cells = {place: self.cells_under(place) for place in places}
            marks = {name: max((self.cells_fit(cells[place], name), self.stands_between(place, name)) for place in places)
                     for name in left}
            best = [name for name in left if marks[name] == max(marks.values()) and marks[name][0] > 0]
            held[last] = ", ".join(best)
            if len(best) == 1:
                left.remove(best[0])
        unsure = {name for names in held.values() for name in names.split(", ") if name in left}
        return held, [name for name in left if name in unsure]

    def cells_under(self, place: int):
        """What the first cells of a column look like; None of a large file, which is not read twice."""
        from svcnb.tables.mapping_values import SAMPLE, profile

        if isinstance(self.raw.cells, pa.Table):
            return profile(self.raw.cells[f"c{place}"].slice(0, SAMPLE).to_pylist())
        return None

    def cells_fit(self, found, name: str) -> float:
        """How far the cells under a wrong heading may be those of a column, 0 to 1."""
        from svcnb.tables.mapping_values import fit

        if found is None:
            return NOTHING_KNOWN
        if self.table.key == (name,) and found.distinct < found.filled:
            return 0.0
        known = fit(self.table.by_name[name], found)
        return NOTHING_KNOWN if known is None else known

    def stands_between(self, place: int, name: str) -> bool:
        """Whether a column would stand there if the file had the table's order."""
        order, names = self.table.names, self.raw.headings
        before = [order.index(other) for other in names[:place] if other in order]
        after = [order.index(other) for other in names[place + 1:] if other in order]
        return max(before, default=-1) < order.index(name) < min(after, default=len(order))

    def none_of_them(self) -> Problem:
        needed = ", ".join(c.name for c in self.table.columns if c.required) or ", ".join(self.table.names)
        return Problem(
            self.raw.table, self.raw.file, self.row, None, None,
            reason(N_("has none of the columns of {table}"), table=self.table.name),
            reason(N_("write {needed} in the heading, or say in study.toml which of your columns they are "
                      "(svcnb map does it)"), needed=needed), kind="missing")
