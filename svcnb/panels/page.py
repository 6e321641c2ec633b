"""What a page is: one question, its pictures, its tables, its controls, its decision.

``svcnb.panels.PAGES`` is the ordered registry; navigation, report and tests run over it. All functions of
a page are pure: they take the tables (already adapted to what the reader moved) and words, and return values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Picture:
    """``plot(*frames, words=, narrow=)`` -> Axes and ``describe(*frames, words)`` -> str, on the page's tables named in
    ``tables`` (``described`` for the words, the same when empty). Nothing is drawn when the first has no row; ``without``
    says why, where it is not that data are missing."""

    name: str
    title: str
    plot: Callable
    describe: Callable
    tables: tuple[str, ...]
    described: tuple[str, ...] = ()
    without: str = ""

    def frames(self, tables: dict) -> list | None:
        """The frames to draw, None when they are not there."""
        found = [tables.get(name) for name in self.tables]
        return None if any(f is None for f in found) or not len(found[0]) else found

    def in_words(self, tables: dict, words) -> str:
        """The text alternative, empty when there is nothing to draw."""
        if self.frames(tables) is None:
            return ""
        return self.describe(*(tables[name] for name in self.described or self.tables), words)


@dataclass(frozen=True)
class TableView:
    """A stored table of the step and the columns a reader sees, under a title; ``first`` rows stand open, the others
    fold."""

    name: str
    title: str
    columns: tuple[str, ...]
    first: int = 12


@dataclass(frozen=True)
class Field:
    """One control. ``kind`` is choice, many, number, whole, share, slide (a share with a slider), shares, text, area or rows.

    ``options`` are (value, shown text) pairs; for ``rows`` the value is a dict id -> dict and ``options`` are
    the column Fields (their ``value`` is the default); ``spare`` holds empty records, which count once they are written
    into. A choice ``within`` another control of the page offers the
    options that begin with what that one says and a colon, ``chaid:3`` while it says ``chaid``, and those of no value.
    """

    key: str
    label: str
    kind: str
    value: object = None
    options: tuple = ()
    low: float | None = None
    high: float | None = None
    hint: str = ""
    names: dict = field(default_factory=dict)
    within: str = ""
    spare: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A number to work out by hand: the question, the right answer, how near is near, the typical mistakes."""

    question: str
    answer: float
    tolerance: float
    unit: str = ""
    working: str = ""
    mistakes: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Paper:
    """A file that a page makes when it is asked for: ``make(open_page)`` -> bytes of ``kind`` (csv, xlsx, html, toml);
    ``note`` is said beside it."""

    label: str
    file: str
    kind: str
    make: Callable
    note: str = ""


@dataclass(frozen=True)
class MethodCard:
    """Assumptions, when it fails, formula, source with line, badge of provenance.

    ``example`` is a tiny table, its headings first, and ``example_result`` what the method gives for it, with the number:
    both stand in ``svcnb.panels.examples``, and a test recomputes each with the method.
    """

    title: str
    quotation: str = ""
    source: str = ""
    formula: str = ""
    assumes: str = ""
    fails: str = ""
    badge: str = ""  # "", "reconstructed" or "house rule"
    example: tuple[tuple, ...] = ()
    example_result: str = ""


def nothing(*_args, **_options):
    """For pages without controls, fields or check."""
    return ()


def as_stored(result, view, words):
    """The result's tables as they are: the default of pages whose controls recompute nothing."""
    return result.tables


@dataclass(frozen=True)
class Page:
    """One question. ``read(result, tables, view, words)`` -> str; ``fields(result, words)`` -> Fields of the decision;
    ``controls(result, words)`` -> Fields that move the view; ``adapt(result, view, words)`` -> tables for that view;
    ``check(result, tables, words)`` -> Check or None; ``resets`` decision key -> keys that fall when it changes;
    ``topics`` of the step's warnings that stand here and on no other page (see ``svcnb.panels.reasons_of``);
    ``drawing(result, tables, view, words)`` -> (Markup, text) in the place of pictures, where no axes are meant;
    ``papers(open_page)`` -> Papers, files to take along beside the page's tables;
    ``panel(open_page)`` -> a piece in the place of the decision form, for pages about files instead of decisions;
    ``beside`` the page that this one stands beside: it is in the rail only while the reader is at one of the two, or at
    another of its sisters.
    """

    name: str
    step: str
    notebook: str
    title: str
    question: str
    ends_in: str
    read: Callable
    card: MethodCard
    pictures: tuple[Picture, ...] = ()
    tables: tuple[TableView, ...] = ()
    controls: Callable = nothing
    fields: Callable = nothing
    adapt: Callable = as_stored
    check: Callable = nothing
    resets: dict = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    panel: Callable | None = None
    drawing: Callable | None = None
    beside: str = ""
    papers: Callable = nothing

    def files(self) -> list[TableView]:
        """One view a stored table: several may show parts of it, a file holds it whole, under the first one's title."""
        return list({view.name: view for view in reversed(self.tables)}.values())[::-1]
