"""Rules of segments as sentences in the reader's language."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.steps.candidates import variable_name


def read_rule(rule: list[dict], words) -> str:
    """A rule in one sentence: what a customer must have to belong to the segment.

    Parameters
    ----------
    rule : conditions as ``svcnb.steps.rules.to_rule`` writes them
    words : svcnb.i18n.Words

    Examples
    --------
    >>> from svcnb.i18n import words_in
    >>> rule = [{"variable": "branch", "categories": ["food", "retail"], "takes_missing": True, "intervals": None},
    ...         {"variable": "age", "categories": ["≥ 30"], "takes_missing": False, "intervals": [[30, None]]}]
    >>> read_rule(rule, words_in("en"))
    'branch of activity: food, retail or not known; age: 30 or more'
    >>> read_rule([], words_in("es"))
    'todos los clientes'
    """
    return "; ".join(words(N_("{variable:word}: {values}"), variable=variable_name(one["variable"]), values=read_values(one, words))
                     for one in rule) or words(N_("all customers"))


def read_values(condition, words) -> str:
    """What one condition asks of its column."""
    if condition.get("intervals") is not None:
        named = [_interval(low, high, words) for low, high in condition["intervals"]]
    else:
        named = [words(str(value)) for value in condition["categories"]]
        if condition.get("is_other"):
            named.append(words(N_("any new one")))
    if condition["takes_missing"]:
        named.append(words(N_("not known")))
    if not named:
        return words(N_("none"))
    return named[0] if len(named) == 1 else words(N_("{first} or {last}"), first=", ".join(named[:-1]), last=named[-1])


def _interval(low, high, words) -> str:
    if low is None and high is None:
        return words(N_("known"))
    if low is None:
        return words(N_("below {high}"), high=high)
    return words(N_("{low} or more"), low=low) if high is None else words(N_("{low} to below {high}"), low=low, high=high)
