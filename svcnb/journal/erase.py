"""What a person said is taken out of the journal for good, and what stays says so.

The journal is only ever added to; this is the one exception, for people who withdraw. The event stays where it was,
with its number and time, but what it said and whose it was are overwritten: a tombstone. Then the file is rebuilt, so
that no page of it and no byte beside it holds the old text. Copies made before are not reached.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from svcnb.errors import JournalError
from svcnb.i18n import N_
from svcnb.journal.event import COLUMNS
from svcnb.journal.file import make_whole
from svcnb.journal.journal import Journal, now
from svcnb.journal.place import worded
from svcnb.journal.schema import APPEND_ONLY, build

WITHDRAWN = "withdrawn"  # actor of what is erased, and the mark in its payload
ANSWERS = ("vote", "entry", "signoff")  # a decision is the company's: it stays, without the name


@dataclass(frozen=True)
class Erased:
    """How many answers were erased and in how many decisions the name alone."""

    answers: int
    names: int


def erase(journal: Journal, actor: str) -> Erased:
    """Overwrite the answers of ``actor`` and their name, and rebuild the file.

    Answers count no more: each gets a retract. Decisions stay in force without the name.

    Raises
    ------
    JournalError
        The journal is read only, or another program holds it open.
    """
    if journal.read_only:
        raise JournalError(N_("This journal is open for reading only; nothing was saved."))
    mine = [event for event in journal.events() if event.actor == actor]
    answers = [event for event in mine if event.kind in ANSWERS]
    if not mine:
        return Erased(0, 0)
    standing = {event.event_uuid for event in answers} - {event.supersedes for event in journal.events()
                                                          if event.kind == "retract"}
    for event in answers:
        if event.event_uuid in standing:
            journal.retract(event.event_uuid, actor=WITHDRAWN, reason=WITHDRAWN)
    with journal.writing() as connection:
        _overwrite(connection, actor)
    _rebuild(journal)
    return Erased(len(answers), len([e for e in mine if e.kind == "decision"]))


def _overwrite(connection, actor: str) -> None:
    """In one transaction: the guards down, the rows overwritten, the guards up."""
    triggers = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")]
    for name in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    tombstone = json.dumps({WITHDRAWN: True})
    marks = ", ".join("?" * len(ANSWERS))
    connection.execute(f"UPDATE events SET payload = ? WHERE actor = ? AND kind IN ({marks})", (tombstone, actor, *ANSWERS))
    connection.execute("UPDATE events SET payload = ? WHERE actor = ? AND kind = 'retract'", (json.dumps({"reason": ""}), actor))
    connection.execute("UPDATE events SET actor = ? WHERE actor = ?", (WITHDRAWN, actor))
    connection.execute(APPEND_ONLY)


def _rebuild(journal: Journal) -> None:
    """Rebuild the file and empty the log beside it, so that overwritten text is nowhere in them."""
    if journal.path is None:
        return
    with journal.alone() as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("VACUUM")
        busy, _, _ = next(iter(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")))
    if busy:
        raise JournalError(N_("Another program is reading {path}: the answers are overwritten, but traces may stay in the "
                              "file until it ends. Close the pages and give the command again."), path=str(journal.path))


def copy_changed(journal: Journal, path: Path, change, inputs=None) -> None:
    """A journal at ``path`` with every event as ``change`` gives it back; numbers, times and order stay.

    Parameters
    ----------
    change : Event -> Event
    inputs : (event, name, hash) -> hash, optional
        What the copy says its decisions rest on.
    """
    def fill(connection):
        build(connection, now())
        connection.execute("BEGIN IMMEDIATE")
        for event in journal.events():
            new = change(event)
            row = [json.dumps(new.payload, ensure_ascii=False) if name == "payload" else getattr(new, name)
                   for name in COLUMNS]
            connection.execute(f"INSERT INTO events ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})", row)
            for name, value in journal.inputs(event.seq).items():
                connection.execute("INSERT INTO event_inputs (seq, name, hash) VALUES (?, ?, ?)",
                                   (event.seq, name, inputs(event, name, value) if inputs else value))
        connection.execute("COMMIT")

    with worded(path):
        make_whole(path, fill)
