"""The fourteen service-level measures of S2:L100-115: name, level, unit, what they need, default goals.

``needs`` names the columns without which a measure cannot be computed; ``a|b`` means one of them is
enough. ``statistic`` says what the level counts (method.md 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass

from svcnb.i18n import N_


@dataclass(frozen=True)
class Measure:
    """One measure: its name, what its level counts, the unit of its raw statistic, its columns."""

    name: str
    statistic: str
    unit: str
    needs: tuple[str, ...]
    goal: str | None = None


MEASURES = {
    "M1": Measure(N_("Order-delivery cycle"), N_("closed orders delivered within the cycle goal"), "days",
                  ("orders.order_ts", "orders.delivery_ts"), "cycle_goal_days"),
    "M2": Measure(N_("Variance of the cycle"), N_("closed orders delivered inside the promised window"), "days",
                  ("orders.promised_ts", "orders.delivery_ts"), "late_days"),
    "M3": Measure(N_("Product availability"), N_("lines available from stock at order entry"), "count",
                  ("order_lines.qty_ordered", "order_lines.qty_available_at_order")),
    "M4": Measure(N_("Information on order status"), N_("status queries answered correctly within the goal"),
                  "hours", ("status_queries.correct|status_events.milestone",), "query_goal_hours"),
    "M5": Measure(N_("Flexibility"), N_("special requests accepted and fulfilled"), "count",
                  ("special_requests.accepted", "special_requests.fulfilled")),
    "M6": Measure(N_("Returns"), N_("delivered units not returned for a cause of the supplier"), "share",
                  ("returns.qty", "returns.order_id", "returns.reason",
                   "order_lines.qty_total|order_lines.qty_first")),
    "M7": Measure(N_("Response to emergencies"), N_("emergency orders delivered within the emergency goal"), "hours",
                  ("orders.is_emergency", "orders.delivery_ts", "orders.emergency_goal_h|orders.promised_ts")),
    "M8": Measure(N_("Error-free performance"), N_("closed orders without any error"), "count",
                  ("orders.docs_ok|orders.condition_ok|orders.info_ok|order_lines.error_type",)),
    "M9": Measure(N_("Delivery time"), N_("closed orders in transit no longer than the goal"), "days",
                  ("orders.ship_ts", "orders.delivery_ts"), "transit_goal_days"),
    "M10": Measure(N_("Treatment of the customer"), N_("answers on treatment at or above the top box"), "score",
                   ("survey_satisfaction.perceived",), "top_box"),
    "M11": Measure(N_("Completeness of orders"), N_("closed orders complete in the first delivery"), "count",
                   ("order_lines.qty_ordered", "order_lines.qty_first")),
    "M12": Measure(N_("After-sales service"), N_("service calls solved within the goal"), "hours",
                   ("service_calls.opened_ts", "service_calls.solved_ts"), "call_goal_hours"),
    "M13": Measure(N_("Claim-handling time"), N_("claims closed within the goal"), "days",
                   ("complaints.opened_ts", "complaints.closed_ts"), "claim_goal_days"),
    "M14": Measure(N_("Warranty service"), N_("warranty claims resolved within the goal"), "days",
                   ("warranty_claims.opened_ts", "warranty_claims.closed_ts"), "warranty_goal_days"),
}
COVERAGE = N_("milestones recorded of the milestones expected")  # M4 where nobody records queries

ORDER_MEASURES = ("M1", "M2", "M3", "M8", "M9", "M11")  # those that an order as a whole meets or does not
MILESTONES = ("confirmed", "picked", "shipped", "in_transit", "delivered")
# Of each pair the first is proposed: method.md; and lateness against a goal and a promise is one lateness.
DOUBLE_COUNTS = (("M1", "M9"), ("M2", "M1"), ("M2", "M9"), ("M11", "M3"))

GOALS = {
    "cycle_goal_days": 5.0, "transit_goal_days": 2.0, "early_days": 0.0, "late_days": 0.0, "early_counts": True,
    "query_goal_hours": 4.0, "top_box": 8.0, "treatment_component": "C10", "call_goal_hours": 48.0,
    "claim_goal_days": 10.0, "warranty_goal_days": 15.0, "supplier_reasons": ("defective", "wrong", "damaged"),
}

NO_TABLE = N_("Not in the data: the columns it needs are missing or empty.")
NO_CASE = N_("Nothing of this kind was due or closed in the period.")
OPEN_LEFT_OUT = N_("Open cases that are not due yet are left out.")
DATA_LEFT_OUT = N_("Cases with missing entries are left out.")


def goals_in_force(goals=None) -> dict:
    """The goals of the measures: the given ones over the defaults of ``GOALS``.

    Examples
    --------
    >>> goals_in_force({"cycle_goal_days": 3})["cycle_goal_days"]
    3
    """
    from svcnb.errors import ParameterError

    unknown = sorted(set(goals or ()) - set(GOALS))
    if unknown:
        raise ParameterError(N_("There is no goal {names}; goals are {known}."), names=", ".join(unknown),
                             known=", ".join(GOALS))
    return {**GOALS, **(goals or {})}
