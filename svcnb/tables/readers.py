"""From a file to text cells: csv, xlsx, parquet, read so that nothing is guessed.

Every cell stays the text that stands in the file, so that an id keeps its zeros, ``NA`` stays a name and
a bad cell can be quoted. Types come later (``svcnb.tables.check``). Rows carry the number a spreadsheet
shows: the heading is 1 and a blank row counts.

csv: UTF-8 with or without mark, separator ``,`` or ``;``. xlsx: the sheet with the table's name, else the
first. parquet: for orders and order lines. The ending is compared with the first bytes.
"""

from __future__ import annotations

import csv
import mmap
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from svcnb.errors import Reason, reason
from svcnb.i18n import N_
from svcnb.tables.problem import MOST, Problem
from svcnb.tables.samples import HEADINGS as SAMPLE_HEADINGS
from svcnb.tables.samples import without_samples

CHUNK = 50_000  # records turned into columns at a time: the text of the whole file never stands twice
LARGE_CSV = 1_000_000  # bytes; above it arrow splits the cells, ten times faster than Python
LARGEST_WORKBOOK = 500_000_000  # bytes unpacked
SIGNATURES = {
    b"PK\x03\x04": "xlsx",
    b"\xd0\xcf\x11\xe0": "xls",
    b"PAR1": "parquet",
    b"%PDF": "pdf",
    b"\x1f\x8b": "gz",
}
SAVE_AS_CSV = N_("save it as CSV UTF-8")


@dataclass(eq=False)
class RawTable:
    """A file's cells as text: arrow columns ``row``, ``c0``, ``c1`` … under the file's own headings."""

    table: str
    file: str
    headings: list[str] = field(default_factory=list)
    cells: pa.Table | None = None
    separator: str = ","
    problems: list[Problem] = field(default_factory=list)
    samples: int = 0  # rows of the template that are no data (svcnb.tables.samples)

    def add(self, rule: Reason, repair: Reason, row=None, column=None, value=None) -> None:
        self.problems.append(Problem(self.table, self.file, row, column, value, rule, repair))


class _Unreadable(Exception):
    """The file as a whole cannot be read; carries the rule and the repair."""


def read_raw(path: Path, table: str) -> RawTable:
    """Read one file of a table as text, without the template's samples.

    Parameters
    ----------
    path : Path
        A ``.csv``, ``.xlsx`` or ``.parquet`` file.
    table : str
        Name of the table, for the sheet and the messages.

    Returns
    -------
    RawTable
        ``cells`` is None when the file cannot be read at all; ``problems`` says why.
    """
    return without_samples(_read_file(path, table))


def _read_file(path: Path, table: str) -> RawTable:
    raw = RawTable(table, path.name)
    readers = {".csv": _csv_records, ".xlsx": _xlsx_records}
    try:
        _check_bytes(path, path.suffix.lower())
        if path.suffix.lower() == ".parquet":
            raw.headings, raw.cells = _parquet(path)
            return raw
        if path.suffix.lower() == ".csv":
            raw.separator = _separator(path)
            if _plain_csv(path, raw):
                return raw
        records = readers[path.suffix.lower()](path, table, raw)
        raw.headings = _headings(next(records, []))
        raw.cells = _columns(records, raw)
    except _Unreadable as unreadable:
        raw.cells = None
        raw.add(*unreadable.args)
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


def has_rows(path: Path, table: str = "") -> bool:
    """Whether the file holds more than a heading, without reading it whole; a broken file counts as yes."""
    try:
        if path.suffix.lower() == ".csv":
            with path.open("rb") as file:
                heading = next(file, b"").lower()
                if not any(mark.encode() in heading for mark in SAMPLE_HEADINGS.values()):
                    return any(line.strip(b' ,;\r\n\t"') for line in file)
        if path.suffix.lower() == ".parquet":
            from pyarrow import parquet

            return parquet.read_metadata(path).num_rows > 0
    except (OSError, pa.ArrowException):
        return True
    raw = read_raw(path, table or path.stem)
    return raw.cells is None or raw.cells.num_rows > 0


def _check_bytes(path: Path, ending: str) -> None:
    if path.is_dir():
        raise _Unreadable(reason(N_("is a folder")), reason(N_("name a file")))
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise _Unreadable(
            reason(N_("is an empty file")), reason(N_("delete it or give it a heading and rows"))
        )
    found = next((kind for mark, kind in SIGNATURES.items() if head.startswith(mark)), None)
    if ending not in (".csv", ".xlsx", ".parquet"):
        raise _Unreadable(
            reason(N_("has an ending that is not read ({ending})"), ending=ending or "–"),
            reason(N_("save it as .csv or .xlsx")),
        )
    if ending == ".csv" and found:
        raise _Unreadable(
            reason(N_("is not a csv file but {found}"), found=found),
            reason(N_("save it as CSV UTF-8 or give it its right ending")),
        )
    if ending != ".csv" and f".{found}" != ending:
        raise _Unreadable(
            reason(N_("is not an {ending} file, whatever its name says"), ending=ending[1:]),
            reason(N_("open it in the program that made it and save it as {ending}"), ending=ending[1:]),
        )
    if ending == ".csv" and (b"\x00" in head or head[:2] in (b"\xff\xfe", b"\xfe\xff")):
        raise _Unreadable(reason(N_("is not UTF-8 text")), reason(SAVE_AS_CSV))


def _headings(cells) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise _Unreadable(
            reason(N_("has no heading in its first row")),
            reason(N_("write the column names in the first row")),
        )
    return names


def _csv_records(path: Path, table: str, raw: RawTable) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        done = 0
        try:
            for record in csv.reader(file, delimiter=raw.separator, strict=True):
                done += 1
                yield record
        except csv.Error as error:
            raise _Unreadable(
                reason(
                    N_("cannot be split into cells after row {row} ({why})"), row=str(done), why=str(error)
                ),
                reason(N_("close every quotation mark and double those inside a text")),
            ) from None
        except UnicodeDecodeError:
            raise _Unreadable(
                reason(N_("is not UTF-8 text (line {line})"), line=str(_first_bad_line(path))),
                reason(SAVE_AS_CSV),
            ) from None


def _separator(path: Path) -> str:
    with path.open("rb") as file:
        heading = file.readline()
    if b"\t" in heading and b"," not in heading and b";" not in heading:
        raise _Unreadable(reason(N_("is separated by tabs")), reason(SAVE_AS_CSV))
    return ";" if heading.count(b";") > heading.count(b",") else ","


def _plain_csv(path: Path, raw: RawTable) -> bool:
    """Read a large csv without quotation marks by arrow; false when the file needs the careful reader."""
    if path.stat().st_size < LARGE_CSV:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(b'"') >= 0:
            return False
        heading = data.readline().decode("utf-8-sig", "replace").rstrip("\r\n").split(raw.separator)
    names = [f"c{i}" for i in range(len(heading))]
    try:
        cells = pyarrow.csv.read_csv(
            path,
            read_options=pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=raw.separator, quote_char=False, ignore_empty_lines=False
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException:
        return False  # ragged or not UTF-8: the careful reader says where
    raw.headings = _headings(heading)
    if len(raw.headings) < len(heading):
        return False
    raw.cells = cells.add_column(0, "row", pa.array(range(2, cells.num_rows + 2), pa.int64()))
    return True


def _first_bad_line(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _xlsx_records(path: Path, table: str, raw: RawTable) -> Iterator[list[str]]:
    import openpyxl

    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that hold no data
        try:
            if sum(entry.file_size for entry in zipfile.ZipFile(file).infolist()) > LARGEST_WORKBOOK:
                raise _Unreadable(reason(N_("is too large when unpacked")), reason(SAVE_AS_CSV))
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = book[table] if table in book.sheetnames else book.worksheets[0]
            sheet.reset_dimensions()  # the size a file states may be wrong
            for cells in sheet.iter_rows():
                yield [_cell_text(cell) for cell in cells]
        except (_Unreadable, GeneratorExit):
            raise
        except Exception as error:  # a damaged workbook fails in openpyxl, zipfile or expat in many ways
            raise _Unreadable(
                reason(N_("cannot be opened as a workbook ({why})"), why=type(error).__name__),
                reason(N_("open it in the program that made it and save it as {ending}"), ending="xlsx"),
            ) from None


def _cell_text(cell) -> str:
    """A workbook cell as the text a csv would hold; a code shown with zeros keeps them."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        if float(value).is_integer() and abs(value) < 1e15:
            zeros = str(cell.number_format)
            return str(int(value)).zfill(len(zeros) if zeros.strip("0") == "" else 0)
        return repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _columns(records, raw: RawTable) -> pa.Table:
    """Records as arrow columns of text; rows of the wrong length are problems, blank ones are left out."""
    width = len(raw.headings)
    schema = pa.schema([("row", pa.int64()), *((f"c{i}", pa.string()) for i in range(width))])
    pieces, first = [], 2
    while chunk := list(islice(records, CHUNK)):
        numbered = list(range(first, first + len(chunk)))
        first += len(chunk)
        if set(map(len, chunk)) != {width}:
            fitted = [
                (row, _fitted(record, row, width, raw)) for row, record in zip(numbered, chunk, strict=True)
            ]
            numbered = [row for row, record in fitted if record is not None]
            chunk = [record for _, record in fitted if record is not None]
        columns = list(zip(*chunk, strict=True)) or [()] * width
        pieces.append(
            pa.table(
                [pa.array(numbered, pa.int64()), *(pa.array(c, pa.string()) for c in columns)], schema=schema
            )
        )
    return pa.concat_tables(pieces) if pieces else schema.empty_table()


def _fitted(record, row, width, raw) -> list[str] | None:
    """The record with one cell a column; None when it is blank or, which is a problem, of another length."""
    if not any(record):
        return None
    short = len(record) < width and raw.file.lower().endswith(".csv")
    if any(record[width:]) or short:
        if len(raw.problems) < MOST:
            raw.add(
                reason(
                    N_("has {found} cells where the heading has {wanted}"), found=len(record), wanted=width
                ),
                reason(
                    N_(
                        "give the row one cell for each column (a text with a separator stands in quotation marks)"
                    )
                ),
                row=row,
            )
        return None
    return (record + [""] * width)[:width]


def _parquet(path: Path) -> tuple[list[str], pa.Table]:
    from pyarrow import parquet

    try:
        data = parquet.read_table(path)
    except pa.ArrowException as error:
        raise _Unreadable(
            reason(N_("cannot be opened as parquet ({why})"), why=type(error).__name__),
            reason(N_("write it again")),
        ) from None
    names = list(data.column_names)
    data = data.rename_columns([f"c{i}" for i in range(len(names))])
    return names, data.add_column(0, "row", pa.array(range(2, data.num_rows + 2), pa.int64()))
