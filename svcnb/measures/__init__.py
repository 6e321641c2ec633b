"""From order lines and records to small frames: the fourteen measures, fill rates, values of customers.

Everything about orders is an Ibis expression that runs where the orders live (DuckDB, or the user's own
engine); only counts and one-row-a-customer frames leave. Rules in ``svcnb.measures.orders``.
"""

from __future__ import annotations

import pandas as pd

from svcnb.measures.definitions import DOUBLE_COUNTS, GOALS, MEASURES, ORDER_MEASURES

__all__ = ["DOUBLE_COUNTS", "GOALS", "MEASURES", "ORDER_MEASURES", "customer_orders", "customer_values", "fill_by_lines",
           "fill_rates", "order_flags", "returns_by_reason", "service_levels"]


def service_levels(study, by=None, goals=None) -> pd.DataFrame:
    """The fourteen measures of the study's period, one row a measure (and a value of ``by``).

    Parameters
    ----------
    study : anything with ``orders``, ``order_lines`` (Ibis), ``table(name)``, ``has(name)``, ``settings``
    by : Series or mapping customer_id -> value, or the name of a column of customers
        For instance the segment of each customer; customers without a value are left out.
    goals : mapping over ``GOALS``, for instance ``{"cycle_goal_days": 3}``

    Returns
    -------
    frame
        measure_id, [name of ``by``], name, statistic, value (NS_i, 0 to 1), n, low, high (95 %), unit,
        goal, mean, median, p90, p95, variance (in unit, unit squared), left_out (missing entries),
        not_due, state (measured, not measured), reason (a catalogue text), missing (columns).
        Source: S2:L100-115, method.md 2.2.
    """
    from svcnb.measures.levels_table import levels_table

    return levels_table(study, by, goals)


def order_flags(study, measures=ORDER_MEASURES, goals=None, by=None) -> pd.DataFrame:
    """Patterns of flags: one column a measure (True, False, None) and ``orders``, how many show the pattern.

    Counts of patterns, not orders, leave the database: a few hundred rows however many orders there
    are. ``levels.combine(levels, flags=patterns[measures], weights=patterns["orders"])`` takes them.
    """
    from svcnb.errors import ParameterError
    from svcnb.i18n import N_
    from svcnb.measures.definitions import goals_in_force
    from svcnb.measures.levels_table import key_series
    from svcnb.measures.orders import flag_patterns

    wrong = [measure for measure in measures if measure not in (*ORDER_MEASURES, "M7")]
    if wrong:
        raise ParameterError(N_("{measures} is not measured order by order; measures are {known}."),
                             measures=", ".join(wrong), known=", ".join((*ORDER_MEASURES, "M7")))
    keys = key_series(study, by)
    patterns = flag_patterns(study, measures, goals_in_force(goals), keys)
    if keys is None:
        return patterns.drop(columns="key")
    return patterns.dropna(subset="key").rename(columns={"key": keys.name}).reset_index(drop=True)


def fill_rates(study, by=None):
    """Fill rates of the study's closed orders; see ``svcnb.methods.fill.fill_rates``. With ``by`` a dict."""
    from svcnb.measures.lines import fill_of_orders

    return fill_of_orders(study, by)


def fill_by_lines(study, up_to: int = 12) -> pd.DataFrame:
    """Complete orders by number of lines: n_lines, orders, rate (observed)."""
    from svcnb.measures.lines import fill_by_number_of_lines

    return fill_by_number_of_lines(study, up_to)


def returns_by_reason(study, goals=None) -> pd.DataFrame:
    """Returned units by reason; see ``svcnb.measures.records.returns_by_reason``."""
    from svcnb.measures.definitions import goals_in_force
    from svcnb.measures.records import returns_by_reason as by_reason

    return by_reason(study, goals_in_force(goals))


def customer_values(study) -> pd.DataFrame:
    """What each customer bought: one row a customer.

    Columns: customer_id, revenue (of customers, from the lines where customers have none; study
    currency), margin, volume (units), n_orders, n_lines, lines_per_order, size_cv (variation of the
    units of an order: standard deviation / mean), urgent_share, first_order, last_order. Orders the
    customer cancelled do not count; what was not bought is 0, what is not known is missing.
    """
    from svcnb.measures.customers import values_of_customers

    return values_of_customers(study)


def customer_orders(study) -> pd.DataFrame:
    """What recency, frequency and monetary value are counted from: one row an order of the period.

    Columns: customer_id, order_ts, value (of what was delivered, else ordered; 0 for what the supplier cancelled; missing
    where no line or price is known). Orders the customer cancelled do not count.
    """
    from svcnb.measures.customers import orders_of_customers

    return orders_of_customers(study)
