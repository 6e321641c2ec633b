"""How many of a client's headings are proposed rightly, and that none is taken wrongly without asking.

``python -m tests.test_mapping_accuracy`` prints the shares and every heading that was missed.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path

import pyarrow as pa
import pytest

from svcnb.i18n import words_in
from svcnb.tables.mapping import propose_table, propose_tables
from svcnb.tables.readers import RawTable
from svcnb.tables.schemas import TABLES

HEADINGS = tomllib.loads((Path(__file__).parent / "exports" / "headings.toml").read_text("utf-8"))


def bare(headings, rows=()) -> RawTable:
    """A file with these headings and cells."""
    columns = list(zip(*rows)) or [()] * len(headings)
    cells = pa.table([pa.array(range(2, len(rows) + 2), pa.int64()), *(pa.array(list(c), pa.string()) for c in columns)],
                     names=["row", *(f"c{i}" for i in range(len(headings)))])
    return RawTable("", "export.csv", list(headings), cells)


def counted(wanted: dict[str, str], table: str) -> tuple[int, int, list[str], list[str]]:
    """(headings with a column of ours, proposed rightly, those missed or wrong, those wrong and not asked)."""
    found = {m.heading: m for m in propose_table(bare(wanted), table).matches.values()}
    right = sum(heading in found and found[heading].column == ours for heading, ours in wanted.items())
    wrong = [f"{table}: {heading} is {ours or 'none'}, proposed {found[heading].column if heading in found else 'nothing'}"
             for heading, ours in wanted.items() if (found[heading].column if heading in found else "") != ours]
    silent = [f"{table}: {heading} is {ours or 'none'}, taken for {found[heading].column}" for heading, ours in wanted.items()
              if heading in found and found[heading].sure and found[heading].column != ours]
    return sum(ours != "" for ours in wanted.values()), right, wrong, silent


def real_systems():
    """The headings of headings.toml: names only, no cells to help."""
    totals = [counted(wanted, table) for tables in HEADINGS.values() for table, wanted in tables.items()]
    return (sum(t[0] for t in totals), sum(t[1] for t in totals), [x for t in totals for x in t[2]],
            [x for t in totals for x in t[3]])


def without_accents(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


RENAMED = {
    "Spanish": lambda text: text[0].upper() + text[1:],
    "SPANISH_NO_ACCENTS": lambda text: re.sub(r"\W+", "_", without_accents(text)).upper(),
    "clipped to five letters": lambda text: " ".join(word[:5] + ("." if len(word) > 5 else "") for word in text.split()),
    "camelCase": lambda text: "".join(w.capitalize() for w in re.split(r"\W+", without_accents(text))),
    "one letter lost": lambda text: " ".join(w[:3] + w[4:] if len(w) > 6 else w for w in text.split()),
}


def all_tables(rename):
    """Every input column of every table under its Spanish meaning, renamed."""
    words, totals = words_in("es"), []
    for table in TABLES.values():
        wanted = {}
        for column in table.columns:
            if column.kind == "input":
                wanted.setdefault(rename(words(column.meaning)), column.name)
        totals.append(counted(wanted, table.name))
    return (sum(t[0] for t in totals), sum(t[1] for t in totals), [x for t in totals for x in t[2]],
            [x for t in totals for x in t[3]])


def test_headings_of_real_systems():
    """The floor is what stood when the lexicon was frozen, less two headings.

    At first sight, before anything was mended by them, 110 of 128 (86 %) headings of the first set were proposed rightly and
    none wrongly without being asked; of the second, 60 of 77 (78 %) and one, which gave the rule that a word nobody understood
    makes the pair asked. What is still missed is asked or left out: names that say nothing (JDE's DOCO), and names that say
    something else (Odoo's order is called ``name``).
    """
    n, right, _, silent = real_systems()
    assert silent == []
    assert n == 205
    assert right >= 179


@pytest.mark.parametrize(("way", "floor"), [
    ("Spanish", 1.0), ("SPANISH_NO_ACCENTS", 1.0), ("camelCase", 0.98), ("clipped to five letters", 0.98),
    ("one letter lost", 0.98)])
def test_every_column_of_every_table_under_its_spanish_name(way, floor):
    """Case, accents and signs lose nothing; camelCase, clippings and misspellings may cost one in fifty, which is asked.

    The Spanish names are the catalogue's, which the proposal knows: this measures what the changes cost, not the lexicon.
    """
    n, right, _, silent = all_tables(RENAMED[way])
    assert n > 380
    assert silent == []
    assert right / n >= floor


if __name__ == "__main__":
    for title, (n, right, wrong, silent) in {"real systems": real_systems(),
                                             **{way: all_tables(rename) for way, rename in RENAMED.items()}}.items():
        print(f"{title}: {right} of {n} ({right / n:.1%}) right, {len(silent)} wrong and not asked")  # noqa: T201
        print(*("    " + line for line in (wrong if title == "real systems" else silent or wrong[:12])), sep="\n")  # noqa: T201
    tables = [(t, p[0].table.name if (p := propose_tables(bare(wanted), hint="")) else "–") for tables in HEADINGS.values()
              for t, wanted in tables.items()]
    print(f"tables told from headings alone: {sum(a == b for a, b in tables)} of {len(tables)}")  # noqa: T201
