"""The warmed process: imports once, then forks whenever the keeper asks. It runs no notebook, ever.

A fork is safe while there is one thread and nothing open that two processes must not share, so both are
looked at after the imports; when they are not so, it says why and ends, and kernels are plain ones.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
import sysconfig
from pathlib import Path

from svcnb.kernels import kernel
from svcnb.kernels.keeper import seen
from svcnb.kernels.wire import Line, close_all

# what every kernel imports while it starts and answers its first requests
KERNEL_PARTS = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.displayhook", "ipykernel.debugger",
    "ipykernel.subshell_manager", "ipykernel.comm", "ipykernel_launcher", "comm", "IPython.core.completerlib",
    "IPython.core.debugger", "IPython.core.logger", "IPython.core.magics", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "IPython.lib.display", "IPython.utils.wildcard", "jupyter_client.session",
    "tornado.platform.asyncio", "zmq.eventloop.zmqstream", "zmq.utils.garbage", "sqlite3",
    "logging.handlers", "multiprocessing.process", "pdb", "psutil", "resource", "faulthandler")
OPTIONAL = ("ipykernel.subshell_manager", "ipykernel.comm", "zmq.utils.garbage")  # come and go with versions


def main() -> None:
    kernel.remember_signals()
    line = Line(socket.socket(fileno=int(sys.argv[1])))
    settings = json.loads(sys.argv[2])
    os.set_inheritable(line.fileno(), False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    del sys.path[0]  # where this package was found
    inherited = {number for number, _ in open_files()}
    os.environ["MPLBACKEND"] = "agg"  # no window system and no shell to draw in; a kernel sets its own
    gc.disable()
    reason = warm(settings, inherited)
    if reason:
        line.send({"failed": reason})
        return
    line.send({"warm": True, "files": [[path, *was] for path in files_behind(settings["watch"])
                                       if (was := seen(path)) is not None]})
    os.chdir("/")
    settle()
    tell_ends(line)
    ours = serve(line)
    if ours is not None:  # we are the forked kernel now, back on a short stack
        kernel.become_kernel(ours)


def warm(settings: dict, inherited: set[int]) -> str | None:
    """Import and prepare; the reason why forking would not do, None when it will."""
    for name in [*KERNEL_PARTS, *settings["imports"]]:
        try:
            importlib.import_module(name)
        except BaseException as error:  # a module may even exit: whatever it is, kernels are plain then
            if name not in OPTIONAL:
                return f"import {name} failed in the warmed process: {type(error).__name__}: {error}"
    if settings["prepare"]:
        module, _, function = settings["prepare"].partition(":")
        try:
            getattr(importlib.import_module(module), function)()
        except BaseException as error:
            return f"{settings['prepare']} failed in the warmed process: {type(error).__name__}: {error}"
    return unfit(inherited)


def unfit(inherited: set[int]) -> str | None:
    """Why this process must not be forked: a second thread, or something open that cannot be shared."""
    threads = [Path(f"/proc/self/task/{task}/comm").read_text().strip() for task in os.listdir("/proc/self/task")]
    if len(threads) > 1:
        return f"an import started a thread, and a process with threads is not forked: {', '.join(threads[1:])}"
    opened = [what for number, what in open_files() if number not in inherited and what != "/dev/urandom"]
    if opened:
        return f"an import left something open that two kernels would share: {', '.join(opened)}"
    if sys.modules["asyncio"]._get_running_loop() is not None:
        return "an import started an event loop"
    return None


def open_files() -> list[tuple[int, str]]:
    """Number and name of every open file."""
    opened = []
    for number in os.listdir("/proc/self/fd"):
        try:
            opened.append((int(number), os.readlink(f"/proc/self/fd/{number}")))
        except OSError:  # the listing's own
            continue
    return opened


def files_behind(watch: list[str]) -> list[str]:
    """Files of all imported modules but Python's own, and every file of the watched folders."""
    own = sysconfig.get_path("stdlib")
    paths = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    paths = {p for p in paths if p and not (p.startswith(own) and "site-packages" not in p)}
    for folder in watch:
        paths |= {str(path) for path in Path(folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    return sorted(paths)


def settle() -> None:
    """Make as much memory as possible common to all kernels: nothing that is here now is ever looked at again."""
    kernel.list_modules()
    gc.collect()
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def serve(line: Line):
    """Fork on request; returns the line to the keeper in a forked kernel, None when the keeper is gone."""
    while True:
        messages = line.read()
        if messages is None:
            return None
        for _ in messages:
            kernel_end = line.files.pop(0)
            try:
                pid = os.fork()
            except OSError as error:
                close_all([kernel_end])
                line.send({"failed": f"the system does not fork: {error}"})
                return None
            if pid == 0:
                line.close()
                return Line(socket.socket(fileno=kernel_end))
            os.close(kernel_end)


def tell_ends(line: Line) -> None:
    """From now on the keeper hears how each forked kernel ended; those that outlive this process it hears of by itself."""

    def tell(*_) -> None:
        with contextlib.suppress(ChildProcessError, OSError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                line.send({"ended": [ended[0], os.waitstatus_to_exitcode(ended[1])]})

    signal.signal(signal.SIGCHLD, tell)
