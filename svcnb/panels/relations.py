"""Page 02e: the matrix of interdependence, recency, frequency and monetary value, the relation of each group."""

from __future__ import annotations

from svcnb.figures import relations as figures
from svcnb.figures.relations import SHORT
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.relations import read_relations
from svcnb.steps.relation_tables import ALL
from svcnb.steps.relations import RELATIONSHIPS

FILTERED = ("matrix", "relationships", "rfm_classes", "rfm_cells")


def controls(result, words):
    groups = result.table("groups")
    if len(groups) < 2:
        return ()
    n = dict(zip(groups["group_id"], groups["n"], strict=True))
    names = dict(zip(groups["group_id"], groups["name"], strict=True))
    options = ((ALL, words("All")), *((g, words("{name} (n {n})", name=words(names[g]), n=int(n[g]))) for g in names))
    return (Field("group", words("Group"), "choice", ALL, options),)


def adapt(result, view, words):
    """The rows of the chosen group."""
    group = view.get("group") or ALL
    tables = {**result.tables}
    for name in FILTERED:
        frame = result.table(name)
        tables[name] = frame[frame["group_id"] == group].reset_index(drop=True) if len(frame) else frame
    customers = result.table("customers")
    if len(customers) and group != ALL:
        tables["customers"] = customers[customers["group_id"] == group].reset_index(drop=True)
    return tables


def fields(result, words):
    groups = result.decision.get("groups") or {}
    if not groups:
        return ()
    options = (("", words("not judged")), *((code, words(SHORT[code])) for code in RELATIONSHIPS))
    return (Field("groups", words("Relation with each group"), "rows", groups,
                  (Field("relationship", words("Relation"), "choice", "", options),), names=words.names.get("group", {})),)


def check(result, tables, words):
    customers = tables.get("customers")
    if customers is None or not len(customers):
        return None
    placed = customers.dropna(subset=["d_us", "d_cust"])
    uneven = placed[placed["asymmetry"].abs() > 0]
    if len(uneven):
        row = uneven.iloc[0]
        us, them = float(row["d_us"]), float(row["d_cust"])
        working = words("{us} − {them}", us=us, them=them)
        return Check(words("{name}: we depend on it {us}, it depends on us {them}. What is the asymmetry (positive: we depend "
                           "more)?", name=str(row["name"]), us=us, them=them), us - them, 0.01, working=working,
                     mistakes=((them - us, words("The other way round: ours minus theirs.")),
                               ((us + them) / 2, words("That is the interdependence, the mean of the two.")),
                               (us + them, words("That is the sum; asymmetry is a difference."))))
    return _check_score(result, customers, words)


def _check_score(result, customers, words):
    """Without the matrix: the score of a customer's recency from its place."""
    known = customers.dropna(subset=["recency_rank", "recency_score"])
    if not len(known):
        return None
    row, n = known.iloc[0], result.quantities["customers_ordered"].n
    n, rank, bands = result.value("customers_ordered") or n, float(row["recency_rank"]), int(result.parameters.get("n_bands", 5))
    exact = bands * (rank - 0.5) / n
    return Check(words("{name} ordered {days:0} days before the end: place {rank} of {n:0} from the longest ago to the latest. "
                       "What is its recency score, 1 to {bands}?", name=str(row["name"]), days=float(row["recency_days"]),
                       rank=rank, n=n, bands=bands), float(row["recency_score"]), 0.01,
                 working=words("{bands} × ({rank} − 0.5) ÷ {n:0} = {exact:2}, rounded up", bands=bands, rank=rank, n=n, exact=exact),
                 mistakes=((round(exact, 2), words("Scores are whole: round up.")),
                           (bands + 1 - float(row["recency_score"]), words("The other way round: the latest has the highest score."))))


PAGE = Page(
    name="relations", step="relations", notebook="02e_relations", title=N_("Relations"),
    question=N_("Who depends on whom, and who is about to leave?"),
    ends_in=N_("Step 2 · interdependence and recency, frequency, monetary value · ends in: the relation with each group"),
    read=lambda result, tables, view, words: read_relations(result, tables, words), controls=controls, adapt=adapt,
    fields=fields, check=check, beside="characterisation",
    pictures=(Picture("matrix", N_("Who depends on whom: number of customers, size by revenue, hollow near the cut"),
                      figures.plot_matrix, figures.describe_matrix, ("matrix",)),
              Picture("rfm", N_("When and how often they order"), figures.plot_rfm, figures.describe_rfm, ("rfm_cells",)),
              Picture("classes", N_("Who stays and who leaves"), figures.plot_classes, figures.describe_classes, ("rfm_classes",))),
    tables=(TableView("groups", N_("Relation proposed for each group"), ("name", "n", "n_placed", "relationship", "share_revenue",
                                                                         "n_at_risk", "share_at_risk")),
            TableView("relationships", N_("Four relations"), ("relationship", "n", "share", "revenue", "share_revenue")),
            TableView("rfm_classes", N_("Classes of recency, frequency and monetary value"), ("rfm_class", "n", "share", "share_value")),
            TableView("customers", N_("Interdependence, the largest customers"),
                      ("customer_id", "name", "group_id", "share_revenue", "d_us", "d_cust", "relationship", "interdependence",
                       "asymmetry", "borderline")),
            TableView("customers", N_("Recency, frequency, monetary value of the largest customers"),
                      ("customer_id", "name", "recency_days", "frequency", "monetary", "rfm_cell", "rfm_class")),
            TableView("matrix", N_("Places in the matrix"), ("d_us", "d_cust", "relationship", "n", "share_revenue", "borderline",
                                                             "largest_names")),
            TableView("rfm_cells", N_("Cells of recency and frequency"), ("recency_score", "frequency_score", "n", "monetary_mean"))),
    card=MethodCard(
        title=N_("Matrix of interdependence"),
        quotation="su comportamiento no es igual ante todos sus proveedores, está en función de la interdependencia "
                  "cliente-proveedor",
        source=N_("Gómez, Acevedo, González 2004, S2:L141; Kumar 1996, Harvard Business Review; for recency, frequency, monetary "
                  "value Hughes 1994"),
        formula=N_("interdependence = (ours + theirs) ÷ 2; asymmetry = ours − theirs; 3 and more is high. Score = place ÷ n in five bands, rounded up"),
        assumes=N_("ratings 1 to 5 by those who know the customers; one period of orders; classes and cuts are house rules"),
        fails=N_("dependence guessed from revenue alone, a short period, customers who order by season"),
        badge=N_("reconstructed"),
        **examples.INTERDEPENDENCE))
