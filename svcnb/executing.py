"""The notebooks of a run: each written whole, the ones that are there already left alone.

A kernel computes on one core, so two notebooks are executed at a time where the machine has two; what is told and what is
raised comes from the one thread that was asked.
"""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

from svcnb.errors import RunError
from svcnb.i18n import N_
from svcnb.parts import write_whole
from svcnb.results import code_of, digest
from svcnb.runner import notebooks_folder, with_parameters

CELL_SECONDS, START_SECONDS = 300, 120
AT_ONCE = min(2, os.cpu_count() or 1)  # kernels of one run: each holds the study's tables in memory


def execute_pages(study, out: Path, language: str, scenario: str, head: str, told) -> list[Path]:
    """Execute the notebook of every page, in their order.

    Parameters
    ----------
    head : hash of the results that the pages show
    told : called with (number, page) before a page is executed

    Raises
    ------
    RunError
        A page failed: names step, cause and remedy.
    """
    from svcnb.panels import PAGES

    kernels = Kernels()
    done, running, pages = {}, {}, list(enumerate(PAGES.values()))
    with ThreadPoolExecutor(AT_ONCE, "page") as pool:
        try:
            while pages or running:
                while pages and len(running) < AT_ONCE:
                    n, page = pages.pop(0)
                    told(n, page)
                    running[pool.submit(_in_thread, page, study, out, language, scenario, head, kernels)] = n
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in sorted(ended, key=running.get):
                    done[running.pop(future)] = future.result()
        except RunError:  # the page beside it is finished and kept
            raise
        except BaseException:
            kernels.end()
            raise
    return [done[n] for n in sorted(done)]


class Kernels:
    """The kernels of a run, to end them all when it is stopped."""

    def __init__(self):
        self.started, self.is_ended = [], False

    def add(self, kernel) -> None:
        self.started.append(kernel)
        if self.is_ended:  # it was on its way when the others were ended
            self.kill(kernel)

    def end(self) -> None:
        self.is_ended = True
        for kernel in list(self.started):
            self.kill(kernel)

    def kill(self, kernel) -> None:
        process = getattr(kernel.provisioner, "process", None)
        if process is not None:
            process.kill()


def _in_thread(*page) -> Path:
    """`execute_page` with an event loop of this thread's own, closed with it: nbclient makes one and leaves it."""
    from jupyter_core.utils import ensure_event_loop

    try:
        return execute_page(*page)
    finally:
        ensure_event_loop().close()


def execute_page(page, study, out: Path, language, scenario, head, kernels: Kernels) -> Path:
    """Execute one page's notebook; skipped when it is there with the same results behind it (a run goes on)."""
    import nbformat
    from jupyter_client.kernelspec import NoSuchKernel
    from papermill.exceptions import PapermillExecutionError

    source = notebooks_folder() / ("" if language == "en" else language) / f"{page.notebook}.ipynb"
    target = out / "notebooks" / f"{page.notebook}.ipynb"
    stamp = digest([head, source.read_text("utf-8"), study.name, language, scenario, code_of(".")])
    if target.exists():
        try:
            if nbformat.read(target, as_version=4).metadata.get("svcnb_stamp") == stamp:
                return target
        except Exception:  # a file that is no notebook is written again
            target.unlink(missing_ok=True)
    values = {"study": study.name, "language": language, "scenario": scenario}
    with_parameters(nbformat.read(source, as_version=4), values)  # the gate: names and types, before papermill pastes them
    try:
        executed = _execute_whole(source, values, kernels)
    except PapermillExecutionError as error:
        if error.ename == "KeyboardInterrupt":  # Ctrl-C reaches the kernel as well, and may be told from there
            raise KeyboardInterrupt from None
        raise RunError(N_("Page {page} of step {step} failed in cell {cell}: {cause}. What was done is kept; mend it and run "
                          "the same command again."), page=page.notebook, step=page.step, cell=error.cell_index,
                       cause=f"{error.ename}: {error.evalue}".rstrip(".")) from error
    except (RuntimeError, TimeoutError, NoSuchKernel) as error:  # the kernel died, hung or does not start
        raise RunError(N_("Page {page} of step {step} could not be run: {cause}. What was done is kept; run the same "
                          "command again."), page=page.notebook, step=page.step,
                       cause=f"{type(error).__name__}: {error}".rstrip(".")) from error
    executed.metadata["svcnb_stamp"] = stamp
    write_whole(target, nbformat.writes(executed))
    return target


def _execute_whole(source: Path, values: dict, kernels: Kernels):
    """Execute in a folder of its own: papermill formats paths and writes in place, so it gets neither of ours.

    The kernel's folder goes by ``resources``: papermill's own ``cwd`` would move this whole process there.
    """
    import logging
    import tempfile

    from papermill import execute_notebook

    logging.getLogger("papermill").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="svcnb-") as folder:
        copy = Path(folder) / "page.ipynb"
        copy.write_bytes(source.read_bytes())
        return execute_notebook(
            str(copy), str(Path(folder) / "done.ipynb"), parameters=values, kernel_name="python3", progress_bar=False,
            request_save_on_cell_execute=False, resources={"metadata": {"path": folder}},
            start_timeout=START_SECONDS, execution_timeout=CELL_SECONDS, extra_arguments=["--log-level=50"],
            kernel_manager_class=_quiet_kernel(folder, kernels))


def _quiet_kernel(folder: str, kernels: Kernels):
    """A kernel whose own complaints are not printed: one that is ended while it starts would show a traceback.

    What a cell raises comes as a message and not this way. Connection file and sockets are in the folder and go with it.
    """
    import subprocess

    from jupyter_client import AsyncKernelManager
    from traitlets import default

    from svcnb.kernels.ready import ReadyClient, transport_in

    class QuietKernel(AsyncKernelManager):
        @default("client_factory")
        def _ready_client(self):
            return ReadyClient

        @default("connection_file")
        def _file_of_its_own(self):
            return str(Path(folder) / "kernel.json")

        @default("transport")
        def _no_ports(self):
            return transport_in(folder)

        async def _async_launch_kernel(self, kernel_cmd, **options):
            await super()._async_launch_kernel(kernel_cmd, **{**options, "stderr": subprocess.DEVNULL})
            kernels.add(self)

        _launch_kernel = _async_launch_kernel

    return QuietKernel
