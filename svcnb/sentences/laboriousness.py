"""The reading of page 02d: who makes the work, whether the groups differ, which two are closest."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.sentences.characterisation import SLIGHT

FEW = 30  # rated customers of a group below which its comparison is said to be doubtful
FEW_GROUPS = 5  # a correlation of so few groups says little


def read_laboriousness(result, words) -> str:
    """Number, comparison and caution in two or three sentences.

    Parameters
    ----------
    result : StepResult of characterisation
    words : svcnb.i18n.Words
    """
    sentences = [_doubt(result, words), _most(result, words), _differ(result, words), _small(result, words),
                 _cost(result, words)]
    return " ".join(sentence for sentence in sentences if sentence)


def _doubt(result, words) -> str:
    """Small n first."""
    rows = result.table("laboriousness")
    if result.value("groups_differ") is None or not len(rows):
        return ""
    few = rows[(rows["n_rated"] > 0) & (rows["n_rated"] < FEW)]
    if len(few):
        names = ", ".join(words("{name:word} ({n})", name=str(r.name), n=int(r.n_rated)) for r in few.itertuples(index=False))
        return words(N_("Few customers are rated one by one: {names}."), names=names)
    return ""


def _most(result, words) -> str:
    rows = result.table("laboriousness")
    rows = rows.dropna(subset=["laboriousness"]).sort_values("laboriousness", ascending=False, kind="stable") if len(rows) \
        else rows
    if not len(rows):
        return words(N_("How much work each group makes is not rated; let experts rate each cost driver for each group."))
    first, last = rows.iloc[0], rows.iloc[-1]
    text = words(N_("Most work is made by {name:word}: laboriousness {value:2} of 5 ({level:word})"), name=str(first["name"]),
                 value=float(first["laboriousness"]), level=first["class"])
    return text + "." if len(rows) == 1 else text + words(N_("; least by {name:word} ({lab:2})."), name=str(last["name"]),
                                                          lab=float(last["laboriousness"]))


def _differ(result, words) -> str:
    differ = result.value("groups_differ")
    if differ is None:
        known = result.table("laboriousness")
        return words(N_("Whether the groups differ is not tested: single customers are not rated.")) \
            if len(known) and known["laboriousness"].notna().any() else ""
    n, effect = result.quantities["groups_differ"].n, result.value("difference_effect")
    template = N_("The groups are not shown to differ (Kruskal–Wallis H = {h:1}, {p}, n = {n})") if not differ else \
        N_("The groups differ, but hardly (Kruskal–Wallis H = {h:1}, {p}, ε² = {effect:2}, n = {n})") if effect < SLIGHT else \
        N_("The groups differ (Kruskal–Wallis H = {h:1}, {p}, ε² = {effect:2}, n = {n})")
    text = words(template, h=result.value("kruskal_h"), p=_p(result.value("difference_p"), words), n=n, effect=effect)
    return f"{text}; {_closest(result, words)}"


def _closest(result, words) -> str:
    pair, verdict = result.table("pairs").iloc[0], result.value("merge_verdict")
    names = dict(zip(result.table("laboriousness")["group_id"], result.table("laboriousness")["name"], strict=True))
    values = {"first": str(names[pair["group_id"]]), "second": str(names[pair["other_group"]]),
              "p": _p(float(pair["p_adjusted"]), words)}
    return words(N_("even the closest pair differs, {first:word} and {second:word} (Dunn, {p}).") if verdict == "all_differ" else
                 N_("the closest pair, {first:word} and {second:word}, does not (Dunn, {p}): it could be one group. Not to find "
                    "a difference is not to show that there is none."), **values)


def _small(result, words) -> str:
    n = result.value("customers_redesign")
    if not n:
        return ""
    share = result.value("share_redesign")
    values = {"n": n, "all": result.quantities["customers_redesign"].n, "share": share}
    return words(N_("{n} of {all} rated customers are laborious and small: they bring {share:%} of what these bring.")
                 if share is not None else N_("{n} of {all} rated customers are laborious and small."), **values)


def _cost(result, words) -> str:
    value = result.value("laboriousness_and_cost")
    if value is None:
        return ""
    n = result.quantities["laboriousness_and_cost"].n
    return words(N_("Against the cost to serve a customer the rank correlation is {value:2}, but of {n} groups only.") if n < FEW_GROUPS
                 else N_("Against the cost to serve a customer the rank correlation is {value:2} ({n} groups)."), value=value, n=n)


def _p(p: float, words) -> str:
    return f"p < {words.number(0.001, 3)}" if p < 0.001 else f"p = {words.number(p, 3)}"
