"""The tables of step clusters: sizes and traits, the search for k, profiles, map, the last merges, customers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from svcnb.i18n import N_
from svcnb.methods.clusters.number import LEAST_SHARE, best_k

LISTED = 2000  # customers named in a table, the largest of each cluster
MAPPED = 1000  # customers drawn
LEAVES = 12  # of the tree of merges
NEAR = 1e-9
PLAIN = (N_("cluster 1"), N_("cluster 2"), N_("cluster 3"), N_("cluster 4"), N_("cluster 5"), N_("cluster 6"), N_("cluster 7"),
         N_("cluster 8"))
MERGES = ["height", "n", "place_first", "place_second", "from_first", "from_second", "cluster_id", "cut"]


def tables(frame, result, parameters) -> dict[str, pd.DataFrame]:
    """All tables; those with ``cluster_id`` get the clusters' names later."""
    columns = list(result.space.columns)
    labels = result.labels.to_numpy()
    merges, leaves = _top_merges(result)
    return {"clusters": _clusters(frame, result), "search": _search(result), "profiles": _profiles(frame, result, parameters),
            **_map(result), "merges": merges, "leaves": leaves, "members": _members(frame, labels, columns, result)}


def _clusters(frame, result) -> pd.DataFrame:
    """A row a cluster: size, revenue, silhouette, traits (column:direction, the strongest first), and how far it lies
    from the mean of all (root of the mean square of its z)."""
    labels, traits = result.labels.reset_index(drop=True), result.traits
    revenue = frame["revenue"].groupby(labels).sum(min_count=1)
    total, clustered = revenue.sum(), result.sizes
    s = result.silhouettes.groupby(result.labels.reindex(result.silhouettes.index)).mean()
    apart = (result.profiles["z"] ** 2).groupby(result.profiles["cluster"]).mean() ** 0.5
    rows = []
    for key, n in clustered.items():
        own = traits[traits["cluster"] == key]
        money = float(revenue.get(key, math.nan))
        rows.append({"cluster_id": key, "name": key, "n": int(n), "share_customers": float(n / result.n), "revenue": money,
                     "share_revenue": money / total if total > 0 else math.nan, "silhouette": float(s.get(key, math.nan)),
                     "traits": ";".join(f"{t.column}:{t.direction}" for t in own.itertuples()), "apart": float(apart[key])})
    return pd.DataFrame(rows)


def _search(result) -> pd.DataFrame:
    search = result.search.rename(columns={"k": "n_clusters", "gap": "gap_value"})
    best = best_k(result.search)
    return search.assign(chosen=search["n_clusters"] == result.k, best=search["n_clusters"] == best,
                         large_enough=search["smallest_share"] >= LEAST_SHARE - NEAR)


def _profiles(frame, result, parameters) -> pd.DataFrame:
    """Long: each cluster and characteristic with the median and the mean in own units, and what z is made of: the means of
    cluster and of all and the spread of all, of the logarithms where ``is_log``."""
    inside = result.labels.notna().to_numpy()
    own = frame[inside].assign(cluster=result.labels.to_numpy()[inside])
    space = {column: k for k, column in enumerate(result.space.columns)}
    medians, means = (own.groupby("cluster")[list(space)].agg(how) for how in ("median", "mean"))
    overall, spread = own[list(space)].median(), _spread(result)
    rows = []
    for row in result.profiles.itertuples():
        rows.append({"cluster_id": row.cluster, "name": row.cluster, "characteristic": row.column, "n": int(row.n),
                     "median": float(medians.loc[row.cluster, row.column]), "mean": float(means.loc[row.cluster, row.column]),
                     "median_all": float(overall[row.column]), "z": float(row.z), "is_log": row.column in parameters.logarithms,
                     "mean_compared": float(row.mean), "mean_all": spread.loc[row.column, "mean"],
                     "sd_all": spread.loc[row.column, "sd"]})
    return pd.DataFrame(rows)


def _spread(result) -> pd.DataFrame:
    """Mean and standard deviation of all customers clustered, from sizes, means and z: z = (mean of cluster − mean) ÷ sd."""
    rows = {}
    for column, own in result.profiles.groupby("column", sort=False):
        mean = float(np.average(own["mean"], weights=own["n"]))
        far = own.loc[own["z"].abs().idxmax()]
        rows[column] = {"mean": mean, "sd": float((far["mean"] - mean) / far["z"]) if abs(far["z"]) > NEAR else math.nan}
    return pd.DataFrame(rows).T


def _map(result) -> dict[str, pd.DataFrame]:
    """The customers drawn, thinned evenly, and the middle of each cluster with the shares that the axes explain."""
    places = result.map
    kept = np.unique(np.linspace(0, len(places) - 1, min(len(places), MAPPED)).round().astype(int))
    shown = places.iloc[kept].reset_index(drop=True).rename(columns={"cluster": "cluster_id"})
    middle = places.groupby("cluster")[["x", "y"]].mean()
    share_x, share_y = result.map_shares
    middles = pd.DataFrame([{"cluster_id": key, "name": key, "x": float(middle.loc[key, "x"]), "y": float(middle.loc[key, "y"]),
                             "n": int(result.sizes[key]), "share_x": share_x, "share_y": share_y}
                            for key in result.sizes.index if key in middle.index])
    return {"map": shown.assign(name=shown["cluster_id"], selected=True)[["x", "y", "cluster_id", "name", "selected"]],
            "middles": middles}


def _top_merges(result) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The last merges of Ward as a tree of at most 12 branches: where each merge stands and from where its two lines come;
    the branches with their customers. Empty for other methods."""
    empty = pd.DataFrame(columns=MERGES), pd.DataFrame(columns=["place", "n", "cluster_id", "name"])
    if result.merges is None or result.k > LEAVES:
        return empty
    left, right, height, size = (result.merges[c].to_numpy() for c in ("left", "right", "height", "n"))
    n = len(left) + 1
    first_kept, first_above = n - min(n, LEAVES), n - result.k
    labels = result.labels.reindex(result.silhouettes.index).to_numpy()
    order = {key: k for k, key in enumerate(result.sizes.index)}
    leaf = lambda node: int(node) if node < n else leaf(left[int(node) - n])
    cut = float((height[first_above] + (height[first_above - 1] if first_above else 0.0)) / 2)
    merges, leaves, at = [], [], {}

    def lay(node) -> tuple[float, float]:
        """Place and height of a node, its branches laid before."""
        node = int(node)
        if node < n + first_kept:
            place = len(leaves)
            key = str(labels[leaf(node)])
            leaves.append({"place": place, "n": int(size[node - n]) if node >= n else 1, "cluster_id": key, "name": key})
            return float(place), 0.0
        below = sorted((left[node - n], right[node - n]), key=lambda one: order.get(labels[leaf(one)], 0))
        (a, from_a), (b, from_b) = lay(below[0]), lay(below[1])
        at[node] = (a + b) / 2
        merges.append({"height": float(height[node - n]), "n": int(size[node - n]), "place_first": a, "place_second": b,
                       "from_first": from_a, "from_second": from_b, "cut": cut,
                       "cluster_id": str(labels[leaf(node)]) if node - n < first_above else ""})
        return at[node], float(height[node - n])

    lay(2 * n - 2)
    return pd.DataFrame(merges, columns=MERGES), pd.DataFrame(leaves)


def _members(frame, labels, columns, result) -> pd.DataFrame:
    """The largest customers of each cluster in own units, with their silhouette where it is measured."""
    own = frame.assign(cluster_id=labels, silhouette=result.silhouettes.reindex(result.labels.index).to_numpy())
    own = own[own["cluster_id"].notna()].sort_values(["revenue", "customer_id"], ascending=[False, True])
    each = own.groupby("cluster_id").head(max(1, LISTED // result.k))
    each = each[["customer_id", "cluster_id", *columns, "silhouette"]].reset_index(drop=True)
    return each.assign(customer_id=each["customer_id"].astype(str), name=each["cluster_id"])
