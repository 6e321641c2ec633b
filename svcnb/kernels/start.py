"""Start a keeper for this process and what it starts, so that its kernels are warm ones."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from svcnb.kernels.likeness import OWN, PROVISIONER, PROVISIONER_VARIABLE, kernel_environment
from svcnb.kernels.wire import Line, peer

SOCKET_VARIABLE = f"{OWN}_SOCKET"
IMPORTS_VARIABLE = f"{OWN}_IMPORTS"
PLAIN = "plain"
PREFIX = "warm-kernels-"
BACKLOG = 512
LONGEST_PATH = 100  # of a socket's 108 bytes
LOG = logging.getLogger("warm_kernels")


def may_fork() -> bool:
    """Whether this system is one where forking a process that has imported numerical libraries is safe and possible."""
    return sys.platform == "linux" and hasattr(os, "fork") and hasattr(os, "pidfd_open") and hasattr(socket, "AF_UNIX")


@dataclass
class Recipe:
    """What the warmed process does before it is forked.

    Parameters
    ----------
    imports : modules, in this order
    prepare : ``module:function`` called without arguments after them, to fill caches; must leave no thread and no open file
    watch : folders; when a file in one of them changes, as when a module's file does, the process is replaced
    also : names of environment variables that an import reads, beyond those known (`likeness.READ_ONCE`)
    size : kernels forked in advance
    seconds : for the imports, then kernels are plain ones
    look_seconds : least time between two looks at the files
    """

    imports: list[str] = field(default_factory=list)
    prepare: str = ""
    watch: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    size: int = 4
    seconds: float = 120.0
    look_seconds: float = 1.0


class Warm:
    """A keeper that this process started; `path` is its socket."""

    def __init__(self, recipe: Recipe, path: str | None = None):
        self.recipe, self.wished = recipe, path
        self.path, self.folder, self.process = "", "", None

    def start(self) -> None:
        """Start the keeper; returns once it listens, while the imports go on.

        Raises
        ------
        OSError : no socket can be made or no process started; the text says why.
        """
        self.path, self.folder = self._place()
        listener = None
        try:
            listener = bind(self.path)
            settings = {**vars(self.recipe), "path": self.path, "folder": self.folder, "listener": listener.fileno(),
                        "python": [sys.executable], "warmed": ours("warmed")}
            self.process = subprocess.Popen(
                [sys.executable, *ours("keeper")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                pass_fds=[listener.fileno()], start_new_session=True, env=kernel_environment(dict(os.environ)))
            self.process.stdin.write(json.dumps(settings).encode("ascii") + b"\n")
            with self.process.stdout as said:
                if said.readline() != b"ready\n":
                    raise OSError("the keeper of warm kernels did not start")
        except BaseException:
            self.stop()
            raise
        finally:
            if listener is not None:
                listener.close()

    def _place(self) -> tuple[str, str]:
        """The path of the socket, and the folder made for it if one was."""
        if self.wished:
            return self.wished, ""
        parent = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        if len(os.fsencode(parent)) > LONGEST_PATH - 30 or not os.access(parent, os.W_OK):
            parent = "/tmp"
        clear_away(parent)
        folder = tempfile.mkdtemp(prefix=PREFIX, dir=parent)  # readable by its owner only
        return os.path.join(folder, "keeper"), folder

    def health(self) -> dict | None:
        """Counts for a log line, None when the keeper does not answer."""
        try:
            line = connect(self.path)
        except OSError:
            return None
        try:
            line.sock.settimeout(2.0)
            line.send({"health": True})
            messages = line.read()
            return messages[0] if messages else None
        except OSError:
            return None
        finally:
            line.close()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End the keeper, the warmed process and every kernel; nothing is left behind."""
        if self.process is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def ours(module: str) -> list[str]:
    """Arguments for Python to run a module of this very package, whatever else is called so in the folder one is in."""
    root = str(Path(__file__).resolve().parents[2])
    return ["-c", f"import sys; sys.path[0] = {root!r}; from svcnb.kernels.{module} import main; main()"]


def bind(path: str) -> socket.socket:
    """A socket at the path that only its owner can reach; one that a dead process left is cleared away.

    Raises
    ------
    OSError : a living process listens there, it is not a socket, or nothing can be made there
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    old = os.umask(0o177)  # 0600 from its first moment on
    try:
        with contextlib.suppress(FileNotFoundError):
            if not Path(path).is_socket():
                if Path(path).exists():
                    raise OSError(f"{path} is there and is not a socket")
            elif answers(path):
                raise OSError(f"{path} is taken by a process that lives")
            else:
                os.unlink(path)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{path}~")
        sock.bind(f"{path}~")
        sock.listen(BACKLOG)
        os.rename(f"{path}~", path)  # whoever finds it there finds it answering
    except BaseException:
        sock.close()
        raise
    finally:
        os.umask(old)
    return sock


def clear_away(parent: str) -> None:
    """Folders that a keeper left which was killed together with its owner: their sockets answer no more."""
    for folder in Path(parent).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            path = folder / "keeper"
            if folder.stat().st_uid == os.getuid() and path.is_socket() and not answers(str(path)):
                shutil.rmtree(folder, ignore_errors=True)


def answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        return True


def connect(path: str) -> Line:
    """A line to the keeper at the path, when it is this user's own.

    Raises
    ------
    OSError : nobody listens there, or somebody else
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.connect(path)
        if peer(sock)[1] != os.getuid():
            raise PermissionError(f"{path} belongs to another user")
    except BaseException:
        sock.close()
        raise
    return Line(sock)


_current: Warm | None = None
_said: set[str] = set()


def say_once(text: str, reason: str) -> None:
    """A word in the log of why kernels are plain: a warning the first time, the same again is for those who look closely."""
    LOG.log(logging.INFO if reason in _said else logging.WARNING, text, reason)
    _said.add(reason)


def current() -> Warm | None:
    """The keeper of this process, if it started one."""
    return _current


def keep_one() -> Warm:
    """A keeper for the rest of this process's life, for tools that only name our provisioner.

    Raises
    ------
    OSError
    """
    global _current
    import atexit

    warm = Warm(Recipe(imports=os.environ.get(IMPORTS_VARIABLE, "").replace(",", " ").split()))
    warm.start()
    atexit.register(stop_own)
    _current = warm
    return warm


def stop_own() -> None:
    """End what `keep_one` started."""
    global _current
    if _current is not None:
        _current.stop()
    _current = None


def register() -> None:
    """Make the provisioner known to jupyter_client in this process, installed as an entry point or not."""
    from importlib.metadata import EntryPoint

    from jupyter_client.provisioning.factory import KernelProvisionerFactory as Factory

    Factory.provisioners[PROVISIONER] = EntryPoint(PROVISIONER, "svcnb.kernels.provisioner:WarmProvisioner", Factory.GROUP_NAME)


def is_installed() -> bool:
    """Whether tools in other processes find the provisioner: it is an entry point of an installed package."""
    from importlib.metadata import entry_points

    return bool(entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER))


@contextlib.contextmanager
def warm_kernels(imports=(), *, path: str | None = None, **recipe):
    """Python kernels that this process, or one started by it, starts meanwhile are forked from a warmed process.

    Parameters
    ----------
    imports : modules the warmed process imports
    path : of the socket; a new private folder when None
    recipe : further fields of `Recipe`

    Yields
    ------
    Warm, or None where kernels stay plain: the system cannot fork safely, or the keeper does not start (the log says why)
    """
    global _current
    if not may_fork() or os.environ.get(SOCKET_VARIABLE) == PLAIN:
        yield None
        return
    if _current is not None:  # within another: that one serves
        yield _current
        return
    warm = Warm(Recipe(imports=list(imports), **recipe), path)
    try:
        warm.start()
    except OSError as error:
        say_once("Kernels are plain ones: %s", str(error))
        yield None
        return
    before = {name: os.environ.get(name) for name in (SOCKET_VARIABLE, PROVISIONER_VARIABLE)}
    os.environ[SOCKET_VARIABLE], os.environ[PROVISIONER_VARIABLE] = warm.path, PROVISIONER
    register()
    forget_factory()
    _current = warm
    try:
        yield warm
    finally:
        _current = None
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
        forget_factory()
        warm.stop()


def forget_factory() -> None:
    """jupyter_client asks once for the name of the provisioner to use; it is to ask again."""
    from jupyter_client.provisioning.factory import KernelProvisionerFactory as Factory

    if Factory.initialized():
        Factory.clear_instance()
