"""How complete the plan is: a strip of the ten contents; and the load of each activity by period."""

from __future__ import annotations

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import AMBER, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.i18n import N_

LOOKS = {"complete": (GREEN, "o"), "incomplete": (AMBER, "s")}
HATCHES = {"infeasible": (VERMILION, "✕"), "tight": (AMBER, "!"), "balanced": (GREEN, ""), "idle": (GREY, "")}


def plot_plan(contents, *, words, ax=None, narrow=False):
    """One row a content: a filled circle when complete, a hollow square with its blanks when not.

    Parameters
    ----------
    contents : DataFrame
        The step's table of this name: content_no, name, status, n_items, n_missing.
    """
    ax = ax or new_axes(narrow, height=4.4 if narrow else 3.9)
    for y, row in enumerate(contents.itertuples()):
        colour, mark = LOOKS[row.status]
        whole = row.status == "complete"
        ax.scatter([0], [y], s=90, marker=mark, facecolor=colour if whole else "white", edgecolor=colour, linewidth=1.6,
                   gid=f"content-{row.content_no}")
        name = f"{row.content_no} {words(row.name)}"
        ax.annotate(short_lines(name, 24 if narrow else 48), (0, y), xytext=(12, 0), textcoords="offset points", va="center",
                    fontsize=8.5 if narrow else 10, color=INK)
        state = words(N_("{n} items"), n=row.n_items) if whole else \
            words(N_("{n} items, blanks: {blanks}"), n=row.n_items, blanks=row.n_missing)
        ax.annotate(state, (1, y), ha="right", va="center", fontsize=8 if narrow else 9.5, color="#52606D")
    ax.set(xlim=(-0.03, 1.02), ylim=(len(contents) - 0.4, -0.6))
    ax.set_axis_off()
    return ax


def plot_load(load, *, words, ax=None, narrow=False):
    """Heat map of load ÷ capacity: activities down, periods across, the number in each cell."""
    if load.empty:
        ax = ax or new_axes(narrow, height=2.0)
        ax.set_axis_off()
        ax.text(0.5, 0.5, words(N_("No load can be set against a capacity.")), ha="center", va="center",
                transform=ax.transAxes)
        return ax
    periods, activities = list(dict.fromkeys(load["period"])), list(dict.fromkeys(load["activity_id"]))
    names = [short_lines(words.name("activity", activity), 12 if narrow else 26) for activity in activities]
    ax = ax or new_axes(narrow, height=0.42 * len(activities) + 1.1)
    for row in load.itertuples():
        x, y = periods.index(row.period), activities.index(row.activity_id)
        colour, mark = HATCHES[row.state]
        ax.fill_between([x - 0.5, x + 0.5], y - 0.5, y + 0.5, color=colour, alpha=0.25, linewidth=0)
        below = "\n" if narrow and mark else ""
        text = f"{words.number(100 * row.utilisation, 0)}{below}{mark}" if len(periods) <= 14 else mark
        ax.text(x, y, text, ha="center", va="center", fontsize=8 if narrow else 8.5, color=INK)
    ax.set(yticks=range(len(activities)), yticklabels=names, xlim=(-0.5, len(periods) - 0.5),
           ylim=(len(activities) - 0.5, -0.5), xticks=range(len(periods)),
           xlabel=axis_label(words(N_("Load ÷ capacity, %; ! above 95, ✕ above 100")), narrow))
    ax.set_xticklabels([period[2:7] for period in periods], rotation=90, fontsize=8 if narrow else 9)
    ax.tick_params(length=0)
    return ax


def describe_plan(contents, words) -> str:
    """The strip in words."""
    return " ".join(words(N_("{number} {name:word}: {status:word}, {n} items, blanks: {blanks}."), number=row.content_no,
                          name=row.name, status=row.status, n=row.n_items, blanks=row.n_missing)
                    for row in contents.itertuples())


def describe_load(load, words) -> str:
    """The highest load of each activity in words."""
    if load.empty:
        return words(N_("No load can be set against a capacity."))
    top = load.sort_values("utilisation", kind="stable").drop_duplicates("activity_id", keep="last")
    top = top.sort_values("utilisation", ascending=False, kind="stable")
    return " ".join(words(N_("{activity}: at most {load:%} of its capacity ({period})."),
                          activity=words.name("activity", row.activity_id), load=row.utilisation, period=row.period[:7])
                    for row in top.itertuples())
