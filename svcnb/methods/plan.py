"""The plan's periods: sums split by days, peaks, sums that must agree, phases of communication (method.md 11.1).

Gómez, Acevedo and González (2004), S2:L360-377: "distintos períodos (semana, mes, trimestre, año). En cada uno ... se
deben asegurar capacidades, recursos, entrenamiento del personal y campañas de promoción". Which item adds up and which
takes its peak is a house rule.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_

PERIODS = ("week", "month", "quarter", "year")
PHASES = (N_("before"), N_("during"), N_("after"))
RULES = ("sum", "peak", "recompute")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_start(day, period: str) -> pd.Timestamp:
    """First day of the period that holds ``day``; a week begins on Monday.

    >>> str(period_start("2026-11-23", "quarter").date()), str(period_start("2026-11-25", "week").date())
    ('2026-10-01', '2026-11-23')
    """
    _known(period)
    day = pd.Timestamp(day).normalize()
    if period == "week":
        return day - pd.Timedelta(days=day.weekday())
    months = MONTHS[period]
    return pd.Timestamp(day.year, (day.month - 1) // months * months + 1, 1)


def period_end(start, period: str) -> pd.Timestamp:
    """First day after the period that begins on ``start``."""
    _known(period)
    start = pd.Timestamp(start).normalize()
    return start + (pd.Timedelta(days=7) if period == "week" else pd.DateOffset(months=MONTHS[period]))


def length_of(starts) -> str:
    """The kind of period that first days tell: the longest whose first days they all are.

    >>> length_of(["2026-07-01", "2026-08-01"]), length_of(["2026-11-23", "2026-11-30"])
    ('month', 'week')
    """
    days = sorted({pd.Timestamp(day).normalize() for day in starts if not pd.isna(day)})
    if not days:
        raise NotComputable(N_("No period is given."))
    least = min(((b - a).days for a, b in zip(days, days[1:])), default=None)
    for period, shortest in (("year", 365), ("quarter", 90), ("month", 28)):
        if all(day == period_start(day, period) for day in days):
            if least is not None and least < shortest:
                continue
            if least is None and period != "month":  # one first of January may be a month, a quarter or a year
                continue
            return period
    return "week"


def aggregate_periods(starts, values, of: str, to: str, rule: str = "sum") -> pd.Series:
    """Values of periods carried to periods of another length.

    Parameters
    ----------
    starts : first days of the periods
    values : one number a period; missing ones are left out
    of, to : week, month, quarter or year
    rule : ``sum`` adds up, a period that crosses two is split by its days; ``peak`` takes the highest of those it
        touches; ``recompute`` is refused, because an indicator's values neither add up nor average.

    Returns
    -------
    Series
        By first day of the period, sorted.

    Examples
    --------
    >>> weeks = ["2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23"]
    >>> month = aggregate_periods(weeks, [100, 110, 90, 120], "week", "month")
    >>> round(float(month.iloc[0]), 2), round(float(month.sum()), 2)
    (402.86, 420.0)
    """
    _known(of), _known(to)
    if rule not in RULES:
        raise ParameterError(N_("There is no rule {rule}; rules are {rules}."), rule=rule, rules=", ".join(RULES))
    if rule == "recompute":
        raise NotComputable(N_("An indicator is not added over periods: it is computed again from the transactions."))
    found: dict[pd.Timestamp, list[float]] = {}
    for start, value in zip(starts, values, strict=True):
        if pd.isna(start) or pd.isna(value):
            continue
        first, end = pd.Timestamp(start).normalize(), period_end(start, of)
        at = period_start(first, to)
        while at < end:
            after = period_end(at, to)
            days = (min(end, after) - max(first, at)).days
            found.setdefault(at, []).append(float(value) * days / (end - first).days if rule == "sum" else float(value))
            at = after
    unite = math.fsum if rule == "sum" else max
    return pd.Series({at: unite(found[at]) for at in sorted(found)}, dtype=float)


def sums_agree(parts, whole, tolerance: float = 1e-9) -> bool:
    """Whether additive parts make the whole (quarters and their year), to a relative tolerance.

    >>> sums_agree([100, 110, 90, 120], 420)
    True
    """
    numbers = np.asarray(list(parts), dtype=float)
    if len(numbers) == 0 or np.isnan(numbers).any() or whole is None or whole != whole:
        raise NotComputable(N_("A part or the whole is missing: the sum cannot be checked."))
    return math.isclose(math.fsum(numbers), float(whole), rel_tol=tolerance, abs_tol=tolerance)


def missing_phases(communications: pd.DataFrame, groups) -> dict[str, tuple[str, ...]]:
    """Phases (before, during, after) in which a group hears nothing; groups with all three are left out.

    Parameters
    ----------
    communications : DataFrame
        group_id, phase.

    Examples
    --------
    >>> told = pd.DataFrame({"group_id": ["G1", "G1"], "phase": ["before", "after"]})
    >>> missing_phases(told, ["G1"])
    {'G1': ('during',)}
    """
    have = set(zip(communications["group_id"], communications["phase"], strict=True))
    lacking = {group: tuple(phase for phase in PHASES if (group, phase) not in have) for group in groups}
    return {group: phases for group, phases in lacking.items() if phases}


def _known(period):
    if period not in PERIODS:
        raise ParameterError(N_("There is no period {period}; periods are {periods}."), period=period,
                             periods=", ".join(PERIODS))
