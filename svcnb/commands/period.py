"""``svcnb next``: the study of the period that follows."""

from __future__ import annotations

import re
from pathlib import Path

import click

from svcnb.commands.opened import LANGUAGE, empty_folder, open_study, short
from svcnb.errors import ParameterError
from svcnb.i18n import N_


@click.command("next")
@click.argument("study")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day, default the day after the last period.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day, default as long as the last period.")
@click.option("--keep", multiple=True, metavar="TABLE", help="Keep this table's rows too.")
@click.option("--empty", multiple=True, metavar="TABLE", help="Begin with this table empty too.")
@LANGUAGE
@click.option("--scenario", default="base", show_default=True)
def next_(study, folder, first, last, keep, empty, language, scenario) -> None:
    """Start the study of the next period in FOLDER: master data kept, what happened emptied, decisions as proposals."""
    import json

    from svcnb.i18n import words_in
    from svcnb.pages import open_study_journal
    from svcnb.parts import write_whole
    from svcnb.periods import next_dates, snapshot
    from svcnb.results import evaluate_all
    from svcnb.study import PREVIOUS
    from svcnb.tables import TABLES
    from svcnb.tables.carry import EMPTIED, carry_files

    old = open_study(study, language)
    words = words_in(language or old.settings.language)
    for name in (*keep, *empty):
        if name not in TABLES:
            raise ParameterError(N_("There is no table {table}; tables are {tables}."), table=name, tables=", ".join(TABLES))
    start, end = next_dates(old.settings.period_start, old.settings.period_end)
    start, end = (first.date() if first else start), (last.date() if last else end)
    if end < start:
        raise ParameterError(N_("The last day {last} is before the first day {first}; correct one of the two."),
                             first=start.isoformat(), last=end.isoformat())
    with open_study_journal(old) as journal:
        kept = snapshot(old, evaluate_all(old, journal, scenario))
        folder = empty_folder(folder)
        files = carry_files(old, folder, (EMPTIED | set(empty)) - set(keep))
        period = f"{old.settings.period_start} – {old.settings.period_end}"
        carried = _carry(journal, folder, period, scenario)
    write_whole(folder / PREVIOUS, json.dumps(kept, ensure_ascii=False, indent=1))
    text = (old.folder / "study.toml").read_text("utf-8-sig")
    write_whole(folder / "study.toml", moved_settings(text, start, end, _address(old, folder)))
    old.close()
    _tell(words, folder, files, carried, start, end)


def _carry(journal, folder, period, scenario):
    from svcnb.journal import open_journal
    from svcnb.periods import carry_decisions

    with open_journal(folder / "journal.sqlite") as new:
        return carry_decisions(journal, new, period, scenario)


def _address(old, folder: Path) -> str:
    """Where the old study is, seen from the new one; a shipped study by its name."""
    import os

    return old.name if old.is_shipped else Path(os.path.relpath(old.folder, folder)).as_posix()


def moved_settings(text: str, start, end, previous: str) -> str:
    """The text of study.toml with the new dates and the period before; every other line stays.

    Raises
    ------
    ParameterError
        The dates are not on lines of their own.

    Examples
    --------
    >>> import datetime as dt
    >>> print(moved_settings('[study]\\nname = "x"\\nperiod_start = 2025-01-01 # first\\nperiod_end = 2025-12-31\\n',
    ...                      dt.date(2026, 1, 1), dt.date(2026, 12, 31), "../x"))
    [study]
    name = "x"
    period_start = 2026-01-01 # first
    period_end = 2026-12-31
    <BLANKLINE>
    [previous]
    study = "../x"
    <BLANKLINE>
    """
    for key, day in (("period_start", start), ("period_end", end)):
        text, n = re.subn(rf"(?m)^(\s*(?:study\.)?{key}\s*=\s*)[^#\n]*?(\s*(?:#.*)?)$", rf"\g<1>{day.isoformat()}\g<2>", text,
                          count=1)
        if not n:
            raise ParameterError(N_("study.toml: {key} does not stand on a line of its own; write it so and begin again."),
                                 key=key)
    text = re.sub(r"(?ms)^\s*\[previous\].*?(?=^\s*\[|\Z)", "", text).rstrip("\n")
    quoted = previous.replace("\\", "\\\\").replace('"', '\\"')
    return f'{text}\n\n[previous]\nstudy = "{quoted}"\n'


def _tell(words, folder, files, carried, start, end) -> None:
    click.echo(words("{folder}: the study of {start:date} to {end:date}.", folder=short(folder), start=start, end=end))
    for state, template in (("kept", N_("Kept: {tables}.")), ("emptied", N_("To be filled: {tables}.")),
                            ("missing", N_("Put this period's file there: {tables}."))):
        tables = [name for name, found in files.items() if found == state]
        if tables:
            click.echo(words(template, tables=", ".join(tables)))
    click.echo(words("Decisions carried over as proposals, taken by nobody yet: {n}.", n=len(carried)))
    click.echo(words("The home page and the report show what has changed since the last period."))


COMMANDS = (next_,)
