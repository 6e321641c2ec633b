"""Open the journal's file: made whole at once, switched to WAL once, migrated when it is older."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import apsw

from svcnb.errors import JournalError
from svcnb.i18n import N_
from svcnb.journal import place, schema
from svcnb.journal.journal import Journal, now
from svcnb.parts import part_of

SYNCHRONOUS = "FULL"  # a commit is on the disk before record returns; NORMAL loses the last ones at a power cut


def open_journal(path, *, create: bool = True, read_only: bool = False, read_mounts=place.read_mounts,
                 vfs: str | None = None) -> Journal:
    """The journal at ``path``.

    Parameters
    ----------
    path : path or None
        Usually ``<study>/journal.sqlite``. None keeps the journal in memory.
    create : bool
        Make the file when there is none.
    read_only : bool
        Never write. A missing file gives an empty journal; one in a folder without the right to write,
        or of an older version, is read from a copy in memory.
    read_mounts : callable
        Gives the text of /proc/mounts; a network drive is refused for writing.
    vfs : str, optional
        Name of a registered SQLite VFS (the power-cut test logs through one).

    Raises
    ------
    JournalError
        No such folder or file, no right to write, full disk, network drive, no journal, damaged, newer.

    Examples
    --------
    >>> with open_journal(None) as journal:
    ...     event = journal.record("decision", "goals", "G1:M1", {"value": 3}, actor="Ana")
    ...     journal.decisions()
    {'goals': {'G1:M1': {'value': 3}}}
    """
    if path is None:
        return Journal(_in_memory, None, read_only)
    path = Path(path)
    with place.worded(path):
        if path.is_dir():
            raise JournalError(N_("{path} is a folder; the journal is a file."), path=str(path))
        missing = not path.exists()
    if missing and read_only:
        return Journal(_in_memory, None, read_only=True)
    if read_only:
        return Journal(lambda: _reading(path, vfs), path, read_only=True)
    mounts = read_mounts()
    if missing:
        if not create:
            raise JournalError(N_("There is no journal at {path}."), path=str(path))
        if not path.parent.is_dir():
            raise JournalError(N_("There is no folder {folder}; make it or choose another place for the journal."),
                               folder=str(path.parent))
        place.refuse_network(path.absolute(), mounts)
        with place.worded(path):
            _make(path, vfs)
    place.refuse_network(path.absolute(), mounts)
    return Journal(lambda: _writing(path, vfs), path, read_only=False)


def make_whole(path: Path, fill, vfs: str | None = None) -> None:
    """A new database that is at ``path`` complete or not at all; an older file there is left alone.

    ``fill`` writes into the connection of the hidden part file.
    """
    part = part_of(path)
    try:
        connection = _connection(part, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE, vfs)
        try:
            fill(connection)
            connection.execute("PRAGMA journal_mode = WAL")  # kept in the file; never switched again
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        finally:
            connection.close()
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        try:
            os.link(part, path)  # unlike replace, never over another's journal
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            if not path.exists():
                os.rename(part, path)
        _sync_folder(path.parent)
    finally:
        for leftover in (part, part.with_name(part.name + "-wal"), part.with_name(part.name + "-shm"),
                         part.with_name(part.name + "-journal")):
            leftover.unlink(missing_ok=True)


def _make(path, vfs):
    make_whole(path, lambda connection: schema.build(connection, now()), vfs)


def _sync_folder(folder):
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _connection(name, flags, vfs=None) -> apsw.Connection:
    connection = apsw.Connection(str(name), flags=flags, vfs=vfs)
    connection.set_busy_timeout(1000 * place.WAIT_SECONDS)
    connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _in_memory() -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    schema.build(connection, now())
    return connection


def _writing(path, vfs) -> apsw.Connection:
    if not place.may_write(path):
        raise JournalError(place.READ_ONLY, path=str(path))
    connection = _connection(path, apsw.SQLITE_OPEN_READWRITE, vfs)
    version = _known_version(connection, path)
    if connection.readonly("main"):
        raise JournalError(place.READ_ONLY, path=str(path))
    if connection.pragma("journal_mode") != "wal":  # somebody's tool switched it
        connection.pragma("journal_mode", "wal")
    if version < schema.newest_version():
        schema.migrate(connection, now())
    return connection


def _reading(path, vfs) -> apsw.Connection:
    try:
        connection = _connection(path, apsw.SQLITE_OPEN_READONLY, vfs)
        version = _known_version(connection, path)
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.IOError):
        connection = _copied(path)  # WAL wants to write beside the file, and may not here
        version = _known_version(connection, path)
    if version == schema.newest_version():
        return connection
    copy = apsw.Connection(":memory:")
    copy_into(copy, connection)
    connection.close()
    schema.migrate(copy, now())
    return copy


def _copied(path) -> apsw.Connection:
    memory = apsw.Connection(":memory:")
    with tempfile.TemporaryDirectory(prefix="svcnb-") as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(path.read_bytes())
        wal = path.with_name(path.name + "-wal")
        if wal.exists():
            copy.with_name(wal.name).write_bytes(wal.read_bytes())
        source = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            copy_into(memory, source)
        finally:
            source.close()
    return memory


def copy_into(target: apsw.Connection, source: apsw.Connection) -> None:
    """Copy a whole database, one moment of it, while others write."""
    with target.backup("main", source, "main") as backup:
        while not backup.done:
            backup.step(-1)


def _known_version(connection, path) -> int:
    version = schema.version_of(connection)
    if version is None:
        raise JournalError(place.NOT_A_JOURNAL, path=str(path))
    if version > schema.newest_version():
        raise JournalError(N_("{path} was written by a newer svcnb (journal version {found}, this program knows "
                              "{known}); update svcnb."), path=str(path), found=version, known=schema.newest_version())
    return version
