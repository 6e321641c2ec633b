"""The reading of the page of the plan."""

from __future__ import annotations

from svcnb.i18n import N_


def read_plan(result, words) -> str:
    """How many contents are complete, the tightest activity, who hears nothing, what nobody answers for."""
    contents = result.table("contents")
    if contents.empty:
        return words(N_("There is no plan yet."))
    whole, n = int((contents["status"] == "complete").sum()), len(contents)
    blanks = int(contents["n_missing"].sum())
    sentences = [words(N_("{n} of {of} contents of the plan are complete; the blanks, {blanks} in number, are listed below."), n=whole,
                       of=n, blanks=blanks)]
    load = result.table("load")
    if len(load):
        top = load.loc[load["utilisation"].idxmax()]
        text = N_("{activity} is asked for {load:%} of its capacity in {period}: the plan cannot be carried out as it "
                  "stands.") if top["utilisation"] > 1 + 1e-9 else \
            N_("The tightest activity is {activity} with {load:%} of its capacity in {period}.")
        sentences.append(words(text, activity=top["activity_id"], load=float(top["utilisation"]),
                               period=str(top["period"])[:7]))
    phases = result.table("phases")
    silent = list(dict.fromkeys(phases.loc[phases["n"] == 0, "group_id"])) if len(phases) else []
    if silent:
        sentences.append(words(N_("Some phase of communication is silent for {groups}."), groups=", ".join(silent)))
    guarantees = result.table("guarantees")
    open_ones = int((guarantees["status"] == "incomplete").sum()) if len(guarantees) else 0
    if open_ones:
        sentences.append(words(N_("Of capacities, resources, training and promotion, {n} still lack an owner or a date."),
                               n=open_ones))
    return " ".join(sentences)
