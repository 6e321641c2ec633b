"""Rules of segments as the journal keeps them: plain lists that can be read, stored and asked of new customers.

A rule is a list of conditions, all of which must hold; a condition is ``methods.trees.Condition`` as a dict. The
segments of a tree stand in the decision of step ``comparison`` and, once chosen, in that of ``segmentation``.
"""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from svcnb.methods.categories import as_categories

SHOWN = 3  # categories of a condition in a segment's name


def to_rule(conditions) -> list[dict]:
    """Conditions of a tree's node as lists and dicts.

    Examples
    --------
    >>> from svcnb.methods.trees import Condition
    >>> to_rule([Condition("branch", ("food",), False)])[0]["categories"]
    ['food']
    """
    plain = lambda value: [plain(one) for one in value] if isinstance(value, (list, tuple)) else value
    return [{name: plain(value) for name, value in asdict(condition).items()} for condition in conditions]


def holds(rule: list[dict], customers: pd.DataFrame) -> pd.Series:
    """Which customers a rule takes; a column that is not there counts as blank. Index as ``customers``.

    Examples
    --------
    >>> rule = [{"variable": "age", "categories": ["≥ 30"], "takes_missing": False, "intervals": [[30, None]]}]
    >>> holds(rule, pd.DataFrame({"age": [29, 30, None]})).tolist()
    [False, True, False]
    """
    inside = pd.Series(True, index=customers.index)
    for condition in rule:
        values = customers[condition["variable"]] if condition["variable"] in customers.columns else \
            pd.Series(None, index=customers.index, dtype=object)
        inside &= _banded(values, condition) if condition.get("intervals") is not None else _named(values, condition)
    return inside


def _banded(values, condition) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    inside = numbers.isna() & bool(condition["takes_missing"])
    for low, high in condition["intervals"]:
        inside |= numbers.notna() & (numbers >= (-float("inf") if low is None else low)) & \
            (True if high is None else numbers < high)
    return inside


def _named(values, condition) -> pd.Series:
    texts = as_categories(values)
    inside = texts.isin(condition["categories"])
    if condition.get("is_other"):
        inside |= texts.notna() & ~texts.isin(condition["excluded"])
    return inside | (texts.isna() & bool(condition["takes_missing"]))


def rule_name(rule: list[dict]) -> str:
    """A short name from what a rule takes, in the words of the data.

    Examples
    --------
    >>> rule_name([{"categories": ["food", "retail"]}, {"categories": ["≥ 30"]}])
    'food, retail · ≥ 30'
    """
    parts = [", ".join([*condition["categories"][:SHOWN], *(["…"] if len(condition["categories"]) > SHOWN else [])])
             for condition in rule]
    return " · ".join(part for part in parts if part)
