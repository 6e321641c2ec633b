"""The reading of page 00e: where the service gets lost, who mends it, and how far to trust it."""

from __future__ import annotations

from svcnb.i18n import N_, is_missing
from svcnb.methods.gaps import GAPS
from svcnb.methods.window import TRUSTED
from svcnb.sentences.demand import component_names
from svcnb.sentences.naming import capital

ALL = "all"


def read_gaps(result, tables, words) -> str:
    """Number, comparison and caution for the component and segment that the page shows.

    Parameters
    ----------
    result : StepResult of gaps
    tables : the page's tables for the chosen segment and component
    words : svcnb.i18n.Words
    """
    chosen = tables["chosen"]
    if not len(chosen) or is_missing(chosen["service_gap"].iloc[0]):
        return words(N_("The service gap is not measured: customers were not asked both what they expect and what they perceive. "
                        "Ask both, component by component, from 0 to 10."))
    row = chosen.iloc[0]
    n = int(row["n"])
    few = words(N_("Only {n} answers: a hint, no more."), n=n) if n < TRUSTED else ""
    return " ".join(text for text in (few, _gap(row, chosen, words), _cause(row, words), _whole(row, tables, words),
                                      _behind(tables, words)) if text)


def _gap(row, chosen, words) -> str:
    text = N_("{segment}: of {name} {expected:2} of 10 is expected and {perceived:2} perceived, {gap:2} points too little (n {n}).") \
        if row["service_gap"] > 0 else \
        N_("{segment}: of {name} {expected:2} of 10 is expected and {perceived:2} perceived; nothing falls short (n {n}).")
    segment = words("All") if row["segment_id"] == ALL else row["segment_id"]
    return capital(words(text, segment=segment, name=component_names(chosen, words)[0], expected=row["expected"],
                         perceived=row["perceived"], gap=abs(row["service_gap"]), n=int(row["n"])))


def _cause(row, words) -> str:
    if not row["service_gap"] > 0:
        return ""
    if is_missing(row["primary"]):
        return words(N_("Where it gets lost is not known: a level between the two is not measured."))
    gap = GAPS[row["primary"]]
    value = row[COLUMN[row["primary"]]]
    values = {"value": value, "upper": SAID[gap.upper], "lower": SAID[gap.lower], "gap_name": gap.name, "owner": gap.owner}
    if value > row["service_gap"]:  # the other steps together are a surplus
        return words(N_("Between what is {upper:word} and what is {lower:word} {value:2} get lost, of which the other steps give "
                        "{back:2} back: the {gap_name:word}, mended in {owner:word}."), back=value - row["service_gap"], **values)
    return words(N_("Most of it, {value:2}, gets lost between what is {upper:word} and what is {lower:word}: the {gap_name:word}, "
                    "mended in {owner:word}."), **values)


COLUMN = {"G1": "knowledge_gap", "G2": "standards_gap", "G3": "delivery_gap", "G6": "perception_gap"}
SAID = {"expected": N_("expected by customers"), "believed": N_("believed by management"), "specified": N_("specified"),
        "delivered": N_("provided"), "perceived": N_("perceived by customers")}


def _whole(row, tables, words) -> str:
    totals = tables["segment_totals"]
    own = totals[totals["segment_id"] == row["segment_id"]]
    if own.empty or is_missing(own["weighted_gap"].iloc[0]):
        return ""
    return words(N_("Over all components, by importance, {shortfall:2} points are missing."), shortfall=own["shortfall"].iloc[0])


def _behind(tables, words) -> str:
    winning = tables["winning"]
    behind = winning[winning["position"] == "below_qualifier"]
    if behind.empty:
        return ""
    return words(N_("In {n} of {all} components we stand below the weakest competitor who still holds customers."), n=len(behind),
                 all=int(winning["position"].notna().sum()))
