"""Page 08: the customer service plan: ten contents, blanks listed, who sees to what."""

from __future__ import annotations

from svcnb.figures import plan as figures
from svcnb.i18n import N_
from svcnb.panels.page import Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.plan import read_plan


def fields(result, words):
    guarantees = result.decision.get("guarantees", {})
    columns = (Field("owner", words("Owner"), "text", ""), Field("date", words("Date, YYYY-MM-DD"), "text", ""))
    names = {key: read_code(key, words) for key in guarantees}
    return (Field("guarantees", words("Four things to assure"), "rows", guarantees, columns, names=names),) if guarantees else ()


PAGE = Page(
    name="plan", step="plan", notebook="08_plan", title=N_("Service plan"),
    question=N_("What must be in place, when, and who sees to it?"),
    ends_in=N_("Customer service plan · ends in: the ten contents for the period"),
    read=lambda result, tables, view, words: read_plan(result, words), fields=fields,
    pictures=(Picture("plan", N_("Ten contents of the plan"), figures.plot_plan, figures.describe_plan, ("contents",)),
              Picture("load", N_("Load against capacity"), figures.plot_load, figures.describe_load, ("load",))),
    tables=(TableView("contents", N_("Ten contents"), ("content_no", "name", "status", "n_items", "n_missing", "source")),
            TableView("blanks", N_("What is still blank"), ("content_no", "missing", "detail")),
            TableView("items", N_("Items"), ("content_no", "item", "value", "unit", "group_id")),
            TableView("guarantees", N_("Four things to assure"), ("guarantee", "what", "owner", "date", "status")),
            TableView("phases", N_("Communication before, during and after"), ("group_id", "phase", "n"))),
    card=MethodCard(
        title=N_("Customer service plan"),
        quotation="se deben asegurar capacidades, recursos, entrenamiento del personal y campañas de promoción",
        source=N_("Gómez, Acevedo, González 2004, S2:L360 to L377"),
        formula=N_("ten contents; additive ones sum over periods, levels and indicators are computed anew"),
        assumes=N_("decisions of all seven steps"), fails=N_("blanks that nobody owns, a group without communication in a phase")))
