"""A study: a folder with ``study.toml`` and tables, opened by name.

Nothing is read before it is asked for. Small tables come as frames with the types of the schema;
orders and order lines come as Ibis tables of an embedded DuckDB and never become frames. The files are
never written.
"""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from svcnb.errors import StudyError
from svcnb.i18n import N_
from svcnb.tables import TABLES
from svcnb.tables.inspected import ENDINGS, LARGE, Inspected, Loaded, stamp_of
from svcnb.tables.settings import NAME, StudyFile, StudySettings, read_settings

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from svcnb.tables.check import Problem
    from svcnb.tables.sources import Source

__all__ = ["Study", "StudySettings", "check_study", "load_study", "shipped_studies"]

PREVIOUS = "previous.json"  # figures, counts and decisions of the period before (svcnb.periods)


def load_study(name_or_path: str | Path, *, studies=None) -> Study:
    """Open a study by its name or its folder.

    Parameters
    ----------
    name_or_path : str or Path
        A name is looked up in ``studies``; a Path, or a text with a separator, is the folder itself.
    studies : iterable of path, optional
        Folders that hold studies. Default: those in the environment variable ``SVCNB_STUDIES``, then
        ``studies/`` in the working folder, then the studies that svcnb ships.

    Raises
    ------
    StudyError
        No such study (names the near ones and where it was looked for), or a study.toml that cannot be used.
    """
    if isinstance(name_or_path, Path) or any(sign in name_or_path for sign in ("/", "\\")):
        folder = Path(name_or_path)
        if not folder.is_dir():
            raise StudyError(
                N_("{folder} is not a folder; a study is a folder with study.toml and tables."),
                folder=str(folder),
            )
        return Study(folder)
    places = _places() if studies is None else [Path(place) for place in studies]
    if not name_or_path.startswith(".") and ":" not in name_or_path:
        for place in places:  # a folder that is there may have any name: pages look a study up by its folder's name
            if (place / name_or_path / "study.toml").is_file():
                return Study(place / name_or_path)
    if not NAME.fullmatch(name_or_path):
        raise StudyError(
            N_(
                "'{name}' is not a study's name; write small letters, digits, - and _, or a folder "
                "with a / in it."
            ),
            name=name_or_path,
        )
    shipped = shipped_studies() if studies is None else {}
    if name_or_path in shipped:
        return Study(shipped[name_or_path])
    known = sorted(
        {*shipped, *(folder.parent.name for place in places for folder in place.glob("*/study.toml"))}
    )
    looked = [str(place) for place in places] + ([N_("the shipped studies")] if studies is None else [])
    near = difflib.get_close_matches(name_or_path, known, n=3, cutoff=0.5)
    if near:
        raise StudyError(
            N_("There is no study '{name}'; did you mean {near}? Looked in {looked}."),
            name=name_or_path,
            near=", ".join(near),
            looked=looked,
        )
    raise StudyError(
        N_("There is no study '{name}'; there are {known}. Looked in {looked}."),
        name=name_or_path,
        known=", ".join(known) or "–",
        looked=looked,
    )


def _places() -> list[Path]:
    given = os.environ.get("SVCNB_STUDIES", "")
    return [*(Path(place) for place in given.split(os.pathsep) if place), Path("studies")]


def shipped_studies() -> dict[str, Path]:
    """Name -> folder of the studies that come with svcnb, in a checkout or in an installed package."""
    package = Path(__file__).resolve().parent
    return {
        file.parent.name: file.parent
        for place in (package.parent / "data", package / "data")
        for file in sorted(place.glob("*/study.toml"))
    }


def check_study(study: Study) -> list[Problem]:
    """Every problem of every table; the same as ``study.problems()``."""
    return study.problems()


class Study(Inspected):
    """One study, read lazily; use ``load_study``.

    Attributes
    ----------
    name : str
        Name of the folder: what people type.
    folder : Path
    settings : StudySettings
        ``settings.name`` is the title.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder).resolve()
        self.name = self.folder.name
        self._file: StudyFile = read_settings(self.folder)
        self.settings: StudySettings = self._file.settings
        self._scales = {name: (low, high) for name, low, high in self.settings.scales}
        self._loaded: dict[str, Loaded] = {}
        self._hashes: dict[tuple, str] = {}

    def __repr__(self) -> str:
        return f"Study({self.name!r}, {str(self.folder)!r})"

    def __enter__(self) -> Study:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    @property
    def is_shipped(self) -> bool:
        """Whether this is a study of svcnb itself, which nobody writes."""
        return self.folder in {path.resolve() for path in shipped_studies().values()}

    def parameters(self, step: str) -> dict:
        """The parameters that study.toml sets for a step."""
        return dict(self._file.parameters.get(step, {}))

    def scale(self, table: str) -> tuple[float, float]:
        """Lowest and highest answer in the file's 0–10 columns, before they are converted."""
        return self._scales.get(table, (0.0, 10.0))

    def path(self, table: str) -> Path | None:
        """The file of a table, None when the study brings none. A file that study.toml names may be missing."""
        if table not in TABLES:
            raise KeyError(f"no table {table!r}")
        if table in self._file.files:
            return self.folder / self._file.files[table]
        own = next((p for p in (self.folder / f"{table}{e}" for e in ENDINGS) if p.is_file()), None)
        return own or self._in_workbook(table)

    @property
    def workbook(self) -> Path | None:
        """The workbook that holds the tables without a file of their own; None when study.toml names none."""
        return self.folder / self._file.workbook if self._file.workbook else None

    def source(self, table: str) -> Source:
        """How study.toml says that the table's file is written."""
        from svcnb.tables.sources import Source

        return self._file.sources.get(table) or Source()

    @property
    def previous(self) -> dict | None:
        """What ``svcnb next`` kept of the period before; None for a first period.

        Raises
        ------
        StudyError
            study.toml names a period before and previous.json is not there or is damaged.
        """
        import json

        if not self._file.previous:
            return None
        path = self.folder / PREVIOUS
        try:
            return json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            raise StudyError(
                N_("{file} is missing or damaged; study.toml names a period before. Put the file back or delete [previous] "
                   "from study.toml."), file=str(path)) from None

    def _in_workbook(self, table: str) -> Path | None:
        """The study's workbook, when it has a sheet of this table with data in it."""
        from svcnb.tables.workbook import filled_sheets

        path = self.workbook
        if path is None:
            return None
        stamp = ("sheets", *stamp_of(path))
        if stamp not in self._hashes:
            self._hashes[stamp] = " ".join(filled_sheets(path))
        return path if table in self._hashes[stamp].split() else None

    def has(self, table: str) -> bool:
        """Whether the table is there with at least one row; a file that cannot be read counts as there."""
        from svcnb.tables.readers import has_rows

        path = self.path(table)
        if path is None:
            return False
        stamp = stamp_of(path)
        if table in self._loaded and self._loaded[table].stamp == stamp:
            checked = self._loaded[table].checked
            return checked.n > 0 or not checked.usable
        if ("has", table, stamp) not in self._hashes:  # several tables may lie in one workbook
            self._hashes["has", table, stamp] = "yes" if has_rows(path, table, self._file.sources.get(table)) else ""
        return bool(self._hashes["has", table, stamp])

    @property
    def is_empty(self) -> bool:
        """Whether no table has a row yet."""
        return not any(self.has(name) for name in TABLES)

    def fingerprint(self, table: str) -> str:
        """SHA-256 of the file's bytes and of how study.toml says they are read; empty when there is no such file."""
        path = self.path(table)
        if path is None or not path.is_file():
            return ""
        stamp = ("sha256", *stamp_of(path))
        if stamp not in self._hashes:
            with path.open("rb") as file:
                self._hashes[stamp] = hashlib.file_digest(file, "sha256").hexdigest()
        declared = replace(self.source(table), file="")
        if declared == type(declared)():
            return self._hashes[stamp]
        return hashlib.sha256(f"{self._hashes[stamp]} {declared!r}".encode()).hexdigest()

    def table(self, name: str) -> pd.DataFrame:
        """A small table with the schema's columns and types, then the file's own further columns.

        Returns
        -------
        DataFrame
            str columns ``str``; dates ``datetime64``; bool ``boolean``; int ``int64``, or ``float64`` where cells
            may be empty; float ``float64``. Without a file an empty frame (components: the usual ten).

        Raises
        ------
        InputError
            The table has problems; carries all of them.
        """
        from svcnb.tables.typed import frame

        if name in LARGE:
            raise KeyError(f"{name} is too large for a frame: use study.{name}")
        loaded = self._usable(name)
        if loaded.frame is None:
            loaded.frame = frame(self._database.cursor(), TABLES[name])
        return loaded.frame.copy()

    @property
    def orders(self) -> ibis.Table:
        """The orders as an Ibis table with the schema's columns."""
        return self._large("orders")

    @property
    def order_lines(self) -> ibis.Table:
        """The order lines as an Ibis table with the schema's columns."""
        return self._large("order_lines")

    def rows_where(self, name: str, column: str, value: str) -> list[int]:
        """The rows of the table's file, as the spreadsheet counts, in which a column holds a text."""
        self._usable(name)
        found = self._database.cursor().execute(
            f'SELECT DISTINCT _row FROM "typed_{name}" WHERE "{TABLES[name].by_name[column].name}" = ? ORDER BY _row', [value])
        return [row for (row,) in found.fetchall()]

    def batches(self, name: str, size: int = 50_000) -> Iterator[list[tuple]]:
        """The rows of a table in the file's order with the schema's columns, a list of tuples at a time."""
        self._usable(name)
        columns = ", ".join(f'"{column}"' for column in TABLES[name].names)
        cursor = self._database.cursor().execute(f'SELECT {columns} FROM "typed_{name}" ORDER BY _row')
        while rows := cursor.fetchmany(size):
            yield rows

    def close(self) -> None:
        """Give the database's memory back; the study can still be asked and then reads again."""
        database = self.__dict__.pop("_database", None)
        self.__dict__.pop("_ibis", None)
        self._loaded.clear()
        if database is not None:
            database.close()

    @cached_property
    def _database(self):
        import tempfile

        import duckdb

        # Nothing is fetched from another host and no file is read by a query.
        return duckdb.connect(
            ":memory:",
            config={
                "threads": 1,  # sums of floats follow the order of rows: the same study, the same last digit
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "enable_external_access": False,
                # made when a table does not fit into the memory, taken away with the connection
                "temp_directory": str(Path(tempfile.gettempdir()) / f"svcnb-{os.getpid()}-{id(self):x}"),
            },
        )

    @cached_property
    def _ibis(self):
        import ibis

        return ibis.duckdb.from_connection(self._database.cursor())

    def _large(self, name: str):
        self._usable(name)
        return self._ibis.table(f"typed_{name}").drop("_row")
