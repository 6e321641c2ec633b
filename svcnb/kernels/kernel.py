"""A forked child: waits to be handed out, becomes what a fresh process would have been, then an IPython kernel."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import locale
import os
import random
import select
import signal
import sys
import tempfile
import threading
import time
import types
from pathlib import Path

from svcnb.kernels.wire import Line

INLINE = "module://matplotlib_inline.backend_inline"  # what ipykernel sets when nobody asked for another


def become_kernel(keeper: Line) -> None:
    """From here to the end of the kernel.

    Parameters
    ----------
    keeper : says when and for whom, by a message and four open files: the three streams and the owner's socket
    """
    os.setsid()
    restore_signals()
    try:
        keeper.send({"idle": os.getpid()})
    except OSError:
        os._exit(0)
    wish = wait_for_wish(keeper)
    *streams, owner = keeper.take_files()
    keeper.close()
    restore_streams(streams)
    restore_variables(wish["env"])
    restore_folder(wish["cwd"])
    restore_clock()
    restore_temporary()
    restore_chance()
    restore_backend()
    restore_arguments(wish["argv"])
    gc.enable()
    threading.Thread(target=end_with_owner, args=(owner,), daemon=True, name="owner").start()
    run(wish["argv"])


def wait_for_wish(keeper: Line) -> dict:
    """Idle until handed out; ends when the keeper does not want it any more."""
    while True:
        messages = keeper.read()
        if messages is None:
            os._exit(0)
        if messages:
            return messages[0]


_ignored: set[int] = set()  # by who started the server (nohup ignores SIGHUP): a plain kernel takes that over


def remember_signals() -> None:
    """First thing in the warmed process, before it or an import sets any."""
    _ignored.update(number for number in signal.valid_signals() if signal.getsignal(number) == signal.SIG_IGN)


def restore_signals() -> None:
    """As Python sets them when it starts."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP} - _ignored:
        if signal.getsignal(number) not in (signal.SIG_DFL, None):
            signal.signal(number, signal.SIG_DFL)
    for number in {signal.SIGPIPE, signal.SIGXFSZ} | _ignored:
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.set_wakeup_fd(-1)


def restore_streams(streams: list[int]) -> None:
    """The three standard streams are those the server gave, down to what C libraries write to."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)


def restore_variables(environment: dict[str, str]) -> None:
    """Nothing of the warmed process's environment is left, not even in what /proc shows of its start."""
    os.environ.clear()
    os.environ.update(environment)
    wipe_first_environment()


def restore_folder(folder: str) -> None:
    os.chdir(folder)


def restore_clock() -> None:
    """The time zone and the locale of this environment."""
    time.tzset()
    locale.setlocale(locale.LC_CTYPE, "")


def restore_temporary() -> None:
    """The folder for temporary files is looked for in this environment."""
    tempfile.tempdir = None


def restore_arguments(arguments: list[str]) -> None:
    """The command line, as far as Python shows it."""
    import ipykernel_launcher

    sys.argv[:] = [ipykernel_launcher.__file__, *arguments]
    sys.orig_argv[:] = [sys.executable, "-m", "ipykernel_launcher", *arguments]


def wipe_first_environment() -> None:
    """The block of the first environment is not used any more (each variable was set anew), but can be read."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = int(fields[47]), int(fields[48])  # env_start and env_end, proc(5)
    if 0 < start < end:
        ctypes.memset(start, 0, end - start)


def restore_backend() -> None:
    """Figures appear as in a plain kernel, where pyplot is imported after ipykernel named the backend."""
    if "matplotlib" not in sys.modules:
        return
    backend = os.environ.setdefault("MPLBACKEND", INLINE)
    sys.modules["matplotlib"].rcParams["backend"] = backend
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot._backend_mod = None  # chosen at the first figure, as after a fresh import
    sys.modules.pop("matplotlib_inline.backend_inline", None)  # joins the shell when imported: here is one now


def restore_chance() -> None:
    """Every random state and secret that was drawn at an import is drawn again."""
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()  # the state that all kernels would share
    current = sys.modules["multiprocessing.process"].current_process()
    current.authkey = os.urandom(32)


def end_with_owner(owner: int) -> None:
    """A kernel nobody asked for any more ends, as ipykernel does when its parent is gone."""
    watch = select.poll()
    watch.register(owner, select.POLLIN)
    watch.poll()  # nothing is ever sent: readable means closed
    os._exit(1)


def run(arguments: list[str]) -> None:
    """What ``python -m ipykernel_launcher`` does."""
    from ipykernel.kernelapp import IPKernelApp

    # ipykernel read at import whether it has a parent; ours is watched by its socket, so 1: there, not to be polled
    app = IPKernelApp.instance(parent_handle=1)
    with modules_at_hand():
        app.initialize(arguments)
    app.start()


class Listed:
    """Stands in for a module of which nothing but the file is asked."""

    __slots__ = ("__file__",)

    def __init__(self, file: str):
        self.__file__ = file


class Modules(types.ModuleType):
    """Stands in for ``sys``: all of it, but with a list of stand-ins as its modules."""

    def __init__(self, listed: dict[int, Listed]):
        super().__init__("sys")
        self.modules = listed

    def __getattr__(self, name: str):
        return getattr(sys, name)


_listed: dict[int, Listed] = {}


def list_modules() -> None:
    """Before the fork: the files of all modules, close together in memory."""
    for number, module in enumerate(list(sys.modules.values())):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file:
            _listed[number] = Listed(os.fsdecode(os.fsencode(file)))  # a copy, which lies where the others do


@contextlib.contextmanager
def modules_at_hand():
    """While ipykernel starts, it asks every module for its file, for the debugger to know what is not the user's.

    That writes to the page of memory of each of two thousand modules, so that the system has to copy them all: half of what
    a forked kernel does until it is there. It gets the list that was made before the fork.
    """
    import ipykernel.ipkernel

    own = getattr(ipykernel.ipkernel, "sys", None)
    if own is not sys or not _listed:  # another version of ipykernel, which may not ask
        yield
        return
    ipykernel.ipkernel.sys = Modules(_listed)
    try:
        yield
    finally:
        ipykernel.ipkernel.sys = sys
