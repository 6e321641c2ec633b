"""Page 02: ABC with its cuts, laboriousness of each group, the groups."""

from __future__ import annotations

from svcnb.figures import characterisation as figures
from svcnb.i18n import N_
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.characterisation import read_characterisation
from svcnb.sentences.codes import read_code
from svcnb.steps.characterisation import VALUES


def fields(result, words):
    decision = result.decision
    groups = decision.get("groups", {})
    return (Field("abc_by", words("ABC goes by"), "choice", decision.get("abc_by"), tuple((v, read_code(v, words)) for v in VALUES)),
            Field("cuts", words("Cuts of A and B"), "shares", decision.get("cuts"),
                  (words("Class A up to"), words("Class B up to"))),
            Field("groups", words("Groups"), "rows", groups, (Field("name", words("Name"), "text"),),
                  names=words.names.get("group", {})))


def check(result, tables, words):
    drivers = tables.get("drivers")
    if drivers is None or not len(drivers):
        return None
    group = drivers["group_id"].iloc[0]
    rows = drivers[(drivers["group_id"] == group)].dropna(subset=["rating", "weight"]).head(3)
    weights, ratings = [round(float(w), 3) for w in rows["weight"]], [round(float(r), 2) for r in rows["rating"]]
    answer = sum(w * r for w, r in zip(weights, ratings, strict=True))
    working = " + ".join(f"{words.number(w, 3)} × {words.number(r)}" for w, r in zip(weights, ratings, strict=True))
    return Check(words("Group {group}, first {n} drivers: {working}. What do they add to its laboriousness?", group=group,
                       n=len(rows), working=working), answer, 0.006, working=working,
                 mistakes=((sum(ratings) / max(1, len(ratings)), words("That is the plain mean: drivers weigh by their influence.")),
                           (sum(ratings), words("That is the sum without weights."))))


BROUGHT = {"revenue": "revenue", "margin": "margin_amount", "volume": "volume"}  # the column of what ABC went by


def adapt(result, view, words):
    """Beside the stored tables the classes with their value under the name of what it is, for readers."""
    abc = result.table("abc")
    return {**result.tables, "abc_shown": abc.rename(columns={"value": BROUGHT.get(result.value("abc_by"), "value")})} \
        if len(abc) else result.tables


PAGE = Page(
    name="characterisation", step="characterisation", notebook="02_characterisation", title=N_("Characterisation"),
    question=N_("Who brings the money, and who makes the work?"),
    ends_in=N_("Step 2 · ABC and laboriousness · ends in: the customer groups"),
    read=lambda result, tables, view, words: read_characterisation(result, words), fields=fields, check=check,
    adapt=adapt,
    pictures=(Picture("abc", N_("ABC: how few customers bring how much"), figures.plot_abc, figures.describe_abc,
                      ("customers_abc", "abc"), ("abc",)),
              Picture("laboriousness", N_("Laboriousness of each group, 1 to 5"), figures.plot_laboriousness,
                      figures.describe_laboriousness, ("laboriousness",))),
    tables=(TableView("groups", N_("Groups"), ("name", "n", "revenue", "share_revenue", "abc", "laboriousness",
                                               "laboriousness_class")),
            TableView("abc_shown", N_("ABC classes"), ("class", "customers", "share_customers", *BROUGHT.values(), "share_value")),
            TableView("abc_by_segment", N_("ABC by segment"), ("segment_id", "class", "customers", "share_customers",
                                                               "share_value")),
            TableView("drivers", N_("Drivers of laboriousness"), ("name", "group_id", "rating", "weight", "contribution", "source")),
            TableView("laboriousness", N_("Laboriousness of the groups"), ("name", "laboriousness", "class", "n", "n_rated", "cost_to_serve")),
            TableView("customers_abc", N_("Customers from the largest on"), ("rank_share", "cumulative", "class"))),
    card=MethodCard(
        title=N_("Laboriousness of the service"),
        quotation="parámetros de laboriosidad del servicio que se identifican con los inductores de costo por cada actividad",
        source=N_("Gómez, Acevedo, González 2004, S2:L211 to L213"),
        formula=N_("laboriousness = Σ weight × rating; weight of a driver = its mean influence on cost, cycle and level ÷ the sum"),
        assumes=N_("ratings 1 to 5; classes are thirds of the scale"),
        fails=N_("ABC on revenue only, correlated drivers counted twice, groups that do not differ"), badge=N_("house rule")))
