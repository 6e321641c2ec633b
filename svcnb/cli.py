"""The command ``svcnb``: run, serve, open, check. Exit codes are in ``EXIT_CODES`` and in the README."""

from __future__ import annotations

import logging
import shutil
import sys
from pathlib import Path

import click

from svcnb import __version__
from svcnb.errors import InputError, JournalError, OutputError, ParameterError, StudyError, SvcnbError
from svcnb.i18n import N_

EXIT_CODES = {0: "done", 1: "a step failed; what was done is kept", 2: "the command line or the study is wrong",
              3: "a table has problems (svcnb check lists them)", 4: "nothing can be written where it should",
              130: "interrupted"}


def _speak(context, _option, language: str | None) -> str | None:
    """Remember for errors the language that was asked for, then the study's own."""
    if language and isinstance(context.obj, dict):
        context.obj["language"] = language
    return language


LANGUAGE = click.option("--lang", "language", type=click.Choice(["en", "es"]), is_eager=True, callback=_speak,
                        help="Language, default the study's.")


PLAIN = click.option("--plain-kernels", "plain", is_flag=True,
                     help="Start each notebook's kernel from nothing: slower, same results.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="svcnb")
def cli() -> None:
    """The decision workbook for customer-service design.

    STUDY is the name of a study (demo is shipped) or a folder with study.toml.
    """


@cli.command()
@click.argument("study")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder for the report, default out/STUDY.")
@click.option("--set", "sets", multiple=True, metavar="STEP.PARAMETER=VALUE", help="Set a parameter for this run.")
@LANGUAGE
@click.option("--scenario", default="base", show_default=True)
@PLAIN
def run(study, out, sets, language, scenario, plain) -> None:
    """Run all seven steps and the plan, ending in a report."""
    from svcnb.i18n import words_in
    from svcnb.runner import parse_set
    from svcnb.runner import run as run_study

    loaded = _open(study, language)
    words = words_in(language or loaded.settings.language)
    chosen = [parse_set(text) for text in sets]
    made = _with_progress(lambda progress: run_study(
        loaded, out or Path("out") / loaded.name, sets=chosen, language=language, scenario=scenario, progress=progress,
        plain=plain))
    click.echo(words("Report:  {path}", path=_short(made.report)))
    click.echo(words("Numbers: {path}", path=_short(made.results)))
    click.echo(words("Pages:   svcnb serve {study}    Notebooks: svcnb open {study}", study=study))


@cli.command()
@click.argument("study", default="demo")
@click.option("--port", default=8866, show_default=True)
@click.option("--ip", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@LANGUAGE
@click.option("--scenario", default="base", show_default=True)
@PLAIN
@click.option("--verbose", is_flag=True, help="Log what happens, with counts of kernels every minute.")
def serve(study, port, ip, no_browser, language, scenario, plain, verbose) -> None:
    """Show the study's pages on this machine; the last line is the address to open."""
    from svcnb.i18n import words_in
    from svcnb.runner import kernels
    from svcnb.server import must_be_writable, prepare_environment
    from svcnb.server import serve as serve_study

    loaded = _working_copy(study, language)
    must_be_writable(loaded)
    words = words_in(language or loaded.settings.language)

    def ready(address):
        click.echo(words("{name}: decisions are kept in {folder}. Stop with Ctrl-C. Open:", name=loaded.settings.name,
                         folder=_short(loaded.folder)))
        click.echo(address)
        sys.stdout.flush()

    prepare_environment(loaded)
    with kernels(plain):  # they warm while the steps are computed
        _with_progress(lambda progress: _compute_before(loaded, scenario, words, progress))
        serve_study(loaded, port=port, ip=ip, browser=not no_browser, scenario=scenario, language=language, ready=ready,
                    log_level=logging.INFO if verbose else logging.WARNING, plain=plain)


@cli.command("open")
@click.argument("study", default="demo")
@LANGUAGE
@click.option("--no-browser", is_flag=True)
@click.option("--prepare-only", is_flag=True, help="Put the notebooks there and stop.")
@PLAIN
def open_(study, language, no_browser, prepare_only, plain) -> None:
    """Put the notebooks beside the study and start JupyterLab."""
    import os
    import subprocess

    import nbformat

    from svcnb.i18n import words_in
    from svcnb.kernels.start import is_installed
    from svcnb.panels import PAGES
    from svcnb.results import write_whole
    from svcnb.runner import kernels, notebooks_folder, with_parameters

    loaded = _working_copy(study, language)
    language = language or loaded.settings.language
    folder = loaded.folder / "notebooks"
    folder.mkdir(exist_ok=True)
    for page in PAGES.values():
        target = folder / f"{page.notebook}.ipynb"
        if not target.exists():  # what a person changed is never overwritten
            source = notebooks_folder() / ("" if language == "en" else language) / f"{page.notebook}.ipynb"
            notebook = with_parameters(nbformat.read(source, as_version=4), {"study": loaded.name, "language": language})
            write_whole(target, nbformat.writes(notebook))
    click.echo(words_in(language)("Notebooks: {folder}", folder=_short(folder)))
    if prepare_only:
        return
    os.environ["SVCNB_STUDIES"] = str(loaded.folder.parent)
    command = [sys.executable, "-m", "jupyterlab", str(folder), "--LabApp.expose_app_in_browser=False"]
    with kernels(plain or not is_installed()):  # Lab is another process: it knows provisioners that are installed
        code = subprocess.call(command + (["--no-browser"] if no_browser else []))
    raise SystemExit(code)


@cli.command()
@click.argument("study")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def check(study, language, as_json) -> None:
    """List all problems of the study's tables at once."""
    import json
    from dataclasses import asdict

    from svcnb.i18n import words_in
    from svcnb.tables.check import render_problems

    loaded = _open(study, language)
    problems = loaded.problems()
    if as_json:
        click.echo(json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=1, default=str))
    else:
        words = words_in(language or loaded.settings.language)
        for line in render_problems(problems, words):
            click.echo(line)
        if not problems:
            click.echo(words("{name}: no problems found.", name=loaded.name))
    raise SystemExit(3 if problems else 0)


def _open(name, language):
    """The study; from here on errors speak its language unless another was asked for."""
    from svcnb.study import load_study

    study = load_study(name)
    _speak(click.get_current_context(), None, language or study.settings.language)
    return study


def _working_copy(name, language):
    """The study itself, or a copy of a shipped one under studies/ so that nothing shipped changes."""
    study = _open(name, language)
    if not study.is_shipped:
        return study
    copy = Path("studies") / study.name
    if not (copy / "study.toml").exists():
        part = copy.with_name(f".{copy.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(study.folder, part, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".results", "journal*"))
        part.rename(copy)
    return _open(copy, language)


def _compute_before(study, scenario, words, progress) -> None:
    """Every step once before the first visitor, so that the pages find their results."""
    from svcnb.pages import open_study_journal
    from svcnb.results import evaluate
    from svcnb.steps import STEPS

    with open_study_journal(study) as journal:
        for n, step in enumerate(STEPS):
            progress(n, len(STEPS), words("Step: {title:word}", title=STEPS[step].TITLE))
            evaluate(study, journal, step, scenario)
    study.close()
    progress(len(STEPS), len(STEPS), words("Done"))


def _with_progress(work):
    """Run ``work(progress)`` behind a progress bar; without a terminal, one line a piece of work."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        return work(lambda done, total, text: click.echo(f"[{done}/{total}] {text}", err=True))
    with Progress(TextColumn("{task.description:<32}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("", total=1)
        return work(lambda done, total, text: bar.update(task, completed=done, total=total, description=text))


def _short(path: Path) -> str:
    path = Path(path).resolve()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def main() -> None:
    """Entry point: what a user can mend is said in a line, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):  # a console of another encoding shows a mark, it does not stop the run
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    spoken = {"language": "en"}
    try:
        cli(standalone_mode=False, obj=spoken)
    except (click.exceptions.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(2) from None
    except SvcnbError as error:
        _say(error, spoken["language"])
        raise SystemExit(_exit_code(error)) from None
    except OSError as error:
        _say(_unusable(error), spoken["language"])
        raise SystemExit(4) from None


def _unusable(error: OSError) -> OutputError:
    """What the system said about a file; copying a folder says it of each file, the first is told."""
    if isinstance(error, shutil.Error):
        source, _, cause = error.args[0][0]
        return OutputError(N_("{path} cannot be used: {cause}."), path=str(source), cause=str(cause))
    return OutputError(N_("{path} cannot be used: {cause}."), path=str(error.filename2 or error.filename or "–"),
                       cause=error.strerror or str(error))


def _say(error: SvcnbError, language: str) -> None:
    """The error in the reader's language, and every problem of a table."""
    from svcnb.i18n import words_in
    from svcnb.tables.check import render_problems

    words = words_in(language)
    problems = getattr(error, "problems", ())
    values = {**error.values, "first": problems[0].line(words)} if problems else error.values
    click.echo(f"svcnb: {words(error.template, **values)}", err=True)
    for line in render_problems(problems, words):
        click.echo(line, err=True)


def _exit_code(error: SvcnbError) -> int:
    if isinstance(error, InputError):
        return 3
    if isinstance(error, (StudyError, ParameterError, JournalError)):
        return 2
    return 4 if isinstance(error, OutputError) else 1


if __name__ == "__main__":
    main()
