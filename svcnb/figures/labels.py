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
