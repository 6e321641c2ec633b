"""Rows of the template that are no data: its titles and its samples.

The rule, for every file of every table: a column headed ``_sample`` (``_ejemplo`` in the Spanish template) is no
column of the table, and a row with anything written in it is no row of the table. Whoever deletes the sample rows,
or the column with them, loses nothing; whoever leaves them in is told how many were left out.
"""

from __future__ import annotations

HEADINGS = {"en": "_sample", "es": "_ejemplo"}


def without_samples(raw):
    """The file's cells without the marked rows and without the column that marks them; counts them in ``raw.samples``.

    Parameters
    ----------
    raw : svcnb.tables.readers.RawTable
    """
    import pyarrow.compute as pc

    marked = [place for place, name in enumerate(raw.headings) if name.strip().casefold() in HEADINGS.values()]
    if raw.cells is None or not marked:
        return raw
    cells = raw.cells
    for place in marked:
        text = pc.utf8_trim_whitespace(pc.fill_null(cells[f"c{place}"].cast("string"), ""))
        cells = cells.filter(pc.equal(text, ""))
    raw.samples = raw.cells.num_rows - cells.num_rows
    kept = [place for place in range(len(raw.headings)) if place not in marked]
    raw.cells = cells
    raw.keep(kept)
    return raw
