"""The cells of an ods as text, read in the child process (OpenDocument 1.3 part 3, 9.1 and 19.385)."""

from __future__ import annotations

import re

from svcnb.tables.reading.cell import TEXT, date_text, number_text
from svcnb.tables.reading.package import SMALL_PART, Done, Parser, Refused, plain_attributes
from svcnb.tables.reading.xlsx import COLUMNS, FAR, ROWS

EQUAL = 10_000  # times a row or a cell that is not blank may be said to repeat
CLOCK = re.compile(r"PT(\d+)H(\d+)M(\d+(?:[.,]\d+)?)S")
ONLY_SIGNS = re.compile(r"[\d\s.,'’eE%€$£¥()+−-]*")  # a shown number that says nothing more than the number


class Book:
    """The sheets of an ods; ``sheets`` lists (name, hidden, number)."""

    links = False

    def __init__(self, package, fed=None):
        self.package, self.fed = package, fed
        names = package.namelist()
        if "content.xml" not in names:
            raise Refused("no workbook")
        if "META-INF/manifest.xml" in names:
            Parser(self._manifest, lambda name: None).parse(package, "META-INF/manifest.xml", SMALL_PART)
        self.sheets: list[tuple[str, bool, int]] = []
        self._used: list[bool] = []
        finder = _Finder()
        Parser(finder.start, lambda name: None).parse(package, "content.xml")
        if not finder.sheets:
            raise Refused("no sheets")
        self.sheets = [(name, finder.hidden.get(style, False), n) for n, (name, style) in enumerate(finder.sheets)]
        self._used = finder.used

    @staticmethod
    def _manifest(name, _) -> None:
        if name == "encryption-data":
            raise Refused("password")

    def size(self, number: int) -> int:
        """Bytes to be parsed for a sheet: all sheets stand in one part."""
        return self.package.getinfo("content.xml").file_size

    def is_used(self, number: int) -> bool:
        """Whether a cell of the sheet holds anything."""
        return self._used[number]

    def read(self, number: int, emit, decimal: str) -> dict:
        """As ``svcnb.tables.reading.xlsx.Book.read``."""
        sheet = _Sheet(number, emit, decimal)
        Parser(sheet.start, sheet.end, sheet.text, self.fed).parse(self.package, "content.xml")
        return sheet.about


class _Finder:
    """Names, hidden styles and use of the sheets."""

    def __init__(self):
        self.sheets, self.used, self.hidden, self.style = [], [], {}, ""

    def start(self, name, attributes) -> None:
        if name == "table":
            given = plain_attributes(attributes)
            self.sheets.append((given.get("name", ""), given.get("style-name", "")))
            self.used.append(False)
        elif name == "p" and self.used:
            self.used[-1] = True
        elif name == "style":
            self.style = plain_attributes(attributes).get("name", "")
        elif name == "table-properties":
            self.hidden[self.style] = plain_attributes(attributes).get("display") == "false"


class _Sheet:
    """The handlers of one sheet inside content.xml."""

    def __init__(self, number: int, emit, decimal: str):
        self.number, self.emit, self.decimal = number, emit, decimal
        self.about = {"merged": [], "hidden_rows": 0, "hidden_columns": 0, "far": []}
        self.table = -1
        self.row = self.column = self.row_times = self.times = 0
        self.cells: dict[int, str | list] = {}
        self.given: dict[str, str] | None = None
        self.lines: list[list[str]] = []
        self.aside = self.inside = self.long = 0

    def start(self, name, attributes) -> None:
        if name == "table":
            self.table += 1
            if self.table > self.number:
                raise Done
        if self.table != self.number:
            return
        if name == "table-row":
            self._row(plain_attributes(attributes))
        elif name in ("table-cell", "covered-table-cell"):
            self._cell(plain_attributes(attributes))
        elif name == "table-column":
            given = plain_attributes(attributes)
            self.about["hidden_columns"] += given.get("visibility", "visible") != "visible"
        elif name in ("annotation", "frame", "custom-shape"):  # a comment, a picture: no part of the value
            self.aside += 1
        elif self.given is not None and not self.aside:
            if name == "p":
                self.lines.append([])
                self.inside += 1
            elif self.inside and name in ("s", "tab", "line-break"):
                count = plain_attributes(attributes).get("c", "1") if name == "s" else "1"
                self.text({"s": " ", "tab": "\t", "line-break": "\n"}[name] * _times(count, TEXT))

    def end(self, name) -> None:
        if self.table != self.number:
            return
        if name in ("annotation", "frame", "custom-shape"):
            self.aside -= 1
        elif name == "p" and self.inside and not self.aside:
            self.inside -= 1
        elif name in ("table-cell", "covered-table-cell"):
            self._keep()
        elif name == "table-row":
            self._send()

    def text(self, data) -> None:
        if self.inside and not self.aside:
            self.long += len(data)
            if self.long > TEXT:
                raise Refused("text", limit=TEXT)
            self.lines[-1].append(data)

    def _row(self, given) -> None:
        self.row += self.row_times or 1
        self.row_times = _times(given.get("number-rows-repeated", "1"), ROWS)
        self.column, self.cells, self.times = 0, {}, 0
        if given.get("visibility", "visible") != "visible" and self.row_times <= EQUAL:
            self.about["hidden_rows"] += self.row_times

    def _cell(self, given) -> None:
        self.column += self.times or 1
        self.times = _times(given.get("number-columns-repeated", "1"), COLUMNS)
        self.given, self.lines, self.long, self.inside = given, [], 0, 0
        across = _times(given.get("number-columns-spanned", "1"), COLUMNS)
        down = _times(given.get("number-rows-spanned", "1"), ROWS)
        if across * down > 1 and len(self.about["merged"]) < 10_000:
            first, last = _letter(self.column), _letter(self.column + across - 1)
            self.about["merged"].append(f"{first}{self.row}:{last}{self.row + down - 1}")

    def _keep(self) -> None:
        value = self._value()
        self.given = None
        if not value:
            return
        if self.times > EQUAL:
            raise Refused("repeats", row=self.row, n=self.times)
        for column in range(self.column, self.column + self.times):
            if column <= FAR:
                self.cells[column] = value
            elif len(self.about["far"]) < 1_000:
                self.about["far"].append([self.row, column])

    def _send(self) -> None:
        if not self.cells:
            return
        if self.row_times > EQUAL:
            raise Refused("repeats", row=self.row, n=self.row_times)
        if self.row + self.row_times - 1 > ROWS:
            raise Refused("order", row=self.row)
        last = max(self.cells)
        line = [self.cells.get(column, "") for column in range(1, last + 1)]
        for row in range(self.row, self.row + self.row_times):
            self.emit(row, line)

    def _value(self) -> str | list:
        given = self.given or {}
        shown = "\n".join("".join(line) for line in self.lines)
        kind = given.get("value-type", "")
        if given.get("formula") and not kind and not shown:
            return ["", "novalue"]
        if kind in ("float", "currency"):
            if re.fullmatch(r"0\d+", shown):  # a code shown with its zeros
                return shown
            return number_text(given.get("value", ""), "" if ONLY_SIGNS.fullmatch(shown) else "shown", self.decimal)
        if kind == "percentage":
            return number_text(given.get("value", ""), "percent", self.decimal)
        if kind == "date":
            return [date_text(given.get("date-value", "")), "date"]
        if kind == "time":
            found = CLOCK.fullmatch(given.get("time-value", ""))
            return [f"{int(found[1]):02d}:{found[2]}:{found[3].replace(',', '.')}" if found else shown, "date"]
        if kind == "boolean":
            return "TRUE" if given.get("boolean-value") == "true" else "FALSE"
        return given.get("string-value", shown) if not self.lines else shown


def _times(count: str, most: int) -> int:
    if not count.isdigit() or len(count) > 9:
        raise Refused("damaged", why=f"a count of {count[:20]}")
    return min(max(int(count), 1), most + 1)


def _letter(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
