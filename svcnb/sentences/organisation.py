"""The readings of the two pages of step 5."""

from __future__ import annotations

import json

from svcnb.i18n import N_
from svcnb.steps.table1 import render


def read_organisation(result, words) -> str:
    """What kind of service each group gets, how we organise for it, what is doubtful."""
    positions = result.table("positions")
    if not len(positions):
        return words(N_("No group is known yet: the organisation cannot be derived."))
    parts = "; ".join(words(N_("{group} ({type:word}, {package:word} package)"), group=words(name), type=kind, package=package)
                      for name, kind, package in zip(positions["name"], positions["service_type"], positions["package"],
                                                     strict=True))
    form = result.decision.get("form")
    sentences = [words(N_("Each group asks for its own way to serve: {parts}."), parts=parts)]
    filled = result.value("table1_filled")
    if form:
        sentences.append(words(N_("The organisation forms {form:word}; {filled:%} of the 17 definitions have a text, {agreed:%} "
                                  "are agreed."), form=FORMS[form], filled=filled, agreed=result.value("table1_agreed")))
    doubtful = positions[positions["borderline"].astype(bool) | (positions["evidence"] == "assumed")]
    if len(doubtful):
        sentences.append(words(N_("Doubtful, because ratings lie near a cut or are assumed: {groups}."),
                               groups=", ".join(doubtful["name"].map(words))))
    return " ".join(sentences)


def read_staffing(result, words) -> str:
    """How many servers the peak needs, against today's and what the mean would say, and how sure that is."""
    value, found = result.value, result.quantities.get("servers")
    if found is None and value("arrival_rate") is not None:
        return words(N_("In the peak {arrival:1} customers arrive an hour and one server attends {service:1}: no number of "
                        "servers meets the goal as it is set."), arrival=value("arrival_rate"), service=value("service_rate"))
    if found is None:
        return words(N_("No waiting line was observed and no rates are known: the staff is not sized. A count of a busy hour and "
                        "the minutes one customer takes are enough to begin."))
    sentences = []
    if value("mean_wait") is None:
        sentences.append(words(N_("In the peak {arrival:1} customers arrive an hour; with {servers} servers the line grows "
                                  "without end."), arrival=value("arrival_rate"), servers=found.value))
    else:
        sentences.append(words(N_("In the peak {arrival:1} customers arrive an hour; with {servers} servers {within:%} are served "
                                  "within {goal:0} minutes (goal {share:%}) and the mean wait is {wait:1} minutes."),
                               arrival=value("arrival_rate"), servers=found.value, within=value("p_within_goal"),
                               goal=value("goal_wait"), share=value("goal_probability"), wait=value("mean_wait")))
    if value("servers_by_mean"):
        sentences.append(words(N_("The mean of all hours, {mean:1} an hour, would have asked for {few}; today there are "
                                  "{today}.") if value("servers_today") else
                               N_("The mean of all hours, {mean:1} an hour, would have asked for {few}."),
                               mean=value("arrival_rate_mean"), few=value("servers_by_mean"), today=value("servers_today")))
    if found.evidence != "data":
        sentences.append(words(N_("The rates were asked, not observed: between {low} and {high} servers."), low=found.low,
                               high=found.high))
    elif found.low != found.high:
        sentences.append(words(N_("With {n} arrivals seen in the peak, between {low} and {high} servers may be right."),
                               n=found.n, low=found.low, high=found.high))
    return " ".join(sentences)


def table1_in(table, words):
    """Table 1 with its filled texts in the reader's language; what people wrote stands as written."""
    shown = [render(row.template, json.loads(row.values_), words) if row.template else row.text
             for row in table.rename(columns={"values": "values_"}).itertuples(index=False)]
    return table.assign(text=shown)


# codes that tables and forms show as words
SHOWN = (N_("unique"), N_("selective"), N_("restricted"), N_("generic"), N_("product"), N_("market"), N_("function"), N_("per hour"))
FORMS = {"product": N_("around products"), "market": N_("around markets"), "function": N_("around functions"),
         "mixed": N_("in a mixed way")}
