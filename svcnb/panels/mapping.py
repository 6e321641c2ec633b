"""Page 00c: a file as the client's system wrote it, and which of its columns and words are which of ours."""

from __future__ import annotations

import os

import ipywidgets as widgets

from svcnb.errors import SvcnbError
from svcnb.i18n import N_
from svcnb.panels import layout
from svcnb.panels.layout import Markup, Piece, WidgetPiece
from svcnb.panels.page import MethodCard, Page
from svcnb.panels.waiting import Waiting, sentence_of
from svcnb.tables.mapping import NUMBER
from svcnb.tables.mapping_draft import INBOX, as_read, inbox_files, open_draft
from svcnb.tables.mapping_store import undo_store
from svcnb.tables.readers import sheet_names
from svcnb.tables.schemas import TABLES
from svcnb.tables.sources import Source

STYLE = {"description_width": "initial"}
AT_ONCE = 50_000  # rows up to which the first ones are shown after every change
EMPTY = N_("No file waits. Put it, as the client's system wrote it (csv, xlsx, ods), into the folder {folder} and reload this page.")


class MappingPanel:
    """Controls are public: ``file``, ``sheet``, ``table``, ``open``; then ``columns`` (table, our column), ``codes`` (table,
    column, word), ``dates`` by table, ``likely``, ``show``, ``save``, ``undo``, ``status``, ``waiting``. ``draft`` is what they work on."""

    def __init__(self, study, words):
        self.study, self.words, self.draft = study, words, None
        self.columns, self.codes, self.dates, self.previews = {}, {}, {}, {}
        files = inbox_files(study.folder)
        self.file = self._choice(words("File"), [(name, name) for name in files])
        self.sheet = self._choice(words("Sheet"), [])
        self.table = self._choice(words("Feeds the table"), [(words("to be proposed"), ""), *((name, name) for name in TABLES)])
        self.open = self._button(words("Read the file"), self._open)
        self.likely = self._button(words("The likely columns are right"), self._accept)
        self.show = self._button(words("Show the first rows"), lambda _: (self.previews.clear(), self._tell(rows=True)))
        self.save = self._button(words("Save in study.toml"), self._save, "primary")
        self.undo = self._button(words("Take back the last mapping"), self._undo)
        self.status, self.told, self.form = widgets.HTML(), widgets.HTML(), widgets.VBox([])
        self.file.observe(lambda _: self._list_sheets(), names="value")
        self._list_sheets()
        self.after = widgets.VBox([self.form, self.told, self._row(self.likely, self.show, self.save)])
        self.after.layout.display = "none"
        self.waiting = Waiting(words)
        self.view = widgets.VBox([self._row(self.file, self.sheet, self.table, self.open), self.waiting.view, self.after,
                                  self._row(self.undo), self.status])
        self.view.add_class("decide")

    # the file ------------------------------------------------------------------------------------------
    def _list_sheets(self) -> None:
        path = self.study.folder / INBOX / (self.file.value or "")
        names = sheet_names(path) if self.file.value else []
        self.sheet.options = [(name, name) for name in names] or [("–", "")]
        self.sheet.layout.display = None if len(names) > 1 else "none"

    def _open(self, _button) -> None:
        words = self.words
        if self.file.value not in inbox_files(self.study.folder):
            return self._say(words("The file is not in the inbox any more; reload the page."), "attention")
        sheet = self.sheet.value if len(self.sheet.options) > 1 else ""
        path, table = self.study.folder / INBOX / self.file.value, self.table.value
        self.after.layout.display = "none"
        self._say(words("Reading {file} …", file=path.name), "doubt")
        self.waiting.run(
            lambda progress: open_draft(self.study, path, table=table, declared=Source(sheet=sheet), progress=progress),
            self._opened, lambda text: self._say(text, "attention"), self._busy)

    def _busy(self, busy: bool) -> None:
        for control in (self.file, self.sheet, self.table, self.open, self.undo):
            control.disabled = busy

    def _opened(self, draft) -> None:
        words, self.draft = self.words, draft
        self.previews.clear()
        self._build()
        self.after.layout.display = None
        self._tell(rows=True)
        if self.draft.settled and not self.draft.questions():
            self._say(words("study.toml knows these headings: nothing has to be asked."), "settled")
        else:
            self._say(words("Proposed, not saved yet."), "doubt")

    def _build(self) -> None:
        """A line for each of our columns, the ones without a proposal folded away."""
        self.columns, self.codes, self.dates, parts = {}, {}, {}, []
        for table, proposal in self.draft.tables.items():
            parts.append(widgets.HTML(str(Markup('<div class="svcnb"><h2>{}</h2></div>').format(
                self.words("{file} → {table}", file=self.draft.path.name, table=table)) + layout.chips(
                    [(self.words.reason(fact), "") for fact in self.draft.facts(table)]))))
            shown = [name for name in proposal.alternatives if name in proposal.matches or name in proposal.missing]
            parts += [self._column(table, name) for name in shown]
            others = [self._column(table, name) for name in proposal.alternatives if name not in shown]
            if others:
                fold = widgets.Accordion([widgets.VBox(others)], selected_index=None)
                fold.set_title(0, self.words("{n} further columns of {table}", n=len(others), table=table))
                parts.append(fold)
            parts.append(self._dates_of(table))
            parts += self._codes_of(table)
        self.form.children = parts

    def _column(self, table: str, name: str):
        proposal, words = self.draft.tables[table], self.words
        match = proposal.matches.get(name)
        options = [(words("none"), ""), *((heading, heading) for heading in proposal.headings if heading)]
        if name in TABLES[table].key and not TABLES[table].by_name[name].refers:
            options.append((words("number the rows"), NUMBER))
        control = self._choice(name, options, match.heading if match else "")
        control.observe(lambda change: self._chosen(table, name, change["new"]), names="value")
        self.columns[table, name] = control
        meaning = words(TABLES[table].by_name[name.rpartition(".")[2]].meaning)
        why = self._why(match, name in proposal.missing)
        said = Markup('<div class="svcnb"><span class="soft">{}</span> {}</div>').format(meaning, why)
        return self._row(control, widgets.HTML(str(said), layout={"flex": "1 1 18rem", "width": "auto"}))

    def _why(self, match, missing: bool) -> Markup:
        words = self.words
        if match is None:
            return layout.chip(words("needed and not found"), "attention") if missing else Markup("")
        text = "; ".join(map(words.reason, match.reasons))
        sign = layout.chip(("✓ " if match.sure else "? ") + words.percent(match.score, 0), "settled" if match.sure else "doubt")
        return sign + Markup(" <span>{}</span>").format(text)

    def _dates_of(self, table: str):
        ways = self.draft.tables[table].dates
        control = self._choice(self.words("Dates are written"), [(way, way) for way in ways] if len(ways) == 1 else [
            (self.words("choose"), ""), *((way, way) for way in ways)])
        control.observe(lambda change: change["new"] and self._answer(
            table, lambda: self.draft.choose_dates(table, change["new"])), names="value")
        control.layout.display = None if len(ways) > 1 else "none"
        self.dates[table] = control
        return control

    def _codes_of(self, table: str) -> list:
        proposal, words, rows = self.draft.tables[table], self.words, []
        for column, pairs in proposal.codes.items():
            found = TABLES[table].by_name[column]
            allowed = ("true", "false") if found.type == "bool" else found.values
            for word, ours in pairs.items():
                asked = word in proposal.asked_codes.get(column, ())
                control = self._choice(f"{column}: «{word}»", [(words("choose") if asked and not ours else words("none"), ""),
                                                              *((code, code) for code in allowed)], ours)
                control.observe(lambda change, c=column, w=word: self._answer(
                    table, lambda: self.draft.choose_code(table, c, w, change["new"])), names="value")
                self.codes[table, column, word] = control
                rows.append(control)
        return rows

    # what a person changes ------------------------------------------------------------------------------
    def _chosen(self, table: str, name: str, heading: str) -> None:
        self.draft.choose(table, name, heading)
        self._build()  # code words and dates follow from the columns
        self._changed(table)

    def _accept(self, _button) -> None:
        """The person looked at the pairs marked with ? and says that they are right."""
        for table, proposal in self.draft.tables.items():
            for name in [name for name, match in proposal.matches.items() if not match.sure]:
                self.draft.accept(table, name)
        self._build()
        self._changed()

    def _answer(self, table: str, work) -> None:
        work()
        self._changed(table)

    def _changed(self, table: str = "") -> None:
        self.previews.pop(table, None)
        self._tell(rows=self.draft.raw.cells.num_rows <= AT_ONCE)
        self._say(self.words("Changed, not saved yet."), "doubt")

    def _tell(self, rows: bool) -> None:
        """What is still open, the first rows as they would be read, what would be lost."""
        words, parts = self.words, []
        likely = any(not match.sure for proposal in self.draft.tables.values() for match in proposal.matches.values())
        self.likely.layout.display = None if likely else "none"
        left = [f"{table}: {words.reason(question)}" for table, question in self.draft.questions()]
        if left:
            parts.append(layout.card(words("Still open"), Markup("<ul>{}</ul>").format(
                layout.join(Markup("<li>{}</li>").format(text) for text in left)), "attention"))
        for table, proposal in self.draft.tables.items() if rows else ():
            if proposal.missing:
                continue
            if table not in self.previews:
                self.previews[table] = self.draft.preview(table)
            preview = self.previews[table]
            title = words("{table} as it would be read ({n} rows)", table=table, n=preview.n)
            parts.append(_plain_table(preview.frame, words, title))
            parts.append(layout.reasons([_said(loss, words) for loss in self.draft.losses(table, preview)], words))
        parts.append(layout.reasons(self.draft.unread(), words))
        self.told.value = str(Markup('<div class="svcnb">{}</div>').format(layout.join(parts)))

    # keeping it -----------------------------------------------------------------------------------------
    def _save(self, _button) -> None:
        words = self.words
        try:
            path = self.draft.store().with_name("study.toml")
        except SvcnbError as error:
            self._tell(rows=False)
            return self._say(sentence_of(error, self.words), "attention")
        self._say(words("Saved in {path}; the same headings are read so from now on. Reload the page to see what changed.",
                        path=path.name), "settled")

    def _undo(self, _button) -> None:
        try:
            undo_store(self.study.folder)
        except SvcnbError as error:
            return self._say(sentence_of(error, self.words), "doubt")
        self._say(self.words("Taken back: study.toml is as it was before the last mapping."), "settled")

    # pieces ---------------------------------------------------------------------------------------------
    def _choice(self, name: str, options, value=None):
        values = [option for _, option in options]
        return widgets.Dropdown(options=options, value=value if value in values else values[0] if values else None,
                                description=name, style=STYLE, tooltip=name, layout={"width": "max-content"})

    def _button(self, name: str, work, style: str = ""):
        button = widgets.Button(description=name, button_style=style, layout={"max_width": "100%"})
        button.on_click(work)
        return button

    def _row(self, *children):
        row = widgets.Box(list(children), layout={"flex_flow": "row wrap", "display": "flex"})
        row.add_class("row-line")
        row.add_class("row-column")
        return row

    def _say(self, text: str, kind: str) -> None:
        self.status.value = str(Markup('<p role="status" class="status {}">{}</p>').format(kind, text))


def _said(loss, words):
    """A loss whose quoted problem is already in the reader's words."""
    from svcnb.errors import Reason

    first = loss.values.get("first")
    return loss if first is None else Reason(loss.template, {**loss.values, "first": first.line(words)}, loss.level)


def _plain_table(frame, words, caption: str) -> Markup:
    """Rows under our own column names, as they would be read."""
    head = layout.join(Markup('<th scope="col">{}</th>').format(column) for column in frame)
    cell = lambda value: Markup('<td class="{}">{}</td>').format("num" if isinstance(value, float) else "", as_read(value, words))
    rows = layout.join(Markup("<tr>{}</tr>").format(layout.join(map(cell, record))) for record in frame.itertuples(index=False))
    return Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}"><table><caption>{}</caption><thead><tr>{}</tr>'
                  "</thead><tbody>{}</tbody></table></div>").format(caption, caption, head, rows)


def _inbox(folder) -> list[str]:
    """The files that wait; on a served page the folder is there to put them into."""
    if os.environ.get("SVCNB_SERVED"):
        (folder / INBOX).mkdir(exist_ok=True)
    return inbox_files(folder)


def panel(page):
    """The panel of an open page; a line in its place where nothing can be mapped."""
    words, study = page.words, page.study
    if study.is_shipped or page.journal.read_only:
        text = words("This study is read only here; map files into a study of your own (svcnb new).")
    elif page.role != "facilitator":
        text = words("Files are mapped by the facilitator.")
    elif not _inbox(study.folder):
        text = words(EMPTY, folder=f"{study.name}/{INBOX}")
    else:
        page.panel = MappingPanel(study, words)
        return WidgetPiece(page.panel.view, "\n".join(inbox_files(study.folder)))
    return Piece(layout.card(words("Files"), Markup('<p class="empty">{}</p>').format(text)), text)


def read(result, tables, view, words) -> str:
    return words("A client's file is read as it came. Say once which of its columns and words are which of ours; what is saved "
                 "holds for every later file with the same headings.")


PAGE = Page(
    name="mapping", step="study", notebook="00c_mapping", title=N_("Files"),
    question=N_("Which of your columns are which of ours?"),
    ends_in=N_("Which file feeds which table, kept in study.toml."),
    read=read, panel=panel,
    card=MethodCard(
        title=N_("How a column is proposed"),
        formula=N_("score = likeness of the names × (½ + ½ × share of cells that fit); the pairs with the greatest sum are chosen together"),
        source=N_("Kuhn 1955, the assignment of least cost"),
        assumes=N_("headings say what a column holds, in English, Spanish or German, whole, clipped or as codes of known systems"),
        fails=N_("headings say nothing or something else; then the pair is asked, never taken"),
        badge=N_("house rule")))
