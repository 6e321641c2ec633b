"""``svcnb check``: every problem of every table at once, in words or as JSON."""

from __future__ import annotations

import json
import time

import click

from svcnb.commands.opened import LANGUAGE, open_study

PATIENCE = 1.0  # seconds before a bar is shown at a terminal
PAUSE = 10.0  # seconds before a line, and between two, where there is no terminal


@click.command()
@click.argument("study")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="One JSON object, see the README.")
def check(study, language, as_json) -> None:
    """List all problems of the study's tables at once."""
    from svcnb.i18n import words_in
    from svcnb.tables.problem import render_problems

    loaded = open_study(study, language)
    words = words_in(language or loaded.settings.language)
    try:
        problems = while_told(loaded.problems)
        if as_json:
            click.echo(json.dumps(told(loaded, problems, words), ensure_ascii=False, indent=1))
        elif problems:
            click.echo("\n".join(render_problems(problems, words)))
        elif loaded.is_empty:
            click.echo(words("{name}: no table has rows yet. Nothing is wrong; fill in the tables you have.", name=loaded.name))
        else:
            click.echo(words("{name}: no problems found.", name=loaded.name))
    finally:
        loaded.close()
    raise SystemExit(3 if problems else 0)


def told(study, problems, words) -> dict:
    """What ``--json`` gives: keys and the words of ``kind`` are stable, sentences follow the language."""
    return {"study": study.name, "language": words.language,
            "total": sum(problem.count for problem in problems),
            "problems": [problem.told(words) for problem in problems if problem.kind != "more"],
            "notes": [words.reason(note) for note in [*study.warnings, *study.unasked, *study.unused]]}


def while_told(work):
    """Run ``work(progress)``; from the second second on a bar says how far it is, or a line now and then."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console, started = Console(stderr=True), time.monotonic()
    said = [started]
    if not console.is_terminal:
        def line(done, total, text):
            now = time.monotonic()
            if text and now - said[0] > PAUSE:
                said[0] = now
                click.echo(f"[{done}/{total}] {text}", err=True)
        return work(line)
    bar = Progress(TextColumn("{task.description:<32}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True)
    task = bar.add_task("", total=1)

    def move(done, total, text):
        if time.monotonic() - started > PATIENCE:
            bar.start()  # a second call does nothing
        bar.update(task, completed=done, total=total, description=text)

    try:
        return work(move)
    finally:
        bar.stop()


COMMANDS = (check,)
