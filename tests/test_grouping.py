"""Merge, split, cells, confrontation: method.md 3.10 c, 4.1 b, 4.4, 4.5; Dunn against published figures and R 4.2.

R references of ``PONDS`` and ``MONTHS`` were made with

    r <- rank(x); t <- table(x); N <- length(x); m <- tapply(r, g, mean); n <- tapply(r, g, length)
    z <- (m[i] - m[j]) / sqrt((N*(N+1)/12 - sum(t^3 - t)/(12*(N-1))) * (1/n[i] + 1/n[j]))
    p <- 2*pnorm(-abs(z)); p.adjust(p, "holm"); p.adjust(p, "bonferroni"); kruskal.test(x, g)
"""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.grouping import compare_pairs, confront, cross_classify, propose_merges, propose_splits
from svcnb.methods.laboriousness import laboriousness_class

SAY = words_in("en").reason
PONDS = {  # pH of four ponds: Zar, J. H. (2010), Biostatistical Analysis, example 10.11
    "1": [7.68, 7.69, 7.70, 7.70, 7.72, 7.73, 7.73, 7.76], "2": [7.71, 7.73, 7.74, 7.74, 7.78, 7.78, 7.80, 7.81],
    "3": [7.74, 7.75, 7.77, 7.78, 7.80, 7.81, 7.84], "4": [7.71, 7.71, 7.74, 7.79, 7.81, 7.85, 7.87, 7.91]}
MONTHS = {  # R's airquality: Ozone of May to September, without the days not measured
    "5": [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37],
    "6": [29, 71, 39, 23, 21, 37, 20, 12, 13],
    "7": [135, 49, 32, 64, 40, 77, 97, 97, 85, 10, 27, 7, 48, 35, 61, 79, 63, 16, 80, 108, 20, 52, 82, 50, 64, 59],
    "8": [39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85],
    "9": [96, 78, 73, 91, 47, 32, 20, 23, 21, 24, 44, 21, 28, 9, 13, 46, 18, 13, 24, 16, 13, 23, 36, 7, 14, 30, 14,
          18, 20]}
T24 = {"a": [2.1, 2.4, 2.0, 2.6], "b": [3.0, 3.2, 2.9, 3.4], "c": [4.1, 3.9, 4.4, 4.0]}


def long(samples: dict) -> tuple[list, list]:
    return [v for sample in samples.values() for v in sample], [g for g, sample in samples.items() for _ in sample]


def by_pair(pairs: pd.DataFrame, column: str) -> dict:
    return {f"{row['first']}{row['second']}": row[column] for _, row in pairs.iterrows()}


# Dunn's test


def test_dunn_of_t24_by_hand():
    """Ranks 1-4, 5-8, 9-12, mean 2.5, 6.5, 10.5, no ties: sqrt(12 * 13/12 * (1/4 + 1/4)) = sqrt(6.5) = 2.5495;
    z = 4/2.5495 = 1.5689 for neighbours, 8/2.5495 = 3.1379 for a and c; p .11667 and .0017017, times 3 .0051."""
    pairs = compare_pairs(*long(T24))
    assert pairs[["first", "second"]].values.tolist() == [["a", "b"], ["b", "c"], ["a", "c"]]
    assert pairs["z"].tolist() == pytest.approx([-4 / 6.5**0.5, -4 / 6.5**0.5, -8 / 6.5**0.5])
    assert pairs["p_value"].tolist() == pytest.approx([0.116665, 0.116665, 0.0017017], abs=1e-6)
    assert pairs["p_adjusted"].tolist() == pytest.approx([0.233330, 0.233330, 0.0051050], abs=1e-5)
    assert pairs["differ"].tolist() == [False, False, True]


def test_dunn_of_ponds_agrees_with_unistat_and_r():
    """Bonferroni p published by UNISTAT (guide, Kruskal-Wallis, and kept in the tests of R's FSA): .1956, .0191, 1,
    .0166, 1, 1; z, p and Holm's p from R as above. Ties: 8 values occur twice or more."""
    pairs = compare_pairs(*long(PONDS))
    bonferroni = {pair: round(min(1, 6 * p), 4) for pair, p in by_pair(pairs, "p_value").items()}
    assert bonferroni == {"12": 0.1956, "13": 0.0191, "23": 1, "14": 0.0166, "24": 1, "34": 1}
    assert by_pair(pairs, "z") == pytest.approx(
        {"12": -2.1370062996103, "13": -2.9493488949175, "14": -2.9918088194545, "23": -0.8848046684752,
         "24": -0.8548025198441, "34": 0.0589869778983}, abs=1e-12)
    assert by_pair(pairs, "p_adjusted") == pytest.approx(
        {"12": 0.1303899169727, "13": 0.0166397927994, "14": 0.0166397927994, "23": 1, "24": 1, "34": 1}, abs=1e-12)
    assert (pairs.loc[0, "first"], pairs.loc[0, "second"]) == ("3", "4")


def test_dunn_of_airquality_agrees_with_r():
    pairs = compare_pairs(*long(MONTHS))
    assert by_pair(pairs, "z") == pytest.approx(
        {"56": -0.92515861626873, "57": -4.41947064061156, "58": -4.13281342220511, "59": -1.32120228252017,
         "67": -2.24420803239467, "68": -2.03863548728771, "69": 0.00253855526952, "78": 0.28665721840644,
         "79": 3.21719912427736, "89": 2.92282777777952}, abs=1e-12)
    assert by_pair(pairs, "p_adjusted") == pytest.approx(
        {"56": 1, "57": 0.0000989429615, "58": 0.000322514652898, "59": 0.745735701851181, "67": 0.148914116822533,
         "68": 0.207432103625249, "69": 1, "78": 1, "79": 0.010355897731607, "89": 0.024280782128046}, abs=1e-12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 9)), min_size=6, max_size=60),
       st.randoms(use_true_random=False))
def test_dunn_and_kruskal_are_of_one_kind(rows, random):
    """sum n_i (R_i - mean)^2 / variance is H, so with two groups z^2 = H; order and rising maps change nothing."""
    groups, values = zip(*rows)
    if len(set(groups)) < 2 or len(set(values)) < 2:
        return
    pairs = compare_pairs(values, groups)
    if len(set(groups)) == 2:
        samples = [[v for g, v in rows if g == group] for group in sorted(set(groups))]
        assert pairs.loc[0, "z"] ** 2 == pytest.approx(stats.kruskal(*samples).statistic)
    shuffled = random.sample(rows, len(rows))
    other = compare_pairs([np.exp(v) for _, v in shuffled], [g for g, _ in shuffled])
    pd.testing.assert_frame_equal(other, pairs)
    assert (pairs["p_adjusted"] >= pairs["p_value"]).all() and pairs["z"].abs().round(9).is_monotonic_increasing


# merge


def test_merge_of_t24():
    """H = 9.8462, p = .0073: the groups differ, but a and b do not (Holm .233): merge these."""
    result = propose_merges(*long(T24))
    assert result.difference.h == pytest.approx(9.84615, abs=1e-5)
    assert (result.verdict, result.proposed, result.n, result.n_missing) == ("pair_alike", ("a", "b"), 12, 0)
    assert SAY(result.warnings[0]) == "Fewer than 5 values in a, b, c: the test across groups is approximate."


def test_three_verdicts_of_merging():
    rng = np.random.default_rng(5)
    groups = np.repeat(["x", "y", "z"], 60)
    noise = rng.normal(scale=0.3, size=180)
    apart = propose_merges(noise + np.repeat([2, 3, 4], 60), groups)
    assert (apart.verdict, apart.proposed) == ("all_differ", None) and apart.pairs["differ"].all()
    same = propose_merges(noise + 3, groups)
    assert same.verdict == "not_confirmed" and same.proposed == tuple(same.pairs.loc[0, ["first", "second"]])
    assert same.difference.p_value > 0.05 and not same.pairs["differ"].any()
    pair = propose_merges(noise + np.repeat([2, 4, 2], 60), groups)
    assert (pair.verdict, pair.proposed) == ("pair_alike", ("x", "z"))


def test_merging_two_groups_at_the_level_itself():
    """With two groups z^2 = H and both p are one: at alpha = p nothing differs, a little above it does."""
    values, groups = [1, 2, 3, 4, 5, 9, 7, 8, 6, 10, 11], list("aaaaabbbbbb")
    p = propose_merges(values, groups).difference.p_value
    at = propose_merges(values, groups, alpha=p)
    assert (at.verdict, at.proposed) == ("not_confirmed", ("a", "b"))
    assert propose_merges(values, groups, alpha=p * 1.0001).verdict == "all_differ"


def test_merging_leaves_out_and_counts_what_is_missing():
    values, groups = long(PONDS)
    frame = pd.DataFrame({"value": [*values, None, np.inf, "x", 7.7, 7.8, np.nan],
                          "group": [*groups, "1", "2", "3", None, " ", "<b>🙂</b>"]}, dtype=object)
    before = frame.copy()
    result = propose_merges(frame["value"], frame["group"])
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(result.pairs, compare_pairs(values, groups))
    assert (result.n, result.n_missing) == (31, 6)
    assert [SAY(one) for one in result.warnings] == [
        "No value in <b>🙂</b>: left out of the comparison.",
        "6 of 37 customers are left out: something of them is not measured."]


def test_customers_are_matched_by_their_index_not_their_place():
    values, groups = (pd.Series(column) for column in long(PONDS))
    result = propose_merges(values, groups.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(result.pairs, compare_pairs(values, groups))
    pd.testing.assert_frame_equal(compare_pairs(values, groups.to_list()), compare_pairs(values, groups))
    few = propose_merges(values[:20], groups)
    assert (few.n, few.n_missing) == (20, 11)


@pytest.mark.parametrize("values, groups, message", [
    ([1, 2, 3], ["a", "a", "a"], "Only 1 group has values: there is nothing to compare."),
    ([None, np.nan], ["a", "b"], "Only 0 group has values: there is nothing to compare."),
    ([], [], "Only 0 group has values: there is nothing to compare."),
    ([2, 2, 2, 2], list("aabb"), "All values are the same in every group: there is no difference to test."),
    (list(range(1000)), list(range(500)) * 2, "500 groups are too many to compare pair by pair (at most 30)."),
    ([1, 2], ["a"], "The columns have unlike lengths (value 2, group 1); they must be of the same customers."),
    ([1, 2], [["a"], ["b"]], "group holds lists or other values that are no categories."),
    (pd.Series([1, 2, 3], index=["K1", "K1", "K2"]), pd.Series(["a", "b"], index=["K1", "K2"]),
     "The customer K1 occurs 2 times; give one row a customer."),
])
def test_what_cannot_be_compared_is_said(values, groups, message):
    for ask in (compare_pairs, propose_merges):
        with pytest.raises(NotComputable) as error:
            ask(values, groups)
        assert str(error.value) == message


@pytest.mark.parametrize("alpha", [0, 1, 5, -0.1])
def test_the_level_of_significance_is_a_share(alpha):
    message = f"The level of significance {alpha} is not between 0 and 1; write for example 0.05."
    for ask in (lambda: compare_pairs([1, 2], ["a", "b"], alpha=alpha),
                lambda: propose_merges([1, 2], ["a", "b"], alpha=alpha),
                lambda: propose_splits([1, 2], ["a", "b"], ["a", "b"], alpha=alpha),
                lambda: confront(["a", "b"], ["a", "b"], alpha=alpha)):
        with pytest.raises(ParameterError) as error:
            ask()
        assert str(error.value) == message


# split


def segments() -> pd.DataFrame:
    """Three segments of two clusters of 40; S1 far apart, S2 either side of 7/3 by chance, S3 both low."""
    rng = np.random.default_rng(11)
    rows = []
    for segment, means in {"S1": (1.8, 3.9), "S2": (2.2, 2.4), "S3": (2.0, 2.1)}.items():
        for cluster, mean in zip(("c1", "c2"), means):
            rows += [(segment, cluster, v) for v in np.round(np.clip(rng.normal(mean, 0.6, 40), 1, 5), 1)]
    return pd.DataFrame(rows, columns=["segment", "cluster", "value"])


def test_splits_agree_with_r():
    """R: kruskal.test(value ~ cluster, data = s[s$segment == g, ]) on the same rows, written to csv: S1 59.3580502,
    p 1.3144e-14; S2 2.1034581, p .1469664. S3 is not asked: both clusters are low (means 1.945 and 2.080)."""
    frame = segments()
    result = propose_splits(frame["value"], frame["segment"], frame["cluster"])
    table = result.segments.set_index("segment")
    assert table["verdict"].to_dict() == {"S1": "split", "S2": "not_supported", "S3": "same_class"}
    assert table["h"][:2].tolist() == pytest.approx([59.3580502007560, 2.103458115860271], abs=1e-12)
    assert table["p_value"][:2].tolist() == pytest.approx([1.31441382725862e-14, 0.146966420300465], rel=1e-9)
    assert table["p_adjusted"][:2].tolist() == pytest.approx([2 * 1.31441382725862e-14, 0.146966420300465], rel=1e-9)
    assert table.loc["S3", ["h", "p_value", "p_adjusted"]].isna().all()
    assert table["classes"].tolist() == [("low", "high"), ("low", "medium"), ("low",)]
    assert result.proposed == ("S1",) and (result.n, result.n_missing, result.warnings) == (240, 0, ())
    parts = result.parts.set_index(["segment", "part"])
    assert parts.loc[("S1", "high"), "clusters"] == ("c2",)
    assert parts["laboriousness"].tolist() == pytest.approx([1.765, 3.975, 2.24, 2.44])
    assert parts["n"].tolist() == [40] * 4


def test_clusters_of_one_class_are_one_part_and_small_parts_forbid_a_split():
    """Three low clusters of 12 make one part of 36; the high cluster of 29 is one customer short of 30."""
    values = np.concatenate([np.linspace(1, 2, 12)] * 3 + [np.linspace(4, 5, 29)])
    clusters = np.repeat(["c1", "c2", "c3", "c4"], [12, 12, 12, 29])
    ones = ["S"] * 65
    result = propose_splits(values, ones, clusters)
    assert result.segments.loc[0, ["verdict", "smallest", "n_clusters"]].tolist() == ["too_small", 29, 4]
    assert result.parts["clusters"].tolist() == [("c1", "c2", "c3"), ("c4",)] and result.proposed == ()
    assert propose_splits(values, ones, clusters, min_n=29).proposed == ("S",)


def test_segments_that_cannot_be_split_say_why():
    frame = pd.DataFrame({
        "value": [1, 5] * 3 + [2] * 3 + [np.nan] * 2 + [3, 3], "segment": ["one"] * 6 + ["few"] * 3 + ["none"] * 2 + [None, "🙂"],
        "cluster": ["c"] * 6 + ["a", "b", "c"] + ["a", "b"] + ["a", None]})
    before = frame.copy()
    result = propose_splits(frame["value"], frame["segment"], frame["cluster"], min_n=1)
    pd.testing.assert_frame_equal(frame, before)
    assert result.segments.set_index("segment")["verdict"].to_dict() == {
        "few": "same_class", "none": "not_measured", "one": "one_cluster", "🙂": "not_measured"}
    assert (result.n, result.n_missing) == (9, 4) and not len(result.parts) and result.proposed == ()
    assert SAY(result.warnings[-1]) == "4 of 13 customers are left out: something of them is not measured."


def test_many_small_segments_are_tested_with_caution():
    """Each p is 2 (ranks 1-3 against 4-6) = .0495 alone, and not significant for 2 segments: .099."""
    values = [1, 1.1, 1.2, 4, 4.1, 4.2] * 2
    one = propose_splits(values[:6], ["S1"] * 6, list("aaabbb"), min_n=3)
    assert one.proposed == ("S1",) and one.segments.loc[0, "p_value"] == pytest.approx(0.04953461)
    two = propose_splits(values, ["S1"] * 6 + ["S2"] * 6, list("aaabbb") * 2, min_n=3)
    assert two.segments["verdict"].tolist() == ["not_supported"] * 2
    assert two.segments["p_adjusted"].tolist() == pytest.approx([2 * 0.04953461] * 2)
    assert SAY(two.warnings[1]) == "S2: fewer than 5 customers in the clusters a, b: the test is approximate."


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("ST"), st.sampled_from("abc"), st.integers(1, 5)), min_size=1, max_size=80),
       st.integers(1, 12), st.randoms(use_true_random=False))
def test_what_a_split_must_keep(rows, min_n, random):
    """Parts add up to their segment, their classes differ, and a split has the size and the test that it needs."""
    ask = lambda rows: propose_splits([v for *_, v in rows], [s for s, *_ in rows], [c for _, c, _ in rows], min_n=min_n)
    result = ask(rows)
    for row in result.segments.itertuples():
        parts = result.parts[result.parts["segment"] == row.segment]
        assert len(parts) in (0, len(row.classes)) and (not len(parts) or parts["n"].sum() == row.n)
        samples = {c: [v for s, k, v in rows if (s, k) == (row.segment, c)] for c in "abc"}
        classes = {laboriousness_class(sum(sample) / len(sample)) for sample in samples.values() if sample}
        assert classes == set(row.classes)
        if row.verdict == "split":
            assert len(classes) > 1 and parts["n"].min() >= min_n and row.p_adjusted < 0.05
    again = ask(random.sample(rows, len(rows)))
    pd.testing.assert_frame_equal(again.segments, result.segments)
    pd.testing.assert_frame_equal(again.parts, result.parts)


@pytest.mark.parametrize("values, message", [
    (pd.Series([1, 5.2], index=["K1", "K2"]), "The laboriousness 5.2 of K2 is outside 1 to 5."),
    (pd.Series([0, 5], index=["K1", "K2"]), "The laboriousness 0 of K1 is outside 1 to 5."),
    (pd.Series([None, np.inf]), "No customer has a laboriousness, a segment and a cluster."),
])
def test_what_cannot_be_split_is_said(values, message):
    with pytest.raises(NotComputable) as error:
        propose_splits(values, ["S", "S"], ["a", "b"])
    assert str(error.value) == message


@pytest.mark.parametrize("min_n", [0, 2.5, True, "x"])
def test_customers_of_a_part_are_a_whole_number(min_n):
    with pytest.raises(ParameterError) as error:
        propose_splits([1, 2], ["S", "S"], ["a", "b"], min_n=min_n)
    assert str(error.value) == f"{min_n} is no number of customers; write a whole number of 1 or more."


# cells

ABC = pd.Series({"K1": "A", "K2": "A", "K3": "B", "K4": "C", "K5": "C", "K6": "C"})
WORK = pd.Series({"K6": "high", "K5": "high", "K4": "low", "K3": "high", "K2": "high", "K1": "low"})
VALUES = pd.Series({"K1": 50.0, "K2": 30.0, "K3": 10.0, "K4": 5.0, "K5": 3.0, "K6": 2.0})


def test_cells_by_hand():
    """A: 50 at little work and 30 at much, of 100; C at much work 3 + 2 = 5: the 5 % to redesign."""
    result = cross_classify(ABC, WORK, VALUES)
    assert result.counts.values.tolist() == [[1, 0, 1], [0, 0, 1], [1, 0, 2]]
    assert result.counts.index.tolist() == ["A", "B", "C"] and result.counts.columns.tolist() == ["low", "medium", "high"]
    assert result.value_shares.to_numpy() == pytest.approx(np.array([[0.5, 0, 0.3], [0, 0, 0.1], [0.05, 0, 0.05]]))
    cell = result.cells.iloc[8]
    assert cell[["abc", "laboriousness_class", "n", "share", "value", "advice", "customers"]].tolist() == \
        ["C", "high", 2, 2 / 6, 5.0, "redesign", ("K5", "K6")]
    assert result.advised("redesign") == ("K5", "K6") and result.advised("protect") == ("K1", "K2")
    assert result.advised("watch") == ("K3",) and result.advised("keep") == ("K4",) and result.warnings == ()
    assert (result.n, result.n_missing) == (6, 0)
    crosstab = pd.crosstab(ABC, WORK.reindex(ABC.index)).reindex(columns=["low", "medium", "high"], fill_value=0)
    assert result.counts.values.tolist() == crosstab.values.tolist()


def test_cells_without_values_have_no_shares_of_value():
    result = cross_classify(ABC, WORK)
    assert result.value_shares is None and result.cells["value"].isna().all() and result.warnings == ()
    zero = cross_classify(ABC, WORK, VALUES * 0)
    assert zero.value_shares is None and zero.cells["value_share"].isna().all()
    assert SAY(zero.warnings[0]) == "No customer has a value above 0: the shares of the value are not measured."


def test_values_not_known_and_customers_of_one_side_are_left_out_and_counted():
    """K3 is alone in its cell and has no value: its cell is not measured, empty cells are 0."""
    odd = VALUES.drop("K4").replace({10.0: -1.0}).rename({"K6": "K9"})
    result = cross_classify(pd.concat([ABC, pd.Series({"K7": "A", "K8": None})]), dict(WORK) | {"K8": "low"}, odd)
    assert (result.n, result.n_missing) == (6, 2)
    assert np.isnan(result.value_shares.loc["B", "high"]) and result.value_shares.loc["B", "low"] == 0
    assert result.value_shares.loc["A", "low"] == pytest.approx(50 / 83)
    assert [SAY(one) for one in result.warnings] == [
        "2 of 8 customers are left out: something of them is not measured.",
        "3 of 6 customers have no value of 0 or more: the shares of the value leave them out."]


def test_advice_can_be_edited():
    result = cross_classify(ABC, WORK, advice={("B", "high"): "redesign"})
    assert result.advised("redesign") == ("K3",) and len(result.advised("keep")) == 5
    with pytest.raises(ParameterError) as error:
        cross_classify(ABC, WORK, advice={("D", "high"): "redesign"})
    assert str(error.value) == "There is no cell ('D', 'high'); write a class A, B, C and low, medium, high."


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.dictionaries(st.integers(0, 99), st.tuples(st.sampled_from("ABC"), st.sampled_from(["low", "medium", "high"]),
                                                     st.integers(1, 9)), min_size=1, max_size=40))
def test_cells_add_up(customers):
    abc, work, values = (pd.Series({k: row[place] for k, row in customers.items()}) for place in range(3))
    result = cross_classify(abc, work, values)
    assert result.counts.to_numpy().sum() == len(customers) == result.n
    assert np.nansum(result.value_shares.to_numpy()) == pytest.approx(1) and result.cells["share"].sum() == pytest.approx(1)
    assert sorted(one for ids in result.cells["customers"] for one in ids) == sorted(customers)


@pytest.mark.parametrize("abc, work, message", [
    (ABC.replace("B", "b"), WORK, "b of K3 is none of the classes A, B, C."),
    (ABC, WORK.replace("low", "<i>"), "<i> of K1 is none of the classes low, medium, high."),
    (ABC, WORK.rename(lambda k: k + "x"), "No customer has both an ABC class and a laboriousness class."),
    (pd.Series(["A", "B"], index=["K1", "K1"]), pd.Series(["low", "low"], index=["K1", "K1"]),
     "The customer K1 occurs 2 times; give one row a customer."),
    (pd.Series([None, None]), pd.Series(["low", None]), "No customer has both an ABC class and a laboriousness class."),
])
def test_what_has_no_cells_is_said(abc, work, message):
    with pytest.raises(NotComputable) as error:
        cross_classify(abc, work)
    assert str(error.value) == message


# confrontation


def customers() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    apriori = rng.choice(["S1", "S2", "S3"], 120)
    statistical = np.where(rng.random(120) < 0.7, apriori, rng.choice(["S1", "S2", "S3"], 120))
    chance = np.select([apriori == "S1", apriori == "S2"], [0.8, 0.5], 0.2)
    return pd.DataFrame({"apriori": apriori, "statistical": statistical,
                         "criterion": np.where(rng.random(120) < chance, "yes", "no")})


def test_confrontation_agrees_with_r():
    """R on the same rows, written to csv: the index from sums of choose(t, 2), psych::cohen.kappa(t)$kappa,
    chisq.test(table(apriori, criterion), correct = FALSE)."""
    frame = customers()
    result = confront(frame["apriori"], frame["statistical"], frame["criterion"])
    assert result.table.values.tolist() == [[30, 2, 2], [6, 36, 4], [10, 1, 29]]
    assert result.adjusted_rand == pytest.approx(0.47333376114861, abs=1e-12)
    assert result.kappa == pytest.approx(0.688861232109521, abs=1e-12)
    assert (result.criterion.chi2, result.criterion.df) == (pytest.approx(27.3146636371940, abs=1e-10), 2)
    assert result.criterion.p_value == pytest.approx(1.17137554692146e-06, rel=1e-9)
    assert result.moves.values.tolist() == [["S3", "S1", 10], ["S2", "S1", 6], ["S2", "S3", 4], ["S1", "S2", 2],
                                            ["S1", "S3", 2], ["S3", "S2", 1]]
    assert len(result.moved) == 25 and (result.n, result.n_missing) == (120, 0)
    assert (frame.loc[result.moved["customer"], "apriori"].tolist() == result.moved["from"].tolist())
    assert result.verdict == "partly" and result.warnings == ()  # index .47 below .65, the criterion speaks for them


GROUPS = ["a"] * 20 + ["b"] * 20
TELLS = ["yes"] * 18 + ["no"] * 2 + ["yes"] * 3 + ["no"] * 17  # V = .75
TELLS_NOT = ["yes", "no"] * 20


@pytest.mark.parametrize("statistical, criterion, verdict", [
    (GROUPS, TELLS, "confirmed"), (GROUPS, None, "confirmed"), (GROUPS, TELLS_NOT, "partly"),
    (GROUPS, ["yes"] * 40, "partly"), (["a", "b"] * 20, TELLS, "partly"), (["a", "b"] * 20, TELLS_NOT, "not_confirmed"),
    (["a", "b"] * 20, None, "not_confirmed"), (["a"] * 15 + ["b"] * 25, None, "partly"),
])
def test_the_rule_of_the_verdict(statistical, criterion, verdict):
    """Index 1 agrees; (20, 20) against every second one is below 0; five of 40 moved is .55, between .30 and .65."""
    assert confront(GROUPS, statistical, criterion).verdict == verdict


def test_confrontation_with_itself_moves_nobody():
    result = confront(GROUPS, GROUPS)
    assert (result.kappa, result.adjusted_rand, len(result.moved), len(result.moves)) == (1, 1, 0, 0)
    assert result.counterparts == {"a": "a", "b": "b"} and result.moves.columns.tolist() == ["from", "to", "n"]
    assert [SAY(one) for one in result.warnings] == [
        "No criterion is given: the verdict rests on the agreement alone."]


def test_clusters_without_names_stand_for_the_segments_they_share_most_with():
    """Rows S1, S2, S3 by clusters 1 to 4. The best one-to-one match keeps 8 + 7 + 6 = 21 of 26; cluster 4 has no
    counterpart: its 2 have moved, with the 3 elsewhere."""
    counts = pd.DataFrame([[1, 8, 0, 0], [7, 0, 1, 0], [1, 0, 6, 2]], index=["S1", "S2", "S3"], columns=[1, 2, 3, 4])
    rows = [(segment, cluster) for segment in counts.index for cluster in counts for _ in range(counts.at[segment, cluster])]
    apriori, statistical = zip(*rows)
    result = confront(apriori, statistical)
    best = max(sum(counts.at[s, c] for s, c in zip(counts.index, choice)) for choice in permutations(counts, 3))
    assert result.counterparts == {"1": "S2", "2": "S1", "3": "S3"} and result.kappa is None
    assert len(result.moved) == 26 - best == 5
    assert result.moves.values.tolist() == [["S3", "4", 2], ["S1", "1", 1], ["S2", "3", 1], ["S3", "1", 1]]
    assert SAY(result.warnings[0]) == ("The two groupings have names of their own: each statistical group stands for "
                                       "the segment with which it has most customers in common.")


def test_numbered_clusters_that_look_like_the_segments_can_be_matched():
    """Segments 1, 2 and clusters 2, 1: by name all have moved (kappa -1), by match nobody has."""
    apriori, statistical = [1] * 10 + [2] * 10, ["2"] * 10 + ["1"] * 10
    named, matched = confront(apriori, statistical), confront(apriori, statistical, match=True)
    assert (named.kappa, len(named.moved)) == (-1, 20) and (matched.kappa, len(matched.moved)) == (None, 0)
    assert named.adjusted_rand == matched.adjusted_rand == 1


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=4, max_size=40),
       st.randoms(use_true_random=False))
def test_names_and_order_change_nothing(rows, random):
    apriori, statistical = (pd.Series(column) for column in zip(*rows))
    if apriori.nunique() == statistical.nunique() == 1:
        return
    result = confront(apriori, statistical)
    shuffled = statistical.sample(frac=1, random_state=random.randrange(999))
    other = confront(apriori, shuffled)
    pd.testing.assert_frame_equal(other.table, result.table)
    pd.testing.assert_frame_equal(other.moves, result.moves)
    table = result.table.to_numpy()
    best = max(sum(table[i, k] for i, k in zip(rows_, columns_))
               for rows_ in permutations(range(table.shape[0]), min(table.shape))
               for columns_ in permutations(range(table.shape[1]), min(table.shape)))
    assert len(rows) - len(result.moved) == best and result.moves["n"].sum() == len(result.moved)


def test_a_measured_criterion_is_cut_at_its_quartiles_and_missing_ones_are_counted():
    revenue = pd.Series([*np.linspace(1.5, 20, 40), *np.linspace(30, 90, 40)], index=[f"K{k}" for k in range(80)])
    groups = pd.Series(["a"] * 40 + ["b"] * 40, index=revenue.index)
    result = confront(groups, groups[:-4], revenue.mask(revenue == 90).replace(1.5, np.inf))
    quartiles = pd.qcut(revenue[1:-1], 4, labels=False)
    assert result.criterion.table.values.tolist() == pd.crosstab(groups[1:-1], quartiles).values.tolist()
    assert result.criterion.n == 78 and result.verdict == "confirmed" and (result.n, result.n_missing) == (76, 4)
    assert SAY(result.warnings[0]) == "4 of 80 customers are left out: something of them is not measured."
    same = confront(groups, groups, pd.Series(2.5, index=groups.index))
    assert same.criterion is None and same.verdict == "partly"
    assert SAY(same.warnings[-1]) == "criterion has only one category where both are known: there is nothing to compare."


def test_a_small_confrontation_is_said_to_be_unsure():
    result = confront(list("aaabbb"), list("aaabbb"), list("xyzxyz"))
    assert result.criterion.discriminating is None and result.verdict == "partly"
    assert SAY(result.warnings[-1]).startswith("χ² is not reliable here (n = 6, smallest expected count 1,")


@pytest.mark.parametrize("apriori, statistical, message", [
    (["a", "b"], ["a"],
     "The columns have unlike lengths (apriori 2, statistical 1); they must be of the same customers."),
    ([None, "a"], ["a", " "], "No customer is grouped by both."),
    (["a", "a"], [1, 1], "Everybody is in one group on both sides: agreement says nothing."),
    ([{"a"}, {"b"}], ["a", "b"], "apriori holds lists or other values that are no categories."),
])
def test_what_cannot_be_confronted_is_said(apriori, statistical, message):
    with pytest.raises(NotComputable) as error:
        confront(apriori, statistical)
    assert str(error.value) == message
