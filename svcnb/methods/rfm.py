"""Recency, frequency and monetary value: how lately, how often and for how much each customer orders.

The three numbers are extra characteristics of a customer for step 2 (method.md 4.0 to 4.2), each scored 1 to 5 by
quantile bands. Hughes, A. M. (1994), *Strategic Database Marketing*, Probus (quintiles of each, read together as one
cell); Bult, J. R. and Wansbeek, T. (1995), "Optimal selection for direct mail", *Marketing Science* 14, 378-394 (the
three variables and their limits as predictors). The classes in ``RULES`` are a house rule, meant to be edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import as_categories
from svcnb.methods.laboriousness import bands

NEAR = 1e-9
TIE_DIGITS = 6  # for ranking only: 0.1 + 0.2 and 0.3 are the same money
DAY = r"^\s*(\d{4}-\d{2}-\d{2})(?:[T ].*)?$"
BY_HAND = N_("Ask the sellers to rate how lately, how often and for how much each customer orders.")
MEASURES = {"recency_days": N_("recency"), "frequency": N_("frequency"), "monetary": N_("monetary value")}
SCORES = ("recency_score", "frequency_score", "monetary_score")
LEVELS = ("low", "middle", "high")
LEVEL_CUTS = (0.4, 0.6)  # of the bands: scores 1 and 2 of 5 are low, 3 middle, 4 and 5 high
ANY = "low middle high"
RULES = {  # house rule: class -> levels of recency, frequency, monetary value that it takes; the first that fits
    "champion": ("high", "high", "high"),
    "loyal": ("middle high", "high", ANY),
    "new": ("high", "low", ANY),
    "at_risk": ("low", "middle high", ANY),
    "lost": ("low", "low", ANY),
    "regular": (ANY, ANY, ANY),
}


@dataclass(frozen=True, eq=False)
class Rfm:
    """Recency, frequency and monetary value of each customer, scored and classified.

    ``customers`` has a row a customer (index customer_id, sorted): recency_days (whole days from the last order to
    ``on``), frequency (orders), monetary (their value, in the currency of ``value``), recency_score,
    frequency_score, monetary_score (1 to ``n_bands``, the highest is the latest, most frequent, most valuable),
    cell (text such as 5-4-3, None unless all three are measured) and rfm_class (a key of the rules). NaN and None
    are "not measured": customers without an order, values that are not known.

    ``counts`` class -> customers, in the order of the rules; ``on`` day of reference; ``n`` customers with an order,
    ``n_without_order`` the others; ``n_orders`` orders counted, ``n_missing`` left out for want of customer or date,
    ``n_later`` left out for being after ``on``; ``missing_shares`` column -> share of the rows without a value.
    """

    customers: pd.DataFrame
    counts: dict[str, int]
    on: pd.Timestamp
    n_bands: int
    n: int
    n_without_order: int
    n_orders: int
    n_missing: int
    n_later: int
    missing_shares: dict[str, float]
    warnings: tuple[Reason, ...] = ()


def score_rfm(orders: pd.DataFrame, *, on=None, n_bands: int = 5, customers=None,
              rules: Mapping[str, tuple[str, str, str]] = RULES) -> Rfm:
    """Recency, frequency and monetary value of each customer, and their scores 1 to ``n_bands``.

    A score is ``ceil(n_bands (rank - 0.5) / n)`` of the middle rank among the customers measured
    (``laboriousness.bands``): quintiles where values differ, and equal values always get equal scores. A score is low
    when ``(score - 0.5) / n_bands < 0.4``, high above 0.6, else middle; the first of ``rules`` whose levels fit names
    the class.

    Parameters
    ----------
    orders : customer_id, order_ts (dates), value (of the order; may be absent or negative), one row an order; an
        order_id, where there is one, must not repeat. Leave cancelled orders out before. Not changed.
    on : day of reference; None takes the day of the last order. Later orders are left out and counted.
    n_bands : bands of a score, 2 to 10
    customers : all customer ids, so that those without an order are listed as not measured; None for those in ``orders``
    rules : class -> levels (words among low, middle, high) of recency, frequency and monetary value. A monetary value
        that is not measured fits any level, and a warning says so.

    Raises
    ------
    NotComputable
        a column is not there, order_ts holds no dates, an order repeats, no order is left
    ParameterError
        ``on`` is no date, ``n_bands`` or ``rules`` are outside their rule

    References
    ----------
    Hughes (1994); Bult and Wansbeek (1995). Middle ranks and classes: house rules.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "b", "b", "c"], "value": [100.0, 50.0, 40.0, 10.0],
    ...                        "order_ts": pd.to_datetime(["2024-06-30", "2024-06-01", "2024-06-20", "2024-01-01"])})
    >>> result = score_rfm(orders, n_bands=3)
    >>> result.customers[["recency_days", "frequency", "monetary", "cell"]].to_dict("split")["data"]
    [[0.0, 1.0, 100.0, '3-1-3'], [10.0, 2.0, 90.0, '2-3-2'], [181.0, 1.0, 10.0, '1-1-1']]
    """
    if isinstance(n_bands, bool) or n_bands not in range(2, 11):
        raise ParameterError(N_("{n} bands cannot be scored; write a whole number from 2 to 10."), n=n_bands)
    taken = _checked_rules(rules)
    warnings: list[Reason] = []
    rows = _rows(orders)
    known = rows["customer_id"].notna() & rows["day"].notna()
    on = _day_of(on, rows.loc[known, "day"])
    counted = rows[known & (rows["day"] <= on)]
    table = _measure(counted, on, customers)
    _score(table, n_bands, warnings)
    table["rfm_class"] = pd.Series(_classify(table, n_bands, taken), index=table.index, dtype=object)
    n_known, n_with = int(known.sum()), int(table["frequency"].notna().sum())
    _tell(warnings, rows, n_missing=len(rows) - n_known, n_later=n_known - len(counted), on=on,
          n_without=len(table) - n_with, n_unvalued=int(n_with - table["monetary"].notna().sum()),
          n_unclassed=int(n_with - table["rfm_class"].notna().sum()))
    counts = table["rfm_class"].value_counts()
    return Rfm(table, {name: int(counts.get(name, 0)) for name in taken}, on, n_bands, n_with, len(table) - n_with,
               len(counted), len(rows) - n_known, n_known - len(counted), {
                   "customer_id": _missing_share(rows["customer_id"]), "order_ts": _missing_share(rows["day"]),
                   "value": _missing_share(rows["value"])}, tuple(warnings))


def _rows(orders: pd.DataFrame) -> pd.DataFrame:
    """customer_id as text, day, value (NaN where not known) of each order."""
    absent = [name for name in ("customer_id", "order_ts") if name not in orders.columns]
    if absent:
        raise NotComputable(N_("Orders need the columns {columns}, which are not there."), columns=", ".join(absent))
    for name in ("customer_id", "order_ts", "value", "order_id"):
        if (orders.columns == name).sum() > 1:
            raise NotComputable(N_("{n} columns are called {column}."), n=int((orders.columns == name).sum()), column=name)
    if "order_id" in orders.columns:
        ids = _ids(orders["order_id"]).dropna()
        if ids.duplicated().any():
            twice = ids[ids.duplicated()].iloc[0]
            raise NotComputable(N_("The order {order} occurs {n} times; give one row an order."), order=twice,
                                n=int((ids == twice).sum()))
    value = np.full(len(orders), np.nan)
    if "value" in orders.columns:
        value = pd.to_numeric(orders["value"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return pd.DataFrame({"customer_id": _ids(orders["customer_id"]).to_numpy(dtype=object),
                         "day": _days(orders["order_ts"]).to_numpy(),
                         "value": np.where(np.isfinite(value), value, np.nan)})


def _ids(values: pd.Series) -> pd.Series:
    try:
        return as_categories(values)
    except TypeError as error:
        raise NotComputable(N_("{column} holds lists or other values that are no ids."),
                            column=str(values.name)) from error


def _days(moments: pd.Series) -> pd.Series:
    """The day of each moment on its own clock; NaT where it is no date, or one not written as 2024-12-31."""
    if pd.api.types.is_numeric_dtype(moments) and moments.notna().any():
        raise NotComputable(N_("order_ts holds numbers, not dates."))
    if isinstance(moments.dtype, pd.DatetimeTZDtype):
        moments = moments.dt.tz_localize(None)
    if pd.api.types.is_datetime64_dtype(moments):
        return moments.dt.normalize().astype("datetime64[s]")
    texts = [value.isoformat() if hasattr(value, "isoformat") else str(value) for value in moments]
    days = pd.Series(texts, index=moments.index, dtype=str).str.extract(DAY, expand=False)
    return pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")


def _day_of(on, days: pd.Series) -> pd.Timestamp:
    """The day of reference: the one given, else that of the last order."""
    if not len(days):
        raise NotComputable(N_("No order has both a customer and a date."), fallback=BY_HAND)
    if on is None:
        return days.max()
    day = _days(pd.Series([on], dtype=object)).iloc[0]
    if day is pd.NaT:
        raise ParameterError(N_("{on} is no date; write for example 2024-12-31."), on=str(on))
    if day < days.min():
        raise NotComputable(N_("All {n} orders with a customer and a date are after {on:date}."), n=len(days), on=day,
                            fallback=BY_HAND)
    return day


def _measure(counted: pd.DataFrame, on: pd.Timestamp, customers) -> pd.DataFrame:
    """recency_days, frequency, monetary of each customer; one value not known leaves the sum not measured."""
    by = counted.groupby("customer_id", sort=True)
    table = pd.DataFrame({"recency_days": (on - by["day"].max()).dt.days.astype(float),
                          "frequency": by.size().astype(float),
                          "monetary": by["value"].sum().where(by["value"].count() == by.size())})
    if customers is not None:
        listed = set(as_categories(pd.Series(list(customers), dtype=object)).dropna())
        table = table.reindex(sorted(listed | set(table.index)))
    return table.rename_axis("customer_id")


def _score(table: pd.DataFrame, n_bands: int, warnings: list[Reason]) -> None:
    for (measure, word), score in zip(MEASURES.items(), SCORES):
        rising = -table[measure] if measure == "recency_days" else table[measure].round(TIE_DIGITS)
        table[score] = bands(rising, n_bands)
        used, n = table[score].nunique(), int(table[score].notna().sum())
        if n and used < n_bands:
            warnings.append(reason(N_("{measure:word}: of {bands} scores only {used} occur (customers: {n}, equal "
                                      "values share a score)."), level="info", measure=word, n=n, used=used, bands=n_bands))
    parts = table[list(SCORES)]
    texts = parts.fillna(0).astype(int).astype(str)
    cell = texts[SCORES[0]] + "-" + texts[SCORES[1]] + "-" + texts[SCORES[2]]
    table["cell"] = cell.astype(object).where(parts.notna().all(axis=1), None)


def _checked_rules(rules) -> dict[str, tuple[frozenset, ...]]:
    taken = {}
    for name, levels in rules.items():
        try:
            words = tuple(frozenset(level.split()) for level in levels)
            good = len(words) == 3 and all(word and word <= set(LEVELS) for word in words) and bool(str(name).strip())
        except (AttributeError, TypeError):
            good = False
        if isinstance(levels, str) or not good:
            raise ParameterError(N_("The rule of {name} is not three texts of the words low, middle, high: {rule}."),
                                 name=str(name), rule=str(levels))
        taken[name] = words
    if not taken:
        raise ParameterError(N_("There is no rule to classify by."))
    return taken


def _classify(table: pd.DataFrame, n_bands: int, rules: dict) -> np.ndarray:
    """The first rule whose levels a customer has; None without an order or a rule that fits."""
    place = (table[list(SCORES)].to_numpy() - 0.5) / n_bands
    level = (place > LEVEL_CUTS[0] - NEAR).astype(int) + (place > LEVEL_CUTS[1] + NEAR)
    ordered = np.isfinite(place[:, 0])
    unknown = np.isnan(place)
    classes = np.full(len(table), None, dtype=object)
    for name, words in reversed(rules.items()):
        fits = ordered.copy()
        for k, allowed in enumerate(words):
            fits &= unknown[:, k] | np.isin(level[:, k], [LEVELS.index(word) for word in allowed])
        classes[fits] = name
    return classes


def _tell(warnings, rows, *, n_missing, n_later, on, n_without, n_unvalued, n_unclassed) -> None:
    if n_missing:
        warnings.append(reason(N_("{n} of {rows} orders have no customer or no date and are left out."), n=n_missing,
                               rows=len(rows)))
    if n_later:
        warnings.append(reason(N_("Orders after {on:date} are left out: {n}."), n=n_later, on=on))
    if n_without:
        warnings.append(reason(N_("Customers without an order: {n}, not measured."), level="missing", n=n_without))
    if n_unvalued:
        warnings.append(reason(N_("Customers with an order of unknown value: {n}; their monetary value is not measured, "
                                  "and recency and frequency alone give the class."), level="missing",
                               n=n_unvalued))
    if n_unclassed:
        warnings.append(reason(N_("Customers whom no rule fits: {n}; they have no class."), n=n_unclassed))


def _missing_share(values: pd.Series) -> float:
    return float(values.isna().mean())
