"""Page 00, the home: what the study holds and where each step stands."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.panels.page import MethodCard, Page, TableView

COUNTED = {"n_customers": N_("{n} customers"), "n_orders": N_("{n} orders"), "n_order_lines": N_("{n} order lines"),
           "n_survey_respondents": N_("{n} survey respondents")}


def read(result, tables, view, words) -> str:
    data = tables["data"]
    if not len(data):
        return words("There are no tables yet. Every step can be walked with what experts say; each number is marked as such.")
    known = ", ".join(words(text, n=result.value(name)) for name, text in COUNTED.items() if result.value(name) is not None)
    return words("{n} of {total} tables are there: {known}. What is missing is replaced by expert entries, and marked.",
                 n=len(data), total=len(data) + len(result.missing), known=known or words("no customers and no orders"))


PAGE = Page(
    name="study", step="study", notebook="00_study", title=N_("Study"),
    question=N_("What do we know, and what is still missing?"),
    ends_in=N_("Before any method: which tables came in, how many rows, what is not there."),
    read=read, tables=(TableView("data", N_("Tables of the study"), ("table", "n", "meaning")),),
    card=MethodCard(
        title=N_("Seven steps"),
        quotation="El diseño del servicio al cliente constituye el punto de partida del diseño de los sistemas logísticos",
        source=N_("Gómez, Acevedo, González 2004, S2:L181"),
        formula=N_("segmentation → characterisation → demand → goals → organisation → critical parameters → offer → plan"),
        assumes=N_("each step reads the decisions of the earlier ones; a changed decision is followed by every later number")))
