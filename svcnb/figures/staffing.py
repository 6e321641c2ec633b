"""Staff by waiting lines: arrivals by hour with the mean that hides the peak, and what each server adds."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.i18n import N_


def plot_arrivals(arrivals, *, words, ax=None, narrow=False):
    """Bars of arrivals an hour by the time of day with 95 % bounds, the mean of all hours and the rate of the peak.

    Parameters
    ----------
    arrivals : DataFrame
        The step's table; its first waiting line is drawn.
    """
    ax = ax or new_axes(narrow, height=3.8)
    rows = _first(arrivals)
    at = np.arange(len(rows))
    colours = [VERMILION if peak else BLUE for peak in rows["in_peak"]]
    ax.bar(at, rows["arrivals_per_hour"], color=colours, width=0.7, gid="arrivals")
    ax.errorbar(at, rows["arrivals_per_hour"], yerr=[rows["arrivals_per_hour"] - rows["low"],
                                                     rows["high"] - rows["arrivals_per_hour"]],
                fmt="none", ecolor=INK, elinewidth=0.9, capsize=2)
    if (rows["peak_days"] != "").any() and rows["on_peak_days"].notna().any():
        ax.plot(at, rows["on_peak_days"], color=VERMILION, marker="D", markersize=4, linewidth=1, gid="peak days")
        top = int(rows["on_peak_days"].fillna(0).to_numpy().argmax())
        ax.annotate(_days(rows, words), (top, rows["on_peak_days"].iloc[top]), xytext=(9, -16), textcoords="offset points",
                    color=INK, fontsize=9, ha="left", va="top")
    mean, peak = float(rows["mean_of_all"].iloc[0]), float(rows["peak_rate"].iloc[0])
    for value, style, colour, text in ((mean, "--", GREY, N_("mean of all hours {rate:1}")),
                                       (peak, "-", VERMILION, N_("peak {rate:1}"))):
        ax.axhline(value, linestyle=style, color=colour, linewidth=1.2, gid="mean" if style == "--" else "peak")
        ax.annotate(words(text, rate=value), (1, value), xycoords=("axes fraction", "data"), ha="right", va="bottom",
                    xytext=(0, 2), textcoords="offset points", color=INK, fontsize=9, zorder=5,
                    bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1})
    step = 1 if not narrow or len(rows) <= 8 else 2
    ax.set(xticks=at[::step], xticklabels=rows["interval"].tolist()[::step],
           ylim=(0, 1.15 * max(peak, rows["high"].max(), rows["on_peak_days"].fillna(0).max())),
           xlabel=words(N_("Time of day, start of the interval")), ylabel=words(N_("Customers an hour")))
    return ax


def describe_arrivals(arrivals, words) -> str:
    """The arrivals in words."""
    rows = _first(arrivals)
    if rows.empty:
        return ""
    listed = "; ".join(f"{row.interval} {words.number(row.arrivals_per_hour, 1)}" for row in rows.itertuples())
    text = words(N_("Customers an hour by the time of day: {listed}. The mean of all hours is {mean:1}, the peak {peak:1}."),
                 listed=listed, mean=float(rows["mean_of_all"].iloc[0]), peak=float(rows["peak_rate"].iloc[0]))
    days = _days(rows, words)
    return text + (" " + words(N_("The peak is on {days}."), days=days) if days else "")


def plot_staffing(staffing, *, words, ax=None, narrow=False):
    """Share served within the goal's time for each number of servers; the goal's line, today's and the chosen number.

    The mean wait stands at each mark; a cross says that the line would grow without end.

    Parameters
    ----------
    staffing : DataFrame
        The step's table; its first waiting line is drawn.
    """
    ax = ax or new_axes(narrow, height=4.0)
    rows = _first(staffing)
    goal, wait = float(rows["goal_probability"].iloc[0]), float(rows["goal_wait_min"].iloc[0])
    ax.plot(rows["servers"], rows["p_within_goal"], color=BLUE, linewidth=1.4, gid="curve")
    ax.axhline(goal, color=GREEN, linestyle="--", linewidth=1.2, gid="goal")
    left = float(rows["servers"].min())
    ax.annotate(words(N_("goal {goal:%}"), goal=goal), (left - 0.6, goal), xytext=(0, 3), textcoords="offset points",
                color=INK, fontsize=9)
    for row in rows.itertuples():
        mark, colour = ("x", VERMILION) if not row.stable else ("o", GREEN) if row.meets else ("o", AMBER)
        face = {} if mark == "x" else {"facecolor": colour if row.chosen else "white", "edgecolor": colour}
        ax.scatter([row.servers], [row.p_within_goal], s=130 if row.chosen else 60, marker=mark, linewidth=1.6, zorder=3,
                   gid="servers", **(face or {"color": colour}))
        text = words(N_("grows")) if not row.stable else words(N_("{wait:1} min"), wait=row.mean_wait_min)
        if row.chosen or row.today:
            text += "\n" + words(N_("chosen") if row.chosen else N_("today"))
        below = 0.25 < row.p_within_goal < 0.85  # beside the curve, on the side where it does not run
        side = "left" if below else "right" if row.p_within_goal <= 0.25 else "center"
        ax.annotate(text, (row.servers, row.p_within_goal), xytext=(5, -10) if below else (-2, 9),
                    textcoords="offset points", ha=side, va="top" if below else "bottom", fontsize=8 if narrow else 9,
                    color=INK)
    ax.set(xticks=rows["servers"], ylim=(-0.05, 1.22), xlim=(left - 0.7, float(rows["servers"].max()) + 0.8),
           yticks=[0, 0.25, 0.5, 0.75, 1], yticklabels=[words.percent(v, 0) for v in (0, 0.25, 0.5, 0.75, 1)],
           xlabel=axis_label(words(N_("Servers in the peak (mean wait at each mark)")), narrow),
           ylabel=words(N_("Served within {wait:0} minutes"), wait=wait))
    return ax


def describe_staffing(staffing, words) -> str:
    """The staffing curve in words."""
    rows = _first(staffing)
    if rows.empty:
        return ""
    parts = []
    for row in rows.itertuples():
        if not row.stable:
            parts.append(words(N_("{servers}: the line grows without end"), servers=row.servers))
        else:
            parts.append(words(N_("{servers}: {within:%}, mean wait {wait:1} min"), servers=row.servers,
                               within=row.p_within_goal, wait=row.mean_wait_min))
    return words(N_("Share served within {wait:0} minutes by number of servers, goal {goal:%}. {listed}."),
                 wait=float(rows["goal_wait_min"].iloc[0]), goal=float(rows["goal_probability"].iloc[0]),
                 listed="; ".join(parts))


DAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))


def _days(rows, words) -> str:
    """The weekdays of the peak, empty when it is on every day watched."""
    return ", ".join(words(DAYS[int(d)]) for d in str(rows["peak_days"].iloc[0]).split())


def _first(table):
    """The rows of the first waiting line: the step writes the one with the largest load first."""
    return table[table["queue_id"] == table["queue_id"].iloc[0]] if len(table) else table
