"""Gaps of the service: the diagram with its values, the way from expected to perceived, what qualifies and what wins."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.figures.window import shown_names
from svcnb.i18n import N_, is_missing
from svcnb.methods.gaps import GAPS, LEVELS
from svcnb.steps.gaps import COLUMNS

NOTHING = N_("No gap is measured: one end of each is not known.")
SOFT, DEEP = "#52606D", "#8A5A00"
HALF = 0.045  # half the height of a box
# level: left and right end of its box, its height; one layout for a page's column and one, of fewer boxes, for a phone
WIDE = {"expected": (0.36, 0.62, 0.93), "perceived": (0.36, 0.62, 0.75), "delivered": (0.36, 0.62, 0.51),
        "specified": (0.36, 0.62, 0.29), "believed": (0.36, 0.62, 0.06), "offered": (0.74, 0.99, 0.51),
        "understood": (0.74, 0.99, 0.93), "frontline": (0.01, 0.25, 0.40)}
PHONE = {"expected": (0.18, 0.62, 0.93), "perceived": (0.18, 0.62, 0.75), "delivered": (0.18, 0.62, 0.51),
         "specified": (0.18, 0.62, 0.29), "believed": (0.18, 0.62, 0.06), "offered": (0.71, 0.99, 0.51)}
BETWEEN = 0.685  # where the customer ends and the provider begins
POSITIONS = {"below_qualifier": (VERMILION, "v"), "qualified": (AMBER, "o"), "winning": (GREEN, "^")}


def plot_diagram(chosen, *, words, ax=None, narrow=False):
    """Customers above, provider below; each gap with its value on its arrow, the largest on the way drawn thick.

    Parameters
    ----------
    chosen : DataFrame
        One row of the step's table gaps.
    """
    ax = ax or new_axes(narrow, height=6.0 if narrow else 5.6)
    row = chosen.iloc[0]
    boxes = PHONE if narrow else WIDE
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_axis_off()
    ax.set_title(_called(chosen, words, 34 if narrow else 70), fontsize=10 if narrow else 11, color=INK)
    ax.plot([0, 1], [BETWEEN, BETWEEN], color=GREY, linestyle=":", linewidth=1, zorder=0)
    side = {"x": 0.93 if narrow else 0.01, "ha": "right" if narrow else "left", "fontsize": 8, "color": SOFT}
    ax.text(y=BETWEEN + 0.006, s=words(N_("customer")), va="bottom", **side)
    ax.text(y=BETWEEN - 0.006, s=words(N_("provider")), va="top", **side)
    for level, (left, right, y) in boxes.items():
        _box(ax, row[level], words(LEVELS[level]), (left, right, y), level, words, narrow)
    for code, path, label in _arrows(boxes, narrow):
        _arrow(ax, code, row, path, label, words, narrow)
    return ax


def _called(chosen, words, width: int) -> str:
    segment = words.name("segment", str(chosen["segment_id"].iloc[0]))
    name = short_lines(shown_names(chosen, words)[0], width - 12, 1)
    return short_lines(f"{name} · {words('All') if segment == 'all' else segment}", width, 1)


def _box(ax, value, name, place, level, words, narrow):
    from matplotlib.patches import FancyBboxPatch

    left, right, y = place
    of_customer = y > BETWEEN
    ax.add_patch(FancyBboxPatch((left, y - HALF), right - left, 2 * HALF, boxstyle="round,pad=0,rounding_size=0.012",
                                facecolor="#EAF3F9" if of_customer else "#F1F4F7", edgecolor=BLUE if of_customer else GREY,
                                linewidth=1, linestyle="--" if is_missing(value) else "-", gid=level))
    width = int((right - left) * (46 if narrow else 86))
    shown = words("not measured") if is_missing(value) else words.number(value, 2)
    ax.text((left + right) / 2, y, f"{short_lines(name, width)}\n{shown}", ha="center", va="center", color=INK,
            fontsize=8 if narrow else 8.6, linespacing=1.15)


def _arrows(boxes, narrow):
    """Gap, the corners of its line and where its label stands: (x, y, horizontal, vertical alignment)."""
    def top(name):
        return boxes[name][2] + HALF

    def bottom(name):
        return boxes[name][2] - HALF

    left, right, _ = boxes["expected"]
    centre, y = (left + right) / 2, {name: box[2] for name, box in boxes.items()}
    for code, above, below in (("G5", "expected", "perceived"), ("G6", "perceived", "delivered"),
                               ("G3", "delivered", "specified"), ("G2", "specified", "believed")):
        middle = (bottom(above) + top(below)) / 2 - (0.022 if code == "G6" else 0)
        yield code, [(centre, bottom(above)), (centre, top(below))], (centre + 0.02, middle, "left", "center")
    line = left - (0.07 if narrow else 0.04)
    low = (bottom("specified") + top("believed")) / 2
    yield "G1", [(left, y["expected"]), (line, y["expected"]), (line, y["believed"]), (left, y["believed"])], \
        (line + 0.015, low, "left", "center")
    start, end, _ = boxes["offered"]
    yield "G4", [(start, y["offered"]), (right, y["delivered"])], ((start + end) / 2, bottom("offered") - 0.012, "center", "top")
    up = 0.95 if narrow else 0.77
    yield "G_op", [(up, top("offered")), (up, y["perceived"]), (right, y["perceived"])], \
        ((right + up) / 2 if narrow else (right + start) / 2 + 0.015, y["perceived"] + 0.015, "center", "bottom")
    if "understood" in boxes:
        yield "G7", [(0.965, top("offered")), (0.965, bottom("understood"))], (0.955, BETWEEN - 0.05, "right", "center")
    if "frontline" in boxes:
        side = (boxes["frontline"][0] + boxes["frontline"][1]) / 2
        yield "G8", [(left, y["expected"]), (side, y["expected"]), (side, top("frontline"))], \
            (side + 0.015, 0.80, "left", "center")
        yield "G9", [(side, bottom("frontline")), (side, y["believed"]), (left, y["believed"])], \
            (side - 0.015, 0.2, "right", "center")


def _arrow(ax, code, row, path, label, words, narrow):
    value, primary = row[COLUMNS[code]], row["primary"] == code
    missing = is_missing(value)
    colour, width = (GREY, 1.0) if missing else (VERMILION, 3.0) if primary else (BLUE, 2.2) if code == "G5" else (SOFT, 1.2)
    xs, ys = zip(*path, strict=True)
    ax.plot(xs, ys, color=colour, linewidth=width, linestyle="--" if missing else "-", zorder=1, gid=code)
    for at, before in ((path[-1], path[-2]), (path[0], path[1])):
        ax.annotate("", at, xytext=before, zorder=1, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": width,
                                                                  "shrinkA": 0, "shrinkB": 0})
    x, y, across, up = label
    shown = words("not measured") if missing else words.number(value, 2)
    ax.text(x, y, f"{short_lines(words(GAPS[code].name), 15, 3)}\n{shown}", ha=across, va=up, linespacing=1.1,
            fontsize=8 if narrow else 8.6, color=VERMILION if primary else BLUE if code == "G5" else INK,
            fontweight="bold" if primary or code == "G5" else "normal",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})


def describe_diagram(chosen, words) -> str:
    """Every level and every gap that is measured."""
    if not len(chosen):
        return words(NOTHING)
    row = chosen.iloc[0]
    levels = "; ".join(f"{words(name)} {words.number(row[level], 2)}" for level, name in LEVELS.items()
                       if not is_missing(row[level]))
    gaps = "; ".join(f"{words(GAPS[code].name)} {words.number(row[column], 2)}" for code, column in COLUMNS.items()
                     if not is_missing(row[column]))
    return words(N_("{component}, service from 0 to 10: {levels}. Gaps, positive where it falls short: {gaps}."),
                 component=_called(chosen, words, 90), levels=levels, gaps=gaps)


def plot_waterfall(waterfall, *, words, ax=None, narrow=False):
    """From expected down to perceived, one bar a gap; what falls short to the left, what is more than enough to the right.

    Parameters
    ----------
    waterfall : DataFrame
        The rows of one component of the step's table waterfall.
    """
    ax = ax or new_axes(narrow, height=3.3)
    fall = (waterfall["start"] - waterfall["end"]).where(waterfall["kind"] == "shortfall")
    for place, row in enumerate(waterfall.itertuples()):
        low, high = min(row.start, row.end), max(row.start, row.end)
        level, largest = row.kind == "level", fall.notna().any() and place == int(np.nanargmax(fall))
        colour = GREY if level else GREEN if row.kind == "surplus" else VERMILION if largest else AMBER
        ax.barh(place, high - low, left=low, height=0.62, color=colour, hatch="//" if largest else None, edgecolor="white",
                linewidth=0, gid=f"{row.kind}:{row.step}")
        if row.kind == "none":
            ax.plot([row.end, row.end], [place - 0.31, place + 0.31], color=GREY, linewidth=2)
        if place + 1 < len(waterfall):
            ax.plot([row.end, row.end], [place - 0.31, place + 1.31], color=GREY, linewidth=1, zorder=0)
        shown = words.number(row.end, 2) if level else _signed(row.end - row.start, words)
        ax.annotate(shown, (high, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9.5,
                    fontweight="bold" if level or largest else "normal")
    ax.set_yticks(range(len(waterfall)), [short_lines(words(label), 17 if narrow else 34) for label in waterfall["label"]],
                  fontsize=8 if narrow else 9.5)
    ax.set_ylim(len(waterfall) - 0.4, -0.6)
    ax.set_xlim(0, 11.2)
    ax.set_xticks(range(0, 11, 2))
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value))
    ax.set_xlabel(axis_label(words(N_("Service, 0 to 10")), narrow))
    return ax


def _signed(value: float, words) -> str:
    shown = words.number(abs(value), 2)
    return shown if not value else f"{'+' if value > 0 else '−'}{shown}"


def describe_waterfall(waterfall, words) -> str:
    """The way in words."""
    if not len(waterfall):
        return words(NOTHING)
    parts = [f"{words(row.label)} " + (words.number(row.end, 2) if row.kind == "level" else _signed(row.end - row.start, words))
             for row in waterfall.itertuples()]
    return words(N_("The way from expected to perceived: {list}."), list="; ".join(parts))


def plot_winning(winning, *, words, ax=None, narrow=False):
    """Per component the band from what qualifies to what wins and our own mark; hollow where it may be chance.

    Parameters
    ----------
    winning : DataFrame
        The rows of one segment of the step's table winning, the most important first.
    """
    ax = ax or new_axes(narrow, height=1.6 + (0.44 if narrow else 0.38) * len(winning))
    rows = winning.reset_index(drop=True)
    for place, row in enumerate(rows.itertuples()):
        low = row.winner if is_missing(row.qualifier) else row.qualifier
        ax.barh(place, row.winner - low, left=low, height=0.5, color="#D5DEE8", linewidth=0, zorder=1)
        ax.plot([low, low], [place - 0.33, place + 0.33], color=SOFT, linewidth=1.6, zorder=2)
        ax.plot([row.winner], [place], marker="*", color=BLUE, markersize=11, zorder=2, linestyle="none")
        if not is_missing(row.own):
            colour, mark = POSITIONS.get(row.position, (GREY, "s"))
            by_chance = not is_missing(row.differs) and not row.differs
            ax.scatter([row.own], [place], s=62, marker=mark, facecolor="white" if by_chance else colour, edgecolor=colour,
                       linewidth=1.7, zorder=3)
    first = rows.iloc[0]
    look = {"textcoords": "offset points", "fontsize": 8, "color": SOFT, "va": "bottom"}
    if not is_missing(first["qualifier"]):
        ax.annotate(words(N_("qualifies")), (first["qualifier"], -0.33), xytext=(0, 3), ha="right", **look)
    ax.annotate(words(N_("wins ★")), (first["winner"], -0.33), xytext=(0, 3), ha="left", **look)
    names = [short_lines(name, 18 if narrow else 32) + ("" if is_missing(weight) else f" · {words.percent(weight, 0)}")
             for name, weight in zip(shown_names(rows, words), rows["weight"], strict=True)]
    ax.set_yticks(range(len(rows)), names, fontsize=8 if narrow else 9.5)
    ax.set_ylim(len(rows) - 0.5, -1.1)
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value))
    low, high = ax.get_xlim()
    ax.set_xlim(low - 0.08 * (high - low), high)
    ax.set_xlabel(axis_label(words(N_("Performance, 0 to 10: ▼ below what qualifies, ● in between, ▲ wins; hollow: perhaps by "
                                      "chance")), narrow, 72), fontsize=9 if narrow else 10.5)
    return ax


def describe_winning(winning, words) -> str:
    """Per component what qualifies, what wins and where we stand."""
    if not len(winning):
        return words(N_("No competitor is rated: what qualifies and what wins is not known."))
    parts = [words(N_("{name}: qualifies {low:2}, wins {high:2}, we {own:2}"), name=name, low=row.qualifier, high=row.winner,
                   own=row.own) for name, row in zip(shown_names(winning, words), winning.itertuples(), strict=True)]
    return "; ".join(parts) + "."
