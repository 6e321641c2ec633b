"""Step 2, confirm the groups: do they differ, by what, and where does a new customer belong (method.md 4.3).

"La caracterización de los segmentos del mercado permite ... confirmar las diferencias existentes entre los segmentos
del mercado" (S2:L213); the assignment rule serves the plan for customers to come.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.discriminant import PRIORS, find_areas, fit_discriminant
from svcnb.methods.intervals import wilson
from svcnb.steps import characterisation, segmentation
from svcnb.steps import characteristics as measured
from svcnb.steps.characteristics import (
    CHARACTERISTICS,
    PREDICTORS,
    TEXTS,
    characteristics,
    choose_predictors,
    from_scale,
    to_scale,
)
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Discrimination")
QUESTION = N_("Do the groups really differ, and where does a new customer belong?")
ENDS_IN = N_("The rule that assigns a new customer, and whether it is good enough to be used.")
TABLES = ("customers", "orders", "order_lines", *measured.ANSWERS)
WANTED = TABLES[:3]  # without answers of a survey the groups are compared by their orders
AFTER = ("factors", "segmentation", "characterisation")
OPTIONAL = ("factors",)
FOUND = ("rule",)  # of the decision: computed, nobody decides it

OF = ("groups", "segments")
GROUP = "group_id"
CONSTANT = N_("constant")
CLOUD = 5000  # customers drawn as dots; every number rests on all
LISTED = 500
BINS = 24
SEEN = (0.005, 0.995)  # the part of the customers that the picture must hold


@dataclass(frozen=True)
class Parameters:
    """``of`` groups or segments; ``predictors`` characteristics and factors of the survey (``factor:F1``) to compare, all that
    ``least_known`` of the customers have when empty; ``priors`` equal or proportional."""

    of: str = "groups"
    predictors: tuple = ()
    priors: str = "equal"
    least_known: float = 0.8

    def __post_init__(self):
        for name, value, known in (("discriminant.of", self.of, OF), ("discriminant.priors", self.priors, PRIORS)):
            if value not in known:
                raise ParameterError(N_("{name} = {value} is not one of {known}."), name=name, value=str(value),
                                     known=", ".join(known))
        if not 0 <= self.least_known <= 1:
            raise ParameterError(N_("{name} = {value} is not between {low} and {high}."), name="discriminant.least_known",
                                 value=self.least_known, low=0, high=1)
        measured.check_names([name for name in self.predictors if not measured.is_factor(name)], PREDICTORS)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Fit the functions to the customers of the groups in force and say how well they assign."""
    missing = tuple(table for table in WANTED if not study.has(table))
    segments, decided = decisions.get("segmentation", {}), decisions.get("characterisation", {})
    asked = decisions.get("discriminant", {}).get("predictors") or ()
    nothing = {"assign_new": False, "predictors": [], "rule": None}
    if not study.has("customers"):
        return Proposal(decision=nothing, missing=missing, evidence="expert", reasons=(reason(
            N_("There is no customers table: the experts say by what the groups differ and where a new customer belongs."),
            level="missing"),))
    reasons: list[Reason] = []
    values = characteristics(study, decisions.get("factors"))
    there = [*PREDICTORS, *measured.known_factors(values)]
    measured.check_names(parameters.predictors, there)
    names, of = _groups(study, parameters.of, segments, decided)
    chosen = choose_predictors(values, measured.without_gone(asked, there, reasons) or parameters.predictors, segments,
                               parameters.least_known, reasons)
    measured.say_factors(values, chosen, reasons)
    shown = {"characteristics": measured.overview(values, there, chosen, asked)}
    try:
        if not chosen:
            raise NotComputable(N_("No characteristic of the customers is measured: nothing can tell the groups apart."),
                                fallback=N_("Describe the groups by their means and let experts write the rule that assigns a "
                                            "new customer."))
        frame = to_scale(values[chosen]).rename(columns=TEXTS)
        frame[GROUP] = pd.Categorical(values["customer_id"].map(of), categories=list(names))
        found = fit_discriminant(frame, GROUP, [TEXTS[name] for name in chosen], priors=parameters.priors,
                                 alpha=study.settings.alpha)
    except NotComputable as error:
        told = [_named(error.reason, names)]
        if error.fallback:
            told.append(Reason(error.fallback, error.values, "missing"))
        return Proposal(decision=nothing | {"predictors": chosen}, tables=shown, missing=missing, evidence="assumed",
                        reasons=(*reasons, *told))
    ids = {TEXTS[name]: name for name in chosen}
    tables = {**_function_tables(found, ids, names), **_group_tables(found, ids, names, values), **_picture_tables(found, names),
              **_customer_tables(found, names, values["customer_id"]), **shown}
    reasons += [_named(one, names) for one in found.warnings]
    decision = {"assign_new": found.useful is True and found.differ, "predictors": chosen, "rule": _rule(
        found, ids, names, parameters, measured.scoring_of(study, decisions.get("factors") or {}, chosen))}
    return Proposal(_quantities(found, len(values)), tables, decision, tuple(reasons), missing)


def decide(proposal: Proposal, chosen: dict) -> dict:
    """By what the groups are compared, and whether new customers are assigned by the rule; the rule itself always comes from
    the study."""
    unknown = [key for key in chosen if key not in ("assign_new", "predictors")]
    if unknown:
        raise ParameterError(N_("This step has no decision {key}; it has {known}."), key=unknown[0],
                             known="assign_new, predictors")
    if not isinstance(chosen.get("predictors", []), list):
        raise ParameterError(N_("The characteristics to compare by are written as a list."))
    shown = proposal.tables.get("characteristics")
    measured.check_names(chosen.get("predictors", ()), PREDICTORS if shown is None else shown["characteristic"].tolist())
    if not isinstance(chosen.get("assign_new", False), bool):
        raise ParameterError(N_("Whether new customers are assigned by the rule is true or false, not {value}."),
                             value=repr(chosen["assign_new"]))
    return overlay(proposal.decision, {key: value for key, value in chosen.items() if key != "predictors"})


def _groups(study, kind, segments, decided) -> tuple[dict[str, str], pd.Series]:
    """Id -> name of the groups in their order, and the group of each customer."""
    customers = study.table("customers").drop_duplicates("customer_id").reset_index(drop=True)
    scored = measured.with_scores(study, customers, segments)
    if kind == "segments":
        of, records = segmentation.assign(scored, segments), segments.get("segments") or {}
    else:
        of, records = characterisation.assign(scored, segments, decided), decided.get("groups") or {}
    of.index = customers["customer_id"]
    return {key: str(row.get("name") or key) for key, row in records.items()}, of


def _named(said: Reason, names: dict) -> Reason:
    """A reason of the method with names where it has ids of groups."""
    if "groups" not in said.values:
        return said
    return Reason(said.template, {**said.values, "groups": [names.get(one, one) for one in said.values["groups"]]}, said.level)


def _function_tables(found, ids, names) -> dict[str, pd.DataFrame]:
    """What each function is and how sure: functions, coefficients, classification (by group), univariate."""
    numbers, constant = list(found.eigenvalues.index), found.functions.index[-1]
    tests = found.tests.reset_index(drop=True).head(len(numbers))
    functions = pd.DataFrame({
        "function": numbers, "eigenvalue": found.eigenvalues.to_numpy(), "explained_share": found.explained.to_numpy(),
        "canonical": found.canonical_correlations.to_numpy(), "wilks": tests["wilks"], "chi2": tests["chi2"],
        "df": tests["df"], "p_value": tests["p_value"], "constant": found.functions.loc[constant].to_numpy()})
    coefficients = pd.DataFrame([
        {"function": k, "predictor": ids[text], "variable": text, "coefficient": float(found.functions.loc[text, k]),
         "standardised": float(found.standardised.loc[text, k]), "structure": float(found.structure.loc[text, k])}
        for k in numbers for text in found.predictors])
    classification = pd.DataFrame([
        {"group_id": group, "name": names[group], "predictor": ids.get(text, "constant"),
         "variable": text if text in ids else CONSTANT, "coefficient": float(value)}
        for group in found.groups.index for text, value in found.classification_functions[group].items()])
    alone = found.univariate.sort_values("f", ascending=False, kind="stable")
    univariate = pd.DataFrame({
        "predictor": [ids[text] for text in alone.index], "variable": list(alone.index), "between": 1 - alone["wilks"].to_numpy(),
        "wilks": alone["wilks"].to_numpy(), "f_statistic": alone["f"].to_numpy(), "df1": alone["df1"].to_numpy(),
        "df2": alone["df2"].to_numpy(), "p_value": alone["p_value"].to_numpy()})
    return {"functions": functions, "coefficients": coefficients, "classification": classification, "univariate": univariate}


def _group_tables(found, ids, names, values) -> dict[str, pd.DataFrame]:
    """Each group: centroids, confusion, pairs, profile; and what an assignment needs: covariance, predictors."""
    rows, cells = [], []
    for group in found.groups.index:
        own = found.confusion_loo.loc[group]
        right = wilson(int(own[group]), int(own.sum())) if own.sum() else None
        rows.append({"group_id": group, "name": names[group], "n": int(found.groups.loc[group, "n"]),
                     "prior": float(found.groups.loc[group, "prior"]),
                     "right_share": right.value if right else math.nan, "level_low": right.low if right else math.nan,
                     "level_high": right.high if right else math.nan,
                     **{f"function_{k}": float(found.centroids.loc[group, k]) for k in found.centroids.columns}})
        cells += [{"group_id": group, "name": names[group], "assigned_id": other, "assigned": names[other], "n": int(n),
                   "share": float(n / own.sum()) if own.sum() else math.nan} for other, n in own.items()]
    pairs = found.pairs.sort_values("d2", kind="stable")
    texts = list(found.predictors)
    mean = found.means.mul(found.groups["n"], axis=0).sum() / found.n
    raw = values[list(ids.values())]
    return {
        "centroids": pd.DataFrame(rows), "confusion": pd.DataFrame(cells),
        "pairs": pd.DataFrame({
            "name": pairs["first"].map(names), "other_name": pairs["second"].map(names), "d2": pairs["d2"],
            "f_statistic": pairs["f"], "p_adjusted": pairs["p_holm"]}).reset_index(drop=True),
        "profile": pd.DataFrame([
            {"group_id": group, "name": names[group], "predictor": ids[text], "variable": text,
             "mean": float(found.means.loc[group, text]), "typical": from_scale(ids[text], float(found.means.loc[group, text]))}
            for text in texts for group in found.groups.index]),
        "covariance": pd.DataFrame([
            {"predictor": ids[one], "other": ids[two], "covariance": float(found.covariance.loc[one, two])}
            for one in texts for two in texts]),
        "predictors": pd.DataFrame([
            {"predictor": ids[text], "variable": text, "scale": CHARACTERISTICS[ids[text]].scale, "mean": float(mean[text]),
             "typical": _typed(ids[text], from_scale(ids[text], float(mean[text]))),
             "missing_share": float(raw[ids[text]].isna().mean())} for text in texts])}


def _typed(name: str, value: float) -> float:
    """A typical value as a person would type it: three figures; scores lie around 0 and have two decimals.

    >>> _typed("n_orders", 12.3456), _typed("factor:F1", 0.00036)
    (12.3, 0.0)
    """
    return round(value, 2) + 0.0 if measured.is_factor(name) else float(f"{value:.3g}")


def _picture_tables(found, names) -> dict[str, pd.DataFrame]:
    """Areas of assignment by the first two functions alone; with one function bars of the groups and the cuts between."""
    scores = found.scores.to_numpy()
    groups = list(found.groups.index)
    if scores.shape[1] > 1:
        both = np.vstack([np.quantile(scores[:, :2], SEEN, axis=0), found.centroids.to_numpy()[:, :2]])
        low, high = both.min(axis=0), both.max(axis=0)
        room = np.maximum((high - low) / 12, 0.1)
        areas = find_areas(found.centroids.to_numpy()[:, :2], np.log(found.groups["prior"].to_numpy()), low - room, high + room)
        return {"areas": pd.DataFrame([
            {"group_id": group, "name": names[group], "corner": k, "function_1": float(x), "function_2": float(y)}
            for group, area in zip(groups, areas, strict=True) for k, (x, y) in enumerate(area)],
            columns=["group_id", "name", "corner", "function_1", "function_2"])}
    edges = np.histogram_bin_edges(scores[:, 0], BINS)
    of = found.cases["group"].to_numpy()
    bars = []
    for group in groups:
        counts = np.histogram(scores[of == group, 0], edges)[0]
        bars += [{"group_id": group, "name": names[group], "from_score": float(low), "to_score": float(high), "n": int(n),
                  "share": float(n / counts.sum())} for low, high, n in zip(edges, edges[1:], counts)]
    cuts = found.cuts.assign(below=found.cuts["below"].map(names), above=found.cuts["above"].map(names))
    return {"histogram": pd.DataFrame(bars), "cuts": cuts}


def _customer_tables(found, names, customer_id) -> dict[str, pd.DataFrame]:
    """Dots of the picture, and the customers that look like another group, the surest first."""
    cases = found.cases
    table = pd.DataFrame({
        "customer_id": customer_id.reindex(cases.index).astype(str), "group_id": cases["group"],
        "name": cases["group"].map(names),
        "assigned": cases["assigned"].map(names), "posterior": cases["posterior"], "typicality": cases["typicality"],
        **{f"function_{k}": found.scores[k] for k in list(found.scores.columns)[:2]}})
    step = np.linspace(0, len(table) - 1, min(len(table), CLOUD)).round().astype(int)
    other = table[(cases["group"] != cases["assigned"]).to_numpy()].sort_values("posterior", ascending=False, kind="stable")
    dots = ["group_id", *(f"function_{k}" for k in list(found.scores.columns)[:2])]
    listed = ["customer_id", "group_id", "name", "assigned", "posterior", "typicality"]
    return {"cloud": table.iloc[step][dots].reset_index(drop=True),
            "strangers": other.head(LISTED)[listed].reset_index(drop=True)}


def _rule(found, ids, names, parameters, scoring: dict) -> dict:
    """The rule as plain values: a customer belongs where constant + Σ weight × characteristic on its scale is highest."""
    functions = found.classification_functions
    return {"of": parameters.of, "scales": {ids[text]: CHARACTERISTICS[ids[text]].scale for text in found.predictors},
            "groups": {group: {"name": names[group], "prior": float(found.groups.loc[group, "prior"]),
                               "constant": float(functions[group].iloc[-1]),
                               "weights": {ids[text]: float(functions.loc[text, group]) for text in found.predictors}}
                       for group in found.groups.index}} | ({"factors": scoring} if scoring else {})


def _quantities(found, total) -> dict[str, Quantity]:
    n, share, same = found.n, found.accuracy_loo, found.accuracy
    first = found.univariate["f"].idxmax()
    return {
        "groups_differ": Quantity(found.differ, n=n), "wilks": Quantity(found.wilks_lambda, "index", n),
        "wilks_f": Quantity(found.rao.statistic, n=n), "wilks_p": Quantity(found.rao.p_value, n=n),
        "best_predictor": Quantity(first, n=n),
        "best_between": Quantity(1 - float(found.univariate.loc[first, "wilks"]), "share", n),
        "right_left_out": Quantity(share.value, "share", share.n, share.low, share.high),
        "right_same": Quantity(same.value, "share", same.n, same.low, same.high),
        "right_by_chance": Quantity(found.chance, "share", n), "rule_useful": Quantity(found.useful, n=n),
        "box_p": Quantity(found.box_m.p_value if found.box_m else None, n=n),
        "n_compared": Quantity(n, "count", total)}
