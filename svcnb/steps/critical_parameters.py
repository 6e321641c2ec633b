"""Step 6, the critical parameters: experts, agreement, force field, balance, magnitudes (method 8).

"Aquellos problemas cuya solución contribuye a alcanzar los objetivos" (S2:L330): the few valves that decide
whether the goals are met, each with a number, a unit and somebody who answers for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, reason
from svcnb.i18n import N_
from svcnb.methods.balance import TABLE as BALANCE
from svcnb.methods.balance import balance_activities
from svcnb.methods.concordance import kendall_w
from svcnb.methods.experts import competence, panel_size
from svcnb.methods.forcefield import TABLE as FORCES
from svcnb.methods.forcefield import analyse_forces
from svcnb.steps import parameter_table
from svcnb.steps.feasibility import JUDGED, judge_goals, split_goals
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Critical parameters")
QUESTION = N_("Which few parameters decide whether the goals are met?")
ENDS_IN = N_("Each critical parameter with its magnitude today and required, its unit and who answers for it; which goals "
             "can be met.")
TABLES = ("experts", "expert_answers", "forces", "parameters", "activities", "norms", "services", "service_demand",
          "stock_items", "projects", "queue_params", "information_maturity", "components", "customers", "orders", "order_lines",
          "returns", "complaints", "status_events", "status_queries", "special_requests", "service_calls",
          "warranty_claims", "survey_satisfaction")
AFTER = ("segmentation", "characterisation", "demand", "goals", "organisation")

EXPERTS = ["expert_id", "name", "kc", "ka", "competence", "level", "keep"]
RANKS = ["expert_id", "item_id", "name", "rank", "place", "rank_sum", "dissenter", "w", "p_value", "significant", "m"]
CONCORDANCE = ["expert_id", "w", "change", "dissenter"]
CANDIDATES = ["source", "item_id", "name", "goal_id", "size", "unit"]


_TRUTH = {text: truth for truth, text in JUDGED.items()}


@dataclass(frozen=True)
class Parameters:
    """``ranking`` says whether the experts' values are ranks (1 first) or ratings (high first); ``confidence`` sizes the
    panel; W from ``threshold`` on counts as agreement; ``head`` of the force carries the critical set, from
    ``least_strength`` on."""

    ranking: str = "ranks"
    confidence: float = 0.95
    threshold: float = 0.50
    head: float = 0.80
    least_strength: float = 3.0
    n_permutations: int = 10_000

    def __post_init__(self):
        if self.ranking not in ("ranks", "ratings"):
            raise ParameterError(N_("{name} = {value} is not known; write one of {allowed}."), name="ranking",
                                 value=str(self.ranking), allowed="ranks, ratings")
        for name, low, high in (("confidence", 0.5, 0.999), ("threshold", 0, 1), ("head", 0.1, 1),
                                ("least_strength", 1, 5), ("n_permutations", 0, 1_000_000)):
            if not low <= getattr(self, name) <= high:
                raise ParameterError(N_("{name} = {value} is not between {low} and {high}."), name=name,
                                     value=getattr(self, name), low=low, high=high)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Competence, agreement, forces, balance and the parameter table."""
    said = decisions.get("critical_parameters") or {}
    chosen = _readable(said.get("parameters"))
    reasons, missing = [], [name for name in ("experts", "expert_answers", "forces", "parameters", "activities", "norms",
                                              "service_demand", "stock_items") if not study.has(name)]
    experts, weights, quantities = _experts(study, parameters, reasons)
    agreement = _agreement(study, weights, parameters, reasons, quantities)
    balance, tables = _balance(study, reasons, quantities)
    order = {}
    if agreement is not None:
        place = agreement.rank_sums.rank(method="min")
        order = {item: (float(place[item]), float(agreement.rank_sums[item])) for item in place.index}
    built = parameter_table.build(study, decisions, balance, chosen, order)
    forces = _forces(study, weights, built.gaps, parameters, reasons, quantities)
    table = parameter_table.frame_of(built.rows)
    reasons += built.reasons
    open_ones = table[table["required"].isna()]["name"].tolist()
    if open_ones:
        reasons.append(reason(N_("No magnitude is required yet of: {names}. A parameter without number, unit and owner "
                                 "cannot be followed."), names=list(open_ones)))
    if table.empty:
        reasons.append(reason(N_("No parameter is known yet: write the few that decide whether the goals are met, with "
                                 "unit, magnitude and owner."), level="missing"))
    judged = judge_goals(built.gaps, built.rows, study.table("projects"), _readable(said.get("goals")),
                         study.settings.period_end)
    _tell(judged, reasons, quantities)
    quantities["parameters"] = Quantity(len(table), "count", evidence="expert")
    quantities["parameters_without_magnitude"] = Quantity(len(open_ones), "count", evidence="expert")
    tables |= {"experts": experts, "ranks": _ranks(study, agreement), "concordance": _without_each(agreement),
               "forces": forces, "parameters": table, "stock": built.stock, "gaps": built.gaps, "goals_judged": judged,
               "candidates": _candidates(study, decisions, built, balance)}
    if len(built.stock):
        quantities["safety_stock"] = Quantity(float(built.stock["safety_stock"].sum()), "units", len(built.stock))
    decision = {"parameters": {row["parameter_id"]: {
        "name": row["name"], "unit": row["unit"], "current": row["current"], "required": row["required"],
        "computed": row["computed"], "goal_id": row["goal_id"], "owner": row["owner"], "feasible": row["said"]}
        for row in built.rows}, "goals": {row.goal_id: {"judged": _TRUTH[row.feasible], "feasible": None}
                                          for row in judged.itertuples()}}
    evidence = "expert" if agreement is not None or len(forces) and forces["strength"].notna().any() else "assumed"
    return Proposal(quantities, tables, decision, tuple(reasons), tuple(missing), evidence)


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The parameters in force and the goals judged; people may change each and add parameters of their own."""
    for key in chosen:
        if key not in ("parameters", "goals"):
            raise ParameterError(N_("Step 6 has no decision {key}; it has parameters and goals."), key=str(key))
        if not isinstance(chosen[key], dict) or not all(isinstance(row, dict) for row in chosen[key].values()):
            raise ParameterError(N_("{key} is given by id, each with its values."), key=key)
    proposed, given = proposal.decision.get("parameters", {}), chosen.get("parameters", {})
    merged = {}
    for key in [*proposed, *(k for k in given if k not in proposed)]:
        row = {"name": key, "unit": "", "current": None, "required": None, "computed": None, "goal_id": "", "owner": "",
               "feasible": None}
        row |= proposed.get(key, {}) | given.get(key, {})
        if key in given and given[key].get("required") is not None \
                and given[key].get("computed") == given[key]["required"]:
            row["required"] = proposed.get(key, row)["required"]  # saved as it was computed: it stays computed
        row["computed"] = proposed.get(key, {}).get("computed")
        merged[key] = _checked(row)
    judged, said = proposal.decision.get("goals", {}), chosen.get("goals", {})
    goals = {}
    for goal in judged:  # what was said of a goal that step 4 has dropped falls with it
        feasible = said.get(goal, {}).get("feasible")
        _refuse_truth(feasible, goal)
        goals[goal] = {**judged[goal], "feasible": feasible}
    return overlay(proposal.decision, {"parameters": merged, "goals": goals})


def _checked(row: dict) -> dict:
    """A parameter that step 7 can read, or the rule it breaks."""
    for name in ("current", "required"):
        value = row[name]
        if value is not None and not _is_number(value):
            raise ParameterError(N_("{name} of {parameter} must be a number, not {value}."), name=name,
                                 parameter=str(row["name"]), value=str(value))
    _refuse_truth(row["feasible"], row["name"])
    row["goal_id"] = "" if row["goal_id"] is None else row["goal_id"]
    for goal in split_goals(row["goal_id"]) if isinstance(row["goal_id"], str) else [row["goal_id"]]:
        if not isinstance(goal, str) or not re.fullmatch(r"[^:\s][^:]*:M([1-9]|1[0-4])", goal):
            raise ParameterError(N_("{parameter}: {goal} is no goal; write group and measure, G1:M2, several parted by ;"),
                                 parameter=str(row["name"]), goal=str(goal))
    return row


def _refuse_truth(value, name) -> None:
    if not (value is None or isinstance(value, bool)):
        raise ParameterError(N_("feasible of {parameter} is yes, no or not judged, not {value}."), parameter=str(name),
                             value=str(value))


def _readable(chosen) -> dict:
    """Records that people chose, without the values that ``decide`` refuses."""
    if not isinstance(chosen, dict):
        return {}
    rules = {"current": _is_number, "required": _is_number, "feasible": lambda v: isinstance(v, bool),
             "goal_id": lambda v: isinstance(v, str)}
    return {key: {name: value for name, value in row.items() if rules.get(name, lambda v: True)(value)}
            for key, row in chosen.items() if isinstance(row, dict)}


def _tell(judged, reasons, quantities) -> None:
    """How many goals can be met; the loop to step 4 with the parameters that hold it."""
    n = len(judged)
    for name, text in (("goals_feasible", "yes"), ("goals_not_feasible", "no"), ("goals_not_judged", "not judged")):
        quantities[name] = Quantity(int((judged["feasible"] == text).sum()), "count", n)
    out = judged[judged["feasible"] == "no"]
    if len(out):
        reasons.append(reason(N_("Goals that cannot be met as it is; raise what falls short, or ask for less in step 4: "
                                 "{goals}."), goals=out["goal_id"].tolist()))


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and bool(np.isfinite(value))


def _experts(study, parameters, reasons):
    """The panel with its competence; without the table every expert who answered weighs the same."""
    people = study.table("experts")
    empty = pd.DataFrame(columns=EXPERTS)
    if people.empty:
        reasons.append(reason(N_("No expert is described: those who answered weigh alike, and their competence is not "
                                 "known."), level="missing"))
        return empty, None, {}
    try:
        panel = competence(people, needed=panel_size(confidence=parameters.confidence).needed)
    except NotComputable as error:
        reasons.append(error.reason)
        return empty, None, {}
    reasons += list(panel.warnings)
    names = people["name"].where(people["name"].notna(), people["expert_id"]).astype(str)
    table = panel.table.assign(name=names.to_numpy()).rename(columns={"k": "competence"})[EXPERTS]
    quantities = {"experts_kept": Quantity(len(panel.kept), "count", len(table), evidence="expert"),
                  "experts_needed": Quantity(panel.needed, "count", evidence="expert")}
    return table, panel.weights, quantities


def _answers(study, topic, weights) -> pd.DataFrame:
    """Experts x items of the last round; only the experts who are kept, where that is known."""
    answers = study.table("expert_answers")
    rows = answers[(answers["topic"] == topic) & answers["value"].notna()]
    if weights:
        rows = rows[rows["expert_id"].isin(list(weights))]
    if rows.empty:
        return pd.DataFrame()
    last = rows.sort_values("round", kind="stable").drop_duplicates(["expert_id", "item_id"], keep="last")
    return last.pivot(index="expert_id", columns="item_id", values="value").astype(float)


def _agreement(study, weights, parameters, reasons, quantities):
    ratings = _answers(study, "parameters", weights)
    if ratings.empty:
        reasons.append(reason(N_("No expert ranked the parameters: their order is that of the list."), level="missing"))
        return None
    try:
        found = kendall_w(ratings, higher_is_better=parameters.ranking == "ratings", seed=int(study.settings.seed or 0),
                          n_permutations=parameters.n_permutations, alpha=study.settings.alpha, threshold=parameters.threshold)
    except NotComputable as error:
        reasons.append(error.reason)
        return None
    reasons += list(found.warnings)
    if not found.consensus:
        reasons.append(reason(N_("The experts do not agree (W = {w:2}): let them discuss and rank again."), w=found.w))
    quantities["concordance"] = Quantity(found.w, "index", found.m, evidence="expert")
    quantities["concordance_needed"] = Quantity(parameters.threshold, "index", evidence="assumed")
    quantities["concordance_p"] = Quantity(found.p_value, "index", found.m, evidence="expert")
    if len(found.leave_one_out) and found.dissenters:
        quantities["concordance_without"] = Quantity(float(found.leave_one_out[found.dissenters[0]]), "index", found.m - 1,
                                                     evidence="expert")
    return found


def _ranks(study, found) -> pd.DataFrame:
    """One row an expert and item, the items in the order of their rank sums."""
    if found is None:
        return pd.DataFrame(columns=RANKS)
    listed = study.table("parameters")
    names = dict(zip(listed["parameter_id"].astype(str), listed["name"].astype(str), strict=True))
    order = found.rank_sums.sort_values(kind="stable")
    places = found.rank_sums.rank(method="min")
    rows = [(expert, item, names.get(item, item), float(found.ranks.loc[expert, item]), float(places[item]), float(total),
             expert in found.dissenters, found.w, found.p_value, found.significant, found.m)
            for item, total in order.items() for expert in found.ranks.index]
    return pd.DataFrame(rows, columns=RANKS)


def _without_each(found) -> pd.DataFrame:
    if found is None or found.leave_one_out.empty:
        return pd.DataFrame(columns=CONCORDANCE)
    rows = [(expert, float(w), float(w - found.w), expert in found.dissenters) for expert, w in found.leave_one_out.items()]
    return pd.DataFrame(rows, columns=CONCORDANCE)


def _forces(study, weights, gaps, parameters, reasons, quantities) -> pd.DataFrame:
    listed = study.table("forces")
    columns = ["force_id", "text", "goal_id", *FORCES[1:]]
    if listed.empty:
        reasons.append(reason(N_("No force is listed: write what drives and what restrains the goals."), level="missing"))
        return pd.DataFrame(columns=columns)
    ratings = _answers(study, "forces", weights)
    ratings = ratings[[c for c in ratings if c in set(listed["force_id"])]] if len(ratings) else ratings
    by_id = listed.set_index("force_id")
    linked = None
    if len(gaps):
        gap_of = gaps.dropna(subset="gap").set_index("goal_id")["gap"]  # a goal that is not measured is not judged
        linked = {force: gap_of[goal] > 1e-9 for force, goal in by_id["goal_id"].items() if goal in gap_of}
        if len(linked) == len(by_id) and not any(linked.values()):
            linked = None
            reasons.append(reason(N_("No force is linked to a goal with a gap: the critical set goes by strength alone."),
                                  level="info"))
    try:
        if ratings.empty:
            raise NotComputable(N_("No expert rated the forces."), fallback=N_("Let each expert rate every force 1 to 5."))
        field = analyse_forces(ratings, by_id["side"].to_dict(), weights=weights or None, linked=linked, head=parameters.head,
                               influenceability=by_id["influenceability"].dropna().astype(float).to_dict(),
                               least_strength=parameters.least_strength)
    except (NotComputable, ParameterError) as error:
        reasons.append(reason(error.template, **error.values))
        return pd.DataFrame(columns=columns)
    reasons += list(field.warnings)
    quantities["force_net"] = Quantity(field.net, "points", len(ratings), evidence="expert")
    quantities["force_ratio"] = Quantity(field.ratio, "share", len(ratings), evidence="expert")
    quantities["critical_forces"] = Quantity(len(field.critical), "count", len(field.table), evidence="expert")
    table = field.table.assign(text=field.table["force_id"].map(by_id["text"].fillna(by_id.index.to_series())),
                               goal_id=field.table["force_id"].map(by_id["goal_id"].fillna("")))
    return table[columns]


def _balance(study, reasons, quantities):
    """The balance of the period with the highest utilisation, and the utilisation of every period."""
    columns = {"balance": ["activity_id", "name", *BALANCE[1:], "period"],
               "balance_periods": ["period", "activity_id", "utilisation", "state"]}
    tables = {name: pd.DataFrame(columns=cols) for name, cols in columns.items()}
    activities, norms, demand = (study.table(n) for n in ("activities", "norms", "service_demand"))
    if activities.empty or norms.empty or demand.empty:
        reasons.append(reason(N_("No balance of load and capacity: it needs the activities, their norms and the demand for the "
                                 "services."), level="missing"))
        return None, tables
    found = []
    for period, rows in demand.groupby(demand["period"].astype(object).where(demand["period"].notna(), ""), sort=True):
        units = rows.groupby("service_id")["units"].sum()
        try:
            found.append((str(period)[:10], balance_activities(activities, norms, units)))
        except (NotComputable, ParameterError) as error:
            reasons.append(reason(error.template, **error.values))
            return None, tables
    period, worst = max(found, key=lambda pair: pair[1].table["utilisation"].max())
    reasons += list(worst.warnings)
    names = dict(zip(activities["activity_id"].astype(str), activities["name"].fillna(activities["activity_id"]).astype(str)))
    tables["balance"] = worst.table.assign(period=period, name=worst.table["activity_id"].astype(str).map(names))[
        columns["balance"]]
    tables["balance_periods"] = pd.concat([b.table.assign(period=p) for p, b in found], ignore_index=True)[
        columns["balance_periods"]]
    top = worst.table.loc[worst.table["utilisation"].idxmax()]
    quantities["largest_utilisation"] = Quantity(float(top["utilisation"]), "share", len(found))
    quantities["bottleneck"] = Quantity(names.get(worst.bottleneck, worst.bottleneck), "")
    if top["state"] == "infeasible":
        reasons.append(reason(N_("{activity} is loaded {share:%} of its capacity: the demand cannot be served as it is."),
                              activity=names.get(worst.bottleneck, worst.bottleneck), share=float(top["utilisation"])))
    return worst, tables


def _candidates(study, decisions, built, balance) -> pd.DataFrame:
    """Candidate problems that earlier steps found: window A, goals with a gap, tight activities."""
    components = study.table("components")
    names = dict(zip(components["component_id"].astype(str), components["name"].astype(str)))
    improve = (decisions.get("demand") or {}).get("improve") or []
    rows = [(N_("window: wanted and not received"), str(c), names.get(str(c), str(c)), "", None, "") for c in improve]
    gaps = built.gaps[built.gaps["gap"].fillna(0) > 1e-9].sort_values("gap", ascending=False)
    rows += [(N_("goal above what is reached"), r.measure_id, r.name, r.goal_id, r.gap, "share")
             for r in gaps.itertuples(index=False)]
    if balance is not None:
        tight = balance.table[balance.table["state"].isin(["tight", "infeasible"])]
        rows += [(N_("tight activity"), str(r.activity_id), str(r.activity_id), "", r.utilisation, "share")
                 for r in tight.itertuples()]
    return pd.DataFrame(rows, columns=CANDIDATES).astype({"size": float})
