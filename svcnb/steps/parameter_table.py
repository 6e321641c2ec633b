"""Content and magnitude of the critical parameters, part of step 6 (method 8.6).

The company's own parameters come first; magnitudes are computed where a table or an earlier decision
knows them (staff, stock, variability, capacity, information), the others wait for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.balance import TIGHT
from svcnb.methods.magnitudes import largest_sd, safety_stock
from svcnb.steps.answers import assigned
from svcnb.steps.baselines import Wanted, read_baselines
from svcnb.steps.feasibility import goals_served, judge_parameter, split_goals
from svcnb.steps.volume import group_of_customers, groups_in_force

COLUMNS = ["parameter_id", "name", "content", "type", "current", "required", "unit", "goal_id", "activity_id", "calculator",
           "place", "rank_sum", "cost", "owner", "feasible", "judgement", "evidence"]
GAPS = ["goal_id", "group_id", "measure_id", "name", "level", "today", "gap", "n"]
STOCK = ["item_id", "level", "safety_stock", "reorder_point", "sigma", "carrying_cost"]
STOCK_MEASURES = ("M3", "M11")
CYCLE_MEASURES = {"M1": N_("standard deviation of the order cycle"), "M9": N_("standard deviation of the delivery time")}
ERRORS = {"M6": N_("units sent back"), "M8": N_("orders with an error")}
MEAN_NAMES = {"M1": N_("mean order cycle"), "M9": N_("mean delivery time")}


@dataclass
class Magnitudes:
    """Rows of the parameter table, and the tables behind them."""

    rows: list[dict] = field(default_factory=list)
    gaps: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=GAPS))
    stock: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=STOCK))
    reasons: list[Reason] = field(default_factory=list)


def goal_gaps(study, decisions) -> pd.DataFrame:
    """Level guaranteed against level reached today for each goal of step 4 (columns GAPS; today None = not measured)."""
    goals = (decisions.get("goals") or {}).get("goals") or {}
    groups = groups_in_force(decisions)
    keys = [key for key in goals if key.count(":") == 1 and key.split(":")[0] in groups]
    if not keys:
        return pd.DataFrame(columns=GAPS)
    measures = tuple(dict.fromkeys(key.split(":")[1] for key in keys))
    wanted = Wanted(measures, "order", goals, pd.Series(dtype=float), groups)
    found = read_baselines(study, _group_of(study, decisions, groups), wanted)
    rows = []
    for key in keys:
        group, measure = key.split(":")
        today = found.of(group, measure)
        level = goals[key].get("level")
        gap = None if today.value is None or level is None else max(0.0, level - today.value)
        rows.append((key, group, measure, today.name, level, today.value, gap, today.n))
    return pd.DataFrame(rows, columns=GAPS).astype({"level": float, "today": float, "gap": float})


def build(study, decisions, balance, chosen: dict, order: dict) -> Magnitudes:
    """All parameters: those of the table, then those that a calculator adds.

    Parameters
    ----------
    balance : svcnb.methods.balance.Balance or None
    chosen : dict
        parameter_id -> values chosen by people (they stand in place of the computed ones, also of parameters they add).
    order : dict
        parameter_id -> (place, rank sum) by the experts.
    """
    out = Magnitudes(gaps=goal_gaps(study, decisions))
    goals = (decisions.get("goals") or {}).get("goals") or {}
    servers = (decisions.get("organisation") or {}).get("servers")
    for row in study.table("parameters").to_dict("records"):
        out.rows.append(_own(row, servers, balance))
    has_staff = any(row["calculator"] == "staff" for row in out.rows)
    if servers and not has_staff:
        today = pd.to_numeric(study.table("queue_params")["servers"], errors="coerce").dropna()
        out.rows.append(_row("servers", N_("servers in the peak"), "driving", servers, "servers", "staff", evidence="expert",
                             current=float(today.iloc[0]) if len(today) else None))
    _stock(study, goals, chosen, out)
    _variability(study, decisions, goals, out)
    _quality(out)
    _capacity(study, balance, out)
    _information(study, goals, out)
    known = {row["parameter_id"] for row in out.rows}
    out.rows += [_row(key, key, "", None, "", "", evidence="expert") for key in chosen if key not in known]
    for row in out.rows:
        place, rank_sum = order.get(row["parameter_id"], (None, None))
        _choose(row | {"place": place, "rank_sum": rank_sum}, chosen.get(row["parameter_id"]) or {}, row)
    out.rows.sort(key=lambda row: (row["place"] is None, row["place"] or 0))
    _links(out, goals)
    return out


def _choose(known: dict, given: dict, row: dict) -> None:
    """Lay what people chose over a row and judge it; a magnitude that was saved as it was computed stays computed."""
    values = {key: given[key] for key in ("name", "unit", "current", "required", "owner", "goal_id")
              if given.get(key) is not None}
    if "required" in values and given.get("computed") == values["required"]:
        del values["required"]
    row |= known | {"computed": known["required"], "said": given.get("feasible")} | values
    row["feasible"], row["judgement"] = judge_parameter(row)


def _links(out, goals) -> None:
    """Say which parameters serve a goal that stands for theirs, and which serve none."""
    moved, lost = [], []
    for row in out.rows:
        named, served = split_goals(row["goal_id"]), goals_served(row["goal_id"], goals)
        if not served:
            lost.append(row["name"] if not named else f"{row['name']} ({', '.join(named)})")
        elif served != named:
            moved.append(f"{', '.join(named)} → {', '.join(served)}")
    if goals and moved:
        out.reasons.append(reason(N_("Goals that count the same failures stand for those the parameters name: {goals}."),
                                  goals=list(dict.fromkeys(moved)), level="info"))
    if goals and lost:
        out.reasons.append(reason(N_("Parameters that serve no goal of step 4 yet; say which: {names}."),
                                  names=lost))


def frame_of(rows) -> pd.DataFrame:
    """The rows as a flat table."""
    table = pd.DataFrame(rows, columns=COLUMNS)
    for name in ("current", "required", "place", "rank_sum", "cost"):
        table[name] = pd.to_numeric(table[name]).astype(float)
    table["feasible"] = table["feasible"].astype(object)
    return table


def _row(parameter_id, name, side, required, unit, calculator, *, current=None, content="", goal_id="", activity_id="",
         cost=None, evidence="data") -> dict:
    return {"parameter_id": parameter_id, "name": name, "content": content, "type": side, "current": current,
            "required": None if required is None else float(required), "unit": unit, "goal_id": goal_id,
            "activity_id": activity_id, "calculator": calculator, "cost": cost, "owner": "", "feasible": None,
            "items": [], "evidence": evidence}


def _own(row, servers, balance) -> dict:
    """A parameter of the table; staff and capacity get their magnitude from step 5 and from the balance."""
    unit, activity = _text(row.get("unit")), _text(row.get("activity_id"))
    required, calculator = None, ""
    if unit == "servers" and servers:
        required, calculator = servers, "staff"
    elif unit in ("hours", "resources") and balance is not None:
        found = balance.table[balance.table["activity_id"].astype(str) == activity]
        if len(found):
            needed = found["load"].iloc[0] / TIGHT
            required, calculator = (needed if unit == "hours" else found["resources_needed"].iloc[0]), "capacity"
    brought = _number(row.get("required"))
    return _row(_text(row["parameter_id"]), _text(row.get("name")) or _text(row["parameter_id"]), _text(row.get("type")),
                brought if brought is not None else required, unit, calculator, current=_number(row.get("current")),
                content=_text(row.get("content")), goal_id=_text(row.get("goal_id")), activity_id=activity,
                cost=_number(row.get("cost")), evidence="data" if calculator else "expert") | {
                    "items": split_goals(_text(row.get("items")))}


def _stock(study, goals, chosen, out) -> None:
    """Safety stock of every listed article: those a parameter names give its magnitude, the others are one of their own.

    The level is the highest of the goals of availability that the parameter serves, else of all of them.
    """
    items = study.table("stock_items")
    levels = {key: float(goal["level"]) for key, goal in goals.items() if key.split(":")[-1] in STOCK_MEASURES
              and isinstance(goal.get("level"), (int, float)) and 0 < goal["level"] < 1}
    if not len(items) or not levels:
        return
    highest, owner, level_of = max(levels.values()), {}, {}
    for row in out.rows:
        served = goals_served((chosen.get(row["parameter_id"]) or {}).get("goal_id") or row["goal_id"], levels)
        for item in row["items"]:
            owner[item], level_of[item] = row, max((levels[goal] for goal in served), default=highest)
    rows, left = [], []
    for row in items.to_dict("records"):
        known = {name: _number(row.get(column)) for name, column in (
            ("demand_per_day", "demand_per_day"), ("demand_sd", "demand_sd_per_day"), ("lead_time_days", "lead_time_days"))}
        if None in known.values():
            left.append(str(row["item_id"]))
            continue
        level = level_of.get(row["item_id"], highest)
        stock = safety_stock(level, **known, lead_time_sd=_number(row.get("lead_time_sd_days")) or 0.0)
        cost, rate = _number(row.get("unit_cost")), _number(row.get("carrying_rate"))
        rows.append((row["item_id"], level, stock.safety_stock, stock.reorder_point, stock.sigma,
                     None if None in (cost, rate) else stock.safety_stock * cost * rate))
    out.stock = pd.DataFrame(rows, columns=STOCK).astype({"carrying_cost": float})
    if left:
        out.reasons.append(reason(N_("Articles without demand or lead time have no safety stock: {items}."),
                                  items=", ".join(left)))
    _name_stock(out, owner, sorted(levels, key=levels.get, reverse=True))


def _name_stock(out, owner, goal_ids) -> None:
    """The sum of each parameter's articles as what it requires; the articles that none names are a parameter too."""
    of = dict(zip(out.stock["item_id"], out.stock["safety_stock"], strict=True))
    for row in out.rows:
        whole = bool(row["items"]) and all(item in of for item in row["items"])
        strange = [item for item in row["items"] if item not in of]
        if strange:
            out.reasons.append(reason(N_("{parameter} names articles whose safety stock is not known: {items}."),
                                      parameter=row["name"], items=strange))
        if whole and row["required"] is None:
            row |= {"required": float(sum(of[item] for item in row["items"])), "calculator": "stock", "evidence": "data"}
    rest = [stock for item, stock in of.items() if item not in owner]
    if rest:
        name = N_("safety stock of the other listed articles") if owner else N_("safety stock of the listed articles")
        out.rows.append(_row("stock", name, "restraining", sum(rest), "units", "stock", goal_id="; ".join(goal_ids)))


def _variability(study, decisions, goals, out) -> None:
    """Largest standard deviation that lets a time goal be met, against today's (normal times)."""
    keys = [key for key in goals if key.split(":")[-1] in CYCLE_MEASURES and key.count(":") == 1]
    groups = groups_in_force(decisions)
    if not keys or not study.has("orders"):
        return
    group_of = _group_of(study, decisions, groups)
    if group_of.empty:
        return
    from svcnb.measures import service_levels

    levels = service_levels(study, by=pd.Series(group_of.to_numpy(), index=group_of.index, name="group_id", dtype=object))
    times = {(row.group_id, row.measure_id): row for row in levels.itertuples() if row.mean == row.mean and row.n >= 2}
    for key in keys:
        group, measure = key.split(":")
        seen, goal = times.get((group, measure)), goals[key]
        level = goal.get("level")
        if seen is None or not isinstance(level, (int, float)) or not 0.5 < level < 1 or not _number(goal.get("value")):
            continue
        name = f"{measure}:{group}"
        try:
            required = largest_sd(goal["value"], float(seen.mean), level)
        except NotComputable as error:
            out.reasons.append(reason(N_("{group}, {measure:word}: {mean:1} days on average against a goal of {goal:1}; the "
                                         "mean itself must fall before regularity helps."), mean=float(seen.mean),
                                      group=groups.get(group, {}).get("name", group), measure=MEAN_NAMES[measure],
                                      goal=float(goal["value"])) if error.values.get("mean") else error.reason)
            out.rows.append(_row(f"mean:{name}", MEAN_NAMES[measure], "restraining", float(goal["value"]), "days",
                                 "variability", current=float(seen.mean), goal_id=key))
            continue
        out.rows.append(_row(f"sd:{name}", CYCLE_MEASURES[measure], "restraining", required, "days", "variability",
                             current=float(seen.variance) ** 0.5, goal_id=key))


def _quality(out) -> None:
    """Largest share of errors that a goal above today's level allows (M6, M8): 1 - level, against 1 - today."""
    for gap in out.gaps.itertuples(index=False):
        if gap.measure_id in ERRORS and gap.gap > 1e-9:
            out.rows.append(_row(f"errors:{gap.goal_id}", ERRORS[gap.measure_id], "restraining", 1 - gap.level, "share",
                                 "quality", current=1 - gap.today, goal_id=gap.goal_id))


def _capacity(study, balance, out) -> None:
    """Resources of each activity that is tight or overloaded, unless the table names a parameter for it."""
    if balance is None:
        return
    named = {row["activity_id"] for row in out.rows if row["calculator"] == "capacity"}
    activities = study.table("activities")
    names = dict(zip(activities["activity_id"].astype(str), activities["name"].fillna(activities["activity_id"]).astype(str)))
    for row in balance.table.itertuples():
        if row.utilisation > TIGHT + 1e-9 and str(row.activity_id) not in named:
            out.rows.append(_row(f"capacity:{row.activity_id}", names.get(str(row.activity_id), str(row.activity_id)),
                                 "restraining", row.resources_needed, "resources", "capacity", current=float(row.resources),
                                 activity_id=str(row.activity_id), content=N_("people or vehicles of the activity")))


def _information(study, goals, out) -> None:
    """Level of the information system that the goals ask for: M4 at 0.95 or more asks for 3 (method 2.8)."""
    levels = pd.to_numeric(study.table("information_maturity")["level"], errors="coerce").dropna()
    asking = [key for key, goal in goals.items() if key.endswith(":M4") and (goal.get("level") or 0) >= 0.95 - 1e-9]
    if len(levels) and asking and levels.iloc[-1] < 3:
        out.rows.append(_row("information", N_("level of the information system"), "restraining", 3, "level", "information",
                             current=float(levels.iloc[-1]), goal_id="; ".join(asking), evidence="expert"))


def _group_of(study, decisions, groups) -> pd.Series:
    segment_of = assigned(study, decisions.get("segmentation") or {})
    if len(segment_of):
        return group_of_customers(segment_of, groups, study)
    customers = study.table("customers")["customer_id"]
    return pd.Series(next(iter(groups)), index=customers, dtype=object) if len(groups) == 1 else pd.Series(dtype=object)


def _text(value) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)


def _number(value) -> float | None:
    try:
        return None if value is None or value is pd.NA or value != value else float(value)
    except (TypeError, ValueError):
        return None
