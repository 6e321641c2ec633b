"""Cells of value against work, the experts' segments against those of the data: method.md 3.10 c, 4.1 b, 4.4; R 4.2."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.grouping import confront, cross_classify

SAY = words_in("en").reason

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
