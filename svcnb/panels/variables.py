"""Page 01a: the characteristics of the customers: what they are, how well known, how they stand the nine criteria."""

from __future__ import annotations

from svcnb.figures import segmentation as figures
from svcnb.i18n import N_
from svcnb.methods.criteria import POINTS
from svcnb.panels import examples
from svcnb.panels.page import Check, MethodCard, Page, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.variables import read_variables

RATED, TOLERANCE = "expert", 0.006


def check(result, tables, words):
    """The score of the first variable from its states; an expert's mean rating counts (r - 1) / 4."""
    criteria = result.table("criteria")
    if not len(criteria):
        return None
    rows = criteria[criteria["variable"] == criteria["variable"].iloc[0]]
    rows = rows[rows["state"] != "not testable"]
    points = [(float(row.value) - 1) / 4 if row.source == RATED else POINTS[row.state] for row in rows.itertuples()]
    if len(points) < 2:
        return None
    shown = [words("rated {value}", value=round(float(row.value), 2)) if row.source == RATED else read_code(row.state, words)
             for row in rows.itertuples()]
    answer, passes = sum(points) / len(points), int((rows["state"] == "pass").sum())
    working = "(" + " + ".join(words.number(round(p, 3)) for p in points) + f") ÷ {len(points)}"
    mistakes = ((sum(points) / 9, words("Divide by the criteria that could be judged, not by nine.")),
                (float(passes), words("That counts the passes; the score is a mean.")),
                (passes / len(points), words("A watch counts one half, and a rating (r − 1) ÷ 4.")))
    return Check(
        words("{name:word}: {states}. Pass counts 1, watch 0.5, fail 0, a rating r of the experts (r − 1) ÷ 4. What is its score?",
              name=rows["name"].iloc[0], states="; ".join(shown)),
        answer, TOLERANCE, working=working,
        mistakes=tuple(one for one in mistakes if abs(one[0] - answer) > TOLERANCE))


PAGE = Page(
    name="variables", step="segmentation", notebook="01a_variables", title=N_("Variables"),
    question=N_("Which characteristics could tell the customers apart?"),
    ends_in=N_("Step 1 · nine criteria · ends in: the variables worth testing"),
    read=lambda result, tables, view, words: read_variables(result, words), check=check, beside="segmentation",
    pictures=(Picture("criteria", N_("Nine criteria for each variable"), figures.plot_criteria, figures.describe_criteria,
                      ("criteria",)),
              Picture("missing", N_("What is not known of the customers"), figures.plot_missing, figures.describe_missing,
                      ("variables",))),
    tables=(TableView("variables", N_("Variables judged by nine criteria"), ("name", "score", "n_judged", "veto", "recommended")),
            TableView("variables", N_("The characteristics and their categories"), ("name", "type", "categories", "missing_share")),
            TableView("criteria", N_("Each criterion of each variable"), ("name", "criterion", "state", "value", "source"))),
    card=MethodCard(
        title=N_("Nine criteria for a variable"),
        quotation="mensurable, accesible, sustancial, maniobrable, confiable, válida, estable, homogénea y generalizadora",
        source=N_("Gómez, Acevedo, González 2004, S2:L192; the tests and limits are ours"),
        formula=N_("score = mean of the criteria judged; measurable, accessible and substantial can veto; PSI = Σ (a − e) · ln(a ÷ e)"),
        assumes=N_("numbers are cut into bands at their quantiles before any test"),
        fails=N_("a variable that cannot be seen of a new customer, or that is a result of today's service"),
        badge=N_("house rule"),
        **examples.STABILITY))
