"""Step 2, clusters: customers that are alike in what they buy and how they order (method.md 4.2, 4.5).

"es necesario clasificar a estos en grupos de acuerdo con sus características, deseos y posibilidades" (S2:L211). The
clusters know no segment: step 1 sets them beside its trees, and step 2 may split a group by them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, reason
from svcnb.i18n import N_
from svcnb.methods.clusters import cluster
from svcnb.methods.clusters.number import best_k
from svcnb.steps import characteristics as measured
from svcnb.steps import cluster_tables as found
from svcnb.steps.characteristics import (
    BEHAVIOUR,
    CHARACTERISTICS,
    SKEWED,
    TEXTS,
    characteristics,
    choose_columns,
    in_logarithms,
)
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Clusters of customers")
QUESTION = N_("Which customers are alike in what they buy and how they order?")
ENDS_IN = N_("The clusters of customers with their names, and the rule by which any customer joins one.")
TABLES = ("customers", "orders", "order_lines", *measured.ANSWERS)
WANTED = TABLES[:3]  # without answers of a survey customers are compared by their orders
AFTER = OPTIONAL = ("factors",)
FOUND = ("method", "rule")  # of the decision: computed, nobody decides it

METHODS = ("auto", "ward", "kmeans")
FEW = 2000  # customers up to whom Ward compares every pair (method.md 4.2 b); beyond, k is searched on as many
MOST = 8  # clusters: more nobody can tell apart
UNTOLD = {"columns", "column", "pairs"}  # values of a warning that names columns: the step says it in the reader's words
__all__ = ["assign", "characteristics", "decide", "propose", "Parameters"]


@dataclass(frozen=True)
class Parameters:
    """``method`` ward, kmeans or auto (ward up to 2000 customers); ``k`` clusters, 0 for the highest mean silhouette up to
    ``k_max``; ``columns`` of BEHAVIOUR and factors of the survey (``factor:F1``), none for all that are known, not known for
    ``max_missing`` at most; ``logarithms`` those taken as ln(1 + x); ``standardise`` to z; ``n_resamples`` of the stability,
    ``n_references`` of the gap."""

    method: str = "auto"
    k: int = 0
    k_max: int = 8
    columns: tuple = ()
    logarithms: tuple = SKEWED
    standardise: bool = True
    max_missing: float = 0.1
    n_resamples: int = 20
    n_references: int = 10

    def __post_init__(self):
        if self.method not in METHODS:
            raise ParameterError(N_("There is no method {method}; there are {methods}."), method=str(self.method),
                                 methods=list(METHODS))
        for name, low, high in (("k_max", 2, MOST), ("max_missing", 0, 1), ("n_resamples", 0, 200), ("n_references", 0, 200)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ParameterError(N_("{name} = {value} is not between {low} and {high}."), name=name, value=value,
                                     low=low, high=high)
        _checked_k(self.k or None)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Form the clusters and describe them."""
    chosen, reasons = decisions.get("clusters", {}), []
    missing = tuple(name for name in WANTED if not study.has(name))
    if not (study.has("customers") or study.has("orders")):
        return _nothing([reason(N_("There are neither customers nor orders: nobody can be compared. Form the groups with "
                                   "experts."), level="missing")], missing)
    frame = characteristics(study, decisions.get("factors"))
    there = [*BEHAVIOUR, *measured.known_factors(frame)]
    measured.check_names((*parameters.columns, *parameters.logarithms), there)
    asked = chosen.get("columns") or ()
    columns = choose_columns(frame, measured.without_gone(asked, there, reasons) or parameters.columns, parameters, reasons)
    measured.say_factors(frame, (), reasons)
    shown = {"characteristics": measured.overview(frame, there, columns, asked)}
    if not columns:
        return _nothing([*reasons, reason(N_("Nothing is known of how the customers order: there is nothing to compare them by. "
                                             "Form the groups with experts."), level="missing")], missing, shown)
    values = in_logarithms(frame, columns, parameters.logarithms)
    try:
        result = _cluster(values, _checked_k(chosen.get("k")) or parameters.k or None, parameters, study.settings.seed)
    except NotComputable as error:
        why = [] if UNTOLD & set(error.values) else [replace(error.reason, level="missing")]
        why += [reason(error.fallback, level="missing", **error.values)] if error.fallback else []
        return _nothing([*reasons, *why], missing, shown)
    labels = result.labels.set_axis(frame["customer_id"])
    tables = found.tables(frame, result, parameters) | shown
    names, own = _named(tables["clusters"], chosen.get("clusters"))
    for table in tables.values():
        if "cluster_id" in table.columns:
            table["name"] = table["cluster_id"].map(names).astype(object)
    rule = _rule(result, parameters, measured.scoring_of(study, decisions.get("factors") or {}, columns))
    nearest = assign(frame, {"rule": rule})
    moved = int((labels.notna().to_numpy() & (nearest.to_numpy() != labels.to_numpy())).sum()) / max(result.n, 1)
    decision = {"k": result.k, "method": result.method, "columns": columns, "clusters": own, "names": names, "rule": rule}
    reasons += _doubts(result, frame, parameters, moved)
    return Proposal(_quantities(result, frame, moved), tables, decision, tuple(reasons), missing, "data")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """By what the customers are compared, how many clusters, and what they are called."""
    unknown = [key for key in chosen if key not in ("columns", "k", "clusters")]
    if unknown:
        raise ParameterError(N_("Clusters have no decision {key}; they have columns, k and clusters."), key=unknown[0])
    _checked_k(chosen.get("k"))
    if not isinstance(chosen.get("columns", []), list):
        raise ParameterError(N_("The characteristics to compare by are written as a list."))
    shown = proposal.tables.get("characteristics")
    measured.check_names(chosen.get("columns", ()), BEHAVIOUR if shown is None else shown["characteristic"].tolist())
    decision = overlay(proposal.decision, {})
    if "clusters" in chosen:
        names = chosen["clusters"]
        if not isinstance(names, dict) or not all(isinstance(row, dict) and isinstance(row.get("name", ""), str)
                                                  for row in names.values()):
            raise ParameterError(N_("Clusters are written as id and name; an empty name leaves the proposed one."))
        own = {key: {"name": names.get(key, row).get("name", "").strip()} for key, row in decision["clusters"].items()}
        decision |= {"clusters": own, "names": {key: row["name"] or decision["names"][key] for key, row in own.items()}}
    return decision


def assign(data, decision: dict) -> pd.Series:
    """The cluster of each customer by the decided rule: that of the nearest centre.

    Parameters
    ----------
    data : a study, or a frame like that of ``characteristics`` (own units; with the scores that the rule asks for). The few
        customers whom Ward's merges put elsewhere than to the nearest centre are assigned to the nearest; the page says how
        many they are.
    decision : this step's decision; its ``rule`` is enough by itself

    Returns
    -------
    Series of cluster ids, None where a characteristic is not known; index is customer_id, without such a column the frame's

    Examples
    --------
    >>> rule = {"columns": ["size_cv"], "logarithms": [], "means": {"size_cv": 0.5}, "scales": {"size_cv": 0.25},
    ...         "centres": {"K1": {"size_cv": 0.4}, "K2": {"size_cv": 0.9}}}
    >>> assign(pd.DataFrame({"customer_id": ["a", "b", "c"], "size_cv": [0.5, 1.0, None]}), {"rule": rule}).tolist()
    ['K1', 'K2', None]
    """
    rule = decision.get("rule") or {}
    frame = data if isinstance(data, pd.DataFrame) else characteristics(data, rule.get("factors"))
    index = pd.Index(frame["customer_id"]) if "customer_id" in frame.columns else frame.index
    out = pd.Series([None] * len(frame), index=index, dtype=object, name="cluster_id")
    columns = rule.get("columns") or []
    if not columns or not set(columns) <= set(frame.columns):
        return out
    places = lambda values: (values - pd.Series(rule["means"])[columns]) / pd.Series(rule["scales"])[columns]
    own = places(in_logarithms(frame, columns, rule["logarithms"])).to_numpy()
    centres = places(pd.DataFrame(rule["centres"]).T[columns].astype(float))
    apart = ((own[:, None, :] - centres.to_numpy()[None, :, :]) ** 2).sum(axis=2)
    known = np.isfinite(apart).all(axis=1)
    out[known] = centres.index.to_numpy()[apart[known].argmin(axis=1)] if known.any() else None
    return out.where(out.notna(), None)


def _cluster(values, k, parameters, seed):
    """The clusters; beyond 2000 customers k-means looks for k on 2000 of them, then clusters all."""
    many = len(values) > FEW
    method = ("kmeans" if many else "ward") if parameters.method == "auto" else parameters.method
    options = {"method": method, "standardise": parameters.standardise, "seed": seed}
    search = {"k_max": parameters.k_max, "search": True, "n_resamples": parameters.n_resamples,
              "n_references": 2 if parameters.n_references == 1 else parameters.n_references}
    if not many or method != "kmeans":
        return cluster(values, k=k, **search, **options)
    drawn = np.sort(np.random.default_rng(seed).choice(len(values), FEW, replace=False))
    part = cluster(values.iloc[drawn], k=k, **search, **options)
    whole = cluster(values, k=part.k, n_resamples=0, n_references=0, **options)
    searched = lambda one: bool({"rand", "silhouette", "gap"} & set(one.values)) or "gap" in one.template
    said = [one for one in whole.warnings if "sample" in one.values or not searched(one)]
    return replace(whole, search=part.search, gap_k=part.gap_k, stability=part.stability, chosen=part.chosen,
                   silhouette=part.silhouette, warnings=(*said, *(one for one in part.warnings if searched(one))))


def _rule(result, parameters, scoring: dict) -> dict:
    """All that is needed to assign a customer, as plain JSON; it names no customer."""
    columns = list(result.space.columns)
    numbers = lambda array: dict(zip(columns, map(float, array), strict=True))
    return {"columns": columns, "logarithms": [c for c in columns if c in parameters.logarithms],
            "means": numbers(result.space.middle), "scales": numbers(result.space.scale),
            "centres": {key: numbers(row) for key, row in zip(result.centres.index, result.centres.to_numpy(), strict=True)}} | (
                {"factors": scoring} if scoring else {})


def _named(clusters, given) -> tuple[dict[str, str], dict[str, dict]]:
    """The name of each cluster: a person's, else what sets it apart most and no cluster farther off is called; and those
    of persons."""
    given = given if isinstance(given, dict) else {}
    names, own, order = {}, {}, clusters["cluster_id"].tolist()
    for row in clusters.sort_values("apart", ascending=False, kind="stable").itertuples():
        traits = [one.rsplit(":", 1) for one in row.traits.split(";") if one]
        calls = [getattr(CHARACTERISTICS[column], direction) for column, direction in traits]
        mine = given.get(row.cluster_id)
        mine = str(mine.get("name") or "").strip() if isinstance(mine, dict) else ""
        names[row.cluster_id] = mine or next((name for name in calls if name not in names.values()), found.PLAIN[row.Index])
        own[row.cluster_id] = {"name": mine}
    return {key: names[key] for key in order}, {key: own[key] for key in order}


def _doubts(result, frame, parameters, moved):
    """What a reader should know before using these clusters, in the reader's words."""
    name = TEXTS.get
    columns = list(result.space.columns)
    logs = [name(c) for c in columns if c in parameters.logarithms]
    yield reason(N_("Compared by: {variables}. Of the skewed ones the logarithm is taken (house rule): {factors}."), level="info",
                 variables=[name(c) for c in columns], factors=logs or [N_("none")])
    if result.n_missing:
        lack = [name(c) for c in columns if result.missing_shares[c] > 0]
        yield reason(N_("{n} of {total} customers are in no cluster, because this is not known of them: {variables}."),
                     n=result.n_missing, total=len(frame), variables=lack)
    for one in result.warnings:
        if not UNTOLD & set(one.values):
            yield one
        elif "share" in one.values:  # one column outweighs the others
            yield reason(N_("The characteristics are not standardised: {variable:word} has {share:%} of the variance and "
                            "outweighs the others."), variable=name(one.values["column"]), share=one.values["share"])
    if result.merges is None:
        yield reason(N_("K-means does not join the customers one after another, so there is no tree of merges to draw."),
                     level="info")
    if moved:
        yield reason(N_("{share:%} of the customers lie nearer to the centre of another cluster than to that of their own; "
                        "they stay where the merges put them, a new customer joins the nearest centre."), level="info",
                     share=moved)


def _quantities(result, frame, moved) -> dict[str, Quantity]:
    n, stability = result.n, result.stability
    search = result.search
    return {
        "n_clusters": Quantity(result.k, "count", n), "clusters_by": Quantity(result.method, n=n),
        "silhouette": Quantity(result.silhouette, "index", result.n_sample),
        "structure": Quantity(result.structure, n=result.n_sample),
        "stability": Quantity(stability.mean, "index", stability.n_resamples),
        "smallest_share": Quantity(float(result.sizes.min() / n), "share", n),
        "best_k": Quantity(best_k(search), "count", n), "gap_k": Quantity(result.gap_k, "count", n),
        "n_clustered": Quantity(n, "count", len(frame)), "n_not_clustered": Quantity(result.n_missing, "count", len(frame)),
        "share_nearer_elsewhere": Quantity(float(moved), "share", n)}


def _checked_k(k):
    """A number of clusters that a person may choose, None for none."""
    if k is None:
        return None
    if not isinstance(k, int) or isinstance(k, bool) or not 2 <= k <= MOST:
        raise ParameterError(N_("{k} clusters cannot be asked for; write a whole number from 2 to {most}."), k=str(k), most=MOST)
    return k


def _nothing(reasons, missing, tables=None) -> Proposal:
    rows = (tables or {}).get("characteristics")
    columns = [] if rows is None else rows.loc[rows["used"].astype(bool), "characteristic"].tolist()
    return Proposal(reasons=tuple(reasons), missing=missing, evidence="assumed", tables=tables or {},
                    decision={"k": None, "method": "", "columns": columns, "clusters": {}, "names": {}, "rule": {}})
