"""What every command shares: the language it speaks, the study it opens, a path as it is shown."""

from __future__ import annotations

from pathlib import Path

import click

from svcnb.errors import OutputError
from svcnb.i18n import N_


def speak(context, _option, language: str | None) -> str | None:
    """Remember for errors the language that was asked for, then the study's own."""
    if language and isinstance(context.obj, dict):
        context.obj["language"] = language
    return language


LANGUAGE = click.option("--lang", "language", type=click.Choice(["en", "es"]), is_eager=True, callback=speak,
                        help="Language, default the study's.")


def open_study(name, language):
    """The study, a folder of where we are or a name; from here on errors speak its language unless another was asked for."""
    from svcnb.study import load_study

    here = Path(name).resolve()
    study = load_study(here if (here / "study.toml").is_file() else name)
    speak(click.get_current_context(), None, language or study.settings.language)
    return study


def short(path: Path) -> str:
    """A path under the working folder without that folder."""
    path = Path(path).resolve()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def empty_folder(folder: Path) -> Path:
    """The folder, made when it is not there.

    Raises
    ------
    OutputError
        It is a file, has something in it, or cannot be written.
    """
    folder = Path(folder).resolve()
    if folder.exists() and not folder.is_dir():
        raise OutputError(N_("{folder} is a file; give a folder."), folder=short(folder))
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise OutputError(N_("{folder} is not empty; nothing was written. Give a folder that is not there yet."),
                              folder=short(folder))
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / ".svcnb"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise OutputError(N_("{folder} cannot be written: {cause}. Nothing was written; give another folder."),
                          folder=short(folder), cause=error.strerror or str(error)) from error
    return folder


def with_progress(work):
    """Run ``work(progress)`` behind a progress bar; without a terminal, one line a piece of work."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        return work(lambda done, total, text: click.echo(f"[{done}/{total}] {text}", err=True))
    with Progress(TextColumn("{task.description:<32}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("", total=1)
        return work(lambda done, total, text: bar.update(task, completed=done, total=total, description=text))
