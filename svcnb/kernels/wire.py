"""Messages between server, keeper, warmed process and kernels: JSON lines with open files beside them."""

from __future__ import annotations

import json
import os
import socket
import struct

MOST_FILES = 8
LONGEST = 8 << 20  # of one message: an environment is at most a few hundred kilobytes


class Line:
    """One end of a Unix stream socket; messages are whole or not at all."""

    def __init__(self, sock: socket.socket):
        self.sock, self._read, self.files = sock, b"", []

    def fileno(self) -> int:
        return self.sock.fileno()

    def send(self, message: dict, files=()) -> None:
        """Send a message and open files.

        Raises
        ------
        OSError : the other end is gone, or does not read.
        """
        data = json.dumps(message).encode("ascii") + b"\n"  # ASCII: a name that is no UTF-8 comes back as it was
        if files:
            sent = socket.send_fds(self.sock, [data], list(files))
            data = data[sent:]
        self.sock.sendall(data)

    def read(self) -> list[dict] | None:
        """What has come, after one read; None when the other end is closed or sends no messages. Files are in ``files``."""
        try:
            data, files, _, _ = socket.recv_fds(self.sock, 1 << 16, MOST_FILES, socket.MSG_CMSG_CLOEXEC)
        except (BlockingIOError, InterruptedError):
            return []
        except OSError:
            return None
        self.files += files
        if not data:
            return None
        *lines, self._read = (self._read + data).split(b"\n")
        try:
            messages = [json.loads(line) for line in lines]
        except ValueError:
            return None
        return messages if len(self._read) < LONGEST and all(isinstance(m, dict) for m in messages) else None

    def take_files(self) -> list[int]:
        """The open files that came, which are the caller's from now on."""
        files, self.files = self.files, []
        return files

    def close(self) -> None:
        close_all(self.take_files())
        self.sock.close()


def close_all(files) -> None:
    for number in files:
        os.close(number)


def peer(sock: socket.socket) -> tuple[int, int]:
    """Process and user at the other end, as the kernel of the system knows them."""
    pid, uid, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return pid, uid
