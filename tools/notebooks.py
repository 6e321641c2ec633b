"""Run every notebook on the demo and store what its cells say as text: ``python tools/notebooks.py [NAME ...]``.

Stored outputs hold text only (numbers and sentences), so that the tests that compare them are exact and the
repository stays small; pictures and controls are made anew wherever the notebook runs.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"


def store(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", extra_arguments=["--log-level=50"],
                   resources={"metadata": {"path": str(path.parent)}}).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if "data" in output:
                output["data"] = {"text/plain": output["data"]["text/plain"]}
                output["metadata"] = {}
    notebook.metadata = {name: notebook.metadata[name] for name in ("kernelspec", "language_info")}
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, path)


def copy_demo(folder: Path) -> None:
    """The demo where decisions may be saved and results are kept from page to page."""
    shutil.copytree(ROOT / "data" / "demo", folder / "demo", ignore=shutil.ignore_patterns("*.py", "story", "__pycache__"))
    os.environ["SVCNB_STUDIES"] = str(folder)


if __name__ == "__main__":
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as place:
        copy_demo(Path(place))
        for book in sorted([*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("es/*.ipynb")]):
            if not wanted or book.stem in wanted:
                print(book.relative_to(NOTEBOOKS), flush=True)
                store(book)
