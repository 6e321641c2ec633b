"""What clustering gives: the clusters, how good they are, and how a new customer joins one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from svcnb.errors import Reason, reason
from svcnb.i18n import N_
from svcnb.methods.clusters.number import LEAST_SHARE, NEAR
from svcnb.methods.clusters.portrait import find_traits
from svcnb.methods.clusters.space import Space, read_values
from svcnb.methods.clusters.stability import Stability

# Kaufman, L. and Rousseeuw, P. J. (1990), Finding Groups in Data, Wiley, 88.
STRUCTURES = ((0.25, "none"), (0.50, "weak"), (0.70, "reasonable"), (np.inf, "strong"))


@dataclass(frozen=True, eq=False)
class Assignment:
    """Clusters of new customers: ``labels`` (None where a value is missing) and ``distances`` (to the centre of that
    cluster, in the units of the space; NaN where a value is missing), both with the index of the frame."""

    labels: pd.Series
    distances: pd.Series
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class Clusters:
    """Customers in clusters K1, K2 … by falling size (of equal sizes the one with the lower centre comes first).

    k : number of clusters. ``chosen`` says how: ``given``, or ``silhouette`` (the highest mean without a cluster below 5 %).
    method : ``ward``, ``kmeans`` or ``pam`` (k-medoids on Gower's distance, whenever a column holds categories).
    labels : Series with the frame's index; None for customers left out because a value is missing.
    sizes : Series of customers by label.
    n, n_missing : customers in clusters, and left out. ``missing_shares``: Series, missing share of each column asked for.
    n_sample : customers on whom silhouette, stability and map are measured: all, or 2000 drawn by the seed (the gap: 1000 of
        them).
    silhouette : mean of ``silhouettes``, None when not measured. ``silhouettes``: Series, index of the sampled customers.
    search : a row for each k tried (k = 1 too): k, silhouette (mean), within_ss (sum of squares within clusters, of the
        customers clustered; for k-medoids from pairs of Gower distances), gap, gap_se, smallest_share. NaN where there
        is none: a silhouette of one cluster, a gap of k-medoids (mixed columns have no reference), or not asked for.
    gap_k : the k that the gap proposes (1: no clusters), None when not measured.
    merges : Ward only, of the sampled customers, else None: left, right, height, n; as scipy's linkage matrix. Leaf i is
        the customer ``silhouettes.index[i]``.
    stability : adjusted Rand index over resamples.
    profiles : cluster, column, category (None for numbers), n, mean (own units; the category's share in the cluster),
        z (cluster mean of the z-scores; for a category of its 0/1 column).
    centres : cluster × column in own units; means, or for k-medoids the typical customer (medoid) of each.
    map : index of the sampled customers; x, y (principal components, or coordinates), cluster. ``map_shares``: the shares
        of the variance that x and y explain.
    space : how customers are placed and distances measured.
    """

    k: int
    chosen: str
    method: str
    labels: pd.Series
    sizes: pd.Series
    n: int
    n_missing: int
    missing_shares: pd.Series
    n_sample: int
    silhouette: float | None
    silhouettes: pd.Series
    search: pd.DataFrame
    gap_k: int | None
    merges: pd.DataFrame | None
    stability: Stability
    profiles: pd.DataFrame
    centres: pd.DataFrame
    map: pd.DataFrame
    map_shares: tuple[float, float]
    space: Space
    warnings: tuple[Reason, ...] = field(default=())

    @property
    def heights(self) -> np.ndarray | None:
        """Heights of Ward's merges, rising; None for the other methods."""
        return None if self.merges is None else self.merges["height"].to_numpy()

    @property
    def structure(self) -> str | None:
        """Word for the mean silhouette: none (up to 0.25), weak (0.50), reasonable (0.70), strong."""
        if self.silhouette is None:
            return None
        return next(word for limit, word in STRUCTURES if self.silhouette <= limit + NEAR)

    @property
    def is_accepted(self) -> bool:
        """Whether the smallest cluster has at least 5 % of the customers."""
        return bool(self.sizes.min() >= (LEAST_SHARE - NEAR) * self.n)

    @property
    def traits(self) -> pd.DataFrame:
        """In what a cluster stands out (mean z beyond ± 0.5): cluster, column, category, direction (high, low), mean, z, n;
        clusters in order, within each the strongest first; of two categories only the one it has more often."""
        return find_traits(self.profiles)

    def assign(self, frame: pd.DataFrame) -> Assignment:
        """The cluster of each new customer: that of the nearest centre, in the space of those clustered.

        A customer with a missing value gets none. A category not seen before is unlike every centre's, and a number may
        lie outside the range seen. Of the customers clustered, k-means' get their own cluster again, and k-medoids' unless
        two medoids are equally near; Ward's can be nearer to another centre than to that of their cluster.

        Raises
        ------
        NotComputable
            A column is not there, or holds texts for numbers or infinite values.
        """
        values = read_values(frame, self.space.columns, self.space.categories)
        known = values.notna().all(axis=1).to_numpy()
        labels, distances = np.full(len(frame), None, dtype=object), np.full(len(frame), np.nan)
        if known.any():
            apart = self.space.distances(self.space.place(values[known]), self.space.place(self.centres))
            labels[known], distances[known] = self.centres.index.to_numpy()[apart.argmin(axis=1)], apart.min(axis=1)
        warnings = []
        if not known.all():
            warnings.append(reason(N_("{n} of {total} new customers lack a value and are in no cluster."),
                                   n=int((~known).sum()), total=len(frame)))
        for column, texts in self.space.categories.items():
            if unseen := sorted(set(values[column].dropna()) - set(texts)):
                warnings.append(reason(N_("{column} has categories that no cluster knows; they count as unlike all others: "
                                          "{unseen}."), column=str(column), unseen=", ".join(unseen)))
        return Assignment(pd.Series(labels, index=frame.index, dtype=object),
                          pd.Series(distances, index=frame.index), tuple(warnings))
