"""CHAID: method.md 3.8, T18; checked against the rules written out with scipy, and the package CHAID."""

from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods import chaid
from svcnb.methods.merging import Merging, chi_square
from tests.test_aid import assert_sound, mixed, shape
from tests.test_merging import by_the_book


def dancers():
    """T13 and T14: 100 people, by sex 10/40 and 30/20, by age 14/18, 14/30, 12/12."""
    age = {"yes": ["young"] * 14 + ["adult"] * 14 + ["older"] * 12, "no": ["young"] * 18 + ["adult"] * 30 + ["older"] * 12}
    sex = {"yes": ["man"] * 10 + ["woman"] * 30, "no": ["man"] * 40 + ["woman"] * 20}
    return pd.concat([pd.DataFrame({"sex": sex[dances], "age": age[dances], "dances": dances}) for dances in ("yes", "no")],
                     ignore_index=True)


def planted(n=3000):
    """Four nominal columns; a shapes the criterion, b where a is p or q, c elsewhere, d nowhere."""
    rng = np.random.default_rng(7)
    a, b, c, d = (rng.integers(0, k, n) for k in (5, 4, 3, 6))
    chance = np.array([.15, .15, .45, .45, .75])[a] + np.where(a < 2, np.array([0, 0, .3, .3])[b], np.array([0, .15, -.15])[c])
    return pd.DataFrame({"a": np.array(list("pqrst"))[a], "b": np.array(list("klmn"))[b], "c": np.array(list("xyz"))[c],
                         "d": np.array(list("efghij"))[d], "buys": np.where(rng.random(n) < chance, "yes", "no")})


def test_t18_tree():
    """Sex: χ² 50/3, adjusted p 4.456e-05 (multiplier 1); age is joined to one category. tau = χ²/n = 1/6."""
    frame = dancers()
    tree = chaid.grow_tree(frame, "dances", ["age", "sex"], max_depth=1)
    assert shape(tree) == [(None, None, (), False, 100, "sex", ""), (0, "sex", ("man",), False, 50, None, "depth"),
                           (0, "sex", ("woman",), False, 50, None, "depth")]
    root = tree.nodes[0]
    assert (root.statistic, root.df, root.counts) == (pytest.approx(50 / 3), 1, (60, 40))
    assert root.p_value == pytest.approx(4.4557e-05, rel=1e-4) and root.p_adjusted == pytest.approx(root.p_value)
    assert (tree.target, tree.classes, [node.value for node in tree.nodes]) == ("yes", ("no", "yes"), [0.4, 0.2, 0.6])
    assert root.ss == pytest.approx(100 - 60 * .6 - 40 * .4) and tree.explained_share == pytest.approx(1 / 6)
    assert tree.trials["predictor"].tolist()[:2] == ["sex", "age"] and tree.warnings == ()
    age = tree.trials.iloc[1]
    assert age["n_groups"] == 1 and age[["statistic", "p_value", "p_adjusted", "gain"]].isna().all()
    assert_sound(tree, frame)


def test_t18_adjusted():
    """Ages stopped at two groups: B(3, 2) = 3, adjusted p = 3 · .13877 = .4163; three times as many people: p .0103."""
    age = chaid.grow_tree(pd.concat([dancers()] * 3), "dances", ["age"])
    assert age.nodes[0].p_value == pytest.approx(stats.chi2.sf(3 * 2.191558, 1), rel=1e-5)
    assert age.nodes[0].p_adjusted == pytest.approx(3 * age.nodes[0].p_value)
    assert [node.categories for node in age.nodes[1:]] == [("adult",), ("older", "young")]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.integers(0, 30), min_size=2, max_size=2).filter(any), min_size=2, max_size=5),
       st.sampled_from(["nominal", "ordinal", "floating"]))
def test_the_tree_splits_as_the_rules_written_out(counts, kind):
    """From customers to the split of the root: groups, χ², p, multiplier; the last category is the blank if floating."""
    table = np.array(counts)
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return
    names = [*(f"c{k}" for k in range(len(table) - 1)), None if kind == "floating" else f"c{len(table) - 1}"]
    rows = [(name, answer) for name, row in zip(names, table) for answer, n in zip(("no", "yes"), row) for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["x", "y"])
    tree = chaid.grow_tree(frame, "y", ["x"], ordinal=[] if kind == "nominal" else ["x"], min_parent=2, min_child=5,
                           max_depth=1)
    groups = by_the_book(table, kind, 0.05, 5)
    assert_sound(tree, frame)
    trial = tree.trials.iloc[0]
    assert trial["n_groups"] == len(groups)
    if len(groups) > 1:
        theirs = stats.chi2_contingency([table[group].sum(axis=0) for group in groups], correction=False)
        adjusted = min(1, theirs.pvalue * chaid.bonferroni(len(table), len(groups), kind))
        assert trial["statistic"] == pytest.approx(theirs.statistic)
        assert trial["p_adjusted"] == pytest.approx(adjusted, rel=1e-8)
        assert (tree.nodes[0].split_on == "x") == (adjusted < 0.05 - 1e-9)
        assert trial["gain"] == pytest.approx(theirs.statistic / table.sum())  # tau of two classes
        if tree.nodes[0].split_on:
            assert [node.takes_missing for node in tree.nodes[1:]] == [
                kind == "floating" and len(table) - 1 in group for group in groups]
            assert [node.n for node in tree.nodes[1:]] == [table[group].sum() for group in groups]


def test_agrees_with_the_package_chaid():
    """CHAID 5.5.1 on the same rows to depth 2, where no multiplier changes the choice. Made by
    ``planted().to_csv("planted.csv", index=False)`` and
    ``f = pandas.read_csv("planted.csv", dtype=str).astype(object); t = CHAID.Tree.from_pandas_df(f,
    dict.fromkeys("abcd", "nominal"), "buys", alpha_merge=0.05, max_depth=3, min_parent_node_size=50,
    min_child_node_size=20); print([(n.choices, n.members, n.split.column, n.split.score, n.split.p, n.split.dof)
    for n in t])``; one level deeper it splits r, s and x by b with raw p .033, which the multiplier 7 forbids here."""
    theirs = [
        ("", 1673, 1327, "a", 328.3060180577491, 5.119811729005608e-72, 2),
        ("pq", 814, 361, "b", 111.5381280770109, 4.5104676052427455e-26, 1), ("kl", 486, 95), ("mn", 328, 266),
        ("rs", 704, 501, "c", 85.32776030743524, 2.960140144024024e-19, 2), ("x", 257, 184), ("y", 170, 228), ("z", 277, 89),
        ("t", 155, 465, "c", 44.02828253951056, 2.7502990746550764e-10, 2), ("x", 50, 162), ("y", 27, 190), ("z", 78, 113)]
    tree = chaid.grow_tree(planted(), "buys", list("abcd"), max_depth=3)

    def depth_first(node_id):
        node = tree.nodes[node_id]
        split = (node.split_on, node.statistic, node.p_value, node.df) if node.split_on else ()
        return [("".join(node.categories), *node.counts, *split),
                *(one for child in tree.children.get(node_id, ()) for one in depth_first(child))]

    ours = depth_first(0)
    assert [node[:4] for node in ours] == [node[:4] for node in theirs]
    for mine, other in zip(ours, theirs):
        assert mine[4:] == pytest.approx(other[4:], rel=1e-12)
    rs_x = next(node for node in tree.nodes if node.counts == (257, 184))
    b = tree.trials.set_index(["node_id", "predictor"]).loc[(rs_x.node_id, "b")]
    assert (b["statistic"], b["p_value"]) == (pytest.approx(4.543754002435299), pytest.approx(0.03303905974201934))
    assert b["p_adjusted"] == pytest.approx(7 * b["p_value"]) and rs_x.stopped == "no_split"


def test_p_of_zero_does_not_decide():
    """Both p are 0 to the computer and the second predictor is better by its logarithm. A small group [3, 2] joins what it
    fits least badly: χ² is about 4050 against [1, 9000] and 1800 against [9000, 2]."""
    y = np.repeat(["no", "yes"], 5000)
    frame = pd.DataFrame({"good": np.where(np.arange(10000) % 5000 < 400, y[::-1], y),
                          "better": np.where(np.arange(10000) % 5000 < 300, y[::-1], y), "y": y})
    tree = chaid.grow_tree(frame, "y", ["good", "better"], max_depth=1)
    assert tree.trials["p_adjusted"].tolist() == [0, 0] and tree.trials["p_value"].tolist() == [0, 0]
    assert tree.trials["predictor"].tolist() == ["better", "good"] and tree.nodes[0].split_on == "better"
    small = Merging(np.array([[9000, 1], [1, 9000], [3, 2], [9000, 2]]), "ordinal")
    assert small.run(0.05, 50)[0] == [[0], [1], [2, 3]]


def test_equal_predictors_go_to_the_larger_chi_square_a_degree_then_to_the_first():
    frame = dancers().assign(gender=lambda table: table["sex"].map({"man": "z", "woman": "a"}))
    for names in (["sex", "gender"], ["gender", "sex"]):
        tree = chaid.grow_tree(frame, "dances", names, max_depth=1)
        assert tree.nodes[0].split_on == names[0] and tree.trials["predictor"].tolist() == names


def test_p_equal_to_alpha_is_not_significant():
    """χ² of the pair is 50/3 with p = 4.4557e-05: at that level the pair is joined, at a hair more it stays."""
    table = pd.DataFrame({"yes": [10, 30], "no": [40, 20]}, index=["man", "woman"])
    p = chaid.merge_steps(table).loc[0, "p_value"]
    assert chaid.merge_steps(table, alpha_merge=p).loc[0, "is_merged"]
    assert not chaid.merge_steps(table, alpha_merge=p + 1e-6).loc[0, "is_merged"]
    for alpha, splits in ((p, False), (p + 1e-6, True)):
        assert (chaid.grow_tree(dancers(), "dances", ["sex"], alpha_split=alpha).nodes[0].split_on == "sex") is splits


def test_a_floating_blank_joins_what_it_resembles():
    """Bands 1, 2, 3 say yes in 10, 50, 90 %, the blank in 88 %: it goes with 3; alone with 50 % and no band like it."""
    def people(share):
        return pd.DataFrame([(band, answer) for band, yes in (("1", 10), ("2", 50), ("3", 90), (None, share))
                             for answer in ["yes"] * yes + ["no"] * (100 - yes)], columns=["band", "y"])

    tree = chaid.grow_tree(people(88), "y", ["band"], ordinal=["band"])
    assert [(node.categories, node.takes_missing) for node in tree.nodes[1:]] == \
        [(("1",), False), (("2",), False), (("3",), True)]
    assert tree.nodes[0].p_adjusted == pytest.approx(chaid.bonferroni(4, 3, "floating") * tree.nodes[0].p_value)
    alone = chaid.grow_tree(people(70), "y", ["band"], ordinal=["band"])
    assert [(node.categories, node.takes_missing) for node in alone.nodes[1:]] == \
        [(("1",), False), (("2",), False), (("3",), False), ((), True)]
    left_out = chaid.grow_tree(people(70), "y", ["band"], ordinal=["band"], missing="exclude")
    assert [(node.n, node.takes_missing) for node in left_out.nodes[1:]] == [(200, False), (100, False), (100, False)]
    assert left_out.nodes[0].statistic == pytest.approx(chi_square(np.array([[10, 90], [50, 50], [90, 10]]))[0])
    for tree, share in ((alone, 70), (left_out, 70)):
        assert_sound(tree, people(share))
    assert words_in("en").reason(left_out.warnings[0]) == \
        "25.0 % of the customers have no band: they are left out of its test and follow the largest branch."


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("missing", ["float", "exclude"])
@pytest.mark.parametrize("classes", [2, 3])
def test_invariants(seed, missing, classes):
    """Sound; frame unchanged; the same by rows in another order and from pandas' categories; sizes as asked."""
    frame = mixed(seed, 600)
    known = frame["y"].notna()
    frame["buys"] = pd.qcut(frame["y"], classes, labels=["few", "more", "most"][:classes]).astype(object).where(known, None)
    names, before = ["land", "size", "age", "sex"], frame.copy()
    tree = chaid.grow_tree(frame, "buys", names, ordinal=["size"], missing=missing)
    pd.testing.assert_frame_equal(frame, before)
    assert_sound(tree, frame)
    assert tree.n_missing == (~known).sum() > 0 and len(tree.leaves) > 3
    assert all(node.n >= 50 and node.p_adjusted < 0.05 for node in tree.nodes if node.split_on)
    assert min(leaf.n for leaf in tree.leaves) >= 20
    assert all(leaf.value == leaf.counts[tree.classes.index(tree.target)] / leaf.n for leaf in tree.leaves)
    places = {name: {c: k for k, c in enumerate(tree.predictors[name].categories)} for name in names}
    for children in tree.children.values():
        firsts = [min([places[tree.nodes[k].variable][c] for c in tree.nodes[k].categories], default=99) for k in children]
        assert firsts == sorted(firsts)
    others = frame.assign(land=frame["land"].astype("category"), buys=frame["buys"].astype("category"))
    for other in (frame.sample(frac=1, random_state=seed), others, frame.set_axis(np.zeros(len(frame)))):
        again = chaid.grow_tree(other, "buys", names, ordinal=["size"], missing=missing)
        assert shape(again) == shape(tree)
        pd.testing.assert_frame_equal(again.trials, tree.trials)


def test_a_category_absent_in_a_node_is_named_in_no_branch_and_follows_the_largest():
    """Land u has the towns a 60 %, b 90, c 90 (100 customers each), land v c 10, d 40; land alone 80 and 25 %."""
    share = {("u", "a"): 60, ("u", "b"): 90, ("u", "c"): 90, ("v", "c"): 10, ("v", "d"): 40}
    frame = pd.DataFrame([(*place, answer) for place, yes in share.items()
                          for answer in ["yes"] * yes + ["no"] * (100 - yes)], columns=["land", "town", "y"])
    tree = chaid.grow_tree(frame, "y", ["town", "land"])
    assert [node.categories for node in tree.nodes] == [(), ("u",), ("v",), ("a",), ("b", "c"), ("c",), ("d",)]
    new = pd.DataFrame({"land": ["u", "u", "mars", "v"], "town": ["d", None, "a", "d"]})
    assert tree.assign(new).map({segment: node for node, segment in tree.segment_ids.items()}).tolist() == [4, 4, 3, 6]
    assert_sound(tree, frame)


def test_bands_stay_whole_where_one_is_absent():
    """Land u says yes in 50, 80, 95 % of the bands 1, 3, 4 and has no 2, which goes with the lower neighbour 1; land v in
    5, 25, 45 % of 2, 3, 4 and has no 1, which goes with the upper neighbour 2."""
    share = {("u", "1"): 50, ("u", "3"): 80, ("u", "4"): 95, ("v", "2"): 5, ("v", "3"): 25, ("v", "4"): 45}
    frame = pd.DataFrame([(*place, answer) for place, yes in share.items()
                          for answer in ["yes"] * yes + ["no"] * (100 - yes)], columns=["land", "band", "y"])
    tree = chaid.grow_tree(frame, "y", ["band", "land"], ordinal=["band"])
    assert [node.categories for node in tree.nodes] == [(), ("u",), ("v",), *[("1", "2"), ("3",), ("4",)] * 2]
    assert [node.n for node in tree.nodes[3:]] == [100] * 6
    assert_sound(tree, frame)


@pytest.mark.parametrize("answers, target, said", [
    (["no", "yes"], "yes", []), ([True, False], "yes", []), (pd.array([True, False], dtype="boolean"), "yes", []),
    ([0, 1], "1", ["The value of a segment is the share of 1 in y; another class can be chosen."]),
    (["low", "high", "low"], "low", ["The value of a segment is the share of low in y; another class can be chosen."]),
    (["c", "b", "a", "b"], "b", ["The value of a segment is the share of b in y; another class can be chosen."]),
    ([10, 9], "10", ["The value of a segment is the share of 10 in y; another class can be chosen."]),
])
def test_default_target(answers, target, said):
    """yes; of two classes the last in order; of more the most frequent."""
    frame = pd.DataFrame({"y": answers, "x": range(len(answers))})
    frame = pd.concat([frame.astype({"x": str})] * 30, ignore_index=True)
    tree = chaid.grow_tree(frame, "y", ["x"])
    assert tree.target == target and [words_in("en").reason(one) for one in tree.warnings] == said
    assert chaid.grow_tree(frame, "y", ["x"], target=answers[0]).target == chaid.category_text(answers[0])


def test_bad_columns_are_said_and_the_rest_is_used():
    """500 categories, one category, all blank, the criterion; emoji, HTML, a category of one, infinities go through."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"good": rng.choice(["🙂", "<b>x</b>", '"; DROP', "=1+1"], 600), "same": "z", "none": None,
                          "many": [f"k{k % 500}" for k in range(600)], "code": rng.integers(1, 4, 600),
                          "infinite": rng.normal(size=600)})
    frame.loc[0, "good"] = "alone"
    frame.loc[[1, 2], "infinite"] = [np.inf, -np.inf]
    frame["y"] = np.where(frame["good"].eq("🙂") | (rng.random(600) < 0.2), "yes", "no")
    tree = chaid.grow_tree(frame, "y", ["good", "same", "none", "many", "y", "code", "infinite"])
    assert [words_in("en").reason(one) for one in tree.warnings] == [
        "y is what is to be explained; it cannot explain itself and is left out.",
        "same has one category only and cannot split anything.", "none has one category only and cannot split anything.",
        "many has 500 different values, too many to split on; join them into at most 50."]
    assert tree.predictors["code"].categories == ("1", "2", "3") and "🙂" in tree.leaves[0].categories
    assert sorted(name for node in tree.nodes if node.variable == "good" for name in node.categories) == \
        sorted(frame["good"].unique())
    assert_sound(tree, frame)
    many = chaid.grow_tree(frame, "y", ["many", "good"], max_categories=500)
    assert many.nodes[0].split_on == "good" and "many" in many.predictors


def test_more_columns_than_customers_and_ties_everywhere():
    frame = pd.DataFrame({f"c{k}": list("ab") * 30 for k in range(80)}).assign(y=["yes", "no"] * 30)
    tree = chaid.grow_tree(frame, "y", [f"c{k}" for k in range(80)])
    assert tree.nodes[0].split_on == "c0" and tree.explained_share == 1
    assert [leaf.stopped for leaf in tree.leaves] == ["small", "small"]
    pure = chaid.grow_tree(frame, "y", ["c0"], min_parent=10)
    assert [leaf.stopped for leaf in pure.leaves] == ["pure", "pure"]
    level = chaid.grow_tree(planted(), "buys", list("abcd"), max_depth=1)
    assert {leaf.stopped for leaf in level.leaves} == {"depth"}


def test_all_of_small_tables():
    """Every 2 × 2 table with 0 to 2 in a cell gives a tree or says why not."""
    for cells in product(range(3), repeat=4):
        rows = [(x, y) for (x, y), n in zip(product("ab", ("no", "yes")), cells) for _ in range(n)]
        frame = pd.DataFrame(rows, columns=["x", "y"])
        if frame["y"].nunique() < 2 or frame["x"].nunique() < 2:
            with pytest.raises(NotComputable):
                chaid.grow_tree(frame, "y", ["x"], min_parent=2, min_child=1)
        else:
            assert_sound(chaid.grow_tree(frame, "y", ["x"], min_parent=2, min_child=1, alpha_split=0.5), frame)


EXPERTS = "Take another criterion, or let experts make the segments."


@pytest.mark.parametrize("frame, message, fallback", [
    (pd.DataFrame({"y": [0.5, 1.5], "a": ["x", "z"]}), "y is a measured number: CHAID explains classes.",
     "Use AID, which explains means, or band the numbers into classes."),
    (pd.DataFrame({"y": range(20), "a": list("xz") * 10}), "y is a measured number: CHAID explains classes.",
     "Use AID, which explains means, or band the numbers into classes."),
    (pd.DataFrame({"y": [None, " "], "a": ["x", "z"]}), "No customer has a known y.", EXPERTS),
    (pd.DataFrame({"y": [], "a": []}), "No customer has a known y.", EXPERTS),
    (pd.DataFrame({"y": ["no", " no"], "a": ["x", "z"]}),
     "All customers have the same y: there is nothing to explain.", EXPERTS),
    (pd.DataFrame({"y": [f"k{k}" for k in range(51)], "a": "x"}),
     "y has 51 classes, too many to explain; join them into at most 50.", EXPERTS),
    (pd.DataFrame({"y": ["no", "yes"], "a": ["x", "x"]}),
     "No column can split the customers: each has one category only, or too many.",
     "Add columns that tell customers apart, or let experts make the segments."),
    (pd.DataFrame({"y": ["no", "yes"], "b": ["x", "z"]}), "There is no column a; the columns are y, b.", ""),
    (pd.DataFrame({"a": ["x", "z"]}), "There is no column y; the columns are a.", ""),
    (pd.DataFrame([["no", "yes", "x"]], columns=["y", "y", "a"]), "2 columns are called y.", ""),
    (pd.DataFrame({"y": [["no"], ["yes"]], "a": ["x", "z"]}), "y holds lists or other values that are no categories.", ""),
])
def test_what_cannot_be_computed_is_said(frame, message, fallback):
    with pytest.raises(NotComputable) as error:
        chaid.grow_tree(frame, "y", ["a"])
    assert (str(error.value), error.value.fallback) == (message, fallback)


@pytest.mark.parametrize("options, message", [
    ({"missing": "drop"}, "missing = drop is none of float, exclude."),
    ({"target": "maybe"}, "dances has no class maybe; the classes are no, yes."),
    ({"alpha_merge": 0}, "The level of significance 0 is not between 0 and 1; write for example 0.05."),
    ({"alpha_split": 5}, "The level of significance 5 is not between 0 and 1; write for example 0.05."),
    ({"min_parent": 1}, "min_parent = 1 is less than 2, the least that it may be."),
    ({"min_child": 0}, "min_child = 0 is less than 1, the least that it may be."),
    ({"max_depth": 0}, "max_depth = 0 is less than 1, the least that it may be."),
    ({"n_bands": 1}, "n_bands = 1 is less than 2, the least that it may be."),
    ({"max_categories": 1}, "max_categories = 1 is less than 2, the least that it may be."),
])
def test_wrong_options_are_said(options, message):
    with pytest.raises(ParameterError) as error:
        chaid.grow_tree(dancers(), "dances", ["sex"], **options)
    assert str(error.value) == message


def test_small_samples_are_said():
    say = words_in("en").reason
    few = chaid.grow_tree(dancers(), "dances", ["sex"], min_parent=101)
    assert [say(one) for one in few.warnings] == [
        "100 customers are fewer than the 101 that a group needs to be split: all stay one segment."]
    none = chaid.grow_tree(dancers(), "dances", ["age"])
    assert [say(one) for one in none.warnings] == [
        "No column splits the customers in groups of 20 or more that differ significantly (adjusted p below 0.05): all "
        "stay one segment."]
    assert len(none.leaves) == 1 and none.explained_share == 0
    rare = pd.DataFrame({"x": ["a"] * 30 + ["b"] * 30, "y": ["yes"] * 8 + ["no"] * 52})
    assert [say(one) for one in chaid.grow_tree(rare, "y", ["x"]).warnings] == [
        "1 of the 1 splits rest on small expected counts, where χ² is not reliable: raise the least size of a segment."]


def test_ids_go_level_by_level():
    nodes = chaid.grow_tree(planted(), "buys", list("abcd")).nodes
    assert all(a.depth <= b.depth for a, b in pairwise(nodes)) and nodes[-1].depth == 2
