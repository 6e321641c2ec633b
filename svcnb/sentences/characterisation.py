"""The reading of page 02: who brings the business, who makes the work, and how far to trust it."""

from __future__ import annotations

from svcnb.i18n import N_

# codes of the step's tables, so that the catalogues have them
CODES = (N_("revenue"), N_("margin"), N_("volume"), N_("negative"), N_("missing"), N_("not a number"),
         N_("low"), N_("medium"), N_("high"))
SLIGHT = 0.06  # epsilon squared below which a difference, however certain, is small


def read_characterisation(result, words) -> str:
    """Number, comparison and caution of step 2 in two or three sentences.

    Parameters
    ----------
    result : StepResult of characterisation
    words : svcnb.i18n.Words
    """
    sentences = [_brings(result, words), _works(result, words), _caution(result, words)]
    return " ".join(sentence for sentence in sentences if sentence)


def _brings(result, words) -> str:
    if result.value("share_value.A") is None:
        return words(N_("What each customer brings is not measured: there is no ABC."))
    return words(N_("{n} of {all} customers ({share:%}) bring {value:%} of the {by:word}; the {c} smallest bring "
                    "{little:%}."), n=result.value("customers.A"), all=result.quantities["customers.A"].n,
                 share=result.value("share_customers.A"), value=result.value("share_value.A"),
                 by=result.value("abc_by"), c=result.value("customers.C"), little=result.value("share_value.C"))


def _works(result, words) -> str:
    rows = result.table("groups").dropna(subset=["laboriousness"]).sort_values("laboriousness", ascending=False,
                                                                            kind="stable")
    if not len(rows):
        return words(N_("How much work each group makes is not rated."))
    first, last = rows.iloc[0], rows.iloc[-1]
    values = {"name": str(first["name"]), "lab": float(first["laboriousness"]), "level": first["laboriousness_class"]}
    if first["share_revenue"] == first["share_revenue"]:
        text = words(N_("Most work is made by {name:word}: laboriousness {lab:2} of 5 ({level:word}) for {share:%} of the "
                        "revenue"), share=float(first["share_revenue"]), **values)
    else:
        text = words(N_("Most work is made by {name:word}: laboriousness {lab:2} of 5 ({level:word})"), **values)
    if len(rows) == 1:
        return text + "."
    return text + words(N_("; least by {name:word} ({lab:2})."), name=str(last["name"]), lab=float(last["laboriousness"]))


def _caution(result, words) -> str:
    differ, groups = result.value("groups_differ"), result.table("groups")
    unknown = groups[groups["laboriousness"].isna()]
    parts = []
    if differ is not None:
        p, n = result.value("difference_p"), result.quantities["groups_differ"].n
        shown = f"p < {words.number(0.001, 3)}" if p < 0.001 else f"p = {words.number(p, 3)}"
        template = N_("The groups do not differ for certain (Kruskal–Wallis, {p}, n = {n}).") if not differ else \
            N_("The groups differ in it, but hardly (Kruskal–Wallis, {p}, ε² = {effect:2}, n = {n}).") \
            if result.value("difference_effect") < SLIGHT else \
            N_("The groups differ in it (Kruskal–Wallis, {p}, ε² = {effect:2}, n = {n}).")
        parts.append(words(template, p=shown, n=n, effect=result.value("difference_effect")))
    elif groups["laboriousness"].notna().any():
        parts.append(words(N_("Whether the groups differ is not tested: single customers are not rated.")))
    if len(unknown) and len(unknown) < len(groups):
        parts.append(words(N_("Not rated: {names}."), names=", ".join(words(str(n)) for n in unknown["name"])))
    return " ".join(parts)
