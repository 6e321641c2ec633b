"""Step 1, methods side by side: Belson, AID, CHAID and clusters on the same customers (method.md 3.4 to 3.8).

The user chooses in step 1 which segments count; the trees stay here, so that every choice can be compared with what the
other methods said. The decision of this step is what the methods found: the rules of each tree's segments.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace

from svcnb.errors import ParameterError, reason
from svcnb.i18n import N_
from svcnb.steps import candidates as found
from svcnb.steps import characteristics as measured
from svcnb.steps import clusters, grown_trees
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Methods side by side")
QUESTION = N_("Which characteristics make the segments, and what does each method see?")
ENDS_IN = N_("The segments of three trees with their rules, for step 1 to choose from.")
TABLES = ("customers", "orders", "order_lines", *measured.ANSWERS)
AFTER = ("factors", "clusters")
OPTIONAL = ("factors",)
FOUND = ("trees", "factors")  # of the decision: computed, nobody decides it

LISTED = 20_000  # customers whose place in the trees is kept for the reader


@dataclass(frozen=True)
class Parameters:
    """``criterion`` a customers column, ``high_revenue`` or ``auto``; ``predictors`` columns of customers and factors of the
    survey (``factor:F1``), none for all columns and the factors that ``least_known`` of the customers have scores on;
    ``n_bands`` of measured numbers. CHAID: ``alpha_merge``,
    ``alpha_split``, parents of ``min_parent`` and children of ``min_child`` customers. AID: groups of ``min_group`` (0: the
    larger of 25 and 5 %) that hold ``min_share`` of the squares, cuts that take away ``min_gain``. Belson: ``min_power`` as
    a share of the customers. ``max_depth`` of all three; ``held_back`` share of customers that the trees are tried on."""

    criterion: str = "auto"
    predictors: tuple = ()
    least_known: float = 0.9
    n_bands: int = 4
    max_categories: int = 30
    alpha_merge: float = 0.05
    alpha_split: float = 0.05
    min_parent: int = 50
    min_child: int = 20
    min_group: int = 0
    min_share: float = 0.02
    min_gain: float = 0.006
    min_power: float = 0.05
    max_depth: int = 3
    held_back: float = 0.3

    def __post_init__(self):
        for name, low, high in (("n_bands", 2, 10), ("max_categories", 2, 500), ("min_parent", 2, 10**6),
                                ("min_child", 1, 10**6), ("min_group", 0, 10**6), ("max_depth", 1, 8), ("alpha_merge", 0, 1),
                                ("alpha_split", 0, 1), ("min_share", 0, 1), ("min_gain", 0, 1), ("min_power", 0, 1),
                                ("held_back", 0, 0.9), ("least_known", 0, 1)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ParameterError(N_("{name} = {value} is not between {low} and {high}."), name=name, value=value,
                                     low=low, high=high)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Grow the three trees on the customers and set them side by side."""
    customers = study.table("customers").reset_index(drop=True)
    missing = tuple(name for name in ("customers",) if not study.has(name))
    if not len(customers):
        return _nothing(reason(N_("There is no customers table: no method can look for segments. The experts' segments of "
                                  "step 1 stand."), level="missing"), missing)
    customers = measured.with_scores(study, customers, decisions)
    known, told = _tried(customers, found.find_candidates(customers, found.customer_revenue(study, customers), parameters),
                         parameters)
    if known.criterion is None or not known.categories:
        return _nothing(known.reasons[-1] if known.reasons else reason(
            N_("No characteristic of the customers varies: there is nothing to divide them by."), level="missing"), missing)
    grown = grown_trees.grow_all(customers, known, parameters, study.settings.seed,
                                 clusters.assign(study, decisions.get("clusters") or {}))
    tables = grown.tables(LISTED)
    segments = tables["tree_segments"]
    trees = {method: {row.segment_id: {"name": row.name, "rule": json.loads(row.rule), "n": int(row.n),
                                       "value": float(row.value)} for row in rows.itertuples(index=False)}
             for method, rows in segments.groupby("method")}
    asked = {one["variable"] for tree in trees.values() for row in tree.values() for one in row["rule"]}
    scoring = measured.scoring_of(study, decisions.get("factors") or {}, asked)
    return Proposal(_quantities(grown, tables["methods"]), tables, {"trees": trees} | ({"factors": scoring} if scoring else {}),
                    (*(r for r in known.reasons if r.level != "info"), *told, *grown.reasons), missing, "data")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """What the methods found; nothing is chosen here, step 1 takes one of the trees."""
    if chosen:
        raise ParameterError(N_("{key} cannot be decided here; step 1 chooses what tells the segments apart."),
                             key=next(iter(chosen)))
    return overlay(proposal.decision, {})


def _tried(customers, known, parameters):
    """The candidates that may split: those asked for, else all but the factors of which too little is known; and what is to
    be said of the factors."""
    reasons, shares = [], {name: float(customers[name].notna().mean()) for name in measured.known_factors(customers)}
    wanted = parameters.predictors
    if wanted:
        measured.check_names(wanted, [name for name in customers.columns if name not in found.OUTCOMES])
    rare = [name for name, share in shares.items() if share < parameters.least_known - found.NEAR]
    kept = {name: values for name, values in known.categories.items() if (name in wanted if wanted else name not in rare)}
    taken = [name for name in kept if name in rare]
    if not shares:
        measured.say_factors(customers, (), reasons)
    elif rare and not wanted:
        reasons.append(reason(N_("Not tried, because they are known of {share:%} of the customers only (those who answered the "
                                 "survey whole), and a segment is to be known of all: {variables}."), level="info",
                              share=min(shares.values()), variables=[measured.TEXTS[name] for name in rare]))
    elif taken:
        reasons.append(reason(N_("{variables} are known of {share:%} of the customers only: a tree that splits on them puts all "
                                 "the others into one branch, and speaks of who answered as well."),
                              share=min(shares[name] for name in taken), variables=[measured.TEXTS[name] for name in taken]))
    return replace(known, categories=kept), reasons


def _nothing(why, missing) -> Proposal:
    return Proposal(reasons=(why,), missing=missing, evidence="assumed", decision={"trees": {}})


def _quantities(grown, methods) -> dict[str, Quantity]:
    n = grown.n
    quantities = {"criterion": Quantity(grown.criterion, n=n), "overall": Quantity(grown.overall, "share", n)}
    for row in methods.itertuples():
        for name in ("explained_share", "explained_held_back"):
            value = getattr(row, name)
            quantities[f"{name}_{row.method}"] = Quantity(None if math.isnan(value) else float(value), "share", n)
    return quantities
