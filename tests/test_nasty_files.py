"""B2: files that readers read wrong. Each is read right or refused by its whole message: never a value changed.

The files are made here; what must come of each stands in nasty/golden.json: ``rows`` (values as they must be read,
dates in ISO 8601) and ``notes``, or ``problems``, all in English. ``python -m tests.nasty.golden`` prints what comes of
them now; a line goes into the file only after a person has held it against the case.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.nasty.outcome import CASES, outcome

GOLDEN = json.loads(Path(__file__).with_name("nasty").joinpath("golden.json").read_text("utf-8"))


def test_there_are_at_least_120_and_each_has_its_outcome():
    assert set(GOLDEN) == set(CASES) and len(CASES) >= 120


@pytest.mark.parametrize("name", CASES)
def test_a_nasty_file_is_read_right_or_refused(name, tmp_path):
    assert outcome(CASES[name], tmp_path) == GOLDEN[name]
