"""From a counter that was watched to rates by the hour (method 7.11.3, S2:L320-322).

"Observaciones continuas que se aplica a cada uno de los vendedores" (S2:L320). Work per homogeneous
interval: the peak sizes the staff, the mean of the day hides it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.queueing.distributions import check_exponential, check_poisson, is_markovian
from svcnb.methods.queueing.profile import clock, find_peak, poisson_bounds

TIMES = ["arrival_ts", "service_start_ts", "service_end_ts"]
FEW = 30  # arrivals in the peak under which its rate is only a hint
LEAVING = 5  # abandonments from which patience is estimated


@dataclass(frozen=True, eq=False)
class ObservedQueue:
    """What was seen of one waiting line; rates per hour, times in minutes.

    ``arrival_rate`` in the peak with its exact 95 % bounds (``n_peak`` arrivals, on ``busy_days`` 0 =
    Monday, from ``busy_interval`` until ``busy_until``), ``mean_arrival_rate`` over all hours;
    ``service_rate`` of one server; ``ca2 cs2`` squared variations. Missing is None.
    ``arrivals``: interval, hour, arrivals, hours (watched), arrivals_per_hour, low, high, busy.
    ``cells``: the same by weekday, with peak. ``server_use``: server_id, busy_min, present_min,
    utilisation, services, bottleneck. ``checks``: stream, test, n, statistic, df, p_value, c2, markovian.
    ``busy_waits`` are the waits of those served who arrived in the peak.
    """

    n: int
    arrivals: pd.DataFrame
    cells: pd.DataFrame
    busy_interval: str
    busy_until: str
    busy_days: tuple[int, ...]
    arrival_rate: float
    arrival_low: float
    arrival_high: float
    n_peak: int
    mean_arrival_rate: float
    service_rate: float | None = None
    service_low: float | None = None
    service_high: float | None = None
    n_services: int = 0
    ca2: float | None = None
    cs2: float | None = None
    n_abandoned: int = 0
    patience_min: float | None = None
    busy_waits: np.ndarray | None = None
    servers: int | None = None
    server_use: pd.DataFrame | None = None
    checks: pd.DataFrame | None = None
    model: str = "M/M/s"
    warnings: tuple[Reason, ...] = ()

    @property
    def abandon_share(self) -> float:
        return self.n_abandoned / self.n


def from_counts(counts: pd.DataFrame) -> ObservedQueue:
    """Arrivals by the hour from counted intervals.

    Parameters
    ----------
    counts : DataFrame
        interval_start (time), minutes (> 0), arrivals (>= 0).

    Returns
    -------
    ObservedQueue
        Without services: service_rate is None. An interval counts in the hour in which it starts.

    Raises
    ------
    NotComputable
        No usable interval, or no arrival in any.

    Examples
    --------
    >>> starts = pd.to_datetime(["2024-03-04 09:00", "2024-03-04 10:00", "2024-03-05 09:00", "2024-03-05 10:00"])
    >>> seen = from_counts(pd.DataFrame({"interval_start": starts, "minutes": 60, "arrivals": [10, 30, 14, 26]}))
    >>> seen.busy_interval, seen.arrival_rate, seen.mean_arrival_rate
    ('10:00', 28.0, 20.0)
    """
    rows = pd.DataFrame({"start": pd.to_datetime(counts["interval_start"]),
                         "minutes": pd.to_numeric(counts["minutes"], errors="coerce"),
                         "arrivals": pd.to_numeric(counts["arrivals"], errors="coerce")})
    good = rows.dropna()
    good = good[(good["minutes"] > 0) & (good["arrivals"] >= 0)]
    profile = find_peak(pd.DataFrame({
        "weekday": good["start"].dt.day_of_week, "minute": good["start"].dt.hour * 60, "arrivals": good["arrivals"],
        "hours": good["minutes"] / 60}), 60)
    peak = good[_in_peak(good["start"], profile)]
    checks = _count_rows(peak["arrivals"]) if peak["minutes"].nunique() == 1 else []
    return _observed(profile, checks=pd.DataFrame(checks, columns=CHECKS), model="M/M/s",
                     warnings=_dropped(len(rows) - len(good)))


def from_observations(frame: pd.DataFrame, *, interval_minutes: int = 60, alpha: float = 0.05) -> ObservedQueue:
    """Rates, waits, tests and the use of each server from one watched line.

    Parameters
    ----------
    frame : DataFrame
        arrival_ts, service_start_ts, service_end_ts; optional server_id, abandoned, queue_id (one line
        only). A row without service start, or marked abandoned, left; its service_end_ts is when.
    interval_minutes : int
        Length of the homogeneous intervals; divides 1440.
    alpha : float

    Returns
    -------
    ObservedQueue
        A day is taken as watched from the interval of its first arrival to that of its last.
        Patience: total time waited / number who left (exponential, those served are censored), from
        5 who left with known time.

    Raises
    ------
    ParameterError
        Several lines in one frame, or an interval that does not divide the day.
    NotComputable
        No arrival with a time.

    References
    ----------
    S2:L320-322; method 7.11.3. Exact Poisson bounds: Garwood (1936).

    Examples
    --------
    >>> t = pd.to_datetime(["2024-03-04 09:00", "2024-03-04 09:30", "2024-03-04 10:10"])
    >>> minutes = pd.to_timedelta(6, "min")
    >>> seen = from_observations(pd.DataFrame({"arrival_ts": t, "service_start_ts": t, "service_end_ts": t + minutes}))
    >>> seen.busy_interval, seen.arrival_rate, seen.mean_arrival_rate, seen.service_rate
    ('09:00', 2.0, 1.5, 10.0)
    """
    if interval_minutes <= 0 or 1440 % interval_minutes:
        raise ParameterError(N_("The interval of {minutes} minutes does not divide the day."), minutes=interval_minutes)
    if "queue_id" in frame.columns and frame["queue_id"].nunique() > 1:
        raise ParameterError(N_("These observations are of {n} waiting lines; give one at a time."),
                             n=int(frame["queue_id"].nunique()))
    rows, warnings = _usable(frame)
    profile = find_peak(_watched(rows["arrival_ts"], interval_minutes), interval_minutes, alpha)
    peak = rows[_in_peak(rows["arrival_ts"], profile)]
    served = rows[rows["served"]]
    service = (served["service_end_ts"] - served["service_start_ts"]).dt.total_seconds().to_numpy() / 60
    service = service[~np.isnan(service)]
    gaps = _gaps(peak)
    checks = _count_rows(_counts_in(peak, profile), alpha)
    checks += _time_row("gaps", gaps, alpha) + _time_row("services", service, alpha)
    checks = pd.DataFrame(checks, columns=CHECKS)
    n_left = int((~rows["served"]).sum())
    patience = _patience(rows)
    use = _server_use(served)
    seen = {"n_services": len(service), "ca2": _c2(gaps), "cs2": _c2(service), "n_abandoned": n_left,
            "patience_min": patience, "busy_waits": peak.loc[peak["served"], "wait"].to_numpy(),
            "servers": _present(peak), "server_use": use, "checks": checks,
            "model": _model(checks, n_left, len(rows), patience), "warnings": warnings}
    if len(service) and service.sum() > 0:
        k, hours = len(service), float(service.sum()) / 60
        seen |= {"service_rate": k / hours, "service_low": float(stats.gamma.ppf(0.025, k) / hours),
                 "service_high": float(stats.gamma.ppf(0.975, k) / hours)}
    return _observed(profile, **seen)


CHECKS = ["stream", "test", "n", "statistic", "df", "p_value", "c2", "markovian"]


def _observed(profile, warnings=(), **seen) -> ObservedQueue:
    low, high = poisson_bounds(profile.n, profile.hours)
    all_hours = profile.arrivals["hours"].sum()
    if profile.n < FEW:
        warnings += (reason(N_("Only {n} arrivals in the peak that begins at {interval}: its rate is a hint, observe "
                               "more days."), n=profile.n, interval=clock(profile.start)),)
    return ObservedQueue(
        int(profile.arrivals["arrivals"].sum()), profile.arrivals, profile.cells, clock(profile.start),
        clock(profile.end), profile.weekdays, profile.n / profile.hours, float(low), float(high), profile.n,
        float(profile.arrivals["arrivals"].sum() / all_hours), warnings=warnings, **seen)


def _usable(frame):
    """Rows with an arrival and times that do not run backwards; who left has no service."""
    rows = pd.DataFrame({name: pd.to_datetime(frame[name]) for name in TIMES})
    rows["server_id"] = frame["server_id"].astype(object) if "server_id" in frame.columns else None
    abandoned = frame["abandoned"] if "abandoned" in frame.columns else pd.Series(False, index=frame.index)
    rows["served"] = rows["service_start_ts"].notna() & ~abandoned.fillna(False).astype(bool)
    backwards = (rows["service_start_ts"] < rows["arrival_ts"]) | (rows["service_end_ts"] < rows["arrival_ts"]) \
        | (rows["service_end_ts"] < rows["service_start_ts"])
    good = rows[rows["arrival_ts"].notna() & ~backwards].sort_values("arrival_ts", kind="stable").copy()
    start = good["service_start_ts"].where(good["served"], good["service_end_ts"])
    good["wait"] = (start - good["arrival_ts"]).dt.total_seconds() / 60
    warnings = _dropped(len(rows) - len(good))
    overlaps = 0
    for _, own in good[good["served"]].groupby("server_id"):
        own = own.sort_values("service_start_ts")
        overlaps += int((own["service_start_ts"].shift(-1) < own["service_end_ts"]).sum())
    if overlaps:
        warnings += (reason(N_("{n} services begin before the same server ended the one before: look at the times."),
                            n=overlaps),)
    return good, warnings


def _dropped(n) -> tuple[Reason, ...]:
    return (reason(N_("{n} observations without a usable time are left out."), n=n),) if n else ()


def _watched(times, minutes) -> pd.DataFrame:
    """Arrivals by day and interval, from the first arrival's interval of each day to the last one's."""
    slot = (times.dt.hour * 60 + times.dt.minute) // minutes
    counts = slot.groupby([times.dt.normalize(), slot.rename("slot")]).size()
    parts = []
    for day, found in counts.groupby(level=0):
        found = found.droplevel(0)
        slots = range(found.index.min(), found.index.max() + 1)
        parts.append(pd.DataFrame({"weekday": day.weekday(), "minute": [k * minutes for k in slots],
                                   "arrivals": found.reindex(slots, fill_value=0).to_numpy(), "hours": minutes / 60}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(
        columns=["weekday", "minute", "arrivals", "hours"], dtype=float)


def _in_peak(times, profile) -> pd.Series:
    minute = times.dt.hour * 60 + times.dt.minute
    return times.dt.day_of_week.isin(profile.weekdays) & minute.between(profile.start, profile.end - 1)


def _gaps(peak) -> np.ndarray:
    """Times between arrivals inside the peak of one day, in minutes."""
    if peak.empty:
        return np.array([])
    gaps = peak["arrival_ts"].groupby(peak["arrival_ts"].dt.normalize()).diff().dt.total_seconds() / 60
    return gaps.dropna().to_numpy()


def _counts_in(peak, profile) -> np.ndarray:
    """Arrivals in equal parts of the peak, over all its days: parts of about two arrivals or more."""
    rate, length = profile.n / profile.hours, profile.end - profile.start
    lengths = [part for part in (5, 10, 15, 20, 30, 60, 120) if length % part == 0] or [length]
    part = next((x for x in lengths if rate * x / 60 >= 2), lengths[-1])
    minute = peak["arrival_ts"].dt.hour * 60 + peak["arrival_ts"].dt.minute
    seen = (minute - profile.start).floordiv(part).groupby([peak["arrival_ts"].dt.normalize(), (
        minute - profile.start).floordiv(part).rename("part")]).size().to_numpy()
    parts = round(profile.hours * 60 / part)
    return np.concatenate([seen, np.zeros(max(0, parts - len(seen)))])


def _count_rows(counts, alpha=0.05) -> list:
    try:
        check = check_poisson(counts)
    except NotComputable:
        return []
    c2 = check.variance_ratio
    rows = [("counts", "dispersion", check.n, check.dispersion, check.n - 1, check.p_dispersion, c2,
             is_markovian(c2, check.p_dispersion, alpha))]
    if check.chi2 is not None:
        rows.append(("counts", "chi2", check.n, check.chi2, check.df, check.p_value, c2,
                     is_markovian(c2, check.p_value, alpha)))
    return rows


def _time_row(stream, times, alpha) -> list:
    try:
        check = check_exponential(times)
    except NotComputable:
        return []
    return [(stream, "Lilliefors", check.n, check.statistic, None, check.p_value, check.c2,
             is_markovian(check.c2, check.p_value, alpha))]


def _model(checks, n_left, n, patience) -> str:
    """The model whose conditions hold (decision tree of method 7.11.1)."""
    dispersion = checks[(checks["stream"] == "counts") & (checks["test"] == "dispersion")]
    services = checks[checks["stream"] == "services"]
    markovian = bool(dispersion["markovian"].all()) and bool(services["markovian"].all())
    if not markovian:
        return "G/G/s"
    return "M/M/s+M" if patience is not None and n_left / n >= 0.01 else "M/M/s"


def _patience(rows) -> float | None:
    left = rows[~rows["served"]]
    if len(left) < LEAVING or left["wait"].isna().any():
        return None
    total = float(rows["wait"].sum())
    return total / len(left) if total > 0 else None


def _c2(times) -> float | None:
    if len(times) < 2 or times.mean() == 0:
        return None
    return float(times.var(ddof=1) / times.mean() ** 2)


def _present(peak) -> int | None:
    """Servers seen in the peak: the middle number over the days."""
    known = peak[peak["served"] & peak["server_id"].notna()]
    if known.empty:
        return None
    return int(np.ceil(known.groupby(known["arrival_ts"].dt.normalize())["server_id"].nunique().median()))


def _server_use(served) -> pd.DataFrame:
    """Busy time over present time; a server is present from the first service of a day to the end of the last."""
    known = served[served["server_id"].notna() & served["service_end_ts"].notna()]
    columns = ["server_id", "busy_min", "present_min", "utilisation", "services", "bottleneck"]
    if known.empty:
        return pd.DataFrame(columns=columns)
    day = known["service_start_ts"].dt.normalize()
    by_day = known.groupby([known["server_id"].astype(str), day])
    present = (by_day["service_end_ts"].max() - by_day["service_start_ts"].min()).dt.total_seconds() / 60
    length = (known["service_end_ts"] - known["service_start_ts"]).dt.total_seconds() / 60
    table = pd.DataFrame({
        "busy_min": length.groupby(known["server_id"].astype(str)).sum(),
        "present_min": present.groupby(level=0).sum(), "services": known.groupby(known["server_id"].astype(str)).size(),
    }).rename_axis("server_id").reset_index()
    table["utilisation"] = (table["busy_min"] / table["present_min"].where(table["present_min"] > 0)).clip(upper=1.0)
    table["bottleneck"] = table["utilisation"] == table["utilisation"].max()
    return table[columns]
