"""The customer window: satisfaction across, importance up, doubt as dust and hollow marks; and its Pareto."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import GREEN, GREY, INK, PALE, VERMILION, new_axes
from svcnb.i18n import N_
from svcnb.methods.window import NAMES

MARKS = {"A": ("^", VERMILION), "B": ("o", GREEN), "C": ("s", GREY), "D": ("s", GREY)}
# where a label may stand beside its point: across and up in points, and its alignments
PLACES = ((8, 5, "left", "bottom"), (8, -5, "left", "top"), (-8, 5, "right", "bottom"), (-8, -5, "right", "top"),
          (0, 10, "center", "bottom"), (0, -10, "center", "top"), (10, 0, "left", "center"), (-10, 0, "right", "center"),
          (14, 16, "left", "bottom"), (14, -16, "left", "top"), (-14, 16, "right", "bottom"), (-14, -16, "right", "top"))


def plot_window(window, dust, cuts, *, words, ax=None, narrow=False):
    """Scatter of one segment's window.

    Parameters
    ----------
    window, dust, cuts : DataFrame
        Rows of one segment of the step's tables window, window_dust and window_cuts (cuts: one row).
    """
    ax = ax or new_axes(narrow, height=4.8 if narrow else 4.6)
    rows = window[window["quadrant"].notna()]
    if rows.empty:
        return empty_picture(ax, words(N_("No customer window: nobody was asked.")))
    _take_place(ax)
    x_cut, y_cut = float(cuts["satisfaction_cut"].iloc[0]), float(cuts["importance_cut"].iloc[0])
    x, y = _limits(rows["satisfaction"], x_cut, 10.0), _limits(rows["importance"], y_cut, np.inf)
    ax.set(xlim=x, ylim=y, xlabel=words(N_("Satisfaction, mean of 0 to 10")),
           ylabel=words(N_("Importance, points of 100")))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: words.number(value))
    ax.fill_between([x[0], x_cut], y_cut, y[1], color=PALE, zorder=0)
    ax.axhline(y_cut, color=GREY, linestyle="--", linewidth=1)
    ax.axvline(x_cut, color=GREY, linestyle="--", linewidth=1)
    names = [_corner(ax, words(NAMES[q]), q, narrow) for q in "ABCD"] + _cut_names(ax, x_cut, y_cut, x, y, words)
    quadrant = dict(zip(rows["component_id"], rows["quadrant"], strict=True))
    if len(dust):  # in one call: ten take a tenth of a moved control's time
        colours = [MARKS[quadrant[component]][1] if component in quadrant else GREY for component in dust["component_id"]]
        ax.scatter(dust["satisfaction"], dust["importance"], s=3, color=colours, alpha=0.22, linewidths=0, rasterized=True,
                   zorder=1, gid="dust")
    for row in rows.itertuples():
        mark, colour = MARKS[row.quadrant]
        face = "white" if row.undecided else colour
        size = 70 if row.share != row.share else 70 + 90 * row.share  # a bigger mark for a higher priority
        ax.scatter([row.satisfaction], [row.importance], s=size, marker=mark, facecolor=face, edgecolor=colour,
                   linewidth=1.4, zorder=3, gid=row.component_id)
    labels = [short_lines(words(name), 15 if narrow else 24) for name in shown_names(rows, words)]
    place_labels(ax, rows["satisfaction"].to_numpy(), rows["importance"].to_numpy(), labels,
                 size=8.5 if narrow else 9.5, taken=names, lines=((x_cut, None), (None, y_cut)))
    return ax


def plot_priority(window, *, words, ax=None, narrow=False):
    """Pareto of what is wanted and not received: bars of priority, highest first, cumulative share written beside."""
    rows = window[window["quadrant"] == "A"].sort_values("priority", ascending=False, kind="stable")
    ax = ax or new_axes(narrow, height=max(1.8, 0.5 * len(rows) + 1))
    if rows.empty:
        return empty_picture(ax, words(N_("Nothing is wanted and not received.")))
    at = np.arange(len(rows))
    ax.barh(at, rows["priority"], color=VERMILION, height=0.6)
    for i, row in enumerate(rows.itertuples()):
        ax.annotate(f"{words.number(row.priority, 1)} · {words.percent(row.cumulative, 0)}", (row.priority, i),
                    xytext=(5, 0), textcoords="offset points", va="center", color=INK)
    names = [short_lines(words(n), 17 if narrow else 32) for n in shown_names(rows, words)]
    ax.set(yticks=at, yticklabels=names, xlim=(0, rows["priority"].max() * 1.3 or 1),
           xlabel=axis_label(words(N_("Priority: importance × (target − satisfaction); share, cumulative")), narrow))
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value))
    ax.invert_yaxis()
    return ax


def describe_window(window, cuts, words) -> str:
    """The window in words, for those who cannot see it."""
    rows = window[window["quadrant"].notna()]
    if rows.empty:
        return words(N_("No customer window: nobody was asked."))
    parts = [words(N_("Customer window of {n} components; importance is cut at {importance:1} points, satisfaction at "
                      "{satisfaction:2}."), n=len(rows), importance=float(cuts["importance_cut"].iloc[0]),
                   satisfaction=float(cuts["satisfaction_cut"].iloc[0]))]
    for quadrant, title in NAMES.items():
        inside = rows[rows["quadrant"] == quadrant]
        if len(inside):
            parts.append(f"{words(title)}: " + "; ".join(
                f"{words(name)} {words.number(i, 1)} / {words.number(s, 1)}" for name, i, s in
                zip(shown_names(inside, words), inside["importance"], inside["satisfaction"], strict=True)) + ".")
    return " ".join(parts)


def describe_priority(window, words) -> str:
    """The Pareto in words."""
    rows = window[window["quadrant"] == "A"].sort_values("priority", ascending=False, kind="stable")
    if rows.empty:
        return words(N_("Nothing is wanted and not received."))
    return words(N_("Priority and cumulative share: {list}."), list="; ".join(
        f"{words(n)} {words.number(p, 1)}, {words.percent(c, 0)}" for n, p, c in
        zip(shown_names(rows, words), rows["priority"], rows["cumulative"], strict=True)))


def empty_picture(ax, text):
    """Axes that say why there is nothing to see."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, text, ha="center", va="center", transform=ax.transAxes, wrap=True)
    return ax


def place_labels(ax, x, y, labels, *, size, taken=(), lines=()):
    """Write each label beside its point where it covers no other label, point, text of ``taken`` or line of ``lines``.

    ``lines`` are (x, None) for a vertical line and (None, y) for a horizontal one, in the units of the axes.
    """
    figure = ax.figure
    points = ax.transData.transform(np.column_stack([x, y]))
    scale = figure.dpi / 72
    boxes = [text.get_window_extent().extents for text in taken]
    boxes += [(px - 5 * scale, py - 5 * scale, px + 5 * scale, py + 5 * scale) for px, py in points]
    frame = ax.get_window_extent().extents
    boxes += [_line_box(ax, line, frame) for line in lines]
    for i in np.argsort(-np.asarray(y), kind="stable"):
        text = ax.annotate(labels[i], (x[i], y[i]), (0, 0), textcoords="offset points", fontsize=size, color=INK, zorder=4)
        left, low, right, top = text.get_window_extent().extents  # measured once: only its place is tried
        best = None
        for place in PLACES:
            box = _label_box(points[i], place, right - left, top - low, scale)
            cost = sum(_overlap(box, other) for other in boxes) + 3 * _outside(box, frame)
            if best is None or cost < best[0] - 1e-6:
                best = (cost, place, box)
            if best[0] <= 1e-6:
                break
        _, (dx, dy, across, up), box = best
        text.set(position=(dx, dy), ha=across, va=up)
        boxes.append(box)


def _take_place(ax) -> None:
    """Margins for four digits and one line of text: while a control moves, measuring them would cost a third of the time."""
    ax.figure.set_layout_engine("none")
    width, height = ax.figure.get_size_inches()
    left, low, right, top = 0.72 / width, 0.62 / height, 0.12 / width, 0.12 / height
    ax.set_position([left, low, 1 - left - right, 1 - low - top])


def _label_box(point, place, width, height, scale) -> tuple[float, float, float, float]:
    """Where a label of this size would stand, in pixels."""
    dx, dy, across, up = place
    left = point[0] + dx * scale - width * {"left": 0.0, "center": 0.5, "right": 1.0}[across]
    low = point[1] + dy * scale - height * {"bottom": 0.0, "center": 0.5, "top": 1.0}[up]
    return left, low, left + width, low + height


def _line_box(ax, line, frame) -> tuple[float, float, float, float]:
    """The strip of pixels that a line across the whole picture takes."""
    x, y = line
    at = ax.transData.transform((x if x is not None else 0.0, y if y is not None else 0.0))
    return (at[0] - 1, frame[1], at[0] + 1, frame[3]) if x is not None else (frame[0], at[1] - 1, frame[2], at[1] + 1)


def _overlap(a, b) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _outside(box, frame) -> float:
    return (box[2] - box[0]) * (box[3] - box[1]) - _overlap(box, frame)


def shown_names(rows, words) -> list[str]:
    column = "spanish" if words.language == "es" and "spanish" in rows else "name"
    return [str(name)[:1].upper() + str(name)[1:] for name in rows[column]] if column in rows else \
        rows["component_id"].tolist()


def _limits(values, cut, top) -> tuple[float, float]:
    low, high = min(values.min(), cut), max(values.max(), cut)
    room = max(0.16 * (high - low), 0.3)
    return max(0.0, low - room), min(top, high + room) if high + room / 2 < top else top + 0.15 * room


def _cut_names(ax, x_cut, y_cut, x, y, words) -> list:
    look = {"fontsize": 8, "color": "#52606D", "zorder": 2}
    return [ax.annotate(words(N_("cut {value:2}"), value=x_cut), (x_cut, y[0]), xytext=(3, 3), ha="left", va="bottom",
                        textcoords="offset points", rotation=90, **look),
            ax.annotate(words(N_("cut {value:2}"), value=y_cut), (x[1], y_cut), xytext=(-2, 2), ha="right", va="bottom",
                        textcoords="offset points", **look)]


def _corner(ax, name, quadrant, narrow):
    across, up = (0.015, "left") if quadrant in "AD" else (0.985, "right"), 0.985 if quadrant in "AB" else 0.015
    if narrow:  # two names do not fit beside each other on a phone: only the short part
        name = name.split(":")[0]
    return ax.text(across[0], up, name, ha=across[1], va="top" if quadrant in "AB" else "bottom",
                   transform=ax.transAxes, fontsize=8.5, fontweight="bold", color="#52606D", zorder=2)
