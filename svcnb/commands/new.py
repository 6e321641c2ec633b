"""``svcnb new``: an empty study with a workbook to fill in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from svcnb.commands.opened import LANGUAGE, empty_folder, short


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="Title of the study, default the folder's name.")
@click.option("--currency", default="EUR", show_default=True)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day of the period, default this 1 January.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the period, default this 31 December.")
@LANGUAGE
def new(folder, name, currency, first, last, language) -> None:
    """Write a new study into FOLDER: study.toml and a workbook with a sheet for each table."""
    from svcnb.errors import ParameterError
    from svcnb.i18n import N_, words_in
    from svcnb.parts import write_whole
    from svcnb.tables.template import WORKBOOK, settings_text, workbook_bytes

    language = language or "en"
    words, year = words_in(language), dt.date.today().year
    start = first.date() if first else dt.date(last.year if last else year, 1, 1)
    end = last.date() if last else dt.date(start.year, 12, 31)
    if end < start:
        raise ParameterError(N_("The last day {last} is before the first day {first}; correct one of the two."),
                             first=start.isoformat(), last=end.isoformat())
    if not currency.strip():
        raise ParameterError(N_("--currency is empty; write e.g. EUR."))
    folder = empty_folder(folder)
    text = settings_text(words, name=(name or "").strip() or folder.name, currency=currency.strip(), period_start=start,
                         period_end=end)
    write_whole(folder / WORKBOOK[language], workbook_bytes(words))
    write_whole(folder / "study.toml", text)  # last: a folder with study.toml is whole
    shown = short(folder) if any(sign in short(folder) for sign in "/\\") else f"./{short(folder)}"  # a bare name is looked up
    click.echo(words("{folder}: study.toml and {workbook} are there.", folder=short(folder), workbook=WORKBOOK[language]))
    click.echo(words("Fill in the workbook, then: svcnb check {folder}   svcnb run {folder}", folder=shown))


COMMANDS = (new,)
