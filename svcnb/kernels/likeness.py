"""When a forked kernel would differ from a plain one: then a plain one is started.

What Python and libraries read once, when they start or are imported, cannot be changed after the fork.
"""

from __future__ import annotations

import os
import re

OWN = "WARM_KERNELS"  # variables of ours begin so and are no business of a kernel
PROVISIONER = "warm-kernels"  # as it is called in the entry points
PROVISIONER_VARIABLE = "JUPYTER_DEFAULT_PROVISIONER_NAME"
# read at start or at import: Python, the dynamic linker, allocators, threads of numerical libraries, locale,
# and the folders from which settings are read
READ_ONCE = re.compile(r"(PYTHON|LD_|MALLOC_|GLIBC_TUNABLES$|GOMP_|KMP_|OMP_|OPENBLAS_|MKL_|BLIS_|NUMEXPR_|ARROW_|JE_ARROW"
                       r"|NUMBA_|PYDEVD_|XDG_CONFIG_HOME$|XDG_CACHE_HOME$|XDG_DATA_HOME$|MPLCONFIGDIR$|HOME$|LANG$|LC_)")
# what the warmed process is given beyond the server's environment; a kernel that asks for something else is plain
WARMED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",  # no thread before the fork
          "JE_ARROW_MALLOC_CONF": "background_thread:false",
          # scikit-learn sets these two where it is imported, and a server may have computed before a kernel starts
          "KMP_DUPLICATE_LIB_OK": "True", "KMP_INIT_AT_FORK": "FALSE",
          "MALLOC_ARENA_MAX": "2"}  # the threads of a kernel share memory pools: less of it is private
LAUNCHERS = ("ipykernel_launcher", "ipykernel")


def kernel_arguments(command: list[str]) -> tuple[list[str], list[str]] | None:
    """(interpreter with its options, arguments of the kernel) of an ipykernel command, None of any other."""
    if "-m" not in command:
        return None
    at = command.index("-m")
    if command[at + 1:at + 2] not in ([name] for name in LAUNCHERS) or any(not o.startswith("-") for o in command[1:at]):
        return None
    return command[:at], command[at + 2:]


def same_interpreter(one: list[str], other: list[str]) -> bool:
    """Whether two commands mean the same Python with the same options; `python` is the one that runs."""
    return os.path.abspath(one[0]) == os.path.abspath(other[0]) and one[1:] == other[1:]


def difference(wanted: dict[str, str], warmed: dict[str, str], also: tuple[str, ...] = ()) -> str | None:
    """The name of a variable that was read once and is wanted otherwise, None when a forked kernel will do.

    Parameters
    ----------
    wanted : environment of the kernel
    warmed : environment the warmed process was started in, `WARMED` among it
    also : further names that count, for libraries not known here
    """
    for name in sorted(wanted.keys() | warmed.keys()):
        if not (READ_ONCE.match(name) or name in also) or wanted.get(name) == warmed.get(name):
            continue
        if name in WARMED and name not in wanted and warmed[name] == WARMED[name]:
            continue
        return name
    relative = [p for p in wanted.get("PYTHONPATH", "").split(os.pathsep) if p and not os.path.isabs(p)]
    return "PYTHONPATH" if relative else None


def kernel_environment(wanted: dict[str, str]) -> dict[str, str]:
    """The environment of a kernel, warm or plain, without what concerns only who starts it."""
    return {name: value for name, value in wanted.items()
            if not name.startswith(OWN) and (name, value) != (PROVISIONER_VARIABLE, PROVISIONER)}
