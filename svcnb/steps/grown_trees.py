"""The three trees on one study's customers, as the flat tables that pages show (part of the step comparison)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, Reason
from svcnb.i18n import N_
from svcnb.methods import aid, belson, chaid, tree_rules
from svcnb.methods.comparison import compare_methods
from svcnb.methods.trees import SegmentTree
from svcnb.steps.rules import rule_name, to_rule

NODES = ["method", "node_id", "parent_id", "depth", "variable", "branch", "n", "share", "value", "squares", "is_share",
         "criterion", "target", "split_on", "statistic", "p_value", "p_adjusted", "gain", "stopped", "segment_id", "rule"]
PROGRAMS = ["method", "language", "program"]
NODE_PROGRAMS = ["method", "node_id", "language", "program"]
SEGMENTS = ["method", "segment_id", "node_id", "name", "n", "share", "value", "rule"]
BELSON = ["predictor", "is_share", "power", "power_share", "categories_above", "n_above", "value_above", "categories_below",
          "n_below", "value_below", "n", "n_missing"]
KNOWN = N_("known")  # the branch of all customers with a value, whatever it is
UNKNOWN = "?"  # stands for a blank in the label of a branch
FEWEST = 30  # customers held back, below which nothing is said of them
TRIALS = ["method", "node_id", "predictor", "n_groups", "statistic", "p_value", "p_adjusted", "gain", "multiplier"]


@dataclass(frozen=True, eq=False)
class Grown:
    """``trees`` by method; ``ranking`` Belson's; ``frame`` the customers with the ``criterion``, ``predictors`` its columns
    that may split; ``tried`` what each tree explains of customers held back; ``reasons`` for what could not be done."""

    trees: dict[str, SegmentTree]
    ranking: belson.Ranking
    frame: pd.DataFrame
    criterion: str
    predictors: list[str]
    tried: dict[str, float]
    compared: object
    reasons: tuple[Reason, ...]

    @property
    def n(self) -> int:
        return self.ranking.n

    @property
    def overall(self) -> float:
        """The share of the target class, or the mean, of all customers."""
        return float(self.ranking.value)

    def tables(self, most: int) -> dict[str, pd.DataFrame]:
        """Flat tables for the pages; the customers of the trees up to ``most``."""
        join = lambda make, columns: pd.concat([make(tree) for tree in self.trees.values()], ignore_index=True)[columns] \
            if self.trees else pd.DataFrame(columns=columns)
        return {"nodes": join(self._nodes, NODES), "tree_segments": join(_segments, SEGMENTS), "trials": join(_trials, TRIALS),
                "programs": join(_programs, PROGRAMS), "node_programs": join(_node_programs, NODE_PROGRAMS),
                "belson": self._belson(), "methods": self._methods(), "agreement": self.compared.agreement,
                "causes": self.compared.causes, "tree_members": self._members(most)}

    def _nodes(self, tree) -> pd.DataFrame:
        made = tree.table
        branches = [_branch(tree, node) for node in tree.nodes]
        return made.assign(
            method=tree.method, parent_id=made["parent_id"].fillna(-1).astype(int), branch=branches,
            variable=made["variable"].fillna(""),
            is_share=True, criterion=self.criterion, target=self.ranking.target,
            squares=made["n"] * made["value"] * (1 - made["value"]),  # around its share, 1 the target and 0 the others
            rule=[_rule_text(tree, node.node_id) for node in tree.nodes],
            **{name: pd.to_numeric(made[name], errors="coerce") for name in ("statistic", "p_value", "p_adjusted", "gain")})

    def _belson(self) -> pd.DataFrame:
        return self.ranking.table.assign(is_share=bool(self.ranking.target))[BELSON]

    def _methods(self) -> pd.DataFrame:
        return self.compared.methods.assign(
            explained_held_back=[self.tried.get(method, math.nan) for method in self.compared.methods["method"]])

    def _members(self, most) -> pd.DataFrame:
        """The segment of each customer in each tree: customer_id, name (where it is known), value of the criterion."""
        frame = self.frame.head(most)
        columns = {"customer_id": frame["customer_id"].astype(str),
                   "name": frame["name"].astype(object) if "name" in frame.columns else None,
                   "value": frame[self.criterion]}
        return pd.DataFrame(columns | {method: tree.assign(frame) for method, tree in self.trees.items()})


def grow_all(customers: pd.DataFrame, known, parameters, seed: int, clusters: pd.Series | None = None) -> Grown:
    """Grow Belson's, AID's and CHAID's tree on the same customers and compare them.

    Parameters
    ----------
    customers : the customers table
    known : svcnb.steps.candidates.Candidates: the criterion and the characteristics that may split
    parameters : svcnb.steps.comparison.Parameters
    seed : chooses the customers that are held back when the trees are tried
    clusters : cluster of each customer, index customer_id: set beside the trees where any customer has one
    """
    frame = customers.assign(**{known.criterion_name: known.criterion})
    frame = frame[known.criterion.notna().to_numpy()].reset_index(drop=True)
    predictors, reasons = list(known.categories), []
    ranking = belson.rank_predictors(frame, known.criterion_name, predictors, n_bands=parameters.n_bands,
                                     max_categories=parameters.max_categories)
    trees = _grow(frame, known.criterion_name, ranking.target, predictors, parameters, reasons)
    of = None if clusters is None or clusters.isna().all() else frame["customer_id"].map(clusters).astype(object)
    compared = compare_methods(frame, known.criterion_name, predictors, trees=trees, clusters=of, n_bands=parameters.n_bands,
                               max_categories=parameters.max_categories)
    return Grown(trees, ranking, frame, known.criterion_name, predictors,
                 _tried_on_others(frame, known, ranking.target, parameters, seed), compared, tuple(reasons))


def _grow(frame, criterion, target, predictors, parameters, reasons) -> dict[str, SegmentTree]:
    same = {"n_bands": parameters.n_bands, "max_categories": parameters.max_categories, "max_depth": parameters.max_depth}
    makers = {
        "belson": lambda: belson.grow_tree(frame, criterion, predictors, target=target, min_power=parameters.min_power, **same),
        "aid": lambda: aid.grow_tree(_as_numbers(frame, criterion, target), criterion, predictors,
                                     min_group=parameters.min_group or None, min_share=parameters.min_share,
                                     min_gain=parameters.min_gain, **same),
        "chaid": lambda: chaid.grow_tree(frame, criterion, predictors, target=target, alpha_merge=parameters.alpha_merge,
                                         alpha_split=parameters.alpha_split, min_parent=parameters.min_parent,
                                         min_child=parameters.min_child, **same)}
    trees = {}
    for method, make in makers.items():
        try:
            trees[method] = make()
        except NotComputable as error:
            reasons.append(error.reason)
            continue
        reasons += [warning for warning in trees[method].warnings if warning not in reasons and warning.level != "info"]
    return trees


def _as_numbers(frame, criterion, target) -> pd.DataFrame:
    """The customers with 1 for the target class and 0 for the others, as AID wants it."""
    return frame.assign(**{criterion: (frame[criterion] == target).astype(float)})


def _tried_on_others(frame, known, target, parameters, seed) -> dict[str, float]:
    """What each method explains of customers it has not seen: grown on some, tried on the ``held_back`` others.

    ``1 - Σ(y - ȳ of the segment, as grown)² / Σ(y - ȳ of all, as grown)²``; below 0 the segments are worse than none.
    """
    criterion = known.criterion_name
    back = frame.sample(frac=parameters.held_back, random_state=seed)
    grown_on = frame.drop(back.index)
    if len(back) < FEWEST or grown_on[criterion].nunique() < 2:
        return {}
    y, before = ((part[criterion] == target).astype(float) for part in (back, grown_on))
    whole = float(((y - before.mean()) ** 2).sum())
    segments = {method: (tree.assign(grown_on), tree.assign(back)) for method, tree in
                _grow(grown_on, criterion, target, list(known.categories), parameters, []).items()}
    segments["contingency"] = _of_one_variable(known, grown_on, back)
    out = {}
    for method, (of_grown, of_back) in segments.items():
        expected = of_back.map(before.groupby(of_grown).mean()).astype(float).fillna(before.mean())
        out[method] = 1 - float(((y - expected) ** 2).sum()) / whole if whole > 0 else math.nan
    return out


def _of_one_variable(known, grown_on, back) -> tuple[pd.Series, pd.Series]:
    """The categories of the variable with the smallest p among the customers grown on, of these and of those held back."""
    categories = pd.DataFrame(known.categories)[known.criterion.notna().to_numpy()].reset_index(drop=True)
    compared = compare_methods(categories.loc[grown_on.index].assign(criterion=grown_on[known.criterion_name]), "criterion",
                               list(categories), methods=("contingency",))
    best = compared.methods["variable"].iloc[0]
    if best is None:
        return pd.Series("", index=grown_on.index), pd.Series("", index=back.index)
    return categories.loc[grown_on.index, best], categories.loc[back.index, best]


def _branch(tree: SegmentTree, node) -> str:
    """What takes customers into a node, in the words of the data."""
    if node.parent_id is None:
        return ""
    condition = tree.branch(node.node_id)
    if condition.intervals is None:
        texts = list(node.categories)
    else:
        texts = [f"< {_plain(high)}" if low is None else f"≥ {_plain(low)}" if high is None else f"{_plain(low)} – {_plain(high)}"
                 for low, high in condition.intervals if (low, high) != (None, None)]
    return ", ".join([*texts, *([UNKNOWN] if node.takes_missing else [])]) or KNOWN


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _segments(tree: SegmentTree) -> pd.DataFrame:
    made = tree.segments
    return made.assign(method=tree.method, name=[rule_name(to_rule(tree.conditions(node))) or node_name for node, node_name in
                                                 zip(made["node_id"], made["segment_id"])],
                       rule=[_rule_text(tree, node) for node in made["node_id"]])


def _rule_text(tree: SegmentTree, node_id: int) -> str:
    """What a customer must have to be in a node, as JSON."""
    return json.dumps(to_rule(tree.conditions(node_id)), ensure_ascii=False)


def _trials(tree: SegmentTree) -> pd.DataFrame:
    """What each characteristic offered; ``multiplier`` is the number of ways to join its categories, where p shows it."""
    made = tree.trials
    ways = (made["p_adjusted"] / made["p_value"]).where((made["p_adjusted"] < 1) & (made["p_value"] > 1e-12))
    return made.assign(method=tree.method, multiplier=ways.round())


def _programs(tree: SegmentTree) -> pd.DataFrame:
    """The whole tree as a program in each language."""
    makers = {"SQL": tree_rules.sql_case, "Python": tree_rules.python_function, "Excel": tree_rules.excel_formula,
              "Excel (español)": lambda grown: tree_rules.excel_formula(grown, language="es")}
    rows = []
    for language, make in makers.items():
        try:
            rows.append({"method": tree.method, "language": language, "program": make(tree)})
        except NotComputable:  # a formula longer than Excel takes
            continue
    return pd.DataFrame(rows, columns=PROGRAMS)


def _node_programs(tree: SegmentTree) -> pd.DataFrame:
    """Who is in a node, a program a node and language: 1 or 0 in SQL, true or false in Python and Excel."""
    spanish, rows = tree_rules.rules_of(tree, language="es", inner=True)["excel"], []
    for row, excel in zip(tree_rules.rules_of(tree, inner=True).itertuples(), spanish):
        python = f"def belongs(row):\n    return {row.python}\n\n\n{tree_rules.READERS}"
        made = {"SQL": f"CASE WHEN {row.sql} THEN 1 ELSE 0 END", "Python": python, "Excel": f"={row.excel}",
                "Excel (español)": f"={excel}"}
        rows += [{"method": tree.method, "node_id": int(row.node_id), "language": language, "program": program}
                 for language, program in made.items() if not language.startswith("Excel") or _excel_takes(program)]
    return pd.DataFrame(rows, columns=NODE_PROGRAMS)


def _excel_takes(formula: str) -> bool:
    try:
        tree_rules.check_limits(formula)
    except NotComputable:
        return False
    return True
