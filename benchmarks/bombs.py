"""B4: each bomb is opened in a process of its own; prints what it said, the seconds and the megabytes it took.

``python benchmarks/bombs.py [NAME …]``. The limits are 2 s and 300 MB for reader and child each; the last line says
whether all kept them. Making the files takes longer than refusing them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
SECONDS, MEGABYTES = 2.0, 300


def open_one(path: str) -> None:
    """In the process of its own: read, then tell."""
    from svcnb.i18n import words_in
    from svcnb.tables.check import render_problems
    from svcnb.tables.readers import read_raw

    start = time.perf_counter()
    raw = read_raw(Path(path), "customers")
    taken = time.perf_counter() - start
    used = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([taken, *used, render_problems(raw.problems, words_in("en"))]))


def main() -> int:
    from tests.nasty.bombs import BOMBS

    kept = 0
    names = sys.argv[1:] or list(BOMBS)
    print(f"{'bomb':<42}{'kB':>8}{'s':>7}{'MB':>6}{'child':>7}  says")
    for name in names:
        ending, data = BOMBS[name]()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"customers.{ending}"
            path.write_bytes(data)
            told = subprocess.run([sys.executable, __file__, "--one", str(path)], capture_output=True, text=True, check=True)
        seconds, own, child, says = json.loads(told.stdout)
        kept += seconds <= SECONDS and max(own, child) <= MEGABYTES and bool(says)
        print(f"{name:<42}{len(data) // 1000:>8}{seconds:>7.2f}{own:>6.0f}{child:>7.0f}  {says[0] if says else 'NOTHING'}")
    print(f"{kept} of {len(names)} refused within {SECONDS:g} s and {MEGABYTES} MB")
    return 0 if kept == len(names) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        open_one(sys.argv[2])
    else:
        sys.exit(main())
