"""Competence of experts and the size of a panel (method.md 8.3, T57)."""

import itertools

import pandas as pd
import pytest

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods import experts


def test_k_of_one_expert():
    """T57: Kc = .8; theory medium .2, experience high .5, four sources of .05 make Ka .9; K = .85, high."""
    one = experts.competence(self_rating=8, theory="medium", experience="high")
    assert (one.kc, one.ka, one.k, one.level, one.keep) == (0.8, 0.9, 0.85, "high", True)


def test_levels_and_their_edges():
    """K = .8 is medium, .5 is medium, below is low: (6 + 10)/20 = .8; (5 + 5)/20 = .5; (4 + 5)/20 = .45."""
    assert experts.competence(self_rating=6, theory="high", experience="high").level == "medium"
    assert experts.competence(self_rating=5, theory="low", experience="low").level == "medium"
    assert experts.competence(self_rating=4, theory="low", experience="low").level == "low"
    assert experts.competence(self_rating=10, theory="high", experience="high").k == 1


def test_size_of_the_panel():
    """T57: 0.01 * 0.99 * k / 0.01 = 6.590, 3.803, 2.663 for k = 6.6564, 3.8416, 2.6896."""
    sizes = [experts.panel_size(confidence=c) for c in (0.99, 0.95, 0.90)]
    assert [round(s.exact, 3) for s in sizes] == [6.590, 3.803, 2.663]
    assert [s.needed for s in sizes] == [7, 4, 3] and [round(s.k, 4) for s in sizes] == [6.6564, 3.8416, 2.6896]


def panel(**changes):
    rows = [("E1", 9, "high", "high", "medium", False), ("E2", 7, "medium", "medium", "low", True),
            ("E3", 6, "medium", "medium", "high", False), ("E4", 3, "low", "low", "low", False)]
    frame = pd.DataFrame(rows, columns=["expert_id", "self_rating", "theory", "experience", "others", "frontline"])
    return frame.assign(**changes)


def test_medium_experts_only_complete_the_number():
    """K: E1 .95 high, E2 .75, E3 .70 medium, E4 .40 low. Two are needed: E1 and the better medium one."""
    found = experts.competence(panel(), needed=2)
    assert found.table["k"].tolist() == [0.95, 0.75, 0.70, 0.40]
    assert found.kept == ("E1", "E2") and found.weights == {"E1": 0.95, "E2": 0.75} and found.warnings == ()
    assert experts.competence(panel(), needed=1).kept == ("E1",)


def test_what_the_panel_lacks():
    found = experts.competence(panel(self_rating=[9.0, None, 6.0, 3.0]), needed=5)
    assert [w.template for w in found.warnings] == [
        "Experts whose competence is not known and who are not kept: {experts}.",
        "Only {n} of {needed} experts are competent enough: look for more.",
        "Nobody on the panel works with customers: add one person who does."]
    assert found.kept == ("E1", "E3") and pd.isna(found.table["k"][1])


def test_the_frame_is_not_changed_and_agrees_with_the_scalars():
    frame = panel()
    before = frame.copy(deep=True)
    table = experts.competence(frame).table
    pd.testing.assert_frame_equal(frame, before)
    for row, k in zip(frame.itertuples(), table["k"]):
        assert experts.competence(self_rating=row.self_rating, theory=row.theory, experience=row.experience,
                                  others=row.others).k == k


def test_k_never_falls_with_a_better_mark():
    order = ["low", "medium", "high"]
    for rating, (a, b) in itertools.product(range(0, 11, 5), itertools.combinations(order, 2)):
        for other in order:
            low = experts.competence(self_rating=rating, theory=a, experience=other).k
            assert low <= experts.competence(self_rating=rating, theory=b, experience=other).k
            assert 0 <= low <= 1


def test_errors_in_words():
    with pytest.raises(ParameterError) as caught:
        experts.competence(self_rating=11, theory="high", experience="high")
    assert str(caught.value) == "The own rating of knowledge is a number from 0 to 10, not 11."
    with pytest.raises(ParameterError) as caught:
        experts.competence(self_rating=8, theory="alto", experience="high")
    assert str(caught.value) == "theory is high, medium or low, not alto."
    with pytest.raises(ParameterError) as caught:
        experts.panel_size(confidence=95)
    assert str(caught.value) == "confidence must be a share between 0 and 1, not 95."
    with pytest.raises(NotComputable) as caught:
        experts.competence(panel(self_rating=None))
    assert str(caught.value) == "No expert has rated their knowledge and marked their sources."
