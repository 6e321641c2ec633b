"""The customer service plan (Plan de Servicio al Cliente, S2:L360-377): ten contents and what is still blank."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.balance import balance_activities
from svcnb.methods.plan import PERIODS, PHASES, aggregate_periods, length_of, missing_phases
from svcnb.steps import contents as ten
from svcnb.steps.contents import CONTENTS
from svcnb.steps.feasibility import feasible_goals
from svcnb.steps.offer import served_groups
from svcnb.steps.step import Proposal, Quantity

TITLE = N_("Service plan")
QUESTION = N_("What is done in each period, by whom, and what is still blank?")
ENDS_IN = N_("the plan's ten contents, each complete or with its blanks listed")
TABLES = ("services", "service_demand", "activities", "norms", "means", "stock_items", "suppliers", "alliances",
          "parameters", "communications", "messages", "projects")
AFTER = ("segmentation", "characterisation", "discriminant", "demand", "goals", "organisation", "critical_parameters", "offer")

COMPLETE, INCOMPLETE = N_("complete"), N_("incomplete")
GUARANTEES = (N_("capacities"), N_("resources"), N_("training"), N_("promotion"))  # S2:L364
SOURCES = {"1": "services, offer", "2": "service_demand", "3": "goals, critical_parameters", "4": "norms, means, organisation",
           "5": "stock_items, goals", "6": "suppliers", "7": "alliances", "8": "activities, norms", "9": "offer, parameters",
           "10": "communications"}
WANTED = ("services", "service_demand", "activities", "norms", "stock_items", "suppliers", "alliances", "communications")
ITEMS = ["content_no", "item", "value", "unit", "group_id"]
DEMAND = ["period", "service_id", "units"]
LOAD = ["period", "activity_id", "load", "capacity", "utilisation", "state"]


@dataclass(frozen=True)
class Parameters:
    """``period`` of the plan: week, month, quarter or year; ``stock_level`` share of cycles without a stock-out where
    no goal of availability (M3) or completeness (M11) is set."""

    period: str = "month"
    stock_level: float = 0.95

    def __post_init__(self):
        if self.period not in PERIODS:
            raise ParameterError(N_("{name} = {value} is not one of {known}."), name="plan.period", value=self.period,
                                 known=", ".join(PERIODS))
        if not 0 < self.stock_level < 1:
            raise ParameterError(N_("{name} = {value} must lie between {low} and {high}."), name="plan.stock_level",
                                 value=self.stock_level, low=0, high=1)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Fill the ten contents from the steps and the tables; what is not known is a blank."""
    groups = served_groups(decisions)
    offers = decisions.get("offer", {}).get("offers") or {}
    goals = decisions.get("goals", {}).get("goals") or {}
    chosen, feasible = decisions.get("plan", {}), feasible_goals(decisions.get("critical_parameters") or {})
    rows, strangers = _demand_rows(study, groups)
    totals = rows.groupby("service_id", sort=False)["units"].sum()
    load, reasons = _load(study, rows)
    filled = {
        "1": ten.nomenclature(study, groups, offers), "2": ten.demand(study, totals),
        "3": ten.indicators(groups, goals, feasible), "4": ten.resources(study, load, decisions.get("organisation", {})),
        "5": ten.inventories(study, _stock_level(goals, parameters)), "6": ten.suppliers(study),
        "7": ten.alliances(study), "8": ten.capacity(load),
        "9": ten.cost(study, groups, offers, rows.groupby("group_id")["units"].sum()),
        "10": ten.communications(study, groups)}
    rule = decisions.get("discriminant") or {}
    if rule.get("assign_new") and rule.get("rule"):
        filled["1"][0].append((N_("new customers: assigned by the discriminant rule"), None, "", ""))
    if not groups:
        for number in ("1", "3", "9", "10"):
            filled[number] = (filled[number][0], [*filled[number][1], (N_("no group of customers is decided"), "")])
    guarantees = _guarantees(study, load, rows, chosen.get("guarantees") or {})
    tables = _tables(study, filled, guarantees, groups, chosen) | {
        "plan_demand": _demand_table(rows, parameters.period), "load": load}
    decision = {"contents": {number: {"name": CONTENTS[number][0], "status": _status(items, blanks),
                                      "items": [dict(zip(ITEMS[1:], item, strict=True)) for item in items],
                                      "missing": [{"text": text, "detail": detail} for text, detail in blanks]}
                             for number, (items, blanks) in filled.items()},
                "guarantees": {row["guarantee"]: {"what": row["what"], "owner": row["owner"], "date": row["date"]}
                               for row in guarantees}}
    if strangers:
        reasons.append(reason(N_("Demand of groups that are not served is left out: {groups}."),
                              groups=list(strangers)))
    reasons += _reasons(study, filled, guarantees, groups)
    return Proposal(quantities=_quantities(filled, guarantees, load, rows, groups, study), tables=tables,
                    decision=decision, reasons=tuple(reasons), missing=tuple(t for t in WANTED if not study.has(t)),
                    evidence="data" if study.has("service_demand") else "assumed")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The plan in force. A person may declare a content complete, write its owner, and name who guarantees what."""
    decision = {"contents": {n: dict(c) for n, c in (proposal.decision.get("contents") or {}).items()},
                "guarantees": {n: dict(c) for n, c in (proposal.decision.get("guarantees") or {}).items()}}
    for key, known in (("contents", decision["contents"]), ("guarantees", decision["guarantees"])):
        picked = chosen.get(key) or {}
        _refuse(not isinstance(picked, dict), key, picked, N_("a table of names with their values"))
        for name, values in picked.items():
            _refuse(name not in known, key, name, ", ".join(known) or "-")
            _refuse(not isinstance(values, dict), f"{key}.{name}", values, N_("a table of names with their values"))
            status = values.get("status", COMPLETE)
            _refuse(status not in (COMPLETE, INCOMPLETE), f"{key}.{name}.status", status, f"{COMPLETE}, {INCOMPLETE}")
            if values.get("date"):
                _refuse(_day(values["date"]) is None, f"{key}.{name}.date", values["date"],
                        N_("a day such as 2026-12-31"))
            known[name] |= values
    return {**proposal.decision, **chosen, **decision}


def _refuse(condition, name, value, rule):
    if condition:
        raise ParameterError(N_("{name} = {value} is not possible; it must be {rule:word}."), name=name,
                             value=repr(value), rule=rule)


def _day(text) -> pd.Timestamp | None:
    try:
        return pd.Timestamp(str(text))
    except (ValueError, OverflowError):
        return None


def _demand_rows(study, groups) -> tuple[pd.DataFrame, list[str]]:
    """Demand of the groups that are served, and the groups left out; without groups all of it."""
    rows = study.table("service_demand")
    rows = rows[rows["units"].notna() & rows["period"].notna()]
    mine = rows["group_id"].isin(groups) | rows["group_id"].isna() | (not groups)
    return rows[mine], list(dict.fromkeys(rows.loc[~mine, "group_id"]))


def _status(items, blanks) -> str:
    return COMPLETE if items and not blanks else INCOMPLETE


def _stock_level(goals, parameters) -> float:
    """The highest level guaranteed for availability or completeness; below 1, for no stock guarantees everything."""
    levels = [goal.get("level") for key, goal in goals.items() if goal and key.partition(":")[2] in ("M3", "M11")]
    levels = [level for level in levels if isinstance(level, (int, float)) and 0 < level < 1]
    return max(levels) if levels else parameters.stock_level


def _load(study, rows) -> tuple[pd.DataFrame, list[Reason]]:
    """Load and capacity of every activity in every period of the demand."""
    parts, warnings = [], {}
    activities, norms = study.table("activities"), study.table("norms")
    if rows.empty or activities.empty or norms.empty:
        return pd.DataFrame(columns=LOAD), []
    for start, demand in rows.groupby("period"):
        try:
            found = balance_activities(activities, norms, demand.groupby("service_id")["units"].sum())
        except NotComputable as error:
            return pd.DataFrame(columns=LOAD), [error.reason]
        parts.append(found.table.assign(period=start.date().isoformat())[LOAD])
        warnings |= {(w.template, str(w.values)): w for w in found.warnings}
    return pd.concat(parts, ignore_index=True), list(warnings.values())


def _demand_table(rows, period) -> pd.DataFrame:
    """Units of each service in the plan's periods."""
    if rows.empty:
        return pd.DataFrame(columns=DEMAND)
    of = length_of(rows["period"])
    parts = [pd.DataFrame({"period": [day.date().isoformat() for day in found.index], "service_id": service,
                           "units": found.to_numpy()})
             for service, own in rows.groupby("service_id", sort=False)
             for found in [aggregate_periods(own["period"], own["units"], of, period)]]
    return pd.concat(parts, ignore_index=True)[DEMAND]


def _guarantees(study, load, rows, chosen) -> list[dict]:
    """Capacities, resources, training and promotion: what the tables show, and owner and date that people name."""
    peak = load.groupby("activity_id")["utilisation"].max() if len(load) else pd.Series(dtype=float)
    told = study.table("communications")
    told = told[told["phase"] == "before"] if len(told) else told
    first = rows["period"].min().date().isoformat() if len(rows) else ""
    campaign = told["date"].min().date().isoformat() if len(told) and told["date"].notna().any() else ""
    known = {"capacities": ("; ".join(f"{name} {100 * u:.0f} %" for name, u in peak.items()), first),
             "resources": ("; ".join(dict.fromkeys(study.table("means")["kind"].dropna().astype(str))), first),
             "training": ("", ""), "promotion": ("; ".join(dict.fromkeys(told["content"].dropna().astype(str))), campaign)}
    out = []
    for name in GUARANTEES:
        what, date = known[name]
        own = chosen.get(name) or {}
        row = {"guarantee": name, "what": own.get("what") or what, "owner": own.get("owner") or "",
               "date": own.get("date") or (date if what else "")}
        blanks = [field for field in ("what", "owner", "date") if not row[field]]
        if name == "capacities" and (peak > 1 + 1e-9).any():
            blanks.append("capacity")
        out.append(row | {"status": INCOMPLETE if blanks else COMPLETE, "missing": ", ".join(blanks)})
    return out


def _tables(study, filled, guarantees, groups, chosen) -> dict[str, pd.DataFrame]:
    said = chosen.get("contents") or {}
    table = pd.DataFrame([{
        "content_no": int(n), "name": CONTENTS[n][0], "aggregation": CONTENTS[n][1],
        "status": (said.get(n) or {}).get("status") or _status(items, blanks), "n_items": len(items),
        "n_missing": len(blanks), "source": SOURCES[n]} for n, (items, blanks) in filled.items()])
    items = pd.DataFrame([(int(n), *item) for n, (rows, _) in filled.items() for item in rows], columns=ITEMS)
    blanks = pd.DataFrame([(int(n), *blank) for n, (_, rows) in filled.items() for blank in rows],
                          columns=["content_no", "missing", "detail"])
    told = study.table("communications")
    phases = pd.DataFrame([{"group_id": g, "phase": phase, "n": int(((told["group_id"] == g)
                                                                    & (told["phase"] == phase)).sum())}
                           for g in groups for phase in PHASES], columns=["group_id", "phase", "n"])
    return {"contents": table, "items": items.assign(value=pd.to_numeric(items["value"], errors="coerce").astype(float)),
            "blanks": blanks, "phases": phases, "guarantees": pd.DataFrame(guarantees)}


def _quantities(filled, guarantees, load, rows, groups, study) -> dict[str, Quantity]:
    complete = sum(_status(*pair) == COMPLETE for pair in filled.values())
    costs = [value for _, value, unit, _ in filled["9"][0] if unit == "currency"]
    silent = missing_phases(study.table("communications"), groups)
    return {
        "contents_complete": Quantity(complete, "count", n=len(filled)),
        "blanks": Quantity(sum(len(blanks) for _, blanks in filled.values()), "count", n=len(filled)),
        "guarantees_complete": Quantity(sum(row["status"] == COMPLETE for row in guarantees), "count", n=len(GUARANTEES)),
        "phases_missing": Quantity(sum(map(len, silent.values())), "count", n=3 * len(groups)),
        "demand": Quantity(float(rows["units"].sum()) if len(rows) else None, "units", n=len(rows)),
        "peak_utilisation": Quantity(float(load["utilisation"].max()) if len(load) else None, "share", n=len(load)),
        "cost": Quantity(sum(costs) if costs else None, "currency", n=len(costs))}


def _reasons(study, filled, guarantees, groups) -> list[Reason]:
    found = []
    if not groups:
        found.append(reason(N_("No group of customers is decided: steps 1 and 2 come first."), level="missing"))
    open_ones = [n for n, pair in filled.items() if _status(*pair) == INCOMPLETE]
    if open_ones:
        found.append(reason(N_("Contents of the plan with blanks: {contents}."), contents=list(open_ones)))
    over = dict(filled["8"][1]).get("activities beyond their capacity")
    if over:
        found.append(reason(N_("The plan asks more than these activities can do: {activities}."), activities=over.split(", ")))
    silent = missing_phases(study.table("communications"), groups)
    if silent:
        found.append(reason(N_("Groups that hear nothing before, during or after: {groups}."), groups=list(silent)))
    unnamed = [row["guarantee"] for row in guarantees if row["status"] == INCOMPLETE]
    if unnamed:
        found.append(reason(N_("Nobody answers yet, with a date, for {n} of the four guaranteed items."), n=len(unnamed)))
    return found
