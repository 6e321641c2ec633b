"""Who makes the work: drivers by group, spread of the customers, work against revenue, ABC against work (step 2)."""

from __future__ import annotations

from svcnb.figures.characterisation import BANDS, LOOKS
from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.figures.window import place_labels
from svcnb.i18n import N_
from svcnb.methods.laboriousness import CUTS

SOFT = "#52606D"
ADVICE = {"redesign": (N_("redesign"), VERMILION, "s"), "watch": (N_("watch"), GREY, "^"),
          "protect": (N_("protect"), GREEN, "o"), "keep": (N_("keep"), GREY, "o")}
CLASSES, LEVELS = ("A", "B", "C"), ("low", "medium", "high")


def plot_drivers(drivers, laboriousness, *, words, ax=None, narrow=False):
    """Heat map: drivers down, put together by activity, groups across; the number is the rating, darker is more work.

    Parameters
    ----------
    drivers : DataFrame
        driver_id, name, activity, group_id, rating, weight of the step's table.
    laboriousness : DataFrame
        group_id, name: the groups from left to right.
    """
    rows = _by_activity(drivers)
    groups = dict(zip(laboriousness["group_id"], laboriousness["name"], strict=True))
    ax = ax or new_axes(narrow, height=0.34 * len(rows) + (2.0 if narrow else 1.6))
    value = {(r.driver_id, r.group_id): r.rating for r in drivers.itertuples()}
    ticks, names = [], []
    for y, (driver, name, weight) in enumerate(rows):
        if driver is None:
            ax.text(-0.5, y + 0.12, short_lines(words(name), 34 if narrow else 60, 1), fontsize=8.5 if narrow else 9.5,
                    fontweight="bold", color=SOFT, va="center")
            continue
        ticks.append(y)
        names.append(short_lines(words(name), 19 if narrow else 34, 2 if narrow else 1))
        for x, group in enumerate(groups):
            rating = value.get((driver, group))
            known = rating is not None and rating == rating
            ax.barh(y, 0.94, left=x - 0.47, height=0.9, facecolor=BLUE if known else "none", linewidth=0 if known else 0.6,
                    edgecolor=GREY, alpha=0.08 + 0.2 * (rating - 1) if known else 1, gid=f"{driver}:{group}")
            ax.text(x, y, words.number(rating, 0 if float(rating).is_integer() else 1) if known else "–", ha="center",
                    va="center", fontsize=9, color="white" if known and rating > 4 else INK)
        ax.text(len(groups) - 0.42, y, words.percent(weight, 0), va="center", fontsize=8.5, color=SOFT)
    ax.text(len(groups) - 0.42, -0.62, words(N_("weight")), va="bottom", fontsize=8.5, color=SOFT)
    ax.set(xlim=(-0.5, len(groups) + 0.15), ylim=(len(rows) - 0.4, -0.6), xticks=range(len(groups)), yticks=ticks,
           yticklabels=names)
    upright = narrow and len(groups) > 2 or len(groups) > 7
    ax.set_xticklabels([short_lines(words(n), 14 if upright else 13) for n in groups.values()], rotation=90 if upright else 0)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=8.5 if narrow else 9.5)
    for side in ("left", "bottom", "top", "right"):
        ax.spines[side].set_visible(False)
    ax.set_xlabel(axis_label(words(N_("Rating 1 little to 5 much work; – not rated")), narrow))
    ax.xaxis.set_label_position("bottom")
    return ax


def _by_activity(drivers) -> list[tuple]:
    """(driver_id, name, weight) down the picture, with (None, activity, None) above each activity's drivers."""
    once = drivers.drop_duplicates("driver_id")
    activities = list(dict.fromkeys(once["activity"]))
    out = []
    for activity in activities:
        if activity:
            out.append((None, activity, None))
        out += [(r.driver_id, r.name, r.weight) for r in once[once["activity"] == activity].itertuples(index=False)]
    return out


def describe_drivers(drivers, laboriousness, words) -> str:
    """For each group the drivers that are rated highest."""
    parts = []
    for row in laboriousness.itertuples():
        own = drivers[(drivers["group_id"] == row.group_id)].dropna(subset=["rating"])
        top = own.sort_values(["rating", "weight"], ascending=False, kind="stable").head(3)
        listed = ", ".join(f"{words(str(r.name))} {words.number(r.rating, 1)}" for r in top.itertuples(index=False))
        parts.append(words(N_("{name:word}: most work by {drivers}."), name=str(row.name), drivers=listed) if len(top) else
                     words(N_("{name:word}: not rated."), name=str(row.name)))
    return " ".join(parts)


def plot_spread(laboriousness, spread, *, words, ax=None, narrow=False):
    """Each group's laboriousness (diamond) over what its single customers make: box of the middle half, line of 80 %.

    Parameters
    ----------
    laboriousness : DataFrame
        group_id, name, laboriousness, class of the step's table.
    spread : DataFrame
        group_id, n, p10, lower_quartile, median, upper_quartile, p90 of the step's table.
    """
    ax = ax or new_axes(narrow, height=0.72 * len(laboriousness) + 1.5)
    of = spread.set_index("group_id").to_dict("index") if len(spread) else {}
    labels = []
    for y, row in enumerate(laboriousness.to_dict("records")):
        value, own = row["laboriousness"], of.get(row["group_id"])
        if own:
            ax.plot([own["p10"], own["p90"]], [y, y], color=GREY, linewidth=1.6, zorder=1, gid=f"most:{row['group_id']}")
            ax.barh(y, own["upper_quartile"] - own["lower_quartile"], left=own["lower_quartile"], height=0.36, facecolor=GREY,
                    alpha=0.35, zorder=2, gid=f"half:{row['group_id']}")
            ax.plot([own["median"]] * 2, [y - 0.18, y + 0.18], color=INK, linewidth=1.6, zorder=3)
        labels.append(short_lines(words(str(row["name"])), 15 if narrow else 28, 1) +
                      f"\nn = {words.number(own['n'] if own else 0, 0)}")
        if value is None or value != value:
            ax.text(1.05, y, words(N_("not measured")), va="center", color=SOFT, fontsize=9.5,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})
            continue
        ax.scatter([value], [y], marker="D", s=75, color=LOOKS[row["class"]][0], edgecolor=INK, zorder=4, gid=row["group_id"])
        ax.text(value, y - 0.27, words.number(value, 2), ha="center", va="bottom", fontweight="bold", fontsize=9.5, color=INK)
    for cut in CUTS:
        ax.axvline(cut, color=INK, linewidth=1, linestyle="--", zorder=0)
    for (name, text), low, high in zip(BANDS.items(), (1, *CUTS), (*CUTS, 5)):
        ax.text((low + high) / 2, -0.82, words(text), ha="center", va="bottom", fontsize=9.5, color=INK, gid=name)
    below = words(N_("Laboriousness, 1 little to 5 much work: ◆ the group, box and line half and 80 % of its customers"))
    ax.set(xlim=(1, 5), ylim=(len(labels) - 0.45, -0.85), xticks=range(1, 6), yticks=range(len(labels)), yticklabels=labels,
           xlabel=axis_label(below, narrow))
    ax.tick_params(axis="y", length=0)
    return ax


def describe_spread(laboriousness, spread, words) -> str:
    """Each group with its class and the middle half of its customers."""
    of, parts = spread.set_index("group_id").to_dict("index") if len(spread) else {}, []
    for row in laboriousness.to_dict("records"):
        value, own, name = row["laboriousness"], of.get(row["group_id"]), str(row["name"])
        if value is None or value != value:
            parts.append(words(N_("{name:word}: not measured."), name=name))
        elif own:
            parts.append(words(N_("{name:word}: {value:2}, {level:word}; half of {n} customers from {low:2} to {high:2}."),
                               name=name, value=value, level=row["class"], n=int(own["n"]), low=own["lower_quartile"],
                               high=own["upper_quartile"]))
        else:
            parts.append(words(N_("{name:word}: {value:2}, {level:word}."), name=name, value=value, level=row["class"]))
    return " ".join(parts)


def plot_value(laboriousness, *, words, ax=None, narrow=False):
    """Laboriousness up, share of the revenue across: laborious and small stands top left.

    Parameters
    ----------
    laboriousness : DataFrame
        group_id, name, laboriousness, share_revenue, small (an equal share), n, advice of the step's table.
    """
    ax = ax or new_axes(narrow, height=4.4)
    rows = laboriousness.dropna(subset=["laboriousness", "share_revenue"])
    _fixed(ax)
    small = float(laboriousness["small"].iloc[0])
    far = max([small, *rows["share_revenue"]]) * 1.3
    marks = [m for m in (0, 0.1, 0.2, 0.4, 0.6, 0.8, 1) if m <= far]
    ax.set(xlim=(0, far), ylim=(1, 5), yticks=range(1, 6), xticks=marks, xticklabels=[words.percent(m, 0) for m in marks],
           xlabel=words(N_("Share of the revenue")), ylabel=words(N_("Laboriousness, 1 to 5")))
    ax.fill_between([0, small], CUTS[1], 5, color=VERMILION, alpha=0.08, linewidth=0)
    ax.axvline(small, color=GREY, linestyle="--", linewidth=1)
    for cut in CUTS:
        ax.axhline(cut, color=GREY, linestyle="--", linewidth=1)
    look = {"fontsize": 8 if narrow else 9, "color": SOFT, "zorder": 2}
    width = 16 if narrow else 40
    taken = [ax.annotate(short_lines(words(N_("laborious and small")), width), (0, 5), xytext=(4, -4),
                         textcoords="offset points", ha="left", va="top", fontweight="bold", **look),
             ax.annotate(words(N_("equal share {share}"), share=words.percent(small, 0)), (small, 1), xytext=(4, 4),
                         textcoords="offset points", ha="left", va="bottom", **look)]
    taken += [ax.annotate(words(text), (far, (low + high) / 2), xytext=(-3, 0), textcoords="offset points", ha="right",
                          va="center", **look) for text, low, high in zip(BANDS.values(), (1, *CUTS), (*CUTS, 5))]
    for row in rows.itertuples():
        _, colour, mark = ADVICE[row.advice]
        ax.scatter([row.share_revenue], [row.laboriousness], s=80, marker=mark, color=colour, edgecolor=INK, zorder=3,
                   gid=row.group_id)
    labels = [short_lines(words(str(name)), 14 if narrow else 24) for name in rows["name"]]
    place_labels(ax, rows["share_revenue"].to_numpy(), rows["laboriousness"].to_numpy(), labels, size=8.5 if narrow else 9.5,
                 taken=taken, lines=((small, None), *((None, cut) for cut in CUTS)))
    return ax


def _fixed(ax) -> None:
    """Margins that stay, so that labels can be placed before the picture is saved."""
    ax.figure.set_layout_engine("none")
    width, height = ax.figure.get_size_inches()
    left, low, right, top = 0.62 / width, 0.62 / height, 0.16 / width, 0.14 / height
    ax.set_position([left, low, 1 - left - right, 1 - low - top])


def describe_value(laboriousness, words) -> str:
    """Each group's work and revenue, and which to redesign."""
    rows = laboriousness.dropna(subset=["laboriousness", "share_revenue"])
    parts = [words(N_("{name:word}: laboriousness {value:2}, {share:%} of the revenue."), name=str(r.name), value=r.laboriousness,
                   share=r.share_revenue) for r in rows.itertuples(index=False)]
    redesign = [words(str(name)) for name in rows.loc[rows["advice"] == "redesign", "name"]]
    return " ".join([*parts, words(N_("Laborious and small: {names}."), names=", ".join(redesign)) if redesign else
                     words(N_("No group is laborious and small."))])


def plot_cells(cells, *, words, ax=None, narrow=False):
    """ABC down, laboriousness across: customers and share of the value in each of nine cells, and what to do.

    Parameters
    ----------
    cells : DataFrame
        abc, laboriousness_class, n, share_value, advice of the step's table.
    """
    ax = ax or new_axes(narrow, height=3.9)
    for cell in cells.itertuples():
        x, y = LEVELS.index(cell.laboriousness_class), CLASSES.index(cell.abc)
        name, colour, _ = ADVICE[cell.advice]
        strong = cell.advice in ("redesign", "protect")
        ax.barh(y, 0.96, left=x - 0.48, height=0.94, facecolor=colour, alpha=0.26 if strong else 0.10, linewidth=0,
                gid=f"{cell.abc}:{cell.laboriousness_class}")
        lines = [words(N_("{n} customers"), n=int(cell.n))]
        if cell.share_value == cell.share_value:
            lines.append(words(N_("{share:%} of value"), share=float(cell.share_value)))
        ax.text(x, y - 0.10, "\n".join(lines), ha="center", va="center", fontsize=8 if narrow else 10, color=INK)
        ax.text(x, y + 0.32, short_lines(words(name), 14, 1), ha="center", va="center", fontsize=8 if narrow else 9,
                color=INK if strong else SOFT, fontweight="bold" if strong else None)
    ax.set(xlim=(-0.5, 2.5), ylim=(2.5, -0.5), xticks=range(3), yticks=range(3), yticklabels=CLASSES,
           xticklabels=[words(BANDS[level]) for level in LEVELS], xlabel=words(N_("Laboriousness of the customer")),
           ylabel=words(N_("ABC class")))
    ax.tick_params(length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return ax


def describe_cells(cells, words) -> str:
    """Redesign and protect in words."""
    parts = []
    for advice in ("redesign", "protect"):
        part = cells[cells["advice"] == advice]
        parts.append(words(N_("{advice:word}: {n} customers."), advice=ADVICE[advice][0], n=int(part["n"].sum())))
    return " ".join([words(N_("ABC against laboriousness, {n} customers in both."), n=int(cells["n"].sum())), *parts])
