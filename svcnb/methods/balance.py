"""Dynamic balance: load against capacity of each activity, and the bottleneck (step 6, method 8.2).

"Después de aplicar el balance dinámico [ACEVEDO, 2002]" (S2:L334). The formulas are the usual
load-capacity balance, reconstructed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_

TIGHT, IDLE = 0.95, 0.60
STATES = {"infeasible": N_("infeasible"), "tight": N_("tight"), "balanced": N_("balanced"), "idle": N_("idle")}
TABLE = ["activity_id", "load", "capacity", "utilisation", "slack", "state", "resources", "resources_needed"]


@dataclass(frozen=True, eq=False)
class Balance:
    """Every activity of a period.

    ``table``: activity_id, load and capacity (hours), utilisation = load / capacity, slack (hours), state
    (infeasible above 1, tight above 0.95, idle below 0.60, else balanced), resources, resources_needed
    (fewest with utilisation <= 0.95). ``bottleneck`` id of the largest utilisation, ``capacity_factor``
    = 1 / that utilisation: how far the demand could grow.
    """

    table: pd.DataFrame
    bottleneck: str
    capacity_factor: float
    warnings: tuple[Reason, ...] = ()


def balance_activities(activities: pd.DataFrame, norms: pd.DataFrame, demand) -> Balance:
    """Balance the load of a demand with the capacity of the activities.

    ``load = sum(units x hours per unit)``; ``capacity = resources x hours x efficiency``.

    Parameters
    ----------
    activities : DataFrame
        activity_id, resources, hours_per_resource (in the period), efficiency (0 to 1; 1 when missing).
    norms : DataFrame
        activity_id, service_id, hours_per_unit.
    demand : dict or Series
        service_id -> units in the period.

    Returns
    -------
    Balance

    Raises
    ------
    ParameterError
        A negative number.
    NotComputable
        No activity has both capacity and a norm for a service in demand.

    References
    ----------
    S2:L334 [ACEVEDO, 2002]; method 8.2.

    Examples
    --------
    >>> activities = pd.DataFrame({"activity_id": ["pick"], "resources": [3], "hours_per_resource": [160.0],
    ...                            "efficiency": [0.99]})
    >>> norms = pd.DataFrame({"activity_id": ["pick", "pick"], "service_id": ["a", "b"], "hours_per_unit": [0.5, 0.8]})
    >>> float(balance_activities(activities, norms, {"a": 480, "b": 300}).table["utilisation"][0].round(4))
    1.0101
    """
    demand = {str(k): float(v) for k, v in dict(demand).items() if v == v and v is not None}
    rows = activities[["activity_id", "resources", "hours_per_resource"]].copy()
    rows["efficiency"] = activities["efficiency"] if "efficiency" in activities.columns else 1.0
    for name in ("resources", "hours_per_resource", "efficiency"):
        rows[name] = pd.to_numeric(rows[name], errors="coerce").astype(float)
    rows["efficiency"] = rows["efficiency"].fillna(1.0)
    hours = pd.to_numeric(norms["hours_per_unit"], errors="coerce").astype(float)
    units = norms["service_id"].astype(str).map(demand).astype(float)
    owned = rows[["resources", "hours_per_resource", "efficiency"]]
    if (hours < 0).any() or (units < 0).any() or (owned < 0).any(axis=None):
        raise ParameterError(N_("Units, hours, resources and efficiency cannot be negative."))
    load = (hours * units).groupby(norms["activity_id"].astype(str)).sum(min_count=1)
    rows["load"] = rows["activity_id"].astype(str).map(load).astype(float)
    rows["one"] = rows["hours_per_resource"] * rows["efficiency"]
    rows["capacity"] = rows["resources"] * rows["one"]
    known = rows[(rows["capacity"] > 0) & rows["load"].notna()].reset_index(drop=True)
    if known.empty:
        raise NotComputable(N_("No activity has a capacity and a norm for the services in demand."),
                            fallback=N_("Ask the experts which activity holds the others up."))
    known["utilisation"] = known["load"] / known["capacity"]
    known["slack"] = known["capacity"] - known["load"]
    known["state"] = [_state(u) for u in known["utilisation"]]
    known["resources_needed"] = [math.ceil(a / (TIGHT * b) - 1e-9) for a, b in zip(known["load"], known["one"])]
    known["resources"] = known["resources"].astype(int)
    top = known.loc[known["utilisation"].idxmax()]
    factor = 1 / top["utilisation"] if top["utilisation"] > 0 else math.inf
    return Balance(known[TABLE], str(top["activity_id"]), factor, _warnings(rows, norms, demand))


def _state(u: float) -> str:
    if u > 1 + 1e-9:
        return "infeasible"
    return "tight" if u > TIGHT + 1e-9 else "idle" if u < IDLE - 1e-9 else "balanced"


def _warnings(rows, norms, demand) -> tuple[Reason, ...]:
    found = []
    out = rows.loc[~((rows["capacity"] > 0) & rows["load"].notna()), "activity_id"].astype(str)
    if len(out):
        found.append(reason(N_("Activities without capacity or without load are left out: {activities}."),
                            activities=list(out)))
    silent = sorted(set(demand) - set(norms["service_id"].astype(str)))
    if silent:
        found.append(reason(N_("Services without a time norm do not load any activity: {services}."),
                            services=list(silent)))
    return tuple(found)
