"""What jupyter_client calls to start a kernel: a warm one, or a plain one with a word in the log."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from svcnb.kernels import start
from svcnb.kernels.likeness import OWN, kernel_arguments, kernel_environment
from svcnb.kernels.wire import Line, close_all

PATIENCE_VARIABLE = f"{OWN}_SECONDS"
PATIENCE = 30.0  # for a kernel to be handed out, then a plain one is started
TRIES = 3  # for a kernel that lives
UNDERSTOOD = {"env", "cwd", "stdin", "stdout", "stderr", "independent", "kernel_id", "extra_arguments"}


class Refused(Exception):
    """No warm kernel; the text is the reason."""


class WarmProvisioner(LocalProvisioner):
    """Kernels forked from a warmed process; everything else is as with the local provisioner."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any):
        kwargs["env"] = kernel_environment(kwargs.get("env") or dict(os.environ))
        try:
            process = await hand_out_alive(cmd, kwargs)
        except Refused as refused:
            if str(refused) != start.PLAIN:  # nobody needs to be told of what they asked for
                start.say_once("Kernels are plain ones: %s", str(refused))
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = process, process.pid, process.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        if isinstance(self.process, WarmProcess):
            self.process.close()
        await super().cleanup(restart=restart)


class WarmProcess:
    """A handed-out kernel with the face of a ``subprocess.Popen``."""

    def __init__(self, pid: int, line: Line, streams: dict):
        self.pid, self.line, self.returncode = pid, line, None
        self.stdin, self.stdout, self.stderr = (streams.get(name) for name in ("stdin", "stdout", "stderr"))
        self.handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """The exit code as of a Popen, None while it runs."""
        if self.returncode is None and self.handle is not None:
            messages = self.line.read()
            if messages:
                self._ended(messages[0]["exit"])
            elif self._gone():
                self._ended(self._last_word(messages))
        return self.returncode

    def _gone(self) -> bool:
        watch = select.poll()
        watch.register(self.handle, select.POLLIN)
        return bool(watch.poll(0))

    def _last_word(self, messages) -> int:
        """The code of a kernel that is gone: the keeper is about to say it, unless it is gone itself."""
        if messages is not None:
            self.line.sock.settimeout(2.0)
            messages = self.line.read()
        return messages[0]["exit"] if messages else -signal.SIGKILL

    def _ended(self, code: int) -> None:
        self.returncode = code
        self.close()

    def wait(self, timeout: float | None = None) -> int:
        """Block until it ended."""
        if self.poll() is None:
            watch = select.poll()
            watch.register(self.handle, select.POLLIN)
            if not watch.poll(None if timeout is None else 1000 * timeout):
                raise subprocess.TimeoutExpired(f"warm kernel {self.pid}", timeout)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """To the kernel alone; its process id may be another's by now, the handle is not."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.handle, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Let go: a kernel that still runs is ended by the keeper."""
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None
            self.line.close()


async def hand_out_alive(cmd: list[str], kwargs: dict) -> WarmProcess:
    """Ask for a kernel, and again when it was killed on its way to us."""
    for _ in range(TRIES):
        with contextlib.suppress(ProcessLookupError):
            return await hand_out(cmd, kwargs)
    raise Refused(f"{TRIES} warm kernels in a row were killed before they could be used")


async def hand_out(cmd: list[str], kwargs: dict) -> WarmProcess:
    """Ask the keeper for a kernel.

    Raises
    ------
    Refused : a plain kernel is to be started instead
    ProcessLookupError : the kernel is gone already
    """
    parts = kernel_arguments(cmd)
    unknown = sorted(kwargs.keys() - UNDERSTOOD)
    if parts is None:
        raise Refused("its command is not that of a Python kernel")
    if unknown or kwargs.get("independent"):
        raise Refused(f"it is to be started with {', '.join(unknown) or 'independent'}")
    if kwargs.get("cwd") and not os.path.isdir(kwargs["cwd"]):
        raise Refused(f"its folder {kwargs['cwd']} is not there")
    try:
        line = start.connect(keeper_path())
    except OSError as error:
        raise Refused(f"no keeper of warm kernels: {error}") from error
    theirs, ours = streams(kwargs)
    try:
        environment = {**kwargs["env"], "JPY_PARENT_PID": str(os.getpid())}  # as jupyter_client's launcher sets it
        line.sock.settimeout(5.0)
        line.send({"start": {"python": parts[0], "argv": parts[1], "env": environment,
                             "cwd": os.fspath(kwargs.get("cwd") or os.getcwd())}}, theirs)
        answer = await first_message(line, float(os.environ.get(PATIENCE_VARIABLE, PATIENCE)))
        if "plain" in answer:
            raise Refused(answer["plain"])
        return WarmProcess(answer["pid"], line, ours)
    except BaseException as error:
        line.close()
        for stream in ours.values():
            stream.close()
        if isinstance(error, (OSError, asyncio.TimeoutError)) and not isinstance(error, ProcessLookupError):
            raise Refused(f"the keeper of warm kernels gave none: {str(error) or 'no answer in time'}") from error
        raise
    finally:
        close_all(theirs)


async def first_message(line: Line, seconds: float) -> dict:
    """What the keeper answers, without holding up the server meanwhile."""
    line.sock.setblocking(False)
    loop = asyncio.get_running_loop()
    while True:
        ready = loop.create_future()
        loop.add_reader(line.fileno(), lambda ready=ready: ready.done() or ready.set_result(None))
        try:
            await asyncio.wait_for(ready, seconds)
        finally:
            loop.remove_reader(line.fileno())
        messages = line.read()
        if messages is None:
            raise ConnectionError("it hung up")
        if messages:
            return messages[0]


def keeper_path() -> str:
    """The socket to ask; a keeper of our own that died is started anew, once for every kernel that finds it so."""
    path = os.environ.get(start.SOCKET_VARIABLE)
    if path == start.PLAIN:
        raise Refused(start.PLAIN)
    if not start.may_fork():
        raise Refused(f"{sys.platform} is not a system to fork on")
    warm = start.current()
    if warm is None and not path:
        warm = start.keep_one()
    if warm is not None and not warm.alive():
        warm.stop()
        warm.start()
        os.environ[start.SOCKET_VARIABLE] = warm.path
    return warm.path if warm is not None else path


def streams(kwargs: dict) -> tuple[list[int], dict]:
    """Three open files for the kernel, and our ends of those that are pipes, as ``subprocess.Popen`` makes them."""
    theirs, ours = [], {}
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        wish = kwargs.get(name)
        if wish is None and name == "stdin":  # a kernel reads nothing from it: at its end from the beginning
            reading, writing = os.pipe()
            os.close(writing)
            theirs.append(reading)
        elif wish is None:
            theirs.append(duplicate(number))
        elif wish == subprocess.PIPE:
            reading, writing = os.pipe()
            mine, its = (writing, reading) if name == "stdin" else (reading, writing)
            theirs.append(its)
            ours[name] = os.fdopen(mine, "wb" if name == "stdin" else "rb", buffering=0)
        elif wish == subprocess.DEVNULL:
            theirs.append(os.open(os.devnull, os.O_RDWR))
        elif wish == subprocess.STDOUT:
            theirs.append(os.dup(theirs[1]))
        else:
            theirs.append(os.dup(wish if isinstance(wish, int) else wish.fileno()))
    return theirs, ours


def duplicate(number: int) -> int:
    """A standard stream of ours, or nothing where there is none."""
    try:
        return os.dup(number)
    except OSError:
        return os.open(os.devnull, os.O_RDWR)
