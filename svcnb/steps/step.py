"""What a step is: the types that every step module shares.

A step module of ``svcnb.steps`` has

``TITLE, QUESTION, ENDS_IN``  catalogue texts (``N_``)
``TABLES``      names of the study's tables it reads (they enter the result's hash)
``AFTER``       earlier steps whose decisions it reads
``OPTIONAL``    where it has any: those of AFTER without which it runs too, while their tables wait to be mended
``Parameters``  frozen dataclass of literals with defaults; checked in ``__post_init__``
``propose(study, decisions, parameters) -> Proposal``
``FOUND``       where it has any: keys of the decision that are computed for later steps and that nobody decides
``decide(proposal, chosen) -> dict``  the decision in force: what people chose over what was proposed

Nothing here is specific to one step.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from svcnb.errors import Reason

EVIDENCE = ("data", "survey", "expert", "assumed")  # method.md 0.4, best first


@dataclass(frozen=True)
class Quantity:
    """One number that a page or ``results.json`` shows.

    ``value`` None means not measured. ``unit`` is a plain word: ``share``, ``days``, ``minutes``,
    ``points``, ``count``, ``currency``, ``index`` (0 to 1), ``score`` (1 to 5 or 0 to 10).
    ``n`` is what it rests on; ``low`` and ``high`` bound it (95 % unless the name says otherwise).
    """

    value: float | int | str | bool | None
    unit: str = ""
    n: int | None = None
    low: float | None = None
    high: float | None = None
    evidence: str = "data"


@dataclass(frozen=True, eq=False)
class Proposal:
    """What the methods say about one step: numbers, small tables, a proposed decision, reasons.

    ``decision`` maps each decision key of the step to a JSON value (str, number, bool, list, dict
    with string keys). ``tables`` hold flat frames (default index; str, number, bool columns).
    ``missing`` names the tables that were wanted and are not there.
    """

    quantities: dict[str, Quantity] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    decision: dict = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    evidence: str = "data"


def overlay(proposed: dict, chosen: dict) -> dict:
    """The decision in force: a person's value wins over the proposed one, key by key."""
    return {**proposed, **chosen}
