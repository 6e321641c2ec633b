"""B3: a right table reads back equal in whatever accepted form it comes; its words look like numbers, dates, formulas.

The test command reads every table in seven of the forms, each form with a third of the tables; ``python
benchmarks/round_trip.py`` reads thousands of them in all.
"""

from __future__ import annotations

import random

import pytest

from tests.nasty.forms import FORMS, NAMES
from tests.nasty.read_back import read_back


@pytest.mark.parametrize("form", FORMS)
def test_tables_read_back_equal(form, tmp_path):
    for number in range(list(FORMS).index(form) % 3, len(NAMES), 3):
        expected, found = read_back(NAMES[number], form, tmp_path, random.Random(1000 + number))
        assert found == expected, (NAMES[number], form)
