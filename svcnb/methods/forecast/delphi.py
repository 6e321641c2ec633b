"""Delphi: experts answer apart, see the middle and the spread of the answers, and answer again (method.md 5.2).

Dalkey, N. and Helmer, O. (1963), *Management Science* 9, 458-467; Linstone, H. A. and Turoff, M., eds. (1975), *The Delphi
Method*. When to stop is a house rule: agreed when the interquartile range is at most a fifth of the median; settled when it
shrank by less than a tenth since the round before; at the latest after four rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.forecast.amounts import as_amounts

AGREED, SETTLED, ROUNDS = 0.20, 0.10, 4


@dataclass(frozen=True, eq=False)
class Delphi:
    """``estimate`` median of the last round, ``low`` and ``high`` its quartiles; ``n`` experts in it, ``n_missing`` answers
    left out. ``rounds``: round, n, median, low, high, iqr, spread (iqr / median; NaN when that is 0), shrink (share by which
    iqr fell since the round before; NaN in the first), left (experts of the round before who did not answer). ``stop`` says
    whether another round is worth it, ``why`` in words."""

    estimate: float
    low: float
    high: float
    n: int
    n_missing: int
    rounds: pd.DataFrame
    stop: bool
    why: Reason
    warnings: tuple[Reason, ...] = ()


def follow_delphi(answers: pd.DataFrame) -> Delphi:
    """Median and quartiles of each round, and whether to ask again.

    Quartiles lie between the answers in proportion (type 7 of Hyndman and Fan).

    Parameters
    ----------
    answers : round (1, 2, ...), expert_id, estimate; one row an expert and round; unknown estimates are left out

    Raises
    ------
    ParameterError
        a column is not there, a round or an estimate is no number that is not negative, an expert answered a round twice
    NotComputable
        nobody answered

    Examples
    --------
    >>> answers = pd.DataFrame({"round": [1] * 4 + [2] * 4, "expert_id": [*"abcd"] * 2,
    ...                         "estimate": [80, 100, 120, 200, 95, 100, 110, 120]})
    >>> found = follow_delphi(answers)
    >>> found.estimate, found.rounds["iqr"].tolist(), found.stop
    (105.0, [45.0, 13.75], True)
    """
    absent = [name for name in ("round", "expert_id", "estimate") if name not in answers]
    if absent:
        raise ParameterError(N_("The table has no column {columns}."), columns=", ".join(absent))
    frame = answers[["round", "expert_id", "estimate"]].copy()
    for name, what in (("round", N_("round")), ("estimate", N_("estimate"))):
        frame[name] = as_amounts(frame[name], what)
    known = frame.dropna()
    if known.empty:
        raise NotComputable(N_("Nobody gave an estimate."))
    twice = known.duplicated(["round", "expert_id"])
    if twice.any():
        row = known[twice].iloc[0]
        raise ParameterError(N_("Expert {expert} answered round {round} twice."), expert=str(row["expert_id"]),
                             round=int(row["round"]))
    rows, before, experts = [], np.nan, set()
    for number, group in known.groupby("round"):
        low, middle, high = np.quantile(group["estimate"], [0.25, 0.5, 0.75])
        here = set(group["expert_id"])
        rows.append({"round": int(number), "n": len(group), "median": float(middle), "low": float(low), "high": float(high),
                     "iqr": float(high - low), "spread": float((high - low) / middle) if middle > 0 else np.nan,
                     "shrink": float(1 - (high - low) / before) if before > 0 else np.nan, "left": len(experts - here)})
        before, experts = high - low, here
    rounds = pd.DataFrame(rows)
    last = rows[-1]
    stop, why = _stop(last, len(rows))
    said = []
    if last["left"]:
        said.append(reason(N_("{n} experts of the round before did not answer the last one: the answers may have come nearer "
                              "because of who left."), n=last["left"]))
    if last["n"] < 5:
        said.append(reason(N_("Only {n} experts in the last round: quartiles of so few say little."), n=last["n"]))
    return Delphi(last["median"], last["low"], last["high"], last["n"], len(frame) - len(known), rounds, stop, why,
                  tuple(said))


def _stop(last, n_rounds) -> tuple[bool, Reason]:
    if last["n"] > 1 and (last["iqr"] == 0 or last["spread"] <= AGREED + 1e-9):
        return True, reason(N_("The experts agree: half of the answers lie within {spread:%} of the median."), level="info",
                            spread=0.0 if last["iqr"] == 0 else last["spread"])
    if last["shrink"] < SETTLED - 1e-9:
        return True, reason(N_("The answers have settled without agreeing: the middle half shrank by {shrink:%} only. Show both "
                               "opinions."), shrink=last["shrink"])
    if n_rounds >= ROUNDS:
        return True, reason(N_("{n} rounds were held: more tire the experts. Take the median with its quartiles."), n=n_rounds)
    return False, reason(N_("Ask again: the answers are still apart and may come nearer."), level="info")
