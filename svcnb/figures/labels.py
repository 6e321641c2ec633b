"""Names in pictures: in short lines, cut with … where they are long; the table and the words below hold them whole."""

from __future__ import annotations

import textwrap

SMALLEST = 8  # points on a phone, where a point is 1.2 px: nothing below 9.6 px


def short_lines(text, width: int, most: int = 2) -> str:
    """A name in at most ``most`` lines of ``width`` characters.

    >>> short_lines("safety stock of lubricants in the central store", 20)
    'safety stock of\\nlubricants in the…'
    """
    return textwrap.fill(str(text), width, max_lines=most, placeholder="…")


def axis_label(text: str, narrow: bool, wide: int = 60) -> str:
    """The label of an axis in lines that do not reach beyond it.

    >>> axis_label("Load ÷ capacity, %; ! above 95, ✕ above 100", True)
    'Load ÷ capacity, %; ! above\\n95, ✕ above 100'
    """
    arrows = text.replace("← ", "←\u00a0").replace(" →", "\u00a0→")  # an arrow stays with its word
    return textwrap.fill(arrows, 30 if narrow else wide)


def head_columns(ax, names, sizes, *, words, narrow: bool) -> None:
    """Columns without ticks and frame, headed by their names and n; where they are narrow the names stand on end.

    Parameters
    ----------
    names, sizes : the name of each column, and the customers in it
    """
    room = int((22 if narrow else 62) / len(names))
    upright = room < 10
    width, most = (22, 1) if upright else (room, 2)
    ax.set(xlim=(-0.5, len(names) - 0.5), xticks=range(len(names)),
           xticklabels=[f"{short_lines(words(str(name)), width, most)}\nn = {words.number(n)}" for name, n in zip(names, sizes)])
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=8.4 if narrow else 9.5)
    ax.tick_params(axis="x", labelrotation=90 if upright else 0)
    for side in ax.spines.values():
        side.set_visible(False)
