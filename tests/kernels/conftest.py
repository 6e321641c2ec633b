"""Kernels to ask, and a keeper for them."""

from __future__ import annotations

import ast
import contextlib
import os
import time
from pathlib import Path

import psutil
import pytest
from jupyter_client.manager import KernelManager

from svcnb.kernels import may_fork, start, warm_kernels
from svcnb.kernels.provisioner import WarmProcess

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


class Asked:
    """A kernel and a client; ``ask`` answers with the value of an expression in it."""

    def __init__(self, manager: KernelManager):
        self.manager = manager
        self.client = manager.client()
        self.client.start_channels(hb=False)

    @property
    def process(self):
        return self.manager.provisioner.process

    @property
    def is_warm(self) -> bool:
        return isinstance(self.process, WarmProcess)

    def send(self, code: str, **expressions) -> str:
        # without stop_on_error a kernel would throw away what is asked in the moment after an error
        return self.client.execute(code, user_expressions=expressions, stop_on_error=False)

    def reply(self, number: str) -> dict:
        while True:
            message = self.client.get_shell_msg(timeout=SECONDS)
            if message["parent_header"].get("msg_id") == number:
                return message["content"]

    def ask(self, expression: str, code: str = ""):
        answer = self.reply(self.send(code, value=expression))
        assert answer["status"] == "ok", answer
        value = answer["user_expressions"]["value"]
        assert value["status"] == "ok", value
        return ast.literal_eval(value["data"]["text/plain"])

    def end(self) -> None:
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel():
    """``kernel(**what start_kernel takes)`` starts one with the provisioner of the moment."""
    with contextlib.ExitStack() as stack:
        def begin(**options) -> Asked:
            manager = KernelManager()
            manager.start_kernel(**options)
            asked = Asked(manager)
            stack.callback(asked.end)
            return asked

        yield begin


@pytest.fixture
def plain(kernel, monkeypatch):
    """The same with the local provisioner, to compare."""
    def begin(**options) -> Asked:
        with monkeypatch.context() as patch:
            patch.setenv(start.SOCKET_VARIABLE, start.PLAIN)
            return kernel(**options)

    return begin


@pytest.fixture(autouse=True)
def where_forking_is_safe(request):
    if not may_fork() and not request.path.name == "test_kernel_likeness.py":
        pytest.skip("kernels are plain on this system")


@pytest.fixture
def keeper(monkeypatch):
    """``keeper(imports, **recipe)`` starts one that lasts as long as the test."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])))
    monkeypatch.setattr(start, "_said", set())
    with contextlib.ExitStack() as stack:
        yield lambda imports=(), **recipe: stack.enter_context(warm_kernels(imports, **{"look_seconds": 0.0, **recipe}))


def until(true, what: str) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, f"not in {SECONDS} s: {what}"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
