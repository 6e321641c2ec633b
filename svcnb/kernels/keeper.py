"""The keeper: a small process that hands out kernels, says how they ended, and replaces the warmed process.

Imports nothing but the standard library, never forks itself, inherits kernels whose warmed process is gone (as their
"subreaper"), and ends with them when its owner goes. The owner writes the settings to its standard input (not
to its command line, which everybody may read) and holds on to it: when it closes, all is over.
"""

from __future__ import annotations

import collections
import contextlib
import ctypes
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

from svcnb.kernels.likeness import WARMED, difference, same_interpreter
from svcnb.kernels.wire import Line, close_all, peer

PR_SET_CHILD_SUBREAPER = 36
ASKING_SECONDS = 5.0  # to say what one wants after connecting
AGAIN_SECONDS = 60.0  # after a failure, until the next start may try anew; twice as long after each further one
CALM_SECONDS = 0.5  # without a start, until the pool is filled up: visitors who come together need the processors themselves
STILLBORN = 10  # forks in a row that come to nothing, until plain kernels take over


@dataclass(eq=False)
class Visitor:
    """A connection: asks for a kernel, keeps the connection while it wants the kernel to live."""

    line: Line
    since: float
    wish: dict | None = None
    kernel: int | None = None


@dataclass(eq=False)
class Warmed:
    """The warmed process; ``state`` is warming, warm or failed."""

    process: subprocess.Popen | None = None
    line: Line | None = None
    state: str = "failed"
    reason: str = ""
    since: float = 0.0
    files: dict = field(default_factory=dict)
    looked: float = 0.0
    failures: int = 0  # in a row, before this one


class Keeper:
    """All state of the keeper; `run` is its life."""

    def __init__(self, listener: socket.socket, settings: dict):
        self.settings = settings
        self.size, self.seconds = settings["size"], settings["seconds"]
        self.selector = selectors.DefaultSelector()
        self.listener = listener
        self.warmed = Warmed()
        self.idle: dict[int, Line] = {}
        self.coming: set[Line] = set()
        self.waiting: collections.deque[Visitor] = collections.deque()
        self.running: dict[int, Visitor] = {}
        self.asking: set[Visitor] = set()
        self.calm = 0.0  # from when on the pool may be filled up
        self.stillborn = 0  # forks in a row that ended before they said a word
        self.counts = collections.Counter(started=0, ended=0, plain=0, replaced=0)
        self.over = False

    # what comes in -------------------------------------------------------------------------------------
    def run(self) -> None:
        """Serve until the owner goes."""
        wake, woken = socket.socketpair()
        wake.setblocking(False)
        woken.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # what the server ignores, we do, and all kernels
                signal.signal(number, self._end)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's
        self.listener.setblocking(False)
        self._watch(self.listener, self._accept)
        self._watch(woken, lambda: (woken.recv(4096), self._reap()))
        self._watch(sys.stdin, self._owner)
        self._warm()
        while not self.over:
            self._hear_all(min(1.0, max(0.0, self.calm - time.monotonic())) or 1.0)
            self._tick()
        self._stop()

    def _hear_all(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            now = self.selector.get_map().get(key.fd)
            if now is not None and now.fileobj is key.fileobj:  # what came before it may have closed it, and a new one opened
                key.data()

    def _watch(self, source, call) -> None:
        self.selector.register(source, selectors.EVENT_READ, call)

    def _forget(self, line: Line) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self.selector.unregister(line)
        line.close()

    def _end(self, *_) -> None:
        self.over = True

    def _owner(self) -> None:
        if not os.read(0, 4096):
            self.over = True

    def _tick(self) -> None:
        now = time.monotonic()
        for visitor in [v for v in self.asking if now - v.since > ASKING_SECONDS]:
            self._leave(visitor)
        if self.warmed.state == "warming" and now - self.warmed.since > self.seconds:
            self._fail(f"the imports took more than {self.seconds:g} s")
        if now >= self.calm:
            self._fork(self.size - len(self.idle) - len(self.coming))

    def _accept(self) -> None:
        try:
            sock, _ = self.listener.accept()
        except OSError:  # gone again, or too many open files: who waits goes on with a plain kernel
            return
        if peer(sock)[1] != os.getuid():
            sock.close()
            return
        sock.setblocking(False)
        visitor = Visitor(Line(sock), time.monotonic())
        self.asking.add(visitor)
        self._watch(visitor.line, lambda: self._hear(visitor))

    def _hear(self, visitor: Visitor) -> None:
        messages = visitor.line.read()
        if messages is None:
            self._leave(visitor)
        for message in messages or []:
            if "health" in message:
                self._say(visitor, self.health())
            elif "start" in message and visitor.wish is None:
                self.asking.discard(visitor)
                visitor.wish = message["start"]
                self._start(visitor)

    def _say(self, visitor: Visitor, message: dict) -> None:
        with contextlib.suppress(OSError):  # gone: its end of file is read next
            visitor.line.send(message)

    def _leave(self, visitor: Visitor) -> None:
        """The connection closed: its kernel, if it lives, has nobody any more."""
        self.asking.discard(visitor)
        with contextlib.suppress(ValueError):
            self.waiting.remove(visitor)
        if visitor.kernel in self.running:
            kill_group(visitor.kernel)
        self._forget(visitor.line)

    # kernels -------------------------------------------------------------------------------------------
    def _start(self, visitor: Visitor) -> None:
        wish = visitor.wish
        if not same_interpreter(wish["python"], self.settings["python"]):
            return self._refuse(visitor, f"{wish['python'][0]} is not the Python that was warmed")
        name = difference(wish["env"], self.settings["baseline"], tuple(self.settings["also"]))
        if name:
            return self._refuse(visitor, f"{name} differs from that of the warmed process")
        if len(visitor.line.files) != 3:
            return self._refuse(visitor, "no standard streams came with the wish")
        warmed = self.warmed
        if warmed.state == "failed" and time.monotonic() - warmed.since > AGAIN_SECONDS * 2 ** (warmed.failures - 1):
            self._warm()
        if warmed.reason:  # what failed once may fail again: nobody waits for it
            return self._refuse(visitor, warmed.reason)
        self._look()
        self.waiting.append(visitor)
        self._hand_out()

    def _refuse(self, visitor: Visitor, reason: str) -> None:
        self.counts["plain"] += 1
        close_all(visitor.line.take_files())
        self._say(visitor, {"plain": reason})

    def _hand_out(self) -> None:
        """Idle kernels to those who wait, in order; then a fork for each who still waits."""
        while self.waiting and self.idle:
            pid = next(iter(self.idle))
            line, visitor = self.idle.pop(pid), self.waiting.popleft()
            wish = {key: visitor.wish[key] for key in ("argv", "env", "cwd")}
            try:
                if line.read() is None:
                    raise ConnectionError
                line.sock.settimeout(2.0)
                line.send(wish, [*visitor.line.files, visitor.line.fileno()])
            except OSError:  # it was killed while idle
                self.waiting.appendleft(visitor)
                self._end_idle(pid, line)
                continue
            close_all(visitor.line.take_files())
            visitor.kernel, visitor.wish = pid, {}
            self.running[pid] = visitor
            self.counts["started"] += 1
            self.calm = time.monotonic() + CALM_SECONDS
            self._say(visitor, {"pid": pid})
            self._forget(line)
        while len(self.idle) > self.size:  # forked for visitors who went away meanwhile
            self._end_idle(*self.idle.popitem())
        self._fork(len(self.waiting) - len(self.coming))

    def _end_idle(self, pid: int, line: Line) -> None:
        self._forget(line)
        kill_group(pid)

    def _fork(self, times: int) -> None:
        for _ in range(times if self.warmed.state == "warm" else 0):
            self._fork_one()

    def _fork_one(self) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        line = Line(ours)
        try:
            self.warmed.line.send({"fork": True}, [theirs.fileno()])
        except OSError:  # it died; its end is noticed by itself
            line.close()
            return
        finally:
            theirs.close()
        self.coming.add(line)
        self._watch(line, lambda: self._arrive(line))

    def _arrive(self, line: Line) -> None:
        messages = line.read()
        if messages:
            self.coming.discard(line)
            self.idle[messages[0]["idle"]], self.stillborn = line, 0
        elif messages is None:  # killed while starting or idle
            self.stillborn += line in self.coming
            self.coming.discard(line)
            self.idle = {pid: other for pid, other in self.idle.items() if other is not line}
            self._forget(line)
            if self.stillborn >= STILLBORN and self.warmed.state == "warm":
                return self._fail(f"{STILLBORN} forked kernels in a row ended before they could start")
        self._hand_out()

    def _reap(self) -> None:
        """Every child that ended: the warmed process, kernels that outlived theirs, and what kernels left behind."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            if self.warmed.process is not None and pid == self.warmed.process.pid:
                self._warmed_ended(code)
            else:
                self._ended(pid, code)

    def _ended(self, pid: int, code: int) -> None:
        if pid in self.running:
            self.counts["ended"] += 1
            self._say(self.running.pop(pid), {"exit": code})

    # the warmed process --------------------------------------------------------------------------------
    def _warm(self) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        settings = {key: self.settings[key] for key in ("imports", "prepare", "watch")}
        command = [*self.settings["python"], *self.settings["warmed"], str(theirs.fileno()), json.dumps(settings)]
        now, before = time.monotonic(), self.warmed
        try:
            process = subprocess.Popen(  # what imports print is nobody's; what fails comes as a message
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True, env=self.settings["baseline"], pass_fds=[theirs.fileno()])
        except OSError as error:
            ours.close()
            self.warmed = Warmed(reason=f"the warmed process does not start: {error}", since=now, failures=before.failures + 1)
            return
        finally:
            theirs.close()
        self.warmed = Warmed(process, Line(ours), "warming", before.reason, since=now, failures=before.failures)
        self._watch(self.warmed.line, lambda line=self.warmed.line: self._hear_warmed(line))

    def _hear_warmed(self, line: Line) -> None:
        messages = line.read()
        if messages is None:  # its end is noticed by itself
            with contextlib.suppress(KeyError):
                self.selector.unregister(line)
        for message in messages or []:
            if "failed" in message:
                self._fail(message["failed"])
            elif "ended" in message:
                self._ended(*message["ended"])
            elif "warm" in message:
                self.warmed.state, self.warmed.files = "warm", {path: tuple(seen) for path, *seen in message["files"]}
                self.warmed.reason, self.warmed.failures, self.warmed.looked = "", 0, time.monotonic()
                self._hand_out()

    def _warmed_ended(self, code: int) -> None:
        """Another takes its place; kernels that run or wait idle live on."""
        self._forget(self.warmed.line)
        self.warmed.process = None
        if self.warmed.state == "warm":
            self.counts["replaced"] += 1
            self._warm()
        elif self.warmed.state == "warming":
            self._fail(f"the warmed process ended with {code} during the imports")

    def _fail(self, reason: str) -> None:
        self._end_warmed()
        self.warmed = Warmed(reason=reason, since=time.monotonic(), failures=self.warmed.failures + 1)
        while self.waiting:
            self._refuse(self.waiting.popleft(), reason)

    def _end_warmed(self) -> None:
        process, self.warmed.process = self.warmed.process, None
        if process is not None:
            self._forget(self.warmed.line)
            kill_group(process.pid)
            process.wait()

    def _look(self) -> None:
        """Replace the warmed process and the idle kernels when a file they were made from changed."""
        if self.warmed.state != "warm" or time.monotonic() - self.warmed.looked < self.settings["look_seconds"]:
            return
        self.warmed.looked = time.monotonic()
        if any(seen(path) != was for path, was in self.warmed.files.items()):
            self.counts["replaced"] += 1
            for pid, line in self.idle.items():
                self._end_idle(pid, line)
            for line in self.coming:
                self._forget(line)  # reads the end of the file when it gets there, and goes
            self.idle, self.coming = {}, set()
            self._end_warmed()
            self._warm()

    def health(self) -> dict:
        """What a log line says."""
        return {"warmed": self.warmed.state, "reason": self.warmed.reason, "idle": len(self.idle),
                "running": len(self.running), "waiting": len(self.waiting), **self.counts,
                "pid": self.warmed.process.pid if self.warmed.process else None}

    def _stop(self) -> None:
        """Nothing of ours is left: no process, no socket, no folder."""
        with contextlib.suppress(OSError):
            os.unlink(self.settings["path"])
        with contextlib.suppress(OSError):
            os.rmdir(self.settings["folder"] or "/dev/null/none")
        for pid in [*self.idle, *self.running]:
            kill_group(pid)
        self._end_warmed()
        deadline = time.monotonic() + 2.0
        with contextlib.suppress(ChildProcessError):
            while time.monotonic() < deadline:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    time.sleep(0.01)


def seen(path: str) -> tuple | None:
    """What tells one version of a file from another, None when it is not there."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def kill_group(pid: int) -> None:
    """End a kernel and what it started; each is the leader of a group of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def main() -> None:
    settings = json.loads(sys.stdin.buffer.raw.readline())  # unbuffered: its end is waited for below
    settings["baseline"] = {**os.environ, **WARMED}
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise SystemExit("this system has no subreapers")
    listener = socket.socket(fileno=settings["listener"])
    os.set_inheritable(listener.fileno(), False)
    sys.stdout.write("ready\n")
    sys.stdout.close()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    Keeper(listener, settings).run()
