"""What the notebooks call: open a page, then show its parts from top to bottom.

>>> from svcnb import pages  # doctest: +SKIP
>>> page = pages.open_page("window", study="demo", language="en")  # doctest: +SKIP
>>> page.reading()  # doctest: +SKIP

The same calls run in JupyterLab, under papermill and as a Voila page; nothing is computed here that a
stored result holds.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import logging
import os
from pathlib import Path

from svcnb.errors import InputError, ParameterError, SvcnbError
from svcnb.i18n import LANGUAGES, N_, words_in
from svcnb.panels import PAGES, downloads, labels_of, layout, reasons_of
from svcnb.panels import controls as controls_of
from svcnb.panels.against import against_section
from svcnb.panels.inputs import input_title, table_title
from svcnb.panels.layout import Markup, Piece, WidgetPiece
from svcnb.panels.shown import card_html, picture_html, tables_html
from svcnb.results import evaluate, evaluate_all
from svcnb.sentences.codes import read_code
from svcnb.sentences.naming import words_of_study
from svcnb.steps import STEPS

STILL_SECONDS = 0.4  # after the last move of a control


def open_page(name: str, study: str, language: str = "en", scenario: str = "base", reader: str = ""):
    """One page of one study.

    Parameters
    ----------
    name : a key of ``svcnb.panels.PAGES``
    study : name of a study in the studies folder
    language : ``en`` or ``es``
    scenario : whose decisions count
    reader : name of who reads, written beside what they decide

    Raises
    ------
    ParameterError, StudyError
    """
    from svcnb.study import load_study

    if name not in PAGES:
        raise ParameterError(N_("There is no page {name}; pages are {pages}."), name=name, pages=", ".join(PAGES))
    if language not in LANGUAGES:
        raise ParameterError(N_("There is no language {language}; write en or es."), language=language)
    return OpenPage(PAGES[name], load_study(study), words_in(language), scenario, reader)


def open_study_journal(study):
    """The journal a page reads and writes: the run's own, the study's, or an empty one for a shipped study."""
    from svcnb.journal import open_journal

    run = os.environ.get("SVCNB_RUN")
    if run:
        return open_journal(Path(run) / "journal.sqlite", create=False)
    path = study.folder / "journal.sqlite"
    if study.is_shipped or not os.access(study.folder, os.W_OK):
        return open_journal(path, create=False, read_only=True)
    return open_journal(path)


def _shown_or_said(method):
    """On a served page one part that fails says so and leaves the others; a run or a test stops there."""
    @functools.wraps(method)
    def part(self):
        if self.refused is not None and method.__name__ != "rail":
            return self._refusal() if method.__name__ == "data" else Piece(Markup(""), "")
        try:
            return method(self)
        except Exception as error:
            if not os.environ.get("SVCNB_SERVED"):
                raise
            known = isinstance(error, SvcnbError)
            logging.getLogger("svcnb").exception("%s.%s", self.page.name, method.__name__)
            text = self.words.reason(error) if known else self.words(
                "This part could not be shown; the others are not affected. Tell whoever runs the workbook: {kind}.",
                kind=type(error).__name__)
            return Piece(Markup('<section class="card attention" role="alert"><p>{}</p></section>').format(text), text)
    return part


class OpenPage:
    """A page on the screen. Each method returns what one cell shows."""

    def __init__(self, page, study, words, scenario, reader):
        self.page, self.study, self.words, self.scenario, self.reader = page, study, words, scenario, reader
        self.role = os.environ.get("SVCNB_ROLE", "facilitator")
        self.journal = open_study_journal(study)
        self.refused: InputError | None = None  # why there is no result: tables with problems
        try:
            self._evaluate()
        except InputError as error:
            self.result, self.refused = None, error
        self.view: dict = {}
        self.controls: dict = {}
        self._updates: list = []
        self._drawn: dict[str, Markup] = {}
        self._quick, self._still = False, None

    def _evaluate(self) -> None:
        self.result = evaluate(self.study, self.journal, self.page.step, self.scenario)
        self.words = words_of_study(self.words, self.study, {**self.result.earlier, self.page.step: self.result.decision})

    # what stands before the result ------------------------------------------------------------------
    @_shown_or_said
    def rail(self) -> Piece:
        """Where we are: all pages with their state, the study, period, scenario, languages."""
        states = self._states()
        steps = [{"address": f"{p.notebook}.ipynb", "title": self.words(p.title), "state": states[p.step],
                  "current": p is self.page, "beside": bool(p.beside)}
                 for p in PAGES.values() if p.beside in ("", self.page.beside or self.page.name)]
        text = " · ".join(f"{s['title']} ({self.words(s['state'])})" for s in steps)
        return Piece(layout.rail(steps, self.words), text)

    @_shown_or_said
    def data(self) -> Piece:
        """What data are there and how good, before any result."""
        words, result = self.words, self.result
        items = [(words("evidence: {evidence:word}", evidence=read_code(result.evidence, words)),
                  "settled" if result.evidence in ("data", "survey") else "doubt")]
        tables = [input_title(name, words) for name in result.inputs if name.startswith("table ")]
        missing, told = [table_title(name, words) for name in result.missing], reasons_of(self.page, result)
        items += [(words("{n} tables: {tables}", n=len(tables), tables=", ".join(tables[:4]) + (" …" if tables[4:] else "")),
                   "")] if tables else []
        items += [(words("not there: {tables}", tables=", ".join(missing[:4]) + (" …" if missing[4:] else "")),
                   "doubt")] if missing else []
        if result.stale_because:
            items.append((words("decided on other data: {inputs}", inputs=", ".join(
                input_title(name, words) for name in result.stale_because)), "attention"))
        html = layout.chips(items) + layout.reasons(told, words)
        return Piece(html, "\n".join([t for t, _ in items] + [words.reason(r) for r in told]))

    # the result --------------------------------------------------------------------------------------
    @_shown_or_said
    def reading(self):
        """The result in one sentence with number, comparison and doubt."""
        return self._live(lambda tables: layout.reading(self._read(tables)), self._read)

    @_shown_or_said
    def picture(self):
        """The page's pictures with what they show in words, and the controls that move them."""
        return self._live(self._pictures, self._describe, with_controls=True)

    @_shown_or_said
    def table(self):
        """The same figures as tables, each with its download."""
        return self._live(self._tables, self._tables_text, at_once=False)  # a long table is read when all is still

    @_shown_or_said
    def decision(self):
        """The form that takes and saves the decision of this page, or the page's own panel."""
        if self.page.panel:
            return self.page.panel(self)
        fields = tuple(self.page.fields(self.result, self.words))
        words = self.words
        if not fields:
            return Piece(Markup("<p>{}</p>").format(words("This page asks for no decision.")),
                         words("This page asks for no decision."))
        if self.journal.read_only:
            text = words("This study is read only here; svcnb open or svcnb serve works on a copy that takes decisions.")
            return Piece(layout.card(words("Decide"), Markup("<p>{}</p>").format(text)), text)
        from svcnb.panels.decision import DecisionPanel

        self.panel = DecisionPanel(self.result, fields, self.journal, words, reader=self.reader, role=self.role,
                                   scenario=self.scenario, changed=self._decided, resets=self.page.resets)
        text = "\n".join(f"{f.label}: {controls_of.shown_value(self.result.decision.get(f.key), f, words)}" for f in fields)
        return WidgetPiece(self.panel.view, text)

    @_shown_or_said
    def next(self) -> Piece:
        """What the later steps take from here; on the home page, every page with its question."""
        if self.page is next(iter(PAGES.values())):
            return self._all_pages()
        after = [s for s, module in STEPS.items() if self.page.step in module.AFTER]
        titles = ", ".join(self.words(STEPS[s].TITLE) for s in after)
        text = self.words("These steps read what is decided here and are computed again: {steps}.", steps=titles) \
            if after else self.words("This is the last step: the plan goes to the people who carry it out.") \
            if self.page.step == list(STEPS)[-1] else self.words(
                "No later step reads what is decided here; it stands on this page, in the report and in the results.") \
            if tuple(self.page.fields(self.result, self.words)) else self.words(
                "Nothing is decided on this page; what it shows helps to decide on the others of its step.")
        return Piece(Markup('<p class="next">{}</p>').format(text), text)

    @_shown_or_said
    def side(self):
        """Method card, check by hand, ledger, the page's tables as a workbook."""
        words, page = self.words, self.page
        parts = [layout.card(words(page.card.title), self._card(), "method")]
        text = [words(page.card.title), words(page.card.formula)]
        ledger = self._ledger()
        check = page.check(self.result, page.adapt(self.result, self.view, self.words), words)
        workbook = [*downloads.papers_box(self),
                    *downloads.workbook_box(page, self._adapted, lambda: self.result, self.study.settings, words)]
        if not check:
            return downloads.with_box(Piece(layout.join(parts) + ledger, "\n".join(text)), workbook)
        import ipywidgets as widgets

        from svcnb.panels.decision import CheckPanel

        self.check = CheckPanel(check, words)
        heading = widgets.HTML(str(Markup('<div class="svcnb"><h2>{}</h2></div>').format(words("Check by hand"))))
        box = widgets.VBox([heading, self.check.view])
        box.add_class("card")
        before = widgets.HTML(str(Markup('<div class="svcnb">{}</div>').format(layout.join(parts))))
        self._ledger_view = widgets.HTML(str(Markup('<div class="svcnb">{}</div>').format(ledger)))
        return WidgetPiece(widgets.VBox([before, box, self._ledger_view, *workbook]), "\n".join([*text, check.question]))

    # inside ------------------------------------------------------------------------------------------
    def _live(self, html_of, text_of, *, with_controls: bool = False, at_once: bool = True):
        """A piece that follows the page's controls, at once or when all is still; a plain piece when there are none."""
        fields = tuple(self.page.controls(self.result, self.words))
        if fields and not self.controls:
            self.controls = {f.key: controls_of.build(f, self.words) for f in fields}
            controls_of.narrow(fields, self.controls)
            self.view = {f.key: f.value for f in fields}
            for control in self.controls.values():
                controls_of.watch(control, self._moved)
        tables = self._adapted()
        html, text = html_of(tables), text_of(tables)
        if not fields:
            return Piece(html, text)
        import ipywidgets as widgets

        shown = widgets.HTML(str(Markup('<div class="svcnb">{}</div>').format(html)))
        self._updates.append((shown, html_of, at_once))
        if not with_controls:
            return WidgetPiece(shown, text)
        box = widgets.Box(list(self.controls.values()), layout={"flex_flow": "row wrap", "display": "flex"})
        box.add_class("controls")
        return WidgetPiece(widgets.VBox([box, shown]), text)

    def _states(self) -> dict[str, str]:
        """Step -> state; ``blocked`` where tables with problems stand in the way."""
        try:
            return {s: r.state for s, r in evaluate_all(self.study, self.journal, self.scenario).items()}
        except InputError:
            return {step: self._state(step) for step in STEPS}

    def _state(self, step: str) -> str:
        try:
            return evaluate(self.study, self.journal, step, self.scenario).state
        except InputError:
            return "blocked"

    def _refusal(self) -> Piece:
        """Why this page has nothing to show, and where it is mended."""
        words, problems = self.words, self.refused.problems
        text = words("This page waits: tables that it reads have problems ({n} cells or rows).",
                     n=sum(problem.count for problem in problems))
        lines = layout.join(Markup("<li>{}</li>").format(problem.line(words)) for problem in problems[:3])
        link = Markup('<p><a class="chip" href="{}.ipynb">{}</a></p>').format(
            PAGES["check"].notebook, words("See them on their sheet: {page:word}", page=PAGES["check"].title))
        return Piece(Markup('<section class="card attention" role="alert"><p>{}</p><ul>{}</ul>{}</section>').format(
            text, lines, link), "\n".join([text, *(problem.line(words) for problem in problems[:3])]))

    def _all_pages(self) -> Piece:
        states = self._states()
        rows = [(page, self.words(page.title), self.words(page.question), self.words(states[page.step]))
                for page in PAGES.values() if page is not self.page]
        html = layout.join(Markup('<li><a href="{}.ipynb">{}</a> {} <span class="chip">{}</span></li>').format(
            page.notebook, title, question, state) for page, title, question, state in rows)
        return Piece(Markup('<ul class="next pages">{}</ul>{}').format(html, self._against()),
                     "\n".join(f"{title}: {question} ({state})" for _, title, question, state in rows))

    def _against(self) -> Markup:
        """What has changed since the last period; nothing in a first one, or while tables have problems."""
        if self.study.previous is None:
            return Markup("")
        try:
            results = evaluate_all(self.study, self.journal, self.scenario)
        except InputError:
            return Markup("")
        return against_section(self.study, results, self.words, labels_of(results, self.words))

    def _moved(self) -> None:
        """The first picture at once, as wide as a screen; the others, the phone's and the downloads when all is still."""
        try:
            self.view = {key: controls_of.read(control) for key, control in self.controls.items()}
        except ValueError:
            return  # half-typed number: the picture stays until it is one
        if self._still is not None:
            self._still.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel around, as in a test
            self._refresh()
        else:
            gc.disable()  # a collection among a picture's thousands of parts costs as much as the picture
            try:
                self._refresh(quick=True)
            finally:
                gc.enable()
            self._still = loop.call_later(STILL_SECONDS, self._refresh)

    def _refresh(self, quick: bool = False) -> None:
        tables, self._quick = self._adapted(), quick
        for shown, html_of, at_once in self._updates:
            if at_once or not quick:
                shown.value = str(Markup('<div class="svcnb">{}</div>').format(html_of(tables)))
        self._quick = False

    def _adapted(self):
        return self.page.adapt(self.result, self.view, self.words)

    def _decided(self) -> None:
        self._evaluate()
        if hasattr(self, "_ledger_view"):
            self._ledger_view.value = str(Markup('<div class="svcnb">{}</div>').format(self._ledger()))
        self._refresh()

    def _read(self, tables) -> str:
        return self.page.read(self.result, tables, self.view, self.words)

    def _pictures(self, tables) -> Markup:
        if self.page.drawing:
            return self.page.drawing(self.result, tables, self.view, self.words)[0]
        if self._quick:
            first = self.page.pictures[0]
            self._drawn[first.name] = picture_html(self.page, first, tables, self.words, alone="quick")
        else:
            self._drawn = {p.name: picture_html(self.page, p, tables, self.words) for p in self.page.pictures}
        return layout.join(self._drawn.values())

    def _describe(self, tables) -> str:
        if self.page.drawing:
            return self.page.drawing(self.result, tables, self.view, self.words)[1]
        return "\n".join(filter(None, (p.in_words(tables, self.words) for p in self.page.pictures)))

    def _tables(self, tables) -> Markup:
        return tables_html(self.page, tables, self.words)

    def _tables_text(self, tables) -> str:
        return "\n\n".join(
            self.words(t.title) + "\n" + layout.table_text(tables[t.name].head(t.first),
                                                           layout.columns_of(tables[t.name], t.columns, self.words.language),
                                                           self.words)
            for t in self.page.tables if t.name in tables and len(tables[t.name]))

    def _card(self) -> Markup:
        return card_html(self.page.card, self.words)

    def _ledger(self) -> Markup:
        words = self.words
        events = [e for e in self.journal.events(self.scenario) if e.step == self.page.step and e.role != "nobody"][-6:]
        if not events:
            return layout.card(words("Ledger"), Markup("<p>{}</p>").format(words("No decision of this step yet.")))
        labels = {field.key: field.label for page in PAGES.values() if page.step == self.page.step  # a sister decides some
                  for field in page.fields(self.result, words)}
        rows = layout.join(
            Markup("<li><strong>{}</strong> {} {}{}</li>").format(
                e.at[:16].replace("T", " "), e.actor,
                words("took back a decision") if e.kind == "retract" else labels.get(e.key, e.key),
                ": " + e.payload["reason"] if isinstance(e.payload, dict) and e.payload.get("reason") else "")
            for e in events)
        return layout.card(words("Ledger"), Markup("<ul>{}</ul>").format(rows))


__all__ = ["open_page"]
