"""A room with a limit: who is let in, what is said to the others, and whose kernel is ended."""

from __future__ import annotations

import asyncio
import datetime as dt
import http.client
import json
import logging
import os
import socket
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from traitlets import TraitError

from svcnb.kernels.ceiling import CeilingKernelManager, Full
from tests.kernels.conftest import ROOT, until

SERVER = """
import os, sys, tornado.web
from traitlets.config import Config
from voila.app import Voila
from svcnb.kernels import warm_kernels
from svcnb.kernels.ceiling import CeilingKernelManager
config = Config()
config.VoilaConfiguration.multi_kernel_manager_class = CeilingKernelManager
config.VoilaConfiguration.prelaunch_hook = lambda page, notebook, cwd: page.kernel_manager.admit(page)
config.CeilingKernelManager.most = 2
with warm_kernels(size=1):
    app = Voila(config=config)
    app.initialize([sys.argv[1], "--no-browser", "--port=" + sys.argv[2], "--token="])
    app.start()
"""


class page:
    """As much of a tornado handler as `admit` touches."""

    def __init__(self):
        self.on_finish = self.on_connection_close = lambda: None
        self.request = SimpleNamespace(connection=SimpleNamespace(set_close_callback=lambda call: None))


def room(most=2, **options):
    return CeilingKernelManager(most=most, log=logging.getLogger("room"), **options)


def test_two_hundred_at_once_and_as_many_are_let_in_as_there_are_places(caplog):
    """None of the 200 has a kernel yet when the next one asks: places are counted from the moment of admission."""
    manager, let_in = room(most=7), 0
    for _ in range(200):
        try:
            manager.admit(page())
            let_in += 1
        except Full as full:
            assert (full.status_code, full.reason, full.log_message) == (503, "The room is full", "all 7 places are taken")
    assert (let_in, manager.refused) == (7, 193)
    assert caplog.messages[0] == "The room is full: 0 kernels of 7, 1 refused"


def test_a_page_that_failed_before_its_kernel_started_gives_its_place_back():
    manager, first = room(most=1), page()
    manager.admit(first)
    with pytest.raises(Full):
        manager.admit(page())
    first.on_finish()
    manager.admit(page())


def test_a_kernel_whose_page_loads_is_not_culled_and_an_idle_one_is():
    """Both silent for an hour: the one whose page is still being written stays."""
    async def story():
        manager, loading = room(cull_idle_timeout=120), page()
        manager.admit(loading)
        kernels = [await manager.start_kernel(), await manager.start_kernel()]
        assert list(manager._loading) == [kernels[0]]
        for kernel in kernels:
            manager.get_kernel(kernel).execution_state = "idle"
            manager.get_kernel(kernel).last_activity = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        await manager.cull_kernels()
        assert manager.list_kernel_ids() == [kernels[0]]
        loading.on_finish()  # the page is there, and nobody ever connects to its kernel
        manager.get_kernel(kernels[0]).last_activity = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        await manager.cull_kernels()
        assert manager.list_kernel_ids() == []

    asyncio.run(story())


@pytest.mark.parametrize(("options", "message"), [
    ({"cull_idle_timeout": 5}, "cull_idle_timeout = 5: kernels of slow visitors would be ended; give 120 seconds or more, or 0 "
                               "for never."),
    ({"most": 0}, "most = 0: at least one kernel is needed."),
])
def test_settings_that_would_end_pages_are_refused(options, message):
    with pytest.raises(TraitError) as error:
        room(**options)
    assert str(error.value) == message


def test_counts_for_the_log(keeper, monkeypatch):
    manager = room(most=3)
    manager.admit(page())
    assert manager.counts() == "kernels: 0 of 3, 0 loading, 0 refused; plain"
    warm = keeper(size=1)
    until(lambda: warm.health()["idle"] == 1, "one is idle")
    assert manager.counts() == ("kernels: 0 of 3, 0 loading, 0 refused; warm: warm, 1 idle, 0 started, 0 ended, 0 plain, "
                                "0 replaced")
    os.kill(warm.process.pid, 9)
    until(lambda: not warm.alive(), "the keeper ended")
    assert manager.counts() == "kernels: 0 of 3, 0 loading, 0 refused; the keeper of warm kernels does not answer"


@pytest.fixture
def served(tmp_path):
    """A Voila server with two places; pages that end when a file is there."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "id": "a"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "P"}}}
    waits = "import pathlib, time\nwhile not pathlib.Path('go').exists(): time.sleep(0.02)\nprint('there')"
    (tmp_path / "slow.ipynb").write_text(json.dumps({**notebook, "cells": [{**cell, "source": waits}]}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(tmp_path), str(port)], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def listens():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    until(listens, "the server listens")
    yield SimpleNamespace(port=port, process=process, folder=tmp_path)
    process.terminate()
    process.wait(30)


class Visit:
    """A request for the page and the head of its answer."""

    def __init__(self, served):
        self.connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        self.connection.request("GET", "/voila/render/slow.ipynb")
        self.answer = self.connection.getresponse()
        self.status, self.reason = self.answer.status, self.answer.reason

    def close(self):
        self.answer.close()
        self.connection.close()


def test_a_full_room_says_so_and_has_place_again_when_somebody_leaves(served):
    """Two pages load, the third is refused; one of the two is given up: its kernel ends and its place is free."""
    first, second = Visit(served), Visit(served)
    assert [first.status, second.status] == [200, 200]
    third = Visit(served)
    assert (third.status, third.reason) == (503, "The room is full")
    third.close()
    first.close()
    deadline, fourth = time.monotonic() + 60, Visit(served)
    while fourth.status == 503 and time.monotonic() < deadline:
        fourth.close()
        fourth = Visit(served)
    assert fourth.status == 200
    (served.folder / "go").touch()
    assert b"there" in second.answer.read() and b"there" in fourth.answer.read()
    second.close()
    fourth.close()


def test_the_workbooks_page_of_a_full_room(tmp_path):
    """In the reader's language, tries again by itself, and tells machines when."""
    from svcnb.server import _say_full

    written = {}
    handler = SimpleNamespace(set_status=lambda code: written.update(status=code), finish=lambda html: written.update(html=html),
                              set_header=lambda name, value: written.update({name: value}), render_template=rendered)
    for language, text in (("en", "The room is full"), ("es", "La sala está llena")):
        _say_full(handler, language)
        wait = written["Retry-After"]
        assert written["status"] == 503 and 8 <= wait < 16
        assert f'<html lang="{language}">' in written["html"] and f'http-equiv="refresh" content="{wait}"' in written["html"]
        assert f"<h1>\n{text}</h1>" in written["html"]
        other = {"en": "Esta página", "es": "This page"}[language]
        assert other not in written["html"]
    assert "Todos los puestos están ocupados. Esta página lo intenta de nuevo sola en" in written["html"]


def rendered(name, **values):
    import jinja2

    from svcnb.server import TEMPLATES

    folder = TEMPLATES / "voila" / "templates" / "svcnb"
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True)
    return templates.get_template(name).render(base_url="/", **values)
