"""Hidden parts that a kill left: the next start deletes them, and nothing that somebody writes or owns."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from svcnb import parts
from svcnb.errors import RunError
from svcnb.journal import open_journal
from svcnb.runner import run
from svcnb.study import load_study
from tests.test_bad_use import command, study_folder

WRITER = """import os, sys, time
from pathlib import Path
from svcnb import parts
def hold(_handle):
    print("writing", flush=True)
    time.sleep(120)
os.fsync = hold
parts.write_whole(Path(sys.argv[1]), "half")
"""


def part_of_a_dead_process(folder: Path, name="results.json") -> Path:
    """What a process that has ended (one that was just run) would have left."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(60)
    path = parts.part_of(folder / name)
    path = path.with_name(path.name.replace(f"-{os.getpid()}-", f"-{ended.pid}-"))
    path.write_text("half")
    return path


def test_a_part_is_kept_while_its_writer_lives_and_deleted_after_a_kill(tmp_path):
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "report.html")], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout.readline() == "writing\n"
        (part,) = tmp_path.iterdir()
        assert part.name.startswith(".report.html.") and part.name.endswith(".part")
        assert parts.remove_left_over(tmp_path) == []
    finally:
        writer.kill()
        writer.wait(60)
        writer.stdout.close()
    assert list(tmp_path.iterdir()) == [part]
    assert parts.remove_left_over(tmp_path) == [part]
    assert list(tmp_path.iterdir()) == []


def test_only_left_over_parts_of_ours_are_deleted(tmp_path):
    """Of another machine the processes are not known: its parts go when they are a day old."""
    kept = [tmp_path / name for name in ("report.html", ".report.html.part", "mine.part", ".x.1234.part",
                                         ".x.0a1b2c3d-1-0a1b2c3d.part.txt")]
    for path in kept:
        path.write_text("mine")
    mine = parts.part_of(tmp_path / "a.json")
    theirs = tmp_path / ".a.json.ffffffff-99-0a1b2c3d.part"
    old = tmp_path / ".b.json.ffffffff-99-0a1b2c3d.part"
    folder = tmp_path / ".c.json.ffffffff-99-0a1b2c3d.part"
    for path in (mine, theirs, old):
        path.write_text("half")
    folder.mkdir()
    for path in (old, folder):
        os.utime(path, (0, 0))
    dead = part_of_a_dead_process(tmp_path)
    assert sorted(parts.remove_left_over(tmp_path, tmp_path / "not there")) == sorted([old, dead])
    assert sorted(tmp_path.iterdir()) == sorted([*kept, mine, theirs, folder])


def test_the_parts_of_a_journal_go_with_their_companions(tmp_path):
    part = part_of_a_dead_process(tmp_path, "journal.sqlite")
    wal = part.with_name(part.name + "-wal")
    wal.write_text("half")
    open_journal(tmp_path / "journal.sqlite").close()
    assert sorted(parts.remove_left_over(tmp_path)) == sorted([part, wal])
    assert [path.name for path in tmp_path.iterdir()] == ["journal.sqlite"]


def test_a_run_begins_by_clearing_its_folder(tmp_path, monkeypatch):
    out = tmp_path / "out"
    folders = (out, out / "results", out / "notebooks")
    for folder in folders:
        folder.mkdir(parents=True)
    left = [part_of_a_dead_process(folder) for folder in folders]
    study = load_study(study_folder(tmp_path / "small"))

    def stop(*_):
        raise RunError("far enough")

    monkeypatch.setattr("svcnb.runner._accept_proposals", stop)
    with pytest.raises(RunError):
        run(study, out)
    assert not any(part.exists() for part in left)


@pytest.mark.parametrize("verb", [("serve", "--no-browser"), ("open", "--prepare-only")])
def test_serve_and_open_begin_by_clearing_the_study(verb, tmp_path, monkeypatch, capsys):
    study = study_folder(tmp_path / "small")
    folders = [study / "notebooks"] if verb[0] == "open" else [study, study / ".results", study / "notebooks"]
    for folder in folders:
        folder.mkdir(exist_ok=True)
    left = [part_of_a_dead_process(folder) for folder in folders]
    monkeypatch.setattr("svcnb.server.serve", lambda *_, **__: None)
    assert command(monkeypatch, capsys, verb[0], study, *verb[1:])[0] == 0
    assert not any(part.exists() for part in left)
