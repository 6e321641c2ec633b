"""Forecasts of many series at once, each with its own method, explained (method.md 5.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.forecast.amounts import refused
from svcnb.methods.forecast.choice import choose
from svcnb.methods.forecast.criteria import WEIGHTS
from svcnb.methods.forecast.explain import explain_choice

QUICK = ("naive", "seasonal_naive", "smoothing", "theta", "ets", "decomposition", "croston", "sba", "tsb")
BLOCK = 10  # series between two reports of progress
FREQUENCIES = {"D": 1, "W": 7, "M": 30.44, "Q": 91.3, "Y": 365.25}  # days between periods
SERIES = ["series_id", "n", "pattern", "method", "members", "by_criteria", "agree", "n_origins", "mae", "mase", "bias",
          "tracking", "explanation", "warnings"]
AHEAD = ["series_id", "period", "step", "value", "low80", "high80", "low", "high"]
ERRORS = ["series_id", "method_id", "score", "mae", "rmse", "mase", "bias", "tracking", "filtered", "chosen"]


@dataclass(frozen=True, eq=False)
class ManyForecasts:
    """Forecasts of many series.

    ``series`` one row a series: series_id, n (periods used), pattern, method (by error; "" when none could be computed),
    members (tuple of those averaged), by_criteria, agree (True, False, None when not compared), n_origins, mae, mase,
    bias, tracking, explanation (Reason: why this method, or why there is none), warnings (tuple of Reason).
    ``forecasts``: series_id, period, step, value, low80, high80, low, high (95 %). ``errors``: one row a series and method
    tried: series_id, method_id, score, mae, rmse, mase, bias, tracking, filtered, chosen. ``n_total`` series asked for;
    ``cancelled`` is True when it was stopped before all were done. ``warnings`` about the whole.
    """

    series: pd.DataFrame
    forecasts: pd.DataFrame
    errors: pd.DataFrame
    n_total: int
    cancelled: bool
    warnings: tuple[Reason, ...]

    @property
    def share_agreed(self) -> float | None:
        """Share of the series, of those compared, on which errors and criteria ask for the same; None without any."""
        known = [bool(value) for value in self.series["agree"] if value is not None]
        return sum(known) / len(known) if known else None


def choose_many(frame: pd.DataFrame, *, horizon: int = 6, season: int | None = 12, frequency: str | None = None,
                weights=WEIGHTS, scores: pd.DataFrame | None = None, engines: tuple[str, ...] = QUICK,
                progress: Callable[[int, int], None] | None = None,
                cancelled: Callable[[], bool] | None = None) -> ManyForecasts:
    """Choose a method for each series and forecast it, one series after another.

    A period that a series leaves out between its first and its last is a gap, as is an unknown demand: only what comes
    after the last gap is used, and said. A series that cannot be forecast has its reason in place of a forecast.

    Parameters
    ----------
    frame : series_id, period (dates, or whole numbers), demand; not changed
    horizon, season, weights, scores : as for ``choose``
    frequency : D, W, M, Q or Y, the time between dates; default what is most frequent
    engines : methods to try
    progress : called with series done and series in all, after each ten
    cancelled : asked before each ten; True stops, and what was done is returned

    Raises
    ------
    ParameterError
        a column is not there, a period is unknown, or a series has two demands for one period
    NotComputable
        there is no row

    Examples
    --------
    >>> frame = pd.DataFrame({"series_id": ["a"] * 6 + ["b"] * 6, "period": [*range(1, 7)] * 2,
    ...                       "demand": [4, 4, 4, 4, 4, 4, 1, 2, 3, 4, 5, 6]})
    >>> found = choose_many(frame, horizon=1, season=None)
    >>> found.forecasts[["series_id", "period", "value"]].to_numpy().tolist()
    [['a', 7, 4.0], ['b', 7, 6.0]]
    """
    series, later = _aligned(frame, frequency)
    rows, ahead, errors, done = [], [], [], 0
    names = list(series)
    for start in range(0, len(names), BLOCK):
        if cancelled is not None and cancelled():
            break
        for name in names[start: start + BLOCK]:
            values, last = series[name]
            row, forecast, table = _one(values, horizon=horizon, season=season, weights=weights, scores=scores,
                                        engines=tuple(engines))
            rows.append({"series_id": name, **row})
            if forecast is not None:
                periods = [later(last, step) for step in forecast["step"]]
                ahead.append(forecast.assign(series_id=name, period=periods)[AHEAD])
                errors.append(table.assign(series_id=name)[ERRORS])
        done = min(start + BLOCK, len(names))
        if progress is not None:
            progress(done, len(names))
    stopped = done < len(names)
    said = (reason(N_("Stopped after {n} of {total} series."), n=done, total=len(names)),) if stopped else ()
    return ManyForecasts(pd.DataFrame(rows, columns=SERIES).astype({"agree": object}), _stacked(ahead, AHEAD),
                         _stacked(errors, ERRORS), len(names), stopped, said)


def _one(values, **options):
    """Row, forecast and methods of one series; a reason instead when there is none."""
    row = dict.fromkeys(SERIES[1:]) | {"n": int(np.sum(pd.notna(values))), "pattern": "", "method": "", "members": (),
                                       "by_criteria": "", "n_origins": 0, "warnings": ()}
    row |= dict.fromkeys(("mae", "mase", "bias", "tracking"), np.nan)
    try:
        found = choose(values, **options)
    except (NotComputable, ParameterError) as error:
        if isinstance(error, ParameterError) and not _is_bad(values):
            raise  # an option is wrong: it is wrong for every series
        return row | {"explanation": Reason(error.template, error.values, "missing")}, None, None
    table = found.methods[found.methods["kind"] == "quantitative"]
    table = table[(table["filtered"] == "") | table["filtered"].isin((N_("too little history"), N_("could not be fitted")))]
    own = table[table["chosen"]].iloc[0]
    row |= {"pattern": found.pattern, "method": found.method, "members": found.members, "by_criteria": found.by_criteria,
            "agree": found.agree, "n_origins": found.n_origins, "explanation": explain_choice(found),
            "warnings": found.warnings, **{name: own[name] for name in ("mae", "mase", "bias", "tracking")}}
    return row, found.ahead, table


def _is_bad(values) -> bool:
    given = pd.Series(values, dtype=object)
    return bool(refused(given, pd.to_numeric(given, errors="coerce").astype(float)).any())


def _aligned(frame, frequency):
    """series_id -> (demand of every period from first to last, last period), and the rule for later periods."""
    absent = [name for name in ("series_id", "period", "demand") if name not in frame]
    if absent:
        raise ParameterError(N_("The series have no column {columns}."), columns=", ".join(absent))
    known = frame[frame["series_id"].notna()]
    if known.empty:
        raise NotComputable(N_("There is no demand history."),
                            fallback=N_("Use a method that needs no history: the sales force, a jury or Delphi."))
    place, later = _places(known["period"], known["series_id"], frequency)
    twice = pd.DataFrame({"s": known["series_id"].to_numpy(), "p": place}).duplicated()
    if twice.any():
        row = known[twice.to_numpy()].iloc[0]
        raise ParameterError(N_("Series {series} has two demands for the period {period}."), series=str(row["series_id"]),
                             period=str(row["period"]))
    out = {}
    demand = known["demand"].to_numpy(dtype=object)
    for name, at in known.groupby("series_id", sort=False).indices.items():
        here = place[at]
        values = np.full(here.max() - here.min() + 1, None, dtype=object)
        values[here - here.min()] = demand[at]
        out[name] = (list(values), int(here.max()))
    return out, later


def _places(periods, series_ids, frequency):
    """Number of each period, one apart, and the function that names the period some steps after a number."""
    if periods.isna().any():
        raise ParameterError(N_("{n} rows of the series have no period."), n=int(periods.isna().sum()))
    if pd.api.types.is_integer_dtype(periods):
        return periods.to_numpy(dtype=np.int64), lambda last, step: last + int(step)
    try:
        dates = pd.to_datetime(periods, format="ISO8601")
    except (ValueError, TypeError) as error:
        raise ParameterError(N_("The periods of the series are neither dates nor whole numbers.")) from error
    if frequency is None:
        order = pd.DataFrame({"s": series_ids.to_numpy(), "d": dates.to_numpy()}).sort_values(["s", "d"], kind="stable")
        apart = order.groupby("s", sort=False)["d"].diff().dt.days.dropna()
        apart = apart[apart > 0]
        days = float(apart.median()) if len(apart) else FREQUENCIES["M"]
        frequency = min(FREQUENCIES, key=lambda name: abs(np.log(FREQUENCIES[name] / days)))
    if frequency not in FREQUENCIES:
        raise ParameterError(N_("There is no frequency {frequency}; there are {known}."), frequency=frequency,
                             known=", ".join(FREQUENCIES))
    if frequency == "W":  # a week begins on the weekday that the data begin it on
        frequency = "W-" + ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"][int(dates.dt.day_of_week.mode().iloc[0])]
    whole = pd.PeriodIndex(dates, freq=frequency)
    at = lambda last, step: pd.Period(ordinal=last + int(step), freq=frequency).start_time
    return whole.asi8.astype(np.int64), at


def _stacked(frames, columns) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
