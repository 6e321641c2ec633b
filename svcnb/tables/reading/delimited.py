"""A csv file or a pasted text as a table: its separator is declared, said by ``sep=`` or told from its first lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.reading import text as texts
from svcnb.tables.reading.heading import heading_place, tidy
from svcnb.tables.reading.raw import RawTable, column_letters
from svcnb.tables.reading.refusal import Unreadable
from svcnb.tables.reading.stream import BLOCK, LARGEST_WHOLE, CsvStream
from svcnb.tables.reading.tabulate import expected, from_records, tidied, tidy_cells
from svcnb.tables.samples import HEADINGS
from svcnb.tables.sources import Source

SAMPLES = tuple(HEADINGS.values())
LARGE = 1_000_000  # bytes; above it arrow splits the cells, ten times faster than Python


def read_csv(path: Path, raw: RawTable, source: Source) -> None:
    """Fill ``raw`` from a csv file."""
    if _plain_csv(path, raw, source):
        return
    encoding = source.encoding
    if not encoding:
        encoding, notes = texts.encoding_of(path, raw.table)
        raw.notes += notes
    read_lines(texts.text_lines(path, encoding, raw.table), raw, source, ragged=True)


def read_lines(lines: Iterator[str], raw: RawTable, source: Source, ragged: bool) -> None:
    """Fill ``raw`` from lines of text; ``ragged`` rows with too few cells are then a problem."""
    from_records(raw, _records(raw, lines, source), source, ragged)


def _records(raw: RawTable, lines: Iterator[str], source: Source) -> Iterator[tuple[int, list[str]]]:
    """Records of a csv text whose separator is declared, said by ``sep=`` or told from the first lines."""
    first = texts.first_lines(lines)
    hint = first[0].lstrip("\ufeff").strip().casefold() if first else ""
    separator, others = source.separator, ""
    if hint.startswith("sep=") and len(hint) <= 5:
        separator, first = separator or first[0].strip()[-1:].replace("=", "\t"), first[1:]
    if not separator:
        names = {name.casefold() for name in expected(raw.table, source)}
        separator, others = texts.separator_of(first, names)
    if others:
        raise Unreadable(
            reason(N_("can be cut into columns in several ways ({signs})"), signs=others),
            reason(N_('write separator = "{example}" in [tables.{table}] of study.toml'),
                   example=others.split()[-1], table=raw.table))
    raw.separator = separator
    return texts.records(chain(first, lines), separator)


def _plain_csv(path: Path, raw: RawTable, source: Source) -> bool:
    """Read a large csv without quotation marks by arrow; false when the file needs the careful reader."""
    if path.stat().st_size < LARGE or source.encoding or source.heading_row > 1:
        return False
    with path.open("rb") as file:
        lines = []
        while len(lines) < 20 and sum(map(len, lines)) < texts.SAMPLE_SIZE:
            lines.append(file.readline(texts.LINE))
        if len(lines[-1]) >= texts.LINE or b"\r" in lines[0].removesuffix(b"\r\n"):
            return False
        file.seek(0)
        while block := file.read(BLOCK):
            if b'"' in block or b"\0" in block:
                return False
    try:
        decoded = [line.decode("utf-8-sig") for line in lines]
    except UnicodeDecodeError:
        return False
    separator, others = source.separator, ""
    if not separator:
        separator, others = texts.separator_of(decoded, {name.casefold() for name in expected(raw.table, source)})
    headings = [tidy(name) for name in decoded[0].split(separator)]
    if others or not all(headings) or decoded[0].casefold().startswith("sep="):
        return False
    rows = [(n + 1, line.rstrip("\r\n").split(separator)) for n, line in enumerate(decoded) if line]
    if heading_place(rows, expected(raw.table, source)) != 0:
        return False
    names = [f"c{n}" for n in range(len(headings))]
    is_changed = source.columns or source.values or source.distinct or source.numbered or source.format
    if path.stat().st_size > LARGEST_WHOLE and not is_changed and not any(name.casefold() in SAMPLES for name in headings):
        return _streamed(path, raw, headings, separator)
    try:
        cells = pyarrow.csv.read_csv(
            path,
            read_options=pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=separator, quote_char=False, ignore_empty_lines=False
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException:
        return False  # ragged or not UTF-8: the careful reader says where
    raw.separator, raw.headings = separator, headings
    raw.letters = [column_letters(n + 1) for n in range(len(headings))]
    raw.cells = cells.add_column(0, "row", pa.array(range(2, cells.num_rows + 2), pa.int64()))
    tidy_cells(raw)
    return True


def _streamed(path: Path, raw: RawTable, headings: list[str], separator: str) -> bool:
    """A file that would not fit: its cells are read when they are asked for."""
    raw.separator, raw.headings = separator, headings
    raw.letters = [column_letters(n + 1) for n in range(len(headings))]
    try:
        raw.cells = CsvStream(path, len(headings), separator, lambda cells: tidied(cells, raw))
    except pa.ArrowException:
        return False
    return True
