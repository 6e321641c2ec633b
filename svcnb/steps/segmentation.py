"""Step 1, select the target market segments: nine criteria, contingency, segments, cards (method.md 3).

"Para cada segmento debe diseñarse un nivel de servicio específico. No es económico generalizar" (S2:L50). Without
a customers table the experts' a-priori segments stand (S2:L207), and without those all customers are one segment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.apriori import agreement, count_votes
from svcnb.methods.categories import as_categories, band_order, in_band
from svcnb.methods.contingency import v_interval
from svcnb.methods.criteria import Limits, small_categories
from svcnb.steps import candidates as found
from svcnb.steps.characteristics import with_scores
from svcnb.steps.rules import holds
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Segmentation")
QUESTION = N_("Which market segments deserve a service of their own?")
ENDS_IN = N_("The segments, the variable that tells them apart, and which of them are targets.")
TABLES = ("customers", "orders", "order_lines", "expert_answers", "segment_cards", "attractiveness")
AFTER = ("comparison",)
FOUND = ("factors",)  # of the decision, where a tree asks for scores of the survey: what makes them


NEAR = 1e-9
A_PRIORI = "a_priori"
TREES = ("belson", "aid", "chaid")  # segments by the rules of a tree of step comparison
STATUSES = ("target", "maintain", "exclude")
ALL_CUSTOMERS, OTHER_CUSTOMERS = N_("All customers"), N_("Other customers")
SEGMENTS = ["segment_id", "name", "values", "n", "share_customers", "revenue", "share_revenue", "status", "attractiveness"]


@dataclass(frozen=True)
class Parameters:
    """``criterion`` a customers column, ``high_revenue`` or ``auto``; ``n_bands`` of measured numbers;
    a category is too small below ``min_share`` of customers and revenue or ``min_n`` customers, and a variable
    whose small categories hold more than ``max_small`` is vetoed; ``target_share`` of revenue makes a target."""

    criterion: str = "auto"
    n_bands: int = 4
    min_share: float = 0.05
    min_n: int = 30
    max_small: float = 0.10
    target_share: float = 0.05
    max_segments: int = 8
    max_categories: int = 30

    def __post_init__(self):
        for name, low, high in (("n_bands", 2, 10), ("min_n", 1, 10**6), ("max_segments", 2, 50),
                                ("max_categories", 2, 500), ("min_share", 0, 1), ("max_small", 0, 1),
                                ("target_share", 0, 1)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ParameterError(N_("{name} = {value} is not between {low} and {high}."), name=name, value=value,
                                     low=low, high=high)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Judge the candidate variables and propose one, with its segments."""
    chosen = decisions.get("segmentation", {})
    customers = study.table("customers").reset_index(drop=True)
    if not len(customers):
        return _without_customers(study, chosen)
    revenue = found.customer_revenue(study, customers)
    known = found.find_candidates(customers, revenue, parameters)
    criteria, associations, variables, tables, judged = found.judge_candidates(study, customers, revenue, known,
                                                                               parameters)
    reasons = [*known.reasons, *judged]
    trees = decisions.get("comparison", {}).get("trees") or {}
    variable = _choose(variables, trees, chosen.get("variable"), reasons)
    limits = Limits(min_share=parameters.min_share, min_n=parameters.min_n)
    if variable == A_PRIORI:
        segments = _expert_segments(study, chosen)
        reasons.append(reason(N_("No column of customers can tell segments apart by data; the experts' segments stand "
                                 "until there is one.") if not chosen.get("variable") else
                              N_("The segments are the experts'; verify them when data exist."), level="info"))
    elif variable in TREES:
        segments = {s: {"name": row["name"], "values": [], "rule": row["rule"], "status": "target"}
                    for s, row in trees[variable].items()}
    else:
        segments = _segments_of(known.categories[variable], revenue, limits, parameters, reasons)
    scoring = {key: value for key, value in decisions.get("comparison", {}).items() if key == "factors" and variable in TREES}
    scored = with_scores(study, customers, scoring)
    of = assign(scored, {"variable": variable, "segments": segments})
    frame, said = _segment_table(study, segments, revenue, of, limits, parameters)
    for row in frame.itertuples():
        segments[row.segment_id]["status"] = row.status
    if _is_segments(chosen.get("segments")):
        blank = {"values": [], "status": "target"}
        force = {s: {"name": s, **blank, **segments.get(s, {}), **row} for s, row in chosen["segments"].items()}
        of = assign(scored, {"variable": variable, "segments": force})
        frame, said = _segment_table(study, force, revenue, of, limits, parameters)
        frame["status"] = [row["status"] for row in force.values()]
    reasons += said
    if variable in TREES:
        found.judge_tree(variable, of, frame, known, study.settings.alpha, tables, reasons)
    decision = {"variable": variable, "segments": segments, **scoring}
    quantities = _quantities(known, variables, associations, tables.get(variable), variable, frame, of, revenue)
    quantities |= _expert_agreement(customers, of, variable)
    result = {"criteria": criteria, "associations": associations, "variables": variables, "segments": frame}
    if variable in tables:
        result["contingency"] = found.contingency_rows(tables[variable], known.criterion_name)
    wanted = ("customers", "expert_answers", "segment_cards")
    return Proposal(quantities, result, decision, tuple(reasons), tuple(t for t in wanted if not study.has(t)),
                    "expert" if variable == A_PRIORI and len(segments) > 1 else
                    "assumed" if variable == A_PRIORI else "data")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The variable and the segments in force; a person's segments are completed and checked."""
    unknown = [key for key in chosen if key not in ("variable", "segments")]
    if unknown:
        raise ParameterError(N_("Step 1 has no decision {key}; it has variable and segments."), key=unknown[0])
    variables = proposal.tables.get("variables", pd.DataFrame(columns=["variable"]))["variable"].tolist()
    variable = chosen.get("variable", proposal.decision.get("variable"))
    if "variable" in chosen and variable not in (*variables, *TREES, A_PRIORI):
        raise ParameterError(N_("{variable} cannot segment the customers; write one of {variables}."),
                             variable=str(variable), variables=", ".join([*variables, *TREES, A_PRIORI]))
    decision = overlay(proposal.decision, {"variable": variable} if "variable" in chosen else {})
    if "segments" in chosen:
        same = variable == proposal.decision.get("variable")
        decision["segments"] = _checked(chosen["segments"], proposal.decision.get("segments", {}) if same else {})
    return decision


def assign(customers: pd.DataFrame, decision: dict) -> pd.Series:
    """The segment of each customer, None when no segment claims them.

    Parameters
    ----------
    customers : the customers table (or new customers with the same columns), ``with_scores`` that the decision asks for; not
        changed
    decision : ``{"variable", "segments"}`` of this step

    Returns
    -------
    Series of segment ids, index as ``customers``

    Examples
    --------
    >>> decision = {"variable": "age", "segments": {"S1": {"name": "young", "values": ["< 30"]},
    ...                                             "S2": {"name": "old", "values": ["≥ 30"]}}}
    >>> assign(pd.DataFrame({"customer_id": ["a", "b", "c"], "age": [25, 30, None]}), decision).tolist()
    ['S1', 'S2', None]
    """
    out = pd.Series([None] * len(customers), index=customers.index, dtype=object, name="segment_id")
    segments, variable = decision.get("segments") or {}, decision.get("variable")
    if variable in TREES:
        for segment, row in segments.items():
            out[holds(row.get("rule") or [], customers)] = segment
        return out
    if variable in (None, A_PRIORI) or variable not in customers.columns:
        if variable in (None, A_PRIORI) and len(segments) == 1:
            out[:] = next(iter(segments))
        elif variable == A_PRIORI and "segment_id" in customers.columns:
            given = as_categories(customers["segment_id"])
            out = given.where(given.isin(list(segments)), None).rename("segment_id")
        return out
    texts = as_categories(customers[variable])
    is_number = pd.api.types.is_numeric_dtype(customers[variable].dtype)
    for segment, row in segments.items():
        for value in row.get("values", ()):
            inside = in_band(customers[variable], value) if is_number else None
            out[(texts == value) if inside is None else inside] = segment
    return out


def _choose(variables, trees, wanted, reasons) -> str:
    """The variable in force, or the tree: the chosen one where it exists, else the best variable without veto."""
    names = variables["variable"].tolist()
    if wanted == A_PRIORI or wanted in names or wanted in trees:
        return wanted
    if wanted:
        reasons.append(reason(N_("The chosen variable {variable} is not among today's candidates."),
                              variable=str(wanted)))
    free = variables[variables["veto"] == ""]
    if not len(free):
        if names:
            reasons.append(reason(N_("Every candidate variable fails a mandatory criterion (measurable, accessible, "
                                     "substantial)."), level="warning"))
        return A_PRIORI
    best = free.iloc[0]
    if not best["recommended"]:
        reasons.append(reason(N_("No variable reaches the score of 0.70 without a veto; {variable:word} is the best of them "
                                 "(score {score:2})."), variable=found.variable_name(best["variable"]),
                              score=best["score"]))
    return best["variable"]


def _segments_of(categories, revenue, limits, parameters, reasons) -> dict:
    """One segment a category from the largest down; small ones together when there are several."""
    counts = categories.value_counts()
    order = sorted(counts.index, key=lambda c: (-counts[c], band_order(c), c))
    small = [c for c in order if c in small_categories(categories, revenue, limits)]
    if len(small) == len(order):
        small = []
    own = [c for c in order if c not in small] if len(small) > 1 else list(order)
    if len(own) > parameters.max_segments - (len(small) > 1):
        own = own[:parameters.max_segments - 1]
    rest = [c for c in order if c not in own]
    if rest:
        reasons.append(reason(N_("Too small for a service of their own, so put together: {categories}."), level="info",
                              categories=list(rest)))
    groups = [(c, [c]) for c in own] + ([(OTHER_CUSTOMERS, rest)] if rest else [])
    return {f"S{k}": {"name": name, "values": values, "status": "target"}
            for k, (name, values) in enumerate(groups, start=1)}


def _segment_table(study, segments, revenue, of, limits, parameters) -> tuple[pd.DataFrame, list[Reason]]:
    """Size, revenue and proposed status of each segment, and what is to be said about them."""
    total, money = len(of), float(revenue.sum())
    attractive = _attractiveness(study)
    rows, reasons = [], []
    for segment, row in segments.items():
        inside = (of == segment).to_numpy()
        n, value = int(inside.sum()), float(revenue[inside].sum())
        share, share_revenue = n / total, value / money if money > 0 else math.nan
        weight = share if math.isnan(share_revenue) else share_revenue
        is_small = n < limits.min_n or max(share, weight) < limits.min_share - NEAR
        if is_small:
            reasons.append(reason(
                N_("{segment:word}: {n} customers with {share:%} of the revenue are too few for statistics; decide "
                   "nothing of their own by data.") if not math.isnan(share_revenue) else
                N_("{segment:word}: {n} customers are too few for statistics; decide nothing of their own by data."),
                segment=str(row.get("name", segment)), n=n, share=share_revenue))
        is_target = not is_small and weight >= parameters.target_share - NEAR
        rows.append({"segment_id": segment, "name": row.get("name", segment),
                     "values": ", ".join(row.get("values", [])), "n": n, "share_customers": share,
                     "revenue": value if money > 0 else math.nan,
                     "share_revenue": share_revenue, "status": "target" if is_target else "maintain",
                     "attractiveness": attractive.get(segment, math.nan)})
    if rows and not any(row["status"] == "target" for row in rows):
        max(rows, key=lambda row: (row["n"]))["status"] = "target"
    nobody = int(of.isna().sum())
    if nobody:
        reasons.append(reason(N_("{n} customers ({share:%}) belong to no segment: their value is not known or no "
                                 "segment claims it."), n=nobody, share=nobody / total))
    return pd.DataFrame(rows, columns=SEGMENTS), reasons


def _quantities(known, variables, associations, result, variable, frame, of, revenue) -> dict[str, Quantity]:
    n, target = len(of), frame[frame["status"] == "target"]
    tested = associations.dropna(subset=["cramers_v"])
    low, high = v_interval(result) if result is not None else (None, None)
    quantities = {
        "variable": Quantity(variable, n=n), "criterion": Quantity(known.criterion_name, n=n),
        "cramers_v": Quantity(result and result.cramers_v, "index", result and result.n, low, high),
        "p_value": Quantity(result and (result.p_value if result.fisher_p is None else result.fisher_p), "index",
                            result and result.n),
        "chi2": Quantity(result and result.chi2, "", result and result.n),
        "discriminating": Quantity(result and result.discriminating, "", result and result.n),
        "n_candidates": Quantity(len(variables), "count"),
        "n_discriminating": Quantity(int((tested["discriminating"] == True).sum()), "count"),  # noqa: E712 (may be None)
        "n_segments": Quantity(len(frame), "count", n), "n_targets": Quantity(len(target), "count", n),
        "share_revenue_targets": Quantity(_sum(target["share_revenue"]), "share", int(revenue.notna().sum())),
        "share_unassigned": Quantity(float(of.isna().mean()), "share", n)}
    for row in frame.itertuples():
        quantities[f"customers.{row.segment_id}"] = Quantity(row.n, "count", n)
        quantities[f"share_revenue.{row.segment_id}"] = Quantity(_sum(pd.Series([row.share_revenue])), "share", row.n)
    return quantities


def _sum(shares: pd.Series) -> float | None:
    return float(shares.sum()) if shares.notna().any() else None


def _expert_agreement(customers, of, variable) -> dict[str, Quantity]:
    """How far segments that a file brought in agree with those of the data (method.md 0.4)."""
    if variable == A_PRIORI or "segment_id" not in customers.columns or not customers["segment_id"].notna().any():
        return {}
    try:
        result = agreement(as_categories(customers["segment_id"]), of)
    except NotComputable:
        return {}
    return {"agreement_with_experts": Quantity(result.adjusted_rand, "index", result.n)}


def _without_customers(study, chosen) -> Proposal:
    """The a-priori path: segments that the experts described, else one of all customers."""
    segments = _expert_segments(study, chosen)
    evidence = "expert" if len(segments) > 1 else "assumed"
    reasons = [reason(N_("There is no customers table: the segments are the experts' and are to be verified with χ² "
                         "against a criterion when customers are listed with their variables."), level="missing")]
    variables = pd.DataFrame(columns=found.VARIABLES)
    try:
        votes = count_votes(_votes(study))
        reasons += votes.warnings
        variables = pd.DataFrame({"variable": votes.table["item_id"], "agreement": votes.table["agreement"],
                                  "n_votes": votes.table["n"], "veto": "", "recommended": votes.table["keep"]})
        variables["name"] = [found.variable_name(name) for name in variables["variable"]]
        variables = variables.reindex(columns=found.VARIABLES)
        if votes.kept:
            reasons.append(reason(N_("The experts would segment by {variables}."), level="info",
                                  variables=list(map(found.variable_name, votes.kept))))
    except NotComputable:
        if evidence == "assumed":
            reasons.append(reason(N_("Nobody has described segments either: all customers are one segment."),
                                  level="missing"))
    attractive = _attractiveness(study)
    frame = pd.DataFrame([{
        "segment_id": segment, "name": row["name"], "values": "", "n": math.nan, "share_customers": math.nan,
        "revenue": math.nan, "share_revenue": math.nan, "status": row["status"],
        "attractiveness": attractive.get(segment, math.nan)} for segment, row in segments.items()],
        columns=SEGMENTS)
    quantities = {"variable": Quantity(A_PRIORI, evidence=evidence),
                  "n_segments": Quantity(len(segments), "count", evidence=evidence)}
    wanted = ("customers", "expert_answers", "segment_cards")
    return Proposal(quantities, {"segments": frame, "variables": variables},
                    {"variable": A_PRIORI, "segments": segments}, tuple(reasons),
                    tuple(t for t in wanted if not study.has(t)), evidence)


def _attractiveness(study) -> dict[str, float]:
    """Weighted mean score of each segment, 1 to 5; equal weights where none are given (method.md 3.11)."""
    table = study.table("attractiveness").dropna(subset=["segment_id", "score"])
    weight = pd.to_numeric(table["weight"], errors="coerce").fillna(1.0)
    by = table["segment_id"].astype(str)
    total = weight.groupby(by).sum()
    points = (weight * table["score"].astype(float)).groupby(by).sum()
    return (points[total > 0] / total[total > 0]).to_dict()


def _votes(study) -> pd.DataFrame:
    answers = study.table("expert_answers")
    return answers[answers["topic"] == "variables"]


def _expert_segments(study, chosen) -> dict:
    if _is_segments(chosen.get("segments")):
        return {s: {"name": s, "values": [], "status": "target", **row} for s, row in chosen["segments"].items()}
    names = [s for table in ("segment_cards", "attractiveness") for s in study.table(table)["segment_id"].dropna()]
    names += list(as_categories(study.table("customers")["segment_id"]).dropna()) if \
        "segment_id" in study.table("customers").columns else []
    ids = sorted({str(name) for name in names}, key=lambda s: (len(s), s))
    return {s: {"name": s, "values": [], "status": "target"} for s in ids} or \
        {"S1": {"name": ALL_CUSTOMERS, "values": [], "status": "target"}}


def _is_segments(value) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(row, dict) for row in value.values())


def _checked(segments, proposed) -> dict:
    """Segments that a person wrote, with what they left out taken from the proposal; each rule by its message."""
    if not _is_segments(segments):
        raise ParameterError(N_("Segments are written as id, name, values and status; at least one is needed."))
    out, owner = {}, {}
    for segment, row in segments.items():
        full = {"name": segment, "values": [], "status": "target", **proposed.get(segment, {}), **row}
        if full["status"] not in STATUSES:
            raise ParameterError(N_("{segment}: the status {status} is none of {statuses}."), segment=segment,
                                 status=str(full["status"]), statuses=", ".join(STATUSES))
        if not str(full["name"]).strip():
            raise ParameterError(N_("{segment} has no name."), segment=segment)
        if isinstance(full["values"], str):
            full["values"] = [part.strip() for part in full["values"].split(",") if part.strip()]
        for value in full["values"]:
            if value in owner:
                raise ParameterError(N_("{value} is in {first} and in {second}; a customer belongs to one segment."),
                                     value=str(value), first=owner[value], second=segment)
            owner[value] = segment
        out[segment] = {"name": str(full["name"]), "values": [str(v) for v in full["values"]],
                        "status": full["status"]} | ({"rule": full["rule"]} if full.get("rule") else {})
    if all(row["status"] == "exclude" for row in out.values()):
        raise ParameterError(N_("Every segment is excluded: nobody would be served."))
    return out
