"""Step 1: the chosen variable against the criterion, and the nine criteria as a matrix of signs."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.i18n import N_
from svcnb.methods.criteria import CRITERIA

MOST_MISSING = 0.10  # a variable with more blanks is not measurable, method.md 3.2
STANDS_OUT = 1.96  # adjusted residual, method.md 3.5
LEAST = 0.55  # height of the thinnest row, in lines
SIGNS = {"pass": ("o", GREEN), "watch": ("^", AMBER), "fail": ("X", VERMILION), "not testable": ("_", GREY)}
TITLES = {
    "measurable": N_("measurable"), "accessible": N_("accessible"), "substantial": N_("substantial"),
    "actionable": N_("actionable"), "reliable": N_("reliable"), "valid": N_("valid"), "stable": N_("stable"),
    "homogeneous": N_("homogeneous"), "generalisable": N_("generalisable")}
STATES = {"pass": N_("pass"), "watch": N_("watch"), "fail": N_("fail"), "not testable": N_("not testable")}


def plot_contingency(contingency, *, words, ax=None, narrow=False):
    """Mosaic: a row a category, as high as its customers are many, split by the criterion; colour where a cell
    stands out of what independence would give.

    Parameters
    ----------
    contingency : DataFrame
        row, column, criterion, row_share, residual, n_row of the step's table.
    """
    rows = list(dict.fromkeys(contingency["row"]))
    size = contingency.drop_duplicates("row").set_index("row")["n_row"]
    heights = np.maximum(LEAST, len(rows) * size[rows].to_numpy(dtype=float) / size.sum())
    ax = ax or new_axes(narrow, height=max(2.2, 0.62 * heights.sum() + 1.0))
    top, ticks = 0.0, []
    for row, height in zip(rows, heights):
        left = 0.0
        for cell in contingency[contingency["row"] == row].itertuples():
            stands_out = abs(cell.residual) > STANDS_OUT
            colour = (BLUE if cell.residual > 0 else VERMILION) if stands_out else GREY
            ax.barh(top + height / 2, cell.row_share, height=height - 0.08, left=left, facecolor=colour,
                    alpha=0.30 if stands_out else 0.18, edgecolor="white", linewidth=1.5, gid=f"{row}:{cell.column}")
            if cell.row_share > (0.22 if narrow else 0.13):
                _write_cell(ax, left + cell.row_share / 2, top + height / 2, cell, stands_out, height, words, narrow)
            left += cell.row_share
        ticks.append(top + height / 2)
        top += height
    labels = [short_lines(words(str(row)), 18 if narrow else 30, 1) + f"\nn = {words.number(size[row])}"
              for row in rows]
    below = words(N_("{criterion:word}: share of the category's customers"), criterion=contingency["criterion"].iloc[0])
    ax.set(xlim=(0, 1), ylim=(top, 0), yticks=ticks, yticklabels=labels, xticks=[0, 0.25, 0.5, 0.75, 1],
           xticklabels=[words.percent(share, 0) for share in (0, 0.25, 0.5, 0.75, 1)],
           xlabel=axis_label(below, narrow))
    ax.tick_params(axis="y", length=0)
    return ax


def _write_cell(ax, x, y, cell, stands_out, height, words, narrow):
    """Share and residual; the sign says again what the colour says."""
    room = max(5, int((18 if narrow else 40) * cell.row_share))
    text = f"{short_lines(words(str(cell.column)), room, 1)} {words.percent(cell.row_share, 0)}"
    if stands_out and height >= 0.8:
        text += f"\n{'+' if cell.residual > 0 else '−'}{words.number(abs(cell.residual), 1)}"
    elif stands_out:
        text += " +" if cell.residual > 0 else " −"
    ax.text(x, y, text, ha="center", va="center", fontsize=9, color=INK, fontweight="bold" if stands_out else None)


def describe_contingency(contingency, words) -> str:
    """The mosaic in words: share of each category, and what stands out."""
    last = contingency["column"].iloc[-1]
    rows = contingency[contingency["column"] == last]
    shares = "; ".join(f"{words(str(r.row))} {words.percent(r.row_share)} (n = {words.number(r.n_row)})"
                       for r in rows.itertuples())
    out = contingency[contingency["residual"].abs() > STANDS_OUT]
    marked = ", ".join(dict.fromkeys(words(str(row)) for row in out["row"]))
    text = words(N_("{criterion:word}, share of {column:word} in each category: {shares}."),
                 criterion=contingency["criterion"].iloc[0], column=str(last), shares=shares)
    return text + " " + (words(N_("Out of line with independence: {marked}."), marked=marked) if marked else
                         words(N_("No category stands out of what independence would give.")))


def plot_criteria(criteria, *, words, ax=None, narrow=False):
    """Matrix of signs: variables down (as the table orders them), the nine criteria across; hollow where experts judged.

    Parameters
    ----------
    criteria : DataFrame
        variable, name, criterion, state, source of the step's table.
    """
    names = criteria.drop_duplicates("variable").set_index("variable")["name"]
    ax = ax or new_axes(narrow, height=0.36 * len(names) + (2.3 if narrow else 2.0))
    for y, variable in enumerate(names.index):
        for cell in criteria[criteria["variable"] == variable].itertuples():
            mark, colour = SIGNS[cell.state]
            colours = {"color": colour} if mark == "_" else {
                "edgecolor": colour, "facecolor": "white" if cell.source == "expert" else colour}
            ax.scatter(CRITERIA.index(cell.criterion), y, marker=mark, s=60 if narrow else 95, linewidth=1.6, zorder=3,
                       gid=f"{variable}:{cell.criterion}", **colours)
    wrap = 15 if narrow else 30
    ax.set(xlim=(-0.6, len(CRITERIA) - 0.4), ylim=(len(names) - 0.4, -0.6), xticks=range(len(CRITERIA)),
           yticks=range(len(names)), yticklabels=[short_lines(words(n), wrap) for n in names])
    ax.set_xticklabels([words(TITLES[c]) for c in CRITERIA], rotation=90 if narrow else 40,
                       ha="center" if narrow else "left", rotation_mode="default" if narrow else "anchor")
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=8.5 if narrow else 9.5)
    ax.grid(axis="y", color=GREY, alpha=0.18)
    for side in ("left", "bottom", "top", "right"):
        ax.spines[side].set_visible(False)
    signs = [words(N_("● pass")), words(N_("▲ watch")), words(N_("✕ fail")), words(N_("– not testable")),
             words(N_("hollow: experts judged"))]
    ax.set_xlabel("\n".join([" · ".join(signs[:3]), " · ".join(signs[3:])]) if narrow else " · ".join(signs),
                  fontsize=8.5 if narrow else 9.5)
    return ax


def describe_criteria(criteria, words) -> str:
    """Each variable with how many criteria it passes and which it fails."""
    parts = []
    for _, rows in criteria.groupby("variable", sort=False):
        passed = int((rows["state"] == "pass").sum())
        failed = ", ".join(words(TITLES[c]) for c in rows.loc[rows["state"] == "fail", "criterion"])
        parts.append(words(N_("{name:word}: passes {n} of nine, fails {failed}."), name=rows["name"].iloc[0], n=passed,
                           failed=failed) if failed else
                     words(N_("{name:word}: passes {n} of nine, fails none."), name=rows["name"].iloc[0], n=passed))
    return " ".join(parts)


def plot_missing(variables, *, words, ax=None, narrow=False):
    """Share of the customers without a value, the best known variable first, and the line beyond which one is not measurable.

    Parameters
    ----------
    variables : DataFrame
        name, missing_share of the step's table.
    """
    rows = variables.dropna(subset=["missing_share"]).sort_values("missing_share", kind="stable")
    ax = ax or new_axes(narrow, height=0.36 * len(rows) + 1.3)
    for y, row in enumerate(rows.itertuples()):
        beyond = row.missing_share > MOST_MISSING
        ax.barh(y, row.missing_share, height=0.55, color=VERMILION if beyond else BLUE, alpha=0.75, gid=f"missing:{row.name}")
        ax.text(row.missing_share + 0.01, y, words.percent(row.missing_share) + (" ✕" if beyond else ""), va="center", fontsize=9,
                color=INK)
    right = max(0.25, 1.3 * float(rows["missing_share"].max()))
    ax.axvline(MOST_MISSING, color=GREY, linestyle="--", linewidth=1.2)
    ax.text(MOST_MISSING, -0.62, words(N_("measurable up to here")), fontsize=8.5, color=INK, ha="left", va="bottom")
    ax.set(xlim=(0, right), ylim=(len(rows) - 0.4, -1.2), yticks=range(len(rows)), xticks=[],
           yticklabels=[short_lines(words(name), 15 if narrow else 30) for name in rows["name"]],
           xlabel=axis_label(words(N_("Customers without a value")), narrow))
    ax.tick_params(axis="y", length=0)
    return ax


def describe_missing(variables, words) -> str:
    """The shares in words."""
    rows = variables.dropna(subset=["missing_share"])
    return words(N_("Customers without a value: {rows}."), rows="; ".join(
        f"{words(row.name)} {words.percent(row.missing_share)}" for row in rows.itertuples(index=False)))
