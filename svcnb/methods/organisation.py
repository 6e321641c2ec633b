"""Form of the organisation: centralisation, structure, stage of marketing, selection (step 5, F3, D6, D8, D9).

The factors and directions are the seed's (S2:L291-312, L324-326); the scores and thresholds are house
rules. Five stages of the marketing function after Kotler.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.matrices.ratings import rating, share_of

FACTORS = {
    "sales_force": N_("size of the sales force"), "dispersion": N_("geographic dispersion"),
    "personal_selling": N_("weight of personal selling"), "channels": N_("how direct the channels are"),
    "requirements": N_("amount of service requirements"),
}
DEGREES = {"centralised": N_("centralised"), "mixed": N_("mixed"), "decentralised": N_("decentralised")}
FORMS = {"product": N_("by product"), "market": N_("by market"), "function": N_("by function"),
         "mixed": N_("mixed form")}
STAGES = (N_("simple sales organisation"), N_("sales organisation with auxiliary functions"),
          N_("separate marketing organisation"), N_("modern marketing organisation"),
          N_("progressive marketing organisation"))
STAGE_OF_MARKETING = {"transactional": 2, "relationship": 3, "technical": 3, "consultative": 4}
STAGE_OF_CONTACT = (2, 2, 2, 3, 3, 4)


@dataclass(frozen=True, eq=False)
class Centralisation:
    """``index`` 0 (centralise) to 1 (decentralise), its ``degree``; ``table``: factor, rating, weight, part."""

    index: float
    degree: str
    table: pd.DataFrame
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class Form:
    """``form`` product, market, function or mixed; ``parts`` the forms it names; ``scores`` of all, 1 to 5."""

    form: str
    parts: tuple[str, ...]
    scores: dict[str, float]
    geographic_layer: bool
    central_staff: bool
    reconstructed: bool = False


@dataclass(frozen=True, eq=False)
class Stage:
    """``stage`` 1 to 5 with its ``name``; ``required`` stage and ``gap`` = required - stage (None without need)."""

    stage: int
    name: str
    required: int | None
    gap: int | None


def centralisation(factors, weights=None) -> Centralisation:
    """How far to decentralise: ``sum(v (s - 1) / 4)`` over five factors, weights summing to 1.

    Below 0.35 centralised, above 0.65 decentralised, between mixed. Factors that are not rated are left
    out and said.

    Parameters
    ----------
    factors : dict or Series
        sales_force, dispersion, personal_selling, channels, requirements: 1 to 5, 5 decentralises.
    weights : dict, optional
        factor -> weight >= 0; equal when not given.

    Raises
    ------
    ParameterError
        A rating outside 1 to 5, an unknown factor, weights without a sum.
    NotComputable
        No factor is rated.

    References
    ----------
    S2:L291-296; method 7.5.

    Examples
    --------
    >>> five = dict(sales_force=2, dispersion=4, personal_selling=3, channels=4, requirements=5)
    >>> round(centralisation(five).index, 2), centralisation(five).degree
    (0.65, 'mixed')
    """
    factors = dict(factors)
    for name in [*factors, *(weights or {})]:
        if name not in FACTORS:
            raise ParameterError(N_("There is no factor of centralisation {name}; factors are {factors}."),
                                 name=str(name), factors=", ".join(FACTORS))
    rows = [(name, rating(name, float(factors[name])), float((weights or {}).get(name, 0.0 if weights else 1.0)))
            for name in FACTORS if _given(factors.get(name))]
    if not rows:
        raise NotComputable(N_("None of the five factors of centralisation is rated."),
                            fallback=N_("Rate the five factors 1 to 5; until then the organisation counts as mixed."))
    table = pd.DataFrame(rows, columns=["factor", "rating", "weight"])
    if (table["weight"] < 0).any() or table["weight"].sum() == 0:
        raise ParameterError(N_("The weights of the factors must be 0 or more and not all 0."))
    table["weight"] /= table["weight"].sum()
    table["part"] = table["weight"] * share_of(table["rating"])
    index = float(table["part"].sum())
    degree = "centralised" if index < 0.35 - 1e-9 else "decentralised" if index > 0.65 + 1e-9 else "mixed"
    absent = [name for name in FACTORS if name not in set(table["factor"])]
    warnings = (reason(N_("Factors of centralisation that are not rated are left out: {factors}."),
                       factors=list(absent)),) if absent else ()
    return Centralisation(index, degree, table, warnings)


def organisation_form(complex_lines, sales, similar, segments, *, decentralisation=None) -> Form:
    """Around what to organise: product = Q; market = (G + H) / 2; function = 6 - (V + H + G) / 3.

    Parameters
    ----------
    complex_lines, sales, similar, segments : ratings 1 to 5
        Q complex product lines, V level of sales, H similar products, G number of segments.
    decentralisation : share 0 to 1, optional
        Above 0.65 a geographic layer is added, below 0.35 a central staff.

    Returns
    -------
    Form
        The highest score wins; with less than 0.5 between the two highest both are named (mixed).

    References
    ----------
    S2:L299-300, L312 [ANDERSON, p. 182-190]; scores: house rule.

    Examples
    --------
    >>> form = organisation_form(4, 3, 2, 5)
    >>> form.form, {name: round(score, 4) for name, score in form.scores.items()}
    ('product', {'product': 4.0, 'market': 3.5, 'function': 2.6667})
    """
    q, v, h, g = (rating(name, value) for name, value in (
        ("complex_lines", complex_lines), ("sales", sales), ("similar", similar), ("segments", segments)))
    scores = {"product": q, "market": (g + h) / 2, "function": 6 - (v + h + g) / 3}
    first, second = sorted(scores, key=lambda name: -scores[name])[:2]
    mixed = scores[first] - scores[second] < 0.5 - 1e-9
    index = None if decentralisation is None else share_of(rating("decentralisation", decentralisation, (0, 1)))
    return Form("mixed" if mixed else first, (first, second) if mixed else (first,), scores,
                index is not None and index > 0.65 + 1e-9, index is not None and index < 0.35 - 1e-9)


def marketing_stage(answers, *, marketing=None, contact=None) -> Stage:
    """Stage of the marketing function from five yes or no answers (S2:L326; Kotler).

    Parameters
    ----------
    answers : dict
        q2 marketing tasks exist under sales; q3 a separate department; q4 sales and marketing report to
        one executive; q5 all departments work for the customer (q1, only sellers, is stage 1).
    marketing : code of ``matrices.marketing_type``, optional
    contact : number of ``matrices.contact_type``, optional
        The larger requirement of both counts.

    Examples
    --------
    >>> stage = marketing_stage({"q2": True, "q3": True}, marketing="consultative")
    >>> stage.stage, stage.required, stage.gap
    (3, 4, 1)
    """
    yes = {name: bool(value) for name, value in dict(answers).items() if _given(value)}
    stage = 5 if yes.get("q4") and yes.get("q5") else 4 if yes.get("q4") else 3 if yes.get("q3") else \
        2 if yes.get("q2") else 1
    needs = []
    if marketing is not None:
        if marketing not in STAGE_OF_MARKETING:
            raise ParameterError(N_("There is no {name} {value}; it is one of {allowed}."), name="marketing",
                                 value=str(marketing), allowed=", ".join(STAGE_OF_MARKETING))
        needs.append(STAGE_OF_MARKETING[marketing])
    if contact is not None:
        if contact not in range(1, 7):
            raise ParameterError(N_("A contact type is a number from 1 to 6, not {value}."), value=str(contact))
        needs.append(STAGE_OF_CONTACT[int(contact) - 1])
    required = max(needs) if needs else None
    return Stage(stage, STAGES[stage - 1], required, None if required is None else required - stage)


def rank_candidates(requirements: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    """Rank candidates for a post: ``sum(w min(1, level / required))``, out when a mandatory level is missed.

    Parameters
    ----------
    requirements : DataFrame
        requirement_id, level (1 to 5), weight (>= 0), optional mandatory.
    candidates : DataFrame
        candidate_id, requirement_id, level (1 to 5); a skill that is not listed counts 0.

    Returns
    -------
    DataFrame
        candidate_id, score (0 to 1), training (sum of the levels missing), eligible, place; best first,
        those who are not eligible last and without a place.

    Raises
    ------
    NotComputable
        No requirement with a weight, or nobody to rank.

    References
    ----------
    S2:L324; method 7.12.

    Examples
    --------
    >>> wanted = pd.DataFrame({"requirement_id": ["r1", "r2"], "level": [4, 3], "weight": [0.6, 0.4]})
    >>> people = pd.DataFrame({"candidate_id": "Ana", "requirement_id": ["r1", "r2"], "level": [3, 4]})
    >>> float(rank_candidates(wanted, people)["score"][0].round(2))
    0.85
    """
    weight = pd.to_numeric(requirements["weight"], errors="coerce").astype(float)
    if requirements.empty or candidates.empty or not weight.sum() > 0:
        raise NotComputable(N_("There is no weighted requirement, or no candidate to rank."),
                            fallback=N_("Write the profile of the post first."))
    needed = requirements.assign(weight=weight / weight.sum()).set_index("requirement_id")
    for name, level in needed["level"].items():
        rating(str(name), level)
    mandatory = needed["mandatory"].fillna(False).astype(bool) if "mandatory" in needed else pd.Series(
        False, index=needed.index)
    level = candidates.pivot_table(index="candidate_id", columns="requirement_id", values="level", aggfunc="max")
    level = level.reindex(columns=needed.index).fillna(0.0).astype(float)
    required = needed["level"].astype(float)
    table = pd.DataFrame({
        "score": ((level / required).clip(upper=1.0) * needed["weight"]).sum(axis=1),
        "training": (required - level).clip(lower=0.0).sum(axis=1),
        "eligible": ~((level < required) & mandatory).any(axis=1)}).rename_axis("candidate_id").reset_index()
    table = table.sort_values(["eligible", "score", "candidate_id"], ascending=[False, False, True], kind="stable")
    table["place"] = table["score"].where(table["eligible"]).rank(ascending=False, method="min")
    return table.reset_index(drop=True)


def _given(value) -> bool:
    return value is not None and value is not pd.NA and value == value
