"""Step 2: the curve of customers and value with its cuts, and the laboriousness of each group."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import short_lines
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.i18n import N_
from svcnb.methods.laboriousness import CUTS

COLOURS = {"A": BLUE, "B": AMBER, "C": GREY}
LOOKS = {"low": (GREEN, ""), "medium": (AMBER, "//"), "high": (VERMILION, "xx")}
BANDS = {"low": N_("low"), "medium": N_("medium"), "high": N_("high")}


def plot_abc(curve, abc, *, words, ax=None, narrow=False):
    """Lorenz curve from the largest customer down, with the borders of the classes.

    Parameters
    ----------
    curve : DataFrame
        rank_share, cumulative of the step's table customers_abc.
    abc : DataFrame
        class, customers, share_customers, share_value of the step's table abc.
    """
    ax = ax or new_axes(narrow, height=3.9)
    x, y = curve["rank_share"].to_numpy(), curve["cumulative"].to_numpy()
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":")
    ax.annotate(words(N_("all alike")), (0.62, 0.62), xytext=(4, -4), textcoords="offset points", ha="left", va="top",
                fontsize=8.5, color="#52606D")
    left = reached = 0.0
    for row in abc.itertuples():
        name = row[1]
        right, reached = left + row.share_customers, reached + row.share_value
        inside = (x >= left - 1e-9) & (x <= right + 1e-9)
        ax.fill_between(x[inside], 0, y[inside], color=COLOURS[name], alpha=0.16, linewidth=0)
        if row.customers:
            ax.text((left + right) / 2, 0.05, name, ha="center", va="bottom", fontsize=15, fontweight="bold", color=INK)
        if 0 < right < 1 - 1e-9:
            ax.plot([right, right], [0, reached], color=INK, linewidth=1, linestyle="--", gid=f"cut {name}")
        left = right
    ax.plot(x, y, color=BLUE, linewidth=2, gid="curve")
    _label_classes(ax, abc, words, narrow)
    marks = (0, 0.2, 0.4, 0.6, 0.8, 1)
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xticks=marks, yticks=marks, xticklabels=[words.percent(m, 0) for m in marks],
           yticklabels=[words.percent(m, 0) for m in marks], xlabel=words(N_("Share of customers, largest first")),
           ylabel=words(N_("Share of the value, cumulative")))
    return ax


def _label_classes(ax, abc, words, narrow):
    """What each class is and brings, in the empty corner under the curve."""
    template = N_("{name}: {n} · {share:%}") if narrow else N_("{name}: {n} customers, {share:%} of the value")
    lines = [words(template, name=row[1], n=int(row.customers), share=float(row.share_value))
             for row in abc.itertuples()]
    ax.text(0.98, 0.20, "\n".join(lines), ha="right", va="bottom", fontsize=8 if narrow else 9.5, color=INK,
            transform=ax.transAxes)


def describe_abc(abc, words) -> str:
    """The classes in words."""
    return " ".join(words(N_("Class {name}: {n} customers ({customers:%}) bring {value:%} of the value."), name=row[1],
                          n=int(row.customers), customers=float(row.share_customers), value=float(row.share_value))
                    for row in abc.itertuples())


def plot_laboriousness(laboriousness, *, words, ax=None, narrow=False):
    """A bar a group on the scale 1 to 5, with the borders of low, medium and high.

    Parameters
    ----------
    laboriousness : DataFrame
        group_id, name, laboriousness, class of the step's table.
    """
    ax = ax or new_axes(narrow, height=0.55 * len(laboriousness) + 1.4)
    at = np.arange(len(laboriousness))
    for y, row in zip(at, laboriousness.to_dict("records")):
        value = row["laboriousness"]
        if value is None or value != value:
            ax.text(1.05, y, words(N_("not measured")), va="center", color="#52606D", fontsize=9.5)
            continue
        colour, hatch = LOOKS[row["class"]]
        ax.barh(y, value - 1, left=1, height=0.6, facecolor=colour, alpha=0.55, hatch=hatch, edgecolor="white",
                linewidth=0, gid=row["group_id"])
        ax.text(value + 0.06, y, words.number(value, 2), va="center", color=INK, fontweight="bold",
                bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.2}, zorder=4)
    for cut in CUTS:
        ax.axvline(cut, color=INK, linewidth=1, linestyle="--")
    for (name, text), low, high in zip(BANDS.items(), (1, *CUTS), (*CUTS, 5)):
        ax.text((low + high) / 2, -0.62, words(text), ha="center", va="bottom", fontsize=9.5, color=INK, gid=name)
    labels = [short_lines(words(str(row.name)), 15 if narrow else 30)
              for row in laboriousness.itertuples(index=False)]
    ax.set(xlim=(1, 5), ylim=(len(at) - 0.45, -0.7), xticks=range(1, 6), yticks=at, yticklabels=labels,
           xlabel=words(N_("Laboriousness, 1 little to 5 much work")))
    ax.tick_params(axis="y", length=0)
    return ax


def describe_laboriousness(laboriousness, words) -> str:
    """Each group's laboriousness in words."""
    parts = []
    for row in laboriousness.to_dict("records"):
        value = row["laboriousness"]
        known = value is not None and value == value
        parts.append(words(N_("{name:word}: {value:2}, {level:word}."),
                           name=str(row["name"]), value=value, level=row["class"]) if known else
                     words(N_("{name:word}: not measured."), name=str(row["name"])))
    return " ".join(parts)
