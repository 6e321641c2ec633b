"""The reading of the page of step 6."""

from __future__ import annotations

from svcnb.i18n import N_


def read_critical_parameters(result, words) -> str:
    """Which parameter comes first, how far the experts agree, what restrains most, what has no number yet."""
    parameters, value = result.table("parameters"), result.value
    if not len(parameters):
        return words(N_("No parameter is known yet: experts must name the few that decide whether the goals are met."))
    w, sentences = value("concordance"), []
    first = parameters.iloc[0]
    if w is None:
        sentences.append(words(N_("{n} parameters are listed; no experts' ranking orders them."), n=len(parameters)))
    else:
        count = result.quantities["concordance"].n
        without, against = value("concordance_without"), _against(result)
        sentences.append(words(N_("First of {n} parameters is “{first}”. {m} experts: Kendall's W is {w:2} (p = {p:3}), {needed:2} "
                                  "counts as agreement."), n=len(parameters), first=words(str(first["name"])), m=count, w=w,
                               p=value("concordance_p"), needed=value("concordance_needed")))
        if without is not None and against:
            sentences.append(words(N_("{expert} ranks against the others; without that voice W is {without:2}."),
                                   expert=", ".join(against), without=without))
    if value("force_ratio") is not None:
        forces = result.table("forces")
        strongest = forces[forces["side"] == "restraining"].sort_values("strength", ascending=False, kind="stable")
        drive = words(N_("Driving forces carry {ratio:%} of the field."), ratio=value("force_ratio"))
        if len(strongest):
            drive = words(N_("Driving forces carry {ratio:%} of the field; what restrains most is “{text}” ({strength:1})."),
                          ratio=value("force_ratio"), text=words(str(strongest["text"].iloc[0])),
                          strength=float(strongest["strength"].iloc[0]))
        sentences.append(drive)
    if result.quantities.get("goals_feasible") is not None and result.quantities["goals_feasible"].n:
        sentences.append(words(N_("Of {n} goals {yes} can be met, {no} cannot as it is, and {unjudged} are not judged."),
                               n=result.quantities["goals_feasible"].n, yes=value("goals_feasible"),
                               no=value("goals_not_feasible"), unjudged=value("goals_not_judged")))
    return " ".join(sentences)


def _against(result) -> list[str]:
    ranks = result.table("ranks")
    return sorted(set(ranks.loc[ranks["dissenter"].astype(bool), "expert_id"])) if len(ranks) else []
