"""A client's file as study.toml says to read it: their headings under our names, their code words as ours.

What is declared and not there is a problem with its repair: when the client's system changes a heading, nothing is
silently left out.
"""

from __future__ import annotations

import pyarrow as pa

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.problem import Problem
from svcnb.tables.reading.heading import tidy
from svcnb.tables.reading.raw import RawTable
from svcnb.tables.schema import Table
from svcnb.tables.sources import Source


def as_declared(raw: RawTable, table: Table, source: Source) -> RawTable:
    """Give the columns of a file our names and its code words ours, by the section of study.toml.

    Parameters
    ----------
    raw : RawTable
        As read; it is changed and returned.
    table : Table
    source : Source
        ``columns`` our column -> their heading; ``values`` our column -> {their word: ours}; ``distinct`` several rows of
        the file are one row of the table; ``numbered`` a key column of ours whose values are counted.

    Returns
    -------
    RawTable
        Only columns of the table where ``columns`` is declared; without any declaration, unchanged. Problems name each
        declared heading that the file does not have.
    """
    if raw.cells is None or not (source.columns or source.values or source.distinct or source.numbered):
        return raw
    if source.columns:
        _rename(raw, table, source.columns)
    for name, words in source.values.items():
        if name in raw.headings:
            place = raw.headings.index(name)
            raw.cells = raw.cells.set_column(place + 1, f"c{place}", _translated(raw.cells.column(f"c{place}"), words))
    if source.distinct:
        raw.cells = _distinct(raw.cells)
    if source.numbered and source.numbered not in raw.headings:
        _number(raw, table, source.numbered)
    return raw


def _rename(raw: RawTable, table: Table, columns: dict[str, str]) -> None:
    theirs = {tidy(heading): name for name, heading in columns.items()}
    kept, names = [], []
    for place, heading in enumerate(raw.headings):
        name = theirs.get(heading) or (heading if heading in table.by_name and heading not in columns else None)
        if name and name not in names:
            kept.append(place)
            names.append(name)
    for heading, name in theirs.items():
        if name not in names:
            raw.problems.append(Problem(
                raw.table, raw.file, None, heading, None,
                reason(N_("is not in the heading any more; study.toml reads it as {name}"), name=name),
                reason(N_("say which column it is now: svcnb map {file}, or correct [tables.{table}.columns] in study.toml"),
                       file=raw.file, table=raw.table), kind="heading"))
            raw.absent += (name,)
    raw.keep(kept)
    raw.headings = names


def _translated(cells: pa.ChunkedArray, words: dict[str, str]) -> pa.ChunkedArray:
    """Their words as ours; every other text as it stands, for the check to see."""
    words = {theirs.strip(): ours for theirs, ours in words.items()}
    chunks = []
    for chunk in cells.chunks:
        encoded = chunk.dictionary_encode()
        said = pa.array([words.get(text.strip(), text) if text is not None else None
                         for text in encoded.dictionary.to_pylist()], pa.string())
        chunks.append(said.take(encoded.indices))
    return pa.chunked_array(chunks, pa.string())


def _distinct(cells: pa.Table) -> pa.Table:
    """Rows that say the same once, at the row where it first stands."""
    names = [name for name in cells.column_names if name != "row"]
    first = cells.group_by(names).aggregate([("row", "min")]).rename_columns([*names, "row"]).sort_by("row")
    return first.select(["row", *names])


def _number(raw: RawTable, table: Table, name: str) -> None:
    """A key that the file does not have: a whole number counts within the rest of the key, an id is called by its row."""
    rows = raw.cells["row"].to_pylist()
    rest = [raw.cells[f"c{raw.headings.index(key)}"].to_pylist() for key in table.key if key != name and key in raw.headings]
    if table.by_name[name].type == "int":
        counted: dict[tuple, int] = {}
        numbers = []
        for place in range(len(rows)):
            group = tuple((column[place] or "").strip() for column in rest)
            counted[group] = counted.get(group, 0) + 1
            numbers.append(str(counted[group]))
    else:
        numbers = [f"r{row}" for row in rows]
    raw.cells = raw.cells.append_column(f"c{len(raw.headings)}", pa.array(numbers, pa.string()))
    raw.letters = [*(raw.letter(place) for place in range(len(raw.headings))), "–"]
    raw.headings = [*raw.headings, name]
