"""The cells of an xlsx as text, read in the child process.

openpyxl reads xlsx too; here it does not, because what must be told apart is lost there: a formula without its
value, a number of more digits than a spreadsheet keeps, a number shown as per cent or with signs around it, rows
that are hidden; and because its parser is ten times slower. Cells of every kind: ECMA-376 part 1, 18.3.1.4.
"""

from __future__ import annotations

import posixpath
import re

from svcnb.tables.reading.cell import TEXT, date_text, format_kind, number_text, serial_text, unescaped
from svcnb.tables.reading.package import DEPTH, SMALL_PART, Done, Parser, Refused, plain_attributes

ROWS, COLUMNS = 1_048_576, 16_384
FAR = 2_048  # columns kept; a text further right is only located
TEXTS = 700_000_000  # bytes of the shared texts unpacked
BUILTIN = {9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy",
           16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
           22: "m/d/yy h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
           **{n: "yyyy-mm-dd" for n in (*range(27, 37), *range(50, 59))}}
LETTERS = re.compile("[A-Z]{1,3}")


class Book:
    """The workbook's sheets, texts and formats; ``sheets`` lists (name, hidden, part)."""

    def __init__(self, package, fed=None):
        self.package, self.fed = package, fed
        self.names = {name.casefold(): name for name in package.namelist()}
        relations = self._relations("_rels/.rels", "")
        main = next((target for kind, target, _ in relations.values() if kind == "officeDocument"), "xl/workbook.xml")
        if main.casefold() not in self.names:
            raise Refused("no workbook")
        self.sheets: list[tuple[str, bool, str]] = []
        self.epoch_1904 = False
        self._parts = self._relations(posixpath.join(posixpath.dirname(main), "_rels", posixpath.basename(main) + ".rels"),
                                      posixpath.dirname(main))
        self._workbook(main)
        self.links = any(kind == "externalLink" for kind, _, _ in self._parts.values())
        self._texts: list[str] | None = None
        self._formats: list[str] | None = None

    def _parse(self, part: str, start, end=lambda name: None, text=None, limit=SMALL_PART) -> None:
        Parser(start, end, text).parse(self.package, self.names[part.casefold()], limit)

    def _relations(self, part: str, base: str) -> dict[str, tuple[str, str, bool]]:
        """Id -> (kind, part, whether it lies outside the file)."""
        found: dict[str, tuple[str, str, bool]] = {}

        def start(name, attributes):
            if name == "Relationship":
                given = plain_attributes(attributes)
                target = given.get("Target", "")
                whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
                found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], whole,
                                              given.get("TargetMode") == "External")

        if part.casefold() in self.names:
            self._parse(part, start)
        return found

    def _workbook(self, main: str) -> None:
        def start(name, attributes):
            given = plain_attributes(attributes)
            if name == "sheet":
                kind, part, outside = self._parts.get(given.get("id", ""), ("", "", False))
                if outside:
                    raise Refused("outside", name=given.get("name", "")[:60])
                if kind == "worksheet" and part.casefold() in self.names:
                    hidden = given.get("state", "visible") != "visible"
                    self.sheets.append((given.get("name", ""), hidden, self.names[part.casefold()]))
            elif name == "workbookPr":
                self.epoch_1904 = given.get("date1904", "0") in ("1", "true", "on")

        self._parse(main, start)
        if not self.sheets:
            raise Refused("no sheets")

    def _part(self, kind: str) -> str:
        return next((part for found, part, _ in self._parts.values()
                     if found == kind and part.casefold() in self.names), "")

    @property
    def formats(self) -> list[str]:
        """What a cell's style means for its value (``svcnb.tables.reading.cell.format_kind``), by its number."""
        if self._formats is None:
            codes, numbers, places = {}, [], []

            def start(name, attributes):
                places.append(name)
                if name == "numFmt":
                    codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
                elif name == "xf" and "cellXfs" in places:
                    numbers.append(attributes.get("numFmtId", "0"))

            part = self._part("styles")
            if part:
                self._parse(part, start, lambda name: places.pop())
            kind = {number: format_kind(codes.get(number, BUILTIN.get(int(number) if number.isdigit() else 0, "General")))
                    for number in set(numbers)}
            self._formats = [kind[number] for number in numbers]
        return self._formats

    @property
    def texts(self) -> list[str]:
        """The shared texts; runs of a rich text are joined, reading aids left out."""
        if self._texts is None:
            found, pieces, state = [], [], {"text": False, "aid": 0, "long": 0}

            def start(name, _):
                if name == "t":
                    state["text"] = not state["aid"]
                elif name == "rPh":
                    state["aid"] += 1
                elif name == "si":
                    pieces.clear()
                    state["long"] = 0

            def end(name):
                if name == "t":
                    state["text"] = False
                elif name == "rPh":
                    state["aid"] -= 1
                elif name == "si":
                    found.append(unescaped("".join(pieces)))

            def text(data):
                if state["text"]:
                    state["long"] += len(data)
                    if state["long"] > TEXT:
                        raise Refused("text", limit=TEXT)
                    pieces.append(data)

            part = self._part("sharedStrings")
            if part:
                Parser(start, end, text, self.fed).parse(self.package, self.names[part.casefold()], TEXTS)
            self._texts = found
        return self._texts

    def size(self, number: int) -> int:
        """Bytes to be parsed for a sheet."""
        part = self._part("sharedStrings")
        texts = self.package.getinfo(self.names[part.casefold()]).file_size if part and self._texts is None else 0
        return self.package.getinfo(self.sheets[number][2]).file_size + texts

    def is_used(self, number: int) -> bool:
        """Whether a cell of the sheet holds anything."""
        seen = []

        def start(name, _):
            if name in ("v", "is", "f"):
                seen.append(name)
                raise Done

        Parser(start, lambda name: None).parse(self.package, self.sheets[number][2])
        return bool(seen)

    def read(self, number: int, emit, decimal: str) -> dict:
        """Send the rows of a sheet to ``emit(row, cells)``; a cell is its text or [text, kind].

        Returns
        -------
        dict
            merged ranges, how many rows and columns are hidden, texts too far right.
        """
        sheet = _Sheet(self, emit, decimal)
        prefixed = self._is_prefixed(number)
        Parser(sheet.start, sheet.end, sheet.text, self.fed, bare=not prefixed).parse(self.package, self.sheets[number][2])
        return sheet.about

    def _is_prefixed(self, number: int) -> bool:
        """Whether the sheet writes ``<x:worksheet>``."""
        found = []

        def start(name, _):
            found.append(name)
            raise Done

        Parser(start, lambda name: None, bare=True).parse(self.package, self.sheets[number][2])
        return ":" in found[0]


class _Sheet:
    """The handlers of one sheet's part. A cell costs five calls: these are written for speed."""

    def __init__(self, book: Book, emit, decimal: str):
        self.book, self.emit, self.decimal = book, emit, decimal
        self.about = {"merged": [], "hidden_rows": 0, "hidden_columns": 0, "far": []}
        self.row = self.column = 0
        self.row_text = "0"
        self.cells: list[str | list] = []
        self.kind = self.style = self.value = self.inline = ""
        self.formula = self.collecting = self.is_inline = False
        self.aid = self.depth = 0
        self.letters: dict[str, int] = {}

    def start(self, name, attributes) -> None:
        if name == "c":
            self._cell(attributes)
        elif name == "v":
            if self.collecting:
                raise Refused("token")
            self.value, self.collecting = "", True
        elif name == "row":
            self._row(attributes)
        else:
            self._other(name, attributes)

    def _other(self, name, attributes) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise Refused("token")
        if name == "t":
            self.collecting = self.is_inline and not self.aid
        elif name == "is":
            self.inline, self.is_inline = "", True
        elif name == "rPh":
            self.aid += 1
        elif name == "f":
            self.formula = True
        elif name == "mergeCell" and len(self.about["merged"]) < 10_000:
            self.about["merged"].append(attributes.get("ref", "")[:30])
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            self.about["hidden_columns"] += 1

    def end(self, name) -> None:
        if name == "c":
            value = self._value()
            if value:
                self._keep(value)
        elif name == "v":
            self.collecting = False
        elif name == "row":
            if self.cells:
                self.emit(self.row, self.cells)
                self.cells = []
        else:
            self.depth -= 1
            if name == "t":
                self.collecting = False
            elif name == "rPh":
                self.aid -= 1

    def text(self, data) -> None:
        if self.collecting:
            if self.is_inline:
                self.inline += data
            else:
                self.value += data
            if len(self.inline) > TEXT or len(self.value) > TEXT:
                raise Refused("text", limit=TEXT)

    def _row(self, attributes) -> None:
        given = attributes.get("r")
        row = int(given) if given and given.isdigit() and len(given) < 9 else self.row + 1
        if row <= self.row or row > ROWS:
            raise Refused("order", row=row)
        self.row, self.row_text, self.column, self.cells = row, str(row), 0, []
        if attributes.get("hidden") in ("1", "true"):
            self.about["hidden_rows"] += 1

    def _cell(self, attributes) -> None:
        place = attributes.get("r")
        if place is None:
            column = self.column + 1
        else:
            letters = place.removesuffix(self.row_text)
            column = self.letters.get(letters)
            if column is None:
                column = self._column(letters)
        if column <= self.column or column > COLUMNS:
            raise Refused("order", row=self.row)
        self.column = column
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.value = self.inline = ""
        self.formula = self.is_inline = False

    def _column(self, letters: str) -> int:
        if not LETTERS.fullmatch(letters):
            raise Refused("order", row=self.row)
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        self.letters[letters] = column
        return column

    def _keep(self, value) -> None:
        if self.column <= FAR:
            blank = self.column - 1 - len(self.cells)
            if blank:
                self.cells += [""] * blank
            self.cells.append(value)
        elif len(self.about["far"]) < 1_000:
            self.about["far"].append([self.row, self.column])

    def _value(self) -> str | list:
        if self.is_inline:
            return unescaped(self.inline)
        value = self.value
        if self.kind == "s":
            texts = self.book.texts
            if not value.isdigit() or int(value) >= len(texts):
                raise Refused("damaged", why=f"text {value[:20]} of row {self.row} is not there")
            return texts[int(value)]
        if not value:
            return ["", "novalue"] if self.formula and self.kind != "str" else ""
        if self.kind == "str":
            return unescaped(value)
        if self.kind == "b":
            return "TRUE" if value in ("1", "true") else "FALSE"
        if self.kind == "e":
            return value
        if self.kind == "d":
            return [date_text(value), "date"]
        kind = self._format()
        if not kind and value.isdigit() and len(value) < 15 and value[0] != "0":
            return value
        if kind == "date":
            text = serial_text(value, self.book.epoch_1904)
            if text is not None:
                return [text, "date"]
        return number_text(value, kind, self.decimal)

    def _format(self) -> str:
        formats = self.book.formats
        style = int(self.style) if self.style.isdigit() else 0
        return formats[style] if style < len(formats) else ""
