"""The survey by segment: who answered, the customer window and the importance of each segment.

Part of the steps demand and goals; respondents belong to the segment of their customer, so that a changed
segmentation changes every row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.distance import integral_distance
from svcnb.methods.importance import constant_sum
from svcnb.methods.sampling import allocate, sample_size
from svcnb.methods.window import SHOWN, TRUSTED, customer_window
from svcnb.steps.step import Quantity

ALL = "all"
WINDOW = ["segment_id", "component_id", "name", "spanish", "importance", "satisfaction", "n_importance", "n_satisfaction",
          "quadrant", "priority", "share", "cumulative", "certain", "undecided", "expected", "p_A", "p_B", "p_C", "p_D"]
CUTS = ["segment_id", "importance_cut", "satisfaction_cut", "n", "n_rescaled", "n_rejected", "weighted_satisfaction"]
DUST = ["segment_id", "component_id", "importance", "satisfaction"]
SAMPLE = ["segment_id", "name", "population", "proportional", "per_stratum", "invitations", "answered"]
DISTANCE = ["segment_id", "component_id", "name", "spanish", "expected", "perceived", "weight", "distance", "force", "side",
            "in_equilibrium", "n", "p_value"]
DESIRED = ["segment_id", "component_id", "name", "spanish", "desired", "low", "high", "n", "latent"]
IMPORTANCE = ["segment_id", "component_id", "name", "spanish", "points", "low", "high", "n", "evidence"]


@dataclass(frozen=True, eq=False)
class Survey:
    """Long answers with the respondent's segment and weight; ``segments`` id -> name, in order, without excluded ones."""

    respondents: pd.DataFrame
    importance: pd.DataFrame
    satisfaction: pd.DataFrame
    components: pd.DataFrame
    segments: dict[str, str]

    def ids(self, segment: str) -> list[str]:
        rows = self.respondents
        return rows["respondent_id"].tolist() if segment == ALL else \
            rows.loc[rows["segment_id"] == segment, "respondent_id"].tolist()


def segments_of(decision: dict) -> dict[str, str]:
    """Segments that are served, id -> name, from the decision of step 1."""
    return {key: str(value.get("name", key)) for key, value in (decision.get("segments") or {}).items()
            if value.get("status") != "exclude"}


def read_survey(study, segmentation: dict) -> Survey:
    """The survey tables of a study, each respondent with a segment_id (None where nobody knows)."""
    people = _respondents(study, segmentation)
    importance = _with_respondent(study.table("survey_importance"), people)
    satisfaction = study.table("survey_satisfaction")
    own = satisfaction["supplier"].isna() | (satisfaction["supplier"] == "own")
    satisfaction = _with_respondent(satisfaction[own], people)
    components = study.table("components")[["component_id", "name", "spanish"]].astype(object)
    asked = pd.unique(pd.concat([importance["component_id"], satisfaction["component_id"]]).dropna())
    unknown = [c for c in asked if c not in set(components["component_id"])]
    if unknown:
        extra = pd.DataFrame({"component_id": unknown, "name": unknown, "spanish": unknown}, dtype=object)
        components = pd.concat([components, extra], ignore_index=True)
    components["name"] = components["name"].where(components["name"].notna(), components["component_id"])
    components["spanish"] = components["spanish"].where(components["spanish"].notna(), components["name"])
    return Survey(people, importance, satisfaction, components, segments_of(segmentation))


def assigned(study, segmentation: dict) -> pd.Series:
    """segment_id by customer_id under the decision of step 1 (empty when there are no customers)."""
    customers = study.table("customers")
    if customers.empty or not segmentation.get("segments"):
        return pd.Series(dtype=object)
    from svcnb.steps.characteristics import with_scores
    from svcnb.steps.segmentation import assign

    segment = pd.Series(np.asarray(assign(with_scores(study, customers, segmentation), segmentation), dtype=object),
                        index=customers["customer_id"])
    return segment[~segment.index.duplicated()]


def _respondents(study, segmentation) -> pd.DataFrame:
    people = study.table("survey_respondents")
    answered = pd.concat([study.table("survey_importance")["respondent_id"],
                          study.table("survey_satisfaction")["respondent_id"]]).dropna()
    listed = set(people["respondent_id"])
    absent = [r for r in pd.unique(answered) if r not in listed]
    people = people[["respondent_id", "customer_id", "segment_id", "stratum", "weight"]].astype(object)
    if absent:
        people = pd.concat([people, pd.DataFrame({"respondent_id": absent}, dtype=object)], ignore_index=True)
    by_customer = people["customer_id"].map(assigned(study, segmentation).to_dict()).astype(object)
    known = set(segmentation.get("segments") or {})
    own = people["segment_id"].where(people["segment_id"].notna(), people["stratum"])
    own = own.where(own.isin(known))
    segment = by_customer.where(by_customer.notna(), own.where(people["customer_id"].isna()))
    weight = pd.to_numeric(people["weight"], errors="coerce").fillna(1.0).astype(float)
    return pd.DataFrame({"respondent_id": people["respondent_id"].astype(object),
                         "segment_id": segment.where(segment.notna(), None), "weight": weight})


def _with_respondent(answers, people) -> pd.DataFrame:
    return answers.drop(columns=["segment_id", "weight"], errors="ignore").merge(people, on="respondent_id", how="inner")


def window_tables(survey: Survey, *, importance_cut, satisfaction_cut, target, n_resamples, seed):
    """The window of every segment and of all together.

    Returns
    -------
    tables : dict
        window, window_cuts, window_dust (columns WINDOW, CUTS, DUST).
    reasons : list of Reason
    """
    parts, cuts, dust, few, none = [], [], [], [], []
    infos: list[Reason] = []
    for segment in [*survey.segments, ALL]:
        ids = set(survey.ids(segment))
        want = survey.importance[survey.importance["respondent_id"].isin(ids)]
        got = survey.satisfaction[survey.satisfaction["respondent_id"].isin(ids)]
        asked = [c for c in survey.components["component_id"]
                 if c in set(survey.importance["component_id"]) | set(survey.satisfaction["component_id"])]
        try:
            if want.empty or got.empty:
                raise NotComputable(N_("Nobody answered."))
            window = customer_window(
                want[["respondent_id", "component_id", "points", "weight"]],
                got[["respondent_id", "component_id", "perceived", "weight"]], components=asked, constant_sum=True,
                importance_cut=importance_cut, satisfaction_cut=satisfaction_cut, target=target,
                n_resamples=n_resamples, seed=seed)
        except NotComputable:
            none.append(segment)
            continue
        expected = got.groupby("component_id")["expected"].mean()
        parts.append(window.table.assign(segment_id=segment, expected=window.table["component_id"].map(expected)))
        dust.append(window.resamples.assign(segment_id=segment))
        cuts.append((segment, window.importance_cut, window.satisfaction_cut, window.n, window.n_rescaled,
                     window.n_rejected, window.weighted_satisfaction))
        if window.n < TRUSTED:
            few.append(segment)
        if segment == ALL:
            infos += [w for w in window.warnings if "{least}" not in w.template]
    return _window_frames(survey, parts, cuts, dust), infos + _doubts(survey, few, none)


def _window_frames(survey, parts, cuts, dust) -> dict[str, pd.DataFrame]:
    window = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["component_id", *WINDOW])
    window = window.drop(columns=["name", "spanish"], errors="ignore")
    window = window.loc[:, ~window.columns.duplicated()].merge(survey.components, on="component_id", how="left")
    points = pd.concat(dust, ignore_index=True) if dust else pd.DataFrame(columns=DUST)
    return {"window": window[WINDOW], "window_cuts": pd.DataFrame(cuts, columns=CUTS), "window_dust": points[DUST]}


def _doubts(survey, few, none) -> list[Reason]:
    def named(ids):
        return [survey.segments.get(s, s) for s in ids if s != ALL]

    if survey.respondents.empty:
        return []  # the step says that there is no survey
    out = []
    if named(few):
        out.append(reason(N_("Fewer than {least} answers in {segments}: read those windows with caution."),
                          least=TRUSTED, segments=named(few)))
    if named(none):
        out.append(reason(N_("No window for {segments}: fewer than {least} usable answers."), least=SHOWN,
                          segments=named(none)))
    nobody = int(survey.respondents["segment_id"].isna().sum())
    if nobody and survey.segments:
        out.append(reason(N_("Respondents in no segment, who count only in the whole: {n}."), n=nobody))
    return out


def importance_table(survey: Survey, n_resamples: int, seed: int) -> tuple[pd.DataFrame, list[str]]:
    """Points of 100 per segment and component with intervals; and the components on which segments differ."""
    parts = []
    for segment in [*survey.segments, ALL]:
        rows = survey.importance[survey.importance["respondent_id"].isin(survey.ids(segment))]
        try:
            if not rows.empty:
                result = constant_sum(rows[["respondent_id", "component_id", "points", "weight"]],
                                      n_resamples=n_resamples, seed=seed)
                parts.append(result.points.assign(segment_id=segment, evidence="survey"))
        except NotComputable:
            continue
    if not parts:
        return pd.DataFrame(columns=IMPORTANCE), []
    table = pd.concat(parts, ignore_index=True).merge(survey.components, on="component_id", how="left")[IMPORTANCE]
    trusted = table[(table["segment_id"] != ALL) & (table["n"] >= SHOWN)]
    spread = trusted.groupby("component_id", sort=False).agg(low=("low", "max"), high=("high", "min"), n=("n", "size"))
    return table, spread.index[(spread["n"] > 1) & (spread["low"] > spread["high"])].tolist()


def assumed_importance(survey: Survey, experts: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Without a survey: the experts' points where they were asked, else equal weights; and the evidence."""
    known = survey.components["component_id"]
    asked = experts[(experts["topic"].isin(["importance", "components"])) & experts["item_id"].isin(known)]
    means = asked.groupby("item_id")["value"].mean() if len(asked) else pd.Series(dtype=float)
    frame = survey.components.assign(segment_id=ALL, low=np.nan, high=np.nan)
    if len(means) and means.sum() > 0:
        points = known.map(means).fillna(0.0).astype(float)
        return frame.assign(points=100 * points / points.sum(), n=asked["expert_id"].nunique(),
                            evidence="expert")[IMPORTANCE], "expert"
    return frame.assign(points=100 / max(len(known), 1), n=0, evidence="assumed")[IMPORTANCE], "assumed"


def sample_table(survey: Survey, segment_of: pd.Series, parameters) -> tuple[pd.DataFrame, dict, list[Reason]]:
    """Whom to ask in each segment, how many to invite, how many answered (columns SAMPLE)."""
    population = segment_of.value_counts().reindex(list(survey.segments)).fillna(0)
    population = population[population > 0]
    answered = survey.respondents["segment_id"].value_counts()
    if population.empty:
        return pd.DataFrame(columns=SAMPLE), {}, []
    whole = sample_size(population.sum(), error=parameters.sample_error, confidence=parameters.confidence)
    shared = allocate(population, whole.n).table
    each = allocate(population, method="per_stratum", error=parameters.segment_error, confidence=parameters.confidence,
                    response_rate=parameters.response_rate).table
    table = pd.DataFrame({
        "segment_id": population.index.astype(object), "name": [survey.segments[s] for s in population.index],
        "population": population.to_numpy().astype(int), "proportional": shared["n"], "per_stratum": each["n"],
        "invitations": each["invitations"], "answered": answered.reindex(population.index).fillna(0).to_numpy().astype(int)})
    short = table.loc[table["answered"] < table["per_stratum"], "name"].tolist()
    sums = {c: int(table[c].sum()) for c in ("population", "proportional", "per_stratum", "invitations")}
    total = pd.DataFrame([{"segment_id": ALL, "name": ALL, **sums, "answered": len(survey.respondents)}])
    quantities = {"sample_size": Quantity(whole.n, "count", n=int(population.sum())),
                  "sample_size_segments": Quantity(sums["per_stratum"], "count", n=int(population.sum()))}
    told = short and len(survey.respondents)
    reasons = [reason(N_("Fewer answers than a result of ± {error:%} for the segment needs: {segments}."),
                      error=parameters.segment_error, segments=short, level="info")] if told else []
    return pd.concat([table, total], ignore_index=True)[SAMPLE], quantities, reasons


def distance_tables(study, survey: Survey, importance, equilibrium) -> tuple[pd.DataFrame, dict, list[Reason]]:
    """Expected minus perceived per segment and component, as forces; the integral distance of each segment."""
    rivals, parts, quantities, fallback = study.table("competitor_ratings"), [], {}, ""
    for segment in [*survey.segments, ALL]:
        rows = survey.satisfaction[survey.satisfaction["respondent_id"].isin(survey.ids(segment))]
        means = rows.groupby("component_id")[["expected", "perceived"]].mean()[
            rows.groupby("component_id")["perceived"].count() >= SHOWN]
        if means.empty:
            continue
        weights = importance[importance["segment_id"] == segment].set_index("component_id")["points"]
        weights = weights if len(weights) else importance[importance["segment_id"] == ALL].set_index("component_id")["points"]
        expected = means["expected"]
        if expected.isna().all():
            rated = rivals[rivals["segment_id"].isin([segment] if segment != ALL else list(survey.segments))]
            expected = rated.groupby("item")["value"].max().reindex(means.index)
            fallback = "rival" if expected.notna().any() else "ideal"
            expected = None if fallback == "ideal" else expected
        try:
            found = integral_distance(expected, means["perceived"], weights.reindex(means.index).fillna(0.0),
                                      answers=rows, equilibrium=equilibrium)
        except NotComputable:
            continue
        suffix = "" if segment == ALL else f"_{segment}"
        n = int(rows["respondent_id"].nunique())
        quantities[f"integral_distance{suffix}"] = Quantity(found.integral, "score", n=n, evidence="survey")
        quantities[f"shortfall{suffix}"] = Quantity(found.shortfall, "score", n=n, evidence="survey")
        quantities[f"attainment{suffix}"] = Quantity(found.attainment, "share", n=n, evidence="survey")
        parts.append(found.table.assign(segment_id=segment))
    if not parts:
        return pd.DataFrame(columns=DISTANCE), {}, []
    told = {"": [], "rival": [reason(N_("Nobody was asked what they expect: the best competitor stands for it."))],
            "ideal": [reason(N_("Nobody was asked what they expect: 10, the ideal, stands for it."))]}[fallback]
    table = pd.concat(parts, ignore_index=True).merge(survey.components, on="component_id", how="left")
    return table[DISTANCE], quantities, told


def desired_table(survey: Survey) -> pd.DataFrame:
    """Median desired value of those willing and able to pay, with quartiles, per segment and component (DESIRED).

    Demand exists only where willingness and ability to pay exist (S2:L21); ``latent`` counts the others. Where nobody
    was asked about paying, everybody counts.
    """
    rows, parts = survey.satisfaction[survey.satisfaction["desired_value"].notna()], []
    asked = rows["willing_to_pay"].notna().any() or rows["able_to_pay"].notna().any()
    willing, able = rows["willing_to_pay"].astype(float), rows["able_to_pay"].astype("boolean").fillna(not asked)
    effective = (able.astype(bool) & ((willing > 0) | willing.isna())).to_numpy() if asked else np.ones(len(rows), bool)
    for segment in [*survey.segments, ALL]:
        mine = rows["respondent_id"].isin(survey.ids(segment)).to_numpy()
        for component, group in rows[mine].groupby("component_id", sort=False):
            wanted = rows[mine & effective & (rows["component_id"] == component).to_numpy()]["desired_value"].astype(float)
            if len(wanted) >= SHOWN:
                low, middle, high = wanted.quantile([0.25, 0.5, 0.75])
                parts.append((segment, component, middle, low, high, len(wanted), len(group) - len(wanted)))
    frame = pd.DataFrame(parts, columns=[c for c in DESIRED if c not in ("name", "spanish")])
    return frame.merge(survey.components, on="component_id", how="left")[DESIRED]
