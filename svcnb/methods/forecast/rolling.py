"""Forecast with the methods that erred least from six origins, fitted once (method.md 5.2.1).

Rolling origin: Tashman, L. J. (2000), *Int. J. Forecasting* 16, 437-450; scaled error (MASE): Hyndman and Koehler (2006),
*Int. J. Forecasting* 22, 679-688; means of forecasts: Bates and Granger (1969), *Oper. Res. Q.* 20, 451-468, and
Makridakis, Spiliotis and Assimakopoulos (2020), *Int. J. Forecasting* 36, 54-74. House rules: six origins; up to three
methods whose errors are within 20 % of the least cannot be told apart by so few origins and are averaged; for intermittent
demand squared errors decide, because absolute ones reward a forecast of 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable
from svcnb.i18n import N_
from svcnb.methods.forecast.accuracy import measure_accuracy
from svcnb.methods.forecast.engines import ENGINES, Fitted, fit_model, periods_needed

ORIGINS, LEAST = 6, 3  # origins; fewer than the least choose nothing
ALIKE, MOST = 0.20, 3  # errors as near are alike; so many methods at most are averaged
Z80, Z95 = 1.2815515655446004, 1.959963984540054
MEAN = "mean_of_best"
COLUMNS = ["method_id", "n_origins", "n_errors", "mae_next", "mae", "rmse", "mase", "bias", "tracking", "next", "filtered"]


@dataclass(frozen=True, eq=False)
class Rolled:
    """What the origins say.

    ``method`` is the winner, ``mean_of_best`` when ``members`` are several; ``ahead``: step, value, low80, high80, low,
    high (95 %; NaN when nothing could be compared); ``table``: method_id, n_origins, n_errors, mae_next (one step), mae,
    rmse, mase (all steps), bias and tracking (one step), next, filtered (why it was not compared, or ""), one row a
    method and one for the mean; ``n_origins`` and ``steps`` compared; ``fitted`` (n,) one-step forecasts from the origins,
    NaN before; ``constants`` of each member.
    """

    method: str
    members: tuple[str, ...]
    ahead: pd.DataFrame
    table: pd.DataFrame
    n_origins: int
    steps: int
    fitted: np.ndarray
    constants: dict


def plan_origins(n: int, horizon: int) -> tuple[int, int]:
    """How many origins and steps n periods bear when at least half of them stay for the first fit.

    Examples
    --------
    >>> plan_origins(60, 12), plan_origins(12, 12), plan_origins(6, 1), plan_origins(5, 1)
    ((6, 12), (6, 1), (3, 1), (0, 0))
    """
    room = n // 2
    if room < LEAST:
        return 0, 0
    origins = min(ORIGINS, room)
    return origins, min(horizon, room - origins + 1)


def forecast_by_origins(demand, names, *, horizon: int = 6, season: int | None = 12, regressors=None,
                        method: str | None = None, intermittent: bool = False) -> Rolled:
    """Compare methods from up to six origins without fitting again, and forecast with the best.

    From origin ``o`` each method, fitted to the periods before the first origin only, forecasts the next steps; the mean
    absolute error over all origins and steps decides (root mean square when ``intermittent``), a tie goes to the simpler.
    The winner alone is fitted again to all periods. Its interval is ``value -/+ z s_h``: ``s_h`` of the model, widened
    where its errors from the origins were larger than it says; that of a mean is the mean of the members' (errors that
    move together, the safe side). Nothing is forecast below 0.

    Parameters
    ----------
    demand : sequence of numbers without gaps, oldest first
    names : methods to try, of ``ENGINES``
    horizon, season : periods ahead; periods of a season or None
    regressors : (periods + horizon, variables) for ``causal``
    method : a method that somebody chose; it is taken whatever its error

    Raises
    ------
    NotComputable
        no method has history enough, or the method chosen cannot be fitted

    Examples
    --------
    >>> found = forecast_by_origins(range(5, 45, 2), ["naive", "trend"], horizon=2, season=None)
    >>> found.method, found.ahead["value"].round(6).tolist(), found.n_origins
    ('trend', [45.0, 47.0], 6)
    """
    y = np.array(list(demand), dtype=float)
    options = {"season": season, "regressors": regressors}
    n_origins, steps = plan_origins(len(y), horizon)
    first = len(y) - n_origins - steps + 1 if n_origins else len(y)
    fits, why = _fit_all(names, y[:first], options)
    said = {name: np.array([fit.forward(y[: first + o], steps) for o in range(n_origins)]).reshape(n_origins, steps)
            for name, fit in fits.items()} if n_origins else {}
    for name in [name for name, forecasts in said.items() if not np.isfinite(forecasts).all()]:
        del said[name], fits[name]
        why[name] = N_("could not be fitted")
    said = {name: np.maximum(forecasts, 0) for name, forecasts in said.items()}
    actual = np.array([y[first + o: first + o + steps] for o in range(n_origins)]).reshape(n_origins, steps)
    members = (method,) if method else _best(said, actual, intermittent) or _simplest(fits)
    if len(members) > 1:
        said[MEAN] = np.mean([said[name] for name in members], axis=0)
    refits = {name: _fit_again(name, y, fits.get(name), options) for name in members}
    errors = actual - np.mean([said[name] for name in members], axis=0) if said and set(members) <= set(said) else None
    fitted = np.full(len(y), np.nan)
    if errors is not None:
        fitted[first: first + n_origins] = (actual - errors)[:, 0]
    winner = members[0] if len(members) == 1 else MEAN
    ahead = _ahead(list(refits.values()), y, horizon, errors)
    table = _table([*names, *([MEAN] if len(members) > 1 else [])], said, actual, y, season, fits, why, ahead, winner)
    return Rolled(winner, members, ahead, table, n_origins, steps, fitted,
                  {name: refit.constants for name, refit in refits.items()})


def _fit_all(names, train, options) -> tuple[dict[str, Fitted], dict[str, str]]:
    fits, why = {}, {}
    n_regressors = 0 if options["regressors"] is None else np.asarray(options["regressors"]).reshape(
        len(options["regressors"]), -1).shape[1]
    for name in sorted(set(names), key=list(ENGINES).index):
        needs = periods_needed(name, options["season"], n_regressors)
        if len(train) < needs:
            why[name] = N_("too little history") if np.isfinite(needs) else \
                N_("no regressors") if name == "causal" else N_("no season")
            continue
        try:
            fits[name] = fit_model(name, train, **options)
        except NotComputable:
            why[name] = N_("could not be fitted")
    return fits, why


def _fit_again(name, y, early, options) -> Fitted:
    """Fitted to all periods; what cannot be fitted to all of them keeps its early constants."""
    try:
        return fit_model(name, y, **options)
    except NotComputable:
        if early is None:
            raise
        return early


def _best(said, actual, intermittent) -> tuple[str, ...]:
    """The method of least error, with those that cannot be told from it."""
    if not said:
        return ()
    size = {name: float(np.sqrt(((actual - f) ** 2).mean()) if intermittent else np.abs(actual - f).mean())
            for name, f in said.items()}
    scale = 1e-9 * max(1.0, float(np.abs(actual).mean()))
    order = sorted(size, key=lambda name: (round(size[name] / scale), list(ENGINES).index(name)))
    least = size[order[0]]
    if intermittent or least <= scale:
        return order[0],
    return tuple(name for name in order if size[name] <= least * (1 + ALIKE) + 1e-9)[:MOST]


def _simplest(fits) -> tuple[str, ...]:
    if not fits:
        raise NotComputable(N_("No forecasting method has history enough."),
                            fallback=N_("Use a method that needs no history: the sales force, a jury or Delphi."))
    return next(iter(fits)),


def _ahead(refits, y, horizon, errors) -> pd.DataFrame:
    """Mean of the members with the interval; ``errors`` from the origins (None: no interval)."""
    value = np.mean([refit.forward(y, horizon) for refit in refits], axis=0)
    if not np.isfinite(value).all():
        raise NotComputable(N_("The forecast of the chosen method is no number."))
    spread = np.full(horizon, np.nan)
    if errors is not None:
        spread = np.mean([refit.spread(horizon) for refit in refits], axis=0)
        own = spread[: errors.shape[1]]
        if np.isfinite(spread).all() and (own > 0).all():
            spread = spread * max(1.0, float(np.sqrt(((errors / own) ** 2).mean())))
        else:  # a model without an error of its own
            spread = np.full(horizon, float(np.sqrt((errors**2).mean())))
    bounds = {"low80": -Z80, "high80": Z80, "low": -Z95, "high": Z95}
    return pd.DataFrame({"step": np.arange(1, horizon + 1), "value": np.maximum(value, 0),
                         **{name: np.maximum(value + z * spread, 0) for name, z in bounds.items()}})


def _table(names, said, actual, y, season, fits, why, ahead, winner) -> pd.DataFrame:
    rows = []
    for name in names:
        row = dict.fromkeys(COLUMNS, np.nan) | {"method_id": name, "n_origins": 0, "n_errors": 0,
                                               "filtered": why.get(name, "")}
        if name in fits:
            row["next"] = max(0.0, float(fits[name].forward(y, 1)[0]))
        if name == winner:
            row["next"] = float(ahead["value"].iloc[0])
        if name in said:
            every = measure_accuracy(actual.ravel(), said[name].ravel(), y, season=season or 1)
            one = measure_accuracy(actual[:, 0], said[name][:, 0])
            row |= {"n_origins": len(actual), "n_errors": every.n, "mae_next": one.mae, "mae": every.mae,
                    "rmse": every.rmse, "mase": np.nan if every.mase is None else every.mase, "bias": one.bias,
                    "tracking": np.nan if one.tracking is None else one.tracking}
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)
