"""A csv file that is too large to stand in memory: its cells come slice by slice, as often as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

LARGEST_WHOLE = 40_000_000  # bytes; a file above it is read slice by slice
BLOCK = 4 << 20  # bytes split into cells at a time


class CsvStream:
    """The cells of a csv without quotation marks, with what the checks ask of a ``pyarrow.Table``.

    Attributes
    ----------
    num_rows : int
    """

    def __init__(self, path: Path, n_columns: int, separator: str, tidy: Callable[[pa.Table], pa.Table]):
        """Reads the file once: a ragged row or a byte that is not UTF-8 raises ``pyarrow.ArrowException`` here."""
        names = [f"c{place}" for place in range(n_columns)]
        self._path, self._tidy = path, tidy
        self._read = pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, block_size=BLOCK)
        self._parse = pyarrow.csv.ParseOptions(delimiter=separator, quote_char=False, ignore_empty_lines=False)
        self._convert = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
        self.num_rows = sum(batch.num_rows for batch in self._batches())

    def _batches(self):
        with pyarrow.csv.open_csv(self._path, read_options=self._read, parse_options=self._parse,
                                  convert_options=self._convert) as batches:
            yield from batches

    def slices(self, rows: int) -> Iterator[pa.Table]:
        """The cells with their row in the sheet, some blocks with at least ``rows`` rows at a time (a query reads the blocks
        of a slice side by side); at least one slice."""
        first, held, n = 2, [], 0
        for batch in self._batches():
            cells = pa.table([pa.array(range(first, first + batch.num_rows), pa.int64()), *batch.columns],
                             names=["row", *batch.schema.names])
            held.append(self._tidy(cells))
            first, n = first + batch.num_rows, n + batch.num_rows
            if n >= rows:
                yield pa.concat_tables(held)
                held, n = [], 0
        if held or first == 2:
            yield pa.concat_tables(held) if held else pa.table(
                {"row": pa.array([], pa.int64()), **{name: pa.array([], pa.string()) for name in self._read.column_names}})

    def slice(self, start: int, rows: int) -> pa.Table:
        """The first rows, as ``pyarrow.Table.slice`` gives them."""
        head = next(self.slices(start + rows))
        return head.slice(start, rows)

    @property
    def dataset(self):
        """The columns for a query that looks at them whole, without their rows."""
        from pyarrow import dataset

        return dataset.dataset(self._path, format=dataset.CsvFileFormat(
            parse_options=self._parse, convert_options=self._convert, read_options=self._read))
