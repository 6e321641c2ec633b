"""The goal sheet as bullet charts."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.figures.window import empty_picture
from svcnb.i18n import N_

BAND = "#DCE3EA"
ROW = 0.42  # inches of a row
MARKS = (("competitor", "D", AMBER, N_("strongest competitor")), ("floor", "|", GREY, N_("lowest competitor")),
         ("sl_eco", "s", BLUE, N_("economic level")), ("expected", "o", INK, N_("expected")))


def plot_goals(goals, *, words, ax=None, narrow=False):
    """One row a group and measure: bar = today with its interval, thick line = level to guarantee, marks for the others.

    Parameters
    ----------
    goals : DataFrame
        The step's table goals, or rows of it.
    """
    rows = goals.reset_index(drop=True)
    ax = ax or new_axes(narrow, height=max(2.6, ROW * len(rows) + (2.4 if narrow else 1.5)))
    if rows.empty:
        return empty_picture(ax, words(N_("No goal has been proposed.")))
    at = np.arange(len(rows))
    today = rows["baseline"].astype(float)
    ax.barh(at, today.fillna(0), height=0.55, color=BAND, zorder=1)
    known = rows["low"].notna() & rows["high"].notna()
    ax.hlines(at[known], rows.loc[known, "low"].astype(float), rows.loc[known, "high"].astype(float), color=GREY, linewidth=3,
              zorder=2)
    short = (rows["gap"].astype(float).fillna(0) > 1e-9).to_numpy()
    for reached, colour in ((short, VERMILION), (~short, GREEN)):
        ax.vlines(rows.loc[reached, "level"].astype(float), at[reached] - 0.36, at[reached] + 0.36, color=colour, linewidth=3.5,
                  zorder=4)
    shown = []
    for column, mark, colour, label in MARKS:
        values = rows[column].astype(float)
        if values.notna().any():
            look = {"color": colour} if mark == "|" else {"facecolor": "white" if mark == "o" else colour, "edgecolor": colour}
            ax.scatter(values, at, marker=mark, s=42, zorder=3, label=words(label), **look)
            shown.append(column)
    low = _lowest(rows)
    for i in at[today.isna()]:
        ax.text(low + 0.005, i, words(N_("not measured")), va="center", fontsize=8.5, color="#52606D")
    names = [f"{short_lines(g, 30, 1)} ·\n{short_lines(words(n), 32, 1)}" if len(g) + len(words(n)) > 45 else f"{g} · {words(n)}"
             for g, n in zip(rows["group"].map(words), rows["name"], strict=True)]
    if narrow:
        names = [f"{short_lines(g, 17, 1)}\n{short_lines(words(n), 17, 1)}"
                 for g, n in zip(rows["group"].map(words), rows["name"], strict=True)]
    ax.set(yticks=at, yticklabels=names, xlim=(low, 1.005), ylim=(len(rows) - 0.4, -0.6),
           xlabel=axis_label(words(N_("Level: share of cases that meet the goal")), narrow, 40))
    ax.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    ax.plot([], [], color=VERMILION, linewidth=3.5, label=words(N_("to guarantee, above today")))
    ax.plot([], [], color=GREEN, linewidth=3.5, label=words(N_("to guarantee, reached today")))
    ax.figure.legend(loc="outside lower left", ncols=1 if narrow else 3, fontsize=8.5)
    return ax


def _lowest(rows) -> float:
    """Left end of the axis: levels near 1 need room, but a bar must not look like nothing."""
    lowest = np.nanmin(rows[["baseline", "level", "competitor", "floor", "sl_eco", "low"]].astype(float).to_numpy())
    return 0.0 if lowest < 0.5 else float(np.floor(10 * lowest - 1) / 10)


def describe_goals(goals, words) -> str:
    """The goal sheet in words."""
    parts = []
    for row in goals.itertuples():
        if row.baseline != row.baseline or row.baseline is None:
            parts.append(words(N_("{group}, {measure}: {level:%} to guarantee; not measured today."), group=words(row.group),
                               measure=words(row.name), level=row.level))
        else:
            parts.append(words(N_("{group}, {measure}: {level:%} to guarantee against {today:%} today."), group=words(row.group),
                               measure=words(row.name), level=row.level, today=row.baseline))
    return " ".join(parts) or words(N_("No goal has been proposed."))
