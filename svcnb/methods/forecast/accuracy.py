"""How wrong forecasts were (method.md 5.2.1; MASE of Hyndman and Koehler 2006)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_

ALARM = 4.0  # |tracking signal| above it: the forecast is biased


@dataclass(frozen=True, eq=False)
class Accuracy:
    """``mape`` is None when a demand is 0, ``mase`` None when the series never moved, ``tracking`` None without errors.
    ``bias`` = mean(D - F): positive means that the forecasts were too low."""

    n: int
    mae: float
    rmse: float
    mape: float | None
    smape: float | None
    mase: float | None
    bias: float
    tracking: float | None
    alarm: bool


def measure_accuracy(actual, forecast, history=None, *, season: int = 1) -> Accuracy:
    """Errors of forecasts; pairs with a missing side are left out.

    Parameters
    ----------
    actual, forecast : sequences of equal length
    history : sequence, optional
        The series whose mean absolute change scales MASE; default ``actual``.
    season : int
        Periods over which that change is taken: 1, or those of a season; 1 when the history is no longer than a season.

    Examples
    --------
    >>> result = measure_accuracy([110, 120, 115, 125, 130], [100, 102, 105.6, 107.48, 110.984])
    >>> round(result.mae, 3), round(result.bias, 3), round(result.tracking, 1), result.alarm
    (14.787, 14.787, 5.0, True)
    """
    d, f = np.asarray(actual, dtype=float), np.asarray(forecast, dtype=float)
    if d.shape != f.shape or d.ndim != 1:
        raise ParameterError(N_("Demand and forecasts must be two rows of the same length."))
    base = d if history is None else np.asarray(history, dtype=float)
    both = ~(np.isnan(d) | np.isnan(f))
    d, f = d[both], f[both]
    if len(d) == 0:
        raise NotComputable(N_("No period has both a demand and a forecast."))
    error = d - f
    mae = float(np.abs(error).mean())
    size = np.abs(d) + np.abs(f)
    lag = season if 0 < season < len(base) else 1
    change = np.abs(base[lag:] - base[:-lag])
    change = change[~np.isnan(change)]
    scale = float(change.mean()) if len(change) else 0.0
    return Accuracy(
        n=len(d), mae=mae, rmse=float(np.sqrt((error**2).mean())),
        mape=float((np.abs(error) / np.abs(d)).mean()) if (d != 0).all() else None,
        smape=float((2 * np.abs(error[size > 0]) / size[size > 0]).mean()) if (size > 0).any() else None,
        mase=mae / scale if scale > 0 else None, bias=float(error.mean()),
        tracking=float(error.sum() / mae) if mae > 0 else None,
        alarm=bool(mae > 0 and abs(error.sum() / mae) > ALARM))
