"""Cluster analysis of customers that are not as they should be: what is left out, said and refused, in whole sentences."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods import clusters
from svcnb.methods.clusters import METHODS, cluster
from svcnb.methods.clusters.number import (
    best_k,
    gap_choice,
    measure_gap,
    silhouettes,
)
from tests.test_clusters import QUICK, SIX, groups, mixed, told


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


def test_limits_of_the_words():
    """Kaufman and Rousseeuw's limits belong to the lower word; 0.75 of agreement and 5 % of the customers are enough."""
    result = cluster(SIX, **QUICK)
    words = [replace(result, silhouette=s).structure for s in (-.1, .25, .26, .5, .51, .7, .71)]
    assert words == ["none", "none", "weak", "weak", "reasonable", "reasonable", "strong"]
    assert [clusters.Stability(mean, np.array([mean]), 1).is_good for mean in (.74, .75)] == [False, True]
    assert [replace(result, n=100, sizes=pd.Series([100 - n, n])).is_accepted for n in (4, 5)] == [False, True]
