"""The reading of page 02b: how many clusters, how far to trust them, which stands out."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.methods.clusters.stability import GOOD
from svcnb.sentences.columns import cell
from svcnb.steps.characteristics import CHARACTERISTICS

STRUCTURES = {"none": N_("no substantial structure"), "weak": N_("a weak structure"), "reasonable": N_("a reasonable structure"),
              "strong": N_("a strong structure")}
BETTER = {"none": (N_("weak"), 0.25), "weak": (N_("reasonable"), 0.50), "reasonable": (N_("strong"), 0.70)}  # the next above
A_CLUSTER = 10  # customers that each cluster should rest on (method.md 4.2 a)
TOLD = 3  # traits of a cluster in a sentence
NEAR = 1e-9


def read_clusters(result, words) -> str:
    """Caution first where the customers form no clear groups; then number, reliability and the cluster that stands out.

    Parameters
    ----------
    result : StepResult of clusters
    words : svcnb.i18n.Words
    """
    clusters = result.table("clusters")
    if not len(clusters):
        return words(N_("No clusters: too little is known of how the customers order. Form the groups with experts, and verify "
                        "them when orders are recorded."))
    return " ".join(part for part in (_caution(result, words), _number(result, words), _reliable(result, words),
                                      _stands_out(result, clusters, words)) if part)


def _caution(result, words) -> str:
    n, k = result.value("n_clustered"), result.value("n_clusters")
    if n < A_CLUSTER * k:
        return words(N_("Take this as a hint: {n} customers for {k} clusters are few."), n=n, k=k)
    if result.value("structure") == "none":
        return words(N_("Be careful: the customers form no clear groups, the clusters cut a continuum."))
    if result.value("structure") == "weak":
        return words(N_("Be careful: the borders between the clusters are blurred."))
    return ""


def _number(result, words) -> str:
    k, best, silhouette = result.value("n_clusters"), result.value("best_k"), result.value("silhouette")
    if silhouette is None:
        return words(N_("{n} customers are in {k} clusters; how clear these are is not measured."), n=result.value("n_clustered"), k=k)
    structure = result.value("structure")
    text = words(N_("{n} customers are in {k} clusters: mean silhouette {silhouette:2}, {structure:word}"),
                 n=result.value("n_clustered"), k=k, silhouette=silhouette, structure=STRUCTURES[structure])
    if structure in BETTER:
        text += " (" + words(N_("{better:word} above {limit:2}"), better=BETTER[structure][0], limit=BETTER[structure][1]) + ")"
    text += "."
    if best not in (None, k):
        text += " " + words(N_("The silhouette would choose {best}."), best=best)
    return text


def _reliable(result, words) -> str:
    rand = result.value("stability")
    if rand is None:
        return ""
    template = N_("Drawn anew, they come again (agreement {rand:2}, good from {good:2} on).") if rand >= GOOD - NEAR else \
        N_("Drawn anew, they do not come again reliably (agreement {rand:2}, good only from {good:2} on).")
    return words(template, rand=rand, good=GOOD)


def _smallest(clusters, told, words) -> str:
    """The share of the smallest cluster, unless it is the one already told of."""
    row = clusters.loc[clusters["n"].idxmin()]
    if row["cluster_id"] == told["cluster_id"]:
        return ""
    return words(N_("The smallest, {name}, has {share:%} of the customers."), name=quoted(words(row["name"]), words),
                 share=row["share_customers"])


def _stands_out(result, clusters, words) -> str:
    """The cluster farthest from the mean of all, with its strongest trait in numbers."""
    row = clusters.loc[clusters["apart"].idxmax()]
    smallest = _smallest(clusters, row, words)
    if not row["traits"]:
        return smallest
    strongest, *others = row["traits"].split(";")
    column = strongest.rsplit(":", 1)[0]
    profiles = result.table("profiles")
    own = profiles[(profiles["cluster_id"] == row["cluster_id"]) & (profiles["characteristic"] == column)].iloc[0]
    first = words(N_("{name} stands out most, by {characteristic:word} (median {value}, of all {all})"),
                  name=quoted(words(row["name"]), words), characteristic=CHARACTERISTICS[column].name,
                  value=cell(column, own["median"], words), all=cell(column, own["median_all"], words))
    more = "; " + words(N_("besides: {traits}"), traits=read_traits(";".join(others), words, TOLD - 1)) if others else ""
    share = words(N_("it has {share:%} of the customers"), share=row["share_customers"])
    if row["share_revenue"] == row["share_revenue"]:
        share = words(N_("it has {share:%} of the customers and brings {revenue:%} of the revenue"), share=row["share_customers"],
                      revenue=row["share_revenue"])
    return f"{first}{more}; {share}. {smallest}".rstrip()


def read_traits(traits: str, words, most: int = 99) -> str:
    """The traits of a cluster (column:direction;…) in words, the strongest first.

    >>> from svcnb.i18n import words_in
    >>> read_traits("n_orders:high;size_cv:low", words_in("en"))
    'many orders, orders of even size'
    """
    parts = [one.rsplit(":", 1) for one in traits.split(";") if one][:most]
    return ", ".join(words(getattr(CHARACTERISTICS[column], direction)) for column, direction in parts) or \
        words(N_("near the average"))


def quoted(name: str, words) -> str:
    """A name as a name, not as words of the sentence."""
    return f"«{name}»" if words.language == "es" else f"“{name}”"
