"""Step 3: study the demand for customer service (estudiar la demanda, S2:L215-228)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from svcnb.errors import ParameterError, about, reason
from svcnb.i18n import N_
from svcnb.measures.ordered import sum_orders
from svcnb.steps.answers import (
    ALL,
    assigned,
    assumed_importance,
    desired_table,
    distance_tables,
    importance_table,
    read_survey,
    sample_table,
    window_tables,
)
from svcnb.steps.step import Proposal, Quantity, overlay
from svcnb.steps.volume import (
    composition_table,
    forecast_tables,
    group_of_customers,
    groups_in_force,
    volume_quantities,
)

TITLE = N_("Demand")
QUESTION = N_("What do customers want and not receive?")
ENDS_IN = N_("which components step 4 must move, and how much demand to expect")
TABLES = ("customers", "orders", "order_lines", "components", "survey_respondents", "survey_importance",
          "survey_satisfaction", "competitor_ratings", "expert_answers", "demand_history", "method_scores", "market",
          "group_rates")
AFTER = ("segmentation", "characterisation", "sample")
WANTED = ("survey_respondents", "survey_importance", "survey_satisfaction", "demand_history", "market")


@dataclass(frozen=True)
class Parameters:
    """``target`` satisfaction to reach (0 to 10); ``n_resamples`` of respondents; ``sample_error`` of the whole and
    ``segment_error`` of a segment's result (shares); ``confidence``; ``response_rate`` of invitations; ``weights`` of
    cost, precision, weakness, resources, application; ``horizon`` periods ahead; ``equilibrium`` distance that counts
    as none.
    """

    target: float = 10.0
    n_resamples: int = 1000
    confidence: float = 0.95
    sample_error: float = 0.05
    segment_error: float = 0.10
    response_rate: float = 0.6
    weights: tuple = (0.15, 0.35, 0.15, 0.15, 0.20)
    horizon: int = 6
    equilibrium: float = 0.5

    def __post_init__(self):
        for name, low, high in (("target", 0, 10), ("n_resamples", 0, 20_000), ("confidence", 0.5, 0.999),
                                ("sample_error", 0.001, 0.5), ("segment_error", 0.001, 0.5), ("response_rate", 0.01, 1),
                                ("horizon", 1, 60), ("equilibrium", 0, 10)):
            if not low <= getattr(self, name) <= high:
                raise ParameterError(N_("{name} = {value} must lie between {low} and {high}."), name=f"demand.{name}",
                                     value=getattr(self, name), low=low, high=high)
        if len(self.weights) != 5 or min(self.weights) < 0 or abs(sum(self.weights) - 1) > 1e-6:
            raise ParameterError(N_("{name} must be five weights that sum to 1."), name="demand.weights")


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """The customer window of each segment, the sample, the demand and its forecast, the distance to what is expected."""
    chosen = decisions.get("demand", {})
    survey = read_survey(study, decisions.get("segmentation", {}))
    seed = int(study.settings.seed)
    windows, reasons = window_tables(
        survey, importance_cut=chosen.get("importance_cut"), satisfaction_cut=chosen.get("satisfaction_cut"),
        target=parameters.target, n_resamples=parameters.n_resamples, seed=seed)
    reasons = about("window", reasons)
    importance, differing = importance_table(survey, parameters.n_resamples, seed)
    evidence = "survey"
    if importance.empty:
        importance, evidence = assumed_importance(survey, study.table("expert_answers"))
        reasons.append(reason(N_("No survey on importance: the experts shared out the points."), level="missing")
                       if evidence == "expert" else
                       reason(N_("No survey on importance: equal weights are assumed for all components."),
                              level="missing"))
    if windows["window"].empty:
        reasons += about("window", [reason(N_(
            "No survey on satisfaction: the customer window cannot be drawn. Ask at least 30 customers how important each "
            "component is and how well it is given."), level="missing")])
    if differing:
        reasons += about("window", [reason(N_("Segments want different things: their importance differs on {components}."),
                                           components=differing, level="info")])
    segment_of = assigned(study, decisions.get("segmentation", {}))
    groups = groups_in_force(decisions)
    ordered = sum_orders(study, group_of_customers(segment_of, groups, study))
    composition, told = composition_table(study, groups, ordered)
    volume, more = volume_quantities(study, composition, ordered)
    forecasts, next_period, method, last = forecast_tables(
        study, ordered, horizon=parameters.horizon, weights=parameters.weights, method=chosen.get("method"))
    sample, asked, short = sample_table(survey, segment_of, as_decided(parameters, decisions.get("sample", {})))
    distances, apart, unasked = distance_tables(study, survey, importance, parameters.equilibrium)
    reasons += [*told, *more, *last, *short, *unasked]
    quantities = {**_survey_quantities(survey, windows), **asked, **apart, **volume, **next_period}
    tables = {**windows, "importance": importance, "sample": sample, "composition": composition, **forecasts,
              "distance": distances, "desired": desired_table(survey)}
    approach = "decomposition" if composition.empty and "decomposition_total" in volume else "composition"
    decision = {"approach": approach, "method": method, "improve": improve_first(windows["window"]),
                "importance_cut": None, "satisfaction_cut": None}
    missing = tuple(name for name in WANTED if not study.has(name))
    return Proposal(quantities=quantities, tables=tables, decision=decision, reasons=tuple(reasons), missing=missing,
                    evidence=evidence)


def as_decided(parameters: Parameters, sample: dict) -> Parameters:
    """The parameters with the error, confidence and response rate that step ``sample`` decided."""
    if not sample:
        return parameters
    error = {"segment_error" if sample["method"] == "per_stratum" else "sample_error": float(sample["error"])}
    return replace(parameters, confidence=float(sample["confidence"]), response_rate=float(sample["response_rate"]), **error)


def improve_first(window) -> list[str]:
    """Components wanted and not received in any segment (in the whole when there are no segments), by priority."""
    rows = window[window["quadrant"] == "A"]
    own = rows[rows["segment_id"] != ALL]
    rows = own if len(window[window["segment_id"] != ALL]) else rows
    best = rows.groupby("component_id", sort=False)["priority"].max()
    return best.sort_values(ascending=False, kind="stable").index.tolist()


def _survey_quantities(survey, windows) -> dict[str, Quantity]:
    answered = len(survey.respondents)
    out = {"respondents": Quantity(answered, "count", n=answered, evidence="survey" if answered else "assumed")}
    cuts, window = windows["window_cuts"], windows["window"]
    for row in cuts.itertuples():
        suffix = "" if row.segment_id == ALL else f"_{row.segment_id}"
        out[f"weighted_satisfaction{suffix}"] = Quantity(row.weighted_satisfaction, "score", n=row.n, evidence="survey")
        wanted = int(((window["segment_id"] == row.segment_id) & (window["quadrant"] == "A")).sum())
        out[f"wanted_not_received{suffix}"] = Quantity(wanted, "count", n=row.n, evidence="survey")
    return out


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The decision in force; refuses what step 4 could not read."""
    decision = overlay(proposal.decision, chosen)
    if decision["approach"] not in ("composition", "decomposition"):
        raise ParameterError(N_("{name} = {value} is not one of {known}."), name="demand.approach",
                             value=decision["approach"], known="composition, decomposition")
    if not isinstance(decision["improve"], (list, tuple)):
        raise ParameterError(N_("{name} must be a list of components."), name="demand.improve")
    for key in ("importance_cut", "satisfaction_cut"):
        value = decision[key]
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0):
            raise ParameterError(N_("{name} must be a number or nothing (the default rule)."), name=f"demand.{key}")
    return decision
