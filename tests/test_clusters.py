"""Cluster analysis: method.md 4.2, T22; R's hclust, kmeans, cluster, scipy and scikit-learn as second opinions.

R 4.2 made the references; ``iris.csv`` are the four columns of scikit-learn's iris without a header's meaning, ``mixed.csv``
and ``noise.csv`` the frames of ``mixed()`` and ``noise()`` below, written by ``to_csv(index=False)``.
"""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import dendrogram, linkage
from scipy.spatial.distance import cdist, pdist

from svcnb.i18n import words_in
from svcnb.methods import clusters
from svcnb.methods.clusters import METHODS, cluster
from svcnb.methods.clusters.number import (
    gap_choice,
    measure_gap,
    within_pairs,
    within_ss,
)
from svcnb.methods.clusters.partition import build, count_different, pam, swap

SIX = pd.DataFrame({"x": [1., 2, 1, 8, 9, 8], "y": [1., 1, 2, 8, 8, 9]})
QUICK = {"n_resamples": 0, "n_references": 0}


def iris() -> pd.DataFrame:
    from sklearn.datasets import load_iris

    return pd.DataFrame(load_iris().data, columns=["sepal", "sepal width", "petal", "petal width"])


def mixed(n=60, seed=5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 3, n)
    return pd.DataFrame({
        "orders": rng.normal(10 * group, 4).round(2), "value": rng.gamma(2, 50 * (group + 1)).round(1),
        "region": np.array(["north", "south", "east"])[np.where(rng.random(n) < 0.7, group, rng.integers(0, 3, n))],
        "urgent": np.where(rng.random(n) < 0.3 * group, "yes", "no")})


def noise() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(7).normal(size=(40, 3)).round(3), columns=list("abc"))


def groups(n=300, seed=1, apart=10) -> pd.DataFrame:
    """Three groups of falling size, ``apart`` standard deviations from each other in x and y."""
    rng = np.random.default_rng(seed)
    group = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    centres = np.array([[0, 0], [apart, 0], [0, apart]])
    return pd.DataFrame(centres[group] + rng.normal(size=(n, 2)), columns=["x", "y"])


def told(result) -> list[str]:
    return [words_in("en").reason(one) for one in result.warnings]


def test_t22_six_points():
    """Ward height of two clusters: sqrt(2 ab/(a + b)) times the distance of their means.

    (1,1)-(2,1): sqrt(2/2) 1 = 1; (1,2) with the mean (1.5, 1): sqrt(4/3) sqrt(.25 + 1) = sqrt(5/3) = 1.29099; the two
    threes: means 7 and 7 apart, sqrt(18/6) 7 sqrt(2) = 7 sqrt(6) = 17.14643. Silhouette of (1,1): a = 1, b = the mean of
    sqrt(98), sqrt(113), sqrt(113) = 10.3862, s = .90372; of (2,1): a = (1 + sqrt(2))/2 = 1.20711, b the mean of sqrt(85),
    sqrt(98), 10 = 9.70633, s = .87564, and so of (1,2) by symmetry; the mean of the three: .88500. The other three have
    (8,8): a = 1, b the mean of sqrt(98), sqrt(85), sqrt(85) = 9.44624, s = .89414; (9,8): b the mean of sqrt(113), sqrt(98),
    10 = 10.17653, s = .88138. The mean of all six is .88532.
    """
    result = cluster(SIX, standardise=False)
    assert result.heights == pytest.approx([1, 1, np.sqrt(5 / 3), np.sqrt(5 / 3), 7 * np.sqrt(6)])
    assert (result.k, result.chosen, result.method) == (2, "silhouette", "ward")
    assert result.silhouette == pytest.approx(0.88532, abs=5e-6) and result.structure == "strong"
    assert result.silhouettes[[0, 1, 2]].tolist() == pytest.approx([.90372, .87564, .87564], abs=5e-6)
    assert result.labels.tolist() == ["K1"] * 3 + ["K2"] * 3 and result.sizes.to_dict() == {"K1": 3, "K2": 3}
    # sum of squares within: of (1,1), (2,1), (1,2) 2/3 in x and 2/3 in y, twice; in all 2 (3 (3.5)^2 2) = 147 more
    assert result.search.set_index("k").loc[[1, 2], "within_ss"].tolist() == pytest.approx([8 / 3 + 147, 8 / 3])
    assert result.centres.loc["K1"].to_dict() == pytest.approx({"x": 4 / 3, "y": 4 / 3})


@pytest.mark.parametrize("method", ["ward", "kmeans"])
def test_t22_by_each_method(method):
    result = cluster(SIX, standardise=False, method=method)
    assert result.silhouette == pytest.approx(0.88532, abs=5e-6) and result.k == 2
    assert (result.heights is None) == (method == "kmeans")


def test_ward_of_iris_is_that_of_r():
    """x <- scale(iris); h <- hclust(dist(x), "ward.D2"); h$height; mean(silhouette(cutree(h, k), dist(x))[, 3]);
    prcomp(x)$sdev^2 / 4; abs(prcomp(x)$x[1, 1:2])."""
    result = cluster(iris(), n_references=0)
    assert result.heights[-6:] == pytest.approx(
        [4.21291945785, 4.22931634897, 6.58574936621, 7.97802015203, 12.5946502639, 27.1589265236], rel=1e-11)
    assert result.heights.sum() == pytest.approx(164.758384639, rel=1e-11)
    assert result.search["silhouette"].tolist()[1:] == pytest.approx(
        [.577034601948, .446689041029, .400636315986, .330587262952, .314854801005, .316969830299, .310946529007], abs=1e-11)
    assert result.search["smallest_share"].tolist() == pytest.approx([1, 49 / 150, .2, 26 / 150, 20 / 150, *[5 / 150] * 3])
    assert result.sizes.tolist() == [101, 49] and result.silhouette == pytest.approx(.577034601948, abs=1e-11)
    assert result.map_shares == pytest.approx([.729624454133, .228507617868], abs=1e-11)
    assert result.map.loc[0, ["x", "y"]].abs().tolist() == pytest.approx([2.25714117565, .478423832125], rel=1e-10)


def test_kmeans_of_iris_is_that_of_r():
    """set.seed(1); m <- kmeans(scale(iris), k, nstart = 200, iter.max = 100); m$tot.withinss; its silhouette."""
    result = cluster(iris(), method="kmeans", k_max=5, **QUICK)
    within = result.search.set_index("k")["within_ss"]
    assert within.loc[[1, 2, 3]].tolist() == pytest.approx([4 * 149, 220.879293599, 138.888359717], rel=1e-11)
    # 20 starts (method.md) need not find the least sum of R's 200 where there are no 4 or 5 clusters
    assert within.loc[4] == pytest.approx(113.331623513, rel=2e-3) and within.loc[5] == pytest.approx(90.2019012631, rel=2e-3)
    three = cluster(iris(), method="kmeans", k=3, **QUICK)
    assert three.sizes.tolist() == [53, 50, 47] and three.silhouette == pytest.approx(.459948239205, abs=1e-11)
    assert (three.chosen, three.search["k"].tolist()) == ("given", [1, 3])


@pytest.mark.parametrize("frame, log_within, gaps, errors, choice", [
    (iris(), [5.69709348651, 4.73266746321, 4.30327929406, 4.06095447141, 3.85411098475, 3.75454709015],
     [.367730169827, .867887513993, .942424708893, .870827407734, .885860068321, .830640082183],
     [.0494, .0672, .0625, .0653, .0561, .0517], 3),
    (noise(), [4.06902675424, 3.74280826070, 3.39566920052, 3.05130698464, 2.85951817284],
     [.425340279895, .331078749304, .379991875720, .464554019879, .425952543114], [.0878, .0997, .1049, .1073, .1080], 1),
])
def test_gap_is_that_of_r(frame, log_within, gaps, errors, choice):
    """ward <- function(x, k) list(cluster = cutree(hclust(dist(x), "ward.D2"), k)); clusGap(scale(x), ward, K.max,
    B = 2000, d.power = 2, spaceH0 = "scaledPCA"); maxSE(method = "globalSEmax"). Its W is half the sum of squares; the
    drawn samples differ: 400 of ours have a mean with an error of a twentieth of errors."""
    z = ((frame - frame.mean()) / frame.std()).to_numpy()
    codes, _ = METHODS["ward"](z, None, range(2, len(gaps) + 1))
    own = [within_ss(z, np.zeros(len(z))), *(within_ss(z, codes[k]) for k in range(2, len(gaps) + 1))]
    assert np.log(np.array(own) / 2) == pytest.approx(log_within, abs=1e-10)
    gap, se = measure_gap(z, len(gaps), "ward", 400, seed=0)
    assert (np.abs(gap - gaps) < 4 * np.array(errors) / 20).all() and se == pytest.approx(errors, rel=0.15)
    assert gap_choice(gap, se) == choice
    assert gap_choice(np.array(gaps), np.array(errors)) == choice


def test_gower_is_that_of_daisy():
    """m <- read.csv("mixed.csv", stringsAsFactors = TRUE); as.matrix(daisy(m, "gower"))[1, 2:8]; sum(daisy(m, "gower"));
    the same with weights = c(2, 1, 0.5, 1)."""
    frame = mixed()
    for weights, first, whole in (
            (None, [.0624497512782, .680612931068, .295349248976, .355851635593, .591403596844, .337294390853, .701787275347],
             727.18443659),
            ({"orders": 2, "region": 0.5}, [.0926779645366, .600201528683, .17936779006, .269250820815], 652.588988853)):
        space = cluster(frame, weights=weights, k=2, **QUICK).space
        points = space.place(frame)
        distances = space.distances(points, points)
        assert distances[0, 1:len(first) + 1] == pytest.approx(first, rel=1e-11)
        assert distances.sum() / 2 == pytest.approx(whole, rel=1e-11)


@pytest.mark.parametrize("k, objective, silhouette, sizes", [
    (2, .1907935006, .483277205149, [32, 28]), (3, .129862576105, .544780399662, [20, 20, 20]),
    (4, .0937784305055, .627472877128, [20, 18, 13, 9]), (5, .0604122110918, .731238489086, [20, 12, 11, 9, 8]),
    (6, .0498367120423, .772281457127, [20, 11, 10, 9, 8, 2]), (7, .045778343889, .765038422867, [20, 11, 10, 8, 8, 2, 1]),
    (8, .0416962655647, .695117381122, [20, 10, 8, 8, 6, 5, 2, 1])])
def test_k_medoids_are_those_of_r(k, objective, silhouette, sizes):
    """p <- pam(daisy(m, "gower"), k); p$objective[2]; p$silinfo$avg.width; table(p$clustering)."""
    result = cluster(mixed(), k=k, **QUICK)
    assert result.method == "pam" and result.sizes.tolist() == sizes
    assert result.assign(mixed()).distances.mean() == pytest.approx(objective, rel=1e-9)
    assert result.silhouette == pytest.approx(silhouette, rel=1e-9)


def test_medoids_and_coordinates_are_those_of_r():
    """pam(d, 5)$id.med are rows 28, 51, 36, 34, 20; cmdscale(sqrt(d), eig = TRUE): eig[1:2]/sum(eig), abs(points[1, ])."""
    frame, result = mixed(), cluster(mixed())
    assert (result.k, result.gap_k, result.merges) == (5, None, None)
    wanted = frame.iloc[[27, 50, 35, 33, 19]]
    assert sorted(map(tuple, result.centres.to_numpy())) == sorted(map(tuple, wanted.to_numpy()))
    assert result.map_shares == pytest.approx([.448011046446, .220470014831], abs=1e-11)
    assert result.map.loc[0, ["x", "y"]].abs().tolist() == pytest.approx([.423914186773, .148964510916], rel=1e-9)
    assert result.search["gap"].isna().all() and result.stability.is_good
    assert told(result) == [
        "Categories are no numbers, and Ward and k-means need numbers only: because of region, urgent the clusters are "
        "formed around typical customers (k-medoids on Gower's distance)."]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(2, 4))
def test_no_swap_betters_the_medoids(seed, k):
    """Every exchange of a medoid by another customer, tried one by one, leaves the sum as it is or makes it larger."""
    points = np.random.default_rng(seed).integers(0, 6, (12, 2)).astype(float)
    distances = cdist(points, points, "cityblock")
    if count_different(points) < k:
        return
    assert sorted(set(pam(points, distances, [k])[0][k])) == list(range(k))
    medoids = swap(distances, build(distances, k))
    for i, other in itertools.product(range(k), range(12)):
        tried = [*medoids[:i], other, *medoids[i + 1:]]
        assert distances[:, tried].min(axis=1).sum() >= distances[:, medoids].min(axis=1).sum() - 1e-9


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(3, 30), st.integers(1, 4))
def test_agrees_with_scipy_and_definitions(seed, n, p):
    """Heights by scipy's linkage of the standardised rows in any order; silhouettes by the definition, one by one."""
    frame = pd.DataFrame(np.random.default_rng(seed).normal(size=(n, p)), columns=list("abcd")[:p])
    result = cluster(frame, **QUICK)
    z = ((frame - frame.mean()) / frame.std(ddof=1)).to_numpy()
    assert result.heights == pytest.approx(linkage(z, "ward")[:, 2])
    apart, labels = cdist(z, z), result.labels.to_numpy()
    for i in range(n):
        means = {c: apart[i, (labels == c) & (np.arange(n) != i)].mean() for c in set(labels)
                 if ((labels == c) & (np.arange(n) != i)).any()}
        a, b = means.pop(labels[i], None), min(means.values())
        assert result.silhouettes[i] == pytest.approx(0 if a is None else (b - a) / max(a, b))
    codes = pd.factorize(result.labels)[0]
    assert within_pairs(apart, codes) == pytest.approx(within_ss(z, codes))
    assert within_ss(z, codes) == pytest.approx(result.search.set_index("k").loc[result.k, "within_ss"])


@pytest.mark.parametrize("method", METHODS)
def test_invariants_of_every_method(method):
    """Row order, the argument, the seed; new customers equal to old ones; sizes fall; shifted units change nothing."""
    frame = groups() if method != "pam" else mixed(150)
    before = frame.copy()
    result = cluster(frame, method=method, n_references=3, n_resamples=5)
    pd.testing.assert_frame_equal(frame, before)
    again = cluster(frame, method=method, n_references=3, n_resamples=5)
    pd.testing.assert_series_equal(again.labels, result.labels)
    assert again.stability.values.tolist() == result.stability.values.tolist()
    pd.testing.assert_frame_equal(again.search, result.search)
    shuffled = cluster(frame.sample(frac=1, random_state=3), method=method, n_references=3, n_resamples=5)
    pd.testing.assert_series_equal(shuffled.labels.sort_index(), result.labels)
    pd.testing.assert_frame_equal(shuffled.search, result.search)
    pd.testing.assert_frame_equal(shuffled.profiles, result.profiles)
    pd.testing.assert_frame_equal(shuffled.map.sort_index(), result.map.sort_index())
    assert shuffled.stability.mean == result.stability.mean
    assert result.sizes.is_monotonic_decreasing and result.sizes.sum() == result.n == len(frame)
    first = frame.columns[0]
    turned = cluster(frame.assign(**{first: frame[first] * 7 + 3}), method=method, k=result.k, **QUICK)
    pd.testing.assert_series_equal(turned.labels, result.labels)
    if method != "ward":
        pd.testing.assert_series_equal(result.assign(frame).labels, result.labels, check_names=False)
    assert list(result.map) == ["x", "y", "cluster"]
    pd.testing.assert_series_equal(result.map["cluster"], result.labels[result.map.index])


@pytest.mark.parametrize("method", ["ward", "kmeans"])
def test_three_groups_are_found(method):
    """10 standard deviations apart, half, 3 and 2 tenths of the customers: no method and no measure can miss them.

    Mean of x 3, variance .3 100 - 9 + 1 = 22: z of K1 and K3 -3/4.69 = -.64, of K2 7/4.69 = 1.49. Mean of y 2, variance
    .2 100 - 4 + 1 = 17: z of K1 and K2 -2/4.12 = -.49, not beyond -.5; of K3 8/4.12 = 1.94.
    """
    frame = groups()
    result = cluster(frame, method=method)
    assert (result.k, result.gap_k, result.structure, result.is_accepted) == (3, 3, "strong", True)
    assert result.stability.is_good and result.stability.mean == pytest.approx(1, abs=1e-9) and told(result) == []
    assert (result.stability.n_resamples, len(result.stability.values)) == (20, 20)
    assert result.labels[frame["x"] > 5].unique().tolist() == ["K2"]
    assert result.labels[frame["y"] > 5].unique().tolist() == ["K3"]
    traits = result.traits[["cluster", "column", "direction"]].to_numpy().tolist()
    assert traits == [["K1", "x", "low"], ["K2", "x", "high"], ["K3", "y", "high"], ["K3", "x", "low"]]
    assert result.assign(pd.DataFrame({"y": [1, 0, 11], "x": [0, 9, 0]})).labels.tolist() == ["K1", "K2", "K3"]


def test_profiles_by_hand():
    """x = 0, 0, 10, 10 (mean 5, sd sqrt(100/3)): z of the lower two (0 - 5)/5.7735 = -.8660. A half of the customers has a:
    the sd of its 0/1 column is sqrt(1/3), z = (1 - .5)/.57735 = .8660."""
    result = cluster(pd.DataFrame({"x": [0., 0, 10, 10], "kind": list("aabb")}), k=2, **QUICK)
    profiles = result.profiles.set_index(["cluster", "column", "category"])
    assert result.profiles["cluster"].tolist() == ["K1"] * 3 + ["K2"] * 3
    assert result.profiles["category"].tolist() == [None, "a", "b"] * 2
    own = result.labels[0]
    assert profiles.loc[(own, "kind", "a"), ["mean", "z", "n"]].tolist() == pytest.approx([1, np.sqrt(.75), 2])
    assert profiles.loc[(own, "kind", "b"), ["mean", "z"]].tolist() == pytest.approx([0, -np.sqrt(.75)])
    number = result.profiles[(result.profiles["cluster"] == own) & (result.profiles["column"] == "x")].iloc[0]
    assert [number["mean"], number["z"]] == pytest.approx([0, -np.sqrt(.75)])
    mine = result.traits[result.traits["cluster"] == own]  # that it has few of b says the same as that it has many of a
    assert mine[["column", "category", "direction"]].to_numpy().tolist() == [["x", None, "low"], ["kind", "a", "high"]]


def test_weights_stretch_a_column():
    """A weight of 4 doubles the distance in a column, as doubling its numbers does without standardising."""
    frame = noise()
    weighted = cluster(frame, weights={"a": 4}, standardise=False, k=3, **QUICK)
    stretched = cluster(frame.assign(a=2 * frame["a"]), standardise=False, k=3, **QUICK)
    assert weighted.heights == pytest.approx(stretched.heights) and weighted.labels.equals(stretched.labels)
    assert weighted.centres["a"].tolist() == pytest.approx((stretched.centres["a"] / 2).tolist())
    assert weighted.assign(frame).labels.equals(stretched.assign(frame.assign(a=2 * frame["a"])).labels)


def test_merges_are_a_tree_for_scipy():
    result = cluster(groups(30), **QUICK)
    leaves = dendrogram(result.merges.to_numpy(), no_plot=True, labels=result.silhouettes.index.to_list())["ivl"]
    assert sorted(leaves) == list(range(30))
    runs = [label for label, _ in itertools.groupby(result.labels[leaves])]
    assert sorted(runs) == sorted(set(runs))  # each cluster is one branch


def test_silhouette_of_sklearn_and_pdist():
    """The mean of scikit-learn's silhouette_score on its own Euclidean distances."""
    from sklearn.metrics import silhouette_score

    frame = groups(80, apart=4)
    result = cluster(frame, method="kmeans", k=3, **QUICK)
    z = (frame - frame.mean()) / frame.std()
    assert result.silhouette == pytest.approx(silhouette_score(z, result.labels), abs=1e-12)
    codes = pd.factorize(result.labels)[0]
    assert within_pairs(cdist(z, z), np.zeros(80)) == pytest.approx((pdist(z) ** 2).sum() / 80)
    assert within_ss(z.to_numpy(), codes) < within_ss(z.to_numpy(), np.zeros(80))


def test_what_the_package_shows():
    assert sorted(clusters.__all__) == ["Assignment", "Clusters", "METHODS", "Space", "Stability", "cluster"]
    assert all(hasattr(clusters, name) for name in clusters.__all__)
