"""How a server and its kernels find each other: at once, and without taking a port that another has meanwhile.

Give it to whatever starts kernels: ``config.KernelManager.client_factory = ReadyClient`` and
``config.KernelManager.transport = transport_in(folder)`` (Voila, nbclient).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from queue import Empty

from jupyter_client import KernelManager
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_core.utils import ensure_async

LONGEST_PATH = 103  # of a socket, on the strictest of the systems (macOS)
SOCKET_NAME = "kernel-00000000-0000-0000-0000-000000000000-ipc-5"
ANSWER_SECONDS, HEARD_SECONDS = 1.0, 0.2  # until the question is asked again, as in jupyter_client


def transport_in(folder) -> str:
    """"ipc" (socket files beside the connection file, which only their owner can use) where that is possible, else "tcp".

    With tcp the server looks for five free ports and the kernel takes them a moment later: among many that start together
    one finds its port taken and ends.
    """
    return "ipc" if sys.platform != "win32" and len(str(Path(folder) / SOCKET_NAME)) <= LONGEST_PATH else "tcp"


class ReadyClient(AsyncKernelClient):
    """jupyter_client's client but for `wait_for_ready`."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask until the kernel's answer has come on the shell channel and its "idle" on the channel of output.

        The "idle" that belongs to the last question is the last message of those that questions cause: nothing of them
        is left that would have to be waited for, and output of the first cell cannot be missed.

        Raises
        ------
        RuntimeError : the kernel died, or did not answer in time
        """
        if not isinstance(self.parent, KernelManager):  # nobody says whether such a kernel lives
            return await self._async_wait_for_ready(timeout)
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            asked = self.kernel_info()
            answer = await self._answer_to(asked, self.shell_channel, ANSWER_SECONDS)
            if answer is not None and await self._answer_to(asked, self.iopub_channel, HEARD_SECONDS, state="idle"):
                return self._handle_kernel_info_reply(answer)
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    async def _answer_to(self, asked: str, channel, seconds: float, state: str | None = None) -> dict | None:
        """The message on a channel that answers a question; None when the channel is silent that long."""
        while True:
            try:
                message = await ensure_async(channel.get_msg(timeout=seconds))
            except Empty:
                return None
            if message["parent_header"].get("msg_id") == asked and message["content"].get("execution_state") == state:
                return message
