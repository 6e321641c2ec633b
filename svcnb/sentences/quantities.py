"""What a single number of a step is called: ``fill_order`` is the share of complete orders, ``level_M8`` a measure's level."""

from __future__ import annotations

import re

from svcnb.i18n import N_
from svcnb.sentences.codes import read_code
from svcnb.sentences.columns import COLUMNS

QUANTITIES = {
    "n_customers": N_("customers"), "n_orders": N_("orders"), "n_order_lines": N_("order lines"),
    "n_survey_respondents": N_("survey respondents"), "n_experts": N_("experts"),
    "n_complaints": N_("complaints"), "n_problems": N_("cells or rows with problems"),
    "level": N_("level of the measure"), "fill_unit": N_("fill rate by units"),
    "fill_value": N_("fill rate by value"), "fill_line": N_("fill rate by lines"),
    "fill_order": N_("complete orders"), "fill_customer": N_("customers always served complete"),
    "fill_mean_order": N_("mean fill rate of the orders"), "ns_product": N_("general level, product"),
    "ns_geometric_mean": N_("general level, geometric mean"),
    "ns_measures": N_("measures in the general level"),
    "ns_equal_level": N_("level that each measure would need"), "ns_joint": N_("orders without any failure"),
    "ns_product_orders": N_("product over the same orders"), "ns_lower": N_("least joint level possible"),
    "ns_upper": N_("greatest joint level possible"), "index": N_("index against the competition"),
    "n_weaknesses": N_("weaknesses against the competition"), "variable": N_("segmentation variable"),
    "criterion": N_("criterion of the segmentation"), "n_candidates": N_("candidate variables"),
    "n_discriminating": N_("variables that tell apart"), "n_segments": N_("segments"),
    "n_targets": N_("target segments"), "share_revenue_targets": N_("revenue share of the target segments"),
    "share_unassigned": N_("customers in no segment"), "overall": N_("customers with the criterion"),
    "n_cards": N_("segment cards"), "cards_complete": N_("segment cards that are complete"),
    "explained_share": N_("explained by the segments"), "explained_held_back": N_("explained of customers held back"),
    "cramers_v": N_("Cramér's V"), "discriminating": N_("the segments tell apart"),
    "agreement_with_experts": N_("agreement with the experts"), "customers": N_("customers"),
    "n_groups": N_("customer groups"), "groups_split": N_("groups that are split"),
    "splits_supported": N_("ways to split a group that the test supports"), "abc_by": N_("ABC classes by"), "gini": N_("concentration (Gini)"),
    "n_clusters": N_("clusters of customers"), "clusters_by": N_("method of the clusters"),
    "silhouette": N_("mean silhouette of the clusters"), "structure": N_("structure of the clusters"),
    "stability": N_("agreement of the clusters when drawn anew"), "best_k": N_("clusters by the silhouette"),
    "gap_k": N_("clusters by the gap statistic"), "n_clustered": N_("customers in clusters"),
    "n_not_clustered": N_("customers in no cluster"),
    "share_nearer_elsewhere": N_("customers nearer to another cluster"),
    "n_excluded": N_("customers left out of the ABC analysis"),
    "kruskal_h": N_("difference between groups, H"), "difference_p": N_("difference between groups, p-value"),
    "difference_effect": N_("difference between groups, effect"), "groups_differ": N_("the groups differ"),
    "wilks_f": N_("difference between groups, F"), "wilks_p": N_("difference between groups, p of Wilks"),
    "best_predictor": N_("what separates the groups most"), "best_between": N_("its variation between the groups"),
    "right_left_out": N_("customers found again, leave-one-out"), "right_same": N_("customers found again, same customers"),
    "right_by_chance": N_("customers found again by chance"), "rule_useful": N_("the rule may assign new customers"),
    "box_p": N_("equal spread of the groups, p-value"), "n_compared": N_("customers compared"),
    "closest_p": N_("closest pair of groups, p-value"), "merge_verdict": N_("what the test of the groups says"),
    "customers_redesign": N_("customers laborious and small"), "share_redesign": N_("value share of the laborious and small"),
    "customers_protect": N_("customers of class A rated"), "share_protect": N_("value share of class A, rated customers"),
    "customers_placed": N_("customers placed in the matrix"), "customers_ordered": N_("customers with orders"),
    "customers_borderline": N_("customers near the cut of the matrix"), "customers_hostage": N_("customers who hold us hostage"),
    "customers_high_interdependence": N_("customers of high interdependence"),
    "customers_low_interdependence": N_("customers of low interdependence"),
    "customers_drunk_with_power": N_("customers over whom we have power"),
    "share_revenue_hostage": N_("revenue share of those who hold us hostage"),
    "share_revenue_high_interdependence": N_("revenue share of high interdependence"),
    "share_revenue_low_interdependence": N_("revenue share of low interdependence"),
    "share_revenue_drunk_with_power": N_("revenue share of those over whom we have power"),
    "customers_at_risk": N_("customers at risk"), "customers_lost": N_("customers lost"),
    "share_value_at_risk": N_("value share at risk"), "share_value_lost": N_("value share lost"),
    "laboriousness_and_cost": N_("laboriousness against cost, correlation"), "respondents": N_("respondents"),
    "wanted_not_received": N_("wanted and not received"), "sample_size": N_("sample size, whole market"),
    "sample_size_segments": N_("sample size, by segments"), "integral_distance": N_("integral distance"),
    "shortfall": N_("shortfall"), "attainment": N_("attainment of what is expected"),
    "composition_total": N_("demand by composition"), "decomposition_total": N_("demand by decomposition"),
    "difference": N_("difference between the two"), "cv_total": N_("variation of the whole demand"),
    "cv_groups": N_("variation of the groups' demand"), "forecast_next": N_("forecast of the next period"),
    "profit_at_optimum": N_("profit at the optimum"), "sl_stock": N_("level by the stock rule"),
    "parity_cost": N_("cost of matching the competitor"),
    "best_point": N_("best level in whole points"), "flip_revenue": N_("times the revenue that keeps the best point"),
    "flip_cost": N_("times the cost that keeps the best point"),
    "life_cycle_multiplier": N_("life-cycle multiplier"),
    "parity_option": N_("options that match the competitor"), "ns_goal": N_("general level of the goals"),
    "arrival_rate_mean": N_("arrivals an hour, mean of the day"), "mean_wait": N_("mean wait"),
    "goal_wait": N_("wait wanted at most"), "mean_wait_observed": N_("mean wait observed"),
    "served_within_goal_observed": N_("served within the goal, observed"),
    "abandon_share": N_("left without service"), "table1_agreed": N_("definitions agreed"),
    "table1_filled": N_("definitions filled in"), "decentralisation": N_("decentralisation"),
    "marketing_stage": N_("stage of the marketing function"), "experts_kept": N_("experts kept"),
    "experts_needed": N_("experts needed"), "concordance": N_("concordance of the experts (W)"),
    "concordance_needed": N_("concordance wanted"), "concordance_p": N_("concordance, p-value"),
    "concordance_without": N_("concordance without the dissenter"),
    "largest_utilisation": N_("largest utilisation"), "force_net": N_("balance of the forces"),
    "force_ratio": N_("driving share of the forces"), "critical_forces": N_("critical forces"),
    "goals_feasible": N_("goals that can be reached"), "goals_not_feasible": N_("goals out of reach"),
    "goals_not_judged": N_("goals not judged"), "parameters": N_("critical parameters"),
    "parameters_without_magnitude": N_("parameters without a magnitude"),
    "n_publishable": N_("offers that may be published"), "messages_allowed": N_("messages allowed"),
    "messages_gap": N_("messages that promise more than is given"),
    "principles_passed": N_("principles passed"),
    "contents_complete": N_("contents of the plan that are complete"), "blanks": N_("blanks in the plan"),
    "guarantees_complete": N_("guarantees that are complete"),
    "phases_missing": N_("phases without communication"), "demand": N_("demand of the plan"),
    "peak_utilisation": N_("peak utilisation"), "cost": N_("cost of the service"),
    "kmo": N_("adequacy of the items (KMO)"), "bartlett_chi2": N_("items related, Bartlett's χ²"),
    "bartlett_df": N_("items related, degrees of freedom"), "bartlett_p": N_("items related, p-value"),
    "suits_factors": N_("the items suit factors"), "items_analysed": N_("items analysed"), "n_factors": N_("factors taken"),
    "kaiser_factors": N_("factors by Kaiser's rule"), "parallel_factors": N_("factors above chance"),
    "variance_explained": N_("variance that the factors explain"),
    "respondents_left_out": N_("respondents with an empty item"), "customers_scored": N_("customers with scores"),
    "keep_from": N_("votes in favour from which a variable is kept"), "n_voters": N_("experts who voted"),
    "variables_voted": N_("variables voted on"), "variables_kept": N_("variables that the experts keep"),
    "variables_tested": N_("voted variables that data test"),
    "experts_and_data_agree": N_("variables on which experts and data agree"), "ratings_agree": N_("the ratings agree"),
    "kappa_with_experts": N_("agreement with the experts (κ)"), "verdict_experts": N_("what the data say of the experts' segments"),
    "customers_to_ask": N_("answers that the sample needs"), "customers_to_invite": N_("customers to invite"),
    "error_whole": N_("error of a result of the whole, ±"), "error_segments": N_("largest error of a segment's result, ±"),
    "n_questions": N_("questions"), "n_errors": N_("questions and gaps to mend"), "n_warnings": N_("questions to look at again"),
    "approved": N_("the questionnaire is approved"),
    "weighted_gap": N_("service gap by importance"), "surplus": N_("surplus of the service"),
    "n_shortfalls": N_("shortfalls that ask for a cause"), "n_causes_known": N_("shortfalls whose largest gap is known"),
    "n_below_qualifier": N_("components below what qualifies"),
    "customers_moved": N_("customers in another segment than the experts'"),
}
OF = re.compile(r"(.+?)[._]((?:[SGMK]\d+)|[ABC]|own|all|belson|aid|chaid|contingency|clusters)$")


def quantity_name(name: str, words) -> str:
    """The name of a number in the reader's words, with what it is of.

    >>> from svcnb.i18n import words_in
    >>> quantity_name("level_M8", words_in("en")), quantity_name("ns_goal_G1", words_in("es"))
    ('level of the measure: Error-free performance', 'nivel general de las metas: G1')
    """
    found = None if name in QUANTITIES or name in COLUMNS else OF.fullmatch(name)
    base = found[1] if found else name
    called = words(QUANTITIES[base]) if base in QUANTITIES else words(COLUMNS[base][0]) if base in COLUMNS else base
    return words("{what}: {of}", what=called, of=read_code(found[2], words)) if found else called
