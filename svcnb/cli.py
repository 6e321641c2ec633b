"""The command ``svcnb``: run, serve, open, check. Exit codes are in ``EXIT_CODES`` and in the README."""

from __future__ import annotations

import logging
import shutil
import signal
import sys
from contextlib import contextmanager
from pathlib import Path

import click

from svcnb import __version__
from svcnb.commands import add_commands
from svcnb.commands.opened import LANGUAGE
from svcnb.commands.opened import open_study as _open
from svcnb.commands.opened import short as _short
from svcnb.commands.opened import with_progress as _with_progress
from svcnb.errors import InputError, JournalError, OutputError, ParameterError, StudyError, SvcnbError
from svcnb.i18n import N_

EXIT_CODES = {0: "done", 1: "a step failed; what was done is kept", 2: "the command line or the study is wrong",
              3: "a table has problems (svcnb check lists them)", 4: "nothing can be written where it should",
              130: "interrupted"}


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
    from svcnb.parts import remove_left_over
    from svcnb.runner import kernels
    from svcnb.server import must_be_writable, prepare_environment
    from svcnb.server import serve as serve_study

    loaded = _working_copy(study, language)
    must_be_writable(loaded)
    remove_left_over(loaded.folder, loaded.folder / ".results", loaded.folder / "notebooks")
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
    from svcnb.parts import remove_left_over, write_whole
    from svcnb.runner import kernels, notebooks_folder, with_parameters

    loaded = _working_copy(study, language)
    language = language or loaded.settings.language
    folder = loaded.folder / "notebooks"
    folder.mkdir(exist_ok=True)
    remove_left_over(folder)
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


add_commands(cli)


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
            try:
                evaluate(study, journal, step, scenario)
            except InputError:  # the page Check shows what is wrong, the others say that they wait
                continue
        n = evaluate(study, journal, "study", scenario).value("n_problems")
        if n:
            click.echo(words("{n} cells or rows of the tables have problems; the page Check shows them on their sheet.", n=n),
                       err=True)
    study.close()
    progress(len(STEPS), len(STEPS), words("Done"))


def main() -> None:
    """Entry point: what a user can mend is said in a line, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):  # a console of another encoding shows a mark, it does not stop the run
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    spoken = {"language": "en"}
    try:
        with _ctrl_c():
            cli(standalone_mode=False, obj=spoken)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("\nsvcnb: " + _words(spoken)(N_("Stopped. What was done and what was saved is kept.")), err=True)
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


@contextmanager
def _ctrl_c():
    """Ctrl-C ends what is under way as ``KeyboardInterrupt``, also where a library tells of it as an error of its own.

    DuckDB does so in more than one way, with the words that its version has for it; so the signal itself is remembered.
    """
    plain, told = signal.getsignal(signal.SIGINT), []
    if plain is not signal.default_int_handler:  # ignored, or somebody else's: it is theirs to say what happens
        yield
        return

    def remember(number, frame):
        told.append(number)
        plain(number, frame)

    signal.signal(signal.SIGINT, remember)
    try:
        yield
    except Exception:
        if told:
            raise KeyboardInterrupt from None
        raise
    finally:
        signal.signal(signal.SIGINT, plain)


def _words(spoken):
    from svcnb.i18n import words_in

    return words_in(spoken["language"])


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
