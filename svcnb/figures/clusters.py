"""Clusters of customers: the map, the search for their number, their profiles, the tree of the last merges."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label, head_columns, short_lines
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.figures.window import place_labels
from svcnb.i18n import N_
from svcnb.sentences.columns import cell, label
from svcnb.steps.characteristics import CHARACTERISTICS

# Okabe-Ito values; a mark tells two clusters apart where colours do not
LOOKS = ((BLUE, "o"), (VERMILION, "^"), (GREEN, "s"), (AMBER, "D"), ("#CC79A7", "v"), ("#56B4E9", "P"), (INK, "X"), (GREY, "*"))
CUTS = (0.25, 0.50, 0.70)  # silhouette: no substantial structure, weak, reasonable (Kaufman and Rousseeuw 1990)
STANDS_OUT = 0.5  # mean z, methods.clusters
SHOWN_BESIDE = 4  # clusters whose values a phone has room for


def look_of(cluster_id: str) -> tuple[str, str]:
    """Colour and mark of a cluster: K1 the first."""
    return LOOKS[(int(cluster_id[1:]) - 1) % len(LOOKS)]


def plot_map(places, middles, *, words, ax=None, narrow=False):
    """Customers on the two directions in which they differ most, the middle of each cluster named.

    Parameters
    ----------
    places : DataFrame
        x, y, cluster_id, selected of the step's table ``map``; those not selected are pale.
    middles : DataFrame
        cluster_id, name, x, y, n, share_x, share_y of the table ``middles``.
    """
    ax = ax or new_axes(narrow, height=4.4 if narrow else 4.8)
    for key in middles["cluster_id"]:
        colour, mark = look_of(key)
        rows = places[places["cluster_id"] == key]
        chosen = bool(rows["selected"].any())
        ax.scatter(rows["x"], rows["y"], s=11 if narrow else 15, marker=mark, color=colour if chosen else GREY,
                   alpha=0.38 if chosen else 0.12, linewidths=0, rasterized=True, zorder=2 if chosen else 1,
                   gid=f"customers:{key}")
    for row in middles.itertuples():
        colour, mark = look_of(row.cluster_id)
        ax.scatter([row.x], [row.y], s=130, marker=mark, facecolor=colour, edgecolor="white", linewidth=1.6, zorder=4,
                   gid=f"middle:{row.cluster_id}")
    first = middles.iloc[0]
    axis = lambda n, share: axis_label(words(N_("Direction {n}: {share:%} of the differences"), n=n, share=float(share)), narrow)
    ax.set(xlabel=axis(1, first["share_x"]), ylabel=axis(2, first["share_y"]), xticks=[], yticks=[])
    ax.margins(0.06)
    ax.figure.draw_without_rendering()  # labels are laid where the axes have their size
    names = [f"{short_lines(words(row.name), 16 if narrow else 26)}\nn = {words.number(row.n)}" for row in middles.itertuples()]
    before = len(ax.texts)
    place_labels(ax, middles["x"].to_numpy(), middles["y"].to_numpy(), names, size=9 if narrow else 10)
    for text in ax.texts[before:]:
        text.set(fontweight="bold", zorder=5)
        text.set_bbox({"facecolor": "white", "alpha": 0.82, "edgecolor": "none", "pad": 1.5})
    return ax


def describe_map(places, middles, words) -> str:
    """The map in words: what the axes explain, where each cluster lies."""
    first = middles.iloc[0]
    rows = "; ".join(words(N_("{name:word} at {x:1} across and {y:1} up (n = {n})"), name=row.name, x=row.x, y=row.y, n=row.n)
                     for row in middles.itertuples())
    return words(N_("Map of {n} customers on two directions that hold {first:%} and {second:%} of their differences. Middle of "
                    "each cluster: {rows}."), n=len(places), first=float(first["share_x"]), second=float(first["share_y"]),
                 rows=rows)


def plot_search(search, *, words, ax=None, narrow=False):
    """Silhouette, gap and elbow over the number of clusters, the chosen number marked in each.

    Parameters
    ----------
    search : DataFrame
        n_clusters, silhouette, gap_value, gap_se, within_ss, chosen, large_enough of the step's table.
    """
    first = ax or new_axes(narrow, height=5.4)
    figure = first.figure
    first.remove()
    panels = figure.subplots(3, 1, sharex=True, height_ratios=[1.9, 1, 1])
    chosen = search.loc[search["chosen"], "n_clusters"]
    for panel in panels:
        for k in chosen:
            panel.axvline(k, color=AMBER, linewidth=7, alpha=0.35, zorder=0, gid="chosen")
    _silhouettes(panels[0], search, chosen, words, narrow)
    _line(panels[1], search, "gap_value", words(N_("Gap statistic")), search["gap_se"])
    _line(panels[2], search, "within_ss", words(N_("Squares within")) if not narrow else words(N_("Squares")))
    for panel in panels[1:]:
        panel.yaxis.set_major_formatter(lambda value, _: words.number(value))
        panel.locator_params(axis="y", nbins=3)
    panels[2].set(xticks=search["n_clusters"], xlabel=axis_label(words(N_("Number of clusters; hollow: the smallest has less "
                                                                          "than 5 % of the customers")), narrow))
    for panel in panels[:2]:
        panel.tick_params(labelbottom=False)
    figure.align_ylabels(panels)
    return panels[0]


def _silhouettes(ax, search, chosen, words, narrow):
    known = search[search["silhouette"].notna()]
    low, high = min(0.0, *known["silhouette"]), max(0.3, *known["silhouette"])
    ax.set(ylim=(low - 0.02, high + 0.12), xlim=(search["n_clusters"].min() - 0.5, search["n_clusters"].max() + 0.5),
           ylabel=words(N_("Mean silhouette")))
    texts = (N_("weak from {cut:2}"), N_("reasonable from {cut:2}"), N_("strong from {cut:2}"))
    named = [(cut, short_lines(words(text, cut=cut), 12)) for cut, text in zip(CUTS, texts, strict=True) if cut < high + 0.08]
    ax.set(yticks=[0, *(cut for cut, _ in named)], yticklabels=[words.number(0), *(text for _, text in named)])
    for cut, _ in named:
        ax.axhline(cut, color=GREY, linestyle="--", linewidth=1)
    ax.plot(known["n_clusters"], known["silhouette"], color=BLUE, linewidth=1.4, zorder=2)
    for row in known.itertuples():
        ax.scatter([row.n_clusters], [row.silhouette], s=48, facecolor=BLUE if row.large_enough else "white", edgecolor=BLUE,
                   linewidth=1.5, zorder=3, gid=f"silhouette:{row.n_clusters}")
    for row in known[known["chosen"]].itertuples():
        side = "left" if row.n_clusters < search["n_clusters"].max() - 2 else "right"
        ax.annotate(words(N_("chosen: {k} ({silhouette:2})"), k=int(row.n_clusters), silhouette=row.silhouette),
                    (row.n_clusters, 1), xycoords=("data", "axes fraction"), xytext=(7 if side == "left" else -7, -3),
                    textcoords="offset points", ha=side, va="top", fontsize=9, fontweight="bold", color=INK)


def _line(ax, search, column, text, error=None):
    known = search[search[column].notna()]
    if error is None or not len(known):
        ax.plot(known["n_clusters"], known[column], color=GREEN, marker="s", markersize=4.5, linewidth=1.4)
    else:
        ax.errorbar(known["n_clusters"], known[column], yerr=error[known.index], color=GREEN, marker="D", markersize=4.5,
                    linewidth=1.4, capsize=3)
    ax.set_ylabel(text)


def describe_search(search, words) -> str:
    """The search in words: each number with its silhouette, the chosen one."""
    rows = "; ".join(f"{words.number(r.n_clusters)}: {words.number(r.silhouette, 2)}"
                     for r in search[search["silhouette"].notna()].itertuples())
    chosen = search.loc[search["chosen"], "n_clusters"]
    return words(N_("Mean silhouette by number of clusters: {rows}. Chosen: {k}."), rows=rows or "–",
                 k=int(chosen.iloc[0]) if len(chosen) else None)


def plot_profiles(profiles, *, words, ax=None, narrow=False):
    """Characteristics down, clusters across: the median in own units, and the mean z that colours the cell.

    Parameters
    ----------
    profiles : DataFrame
        cluster_id, name, characteristic, n, median, z of the step's table.
    """
    columns = list(dict.fromkeys(profiles["characteristic"]))
    clusters = profiles.drop_duplicates("cluster_id")
    ax = ax or new_axes(narrow, height=0.52 * len(columns) + (2.4 if narrow else 1.5))
    place = {key: x for x, key in enumerate(clusters["cluster_id"])}
    with_values = not narrow or len(place) <= SHOWN_BESIDE
    for row in profiles.itertuples():
        x, y = place[row.cluster_id], columns.index(row.characteristic)
        out = abs(row.z) >= STANDS_OUT
        colour = (BLUE if row.z > 0 else VERMILION) if out else GREY
        ax.add_patch(_cell(x, y, colour, min(0.12 + 0.22 * abs(row.z), 0.6) if out else 0.1,
                           f"{row.cluster_id}:{row.characteristic}"))
        z = _signed(row.z, words)
        value = cell(row.characteristic, row.median, words)
        text = f"{value}\n{z}" if with_values else z
        ax.text(x, y, text, ha="center", va="center", fontsize=8.2 if narrow else 9, color=INK, linespacing=1.15,
                fontweight="bold" if out else None)
    below = N_("Median of the cluster; below it the mean z (+ more, − less than all customers)") if with_values else \
        N_("Mean z of the cluster (+ more, − less than all customers)")
    ax.set(ylim=(len(columns) - 0.5, -0.5), yticks=range(len(columns)), xlabel=axis_label(words(below), narrow),
           yticklabels=[short_lines(label(c, words), 15 if narrow else 26) for c in columns])
    head_columns(ax, clusters["name"], clusters["n"], words=words, narrow=narrow)
    return ax


def _signed(z, words) -> str:
    text = words.number(abs(z), 1)
    return text if text == words.number(0, 1) else f"{'+' if z > 0 else '−'}{text}"


def _cell(x, y, colour, strength, gid):
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.47, y - 0.45), 0.94, 0.9, facecolor=colour, alpha=strength, edgecolor="white", gid=gid)


def describe_profiles(profiles, words) -> str:
    """What each cluster has more or less of than all customers."""
    parts = []
    for _, rows in profiles.groupby("cluster_id", sort=False):
        out = rows[rows["z"].abs() >= STANDS_OUT].sort_values("z", key=lambda z: -z.abs())
        traits = ", ".join(f"{words(getattr(CHARACTERISTICS[r.characteristic], 'high' if r.z > 0 else 'low'))} "
                           f"({_signed(r.z, words)})" for r in out.itertuples())
        parts.append(words(N_("{name:word} (n = {n}): {traits}."), name=rows["name"].iloc[0], n=int(rows["n"].iloc[0]),
                           traits=traits or words(N_("near the average"))))
    return " ".join(parts)


def plot_merges(merges, leaves, *, words, ax=None, narrow=False):
    """The last merges of Ward, from the branches on the left to one group on the right; the cut leaves the clusters.

    Parameters
    ----------
    merges : DataFrame
        height, place_first, place_second, from_first, from_second, cluster_id, cut of the step's table.
    leaves : DataFrame
        place, n, cluster_id, name: the branches and the cluster of each.
    """
    ax = ax or new_axes(narrow, height=max(2.6, 0.4 * len(leaves) + 1.1))
    top = float(merges["height"].max())
    for row in merges.itertuples():
        colour = look_of(row.cluster_id)[0] if row.cluster_id else "#52606D"
        ax.plot([row.from_first, row.height, row.height, row.from_second],
                [row.place_first, row.place_first, row.place_second, row.place_second], color=colour, linewidth=1.8, zorder=2,
                gid=f"merge:{row.n}")
    for row in leaves.itertuples():
        colour, mark = look_of(row.cluster_id)
        ax.scatter([0], [row.place], s=30, marker=mark, color=colour, zorder=3, clip_on=False, gid=f"branch:{row.place}")
    cut = float(merges["cut"].iloc[0])
    ax.axvline(cut, color=GREY, linestyle="--", linewidth=1.2)
    ax.text(cut, len(leaves) - 0.35, " " + words(N_("cut: {k} clusters"), k=leaves["cluster_id"].nunique()), fontsize=8.8,
            color="#52606D", va="bottom", ha="left" if cut < 0.6 * top else "right")
    spans = leaves.groupby("cluster_id", sort=False).agg(place=("place", "mean"), n=("n", "sum"), name=("name", "first"))
    ax.set(xlim=(0, 1.04 * top), ylim=(len(leaves) - 0.3, -0.6), yticks=spans["place"],
           yticklabels=[f"{short_lines(words(row.name), 15 if narrow else 28, 1)}\nn = {words.number(row.n)}"
                        for row in spans.itertuples()],
           xlabel=axis_label(words(N_("Height of the merge: the further right, the less alike are those who join")), narrow))
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value))
    ax.tick_params(axis="y", length=0, pad=9)
    ax.spines["left"].set_visible(False)
    return ax


def describe_merges(merges, leaves, words) -> str:
    """The tree in words: the heights of the last merges and where the cut stands."""
    heights = "; ".join(words.number(h, 1) for h in np.sort(merges["height"].to_numpy())[::-1][:5])
    return words(N_("Tree of {n} branches. Heights of the last merges, the last first: {heights}. The cut at {cut:1} leaves {k} "
                    "clusters."), n=len(leaves), heights=heights, cut=float(merges["cut"].iloc[0]),
                 k=leaves["cluster_id"].nunique())
