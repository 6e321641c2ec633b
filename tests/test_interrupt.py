"""Ctrl-C while a kernel starts or a library is at work: one line, exit code 130, no traceback."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import psutil
import pytest

from tests.test_bad_use import study_folder

LINE = "svcnb: Stopped. What was done and what was saved is kept."
LISTEN = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\nimport sys; from svcnb.cli import main\nmain()"


def kernel_of(process, seconds=200):
    """Waits for the first kernel that the process starts, from its first moment."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit and process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):  # some live for a moment only
                if "ipykernel_launcher" in " ".join(child.cmdline()):
                    return child
    raise AssertionError("no kernel started")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal for one process group")
@pytest.mark.parametrize("verb", ["run", "serve"])
def test_ctrl_c_while_a_kernel_starts(verb, tmp_path):
    """A plain kernel: its start takes seconds; a warm one has started before a person could stop it."""
    folder = study_folder(tmp_path / "small")
    more = ["-o", str(tmp_path / "out")] if verb == "run" else ["--port", "0", "--no-browser"]
    more.append("--plain-kernels")
    errors = tmp_path / "errors"
    with errors.open("w") as file:
        process = subprocess.Popen([sys.executable, "-c", LISTEN, verb, str(folder), *more], stdout=subprocess.PIPE, stderr=file,
                                   text=True, cwd=tmp_path, start_new_session=True)
        try:
            if verb == "serve":
                address = next(line.strip() for line in process.stdout if line.startswith("http"))
                base, token = address.split("?")
                page = f"{base}voila/render/00_study.ipynb?{token}"
                threading.Thread(target=visit, args=(page,), daemon=True).start()
            kernel = kernel_of(process)
            process.send_signal(signal.SIGINT)
            assert process.wait(90) == 130
        finally:
            process.kill()
            process.wait(60)
            process.stdout.close()
    said = errors.read_text()
    assert "Traceback" not in said and "KeyboardInterrupt" not in said
    assert said.splitlines()[-1] == LINE
    assert not kernel.is_running() or kernel.status() == psutil.STATUS_ZOMBIE


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal for one process group")
@pytest.mark.parametrize(("told", "code"), [(True, 130), (False, 1)])
def test_ctrl_c_that_a_library_tells_as_an_error_of_its_own(told, code, tmp_path):
    """DuckDB, asked for the schema of what it is given while Ctrl-C comes, says ``InvalidInputException``."""
    folder = study_folder(tmp_path / "small")
    (folder / "customers.csv").write_text("customer_id,name\nK1,Ana\n", encoding="utf-8")
    program = (f"{LISTEN[:LISTEN.rindex('main()')]}\n"
               "class Schema:\n    def __arrow_c_schema__(self):\n        "
               + ("signal.raise_signal(signal.SIGINT)" if told else "raise ValueError('of another cause')") + "\n"
               "    __arrow_c_stream__ = __arrow_c_schema__\n"
               "import svcnb.tables.check as check\n"
               "def sifted(connection, *more):\n    connection.register('raw_cells', Schema())\n"
               "check.sift = sifted\nmain()")
    ended = subprocess.run([sys.executable, "-c", program, "check", str(folder)], capture_output=True, text=True, timeout=120)
    assert ended.returncode == code, ended.stderr
    if told:
        assert ended.stderr.splitlines()[-1] == LINE and "Traceback" not in ended.stderr
    else:  # an error nobody caused by Ctrl-C is not hidden
        assert "of another cause" in ended.stderr


def visit(page):
    """A reader whose page the server ends before it answers."""
    try:
        urllib.request.urlopen(page, timeout=60).read()
    except OSError:
        pass
    except Exception as error:  # the answer was cut off
        assert "Incomplete" in type(error).__name__ or "Remote" in type(error).__name__
