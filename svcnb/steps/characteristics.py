"""How customers order and what they buy: the characteristics that clusters compare (part of step 2).

Who the customers are (branch, place, name) is left out: a cluster is to be found by what customers do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import ParameterError, reason
from svcnb.i18n import N_

MOST_ALIKE = 0.9  # two characteristics with this correlation say nearly the same; it is the limit of methods.clusters
NEAR = 1e-9


@dataclass(frozen=True)
class Characteristic:
    """What a reader calls it, a cluster with much of it, one with little of it."""

    name: str
    high: str
    low: str


# in the order in which they are kept where two say the same
CHARACTERISTICS = {
    "revenue": Characteristic(N_("revenue"), N_("high revenue"), N_("low revenue")),
    "margin_rate": Characteristic(N_("margin rate"), N_("high margin rate"), N_("low margin rate")),
    "n_orders": Characteristic(N_("orders"), N_("many orders"), N_("few orders")),
    "lines_per_order": Characteristic(N_("lines an order"), N_("many lines an order"), N_("few lines an order")),
    "size_cv": Characteristic(N_("variation of the order size"), N_("orders of uneven size"), N_("orders of even size")),
    "urgent_share": Characteristic(N_("share of urgent orders"), N_("many urgent orders"), N_("few urgent orders")),
    "delivery_points": Characteristic(N_("delivery points"), N_("many delivery points"), N_("few delivery points")),
    "volume": Characteristic(N_("volume"), N_("large volume"), N_("small volume"))}
SKEWED = ("revenue", "n_orders", "lines_per_order", "delivery_points", "volume")


def characteristics(study) -> pd.DataFrame:
    """What is known of each customer's orders: one row a customer, in own units.

    Returns
    -------
    frame : customer_id and the columns of ``CHARACTERISTICS``; revenue in the study's currency, margin_rate margin ÷
        revenue held within ± 1, size_cv standard deviation ÷ mean of the units of an order, urgent_share 0 to 1. NaN where
        it is not known.
    """
    customers = study.table("customers").reset_index(drop=True)
    customers = customers.assign(customer_id=customers["customer_id"].astype(object)).drop_duplicates("customer_id")
    if study.has("order_lines") or study.has("orders"):
        from svcnb.measures import customer_values

        found = customer_values(study).drop_duplicates("customer_id")
        found = found[found["customer_id"].isin(customers["customer_id"])] if len(customers) else found
    else:
        found = customers
    found = found.reset_index(drop=True)
    each = customers.set_index("customer_id")
    own = lambda name: _numbers(each, name).reindex(found["customer_id"]).to_numpy() if name in each.columns \
        else np.full(len(found), math.nan)
    out = pd.DataFrame({"customer_id": found["customer_id"].astype(object)})
    revenue, margin = _numbers(found, "revenue"), _numbers(found, "margin")
    for name in CHARACTERISTICS:
        out[name] = _numbers(found, name).to_numpy()
    out["margin_rate"] = (margin / revenue.where(revenue > 0)).clip(-1, 1).to_numpy()
    out["delivery_points"] = own("delivery_points")
    if not out["n_orders"].notna().any():
        out["n_orders"] = own("n_orders")
    return out


def _numbers(frame, column) -> pd.Series:
    """A column as numbers; NaN where there is none, or where it is infinite."""
    if column not in frame.columns:
        return pd.Series(math.nan, index=frame.index, dtype=float)
    values = pd.to_numeric(frame[column], errors="coerce").astype(float)
    return values.where(np.isfinite(values))


def in_logarithms(frame: pd.DataFrame, columns, logarithms) -> pd.DataFrame:
    """The ``columns``, those of ``logarithms`` as ln(1 + x), with the sign of x where it is below 0 (house rule).

    Examples
    --------
    >>> in_logarithms(pd.DataFrame({"revenue": [0.0, 99.0], "size_cv": [0.5, 1.0]}), ["revenue", "size_cv"],
    ...               ["revenue"]).round(3).to_numpy().tolist()
    [[0.0, 0.5], [4.605, 1.0]]
    """
    out = frame[list(columns)].astype(float).copy()
    for column in out.columns:
        if column in logarithms:
            out[column] = np.sign(out[column]) * np.log1p(out[column].abs())
    return out


def choose_columns(frame: pd.DataFrame, parameters, reasons) -> list[str]:
    """The characteristics that clusters are formed by, and what is to be said of those left out.

    Those asked for are taken where they are known at all; of themselves are taken those that are known for nearly all
    customers, differ, and do not say nearly the same as one before them.
    """
    for name in (*parameters.columns, *parameters.logarithms):
        if name not in CHARACTERISTICS:
            raise ParameterError(N_("There is no characteristic {name} of customers; there are {known}."), name=str(name),
                                 known=", ".join(CHARACTERISTICS))
    if parameters.columns:
        return [name for name in dict.fromkeys(parameters.columns) if frame[name].notna().any()]
    unknown, alike, kept = [], [], []
    values = in_logarithms(frame, CHARACTERISTICS, parameters.logarithms)
    for name in CHARACTERISTICS:
        x = values[name]
        if x.isna().mean() > parameters.max_missing + NEAR:
            unknown.append(name)
        elif x.nunique() < 2:
            continue
        elif any(abs(x.corr(values[other])) >= MOST_ALIKE - NEAR for other in kept):
            alike.append(name)
        else:
            kept.append(name)
    called = lambda names: [CHARACTERISTICS[name].name for name in names]
    if unknown and kept:
        reasons.append(reason(N_("Not compared, because it is not known for more than {share:%} of the customers: {variables}."),
                              level="info", share=parameters.max_missing, variables=called(unknown)))
    if alike:
        reasons.append(reason(N_("Not compared, because it says nearly the same as another characteristic (correlation of "
                                 "{limit:1} or more) and would count double: {variables}."), level="info", limit=MOST_ALIKE,
                              variables=called(alike)))
    return kept
