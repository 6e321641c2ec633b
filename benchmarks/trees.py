"""How long CHAID and AID take: ``python benchmarks/trees.py [--peer PYTHON] [--customers N]``.

Planted data: twenty columns of eight categories, of which six shape the criterion (by groups of categories, and one
differently within another), depth 4, the settings of the method. Each measurement runs in its own interpreter: the time
from the frame to the finished tree (the best of ``TIMES`` for the small one), and the most memory that was resident,
the frame included. ``--peer`` is an interpreter that can import CHAID (pip install CHAID): it gets the same rows, as
text, and the same settings; its rules differ (no Bonferroni correction), so its trees do.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = [f"column_{k}" for k in range(20)]
CATEGORIES = 8
TIMES = 3
SMALL = 50_000
PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pandas as pd
from CHAID import Tree
frame = pd.read_csv(sys.argv[1], dtype=str).astype(object)
columns = {name: "nominal" for name in frame if name != "buys"}
taken = []
for _ in range(int(sys.argv[2])):
    started = time.perf_counter()
    tree = Tree.from_pandas_df(frame, columns, "buys", alpha_merge=0.05, max_depth=4, min_parent_node_size=50,
                               min_child_node_size=20)
    tree.build_tree()
    taken.append(time.perf_counter() - started)
print(json.dumps({"seconds": min(taken), "segments": sum(node.is_terminal for node in tree)}))
"""


def customers(n: int, kind: str) -> pd.DataFrame:
    """Planted customers; ``kind`` text (str), object, or category."""
    rng = np.random.default_rng(11)
    codes = rng.integers(0, CATEGORIES, (len(COLUMNS), n), dtype=np.int8)
    group = codes[:6] // np.array([[4], [3], [2], [4], [3], [2]], dtype=np.int8)  # two to four groups of categories each
    effect = 0.9 * group[0] + np.where(group[0] == 1, 0.6, -0.2) * group[1] + 0.25 * group[2] - 0.4 * group[3]
    effect += 0.2 * group[4] * (group[2] > 1) + 0.1 * group[5]
    texts = np.array([f"category {k}" for k in range(CATEGORIES)], dtype=object)
    kinds = {"text": "str", "object": object, "category": "category"}
    frame = pd.DataFrame({name: pd.Series(texts[row], dtype=kinds[kind]) for name, row in zip(COLUMNS, codes)})
    frame["buys"] = pd.Series(np.where(rng.random(n) < 1 / (1 + np.exp(1.5 - effect)), "yes", "no"), dtype=kinds[kind])
    frame["orders"] = 10 + 3 * effect + rng.normal(0, 1.5, n)
    return frame


def measure(method: str, kind: str, n: int, times: int) -> dict:
    """Runs in a child: seconds, segments and the largest resident memory in bytes (None where it is not told)."""
    sys.path.insert(0, str(ROOT))
    from svcnb.methods import aid, chaid

    frame = customers(n, kind)
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        if method == "chaid":
            tree = chaid.grow_tree(frame, "buys", COLUMNS, max_depth=4)
        else:
            tree = aid.grow_tree(frame, "orders", COLUMNS, max_depth=4)
        taken.append(time.perf_counter() - started)
    try:
        import resource

        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    except ImportError:  # Windows has no such count
        resident = None
    return {"seconds": min(taken), "segments": len(tree.leaves), "resident": resident}


def child(command: list[str]) -> dict:
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"{' '.join(command[:2])} failed:\n{ran.stderr}")
    return json.loads(ran.stdout.splitlines()[-1])


def line(name: str, found: dict, goal: str) -> None:
    memory = f"{found['resident'] / 1e9:.2f} GB resident" if found.get("resident") else ""
    print(f"{name:<42}{found['seconds']:>8.2f} s   goal {goal:<22}{found['segments']:>5} segments   {memory}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", metavar="PYTHON", help="an interpreter that can import CHAID")
    parser.add_argument("--customers", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        method, kind, n, times = asked.measure
        print(json.dumps(measure(method, kind, int(n), int(times))))
        return
    print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores; "
          f"{len(COLUMNS)} columns of {CATEGORIES} categories, depth 4")
    here = [sys.executable, __file__, "--measure"]
    for method in ("chaid", "aid"):
        for kind in ("text", "object", "category"):
            line(f"{method}, {asked.customers} customers, {kind}", child([*here, method, kind, str(asked.customers), "1"]),
                 "under 10 s, 2 GB")
    line(f"chaid, {SMALL} customers, object", child([*here, "chaid", "object", str(SMALL), str(TIMES)]), "below the peer")
    if not asked.peer:
        print("the peer (CHAID from PyPI) was not run: give an interpreter that has it by --peer PYTHON")
        return
    with tempfile.TemporaryDirectory(prefix="svcnb-bench-") as folder:
        path = Path(folder) / "customers.csv"
        customers(SMALL, "text").drop(columns="orders").to_csv(path, index=False)
        line(f"CHAID (PyPI), {SMALL} customers, object", child([asked.peer, "-c", PEER, str(path), str(TIMES)]), "")


if __name__ == "__main__":
    main()
