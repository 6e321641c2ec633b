"""Page 02b: customers that are alike in what they buy and how they order, how sure the clusters are, what they are called."""

from __future__ import annotations

from svcnb.figures import clusters as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.compared import COMPARED, compared_field
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.clusters import quoted, read_clusters, read_traits
from svcnb.steps.candidates import FACTORS
from svcnb.steps.characteristics import BEHAVIOUR, CHARACTERISTICS

ALL = "all"
CLEAR = 0.1  # a z of less is not worth a calculation


def controls(result, words):
    clusters = result.table("clusters")
    if not len(clusters):
        return ()
    options = tuple((row.cluster_id, words("{name} (n {n})", name=words(row.name), n=row.n)) for row in clusters.itertuples())
    return (Field("cluster", words("Cluster"), "choice", ALL, ((ALL, words("All clusters")), *options)),)


def adapt(result, view, words):
    """The chosen cluster in the map and among the customers; profiles a row a cluster; traits in words."""
    clusters, places, profiles = (result.table(name) for name in ("clusters", "map", "profiles"))
    if not len(clusters):
        return result.tables
    chosen = view.get("cluster") or ALL
    own = lambda frame: frame["cluster_id"] == chosen
    members = result.table("members")
    wide = profiles.pivot(index="cluster_id", columns="characteristic", values="median").reindex(clusters["cluster_id"])
    wide = wide[list(dict.fromkeys(profiles["characteristic"]))].reset_index(drop=True)
    shown = clusters[["cluster_id", "name", "n"]].join(wide)
    everyone = {"name": words("All customers"), "n": int(clusters["n"].sum()),
                **profiles.drop_duplicates("characteristic").set_index("characteristic")["median_all"]}
    shown.loc[len(shown)] = everyone
    return {**result.tables, "map": places.assign(selected=True if chosen == ALL else own(places)),
            "members": members if chosen == ALL else members[own(members)].reset_index(drop=True),
            "profiles_shown": shown,
            "clusters_shown": clusters.assign(traits=[read_traits(t, words) for t in clusters["traits"]])}


def fields(result, words):
    search, by = result.table("search"), compared_field("columns", result, words)
    if not len(search):
        return by
    number = lambda row: words("{k} (silhouette {silhouette:2})", k=int(row.n_clusters), silhouette=row.silhouette)
    options = tuple((int(row.n_clusters), number(row)) for row in search[search["n_clusters"] > 1].itertuples())
    clusters = result.decision.get("clusters", {})
    traits = result.table("clusters").set_index("cluster_id")["traits"]
    return (*by, Field("k", words("Number of clusters"), "choice", result.decision.get("k"), options),
            Field("clusters", words("Names (empty: as proposed)"), "rows", clusters, (Field("name", words("Name"), "text"),),
                  names={key: read_traits(traits.get(key, ""), words, 2) for key in clusters}))


def check(result, tables, words):
    """z of one cluster's mean: the characteristic that sets a cluster apart most, one without logarithm where there is one."""
    profiles = result.table("profiles")
    rows = profiles[(profiles["z"].abs() >= CLEAR) & profiles["sd_all"].notna()] if len(profiles) else profiles
    if not len(rows):
        return None
    rows = rows.assign(size=rows["z"].abs()).sort_values(["is_log", "size"], ascending=[True, False], kind="stable")
    row = rows.iloc[0]
    mean, of_all, sd = (float(f"{row[name]:.4g}") for name in ("mean_compared", "mean_all", "sd_all"))
    answer = (mean - of_all) / sd
    number = lambda value: words.number(value)
    working = f"({number(mean)} − {number(of_all)}) ÷ {number(sd)}"
    values = {"name": quoted(words(row["name"]), words), "variable": CHARACTERISTICS[row["characteristic"]].name, "mean": mean,
              "all": of_all, "sd": sd}
    question = words("{name}, {variable:word}: the mean of the cluster is {mean}, of all customers {all}, with a standard deviation "
                     "of {sd}. What is the z of the cluster?", **values) if not row["is_log"] else \
        words("{name}, {variable:word}, in logarithms: the mean of the cluster is {mean}, of all customers {all}, with a standard "
              "deviation of {sd}. What is the z of the cluster?", **values)
    return Check(question, answer, max(0.02, 0.005 * abs(answer)), working=working, mistakes=(
        (mean - of_all, words("That is the difference in own units: divide it by the standard deviation.")),
        (-answer, words("The sign is turned: z is the cluster minus all, so more than all is positive.")),
        (mean / sd, words("Subtract the mean of all customers first.")),
        ((mean - of_all) / sd**2, words("Divide by the standard deviation, not by its square."))))


COLUMNS = (*BEHAVIOUR, *FACTORS)
PAGE = Page(
    name="clusters", step="clusters", notebook="02b_clusters", title=N_("Clusters of customers"),
    question=N_("Which customers are alike in what they buy and how they order?"),
    ends_in=N_("Step 2 · clusters · ends in: groups found by behaviour, with names"),
    read=lambda result, tables, view, words: read_clusters(result, words), controls=controls, adapt=adapt, fields=fields,
    check=check, beside="characterisation", resets={"columns": ("k", "clusters"), "k": ("clusters",)},
    pictures=(Picture("map", N_("Who lies near whom: each dot a customer"), figures.plot_map, figures.describe_map, ("map", "middles")),
              Picture("profiles", N_("What sets the clusters apart"), figures.plot_profiles, figures.describe_profiles, ("profiles",)),
              Picture("search", N_("How many clusters: silhouette, gap, elbow"), figures.plot_search, figures.describe_search,
                      ("search",)),
              Picture("merges", N_("How the customers were joined: the last merges"), figures.plot_merges, figures.describe_merges,
                      ("merges", "leaves"), without=N_("there is no tree of merges. Up to 2000 customers are joined pair by pair; "
                                                       "beyond, k-means sets middles and joins nobody."))),
    tables=(TableView("clusters_shown", N_("Clusters"), ("name", "n", "share_customers", "revenue", "share_revenue", "silhouette",
                                                         "traits")),
            TableView("profiles_shown", N_("Profiles: the median of each cluster"), ("name", "n", *COLUMNS)),
            COMPARED,
            TableView("members", N_("Customers of the clusters, the largest first"),
                      ("customer_id", "cluster_id", *COLUMNS, "silhouette")),
            TableView("search", N_("Numbers of clusters tried"), ("n_clusters", "silhouette", "gap_value", "gap_se", "within_ss",
                                                                  "smallest_share", "large_enough", "chosen")),
            TableView("merges", N_("The last merges"), ("height", "n")),
            TableView("leaves", N_("The branches before them"), ("cluster_id", "n")),
            TableView("middles", N_("Middle of each cluster on the map"), ("name", "n", "x", "y")),
            TableView("map", N_("Customers on the map"), ("cluster_id", "x", "y"))),
    card=MethodCard(
        title=N_("Cluster analysis"),
        quotation="es necesario clasificar a estos en grupos de acuerdo con sus características, deseos y posibilidades",
        source=N_("Gómez, Acevedo, González 2004, S2:L211; Ward 1963; Rousseeuw 1987; Tibshirani, Walther, Hastie 2001"),
        formula=N_("z = (x − mean) ÷ standard deviation, of ln(1 + x) for revenue and counts; silhouette s = (b − a) ÷ max(a; b)"),
        assumes=N_("characteristics of behaviour, known for nearly all customers, none twice; at least 10 customers a cluster"),
        fails=N_("a silhouette up to 0.25: a continuum is cut; a cluster below 5 % of the customers; k chosen to please"),
        badge=N_("house rule"),
        **examples.CLUSTERS))
