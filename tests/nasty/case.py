"""One nasty file: its bytes, the table it is read for, what study.toml says of it."""

# ruff: noqa: E501 - a case is one line
from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = ('xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
          'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
          'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
          'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
          'xmlns:dc="http://purl.org/dc/elements/1.1/"')


@dataclass(frozen=True)
class Case:
    """A file of ``table``; ``toml`` are further lines of study.toml."""

    data: bytes
    ending: str = "csv"
    table: str = "customers"
    toml: str = ""


def zipped(parts: dict[str, str | bytes], level: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", level) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def cell(place: str, value, kind: str = "", style: int = 0, formula: str = "") -> str:
    """``<c>`` with a value; a text is written inline, None gives no ``<v>``."""
    at = f' r="{place}"' if place else ""
    formula = f"<f>{formula}</f>" if formula else ""
    if isinstance(value, str) and not kind:
        return f'<c{at} s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    shown = "" if value is None else f"<v>{value}</v>"
    return f'<c{at} s="{style}"{f" t={chr(34)}{kind}{chr(34)}" if kind else ""}>{formula}{shown}</c>'


def row(number: int, *cells: str, more: str = "") -> str:
    return f'<row r="{number}"{more}>{"".join(cells)}</row>'


def line(number: int, *values, more: str = "") -> str:
    """A row of inline texts and plain numbers from column A."""
    return row(number, *(cell(f"{chr(65 + n)}{number}", value) for n, value in enumerate(values) if value is not None),
               more=more)


def xlsx(rows: str = "", *, formats=(), texts: str = "", before: str = "", after: str = "", date1904: bool = False,
         sheets: dict[str, tuple[str, str]] | None = None, parts=None, without=()) -> bytes:
    """A workbook. ``formats``: style n+1 has this number format; ``sheets``: name -> (state, rows)."""
    sheets = sheets or {"Sheet1": ("visible", rows)}
    codes = "".join(f'<numFmt numFmtId="{170 + n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
                    for n, code in enumerate(formats))
    xfs = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{170 + n}" applyNumberFormat="1"/>' for n in range(len(formats)))
    made = {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
                       f'Id="r1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATION}"><workbookPr{" date1904=" + chr(34) + "1" + chr(34) if date1904 else ""}/>'
                           "<sheets>" + "".join(f'<sheet name="{escape(name)}" sheetId="{n}" state="{state}" r:id="s{n}"/>'
                                                for n, (name, (state, _)) in enumerate(sheets.items(), 1)) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                                      + "".join(f'<Relationship Id="s{n}" Type="{RELATION}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                                                for n in range(1, len(sheets) + 1))
                                      + f'<Relationship Id="t" Type="{RELATION}/sharedStrings" Target="sharedStrings.xml"/>'
                                      + f'<Relationship Id="f" Type="{RELATION}/styles" Target="styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {MAIN}>{texts}</sst>",
        "xl/styles.xml": f"<styleSheet {MAIN}><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
                         f"<cellXfs>{xfs}</cellXfs></styleSheet>",
    }
    for n, (_, body) in enumerate(sheets.values(), 1):
        made[f"xl/worksheets/sheet{n}.xml"] = (f'<?xml version="1.0" encoding="UTF-8"?><worksheet {MAIN}>{before}<sheetData>{body}'
                                               f"</sheetData>{after}</worksheet>")
    made |= parts or {}
    return zipped({name: part for name, part in made.items() if name not in without})


def ods_cell(value, kind: str = "string", shown: str | None = None, more: str = "", inner: str = "") -> str:
    """A table cell of an ods."""
    if value is None:
        return f"<table:table-cell{more}/>"
    given = {"string": "", "boolean": f' office:boolean-value="{value}"', "date": f' office:date-value="{value}"',
             "time": f' office:time-value="{value}"'}.get(kind, f' office:value="{value}"')
    return (f'<table:table-cell office:value-type="{kind}"{given}{more}>{inner}<text:p>{value if shown is None else shown}'
            "</text:p></table:table-cell>")


def ods_row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def ods_line(*values) -> str:
    return ods_row(*(ods_cell(value, "float" if isinstance(value, (int, float)) else "string") for value in values))


def ods(*rows: str, sheets: dict[str, tuple[str, str]] | None = None, parts=None) -> bytes:
    """An ods; ``sheets``: name -> (style, rows); the style "hidden" hides a sheet."""
    sheets = sheets or {"Sheet1": ("", "".join(rows))}
    tables = "".join(f'<table:table table:name="{name}" table:style-name="{style}">{body}</table:table>'
                     for name, (style, body) in sheets.items())
    content = (f'<?xml version="1.0"?><office:document-content {OFFICE}><office:automatic-styles><style:style style:name="hidden" '
               f'style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>'
               f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>")
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content, **(parts or {})})
