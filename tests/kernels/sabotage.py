"""Functions for the warmed process to run: each takes one isolation out, to prove that its test would see that.

All of them first leave traces in the warmed process, as an import might: a handler, a temporary folder, a drawn number.
"""

from __future__ import annotations

import random
import signal
import tempfile

ISOLATIONS = ("restore_signals", "restore_streams", "restore_variables", "wipe_first_environment", "restore_folder",
              "restore_clock", "restore_temporary", "restore_chance", "restore_backend", "restore_arguments")


def nothing() -> None:
    """Leave traces, take nothing out."""
    import matplotlib.pyplot  # noqa: F401
    import numpy

    tempfile.gettempdir()
    random.seed(1)
    numpy.random.seed(1)  # noqa: NPY002
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, lambda *_: None)


def _without(isolation: str):
    def sabotage() -> None:
        import os

        from svcnb.kernels import kernel

        nothing()
        setattr(kernel, isolation, os.environ.update if isolation == "restore_variables" else lambda *_: None)

    return sabotage


globals().update({name: _without(name) for name in ISOLATIONS})


def mortal() -> None:
    """Every forked kernel ends before it says a word."""
    import os

    from svcnb.kernels import kernel

    kernel.become_kernel = lambda line: os._exit(3)
