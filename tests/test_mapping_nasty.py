"""Every nasty file of the corpus is mapped or refused: never a traceback, and what is stored reads as it was shown."""

from __future__ import annotations

import pytest

from svcnb.errors import SvcnbError
from svcnb.study import load_study
from svcnb.tables.mapping_draft import open_draft
from tests.nasty.outcome import CASES

TOML = '[study]\nname = "X"\ncurrency = "EUR"\nperiod_start = 2026-01-01\nperiod_end = 2026-12-31\n'


@pytest.mark.parametrize("name", CASES)
def test_a_nasty_file_is_mapped_or_refused(name, tmp_path):
    """The preview counts the rows that the study reads after storing, whatever stands in the file."""
    case = CASES[name]
    folder = tmp_path / "study"
    (folder / "inbox").mkdir(parents=True)
    (folder / "study.toml").write_text(TOML, encoding="utf-8")
    path = folder / "inbox" / f"file.{case.ending}"
    path.write_bytes(case.data)
    try:
        draft = open_draft(load_study(folder), path, table=case.table)
        for column in list(draft.tables[case.table].matches):
            draft.accept(case.table, column)
        shown = draft.preview(case.table)
        draft.losses(case.table, shown)
        if draft.questions():
            return
        draft.store()
    except SvcnbError as refused:
        assert str(refused)
        return
    with load_study(folder) as study:
        checked = study._load(case.table).checked
        assert (checked.n, checked.total) == (shown.n, shown.total)
