"""Step 4: project the goal and the level of service to guarantee (S2:L230-236; method.md 6)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, about, reason
from svcnb.i18n import N_
from svcnb.methods.goals import combine_goal, ns_of_goals
from svcnb.steps.answers import assigned, desired_table, read_survey
from svcnb.steps.baselines import Wanted, read_baselines, usual_goal
from svcnb.steps.economics import (
    economics_tables,
    loss_table,
    read_economics,
    rival_levels,
    stage_multiplier,
    stage_table,
)
from svcnb.steps.payoff import (
    bounds_table,
    checked_rules,
    flip_tables,
    goal_rules,
    parity_tables,
    told_of_rules,
)
from svcnb.steps.step import Proposal, Quantity, overlay
from svcnb.steps.volume import group_of_customers, groups_in_force

TITLE = N_("Goals")
QUESTION = N_("Which service do we commit to, and how surely?")
ENDS_IN = N_("the goal sheet: a value and a level to guarantee for each group and measure")
TABLES = ("customers", "orders", "order_lines", "returns", "complaints", "status_events", "status_queries",
          "special_requests", "service_calls", "warranty_claims", "survey_respondents", "survey_importance",
          "survey_satisfaction", "components", "competitors", "competitor_ratings", "service_curve", "inventory_case",
          "design_options", "behaviour", "life_cycle")
AFTER = ("diagnosis", "segmentation", "characterisation", "demand")
WANTED = ("competitor_ratings", "service_curve", "inventory_case", "design_options", "behaviour")
USUAL = ("M2", "M11")  # measures of a goal sheet when nobody chose any: on time and complete
EVIDENCED_BY = {  # method.md 1.3: the measures that evidence a component
    "C1": ("M6", "M8"), "C2": ("M11",), "C4": ("M6", "M14"), "C5": ("M12", "M13", "M14"), "C7": ("M3", "M11"),
    "C8": ("M1", "M4", "M5", "M7", "M13"), "C9": ("M1", "M2", "M9"), "C10": ("M10",)}
OPERATORS = ("<=", ">=", "=", "range")
GOALS = ["group_id", "group", "measure_id", "name", "operator", "value", "unit", "aggregation", "level", "proposed",
         "baseline", "low", "high", "n", "competitor", "floor", "expected", "desired", "capability", "sl_eco", "base", "rule",
         "gap", "price_of_competing", "wanted", "for_all", "owner", "evidence"]
NUMBERS = ("level", "proposed", "baseline", "low", "high", "competitor", "floor", "expected", "desired", "capability",
           "sl_eco", "base", "gap", "price_of_competing")


@dataclass(frozen=True)
class Parameters:
    """``assumed_level`` stands where nothing is known (0 to 1); ``theory_a`` and ``theory_b`` of revenue a sqrt(SL) and
    cost b SL² (SL in per cent), 0 for none; ``life_cycle`` applies its multipliers.
    """

    assumed_level: float = 0.90
    theory_a: float = 0.0
    theory_b: float = 0.0
    life_cycle: bool = True

    def __post_init__(self):
        if not 0 < self.assumed_level <= 1:
            raise ParameterError(N_("{name} = {value} must lie between {low} and {high}."), name="goals.assumed_level",
                                 value=self.assumed_level, low=0, high=1)
        if self.theory_a < 0 or self.theory_b < 0:
            raise ParameterError(N_("{name} must not be negative."), name="goals.theory_a, goals.theory_b")


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """The goal sheet: for each group and measure a value and the level to guarantee, with what it rests on."""
    diagnosis, segmentation = decisions.get("diagnosis", {}), decisions.get("segmentation", {})
    groups = groups_in_force(decisions) or {"G1": {"name": "all", "segment_id": ""}}
    measures = tuple(diagnosis.get("measures") or USUAL)
    group_of = _group_of(study, segmentation, groups)
    survey = read_survey(study, segmentation)
    desired = desired_table(survey).set_index(["segment_id", "component_id"])["desired"]
    wanted = Wanted(measures, diagnosis.get("aggregation") or "order", decisions.get("goals", {}).get("goals") or {},
                    desired, groups)
    baselines = read_baselines(study, group_of, wanted)
    economics, reasons = read_economics(study, parameters)
    rivals = {g: rival_levels(study, row.get("segment_id", "")) for g, row in groups.items()}
    stages = stage_table(study)
    multiplier = stage_multiplier(stages) if parameters.life_cycle else 1.0
    rules = goal_rules(groups, decisions.get("goals", {}).get("rules"))
    improve = {m for c in decisions.get("demand", {}).get("improve") or () for m in EVIDENCED_BY.get(c, ())}
    rows = [_goal_row(g, m, wanted, baselines, rivals[g], economics, multiplier, improve, parameters, rules[g]["rule"])
            for g in groups for m in measures]
    table = pd.DataFrame(rows, columns=GOALS).astype(dict.fromkeys(NUMBERS, float))
    extra, quantities = economics_tables(economics)
    pairs, more, out_of_reach = parity_tables(study, groups, rivals)
    flips, sure = flip_tables(extra)
    bounds = bounds_table(table, groups, rivals, rules, economics)
    extra |= {**pairs, **flips, "bounds": bounds, "stages": stages, "losses": loss_table(study, groups)}
    quantities |= {**more, **sure, **_ns_quantities(table)}
    if len(stages) and parameters.life_cycle:
        quantities["life_cycle_multiplier"] = Quantity(multiplier, "index", n=len(stages), evidence="expert")
    reasons = [*about("optimum", [*reasons, *out_of_reach, *told_of_rules(rules, bounds)]), *_told(table, groups, rivals)]
    goals = {f"{r.group_id}:{r.measure_id}": {"operator": r.operator, "value": r.value, "unit": r.unit,
                                              "aggregation": r.aggregation, "level": r.proposed, "owner": ""}
             for r in table.itertuples()}
    missing = tuple(name for name in WANTED if not study.has(name))
    return Proposal(quantities, {"goals": table, **extra}, {"goals": goals, "rules": goal_rules(groups, None)},
                    tuple(reasons), missing, _weakest(table))


def _group_of(study, segmentation, groups) -> pd.Series:
    """group_id by customer_id; without segments every customer is in the only group."""
    segment_of = assigned(study, segmentation)
    if len(segment_of):
        return group_of_customers(segment_of, groups, study)
    customers = study.table("customers")["customer_id"]
    return pd.Series(next(iter(groups)), index=customers, dtype=object) if len(groups) == 1 else pd.Series(dtype=object)


def _goal_row(group, measure, wanted, baselines, rivals, economics, multiplier, improve, parameters, by) -> dict:
    form, today = wanted.form(group, measure), baselines.of(group, measure)
    rival = rivals.loc[measure] if measure in rivals.index else None
    known = {
        "baseline": today.value, "capability": today.value, "sl_eco": economics.level_of(measure),
        "competitor": None if rival is None else _number(rival["competitor"]),
        "floor": None if rival is None else _number(rival["floor"]), "expected": wanted.expected_level(group, measure)}
    try:
        goal = combine_goal(**known, by=by, multiplier=multiplier)
        level, base, rule, evidence = goal.level, goal.base, goal.rule, goal.evidence
        evidence = _evidence(goal, rival, economics)
    except NotComputable:
        level, base, rule, evidence = parameters.assumed_level, None, "assumed", "assumed"
    chosen = wanted.chosen.get(f"{group}:{measure}", {})
    force = float(chosen.get("level") or round(level, 4))
    gap = None if today.value is None else max(0.0, force - today.value)
    return {
        "group_id": group, "group": wanted.groups[group].get("name", group), "measure_id": measure, "name": today.name,
        **form, "level": force, "proposed": round(level, 4), "baseline": today.value, "low": today.low, "high": today.high,
        "n": today.n, "competitor": known["competitor"], "floor": known["floor"], "expected": known["expected"],
        "desired": wanted.desired_value(group, measure), "capability": today.value, "sl_eco": known["sl_eco"], "base": base,
        "rule": rule, "gap": gap, "price_of_competing": economics.price_of(measure, force),
        "wanted": measure in improve, "for_all": today.for_all, "owner": str(chosen.get("owner", "")), "evidence": evidence}


def _evidence(goal, rival, economics) -> str:
    if goal.rule in ("competitor", "floor") and rival is not None:
        return str(rival["source"])
    return "survey" if goal.rule == "expected" else economics.evidence if goal.rule == "sl_eco" else \
        "expert" if goal.rule == "life_cycle" else goal.evidence


def _number(value) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _ns_quantities(table) -> dict[str, Quantity]:
    out = {}
    for group, rows in table.groupby("group_id", sort=False):
        out[f"ns_goal_{group}"] = Quantity(ns_of_goals(rows["level"]), "share", n=len(rows), evidence=_weakest(rows))
    return out


def _weakest(table) -> str:
    order = ("data", "survey", "expert", "assumed")
    return max(table["evidence"], key=order.index) if len(table) else "assumed"


def _told(table, groups, rivals) -> list:
    out = []
    gaps = table[table["gap"].fillna(0) > 1e-9]
    if len(gaps):
        out.append(reason(N_("{n} of {total} goals lie above what is reached today: they are published when step 6 says how "
                             "the gap is closed."), n=len(gaps), total=len(table)))
    whole = table[table["for_all"]]["measure_id"].drop_duplicates().tolist()
    if whole:
        out.append(reason(N_("Measured for all customers together, because a group has too few cases or none can be told "
                             "apart: {measures}."), measures=list(whole), level="info"))
    unmeasured = table[table["baseline"].isna()]["measure_id"].drop_duplicates().tolist()
    if unmeasured:
        out.append(reason(N_("Not measured today: {measures}. Their level rests on others' or is assumed."),
                          measures=list(unmeasured), level="missing"))
    assumed = table[table["rule"].isin(["assumed"])]["measure_id"].drop_duplicates().tolist()
    if assumed:
        out.append(reason(N_("Nothing is known about {measures}: a level is assumed until it is."),
                          measures=list(assumed), level="missing"))
    today = table[table["rule"] == "baseline"]["measure_id"].drop_duplicates().tolist()
    if today:
        out.append(reason(N_("No competitor and no cost of service are known for {measures}: today's level, rounded up, "
                             "stands for the goal."), measures=list(today), level="missing"))
    if (table["level"] >= 1 - 1e-9).any():
        out.append(reason(N_("A guarantee of 100 % cannot be kept: leave room for what nobody controls.")))
    low = table[table["level"] > table["expected"] + 1e-9]["measure_id"].drop_duplicates().tolist()
    if low:
        out.append(reason(N_("More is guaranteed than customers expect: {measures}."), measures=list(low)))
    if not any(len(frame) for frame in rivals.values()):
        out.append(reason(N_("No competitor's level is known: the goals do not answer to anybody."), level="missing"))
    return out


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The goal sheet in force: people's goals over the proposed ones, key by key."""
    given = chosen.get("goals") or {}
    if not isinstance(given, dict):
        raise ParameterError(N_("{name} must be goals by group and measure."), name="goals.goals")
    goals = {key: dict(goal) for key, goal in proposal.decision.get("goals", {}).items()}
    for key, goal in given.items():
        if goal is None:  # a goal that people struck out
            goals.pop(key, None)
            continue
        if ":" not in key or not isinstance(goal, dict):
            raise ParameterError(N_("{name} must be goals by group and measure."), name=f"goals.goals {key}")
        goals[key] = checked_goal(key, overlay(goals.get(key) or usual_goal(key.split(":")[1]), goal))
    rules = checked_rules(chosen.get("rules"), proposal.decision.get("rules", {}))
    return {**overlay(proposal.decision, chosen), "goals": goals, "rules": rules}


def checked_goal(key: str, goal: dict) -> dict:
    """A goal that step 5 can read, or the rule it breaks."""
    level, value = goal.get("level"), goal.get("value")
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 < level <= 1:
        raise ParameterError(N_("{key}: the level to guarantee must lie above 0 and up to 1; it is {level}."), key=key,
                             level=str(level))
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float, list, tuple))):
        raise ParameterError(N_("{key}: the value must be a number; it is {value}."), key=key, value=str(value))
    if goal.get("operator", "<=") not in OPERATORS:
        raise ParameterError(N_("{key}: the operator must be one of {known}; it is {operator}."), key=key,
                             known=", ".join(OPERATORS), operator=str(goal.get("operator")))
    return goal
