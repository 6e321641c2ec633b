"""Page 01d: the methods of segmentation on the same customers, side by side, and why they differ."""

from __future__ import annotations

from svcnb.figures import comparison as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, MethodCard, Page, Picture, TableView
from svcnb.sentences.causes import METHODS, read_cause
from svcnb.sentences.comparison import read_methods
from svcnb.steps.candidates import variable_name


def adapt(result, view, words):
    """Beside the stored tables the methods and the causes of their differences in words."""
    methods, causes = result.table("methods"), result.table("causes")
    shown = dict(result.tables)
    if len(methods):
        shown["methods_shown"] = methods.assign(
            method=[words(METHODS.get(m, m)) for m in methods["method"]],
            variable=[words(variable_name(v)) if isinstance(v, str) else None for v in methods["variable"]])
        if methods["why_not"].isna().all():
            shown["methods_shown"] = shown["methods_shown"].drop(columns="why_not")
    agreement = result.table("agreement")
    if len(agreement):
        shown["agreement_shown"] = agreement.assign(**{side: [words(METHODS.get(m, m)) for m in agreement[side]]
                                                       for side in ("first", "second")})
    if len(causes):
        shown["causes_shown"] = causes.assign(cause=[read_cause(row, words) for row in causes.to_dict("records")])
    return shown


def check(result, tables, words):
    """CHAID's correction: p times the number of ways to join the categories of its first variable."""
    trials = result.table("trials")
    rows = trials[(trials["method"] == "chaid") & trials["p_value"].notna() & (trials["p_value"] > 1e-6)
                  & (trials["multiplier"] > 1)] if len(trials) else trials
    if not len(rows):
        return None
    row = rows.iloc[0]
    p, ways = float(f"{row['p_value']:.3g}"), int(row["multiplier"])
    answer = min(1.0, p * ways)
    return Check(
        words("CHAID joined the categories of {variable:word} into {groups:0} groups, which can be done in {ways:0} ways; p of the "
              "joined table is {p}. What is the adjusted p?", variable=variable_name(row["predictor"]), groups=int(row["n_groups"]),
              ways=ways, p=p),
        answer, max(1e-6, 0.01 * answer), working=words("min(1; {ways:0} × {p})", ways=ways, p=p),
        mistakes=((p, words("That is p without correction: joining picks the best of many tables.")),
                  (p / ways, words("The correction makes p larger, not smaller."))))


PAGE = Page(
    name="methods", step="comparison", notebook="01d_methods", title=N_("Methods side by side"),
    question=N_("Which method should draw the segments, and why do they differ?"),
    ends_in=N_("Step 1 · χ², Belson, AID, CHAID, clusters · ends in: the method that step 1 takes"),
    read=lambda result, tables, view, words: read_methods(result, tables, words), adapt=adapt, check=check, beside="segmentation",
    pictures=(Picture("agreement", N_("How far the segments agree"), figures.plot_agreement, figures.describe_agreement,
                      ("agreement",)),
              Picture("explained", N_("What the segments explain"), figures.plot_explained, figures.describe_explained, ("methods",))),
    tables=(TableView("methods_shown", N_("Methods side by side"),
                      ("method", "variable", "n_segments", "smallest", "largest", "explained_share", "explained_held_back", "why_not")),
            TableView("causes_shown", N_("Why they differ"), ("cause",)),
            TableView("agreement_shown", N_("Agreement of two methods"), ("first", "second", "value", "n"))),
    card=MethodCard(
        title=N_("Agreement of segmentations"),
        quotation="los grupos que se formen deben ser lo más diferente posible",
        source=N_("Gómez, Acevedo, González 2004, S2:L205; Hubert and Arabie 1985, Journal of Classification 2"),
        formula=N_("adjusted Rand = (pairs together in both − expected) ÷ (largest possible − expected)"),
        assumes=N_("the same customers in every method; one criterion for all but the clusters, which know none"),
        fails=N_("a method is chosen because it explains most on the customers it was grown on"),
        **examples.AGREEMENT))
