"""Gaps of the service: where between what customers expect and what they perceive the service gets lost.

"el centro de atención fundamental del proveedor debe estar en lograr disminuir al máximo la brecha 5" (S2:L98); method.md 2.1,
with what qualifies and what wins (1.4.5), the evolution of the needs (1.4.6) and the competitors (2.5). It stands after the
segmentation, because beliefs, goals and answers differ by segment; its page stands beside the diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.gaps import CAUSES, GAPS, LEVELS, service_gaps
from svcnb.methods.window import SHOWN, TRUSTED
from svcnb.steps.answers import ALL, importance_table, read_survey
from svcnb.steps.gap_tables import (
    convert_delivered,
    evolution_table,
    levels_of,
    measured_levels,
    rival_measures,
    winning_levels,
)
from svcnb.steps.step import Proposal, Quantity

TITLE = N_("Gaps")
QUESTION = N_("Where between what customers expect and what they perceive does the service get lost?")
ENDS_IN = N_("for each shortfall the cause that is accepted and who answers for it")
TABLES = ("customers", "orders", "order_lines", "survey_respondents", "survey_satisfaction", "survey_importance", "components",
          "management_beliefs", "gap_objective", "value_anchors", "competitors", "competitor_ratings", "importance_future")
AFTER = ("segmentation",)
WANTED = ("survey_satisfaction", "survey_importance", "management_beliefs", "gap_objective", "value_anchors",
          "competitor_ratings", "importance_future")
ACCEPTED = (*CAUSES, "G4", "G7")  # what may be named as a cause: what results from others is none
COLUMNS = {  # gap -> its column: a code would be read as a group's
    "G1": "knowledge_gap", "G2": "standards_gap", "G3": "delivery_gap", "G4": "communication_gap", "G5": "service_gap",
    "G6": "perception_gap", "G7": "interpretation_gap", "G8": "employee_gap", "G9": "internal_gap", "G_op": "promise_gap"}
TABLE = ["segment_id", "component_id", "name", "spanish", "n", *LEVELS, *COLUMNS.values(), "weight", "weighted_gap", "primary",
         "primary_gap", "mended_in", "is_tied", "delivered_source"]
SEGMENTS = ["segment_id", "gap", "gap_name", "n_components", "coverage", "weighted_gap", "shortfall", "surplus"]
CAUSED = ["segment_id", "gap", "gap_name", "mended_in", "shortfall", "n_primary", "largest_in"]
WATERFALL = ["segment_id", "component_id", "step", "kind", "label", "start", "end"]


@dataclass(frozen=True)
class Parameters:
    """``least_gap`` points of 10 from which a shortfall asks for a cause; ``least_share`` of the segment that a competitor
    holds to show what qualifies; ``delta`` points that set the winner apart."""

    least_gap: float = 1.0
    least_share: float = 0.05
    delta: float = 0.5

    def __post_init__(self):
        for name, low, high in (("least_gap", 0, 10), ("least_share", 0, 1), ("delta", 0, 10)):
            if not low <= getattr(self, name) <= high:
                raise ParameterError(N_("{name} = {value} must lie between {low} and {high}."), name=f"gaps.{name}",
                                     value=getattr(self, name), low=low, high=high)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """All gaps of each segment and component, the primary cause of each shortfall, the competitors beside us."""
    segmentation = decisions.get("segmentation", {})
    survey, reasons = read_survey(study, segmentation), []
    segments = _segments(survey, reasons)
    measured = measured_levels(study, segmentation, segments)
    converted = convert_delivered(study, measured, reasons)
    levels = levels_of(study, survey, segments, converted)
    tables, asked = {"delivered": converted}, False
    try:
        found = service_gaps(levels[["segment_id", "component_id", *LEVELS]], _weights(survey, segments))
    except NotComputable as error:
        reasons += [Reason(text, error.values, "missing") for text in (error.template, error.fallback) if text]
        tables |= {name: pd.DataFrame(columns=columns) for name, columns in (
            ("gaps", TABLE), ("gap_segments", SEGMENTS), ("gap_causes", CAUSED), ("waterfall", WATERFALL))}
        gaps = levels.assign(weight=float("nan"))
    else:
        reasons += found.warnings
        tables |= _gap_tables(found, levels, survey)
        gaps, asked = tables["gaps"], found.n > 0
    tables |= _competition(study, survey, gaps, measured, parameters, reasons, segments)
    missing = tuple(name for name in WANTED if not study.has(name))
    return Proposal(_quantities(tables, parameters), tables, {"causes": _proposed(tables["gaps"], parameters.least_gap)},
                    _once(reasons), missing, "survey" if asked else "expert" if len(tables["gaps"]) else "assumed")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The cause that is accepted and the owner of each shortfall; what is no shortfall any more is left out."""
    unknown = [key for key in chosen if key != "causes"]
    if unknown:
        raise ParameterError(N_("The gaps have no decision {key}; they have causes."), key=unknown[0])
    causes = {key: dict(row) for key, row in (proposal.decision.get("causes") or {}).items()}
    picked = chosen.get("causes") or {}
    if not isinstance(picked, dict) or not all(isinstance(row, dict) for row in picked.values()):
        raise ParameterError(N_("The causes are written by segment and component, each with cause and owner."))
    for key, row in picked.items():
        cause = row.get("cause") or ""
        if cause and cause not in ACCEPTED:
            raise ParameterError(N_("{key}: {cause} is no cause; it is one of {known}."), key=key, cause=str(cause),
                                 known=", ".join(ACCEPTED))
        if key in causes:
            causes[key] = {"cause": cause, "owner": str(row.get("owner") or "").strip()}
    return {"causes": causes}


def _segments(survey, reasons: list[Reason]) -> list[str]:
    """The segments with enough answers; all customers together where none has them."""
    n = survey.satisfaction.dropna(subset="perceived").groupby("segment_id")["respondent_id"].nunique()
    enough = [s for s in survey.segments if n.get(s, 0) >= SHOWN]
    if not enough:
        return [ALL]
    none, few = [s for s in survey.segments if s not in enough], [s for s in enough if n[s] < TRUSTED]
    if few:
        reasons.append(reason(N_("Fewer than {least} answers in {segments}: read those gaps with caution."), least=TRUSTED,
                              segments=few))
    if none:
        reasons.append(reason(N_("No gap for {segments}: fewer than {least} usable answers."), least=SHOWN, segments=none))
    return enough


def _weights(survey, segments) -> pd.DataFrame | None:
    """Importance by segment, of all customers where a segment gave none; None where nobody was asked."""
    points, _ = importance_table(survey, 1, 0)  # the intervals are step 3's
    if points.empty:
        return None
    given = set(points["segment_id"])
    parts = [points[points["segment_id"] == (s if s in given else ALL)].assign(segment_id=s) for s in segments]
    return pd.concat(parts).rename(columns={"points": "weight"})[["segment_id", "component_id", "weight"]]


def _gap_tables(found, levels: pd.DataFrame, survey) -> dict[str, pd.DataFrame]:
    """The tables gaps, gap_segments, gap_causes, waterfall."""
    keys = ["segment_id", "component_id"]
    known = survey.components.drop_duplicates("component_id")
    table = found.table.rename(columns={**COLUMNS, "weighted": "weighted_gap", "owner": "mended_in"})
    table = table.merge(levels[[*keys, "n", "delivered_source"]], on=keys, how="left").merge(known, on="component_id", how="left")
    for name in ("name", "spanish"):
        table[name] = table[name].where(table[name].notna(), table["component_id"])
    table["primary_gap"] = [GAPS[code].name if code in GAPS else None for code in table["primary"]]
    segments = found.segments.rename(columns={"name": "gap_name", "n": "n_components", "weighted": "weighted_gap"})
    causes = found.causes.rename(columns={"name": "gap_name", "owner": "mended_in", "weighted": "shortfall"})
    causes["largest_in"] = [";".join(components) or None for components in causes["components"]]
    return {"gaps": table[TABLE], "gap_segments": segments[SEGMENTS], "gap_causes": causes[CAUSED],
            "waterfall": found.waterfall[WATERFALL]}


def _competition(study, survey, gaps, measured, parameters, reasons, segments) -> dict[str, pd.DataFrame]:
    """The tables winning, rival_measures, evolution, the first with the components' names."""
    winning = winning_levels(study, survey, gaps, parameters, reasons)
    winning = winning.merge(survey.components.drop_duplicates("component_id"), on="component_id", how="left")
    return {"winning": winning, "rival_measures": rival_measures(study, measured, segments),
            "evolution": evolution_table(study, gaps, parameters.delta, reasons)}


def _proposed(gaps: pd.DataFrame, least: float) -> dict:
    """For each shortfall that is large enough its primary cause, the heaviest of a segment first; the owner is a person."""
    short = gaps[gaps["service_gap"].astype(float) >= least - 1e-9]
    place = {segment: k for k, segment in enumerate(dict.fromkeys(gaps["segment_id"]))}
    short = short.assign(place=short["segment_id"].map(place)).sort_values(
        ["place", "weighted_gap"], ascending=[True, False], kind="stable")
    return {f"{row.segment_id}:{row.component_id}": {"cause": row.primary if isinstance(row.primary, str) else "", "owner": ""}
            for row in short.itertuples()}


def _quantities(tables, parameters) -> dict[str, Quantity]:
    gaps, out = tables["gaps"], {}
    if len(gaps) and gaps["service_gap"].notna().any():
        answers = gaps.groupby("segment_id")["n"].max()
        totals = tables["gap_segments"]
        for row in totals[totals["gap"] == "G5"].dropna(subset="weighted_gap").itertuples():
            suffix, n = ("" if row.segment_id == ALL else f"_{row.segment_id}"), int(answers[row.segment_id])
            for name, value in (("weighted_gap", row.weighted_gap), ("shortfall", row.shortfall), ("surplus", row.surplus)):
                out[f"{name}{suffix}"] = Quantity(float(value), "score", n=n, evidence="survey")
        short = gaps[gaps["service_gap"] >= parameters.least_gap - 1e-9]
        n = int(gaps["service_gap"].notna().sum())
        out["n_shortfalls"] = Quantity(len(short), "count", n=n, evidence="survey")
        out["n_causes_known"] = Quantity(int(short["primary"].notna().sum()), "count", n=len(short), evidence="survey")
    winning = tables["winning"]
    if len(winning) and winning["position"].notna().any():
        out["n_below_qualifier"] = Quantity(int((winning["position"] == "below_qualifier").sum()), "count",
                                            n=int(winning["position"].notna().sum()), evidence="survey")
    return out


def _once(reasons) -> tuple[Reason, ...]:
    """Each reason once: what holds for several segments is said for all."""
    return tuple({(one.template, str(one.values)): one for one in reasons}.values())
