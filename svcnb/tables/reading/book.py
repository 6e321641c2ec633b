"""A workbook (xlsx, ods) read through a child process that has limits; nothing of the file is opened here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.reading.refusal import Unreadable

AS_XLSX = N_("open it in the program that made it and save it as {ending}")
NOT_OURS = N_("do not open it; ask the sender for the table as CSV UTF-8")
# code of svcnb.tables.reading.package.Refused -> what it says, what to do
REFUSALS = {
    "no zip": (N_("is damaged: its end is missing or it is no workbook"), AS_XLSX),
    "no workbook": (N_("is a zip file, not a workbook"), AS_XLSX),
    "no sheets": (N_("has no sheet with cells"), N_("name the file that has the table")),
    "damaged": (N_("is damaged ({why})"), AS_XLSX),
    "order": (N_("is damaged: its rows or cells are not in order (row {row})"), AS_XLSX),
    "password": (N_("is protected by a password"), N_("save it without a password")),
    "entries": (N_("holds more than {limit} parts, which no workbook does"), NOT_OURS),
    "slip": (N_("holds a part that would leave its folder ({name})"), NOT_OURS),
    "bomb": (N_("unpacks to {ratio} times its size, more than {limit} times"), N_("save the table as CSV UTF-8")),
    "large": (N_("is {size} MB when unpacked, more than {limit} MB"), N_("save the table as CSV UTF-8")),
    "memory": (N_("needs more than {limit} MB of memory to open"), N_("save the table as CSV UTF-8")),
    "entities": (N_("holds definitions of its own (DTD), which no workbook does"), NOT_OURS),
    "token": (N_("holds marks that do not end, which no workbook does"), NOT_OURS),
    "text": (N_("holds a cell of more than {limit} letters"), N_("shorten the cell")),
    "repeats": (N_("repeats row {row} or a cell of it {n} times"), N_("delete the rows and columns that are not data")),
    "outside": (N_("has a sheet ({name}) that lies in another file"), N_("copy the sheet into the file")),
    "stopped": (N_("cannot be opened: the reader stopped ({why})"), AS_XLSX),
}
Progress = Callable[[float], None]


@dataclass(eq=False)
class Sheet:
    """One sheet of a book: hidden or not, and whether a cell holds anything."""

    name: str
    hidden: bool = False
    used: bool = True


@dataclass(eq=False)
class Book:
    """A workbook that is open. ``about`` tells of the sheets that were read (merged ranges, hidden rows …)."""

    sheets: list[Sheet]
    links: bool
    _read: Callable
    is_small: bool = True  # it was read whole; else one sheet can be asked for
    about: dict[int, dict] = field(default_factory=dict)

    def rows(self, number: int, progress: Progress | None = None) -> Iterator[tuple[int, list]]:
        """(row as the spreadsheet counts, its cells); a cell is a text or [text, kind]. Blank rows are left out."""
        return self._read(self, number, progress)


_kept: dict[tuple, tuple[list[Sheet], bool, dict, dict]] = {}  # the last small book, whole


@contextmanager
def open_book(path: Path, kind: str, decimal: str = "") -> Iterator[Book]:
    """Open a workbook; the child process ends with the block.

    Parameters
    ----------
    path : Path
    kind : {"xlsx", "ods"}
    decimal : str
        The mark to write numbers with.

    Raises
    ------
    Unreadable
        Here or while rows are read: damaged, protected, too large, hostile.
    """
    stat = path.stat()
    stamp = (str(path.resolve()), stat.st_mtime_ns, stat.st_size, decimal)
    if stamp in _kept:
        sheets, links, rows, about = _kept[stamp]
        yield Book(sheets, links, lambda book, number, progress: iter(rows[number]), True, about)
        return
    child = subprocess.Popen(
        [sys.executable, "-S", "-s", "-P", "-m", "svcnb.tables.reading.child", str(path.resolve()), kind, decimal],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment())
    try:
        _, about = _next(child, "book")
        book = Book([Sheet(**sheet) for sheet in about["sheets"]], about["links"], None, about["small"])
        if about["small"]:
            rows = _all(child, book)
            _kept.clear()
            _kept[stamp] = (book.sheets, book.links, rows, book.about)
            book._read = lambda book, number, progress: iter(rows[number])
        else:
            book._read = lambda book, number, progress: _stream(child, book, number, progress)
        yield book
    finally:
        child.kill()
        child.stdin.close()
        child.stdout.close()
        child.wait()


def _environment() -> dict[str, str]:
    """What the child may know: where Python and svcnb are, nothing else."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(__file__).resolve().parents[3]), "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONIOENCODING": "utf-8"}


def _next(child, *wanted: str) -> list:
    """The child's next message of the kinds wanted."""
    while True:
        line = child.stdout.readline()
        if not line:
            code = child.wait()
            if code in (-9, -24, -25):
                raise refusal("memory", {"limit": 1000})
            raise refusal("stopped", {"why": str(code)})
        message = json.loads(line)
        if message[0] == "refused":
            raise refusal(message[1], message[2])
        if message[0] in wanted:
            return message


def refusal(code: str, values: dict) -> Unreadable:
    """The message of a refusal of the child."""
    rule, repair = REFUSALS[code]
    return Unreadable(reason(rule, **values), reason(repair, ending="xlsx") if "{ending}" in repair else reason(repair))


def _ask(child, numbers) -> None:
    child.stdin.write(json.dumps(list(numbers)).encode() + b"\n")
    child.stdin.flush()


def _all(child, book: Book) -> dict[int, list]:
    used = [number for number, sheet in enumerate(book.sheets) if sheet.used]
    _ask(child, used)
    rows: dict[int, list] = {number: [] for number in range(len(book.sheets))}
    for number in used:
        while True:
            message = _next(child, "rows", "end")
            if message[0] == "end":
                book.about[number] = message[1]
                break
            rows[number] += message[1]
    return rows


def _stream(child, book: Book, number: int, progress: Progress | None) -> Iterator[tuple[int, list]]:
    _ask(child, [number])
    while True:
        kind, told = _next(child, "rows", "end", "share")
        if kind == "end":
            book.about[number] = told
            return
        if kind == "share":
            if progress:
                progress(told)
        else:
            yield from told
