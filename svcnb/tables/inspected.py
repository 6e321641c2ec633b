"""What a study knows of its tables: each read and checked once, what is wrong with them, what they leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from svcnb.errors import InputError, Reason, reason
from svcnb.i18n import N_, words_in
from svcnb.tables.schemas import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from svcnb.tables.check import Checked, Problem

LARGE = ("orders", "order_lines")  # Ibis tables, never frames
ENDINGS = (".csv", ".xlsx", ".ods", ".parquet")
MEMORY = "300MB"  # of the database while a table is checked; what does not fit is put on disk


@dataclass(eq=False)
class Loaded:
    """A table as it was read when its file had this stamp."""

    stamp: tuple
    checked: Checked
    frame: pd.DataFrame | None = None
    references: list | None = None
    follows: dict | None = None  # table -> rows here that name a row which that table has lost
    references_of: list | None = None  # stamps of the tables that the foreign keys point to


def nothing_told(done: int, total: int, text: str) -> None:
    """Progress that nobody wants to see."""


def _tell_share(progress, done: int, total: int, table: str, share: float) -> None:
    progress(done, total, f"{table}: {share:.0%}")


def _tell_rows(progress, done: int, total: int, table: str, rows: int) -> None:
    progress(done, total, f"{table}: {rows / 1e6:.1f} M" if rows >= 1e6 else table)


@contextmanager
def at_work(cursor) -> Iterator[None]:
    """Two threads and little memory while a table is checked; afterwards sums follow the order of rows again."""
    cursor.execute(f"SET threads=2; SET memory_limit='{MEMORY}'")
    try:
        yield
    finally:
        cursor.execute("SET threads=1; RESET memory_limit")


class Inspected:
    """The part of ``svcnb.study.Study`` that reads and checks; it asks the study for paths, sources and the database."""

    @property
    def warnings(self) -> list[Reason]:
        """What is worth knowing about the small tables and is no error."""
        found = []
        for name in TABLES:
            if name not in LARGE and self.path(name) is not None:
                self._load(name)
        for name, loaded in self._loaded.items():
            found += loaded.checked.notes
            doubled = [f"{name}{ending}" for ending in ENDINGS if (self.folder / f"{name}{ending}").is_file()]
            if name not in self._file.files and len(doubled) > 1:
                found.append(
                    reason(
                        N_("Both {used} and {ignored} are in the folder: {used} is read."),
                        used=doubled[0],
                        ignored=doubled[1],
                    )
                )
        return found

    @property
    def unused(self) -> list[Reason]:
        """Columns that files bring and the tables do not know: kept, and read by no step."""
        found = []
        for name in TABLES:
            if self.path(name) is not None:
                further = [column for column in self._load(name).checked.letters if column not in TABLES[name].by_name]
                if further:
                    found.append(reason(N_("{file}: {columns} are kept and no step reads them."), file=self.path(name).name,
                                        columns=", ".join(further), level="info"))
        return found

    def n_rows(self, name: str) -> int:
        """Rows of a table's file, right or wrong; 0 when it cannot be read."""
        return self._load(name).checked.n

    def raw(self, name: str):
        """The cells of a table's file as text, see ``svcnb.tables.readers``."""
        from svcnb.tables.readers import read_raw

        return read_raw(self.path(name), name, self.source(name))

    @property
    def unasked(self) -> list[Reason]:
        """Foreign keys that nobody could hold against anything: their table is not there."""
        found = []
        for name in TABLES:
            if self.path(name) is None:
                continue
            checked = self._load(name).checked
            for column, (target, _) in TABLES[name].foreign_keys.items():
                if column in checked.letters and self.path(target) is None and not TABLES[target].rows:
                    n = self._database.execute(f'SELECT count("{column}") FROM "typed_{name}"').fetchall()[0][0]
                    if n:
                        found.append(reason(
                            N_("{file}: {column} is not compared ({n} rows), there is no table {table}."),
                            file=self.path(name).name, column=column, n=n, table=target, level="info"))
        return found

    def problems(self, progress: Callable[[int, int, str], None] = nothing_told) -> list[Problem]:
        """Every problem of every table, at most 1000 and how many more there are; the same whatever the order of rows.

        Parameters
        ----------
        progress : called with tables done, tables in all, and what is being read
        """
        from svcnb.tables.check import stray_files
        from svcnb.tables.problem import capped

        paths = {name: self.path(name) for name in TABLES}
        if self.workbook is not None:
            paths["workbook"] = self.workbook
        found, total = stray_files(self.folder, paths), 0
        brought = [name for name, path in paths.items() if path is not None and name in TABLES]
        for n, name in enumerate(brought):
            progress(n, len(brought), name)
            self._load(name, partial(_tell_rows, progress, n, len(brought), name),
                       partial(_tell_share, progress, n, len(brought), name))
        references = {name: self._references(name) for name in brought}
        follows = Counter()
        for name in brought:
            follows.update(self._load(name).follows)
        for name in brought:
            checked = self._load(name).checked
            found += self._with_followers(name, [*checked.problems, *references[name]], follows[name])
            total += checked.total + sum(problem.count for problem in references[name])
        progress(len(brought), len(brought), "")
        return capped([problem for problem in found if problem.kind != "more"], max(total, 0))

    def must_be_right(self) -> None:
        """Nothing, or an InputError with every problem of every table."""
        found = self.problems()
        if found:
            raise self._refused(found, sum(problem.count for problem in found))

    def _refused(self, found: list[Problem], n: int) -> InputError:
        return InputError(N_("{file} cannot be used, problems found: {n}. The first: {first}"), problems=found,
                          file=found[0].file, n=n, first=found[0].line(words_in(self.settings.language)))

    def _with_followers(self, name: str, problems: list[Problem], rows: int) -> list[Problem]:
        """The problems of a table; the first that hides keys carries the number of rows elsewhere that follow from it."""
        from svcnb.tables.check import culprits

        key = TABLES[name].key[0] if TABLES[name].key else ""
        to_blame = culprits(problems, key, key not in self._load(name).checked.letters)
        if not rows or not to_blame:
            return problems
        return [replace(p, follows=rows) if p is to_blame[0] else p for p in problems]

    def _usable(self, name: str) -> Loaded:
        loaded = self._load(name)
        found = loaded.checked.problems + self._references(name)
        for target in loaded.follows:  # rows here that name what another table has lost: its problems are the cause
            found = found + self._load(target).checked.problems
        if found:
            n = loaded.checked.total + sum(problem.count for problem in found) - sum(
                problem.count for problem in loaded.checked.problems)
            raise self._refused(found, n)
        return loaded

    def _load(self, name: str, told: Callable[[int], None] = lambda rows: None,
              read: Callable[[float], None] = lambda share: None) -> Loaded:
        """Read and check a table once, again when its file has changed; ``told`` rows checked, share ``read`` of a workbook."""
        from svcnb.tables.check import Checked, check_table
        from svcnb.tables.readers import read_raw
        from svcnb.tables.typed import undeclared_scale, write_empty

        path = self.path(name)
        stamp = () if path is None else stamp_of(path)
        if name in self._loaded and self._loaded[name].stamp == stamp:
            return self._loaded[name]
        cursor = self._database.cursor()
        if path is None:
            write_empty(cursor, TABLES[name])
            checked = Checked()
        else:
            with at_work(cursor):
                checked = check_table(cursor, read_raw(path, name, self.source(name), read), TABLES[name],
                                      self._scales.get(name), told)
            if name not in self._scales:
                checked.notes += undeclared_scale(cursor, TABLES[name], path.name)
        self._loaded[name] = Loaded(stamp, checked)
        return self._loaded[name]

    def _references(self, name: str) -> list[Problem]:
        """Foreign keys that point nowhere. A table that is not there, or cannot be read, is not asked."""
        loaded = self._load(name)
        targets = [target for target, _ in TABLES[name].foreign_keys.values()]
        stamps = [self._load(target).stamp for target in targets] if self.path(name) is not None else []
        if loaded.references is not None and loaded.references_of == stamps:
            return loaded.references
        loaded.references, loaded.references_of, loaded.follows = [], stamps, {}
        for column, target, stamp in zip(TABLES[name].foreign_keys, targets, stamps):
            if column in loaded.checked.letters and (stamp or TABLES[target].rows):
                loaded.references += self._reference(name, TABLES[name].by_name[column], target)
        return loaded.references

    def _reference(self, name: str, column, target: str) -> list[Problem]:
        """The unknown values of one foreign key; where the other table has lost as many keys, they follow from that."""
        from svcnb.tables.check import Problem, check_references, culprits, unknown_values

        cursor, checked, other = self._database.cursor(), self._load(name).checked, self._load(target).checked
        with at_work(cursor):
            rows, different, _ = unknown_values(cursor, TABLES[name], column)
        key = column.refers.split(".")[1]
        lost = culprits(other.problems, key, key not in other.letters)
        if rows and lost and (key not in other.letters or different <= sum(problem.count for problem in lost)):
            self._load(name).follows[target] = self._load(name).follows.get(target, 0) + rows
            return []
        ids = ", ".join(row[TABLES[target].key[0]] for row in TABLES[target].rows)
        path = self.path(target)
        place = Problem(name, self.path(name).name, 0, column.name, None, None, None, sheet=checked.sheet,
                        letter=checked.letters[column.name], kind="reference")
        if not rows:
            return []
        with at_work(cursor):
            return check_references(cursor, TABLES[name], place, column, path.name if path else f"{target} ({ids})")


def stamp_of(path: Path) -> tuple:
    try:
        stat = path.stat()
    except OSError:
        return (str(path), None)
    return (str(path), stat.st_mtime_ns, stat.st_size)
