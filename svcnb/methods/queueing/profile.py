"""When do customers come? Arrivals by interval of the day and the homogeneous peak (method 7.11.3).

The mean of the day hides the peak, and the mean over the weekdays hides a peak of some of them. The peak
is found in two looks: in each interval the weekdays that do not differ from the busiest one (dispersion
test), the interval with the highest rate of those, and its neighbours that do not differ from it. The
two looks and their limits are a house rule [PROP].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from svcnb.errors import NotComputable
from svcnb.i18n import N_

ARRIVALS = ["interval", "hour", "arrivals", "hours", "arrivals_per_hour", "low", "high", "busy"]
CELLS = ["weekday", "interval", "hour", "arrivals", "hours", "arrivals_per_hour", "peak"]
SIMILAR = 0.8  # a neighbour with less than this share of the peak's rate is no peak, however few the data


@dataclass(frozen=True, eq=False)
class Profile:
    """``arrivals`` by interval over all days, ``cells`` by weekday (0 = Monday) and interval; the peak's
    first and last minute of the day, its weekdays, arrivals and hours watched."""

    arrivals: pd.DataFrame
    cells: pd.DataFrame
    start: int
    end: int
    weekdays: tuple[int, ...]
    n: int
    hours: float


def find_peak(watched: pd.DataFrame, length: int, alpha: float = 0.05) -> Profile:
    """The profile of arrivals and its peak.

    Parameters
    ----------
    watched : DataFrame
        One row a watched stretch: weekday (0 to 6), minute (of the day), arrivals, hours (> 0).
    length : int
        Minutes of an interval.
    alpha : float
        Of the dispersion tests.

    Raises
    ------
    NotComputable
        Nobody came.

    Examples
    --------
    >>> watched = pd.DataFrame({"weekday": [0, 0, 1, 1], "minute": [540, 600, 540, 600], "arrivals": [10, 40, 9, 8],
    ...                         "hours": 1.0})
    >>> peak = find_peak(watched, 60)
    >>> peak.start, peak.end, peak.weekdays, peak.n
    (600, 660, (0,), 40)
    """
    rows = watched.assign(minute=watched["minute"] // length * length)
    if not rows["arrivals"].sum() > 0:
        raise NotComputable(N_("No arrival was observed."), fallback=N_("Ask for the customers in a busy hour and the "
                                                                       "minutes one takes."))
    cells = rows.groupby(["weekday", "minute"], as_index=False)[["arrivals", "hours"]].sum()
    cells["rate"] = cells["arrivals"] / cells["hours"]
    groups = {minute: _busiest(part, alpha) for minute, part in cells.groupby("minute")}
    start = max(groups, key=lambda minute: (_rate(groups[minute]), -minute))
    peak, weekdays = groups[start], tuple(sorted(int(d) for d in groups[start]["weekday"]))
    end = start + length
    for step in (-length, length):
        while True:
            edge = start - length if step < 0 else end
            more = cells[(cells["minute"] == edge) & cells["weekday"].isin(weekdays)]
            if more.empty or _rate(more) < SIMILAR * _rate(peak) or _differ(pd.concat([peak, more]), alpha):
                break
            peak = pd.concat([peak, more])
            start, end = (edge, end) if step < 0 else (start, edge + length)
    cells["peak"] = cells["weekday"].isin(weekdays) & cells["minute"].between(start, end - 1)
    return Profile(_by_interval(rows), _shown(cells)[CELLS], int(start), int(end), weekdays,
                   int(peak["arrivals"].sum()), float(peak["hours"].sum()))


def poisson_bounds(arrivals, hours) -> tuple[np.ndarray, np.ndarray]:
    """Exact 95 % bounds of a rate (Garwood 1936): chi-square quantiles over twice the hours."""
    k, hours = np.asarray(arrivals, dtype=float), np.asarray(hours, dtype=float)
    low = np.where(k > 0, stats.chi2.ppf(0.025, 2 * np.maximum(k, 1)) / 2, 0.0)
    return low / hours, stats.chi2.ppf(0.975, 2 * k + 2) / 2 / hours


def clock(minute) -> str:
    """A minute of the day as hours and minutes.

    >>> clock(1440), clock(605)
    ('24:00', '10:05')
    """
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def _busiest(part, alpha) -> pd.DataFrame:
    """The weekdays of one interval that do not differ from its busiest one."""
    part = part.sort_values(["rate", "weekday"], ascending=[False, True], kind="stable")
    count = next((k for k in range(len(part), 1, -1) if not _differ(part.head(k), alpha)), 1)
    return part.head(count)


def _differ(cells, alpha) -> bool:
    expected = cells["hours"] * cells["arrivals"].sum() / cells["hours"].sum()
    if len(cells) < 2 or not (expected > 0).all():
        return False
    statistic = float(((cells["arrivals"] - expected) ** 2 / expected).sum())
    return bool(stats.chi2.sf(statistic, len(cells) - 1) < alpha)


def _rate(cells) -> float:
    return float(cells["arrivals"].sum() / cells["hours"].sum())


def _by_interval(rows) -> pd.DataFrame:
    table = rows.groupby("minute", as_index=False)[["arrivals", "hours"]].sum()
    table["low"], table["high"] = poisson_bounds(table["arrivals"], table["hours"])
    table = _shown(table)
    table["busy"] = table.index == table["arrivals_per_hour"].idxmax()
    return table[ARRIVALS]


def _shown(table) -> pd.DataFrame:
    table = table.assign(interval=[clock(minute) for minute in table["minute"]], hour=table["minute"] / 60,
                         arrivals_per_hour=table["arrivals"] / table["hours"])
    table["arrivals"] = table["arrivals"].astype(int)
    return table
