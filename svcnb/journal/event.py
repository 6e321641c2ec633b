"""An event of the journal, and what may stand in its payload."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from svcnb.errors import JournalError
from svcnb.i18n import N_

KINDS = ("decision", "entry", "vote", "signoff", "retract")
COLUMNS = ("seq", "event_uuid", "scenario", "kind", "step", "key", "payload", "actor", "role", "at", "supersedes",
           "seen_seq")
SHOWN = 60  # characters of a value quoted in a message


class Conflict(JournalError):
    """Somebody changed the same thing after the writer looked. ``newer`` is that event."""

    def __init__(self, template: str, /, newer: Event | None = None, **values):
        super().__init__(template, **values)
        self.newer = newer


@dataclass(frozen=True)
class Event:
    """One line of the journal.

    ``seq`` orders events; ``at`` is only for reading (UTC, ISO 8601). ``supersedes`` is the
    ``event_uuid`` this one replaces (of a retract: takes back). ``seen_seq`` is the last event its
    writer had seen.
    """

    seq: int
    event_uuid: str
    scenario: str
    kind: str
    step: str
    key: str
    payload: object
    actor: str
    role: str
    at: str
    supersedes: str | None = None
    seen_seq: int | None = None


def event_of(row: tuple) -> Event:
    """The event of a database row (``COLUMNS`` in their order, payload as JSON text)."""
    values = dict(zip(COLUMNS, row, strict=True))
    values["payload"] = json.loads(values["payload"])
    return Event(**values)


def payload_text(payload) -> str:
    """The payload as JSON text; numpy numbers and arrays become plain ones.

    Raises
    ------
    JournalError
        A value that JSON cannot hold, with the place where it stands.

    Examples
    --------
    >>> payload_text({"value": (1, 2.5, None)})
    '{"value":[1,2.5,null]}'
    """
    text = json.dumps(_plain(payload, "payload"), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _refused("payload", error.object[error.start], N_("half a character cannot be written")) from None
    return text


def shown(payload) -> str:
    """A payload short enough for a message: the value itself when it is wrapped as ``{"value": ...}``."""
    value = payload["value"] if isinstance(payload, dict) and "value" in payload else payload
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _plain(value, place):
    if hasattr(value, "dtype") and hasattr(value, "tolist"):  # numpy scalar or array, without importing numpy
        value = value.tolist()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _refused(place, value, N_("a number must be finite; what was not measured is None"))
        return float(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{place}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise _refused(place, key, N_("a name must be text"))
        return {str(key): _plain(item, f"{place}.{key}") for key, item in value.items()}
    raise _refused(place, value, N_("only text, numbers, yes or no, None, lists and names with values are kept"))


def _refused(place, value, rule) -> JournalError:
    return JournalError(N_("{place} = {value} cannot be recorded: {rule:word}. Nothing was saved."),
                        place=place, value=repr(value)[:SHOWN], rule=rule)
