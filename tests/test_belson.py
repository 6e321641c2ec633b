"""Belson's method: method.md 3.6, T16; D against every dichotomy by brute force, the tree against a naive recursion."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.belson import grow_tree, rank_predictors


def dancers() -> pd.DataFrame:
    """The 100 dancers of W9 (60 no, then 40 yes). Published are the two margins only, so sex and age are laid side by side."""
    return pd.DataFrame({"sex": ["man"] * 40 + ["woman"] * 20 + ["man"] * 10 + ["woman"] * 30,
                         "age": ["young"] * 18 + ["adult"] * 30 + ["old"] * 12 + ["young"] * 14 + ["adult"] * 14 + ["old"] * 12,
                         "dances": ["no"] * 60 + ["yes"] * 40})


def said(result) -> list[str]:
    return [words_in("en").reason(one) for one in result.warnings]


def test_t16_sex_divides_before_age():
    """p = 40/100. Women 30/50 = 0.6 > p: D = |30 - 0.4 x 50| = 10. Young 14/32 = 0.4375 and old 12/24 = 0.5 are above p:
    D = |26 - 0.4 x 56| = 3.6. The perfect D is 100 x 0.4 x 0.6 = 24."""
    people = dancers()
    result = rank_predictors(people, "dances", ["age", "sex"])
    sex, age = result.table.to_dict("records")
    assert (result.first, result.value, result.n, result.n_missing, result.target) == ("sex", 0.4, 100, 0, "yes")
    assert (sex["power"], sex["power_share"]) == (pytest.approx(10), pytest.approx(10 / 24))
    assert (sex["categories_above"], sex["n_above"], sex["value_above"]) == ("woman", 50, pytest.approx(0.6))
    assert (sex["categories_below"], sex["n_below"], sex["value_below"]) == ("man", 50, pytest.approx(0.2))
    assert age["power"] == pytest.approx(3.6) and age["power_share"] == pytest.approx(0.15)
    assert (age["categories_above"], age["n_above"], age["value_above"]) == ("old, young", 56, pytest.approx(26 / 56))
    assert (age["categories_below"], age["n_below"], age["value_below"]) == ("adult", 44, pytest.approx(14 / 44))
    assert (age["n"], age["n_missing"], age["missing_share"]) == (100, 0, 0)


def test_mean_form():
    """a 10, 12; b 20, 22; c 14, 18; the same customers twice, all of them 0.25 more: mean 16.25. Only b (21.25) is above it
    (c is exactly there): D = 4 x |21.25 - 16.25| = 20. Perfect: half the sum of |y - mean|, (6+4+4+6+2+2) x 2 / 2 = 24."""
    frame = pd.DataFrame({"kind": list("aabbcc") * 2, "orders": np.array([10, 12, 20, 22, 14, 18] * 2) + 0.25})
    result = rank_predictors(frame, "orders", ["kind"])
    row = result.table.iloc[0]
    assert (result.value, result.target) == (16.25, "") and row["power"] == pytest.approx(20)
    assert row["power_share"] == pytest.approx(20 / 24)
    assert (row["categories_above"], row["categories_below"], row["value_above"]) == ("b", "a, c", 21.25)


tables = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=6).filter(
    lambda rows: sum(a for a, _ in rows) > 0 and sum(b for _, b in rows) > 0 and sum(a + b > 0 for a, b in rows) > 1)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(tables, st.randoms(use_true_random=False))
def test_no_dichotomy_has_a_larger_d(rows, random):
    """Brute force over all subsets of categories: pooling those above p is the best there is. D(G+) = D(G-), 0 <= D <=
    n p (1-p); the order of the rows does not matter."""
    cells = [(f"c{k}", answer) for k, (yes, no) in enumerate(rows) for answer in ["yes"] * yes + ["no"] * no]
    n, p = len(cells), sum(yes for yes, _ in rows) / len(cells)
    best = max(abs(sum(rows[k][0] for k in chosen) - p * sum(sum(rows[k]) for k in chosen))
               for chosen in ([k for k, is_in in enumerate(mask) if is_in] for mask in product([0, 1], repeat=len(rows))))
    frame = pd.DataFrame(cells, columns=["kind", "buys"])
    before = frame.copy()
    row = rank_predictors(frame, "buys", ["kind"]).table.iloc[0]
    pd.testing.assert_frame_equal(frame, before)
    assert row["power"] == pytest.approx(best, abs=1e-9) and row["power"] <= n * p * (1 - p) + 1e-9
    if row["power"]:
        assert abs(row["n_below"] * row["value_below"] - p * row["n_below"]) == pytest.approx(row["power"])
    random.shuffle(cells)
    again = rank_predictors(pd.DataFrame(cells, columns=["kind", "buys"]), "buys", ["kind"]).table
    assert again.iloc[0].to_dict() == pytest.approx(row.to_dict(), nan_ok=True)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(-1e6, 1e6)), min_size=9, max_size=60).filter(
    lambda rows: len({kind for kind, _ in rows}) > 1 and len({y for _, y in rows}) > 8))
def test_mean_form_by_brute_force(rows):
    frame = pd.DataFrame(rows, columns=["kind", "y"])
    mean = frame["y"].mean()
    sums = (frame["y"] - mean).groupby(frame["kind"]).sum()
    best = max(abs(sum(part)) for part in product(*((0, s) for s in sums)))
    row = rank_predictors(frame, "y", ["kind"]).table.iloc[0]
    assert row["power"] == pytest.approx(best, rel=1e-9, abs=1e-6 * (1 + abs(mean)))
    assert 0 <= row["power_share"] <= 1


def test_perfect_separation_reaches_the_bound():
    """n = 10, p = 0.3: D = n p (1 - p) = 2.1."""
    frame = pd.DataFrame({"kind": list("aaabbbbccc"), "buys": [1, 1, 1] + [0] * 7})
    row = rank_predictors(frame, "buys", ["kind"]).table.iloc[0]
    assert (row["power"], row["power_share"]) == (pytest.approx(2.1), pytest.approx(1))


def test_blanks_are_left_out_of_their_own_column_only():
    """kind is known of 8: 4 of 8 buy, a 3/4, b 1/4: D = |3 - 0.5 x 4| = 1, in G- as well. With the p of all ten (6/10) the
    halves would give |3 - 2.4| = 0.6 and |1 - 2.4| = 1.4."""
    frame = pd.DataFrame({"kind": list("aaaabbbb") + [None, " "], "sex": list("mwmwmwmwmw"),
                          "buys": [1, 1, 1, 0, 1, 0, 0, 0, 1, 1]})
    result = rank_predictors(frame, "buys", ["kind", "sex"])
    row = result.table.set_index("predictor").loc["kind"]
    assert (row["power"], row["n"], row["n_missing"], row["missing_share"]) == (pytest.approx(1), 8, 2, pytest.approx(0.2))
    assert (row["value_above"], row["value_below"], result.value) == (0.75, 0.25, 0.6)


def test_categories_exactly_at_p_go_below():
    """p = 0.3 in all, and in b 3/10 = 0.3 exactly, though 0.3 has no exact binary form."""
    frame = pd.DataFrame({"kind": ["a"] * 10 + ["b"] * 10 + ["c"] * 10,
                          "buys": [1] * 4 + [0] * 6 + [1] * 3 + [0] * 7 + [1] * 2 + [0] * 8})
    row = rank_predictors(frame, "buys", ["kind"]).table.iloc[0]
    assert (row["categories_above"], row["categories_below"]) == ("a", "b, c") and row["power"] == pytest.approx(1)


def test_ties_stay_in_the_order_given():
    frame = dancers().assign(copy=lambda f: f["sex"].map({"man": "x", "woman": "y"}))
    assert rank_predictors(frame, "dances", ["copy", "age", "sex"]).table["predictor"].tolist() == ["copy", "sex", "age"]
    assert rank_predictors(frame, "dances", ["sex", "copy"]).first == "sex"


@pytest.mark.parametrize("values, target, share, told", [
    ([True, True, False, True, False, None], "yes", 3 / 5, "yes"), ([1, 0, 1, 1, 0, 0], "1", 3 / 6, "1"),
    (["no", "yes", "no", "no", "yes", "no"], "yes", 2 / 6, "yes"), (["b", "a", "c", "c", "a", "c"], "c", 3 / 6, "c"),
    (pd.Categorical(list("lhlhll"), ["l", "h"], ordered=True), "h", 2 / 6, "h")])
def test_which_class_counts(values, target, share, told):
    frame = pd.DataFrame({"buys": values, "kind": list("abcabc")})
    result = rank_predictors(frame, "buys", ["kind"])
    assert (result.target, result.value) == (target, pytest.approx(share))
    assert f"The share of {told} in buys is what tells the customers apart." in said(result)


def test_target_against_all_other_classes():
    """a against the rest: in x 2 of 3, in y 0 of 3, p = 1/3: D = |2 - 1| = 1."""
    frame = pd.DataFrame({"buys": list("aabbcc"), "kind": list("xxxyyy")})
    result = rank_predictors(frame, "buys", ["kind"], target="a")
    assert (result.value, result.target, result.warnings) == (pytest.approx(1 / 3), "a", ())
    assert result.table.loc[0, "power"] == pytest.approx(1)


def test_bands_of_a_number_need_not_be_neighbours():
    """Quartiles of 1 to 40 cut at 10.75, 20.5, 30.25; the first and the third band buy: D = |20 - 0.5 x 20| = 10."""
    frame = pd.DataFrame({"age": np.arange(1, 41) + 0.0, "buys": [1] * 10 + [0] * 10 + [1] * 10 + [0] * 10})
    row = rank_predictors(frame, "buys", ["age"]).table.iloc[0]
    assert row["power"] == pytest.approx(10) and row["categories_above"] == "< 10.8, 20.5 – 30.2"
    tree = grow_tree(frame, "buys", ["age"])
    assert tree.conditions(1)[0].intervals == ((None, 10.8), (20.5, 30.2))
    assert tree.assign(frame).tolist() == ["S1"] * 10 + ["S2"] * 10 + ["S1"] * 10 + ["S2"] * 10


# trees ---------------------------------------------------------------------------------------------------------------

def market(seed: int, n: int = 900) -> pd.DataFrame:
    """Customers whose buying hangs on branch, then on region among the shops."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"branch": rng.choice(["food", "shop", "farm", None], n, p=[0.4, 0.4, 0.15, 0.05]),
                          "region": rng.choice(["north", "south", "east"], n), "age": rng.uniform(18, 80, n),
                          "noise": rng.choice(list("pqrs"), n)})
    p = np.where(frame["branch"] == "food", 0.85, np.where((frame["branch"] == "shop") & (frame["region"] == "south"), 0.7,
                                                           np.where(frame["age"] > 60, 0.35, 0.1)))
    return frame.assign(buys=np.where(rng.random(n) < p, "yes", "no"), spent=np.round(100 * p + rng.normal(0, 20, n), 2))


def naive(frame, y, columns, least, min_group, max_depth, depth=0):
    """Belson's tree once more, by pandas and recursion: (column, categories of G+) of each split, depth first."""
    if len(frame) < min_group or depth == max_depth or frame[y].nunique() < 2:
        return []
    best = (0.0, None, None)
    for column in columns:
        known = frame[frame[column].notna()]
        deviation = known[y] - known[y].mean()
        sums = deviation.groupby(known[column]).sum()
        power = sums[sums > 1e-9].sum()
        if power > best[0] + 1e-9:
            best = (power, column, set(sums.index[sums > 1e-9]))
    power, column, above = best
    if power < least:
        return []
    is_above = frame[column].isin(above)
    is_below = frame[column].notna() & ~is_above
    is_above |= frame[column].isna() & (is_above.sum() >= is_below.sum())
    inner = [naive(frame[side], y, columns, least, min_group, max_depth, depth + 1) for side in (is_above, ~is_above)]
    return [(column, tuple(sorted(above))), *inner[0], *inner[1]]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("criterion", ["buys", "spent"])
def test_tree_agrees_with_a_naive_recursion(seed, criterion):
    frame = market(seed)
    columns = ["branch", "region", "noise"]
    y = (frame["buys"] == "yes") * 1.0 if criterion == "buys" else frame["spent"]
    least = 0.005 * len(frame) * (1 if criterion == "buys" else y.std())
    tree = grow_tree(frame, criterion, columns, min_power=0.005, min_group=30)

    def walk(node_id):
        if node_id not in tree.children:
            return []
        above, below = tree.children[node_id]
        return [(tree.nodes[node_id].split_on, tuple(sorted(tree.nodes[above].categories))), *walk(above), *walk(below)]

    expected = naive(frame.assign(y=y), "y", columns, least, 30, 4)
    assert walk(0) == expected and len(expected) >= 3


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(60, 400), st.sampled_from(["buys", "spent"]), st.booleans())
def test_segments_partition_the_customers(seed, n, criterion, is_ordinal):
    """Every customer is in one segment, with the node's n and value; the order of rows does not matter."""
    frame = market(seed, n)
    before = frame.copy()
    options = {"min_power": 0.01, "min_group": 20, "ordinal": ["region"] if is_ordinal else []}
    tree = grow_tree(frame, criterion, ["branch", "region", "age", "noise"], **options)
    pd.testing.assert_frame_equal(frame, before)
    found = tree.assign(frame)
    y = (frame["buys"] == "yes") * 1.0 if criterion == "buys" else frame["spent"]
    for row in tree.segments.itertuples():
        assert (found == row.segment_id).sum() == row.n
        assert y[found == row.segment_id].mean() == pytest.approx(row.value)
    within = sum(((y - y[found == s].mean())[found == s] ** 2).sum() for s in found.unique())
    assert tree.explained_share == pytest.approx(1 - within / ((y - y.mean()) ** 2).sum())
    assert all(node.gain == pytest.approx((node.ss - sum(tree.nodes[c].ss for c in tree.children[node.node_id]))
                                          / tree.nodes[0].ss) for node in tree.nodes if node.split_on)
    again = grow_tree(frame.sample(frac=1, random_state=1), criterion, ["branch", "region", "age", "noise"], **options)
    assert again.table["categories"].tolist() == tree.table["categories"].tolist()
    assert again.assign(frame).tolist() == found.tolist()


def test_t16_as_a_tree():
    """Sex first (D = 10 >= 5 % of 100); G+, the women, stand first."""
    tree = grow_tree(dancers(), "dances", ["age", "sex"], max_depth=1)
    assert [(n.variable, n.categories, n.n, n.value, n.counts, n.stopped) for n in tree.nodes] == [
        (None, (), 100, 0.4, (60, 40), ""), ("sex", ("woman",), 50, 0.6, (20, 30), "depth"),
        ("sex", ("man",), 50, 0.2, (40, 10), "depth")]
    root = tree.nodes[0]
    assert (root.split_on, root.statistic, root.df, root.p_value) == ("sex", pytest.approx(10), None, None)
    assert (tree.method, tree.classes, tree.target, tree.n) == ("belson", ("no", "yes"), "yes", 100)
    assert tree.trials[["predictor", "n_groups", "statistic"]].to_numpy().tolist() == [
        ["sex", 2, pytest.approx(10)], ["age", 2, pytest.approx(3.6)]]
    # explained by sex: 2 x 50 x 0.2^2 = 4 of 100 x 0.4 x 0.6 = 24 for each class; by age 3.6^2 (1/56 + 1/44) = 0.526
    assert root.gain == pytest.approx(4 / 24) and tree.trials["gain"].tolist()[1] == pytest.approx(0.02191558)


def test_when_groups_are_no_longer_divided():
    """D of sex is 10: a least power of 10 % of 100 is reached, 10.1 % is not."""
    people = dancers()
    assert grow_tree(people, "dances", ["sex"], min_power=0.1).nodes[0].split_on == "sex"
    tree = grow_tree(people, "dances", ["sex"], min_power=0.101)
    assert [node.stopped for node in tree.nodes] == ["no_split"] and tree.segments["n"].tolist() == [100]
    assert said(tree) == ["The share of yes in dances is what tells the customers apart.",
                          "No column reaches the least power of 10.1 % in dances: all stay one segment."]
    assert said(grow_tree(people, "dances", ["sex"], min_group=101))[1:] == [
        "100 customers are fewer than the 101 that a group needs to be split: all stay one segment."]
    pure = grow_tree(pd.DataFrame({"k": list("ab") * 30, "y": [1, 0] * 30}), "y", ["k"])
    assert [node.stopped for node in pure.nodes] == ["", "pure", "pure"]
    small = grow_tree(people, "dances", ["sex", "age"], min_group=51)
    assert [node.stopped for node in small.nodes] == ["", "small", "small"]


def test_the_unit_of_a_number_does_not_matter():
    frame = market(3)
    euros, cents = (grow_tree(frame.assign(spent=frame["spent"] * unit), "spent", ["branch", "region", "age"])
                    for unit in (1, 100))
    assert euros.table["categories"].tolist() == cents.table["categories"].tolist() and len(euros.nodes) > 3


def test_the_least_power_of_a_number_is_in_standard_deviations():
    """b 20, 22, a and c 10, 12, 14, 18, twice (see test_mean_form): D = 20; 20 / (12 s), with s the sample's, is just reached."""
    frame = pd.DataFrame({"kind": list("aabbcc") * 2, "orders": np.array([10, 12, 20, 22, 14, 18] * 2) + 0.25})
    frame = frame.assign(orders=frame["orders"] + [0, 0, 0, 0, 0, 0, 0, 0, 0.5, -0.5, 0.25, -0.25])
    least = 20 / (12 * frame["orders"].std(ddof=1))
    for share, split_on in ((least, "kind"), (least * 1.001, None)):
        assert grow_tree(frame, "orders", ["kind"], min_power=share, min_group=2).nodes[0].split_on == split_on


def test_blanks_follow_the_larger_half():
    frame = pd.DataFrame({"kind": ["a"] * 30 + ["b"] * 50 + [None] * 20, "buys": [1] * 30 + [0] * 50 + [1] * 10 + [0] * 10})
    tree = grow_tree(frame, "buys", ["kind"])
    assert [(node.categories, node.n) for node in tree.nodes[1:]] == [(("a",), 30), (("b",), 70)]
    assert set(tree.assign(frame[frame["kind"].isna()])) == {"S2"}
    assert said(tree)[1] == \
        "20.0 % of the customers have no kind: they are left out of its test and follow the largest branch."


def test_absent_bands_go_with_their_lower_neighbour():
    """Among the women nobody is in the second of four bands of age; it goes with the first."""
    women = pd.DataFrame({"sex": "w", "age": [5.0] * 40 + [25.0] * 40 + [35.0] * 40, "buys": [1] * 40 + [0] * 40 + [1] * 40})
    men = pd.DataFrame({"sex": "m", "age": [5.0, 15.0, 25.0, 35.0] * 60, "buys": 0})
    frame = pd.concat([women, men], ignore_index=True)
    frame.loc[0, "age"] = 5.5
    for age in range(8):  # more than seven different numbers: measured
        frame.loc[130 + 4 * age, "age"] = 14.0 + age / 4
    tree = grow_tree(frame, "buys", ["sex", "age"], min_group=10)
    inner = [node for node in tree.nodes if node.variable == "age"]
    assert sorted(c for node in inner for c in node.categories) == sorted(tree.predictors["age"].categories)
    new = pd.DataFrame({"sex": "w", "age": [-1e9, 5, 15, 25, 35, 1e9]})
    found = tree.assign(new).tolist()
    assert found[2] == found[1] == found[0] and found[3] != found[1] and found[5] == found[4]


def test_bad_columns_are_said_and_left_out():
    rng = np.random.default_rng(1)
    n = 600
    frame = pd.DataFrame({
        "good": ["a", "b"] * 300, "one": "x", "empty": None, "many": [f"v{k}" for k in range(n)], "rare": ["z"] + ["y"] * (n - 1),
        "infinite": np.where(np.arange(n) < 5, np.inf, rng.normal(size=n)), "code": rng.choice(["1", "2", "03"], n),
        "html": rng.choice(["<b>x</b>", "🙂 é", '"; DROP', "=1+1"], n), "y": ["yes", "no"] * 300})
    frame.loc[0, "y"] = None
    result = rank_predictors(frame, "y", list(frame.columns))
    assert result.first == "good" and result.n == 599 and result.n_missing == 1
    assert set(result.table["predictor"]) == {"good", "infinite", "code", "html"}
    assert said(result) == [
        "The share of yes in y is what tells the customers apart.",
        "y is what is to be explained; it cannot explain itself and is left out.",
        "one has one category only and cannot split anything.", "empty has one category only and cannot split anything.",
        "many has 599 different values, too many to split on; join them into at most 50.",
        "rare has one category only and cannot split anything."]


def test_non_finite_numbers_are_left_out_and_counted():
    frame = pd.DataFrame({"k": list("ab") * 10, "y": [np.inf, -np.inf, np.nan] + [k + 0.5 for k in range(17)]})
    result = rank_predictors(frame, "y", ["k"])
    assert (result.n, result.n_missing, result.value) == (17, 3, 8.5)


def test_no_column_divides():
    """In both halves 5 of 10 buy: nothing is above p; D = 0."""
    frame = pd.DataFrame({"k": ["a"] * 10 + ["b"] * 10, "y": [1, 0] * 10})
    result = rank_predictors(frame, "y", ["k"])
    assert result.first is None and result.table.loc[0, ["power", "n_above", "categories_above"]].tolist() == [0, 0, ""]
    assert pd.isna(result.table.loc[0, "value_above"]) and result.table.loc[0, "value_below"] == 0.5
    assert said(result)[-1] == "No column divides the customers: all its categories have the same y."
    assert grow_tree(frame, "y", ["k"], min_power=0, min_group=2).nodes[0].stopped == "no_split"


@pytest.mark.parametrize("y, message", [
    ([None] * 4, "No customer has a known y."), ([" ", "", None, "nan"], "No customer has a known y."),
    ([np.nan, np.inf, -np.inf, np.nan], "No customer has a known y."),
    (["a", "a", None, " a"], "All 3 customers have the same y: there is nothing to explain."),
    ([2.5, 2.5, 2.5, np.nan], "All 3 customers have the same y: there is nothing to explain."),
    ([["a"], ["b"], ["a"], ["b"]], "y holds lists or other values that are no categories."),
    ([1e200, -1e200, 0.5, 1.5], "The values of y are too large to be squared and added."),
])
def test_what_cannot_be_computed_is_said(y, message):
    for act in (rank_predictors, grow_tree):
        with pytest.raises(NotComputable) as error:
            act(pd.DataFrame({"k": list("abab"), "y": y}), "y", ["k"])
        assert str(error.value) == message


def test_errors_of_columns_and_classes():
    frame = pd.DataFrame({"k": list("ab") * 30, "y": [f"t{k}" for k in range(60)]})
    cases = [(("y", ["k"]), "y has 60 different values: too many to be categories."),
             (("z", ["k"]), "There is no column z; the columns are k, y."),
             (("k", ["z"]), "There is no column z; the columns are k, y."),
             (("k", ["k"]), "No column can split the customers: each has one category only, or too many.")]
    for (criterion, predictors), message in cases:
        with pytest.raises(NotComputable) as error:
            rank_predictors(frame, criterion, predictors)
        assert str(error.value) == message
    with pytest.raises(NotComputable) as error:
        rank_predictors(pd.DataFrame([["x", "y", "z"]], columns=["a", "a", "b"]), "a", ["b"])
    assert str(error.value) == "2 columns are called a."
    with pytest.raises(NotComputable) as error:
        rank_predictors(pd.DataFrame({"y": [], "k": []}), "y", ["k"])
    assert str(error.value) == "No customer has a known y."


@pytest.mark.parametrize("options, message", [
    ({"target": "maybe"}, "dances has no class maybe; its classes are no, yes."),
    ({"min_power": 1}, "min_power = 1 is not a share of 0 or more and less than 1."),
    ({"min_group": 1}, "min_group = 1 is less than 2, the least that it may be."),
    ({"max_depth": 0}, "max_depth = 0 is less than 1, the least that it may be."),
    ({"n_bands": 1}, "n_bands = 1 is less than 2, the least that it may be."),
    ({"max_categories": 1}, "max_categories = 1 is less than 2, the least that it may be."),
])
def test_errors_of_parameters(options, message):
    with pytest.raises(ParameterError) as error:
        grow_tree(dancers(), "dances", ["sex"], **options)
    assert str(error.value) == message


def test_a_number_has_no_target():
    with pytest.raises(ParameterError) as error:
        rank_predictors(market(1), "spent", ["branch"], target="yes")
    assert str(error.value) == "spent is a measured number and has no class yes; leave the target out."
