"""When a forked kernel would differ from a plain one, and systems where none is forked."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from svcnb.kernels import start
from svcnb.kernels.likeness import WARMED, difference, kernel_arguments
from tests.kernels.conftest import ROOT


def test_differences_by_name():
    """HOME 1 against HOME 2; a variable nobody reads once; thread counts that were added for the warmed process only."""
    warmed = {"HOME": "1", "PATH": "a", **WARMED}
    assert difference({"HOME": "1", "PATH": "b", "QUERY_STRING": "x"}, warmed) is None
    assert difference({"HOME": "2"}, warmed) == "HOME"
    assert difference({}, warmed) == "HOME"
    assert difference({"HOME": "1", "OMP_NUM_THREADS": "1"}, warmed) is None
    assert difference({"HOME": "1", "OMP_NUM_THREADS": "2"}, warmed) == "OMP_NUM_THREADS"
    assert difference({"HOME": "1", "MODE": "x"}, warmed, ("MODE",)) == "MODE"
    assert difference({"HOME": "1", "PYTHONPATH": "here:/there"}, {**warmed, "PYTHONPATH": "here:/there"}) == "PYTHONPATH"


@pytest.mark.parametrize(("command", "parts"), [
    (["py", "-m", "ipykernel_launcher", "-f", "x"], (["py"], ["-f", "x"])),
    (["py", "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "x"], (["py", "-Xfrozen_modules=off"], ["-f", "x"])),
    (["py", "-m", "bash_kernel", "-f", "x"], None), (["ir", "-f", "x"], None), (["env", "py", "-m", "ipykernel_launcher"], None),
    (["py", "-m"], None),
])
def test_only_the_command_of_a_python_kernel_is_taken_over(command, parts):
    assert kernel_arguments(command) == parts


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_kernels_are_plain_without_a_word(system, monkeypatch, caplog):
    monkeypatch.setattr(sys, "platform", system)
    with start.warm_kernels(["no_such_module"]) as warm:
        assert warm is None and start.SOCKET_VARIABLE not in os.environ
    assert [record for record in caplog.records if record.name == "warm_kernels"] == []


def test_the_package_can_be_imported_where_nothing_of_unix_is():
    """Modules and names that Windows lacks are met only inside functions."""
    code = ("import ctypes, os, selectors, shutil, signal, socket, subprocess, sys, tempfile\n"
            "for name in ('fork', 'setsid', 'killpg', 'getuid', 'pidfd_open', 'waitstatus_to_exitcode'): delattr(os, name)\n"
            "for name in ('SIGKILL', 'SIGCHLD', 'SIGHUP', 'SIGPIPE', 'SIGXFSZ', 'pthread_sigmask'): delattr(signal, name)\n"
            "for name in ('AF_UNIX', 'SO_PEERCRED', 'send_fds', 'recv_fds'): delattr(socket, name)\n"
            "for name in ('fcntl', 'resource', 'termios', 'pwd'): sys.modules[name] = None\n"
            "import svcnb.kernels, svcnb.kernels.keeper, svcnb.kernels.warmed, svcnb.kernels.kernel, svcnb.kernels.wire\n")
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def test_settings_are_one_line_of_text():
    """The keeper reads one line; a folder's name may hold any sign but cannot break it."""
    assert b"\n" not in json.dumps(vars(start.Recipe(watch=["a\nb"]))).encode("ascii")
