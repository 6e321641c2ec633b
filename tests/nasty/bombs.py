"""Small files that are made to exhaust a machine, or to reach outside their folder: ``BOMBS`` name -> (ending, bytes)."""

# ruff: noqa: E501 - a case is one line
from __future__ import annotations

import io
import struct
import zipfile
import zlib

from tests.nasty.case import MAIN, OFFICE, cell, line, ods, ods_cell, ods_line, ods_row, row, xlsx, zipped

HEAD = line(1, "customer_id", "name")
LAUGHS = "<!DOCTYPE x [" + '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"


def sheet(xml: str) -> bytes:
    """A workbook whose sheet is this part."""
    return xlsx(parts={"xl/worksheets/sheet1.xml": xml})


def dense(parts: dict[str, bytes], name: str, start: bytes, piece: bytes, times: int, end: bytes) -> bytes:
    """A zip in which one part is ``piece`` repeated, made without holding it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, part in parts.items():
            archive.writestr(other, part)
        with archive.open(name, "w", force_zip64=True) as part:
            part.write(start)
            block = piece * max(1, (1 << 20) // len(piece))
            for _ in range(times * len(piece) // len(block)):
                part.write(block)
            part.write(end)
    return file.getvalue()


def parts_of(data: bytes, without: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != without}


def with_sheet(start: str, piece: str, megabytes: int, end: str) -> bytes:
    """A workbook whose sheet is some megabytes of one piece."""
    name = "xl/worksheets/sheet1.xml"
    return dense(parts_of(xlsx(HEAD), name), name, f"<worksheet {MAIN}><sheetData>{HEAD}{start}".encode(), piece.encode(),
                 megabytes * 1_000_000 // len(piece), f"{end}</sheetData></worksheet>".encode())


def lying() -> bytes:
    """The directory says that the sheet has 100 bytes; it has 8 MB."""
    name = b"xl/worksheets/sheet1.xml"
    data = bytearray(with_sheet("", " ", 8, ""))
    entry = data.rfind(name) - 46
    data[entry + 24:entry + 28] = struct.pack("<I", 100)
    return bytes(data)


def overlapping() -> bytes:
    """Many entries of the directory point to one and the same packed part."""
    packed = zlib.compress(b" " * 4_000_000, 9)[2:-4]
    crc = zlib.crc32(b" " * 4_000_000)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(packed), 4_000_000, 1, 0) + b"a" + packed
    directory = b"".join(
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, crc, len(packed), 4_000_000, 5, 0, 0, 0, 0, 0, 0)
        + b"%05d" % n for n in range(2_000))
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 2_000, 2_000, len(directory), len(local), 0)
    return local + directory + end


def many_entries(n: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for number in range(n):
            archive.writestr(f"xl/{number}", b"")
    return file.getvalue()


def constant_parquet() -> bytes:
    """Forty million rows of one value in some kilobytes."""
    import pyarrow as pa
    from pyarrow import parquet

    file = io.BytesIO()
    part = pa.table({"customer_id": pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int8()), ["K1"])})
    with parquet.ParquetWriter(file, part.schema) as writer:
        for _ in range(40):
            writer.write_table(part)
    return file.getvalue()


def content(xml: str) -> bytes:
    """An ods whose content is this part."""
    return zipped({"content.xml": xml})


BOMBS = {
    "a cell at the far end": lambda: ("xlsx", sheet(
        f'<worksheet {MAIN}><sheetData>{HEAD}{row(1_048_576, cell("XFD1048576", 1))}</sheetData></worksheet>')),
    "a gigabyte of blanks": lambda: ("xlsx", with_sheet("", " ", 1_000, "")),
    "more than the limit unpacked": lambda: ("xlsx", with_sheet("", " ", 1_600, "")),
    "a cell of 300 megabytes": lambda: ("xlsx", with_sheet('<row r="2"><c r="A2" t="str"><v>', "x", 300, "</v></c></row>")),
    "a cell of four megabytes": lambda: ("xlsx", with_sheet('<row r="2"><c r="A2" t="str"><v>', "x", 4, "</v></c></row>")),
    "a tag without an end": lambda: ("xlsx", sheet(f'<worksheet {MAIN}><sheetData><row r="{"1" * 4_900_000}"/></sheetData></worksheet>')),
    "five million levels": lambda: ("xlsx", with_sheet("", "<a>", 300, "")),
    "a million levels": lambda: ("xlsx", with_sheet("", "<a>", 3, "")),
    "a billion laughs in the sheet": lambda: ("xlsx", sheet(
        f"{LAUGHS}<worksheet {MAIN}><sheetData><row><c><v>&j;</v></c></row></sheetData></worksheet>")),
    "a billion laughs in the texts": lambda: ("xlsx", xlsx(row(1, cell("A1", 0, "s")), parts={
        "xl/sharedStrings.xml": f"{LAUGHS}<sst {MAIN}><si><t>&j;</t></si></sst>"})),
    "a file of the machine": lambda: ("xlsx", xlsx(parts={
        "xl/workbook.xml": f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook {MAIN}>&e;</workbook>'})),
    "an address in a definition": lambda: ("xlsx", sheet(
        f'<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><worksheet {MAIN}><sheetData/></worksheet>')),
    "sixty thousand entries": lambda: ("xlsx", many_entries(60_000)),
    "five thousand entries": lambda: ("xlsx", many_entries(5_000)),
    "a name that leaves the folder": lambda: ("xlsx", xlsx(HEAD, parts={"../../evil.xml": "x"})),
    "a name from the root": lambda: ("xlsx", xlsx(HEAD, parts={"/etc/evil.xml": "x"})),
    "a size that is a lie": lambda: ("xlsx", lying()),
    "one part under two thousand names": lambda: ("xlsx", overlapping()),
    "a zip in a zip": lambda: ("xlsx", zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": "x" * 1_000_000})})})),
    "a zip with a password": lambda: ("xlsx", _locked(xlsx(HEAD))),
    "ods: a row said a million times": lambda: ("ods", ods(ods_line("customer_id", "name"), ods_row(
        *(ods_cell(f"x{n}") for n in range(500)), more=' table:number-rows-repeated="1000000"'))),
    "ods: a cell said sixteen thousand times": lambda: ("ods", ods(ods_line("customer_id"), ods_row(
        ods_cell("x", more=' table:number-columns-repeated="16384"')))),
    "ods: a billion blanks": lambda: ("ods", ods(ods_line("customer_id"), ods_row(
        ods_cell("", shown='<text:s text:c="999999999"/>')))),
    "ods: a billion laughs": lambda: ("ods", content(
        f"{LAUGHS}<office:document-content {OFFICE}>&j;</office:document-content>")),
    "csv: a line of 100 megabytes": lambda: ("csv", b"customer_id,name\n" + b"x" * 100_000_000),
    "csv: a million columns": lambda: ("csv", b"customer_id" + b",x" * 900_000 + b"\n"),
    "csv: packed": lambda: ("csv", b"\x1f\x8b" + b"x" * 100),
    "csv: a cell of a million lines": lambda: ("csv", b'customer_id,name\nK1,"' + b"x\n" * 2_000_000 + b'"\n'),
    "parquet: forty million equal rows": lambda: ("parquet", constant_parquet()),
}


def _locked(data: bytes) -> bytes:
    """The same zip with the mark of a password on every entry of its directory."""
    locked = bytearray(data)
    at = 0
    while (at := locked.find(b"PK\x01\x02", at)) >= 0:
        locked[at + 8] |= 1
        at += 4
    return bytes(locked)
