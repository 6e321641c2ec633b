"""How a segmentation tree grows: all groups of a level are counted in one pass, then each asks for its best split.

What AID and CHAID share (method.md 3.7, 3.8). A method brings a criterion, which counts the customers of a level by
group and category and describes the groups, and a rule that turns the counts of one group into offers, one a
predictor. Customers stand in a group by number, so a level costs one ``numpy.bincount`` a predictor, however many
groups it has. The blank is one more category, the last, of each predictor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.predictors import Predictor, read_predictors
from svcnb.methods.trees import TRIALS, Node

NEAR = 1e-9
EXPERTS = N_("Take another criterion, or let experts make the segments.")
FLOAT, EXCLUDE = "float", "exclude"
BLANKS = {
    FLOAT: N_("{share:%} of the customers have no {column:word}: the blank is a category of its own and may join any "
              "other."),
    EXCLUDE: N_("{share:%} of the customers have no {column:word}: they are left out of its test and follow the largest "
                "branch."),
}


@dataclass(frozen=True, eq=False)
class Offer:
    """What a predictor offers a group. ``groups`` holds for each branch the places of its categories (the place after
    the last is the blank) and is empty when nothing can be split; ``gain`` is a share of the whole sum of squares;
    ``passes`` says whether the split may be made. The other fields are those of ``trees.Node``."""

    predictor: int
    groups: tuple[tuple[int, ...], ...] = ()
    statistic: float | None = None
    df: int | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    gain: float | None = None
    passes: bool = False


class Criterion(Protocol):
    """The column explained, as a level of the tree sees it. A group's number is its place in the level; numbers beyond
    the last group are customers that stand in a leaf already."""

    def describe(self, at: np.ndarray, n_groups: int) -> list[dict]:
        """n, value, ss (and counts) of each group, as ``trees.Node`` takes them."""

    def count(self, cells: np.ndarray, n_cells: int) -> np.ndarray:
        """What the method needs to know of the customers in each cell, one row a cell."""

    def customers(self, table: np.ndarray) -> np.ndarray:
        """How many customers each row of such counts holds."""


def grow(criterion: Criterion, predictors: list[Predictor], codes: np.ndarray, *,
         propose: Callable[[list[np.ndarray]], list[Offer]], stopped: Callable[[Node], str],
         missing: str = FLOAT) -> tuple[list[Node], pd.DataFrame]:
    """Nodes, level by level from the root, and the trials (columns ``trees.TRIALS``, best first within a node).

    Parameters
    ----------
    criterion : counts and describes
    predictors, codes : as ``read_predictors`` gives them, codes of shape (n, number of predictors)
    propose : the counts of one group, a table a predictor with a row a category (and one for the blank, unless it is
        excluded), to offers, the best first
    stopped : why a node may not be split (small, depth, pure), or an empty text
    missing : float or exclude; a customer whose category no branch claims follows the largest branch
    """
    sizes = [len(predictor.categories) for predictor in predictors]
    slots = np.array([np.where(column < 0, size, column) for column, size in zip(codes.T, sizes)])
    customers = np.arange(slots.shape[1])
    nodes: list[Node] = []
    trials: list[tuple] = []
    level = [{"node_id": 0, "parent_id": None, "depth": 0}]
    at = np.zeros(len(customers), dtype=np.int64)
    while level:
        made = [Node(**place, **facts) for place, facts in zip(level, criterion.describe(at, len(level)))]
        made = [replace(node, stopped=stopped(node)) for node in made]
        nodes += made
        growing = [node for node in made if not node.stopped]
        at = _renumber(at, [not node.stopped for node in made])
        tables = [_tables(criterion, at, slots[j], size, len(growing), missing) for j, size in enumerate(sizes)]
        level = []
        split_by = np.zeros(len(growing) + 1, dtype=np.int64)
        goes = np.full((len(growing) + 1, max(sizes) + 1), -1)
        for k, node in enumerate(growing):
            offers = propose([table[k] for table in tables])
            trials += [_trial(node, predictors, offer) for offer in offers]
            best = offers[0]
            if not best.passes:
                nodes[node.node_id] = replace(node, stopped="no_split")
                continue
            split_by[k] = best.predictor
            tested = criterion.customers(tables[best.predictor][k])  # argmax: the first of equals, as largest_child
            goes[k] = len(level) + np.argmax([tested[list(places)].sum() for places in best.groups])
            for places, branch in zip(best.groups, _branches(predictors[best.predictor], best.groups)):
                goes[k, list(places)] = len(level)
                level.append({"node_id": len(nodes) + len(level), "parent_id": node.node_id, "depth": node.depth + 1,
                              "variable": predictors[best.predictor].name, **branch})
            nodes[node.node_id] = replace(node, split_on=predictors[best.predictor].name, statistic=best.statistic,
                                          df=best.df, p_value=best.p_value, p_adjusted=best.p_adjusted)
        goes[goes < 0] = len(level)
        at = goes[at, slots[split_by[at], customers]]
    return _with_gains(nodes), pd.DataFrame(trials, columns=TRIALS)


def read_explaining(frame: pd.DataFrame, criterion: str, known: np.ndarray, predictors: Iterable[str], *, missing: str,
                    **options) -> tuple[list[Predictor], np.ndarray, list[Reason]]:
    """``read_predictors`` of the customers whose criterion is known, without the criterion itself; reasons tell the
    share of blanks of each column. A frame that is wholly known is not copied."""
    names, said = list(predictors), []
    if criterion in names:
        said.append(reason(N_("{column:word} is what is to be explained; it cannot explain itself and is left out."),
                           level="info", column=criterion))
    found, codes, reasons = read_predictors(frame if known.all() else frame.loc[known],
                                            [name for name in names if name != criterion], **options)
    blanks = [reason(BLANKS[missing], level="info", column=predictor.name, share=float(share))
              for predictor, share in zip(found, (codes < 0).mean(axis=0)) if share > 0]
    return found, codes, [*said, *reasons, *blanks]


def check_options(missing: str, shares: dict[str, float], **least: tuple[float, float]) -> None:
    """ParameterError for what cannot be used: ``missing`` unknown, a share not in [0, 1), or a number (given with
    its least value) that is smaller than it may be."""
    if missing not in BLANKS:
        raise ParameterError(N_("missing = {value} is none of {choices}."), value=str(missing), choices=", ".join(BLANKS))
    for name, value in shares.items():
        if not 0 <= value < 1:
            raise ParameterError(N_("{name} = {value} is not a share of 0 or more and less than 1."), name=name,
                                 value=str(value))
    for name, (value, lowest) in least.items():
        if not value >= lowest:
            raise ParameterError(N_("{name} = {value} is less than {least}, the least that it may be."), name=name,
                                 value=str(value), least=lowest)


def check_varied(criterion: str, n: int, is_varied: bool) -> None:
    """NotComputable when none of the customers has a known criterion, or all ``n`` who have one have the same."""
    if not n:
        raise NotComputable(N_("No customer has a known {criterion:word}."), criterion=criterion, fallback=EXPERTS)
    if not is_varied:
        raise NotComputable(N_("All {n} customers have the same {criterion:word}: there is nothing to explain."), n=n,
                            criterion=criterion, fallback=EXPERTS)


def _tables(criterion, at, slots, size, n_growing, missing) -> np.ndarray:
    """Counts of one predictor for every growing group: (group, category, ...), customers in leaves left away."""
    width = size + 1
    counted = criterion.count(at * width + slots, (n_growing + 1) * width)
    tables = counted.reshape(n_growing + 1, width, *counted.shape[1:])[:n_growing]
    return tables if missing == FLOAT else tables[:, :size]


def _renumber(at: np.ndarray, is_growing: list[bool]) -> np.ndarray:
    """Places among the growing groups; all who stand in a leaf get the number after the last."""
    place = np.full(len(is_growing) + 1, sum(is_growing))
    place[:-1][is_growing] = np.arange(sum(is_growing))
    return place[at]


def _branches(predictor: Predictor, groups) -> list[dict]:
    """Category names of each branch. An ordinal predictor's branches cover all its categories in runs: one that is
    absent here goes with its lower neighbour, the lowest ones with the upper."""
    blank = len(predictor.categories)
    owner = {place: k for k, places in enumerate(groups) for place in places if place != blank}
    if predictor.is_ordinal:
        last = owner[min(owner)]
        for place in range(blank):
            last = owner.setdefault(place, last)
    return [{"categories": tuple(name for place, name in enumerate(predictor.categories) if owner.get(place) == k),
             "takes_missing": blank in places} for k, places in enumerate(groups)]


def _trial(node: Node, predictors: list[Predictor], offer: Offer) -> tuple:
    numbers = (offer.statistic, offer.p_value, offer.p_adjusted, offer.gain)
    return (node.node_id, predictors[offer.predictor].name, max(1, len(offer.groups)),
            *(np.nan if number is None else number for number in numbers))


def _with_gains(nodes: list[Node]) -> list[Node]:
    """What each split explains of the root's sum of squares, counted on the branches as they are."""
    inside = dict.fromkeys(range(len(nodes)), 0.0)
    for node in nodes[1:]:
        inside[node.parent_id] += node.ss
    return [replace(node, gain=(node.ss - inside[node.node_id]) / nodes[0].ss) if node.split_on else node
            for node in nodes]
