"""A workbook of 50 MB: read with its progress, then stopped at a tenth. Prints seconds, seconds of computing, megabytes.

``python benchmarks/large_workbook.py [ROWS]``; 760,000 order lines of eight columns are 50 MB.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
NAMES = ("order_id", "line_no", "sku", "product_family", "qty_ordered", "qty_first", "qty_total", "unit_price")


def write(path: Path, rows: int) -> None:
    """The workbook, written row by row."""
    chance = random.Random(1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("_rels/.rels", '<Relationships><Relationship Id="r1" Type="x/officeDocument" '
                                        'Target="xl/workbook.xml"/></Relationships>')
        archive.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="order_lines" sheetId="1" r:id="s1"/>'
                                            "</sheets></workbook>")
        archive.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="s1" Type="x/worksheet" '
                                                       'Target="worksheets/sheet1.xml"/></Relationships>')
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b"<worksheet><sheetData>")
            sheet.write(_row(1, [("str", name) for name in NAMES]))
            for number in range(2, rows + 2):
                n = chance.randint(1, 500)
                sheet.write(_row(number, [
                    ("str", f"O{chance.randint(10**8, 10**9)}"), ("n", number), ("str", f"SKU-{chance.randint(10**6, 10**7)}"),
                    ("str", f"family {number % 40}"), ("n", n), ("n", n), ("n", n), ("n", round(chance.random() * 100, 4))]))
            sheet.write(b"</sheetData></worksheet>")


def _row(number: int, cells) -> bytes:
    made = "".join(f'<c r="{chr(65 + place)}{number}" t="{kind}"><v>{value}</v></c>' for place, (kind, value) in enumerate(cells))
    return f'<row r="{number}">{made}</row>'.encode()


def main(rows: int) -> None:
    from svcnb.tables.readers import read_raw

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "order_lines.xlsx"
        write(path, rows)
        print(f"{path.stat().st_size / 1e6:.1f} MB, {rows:,} rows of {len(NAMES)} cells")
        shares: list[float] = []
        start = time.perf_counter()
        raw = read_raw(path, "order_lines", progress=shares.append)
        taken = time.perf_counter() - start
        computed = [sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        used = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        print(f"read: {raw.cells.num_rows:,} rows, {len(raw.problems)} problems, {len(shares)} reports of progress")
        print(f"{taken:.1f} s; computing {computed[0]:.1f} s here and {computed[1]:.1f} s in the child; "
              f"{used[0]:.0f} MB here and {used[1]:.0f} MB there")

        stopped = []

        def stop(share: float) -> None:
            if share >= 0.1:
                stopped.append(time.perf_counter())
                raise KeyboardInterrupt

        try:
            read_raw(path, "order_lines", progress=stop)
        except KeyboardInterrupt:
            print(f"stopped at a tenth: the child ended {time.perf_counter() - stopped[0]:.2f} s after")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 760_000)
