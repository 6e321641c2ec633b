"""``svcnb paste``: what was copied from a spreadsheet becomes the table's file, letter by letter."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from svcnb.cli import cli
from svcnb.study import load_study

TOML = '[study]\nname = "Test"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'
CELLS = 'customer_id\tname\tmargin\n007\t=HYPERLINK("x")\t-5\n1E5\t"two\nlines, ""said"" Ñ"\t0.25\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "study.toml").write_text(TOML, "utf-8")
    return tmp_path


def paste(folder, text, *more):
    return CliRunner().invoke(cli, ["paste", f"{folder}/", "customers", *more], input=text, obj={})


def test_pasted_cells_become_the_file(folder):
    told = paste(folder, CELLS)
    assert (told.exit_code, told.output) == (0, f"{folder / 'customers.csv'}: 2 rows written.\n")
    frame = load_study(folder).table("customers")
    assert frame["customer_id"].tolist() == ["007", "1E5"] and frame["margin"].tolist() == [-5, 0.25]
    assert frame["name"].tolist() == ['=HYPERLINK("x")', 'two\nlines, "said" Ñ']
    assert "\n007,\"'=HYPERLINK(\"\"x\"\")\",-5\n" in (folder / "customers.csv").read_text("utf-8")


def test_problems_are_told_at_once(folder):
    told = paste(folder, "customer_id\tage\nK1\t-1\n")
    assert told.exit_code == 3
    assert told.output.splitlines()[1:] == [
        "customers.csv row 2, column B: age = '-1' is not from 0 to 120; write a number from 0 to 120."]


def test_a_file_that_is_there_is_kept(folder):
    (folder / "customers.csv").write_text("customer_id\nK9\n", "utf-8")
    told = paste(folder, CELLS)
    assert "customers.csv is there already; nothing was written. Use --replace to write over a csv, or move it away." in str(
        told.exception or told.output)
    assert (folder / "customers.csv").read_text("utf-8") == "customer_id\nK9\n"
    assert paste(folder, CELLS, "--replace").exit_code == 0
