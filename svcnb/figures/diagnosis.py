"""Pictures of the diagnosis: staircase of fill rates, order fill by lines, waterfall of the general level, rivals."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.ticker import FuncFormatter

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.i18n import N_

STAIRS = ("unit", "value", "line", "order", "customer")
STAIR_NAMES = {"unit": N_("units"), "value": N_("value"), "line": N_("lines"), "order": N_("orders"),
               "customer": N_("customers")}
KINDS = {"weakness": (VERMILION, "v"), "strength": (GREEN, "^"), "parity": (INK, "o"), "secondary": (GREY, "s")}


def plot_fill(fill, *, words, ax=None, narrow=False):
    """Staircase: the same deliveries counted by unit, value, line, order and customer.

    ``fill`` is the step's table: level, rate, numerator, denominator, n.
    """
    rows = _stairs(fill)
    ax = ax or new_axes(narrow, height=3.6)
    if rows is None:
        return _say(ax, words(N_("Fill rates are not measured: no first delivery is recorded.")))
    at = np.arange(len(rows))
    ax.bar(at, rows["rate"], width=0.72, color=[BLUE if level == "order" else GREY for level in rows["level"]])
    for place, row in zip(at, rows.itertuples(), strict=True):
        ax.annotate(words.percent(row.rate), (place, row.rate), xytext=(0, 4), textcoords="offset points", ha="center",
                    va="bottom", fontsize=9 if narrow else 10.5, color=INK)
    names = [words(STAIR_NAMES[level]) for level in rows["level"]]
    ax.set_xticks(at, [f"{name}\n{words.number(n)}" for name, n in zip(names, rows["n"], strict=True)],
                  fontsize=8 if narrow else 9.5)
    ax.set_xlabel(words(N_("counted by; below it n")))
    ax.set_ylim(0, 1.12)
    return _percent(ax, words, "y", words(N_("Share complete in the first delivery")))


def plot_fill_by_lines(fill_by_lines, *, words, ax=None, narrow=False):
    """Complete orders by number of lines, beside what independent lines would give (p to the n).

    ``fill_by_lines``: n_lines, orders, rate, independent.
    """
    ax = ax or new_axes(narrow, height=3.4)
    if not len(fill_by_lines):
        return _say(ax, words(N_("Fill rates are not measured: no first delivery is recorded.")))
    rows = fill_by_lines
    ax.plot(rows["n_lines"], rows["independent"], color=AMBER, linestyle="--", linewidth=1.6)
    sizes = 18 + 120 * rows["orders"] / rows["orders"].max()
    ax.scatter(rows["n_lines"], rows["rate"], s=sizes, color=BLUE, zorder=3)
    middle = rows.iloc[len(rows) // 2]
    text = textwrap.fill(words(N_("if lines failed independently")), 18 if narrow else 60)
    ax.annotate(text, (middle["n_lines"], middle["independent"]), xytext=(-2, -14), textcoords="offset points",
                ha="right" if len(rows) > 2 else "left", va="top", fontsize=8.5, color="#8A5A00")
    first = rows.iloc[0]
    ax.annotate(words(N_("observed; size: orders")), (first["n_lines"], first["rate"]), xytext=(8, 8),
                textcoords="offset points", fontsize=8.5, color=BLUE)
    ax.set(xlabel=words(N_("Lines of the order")), ylim=(0, 1.05), xticks=rows["n_lines"])
    return _percent(ax, words, "y", words(N_("Complete orders")))


def plot_general_level(levels, general, *, words, ax=None, narrow=False):
    """Waterfall from 100 % down to the product; below it the joint rate counted on orders with its bounds.

    ``levels`` (short, value, start, end, loss_share, order_level) and ``general`` (one row) of the step.
    """
    n = len(levels)
    ax = ax or new_axes(narrow, height=1.6 + 0.42 * (n + 2))
    if not n:
        return _say(ax, words(N_("The general level is not measured.")))
    total = general.iloc[0]
    worst = levels["loss_share"].max()
    for place, row in enumerate(levels.itertuples()):
        most = row.loss_share == worst and worst > 0
        ax.barh(place, row.start - row.end, left=row.end, height=0.62, color=VERMILION if most else AMBER,
                hatch="//" if most else None, edgecolor="white", linewidth=0)
        ax.plot([row.end, row.end], [place - 0.31, place + 1.31], color=GREY, linewidth=1)
        left = row.end > 0.25  # near the axis the number stands on the other side of its bar
        ax.annotate(words.percent(row.value), (row.end if left else row.start, place), xytext=(-4 if left else 4, 0),
                    textcoords="offset points", ha="right" if left else "left", va="center", fontsize=9)
    ax.barh(n, total["product"], height=0.62, color=GREY)
    ax.annotate(words.percent(total["product"]), (total["product"], n), xytext=(4, 0), textcoords="offset points",
                va="center", fontsize=10.5, fontweight="bold")
    labels = [short_lines(f"{row.measure_id} {words(row.short)}", 18 if narrow else 34)
              for row in levels.itertuples()] + [words(N_("Product"))]
    if total["joint"] == total["joint"]:
        _joint(ax, n + 1, total, words)
        labels.append(short_lines(words(N_("Counted on orders")), 18 if narrow else 34))
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.2, -0.7)
    ax.set_xlim(0, 1.04)
    return _percent(ax, words, "x", axis_label(words(N_("Share that meets the measures so far")), narrow))


def _joint(ax, place, total, words):
    """The joint rate as a mark between the bounds that the single levels allow."""
    ax.plot([total["lower"], total["upper"]], [place, place], color=GREY, linewidth=2.4, marker="|", markersize=12)
    ax.errorbar([total["joint"]], [place], xerr=[[total["joint"] - total["joint_low"]],
                                                 [total["joint_high"] - total["joint"]]],
                fmt="D", color=GREEN, markersize=8, capsize=3, zorder=3)
    ax.annotate(words.percent(total["joint"]), (total["joint"], place), xytext=(0, 9), textcoords="offset points",
                ha="center", fontsize=10.5, fontweight="bold", color="#00654A")
    ax.annotate(words(N_("possible: {low:%} to {high:%}"), low=total["lower"], high=total["upper"]),
                ((total["lower"] + total["upper"]) / 2, place), xytext=(0, -9), textcoords="offset points", ha="center",
                va="top", fontsize=8, color="#52606D")


def plot_competitors(competitors, *, words, ax=None, narrow=False):
    """Each component: our rating beside the best competitor's, the most important on top.

    ``competitors``: component_id, name, spanish, importance (share), own, best_rival, rival, relative, kind.
    """
    ax = ax or new_axes(narrow, height=1.4 + 0.38 * max(1, len(competitors)))
    if not len(competitors):
        return _say(ax, words(N_("No competitor is rated.")))
    rows = competitors.sort_values("importance")
    for place, row in enumerate(rows.itertuples()):
        colour, mark = KINDS[row.kind]
        ax.plot([row.own, row.best_rival], [place, place], color=colour, linewidth=2, zorder=1)
        ax.scatter([row.own], [place], s=60, color=colour, marker=mark, zorder=3)
        ax.scatter([row.best_rival], [place], s=46, facecolor="white", edgecolor=INK, zorder=2)
    names = rows["spanish"] if words.language == "es" else [words(name) for name in rows["name"]]
    ax.set_yticks(range(len(rows)), [short_lines(name, 18 if narrow else 32) + f" · {words.percent(share, 0)}"
                                     for name, share in zip(names, rows["importance"], strict=True)],
                  fontsize=8 if narrow else 9.5)
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value))
    ax.set_xlabel(axis_label(words(N_("Rating, 0 to 10: filled ours, hollow the best competitor")), narrow))
    return ax


def describe_fill(fill, words) -> str:
    """The staircase in words."""
    rows = _stairs(fill)
    if rows is None:
        return words(N_("Fill rates are not measured: no first delivery is recorded."))
    return words(N_("Complete in the first delivery: {list}."), list="; ".join(
        f"{words(STAIR_NAMES[row.level])} {words.percent(row.rate)} ({words('n = {n}', n=int(row.n))})"
        for row in rows.itertuples()))


def describe_fill_by_lines(fill_by_lines, words) -> str:
    """The curve in words: the shortest and the longest orders shown."""
    if not len(fill_by_lines):
        return words(N_("Fill rates are not measured: no first delivery is recorded."))
    first, last = fill_by_lines.iloc[0], fill_by_lines.iloc[-1]
    return words(N_("Complete orders by number of lines: {few}: {first:%} (n = {n}), …, {many}: {last:%} (n = {m}); if "
                    "lines failed independently the last would be {expected:%}."), few=int(first["n_lines"]),
                 first=first["rate"], n=int(first["orders"]), many=int(last["n_lines"]), last=last["rate"],
                 m=int(last["orders"]), expected=last["independent"])


def describe_general_level(levels, general, words) -> str:
    """The waterfall in words."""
    if not len(levels):
        return words(N_("The general level is not measured."))
    total = general.iloc[0]
    shown = "; ".join(f"{row.measure_id} {words(row.short)} {words.percent(row.value)}" for row in levels.itertuples())
    text = words(N_("From 100 % down to the product {product:%}: {list}."), product=total["product"], list=shown)
    if total["joint"] == total["joint"]:
        text += " " + words(N_("Counted on {n} orders {joint:%} meet all; the single levels allow {low:%} to {high:%}."),
                            n=int(total["n"]), joint=total["joint"], low=total["lower"], high=total["upper"])
    return text


def describe_competitors(competitors, words) -> str:
    """Weaknesses and strengths in words."""
    if not len(competitors):
        return words(N_("No competitor is rated."))
    parts = []
    for row in competitors.sort_values("importance", ascending=False).itertuples():
        name = row.spanish if words.language == "es" else words(row.name)
        parts.append(words(N_("{name}: ours {own:1}, best competitor {rival:1} ({kind:word})"), name=name, own=row.own,
                           rival=row.best_rival, kind=row.kind))
    return "; ".join(parts) + "."


def _stairs(fill):
    if fill is None or not len(fill):
        return None
    rows = fill[fill["level"].isin(STAIRS) & fill["rate"].notna()]
    return rows.set_index("level").reindex([s for s in STAIRS if s in set(rows["level"])]).reset_index() \
        if len(rows) else None


def _percent(ax, words, which: str, text: str):
    axis = ax.yaxis if which == "y" else ax.xaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: words.percent(value, 0)))
    axis.set_label_text(text)
    return ax


def _say(ax, text: str):
    ax.text(0.5, 0.5, text, ha="center", va="center", wrap=True, transform=ax.transAxes)
    ax.set_axis_off()
    return ax
