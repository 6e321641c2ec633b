"""Every picture of every page, wide and narrow, with the names of the demo and with names of eighty characters."""

from __future__ import annotations

import shutil
import warnings
from itertools import combinations
from pathlib import Path

import matplotlib
import pandas as pd
import pytest
from matplotlib.axis import Tick
from matplotlib.text import Text

from svcnb.figures import style
from svcnb.i18n import words_in
from svcnb.panels import PAGES
from svcnb.results import evaluate, evaluate_all
from svcnb.study import load_study

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
PICTURES = [(page.name, spec.name) for page in PAGES.values() for spec in page.pictures]
NAMES = ("name", "spanish", "text", "row", "column", "group", "short", "rival", "experts_segment", "segment_now")
LONG = 80
# What a phone of 390 px leaves for a picture: 390 less the page's and the card's edges (svcnb.css), and its 3.9 inches
PHONE_PIXELS = 390 - 2 * 14.4 - 2 * 11.2 - 2
LEAST_PIXELS = 9


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The demo; page 01f from a copy whose customers carry a segment of the experts, one in five another than its branch."""
    folder = tmp_path_factory.mktemp("studies") / "demo"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__", ".results"))
    customers = pd.read_csv(folder / "customers.csv", dtype=str)
    branch = customers["branch"]
    customers["segment_id"] = branch.where(customers.index % 5 != 0, branch.shift(7, fill_value="fleet"))
    customers.to_csv(folder / "customers.csv", index=False)
    return {**evaluate_all(load_study(DEMO), None), "apriori": evaluate(load_study(folder), None, "apriori")}


@pytest.fixture(autouse=True)
def settings():
    """Sizes of letters decide how many ticks there are, also when they are read afterwards."""
    with matplotlib.rc_context(style.SETTINGS):
        yield


def long_names(frame):
    """Every name of the frame as one of 80 characters: first as words, then (each third) as one word."""
    frame = frame.copy()
    for column in set(NAMES) & set(frame.columns):
        known = {name: n for n, name in enumerate(dict.fromkeys(v for v in frame[column] if isinstance(v, str)))}
        more = {v: ("of the long and winding coast road " if n % 3 else "Ñandú" * 16) * 3 for v, n in known.items()}
        frame[column] = [f"{v} {more[v]}"[:LONG] if isinstance(v, str) else v for v in frame[column]]
    return frame


def drawn(results, page_name, picture_name, words, narrow, names=lambda frame: frame):
    """The axes of a picture as they are saved, and the warnings its drawing gave."""
    page = PAGES[page_name]
    spec = next(p for p in page.pictures if p.name == picture_name)
    result = results[page.step]
    view = {field.key: field.value for field in page.controls(result, words)}
    frames = [names(frame) for frame in spec.frames(page.adapt(result, view, words))]
    kept = []

    def plot(*tables, **options):
        kept.append(spec.plot(*tables, **options))
        return kept[0]

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        style.draw(plot, *frames, narrow=narrow, kinds=("svg",), words=words)
    figure = kept[0].figure
    figure.set_dpi(72)
    figure.draw_without_rendering()
    return kept[0], [str(w.message) for w in told]


def texts_of(figure) -> list[Text]:
    """Every text that is seen: not the labels of ticks that the drawing library keeps without drawing them."""
    hidden = {label for tick in figure.findobj(Tick) for label in (tick.label1, tick.label2)}
    for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)):
        low, high = sorted(axis.get_view_interval())
        if axis.axes.axison:
            hidden -= {label for t in axis.get_major_ticks() if low - 1e-9 <= t.get_loc() <= high + 1e-9
                       for label in (t.label1, t.label2)}
        else:
            hidden.add(axis.label)
    return [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible() and t not in hidden]


def faults(ax) -> list[str]:
    """What a reader would see as broken: axes squeezed, text cut at the edge, text over text."""
    figure = ax.figure
    box, found = ax.get_position(), []
    if box.width < 0.3 or box.height < 0.3:
        found.append(f"axes {box.width:.2f} x {box.height:.2f} of the picture")
    width, height = figure.bbox.width, figure.bbox.height
    seen = [(t.get_text().replace("\n", "|")[:40], t.get_window_extent()) for t in texts_of(figure) if t.get_rotation() % 90 == 0]
    found += [f"cut: {text}" for text, b in seen if b.x0 < -1 or b.y0 < -1 or b.x1 > width + 1 or b.y1 > height + 1]
    for (text, a), (other, b) in combinations(seen, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > 2 and high > 2:
            found.append(f"{text} over {other}")
    return found


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize(("page", "picture"), PICTURES)
def test_a_picture_of_the_demo_is_whole(results, page, picture, narrow, language):
    ax, told = drawn(results, page, picture, words_in(language), narrow)
    assert (faults(ax), told) == ([], [])


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize(("page", "picture"), PICTURES)
def test_names_of_eighty_characters_break_no_picture(results, page, picture, narrow):
    ax, told = drawn(results, page, picture, words_in("en"), narrow, long_names)
    assert (faults(ax), told) == ([], [])


@pytest.mark.parametrize(("page", "picture"), PICTURES)
def test_the_smallest_letters_are_readable_on_a_phone(results, page, picture):
    """A picture of 3.9 inches is 280.8 points wide and is shown 336.8 px wide: a point is 1.2 px, so 7.5 points is 9 px."""
    ax, _ = drawn(results, page, picture, words_in("es"), narrow=True)
    pixels = PHONE_PIXELS / (72 * ax.figure.get_figwidth())
    small = {t.get_text(): t.get_fontsize() * pixels for t in texts_of(ax.figure) if t.get_fontsize() * pixels < LEAST_PIXELS}
    assert small == {}
