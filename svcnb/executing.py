"""The notebooks of a run: each written whole, the ones that are there already left alone."""

from __future__ import annotations

from pathlib import Path

from svcnb.errors import RunError
from svcnb.i18n import N_
from svcnb.parts import write_whole
from svcnb.results import code_of, digest
from svcnb.runner import notebooks_folder, with_parameters

CELL_SECONDS, START_SECONDS = 300, 120


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

    notebooks = []
    for n, page in enumerate(PAGES.values()):
        told(n, page)
        notebooks.append(execute_page(page, study, out, language, scenario, head))
    return notebooks


def execute_page(page, study, out: Path, language, scenario, head) -> Path:
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
        executed = _execute_whole(source, values)
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


def _execute_whole(source: Path, values: dict):
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
            kernel_manager_class=_quiet_kernel(folder))


def _quiet_kernel(folder: str):
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

        _launch_kernel = _async_launch_kernel

    return QuietKernel
