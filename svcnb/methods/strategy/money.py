"""Whether a service strategy pays, and how too low a service wears a market share away.

Sources: "cuánto ingreso reporta a la empresa y cuál es el costo" (S2:L33); "a la larga hace bajar ... la cuota de
participación en el mercado" (S2:L35); method.md 1.4.3 and 1.4.4. The simulator is a house rule (A-22).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.importance import as_numbers
from svcnb.methods.scores import NEAR, check_within


@dataclass(frozen=True, eq=False)
class Viability:
    """``table`` one row a period: period (0, 1, ...), revenue, cost, contribution, present_value, cumulative (of the
    present values), all money. ``contribution`` the sum, ``npv`` the present sum (None without a rate); ``is_viable`` by
    npv when there is a rate, else by contribution; ``payback`` first period from which ``cumulative`` stays >= 0, or None.
    """

    table: pd.DataFrame
    contribution: float
    npv: float | None
    is_viable: bool
    payback: int | None
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class Erosion:
    """``table``: period (0 is now), share (0 to 1), lost (share lost since now). Illustrative: nothing is estimated."""

    table: pd.DataFrame
    warnings: tuple[Reason, ...] = ()


def viability(revenue, cost, *, rate: float | None = None, first: int = 0) -> Viability:
    """Contribution of a service strategy and, with a rate, its net present value; viable when it is not negative.

    ``contribution = sum (revenue - cost)``, ``NPV = sum (revenue_t - cost_t) / (1 + rate)^t`` (method.md 1.4.3).

    Parameters
    ----------
    revenue, cost : incremental money of each period, in their order; one cost for each revenue
    rate : discount rate of a period (0.10 for 10 %), -0.99 to 100; None: the contribution decides
    first : when the first amounts fall: 0 now, 1 a period from now (as spreadsheets' NPV takes them)

    Raises
    ------
    NotComputable
        no period, or a revenue or a cost is missing
    ParameterError
        the lengths differ, something is no number, rate or first are outside their rule

    Examples
    --------
    >>> result = viability([0, 60, 60], [100, 0, 0], rate=0.10)
    >>> result.contribution, round(result.npv, 4), result.is_viable, result.payback
    (20.0, 4.1322, True, 2)
    """
    if rate is not None:
        rate = check_within("rate", rate, -0.99, 100)
    if first not in (0, 1):
        raise ParameterError(N_("The first amounts fall in period 0 (now) or 1, not in {first}."), first=first)
    money = {name: as_numbers(pd.Series(list(values), dtype=object), name)
             for name, values in (("revenue", revenue), ("cost", cost))}
    if len(money["revenue"]) != len(money["cost"]):
        raise ParameterError(N_("There are {revenues} revenues and {costs} costs: give one of each a period."),
                             revenues=len(money["revenue"]), costs=len(money["cost"]))
    table = pd.DataFrame({"period": np.arange(len(money["cost"])) + first, **money})
    lost = table.loc[table.isna().any(axis=1), "period"].tolist()
    if lost or table.empty:
        raise NotComputable(N_("Revenue and cost are not known in every period (not in: {periods}).") if lost else
                            N_("No period has a revenue and a cost."), periods=lost,
                            fallback=N_("Let sales and finance estimate both, period by period."))
    table["contribution"] = table["revenue"] - table["cost"]
    table["present_value"] = table["contribution"] / (1 + (rate or 0.0)) ** table["period"]
    table["cumulative"] = table["present_value"].cumsum()
    total, present = float(table["contribution"].sum()), float(table["present_value"].sum())
    is_viable = (total if rate is None else present) >= -NEAR
    below = table.index[table["cumulative"] < -NEAR]
    after = 0 if below.empty else below[-1] + 1  # earlier periods may pass 0 and fall back
    warnings = () if is_viable else (reason(N_("The strategy costs {loss:$} more than it brings: it is not viable."),
                                            loss=-(total if rate is None else present)),)
    return Viability(table, total, None if rate is None else present, bool(is_viable),
                     int(table["period"][after]) if after < len(table) else None, warnings)


def simulate_erosion(share: float, ns_market: float, ns_own: float, *, rate: float = 0.5,
                     periods: int = 5) -> Erosion:
    """Show how a service below the market's wears a market share away: an illustration, nothing is estimated.

    ``share[t+1] = share[t] (1 - rate max(0, ns_market - ns_own))`` (method.md 1.4.4, T69; the seed states it in words).

    Parameters
    ----------
    share, ns_market, ns_own : market share and general levels of service, 0 to 1
    rate : share of the shortfall that is lost in a period, 0 or more
    periods : how many, 1 to 100

    Raises
    ------
    ParameterError
        a value is outside its rule

    Examples
    --------
    >>> simulate_erosion(0.30, 0.92, 0.86).table["share"].round(4).tolist()
    [0.3, 0.291, 0.2823, 0.2738, 0.2656, 0.2576]
    """
    for name, value in {"share": share, "ns_market": ns_market, "ns_own": ns_own}.items():
        check_within(name, value, 0, 1)
    check_within("rate", rate, 0)
    if isinstance(periods, bool) or not isinstance(periods, (int, np.integer)):
        raise ParameterError(N_("{name} = {value} is not a whole number."), name="periods", value=str(periods))
    check_within("periods", periods, 1, 100)
    kept, warnings = 1 - rate * max(0.0, ns_market - ns_own), []
    warnings.append(reason(N_("The erosion of the market share is an illustration, not an estimate."), level="info"))
    if kept < 0:
        warnings.append(reason(N_("At this rate the whole share is lost in one period: take a lower rate.")))
    at = np.arange(periods + 1)
    shares = share * max(0.0, kept) ** at
    return Erosion(pd.DataFrame({"period": at, "share": shares, "lost": share - shares}), tuple(warnings))
