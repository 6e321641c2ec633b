"""What a heading or a code word of a client's file means: words of English, Spanish and German (``lexicon.toml``).

A heading is cut into words (case, accents, plural, camelCase, German compounds, clippings like ``fch`` or ``cant``)
and each word into concepts with a likeness of 0 to 1. Two phrases are compared by the concepts they share.

>>> round(likeness("FECHA_ENTREGA", "delivery date"), 2)
1.0
>>> round(likeness("Auftragsnummer", "order id"), 2)
1.0
>>> likeness("colour", "order id")
0.0
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path

_FILE = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text("utf-8"))
LEXICON: dict[str, str] = _FILE["concepts"]
HEADINGS: dict[str, list[str]] = _FILE["headings"]
CODE_WORDS: dict[str, set[str]] = {code: set(phrases.split(", ")) for code, phrases in _FILE["codes"].items()}
LIKELY_WORDS: dict[str, set[str]] = {code: set(phrases.split(", ")) for code, phrases in _FILE["likely"].items()}
# Words that join others or only say that there is a table; they say nothing about what a column holds.
JOINING = frozenset(
    "the a an of in by for that and or with its is was were it we our us may be there have has as which what one each "
    "el la los las de del al en por para que y o con su un una uno se es fue eran lo cual cuando donde "
    "der die das des dem den ein eine von vom zum zur fuer im am und oder mit ist war per".split())
WEAK = {"id": 0.35, "number": 0.35, "date": 0.45, "type": 0.6, "total": 0.5, "period": 0.6, "name": 0.8, "good": 0.7,
        "value": 0.7, "unit": 0.6, "service": 0.6, "not": 0.45}
ALIKE = 0.86  # ratio of two words that may be one misspelt
CLIPPING, TYPING_ERROR, SKELETON = 0.85, 0.85, 0.8  # how far a word that is not written whole is believed


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Small letters without accents: ``ß`` and umlauts as ``ss``, ``ae``; other signs become blanks."""
    text = re.sub(r"(?<=[a-záéíóúüñäöß0-9])(?=[A-ZÁÉÍÓÚÜÑÄÖ])", " ", text)  # camelCase
    for sign, letters in (("ä", "ae"), ("ö", "oe"), ("ß", "ss"), ("º", " "), ("ª", " "), ("€", " "), ("%", " pct ")):
        text = text.replace(sign, letters).replace(sign.upper(), letters)
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


def _index() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for concept, listed in LEXICON.items():
        for word in (concept, *listed.split()):
            for form in {word, word.replace("ue", "u")}:  # German ü as plain text has it
                found.setdefault(form, {})[concept] = 1.0
    return found


WORDS = _index()
SKELETONS: dict[str, set[str]] = {}
for _word in WORDS:
    if len(_word) > 4:
        SKELETONS.setdefault(re.sub("(?<!^)[aeiou]", "", _word)[:4], set()).add(_word)


@lru_cache(maxsize=8192)
def concepts(word: str) -> dict[str, float]:
    """The concepts of one plain word with their likeness; an unknown word is its own concept."""
    for form in (word, *_singular(word)):
        if form in WORDS:
            return WORDS[form]
    clipped = [w for w in WORDS if len(word) >= 3 and len(w) > len(word) and w.startswith(word)]
    if clipped:
        return _all_of(clipped, CLIPPING)
    near = difflib.get_close_matches(word, WORDS, n=2, cutoff=ALIKE) if len(word) >= 5 else []
    if near:
        return _all_of(near, TYPING_ERROR)
    short = re.sub("(?<!^)[aeiou]", "", word)
    like = [w for w in SKELETONS.get(short[:4], ()) if len(word) >= 3 and re.sub("(?<!^)[aeiou]", "", w).startswith(short)]
    return _all_of(like, SKELETON) if like else {"?" + word: 1.0}


def _singular(word: str) -> list[str]:
    return [word[:-n] for n, end in ((1, "s"), (2, "es"), (1, "n"), (2, "en")) if len(word) > 3 and word.endswith(end)]


def _all_of(found, factor: float) -> dict[str, float]:
    return {concept: factor for word in found for concept in WORDS[word]}


@lru_cache(maxsize=8192)
def parts(text: str) -> tuple[str, ...]:
    """The words of a heading, compounds cut where both halves are words: ``auftragsnummer`` → auftrag, nummer."""
    found = []
    for word in plain(text).split():
        if word not in JOINING or len(plain(text).split()) == 1:
            found += _halves(word) or [word]
    return tuple(found)


def _halves(word: str) -> list[str]:
    if word in WORDS or any(form in WORDS for form in _singular(word)) or len(word) < 6:
        return []
    for cut in range(len(word) - 2, 2, -1):
        head, tail = word[:cut], word[cut:]
        known = [form for form in (head, *_singular(head)) if form in WORDS]
        if known and len(known[0]) > 1 and (tail in WORDS or any(form in WORDS for form in _singular(tail))) and len(tail) > 1:
            return [known[0], tail]
    return []


@lru_cache(maxsize=65536)
def likeness(theirs: str, ours: str, table: str = "") -> float:
    """How far two phrases mean the same, 0 to 1: shared concepts by their weight (a soft Dice coefficient).

    ``table`` is a phrase whose words weigh little, because every column of that table may carry them.
    """
    return compared(theirs, ours, table)[0]


@lru_cache(maxsize=65536)
def compared(theirs: str, ours: str, table: str = "") -> tuple[float, float]:
    """The likeness of two phrases and the weight of the heaviest word of theirs that ours has nothing for."""
    if plain(theirs) == plain(ours):
        return 1.0, 0.0
    left, right = parts(theirs), list(parts(ours))
    weigh = lambda word: _weight(word, table)
    both = sum(map(weigh, left)) + sum(map(weigh, right))
    shared, unmatched = 0.0, 0.0
    for word in left:
        best, place = max(((_alike(word, other), n) for n, other in enumerate(right)), default=(0.0, -1))
        if best > 0:
            shared += best * (weigh(word) + weigh(right[place]))
            right.pop(place)
        else:
            unmatched = max(unmatched, weigh(word))
    return (min(shared / both, 1.0), unmatched) if both else (0.0, 1.0)


@lru_cache(maxsize=65536)
def _weight(word: str, table: str) -> float:
    """What a word says of a column: little when every column has it, or every column of the table."""
    of_table = {concept for part in parts(table) for concept in concepts(part)}
    return max((WEAK.get(concept, 0.4 if concept in of_table else 1.0) for concept in concepts(word)), default=1.0)


@lru_cache(maxsize=65536)
def _alike(word: str, other: str) -> float:
    """How far two plain words mean the same: by their concepts, else one clipped or misspelt."""
    if word == other:
        return 1.0
    one, two = concepts(word), concepts(other)
    shared = max((one[c] * two[c] for c in one.keys() & two.keys()), default=0.0)
    if shared or min(len(word), len(other)) < 4 or word[0] != other[0]:
        return shared
    if other.startswith(word) or word.startswith(other):
        return CLIPPING
    return TYPING_ERROR if difflib.SequenceMatcher(None, word, other).ratio() >= ALIKE else 0.0
