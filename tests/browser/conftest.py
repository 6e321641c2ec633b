"""A served copy of a study and a real browser for it."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def browser(chromium):
    """One browser a file: while it is open an event loop runs in this process, which other tests must not meet."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


class Served:
    """A running ``svcnb serve``; ``address`` with its token, ``base`` without, ``folder`` of the study."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "svcnb.cli", "serve", str(self.folder), "--no-browser", "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self.folder.parent)
        for line in self.process.stdout:
            if found := re.match(r"(http://[^/]+/)\?token=\S+$", line.strip()):
                self.address, self.base = line.strip(), found[1]
                return
        raise AssertionError("svcnb serve ended without an address")

    def stop(self, kill=False):
        self.process.kill() if kill else self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()


@pytest.fixture(scope="package")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies") / "demo"
    shutil.copytree(ROOT / "data" / "demo", folder, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__"))
    served = Served(folder)
    yield served
    served.stop()


@pytest.fixture(scope="package")
def ta_feng(tmp_path_factory):
    source = ROOT / "data" / "ta_feng"
    if not (source / "customers.csv").exists():
        pytest.skip("data/ta_feng not built")
    folder = tmp_path_factory.mktemp("studies") / "ta_feng"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.py", "*.zip", "__pycache__"))
    served = Served(folder)
    yield served
    served.stop()


class Visitor:
    """A browser tab that remembers what went wrong: errors, requests to other hosts."""

    def __init__(self, browser, served, width=1360):
        self.served = served
        self.context = browser.new_context(viewport={"width": width, "height": 1000})
        self.page = self.context.new_page()
        self.errors, self.elsewhere = [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        # of a late widget the page takes care by itself: see mend_late_widgets in svcnb.js and its test
        self.page.on("console", lambda m: self.errors.append(m.text)
                     if m.type == "error" and "widget model not found" not in m.text else None)
        self.page.on("request", lambda r: self.elsewhere.append(r.url)
                     if not r.url.startswith((served.base, served.base.replace("http", "ws"), "data:", "blob:")) else None)
        self.page.goto(f"{served.base}svcnb/alive?{served.address.split('?')[1]}")

    def open(self, notebook: str, language: str = "en"):
        folder = "" if language == "en" else f"{language}/"
        self.page.goto(f"{self.served.base}voila/render/{folder}{notebook}.ipynb", wait_until="load", timeout=120_000)
        self.page.wait_for_selector(".cell-side .svcnb", timeout=90_000)  # the last cell of every page
        if self.page.locator(".live").count():
            self.page.wait_for_selector(".live .jupyter-widgets", timeout=90_000)
        return self.page

    def close(self):
        """As a person closes a tab, so that the page says goodbye to its kernel."""
        self.page.close(run_before_unload=True)
        with contextlib.suppress(Exception):
            self.page.wait_for_event("close", timeout=3000)
        self.context.close()


@pytest.fixture
def visit(browser):
    opened = []

    def start(served, width=1360):
        opened.append(Visitor(browser, served, width))
        return opened[-1]

    yield start
    for visitor in opened:
        visitor.close()
