"""The one way into the journal: record, read, take back, copy."""

from __future__ import annotations

import datetime as dt
import os
import threading
import uuid
from contextlib import contextmanager
from pathlib import Path

from svcnb.errors import JournalError
from svcnb.i18n import N_
from svcnb.journal.event import COLUMNS, KINDS, Conflict, Event, event_of, payload_text, shown
from svcnb.journal.place import DAMAGED, worded

SELECT = f"SELECT {', '.join(COLUMNS)} FROM events"
INSERT = (f"INSERT INTO events ({', '.join(COLUMNS[1:])}) VALUES ({', '.join('?' * (len(COLUMNS) - 1))}) "
          "RETURNING seq")
IN_FORCE = ("decision", "entry")  # kinds of which the latest of a key holds; votes and signatures all count


def now() -> str:
    """The moment in UTC, ISO 8601; for reading only, order goes by ``seq``."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


class Journal:
    """Events of one study. Made by ``open_journal``; may be used from several threads.

    ``path`` is None for a journal in memory. ``read_only`` journals refuse ``record`` and ``retract``.
    """

    def __init__(self, connect, path: Path | None, read_only: bool):
        self.path, self.read_only = path, read_only
        self._connect, self._lock = connect, threading.RLock()
        self._open()

    def record(self, kind: str, step: str, key: str, payload, *, actor: str, role: str = "facilitator",
               scenario: str = "base", inputs: dict[str, str] | None = None, seen_seq: int | None = None,
               event_uuid: str | None = None, supersedes: str | None = None) -> Event:
        """Add one event; returns after it is committed, synced and read back.

        Parameters
        ----------
        kind : decision, entry, vote, signoff or retract
        step, key : str
            What it is about; a later decision or entry of the same step and key takes its place.
        payload
            A JSON value; numpy numbers and arrays become plain ones.
        inputs : dict, optional
            Name and hash of everything the decision rests on.
        seen_seq : int, optional
            ``head()`` when the writer looked. A newer event of the same step and key is then a Conflict.
        event_uuid : str, optional
            The same again returns the event recorded first, so a save may be repeated.
        supersedes : str, optional
            ``event_uuid`` of the event this one replaces; filled in for decisions and entries.

        Raises
        ------
        Conflict
            Somebody changed it after ``seen_seq``.
        JournalError
            Nothing was saved, and why.
        """
        self._check(kind, {"step": step, "key": key, "scenario": scenario, "role": role}, actor)
        text = payload_text(payload)
        row = {"event_uuid": event_uuid or str(uuid.uuid4()), "scenario": scenario, "kind": kind, "step": step,
               "key": key, "payload": text, "actor": actor, "role": role, "at": now(), "supersedes": supersedes,
               "seen_seq": seen_seq}
        with self._lock, worded(self.path, len(text)):
            self._refuse_moved()
            connection = self._use()
            connection.execute("BEGIN IMMEDIATE")  # a deferred one is refused as locked when others write
            try:
                if (first := self._recorded_before(row)) is None:
                    self._add(connection, row, inputs or {})
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            return first or self._read_back(row)

    def retract(self, event_uuid: str, *, actor: str, role: str = "facilitator", reason: str = "",
                seen_seq: int | None = None) -> Event:
        """Take an event back; what held before it holds again. A retract can itself be taken back."""
        with self._lock:
            event = self._event(event_uuid)
            if event is None:
                raise JournalError(N_("There is no event {event_uuid} to take back."), event_uuid=event_uuid)
            return self.record("retract", event.step, event.key, {"reason": reason}, actor=actor, role=role,
                               scenario=event.scenario, seen_seq=seen_seq, supersedes=event_uuid)

    def latest(self, scenario: str = "base", kinds: tuple[str, ...] = IN_FORCE) -> dict[tuple[str, str], Event]:
        """The event in force of every (step, key), by ``seq``; what was taken back does not count."""
        in_force: dict[tuple[str, str], Event] = {}
        for event in standing(self.events(scenario)):
            if event.kind in kinds:
                in_force[event.step, event.key] = event
        return in_force

    def decisions(self, scenario: str = "base") -> dict[str, dict[str, object]]:
        """The payloads of the decisions in force: ``{step: {key: payload}}``."""
        found: dict[str, dict[str, object]] = {}
        for (step, key), event in self.latest(scenario, ("decision",)).items():
            found.setdefault(step, {})[key] = event.payload
        return found

    def events(self, scenario: str | None = None, after: int = 0) -> list[Event]:
        """Events with ``seq`` above ``after`` in their order; all scenarios when none is named."""
        where, values = " WHERE seq > ?", [after]
        if scenario is not None:
            where, values = where + " AND scenario = ?", [after, scenario]
        return self._read(SELECT + where + " ORDER BY seq", values)

    def changes_since(self, seq: int) -> list[Event]:
        """What was recorded after ``seq``, in all scenarios."""
        return self.events(after=seq)

    def head(self) -> int:
        """The ``seq`` of the last event, 0 for an empty journal."""
        with self._lock, worded(self.path):
            return self._use().execute("SELECT coalesce(max(seq), 0) FROM events").get

    def inputs(self, seq: int) -> dict[str, str]:
        """Name and hash of what the event rested on."""
        with self._lock, worded(self.path):
            return dict(self._use().execute("SELECT name, hash FROM event_inputs WHERE seq = ? ORDER BY name", (seq,)))

    def verify(self) -> list[str]:
        """What SQLite finds wrong with the file; empty when it is whole."""
        with self._lock, worded(self.path):
            found = [text for (text,) in self._use().execute("PRAGMA integrity_check")]
            return [] if found == ["ok"] else found

    def backup(self, path) -> Path:
        """A copy of this moment, while others write; whole at ``path`` or not there at all."""
        from svcnb.journal.file import copy_into, make_whole

        path = Path(path)
        if path.exists():
            raise JournalError(N_("{path} exists already; choose another name for the backup."), path=str(path))
        with self._lock, worded(path):
            make_whole(path, lambda target: copy_into(target, self._use()))
        return path

    @contextmanager
    def alone(self):
        """The connection for housekeeping of the whole file (svcnb.journal.erase), held against other threads."""
        with self._lock, worded(self.path):
            self._refuse_moved()
            yield self._use()

    @contextmanager
    def writing(self):
        """The connection inside one transaction: all that is written in it, or nothing."""
        with self.alone() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file; the last one to close tidies the WAL away."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    # inside ------------------------------------------------------------------------------------------
    def _open(self):
        with worded(self.path):
            self._connection = self._connect()
            self._process = os.getpid()
            self._identity = self._file_identity()

    def _use(self):
        if self.path is not None and self._process != os.getpid():
            self._left_to_parent = self._connection  # a fork may neither use nor close the parent's connection
            self._open()
        return self._connection

    def _file_identity(self):
        if self.path is None:
            return None
        try:
            found = os.stat(self.path)
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _refuse_moved(self):
        """A file that was deleted while open takes writes and keeps nothing."""
        if self._file_identity() != self._identity:
            raise JournalError(N_("{path} was moved, replaced or deleted while it was open. Nothing was saved; "
                                  "open the study again."), path=str(self.path))

    def _check(self, kind, names, actor):
        if self.read_only:
            raise JournalError(N_("This journal is open for reading only; nothing was saved."))
        if kind not in KINDS:
            raise JournalError(N_("There is no kind of event {kind}; kinds are {kinds}."), kind=repr(kind),
                               kinds=", ".join(KINDS))
        for name, value in names.items():
            if not isinstance(value, str) or not value.strip():
                raise JournalError(N_("{name} = {value} is not a name; write a text."), name=name, value=repr(value))
        if not isinstance(actor, str):
            raise JournalError(N_("{name} = {value} is not a name; write a text."), name="actor", value=repr(actor))

    def _recorded_before(self, row) -> Event | None:
        first = self._event(row["event_uuid"])
        if first is None:
            return None
        new = event_of((0, *row.values()))
        same = ("scenario", "kind", "step", "key", "payload", "actor", "role")
        if any(getattr(first, name) != getattr(new, name) for name in same):
            raise JournalError(N_("The event {event_uuid} was recorded before with another content ({step}, {key}). "
                                  "Nothing was saved."), event_uuid=first.event_uuid, step=first.step, key=first.key)
        return first

    def _add(self, connection, row, inputs):
        of_key = self._read(SELECT + " WHERE scenario = ? AND step = ? AND key = ? ORDER BY seq",
                            (row["scenario"], row["step"], row["key"]))
        if row["kind"] in (*IN_FORCE, "retract"):
            _refuse_conflict(of_key, row["seen_seq"])
        if row["kind"] == "retract":
            _refuse_retract(of_key, row["supersedes"])
        elif row["supersedes"] is None and row["kind"] in IN_FORCE:
            replaced = [e for e in standing(of_key) if e.kind == row["kind"]]
            row["supersedes"] = replaced[-1].event_uuid if replaced else None
        elif row["supersedes"] is not None and self._event(row["supersedes"]) is None:
            raise JournalError(N_("There is no event {event_uuid} to replace."), event_uuid=row["supersedes"])
        seq = connection.execute(INSERT, tuple(row.values())).get
        connection.executemany("INSERT INTO event_inputs (seq, name, hash) VALUES (?, ?, ?)",
                               [(seq, str(name), str(value)) for name, value in inputs.items()])

    def _read_back(self, row) -> Event:
        self._refuse_moved()
        event = self._event(row["event_uuid"])
        if event is None or event != event_of((event.seq, *row.values())):
            raise JournalError(N_("{path} did not give back what was written; the decision is NOT saved."),
                               path=str(self.path))
        return event

    def _event(self, event_uuid) -> Event | None:
        found = self._read(SELECT + " WHERE event_uuid = ?", (event_uuid,))
        return found[0] if found else None

    def _read(self, sql, values) -> list[Event]:
        with self._lock, worded(self.path):
            rows = list(self._use().execute(sql, values))
        try:
            return [event_of(row) for row in rows]
        except ValueError as error:  # json.JSONDecodeError: bytes changed under SQLite
            raise JournalError(DAMAGED, path=str(self.path), detail=str(error)) from error


def taken_back(events: list[Event]) -> set[str]:
    """Ids of the events that are taken back.

    Walked from the end: a retract that was itself taken back takes nothing back.
    """
    gone: set[str] = set()
    for event in reversed(events):
        if event.kind == "retract" and event.event_uuid not in gone:
            gone.add(event.supersedes)
    return gone


def standing(events: list[Event]) -> list[Event]:
    """Events that nobody took back, in their order; retracts themselves are left out."""
    gone = taken_back(events)
    return [event for event in events if event.kind != "retract" and event.event_uuid not in gone]


def _refuse_conflict(of_key, seen_seq):
    newer = [e for e in of_key if seen_seq is not None and e.seq > seen_seq and e.kind in (*IN_FORCE, "retract")]
    if not newer:
        return
    last = newer[-1]
    if last.kind == "retract":
        raise Conflict(N_("{actor} took back {step}: {key} after you looked. Nothing was saved; look again and save "
                          "if you still want to."), last, actor=last.actor, step=last.step, key=last.key)
    raise Conflict(N_("{actor} changed {step}: {key} to {value} after you looked. Nothing was saved; look again and "
                      "save if you still want to."), last, actor=last.actor, step=last.step, key=last.key,
                   value=shown(last.payload))


def _refuse_retract(of_key, event_uuid):
    if event_uuid not in {event.event_uuid for event in of_key}:
        raise JournalError(N_("There is no event {event_uuid} to take back."), event_uuid=event_uuid)
    if event_uuid in taken_back(of_key):
        raise JournalError(N_("The event {event_uuid} has already been taken back."), event_uuid=event_uuid)
