"""From a file to text cells: csv, xlsx, ods, parquet, pasted text, read so that nothing is guessed.

Every cell stays the text that stands in the file, so that an id keeps its zeros, ``NA`` stays a name and
a bad cell can be quoted. Types come later (``svcnb.tables.check``). Rows carry the number a spreadsheet
shows: blank rows and titles count. How each kind of file is read stands in ``svcnb.tables.reading``.

``read_raw`` reads a file, ``read_pasted`` a text from the clipboard, ``sheet_names`` tells what a workbook has.
What a client's file does not say of itself is declared in study.toml (``svcnb.tables.sources``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.mapping_apply import as_declared
from svcnb.tables.reading.book import open_book
from svcnb.tables.reading.delimited import read_csv, read_lines
from svcnb.tables.reading.heading import tidy
from svcnb.tables.reading.raw import Odd, RawTable, column_letters
from svcnb.tables.reading.refusal import Unreadable
from svcnb.tables.reading.sheet import read_sheet
from svcnb.tables.reading.tabulate import tidy_cells
from svcnb.tables.reading.text import clipboard_lines
from svcnb.tables.samples import HEADINGS as SAMPLE_HEADINGS
from svcnb.tables.samples import without_samples
from svcnb.tables.schemas import TABLES
from svcnb.tables.sources import Source
from svcnb.tables.surveys import answers

__all__ = ["Odd", "RawTable", "column_letters", "has_rows", "read_pasted", "read_raw", "sheet_names"]

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
BOOK_ENDINGS = (".xlsx", ".ods")
OLE = b"\xd0\xcf\x11\xe0"  # old Excel files, and new ones with a password
SIGNATURES = {b"PK\x03\x04": "xlsx", OLE: "xls", b"PAR1": "parquet", b"%PDF": "pdf", b"\x1f\x8b": "gz"}
SAVE_AGAIN = N_("open it in the program that made it and save it as {ending}")


def read_raw(path: Path, table: str, source: Source | None = None,
             progress: Callable[[float], None] | None = None) -> RawTable:
    """Read one file as text, without the template's samples.

    Parameters
    ----------
    path : Path
        A ``.csv`` (``.tsv``, ``.txt``), ``.xlsx``, ``.ods`` or ``.parquet`` file.
    table : str
        Name of the table, for the sheet, the heading and the messages; empty while nobody knows.
    source : Source, optional
        What study.toml declares of the file.
    progress : callable, optional
        Called with the share done (0 to 1) of a large workbook. What it raises ends the reading at once.

    Returns
    -------
    RawTable
        ``cells`` is None when the file cannot be read at all; ``problems`` says why.
    """
    source = source or Source()
    return _as_ours(without_samples(_read_file(Path(path), table, source, progress)), source)


def _as_ours(raw: RawTable, source: Source) -> RawTable:
    """The client's headings, words and questions as ours, where study.toml declares them."""
    if raw.table not in TABLES:
        return raw
    if source.format and (source.questions or raw.table == "survey_respondents" or source.format == "svcnb"):
        raw, source = answers(raw, source), replace(source, columns={})
    return as_declared(raw, TABLES[raw.table], source)


def read_pasted(text: str, table: str, source: Source | None = None, name: str = "") -> RawTable:
    """Read cells that were copied from a spreadsheet (tabs between) or a csv text.

    ``name`` stands for the file in messages; default "pasted text".
    """
    source = source or Source()
    raw = RawTable(table, name or N_("pasted text"), decimal=source.decimal, dates=source.dates)
    try:
        read_lines(clipboard_lines(text), raw, source, ragged=False)
    except Unreadable as unreadable:
        raw.cells = None
        raw.add(unreadable.rule, unreadable.repair)
    return _as_ours(without_samples(raw), source)


def sheet_names(path: Path) -> list[str]:
    """The names of a workbook's sheets with cells, hidden ones last; empty for any other file or a broken one."""
    if path.suffix.lower() not in BOOK_ENDINGS:
        return []
    try:
        with open_book(path, path.suffix.lower()[1:]) as book:
            return [sheet.name for sheet in sorted(book.sheets, key=lambda sheet: sheet.hidden) if sheet.used]
    except (Unreadable, OSError):
        return []


def has_rows(path: Path, table: str = "", source: Source | None = None) -> bool:
    """Whether the file holds more than a heading, without reading it whole; a broken file counts as yes."""
    try:
        if path.suffix.lower() == ".csv" and source is None:
            with path.open("rb") as file:
                heading = next(file, b"").lower()
                if not any(mark.encode() in heading for mark in SAMPLE_HEADINGS.values()):
                    return any(line.strip(b' ,;\r\n\t"') for line in file)
        if path.suffix.lower() == ".parquet":
            from pyarrow import parquet

            return parquet.read_metadata(path).num_rows > 0
    except (OSError, pa.ArrowException):
        return True
    raw = read_raw(path, table or path.stem, source)
    return raw.cells is None or raw.cells.num_rows > 0


def _read_file(path: Path, table: str, source: Source, progress) -> RawTable:
    raw = RawTable(table, path.name, decimal=source.decimal, dates=source.dates)
    ending = path.suffix.lower()
    try:
        _check_bytes(path, ending)
        if ending == ".parquet":
            _parquet(path, raw)
        elif ending in BOOK_ENDINGS:
            read_sheet(path, raw, source, progress)
        else:
            read_csv(path, raw, source)
    except Unreadable as unreadable:
        raw.cells = None
        raw.add(unreadable.rule, unreadable.repair)
    except FileNotFoundError:
        raw.add(
            reason(N_("is named in study.toml and is not there")),
            reason(N_("put the file into the study's folder or correct its name in study.toml")),
        )
    except OSError as error:
        raw.cells = None
        raw.add(
            reason(N_("cannot be read ({why})"), why=error.strerror or type(error).__name__),
            reason(N_("check that it is there and that you may read it")),
        )
    return raw


def _check_bytes(path: Path, ending: str) -> None:
    """The ending is one that is read, and the first bytes are those of its kind."""
    if path.is_dir():
        raise Unreadable(reason(N_("is a folder")), reason(N_("name a file")))
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise Unreadable(
            reason(N_("is an empty file")), reason(N_("delete it or give it a heading and rows"))
        )
    found = next((kind for mark, kind in SIGNATURES.items() if head.startswith(mark)), None)
    if found == "xls" and ending in BOOK_ENDINGS and _is_protected(path):
        raise Unreadable(reason(N_("is protected by a password")), reason(N_("save it without a password")))
    if ending in (".xls", ".xlsm", ".xlsb"):
        raise Unreadable(reason(N_("is an Excel file of a kind that is not read ({ending})"), ending=ending),
                         reason(N_("open it in Excel or LibreOffice and save it as .xlsx")))
    if ending not in (*TEXT_ENDINGS, *BOOK_ENDINGS, ".parquet"):
        raise Unreadable(
            reason(N_("has an ending that is not read ({ending})"), ending=ending or "–"),
            reason(N_("save it as .csv or .xlsx")),
        )
    if ending in TEXT_ENDINGS:
        if found:
            raise Unreadable(
                reason(N_("is not a csv file but {found}"), found=found),
                reason(N_("save it as CSV UTF-8 or give it its right ending")),
            )
    elif found != {".ods": "xlsx"}.get(ending, ending[1:]):
        raise Unreadable(
            reason(N_("is not an {ending} file, whatever its name says"), ending=ending[1:]),
            reason(SAVE_AGAIN, ending=ending[1:]),
        )


def _is_protected(path: Path) -> bool:
    """An xlsx with a password is an OLE file with the stream EncryptedPackage."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(2_000_000)


def _parquet(path: Path, raw: RawTable) -> None:
    from svcnb.tables.reading.columnar import read_parquet

    headings, data, floats = read_parquet(path)
    raw.headings = [tidy(name) for name in headings]
    raw.letters = [column_letters(n + 1) for n in range(len(headings))]
    raw.cells = data.add_column(0, "row", pa.array(range(2, data.num_rows + 2), pa.int64()))
    raw.odd = [Odd(None, place, "float") for place in floats]
    tidy_cells(raw)
