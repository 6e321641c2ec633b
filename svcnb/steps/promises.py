"""What may be promised: goals that step 6 confirmed, and messages that rest on them (method.md 6.3, 9.6)."""

from __future__ import annotations

import pandas as pd

from svcnb.methods.offer import check_message
from svcnb.steps.feasibility import JUDGED

PUBLISHED = ["goal_id", "group_id", "measure_id", "operator", "value", "unit", "aggregation", "level", "feasible",
             "published"]
MESSAGES = ["message_id", "group_id", "phase", "medium", "text", "goal_id", "state", "reason", "gap"]


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
