"""The report's sentence on what is held where, and on who withdrew."""

from __future__ import annotations

from markupsafe import Markup

from svcnb.i18n import N_
from svcnb.panels import layout
from svcnb.privacy import withdrawn
from svcnb.tables import TABLES
from svcnb.tables.people import kind_of

KINDS = {"respondent": N_("respondents"), "expert": N_("experts"), "person": N_("persons"), "participant": N_("participants")}


def held_section(study, journal, words, scenario: str = "base") -> Markup:
    """What this report, the folder, the journal and the stored results hold of people."""
    tables = [name for name, table in TABLES.items() if study.has(name)
              and any(kind_of(name, column) and table.by_name[column].kind == "input" for column in table.names)]
    sentences = [
        words("This report holds figures of groups. Experts stand in it by their ids, and who decided by the name that they "
              "wrote."),
        words("Names of customers and answers of single people stay in the study's folder, in: {tables}.",
              tables=", ".join(tables)) if tables else words("No table of the study holds data of people."),
        words("Decisions, votes and who gave them are in its journal.sqlite; figures that were computed are in .results and "
              "may be deleted."),
        words("svcnb pseudonymise writes a copy without names; svcnb forget deletes the answers of one person.")]
    gone = withdrawn(journal, scenario)
    if gone:
        who = ", ".join(f"{n} {words(KINDS[kind])}" for kind, n in gone.items() if kind in KINDS)
        sentences.append(words("Have withdrawn their answers: {who}. They count nowhere in this report.", who=who))
    return layout.card(words("What is held where"), Markup("<p>{}</p>").format(" ".join(sentences)))
