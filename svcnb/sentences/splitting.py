"""The reading of page 02f: what a split of one group would part, whether the test supports it, what is in force."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.sentences.naming import capital

FEW = 30  # tested customers of a part below which its comparison is said to be doubtful
VERDICTS = {
    "split": N_("the test supports the split"), "not_supported": N_("the test does not support the split"),
    "slight": N_("they differ, but hardly, which many customers show: no reason to split"),
    "same_class": N_("they differ, but make work of the same class, so the test does not ask for a split"),
    "too_small": N_("a part has fewer than 30 customers, too few to be served on its own"),
    "few_tested": N_("a part has fewer than 5 customers tested, too few to say"),
    "not_measured": N_("nothing measured tells whether they differ"), "one_part": N_("that makes one part only")}


def read_splitting(result, tables, words) -> str:
    """Number, comparison and caution in three or four sentences.

    Parameters
    ----------
    result : StepResult of characterisation
    tables : those that the page's ``adapt`` made for what the reader chose: split_parts, split_test
    words : svcnb.i18n.Words
    """
    parts, test = tables.get("split_parts"), tables.get("split_test")
    if parts is None or not len(parts):
        return words(N_("No group can be split: nothing is known that tells its customers apart.")) + " " + _in_force(result, words)
    return " ".join(filter(None, (_few(parts, test.iloc[0], words), _parts(parts, test.iloc[0], words),
                                  _test(test.iloc[0], words), _chosen(test.iloc[0], words), _in_force(result, words))))


def _few(parts, test, words) -> str:
    """Small n first."""
    n = int(parts["n_tested"].min())
    if not test["tested"] or n >= FEW:
        return ""
    return words(N_("Few customers are tested: {n} in the part with the fewest."), n=n)


def _parts(parts, test, words) -> str:
    name = capital(words.name("group", str(test["group_id"])))
    known = parts.dropna(subset=["mean"]).sort_values("mean", kind="stable")
    if len(known) < 2:
        return words(N_("{name:word} in {n} parts by {variable:word}: {parts}."), name=name, n=len(parts), variable=test["variable"],
                     parts=", ".join(words(N_("{part} ({n} customers)"), part=str(row.name), n=int(row.n))
                                     for row in parts.itertuples(index=False)))
    low, high = known.iloc[0], known.iloc[-1]
    values = {"name": name, "variable": test["variable"], "first_part": str(low["name"]), "last_part": str(high["name"]),
              "n": int(low["n"]), "m": int(high["n"]), "a": float(low["mean"]), "b": float(high["mean"]), "k": len(parts)}
    if test["tested"] == "revenue":
        return words(N_("{name:word} in {k} parts by {variable:word}: “{last_part}” ({m} customers) brings {b:$} a customer, "
                        "“{first_part}” ({n}) {a:$}."), **values)
    return words(N_("{name:word} in {k} parts by {variable:word}: “{last_part}” ({m} customers) makes most work, {b:2} of 5, "
                    "“{first_part}” ({n}) least, {a:2}."), **values)


def _test(test, words) -> str:
    code = test["verdict"]
    verdict = words(VERDICTS[code])
    if test["h"] is None or test["h"] != test["h"]:
        return words(N_("Not tested: {verdict}."), verdict=verdict)
    values = {"h": float(test["h"]), "p": _p(float(test["p_value"]), words), "n": int(test["n_tested"]), "verdict": verdict}
    adjusted = test["p_adjusted"]
    if adjusted is None or adjusted != adjusted or test["n_ways"] < 2:
        return words(N_("Kruskal–Wallis H = {h:1}, {p}, n = {n}: {verdict}."), **values)
    return words(N_("Kruskal–Wallis H = {h:1}, {p}, adjusted for {ways} ways tried {q}, n = {n}: {verdict}."), **values,
                 ways=int(test["n_ways"]), q=_p(float(adjusted), words))


def _p(p, words) -> str:
    return f"p < {words.number(0.001, 3)}" if p < 0.001 else f"p = {words.number(p, 3)}"


def _chosen(test, words) -> str:
    """A cut that somebody looked for has too small a p."""
    return words(N_("A split that was looked for until it parts well makes p too small.")) if bool(test["moved"]) else ""


def _in_force(result, words) -> str:
    n, groups = result.value("groups_split"), result.value("n_groups")
    if not n:
        return words(N_("No group is split; {n} are in force."), n=groups or 0)
    parts = [row["part"]["name"] for row in result.decision.get("groups", {}).values() if row.get("part")]
    names = ", ".join(words(str(name)) for name in dict.fromkeys(parts))
    return words(N_("In force are {n} groups; split is: {parts}."), n=groups, parts=names)
