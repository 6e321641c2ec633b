"""The parts of one group: what each makes or brings, with its interval; customers where nothing is tested (step 2)."""

from __future__ import annotations

from svcnb.figures.characterisation import BANDS
from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import BLUE, GREY, INK, new_axes
from svcnb.i18n import N_
from svcnb.methods.laboriousness import CUTS

SOFT = "#52606D"


def plot_parts(split_parts, *, words, ax=None, narrow=False):
    """A row a part: the mean of its tested customers with its 95 % interval, hollow where the part is small; a line for the
    whole group. Where nothing is tested, a bar of its customers.

    Parameters
    ----------
    split_parts : DataFrame
        name, n, share, mean, low, high, small, tested, mean_all of the page's table.
    """
    rows = split_parts.to_dict("records")
    ax = ax or new_axes(narrow, height=(0.78 if narrow else 0.66) * len(rows) + 1.9)
    tested = str(rows[0]["tested"]) if any(row["mean"] == row["mean"] for row in rows) else ""
    reach = _work_axis(ax, words) if tested == "laboriousness" else _amounts(ax, rows, words, narrow, tested)
    for y, row in enumerate(rows):
        _bar(ax, y, row, words, reach) if not tested else _mean(ax, y, row, words, reach, tested)
    whole = rows[0]["mean_all"]
    if tested and whole == whole:
        ax.axvline(whole, color=GREY, linewidth=1.2, linestyle=":", zorder=0, gid="whole")
        ax.text(whole, len(rows) - 0.42, words(N_("whole group")), ha="center", va="bottom", fontsize=8.5, color=SOFT,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
    labels = [short_lines(str(row["name"]), 18 if narrow else 34, 3 if narrow else 2) + "\n" + words(
        N_("n = {n} · {share}"), n=int(row["n"]), share=words.percent(row["share"], 0)) for row in rows]
    ax.set(ylim=(len(rows) - 0.3, -0.75), yticks=range(len(rows)), yticklabels=labels)
    ax.tick_params(axis="y", length=0, labelsize=8.5 if narrow else 9.5)
    return ax


def _work_axis(ax, words) -> float:
    for cut in CUTS:
        ax.axvline(cut, color=INK, linewidth=1, linestyle="--", zorder=0)
    for (name, text), low, high in zip(BANDS.items(), (1, *CUTS), (*CUTS, 5)):
        ax.text((low + high) / 2, -0.66, words(text), ha="center", va="bottom", fontsize=9, color=INK, gid=name)
    ax.set(xlim=(1, 5), xticks=range(1, 6), xlabel=words(N_("Laboriousness, 1 little to 5 much work")))
    return 5.0


def _amounts(ax, rows, words, narrow, tested) -> float:
    """The axis of revenue a customer, or of customers."""
    top = max(max(v for v in (row["mean"], row["high"]) if v == v) if row["mean"] == row["mean"] else 0 for row in rows) \
        if tested else max(row["n"] for row in rows)
    text = words(N_("Revenue a customer, {unit}"), unit=words.money_unit) if tested else words(N_("Customers"))
    reach = float(top) * 1.18 if top > 0 else 1.0
    ax.set(xlim=(0, reach), xlabel=axis_label(text, narrow))
    ax.locator_params(axis="x", nbins=4 if narrow else 6)
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    return reach


def _mean(ax, y, row, words, reach, tested) -> None:
    value = row["mean"]
    if value != value:
        ax.text(ax.get_xlim()[0], y, " " + words(N_("not measured")), va="center", color=SOFT, fontsize=9.5)
        return
    if row["low"] == row["low"]:
        ax.plot([max(row["low"], ax.get_xlim()[0]), min(row["high"], reach)], [y, y], color=BLUE, linewidth=2.2, alpha=0.6,
                solid_capstyle="butt", zorder=2, gid=f"interval:{y}")
    face, edge, width = ("white", BLUE, 1.6) if row["small"] else (BLUE, INK, 1)
    ax.scatter([value], [y], marker="D", s=75, facecolor=face, edgecolor=edge, linewidth=width, zorder=4, gid=f"part:{y}")
    digits = 2 if tested == "laboriousness" else 0
    ax.text(value, y - 0.17, words.number(value, digits), ha="center", va="bottom", fontweight="bold", fontsize=9.5, color=INK,
            bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1}, zorder=3)


def _bar(ax, y, row, words, reach) -> None:
    ax.barh(y, row["n"], height=0.5, facecolor=GREY if row["small"] else BLUE, alpha=0.55, hatch="//" if row["small"] else "",
            edgecolor="white", linewidth=0, gid=f"part:{y}")
    ax.text(row["n"] + reach * 0.01, y, words.number(row["n"], 0), va="center", fontweight="bold", fontsize=9.5, color=INK)


def describe_parts(split_parts, words) -> str:
    """Each part with its customers and what they make or bring."""
    out = []
    for row in split_parts.itertuples(index=False):
        values = {"part": str(row.name), "n": int(row.n), "share": float(row.share)}
        if row.mean != row.mean:
            out.append(words(N_("{part}: {n} customers, {share:%} of the group."), **values))
        elif row.tested == "laboriousness":
            out.append(words(N_("{part}: {n} customers, {share:%} of the group; laboriousness {mean:2}, of {m} rated."), **values,
                             mean=float(row.mean), m=int(row.n_tested)))
        else:
            out.append(words(N_("{part}: {n} customers, {share:%} of the group; {mean:$} of revenue each."), **values,
                             mean=float(row.mean)))
    return " ".join(out)
