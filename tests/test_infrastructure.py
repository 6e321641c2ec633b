"""The lock, the settings and the tree agree with one another and name nobody's machine."""

from __future__ import annotations

import ast
import fnmatch
import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import workbook
from tests.not_run import allowed, checks_not_run

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FLOORS = tomllib.loads((ROOT / "tests" / "floors.toml").read_text("utf-8"))["floor"]
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".lock", ".in", ".txt", ".ipynb", ".html", ".j2", ".css", ".js", ".csv",
        ".po", ".json", ".svg", ".sh", ""}


def locked(name: str) -> dict[str, list[tuple[Version, str, int]]]:
    """Package -> [(version, marker, number of hashes)] of a file of lock/."""
    packages: dict[str, list] = {}
    for entry in re.split(r"\n(?=[a-zA-Z0-9])", (ROOT / "lock" / name).read_text("utf-8")):
        if entry.startswith("#"):
            continue
        requirement = Requirement(entry.split(" \\\n")[0])
        (pin,) = requirement.specifier
        assert pin.operator == "==", entry
        hashes = len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry))
        packages.setdefault(canonicalize_name(requirement.name), []).append(
            (Version(pin.version), str(requirement.marker or ""), hashes))
    return packages


def wanted() -> list[Requirement]:
    project = SETTINGS["project"]
    return [Requirement(text) for text in project["dependencies"] + project["optional-dependencies"]["test"]]


def committed() -> list[Path]:
    try:
        names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: committed files are unknown")
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("name", ["build.lock", "requirements.lock"])
def test_every_locked_package_has_hashes(name):
    packages = locked(name)
    assert packages
    assert [p for p, pins in packages.items() for _, _, hashes in pins if hashes == 0] == []


def test_lock_satisfies_pyproject_with_nothing_missing():
    packages = locked("requirements.lock")
    missing = [r.name for r in wanted() if canonicalize_name(r.name) not in packages]
    outside = [f"{r} but {version}" for r in wanted()
               for version, _, _ in packages.get(canonicalize_name(r.name), []) if version not in r.specifier]
    assert (missing, outside) == ([], [])


def test_two_locks_agree_where_they_share_a_package():
    build, whole = locked("build.lock"), locked("requirements.lock")
    assert {p: pins[0][0] for p, pins in build.items() if p in whole} == {
        p: whole[p][0][0] for p in build if p in whole}
    needed = {Requirement(r).name for r in SETTINGS["build-system"]["requires"]}
    assert needed <= build.keys()


def test_conda_environment_is_python_and_the_same_locks():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    *conda, pip = environment["dependencies"]
    assert conda == ["python=3.11", "pip", "setuptools"]
    assert pip == {"pip": ["-r lock/build.lock", "-r lock/requirements.lock"]}
    python = conda[0].split("=")[1]
    assert Version(python) in Requirement("x" + SETTINGS["project"]["requires-python"]).specifier


def test_workbook_and_pyproject_support_the_same_pythons():
    low, high = workbook.SUPPORTED
    assert SETTINGS["project"]["requires-python"] == f">={low[0]}.{low[1]},<{high[0]}.{high[1]}"
    listed = [c.rsplit(" ", 1)[1] for c in SETTINGS["project"]["classifiers"] if "Python :: 3." in c]
    assert listed == [f"3.{minor}" for minor in range(low[1], high[1])]


@pytest.mark.parametrize("floor", FLOORS, ids=[f["package"] for f in FLOORS])
def test_lock_is_at_or_above_the_floor(floor):
    pins = locked("requirements.lock")[floor["package"]]
    assert all(version >= Version(floor["version"]) for version, _, _ in pins), floor["why"]
    assert re.match(r"https://[\w.-]+/\S+$", floor["link"]) and floor["why"]


def test_journal_library_brings_a_sqlite_without_the_wal_reset_fault():
    import apsw

    assert Version(apsw.sqlite_lib_version()) >= Version("3.51.3")


def test_installed_versions_are_the_locked_ones():
    """Another version would make every other test speak of something that nobody installs."""
    from importlib.metadata import PackageNotFoundError, version

    different = []
    for requirement in wanted():
        pins = [v for v, marker, _ in locked("requirements.lock")[canonicalize_name(requirement.name)]
                if not marker or Requirement(f"x; {marker}").marker.evaluate()]
        try:
            if Version(version(requirement.name)) not in pins:
                different.append(requirement.name)
        except PackageNotFoundError:
            different.append(requirement.name)
    assert different == []


def test_no_committed_file_names_a_machine_or_a_registry():
    """The words are put together here, so that this file does not name them either."""
    registries = ["pypi" + ".org", "pythonhosted" + ".org", "repo.anaconda" + ".com", "conda.anaconda" + ".org"]
    places = ["/" + "work/", "/" + "farm/", "/" + "root/", "/" + "opt/pypi", r"[A-Z]:\\+Users\\+", "/" + "Users/"]
    pattern = re.compile("|".join([re.escape(r) for r in registries] + [rf"(?<![\w.}}-]){p}" for p in places]
                                  + [r"(?<![\w.}-])/" + r"home/\w+/"]))
    found = []
    for path in committed():
        if path.suffix in TEXT and path.stat().st_size < 20_000_000:
            for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
                if match := pattern.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{number}: {match.group()}")
    assert found == []


def test_no_committed_file_is_an_output_or_huge():
    bad = [str(path.relative_to(ROOT)) for path in committed()
           if path.suffix in {".pyc", ".sqlite", ".sqlite-wal", ".log", ".whl"}
           or ".ipynb_checkpoints" in path.parts or path.stat().st_size > 5_000_000]
    assert bad == []


def test_the_licence_is_named_in_all_its_places():
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert licence.startswith("BSD 3-Clause License") and "the svcnb authors" in licence
    assert SETTINGS["project"]["license"] == "BSD-3-Clause"
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "BSD" in readme
    assert re.search(r"factor-analyzer[\s\S]{0,200}GPL|GPL[\s\S]{0,200}factor-analyzer", readme), \
        "README says that a distribution that bundles factor-analyzer falls under the GPL"


def test_changelog_has_this_version():
    import svcnb

    assert svcnb.__version__ == SETTINGS["project"]["version"]
    assert f"## {svcnb.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_ruff_finds_nothing():
    ran = subprocess.run([sys.executable, "-m", "ruff", "check", "--output-format", "concise", "."], cwd=ROOT,
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


# ---- workbook.py

def test_workbook_imports_the_standard_library_only():
    imported = re.findall(r"^(?:from|import) (\w+)", (ROOT / "workbook.py").read_text("utf-8"), re.MULTILINE)
    assert imported and set(imported) <= sys.stdlib_module_names


@pytest.mark.parametrize(("version", "fits"), [((3, 10, 9), False), ((3, 11, 0), True), ((3, 13, 2), True),
                                               ((3, 14, 0), False), ((2, 7, 18), False)])
def test_workbook_knows_which_python_fits(version, fits):
    assert workbook.is_supported(version) is fits


def test_workbook_says_which_python_is_missing(monkeypatch):
    monkeypatch.setattr(workbook.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(workbook.shutil, "which", lambda name: None)
    with pytest.raises(workbook.Stop) as stop:
        workbook.hand_over_to_supported_python(["run"])
    assert str(stop.value) == (
        "This is Python 3.9; the workbook needs Python 3.11, 3.12 or 3.13. Install one and call it by its name, "
        "e.g. python3.11 workbook.py run")


def test_workbook_refuses_an_unknown_command():
    ran = subprocess.run([sys.executable, "workbook.py", "rum"], cwd=ROOT, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "workbook.py: There is no command 'rum'; write one of: run, test, serve, open.\n"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """workbook.py pointed at an empty checkout whose lock no registry can satisfy."""
    for name in ("build", "requirements"):
        (tmp_path / f"{name}.lock").write_text("click==8.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    (tmp_path / "pyproject.toml").write_text("")
    venv = tmp_path / ".venv"
    monkeypatch.setattr(workbook, "ROOT", str(tmp_path))
    monkeypatch.setattr(workbook, "VENV", str(venv))
    monkeypatch.setattr(workbook, "STAMP", str(venv / "stamp"))
    monkeypatch.setattr(workbook, "LOG", str(venv / "install.log"))
    monkeypatch.setattr(workbook, "PYTHON", str(venv / "bin" / "python"))
    monkeypatch.setattr(workbook, "LOCKS", (str(tmp_path / "build.lock"), str(tmp_path / "requirements.lock")))
    return venv


def test_workbook_installs_once_and_again_when_the_lock_changed(checkout, monkeypatch, capsys):
    installed = []
    monkeypatch.setattr(workbook, "PYTHON", sys.executable)
    monkeypatch.setattr(workbook, "_install_lock", installed.append)
    monkeypatch.setattr(workbook, "_quietly", lambda command, doing, **_: None)
    checkout.mkdir()
    workbook.install()
    workbook.install()
    assert installed == list(workbook.LOCKS)
    Path(workbook.LOCKS[1]).write_text("click==8.1 \\\n")
    workbook.install()
    assert installed == 2 * list(workbook.LOCKS)
    assert "Updating 1 packages" in capsys.readouterr().out


def test_a_failed_install_says_so_and_leaves_no_stamp(checkout, monkeypatch):
    """A new lock whose hash nothing has: message, log, last lines, and the next call tries again."""
    checkout.mkdir()
    (checkout / "stamp").write_text("of an older lock")
    failing = [sys.executable, "-c", "print('THESE PACKAGES DO NOT MATCH THE HASHES'); raise SystemExit(1)"]
    monkeypatch.setattr(workbook, "PYTHON", sys.executable)
    monkeypatch.setattr(workbook, "_pip", lambda: failing)
    monkeypatch.setattr(workbook.shutil, "which", lambda name: None)
    with pytest.raises(workbook.Stop) as stop:
        workbook.install()
    assert str(stop.value) == (
        f"Installing build.lock failed. The last lines (all of them: {checkout / 'install.log'}):\n"
        "  THESE PACKAGES DO NOT MATCH THE HASHES")
    assert not (checkout / "stamp").exists()
    assert "THESE PACKAGES" in (checkout / "install.log").read_text()


def test_a_python_without_venv_says_what_to_install(checkout, monkeypatch, capsys):
    failing = [sys.executable, "-c", "print('ensurepip is not available'); raise SystemExit(1)"]
    quietly = workbook._quietly
    monkeypatch.setattr(workbook, "_quietly", lambda command, doing, **named: quietly(failing, doing, **named))
    with pytest.raises(workbook.Stop) as stop:
        workbook.install()
    assert str(stop.value) == (
        "Making .venv failed. On Debian and Ubuntu it needs: apt install python3-venv. The last lines:\n"
        "  ensurepip is not available")
    major, minor = sys.version_info[:2]
    assert capsys.readouterr().out == f"Making .venv with Python {major}.{minor} ...\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal for one process group")
def test_ctrl_c_waits_for_the_command_and_leaves_no_traceback():
    """The command gets the signal too and may put its things away; then 130, as shells say it.

    Where the tests run in the background the signal comes ignored; both programs listen to it again.
    """
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    child = (f"{listen}import time\ntry:\n print('up', flush=True); time.sleep(60)\n"
             "except KeyboardInterrupt:\n print('put away', flush=True)")
    program = f"{listen}import sys, workbook; sys.exit(workbook.call([sys.executable, '-c', {child!r}]))"
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, text=True, start_new_session=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout.readline() == "up\n"
        os.killpg(started.pid, signal.SIGINT)
        out, errors = started.communicate(timeout=30)
    assert (started.returncode, out, errors) == (130, "put away\n", "")


# ---- the table of checks not run

def test_checks_not_run_are_counted_by_file_and_reason():
    def skipped(node, why):
        return SimpleNamespace(nodeid=node, longrepr=("file", 1, f"Skipped: {why}"))

    reports = [skipped("tests/b.py::one", "no Chromium"), skipped("tests/b.py::two", "no Chromium"),
               skipped("tests/c.py::three", "needs Windows")]
    entries = [{"test": "tests/b.py*", "reason": "no Chromium*"}]
    assert checks_not_run(reports, entries) == [
        ("tests/b.py (2 checks)", "no Chromium", True), ("tests/c.py::three", "needs Windows", False)]


def test_an_allowed_entry_needs_both_patterns():
    entries = [{"test": "tests/b.py*", "reason": "no Chromium*"}]
    assert allowed("tests/b.py::one", "no Chromium here", entries)
    assert not allowed("tests/b.py::one", "too slow", entries)
    assert not allowed("tests/a.py::one", "no Chromium here", entries)


NEVER_ALONE = {"not a git checkout: committed files are unknown"}  # CI always has a checkout


def reasons_in(path: Path) -> set[str]:
    """Every reason for which a test of the file may be skipped: ``pytest.skip("...")`` and ``reason="..."``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            skipping = isinstance(node.func, ast.Attribute) and node.func.attr in ("skip", "skipif")
            texts = [*(node.args[:1] if skipping and node.func.attr == "skip" else []),
                     *(k.value for k in node.keywords if skipping and k.arg == "reason")]
            found |= {text.value for text in texts if isinstance(text, ast.Constant)}
    return found


def test_every_reason_to_skip_is_on_the_list():
    """A machine without root, mounts, fork or Chromium fails CI only for a reason nobody thought of."""
    entries = tomllib.loads((ROOT / "tests" / "allowed_not_run.toml").read_text("utf-8"))["entry"]
    patterns = {entry["reason"] for entry in entries}
    there = {reason for path in (ROOT / "tests").rglob("*.py")
             for reason in reasons_in(path)} - NEVER_ALONE
    assert len(there) >= 7
    assert {reason for reason in there if not any(fnmatch.fnmatch(reason, p) for p in patterns)} == set()


def test_ci_without_root_or_mounts_may_leave_out_what_needs_them():
    entries = tomllib.loads((ROOT / "tests" / "allowed_not_run.toml").read_text("utf-8"))["entry"]
    root, disk = "only root can become another user", "a small disk cannot be mounted here"
    journal = "tests/test_journal.py::"
    assert allowed(journal + "test_a_folder_of_somebody_else", root, entries)
    assert allowed(journal + "test_a_folder_that_may_not_be_looked_into", root, entries)
    assert allowed(journal + "test_a_full_disk", disk, entries)
    assert not allowed(journal + "test_a_full_disk", root, entries)
    assert not allowed(journal + "test_a_local_disk_is_accepted", disk, entries)
