"""The process that opens a workbook: it has limits, knows no network, and may be killed at any moment.

It is started by ``svcnb.tables.reading.book`` as ``python -m svcnb.tables.reading.child FILE KIND DECIMAL``.
Lines of JSON on its standard output: first ``["book", …]`` with the sheets; it then reads one line, the numbers
of the sheets that are wanted, and answers ``["rows", …]`` and ``["share", …]`` and for each sheet
``["end", …]``; or ``["refused", code, values]`` at any time. It imports the standard library only.
"""

from __future__ import annotations

import json
import sys

MEMORY = 1 << 30  # bytes of address space
SECONDS = 900  # of computing
SEND = 2_000  # rows at a time
ALL = 30_000_000  # bytes of cells that are read at once for every sheet of the book


def limit() -> None:
    """Limits of memory and time where the system has them."""
    try:
        import resource
    except ImportError:  # Windows: the limits of ``package`` and the reader's own counts remain
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard < 0 else min(most, hard), hard))


def say(*message) -> None:
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")


def serve(path: str, kind: str, decimal: str) -> None:
    """Open the workbook, say what is in it, send what is asked."""
    from svcnb.tables.reading import ods, xlsx
    from svcnb.tables.reading.package import open_package

    progress = Progress()
    with open(path, "rb") as file:
        package = open_package(file)
        book = (ods if kind == "ods" else xlsx).Book(package, progress.fed)
        used = [book.is_used(number) for number in range(len(book.sheets))]
        sizes = [book.size(number) for number in range(len(book.sheets))]
        say("book", {"sheets": [{"name": name, "hidden": hidden, "used": use}
                                for (name, hidden, _), use in zip(book.sheets, used)],
                     "small": (max if kind == "ods" else sum)(sizes) <= ALL, "links": book.links})
        sys.stdout.flush()
        wanted = json.loads(sys.stdin.readline() or "[]")
        progress.total = sum(sizes[number] for number in wanted)
        for number in wanted:
            rows: list = []

            def emit(row, cells, rows=rows):
                rows.append([row, cells])
                if len(rows) >= SEND:
                    say("rows", rows)
                    rows.clear()

            about = book.read(number, emit, decimal)
            say("rows", rows)
            say("end", {"sheet": number, **about})
        sys.stdout.flush()


class Progress:
    """Says the share of the bytes that were parsed, at most a hundred times."""

    def __init__(self):
        self.total = self.done = self.said = 0

    def fed(self, n: int) -> None:
        self.done += n
        if self.total and self.done - self.said >= self.total / 100:
            self.said = self.done
            say("share", min(self.done / self.total, 1.0))
            sys.stdout.flush()


def main() -> None:
    from svcnb.tables.reading.package import Refused

    limit()
    try:
        serve(*sys.argv[1:4])
    except Refused as refused:
        say("refused", refused.code, refused.values)
    except MemoryError:
        sys.stdout = sys.__stdout__
        say("refused", "memory", {"limit": MEMORY // 1_000_000})
    except BrokenPipeError:
        pass
    sys.stdout.flush()


if __name__ == "__main__":
    main()
