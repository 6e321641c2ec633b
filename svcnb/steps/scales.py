"""Measured characteristics of customers that may tell groups apart, and the scale on which they are compared (step 2).

House rule: money and counts enter as log10(1 + x), so that a customer twice as large is as far away among small ones
as among large ones; the margin enters as a share of the revenue, because as money it would say the revenue again.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from svcnb.errors import ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.steps.candidates import HIGH_REVENUE, customer_revenue

LOG, PLAIN = "log10(1 + x)", "x"
PREDICTORS = {  # id -> what a reader calls it, and its scale
    "revenue": (N_("revenue"), LOG), "margin_rate": (N_("margin rate"), PLAIN), "n_orders": (N_("orders"), LOG),
    "lines_per_order": (N_("lines an order"), LOG), "size_cv": (N_("variation of the order size"), PLAIN),
    "urgent_share": (N_("share of urgent orders"), PLAIN), "delivery_points": (N_("delivery points"), LOG),
    "age": (N_("age"), PLAIN), "income": (N_("income"), LOG)}
TEXTS = {name: text for name, (text, _) in PREDICTORS.items()}


def read_predictors(study) -> pd.DataFrame:
    """customer_id and the measured characteristics of each customer, as measured; NaN where not."""
    customers = study.table("customers").drop_duplicates("customer_id").reset_index(drop=True)
    out = pd.DataFrame({"customer_id": customers["customer_id"], "revenue": customer_revenue(study, customers)})
    for column in ("margin", "n_orders", "delivery_points", "age", "income"):
        out[column] = pd.to_numeric(customers[column], errors="coerce").astype(float) if column in customers else math.nan
    out["margin_rate"] = (out["margin"] / out["revenue"]).where(out["revenue"] > 0)
    for column in ("lines_per_order", "size_cv", "urgent_share"):
        out[column] = math.nan
    if study.has("order_lines") or study.has("orders"):
        from svcnb.measures import customer_values

        values = customer_values(study).drop_duplicates("customer_id").set_index("customer_id")
        for column in ("n_orders", "lines_per_order", "size_cv", "urgent_share"):
            found = out["customer_id"].map(values[column]).astype(float)
            out[column] = found if found.notna().any() else out[column]
    return out[["customer_id", *PREDICTORS]]


def choose_predictors(values: pd.DataFrame, wanted, segments: dict, least: float, reasons: list[Reason]) -> list[str]:
    """The characteristics to compare: those ``wanted``, else all that enough customers have and that made no segment."""
    if unknown := [name for name in wanted if not isinstance(name, str) or name not in PREDICTORS]:
        raise ParameterError(N_("There is no characteristic {value}; write some of {known}."), value=str(unknown[0]),
                             known=", ".join(PREDICTORS))
    if wanted:
        return list(dict.fromkeys(wanted))
    known = values[list(PREDICTORS)].notna().mean()
    made = _made_by(segments)
    for name in PREDICTORS:
        if name in made and known[name] > 0:
            reasons.append(reason(N_("Not compared, because the segments were made by it: {characteristic:word}."), level="info",
                                  characteristic=TEXTS[name]))
        elif 0 < known[name] < least:
            reasons.append(reason(N_("Not compared, because it is known of {share:%} of the customers only: "
                                     "{characteristic:word}."), level="info", characteristic=TEXTS[name],
                                  share=float(known[name])))
    return [name for name in PREDICTORS if name not in made and known[name] >= least and known[name] > 0]


def _made_by(segments: dict) -> set[str]:
    """The characteristics that the segments of step 1 were cut by."""
    rows = (segments.get("segments") or {}).values()
    named = {segments.get("variable"), *(one.get("variable") for row in rows for one in row.get("rule") or [])}
    return named | {"revenue"} if HIGH_REVENUE in named else named


def to_scale(values: pd.DataFrame) -> pd.DataFrame:
    """Columns of predictors on the scale on which they are compared; a negative amount or count is not measured.

    Examples
    --------
    >>> to_scale(pd.DataFrame({"n_orders": [9.0, -1.0], "age": [30.0, None]})).to_numpy().tolist()
    [[1.0, 30.0], [nan, nan]]
    """
    return pd.DataFrame({name: np.log10(1 + values[name].where(values[name] >= 0)) if PREDICTORS[name][1] == LOG
                         else values[name].astype(float) for name in values.columns}, index=values.index)


def from_scale(name: str, value: float) -> float:
    """The amount that stands at a place of the scale.

    Examples
    --------
    >>> from_scale("n_orders", 1.0), from_scale("age", 30.0)
    (9.0, 30.0)
    """
    return 10**value - 1 if PREDICTORS[name][1] == LOG else value
