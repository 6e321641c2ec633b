"""Which skipped checks may stand, and the rows of the table that lists them."""

from __future__ import annotations

import fnmatch


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
