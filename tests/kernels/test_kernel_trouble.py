"""What goes wrong before or while a kernel starts: a plain kernel, and one sentence that says why."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psutil
import pytest

from svcnb.kernels import keeper as keeper_module
from svcnb.kernels import start
from svcnb.kernels.likeness import kernel_environment
from svcnb.kernels.provisioner import Refused, hand_out
from svcnb.kernels.wire import Line
from tests.kernels.conftest import ROOT, until

KERNEL = [sys.executable, "-m", "ipykernel_launcher", "-f", "none.json"]


def said(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "warm_kernels"]


def asked_for(**options) -> str:
    """The reason why the keeper gives no kernel."""
    options.setdefault("env", dict(os.environ))
    with pytest.raises(Refused) as refused:
        asyncio.run(hand_out(KERNEL, options))
    return str(refused.value)


# the socket -------------------------------------------------------------------------------------------------------
def test_a_taken_socket_is_left_alone_and_kernels_are_plain(keeper, kernel, tmp_path, caplog):
    path = str(tmp_path / "taken")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(path)
        other.listen()
        with start.warm_kernels(path=path) as warm:
            assert warm is None and not kernel().is_warm
        assert said(caplog) == [f"Kernels are plain ones: {path} is taken by a process that lives"]
        assert Path(path).exists()


def test_a_stale_socket_of_a_dead_process_is_cleared_away(keeper, kernel, tmp_path):
    path = str(tmp_path / "stale")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path)
    keeper(path=path)
    assert kernel().is_warm and oct(os.stat(path).st_mode & 0o777) == "0o600"


def test_a_file_in_the_place_of_the_socket_is_not_touched(keeper, tmp_path, caplog):
    path = tmp_path / "file"
    path.write_text("mine")
    with start.warm_kernels(path=str(path)) as warm:
        assert warm is None
    assert said(caplog) == [f"Kernels are plain ones: {path} is there and is not a socket"] and path.read_text() == "mine"


def test_a_folder_that_does_not_exist_means_plain_kernels(keeper, tmp_path, caplog):
    with start.warm_kernels(path=str(tmp_path / "none" / "keeper")) as warm:
        assert warm is None
    assert said(caplog) == ["Kernels are plain ones: [Errno 2] No such file or directory"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EMFILE])
def test_no_space_and_no_permission_mean_plain_kernels(number, keeper, kernel, monkeypatch, caplog):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkdtemp", refuse)
        with start.warm_kernels() as warm:
            assert warm is None
    assert said(caplog) == [f"Kernels are plain ones: [Errno {number}] {os.strerror(number)}"]
    assert kernel().ask("1 + 1") == 2


def test_only_the_owner_can_reach_the_socket(keeper):
    warm = keeper()
    assert oct(os.stat(warm.path).st_mode & 0o777) == "0o600" and oct(os.stat(warm.folder).st_mode & 0o777) == "0o700"


def test_nothing_secret_stands_on_a_command_line(keeper, kernel, monkeypatch):
    """Every user of the machine can read the command lines."""
    monkeypatch.setenv("SECRET", "5f3a9c")
    warm = keeper()
    kernel().ask("1")
    family = [psutil.Process(warm.process.pid), *psutil.Process(warm.process.pid).children(recursive=True)]
    assert len(family) >= 3 and not any("5f3a9c" in " ".join(one.cmdline()) for one in family)


def test_a_keeper_of_another_user_is_not_asked(keeper, monkeypatch):
    keeper()
    monkeypatch.setattr(start, "peer", lambda sock: (1, os.getuid() + 1))
    path = start.current().path
    assert asked_for() == f"no keeper of warm kernels: {path} belongs to another user"


def test_the_keeper_hangs_up_on_another_user(monkeypatch, tmp_path):
    """Taken out of the way of the file's permissions: the system says who calls, and it is not the owner."""
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as visitor:
        listener.bind(str(tmp_path / "keeper"))
        listener.listen()
        visitor.connect(str(tmp_path / "keeper"))
        for uid, waits in ((os.getuid() + 1, 0), (os.getuid(), 1)):
            monkeypatch.setattr(keeper_module, "peer", lambda sock, uid=uid: (1, uid))
            one = keeper_module.Keeper(listener, {"size": 0, "seconds": 1})
            one._accept()
            assert len(one.asking) == waits
            if not waits:
                assert visitor.recv(1) == b""
                visitor.close()
                visitor = socket.socket(socket.AF_UNIX)
                visitor.connect(str(tmp_path / "keeper"))
        for left in one.asking:
            one._forget(left.line)
        visitor.close()


def test_another_package_of_our_name_in_the_folder_one_is_in_does_not_matter(keeper, kernel, tmp_path, monkeypatch):
    (tmp_path / "svcnb").mkdir()
    (tmp_path / "svcnb" / "__init__.py").write_text("raise RuntimeError('the wrong one')")
    monkeypatch.chdir(tmp_path)
    keeper()
    assert kernel(cwd="/").is_warm


# the warmed process -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("module", "reason"), [
    ("raise ValueError('no licence')", "import broken failed in the warmed process: ValueError: no licence"),
    ("import no_such", "import broken failed in the warmed process: ModuleNotFoundError: No module named 'no_such'"),
    ("raise SystemExit(3)", "import broken failed in the warmed process: SystemExit: 3"),
    ("import os; os._exit(3)", "the warmed process ended with 3 during the imports"),
    ("import os; os.kill(os.getpid(), 9)", "the warmed process ended with -9 during the imports"),
    ("import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
     "an import started a thread, and a process with threads is not forked: python"),
    ("kept = open(__file__)", "an import left something open that two kernels would share: {file}"),
])
def test_a_process_that_must_not_be_forked_means_plain_kernels(module, reason, keeper, kernel, tmp_path, monkeypatch, caplog):
    (tmp_path / "broken.py").write_text(module)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(tmp_path)]))
    with start.warm_kernels(["broken"]):
        asked = kernel()
        assert not asked.is_warm and asked.ask("1 + 1") == 2
        kernel()
    file = tmp_path / "broken.py"
    assert re.sub(r"python\S*$", "python", said(caplog)[0]) == f"Kernels are plain ones: {reason}".format(file=file)
    assert len([r for r in caplog.records if r.name == "warm_kernels" and r.levelno >= logging.WARNING]) == 1


def test_an_import_that_never_ends_means_plain_kernels(keeper, kernel, tmp_path, monkeypatch, caplog):
    (tmp_path / "endless.py").write_text("import threading; threading.Event().wait()")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(tmp_path)]))
    with start.warm_kernels(["endless"], seconds=0.5):
        assert not kernel().is_warm
    assert said(caplog) == ["Kernels are plain ones: the imports took more than 0.5 s"]


def test_a_preparation_that_fails_means_plain_kernels(keeper, kernel, caplog):
    keeper(prepare="tests.kernels.sabotage:none")
    assert not kernel().is_warm
    assert said(caplog) == ["Kernels are plain ones: tests.kernels.sabotage:none failed in the warmed process: AttributeError: "
                            "module 'tests.kernels.sabotage' has no attribute 'none'"]


def test_forks_that_come_to_nothing_mean_plain_kernels(keeper, kernel, caplog):
    keeper(prepare="tests.kernels.sabotage:mortal")
    assert not kernel().is_warm
    assert said(caplog) == ["Kernels are plain ones: 10 forked kernels in a row ended before they could start"]


# who asks ---------------------------------------------------------------------------------------------------------
def test_two_hundred_starts_in_a_second_by_visitors_who_go_away_leave_nothing(keeper):
    warm = keeper()
    until(lambda: warm.health()["warmed"] == "warm", "it is warm")
    baseline = kernel_environment(dict(os.environ))

    def come_and_go():
        line = start.connect(warm.path)
        files = [os.open(os.devnull, os.O_RDWR) for _ in range(3)]
        line.send({"start": {"python": [sys.executable], "argv": ["-f", "none.json"], "env": baseline, "cwd": "/"}}, files)
        for number in files:
            os.close(number)
        line.close()

    visitors = [threading.Thread(target=come_and_go) for _ in range(200)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    until(lambda: (health := warm.health())["running"] == health["waiting"] == 0 and health["idle"] == 4, "all is quiet")
    until(lambda: len(psutil.Process(warm.process.pid).children(recursive=True)) == 5,
          "the warmed process and four idle kernels are left")
    assert warm.alive() and psutil.Process(warm.process.pid).num_fds() < 30


def test_a_visitor_who_says_nothing_or_nonsense_does_no_harm(keeper, kernel, monkeypatch):
    warm = keeper()
    silent = start.connect(warm.path)
    for nonsense in (b"\x00\xff\n", b"[1, 2]\n", b'{"start"', b'{"no": "wish"}\n'):
        line = start.connect(warm.path)
        line.sock.sendall(nonsense)
        if nonsense.endswith(b"\n") and b"no" not in nonsense:
            line.sock.settimeout(20)
            assert line.sock.recv(1) == b""  # it hung up
        line.close()
    assert kernel().ask("1 + 1") == 2
    silent.close()


def test_what_closed_meanwhile_is_not_heard():
    """Two lines have something to say, and the first one heard closes the other, whose number a new one takes."""
    keeper, heard = keeper_module.Keeper(None, {"size": 0, "seconds": 1}), []
    with contextlib.ExitStack() as stack:
        pairs = [[stack.enter_context(sock) for sock in socket.socketpair()] for _ in range(3)]
        lines = [Line(ours) for ours, _ in pairs]

        def close_the_other(me):
            heard.append(me)
            number = lines[1 - me].fileno()
            keeper._forget(lines[1 - me])
            os.dup2(pairs[2][0].fileno(), number)
            keeper._watch(stack.enter_context(socket.socket(fileno=number)), lambda: heard.append("new"))

        for me in range(2):
            keeper._watch(lines[me], lambda me=me: close_the_other(me))
            pairs[me][1].sendall(b"x")
        keeper._hear_all(1.0)
    keeper.selector.close()
    assert len(heard) == 1 and "new" not in heard


def test_a_silent_visitor_is_sent_away_after_a_while(monkeypatch):
    ours, theirs = socket.socketpair()
    keeper = keeper_module.Keeper(None, {"size": 0, "seconds": 1})
    visitor = keeper_module.Visitor(Line(theirs), 0.0)
    keeper.asking.add(visitor)
    monkeypatch.setattr(keeper_module.time, "monotonic", lambda: keeper_module.ASKING_SECONDS)
    keeper._tick()
    assert visitor in keeper.asking
    monkeypatch.setattr(keeper_module.time, "monotonic", lambda: keeper_module.ASKING_SECONDS + 0.1)
    keeper._tick()
    assert not keeper.asking and ours.recv(1) == b""
    ours.close()


def test_a_keeper_that_does_not_answer_in_time_means_a_plain_kernel(tmp_path, monkeypatch):
    path = str(tmp_path / "deaf")
    monkeypatch.setenv(start.SOCKET_VARIABLE, path)
    monkeypatch.setenv("WARM_KERNELS_SECONDS", "0.2")
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(path)
        deaf.listen()
        assert asked_for() == "the keeper of warm kernels gave none: no answer in time"
    assert asked_for() == "no keeper of warm kernels: [Errno 111] Connection refused"


@pytest.mark.parametrize(("options", "reason"), [
    ({"independent": True}, "it is to be started with independent"),
    ({"preexec_fn": print}, "it is to be started with preexec_fn"),
    ({"cwd": "/no/such/folder"}, "its folder /no/such/folder is not there"),
])
def test_what_only_a_plain_start_can_do_is_left_to_it(options, reason, keeper):
    keeper()
    assert asked_for(**options) == reason


def test_another_locale_or_interpreter_setting_means_a_plain_kernel(keeper, kernel, caplog, monkeypatch):
    """What Python reads once when it starts cannot be changed in a forked kernel."""
    keeper()
    monkeypatch.delenv("LC_ALL", raising=False)
    cases = {"LC_ALL": "es_ES.UTF-8", "PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "8", "LD_PRELOAD": "", "HOME": "/tmp/elsewhere"}
    for name, value in cases.items():
        assert asked_for(env={**os.environ, name: value}) == f"{name} differs from that of the warmed process"
    asked = kernel(env={**os.environ, "PYTHONHASHSEED": "7"})
    assert not asked.is_warm and asked.ask("sys.flags.hash_randomization, hash('a')", "import sys") == (
        1, int(subprocess.check_output([sys.executable, "-c", "print(hash('a'))"], env={**os.environ, "PYTHONHASHSEED": "7"})))


def test_a_clock_that_is_set_back_or_forth_changes_nothing(monkeypatch):
    """The keeper measures time by a clock that nobody sets: the word `time.time` does not occur."""
    for name in ("keeper", "warmed", "wire", "start", "provisioner"):
        assert "time.time(" not in (ROOT / "svcnb" / "kernels" / f"{name}.py").read_text("utf-8")
