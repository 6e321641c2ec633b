"""A warm kernel lives and ends as a plain one: signals, restarts, sudden ends, and nothing left afterwards."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from svcnb.kernels import start
from tests.kernels.conftest import ROOT, SECONDS, gone, until

OWNER = """
import os, sys, time
from jupyter_client.manager import KernelManager
from svcnb.kernels import warm_kernels
with warm_kernels() as warm:
    managers = [KernelManager() for _ in range(2)]
    for manager in managers:
        manager.start_kernel()
    print(warm.folder, warm.process.pid, warm.health()["pid"], *(m.provisioner.pid for m in managers), flush=True)
    time.sleep(600)
"""


def test_an_interrupt_reaches_the_code_that_runs(keeper, kernel):
    keeper()
    asked = kernel()
    marker = asked.ask("__import__('tempfile').mkdtemp()")
    number = asked.send(f"import pathlib, time; pathlib.Path({marker!r}, 'runs').touch(); time.sleep(600)")
    until(Path(marker, "runs").exists, "the cell runs")
    asked.manager.interrupt_kernel()
    answer = asked.reply(number)
    assert (answer["status"], answer["ename"]) == ("error", "KeyboardInterrupt")
    assert asked.ask("1 + 1") == 2


def test_a_restart_is_a_new_process_on_the_same_ports_with_nothing_remembered(keeper, kernel):
    keeper()
    asked = kernel()
    first, ports = asked.process.pid, asked.manager.ports
    asked.ask("x", "x = 1")
    asked.manager.restart_kernel(now=True)
    assert asked.is_warm and asked.process.pid != first and asked.manager.ports == ports
    assert asked.ask("'x' in globals()") is False
    until(lambda: gone(first), "the first kernel ended")


def test_exit_codes_are_those_of_a_popen(keeper, kernel):
    """9 for SIGKILL and 15 for SIGTERM, negative; 7 as the code says."""
    keeper()
    for end, code in ((lambda k: os.kill(k.process.pid, signal.SIGKILL), -9), (lambda k: k.process.terminate(), -15),
                      (lambda k: k.send("import os; os._exit(7)"), 7)):
        asked = kernel()
        asked.ask("1")
        assert asked.manager.is_alive() and asked.process.poll() is None
        process = asked.process
        end(asked)
        assert process.wait(SECONDS) == code == process.poll() == process.returncode
        assert not asked.manager.is_alive()


def test_what_a_kernel_started_ends_with_it(keeper, kernel):
    keeper()
    asked = kernel()
    child = asked.ask("child.pid", "import subprocess; child = subprocess.Popen(['sleep', '600'])")
    asked.manager.shutdown_kernel(now=True)
    until(lambda: gone(child), "the kernel's own child ended")


def test_what_a_kernel_left_behind_is_reaped(keeper, kernel):
    """A daemon of a kernel that ended is the keeper's child, and no zombie once it ends too."""
    warm = keeper()
    asked = kernel()
    left = "setsid sh -c 'sleep 600 > /dev/null 2>&1 & echo $!'"
    orphan = asked.ask("int(out)", f"import subprocess; out = subprocess.getoutput({left!r})")
    until(lambda: psutil.Process(orphan).ppid() == warm.process.pid, "the keeper has it")
    os.kill(orphan, signal.SIGKILL)
    until(lambda: not psutil.pid_exists(orphan), "it is reaped")


def test_everything_ends_with_an_owner_that_is_killed():
    """Kill -9 of the server: kernels, warmed process, keeper, socket and folder go."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True, env=environment)
    folder, *pids = owner.stdout.readline().split()
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert len(pids) == 4
    for pid in map(int, pids):
        until(lambda pid=pid: gone(pid), f"process {pid} ended")
    until(lambda: not Path(folder).exists(), "the folder is gone")


def test_kernels_end_with_their_owner_even_without_keeper():
    """Both killed at once: each kernel notices its owner's end by itself; the next keeper clears their folder away."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True, env=environment)
    folder, *pids = owner.stdout.readline().split()
    os.kill(int(pids[0]), signal.SIGKILL)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    for pid in map(int, pids):
        until(lambda pid=pid: gone(pid), f"process {pid} ended")
    assert Path(folder).exists()
    with start.warm_kernels():
        assert not Path(folder).exists()


def test_nothing_is_left_when_the_keeper_stops(kernel, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with start.warm_kernels() as warm:
        asked = kernel()
        asked.ask("1")
        processes = [warm.process.pid, *(child.pid for child in psutil.Process(warm.process.pid).children(recursive=True))]
        assert len(processes) >= 3 and asked.process.pid in processes
    assert [pid for pid in processes if not gone(pid)] == [] and not Path(warm.folder).exists()
    assert start.SOCKET_VARIABLE not in os.environ and start.current() is None


def test_kernels_live_on_when_the_warmed_process_is_killed_and_another_takes_its_place(keeper, kernel):
    warm = keeper()
    asked = kernel()
    first = warm.health()["pid"]
    os.kill(first, signal.SIGKILL)
    until(lambda: warm.health()["pid"] not in (None, first), "another is started")
    assert asked.ask("1 + 1") == 2
    assert kernel().is_warm and warm.health()["replaced"] == 1


def test_kernels_live_on_when_the_keeper_is_killed_and_another_takes_its_place(keeper, kernel):
    warm = keeper()
    asked = kernel()
    asked.ask("1")
    os.kill(warm.process.pid, signal.SIGKILL)
    until(lambda: not warm.alive(), "the keeper ended")
    assert asked.ask("1 + 1") == 2 and asked.manager.is_alive()
    assert kernel().is_warm
    process = asked.process
    asked.manager.shutdown_kernel(now=True)
    assert process.returncode == -9


def test_a_changed_file_replaces_the_warmed_process_and_leaves_running_kernels_alone(keeper, kernel, tmp_path, monkeypatch):
    (tmp_path / "rule.py").write_text("ANSWER = 1\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(tmp_path)]))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    with start.warm_kernels(["rule"], look_seconds=0.0, watch=[str(tmp_path / "words")]):
        old = kernel()
        assert old.ask("rule.ANSWER", "import rule") == 1
        (tmp_path / "rule.py").write_text("ANSWER = 22\n")
        new = kernel()
        assert new.is_warm and new.ask("rule.ANSWER", "import rule") == 22
        assert old.ask("rule.ANSWER") == 1


def test_an_idle_kernel_that_is_killed_is_replaced(keeper, kernel):
    warm = keeper(size=1)
    until(lambda: warm.health()["idle"] == 1, "one is idle")
    for _ in range(3):
        family = {child.pid for child in psutil.Process(warm.process.pid).children()} - {warm.health()["pid"]}
        for pid in family:
            os.kill(pid, signal.SIGKILL)
        assert kernel().is_warm


def test_a_kernel_that_is_gone_when_it_arrives_is_asked_for_again(keeper, kernel, monkeypatch):
    """Killed between the keeper's answer and the first look at it: another one comes, a warm one; three times, a plain one."""
    keeper()
    open_handle, killed = os.pidfd_open, []

    def kill_first(pid, *flags, most=1):
        if len(killed) < most:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
            until(lambda: gone(pid), "it is gone")
            raise ProcessLookupError(3, "No such process")
        return open_handle(pid, *flags)

    monkeypatch.setattr(os, "pidfd_open", kill_first)
    asked = kernel()
    assert asked.is_warm and asked.ask("1 + 1") == 2 and len(killed) == 1 and asked.process.pid not in killed
    killed.clear()
    monkeypatch.setattr(os, "pidfd_open", lambda pid, *flags: kill_first(pid, *flags, most=3))
    asked = kernel()
    assert not asked.is_warm and asked.ask("1 + 1") == 2 and len(killed) == 3


def test_a_kernel_killed_while_it_starts_is_dead_and_the_next_one_starts(keeper, kernel):
    keeper()
    asked = kernel()
    asked.process.kill()
    assert asked.process.wait(SECONDS) == -9 and not asked.manager.is_alive()
    assert kernel().ask("1 + 1") == 2


def test_streams_may_be_pipes(keeper, kernel):
    keeper()
    asked = kernel(stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    asked.ask("os.write(getattr(sys.stdout, '_original_stdstream_copy', 1), b'said\\n')", "import os, sys")
    out = asked.process.stdout
    assert b"said\n" in iter(out.readline, b"")
    asked.manager.shutdown_kernel(now=True)
    assert out.closed


def test_one_keeper_within_another_is_the_same(keeper):
    outer = keeper()
    with start.warm_kernels() as inner:
        assert inner is outer
    assert outer.alive()


def test_a_tool_that_only_names_the_provisioner_gets_a_keeper_of_its_own(kernel, monkeypatch):
    """As `JUPYTER_DEFAULT_PROVISIONER_NAME=warm-kernels WARM_KERNELS_IMPORTS=... jupyter lab` would."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "warm-kernels")
    monkeypatch.setenv(start.IMPORTS_VARIABLE, "decimal, fractions")
    start.register()
    start.forget_factory()
    try:
        asked = kernel()
        assert asked.is_warm and asked.ask("'fractions' in sys.modules", "import sys")
        asked.end()
    finally:
        start.stop_own()
        monkeypatch.undo()
        start.forget_factory()


def test_the_debugger_knows_the_files_of_all_modules_as_in_a_plain_kernel(keeper, kernel, plain):
    """They are listed before the fork: to ask each module would copy its page of memory."""
    keeper()
    warm = kernel()
    assert warm.is_warm
    known = "sorted({f for f in get_ipython().kernel._kernel_modules})"
    files, of_plain = set(warm.ask(known)), set(plain().ask(known))
    assert of_plain - files <= {runpy.__file__} and all(Path(file).exists() for file in files)
    assert warm.ask("__import__('ipykernel.ipkernel').ipkernel.sys is __import__('sys')")
