"""The sample: each segment's part of the customers and of the sample, and what error so many answers leave."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import BLUE, GREY, INK, VERMILION, new_axes
from svcnb.figures.window import empty_picture
from svcnb.i18n import N_

ALL = "all"
NAMED = (0.05, 0.10)  # errors whose answers are written at the curve
NEAR = 0.35  # of the error in force: nearer ones would stand over it


def plot_sample(sample, *, words, ax=None, narrow=False):
    """Share of the customers (hollow) above share of the sample (filled), with the numbers at the bars.

    Parameters
    ----------
    sample : DataFrame
        The step's table sample.
    """
    rows = sample[sample["segment_id"] != ALL].reset_index(drop=True)
    ax = ax or new_axes(narrow, height=max(2.2, (1.0 if narrow else 0.72) * len(rows) + 1))
    if rows.empty:
        return empty_picture(ax, words(N_("There is no segment to ask.")))
    at, share = np.arange(len(rows)), rows["share"].astype(float)
    ax.barh(at - 0.2, share.fillna(0), height=0.34, facecolor="none", edgecolor=GREY, linewidth=1.4)
    ax.barh(at + 0.2, rows["share_sample"].astype(float), height=0.34, color=BLUE)
    for i, row in enumerate(rows.itertuples()):
        if row.population == row.population:
            ax.annotate(words(N_("{n:0} customers"), n=row.population), (row.share, i - 0.2), xytext=(5, 0), va="center",
                        textcoords="offset points", fontsize=8.5, color=INK)
        text = N_("{n:0} answers, {m:0} invited") if narrow else N_("{n:0} answers, {m:0} invited, ± {error:%}")
        ax.annotate(words(text, n=row.to_ask, m=row.invitations, error=row.half_width), (row.share_sample, i + 0.2), va="center",
                    xytext=(5, 0), textcoords="offset points", fontsize=8.5, color=BLUE)
    widest = float(max(share.fillna(0).max(), rows["share_sample"].max()))
    names = [short_lines(words(str(name)), 13 if narrow else 26) for name in rows["name"]]
    ax.set(yticks=at, yticklabels=names, xlim=(0, widest * (3.2 if narrow else 1.8)),
           xlabel=axis_label(words(N_("Share of customers (hollow), of sample (filled), %")), narrow))
    ax.set_xticks([tick for tick in ax.get_xticks() if tick <= widest * 1.2])
    ax.xaxis.set_major_formatter(lambda value, _: words.number(100 * value, 0))
    ax.invert_yaxis()
    return ax


def describe_sample(sample, words) -> str:
    """The segments in words."""
    rows = sample[sample["segment_id"] != ALL]
    if rows.empty:
        return words(N_("There is no segment to ask."))
    return " ".join(words(N_("{name}: {n:0} of {population:0} customers must answer, {m:0} are invited, error ± {error:%}."),
                          name=words(str(r.name)), n=r.to_ask, population=r.population, m=r.invitations, error=r.half_width)
                    for r in rows.itertuples(index=False))


def plot_curve(curve, *, words, ax=None, narrow=False):
    """Error against answers: a narrow error costs many; the sample in force is marked.

    Parameters
    ----------
    curve : DataFrame
        Rows of the step's table curve, of one segment or of all together.
    """
    ax = ax or new_axes(narrow, height=3.4)
    if curve.empty:
        return empty_picture(ax, words(N_("There is no segment to ask.")))
    rows = curve.sort_values("to_ask", kind="stable")
    chosen = rows[rows["chosen"].astype(bool)]
    line = rows[~rows["chosen"].astype(bool)]  # a sample shared out unevenly stands beside the line
    ax.plot(line["to_ask"], 100 * line["half_width"], color=INK, linewidth=1.8)
    error = float(chosen["half_width"].iloc[0]) if len(chosen) else None
    for named in NAMED:
        near = rows[(rows["half_width"] - named).abs() < 1e-9]
        if len(near) and (error is None or abs(named - error) > NEAR * max(named, error)):
            _mark(ax, near.iloc[0], GREY, "s", words)
    if len(chosen):
        _mark(ax, chosen.iloc[0], VERMILION, "o", words)
    widest = float(rows["to_ask"].max())
    ax.set(xlim=(0, widest * 1.05), ylim=(0, 100 * float(rows["half_width"].max()) * 1.08),
           xlabel=axis_label(words(N_("Customers who answer")), narrow), ylabel=words(N_("Error of a share, ± %")))
    ax.xaxis.set_major_locator(_few(4 if narrow else 6))
    ax.yaxis.set_major_locator(_few(5))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: words.number(value, 0))
    return ax


def _few(n):
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(n, integer=True)


def _mark(ax, row, colour, shape, words) -> None:
    ax.plot([row["to_ask"]], [100 * row["half_width"]], marker=shape, color=colour, markersize=8 if shape == "o" else 5)
    ax.annotate(words(N_("{n:0} answers: ± {error:%}"), n=row["to_ask"], error=row["half_width"]),
                (row["to_ask"], 100 * row["half_width"]), xytext=(8, 7), textcoords="offset points", fontsize=9, color=INK)


def describe_curve(curve, words) -> str:
    """The curve in words."""
    if curve.empty:
        return words(N_("There is no segment to ask."))
    chosen, best = curve[curve["chosen"].astype(bool)], curve.sort_values("half_width", kind="stable").iloc[0]
    text = words(N_("An error of ± {error:%} needs {n:0} answers."), error=best["half_width"], n=best["to_ask"])
    if len(chosen):
        text = words(N_("The sample in force: {n:0} answers, error ± {error:%}."), n=chosen["to_ask"].iloc[0],
                     error=chosen["half_width"].iloc[0]) + " " + text
    return text
