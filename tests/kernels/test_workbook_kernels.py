"""The workbook's own use of warm kernels: the switch, and the same pages either way."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from svcnb.errors import ParameterError
from svcnb.executing import Kernels, _execute_whole
from svcnb.kernels import start
from svcnb.runner import kernels, notebooks_folder
from tests.kernels.conftest import ROOT


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path):
    for name, value in (("SVCNB_STUDIES", str(ROOT / "data")), ("OMP_NUM_THREADS", "1"), ("MPLBACKEND", "agg"),
                        ("PYTHONPATH", str(ROOT)), ("PYTHONHASHSEED", "0")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SVCNB_KERNELS", raising=False)


@pytest.mark.parametrize(("plain", "wish"), [(True, None), (False, "plain"), (True, "warm")])
def test_plain_kernels_by_option_or_by_environment(plain, wish, monkeypatch):
    if wish:
        monkeypatch.setenv("SVCNB_KERNELS", wish)
    with kernels(plain) as warm:
        assert warm is None and start.SOCKET_VARIABLE not in os.environ


def test_another_word_in_the_environment_is_refused(monkeypatch):
    monkeypatch.setenv("SVCNB_KERNELS", "hot")
    with pytest.raises(ParameterError) as error, kernels():
        raise AssertionError("not reached")
    assert str(error.value) == "SVCNB_KERNELS = hot: write plain or warm."


def test_a_page_is_the_same_from_a_warm_and_from_a_plain_kernel():
    """Every output of every cell, pictures byte for byte; only the random names of widgets and picture parts differ."""
    pages = []
    for plain in (False, True):
        with kernels(plain) as warm:
            notebook = _execute_whole(notebooks_folder() / "03b_window.ipynb", {"study": "demo", "language": "en"}, Kernels())
            assert plain or warm.health()["started"] == 1, warm.health()
        pages.append([re.sub(r"[0-9a-f]{32}", "", str(cell.get("outputs", ""))) for cell in notebook.cells])
    assert pages[0] == pages[1]


def test_what_computing_leaves_in_the_environment_still_lets_kernels_be_warm():
    """Libraries set variables when they are imported; a run computes every step before it starts its first kernel."""
    code = ("import os; before = dict(os.environ)\n"
            "from svcnb.kernels.likeness import WARMED, difference\n"
            "from svcnb.results import evaluate_all; from svcnb.study import load_study\n"
            "evaluate_all(load_study('demo'), None)\n"
            "print(difference(dict(os.environ), {**before, **WARMED}))")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert ran.stdout == "None\n", ran.stdout + ran.stderr
