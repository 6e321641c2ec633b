"""``svcnb paste``: cells copied from a spreadsheet become a table's file."""

from __future__ import annotations

import csv
import difflib
import io
import sys

import click

from svcnb.commands.opened import LANGUAGE, open_study, short
from svcnb.errors import InputError, OutputError, ParameterError
from svcnb.i18n import N_


@click.command()
@click.argument("study")
@click.argument("table")
@click.option("--replace", is_flag=True, help="Write over the table's file if there is one.")
@LANGUAGE
def paste(study, table, replace, language) -> None:
    """Write cells copied from a spreadsheet into STUDY as the file of TABLE, and check them.

    The cells come in on the standard input, with their headings: paste them and end with Ctrl-D (Ctrl-Z on Windows), or
    send them, as in  xclip -o | svcnb paste STUDY TABLE.
    """
    from svcnb.i18n import words_in
    from svcnb.parts import write_whole
    from svcnb.tables import TABLES
    from svcnb.tables.problem import render_problems
    from svcnb.tables.readers import read_pasted
    from svcnb.tables.sources import Source

    loaded = open_study(study, language)
    words = words_in(language or loaded.settings.language)
    if table not in TABLES:
        near = difflib.get_close_matches(table, TABLES, n=3, cutoff=0.5)
        raise ParameterError(N_("There is no table {table}; write one of {known}."), table=table, known=", ".join(near or TABLES))
    if loaded.is_shipped:
        raise OutputError(N_("{study} comes with svcnb and is not changed; make your own with svcnb new."), study=loaded.name)
    source = loaded.source(table)
    there, path = loaded.path(table), loaded.folder / (source.file or f"{table}.csv")
    if path.suffix.lower() != ".csv":
        raise OutputError(N_("study.toml takes {table} from {file}; take that line away first."), table=table, file=source.file)
    if there is not None and (there != path or not replace) and there.is_file():
        raise OutputError(N_("{file} is there already; nothing was written. Use --replace to write over a csv, or move it away."),
                          file=short(there))
    text = sys.stdin.buffer.read().decode("utf-8", "replace")  # what was lost is then told cell by cell
    raw = read_pasted(text, table, Source(decimal=source.decimal, dates=source.dates), words("pasted text"))
    if raw.cells is None or raw.problems:
        raise InputError(N_("{file} cannot be used, problems found: {n}. The first: {first}"), problems=raw.problems,
                         file=raw.file, n=len(raw.problems), first=raw.problems[0].line(words))
    try:
        write_whole(path, _as_csv(raw, source.separator or ",").encode(source.encoding or "utf-8", "replace"))
    except OSError as error:
        raise OutputError(N_("{folder} cannot be written: {cause}. Nothing was written; give another folder."),
                          folder=short(loaded.folder), cause=error.strerror or str(error)) from error
    problems = [problem for problem in loaded.problems() if problem.table == table]
    click.echo(words("{path}: {n} rows written.", path=short(path), n=raw.cells.num_rows))
    click.echo("\n".join(render_problems(problems, words)), nl=bool(problems))
    loaded.close()
    raise SystemExit(3 if problems else 0)


def _as_csv(raw, separator: str) -> str:
    """The cells as they were pasted; a text that a spreadsheet would run is guarded as in every csv of svcnb."""
    from svcnb.tables.guard import guarded

    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator="\n")
    writer.writerow(raw.headings)
    columns = [raw.cells[f"c{place}"].to_pylist() for place in range(len(raw.headings))]
    writer.writerows([_guarded(cell or "", guarded) for cell in row] for row in zip(*columns))
    return file.getvalue()


def _guarded(cell: str, guarded) -> str:
    """Numbers and dates stay as they are: -5 is a number."""
    return cell if cell[:1] in "+-" and cell[1:].replace(".", "").replace(",", "").isdigit() else guarded(cell)


COMMANDS = (paste,)
