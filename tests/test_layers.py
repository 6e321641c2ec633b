"""Who imports whom, and what `import svcnb` costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "svcnb"
HEAVY = {"IPython", "apsw", "babel", "duckdb", "factor_analyzer", "ibis", "ipywidgets", "jupyterlab", "matplotlib",
         "nbformat", "numpy", "openpyxl", "pandas", "papermill", "pyarrow", "rich", "scipy", "seaborn", "sklearn",
         "statsmodels", "tornado", "voila"}


def modules_after(statement: str) -> set[str]:
    """First names of all modules that a fresh interpreter holds after the statement."""
    program = f"{statement}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_import_contracts_hold():
    ran = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()",
                          "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_import_of_the_package_loads_nothing_heavy():
    assert modules_after("import svcnb") & HEAVY == set()


def test_command_line_help_loads_nothing_heavy():
    assert modules_after("import svcnb.cli") & HEAVY == set()


def test_factor_analyzer_is_imported_in_one_module_at_most():
    """It is GPL-2: where it is used must be plain to see."""
    assert len([path for path in PACKAGE.rglob("*.py") if "factor_analyzer" in imported(path)]) <= 1


def test_pyplot_is_imported_in_style_only():
    """pyplot keeps figures in a global list, which leaks in a server."""
    using = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py")
             if {"matplotlib.pyplot", "pylab"} & imported(path)}
    assert using <= {"figures/style.py"}


def imported(path: Path, top_only: bool = False) -> set[str]:
    """Dotted names a file imports, anywhere in it or at its top level only."""
    tree = ast.parse(path.read_text("utf-8"))
    names: set[str] = set()
    for node in tree.body if top_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_needs_posix_to_be_imported(path):
    assert imported(path, top_only=True) & {"fcntl", "resource", "pwd", "grp", "termios", "pty"} == set()


def test_no_notebook_is_imported_and_no_module_stands_on_a_test():
    outside = {"tests", "notebooks", "tools", "benchmarks", "workbook"}
    wrong = [f"{path.relative_to(ROOT)} imports {name}" for path in PACKAGE.rglob("*.py") for name in imported(path)
             if name.split(".")[0] in outside]
    assert wrong == []


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_outgrows_the_house(path):
    """400 lines; a noun that needs more becomes a folder."""
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_methods_touch_no_file_clock_or_screen():
    wrong, banned = [], ("time.", "datetime.", "os.", "np.random.seed")
    for path in sorted((PACKAGE / "methods").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in {"print", "open", "input"} or called.startswith(banned):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {called}")
    assert wrong == []
