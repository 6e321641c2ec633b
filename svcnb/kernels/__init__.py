"""Warm kernels: Jupyter kernels that start in a fraction of the time, by forking a process that has imported already.

Used alone or with any Jupyter tool; it knows nothing of what the notebooks are about. See docs/kernels.md.

    with warm_kernels(["pandas", "matplotlib.pyplot"]):
        ...                      # every python kernel started here, by any library, is a warm one

Four processes take part::

    server ──────── socket ───────▶ keeper ── fork, please ──▶ warmed process (has imported, is never used)
    (Voila, Lab, papermill)           │  ▲                            │ forks twice
       │                              │  └── exit status ── kernel ◀──┘ (idle, then handed out)
       └──────────── the five ZeroMQ ports of any kernel ──────┘

``start`` starts a keeper, ``keeper`` is that small process, ``warmed`` the one that imports, ``kernel`` what a
forked child does until it is a kernel like any other, ``provisioner`` what jupyter_client calls, ``likeness``
says when a warm kernel would not be the same as a plain one, ``ceiling`` limits and ends kernels of a Voila server.
"""

from svcnb.kernels.start import PLAIN, may_fork, warm_kernels

__all__ = ["PLAIN", "may_fork", "warm_kernels"]
