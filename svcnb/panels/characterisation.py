"""Page 02: ABC with its cuts, laboriousness of each group, the groups."""

from __future__ import annotations

from svcnb.figures import characterisation as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.characterisation import read_characterisation
from svcnb.sentences.codes import read_code
from svcnb.steps.characterisation import VALUES


def fields(result, words):
    decision = result.decision
    groups = {group: {**row, "name": words(str(row["name"]))} if row.get("part") else row  # a rule in the reader's language
              for group, row in decision.get("groups", {}).items()}
    return (Field("abc_by", words("ABC goes by"), "choice", decision.get("abc_by"), tuple((v, read_code(v, words)) for v in VALUES)),
            Field("cuts", words("Cuts of A and B"), "shares", decision.get("cuts"),
                  (words("Class A up to"), words("Class B up to"))),
            Field("groups", words("Groups"), "rows", groups, (Field("name", words("Name"), "text"),),
                  names=words.names.get("group", {})))


def check(result, tables, words):
    rows = result.table("largest").head(COUNTED)
    if len(rows) < COUNTED:
        return None
    values = [round(float(v)) for v in rows["value"]]
    total = round(float(rows["value"].iloc[0] / rows["share_value"].iloc[0]))
    n, per_cent = result.quantities["customers.A"].n, 100 / max(total, 1)
    listed = [words.number(v, 0) for v in values]
    working = "(" + " + ".join(listed) + f") ÷ {words.number(total, 0)}"
    return Check(words("The {k} largest customers bring {values} of {total:0} in all. How many per cent stand before the next "
                       "customer, and so decide its class?", k=COUNTED, values="; ".join(listed), total=total),
                 sum(values) * per_cent, 0.06, working=working,
                 mistakes=((values[0] * per_cent, words("That is the largest customer alone: the shares are added up.")),
                           (sum(values[:-1]) * per_cent, words("One is missing: all {k} stand before the next customer.", k=COUNTED)),
                           (100 * COUNTED / n, words("That is the share of the customers; ABC goes by the share of the value."))))


COUNTED = 3  # customers of the check by hand
BROUGHT = {"revenue": "revenue", "margin": "margin_amount", "volume": "volume"}  # the column of what ABC went by


def adapt(result, view, words):
    """Beside the stored tables the classes with their value under the name of what it is, for readers."""
    brought = {"value": BROUGHT.get(result.value("abc_by"), "value")}
    return {**result.tables, **{f"{name}_shown": result.table(name).rename(columns=brought) for name in ("abc", "largest")
                                if len(result.table(name))}}


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
            TableView("abc_by_segment", N_("ABC by segment"), ("group_id", "class", "customers", "share_customers",
                                                               "share_value")),
            TableView("largest_shown", N_("The largest customers"), ("place", "customer_id", *BROUGHT.values(), "share_value",
                                                                     "cumulative", "class")),
            TableView("laboriousness", N_("Laboriousness of the groups"), ("name", "laboriousness", "class", "n", "n_rated", "cost_to_serve")),
            TableView("customers_abc", N_("Customers from the largest on"), ("rank_share", "cumulative", "class"))),
    card=MethodCard(
        title=N_("ABC analysis"),
        quotation="algunos de estos métodos son: análisis ABC, análisis de cluster (o conglomerados), análisis de discriminación "
                  "y análisis factorial", source=N_("Gómez, Acevedo, González 2004, S2:L211"),
        formula=N_("largest customer first: A while the share before it is below the first cut, B below the second, C the rest"),
        assumes=N_("values of 0 or more of one period; the cuts 80 % and 95 % are usual, not laws"),
        fails=N_("ABC on revenue only, without margin and laboriousness; customers lost or won within the period"),
        **examples.ABC))
