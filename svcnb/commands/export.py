"""``svcnb export``: every table and figure as files."""

from __future__ import annotations

from pathlib import Path

import click

from svcnb.commands.opened import LANGUAGE, empty_folder, open_study, short, with_progress


@click.command()
@click.argument("study")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder for the files, default out/STUDY-export.")
@LANGUAGE
@click.option("--scenario", default="base", show_default=True)
def export(study, out, language, scenario) -> None:
    """Write every table and figure of STUDY as csv, xlsx, png and svg, each with its description."""
    from svcnb.documents.export import DESCRIPTIONS, INDEX, export_study
    from svcnb.i18n import words_in
    from svcnb.pages import open_study_journal
    from svcnb.results import evaluate_all

    loaded = open_study(study, language)
    words = words_in(language or loaded.settings.language)
    out = Path(out or Path("out") / f"{loaded.name}-export")
    if not (out / DESCRIPTIONS).is_file():  # an earlier export is written over
        out = empty_folder(out)
    with open_study_journal(loaded) as journal:
        results = evaluate_all(loaded, journal, scenario)
        made = with_progress(lambda progress: export_study(loaded, results, out, words, progress))
    loaded.close()
    click.echo(words("{folder}: {tables} tables and {figures} figures in {files} files.", folder=short(out),
                     tables=made.tables, figures=made.figures, files=made.files))
    click.echo(words("Open {path} in a browser.", path=short(out / INDEX)))


COMMANDS = (export,)
