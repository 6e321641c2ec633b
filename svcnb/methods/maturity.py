"""Maturity of the customer information system: what it is, what the goals ask for, where both lie on the curve.

Source: "se necesita la ampliación del flujo de afirmación [sic, información], que sustenta la innovación tecnológica en los
sistemas de información [SPRAGUE, p.52]" (S2:L144); method.md 2.8. Figure 3 is lost: levels, rules and curve are
reconstructed, and whoever shows them says "reconstructed". An indicator, not a gate of decisions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.columns import read_categories, read_column
from svcnb.methods.scores import NEAR, check_within, read_numbers

LEVELS = {
    1: N_("paper and personal memory"), 2: N_("transactions inside one department"),
    3: N_("order status known in the whole company"), 4: N_("shared with customers and suppliers"),
    5: N_("collaborative and predictive")}
INFORMATION = "M4"  # the measure of information on the order
MEASURED_AT, SHARED_AT = 3, 4  # levels that a guarantee of information, and goals agreed with a customer, ask for
PARTNERSHIP = "high_interdependence"  # code of ``interdependence`` and ``matrices``
CURVE = np.linspace(0.5, 5.5, 101)


@dataclass(frozen=True, eq=False)
class InformationMaturity:
    """``level`` of today (1 to 5, None not measured), ``required`` by the goals (None when no goal and no relationship is
    known), ``gap`` = max(0, required - level), None when either is not known.

    ``rules`` one row a rule: rule (text), asks_for (level), is_met (it applies; None when it cannot be said), because
    (tuple: goals or relationships that make it apply). ``curve``: level, innovation (0 to 1), the line to draw;
    ``points``: point (today, required), level, innovation, name. ``is_reconstructed`` is always True: the badge.
    """

    level: float | None
    required: int | None
    gap: float | None
    rules: pd.DataFrame
    curve: pd.DataFrame
    points: pd.DataFrame
    warnings: tuple[Reason, ...] = ()
    is_reconstructed: bool = True


def required_maturity(level: float | None, goals: pd.DataFrame, relationships: Iterable[str] = (), *,
                      threshold: float = 0.95, steepness: float = 1.5, middle: float = 3.0) -> InformationMaturity:
    """The level of the information system that the goals ask for, and what is missing to it.

    A goal on M4 of ``threshold`` and more asks for 3; goals agreed customer by customer, or a partnership, for 4; else 1
    is enough. ``gap = max(0, required - level)``. Curve ``y = 1/(1 + exp(-k (t - t0)))`` (method.md 2.8).

    Parameters
    ----------
    level : self-assessment 1 to 5; None or NaN: not measured
    goals : one row a goal: measure_id, level (0 to 1, the share guaranteed), scope (single, segment, customer), perhaps
        goal_id; not changed. An empty frame: no goals yet
    relationships : codes of the relationship with customers, as ``interdependence`` gives them
    threshold : level of an M4 goal from which it asks for 3, 0 to 1
    steepness, middle : k (0.1 to 20) and t0 (1 to 5) of the curve

    Raises
    ------
    NotComputable
        a column is not there or a level of a goal is outside 0 to 1
    ParameterError
        level, threshold, steepness or middle are outside their rule

    Examples
    --------
    >>> goals = pd.DataFrame({"measure_id": ["M1", "M4"], "level": [0.9, 0.95], "scope": ["segment", "customer"]})
    >>> result = required_maturity(2, goals)
    >>> result.required, result.gap
    (4, 2.0)
    """
    today = None if level is None or level is pd.NA or level != level else check_within("level", level, 1, 5)
    for name, value, low, high in (("threshold", threshold, 0, 1), ("steepness", steepness, 0.1, 20),
                                   ("middle", middle, 1, 5)):
        check_within(name, value, low, high)
    if isinstance(relationships, str):
        raise ParameterError(N_("Relationships are a list of codes, not one text."))
    partners = tuple(one for one in relationships if isinstance(one, str) and one)
    rules = _rules(goals, partners, threshold)
    known = len(goals) > 0 or len(partners) > 0
    required = max([1, *rules.loc[rules["is_met"].eq(True), "asks_for"]]) if known else None
    gap = None if today is None or required is None else max(0.0, required - today)
    innovation = lambda at: 1 / (1 + np.exp(-steepness * (np.asarray(at, dtype=float) - middle)))
    points = pd.DataFrame([(point, float(at), float(innovation(at)), LEVELS[int(at)])
                           for point, at in (("today", today), ("required", required)) if at is not None],
                          columns=["point", "level", "innovation", "name"])
    return InformationMaturity(today, required, gap, rules, pd.DataFrame({"level": CURVE, "innovation": innovation(CURVE)}),
                               points, tuple(_told(today, required, rules)))


def _rules(goals: pd.DataFrame, partners: tuple[str, ...], threshold: float) -> pd.DataFrame:
    """Each rule, whether it applies and because of what; None when a value that decides it is missing."""
    measure, scope = (read_categories(read_column(goals, name), name) for name in ("measure_id", "scope"))
    levels = read_numbers(goals, "level", 0, 1)
    names = read_categories(goals["goal_id"], "goal_id") if "goal_id" in goals else measure
    informing, agreed = measure.eq(INFORMATION), scope.eq("customer")
    high = informing & levels.ge(threshold - NEAR)
    partner = tuple(dict.fromkeys(one for one in partners if one == PARTNERSHIP))
    rows = [(N_("information on the order is guaranteed (M4)"), MEASURED_AT,
             _met(high.any(), (informing & levels.isna()).any() or measure.isna().any()), tuple(names[high].dropna())),
            (N_("goals are agreed customer by customer"), SHARED_AT, _met(agreed.any(), scope.isna().any()),
             tuple(names[agreed].dropna())),
            (N_("a relationship is a partnership"), SHARED_AT, _met(bool(partner), not partners), partner)]
    return pd.DataFrame(rows, columns=["rule", "asks_for", "is_met", "because"]).astype({"is_met": object})


def _met(is_met: bool, is_open: bool) -> bool | None:
    return True if is_met else None if is_open else False


def _told(today: float | None, required: int | None, rules: pd.DataFrame):
    if today is None:
        yield reason(N_("The maturity of the information system is not measured: rate it from 1 to 5."), level="missing")
    if required is None:
        yield reason(N_("No goal and no relationship is known: what the information system must be cannot be said."),
                     level="missing")
        return
    undecided = rules[rules["is_met"].isna() & (rules["asks_for"] > required)]
    if len(undecided):
        yield reason(N_("The level asked for may be higher; it could not be said whether: {rules:word}."), level="missing",
                     rules=undecided["rule"].tolist())
