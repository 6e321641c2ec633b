"""Page 00e: the gaps of each component, the way from expected to perceived, what qualifies and what wins."""

from __future__ import annotations

from svcnb.figures import gaps as figures
from svcnb.i18n import N_, is_missing
from svcnb.methods.gaps import CAUSES, GAPS
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.demand import component_names
from svcnb.sentences.gaps import read_gaps
from svcnb.sentences.naming import capital
from svcnb.steps.gaps import ACCEPTED, COLUMNS

ALL = "all"
STAGES = {"label": "level_or_gap", "start": "service_from", "end": "service_to"}  # of the waterfall, for readers
OF_SEGMENT = ("gaps", "gap_segments", "gap_causes", "winning", "rival_measures", "evolution", "delivered")


def controls(result, words):
    gaps = result.table("gaps")
    if not len(gaps):
        return ()
    n = gaps.groupby("segment_id", sort=False)["n"].max()
    segments = tuple((s, words("{name} (n {n})", name=words("All") if s == ALL else words.name("segment", s), n=int(k)))
                     for s, k in n.items())
    rows = gaps.drop_duplicates("component_id")
    components = tuple((c, capital(name)) for c, name in zip(rows["component_id"], component_names(rows, words), strict=True))
    first = (Field("segment", words("Segment"), "choice", _worst(result), segments),) if len(segments) > 1 else ()
    return (*first, Field("component", words("Component"), "choice", None,
                          ((None, words("where most gets lost")), *components)))


def _worst(result) -> str:
    """The segment that misses most, the first where nothing is measured."""
    totals = result.table("gap_segments")
    short = totals[(totals["gap"] == "G5") & totals["shortfall"].notna()]
    return str(short.loc[short["shortfall"].idxmax(), "segment_id"]) if len(short) else result.table("gaps")["segment_id"].iloc[0]


def adapt(result, view, words):
    """The rows of the chosen segment, and the component that is chosen in it or misses most."""
    tables, gaps = {**result.tables}, result.table("gaps")
    tables["segment_totals"] = totals = result.table("gap_segments")
    tables["chosen"] = gaps
    if not len(gaps):
        return tables
    tables["segment_totals"] = totals[totals["gap"] == "G5"].reset_index(drop=True)
    segment = view.get("segment") or _worst(result)
    for name in OF_SEGMENT:
        frame = result.table(name)
        tables[name] = frame[frame["segment_id"] == segment].reset_index(drop=True) if len(frame) else frame
    own = tables["gaps"].sort_values("weighted_gap", ascending=False, kind="stable", na_position="last").reset_index(drop=True)
    chosen = own[own["component_id"] == view.get("component")]
    chosen = (chosen if len(chosen) else own).head(1).reset_index(drop=True)
    way = result.table("waterfall")
    way = way[(way["segment_id"] == segment) & way["component_id"].isin(chosen["component_id"])].reset_index(drop=True)
    if len(tables["winning"]):
        tables["winning"] = tables["winning"].sort_values("weight", ascending=False, kind="stable").reset_index(drop=True)
    return {**tables, "gaps": own, "chosen": chosen, "waterfall": way, "waterfall_shown": way.rename(columns=STAGES)}


def fields(result, words):
    causes, gaps = result.decision.get("causes") or {}, result.table("gaps")
    if not causes:
        return ()
    called = dict(zip(gaps["component_id"], component_names(gaps, words), strict=True))
    names = {}
    for key in causes:
        segment, _, component = key.partition(":")
        name = capital(called.get(component, component))
        names[key] = name if segment == ALL else f"{words.name('segment', segment)}: {name}"
    options = (("", words("not judged")), *((code, words(GAPS[code].name)) for code in ACCEPTED))
    least = float(result.parameters.get("least_gap", 1.0))
    return (Field("causes", words("Shortfalls of {least:1} points or more", least=least), "rows", causes,
                  (Field("cause", words("Cause"), "choice", "", options), Field("owner", words("Owner"), "text", "")), names=names),)


def check(result, tables, words):
    """The service gap of the chosen component from its parts."""
    row = tables["chosen"].iloc[0] if len(tables["chosen"]) else None
    if row is None or any(is_missing(row[COLUMNS[code]]) for code in CAUSES):
        return None
    parts = {code: round(float(row[COLUMNS[code]]), 2) for code in CAUSES}
    total, offered = sum(parts.values()), row[COLUMNS["G4"]]
    named = "; ".join(f"{words(GAPS[code].name)} {words.number(value, 2)}" for code, value in parts.items())
    mistakes = [(-total, words("The sign is turned: what falls short counts positive.")),
                (total / len(parts), words("That is the mean: the parts follow each other on one way, so they add up."))]
    if not is_missing(offered):
        mistakes.insert(1, (total + round(float(offered), 2),
                            words("The communication gap is not on the way from expected to perceived: leave it out.")))
    return Check(
        words("{name}: {gaps}. How large is the service gap, expected minus perceived?",
              name=capital(component_names(tables["chosen"], words)[0]), gaps=named), total, 0.011,
        working=" + ".join(words.number(value, 2) if value >= 0 else f"({words.number(value, 2)})" for value in parts.values()),
        mistakes=tuple((value, told) for value, told in mistakes if abs(value - total) > 0.03))


PAGE = Page(
    name="gaps", step="gaps", notebook="00e_gaps", title=N_("Gaps"),
    question=N_("Where between what customers expect and what they perceive does the service get lost?"),
    ends_in=N_("Diagnosis · gaps of the service · ends in: the cause of each shortfall and who answers for it"),
    read=lambda result, tables, view, words: read_gaps(result, tables, words), controls=controls, adapt=adapt, fields=fields,
    check=check, beside="diagnosis",
    pictures=(Picture("diagram", N_("The gaps of one component: positive falls short, the largest on the way is thick"),
                      figures.plot_diagram, figures.describe_diagram, ("chosen",)),
              Picture("waterfall", N_("From expected to perceived: what each step takes away or adds"), figures.plot_waterfall, figures.describe_waterfall,
                      ("waterfall",)),
              Picture("winning", N_("What qualifies, what wins, where we stand"), figures.plot_winning, figures.describe_winning,
                      ("winning",))),
    tables=(TableView("gaps", N_("Gaps by component, the heaviest first"),
                      ("component_id", "service_gap", "weighted_gap", "primary_gap", "mended_in", "n")),
            TableView("gaps", N_("The parts of each service gap"),
                      ("component_id", "knowledge_gap", "standards_gap", "delivery_gap", "perception_gap", "service_gap", "weight")),
            TableView("chosen", N_("The component of the diagram"),
                      ("component_id", "service_gap", "communication_gap", "interpretation_gap", "promise_gap", "employee_gap",
                       "internal_gap", "n")),
            TableView("waterfall_shown", N_("Step by step"), ("level_or_gap", "service_from", "service_to")),
            TableView("segment_totals", N_("Shortfall and surplus of each segment"),
                      ("segment_id", "weighted_gap", "shortfall", "surplus", "n_components", "coverage")),
            TableView("gap_causes", N_("Where the shortfall arises"), ("gap_name", "shortfall", "n_primary", "largest_in", "mended_in")),
            TableView("gap_segments", N_("Every gap, weighted"), ("gap_name", "weighted_gap", "shortfall", "surplus", "n_components")),
            TableView("gaps", N_("Levels of service, 0 to 10"),
                      ("component_id", "expected", "believed", "frontline", "specified", "delivered", "delivered_source", "offered",
                       "understood", "perceived", "n")),
            TableView("gaps", N_("Gaps of what is offered and of our people"),
                      ("component_id", "communication_gap", "interpretation_gap", "promise_gap", "employee_gap", "internal_gap")),
            TableView("delivered", N_("What is delivered, from 0 to 10"),
                      ("component_id", "measure_id", "raw", "unit", "worst", "best", "delivered", "n")),
            TableView("winning", N_("What qualifies and what wins"),
                      ("component_id", "qualifier", "winner", "own", "position", "to_qualify", "to_win", "rival", "relative",
                       "p_value", "differs", "n_own", "n_rival")),
            TableView("rival_measures", N_("Measures beside the best competitor"),
                      ("measure_id", "own_level", "rival_level", "rival", "difference", "p_value", "differs", "n_own", "n_rival")),
            TableView("evolution", N_("What is coming"),
                      ("component_id", "importance_now", "importance_future", "quadrant_now", "quadrant_future", "is_changed",
                       "winner_projected", "to_win", "horizon_years"))),
    card=MethodCard(
        title=N_("Gaps of the service"),
        quotation="el centro de atención fundamental del proveedor debe estar en lograr disminuir al máximo la brecha 5",
        source=N_("Gómez, Acevedo, González 2004, S2:L92 to L98, figure 1 lost; Parasuraman, Zeithaml, Berry 1985; Lovelock 1994; "
                  "Luk, Layton 2002"),
        formula=N_("service gap = expected − perceived = knowledge + standards + delivery + perception gap; the largest of the four "
                   "is the primary cause; shortfall = sum of weight × what is missing"),
        assumes=N_("all levels on one scale from 0 to 10, between a worst and a best value that people agreed; answers of customers "
                   "that stand for their segment; ours and the rival's answers compared as if others had given them"),
        fails=N_("“gap 5” read by number (Lovelock numbers otherwise), surplus set off against shortfall, levels guessed"),
        badge=N_("reconstructed"),
        **examples.GAPS))
