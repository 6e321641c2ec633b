"""Goals, the plan, projects, audits (method.md 14.8, 14.28, part of 14.29)."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.tables.schema import choice, day, number, share, table, text, whole

MEASURES = " ".join(f"M{number}" for number in range(1, 15))

THEME = (
    table("measures_goals", N_("The goal sheet."), [
        text("goal_id", N_("goal")),
        choice("scope", N_("what the goal holds for"), "single segment group customer"),
        text("scope_id", N_("which one")),
        choice("measure_id", N_("measure"), MEASURES),
        text("component_id", N_("service component"), refers="components.component_id"),
        choice("aggregation", N_("aggregation"), "unit value line order customer call claim"),
        choice("operator", N_("operator"), "<= >= range", kind="decision"),
        number("target_low", N_("lowest value wanted"), kind="decision"),
        number("target_high", N_("highest value wanted"), kind="decision"),
        text("unit", N_("unit")),
        number("level", N_("share of cases that must meet it"), "share", low=0, low_open=True, high=1,
               kind="decision"),
        number("tolerance_early_d", N_("tolerance early"), "days", low=0),
        number("tolerance_late_d", N_("tolerance late"), "days", low=0),
        day("valid_from", N_("valid from")),
        day("valid_to", N_("valid to")),
        number("baseline", N_("value today")),
        number("competitor", N_("value of the best competitor")),
        number("expected", N_("value customers expect")),
        number("capability", N_("value we are able to reach")),
        share("sl_eco", N_("economic level")),
        choice("evidence", N_("evidence"), "data survey expert assumed"),
        text("owner", N_("who answers for it"), kind="decision"),
    ], key="goal_id", ordered=[("target_low", "target_high"), ("valid_from", "valid_to")]),
    table("psc", N_("The customer service plan."), [
        choice("period_type", N_("kind of period"), "week month quarter year"),
        day("period_start", N_("first day of the period")),
        whole("content_no", N_("content of the plan"), "1–10", low=1, high=10),
        text("item", N_("item")),
        number("value", N_("value"), kind="decision"),
        text("unit", N_("unit"), kind="decision"),
        text("owner", N_("who answers for it"), kind="decision"),
        day("date", N_("date"), kind="decision"),
        text("status", N_("status"), kind="decision"),
    ], key="period_type period_start content_no item"),
    table("agenda", N_("Reviews of the plan."), [
        text("review_id", N_("review")),
        day("scheduled", N_("planned for")),
        day("done", N_("done on")),
        text("owner", N_("who answers for it"), kind="decision"),
        text("information_pack", N_("information it needs")),
        text("evidence", N_("evidence")),
    ], key="review_id"),
    table("projects", N_("Improvement projects."), [
        text("name", N_("name")),
        text("component_id", N_("service component"), refers="components.component_id"),
        text("owner", N_("who answers for it"), kind="decision"),
        text("resources", N_("resources")),
        day("start", N_("start")),
        day("end", N_("end")),
        text("activities", N_("activities")),
        text("control_measure", N_("measure that controls it")),
        number("target", N_("value wanted")),
        text("status", N_("status"), kind="decision"),
    ], key="name", ordered=[("start", "end")]),
    table("benefits", N_("Benefits of the service, planned and reached."), [
        text("benefit_id", N_("benefit")),
        number("baseline", N_("value today")),
        number("target", N_("value wanted")),
        number("actual", N_("value reached")),
        text("unit", N_("unit")),
    ], key="benefit_id"),
    table("service_demand", N_("Demand for each service by group and period."), [
        text("service_id", N_("service"), refers="services.service_id"),
        text("group_id", N_("customer group")),
        day("period", N_("first day of the period")),
        number("units", N_("units"), "units", low=0),
    ], key="service_id group_id period"),
    table("component_audit", N_("Audit of service management; an empty score means not applicable."), [
        text("leaf_id", N_("leaf of the component tree")),
        number("score", N_("score"), "0–2", low=0, high=2),
    ], key="leaf_id"),
    table("action_register", N_("Actions on deviations, detected or forecast."), [
        text("action_id", N_("corrective action")),
        text("measure_id", N_("measure")),
        text("deviation", N_("deviation")),
        text("cause", N_("cause")),
        text("action", N_("what is done")),
        text("owner", N_("who answers for it"), kind="decision"),
        day("due", N_("due on")),
        text("check", N_("how it is checked")),
        text("status", N_("status"), kind="decision"),
    ], key="action_id"),
    table("supervision", N_("Evaluation by the manual."), [
        text("item_id", N_("item")),
        text("chapter", N_("chapter")),
        text("evaluator", N_("evaluator")),
        day("date", N_("date")),
        number("score", N_("score")),
        text("remark", N_("remark")),
    ], key="item_id"),
)
