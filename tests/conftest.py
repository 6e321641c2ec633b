"""What every test may use, and the table of checks that could not be run.

A skipped test is a check that nobody made: the end of every run lists them with their reasons. With
CI=true (as in .ci/run) each must stand in allowed_not_run.toml, else the run fails.
"""

from __future__ import annotations

import os
import signal
import tomllib
from pathlib import Path

import pytest

import workbook
from tests.not_run import checks_not_run

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = Path(__file__).with_name("allowed_not_run.toml")
collect_ignore_glob = ["conftest.py", "*/conftest.py"]  # no examples to run, and their names clash
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")

# A shell starts what runs in its background with Ctrl-C ignored, and every program started from there takes that over:
# tests that stop one would find it deaf.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium, Chrome or Edge; the test is listed as not run where there is none."""
    path = workbook.find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine; python3 workbook.py test brings one where it may")
    return path


def _not_run(config) -> list[tuple[str, str, bool]]:
    reporter = config.pluginmanager.getplugin("terminalreporter")
    entries = tomllib.loads(ALLOWED.read_text("utf-8")).get("entry", [])
    return checks_not_run(reporter.stats.get("skipped", []), entries) if reporter else []


def pytest_sessionfinish(session, exitstatus):
    if IN_CI and exitstatus == 0 and any(not may for _, _, may in _not_run(session.config)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    rows = _not_run(config)
    if not rows:
        return
    terminalreporter.section("checks not run")
    width = max(len(check) for check, _, _ in rows)
    for check, reason, may in rows:
        verdict = "" if may or not IN_CI else "   <- FAILS: not in tests/allowed_not_run.toml"
        terminalreporter.write_line(f"{check:<{width}}  {reason}{verdict}")
