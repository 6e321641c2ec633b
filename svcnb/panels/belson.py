"""Page 01b: Belson's ranking: which single characteristic divides customers best."""

from __future__ import annotations

from svcnb.figures.comparison import describe_powers, plot_powers
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, MethodCard, Page, Picture, TableView
from svcnb.sentences.comparison import read_belson
from svcnb.steps.candidates import variable_name


def adapt(result, view, words):
    """Beside the stored tables the ranking with names for ids, for readers."""
    belson = result.table("belson")
    return {**result.tables, "belson_shown": belson.assign(name=[variable_name(p) for p in belson["predictor"]])} \
        if len(belson) else result.tables


def check(result, tables, words):
    belson = tables.get("belson")
    if belson is None or not len(belson) or not belson["power"].iloc[0] > 0:
        return None
    first = belson.iloc[0]
    n, value, overall = int(first["n_above"]), float(first["value_above"]), float(result.value("overall"))
    yes, share = round(n * value), round(overall, 4)
    working = words("{yes:0} − {share:4} × {n:0}", yes=yes, share=share, n=n)
    return Check(
        words("{variable:word}, upper half ({categories}): {n:0} customers, of whom {yes:0} have the criterion; of all customers "
              "the share {share:4} has it. What is Belson's D?", variable=variable_name(first["predictor"]),
              categories=first["categories_above"], n=n, yes=yes, share=share),
        yes - share * n, max(0.06, 0.002 * abs(yes - share * n)), working=working,
        mistakes=((float(yes), words("That is what was counted; D takes away what the overall share would give.")),
                  (share * n, words("That is the theoretical number; D is how far the count goes beyond it.")),
                  (value - share, words("That is the difference of the shares; D counts customers.")))) \
        if first["is_share"] else None


PAGE = Page(
    name="belson", step="comparison", notebook="01b_belson", title=N_("Belson's ranking"),
    question=N_("Which single characteristic divides the customers best?"),
    ends_in=N_("Step 1 · Belson's method · ends in: the characteristic that splits first"),
    read=lambda result, tables, view, words: read_belson(result, tables, words), adapt=adapt, check=check, beside="segmentation",
    pictures=(Picture("powers", N_("Discriminating power of each characteristic"), plot_powers, describe_powers, ("belson",)),),
    tables=(TableView("belson_shown", N_("The best division of each characteristic"),
                      ("name", "power", "power_share", "categories_above", "n_above", "value_above")),
            TableView("belson", N_("Both halves of each characteristic"),
                      ("predictor", "categories_above", "n_above", "value_above", "categories_below", "n_below", "value_below", "n",
                       "n_missing"))),
    card=MethodCard(
        title=N_("Belson's method"),
        quotation="agrupar a los consumidores por su similitud respecto a la variable a explicar, por ejemplo en el uso de un determinado producto",
        source=N_("Gómez, Acevedo, González 2004, S2:L205; Belson 1959, Applied Statistics 8"),
        formula=N_("D = | observed in the upper half − share of all × n of the upper half |; upper half: categories above the share of all"),
        assumes=N_("a criterion with two classes or a number; categories that a new customer has too"),
        fails=N_("small categories: D knows no chance; characteristics that work only together are not seen"),
        **examples.BELSON))
