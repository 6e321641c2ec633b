"""Organisation, queues, balance and economics (method.md 14.21 to 14.24, part of 14.29)."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.tables.schema import choice, moment, money, number, score, share, table, text, truth, whole

NEEDED = {"required": True}
ABOVE = {"low": 0, "low_open": True}

THEME = (
    table("service_curve", N_("Revenue and cost at each service level."), [
        share("sl", N_("service level")),
        money("revenue", N_("revenue in the period"), **NEEDED),
        money("cost", N_("cost in the period"), **NEEDED),
    ], key="sl"),
    table("inventory_case", N_("Economics of the stock, one row."), [
        money("trading_margin", N_("margin of a unit sold")),
        number("sales_response", N_("sales gained by a point of service"), "share"),
        number("annual_sales", N_("units sold in a year"), "units", low=0),
        number("carrying_rate", N_("carrying cost in a year"), "share", low=0),
        money("unit_cost", N_("cost of a unit")),
        number("sigma_lt", N_("standard deviation of the demand in the lead time"), "units", low=0),
    ]),
    table("design_options", N_("Options of design and what each measure would reach."), [
        text("option_id", N_("option")),
        text("set_id", N_("set of options that exclude one another")),
        money("cost", N_("cost")),
        text("measure_id", N_("measure")),
        number("value", N_("value reached")),
    ], key="option_id measure_id"),
    table("service_factors", N_("Factors of the service of each group."), [
        text("group_id", N_("customer group")),
        score("interaction", N_("interaction with the customer")),
        score("customisation", N_("customisation")),
        score("labour", N_("labour intensity")),
        money("labour_cost", N_("labour cost")),
        money("asset_value", N_("value of plant and equipment")),
        score("complexity", N_("complexity")),
        score("singularity", N_("singularity")),
        share("nonstandard_share", N_("share of cases outside the standard")),
        whole("n_steps", N_("steps of the process"), "count", low=0),
    ], key="group_id"),
    table("centralisation", N_("Five factors of centralisation, one row; 5 decentralises."), [
        score("sales_force", N_("size of the sales force")),
        score("dispersion", N_("geographic dispersion")),
        score("personal_selling", N_("weight of personal selling")),
        score("channels", N_("how direct the channels are")),
        score("requirements", N_("amount of service requirements")),
    ]),
    table("org_form", N_("Ratings for the form of organisation, one row."), [
        score("complex_lines", N_("complex product lines")),
        score("sales", N_("level of sales")),
        score("similar", N_("similar products")),
        score("segments", N_("number of segments")),
    ]),
    table("process_steps", N_("Steps of the service process."), [
        text("step_id", N_("step")),
        text("name", N_("name")),
        number("sequence", N_("place in the sequence")),
        text("department", N_("department")),
        truth("visible_to_customer", N_("the customer sees it")),
        choice("customer_role", N_("role of the customer"), "none passive co_producer self_service"),
        choice("value_class", N_("adds value"), "value necessary none"),
        number("minutes", N_("duration"), "minutes", low=0),
        text("deviation", N_("usual deviation")),
    ], key="step_id"),
    table("table1", N_("Answers to the ten questions of the organisation."), [
        text("definition_id", N_("definition, 1.1 to 10.2")),
        text("text", N_("text"), kind="decision"),
        text("owner", N_("who answers for it"), kind="decision"),
        text("status", N_("status"), kind="decision"),
        choice("evidence", N_("evidence"), "data survey expert assumed", kind="decision"),
    ], key="definition_id"),
    table("queue_observations", N_("Customers observed in a waiting line."), [
        text("obs_id", N_("observation")),
        text("queue_id", N_("waiting line")),
        text("server_id", N_("server")),
        moment("arrival_ts", N_("arrival"), required=True, nullable=False),
        moment("service_start_ts", N_("service began; empty when the customer left")),
        moment("service_end_ts", N_("service ended")),
        truth("abandoned", N_("left without service")),
    ], key="obs_id", ordered=[("arrival_ts", "service_start_ts"), ("service_start_ts", "service_end_ts")]),
    table("interval_counts", N_("Arrivals counted by interval."), [
        moment("interval_start", N_("start of the interval")),
        number("minutes", N_("duration"), "minutes", **ABOVE),
        whole("arrivals", N_("arrivals"), "count", low=0),
    ], key="interval_start"),
    table("queue_params", N_("Parameters of a waiting line that are known without observing it."), [
        text("queue_id", N_("waiting line")),
        number("arrival_rate_h", N_("arrivals in an hour"), "1/h", **ABOVE),
        number("service_rate_h", N_("customers a server serves in an hour"), "1/h", **ABOVE),
        number("ca2", N_("squared variation of arrivals"), low=0),
        number("cs2", N_("squared variation of service"), low=0),
        whole("servers", N_("servers"), "count", low=1),
        whole("capacity", N_("places in the system"), "count", low=1),
        whole("population", N_("customers that may come"), "count", low=1),
        number("mean_patience_min", N_("mean patience"), "minutes", **ABOVE),
        number("goal_t_min", N_("goal of waiting time"), "minutes", low=0),
        share("goal_prob", N_("share that must wait less than the goal")),
        money("cost_server_h", N_("cost of a server in an hour")),
        money("cost_wait_h", N_("cost of a customer waiting an hour")),
    ], key="queue_id"),
    table("staff", N_("Staff."), [
        text("staff_id", N_("person")),
        text("role", N_("role")),
    ], key="staff_id"),
    table("staff_skills", N_("Skill levels of the staff."), [
        text("staff_id", N_("person"), refers="staff.staff_id"),
        text("requirement_id", N_("requirement"), refers="requirements.requirement_id"),
        score("level", N_("level")),
    ], key="staff_id requirement_id"),
    table("shifts", N_("Shifts."), [
        text("shift_id", N_("shift")),
        text("queue_id", N_("waiting line")),
        moment("start_ts", N_("start")),
        moment("end_ts", N_("end")),
        whole("servers", N_("servers"), "count", low=0),
    ], key="shift_id", ordered=[("start_ts", "end_ts")]),
    table("requirements", N_("Skills that a post requires."), [
        text("requirement_id", N_("requirement")),
        text("skill", N_("skill")),
        score("level", N_("level")),
        number("weight", N_("weight"), low=0),
        truth("mandatory", N_("mandatory")),
    ], key="requirement_id"),
    table("candidates", N_("Skill levels of the candidates."), [
        text("candidate_id", N_("candidate")),
        text("requirement_id", N_("requirement"), refers="requirements.requirement_id"),
        score("level", N_("level")),
    ], key="candidate_id requirement_id"),
    table("activities", N_("Activities and their capacity."), [
        text("activity_id", N_("activity")),
        text("name", N_("name")),
        whole("resources", N_("resources"), "count", low=0),
        number("hours_per_resource", N_("hours of a resource in the period"), "hours", low=0),
        share("efficiency", N_("efficiency")),
    ], key="activity_id"),
    table("norms", N_("Hours that a unit of a service takes in an activity."), [
        text("activity_id", N_("activity"), refers="activities.activity_id"),
        text("service_id", N_("service"), refers="services.service_id"),
        number("hours_per_unit", N_("hours for a unit"), "hours", low=0, **NEEDED),
    ], key="activity_id service_id"),
    table("services", N_("Services."), [
        text("service_id", N_("service")),
        text("name", N_("name")),
        text("groups", N_("groups that receive it")),
    ], key="service_id"),
    table("stock_items", N_("Articles in stock."), [
        text("item_id", N_("article")),
        number("lead_time_days", N_("lead time"), "days", low=0),
        number("lead_time_sd_days", N_("standard deviation of the lead time"), "days", low=0),
        number("demand_per_day", N_("demand in a day"), "units", low=0),
        number("demand_sd_per_day", N_("standard deviation of the demand in a day"), "units", low=0),
        money("unit_cost", N_("cost of a unit")),
        number("carrying_rate", N_("carrying cost in a year"), "share", low=0),
    ], key="item_id"),
    table("means", N_("Means of the service."), [
        text("means_id", N_("means")),
        text("kind", N_("kind")),
        number("quantity", N_("quantity"), "units", low=0),
        text("place", N_("place")),
    ], key="means_id"),
    table("suppliers", N_("Suppliers."), [
        text("supplier_id", N_("supplier")),
        text("resource", N_("resource")),
        number("lead_time_days", N_("lead time"), "days", low=0),
        share("fill_share", N_("share delivered in full")),
    ], key="supplier_id"),
    table("alliances", N_("Alliances."), [
        text("partner", N_("partner")),
        text("purpose", N_("purpose")),
        text("status", N_("status")),
    ], key="partner"),
)
