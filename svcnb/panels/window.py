"""Page 03b: the customer window, one for all customers and one per segment, with movable cut lines."""

from __future__ import annotations

from svcnb.figures.window import describe_priority, describe_window, plot_priority, plot_window
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.demand import component_names, read_window
from svcnb.sentences.naming import capital

ALL = "all"


def controls(result, words):
    window, cuts = result.table("window"), result.table("window_cuts")
    if not len(window):
        return ()
    n = dict(zip(cuts["segment_id"], cuts["n"], strict=True)) if len(cuts) else {}
    names = segment_names(result)
    options = tuple((s, words("{name} (n {n})", name=words(names.get(s, s)), n=n.get(s)))
                    for s in dict.fromkeys(window["segment_id"]))
    whole = cuts[cuts["segment_id"] == ALL] if len(cuts) else cuts
    first = (whole if len(whole) else cuts).iloc[0] if len(cuts) else {}
    return (Field("segment", words("Segment"), "choice", ALL if ALL in n else options[0][0], options),
            Field("importance_cut", words("Importance cut"), "number", None, low=0, high=100,
                  hint=words.number(first.get("importance_cut"), 1)),
            Field("satisfaction_cut", words("Satisfaction cut"), "number", None, low=0, high=10,
                  hint=words.number(first.get("satisfaction_cut"), 2)))


def segment_names(result) -> dict[str, str]:
    """Segment id -> name as step 1 decided it."""
    segments = result.earlier.get("segmentation", {}).get("segments") or {}
    return {ALL: N_("All"), **{key: record.get("name", key) for key, record in segments.items()}}


def adapt(result, view, words):
    """The chosen segment's rows; moved cut lines place the means anew and count the drawn resamples again."""
    window, dust, cuts = (result.table(name) for name in ("window", "window_dust", "window_cuts"))
    if not len(window):
        return {**result.tables, "window": window, "window_dust": dust, "window_cuts": cuts}
    segment = view.get("segment") or (ALL if ALL in set(window["segment_id"]) else window["segment_id"].iloc[0])
    window, dust, cuts = (frame[frame["segment_id"] == segment].reset_index(drop=True) for frame in (window, dust, cuts))
    moved = {name: view.get(name) for name in ("importance_cut", "satisfaction_cut") if view.get(name) is not None}
    if moved and len(cuts):
        from svcnb.methods.moved_window import place_again

        cuts = cuts.assign(**moved)
        window = place_again(window, dust, float(cuts["importance_cut"].iloc[0]), float(cuts["satisfaction_cut"].iloc[0]),
                             float(result.parameters.get("target", 10.0)))
    attention = window[window["quadrant"] == "A"].sort_values("priority", ascending=False).reset_index(drop=True)
    return {**result.tables, "window": window, "window_dust": dust, "window_cuts": cuts, "attention": attention}


def fields(result, words):
    window = result.table("window")
    if not len(window):
        return ()
    rows = window.drop_duplicates("component_id")
    options = tuple((c, capital(name)) for c, name in zip(rows["component_id"], component_names(rows, words), strict=True))
    return (Field("improve", words("What must improve first"), "many", result.decision.get("improve", []), options),)


def check(result, tables, words):
    attention = tables.get("attention")
    if attention is None or not len(attention):
        return None
    top = attention.iloc[0]
    target = float(result.parameters.get("target", 10.0))
    importance, satisfaction = round(float(top["importance"]), 1), round(float(top["satisfaction"]), 1)
    working = words("{importance:1} × ({target:0} − {satisfaction:1})", importance=importance, target=target,
                    satisfaction=satisfaction)
    return Check(
        question=words("{name}: importance {importance:1} of 100, satisfaction {satisfaction:1} of 10, target {target:0}. "
                       "What is its priority?", name=capital(component_names(attention.head(1), words)[0]), importance=importance, satisfaction=satisfaction,
                       target=target),
        answer=importance * (target - satisfaction), tolerance=0.06, unit="", working=working,
        mistakes=((importance * satisfaction, words("That is importance × satisfaction: what is missing counts, not what is there.")),
                  (importance * (target - satisfaction) / 100, words("That is the share form: here the points are of 100.")),
                  (importance - satisfaction, words("Points of 100 and marks of 10 cannot be subtracted from each other."))))


PAGE = Page(
    name="window", step="demand", notebook="03b_window", title=N_("Customer window"),
    question=N_("What do customers want and not receive?"),
    ends_in=N_("Step 3 c–e · customer window · ends in: which characteristics step 4 must move"),
    read=lambda result, tables, view, words: read_window(result, words, view.get("segment"), tables),
    topics=("window",), controls=controls, adapt=adapt, fields=fields, check=check,
    pictures=(Picture("window", N_("Customer window: importance against satisfaction"), plot_window, describe_window,
                      ("window", "window_dust", "window_cuts"), ("window", "window_cuts")),
              Picture("priority", N_("What must improve first"), plot_priority, describe_priority, ("window",))),
    tables=(TableView("attention", N_("What must improve first"), ("name", "priority", "share", "cumulative", "certain")),
            TableView("window", N_("All characteristics"), ("name", "importance", "satisfaction", "n_importance",
                                                            "n_satisfaction", "quadrant", "certain")),
            TableView("window_cuts", N_("Cut lines and answers"), ("segment_id", "importance_cut", "satisfaction_cut", "n", "n_rescaled", "n_rejected"))),
    card=MethodCard(
        title=N_("Customer window"),
        quotation="lo que los clientes desean y no obtienen", source=N_("Gómez, Acevedo, González 2004, S2:L169 and L175"),
        formula=N_("importance ≥ 100 ÷ k and satisfaction below the mean is Attention; priority = importance × (target − satisfaction)"),
        assumes=N_("answers of customers that stand for their segment; importance by 100 points; one scale for all characteristics"),
        fails=N_("fewer than 30 answers, one scale for all items, importance asked after satisfaction"),
        badge=N_("reconstructed"),
        **examples.WINDOW))
