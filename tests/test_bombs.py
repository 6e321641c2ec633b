"""B4: files made to exhaust a machine are refused by their whole message. ``python benchmarks/bombs.py`` measures
that each takes at most 2 s and 300 MB."""

# ruff: noqa: E501 - a case, a message is one line
from __future__ import annotations

import sys

import pytest

from svcnb.i18n import words_in
from svcnb.tables.check import render_problems
from svcnb.tables.readers import read_raw
from tests.nasty.bombs import BOMBS

AGAIN = "open it in the program that made it and save it as xlsx."
ASK = "do not open it; ask the sender for the table as CSV UTF-8."
CSV = "save the table as CSV UTF-8."
DENSE = f"customers.xlsx: unpacks to 1,028 times its size, more than 200 times; {CSV}"
OWN = f"customers.xlsx: holds definitions of its own (DTD), which no workbook does; {ASK}"
ENDLESS = f"customers.xlsx: holds marks that do not end, which no workbook does; {ASK}"
SAYS = {
    "a cell at the far end": "customers.xlsx row 1048576: has 16,384 cells where the heading has 2; give the row one cell for each "
                             "column (a text with a separator stands in quotation marks).",
    "a gigabyte of blanks": DENSE,
    "more than the limit unpacked": DENSE,
    "a cell of 300 megabytes": DENSE,
    "a cell of four megabytes": "customers.xlsx: holds a cell of more than 1,000,000 letters; shorten the cell.",
    "a tag without an end": ENDLESS,
    "five million levels": DENSE,
    "a million levels": ENDLESS,
    "a billion laughs in the sheet": OWN,
    "a billion laughs in the texts": OWN,
    "a file of the machine": OWN,
    "an address in a definition": OWN,
    "sixty thousand entries": f"customers.xlsx: holds more than 4,000 parts, which no workbook does; {ASK}",
    "five thousand entries": f"customers.xlsx: holds more than 4,000 parts, which no workbook does; {ASK}",
    "a name that leaves the folder": f"customers.xlsx: holds a part that would leave its folder (../../evil.xml); {ASK}",
    "a name from the root": f"customers.xlsx: holds a part that would leave its folder (/etc/evil.xml); {ASK}",
    "a size that is a lie": "customers.xlsx: is damaged (xl/worksheets/sheet1.xml: Bad CRC-32 for file 'xl/worksheets/sheet1.xml'); "
                            + AGAIN,
    "one part under two thousand names": f"customers.xlsx: is 8,000 MB when unpacked, more than 1,500 MB; {CSV}",
    "a zip in a zip": f"customers.xlsx: is a zip file, not a workbook; {AGAIN}",
    "a zip with a password": "customers.xlsx: is protected by a password; save it without a password.",
    "ods: a row said a million times": "customers.ods: repeats row 2 or a cell of it 1,000,000 times; "
                                       "delete the rows and columns that are not data.",
    "ods: a cell said sixteen thousand times": "customers.ods: repeats row 2 or a cell of it 16,384 times; "
                                               "delete the rows and columns that are not data.",
    "ods: a billion blanks": "customers.ods: holds a cell of more than 1,000,000 letters; shorten the cell.",
    "ods: a billion laughs": OWN.replace("xlsx:", "ods:"),
    "csv: a line of 100 megabytes": "customers.csv: has a line of more than 1,000,000 letters (line 2); "
                                    "close every quotation mark; it may be no csv at all.",
    "csv: a million columns": "customers.csv: has a line of more than 1,000,000 letters (line 1); "
                              "close every quotation mark; it may be no csv at all.",
    "csv: packed": "customers.csv: is not a csv file but gz; save it as CSV UTF-8 or give it its right ending.",
    "csv: a cell of a million lines": "customers.csv: cannot be split into cells after row 1 (field larger than field limit "
                                      "(1000000)); close every quotation mark and double those inside a text.",
    "parquet: forty million equal rows": "customers.parquet: says that it holds 40,000,000 cells, more than a file of its size "
                                         f"does; {CSV}",
}


def test_there_are_at_least_15_and_each_has_its_message():
    assert set(SAYS) == set(BOMBS) and len(BOMBS) >= 15


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name, tmp_path):
    ending, data = BOMBS[name]()
    path = tmp_path / f"customers.{ending}"
    path.write_bytes(data)
    raw = read_raw(path, "customers")
    assert render_problems(raw.problems, words_in("en")) == [SAYS[name]]
    assert raw.cells is None or raw.cells.num_rows == 0
    assert [str(p) for p in tmp_path.iterdir()] == [str(path)]  # nothing was unpacked


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of this kind; the reader's own counts remain")
def test_the_child_has_a_limit_of_memory(tmp_path, monkeypatch):
    """A child that asks for two gigabytes is refused them, and says so."""
    import subprocess

    from svcnb.tables.reading import book

    path = tmp_path / "customers.xlsx"
    path.write_bytes(BOMBS["a zip in a zip"]()[1])
    started = subprocess.Popen
    greedy = "from svcnb.tables.reading import child, package\n" \
             "package.open_package = lambda file: bytearray(2_000_000_000)\nchild.main()"
    monkeypatch.setattr(book.subprocess, "Popen", lambda command, **more: started(
        [*command[:4], "-c", greedy, *command[6:]], **more))
    assert render_problems(read_raw(path, "customers").problems, words_in("en")) == [
        f"customers.xlsx: needs more than 1,073 MB of memory to open; {CSV}"]
