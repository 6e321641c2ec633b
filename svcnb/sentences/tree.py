"""One node of a segmentation tree in words: its name in a list, and the reading of page 01c when it is chosen."""

from __future__ import annotations

import json
import textwrap

from svcnb.i18n import N_
from svcnb.sentences.comparison import FEW
from svcnb.sentences.rules import read_rule, read_values
from svcnb.steps.candidates import variable_name

LABEL = 46  # characters of a rule in the list of nodes
SMALL_P = 0.001
STEP = "\u2003"  # a space that a list keeps, one for each level of the tree
STOPPED = {"small": N_("It is not divided further: it holds too few customers."),
           "depth": N_("It is not divided further: the tree has reached its depth."),
           "pure": N_("It is not divided further: its customers are all alike."),
           "no_split": N_("It is not divided further: no characteristic passes the test.")}


def name_node(row, words) -> str:
    """A node in a list: how deep it lies, its segment, the last condition of its rule, how many customers it holds.

    Parameters
    ----------
    row : a row of the table ``nodes``, as a tuple with names
    """
    said = textwrap.shorten(read_rule(own_conditions(row), words), LABEL, placeholder="…")
    text = f"{row.segment_id} · {said}" if isinstance(row.segment_id, str) else said
    return STEP * int(row.depth) + words(N_("{name} (n = {n})"), name=text, n=int(row.n))


def own_conditions(row) -> list[dict]:
    """What a node asks of the column that its parent is split on; nothing at the root."""
    return [one for one in json.loads(row.rule) if one["variable"] == row.variable]


def read_node(tables, words) -> str:
    """The chosen node: how many customers, who they are, what sets them apart, and the split above and below it.

    Parameters
    ----------
    tables : as ``panels.tree`` adapts them: ``tree`` with ``selected`` and ``tree_customers``
    """
    tree = tables["tree"]
    row, root = next(tree[tree["selected"]].itertuples()), tree.iloc[0]
    parts = [_size(row, root, words), _value(row, root, words), _above(tree, row, words), _below(tree, row, words)]
    listed = len(tables["tree_customers"])
    if listed < row.n:
        parts.append(words(N_("The page lists {listed} of them; the rules find all."), listed=listed))
    return " ".join(part for part in parts if part)


def amount(row, words) -> str:
    """The share or the mean of a node."""
    return words.percent(row.value, 0) if row.is_share else words.number(row.value, 1)


def merit(row, words) -> str:
    """What speaks for a split: CHAID's adjusted p, else the share of the squares that it explains."""
    if row.p_adjusted == row.p_adjusted:
        return f"p < {words.number(SMALL_P, 3)}" if row.p_adjusted < SMALL_P else f"p = {words.number(row.p_adjusted, 3)}"
    return words(N_("explains {share:%}"), share=row.gain)


def _size(row, root, words) -> str:
    if row.parent_id < 0:
        return words(N_("The chosen node holds all {n} customers."), n=int(row.n))
    values = {"n": int(row.n), "all": int(root["n"]), "share": float(row.share), "rule": read_rule(json.loads(row.rule), words)}
    if row.n < FEW:
        return words(N_("Only {n} of {all} customers ({share:%}) are in the chosen node, too few to decide by data of their own: "
                        "{rule}."), **values)
    if isinstance(row.segment_id, str):
        return words(N_("Segment {segment} holds {n} of {all} customers ({share:%}): {rule}."), segment=row.segment_id, **values)
    return words(N_("The chosen node holds {n} of {all} customers ({share:%}): {rule}."), **values)


def _value(row, root, words) -> str:
    values = {"value": amount(row, words), "criterion": variable_name(row.criterion), "squares": float(row.squares),
              "overall": words.percent(root["value"], 0) if row.is_share else words.number(root["value"], 1)}
    if row.parent_id < 0 and row.is_share:
        return words(N_("The share of {criterion:word} = {target:word} is {value}; sum of squares {squares:1}."), target=row.target,
                     **values)
    if not row.is_share:
        return words(N_("Their mean of {criterion:word} is {value}, that of all {overall}; sum of squares {squares:1}."), **values)
    return words(N_("The share of {criterion:word} = {target:word} is {value} among them and {overall} among all; sum of squares "
                    "{squares:1}."), target=row.target, **values)


def _above(tree, row, words) -> str:
    """The split that made the node."""
    if row.parent_id < 0:
        return ""
    parent = next(tree[tree["node_id"] == row.parent_id].itertuples())
    return words(N_("The split on {variable:word} made it ({merit})."), variable=variable_name(parent.split_on),
                 merit=merit(parent, words))


def _below(tree, row, words) -> str:
    """The split that follows below it, or why there is none."""
    children = tree[tree["parent_id"] == row.node_id]
    if not len(children):
        return words(STOPPED[row.stopped]) if row.stopped in STOPPED else ""
    branches = "; ".join(words(N_("{name}: {value} (n = {n})"), name=", ".join(read_values(one, words) for one in own_conditions(child)), value=amount(child, words), n=int(child.n))
                         for child in children.itertuples())
    return words(N_("Below it {variable:word} divides further ({merit}): {branches}."), variable=variable_name(row.split_on),
                 merit=merit(row, words), branches=branches)

