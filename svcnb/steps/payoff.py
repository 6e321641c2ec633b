"""What a level pays beside the competitor's, what matching it costs, and how sure that is (method.md 6.0.1 to 6.3).

Part of the step goals; page 04b shows it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, reason
from svcnb.i18n import N_
from svcnb.methods import flips, parity
from svcnb.methods.goals import RULES
from svcnb.steps.step import Quantity

SHOWN = ["group_id", "group", "measure_id", "competitor", "rival", "floor", "source", "n", "sl_eco", "base_level", "proposed",
         "level", "baseline", "rule", "price_of_competing"]
NUMBERS = ("competitor", "floor", "n", "sl_eco", "base_level", "proposed", "level", "baseline", "price_of_competing")
PARITY = ["group_id", "option_id", "cost", "feasible", "chosen"]
FRONTIER = ["group_id", "from_shift", "to_shift", "feasible", "cost", "options"]
SHIFTS = ["group_id", "shift", "feasible", "cost", "options"]


def goal_rules(groups: dict, given) -> dict[str, dict]:
    """How each group's level is made of the optimum and the competitor: what people said, else combined for class A and
    economic for the others.
    """
    given = given if isinstance(given, dict) else {}
    usual = {g: "combined" if row.get("abc") == "A" else "economic" for g, row in groups.items()}
    return {g: {"rule": (given.get(g) or {}).get("rule") or usual[g]} for g in groups}


def checked_rules(given, proposed: dict) -> dict[str, dict]:
    """The rules in force: people's over the proposed ones, only for groups that are there."""
    if given is None:
        return {g: dict(row) for g, row in proposed.items()}
    if not isinstance(given, dict) or not all(isinstance(row, dict) for row in given.values()):
        raise ParameterError(N_("{name} must be a rule for each group."), name="goals.rules")
    for group, row in given.items():
        if row.get("rule", RULES[0]) not in RULES:
            raise ParameterError(N_("{group}: there is no rule {rule}; there are {known}."), group=str(group),
                                 rule=str(row["rule"]), known=", ".join(RULES))
    return {g: {**row, **given.get(g, {})} for g, row in proposed.items()}


def bounds_table(goals: pd.DataFrame, groups: dict, rivals: dict, rules: dict, economics) -> pd.DataFrame:
    """A row a group and measure that is in the goal sheet or that a competitor is rated on; the price of competing is the
    profit given up at the competitor's level where it lies above the optimum.
    """
    sheet = goals.set_index(["group_id", "measure_id"])
    rows = []
    for group, record in groups.items():
        own, rated = goals.loc[goals["group_id"] == group, "measure_id"], rivals[group]
        for measure in dict.fromkeys([*own, *rated.index]):
            rival = rated.loc[measure] if measure in rated.index else {}
            goal = sheet.loc[(group, measure)] if (group, measure) in sheet.index else {}
            level = rival.get("competitor")
            rows.append({
                "group_id": group, "group": record.get("name", group), "measure_id": measure, "competitor": level,
                **{name: rival.get(name) for name in ("rival", "floor", "source", "n")},
                "sl_eco": economics.level_of(measure),
                **{name: goal.get(name) for name in ("proposed", "level", "baseline")}, "base_level": goal.get("base"),
                "rule": rules[group]["rule"],
                "price_of_competing": _price(economics, measure, level)})
    table = pd.DataFrame(rows, columns=SHOWN).astype(dict.fromkeys(NUMBERS, float))
    text = [c for c in SHOWN if c not in NUMBERS]
    return table.astype(dict.fromkeys(text, object)).where(table.notna(), None).astype(dict.fromkeys(NUMBERS, float))


def _price(economics, measure, level) -> float | None:
    """Nothing has to be given up to be as good as a competitor below the optimum."""
    best = economics.level_of(measure)
    if level is None or best is None:
        return None
    return economics.price_of(measure, level) if level > best else 0.0


def parity_tables(study, groups: dict, rivals: dict[str, pd.DataFrame]):
    """The cheapest design of each group that reaches its strongest competitor; steps of cost against level; quantities;
    reasons.
    """
    options = study.table("design_options")
    found, steps, quantities, reasons = [], [], {}, []
    measures = set(options["measure_id"].dropna())
    for group in groups:
        levels = {m: v for m, v in rivals[group]["competitor"].to_dict().items() if m in measures} if group in rivals else {}
        if options.empty or not levels:
            continue
        try:
            steps.append(parity.frontier_steps(options, levels).assign(group_id=group))
            best = parity.least_cost(options, levels, shifts=())
        except (NotComputable, ParameterError) as error:
            reasons.append(reason(N_("{group}: no design reaches the competitor."), group=groups[group].get("name", group)))
            if isinstance(error, NotComputable):
                reasons.append(error.reason)
            continue
        found.append(best.table[["option_id", "cost", "feasible", "chosen"]].assign(group_id=group))
        quantities[f"parity_cost_{group}"] = Quantity(best.cost, "currency", evidence="expert")
        quantities[f"parity_option_{group}"] = Quantity(" + ".join(best.options), evidence="expert")
    frontier = pd.concat(steps, ignore_index=True)[FRONTIER] if steps else pd.DataFrame(columns=FRONTIER)
    return {"parity": pd.concat(found, ignore_index=True)[PARITY] if found else pd.DataFrame(columns=PARITY),
            "frontier": frontier, "parity_frontier": _at_shifts(frontier)}, quantities, reasons


def _at_shifts(frontier) -> pd.DataFrame:
    """What the steps say at the usual shifts of the competitor: 1, 2 and 5 points."""
    rows = []
    for group, steps in frontier.groupby("group_id", sort=False):
        steps = steps.reset_index(drop=True)
        for shift in parity.SHIFTS:
            row = steps.iloc[flips.step_at(steps, shift)]
            rows.append((group, shift, bool(row["feasible"]), row["cost"], row["options"]))
    return pd.DataFrame(rows, columns=SHIFTS).astype({"shift": float, "cost": float})


def flip_tables(tables: dict) -> tuple[dict[str, pd.DataFrame], dict[str, Quantity]]:
    """flips: for each form how far revenue and cost of service may be off before another whole point is the best; the
    quantities are those of the form in force: the best point, and how many times revenue and cost may be what was thought.
    """
    found = []
    for form, curve in tables["curve"].groupby("form", sort=False):
        try:
            found.append(flips.flips_of_curve(curve).assign(form=form))
        except NotComputable:
            continue  # a curve without two whole points
    columns = ["form", "input", "choice", "low", "high", "below", "above"]
    table = pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)
    if table.empty:
        return {"flips": table}, {}
    own = table[table["form"] == table["form"].iloc[0]].set_index("input")
    best = Quantity(round(float(own["choice"].iloc[0]), 4), "share", evidence="expert")
    return {"flips": table}, {"best_point": best} | {
        f"flip_{name}": Quantity(1.0, low=float(own.loc[name, "low"]), evidence="expert",
                                 high=None if np.isnan(own.loc[name, "high"]) else float(own.loc[name, "high"]))
        for name in own.index}


def told_of_rules(rules: dict, bounds: pd.DataFrame) -> list:
    """Where the rule asks for a competitor whom nobody knows."""
    out = []
    for group, row in rules.items():
        own = bounds[(bounds["group_id"] == group) & bounds["level"].notna() & bounds["competitor"].isna()]
        if row["rule"] == "competitor" and len(own):
            out.append(reason(N_("{group}: the rule is to match the competitor, whose level is not known for {measures}; the "
                                 "economic rule stands for it there."), group=str(own["group"].iloc[0]),
                              measures=own["measure_id"].tolist()))
    return out
