"""Choose a forecasting method: by weighted criteria (S2:L221) and by the errors it would have made (method.md 5.2).

Two ways to the errors: the small models, one step ahead, from every origin, which can be followed by hand; or those and
the engines of ``engines``, several steps ahead, from six origins (``rolling``). The history each needs is a house rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.forecast.accuracy import ALARM, measure_accuracy
from svcnb.methods.forecast.amounts import refused, shown
from svcnb.methods.forecast.criteria import (
    ENGINE_SCORES,
    SCORES,
    WEIGHTS,
    compare_choices,
    merge_scores,
    score_methods,
)
from svcnb.methods.forecast.engines import ENGINES
from svcnb.methods.forecast.engines import SMALL as MODELS
from svcnb.methods.forecast.intermittent import classify_demand
from svcnb.methods.forecast.rolling import Rolled, forecast_by_origins

NEEDS = {"naive": 1, "moving_average": 4, "smoothing": 8, "holt": 10, "trend": 10, "causal": 15}
RARE = ("naive", "seasonal_naive", "moving_average", "smoothing", "croston", "sba", "tsb", "causal")
STEADY = tuple(name for name in ENGINES if name not in ("croston", "sba", "tsb"))
ORIGINS = 3  # fewer errors than this choose nothing
Z80, Z95 = 1.2816, 1.96


@dataclass(frozen=True, eq=False)
class Forecast:
    """``method`` chosen; ``ahead``: step, value, low, high (95 %), low80, high80 (NaN when not known); ``methods``:
    method_id, kind, score, n_errors, mae, mase, bias, tracking, next, filtered (Reason template or ""), chosen; ``fitted``
    one-step forecasts of the chosen method.

    ``members`` are the methods averaged (one when one was chosen); ``by_criteria`` is the computed method that the
    weighted criteria ask for ("" when none was scored) and ``agree`` whether that is the same or as good (None when
    errors chose nothing); ``pattern`` smooth, erratic, intermittent or lumpy ("" when it was not asked); ``n_origins``
    the one-step errors or the origins compared, ``steps`` ahead each; ``is_given`` is True when somebody chose it.
    """

    method: str
    ahead: pd.DataFrame
    methods: pd.DataFrame
    fitted: np.ndarray
    constants: dict
    warnings: tuple[Reason, ...]
    members: tuple[str, ...]
    by_criteria: str
    agree: bool | None
    pattern: str
    n_origins: int
    steps: int
    is_given: bool


def choose(series, *, horizon: int = 6, season: int | None = 12, weights=WEIGHTS, scores: pd.DataFrame | None = None,
           method: str | None = None, engines: bool | tuple[str, ...] = False, regressors=None) -> Forecast:
    """Forecast a series with the method that would have erred least, one step ahead, from every origin.

    All methods with history enough are compared on the same periods (the last half, at least 3); the smallest mean
    absolute error wins, ties to the simpler. Weighted criteria stand beside. The interval widens the root mean square
    of those errors by the method's own rule and stops at 0.

    With ``engines`` the larger models compete too, from six origins and over all steps of the horizon, and up to three
    that cannot be told apart are averaged (``rolling.forecast_by_origins``); series with many empty periods are forecast
    by the methods for them (``intermittent.classify_demand``).

    Parameters
    ----------
    series : sequence or Series
        Demand per period, oldest first, none missing inside.
    horizon : int
        Periods ahead.
    season : int, optional
        Periods of a season (12 months, 52 weeks); None for none.
    weights, scores
        As for ``score_methods``; default scores are SCORES.
    method : str, optional
        A method chosen by somebody; it must have history enough.
    engines : bool or names
        Whether to try the engines (True: all of ``ENGINES``), or which methods to try.
    regressors : (periods + horizon, variables), optional
        What explains the demand, known for the periods ahead too; adds causal regression and implies ``engines``.

    Raises
    ------
    ParameterError
        A demand is no number or negative; an unknown method; regressors that do not fit the series.
    NotComputable
        No period, or the method chosen lacks history.

    Examples
    --------
    >>> result = choose([100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210], horizon=1, season=None)
    >>> result.method, round(float(result.ahead["value"][0]), 6)
    ('holt', 220.0)
    """
    series = list(series)
    demand, start, warnings = _clean(series)
    if horizon < 1:
        raise ParameterError(N_("A horizon has at least 1 period; it is {horizon}."), horizon=horizon)
    if season is not None and season < 1:
        raise ParameterError(N_("A season has at least 1 period; it is {season}."), season=season)
    if engines or regressors is not None:
        return _with_engines(demand, warnings, horizon, season, weights, scores, method, engines,
                             _known(regressors, len(series), start, len(demand), horizon))
    frame = merge_scores(scores)
    ranked = score_methods(frame, weights).scores
    needs = {**NEEDS, "seasonal_naive": 2 * season if season else np.inf, "decomposition": 2 * season if season else np.inf}
    runs = {}
    for name, model in MODELS.items():
        if len(demand) >= max(needs[name], 1):
            runs[name] = model(demand, horizon, season) if name == "seasonal_naive" else model(demand, horizon)
    start = _first_target(demand, runs)
    table = _compare(demand, runs, start, frame, ranked, needs)
    name = _pick(table, runs, method, needs, len(demand))
    table["chosen"] = table["method_id"] == name
    run = runs[name]
    errors = (demand - run.fitted)[start:] if start is not None else np.array([])
    errors = errors[~np.isnan(errors)]
    ahead = _ahead(run, errors)
    if len(errors) < ORIGINS:
        warnings.append(reason(N_("Only {n} periods: the forecast has no interval and no method could be compared."),
                               n=len(demand)))
    elif bool(table.loc[table["chosen"], "alarm"].iloc[0]):
        warnings.append(reason(N_("The forecasts of the chosen method lean to one side (tracking signal {signal:1}): watch "
                                  "for a trend."), signal=float(table.loc[table["chosen"], "tracking"].iloc[0])))
    compared = len(errors) >= ORIGINS
    by_criteria, agree = compare_choices(ranked, runs, (name,))
    return Forecast(name, ahead, table.drop(columns="alarm"), run.fitted, run.constants, tuple(warnings), (name,),
                    by_criteria, agree if compared else None, "", len(errors) if compared else 0, int(compared), bool(method))


def _with_engines(demand, warnings, horizon, season, weights, scores, method, engines, regressors) -> Forecast:
    frame = merge_scores(scores, pd.concat([SCORES, ENGINE_SCORES], ignore_index=True))
    ranked = score_methods(frame, weights).scores
    asked = tuple(ENGINES) if engines in (True, False) else (*engines, *(["causal"] if regressors is not None else []))
    for name in (*asked, *([method] if method else [])):
        if name not in ENGINES:
            raise ParameterError(N_("There is no forecasting method {method}; there are {known}."), method=name,
                                 known=", ".join(ENGINES))
    pattern = classify_demand(demand) if (demand > 0).any() else None
    suited = RARE if pattern is not None and pattern.is_intermittent else STEADY
    tried = [name for name in dict.fromkeys(asked) if name in suited] or ["naive"]
    if len(demand) > 1 and np.ptp(demand) == 0:
        tried = ["naive"]
        warnings.append(reason(N_("The demand was the same in all {n} periods: it is carried forward."), level="info",
                               n=len(demand)))
    rolled = forecast_by_origins(demand, [*tried, *([method] if method and method not in tried else [])],
                                 horizon=horizon, season=season, regressors=regressors, method=method,
                                 intermittent=pattern is not None and pattern.is_intermittent)
    if rolled.n_origins == 0:
        warnings.append(reason(N_("Only {n} periods: the forecast has no interval and no method could be compared."),
                               n=len(demand)))
    elif rolled.ahead["low"].isna().all():
        warnings.append(reason(N_("The method {method} has too little history to be tried on the past: its forecast has no "
                                  "interval."), method=rolled.method))
    table = _merge_rolled(frame, ranked, rolled, asked)
    signal = table.loc[table["chosen"], "tracking"]
    if len(signal) and abs(signal.iloc[0]) > ALARM:
        warnings.append(reason(N_("The forecasts of the chosen method lean to one side (tracking signal {signal:1}): watch "
                                  "for a trend."), signal=float(signal.iloc[0])))
    usable = table.loc[table["next"].notna() & (table["filtered"] == ""), "method_id"]
    by_criteria, agree = compare_choices(ranked, usable, rolled.members)
    return Forecast(rolled.method, rolled.ahead, table, rolled.fitted, rolled.constants, tuple(warnings), rolled.members,
                    by_criteria, agree if rolled.n_origins else None, pattern.name if pattern else "", rolled.n_origins,
                    rolled.steps, bool(method))


def _known(regressors, n, start, kept, horizon):
    """The regressors of the periods kept and of those ahead."""
    if regressors is None:
        return None
    table = np.asarray(regressors, dtype=float)
    table = table.reshape(len(table), -1)
    if len(table) != n + horizon or not np.isfinite(table).all():
        raise ParameterError(N_("The regressors need a known value for each of the {n} periods and the {horizon} ahead."),
                             n=n, horizon=horizon)
    return table[start: start + kept + horizon]


def _merge_rolled(frame, ranked, rolled: Rolled, asked) -> pd.DataFrame:
    """The rolled errors beside the scores of all methods; the mean of the best has no score of its own."""
    kinds = dict(zip(frame["method_id"], frame["kind"]))
    score = dict(zip(ranked["method_id"], ranked["score"]))
    found = {row["method_id"]: row for row in rolled.table.to_dict("records")}
    rows = []
    for name in dict.fromkeys([*kinds, *found]):
        why = N_("needs people: not computed here") if kinds.get(name) == "qualitative" else \
            N_("not for this kind of demand") if name in asked else N_("not tried")
        idle = dict.fromkeys(rolled.table.columns, np.nan) | {"n_errors": 0, "n_origins": 0, "filtered": why}
        rows.append({**found.get(name, idle), "method_id": name, "kind": kinds.get(name, "quantitative"),
                     "score": score.get(name, np.nan), "chosen": name == rolled.method})
    return pd.DataFrame(rows)


def _clean(series):
    values = pd.Series(series, dtype=object)
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    bad = refused(values, numbers)
    if bad.any():
        raise ParameterError(N_("demand = {value} is not a number that is not negative."), value=shown(values[bad].iloc[0]))
    warnings, gaps = [], np.flatnonzero(numbers.isna())
    whole, start = numbers.to_numpy(), 0
    if len(gaps) == 1 and gaps[0] == len(whole) - 1:
        whole = whole[:-1]
    elif len(gaps):
        start = int(gaps[-1]) + 1
        whole = whole[start:]
    if len(gaps):
        warnings.append(reason(N_("Periods without a known demand: {n}. Only the {kept} periods on one side of them were "
                                  "used."), n=len(gaps), kept=len(whole)))
    if len(whole) == 0:
        raise NotComputable(N_("There is no demand history."),
                            fallback=N_("Use a method that needs no history: the sales force, a jury or Delphi."))
    return whole, start, warnings


def _first_target(demand, runs) -> int | None:
    """First period on which all methods are compared: the last half, where each has a forecast; None if too few."""
    n = len(demand)
    ready = max(int(np.flatnonzero(~np.isnan(run.fitted))[0]) if (~np.isnan(run.fitted)).any() else n
                for run in runs.values())
    start = max(ready, n // 2)
    if n - start >= ORIGINS:
        return start
    start = max(n - ORIGINS, 1)
    return start if n - start >= ORIGINS else None


def _compare(demand, runs, start, frame, ranked, needs) -> pd.DataFrame:
    score, rows = dict(zip(ranked["method_id"], ranked["score"], strict=True)), []
    for row in frame.itertuples():
        record = {"method_id": row.method_id, "kind": row.kind, "score": score.get(row.method_id, np.nan), "n_errors": 0,
                  "mae": np.nan, "mase": np.nan, "bias": np.nan, "tracking": np.nan, "next": np.nan, "filtered": "",
                  "alarm": False}
        run = runs.get(row.method_id)
        if run is not None:
            record["next"] = max(0.0, float(run.ahead[0]))
            if start is not None and not np.isnan(run.fitted[start:]).all():
                found = measure_accuracy(demand[start:], run.fitted[start:], demand)
                record |= {"n_errors": found.n, "mae": found.mae, "bias": found.bias, "alarm": found.alarm,
                           "mase": np.nan if found.mase is None else found.mase,
                           "tracking": np.nan if found.tracking is None else found.tracking}
        elif row.method_id in MODELS:
            record["filtered"] = N_("too little history") if np.isfinite(needs[row.method_id]) else N_("no season")
        elif row.kind == "quantitative":
            record["filtered"] = N_("needs other variables or a longer model")
        else:
            record["filtered"] = N_("needs people: not computed here")
        rows.append(record)
    return pd.DataFrame(rows)


def _pick(table, runs, method, needs, n) -> str:
    if method:
        if method not in MODELS:
            raise ParameterError(N_("There is no forecasting method {method}; there are {known}."), method=method,
                                 known=", ".join(MODELS))
        if not np.isfinite(needs[method]):
            raise NotComputable(N_("The method {method} needs a season, and none is known."), method=method)
        if method not in runs:
            raise NotComputable(N_("The method {method} needs {needs} periods; there are {n}."), method=method,
                                needs=needs[method], n=n)
        return method
    usable = table[table["method_id"].isin(list(runs))]
    if usable["mae"].notna().any():
        full = usable[usable["n_errors"] == usable["n_errors"].max()]
        return str(full.loc[full["mae"].round(9).idxmin(), "method_id"])
    return "naive"


def _ahead(run, errors) -> pd.DataFrame:
    spread = np.sqrt((errors**2).mean()) * Z95 * run.growth if len(errors) >= ORIGINS else np.full(len(run.ahead), np.nan)
    value = np.maximum(run.ahead, 0)
    narrow = spread * (Z80 / Z95)
    return pd.DataFrame({"step": np.arange(1, len(value) + 1), "value": value, "low": np.maximum(run.ahead - spread, 0),
                         "high": np.maximum(run.ahead + spread, 0), "low80": np.maximum(run.ahead - narrow, 0),
                         "high80": np.maximum(run.ahead + narrow, 0)})
