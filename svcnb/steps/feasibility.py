"""Whether the goals of step 4 can be met, by the magnitudes of step 6 (method.md 6.3 and 8.6).

A goal "above capability" is published only when step 6 confirms it (method.md 6.3.4); "goal above capability without an
investment" is the mistake to avoid (6.0), so a project with resources, an end and a target counts (S2:L178).
"""

from __future__ import annotations

import re

import pandas as pd

from svcnb.i18n import N_
from svcnb.measures.definitions import DOUBLE_COUNTS

NEAR = 1e-9
GOALS = ["goal_id", "group_id", "measure_id", "name", "level", "baseline", "n", "feasible", "reason", "detail"]
JUDGED = {True: N_("yes"), False: N_("no"), None: N_("not judged")}
AT_LEAST = ("staff", "capacity", "stock", "information")  # calculators whose magnitude must be had at least
AT_MOST = ("variability", "quality")  # and those where it must not be passed

SAID = N_("said by a person")
THERE, SHORT = N_("the magnitude required is there"), N_("the magnitude required is not there")
NOT_ASKED, NOT_KNOWN = N_("no magnitude is required yet"), N_("the magnitude of today is not known")
ASK = N_("today differs from what is required: a person says whether it can be done")

REACHED, BINDING = N_("reached today"), N_("a parameter falls short")
PROJECT = N_("a project with resources is to reach it")
ALL_THERE = N_("all its parameters can be had")
NOT_ENOUGH = N_("its parameters are there and today lies below: another one is missing")
OPEN, NOBODY = N_("its parameters are not judged yet"), N_("no parameter serves it")


def goals_served(text, goals) -> list[str]:
    """The goals of step 4 that a text such as ``"G1:M2; G1:M3"`` names.

    A measure that the goal sheet leaves out, because another one counts the same failures (method.md A-04, A-05), gives
    way to that one.

    Examples
    --------
    >>> goals_served("G1:M3; G2:M2; G9:M1", ["G1:M11", "G2:M2"])
    ['G1:M11', 'G2:M2']
    """
    found = []
    for goal in split_goals(text):
        group, _, measure = goal.partition(":")
        stand_ins = [goal, *(f"{group}:{kept}" for kept, dropped in DOUBLE_COUNTS if dropped == measure)]
        found += [name for name in stand_ins if name in goals][:1]
    return list(dict.fromkeys(found))


def split_goals(text) -> list[str]:
    """Goal ids of a text, parted by ``;`` or ``,``."""
    return [part.strip() for part in re.split("[;,]", text) if part.strip()] if isinstance(text, str) else []


def judge_parameter(row: dict) -> tuple[bool | None, str]:
    """Whether the magnitude required can be had, and why that is said.

    Parameters
    ----------
    row : dict
        ``said`` a person's judgement or None, ``current``, ``required``, ``calculator`` (which tells the better side).

    Examples
    --------
    >>> judge_parameter({"said": None, "current": 3, "required": 5, "calculator": "staff"})
    (False, 'the magnitude required is not there')
    """
    current, required = row["current"], row["required"]
    if row["said"] is not None:
        return bool(row["said"]), SAID
    if required is None:
        return None, NOT_ASKED
    if current is None:
        return None, NOT_KNOWN
    short = required - current if row["calculator"] in AT_LEAST else current - required
    if abs(short) <= NEAR * max(1.0, abs(required)):
        return True, THERE
    if row["calculator"] not in AT_LEAST + AT_MOST:
        return None, ASK
    return (False, SHORT) if short > 0 else (True, THERE)


def judge_goals(gaps: pd.DataFrame, rows: list[dict], projects: pd.DataFrame, chosen: dict, since=None) -> pd.DataFrame:
    """Every goal with yes, no or not judged, the reason and what it rests on (columns GOALS).

    Parameters
    ----------
    gaps : DataFrame
        goal_id, group_id, measure_id, name, level, today (missing: not measured), n.
    rows : list of dict
        Parameters: name, goal_id, said, feasible (judged), current, required.
    projects : DataFrame
        Columns of the table of projects.
    chosen : dict
        Goal id -> {"feasible": what a person says of the goal itself}.
    since : timestamp, optional
        Projects that ended before show in today's level already.
    """
    known = list(gaps["goal_id"])
    serving: dict[str, list[dict]] = {goal: [] for goal in known}
    for row in rows:
        for goal in goals_served(row["goal_id"], known):
            serving[goal].append(row)
    found = []
    for gap in gaps.itertuples(index=False):
        said = (chosen.get(gap.goal_id) or {}).get("feasible")
        judged = (said, SAID, "") if said is not None else _judge(gap, serving[gap.goal_id], projects, since)
        found.append((gap.goal_id, gap.group_id, gap.measure_id, gap.name, gap.level, gap.today, gap.n, JUDGED[judged[0]],
                      *judged[1:]))
    return pd.DataFrame(found, columns=GOALS).astype({"level": float, "baseline": float})


def _judge(gap, serving, projects, since) -> tuple[bool | None, str, str]:
    level, measured = gap.level, gap.today == gap.today
    if measured and level == level and gap.today >= level - NEAR:
        return True, REACHED, ""
    short = [row["name"] for row in serving if row["feasible"] is False]
    if short:
        return False, BINDING, "; ".join(short)
    names = _projects(projects, gap.goal_id, level, since)
    if names:
        return True, PROJECT, "; ".join(names)
    if not serving:
        return None, NOBODY, ""
    still_open = [row["name"] for row in serving if row["feasible"] is None]
    if still_open:
        return None, OPEN, "; ".join(still_open)
    if measured and all(row["said"] is None for row in serving):
        return None, NOT_ENOUGH, "; ".join(row["name"] for row in serving)
    return True, ALL_THERE, "; ".join(row["name"] for row in serving)


def _projects(projects, goal, level, since) -> list[str]:
    """Projects controlled by the goal or its measure whose target reaches the level, with resources and an end."""
    if projects.empty or level != level:
        return []
    whole = projects[projects["control_measure"].isin([goal, goal.split(":")[1]]) & projects["resources"].notna()
                     & projects["end"].notna() & projects["target"].between(level - NEAR, 1)]
    if since is not None:
        whole = whole[pd.to_datetime(whole["end"]) >= pd.Timestamp(since)]
    return whole["name"].astype(str).tolist()


def feasible_goals(decision: dict) -> dict[str, bool | None]:
    """Goal id -> True, False or None as step 6 decided: what a person said, else what was judged."""
    return {goal: record.get("judged") if record.get("feasible") is None else record["feasible"]
            for goal, record in (decision.get("goals") or {}).items()}
