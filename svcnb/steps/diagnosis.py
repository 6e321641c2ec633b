"""Diagnosis of today's service, before the seven steps: measures, fill rates, general level, competitors.

The fourteen measures (S2:L100-116), the aggregation of orders (S2:L123), the general level as a product
(S2:L118-120) beside the joint rate, and the competitors (S2:L125); method.md 2.2 to 2.5.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from svcnb import measures as measuring
from svcnb.errors import NotComputable, ParameterError, reason
from svcnb.i18n import N_
from svcnb.methods import levels
from svcnb.methods.fill import expected_order_fill
from svcnb.methods.intervals import wilson
from svcnb.steps.rivals import compare_with_competitors
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Diagnosis")
QUESTION = N_("How good is the service today, as customers receive it?")
ENDS_IN = N_("ends in: the measures that the goals will be set on")
TABLES = ("orders", "order_lines", "returns", "status_queries", "status_events", "special_requests", "service_calls",
          "complaints", "warranty_claims", "survey_respondents", "survey_satisfaction", "survey_importance",
          "components", "competitors", "competitor_ratings")
AFTER: tuple[str, ...] = ()
AGGREGATIONS = ("unit", "value", "line", "order", "customer")
WANTED = ("orders", "order_lines", "returns", "status_queries", "special_requests", "service_calls", "complaints",
          "warranty_claims", "survey_satisfaction", "competitor_ratings")
START_WITH = ("M1", "M8", "M11")  # time, quality, completeness: the measures of the source's example, S2:L118
FEW = 30
SHORT = {  # what an order that meets the measure is
    "M1": N_("within the cycle goal"), "M2": N_("on time"), "M3": N_("available from stock"), "M8": N_("without error"),
    "M9": N_("quick in transit"), "M11": N_("delivered complete")}
LEVELS = ["measure_id", "name", "short", "value", "n", "loss_share", "required", "feasible", "order_level", "order_value",
          "start", "end"]
GENERAL = ["k", "product", "geometric_mean", "target", "equal_level", "k_orders", "n", "joint", "joint_low",
           "joint_high", "product_orders", "lower", "upper"]


@dataclass(frozen=True)
class Parameters:
    """Goals of the measures (days, hours; ``top_box`` of 0 to 10 on ``treatment_component``); the promised window
    ``early_days`` before to ``late_days`` after, earlier counts as on time unless ``early_counts`` is false;
    ``supplier_reasons`` of returns; ``target`` of the general level; ``competitor_delta`` points that matter."""

    cycle_goal_days: float = 5.0
    transit_goal_days: float = 2.0
    early_days: float = 0.0
    late_days: float = 0.0
    early_counts: bool = True
    query_goal_hours: float = 4.0
    top_box: float = 8.0
    treatment_component: str = "C10"
    call_goal_hours: float = 48.0
    claim_goal_days: float = 10.0
    warranty_goal_days: float = 15.0
    supplier_reasons: tuple = ("defective", "wrong", "damaged")
    target: float = 0.95
    competitor_delta: float = 0.5

    def __post_init__(self):
        for name in ("cycle_goal_days", "transit_goal_days", "query_goal_hours", "call_goal_hours", "claim_goal_days",
                     "warranty_goal_days"):
            if not getattr(self, name) > 0:
                raise ParameterError(N_("{name} = {value} must be greater than 0."), name=f"diagnosis.{name}",
                                     value=getattr(self, name))
        for name, low, high in (("early_days", 0, 365), ("late_days", 0, 365), ("top_box", 0, 10),
                                ("competitor_delta", 0, 10), ("target", 0.01, 1)):
            if not low <= getattr(self, name) <= high:
                raise ParameterError(N_("{name} = {value} must lie between {low} and {high}."),
                                     name=f"diagnosis.{name}", value=getattr(self, name), low=low, high=high)
        known = ("surplus", "defective", "wrong", "damaged", "other")
        wrong = [cause for cause in self.supplier_reasons if cause not in known]
        if wrong:
            raise ParameterError(N_("{name} = {value} is not one of {known}."), name="diagnosis.supplier_reasons",
                                 value=str(wrong[0]), known=", ".join(known))

    @property
    def goals(self) -> dict:
        """The part that svcnb.measures takes."""
        return {name: value for name, value in asdict(self).items() if name in measuring.GOALS}


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Measure what the tables allow, propose the measures that enter the general level, compare with competitors."""
    chosen = decisions.get("diagnosis", {}).get("measures")
    table = measuring.service_levels(study, goals=parameters.goals)
    measured = table.loc[table["state"] == "measured", "measure_id"].tolist()
    proposed = propose_measures(measured)
    decision = {"measures": proposed, "aggregation": "order"}
    selected = chosen if isinstance(chosen, list) and chosen else proposed
    tables, quantities, reasons = {"measures": table}, {}, _missing_reasons(table)
    for row in table[table["state"] == "measured"].itertuples():
        quantities[f"level_{row.measure_id}"] = Quantity(row.value, "share", n=int(row.n), low=row.low, high=row.high)
    few = [row.measure_id for row in table.itertuples() if row.state == "measured" and row.n < FEW]
    if few:
        reasons.append(reason(N_("{measures} rest on fewer than {n} cases: read them as a hint."), n=FEW,
                              measures=list(few)))
    for part in (_fill(study), _returns(study, parameters), _general(study, table, selected, parameters),
                 compare_with_competitors(study, table, parameters.competitor_delta)):
        tables, quantities = tables | part[0], quantities | part[1]
        reasons += part[2]
    reasons += _double_counts(selected)
    others = [measure for measure in measured if measure not in selected]
    if others:
        reasons.append(reason(N_("{measures} are measured and do not enter the general level: proposed are those that "
                                 "each order meets or not, each thing once."), level="info",
                              measures=list(others)))
    missing = tuple(name for name in WANTED if not study.has(name))
    if not measured:
        reasons.append(reason(N_("Nothing is measured, so the measures of the source's example are proposed (time, "
                                 "quality, completeness): begin by recording what they need."), level="missing"))
    return Proposal(quantities, tables, decision, tuple(reasons), missing, "data" if measured else "assumed")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The measures that enter the general level and how orders are counted, checked."""
    unknown = [key for key in chosen if key not in ("measures", "aggregation")]
    if unknown:
        raise ParameterError(N_("The diagnosis has no decision {key}; it has measures and aggregation."), key=unknown[0])
    decision = overlay(proposal.decision, chosen)
    selected = decision.get("measures", [])
    if not isinstance(selected, list | tuple) or ("measures" in chosen and not selected):
        raise ParameterError(N_("Choose at least one measure, for example M1."))
    wrong = [measure for measure in selected if measure not in measuring.MEASURES]
    if wrong:
        raise ParameterError(N_("There is no measure {measure}; measures are M1 to M14."), measure=str(wrong[0]))
    if decision.get("aggregation", "order") not in AGGREGATIONS:
        raise ParameterError(N_("{name} = {value} is not one of {known}."), name="diagnosis.aggregation",
                             value=str(decision["aggregation"]), known=", ".join(AGGREGATIONS))
    return {**decision, "measures": list(dict.fromkeys(selected))}


def propose_measures(measured) -> list[str]:
    """What should enter the general level: what each order meets or not, each thing once.

    On these the joint rate can be counted, and a product of three or four says more than one of twelve
    (method.md A-06). Without two of them everything measured enters; without any measure the three of
    the source's example.

    Examples
    --------
    >>> propose_measures(["M1", "M2", "M3", "M8", "M11", "M13"])
    ['M2', 'M8', 'M11']
    """
    on_orders = without_double_counts([m for m in measured if m in measuring.ORDER_MEASURES])
    return on_orders if len(on_orders) > 1 else without_double_counts(measured) or list(START_WITH)


def without_double_counts(measured) -> list[str]:
    """The measures without the second of a pair that counts the same thing (method.md A-04, A-05).

    Examples
    --------
    >>> without_double_counts(["M1", "M3", "M9", "M13"])
    ['M1', 'M3', 'M13']
    """
    measured = list(measured)
    drop = {second for first, second in measuring.DOUBLE_COUNTS if first in measured and second in measured}
    return [measure for measure in measured if measure not in drop]


def _double_counts(selected) -> list:
    return [reason(N_("{first} and {second} both enter the product: they count nearly the same failures twice."),
                   first=first, second=second)
            for first, second in measuring.DOUBLE_COUNTS if first in selected and second in selected]


def _missing_reasons(table: pd.DataFrame) -> list:
    """One reason for each set of missing columns, naming the measures they would give."""
    rows = table[table["state"] != "measured"]
    reasons = [reason(N_("{measures} not measured: no values in {columns}."), measures=list(group["measure_id"]),
                      columns=str(columns), level="missing")
               for columns, group in rows[rows["missing"] != ""].groupby("missing", sort=False)]
    for text, group in rows[rows["missing"] == ""].groupby("reason", sort=False):
        reasons += [reason(N_("{measures} not measured: {why:word}"), measures=list(group["measure_id"]),
                           why=str(text), level="missing")]
    return reasons


def _fill(study):
    """Fill rates by aggregation level, and by the number of lines beside p^n."""
    try:
        rates = measuring.fill_rates(study)
    except NotComputable as error:
        return {}, {}, [reason(error.template, level="missing", **error.values)]
    quantities = {}
    for row in rates.table.itertuples():
        counts = row.level in ("line", "order", "customer") and row.denominator > 0
        bounds = wilson(row.numerator, row.denominator) if counts else None
        rate = None if row.rate != row.rate else float(row.rate)
        quantities[f"fill_{row.level}"] = Quantity(rate, "share", n=row.n, low=bounds and bounds.low,
                                                   high=bounds and bounds.high)
    sizes = measuring.fill_by_lines(study)
    sizes["independent"] = [expected_order_fill(rates.line, int(n)) for n in sizes["n_lines"]]
    return {"fill": rates.table, "fill_by_lines": sizes}, quantities, list(rates.warnings)


def _returns(study, parameters):
    if not study.has("returns"):
        return {}, {}, []
    return {"returns": measuring.returns_by_reason(study, parameters.goals)}, {}, []


def _general(study, table: pd.DataFrame, selected: list[str], parameters):
    """The general level of the selected measures; order by order where they are measured on orders."""
    values = table.set_index("measure_id")["value"].reindex(selected)
    if values.isna().all():
        return {}, {}, []  # the reasons of the single measures say it already
    general = levels.combine(values)
    on_orders = [m for m in general.levels.index if m in measuring.ORDER_MEASURES]
    patterns = measuring.order_flags(study, on_orders, parameters.goals) if len(on_orders) > 1 else None
    joint, known = _joint(patterns, on_orders) if patterns is not None and len(patterns) else (None, None)
    tables = {"levels": _levels_table(table, general, joint, parameters.target),
              "general": _general_row(general, joint, parameters.target)}
    reasons = list(general.warnings)
    if joint is not None:
        tables["failures"] = levels.failure_pairs(known[on_orders], known["orders"])
        tables["patterns"] = patterns.assign(**{m: patterns[m].astype(float) for m in on_orders})
        left_out = int(patterns["orders"].sum()) - int(joint.n)
        if left_out:
            reasons.append(reason(N_("Orders left out of the joint rate, since they lack one of {measures}: {n}."),
                                  n=left_out, measures=list(on_orders), level="info"))
    elif len(on_orders) > 1:
        reasons.append(reason(N_("No order has all the selected measures: the joint rate is not measured.")))
    return tables, _general_quantities(tables["general"].iloc[0], table, general), reasons


def _joint(patterns: pd.DataFrame, on_orders: list[str]):
    """The joint rate on the orders that have all the measures, with the levels on the same orders."""
    known = patterns[patterns[on_orders].notna().all(axis=1)].reset_index(drop=True)
    if not len(known):
        return None, None
    orders = known["orders"]
    same = {m: float(orders[known[m].astype(bool)].sum() / orders.sum()) for m in on_orders}
    return levels.combine(same, flags=known[on_orders], weights=orders), known


def _levels_table(table: pd.DataFrame, general, joint, target: float) -> pd.DataFrame:
    """One row a measure that enters the product; the ones of orders first, since their joint rate can be counted."""
    rows = []
    measures = table.set_index("measure_id")
    for measure, value in general.levels.items():
        needed = levels.required_level(general.levels, measure, target)
        on_orders = joint is not None and measure in joint.levels.index
        rows.append({
            "measure_id": measure, "name": measures.loc[measure, "name"],
            "short": SHORT.get(measure, measures.loc[measure, "name"]), "value": value,
            "n": int(measures.loc[measure, "n"]), "loss_share": float(general.loss_shares[measure]),
            "required": needed.value if needed.feasible else None, "feasible": needed.feasible,
            "order_level": on_orders, "order_value": joint.levels[measure] if on_orders else None})
    frame = pd.DataFrame(rows, columns=LEVELS).astype({"required": float, "order_value": float})
    frame = frame.sort_values("order_level", ascending=False, kind="stable").reset_index(drop=True)
    end = frame["value"].cumprod()  # the waterfall's steps, from 100 % down to the product
    return frame.assign(start=end.shift(fill_value=1.0), end=end)


def _general_row(general, joint, target: float) -> pd.DataFrame:
    row = {"k": general.k, "product": general.product, "geometric_mean": general.geometric_mean, "target": target,
           "equal_level": levels.equal_allocation(target, general.k)}
    if joint is not None:
        bounds = wilson(joint.joint * joint.n, joint.n)
        row |= {"k_orders": joint.k, "n": int(joint.n), "joint": joint.joint, "joint_low": bounds.low,
                "joint_high": bounds.high, "product_orders": joint.product, "lower": joint.lower, "upper": joint.upper}
    return pd.DataFrame([row], columns=GENERAL).astype(float)


def _general_quantities(row, table: pd.DataFrame, general) -> dict[str, Quantity]:
    n_least = int(table.set_index("measure_id").loc[list(general.levels.index), "n"].min())
    quantities = {"ns_product": Quantity(general.product, "share", n=n_least),
                  "ns_geometric_mean": Quantity(general.geometric_mean, "share", n=n_least),
                  "ns_measures": Quantity(general.k, "count"),
                  "ns_equal_level": Quantity(float(row["equal_level"]), "share")}
    if row["n"] == row["n"]:
        n = int(row["n"])
        quantities |= {
            "ns_joint": Quantity(float(row["joint"]), "share", n=n, low=float(row["joint_low"]),
                                 high=float(row["joint_high"])),
            "ns_product_orders": Quantity(float(row["product_orders"]), "share", n=n),
            "ns_lower": Quantity(float(row["lower"]), "share", n=n),
            "ns_upper": Quantity(float(row["upper"]), "share", n=n)}
    else:
        quantities["ns_joint"] = Quantity(None, "share")
    return quantities
