"""What the nine experts answered. E5 (purchasing) ranks against the others; E9 knows little."""

from __future__ import annotations

import numpy as np
import pandas as pd

from story.setting import stream

EXPERTS = tuple(f"E{k}" for k in range(1, 10))
DISSENTER, INCOMPETENT = "E5", "E9"
ORDER = ("P1", "P3", "P2", "P4", "P5", "P6", "P8", "P7")  # most important first
STRENGTH = {"F1": 2.4, "F2": 3.9, "F3": 3.6, "F4": 2.2, "F5": 4.6, "F6": 3.8, "F7": 4.4, "F8": 2.7}
#             yes votes of nine
VARIABLES = {"branch": 9, "location": 4, "sex": 1, "professional_level": 5, "preferred_channel": 6, "income": 5,
             "living_conditions": 1, "environment": 2, "age": 2}
CRITERIA = ("measurable", "accessible", "substantial", "actionable", "reliable", "valid", "stable", "homogeneous",
            "generalisable")
MARKS = {"branch": (4.8, 4.6, 4.4, 4.5, 4.5, 4.4, 4.7, 3.8, 4.1),
         "location": (4.7, 4.5, 4.0, 3.0, 4.4, 2.0, 4.6, 2.0, 2.4)}


def make_answers() -> pd.DataFrame:
    """expert_answers: votes, ratings 1 to 5 and a ranking with ties (1 = most important)."""
    rng = stream("experts")
    rows = []
    for variable, yes in VARIABLES.items():
        votes = np.arange(9) < yes
        for expert, vote in zip(EXPERTS, rng.permutation(votes)):
            rows.append((expert, "variables", variable, "", vote))
    for variable, marks in MARKS.items():
        for criterion, mark in zip(CRITERIA, marks):
            rows += _ratings(rng, "criteria", f"{variable}:{criterion}", mark)
    for driver, mark in zip((f"D{k:02d}" for k in range(1, 13)), (3, 4, 3, 4, 3.5, 4, 4.5, 2.5, 2.5, 4.5, 3, 3.5)):
        rows += _ratings(rng, "drivers", driver, mark)
    for force, mark in STRENGTH.items():
        rows += _ratings(rng, "forces", force, mark)
    for expert in EXPERTS:
        ranks = _ranks(rng, expert)
        rows += [(expert, "parameters", item, f"{rank:g}", "") for item, rank in sorted(ranks.items())]
    for parameter, yes in zip(sorted(ORDER), (9, 8, 8, 7, 7, 6, 4, 5)):
        for expert, vote in zip(EXPERTS, rng.permutation(np.arange(9) < yes)):
            rows.append((expert, "votes", parameter, "", vote))
    table = pd.DataFrame(rows, columns=["expert_id", "topic", "item_id", "value", "vote"])
    table["vote"] = table.vote.map({True: "true", False: "false"}).fillna("")
    table["round"] = 1
    return table.sort_values(["topic", "expert_id"], kind="stable")


def _ratings(rng, topic, item, mark):
    values = np.clip(np.round(mark + rng.normal(0, 0.55, len(EXPERTS))), 1, 5).astype(int)
    return [(expert, topic, item, str(value), "") for expert, value in zip(EXPERTS, values)]


def _ranks(rng, expert):
    """The common order with personal noise; neighbours that a person cannot part get the same rank."""
    score = np.arange(len(ORDER)) + rng.normal(0, 0.9, len(ORDER))
    if expert == DISSENTER:
        score = np.roll(score, 4)  # what the others put first comes last for him
    ranks = pd.Series(score, index=ORDER).rank()
    if rng.random() < 0.6:
        low = int(rng.integers(1, len(ORDER)))
        pair = ranks.index[ranks.isin([low, low + 1])]
        ranks[pair] = low + 0.5
    return ranks.to_dict()
