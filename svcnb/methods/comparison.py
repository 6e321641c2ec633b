"""Methods of segmentation side by side on the same customers: what each puts first, how far they agree, why they differ.

Sources: the methods "más utilizados" of S2:L205; method.md 0.4 (adjusted Rand index for segmentations), 3.4 (a segmentation
is valid only for its criterion), 3.5 to 3.8. Hubert, L. & Arabie, P. (1985), "Comparing partitions", *Journal of
Classification* 2, 193-218; Goodman, L. A. & Kruskal, W. H. (1954), *JASA* 49, 732-764 (tau).

What explains a difference is looked up in what the methods themselves computed, never guessed from their names:

==========  =========================================================================================================
code        ``first`` is the method that speaks, ``second`` the one it differs from
==========  =========================================================================================================
table_p     contingency: p of ``variable`` (value) is smaller than that of ``other``; n, other_n their categories
power       Belson: D of ``variable`` and of ``other``; n, other_n their categories
squares     AID: share of the sum of squares that the best cut of ``variable`` and of ``other`` explains
adjusted_p  CHAID: adjusted p of ``variable`` and of ``other``; n, other_n the groups it joins their categories to
tie         the statistic of ``other`` is nearly that of ``variable``: value is their ratio, 0.95 or more (Belson, AID)
joined      CHAID joins the n categories (with the blank) of ``variable``, the other's first, to other_n groups (1: no split)
correction  CHAID: p of ``variable`` (value) is smaller than that of its own first, ``other``, but times the n ways to join
            its categories it is not (other_value)
halves      Belson or AID sees two halves of ``variable`` where CHAID sees n groups: shares explained by the groups (value)
            and by the halves (other_value)
blanks      value is the share without ``variable``: left out by Belson and the contingency table, a category in AID and CHAID
branches    both put ``variable`` first, and divide it into n and other_n branches
blind       clusters do not look at the criterion: they explain value of it, ``second`` other_value
one         ``first`` divides nobody; n is the number of customers
==========  =========================================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason
from svcnb.i18n import N_
from svcnb.methods import aid, belson, chaid
from svcnb.methods.categories import as_categories
from svcnb.methods.contingency import CrossTable, cross_tabulate
from svcnb.methods.growing import FLOAT, NEAR, read_explaining
from svcnb.methods.merging import log_sf
from svcnb.methods.predictors import MAX_CATEGORIES, MISSING, Predictor
from svcnb.methods.trees import SegmentTree

METHODS = ("contingency", "belson", "aid", "chaid")
CLUSTERS = "clusters"
SUMMARY = ["method", "variable", "statistic", "value", "p_value", "n_segments", "smallest", "largest", "n", "explained_share",
           "why_not"]
CAUSES = ["code", "first", "second", "variable", "other", "value", "other_value", "n", "other_n"]
STATISTICS = {"contingency": "cramers_v", "belson": "power", "aid": "gain", "chaid": "chi2"}
SPEAKS = {"contingency": ("table_p", "p_value"), "belson": ("power", "statistic"), "aid": ("squares", "gain"),
          "chaid": ("adjusted_p", "p_adjusted")}
NEAR_TIE = 0.95


@dataclass(frozen=True, eq=False)
class Comparison:
    """What the methods say of the same customers.

    ``methods`` : a row a method: method, variable (which it puts first, None when it divides nobody), statistic (its name:
    cramers_v, power, gain or chi2) with value and p_value (CHAID: adjusted; None where the method has none), n_segments,
    smallest and largest (customers), n (customers it places), explained_share (of the criterion's sum of squares by its
    segments, the same for all: R² of a number, Goodman and Kruskal's tau of classes), why_not (what kept it from running).
    ``agreement`` : each pair once: first, second, value (adjusted Rand index: 1 the same segments, 0 as by chance), n
    (customers both place). ``causes`` : code, first, second, variable, other, value, other_value, n, other_n, see the
    module. ``labels`` : the segment of each customer, a column a method, index as the frame, None where it places nobody.
    ``reasons`` : by method, why it did not run. ``trees`` by method.
    """

    methods: pd.DataFrame
    agreement: pd.DataFrame
    causes: pd.DataFrame
    labels: pd.DataFrame
    reasons: dict[str, Reason]
    trees: dict[str, SegmentTree]

    @property
    def square(self) -> pd.DataFrame:
        """The agreement of every method with every other, methods down and across, 1 with itself."""
        names = list(self.labels)
        table = pd.DataFrame(np.eye(len(names)), index=names, columns=names)
        for row in self.agreement.itertuples():
            table.loc[row.first, row.second] = table.loc[row.second, row.first] = row.value
        return table


def compare_methods(frame: pd.DataFrame, criterion: str, predictors: Iterable[str], *, clusters: pd.Series | None = None,
                    trees: dict[str, SegmentTree] | None = None, methods: Iterable[str] = METHODS, target=None,
                    ordinal: Iterable[str] = (), n_bands: int = 4, max_categories: int = MAX_CATEGORIES) -> Comparison:
    """Run the methods on the same customers, measure their agreement, and look up why they differ.

    The contingency table puts first the column with the smallest p (Fisher's where χ² cannot be trusted; columns where
    neither can come last; of equals the larger V); its segments are that column's categories.
    AID explains 1 for the target and 0 for the other classes of a nominal criterion.

    Parameters
    ----------
    frame : one row a customer; not changed; those without a known criterion belong to no segment
    criterion, predictors, target, ordinal, n_bands, max_categories : see ``belson.rank_predictors``
    clusters : cluster of each customer, index as ``frame``; made without the criterion
    trees : trees that are grown already, by method; the other methods grow theirs with their defaults
    methods : which of contingency, belson, aid, chaid to compare

    Returns
    -------
    Comparison : a method that cannot run stands in ``methods`` with its reason, the others go on

    Raises
    ------
    NotComputable
        the criterion is unknown, the same for all, or has too many classes; no column can split
    ParameterError
        another method, or clusters of other customers

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["man"] * 50 + ["woman"] * 50, "age": ["young", "old"] * 50,
    ...                        "dances": ["yes"] * 10 + ["no"] * 40 + ["yes"] * 30 + ["no"] * 20})
    >>> found = compare_methods(people, "dances", ["age", "sex"])
    >>> found.methods["variable"].tolist(), found.agreement["value"].unique().tolist()
    (['sex', 'sex', 'sex', 'sex'], [1.0])
    """
    wanted = list(dict.fromkeys(methods))
    for method in wanted:
        if method not in METHODS:
            raise ParameterError(N_("There is no method {method}; choose among {choices}."), method=str(method),
                                 choices=", ".join(METHODS))
    if clusters is not None and not clusters.index.equals(frame.index):
        raise ParameterError(N_("The clusters are of other customers: their index is not that of the table."))
    read, known, _ = belson.read_criterion(frame, criterion, target, max_categories)
    reading = {"ordinal": ordinal, "n_bands": n_bands, "max_categories": max_categories}
    found, codes, _ = read_explaining(frame, criterion, known, predictors, missing=FLOAT, **reading)
    columns = _category_columns(frame[known], found, codes)
    trees, tables, reasons = dict(trees or {}), {}, {}
    names = [predictor.name for predictor in found]
    for method in wanted:
        try:
            if method == "contingency":
                tables = _tables(columns, frame.loc[known, criterion], read)
            elif method not in trees:
                trees[method] = _growers(frame, criterion, read, known)[method](names, n_bands=n_bands, target=target,
                                                                               max_categories=max_categories, ordinal=ordinal)
        except NotComputable as error:
            reasons[method] = error.reason
    trees = {method: trees[method] for method in wanted if method in trees}
    looks = {method: _look(method, trees, tables) for method in wanted if method not in reasons}
    labels = _labels(frame, known, looks, trees, columns, clusters)
    summary = _summary(wanted, looks, labels[known], read, reasons)
    agreement = _agreement(labels)
    causes = _causes(summary, looks, found, (codes == MISSING).mean(axis=0))
    return Comparison(summary, agreement, causes, labels, reasons, trees)


def _growers(frame, criterion, read, known) -> dict[str, Callable[..., SegmentTree]]:
    def grow_aid(names, *, target, ordinal, **options):
        if isinstance(read, chaid.Classes):
            y = np.full(len(frame), np.nan)
            y[known] = read.codes == read.target
            numbers = frame.copy(deep=False)
            numbers[criterion] = y
            return aid.grow_tree(numbers, criterion, names, monotonic=ordinal, **options)
        return aid.grow_tree(frame, criterion, names, monotonic=ordinal, **options)

    return {"belson": lambda names, **options: belson.grow_tree(frame, criterion, names, **options), "aid": grow_aid,
            "chaid": lambda names, **options: chaid.grow_tree(frame, criterion, names, **options)}


def _category_columns(frame: pd.DataFrame, predictors: list[Predictor], codes: np.ndarray) -> pd.DataFrame:
    """The predictors as category texts, numbers as their bands; a blank is None."""
    return pd.DataFrame({predictor.name: np.array([*predictor.categories, None], dtype=object)[column]
                         for predictor, column in zip(predictors, codes.T)}, index=frame.index)


def _tables(columns: pd.DataFrame, criterion: pd.Series, read) -> dict[str, CrossTable]:
    """The contingency table of each predictor with the criterion; one with a single category where both are known has none."""
    if not isinstance(read, chaid.Classes):
        raise NotComputable(N_("{criterion:word} is a measured number: a contingency table counts classes."),
                            criterion=str(criterion.name), fallback=N_("Use AID, which explains means, or band the numbers "
                                                                       "into classes."))
    tables, classes = {}, as_categories(criterion)
    for name in columns:
        try:
            tables[name] = cross_tabulate(pd.DataFrame({"row": columns[name], "column": classes}), "row", "column")
        except NotComputable:  # of this column only
            continue
    return tables


def _look(method: str, trees: dict, tables: dict) -> pd.DataFrame:
    """What a method says of each predictor, its best first: predictor, statistic, p_value, p_adjusted, gain, n_groups."""
    if method != "contingency":
        trials = trees[method].trials
        return trials[trials["node_id"] == 0].drop(columns="node_id").reset_index(drop=True)
    return pd.DataFrame([{"predictor": name, "n_groups": len(one.table), "statistic": one.cramers_v, "p_adjusted": None,
                          "p_value": one.p_value if one.fisher_p is None else one.fisher_p, "gain": None}
                         for name, one in sorted(tables.items(), key=lambda item: _rank(item[1]))],
                        columns=["predictor", "n_groups", "statistic", "p_value", "p_adjusted", "gain"])


def _rank(table: CrossTable) -> tuple:
    """Tables whose χ² can be trusted first, by p (its logarithm, since p itself may be too small for the computer), then V."""
    log_p = float(log_sf(table.chi2, table.df)[0]) if table.fisher_p is None else math.log(table.fisher_p)
    return table.discriminating is None, round(log_p, 9), round(-table.cramers_v, 9)


def _labels(frame, known, looks, trees, columns, clusters) -> pd.DataFrame:
    labels = pd.DataFrame(index=frame.index)
    for method, look in looks.items():
        if method != "contingency":
            labels[method] = trees[method].assign(frame).where(known, None)
        elif len(look):
            labels[method] = pd.Series(None, index=frame.index, dtype=object)
            labels.loc[known, method] = columns[look["predictor"].iloc[0]]
    if clusters is not None:
        labels[CLUSTERS] = as_categories(clusters).where(known, None)
    return labels


def _first(method: str, look: pd.DataFrame, n_segments: int) -> pd.Series | None:
    """The row of the variable that a method puts first; None when it divides nobody."""
    return look.iloc[0] if len(look) and (method == "contingency" or n_segments > 1) else None


def _summary(wanted, looks, labels, read, reasons) -> pd.DataFrame:
    rows = []
    for method in [*wanted, *([CLUSTERS] if CLUSTERS in labels else [])]:
        row = dict.fromkeys(SUMMARY) | {"method": method}
        if method in reasons:
            row["why_not"] = str(NotComputable(reasons[method].template, **reasons[method].values))
        if method in labels:
            places, names = pd.factorize(labels[method], use_na_sentinel=True)
            sizes = np.bincount(places[places >= 0], minlength=len(names))
            row |= {"n_segments": len(names), "n": int(sizes.sum()), "explained_share": _explained(read, places, len(names))}
            row |= {"smallest": int(sizes.min()), "largest": int(sizes.max())} if len(names) else {}
        first = _first(method, looks[method], row["n_segments"] or 0) if method in looks else None
        if first is not None:
            value, p = ("gain", None) if method == "aid" else ("statistic", "p_adjusted" if method == "chaid" else "p_value")
            row |= {"variable": first["predictor"], "statistic": STATISTICS[method], "value": float(first[value]),
                    "p_value": float(first[p]) if p and method != "belson" else None}
        rows.append(row)
    return pd.DataFrame(rows, columns=SUMMARY, dtype=object).astype(
        dict.fromkeys(("value", "p_value", "explained_share"), "float")
        | dict.fromkeys(("n_segments", "smallest", "largest", "n"), "Int64"))


def _explained(read, places: np.ndarray, n_groups: int) -> float | None:
    """``1 - Σ SS(segment) / SS`` of the customers placed; None when they do not differ."""
    if not n_groups:
        return None
    whole = read.describe((places < 0).astype(np.int64), 1)[0]["ss"]
    inside = sum(group["ss"] for group in read.describe(np.where(places < 0, n_groups, places).astype(np.int64), n_groups))
    return 1 - inside / whole if whole > 0 else None


def _agreement(labels: pd.DataFrame) -> pd.DataFrame:
    from sklearn.metrics import adjusted_rand_score

    rows = []
    for first, second in combinations(labels, 2):
        both = labels[[first, second]].dropna()
        value = float(adjusted_rand_score(both[first].astype(str), both[second].astype(str))) if len(both) > 1 else None
        rows.append({"first": first, "second": second, "value": value, "n": len(both)})
    return pd.DataFrame(rows, columns=["first", "second", "value", "n"]).astype({"value": "float", "n": "int64"})


# why they differ ----------------------------------------------------------------------------------------------------

def _causes(summary: pd.DataFrame, looks: dict[str, pd.DataFrame], predictors: list[Predictor], blanks) -> pd.DataFrame:
    firsts = {row.method: row.variable for row in summary.itertuples() if row.variable is not None}
    known = {"sizes": {predictor.name: len(predictor.categories) for predictor in predictors},
             "blanks": {predictor.name: float(share) for predictor, share in zip(predictors, blanks)},
             "looks": {method: look.set_index("predictor") for method, look in looks.items()}}
    rows = [{"code": "one", "first": method, "n": int(n)} for method, n in zip(summary["method"], summary["n"])
            if method in looks and method not in firsts and pd.notna(n)]
    for first, second in combinations(firsts, 2):
        if firsts[first] != firsts[second]:
            for speaker, other in ((first, second), (second, first)):
                rows += _preferred(speaker, other, firsts[speaker], firsts[other], known)
        else:
            rows += _divided(first, second, firsts[first], known)
    explained = summary.set_index("method")["explained_share"]
    if CLUSTERS in explained.index:
        rows += [{"code": "blind", "first": CLUSTERS, "second": method, "value": explained[CLUSTERS],
                  "other_value": explained[method]} for method in firsts]
    rows = [dict.fromkeys(CAUSES) | row for k, row in enumerate(rows) if row not in rows[:k]]
    return pd.DataFrame(rows, columns=CAUSES, dtype=object).astype(
        {"value": "float", "other_value": "float", "n": "Int64", "other_n": "Int64"})


def _preferred(first: str, second: str, variable: str, other: str, known: dict) -> list[dict]:
    """Why ``first`` puts ``variable`` before ``other``, the variable that ``second`` puts first."""
    look, sizes = known["looks"][first], known["sizes"]
    if variable not in look.index or other not in look.index:
        return []
    mine, theirs = look.loc[variable], look.loc[other]
    code, column = SPEAKS[first]
    counted = (lambda row, name: int(row["n_groups"])) if first == "chaid" else (lambda row, name: sizes[name])
    about = {"first": first, "second": second, "variable": variable, "other": other}
    rows = [{"code": code, **about, "value": mine[column], "other_value": theirs[column], "n": counted(mine, variable),
             "other_n": counted(theirs, other)}]
    if first in ("belson", "aid") and mine[column] > 0 and theirs[column] >= NEAR_TIE * mine[column]:
        rows.append({"code": "tie", **about, "value": theirs[column] / mine[column]})
    if first == "chaid":
        rows += _corrected(second, variable, other, mine, theirs, sizes[other] + (known["blanks"][other] > 0))
    if second == "chaid" and first in ("belson", "aid"):
        rows += _halved(first, other, known)
    return rows + _blank(first, second, variable, known) + _blank(first, second, other, known)


def _corrected(second, variable, other, mine, theirs, size: int) -> list[dict]:
    """What CHAID's joining and its correction do to the ``size`` categories of ``other``, which ``second`` puts first."""
    about, rows = {"first": "chaid", "second": second}, []
    if theirs["n_groups"] < size:
        rows.append({"code": "joined", **about, "variable": other, "n": size, "other_n": int(theirs["n_groups"])})
    if 0 < theirs["p_value"] < mine["p_value"] and theirs["p_adjusted"] > theirs["p_value"]:
        ways = round(theirs["p_adjusted"] / theirs["p_value"]) if theirs["p_adjusted"] < 1 else None
        rows.append({"code": "correction", **about, "variable": other, "other": variable, "value": theirs["p_value"],
                     "other_value": theirs["p_adjusted"], "n": ways})
    return rows


def _divided(first: str, second: str, variable: str, known: dict) -> list[dict]:
    """What two methods make of the variable that both put first."""
    looks, rows = known["looks"], []
    n, other_n = (int(looks[method].loc[variable, "n_groups"]) for method in (first, second))
    if n != other_n:
        rows.append({"code": "branches", "first": first, "second": second, "variable": variable, "n": n, "other_n": other_n})
    if second == "chaid" and first in ("belson", "aid"):
        rows += _halved(first, variable, known)
    return rows + _blank(first, second, variable, known)


def _halved(first: str, variable: str, known: dict) -> list[dict]:
    if variable not in known["looks"][first].index:
        return []
    halves, groups = known["looks"][first].loc[variable], known["looks"]["chaid"].loc[variable]
    if groups["n_groups"] <= 2 or not groups["gain"] > halves["gain"] + NEAR:
        return []
    return [{"code": "halves", "first": first, "second": "chaid", "variable": variable, "value": groups["gain"],
             "other_value": halves["gain"], "n": int(groups["n_groups"]), "other_n": 2}]


def _blank(first: str, second: str, variable: str, known: dict) -> list[dict]:
    """Blanks matter where one method leaves them out and the other counts them as a category."""
    leaves_out = {"contingency", "belson"}
    if known["blanks"][variable] == 0 or (first in leaves_out) == (second in leaves_out):
        return []
    first, second = (first, second) if first in leaves_out else (second, first)
    return [{"code": "blanks", "first": first, "second": second, "variable": variable, "value": known["blanks"][variable]}]
