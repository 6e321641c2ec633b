"""What every test may use, and the table of checks that could not be run.

A skipped test is a check that nobody made: the end of every run lists them with their reasons. With
CI=true (as in .ci/run) each must stand in allowed_not_run.toml, else the run fails.
"""

from __future__ import annotations

import fnmatch
import os
import tomllib
from pathlib import Path

import pytest

import workbook

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = Path(__file__).with_name("allowed_not_run.toml")
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium, Chrome or Edge; the test is listed as not run where there is none."""
    path = workbook.find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine; python3 workbook.py test brings one where it may")
    return path


def allowed(nodeid: str, reason: str, entries: list[dict]) -> bool:
    """True when an entry's patterns (shell style) match the test's id and the reason it was not run."""
    return any(fnmatch.fnmatch(nodeid, entry["test"]) and fnmatch.fnmatch(reason, entry["reason"])
               for entry in entries)


def checks_not_run(reports, entries: list[dict]) -> list[tuple[str, str, bool]]:
    """(test, reason, may it stand in CI) of skipped reports, one row a file and reason with its count."""
    rows: dict[tuple[str, str], list] = {}
    for report in reports:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr or "")
        reason = reason.removeprefix("Skipped: ").strip() or "no reason given"
        row = rows.setdefault((report.nodeid.split("::")[0], reason), [0, report.nodeid, True])
        row[0] += 1
        row[2] = row[2] and allowed(report.nodeid, reason, entries)
    return [(node if n == 1 else f"{file} ({n} checks)", reason, may)
            for (file, reason), (n, node, may) in rows.items()]


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
