"""Discriminant analysis on samples that are not as they should be: what is left out, doubted and refused, in whole sentences."""

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods.discriminant import fit_discriminant
from svcnb.methods.discriminant.significance import assess_covariances
from tests.test_discriminant import SIX, said, shops


def test_missing_values_are_left_out_and_counted():
    gaps = pd.DataFrame({"group": [None, "A", " ", "B"], "x": [1, np.nan, 3, np.inf], "y": [1.0, 2, 3, 4]})
    result = fit_discriminant(pd.concat([SIX, gaps], ignore_index=True), "group", ["x", "y"])
    assert (result.n, result.n_missing, result.n_left_out) == (6, 4, 0)
    assert result.two_groups.cut == pytest.approx(406)
    assert result.missing.to_dict() == {"group": 0.2, "x": 0.2, "y": 0.0}
    assert said(result) == [
        "Infinite or impossibly large numbers that count as not measured: 1.",
        "Customers left out because their group or a predictor is not measured: 4 of 10.",
    ]


def test_predictors_that_add_nothing():
    """Constant, constant within the groups, a sum of two, a copy nearly: each is said, and the rest answers as alone."""
    rng = np.random.default_rng(3)
    frame = shops()
    frame = frame.assign(one=7, branch=frame["g"].map({"a": 1, "b": 2, "c": 3, "d": 4}), sum=frame["x"] + 2 * frame["z"])
    frame["copy"] = frame["y"] + 0.01 * rng.normal(size=len(frame))
    result = fit_discriminant(frame, "g", ["one", "branch", "x", "y", "z", "sum", "copy"])
    alone = fit_discriminant(frame, "g", ["x", "y", "z"])
    assert result.predictors == ("x", "y", "z") and result.functions.equals(alone.functions)
    assert said(result) == [
        "one is left out: it has the same value for every customer.",
        "branch is left out: it does not vary within the groups, so by itself it tells groups apart without error.",
        "sum is left out: within the groups 100.0 % of its variation follows from x, z.",
        "copy is left out: within the groups 100.0 % of its variation follows from y."]
    first = fit_discriminant(frame, "g", ["copy", "y"])
    assert first.predictors == ("copy",)  # of two that say the same the first named stays


def test_small_groups_are_left_out():
    frame = pd.concat([SIX, pd.DataFrame({"group": ["C", "C", "D"], "x": [3, 4, 9], "y": [1, 1, 1]})])
    result = fit_discriminant(frame, "group", ["x", "y"], priors={"A": 0.3, "B": 0.3, "C": 0.3, "D": 0.1})
    assert (result.n, result.n_left_out, result.left_out) == (6, 3, ("D", "C"))
    assert result.groups["prior"].tolist() == [0.5, 0.5] and result.two_groups.cut == pytest.approx(406)
    assert said(result) == ["Left out, because a group needs more customers than there are predictors: D, C "
                            "(customers: 3)."]
    # a group of two is enough when the second predictor says nothing
    assert fit_discriminant(frame.assign(y=frame["x"]), "group", ["x", "y"]).left_out == ("D",)


def test_five_hundred_groups():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"g": np.repeat(np.arange(500), 4), "x": rng.normal(size=2000), "y": rng.normal(size=2000)})
    frame = pd.concat([frame, pd.DataFrame({"g": [f"t{k}" for k in range(9)], "x": 1.0, "y": 2.0})])
    result = fit_discriminant(frame, "g", ["x", "y"])
    assert len(result.groups) == 500 and result.groups.index[:3].tolist() == ["0", "1", "2"] and len(result.pairs) == 124750
    assert not result.differ and result.useful is not None
    assert said(result)[0] == ("Left out, because a group needs more customers than there are predictors: t0, t1, t2, t3, t4, "
                               "… (customers: 9).")


def test_labels_of_any_kind():
    """Codes, truths, emoji, HTML and pandas' categories name the same groups; numbers are ordered as numbers."""
    for labels in ({"A": 2, "B": 10}, {"A": 2.0, "B": "10"}, {"A": False, "B": True}, {"A": "<b>a</b>", "B": "🙂"},
                   {"A": pd.Timestamp(2024, 1, 1), "B": pd.Timestamp(2025, 1, 1)}):
        result = fit_discriminant(SIX.assign(group=SIX["group"].map(labels)), "group", ["x", "y"])
        assert result.two_groups.weights.tolist() == pytest.approx([42, 42]), labels
    ordered = SIX.assign(group=pd.Categorical(SIX["group"], categories=["B", "unused", "A"]))
    assert fit_discriminant(ordered, "group", ["x", "y"]).two_groups.weights.tolist() == pytest.approx([-42, -42])


def test_numbers_of_any_kind():
    from decimal import Decimal

    for kind in ("Int64", "float32", "int8", object):
        frame = SIX.astype({"x": kind})
        assert fit_discriminant(frame, "group", ["x", "y"]).two_groups.cut == pytest.approx(406), kind
    frame = pd.concat([SIX, SIX.iloc[:1].assign(x=None)], ignore_index=True)
    result = fit_discriminant(frame.assign(x=[None if pd.isna(v) else Decimal(int(v)) for v in frame["x"]]), "group", ["x", "y"])
    assert (result.two_groups.cut, result.n_missing) == (pytest.approx(406), 1)
    truth = pd.DataFrame({"g": list("AAAABBBB"), "t": [True, True, True, False, False, False, False, True]})
    assert fit_discriminant(truth, "g", ["t"]).means["t"].tolist() == [0.75, 0.25]
    tiny = SIX.assign(x=SIX["x"] * 1e-90, y=1e9 + SIX["y"])
    assert fit_discriminant(tiny, "group", ["x", "y"]).two_groups.d2 == pytest.approx(588)
    assert fit_discriminant(SIX.set_axis([7] * 6), "group", ["x", "y"]).cases.index.tolist() == [7] * 6


def test_groups_that_do_not_differ():
    """A and B: the same values but one, so that Wilks' test and leave-one-out both fail."""
    x = list(range(10))
    frame = pd.DataFrame({"g": ["A"] * 10 + ["B"] * 10, "x": [*x, *x[:9], 10]})
    result = fit_discriminant(frame, "g", ["x"])
    assert not result.differ and result.useful is False
    assert said(result)[0] == ("The predictors do not tell the groups apart (Wilks' test is not significant): join groups, or "
                               "describe them by other predictors.")
    assert said(result)[1] == ("Leave-one-out assigns 10.0 % rightly, less than a quarter above chance (50.0 %): do not "
                               "assign new customers by these functions.")


def test_a_quarter_above_chance_is_useful():
    """A = 1, 6, 8, 9 (mean 6), B = 8, 9, 10, 12 (mean 9.75); cuts halfway between the means without the customer.

    8 and 9 of A: cuts 7.54 and 7.375, so B; 8 of B: cut 8.17, so A; the others rightly: 5/8 = .625 = 1.25 * .5.
    """
    frame = pd.DataFrame({"g": list("AAAABBBB"), "x": [1, 6, 8, 9, 8, 9, 10, 12]})
    result = fit_discriminant(frame, "g", ["x"])
    assert result.cases["assigned_loo"].tolist() == list("AABBABBB")
    assert (result.accuracy_loo.value, result.chance, result.useful) == (0.625, 0.5, True)
    # statsmodels.stats.proportion.proportion_confint(5, 8, method="wilson")
    assert [result.accuracy_loo.low, result.accuracy_loo.high] == pytest.approx([0.3057424, 0.8631557], abs=1e-7)
    # p = alpha is not significant
    assert not fit_discriminant(frame, "g", ["x"], alpha=result.rao.p_value).differ
    assert fit_discriminant(frame, "g", ["x"], alpha=result.rao.p_value + 1e-6).differ


def test_a_group_so_large_that_chance_cannot_be_beaten():
    """Shares .9 and .1: chance .82, a quarter more is 1.025."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"g": ["A"] * 90 + ["B"] * 10, "x": rng.normal(size=100) + np.repeat([0, 4], [90, 10])})
    result = fit_discriminant(frame, "g", ["x"])
    assert result.chance == pytest.approx(0.82) and result.useful is None
    assert said(result)[-1] == ("One group is so large that 82.0 % would be right by chance: nothing can be a quarter better. "
                                "See how many of the small groups are found.")


def test_covariance_singular_in_one_group():
    z = np.array([[0.0, 1], [1, 0], [2, 2], [5, 5], [6, 6], [7, 7]])
    assert assess_covariances(z, np.array([0, 0, 0, 1, 1, 1]), 2) is None
    z[5, 1] = 8
    assert assess_covariances(z, np.array([0, 0, 0, 1, 1, 1]), 2).df == 3


FEWER = "Fewer than two groups have more customers than there are predictors ({p}); the largest groups have {sizes}."


@pytest.mark.parametrize("frame, predictors, message", [
    (SIX.drop(columns="y"), ["x", "y"], "There is no column y; the columns are group, x."),
    (SIX.drop(columns="group"), ["x", "y"], "There is no column group; the columns are x, y."),
    (pd.concat([SIX, SIX[["x"]]], axis=1), ["x"], "2 columns are called x."),
    (SIX.assign(group=[["a"]] * 6), ["x"], "group holds lists or other values that are no categories."),
    (SIX.assign(x=list("123789")), ["x"], "x holds 1, a text, code or date: a predictor must be a measured number."),
    (SIX.assign(x=pd.Categorical(SIX["x"])), ["x"],
     "x holds 1, a text, code or date: a predictor must be a measured number."),
    (SIX.assign(x=pd.Timestamp(2024, 1, 2)), ["x"],
     "x holds 2024-01-02 00:00:00, a text, code or date: a predictor must be a measured number."),
    (SIX.assign(y=np.nan), ["x", "y"], "No customer has both a group and a number in every predictor; the one missing most "
                                       "often is y."),
    (SIX.iloc[:0], ["x", "y"], "No customer has both a group and a number in every predictor; the one missing most often is "
                               "x."),
    (SIX.assign(group="A"), ["x", "y"], FEWER.format(p=2, sizes="6")),
    (SIX.assign(group=list("abcdef")), ["x"], FEWER.format(p=1, sizes="1, 1, 1, 1, 1")),
    (SIX.iloc[:5], ["x", "y"], FEWER.format(p=2, sizes="3, 2")),
    (SIX.assign(x=1, y=2), ["x", "y"], "No predictor varies within the groups: there is nothing to weigh."),
    (SIX.assign(x=[1, 1, 1, 2, 2, 2]), ["x"], "No predictor varies within the groups: there is nothing to weigh."),
    (SIX.assign(x=[1, 2, 3, 3, 1, 2]), ["x"], "The groups have the same mean on every predictor: nothing tells them apart."),
])
def test_what_cannot_be_computed_is_said(frame, predictors, message):
    with pytest.raises(NotComputable) as error:
        fit_discriminant(frame, "group", predictors)
    assert str(error.value) == message


def test_more_columns_than_rows():
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(12, 20))).assign(g=list("AB") * 6)
    with pytest.raises(NotComputable) as error:
        fit_discriminant(wide, "g", range(20))
    assert str(error.value) == FEWER.format(p=10, sizes="6, 6")
    assert error.value.fallback == "Use fewer predictors, join small groups, or let experts write the rule."


def test_new_customers_need_the_same_columns():
    result = fit_discriminant(SIX, "group", ["x", "y"])
    with pytest.raises(NotComputable) as error:
        result.assign(pd.DataFrame({"x": [1]}))
    assert str(error.value) == "There is no column y; the columns are x."
    with pytest.raises(NotComputable) as error:
        result.assign(pd.DataFrame({"x": [1], "y": ["<b>"]}))
    assert str(error.value) == "y holds <b>, a text, code or date: a predictor must be a measured number."


@pytest.mark.parametrize("options, message", [
    ({"alpha": 5}, "The level of significance 5 is not between 0 and 1; write for example 0.05."),
    ({"priors": "same"}, "The priors are same; write equal, proportional, or a share for every group."),
    ({"priors": [0.5, 0.5]}, "The priors are [0.5, 0.5]; write equal, proportional, or a share for every group."),
    ({"priors": {"A": 1}}, "There is no prior for B: every group needs one."),
    ({"priors": {"A": 0.5, "B": 0.3, "C": 0.2}}, "A prior is given for C, but the groups are A, B."),
    ({"priors": {"A": 0.5, "B": 0}}, "The prior of B is 0; write a share above 0 and below 1."),
    ({"priors": {"A": 0.5, "B": "x"}}, "The prior of B is x; write a share above 0 and below 1."),
    ({"priors": {"A": 0.5, "B": 0.6}}, "The priors add up to 1.1; they must add up to 1."),
    ({"predictors": []}, "Name at least one predictor."),
    ({"predictors": ["x", "group"]}, "group is the group itself: it cannot be one of its predictors."),
])
def test_errors_of_parameters(options, message):
    with pytest.raises(ParameterError) as error:
        fit_discriminant(SIX, "group", **{"predictors": ["x", "y"], **options})
    assert str(error.value) == message
