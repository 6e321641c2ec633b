"""Text tables: csv with comma, semicolon, tab or bar, and what was copied from a spreadsheet.

UTF-8 with or without mark is told from the bytes. Anything else is taken as Windows text (cp1252) only where it
reads like a Western language: any bytes are valid in some encoding, and a wrong one changes names without a word.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from svcnb.errors import Reason, reason
from svcnb.i18n import N_
from svcnb.tables.reading.refusal import Unreadable

LINE = 1_000_000  # letters of one line
CELL = 1_000_000  # letters of one cell, which may have several lines
COLUMNS = 16_384
SAMPLE, SAMPLE_SIZE = 200, 300_000  # lines and letters from which the separator is told
DECLARE = N_('save it as CSV UTF-8, or write encoding = "{example}" in [tables.{table}] of study.toml')
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
         codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
LETTER = "A-Za-zÀ-ÖØ-öø-ÿ"
# What other encodings look like when they are taken for cp1252.
FOREIGN = re.compile(
    f"[À-ÖØ-öø-ÿ]{{3}}|¤|[{LETTER}][‚ƒ„†‡ˆ‰‹–—˜™›¡¢£¥¦§¨©«¬\xad®¯°±²³µ¶¸¹»¼½¾¿÷×\x81\x8d\x8f\x90\x9d][{LETTER}]"
    "|[A-Za-z][ÀÁÂÃÄÅÆÈÉÊËÌÍÎÏÐÒÓÔÕÖØÙÚÛÜÝÞŠŽŒŸ][a-z]")


def encoding_of(path: Path, table: str) -> tuple[str, list[Reason]]:
    """The encoding of a text file by its bytes, and what is worth saying of it.

    Raises
    ------
    Unreadable
        UTF-16 or another encoding that has to be declared; NUL bytes.
    """
    with path.open("rb") as file:
        head = file.read(4)
        mark = next((name for bytes_, name in MARKS.items() if head.startswith(bytes_)), None)
        if mark and mark != "utf-8-sig":
            raise Unreadable(reason(N_("is {encoding} text, not UTF-8"), encoding=mark.upper()),
                             reason(DECLARE, example=mark, table=table))
        file.seek(0)
        bad = _first_bad_line(file, table)
    if not bad:
        return "utf-8-sig", []
    sample = _western(path, bad, table)
    return "cp1252", [reason(
        N_('{file} is not UTF-8 and was read as Windows text (cp1252), e.g. «{sample}»; if that is wrong, write encoding '
           'in [tables.{table}] of study.toml.'), file=path.name, sample=sample, table=table)]


def _first_bad_line(file, table: str) -> int:
    """The first line that is not UTF-8, 0 when there is none."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 1
    while piece := file.read(1 << 20):
        if b"\x00" in piece:
            line = lines + piece[:piece.index(b"\x00")].count(b"\n")
            raise Unreadable(reason(N_("holds a NUL byte (line {line})"), line=str(line)),
                             reason(DECLARE, example="utf-16", table=table))
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            return lines + piece[:max(error.start - pending, 0)].count(b"\n")
        lines += piece.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return lines
    return 0


def _western(path: Path, line: int, table: str) -> str:
    """A word with an accent, as proof that the file reads like Windows text of a Western language."""
    sample = ""
    with path.open("rb") as file:
        rest = b""
        while piece := file.read(1 << 20):
            piece = rest + piece
            cut = piece.rfind(b"\n") + 1 or len(piece)
            piece, rest = piece[:cut], piece[cut:]
            sample = _western_words(piece, line, table) or sample
        sample = _western_words(rest, line, table) or sample
    return sample


def _western_words(piece: bytes, line: int, table: str) -> str:
    try:
        text = piece.decode("cp1252")
    except UnicodeDecodeError:
        text = None
    if text is None or FOREIGN.search(text):
        raise Unreadable(reason(N_("is neither UTF-8 nor Windows text of a Western language (line {line})"), line=str(line)),
                         reason(DECLARE, example="cp850", table=table))
    found = re.search(r"[^\s,;\t\"]*[^\x00-\x7f][^\s,;\t\"]*", text)
    return found[0][:30] if found else ""


def text_lines(path: Path, encoding: str, table: str) -> Iterator[str]:
    """The lines with their ends; none longer than a table has."""
    file = path.open(encoding=encoding, newline="")
    with file:
        number = 0
        try:
            while line := file.readline(LINE):
                number += 1
                if len(line) >= LINE:
                    raise Unreadable(reason(N_("has a line of more than {n} letters (line {line})"), n=LINE, line=str(number)),
                                     reason(N_("close every quotation mark; it may be no csv at all")))
                if "\0" in line:
                    raise Unreadable(reason(N_("holds a NUL byte (line {line})"), line=str(number)),
                                     reason(N_("save it as CSV UTF-8")))
                yield line
        except (UnicodeDecodeError, UnicodeError):
            raise Unreadable(
                reason(N_("is not {encoding} text, as study.toml says it is"), encoding=encoding),
                reason(N_("correct encoding in [tables.{table}] of study.toml"), table=table)) from None


def first_lines(lines: Iterator[str]) -> list[str]:
    """As many lines as tell the separator."""
    found, size = [], 0
    for line in lines:
        found.append(line)
        size += len(line)
        if len(found) >= SAMPLE or size > SAMPLE_SIZE:
            break
    return found


def separator_of(lines: list[str], names) -> tuple[str, str]:
    """(separator, the others that would fit as well), from the first lines of a file.

    A separator fits when it cuts the first records into cells as many as the widest heading has. ``names`` are
    headings that are expected: a separator that cuts them out is right whatever else fits.
    """
    heading = next((line for line in lines if line.strip()), "")
    if (n := max(heading.count(sign) for sign in ",;\t|")) >= COLUMNS:
        raise _too_wide(n + 1, 1)
    fits, most = [], []
    for sign in (",", ";", "\t", "|"):
        found = _cut(lines, sign)
        widths = [len(record) for record in found]
        if not widths or max(widths) < 2:
            continue
        widest = next(record for record in found if len(record) == max(widths))
        known = sum(head.strip().strip("\ufeff").casefold() in names for head in widest)
        agreed, width = max((widths.count(width), width) for width in set(widths) if width > 1)
        most.append((known, agreed, width, sign))
        if len(set(widths)) == 1 or known:
            fits.append((known, sign))
    if not most:
        return ",", ""
    if not fits:
        return max(most, key=lambda found: found[:3])[3], ""
    best = max(known for known, _ in fits)
    signs = [sign for known, sign in fits if known == best]
    return signs[0], " ".join({"\t": "tab"}.get(sign, sign) for sign in signs) if len(signs) > 1 else ""


def _cut(lines: list[str], sign: str) -> list[list[str]]:
    """The records that are not blank, cut at a sign."""
    try:
        return [record for record in islice(csv.reader(lines, delimiter=sign, strict=True), SAMPLE) if any(record)]
    except csv.Error:
        return [line.rstrip("\r\n").split(sign) for line in lines[:SAMPLE] if line.strip()]


def records(lines: Iterator[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """(row as a spreadsheet counts, its cells); a text of several lines is one row."""
    done = 0
    old = csv.field_size_limit(CELL)
    try:
        for record in csv.reader(lines, delimiter=separator, strict=True):
            done += 1
            if len(record) > COLUMNS:
                raise _too_wide(len(record), done)
            yield done, record
    except csv.Error as error:
        raise Unreadable(
            reason(N_("cannot be split into cells after row {row} ({why})"), row=str(done), why=str(error)),
            reason(N_("close every quotation mark and double those inside a text"))) from None
    finally:
        csv.field_size_limit(old)


def _too_wide(n: int, row: int) -> Unreadable:
    return Unreadable(reason(N_("has {n} cells in row {row}, more than a spreadsheet has columns"), n=n, row=str(row)),
                      reason(N_("check the separator; it may be no csv at all")))


def clipboard_lines(text: str) -> Iterator[str]:
    """The lines of a text that was pasted."""
    if "\0" in text:
        raise Unreadable(reason(N_("holds a NUL byte")), reason(N_("copy the cells again")))
    return iter(io.StringIO(text.removeprefix("\ufeff"), newline=""))
