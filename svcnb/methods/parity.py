"""Match the competitor at least cost (igualar a la competencia, S2:L234; method.md 6.2).

min sum cost_j y_j subject to the measures reaching the levels, exactly one option of each set; solved exactly as a
mixed-integer program (HiGHS in scipy).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_

SHIFTS = (-0.05, -0.02, -0.01, 0.0, 0.01, 0.02, 0.05)
ONE_SET = "options"
SCALE = 1000.0  # the solver allows 1e-6 on a row; a level must hold to 1e-9
TOLERANCE = 1e-9
BEYOND = 1e-6  # a shift just beyond what a design reaches


@dataclass(frozen=True, eq=False)
class Parity:
    """``options`` chosen, ``cost``, ``values`` reached per measure; ``table``: option_id, set_id, cost, one column a
    measure, feasible (meets every level alone), chosen; ``frontier``: shift, feasible, cost, options (text).
    """

    options: tuple[str, ...]
    cost: float
    values: dict[str, float]
    table: pd.DataFrame
    frontier: pd.DataFrame
    warnings: tuple[Reason, ...]


@dataclass(frozen=True, eq=False)
class _Problem:
    ids: list[str]
    sets: list
    cost: np.ndarray
    effect: np.ndarray  # options x measures
    measures: list[str]


def least_cost(options: pd.DataFrame, levels: Mapping, *, base: Mapping | None = None, lower_is_better=(),
               levers: bool = False, shifts=SHIFTS) -> Parity:
    """The cheapest design that reaches every level.

    Parameters
    ----------
    options : DataFrame
        Wide: option_id, cost [, set_id], one column a measure. Long: option_id, cost, measure_id, value [, set_id].
        Without set_id the options exclude one another and exactly one is taken; with it, one of each set is taken
        and effects add up; an option with an empty set_id beside others that have one is a lever, taken or not.
    levels : mapping measure -> level
        To be reached (at least; at most for measures of ``lower_is_better``).
    base : mapping, optional
        What a measure has before any option (0).
    levers : bool
        Every option without a set_id may be taken or not, also when none has one.
    shifts : sequence of float
        The levels are moved by these for the frontier of cost against level.

    Raises
    ------
    ParameterError
        A column is missing, a cost is negative or unknown, a level names no measure.
    NotComputable
        No combination reaches the levels; says the best that can be reached.

    Examples
    --------
    >>> options = pd.DataFrame({"option_id": list("ABCD"), "cost": [100, 130, 150, 210],
    ...                         "availability": [.95, .97, .97, .99], "on_time": [.90, .93, .95, .96]})
    >>> best = least_cost(options, {"availability": .96, "on_time": .93})
    >>> best.options, best.cost
    (('B',), 130.0)
    """
    problem, effect, sign, start, need, warnings = _ready(options, levels, base, lower_is_better, levers)
    taken = _solve(problem, effect, sign, start, need)
    if taken is None:
        best = _best_reachable(problem, effect, sign, start)
        raise NotComputable(N_("No design reaches {levels}; the best that can be reached one by one is {best}."),
                            fallback=N_("Look for another option, or lower the level."),
                            levels=_listed(problem.measures, need), best=_listed(problem.measures, best))
    frontier = []
    for shift in shifts:
        moved = _solve(problem, effect, sign, start, need + shift * sign)
        frontier.append((float(shift), moved is not None, float(problem.cost @ moved) if moved is not None else np.nan,
                         " + ".join(_chosen(problem, moved)) if moved is not None else ""))
    reached = start + taken @ effect
    alone = ((start + effect) * sign >= need * sign - TOLERANCE).all(axis=1)
    table = pd.DataFrame({"option_id": problem.ids, "set_id": problem.sets, "cost": problem.cost,
                          **{m: problem.effect[:, i] for i, m in enumerate(problem.measures)},
                          "feasible": alone, "chosen": taken > 0.5})
    return Parity(tuple(_chosen(problem, taken)), float(problem.cost @ taken),
                  dict(zip(problem.measures, reached.tolist(), strict=True)), table,
                  pd.DataFrame(frontier, columns=["shift", "feasible", "cost", "options"]), tuple(warnings))


def frontier_steps(options: pd.DataFrame, levels: Mapping, *, low: float = -0.10, high: float = 0.10,
                   base: Mapping | None = None, lower_is_better=(), levers: bool = False) -> pd.DataFrame:
    """The cheapest design for every shift of the levels between ``low`` and ``high``: exact, not on a grid.

    The design that is cheapest at a shift stays so until its own weakest measure is reached, because what can be reached
    only shrinks; the search goes on just beyond that shift.

    Parameters
    ----------
    options, levels, base, lower_is_better, levers : as in ``least_cost``
    low, high : float
        Shifts of all levels; more is stricter.

    Returns
    -------
    DataFrame
        from_shift (not included, but for the first), to_shift (included), feasible, cost (NaN where nothing reaches it),
        options (text).

    Examples
    --------
    >>> options = pd.DataFrame({"option_id": list("ABCD"), "cost": [100, 130, 150, 210],
    ...                         "availability": [.95, .97, .97, .99], "on_time": [.90, .93, .95, .96]})
    >>> frontier_steps(options, {"availability": .96, "on_time": .93}, low=-.02)[["to_shift", "cost"]].round(3).values.tolist()
    [[0.0, 130.0], [0.01, 150.0], [0.03, 210.0], [0.1, nan]]
    """
    if not low < high:
        raise ParameterError(N_("The shifts go from a lower to a higher one, not from {low} to {high}."), low=low, high=high)
    problem, effect, sign, start, need, _ = _ready(options, levels, base, lower_is_better, levers)
    rows, at = [], low
    while at < high:
        taken = _solve(problem, effect, sign, start, need + (at + (BEYOND if rows else 0.0)) * sign)
        if taken is None:
            rows.append((at, high, False, np.nan, ""))
            break
        reach = min(high, max(float(((start + taken @ effect - need) * sign).min()), at + BEYOND))
        chosen = " + ".join(_chosen(problem, taken))
        if rows and rows[-1][4] == chosen:
            rows[-1] = (*rows[-1][:1], reach, *rows[-1][2:])
        else:
            rows.append((at, reach, True, float(problem.cost @ taken), chosen))
        at = reach
    return pd.DataFrame(rows, columns=["from_shift", "to_shift", "feasible", "cost", "options"])


def _ready(options, levels, base, lower_is_better, levers):
    """The problem in numbers; an option of which a measure is not known reaches nothing, and is told."""
    levels = {str(k): float(v) for k, v in dict(levels).items()}
    problem = _read(options, levels, levers)
    sign = np.array([-1.0 if m in lower_is_better else 1.0 for m in problem.measures])
    start = np.array([float((base or {}).get(m, 0.0)) for m in problem.measures])
    need = np.array([levels[m] for m in problem.measures])
    warnings, effect = [], problem.effect
    if len(set(problem.sets)) == 1 and np.isnan(effect).any():
        unknown = [i for i, row in zip(problem.ids, effect, strict=True) if np.isnan(row).any()]
        warnings.append(reason(N_("Left out, a measure is not known: {options}."), options=", ".join(unknown)))
        effect = np.where(np.isnan(effect).any(axis=1, keepdims=True), -np.inf * sign, effect)
    return problem, np.nan_to_num(effect, nan=0.0, neginf=-1e9, posinf=1e9), sign, start, need, warnings


def _read(options, levels, levers) -> _Problem:
    for column in ("option_id", "cost"):
        if column not in options:
            raise ParameterError(N_("The options have no column {column}."), column=column)
    frame = options.assign(option_id=options["option_id"].astype(str))
    if "set_id" not in frame:
        frame["set_id"] = ONE_SET
    if {"measure_id", "value"} <= set(frame.columns):
        values = frame.pivot_table(index="option_id", columns="measure_id", values="value", aggfunc="first")
        frame = frame.drop_duplicates("option_id")[["option_id", "set_id", "cost"]]
        frame = frame.join(values, on="option_id")
    if frame["option_id"].duplicated().any():
        raise ParameterError(N_("The option {option} stands twice."),
                             option=frame.loc[frame["option_id"].duplicated(), "option_id"].iloc[0])
    if frame.empty or not levels:
        raise NotComputable(N_("There is no option, or no level to reach."))
    absent = [m for m in levels if m not in frame]
    if absent:
        raise ParameterError(N_("No option says what it does to {measures}."), measures=", ".join(absent))
    cost = pd.to_numeric(frame["cost"], errors="coerce").to_numpy(dtype=float)
    if np.isnan(cost).any() or (cost < 0).any():
        raise ParameterError(N_("Every option needs a cost that is not negative."))
    effect = frame[list(levels)].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    sets = [None if pd.isna(s) or s == "" else str(s) for s in frame["set_id"]]
    if not levers and all(s is None for s in sets):
        sets = [ONE_SET] * len(sets)  # whole designs whose set nobody filled in
    return _Problem(frame["option_id"].tolist(), sets, cost, effect, list(levels))


def _solve(problem, effect, sign, start, need):
    """0/1 per option, None when infeasible; among the cheapest the one that reaches most."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    reach = LinearConstraint((effect * sign).T * SCALE, lb=((need - start) * sign - TOLERANCE) * SCALE)
    rows = [np.array([float(s == name) for s in problem.sets]) for name in dict.fromkeys(problem.sets) if name]
    constraints = [reach] + ([LinearConstraint(np.array(rows), 1, 1)] if rows else [])
    whole = {"integrality": np.ones(len(problem.ids)), "bounds": Bounds(0, 1), "options": {"mip_rel_gap": 0.0}}
    first = milp(problem.cost, constraints=constraints, **whole)
    if first.x is None:
        return None
    cheapest = float(problem.cost @ first.x.round())
    limit = LinearConstraint(problem.cost[None], ub=cheapest + 1e-9 * max(1.0, cheapest))
    bounded = np.clip(effect, -1e3, 1e3)
    second = milp(-(bounded * sign).sum(axis=1), constraints=[*constraints, limit], **whole)
    return (first if second.x is None else second).x.round()


def _best_reachable(problem, effect, sign, start):
    out = []
    for i in range(len(problem.measures)):
        gain, total = effect[:, i] * sign[i], 0.0
        for name in dict.fromkeys(problem.sets):
            members = gain[[s == name for s in problem.sets]]
            total += members.max() if name else members.clip(min=0).sum()
        out.append(start[i] + sign[i] * total)
    return out


def _chosen(problem, taken) -> list[str]:
    return [i for i, y in zip(problem.ids, taken, strict=True) if y > 0.5]


def _listed(measures, values) -> str:
    return ", ".join(f"{m} {v:.4g}" for m, v in zip(measures, values, strict=True))
