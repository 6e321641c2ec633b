"""Page 01c: one segmentation tree at a time, its segments with their rules, the customers of a node."""

from __future__ import annotations

import json

from svcnb.figures.trees import describe_tree, plot_tree
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.causes import METHODS
from svcnb.sentences.comparison import read_tree
from svcnb.sentences.rules import read_rule
from svcnb.steps.candidates import variable_name

BEST_FIRST = ("chaid", "aid", "belson")  # the method shown first, where it divides anything


def controls(result, words):
    nodes = result.table("nodes")
    methods = tuple((m, words(METHODS[m])) for m in BEST_FIRST if m in set(nodes.get("method", ())))
    if not methods:
        return ()
    return (Field("method", words("Method"), "choice", shown_first(nodes), methods),
            Field("node", words("Customers of"), "choice", "", (("", words("(choose a segment)")), *_segments(result, words))))


def _segments(result, words) -> tuple:
    rows = result.table("tree_segments")
    ids = sorted(rows["segment_id"].unique(), key=lambda s: int(s[1:])) if len(rows) else []
    return tuple((s, s) for s in ids)


def shown_first(nodes) -> str | None:
    """The first method in order of preference whose tree divides, else the first there is."""
    there = [m for m in BEST_FIRST if m in set(nodes.get("method", ()))]
    return next((m for m in there if (nodes["method"] == m).sum() > 1), there[0] if there else None)


def adapt(result, view, words):
    """The chosen method's nodes, segments with their rules as sentences and programs, and the chosen segment's customers."""
    nodes = result.table("nodes")
    method = view.get("method") or shown_first(nodes)
    if method is None:
        return dict(result.tables)
    of = lambda name: result.table(name)[result.table(name)["method"] == method].reset_index(drop=True)
    tree, segments, wanted = of("nodes"), of("tree_segments"), view.get("node") or ""
    tree = tree.assign(selected=tree["segment_id"] == wanted)
    rules = segments.assign(who_belongs=[read_rule(json.loads(rule), words) for rule in segments["rule"]])
    if len(tree) and tree["is_share"].iloc[0]:
        rules = rules.rename(columns={"value": "target_share"})
    members = result.table("tree_members")
    customers = members[members[method] == wanted]
    return {**result.tables, "tree": tree, "tree_rules": rules, "tree_programs": of("programs"),
            "tree_customers": customers[["customer_id", "name", "value"]].reset_index(drop=True), "tree_trials": _named(of("trials"))}


def _named(trials):
    return trials.rename(columns={"gain": "gain_share"}).assign(name=[variable_name(one) for one in trials["predictor"]])


def check(result, tables, words):
    """How much of the differences the first split takes away, from the sizes and values of its branches."""
    nodes = tables.get("tree")
    if nodes is None or len(nodes) < 3:
        return None
    root = nodes.iloc[0]
    below = nodes[nodes["parent_id"] == root["node_id"]]
    digits = 3 if root["is_share"] else 1
    mean = round(float(root["value"]), digits)
    parts = [(int(row.n), round(float(row.value), digits)) for row in below.itertuples()]
    answer = sum(n * (value - mean) ** 2 for n, value in parts)
    shown = lambda n, value: f"{words.number(n)} × ({words.number(value, digits)} − {words.number(mean, digits)})²"
    working = " + ".join(shown(*part) for part in parts)
    listed = "; ".join(words("{n:0} customers with {value}", n=n, value=words.number(value, digits)) for n, value in parts)
    return Check(
        words("All {n:0} customers have {mean} on average. The first split makes {parts}. What sum of squares does it explain?",
              n=int(root["n"]), mean=words.number(mean, digits), parts=listed),
        answer, max(0.006, 0.005 * answer), working=working,
        mistakes=((sum((value - mean) ** 2 for _, value in parts), words("Each branch counts as often as it has customers.")),
                  (sum(n * abs(value - mean) for n, value in parts), words("The differences are squared."))))


PAGE = Page(
    name="tree", step="comparison", notebook="01c_tree", title=N_("Segmentation tree"),
    question=N_("Which characteristics together make the segments?"),
    ends_in=N_("Step 1 · AID and CHAID · ends in: segments with rules that score new customers"),
    read=lambda result, tables, view, words: read_tree(result, tables, words), controls=controls, adapt=adapt, check=check,
    beside="segmentation",
    pictures=(Picture("tree", N_("The tree"), plot_tree, describe_tree, ("tree",)),),
    tables=(TableView("tree_rules", N_("Segments of the tree"), ("segment_id", "who_belongs", "n", "share", "target_share", "value")),
            TableView("tree_customers", N_("Customers of the chosen segment"), ("customer_id", "name", "value")),
            TableView("tree_programs", N_("The rules as SQL, Python and Excel"), ("language", "program")),
            TableView("tree", N_("Nodes of the tree"), ("node_id", "branch", "n", "share", "value", "split_on", "segment_id")),
            TableView("tree_trials", N_("What each characteristic offered at each node"),
                      ("node_id", "name", "n_groups", "statistic", "p_value", "p_adjusted", "gain_share"))),
    card=MethodCard(
        title=N_("AID and CHAID"),
        quotation="el método Automatic Interaction Detection (AID) y el análisis factorial",
        source=N_("Gómez, Acevedo, González 2004, S2:L205; Morgan and Sonquist 1963, JASA 58; Kass 1980, Applied Statistics 29"),
        formula=N_("AID: the cut with the largest n₁(ȳ₁ − ȳ)² + n₂(ȳ₂ − ȳ)². CHAID: categories that do not differ are joined, then the smallest p × number of ways to join them"),
        assumes=N_("many customers: a thousand is better than a hundred; characteristics that a new customer has too"),
        fails=N_("small groups, characteristics that come after the fact, trees that are believed without customers held back"),
        **examples.AID))
