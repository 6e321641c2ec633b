"""The readings of pages 01b to 01d: Belson's first variable, the tree, and why the methods differ."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.sentences.causes import METHODS, read_cause
from svcnb.sentences.naming import capital
from svcnb.sentences.rules import read_rule
from svcnb.steps.candidates import variable_name

TELLING = ("one", "correction", "joined", "halves", "power", "squares", "adjusted_p", "table_p", "tie", "blanks", "blind", "branches")
FEW = 30  # customers, as in method.md 3.2
WEAK = 0.02  # a smaller explained share helps nobody (house label)


def read_belson(result, tables, words) -> str:
    """The first variable with its power, the second beside it, and a caution."""
    belson = tables.get("belson")
    if belson is None or not len(belson):
        return _nothing(words)
    first, criterion = belson.iloc[0], words(variable_name(result.value("criterion")))
    if not first["power"] > 0:
        return words(N_("No characteristic divides the customers by {criterion}: each of their categories has the share of the "
                        "whole."), criterion=criterion)
    text = words(N_("{variable} divides the customers first: Belson's D is {power:1}, {share:%} of what a perfect division by "
                    "{criterion} would reach (n = {n})."), variable=capital(words(variable_name(first["predictor"]))),
                 power=first["power"], share=first["power_share"], criterion=criterion, n=int(first["n"]))
    if len(belson) > 1:
        second = belson.iloc[1]
        text += " " + words(N_("Next comes {variable:word} with {power:1}."), variable=variable_name(second["predictor"]),
                            power=second["power"])
    return text + " " + words(N_("D counts customers and knows no chance: look at the test of χ² before you trust a small one."))


def read_tree(result, tables, words) -> str:
    """How many segments the shown tree makes, the best and the worst, what it explains here and on customers held back."""
    nodes = tables.get("tree")
    if nodes is None or not len(nodes):
        return _nothing(words)
    root, leaves = nodes.iloc[0], nodes[nodes["segment_id"].notna()].sort_values("value", ascending=False)
    method = words(METHODS.get(root["method"], root["method"]))
    if len(leaves) < 2:
        return words(N_("{method} finds no division that its rules allow among {n} customers: they are one segment."),
                     method=method, n=int(root["n"]))
    amount = (lambda v: words.percent(v, 0)) if root["is_share"] else (lambda v: words.number(v, 1))
    rules = {row.segment_id: row.who_belongs for row in tables["tree_rules"].itertuples()}
    best, worst = leaves.iloc[0], leaves.iloc[-1]
    text = words(N_("{method} makes {n_segments} segments of {n} customers by {criterion}: {best} has {high}, {worst} has {low}, all together "
                    "{mean}."), method=method, criterion=words(variable_name(root["criterion"])), n_segments=len(leaves), n=int(root["n"]), high=amount(best["value"]),
                 low=amount(worst["value"]), best=best["segment_id"], worst=worst["segment_id"], mean=amount(root["value"]))
    text += f" {best['segment_id']}: {rules.get(best['segment_id'], '–')}."
    row = tables["methods"].set_index("method").loc[root["method"]]
    text += " " + words(N_("The segments explain {share:%} of the differences, {held_back:%} on customers that were held "
                           "back."), share=row["explained_share"], held_back=row["explained_held_back"])
    small = leaves[leaves["n"] < FEW]
    return text + (" " + words(N_("Fewer than {least} customers in {segments}: decide nothing of their own by data."), least=FEW,
                               segments=", ".join(small["segment_id"])) if len(small) else "")


def read_methods(result, tables, words) -> str:
    """Which variable each method puts first, how far they agree, and why they differ."""
    methods = tables.get("methods")
    if methods is None or not len(methods):
        return _nothing(words)
    known = methods.dropna(subset=["variable"])
    firsts = known["variable"].unique()
    if len(firsts) == 1:
        text = words(N_("{methods}: {variable:word} comes first."), variable=variable_name(firsts[0]),
                     methods=", ".join(words(METHODS.get(m, m)) for m in known["method"]))
    else:
        text = words(N_("The methods begin differently: {list}."), list="; ".join(
            f"{words(METHODS.get(r.method, r.method))} – {words(variable_name(r.variable))}" for r in known.itertuples()))
    text += _why(tables.get("causes"), words)
    tried = methods.dropna(subset=["explained_held_back"])
    if len(tried):
        best = tried.loc[tried["explained_held_back"].idxmax()]
        text += " " + words(N_("On customers held back {method} explains most, {share:%}."),
                            method=words(METHODS.get(best["method"], best["method"])), share=best["explained_held_back"])
        if best["explained_held_back"] < WEAK:
            text += " " + words(N_("That is next to nothing: these characteristics hardly tell customers apart by this criterion."))
    return text


def _why(causes, words) -> str:
    """The cause that tells most, as one more sentence."""
    if causes is None or not len(causes):
        return ""
    order = {code: k for k, code in enumerate(TELLING)}
    best = min(causes.to_dict("records"), key=lambda cause: order.get(cause["code"], len(order)))
    return " " + read_cause(best, words)


def _nothing(words) -> str:
    return words(N_("No method can look for segments yet: a customers table with characteristics and a criterion is needed."))


__all__ = ["read_belson", "read_methods", "read_rule", "read_tree"]
