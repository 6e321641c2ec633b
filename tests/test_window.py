"""The customer window, method.md 2.6 (T11)."""

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods.moved_window import place_again
from svcnb.methods.window import customer_window

IDS = [f"C{i}" for i in range(1, 11)]
IMPORTANCE = dict(zip(IDS, [18, 6, 5, 14, 7, 12, 16, 9, 11, 2], strict=True))
SATISFACTION = dict(zip(IDS, [8.6, 8.0, 6.1, 8.2, 5.9, 6.4, 5.8, 8.4, 5.5, 8.9], strict=True))


def check_worked_example(window):
    """A = {C6, C7, C9}; 16 x (10 - 5.8) = 67.2, 11 x 4.5 = 49.5, 12 x 3.6 = 43.2; total 159.9."""
    groups = {q: set(rows["component_id"]) for q, rows in window.table.groupby("quadrant")}
    assert groups == {"A": {"C6", "C7", "C9"}, "B": {"C1", "C4"}, "C": {"C2", "C8", "C10"}, "D": {"C3", "C5"}}
    assert window.improve == ["C7", "C9", "C6"]
    rows = window.table.set_index("component_id").loc[["C7", "C9", "C6"]]
    assert rows["priority"].tolist() == pytest.approx([67.2, 49.5, 43.2])
    assert rows["cumulative"].tolist() == pytest.approx([0.420, 0.730, 1.0], abs=5e-4)
    assert (window.importance_cut, window.satisfaction_cut) == pytest.approx((10, 7.18))
    assert window.weighted_satisfaction == pytest.approx(7.129)


@pytest.mark.parametrize("importance, satisfaction", [
    (IMPORTANCE, SATISFACTION),
    (pd.Series(IMPORTANCE), pd.Series(SATISFACTION)[::-1]),
    (list(IMPORTANCE.values()), list(SATISFACTION.values())),
    (IMPORTANCE, np.array(list(SATISFACTION.values()))),
    (pd.Series(list(IMPORTANCE.values())), SATISFACTION),
    (tuple(map(float, IMPORTANCE.values())), pd.Series(list(SATISFACTION.values()))),
    (pd.DataFrame({"component_id": IDS, "points": list(IMPORTANCE.values())}),
     pd.DataFrame({"component_id": IDS, "satisfaction": list(SATISFACTION.values())})),
    (pd.DataFrame([IMPORTANCE] * 30), pd.DataFrame([SATISFACTION] * 30)),
    (np.tile(list(IMPORTANCE.values()), (30, 1)), np.tile(list(SATISFACTION.values()), (30, 1))),
    (pd.DataFrame([(f"R{r}", c, v) for r in range(30) for c, v in IMPORTANCE.items()],
                  columns=["respondent_id", "component_id", "points"]),
     pd.DataFrame([(f"R{r}", c, v) for r in range(30) for c, v in SATISFACTION.items()],
                  columns=["respondent_id", "component_id", "perceived"])),
])
def test_t11_in_every_accepted_shape(importance, satisfaction):
    check_worked_example(customer_window(importance, satisfaction))


def test_identical_respondents_are_certain():
    window = customer_window(pd.DataFrame([IMPORTANCE] * 30), pd.DataFrame([SATISFACTION] * 30), n_resamples=50)
    assert window.table["certain"].tolist() == [1.0] * 10
    assert not window.table["undecided"].any()
    assert window.warnings == ()
    assert set(window.resamples["component_id"]) == set(IDS)


def test_at_the_cut_counts_as_important_and_satisfied():
    window = customer_window({"a": 50, "b": 50}, {"a": 6.0, "b": 6.0})
    assert window.table["quadrant"].tolist() == ["B", "B"]
    assert [w.template for w in window.warnings][-1] == \
        "Satisfaction is the same for every component: the window cannot tell them apart."
    tenths = customer_window({"a": 0.1 + 0.2, "b": 0.1}, {"a": 5, "b": 8}, importance_cut=0.3, constant_sum=False)
    assert tenths.table["quadrant"].tolist() == ["A", "C"]


def test_ratings_are_cut_at_their_mean():
    """Importance 9, 3, 6 (0 to 10): mean 6; satisfaction 4, 9, 8: mean 7 -> A, C, B."""
    window = customer_window([9, 3, 6], [4, 9, 8], components=["x", "y", "z"])
    assert window.importance_cut == pytest.approx(6) and window.table["quadrant"].tolist() == ["A", "C", "B"]


def test_own_cuts_and_a_competitor_as_target():
    window = customer_window({"a": 60, "b": 40}, {"a": 6, "b": 7}, importance_cut=30, satisfaction_cut=9,
                             target={"a": 8.5, "b": 6.5})
    assert window.table["priority"].tolist() == pytest.approx([150, 0])


def answers(n, seed=1):
    rng = np.random.default_rng(seed)
    people = [f"R{i}" for i in range(n)]
    points = pd.DataFrame(100 * rng.dirichlet([30, 25, 25, 20], n), index=people, columns=list("abcd"))
    seen = pd.DataFrame(np.clip(rng.normal([5, 6.5, 6.6, 8], 1.5, (n, 4)), 0, 10), index=people, columns=list("abcd"))
    return points, seen


def test_bootstrap_is_seeded_sums_to_one_and_finds_the_doubtful():
    points, seen = answers(60)
    one, two = (customer_window(points, seen, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one.table[["p_A", "p_B", "p_C", "p_D"]].sum(axis=1).tolist() == pytest.approx([1] * 4)
    by_id = one.table.set_index("component_id")
    assert by_id.loc["a", "certain"] > 0.95 and not by_id.loc["a", "undecided"]
    assert by_id.loc["b", "undecided"] or by_id.loc["c", "undecided"]


def test_bootstrap_agrees_with_a_plain_loop():
    """Independent: draw respondents one by one with numpy and count the quadrants; 2000 draws agree to 0.04."""
    points, seen = answers(40, seed=5)
    ours = customer_window(points, seen, n_resamples=2000, seed=1).table.set_index("component_id")
    rng, hits = np.random.default_rng(9), np.zeros(4)
    for _ in range(2000):
        take = rng.integers(0, 40, 40)
        i, p = points.to_numpy()[take].mean(axis=0), seen.to_numpy()[take].mean(axis=0)
        hits += (i >= 25) & (p < p.mean())
    assert ours["p_A"].tolist() == pytest.approx((hits / 2000).tolist(), abs=0.04)


def test_inputs_are_not_changed_and_rejected_answers_are_counted():
    points, seen = answers(30)
    points.iloc[0] *= 0.95
    points.iloc[1] *= 0.5
    before = points.copy(), seen.copy()
    window = customer_window(points, seen)
    pd.testing.assert_frame_equal(points, before[0])
    pd.testing.assert_frame_equal(seen, before[1])
    assert (window.n_rescaled, window.n_rejected) == (1, 1)
    assert window.table["n_importance"].tolist() == [29] * 4


def test_few_answers_warn_and_fewer_than_five_are_not_shown():
    points, seen = answers(12)
    seen.loc[seen.index[4:], "d"] = np.nan
    window = customer_window(points, seen)
    d = window.table.set_index("component_id").loc["d"]
    assert d["quadrant"] is None and np.isnan(d["satisfaction"])
    from svcnb.i18n import words_in
    assert [words_in("en").reason(w) for w in window.warnings] == [
        "Not shown, fewer than 5 answers: d.",
        "Only 12 answers behind a component: read the window with caution (at least 30 are wanted)."]


def test_weights_move_the_means():
    """Two strata: 10 respondents at 4 with weight 3, 10 at 8 with weight 1: (3x4 + 8)/4 = 5."""
    rows = [(f"R{i}", c, 4 if i < 10 else 8, 3 if i < 10 else 1) for i in range(20) for c in "ab"]
    seen = pd.DataFrame(rows, columns=["respondent_id", "component_id", "perceived", "weight"])
    window = customer_window({"a": 50, "b": 50}, seen)
    assert window.table["satisfaction"].tolist() == pytest.approx([5, 5])


def test_a_shorter_scale_is_converted():
    """1 to 5 scale: 3 -> 5, 5 -> 10."""
    window = customer_window([50, 50], [3, 5], satisfaction_scale=(1, 5))
    assert window.table["satisfaction"].tolist() == [5, 10]


@pytest.mark.parametrize("importance, satisfaction, message", [
    ([1, 2], [1, 2, 3], "2 values for 3 components: give the same number, or label them."),
    ({"a": 50, "b": 50}, {"a": 5, "b": 11}, "satisfaction of b = 11 is outside its scale (0 to 10)."),
    ({"a": 110, "b": -10}, {"a": 5, "b": 1}, "importance of b = -10 is outside its scale (0 to 100)."),
    ({"a": "many", "b": 50}, {"a": 5, "b": 1}, "importance = 'many' is not a number."),
    (pd.Series([1, 2], index=["a", "a"]), {"a": 5}, "A component stands twice: a, a."),
    (None, [1, 2], "importance must be means per component or answers of respondents."),
])
def test_what_cannot_be_read_is_said(importance, satisfaction, message):
    with pytest.raises(ParameterError) as error:
        customer_window(importance, satisfaction)
    assert str(error.value) == message


def test_nothing_in_common_has_no_window():
    with pytest.raises(NotComputable) as error:
        customer_window({"a": 50, "b": 50}, {"c": 5})
    assert str(error.value) == "No component has importance and satisfaction from at least 5 answers: " \
                               "there is no customer window."


@pytest.mark.parametrize("importance_cut,satisfaction_cut,target", [(22.0, 7.2, 10.0), (28.0, 5.0, 8.0), (0.0, 10.0, 10.0)])
def test_moved_lines_give_what_a_new_window_with_them_gives(importance_cut, satisfaction_cut, target):
    """With all 50 resamples kept, counting the stored ones again is the window with these lines from the start."""
    points, seen = answers(60)
    stored = customer_window(points, seen, n_resamples=50, seed=3)
    before = stored.table.copy()
    moved = place_again(stored.table, stored.resamples, importance_cut, satisfaction_cut, target)
    anew = customer_window(points, seen, n_resamples=50, seed=3, importance_cut=importance_cut, target=target,
                           satisfaction_cut=satisfaction_cut).table
    pd.testing.assert_frame_equal(moved[anew.columns], anew, check_dtype=False)
    pd.testing.assert_frame_equal(stored.table, before)


def test_moved_lines_without_resamples_say_no_certainty():
    stored = customer_window({"a": 60, "b": 40}, {"a": 6, "b": 7})
    moved = place_again(stored.table, stored.resamples, 50.0, 6.5)
    assert moved["quadrant"].tolist() == ["A", "C"] and moved["certain"].isna().all() and not moved["undecided"].any()


def test_moved_lines_leave_the_points_as_they_are():
    """c has too few answers on satisfaction: 46 + 46 + 8 points stay 46, not 50, so a line at 47 leaves both below."""
    points = pd.DataFrame({"a": [46.0] * 6, "b": [46.0] * 6, "c": [8.0] * 6}, index=[f"R{i}" for i in range(6)])
    seen = pd.DataFrame({"a": [5.0] * 6, "b": [8.0] * 6, "c": [6.0] + [np.nan] * 5}, index=points.index)
    stored = customer_window(points, seen, n_resamples=10)
    moved = place_again(stored.table, stored.resamples, 47.0, 7.0).set_index("component_id")
    assert moved["quadrant"].tolist() == ["D", "C", None] and moved["importance"].tolist() == [46, 46, 8]
