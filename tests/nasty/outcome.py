"""What comes of a nasty file: its rows and notes, or its problems."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

from svcnb.i18n import words_in
from svcnb.study import load_study
from svcnb.tables.check import render_problems
from tests.nasty import books, texts
from tests.nasty.case import Case

STUDY = '[study]\nname = "Test"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'
CASES = texts.CASES | books.CASES


def outcome(case: Case, folder: Path) -> dict:
    """``problems`` as lines of English, or ``rows`` without empty columns, and ``notes``."""
    (folder / "study.toml").write_text(STUDY + case.toml, "utf-8")
    (folder / f"{case.table}.{case.ending}").write_bytes(case.data)
    words = words_in("en")
    with load_study(folder) as study:
        problems = render_problems(study.problems(), words)
        notes = [words.reason(note) for note in study.warnings]
        if problems:
            return {"problems": problems}
        frame = study.table(case.table)
        rows = {name: [shown(value) for value in frame[name]] for name in frame.columns if frame[name].notna().any()}
    return {"rows": rows} | ({"notes": notes} if notes else {})


def shown(value):
    """A value as golden.json holds it."""
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return None
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value.item() if hasattr(value, "item") else value
