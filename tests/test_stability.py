"""The population stability index: method.md 3.2, T20; scipy and a simulation as second opinions."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from svcnb.errors import NotComputable
from svcnb.i18n import words_in
from svcnb.methods.stability import Limits, compare_counts, psi, state_of


def test_t20_psi():
    """-.1 ln .8 + .05 ln(.35/.3) + .05 ln 1.25 = .022314 + .007708 + .011157 = .04118; counts give the same."""
    assert psi([.5, .3, .2], [.4, .35, .25]) == pytest.approx(.04118, abs=1e-5)
    assert psi({"a": 50, "b": 30, "c": 20}, pd.Series({"c": 250, "a": 400, "b": 350})) == pytest.approx(.04118, abs=1e-5)


def test_psi_is_jeffreys_divergence():
    """KL(a, e) + KL(e, a) by scipy.stats.entropy."""
    e, a = np.array([.1, .2, .3, .4]), np.array([.25, .25, .2, .3])
    assert psi(e, a) == pytest.approx(stats.entropy(a, e) + stats.entropy(e, a))
    assert psi(e, e) == 0


def test_psi_of_a_category_that_comes_or_goes():
    """A share of 0 counts as 0.0001: (.5 - .0001) ln 5000 + (.5 - 1) ln .5."""
    assert psi({"a": 1.0}, {"a": .5, "b": .5}) == pytest.approx(.4999 * np.log(5000) + .5 * np.log(2))


@pytest.mark.parametrize("expected, actual, message", [
    ([.5, .5], [1.0], "The two periods have 2 and 1 shares; they need the same categories."),
    ([0, 0], [1, 1], "Stability needs counts or shares of 0 or more in both periods."),
    ([-1, 2], [1, 1], "Stability needs counts or shares of 0 or more in both periods."),
    ([], [], "Stability needs counts or shares of 0 or more in both periods."),
])
def test_psi_says_why_not(expected, actual, message):
    with pytest.raises(NotComputable) as error:
        psi(expected, actual)
    assert str(error.value) == message


def test_the_terms_of_the_worked_example():
    """(.4 - .5) ln(.4/.5) = .0223; (.35 - .3) ln(.35/.3) = .0077; (.25 - .2) ln(.25/.2) = .0112."""
    moved = compare_counts({"a": 500, "b": 300, "c": 200}, {"c": 250, "a": 400, "b": 350})
    assert moved.table["category"].tolist() == ["a", "b", "c"]
    assert moved.table["contribution"].tolist() == pytest.approx([.022314, .007708, .011157], abs=1e-6)
    assert (moved.n_before, moved.n_now, moved.state) == (1000, 1000, "pass")
    assert moved.psi == pytest.approx(moved.table["contribution"].sum()) == pytest.approx(.041179, abs=1e-6)
    assert moved.table["share_now"].tolist() == [.4, .35, .25]


@pytest.mark.parametrize("index, state", [(0, "pass"), (.0999, "pass"), (.1, "watch"), (.25, "watch"), (.2501, "fail")])
def test_the_limits(index, state):
    assert state_of(index) == state


def test_other_limits():
    assert state_of(.12, Limits(watch=.15, fail=.3)) == "pass"


def test_what_chance_alone_makes():
    """chi2(0.95; 2) = 5.9915; with 40 and 60 customers 5.9915 (1/40 + 1/60) = 0.2496."""
    moved = compare_counts({"a": 20, "b": 12, "c": 8}, {"a": 24, "b": 21, "c": 15})
    assert moved.chance == pytest.approx(0.24964, abs=1e-5)
    assert not moved.beyond_chance
    assert [words_in("en").reason(w) for w in moved.warnings] == [
        "With 40 and 60 customers chance alone makes a stability index of up to 0.25: a smaller one says nothing."]


def test_chance_is_what_a_simulation_finds():
    """2000 pairs of samples of one and the same distribution: the share below the 95 % point is near 0.95."""
    rng = np.random.default_rng(7)
    shares, n_before, n_now = [.4, .3, .2, .1], 300, 500
    pairs = zip(rng.multinomial(n_before, shares, 2000), rng.multinomial(n_now, shares, 2000))
    found = np.array([psi(before, now) for before, now in pairs])
    chance = compare_counts(dict(enumerate([120, 90, 60, 30])), dict(enumerate([200, 150, 100, 50]))).chance
    assert chance == pytest.approx(stats.chi2.ppf(.95, 3) * (1 / 300 + 1 / 500))
    assert (found <= chance).mean() == pytest.approx(.95, abs=.02)


def test_few_new_and_gone_categories_are_told():
    moved = compare_counts({"a": 500, "b": 3, "old": 10}, {"a": 500, "b": 6, "new": 10})
    assert [(w.level, words_in("en").reason(w)) for w in moved.warnings] == [
        ("warning", "Fewer than 5 customers in a period: b."), ("info", "New in this period: new."),
        ("info", "No longer there: old.")]
    assert [words_in("es").reason(w) for w in moved.warnings] == [
        "Menos de 5 clientes en un período: b.", "Nuevo en este período: new.", "Ya no está: old."]


def test_the_same_twice_is_zero_and_the_order_does_not_matter():
    same = compare_counts({"a": 50, "b": 50}, {"b": 500, "a": 500})
    assert (same.psi, same.state) == (0, "pass")
    first, second = {"a": 50, "b": 30, "c": 20}, {"a": 40, "b": 35, "c": 25}
    assert compare_counts(first, second).psi == pytest.approx(compare_counts(second, first).psi)


def test_one_category_cannot_move():
    only = compare_counts({"a": 3}, {"a": 7})
    assert (only.psi, only.chance, only.state, only.warnings) == (0, 0, "pass", only.warnings[:1])
    assert [words_in("en").reason(w) for w in only.warnings] == ["Fewer than 5 customers in a period: a."]


def test_neither_argument_is_changed():
    before, now = pd.Series({"a": 1, "b": 2}), pd.Series({"b": 2, "c": 1})
    compare_counts(before, now)
    assert before.to_dict() == {"a": 1, "b": 2} and now.to_dict() == {"b": 2, "c": 1}
