"""Cluster analysis: form groups of customers that are alike (method.md 4.2).

Sources: "es necesario clasificar a estos en grupos de acuerdo con sus características, deseos y posibilidades" (S2:L211);
T22. The literature stands where its part is computed: distances in ``space``, Ward, k-means and k-medoids in
``partition``, the number of clusters in ``number``, resamples in ``stability``. The limits (5 % of the customers, 10
customers a cluster, 0.75 of agreement, 2000 customers) are house rules of method.md 4.2.
"""

from __future__ import annotations

import numbers
from dataclasses import dataclass, replace
from functools import wraps

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, reason
from svcnb.i18n import N_
from svcnb.methods.clusters.number import (
    LEAST_SHARE,
    best_k,
    gap_choice,
    measure_gap,
    silhouettes,
    within_pairs,
    within_ss,
)
from svcnb.methods.clusters.partition import METHODS, count_different
from svcnb.methods.clusters.portrait import find_centres, map_components, map_coordinates, profile_clusters
from svcnb.methods.clusters.result import Clusters
from svcnb.methods.clusters.space import Space, fit_space, read_customers
from svcnb.methods.clusters.stability import GOOD, measure_stability

SAMPLE = 2000  # customers up to whom every pair is compared
A_CLUSTER = 10  # customers a cluster should rest on


@dataclass(frozen=True, eq=False)
class _Ground:
    """The customers as points: all, those ``sampled`` (positions) with their ``distances``, and those whom the method
    itself clusters (``base``): with k-means all, else the sampled."""

    space: Space
    method: str
    points: np.ndarray
    sampled: np.ndarray
    base: np.ndarray
    distances: np.ndarray

    @property
    def pairs(self) -> np.ndarray | None:
        """The distances where the method is made of them; Ward and k-means are made of points."""
        return self.distances if self.method == "pam" else None


def _on_one_thread(function):
    """The function on one thread: with other programs running, the threads of tasks as short as these wait for each
    other, and all takes ten times as long."""

    @wraps(function)
    def called(*args, **options):
        import scipy.linalg  # noqa: F401  limits hold for what is loaded
        import sklearn.cluster  # noqa: F401
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            return function(*args, **options)

    return called


@_on_one_thread
def cluster(frame: pd.DataFrame, *, k: int | None = None, method: str = "ward", columns=None, categorical=(),
            standardise: bool = True, weights=None, k_max: int = 8, search: bool = False, n_resamples: int = 20,
            n_references: int = 20, seed: int = 0) -> Clusters:
    """Form clusters of customers.

    Numbers are standardised, ``z = (x - mean) / sd``, and clustered by Euclidean distance. If a column holds categories,
    k-medoids (PAM) on Gower's distance takes the place of the method asked for, and a warning says so. k is that of 2 to
    ``k_max`` with the highest mean silhouette ``(b - a) / max(a, b)`` among those without a cluster below 5 %. Beyond 2000
    customers Ward and k-medoids work on 2000 drawn by the seed, and the others go to the nearest centre; k-means works on
    all. The answer does not depend on the order of the rows (method.md 4.2; S2:L211; T22).

    Parameters
    ----------
    frame : one row a customer; not changed. Customers with a missing value are left out and counted
    k : number of clusters; None: the one the silhouette chooses
    method : ``ward``, ``kmeans`` (the best of 20 k-means++ starts) or ``pam``
    columns : names of the columns to use, all when None. Numbers are measured; texts and truths are categories
    categorical : names of number columns that are codes and not measured
    standardise : False takes numbers in their own units; k-medoids scales by the range in any case
    weights : mapping of column to its weight in the squared distance (Gower: in the mean), 1 where none is given
    k_max : largest k of the search
    search : whether to try all k from 1 to ``k_max`` though ``k`` is given; without ``k`` they are tried in any case
    n_resamples : of the stability; 0: not measured
    n_references : samples of the gap statistic; 0: not measured
    seed : of everything drawn

    Raises
    ------
    NotComputable
        A column is missing, infinite or neither numbers nor categories; fewer than 3 customers are complete; no
        column differs; fewer different customers than clusters.
    ParameterError
        An option outside its rule.

    Examples
    --------
    Three customers at the origin, three far off (method.md 4.2 e):

    >>> six = pd.DataFrame({"x": [1., 2, 1, 8, 9, 8], "y": [1., 1, 2, 8, 8, 9]})
    >>> result = cluster(six, standardise=False)
    >>> result.k, round(result.silhouette, 4), result.heights.round(5).tolist()
    (2, 0.8853, [1.0, 1.0, 1.29099, 1.29099, 17.14643])
    >>> result.labels.tolist()
    ['K1', 'K1', 'K1', 'K2', 'K2', 'K2']
    """
    _check(k, method, k_max, n_resamples, n_references, seed)
    customers = read_customers(frame, columns, categorical)
    _check_weights(weights, frame.columns if columns is None else columns)
    values = customers.values
    texts = [str(column) for column in values if not pd.api.types.is_float_dtype(values[column])]
    instead = bool(texts) and method != "pam"
    ground = _lay_out(values, "pam" if texts else method, standardise, weights, seed)
    ks = _numbers_of_clusters(ground.points[ground.base], k, k_max, search or k is None)
    codes, merges = METHODS[ground.method](ground.points[ground.base], ground.distances, ks, seed)
    tried = _compare_numbers(ground, codes)
    gap_k = None
    if (search or k is None) and n_references and ground.pairs is None:
        gap, se = measure_gap(ground.points[ground.sampled], max(ks), ground.method, n_references, seed)
        tried["gap"], tried["gap_se"] = gap[tried["k"] - 1], se[tried["k"] - 1]
        gap_k = gap_choice(gap, se)
    chosen = k or best_k(tried) or ks[0]
    own, centres = _complete(ground, values, codes[chosen], chosen)
    result = _describe(ground, values, own, centres, frame.index[customers.positions[ground.sampled]],
                       measure_stability(ground.points[ground.sampled], ground.pairs, own[ground.sampled],
                                         ground.method, n_resamples, seed))
    labels = np.full(len(frame), None, dtype=object)
    labels[customers.positions] = centres.index.to_numpy()[own]
    result = Clusters(
        **result, k=chosen, chosen="given" if k else "silhouette", search=tried, gap_k=gap_k,
        labels=pd.Series(labels, index=frame.index, dtype=object, name="cluster"),
        n_missing=customers.n_missing, missing_shares=customers.missing_shares,
        merges=None if merges is None else pd.DataFrame(merges, columns=["left", "right", "height", "n"]))
    return replace(result, warnings=(*customers.warnings, *_doubts(result, texts if instead else [], ground, standardise)))


def _check(k, method, k_max, n_resamples, n_references, seed) -> None:
    if method not in METHODS:
        raise ParameterError(N_("There is no method {method}; there are {methods}."), method=str(method),
                             methods=list(METHODS))
    whole = lambda value, least: isinstance(value, numbers.Integral) and not isinstance(value, bool) and value >= least
    for name, value, least in (("k", 2 if k is None else k, 2), ("k_max", k_max, 2), ("n_resamples", n_resamples, 0),
                               ("n_references", n_references, 0), ("seed", seed, 0)):
        if not whole(value, least):
            raise ParameterError(N_("{name} = {value} is not a whole number of {least} or more."), name=name,
                                 value=str(value), least=least)
    if seed >= 2**32:
        raise ParameterError(N_("The seed {seed} is too large: it is below 4294967296."), seed=str(seed))
    if n_references == 1:  # one sample has no standard error
        raise ParameterError(N_("The gap statistic needs 2 reference samples or more, or 0 to leave it out."))


def _check_weights(weights, columns) -> None:
    if unknown := [str(column) for column in weights or {} if column not in list(columns)]:
        raise ParameterError(N_("There are weights for {columns}, but no such column is used."), columns=unknown)
    for column, weight in (weights or {}).items():
        if not isinstance(weight, numbers.Real) or not 0 < weight < np.inf:
            raise ParameterError(N_("The weight {weight} of {column} is not a number above 0."), weight=str(weight),
                                 column=str(column))


def _lay_out(values, method, standardise, weights, seed) -> _Ground:
    space = fit_space(values, is_gower=method == "pam", standardise=standardise, weights=weights)
    points, everyone = space.place(values), np.arange(len(values))
    sampled = everyone
    if len(values) > SAMPLE:
        sampled = np.sort(np.random.default_rng(seed).choice(len(values), SAMPLE, replace=False))
    return _Ground(space, method, points, sampled, everyone if method == "kmeans" else sampled,
                   space.distances(points[sampled], points[sampled]))


def _numbers_of_clusters(points, k, k_max, search) -> list[int]:
    """The k to try: no more than there are different customers, and fewer than customers."""
    different = count_different(points)
    most = min(different, len(points) - 1)
    if (k or 2) > most:
        raise NotComputable(N_("{k} clusters cannot be formed of {n} different customers."), k=k or 2, n=different,
                            fallback=N_("Ask for fewer clusters, or form the groups a priori with experts."))
    return sorted({*(range(2, min(k_max, most) + 1) if search else ()), *([k] if k else ())})


def _compare_numbers(ground, codes) -> pd.DataFrame:
    """The table of the numbers of clusters, still without the gap; one cluster stands before the others when searched."""
    points, place = ground.points[ground.base], np.searchsorted(ground.base, ground.sampled)
    rows = []
    for k, own in ({1: np.zeros(len(points), dtype=int)} | codes).items():
        s = silhouettes(ground.distances, own[place])
        ss = within_ss(points, own) if ground.pairs is None else within_pairs(ground.pairs, own)
        rows.append((k, np.nan if s is None else s.mean(), ss, np.nan, np.nan, np.bincount(own).min() / len(own)))
    return pd.DataFrame(rows, columns=["k", "silhouette", "within_ss", "gap", "gap_se", "smallest_share"])


def _complete(ground, values, codes, k) -> tuple[np.ndarray, pd.DataFrame]:
    """Cluster of every customer, and the centres by name: those not clustered join the nearest centre."""
    centres = find_centres(values.iloc[ground.base].reset_index(drop=True), codes, ground.pairs, k)
    places = ground.space.place(centres)
    own = np.full(len(values), -1)
    own[ground.base] = codes
    rest = own < 0
    if rest.any():
        own[rest] = ground.space.distances(ground.points[rest], places).argmin(axis=1)
    order = np.lexsort([*places.round(9).T[::-1], -np.bincount(own)])  # by size, then by the first columns
    names = pd.Index([f"K{i + 1}" for i in range(k)], name="cluster", dtype=object)
    return np.argsort(order)[own], centres.iloc[order].set_axis(names, axis=0)


def _describe(ground, values, own, centres, index, stability) -> dict:
    """The fields of the result that tell of the clusters found."""
    names = centres.index.to_list()
    s = silhouettes(ground.distances, own[ground.sampled])
    at, shares = map_components(ground.points, ground.sampled) if ground.pairs is None else map_coordinates(ground.pairs)
    return {
        "method": ground.method, "space": ground.space, "n": len(values), "n_sample": len(ground.sampled),
        "sizes": pd.Series(np.bincount(own), index=centres.index, name="n"), "centres": centres, "stability": stability,
        "silhouette": None if s is None else float(s.mean()), "map_shares": shares,
        "silhouettes": pd.Series(np.full(len(index), np.nan) if s is None else s, index=index, name="silhouette"),
        "profiles": profile_clusters(values, own, names),
        "map": pd.DataFrame({"x": at[:, 0], "y": at[:, 1], "cluster": pd.Series(
            centres.index.to_numpy()[own[ground.sampled]], dtype=object)}).set_axis(index, axis=0)}


def _doubts(found, instead, ground, standardise):
    """What a reader should know of these clusters before using them."""
    if instead:
        yield reason(N_("Categories are no numbers, and Ward and k-means need numbers only: because of {columns} the clusters "
                        "are formed around typical customers (k-medoids on Gower's distance)."), columns=", ".join(instead))
    if found.n > found.n_sample and found.method != "kmeans":
        yield reason(N_("The clusters were formed on a sample of {sample} of the {n} customers; the others joined the cluster "
                        "with the nearest centre."), sample=found.n_sample, n=found.n)
    elif found.n > found.n_sample:
        yield reason(N_("Silhouette, gap, stability and map rest on a sample of {sample} of the {n} customers."), level="info",
                     sample=found.n_sample, n=found.n)
    spread = ground.points.var(axis=0)
    if ground.pairs is None and not standardise and len(spread) > 1 and spread.max() > (0.5 + 1e-9) * spread.sum():
        yield reason(N_("The columns are not standardised: {column} has {share:%} of the variance and outweighs the others."),
                     column=str(ground.space.columns[spread.argmax()]), share=float(spread.max() / spread.sum()))
    if found.n < A_CLUSTER * found.k:
        yield reason(N_("{n} customers for {k} clusters are fewer than {least} a cluster: take the result as a hint."),
                     n=found.n, k=found.k, least=A_CLUSTER)
    if not found.is_accepted:
        yield reason(N_("The smallest of the {k} clusters has {share:%} of the customers, less than {least:%}: do not use this "
                        "solution. Try another number of clusters, or look first whether these customers are outliers."),
                     k=found.k, share=float(found.sizes.min() / found.n), least=LEAST_SHARE)
    yield from _doubts_of_structure(found)


def _doubts_of_structure(found):
    if found.silhouette is None:
        yield reason(N_("The silhouette is not measured: the {n} customers compared are not in two clusters or more."),
                     n=found.n_sample)
    elif found.structure == "none":
        yield reason(N_("The mean silhouette of {silhouette:2} shows no substantial structure (0.25 or less): the customers "
                        "are a continuum that the clusters cut. Form the groups a priori, or by bands of one column."),
                     silhouette=found.silhouette)
    if found.gap_k == 1:
        yield reason(N_("The gap statistic sees no clusters: the customers lie no closer together than evenly spread ones."))
    elif found.gap_k not in (None, found.k):
        yield reason(N_("The gap statistic proposes {gap} clusters instead of {k}: compare both."), level="info",
                     gap=found.gap_k, k=found.k)
    if found.stability.is_good is False:
        yield reason(N_("The clusters do not come again reliably: over {n} resamples the adjusted Rand index is {rand:2} on "
                        "average, and {good:2} or more is good. Try another number of clusters or other columns."),
                     n=found.stability.n_resamples, rand=found.stability.mean, good=GOOD)
