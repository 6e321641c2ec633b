"""Hidden part files: what is written before it takes its name at once, and what a kill left of it.

A part's name says which machine and which process writes it, so that the next start can tell what is left over
from what is being written. Nothing of the workbook is known here, so that every layer may use it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import time
import uuid
from pathlib import Path

PART = re.compile(r"\..+\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.part(-wal|-shm|-journal)?")
LONG_AGO = 24 * 3600  # seconds: no file of a study takes a day to write


def part_of(path: Path) -> Path:
    """The hidden file in which this process writes what shall become ``path``."""
    return path.with_name(f".{path.name}.{_machine()}-{os.getpid()}-{uuid.uuid4().hex[:8]}.part")


def write_whole(path: Path, text: str | bytes) -> None:
    """Write a file whole or not at all, also when the machine stops in the middle."""
    data = text.encode("utf-8") if isinstance(text, str) else text
    part = part_of(path)
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def remove_left_over(*folders: Path) -> list[Path]:
    """Delete parts that nobody writes any more: of a process of this machine that ended, or a day old.

    Only names that ``part_of`` gives are touched, only in the folders themselves; a file that cannot be deleted
    stays. Returns what was deleted.
    """
    gone = []
    for folder in folders:
        try:
            found = [path for path in folder.iterdir() if PART.fullmatch(path.name)]
        except OSError:
            continue
        for path in found:
            try:
                if _is_left_over(path):
                    path.unlink()
                    gone.append(path)
            except OSError:  # gone meanwhile, or of somebody else
                continue
    return gone


def _is_left_over(path: Path) -> bool:
    machine, process, _ = PART.fullmatch(path.name).groups()
    if path.is_symlink() or not path.is_file():
        return False
    if machine == _machine() and not _lives(int(process)):
        return True
    return time.time() - path.stat().st_mtime > LONG_AGO


def _machine() -> str:
    """A mark of this machine, or of this container, whose processes have numbers of their own."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _lives(process: int) -> bool:
    if os.name == "nt":  # asking there would end it
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # of another user
        return True
    return True
