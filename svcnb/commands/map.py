"""``svcnb map``: say once which of a client's columns and code words are which of ours."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from svcnb.commands.opened import LANGUAGE, open_study, short
from svcnb.errors import ParameterError, StudyError
from svcnb.i18n import N_

SHOWN = 60  # letters of a heading


@click.command("map")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.argument("study", required=False)
@click.option("--table", default="", help="The table the file feeds, when it should not be guessed.")
@click.option("--sheet", default="", help="Sheet of a workbook, default the first with cells.")
@click.option("--heading-row", type=click.IntRange(1, 1_048_576), help="Row of the column names, default the first.")
@click.option("--encoding", default="", help="Encoding of a csv that is neither UTF-8 nor Windows text.")
@click.option("--column", "columns", multiple=True, metavar="[TABLE.]OURS=THEIRS",
              help="Take their heading for our column; OURS= leaves it without one.")
@click.option("--word", "codes", multiple=True, metavar="[TABLE.]COLUMN:THEIRS=OURS", help="Read their word as our code word.")
@click.option("--dates", default="", metavar="WAY", help="How dates are written, e.g. dd/mm/yyyy.")
@click.option("--yes", is_flag=True, help="Store without asking; refused while a question is open.")
@click.option("--undo", is_flag=True, help="Put back the study.toml from before the last mapping.")
@LANGUAGE
def map_(file, study, table, sheet, heading_row, encoding, columns, codes, dates, yes, undo, language) -> None:
    """Propose which columns of FILE are which of ours, show what would be lost, store the answer.

    STUDY is by default the folder that FILE lies in (or the one above), else the working folder. With --undo the one
    argument is STUDY.
    """
    from svcnb.i18n import words_in
    from svcnb.tables.mapping_draft import open_draft, take_in
    from svcnb.tables.mapping_store import undo_store
    from svcnb.tables.schemas import TABLES
    from svcnb.tables.sources import Source

    if undo:
        file, study = None, study or file
    loaded = open_study(study or _folder_of(file), language)
    words = words_in(language or loaded.settings.language)
    if loaded.is_shipped:
        raise StudyError(N_("{study} comes with svcnb and is not changed; map files into a study of your own (svcnb new)."),
                         study=loaded.name)
    if undo:
        undo_store(loaded.folder)
        click.echo(words("{folder}: study.toml is as it was before the last mapping.", folder=short(loaded.folder)))
        return
    if file is None:
        raise ParameterError(N_("Name the file to map: svcnb map FILE."))
    if table and table not in TABLES:
        near = difflib.get_close_matches(table, TABLES, n=3, cutoff=0.5)
        raise ParameterError(N_("There is no table {table}; near are {near}."), table=table, near=", ".join(near) or "–")
    path = take_in(loaded.folder, file)
    if path != file.resolve():
        click.echo(words("Copied to {path}.", path=short(path)))
    declared = Source(sheet=sheet, heading_row=heading_row or 0, encoding=encoding)
    draft = open_draft(loaded, path, table=table, declared=declared)
    _answer(draft, columns, codes, dates)
    if draft.settled and not draft.questions():
        click.echo(words("study.toml knows these headings: nothing has to be asked."))
    _show(draft, words)
    if draft.questions() and _somebody_answers() and not yes:
        _ask(draft, words)
        _show(draft, words)
    _finish(draft, words, yes)


def _somebody_answers() -> bool:
    """Whether a person sits at a terminal."""
    return sys.stdin.isatty()


def _folder_of(file: Path | None) -> Path:
    """The study that a file lies in: its folder, or one above."""
    places = [*file.resolve().parents][:4] if file else []
    return next((place for place in places if (place / "study.toml").is_file()), Path.cwd())


def _answer(draft, columns, codes, dates) -> None:
    """What the command line says of columns, code words and dates."""
    for text in columns:
        ours, equals, theirs = text.partition("=")
        if not equals:
            raise ParameterError(N_("--column {text} has no =; write e.g. --column order_id=Pedido."), text=text)
        table, column = _of_table(draft, ours)
        draft.choose(table, column, theirs.strip())
    for text in codes:
        ours, _, pair = text.partition(":")
        theirs, equals, word = pair.rpartition("=")
        if not equals:
            raise ParameterError(N_("--word {text} has no : and =; write e.g. --word status:Entregado=delivered."), text=text)
        table, column = _of_table(draft, ours)
        draft.choose_code(table, column, theirs.strip(), word.strip())
    for table, proposal in draft.tables.items():
        if dates and len(proposal.dates) > 1:
            draft.choose_dates(table, dates)


def _of_table(draft, name: str) -> tuple[str, str]:
    """(table, column) of ``table.column``, or of a column that one table of the file alone has."""
    first, _, rest = name.strip().partition(".")
    if rest and first in draft.tables:
        return first, rest
    having = [table for table, proposal in draft.tables.items() if name.strip() in proposal.alternatives]
    if len(having) != 1:
        raise ParameterError(N_("{column} is a column of {n} tables of this file; write TABLE.COLUMN with one of {tables}."),
                             column=name.strip(), n=len(having), tables=", ".join(having or draft.tables))
    return having[0], name.strip()


def _show(draft, words) -> None:
    """The proposal, the first rows as they would be read, and what would be lost."""
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    from svcnb.tables.mapping_draft import as_read

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    for name, proposal in draft.tables.items():
        console.print()
        console.print(Text(words("{file} → {table}", file=draft.path.name, table=name), style="bold"))
        grid = Grid(box=None, pad_edge=False)
        for title in (words("our column"), words("their column"), words("score"), words("why")):
            grid.add_column(title, overflow="fold")
        for column, match in proposal.matches.items():
            grid.add_row(column, Text(match.heading[:SHOWN]), words.percent(match.score, 0),
                         Text(("" if match.sure else words("asked: ")) + "; ".join(map(words.reason, match.reasons))))
        for column in proposal.missing:
            grid.add_row(column, "–", "", words("needed and not found"))
        console.print(grid)
        for column, pairs in proposal.codes.items():
            console.print(Text("  " + column + ": " + ", ".join(f"{theirs} → {ours or '?'}" for theirs, ours in pairs.items())))
        for fact in draft.facts(name):
            console.print(Text("  " + words.reason(fact)))
        if proposal.missing:
            continue
        preview = draft.preview(name)
        console.print(Text(words("As it would be read ({n} rows):", n=preview.n)))
        rows = Grid(box=None, pad_edge=False)
        for column in preview.frame:
            rows.add_column(column)
        for record in preview.frame.itertuples(index=False):
            rows.add_row(*(Text(as_read(value, words)[:SHOWN]) for value in record))
        console.print(rows)
        for loss in draft.losses(name, preview):
            console.print(Text("  ! " + said(loss, words)))
    for loss in draft.unread():
        console.print(Text("! " + said(loss, words)))


def said(loss, words) -> str:
    """A loss in words; one that quotes a problem says it in the same language."""
    first = loss.values.get("first")
    return words(loss.template, **{**loss.values, **({"first": first.line(words)} if first is not None else {})})


def _ask(draft, words) -> None:
    """Every open question in turn; an empty answer takes what stands in brackets."""
    for table in list(draft.tables):
        proposal = draft.tables[table]
        asked = [name for name, match in proposal.matches.items() if not match.sure] + proposal.missing
        for column in asked:
            _ask_column(draft, table, column, words)
        if len(draft.tables[table].dates) > 1:
            ways = draft.tables[table].dates
            draft.choose_dates(table, click.prompt(words("How are the dates written?"), type=click.Choice(ways)))
        for column, pairs in draft.tables[table].asked_codes.items():
            for word in sorted(pairs):
                _ask_code(draft, table, column, word, words)


def _ask_column(draft, table, column, words) -> None:
    proposal = draft.tables[table]
    match = proposal.matches.get(column)
    likely = match.heading if match else ""
    others = ", ".join(heading for heading, _ in proposal.alternatives.get(column, ()) if heading != likely)
    while True:
        answer = click.prompt(words("{table}: which column is {column}? (- for none; likely: {others})", table=table,
                                    column=column, others=others or "–"), default=likely or "-").strip()
        try:
            if match and answer == likely:
                draft.accept(table, column)
            else:
                draft.choose(table, column, "" if answer == "-" else answer)
            return
        except StudyError as error:
            click.echo(words.reason(error))


def _ask_code(draft, table, column, word, words) -> None:
    from svcnb.tables.schemas import TABLES

    found = TABLES[table].by_name[column]
    allowed = ("true", "false") if found.type == "bool" else found.values
    near = draft.tables[table].codes[column][word]
    answer = click.prompt(words("{table}.{column}: what is '{word}'? (- for none of {known})", table=table, column=column,
                                word=word, known=", ".join(allowed)), type=click.Choice([*allowed, "-"]),
                          show_choices=False, default=near or "-")
    draft.choose_code(table, column, word, "" if answer == "-" else answer)


def _finish(draft, words, yes: bool) -> None:
    """Store, or say what is still open."""
    left = draft.questions()
    if left:
        click.echo()
        click.echo(words("Still open ({n}); nothing was stored:", n=len(left)))
        for table, question in left:
            click.echo(f"  {table}: {words.reason(question)}")
        click.echo(words("Answer with --column, --word and --dates, or run svcnb map in a terminal."))
        raise SystemExit(3)
    if not yes and not (_somebody_answers() and click.confirm(words("Store this in study.toml?"), default=True)):
        click.echo(words("Nothing was stored; --yes stores it."))
        return
    before = draft.store()
    click.echo(words("Stored in {path}; svcnb map --undo {study} takes it back.", path=short(before.with_name("study.toml")),
                     study=short(draft.study.folder)))


COMMANDS = (map_,)
