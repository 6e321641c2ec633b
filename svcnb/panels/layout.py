"""The pieces every page is made of, as escaped HTML and as plain text.

Whatever comes from a file, a person or an address is escaped here, at the sink: ``Markup.format``
escapes each value. A ``Piece`` is what a notebook cell shows: HTML where there is a browser, text
where there is none (and for the tests that compare stored outputs).
"""

from __future__ import annotations

from markupsafe import Markup

from svcnb.figures import style
from svcnb.figures.described import with_description
from svcnb.i18n import N_
from svcnb.sentences.columns import COLUMNS, cell, label

AT_ONCE = 3  # remarks before a result that people read; more of them fold
LEVELS = {"info": "info", "warning": "doubt", "missing": "attention"}
LONG = 40  # characters from which a cell gets room of its own
SIGNS = {"decided": "✓", "stale": "!", "proposed": "·", "empty": "–", "blocked": "✕", "now": "●"}


class Piece:
    """Shown by a cell: ``html`` (Markup) and ``text``."""

    def __init__(self, html: Markup, text: str):
        self.html, self.text = html, text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": f'<div class="svcnb">{self.html}</div>', "text/plain": self.text}


class WidgetPiece:
    """A widget shown by a cell, with the text that a test or a reader without widgets gets."""

    def __init__(self, widget, text: str):
        self.widget, self.text = widget, text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = self.widget._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/plain": self.text}


def join(parts) -> Markup:
    """Several pieces of HTML after each other."""
    return Markup("").join(parts)


def chip(text: str, kind: str = "") -> Markup:
    return Markup('<span class="chip {}">{}</span>').format(kind, text)


def rail(steps: list[dict], words) -> Markup:
    """Navigation over all pages: dicts with address, title, state, current, beside."""
    links = [
        Markup('<li><a href="{}" class="{}"{}><span class="dot" aria-hidden="true">{}</span>'
               '<span class="name">{}</span><span class="sr">, {}</span></a></li>').format(
            s["address"], ("now " if s["current"] else "") + ("beside " if s["beside"] else "") + s["state"],
            Markup(' aria-current="page"') if s["current"] else "", SIGNS["now"] if s["current"] else SIGNS[s["state"]],
            s["title"], words(s["state"]))
        for s in steps]
    return Markup('<nav class="rail" aria-label="{}"><ol>{}</ol></nav>').format(words(N_("Steps")), join(links))


def chips(items: list[tuple[str, str]]) -> Markup:
    return Markup('<p class="chips">{}</p>').format(join(chip(text, kind) + Markup(" ") for text, kind in items))


def reasons(items, words) -> Markup:
    """What the reader must know before the result, worst first."""
    if not items:
        return Markup("")
    order = sorted(items, key=lambda r: ["missing", "warning", "info"].index(r.level))
    rows = [Markup('<li class="{}">{}</li>').format(LEVELS[r.level], words.reason(r)) for r in order]
    first, rest = (rows, []) if len(rows) <= AT_ONCE + 1 else (rows[:AT_ONCE], rows[AT_ONCE:])
    more = Markup('<details><summary>{}</summary><ul class="reasons">{}</ul></details>').format(
        words(N_("{n} more remarks"), n=len(rest)), join(rest)) if rest else ""
    return Markup('<ul class="reasons">{}</ul>{}').format(join(first), more)


def reading(text: str) -> Markup:
    """The result in a sentence or two; the first sentence is strong."""
    first, dot, rest = text.partition(". ")
    return Markup('<p class="reading"><strong>{}</strong>{}</p>').format(first + dot.strip(), " " + rest if rest else "")


def table(frame, columns, words, caption: str = "") -> Markup:
    """A frame as a table: numbers right, a dash for what is not measured."""
    numeric = {c: frame[c].map(lambda v: not isinstance(v, str)).all() for c in columns}
    head = join(Markup('<th scope="col"{}>{}</th>').format(
        Markup(' class="num"') if numeric[c] else "", label(c, words)) for c in columns)
    rows = []
    for record in frame[list(columns)].to_dict("records"):
        rows.append(Markup("<tr>{}</tr>").format(join(
            Markup('<td><pre tabindex="0">{}</pre></td>').format(record[c]) if COLUMNS.get(c, ("", ""))[1] == "code" else
            Markup("<td{}>{}</td>").format(Markup(' class="num"') if numeric[c] else Markup(' class="long"')
                                           if len(str(record[c])) > LONG else "", cell(c, record[c], words))
            for c in columns)))
    top = Markup("<caption>{}</caption>").format(caption) if caption else ""
    return Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}"><table>{}<thead><tr>{}</tr></thead>'
                  "<tbody>{}</tbody></table></div>").format(caption or words(N_("Table")), top, head, join(rows))


def table_text(frame, columns, words) -> str:
    """The same table as aligned text."""
    rows = [[label(c, words) for c in columns]]
    rows += [[cell(c, r[c], words) for c in columns] for r in frame[list(columns)].to_dict("records")]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    return "\n".join("  ".join(v.ljust(w) for v, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def picture(wide: dict, narrow: dict | None, description: str, name: str, title: str) -> Markup:
    """A picture in the page: svg, redrawn for narrow screens, described, with its downloads; in a report or while a
    control moves (no narrow drawing) the picture alone."""
    if narrow is None:
        kind = next(iter(wide))
        return Markup('<figure class="picture"><img src="{}" alt="{}"><figcaption>{}</figcaption></figure>').format(
            style.data_address(wide[kind], kind), description, title)
    links = join(
        Markup('<a download="{}.{}" href="{}">{}</a> ').format(
            name, kind, style.data_address(with_description(wide[kind], kind, title, description), kind), kind)
        for kind in ("png", "svg"))
    return Markup(
        '<figure class="picture"><picture><source media="(max-width: 640px)" srcset="{}"><img src="{}" alt="{}">'
        '</picture><figcaption>{} <span class="downloads">{}</span></figcaption></figure>').format(
        style.data_address(narrow["svg"], "svg"), style.data_address(wide["svg"], "svg"), description, title, links)


def card(title: str, body: Markup, kind: str = "") -> Markup:
    return Markup('<section class="card {}"><h2>{}</h2>{}</section>').format(kind, title, body)


def columns_of(frame, wanted, language="en") -> tuple[str, ...]:
    """The wanted columns that the frame has; all known ones when nothing is wanted."""
    wanted = [("spanish" if c == "name" and language == "es" and "spanish" in frame else c) for c in wanted]
    return tuple(c for c in wanted if c in frame.columns) or tuple(c for c in frame.columns if c in COLUMNS)
