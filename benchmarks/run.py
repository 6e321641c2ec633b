"""What the README claims about speed, in one command: ``python benchmarks/run.py [NAME ...]``.

Each line is a measurement, the figure to reach and what it is held against. Nothing here is a test: a
clock on a busy machine proves nothing about the code.

    import    `import svcnb` in a fresh interpreter, beside `import pandas`
    help      `svcnb --help`, beside `python -c pass`
    demo      `svcnb run demo`, all steps and pages
    panel     a moved control until the new picture is there, on 10 000 customers
    ta_feng   `svcnb run ta_feng`, time and memory (when the study was built, see data/ta_feng)
"""

from __future__ import annotations

import csv
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TIMES = 17  # 600 customers of the demo become 10 200
COPIED = ("customers", "orders", "order_lines")
COPIED_KEYS = ("customer_id", "order_id", "line_id", "order_line_id")


def seconds(command: list[str], cwd: Path = ROOT) -> float:
    started = time.perf_counter()
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{ran.stderr}")
    return time.perf_counter() - started


def best(command: list[str], times: int = 7) -> float:
    return min(seconds(command) for _ in range(times))


def line(name: str, measured: str, goal: str, beside: str = "") -> None:
    print(f"{name:<34}{measured:>14}   goal {goal:<16}{beside}", flush=True)


def import_time() -> None:
    bare = best([sys.executable, "-c", "pass"])
    ours = best([sys.executable, "-c", "import svcnb"]) - bare
    pandas = best([sys.executable, "-c", "import pandas"]) - bare
    line("import svcnb", f"{ours:.3f} s", "under 0.2 s", f"import pandas {pandas:.3f} s")


def help_time() -> None:
    bare = best([sys.executable, "-c", "pass"])
    ours = best([sys.executable, "-m", "svcnb.cli", "--help"])
    line("svcnb --help", f"{ours:.3f} s", "under 0.5 s", f"python -c pass {bare:.3f} s")


def tree_memory(process) -> int:
    """Private bytes of a process and its children now."""
    import psutil

    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().uss
        except psutil.Error:
            continue  # it ended while we looked
    return total


def run_study(study: str, goal: str) -> None:
    import psutil

    with tempfile.TemporaryDirectory(prefix="svcnb-bench-") as out:
        started = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-m", "svcnb.cli", "run", study, "-o", out], cwd=ROOT,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        peak, ended = [0], threading.Event()

        def watch():
            process = psutil.Process(child.pid)
            while not ended.wait(0.5):
                try:
                    peak[0] = max(peak[0], tree_memory(process))
                except psutil.Error:
                    return

        watcher = threading.Thread(target=watch)
        watcher.start()
        said = child.communicate()[0]
        ended.set()
        watcher.join()
        if child.returncode:
            raise SystemExit(f"svcnb run {study} failed:\n{said}")
        taken = time.perf_counter() - started
        line(f"svcnb run {study}", f"{taken:.1f} s", goal, f"memory {peak[0] / 1e9:.2f} GB at most")


def enlarge(source: Path, target: Path, times: int) -> int:
    """Write the study `times` times over, keys made distinct; the number of customers."""
    import shutil

    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".results", "journal*"))
    for table in COPIED:
        with (source / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with (target / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            for copy in range(times):
                for row in rows:
                    keys = {key: f"{row[key]}-{copy}" for key in COPIED_KEYS if copy and row.get(key)}
                    writer.writerow({**row, **keys})
        if table == "customers":
            customers = times * len(rows)
    return customers


def moved_values(field, control) -> list:
    """Other values the control can take, at most eight."""
    if field.kind == "choice":
        return [value for value, _ in field.options if value != control.value][:8]
    if field.kind in ("number", "share", "slide", "whole") and None not in (field.low, field.high):
        scale = 100 if field.kind in ("share", "slide") else 1
        return [f"{scale * (field.low + (field.high - field.low) * k / 8):.3g}" for k in range(1, 8)]
    return []


def panel() -> None:
    import asyncio

    asyncio.run(move_controls())  # in a kernel a loop runs: what is not needed at once is drawn when all is still


async def move_controls() -> None:
    with tempfile.TemporaryDirectory(prefix="svcnb-bench-") as folder:
        target = Path(folder) / "large"
        customers = enlarge(ROOT / "data" / "demo", target, TIMES)
        os.environ["SVCNB_STUDIES"] = folder
        from svcnb.pages import open_page
        from svcnb.panels import PAGES

        for name in PAGES:
            page = open_page(name, "large")
            page.reading(), page.picture(), page.table()
            taken = []
            for field in page.page.controls(page.result, page.words):
                control = page.controls[field.key]
                for value in moved_values(field, control):
                    started = time.perf_counter()
                    control.value = value
                    taken.append(time.perf_counter() - started)
            page.journal.close()
            if len(taken) > 1:
                p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
                line(f"moved control, {name}, p95", f"{1000 * p95:.0f} ms", "under 300 ms",
                     f"{len(taken)} moves, {customers} customers")


def demo() -> None:
    run_study("demo", "under 120 s")


def ta_feng() -> None:
    if not list((ROOT / "data" / "ta_feng").glob("*.csv")) + list((ROOT / "data" / "ta_feng").glob("*.parquet")):
        print("ta_feng: not measured, the study is not built (see data/ta_feng)")
        return
    run_study("ta_feng", "180 s, 4 GB")


MEASURES = {"import": import_time, "help": help_time, "demo": demo, "panel": panel, "ta_feng": ta_feng}


def main(names: list[str]) -> None:
    unknown = set(names) - MEASURES.keys()
    if unknown:
        raise SystemExit(f"no measurement {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores")
    for name in names or MEASURES:
        MEASURES[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
