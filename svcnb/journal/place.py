"""Where a journal may lie, and what can go wrong there, in words."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import apsw

from svcnb.errors import JournalError
from svcnb.i18n import N_

NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre"}
ALLOW_NETWORK = "SVCNB_ALLOW_NETWORK_JOURNAL"  # set to 1 by who knows that the drive locks rightly
WAIT_SECONDS = 30
NO_SPACE = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
LEAST_FREE = 128 * 1024  # bytes: the WAL's index and one commit

READ_ONLY = N_("{path} cannot be written: the file or its folder is read-only or belongs to somebody else. "
               "Nothing was saved; ask for the right to write, or copy the study to a folder of your own.")
FULL = N_("The disk of {path} is full ({free:0} kB free, {needed:0} kB needed). Nothing was saved; "
          "free some space and save again.")
DAMAGED = N_("{path} is damaged ({detail}). Nothing was changed; put a backup in its place.")
NOT_A_JOURNAL = N_("{path} is not a journal of svcnb. Nothing was changed; move it away or put a backup in its place.")


def read_mounts() -> str:
    """The system's list of mounted file systems; empty where there is none (Windows, macOS)."""
    try:
        return Path("/proc/mounts").read_text("utf-8", errors="replace")
    except OSError:
        return ""


def file_system_of(path: Path, mounts: str) -> str:
    r"""The type of the file system that holds ``path``, by lines of /proc/mounts; empty when unknown.

    >>> file_system_of(Path("/srv/our study/x"), "a / ext4 rw 0 0\nb /srv/our\\040study nfs4 rw 0 0")
    'nfs4'
    """
    found, longest = "", -1
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if (path == point or point in path.parents) and len(point.parts) >= longest:  # the last mount wins
            found, longest = fields[2], len(point.parts)
    return found


def is_network(path: Path, mounts: str) -> str:
    """The kind of network drive that holds ``path``, empty for a local disk."""
    if str(path).startswith("\\\\"):
        return "UNC"
    kind = file_system_of(path, mounts)
    return kind if kind in NETWORK or kind.startswith("fuse.") else ""


def refuse_network(path: Path, mounts: str) -> None:
    """SQLite's locks fail on network drives: two writers would damage the journal."""
    kind = is_network(path, mounts)
    if kind and os.environ.get(ALLOW_NETWORK) != "1":
        raise JournalError(N_("{path} lies on a network drive ({kind}), where two writers can damage a journal. "
                              "Copy the study to a disk of this computer."), path=str(path), kind=kind)


def may_write(path: Path) -> bool:
    """Whether the file (if there is one) and its folder may be written; WAL needs both."""
    return os.access(path.parent, os.W_OK | os.X_OK) and (not path.exists() or os.access(path, os.W_OK))


@contextmanager
def worded(path, size: int = 0):
    """What SQLite or the system says about ``path``, as a JournalError; ``size`` bytes were to be written."""
    shown = str(path)
    try:
        yield
    except apsw.BusyError as error:
        raise JournalError(N_("Another program has been writing to {path} for {seconds} seconds. Nothing was saved; "
                              "save again."), path=shown, seconds=WAIT_SECONDS) from error
    except (apsw.ReadOnlyError, apsw.PermissionsError, PermissionError) as error:
        raise JournalError(READ_ONLY, path=shown) from error
    except apsw.NotADBError as error:
        raise JournalError(NOT_A_JOURNAL, path=shown) from error
    except apsw.CorruptError as error:
        raise JournalError(DAMAGED, path=shown, detail=str(error)) from error
    except (apsw.FullError, apsw.IOError, apsw.CantOpenError, OSError) as error:
        raise _trouble(path, size, error) from error


def _trouble(path, size, error) -> JournalError:
    """Full disk, no right to write, or the system's own words."""
    shown = str(path)
    free = _free_bytes(path)
    full = isinstance(error, apsw.FullError) or getattr(error, "errno", 0) in NO_SPACE
    if full or free < LEAST_FREE:
        return JournalError(FULL, path=shown, free=free / 1024, needed=(LEAST_FREE + 2 * size) / 1024)
    if isinstance(error, apsw.CantOpenError) and not may_write(Path(path)):
        return JournalError(READ_ONLY, path=shown)
    return JournalError(N_("{path} cannot be read or written: {detail}."), path=shown, detail=str(error))


def _free_bytes(path) -> float:
    try:
        return shutil.disk_usage(Path(path).parent).free
    except OSError:
        return float("inf")
