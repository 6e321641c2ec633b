"""From levels known to the level to guarantee (method.md 1.1 and 6.3; the combination is a house rule).

Gómez, Acevedo and González (2004), S2:L22-23 "Nivel de servicio. Grado en que se cumple la meta de servicio"; S2:L234
states the risks of both alternatives; S2:L236 "se establece individualmente para cada grupo".
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, prod, sqrt

import numpy as np

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.importance import as_numbers

Z95 = 1.96
OPERATORS = ("<=", ">=", "=", "range")
STAGES = {"launch": 1.00, "growth": 0.95, "maturity": 0.90, "decline": 0.80}  # on the stringency above the floor
RULES = ("economic", "competitor", "combined")  # how the two alternatives of S2:L234 make one level
RESTS_ON = {"economic": ("sl_eco", "floor"), "competitor": ("competitor",), "combined": ("sl_eco", "competitor")}
HIGHEST = 0.99  # a level rounded up from today's never promises more than this: 100 % is no goal
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Capability:
    """Share of transactions that meet a goal today, with its 95 % Wilson interval."""

    share: float
    n: int
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class GoalLevel:
    """``level`` to guarantee; ``base`` before the life cycle and the expectation; ``rule`` which of baseline, sl_eco,
    competitor, floor, expected, life_cycle fixed it; ``gap`` = level - capability when positive, None when not measured.
    """

    level: float
    base: float
    rule: str
    gap: float | None
    evidence: str
    warnings: tuple[Reason, ...]


def capability(values, operator: str, target, high=None) -> Capability:
    """Empirical share of values that meet the goal (compliance form); missing values are left out.

    Parameters
    ----------
    values : sequence of float
        One value a transaction, in the goal's unit.
    operator : {"<=", ">=", "=", "range"}
        ``range`` is ``target`` to ``high``, both included.

    Examples
    --------
    >>> result = capability([2, 3, 3, 4, 5], "<=", 3)
    >>> result.share, result.n
    (0.6, 5)
    """
    if operator not in OPERATORS:
        raise ParameterError(N_("There is no operator {operator}; there are {known}."), operator=operator,
                             known=", ".join(OPERATORS))
    if operator == "range" and (high is None or high < target):
        raise ParameterError(N_("A range needs a low and a high value in this order."))
    numbers = as_numbers(list(values), "values")
    numbers = numbers[~np.isnan(numbers)]
    if len(numbers) == 0:
        raise NotComputable(N_("No transaction is measured: the capability is not known."))
    meets = {"<=": numbers <= target + TOLERANCE, ">=": numbers >= target - TOLERANCE,
             "=": abs(numbers - target) <= TOLERANCE,
             "range": (numbers >= target - TOLERANCE) & (numbers <= (high or target) + TOLERANCE)}[operator]
    share, n = float(meets.mean()), len(numbers)
    centre = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n))
    return Capability(share, n, max(0.0, centre - half), min(1.0, centre + half))


def ratio_level(actual: float, target: float, *, more_is_better: bool) -> float:
    """Level when only an average is known: min(1, actual/target), or min(1, target/actual) when less is better.

    Examples
    --------
    >>> round(ratio_level(3.4, 3, more_is_better=False), 3)
    0.882
    """
    if actual < 0 or target < 0:
        raise ParameterError(N_("A ratio needs values that are not negative; they are {actual} and {target}."),
                             actual=actual, target=target)
    top, bottom = (actual, target) if more_is_better else (target, actual)
    return 1.0 if bottom == 0 else min(1.0, top / bottom)


def combine_goal(*, baseline: float | None = None, sl_eco: float | None = None, competitor: float | None = None,
                 floor: float | None = None, expected: float | None = None, capability: float | None = None,
                 strategic: bool = False, multiplier: float = 1.0, by_law: float | None = None,
                 by: str | None = None) -> GoalLevel:
    """The level to guarantee of one group and measure; all levels 0 to 1, None means not known.

    ``by`` says how: combined max(sl_eco, competitor), economic max(sl_eco, floor), competitor its level; without it
    strategic groups combine, others are economic. The life-cycle multiplier applies to what lies above the floor; never
    above ``expected`` unless ``by_law`` asks for it. Where the competitor to match is not known, the economic rule stands
    for it; when neither economics nor competitor is known: today's level rounded up to a whole point, marked assumed.

    Raises
    ------
    ParameterError
        A level is not between 0 and 1, or there is no such rule.
    NotComputable
        Nothing at all is known.

    Examples
    --------
    >>> goal = combine_goal(floor=.90, sl_eco=.924, competitor=.95, expected=.97, capability=.91, strategic=True)
    >>> goal.level, round(goal.gap, 3)
    (0.95, 0.04)
    """
    by = by or ("combined" if strategic else "economic")
    if by not in RULES:
        raise ParameterError(N_("There is no rule {rule}; there are {known}."), rule=by, known=", ".join(RULES))
    given = {"baseline": baseline, "sl_eco": sl_eco, "competitor": competitor, "floor": floor, "expected": expected,
             "capability": capability, "multiplier": multiplier, "by_law": by_law}
    known = {name: None if value is None or value != value else float(value) for name, value in given.items()}
    for name, value in known.items():
        if value is not None and not -TOLERANCE <= value <= 1 + TOLERANCE:
            raise ParameterError(N_("{name} = {value} is not a level between 0 and 1."), name=name, value=value)
    warnings: list[Reason] = []
    base, rule, evidence = _base(known, by, warnings)
    level = base
    bottom = known["floor"]
    if bottom is not None and base > bottom and known["multiplier"] < 1 and rule != "baseline":
        level, rule = bottom + known["multiplier"] * (base - bottom), "life_cycle"
    if known["expected"] is not None and level > known["expected"] + TOLERANCE:
        warnings.append(reason(N_("{share:%} is more than customers expect ({expected:%}): over-service is cut."),
                               share=level, expected=known["expected"]))
        level, rule = known["expected"], "expected"
    if known["by_law"] is not None and level < known["by_law"]:
        level, rule = known["by_law"], "by_law"
    if level >= 1 - TOLERANCE:
        warnings.append(reason(N_("A guarantee of 100 % cannot be kept: leave room for what nobody controls.")))
    able = known["capability"] if known["capability"] is not None else known["baseline"]
    gap = None if able is None else max(0.0, level - able)
    if gap is not None and gap > TOLERANCE:
        warnings.append(reason(N_("The level is {gap:%} above what is reached today: close the gap in step 6 before it is "
                                  "published."), gap=gap))
    return GoalLevel(level, base, rule, gap, evidence, tuple(warnings))


def ns_of_goals(levels) -> float | None:
    """NS of a set of guarantees, the product of their levels; None when there is none.

    Examples
    --------
    >>> round(ns_of_goals([0.98] * 10), 3)
    0.817
    """
    levels = [float(v) for v in levels]
    return prod(levels) if levels else None


def _base(known, by, warnings):
    if by == "competitor" and known["competitor"] is None:
        warnings.append(reason(N_("The competitor's level is not known: the economic rule stands for it.")))
        by = "economic"
    candidates = {name: known[name] for name in RESTS_ON[by] if known[name] is not None}
    if not candidates and known["competitor"] is not None:
        candidates = {"competitor": known["competitor"]}
    if candidates:
        rule = max(candidates, key=candidates.get)
        return candidates[rule], rule, "data" if rule == "sl_eco" else "survey"
    if known["baseline"] is None:
        raise NotComputable(N_("No level is known: neither today's, nor the competitor's, nor the economic one."),
                            fallback=N_("Let experts name the level to guarantee."))
    today = known["baseline"]
    level = today if HIGHEST < today < 1 - TOLERANCE else min(ceil(round(today * 100, 6)) / 100, HIGHEST)
    warnings.append(reason(N_("No competitor and no cost of service are known: today's level, rounded up, stands for "
                              "the goal."), level="missing"))
    return level, "baseline", "assumed"
