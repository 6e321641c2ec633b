"""Which scripts of Voila's front end every page loads: ``python tools/pieces.py`` writes svcnb/kernels/pieces.txt anew.

Needed when Voila or ipywidgets change in the lock; a browser test fails when the list is no longer what pages load.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> None:
    from playwright.sync_api import sync_playwright

    from svcnb.kernels.pieces import LIST, piece_name
    from svcnb.panels import PAGES
    from tests.browser.conftest import FLAGS, Served, Visitor
    from workbook import find_chromium

    LIST.write_text("", "utf-8")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        study = Path(folder) / "demo"
        shutil.copytree(ROOT / "data" / "demo", study, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__"))
        served, names = Served(study), {}
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for page in PAGES.values():
            visitor = Visitor(browser, served)
            visitor.page.on("request", lambda request: names.setdefault(piece_name(request.url)))
            visitor.open(page.notebook).wait_for_timeout(1000)
            visitor.close()
        browser.close()
        served.stop()
    LIST.write_text("".join(f"{name}\n" for name in names if name), "utf-8")
    print(f"{LIST.relative_to(ROOT)}: {len(names) - (None in names)} scripts")


if __name__ == "__main__":
    main()
