"""The reading of the page of the plan."""

from __future__ import annotations

import re

from svcnb.i18n import N_
from svcnb.sentences.codes import read_code

CONCERN = {  # the text of a blank -> of what the ids are that stand beside it
    "groups without a service": "group", "services without a demand": "service", "groups without a goal": "group",
    "goals without value, unit or level": "goal",
    "goals that step 6 found out of reach": "goal", "goals that step 6 has not judged": "goal", "activities beyond their capacity": "activity",
    "groups without cost to serve or demand": "group", "phases in which a group hears nothing": "group",
    "communications without a date": "group"}
OF_ITEM = {2: "service", 3: "measure", 4: "activity", 8: "activity"}  # number of a content -> of what its items are ids
STOCK = {"SS": N_("safety stock"), "ROP": N_("reorder point")}


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
        sentences.append(words(N_("Some phase of communication is silent for {groups}."), groups=silent))
    guarantees = result.table("guarantees")
    open_ones = int((guarantees["status"] == "incomplete").sum()) if len(guarantees) else 0
    if open_ones:
        sentences.append(words(N_("Of capacities, resources, training and promotion, {n} still lack an owner or a date."),
                               n=open_ones))
    return " ".join(sentences)


def detail_in(missing: str, detail: str, words) -> str:
    """What a blank concerns, by names; a phase of communication in the reader's language."""
    kind = CONCERN.get(missing)
    if not kind:
        return detail
    known = words.names.get(kind, {})
    return re.sub(r"[^\s,]+?(?=:?[\s,]|:?$)", lambda id_: known.get(id_[0]) or read_code(id_[0], words), detail)


def item_in(number: int, item: str, words) -> str:
    """An item of a content by its name: service, measure, activity, article with what of it, phase."""
    head, _, rest = item.partition(" ")
    if number == 5 and rest in STOCK:
        return f"{head}: {words(STOCK[rest])}"
    if number in OF_ITEM and head in words.names.get(OF_ITEM[number], {}):
        return f"{words.names[OF_ITEM[number]][head]} {read_code(rest, words) if rest else ''}".strip()
    phase, colon, rest = item.partition(":")
    return f"{read_code(phase, words)}:{rest}" if number == 10 and colon else words(item)


def what_in(guarantee: str, what: str, words) -> str:
    """What is to be assured; the activities of the capacities by name. What a person wrote stands as written."""
    if guarantee != "capacities":
        return what
    known = words.names.get("activity", {})
    return "; ".join(re.sub(r"^\S+", lambda id_: known.get(id_[0], id_[0]), part) for part in what.split("; "))
