"""The planted truth, taken from the generator's own books (never computed from the files it writes).

A row is (value, tolerance, where it was planted). The tolerance is how far from the value a good method
may land; 0 means exactly.
"""

from __future__ import annotations

import numpy as np

from story import experts, queue, survey
from story.customers import USES_PRODUCT
from story.setting import BRANCHES, GROUP, N_CUSTOMERS, ORDERS_A_MONTH, SEGMENT


def planted_truth(customers, orders, lines, points) -> dict[str, tuple]:
    """name -> (value, tolerance, where)."""
    truth = {
        "n_customers": (sum(N_CUSTOMERS.values()), 0, "customers.csv: rows"),
        "n_orders": (len(orders), 0, "orders.csv: rows"),
        "n_lines": (len(lines), 0, "order_lines.csv: rows"),
        "discriminating_variable": ("branch", 0, "customers.csv: explains uses_product"),
        "not_discriminating": (["location", "sex"], 0, "customers.csv: independent of uses_product"),
    }
    for branch, share in USES_PRODUCT.items():
        truth[f"uses_product.{SEGMENT[branch]}"] = (round(share * N_CUSTOMERS[branch]) / N_CUSTOMERS[branch], 0,
                                                    f"customers.csv: {branch}")
    truth |= _levels(orders, lines)
    truth |= _customers(customers)
    truth |= _survey(points)
    truth |= {
        "growth_a_month.G2": (ORDERS_A_MONTH["fleet"][1], 0.005, "demand_history.csv: slope of the logarithm"),
        "seasonal_series": ("G1", 0, "demand_history.csv: peaks in June and December"),
        "peak_arrivals_h": (queue.PEAK_RATE, 0.01, "queue_observations.csv: Tuesday and Friday, 10 to 12"),
        "service_rate_h": (60 / queue.SERVICE_MIN, 0.6, "queue_observations.csv: served customers"),
        "mean_arrivals_h": (_mean_rate(), 0.01, "queue_observations.csv: all arrivals / 100 hours"),
        "servers_by_mean": (2, 0, "M/M/s, 90 % wait at most 10 minutes, rate of all hours"),
        "servers_in_peak": (5, 0, "M/M/s, 90 % wait at most 10 minutes, rate of the peak"),
        "dissenter": (experts.DISSENTER, 0, "expert_answers.csv: topic parameters"),
        "incompetent": (experts.INCOMPETENT, 0, "experts.csv: K = 0.40 < 0.5"),
        "first_parameter": (experts.ORDER[0], 0, "expert_answers.csv: topic parameters, lowest rank sum"),
        "strongest_forces": (["F5", "F7"], 0, "expert_answers.csv: topic forces"),
        "laborious_group": ("G3", 0, "driver_ratings.csv: high, with less than 15 % of the revenue"),
        "lab_class": ([f"{g}:{c}" for g, c in (("G1", "medium"), ("G2", "low"), ("G3", "high"))], 0,
                      "driver_ratings.csv: subject_kind group"),
        "economic_level": (0.925, 0.01, "service_curve.csv"),
        "inventory_step": (0.93, 0, "inventory_case.csv: whole-point rule"),
        "parity_option": ("stock and route", 0, "design_options.csv against K1 in S1: M2 0.93, M3 0.95"),
        "overloaded_activity": ("A5", 0, "activities, norms, service_demand of 2026-07: U > 1"),
        "composition_over_decomposition": (-0.0385, 0.002, "group_rates.csv and market.csv, 2026-07"),
    }
    return truth


def _levels(orders, lines):
    """On time, complete, without error: from the flags that were drawn before any timestamp was made."""
    done = (orders.status == "delivered").to_numpy()
    on_time = ~orders._late.to_numpy()
    whole = ~orders._short.to_numpy()
    wrong = lines[lines.error_type != "none"].order_id
    lines_right = (~orders.order_id.isin(wrong)).to_numpy()
    rest_right = (orders._docs_ok & orders._condition_ok & orders._info_ok).to_numpy()
    right = lines_right & rest_right
    where = "orders.csv, order_lines.csv: delivered orders"
    truth = {}
    for name, mask in [("all", done)] + [(SEGMENT[b], done & (orders.branch == b).to_numpy()) for b in BRANCHES[:3]]:
        p = [flag[mask].mean() for flag in (on_time, whole, right)]
        together = (on_time & whole & right)[mask].mean()
        truth |= {
            f"on_time.{name}": (p[0], 0.015, where + ", delivery not after promise (M2)"),
            f"order_fill.{name}": (p[1], 0.015, where + ", every line whole in the first delivery (M11)"),
            f"error_free.{name}": (p[2], 0.015, where + ", no wrong line, papers, goods, information (M8)"),
            f"product.{name}": (float(np.prod(p)), 0.02, where + ", M2 x M11 x M8"),
            f"joint.{name}": (together, 0.02, where + ", M2 and M11 and M8 on the same order"),
        }
    truth["error_free_lines.all"] = (lines_right[done].mean(), 0.001, where + ", no line with an error_type: a part of M8")
    truth["error_free_rest.all"] = (rest_right[done].mean(), 0.01, where + ", papers, goods, information right where they "
                                    "are recorded (3 % are not): the other part of M8")
    sold = lines[lines.order_id.isin(orders.order_id[done])]
    got = np.where(sold._short, np.minimum(sold._part, sold.qty_ordered), sold.qty_ordered)
    truth["unit_fill"] = (got.sum() / sold.qty_ordered.sum(), 0.015, where)
    truth["value_fill"] = ((got * sold.unit_price).sum() / (sold.qty_ordered * sold.unit_price).sum(), 0.015, where)
    truth["line_fill"] = (1 - sold._short.mean(), 0.015, where)
    known = lines[lines.qty_available_at_order.notna()]
    truth["availability"] = (1 - known._unavailable.mean(), 0.015, "order_lines.csv: stock at order entry (M3)")
    return truth


def _customers(customers):
    value = customers.revenue.sort_values(ascending=False)
    before = value.cumsum().shift(fill_value=0) / value.sum()
    counts = [int((before < 0.8).sum()), int(((before >= 0.8) & (before < 0.95)).sum()), int((before >= 0.95).sum())]
    share = customers.groupby("branch").revenue.sum() / value.sum()
    truth = {"abc_counts": (counts, 2, "customers.csv: revenue, cuts 0.80 and 0.95"),
             "without_orders": (int((customers.n_orders == 0).sum()), 0, "customers.csv: n_orders = 0")}
    for branch in BRANCHES:
        truth[f"revenue_share.{GROUP[branch]}"] = (share[branch], 0.001, "customers.csv")
    return truth


def _survey(points):
    truth = {"n_respondents": (sum(survey.ANSWERS.values()), 0, "survey_respondents.csv: rows"),
             "answers_of_farms": (survey.ANSWERS["small farm"], 0, "survey_respondents.csv: too few to show")}
    for name, n in points.items():
        truth[f"points_{name}"] = (n, 0, "survey_importance.csv: respondents")
    for branch in BRANCHES[:3]:
        weight, given = np.array(survey.IMPORTANCE[branch]), np.array(survey.SATISFACTION[branch])
        wanted = [f"C{k + 1}" for k in np.flatnonzero((weight > 10) & (given < given.mean()))]
        truth[f"window_a.{SEGMENT[branch]}"] = (wanted, 0, f"survey of {branch}: wanted (over 10 points), not had")
    causes = (("S1.C9", "G3"), ("S1.C7", "G3"), ("S2.C8", "G2"), ("S2.C6", "G6"), ("S3.C5", "G1"))
    for place, gap in causes:
        truth[f"gap_cause.{place}"] = (gap, 0, "management_beliefs, gap_objective, survey: the largest gap")
    return truth


def _mean_rate():
    peak_hours = 4 * (queue.PEAK_HOURS[1] - queue.PEAK_HOURS[0])
    return (peak_hours * queue.PEAK_RATE + (100 - peak_hours) * queue.BASE_RATE) / 100


def truth_text(truth: dict[str, tuple]) -> str:
    """truth.toml: one table a planted thing."""
    parts = ["# What the generator planted; written by generate.py. tolerance 0 means exactly.\n"]
    for name, (value, tolerance, where) in truth.items():
        parts.append(f'["{name}"]\nvalue = {_toml(value)}\ntolerance = {_toml(tolerance)}\nwhere = "{where}"\n')
    return "\n".join(parts)


def _toml(value):
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    return f"{float(value):.6g}"
