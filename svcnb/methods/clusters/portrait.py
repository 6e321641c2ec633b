"""What the clusters are like: centres, profiles, and a map of the customers in two dimensions.

The map is that of the principal components, or for Gower's distance of the principal coordinates (Gower, J. C. (1966),
*Biometrika* 53, 325-338) of its root, which is Euclidean where the distance is not (Gower 1971, 860), so that the shares
explained add up to 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

HIGH = 0.5  # mean z from which a cluster is called high (or, below minus this, low) in a column
NEAR = 1e-9


def find_centres(values: pd.DataFrame, codes: np.ndarray, distances: np.ndarray | None, k: int) -> pd.DataFrame:
    """Mean of each cluster in own units; with Gower's ``distances`` its medoid, the member nearest to all others."""
    if distances is None:
        return values.groupby(codes).mean()
    members = [np.flatnonzero(codes == code) for code in range(k)]
    medoids = [own[np.argmin(distances[np.ix_(own, own)].sum(axis=0))] for own in members]
    return values.iloc[medoids].reset_index(drop=True)


def profile_clusters(values: pd.DataFrame, codes: np.ndarray, labels: list[str]) -> pd.DataFrame:
    """A row a cluster and column, or category of a column: cluster, column, category, n, mean, z (see Clusters)."""
    sizes, blocks = np.bincount(codes, minlength=len(labels)), []
    for column in values:
        x = values[column]
        if pd.api.types.is_float_dtype(x):
            texts, means = [None], (np.bincount(codes, x, len(labels)) / sizes)[:, None]
            middle, spread = np.array([x.mean()]), np.array([x.std(ddof=1)])
        else:
            at, texts = pd.factorize(x, sort=True)
            counts = np.bincount(codes * len(texts) + at, minlength=len(labels) * len(texts)).reshape(len(labels), -1)
            means, middle = counts / sizes[:, None], counts.sum(axis=0) / len(x)
            spread = np.sqrt(middle * (1 - middle) * len(x) / (len(x) - 1))  # of being in the category or not
        text = lambda some: pd.Series(list(some), dtype=object)
        blocks.append(pd.DataFrame({
            "cluster": text(np.repeat(labels, len(texts))), "column": text([column] * means.size),
            "category": text([*texts] * len(labels)), "n": np.repeat(sizes, len(texts)), "mean": means.ravel(),
            "z": ((means - middle) / spread).ravel()}))
    table = pd.concat(blocks, ignore_index=True)
    return table.sort_values("cluster", key=lambda names: names.map(labels.index), kind="stable", ignore_index=True)


def find_traits(profiles: pd.DataFrame) -> pd.DataFrame:
    """The rows of the profiles beyond ± 0.5, with their direction, strongest first within each cluster.

    Of two categories only the one that the cluster has more often: the other says the same.
    """
    is_pair = profiles.groupby("column", sort=False)["category"].transform("nunique") == 2
    rows = profiles[(profiles["z"].abs() >= HIGH - NEAR) & ~(is_pair & (profiles["z"] < 0))].copy()
    rows["direction"] = np.where(rows["z"] > 0, "high", "low")
    order = {name: k for k, name in enumerate(profiles["cluster"].unique())}
    rows = rows.iloc[np.lexsort((-rows["z"].abs().round(9).to_numpy(), rows["cluster"].map(order).to_numpy()))]
    return rows[["cluster", "column", "category", "direction", "mean", "z", "n"]].reset_index(drop=True)


def map_components(points: np.ndarray, sampled: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """Coordinates of the sampled points on the first two components of all, and the shares of variance explained."""
    centred = points - points.mean(axis=0)
    variances, axes = np.linalg.eigh(centred.T @ centred)
    variances, axes = variances[::-1], axes[:, ::-1][:, :2]
    axes = axes * _signs(axes)
    return _two(centred[sampled] @ axes, np.maximum(variances[:2], 0) / variances.sum())


def map_coordinates(distances: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """The first two principal coordinates of the root of Gower's distances, and the shares explained."""
    from scipy.linalg import eigh

    n = len(distances)
    down = distances.mean(axis=0)
    products = -(distances - down[:, None] - down + distances.mean()) / 2
    values, vectors = eigh(products, subset_by_index=[n - 2, n - 1])
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    return _two(vectors * _signs(vectors) * np.sqrt(values), values / np.trace(products))


def _signs(columns: np.ndarray) -> np.ndarray:
    """So that the largest entry of each column is positive: the sign of an axis is free, and should not be chance."""
    largest = np.argmax(np.abs(columns).round(9), axis=0)
    return np.where(columns[largest, np.arange(columns.shape[1])] < 0, -1.0, 1.0)


def _two(places, shares) -> tuple[np.ndarray, tuple[float, float]]:
    """One column only has no second dimension: it lies on 0 and explains nothing."""
    if places.shape[1] == 1:
        places, shares = np.column_stack([places, np.zeros(len(places))]), [shares[0], 0.0]
    return places, (float(shares[0]), float(shares[1]))
