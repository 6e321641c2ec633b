"""Pictures, tables and method cards of a page as html: the same on pages and in the report."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.panels import downloads, layout
from svcnb.panels.layout import Markup

PREVIEW, LONGEST = 12, 500  # rows of a table at first sight, and unfolded; the csv has all


def pictures_html(page, tables, words, printed: bool = False) -> Markup:
    """All pictures of a page."""
    return layout.join(picture_html(page, spec, tables, words, alone="svg" if printed else "") for spec in page.pictures)


def picture_html(page, spec, tables, words, alone: str = "") -> Markup:
    """One picture, or a line that says why there is none; ``alone`` is the one kind to draw, without what only a phone or
    a download needs."""
    from svcnb.figures import style

    frames = spec.frames(tables)
    if frames is None:
        return Markup('<p class="empty">{}</p>').format(
            words("{title}: nothing to draw, the data for it are not there.", title=words(spec.title)))
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
        body = layout.table(frame.head(PREVIEW), columns, words, title)
        if len(frame) > PREVIEW:
            more = words("all {n} rows", n=len(frame)) if len(frame) <= LONGEST else words(
                "the first {n} of {all} rows", n=LONGEST, all=len(frame))
            body += Markup("<details><summary>{}</summary>{}</details>").format(
                more, layout.table(frame.head(LONGEST), columns, words, title))
        body += Markup('<p class="downloads"><a download="{}-{}.csv" href="{}">csv</a></p>').format(
            page.name, spec.name, style.data_address(downloads.table_csv(frame), "csv"))
        shown.append(Markup("<details><summary>{}</summary>{}</details>").format(title, body) if shown else body)
    return layout.join(shown)


def card_html(card, words) -> Markup:
    """A method card: the source's own words, formula, assumptions, when it fails, where it stands."""
    parts = []
    if card.badge:
        parts.append(Markup('<p><span class="chip doubt">{}</span></p>').format(words(card.badge)))
    if card.quotation:
        parts.append(Markup("<blockquote lang='es'>{}</blockquote>").format(card.quotation))
    for heading, text in ((N_("Source"), card.source), (N_("Formula"), card.formula), (N_("Assumes"), card.assumes),
                          (N_("Fails when"), card.fails)):
        if text:
            parts.append(Markup("<p><strong>{}</strong>: {}</p>").format(words(heading), words(text)))
    return layout.join(parts)
