"""What may be promised: goals that step 6 confirmed, and messages that rest on them (method.md 6.3, 9.6)."""

from __future__ import annotations

import pandas as pd

from svcnb.i18n import N_
from svcnb.methods.offer import check_message

PUBLISHED = ["goal_id", "group_id", "measure_id", "operator", "value", "unit", "aggregation", "level", "feasible",
             "published"]
MESSAGES = ["message_id", "group_id", "phase", "medium", "text", "goal_id", "state", "reason", "gap"]


def goal_feasibility(goals: dict, parameters: dict, sheet: pd.DataFrame, today: dict) -> dict[str, bool | None]:
    """Goal id -> True, False or None (nobody judged), by the critical parameters that serve it.

    One parameter out of reach is enough for False; True needs all of them, or a level reached ``today`` (goal id ->
    level, None when not measured) that is the guaranteed one already. ``sheet`` is the study's table of parameters,
    which links them with goals.
    """
    linked: dict[str, list] = {}
    of_goal = {} if sheet.empty else dict(zip(sheet["parameter_id"], sheet["goal_id"], strict=True))
    for name, parameter in parameters.items():
        goal = parameter.get("goal_id") or of_goal.get(name)
        if isinstance(goal, str):
            linked.setdefault(goal, []).append(parameter.get("feasible"))
    found = {}
    for key, goal in goals.items():
        judged, level, reached = linked.get(key, []), (goal or {}).get("level"), today.get(key)
        able = isinstance(level, (int, float)) and reached is not None and reached >= level - 1e-9
        if any(value is False for value in judged):
            found[key] = False
        else:
            found[key] = True if able or judged and all(value is True for value in judged) else None
    return found


def levels_today(study, decisions: dict) -> dict[str, float | None]:
    """Goal id -> the level reached in the study's period, None where it is not measured."""
    from svcnb.steps.parameter_table import goal_gaps

    gaps = goal_gaps(study, decisions)
    return {key: None if value != value else float(value)
            for key, value in zip(gaps["goal_id"], gaps["today"], strict=True)}


def published_goals(goals: dict, feasible: dict, groups) -> pd.DataFrame:
    """The goals of the groups, and which of them may be published: value, unit, level, and confirmed by step 6."""
    rows = []
    for key, goal in goals.items():
        group, _, measure = key.partition(":")
        if group not in groups:
            continue
        goal = goal or {}
        whole = all(goal.get(name) not in (None, "") for name in ("value", "unit", "level"))
        rows.append({"goal_id": key, "group_id": group, "measure_id": measure, "operator": goal.get("operator", ""),
                     "value": goal.get("value"), "unit": goal.get("unit") or "", "level": goal.get("level"),
                     "aggregation": goal.get("aggregation") or "", "feasible": JUDGED[feasible.get(key)],
                     "published": whole and feasible.get(key) is True})
    table = pd.DataFrame(rows, columns=PUBLISHED)
    return table.assign(value=pd.to_numeric(table["value"], errors="coerce").astype(float),
                        level=pd.to_numeric(table["level"], errors="coerce").astype(float),
                        published=table["published"].astype(bool))


JUDGED = {True: N_("yes"), False: N_("no"), None: N_("not judged")}


def judged_messages(messages: pd.DataFrame, goals: dict, feasible: dict) -> pd.DataFrame:
    """Every message with its state, the reason, and whether it predicts gap G4 (promised beyond what is given)."""
    rows = []
    for message in messages.to_dict("records"):
        key = message["goal_id"] if isinstance(message["goal_id"], str) else ""
        fact = message["fact"] if isinstance(message["fact"], str) else None
        found = check_message(message["text"], goal=goals.get(key), cites_goal=bool(key), fact=fact,
                              feasible=feasible.get(key))
        shown = {name: message[name] if isinstance(message[name], str) else "" for name in MESSAGES[:5]}
        rows.append(shown | {"goal_id": key, "state": found.state, "reason": found.reason, "gap": found.gap})
    table = pd.DataFrame(rows, columns=MESSAGES)
    return table.assign(gap=table["gap"].astype(bool))
