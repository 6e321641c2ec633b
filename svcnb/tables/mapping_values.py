"""What the cells of a client's column look like, and how far they fit a column of ours.

>>> profile(["31/12/2026", "01/02/2026", ""]).dates
('dd/mm/yyyy',)
>>> profile(["01/02/2026", "03/04/2026"]).dates
('dd/mm/yyyy', 'mm/dd/yyyy')
>>> profile(["1,5", "2,25"]).decimal
','
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from svcnb.tables.cells import FALSE, TRUE
from svcnb.tables.mapping_words import CODE_WORDS, LIKELY_WORDS, likeness, plain
from svcnb.tables.schema import Column
from svcnb.tables.sources import DATES

SAMPLE = 2000  # cells looked at for a proposal; the check reads them all
LIKELY = 0.75  # a code word that is only likely is asked, see mapping.SURE
MOST_WORDS = 40  # a column with more different texts is no list of code words
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def _written(name: str) -> re.Pattern:
    short = r"\d{1,2}" if re.search("[-/.]", name) else r"\d{2}"
    pattern = re.escape(name).replace("yyyy", r"(?P<yy>\d{4})").replace("yy", r"(?P<yy>\d{2})", 0 if "yyyy" in name else 1)
    pattern = pattern.replace("mm", f"(?P<mm>{short})").replace("dd", f"(?P<dd>{short})")
    return re.compile(pattern + r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?")


WRITTEN = {name: _written(name) for name in DATES}

YES, NO = {plain(w) for w in (*TRUE, "ja", "j", "x", "ok", "true", "wahr")}, {plain(w) for w in (*FALSE, "nein", "nok", "falsch")}


@dataclass(frozen=True)
class Profile:
    """Shares of the filled cells: ``numbers``, ``whole``; ``dates`` names the ways of writing dates that fit every
    cell; ``words`` counts the texts (None when there are too many); ``values`` are the different texts of the sample."""

    n: int = 0
    filled: int = 0
    numbers: float = 0.0
    whole: float = 0.0
    dates: tuple[str, ...] = ()
    decimal: str = ""
    distinct: int = 0
    words: dict[str, int] | None = None
    values: frozenset = frozenset()
    low: float | None = None
    high: float | None = None


def profile(cells) -> Profile:
    """Look at the cells of one column (texts, empty ones included)."""
    texts = [text.strip() for text in cells if text is not None]
    filled = [text for text in texts if text]
    if not filled:
        return Profile(n=len(texts))
    counted = Counter(filled)
    numeric = [text for text in filled if NUMBER.fullmatch(text)]
    numbers = [float(text.replace(",", ".")) for text in numeric]
    return Profile(
        n=len(texts), filled=len(filled), numbers=len(numeric) / len(filled),
        whole=sum(float(x).is_integer() for x in numbers) / len(filled), dates=_date_orders(counted),
        decimal="," if any("," in t for t in numeric) else "." if any("." in t for t in numeric) else "",
        distinct=len(counted), words=dict(counted.most_common()) if len(counted) <= MOST_WORDS else None,
        values=frozenset(counted), low=min(numbers, default=None), high=max(numbers, default=None))


def _date_orders(counted) -> tuple[str, ...]:
    """The ways of writing a date (names of ``sources.DATES``) in which every cell is one; none when a cell is no date."""
    possible = list(WRITTEN)
    for text in counted:
        possible = [name for name in possible if _is_date(text, name)]
        if not possible:
            return ()
    return tuple(possible)


def _is_date(text: str, name: str) -> bool:
    found = WRITTEN[name].fullmatch(text)
    return bool(found) and 1 <= int(found["mm"]) <= 12 and 1 <= int(found["dd"]) <= 31 and (
        len(found["yy"]) == 2 or 1900 <= int(found["yy"]) <= 2199)


def fit(column: Column, found: Profile, known: frozenset = frozenset()) -> float | None:
    """How far the cells fit the type of the column, 0 to 1; None when there is nothing to judge by.

    ``known`` holds the ids of the loaded table that the column refers to.
    """
    if not found.filled:
        return None
    if column.type in ("float", "int"):
        return (found.numbers if column.type == "float" else found.whole) * _in_range(column, found)
    if column.type in ("ts", "date"):
        return 1.0 if found.dates else 0.0
    if column.type == "bool":
        return _share(found, lambda word: plain(word) in YES | NO or word in ("+", "-"))
    if column.type == "enum":
        if found.words is None or found.distinct > 3 * len(column.values) + 3:
            return 0.0
        return 0.2 + 0.8 * _share(found, lambda word: near_code(column.values, word)[1] >= 0.7)
    if known:
        return len(found.values & known) / found.distinct
    if found.dates:
        return 0.1
    return 0.5 if found.numbers == 1 and found.whole < 1 else None


def _in_range(column: Column, found: Profile) -> float:
    outside = (column.low is not None and found.low is not None and found.low < column.low) + (
        column.high is not None and found.high is not None and found.high > column.high
        and not (column.unit == "share" and found.high <= 100))
    return 0.5 ** outside


def _share(found: Profile, good) -> float:
    if found.words is None:
        return 0.0
    return sum(n for word, n in found.words.items() if good(word)) / found.filled


@lru_cache(maxsize=8192)
def near_code(codes: tuple[str, ...], word: str) -> tuple[str, float]:
    """The code word of ours that is nearest to a word of theirs, with its likeness 0 to 1; ``""`` when none is."""
    from svcnb.i18n import words_in

    spanish, best = words_in("es"), ("", 0.0)
    theirs = plain(word)
    for code in codes:
        phrases = {plain(code), plain(spanish(code.replace("_", " ")))}
        score = 1.0 if theirs in phrases else 0.95 if theirs in CODE_WORDS.get(code, ()) else (
            LIKELY if theirs in LIKELY_WORDS.get(code, ()) else LIKELY * max(likeness(word, phrase) for phrase in phrases))
        if score > best[1]:
            best = (code, score)
    return best if best[1] >= 0.5 else ("", best[1])


def near_truth(word: str) -> str:
    """``true``, ``false`` or nothing for a client's word of yes and no."""
    return "true" if plain(word) in YES else "false" if plain(word) in NO else ""
