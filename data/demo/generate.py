"""Make the shipped study: a distributor of fuels and lubricants that never was.

    python data/demo/generate.py            write every table, study.toml stays as it is
    python data/demo/generate.py --check    compare what is there with what would be written
    python data/demo/generate.py --out DIR  write elsewhere

The same bytes every time: fixed seeds, one stream of random numbers a module of ``story``, numbers
rounded before they are written. ``truth.toml`` says what was planted and where.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import pandas as pd  # noqa: E402
from story.costs import make_costs  # noqa: E402
from story.customers import finished_customers, planned_customers  # noqa: E402
from story.experts import make_answers  # noqa: E402
from story.orders import demand_history, make_orders  # noqa: E402
from story.queue import make_queue  # noqa: E402
from story.service import make_service  # noqa: E402
from story.setting import articles, iso  # noqa: E402
from story.survey import make_survey  # noqa: E402
from story.truth import planted_truth, truth_text  # noqa: E402
from story.written import WRITTEN, read_written  # noqa: E402
from story.written_offer import WRITTEN_OFFER  # noqa: E402

ORDER_COLUMNS = ["order_id", "customer_id", "order_ts", "promised_ts", "ship_ts", "delivery_ts", "status",
                 "is_emergency", "emergency_goal_h", "docs_ok", "condition_ok", "info_ok", "channel"]
LINE_COLUMNS = ["order_id", "line_no", "sku", "product_family", "qty_ordered", "qty_available_at_order", "qty_first",
                "qty_total", "unit_price", "error_type"]


def make_study() -> tuple[dict[str, pd.DataFrame], str]:
    """Every table of the study by name, and the text of truth.toml."""
    planned = planned_customers()
    orders, lines = make_orders(planned)
    customers = finished_customers(planned, orders, lines, articles().set_index("sku").margin_rate)
    service = make_service(orders, lines, customers)
    survey, points = make_survey(customers)
    tables = {name: read_written(text) for name, text in (WRITTEN | WRITTEN_OFFER).items()}
    tables |= {"customers": customers} | service | survey | make_queue()
    tables |= make_costs(customers, orders, lines, service["returns"], service["complaints"], service["service_calls"])
    tables |= {"expert_answers": make_answers(), "demand_history": demand_history(orders, lines)}
    truth = truth_text(planted_truth(customers, orders, lines, points))
    written = orders[ORDER_COLUMNS].copy()
    for column in ("order_ts", "promised_ts", "ship_ts", "delivery_ts"):
        written[column] = iso(written[column])
    tables |= {"orders": written, "order_lines": lines[LINE_COLUMNS]}
    return dict(sorted(tables.items())), truth


def files_of_study() -> dict[str, bytes]:
    """File name -> bytes."""
    tables, truth = make_study()
    files = {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
    return files | {"truth.toml": truth.encode()}


def csv_bytes(table: pd.DataFrame) -> bytes:
    """UTF-8, comma, line feed; truth as true/false, whole numbers without a point, '' for nothing."""
    plain = pd.DataFrame({name: [cell_text(cell) for cell in table[name]] for name in table.columns})
    return plain.to_csv(index=False, lineterminator="\n").encode()


def cell_text(cell) -> str:
    """One cell as it stands in the file: 3.0 is 3, 2.50 is 2.5, True is true, nothing is empty."""
    if cell is None or cell is pd.NaT or cell != cell:
        return ""
    if isinstance(cell, str):
        return cell
    if str(cell) in ("True", "False"):
        return str(cell).lower()
    return f"{float(cell):.10g}"


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to or to compare with")
    options = parser.parse_args(arguments)
    files = files_of_study()
    if options.check:
        wrong = [name for name, data in files.items()
                 if not (options.out / name).exists() or (options.out / name).read_bytes() != data]
        known = set(files)
        wrong += [path.name for path in sorted(options.out.glob("*.csv")) if path.name not in known]
        print("\n".join([f"{len(files) - len(wrong)} of {len(files)} files as generated", *wrong]))
        return 1 if wrong else 0
    options.out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (options.out / name).write_bytes(data)
    print(f"{len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB, in {options.out.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
