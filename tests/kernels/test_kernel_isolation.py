"""A warm kernel is what a plain one is: every isolation, and the proof that its test sees when it is taken out."""

from __future__ import annotations

import os
import re
import signal
import subprocess

import pytest

from tests.kernels.sabotage import ISOLATIONS


def signals(kernel, plain, folder):
    """Every signal does what it does in a plain kernel."""
    code = "import signal"
    say = "{int(n): str(getattr(signal.getsignal(n), '__name__', signal.getsignal(n))) for n in signal.valid_signals()}"
    return kernel().ask(say, code) == plain().ask(say, code)


def streams(kernel, plain, folder):
    """Standard output is the file that was given, and no other of the server's files is there."""
    files = []
    for begin in (kernel, plain):
        with (folder / "out.txt").open("wb") as out:
            asked = begin(stdout=out)
            copy = asked.ask("getattr(sys.stdout, '_original_stdstream_copy', 1)", "import os, sys")
            files.append(asked.ask(f"(os.readlink('/proc/self/fd/{copy}'), os.write({copy}, b'said'))"))
    return files == 2 * [(out.name, 4)]


def variables(kernel, plain, folder):
    """Neither the server's environment nor another visitor's reaches a kernel or what it starts."""
    environment = {name: value for name, value in os.environ.items() if name != "CANARY"}
    kernel(env={**environment, "QUERY_STRING": "token=first"}).ask("1")
    second = kernel(env={**environment, "VISITOR": "second"})
    said = second.ask("subprocess.run('env', capture_output=True, text=True).stdout", "import subprocess")
    return ("CANARY" not in said and "token=first" not in said and "VISITOR=second" in said
            and second.ask("dict(os.environ)", "import os").get("VISITOR") == "second")


def first_environment(kernel, plain, folder):
    """What the system shows of a process's first environment holds nothing of the server's."""
    environment = {name: value for name, value in os.environ.items() if name != "CANARY"}
    return "CANARY" not in kernel(env=environment).ask("open('/proc/self/environ').read()")


def working_folder(kernel, plain, folder):
    return kernel(cwd=str(folder)).ask("os.getcwd()", "import os") == str(folder)


def clock(kernel, plain, folder):
    """A time zone of the kernel's own environment is the one it tells the time in."""
    environment = {**os.environ, "TZ": "Asia/Tokyo"}
    return kernel(env=environment).ask("time.strftime('%z')", "import time") == "+0900"


def temporary(kernel, plain, folder):
    environment = {**os.environ, "TMPDIR": str(folder)}
    return kernel(env=environment).ask("tempfile.gettempdir()", "import tempfile") == str(folder)


def chance(kernel, plain, folder):
    """Two kernels draw different numbers and hold different secrets."""
    code = "import random, numpy, uuid, tempfile, multiprocessing.process"
    says = ("random.random()", "float(numpy.random.random())", "str(uuid.uuid4())", "next(tempfile._get_candidate_names())",
            "bytes(multiprocessing.process.current_process().authkey)", "float(numpy.random.default_rng().random())")
    one, other = kernel(), kernel()
    return all(one.ask(say, code) != other.ask(say, code) for say in says)


def backend(kernel, plain, folder):
    """The figure of a cell is a picture, byte for byte the one of a plain kernel."""
    code = "import matplotlib.pyplot as plt; plt.plot([1, 3, 2]); plt.title('á 7')"
    pictures = []
    for begin in (kernel, plain):
        asked, shown = begin(), []
        asked.client.wait_for_ready(timeout=60)
        asked.client.execute_interactive(code, timeout=60, output_hook=lambda m, shown=shown: shown.append(
            m["content"].get("data", {}).get("image/png")))
        pictures.append([picture for picture in shown if picture])
    return len(pictures[0]) == 1 and pictures[0] == pictures[1]


def arguments(kernel, plain, folder):
    says = [k().ask("(sys.argv, sys.orig_argv[1:], sys.flags.isolated, sys.path)", "import sys") for k in (kernel, plain)]
    one, other = (re.sub(r"\w+\.json", "", str(said)) for said in says)
    return one == other


CHECKS = dict(zip(ISOLATIONS, (signals, streams, variables, first_environment, working_folder, clock, temporary, chance,
                               backend, arguments), strict=True))


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_a_warm_kernel_is_as_a_plain_one(isolation, keeper, kernel, plain, tmp_path, monkeypatch):
    monkeypatch.setenv("CANARY", "of the server")
    keeper(prepare="tests.kernels.sabotage:nothing")
    assert kernel().is_warm
    assert CHECKS[isolation](kernel, plain, tmp_path)


@pytest.mark.parametrize("isolation", ISOLATIONS)
def test_the_check_sees_a_missing_isolation(isolation, keeper, kernel, plain, tmp_path, monkeypatch):
    monkeypatch.setenv("CANARY", "of the server")
    keeper(prepare=f"tests.kernels.sabotage:{isolation}")
    assert kernel().is_warm
    assert not CHECKS[isolation](kernel, plain, tmp_path)


def test_a_kernel_leads_its_own_session_and_collects_its_garbage(keeper, kernel):
    keeper()
    asked = kernel()
    assert asked.ask("(os.getsid(0) == os.getpid() == os.getpgrp(), gc.isenabled(), len(os.environ) > 3)", "import gc, os") == (
        True, True, True)


def test_a_kernel_holds_nothing_of_keeper_or_server_but_its_owner(keeper, kernel, plain):
    """One Unix socket more than a plain one, by which it notices that its owner went, and no other file."""
    keeper()
    code = ("import os\nopened = [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') "
            "if os.path.islink(f'/proc/self/fd/{n}')]\nunix = open('/proc/net/unix').read().split()")
    say = ("(sum(o.startswith('socket:') and o[8:-1] in unix for o in opened), "
           "{o for o in opened if o.startswith('/') and 'profile_default' not in o and 'deleted' not in o})")
    warm, cold = (begin(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).ask(say, code) for begin in (kernel, plain))
    assert (warm[0] - cold[0], warm[1], cold[1]) == (1, {"/dev/null"}, {"/dev/null"})


def test_variables_of_ours_reach_no_kernel(keeper, kernel, plain):
    keeper()
    for begin in (kernel, plain):
        assert begin().ask("[n for n in os.environ if n.startswith('WARM_') or 'PROVISIONER' in n]", "import os") == []


def test_what_the_server_ignores_is_ignored_as_in_a_plain_kernel(keeper, kernel, plain, tmp_path):
    """As of a server that was started with nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        keeper()
        assert kernel().is_warm and signals(kernel, plain, tmp_path)
        assert kernel().ask("signal.getsignal(signal.SIGHUP) == signal.SIG_IGN", "import signal")
    finally:
        signal.signal(signal.SIGHUP, before)
