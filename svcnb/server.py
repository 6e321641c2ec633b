"""``svcnb serve``: the study's pages as Voila applications on this machine.

Standalone Voila only (the server extension would let a page execute code). What is mended here: a page's
kernel ends with the page (voila issue 1458), parameters reach a notebook through the gate and never
from the address, only the workbook's own notebooks are served, loopback and a token unless asked otherwise.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import os
import secrets
import signal
import tempfile
import threading
from pathlib import Path
from urllib.parse import unquote

from svcnb.errors import StudyError
from svcnb.i18n import LANGUAGES, N_, words_in
from svcnb.panels import PAGES
from svcnb.runner import kernels, notebooks_folder, with_parameters

TEMPLATES = Path(__file__).parent / "share" / "jupyter"
MAX_KERNELS = 44
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


def serve(study, *, port: int = 8866, ip: str = "127.0.0.1", browser: bool = True, token: str | None = None,
          scenario: str = "base", language: str | None = None, log_level: int = logging.WARNING, ready=print,
          plain: bool = False) -> None:
    """Serve a study until interrupted.

    Parameters
    ----------
    study : svcnb.study.Study, in a folder that may be written
    port : first port to try, the next free one is taken; 0 for any
    ip : address to listen on; other than loopback is the caller's wish
    ready : called with the lines to show once the server listens; the last is the full address
    plain : start each page's kernel from nothing, see `svcnb.runner.kernels`
    """
    from tornado.ioloop import IOLoop

    from svcnb.kernels.once import settle_server

    prepare_environment(study)
    app = _application(study, port or _free_port(ip), ip, browser, token or secrets.token_urlsafe(24), scenario,
                       language or study.settings.language, log_level, ready)
    interrupted = []

    def stop(*_):
        if not interrupted:  # a second Ctrl-C does not break off the ending of the kernels
            interrupted.append(True)
            loop.asyncio_loop.call_soon_threadsafe(loop.stop)  # raised here, it would break off what the loop is doing

    with kernels(plain):
        app.initialize([])
        loop = IOLoop.current()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, stop)
        settle_server(app)
        app.start()
    if interrupted:  # for Voila it was an end like any other
        raise KeyboardInterrupt


def prepare_environment(study) -> None:
    """What pages find in their environment; before the kernels are warmed, which take it over."""
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(TEMPLATES), os.environ.get("JUPYTER_PATH")]))
    os.environ["SVCNB_STUDIES"] = os.pathsep.join(
        filter(None, [str(study.folder.parent), os.environ.get("SVCNB_STUDIES")]))
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ["MPLBACKEND"] = "agg"
    os.environ["SVCNB_SERVED"] = "1"
    os.environ.pop("SVCNB_RUN", None)


def _application(study, port, ip, browser, token, scenario, language, log_level, ready):
    import tornado.web
    from jupyter_server.base.handlers import JupyterHandler
    from traitlets.config import Config
    from voila.app import Voila

    from svcnb.kernels.ceiling import CeilingKernelManager, Full
    from svcnb.kernels.once import compile_templates_once
    from svcnb.kernels.pieces import lean
    from svcnb.kernels.ready import ReadyClient, transport_in

    compile_templates_once()

    home = ("" if language == "en" else f"{language}/") + f"{next(iter(PAGES.values())).notebook}.ipynb"
    addresses = {f"{'' if lang == 'en' else lang + '/'}{page.notebook}.ipynb": (page, lang)
                 for page in PAGES.values() for lang in LANGUAGES}

    def hook(handler, notebook, cwd):
        handler.xsrf_token  # noqa: B018 - sets the cookie without which a closed page leaks its kernel
        host = handler.request.host.rsplit(":", 1)[0]
        if ip in LOOPBACK and host not in LOOPBACK:
            raise tornado.web.HTTPError(400, reason="Unknown host")
        address = handler.request.path.split("voila/render/", 1)[-1]
        if address not in addresses:
            raise tornado.web.HTTPError(404)
        page, lang = addresses[address]
        try:
            handler.kernel_manager.admit(handler)
        except Full:
            _say_full(handler, lang)
            raise tornado.web.Finish() from None
        reader = unquote(handler.get_cookie("svcnb_reader", ""))[:80]
        notebook = with_parameters(notebook, {"study": study.name, "language": lang, "scenario": scenario,
                                              "reader": reader})
        notebook.metadata["svcnb"] = _page_words(page, lang, study, scenario)
        return notebook

    class Alive(JupyterHandler):
        """What is saved, and which kernels live: the page asks every four seconds."""

        @tornado.web.authenticated
        def get(self):
            self.set_header("Content-Type", "application/json")
            self.set_header("Cache-Control", "no-store")
            self.finish(json.dumps({"saved": last_saved(study), "kernels": living(self.kernel_manager)}))

    class NoIcon(tornado.web.RequestHandler):
        def get(self):
            self.set_status(204)

    class Home(JupyterHandler):
        @tornado.web.authenticated
        def get(self):
            self.redirect(f"{self.base_url}voila/render/{home}")

    class Workbook(lean(Voila)):
        """Voila with our handlers in front and without its file, tree and contents pages."""

        def init_handlers(self):
            closed = ("/voila/files", "/voila/tree", "/voila/api/contents")
            kept = [h for h in super().init_handlers() if h[0] != self.server_url and not any(c in h[0] for c in closed)]
            return [(self.server_url, Home), (self.server_url + "svcnb/alive", Alive),
                    (self.server_url + "favicon.ico", NoIcon), *kept]

        def stop(self):
            """End the kernels at once: nothing they save is half, and one that starts would print a traceback."""
            import psutil

            with contextlib.suppress(psutil.Error):
                for process in psutil.Process().children():  # also those that no list holds yet
                    with contextlib.suppress(psutil.Error):
                        if "ipykernel_launcher" in process.cmdline():  # never the browser
                            process.kill()
            with contextlib.suppress(tornado.web.HTTPError):  # of a kernel that was on no list
                super().stop()

        def launch_browser(self):
            import webbrowser

            webbrowser.open(self.address)

        @property
        def address(self):
            shown = "127.0.0.1" if self.ip in ("", "0.0.0.0") else self.ip
            return f"http://{shown}:{self.port}/?token={token}"

        def listen(self):
            import tornado.ioloop

            tornado.ioloop.IOLoop.current().call_later(0.05, lambda: ready(self.address))
            super().listen()

    config = Config()
    config.VoilaConfiguration.template = "svcnb"
    config.VoilaConfiguration.prelaunch_hook = hook
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.file_allowlist = []
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.extension_allowlist = ["@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager"]
    config.VoilaExecutor.timeout = 120
    config.VoilaExecutor.cell_error_instruction = words_in(language)(
        "Please tell whoever runs the workbook; the other parts of the page are not affected by what failed here.")
    config.KernelManager.client_factory = ReadyClient
    config.KernelManager.transport = transport_in(Path(tempfile.gettempdir()) / "voila_00000000")
    config.KernelManager.autorestart = False  # a new kernel under the old name knows nothing of the page: the page must say so
    config.VoilaConfiguration.multi_kernel_manager_class = CeilingKernelManager
    config.CeilingKernelManager.most = MAX_KERNELS
    config.MappingKernelManager.cull_idle_timeout = 900
    config.MappingKernelManager.cull_interval = 30
    config.MappingKernelManager.cull_connected = False
    config.MappingKernelManager.cull_busy = False
    app = Workbook(config=config, log_level=log_level)
    app.root_dir, app.port, app.ip, app.open_browser, app.token = str(notebooks_folder()), port, ip, browser, token
    return app


def _say_full(handler, language: str) -> None:
    """A page that tries again by itself, not all of those who wait in the same second."""
    wait = 8 + secrets.randbelow(8)
    handler.set_status(503)
    handler.set_header("Retry-After", wait)
    handler.finish(handler.render_template("error.html", status_code=503, language=language, wait=wait))


def _free_port(ip: str) -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((ip.strip("[]"), 0))
        return probe.getsockname()[1]


def living(kernels) -> list[str]:
    """Ids of the kernels whose process runs: the list of a kernel manager keeps those that were killed."""
    processes = {key: getattr(kernels.get_kernel(key).provisioner, "process", None) for key in kernels.list_kernel_ids()}
    return [key for key, process in processes.items() if process is None or process.poll() is None]


def last_saved(study) -> str | None:
    """The time of the newest event of the study's journal on this machine's clock, None when there is none."""
    from svcnb.journal import open_journal

    path = study.folder / "journal.sqlite"
    if not path.exists():
        return None
    journal = open_journal(path, create=False, read_only=True)
    try:
        events = journal.events(after=max(0, journal.head() - 1))
    finally:
        journal.close()
    if not events:
        return None
    return dt.datetime.fromisoformat(events[-1].at).astimezone().strftime("%H:%M:%S")


def _page_words(page, language, study, scenario) -> dict:
    """What the template says before the kernel runs, in the reader's language."""
    from svcnb.kernels.pieces import ADDRESS, joined

    words = words_in(language)
    other = next(code for code in LANGUAGES if code != language)
    settings = study.settings
    return {
        "language": language, "title": words(page.question), "study_title": settings.name,
        "period": f"{settings.period_start} – {settings.period_end}", "scenario": words("scenario {name}", name=scenario),
        "other": other, "other_name": LANGUAGES[other],
        "other_address": f"../{page.notebook}.ipynb" if other == "en" else f"{other}/{page.notebook}.ipynb",
        "scripts": f"{ADDRESS}?v={joined().tag}",
        "skip": words("Skip to the page"), "saved": words("saved"), "none": words("nothing saved yet"),
        "loading": words("Starting the page …"), "failed": words("This part could not be shown"),
        "late": words("This part did not arrive. Reload the page."),
        "lost": words("Connection lost: what you change now is not saved. Reload the page."),
    }


def must_be_writable(study) -> None:
    """Say before anyone types that decisions cannot be kept here."""
    if not os.access(study.folder, os.W_OK):
        raise StudyError(N_("{folder} cannot be written, so no decision could be saved; copy the study to a folder of "
                            "your own and serve that."), folder=str(study.folder))
