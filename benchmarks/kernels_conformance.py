"""jupyter_client's own kernel tests, run against warm kernels: ``python benchmarks/kernels_conformance.py``.

Fetches the source distribution of the installed jupyter_client with pip, makes an environment with what its
tests need, and runs those that start kernels twice: with plain kernels, then with warm ones. Nothing of it is kept.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ["tests/test_client.py", "tests/test_kernelmanager.py", "tests/test_multikernelmanager.py", "tests/test_restarter.py",
         "tests/test_manager.py", "tests/test_public_api.py"]  # test_provisioning.py takes registered provisioners away
PLUGIN = '''
# their kernels are small modules of their own (echo, signaltest): here these too are run in a forked process
import os, runpy, sys
import pytest

def patch_kernels():
    from svcnb.kernels import kernel
    plain_run = kernel.run
    def run(arguments):
        if arguments[0] != "--module":
            return plain_run(arguments)
        sys.path.insert(0, os.getcwd())
        sys.argv[1:] = arguments[2:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    kernel.run = run

def kernel_arguments(command):
    at = command.index("-m") if "-m" in command else None
    return at and (command[:at], ["--module", command[at + 1], *command[at + 2:]])

if "svcnb.kernels.warmed" not in sys.modules:
    from svcnb.kernels import provisioner, warm_kernels
    provisioner.kernel_arguments = kernel_arguments
    warm = warm_kernels([], size=2, prepare="warm_plugin:patch_kernels")
    home = {name: value for name, value in os.environ.items() if name in ("HOME", "PYTHONPATH") or name.startswith("XDG_")}

@pytest.fixture(autouse=True)
def same_home(jp_environ, monkeypatch):
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    for name, value in home.items():
        monkeypatch.setenv(name, value)

def pytest_sessionstart(session):
    session.kept = warm.__enter__()
def pytest_terminal_summary(terminalreporter):
    health = terminalreporter._session.kept.health() or {}
    terminalreporter.write_line("warm kernels: " + ", ".join(
        f"{health.get(count)} {count}" for count in ("started", "ended", "running", "plain")))
def pytest_unconfigure(config):
    warm.__exit__(None, None, None)
'''


def call(command: list, **options) -> None:
    subprocess.run([str(word) for word in command], check=True, **options)


def main() -> None:
    version = importlib.metadata.version("jupyter_client")
    with tempfile.TemporaryDirectory(prefix="conformance-") as name:
        folder = Path(name)
        call([sys.executable, "-m", "venv", folder / "env"])
        python = folder / "env" / "bin" / "python"
        call([python, "-m", "pip", "install", "-q", f"jupyter_client[test]=={version}",
              f"ipykernel=={importlib.metadata.version('ipykernel')}"])
        call([python, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", "jupyter_client", "-d", folder,
              f"jupyter_client=={version}"])
        with tarfile.open(next(folder.glob("jupyter_client-*.tar.gz"))) as source:
            source.extractall(folder, filter="data")
        tests = next(path for path in folder.glob("jupyter_client-*") if path.is_dir())
        (folder / "warm_plugin.py").write_text(PLUGIN)
        there = [test for test in TESTS if (tests / test).exists()]
        for kind, extra in (("plain", []), ("warm", ["-p", "warm_plugin"])):
            ran = subprocess.run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=120", *extra, *there],
                                 cwd=tests, env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"},
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            print(f"{kind}: jupyter_client {version}")
            print("\n".join(line for line in ran.stdout.splitlines()
                            if re.match(r"FAILED|ERROR|warm kernels|.* (passed|failed)", line)))


if __name__ == "__main__":
    main()
