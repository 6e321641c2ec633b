"""Candidate segmentation variables of the customers table and what speaks for each (part of step 1).

A candidate is a column that could be observed for a new customer too. What the relation itself brought about
(revenue, number of orders, dependence) is no candidate: splitting on the outcome explains nothing (method.md 3.0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.apriori import count_votes, mean_ratings
from svcnb.methods.categories import as_categories, band_order, cut_bands, is_measured, quantile_edges
from svcnb.methods.contingency import CrossTable, cross_tabulate
from svcnb.methods.criteria import Limits, judge_variable

NEAR = 1e-9
LISTED = 8  # categories of a variable that a reader sees at once
OUTCOMES = ("customer_id", "name", "segment_id", "group_id", "revenue", "margin", "n_orders", "d_us", "d_cust")
HIGH_REVENUE = "high_revenue"
USES = "uses_product"
FACTORS = {f"factor:F{k}": f"Factor {k}" for k in range(1, 9)}  # scores of the survey; who named one is shown the name
# columns of the customers table as a reader calls them; another column is called as it is written
NAMES = {
    "customer_kind": N_("kind of customer"), "location": N_("location"), "branch": N_("branch of activity"),
    "sex": N_("sex"), "professional_level": N_("professional level"), "living_conditions": N_("living conditions"),
    "environment": N_("environment"), "age": N_("age"), "income": N_("income"),
    "delivery_points": N_("delivery points"), "preferred_channel": N_("preferred channel"),
    "uses_product": N_("use of the product"), "high_revenue": N_("revenue above the median"),
    "a_priori": N_("judgement of experts"), "belson": N_("Belson's tree"), "aid": N_("AID's tree"),
    "chaid": N_("CHAID's tree"), **FACTORS}
ASSOCIATIONS = ["variable", "name", "chi2", "df", "p_value", "cramers_v", "n", "n_missing", "discriminating", "note"]
CRITERIA_TABLE = ["variable", "name", "criterion", "state", "value", "source"]
VARIABLES = ["variable", "name", "type", "categories", "missing_share", "n_categories", "score", "n_judged", "veto",
             "recommended", "cramers_v", "agreement", "n_votes"]


@dataclass(frozen=True, eq=False)
class Candidates:
    """``categories`` variable -> category text of each customer (bands in place of measured numbers);
    ``criterion`` what they shall explain, named ``criterion_name`` (None: nothing to explain)."""

    categories: dict[str, pd.Series]
    criterion_name: str | None
    criterion: pd.Series | None
    reasons: tuple[Reason, ...]


def variable_name(variable: str) -> str:
    """What a reader calls a column of the customers table (a catalogue text where it is a known one).

    Examples
    --------
    >>> variable_name("branch"), variable_name("age_group")
    ('branch of activity', 'age group')
    """
    return NAMES.get(variable, variable.replace("_", " "))


def customer_revenue(study, customers: pd.DataFrame) -> pd.Series:
    """Revenue of each customer: of the customers table, else summed from the order lines; NaN not known."""
    revenue = pd.to_numeric(customers["revenue"], errors="coerce") if "revenue" in customers.columns else \
        pd.Series(math.nan, index=customers.index)
    if revenue.notna().any() or not study.has("order_lines"):
        return revenue.astype(float)
    from svcnb.measures import customer_values

    values = customer_values(study).drop_duplicates("customer_id").set_index("customer_id")["revenue"]
    return customers["customer_id"].map(values).astype(float)


def find_candidates(customers: pd.DataFrame, revenue: pd.Series, parameters) -> Candidates:
    """The columns that may segment, as categories, and the criterion variable."""
    name, criterion, reasons = _criterion(customers, revenue, parameters)
    categories = {}
    for column in customers.columns:
        values = customers[column]
        if column in (*OUTCOMES, name) or not values.notna().any() or \
                pd.api.types.is_datetime64_any_dtype(values.dtype):
            continue
        found = cut_bands(values, quantile_edges(values, parameters.n_bands)) if is_measured(values) else \
            as_categories(values)
        n = found.nunique()
        if n > parameters.max_categories:
            reasons.append(reason(N_("{variable:word} has {n} different values, too many for segments; join them "
                                     "into at most {most} to try it."), level="info", variable=variable_name(column), n=n,
                                  most=parameters.max_categories))
        elif n > 1:
            categories[column] = found
    return Candidates(categories, name, criterion, tuple(reasons))


def _criterion(customers, revenue, parameters):
    wanted, reasons = parameters.criterion, []
    if wanted not in ("auto", HIGH_REVENUE):
        if wanted not in customers.columns:
            raise ParameterError(N_("There is no column {column} in customers to be the criterion; write one of "
                                    "{columns}, or auto."), column=wanted, columns=", ".join(customers.columns))
        values = customers[wanted]
        found = _upper_half(values.astype(float)) if is_measured(values) else as_categories(values)
        if found.nunique() > 1:
            return wanted, found, reasons
        reasons.append(reason(N_("{column} does not vary and cannot be the criterion."), column=wanted))
    if wanted == "auto" and USES in customers.columns and as_categories(customers[USES]).nunique() > 1:
        return USES, as_categories(customers[USES]), reasons
    half = _upper_half(revenue)
    if half.nunique() > 1:
        return HIGH_REVENUE, half, reasons
    reasons.append(reason(N_("There is nothing to explain: neither the use of the product nor the revenue is known. "
                             "No variable can be tested by data."), level="missing"))
    return None, None, reasons


def _upper_half(values: pd.Series) -> pd.Series:
    """yes above the median, no up to it, None not known."""
    out = (values > values.median()).map({True: "yes", False: "no"}).astype(object)
    return out.where(values.notna(), None)


def judge_candidates(study, customers, revenue, candidates: Candidates, parameters):
    """The tables criteria, associations and variables, and the contingency table of each variable."""
    ratings, votes = _expert_views(study)
    limits = Limits(min_share=parameters.min_share, min_n=parameters.min_n, max_small=parameters.max_small)
    reachable, periods = _reachable(customers), _periods(study)
    criteria, associations, variables, tables, reasons = [], [], [], {}, []
    for name, values in candidates.categories.items():
        judged = judge_variable(
            values, criterion=candidates.criterion, reachable=reachable, revenue=revenue,
            periods=_counts(periods, customers, values), expert=ratings.get(name), seed=study.settings.seed,
            alpha=study.settings.alpha, limits=limits)
        criteria.append(judged.table.assign(variable=name, name=variable_name(name)))
        row, result = _associate(name, values, candidates.criterion, study.settings.alpha)
        associations.append(row)
        if result is not None:
            tables[name] = result
        share, n = votes.get(name, (math.nan, 0))
        variables.append({
            "variable": name, "name": variable_name(name),
            "type": "banded" if is_measured(customers[name]) else "nominal", "categories": _listed(values),
            "missing_share": float(values.isna().mean()), "n_categories": values.nunique(),
            "score": judged.score, "n_judged": judged.n_judged,
            "veto": ", ".join(judged.vetoes), "recommended": judged.recommended, "cramers_v": row["cramers_v"],
            "agreement": share, "n_votes": n})
    fewest = min((v["n_judged"] for v in variables), default=9)
    if fewest < 9:
        reasons.append(reason(N_("Some variables are judged by {n} of the nine criteria only: for the others there "
                                 "are neither data nor expert ratings."), level="info", n=fewest))
    frame = pd.concat(criteria)[CRITERIA_TABLE].reset_index(drop=True) if criteria else pd.DataFrame(
        columns=CRITERIA_TABLE)
    best_first = ranked(pd.DataFrame(variables, columns=VARIABLES))
    place = {name: k for k, name in enumerate(best_first["variable"])}
    in_order = lambda rows: rows.sort_values("variable", key=lambda v: v.map(place), kind="stable").reset_index(drop=True)
    return (in_order(frame), in_order(pd.DataFrame(associations, columns=ASSOCIATIONS)), best_first, tables,
            tuple(reasons))


def _listed(values: pd.Series) -> str:
    """The categories in their order, the first of them where there are many."""
    kept = sorted(values.dropna().unique(), key=lambda c: (band_order(c), str(c)))
    return ", ".join([*map(str, kept[:LISTED]), *(["…"] if len(kept) > LISTED else [])])


def ranked(variables: pd.DataFrame) -> pd.DataFrame:
    """Best first: without veto, recommended, highest V, then the experts' votes and the score."""
    order = variables.assign(vetoed=variables["veto"] != "", shown=~variables["recommended"].astype(bool))
    order = order.sort_values(["vetoed", "shown", "cramers_v", "agreement", "score", "variable"],
                              ascending=[True, True, False, False, False, True], na_position="last")
    return variables.loc[order.index].reset_index(drop=True)


def judge_tree(method, of, segments, candidates: Candidates, alpha, tables, reasons) -> None:
    """The contingency table of a tree's segments against the criterion, put into ``tables`` under the method."""
    names = dict(zip(segments["segment_id"], segments["name"]))
    _, result = _associate(method, of.map(names).astype(object), candidates.criterion, alpha)
    if result is not None:
        tables[method] = result
        reasons.append(reason(N_("{method:word} was grown on these same customers, so it looks better here than it will "
                                 "with new ones; the page Methods side by side shows it on customers held back."), level="info",
                              method=variable_name(method)))


def contingency_rows(result: CrossTable, criterion: str) -> pd.DataFrame:
    """A contingency table as rows: row, column (categories), criterion, observed, expected, residual, row_share, and the
    counts of its row (n_row), its column (n_column) and the whole table (n_all)."""
    shares, down, n_all = result.row_shares, result.table.sum(), int(result.table.to_numpy().sum())
    rows = [{"row": str(category), "column": str(outcome), "criterion": variable_name(criterion),
             "observed": int(result.table.loc[category, outcome]),
             "expected": float(result.expected.loc[category, outcome]),
             "residual": float(result.residuals.loc[category, outcome]),
             "row_share": float(shares.loc[category, outcome]), "n_row": int(result.table.loc[category].sum()),
             "n_column": int(down[outcome]), "n_all": n_all}
            for category in sorted(result.table.index, key=lambda c: (band_order(c), str(c)))
            for outcome in result.table.columns]
    return pd.DataFrame(rows)


def _associate(name, values, criterion, alpha):
    called = {"variable": name, "name": variable_name(name)}
    empty = {**called, "chi2": math.nan, "df": math.nan, "p_value": math.nan, "cramers_v": math.nan,
             "n": int(values.notna().sum()), "n_missing": int(values.isna().sum()), "discriminating": None}
    if criterion is None:
        return {**empty, "note": N_("no criterion")}, None
    try:
        result = cross_tabulate(pd.DataFrame({name: values, "criterion": criterion}), name, "criterion", alpha=alpha)
    except NotComputable:
        return {**empty, "note": N_("one category only")}, None
    note = "" if result.valid else N_("exact test") if result.fisher_p is not None else N_("counts too small")
    return {**called, "chi2": result.chi2, "df": result.df, "cramers_v": result.cramers_v,
            "p_value": result.p_value if result.fisher_p is None else result.fisher_p, "n": result.n,
            "n_missing": result.n_missing, "discriminating": result.discriminating, "note": note}, result


def _expert_views(study):
    """Mean ratings variable -> {criterion: 1 to 5}, and votes variable -> (share for, n)."""
    answers = study.table("expert_answers")
    ratings: dict[str, dict[str, float]] = {}
    for row in mean_ratings(answers[answers["topic"] == "criteria"]).itertuples():
        variable, _, criterion = row.item_id.rpartition(":")
        ratings.setdefault(variable, {})[criterion] = row.rating
    try:
        table = count_votes(answers[answers["topic"] == "variables"]).table
    except NotComputable:
        return ratings, {}
    return ratings, {row.item_id: (row.agreement, row.n) for row in table.itertuples()}


def _reachable(customers) -> pd.Series | None:
    """Whether there is a channel to the customer: a preferred channel or a delivery point; None not known at all."""
    known = [customers[column].notna() & (customers[column] != 0) for column in ("preferred_channel", "delivery_points")
             if column in customers.columns and customers[column].notna().any()]
    return pd.concat(known, axis=1).any(axis=1) if known else None


def _periods(study) -> pd.DataFrame | None:
    """Who ordered in the first and in the second half of the period: customer_id, late; None without dated orders."""
    if not study.has("orders"):
        return None
    orders = study.orders
    span = orders.aggregate(first=orders.order_ts.min(), last=orders.order_ts.max()).to_pandas().iloc[0]
    if pd.isna(span["first"]) or span["first"] >= span["last"]:
        return None
    middle = (span["first"] + (span["last"] - span["first"]) / 2).to_pydatetime()
    dated = orders.filter(orders.order_ts.notnull())
    return dated.select("customer_id", late=dated.order_ts >= middle).distinct().to_pandas()


def _counts(periods, customers, values):
    """Counts by category in the two halves, for the stability index."""
    if periods is None:
        return None
    of = pd.Series(values.to_numpy(), index=customers["customer_id"].to_numpy())
    found = periods.assign(category=periods["customer_id"].map(of[~of.index.duplicated()])).dropna()
    halves = [found.loc[found["late"] == late, "category"].value_counts() for late in (False, True)]
    return tuple(halves) if all(len(half) for half in halves) else None
