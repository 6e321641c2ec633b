"""Do the groups differ: areas of assignment, groups against assigned groups, and what each function says (step 2)."""

from __future__ import annotations

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.figures.window import place_labels
from svcnb.i18n import N_

SOFT = "#52606D"
LOOKS = ((BLUE, "o"), (AMBER, "s"), (GREEN, "^"), (VERMILION, "D"), ("#CC79A7", "v"), ("#56B4E9", "P"), (GREY, "X"), (INK, "h"))
NEW = N_("new customer")
FUNCTIONS = 2  # of which the bars are drawn
NEAR_INCHES = 0.28  # centroids nearer than that have no names of their own


def plot_territory(centroids, areas, cloud, histogram, cuts, new, *, words, ax=None, narrow=False):
    """Where each group lies: customers as dots, centroids named, areas of assignment, a new customer as a star.

    Parameters
    ----------
    centroids : DataFrame
        group_id, name, function_1, function_2 of the step's table.
    areas, cloud : DataFrame
        Corners of each group's area, and customers; without rows when there is one function only.
    histogram, cuts : DataFrame
        Bars of each group and the cuts between them, when there is one function only.
    new : DataFrame
        The new customer as the page adapts it: name, function_1, function_2, is_outside; the assigned group first.
    """
    if not len(areas):
        return _plot_scores(centroids, histogram, cuts, new, words, ax, narrow)
    ax = ax or new_axes(narrow, height=5.0 if narrow else 5.2)
    _take_place(ax, narrow)
    look = dict(zip(centroids["group_id"], _looks(len(centroids)), strict=True))
    for group, corners in areas.groupby("group_id", sort=False):
        ax.fill(corners["function_1"], corners["function_2"], facecolor=look[group][0], alpha=0.13, edgecolor="none", zorder=0,
                gid=f"area:{group}")
        ax.plot([*corners["function_1"], corners["function_1"].iloc[0]], [*corners["function_2"], corners["function_2"].iloc[0]],
                color="white", linewidth=2, zorder=1)
    colours = [look[group][0] for group in cloud["group_id"]]
    ax.scatter(cloud["function_1"], cloud["function_2"], s=9 if len(cloud) < 1000 else 3, color=colours, linewidths=0,
               alpha=0.55 if len(cloud) < 1000 else 0.25, rasterized=True, zorder=2, gid="cloud")
    across, up = (words(N_("Function {k}, in standard deviations"), k=k) for k in (1, 2))
    sides = [(areas[name].min(), areas[name].max()) for name in ("function_1", "function_2")]
    ax.set(xlim=sides[0], ylim=sides[1], xlabel=axis_label(across, narrow), ylabel=axis_label(up, narrow))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, _: words.number(value))
    crowded = _is_crowded(ax, centroids)
    for row in centroids.itertuples():
        colour, mark = look[row.group_id]
        ax.scatter([row.function_1], [row.function_2], s=45 if crowded else 95, marker=mark, color=colour, edgecolor=INK,
                   linewidth=1.2, zorder=4, gid=row.group_id)
    _name_groups(ax, centroids, areas if crowded else areas.head(0), look, new, words, narrow)
    return ax


def _take_place(ax, narrow) -> None:
    """Margins for the labels: while a control moves, measuring them would cost a third of the time."""
    ax.figure.set_layout_engine("none")
    width, height = ax.figure.get_size_inches()
    left, low, right, top = 0.78 / width, (0.8 if narrow else 0.62) / height, 0.12 / width, 0.12 / height
    ax.set_position([left, low, 1 - left - right, 1 - low - top])


def _is_crowded(ax, centroids) -> bool:
    """Whether two centroids stand so close that names beside them would not tell which is which."""
    at = ax.transData.transform(centroids[["function_1", "function_2"]].to_numpy()) / ax.figure.dpi
    return any(abs(one - other).max() < NEAR_INCHES for k, one in enumerate(at) for other in at[:k])


def _name_groups(ax, centroids, areas, look, new, words, narrow) -> None:
    """Names in the middle of the areas, of groups without one beside their centroid; the star of the new customer."""
    size, x, y, labels, taken = 8.5 if narrow else 10, [], [], [], []
    box = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.2}
    wide = {group: own for group, own in areas.groupby("group_id", sort=False) if _is_wide(ax, own)}
    for row in centroids.itertuples():
        label = short_lines(words(str(row.name)), 14 if narrow else 24)
        if row.group_id in wide:
            middle = wide[row.group_id][["function_1", "function_2"]].mean()
            taken.append(ax.text(*middle, label, ha="center", va="center", fontsize=size, fontweight="bold", zorder=6,
                                 bbox={**box, "edgecolor": look[row.group_id][0], "pad": 2.5}))
        else:
            x, y, labels = [*x, row.function_1], [*y, row.function_2], [*labels, label]
    if len(new):
        star = new.iloc[0]
        ax.scatter([star["function_1"]], [star["function_2"]], s=190, marker="*", color="white", edgecolor=INK, linewidth=1.6,
                   zorder=5, gid="new", clip_on=False)
        x, y, labels = [*x, star["function_1"]], [*y, star["function_2"]], [*labels, _star_label(star, words, narrow)]
    if labels:
        place_labels(ax, x, y, labels, size=size, taken=taken)
    for text in ax.texts:
        if text not in taken:
            text.set(zorder=6, bbox=box)


def _is_wide(ax, corners) -> bool:
    at = ax.transData.transform(corners[["function_1", "function_2"]].to_numpy()) / ax.figure.dpi
    return bool((at.max(axis=0) - at.min(axis=0)).min() > NEAR_INCHES)


def _star_label(star, words, narrow) -> str:
    text = words(N_("new customer, outside the picture")) if star["is_outside"] else words(NEW)
    return short_lines(text, 16 if narrow else 40)


def _plot_scores(centroids, histogram, cuts, new, words, ax, narrow):
    """One function: a row of bars for each group, the cuts through all of them."""
    ax = ax or new_axes(narrow, height=1.0 * len(centroids) + 1.6)
    top = histogram["share"].max() or 1
    labels = []
    for y, (row, (colour, mark)) in enumerate(zip(centroids.itertuples(), _looks(len(centroids)), strict=True)):
        own = histogram[histogram["group_id"] == row.group_id]
        ax.bar(own["from_score"], -0.78 * own["share"] / top, width=own["to_score"] - own["from_score"], bottom=y + 0.4,
               align="edge", color=colour, alpha=0.65, linewidth=0, gid=f"bars:{row.group_id}")
        ax.scatter([row.function_1], [y + 0.4], s=60, marker=mark, color=colour, edgecolor=INK, zorder=4, gid=row.group_id)
        labels.append(short_lines(words(str(row.name)), 14 if narrow else 26) + f"\nn = {words.number(row.n, 0)}")
    for row in cuts.itertuples():
        ax.axvline(row.cut, color=INK, linewidth=1, linestyle="--", gid="cut")
        ax.annotate(words(N_("cut {value:2}"), value=float(row.cut)), (row.cut, -0.5), xytext=(3, 2), textcoords="offset points",
                    ha="left", va="bottom", fontsize=8.5, color=SOFT)
    if len(new):
        star, foot = new.iloc[0], len(labels) - 0.4
        ax.scatter([star["function_1"]], [foot], s=200, marker="*", color="white", edgecolor=INK, linewidth=1.6, zorder=5,
                   gid="new", clip_on=False)
        right = star["function_1"] > (histogram["from_score"].min() + histogram["to_score"].max()) / 2
        ax.annotate(_star_label(star, words, False), (star["function_1"], foot), xytext=(-11 if right else 11, 0),
                    textcoords="offset points", ha="right" if right else "left", va="center", fontsize=8.5 if narrow else 9.5,
                    bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1})
    ax.set(xlim=(histogram["from_score"].min(), histogram["to_score"].max()), ylim=(len(labels) - 0.22, -0.62),
           yticks=range(len(labels)), yticklabels=labels,
           xlabel=axis_label(words(N_("Function {k}, in standard deviations"), k=1), narrow))
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value))
    ax.tick_params(axis="y", length=0)
    return ax


def describe_territory(centroids, areas, cloud, histogram, cuts, new, words) -> str:
    """Where the groups and the new customer lie, in words."""
    numbers = [1, 2] if len(areas) else [1]
    parts = [words(N_("{name:word}: centroid at {at}, n = {n}."), name=str(row["name"]), n=int(row["n"]),
                   at="; ".join(words.number(row[f"function_{k}"], 2) for k in numbers)) for row in centroids.to_dict("records")]
    parts += [words(N_("Below {value:2} {below:word}, above {above:word}."), value=float(row.cut), below=str(row.below),
                    above=str(row.above)) for row in cuts.itertuples()]
    if len(new):
        star = new.iloc[0]
        parts.append(words(N_("The new customer lies at {at} and belongs to {name:word}."), name=str(star["name"]),
                           at="; ".join(words.number(star[f"function_{k}"], 2) for k in numbers)))
    return " ".join(parts)


def plot_confusion(confusion, *, words, ax=None, narrow=False):
    """Groups down, the group that the other customers assign them to across: share and number of the customers.

    Parameters
    ----------
    confusion : DataFrame
        group_id, name, assigned_id, n, share of the step's table.
    """
    groups = dict(zip(confusion["group_id"], confusion["name"], strict=True))
    ax = ax or new_axes(narrow, height=0.62 * len(groups) + (2.4 if narrow else 1.7))
    places = {group: k for k, group in enumerate(groups)}
    for cell in confusion.itertuples():
        x, y = places[cell.assigned_id], places[cell.group_id]
        share, right = float(cell.share), cell.assigned_id == cell.group_id
        known = share == share
        ax.barh(y, 0.94, left=x - 0.47, height=0.92, facecolor=(BLUE if right else VERMILION), linewidth=1.6 if right else 0,
                edgecolor=BLUE, alpha=0.06 + 0.62 * (share if known else 0), gid=f"{cell.group_id}:{cell.assigned_id}")
        text = f"{words.percent(share, 0)}\n{words.number(cell.n, 0)}" if known else "–"
        ax.text(x, y, text, ha="center", va="center", fontsize=8 if narrow else 9.5, color=INK,
                fontweight="bold" if right else None)
    upright = narrow or len(groups) > 5
    ax.set(xlim=(-0.5, len(groups) - 0.5), ylim=(len(groups) - 0.5, -0.5), xticks=range(len(groups)), yticks=range(len(groups)),
           yticklabels=[short_lines(words(str(name)), 13 if narrow else 24) for name in groups.values()],
           xlabel=axis_label(words(N_("Assigned to, each customer by all the others")), narrow),
           ylabel=words(N_("Belongs to")))
    ax.set_xticklabels([short_lines(words(str(name)), 14) for name in groups.values()], rotation=90 if upright else 0)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("bottom")
    ax.tick_params(length=0, labelsize=8.5 if narrow else 9.5)
    for side in ("left", "bottom", "top", "right"):
        ax.spines[side].set_visible(False)
    return ax


def describe_confusion(confusion, words) -> str:
    """Each group's share found again, and where most of the others go."""
    parts = []
    for _, own in confusion.groupby("group_id", sort=False):
        right = own[own["assigned_id"] == own["group_id"]].iloc[0]
        wrong = own[own["assigned_id"] != own["group_id"]].sort_values("n", ascending=False, kind="stable").iloc[0]
        values = {"name": str(right["name"]), "share": float(right["share"]), "n": int(own["n"].sum())}
        parts.append(words(N_("{name:word}: {share:%} of {n} are found again; {wrong} go to {other:word}."), **values,
                           wrong=int(wrong["n"]), other=str(wrong["assigned"])) if wrong["n"] else
                     words(N_("{name:word}: {share:%} of {n} are found again."), **values))
    return " ".join(parts)


def plot_structure(coefficients, *, words, ax=None, narrow=False):
    """How closely each characteristic goes with the first two functions, within the groups: -1 to 1.

    Parameters
    ----------
    coefficients : DataFrame
        function, variable, structure of the step's table.
    """
    order = _by_structure(coefficients)
    numbers = list(dict.fromkeys(coefficients["function"]))[:FUNCTIONS]
    value = {(r.function, r.variable): float(r.structure) for r in coefficients.itertuples()}
    ax = ax or new_axes(narrow, height=0.27 * len(order) * len(numbers) + 1.3)
    height = 0.8 / len(numbers)
    for y, variable in enumerate(order):
        for k, number in enumerate(numbers):
            r, at = value[number, variable], y - 0.4 + (k + 0.5) * height
            ax.barh(at, r, height=0.9 * height, color=(BLUE, AMBER)[k], hatch=("", "///")[k], edgecolor="white", linewidth=0,
                    gid=f"{number}:{variable}")
            _beside(ax, r, at, words.number(r, 2), -1 if r < 0 else 1, narrow)
            if y == 0:  # the other side of the first bars is empty
                _beside(ax, 0, at, words(N_("function {k}"), k=number), 1 if r < 0 else -1, narrow)
    ax.axvline(0, color=INK, linewidth=1)
    marks = (-1, -0.5, 0, 0.5, 1)
    ax.set(xlim=(-1.3, 1.3), ylim=(len(order) - 0.4, -0.6), xticks=marks, xticklabels=[words.number(m) for m in marks],
           yticks=range(len(order)), yticklabels=[short_lines(words(str(v)), 15 if narrow else 30) for v in order],
           xlabel=axis_label(words(N_("Structure coefficient: correlation with the function within the groups")), narrow))
    ax.tick_params(axis="y", length=0)
    return ax


def _beside(ax, value, at, text, side, narrow) -> None:
    ax.annotate(text, (value, at), xytext=(4 * side, 0), textcoords="offset points", ha="left" if side > 0 else "right",
                va="center", fontsize=8 if narrow else 9, color=INK)


def _by_structure(coefficients) -> list[str]:
    first = coefficients[coefficients["function"] == coefficients["function"].iloc[0]]
    return list(first.loc[first["structure"].abs().sort_values(ascending=False, kind="stable").index, "variable"])


def describe_structure(coefficients, words) -> str:
    """The characteristics that go most with each of the first functions."""
    parts = []
    for number, own in list(coefficients.groupby("function", sort=False))[:FUNCTIONS]:
        top = own.loc[own["structure"].abs().sort_values(ascending=False, kind="stable").index].head(3)
        listed = "; ".join(f"{words(str(r.variable))} {words.number(r.structure, 2)}" for r in top.itertuples())
        parts.append(words(N_("Function {k} goes most with {listed}."), k=int(number), listed=listed))
    return " ".join(parts)


def _looks(n: int) -> list[tuple]:
    return [LOOKS[k % len(LOOKS)] for k in range(n)]
