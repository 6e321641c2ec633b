"""Surveys, competitors and beliefs (method.md 14.9 to 14.17, part of 14.29)."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.tables.schema import choice, day, number, share, table, ten, text, truth, whole

RESPONDENT = {"refers": "survey_respondents.respondent_id"}
COMPONENT = {"refers": "components.component_id"}
NEEDED = {"required": True}  # the column must be there, an answer may be missing

TEN_COMPONENTS = tuple(
    {"component_id": f"C{number}", "name": name, "spanish": spanish, "tangible": tangible}
    for number, (name, spanish, tangible) in enumerate([
        (N_("product quality"), "calidad del producto", True),
        (N_("product variety"), "variedad de productos", True),
        (N_("product features"), "características del producto", True),
        (N_("product reliability"), "fiabilidad del producto", True),
        (N_("after-sales service"), "servicio de posventa", False),
        (N_("cost to the customer"), "costo", True),
        (N_("availability"), "disponibilidad", False),
        (N_("response time"), "tiempo de respuesta", False),
        (N_("delivery time"), "tiempo de entrega", False),
        (N_("attitude"), "actitud", False)], start=1))

THEME = (
    table("components", N_("Components of the customer service; without such a table the usual ten."), [
        text("component_id", N_("service component")),
        text("name", N_("name")),
        text("spanish", N_("name in Spanish")),
        truth("tangible", N_("can be touched")),
    ], key="component_id", rows=TEN_COMPONENTS),
    table("survey_respondents", N_("Who answered the survey."), [
        text("respondent_id", N_("respondent")),
        text("customer_id", N_("customer"), refers="customers.customer_id"),
        text("segment_id", N_("market segment")),
        text("stratum", N_("stratum of the sample")),
        number("weight", N_("weight in the sample"), low=0, low_open=True, default=1.0),
        day("date", N_("date of the answer")),
    ], key="respondent_id"),
    table("survey_importance", N_("100 points shared among the components."), [
        text("respondent_id", N_("respondent"), **RESPONDENT),
        text("component_id", N_("service component"), **COMPONENT),
        number("points", N_("points given, 100 in all"), "points", low=0, high=100, **NEEDED),
    ], key="respondent_id component_id"),
    table("survey_satisfaction", N_("Service perceived and expected."), [
        text("respondent_id", N_("respondent"), **RESPONDENT),
        text("component_id", N_("service component"), **COMPONENT),
        text("supplier", N_("supplier judged; own is us"), default="own"),
        ten("perceived", N_("service perceived"), **NEEDED),
        ten("expected", N_("service expected")),
        number("desired_value", N_("value desired, in the measure's own unit")),
        number("willing_to_pay", N_("would pay for it"), "currency", low=0),
        truth("able_to_pay", N_("can pay for it")),
    ], key="respondent_id component_id supplier"),
    table("survey_pairs", N_("Pairs of items compared."), [
        text("respondent_id", N_("respondent"), **RESPONDENT),
        text("item_a", N_("first item")),
        text("item_b", N_("second item")),
        choice("winner", N_("the one preferred"), "a b tie", **NEEDED),
    ], key="respondent_id item_a item_b"),
    table("survey_profiles", N_("Ratings of offer profiles."), [
        text("respondent_id", N_("respondent"), **RESPONDENT),
        text("profile_id", N_("profile"), refers="profiles.profile_id"),
        ten("rating", N_("rating"), **NEEDED),
    ], key="respondent_id profile_id"),
    table("profiles", N_("What each offer profile contains."), [
        text("profile_id", N_("profile")),
        text("component_id", N_("service component"), **COMPONENT),
        text("level_label", N_("level in words")),
        number("level_value", N_("level as a number")),
    ], key="profile_id component_id"),
    table("importance_future", N_("Importance expected in some years."), [
        text("segment_id", N_("market segment")),
        text("component_id", N_("service component"), **COMPONENT),
        number("points", N_("points given, 100 in all"), "points", low=0, high=100),
        number("horizon_years", N_("years ahead"), "years", low=0),
        ten("competitor_projected", N_("service expected of the competitor")),
    ], key="segment_id component_id"),
    table("competitors", N_("Competitors."), [
        text("competitor_id", N_("competitor")),
        text("name", N_("name")),
        share("share", N_("market share")),
        text("segments", N_("segments it serves")),
    ], key="competitor_id"),
    table("competitor_ratings", N_("Service of competitors."), [
        text("segment_id", N_("market segment")),
        text("competitor_id", N_("competitor"), refers="competitors.competitor_id"),
        text("item", N_("component or measure")),
        number("value", N_("value")),
        whole("n", N_("answers it rests on"), "count", low=0),
        choice("source", N_("source"), "survey measured expert"),
    ], key="segment_id competitor_id item"),
    table("management_beliefs", N_("What our people believe customers expect."), [
        text("person_id", N_("person")),
        choice("role", N_("role"), "management frontline"),
        text("segment_id", N_("market segment")),
        text("component_id", N_("service component"), **COMPONENT),
        ten("belief", N_("service believed to be expected"), **NEEDED),
    ], key="person_id segment_id component_id"),
    table("gap_objective", N_("Service specified, offered and delivered."), [
        text("segment_id", N_("market segment")),
        text("component_id", N_("service component"), **COMPONENT),
        ten("spec", N_("service specified")),
        ten("offered", N_("service offered")),
        ten("offered_understood", N_("offer as the customer understands it")),
        ten("delivered", N_("service delivered")),
    ], key="segment_id component_id"),
    table("questionnaire", N_("Questions of the survey."), [
        text("question_id", N_("question")),
        text("text", N_("text")),
        text("component_id", N_("service component"), **COMPONENT),
        text("purpose", N_("purpose")),
        text("type", N_("type")),
        number("scale_min", N_("lowest answer")),
        number("scale_max", N_("highest answer")),
    ], key="question_id", ordered=[("scale_min", "scale_max")]),
    table("window_questions", N_("The seven questions of the customer window."), [
        whole("question", N_("question"), "1–7", low=1, high=7),
        text("answer", N_("answer")),
    ], key="question"),
    table("value_anchors", N_("Worst and best value of an item, to convert it to 0–10."), [
        text("item_id", N_("component or measure")),
        number("worst", N_("worst value")),
        number("best", N_("best value")),
    ], key="item_id"),
)
