"""Page 01c: one segmentation tree at a time, its segments with their rules; any node with its rule and its customers."""

from __future__ import annotations

import json

import pandas as pd

from svcnb.figures.trees import describe_tree, plot_tree
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.causes import METHODS
from svcnb.sentences.comparison import read_tree
from svcnb.sentences.rules import read_rule
from svcnb.sentences.tree import name_node, own_conditions, read_node
from svcnb.steps.candidates import variable_name

BEST_FIRST = ("chaid", "aid", "belson")  # the method shown first, where it divides anything
PARTS = {"chosen": N_("chosen node"), "below": N_("branch")}
CUSTOMERS_FIRST = 20  # of a node, before the others unfold


def controls(result, words):
    nodes = result.table("nodes")
    methods = tuple((m, words(METHODS[m])) for m in BEST_FIRST if m in set(nodes.get("method", ())))
    if not methods:
        return ()
    return (Field("method", words("Method"), "choice", shown_first(nodes), methods),
            Field("node", words("Node"), "choice", "", (("", words("(choose a node)")), *_nodes(nodes, words)), within="method"))


def _nodes(nodes, words) -> tuple:
    """Every node of every tree, a node before its branches, called by method and number: ``chaid:3``."""
    named = []
    for method, rows in nodes.groupby("method", sort=False):
        below = {parent: list(part.itertuples()) for parent, part in rows.groupby("parent_id")}
        waiting = below[-1][::-1]
        while waiting:
            row = waiting.pop()
            named.append((f"{method}:{row.node_id}", name_node(row, words)))
            waiting += below.get(row.node_id, [])[::-1]
    return tuple(named)


def shown_first(nodes) -> str | None:
    """The first method in order of preference whose tree divides, else the first there is."""
    there = [m for m in BEST_FIRST if m in set(nodes.get("method", ()))]
    return next((m for m in there if (nodes["method"] == m).sum() > 1), there[0] if there else None)


def adapt(result, view, words):
    """The chosen method's nodes, segments with their rules as sentences and programs; of the chosen node its rule as
    sentence and programs, its customers and the branches below it."""
    nodes = result.table("nodes")
    method = view.get("method") or shown_first(nodes)
    if method is None:
        return dict(result.tables)
    of = lambda name: result.table(name)[result.table(name)["method"] == method].reset_index(drop=True)
    tree, segments, of_method, number = of("nodes"), of("tree_segments"), *(view.get("node") or ":").split(":")
    wanted = int(number) if of_method == method else None
    path, inside = _path(tree, wanted), _leaves(tree, wanted)
    tree = tree.assign(selected=tree["node_id"] == wanted, on_path=tree["node_id"].isin(path))
    rules = segments.assign(who_belongs=[read_rule(json.loads(rule), words) for rule in segments["rule"]])
    if len(tree) and tree["is_share"].iloc[0]:
        rules = rules.rename(columns={"value": "target_share"})
    members, programs = result.table("tree_members"), of("node_programs")
    customers = members.loc[members[method].isin(inside), ["customer_id", "name", "value"]].reset_index(drop=True)
    return {**result.tables, "tree": tree, "tree_rules": rules, "tree_programs": of("programs"), "tree_trials": _named(of("trials")),
            "tree_node": _with_branches(tree, wanted, words), "tree_node_programs": programs[programs["node_id"] == wanted],
            "tree_customers": customers if customers["name"].notna().any() else customers.drop(columns="name")}


def _path(tree, node) -> list[int]:
    """The node and those above it."""
    above, path = dict(zip(tree["node_id"], tree["parent_id"], strict=True)), []
    while node in above:
        path.append(node)
        node = above[node]
    return path


def _leaves(tree, node) -> set[str]:
    """The segments that a node holds."""
    return {row.segment_id for row in tree.dropna(subset=["segment_id"]).itertuples() if node in _path(tree, row.node_id)}


def _with_branches(tree, node, words) -> pd.DataFrame:
    """The chosen node with the sentence of its rule, and the branches of its split with what each asks besides."""
    rows = tree[(tree["node_id"] == node) | (tree["parent_id"] == node)]
    rows = rows.assign(part=[PARTS["chosen" if n == node else "below"] for n in rows["node_id"]],
                       who_belongs=[read_rule(json.loads(r.rule) if r.selected else own_conditions(r), words)
                                    for r in rows.itertuples()])
    rows = rows.drop(columns=[name for name in ("split_on", "p_adjusted", "gain") if not rows[name].notna().any()])
    names = {"gain": "gain_share"} | ({"value": "target_share"} if len(rows) and rows["is_share"].iloc[0] else {})
    return rows.rename(columns=names).reset_index(drop=True)


def _named(trials):
    return trials.rename(columns={"gain": "gain_share"}).assign(name=[variable_name(one) for one in trials["predictor"]])


def _read(result, tables, words) -> str:
    tree = tables.get("tree")
    return read_tree(result, tables, words) if tree is None or not tree["selected"].any() else read_node(tables, words)


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
    read=lambda result, tables, view, words: _read(result, tables, words), controls=controls, adapt=adapt, check=check,
    beside="segmentation",
    pictures=(Picture("tree", N_("The tree"), plot_tree, describe_tree, ("tree",)),),
    tables=(TableView("tree_node", N_("The chosen node and the split below it"),
                      ("part", "who_belongs", "n", "share", "target_share", "value", "squares", "split_on", "p_adjusted",
                       "gain_share")),
            TableView("tree_node_programs", N_("The rule of the chosen node as SQL, Python and Excel"), ("language", "program")),
            TableView("tree_customers", N_("Customers of the chosen node"), ("customer_id", "name", "value"), CUSTOMERS_FIRST),
            TableView("tree_rules", N_("Segments of the tree"), ("segment_id", "who_belongs", "n", "share", "target_share", "value")),
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
