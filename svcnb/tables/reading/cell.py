"""The value of one spreadsheet cell as the text a csv would hold, and what that text does not say.

A cell is a text, or [text, kind] with kind one of: ``date`` (a date or a time), ``percent`` (a share shown in
per cent), ``shown`` (a number shown with further signs, K007 for 7), ``long`` (more digits than the 15 that a
spreadsheet keeps), ``novalue`` (a formula whose value is not in the file).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

TEXT = 1_000_000  # letters of one cell; a spreadsheet program allows 32,767
LONG = 10**15
ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
QUOTED = re.compile(r'"([^"]*)"')
ASIDE = re.compile(r"\[(?!(?:h+|m+|s+)\])[^\]]*\]|_.|\*.", re.I)  # colours, conditions, currencies, spaces, fillers


def unescaped(text: str) -> str:
    """The text without the escapes of ECMA-376 22.9.2.19: ``_x000D_`` is a carriage return."""
    if "_x" not in text:
        return text
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def format_kind(code: str) -> str:
    """What a number format means: ``date``, ``percent``, ``shown``, ``000`` (padded with zeros) or nothing.

    >>> format_kind("dd/mm/yyyy"), format_kind("0.0%"), format_kind("00000"), format_kind('"K"000')
    ('date', 'percent', '00000', 'shown')
    >>> format_kind("#,##0.00\\\\ [$€-407]"), format_kind("General"), format_kind('0" days"')
    ('', '', 'shown')
    """
    literal = "".join(QUOTED.findall(code)) + "".join(re.findall(r"\\(.)", code))
    bare = ASIDE.sub("", re.sub(r"\\.", "", QUOTED.sub("", code)))
    first = bare.split(";")[0].strip()
    if re.sub(r"\s", "", bare).casefold() in ("general", "standard", "estándar", "estandar", "@", ""):
        return "shown" if literal.strip() and not bare.strip(" @") else ""
    if re.search(r"[dmhsya]", first.casefold().replace("general", "")) and not re.search(r"[0#]", re.sub(r"\.0+", "", first)):
        return "date"
    if "%" in first:
        return "percent"
    if re.fullmatch("0{2,30}", first) and not literal.strip():
        return first
    if re.search(r"[^\s€$£¥()+,.-]", literal) or re.search(r"0[^0#?.,eE;\s]+0", re.sub(r"[eE][+-]", "", first)):
        return "shown"
    return "shown" if re.search(r'0["\\]*-["\\]*0', code) else ""


def number_text(value: str, kind: str, decimal: str = "") -> str | list:
    """A number cell: whole numbers without a point, others as written, zeros that are shown kept.

    >>> number_text("7", "000"), number_text("1200.0", ""), number_text("0.35", "percent")
    ('007', '1200', ['0.35', 'percent'])
    >>> number_text("1.23456789012346E+19", "")
    ['12345678901234600000', 'long']
    """
    try:
        number = int(value) if re.fullmatch(r"[+-]?\d{1,40}", value) else float(value)
    except ValueError:
        return value
    if number != number or number in (float("inf"), float("-inf")):
        return value
    if abs(number) >= LONG:
        whole = Decimal(value)  # the digits as they are written, not those of the nearest double
        return [str(int(whole)) if abs(number) < 10**40 and whole == int(whole) else value, "long"]
    if isinstance(number, float):
        text = str(int(number)) if number.is_integer() else repr(number)
    else:
        text = str(number)
    if kind.startswith("0") and text.isdigit():
        return text.zfill(len(kind))
    if decimal and decimal != ".":
        text = text.replace(".", decimal)
    return [text, kind] if kind in ("percent", "shown") else text


def serial_text(value: str, epoch_1904: bool) -> str | None:
    """A serial number as ISO text; None when it is no day that a spreadsheet knows.

    The 1900 system counts a 29 February 1900 that never was: its serials up to 60 are one day off.

    >>> serial_text("45352", False), serial_text("45352.5", False), serial_text("43890", True), serial_text("0.25", False)
    ('2024-03-01', '2024-03-01 12:00:00', '2024-03-01', '06:00:00')
    """
    try:
        serial = float(value)
    except ValueError:
        return None
    if not 0 <= serial < 2_958_466:
        return None
    days, milliseconds = int(serial), round((serial - int(serial)) * 86_400_000)
    if days == 0 and not epoch_1904:
        return _clock(datetime(2000, 1, 1) + timedelta(milliseconds=milliseconds))
    if epoch_1904:
        start = datetime(1904, 1, 1)
    elif days == 60:
        return None
    else:
        start = datetime(1899, 12, 31) if days < 60 else datetime(1899, 12, 30)
    try:
        moment = start + timedelta(days=days, milliseconds=milliseconds)
    except OverflowError:
        return None
    if moment.time() == datetime.min.time():
        return moment.date().isoformat()
    return f"{moment.date().isoformat()} {_clock(moment)}"


def _clock(moment: datetime) -> str:
    return moment.time().isoformat("milliseconds" if moment.microsecond else "seconds")


def date_text(value: str) -> str:
    """An ISO date or moment as the tables write it."""
    text = value.replace("T", " ").removesuffix("Z")
    text = re.sub(r"(\.\d{1,6})\d*$", r"\1", text)
    return re.sub(r" 00:00(:00(\.0+)?)?$", "", text)
