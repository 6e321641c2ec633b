"""Methods side by side: what each puts first, agreement against sklearn, explained shares and causes recomputed by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods import aid, belson, chaid
from svcnb.methods.comparison import CAUSES, METHODS, SUMMARY, compare_methods
from svcnb.methods.contingency import cross_tabulate

COLUMNS = ["sex", "branch", "town", "age"]


def dancers() -> pd.DataFrame:
    """T13, T14, T16 (60 no, then 40 yes)."""
    return pd.DataFrame({"sex": ["man"] * 40 + ["woman"] * 20 + ["man"] * 10 + ["woman"] * 30,
                         "age": ["young"] * 18 + ["adult"] * 30 + ["old"] * 12 + ["young"] * 14 + ["adult"] * 14 + ["old"] * 12,
                         "dances": ["no"] * 60 + ["yes"] * 40})


def market(seed: int, n: int = 400) -> pd.DataFrame:
    """Weak and strong columns of few and many categories, some with blanks: the methods need not agree."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"sex": rng.choice(["m", "w"], n), "town": rng.choice([f"t{k}" for k in range(10)], n),
                          "branch": rng.choice(["a", "b", "c", None], n, p=[0.4, 0.3, 0.2, 0.1]),
                          "age": rng.uniform(18, 80, n)})
    p = 0.4 + 0.12 * (frame["sex"] == "w") + frame["branch"].map({"a": 0.08, "b": -0.1, "c": -0.02}).astype(float).fillna(0) \
        + frame["town"].map({"t1": 0.2, "t2": -0.2, "t3": 0.15}).astype(float).fillna(0)
    frame["buys"] = np.where(rng.random(n) < p, "yes", "no")
    frame.loc[rng.random(n) < 0.03, "buys"] = None
    frame["spent"] = (100 * p + rng.normal(0, 30, n)).round(2)
    return frame


def row_of(result, method):
    return result.methods.set_index("method").loc[method]


def test_all_methods_begin_with_sex():
    """V = 0.408248 (T13), D = 10 (T16), adjusted p = 4.456e-05 (T18), BSS = 100 x 0.2^2 = 4 of 24. The sexes, two
    segments of 50, explain 4/24; the trees go on inside them."""
    result = compare_methods(dancers(), "dances", ["age", "sex"])
    assert list(result.methods) == SUMMARY and result.methods["method"].tolist() == list(METHODS)
    assert result.methods["variable"].tolist() == ["sex"] * 4
    assert result.methods["statistic"].tolist() == ["cramers_v", "power", "gain", "chi2"]
    assert result.methods["value"].tolist() == pytest.approx([0.408248, 10, 4 / 24, 50 / 3], abs=1e-6)
    assert result.methods["p_value"].tolist() == pytest.approx([4.4557e-05, np.nan, np.nan, 4.4557e-05], rel=1e-4, nan_ok=True)
    assert result.reasons == {} and set(result.trees) == {"belson", "aid", "chaid"}
    table = row_of(result, "contingency")
    assert table[["n_segments", "smallest", "largest", "n"]].tolist() == [2, 50, 50, 100]
    assert table["explained_share"] == pytest.approx(4 / 24)
    for method, tree in result.trees.items():
        assert row_of(result, method)["explained_share"] == pytest.approx(tree.explained_share)


def test_halves_hide_three_groups():
    """a 90, b 50, c 10 of 100 each, p = 0.5. Three groups: 100 (0.4^2 + 0 + 0.4^2) = 32 of 75; two halves a | b, c (b is at
    p, so below): 100 x 0.4^2 + 200 x 0.2^2 = 24 of 75. Belson and AID make two branches, CHAID three."""
    frame = pd.DataFrame({"kind": ["a"] * 100 + ["b"] * 100 + ["c"] * 100,
                          "buys": [1] * 90 + [0] * 10 + [1, 0] * 50 + [1] * 10 + [0] * 90})
    result = compare_methods(frame, "buys", ["kind"], methods=("belson", "aid", "chaid"))
    rows = {(row.code, row.first, row.second): row for row in result.causes.itertuples()}
    for method in ("belson", "aid"):
        halves, branches = rows["halves", method, "chaid"], rows["branches", method, "chaid"]
        assert (halves.variable, halves.n, halves.other_n) == ("kind", 3, 2)
        assert (halves.value, halves.other_value) == (pytest.approx(32 / 75), pytest.approx(24 / 75))
        assert (branches.n, branches.other_n) == (2, 3)
    assert len(rows) == 4 and list(result.causes) == CAUSES


def check_causes(frame, result) -> set:
    """Each row's numbers once more: tables by cross_tabulate, D by rank_predictors, the trees grown again."""
    banded = frame.assign(age=pd.cut(frame["age"], [0, *result.trees["chaid"].predictors["age"].edges, 200], right=False))
    power = belson.rank_predictors(frame, "buys", COLUMNS).table.set_index("predictor")["power"]
    firsts = dict(zip(result.methods["method"], result.methods["variable"]))
    trials = {"chaid": chaid.grow_tree(frame, "buys", COLUMNS).trials,
              "aid": aid.grow_tree(frame.assign(buys=frame["buys"].map({"yes": 1, "no": 0})), "buys", COLUMNS).trials,
              "belson": belson.grow_tree(frame, "buys", COLUMNS).trials}
    trials = {method: table[table["node_id"] == 0].set_index("predictor") for method, table in trials.items()}
    merged, cut = trials["chaid"], trials["aid"]
    for row in result.causes.itertuples():
        if row.code in ("table_p", "power", "squares", "adjusted_p"):
            expected = {"table_p": lambda name: cross_tabulate(banded, name, "buys").p_value, "power": power.get,
                        "squares": cut["gain"].get, "adjusted_p": merged["p_adjusted"].get}[row.code]
            assert row.value == pytest.approx(expected(row.variable))
            assert row.other_value == pytest.approx(expected(row.other), nan_ok=True)
            assert (row.variable, row.other) == (firsts[row.first], firsts[row.second]) and row.variable != row.other
        elif row.code == "joined":
            assert row.other_n == merged.loc[row.variable, "n_groups"] < row.n
            assert row.n == banded[row.variable].nunique() + frame[row.variable].isna().any()
        elif row.code == "correction":
            theirs, mine = merged.loc[row.variable], merged.loc[row.other]
            assert row.value == pytest.approx(theirs["p_value"]) and row.value < mine["p_value"]
            assert row.other_value == pytest.approx(min(1, row.n * row.value)) and row.other_value > mine["p_adjusted"]
        elif row.code == "tie":
            column = {"belson": power, "aid": cut["gain"]}[row.first]
            assert row.value == pytest.approx(column[row.other] / column[row.variable]) and row.value >= 0.95
        elif row.code == "blanks":
            assert row.first in ("contingency", "belson") and row.second in ("aid", "chaid")
            assert row.value == pytest.approx(frame.loc[frame["buys"].notna(), row.variable].isna().mean())
        elif row.code == "halves":
            assert (row.value, row.other_value) == pytest.approx((merged.loc[row.variable, "gain"],
                                                                  trials[row.first].loc[row.variable, "gain"]))
        elif row.code == "branches":
            assert firsts[row.first] == firsts[row.second] == row.variable and row.n != row.other_n
        else:
            assert row.code == "one" and pd.isna(firsts[row.first])
    return set(result.causes["code"])


def test_causes_say_what_the_data_say():
    """36 markets; every cause is recomputed, and the codes that need no planted data occur."""
    codes = set()
    for seed in range(36):
        frame = market(seed)
        codes |= check_causes(frame, compare_methods(frame, "buys", COLUMNS))
    assert codes >= {"table_p", "power", "squares", "adjusted_p", "joined", "correction", "blanks", "branches"}


def test_four_groups_that_are_two_hide_nothing():
    """Ages in six bands buy 9, 9, 1, 9, 1, 1 of 10: CHAID, which joins neighbours only, needs four groups for what Belson says
    with two; both explain 0.64, so the halves hide nothing."""
    frame = pd.DataFrame({"age": np.repeat(np.arange(6) * 10, 100) + np.tile(np.arange(100) / 50, 6),
                          "buys": np.concatenate([[1] * k + [0] * (100 - k) for k in (90, 90, 10, 90, 10, 10)])})
    result = compare_methods(frame, "buys", ["age"], methods=["belson", "chaid"], n_bands=6)
    trials = {method: tree.trials.iloc[0] for method, tree in result.trees.items()}
    assert (trials["chaid"]["n_groups"], trials["chaid"]["gain"]) == (4, pytest.approx(trials["belson"]["gain"]))
    assert result.causes[["code", "n", "other_n"]].to_numpy().tolist() == [["branches", 2, 4]]


def test_equal_powers_are_a_tie():
    """p = 0.5 of 200. x: u 60 of 100 yes: D = 60 - 50 = 10. y: a 20 of 20: D = 20 - 10 = 10, but with the larger chi-square:
    20 x 0.5^2 / 0.25 + 180 x (80/180 - 0.5)^2 / 0.25 = 22.2 against 8."""
    frame = pd.DataFrame({"x": ["u"] * 60 + ["v"] * 40 + ["u"] * 40 + ["v"] * 60, "y": ["a"] * 20 + ["b"] * 180,
                          "buys": [1] * 100 + [0] * 100})
    result = compare_methods(frame, "buys", ["x", "y"], methods=["contingency", "belson"])
    assert result.methods["variable"].tolist() == ["y", "x"]
    rows = result.causes.set_index("code")
    assert rows.loc["tie", ["first", "second", "variable", "other", "value"]].tolist() == ["belson", "contingency", "x", "y", 1]
    assert rows.loc["power", ["value", "other_value", "n", "other_n"]].tolist() == [10, 10, 2, 2]
    assert set(rows.index) == {"table_p", "power", "tie"}


def naive_share(y: pd.Series, labels: pd.Series) -> float:
    """R² of a number; tau of classes as the mean of their 0/1 columns' sums of squares."""
    known = labels.notna() & y.notna()
    table = (pd.get_dummies(y[known]) if y.dtype == object else y[known].to_frame()).astype(float)
    inside = (table - table.groupby(labels[known]).transform("mean"))
    return 1 - (inside**2).to_numpy().sum() / ((table - table.mean())**2).to_numpy().sum()


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from(["buys", "spent", "branch"]))
def test_agreement_and_shares_by_another_way(seed, criterion):
    frame = market(seed)
    clusters = pd.Series(np.random.default_rng(seed).choice(["K1", "K2", None], len(frame)), index=frame.index)
    before = frame.copy()
    result = compare_methods(frame, criterion, [c for c in COLUMNS if c != criterion], clusters=clusters)
    pd.testing.assert_frame_equal(frame, before)
    y = frame[criterion].astype(object if criterion != "spent" else float)
    for method, labels in result.labels.items():
        row = row_of(result, method)
        sizes = labels[y.notna()].value_counts()
        assert labels[y.isna()].isna().all()
        assert row["explained_share"] == pytest.approx(naive_share(y, labels))
        assert row[["n_segments", "smallest", "largest", "n"]].tolist() == [len(sizes), sizes.min(), sizes.max(), sizes.sum()]
    for row in result.agreement.itertuples():
        both = result.labels[[row.first, row.second]].dropna()
        assert row.value == pytest.approx(adjusted_rand_score(both[row.first], both[row.second])) and row.n == len(both)
        assert result.square.loc[row.second, row.first] == row.value
    assert len(result.agreement) == len(result.labels.columns) * (len(result.labels.columns) - 1) / 2
    shuffled = frame.sample(frac=1, random_state=3)
    again = compare_methods(shuffled, criterion, [c for c in COLUMNS if c != criterion], clusters=clusters[shuffled.index])
    assert again.methods["variable"].tolist() == result.methods["variable"].tolist()
    assert again.methods["explained_share"].tolist() == pytest.approx(result.methods["explained_share"].tolist(), nan_ok=True)


def test_clusters_are_blind():
    """Clusters that are the sexes agree wholly with the trees; clusters by chance explain next to nothing, and say so."""
    frame = dancers()
    same = compare_methods(frame, "dances", ["sex"], clusters=frame["sex"])
    assert same.square.loc["clusters", "chaid"] == 1 and row_of(same, "clusters")["explained_share"] == pytest.approx(4 / 24)
    chance = compare_methods(frame, "dances", ["sex"], clusters=pd.Series([1, 2] * 50))
    blind = chance.causes[chance.causes["code"] == "blind"]
    assert blind["second"].tolist() == list(METHODS) and blind["value"].tolist() == pytest.approx([0] * 4)
    assert blind["other_value"].tolist() == pytest.approx([4 / 24] * 4)
    assert abs(chance.square.loc["clusters", "belson"]) < 0.02 and pd.isna(row_of(chance, "clusters")["variable"])


def test_a_method_that_cannot_run_lets_the_others_go_on():
    frame = market(1)
    result = compare_methods(frame, "spent", COLUMNS)
    assert set(result.reasons) == {"contingency", "chaid"} and set(result.labels) == {"belson", "aid"}
    assert row_of(result, "contingency")["why_not"] == "spent is a measured number: a contingency table counts classes."
    assert row_of(result, "chaid")["why_not"] == "spent is a measured number: CHAID explains classes."
    assert words_in("en").reason(result.reasons["contingency"]) == row_of(result, "contingency")["why_not"]
    assert row_of(result, "aid")["why_not"] is None and row_of(result, "aid")["explained_share"] > 0
    assert pd.isna(row_of(result, "chaid")["explained_share"]) and pd.isna(row_of(result, "chaid")["n_segments"])


def test_methods_that_divide_nobody():
    """Forty customers are too few for CHAID (50); AID and Belson may begin."""
    frame = dancers().iloc[40:80]
    result = compare_methods(frame, "dances", ["age", "sex"])
    one = result.causes[result.causes["code"] == "one"]
    assert one[["first", "n"]].to_numpy().tolist() == [["chaid", 40]] and pd.isna(row_of(result, "chaid")["variable"])
    assert row_of(result, "chaid")[["n_segments", "largest", "explained_share"]].tolist() == [1, 40, 0]


def test_trees_that_are_grown_already_are_taken():
    frame = market(2)
    mine = chaid.grow_tree(frame, "buys", COLUMNS, max_depth=1, alpha_split=0.5)
    result = compare_methods(frame, "buys", COLUMNS, trees={"chaid": mine}, methods=("belson", "chaid"))
    assert result.trees["chaid"] is mine and result.methods["method"].tolist() == ["belson", "chaid"]
    assert row_of(result, "chaid")["n_segments"] == len(mine.leaves)


def test_a_target_of_three_classes_is_the_same_for_all():
    frame = market(4)
    result = compare_methods(frame, "branch", ["sex", "town", "age"], target="c")
    assert result.trees["belson"].target == result.trees["chaid"].target == "c" and "aid" in result.trees
    y = (frame["branch"] == "c").where(frame["branch"].notna())
    assert result.trees["aid"].nodes[0].value == pytest.approx(y.astype(float).mean())
    assert compare_methods(frame, "branch", ["sex", "town"]).trees["chaid"].target == \
        compare_methods(frame, "branch", ["sex", "town"]).trees["belson"].target


def test_sparse_tables_come_after_those_that_can_be_trusted():
    """Forty towns of three customers have the smaller p, but expect fewer than five everywhere: sex goes before them."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"town": [f"t{k}" for k in range(40)] * 3, "sex": ["m", "w"] * 60})
    frame["buys"] = np.where(frame["town"].isin([f"t{k}" for k in range(0, 40, 4)]), "yes", "no")
    frame.loc[rng.choice(120, 6, replace=False), "buys"] = "yes"
    assert cross_tabulate(frame, "town", "buys").p_value < cross_tabulate(frame, "sex", "buys").p_value
    assert row_of(compare_methods(frame, "buys", ["town", "sex"], methods=["contingency"]), "contingency")["variable"] == "sex"


def test_odd_names_and_labels():
    frame = dancers().rename(columns={"sex": 1, "age": "<b>🙂</b>", "dances": 2})
    result = compare_methods(frame, 2, ["<b>🙂</b>", 1])
    assert result.methods["variable"].tolist() == [1] * 4 and row_of(result, "contingency")["n_segments"] == 2
    assert set(result.causes["variable"].dropna()) <= {1}


def test_errors():
    frame = dancers()
    with pytest.raises(ParameterError) as error:
        compare_methods(frame, "dances", ["sex"], methods=["id3"])
    assert str(error.value) == "There is no method id3; choose among contingency, belson, aid, chaid."
    with pytest.raises(ParameterError) as error:
        compare_methods(frame, "dances", ["sex"], clusters=pd.Series(["a", "b"]))
    assert str(error.value) == "The clusters are of other customers: their index is not that of the table."
    for criterion, message in (("nothing", "No customer has a known nothing."), ("same",
                               "All 100 customers have the same same: there is nothing to explain.")):
        with pytest.raises(NotComputable) as error:
            compare_methods(frame.assign(nothing=None, same="x"), criterion, ["sex"])
        assert str(error.value) == message
