#!/usr/bin/env python3
"""The workbook in one command, on any system, with nothing but Python and this checkout.

    python3 workbook.py run   [STUDY] [options]   all steps on the demo (or STUDY), ends with the report
    python3 workbook.py serve [STUDY] [options]   the pages, in a browser
    python3 workbook.py open  [STUDY] [options]   the notebooks, in JupyterLab
    python3 workbook.py test  [pytest options]    every test, browser included

The first call makes .venv here and installs the locked packages, every hash checked; later calls
start at once. Options after the command are handed on (`python3 workbook.py run --help`).
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, "svcnb-installed")
LOG = os.path.join(VENV, "install.log")
LOCKS = (os.path.join(ROOT, "lock", "build.lock"), os.path.join(ROOT, "lock", "requirements.lock"))
SUPPORTED = ((3, 11), (3, 14))  # from, below
COMMANDS = ("run", "test", "serve", "open")


class Stop(Exception):
    """Ends the program with a message and no traceback."""


def main(arguments):
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0
    command, rest = arguments[0], arguments[1:]
    if command not in COMMANDS:
        raise Stop("There is no command %r; write one of: %s." % (command, ", ".join(COMMANDS)))
    hand_over_to_supported_python(arguments)
    install()
    if command == "test":
        return test(rest)
    if not rest or rest[0].startswith("-"):
        rest = ["demo"] + rest
    code = call([os.path.join(BIN, "svcnb.exe" if os.name == "nt" else "svcnb"), command] + rest)
    if command == "run" and code == 0 and not {"-h", "--help"} & set(rest):
        again = "python" if os.name == "nt" else "python3"
        print("Here:    %s workbook.py serve %s    or    %s workbook.py open %s" % (again, rest[0], again, rest[0]))
    return code


# ---- Python and packages

def is_supported(version):
    return SUPPORTED[0] <= tuple(version)[:2] < SUPPORTED[1]


def hand_over_to_supported_python(arguments):
    """Run again under a Python that fits when this one does not and such a one is there."""
    if is_supported(sys.version_info):
        return
    for minor in range(SUPPORTED[1][1] - 1, SUPPORTED[0][1] - 1, -1):
        other = shutil.which("python3.%d" % minor)
        if other and _version_of(other) == (3, minor):
            sys.exit(call([other, os.path.abspath(__file__)] + arguments))
    raise Stop("This is Python %d.%d; the workbook needs Python 3.11, 3.12 or 3.13. Install one and call it by "
               "its name, e.g. python3.11 workbook.py run" % sys.version_info[:2])


def _version_of(python):
    try:
        said = subprocess.run([python, "-c", "import sys; print(*sys.version_info[:2])"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30).stdout
        return tuple(int(part) for part in said.split())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None  # a shim that names no installed Python


def install():
    """Make .venv and fill it from the lock, once; the stamp is written last, so half an install is redone."""
    stamp = _fingerprint()
    if _read(STAMP) == stamp and os.path.exists(PYTHON):
        return
    started, again = time.time(), os.path.exists(STAMP)
    if os.path.exists(STAMP):
        os.remove(STAMP)
    venv_version = _version_of(PYTHON) if os.path.exists(PYTHON) else None
    if not (venv_version and is_supported(venv_version)):
        print("Making .venv with Python %d.%d ..." % sys.version_info[:2], flush=True)
        _quietly([sys.executable, "-m", "venv", "--clear", VENV], "making .venv",
                 hint="On Debian and Ubuntu it needs: apt install python3-venv")
    print("%s %d packages into .venv (1.6 GB; about a minute once they are fetched) ..." % (
        "Updating" if again else "Installing", _count(LOCKS[1])), flush=True)
    open(LOG, "w").close()
    for lock in LOCKS:
        _install_lock(lock)
    _quietly(_pip() + ["--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT], "installing svcnb itself")
    with open(STAMP + ".new", "w") as file:
        file.write(stamp)
    os.replace(STAMP + ".new", STAMP)
    print("Installed in %.0f s." % (time.time() - started), flush=True)


def _install_lock(lock):
    """With uv when it is there (seconds), else or when it fails (other registry settings) with pip."""
    # No build isolation: a source distribution is built by the tools of build.lock, whose hashes were checked.
    options = ["--require-hashes", "--no-build-isolation", "-r", lock]
    uv = shutil.which("uv")
    if uv and _logged([uv, "pip", "install", "--quiet", "--python", PYTHON] + options) == 0:
        return
    _quietly(_pip() + options, "installing %s" % os.path.relpath(lock, ROOT), counts=_count(lock))


def _pip():
    return [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]


def _fingerprint():
    """Changes when a lock, the package's settings or the place of this checkout do."""
    digest = hashlib.sha256(ROOT.encode("utf-8"))
    for path in LOCKS + (os.path.join(ROOT, "pyproject.toml"),):
        with open(path, "rb") as file:
            digest.update(file.read().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _count(lock):
    with open(lock, encoding="utf-8") as file:
        return sum("==" in line and not line.startswith((" ", "#")) for line in file)


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


# ---- the tests

def test(arguments):
    browser = find_chromium() or bring_chromium()
    if browser:
        os.environ["SVCNB_CHROMIUM"] = browser
    else:
        print("No Chromium: the browser tests will be listed as not run.", flush=True)
    if not os.path.exists(os.path.join(ROOT, "data", "ta_feng", "customers.csv")):
        print("Building the real study, data/ta_feng (14 MB to fetch) ...", flush=True)
        if _logged([PYTHON, os.path.join(ROOT, "data", "ta_feng", "build.py")], timeout=300):
            print("It could not be built (see %s): its tests will be listed as not run." % LOG, flush=True)
    # one worker a core, the tests of a file in one of them; "-n 0" among the options runs them in one process
    return call([PYTHON, "-m", "pytest", "-n", "logical", "--dist", "loadfile"] + arguments)


def find_chromium():
    """A Chromium, Chrome or Edge of this machine: SVCNB_CHROMIUM, on PATH, or in the usual places; or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
             "msedge")
    places = [os.environ.get("SVCNB_CHROMIUM")] + [shutil.which(name) for name in names]
    for application in ("Chromium", "Google Chrome", "Microsoft Edge"):
        places.append("/Applications/%s.app/Contents/MacOS/%s" % (application, application))
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        for tail in (("Google", "Chrome", "Application", "chrome.exe"), ("Chromium", "Application", "chrome.exe"),
                     ("Microsoft", "Edge", "Application", "msedge.exe")):
            if os.environ.get(variable):
                places.append(os.path.join(os.environ[variable], *tail))
    return next((place for place in places if place and os.path.isfile(place)), None)


def bring_chromium():
    """Install it: the system's package when we are root on Debian or its kin, else playwright's own copy."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium with apt-get ...", flush=True)
        apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        _logged(apt + ["update"], timeout=120, env=environment)
        if _logged(apt + ["install", "-y", "--no-install-recommends", "chromium"], timeout=300, env=environment) == 0:
            return find_chromium()
        print("apt-get could not (see %s)." % LOG, flush=True)
    print("Fetching playwright's Chromium ...", flush=True)
    if _logged([PYTHON, "-m", "playwright", "install", "chromium"], timeout=300) == 0:
        ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
        said = subprocess.run([PYTHON, "-c", ask], stdout=subprocess.PIPE, universal_newlines=True).stdout.strip()
        return said if os.path.isfile(said) else None
    print("playwright could not (see %s)." % LOG, flush=True)
    return None


# ---- calling other programs

def call(command):
    """Run in the foreground and return its exit code; Ctrl-C reaches it too, and we wait for its own ending."""
    child = subprocess.Popen(command, env=dict(os.environ, PYTHONUTF8="1"))
    try:
        return child.wait()
    except KeyboardInterrupt:
        try:
            child.wait(timeout=20)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            child.kill()
        return 130


def _logged(command, timeout=None, env=None):
    """Run with all output in the log; the exit code, 1 when it took too long or is not there."""
    with open(LOG, "a") as log:
        log.write("$ %s\n" % " ".join(command))
        log.flush()
        try:
            return subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                  timeout=timeout, env=env).returncode
        except (OSError, subprocess.TimeoutExpired) as error:
            log.write("%s\n" % error)
            return 1


def _quietly(command, doing, counts=0, hint=""):
    """Run, keep the output in the log, show how far it is on a terminal; Stop with the last lines when it fails."""
    show = counts and sys.stdout.isatty()
    lines, seen = [], 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          universal_newlines=True, errors="replace") as child:
        for line in child.stdout:
            lines.append(line)
            seen += line.startswith("Collecting ")
            if show:
                fetched = "%d of %d fetched" % (min(seen, counts), counts)
                state = "installing" if line.startswith("Installing") else fetched
                print("\r  %-30s" % state, end="\r", flush=True)
    if show:
        print(" " * 32, end="\r", flush=True)
    kept = _keep(["$ %s\n" % " ".join(command)] + lines)
    if child.returncode:
        raise Stop("%s failed. %sThe last lines%s:\n  %s" % (
            doing[0].upper() + doing[1:], hint and hint + ". ", kept, "  ".join(lines[-12:]).rstrip()))


def _keep(lines):
    """Add to the log; says where it is, or nothing when .venv is not there to hold it."""
    try:
        with open(LOG, "a", encoding="utf-8") as log:
            log.writelines(lines)
        return " (all of them: %s)" % LOG
    except OSError:
        return ""


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.exit("workbook.py: %s" % stop)
    except KeyboardInterrupt:
        sys.exit("\nStopped. Nothing is half done: call the same command again.")
