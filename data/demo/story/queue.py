"""Two weeks at the counter: 7.5 customers an hour, but 34 on Tuesday and Friday from 10 to 12.

The numbers of arrivals are planted exactly; the moments are drawn (a Poisson process given its count).
Three servers work all day, so that in the peak the line grows and some leave.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from story.setting import iso, stream

DAYS = pd.bdate_range("2026-06-08", "2026-06-19")
OPEN_H, CLOSE_H = 8, 18
BASE_RATE, PEAK_RATE, SERVICE_MIN, PATIENCE_MIN, SERVERS = 7.5, 34.0, 6.0, 15.0, 3
PEAK_DAYS, PEAK_HOURS = (1, 4), (10, 12)


def make_queue() -> dict[str, pd.DataFrame]:
    """queue_observations, interval_counts (half hours), shifts."""
    rng = stream("queue")
    rows = []
    for day in DAYS:
        rows += _serve(_arrivals(day, rng), rng, day)
    table = pd.DataFrame(rows, columns=["arrival_ts", "service_start_ts", "service_end_ts", "server_id", "abandoned"])
    table.insert(0, "obs_id", [f"O{k + 1:04d}" for k in range(len(table))])
    table.insert(1, "queue_id", "counter")
    starts = pd.DatetimeIndex([day + pd.Timedelta(minutes=m) for day in DAYS for m in range(480, 1080, 30)])
    counts = pd.cut(table.arrival_ts, starts.append(starts[-1:] + pd.Timedelta(minutes=30)), right=False,
                    labels=starts).value_counts().reindex(starts)
    intervals = pd.DataFrame({"interval_start": iso(starts), "minutes": 30, "arrivals": counts.to_numpy()})
    shifts = [(f"SH{k + 1:02d}", "counter", day + pd.Timedelta(hours=a), day + pd.Timedelta(hours=b), SERVERS)
              for k, (day, a, b) in enumerate((d, a, b) for d in DAYS for a, b in ((8, 13), (13, 18)))]
    shifts = pd.DataFrame(shifts, columns=["shift_id", "queue_id", "start_ts", "end_ts", "servers"])
    for frame, columns in ((table, ("arrival_ts", "service_start_ts", "service_end_ts")),
                           (shifts, ("start_ts", "end_ts"))):
        for column in columns:
            frame[column] = iso(frame[column])
    order = ["obs_id", "queue_id", "server_id", "arrival_ts", "service_start_ts", "service_end_ts", "abandoned"]
    return {"queue_observations": table[order], "interval_counts": intervals, "shifts": shifts}


def _arrivals(day, rng):
    """Seconds from midnight, sorted; a peak of exactly 68 in two hours on Tuesday and Friday."""
    peak = day.weekday() in PEAK_DAYS
    quiet = [(OPEN_H, PEAK_HOURS[0]), (PEAK_HOURS[1], CLOSE_H)] if peak else [(OPEN_H, CLOSE_H)]
    seconds = [rng.uniform(a * 3600, b * 3600, round(BASE_RATE * (b - a))) for a, b in quiet]
    if peak:
        a, b = PEAK_HOURS
        seconds.append(rng.uniform(a * 3600, b * 3600, round(PEAK_RATE * (b - a))))
    return np.sort(np.floor(np.concatenate(seconds)).astype(int))


def _serve(arrivals, rng, day):
    """First come, first served by three servers; who waits longer than his patience leaves."""
    free = np.full(SERVERS, OPEN_H * 3600)
    # exponential quantiles in random order: the mean service time is planted, not sampled
    n = len(arrivals)
    service = rng.permutation(-np.log(1 - (np.arange(n) + 0.5) / n))
    service = np.maximum(10, np.round(service / service.mean() * SERVICE_MIN * 60)).astype(int)
    patience = rng.exponential(PATIENCE_MIN * 60, n)
    at = lambda second: day + pd.Timedelta(seconds=int(second))
    rows = []
    for k, arrival in enumerate(arrivals):
        idle = np.flatnonzero(free <= arrival)
        server = int(rng.choice(idle)) if len(idle) else int(np.argmin(free))
        start = max(arrival, free[server])
        if start - arrival > patience[k]:
            rows.append((at(arrival), pd.NaT, pd.NaT, "", True))
            continue
        free[server] = start + service[k]
        rows.append((at(arrival), at(start), at(free[server]), f"V{server + 1}", False))
    return rows
