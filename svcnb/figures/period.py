"""How far the customers have moved since the last period, variable by variable."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import BLUE, GREY, INK, VERMILION, new_axes
from svcnb.i18n import N_
from svcnb.methods.stability import Limits

MOST = 12  # variables drawn; the table has all


def plot_stability(stability, *, names, words, ax=None, narrow=False):
    """Stability index of each variable as a bar, what chance alone would make as a tick, the two limits as lines.

    Parameters
    ----------
    stability : DataFrame
        ``Comparison.stability``: variable, psi, state, chance; most moved first.
    names : dict
        variable -> what a reader calls it
    """
    rows, limits = stability.head(MOST), Limits()
    ax = ax or new_axes(narrow, height=0.42 * len(rows) + 1.3)
    at = np.arange(len(rows))
    beyond = rows["psi"] > rows["chance"]
    ax.barh(at, rows["psi"], height=0.55, color=np.where(beyond, VERMILION, BLUE))
    ax.plot(rows["chance"], at, "|", color=INK, ms=16, mew=1.6)
    for i, row in enumerate(rows.itertuples()):
        sign = "✕ " if row.psi > row.chance else ""
        ax.annotate(f"{sign}{words.number(row.psi, 2)}", (max(row.psi, row.chance), i), xytext=(6, 0),
                    textcoords="offset points", va="center", fontsize=9)
    for limit in (limits.watch, limits.fail):
        ax.axvline(limit, color=GREY, lw=1, ls=(0, (4, 3)), zorder=0)
    far = max(limits.fail, float(rows[["psi", "chance"]].max().max()))
    ax.set(yticks=at, yticklabels=[short_lines(names[v], 16 if narrow else 30) for v in rows["variable"]],
           xlim=(0, 1.22 * far), xlabel=axis_label(words(N_("PSI; | what chance alone makes, ✕ beyond it; lines at 0.10 and "
                                                            "0.25")), narrow))
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value, 2))
    ax.invert_yaxis()
    return ax


def describe_stability(stability, names, words) -> str:
    """The picture in words."""
    told = "; ".join(words(N_("{name} {psi:2} (chance up to {chance:2})"), name=names[row.variable], psi=row.psi,
                           chance=row.chance) for row in stability.head(MOST).itertuples())
    return words(N_("Stability index, most moved first: {list}."), list=told)
