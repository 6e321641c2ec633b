"""The ten contents of the plan, each from what the steps decided and the tables hold (S2:L368-377, method.md 11.1).

Every function returns items and blanks. An item is (item, value, unit, group_id); a blank is (text, detail): what is
missing is listed, never hidden.
"""

from __future__ import annotations

import pandas as pd

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_
from svcnb.methods.magnitudes import safety_stock
from svcnb.methods.plan import missing_phases

CONTENTS = {
    "1": (N_("nomenclature of services"), "union"), "2": (N_("demand for each service"), "sum"),
    "3": (N_("indicators of the service level"), "recompute"), "4": (N_("resources demanded"), "sum"),
    "5": (N_("inventory levels"), "peak"), "6": (N_("suppliers of the resources"), "union"),
    "7": (N_("alliances"), "union"), "8": (N_("capacity required"), "peak"), "9": (N_("cost of the service"), "sum"),
    "10": (N_("communication before, during and after"), "list"),
}


def nomenclature(study, groups, offers):
    """1: services with the groups that receive them; without a list, the content of each offer is a service."""
    table = study.table("services")
    if table.empty:
        items = [(offer["content"], None, offer.get("package_class") or "", g) for g, offer in offers.items()
                 if offer.get("content")]
        return items, [(N_("no list of services"), "")]
    items = [(row.name if isinstance(row.name, str) else row.service_id, None, "", row.groups if
              isinstance(row.groups, str) else "") for row in table.itertuples()]
    served = {g.strip() for *_, names in items for g in names.replace(",", ";").split(";")}
    return items, _blank(N_("groups without a service"), [g for g in groups if g not in served])


def demand(study, totals: pd.Series):
    """2: units of each service over the plan (``totals`` service_id -> units)."""
    if totals.empty:
        return [], [(N_("no demand by service and period"), "")]
    silent = [s for s in study.table("services")["service_id"] if s not in totals.index]
    return [(name, float(units), "units", "") for name, units in totals.items()], \
        _blank(N_("services without a demand"), silent)


def indicators(groups, goals, feasible):
    """3: goals with value and level; each is computed again from the transactions in every period.

    ``feasible`` goal id -> True, False or None by step 6: what cannot be met or is not judged is a blank.
    """
    items, blank = [], []
    for key, goal in goals.items():
        group, _, measure = key.partition(":")
        goal = goal or {}
        if group in groups:
            items.append((f"{measure} {goal.get('operator') or ''}".strip(), goal.get("value"), goal.get("unit") or "",
                          group))
            if any(goal.get(name) in (None, "") for name in ("value", "unit", "level")):
                blank.append(key)
    without = [g for g in groups if g not in {group for *_, group in items}]
    known = [key for key in goals if key.partition(":")[0] in groups]
    return items, _blank(N_("groups without a goal"), without) + _blank(N_("goals without value, unit or level"), blank) + \
        _blank(N_("goals that step 6 found out of reach"), [key for key in known if feasible.get(key) is False]) + \
        _blank(N_("goals that step 6 has not judged"), [key for key in known if feasible.get(key) is None])


def resources(study, load: pd.DataFrame, organisation):
    """4: hours of each activity over the plan, means, servers."""
    hours = load.groupby("activity_id", sort=False)["load"].sum() if len(load) else pd.Series(dtype=float)
    items = [(str(name), float(value), "hours", "") for name, value in hours.items()]
    items += [(str(row.kind), _number(row.quantity), "units", "") for row in study.table("means").itertuples()]
    servers = organisation.get("servers")
    if isinstance(servers, int) and not isinstance(servers, bool) and servers > 0:
        items.append((N_("servers"), servers, "units", ""))
    return items, [] if len(load) else [(N_("hours are not known: demand or time norms are missing"), "")]


def inventories(study, level):
    """5: safety stock and reorder point of each article at the level to guarantee."""
    items, blank = [], []
    for row in study.table("stock_items").itertuples():
        try:
            stock = safety_stock(level, demand_per_day=row.demand_per_day, demand_sd=row.demand_sd_per_day,
                                 lead_time_days=row.lead_time_days,
                                 lead_time_sd=0.0 if pd.isna(row.lead_time_sd_days) else row.lead_time_sd_days)
        except (NotComputable, ParameterError):
            blank.append(row.item_id)
            continue
        items += [(f"{row.item_id} SS", stock.safety_stock, "units", ""),
                  (f"{row.item_id} ROP", stock.reorder_point, "units", "")]
    if not items and not blank:
        return [], [(N_("no articles in stock"), "")]
    return items, _blank(N_("articles without demand or lead time"), blank)


def suppliers(study):
    """6: suppliers with what they deliver, how soon and how completely."""
    table = study.table("suppliers")
    if table.empty:
        return [], [(N_("no suppliers"), "")]
    items = [(f"{row.supplier_id}: {row.resource}", _number(row.lead_time_days), "days", "")
             for row in table.itertuples()]
    vague = table.loc[table[["lead_time_days", "fill_share"]].isna().any(axis=1), "supplier_id"].tolist()
    return items, _blank(N_("suppliers without lead time or fill"), vague)


def alliances(study):
    """7: partners, what for, and how far it is."""
    table = study.table("alliances")
    if table.empty:
        return [], [(N_("no alliance; say so if none is wanted"), "")]
    items = [(f"{row.partner}: {row.purpose}", None, row.status if isinstance(row.status, str) else "", "")
             for row in table.itertuples()]
    vague = table.loc[table[["purpose", "status"]].isna().any(axis=1), "partner"].tolist()
    return items, _blank(N_("alliances without purpose or status"), vague)


def capacity(load: pd.DataFrame):
    """8: highest utilisation of each activity over the periods; above 1 the plan cannot be carried out."""
    if load.empty:
        return [], [(N_("no load can be set against a capacity"), "")]
    peak = load.groupby("activity_id", sort=False)["utilisation"].max()
    return [(str(name), float(value), "share", "") for name, value in peak.items()], \
        _blank(N_("activities beyond their capacity"), [str(name) for name, value in peak.items() if value > 1 + 1e-9])


def cost(study, groups, offers, units: pd.Series):
    """9: cost to serve by group (unit cost x units), penalties of a year, cost of the critical parameters."""
    items, blank = [], []
    for group in groups:
        offer = offers.get(group, {})
        if offer.get("cts") is None or group not in units.index:
            blank.append(group)
        else:
            items.append((N_("cost to serve"), float(offer["cts"]) * float(units[group]), "currency", group))
        if offer.get("expected_penalty") is not None:
            items.append((N_("expected penalties of a year"), float(offer["expected_penalty"]), "currency", group))
    spent = study.table("parameters")["cost"].dropna()
    if len(spent):
        items.append((N_("cost of the critical parameters"), float(spent.sum()), "currency", ""))
    return items, _blank(N_("groups without cost to serve or demand"), blank)


def communications(study, groups):
    """10: what each group hears before, during and after; a silent phase breaks the plan."""
    table = study.table("communications")
    text = table[["group_id", "phase", "technique", "medium", "content"]].astype(object)
    text = text.where(text.notna(), "")
    items = [(f"{row.phase}: {row.technique}, {row.medium}: {row.content}", None, "", row.group_id)
             for row in text.itertuples()]
    silent = [f"{g}: {', '.join(phases)}" for g, phases in missing_phases(table, groups).items()]
    undated = [f"{row.group_id} {row.phase}" for row in table[table["date"].isna()].itertuples()]
    return items, _blank(N_("phases in which a group hears nothing"), silent) + \
        _blank(N_("communications without a date"), undated)


def _blank(text, names) -> list[tuple[str, str]]:
    return [(text, ", ".join(map(str, names)))] if len(names) else []


def _number(value) -> float | None:
    return None if pd.isna(value) else float(value)
