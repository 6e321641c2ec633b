"""Writers are killed at random moments: what ``record`` returned for is there, and the file is whole.

60 kills by default (goal D1 is 1,000: set SVCNB_CRASH_ROUNDS=500, two writers a round). The writers are
forked by a small program of their own (this file run with a path), which has no threads and has
imported the journal already, so that a kill hits the writing and not the import.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("SVCNB_CRASH_ROUNDS", "30"))
WRITERS = 2


def write_until_killed(path: Path, acks: Path) -> None:
    """Record for ever; after each the event's id goes to ``acks`` (a kill keeps what was written there)."""
    from svcnb.journal import open_journal

    handle = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    journal = open_journal(path)
    while True:
        event = journal.record("decision", "goals", f"k{random.randrange(20)}", {"value": "x" * random.randrange(2000)},
                               actor=str(os.getpid()), inputs={"parameters": "ab12"})
        os.write(handle, event.event_uuid.encode() + b"\n")


def start_writer(path: Path, acks: Path) -> int:
    child = os.fork()
    if child == 0:
        try:
            write_until_killed(path, acks)
        finally:
            os._exit(3)
    return child


def kill_rounds(path: Path, rounds: int) -> dict:
    """Kill two writers a round; count kills, acknowledged events, lost ones and damage found."""
    from svcnb.journal import open_journal

    chance = random.Random(20261123)
    found = {"kills": 0, "acknowledged": 0, "lost": 0, "damaged": [], "ended": []}
    head = 0
    for number in range(rounds):
        acks = [path.with_name(f"acks-{number}-{writer}") for writer in range(WRITERS)]
        children = [start_writer(path, ack) for ack in acks]
        time.sleep(chance.uniform(0.02, 0.12))  # the moment of the kill, not a wait for something
        for child in children:
            os.kill(child, signal.SIGKILL)
            found["ended"].append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            found["kills"] += 1
        with open_journal(path) as journal:
            there = {event.event_uuid: event.seq for event in journal.changes_since(head)}
            head = max(there.values(), default=head)
            if number % 10 == 0 or number == rounds - 1:
                found["damaged"] += journal.verify()
        for ack in acks:
            said = ack.read_text().splitlines() if ack.exists() else []
            found["acknowledged"] += len(said)
            found["lost"] += sum(event not in there for event in said)
            ack.unlink(missing_ok=True)
    return found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_nothing_acknowledged_is_lost(tmp_path):
    done = subprocess.run([sys.executable, __file__, str(tmp_path / "journal.sqlite"), str(ROUNDS)], cwd=ROOT,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["ended"] == [-signal.SIGKILL] * WRITERS * ROUNDS  # every writer lived until it was killed
    assert found["acknowledged"] > ROUNDS  # else the kills came before the writing
    assert (found["kills"], found["lost"], found["damaged"]) == (WRITERS * ROUNDS, 0, [])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(kill_rounds(Path(sys.argv[1]), int(sys.argv[2]))))
