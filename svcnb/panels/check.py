"""Page 00d: what is wrong in the tables, shown on the sheet where it stands, with how to mend it."""

from __future__ import annotations

import json

import pandas as pd

from svcnb.errors import Reason
from svcnb.i18n import N_
from svcnb.panels import layout
from svcnb.panels.layout import Markup
from svcnb.panels.page import Field, MethodCard, Page, TableView
from svcnb.tables.problem import Problem

ALL = "all"
BESIDE = 60  # problems told beside their sheet; all of them stand in the table and its download


def read(result, tables, view, words) -> str:
    found, n = result.table("problems"), len(result.table("data"))
    if not n and not len(found):
        return words("There are no tables yet, so there is nothing to check.")
    aside = len(result.table("left_out"))
    if not len(found):
        return words("No problems: {n} tables were read and every cell can be used.", n=n) + " " + (
            words("Left out or not compared: {n}; the list says what and why.", n=aside) if aside
            else words("Nothing was left out."))
    listed = found[found["kind"] != "more"]
    first = words("{n} problems in {files} files, {cells} cells or rows in all.", n=len(listed), files=listed["file"].nunique(),
                  cells=int(found["count"].sum()))
    return first + " " + words("Mend them in the files, save, and reload this page; the steps that read these tables wait so long.")


def controls(result, words):
    """One table at a time where several have problems."""
    found = result.table("problems")
    names = list(dict.fromkeys(found["table"])) if len(found) else []
    if len(names) < 2:
        return ()
    counts = found.groupby("table")["count"].sum()
    options = ((ALL, words("all tables")), *((name, f"{name} ({words.number(int(counts[name]))})") for name in names))
    return (Field("table", words("Table"), "choice", ALL, options),)


def adapt(result, view, words):
    """The chosen table's problems, worded; what is left out, worded."""
    found, cells = result.table("problems"), result.table("cells")
    if view.get("table") not in (None, ALL):
        found, cells = found[found["table"] == view["table"]], cells[cells["table"] == view["table"]]
    problems = [problem_of(record) for record in found.to_dict("records")]
    worded = [{"file": p.file, "at": place_of(p), "heading": p.column or "", "cell": "" if p.value is None else p.value,
               "wrong": words.reason(p.rule), "repair": words.reason(p.repair), "n": p.count} for p in problems]
    notes = [{"left_out_why": words.reason(reason_of(text))} for text in result.table("left_out").get("note", [])]
    return {**result.tables, "shown": problems, "cells": cells,
            "problems_told": pd.DataFrame(worded, columns=["file", "at", "heading", "cell", "wrong", "repair", "n"]),
            "left_out_told": pd.DataFrame(notes, columns=["left_out_why"])}


def reason_of(text: str) -> Reason:
    return Reason(**json.loads(text))


def problem_of(record: dict) -> Problem:
    """A stored row as the problem it was."""
    values = {name: None if value is None or value != value else value for name, value in record.items()}
    whole = {name: int(values[name]) for name in ("row", "count", "of", "follows") if values[name] is not None}
    return Problem(**{**values, **whole, "rule": reason_of(values["rule"]), "repair": reason_of(values["repair"]),
                      "rows": tuple(json.loads(values["rows"])), "beside": tuple(json.loads(values["beside"]))})


def place_of(problem) -> str:
    """Sheet, column and row in a few signs: ``Datos!D4``, ``D`` for a column, ``4`` for a row."""
    row = "" if problem.of is not None or problem.row is None else problem.row
    at = "+".join(f"{letter}{row}" for letter in problem.letter.split(" + "))
    return f"{problem.sheet}!{at}" if problem.sheet and at else at or "–"


def draw(result, tables, view, words) -> tuple[Markup, str]:
    """Each sheet with its bad cells marked by sign, number and colour, and beside it what is wrong there."""
    problems = tables.get("shown") or []
    if not problems:
        said = read(result, tables, view, words)
        return Markup('<p class="empty good"><span aria-hidden="true">✓</span> {}</p>').format(said), said
    cells, parts, lines = tables["cells"], [], []
    for name in dict.fromkeys(problem.table for problem in problems):
        own = [problem for problem in problems if problem.table == name]
        lines += [f"{n}  {problem.line(words)}" for n, problem in enumerate(own, start=1)]
        parts.append(_sheet(own, cells[cells["table"] == name], words))
    return layout.join(parts), "\n".join(lines)


def _sheet(problems: list[Problem], cells, words) -> Markup:
    """One file: the drawn part of it and the messages."""
    first = problems[0]
    title = words("{file}, sheet {sheet}", file=first.file, sheet=first.sheet) if first.sheet else first.file
    told = layout.join(
        Markup('<li id="{}-{}"><strong>{}</strong> {}</li>').format(
            first.table, n, place_of(problem), _message(problem, words))
        for n, problem in enumerate(problems[:BESIDE], start=1))
    rest = len(problems) - BESIDE
    more = Markup("<p>{}</p>").format(words("{n} further problems stand in the table below.", n=rest)) if rest > 0 else ""
    drawn = _drawn(problems[:BESIDE], cells, title, words) if len(cells) else Markup("<p class='empty'>{}</p>").format(
        words("The file has no cells that could be shown."))
    return Markup('<section class="on-sheet"><h2>{}</h2><div class="pair">{}<div><ol>{}</ol>{}</div></div></section>').format(
        title, drawn, told, more)


def _message(problem: Problem, words) -> Markup:
    """What is wrong, then the repair on a line of its own."""
    many = ""
    if problem.of is not None:
        many = words("{n} of {of} cells", n=problem.count, of=problem.of)
    elif problem.count > 1:
        many = words("{n} rows", n=problem.count)
    value = Markup("<q>{}</q> ").format(problem.value) if problem.value is not None else ""
    follows = ". " + words("Rows of other tables that may follow from it: {n}.", n=problem.follows) if problem.follows else ""
    what = problem.column or ("" if problem.letter else words("row") if problem.row is not None else problem.file)
    return Markup('{}{}{}{}{}<br><span class="repair">→ {}</span>').format(
        f"{what}: " if what else "", value, words.reason(problem.rule), f" ({many})" if many else "", follows,
        words.reason(problem.repair))


def _drawn(problems, cells, title: str, words) -> Markup:
    """The sheet with letters and row numbers; a gap where rows or columns are left out."""
    letters = sorted(dict.fromkeys(cells["letter"]), key=lambda letter: (len(letter), letter))
    texts = {(row, letter): text for row, letter, text in zip(cells["row"], cells["letter"], cells["text"], strict=True)}
    listed = {int(row) for row in cells["row"]}
    listed |= {row for problem in problems if problem.kind == "row" for row in problem.rows[:1]}
    marks = _marks(problems)
    head = layout.join(Markup('<th scope="col"{}>{}{}</th>').format(*_marked(marks.get((None, letter)), words), letter)
                       for letter in letters)
    body, before = [], None
    for row in sorted(listed):
        if before is not None and row > before + 1:
            body.append(Markup('<tr class="gap"><td colspan="{}">⋮</td></tr>').format(len(letters) + 1))
        line = layout.join(Markup("<td{}>{}{}</td>").format(*_marked(marks.get((row, letter)), words),
                                                            _short(texts.get((row, letter), ""))) for letter in letters)
        body.append(Markup('<tr><th scope="row"{}>{}{}</th>{}</tr>').format(*_marked(marks.get((row, None)), words), row, line))
        before = row
    return Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}"><table class="sheet"><thead><tr><td></td>{}'
                  "</tr></thead><tbody>{}</tbody></table></div>").format(title, head, layout.join(body))


def _marks(problems) -> dict[tuple, list[int]]:
    """(row, letter) -> numbers of the problems there; no row: the column, no letter: the row."""
    found: dict[tuple, list[int]] = {}
    for n, problem in enumerate(problems, start=1):
        letters = problem.letter.split(" + ") if problem.letter else [None]
        rows = [None] if problem.of is not None else list(problem.rows)
        if problem.of is not None:
            rows += list(problem.rows)
        for row in rows:
            for letter in letters:
                found.setdefault((row, letter), []).append(n)
    return found


def _marked(numbers, words) -> tuple[Markup, Markup]:
    """Class and sign of a bad cell."""
    if not numbers:
        return Markup(""), Markup("")
    shown = ", ".join(map(str, numbers))
    return Markup(' class="bad"'), Markup('<span class="mark"><span aria-hidden="true">✕</span>{}<span class="sr">{}</span>'
                                          "</span> ").format(shown, words("problem {n}:", n=shown))


def _short(text: str) -> str:
    return text if len(text) <= 28 else text[:25] + "…"


PAGE = Page(
    name="check", step="study", notebook="00d_check", title=N_("Check"),
    question=N_("What is wrong in the tables, and how is it mended?"),
    ends_in=N_("Check · ends in: tables that every step can trust, or what to mend in which cell."),
    read=read, controls=controls, adapt=adapt, drawing=draw,
    tables=(TableView("problems_told", N_("Problems"), ("file", "at", "heading", "cell", "wrong", "repair", "n")),
            TableView("left_out_told", N_("Left out, and why"), ("left_out_why",))),
    card=MethodCard(
        title=N_("What is checked"),
        formula=N_("type · range · words of a list · dates · keys stand once · references exist · moments in their order · headings"),
        assumes=N_("a file is what the company brought: nothing in it is changed, guessed or filled in"),
        fails=N_("a wrong value that looks right, such as 12 for 21, breaks no rule"),
        badge=N_("house rule")))
