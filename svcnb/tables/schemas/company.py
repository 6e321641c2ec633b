"""Strategy, cost drivers, experts and forces (method.md 14.18, 14.19, 14.25, 14.26, part of 14.29)."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.tables.schema import choice, money, number, score, share, table, ten, text, truth, whole

DRIVER = {"refers": "cost_drivers.driver_id"}
LEVELS = "high medium low"

THEME = (
    table("strategy", N_("The strategy sheet."), [
        choice("field", N_("field"),
               "customer needs competition patterns attitude organisation responsibility"),
        text("text", N_("text")),
    ], key="field"),
    table("life_cycle", N_("Position of each product family in its life cycle."), [
        text("product_family", N_("product family")),
        choice("stage", N_("stage"), "launch growth maturity decline"),
        number("horizon_years", N_("years ahead"), "years", low=0),
    ], key="product_family"),
    table("segment_cards", N_("The eight questions about a segment."), [
        text("segment_id", N_("market segment")),
        whole("question", N_("question"), "1–8", low=1, high=8),
        text("answer", N_("answer")),
    ], key="segment_id question"),
    table("attractiveness", N_("Attractiveness of segments by criterion."), [
        text("segment_id", N_("market segment")),
        text("criterion", N_("criterion")),
        score("score", N_("score")),
        number("weight", N_("weight"), low=0),
    ], key="segment_id criterion"),
    table("behaviour", N_("How a group behaves when it has to wait."), [
        text("group_id", N_("customer group")),
        number("orders_per_week", N_("orders in a week"), "count", low=0),
        number("tolerance_days", N_("delay it tolerates"), "days", low=0),
        share("wait_share", N_("share that waits")),
        share("substitute_share", N_("share that takes another article")),
        share("elsewhere_share", N_("share that buys elsewhere this time")),
        share("leave_share", N_("share that leaves for good")),
        number("order_margin", N_("margin of an order"), "currency"),
        number("customer_value", N_("value of a customer"), "currency"),
    ], key="group_id"),
    table("cost_drivers", N_("Cost drivers and what they influence."), [
        text("driver_id", N_("cost driver")),
        text("name", N_("name")),
        text("activity", N_("activity")),
        score("inf_cost", N_("influence on the logistics cost")),
        score("inf_cycle", N_("influence on the logistics cycle")),
        score("inf_level", N_("influence on the service level")),
    ], key="driver_id"),
    table("driver_ratings", N_("How strong a driver is for a group or a customer."), [
        choice("subject_kind", N_("group or customer"), "group customer"),
        text("subject_id", N_("which one")),
        text("driver_id", N_("cost driver"), **DRIVER),
        number("value", N_("measured value")),
        score("rating", N_("rating")),
    ], key="subject_kind subject_id driver_id"),
    table("driver_rates", N_("Cost of a unit of a driver and its volume by group."), [
        text("driver_id", N_("cost driver"), **DRIVER),
        text("group_id", N_("customer group"), default="all"),
        money("rate", N_("cost of a unit")),
        number("volume", N_("units of the driver in the period"), "units", low=0),
    ], key="driver_id group_id"),
    table("experts", N_("Experts and their competence."), [
        text("expert_id", N_("expert")),
        text("name", N_("name")),
        text("activity", N_("activity")),
        truth("frontline", N_("works with customers")),
        ten("self_rating", N_("own rating of knowledge")),
        choice("theory", N_("theoretical analyses made"), LEVELS),
        choice("experience", N_("experience obtained"), LEVELS),
        choice("others", N_("other sources of argument"), LEVELS),
    ], key="expert_id"),
    table("expert_answers", N_("Ratings and votes of the experts."), [
        text("expert_id", N_("expert"), refers="experts.expert_id"),
        choice("topic", N_("topic"), "variables criteria drivers forces parameters votes"),
        text("item_id", N_("item")),
        number("value", N_("value")),
        truth("vote", N_("vote")),
        whole("round", N_("round"), low=1, default=1),
    ], key="expert_id topic item_id round"),
    table("forces", N_("Forces that drive or restrain an objective."), [
        text("force_id", N_("force")),
        text("objective_id", N_("objective")),
        choice("side", N_("side"), "driving restraining", required=True, nullable=False),
        text("text", N_("text")),
        text("goal_id", N_("goal")),
        score("influenceability", N_("how far we can influence it")),
    ], key="force_id"),
    table("parameters", N_("Critical parameters."), [
        text("parameter_id", N_("parameter")),
        text("name", N_("name")),
        text("content", N_("content")),
        text("unit", N_("unit")),
        number("current", N_("magnitude today")),
        number("required", N_("magnitude required"), kind="decision"),
        text("goal_id", N_("goal")),
        text("activity_id", N_("activity"), refers="activities.activity_id"),
        text("items", N_("articles whose safety stock it is, parted by ;")),
        text("type", N_("type")),
        money("cost", N_("cost")),
        text("owner", N_("who answers for it"), kind="decision"),
        truth("feasible", N_("can be done"), kind="decision"),
    ], key="parameter_id"),
    table("tradeoff_decisions", N_("Decisions on which departments pull apart."), [
        text("decision_id", N_("decision")),
        text("text", N_("text")),
    ], key="decision_id"),
    table("tradeoff_effects", N_("Effect of a decision on each department."), [
        text("decision_id", N_("decision"), refers="tradeoff_decisions.decision_id"),
        text("department", N_("department")),
        whole("effect", N_("effect, from -2 bad to 2 good"), "-2–2", low=-2, high=2),
    ], key="decision_id department"),
    table("tradeoff_links", N_("Which decision leads to which."), [
        text("from_decision", N_("from decision"), refers="tradeoff_decisions.decision_id"),
        text("to_decision", N_("to decision"), refers="tradeoff_decisions.decision_id"),
    ], key="from_decision to_decision"),
    table("information_maturity", N_("Maturity of the customer information system."), [
        whole("level", N_("level"), "1–5", low=1, high=5),
        text("note", N_("note")),
    ]),
    table("marketing_stage", N_("Five questions on the marketing function."), [
        choice("question", N_("question"), "q1 q2 q3 q4 q5"),
        truth("answer", N_("answer")),
    ], key="question"),
)
