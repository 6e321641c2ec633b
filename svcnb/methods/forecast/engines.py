"""Forecasting models by name, fitted once and carried forward (method.md 5.2; the fit engine is statsforecast).

The small models of ``models`` stand beside the larger ones so that all are compared alike. Sources: ETS, Hyndman, R. J.,
Koehler, A. B., Ord, J. K. and Snyder, R. D. (2008), *Forecasting with Exponential Smoothing*; automatic choice of ETS and
ARIMA, Hyndman and Khandakar (2008), *J. Statistical Software* 27(3); theta, Assimakopoulos and Nikolopoulos (2000), *Int.
J. Forecasting* 16, 521-530; STL, Cleveland et al. (1990), *J. Official Statistics* 6, 3-73; intermittent demand, Croston
(1972), *Oper. Res. Q.* 23, 289-303, Syntetos and Boylan (2005), *Int. J. Forecasting* 21, 303-314, Teunter, Syntetos and
Babai (2011), *Eur. J. Oper. Res.* 214, 606-615. Which model has history enough is a house rule.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_
from svcnb.methods.forecast import models

Z95 = 1.959963984540054
SMALL = {"naive": models.naive, "seasonal_naive": models.seasonal_naive, "moving_average": models.moving_average,
         "smoothing": models.smooth, "holt": models.holt, "trend": models.trend}
NEEDS = {"naive": 1, "moving_average": 4, "smoothing": 8, "holt": 10, "trend": 10, "ets": 10, "theta": 10, "arima": 15,
         "croston": 8, "sba": 8, "tsb": 8}  # periods; seasonal models need two seasons, a regression 10 + 5 a regressor
SEASONAL = ("seasonal_naive", "holt_winters", "decomposition")
LOESS = 11  # years over which the season of a month is smoothed, as statsforecast's MSTL has it
RATE = 0.1  # smoothing constant of sizes and chances of intermittent demand


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model whose parameters are settled.

    ``forward(demand, horizon)`` forecasts the periods after any demand, longer or shorter than the one fitted, without
    fitting again (the small models do choose their constants anew: they are quick, and see only what is given).
    ``spread(horizon)`` are the standard deviations of its errors 1 to horizon periods after the demand fitted.
    ``constants`` are what was found; ``form`` is the shape that was searched for ("" when the model has one only).
    """

    forward: Callable[[np.ndarray, int], np.ndarray]
    spread: Callable[[int], np.ndarray]
    constants: dict
    form: str = ""


def periods_needed(name: str, season: int | None, n_regressors: int = 0) -> float:
    """Periods of history below which a model is not tried; infinite without what it needs (a season, regressors).

    Examples
    --------
    >>> periods_needed("ets", 12), periods_needed("decomposition", 12), periods_needed("causal", None, 2)
    (10, 24, 20)
    """
    if name in SEASONAL:
        return 2 * season if season and season > 1 else np.inf
    if name == "causal":
        return 10 + 5 * n_regressors if n_regressors else np.inf
    return NEEDS[name]


def fit_model(name: str, demand, season: int | None = None, *, form: str = "", regressors=None) -> Fitted:
    """Fit one model of ``ENGINES``.

    Parameters
    ----------
    name : a key of ``ENGINES``
    demand : sequence of n numbers without gaps, oldest first
    season : periods of a season; None or 1 for none. Models that may have a season leave it below two whole ones
    form : the form to take instead of searching for one, as ``Fitted.form`` says it (ETS, ARIMA, decomposition)
    regressors : (periods, variables) for ``causal``; as many rows as ever will be forecast

    Raises
    ------
    ParameterError
        there is no such model
    NotComputable
        too little history, or the model cannot be fitted to this series

    Examples
    --------
    >>> fitted = fit_model("moving_average", [3, 4, 5, 6])
    >>> fitted.forward([3, 4, 5, 6], 2).tolist(), fitted.forward([4, 5, 6, 7], 1).tolist()
    ([5.0, 5.0], [6.0])
    """
    if name not in ENGINES:
        raise ParameterError(N_("There is no forecasting method {method}; there are {known}."), method=name,
                             known=", ".join(ENGINES))
    y = np.asarray(demand, dtype=float)
    least = periods_needed(name, season, 0 if regressors is None else np.atleast_2d(np.asarray(regressors).T).shape[0])
    if len(y) < least or not np.isfinite(y).all():
        raise NotComputable(N_("The method {method} cannot be fitted to {n} periods."), method=name, n=len(y))
    period = int(season) if season and len(y) >= 2 * season else 1
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fitted = ENGINES[name](name, y, period, form, regressors)
            said = np.r_[fitted.forward(y, 1), fitted.spread(1)]
        except Exception as error:  # statsforecast raises Exception itself for "no model able to be fitted"
            raise _unfit(name, y) from error
    if not np.isfinite(said).all():
        raise _unfit(name, y)
    return fitted


@lru_cache(1)
def _library():
    """statsforecast's models: the import takes seconds and warns of parts that are not used here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsforecast import models as library
    return library


def _unfit(name, y):
    return NotComputable(N_("The method {method} cannot be fitted to {n} periods."), method=name, n=len(y))


def _small(name, y, season, form, regressors) -> Fitted:
    options = {"season": season} if name == "seasonal_naive" else {}
    model = SMALL[name]
    run = model(y, 1, **options)
    late = (y - run.fitted)[len(y) // 2:]
    late = late[~np.isnan(late)]
    error = float(np.sqrt((late**2).mean())) if len(late) else 0.0
    return Fitted(lambda given, h: model(given, h, **options).ahead, lambda h: error * model(y, h, **options).growth,
                  run.constants)


def _ets(name, y, season, form, regressors) -> Fitted:
    """All forms with additive or no trend, and the damped trend of the best when it has one: by AICc."""
    AutoETS = _library().AutoETS
    if name == "holt_winters":
        form = "AAAN"
    if form:
        model = AutoETS(season, model=form[:3], damped=form[3] == "D").fit(y)
    else:
        model = AutoETS(season, damped=False).fit(y)
        found = model.model_["components"]
        if found[1] == "A":
            damped = AutoETS(season, model=found[:3], damped=True).fit(y)
            model = damped if damped.model_["aicc"] < model.model_["aicc"] else model
    found = model.model_
    constants = _numbers(dict(zip(("alpha", "beta", "gamma", "phi"), found["par"])))
    return Fitted(_forward(model), lambda h: _native(model, h), {"form": found["components"], **constants},
                  found["components"])


def _theta(name, y, season, form, regressors) -> Fitted:
    """The standard theta model: seasonally adjusted smoothing with half the slope of the straight line."""
    model = _library().Theta(season_length=season).fit(y)
    alpha = float(model.model_["par"]["alpha"])
    error = float(np.std(model.model_["residuals"][3:], ddof=1))
    return Fitted(_forward(model), lambda h: error * np.sqrt(1 + np.arange(h) * alpha**2), {"alpha": alpha})


def _arima(name, y, season, form, regressors) -> Fitted:
    """Order by AICc, stepwise; ``form`` keeps the order, the mean and the drift."""
    library = _library()
    if form:
        *order, mean, drift = (int(k) for k in form.split(","))
        model = library.ARIMA(tuple(order[:3]), season, tuple(order[3:]), include_mean=bool(mean),
                              include_drift=bool(drift)).fit(y)
    else:
        model = library.AutoARIMA(season_length=season).fit(y)
    p, q, P, Q, period, d, D = (int(k) for k in model.model_["arma"])
    text = f"({p},{d},{q})" + (f"({P},{D},{Q})[{period}]" if period > 1 else "")
    known = set(model.model_["coef"])
    return Fitted(_forward(model), lambda h: _native(model, h), {"form": text, **_numbers(model.model_["coef"])},
                  ",".join(str(int(k)) for k in (p, d, q, P, D, Q, "intercept" in known, "drift" in known)))


def _decomposition(name, y, season, form, regressors) -> Fitted:
    """Trend, season and rest by loess (STL); the last season repeats, the rest goes on by smoothing without season."""
    from statsmodels.tsa.seasonal import STL

    kept = {"model": form[:3], "damped": form[3] == "D"} if form else {"model": "AZN"}
    seasonal = STL(y, period=season, seasonal=LOESS).fit().seasonal
    model = _library().AutoETS(1, **kept).fit(y - seasonal)

    def forward(given, horizon):
        given = np.asarray(given, dtype=float)
        seasonal = STL(given, period=season, seasonal=LOESS).fit().seasonal
        return _forward(model)(given - seasonal, horizon) + np.resize(seasonal[-season:], horizon)

    found = model.model_["components"]
    return Fitted(forward, lambda h: _native(model, h), {"form": found}, found)


def _intermittent(name, y, season, form, regressors) -> Fitted:
    """Sizes and intervals of the demands smoothed apart; nothing is fitted, so forward is forecast."""
    library = _library()
    model = {"croston": library.CrostonClassic, "sba": library.CrostonSBA}[name]() if name != "tsb" else \
        library.TSB(alpha_d=RATE, alpha_p=RATE)
    said = model.forecast(y, 1, fitted=True)["fitted"]
    late = (y - said)[len(y) // 2:]
    error = float(np.sqrt(np.nanmean(late**2)))
    return Fitted(lambda given, h: np.asarray(model.forecast(np.asarray(given, dtype=float), h)["mean"], dtype=float),
                  lambda h: np.full(h, error), {"alpha": RATE})


def _causal(name, y, season, form, regressors) -> Fitted:
    """Least squares on the variables given; what they will be must be known for every period forecast."""
    import statsmodels.api as sm

    given = np.asarray(regressors, dtype=float)
    table = np.column_stack([np.ones(len(given)), given])
    found = sm.OLS(y, table[: len(y)]).fit()
    if np.linalg.matrix_rank(table[: len(y)]) < table.shape[1]:
        raise np.linalg.LinAlgError("regressors that others determine")
    spread = lambda h: found.get_prediction(table[len(y): len(y) + h]).se_obs if len(table) >= len(y) + h else \
        np.full(h, np.sqrt(found.scale))
    return Fitted(lambda past, h: table[len(past): len(past) + h] @ found.params, spread,
                  {f"b{k}": float(value) for k, value in enumerate(found.params)})


def _numbers(found: dict) -> dict:
    return {key: float(value) for key, value in found.items() if np.isfinite(value)}


def _forward(model) -> Callable[[np.ndarray, int], np.ndarray]:
    def forward(demand, horizon):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return np.asarray(model.forward(np.asarray(demand, dtype=float), horizon)["mean"], dtype=float)
    return forward


def _native(model, horizon) -> np.ndarray:
    """The standard deviations behind the library's own 95 % interval (closed forms: nothing is drawn at random)."""
    with np.errstate(all="ignore"):
        said = model.predict(horizon, level=[95])
    return (np.asarray(said["hi-95"], dtype=float) - np.asarray(said["mean"], dtype=float)) / Z95


ENGINES = {**dict.fromkeys(SMALL, _small), "holt_winters": _ets, "theta": _theta, "ets": _ets,
           "decomposition": _decomposition, "arima": _arima, "causal": _causal,
           **dict.fromkeys(("croston", "sba", "tsb"), _intermittent)}  # simpler ones first: a tie goes to the first
