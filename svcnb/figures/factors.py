"""Factors of the survey: scree with the lines of Kaiser and of chance, loadings as a heat map, where the strata stand."""

from __future__ import annotations

import math

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import BLUE, GREY, INK, VERMILION, new_axes
from svcnb.figures.window import place_labels, shown_names
from svcnb.i18n import N_
from svcnb.methods.factor.analysis import SALIENT

SOFT = "#52606D"
KAISER = 1.0
NEAR = 1e-9
APART = 0.062  # least distance of two names at the end of their lines, as a share of the height


def plot_scree(eigenvalues, *, words, ax=None, narrow=False):
    """Eigenvalues, falling; filled where a factor is taken; the lines of Kaiser and of chance named at their ends.

    Parameters
    ----------
    eigenvalues : DataFrame
        component_no, eigenvalue, parallel, taken of the step's table.
    """
    ax = ax or new_axes(narrow, height=3.8)
    k, values, chance = (eigenvalues[c].to_numpy(dtype=float) for c in ("component_no", "eigenvalue", "parallel"))
    taken = eigenvalues["taken"].astype(bool).to_numpy()
    p, n, top = len(k), int(taken.sum()), 1.14 * max(values.max(), chance.max(), KAISER)
    right = p + (0.46 if narrow else 0.26) * p
    ax.axvspan(0.5, n + 0.5, color=BLUE, alpha=0.07, linewidth=0, gid="taken")
    ax.plot([0.5, p + 0.3], [KAISER, KAISER], color=VERMILION, linestyle=":", linewidth=1.4, gid="kaiser")
    ax.plot(k, chance, color=SOFT, linestyle="--", linewidth=1.2, marker="x", markersize=4, gid="parallel")
    ax.plot(k, values, color=BLUE, linewidth=1.6, zorder=3, gid="eigenvalues")
    ax.scatter(k[taken], values[taken], s=60, color=BLUE, edgecolor=INK, zorder=4, gid="taken points")
    ax.scatter(k[~taken], values[~taken], s=44, facecolor="white", edgecolor=BLUE, zorder=4, gid="other points")
    size = 8.5 if narrow else 9.5
    ax.text(0.62, 0.02 * top, words(N_("taken: {n}"), n=n), fontsize=size, color=BLUE, va="bottom", fontweight="bold")
    for x, y in zip(k[taken][:3], values[taken][:3]):
        ax.annotate(words.number(y, 2), (x, y), (5, 4), textcoords="offset points", fontsize=size, color=INK)
    ends = [(KAISER, words(N_("Kaiser: 1")), INK), (chance[-1], words(N_("chance, 95 %")), SOFT),
            (values[-1], words(N_("measured")), BLUE)]
    for at, (_, text, colour) in zip(_spread([y for y, _, _ in ends], APART * top * (1.25 if narrow else 1)), ends):
        ax.text(p + 0.35, at, short_lines(text, 14 if narrow else 24, 1), fontsize=size, color=colour, va="center")
    step = 1 if p <= (8 if narrow else 12) else 2 if p <= 16 else math.ceil(p / 8)
    ticks = [0.5 * i for i in range(int(top / 0.5) + 1)] if top < 5 else list(range(int(top) + 1))
    ax.set(xlim=(0.5, right), ylim=(0, top), xticks=range(1, p + 1, step), yticks=ticks,
           yticklabels=[words.number(t, 1 if top < 5 else 0) for t in ticks],
           ylabel=words(N_("Eigenvalue (items' worth of variance)")),
           xlabel=axis_label(words(N_("Factors by size; filled: taken")), narrow))
    return ax


def _spread(heights, least) -> list[float]:
    """The heights moved upwards from the lowest on, until each is so far from the one below."""
    out, last = {}, -math.inf
    for i in sorted(range(len(heights)), key=lambda i: heights[i]):
        last = out[i] = max(heights[i], last + least)
    return [out[i] for i in range(len(heights))]


def describe_scree(eigenvalues, words) -> str:
    """The scree plot in words."""
    listed = "; ".join(words.number(v, 2) for v in eigenvalues["eigenvalue"])
    above = int((eigenvalues["eigenvalue"] > KAISER + NEAR).sum())
    chance = int((eigenvalues["eigenvalue"] > eigenvalues["parallel"] + NEAR).cummin().sum())
    return words(N_("Eigenvalues: {listed}. Above 1: {above}; above chance: {chance}; taken: {taken}."), listed=listed,
                 above=above, chance=chance, taken=int(eigenvalues["taken"].sum()))


def plot_loadings(loadings, variance, *, words, ax=None, narrow=False):
    """Heat map: items down, factors across; blue with +, vermilion with −, bold from 0.40; communality at the side.

    Parameters
    ----------
    loadings : DataFrame
        component_id, name, spanish, a column each factor, communality.
    variance : DataFrame
        factor, share, and title where the factors have names.
    """
    factors, n = variance["factor"].tolist(), len(loadings)
    ax = ax or new_axes(narrow, height=0.36 * n + (2.3 if narrow else 1.9))
    size = 8.5 if narrow else 10
    width = max(0.45, 0.15 * len(factors))  # of the column of communalities
    turned = 90 if narrow and len(factors) > 4 else 0
    for x, factor in enumerate(factors):
        for y, value in enumerate(loadings[factor]):
            salient = abs(value) >= SALIENT - NEAR
            ax.barh(y, 0.94, left=x - 0.47, height=0.9, linewidth=0, facecolor=BLUE if value > 0 else VERMILION,
                    alpha=0.04 + 0.56 * min(1.0, abs(value)) ** 1.5, gid=f"{loadings['component_id'].iloc[y]}:{factor}")
            ax.text(x, y, _signed(value, words), ha="center", va="center", rotation=turned,
                    fontsize=size if salient else size - 0.6, color=INK if salient else SOFT,
                    fontweight="bold" if salient else None)
    side = len(factors) - 0.4
    for y, value in enumerate(loadings["communality"]):
        ax.text(side + width / 2, y, words.percent(value, 0), ha="center", va="center", fontsize=size - 0.5, color=SOFT)
    ax.axvline(side, color=GREY, linewidth=0.8)
    titles = variance["title"] if "title" in variance else factors
    heads = [short_lines(str(title), (26 if narrow else 44) // len(factors) + 2, 3) + "\n" + words.percent(share, 0)
             for title, share in zip(titles, variance["share"])]
    ax.set(xlim=(-0.5, side + width), ylim=(n - 0.4, -0.6), yticks=range(n),
           yticklabels=[short_lines(name, 17 if narrow else 30, 2 if narrow else 1) for name in shown_names(loadings, words)],
           xticks=[*range(len(factors)), side + width / 2], xticklabels=[*heads, words(N_("held"))])
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=8.5 if narrow else 9.5)
    for where in ("left", "bottom", "top", "right"):
        ax.spines[where].set_visible(False)
    ax.set_xlabel(axis_label(words(N_("Loading, −1 to +1; bold from 0.40; held: share of the item that the factors hold")),
                             narrow))
    ax.xaxis.set_label_position("bottom")
    return ax


def _signed(value: float, words) -> str:
    sign = "" if abs(value) < 0.005 else "+" if value > 0 else "−"
    return f"{sign}{words.number(abs(value), 2)}"


def describe_loadings(loadings, variance, words) -> str:
    """Each factor with its salient items and their loadings."""
    names, parts = shown_names(loadings, words), []
    for row in variance.itertuples():
        found = sorted(((v, name) for v, name in zip(loadings[row.factor], names) if abs(v) >= SALIENT - NEAR),
                       key=lambda pair: -abs(pair[0]))
        listed = ", ".join(f"{name} {_signed(v, words)}" for v, name in found)
        parts.append(words(N_("{factor}: {listed}."), factor=row.factor, listed=listed or words(N_("no component stands out"))))
    return " ".join(parts)


def plot_scores(groups, points, variance, *, words, ax=None, narrow=False):
    """Mean scores of each stratum on the first two factors with 95 % bounds; dust: the respondents; hollow: fewer than five.

    Parameters
    ----------
    groups : DataFrame
        group, n, F1, F2, F1_half, F2_half of the step's table.
    points : DataFrame
        F1, F2 of the respondents.
    variance : DataFrame
        title of the factors.
    """
    titles = [short_lines(words(N_("Score on {factor}"), factor=title), 26 if narrow else 50, 1) for title in variance["title"]]
    below = axis_label(words(N_("{score_name}; 0: mean of all"), score_name=titles[0]), narrow)
    if "F2" not in points.columns:
        return _plot_one_factor(groups, points, below, words, ax, narrow)
    ax = ax or new_axes(narrow, height=4.4)
    _fixed(ax, 1 + below.count("\n"))
    x, y = groups["F1"].to_numpy(dtype=float), groups["F2"].to_numpy(dtype=float)
    ax.scatter(points["F1"], points["F2"], s=9, color=GREY, alpha=0.35, linewidth=0, gid="respondents")
    for line in (ax.axhline, ax.axvline):
        line(0, color=GREY, linestyle="--", linewidth=0.9)
    for row in groups.itertuples():
        if row.F1_half == row.F1_half:
            ax.plot([row.F1 - row.F1_half, row.F1 + row.F1_half], [row.F2, row.F2], color=INK, linewidth=1.4, zorder=3)
            ax.plot([row.F1, row.F1], [row.F2 - row.F2_half, row.F2 + row.F2_half], color=INK, linewidth=1.4, zorder=3)
        _mark(ax, row, row.F2)
    far = 1.05 * max(1.5, points.abs().to_numpy().max())
    marks = list(range(-int(far), int(far) + 1, 1 if far < 4 else 2))
    ax.set(xlim=(-far, far), ylim=(-far, far), xlabel=below, ylabel=titles[1], xticks=marks, yticks=marks)
    labels = _names(groups, words, 14 if narrow else 28)
    place_labels(ax, x, y, labels, size=8.5 if narrow else 10, lines=((0.0, None), (None, 0.0)))
    return ax


def _plot_one_factor(groups, points, below, words, ax, narrow):
    """A row each stratum, the respondents as dust beneath."""
    ax = ax or new_axes(narrow, height=0.5 * len(groups) + 1.6)
    n = len(groups)
    ax.axvline(0, color=GREY, linestyle="--", linewidth=0.9)
    ax.scatter(points["F1"], [n] * len(points), s=9, color=GREY, alpha=0.35, linewidth=0, gid="respondents")
    for y, row in enumerate(groups.itertuples()):
        if row.F1_half == row.F1_half:
            ax.plot([row.F1 - row.F1_half, row.F1 + row.F1_half], [y, y], color=INK, linewidth=1.4, zorder=3)
        _mark(ax, row, y)
    names = _names(groups, words, 16 if narrow else 30)
    ax.set(ylim=(n + 0.5, -0.5), yticks=range(n + 1), yticklabels=[*names, words(N_("all"))], xlabel=below)
    ax.tick_params(axis="y", length=0)
    return ax


def _names(groups, words, width: int) -> list[str]:
    return [f"{short_lines(words(row.group), width, 1)}\nn = {words.number(row.n)}" for row in groups.itertuples()]


def _mark(ax, row, y) -> None:
    ax.scatter([row.F1], [y], s=70, facecolor=BLUE if row.F1_half == row.F1_half else "white", edgecolor=INK, zorder=4,
               gid=str(row.group))


def _fixed(ax, lines: int) -> None:
    """Margins that stay, so that labels can be placed before the picture is saved; room for so many lines below."""
    ax.figure.set_layout_engine("none")
    width, height = ax.figure.get_size_inches()
    left, low, right, top = 0.66 / width, (0.44 + 0.18 * lines) / height, 0.16 / width, 0.14 / height
    ax.set_position([left, low, 1 - left - right, 1 - low - top])


def describe_scores(groups, points, variance, words) -> str:
    """Each stratum with its means on the first two factors."""
    return " ".join(words(N_("{name:word} (n {n}): F1 {first_score:2}, F2 {second_score:2}."), name=row.group, n=row.n,
                          first_score=row.F1, second_score=row.F2) if "F2" in groups.columns else
                    words(N_("{name:word} (n {n}): F1 {first_score:2}."), name=row.group, n=row.n, first_score=row.F1)
                    for row in groups.itertuples())
