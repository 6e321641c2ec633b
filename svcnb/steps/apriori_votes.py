"""The experts' votes on the variables and the concordance of their ratings, as rows (part of step apriori)."""

from __future__ import annotations

import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.apriori import MIN_VOTERS, count_votes, last_round
from svcnb.methods.concordance import FEW_ITEMS, kendall_w
from svcnb.methods.intervals import wilson
from svcnb.steps.candidates import variable_name

NEAR = 1e-9
ALL = "all"
ALL_RATINGS = N_("all ratings together")
VOTES = ["variable", "name", "n_votes", "in_favour", "against", "agreement", "level_low", "level_high", "keep", "one_vote",
         "keep_from", "n_rounds", "n_final", "against_final", "n_every", "against_every"]
RATINGS = ["scope", "name", "m", "n_items", "rating", "kendall_w", "p_value", "significant", "test"]


def vote_rows(answers: pd.DataFrame, keep_from: float) -> tuple[pd.DataFrame, list[Reason]]:
    """VOTES, best first: for, against, Cc with its interval, kept or not, and whether one vote would change that.

    ``n_final`` and ``against_final`` count the votes of the last round of all alone, ``n_every`` and ``against_every``
    those of all rounds: what is wrongly taken for Cc.

    Raises
    ------
    NotComputable
        nobody voted, or a vote is none
    """
    counted = count_votes(answers, keep_from=keep_from)
    cast = answers.dropna(subset=["item_id", "vote"])
    rounds = pd.to_numeric(cast["round"], errors="coerce").fillna(1)
    final, rows = cast[rounds == rounds.max()], []
    for row in counted.table.itertuples():
        n, against = int(row.n), int(row.against)
        bounds = wilson(n - against, n)
        turned = against + 1 if row.keep else against - 1
        rows.append({"variable": row.item_id, "name": variable_name(row.item_id), "n_votes": n, "in_favour": n - against,
                     "against": against, "agreement": float(row.agreement), "level_low": bounds.low, "level_high": bounds.high,
                     "keep": bool(row.keep),
                     "one_vote": 0 <= turned <= n and (1 - turned / n >= keep_from - NEAR) != bool(row.keep),
                     "keep_from": keep_from, "n_rounds": int(rounds.max()), **_counts(final, row.item_id, "final"),
                     **_counts(cast, row.item_id, "every")})
    few = [row["name"] for row in rows if row["n_votes"] < MIN_VOTERS]
    told = [reason(N_("Fewer than {n} experts voted on {items}."), n=MIN_VOTERS, items=few)] if few else []
    return pd.DataFrame(rows, columns=VOTES), told


def _counts(votes, variable, name) -> dict:
    """Votes on a variable and those against it, as they stand, each row a vote of its own."""
    own = votes[votes["item_id"].astype(str) == variable].reset_index(drop=True)
    if not len(own):
        return {f"n_{name}": 0, f"against_{name}": 0}
    own = own.assign(expert_id=own.index, round=1)
    row = count_votes(own).table.iloc[0]
    return {f"n_{name}": int(row["n"]), f"against_{name}": int(row["against"])}


def rating_rows(answers: pd.DataFrame, settings, reasons: list[Reason]) -> pd.DataFrame:
    """RATINGS: Kendall's W of all ratings together, and of each variable over its criteria; few items by permutation.

    What cannot be computed has no row; the reason is said for all ratings only.
    """
    rated = last_round(answers.dropna(subset=["item_id", "value"]))
    if not len(rated):
        return pd.DataFrame(columns=RATINGS)
    value = pd.to_numeric(rated["value"], errors="coerce").rename("value")
    wide = value.groupby([rated["expert_id"].astype(str), rated["item_id"].astype(str)]).mean().unstack()
    of = {item: item.rpartition(":")[0] or item for item in wide.columns}
    rows = []
    for scope in (ALL, *dict.fromkeys(of.values())):
        part = wide if scope == ALL else wide[[item for item in wide.columns if of[item] == scope]]
        try:
            result = _agreed(part, settings)
        except NotComputable as error:
            if scope == ALL:
                reasons.append(error.reason)
            continue
        if scope == ALL:
            reasons += [one for one in result.warnings if one.level != "info"]
            if not result.significant:
                reasons.append(reason(N_("The ratings do not agree more than by chance (W = {w:2}): let the experts discuss and "
                                         "vote again before a variable is kept."), w=result.w))
        rows.append({"scope": scope, "name": ALL_RATINGS if scope == ALL else variable_name(scope), "m": result.m,
                     "n_items": result.n, "rating": float(part.mean().mean()), "kendall_w": result.w,
                     "p_value": result.p_permutation if result.n <= FEW_ITEMS else result.p_value,
                     "significant": bool(result.significant),
                     "test": N_("permutation") if result.n <= FEW_ITEMS else N_("χ² of W")})
    return pd.DataFrame(rows, columns=RATINGS)


def _agreed(part: pd.DataFrame, settings):
    """W of one table of ratings; the permutation decides where the items are few, so it is made there only."""
    few = int(part.notna().any().sum()) <= FEW_ITEMS
    return kendall_w(part, higher_is_better=True, seed=settings.seed, n_permutations=10_000 if few else 0, alpha=settings.alpha)
