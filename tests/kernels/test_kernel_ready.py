"""The client that does not wait longer than it must, and the sockets that nobody else can take."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from pathlib import Path
from queue import Empty

import pytest
from jupyter_client import AsyncKernelManager

from svcnb.executing import Kernels, _quiet_kernel
from svcnb.kernels.ready import LONGEST_PATH, SOCKET_NAME, ReadyClient, transport_in


@pytest.fixture
def short():
    """A folder whose path leaves room for the name of a socket."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def manager_in(folder, transport="ipc"):
    return AsyncKernelManager(connection_file=str(folder / "kernel.json"), transport=transport, client_factory=ReadyClient)


@pytest.mark.parametrize("transport", ["ipc", "tcp"])
def test_when_it_is_ready_nothing_is_left_to_be_heard_and_nothing_of_the_first_cell_is_missed(transport, short):
    async def begin_and_ask():
        manager = manager_in(short, transport)
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        left = []
        try:
            left.append((await client.get_iopub_msg(timeout=0.3))["msg_type"])
        except Empty:
            pass
        said = []
        await client.execute_interactive("print(6 * 7)", output_hook=lambda m: said.append((m["msg_type"], m["content"])),
                                         timeout=60)
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        return left, [content["text"] for kind, content in said if kind == "stream"]

    assert asyncio.run(begin_and_ask()) == ([], ["42\n"])
    assert os.listdir(short) == []  # connection file and sockets are gone


def test_a_kernel_that_dies_is_not_waited_for(short):
    async def begin():
        manager = manager_in(short)
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await manager.provisioner.kill()
        try:
            await client.wait_for_ready(timeout=60)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    with pytest.raises(RuntimeError, match="died"):
        asyncio.run(begin())


def test_sockets_are_files_where_their_path_is_not_too_long():
    assert transport_in("/tmp/voila_00000000") == ("tcp" if sys.platform == "win32" else "ipc")
    assert transport_in("/" + 80 * "x") == "tcp"
    assert len(SOCKET_NAME) + 1 + 1 < LONGEST_PATH
    with socket.socket(socket.AF_UNIX) as one, pytest.raises(OSError, match="too long"):
        one.bind("/tmp/" + "x" * (LONGEST_PATH + 1))


def test_a_run_uses_no_ports_either(short):
    manager = _quiet_kernel(str(short), Kernels())()
    assert (manager.transport, manager.client_factory) == ("ipc", ReadyClient)
    assert Path(manager.ip).parent == short and manager.ip.endswith("-ipc")
