"""Merge and split: method.md 4.4, 4.5; Dunn against published figures and R 4.2.

R references of ``PONDS`` and ``MONTHS`` were made with

    r <- rank(x); t <- table(x); N <- length(x); m <- tapply(r, g, mean); n <- tapply(r, g, length)
    z <- (m[i] - m[j]) / sqrt((N*(N+1)/12 - sum(t^3 - t)/(12*(N-1))) * (1/n[i] + 1/n[j]))
    p <- 2*pnorm(-abs(z)); p.adjust(p, "holm"); p.adjust(p, "bonferroni"); kruskal.test(x, g)
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.grouping import compare_pairs, confront, propose_merges, propose_splits
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
