"""Cluster analysis: method.md 4.2, T22; R's hclust, kmeans, cluster, scipy and scikit-learn as second opinions.

R 4.2 made the references; ``iris.csv`` are the four columns of scikit-learn's iris without a header's meaning, ``mixed.csv``
and ``noise.csv`` the frames of ``mixed()`` and ``noise()`` below, written by ``to_csv(index=False)``.
"""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import dendrogram, linkage
from scipy.spatial.distance import cdist, pdist

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods import clusters
from svcnb.methods.clusters import METHODS, cluster
from svcnb.methods.clusters.number import (
    best_k,
    gap_choice,
    measure_gap,
    silhouettes,
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


def test_missing_customers_are_counted_and_new_ones_assigned():
    frame = groups(60)
    frame.loc[[3, 7], "x"] = np.nan
    frame["empty"], frame["same"] = None, 5
    frame.index = [f"C{i}" for i in range(60)]
    result = cluster(frame, k=3, **QUICK)
    assert (result.n, result.n_missing, result.labels["C3"], result.labels["C7"]) == (58, 2, None, None)
    assert result.missing_shares.to_dict() == pytest.approx({"x": 2 / 60, "y": 0, "empty": 1, "same": 0})
    assert told(result) == ["2 of 60 customers lack a value in x and are in no cluster.",
                            "Left out, because they are empty or the same for every customer: empty, same."]
    new = result.assign(pd.DataFrame({"x": [0., None, 10.], "y": [0, 0, 0]}, index=["a", "b", "c"]))
    assert new.labels.to_dict() == {"a": "K1", "b": None, "c": "K2"} and np.isnan(new.distances["b"])
    assert new.distances[["a", "c"]].max() < 1  # standard deviations
    assert [words_in("en").reason(one) for one in new.warnings] == \
        ["1 of 3 new customers lack a value and are in no cluster."]
    nobody = result.assign(pd.DataFrame({"x": [], "y": []}))
    assert len(nobody.labels) == 0 and nobody.warnings == ()


def test_unseen_categories_are_unlike_all():
    result = cluster(mixed(), k=3, **QUICK)
    new = result.assign(pd.DataFrame({"orders": [-3.88], "value": [111.2], "region": ["<b>🙂</b>"], "urgent": ["no"]}))
    seen = result.assign(pd.DataFrame({"orders": [-3.88], "value": [111.2], "region": ["north"], "urgent": ["no"]}))
    assert new.labels[0] == seen.labels[0] and new.distances[0] == pytest.approx(seen.distances[0] + 0.25)
    assert [words_in("en").reason(one) for one in new.warnings] == [
        "region has categories that no cluster knows; they count as unlike all others: <b>🙂</b>."]


def test_labels_of_any_kind_and_codes():
    """Emoji, HTML, truths, codes written as text, pandas' categories: the partition is that of plain texts."""
    frame = mixed()
    wanted = cluster(frame, k=3, **QUICK).labels
    for names in ({"north": "🙂", "south": "<b>x</b>", "east": "1"}, {"north": "1", "south": "2", "east": "03"}):
        assert cluster(frame.assign(region=frame["region"].map(names)), k=3, **QUICK).labels.equals(wanted)
    assert cluster(frame.assign(region=pd.Categorical(frame["region"])), k=3, **QUICK).labels.equals(wanted)
    assert cluster(frame.assign(urgent=frame["urgent"] == "yes"), k=3, **QUICK).labels.equals(wanted)
    numbers = frame.assign(region=frame["region"].map({"north": 1, "south": 2, "east": 3}))
    assert cluster(numbers, categorical=["region"], k=3, **QUICK).labels.equals(wanted)
    measured = cluster(numbers[["orders", "value", "region"]], k=3, **QUICK)
    assert measured.method == "ward" and told(measured)[0] == (
        "Taken as measured, though their values are few and whole: region. Name them as categories if they are codes.")


def test_large_data_are_sampled_and_it_is_said():
    frame = groups(2600)
    ward, kmeans = (cluster(frame, k=3, method=method, n_resamples=3) for method in ("ward", "kmeans"))
    assert ward.n == kmeans.n == 2600 and ward.n_sample == kmeans.n_sample == 2000 == len(ward.silhouettes)
    assert len(ward.heights) == 1999 and ward.labels.equals(kmeans.labels)
    assert told(ward) == ["The clusters were formed on a sample of 2,000 of the 2,600 customers; the others joined the cluster "
                          "with the nearest centre."]
    assert told(kmeans) == ["Silhouette, gap, stability and map rest on a sample of 2,000 of the 2,600 customers."]
    two = cluster(mixed(2100), k=2, **QUICK)
    assert two.sizes.sum() == 2100 and two.method == "pam" and len(two.map) == 2000
    shuffled = cluster(frame.sample(frac=1, random_state=2), k=3, **QUICK)
    assert shuffled.labels.sort_index().equals(ward.labels)


def test_merges_are_a_tree_for_scipy():
    result = cluster(groups(30), **QUICK)
    leaves = dendrogram(result.merges.to_numpy(), no_plot=True, labels=result.silhouettes.index.to_list())["ivl"]
    assert sorted(leaves) == list(range(30))
    runs = [label for label, _ in itertools.groupby(result.labels[leaves])]
    assert sorted(runs) == sorted(set(runs))  # each cluster is one branch


def test_small_clusters_are_rejected():
    """One customer far off among 39: two clusters have the best silhouette, and one of them 1/40 = 2.5 %."""
    frame = pd.concat([groups(39, apart=0), pd.DataFrame({"x": [60.], "y": [60.]})], ignore_index=True)
    result = cluster(frame, k=2, **QUICK)
    assert not result.is_accepted and told(result) == [
        "Columns that say nearly the same (correlation of 0.9 or more) count double: x ~ y. Keep one of each pair, or give "
        "them less weight.",
        "The smallest of the 2 clusters has 2.5 % of the customers, less than 5.0 %: do not use this solution. Try another "
        "number of clusters, or look first whether these customers are outliers."]
    table = pd.DataFrame({"k": [1, 2, 3, 4], "silhouette": [np.nan, .9, .5, .5], "smallest_share": [1, .025, .05, .05]})
    assert best_k(table) == 3 and best_k(table.iloc[:2]) == 2 and best_k(table.iloc[:1]) is None


def test_no_structure_is_said():
    """One cloud of 300 in six columns: no silhouette is high, the gap proposes one cluster, resamples disagree."""
    cloud = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 6)), columns=list("abcdef"))
    result = cluster(cloud, k=5, search=True)
    assert result.gap_k == 1 and result.structure == "none" and result.stability.is_good is False
    assert told(result) == [
        f"The mean silhouette of {result.silhouette:.2f} shows no substantial structure (0.25 or less): the customers are a "
        "continuum that the clusters cut. Form the groups a priori, or by bands of one column.",
        "The gap statistic sees no clusters: the customers lie no closer together than evenly spread ones.",
        f"The clusters do not come again reliably: over 20 resamples the adjusted Rand index is {result.stability.mean:.2f} on "
        "average, and 0.75 or more is good. Try another number of clusters or other columns."]


def test_other_cautions():
    frame = groups(60)
    assert "The columns are not standardised: y has 99.9 % of the variance and outweighs the others." in told(
        cluster(frame.assign(y=frame["y"] * 40), standardise=False, k=3, **QUICK))
    assert told(cluster(frame.iloc[:20], k=3, **QUICK)) == [
        "20 customers for 3 clusters are fewer than 10 a cluster: take the result as a hint."]
    given = cluster(frame, k=2, search=True, n_resamples=0)
    assert given.stability.mean is None and given.stability.is_good is None and given.chosen == "given"
    assert told(given) == ["The gap statistic proposes 3 clusters instead of 2: compare both."]
    many = told(cluster(mixed().assign(name=[f"n{i}" for i in range(60)]), k=3, **QUICK))
    assert many[0] == ("name has 60 categories for 60 customers and says little about who is alike: merge categories or leave "
                       "it out.")


def test_silhouette_that_the_sample_cannot_measure():
    """Two of 50 000 customers far off: a sample of 2000 (by this seed) has neither, and k-means still finds them."""
    frame = pd.DataFrame({"x": np.r_[np.random.default_rng(0).normal(size=50_000), 1e4, 1.01e4]})
    result = cluster(frame, k=2, method="kmeans", **QUICK)
    assert result.sizes.tolist() == [50_000, 2] and result.silhouette is None and result.structure is None
    assert result.silhouettes.isna().all() and told(result)[-1] == \
        "The silhouette is not measured: the 2,000 customers compared are not in two clusters or more."


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("frame", [
    pd.DataFrame({"x": [1., 1, 1, 1, 2, 2]}),  # two different customers only
    pd.DataFrame({"x": [1e9, 1e9 + 1, 1e9 + 2, 1e9 + 7]}),
    pd.DataFrame(np.random.default_rng(0).normal(size=(5, 40))),  # more columns than rows
    pd.DataFrame({"x": np.arange(20.), "y": 2 * np.arange(20.)}),  # collinear
    pd.DataFrame(np.indices((5, 5)).reshape(2, -1).T, columns=["x", "y"]),  # ties everywhere
    pd.DataFrame({"x": [0.1 + 0.2, 0.3, 0.3, 5, 5]}),
    pd.DataFrame({"x": [1e-60, 2e-60, 5e-60, 1e90]}),
    pd.DataFrame({"x": [None, 1, 2, 3, 4, 9]}, dtype=object),
    pd.DataFrame({"x": pd.array([1, 2, None, 4, 9], dtype="Int64")}),
])
def test_awkward_data_have_an_answer(frame, method):
    result = cluster(frame, method=method, n_resamples=4, n_references=4)
    assert result.sizes.min() >= 1 and len(result.sizes) == result.k and result.sizes.sum() == result.n
    assert result.profiles["z"].notna().all() and np.isfinite(result.map[["x", "y"]].to_numpy(dtype=float)).all()
    assert sum(result.map_shares) == pytest.approx(1) or frame.shape[1] > 1 or method == "pam"


def test_five_hundred_categories():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"code": rng.permutation([f"c{i}" for i in range(500)] * 2), "x": rng.normal(size=1000)})
    result = cluster(frame, k=3, **QUICK)
    assert len(result.profiles) == 3 * 501 and result.sizes.sum() == 1000


def test_numbers_of_other_types_are_numbers():
    from decimal import Decimal

    frame = pd.DataFrame({"x": [Decimal("1.5"), Decimal("2"), None, Decimal("9"), Decimal("9.5")]}, dtype=object)
    result = cluster(frame, k=2, **QUICK)
    assert result.method == "ward" and result.labels.tolist() == ["K1", "K1", None, "K2", "K2"]


NOTHING = "No column has values that differ between the customers: there is nothing to form groups by."


@pytest.mark.parametrize("frame, options, message", [
    (SIX, {"columns": ["x", "z"]}, "There is no column z; the columns are x, y."),
    (SIX, {"columns": ["x", "x"]}, "2 columns are called x."),
    (pd.DataFrame([[1, 2], [3, 4], [5, 6]], columns=["a", "a"]), {}, "2 columns are called a."),
    (SIX.iloc[:0], {}, "Only 0 of 0 customers have a value in every column: too few to form groups."),
    (SIX.iloc[:2], {}, "Only 2 of 2 customers have a value in every column: too few to form groups."),
    (pd.DataFrame({"x": [1, 2, None, None, 5], "y": [None, None, 3, 4, 5]}), {},
     "Only 1 of 5 customers have a value in every column: too few to form groups."),
    (pd.DataFrame({"x": [5, 5, 5], "kind": ["a"] * 3}), {}, NOTHING),
    (pd.DataFrame({"x": [None] * 4, "y": [np.nan] * 4}), {}, NOTHING),
    (SIX, {"columns": []}, NOTHING),
    (SIX.replace(9.0, np.inf), {}, "x holds 1 infinite values, or such beyond 1e100."),
    (pd.DataFrame({"x": [1, 2, 3], "day": pd.to_datetime(["2024-01-01"] * 3)}), {},
     "day holds dates or times: they are neither numbers nor categories."),
    (pd.DataFrame({"x": [[1], [2], [3]]}), {}, "x holds lists or other values that are no categories."),
    (pd.DataFrame({"x": [1., 1, 2, 2]}), {"k": 3}, "3 clusters cannot be formed of 2 different customers."),
    (SIX, {"k": 6}, "6 clusters cannot be formed of 6 different customers."),
])
def test_what_cannot_be_clustered_is_said(frame, options, message):
    with pytest.raises(NotComputable) as error:
        cluster(frame, **options)
    assert str(error.value) == message


def test_fallbacks_are_said():
    for frame, options, fallback in (
            (SIX.iloc[:2], {}, "Leave out the columns with most missing values, or form the groups a priori with experts."),
            (SIX * 0, {}, "Take other columns, or form the groups a priori with experts."),
            (SIX, {"k": 6}, "Ask for fewer clusters, or form the groups a priori with experts."),
            (SIX * np.inf, {}, "Correct them, or leave them empty."),
            (pd.DataFrame({"d": pd.to_datetime(["2024-01-01"])}), {}, "Take the days since a date instead.")):
        with pytest.raises(NotComputable) as error:
            cluster(frame, **options)
        assert error.value.fallback == fallback


@pytest.mark.parametrize("options, message", [
    ({"method": "median"}, "There is no method median; there are ward, kmeans, pam."),
    ({"k": 1}, "k = 1 is not a whole number of 2 or more."),
    ({"k": 2.5}, "k = 2.5 is not a whole number of 2 or more."),
    ({"k": True}, "k = True is not a whole number of 2 or more."),
    ({"k_max": 1}, "k_max = 1 is not a whole number of 2 or more."),
    ({"n_resamples": -1}, "n_resamples = -1 is not a whole number of 0 or more."),
    ({"n_references": 1}, "The gap statistic needs 2 reference samples or more, or 0 to leave it out."),
    ({"seed": -1}, "seed = -1 is not a whole number of 0 or more."),
    ({"seed": 2**32}, "The seed 4294967296 is too large: it is below 4294967296."),
    ({"weights": {"z": 1}}, "There are weights for z, but no such column is used."),
    ({"weights": {"x": 0}}, "The weight 0 of x is not a number above 0."),
    ({"weights": {"x": np.nan}}, "The weight nan of x is not a number above 0."),
    ({"categorical": ["z"]}, "z are named as categories but are not among the columns."),
])
def test_errors_of_parameters(options, message):
    with pytest.raises(ParameterError) as error:
        cluster(SIX, **options)
    assert str(error.value) == message


@pytest.mark.parametrize("new, message", [
    (pd.DataFrame({"x": [1]}), "There is no column y; the columns are x."),
    (pd.DataFrame({"x": ["many"], "y": [1]}), "x holds texts where numbers are needed."),
    (pd.DataFrame({"x": [1], "y": [-np.inf]}), "y holds 1 infinite values, or such beyond 1e100."),
])
def test_new_customers_that_cannot_be_read(new, message):
    result = cluster(SIX, k=2, **QUICK)
    with pytest.raises(NotComputable) as error:
        result.assign(new)
    assert str(error.value) == message


def test_gap_and_silhouette_where_there_is_none():
    """Three different places, six customers: at k = 3 nothing is left within, and log 0 is no number."""
    points = np.repeat([[0., 0], [1, 0], [5, 5]], 2, axis=0)
    gap, se = measure_gap(points, 5, "ward", 4, seed=0)
    assert np.isfinite(gap[:2]).all() and np.isnan(gap[2:]).all() and np.isnan(se[2:]).all()
    assert gap_choice(np.full(3, np.nan), np.full(3, np.nan)) is None
    assert silhouettes(cdist(points, points), np.arange(6)) is None
    assert silhouettes(cdist(points, points), np.zeros(6)) is None


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


def test_limits_of_the_words():
    """Kaufman and Rousseeuw's limits belong to the lower word; 0.75 of agreement and 5 % of the customers are enough."""
    result = cluster(SIX, **QUICK)
    words = [replace(result, silhouette=s).structure for s in (-.1, .25, .26, .5, .51, .7, .71)]
    assert words == ["none", "none", "weak", "weak", "reasonable", "reasonable", "strong"]
    assert [clusters.Stability(mean, np.array([mean]), 1).is_good for mean in (.74, .75)] == [False, True]
    assert [replace(result, n=100, sizes=pd.Series([100 - n, n])).is_accepted for n in (4, 5)] == [False, True]


def test_what_the_package_shows():
    assert sorted(clusters.__all__) == ["Assignment", "Clusters", "METHODS", "Space", "Stability", "cluster"]
    assert all(hasattr(clusters, name) for name in clusters.__all__)
