"""A-priori segmentation: what experts keep by vote, and how far data later agree with them.

Sources: "método a priori ... seleccionar las variables según la experiencia del personal de venta y darle
seguimiento con los métodos estadísticos" (S2:L207); vote rule Cc of Cuban practice (method.md 3.10, 8.4). Cohen, J.
(1960), *Educational and Psychological Measurement* 20, 37-46; Hubert, L. and Arabie, P. (1985), *Journal of
Classification* 2, 193-218.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_

NEAR = 1e-9
KEEP_FROM = 0.60
MIN_VOTERS = 3


@dataclass(frozen=True, eq=False)
class Votes:
    """``table`` has item_id, n, against, agreement (0 to 1, the source's Cc / 100), keep; best first."""

    table: pd.DataFrame
    kept: tuple[str, ...]
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class Agreement:
    """Two groupings of the same customers. ``kappa`` needs the same names, else None; ``adjusted_rand`` does not."""

    kappa: float | None
    adjusted_rand: float
    n: int
    n_missing: int


def count_votes(answers: pd.DataFrame, *, keep_from: float = KEEP_FROM) -> Votes:
    """Agreement of the experts on each item by vote: ``Cc = 1 - Vn / Vt``, kept from 60 %.

    ``Vn`` are the votes against, ``Vt`` all votes (method.md 3.10: 2 of 9 against is 77.8 %, keep; 4 of 9 is
    55.6 %, drop).

    Parameters
    ----------
    answers : expert_id, item_id, vote (truth; missing votes do not count). With a column ``round`` an expert's
        last round counts.
    keep_from : share from which an item is kept, 0 to 1

    Raises
    ------
    NotComputable
        nobody voted
    ParameterError
        ``keep_from`` is not a share

    Examples
    --------
    >>> answers = pd.DataFrame({"expert_id": range(9), "item_id": "branch", "vote": [True] * 7 + [False] * 2})
    >>> count_votes(answers).table.agreement.round(3).tolist(), count_votes(answers).kept
    ([0.778], ('branch',))
    """
    if not 0 <= keep_from <= 1:
        raise ParameterError(N_("{share} is not a share between 0 and 1."), share=keep_from)
    votes = answers.dropna(subset=["item_id", "vote"])
    if not len(votes):
        raise NotComputable(N_("No expert voted."), fallback=N_("Ask at least three experts which variables to keep."))
    votes = last_round(votes)
    yes = votes["vote"].map(_is_yes)
    unclear = votes.loc[yes.isna(), "vote"]
    if len(unclear):
        raise NotComputable(N_("{value} is no vote; write true or false."), value=str(unclear.iloc[0]))
    yes = yes.astype(bool)
    by = yes.groupby(votes["item_id"].astype(str))
    table = pd.DataFrame({"n": by.size(), "against": by.size() - by.sum(), "agreement": by.mean()})
    table["keep"] = table["agreement"] >= keep_from - NEAR
    table = table.rename_axis("item_id").reset_index()
    table = table.sort_values(["agreement", "n", "item_id"], ascending=[False, False, True]).reset_index(drop=True)
    few = table.loc[table["n"] < MIN_VOTERS, "item_id"]
    warnings = (reason(N_("Fewer than {n} experts voted on {items}."), n=MIN_VOTERS, items=list(few)),) \
        if len(few) else ()
    return Votes(table.astype({"against": int, "n": int}), tuple(table.loc[table["keep"], "item_id"]), warnings)


def mean_ratings(answers: pd.DataFrame) -> pd.DataFrame:
    """Mean rating of each item over the experts' last rounds: item_id, rating, n.

    Examples
    --------
    >>> answers = pd.DataFrame({"expert_id": ["E1", "E2"], "item_id": "branch:measurable", "value": [4, 5]})
    >>> mean_ratings(answers).rating.tolist()
    [4.5]
    """
    rated = last_round(answers.dropna(subset=["item_id", "value"]))
    by = pd.to_numeric(rated["value"], errors="coerce").groupby(rated["item_id"].astype(str))
    return pd.DataFrame({"rating": by.mean(), "n": by.count()}).rename_axis("item_id").reset_index()


def last_round(answers: pd.DataFrame) -> pd.DataFrame:
    """Only the last round that an expert answered an item in."""
    if "round" not in answers.columns or not len(answers):
        return answers
    rounds = pd.to_numeric(answers["round"], errors="coerce").fillna(1)
    last = rounds.groupby([answers["expert_id"], answers["item_id"]]).transform("max")
    return answers[rounds >= last]


def agreement(first, second) -> Agreement:
    """How far two groupings of the same customers agree: Cohen's kappa and the adjusted Rand index.

    Kappa compares names, so it is None when the two share no name; the adjusted Rand index asks only who is
    together with whom (method.md 0.4 and 3.10 c). Both are 1 for the same grouping and about 0 by chance.

    Parameters
    ----------
    first, second : group of each customer, in the same order; missing ones are left out and counted

    Raises
    ------
    NotComputable
        different lengths, nobody grouped by both, or everybody in one group

    Examples
    --------
    >>> result = agreement(["a", "a", "b", "b"], ["a", "a", "b", "a"])
    >>> round(result.kappa, 3), round(result.adjusted_rand, 3), result.n
    (0.5, 0.0, 4)
    """
    first, second = (pd.Series(np.asarray(side, dtype=object)) for side in (first, second))
    if len(first) != len(second):
        raise NotComputable(N_("The two groupings have {first} and {second} customers; they must be the same ones."),
                            first=len(first), second=len(second))
    known = first.notna() & second.notna()
    n = int(known.sum())
    if not n:
        raise NotComputable(N_("No customer is grouped by both."))
    a, b = first[known].astype(str), second[known].astype(str)
    if a.nunique() == 1 and b.nunique() == 1:
        raise NotComputable(N_("Everybody is in one group on both sides: agreement says nothing."))
    from sklearn.metrics import adjusted_rand_score, cohen_kappa_score

    kappa = float(cohen_kappa_score(a, b)) if set(a) & set(b) else None
    return Agreement(kappa, float(adjusted_rand_score(a, b)), n, len(first) - n)


def _is_yes(vote) -> bool | None:
    if isinstance(vote, str):
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(vote.strip().lower())
    return None if vote not in (0, 1) else bool(vote)
