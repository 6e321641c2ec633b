"""Step 7: delivery terms, price, penalties, transparency and messages of an offer (method.md 9.1 to 9.6).

Gómez, Acevedo and González (2004), S2:L340-345: "en la oferta del servicio deben quedar satisfechas todas las
interrogantes del cliente"; the price "en dependencia de las regulaciones establecidas"; both parties pay "multas por
los parámetros convenidos por mutuo acuerdo". Formulas, classes and thresholds are house rules.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.matrices import term_class

RESPONSIBILITIES = (N_("quality"), N_("custody"), N_("transport"), N_("security"))
QUESTIONS = ("what", "how", "when", "where", "who", "how_much", "failure", "complaint")
DUTIES = ("payment", "forecast", "unloading_time")  # of the customer; else a penalty rests on a measure M1 to M14
MEASURES = tuple(f"M{number}" for number in range(1, 15))
TOLERANCE = 1e-9
Z95 = 1.96
NUMBER_WORDS = {word: value for value, names in enumerate((
    ("one", "a", "an", "un", "una", "uno"), ("two", "dos"), ("three", "tres"), ("four", "cuatro"), ("five", "cinco"),
    ("six", "seis"), ("seven", "siete"), ("eight", "ocho"), ("nine", "nueve"), ("ten", "diez")), start=1)
    for word in names}
UNITS = {"minute": "minutes", "minuto": "minutes", "hour": "hours", "hora": "hours", "day": "days", "día": "days",
         "dia": "days", "week": "weeks", "semana": "weeks", "%": "share", "per cent": "share", "percent": "share",
         "por ciento": "share"}
ARTICLES = {"a", "an", "un", "una"}
WITHIN = re.compile(r"(within|in|under|less than|en|dentro de|menos de)\s*$")
IN_DAYS = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1.0, "weeks": 7.0}


@dataclass(frozen=True, eq=False)
class Terms:
    """``score`` 0 to 4 responsibilities of the supplier; ``term_class`` customer, shared or supplier."""

    score: int
    term_class: str


@dataclass(frozen=True, eq=False)
class Price:
    """``candidate`` before the bounds, ``price`` after; ``margin`` of the price (None when it is 0);
    ``bound`` floor, cap or None."""

    candidate: float
    price: float
    margin: float | None
    bound: str | None
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class ExpectedPenalty:
    """``mean`` of one case with its 95 % interval (None below two cases) over ``n`` cases; ``share`` of them that pay."""

    mean: float
    low: float | None
    high: float | None
    n: int
    share: float


@dataclass(frozen=True, eq=False)
class Transparency:
    """``answered`` of 8 questions, ``score`` = answered / 8, ``missing`` question ids; publishable when none is missing."""

    answered: int
    score: float
    missing: tuple[str, ...]
    publishable: bool


@dataclass(frozen=True, eq=False)
class MessageCheck:
    """``state`` allowed, hold (not confirmed yet) or refused; ``reason`` a text; ``gap`` whether it predicts gap G4."""

    state: str
    reason: str
    gap: bool


def delivery_terms(quality, custody, transport, security) -> Terms:
    """Score and class of the delivery terms: what the supplier answers for until ownership passes.

    ``score`` = sum of the four flags (S2:L342). 0-1 customer-responsible, 2 shared, 3-4 supplier-responsible; the
    classes are a house rule, near to Incoterms 2020 EXW/FCA, CPT/CIP, DAP/DPU/DDP.

    Raises
    ------
    NotComputable
        A responsibility that nobody has settled.

    Examples
    --------
    >>> terms = delivery_terms(True, True, True, False)
    >>> terms.score, terms.term_class
    (3, 'supplier')
    """
    flags = dict(zip(RESPONSIBILITIES, (quality, custody, transport, security), strict=True))
    open_ones = [name for name, flag in flags.items() if _missing(flag)]
    if open_ones:
        raise NotComputable(N_("It is not settled who answers for {open}."), open=", ".join(open_ones))
    for name, flag in flags.items():
        if flag not in (0, 1):
            raise ParameterError(N_("{name} = {value} must be yes or no."), name=name, value=str(flag))
    score = sum(int(flag) for flag in flags.values())
    return Terms(score, term_class(score))


def set_price(cts, margin, *, floor=None, cap=None, accepted=None) -> Price:
    """Price from the cost to serve and the margin wanted, inside the regulated bounds (S2:L344).

    ``candidate = cts / (1 - margin)``, clipped to [floor, cap].

    Parameters
    ----------
    cts : cost to serve, currency a unit
    margin : share of the price, below 1
    floor, cap : regulated bounds, optional
    accepted : the price customers accept, optional

    Raises
    ------
    NotComputable
        Cost to serve or margin not measured.
    ParameterError
        A negative amount, a margin of 1 or more, floor above cap.

    Examples
    --------
    >>> set_price(80, 0.20).price
    100.0
    >>> capped = set_price(80, 0.20, cap=95)
    >>> capped.price, round(capped.margin, 5)
    (95.0, 0.15789)
    """
    if _missing(cts) or _missing(margin):
        raise NotComputable(N_("Cost to serve or margin is not given."),
                            fallback=N_("Let the experts set the price; it stays marked as theirs."))
    amounts = {"cts": cts, "floor": floor, "cap": cap, "accepted": accepted}
    amounts = {name: None if _missing(value) else float(value) for name, value in amounts.items()}
    for name, value in amounts.items():
        if value is not None and (value < 0 or math.isinf(value)):
            raise ParameterError(N_("{name} = {value} must be an amount of 0 or more."), name=name, value=value)
    if not -1e9 < margin < 1:
        raise ParameterError(N_("A margin of {margin} is impossible: it is a share of the price, below 1."), margin=margin)
    cts, floor, cap, accepted = amounts.values()
    if floor is not None and cap is not None and floor > cap:
        raise ParameterError(N_("The lowest price allowed {floor} is above the highest {cap}."), floor=floor, cap=cap)
    candidate = cts / (1 - float(margin))
    price, bound = candidate, None
    if floor is not None and price < floor - TOLERANCE:
        price, bound = floor, "floor"
    elif cap is not None and price > cap + TOLERANCE:
        price, bound = cap, "cap"
    return Price(candidate, price, 1 - cts / price if price > 0 else None, bound, price_warnings(price, cts, accepted))


def price_warnings(price, cts, accepted=None) -> tuple[Reason, ...]:
    """What speaks against a price: below the cost to serve, above what customers accept."""
    found = []
    if price < cts - TOLERANCE:
        found.append(reason(N_("The price {price:$2} is below the cost to serve {cts:$2}: every unit is sold at a loss."),
                            price=price, cts=cts))
    if accepted is not None and price > accepted + TOLERANCE:
        found.append(reason(N_("The price {price:$2} is above the {accepted:$2} that customers accept."), price=price,
                            accepted=accepted))
    return tuple(found)


def penalty(deviation, *, tolerance, rate, base, cap):
    """What a deviation costs: ``min(cap base, rate base max(0, deviation - tolerance))`` (S2:L345).

    Parameters
    ----------
    deviation, tolerance : in the parameter's unit; a number or an array
    rate : share of the base for each unit of deviation
    base : currency
    cap : largest share of the base that is paid; None for no limit

    Examples
    --------
    >>> penalty(3, tolerance=0, rate=0.005, base=10_000, cap=0.05)
    150.0
    """
    values = {"tolerance": tolerance, "rate": rate, "base": base, **({} if _missing(cap) else {"cap": cap})}
    for name, value in values.items():
        if _missing(value):
            raise NotComputable(N_("The penalty has no {name}: nothing can be charged."), name=name)
        if value < 0 or math.isinf(value):
            raise ParameterError(N_("{name} = {value} must be an amount of 0 or more."), name=name, value=value)
    over = np.maximum(0.0, np.asarray(deviation, dtype=float) - tolerance)
    due = rate * base * over
    due = due if _missing(cap) else np.minimum(cap * base, due)
    return float(due) if due.ndim == 0 else due


def expected_penalty(deviations, *, tolerance, rate, base, cap, n_without: int = 0) -> ExpectedPenalty:
    """Mean penalty of one case under the deviations seen; ``n_without`` further cases had none.

    Multiply by the cases of a year for the yearly cost. The interval is mean ± 1.96 s / sqrt(n).

    Raises
    ------
    NotComputable
        No case at all.

    Examples
    --------
    >>> expected_penalty([0, 0, 1, 3], tolerance=0, rate=0.01, base=1000, cap=0.02).mean
    7.5
    """
    seen = np.asarray(list(deviations), dtype=float)
    seen = seen[~np.isnan(seen)]
    n = len(seen) + int(n_without)
    if n == 0:
        raise NotComputable(N_("No case shows how large the deviations are: the yearly penalty is not measured."))
    due = np.atleast_1d(penalty(seen, tolerance=tolerance, rate=rate, base=base, cap=cap))
    mean = float(due.sum() / n)
    low = high = None
    if n > 1:
        squares = float(((due - mean) ** 2).sum() + (n - len(due)) * mean**2)
        half = Z95 * math.sqrt(squares / (n - 1) / n)
        low, high = max(0.0, mean - half), mean + half
    return ExpectedPenalty(mean, low, high, n, float((due > 0).sum() / n))


def is_measurable(parameter) -> bool:
    """Whether a penalty may rest on it: one of M1 to M14, or a duty of the customer."""
    return isinstance(parameter, str) and (parameter.strip() in MEASURES or parameter.strip() in DUTIES)


def transparency(answers: dict) -> Transparency:
    """How many of the customer's eight questions the offer answers (S2:L340; the eight are a house rule).

    Examples
    --------
    >>> transparency({"what": "oil", "how": "web", "when": " "}).missing
    ('when', 'where', 'who', 'how_much', 'failure', 'complaint')
    """
    missing = tuple(name for name in QUESTIONS if _missing(answers.get(name)) or not str(answers[name]).strip())
    answered = len(QUESTIONS) - len(missing)
    return Transparency(answered, answered / len(QUESTIONS), missing, not missing)


def promised(text: str) -> list[tuple[float, str]]:
    """Amounts that a message promises, with their unit (minutes, hours, days, weeks, share), in English or Spanish.

    >>> promised("Delivery within two days, 95 % complete")
    [(2.0, 'days'), (0.95, 'share')]
    """
    amount = r"(\d+(?:[.,]\d+)?|" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r")"
    unit = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True))
    found = []
    for match in re.finditer(rf"(?<![\w.,]){amount}\s*({unit})", str(text).lower()):
        value, name = match.groups()
        if value in ARTICLES and not WITHIN.search(match.string[:match.start()]):
            continue  # "24 hours a day" promises no day
        number = float(NUMBER_WORDS[value]) if value in NUMBER_WORDS else float(value.replace(",", "."))
        found.append((number / 100, "share") if UNITS[name] == "share" else (number, UNITS[name]))
    return found


def check_message(text, *, goal: dict | None = None, cites_goal: bool = False, fact=None,
                  feasible: bool | None = None) -> MessageCheck:
    """Whether a message may be published: it cites a goal or a fact, and promises no more than the goal (9.6).

    Parameters
    ----------
    text : str
    goal : dict, optional
        operator, value, unit, level of the goal cited; None when that goal was never set
    cites_goal : bool
        The message names a goal.
    fact : str, optional
        The measured fact it rests on.
    feasible : bool or None
        Whether step 6 confirmed the goal; None when it was not judged.

    Examples
    --------
    >>> check_message("Delivery within two days", cites_goal=True, feasible=True,
    ...               goal={"operator": "<=", "value": 3, "unit": "days", "level": 0.9}).state
    'refused'
    """
    if not cites_goal:
        if _missing(fact) or not str(fact).strip():
            return MessageCheck("refused", N_("It cites neither a goal nor a measured fact."), False)
        return MessageCheck("allowed", N_("It cites a measured fact."), False)
    if goal is None or _missing(goal.get("value")) or _missing(goal.get("level")):
        return MessageCheck("refused", N_("Its goal has no value or no level to guarantee: nothing backs the promise."), True)
    if any(_promises_more(amount, unit, goal) for amount, unit in promised(text)):
        return MessageCheck("refused", N_("It promises more than its goal: customers would be told what is not given."), True)
    if feasible is None:
        return MessageCheck("hold", N_("Step 6 has not confirmed that the goal can be met."), False)
    if not feasible:
        return MessageCheck("refused", N_("Step 6 found that the goal cannot be met yet."), True)
    return MessageCheck("allowed", N_("It says what its goal guarantees."), False)


def _promises_more(amount, unit, goal) -> bool:
    """Sooner than an upper goal, more than a lower one or than its level; other units are not compared."""
    operator, wanted, goal_unit = goal.get("operator"), float(goal["value"]), str(goal.get("unit") or "")
    if unit == "share":
        best = max(float(goal["level"]), wanted if goal_unit == "share" and operator == ">=" else 0.0)
        return amount > best + TOLERANCE
    if goal_unit not in IN_DAYS:
        return False
    said, meant = amount * IN_DAYS[unit], wanted * IN_DAYS[goal_unit]
    return operator == "<=" and said < meant - TOLERANCE or operator == ">=" and said > meant + TOLERANCE


def _missing(value) -> bool:
    """None, NaN, NA or NaT."""
    if value is None or isinstance(value, str):
        return value is None
    try:
        return bool(value != value)
    except TypeError:  # pandas.NA refuses to be yes or no
        return True
