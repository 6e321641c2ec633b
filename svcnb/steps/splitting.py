"""A group that is really two: what may split it, the test that supports it, the parts in force (method.md 4.5, A-24).

The decision ``splits`` has a row a group, ``{"G2": {"by": "clusters"}}``, ``{"by": "revenue", "cut": 1200}`` or
``{"by": "branch", "values": "farm; bakery"}`` (those against all others; without values each is a part). An empty ``by``
leaves the group whole. Groups join first: a group that joined another is not split, one that others joined is, with theirs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import ParameterError, Reason, reason
from svcnb.i18n import LANGUAGES, N_, words_in
from svcnb.methods.categories import is_measured
from svcnb.methods.grouping import count_bins, nearest_cut, part_bins
from svcnb.methods.grouping.partings import LEAST
from svcnb.methods.laboriousness import holm
from svcnb.steps import parts as ways
from svcnb.steps.candidates import OUTCOMES
from svcnb.steps.characteristics import MEASURED
from svcnb.steps.joined import LETTERS
from svcnb.steps.parts import BELOW, CLUSTER, CLUSTERS, FROM, REST, VALUES, parts_of, variable_text
from svcnb.steps.step import Quantity

TOPIC = "splitting"
MOST = len(LETTERS)  # groups in force: more nobody can serve each in its own way
CATEGORIES = 12  # of a characteristic that may split a group
REVENUE, WORK = "revenue", "laboriousness"  # what parts are tested on
SPENT = ("revenue", "volume", "n_orders", "lines_per_order", CLUSTERS)  # the revenue is made of them: parts always differ
BINS = ["group_id", "by", "kind", "place", "low", "label", "n", "revenue", "n_tested", "total", "squares", "rank_sum", "ties",
        "tested"]
TRIED = ["group_id", "by", "variable", "cut", "n", "n_parts", "smallest", "tested", "n_tested", "h", "p_value", "p_adjusted",
         "verdict", "alpha"]


@dataclass(frozen=True, eq=False)
class Force:
    """The groups in force and their customers, the study as its parts see it, what places a customer in a part by clusters
    (None where no group is split so), the tables split_bins and split_tests, quantities and reasons."""

    groups: dict
    members: pd.DataFrame
    study: object
    cluster_rule: dict | None
    tables: dict[str, pd.DataFrame]
    quantities: dict[str, Quantity]
    reasons: list[Reason]


def split_groups(study, decisions, groups: dict, members: pd.DataFrame, rated, of_cluster: pd.Series) -> Force:
    """Count the groups by what may split them, test it, and split those that people split.

    Parameters
    ----------
    decisions : of segmentation and clusters, and what people chose in characterisation
    groups : group_id -> record, after joining
    members : customer_id, group_id, revenue, n_orders
    rated : laborious.Work of these groups
    of_cluster : cluster of each customer, index customer_id
    """
    chosen, clustered = decisions.get("characterisation") or {}, decisions.get("clusters") or {}
    bins, reasons = bins_of(study, groups, members, rated, of_cluster), []
    tables = {"split_bins": bins, "split_tests": tried(bins, study.settings.alpha)}
    called = chosen["groups"] if isinstance(chosen.get("groups"), dict) else {}
    force = split(groups, chosen.get("splits"), bins, clustered.get("names") or {}, called, reasons)
    parts, tests = parts_of(force), tables["split_tests"]
    quantities = {"groups_split": Quantity(len(parts), "count", len(groups)),
                  "splits_supported": Quantity(int((tests["verdict"] == "split").sum()), "count", len(tests))}
    if not parts:
        return Force(groups, members, study, None, tables, quantities, reasons)
    by_clusters = any(part["is"] == CLUSTER for own in parts.values() for part in own.values())
    rule = clustered.get("rule") if by_clusters else None
    view = ways.with_parts(study, {"segmentation": decisions.get("segmentation") or {}, "characterisation": {
        "groups": force, "cluster_rule": rule}})
    split_off = members["group_id"].isin(list(parts))
    members = members.assign(group_id=members["group_id"].where(~split_off, members["customer_id"].map(view.placed)))
    with_shares(force, members)
    return Force(force, members, view, rule, tables, quantities, [*reasons, *tell(force, members, bins)])


def bins_of(study, groups: dict, members: pd.DataFrame, rated, of_cluster: pd.Series) -> pd.DataFrame:
    """Every group in force before splitting, counted by all that may split it (columns BINS).

    Parameters
    ----------
    groups : group_id -> record
    members : customer_id, group_id, revenue
    rated : laborious.Work; single customers' laboriousness is tested where experts rated it
    of_cluster : cluster of each customer, index customer_id
    """
    each = members.drop_duplicates("customer_id").set_index("customer_id")
    if not len(each):
        return pd.DataFrame(columns=BINS)
    work = rated.each["laboriousness"].reindex(each.index) if rated.evidence == "expert" and len(rated.each) else None
    rows = []
    for by, (values, kind) in _ways(study, each, of_cluster).items():
        for group in groups:
            inside = (each["group_id"] == group).to_numpy(dtype=bool)
            own = values[inside]
            if not inside.any() or own.nunique() < 2 or kind == "values" and own.nunique() > CATEGORIES:
                continue
            tested, on = (work, WORK) if work is not None and work[inside].notna().any() else \
                (each["revenue"], REVENUE) if by not in SPENT and each["revenue"][inside].notna().any() else (None, "")
            measured = tested[inside] if tested is not None else pd.Series(math.nan, index=own.index)
            rows.append(count_bins(own, measured, each["revenue"][inside], measured=kind == "cut").assign(
                group_id=group, by=by, kind=kind, tested=on).rename_axis("place").reset_index())
    return pd.concat(rows, ignore_index=True)[BINS] if rows else pd.DataFrame(columns=BINS)


def _ways(study, each, of_cluster) -> dict[str, tuple[pd.Series, str]]:
    """What may split a group: values of each customer and the kind of the split (cluster, cut or values)."""
    out = {}
    if of_cluster.notna().any():
        out[CLUSTERS] = (of_cluster[~of_cluster.index.duplicated()].reindex(each.index), "cluster")
    customers = study.table("customers")
    columns = [name for name in customers.columns if name not in (*OUTCOMES, *MEASURED)
               and not pd.api.types.is_datetime64_any_dtype(customers[name].dtype)]
    for name, values in ways.values_by(study, [*MEASURED, *columns]).items():
        values = values.reindex(each.index)
        if values.notna().any():
            out[name] = (values, "cut" if name in MEASURED or is_measured(values) else "values")
    return out


def rule_parts(row: dict, bins: pd.DataFrame) -> list[dict]:
    """The parts that a row of the decision makes of one group, by what its bins hold: is, cut, values, cluster."""
    kind, labels = bins["kind"].iloc[0], [label for label in bins["label"] if isinstance(label, str)]
    if kind == "cut":
        return [{"is": BELOW, "cut": float(row["cut"])}, {"is": FROM, "cut": float(row["cut"])}]
    if kind == "cluster":
        return [{"is": CLUSTER, "cluster": label} for label in labels]
    chosen = values_chosen(row.get("values"), labels)
    if not chosen:
        return [{"is": VALUES, "values": [label]} for label in labels]
    return [{"is": VALUES, "values": chosen}, {"is": REST, "values": [label for label in labels if label not in chosen]}]


def values_chosen(values, labels) -> list[str]:
    """The categories that a person wrote, as a list or as a text parted by ; or by commas.

    Examples
    --------
    >>> values_chosen("north; south", ["north", "south", "east"]), values_chosen("a, b", ["a, b", "c"])
    (['north', 'south'], ['a, b'])
    """
    if isinstance(values, str):
        text = values.strip()
        values = [text] if text in labels else text.split(";") if ";" in text else text.split(",")
    return list(dict.fromkeys(str(one).strip() for one in values or () if str(one).strip()))


def bin_parts(rules: list[dict], bins: pd.DataFrame) -> list[str]:
    """The part of each bin, 0, 1, … as text."""
    if rules[0]["is"] == BELOW:
        return ["0" if low < rules[0]["cut"] else "1" for low in bins["low"]]
    found = {label: str(k) for k, rule in enumerate(rules) for label in rule.get("values", [rule.get("cluster")])}
    return [found.get(label, "0") for label in bins["label"]]


def tried(bins: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Each way to split each group with its test: numbers cut at the median, the others value by value (columns TRIED).

    p is adjusted (Holm) over the ways of one group that could split it: no part is too small to be one.
    """
    rows = []
    for (group, by), own in bins.groupby(["group_id", "by"], sort=False):
        row = {"by": by, "cut": nearest_cut(own, None) if own["kind"].iloc[0] == "cut" else None}
        if own["kind"].iloc[0] == "cut" and row["cut"] is None:
            continue
        found, on = test_of(row, own, alpha), own["tested"].iloc[0]
        rows.append({"group_id": group, "by": by, "variable": variable_text(by), "cut": row["cut"], "n": int(own["n"].sum()),
                     "n_parts": len(found.parts), "smallest": found.smallest, "tested": on, "n_tested": found.n_tested,
                     "h": found.h, "p_value": found.p_value, "p_adjusted": None, "verdict": found.verdict, "alpha": alpha})
    table = pd.DataFrame(rows, columns=TRIED).astype(dict.fromkeys(("cut", "h", "p_value", "p_adjusted"), float))
    for _, own in table.groupby("group_id"):
        known = own[own["p_value"].notna() & ~own["verdict"].isin(["too_small", "few_tested"])]
        table.loc[known.index, "p_adjusted"] = holm(known["p_value"])
    lost = table["verdict"].isin(["split", "same_class", "slight"]) & ~(table["p_adjusted"] < alpha - 1e-9)
    return table.assign(verdict=table["verdict"].where(~lost, "not_supported"))


def test_of(row: dict, bins: pd.DataFrame, alpha: float):
    """The test of a row of the decision on the bins of its group and way (methods.grouping.Parting, parts 0, 1, …)."""
    rules = rule_parts(row, bins)
    return part_bins(bins, bin_parts(rules, bins), alpha=alpha, classed=bins["tested"].iloc[0] == WORK)


def rows_of(groups: dict, splits) -> dict[str, dict]:
    """A row a group that could be split; what a person wrote stands in it, also of groups that wait."""
    given = splits if isinstance(splits, dict) else {}
    blank = {"by": "", "cut": None, "values": ""}
    kept = {group: row for group, row in given.items() if isinstance(row, dict) and row.get("by")}
    return {group: {**blank, **kept.get(group, {})} for group in [*groups, *(g for g in kept if g not in groups)]}


def split(groups: dict, splits, bins: pd.DataFrame, names: dict, called: dict, reasons: list[Reason]) -> dict[str, dict]:
    """The groups in force with parts where a group is split; a row that cannot be followed is left out and said.

    Parameters
    ----------
    groups : group_id -> record, after joining
    splits : rows of the decision
    names : cluster id -> name
    called : group_id -> record as people named them, parts among them
    """
    followed = {}
    for group, row in rows_of(groups, splits).items():
        problem = row["by"] and _problem(group, row, groups, bins, {**followed, group: row})
        if problem:
            reasons.append(reason(problem.template, **problem.values))
        elif row["by"]:
            followed[group] = row
    out: dict[str, dict] = {}
    for group, record in groups.items():
        out |= _parts(group, record, followed[group], bins, names, called) if group in followed else {group: record}
    return out


def _parts(group, record, row, bins, names, called) -> dict[str, dict]:
    """The records of a group's parts, with a letter each in the order of the bins."""
    own = bins[(bins["group_id"] == group) & (bins["by"] == row["by"])]
    rules, out = rule_parts(row, own), {}
    larger = int(test_of(row, own, 0.05).larger)
    for k, rule in enumerate(rules):
        part = {"of": group, "name": record["name"], "by": row["by"], **rule, "larger": k == larger}
        if rule["is"] == CLUSTER:
            part["cluster_name"] = names.get(rule["cluster"], rule["cluster"])
        key = f"{group}{LETTERS[k]}"
        out[key] = {**record, "name": own_name(called.get(key), part), "part": part}
    return out


def own_name(given, part) -> str:
    """The name that a person gave, else the one by the rule; a name by a rule of before, in any language, is none."""
    name = str(given.get("name") or "") if isinstance(given, dict) else ""
    before = given.get("part") if isinstance(given, dict) else None
    by_rule = {ways.part_name(before, words_in(language)) for language in LANGUAGES} if before else set()
    return name if name and name not in by_rule else ways.part_name(part, words_in("en"))


def with_shares(groups: dict, members: pd.DataFrame) -> dict[str, dict]:
    """Each part with its share of the group's customers and of its orders, by which volumes are divided."""
    each = members.drop_duplicates("customer_id")
    n, orders = each["group_id"].value_counts(), each.groupby("group_id")["n_orders"].sum(min_count=1)
    for parts in parts_of(groups).values():
        customers, ordered = n.reindex(list(parts)).fillna(0), orders.reindex(list(parts)).fillna(0)
        ordered = ordered if ordered.sum() > 0 else customers
        for key, part in parts.items():
            part["share_customers"] = float(customers[key] / max(customers.sum(), 1))
            part["share_orders"] = float(ordered[key] / ordered.sum()) if ordered.sum() > 0 else 1 / len(parts)
    return groups


def tell(groups: dict, members: pd.DataFrame, bins: pd.DataFrame) -> list[Reason]:
    """What a reader must know of the parts in force: small ones, who joined the larger part, what the tables still say."""
    out, n = [], members.drop_duplicates("customer_id")["group_id"].value_counts()
    for group, parts in parts_of(groups).items():
        name = next(iter(parts.values()))["name"]
        small = [key for key in parts if n.get(key, 0) < LEAST]
        if small:
            out.append(reason(N_("Small parts of {name:word}, with {n} customers at most: {parts:word}. Fewer than {least} are "
                                 "hard to serve, to ask and to test on their own."), name=name, least=LEAST,
                              n=int(max(n.get(key, 0) for key in small)), parts=[groups[key]["name"] for key in small]))
        own = bins[(bins["group_id"] == group) & (bins["by"] == next(iter(parts.values()))["by"])]
        unknown = int(own.loc[own["low"].isna() & own["label"].isna(), "n"].sum())
        if unknown:
            larger = next(groups[key]["name"] for key, part in parts.items() if part["larger"])
            out.append(reason(N_("Of {n} customers of {name:word} it is not known what splits the group: they belong to the "
                                 "larger part, {part:word}."), n=unknown, name=name, part=larger, level="info"))
    if parts_of(groups):
        out.append(reason(N_("What the tables say of a split group holds for its parts until you write more: ratings "
                             "(where five or more customers are rated one by one, their mean), offers and messages as they "
                             "are, volumes by the share of the orders (house rule)."), level="info"))
    return out


def check_splits(splits, groups: dict, bins: pd.DataFrame, joins: dict, seen: dict) -> None:
    """ParameterError, in words, for a row that cannot be followed and that the proposal has not answered yet.

    Parameters
    ----------
    groups : all groups, apart
    joins : rows of the decision on joining
    """
    if not isinstance(splits, dict) or not all(isinstance(row, dict) for row in splits.values()):
        raise ParameterError(N_("How groups are split is written as group and by what: clusters, or a characteristic with a cut "
                                "or with values."))
    joined = {group: row["joins"] for group, row in joins.items() if isinstance(row, dict) and row.get("joins")}
    force = {group: row for group, row in groups.items() if group not in joined}
    rows = {group: row for group, row in rows_of(force, splits).items() if row["by"]}
    for group, row in rows.items():
        if row == {"by": "", "cut": None, "values": "", **(seen.get(group) or {})}:
            continue
        if group in joined and group in groups:
            into = groups.get(joined[group], {}).get("name") or joined[group]
            raise ParameterError(N_("{group:word} joins {into:word}, so it is no group to split; split {into:word}, or let it "
                                    "stand alone."), group=str(groups[group].get("name") or group), into=str(into))
        problem = _problem(group, row, force, bins, rows)
        if problem:
            raise problem


def _problem(group, row, groups, bins, rows) -> ParameterError | None:
    """Why a row cannot be followed, None where it can."""
    named = lambda g: str((groups.get(g) or {}).get("name") or g)
    if group not in groups:
        return ParameterError(N_("There is no group {group} to split; groups are {groups}."), group=group,
                              groups=[named(g) for g in groups])
    own, by = bins[bins["group_id"] == group], str(row["by"])
    here = own[own["by"] == by]
    if not len(here):
        return ParameterError(N_("{name:word} cannot be split by {value:word}: no such characteristic tells its customers "
                                 "apart; there are {known:word}."), name=named(group), value=variable_text(by),
                              known=[variable_text(one) for one in dict.fromkeys(own["by"])] or "–")
    problem = _cut_problem(named(group), row, here) if here["kind"].iloc[0] == "cut" else \
        _values_problem(named(group), row, here) if here["kind"].iloc[0] == "values" else None
    if problem:
        return problem
    n = len(groups) + sum(_count(one, g, bins) - 1 for g, one in rows.items() if g in groups)
    return ParameterError(N_("That makes {n} groups; at most {most} can be served each in its own way. Split fewer groups, or "
                             "name the values that stand against all others."), n=n, most=MOST) if n > MOST else None


def _count(row, group, bins) -> int:
    own = bins[(bins["group_id"] == group) & (bins["by"] == row["by"])]
    if not len(own) or own["kind"].iloc[0] == "cut":
        return 2 if len(own) else 1
    return len(rule_parts(row, own))


def _cut_problem(name, row, bins) -> ParameterError | None:
    cut, low = row.get("cut"), float(bins["low"].min())
    high = float(bins["low"].max())
    about = {"name": name, "variable": variable_text(row["by"]), "low": low, "high": high}
    if isinstance(cut, bool) or not isinstance(cut, (int, float)) or not math.isfinite(cut):
        return ParameterError(N_("{name:word}: write where {variable:word} is cut, a number above {low} and up to {high}."),
                              **about)
    if not low < cut <= high:
        return ParameterError(N_("{name:word}: a cut of {variable:word} at {cut} leaves a part empty or too small; write a "
                                 "number above {low} and up to {high}."), cut=float(cut), **about)
    return None


def _values_problem(name, row, bins) -> ParameterError | None:
    labels = [label for label in bins["label"] if isinstance(label, str)]
    chosen = values_chosen(row.get("values"), labels)
    strange = [one for one in chosen if one not in labels]
    if strange:
        return ParameterError(N_("{name:word}: {variable:word} has no value {value}; its values are {values}."), name=name,
                              variable=variable_text(row["by"]), value=strange[0], values=labels)
    if chosen and len(chosen) == len(labels):
        return ParameterError(N_("{name:word}: these are all values of {variable:word}; leave some for the other part."),
                              name=name, variable=variable_text(row["by"]))
    return None
