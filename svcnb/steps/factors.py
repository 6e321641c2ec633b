"""Step 1, factors of the survey: which few attitudes stand behind the marks of many components (method.md 3.9).

"Entre ellas se puede mencionar: ... y el análisis factorial" (S2:L205). The marks of satisfaction are the items: points of
importance share out 100, so that more for one is less for another and their correlations have no inverse (ipsative).
What later methods may use are the scores: ``scores`` makes them anew from the weights that the decision keeps.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.factor import METHODS, ROTATIONS, FactorAnalysis, analyse_correlations, analyse_factors
from svcnb.methods.importance import check_sums
from svcnb.steps import factor_tables as tables_of
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Factors of the survey")
QUESTION = N_("Which few attitudes stand behind the many wishes?")
ENDS_IN = N_("How many factors, what each is called, and each respondent's scores on them.")
TABLES = ("survey_respondents", "survey_importance", "survey_satisfaction", "components", "customers")
AFTER: tuple[str, ...] = ()
FOUND = ("items", "means", "deviations", "weights")  # of the decision: computed, nobody decides it

SATISFACTION, IMPORTANCE, UNROTATED = "satisfaction", "importance", "none"
ITEMS = {SATISFACTION: ("survey_satisfaction", "perceived"), IMPORTANCE: ("survey_importance", "points")}
TURNS = tuple(one or UNROTATED for one in ROTATIONS)
PER_ITEM = 10  # complete respondents an item, below which loadings are said to be doubtful
MOST = 8  # factors that a page shows
LISTED, KEPT = 20_000, 2_000  # respondents whose scores are kept, and whose answers are kept for moved controls
KEYS = ("n_factors", "rotation", "names")


@dataclass(frozen=True)
class Parameters:
    """``items`` satisfaction or importance (one component left out); ``method`` principal, minres or ml; ``rotation``
    varimax, oblimin or none; ``n_factors`` 0 takes the eigenvalues above 1; ``n_parallel`` random samples of Horn's line."""

    items: str = SATISFACTION
    method: str = "principal"
    rotation: str = "varimax"
    n_factors: int = 0
    n_parallel: int = 500

    def __post_init__(self):
        for name, known in (("items", ITEMS), ("method", METHODS), ("rotation", TURNS)):
            if getattr(self, name) not in known:
                raise ParameterError(N_("{name} = {value} is not one of {known}."), name=name,
                                     value=str(getattr(self, name)), known=list(known))
        for name, low, high in (("n_factors", 0, MOST), ("n_parallel", 20, 10_000)):
            if not low <= getattr(self, name) <= high:
                raise ParameterError(N_("{name} = {value} is not between {low} and {high}."), name=name,
                                     value=getattr(self, name), low=low, high=high)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Adequacy, number of factors, loadings and scores of the survey's answers."""
    chosen = decisions.get("factors", {})
    table, _ = ITEMS[parameters.items]
    missing = tuple(name for name in (table, "survey_respondents") if not study.has(name))
    answers = read_items(study, parameters.items)
    if not len(answers):
        return _nothing([reason(_NO_SURVEY[parameters.items], level="missing"), reason(N_(
            "Until there is one, let the experts choose the segmentation variables (a-priori method): their votes stand "
            "in step 1."), level="missing")], missing)
    reasons = [reason(_ABOUT[parameters.items], level="info" if parameters.items == SATISFACTION else "warning")]
    if parameters.items == IMPORTANCE:
        answers, dropped = _without_least(answers)
        reasons.append(reason(N_("{component} is left out: it has the fewest points, and follows from the others."),
                              component=dropped, level="info"))
    try:
        found = _analyse(study, answers, parameters, chosen, reasons)
    except NotComputable as error:
        return _nothing([*reasons, *_told([error.reason]), *_told([Reason(error.fallback, error.values, "missing")]
                                                                  if error.fallback else [])], missing)
    reasons += [*_told(found.warnings), *_said(found)]
    people = _people(study, answers)
    kept = found.scores.dropna().index
    group = tables_of.strata(people.loc[kept])
    z = ((answers[list(found.means.index)] - found.means) / found.deviations).loc[kept]
    made = {**tables_of.of_solution(found, study.table("components"), found.scores.loc[kept], group),
            "adequacy": tables_of.of_items(found, answers), "correlations": tables_of.long(found.correlations),
            "answers": tables_of.thinned(z.assign(group=group), KEPT),
            "scores": tables_of.listed(found.scores.loc[kept], people, LISTED)}
    decision = {"n_factors": found.n_factors, "rotation": chosen.get("rotation") or parameters.rotation,
                "names": {factor: {"name": ""} for factor in found.loadings.columns}, "items": parameters.items,
                "means": _plain(found.means), "deviations": _plain(found.deviations),
                "weights": {factor: _plain(column) for factor, column in found.score_weights.items()}}
    return Proposal(_quantities(found, study, people.loc[kept]), made, decision, tuple(reasons), missing, "survey")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """Number of factors, rotation and names in force; names of factors that are not there wait for them to come back."""
    unknown = [key for key in chosen if key not in KEYS]
    if unknown:
        raise ParameterError(N_("The factors have no decision {key}; they have {keys}."), key=unknown[0], keys=", ".join(KEYS))
    n = chosen.get("n_factors")
    if n is not None and (isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST):
        raise ParameterError(N_("{value} factors cannot be taken; write a whole number from 1 to {most}."), value=str(n),
                             most=MOST)
    if chosen.get("rotation") not in (None, *TURNS):
        raise ParameterError(N_("{name} = {value} is not one of {known}."), name="rotation",
                             value=str(chosen["rotation"]), known=list(TURNS))
    names = factor_names(chosen)
    given = [name.casefold() for name in names.values() if name]
    if len(set(given)) < len(given):
        raise ParameterError(N_("Two factors cannot bear the same name."))
    there = proposal.decision.get("names") or {}
    return overlay(proposal.decision, {"names": {factor: {"name": names[factor]} if factor in names else old
                                                 for factor, old in there.items()}})


def factor_names(decision: dict) -> dict[str, str]:
    """Factor -> the name that somebody gave it, empty where nobody did.

    >>> factor_names({"names": {"F1": {"name": "speed"}, "F2": {"name": ""}}})
    {'F1': 'speed', 'F2': ''}
    """
    return {factor: _name(given) for factor, given in (decision.get("names") or {}).items()}


def scores(study, decision: dict) -> pd.DataFrame:
    """Each customer's scores on the factors, as new columns for later methods.

    Parameters
    ----------
    study : the survey that the decision names is read, and who answered for which customer
    decision : of this step; its means, deviations and weights make the scores

    Returns
    -------
    customer_id, F1 .. Fm (mean of the customer's respondents who answered every item; mean 0 and variance near 1 over
    those the factors were found on); no row when there is no decision or nobody answered
    """
    factors = list(decision.get("weights") or {})
    if not factors:
        return pd.DataFrame(columns=["customer_id"])
    mean, deviation = pd.Series(decision["means"]), pd.Series(decision["deviations"])
    answers = read_items(study, decision["items"]).reindex(columns=mean.index)
    found = ((answers - mean) / deviation).dot(pd.DataFrame(decision["weights"]).loc[mean.index, factors])
    of = _people(study, answers)["customer_id"]
    known = of.notna() & found.notna().all(axis=1)
    return found[known].groupby(of[known].astype(str)).mean().rename_axis("customer_id").reset_index()


def read_items(study, items: str) -> pd.DataFrame:
    """Respondents down (index respondent_id), components across in the study's order; an empty frame without answers.

    Satisfaction is with ourselves. Points of importance are brought to a sum of 100 where they are near it, else left out.
    """
    table, value = ITEMS[items]
    rows = study.table(table).dropna(subset=["respondent_id", "component_id"])
    if items == SATISFACTION:
        rows = rows[rows["supplier"].isna() | (rows["supplier"] == "own")]
    rows = rows.assign(**{value: pd.to_numeric(rows[value], errors="coerce")}).dropna(subset=value)
    if not len(rows):
        return pd.DataFrame()
    wide = rows.pivot_table(index="respondent_id", columns="component_id", values=value, aggfunc="mean")
    known = [c for c in study.table("components")["component_id"] if c in wide.columns]
    wide = wide[[*known, *(c for c in wide.columns if c not in known)]].rename_axis(index=None, columns=None).astype(float)
    return check_sums(wide)[0] if items == IMPORTANCE else wide


def solve_again(tables: dict, n: int, n_factors: int, rotation: str, method: str) -> dict:
    """The tables of another number of factors or rotation, from the stored correlations (a few milliseconds).

    Raises
    ------
    NotComputable
        no such solution
    """
    kept = tables["answers"]
    items = [c for c in kept.columns if c != "group"]
    found = analyse_correlations(tables_of.square(tables["correlations"], items), n, n_factors, method, _turn(rotation),
                                 n_parallel=20)
    names = tables["loadings"][["component_id", "name", "spanish"]]
    return {**tables, **tables_of.of_solution(found, names, kept[items].dot(found.score_weights.loc[items]), kept["group"],
                                              tables["eigenvalues"])}


def _analyse(study, answers, parameters, chosen, reasons) -> FactorAnalysis:
    wanted, turn = chosen.get("n_factors") or parameters.n_factors or None, chosen.get("rotation") or parameters.rotation
    options = {"method": parameters.method, "rotation": _turn(turn), "alpha": study.settings.alpha,
               "seed": study.settings.seed, "n_parallel": parameters.n_parallel}
    try:
        found = analyse_factors(answers, wanted, **options)
    except NotComputable as error:
        if wanted is None or "{n_factors}" not in error.template:
            raise
        reasons += _told([error.reason])  # today's items cannot carry what was chosen: the rule stands in
        found = analyse_factors(answers, None, **options)
    if found.n_factors > MOST:
        found = analyse_factors(answers, MOST, **options)
    return found


def _turn(rotation: str) -> str | None:
    return None if rotation == UNROTATED else rotation


def _without_least(answers) -> tuple[pd.DataFrame, str]:
    dropped = str(answers.mean().idxmin())
    return answers.drop(columns=dropped), dropped


def _people(study, answers) -> pd.DataFrame:
    """customer_id and group (stratum, else segment) of each respondent; None not known."""
    rows = study.table("survey_respondents").dropna(subset="respondent_id").drop_duplicates("respondent_id")
    rows = rows.set_index("respondent_id").reindex(answers.index)
    group = rows["stratum"].where(rows["stratum"].notna(), rows["segment_id"]).astype(object)
    return pd.DataFrame({"customer_id": rows["customer_id"].astype(object), "group": group.where(group.notna(), None)})


def _said(found: FactorAnalysis) -> list[Reason]:
    """Few answers, and answers that do not count because one item is empty."""
    out, p, total = [], len(found.loadings), found.n + found.n_missing
    if found.n < PER_ITEM * p:
        out.append(reason(N_("{n} complete answers for {p} items: fewer than {least} an item, the loadings may be otherwise in "
                             "the next survey."), n=found.n, p=p, least=PER_ITEM))
    if found.n_missing:
        worst = max(found.missing_shares, key=found.missing_shares.get)
        out.append(reason(N_("{n} of {total} respondents left an item empty and do not count; most often empty is {component} "
                             "({share:%})."), n=found.n_missing, total=total, component=worst,
                          share=found.missing_shares[worst], level="warning" if found.n_missing > total / 5 else "info"))
    return out


def _told(reasons) -> list[Reason]:
    """The method's reasons with components under names that pages exchange for their names."""
    out = []
    for one in reasons:
        template, values = _RENAMED.get(one.template, one.template), dict(one.values)
        if template != one.template:
            values |= {"component": values.get("column"), "components": values.get("columns")}
        out.append(Reason(template, values, one.level))
    return out


def _quantities(found: FactorAnalysis, study, people) -> dict[str, Quantity]:
    n, customers = found.n, study.table("customers")["customer_id"].dropna().astype(str).unique()
    scored = int(pd.Series(customers).isin(people["customer_id"].dropna().astype(str)).sum())
    made = {
        "kmo": Quantity(found.kmo, "index", n), "bartlett_chi2": Quantity(found.bartlett.chi2, "", n),
        "bartlett_df": Quantity(found.bartlett.df, "count", n), "bartlett_p": Quantity(found.bartlett.p_value, "", n),
        "suits_factors": Quantity(found.adequate, "", n), "items_analysed": Quantity(len(found.loadings), "count", n),
        "n_factors": Quantity(found.n_factors, "count", n), "kaiser_factors": Quantity(found.kaiser, "count", n),
        "parallel_factors": Quantity(found.parallel.n_factors, "count", n),
        "variance_explained": Quantity(float(found.variance["cumulative"].iloc[-1]), "share", n),
        "respondents_left_out": Quantity(found.n_missing, "count", n + found.n_missing),
        "customers_scored": Quantity(scored if len(customers) else None, "count", len(customers))}
    return {name: Quantity(q.value, q.unit, q.n, evidence="survey") for name, q in made.items()}


def _nothing(reasons, missing) -> Proposal:
    return Proposal(reasons=tuple(reasons), missing=missing, evidence="assumed",
                    decision={"n_factors": 0, "rotation": "", "names": {}, "items": "", "means": {}, "deviations": {},
                              "weights": {}})


def _name(given) -> str:
    return str((given.get("name") if isinstance(given, dict) else given) or "").strip()


def _plain(column: pd.Series) -> dict[str, float]:
    return {str(key): float(value) for key, value in column.items()}


_NO_SURVEY = {
    SATISFACTION: N_("There is no survey of satisfaction: no attitudes can be looked for. Ask at least 50 customers, five for "
                     "each component, to mark every component."),
    IMPORTANCE: N_("There is no survey of importance: no attitudes can be looked for. Ask at least 50 customers, five for "
                   "each component, to share out 100 points.")}
_ABOUT = {
    SATISFACTION: N_("The marks of satisfaction are analysed, not the points of importance: these share out 100, so that more "
                     "for one component is less for another and their correlations have no inverse."),
    IMPORTANCE: N_("The points of importance are analysed. They share out 100, so that more for one component is less for "
                   "another: part of these factors comes from the counting and not from attitudes. Marks of satisfaction are "
                   "the better items.")}
_RENAMED = {
    "The items share too little for factors (KMO {kmo:3}, at least {least:3} is wanted); least of all {column} ({low:3}).":
        N_("The items share too little for factors (KMO {kmo:2}, at least {least:2} is wanted); least of all {component} "
           "({low:2})."),
    "{columns} left out: every complete row has the same value.": N_("Left out, because all marks are the same: {components}."),
    "{columns}: correlated with no other item.": N_("Related to no other item: {components}."),
    "{columns} can be calculated exactly from {others}: the correlations have no inverse.":
        N_("The answers on {components} follow exactly from those on other components: the correlations have no inverse."),
    "Leave out {columns} and analyse the other items.": N_("Leave out {components} and analyse the other components."),
    "{p} items take at least {least} complete rows; here are {n}. Most often missing is {column} ({share:%} of the rows).":
        N_("{p} items take at least {least} complete answers; here are {n}. Most often missing is {component} ({share:%} of the "
           "answers)."),
    "The factors would explain all of {columns} and more (Heywood case): take fewer factors, principal components, or more rows.":
        N_("The factors would explain all of {components} and more (Heywood case): take fewer factors, principal components, or "
           "ask more customers.")}
