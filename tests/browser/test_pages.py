"""Every page in a real browser: opens, reads well, takes a decision, and has it after a reload and a kill."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from svcnb.journal import open_journal
from svcnb.panels import PAGES

NOTEBOOKS = [page.notebook for page in PAGES.values()]


def assert_sound(visitor, page, language):
    """One h1, the language, a title, a main landmark, named controls, described pictures, tables, no other host."""
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == language
    assert page.title().strip(" ·")
    assert page.locator("main").count() == 1
    unnamed = page.eval_on_selector_all(
        "main input, main select, main textarea, main button",
        "all => all.filter(e => e.offsetParent && !(e.getAttribute('aria-label') || e.title || e.innerText || "
        "(e.labels && e.labels.length && e.labels[0].innerText))).map(e => e.outerHTML.slice(0, 200))")
    assert unnamed == []
    assert page.eval_on_selector_all("main img", "all => all.filter(e => !e.alt || !e.naturalWidth).length") == 0
    assert page.locator("[role=alert].card").count() == 0
    assert visitor.elsewhere == []
    assert visitor.errors == []
    assert "Traceback" not in page.inner_text("body")


IN_SPANISH = ["00_study", "03b_window", "05b_staffing", "07_offer"]  # nbval compares the words of all twelve


@pytest.mark.parametrize(("notebook", "language"), [*((n, "en") for n in NOTEBOOKS), *((n, "es") for n in IN_SPANISH)])
def test_page_of_the_demo_is_sound(visit, demo, notebook, language):
    visitor = visit(demo)
    assert_sound(visitor, visitor.open(notebook, language), language)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_page_of_the_real_study_is_sound(visit, ta_feng, notebook):
    visitor = visit(ta_feng)
    assert_sound(visitor, visitor.open(notebook), "en")


@pytest.mark.parametrize("notebook", ["00_study", "03b_window", "04_goals"])
def test_page_fits_a_phone(visit, demo, notebook):
    page = visit(demo, width=390).open(notebook)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def take_decision(page, name, reason):
    page.get_by_label("Your name").fill(name)
    page.get_by_placeholder("The reason, in a sentence").fill(reason)
    page.get_by_role("button", name="Save decision").click()
    page.wait_for_selector(".decide .status.settled", timeout=20_000)
    return page.inner_text(".decide .status.settled")


@pytest.mark.parametrize("study", ["demo", "ta_feng"])
def test_decision_survives_reload_and_kill(visit, study, request):
    """What the page calls saved is there after a reload, and after the server was killed with -9."""
    served = request.getfixturevalue(study)
    notebook = "03b_window" if study == "demo" else "02_characterisation"
    visitor = visit(served)
    page = visitor.open(notebook)
    said = take_decision(page, "Ana", f"the room of {study} agrees")
    assert said.startswith("Saved")
    page = visitor.open(notebook)
    assert f"the room of {study} agrees" in page.inner_text(".decide")
    served.stop(kill=True)
    page.wait_for_selector("#lost:not([hidden])", timeout=10_000)
    served.start()
    page = visit(served).open(notebook)
    assert f"the room of {study} agrees" in page.inner_text(".decide")


@pytest.mark.parametrize("wait", [False, True], ids=["in the middle of a save", "after a save"])
def test_a_killed_kernel_is_said_and_loses_nothing_saved(visit, demo, wait):
    """The page's kernel gets kill -9 as the button is pressed: what was said to be saved is in the journal, what was
    saved before is too, and the page says that it hears nobody any more."""
    visitor = visit(demo)
    page = visitor.open("02_characterisation")
    take_decision(page, "Ana", f"saved before, {wait}")
    kept = events(demo)
    page.get_by_placeholder("The reason, in a sentence").fill(f"the last one, {wait}")
    page.locator(".decide .number input").first.fill("75" if wait else "70")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save decision").click()
    for _ in range(200 if wait else 0):
        if f"the last one, {wait}" in [payload["reason"] for payload in events(demo)]:
            break
        page.wait_for_timeout(100)
    kernels = [process for process in psutil.Process(demo.process.pid).children(recursive=True)
               if any(door.status == psutil.CONN_LISTEN for door in process.net_connections())]  # idle ones have no door yet
    assert kernels
    for kernel in kernels:
        kernel.kill()
    page.wait_for_selector("#lost:not([hidden])", timeout=20_000)
    assert page.inner_text("#lost") == "Connection lost: what you change now is not saved. Reload the page."
    assert not page.locator(".decide p.status").is_visible()  # what it said last may not be true any more
    after = events(demo)
    assert after[:len(kept)] == kept  # nothing that was saved is lost
    new = [payload["reason"] for payload in after[len(kept):]]
    assert set(new) <= {f"the last one, {wait}"}
    assert new or not wait  # what was said to be saved is there
    with open_journal(demo.folder / "journal.sqlite", read_only=True) as journal:
        assert journal.verify() == []
    page = visit(demo).open("02_characterisation")
    assert page.locator(".decide").count() == 1


def events(served):
    with open_journal(served.folder / "journal.sqlite", read_only=True) as journal:
        return [event.payload for event in journal.events()]


def test_a_widget_that_came_too_late_is_fetched_again(visit, demo):
    """jupyterlab-widgets leaves a place empty for good when a widget takes over two seconds (ipywidgets issue 4026)."""
    words = "Error displaying widget: model not found"
    library = Path(sys.prefix) / "share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager/static"
    assert any(words in file.read_text("utf-8") for file in library.glob("*.js"))  # else the page waits for other words
    visitor = visit(demo)
    page = visitor.open("07_offer")
    empty = f"""() => {{ window.first = true; const place = document.querySelector('.cell-side .live .jp-OutputArea-output');
        place.classList.add('jupyter-widgets'); place.replaceChildren({words!r}); }}"""
    page.evaluate(empty)
    page.wait_for_function("() => !window.first", timeout=60_000)  # loaded anew by itself
    page.wait_for_selector(".cell-side .svcnb", timeout=90_000)
    assert page.locator(".decide").count() == 1
    page.get_by_placeholder("The reason, in a sentence").fill("half a sentence")
    page.evaluate(empty)
    page.wait_for_selector("text=This part did not arrive. Reload the page.")
    assert page.evaluate("window.first")  # not under the hands of who writes
    assert page.get_by_placeholder("The reason, in a sentence").input_value() == "half a sentence"


def test_a_page_whose_kernel_ended_while_it_loaded_is_fetched_once_more_then_says_so(visit, demo):
    """What the server writes then is tested in tests/kernels/test_kernel_once.py; here what the page makes of it."""
    page = visit(demo).open("00_study")
    page.evaluate("() => { window.first = true; voila_unfinished(); }")
    page.wait_for_function("() => !window.first", timeout=60_000)
    page.wait_for_function("() => !sessionStorage.getItem('unfinished')", timeout=90_000)  # this time it was there whole
    assert page.evaluate("""() => { window.first = true; sessionStorage.setItem('unfinished', '1'); voila_unfinished();
        return !document.getElementById('lost').hidden; }""")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.first")


def test_reload_leaves_no_kernel_behind(visit, demo):
    """Voila 0.5 leaks a kernel per reload unless mended: after three visits at most one lives."""
    visitor = visit(demo)
    for _ in range(3):
        page = visitor.open("00_study")
    count = "async base => (await (await fetch(base + 'svcnb/alive')).json()).kernels.length"
    for _ in range(20):  # a kernel takes a moment to end
        alive = page.evaluate(count, demo.base)
        if alive <= 1:
            break
        page.wait_for_timeout(1000)
    assert alive <= 1


def test_strangers_get_nothing(visit, demo, browser):
    """Without the token no page and no list; a file of the study is not there for anybody."""
    import urllib.error
    import urllib.request

    for path in ("", "voila/render/00_study.ipynb", "svcnb/alive", "voila/api/contents/", "voila/files/00_study.ipynb",
                 "static/etc/passwd", "voila/tree"):
        try:
            with urllib.request.urlopen(demo.base + path, timeout=10) as answer:
                assert "/login" in answer.url, path
        except urllib.error.HTTPError as error:
            assert error.code in (401, 403, 404, 405), (path, error.code)


def test_a_page_fetches_one_script_for_the_parts_of_the_front_end(visit, demo):
    """Where this fails Voila or ipywidgets have changed: python tools/pieces.py writes the list anew."""
    visitor, asked = visit(demo), []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open("03b_window").wait_for_timeout(1000)
    assert sum("/joined.js?v=" in address for address in asked) == 1  # preloaded and used, not fetched twice
    assert [address for address in asked if "/voila/static/" in address and not address.endswith("/voila.js")] == []
