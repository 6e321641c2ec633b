"""Segmentation trees: drawn from left to right, as an outline on a phone."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import AMBER, BLUE, GREY, INK, new_axes
from svcnb.i18n import N_
from svcnb.sentences.tree import merit
from svcnb.steps.candidates import variable_name

ROW = 0.78  # inches a leaf, wide
CHOSEN = {"color": AMBER, "linewidth": 3.2}


def plot_tree(nodes, *, words, ax=None, narrow=False):
    """The tree of one method: each node with its branch, n and share or mean; a leaf is a segment.

    Parameters
    ----------
    nodes : DataFrame
        node_id, parent_id, depth, branch, n, value, split_on, gain, segment_id, is_share of the step's table
        ``nodes``, one method's rows; ``selected`` is True at the node that the reader chose, ``on_path`` at it and at
        those above it.
    """
    return _outline(nodes, words, ax) if narrow else _branches(nodes, words, ax)


def _order(nodes) -> tuple[dict, dict]:
    """Children of each node in the table's order, and the height of each node: leaves a line each, parents between."""
    children: dict[int, list[int]] = {}
    for row in nodes.itertuples():
        if row.parent_id >= 0:
            children.setdefault(int(row.parent_id), []).append(int(row.node_id))
    place: dict[int, float] = {}

    def put(node) -> float:
        below = [put(child) for child in children.get(node, ())]
        place[node] = float(np.mean([below[0], below[-1]])) if below else float(sum(n not in children for n in place))
        return place[node]

    put(int(nodes["node_id"].iloc[0]))
    return children, place


def _branches(nodes, words, ax):
    children, place = _order(nodes)
    leaves, deepest = sum(n not in children for n in place), int(nodes["depth"].max())
    ax = ax or new_axes(False, height=max(2.4, ROW * leaves + 0.9))
    to_chosen = set(nodes.loc[nodes["on_path"], "node_id"])
    for row in nodes.itertuples():
        x, y = float(row.depth), place[int(row.node_id)]
        for child in children.get(int(row.node_id), ()):
            ax.plot([x + 0.03, x + 0.5, x + 0.5, x + 0.97], [y, y, place[child], place[child]], zorder=1.5 if child in to_chosen
                    else 1, **(CHOSEN if child in to_chosen else {"color": "#C3CCD6", "linewidth": 1.4}), gid=f"branch:{child}")
        _node(ax, row, x, y, words, deepest)
    ax.set(xlim=(-0.45, deepest + 0.55), ylim=(leaves - 0.4, -0.6), xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_xlabel(_legend(nodes, words), fontsize=9.5)
    return ax


def _node(ax, row, x, y, words, deepest) -> None:
    """Above the dot the branch, in the dot's place n and value, below what it is split on or which segment it is."""
    is_leaf = isinstance(row.segment_id, str)
    room = max(14, int(74 / (deepest + 1)))
    title = words(N_("All")) if row.parent_id < 0 else short_lines(words(str(row.branch)), room, 2)
    amount = words.percent(row.value, 0) if row.is_share else words.number(row.value, 1)
    below = row.segment_id if is_leaf else \
        f"→ {short_lines(words(variable_name(row.split_on)), room, 1)}\n{merit(row, words)}"
    text = f"{amount}   n = {words.number(row.n)}\n{below}"
    edge = AMBER if row.selected else BLUE if is_leaf else GREY
    ax.text(x, y + 0.03, text, ha="center", va="center", fontsize=8.6, color=INK, zorder=3, linespacing=1.25,
            fontweight="bold" if row.selected else None, gid=f"node:{row.node_id}",
            bbox={"boxstyle": "round,pad=0.35", "facecolor": "#FDF3DC" if row.selected else "#E8F2F9" if is_leaf else "white",
                  "edgecolor": edge, "linewidth": 3.2 if row.selected else 1.1})
    ax.text(x, y - (0.29 if is_leaf else 0.36), title, ha="center", va="bottom", fontsize=8.6, color=INK, zorder=3,
            fontweight="bold", linespacing=1.0)


def _outline(nodes, words, ax):
    """A line a node, indented by depth, with a bar as long as its value."""
    children, _ = _order(nodes)
    lines: list[int] = []

    def put(node):
        lines.append(node)
        for child in children.get(node, ()):
            put(child)

    put(int(nodes["node_id"].iloc[0]))
    by_id = nodes.set_index("node_id")
    top = max(float(nodes["value"].max()), 1e-12)
    ax = ax or new_axes(True, height=max(2.4, 0.52 * len(lines) + 0.8))
    for y, node in enumerate(lines):
        row, is_leaf = by_id.loc[node], node not in children
        colour = AMBER if row.selected else BLUE if is_leaf else GREY
        ax.barh(y + 0.2, 0.92 * max(float(row.value), 0.0) / top, height=0.26, color=colour, gid=f"node:{node}",
                alpha=0.85 if is_leaf or row.selected else 0.4)
        amount = words.percent(row.value, 0) if row.is_share else words.number(row.value, 1)
        name = words(N_("All")) if row.parent_id < 0 else words(str(row.branch))
        mark = ("▶ " if row.selected else "") + (f"{row.segment_id} " if is_leaf else "")
        ax.text(0.04 * row.depth, y - 0.02, short_lines(f"{mark}{name}", 30 - 2 * int(row.depth), 1), ha="left", va="bottom",
                fontsize=8.6, color=INK, fontweight="bold" if is_leaf or row.selected else None)
        ax.text(1.0, y - 0.02, f"{amount} · {words.number(row.n)}", ha="right", va="bottom", fontsize=8.6, color=INK)
    ax.set(xlim=(0, 1), ylim=(len(lines) - 0.4, -0.6), xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_xlabel(axis_label(_legend(nodes, words), True), fontsize=8.5)
    return ax


def _legend(nodes, words) -> str:
    first = nodes.iloc[0]
    text = words(N_("share of {criterion:word} = {target:word}; n customers; → what splits the group"),
                 criterion=variable_name(first["criterion"]), target=first["target"]) if first["is_share"] else \
        words(N_("mean of {criterion:word}; n customers; → what splits the group"), criterion=variable_name(first["criterion"]))
    return text + words(N_("; ? not known")) if nodes["branch"].str.contains("?", regex=False).any() else text


def describe_tree(nodes, words) -> str:
    """The tree in words: what splits first, and each segment with n and value."""
    root, leaves = nodes.iloc[0], nodes[nodes["segment_id"].notna()]
    amount = (lambda v: words.percent(v, 0)) if root["is_share"] else (lambda v: words.number(v, 1))
    branch = lambda row: words(str(row.branch)) if row.parent_id >= 0 else words(N_("All"))
    ends = "; ".join(f"{r.segment_id} {branch(r)} {amount(r.value)} (n = {words.number(r.n)})"
                     for r in leaves.sort_values("value", ascending=False).itertuples())
    if root["split_on"] is None or root["split_on"] != root["split_on"] or not root["split_on"]:
        return words(N_("No characteristic divides the customers: one segment, {ends}."), ends=ends)
    text = words(N_("Tree of {n} customers, split first on {variable:word}. Segments: {ends}."), n=int(root["n"]),
                 variable=variable_name(root["split_on"]), ends=ends)
    chosen = "; ".join(f"{branch(r)} {amount(r.value)} (n = {words.number(r.n)})" for r in nodes[nodes["selected"]].itertuples())
    return text + " " + words(N_("Chosen: {node}."), node=chosen) if chosen else text
