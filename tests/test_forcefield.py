"""The force field: method.md 8.5 (T61), weights, links, words."""

import pandas as pd
import pytest

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods.forcefield import analyse_forces

STRENGTH = {"D1": 4.2, "D2": 3.8, "D3": 3.1, "D4": 2.0, "R1": 4.6, "R2": 3.9, "R3": 2.5}
SIDES = {force: "driving" if force[0] == "D" else "restraining" for force in STRENGTH}


def listed(**more):
    return pd.DataFrame({"force_id": list(STRENGTH), "side": list(SIDES.values()), "strength": list(STRENGTH.values()), **more})


def test_seven_forces():
    """T61: 13.1 against 11.0, net 2.1, ratio .5436; cumulative .191 .365 .527 .685 .813: five critical."""
    field = analyse_forces(listed())
    assert field.driving == pytest.approx(13.1) and field.restraining == pytest.approx(11.0)
    assert field.net == pytest.approx(2.1) and field.ratio == pytest.approx(0.54357, rel=1e-4) and field.favourable
    assert field.critical == ("R1", "D1", "R2", "D2", "D3")
    assert field.table["cumulative"].round(3).tolist()[:5] == [0.191, 0.365, 0.527, 0.685, 0.813]
    action = field.table[field.table["critical"]].sort_values("place")["force_id"].tolist()
    assert action == ["R1", "R2", "D1", "D2", "D3"]  # relieve first, then strengthen


def test_influence_orders_the_action():
    """R1 4.6 * 1 = 4.6, R2 3.9 * 5 = 19.5."""
    field = analyse_forces(listed(influenceability=[1, 2, 3, 4, 1, 5, 5]))
    rows = field.table.set_index("force_id")
    assert rows["priority"]["R2"] == pytest.approx(19.5) and rows["place"]["R2"] == 1 and rows["place"]["R1"] == 2


def test_mean_over_experts_and_weights():
    """(5 + 3) / 2 = 4; with K .9 and .6: (4.5 + 1.8) / 1.5 = 4.2; who has no weight does not count."""
    ratings = pd.DataFrame({"a": [5, 3, 1], "b": [2, 4, None]}, index=["E1", "E2", "E3"])
    sides = {"a": "driving", "b": "restraining"}
    before = ratings.copy(deep=True)
    plain = analyse_forces(ratings.loc[["E1", "E2"]], sides).table.set_index("force_id")
    assert plain["strength"].to_dict() == {"a": 4.0, "b": 3.0} and plain["n"].tolist() == [2, 2]
    field = analyse_forces(ratings, sides, weights={"E1": 0.9, "E2": 0.6})
    rows = field.table.set_index("force_id")
    assert rows["strength"]["a"] == pytest.approx(4.2) and rows["strength"]["b"] == pytest.approx(2.8)
    assert rows["low"]["a"] == 3 and rows["high"]["a"] == 5
    pd.testing.assert_frame_equal(ratings, before)


def test_a_force_without_a_goal_with_a_gap_is_not_critical():
    field = analyse_forces(listed(), linked={"R1": False, "D1": True})
    assert field.critical == ("D1", "R2", "D2", "D3")
    assert field.table["linked"].tolist()[:3] == [False, True, None]
    none = analyse_forces(listed(), linked=dict.fromkeys(STRENGTH, False))
    assert none.critical == () and none.warnings[0].template == "No force is linked to a goal with a gap, so none is critical."


def test_one_side_only_is_said():
    field = analyse_forces(listed().iloc[:4])
    assert field.ratio == 1 and field.restraining == 0
    assert [(w.template, w.values) for w in field.warnings] == [
        ("No {side:word} force is listed: a field has two sides, look for the other.", {"side": "restraining"})]


def test_equal_strength_relieves_first():
    frame = pd.DataFrame({"force_id": ["a", "b"], "side": ["driving", "restraining"], "strength": [4.0, 4.0]})
    assert analyse_forces(frame).table["force_id"].tolist() == ["b", "a"]


@pytest.mark.parametrize("ratings,options,text", [
    (listed().assign(strength=6.0), {}, "D1 = 6.0 is not a rating from 1 to 5."),
    (listed().assign(side="up"), {}, "Force D1 is driving or restraining, not up."),
    (pd.concat([listed(), listed()]), {}, "Force D1 stands twice; give each force one row."),
    (pd.DataFrame({"a": [3]}), {}, "Say of each force whether it is driving or restraining."),
    (pd.DataFrame({"a": [3]}), {"sides": {}}, "Force a is driving or restraining, not None."),
    (pd.DataFrame({"a": [9]}), {"sides": {"a": "driving"}}, "a = 9 is not a rating from 1 to 5."),
])
def test_errors_in_words(ratings, options, text):
    with pytest.raises(ParameterError) as caught:
        analyse_forces(ratings, **options)
    assert str(caught.value) == text


def test_nobody_rated():
    with pytest.raises(NotComputable, match="No force was rated."):
        analyse_forces(pd.DataFrame({"a": [None, None]}), {"a": "driving"})
    ratings = pd.DataFrame({"a": [4.0], "b": [None]})
    field = analyse_forces(ratings, {"a": "driving", "b": "restraining"})
    assert field.warnings[0].values == {"forces": ["b"]}
