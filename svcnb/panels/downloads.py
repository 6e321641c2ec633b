"""What leaves a page as a file: tables with their description, numbers as numbers, text that nothing runs."""

from __future__ import annotations

import csv
import io

from svcnb import __version__
from svcnb.errors import SvcnbError
from svcnb.i18n import N_, is_missing
from svcnb.panels import layout
from svcnb.sentences.codes import read_code
from svcnb.sentences.columns import COLUMNS, label
from svcnb.steps import STEPS
from svcnb.tables.guard import guarded
from svcnb.tables.sheet import book_bytes


def table_csv(frame) -> bytes:
    """The frame for a spreadsheet: UTF-8 with mark, machine names, text guarded as ``svcnb.tables.guard`` says."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([guarded(str(name)) for name in frame.columns])
    for row in frame.itertuples(index=False):
        writer.writerow(["" if is_missing(v) else guarded(v) if isinstance(v, str) else v for v in row])
    return out.getvalue().encode("utf-8-sig")


def tables_xlsx(named: list[tuple], words) -> bytes:
    """A workbook with a sheet a table and, at the end, one that describes them.

    Parameters
    ----------
    named : list of (title, frame, facts)
        ``facts`` are (label, text) pairs, as ``facts_of`` gives them.
    """
    sheets, about = {}, [[words(N_("Table")), words(N_("What")), words(N_("Text"))]]
    for title, frame, facts in named:
        sheets[title] = [list(map(str, frame.columns)), *map(list, frame.itertuples(index=False))]
        about += [[title, what, text] for what, text in (*facts, *columns_of(frame, words))]
    return book_bytes({**sheets, words(N_("about")): about})


def facts_of(page, result, settings, words, title: str, frame=None, text: str = "") -> list[tuple[str, str]]:
    """What a file says of itself: title, question, what it shows, n, evidence, where it comes from."""
    facts = [(words(N_("Title")), title), (words(N_("Question")), words(page.question))]
    if text:
        facts.append((words(N_("In words")), text))
    if frame is not None:
        facts.append((words(N_("Rows")), str(len(frame))))
        if "n" in frame and len(numbers := [n for n in frame["n"] if not is_missing(n) and not isinstance(n, str)]):
            low, high = min(numbers), max(numbers)
            facts.append((words("n"), words.number(low) if low == high else f"{words.number(low)} – {words.number(high)}"))
    inputs = ", ".join(name.removeprefix("table ") for name in result.inputs if name.startswith("table "))
    facts += [(words(N_("Evidence")), read_code(result.evidence, words)),
              (words(N_("Currency")), settings.currency),
              (words(N_("Study")), f"{settings.name}, {settings.period_start} – {settings.period_end}"),
              (words(N_("Step")), words(STEPS[result.step].TITLE)),
              (words(N_("From the tables")), inputs or "–"),
              (words(N_("Method")), words(page.card.title)), (words(N_("Source")), words(page.card.source)),
              (words(N_("Made with")), f"svcnb {__version__}")]
    return [(what, said) for what, said in facts if said]


KINDS = {"%": N_("share, 0 to 1"), "$": N_("money, in the study's currency"), "p": N_("p-value, 0 to 1")}


def columns_of(frame, words) -> list[tuple[str, str]]:
    """(column, what it is called and its unit) for the description of a table."""
    return [(words("column {name}", name=str(name)), ", ".join(filter(None, (
        label(str(name), words), words(KINDS.get(COLUMNS.get(name, ("", ""))[1], "")))))) for name in frame.columns]


def page_workbook(page, tables: dict, result, settings, words) -> bytes | None:
    """All tables of a page in one workbook; None when there is none."""
    named = [(words(spec.title), tables[spec.name],
              facts_of(page, result, settings, words, words(spec.title), tables[spec.name]))
             for spec in page.files() if tables.get(spec.name) is not None and len(tables[spec.name])]
    return tables_xlsx(named, words) if named else None


def workbook_box(page, tables, result, settings, words) -> list:
    """A button that makes the workbook of the page's tables, and where its link appears; nothing without tables.

    The workbook is made when it is asked for, not with every page.

    Parameters
    ----------
    tables, result : callables that give the page's tables and result of the moment
    """
    if not any(tables().get(spec.name) is not None and len(tables()[spec.name]) for spec in page.tables):
        return []
    import ipywidgets as widgets

    from svcnb.figures import style

    button, link = widgets.Button(description=words(N_("Tables as xlsx"))), widgets.HTML()
    button.add_class("download")

    def make(_button):
        data = page_workbook(page, tables(), result(), settings, words)
        link.value = str(layout.Markup('<p class="downloads" role="status"><a download="{}.xlsx" href="{}">{}</a></p>').format(
            page.name, style.data_address(data, "xlsx"), words("{name}.xlsx is ready: download", name=page.name)))

    button.on_click(make)
    return [widgets.HBox([button, link])]


def papers_box(open_page) -> list:
    """A card with a button for each file that the page makes when it is asked for; nothing where it makes none."""
    papers = tuple(open_page.page.papers(open_page))
    if not papers:
        return []
    import ipywidgets as widgets

    words = open_page.words
    head = widgets.HTML(str(layout.Markup('<div class="svcnb"><h2>{}</h2></div>').format(words(N_("Files to take along")))))
    box = widgets.VBox([head, *(_paper(paper, open_page) for paper in papers)])
    box.add_class("card")
    return [box]


def _paper(paper, open_page):
    """The button of one file and, once it is made, its link; why it could not be made."""
    import ipywidgets as widgets

    from svcnb.figures import style

    words = open_page.words
    button, link = widgets.Button(description=paper.label, tooltip=paper.label), widgets.HTML()
    button.add_class("download")

    def make(_button):
        try:
            address = style.data_address(paper.make(open_page), paper.kind)
        except SvcnbError as error:
            link.value = str(layout.Markup('<p class="status attention" role="status">{}</p>').format(words.reason(error)))
            return
        link.value = str(layout.Markup('<p class="downloads" role="status"><a download="{}" href="{}">{}</a> {}</p>').format(
            paper.file, address, words("{name} is ready: download", name=paper.file), paper.note))

    button.on_click(make)
    return widgets.VBox([button, link])


def with_box(piece, box: list):
    """A piece of a page with widgets under it; the piece itself when there are none."""
    if not box:
        return piece
    import ipywidgets as widgets

    shown = widgets.HTML(str(layout.Markup('<div class="svcnb">{}</div>').format(piece.html)))
    return layout.WidgetPiece(widgets.VBox([shown, *box]), piece.text)
