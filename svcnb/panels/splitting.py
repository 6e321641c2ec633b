"""Page 02f: which groups are served as one and which are really two, with the test that supports it."""

from __future__ import annotations

import pandas as pd

from svcnb.figures import splitting as figures
from svcnb.i18n import N_
from svcnb.panels import examples, laboriousness
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.splitting import read_splitting
from svcnb.steps.parts import part_name, variable_text

SMALL = 30  # customers of a part
NOTHING = {"split_parts": pd.DataFrame(), "split_test": pd.DataFrame()}


def controls(result, words):
    """What to look at before deciding: a group, what would split it, and where."""
    bins, tests = result.table("split_bins"), result.table("split_tests")
    if not len(tests):
        return ()
    names = laboriousness.group_names(result, words)
    first = shown_first(result)
    return (Field("group", words("Group"), "choice", first["group"],
                  tuple((g, names.get(g, g)) for g in dict.fromkeys(bins["group_id"]))),
            Field("by", words("Split by"), "choice", first["by"], _ways(bins, words)),
            Field("cut", words("Cut at"), "number", first["cut"], hint=words("the median")),
            Field("values", words("These values against all others"), "text", first["values"]))


def _ways(bins, words) -> tuple:
    return tuple((by, _capital(words(variable_text(by)))) for by in dict.fromkeys(bins["by"]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def shown_first(result) -> dict:
    """The first split in force, else the group and the way that the test supports most, else the first."""
    tests, bins = result.table("split_tests"), result.table("split_bins")
    split = {row["part"]["of"] for row in (result.decision.get("groups") or {}).values() if row.get("part")}
    for group, row in (result.decision.get("splits") or {}).items():
        if group in split and len(bins[(bins["group_id"] == group) & (bins["by"] == row["by"])]):
            values = row.get("values") or ""
            return {"group": group, "by": row["by"], "cut": row.get("cut"),
                    "values": values if isinstance(values, str) else "; ".join(values)}
    order = _best_first(tests)
    return {"group": order["group_id"].iloc[0], "by": order["by"].iloc[0], "cut": None, "values": ""}


def _best_first(tests):
    """What the test supports, the strongest first; then the others."""
    order = tests.assign(_other=tests["verdict"] != "split", _away=-tests["h"] / tests["n_tested"].clip(lower=1))
    order = order.sort_values(["_other", "p_adjusted", "_away"], kind="stable", na_position="last")
    return order.drop(columns=["_other", "_away"])


def adapt(result, view, words):
    """The parts that the controls make of one group, and their test; the ways tried with the best first."""
    bins, tests = result.table("split_bins"), result.table("split_tests")
    if not len(tests):
        return {**result.tables, **NOTHING}
    view = view if view.get("group") else {**shown_first(result), **view}
    group, by = view["group"], view.get("by")
    own = bins[(bins["group_id"] == group) & (bins["by"] == by)]
    shown = _best_first(tests[tests["group_id"] == group].assign(name=lambda t: t["variable"]))
    tables = {**result.tables, **NOTHING, "split_tests_shown": shown.reset_index(drop=True)}
    return tables | _parted(result, view, own, float(tests["alpha"].iloc[0]), words) if len(own) else tables


def _parted(result, view, own, alpha, words) -> dict:
    from svcnb.methods.grouping import nearest_cut
    from svcnb.steps.splitting import rule_parts, test_of, values_chosen

    kind, labels, asked = own["kind"].iloc[0], set(own["label"]), view.get("cut")
    row = {"by": own["by"].iloc[0], "cut": None, "values": []}
    if kind == "cut":
        row["cut"] = nearest_cut(own, asked)
        if row["cut"] is None:
            return {}
    elif kind == "values":
        values = [one for one in values_chosen(view.get("values"), labels) if one in labels]
        row["values"] = values if len(values) < len([one for one in labels if isinstance(one, str)]) else []
    found, rules = test_of(row, own, alpha), rule_parts(row, own)
    clusters = (result.earlier.get("clusters") or {}).get("names") or {}
    about = {"by": row["by"], "name": ""}
    parts = found.parts.copy()
    parts["name"] = [part_name({**about, **rules[int(k)], "cluster_name": clusters.get(rules[int(k)].get("cluster"), "")},
                               words, alone=True) for k in parts["part"]]
    tested, n = own["tested"].iloc[0], int(parts["n_tested"].sum())
    parts = parts.assign(group_id=own["group_id"].iloc[0], small=parts["n"] < SMALL, tested=tested,
                         mean_all=float(own["total"].sum() / n) if n else float("nan"))
    moved = kind == "cut" and asked is not None or bool(row["values"])
    test = {"group_id": own["group_id"].iloc[0], "by": row["by"], "variable": variable_text(row["by"]), "cut": row["cut"],
            "h": found.h, "p_value": found.p_value, "n_tested": found.n_tested, "verdict": found.verdict, "tested": tested,
            "smallest": found.smallest, "ties": float(own["ties"].iloc[0]), "moved": moved, "p_adjusted": None, "n_ways": 0}
    tests = result.table("split_tests")
    mine = tests[(tests["group_id"] == test["group_id"]) & (tests["by"] == row["by"])]
    if not moved and len(mine):  # as it was tried beside the other ways
        ways = int((tests.loc[tests["group_id"] == test["group_id"], "p_adjusted"]).notna().sum())
        test |= {"p_adjusted": mine["p_adjusted"].iloc[0], "verdict": mine["verdict"].iloc[0], "n_ways": ways}
    return {"split_parts": parts, "split_test": pd.DataFrame([test]).astype({"p_adjusted": float})}


def fields(result, words):
    return (*laboriousness.fields(result, words), *_split_field(result, words))


def _split_field(result, words) -> tuple:
    rows, bins = result.decision.get("splits") or {}, result.table("split_bins")
    if not rows or not len(bins):
        return ()
    names, tests = laboriousness.group_names(result, words), result.table("split_tests")
    for test in _best_first(tests[tests["verdict"] == "split"]).drop_duplicates("group_id").itertuples():
        if test.group_id in names:
            names[test.group_id] = words("{name} · the test supports a split by {variable:word}", name=names[test.group_id],
                                         variable=test.variable)
    return (Field("splits", words("Groups that are split"), "rows", rows,
                  (Field("by", words("Split by"), "choice", "", (("", words("stays whole")), *_ways(bins, words))),
                   Field("cut", words("Cut at"), "number", None),
                   Field("values", words("These values against all others (with ; between)"), "text", "")), names=names),)


def check(result, tables, words):
    parts, test = tables.get("split_parts"), tables.get("split_test")
    if parts is None or not len(parts):
        return None
    if len(parts) != 2 or test["h"].isna().iloc[0]:
        return _check_share(parts, test.iloc[0], words)
    sizes = [int(n) for n in parts["n_tested"]]
    ranks = [round(float(rank), 1) for rank in parts["mean_rank"]]
    n = sum(sizes)
    away = [size * (rank - (n + 1) / 2) ** 2 for size, rank in zip(sizes, ranks, strict=True)]
    answer = 12 / (n * (n + 1)) * sum(away)
    middle = words.number((n + 1) / 2, 1)
    working = f"12 ÷ ({n} × {n + 1}) × (" + " + ".join(
        f"{size} × ({words.number(rank, 1)} − {middle})²" for size, rank in zip(sizes, ranks, strict=True)) + ")"
    return Check(words("Of {n} customers ranked together, the {a} of “{first_part}” have the mean rank {rank:1}, the {b} of "
                       "“{last_part}” {other:1}. What is H of Kruskal–Wallis, without the correction of ties?", n=n, a=sizes[0],
                       b=sizes[1], rank=ranks[0], other=ranks[1], first_part=parts["name"].iloc[0], last_part=parts["name"].iloc[1]),
                 answer, max(0.02, 0.01 * answer), working=working,
                 mistakes=((12 / (n * (n + 1)) * sum((rank - (n + 1) / 2) ** 2 for rank in ranks),
                            words("Each part counts as often as it has customers: multiply by its n.")),
                           (sum(away), words("That is the sum alone: multiply it by 12 ÷ (n × (n + 1)).")),
                           (12 / (n * (n + 1)) * sum(size * abs(rank - (n + 1) / 2) for size, rank in zip(sizes, ranks, strict=True)),
                            words("The distances from the mean rank are squared."))))


def _check_share(parts, test, words):
    smallest = parts.loc[parts["n"].idxmin()]
    n, total = int(smallest["n"]), int(parts["n"].sum())
    answer = 100 * n / total
    return Check(words("Of {total} customers of {name}, {n} are “{part}”. How many per cent of the group would leave it?", total=total,
                       name=words.name("group", str(test["group_id"])), n=n, part=smallest["name"]),
                 answer, 0.06, "%", f"100 × {n} ÷ {total}",
                 mistakes=((100 - answer, words("That is the share of those who stay.")),
                           (100 * n / max(total - n, 1), words("That is a share of those who stay: divide by all of the group."))))


PAGE = Page(
    name="splitting", step="characterisation", notebook="02f_splitting", title=N_("Join and split"),
    question=N_("Which groups are served as one, and which group is really two?"),
    ends_in=N_("Step 2 · groups that join or are split · ends in: the groups that every later table follows"),
    read=lambda result, tables, view, words: read_splitting(result, tables, words), beside="characterisation",
    topics=("splitting",), controls=controls, adapt=adapt, fields=fields, check=check,
    pictures=(Picture("parts", N_("The parts of the group"), figures.plot_parts, figures.describe_parts, ("split_parts",),
                      without=N_("nothing tells this group's customers apart in that way.")),),
    tables=(TableView("groups", N_("Groups in force"), ("name", "n", "share_revenue", "abc", "laboriousness", "laboriousness_class")),
            TableView("split_parts", N_("Parts of the chosen group"), ("name", "n", "share", "revenue", "share_revenue", "n_tested",
                                                                       "mean", "low", "high")),
            TableView("split_tests_shown", N_("What could split the group"), ("name", "cut", "n", "n_parts", "smallest",
                                                                              "tested", "n_tested", "h", "p_adjusted", "verdict")),
            TableView("pairs", N_("Pairs of groups, the closest first"), ("group_id", "other_group", "n", "z", "p_value",
                                                                          "p_adjusted", "differ"))),
    card=MethodCard(
        title=N_("Joining and splitting groups"),
        quotation="es necesario clasificar a estos en grupos de acuerdo con sus características, deseos y posibilidades, de forma "
                  "que se pueda garantizar el nivel de servicio que cada cliente demanda",
        source=N_("Gómez, Acevedo, González 2004, S2:L211; Kruskal and Wallis 1952, JASA 47; Holm 1979"),
        formula=N_("H = 12 ÷ (n (n + 1)) × Σ nⱼ (mean rankⱼ − (n + 1) ÷ 2)² ÷ ties; groups join first, then they are split; a new "
                   "customer goes to the part of its value or of its nearest centre, one not known to the larger part"),
        assumes=N_("parts are made by something else than what is tested; 30 customers and more in each part"),
        fails=N_("a cut looked for until it parts, few rated customers, parts that nobody would serve differently"),
        badge=N_("house rule"),
        **examples.SPLITTING))
