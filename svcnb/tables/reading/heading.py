"""Which row holds the column names, and texts without what nobody sees in them."""

from __future__ import annotations

import re
import unicodedata

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.reading.refusal import Unreadable

LOOKED_AT = 60  # rows that are not blank
# Zero-width spaces, marks of writing direction, joiners of words, soft hyphens, byte order marks.
INVISIBLE = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
SPACES = "\u00a0\u2002-\u200a\u202f\u205f\u3000"
DOUBLED = "Ã[\u00a1-\u00bf\u0080-\u009f‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŸ]|â€[œ™˜“”\u009d]"  # UTF-8 taken for cp1252 and saved again
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_SPACES = re.compile(f"[\\s{SPACES}]+")


def tidy(text: str) -> str:
    """A heading as a person reads it: one kind of space, no invisible marks, accents as one letter.

    >>> tidy("\\ufeffNº\\u00a0 de  pedido\\n")
    'Nº de pedido'
    """
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def plain(name: str) -> str:
    """A name without case, accents, blanks: what a person means by it."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_") or name.strip().casefold()


def heading_place(rows: list[tuple[int, list[str]]], names, declared: int = 0) -> int:
    """The place in ``rows`` of the row with the column names.

    Parameters
    ----------
    rows : list of (row, cells)
        The first rows of the file; blank ones may be among them.
    names : iterable of str
        Column names that are expected: the row with most of them is the heading.
    declared : int
        The row that study.toml says, 0 for none.

    Raises
    ------
    Unreadable
        No row has cells, or the declared one has none.
    """
    filled = [(place, row, [tidy(cell) for cell in cells]) for place, (row, cells) in enumerate(rows)]
    filled = [(place, row, [cell for cell in cells if cell]) for place, row, cells in filled if any(cells)]
    if declared:
        for place, row, _ in filled:
            if row == declared:
                return place
        raise Unreadable(reason(N_("has no heading in row {row}, as study.toml says"), row=str(declared)),
                         reason(N_("correct heading_row in study.toml")))
    if not filled:
        raise Unreadable(reason(N_("has no heading in its first row")),
                         reason(N_("write the column names in the first row")))
    expected = {plain(name) for name in names}
    known = [(len({plain(cell) for cell in cells} & expected), len(cells), place)
             for place, _, cells in filled[:LOOKED_AT]]
    most = max(found for found, _, _ in known)
    if most > 1 or (most == 1 and known[0][0] == 1):
        return next(place for found, _, place in known if found == most)
    widest = max(len(cells) for _, _, cells in filled[:LOOKED_AT])
    enough = max(1, min(2, widest), (widest + 1) // 2)
    return next(place for place, _, cells in filled if len(cells) >= enough)
