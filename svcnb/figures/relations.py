"""Relations: the matrix of interdependence, when and how often customers order, the classes that follow (step 2)."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.figures.window import place_labels
from svcnb.i18n import N_
from svcnb.methods.matrices.package import RELATIONSHIPS
from svcnb.methods.rfm import RULES

SOFT = "#52606D"
LOOKS = {"hostage": (VERMILION, "^"), "high_interdependence": (GREEN, "o"), "low_interdependence": (GREY, "s"),
         "drunk_with_power": (AMBER, "D")}
SHORT = {"hostage": N_("hostage"), "high_interdependence": N_("high interdependence"),
         "low_interdependence": N_("low interdependence"), "drunk_with_power": N_("drunk with power")}
CLASSES = {"champion": N_("champions"), "loyal": N_("loyal"), "new": N_("new"), "at_risk": N_("at risk"), "lost": N_("lost"),
           "regular": N_("regular")}
DOUBT = ("at_risk", "lost")
LARGE = 100_000  # from here on money is written in thousands: five numbers must fit beside each other


def plot_matrix(matrix, *, words, ax=None, narrow=False):
    """Their dependence across, ours up, cut at 3; a mark a place, as large as its revenue, hollow near the cut.

    Parameters
    ----------
    matrix : DataFrame
        d_us, d_cust, relationship, borderline, n, share_revenue, largest_names, cut of the step's table, one group.
    """
    ax = ax or new_axes(narrow, height=4.9 if narrow else 4.8)
    ax.figure.set_layout_engine("none")
    width, height = ax.figure.get_size_inches()
    ax.set_position([0.62 / width, 0.62 / height, 1 - 0.78 / width, 1 - 0.76 / height])
    cut = float(matrix["cut"].iloc[0])
    ax.set(xlim=(0.5, 5.5), ylim=(0.35, 5.65), xticks=range(1, 6), yticks=range(1, 6),
           xlabel=words(N_("How much the customer depends on us, 1 to 5")), ylabel=words(N_("How much we depend, 1 to 5")))
    ax.axhline(cut, color=GREY, linestyle="--", linewidth=1, zorder=0)
    ax.axvline(cut, color=GREY, linestyle="--", linewidth=1, zorder=0)
    look = {"fontsize": 8 if narrow else 9, "color": SOFT, "zorder": 2}
    taken = [ax.annotate(words(N_("cut {value}"), value=cut), (cut, 0.35), xytext=(3, 3), textcoords="offset points", ha="left",
                         va="bottom", **look)]
    for (up, right), (code, _, _) in RELATIONSHIPS.items():
        taken.append(ax.annotate(words(SHORT[code]), (1 if right else 0, 1 if up else 0), xycoords="axes fraction",
                                 xytext=(-4 if right else 4, -4 if up else 4), textcoords="offset points", fontweight="bold",
                                 ha="right" if right else "left", va="top" if up else "bottom", **look))
    from matplotlib.colors import to_rgba

    for row in matrix.itertuples():
        colour, mark = LOOKS[row.relationship]
        share = row.share_revenue if row.share_revenue == row.share_revenue else 0.0
        size = (210 if narrow else 330) + (1200 if narrow else 3000) * share
        ax.scatter([row.d_cust], [row.d_us], s=size, marker=mark, zorder=3, linewidth=1.5,
                   facecolor="white" if row.borderline else to_rgba(colour, 0.5), edgecolor=colour,
                   gid=f"{row.d_us:g}:{row.d_cust:g}")
        ax.annotate(words.number(row.n, 0), (row.d_cust, row.d_us), ha="center", va="center", fontsize=8 if narrow else 9,
                    color=INK, fontweight="bold", zorder=5)
    named = matrix[matrix["largest_names"].fillna("") != ""]
    labels = [short_lines(name, 13 if narrow else 22, 2) for name in named["largest_names"]]
    place_labels(ax, named["d_cust"].to_numpy(dtype=float), named["d_us"].to_numpy(dtype=float), labels,
                 size=8 if narrow else 9, taken=taken, lines=((cut, None), (None, cut)))
    return ax


def describe_matrix(matrix, words) -> str:
    """The four relations with their customers and revenue."""
    parts = []
    for code, name in SHORT.items():
        inside = matrix[matrix["relationship"] == code]
        parts.append(words(N_("{name:word}: {n} customers, {share:%} of the revenue."), name=name, n=int(inside["n"].sum()),
                           share=float(inside["share_revenue"].sum())))
    return " ".join([words(N_("Matrix of interdependence, cut at {cut}."), cut=float(matrix["cut"].iloc[0])), *parts])


def plot_rfm(cells, *, words, ax=None, narrow=False):
    """Recency across, frequency up: customers and their mean value in each cell, darker is more value.

    Parameters
    ----------
    cells : DataFrame
        recency_score, frequency_score, n, monetary_mean of the step's table, one group.
    """
    ax = ax or new_axes(narrow, height=4.2)
    worth = cells["monetary_mean"]
    by = worth if worth.notna().any() else cells["n"]
    top, unit = max(float(by.max()), 1e-9), 1000 if worth.notna().any() and worth.max() >= LARGE else 1
    for row, weight in zip(cells.itertuples(), by, strict=True):
        x, y = row.recency_score, row.frequency_score
        shade = 0.08 + 0.62 * (weight / top if weight == weight else 0)
        ax.barh(y, 0.94, left=x - 0.47, height=0.92, facecolor=BLUE, alpha=shade, linewidth=0, gid=f"{x}:{y}")
        text = words(N_("n {n}"), n=int(row.n))
        if row.monetary_mean == row.monetary_mean:
            text += "\n" + words.number(row.monetary_mean / unit, 0 if row.monetary_mean >= 10 * unit else 1)
        ax.text(x, y, text, ha="center", va="center", fontsize=8 if narrow else 9.5, color="white" if shade > 0.5 else INK)
    marks = range(1, int(max(cells["recency_score"].max(), cells["frequency_score"].max(), 5)) + 1)
    money = words.currency or words(N_("money"))
    below = words(N_("Recency, 1 long ago to 5 lately; n customers, mean value in thousand {money}") if unit > 1 else
                  N_("Recency, 1 long ago to 5 lately; n customers, mean value in {money}"), money=money)
    ax.set(xlim=(0.5, len(marks) + 0.5), ylim=(0.5, len(marks) + 0.5), xticks=marks, yticks=marks,
           xlabel=axis_label(below, narrow), ylabel=words(N_("Frequency, 1 seldom to 5 often")))
    ax.tick_params(length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return ax


def describe_rfm(cells, words) -> str:
    """The fullest cell, and the one with the largest mean value."""
    full = cells.loc[cells["n"].idxmax()]
    text = words(N_("Most customers ({n}) have recency {r} and frequency {f}."), n=int(full["n"]), r=int(full["recency_score"]),
                 f=int(full["frequency_score"]))
    if not cells["monetary_mean"].notna().any():
        return text
    best = cells.loc[cells["monetary_mean"].idxmax()]
    return text + " " + words(N_("The largest mean value, {value:$}, is at recency {r} and frequency {f} (n = {n})."),
                              value=float(best["monetary_mean"]), r=int(best["recency_score"]), f=int(best["frequency_score"]),
                              n=int(best["n"]))


def plot_classes(classes, *, words, ax=None, narrow=False):
    """A bar a class: its share of the customers above its share of the value.

    Parameters
    ----------
    classes : DataFrame
        rfm_class, n, share, share_value of the step's table, one group.
    """
    ax = ax or new_axes(narrow, height=0.62 * len(RULES) + 1.2)
    rows = classes.set_index("rfm_class").reindex(list(RULES))
    top = float(np.nanmax([rows["share"].max(), rows["share_value"].max(), 0.05]))
    for y, (code, row) in enumerate(rows.iterrows()):
        colour = VERMILION if code in DOUBT else BLUE
        ax.barh(y - 0.19, row["share"], height=0.34, color=GREY, alpha=0.45, gid=f"customers:{code}")
        ax.text(row["share"] + 0.01 * top, y - 0.19, words(N_("{n} customers"), n=int(row["n"])), va="center", fontsize=8.5,
                color=SOFT)
        if row["share_value"] == row["share_value"]:
            ax.barh(y + 0.19, row["share_value"], height=0.34, color=colour, hatch="//" if code in DOUBT else "", alpha=0.75,
                    edgecolor="white", linewidth=0, gid=f"value:{code}")
            ax.text(row["share_value"] + 0.01 * top, y + 0.19, words(N_("{share:%} of value"), share=float(row["share_value"])),
                    va="center", fontsize=8.5, color=INK)
    marks = [m for m in (0, 0.2, 0.4, 0.6, 0.8, 1) if m <= top * 1.3]
    ax.set(xlim=(0, top * (1.7 if narrow else 1.35)), ylim=(len(rows) - 0.4, -0.6), yticks=range(len(rows)),
           yticklabels=[words(CLASSES[code]) for code in rows.index], xticks=marks,
           xticklabels=[words.percent(m, 0) for m in marks],
           xlabel=axis_label(words(N_("Above share of the customers, below share of the value")), narrow))
    ax.tick_params(axis="y", length=0)
    return ax


def describe_classes(classes, words) -> str:
    """Each class with its customers and its share of the value."""
    return " ".join(words(N_("{name:word}: {n} customers, {share:%} of the value."), name=CLASSES[r.rfm_class], n=int(r.n),
                          share=float(r.share_value)) if r.share_value == r.share_value else
                    words(N_("{name:word}: {n} customers."), name=CLASSES[r.rfm_class], n=int(r.n))
                    for r in classes.itertuples(index=False))
