"""Page 05: positions in the service matrices and what follows; form; the ten questions."""

from __future__ import annotations

from svcnb.figures import organisation as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.organisation import read_organisation, table1_in

PACKAGES, FORMS = ("unique", "selective", "restricted", "generic"), ("product", "market", "function", "mixed")


def adapt(result, view, words):
    """Table 1 with its filled texts in the reader's language."""
    table1 = result.table("table1")
    return {**result.tables, "table1": table1_in(table1, words)} if len(table1) else result.tables


def fields(result, words):
    groups = result.decision.get("groups", {})
    columns = (Field("package", words("Package"), "choice", options=tuple((p, read_code(p, words)) for p in PACKAGES)),)
    return (Field("form", words("Form of organisation"), "choice", result.decision.get("form"), tuple((f, read_code(f, words)) for f in FORMS)),
            Field("groups", words("Package of each group"), "rows", groups, columns,
                  names=words.names.get("group", {})))


PAGE = Page(
    name="organisation", step="organisation", notebook="05_organisation", title=N_("Organisation"),
    question=N_("How must we be organised to give this service?"),
    ends_in=N_("Step 5 · organisation · ends in: package, contact, skills and form"),
    read=lambda result, tables, view, words: read_organisation(result, words), fields=fields, adapt=adapt,
    pictures=(Picture("service", N_("Service matrix: interaction against labour"), figures.plot_service_matrix,
                      figures.describe_service_matrix, ("positions",)),
              Picture("contact", N_("Contact type of each group"), figures.plot_contact, figures.describe_contact,
                      ("positions",))),
    tables=(TableView("positions", N_("Positions and what follows"), ("group_id", "service_type", "marketing", "package", "fit",
                                                                      "borderline")),
            TableView("positions", N_("Contact, skills, operations and technology"), ("group_id", "contact", "skill", "focus",
                                                                                      "technology")),
            TableView("centralisation", N_("Centralisation"), ("factor", "rating", "weight", "share")),
            TableView("form", N_("Form of organisation"), ("form", "score")),
            TableView("table1", N_("The ten questions"), ("definition_id", "question", "definition", "text", "status"))),
    card=MethodCard(
        title=N_("Service matrices"),
        quotation="cuatro cuadrantes que relacionan el grado de interacción–adaptación (alto y bajo), con la intensidad de la mano de obra",
        source=N_("Gómez, Acevedo, González 2004, S2:L281 to L326; Schmenner 1986, Chase and Aquilano"),
        formula=N_("cut at 3 of 1 to 5; contact index = (interaction + singularity) ÷ 2 on 0 to 1"),
        assumes=N_("ratings of people who know the group"), fails=N_("ratings near 3: both neighbours are shown"),
        badge=N_("reconstructed"),
        **examples.MATRICES))
