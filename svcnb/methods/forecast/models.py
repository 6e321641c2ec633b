"""Forecasting methods with their one-step forecasts from every origin (method.md 5.2.1).

Each function takes the demand of n periods and returns ``OneStep``: what it would have said for each period from the
periods before it, and what it says for the next ones. Smoothing constants that are not given are chosen at every
origin by the squared errors made before it, so that no forecast has seen its own period.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcnb.errors import NotComputable
from svcnb.i18n import N_

ALPHAS = np.round(np.arange(0.05, 1.0, 0.05), 2)
HOLT = [(a, b) for a in np.round(np.arange(0.1, 1.0, 0.1), 1) for b in np.round(np.arange(0.05, 0.55, 0.05), 2)]


@dataclass(frozen=True, eq=False)
class OneStep:
    """``fitted`` (n,) forecasts of each period, NaN before the first; ``ahead`` (horizon,); ``growth`` (horizon,) by
    which the one-step error widens; ``constants`` chosen."""

    fitted: np.ndarray
    ahead: np.ndarray
    growth: np.ndarray
    constants: dict


def naive(demand, horizon=1) -> OneStep:
    """The last period."""
    y = _periods(demand, 1)
    return OneStep(np.r_[np.nan, y[:-1]], np.full(horizon, y[-1]), np.sqrt(np.arange(1, horizon + 1)), {})


def seasonal_naive(demand, horizon=1, season=12) -> OneStep:
    """The same period of the season before."""
    y = _periods(demand, season)
    ahead = np.array([y[len(y) - season + h % season] for h in range(horizon)])
    return OneStep(np.r_[np.full(season, np.nan), y[:-season]], ahead, np.sqrt(1 + np.arange(horizon) // season),
                   {"season": season})


def moving_average(demand, horizon=1, k=3) -> OneStep:
    """The mean of the last k periods."""
    y = _periods(demand, k)
    means = np.convolve(y, np.full(k, 1 / k), mode="valid")
    return OneStep(np.r_[np.full(k, np.nan), means[:-1]], np.full(horizon, means[-1]), np.ones(horizon), {"k": k})


def smooth(demand, horizon=1, alpha=None) -> OneStep:
    """Simple exponential smoothing: F1 = D1, F(t+1) = F(t) + alpha (D(t) - F(t))."""
    y = _periods(demand, 1)
    alphas = ALPHAS if alpha is None else np.array([float(alpha)])
    forecasts = np.empty((len(y) + 1, len(alphas)))
    forecasts[0] = y[0]
    for t, value in enumerate(y):
        forecasts[t + 1] = forecasts[t] + alphas * (value - forecasts[t])
    chosen = _best_before(y, forecasts)
    fitted = np.r_[np.nan, forecasts[np.arange(1, len(y)), chosen[1:-1]]]
    a = alphas[chosen[-1]]
    return OneStep(fitted, np.full(horizon, forecasts[-1, chosen[-1]]), np.sqrt(1 + np.arange(horizon) * a * a),
                   {"alpha": float(a)})


def holt(demand, horizon=1, alpha=None, beta=None) -> OneStep:
    """Holt's level and trend: starts at D1 with the trend D2 - D1; the first forecast is that of period 3."""
    y = _periods(demand, 2)
    pairs = HOLT if alpha is None else [(float(alpha), float(beta))]
    a, b = np.array(pairs).T
    level, trend = np.full(len(pairs), y[0]), np.full(len(pairs), y[1] - y[0])
    forecasts = np.full((len(y) + 1, len(pairs)), np.nan)
    for t in range(1, len(y)):
        forecast = level + trend
        forecasts[t] = forecast
        new = forecast + a * (y[t] - forecast)
        trend = trend + b * (new - level - trend)
        level = new
    forecasts[-1] = level + trend
    forecasts[:2] = np.nan
    chosen = _best_before(y, forecasts)
    fitted = np.r_[np.nan, np.nan, forecasts[np.arange(2, len(y)), chosen[2:-1]]]
    c = chosen[-1]
    steps = np.arange(1, horizon + 1)
    widen = np.array([np.sqrt(1 + sum((a[c] * (1 + j * b[c])) ** 2 for j in range(1, h))) for h in steps])
    return OneStep(fitted, level[c] + steps * trend[c], widen, {"alpha": float(a[c]), "beta": float(b[c])})


def trend(demand, horizon=1) -> OneStep:
    """Straight line by least squares over all periods so far (at least 3)."""
    y = _periods(demand, 2)
    n, t = len(y), np.arange(1.0, len(y) + 1)
    st, sy, stt, sty = (np.cumsum(v) for v in (t, y, t * t, t * y))
    slope = np.divide(t * sty - st * sy, t * stt - st * st, out=np.full(n, np.nan), where=t > 1)
    level = (sy - slope * st) / t
    fitted = np.r_[np.full(3, np.nan), (level + slope * (t + 1))[2:-1]][:n]
    steps = np.arange(1, horizon + 1)
    centre = t.mean()
    widen = np.sqrt(1 + 1 / n + (n + steps - centre) ** 2 / ((t - centre) ** 2).sum())
    return OneStep(fitted, level[-1] + slope[-1] * (n + steps), widen / widen[0],
                   {"slope": float(slope[-1]), "intercept": float(level[-1])})


def _periods(demand, least: int) -> np.ndarray:
    y = np.asarray(demand, dtype=float)
    if len(y) < max(least, 1) or np.isnan(y).any():
        raise NotComputable(N_("At least {least} periods without a gap are needed; there are {n}."), least=max(least, 1),
                            n=int((~np.isnan(y)).sum()))
    return y


def _best_before(y, forecasts) -> np.ndarray:
    """For each origin (0 to n) the column with the smallest squared errors before it."""
    errors = np.nan_to_num((y[:, None] - forecasts[:-1]) ** 2)
    total = np.vstack([np.zeros(forecasts.shape[1]), np.cumsum(errors, axis=0)])
    best = total.argmin(axis=1)
    best[total.max(axis=1) == 0] = min(3, forecasts.shape[1] - 1)  # nothing to go by yet: a small constant
    return best
