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
from svcnb.methods.importance import constant_sum
from svcnb.methods.window import SHOWN, TRUSTED, customer_window

ALL = "all"
WINDOW = ["segment_id", "component_id", "name", "spanish", "importance", "satisfaction", "n_importance", "n_satisfaction",
          "quadrant", "priority", "share", "cumulative", "certain", "undecided", "expected", "p_A", "p_B", "p_C", "p_D"]
CUTS = ["segment_id", "importance_cut", "satisfaction_cut", "n", "n_rescaled", "n_rejected", "weighted_satisfaction"]
DUST = ["segment_id", "component_id", "importance", "satisfaction"]
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
    from svcnb.steps.segmentation import assign

    segment = pd.Series(np.asarray(assign(customers, segmentation), dtype=object), index=customers["customer_id"])
    return segment[~segment.index.duplicated()]


def _respondents(study, segmentation) -> pd.DataFrame:
    people = study.table("survey_respondents")
    answered = pd.concat([study.table("survey_importance")["respondent_id"],
                          study.table("survey_satisfaction")["respondent_id"]]).dropna()
    absent = [r for r in pd.unique(answered) if r not in set(people["respondent_id"])]
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
        return ", ".join(survey.segments.get(s, s) for s in ids if s != ALL)

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
