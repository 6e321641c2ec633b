"""The notebooks: their form, the same code in both languages, and stored outputs that are really compared."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from svcnb.i18n import LANGUAGES
from svcnb.panels import PAGES
from svcnb.runner import kernels, notebooks_folder

ROOT = Path(__file__).resolve().parents[1]
FOLDER = notebooks_folder()
BOOKS = sorted(FOLDER.glob("*.ipynb"))
ALL = [*BOOKS, *sorted(FOLDER.glob("es/*.ipynb"))]


def read(path):
    return nbformat.read(path, as_version=4)


def test_each_page_has_its_notebook_in_each_language():
    names = [page.notebook for page in PAGES.values()]
    assert sorted(path.stem for path in BOOKS) == sorted(names)
    assert sorted(path.stem for path in FOLDER.glob("es/*.ipynb")) == sorted(names)
    assert set(LANGUAGES) == {"en", "es"}


@pytest.mark.parametrize("path", ALL, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_form(path):
    """9 to 14 cells with readable ids, at most 12 lines each; no def, class, loop or path; one h1; only svcnb imported."""
    book = read(path)
    assert 9 <= len(book.cells) <= 14
    assert all(cell.id.replace("-", "").isalpha() for cell in book.cells)
    assert sum(line.startswith("# ") for cell in book.cells if cell.cell_type == "markdown"
               for line in cell.source.splitlines()) == 1
    assert book.metadata.kernelspec.name == "python3"
    for cell in book.cells:
        assert len(cell.source.splitlines()) <= 12
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            assert not [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef, ast.For, ast.While))]
            assert all(n.module == "svcnb" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom))
            assert "/" not in cell.source


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_languages_have_the_same_code(path):
    """Identical code cells but for the default of ``language``."""
    english, spanish = read(path), read(FOLDER / "es" / path.name)
    code = [[c.source for c in book.cells if c.cell_type == "code"] for book in (english, spanish)]
    assert code[0][0].replace('language: str = "en"', 'language: str = "es"') == code[1][0]
    assert code[0][1:] == code[1][1:]
    assert [c.id for c in english.cells] == [c.id for c in spanish.cells]


@pytest.mark.parametrize("path", ALL, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_stored_outputs_are_there_to_be_compared(path):
    """nbval compares nothing in a cell without a count or a stored output: every shown cell has both."""
    for cell in read(path).cells:
        if cell.cell_type == "code" and cell.id != "parameters":
            assert cell.execution_count, cell.id
            assert any("text/plain" in o.get("data", {}) for o in cell.outputs), cell.id


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """A copy of the demo where results are kept from page to page, as tools/notebooks.py had it."""
    folder = tmp_path_factory.mktemp("studies")
    shutil.copytree(ROOT / "data" / "demo", folder / "demo", ignore=shutil.ignore_patterns("*.py", "story", "__pycache__"))
    return folder


def nbval(studies, *paths):
    """nbval in a process of its own, with warm kernels where they may be; it compares the text of every cell, pictures
    and controls are made anew."""
    with kernels():
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.nbval_text", "--nbval",
             "--nbval-current-env", "--nbval-cell-timeout=120", "-W", "ignore", "-o", "filterwarnings=", *map(str, paths)],
            capture_output=True, text=True, cwd=ROOT, env={**os.environ, "SVCNB_STUDIES": str(studies)})


def test_stored_outputs_hold(studies):
    done = nbval(studies, *ALL)
    assert done.returncode == 0, done.stdout[-6000:]


def test_a_changed_number_is_noticed(studies, tmp_path):
    """The comparison can fail: one digit changed in a stored output is found."""
    book = read(FOLDER / "03b_window.ipynb")
    cell = next(c for c in book.cells if c.id == "reading")
    cell.outputs[0]["data"]["text/plain"] = cell.outputs[0]["data"]["text/plain"].replace("1", "2", 1)
    path = tmp_path / "03b_window.ipynb"
    nbformat.write(book, path)
    assert nbval(studies, path).returncode != 0
