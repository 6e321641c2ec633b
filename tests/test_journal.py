"""The journal: what is recorded stays, order goes by seq, and every trouble is said in words."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import apsw
import numpy as np
import pytest

from svcnb.errors import JournalError
from svcnb.i18n import words_in
from svcnb.journal import Conflict, open_journal, place, schema
from svcnb.journal import journal as journal_module

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path):
    with open_journal(path) as opened:
        yield opened


def decide(journal, key, value, **more):
    return journal.record("decision", "goals", key, {"value": value}, **{"actor": "Ana", **more})


def message(error) -> str:
    return str(error.value)


# what is recorded -------------------------------------------------------------------------------------
def test_an_event_comes_back_as_it_was_given(journal, path):
    event = decide(journal, "G1:M1", {"operator": "<=", "value": 3.0, "ñ": [True, None, "á"]}, role="sales",
                   inputs={"table orders": "ab12", "parameters": "cd34"}, seen_seq=0)
    with open_journal(path) as again:
        assert again.events() == [event]
        assert again.inputs(event.seq) == {"parameters": "cd34", "table orders": "ab12"}
    assert (event.seq, event.kind, event.step, event.key, event.role) == (1, "decision", "goals", "G1:M1", "sales")
    assert event.payload == {"value": {"operator": "<=", "value": 3.0, "ñ": [True, None, "á"]}}
    assert event.at.endswith("+00:00") and event.scenario == "base" and event.supersedes is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.seq = 2


def test_the_tables_are_those_of_the_specification(journal, path):
    connection = apsw.Connection(str(path))
    columns = {table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
               for table in schema.TABLES}
    connection.close()
    assert columns == {
        "events": ["seq", "event_uuid", "scenario", "kind", "step", "key", "payload", "actor", "role", "at",
                   "supersedes", "seen_seq"],
        "event_inputs": ["seq", "name", "hash"],
        "schema_version": ["version", "at"]}


def test_it_is_wal_and_full_and_never_mapped(journal):
    pragma = journal._connection.pragma
    assert (pragma("journal_mode"), pragma("synchronous"), pragma("mmap_size")) == ("wal", 2, 0)


def test_numpy_numbers_become_plain(journal):
    event = decide(journal, "cuts", {"n": np.int64(3), "yes": np.bool_(True), "cuts": np.array([0.8, 0.95]),
                                     "pair": (1, np.float32(0.5))})
    assert event.payload["value"] == {"n": 3, "yes": True, "cuts": [0.8, 0.95], "pair": [1, 0.5]}
    assert type(event.payload["value"]["n"]) is int and type(event.payload["value"]["yes"]) is bool


@pytest.mark.parametrize(("value", "words"), [
    (float("nan"), "payload.value = nan cannot be recorded: a number must be finite; what was not measured is None. "
                   "Nothing was saved."),
    ([1, {"a": np.inf}], "payload.value[1].a = inf cannot be recorded: a number must be finite; what was not measured "
                         "is None. Nothing was saved."),
    ({1: 2}, "payload.value = 1 cannot be recorded: a name must be text. Nothing was saved."),
    ({1, 2}, "payload.value = {1, 2} cannot be recorded: only text, numbers, yes or no, None, lists and names with "
             "values are kept. Nothing was saved."),
    ("a\ud800", "payload = '\\ud800' cannot be recorded: half a character cannot be written. Nothing was saved."),
])
def test_what_json_cannot_hold_is_refused(journal, value, words):
    with pytest.raises(JournalError) as error:
        decide(journal, "k", value)
    assert message(error) == words
    assert journal.head() == 0


def test_kinds_and_names_are_checked(journal):
    with pytest.raises(JournalError) as error:
        journal.record("wish", "goals", "k", 1, actor="Ana")
    assert message(error) == ("There is no kind of event 'wish'; kinds are decision, entry, vote, signoff, retract.")
    with pytest.raises(JournalError) as error:
        journal.record("vote", "goals", " ", 1, actor="Ana")
    assert message(error) == "key = ' ' is not a name; write a text."
    with pytest.raises(JournalError) as error:
        journal.record("vote", "goals", "k", 1, actor=None)
    assert message(error) == "actor = None is not a name; write a text."


# the latest, and taking back ----------------------------------------------------------------------------
def test_latest_decisions_and_undo(journal):
    """3, then 4 by Ben; Ben takes 4 back: 3 holds; he takes the taking back back: 4 holds."""
    first = decide(journal, "k", 3)
    second = decide(journal, "k", 4, actor="Ben")
    assert second.supersedes == first.event_uuid
    assert journal.decisions() == {"goals": {"k": {"value": 4}}}
    undo = journal.retract(second.event_uuid, actor="Ben", reason="typed in haste")
    assert (undo.kind, undo.step, undo.key, undo.payload) == ("retract", "goals", "k", {"reason": "typed in haste"})
    assert journal.latest()["goals", "k"] == first
    redo = journal.retract(undo.event_uuid, actor="Ben")
    assert journal.latest()["goals", "k"] == second
    journal.retract(redo.event_uuid, actor="Ben")
    journal.retract(first.event_uuid, actor="Ana")
    assert journal.latest() == {} and journal.decisions() == {}
    assert len(journal.events()) == 6  # nothing is ever deleted


def test_a_retract_needs_an_event_that_stands(journal):
    event = decide(journal, "k", 3)
    journal.retract(event.event_uuid, actor="Ana")
    with pytest.raises(JournalError) as error:
        journal.retract(event.event_uuid, actor="Ana")
    assert message(error) == f"The event {event.event_uuid} has already been taken back."
    with pytest.raises(JournalError) as error:
        journal.retract("nothing", actor="Ana")
    assert message(error) == "There is no event nothing to take back."
    with pytest.raises(JournalError) as error:
        journal.record("retract", "goals", "other", {}, actor="Ana", supersedes=event.event_uuid)
    assert message(error) == f"There is no event {event.event_uuid} to take back."


def test_votes_and_signatures_do_not_hide_the_decision(journal):
    decision = decide(journal, "k", 3)
    for voter in ("Ana", "Ben"):
        journal.record("vote", "goals", "k", {"value": 5}, actor=voter)
    journal.record("signoff", "goals", "k", {}, actor="Ana")
    assert journal.latest() == {("goals", "k"): decision}
    assert journal.latest(kinds=("vote",))["goals", "k"].actor == "Ben"


def test_scenarios_are_apart(journal):
    decide(journal, "k", 3)
    decide(journal, "k", 9, scenario="lean")
    assert journal.decisions() == {"goals": {"k": {"value": 3}}}
    assert journal.decisions("lean") == {"goals": {"k": {"value": 9}}}
    assert [e.scenario for e in journal.changes_since(0)] == ["base", "lean"]
    assert journal.changes_since(1) == journal.events("lean") == journal.events(after=1)
    assert journal.decisions("never") == {}


def test_latest_goes_by_seq_when_the_clock_runs_back(journal, monkeypatch):
    """The second event is stamped a day earlier and still is the latest."""
    stamps = iter(["2026-11-02T10:00:00+00:00", "2026-11-01T10:00:00+00:00", "2038-01-20T00:00:00+00:00"])
    monkeypatch.setattr(journal_module, "now", lambda: next(stamps))
    decide(journal, "k", "first")
    decide(journal, "k", "second")
    assert journal.latest()["goals", "k"].payload == {"value": "second"}
    decide(journal, "k", "third")
    assert [e.payload["value"] for e in journal.events()] == ["first", "second", "third"]


# saying a thing twice, and two people at once -------------------------------------------------------------
def test_the_same_event_again_is_the_first(journal):
    mine = str(uuid.uuid4())
    first = decide(journal, "k", 3, event_uuid=mine)
    decide(journal, "k", 4)
    assert decide(journal, "k", 3, event_uuid=mine, seen_seq=0) == first  # a repeated save is no conflict
    assert journal.head() == 2
    with pytest.raises(JournalError) as error:
        decide(journal, "k", 5, event_uuid=mine)
    assert message(error) == f"The event {mine} was recorded before with another content (goals, k). Nothing was saved."


def test_a_conflict_names_who_and_what(journal):
    seen = decide(journal, "k", 3).seq
    theirs = decide(journal, "k", 4, actor="Ben", seen_seq=seen)
    with pytest.raises(Conflict) as error:
        decide(journal, "k", 5, seen_seq=seen)
    assert message(error) == ("Ben changed goals: k to 4 after you looked. Nothing was saved; look again and save if "
                              "you still want to.")
    assert error.value.newer == theirs
    assert words_in("es").reason(error.value) == (
        "Ben cambió goals: k a 4 después de que usted mirara. No se guardó nada; mire de nuevo y guarde si aún "
        "lo desea.")
    decide(journal, "other", 5, seen_seq=seen)
    journal.retract(theirs.event_uuid, actor="Ben")
    with pytest.raises(Conflict) as error:
        decide(journal, "k", 5, seen_seq=theirs.seq)
    assert message(error) == ("Ben took back goals: k after you looked. Nothing was saved; look again and save if you "
                              "still want to.")
    assert decide(journal, "k", 5, seen_seq=journal.head()).seq == 5


def test_a_second_thread_may_record(journal):
    """4 threads x 25 through one journal: 100 events, numbered without a gap."""
    def work(name):
        for number in range(25):
            decide(journal, f"{name}{number}", number)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event.seq for event in journal.events()] == list(range(1, 101))


def test_eight_processes_lose_nothing(path):
    """8 programs x 50 decisions on one new file, made by whoever is first: 400 events, each key once."""
    code = ("import sys; from svcnb.journal import open_journal\n"
            "with open_journal(sys.argv[1]) as j:\n"
            "    for n in range(50): j.record('decision', 's', sys.argv[2] + str(n), n, actor='p' + sys.argv[2])\n")
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path), f"{name}-"], cwd=ROOT, stderr=subprocess.PIPE)
               for name in "abcdefgh"]
    assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [(b"", 0)] * 8
    with open_journal(path) as journal:
        assert len(journal.events()) == 400
        assert len(journal.latest()) == 400
        assert journal.verify() == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_opens_its_own_connection(path):
    """Forked in a program of its own: pytest may have threads, which do not go well with fork."""
    code = ("import os, sys; from svcnb.journal import open_journal\n"
            "j = open_journal(sys.argv[1]); j.record('entry', 's', 'before', 0, actor='parent')\n"
            "child = os.fork()\n"
            "j.record('entry', 's', 'after', 1, actor='parent' if child else 'child')\n"
            "if child: assert os.waitpid(child, 0)[1] == 0\n")
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, stderr=subprocess.PIPE, check=False)
    assert (done.stderr, done.returncode) == (b"", 0)
    with open_journal(path) as journal:
        assert sorted(event.actor for event in journal.events()) == ["child", "parent", "parent"]


# append-only ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("statement", [
    "UPDATE events SET payload = '1'",
    "DELETE FROM events",
    "INSERT OR REPLACE INTO events SELECT * FROM events",
    "UPDATE OR REPLACE events SET key = 'x'",
    "DELETE FROM event_inputs",
    "UPDATE event_inputs SET hash = 'x'",
    "REPLACE INTO event_inputs SELECT * FROM event_inputs",
    "UPDATE schema_version SET version = 0",
    "DELETE FROM schema_version",
])
def test_nothing_is_changed_or_deleted(journal, path, statement):
    event = decide(journal, "k", 3, inputs={"a": "1"})
    connection = apsw.Connection(str(path))
    with pytest.raises(apsw.ConstraintError, match="the journal is append-only"):
        connection.execute(statement)
    connection.close()
    assert journal.events() == [event] and journal.inputs(1) == {"a": "1"}


# opening ------------------------------------------------------------------------------------------------------
def test_an_empty_journal_where_there_is_none(path):
    journal = open_journal(path, create=False, read_only=True)
    assert (journal.latest(), journal.decisions(), journal.events(), journal.head()) == ({}, {}, [], 0)
    assert journal.inputs(1) == {} and journal.read_only and not path.exists()
    with pytest.raises(JournalError) as error:
        decide(journal, "k", 3)
    assert message(error) == "This journal is open for reading only; nothing was saved."


def test_a_journal_in_memory():
    with open_journal(None) as journal:
        decide(journal, "k", 3)
        assert journal.decisions() == {"goals": {"k": {"value": 3}}}


def test_reading_only_sees_what_is_written_later(journal, path):
    decide(journal, "k", 3)
    with open_journal(path, create=False, read_only=True) as reader:
        decide(journal, "k", 4)
        assert reader.decisions() == {"goals": {"k": {"value": 4}}}


def test_only_the_file_is_left_after_closing(path):
    with open_journal(path) as journal:
        decide(journal, "k", 3)
    assert [file.name for file in path.parent.iterdir()] == ["journal.sqlite"]


def test_missing_places(path, tmp_path):
    with pytest.raises(JournalError) as error:
        open_journal(path, create=False)
    assert message(error) == f"There is no journal at {path}."
    with pytest.raises(JournalError) as error:
        open_journal(tmp_path / "no" / "journal.sqlite")
    assert message(error) == (f"There is no folder {tmp_path / 'no'}; make it or choose another place for the journal.")
    with pytest.raises(JournalError) as error:
        open_journal(tmp_path)
    assert message(error) == f"{tmp_path} is a folder; the journal is a file."


@pytest.mark.parametrize("content", [b"", b"order_id;date\n1;2026-01-01\n" * 40, b"SQLite format 3\0" + b"\0" * 200])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_journal(path, content, read_only):
    path.write_bytes(content)
    with pytest.raises(JournalError) as error:
        open_journal(path, read_only=read_only)
    assert message(error) == (f"{path} is not a journal of svcnb. Nothing was changed; move it away or put a backup in "
                              "its place.")
    assert path.read_bytes() == content


def test_another_database_is_no_journal(path):
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE events (a)")
    connection.close()
    with pytest.raises(JournalError) as error:
        open_journal(path)
    assert message(error) == (f"{path} is not a journal of svcnb. Nothing was changed; move it away or put a backup in "
                              "its place.")


def test_a_journal_of_a_newer_program(path):
    open_journal(path).close()
    connection = apsw.Connection(str(path))
    connection.execute("INSERT INTO schema_version VALUES (7, '2031-01-01')")
    connection.close()
    for read_only in (False, True):
        with pytest.raises(JournalError) as error:
            open_journal(path, read_only=read_only)
        assert message(error) == (f"{path} was written by a newer svcnb (journal version 7, this program knows 1); "
                                  "update svcnb.")


def test_a_damaged_journal(path):
    """The pages in the middle are overwritten: reading says so, and the file is left as it was."""
    with open_journal(path) as journal:
        for number in range(200):
            decide(journal, f"k{number}", "x" * 100)
    data = bytearray(path.read_bytes())
    data[4096 * 2:4096 * 8] = b"\xa5" * (4096 * 6)
    path.write_bytes(data)
    with pytest.raises(JournalError) as error, open_journal(path) as journal:
        journal.events()
    assert message(error) == (f"{path} is damaged (database disk image is malformed). Nothing was changed; put a "
                              "backup in its place.")


def test_a_journal_deleted_while_open(journal, path):
    """SQLite would go on writing into the file that has no name any more."""
    decide(journal, "k", 3)
    for file in path.parent.iterdir():
        file.unlink()
    with pytest.raises(JournalError) as error:
        decide(journal, "k", 4)
    assert message(error) == (f"{path} was moved, replaced or deleted while it was open. Nothing was saved; open the "
                              "study again.")


def test_a_journal_that_another_program_holds(journal, path, monkeypatch):
    journal._connection.set_busy_timeout(1)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError) as error:
        decide(journal, "k", 3)
    assert message(error) == (f"Another program has been writing to {path} for 30 seconds. Nothing was saved; save "
                              "again.")
    other.execute("ROLLBACK")
    other.close()
    assert decide(journal, "k", 3).seq == 1


MOUNTS = "/dev/a / ext4 rw 0 0\nserver:/x {point} {kind} rw 0 0\n"


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"])
def test_a_network_drive_is_refused(path, kind, monkeypatch):
    monkeypatch.delenv(place.ALLOW_NETWORK, raising=False)
    text = MOUNTS.format(point=path.parent, kind=kind)
    with pytest.raises(JournalError) as error:
        open_journal(path, read_mounts=lambda: text)
    assert message(error) == (f"{path} lies on a network drive ({kind}), where two writers can damage a journal. Copy "
                              "the study to a disk of this computer.")
    assert not path.exists()
    monkeypatch.setenv(place.ALLOW_NETWORK, "1")
    open_journal(path, read_mounts=lambda: text).close()
    monkeypatch.delenv(place.ALLOW_NETWORK)
    open_journal(path, read_only=True, read_mounts=lambda: text).close()  # reading harms nothing


@pytest.mark.parametrize("kind", ["ext4", "tmpfs", "overlay", "fuseblk"])
def test_a_local_disk_is_accepted(path, kind):
    open_journal(path, read_mounts=lambda: MOUNTS.format(point=path.parent, kind=kind)).close()


# rights, room -------------------------------------------------------------------------------------------------
def as_nobody(code: str, path) -> str:
    """What a child of another user (uid 65534) prints."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can become another user")
    start = "import os, sys, svcnb.journal.file; os.setgid(65534); os.setuid(65534)\n"
    done = subprocess.run([sys.executable, "-c", start + code, str(path)], cwd=ROOT, capture_output=True, text=True,
                          env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def foreign(tmp_path_factory):
    """A folder that everybody may look into and only its owner may write."""
    folder = tmp_path_factory.mktemp("foreign")
    for above in folder.parents[:3]:  # a worker of many has a folder more than a test alone
        if above.name.startswith(("pytest-", "popen-")):
            above.chmod(0o755)
    folder.chmod(0o755)
    return folder / "journal.sqlite"


SAVE = ("from svcnb.journal import open_journal\nfrom svcnb.errors import JournalError\n"
        "try: open_journal(sys.argv[1])\nexcept JournalError as e: print(e)\n")
READ = ("from svcnb.journal import open_journal\n"
        "j = open_journal(sys.argv[1], read_only=True); print(j.decisions())\n")


def test_a_folder_of_somebody_else(foreign):
    refused = (f"{foreign} cannot be written: the file or its folder is read-only or belongs to somebody else. Nothing "
               "was saved; ask for the right to write, or copy the study to a folder of your own.\n")
    assert as_nobody(SAVE, foreign) == refused
    with open_journal(foreign) as journal:
        decide(journal, "k", 3)
        assert as_nobody(READ, foreign) == "{'goals': {'k': {'value': 3}}}\n"  # while somebody writes
    assert as_nobody(SAVE, foreign) == refused
    assert as_nobody(READ, foreign) == "{'goals': {'k': {'value': 3}}}\n"
    assert [file.name for file in foreign.parent.iterdir()] == ["journal.sqlite"]


def test_a_folder_that_may_not_be_looked_into(foreign):
    foreign.parent.chmod(0o700)
    assert as_nobody(SAVE, foreign) == (
        f"{foreign} cannot be written: the file or its folder is read-only or belongs to somebody else. Nothing was "
        "saved; ask for the right to write, or copy the study to a folder of your own.\n")


def test_a_full_disk(tmp_path):
    """A disk of 1 MB: what was said to be saved is there; after room is made the next save works, without restart."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True,
                      check=False).returncode if sys.platform == "linux" else True:
        pytest.skip("a small disk cannot be mounted here")
    try:
        with open_journal(disk / "journal.sqlite") as journal:
            (disk / "ballast").write_bytes(b"x" * 300_000)
            saved = []
            with pytest.raises(JournalError) as error:
                for number in range(1000):
                    saved.append(decide(journal, f"k{number}", "x" * 1000))
            assert message(error).startswith(f"The disk of {disk / 'journal.sqlite'} is full (")
            assert message(error).endswith("kB needed). Nothing was saved; free some space and save again.")
            assert len(saved) > 10 and journal.events() == saved and journal.verify() == []
            (disk / "ballast").unlink()
            saved.append(decide(journal, "after", 1))
        with open_journal(disk / "journal.sqlite") as journal:
            assert journal.events() == saved
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# copies ---------------------------------------------------------------------------------------------------------
def test_a_backup_is_a_journal(journal, tmp_path):
    events = [decide(journal, f"k{number}", number) for number in range(5)]
    copy = journal.backup(tmp_path / "copy.sqlite")
    decide(journal, "later", 1)
    with open_journal(copy, create=False) as restored:
        assert restored.events() == events and restored.verify() == []
        assert restored._connection.pragma("journal_mode") == "wal"
        assert decide(restored, "k", 1).seq == 6
    with pytest.raises(JournalError) as error:
        journal.backup(copy)
    assert message(error) == f"{copy} exists already; choose another name for the backup."


# migrations -----------------------------------------------------------------------------------------------------
FIXTURE_1 = """
CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, event_uuid TEXT NOT NULL UNIQUE, scenario TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('decision', 'entry', 'vote', 'signoff', 'retract')), step TEXT NOT NULL,
    key TEXT NOT NULL, payload TEXT NOT NULL CHECK (json_valid(payload)), actor TEXT NOT NULL, role TEXT NOT NULL,
    at TEXT NOT NULL, supersedes TEXT REFERENCES events (event_uuid), seen_seq INTEGER);
CREATE TABLE event_inputs (seq INTEGER NOT NULL REFERENCES events (seq), name TEXT NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (seq, name)) WITHOUT ROWID;
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, at TEXT NOT NULL);
INSERT INTO schema_version VALUES (1, '2026-11-23T10:00:00+00:00');
INSERT INTO events VALUES (1, 'u1', 'base', 'decision', 'goals', 'k', '{"value": 3}', 'Ana', 'facilitator',
    '2026-11-23T10:00:00+00:00', NULL, NULL);
INSERT INTO event_inputs VALUES (1, 'parameters', 'ab12');
"""


def to_2(connection):
    """An artificial migration: a column more, and a table."""
    connection.execute("ALTER TABLE events ADD COLUMN device TEXT")
    connection.execute("CREATE TABLE devices (name TEXT PRIMARY KEY)")


def to_3(connection):
    connection.execute("INSERT INTO devices VALUES ('phone')")


@pytest.fixture
def old(path):
    """Version 1 as it was written by hand, kept here so that a later program can be asked to read it."""
    connection = apsw.Connection(str(path))
    connection.execute(FIXTURE_1)
    connection.close()
    return path


def test_version_1_is_read_today(old):
    with open_journal(old) as journal:
        assert journal.decisions() == {"goals": {"k": {"value": 3}}} and journal.inputs(1) == {"parameters": "ab12"}
        assert decide(journal, "k", 4).supersedes == "u1"


def test_an_older_journal_is_brought_up_in_order(old, monkeypatch):
    monkeypatch.setattr(schema, "MIGRATIONS", [to_2, to_3])
    for _ in range(2):  # the second time there is nothing to do
        with open_journal(old) as journal:
            rows = list(journal._connection.execute("SELECT version FROM schema_version ORDER BY 1"))
            assert rows == [(1,), (2,), (3,)]
            assert list(journal._connection.execute("SELECT name FROM devices")) == [("phone",)]
            assert journal.decisions() == {"goals": {"k": {"value": 3}}}
    with open_journal(None) as journal:
        assert schema.version_of(journal._connection) == 3  # a new journal has all versions


def test_reading_an_older_journal_does_not_change_it(old, monkeypatch):
    before = old.read_bytes()
    monkeypatch.setattr(schema, "MIGRATIONS", [to_2])
    with open_journal(old, read_only=True) as journal:
        assert journal.decisions() == {"goals": {"k": {"value": 3}}}
        assert schema.version_of(journal._connection) == 2
    assert old.read_bytes() == before


def test_a_migration_that_fails_leaves_the_old_journal(old, monkeypatch):
    def broken(connection):
        connection.execute("CREATE TABLE half (a)")
        raise ZeroDivisionError

    monkeypatch.setattr(schema, "MIGRATIONS", [to_2, broken])
    with pytest.raises(ZeroDivisionError):
        open_journal(old)
    monkeypatch.setattr(schema, "MIGRATIONS", [])
    with open_journal(old) as journal:
        assert schema.version_of(journal._connection) == 1
        assert journal.decisions() == {"goals": {"k": {"value": 3}}}
