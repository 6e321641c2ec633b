"""What each group gets today, under the value its goal asks for (method.md 6.3, capability).

Part of the step goals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from svcnb.i18n import N_
from svcnb.measures.definitions import GOALS, MEASURES

DAYS, HOURS, SHARE = N_("days"), N_("hours"), N_("share")
FORMS = {  # measure -> operator, value (None: that of GOALS), unit, aggregation
    "M1": ("<=", None, DAYS, "order"), "M2": ("<=", None, N_("days late"), "order"), "M3": (">=", 1.0, SHARE, "line"),
    "M4": ("<=", None, HOURS, "call"), "M5": (">=", 1.0, SHARE, "call"), "M6": ("<=", 0.0, SHARE, "unit"),
    "M7": ("<=", 0.0, N_("hours late"), "order"), "M8": ("<=", 0.0, N_("errors"), "order"), "M9": ("<=", None, DAYS, "order"),
    "M10": (">=", None, N_("score"), "customer"), "M11": (">=", 1.0, SHARE, "order"), "M12": ("<=", None, HOURS, "call"),
    "M13": ("<=", None, DAYS, "claim"), "M14": ("<=", None, DAYS, "claim")}
AGGREGATIONS = (N_("unit"), N_("value"), N_("line"), N_("order"), N_("customer"), N_("call"), N_("claim"))
FILLS = ("unit", "value", "line", "order", "customer")
LEVEL_OF = {"C7": ("M3",)}  # components whose desired value is a level
VALUE_OF = {"C9": ("M1",)}  # components whose desired value is the value of a goal (days from order to receipt)
SHOWN = 5  # a level of fewer cases says nothing about a group
LONGEST = 60.0  # days; a desired value above it was not given in days


def usual_goal(measure: str) -> dict:
    """operator, value, unit, aggregation of a goal that nobody has fixed yet."""
    operator, value, unit, aggregation = FORMS.get(measure, (">=", 1.0, "share", "order"))
    if value is None:
        value = float(GOALS[MEASURES[measure].goal])
    return {"operator": operator, "value": value, "unit": unit, "aggregation": aggregation, "owner": ""}


@dataclass(frozen=True, eq=False)
class Today:
    """Level of one measure for one group today; None when not measured; ``for_all`` when it is that of all customers."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    for_all: bool = False


@dataclass(frozen=True, eq=False)
class Wanted:
    """Measures of the goal sheet, how orders are aggregated, what people chose, what customers desire, the groups."""

    measures: tuple[str, ...]
    aggregation: str
    chosen: dict
    desired: pd.Series
    groups: dict

    def form(self, group: str, measure: str) -> dict:
        """operator, value, unit, aggregation of a goal: chosen, else desired, else the usual one."""
        found, own = usual_goal(measure), self.desired_value(group, measure)
        found.pop("owner")
        if measure == "M11" and self.aggregation in FILLS:
            found["aggregation"] = self.aggregation
        if own is not None:
            found["value"] = own
        given = self.chosen.get(f"{group}:{measure}") or {}
        return {name: given[name] if given.get(name) is not None else default for name, default in found.items()}

    def expected_level(self, group: str, measure: str) -> float | None:
        """The level that the group's customers who would pay for it desire, 0 to 1."""
        value = self._desired(group, measure, LEVEL_OF)
        return value if value is not None and 0 < value <= 1 else None

    def desired_value(self, group: str, measure: str) -> float | None:
        """The value (days) that they desire."""
        value = self._desired(group, measure, VALUE_OF)
        return value if value is not None and 0 < value <= LONGEST else None

    def _desired(self, group, measure, evidence) -> float | None:
        segment = self.groups[group].get("segment_id", "")
        for component, measures in evidence.items():
            if measure in measures and (segment, component) in self.desired.index:
                return float(self.desired[segment, component])
        return None


@dataclass(frozen=True, eq=False)
class Baselines:
    """Today's levels by group and measure."""

    found: dict

    def of(self, group: str, measure: str) -> Today:
        name = MEASURES[measure].name if measure in MEASURES else measure
        return self.found.get((group, measure), Today(name, None, None, None, 0))


def read_baselines(study, group_of: pd.Series, wanted: Wanted) -> Baselines:
    """Compliance today with each group's goal: measured again for every value that differs from the usual one."""
    if group_of.empty or not any(study.has(name) for name in ("orders", "complaints", "service_calls", "survey_satisfaction")):
        return Baselines({})
    from svcnb.measures import fill_rates, service_levels

    keys = pd.Series(group_of.to_numpy(), index=group_of.index, name="group_id", dtype=object)
    found = _rows(service_levels(study, by=keys), wanted.measures)
    lacking = [(g, m) for g in wanted.groups for m in wanted.measures if (g, m) not in found or found[g, m].n < SHOWN]
    if lacking:
        whole = _rows(service_levels(study).assign(group_id=""), wanted.measures)
        found |= {(g, m): replace(whole["", m], for_all=True) for g, m in lacking if ("", m) in whole}
    for (goal, value), groups in _other_values(wanted).items():
        mine = keys[keys.isin([g for g, _ in groups])]
        again = _rows(service_levels(study, by=mine, goals={goal: value}), wanted.measures) if len(mine) else {}
        found |= {key: again[key] for key in groups if key in again and again[key].n >= SHOWN}
    other = {g for g in wanted.groups if wanted.form(g, "M11")["aggregation"] != "order"} if "M11" in wanted.measures else set()
    if other and study.has("order_lines"):
        rates = fill_rates(study, by=keys)
        for group in other & set(rates):
            found[group, "M11"] = _fill(rates[group], wanted.form(group, "M11")["aggregation"])
    return Baselines(found)


def _rows(levels: pd.DataFrame, measures) -> dict:
    out = {}
    for row in levels[levels["measure_id"].isin(measures)].itertuples():
        if pd.notna(row.value):
            low, high = (None if pd.isna(v) else float(v) for v in (row.low, row.high))
            out[row.group_id, row.measure_id] = Today(row.name, float(row.value), low, high, int(row.n))
    return out


def _other_values(wanted: Wanted) -> dict:
    """(parameter of the measure, value) -> the (group, measure) pairs whose goal has that value."""
    out: dict = {}
    for group in wanted.groups:
        for measure in wanted.measures:
            goal = MEASURES[measure].goal if measure in MEASURES else None
            value = wanted.form(group, measure)["value"]
            if goal and isinstance(value, (int, float)) and abs(value - float(GOALS[goal])) > 1e-9:
                out.setdefault((goal, float(value)), []).append((group, measure))
    return out


def _fill(rates, aggregation) -> Today:
    value = getattr(rates, aggregation, None)
    rows = rates.table[rates.table["level"] == aggregation]
    n = int(rows["n"].iloc[0]) if len(rows) and pd.notna(rows["n"].iloc[0]) else 0
    low = high = None
    if value is not None and n and aggregation in ("line", "order", "customer"):
        from svcnb.methods.intervals import wilson

        bounds = wilson(round(value * n), n)
        low, high = bounds.low, bounds.high
    return Today(MEASURES["M11"].name, value, low, high, n)
