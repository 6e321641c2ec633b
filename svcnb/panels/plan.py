"""Page 08: the customer service plan: ten contents, blanks listed, who sees to what."""

from __future__ import annotations

from svcnb.figures import plan as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.inputs import source_title
from svcnb.panels.page import Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.plan import detail_in, item_in, read_plan, what_in


def fields(result, words):
    guarantees = result.decision.get("guarantees", {})
    columns = (Field("owner", words("Owner"), "text", ""), Field("date", words("Date, YYYY-MM-DD"), "text", ""))
    names = {key: read_code(key, words) for key in guarantees}
    return (Field("guarantees", words("Four things to assure"), "rows", guarantees, columns, names=names),) if guarantees else ()


def adapt(result, view, words):
    """Beside the stored tables the same with names for ids, for readers."""
    contents, blanks, items, guarantees = (result.table(name) for name in ("contents", "blanks", "items", "guarantees"))
    shown = {}
    if len(contents):
        shown["contents_shown"] = contents.assign(source=[
            ", ".join(dict.fromkeys(source_title(one, words) for one in text.split(", "))) for text in contents["source"]])
    if len(blanks):
        shown["blanks_shown"] = blanks.assign(detail=[
            detail_in(text, detail, words) for text, detail in zip(blanks["missing"], blanks["detail"], strict=True)])
    if len(items):
        shown["items_shown"] = items.assign(item=[
            item_in(number, item, words) for number, item in zip(items["content_no"], items["item"], strict=True)])
    if len(guarantees):
        shown["guarantees_shown"] = guarantees.assign(what=[
            what_in(name, what, words) for name, what in zip(guarantees["guarantee"], guarantees["what"], strict=True)])
    return {**result.tables, **shown}


PAGE = Page(
    name="plan", step="plan", notebook="08_plan", title=N_("Service plan"),
    question=N_("What must be in place, when, and who sees to it?"),
    ends_in=N_("Customer service plan · ends in: the ten contents for the period"),
    read=lambda result, tables, view, words: read_plan(result, words), fields=fields, adapt=adapt,
    pictures=(Picture("plan", N_("Ten contents of the plan"), figures.plot_plan, figures.describe_plan, ("contents",)),
              Picture("load", N_("Load against capacity"), figures.plot_load, figures.describe_load, ("load",))),
    tables=(TableView("contents_shown", N_("Ten contents"), ("content_no", "name", "status", "n_items", "n_missing", "source")),
            TableView("blanks_shown", N_("What is still blank"), ("content_no", "missing", "detail")),
            TableView("items_shown", N_("Items"), ("content_no", "item", "value", "unit", "group_id")),
            TableView("guarantees_shown", N_("Four things to assure"), ("guarantee", "what", "owner", "date", "status")),
            TableView("phases", N_("Communication before, during and after"), ("group_id", "phase", "n")),
            TableView("load", N_("Load against capacity"), ("period", "activity_id", "load", "capacity", "utilisation", "state"))),
    card=MethodCard(
        title=N_("Customer service plan"),
        quotation="se deben asegurar capacidades, recursos, entrenamiento del personal y campañas de promoción",
        source=N_("Gómez, Acevedo, González 2004, S2:L360 to L377"),
        formula=N_("ten contents; additive ones sum over periods, levels and indicators are computed anew"),
        assumes=N_("decisions of all seven steps"), fails=N_("blanks that nobody owns, a group without communication in a phase"),
        **examples.PERIODS))
