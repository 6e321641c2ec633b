"""Forecasts from people: jury, sales force, survey of intentions, analogy, market test (method.md 5.2; S2:L219).

Sources: Juster, F. T. (1966), *JASA* 61, 658-696 (chances of buying); Wilson, E. B. (1927), *JASA* 22, 209-212; Cochran,
W. G. (1977), *Sampling Techniques*, 6.4 (ratio estimate); Armstrong, J. S., ed. (2001), *Principles of Forecasting*
(medians of experts, correction of sellers' bias, analogies). Delphi is in ``delphi``. House rules: a seller's bias is
corrected from three past periods on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.forecast.amounts import as_amounts, shown

Z95 = 1.959963984540054
PAST = 3  # periods of a seller's history below which it corrects nothing
JUSTER = {0: 0.01, **{k: k / 10 for k in range(1, 10)}, 10: 0.99}  # answer 0-10 -> chance of buying
NO_INTERVAL = N_("No interval: {n} is too few to tell how far off the estimate may be.")


@dataclass(frozen=True, eq=False)
class Judgement:
    """An estimate by people.

    ``estimate`` units; ``low`` and ``high`` its bounds, None when they are not known: of a jury and of analogies the range
    of what was said (no chance belongs to it), else a 95 % interval. ``n`` estimates, sellers, answers, analogies or areas
    used; ``n_missing`` left out for want of a value. ``table`` is what each contributed (columns in the function).
    """

    method: str
    estimate: float
    low: float | None
    high: float | None
    n: int
    n_missing: int
    table: pd.DataFrame
    warnings: tuple[Reason, ...] = ()


def judge(estimates, centre: str = "median") -> Judgement:
    """Executive jury: the middle of the estimates, with their range.

    Parameters
    ----------
    estimates : sequence, or Series by expert; unknown ones are counted and left out
    centre : ``median`` (one wild estimate moves nothing) or ``mean``

    Returns
    -------
    Judgement; ``table``: expert_id, estimate, distance (from the middle)

    Raises
    ------
    ParameterError
        an estimate is no number that is not negative; centre is another word
    NotComputable
        nobody gave an estimate

    Examples
    --------
    >>> found = judge([100, 120, 110, 300])
    >>> found.estimate, found.low, found.high, found.n
    (115.0, 100.0, 300.0, 4)
    """
    if centre not in ("median", "mean"):
        raise ParameterError(N_("The middle of a jury is median or mean, not {centre}."), centre=centre)
    values = as_amounts(pd.Series(estimates), N_("estimate"))
    known = values.dropna()
    if known.empty:
        raise NotComputable(N_("Nobody gave an estimate."))
    middle = float(known.median() if centre == "median" else known.mean())
    table = pd.DataFrame({"expert_id": known.index, "estimate": known.to_numpy(), "distance": known.to_numpy() - middle})
    alone = len(known) == 1
    said = (reason(NO_INTERVAL, n=1),) if alone else ()
    return Judgement("jury", middle, None if alone else float(known.min()), None if alone else float(known.max()),
                     len(known), int(values.isna().sum()), table, said)


def sum_sellers(estimates: pd.DataFrame, history: pd.DataFrame | None = None) -> Judgement:
    """Sales-force composite: the sum of the sellers' estimates, each corrected by how its seller erred before.

    ``estimate = sum_s e_s r_s`` with ``r_s = sum actual / sum estimate`` of the seller's past, 1 below three periods. The
    interval is ``1.96 sqrt(sum s_s^2)``, ``s_s`` the standard deviation of ``actual - r_s estimate``: errors of different
    sellers are taken as independent. Without every seller's past there is no interval.

    Parameters
    ----------
    estimates : seller_id, estimate; one row a seller
    history : seller_id, estimate, actual; one row a seller and past period

    Returns
    -------
    Judgement; ``table``: seller_id, estimate, n_past, ratio, corrected

    Raises
    ------
    ParameterError
        a column is not there, a number is none, a seller stands twice
    NotComputable
        no seller gave an estimate

    Examples
    --------
    >>> now = pd.DataFrame({"seller_id": ["a", "b"], "estimate": [100, 50]})
    >>> past = pd.DataFrame({"seller_id": ["a"] * 3, "estimate": [100, 120, 80], "actual": [80, 90, 70]})
    >>> sum_sellers(now, past).table["corrected"].tolist()
    [80.0, 50.0]
    """
    frame = _columns(estimates, ("seller_id", "estimate"))
    values = as_amounts(frame.set_index("seller_id")["estimate"], N_("estimate"))
    if values.index.duplicated().any():
        raise ParameterError(N_("Seller {seller} has two estimates."), seller=str(values.index[values.index.duplicated()][0]))
    known = values.dropna()
    if known.empty:
        raise NotComputable(N_("No seller gave an estimate."))
    ratios, spreads, counts = {}, {}, {}
    if history is not None:
        past = _columns(history, ("seller_id", "estimate", "actual"))
        past = past.assign(estimate=as_amounts(past["estimate"], N_("estimate")), actual=as_amounts(past["actual"], N_("actual")))
        for seller, rows in past.dropna(subset=["estimate", "actual"]).groupby("seller_id"):
            counts[seller] = len(rows)
            if len(rows) >= PAST and rows["estimate"].sum() > 0:
                ratios[seller] = float(rows["actual"].sum() / rows["estimate"].sum())
                spreads[seller] = float((rows["actual"] - ratios[seller] * rows["estimate"]).std(ddof=1))
    table = pd.DataFrame({"seller_id": known.index, "estimate": known.to_numpy(),
                          "n_past": [counts.get(s, 0) for s in known.index],
                          "ratio": [ratios.get(s, 1.0) for s in known.index]})
    table["corrected"] = table["estimate"] * table["ratio"]
    total, bare = float(table["corrected"].sum()), [s for s in known.index if s not in ratios]
    said = [reason(N_("{n} of {total} sellers have no past of {past} periods: their estimates are not corrected, and the sum "
                      "has no interval."), n=len(bare), total=len(known), past=PAST)] if bare else []
    half = None if bare else Z95 * math.sqrt(sum(spreads[s] ** 2 for s in known.index))
    return Judgement("sales_force", total, None if half is None else max(0.0, total - half),
                     None if half is None else total + half, len(known), int(values.isna().sum()), table, tuple(said))


def survey_intentions(answers, population: int, *, units: float = 1.0,
                      chances: Mapping[object, float] = JUSTER) -> Judgement:
    """Survey of intentions: customers times the mean chance of buying times the units each buys.

    ``estimate = N p u``, ``p`` the mean chance over the answers. The interval is Wilson's for ``p`` with ``n (N - 1) / (N -
    n)`` answers (finite population); for chances between 0 and 1 it is on the safe side, as they vary less than a yes or no.

    Parameters
    ----------
    answers : answers on the scale, one a customer asked; unknown ones are counted and left out
    population : customers in all, N
    units : that a customer who buys takes in the period
    chances : answer -> chance of buying, 0 to 1; default Juster's eleven points

    Returns
    -------
    Judgement; ``table``: answer, chance, n

    Raises
    ------
    ParameterError
        an answer that the scale does not have, a chance outside 0 to 1, more answers than customers
    NotComputable
        nobody answered

    Examples
    --------
    >>> found = survey_intentions([1] * 8 + [0] * 2, 1000, chances={0: 0.0, 1: 1.0})
    >>> round(found.estimate), round(found.low), round(found.high)
    (800, 492, 943)
    """
    if not all(0 <= value <= 1 for value in chances.values()):
        raise ParameterError(N_("A chance of buying lies between 0 and 1."))
    if not (np.isfinite(units) and units >= 0):
        raise ParameterError(N_("The units that a customer takes are a number that is not negative; they are {units}."),
                             units=units)
    given = pd.Series(list(answers), dtype=object)
    known = given.dropna()
    strange = [value for value in known if value not in chances]
    if strange:
        raise ParameterError(N_("The scale has no answer {value}; it has {known}."), value=shown(strange[0]),
                             known=", ".join(str(key) for key in chances))
    n = len(known)
    if n == 0:
        raise NotComputable(N_("Nobody answered."))
    if population < n:
        raise ParameterError(N_("{n} answers are more than the {population} customers."), n=n, population=population)
    counts = known.value_counts().reindex([key for key in chances if key in set(known)])
    table = pd.DataFrame({"answer": counts.index, "chance": [chances[key] for key in counts.index], "n": counts.to_numpy()})
    p = float((table["chance"] * table["n"]).sum() / n)
    low, high = _wilson(p, n * (population - 1) / (population - n)) if population > n else (p, p)
    return Judgement("intention_survey", population * p * units, population * low * units, population * high * units, n,
                     int(given.isna().sum()), table)


def follow_analogy(curves: pd.DataFrame, observed=(), *, ratio: float | None = None, horizon: int = 6) -> Judgement:
    """Historical analogy: what similar products sold, scaled to this one.

    For each analogous product ``forecast = r x curve`` over the periods ahead, ``r = sum observed / sum curve`` over the
    periods observed, or the ratio given. The estimate is the mean over the products of the sum over the horizon.

    Parameters
    ----------
    curves : periods from the launch by analogous products, demand without gaps over the periods needed
    observed : demand of the new product since its launch, oldest first
    ratio : size of the new product over the analogous one; needed when nothing was observed

    Returns
    -------
    Judgement; ``table``: product_id, ratio, period (from the launch), value

    Raises
    ------
    ParameterError
        neither observed nor ratio; a number is none; the horizon is no period
    NotComputable
        no curve is long enough, or sold anything while the new product was observed

    Examples
    --------
    >>> found = follow_analogy(pd.DataFrame({"older": [10, 20, 30, 40]}), [5, 10], horizon=2)
    >>> found.estimate, found.table["value"].tolist()
    (35.0, [15.0, 20.0])
    """
    seen = as_amounts(pd.Series(list(observed), dtype=object), N_("demand"))
    if horizon < 1:
        raise ParameterError(N_("A horizon has at least 1 period; it is {horizon}."), horizon=horizon)
    if seen.isna().any() or (ratio is None and len(seen) == 0) or (ratio is not None and not 0 <= ratio < math.inf):
        raise ParameterError(N_("An analogy needs what was observed, without gaps, or a ratio that is not negative."))
    start, rows = len(seen), []
    for name in curves:
        curve = as_amounts(curves[name], N_("demand")).to_numpy()[: start + horizon]
        if len(curve) < start + horizon or np.isnan(curve).any() or (ratio is None and curve[:start].sum() <= 0):
            continue
        r = float(seen.sum() / curve[:start].sum()) if ratio is None else float(ratio)
        rows += [(name, r, start + k + 1, r * value) for k, value in enumerate(curve[start:])]
    table = pd.DataFrame(rows, columns=["product_id", "ratio", "period", "value"])
    if table.empty:
        raise NotComputable(N_("No analogous product has a curve of {n} periods to follow."), n=start + horizon)
    sums = table.groupby("product_id", sort=False)["value"].sum()
    n = len(sums)
    return Judgement("analogy", float(sums.mean()), float(sums.min()) if n > 1 else None,
                     float(sums.max()) if n > 1 else None, n, curves.shape[1] - n, table,
                     () if n > 1 else (reason(NO_INTERVAL, n=1),))


def project_test(areas: pd.DataFrame, market: float, n_areas: int | None = None) -> Judgement:
    """Market test: what the test areas bought for each customer there, times the customers of the whole market.

    ``estimate = R X``, ``R = sum demand / sum customers`` over the n areas; its standard error is ``sqrt((1 - n/N) / n) s_e
    / mean customers`` with ``s_e^2 = sum (demand - R customers)^2 / (n - 1)``, the interval Student's with n - 1.

    Parameters
    ----------
    areas : area_id, demand, customers; one row a test area, meant to be like the others
    market : customers of the whole market, X
    n_areas : areas of the whole market, N (None: many)

    Returns
    -------
    Judgement; ``table``: area_id, demand, customers, rate

    Raises
    ------
    ParameterError
        a column is not there, a number is none, fewer customers or areas in all than in the test
    NotComputable
        no area has demand and customers

    Examples
    --------
    >>> areas = pd.DataFrame({"area_id": ["n", "s"], "demand": [20, 40], "customers": [100, 200]})
    >>> project_test(areas, 10_000).estimate
    2000.0
    """
    from scipy import stats

    frame = _columns(areas, ("area_id", "demand", "customers"))
    frame = frame.assign(demand=as_amounts(frame["demand"], N_("demand")),
                         customers=as_amounts(frame["customers"], N_("customers")))
    known = frame[frame["demand"].notna() & (frame["customers"] > 0)]
    n = len(known)
    if n == 0:
        raise NotComputable(N_("No test area has both demand and customers."))
    x, y = known["customers"].to_numpy(), known["demand"].to_numpy()
    if not math.isfinite(market) or market < x.sum() or (n_areas is not None and n_areas < n):
        raise ParameterError(N_("The whole market cannot be smaller than the test."))
    rate = float(y.sum() / x.sum())
    table = known[["area_id", "demand", "customers"]].assign(rate=y / x).reset_index(drop=True)
    missing = len(frame) - n
    if n == 1:
        return Judgement("market_test", rate * market, None, None, 1, missing, table, (reason(NO_INTERVAL, n=1),))
    spread = math.sqrt(((y - rate * x) ** 2).sum() / (n - 1))
    error = math.sqrt((1 - n / n_areas if n_areas else 1.0) / n) * spread / x.mean()
    half = float(stats.t.ppf(0.975, n - 1)) * error * market
    return Judgement("market_test", rate * market, max(0.0, rate * market - half), rate * market + half, n, missing, table)


def _wilson(p: float, n: float) -> tuple[float, float]:
    z2 = Z95**2
    centre, half = (p + z2 / (2 * n)) / (1 + z2 / n), Z95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def _columns(frame, names) -> pd.DataFrame:
    absent = [name for name in names if name not in frame]
    if absent:
        raise ParameterError(N_("The table has no column {columns}."), columns=", ".join(absent))
    return frame
