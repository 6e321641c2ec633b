"""Step 1, a priori: what the experts vote and rate, and whether the data agree with them (method.md 3.10, 0.4, 8.4).

"se recomienda comenzar con el método a priori que consiste en seleccionar las variables según la experiencia del
personal de venta y darle seguimiento con los métodos estadísticos" (S2:L207). Nothing is decided here: step 1 has the
judgement of experts among its variables.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.apriori import KEEP_FROM
from svcnb.steps import candidates as found
from svcnb.steps.apriori_data import confront_segments, follow_up
from svcnb.steps.apriori_votes import VOTES, rating_rows, vote_rows
from svcnb.steps.characteristics import with_scores
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("A priori")
QUESTION = N_("What do the experts say, and do the data agree?")
ENDS_IN = N_("The variables that the experts keep, and what the data say of them.")
TABLES = ("customers", "orders", "order_lines", "expert_answers")
AFTER = ("segmentation",)


@dataclass(frozen=True)
class Parameters:
    """``keep_from`` share of the votes from which a variable is kept; ``criterion`` a customers column,
    ``high_revenue`` or ``auto``; ``n_bands`` of measured numbers, ``max_categories`` of a variable."""

    keep_from: float = KEEP_FROM
    criterion: str = "auto"
    n_bands: int = 4
    max_categories: int = 30

    def __post_init__(self):
        for name, low, high in (("keep_from", 0, 1), ("n_bands", 2, 10), ("max_categories", 2, 500)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ParameterError(N_("{name} = {value} is not between {low} and {high}."), name=name, value=value,
                                     low=low, high=high)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Count the votes, judge the concordance of the ratings, and put both before the data."""
    reasons: list[Reason] = []
    answers = study.table("expert_answers")
    votes = _counted(answers[answers["topic"] == "variables"], parameters.keep_from, reasons)
    ratings = rating_rows(answers[answers["topic"] == "criteria"], study.settings, reasons)
    customers = study.table("customers").reset_index(drop=True)
    known = _known(study, customers, parameters, reasons)
    follow = follow_up(votes, customers, known, study.settings.alpha)
    tables = {"votes": votes, "ratings": ratings, "follow_up": follow,
              "compared": follow[(follow["n_votes"] > 0) & follow["cramers_v"].notna()].reset_index(drop=True)}
    segments = decisions.get("segmentation") or {}
    confronted, more = confront_segments(with_scores(study, customers, segments), known, segments, study.settings.alpha)
    if len(votes) or confronted:
        reasons += more
    said = bool(len(votes) or len(ratings) or confronted)
    quantities = _quantities(tables, parameters) | _confronted(confronted)
    return Proposal(quantities, tables | confronted, {}, tuple(reasons),
                    tuple(name for name in ("expert_answers", "customers") if not study.has(name)),
                    "expert" if said else "assumed")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """Nothing: step 1 chooses what tells the segments apart, the judgement of experts among it."""
    if chosen:
        raise ParameterError(N_("{key} cannot be decided here; step 1 chooses what tells the segments apart."),
                             key=next(iter(chosen)))
    return overlay(proposal.decision, {})


def _counted(answers, keep_from, reasons) -> pd.DataFrame:
    try:
        rows, told = vote_rows(answers, keep_from)
    except NotComputable as error:
        if answers["vote"].notna().any():  # what was written is no vote
            reasons.append(error.reason)
        reasons.append(reason(N_("Let at least three experts, better seven, and the sellers among them, vote yes or no on each "
                                 "variable: table of the ratings and votes of the experts, topic variables."), level="missing"))
        return pd.DataFrame(columns=VOTES)
    reasons += told
    return rows


def _known(study, customers, parameters, reasons):
    """The candidate variables as categories with their criterion; None without customers."""
    if not len(customers):
        reasons.append(reason(N_("There is no customers table: no test can follow up what the experts say."), level="missing"))
        return None
    known = found.find_candidates(customers, found.customer_revenue(study, customers), parameters)
    reasons += [one for one in known.reasons if one.level != "info"]
    return known


def _quantities(tables, parameters) -> dict[str, Quantity]:
    votes, ratings, follow = tables["votes"], tables["ratings"], tables["follow_up"]
    if not len(votes) and not len(ratings):
        return {}
    out = {"keep_from": Quantity(parameters.keep_from, "share", evidence="assumed")}
    if len(votes):
        n = int(votes["n_votes"].max())
        judged = follow[(follow["n_votes"] > 0) & follow["verdict"].isin(("both_keep", "both_drop", "experts_only", "data_only"))]
        out |= {"n_voters": Quantity(n, "count", evidence="expert"),
                "variables_voted": Quantity(len(votes), "count", n, evidence="expert"),
                "variables_kept": Quantity(int(votes["keep"].sum()), "count", n, evidence="expert"),
                "variables_tested": Quantity(len(judged), "count", n),
                "experts_and_data_agree": Quantity(int(judged["verdict"].isin(("both_keep", "both_drop")).sum()), "count",
                                                   len(judged))}
    whole = ratings[ratings["scope"] == "all"] if len(ratings) else ratings
    if len(whole):
        row = whole.iloc[0]
        out |= {"concordance": Quantity(float(row["kendall_w"]), "index", int(row["m"]), evidence="expert"),
                "concordance_p": Quantity(float(row["p_value"]), "index", int(row["m"]), evidence="expert"),
                "ratings_agree": Quantity(bool(row["significant"]), "", int(row["m"]), evidence="expert")}
    return out


def _confronted(tables) -> dict[str, Quantity]:
    if not tables:
        return {}
    row = tables["confrontation"].iloc[0]
    value = lambda name: None if row[name] is None or row[name] != row[name] else row[name]
    n = int(row["n"])
    names = {"agreement_with_experts": "adjusted_rand", "kappa_with_experts": "cohen_kappa", "cramers_v": "cramers_v",
             "p_value": "p_value"}
    moved = int(tables["cross"].loc[~tables["cross"]["stays"].astype(bool), "n"].sum()) if len(tables["cross"]) else None
    return {**{name: Quantity(value(column) if value(column) is None else float(row[column]), "index", n)
               for name, column in names.items()},
            "chi2": Quantity(None if math.isnan(row["chi2"]) else float(row["chi2"]), "", n),
            "verdict_experts": Quantity(value("verdict"), "", n), "customers_moved": Quantity(moved, "count", n)}
