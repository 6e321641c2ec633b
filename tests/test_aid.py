"""AID: method.md 3.7, T17; checked against all dichotomies and against scikit-learn's regression tree."""

from decimal import Decimal
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods import aid
from svcnb.methods.trees import TRIALS

ORDERS = pd.DataFrame({"region": ["North"] * 3 + ["South"] * 3 + ["East"] * 3, "type": list("RRIRIIRII"),
                       "orders": [12, 14, 16, 20, 22, 24, 13, 15, 17]})
ALL = {"min_group": 2, "min_child": 1, "min_share": 0, "min_gain": 0}  # no limit but that of the data


def assert_sound(tree, frame):
    """What holds for every tree: leaves share out the customers, a branch has what its parent gives it, SS adds up,
    the tree assigns each customer it was grown on to the leaf where it was counted, ids stand in order."""
    assert [node.node_id for node in tree.nodes] == list(range(len(tree.nodes)))
    assert sum(leaf.n for leaf in tree.leaves) == tree.n == tree.nodes[0].n and tree.n + tree.n_missing == len(frame)
    gains = 0.0
    for node in tree.nodes:
        children = [tree.nodes[child] for child in tree.children.get(node.node_id, ())]
        assert bool(children) == (node.split_on is not None) == (node.stopped == "")
        if children:
            assert node.node_id < children[0].node_id and sum(child.n for child in children) == node.n
            assert node.ss - sum(child.ss for child in children) == pytest.approx(node.gain * tree.nodes[0].ss, abs=1e-9)
            names = [name for child in children for name in child.categories]
            assert len(names) == len(set(names)) and sum(child.takes_missing for child in children) <= 1
            gains += node.gain
            predictor = tree.predictors[node.split_on]
            if predictor.is_ordinal:
                assert set(names) == set(predictor.categories)
                for child in children:
                    places = [predictor.categories.index(name) for name in child.categories]
                    assert places == list(range(places[0], places[0] + len(places))) if places else child.takes_missing
    assert gains == pytest.approx(tree.explained_share, abs=1e-9)
    known = frame[criterion_is_known(tree, frame)]
    counts = tree.assign(known).value_counts().to_dict()
    assert counts == {tree.segment_ids[leaf.node_id]: leaf.n for leaf in tree.leaves}
    assert list(tree.trials.columns) == TRIALS
    tried = {node.node_id for node in tree.nodes if node.split_on or node.stopped == "no_split"}
    assert set(tree.trials["node_id"]) == tried and len(tree.trials) == len(tried) * len(tree.predictors)


def criterion_is_known(tree, frame):
    values = frame[tree.criterion]
    return np.isfinite(pd.to_numeric(values)) if tree.method == "aid" else values.notna()


def shape(tree):
    return [(node.parent_id, node.variable, node.categories, node.takes_missing, node.n, node.split_on, node.stopped)
            for node in tree.nodes]


def test_t17():
    """Mean 17, TSS 138. North 14, East 15, South 22: cut before South 6·2.5² + 3·5² = 112.5, after North 3·9 + 6·2.25 =
    40.5; by type 36.45. North and East (TSS 17.5): by type 3·1.5² + 3·1.5² = 13.5, by region 1.5. South by type leaves
    one alone. R² = 126/138."""
    tree = aid.grow_tree(ORDERS, "orders", ["region", "type"], min_group=3, min_child=3, min_share=0.02, min_gain=0.02)
    assert shape(tree) == [
        (None, None, (), False, 9, "region", ""), (0, "region", ("South",), False, 3, None, "no_split"),
        (0, "region", ("East", "North"), False, 6, "type", ""), (2, "type", ("I",), False, 3, None, "pure"),
        (2, "type", ("R",), False, 3, None, "pure")]  # SS 2 is less than 2 % of 138
    assert [node.value for node in tree.nodes] == pytest.approx([17, 22, 14.5, 16, 13])
    assert [node.ss for node in tree.nodes] == pytest.approx([138, 8, 17.5, 2, 2])
    assert (tree.nodes[0].statistic, tree.nodes[2].statistic) == (pytest.approx(112.5), pytest.approx(13.5))
    assert (tree.nodes[0].gain, tree.nodes[2].gain) == (pytest.approx(112.5 / 138), pytest.approx(13.5 / 138))
    assert tree.explained_share == pytest.approx(126 / 138) and (tree.n, tree.n_missing, tree.warnings) == (9, 0, ())
    trials = tree.trials.set_index(["node_id", "predictor"])
    assert trials["statistic"].loc[[(0, "region"), (0, "type"), (2, "type"), (2, "region")]].tolist() == \
        pytest.approx([112.5, 36.45, 13.5, 1.5])
    assert trials.loc[(1, "type"), "n_groups"] == 1 and np.isnan(trials.loc[(1, "type"), "statistic"])
    assert tree.trials["p_value"].isna().all() and tree.trials.groupby("node_id")["predictor"].first()[0] == "region"
    assert_sound(tree, ORDERS)


def test_a_monotonic_predictor_keeps_its_order():
    """Bands low, middle, high with means 1, 9, 1: free cuts {middle} | {low, high}; in order a cut leaves 4 | 8 customers
    with means 1 and 5."""
    frame = pd.DataFrame({"band": pd.Categorical(["low", "middle", "high"] * 4, ["low", "middle", "high"], ordered=True),
                          "y": [1, 9, 1] * 4})
    ordered = aid.grow_tree(frame, "y", ["band"], **ALL)
    assert [node.categories for node in ordered.nodes[1:3]] == [("middle", "high"), ("low",)]
    assert ordered.nodes[0].statistic == pytest.approx(8 * (5 - 11 / 3) ** 2 + 4 * (1 - 11 / 3) ** 2)
    free = aid.grow_tree(frame.astype({"band": str}), "y", ["band"], **ALL)
    assert [node.categories for node in free.nodes[1:]] == [("middle",), ("high", "low")] and free.explained_share == 1
    coded = frame.assign(band=["1", "2", "3"] * 4)
    flagged = aid.grow_tree(coded, "y", ["band"], monotonic=["band"], **ALL)
    assert [node.categories for node in flagged.nodes[1:3]] == [("2", "3"), ("1",)]


def brute_force(n, sums, dichotomies, min_child):
    """The largest BSS over the dichotomies (sets of categories), by the definition; None when none may be."""
    best = None
    mean = sums.sum() / n.sum()
    for one in dichotomies:
        inside = np.isin(np.arange(len(n)), one)
        if not min_child <= n[inside].sum() <= n.sum() - min_child:
            continue
        found = sum(n[part].sum() * (sums[part].sum() / n[part].sum() - mean) ** 2 for part in (inside, ~inside))
        best = found if best is None else max(best, found)
    return best


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-9, 9)), min_size=2, max_size=40), st.sampled_from([1, 3]))
def test_best_of_all_dichotomies(rows, min_child):
    """Free: none of the 2^(c-1) - 1 dichotomies does better (with no least size; else none of those in order of the
    means). Monotonic with a floating blank (category 5): none of the runs with the blank on either side or alone."""
    frame = pd.DataFrame(rows, columns=["code", "y"])
    if frame["y"].nunique() < 2 or frame["code"].nunique() < 2:
        return
    there = sorted(frame["code"].unique())
    n = np.array([(frame["code"] == code).sum() for code in there])
    sums = np.array([frame.loc[frame["code"] == code, "y"].sum() for code in there])
    every = [one for size in range(1, len(there)) for one in combinations(range(len(there)), size)]
    ranks = np.argsort(sums / n, kind="stable")
    runs = [ranks[:size] for size in range(1, len(there))]
    named = frame.assign(code=frame["code"].map("c{}".format))
    options = {**ALL, "min_child": min_child, "max_depth": 1}
    free = aid.grow_tree(named, "y", ["code"], **options)
    expected = brute_force(n, sums, every if min_child == 1 else runs, min_child)
    if min_child == 1:
        assert expected == pytest.approx(brute_force(n, sums, runs, 1))
    assert_same(free, expected)
    floating = named.assign(code=named["code"].where(named["code"] != "c5"))
    if floating["code"].isna().all() or named["code"].nunique() < 2:
        return
    known = [k for k, code in enumerate(there) if code != 5]
    blank = [k for k, code in enumerate(there) if code == 5]
    low = [known[:size] for size in range(len(known) + 1)]
    monotonic = aid.grow_tree(floating, "y", ["code"], monotonic=["code"], **options)
    assert_same(monotonic, brute_force(n, sums, [*low, *(run + blank for run in low)], min_child))
    assert_sound(monotonic, floating)
    if len(known) > 1:
        left_out = aid.grow_tree(floating, "y", ["code"], monotonic=["code"], missing="exclude", **options)
        assert_same(left_out, brute_force(n[known], sums[known], [range(size) for size in range(1, len(known))], min_child))
        assert_sound(left_out, floating)


def assert_same(tree, expected):
    if expected is None or expected < 1e-9:
        assert tree.nodes[0].stopped == "no_split" or tree.nodes[0].statistic == pytest.approx(0, abs=1e-9)
    else:
        assert tree.nodes[0].statistic == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_scikit_learn(seed):
    """On 0/1 columns every dichotomy is CART's: R², leaf sizes and means of DecisionTreeRegressor."""
    from sklearn.tree import DecisionTreeRegressor

    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, (400, 6))
    y = x @ [3.0, -2, 1, 0.5, 0, 0] + 2 * x[:, 0] * x[:, 1] + rng.normal(0, 1, 400)
    frame = pd.DataFrame(x, columns=list("abcdef")).assign(y=y)
    theirs = DecisionTreeRegressor(max_depth=4, min_samples_leaf=10, min_samples_split=30, random_state=0).fit(x, y)
    tree = aid.grow_tree(frame, "y", list("abcdef"), min_group=30, min_child=10, min_share=0, min_gain=0)
    assert tree.explained_share == pytest.approx(theirs.score(x, y), abs=1e-12)
    leaves = theirs.tree_.children_left < 0
    assert sorted(leaf.n for leaf in tree.leaves) == sorted(theirs.tree_.n_node_samples[leaves])
    assert sorted(leaf.value for leaf in tree.leaves) == pytest.approx(sorted(theirs.tree_.value[leaves, 0, 0]))
    assert_sound(tree, frame)


def mixed(seed, n=300):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"land": rng.choice(["x", "y", "z", "w", None], n), "size": rng.choice([1, 2, 3, 4], n),
                          "age": rng.normal(40, 12, n).round(1), "sex": rng.choice([True, False], n)})
    frame.loc[rng.random(n) < 0.1, "age"] = np.nan
    frame["y"] = frame["size"] * 2 + frame["land"].eq("x") * 3 + frame["age"].fillna(60) / 10 + rng.normal(0, 1, n)
    frame.loc[rng.random(n) < 0.05, "y"] = np.nan
    return frame


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("missing", ["float", "exclude"])
def test_invariants(seed, missing):
    """Sound; frame unchanged; the same by rows in another order, by another scale and place of the criterion."""
    frame, names = mixed(seed), ["land", "size", "age", "sex"]
    before = frame.copy()
    options = {"monotonic": ["size"], "missing": missing, "min_group": 20, "min_child": 8, "min_gain": 0.001}
    tree = aid.grow_tree(frame, "y", names, **options)
    pd.testing.assert_frame_equal(frame, before)
    assert_sound(tree, frame)
    assert len(tree.leaves) > 4 and tree.n_missing == frame["y"].isna().sum() > 0
    assert any(node.takes_missing for node in tree.nodes) == (missing == "float")
    for other in (frame.sample(frac=1, random_state=seed), frame.assign(y=frame["y"] * 1e-6),
                  frame.assign(y=frame["y"] + 1e7), frame.set_axis(np.zeros(len(frame)))):
        again = aid.grow_tree(other, "y", names, **options)
        assert shape(again) == shape(tree) and again.explained_share == pytest.approx(tree.explained_share, rel=1e-6)


def test_the_group_with_the_largest_sum_of_squares_is_split_next():
    frame = mixed(3)
    tree = aid.grow_tree(frame, "y", ["land", "size", "age", "sex"], min_group=20, min_child=8, min_gain=0.001)
    split = sorted(tree.children, key=lambda parent: tree.children[parent])
    waiting = {0}
    for parent in split:
        assert parent == max(waiting, key=lambda node: (tree.nodes[node].ss, -node))
        waiting = waiting - {parent} | {child for child in tree.children[parent] if child in tree.children}
    assert len(split) > 4 and split != sorted(split)


def test_limits():
    """Depth, RMIN, NMIN, P1 and P2 each stop the tree and say so."""
    frame, names = mixed(0), ["land", "size", "age", "sex"]
    full = aid.grow_tree(frame, "y", names, **ALL, max_depth=6)
    assert max(node.depth for node in full.nodes) == 6 and {"depth", "small"} <= {leaf.stopped for leaf in full.leaves}
    assert min(leaf.n for leaf in full.leaves) < 8
    assert min(leaf.n for leaf in aid.grow_tree(frame, "y", names, **ALL | {"min_child": 12}).leaves) >= 12
    big = aid.grow_tree(frame, "y", names, **ALL | {"min_group": 100})
    assert all(node.n >= 100 for node in big.nodes if node.split_on)
    assert all((node.stopped == "small") == (node.n < 100) for node in big.leaves)
    share = aid.grow_tree(frame, "y", names, **ALL | {"min_share": 0.1})
    assert all(node.ss >= 0.1 * share.nodes[0].ss for node in share.nodes if node.split_on)
    assert "pure" in {leaf.stopped for leaf in share.leaves}
    gain = aid.grow_tree(frame, "y", names, **ALL | {"min_gain": 0.03})
    assert all(node.gain >= 0.03 for node in gain.nodes if node.split_on) and len(gain.leaves) < len(full.leaves)


def test_defaults_of_the_least_sizes():
    """n = 1000: RMIN = 50, NMIN = 25; a category of 24 cannot be a branch, one of 25 can."""
    for few, splits in ((24, False), (25, True)):
        frame = pd.DataFrame({"land": ["x"] * few + ["z"] * (1000 - few), "y": [1.0] * few + [0.0] * (1000 - few)})
        assert (aid.grow_tree(frame, "y", ["land"]).nodes[0].split_on == "land") is splits


def test_a_gain_that_just_reaches_the_limit_splits():
    """BSS/TSS = 0.5: land x has 2, 0 and z 0, -2: TSS 8, BSS 4."""
    frame = pd.DataFrame({"land": list("xxzz"), "y": [2, 0, 0, -2]})
    options = {"min_group": 2, "min_child": 1, "max_depth": 1}
    assert aid.grow_tree(frame, "y", ["land"], min_gain=0.5, **options).nodes[0].statistic == pytest.approx(4)
    assert aid.grow_tree(frame, "y", ["land"], min_gain=0.51, **options).nodes[0].stopped == "no_split"


def test_equal_predictors_and_cuts_go_to_the_first():
    """Means -1, 0, 1 of equal sizes: the cuts explain the same, the first in order is made."""
    frame = pd.DataFrame({"b": ["k", "l", "m"] * 20, "a": ["k", "l", "m"] * 20, "y": [-1, 0, 1] * 20})
    for names in (["a", "b"], ["b", "a"]):
        tree = aid.grow_tree(frame, "y", names, max_depth=1)
        assert tree.nodes[0].split_on == names[0] and tree.nodes[2].categories == ("k",)
        assert tree.trials["predictor"].tolist() == names
    alike = frame.assign(y=[0.1, 0.1, 0.1, 0.3] * 15)
    assert aid.grow_tree(alike, "y", ["a"]).nodes[0].stopped == "no_split"


@pytest.mark.parametrize("values", [
    [True, False] * 30, [1, 0] * 30, pd.array([1, 0] * 30, dtype="Int64"), pd.Series([True, False] * 30, dtype=object),
    pd.Series([1, 0] * 30, dtype=object), [Decimal(1), Decimal(0)] * 30, pd.Categorical([1, 0] * 30),
    pd.array([True, False] * 30, dtype="boolean")])
def test_numbers_and_truths_of_any_kind(values):
    frame = pd.DataFrame({"sex": ["m", "f"] * 30, "y": values})
    tree = aid.grow_tree(frame, "y", ["sex"])
    assert [node.value for node in tree.nodes] == pytest.approx([0.5, 1, 0]) and tree.explained_share == 1
    blank = frame.assign(y=frame["y"].astype(object).where(frame.index > 1, None))
    assert aid.grow_tree(blank, "y", ["sex"]).n_missing == 2


def test_values_that_are_not_finite_are_left_out_and_counted():
    frame = pd.DataFrame({"sex": ["m", "f"] * 30, "y": [1.0, 0.0] * 30})
    frame.loc[[0, 1, 2], "y"] = [np.inf, -np.inf, np.nan]
    tree = aid.grow_tree(frame, "y", ["sex"])
    assert (tree.n, tree.n_missing, tree.nodes[1].n) == (57, 3, 28)


def test_bad_columns_are_said_and_the_rest_is_used():
    """500 categories, one category, all blank, the criterion itself; emoji, HTML and a category of one go through."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"good": rng.choice(["🙂", "<b>x</b>", '"; DROP', "=1+1"], 600), "same": "z", "none": None,
                          "many": [f"k{k % 500}" for k in range(600)], "blank": ["a", None, "b"] * 200,
                          "infinite": rng.normal(size=600)})
    frame.loc[0, "good"] = "alone"
    frame.loc[[1, 2], "infinite"] = [np.inf, -np.inf]
    frame["y"] = frame["good"].eq("🙂") * 5.0 + frame["blank"].isna() + rng.normal(0, 0.1, 600)
    tree = aid.grow_tree(frame, "y", ["good", "same", "none", "many", "y", "blank", "infinite"])
    assert [words_in("en").reason(one) for one in tree.warnings] == [
        "y is what is to be explained; it cannot explain itself and is left out.",
        "same has one category only and cannot split anything.", "none has one category only and cannot split anything.",
        "many has 500 different values, too many to split on; join them into at most 50.",
        "33.3 % of the customers have no blank: the blank is a category of its own and may join any other."]
    assert [one.level for one in tree.warnings] == ["info"] * 5
    assert tree.nodes[1].categories == ("🙂",) and tree.nodes[3].takes_missing and tree.nodes[3].categories == ()
    assert_sound(tree, frame)
    without = aid.grow_tree(frame, "y", ["good", "blank"], missing="exclude")
    assert words_in("en").reason(without.warnings[0]) == \
        "33.3 % of the customers have no blank: they are left out of its test and follow the largest branch."


def test_more_columns_than_customers_and_collinear_ones():
    frame = pd.DataFrame({f"c{k}": list("abababab") for k in range(30)}).assign(y=[1, 0] * 4)
    tree = aid.grow_tree(frame, "y", [f"c{k}" for k in range(30)], **ALL)
    assert tree.nodes[0].split_on == "c0" and tree.explained_share == 1 and len(tree.leaves) == 2


def test_bands_cover_every_number_and_absent_bands_go_with_the_lower_neighbour():
    """Within land z nobody is in the second of four bands of age: it goes with the first."""
    age = np.repeat([5.0, 15, 25, 35], 50) + np.tile(np.arange(10) / 10, 20)
    land = np.where((age > 14) & (age < 17), "x", np.where(np.arange(200) % 2, "x", "z"))
    frame = pd.DataFrame({"age": age, "land": land, "y": (land == "z") * 100.0 + (age > 20) * 5.0})
    tree = aid.grow_tree(frame, "y", ["land", "age"], **ALL)
    bands = tree.predictors["age"].categories
    inside = [node for node in tree.nodes if node.variable == "age" and tree.nodes[node.parent_id].categories == ("z",)]
    assert [node.categories for node in inside] == [bands[2:], bands[:2]]
    assert_sound(tree, frame)


@pytest.mark.parametrize("frame, message, fallback", [
    (pd.DataFrame({"y": ["no", "yes"], "a": ["x", "z"]}), "y is no number: AID explains means.",
     "Use CHAID for classes, or a column of 0 and 1 for the class that matters."),
    (pd.DataFrame({"y": ["1", "2"], "a": ["x", "z"]}), "y is no number: AID explains means.",
     "Use CHAID for classes, or a column of 0 and 1 for the class that matters."),
    (pd.DataFrame({"y": pd.to_datetime(["2024-01-01", "2024-01-02"]), "a": ["x", "z"]}),
     "y is no number: AID explains means.", "Use CHAID for classes, or a column of 0 and 1 for the class that matters."),
    (pd.DataFrame({"y": [None, np.inf], "a": ["x", "z"]}), "No customer has a known y.",
     "Take another criterion, or let experts make the segments."),
    (pd.DataFrame({"y": [], "a": []}), "No customer has a known y.",
     "Take another criterion, or let experts make the segments."),
    (pd.DataFrame({"y": [3, 3], "a": ["x", "z"]}), "All 2 customers have the same y: there is nothing to explain.",
     "Take another criterion, or let experts make the segments."),
    (pd.DataFrame({"y": [1e200, -1e200], "a": ["x", "z"]}), "The values of y are too large to be squared and added.",
     "Write the criterion in a larger unit, for example in millions."),
    (pd.DataFrame({"y": [1, 2], "a": ["x", "x"]}),
     "No column can split the customers: each has one category only, or too many.",
     "Add columns that tell customers apart, or let experts make the segments."),
    (pd.DataFrame({"y": [1, 2], "b": ["x", "z"]}), "There is no column a; the columns are y, b.", ""),
    (pd.DataFrame({"a": ["x", "z"]}), "There is no column y; the columns are a.", ""),
    (pd.DataFrame([[1, 2, "x"]], columns=["y", "y", "a"]), "2 columns are called y.", ""),
    (pd.DataFrame({"y": [1, 2], "a": [["x"], ["z"]]}), "a holds lists or other values that are no categories.", ""),
])
def test_what_cannot_be_computed_is_said(frame, message, fallback):
    with pytest.raises(NotComputable) as error:
        aid.grow_tree(frame, "y", ["a"])
    assert (str(error.value), error.value.fallback) == (message, fallback)


@pytest.mark.parametrize("options, message", [
    ({"missing": "drop"}, "missing = drop is none of float, exclude."),
    ({"min_share": 1}, "min_share = 1 is not a share of 0 or more and less than 1."),
    ({"min_gain": -0.1}, "min_gain = -0.1 is not a share of 0 or more and less than 1."),
    ({"max_depth": 0}, "max_depth = 0 is less than 1, the least that it may be."),
    ({"n_bands": 1}, "n_bands = 1 is less than 2, the least that it may be."),
    ({"max_categories": 1}, "max_categories = 1 is less than 2, the least that it may be."),
    ({"min_group": 1}, "min_group = 1 is less than 2, the least that it may be."),
    ({"min_child": 0}, "min_child = 0 is less than 1, the least that it may be."),
])
def test_wrong_options_are_said(options, message):
    with pytest.raises(ParameterError) as error:
        aid.grow_tree(ORDERS, "orders", ["region"], **options)
    assert str(error.value) == message


def test_small_samples_and_no_split_are_said():
    assert [words_in("en").reason(one) for one in aid.grow_tree(ORDERS, "orders", ["region"]).warnings] == \
        ["9 customers are fewer than the 25 that a group needs to be split: all stay one segment."]
    frame = pd.DataFrame({"sex": ["m", "m", "f", "f"] * 20, "y": [1, 0] * 40})
    tree = aid.grow_tree(frame, "y", ["sex"])
    assert [words_in("en").reason(one) for one in tree.warnings] == [
        "No column splits the customers in two groups of 12.5 or more that explain 0.6 % of the differences in y: all stay "
        "one segment."]
    assert (tree.explained_share, tree.segments["segment_id"].tolist()) == (0, ["S1"])
