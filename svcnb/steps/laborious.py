"""Driver ratings of the groups: the experts' where they gave them, else bands of what was measured (part of step 2)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.grouping import Merges, propose_merges
from svcnb.methods.laboriousness import bands, driver_weights, rate, rate_each

# measured drivers: column of customers or of what they bought, and the name a cost driver has to bear to be that one
MEASURED = {
    "n_orders": N_("orders a month"), "lines_per_order": N_("lines per order"),
    "size_cv": N_("variability of order size"), "delivery_points": N_("delivery points"),
    "urgent_share": N_("share of urgent orders")}
INFLUENCES = ("inf_cost", "inf_cycle", "inf_level")
DRIVERS = ["driver_id", "name", "activity", "group_id", "rating", "weight", "contribution", "source"]
LABORIOUSNESS = ["group_id", "name", "laboriousness", "class", "n", "n_rated", "rated_weight", "cost_to_serve"]


@dataclass(frozen=True, eq=False)
class Work:
    """The tables laboriousness and drivers, ``each`` customer's laboriousness with its group (columns laboriousness,
    group_id; index customer_id), the comparison of the groups (None when not made), and reasons.

    ``evidence`` is expert, data or assumed (nothing rated).
    """

    laboriousness: pd.DataFrame
    drivers: pd.DataFrame
    each: pd.DataFrame
    merges: Merges | None
    cost_agreement: tuple[float, int] | None
    reasons: tuple[Reason, ...]
    evidence: str


def rate_groups(study, groups: dict, members: pd.DataFrame) -> Work:
    """Laboriousness of each group.

    Parameters
    ----------
    study : cost_drivers, driver_ratings and driver_rates are read
    groups : group_id -> {"name", "segment_id"}
    members : customer_id, group_id and the measured columns of ``MEASURED`` that are known
    """
    reasons: list[Reason] = []
    drivers = _drivers(study, members, reasons)
    sizes = members.dropna(subset="group_id")["group_id"].value_counts()
    try:
        weights = driver_weights(drivers, warnings=reasons)
        ratings, per_customer, source = _ratings(study, groups, members, drivers)
        result = rate(drivers, ratings.reindex(columns=list(groups)))
    except NotComputable as error:
        reasons += [error.reason] + ([Reason(error.fallback, error.values, "missing")] if error.fallback else [])
        return _nothing(groups, sizes, reasons)
    reasons += [r for r in result.warnings if r not in reasons]
    of = members.drop_duplicates("customer_id").set_index("customer_id")["group_id"]
    each = rate_each(weights, per_customer).dropna() if per_customer is not None else pd.Series(dtype=float)
    group_of = each.index.to_series().map(of)
    merges = _compare(each, group_of, groups, study.settings.alpha, reasons)
    costs = _costs(study, groups)
    rows = [{"group_id": group, "name": row["name"], "laboriousness": result.laboriousness.get(group, math.nan),
             "class": result.classes.get(group), "n": int(sizes.get(group, 0)),
             "n_rated": int((group_of == group).sum()),
             "rated_weight": float(weights[ratings[group].dropna().index.intersection(weights.index)].sum()),
             "cost_to_serve": costs.get(group, math.nan)} for group, row in groups.items()]
    frame = pd.DataFrame(rows, columns=LABORIOUSNESS)
    return Work(frame, _driver_rows(drivers, result, ratings, source),
                pd.DataFrame({"laboriousness": each, "group_id": group_of}), merges, _cost_agreement(frame),
                tuple(reasons), "expert" if "expert" in source.values() else "data")


def _nothing(groups, sizes, reasons) -> Work:
    rows = [{"group_id": group, "name": row["name"], "laboriousness": math.nan, "class": None,
             "n": int(sizes.get(group, 0)), "n_rated": 0, "rated_weight": 0.0, "cost_to_serve": math.nan}
            for group, row in groups.items()]
    return Work(pd.DataFrame(rows, columns=LABORIOUSNESS), pd.DataFrame(columns=DRIVERS),
                pd.DataFrame(columns=["laboriousness", "group_id"]), None, None, tuple(reasons), "assumed")


def _drivers(study, members, reasons) -> pd.DataFrame:
    """The study's cost drivers, else those that can be measured, all with the same influence."""
    drivers = study.table("cost_drivers").dropna(subset=["driver_id"])
    if len(drivers):
        return drivers.assign(driver_id=drivers["driver_id"].astype(str)).drop_duplicates("driver_id")
    known = [column for column in MEASURED if column in members.columns and members[column].notna().any()]
    if known:
        reasons.append(reason(N_("There is no table of cost drivers: {n} measured ones stand in, with equal weights."),
                              level="missing", n=len(known)))
    return pd.DataFrame({"driver_id": known, "name": [MEASURED[column] for column in known], "activity": "",
                         **{name: 3.0 for name in INFLUENCES}})


def _ratings(study, groups, members, drivers):
    """Ratings (drivers down, groups across), of single customers (customers down) or None, source of each driver."""
    given = study.table("driver_ratings").dropna(subset=["driver_id", "subject_id", "rating"])
    of_groups = _pooled(_pivot(given[given["subject_kind"] == "group"]).T, groups, members)
    of_customers = _pivot(given[given["subject_kind"] == "customer"])
    of = members.drop_duplicates("customer_id").set_index("customer_id")["group_id"]
    of_customers = of_customers[of_customers.index.isin(of.index)]
    measured = _measured(members, drivers)
    ratings, source = {}, {}
    for driver in drivers["driver_id"]:
        row = of_groups.loc[driver] if driver in of_groups.index else pd.Series(dtype=float)
        row = row[row.index.isin(list(groups))].dropna()
        if not len(row) and driver in of_customers.columns:
            row = of_customers[driver].groupby(of_customers.index.map(of)).mean()
        if len(row):
            source[driver] = "expert"
        elif driver in measured.columns:
            row = measured[driver].groupby(measured.index.map(of)).mean()
            source[driver] = "data"
        ratings[driver] = row
    wide = pd.DataFrame(ratings, dtype=float).T.reindex(columns=list(groups))
    per_customer = of_customers if len(of_customers) else measured if len(measured.columns) else None
    return wide, per_customer, source


def _pooled(of_groups: pd.DataFrame, groups: dict, members: pd.DataFrame) -> pd.DataFrame:
    """The experts rated groups that are one by now: the mean of their ratings, each group as heavy as it has customers."""
    sizes, out = members["segment_id"].value_counts(), of_groups.copy()
    for group, row in groups.items():
        parts = {group: row, **(row.get("joined") or {})}
        rated = [part for part in parts if part in of_groups.columns]
        if len(parts) > 1 and rated:
            weight = pd.Series({part: float(sizes.get(parts[part].get("segment_id"), 0)) for part in rated})
            weight = weight if weight.sum() > 0 else weight + 1.0
            known = of_groups[rated].notna() * weight
            out[group] = (of_groups[rated].fillna(0.0) * known).sum(axis=1) / known.sum(axis=1).where(lambda w: w > 0)
    return out


def _pivot(given: pd.DataFrame) -> pd.DataFrame:
    """Subjects down, drivers across; the mean where one is rated twice."""
    given = given.assign(rating=pd.to_numeric(given["rating"], errors="coerce"))
    return given.pivot_table(index="subject_id", columns="driver_id", values="rating", aggfunc="mean")


def _measured(members, drivers) -> pd.DataFrame:
    """Quintile ratings 1 to 5 of the customers for drivers that are measured columns (customers down)."""
    columns = {}
    for row in drivers.itertuples():
        name = str(getattr(row, "name", "")).strip().casefold()
        for column, known_as in MEASURED.items():
            is_it = row.driver_id == column or name == known_as
            if is_it and column in members.columns and members[column].notna().any():
                columns[row.driver_id] = bands(members[column])
    frame = pd.DataFrame(columns, index=members.index)
    return frame.set_axis(members["customer_id"].to_numpy(), axis=0)


def _compare(each, group_of, groups, alpha, reasons):
    known = group_of.isin(list(groups))
    try:
        merges = propose_merges(each[known], group_of[known], alpha=alpha)
    except NotComputable as error:
        if len(each):
            reasons.append(error.reason)
        return None
    reasons += list(merges.warnings)
    if merges.proposed:
        first, second = (groups[group]["name"] for group in merges.proposed)
        if merges.difference.differ:
            reasons.append(reason(N_("The groups differ in laboriousness, but not {first:word} and {second:word} (Dunn's test, "
                                     "p = {p:3}): these two could be one group."), level="info", first=first, second=second,
                                  p=float(merges.pairs["p_adjusted"].iloc[0])))
        else:
            reasons.append(reason(N_("The groups do not differ in laboriousness (p = {p}); {first:word} and {second:word} are "
                                     "the closest and could be one group."), p=merges.difference.p_value, first=first,
                                  second=second))
    return merges


def _costs(study, groups) -> dict[str, float]:
    """Cost to serve of each group: sum of volume times rate; a rate for ``all`` stands for every group."""
    rates = study.table("driver_rates").dropna(subset=["rate", "volume"])
    if not len(rates):
        return {}
    cost = rates["rate"].astype(float) * rates["volume"].astype(float)
    by = cost.groupby(rates["group_id"].astype(str)).sum()
    parts = {group: [one for one in (group, *(row.get("joined") or ())) if one in by.index] for group, row in groups.items()}
    return {group: float(by[known].sum()) for group, known in parts.items() if known}


def _cost_agreement(frame) -> tuple[float, int] | None:
    """Spearman correlation of laboriousness and cost to serve a customer, and the number of groups; None below three."""
    known = frame[frame["n"] > 0].dropna(subset=["laboriousness", "cost_to_serve"])
    each = known["cost_to_serve"] / known["n"]
    if len(known) < 3 or known["laboriousness"].nunique() < 2 or each.nunique() < 2:
        return None
    return float(known["laboriousness"].rank().corr(each.rank())), len(known)


def _driver_rows(drivers, result, ratings, source) -> pd.DataFrame:
    by_id = drivers.set_index("driver_id")
    rows = [{"driver_id": driver, "name": str(by_id.loc[driver].get("name") or driver),
             "activity": str(by_id.loc[driver].get("activity") or ""), "group_id": group,
             "rating": float(ratings.loc[driver, group]), "weight": float(result.weights[driver]),
             "contribution": float(result.contributions.loc[driver, group]) if driver in result.contributions.index
             else math.nan, "source": source.get(driver, "none")}
            for driver in result.weights.index for group in ratings.columns]
    return pd.DataFrame(rows, columns=DRIVERS)
