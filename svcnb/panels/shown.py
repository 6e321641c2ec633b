"""Pictures, tables and method cards of a page as html: the same on pages and in the report."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.panels import downloads, layout
from svcnb.panels.layout import Markup

LONGEST = 500  # rows of a table unfolded; the csv has all


def pictures_html(page, tables, words, printed: bool = False) -> Markup:
    """All pictures of a page."""
    return layout.join(picture_html(page, spec, tables, words, alone="svg" if printed else "") for spec in page.pictures)


def picture_html(page, spec, tables, words, alone: str = "") -> Markup:
    """One picture, or a line that says why there is none; ``alone`` is the one kind to draw, without what only a phone or
    a download needs."""
    from svcnb.figures import style

    frames = spec.frames(tables)
    if frames is None:
        why = words("{title}: nothing to draw, the data for it are not there.", title=words(spec.title))
        return Markup('<p class="empty">{}</p>').format(f"{words(spec.title)}: {words(spec.without)}" if spec.without else why)
    wide = style.draw(spec.plot, *frames, words=words, kinds=(alone,) if alone else ("svg", "png"))
    narrow = None if alone else style.draw(spec.plot, *frames, words=words, narrow=True, kinds=("svg",))
    return layout.picture(wide, narrow, spec.in_words(tables, words), f"{page.name}-{spec.name}", words(spec.title))


def tables_html(page, tables, words) -> Markup:
    """The page's tables with their downloads: the first stands open, the others fold, long ones show their head."""
    from svcnb.figures import style

    shown = []
    for spec in page.tables:
        frame = tables.get(spec.name)
        if frame is None or not len(frame):
            continue
        columns, title = layout.columns_of(frame, spec.columns, words.language), words(spec.title)
        body = layout.table(frame.head(spec.first), columns, words, title)
        if len(frame) > spec.first:
            more = words("all {n} rows", n=len(frame)) if len(frame) <= LONGEST else words(
                "the first {n} of {all} rows", n=LONGEST, all=len(frame))
            body += Markup("<details><summary>{}</summary>{}</details>").format(
                more, layout.table(frame.head(LONGEST), columns, words, title))
        body += Markup('<p class="downloads"><a download="{}-{}.csv" href="{}">csv</a></p>').format(
            page.name, spec.name, style.data_address(downloads.table_csv(frame), "csv"))
        shown.append(Markup("<details><summary>{}</summary>{}</details>").format(title, body) if shown else body)
    return layout.join(shown)


def card_html(card, words) -> Markup:
    """A method card: the source's own words, formula, assumptions, when it fails, where it stands; folded, the example."""
    parts = []
    if card.badge:
        parts.append(Markup('<p><span class="chip doubt">{}</span></p>').format(words(card.badge)))
    if card.quotation:
        parts.append(Markup("<blockquote lang='es'>{}</blockquote>").format(card.quotation))
    for heading, text in ((N_("Source"), card.source), (N_("Formula"), card.formula), (N_("Assumes"), card.assumes),
                          (N_("Fails when"), card.fails)):
        if text:
            parts.append(Markup("<p><strong>{}</strong>: {}</p>").format(words(heading), words(text)))
    return layout.join(parts) + example_html(card, words)


def example_html(card, words) -> Markup:
    """The example of a card, folded: its rows, and what the method gives for them."""
    if not card.example:
        return Markup("")
    head, *rows = card.example
    digits = [_digits(column) for column in zip(*rows, strict=True)]
    numeric = [Markup(' class="num"') if all(not isinstance(value, str) for value in column) else ""
               for column in zip(*rows, strict=True)]
    top = layout.join(Markup('<th scope="col"{}>{}</th>').format(kind, words(text)) for text, kind in zip(head, numeric, strict=True))
    body = layout.join(Markup("<tr>{}</tr>").format(layout.join(
        Markup("<td{}>{}</td>").format(kind, words(value) if isinstance(value, str) else words.number(value, places))
        for value, kind, places in zip(row, numeric, digits, strict=True))) for row in rows)
    return Markup('<details class="example"><summary>{}</summary><div class="scroll" tabindex="0" role="region" aria-label="{}">'
                  "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div><p>{}</p></details>").format(
        words(N_("Example")), words(N_("Example")), top, body, words(card.example_result))


def _digits(column) -> int | None:
    """Decimals that all numbers of a column are shown with; None where whole ones stand among them, each then shows its own."""
    return max(len(str(value).partition(".")[2].rstrip("0")) for value in column) \
        if all(isinstance(value, float) for value in column) else None
