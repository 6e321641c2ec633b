"""How soon pages are there: warm kernels, plain Voila, preheated Voila and Streamlit, in one command.

    python benchmarks/kernels.py [plain preheated warm streamlit ends ...] [--visitors 20]

Two pages: *reads* shows a stored table and a slider, *computes* imports the whole stack, clusters, fits and
draws. Each peer runs in a fresh environment of its own, with the versions of our lock and without our kernels;
ours runs in this one, with the template and the joined script that ``svcnb serve`` has. ``ends`` starts and ends 500
kernels and looks for what is left. Times are wall-clock from the request to the last byte (server) or until the
slider can be moved (Chromium); memory is what a kernel does not share with others. Takes 10 minutes on two quiet cores.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
STACK = ["pandas", "matplotlib", "seaborn", "statsmodels", "scikit-learn"]
VOILA = [*STACK, "voila", "ipywidgets", "ipykernel"]
PEERS = {"plain": VOILA, "preheated": VOILA, "streamlit": [*STACK, "streamlit"]}
IMPORTS = ["pandas", "matplotlib.pyplot", "matplotlib.backends.backend_agg", "seaborn", "statsmodels.api", "sklearn.cluster",
           "ipywidgets"]
READS = """
import json, pathlib
import pandas as pd
stored = pd.DataFrame(json.loads(pathlib.Path({store!r}).read_text()))
table = stored.head(40)
"""
COMPUTES = """
import base64, io, json, pathlib
import pandas as pd, matplotlib.pyplot as plt, seaborn as sns, statsmodels.api as sm
from sklearn.cluster import KMeans
stored = pd.DataFrame(json.loads(pathlib.Path({store!r}).read_text()))
stored["group"] = KMeans(4, n_init=3, random_state=0).fit_predict(stored[["a", "b"]])
fit = sm.OLS(stored["c"], sm.add_constant(stored[["a", "b"]])).fit()
figure, axes = plt.subplots(); sns.scatterplot(stored, x="a", y="b", hue="group", ax=axes)
out = io.BytesIO(); figure.savefig(out, format="png"); plt.close(figure)
table = stored.groupby("group").mean().assign(r2=fit.rsquared)
"""
NOTEBOOK_END = """
from IPython.display import HTML, display
import ipywidgets
display(HTML(table.to_html()))
if "out" in globals(): display(HTML('<img src="data:image/png;base64,' + base64.b64encode(out.getvalue()).decode() + '">'))
ipywidgets.IntSlider(3, description="move")
"""
STREAMLIT_END = """
import streamlit as st
st.markdown(table.to_html(), unsafe_allow_html=True)
if "out" in globals(): st.image(out.getvalue())
st.slider("move", 0, 10, 3)
"""
WARM = """
import sys
from voila.app import Voila
from traitlets.config import Config
from svcnb.kernels import warm_kernels
from svcnb.kernels.once import compile_templates_once, settle_server
from svcnb.kernels.pieces import ADDRESS, joined, lean
from svcnb.kernels.ready import ReadyClient
compile_templates_once()
def name_the_script(handler, notebook, cwd):
    notebook.metadata["svcnb"] = {{"scripts": f"{{ADDRESS}}?v={{joined().tag}}"}}
    return notebook
config = Config()
config.VoilaConfiguration.prelaunch_hook = name_the_script
config.KernelManager.client_factory = ReadyClient
config.KernelManager.transport = "ipc"
config.VoilaConfiguration.template = "svcnb"
config.VoilaConfiguration.extension_allowlist = ["@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager"]
with warm_kernels({imports!r}, size=4):
    app = lean(Voila).instance(config=config)
    app.initialize(sys.argv[1:])
    settle_server(app)
    app.start()
"""
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


def environment(folder: Path, packages: list[str]) -> None:
    """A fresh environment with packages, those of our lock in its versions."""
    pins = [line.split(";")[0].split("\\")[0].strip() for line in (ROOT / "lock" / "requirements.lock").read_text().splitlines()
            if "==" in line and not line.startswith((" ", "#"))]
    pinned = {pin.split("==")[0]: pin for pin in pins}
    wanted = [pinned.get(name, name) for name in packages]
    python = folder / "bin" / "python"
    if shutil.which("uv"):
        subprocess.run(["uv", "venv", "-q", "--python", sys.executable, str(folder)], check=True)
        subprocess.run(["uv", "pip", "install", "-q", "--compile-bytecode", "--python", str(python), *wanted], check=True)
    else:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *wanted], check=True)


def write_pages(folder: Path) -> None:
    """The stored result and both pages, as notebooks and as Streamlit scripts."""
    store = folder / "stored.json"
    store.write_text(json.dumps([{"a": k % 17, "b": (k * k) % 23, "c": (3 * k) % 11 + k % 17} for k in range(2000)]))
    for name, code in (("reads", READS), ("computes", COMPUTES)):
        code = code.format(store=str(store))
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        (folder / f"{name}.ipynb").write_text(json.dumps({
            "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "cells": [{**cell, "id": "a", "source": code}, {**cell, "id": "b", "source": NOTEBOOK_END.strip()}]}))
        (folder / f"{name}.py").write_text(code + STREAMLIT_END)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A contestant that serves one page; use as a context."""

    def __init__(self, name: str, python: Path, page: str, folder: Path):
        self.name, self.page, self.port = name, page, free_port()
        voila = [str(folder / f"{page}.ipynb"), "--no-browser", f"--port={self.port}", "--VoilaExecutor.timeout=600",
                 "--Voila.log_level=ERROR"]
        command = {
            "plain": [str(python), "-m", "voila", *voila],
            "preheated": [str(python), "-m", "voila", *voila, "--preheat_kernel=True", "--pool_size=4"],
            "warm": [sys.executable, "-c", WARM.format(imports=IMPORTS), *voila],
            "streamlit": [str(python), "-m", "streamlit", "run", str(folder / f"{page}.py"), f"--server.port={self.port}",
                          "--server.headless=true", "--browser.gatherUsageStats=false", "--server.fileWatcherType=none"],
        }[name]
        surroundings = {**os.environ, "OMP_NUM_THREADS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
        if name == "warm":
            surroundings |= {"PYTHONPATH": str(ROOT), "JUPYTER_PATH": str(ROOT / "svcnb" / "share" / "jupyter")}
        else:
            surroundings.pop("PYTHONPATH", None)
        self.process = subprocess.Popen(command, cwd=folder, env=surroundings, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def __enter__(self):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise SystemExit(f"{self.name} does not listen")
        self.settle()
        return self

    def settle(self) -> None:
        """Nobody is measured while a pool is filled or imports go on: until the server and its family have been still."""
        still = 0
        deadline = time.monotonic() + 90
        while still < 4 and time.monotonic() < deadline:
            before = self.work()
            time.sleep(0.5)
            still = still + 1 if self.work() - before < 0.05 else 0

    def family(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.Error):
            return [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        return []

    def work(self) -> float:
        total = 0.0
        for one in self.family():
            with contextlib.suppress(psutil.Error):
                total += sum(one.cpu_times()[:2])
        return total

    def kernel_memory(self, visitors: int) -> float | None:
        """Private megabytes a kernel: the median of the largest processes, as many as there were visitors."""
        if self.name == "streamlit":
            return None
        sizes = []
        for one in self.family()[1:]:
            with contextlib.suppress(psutil.Error):
                if not any("kernels.keeper" in word for word in one.cmdline()):
                    sizes.append(one.memory_full_info().uss / 1e6)
        return statistics.median(sorted(sizes)[-visitors:]) if sizes else None

    def __exit__(self, *_):
        family = self.family()
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
        for one in family:
            with contextlib.suppress(psutil.Error):
                one.kill()


def fetch(server: Server) -> float:
    started = time.perf_counter()
    with urllib.request.urlopen(server.address, timeout=600) as answer:
        body = answer.read()
    if b"dataframe" not in body or b"widget-view+json" not in body:
        raise SystemExit(f"{server.name} {server.page}: the page is not there: {body[-300:]!r}")
    return time.perf_counter() - started


def together(server: Server, visitors: int) -> float:
    """Seconds until the last of the visitors, who all come at once, has the page."""
    taken: list[float] = []
    threads = [threading.Thread(target=lambda: taken.append(fetch(server))) for _ in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(taken) != visitors:
        raise SystemExit(f"{server.name} {server.page}: {visitors - len(taken)} of {visitors} pages did not come")
    return max(taken)


async def in_chromium(server: Server, visitors: int, executable: str) -> float:
    """Seconds until the last of the tabs, all opened at once, shows the table and a slider that can be moved."""
    from playwright.async_api import async_playwright

    slider = '[data-testid="stSlider"]' if server.name == "streamlit" else ".widget-slider, .jupyter-widgets .slider"

    async def visit(browser) -> float:
        context = await browser.new_context()
        await context.route(lambda address: "127.0.0.1" not in address, lambda route: route.abort())
        page = await context.new_page()
        started = time.perf_counter()
        await page.goto(server.address, wait_until="commit", timeout=600_000)
        await page.wait_for_selector("table", timeout=600_000)
        await page.wait_for_selector(slider, timeout=600_000)
        return time.perf_counter() - started

    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=executable, args=FLAGS)
        taken = await asyncio.gather(*(visit(browser) for _ in range(visitors)))
        await browser.close()
    return max(taken)


def measure(name: str, python: Path, folder: Path, visitors: int, chromium: str | None) -> None:
    for page in ("reads", "computes"):
        one = many = memory = shown = shown_many = None
        if name != "streamlit":  # its pages exist only in a browser
            with Server(name, python, page, folder) as server:
                one = fetch(server)
                server.settle()
                one = min(one, fetch(server))
                server.settle()
            with Server(name, python, page, folder) as server:
                many, memory = together(server, visitors), server.kernel_memory(visitors)
        if chromium:
            with Server(name, python, page, folder) as server:
                shown = asyncio.run(in_chromium(server, 1, chromium))
                server.settle()
                shown = min(shown, asyncio.run(in_chromium(server, 1, chromium)))
            if name in ("warm", "streamlit"):
                with Server(name, python, page, folder) as server:
                    shown_many = asyncio.run(in_chromium(server, visitors, chromium))
        cells = (f"{value:.2f} s" if value is not None else "–" for value in (one, many, shown, shown_many))
        print("{:<11}{:<10}{:>10}{:>12}{:>12}{:>14}{:>12}".format(
            name, page, *cells, "–" if memory is None else f"{memory:.0f} MB"), flush=True)


async def start_and_end(number: int, gate: asyncio.Semaphore) -> None:
    from jupyter_client.manager import AsyncKernelManager

    async with gate:
        manager = AsyncKernelManager()
        await manager.start_kernel()
        client = manager.client()
        client.start_channels(hb=False)
        await client.wait_for_ready(timeout=120)
        client.stop_channels()
        await manager.shutdown_kernel(now=number % 2 == 0)  # half of them are asked, half are killed


def ends(times: int = 500) -> None:
    """Start and end kernels; everything that is left afterwards, by kind."""
    from jupyter_core.paths import jupyter_runtime_dir

    from svcnb.kernels import warm_kernels

    def left() -> dict[str, set]:
        me = psutil.Process()
        temporary = {p.name for p in Path(tempfile.gettempdir()).glob("warm-kernels-*")}
        return {"processes": {child.pid for child in me.children(recursive=True)},
                "open files": {n for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")},
                "connection files": set(os.listdir(jupyter_runtime_dir())) if os.path.isdir(jupyter_runtime_dir()) else set(),
                "shared memory": set(os.listdir("/dev/shm")), "sockets and folders": temporary}

    async def all_of_them():
        gate = asyncio.Semaphore(10)
        await asyncio.gather(*(start_and_end(number, gate) for number in range(times)))

    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    before, started = left(), time.perf_counter()
    with warm_kernels([], size=4) as warm:
        asyncio.run(all_of_them())
        taken, health = time.perf_counter() - started, warm.health()
    after = left()
    print(f"{times} kernels started and ended in {taken:.0f} s: {health['started']} warm, {health['plain']} plain; left over: "
          + ", ".join(f"{len(after[kind] - before[kind])} {kind}" for kind in after), flush=True)


def main(words: list[str]) -> None:
    visitors = int(words[words.index("--visitors") + 1]) if "--visitors" in words else 20
    wanted = [word for word in words if not word.startswith("--") and not word.isdigit()] or ["plain", "preheated", "streamlit",
                                                                                              "warm", "ends"]
    sys.path.insert(0, str(ROOT))
    import workbook

    chromium = workbook.find_chromium()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}; {visitors} visitors at once")
    print("{:<11}{:<10}{:>10}{:>12}{:>12}{:>14}{:>12}".format(
        "", "page", "server, 1", f"server, {visitors}", "Chromium, 1", f"Chromium, {visitors}", "a kernel"))
    with tempfile.TemporaryDirectory(prefix="kernels-bench-") as name:
        folder = Path(name)
        write_pages(folder)
        for contestant in wanted:
            if contestant == "ends":
                ends()
            elif contestant == "warm":
                measure("warm", Path(sys.executable), folder, visitors, chromium)
            else:
                home = folder / ("voila" if contestant != "streamlit" else "streamlit")
                python = home / "bin" / "python"
                if not python.exists():
                    environment(home, PEERS[contestant])
                measure(contestant, python, folder, visitors, chromium)


if __name__ == "__main__":
    main(sys.argv[1:])
