"""The customer window now and at the horizon: what moves, what will not be enough.

Source: "visionar cuál será el comportamiento de las necesidades ... y de los competidores en un futuro" (S2:L76);
method.md 1.4.6 with the cut rule of 2.6 and the winner of 1.4.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.importance import VALID
from svcnb.methods.scores import NEAR, check_within, read_labels, read_numbers, refuse_twice
from svcnb.methods.strategy.levels import DELTA, TOP
from svcnb.methods.window import CustomerWindow, customer_window


@dataclass(frozen=True, eq=False)
class Evolution:
    """``table`` one row a component: component_id, importance_now, importance_future, satisfaction_now,
    satisfaction_future, quadrant_now, quadrant_future (A to D, None where not in the window), is_changed (None when
    either quadrant is not known), priority_now, priority_future (quadrant A only, else NaN), competitor_projected, winner
    (projected: competitor + delta, at most 10), to_win (points missing to it, NaN not measured), is_below (None then).

    ``now`` and ``future`` are the two customer windows with their cuts; ``changed`` and ``below`` list components, the
    highest priority or the most missing first; ``horizon_years`` None when not said or not the same for all.
    """

    table: pd.DataFrame
    now: CustomerWindow
    future: CustomerWindow
    changed: list[str]
    below: list[str]
    horizon_years: float | None
    warnings: tuple[Reason, ...] = ()


def compare_evolution(now: pd.DataFrame, future: pd.DataFrame, *, importance_cut: float | None = None,
                      satisfaction_cut: float | None = None, target: float = TOP, delta: float = DELTA) -> Evolution:
    """Compare the customer window of one segment today with the one expected: what moves, what will not be enough.

    Both windows take the cut rule of ``window.customer_window`` (importance 100/k for shared points, satisfaction the
    mean, unless given); ``winner = competitor_projected + delta``, at most 10 (method.md 1.4.6).

    Parameters
    ----------
    now : one row a component: component_id, points (or importance), perceived (or satisfaction) 0 to 10; not changed
    future : component_id, points (or importance), and perhaps competitor_projected (0 to 10), horizon_years, perceived or
        satisfaction (our own projected; without it, or where it is missing, that of today stands)
    importance_cut, satisfaction_cut, target : as in ``window.customer_window``
    delta : what sets the winner apart, 0 to 10

    Raises
    ------
    NotComputable
        a column is not there, a component stands twice (take one segment at a time), a value is outside its scale, or
        there is no window
    ParameterError
        delta or a cut are outside their rule

    Examples
    --------
    >>> now = pd.DataFrame({"component_id": ["C1", "C2"], "points": [60, 40], "perceived": [8.0, 5.5]})
    >>> later = pd.DataFrame({"component_id": ["C1", "C2"], "points": [45, 55], "competitor_projected": [7.0, 7.5]})
    >>> result = compare_evolution(now, later)
    >>> result.changed, result.below, float(result.table["priority_future"][1])
    (['C2', 'C1'], ['C2'], 247.5)
    """
    check_within("delta", delta, 0, TOP)
    ours, theirs = _needs(now), _needs(future)
    if ours["satisfaction"].isna().all():
        raise NotComputable(N_("Nobody was asked how satisfied they are: there is no window to compare."))
    theirs["satisfaction"] = theirs["satisfaction"].fillna(ours["satisfaction"].reindex(theirs.index))
    cuts = {"importance_cut": importance_cut, "satisfaction_cut": satisfaction_cut, "target": target}
    windows = [customer_window(side["importance"], side["satisfaction"], **cuts) for side in (ours, theirs)]
    placed = [window.table.set_index("component_id")[["importance", "satisfaction", "quadrant", "priority"]].add_suffix(when)
              for window, when in zip(windows, ("_now", "_future"))]
    table = placed[0].join(placed[1], how="outer", sort=False)
    table = table.reindex([*placed[0].index, *placed[1].index.difference(placed[0].index, sort=False)])
    quadrants = [table[name].astype(object).where(table[name].notna(), None) for name in ("quadrant_now", "quadrant_future")]
    both = quadrants[0].notna() & quadrants[1].notna()
    table = table.assign(quadrant_now=quadrants[0], quadrant_future=quadrants[1],
                         is_changed=(quadrants[0] != quadrants[1]).astype(object).where(both, None),
                         competitor_projected=theirs["competitor_projected"].reindex(table.index))
    table["winner"] = np.minimum(table["competitor_projected"] + delta, TOP)
    table["to_win"] = (table["winner"] - table["satisfaction_future"]).clip(lower=0)
    table["is_below"] = (table["to_win"] > NEAR).astype(object).where(table["to_win"].notna(), None)
    first = table.sort_values("priority_future", ascending=False, kind="stable")
    worst = table.sort_values("to_win", ascending=False, kind="stable")
    years = theirs["horizon_years"].dropna().unique()
    return Evolution(table.rename_axis("component_id").reset_index(), *windows,
                     first.index[first["is_changed"].eq(True)].tolist(), worst.index[worst["is_below"].eq(True)].tolist(),
                     float(years[0]) if len(years) == 1 else None, tuple(_told(ours, theirs, windows)))


def _needs(frame: pd.DataFrame) -> pd.DataFrame:
    """importance, satisfaction, competitor_projected, horizon_years of each component; NaN where the frame has none."""
    points = "importance" if "importance" in frame and "points" not in frame else "points"
    satisfaction = "satisfaction" if "satisfaction" in frame and "perceived" not in frame else "perceived"
    labels = pd.DataFrame({"component_id": read_labels(frame, "component_id")})
    refuse_twice(labels, ["component_id"])
    numbers = {"importance": read_numbers(frame, points, 0, 100)}
    for name, column, high in (("satisfaction", satisfaction, TOP), ("competitor_projected", None, TOP),
                               ("horizon_years", None, None)):
        column = column or name
        numbers[name] = read_numbers(frame, column, 0, high) if column in frame else np.nan
    return pd.DataFrame(numbers, index=frame.index).set_axis(labels["component_id"].tolist(), axis=0)


def _told(ours: pd.DataFrame, theirs: pd.DataFrame, windows):
    shared = [VALID[0] <= side["importance"].sum() <= VALID[1] for side in (ours, theirs)]
    if shared[0] != shared[1]:
        yield reason(N_("Only one of the two sets of points sums to about 100: the two cut lines of importance follow "
                        "different rules."))
    for text, first, last in ((N_("Needs that are new at the horizon: {components}."), theirs, ours),
                              (N_("Needs that are gone at the horizon: {components}."), ours, theirs)):
        only = first.index.difference(last.index, sort=False).tolist()
        if only:
            yield reason(text, level="info", components=only)
    unknown = theirs.index[theirs["competitor_projected"].isna()].tolist()
    if unknown:
        yield reason(N_("Nobody said what to expect of the competitor in: {components}."), level="missing",
                     components=unknown)
    if theirs["horizon_years"].dropna().nunique() > 1:
        yield reason(N_("The points are for different years ahead: take one horizon at a time."))
    told = {(one.template, str(one.values)): one for window in windows for one in window.warnings}
    yield from told.values()
