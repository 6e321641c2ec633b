"""What a column of a result is called and how its numbers are shown, in one place.

``COLUMNS`` maps the machine name to (label, format): ``%`` a share, a digit the decimals, ``$`` money (``$2`` with
cents), ``p`` a p-value, ``auto`` by size, ``word`` a code (see ``codes``), ``name`` a text that the catalogues may know,
``text`` as it is, ``code`` too, with its lines kept. A name that is not here is shown as written.
"""

from __future__ import annotations

from svcnb.i18n import N_, NO_VALUE, is_missing
from svcnb.sentences.codes import read_code

IDENTITY = {
    "component_id": (N_("Component"), "component"), "segment_id": (N_("Segment"), "segment"), "group_id": (N_("Group"), "group"),
    "cluster_id": (N_("Cluster"), "cluster"), "traits": (N_("What sets it apart"), "text"),
    "group": (N_("Group"), "name"), "other_group": (N_("Other group"), "group"), "name": (N_("Name"), "name"), "spanish": (N_("Name"), "text"),
    "measure_id": (N_("Measure"), "word"), "customer_id": (N_("Customer"), "text"), "expert_id": (N_("Expert"), "expert"),
    "activity_id": (N_("Activity"), "activity"), "activity": (N_("Activity"), "name"), "goal_id": (N_("Goal"), "goal"),
    "parameter_id": (N_("Parameter"), "parameter"), "penalty_id": (N_("Penalty"), "text"), "item_id": (N_("Item"), "parameter"),
    "message_id": (N_("Message"), "text"), "candidate_id": (N_("Candidate"), "text"), "force_id": (N_("Force"), "force"),
    "queue_id": (N_("Line"), "text"), "server_id": (N_("Server"), "text"), "service_id": (N_("Service"), "service"),
    "option_id": (N_("Option"), "text"), "options": (N_("Options"), "text"), "driver_id": (N_("Driver"), "driver"),
    "competitor_id": (N_("Competitor"), "competitor"), "supplier": (N_("Supplier"), "word"), "series_id": (N_("Series"), "group"),
    "method_id": (N_("Method"), "word"), "definition_id": (N_("No."), "text"), "content_no": (N_("No."), "0"),
    "principle": (N_("No."), "0"), "table": (N_("Table"), "text"), "meaning": (N_("Meaning"), "name"),
    "period": (N_("Period"), "text"), "date": (N_("Date"), "text"), "interval": (N_("From"), "text"),
    "volume": (N_("Volume"), "0"), "hour": (N_("Hour"), "0"), "owner": (N_("Owner"), "text")}
WORDS = {
    "quadrant": (N_("Quadrant"), "word"), "state": (N_("State"), "word"), "status": (N_("Status"), "word"),
    "unit": (N_("Unit"), "word"), "kind": (N_("Kind"), "word"), "type": (N_("Type"), "word"), "side": (N_("Side"), "word"),
    "source": (N_("Source"), "word"), "evidence": (N_("Evidence"), "word"), "reason": (N_("Reason"), "name"),
    "judgement": (N_("Why"), "name"), "note": (N_("Note"), "name"), "detail": (N_("Detail"), "text"), "missing": (N_("Missing"), "name"),
    "operator": (N_("Is"), "word"), "aggregation": (N_("Counted by"), "word"), "rule": (N_("Rule"), "word"),
    "variable": (N_("Variable"), "word"), "criterion": (N_("Criterion"), "word"), "veto": (N_("Veto"), "word"),
    "row": (N_("Row"), "name"), "column": (N_("Column"), "name"), "values": (N_("Categories"), "text"),
    "class": (N_("Class"), "word"), "advice": (N_("Advice"), "word"),
    "relationship": (N_("Relation"), "word"), "rfm_class": (N_("Kind of buyer"), "word"), "rfm_cell": (N_("Scores R-F-M"), "text"),
    "largest_names": (N_("The largest"), "text"), "abc": (N_("ABC class"), "word"), "laboriousness_class": (N_("Work class"), "word"),
    "package_class": (N_("Package"), "word"), "package": (N_("Package"), "word"), "fit": (N_("Fit"), "word"),
    "service_type": (N_("Type of service"), "word"), "marketing": (N_("Marketing"), "name"),
    "contact": (N_("Contact"), "name"), "degree": (N_("Degree"), "word"), "skill": (N_("Basic skill"), "name"),
    "focus": (N_("Focus of operations"), "name"), "technology": (N_("Technology"), "name"),
    "factor": (N_("Factor"), "name"), "form": (N_("Form"), "word"), "question": (N_("Question"), "name"),
    "definition": (N_("Definition"), "name"), "text": (N_("Text"), "text"), "asks": (N_("Question"), "name"),
    "answer": (N_("Answer"), "text"), "rival": (N_("Rival"), "text"), "first": (N_("First"), "word"),
    "second": (N_("Second"), "word"), "model": (N_("Model"), "text"), "stream": (N_("Stream"), "word"),
    "test": (N_("Test"), "word"), "contract_name": (N_("Contract"), "name"), "contract_form": (N_("Contract"), "word"),
    "responsibility": (N_("Responsibility"), "word"), "who": (N_("Who"), "word"), "party": (N_("Who pays"), "word"),
    "parameter": (N_("Parameter"), "word"), "guarantee": (N_("To assure"), "word"), "what": (N_("What"), "text"),
    "phase": (N_("Phase"), "word"), "medium": (N_("Medium"), "text"), "item": (N_("Item"), "name"),
    "content": (N_("Content"), "text"), "short": (N_("Measure"), "name"), "statistic": (N_("Statistic"), "auto")}
TRUTHS = {
    "large_enough": (N_("None too small"), "word"),
    "certain": (N_("Certain"), "2"), "undecided": (N_("Undecided"), "word"), "discriminating": (N_("Tells apart"), "word"),
    "recommended": (N_("Recommended"), "word"), "chosen": (N_("Chosen"), "word"), "feasible": (N_("Feasible"), "word"),
    "keep": (N_("Kept"), "word"), "dissenter": (N_("Dissents"), "word"), "borderline": (N_("Borderline"), "word"),
    "published": (N_("Published"), "word"), "publishable": (N_("May be published"), "word"), "meets": (N_("Meets"), "word"),
    "today": (N_("Today"), "auto"), "differs": (N_("Differs"), "word"), "differ": (N_("Differ"), "word"),
    "critical": (N_("Critical"), "word"), "in_equilibrium": (N_("In equilibrium"), "word"), "wanted": (N_("Wanted"), "word"),
    "for_all": (N_("For all groups"), "word"), "bottleneck": (N_("Bottleneck"), "word"), "go": (N_("Worth it"), "word"),
    "significant": (N_("Significant"), "word"), "eligible": (N_("Eligible"), "word"), "used": (N_("Used"), "word"),
    "measurable": (N_("Measurable"), "word"), "answered": (N_("Answered"), "0")}
CHECKED = {
    "file": (N_("File"), "text"), "at": (N_("Where"), "text"), "heading": (N_("Column"), "text"), "cell": (N_("Stands there"), "text"),
    "wrong": (N_("What is wrong"), "text"), "repair": (N_("Repair"), "text"), "left_out_why": (N_("Left out, and why"), "text")}
COUNTS = {
    "n_orders": (N_("Orders"), "auto"), "delivery_points": (N_("Delivery points"), "auto"),
    "n_clusters": (N_("Clusters"), "0"),
    "n": (N_("n"), "0"), "n_importance": (N_("n, importance"), "0"), "n_satisfaction": (N_("n, satisfaction"), "0"),
    "n_own": (N_("n, we"), "0"), "n_rival": (N_("n, rival"), "0"), "n_missing": (N_("Missing"), "0"),
    "n_items": (N_("Items"), "0"), "n_votes": (N_("Votes"), "0"), "n_judged": (N_("Criteria judged"), "0"),
    "n_categories": (N_("Categories"), "0"), "n_drivers": (N_("Drivers rated"), "0"),
    "n_placed": (N_("Customers placed"), "0"), "n_at_risk": (N_("Customers at risk"), "0"), "frequency": (N_("Orders, number"), "0"),
    "recency_days": (N_("Days since the last order"), "0"), "recency_score": (N_("Recency, 1 to 5"), "0"),
    "frequency_score": (N_("Frequency, 1 to 5"), "0"), "n_rated": (N_("Ratings"), "0"), "n_a": (N_("Customers of class A"), "0"),
    "n_lines": (N_("Lines of the order"), "0"), "customers": (N_("Customers"), "0"), "orders": (N_("Orders"), "0"),
    "population": (N_("Customers"), "0"), "proportional": (N_("Sample, in proportion"), "0"),
    "per_stratum": (N_("Sample for this segment alone"), "0"), "invitations": (N_("To invite"), "0"),
    "numerator": (N_("Served"), "0"), "denominator": (N_("Ordered"), "0"), "servers": (N_("Servers"), "0"),
    "df": (N_("df"), "0"), "resources": (N_("Resources"), "0"), "resources_needed": (N_("Resources needed"), "0"),
    "services": (N_("Services"), "0"), "term_score": (N_("Delivery terms, of 4"), "0"), "place": (N_("Place"), "0"),
    "observed": (N_("Observed"), "0"), "expected": (N_("Expected"), "auto"), "residual": (N_("Residual"), "1"),
    "returns": (N_("Returns"), "0"), "units": (N_("Units"), "0"), "latent": (N_("Want it and cannot pay"), "0"),
    "rank_sum": (N_("Sum of ranks"), "1"), "rank": (N_("Rank"), "1"), "m": (N_("Experts"), "0")}
SHARES = {
    "margin_rate": (N_("Margin rate"), "%"), "urgent_share": (N_("Urgent orders"), "%"),
    "smallest_share": (N_("Smallest cluster"), "%"),
    "share_at_risk": (N_("Value share at risk"), "%"), "share": (N_("Share"), "%"), "cumulative": (N_("Share, cumulative"), "%"), "rate": (N_("Rate"), "%"),
    "share_customers": (N_("Share of customers"), "%"), "share_revenue": (N_("Share of revenue"), "%"),
    "share_value": (N_("Share of value"), "%"), "loss_share": (N_("Share of the loss"), "%"), "level": (N_("Level"), "%"),
    "level_low": (N_("Low, 95 %"), "%"), "level_high": (N_("High, 95 %"), "%"), "proposed": (N_("Proposed"), "%"),
    "importance_share": (N_("Importance"), "%"), "order_value": (N_("Order by order"), "%"), "baseline": (N_("Today"), "%"),
    "competitor": (N_("Competitor"), "%"), "capability": (N_("Capability"), "%"), "floor": (N_("Floor"), "%"),
    "gap": (N_("Gap"), "%"), "base": (N_("Base"), "auto"), "sl_eco": (N_("Economic optimum"), "%"), "growth": (N_("Growth"), "%"),
    "utilisation": (N_("Utilisation"), "%"), "p_within_goal": (N_("Served within the goal"), "%"),
    "p_wait": (N_("Must wait"), "%"), "p_abandon": (N_("Leave"), "%"), "margin": (N_("Margin"), "%"), "cap": (N_("Cap"), "%"),
    "margin_target": (N_("Target margin"), "%"), "transparency": (N_("Transparency"), "%"), "independent": (N_("If independent"), "%"),
    "fail_first": (N_("First fails"), "%"), "fail_second": (N_("Second fails"), "%"), "both": (N_("Both fail"), "%"),
    "excess": (N_("More than by chance"), "%"), "row_share": (N_("Share of the row"), "%"), "rank_share": (N_("Share of customers"), "%"),
    "agreement": (N_("Votes in favour"), "%"), "coverage": (N_("Importance covered"), "%"), "rated_weight": (N_("Weight rated"), "%"),
    "flat_low": (N_("Flat from"), "%"), "flat_high": (N_("Flat to"), "%"), "from_level": (N_("From level"), "%"),
    "to_level": (N_("To level"), "%"), "shift": (N_("Competitor moves"), "%"), "continuous": (N_("Without steps"), "%"),
    "difference": (N_("Difference"), "%")}
NUMBERS = {
    "lines_per_order": (N_("Lines an order"), "1"), "size_cv": (N_("Variation of order size"), "2"),
    "silhouette": (N_("Silhouette"), "2"), "within_ss": (N_("Squares within clusters"), "0"),
    "gap_value": (N_("Gap statistic"), "2"), "gap_se": (N_("Gap, standard error"), "3"),
    "height": (N_("Height of the merge"), "1"), "x": (N_("Across"), "1"), "y": (N_("Up"), "1"),
    "importance": (N_("Importance, points of 100"), "1"), "points": (N_("Points of 100"), "1"),
    "satisfaction": (N_("Satisfaction, 0 to 10"), "1"), "perceived": (N_("Perceived"), "2"), "desired": (N_("Desired"), "auto"),
    "distance": (N_("Distance"), "2"), "force": (N_("Force"), "2"), "priority": (N_("Priority"), "1"),
    "value": (N_("Value"), "auto"), "low": (N_("Low, 95 %"), "auto"), "high": (N_("High, 95 %"), "auto"),
    "goal": (N_("Goal"), "auto"), "mean": (N_("Mean"), "2"), "required": (N_("Required"), "auto"),
    "current": (N_("Current"), "auto"), "own": (N_("We"), "2"), "best_rival": (N_("Best rival"), "2"),
    "relative": (N_("We minus rival"), "2"), "index": (N_("Index"), "2"), "chi2": (N_("χ²"), "2"), "p_value": (N_("p"), "p"),
    "p_adjusted": (N_("p, adjusted"), "p"), "cramers_v": (N_("Cramér's V"), "2"), "score": (N_("Score"), "2"),
    "attractiveness": (N_("Attractiveness, 1 to 5"), "2"), "laboriousness": (N_("Laboriousness, 1 to 5"), "2"),
    "rating": (N_("Rating, 1 to 5"), "2"), "d_us": (N_("We depend, 1 to 5"), "auto"),
    "d_cust": (N_("Customer depends, 1 to 5"), "auto"), "interdependence": (N_("Interdependence"), "1"), "asymmetry": (N_("Asymmetry"), "1"), "weight": (N_("Weight"), "3"), "contribution": (N_("Adds"), "3"),
    "error": (N_("Error (MASE)"), "2"), "mae": (N_("Mean absolute error"), "1"), "bias": (N_("Bias"), "2"),
    "tracking": (N_("Tracking signal"), "2"), "next": (N_("Next period"), "0"), "size": (N_("Size"), "auto"),
    "orders_per_period": (N_("Orders a customer and period"), "3"), "units_per_order": (N_("Units an order"), "1"),
    "demand": (N_("Demand"), "0"), "kappa": (N_("Contact index"), "2"), "interaction": (N_("Interaction"), "1"),
    "labour": (N_("Labour"), "1"), "complexity": (N_("Complexity"), "1"), "singularity": (N_("Singularity"), "1"),
    "mean_wait_min": (N_("Mean wait, minutes"), "1"), "mean_queue": (N_("Mean queue"), "2"),
    "arrivals_per_hour": (N_("Arrivals an hour"), "1"), "kc": (N_("Knowledge, kc"), "2"), "ka": (N_("Argument, ka"), "2"),
    "competence": (N_("Competence, K"), "2"), "w": (N_("W without this expert"), "3"), "change": (N_("Change of W"), "3"),
    "load": (N_("Load, hours"), "1"), "capacity": (N_("Capacity, hours"), "1"), "slack": (N_("Slack, hours"), "1"),
    "strength": (N_("Strength, 1 to 5"), "2"), "influenceability": (N_("Can be influenced, 1 to 5"), "1"),
    "tolerance": (N_("Tolerance"), "auto"), "training": (N_("Training needed"), "1"),
    "safety_stock": (N_("Safety stock"), "0"), "reorder_point": (N_("Reorder point"), "0")}
MONEY = {
    "revenue": (N_("Revenue"), "$"), "cost": (N_("Cost"), "$"), "cost_to_serve": (N_("Cost to serve"), "$"), "cost_each": (N_("Cost to serve, a customer"), "$"),
    "monetary": (N_("Monetary value"), "$"), "monetary_mean": (N_("Mean value"), "$"),
    "price": (N_("Price"), "$2"), "cts": (N_("Cost to serve"), "$2"), "expected_penalty": (N_("Penalties expected, a year"), "$"),
    "yearly": (N_("A year"), "$"), "profit": (N_("Profit"), "$"), "gain": (N_("Gain"), "$"), "loss": (N_("Loss"), "$"),
    "gain_of_a_point": (N_("Gain of one point"), "$"), "price_of_competing": (N_("Price of competing"), "$"),
    "margin_amount": (N_("Margin"), "$"), "hourly_cost": (N_("Cost an hour"), "$"),
    "expected_order": (N_("Expected, an order"), "$2"), "carrying_cost": (N_("Carrying cost"), "$")}

BEHIND = {  # columns of tables that stand behind a picture or a download
    "p10": (N_("10 % below"), "2"), "lower_quartile": (N_("Lower quartile"), "2"), "upper_quartile": (N_("Upper quartile"), "2"),
    "z": (N_("Dunn's z"), "2"), "median": (N_("Median"), "2"), "p90": (N_("90 % below"), "2"), "p95": (N_("95 % below"), "2"),
    "variance": (N_("Variance"), "2"), "left_out": (N_("Left out"), "0"), "not_due": (N_("Not due yet"), "0"),
    "supplier_caused": (N_("Caused by the supplier"), "word"), "order_level": (N_("Of orders"), "word"),
    "start": (N_("Start"), "%"), "end": (N_("End"), "%"), "k": (N_("Measures"), "0"), "product": (N_("Product"), "%"),
    "geometric_mean": (N_("Geometric mean"), "%"), "target": (N_("Target"), "%"), "joint": (N_("Joint rate"), "%"),
    "equal_level": (N_("Level each needs"), "%"), "k_orders": (N_("Measures of orders"), "0"),
    "joint_low": (N_("Joint rate, low"), "%"), "joint_high": (N_("Joint rate, high"), "%"),
    "product_orders": (N_("Product, same orders"), "%"), "lower": (N_("Lower bound"), "%"),
    "upper": (N_("Upper bound"), "%"), "n_row": (N_("n of the row"), "0"), "n_column": (N_("n of the column"), "0"),
    "n_all": (N_("n of the table"), "0"), "why": (N_("Why"), "word"),
    "p_A": (N_("Share in A"), "%"), "p_B": (N_("Share in B"), "%"), "p_C": (N_("Share in C"), "%"),
    "p_D": (N_("Share in D"), "%"), "importance_cut": (N_("Importance cut"), "1"),
    "satisfaction_cut": (N_("Satisfaction cut"), "2"), "n_rescaled": (N_("Answers rescaled"), "0"),
    "n_rejected": (N_("Answers left out"), "0"), "weighted_satisfaction": (N_("Weighted satisfaction"), "2"),
    "n_errors": (N_("Errors compared"), "0"), "service_code": (N_("Type of service"), "word"),
    "service_candidates": (N_("Types near the cut"), "text"), "marketing_code": (N_("Marketing"), "word"),
    "contact_code": (N_("Contact"), "word"), "contact_number": (N_("Contact, 1 to 6"), "0"),
    "fits_package": (N_("Fits the package"), "word"), "stage_gap": (N_("Stages missing"), "0"),
    "named": (N_("Named"), "word"), "template": (N_("Template"), "text"), "stable": (N_("Line settles"), "word"),
    "goal_wait_min": (N_("Goal, minutes"), "1"), "goal_probability": (N_("Goal, share"), "%"),
    "hours": (N_("Hours"), "0"), "busy": (N_("Busy"), "word"), "mean_of_all": (N_("Mean of all hours"), "1"),
    "peak_rate": (N_("Rate of the peak"), "1"), "in_peak": (N_("In the peak"), "word"),
    "on_peak_days": (N_("On peak days"), "1"), "peak_days": (N_("Peak days"), "text"), "peak_from": (N_("Peak from"), "text"),
    "peak_until": (N_("Peak until"), "text"), "arrival_rate": (N_("Arrivals an hour"), "1"),
    "mean_arrival_rate": (N_("Arrivals an hour, mean"), "1"), "service_rate": (N_("Services an hour"), "2"),
    "ca2": (N_("Variation of arrivals"), "2"), "cs2": (N_("Variation of services"), "2"), "c2": (N_("Variation"), "2"),
    "patience_min": (N_("Patience, minutes"), "1"), "servers_today": (N_("Servers today"), "0"),
    "servers_by_mean": (N_("Servers by the mean"), "0"), "servers_low": (N_("Servers, low"), "0"),
    "servers_high": (N_("Servers, high"), "0"), "payroll": (N_("On the payroll"), "0"),
    "n_arrivals": (N_("n, arrivals"), "0"), "n_services": (N_("n, services"), "0"), "busy_min": (N_("Busy, minutes"), "0"),
    "present_min": (N_("Present, minutes"), "0"), "markovian": (N_("As the model asks"), "word"),
    "linked": (N_("Linked to a goal"), "word"), "calculator": (N_("Calculator"), "text"), "sigma": (N_("Sigma"), "1"),
    "term_class": (N_("Delivery terms"), "word"), "transfer_point": (N_("Point of transfer"), "text"),
    "contract_proposed": (N_("Contract proposed"), "word"), "clauses": (N_("Clauses"), "text"),
    "price_proposed": (N_("Price proposed"), "$2"), "bound": (N_("Bound"), "word"), "valid_from": (N_("Valid from"), "text"),
    "valid_to": (N_("Valid to"), "text"), **{f"M{k}": (f"M{k}", "word") for k in range(1, 15)}}

SPLITS = {  # trees and methods of segmentation
    "who_belongs": (N_("Who belongs to it"), "text"), "target_share": (N_("Share with the criterion"), "%"),
    "explained_share": (N_("Explained"), "%"), "explained_held_back": (N_("Explained, held back"), "%"),
    "gain_share": (N_("Explains"), "%"), "power": (N_("Belson's D"), "1"), "power_share": (N_("Of a perfect D"), "%"),
    "categories_above": (N_("Upper half"), "text"), "categories_below": (N_("Lower half"), "text"),
    "n_above": (N_("n, upper"), "0"), "n_below": (N_("n, lower"), "0"), "value_above": (N_("Share, upper"), "%"),
    "value_below": (N_("Share, lower"), "%"), "n_segments": (N_("Segments"), "0"), "n_groups": (N_("Groups"), "0"),
    "smallest": (N_("Smallest"), "0"), "n_parts": (N_("Parts"), "0"), "n_tested": (N_("Tested"), "0"),
    "tested": (N_("Tested on"), "word"), "largest": (N_("Largest"), "0"), "why_not": (N_("Why not"), "name"),
    "cause": (N_("Why they differ"), "text"), "verdict": (N_("Verdict"), "word"), "h": (N_("H"), "2"), "language": (N_("Language"), "text"), "program": (N_("Rule as a program"), "code"),
    "node_id": (N_("Node"), "0"), "part": (N_("In the tree"), "name"), "squares": (N_("Sum of squares"), "1"), "predictor": (N_("Variable"), "word"), "method": (N_("Method"), "name"), "branch": (N_("Branch"), "text"), "categories": (N_("Categories"), "text"), "missing_share": (N_("Without a value"), "%"), "split_on": (N_("Split on"), "word")}

FACTORS = {  # factors of the survey
    **{f"F{k}": (f"F{k}", "2") for k in range(1, 9)}, **{f"factor:F{k}": (f"Factor {k}", "2") for k in range(1, 9)}, "communality": (N_("Communality"), "2"), "kmo": (N_("KMO"), "2"),
    "kmo_verdict": (N_("In words"), "name"), "deviation": (N_("Deviation"), "2"),
    "component_no": (N_("No."), "0"), "eigenvalue": (N_("Eigenvalue"), "2"), "parallel": (N_("By chance"), "2"),
    "taken": (N_("Taken"), "word"), "sum_of_squares": (N_("Sum of squared loadings"), "2"),
    "between_share": (N_("Lies between the strata"), "%"), "members": (N_("Who makes it"), "text"), "title": (N_("Factor"), "text")}

APART = {  # discriminant analysis: do the groups differ, and where does a new customer belong
    "function": (N_("Function"), "0"), "canonical": (N_("Canonical correlation"), "3"),
    "wilks": (N_("Wilks' Λ"), "3"), "f_statistic": (N_("F statistic"), "1"), "df1": (N_("df, between"), "0"),
    "df2": (N_("df, within"), "0"), "between": (N_("Variation between groups"), "%"), "coefficient": (N_("Coefficient"), "3"),
    "standardised": (N_("Standardised"), "3"), "structure": (N_("Structure"), "3"), "prior": (N_("Expected share"), "%"),
    "right_share": (N_("Found again"), "%"), "function_1": (N_("Function 1"), "2"), "function_2": (N_("Function 2"), "2"),
    "posterior": (N_("Probability"), "%"), "typicality": (N_("As far or farther"), "%"), "assigned": (N_("Assigned to"), "name"),
    "typical": (N_("Typical value"), "auto"), "other_name": (N_("Other group"), "name"), "d2": (N_("Distance², D²"), "2"),
    "from_score": (N_("Score from"), "2"), "to_score": (N_("Score to"), "2"), "cut": (N_("Cut"), "2"),
    "below": (N_("Below it"), "name"), "above": (N_("Above it"), "name")}

EXPERTS = {  # votes of experts, and their segments against those in force
    "in_favour": (N_("In favour"), "0"), "against": (N_("Against"), "0"), "one_vote": (N_("Hangs on one vote"), "word"),
    "kendall_w": (N_("Concordance, W"), "3"), "cohen_kappa": (N_("Cohen's κ"), "2"),
    "adjusted_rand": (N_("Adjusted Rand index"), "2"), "experts_segment": (N_("Segment by the experts"), "name"),
    "segment_now": (N_("Segment in force"), "name"), "stays": (N_("The same"), "word")}

ASKED = {  # whom to ask, and what
    "half_width": (N_("Error, ±"), "%"), "share_sample": (N_("Share of the sample"), "%"), "to_ask": (N_("Answers needed"), "0"),
    "all_asked": (N_("All are asked"), "word"), "neyman": (N_("Sample, by Neyman"), "0"), "spread": (N_("Spread of the answers"), "2"),
    "respondent_id": (N_("Respondent"), "text"), "no": (N_("No."), "0"), "severity": (N_("Verdict"), "word"),
    "where": (N_("Where"), "text"), "purpose": (N_("Purpose"), "text"), "scale": (N_("Scale"), "text"), "trace": (N_("Rule of the source"), "text")}

GAP_COLUMNS = {  # gaps of the service, what qualifies and what wins
    "believed": (N_("Management believes"), "2"), "frontline": (N_("Front line believes"), "2"),
    "specified": (N_("Specified"), "2"), "delivered": (N_("Delivered"), "2"), "offered": (N_("Offered"), "2"),
    "understood": (N_("Understood from the offer"), "2"), "knowledge_gap": (N_("Knowledge gap"), "2"),
    "standards_gap": (N_("Standards gap"), "2"), "delivery_gap": (N_("Delivery gap"), "2"),
    "communication_gap": (N_("Communication gap"), "2"), "service_gap": (N_("Service gap"), "2"),
    "perception_gap": (N_("Perception gap"), "2"), "interpretation_gap": (N_("Interpretation gap"), "2"),
    "employee_gap": (N_("Employee perception gap"), "2"), "internal_gap": (N_("Internal perception gap"), "2"),
    "promise_gap": (N_("Promise gap"), "2"), "weighted_gap": (N_("Gap × weight"), "2"),
    "primary_gap": (N_("Largest on the way"), "name"), "mended_in": (N_("Mended in"), "name"), "gap_name": (N_("Gap"), "name"),
    "delivered_source": (N_("Delivered, from"), "word"), "n_components": (N_("Components"), "0"),
    "shortfall": (N_("Shortfall"), "2"), "surplus": (N_("Surplus"), "2"), "n_primary": (N_("Largest in, number"), "0"),
    "largest_in": (N_("Largest in"), "component"), "raw": (N_("Measured"), "auto"), "worst": (N_("Worst, scores 0"), "auto"),
    "best": (N_("Best, scores 10"), "auto"), "qualifier": (N_("Qualifies from"), "2"), "winner": (N_("Wins from"), "2"),
    "level_or_gap": (N_("Level or gap"), "name"), "service_from": (N_("Service from"), "2"), "service_to": (N_("Service to"), "2"),
    "to_qualify": (N_("Missing to qualify"), "2"), "to_win": (N_("Missing to win"), "2"), "position": (N_("Position"), "word"),
    "own_level": (N_("Our level"), "%"), "rival_level": (N_("Rival's level"), "%"),
    "importance_now": (N_("Importance today"), "1"), "importance_future": (N_("Importance to come"), "1"),
    "quadrant_now": (N_("Quadrant today"), "name"), "quadrant_future": (N_("Quadrant to come"), "name"),
    "is_changed": (N_("Moves"), "word"), "winner_projected": (N_("Will win from"), "2"), "horizon_years": (N_("Years ahead"), "0")}

PAYOFF = {  # which level pays, beside the competitor
    "base_level": (N_("Before the life cycle"), "%"), "optimum": (N_("Optimum"), "%"), "given_up": (N_("Given up"), "$"),
    "given_up_there": (N_("Given up at the competitor's"), "$"),
    "price_low": (N_("Given up there, at least"), "$"), "price_high": (N_("Given up there, at most"), "$"), "input": (N_("Input"), "word"),
    "choice": (N_("Choice"), "text"), "stays_from": (N_("Stays from"), "text"), "stays_to": (N_("Stays to"), "text"),
    "from_points": (N_("Competitor from, points"), "1"), "to_points": (N_("Competitor to, points"), "1"), "wait_share": (N_("Wait"), "%"),
    "substitute_share": (N_("Take another article"), "%"), "elsewhere_share": (N_("Buy it elsewhere"), "%"),
    "leave_share": (N_("Leave for good"), "%"), "product_family": (N_("Product family"), "text"), "stage": (N_("Stage"), "word"),
    "multiplier": (N_("Multiplier"), "2"), "emphasis": (N_("Emphasis of service"), "name")}

COLUMNS: dict[str, tuple[str, str]] = {**GAP_COLUMNS, **PAYOFF, **ASKED, **EXPERTS, **APART, **SPLITS, **FACTORS, **IDENTITY, **WORDS, **TRUTHS, **CHECKED, **COUNTS, **SHARES, **NUMBERS, **MONEY, **BEHIND}
KINDS = frozenset(("component", "segment", "group", "expert", "activity", "goal", "parameter", "force", "service",
                   "driver", "competitor", "cluster"))  # formats of columns that hold ids: their names are shown
LARGE = 10_000  # from here on decimals only hide the number
SMALLEST = 0.001


def label(column: str, words) -> str:
    """The heading of a column in the reader's language."""
    if column not in COLUMNS:
        return column
    text, how = COLUMNS[column]
    return words(text) + (f", {words.currency}" if how.startswith("$") and words.currency else "")


def cell(column: str, value, words) -> str:
    """A value of a column as the reader sees it; missing is a dash, never 0.

    >>> from svcnb.i18n import words_in
    >>> cell("share", 0.125, words_in("en")), cell("p_value", 1e-9, words_in("es")), cell("state", None, words_in("en"))
    ('12.5 %', '< 0,001', '–')
    """
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(column, one, words) for one in value)
    if is_missing(value):
        return NO_VALUE
    how = COLUMNS.get(column, ("", "auto"))[1]
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return words(N_("yes")) if value else words(N_("no"))
    if isinstance(value, str):
        return value if how in ("text", "code") else words(value) if how == "name" else _named(how, column, value, words)
    if not isinstance(value, (int, float)) and not hasattr(value, "__float__"):
        return str(value)
    return _number(how, float(value), words)


def _named(kind: str, column: str, value: str, words) -> str:
    """The names of an id or of several with ; between; what has no name reads as a code."""
    known = words.names.get(kind, {})
    return ", ".join(known.get(one.strip()) or read_code(one.strip(), words, column)
                     for one in (value.split(";") if kind in KINDS else [value]))


def _number(how: str, value: float, words) -> str:
    if how == "%":
        return words.percent(value)
    if how.startswith("$"):
        return words.number(value, int(how[1:] or 0))
    if how == "p":
        return f"< {words.number(SMALLEST, 3)}" if value < SMALLEST else words.number(value, 3)
    if how.isdigit():
        return words.number(value, int(how))
    if abs(value) >= LARGE:
        return words.number(value, 0)
    return words.number(value, 2 if 1 <= abs(value) < 100 and not value.is_integer() else None)
