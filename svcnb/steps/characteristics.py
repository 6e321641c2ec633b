"""Characteristics of customers: what is measured of each, what a reader calls it, on which scale customers are compared.

Clusters, discriminant analysis and the methods side by side read them here. Who the customers are (branch, place, name) is
none: what they do is to tell them apart. The scores on the factors of the survey join them as ``factor:F1`` and so on
(method.md 3.9 c): made anew from the answers and the factors' decision, and missing where a customer did not answer all.

House rule: money and counts are compared as logarithms, so that a customer twice as large is as far away among small ones
as among large ones (clusters ln, with the sign; discriminant analysis log10, no negative amount); the margin is a share of
the revenue, because as money it would say the revenue again, and is held within ± 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.steps import factors
from svcnb.steps.candidates import FACTORS, HIGH_REVENUE

LOG, PLAIN = "log10(1 + x)", "x"
MOST_ALIKE = 0.9  # two characteristics with this correlation say nearly the same; it is the limit of methods.clusters
NEAR = 1e-9
ANSWERS = ("survey_respondents", "survey_satisfaction", "survey_importance")  # what scores are made of
CALLED_HIGH, CALLED_LOW = N_("high on {factor}"), N_("low on {factor}")
TABLE = ["characteristic", "variable", "n", "missing_share", "used"]


@dataclass(frozen=True)
class Characteristic:
    """What a reader calls it, a group with much of it, one with little of it, and its scale."""

    name: str
    high: str = ""
    low: str = ""
    scale: str = PLAIN


# in the order in which they are kept where two say the same
CHARACTERISTICS = {
    "revenue": Characteristic(N_("revenue"), N_("high revenue"), N_("low revenue"), LOG),
    "margin_rate": Characteristic(N_("margin rate"), N_("high margin rate"), N_("low margin rate")),
    "n_orders": Characteristic(N_("orders"), N_("many orders"), N_("few orders"), LOG),
    "lines_per_order": Characteristic(N_("lines an order"), N_("many lines an order"), N_("few lines an order"), LOG),
    "size_cv": Characteristic(N_("variation of the order size"), N_("orders of uneven size"), N_("orders of even size")),
    "urgent_share": Characteristic(N_("share of urgent orders"), N_("many urgent orders"), N_("few urgent orders")),
    "delivery_points": Characteristic(N_("delivery points"), N_("many delivery points"), N_("few delivery points"), LOG),
    "volume": Characteristic(N_("volume"), N_("large volume"), N_("small volume"), LOG),
    "age": Characteristic(N_("age")), "income": Characteristic(N_("income"), scale=LOG),
    **{key: Characteristic(name, CALLED_HIGH.replace("{factor}", name), CALLED_LOW.replace("{factor}", name))
       for key, name in FACTORS.items()}}
MEASURED = tuple(name for name in CHARACTERISTICS if name not in FACTORS)
BEHAVIOUR = tuple(name for name in MEASURED if name not in ("age", "income"))  # what customers do: clusters
PREDICTORS = tuple(name for name in MEASURED if name != "volume")  # volume says the revenue again
SKEWED = ("revenue", "n_orders", "lines_per_order", "delivery_points", "volume")
TEXTS = {name: one.name for name, one in CHARACTERISTICS.items()}


def characteristics(study, scoring: dict | None = None) -> pd.DataFrame:
    """What is known of each customer: one row a customer, in own units.

    Parameters
    ----------
    study : its customers, orders, order lines, and the answers of its survey where there is a ``scoring``
    scoring : decision of step factors, or what ``scoring_of`` keeps of it

    Returns
    -------
    frame : customer_id, the columns of ``MEASURED`` and a column a factor; revenue and income in the study's currency,
        margin_rate margin ÷ revenue held within ± 1, size_cv standard deviation ÷ mean of the units of an order,
        urgent_share 0 to 1, age in years, scores with mean 0 and variance near 1. NaN where it is not known.
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
    for name in MEASURED:
        out[name] = _numbers(found, name).to_numpy()
    out["margin_rate"] = (margin / revenue.where(revenue > 0)).clip(-1, 1).to_numpy()
    for name in ("delivery_points", "age", "income"):
        out[name] = own(name)
    if not out["n_orders"].notna().any():
        out["n_orders"] = own("n_orders")
    return with_scores(study, out, {"factors": scoring})


def scoring_of(study, decision: dict, used) -> dict:
    """What of the factors' decision makes the scores of the columns ``used``; nothing where none of them is a factor.

    It goes into the rules that ask for scores, with a mark of the answers, so that other answers make another rule.
    """
    if not set(FACTORS) & set(used):
        return {}
    parts = {key: decision[key] for key in ("items", "means", "deviations", "weights", "names") if key in decision}
    return {**parts, "answers": [study.fingerprint(table) for table in ANSWERS if study.has(table)]}


def with_scores(study, customers: pd.DataFrame, decision: dict) -> pd.DataFrame:
    """The customers with a column of scores a factor that the ``factors`` of a decision make; index as ``customers``.

    Where a decision has none, they come back as they are: the rules of most studies ask for no scores.
    """
    found = factors.scores(study, decision.get("factors") or {})
    columns = [name for name in found.columns if name != "customer_id"]
    if not columns:
        return customers
    of = found.set_index("customer_id")
    ids = customers["customer_id"].astype(str)
    return customers.assign(**{f"factor:{name}": ids.map(of[name]).astype(float) for name in columns})


def known_factors(frame: pd.DataFrame) -> list[str]:
    """The factors that a frame has scores of, in their order."""
    return [name for name in FACTORS if name in frame.columns]


def check_names(names, known) -> None:
    """ParameterError for what is no characteristic; a factor that the survey does not have is told from a wrong word."""
    for name in names:
        if name in known:
            continue
        if is_factor(name):
            number = name.removeprefix("factor:F")
            factor = f"Factor {number}" if number.isdigit() else name
            there = [TEXTS[one] for one in known if one in FACTORS]
            if not there:
                raise ParameterError(N_("There is no {factor}: the survey has no factors."), factor=factor)
            raise ParameterError(N_("There is no {factor}: the survey has {known:word}."), factor=factor, known=there)
        raise ParameterError(N_("There is no characteristic {name} of customers; there are {known}."), name=str(name),
                             known=", ".join(known))


def is_factor(name) -> bool:
    """Whether a name means a factor, there or not.

    >>> is_factor("factor:F9"), is_factor("revenue")
    (True, False)
    """
    return isinstance(name, str) and name.startswith("factor:")


def overview(frame: pd.DataFrame, names, used, asked=()) -> pd.DataFrame:
    """A row a characteristic: of how many customers it is known, and whether it is compared; those asked for that are not
    there stand with 0 customers."""
    rows, n = [], len(frame)
    for name in dict.fromkeys((*names, *asked)):
        known = int(frame[name].notna().sum()) if name in frame.columns else 0
        rows.append({"characteristic": name, "variable": TEXTS.get(name, name), "n": known,
                     "missing_share": 1 - known / n if n else math.nan, "used": name in used})
    return pd.DataFrame(rows, columns=TABLE)


def say_factors(frame: pd.DataFrame, used, reasons: list[Reason]) -> None:
    """Whether there are scores to compare by, and what comparing by them costs."""
    taken = [name for name in used if name in FACTORS]
    if not known_factors(frame):
        reasons.append(reason(N_("There are no factors of the survey to compare the customers by: see the page Factors of the "
                                 "survey."), level="info"))
    elif taken:
        known = int(frame[taken].notna().all(axis=1).sum())
        reasons.append(reason(N_("Scores on {variables} are known of {n} of {total} customers, those who answered every item; "
                                 "the others are left out, nothing is filled in."), level="info" if known == len(frame) else
                              "warning", variables=[TEXTS[name] for name in taken], n=known, total=len(frame)))


def without_gone(asked, known, reasons: list[Reason]) -> list[str]:
    """What was chosen on the page and is there today; a factor that the survey no longer has is said."""
    asked = list(dict.fromkeys(asked or ()))
    if gone := [name for name in asked if name not in known]:
        reasons.append(reason(N_("Chosen and no longer there, so left out: {variables}."),
                              variables=[TEXTS.get(name, str(name)) for name in gone]))
    return [name for name in asked if name in known]


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


def to_scale(values: pd.DataFrame) -> pd.DataFrame:
    """Columns on the scale on which groups are compared; a negative amount or count is not measured.

    Examples
    --------
    >>> to_scale(pd.DataFrame({"n_orders": [9.0, -1.0], "age": [30.0, None]})).to_numpy().tolist()
    [[1.0, 30.0], [nan, nan]]
    """
    return pd.DataFrame({name: np.log10(1 + values[name].where(values[name] >= 0)) if CHARACTERISTICS[name].scale == LOG
                         else values[name].astype(float) for name in values.columns}, index=values.index)


def from_scale(name: str, value: float) -> float:
    """The amount that stands at a place of the scale.

    Examples
    --------
    >>> from_scale("n_orders", 1.0), from_scale("age", 30.0)
    (9.0, 30.0)
    """
    return 10**value - 1 if CHARACTERISTICS[name].scale == LOG else value


def choose_columns(frame: pd.DataFrame, wanted, parameters, reasons: list[Reason]) -> list[str]:
    """The characteristics that clusters are formed by, and what is to be said of those left out.

    Those ``wanted`` are taken where they are known at all; of themselves are taken those that are known for nearly all
    customers, differ, and do not say nearly the same as one before them.
    """
    names = [*BEHAVIOUR, *known_factors(frame)]
    if wanted:
        return [name for name in dict.fromkeys(wanted) if frame[name].notna().any()]
    unknown, alike, kept = [], [], []
    values = in_logarithms(frame, names, parameters.logarithms)
    for name in names:
        x = values[name]
        if x.isna().mean() > parameters.max_missing + NEAR:
            unknown.append(name)
        elif x.nunique() < 2:
            continue
        elif any(abs(x.corr(values[other])) >= MOST_ALIKE - NEAR for other in kept):
            alike.append(name)
        else:
            kept.append(name)
    called = lambda found: [TEXTS[name] for name in found]
    if unknown and kept:
        reasons.append(reason(N_("Not compared, because it is not known for more than {share:%} of the customers: {variables}."),
                              level="info", share=parameters.max_missing, variables=called(unknown)))
    if alike:
        reasons.append(reason(N_("Not compared, because it says nearly the same as another characteristic (correlation of "
                                 "{limit:1} or more) and would count double: {variables}."), level="info", limit=MOST_ALIKE,
                              variables=called(alike)))
    return kept


def choose_predictors(values: pd.DataFrame, wanted, segments: dict, least: float, reasons: list[Reason]) -> list[str]:
    """The characteristics to compare groups by: those ``wanted``, else all that enough customers have and that made no
    segment."""
    if wanted:
        return list(dict.fromkeys(wanted))
    names = [*PREDICTORS, *known_factors(values)]
    known = values[names].notna().mean()
    made = _made_by(segments)
    rare: dict[float, list[str]] = {}
    for name in names:
        if name in made and known[name] > 0:
            reasons.append(reason(N_("Not compared, because the segments were made by it: {characteristic:word}."), level="info",
                                  characteristic=TEXTS[name]))
        elif 0 < known[name] < least:
            rare.setdefault(float(known[name]), []).append(TEXTS[name])
    for share, texts in rare.items():
        reasons.append(reason(N_("Not compared, because it is known of {share:%} of the customers only: "
                                 "{characteristic:word}."), level="info", characteristic=texts, share=share))
    return [name for name in names if name not in made and known[name] >= least and known[name] > 0]


def _made_by(segments: dict) -> set[str]:
    """The characteristics that the segments of step 1 were cut by."""
    rows = (segments.get("segments") or {}).values()
    named = {segments.get("variable"), *(one.get("variable") for row in rows for one in row.get("rule") or [])}
    return named | {"revenue"} if HIGH_REVENUE in named else named


def _numbers(frame, column) -> pd.Series:
    """A column as numbers; NaN where there is none, or where it is infinite."""
    if column not in frame.columns:
        return pd.Series(math.nan, index=frame.index, dtype=float)
    values = pd.to_numeric(frame[column], errors="coerce").astype(float)
    return values.where(np.isfinite(values))
