"""The power goes at every moment: what ``record`` returned for is on the disk, and the file is whole.

A logging VFS notes every write, truncation, sync and deletion of the journal. A cut replays the log up
to a random place as a disk may have kept it: what was synced is there, what was written later is kept,
dropped or torn at 512 bytes. The same test must fail with ``synchronous=NORMAL``, which shows that it can see.
Limits: the disk is taken to be honest about syncs, and creation (a link of a synced file) is not replayed.

500 cuts by default; goal D3 is 10,000: set SVCNB_POWER_CUTS=10000.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import apsw
import pytest

from svcnb.journal import file as journal_file
from svcnb.journal import open_journal, schema

CUTS = int(os.environ.get("SVCNB_POWER_CUTS", "500"))
SECTOR = 512


class _LoggedFile(apsw.VFSFile):
    def __init__(self, name, flags, log):
        super().__init__("", name, flags)
        self.log, self.path = log, name.filename() if isinstance(name, apsw.URIFilename) else str(name)

    def xWrite(self, data, offset):
        self.log.append(("write", self.path, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size):
        self.log.append(("truncate", self.path, size, None))
        super().xTruncate(size)

    def xSync(self, flags):
        self.log.append(("sync", self.path, 0, None))
        super().xSync(flags)


class _LoggedDisk(apsw.VFS):
    def __init__(self, log):
        super().__init__("powercut", "")
        self.log = log

    def xOpen(self, name, flags):
        return _LoggedFile(name, flags, self.log)

    def xDelete(self, name, sync):
        self.log.append(("delete", str(name), sync, None))
        super().xDelete(name, sync)


@pytest.fixture
def log():
    entries: list[tuple] = []
    disk = _LoggedDisk(entries)
    yield entries
    disk.unregister()


def images(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


def on_the_disk(before: dict, log: list, cut: int, chance: random.Random) -> dict[str, bytes]:
    """What the disk holds when the power goes after ``cut`` operations."""
    synced = {path: number for number, (what, path, _, _) in enumerate(log[:cut]) if what == "sync"}
    any_sync = max(synced.values(), default=-1)
    files = {path: bytearray(data) for path, data in before.items()}
    for number, (what, path, at, data) in enumerate(log[:cut]):
        safe = number < (any_sync if what == "delete" else synced.get(path, -1)) or (what == "delete" and at)
        if what == "sync":
            continue
        luck = chance.random()
        if not safe and luck < 0.5:
            continue  # never left the cache
        if what == "delete":
            files.pop(path, None)
            continue
        content = files.setdefault(path, bytearray())
        if what == "truncate":
            del content[at:]
            continue
        if not safe and luck < 0.8:
            data = data[: SECTOR * chance.randrange(len(data) // SECTOR + 1)]
        content.extend(b"\0" * (at + len(data) - len(content)))
        content[at:at + len(data)] = data
    return {path: bytes(content) for path, content in files.items()}


def restore(files: dict[str, bytes], folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    for path, content in files.items():
        (folder / Path(path).name).write_bytes(content)


def record_and_cut(tmp_path, log, cuts: int) -> tuple[int, int]:
    """Number of lost acknowledged events and of damaged journals over ``cuts`` power cuts."""
    chance = random.Random(7)
    lived, after = tmp_path / "lived", tmp_path / "after"
    lived.mkdir()
    after.mkdir()
    open_journal(lived / "journal.sqlite").close()
    before, acknowledged = images(lived), []
    journal = open_journal(lived / "journal.sqlite", vfs="powercut")
    journal._connection.wal_autocheckpoint(25)  # pages: many moves from the WAL to the file in a short test
    for number in range(60):
        event = journal.record("decision", "goals", f"k{number % 7}", {"value": "x" * chance.randrange(6000)},
                               actor="Ana", inputs={"parameters": str(number)})
        acknowledged.append((len(log), event.event_uuid))
    lost = damaged = 0
    for _ in range(cuts):
        cut = chance.randrange(len(log) + 1)
        restore(on_the_disk(before, log, cut, chance), after)
        with open_journal(after / "journal.sqlite", create=False) as reopened:
            there = {event.event_uuid for event in reopened.events()}
            damaged += bool(reopened.verify())
        lost += sum(at <= cut and event not in there for at, event in acknowledged)
    journal.close()
    return lost, damaged


def test_nothing_acknowledged_is_lost(tmp_path, log):
    assert record_and_cut(tmp_path, log, CUTS) == (0, 0)


def test_this_test_can_see(tmp_path, log, monkeypatch):
    """With synchronous=NORMAL a commit is not synced: the cuts must show lost decisions."""
    monkeypatch.setattr(journal_file, "SYNCHRONOUS", "NORMAL")
    lost, _ = record_and_cut(tmp_path, log, 50)
    assert lost > 0


def state_of(path: Path) -> tuple:
    """Version, whether the column, the table and its row are there, and the decision."""
    connection = apsw.Connection(str(path))
    try:
        assert connection.pragma("integrity_check") == "ok"
        columns = [row[1] for row in connection.execute("PRAGMA table_info(events)")]
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        rows = connection.execute("SELECT count(*) FROM devices").get if "devices" in tables else None
        return (connection.execute("SELECT max(version) FROM schema_version").get, "device" in columns, rows,
                connection.execute("SELECT payload FROM events").get)
    finally:
        connection.close()


OLD = (1, False, None, '{"value":3}')
NEW = (3, True, 200, '{"value":3}')


def to_2(connection):
    connection.execute("ALTER TABLE events ADD COLUMN device TEXT")
    connection.execute("CREATE TABLE devices (name TEXT)")


def to_3(connection):
    connection.executemany("INSERT INTO devices VALUES (?)", [("x" * 500,) for _ in range(200)])


def test_a_migration_that_is_cut_off_is_old_or_new(tmp_path, log, monkeypatch):
    """Every place in the log, once as a kill (all writes stay) and five times as a power cut."""
    chance = random.Random(11)
    lived, after = tmp_path / "lived", tmp_path / "after"
    lived.mkdir()
    after.mkdir()
    with open_journal(lived / "journal.sqlite") as journal:
        journal.record("decision", "goals", "k", {"value": 3}, actor="Ana")
    before = images(lived)
    monkeypatch.setattr(schema, "MIGRATIONS", [to_2, to_3])
    with open_journal(lived / "journal.sqlite", vfs="powercut"):
        committed = len(log)
    seen = set()
    for cut in range(len(log) + 1):
        killed = on_the_disk(before, [*log[:cut], *(("sync", path, 0, None) for path in {e[1] for e in log})],
                             cut + 10, chance)
        for files in (killed, *(on_the_disk(before, log, cut, chance) for _ in range(5))):
            restore(files, after)
            state = state_of(after / "journal.sqlite")
            assert state in (OLD, NEW), cut
            assert cut < committed or state == NEW
            seen.add(state)
    assert seen == {OLD, NEW}
    restore(on_the_disk(before, log, committed // 2, chance), after)
    with open_journal(after / "journal.sqlite") as journal:  # the next start finishes it
        assert journal.decisions() == {"goals": {"k": {"value": 3}}}
    assert state_of(after / "journal.sqlite") == NEW
