"""Page 01: which variable separates customers, the segments it makes, which of them are targets."""

from __future__ import annotations

from svcnb.figures import segmentation as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.segmentation import read_segmentation
from svcnb.steps.candidates import variable_name
from svcnb.steps.segmentation import A_PRIORI, STATUSES, TREES


def fields(result, words):
    variables = list(result.table("variables")["variable"]) if len(result.table("variables")) else []
    trees = result.earlier.get("comparison", {}).get("trees") or {}
    options = tuple((v, words(variable_name(v))) for v in (*variables, *(m for m in TREES if m in trees), A_PRIORI))
    segments = result.decision.get("segments", {})
    columns = (Field("name", words("Name"), "text"),
               Field("status", words("Status"), "choice", options=tuple((s, read_code(s, words)) for s in STATUSES)))
    return (Field("variable", words("Segments are told apart by"), "choice", result.decision.get("variable"), options),
            Field("segments", words("Segments"), "rows", segments, columns,
                  names={key: ", ".join(map(str, row.get("values", [])[:3])) or key for key, row in segments.items()}))


def check(result, tables, words):
    rows = tables.get("contingency")
    if rows is None or not len(rows):
        return None
    row = rows.iloc[0]
    observed, expected = float(row["observed"]), float(row["expected"])
    n, across, down = row["n_all"], row["n_row"], row["n_column"]
    working = words("{across:0} × {down:0} ÷ {n:0}", across=across, down=down, n=n)
    return Check(words("{row} and {column}: {across:0} customers in the row, {down:0} in the column, {n:0} in all. How many "
                       "are expected in the cell if the variable told nothing?", row=str(row["row"]), column=str(row["column"]),
                       across=across, down=down, n=n),
                 expected, max(0.06, 0.002 * expected), working=working,
                 mistakes=((observed, words("That is the observed count; expected is what independence would give.")),
                           (100 * float(row["row_share"]), words("That is the row's share in per cent."))))


PAGE = Page(
    name="segmentation", step="segmentation", notebook="01_segmentation", title=N_("Segmentation"),
    question=N_("Which customers deserve a service of their own?"),
    ends_in=N_("Step 1 · segmentation · ends in: the target segments"),
    read=lambda result, tables, view, words: read_segmentation(result, words), fields=fields, check=check,
    resets={"variable": ("segments",)},
    pictures=(Picture("contingency", N_("What separates customers: the chosen variable against the criterion"),
                      figures.plot_contingency, figures.describe_contingency, ("contingency",)),),
    tables=(TableView("segments", N_("Segments"), ("name", "n", "share_customers", "revenue",
                                                   "share_revenue", "status")),
            TableView("associations", N_("Which variable is related to the criterion"),
                      ("name", "chi2", "df", "p_value", "cramers_v", "n", "discriminating")),
            TableView("contingency", N_("The chosen variable against the criterion"), ("row", "column", "observed", "expected", "residual", "row_share", "n_row"))),
    card=MethodCard(
        title=N_("Contingency table and χ² test"),
        quotation="Para cada segmento debe diseñarse un nivel de servicio específico. No es económico generalizar",
        source=N_("Gómez, Acevedo, González 2004, S2:L50 and L205"),
        formula=N_("χ² = Σ (observed − expected)² ÷ expected; V = √(χ² ÷ (n · min(rows − 1, columns − 1)))"),
        assumes=N_("customers counted once; at most 20 % of the expected counts below 5"),
        fails=N_("tiny expected counts, a variable that cannot be observed for new customers, segments too small to serve"),
        **examples.CONTINGENCY))
