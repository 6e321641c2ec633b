"""The wheel works alone: built, installed elsewhere, `svcnb run demo` outside the checkout."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from svcnb.steps import STEPS

ROOT = Path(__file__).resolve().parents[1]


def digests(folder: Path) -> dict[str, str]:
    """Relative path -> hash of every file but compiled Python."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts}


def site_packages(environment: Path) -> Path:
    return Path(sysconfig.get_path("purelib", "venv", {"base": environment, "platbase": environment}))


def build(folder: Path) -> Path:
    folder.mkdir()
    ran = subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT,
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build(tmp_path_factory.mktemp("wheel") / "dist")


@pytest.fixture(scope="module")
def names(wheel) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The bin folder of a fresh environment with the wheel; the libraries are lent by the one that runs the tests."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    bin_folder = home / ("Scripts" if os.name == "nt" else "bin")
    python = bin_folder / ("python.exe" if os.name == "nt" else "python")
    ran = subprocess.run([sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index",
                          "--quiet", "--disable-pip-version-check", str(wheel)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    # A path in a .pth file is searched after site-packages and its own .pth files are not read: the checkout
    # that the testing environment points at stays out.
    (site_packages(home) / "lent.pth").write_text(sysconfig.get_path("purelib"))
    return bin_folder


def svcnb(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SVCNB_", "PYTHON"))}
    environment["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))  # lent as the libraries are
    return subprocess.run([str(installed / "svcnb"), *arguments], cwd=cwd, env=environment, capture_output=True,
                          text=True, encoding="utf-8", timeout=600)


def test_wheel_carries_everything_a_run_needs(names):
    """Notebooks in both languages, catalogues, page template, the shipped study with its settings."""
    tables = {name for name in names if re.fullmatch(r"svcnb/data/demo/\w+\.csv", name)}
    committed = {f"svcnb/data/demo/{path.name}" for path in (ROOT / "data" / "demo").glob("*.csv")}
    assert tables == committed and "svcnb/data/demo/study.toml" in names
    for folder in ("notebooks", "notebooks/es"):
        assert {f"svcnb/{folder}/{path.name}" for path in (ROOT / folder).glob("*.ipynb")} <= names
    catalogues = {str(path.relative_to(ROOT)) for path in (ROOT / "svcnb" / "locale").rglob("*.mo")}
    assert catalogues and catalogues <= names
    share = ROOT / "svcnb" / "share"
    assert {str(Path("svcnb") / path.relative_to(share.parent)) for path in share.rglob("*") if path.is_file()} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_wheel_carries_nothing_else(names):
    """No test, no journal, no result of somebody's run, no compiled file."""
    strange = [name for name in names if not name.startswith(("svcnb/", "svcnb-")) or name.endswith((".pyc", ".sqlite"))
               or "/.results/" in name or ".ipynb_checkpoints" in name or "/tests/" in name]
    assert strange == []


def test_wheel_built_twice_is_the_same(wheel, tmp_path):
    assert build(tmp_path / "again").read_bytes() == wheel.read_bytes()


def test_installed_command_is_not_the_checkout(installed, tmp_path):
    python = installed / ("python.exe" if os.name == "nt" else "python")
    ran = subprocess.run([str(python), "-c", "import svcnb; print(svcnb.__file__)"], cwd=tmp_path, capture_output=True,
                         text=True, check=True)
    assert str(installed.parent) in ran.stdout and str(ROOT) not in ran.stdout
    assert svcnb(installed, "--version", cwd=tmp_path).stdout.startswith("svcnb")


def test_run_of_the_demo_outside_the_checkout(installed, tmp_path):
    """All steps, a report that stands alone, and not a byte of the shipped files changed."""
    package = site_packages(installed.parent) / "svcnb"
    before, checkout = digests(package), digests(ROOT / "data" / "demo")
    ran = svcnb(installed, "run", "demo", "-o", "mine", cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert str(Path("mine", "report.html")) in ran.stdout
    steps = json.loads((tmp_path / "mine" / "results.json").read_text("utf-8"))["steps"]
    assert list(steps) == list(STEPS)
    assert {name for name, step in steps.items() if not step["decision"]} == {"study", "apriori"}  # nothing is decided there
    report = (tmp_path / "mine" / "report.html").read_text("utf-8")
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', report) == []
    assert digests(package) == before
    assert digests(ROOT / "data" / "demo") == checkout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine"]
