"""How a code of a table or a decision reads: ``M11`` is the completeness of orders, ``a_priori`` the judgement of experts.

``CODES`` maps a code to its English text (the message id of the catalogues). A code that means something
else in one column stands there as ``column:code``. What a person or a file wrote is no code: it stands as written.
"""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.methods.window import NAMES

STATES = {
    "decided": N_("decided"), "proposed": N_("proposed"), "stale": N_("stale"), "empty": N_("empty"), "blocked": N_("blocked"),
    "measured": N_("measured"), "not measured": N_("not measured"), "not_measured": N_("not measured"),
    "draft": N_("draft"), "agreed": N_("agreed"), "complete": N_("complete"), "incomplete": N_("incomplete"),
    "target": N_("target"), "maintain": N_("maintain"), "exclude": N_("exclude"), "pass": N_("pass"),
    "watch": N_("watch"), "fail": N_("fail"), "not testable": N_("not testable"), "hold": N_("hold"),
    "refused": N_("refused"), "publish": N_("publish"), "passed": N_("passed"), "doubtful": N_("doubtful"),
    "broken": N_("broken"), "not judged": N_("not judged"), "not settled": N_("not settled"),
    "balanced": N_("balanced"), "tight": N_("tight"), "idle": N_("idle"), "infeasible": N_("infeasible"),
    "match": N_("match"), "near": N_("near"), "mismatch": N_("mismatch"), "yes": N_("yes"), "no": N_("no"),
    "none": N_("none"), "redesign": N_("redesign"), "protect": N_("protect"), "keep": N_("keep as it is"),
    "not_confirmed": N_("the groups are not shown to differ"), "pair_alike": N_("two groups do not differ"),
    "all_differ": N_("all groups differ"), "hostage": N_("hostage"), "high_interdependence": N_("high interdependence"),
    "low_interdependence": N_("low interdependence"), "drunk_with_power": N_("drunk with power"),
    "champion": N_("champions"), "loyal": N_("loyal"), "new": N_("new"), "at_risk": N_("at risk"), "lost": N_("lost"),
    "regular": N_("regular"), "one_cluster": N_("one cluster only"), "same_class": N_("work of one class"),
    "too_small": N_("parts too small"), "not_supported": N_("not supported by the test"), "split": N_("could be split"),
    "few_tested": N_("too few tested"), "slight": N_("they hardly differ"), "one_part": N_("one part only"), "tested:laboriousness": N_("laboriousness"),
    "below_qualifier": N_("below what qualifies"), "qualified": N_("qualified"), "winning": N_("wins")}
EVIDENCE = {
    "data": N_("data"), "survey": N_("survey"), "expert": N_("experts"), "experts": N_("experts"),
    "assumed": N_("assumptions"), "orders": N_("orders"), "written": N_("written by a person")}
MEASURES = {
    "M1": N_("Order-delivery cycle"), "M2": N_("Variance of the cycle"), "M3": N_("Product availability"),
    "M4": N_("Information on order status"), "M5": N_("Flexibility"), "M6": N_("Returns"),
    "M7": N_("Response to emergencies"), "M8": N_("Error-free performance"), "M9": N_("Delivery time"),
    "M10": N_("Treatment of the customer"), "M11": N_("Completeness of orders"), "M12": N_("After-sales service"),
    "M13": N_("Claim-handling time"), "M14": N_("Warranty service")}
COUNTED_BY = {
    "unit": N_("unit"), "value": N_("value"), "line": N_("line"), "order": N_("order"), "customer": N_("customer"),
    "mean_order": N_("mean of the orders"), "revenue": N_("revenue"), "margin": N_("margin"), "volume": N_("volume"),
    "union": N_("union"), "sum": N_("sum"), "recompute": N_("computed anew"), "peak": N_("peak"), "list": N_("list")}
UNITS = {
    "days": N_("days"), "hours": N_("hours"), "minutes": N_("minutes"), "count": N_("number"), "share": N_("share"),
    "score": N_("score"), "points": N_("points"), "currency": N_("money"), "index": N_("index"), "units": N_("units"), "lines": N_("lines"), "customers": N_("customers"),
    "days late": N_("days late"), "errors": N_("errors"), "servers": N_("servers"), "resources": N_("resources")}
VARIABLES = {
    "branch": N_("branch of activity"), "location": N_("location"), "sex": N_("sex"), "age": N_("age"),
    "income": N_("income"), "professional_level": N_("professional level"),
    "living_conditions": N_("living conditions"), "environment": N_("environment"),
    "customer_kind": N_("kind of customer"), "delivery_points": N_("delivery points"),
    "preferred_channel": N_("preferred channel"), "uses_product": N_("use of the product"),
    "high_revenue": N_("revenue above the median"), "a_priori": N_("judgement of experts"),
    "measurable": N_("measurable"), "accessible": N_("accessible"), "substantial": N_("substantial"),
    "actionable": N_("actionable"), "reliable": N_("reliable"), "valid": N_("valid"), "stable": N_("stable"),
    "homogeneous": N_("homogeneous"), "generalisable": N_("generalisable"), "all": N_("All"), "banded": N_("banded number"), "nominal": N_("named"),
    **{f"factor:F{k}": f"Factor {k}" for k in range(1, 9)}, "belson": N_("Belson's tree"), "aid": N_("AID's tree"), "chaid": N_("CHAID's tree"), "contingency": N_("χ² alone"), "clusters": N_("Clusters")}
DEMAND = {
    "composition": N_("composition (from the groups up)"), "decomposition": N_("decomposition (from the market down)"),
    "method_id:decomposition": N_("decomposition of the series"), "history": N_("history"), "forecast": N_("forecast"),
    "qualitative": N_("qualitative"), "quantitative": N_("quantitative"), "jury": N_("executive jury"),
    "sales_force": N_("sales-force composite"), "intention_survey": N_("survey of intentions"), "delphi": N_("Delphi"),
    "market_test": N_("market test"), "analogy": N_("historical analogy"), "naive": N_("last period"),
    "seasonal_naive": N_("same period of last season"), "moving_average": N_("moving average"),
    "smoothing": N_("simple exponential smoothing"), "holt": N_("smoothing with trend (Holt)"),
    "trend": N_("straight line (trend)"), "causal": N_("causal regression"),
    "combination": N_("mean of the two best"), **{f"quadrant:{letter}": name for letter, name in NAMES.items()}, "life_cycle": N_("life cycle"),
    "rule:sl_eco": N_("economic optimum"), "rule:competitor": N_("competitor"), "rule:floor": N_("floor of the market"),
    "rule:expected": N_("what is expected"), "rule:baseline": N_("today's level"),
    "low": N_("low"), "medium": N_("medium"), "high": N_("high"), "<=": "≤", ">=": "≥", "range": N_("between")}
ORGANISATION = {
    "generic": N_("generic package"), "restricted": N_("restricted package"), "selective": N_("selective package"),
    "unique": N_("unique package"), "product": N_("by product"), "market": N_("by market"),
    "function": N_("by function"), "mixed": N_("mixed form"), "service_factory": N_("service factory"),
    "service_shop": N_("service shop"), "mass_service": N_("mass service"),
    "professional_service": N_("professional service"), "buffered_core": N_("buffered core"),
    "permeable_system": N_("permeable system"), "reactive_system": N_("reactive system"),
    "driving": N_("driving"), "restraining": N_("restraining"), "strength": N_("strength"),
    "weakness": N_("weakness"), "parity": N_("parity"), "secondary": N_("secondary"), "own": N_("we")}
OFFER = {
    "supplier": N_("supplier"), "who:customer": N_("customer"), "shared": N_("shared"), "quality": N_("quality"),
    "custody": N_("custody"), "transport": N_("transport"), "security": N_("security"), "payment": N_("payment"),
    "unloading_time": N_("unloading time"), "before": N_("before"), "during": N_("during"), "after": N_("after"),
    "capacities": N_("capacities"), "training": N_("training"), "promotion": N_("promotion"), "what": N_("what"),
    "how": N_("how"), "when": N_("when"), "where": N_("where"), "who": N_("who"), "how_much": N_("how much"),
    "failure": N_("if it fails"), "complaint": N_("where to complain")}
DECISIONS = {  # keys that no form of a page shows
    "importance_cut": N_("Importance cut"), "satisfaction_cut": N_("Satisfaction cut"), "messages": N_("Messages"),
    "contents": N_("Ten contents"), "improve": N_("Components to improve"), "table1": N_("The ten questions"),
    "names": N_("Names"), "rule": N_("Rule of assignment"), "ward": N_("Ward's method"), "kmeans": N_("k-means")}

A_PRIORI = {  # what data say of what experts say
    "both_keep": N_("kept, tells apart"), "both_drop": N_("dropped, does not tell apart"),
    "experts_only": N_("kept, does not tell apart"), "data_only": N_("dropped, tells apart"),
    "not_voted": N_("nobody voted"), "not_tested": N_("cannot be tested yet"),
    "experts_confirmed": N_("confirmed by the data"), "experts_partly": N_("confirmed in part"),
    "experts_not_confirmed": N_("not confirmed by the data")}

ASKED = {  # the sample and the questionnaire
    "method:per_stratum": N_("each segment on its own"), "method:proportional": N_("in proportion to the customers"),
    "method:neyman": N_("by size and spread (Neyman)"),
    "severity:error": N_("✕ to mend"), "severity:warning": N_("! look again"), "severity:fine": N_("✓ in order"),
    "type:importance": N_("how important"), "type:performance": N_("how well, today"), "type:expectation": N_("what is expected"),
    "type:overall": N_("all in all"), "type:desired": N_("value wanted"), "type:payment": N_("what it is worth"),
    "type:able": N_("can be paid for"), "type:classification": N_("who answers"), "type:open": N_("open question"),
    "rule:purpose": N_("serves a purpose"), "rule:component": N_("asks about one characteristic"),
    "rule:classification": N_("tells the segments apart"), "rule:double_barrelled": N_("asks one thing"),
    "rule:negation": N_("no “not” where one agrees"), "rule:long": N_("25 words or fewer"),
    "rule:acronym": N_("no unexplained short forms"), "rule:scale": N_("one scale for how well"),
    "rule:pair": N_("how important and how well"),
    "channel:questionnaire": N_("questionnaire"), "channel:interview": N_("interview"),
    "channel:nominal_group": N_("nominal group"), "channel:clinic": N_("clinic"), "channel:focus_group": N_("focus group"),
    "channel:mail": N_("mail"), "channel:telephone": N_("telephone"), "channel:web_form": N_("web form"),
    "base:own": N_("the study's own questions"), "base:proposed": N_("the proposed questionnaire")}

PAYOFF = {  # forms of the optimum, rules of the goal, inputs that may be off, stages of the life cycle
    "form:table": N_("estimated points"), "form:theory": N_("theory"), "form:inventory": N_("safety stock"),
    "rule:economic": N_("economic"), "rule:combined": N_("combined"),
    "input:revenue_of_service": N_("revenue of service"), "input:cost_of_service": N_("cost of service"),
    "input:trading_margin": N_("trading margin"), "input:sales_response": N_("sales response"),
    "input:carrying_rate": N_("carrying rate"), "input:sigma_lt": N_("spread of the demand"),
    "input:competitor_level": N_("level of the competitor"), "stage:launch": N_("launch"), "stage:growth": N_("growth"),
    "stage:maturity": N_("maturity"), "stage:decline": N_("decline")}

CODES: dict[str, str] = {**PAYOFF, **ASKED, **A_PRIORI, **STATES, **EVIDENCE, **MEASURES, **COUNTED_BY, **UNITS, **VARIABLES, **DEMAND, **ORGANISATION,
                         **OFFER, **DECISIONS}


def read_code(code, words, column: str = "") -> str:
    """A code in the reader's words; an unknown one is translated where the catalogues have it, else stands as written.

    >>> from svcnb.i18n import words_in
    >>> read_code("M11", words_in("en")), read_code("A", words_in("en"), "quadrant"), read_code("S1", words_in("en"))
    ('Completeness of orders', 'Attention: wanted, not received', 'S1')
    """
    code = str(code)
    if code == "currency":
        return words.money_unit
    return words(CODES.get(f"{column}:{code}", CODES.get(code, code)))
