"""The tables of the journal, and how an older journal becomes today's.

A new version is one more function in ``MIGRATIONS``: the first takes version 1 to 2, and so on. All
that are due run in one transaction with the new ``schema_version`` row, so that a machine which stops
in the middle leaves the old journal whole.
"""

from __future__ import annotations

import apsw

from svcnb.journal.event import KINDS

TABLES = ("events", "event_inputs", "schema_version")

VERSION_1 = f"""
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event_uuid TEXT NOT NULL UNIQUE,
    scenario TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ({", ".join(f"'{kind}'" for kind in KINDS)})),
    step TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    at TEXT NOT NULL,
    supersedes TEXT REFERENCES events (event_uuid),
    seen_seq INTEGER
);
CREATE INDEX events_of_key ON events (scenario, step, key, seq);
CREATE TABLE event_inputs (
    seq INTEGER NOT NULL REFERENCES events (seq),
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (seq, name)
) WITHOUT ROWID;
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, at TEXT NOT NULL);
"""

# INSERT OR REPLACE deletes without asking the DELETE trigger, so a row that is there also bars INSERT.
_SAME_ROW = {
    "events": "seq = NEW.seq OR event_uuid = NEW.event_uuid",
    "event_inputs": "seq = NEW.seq AND name = NEW.name",
    "schema_version": "version = NEW.version",
}
APPEND_ONLY = "".join(
    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when}\n"
    f"BEGIN SELECT RAISE(ABORT, 'the journal is append-only: {verb} refused'); END;\n"
    for table, same in _SAME_ROW.items()
    for verb, when in (("UPDATE", ""), ("DELETE", ""),
                       ("INSERT", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})")))

MIGRATIONS: list = []  # functions of a connection inside a transaction; MIGRATIONS[0] makes version 2 of 1


def newest_version() -> int:
    """The version this program writes."""
    return 1 + len(MIGRATIONS)


def build(connection: apsw.Connection, at: str) -> None:
    """Make the tables of the newest version in an empty database."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(VERSION_1 + APPEND_ONLY)
    connection.execute("INSERT INTO schema_version (version, at) VALUES (1, ?)", (at,))
    _migrate_from(connection, 1, at)
    connection.execute("COMMIT")


def version_of(connection: apsw.Connection) -> int | None:
    """The version of a journal; None when the database is no journal."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not there.issuperset(TABLES):
        return None
    return connection.execute("SELECT max(version) FROM schema_version").get


def migrate(connection: apsw.Connection, at: str) -> None:
    """Bring an older journal to the newest version, all of the way or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        _migrate_from(connection, version_of(connection), at)  # another program may have done it meanwhile
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _migrate_from(connection, version, at):
    for number in range(version, newest_version()):
        MIGRATIONS[number - 1](connection)
        connection.execute("INSERT INTO schema_version (version, at) VALUES (?, ?)", (number + 1, at))
