"""Groups that are one: which customers belong to whom once people let a group join another (method.md 4.5, A-24).

The decision ``joins`` has a row a group, ``{"G2": {"joins": "G1"}}``; an empty text stands alone. A group in force keeps
those that joined it in its record as ``joined``, so that taking the decision back brings them again.
"""

from __future__ import annotations

from svcnb.errors import ParameterError, Reason, reason
from svcnb.i18n import N_


def segments_of(row: dict) -> list[str]:
    """The segments whose customers a group has: its own, then those of the groups that joined it.

    Examples
    --------
    >>> segments_of({"segment_id": "S1", "joined": {"G2": {"name": "fleet", "segment_id": "S2"}}})
    ['S1', 'S2']
    """
    return [row.get("segment_id", ""), *(one.get("segment_id", "") for one in (row.get("joined") or {}).values())]


def group_of_segment(groups: dict) -> dict[str, str]:
    """segment_id -> group in force; the first group that claims a segment has it."""
    found: dict[str, str] = {}
    for group, row in groups.items():
        for segment in segments_of(row):
            found.setdefault(segment, group)
    return found


def apart(groups: dict) -> dict[str, dict]:
    """The groups as they were before any joined another, in the order of their ids' rows."""
    out = {}
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


def without_joined(chosen: dict, groups: dict) -> dict:
    """What people chose in a later step, without the rows of groups that are part of another by now: they wait in the
    journal until the group stands alone again.

    Examples
    --------
    >>> groups = {"G1": {"joined": {"G2": {"segment_id": "S2"}}}}
    >>> without_joined({"goals": {"G1:M1": 1, "G2:M1": 2}, "cut": 3}, groups)
    {'goals': {'G1:M1': 1}, 'cut': 3}
    """
    gone = {one for row in groups.values() if isinstance(row, dict) for one in row.get("joined") or ()}
    if not gone:
        return chosen
    return {key: {name: row for name, row in value.items() if str(name).partition(":")[0] not in gone}
            if isinstance(value, dict) else value for key, value in chosen.items()}


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
