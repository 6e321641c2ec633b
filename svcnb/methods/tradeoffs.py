"""Conflicts between departments, the chain of trade-offs they make, and what a lot size costs.

Sources: "en la empresa lo que hay es una cadena de trade offs" (S2:L87); "compra que tiende a aumentar el pedido ... y
finanzas que busca minimizar el desembolso" (S2:L89); method.md 2.9 (index and order are house rules). Lot size: Harris,
F. W. (1913), "How many parts to make at once", *Factory, The Magazine of Management* 10(2), 135-136, 152.

Cost alone does not arbitrate: "en el fondo lo que existe es una contradicción entre funciones" (S2:L89). Whoever decides
writes down the measure of service that is touched and signs by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.scores import check_within, read_labels, read_numbers, refuse_twice

STRONGEST = 2  # effects go from -2 (bad for the department's objective) to +2
DRAWN = 61  # points of the curve of costs


@dataclass(frozen=True, eq=False)
class TradeOffs:
    """``decisions`` one row a decision, chain after chain in the order to resolve, those without a chain last:
    decision_id, n_departments (effects known), positive (sum of the effects above 0), negative (sum of those below, as a
    positive number), conflict (K = positive x negative, NaN not measured), net (N = positive - negative), is_tradeoff
    (None not measured), chain (1, 2, ...; NaN no trade-off), order (1 first; equal within a cycle), in_cycle.

    ``matrix`` decisions x departments, -2 to 2, NaN no effect known. ``links``: from_decision, to_decision, in_chain
    (both ends are trade-offs). ``chains`` a tuple a chain of its decisions in order; ``cycles`` those that lead back to
    each other. ``n`` effects known, ``n_missing`` the others.
    """

    decisions: pd.DataFrame
    matrix: pd.DataFrame
    links: pd.DataFrame
    chains: tuple[tuple[str, ...], ...]
    cycles: tuple[tuple[str, ...], ...]
    n: int
    n_missing: int
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class LotSize:
    """``quantity`` units of the cheapest lot, ``cost`` money a period at it. ``preferred``, ``preferred_cost`` and
    ``penalty`` (what preferring it costs more) are None when no lot is preferred. ``curve``: quantity, ordering, holding,
    cost, from a quarter of the smaller to four times the larger of both lots.
    """

    quantity: float
    cost: float
    preferred: float | None
    preferred_cost: float | None
    penalty: float | None
    curve: pd.DataFrame


def analyse_tradeoffs(effects: pd.DataFrame, links: pd.DataFrame | None = None, *, nearest=()) -> TradeOffs:
    """Measure how far departments pull apart in each decision and order the chains in which to resolve them.

    ``K = (sum of positive effects) |sum of negative ones|``, ``N = sum of effects``; a decision is a trade-off when some
    department wins and another loses. A chain is a connected component of linked trade-offs; it is resolved along its
    links, which run from the decision nearer to the customer to the one it leads to (method.md 2.9).

    Parameters
    ----------
    effects : decision_id, department, effect (-2 to 2: what raising the decision does to the department's objective;
        missing is left out and counted); not changed
    links : from_decision, to_decision; None: no decision leads to another
    nearest : ids of decisions next to the customer; of those that may come next these go first, and a link that puts
        another before them is told

    Raises
    ------
    NotComputable
        a column is not there, an effect is outside -2 to 2, a department is rated twice for a decision, or none is known

    Examples
    --------
    >>> effects = pd.DataFrame({"decision_id": ["lot"] * 4, "department": ["purchasing", "production", "finance", "store"],
    ...                         "effect": [2, 1, -2, -1]})
    >>> lot = analyse_tradeoffs(effects).decisions.iloc[0]
    >>> float(lot["conflict"]), float(lot["net"]), lot["is_tradeoff"]
    (9.0, 0.0, True)
    """
    given = pd.DataFrame({name: read_labels(effects, name) for name in ("decision_id", "department")})
    given["effect"] = read_numbers(effects, "effect", -STRONGEST, STRONGEST)
    refuse_twice(given, ["decision_id", "department"])
    n = int(given["effect"].notna().sum())
    if not n:
        raise NotComputable(N_("No effect of a decision on a department is known."), fallback=N_(
            "Ask each department, from -2 to 2, what each decision does to its objective."))
    ids, departments = given["decision_id"].unique(), given["department"].unique()
    matrix = given.pivot(index="decision_id", columns="department", values="effect").reindex(index=ids, columns=departments)
    table, warnings = _conflicts(matrix), []
    drawn = _links(links, table, warnings)
    chains, cycles, place = _chains(table.index[table["is_tradeoff"].eq(True)].tolist(), drawn,
                                    [str(one) for one in nearest], warnings)
    table = table.assign(**{name: [place.get(one, (np.nan, np.nan))[k] for one in table.index]
                            for k, name in enumerate(("chain", "order"))},
                         in_cycle=table.index.isin([one for cycle in cycles for one in cycle]))
    table = table.sort_values(["chain", "order"], kind="stable").rename_axis("decision_id").reset_index()
    unknown = table.loc[table["is_tradeoff"].isna(), "decision_id"].tolist()
    if unknown:
        warnings.append(reason(N_("No effect is known, so no conflict is measured: {decisions}."), level="missing",
                               decisions=unknown))
    return TradeOffs(table, matrix, drawn, chains, cycles, n, len(given) - n, tuple(warnings))


def lot_size(demand: float, order_cost: float, holding_cost: float, preferred: float | None = None) -> LotSize:
    """The cheapest lot, and what a lot that a department prefers costs more (Harris's economic order quantity).

    ``Q* = sqrt(2 D S / H)``, ``cost(Q) = D/Q S + Q/2 H`` (method.md 2.9, T68). Demand is steady, a lot comes at once and
    its price does not depend on its size.

    Parameters
    ----------
    demand : units a period
    order_cost : money a lot
    holding_cost : money for a unit held through a period, the same as of the demand
    preferred : units

    Raises
    ------
    ParameterError
        a value is not a number above 0

    Examples
    --------
    >>> lot = lot_size(12_000, 60, 2.4, preferred=1500)
    >>> round(lot.quantity, 1), round(lot.cost, 2), round(lot.preferred_cost, 2), round(lot.penalty, 2)
    (774.6, 1859.03, 2280.0, 420.97)
    """
    given = {"demand": demand, "order_cost": order_cost, "holding_cost": holding_cost}
    if preferred is not None:
        given["preferred"] = preferred
    given = {name: check_within(name, value, 0) for name, value in given.items()}
    for name, value in given.items():
        if value <= 0:
            raise ParameterError(N_("{name} is 0: the cheapest lot needs a number above 0."), name=name)
    demand, order_cost, holding_cost = (given[name] for name in ("demand", "order_cost", "holding_cost"))
    ordering = lambda quantity: demand / quantity * order_cost
    holding = lambda quantity: quantity / 2 * holding_cost
    best = float(np.sqrt(2 * demand * order_cost / holding_cost))
    cost, other = ordering(best) + holding(best), given.get("preferred")
    lots = np.geomspace(min(best, other or best) / 4, max(best, other or best) * 4, DRAWN)
    lots = np.unique([*lots, best, *([other] if other else [])])
    curve = pd.DataFrame({"quantity": lots, "ordering": ordering(lots), "holding": holding(lots)})
    curve["cost"] = curve["ordering"] + curve["holding"]
    theirs = None if other is None else ordering(other) + holding(other)
    return LotSize(best, cost, other, theirs, None if theirs is None else max(0.0, theirs - cost), curve)


def _conflicts(matrix: pd.DataFrame) -> pd.DataFrame:
    """The figures of each decision, by its id."""
    known = matrix.notna().sum(axis=1)
    positive = matrix.clip(lower=0).sum(axis=1, min_count=1)
    negative = -matrix.clip(upper=0).sum(axis=1, min_count=1)
    torn = ((positive > 0) & (negative > 0)).astype(object).where(known > 0, None)
    return pd.DataFrame({"n_departments": known, "positive": positive, "negative": negative + 0.0,  # no negative zero
                         "conflict": positive * negative + 0.0, "net": positive - negative, "is_tradeoff": torn})


def _links(links: pd.DataFrame | None, table: pd.DataFrame, warnings: list[Reason]) -> pd.DataFrame:
    """Links between known decisions, each once."""
    if links is None:
        links = pd.DataFrame({"from_decision": [], "to_decision": []}, dtype=object)
    drawn = pd.DataFrame({name: read_labels(links, name) for name in ("from_decision", "to_decision")}).drop_duplicates()
    strange = sorted(set(drawn.to_numpy().ravel()) - set(table.index))
    if strange:
        warnings.append(reason(N_("Links of decisions whose effects nobody rated, left out: {decisions}."),
                               level="missing", decisions=strange))
    drawn = drawn[~drawn.isin(strange).any(axis=1)].reset_index(drop=True)
    torn = table["is_tradeoff"].eq(True)
    both = [bool(torn[first] and torn[last]) for first, last in drawn.itertuples(index=False)]
    return drawn.assign(in_chain=pd.Series(both, index=drawn.index, dtype=bool))


def _chains(torn: list[str], links: pd.DataFrame, nearest: list[str], warnings: list[Reason]):
    """Decisions of each chain in their order, those of each cycle, and decision -> (number of its chain, order in it)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    at = {decision: k for k, decision in enumerate(torn)}
    edges = [(at[first], at[last]) for first, last, inside in links.itertuples(index=False) if inside]
    rows, columns = zip(*edges) if edges else ((), ())
    graph = coo_array((np.ones(len(edges)), (rows, columns)), shape=(len(torn), len(torn)))
    if not torn:
        return (), (), {}
    chain_of = connected_components(graph, connection="weak")[1]
    knot_of = connected_components(graph, connection="strong")[1]  # decisions that lead back to each other
    order = _knot_order(edges, knot_of, [decision not in nearest for decision in torn])
    rank = [order[knot] for knot in knot_of]
    chains, place = [], {}
    for chain in dict.fromkeys(chain_of):
        members = sorted(np.flatnonzero(chain_of == chain), key=lambda k: (rank[k], k))
        steps = {knot: step for step, knot in enumerate(dict.fromkeys(knot_of[members]), start=1)}
        chains.append(tuple(torn[k] for k in members))
        place |= {torn[k]: (len(chains), steps[knot_of[k]]) for k in members}
    loops = {k for k, same in edges if k == same}
    cycles = tuple(tuple(one for one in chain if knot_of[at[one]] == knot) for chain in chains
                   for knot in dict.fromkeys(knot_of[at[one]] for one in chain)
                   if (knot_of == knot).sum() > 1 or any(knot_of[k] == knot for k in loops))
    warnings += [reason(N_("No order follows from the links, for each leads back to the others: decide {decisions} "
                           "together."), decisions=list(cycle)) if len(cycle) > 1 else
                 reason(N_("A link leads from {decision} back to itself and orders nothing."), decision=cycle[0])
                 for cycle in cycles]
    late = [one for one in nearest if one in at and any(last == at[one] and knot_of[first] != knot_of[last]
                                                        for first, last in edges)]
    if late:
        warnings.append(reason(N_("Said to be next to the customer, but a link puts another decision before: {decisions}."),
                               decisions=late))
    return tuple(chains), cycles, place


def _knot_order(edges, knot_of, is_far) -> dict[int, int]:
    """Knot -> its place when links are followed; of those that may come next the nearest to the customer, then as given."""
    first = {knot: k for k, knot in reversed(list(enumerate(knot_of)))}
    closest = {knot: min(is_far[k] for k in np.flatnonzero(knot_of == knot)) for knot in first}
    sorter = TopologicalSorter({knot: () for knot in first})
    for start, end in edges:
        if knot_of[start] != knot_of[end]:
            sorter.add(knot_of[end], knot_of[start])
    sorter.prepare()
    ready, order = set(sorter.get_ready()), {}
    while ready:
        knot = min(ready, key=lambda one: (closest[one], first[one]))
        order[knot] = len(order)
        ready.remove(knot)
        sorter.done(knot)
        ready |= set(sorter.get_ready())
    return order
