"""A new study's folder: study.toml with comments and a workbook to fill in, written from the table definitions.

One sheet a table. Row 1 holds the column names that svcnb reads, the same in every language; row 2 says what
they mean; rows 3 to 5 are samples. Rows 2 to 5 are marked in the first column (``svcnb.tables.samples``), so they
are never read as data. Each column has a note, a format and, where words or ranges are fixed, a drop-down or rule.
"""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

from svcnb.i18n import N_
from svcnb.tables.described import note
from svcnb.tables.reference import THEME_NAMES, themes
from svcnb.tables.samples import HEADINGS
from svcnb.tables.schema import Column, Table
from svcnb.tables.schemas import TABLES

WORKBOOK = {"en": "workbook.xlsx", "es": "libro.xlsx"}
N_SAMPLES = 3
LAST_ROW = 20_000  # the drop-downs reach down to here
FORMATS = {"str": "@", "enum": "@", "date": "yyyy-mm-dd", "ts": "yyyy-mm-dd hh:mm"}
SAMPLE_DAY = date(2026, 1, 5)


def workbook_bytes(words, frames=None) -> bytes:
    """The workbook to fill in, as the bytes of an xlsx file in the words' language.

    Parameters
    ----------
    words : svcnb.i18n.Words
    frames : dict of table -> DataFrame, optional
        Rows that go under the samples, with columns of their own behind the table's.
    """
    import openpyxl

    from svcnb.tables.sheet import write_rows

    book = openpyxl.Workbook()
    _guide(book.active, words)
    for tables in themes().values():
        for table in tables:
            sheet = book.create_sheet(table.name)
            _sheet(sheet, table, words)
            if frames and table.name in frames:
                frame = frames[table.name]
                own = [name for name in frame.columns if name not in table.names]
                for place, name in enumerate(own, start=len(table.names) + 2):
                    sheet.cell(1, place, name)
                write_rows(sheet, [[row.get(name) for name in (*table.names, *own)] for row in frame.to_dict("records")],
                           first_row=3 + N_SAMPLES, first_column=2)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def settings_text(words, *, name: str, currency: str, period_start: date, period_end: date) -> str:
    """The text of a new study.toml, each line explained in the words' language."""
    comment = lambda text, **values: "".join(f"# {line}\n" for line in words(text, **values).split("\n"))
    return (
        comment(N_("What this study is about. Lines that begin with # are only explanations."))
        + f"[study]\nname = {_toml(name)}\n"
        + comment(N_("Money of all tables, as a three-letter code; nothing is converted."))
        + f"currency = {_toml(currency)}\n"
        + comment(N_("First and last day of the period that the tables tell of."))
        + f"period_start = {period_start.isoformat()}\nperiod_end = {period_end.isoformat()}\n"
        + comment(N_("Language of pages and report: en or es."))
        + f'language = "{words.language}"\n'
        + comment(N_("Start of the random numbers, and level of significance."))
        + "seed = 1\nalpha = 0.05\n"
        + comment(N_("Customers: external, internal or both. Production: series or by_order."))
        + 'internal_or_external = "external"\nproduction_type = "series"\n\n'
        + comment(N_("The workbook holds every table that has no file of its own. A file <table>.csv or <table>.xlsx in this "
                     "folder\ngoes before its sheet; a file of another name is written here, e.g. orders = \"orders 2026.csv\"."))
        + f'[tables]\nworkbook = "{WORKBOOK[words.language]}"\n\n'
        + comment(N_("A survey that was not answered on 0 to 10 is declared, e.g.:\n[scales.survey_satisfaction]\n"
                     "scale_min = 1\nscale_max = 5")))


def sample_rows(table: Table, words) -> list[dict]:
    """Three rows that keep every rule of the table, column name -> value; columns that are decided on a page are empty."""
    rows = [{column.name: _sample(column, table, place, number, words)
             for place, column in enumerate(table.columns) if column.kind == "input"}
            for number in range(N_SAMPLES)]
    return [{**row, **{k: v for k, v in fixed.items() if v is not None}}
            for row, fixed in zip(rows, table.rows[:N_SAMPLES] or [{}] * N_SAMPLES)]


def _sample(column: Column, table: Table, place: int, number: int, words):
    if column.refers:
        target, name = column.refers.split(".")
        fixed = TABLES[target].rows
        return fixed[number][name] if fixed else _id(name, number)
    if column.type == "enum":
        return column.values[number % len(column.values)]
    if column.type == "bool":
        return number % 2 == 0
    if column.type == "date":
        return SAMPLE_DAY + timedelta(days=31 * number + place)
    if column.type == "ts":
        return datetime(SAMPLE_DAY.year, SAMPLE_DAY.month, SAMPLE_DAY.day, 8) + timedelta(days=number, hours=2 * place)
    if column.type == "str":
        return _id(column.name, number) if column.name.endswith("_id") or column.name in table.key else \
            f"{words(column.meaning)} {number + 1}"
    return _number(column, number)


def _id(name: str, number: int) -> str:
    return f"{name.removesuffix('_id')[:3].upper()}{number + 1}"


def _number(column: Column, number: int) -> float:
    low, high = column.low, column.high
    if column.type == "int":
        first = max(low or 0, 0) if high is None or low is None else low
        return int(first) + number + (1 if high is None and not low else 0)
    if low is not None and high is not None:
        return low + (high - low) * (number + 1) / 4
    if high is not None:
        return min(high, 1) * (number + 1) / 4
    return 10 * (number + 1) if column.unit != "share" else 0.1 * (number + 1)


def _guide(sheet, words) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = words(N_("guide"))
    lines = [
        words(N_("How to fill in this workbook")),
        words(N_("Each sheet is a table. Every table may stay empty: begin with customers, orders, order_lines and the "
                 "survey sheets.")),
        words(N_("Row 1 holds the names that svcnb reads: leave them as they are. Rest the mouse on a name to see what "
                 "belongs there.")),
        words(N_("Rows 2 to 5 have a word in the column {mark}: they explain and are never read as data. Write from row 6 "
                 "on, or delete them first."), mark=HEADINGS[words.language]),
        words(N_("Columns that you do not have may be deleted if their note does not say required; columns of your own may "
                 "be added.")),
        words(N_("Then: svcnb check FOLDER lists what is wrong, svcnb run FOLDER makes the report."))]
    for number, line in enumerate(lines, start=1):
        sheet.cell(number, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    row = len(lines) + 2
    for theme, tables in themes().items():
        sheet.cell(row, 1, words(THEME_NAMES[theme])).font = Font(bold=True)
        for table in tables:
            row += 1
            link = sheet.cell(row, 1, table.name)
            link.hyperlink = f"#'{table.name}'!A1"
            link.font = Font(color="0072B2", underline="single")
            sheet.cell(row, 2, words(table.meaning))
        row += 2
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 90, 80


def _sheet(sheet, table: Table, words) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    mark = HEADINGS[words.language]
    grey, head = PatternFill("solid", fgColor="EEF1F4"), PatternFill("solid", fgColor="D9E8F3")
    title, sample = words(N_("title")), words(N_("sample"))
    rows = [[mark, *table.names], [title, *(words(column.meaning) for column in table.columns)],
            *([sample, *(row.get(name) for name in table.names)] for row in sample_rows(table, words))]
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(number, place, value)
            cell.fill = head if number == 1 else grey
            cell.font = Font(bold=number == 1, italic=number > 1, color="1F2933" if number == 1 else "52606D")
            cell.alignment = Alignment(wrap_text=number == 2, vertical="top")
            if number > 2 and place > 1:
                cell.number_format = FORMATS.get(table.columns[place - 2].type, "General")
    sheet.cell(1, 1).comment = Comment(words(N_("Rows with a word in this column are never read as data.")), "svcnb")
    sheet.column_dimensions["A"].width = 10
    for place, column in enumerate(table.columns, start=2):
        letter, text = get_column_letter(place), note(column, table, words)
        sheet.cell(1, place).comment = Comment(text, "svcnb", width=300, height=22 * (2 + text.count("\n") + len(text) // 45))
        sheet.column_dimensions[letter].width = min(max(len(column.name), 14) + 3, 28)
        sheet.column_dimensions[letter].number_format = FORMATS.get(column.type, "General")
        if column.kind == "input":
            _rule(sheet, column, f"{letter}{3 + N_SAMPLES}:{letter}{LAST_ROW}", words)
    sheet.freeze_panes = "B3"


def _rule(sheet, column: Column, cells: str, words) -> None:
    """A drop-down for words, a bound for numbers and dates; other text takes anything."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.type == "enum":
        rule = DataValidation(type="list", formula1=f'"{",".join(column.values)}"')
    elif column.type == "bool":
        rule = DataValidation(type="list", formula1='"true,false"')
    elif column.type in ("date", "ts"):
        rule = DataValidation(type="date", operator="greaterThan", formula1="1")
    elif column.type in ("int", "float"):
        kind = "whole" if column.type == "int" else "decimal"
        if column.low_open and column.high is None:
            rule = DataValidation(type=kind, operator="greaterThan", formula1=f"{column.low:g}")
        else:
            low, high = (-1e15 if column.low is None else column.low), (1e15 if column.high is None else column.high)
            rule = DataValidation(type=kind, operator="between", formula1=f"{low:.0f}", formula2=f"{high:.0f}")
    else:
        return
    rule.allow_blank, rule.showErrorMessage = True, True
    rule.errorTitle, rule.error = column.name[:31], note(column, TABLES[sheet.title], words)[:250]
    rule.add(cells)
    sheet.add_data_validation(rule)


def _toml(text: str) -> str:
    """A text as toml writes it."""
    return '"' + "".join(f"\\u{ord(c):04x}" if c < " " or c == "\x7f" else "\\" + c if c in '"\\' else c
                         for c in text) + '"'
