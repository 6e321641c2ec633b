"""What the data say of the experts: a test of each variable, and their segments against those in force (step apriori)."""

from __future__ import annotations

import math

import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import as_categories, is_measured
from svcnb.methods.contingency import MIN_N, cross_tabulate
from svcnb.methods.grouping import confront
from svcnb.steps.candidates import variable_name
from svcnb.steps.segmentation import A_PRIORI, assign

LISTED = 500  # customers who moved, for the reader
FOLLOW_UP = ["variable", "name", "n_votes", "agreement", "keep", "criterion", "test", "missing", "cramers_v", "p_value", "n",
             "discriminating", "verdict"]
CONFRONTATION = ["n", "n_missing", "cohen_kappa", "adjusted_rand", "chi2", "df", "p_value", "cramers_v", "discriminating",
                 "criterion", "verdict"]
CROSS = ["experts_segment", "segment_now", "n", "row_share", "stays", "n_row", "n_column"]
MOVED = ["customer_id", "name", "experts_segment", "segment_now"]
NOTHING = N_("nothing")
OF_VALUES, OF_BANDS = N_("χ² against the criterion"), N_("χ² of its bands against the criterion")


def follow_up(votes: pd.DataFrame, customers: pd.DataFrame, known, alpha: float) -> pd.DataFrame:
    """FOLLOW_UP: each voted variable, then those nobody voted on: its test, what is missing for it, what it says.

    ``verdict``: both_keep, both_drop, experts_only (kept, and the data do not show it), data_only, not_voted, not_tested.
    ``missing`` is a catalogue text.
    """
    asked = list(votes["variable"])
    others = [name for name in known.categories if name not in asked] if known is not None else []
    by_name = votes.set_index("variable")
    rows = []
    for variable in (*asked, *others):
        tested, missing = _tested(variable, customers, known, alpha)
        is_asked = variable in by_name.index
        keep = bool(by_name.at[variable, "keep"]) if is_asked else None
        tells = tested.discriminating if tested is not None else None
        measured = known is not None and variable in customers.columns and is_measured(customers[variable])
        rows.append({
            "variable": variable, "name": variable_name(variable),
            "n_votes": int(by_name.at[variable, "n_votes"]) if is_asked else 0,
            "agreement": float(by_name.at[variable, "agreement"]) if is_asked else math.nan, "keep": keep,
            "criterion": known.criterion_name if known is not None else None, "test": OF_BANDS if measured else OF_VALUES,
            "missing": missing if is_asked or missing != NOTHING else N_("votes of the experts"),
            "cramers_v": tested.cramers_v if tested is not None else math.nan,
            "p_value": math.nan if tested is None else tested.p_value if tested.fisher_p is None else tested.fisher_p,
            "n": tested.n if tested is not None else 0, "discriminating": tells, "verdict": _verdict(keep, tells)})
    return pd.DataFrame(rows, columns=FOLLOW_UP)


def _tested(variable, customers, known, alpha):
    """The contingency table of a variable against the criterion, and what is missing for it."""
    if known is None:
        return None, N_("the customers table, with this column and a criterion")
    if variable not in customers.columns:
        return None, N_("a column of this name in the customers table")
    if not customers[variable].notna().any():
        return None, N_("values: its column is empty")
    if known.criterion is None:
        return None, N_("a criterion: use of the product, or revenue")
    if variable == known.criterion_name:
        return None, N_("another criterion: it is the criterion itself")
    values = known.categories.get(variable)
    if values is None:
        return None, N_("two categories or more, and not too many")
    try:
        result = cross_tabulate(pd.DataFrame({"variable": values, "criterion": known.criterion}), "variable", "criterion",
                                alpha=alpha)
    except NotComputable:
        return None, N_("customers with both the variable and the criterion")
    if result.discriminating is None or result.n < MIN_N:
        return result, N_("more customers: the counts are too small for χ²")
    return result, NOTHING


def _verdict(keep, tells) -> str:
    if keep is None:
        return "not_voted"
    if tells is None:
        return "not_tested"
    return ("both_keep" if tells else "experts_only") if keep else ("data_only" if tells else "both_drop")


def confront_segments(customers, known, decision, alpha) -> tuple[dict, list[Reason]]:
    """confrontation (one row), cross and moved, where customers carry the experts' segment; else nothing but why."""
    if known is None:
        return {}, []
    given = as_categories(customers["segment_id"]) if "segment_id" in customers.columns else pd.Series(dtype=object)
    if not given.notna().any():
        return {}, [reason(N_("No customer carries a segment of the experts. Write it beside each customer (table of customers, "
                              "column of the market segment), and it is confronted with the segments in force."), level="info")]
    if decision.get("variable") == A_PRIORI:
        return _by_criterion_alone(given, known, alpha), [reason(
            N_("The segments in force are the experts' own: there are no others to compare them with, so the criterion alone "
               "tests them."), level="info")]
    now, names = _named(given, assign(customers, decision), decision)
    try:
        result = confront(given, now, known.criterion, alpha=alpha)
    except NotComputable as error:
        return {}, [error.reason]
    tested = result.criterion
    row = {"n": result.n, "n_missing": result.n_missing, "cohen_kappa": math.nan if result.kappa is None else result.kappa,
           "adjusted_rand": result.adjusted_rand, "criterion": known.criterion_name, **_chi_square(tested),
           "verdict": f"experts_{result.verdict}"}
    return {"confrontation": pd.DataFrame([row], columns=CONFRONTATION), "cross": _cross(result, names),
            "moved": _moved(result, customers, names)}, list(result.warnings)


def _named(given, now, decision):
    """The segments in force by the names that the experts use: their names or their ids, whichever agree more often."""
    names = {key: str(row.get("name", key)) for key, row in (decision.get("segments") or {}).items()}
    if given.isin(list(names)).sum() > given.isin(list(names.values())).sum():
        return now, names
    return now.map(names).astype(object).where(now.notna(), None), {}


def _by_criterion_alone(given, known, alpha) -> dict:
    tested = None
    if known.criterion is not None:
        try:
            both = pd.DataFrame({"given": given, "criterion": known.criterion})
            tested = cross_tabulate(both, "given", "criterion", alpha=alpha)
        except NotComputable:
            tested = None
    tells = tested.discriminating if tested is not None else None
    row = {"n": int(given.notna().sum()), "n_missing": int(given.isna().sum()), "cohen_kappa": math.nan,
           "adjusted_rand": math.nan, "criterion": known.criterion_name, **_chi_square(tested),
           "verdict": None if tells is None else "experts_partly" if tells else "experts_not_confirmed"}
    return {"confrontation": pd.DataFrame([row], columns=CONFRONTATION), "cross": pd.DataFrame(columns=CROSS),
            "moved": pd.DataFrame(columns=MOVED)}


def _chi_square(tested) -> dict:
    if tested is None:
        return {"chi2": math.nan, "df": math.nan, "p_value": math.nan, "cramers_v": math.nan, "discriminating": None}
    return {"chi2": tested.chi2, "df": tested.df, "cramers_v": tested.cramers_v, "discriminating": tested.discriminating,
            "p_value": tested.p_value if tested.fisher_p is None else tested.fisher_p}


def _cross(result, names) -> pd.DataFrame:
    """CROSS: the experts' segments against those in force, the largest first within each; ``n_row`` and ``n_column`` count
    the customers of each."""
    across = result.table.sum()
    rows = [{"experts_segment": names.get(row, row), "segment_now": names.get(column, column), "n": int(n),
             "row_share": float(n / counts.sum()), "stays": result.counterparts.get(column) == row, "n_row": int(counts.sum()),
             "n_column": int(across[column])}
            for row, counts in result.table.iterrows() for column, n in counts.items() if n]
    frame = pd.DataFrame(rows, columns=CROSS)
    return frame.sort_values(["experts_segment", "n", "segment_now"], ascending=[True, False, True]).reset_index(drop=True)


def _moved(result, customers, names) -> pd.DataFrame:
    """MOVED: customers whose segment in force does not stand for the experts' one."""
    at, called = result.moved["customer"], customers.get("name", customers["customer_id"])
    frame = pd.DataFrame({"customer_id": customers.loc[at, "customer_id"].astype(str).to_numpy(),
                          "name": called.where(called.notna(), customers["customer_id"]).loc[at].astype(str).to_numpy(),
                          "experts_segment": [names.get(s, s) for s in result.moved["from"]],
                          "segment_now": [names.get(s, s) for s in result.moved["to"]]})
    return frame.sort_values(["experts_segment", "segment_now", "customer_id"]).head(LISTED).reset_index(drop=True)[MOVED]
