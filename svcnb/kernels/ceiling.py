"""A limit on the kernels of a Voila server, and culling that leaves a page alone while it loads.

Give Voila ``CeilingKernelManager`` as its kernel manager and call ``admit`` from the prelaunch hook::

    c.VoilaConfiguration.multi_kernel_manager_class = CeilingKernelManager
    c.VoilaConfiguration.prelaunch_hook = lambda handler, notebook, cwd: handler.kernel_manager.admit(handler)
    c.CeilingKernelManager.most = 40
"""

from __future__ import annotations

import asyncio
import contextvars

import tornado.web
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import PeriodicCallback
from traitlets import Int, TraitError, validate

from svcnb.kernels import start

SHORTEST_CULL = 120  # seconds; shorter ones end the kernels of visitors whose page is slow to arrive
_page: contextvars.ContextVar = contextvars.ContextVar("page that asks for a kernel", default=None)


class Full(tornado.web.HTTPError):
    """No place left; 503, so that whoever asks may ask again."""

    def __init__(self, most: int):
        super().__init__(503, f"all {most} places are taken", reason="The room is full")


class CeilingKernelManager(AsyncMappingKernelManager):
    """Kernels up to a ceiling; the kernel of a page that still loads is never culled, that of one given up ends at once."""

    most = Int(40, config=True, help="Kernels at most, those that are about to start among them.")
    say_seconds = Int(60, config=True, help="Seconds between two lines of counts in the log; 0 for none.")

    def __init__(self, **kwargs):
        self._coming: set = set()  # pages that were admitted and have no kernel yet
        self._loading: dict[str, object] = {}  # kernel of each page that is still being written
        self._said, self._sayer = None, None
        self.refused = 0
        super().__init__(**kwargs)

    @validate("most")
    def _most_is_a_count(self, proposal):
        if proposal["value"] < 1:
            raise TraitError(f"most = {proposal['value']}: at least one kernel is needed.")
        return proposal["value"]

    @validate("cull_idle_timeout")
    def _cull_is_not_hasty(self, proposal):
        if 0 < proposal["value"] < SHORTEST_CULL:
            raise TraitError(f"cull_idle_timeout = {proposal['value']}: kernels of slow visitors would be ended; give "
                             f"{SHORTEST_CULL} seconds or more, or 0 for never.")
        return proposal["value"]

    def admit(self, page) -> None:
        """A place for the page's kernel, kept from now until the page is there or given up.

        Parameters
        ----------
        page : the tornado handler that is about to start a kernel

        Raises
        ------
        Full
        """
        if len(self._kernels) + len(self._coming) >= self.most:
            self.refused += 1
            self.log.warning("The room is full: %d kernels of %d, %d refused", len(self._kernels), self.most, self.refused)
            raise Full(self.most)
        self._coming.add(page)
        finished, gone = page.on_finish, page.on_connection_close
        page.on_finish = lambda: (self._written(page), finished())
        page.request.connection.set_close_callback(lambda: (self._given_up(page), gone()))
        _page.set(page)

    async def start_kernel(self, *args, **kwargs):
        page = _page.get()
        _page.set(None)
        try:
            kernel_id = await ensure_async(super().start_kernel(*args, **kwargs))
        finally:
            self._coming.discard(page)
        if page is not None:
            self._loading[kernel_id] = page
            if getattr(page, "given_up", False):  # while its kernel started
                self._end(kernel_id)
        self._say_from_time_to_time()
        return kernel_id

    def _written(self, page) -> None:
        self._coming.discard(page)
        self._loading = {kernel: other for kernel, other in self._loading.items() if other is not page}

    def _given_up(self, page) -> None:
        """The visitor went before the page was there: nobody can find that kernel any more."""
        page.given_up = True
        for kernel_id in [kernel for kernel, other in self._loading.items() if other is page]:
            self._end(kernel_id)
        self._written(page)

    def _end(self, kernel_id: str) -> None:
        async def end():
            if kernel_id in self:
                await ensure_async(self.shutdown_kernel(kernel_id, now=True))

        task = asyncio.ensure_future(end())
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def cull_kernel_if_idle(self, kernel_id):
        if kernel_id not in self._loading:
            await super().cull_kernel_if_idle(kernel_id)

    def counts(self) -> str:
        """One line for the log."""
        line = f"kernels: {len(self._kernels)} of {self.most}, {len(self._loading)} loading, {self.refused} refused"
        warm = start.current()
        health = warm.health() if warm is not None else None
        if warm is None or health is None:
            return line + ("; plain" if warm is None else "; the keeper of warm kernels does not answer")
        why = f" ({health['reason']})" if health["reason"] else ""
        return line + f"; warm: {health['warmed']}{why}, " + ", ".join(
            f"{health[count]} {count}" for count in ("idle", "started", "ended", "plain", "replaced"))

    def _say_from_time_to_time(self) -> None:
        if self._sayer is None and self.say_seconds > 0:
            self._sayer = PeriodicCallback(self._say, 1000 * self.say_seconds)
            self._sayer.start()

    def _say(self) -> None:
        counts = self.counts()
        if counts != self._said:
            self.log.info("%s", counts)
        self._said = counts
