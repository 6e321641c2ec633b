"""Force field: what drives an objective and what restrains it, and which forces are critical (step 6).

"El método ... es el análisis del campo de fuerza, que permite obtener los dos tipos de factores críticos
de éxito mediante el trabajo con expertos" (S2:L334; method 8.5). Lewin (1951); the scores of 1 to 5 and
the totals after common practice [W21]; the critical set is a house rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.matrices.ratings import rating

SIDES = ("driving", "restraining")
TABLE = ["force_id", "side", "strength", "n", "low", "high", "share", "cumulative", "linked", "critical",
         "influenceability", "priority", "place"]


@dataclass(frozen=True, eq=False)
class ForceField:
    """The two sides of an objective.

    ``table``, strongest first: force_id, side, strength (mean 1 to 5), n, low and high (smallest and
    largest rating), share and cumulative of all strength, linked (to a goal with a gap; None when not
    judged), critical, influenceability, priority (strength x influenceability), place (order of action:
    critical restraining first, then critical driving, each by priority). ``driving`` and ``restraining`` are
    the totals, ``net`` their difference, ``ratio`` driving / all (above 0.5 favourable), ``critical`` ids.
    """

    table: pd.DataFrame
    driving: float
    restraining: float
    net: float
    ratio: float
    critical: tuple[str, ...]
    warnings: tuple[Reason, ...] = ()

    @property
    def favourable(self) -> bool:
        return self.ratio > 0.5


def analyse_forces(ratings: pd.DataFrame, sides=None, *, weights=None, influenceability=None, linked=None,
                   head: float = 0.8, least_strength: float = 3.0) -> ForceField:
    """Totals of driving and restraining forces and the critical ones.

    Parameters
    ----------
    ratings : DataFrame
        Experts x forces (strength 1 to 5, missing allowed) with ``sides``; or one row a force with
        columns force_id, side, strength and optionally influenceability, linked.
    sides : dict or Series, optional
        force -> ``driving`` or ``restraining``.
    weights : dict or Series, optional
        expert -> weight (K); experts without one are left out.
    influenceability : dict or Series, optional
        force -> 1 to 5, how far we can act on it; 1 counts where none is given.
    linked : dict or Series, optional
        force -> whether it belongs to a goal with a gap; a force that is not judged may be critical.
    head : float
        Share of the strength that the critical set carries.
    least_strength : float
        Strength under which a force is never critical.

    Returns
    -------
    ForceField

    Raises
    ------
    ParameterError
        A strength outside 1 to 5, a side that is neither driving nor restraining, or none.
    NotComputable
        No force was rated.

    References
    ----------
    S2:L334; Lewin; method 8.5.

    Examples
    --------
    >>> forces = pd.DataFrame({"force_id": ["D1", "D2", "R1"], "side": ["driving", "driving", "restraining"],
    ...                        "strength": [4.0, 2.0, 5.0]})
    >>> field = analyse_forces(forces)
    >>> field.driving, field.restraining, field.critical
    (6.0, 5.0, ('R1', 'D1'))
    """
    if {"force_id", "side", "strength"} <= set(ratings.columns):
        table = _of_forces(ratings)
        influenceability = _column(ratings, "influenceability", influenceability)
        linked = _column(ratings, "linked", linked)
        unrated = []
    else:
        table, unrated = _of_experts(ratings, sides, weights)
    table["influenceability"] = [_influence(force, influenceability) for force in table["force_id"]]
    known = {} if linked is None else {str(k): bool(v) for k, v in dict(linked).items() if v is not None and v == v}
    table["linked"] = pd.Series([known.get(force) for force in table["force_id"]], dtype=object)
    table = _ranked(table, head, least_strength)
    totals = {side: float(table.loc[table["side"] == side, "strength"].sum()) for side in SIDES}
    drive, restrain = totals["driving"], totals["restraining"]
    return ForceField(table, drive, restrain, drive - restrain, drive / (drive + restrain),
                      tuple(table.loc[table["critical"], "force_id"]), _warnings(table, unrated, known))


def _of_forces(ratings) -> pd.DataFrame:
    if ratings["force_id"].duplicated().any():
        raise ParameterError(N_("Force {force} stands twice; give each force one row."),
                             force=str(ratings.loc[ratings["force_id"].duplicated(), "force_id"].iloc[0]))
    strength = [rating(str(force), value) for force, value in zip(ratings["force_id"], ratings["strength"])]
    table = pd.DataFrame({"force_id": ratings["force_id"].astype(str).to_numpy(), "side": ratings["side"].to_numpy(),
                          "strength": strength, "n": 1, "low": strength, "high": strength})
    _check_sides(table)
    return _nonempty(table)


def _of_experts(ratings, sides, weights):
    if sides is None:
        raise ParameterError(N_("Say of each force whether it is driving or restraining."))
    sides = {str(k): v for k, v in dict(sides).items()}
    weight = pd.Series(1.0, index=ratings.index) if weights is None else pd.Series(
        [dict(weights).get(expert, 0.0) for expert in ratings.index], index=ratings.index, dtype=float)
    rows, unrated = [], []
    for force in ratings:
        given = ratings[force].dropna()
        values = np.array([rating(str(force), value) for value in given])
        own = weight[ratings[force].notna()].to_numpy()
        if not own.sum() > 0:
            unrated.append(str(force))
            continue
        values, own = values[own > 0], own[own > 0]
        rows.append((str(force), sides.get(str(force)), float(np.average(values, weights=own)), len(values),
                     float(values.min()), float(values.max())))
    table = pd.DataFrame(rows, columns=TABLE[:6])
    _check_sides(table)
    return _nonempty(table), unrated


def _check_sides(table) -> None:
    for force, side in zip(table["force_id"], table["side"]):
        if side not in SIDES:
            raise ParameterError(N_("Force {force} is driving or restraining, not {side}."), force=force,
                                 side=str(side))


def _nonempty(table):
    if table.empty:
        raise NotComputable(N_("No force was rated."),
                            fallback=N_("List what drives and what restrains the goal and let each expert rate it "
                                        "1 to 5."))
    return table


def _column(ratings, name, given):
    if given is None and name in ratings.columns:
        return dict(zip(ratings["force_id"].astype(str), ratings[name]))
    return given


def _influence(force, influenceability):
    value = None if influenceability is None else {str(k): v for k, v in dict(influenceability).items()}.get(force)
    return np.nan if value is None or value != value else rating(force, value)


def _ranked(table, head, least_strength) -> pd.DataFrame:
    """Strongest first (restraining before driving when equal), the critical set, and the order of action."""
    order = {"restraining": 0, "driving": 1}
    table = table.assign(_side=table["side"].map(order), _strength=-table["strength"].round(9))
    table = table.sort_values(["_strength", "_side", "force_id"], kind="stable").reset_index(drop=True)
    table["share"] = table["strength"] / table["strength"].sum()
    table["cumulative"] = table["share"].cumsum()
    before = table["cumulative"] - table["share"]
    in_head = before < head - 1e-9
    table["critical"] = in_head & (table["strength"] >= least_strength - 1e-9) & (table["linked"] != False)  # noqa: E712
    table["priority"] = table["strength"] * table["influenceability"].fillna(1.0)
    action = table[table["critical"]].sort_values(["_side", "priority"], ascending=[True, False], kind="stable")
    table["place"] = pd.Series(range(1, len(action) + 1), index=action.index).reindex(table.index)
    return table[TABLE]


def _warnings(table, unrated, known) -> tuple[Reason, ...]:
    found = []
    if unrated:
        found.append(reason(N_("Forces that nobody rated are left out: {forces}."), forces=list(unrated)))
    for side in SIDES:
        if not (table["side"] == side).any():
            found.append(reason(N_("No {side:word} force is listed: a field has two sides, look for the other."),
                                side=side))
    if len(known) == len(table) and not any(known.values()):
        found.append(reason(N_("No force is linked to a goal with a gap, so none is critical.")))
    return tuple(found)
