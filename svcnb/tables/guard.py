r"""Text that a spreadsheet would run as a formula, made safe in csv and undone when read back.

A cell whose text begins with ``=``, ``+``, ``-``, ``@``, tab, carriage return or line feed (after any number of
apostrophes) is written with one apostrophe more in front; the reader takes one such apostrophe away in text
columns. So nothing that a customer wrote runs on the machine of whoever opens the file, and what was written
comes back letter by letter. Numbers are written as numbers. (OWASP, CSV Injection; the full-width signs run in
East Asian Excel.) In xlsx no sign is added: the cell says that it is text (``svcnb.tables.workbook``).

>>> guarded("=1+1"), guarded("'=1+1"), guarded("'t Hooft"), guarded("ACME")
("'=1+1", "''=1+1", "'t Hooft", 'ACME')
>>> unguarded("'=1+1"), unguarded("''=1+1"), unguarded("'t Hooft")
('=1+1', "'=1+1", "'t Hooft")
"""

from __future__ import annotations

import re

SIGNS = "=+\\-@\\t\\r\\n＝＋－＠"
RUNS = re.compile(f"'*[{SIGNS}]")
GUARDED = re.compile(f"'+[{SIGNS}]")


def guarded(text: str) -> str:
    """The text as a csv cell that no spreadsheet runs."""
    return "'" + text if RUNS.match(text) else text


def unguarded(text: str) -> str:
    """The inverse of ``guarded``."""
    return text[1:] if GUARDED.match(text) else text


def unguarded_sql(value: str) -> str:
    """``unguarded`` of a DuckDB text expression."""
    return (f"(CASE WHEN starts_with({value}, '''') AND regexp_matches({value}, '^''+[{SIGNS}]') "
            f"THEN substr({value}, 2) ELSE {value} END)")
