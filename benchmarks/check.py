"""Ten million order lines checked, beside pandera on pandas: ``python benchmarks/check.py [--lines N] [--no-peer]``.

Writes a study of N order lines (default 10 000 000), N / 5 orders and N / 100 customers as csv files, with a known
number of bad cells of every kind, and checks it by ``svcnb check`` in a process of its own: seconds, most memory
(resident, as the system counts), and whether the problems are those that were put in. The peer reads the same files
into pandas as text and asks pandera for the same rules. Goal: under 60 s and 1 GB for 10 000 000 lines on 2 cores.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOML = '[study]\nname = "Large"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'
ERRORS = "['none', 'item', 'qty', 'price', 'document', 'address', 'quality']"
# What is put into the lines: rows (by number) and what stands there instead.
BAD = {"qty_ordered": "i % 1000003 = 17 THEN '-3'", "unit_price": "i % 1000003 = 29 THEN '12.5O'",
       "error_type": "i % 1000003 = 31 THEN 'broken'", "order_id": "i % 1000003 = 37 THEN 'no such order'",
       "line_no": "i % 1000003 = 43 THEN 'x'"}


def write_study(folder: Path, n: int) -> None:
    """The files; every fifth line begins an order, a line in a million is bad in each of five ways, one key is doubled."""
    import duckdb

    (folder / "study.toml").write_text(TOML, encoding="utf-8")
    connection = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(folder / "temp")})

    def copy(name, query):
        connection.execute(f"COPY ({query}) TO '{folder / name}.csv' (HEADER, DELIMITER ',', QUOTE '')")

    def column(name, right):
        return f"CASE WHEN {BAD[name]} ELSE {right} END AS {name}"

    def minutes(start):
        return f"strftime(TIMESTAMP '{start}' + INTERVAL (i % 500000) MINUTE, '%Y-%m-%d %H:%M')"

    last = f"(CASE WHEN i = {n - 1} THEN 0 ELSE i END)"  # the last line has the key of the first
    copy("customers", f"SELECT 'C' || i AS customer_id, 'external' AS customer_kind, i % 90 AS age FROM range({n // 100}) t(i)")
    copy("orders", f"""
        SELECT 'SO-' || (100000000 + i) AS order_id, 'C' || (hash(i) % {n // 100}) AS customer_id,
               {minutes('2024-01-01')} AS order_ts, {minutes('2024-01-03')} AS delivery_ts, 'delivered' AS status
        FROM range({n // 5}) t(i)""")
    copy("order_lines", f"""
        SELECT {column('order_id', f"'SO-' || (100000000 + {last} // 5)")}, {column('line_no', f"({last} % 5 + 1)::VARCHAR")},
               'SKU' || (hash(i) % 40000) AS sku, 'family ' || (hash(i) % 12) AS product_family,
               {column('qty_ordered', "(1 + i % 40)::VARCHAR")}, (1 + i % 40)::VARCHAR AS qty_first,
               (1 + i % 40)::VARCHAR AS qty_total, {column('unit_price', "printf('%.2f', 1 + (i % 9000) / 100)")},
               {column('error_type', f"({ERRORS})[1 + CASE WHEN i % 50 = 0 THEN i % 7 ELSE 0 END]")}
        FROM range({n}) t(i)""")
    connection.close()


def wanted(n: int) -> int:
    """How many bad cells were put in, one doubled key, and those of the unknown order, whose lines are numbered 1 to 5."""
    doubled = 1 + max(0, len(range(37, n, 1_000_003)) - 5)
    return sum(len(range(start, n, 1_000_003)) for start in (17, 29, 31, 37, 43)) + doubled


def measured(command: list[str]) -> tuple[str, str]:
    """Seconds, seconds of processor (on a busy machine the better measure), most resident memory; and the output."""
    code = ("import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], capture_output=True, text=True); "
            "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
            "print(used.ru_maxrss, used.ru_utime + used.ru_stime, file=sys.stderr); "
            "sys.stdout.write(done.stdout); sys.stderr.write(done.stderr[-2000:]); raise SystemExit(done.returncode)")
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *command], cwd=ROOT, capture_output=True, text=True)
    taken = time.perf_counter() - started
    figures, _, said = done.stderr.partition("\n")
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{said}")
    memory, processor = figures.split()
    gigabytes = int(memory) * (1024 if sys.platform != "darwin" else 1) / 1e9
    return f"{taken:6.1f} s ({float(processor):.0f} s of processor)  {gigabytes:5.2f} GB", done.stdout


def peer(folder: Path) -> None:
    """The same rules by pandera on pandas; prints the number of failure cases."""
    import pandas as pd
    import pandera.pandas as pa

    def read(name):
        return pd.read_csv(folder / f"{name}.csv", dtype=str)

    customers, orders, lines = read("customers"), read("orders"), read("order_lines")
    number, moment = r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)", r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?"

    def numbers(low):
        return [pa.Check.str_matches(f"^{number}$"),
                pa.Check(lambda s: ~(pd.to_numeric(s, errors="coerce") < low), name=f"≥ {low}")]

    words = ["none", "item", "qty", "price", "document", "address", "quality"]
    schemas = [
        (customers, pa.DataFrameSchema({"customer_id": pa.Column(str, unique=True), "age": pa.Column(str, numbers(0))})),
        (orders, pa.DataFrameSchema(
            {"order_id": pa.Column(str, unique=True),
             "customer_id": pa.Column(str, pa.Check.isin(set(customers["customer_id"]))),
             **{name: pa.Column(str, pa.Check.str_matches(f"^{moment}$")) for name in ("order_ts", "delivery_ts")},
             "status": pa.Column(str, pa.Check.isin(["open", "delivered", "cancelled_supplier", "cancelled_customer"]))},
            checks=pa.Check(lambda d: d["order_ts"] <= d["delivery_ts"]))),
        (lines, pa.DataFrameSchema(
            {"order_id": pa.Column(str, pa.Check.isin(set(orders["order_id"]))),
             "line_no": pa.Column(str, [pa.Check.str_matches(r"^[+-]?[0-9]+$"), *numbers(1)[1:]]),
             "qty_ordered": pa.Column(str, numbers(1e-9)), "qty_first": pa.Column(str, numbers(0)),
             "qty_total": pa.Column(str, numbers(0)), "unit_price": pa.Column(str, numbers(0)),
             "error_type": pa.Column(str, pa.Check.isin(words))}, unique=["order_id", "line_no"]))]
    found = 0
    for frame, schema in schemas:
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            found += len(errors.failure_cases)
    print(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--peer", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peer:
        return peer(given.peer)
    with tempfile.TemporaryDirectory(prefix="svcnb-bench-") as name:
        folder = Path(name) / "large"
        folder.mkdir()
        write_study(folder, given.lines)
        size = sum(path.stat().st_size for path in folder.glob("*.csv")) / 1e6
        print(f"{given.lines:,} order lines, {given.lines // 5:,} orders, {given.lines // 100:,} customers: {size:.0f} MB of csv")
        taken, said = measured([sys.executable, "-m", "svcnb.cli", "check", str(folder), "--json"])
        found = json.loads(said)
        print(f"svcnb check        {taken}   bad cells found: {found['total']} of "
              f"{wanted(given.lines)} put in, as {len(found['problems'])} problems   goal under 60 s, 1 GB")
        if not given.no_peer:
            taken, said = measured([sys.executable, __file__, "--peer", str(folder)])
            print(f"pandera on pandas  {taken}   failure cases: {said.strip()}")
    return None


if __name__ == "__main__":
    sys.exit(main())
