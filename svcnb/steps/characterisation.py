"""Step 2, characterise the customers: ABC, laboriousness, customer groups (method.md 4).

"es necesario clasificar a estos en grupos de acuerdo con sus características, deseos y posibilidades" (S2:L211).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, about, reason
from svcnb.i18n import N_
from svcnb.methods import abc
from svcnb.methods.intervals import wilson
from svcnb.steps import clusters, laborious, parts, segmentation, splitting, work
from svcnb.steps.candidates import customer_revenue
from svcnb.steps.characteristics import with_scores
from svcnb.steps.joined import apart, check_joins, group_of_segment, join, rows_of
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Characterisation")
QUESTION = N_("Which customers bring the business, and which make the work?")
ENDS_IN = N_("The customer groups with their ABC class and their laboriousness.")
TABLES = ("customers", "orders", "order_lines", "cost_drivers", "driver_ratings", "driver_rates")
AFTER = ("segmentation", "clusters")
FOUND = ("cluster_rule",)  # of the decision: what places a customer in a part, where a group is split by clusters

VALUES = ("revenue", "margin", "volume")
POINTS = 400  # of the curve, enough for any screen
LISTED = 500
LARGEST = 10
GROUPS = ["group_id", "segment_id", "name", "n", "revenue", "share_revenue", "abc", "n_a", "laboriousness",
          "laboriousness_class"]
ABC = ["class", "customers", "share_customers", "value", "share_value"]
BY_SEGMENT = ["segment_id", "group_id", "name", "class", "customers", "share_customers", "value", "share_value"]
CURVE = ["rank_share", "cumulative", "class"]


@dataclass(frozen=True)
class Parameters:
    """``abc_by`` revenue, margin or volume; ``cuts`` the shares up to which classes A and B reach."""

    abc_by: str = "revenue"
    cuts: tuple = (0.8, 0.95)

    def __post_init__(self):
        if self.abc_by not in VALUES:
            raise ParameterError(N_("ABC by {value} is not known; write one of {values}."), value=str(self.abc_by),
                                 values=", ".join(VALUES))
        abc.checked_cuts(self.cuts)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Classify the customers and weigh the groups that the segments make."""
    chosen, segments = decisions.get("characterisation", {}), decisions.get("segmentation", {})
    groups = groups_of(segments)
    if _is_groups(chosen.get("groups")):
        groups = {g: {"name": g, "segment_id": ""} | groups.get(g, {}) |
                  {k: v for k, v in row.items() if k in ("name", "segment_id")} for g, row in apart(chosen["groups"]).items()}
    reasons: list[Reason] = []
    alone, groups = groups, join(groups, chosen.get("joins"), reasons)
    members = _members(study, segments, groups, reasons)
    by, cuts, classes = _classify(members, chosen, parameters, reasons)
    of_cluster = clusters.assign(study, decisions.get("clusters") or {})
    rated, together = laborious.rate_groups(study, groups, members), groups
    force = splitting.split_groups(study, decisions, groups, members, rated, of_cluster)
    groups, members = force.groups, force.members
    if force.study is not study:
        rated = laborious.rate_groups(force.study, groups, members)
    reasons += [*about(work.TOPIC, rated.reasons), *about(splitting.TOPIC, force.reasons)]
    frame = _group_table(groups, members, classes, by, rated.laboriousness)
    views = work.compare_work(rated, frame, members, classes, by, of_cluster, study.settings.alpha)
    reasons += about(work.TOPIC, views.reasons)
    tables = {"groups": frame, **views.tables, "drivers": rated.drivers, **force.tables}
    if classes is not None:
        tables |= _abc_tables(classes, members, by, groups)
        if len(classes.excluded):
            reasons.append(reason(N_("{n} customers are not classified: {by:word} negative or not known."),
                                  n=len(classes.excluded), by=by))
    full = {row.group_id: {
        "name": row.name, "segment_id": row.segment_id, "n": int(row.n), "abc": _text(row.abc),
        "laboriousness": None if math.isnan(row.laboriousness) else float(row.laboriousness),
        "laboriousness_class": _text(row.laboriousness_class)} | {
            key: groups[row.group_id][key] for key in ("joined", "part") if groups[row.group_id].get(key)}
        for row in frame.itertuples(index=False)}
    wanted = ("customers", "cost_drivers", "driver_ratings")
    evidence = "data" if classes is not None else rated.evidence
    return Proposal(_quantities(classes, rated, frame, by, members) | views.quantities | force.quantities, tables,
                    {"abc_by": by, "cuts": list(cuts), "groups": full, "joins": rows_of(alone, chosen.get("joins")),
                     "splits": splitting.rows_of(together, chosen.get("splits"))} | (
                         {"cluster_rule": force.cluster_rule} if force.cluster_rule else {}),
                    tuple(reasons),
                    tuple(t for t in wanted if not study.has(t)), evidence)


def decide(proposal: Proposal, chosen: dict) -> dict:
    """Cuts, what ABC goes by and the groups in force."""
    unknown = [key for key in chosen if key not in ("cuts", "abc_by", "groups", "joins", "splits")]
    if unknown:
        raise ParameterError(N_("Step 2 has no decision {key}; it has cuts, abc_by, groups, joins and splits."), key=unknown[0])
    decision = overlay(proposal.decision, chosen)
    if "cuts" in chosen:
        decision["cuts"] = list(abc.checked_cuts(chosen["cuts"]))
    if decision.get("abc_by", VALUES[0]) not in VALUES:
        raise ParameterError(N_("ABC by {value} is not known; write one of {values}."), value=str(decision["abc_by"]),
                             values=", ".join(VALUES))
    if "groups" in chosen:
        decision["groups"] = _checked(chosen["groups"], proposal.decision.get("groups", {}))
    if "joins" in chosen:
        check_joins(chosen["joins"], apart(decision.get("groups", {})), proposal.decision.get("joins") or {})
        decision["joins"] = rows_of(proposal.decision.get("joins") or {}, chosen["joins"])
    if "splits" in chosen:
        splitting.check_splits(chosen["splits"], apart(decision.get("groups", {})), proposal.tables.get("split_bins"),
                               decision.get("joins") or {}, proposal.decision.get("splits") or {})
        decision["splits"] = splitting.rows_of(proposal.decision.get("splits") or {}, chosen["splits"])
    return decision


def groups_of(segments: dict) -> dict[str, dict]:
    """One group a segment that is served: S1 makes G1, and so on; excluded segments make none.

    Examples
    --------
    >>> groups_of({"segments": {"S1": {"name": "farms", "status": "target"}, "S2": {"name": "x", "status": "exclude"}}})
    {'G1': {'name': 'farms', 'segment_id': 'S1'}}
    """
    served = {s: row for s, row in (segments.get("segments") or {}).items() if row.get("status") != "exclude"}
    groups: dict[str, dict] = {}
    for segment, row in served.items():
        number = segment[1:] if segment[:1] == "S" and segment[1:].isdigit() else None
        group = f"G{number}" if number and f"G{number}" not in groups else None
        if group is None:
            taken = {f"G{s[1:]}" for s in served if s[:1] == "S"} | set(groups)
            group = next(f"G{k}" for k in range(1, len(served) + len(taken) + 2) if f"G{k}" not in taken)
        groups[group] = {"name": row.get("name", segment), "segment_id": segment}
    return groups


def assign(customers: pd.DataFrame, segments: dict, decision: dict) -> pd.Series:
    """The group of each customer, None when their segment has none. Index as ``customers``.

    Where a group is split the customers have their part already (``steps.parts.with_parts``), else their own columns say it.

    Examples
    --------
    >>> segments = {"variable": "a_priori", "segments": {"S1": {"name": "all", "status": "target"}}}
    >>> assign(pd.DataFrame({"customer_id": ["a"]}), segments, {"groups": groups_of(segments)}).tolist()
    ['G1']
    """
    of = _group_by_segment(segmentation.assign(customers, segments), decision.get("groups") or {})
    return parts.place_customers(of, customers, decision)


def _group_by_segment(of: pd.Series, groups: dict) -> pd.Series:
    group = group_of_segment(groups)
    return of.map(group).astype(object).where(of.isin(list(group)), None).rename("group_id")


def _members(study, segments, groups, reasons) -> pd.DataFrame:
    """customer_id, segment_id, group_id, revenue, margin, volume and the measured drivers of each customer."""
    customers = study.table("customers").reset_index(drop=True)
    of = segmentation.assign(with_scores(study, customers, segments), segments)
    members = pd.DataFrame({
        "customer_id": customers["customer_id"], "segment_id": of, "group_id": _group_by_segment(of, groups),
        "revenue": customer_revenue(study, customers) if len(customers) else pd.Series(dtype=float)})
    for column in ("margin", "n_orders", "delivery_points"):
        members[column] = pd.to_numeric(customers[column], errors="coerce").astype(float) \
            if column in customers.columns else math.nan
    for column in ("volume", "lines_per_order", "size_cv", "urgent_share"):
        members[column] = math.nan
    if not len(members):
        reasons.append(reason(N_("There is no customers table: ABC is not measured; the experts rate the groups."),
                              level="missing"))
    elif study.has("order_lines") or study.has("orders"):
        from svcnb.measures import customer_values

        values = customer_values(study).drop_duplicates("customer_id").set_index("customer_id")
        for column in ("volume", "n_orders", "lines_per_order", "size_cv", "urgent_share"):
            found = members["customer_id"].map(values[column]).astype(float)
            members[column] = found if found.notna().any() else members[column]
    return members


def _classify(members, chosen, parameters, reasons):
    """What ABC goes by, its cuts and the classes (None when it cannot be)."""
    cuts = chosen.get("cuts", parameters.cuts)
    wanted = chosen.get("abc_by", parameters.abc_by)
    cuts = abc.checked_cuts(cuts)
    for by in dict.fromkeys((wanted, *(VALUES if "abc_by" not in chosen else ()))):
        if by not in VALUES or not members[by].notna().any():
            continue
        try:
            classes = abc.classify(members.drop_duplicates("customer_id").set_index("customer_id")[by], cuts)
        except NotComputable as error:
            reasons.append(error.reason)
            continue
        if by != wanted:
            reasons.append(reason(N_("The {wanted:word} of the customers is not known; ABC goes by {by:word}."),
                                  wanted=wanted, by=by))
        return by, cuts, classes
    if len(members):
        reasons.append(reason(N_("ABC is not measured: the {wanted:word} of the customers is not known. Estimate it in "
                                 "bands."), level="missing", wanted=wanted))
    return wanted, cuts, None


def _abc_tables(classes, members, by, groups) -> dict[str, pd.DataFrame]:
    table = pd.DataFrame([{
        "class": c, "customers": classes.counts[c], "share_customers": classes.item_shares[c],
        "value": classes.values[c], "share_value": classes.shares[c]} for c in abc.CLASSES], columns=ABC)
    joined = members.drop_duplicates("customer_id").set_index("customer_id")
    joined = joined.loc[classes.classes.index].assign(abc=classes.classes)
    rows = []
    for group, row in groups.items():
        inside = joined[joined["group_id"] == group]
        total = inside[by].sum()
        for c in abc.CLASSES:
            part = inside[inside["abc"] == c]
            rows.append({
                "segment_id": row["segment_id"], "group_id": group, "name": row["name"], "class": c,
                "customers": len(part), "share_customers": len(part) / len(inside) if len(inside) else math.nan,
                "value": float(part[by].sum()),
                "share_value": float(part[by].sum() / total) if total > 0 else math.nan})
    excluded = classes.excluded.head(LISTED).rename(columns={"item": "customer_id"})
    return {"abc": table, "abc_by_segment": pd.DataFrame(rows, columns=BY_SEGMENT), "customers_abc": _curve(classes),
            "abc_excluded": excluded.astype({"customer_id": str}), "largest": _largest(classes)}


def _largest(classes) -> pd.DataFrame:
    """The largest customers one by one: their value, its share, the share up to and with them, their class."""
    upto = classes.cumulative.head(LARGEST)
    share = upto.diff().fillna(upto.iloc[0])
    return pd.DataFrame({"place": range(1, len(upto) + 1), "customer_id": upto.index.astype(str), "value": share * classes.total,
                         "share_value": share, "cumulative": upto, "class": classes.classes.reindex(upto.index)}).reset_index(
                             drop=True)


def _curve(classes) -> pd.DataFrame:
    """The curve of customers and value, from (0, 0), thinned to at most 400 points with the class borders kept."""
    cumulative = classes.cumulative.to_numpy()
    n = len(cumulative)
    borders = np.cumsum([classes.counts[c] for c in abc.CLASSES]) - 1
    keep = np.unique(np.concatenate([np.linspace(0, n - 1, min(n, POINTS - 4)).round().astype(int),
                                     borders[borders >= 0]]))
    ranked = classes.classes.reindex(classes.cumulative.index).to_numpy()
    return pd.DataFrame({"rank_share": np.concatenate([[0.0], (keep + 1) / n]),
                         "cumulative": np.concatenate([[0.0], cumulative[keep]]),
                         "class": [ranked[0], *ranked[keep]]}, columns=CURVE)


def _group_table(groups, members, classes, by, work) -> pd.DataFrame:
    total, rated = members["revenue"].sum(), work.set_index("group_id")
    each = members.drop_duplicates("customer_id").set_index("customer_id")
    rows = []
    for group, row in groups.items():
        inside = each[each["group_id"] == group]
        found = classes.classes.reindex(inside.index) if classes is not None else pd.Series(dtype=object)
        value = inside[by].groupby(found).sum() if classes is not None and found.notna().any() else None
        revenue = float(inside["revenue"].sum()) if inside["revenue"].notna().any() else math.nan
        level = rated.loc[group]
        rows.append({"group_id": group, "segment_id": row["segment_id"], "name": row["name"], "n": len(inside),
                     "revenue": revenue, "share_revenue": revenue / total if total > 0 else math.nan,
                     "abc": str(value.idxmax()) if value is not None else None,
                     "n_a": int((found == "A").sum()), "laboriousness": level["laboriousness"],
                     "laboriousness_class": level["class"]})
    return pd.DataFrame(rows, columns=GROUPS)


def _quantities(classes, rated, frame, by, members) -> dict[str, Quantity]:
    quantities = {"n_groups": Quantity(len(frame), "count", len(members)), "abc_by": Quantity(by, n=len(members))}
    if classes is not None:
        for c in abc.CLASSES:
            interval = wilson(classes.counts[c], classes.n)
            quantities[f"customers.{c}"] = Quantity(classes.counts[c], "count", classes.n)
            quantities[f"share_customers.{c}"] = Quantity(interval.value, "share", classes.n)
            quantities[f"share_value.{c}"] = Quantity(classes.shares[c], "share", classes.n)
        quantities["gini"] = Quantity(classes.gini, "index", classes.n)
        quantities["n_excluded"] = Quantity(len(classes.excluded), "count", len(members))
    for row in frame.itertuples():
        value = None if math.isnan(row.laboriousness) else float(row.laboriousness)
        quantities[f"laboriousness.{row.group_id}"] = Quantity(value, "score", int(row.n), evidence=rated.evidence)
        share = None if math.isnan(row.share_revenue) else float(row.share_revenue)
        quantities[f"share_revenue.{row.group_id}"] = Quantity(share, "share", int(row.n))
    return quantities


def _text(value) -> str | None:
    return value if isinstance(value, str) else None  # a frame keeps a missing text as NaN


def _is_groups(value) -> bool:
    return isinstance(value, dict) and bool(value) and all(isinstance(row, dict) for row in value.values())


def _checked(groups, proposed) -> dict:
    """Groups that a person wrote; what is computed (n, ABC, laboriousness) always comes from the study."""
    if not _is_groups(groups):
        raise ParameterError(N_("Groups are written as id, name and segment; at least one is needed."))
    out, split = {}, parts.parts_of(proposed)
    elsewhere = {one for row in proposed.values() for one in row.get("joined") or ()}
    for group, row in apart(groups).items():
        if group in elsewhere:
            continue
        if group in split:
            out |= {key: {**proposed[key], "name": splitting.own_name(groups.get(key), part)}
                    for key, part in split[group].items()}
            continue
        full = {**proposed.get(group, {}), **{k: v for k, v in row.items() if k in ("name", "segment_id")}}
        if not str(full.get("name", "")).strip() or not full.get("segment_id"):
            raise ParameterError(N_("{group} needs a name and the segment it belongs to."), group=group)
        out[group] = {"n": None, "abc": None, "laboriousness": None, "laboriousness_class": None, **full}
    return out
