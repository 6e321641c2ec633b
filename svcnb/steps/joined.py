"""Groups that are one: which customers belong to whom once people let a group join another (method.md 4.5, A-24).

The decision ``joins`` has a row a group, ``{"G2": {"joins": "G1"}}``; an empty text stands alone. A group in force keeps
those that joined it in its record as ``joined``, so that taking the decision back brings them again.
"""

from __future__ import annotations

import re

from svcnb.errors import ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.steps.parts import whole

LETTERS = "abcdefghijklmnopqrst"  # of the parts of a group
GROUP = re.compile(f"G[0-9]+[{LETTERS}]?")  # the ids that step 2 gives


def segments_of(row: dict) -> list[str]:
    """The segments whose customers a group has: its own, then those of the groups that joined it.

    Examples
    --------
    >>> segments_of({"segment_id": "S1", "joined": {"G2": {"name": "fleet", "segment_id": "S2"}}})
    ['S1', 'S2']
    """
    return [row.get("segment_id", ""), *(one.get("segment_id", "") for one in (row.get("joined") or {}).values())]


def group_of_segment(groups: dict) -> dict[str, str]:
    """segment_id -> group, whole where it is split; the first group that claims a segment has it."""
    found: dict[str, str] = {}
    for group, row in whole(groups).items():
        for segment in segments_of(row):
            found.setdefault(segment, group)
    return found


def apart(groups: dict) -> dict[str, dict]:
    """The groups as they were before any joined another or was split, in the order of their ids' rows."""
    out, groups = {}, whole(groups)
    for group, row in groups.items():
        out[group] = {k: v for k, v in row.items() if k != "joined"}
        out |= {g: dict(one) for g, one in (row.get("joined") or {}).items() if g not in groups}
    return dict(sorted(out.items(), key=lambda item: (len(item[0]), item[0]))) if len(out) > len(groups) else out


def rows_of(groups: dict, joins) -> dict[str, dict]:
    """A row a group that could join another; what a person wrote stands in it."""
    given = joins if isinstance(joins, dict) else {}
    return {**{group: {"joins": ""} for group in groups}, **given}


def join(groups: dict, joins, reasons: list[Reason]) -> dict[str, dict]:
    """The groups in force. A row that cannot be followed is left out and said: groups come and go with the segments.

    Parameters
    ----------
    groups : group_id -> record, all apart
    joins : rows of the decision
    reasons : what is left out is added
    """
    followed = {}
    for group, row in rows_of(groups, joins).items():
        into = _into(row)
        problem = into and _problem(group, into, groups, joins)
        if problem:
            reasons.append(reason(problem.template, **problem.values))
        elif into:
            followed[group] = into
    out = {group: dict(row) for group, row in groups.items() if group not in followed}
    for group, into in followed.items():
        named = {k: groups[group].get(k, "") for k in ("name", "segment_id")}
        out[into]["joined"] = {**(out[into].get("joined") or {}), group: named}
    return out


def in_force(chosen: dict, groups: dict) -> tuple[dict, list[str]]:
    """What people chose in a later step, without the rows of groups that are not in force by now, and those groups.

    Such are groups that are part of another or are split, parts of a group that is whole again, groups of a segment that is
    excluded. Their rows wait in the journal.

    Examples
    --------
    >>> groups = {"G1": {"joined": {"G2": {"segment_id": "S2"}}}}
    >>> in_force({"goals": {"G1:M1": 1, "G2:M1": 2}, "cut": 3}, groups)
    ({'goals': {'G1:M1': 1}, 'cut': 3}, ['G2'])
    """
    if not groups:
        return chosen, []
    absent = lambda name: [one for one in str(name).split(":") if one not in groups and GROUP.fullmatch(one)]
    waiting = sorted({one for value in chosen.values() if isinstance(value, dict) for name in value for one in absent(name)})
    return {key: {name: row for name, row in value.items() if not absent(name)} if isinstance(value, dict) else value
            for key, value in chosen.items()}, waiting


def check_joins(joins, groups: dict, seen: dict) -> None:
    """ParameterError, in words, for a row that cannot be followed and that the proposal has not answered yet."""
    if not isinstance(joins, dict) or not all(isinstance(row, dict) for row in joins.values()):
        raise ParameterError(N_("Which groups join others is written as group and what it joins."))
    for group, row in joins.items():
        into = _into(row)
        if row == (seen.get(group) or {}) and into != group:
            continue
        problem = into and _problem(group, into, groups, joins)
        if problem:
            raise problem


def _into(row) -> str:
    value = row.get("joins") if isinstance(row, dict) else None
    return str(value) if value else ""


def _problem(group, into, groups, joins) -> ParameterError | None:
    named = lambda g: str((groups.get(g) or {}).get("name") or g)
    if group == into:
        return ParameterError(N_("{group:word} cannot join itself; let it stand alone or choose another group."),
                              group=named(group))
    if group not in groups or into not in groups:
        gone = into if group in groups else group
        return ParameterError(N_("There is no group {group} to join or be joined; groups are {groups}."), group=gone,
                              groups=[named(g) for g in groups])
    onward = _into(joins.get(into) or {})
    if onward and onward != into:
        return ParameterError(N_("{group:word} joins {into:word}, which joins {onward:word} itself; let both join "
                                 "{onward:word}."), group=named(group), into=named(into), onward=named(onward))
    return None
