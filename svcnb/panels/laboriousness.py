"""Page 02d: drivers by group, whether the groups differ, which cells to redesign, which groups are one."""

from __future__ import annotations

from svcnb.figures import laboriousness as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.laboriousness import read_laboriousness
from svcnb.steps.parts import whole
from svcnb.steps.work import TOPIC

SHOWN = 3  # drivers of the check by hand


def fields(result, words):
    joins = result.decision.get("joins") or {}
    if len(joins) < 2:
        return ()
    names = group_names(result, words)
    options = (("", words("stands alone")),
               *((group, words("joins {name}", name=names.get(group, group))) for group in joins))
    return (Field("joins", words("Groups that are one"), "rows", joins,
                  (Field("joins", words("Serve it"), "choice", "", options),), names=_remarked(result, words, names)),)


def _remarked(result, words, names) -> dict[str, str]:
    """The names, with a remark at the pair that the test would merge; it is not applied by itself."""
    if result.value("merge_verdict") not in ("not_confirmed", "pair_alike"):
        return names
    pair = result.table("pairs").iloc[0]
    one, other = pair["group_id"], pair["other_group"]
    return {**names, **{a: words("{name} · the test proposes one group with {other}", name=names[a], other=names[b])
                        for a, b in ((one, other), (other, one)) if {a, b} <= set(names)}}


def group_names(result, words) -> dict[str, str]:
    """Group id -> name, those that joined another or are split included."""
    found, groups = {}, result.decision.get("groups") or {}
    for group, row in {**whole(groups), **groups}.items():
        found |= {g: words(str(one.get("name") or g)) for g, one in {group: row, **(row.get("joined") or {})}.items()}
    return found


def check(result, tables, words):
    drivers = tables.get("drivers")
    if drivers is None or not len(drivers):
        return None
    group = drivers["group_id"].iloc[0]
    rows = drivers[drivers["group_id"] == group].dropna(subset=["rating", "weight"])
    rows = rows.sort_values("weight", ascending=False, kind="stable").head(SHOWN)
    if not len(rows):
        return None
    weights, ratings = [round(float(w), 3) for w in rows["weight"]], [round(float(r), 2) for r in rows["rating"]]
    total = sum(weights)
    added = sum(w * r for w, r in zip(weights, ratings, strict=True))
    listed = "; ".join(words("{driver:word}: weight {weight:3}, rating {rating}", driver=str(d), weight=w, rating=r)
                       for d, w, r in zip(rows["name"], weights, ratings, strict=True))
    working = "(" + " + ".join(f"{words.number(w, 3)} × {words.number(r)}" for w, r in zip(weights, ratings, strict=True)) + \
        f") ÷ {words.number(total, 3)}"
    return Check(words("{group:word}, as if only its {n} heaviest drivers counted: {drivers}. What is its laboriousness?",
                       group=group_names(result, words).get(group, group), n=len(rows), drivers=listed),
                 added / total, 0.012, working=working,
                 mistakes=((sum(ratings) / len(ratings), words("That is the plain mean: drivers weigh by their influence.")),
                           (added, words("The weights of these drivers do not add up to 1: divide by their sum.")),
                           (sum(ratings), words("That is the sum without weights."))))


PAGE = Page(
    name="laboriousness", step="characterisation", notebook="02d_laboriousness", title=N_("Laboriousness"),
    question=N_("Which customers make the work, and do the groups really differ?"),
    ends_in=N_("Step 2 · laboriousness by driver, activity and customer · ends in: which groups are served as one"),
    read=lambda result, tables, view, words: read_laboriousness(result, words), fields=fields, check=check,
    topics=(TOPIC,), beside="characterisation",
    pictures=(Picture("drivers", N_("What makes the work: each driver, each group"), figures.plot_drivers,
                      figures.describe_drivers, ("drivers", "laboriousness")),
              Picture("spread", N_("Do the groups differ? Each group and its customers"), figures.plot_spread,
                      figures.describe_spread, ("laboriousness", "spread")),
              Picture("value", N_("Work against revenue"), figures.plot_value, figures.describe_value, ("laboriousness",)),
              Picture("cells", N_("ABC against laboriousness, customer by customer"), figures.plot_cells,
                      figures.describe_cells, ("cells",))),
    tables=(TableView("pairs", N_("Pairs of groups, the closest first"), ("group_id", "other_group", "n", "z", "p_value",
                                                                          "p_adjusted", "differ")),
            TableView("laboriousness", N_("Work and cost of each group"),
                      ("name", "laboriousness", "class", "n", "n_rated", "share_revenue", "cost_to_serve", "cost_each", "advice")),
            TableView("splits", N_("Do the clusters inside a group make different work?"),
                      ("group_id", "n", "n_clusters", "smallest", "h", "p_adjusted", "verdict")),
            TableView("activities", N_("Laboriousness by activity"), ("activity", "group_id", "laboriousness", "class", "weight",
                                                                      "n_drivers")),
            TableView("cells", N_("ABC against laboriousness"), ("abc", "laboriousness_class", "n", "share", "share_value", "advice")),
            TableView("spread", N_("Spread of the rated customers"), ("name", "n", "p10", "lower_quartile", "median",
                                                                      "upper_quartile", "p90")),
            TableView("drivers", N_("Drivers of laboriousness"), ("name", "activity", "group_id", "rating", "weight", "contribution",
                                                                  "source"))),
    card=MethodCard(
        title=N_("Laboriousness of the service"),
        quotation="La caracterización de los segmentos del mercado permite, por una parte, confirmar las diferencias "
                  "existentes entre los segmentos del mercado",
        source=N_("Gómez, Acevedo, González 2004, S2:L213; Kruskal and Wallis 1952; Dunn 1964; Holm 1979"),
        formula=N_("laboriousness = Σ weight × rating ÷ Σ weight; weight of a driver = its mean influence on cost, cycle and level ÷ the sum"),
        assumes=N_("ratings 1 to 5; classes are thirds of the scale; the rated customers stand for their group"),
        fails=N_("correlated drivers counted twice, few rated customers, groups merged because too few were asked"),
        badge=N_("house rule"),
        **examples.LABORIOUSNESS))
