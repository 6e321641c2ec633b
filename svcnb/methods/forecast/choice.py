"""Choose a forecasting method: by weighted criteria (S2:L221) and by the errors it would have made.

The default scores and the history each method needs are house rules (method.md 5.2); every score has 5 as favourable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.forecast import models
from svcnb.methods.forecast.accuracy import measure_accuracy

CRITERIA = ("cost", "precision", "weakness", "resources", "application")
WEIGHTS = (0.15, 0.35, 0.15, 0.15, 0.20)
SCORES = pd.DataFrame([
    ("jury", "qualitative", 4, 2, 2, 4, 4), ("sales_force", "qualitative", 3, 3, 2, 3, 4),
    ("intention_survey", "qualitative", 2, 3, 3, 2, 3), ("delphi", "qualitative", 2, 3, 3, 2, 3),
    ("market_test", "qualitative", 1, 4, 3, 1, 2), ("analogy", "qualitative", 4, 2, 2, 4, 2),
    ("naive", "quantitative", 5, 2, 2, 5, 4), ("seasonal_naive", "quantitative", 5, 2, 2, 5, 4),
    ("moving_average", "quantitative", 5, 3, 3, 5, 4), ("smoothing", "quantitative", 5, 4, 3, 4, 4),
    ("holt", "quantitative", 5, 4, 3, 4, 4), ("trend", "quantitative", 4, 3, 3, 4, 3),
    ("causal", "quantitative", 3, 4, 3, 2, 3), ("decomposition", "quantitative", 4, 4, 3, 3, 3),
], columns=["method_id", "kind", *CRITERIA])
NAMES = {
    "jury": N_("executive jury"), "sales_force": N_("sales-force composite"),
    "intention_survey": N_("survey of intentions"), "delphi": N_("Delphi"), "market_test": N_("market test"),
    "analogy": N_("historical analogy"), "naive": N_("last period"), "seasonal_naive": N_("same period of last season"),
    "moving_average": N_("moving average"), "smoothing": N_("simple exponential smoothing"),
    "holt": N_("smoothing with trend (Holt)"), "trend": N_("straight line (trend)"),
    "causal": N_("causal regression"), "decomposition": N_("decomposition of the series"),
    "combination": N_("mean of the two best")}
MODELS = {"naive": models.naive, "seasonal_naive": models.seasonal_naive, "moving_average": models.moving_average,
          "smoothing": models.smooth, "holt": models.holt, "trend": models.trend}
NEEDS = {"naive": 1, "moving_average": 4, "smoothing": 8, "holt": 10, "trend": 10, "causal": 15}
CLOSE = 0.10  # two scores nearer than this are as good
ORIGINS = 3  # fewer errors than this choose nothing
Z95 = 1.96


@dataclass(frozen=True, eq=False)
class Forecast:
    """``method`` chosen; ``ahead``: step, value, low, high (95 %; NaN when not known); ``methods``: method_id, kind,
    score, n_errors, mae, mase, bias, tracking, next, filtered (Reason template or ""), chosen; ``fitted`` one-step
    forecasts of the chosen method.
    """

    method: str
    ahead: pd.DataFrame
    methods: pd.DataFrame
    fitted: np.ndarray
    constants: dict
    warnings: tuple[Reason, ...]


@dataclass(frozen=True, eq=False)
class WeightedChoice:
    """``scores``: method_id, score, in order of score; ``method`` best; ``combine`` the two best when nearly equal."""

    scores: pd.DataFrame
    method: str
    combine: tuple[str, ...]


def score_methods(scores: pd.DataFrame, weights=WEIGHTS) -> WeightedChoice:
    """Weighted score of each method over cost, precision, weakness, resources and application (5 is favourable).

    Ties go to the method that needs fewer resources; two best nearer than 0.10 may be combined.

    Parameters
    ----------
    scores : DataFrame
        method_id and the five criteria, 1 to 5.
    weights : five numbers that sum to 1, or a mapping by criterion

    Examples
    --------
    >>> rows = [("m1", 4, 2, 3, 4, 3), ("m3", 5, 3, 3, 5, 4)]
    >>> score_methods(pd.DataFrame(rows, columns=["method_id", *CRITERIA])).scores["score"].round(2).tolist()
    [3.8, 2.95]
    """
    weight = np.array([weights[c] for c in CRITERIA] if isinstance(weights, Mapping) else list(weights), dtype=float)
    if len(weight) != len(CRITERIA) or (weight < 0).any() or abs(weight.sum() - 1) > 1e-6:
        raise ParameterError(N_("The weights of the five criteria must not be negative and sum to 1."))
    absent = [c for c in ("method_id", *CRITERIA) if c not in scores]
    if absent:
        raise ParameterError(N_("The scores have no column {columns}."), columns=", ".join(absent))
    cells = scores[list(CRITERIA)].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    if ((cells < 1) | (cells > 5)).any():
        raise ParameterError(N_("Scores of forecasting methods run from 1 to 5."))
    table = pd.DataFrame({"method_id": scores["method_id"].astype(object).to_numpy(), "score": cells @ weight,
                          "resources": cells[:, CRITERIA.index("resources")]}).dropna()
    if table.empty:
        raise NotComputable(N_("No method has a score on every criterion."))
    table = table.round({"score": 12}).sort_values(["score", "resources"], ascending=False, kind="stable")
    best = table["method_id"].tolist()
    near = len(table) > 1 and table["score"].iloc[0] - table["score"].iloc[1] < CLOSE - 1e-9
    return WeightedChoice(table[["method_id", "score"]].reset_index(drop=True), best[0], tuple(best[:2]) if near else ())


def choose(series, *, horizon: int = 6, season: int | None = 12, weights=WEIGHTS, scores: pd.DataFrame | None = None,
           method: str | None = None) -> Forecast:
    """Forecast a series with the method that would have erred least, one step ahead, from every origin.

    All methods with history enough are compared on the same periods (the last half, at least 3); the smallest mean
    absolute error wins, ties to the simpler. Weighted criteria stand beside. The interval widens the root mean square
    of those errors by the method's own rule and stops at 0.

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

    Raises
    ------
    ParameterError
        A demand is no number or negative; an unknown method.
    NotComputable
        No period, or the method chosen lacks history.

    Examples
    --------
    >>> result = choose([100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210], horizon=1, season=None)
    >>> result.method, round(float(result.ahead["value"][0]), 6)
    ('holt', 220.0)
    """
    demand, warnings = _clean(series)
    if horizon < 1:
        raise ParameterError(N_("A horizon has at least 1 period; it is {horizon}."), horizon=horizon)
    frame = SCORES if scores is None else _merged(scores)
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
    return Forecast(name, ahead, table.drop(columns="alarm"), run.fitted, run.constants, tuple(warnings))


def _clean(series):
    values = pd.Series(list(series), dtype=object)
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    bad = (numbers.isna() & values.notna()) | np.isinf(numbers) | (numbers < 0)
    if bad.any():
        raise ParameterError(N_("demand = {value} is not a number that is not negative."), value=repr(values[bad].iloc[0]))
    warnings, gaps = [], np.flatnonzero(numbers.isna())
    whole = numbers.to_numpy()
    if len(gaps):
        whole = whole[: gaps[-1]] if gaps[-1] == len(whole) - 1 and len(gaps) == 1 else whole[gaps[-1] + 1:]
        warnings.append(reason(N_("Periods without a known demand: {n}. Only the {kept} periods on one side of them were "
                                  "used."), n=len(gaps), kept=len(whole)))
    if len(whole) == 0:
        raise NotComputable(N_("There is no demand history."),
                            fallback=N_("Use a method that needs no history: the sales force, a jury or Delphi."))
    return whole, warnings


def _merged(scores) -> pd.DataFrame:
    """The study's scores over the default ones."""
    own = scores.dropna(subset=list(CRITERIA)).drop_duplicates("method_id", keep="last")
    kinds = SCORES.set_index("method_id")["kind"]
    own = own.assign(kind=own["method_id"].map(kinds).fillna("qualitative"))[SCORES.columns]
    return pd.concat([SCORES[~SCORES["method_id"].isin(own["method_id"])], own], ignore_index=True)


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
    return pd.DataFrame({"step": np.arange(1, len(value) + 1), "value": value, "low": np.maximum(run.ahead - spread, 0),
                         "high": np.maximum(run.ahead + spread, 0)})
