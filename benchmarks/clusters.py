"""Cluster analysis timed: ``python benchmarks/clusters.py [--customers N]``.

Ward and k-medoids on 2 000 customers with the search over k = 2 to 8, gap and stability; k-means on N customers (default
100 000) × 6 columns at a given k, and searched; each on customers in four groups and on customers without any, which take
k-means longest. One thread, as in our kernels. Goals on 2 cores: Ward under 5 s, k-means under 5 s at a given k and under
30 s searched. In brackets the seconds of the processor, on a busy machine the better measure.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # after the number of threads is set, which is read here
import pandas as pd

from svcnb.methods import clusters

COLUMNS = [f"x{i}" for i in range(1, 7)]


def customers(n: int, is_grouped: bool) -> pd.DataFrame:
    """Six columns; four groups of customers, or one."""
    rng = np.random.default_rng(1)
    centres = rng.normal(0, 2, (4, 6)) * is_grouped
    return pd.DataFrame(centres[rng.integers(0, 4, n)] + rng.normal(size=(n, 6)), columns=COLUMNS)


def mixed(n: int, is_grouped: bool) -> pd.DataFrame:
    """The same with two columns of categories."""
    frame = customers(n, is_grouped)
    return frame.assign(**{name: pd.qcut(frame[name], 4, labels=list("abcd")).astype(str) for name in COLUMNS[:2]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    many = parser.parse_args().customers
    clusters.cluster(customers(50, True), method="kmeans")  # the imports are not what is timed
    cases = [("Ward, searched", customers, 2000, {"method": "ward"}, "5 s"),
             ("Ward, searched, most sampled", customers, many, {"method": "ward"}, ""),
             ("k-means, k = 4", customers, many, {"method": "kmeans", "k": 4}, "5 s"),
             ("k-means, searched", customers, many, {"method": "kmeans"}, "30 s"),
             ("k-medoids on Gower, searched", mixed, 2000, {}, "")]
    print(f"{'':<30}{'customers':>10}  {'in groups':<25}{'without groups':<25}goal")
    for name, made, n, options, goal in cases:
        shown = []
        for is_grouped in (True, False):
            frame = made(n, is_grouped)
            started, worked = time.perf_counter(), time.process_time()
            found = clusters.cluster(frame, **options)
            shown.append(f"{time.perf_counter() - started:5.1f} s ({time.process_time() - worked:4.1f} s)  k = {found.k}")
        print(f"{name:<30}{n:>10,}  {shown[0]:<25}{shown[1]:<25}{goal and 'under ' + goal}")


if __name__ == "__main__":
    sys.exit(main())
