"""The reading of page 01: which variable separates customers, into what, and how far to trust it."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.steps.candidates import variable_name
from svcnb.steps.segmentation import TREES

# codes of the step's tables, so that the catalogues have them
CODES = (N_("target"), N_("maintain"), N_("exclude"), N_("data"), N_("expert"), N_("none"), N_("yes"), N_("no"),
         N_("a_priori"))
STRENGTHS = ((0.1, N_("negligible")), (0.3, N_("weak")), (0.5, N_("moderate")), (float("inf"), N_("strong")))
SURE = 0.001


def read_segmentation(result, words) -> str:
    """Number, comparison and caution of step 1 in two or three sentences.

    Parameters
    ----------
    result : StepResult of segmentation
    words : svcnb.i18n.Words
    """
    segments = result.table("segments")
    if result.value("cramers_v") is None:
        return _untested(result, segments, words)
    sentences = [_separates(result, words)]
    targets = segments[segments["status"] == "target"]
    share = result.value("share_revenue_targets")
    if share is not None:
        sentences.append(words(N_("Of {n} segments {targets} are targets; they bring {share:%} of the revenue."),
                               n=len(segments), targets=len(targets), share=share))
    else:
        sentences.append(words(N_("Of {n} segments {targets} are targets."), n=len(segments), targets=len(targets)))
    sentences.append(_caution(result, segments, words))
    return " ".join(sentence for sentence in sentences if sentence)


def _separates(result, words) -> str:
    v, low, high = (getattr(result.quantities["cramers_v"], part) for part in ("value", "low", "high"))
    name = words(variable_name(result.value("variable")))
    values = {"variable": name[:1].upper() + name[1:], "criterion": words(variable_name(result.value("criterion"))),
              "v": v, "low": low, "high": high, "n": result.quantities["cramers_v"].n,
              "strength": words(next(word for limit, word in STRENGTHS if v < limit - 1e-9))}
    p = result.value("p_value")
    if _discriminates(result):
        second = _second(result, words)
        values["p"] = f"p < {words.number(SURE, 3)}" if p < SURE else f"p = {words.number(p, 3)}"
        text = words(N_("{variable} tells customers apart by {criterion}: Cramér's V = {v:2} (95 % interval {low:2} to "
                        "{high:2}, {strength}, {p}, n = {n})."), **values)
        return f"{text} {second}" if second else text
    return words(N_("{variable} is the best variable there is, but it does not tell customers apart by {criterion}: "
                    "Cramér's V = {v:2} (95 % interval {low:2} to {high:2}, n = {n})."), **values)


def _discriminates(result) -> bool:
    return result.value("discriminating") is True


def _second(result, words) -> str:
    """The next variable, so that the number has something to stand beside."""
    rows = result.table("associations").dropna(subset=["cramers_v"])
    others = rows[rows["variable"] != result.value("variable")].sort_values("cramers_v", ascending=False)
    if not len(others):
        return ""
    other = others.iloc[0]
    template = N_("The strongest single characteristic is {name:word} with V = {v:2}.") if \
        result.value("variable") in TREES else N_("The strongest of the others is {name:word} with V = {v:2}.") if \
        other["cramers_v"] <= result.value("cramers_v") else \
        N_("The variable {name:word} is stronger with V = {v:2}, but meets fewer of the nine criteria.")
    return words(template, name=variable_name(other["variable"]), v=float(other["cramers_v"]))


def _caution(result, segments, words) -> str:
    known = segments.dropna(subset=["n"])
    small = known[known["n"] < result.parameters.get("min_n", 30)]
    lost = result.value("share_unassigned") or 0
    if len(small):
        names = ", ".join(words(str(name)) for name in small["name"])
        return words(N_("Be careful with {names}: too few customers for statistics."), names=names)
    if lost > 0:
        return words(N_("{share:%} of the customers belong to no segment."), share=lost)
    return words(N_("The segments hold for this criterion only; another one may draw other borders."))


def _untested(result, segments, words) -> str:
    if len(segments) > 1:
        return words(N_("There are {n} segments by the judgement of experts; no data have tested them. Verify them with "
                        "χ² against a criterion as soon as customers are listed with their variables."), n=len(segments))
    return words(N_("All customers are one segment: nothing is known that could tell them apart. A service for everybody "
                    "is seldom economic; list the customers with at least one variable each."))
