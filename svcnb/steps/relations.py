"""Step 2, relations: who depends on whom (Kumar's matrix, reconstructed) and who is about to leave (RFM).

"su comportamiento no es igual ante todos sus proveedores, está en función de la interdependencia cliente-proveedor
[KUMAR, p. 103]" (S2:L141); method.md 2.7, A-25. The class of each group is decided here and goes into the form of contract of
step 7. RFM is an extra characteristic of customers; its classes are a house rule.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.interdependence import CODES, DEPENDENCES, dependence_from_shares, place_customers
from svcnb.methods.rfm import score_rfm
from svcnb.steps.candidates import customer_revenue
from svcnb.steps.characterisation import assign
from svcnb.steps.characteristics import with_scores
from svcnb.steps.relation_tables import ALL, CUSTOMERS, relation_tables
from svcnb.steps.step import Proposal, Quantity
from svcnb.steps.volume import groups_in_force

TITLE = N_("Relations")
QUESTION = N_("Who depends on whom, and who is about to leave?")
ENDS_IN = N_("The relation with each group, for the form of contract.")
TABLES = ("customers", "orders", "order_lines")
AFTER = ("segmentation", "characterisation")

RELATIONSHIPS = tuple(CODES.values())
MEASURED = ("recency_days", "frequency", "monetary", "recency_score", "frequency_score", "monetary_score")


@dataclass(frozen=True)
class Parameters:
    """``cut`` from where a dependence is high (3 of 1 to 5), ``near`` what lies nearer than this to it is borderline;
    ``n_bands`` of the scores of recency, frequency and monetary value."""

    cut: float = 3.0
    near: float = 0.5
    n_bands: int = 5

    def __post_init__(self):
        for name, low, high in (("cut", 1.01, 5), ("near", 0, 2), ("n_bands", 2, 10)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ParameterError(N_("{name} = {value} is not between {low} and {high}."), name=name, value=value, low=low,
                                     high=high)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Place the customers in the matrix, score when and how much they order, propose a relation for each group."""
    groups, reasons = groups_in_force(decisions), []
    customers = study.table("customers").reset_index(drop=True).drop_duplicates("customer_id").reset_index(drop=True)
    frame = _listed(study, customers, decisions)
    placed = _placed(frame, customers, parameters, reasons)
    scored = _scored(study, frame, parameters, reasons)
    frame = pd.concat([frame.drop(columns=list(DEPENDENCES)), placed, scored], axis=1)[CUSTOMERS]
    tables = relation_tables(frame, groups, parameters.cut)
    proposed = dict(zip(tables["groups"]["group_id"], tables["groups"]["relationship"], strict=True))
    decision = {"groups": {group: {"relationship": proposed.get(group) if isinstance(proposed.get(group), str) else ""}
                           for group in groups}}
    known = frame["relationship"].notna().any() or frame["rfm_class"].notna().any()
    return Proposal(_quantities(frame, tables), tables, decision, tuple(reasons),
                    tuple(name for name in TABLES if not study.has(name)), "data" if known else "assumed")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The relation of each group in force; a group that is not served any more is left out."""
    unknown = [key for key in chosen if key != "groups"]
    if unknown:
        raise ParameterError(N_("Relations have no decision {key}; they have groups."), key=unknown[0])
    groups = {group: dict(row) for group, row in (proposal.decision.get("groups") or {}).items()}
    picked = chosen.get("groups") or {}
    if not isinstance(picked, dict) or not all(isinstance(row, dict) for row in picked.values()):
        raise ParameterError(N_("The relation of each group is written as group and relationship."))
    for group, row in picked.items():
        code = row.get("relationship") or ""
        if code and code not in RELATIONSHIPS:
            raise ParameterError(N_("{group}: there is no relation {code}; it is one of {codes}."), group=group, code=str(code),
                                 codes=", ".join(RELATIONSHIPS))
        if group in groups:
            groups[group] = {"relationship": code}
    return {"groups": groups}


def relationship_of(decisions: dict, group: str) -> str | None:
    """The relation with a group that is in force, None when nobody knows it.

    Examples
    --------
    >>> relationship_of({"relations": {"groups": {"G1": {"relationship": "hostage"}}}}, "G1")
    'hostage'
    """
    row = (decisions.get("relations", {}).get("groups") or {}).get(group) or {}
    return row.get("relationship") or None


def _listed(study, customers, decisions) -> pd.DataFrame:
    """customer_id, name, group_id, revenue, share_revenue and the dependences as they were brought."""
    frame = pd.DataFrame({"customer_id": customers["customer_id"].astype(str)})
    named = customers["name"] if "name" in customers.columns else pd.Series(None, index=frame.index, dtype=object)
    frame["name"] = named.where(named.notna(), frame["customer_id"]).astype(str)
    segments = decisions.get("segmentation", {})
    frame["group_id"] = assign(with_scores(study, customers, segments), segments, decisions.get("characterisation", {}))
    frame["revenue"] = customer_revenue(study, customers) if len(customers) else pd.Series(dtype=float)
    total = float(frame["revenue"].clip(lower=0).sum())
    frame["share_revenue"] = frame["revenue"].clip(lower=0) / total if total > 0 else math.nan
    for column in DEPENDENCES:
        frame[column] = pd.to_numeric(customers[column], errors="coerce").astype(float) if column in customers.columns \
            else math.nan
    return frame


def _placed(frame, customers, parameters, reasons: list[Reason]) -> pd.DataFrame:
    """d_us, d_cust, relationship, interdependence, asymmetry, borderline of each customer; what is missing is said."""
    rated = frame[list(DEPENDENCES)].copy()
    if len(frame) and not rated["d_us"].notna().any() and frame["share_revenue"].notna().any():
        rated["d_us"] = dependence_from_shares(frame["share_revenue"]).to_numpy()
        reasons.append(reason(N_("How much we depend on each customer is not rated: the share of the revenue stands in (below "
                                 "1 % is 1, above 20 % is 5)."), level="info"))
    if len(frame) and not rated["d_cust"].notna().any():
        reasons.append(reason(N_("How much each customer depends on us is not rated, so nobody is placed in the matrix. Ask the "
                                 "sellers: our share of its purchases, other suppliers, what changing would cost it; 1 to 5."),
                              level="missing"))
    out = rated.assign(relationship=None, interdependence=math.nan, asymmetry=math.nan, borderline=None)
    if not len(frame):
        reasons.append(reason(N_("There is no customers table: experts choose the relation of each group."), level="missing"))
        return out
    if not rated["d_cust"].notna().any():
        return out
    try:
        result = place_customers(rated.set_axis(frame["customer_id"]), cut=parameters.cut, near=parameters.near)
    except NotComputable as error:
        reasons += [error.reason] + ([Reason(error.fallback, error.values, "missing")] if error.fallback else [])
        return out
    reasons += result.warnings
    found = result.customers.reset_index(drop=True).rename(columns={"is_borderline": "borderline"})
    return found[list(out.columns)]


def _scored(study, frame, parameters, reasons: list[Reason]) -> pd.DataFrame:
    """Recency, frequency, monetary value, their scores and the class of each customer; place of the recency."""
    nothing = pd.DataFrame(math.nan, index=frame.index, columns=[*MEASURED, "recency_rank"]).assign(rfm_cell=None, rfm_class=None)
    if not study.has("orders"):
        reasons.append(reason(N_("There are no orders: when and how often customers order is not measured."), level="missing"))
        return nothing
    from svcnb.measures import customer_orders

    end = getattr(study.settings, "period_end", None)
    try:
        result = score_rfm(customer_orders(study), on=end, n_bands=parameters.n_bands,
                           customers=frame["customer_id"] if len(frame) else None)
    except NotComputable as error:
        reasons += [error.reason] + ([Reason(error.fallback, error.values, "missing")] if error.fallback else [])
        return nothing
    reasons += result.warnings
    found = result.customers.rename(columns={"cell": "rfm_cell"}).assign(recency_rank=(-result.customers["recency_days"]).rank())
    return found.reindex(frame["customer_id"]).reset_index(drop=True)[list(nothing.columns)]


def _quantities(frame, tables) -> dict[str, Quantity]:
    placed = int(frame["relationship"].notna().sum())
    classes = tables["rfm_classes"]
    classes = classes[classes["group_id"] == ALL].set_index("rfm_class")
    ordered = int(classes["n"].sum()) if len(classes) else 0
    out = {"customers_placed": Quantity(placed, "count", len(frame)),
           "customers_ordered": Quantity(ordered, "count", len(frame))}
    if placed:
        out["customers_borderline"] = Quantity(int((frame["borderline"] == True).sum()), "count", placed)  # noqa: E712 (may be None)
        rows = tables["relationships"]
        for row in rows[rows["group_id"] == ALL].itertuples():
            out[f"customers_{row.relationship}"] = Quantity(int(row.n), "count", placed)
            out[f"share_revenue_{row.relationship}"] = Quantity(_known(row.share_revenue), "share", placed)
    if ordered:
        for name in ("at_risk", "lost"):
            out[f"customers_{name}"] = Quantity(int(classes["n"].get(name, 0)), "count", ordered)
            out[f"share_value_{name}"] = Quantity(_known(classes["share_value"].get(name, math.nan)), "share", ordered)
    return out


def _known(value) -> float | None:
    return None if value != value else float(value)
