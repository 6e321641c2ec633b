"""A segmentation tree: nodes, segments, rules in four languages, and the segment of any customer, known or new.

Belson, AID and CHAID (method.md 3.6 to 3.8) all end in this. A rule can be read by people and by programs: as
conditions on columns, as SQL ``CASE``, as a Python expression and as an Excel formula; all give what ``assign`` gives.

**Categories never seen, and blanks that no branch claims, follow the largest branch of the split** (house rule); so each
rule names what the smaller branches take, and the largest takes all else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from svcnb.errors import Reason
from svcnb.methods.categories import as_categories
from svcnb.methods.columns import read_column
from svcnb.methods.predictors import MISSING, UNSEEN, Predictor

NODES = ["node_id", "parent_id", "depth", "variable", "categories", "takes_missing", "n", "share", "value", "split_on",
         "statistic", "df", "p_value", "p_adjusted", "gain", "stopped", "segment_id"]
SEGMENTS = ["segment_id", "node_id", "n", "share", "value"]
TRIALS = ["node_id", "predictor", "n_groups", "statistic", "p_value", "p_adjusted", "gain"]


@dataclass(frozen=True)
class Node:
    """A group of customers.

    ``variable``, ``categories`` and ``takes_missing`` say which of the parent's customers it holds (None and () at the
    root). ``value`` is the mean of the criterion, or the share of the target class; ``counts`` the customers of each
    class (empty for a numeric criterion); ``ss`` the sum of squares around the mean (of all classes for a nominal
    criterion). For a node that is split: ``split_on`` and its ``statistic`` (χ², reduction of the sum of squares, or
    Belson's D), ``df``, ``p_value``, ``p_adjusted`` (None where the method has none), ``gain`` (share of the
    whole sum of squares that the split explains). Else ``stopped`` says why: small, depth, pure, or no_split.
    """

    node_id: int
    parent_id: int | None
    depth: int
    n: int
    value: float
    ss: float
    variable: str | None = None
    categories: tuple[str, ...] = ()
    takes_missing: bool = False
    counts: tuple[int, ...] = ()
    split_on: str | None = None
    statistic: float | None = None
    df: int | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    gain: float | None = None
    stopped: str = ""


@dataclass(frozen=True)
class Condition:
    """What a rule asks of one column: one of ``categories`` (with ``is_other`` anything but ``excluded``), a blank too
    when ``takes_missing``; of a banded number one of the ``intervals`` ``low <= value < high`` (None: no bound on that
    side; Belson may take bands that are no neighbours). ``intervals`` is None when the column is no banded number."""

    variable: str
    categories: tuple[str, ...]
    takes_missing: bool
    is_other: bool = False
    excluded: tuple[str, ...] = ()
    intervals: tuple[tuple[float | None, float | None], ...] | None = None


@dataclass(frozen=True, eq=False)
class SegmentTree:
    """A grown tree. ``method`` belson, aid or chaid; ``criterion`` the column explained; ``classes`` its categories and
    ``target`` the one whose share is a node's ``value`` (both empty for a numeric criterion); ``nodes`` from the root;
    ``predictors`` by name; ``trials`` frame: what each predictor offered at each node (node_id, predictor, n_groups,
    statistic, p_value, p_adjusted, gain; best first); ``n`` customers with a known criterion, ``n_missing`` the others.
    """

    method: str
    criterion: str
    nodes: tuple[Node, ...]
    predictors: dict[str, Predictor]
    trials: pd.DataFrame
    n: int
    n_missing: int = 0
    classes: tuple[str, ...] = ()
    target: str = ""
    warnings: tuple[Reason, ...] = ()
    children: dict[int, tuple[int, ...]] = field(init=False, repr=False)

    def __post_init__(self):
        children: dict[int, list[int]] = {}
        for node in self.nodes:
            if node.parent_id is not None:
                children.setdefault(node.parent_id, []).append(node.node_id)
        object.__setattr__(self, "children", {parent: tuple(found) for parent, found in children.items()})

    @property
    def leaves(self) -> tuple[Node, ...]:
        """The groups that are not split, the highest value first: the segments."""
        ends = [node for node in self.nodes if node.node_id not in self.children]
        return tuple(sorted(ends, key=lambda node: (-node.value, node.node_id)))

    @cached_property
    def segment_ids(self) -> dict[int, str]:
        """Segment of each leaf by its node: S1 has the highest value."""
        return {node.node_id: f"S{k}" for k, node in enumerate(self.leaves, start=1)}

    @property
    def segments(self) -> pd.DataFrame:
        """segment_id, node_id, n, share (of all customers), value (mean or share of the target), highest value first."""
        return pd.DataFrame([{"segment_id": self.segment_ids[node.node_id], "node_id": node.node_id, "n": node.n,
                              "share": node.n / self.n, "value": node.value} for node in self.leaves], columns=SEGMENTS)

    @property
    def explained_share(self) -> float:
        """``1 - Σ SS(leaf) / SS(root)``: R² of a numeric criterion, Goodman and Kruskal's tau of a nominal one."""
        root = self.nodes[0].ss
        return 1 - sum(node.ss for node in self.leaves) / root if root > 0 else 0.0

    @property
    def table(self) -> pd.DataFrame:
        """The nodes as a frame, see ``Node``; ``categories`` as one text, ``segment_id`` of the leaves."""
        rows = [{**{name: getattr(node, name) for name in NODES if hasattr(node, name)},
                 "categories": ", ".join(node.categories), "share": node.n / self.n,
                 "segment_id": self.segment_ids.get(node.node_id)} for node in self.nodes]
        return pd.DataFrame(rows, columns=NODES)

    def largest_child(self, node_id: int) -> int:
        """The branch that takes what no other claims: the one with most customers, the first of equals."""
        return min(self.children[node_id], key=lambda child: (-self.nodes[child].n, child))

    def assign(self, frame: pd.DataFrame) -> pd.Series:
        """The segment of each customer, new ones too; index as ``frame``, which is not changed.

        A category that the tree never met, or a blank that no branch claims, follows the largest branch of the split.

        Raises
        ------
        NotComputable
            a column that the tree splits on is not there
        """
        at = np.zeros(len(frame), dtype=np.int64)
        for node in self.nodes:  # a parent stands before its children
            if node.node_id not in self.children:
                continue
            here = np.flatnonzero(at == node.node_id)
            if not len(here):
                continue
            predictor = self.predictors[node.split_on]
            codes = predictor.codes(read_column(frame, node.split_on).iloc[here])
            goes = np.full(len(predictor.categories) + 2, self.largest_child(node.node_id))  # the last two: unseen, missing
            for child in self.children[node.node_id]:
                branch = self.nodes[child]
                goes[[predictor.categories.index(c) for c in branch.categories]] = child
                if branch.takes_missing:
                    goes[MISSING] = child
            at[here] = goes[codes]
        names = np.array([self.segment_ids.get(node.node_id) for node in self.nodes], dtype=object)
        return pd.Series(names[at], index=frame.index, name="segment_id", dtype=object)

    def unseen(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Categories of the split columns that the tree never met: variable, category, n. They follow the largest branch."""
        rows = []
        for name in dict.fromkeys(node.split_on for node in self.nodes if node.split_on):
            values = read_column(frame, name)
            new = as_categories(values[self.predictors[name].codes(values) == UNSEEN]).value_counts(sort=True)
            rows += [{"variable": name, "category": text, "n": int(n)} for text, n in new.items()]
        return pd.DataFrame(rows, columns=["variable", "category", "n"])

    def branch(self, node_id: int) -> Condition:
        """What takes a customer of the parent into this node; of the largest branch: what no other branch takes."""
        node = self.nodes[node_id]
        return self._condition(node.variable, *self._taken(node))

    def conditions(self, node_id: int) -> tuple[Condition, ...]:
        """What a customer must have to be in a node, a column once, in the order of the splits."""
        taken: dict[str, tuple[bool, set]] = {}  # column -> (is the set what is *not* taken, the set); None is a blank
        node = self.nodes[node_id]
        path = []
        while node.parent_id is not None:
            path.append(node)
            node = self.nodes[node.parent_id]
        for node in reversed(path):
            step = self._taken(node)
            taken[node.variable] = _both(taken[node.variable], step) if node.variable in taken else step
        return tuple(self._condition(name, *found) for name, found in taken.items())

    @property
    def rules(self) -> pd.DataFrame:
        """segment_id, node_id, n, value and each segment's rule: ``conditions`` (tuple), ``sql``, ``python``, ``excel``."""
        from svcnb.methods import tree_rules

        return tree_rules.rules_of(self)

    def _taken(self, node: Node) -> tuple[bool, set]:
        if node.node_id != self.largest_child(node.parent_id):
            return False, {*node.categories, *([None] if node.takes_missing else [])}
        others = [self.nodes[child] for child in self.children[node.parent_id] if child != node.node_id]
        return True, {c for other in others for c in (*other.categories, *([None] if other.takes_missing else []))}

    def _condition(self, name: str, is_rest: bool, found: set) -> Condition:
        predictor = self.predictors[name]
        inside = tuple(c for c in predictor.categories if (c in found) != is_rest)
        missing = (None in found) != is_rest
        if predictor.edges is None:
            return Condition(name, inside, missing, is_rest, tuple(c for c in predictor.categories if c in found)
                             if is_rest else ())
        ends, intervals = (None, *predictor.edges, None), []
        for place in (predictor.categories.index(c) for c in inside):
            if intervals and intervals[-1][1] == ends[place]:  # the next band: one interval with the last
                intervals[-1] = (intervals[-1][0], ends[place + 1])
            else:
                intervals.append((ends[place], ends[place + 1]))
        return Condition(name, inside, missing, intervals=tuple(intervals))


def _both(first: tuple[bool, set], second: tuple[bool, set]) -> tuple[bool, set]:
    """The meeting of two sets, each given by what it takes or by what it does not take."""
    (not_first, a), (not_second, b) = first, second
    if not_first and not_second:
        return True, a | b
    if not_first:
        return False, b - a
    return False, a - b if not_second else a & b
