"""What the gaps rest on: the levels of service of each segment and component, and the competitors; part of the step gaps.

Expected and perceived come from the survey, the beliefs and what is specified and offered from their tables; what is
delivered is measured on the orders where ``value_anchors`` says how a value reads from 0 to 10 (method.md 1.2, a house rule).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.measures.definitions import ORDER_MEASURES
from svcnb.methods.gaps import value_function
from svcnb.methods.intervals import compare_means, compare_proportions
from svcnb.methods.strategy import compare_evolution, levels_to_win
from svcnb.methods.window import NAMES, SHOWN
from svcnb.steps.answers import ALL, assigned
from svcnb.steps.baselines import LEVEL_OF, VALUE_OF
from svcnb.steps.rivals import OWN

MEASURED = {**{c: (m[0], "value") for c, m in LEVEL_OF.items()}, **{c: (m[0], "mean") for c, m in VALUE_OF.items()}}
OBJECTIVE = {"spec": "specified", "offered": "offered", "offered_understood": "understood", "delivered": "delivered"}
CONVERTED = ["segment_id", "component_id", "measure_id", "raw", "unit", "worst", "best", "delivered", "n"]
WINNING = ["segment_id", "component_id", "weight", "qualifier", "best", "rival", "winner", "own", "to_qualify", "to_win",
           "position", "relative", "n_own", "n_rival", "p_value", "differs"]
RIVAL_MEASURES = ["segment_id", "measure_id", "own_level", "rival", "rival_level", "difference", "n_own", "n_rival", "p_value",
                  "differs"]
EVOLUTION = ["segment_id", "component_id", "importance_now", "importance_future", "quadrant_now", "quadrant_future",
             "is_changed", "winner_projected", "to_win", "horizon_years"]


def measured_levels(study, segmentation: dict, segments) -> pd.DataFrame:
    """Measures of the orders that the gaps or the competitors' ratings need: segment_id, measure_id, value, mean, n."""
    wanted = {m for c, (m, _) in MEASURED.items() if {c, m} & set(study.table("value_anchors")["item_id"])}
    rated = study.table("competitor_ratings").dropna(subset="value")["item"].astype(str)
    wanted |= set(rated) & set(ORDER_MEASURES)
    if not wanted or not study.has("orders"):
        return pd.DataFrame(columns=["segment_id", "measure_id", "value", "mean", "n", "unit"])
    from svcnb.measures import service_levels

    if segments == [ALL]:
        levels = service_levels(study).assign(segment_id=ALL)
    else:
        segment_of = assigned(study, segmentation)
        mine = segment_of[segment_of.isin(segments)]
        keys = pd.Series(mine.to_numpy(), index=mine.index, name="segment_id", dtype=object)
        levels = service_levels(study, by=keys)
    usable = levels["measure_id"].isin(wanted) & (levels["state"] == "measured") & (levels["n"] >= SHOWN)
    return levels[usable].reset_index(drop=True)


def convert_delivered(study, measured: pd.DataFrame, reasons: list[Reason]) -> pd.DataFrame:
    """What is delivered, from 0 to 10: shares as they are, days by their mean, between the anchors (columns CONVERTED)."""
    anchors = study.table("value_anchors").dropna(subset=["worst", "best"]).drop_duplicates("item_id").set_index("item_id")
    rows = []
    for component, (measure, column) in MEASURED.items():
        item = next((one for one in (component, measure) if one in anchors.index), None)
        for row in measured[measured["measure_id"] == measure].to_dict("records") if item else ():
            worst, best = float(anchors.loc[item, "worst"]), float(anchors.loc[item, "best"])
            try:
                delivered = value_function(row[column], worst, best)
            except ParameterError as error:
                reasons.append(Reason(error.template, error.values))
                break
            if delivered == delivered:
                unit = "share" if column == "value" else str(row["unit"])
                rows.append((row["segment_id"], component, measure, float(row[column]), unit, worst, best, delivered,
                             int(row["n"])))
    return pd.DataFrame(rows, columns=CONVERTED)


def levels_of(study, survey, segments, converted: pd.DataFrame) -> pd.DataFrame:
    """segment_id, component_id, n answers and the levels of ``svcnb.methods.gaps.LEVELS`` that are known, 0 to 10;
    ``delivered_source`` is data (measured), written (the table gap_objective) or None."""
    beliefs, objective, parts = study.table("management_beliefs"), study.table("gap_objective"), []
    for segment in segments:
        part = asked(survey, segment)
        for role, name in (("management", "believed"), ("frontline", "frontline")):
            part = part.join(_mean(beliefs[beliefs["role"] == role], "belief", segment).rename(name), how="outer")
        for column, name in OBJECTIVE.items():
            part = part.join(_mean(objective, column, segment).rename(name), how="outer")
        own = converted[converted["segment_id"] == segment].set_index("component_id")["delivered"].astype(float)
        part = part.join(own.rename("on_orders"), how="outer")
        part["delivered_source"] = np.select([part["on_orders"].notna(), part["delivered"].notna()], ["data", "written"], "")
        part["delivered"] = part["on_orders"].fillna(part["delivered"])
        order = [c for c in survey.components["component_id"] if c in part.index]
        order += [c for c in part.index if c not in order]
        parts.append(part.loc[order].drop(columns="on_orders").rename_axis("component_id").reset_index()
                     .assign(segment_id=segment))
    frame = pd.concat(parts, ignore_index=True)
    source = frame["delivered_source"].astype(object)
    return frame.assign(delivered_source=source.where(source.ne(""), None), n=frame["n"].fillna(0).astype(int))


def asked(survey, segment: str) -> pd.DataFrame:
    """n, expected and perceived of each component, means of ``SHOWN`` answers or more (the means of step 3)."""
    rows = survey.satisfaction[survey.satisfaction["respondent_id"].isin(survey.ids(segment))]
    by = rows.assign(**{c: rows[c].astype(float) for c in ("expected", "perceived")}).groupby("component_id")
    means, counts = by[["expected", "perceived"]].mean(), by[["expected", "perceived"]].count()
    found = means.where(counts >= SHOWN)
    return found.assign(n=counts["perceived"])[["n", "expected", "perceived"]]


def _mean(frame: pd.DataFrame, column: str, segment: str) -> pd.Series:
    """Mean of each component: of the segment, else of the rows that name none; for all customers of every row."""
    known = frame.dropna(subset=[column, "component_id"])
    known = known.assign(value=known[column].astype(float))
    if segment == ALL:
        return known.groupby("component_id")["value"].mean()
    own, common = known[known["segment_id"] == segment], known[known["segment_id"].isna()]
    return own.groupby("component_id")["value"].mean().combine_first(common.groupby("component_id")["value"].mean())


def winning_levels(study, survey, gaps: pd.DataFrame, parameters, reasons: list[Reason]) -> pd.DataFrame:
    """What qualifies and what wins, ours beside it and whether the difference is more than chance (columns WINNING)."""
    ratings, competitors = study.table("competitor_ratings").dropna(subset="value"), study.table("competitors")
    known = ratings[ratings["item"].isin(set(gaps["component_id"]) | set(survey.components["component_id"]))]
    if known.empty:
        reasons.append(reason(N_("No competitor is rated: what qualifies and what wins is not known."), level="missing"))
        return pd.DataFrame(columns=WINNING)
    names = dict(zip(competitors["competitor_id"], competitors["name"].fillna(competitors["competitor_id"]), strict=True))
    rated = pd.concat([_rated(known, segment) for segment in dict.fromkeys(gaps["segment_id"])], ignore_index=True)
    shares = competitors.dropna(subset="share")[["competitor_id", "share"]]
    own = gaps[["segment_id", "component_id", "perceived"]].rename(columns={"perceived": "value"})
    try:
        found = levels_to_win(rated, shares, own, least_share=parameters.least_share, delta=parameters.delta)
    except NotComputable as error:
        reasons.append(error.reason)
        return pd.DataFrame(columns=WINNING)
    told = [Reason(one.template, {k: [names.get(v, v) for v in value] if k == "competitors" else value
                                  for k, value in one.values.items()}, one.level) for one in found.warnings]
    reasons += told
    table = found.table.merge(gaps[["segment_id", "component_id", "weight"]], on=["segment_id", "component_id"], how="left")
    table["relative"] = table["own"] - table["best"]
    answers = _answers(study, survey, set(table["segment_id"]) == {ALL})
    tests = [_tested(answers, row) for row in table.to_dict("records")]
    table = table.join(pd.DataFrame(tests, columns=["n_own", "n_rival", "p_value"]))
    table["differs"] = [None if pd.isna(p) else bool(p < study.settings.alpha) for p in table["p_value"]]
    return table.assign(rival=table["best_of"].map(lambda one: names.get(one, one)))[WINNING]


def _rated(ratings: pd.DataFrame, segment: str) -> pd.DataFrame:
    """One rating a competitor and component: of the segment, else of the rows that name none; for all customers the mean
    by number of answers."""
    rows = ratings
    if segment != ALL:
        own = ratings[ratings["segment_id"] == segment]
        common = ratings[ratings["segment_id"].isna()]
        rows = pd.concat([own, common]).drop_duplicates(["competitor_id", "item"])
    weight = pd.to_numeric(rows["n"], errors="coerce").fillna(0).clip(lower=0).astype(float)
    weight = weight if (weight > 0).all() else pd.Series(1.0, index=rows.index)
    rows = rows.assign(value=rows["value"].astype(float) * weight, weight=weight)
    found = rows.groupby(["competitor_id", "item"], sort=False)[["value", "weight"]].sum().reset_index()
    return found.assign(value=found["value"] / found["weight"], segment_id=segment)[
        ["segment_id", "competitor_id", "item", "value"]]


def _answers(study, survey, together: bool) -> dict[tuple, tuple]:
    """(segment, component, supplier) -> mean, standard deviation, number of the answers on what is perceived."""
    rows = study.table("survey_satisfaction").dropna(subset="perceived")
    segment_of = survey.respondents.set_index("respondent_id")["segment_id"].to_dict()
    rows = pd.DataFrame({"segment_id": ALL if together else rows["respondent_id"].map(segment_of),
                         "component_id": rows["component_id"], "supplier": rows["supplier"].fillna(OWN),
                         "perceived": rows["perceived"].astype(float)})
    found = rows.groupby(["segment_id", "component_id", "supplier"])["perceived"].agg(["mean", "std", "count"])
    return {key: (mean, sd, int(n)) for key, mean, sd, n in found.itertuples(name=None)}


def _tested(answers: dict, row: dict) -> tuple:
    """Answers for us and for the best rival, and Welch's p of the difference; NaN where the rival's answers are not there."""
    ours, theirs = (answers.get((row["segment_id"], row["component_id"], who), (np.nan, np.nan, 0))
                    for who in (OWN, row["best_of"]))
    try:
        p_value = compare_means(*ours, *theirs).p_value
    except NotComputable:
        p_value = np.nan
    return ours[2], theirs[2], p_value


def rival_measures(study, measured: pd.DataFrame, segments) -> pd.DataFrame:
    """Measures of the orders beside those of the best competitor, two proportions z (columns RIVAL_MEASURES)."""
    ratings, rows = study.table("competitor_ratings").dropna(subset=["value", "n"]), []
    names = study.table("competitors").dropna(subset="name").set_index("competitor_id")["name"].to_dict()
    for own in measured[measured["segment_id"].isin(segments)].to_dict("records"):
        theirs = ratings[(ratings["item"] == own["measure_id"]) & ratings["value"].between(0, 1) & (ratings["n"] > 0)]
        mine = theirs[theirs["segment_id"].isna() | (theirs["segment_id"] == own["segment_id"])]
        mine = theirs if own["segment_id"] == ALL else mine
        if mine.empty:
            continue
        best = mine.sort_values("value", ascending=False, kind="stable").iloc[0]
        level, rival = float(own["value"]), float(best["value"])
        try:
            p_value = compare_proportions(level, int(own["n"]), rival, int(best["n"])).p_value
        except NotComputable:  # all outcomes equal: no difference to test
            p_value = 1.0
        rows.append((own["segment_id"], own["measure_id"], level, names.get(best["competitor_id"], best["competitor_id"]),
                     rival, level - rival, int(own["n"]), int(best["n"]), p_value, bool(p_value < study.settings.alpha)))
    return pd.DataFrame(rows, columns=RIVAL_MEASURES)


def evolution_table(study, gaps: pd.DataFrame, delta: float, reasons: list[Reason]) -> pd.DataFrame:
    """The window of each segment today and as it is expected (columns EVOLUTION); nothing without importance_future."""
    future, parts = study.table("importance_future").dropna(subset="points"), []
    for segment in dict.fromkeys(gaps["segment_id"]):
        later = future[future["segment_id"] == segment] if segment != ALL else future
        later = later if len(later) else future[future["segment_id"].isna()]
        today = gaps[(gaps["segment_id"] == segment) & gaps["perceived"].notna() & gaps["weight"].notna()]
        if later.empty or today.empty or later["component_id"].duplicated().any():
            continue
        now = today[["component_id", "perceived"]].assign(points=100 * today["weight"])
        try:
            found = compare_evolution(now, later[["component_id", "points", "competitor_projected", "horizon_years"]],
                                      delta=delta)
        except NotComputable as error:
            reasons.append(error.reason)
            continue
        places = {one.template for window in (found.now, found.future) for one in window.warnings}
        reasons += [one for one in found.warnings if one.template not in places]  # step 3 says those of the window
        table = found.table.rename(columns={"winner": "winner_projected"})
        for name in ("quadrant_now", "quadrant_future"):
            table[name] = table[name].map(NAMES).astype(object)
        parts.append(table.assign(segment_id=segment, horizon_years=found.horizon_years))
    return pd.concat(parts, ignore_index=True)[EVOLUTION] if parts else pd.DataFrame(columns=EVOLUTION)
