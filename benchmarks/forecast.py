"""How long forecasts of many series take and how good they are: ``python benchmarks/forecast.py [--series N]``.

The series are made here, not real ones: seeded monthly series that resemble the M4 mix (levels that walk, trends that
fade, seasons in two of three, multiplicative noise, a shift or an outlier now and then), five years to learn from and
twelve months held back. ``choose_many`` picks and explains a method for each (six origins); the peer is statsforecast's
AutoETS alone with its own defaults on the same rows. Each runs in its own interpreter on one core, import included.
The error is MASE over the twelve months held back, scaled by the change from season to season of the five years.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SEASON, YEARS, HELD = 12, 5, 12
WORSE = 1.02  # the mean error may be so many times that of the peer
SEED = 4


def made_series(n_series: int, seed: int = SEED) -> np.ndarray:
    """(series, months) of demand."""
    rng, n = np.random.default_rng(seed), YEARS * SEASON + HELD
    return np.array([_one(rng, n) for _ in range(n_series)])


def _one(rng, n) -> np.ndarray:
    t = np.arange(n)
    noise = rng.choice([0.02, 0.05, 0.1, 0.2])
    slope, fade = rng.choice([0, 0, 1]) * rng.normal(0, 0.006), rng.choice([1.0, 0.97])
    steps = slope * fade**t + rng.normal(0, rng.choice([0, 0.3, 1.0]) * noise, n)
    if rng.random() < 0.1:
        steps[rng.integers(6, n)] += rng.normal(0, 0.3)
    log = np.cumsum(steps)
    if rng.random() < 0.65:
        raw = rng.normal(0, 1, SEASON)
        profile = 0.25 * np.roll(raw, 1) + 0.5 * raw + 0.25 * np.roll(raw, -1)
        profile = (profile - profile.mean()) / profile.std() * rng.uniform(0.03, 0.3)
        log = log + (1 + rng.choice([0, 0, 0.4]) * t / n) * np.resize(profile, n)
    error, carried = rng.normal(0, noise, n), rng.choice([0, 0.5])
    for k in range(1, n):
        error[k] += carried * error[k - 1]
    demand = np.exp(rng.normal(7, 1) + log + error)
    if rng.random() < 0.05:
        demand[rng.integers(n)] *= rng.choice([0.3, 2])
    return np.round(demand)


def measure(who: str, n_series: int) -> dict:
    """Runs in a child: seconds, mean and median MASE, share inside the intervals, largest resident memory in bytes."""
    sys.path.insert(0, str(ROOT))
    made = made_series(n_series)
    past, future = made[:, :-HELD], made[:, -HELD:]
    started = time.perf_counter()
    found = ours(past) if who == "ours" else peer(past)
    taken = time.perf_counter() - started
    scale = np.abs(past[:, SEASON:] - past[:, :-SEASON]).mean(axis=1)
    error = np.abs(found.pop("value") - future).mean(axis=1) / scale
    for name in ("80", "95"):
        low, high = found.pop(f"low{name}"), found.pop(f"high{name}")
        found[f"inside{name}"] = float(((low <= future) & (future <= high)).mean())
    try:
        import resource

        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    except ImportError:  # Windows has no such count
        resident = None
    return {"seconds": taken, "cpu": time.process_time(), "mase": float(error.mean()), "median": float(np.median(error)),
            "resident": resident, **found}


def ours(past) -> dict:
    import pandas as pd

    from svcnb.methods.forecast import choose_many

    n, months = past.shape
    frame = pd.DataFrame({"series_id": np.repeat(np.arange(n), months), "demand": past.ravel(),
                          "period": np.tile(pd.date_range("2020-01-01", periods=months, freq="MS"), n)})
    calls = []
    found = choose_many(frame, horizon=HELD, season=SEASON, progress=lambda done, total: calls.append(done))
    wide = {name: found.forecasts[column].to_numpy(dtype=float).reshape(n, HELD) for name, column in (
        ("value", "value"), ("low80", "low80"), ("high80", "high80"), ("low95", "low"), ("high95", "high"))}
    chosen = found.series["method"].value_counts()
    return {**wide, "agreed": found.share_agreed, "reports": len(calls), "chosen": {k: int(v) for k, v in chosen.items()}}


def peer(past) -> dict:
    from statsforecast.models import AutoETS

    said = [AutoETS(season_length=SEASON).forecast(row, HELD, level=[80, 95]) for row in past]
    keys = {"value": "mean", "low80": "lo-80", "high80": "hi-80", "low95": "lo-95", "high95": "hi-95"}
    return {name: np.array([row[key] for row in said]) for name, key in keys.items()}


def child(*arguments: str) -> dict:
    command = [sys.executable, __file__, "--measure", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{ran.stderr}")
    return json.loads(ran.stdout.splitlines()[-1])


def line(name: str, found: dict, goal: str) -> None:
    memory = f"{found['resident'] / 1e6:.0f} MB resident" if found["resident"] else ""
    print(f"{name:<34}{found['seconds']:>8.1f} s ({found['cpu']:.1f} s of a core)   goal {goal:<14}MASE {found['mase']:.4f} "
          f"(median {found['median']:.4f})   inside 80 %: {found['inside80']:.1%}, 95 %: {found['inside95']:.1%}   {memory}",
          flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, default=1000, metavar="N")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure[0], int(asked.measure[1]))))
        return
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores{load}; {asked.series} made monthly "
          f"series of {YEARS} years, {HELD} months held back, seed {SEED}")
    own, other = child("ours", str(asked.series)), child("peer", str(asked.series))
    line(f"choose_many, {asked.series} series", own, "under 120 s")
    line("AutoETS alone (statsforecast)", other, "")
    share = own["mase"] / other["mase"]
    print(f"mean error {share:.4f} of the peer's, goal at most {WORSE}; criteria and errors agree on {own['agreed']:.1%}; "
          f"progress reported {own['reports']} times; chosen: "
          + ", ".join(f"{name} {n}" for name, n in own["chosen"].items()))


if __name__ == "__main__":
    main()
