"""The seven design principles as checks (S2:L350-356; what each looks at is a house rule, method.md 10).

Differentiation, competitiveness, rationality, satisfaction, black box, transparency, personalisation: each is
passed, doubtful, broken or cannot be judged, with the reason and what it concerns.
"""

from __future__ import annotations

from dataclasses import dataclass

from svcnb.i18n import N_

PASS, WARN, FAIL, OPEN = N_("passed"), N_("doubtful"), N_("broken"), N_("not judged")
NAMES = (N_("differentiation"), N_("competitiveness"), N_("rationality"), N_("satisfaction"), N_("black box"),
         N_("transparency"), N_("personalisation"))
ASPECTS = (("M3", "M11"), ("M6", "M8"), ("M1", "M2", "M9"))  # quantity, quality, time
OFFERED = ("package_class", "term_score", "contract_form", "price")
NEAR = 1e-9


@dataclass(frozen=True)
class Check:
    """``principle`` 1 to 7; ``state`` passed, doubtful, broken or not judged; ``reason`` a text; ``detail`` what it concerns."""

    principle: int
    name: str
    state: str
    reason: str
    detail: str = ""


def check_principles(groups, goals: dict, offers: dict, *, feasible: dict | None = None, steps=None, measures=(),
                     rivals: dict | None = None) -> tuple[Check, ...]:
    """Judge a design by the seven principles.

    Parameters
    ----------
    groups : sequence of str
        Ids of the groups that are served.
    goals : dict
        ``"<group>:<measure>"`` -> operator, value, unit, level.
    offers : dict
        group -> package_class, term_score, contract_form, price, cts, contact.
    feasible : dict, optional
        Goal id -> True, False or None (step 6 did not judge).
    steps : list of dict, optional
        Process steps: name, visible_to_customer, customer_role, value_class.
    measures : sequence of str
        Measures that enter the level of service.
    rivals : dict, optional
        Goal id -> levels of the competitors, 0 to 1.

    Examples
    --------
    >>> [c.state for c in check_principles(["G1"], {}, {})][:4]
    ['not judged', 'not judged', 'not judged', 'broken']
    """
    groups = list(groups)
    goals = {key: goal or {} for key, goal in goals.items() if key.split(":")[0] in groups}
    found = (_differentiation(groups, goals, offers), _competitiveness(goals, rivals or {}), _rationality(groups, offers),
             _satisfaction(groups, goals, offers), _black_box(steps), _transparency(goals, feasible or {}),
             _personalisation(groups, offers, goals, measures))
    return tuple(Check(number, name, *found[number - 1]) for number, name in enumerate(NAMES, start=1))


def _differentiation(groups, goals, offers):
    if len(groups) < 2:
        return OPEN, N_("There are fewer than two groups to compare.")
    designs: dict[tuple, list[str]] = {}
    for group in groups:
        own = tuple(sorted((key.split(":")[1], goal.get("operator"), goal.get("value"), goal.get("level"))
                           for key, goal in goals.items() if key.split(":")[0] == group))
        offered = tuple(offers.get(group, {}).get(name) for name in OFFERED)
        designs.setdefault((repr(own), offered), []).append(group)
    same = [" = ".join(alike) for alike in designs.values() if len(alike) > 1]
    if len(designs) == 1:
        return FAIL, N_("All groups have the same goals and the same offer."), same[0]
    if same:
        return WARN, N_("Groups with the same goals and the same offer: merge them or justify it."), "; ".join(same)
    return PASS, N_("Goals or offers differ between all groups.")


def _competitiveness(goals, rivals):
    judged = {key: (goals[key]["level"], [v for v in rivals[key] if v is not None and v == v])
              for key in goals if rivals.get(key) and _number(goals[key].get("level"))}
    judged = {key: pair for key, pair in judged.items() if pair[1]}
    if not judged:
        return OPEN, N_("No level of a competitor is known for any goal.")
    below = [key for key, (level, others) in judged.items() if level < min(others) - NEAR]
    if below:
        return FAIL, N_("The level to guarantee is below every competitor's."), ", ".join(below)
    if not any(level >= max(others) - NEAR for level, others in judged.values()):
        return WARN, N_("No goal reaches the best competitor: nothing wins customers."), ", ".join(judged)
    return PASS, N_("No goal is below the competitors, and at least one reaches the best of them.")


def _rationality(groups, offers):
    known = {g: offers[g] for g in groups if g in offers and _number(offers[g].get("cts"))
             and _number(offers[g].get("price"))}
    loss = [g for g, offer in known.items() if offer["price"] < offer["cts"] - NEAR]
    if loss:
        return FAIL, N_("Sold below the cost to serve."), ", ".join(loss)
    open_ones = [g for g in groups if g not in known]
    if not known:
        return OPEN, N_("Cost to serve or price is not known for any group.")
    if open_ones:
        return WARN, N_("Cost to serve or price is not known for some groups."), ", ".join(open_ones)
    return PASS, N_("Every price covers its cost to serve.")


def _satisfaction(groups, goals, offers):
    if not groups:
        return OPEN, N_("There is no group yet.")
    lacking, unpriced = [], [g for g in groups if not _number(offers.get(g, {}).get("price"))]
    for group in groups:
        own = {key.split(":")[1] for key, goal in goals.items()
               if key.split(":")[0] == group and _number(goal.get("level"))}
        absent = ["/".join(wanted) for wanted in ASPECTS if not own.intersection(wanted)]
        lacking += [f"{group}: {', '.join(absent)}"] if absent else []
    if lacking:
        return FAIL, N_("A group lacks a goal of quantity, quality or time."), "; ".join(lacking)
    if unpriced:
        return FAIL, N_("A group has no price."), ", ".join(unpriced)
    return PASS, N_("Every group has goals of quantity, quality and time, and a price.")


def _black_box(steps):
    if not steps:
        return OPEN, N_("The process steps are not described.")
    seen = [s for s in steps if s.get("visible_to_customer") is True and s.get("value_class") == "none"]
    acting = [s for s in seen if s.get("customer_role") in ("co_producer", "self_service")]
    if acting:
        return FAIL, N_("The customer must act in a step that adds nothing."), ", ".join(str(s["name"]) for s in acting)
    if seen:
        return WARN, N_("The customer sees a step that adds nothing."), ", ".join(str(s["name"]) for s in seen)
    return PASS, N_("Every step that the customer sees adds value or is marked as necessary.")


def _transparency(goals, feasible):
    if not goals:
        return OPEN, N_("No goal is set yet.")
    blank = [key for key, goal in goals.items()
             if not _number(goal.get("value")) or not goal.get("unit") or not _number(goal.get("level"))]
    if blank:
        return FAIL, N_("Goals without value, unit or level to guarantee."), ", ".join(blank)
    refused = [key for key in goals if feasible.get(key) is False]
    if refused:
        return WARN, N_("Goals that step 6 found out of reach: they may not be published."), ", ".join(refused)
    unknown = [key for key in goals if feasible.get(key) is None]
    if unknown:
        return WARN, N_("Goals that step 6 has not confirmed: they may not be published."), ", ".join(unknown)
    return PASS, N_("Every goal has value, unit and level, and step 6 confirmed it.")


def _personalisation(groups, offers, goals, measures):
    nobody = [g for g in groups if not str(offers.get(g, {}).get("contact") or "").strip()]
    treated = "M10" in measures or any(key.endswith(":M10") for key in goals)
    if not groups or len(nobody) == len(groups):
        return FAIL, N_("No offer names who attends the customer.")
    if nobody:
        return WARN, N_("Offers that do not name who attends the customer."), ", ".join(nobody)
    if not treated:
        return WARN, N_("The treatment of the customer (M10) is not measured.")
    return PASS, N_("Every offer names who attends the customer, and the treatment is measured.")


def _number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value
