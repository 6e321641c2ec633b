"""Workbooks: what a cell holds and what it shows, sheets, merged and hidden cells, damage."""

# ruff: noqa: E501 - a case is one line
from __future__ import annotations

import io
from datetime import UTC, datetime

import pyarrow as pa
from pyarrow import parquet

from tests.nasty.case import MAIN, Case, cell, line, ods, ods_cell, ods_line, ods_row, row, xlsx, zipped

HEAD = line(1, "customer_id", "name", "age", "revenue")
TIMES = line(1, "complaint_id", "opened_ts")


def x(rows: str = "", *, head: str = HEAD, table: str = "customers", toml: str = "", **more) -> Case:
    return Case(xlsx(head + rows, **more), "xlsx", table, toml)


def o(*rows: str, head: str | None = None, table: str = "customers", toml: str = "", **more) -> Case:
    head = ods_line("customer_id", "name", "age", "revenue") if head is None else head
    return Case(ods(head, *rows, **more), "ods", table, toml)


def p(toml: str = "", table: str = "customers", **columns) -> Case:
    file = io.BytesIO()
    parquet.write_table(pa.table(columns), file)
    return Case(file.getvalue(), "parquet", table, toml)


def moments(*serials, style: str = "dd/mm/yyyy", table: str = "complaints", **more) -> Case:
    body = "".join(row(n, cell(f"A{n}", f"q{n}"), cell(f"B{n}", value, "n", style=1)) for n, value in enumerate(serials, 2))
    return x(body, head=TIMES, table=table, formats=[style], **more)


def code(value, style: str) -> Case:
    """A number in the column of ids, shown in a format."""
    return x(row(2, cell("A2", value, style=1), cell("B2", "Ana")), formats=[style])


ONE = line(2, "K1", "Ana", 30, 1.5)
WHEN = ods_line("complaint_id", "opened_ts")
CASES = {
    # xlsx: values
    "xlsx plain": x(ONE),
    "xlsx id as a number": x(line(2, 7, "Ana")),
    "xlsx id shown with zeros": code(7, "00000"),
    "xlsx id shown with a letter": code(7, '"K"000'),
    "xlsx id shown with dashes": code(123456789, "000-00-0000"),
    "xlsx id shown in per cent": code(0.5, "0%"),
    "xlsx id shown with thousands": code(1234, "#,##0"),
    "xlsx id with a decimal": x(line(2, 7.0, "Ana") + line(3, 7.25, "Eva")),
    "xlsx id of 16 figures": x(row(2, cell("A2", "1234567890123456"[:16], "n"), cell("B2", "Ana"))),
    "xlsx id of 20 figures in exponents": x(row(2, cell("A2", "1.23456789012346E+19", "n"))),
    "xlsx id of 15 figures": x(row(2, cell("A2", 123456789012345))),
    "xlsx long digits as text": x(line(2, "12345678901234567890", "Ana")),
    "xlsx id that became a date": x(row(2, cell("A2", 45324, style=1), cell("B2", "Ana")), formats=["d-mmm"]),
    "xlsx words for nothing": x(line(2, "NA", "NULL") + line(3, "None", "nan") + line(4, "TRUE", "n/a")),
    "xlsx truth": x(row(2, cell("A2", "K1"), cell("B2", 1, "b")), head=line(1, "customer_id", "uses_product")),
    "xlsx truth as a name": x(row(2, cell("A2", 1, "b"), cell("B2", "Ana"))),
    "xlsx fractions": x(line(2, "K1", "Ana", None, 0.1) + row(3, cell("A3", "K2"), cell("D3", "0.30000000000000004", "n"))),
    "xlsx exponents": x(row(2, cell("A2", "K1"), cell("D2", "1.5E+3", "n")) + row(3, cell("A3", "K2"), cell("D3", "1E-3", "n"))),
    "xlsx comma in a text number": x(line(2, "K1", "Ana", None, "1,5")),
    "xlsx comma in a text number, declared": x(line(2, "K1", "Ana", 2.5, "1,5"), toml='[tables.customers]\ndecimal = ","\n'),
    "xlsx text number": x(line(2, "K1", "Ana", "30", "1.5")),
    "xlsx share in per cent": x(row(2, cell("A2", "A"), cell("B2", 0.35, style=1)), head=line(1, "competitor_id", "share"),
                                table="competitors", formats=["0.0%"]),
    "xlsx points in per cent": x(row(2, cell("A2", "r"), cell("B2", "C1"), cell("C2", 0.35, style=1)), formats=["0%"],
                                 head=line(1, "respondent_id", "component_id", "points"), table="survey_importance"),
    "xlsx currency": x(row(2, cell("A2", "K1"), cell("D2", 1234.5, style=1)), formats=['#,##0.00\\ "€"']),
    "xlsx error cells": x(row(2, cell("A2", "K1"), cell("B2", "#N/A", "e"), cell("C2", "#REF!", "e"))),
    "xlsx errors as text": x(line(2, "K1", "#N/A", "#¡DIV/0!")),
    "xlsx formula with its value": x(row(2, cell("A2", "K1"), cell("C2", 30, formula="10*3"))),
    "xlsx formula without its value": x(row(2, cell("A2", "K1"), cell("C2", None, formula="10*3"))),
    "xlsx formula with an empty value": x(row(2, cell("A2", "K1"), cell("C2", "", "n", formula="10*3"))),
    "xlsx formula that gives no text": x(row(2, cell("A2", "K1"), cell("B2", "", "str", formula='""'))),
    "xlsx formula that gives text": x(row(2, cell("A2", "K1"), cell("B2", "Ana", "str", formula='"Ana"'))),
    "xlsx shared text": x(row(2, cell("A2", 0, "s"), cell("B2", 1, "s")), texts="<si><t>K1</t></si><si><r><t>An</t></r><r><t>a"
                          "</t></r><rPh sb=\"0\" eb=\"1\"><t>アナ</t></rPh></si>"),
    "xlsx shared text that is not there": x(row(2, cell("A2", 7, "s"))),
    "xlsx escaped text": x(line(2, "K1", "Ana_x000D_\nEva_x005F_x")),
    "xlsx blanks around": x(line(2, " K1\u00a0", "\tAna ", 30)),
    "xlsx accents in two ways": x(line(2, "Jose\u0301", "Ana") + line(3, "José", "Eva")),
    "xlsx odd cells in a column that no step reads": x(row(2, cell("A2", "K1"), cell("B2", "1.23456789012346E+19", "n"),
                                                             cell("C2", None, formula="1+1")), head=line(1, "customer_id", "barcode", "check")),
    # xlsx: dates
    "xlsx dates of 1900": moments(45352, 45352.5, "45352.999988425925"),
    "xlsx dates of 1904": moments(43890, date1904=True),
    "xlsx first days of 1900": moments(1, 59, 61),
    "xlsx the day that never was": moments(60),
    "xlsx hours only": moments(0.25, style="hh:mm"),
    "xlsx dates of after": moments(2958466),
    "xlsx dates as numbers": x(line(2, "q", 45352), head=TIMES, table="complaints"),
    "xlsx dates as text, day first": x(line(2, "q1", "03/04/2026") + line(3, "q2", "25/12/2026"), head=TIMES, table="complaints"),
    "xlsx dates as text, unclear": x(line(2, "q1", "03/04/2026"), head=TIMES, table="complaints"),
    "xlsx dates and texts mixed": x(row(2, cell("A2", "q1"), cell("B2", 45352, style=1)) + line(3, "q2", "25/12/2026"),
                                    head=TIMES, table="complaints", formats=["mm/dd/yyyy"]),
    "xlsx iso dates": x(row(2, cell("A2", "q"), cell("B2", "2024-03-01T00:00:00", "d")), head=TIMES, table="complaints"),
    "xlsx date in a number": x(row(2, cell("A2", "K1"), cell("C2", 30, style=1)), formats=["dd/mm/yyyy"]),
    "xlsx days as a number with a word": x(row(2, cell("A2", "K1"), cell("C2", 30, style=1)), formats=['0" days"']),
    # xlsx: the sheet
    "xlsx title above": x(line(1, "Customers") + line(3, "customer_id", "name") + line(4, "K1", "Ana"), head=""),
    "xlsx blank rows and columns before": x(row(3, cell("C3", "customer_id"), cell("D3", "age"))
                                            + row(4, cell("C4", "K1"), cell("D4", "x")), head=""),
    "xlsx heading twice": x(line(2, "K1", "a", "b"), head=line(1, "customer_id", "name", "name")),
    "xlsx heading of two rows": x(line(2, "customer_id", "name", "age") + line(3, "K1", "Ana", 30), head=line(1, "Who", None, "How old")),
    "xlsx heading with blanks": x(line(2, "K1", "Ana"), head=line(1, "\ufeffcustomer_id\u00a0", " name\n")),
    "xlsx heading a number": x(line(2, "K1", 5), head=row(1, cell("A1", "customer_id"), cell("B1", 2024))),
    "xlsx merged cells": x(line(2, "K1", "Ana") + line(3, "K2"), after='<mergeCells><mergeCell ref="B2:B3"/></mergeCells>'),
    "xlsx merged title": x(line(1, "Customers") + line(2, "customer_id", "name") + line(3, "K1", "Ana"), head="",
                           after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'),
    "xlsx merged heading": x(line(2, "K1", "Ana", 3), head=line(1, "customer_id", "name", None),
                             after='<mergeCells><mergeCell ref="B1:C1"/></mergeCells>'),
    "xlsx hidden rows": x(line(2, "K1", "Ana") + line(3, "K2", "Eva", more=' hidden="1"')),
    "xlsx hidden columns": x(ONE, before='<cols><col min="2" max="2" hidden="1"/></cols>'),
    "xlsx cells beside the table": x(ONE + line(3, "K2", "Eva", 3, 4, None, "see note")),
    "xlsx far cell": x(ONE + row(9, cell("XFD9", 1))),
    "xlsx last cell of all": x(ONE + row(1_048_576, cell("XFD1048576", 1))),
    "xlsx blank rows count": x(line(5, "K1", "Ana", -1)),
    "xlsx rows without numbers": x("<row>" + cell("", "K1") + cell("", "Ana") + cell("", -1) + "</row>"),
    "xlsx rows out of order": x(line(5, "K1") + line(4, "K2")),
    "xlsx row twice": x(line(2, "K1") + line(2, "K2")),
    "xlsx cells out of order": x(row(2, cell("B2", "Ana"), cell("A2", "K1"))),
    "xlsx cell in another row": x(row(2, cell("A3", "K1"))),
    "xlsx empty sheet": x("", head=""),
    "xlsx heading only": x(""),
    # xlsx: several sheets
    "xlsx sheet of the table": Case(xlsx(sheets={"Notes": ("visible", line(1, "x", "y")), "Customers": ("visible", HEAD + ONE)}), "xlsx"),
    "xlsx several sheets": Case(xlsx(sheets={"2023": ("visible", HEAD + ONE), "2024": ("visible", HEAD)}), "xlsx"),
    "xlsx several sheets, declared": Case(xlsx(sheets={"2023": ("visible", HEAD), "2024": ("visible", HEAD + ONE)}), "xlsx",
                                          toml='[tables.customers]\nsheet = "2024"\n'),
    "xlsx sheet that is not there": Case(xlsx(HEAD), "xlsx", toml='[tables.customers]\nsheet = "2024"\n'),
    "xlsx empty sheets beside": Case(xlsx(sheets={"Hoja1": ("visible", ""), "Hoja2": ("visible", HEAD + ONE)}), "xlsx"),
    "xlsx hidden sheet beside": Case(xlsx(sheets={"Datos": ("visible", HEAD + ONE), "lists": ("hidden", line(1, "a", "b"))}), "xlsx"),
    "xlsx hidden sheet alone": Case(xlsx(sheets={"Datos": ("veryHidden", HEAD + ONE), "Portada": ("visible", "")}), "xlsx"),
    "xlsx sheet in another file": Case(xlsx(HEAD, parts={"xl/_rels/workbook.xml.rels":
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s1" Type="a/worksheet" '
        'Target="http://example.org/a.xml" TargetMode="External"/></Relationships>'}), "xlsx"),
    # xlsx: what it is not
    "xlsx cut off": Case(xlsx(HEAD + ONE)[:-60], "xlsx"),
    "xlsx without a workbook": Case(xlsx(HEAD, without=("xl/workbook.xml",)), "xlsx"),
    "xlsx without texts and styles": Case(xlsx(HEAD + ONE, without=("xl/styles.xml", "xl/sharedStrings.xml")), "xlsx"),
    "xlsx broken sheet": Case(xlsx(parts={"xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData><row>"}), "xlsx"),
    "xlsx that is a zip": Case(zipped({"readme.txt": "hello"}), "xlsx"),
    "xlsx that is a csv": Case(b"customer_id,name\nK1,Ana\n", "xlsx"),
    "xlsx that is an xls": Case(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "xlsx"),
    "xlsx with a password": Case(b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "xlsx"),
    "xls": Case(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "xls", toml='[tables.customers]\nfile = "customers.xls"\n'),
    "xls that nobody named": Case(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "xls"),
    "tsv that nobody named": Case(b"customer_id\tname\nK1\tAna\n", "tsv"),
    "tsv that study.toml names": Case(b"customer_id\tname\nK1\tAna\n", "tsv", toml='[tables]\ncustomers = "customers.tsv"\n'),
    "xlsx empty": Case(b"", "xlsx"),
    # ods
    "ods plain": o(ods_line("K1", "Ana", 30, 1.5)),
    "ods id shown with zeros": o(ods_row(ods_cell(7, "float", "007"), ods_cell("Ana"))),
    "ods id shown with a letter": o(ods_row(ods_cell(7, "float", "K007"), ods_cell("Ana"))),
    "ods id of 16 figures": o(ods_row(ods_cell("1234567890123456", "float"), ods_cell("Ana"))),
    "ods rounded on the screen": o(ods_row(ods_cell("K1"), ods_cell(None), ods_cell(None), ods_cell("1234.567", "float", "1.234,57 €"))),
    "ods per cent": o(ods_row(ods_cell("r"), ods_cell("C1"), ods_cell("0.35", "percentage", "35%")),
                      head=ods_line("respondent_id", "component_id", "points"), table="survey_importance"),
    "ods dates": o(ods_row(ods_cell("q1"), ods_cell("2024-03-01", "date", "01/03/24")),
                   ods_row(ods_cell("q2"), ods_cell("2024-03-01T14:05:00", "date", "x")), head=WHEN, table="complaints"),
    "ods hours": o(ods_row(ods_cell("q"), ods_cell("PT06H00M00S", "time", "06:00")), head=WHEN, table="complaints"),
    "ods truth": o(ods_row(ods_cell("K1"), ods_cell("true", "boolean", "VERDADERO")), head=ods_line("customer_id", "uses_product")),
    "ods error": o(ods_row(ods_cell("K1"), ods_cell("#N/A"), ods_cell("Err:502"))),
    "ods formula without its value": o(ods_row(ods_cell("K1"), '<table:table-cell table:formula="of:=1+1"/>')),
    "ods comment in a cell": o(ods_row(ods_cell("K1", inner="<office:annotation><dc:creator>x</dc:creator><text:p>ask him</text:p>"
                                                             "</office:annotation>"), ods_cell("Ana"))),
    "ods blanks and lines": o(ods_row(ods_cell("K1"), ods_cell("", shown='a<text:s text:c="2"/>b<text:line-break/>c</text:p><text:p>d'))),
    "ods repeated blank rows": o(ods_row(ods_cell(None), more=' table:number-rows-repeated="3"'), ods_line("K1", "Ana", -1)),
    "ods repeated cells": o(ods_row(ods_cell("7", more=' table:number-columns-repeated="2"'))),
    "ods rows to the end": o(ods_line("K1", "Ana"), ods_row(ods_cell(None, more=' table:number-columns-repeated="16384"'),
                                                            more=' table:number-rows-repeated="1048573"')),
    "ods repeated key": o(ods_row(ods_cell("K1"), more=' table:number-rows-repeated="3"')),
    "ods merged": o(ods_row(ods_cell("K1"), ods_cell("Ana", more=' table:number-rows-spanned="2"')),
                    ods_row(ods_cell("K2"), "<table:covered-table-cell/>")),
    "ods hidden rows": o(ods_line("K1", "Ana"), ods_row(ods_cell("K2"), more=' table:visibility="filter"')),
    "ods hidden sheet beside": Case(ods(sheets={"lists": ("hidden", ods_line("a", "b")),
                                                "Datos": ("", ods_line("customer_id", "name") + ods_line("K1", "Ana"))}), "ods"),
    "ods several sheets": Case(ods(sheets={"a": ("", ods_line("customer_id")), "b": ("", ods_line("customer_id"))}), "ods"),
    "ods with a password": Case(ods(ods_line("x"), parts={"META-INF/manifest.xml":
        '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><encryption-data/></manifest>'}), "ods"),
    "ods that is an xlsx": Case(xlsx(HEAD), "ods"),
    "ods cut off": Case(ods(ods_line("customer_id"))[:-40], "ods"),
    # parquet
    "parquet plain": p(customer_id=["007", "NA"], revenue=[1.5, None]),
    "parquet ids as numbers": p(customer_id=[7, 8], name=["Ana", "Eva"]),
    "parquet ids as fractions": p(customer_id=[7.0, 9007199254740992.0]),
    "parquet moments": p(table="complaints", complaint_id=["a"], opened_ts=[datetime(2024, 3, 1, 14, 5)]),
    "parquet moments with a zone": p(table="complaints", complaint_id=["a"], opened_ts=[datetime(2024, 3, 1, tzinfo=UTC)]),
    "parquet lists": p(customer_id=["a"], name=[["x", "y"]]),
    "parquet nothing and not a number": p(customer_id=["a", "b"], revenue=[float("nan"), 1.0], age=[None, 3]),
    "parquet cut off": Case(b"PAR1" + b"\0" * 50, "parquet"),
}
