"""Service gaps: method.md 1.2 and 2.1, T10; against plain loops and numpy's interpolation."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.gaps import CAUSES, GAPS, LEVELS, service_gaps, value_function

SAY = words_in("en").reason
T10 = {"expected": 9, "believed": 8, "specified": 7.5, "delivered": 6.5, "offered": 8, "perceived": 6}
TWO = pd.DataFrame([
    {"component_id": "C1", "expected": 9, "believed": 8, "specified": 7.5, "delivered": 5.5, "offered": 8, "perceived": 6},
    {"component_id": "C2", "expected": 6, "believed": 7, "specified": 7, "delivered": 8, "offered": 8, "perceived": 8}])


def said(result) -> list[str]:
    return [SAY(one) for one in result.warnings]


def test_t10():
    """G1 9-8 = 1, G2 8-7.5 = .5, G3 7.5-6.5 = 1, G4 8-6.5 = 1.5, G5 9-6 = 3, G6 6.5-6 = .5, G_op 8-6 = 2; the sums 1+.5+1+.5
    = 3 and 1.5+.5 = 2; G1 and G3 are the largest alike, so the knowledge gap, first in the chain, is named."""
    result = service_gaps(pd.DataFrame([{"component_id": "C1", **T10}]))
    row = result.table.iloc[0]
    assert row[["G1", "G2", "G3", "G4", "G5", "G6", "G_op"]].tolist() == [1, 0.5, 1, 1.5, 3, 0.5, 2]
    assert row[["G7", "G8", "G9"]].isna().all() and row["primary"] == "G1" and bool(row["is_tied"])
    assert row["owner"] == "demand study (step 3)" and row["segment_id"] == "all customers"
    assert result.identities.values.tolist() == [["G5 = G1 + G2 + G3 + G6", 1, 0.0], ["G_op = G4 + G6", 1, 0.0],
                                                 ["G1 = G8 + G9", 0, None]]
    assert (result.n, result.n_missing) == (1, 0) and result.missing_shares["frontline"] == 1
    assert said(result) == [
        "No importance was given: every component counts the same.",
        "Service not measured for any component: believed by front-line staff, understood from the offer.",
        "Two causes are the largest alike; the first in the chain is named: C1."]


def test_a_surplus_never_makes_good_for_a_shortfall():
    """Weights 3:1. G5 is 3 and -2: weighted .75*3 - .25*2 = 1.75, shortfall 2.25, surplus -.5. C1's causes 1, .5, 2, -.5:
    the delivery gap is primary; its weight in the segment .75*2 = 1.5, knowledge .75, standards .375, perception 0."""
    result = service_gaps(TWO, {"C1": 60, "C2": 20})
    gap5 = result.segments.set_index("gap").loc["G5"]
    assert gap5[["n", "coverage", "weighted", "shortfall", "surplus"]].tolist() == [2, 1, 1.75, 2.25, -0.5]
    assert gap5["name"] == "service gap" and result.table["weighted"].tolist() == [2.25, -0.5]
    assert result.table["primary"].tolist() == ["G3", None] and result.table["owner"][1] is None
    assert result.causes[["gap", "weighted", "n_primary", "components"]].values.tolist() == [
        ["G3", 1.5, 1, ("C1",)], ["G1", 0.75, 0, ()], ["G2", 0.375, 0, ()], ["G6", 0.0, 0, ()]]
    assert result.causes["owner"].tolist() == [
        "organisation and critical parameters (steps 5 and 6)", "demand study (step 3)", "goals (step 4)",
        "offer and communication (step 7)"]


def test_waterfall_is_ready_to_draw():
    bars = service_gaps(TWO).waterfall
    first = bars[bars["component_id"] == "C1"]
    assert first[["step", "kind", "gap", "label", "start", "end"]].values.tolist() == [
        [0, "level", None, "expected by customers", 0, 9], [1, "shortfall", "G1", "knowledge gap", 9, 8],
        [2, "shortfall", "G2", "standards gap", 8, 7.5], [3, "shortfall", "G3", "delivery gap", 7.5, 5.5],
        [4, "surplus", "G6", "perception gap", 5.5, 6], [5, "level", None, "perceived by customers", 0, 6]]
    assert bars.loc[bars["component_id"] == "C2", "kind"].tolist() == ["level", "surplus", "none", "surplus", "none", "level"]


def test_a_hole_is_bridged_and_names_no_cause():
    """Nobody knows what management believes: 9 to 7.5 is knowledge and standards together, and may hide +5 and -3.5."""
    result = service_gaps(pd.DataFrame([{"component_id": "C1", **T10, "believed": None}]))
    row = result.table.iloc[0]
    assert row["G5"] == 3 and row["primary"] is None and row[["G1", "G2"]].isna().all() and row["G3"] == 1
    assert result.waterfall["gap"].tolist() == [None, "G1 + G2", "G3", "G6", None]
    assert result.waterfall["label"][1] == "several gaps together" and result.causes["weighted"].isna().all()
    assert said(result)[1:] == [
        "Service not measured for any component: believed by management, believed by front-line staff, understood from the "
        "offer.", "The primary cause is not known where the chain from expected to perceived has a hole: C1."]


def test_without_expectation_or_perception_there_is_no_service_gap():
    result = service_gaps(pd.DataFrame({"component_id": ["C1"], "offered": [8], "delivered": [6]}))
    assert result.table["G4"][0] == 2 and (result.n, result.n_missing) == (0, 1) and result.waterfall.empty
    assert said(result)[-1] == "No component has both expected and perceived service: the service gap is not measured."
    assert result.segments.set_index("gap").loc["G5", ["coverage", "n"]].tolist() == [0, 0]
    assert math.isnan(result.segments.set_index("gap").loc["G5", "weighted"])


LEVEL = st.none() | st.integers(0, 40).map(lambda eighth: eighth / 4)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), *[LEVEL] * 8), min_size=1, max_size=12,
                unique_by=lambda row: row[:2]), st.lists(st.integers(0, 9), min_size=10, max_size=10), st.randoms())
def test_agrees_with_plain_loops(rows, points, random):
    """Every gap, weighted figure and cause by loops over rows; the order of the rows changes no figure."""
    frame = pd.DataFrame(rows, columns=["segment_id", "component_id", *LEVELS]).astype(dict.fromkeys(LEVELS, float))
    before, weights = frame.copy(), dict(enumerate(points))
    if not any(row[2 + list(LEVELS).index(g.upper)] is not None and row[2 + list(LEVELS).index(g.lower)] is not None
               for row in rows for g in GAPS.values()):
        with pytest.raises(NotComputable):
            service_gaps(frame, weights)
        return
    result = service_gaps(frame, weights)
    pd.testing.assert_frame_equal(frame, before)
    for code, gap in GAPS.items():
        for segment in "ab":
            known = [(points[r["component_id"]] / (sum(points) or math.nan), r[gap.upper] - r[gap.lower])
                     for r in frame.to_dict("records") if r["segment_id"] == segment
                     and not math.isnan(r[gap.upper] - r[gap.lower])]
            mine = result.segments[(result.segments["gap"] == code) & (result.segments["segment_id"] == segment)]
            if mine.empty:
                assert segment not in {row[0] for row in rows}
                continue
            total = sum(w for w, _ in known)
            expected = [len(known)] + ([sum(w * f(g) for w, g in known) / total for f in (
                lambda g: g, lambda g: max(0, g), lambda g: min(0, g))] if total > 0 else [math.nan] * 3)
            assert mine.iloc[0][["n", "weighted", "shortfall", "surplus"]].tolist() == pytest.approx(expected, nan_ok=True)
    for row in result.table.to_dict("records"):
        parts = [row[code] for code in CAUSES]
        whole = row["G5"] > 1e-9 and not any(map(math.isnan, parts))
        assert row["primary"] == (CAUSES[int(np.argmax(parts))] if whole else None)
    assert all(off is None or off < 1e-9 for off in result.identities["largest_deviation"])
    order = list(range(len(rows)))
    random.shuffle(order)
    again = service_gaps(frame.iloc[order], weights)
    keys = ["segment_id", "gap"]
    pd.testing.assert_frame_equal(again.segments.sort_values(keys, ignore_index=True),
                                  result.segments.sort_values(keys, ignore_index=True))


def test_weights_of_segments_and_components_that_were_not_asked():
    """Segment b: 30 of 100 points lie on a component without values (coverage .7) and C2 has none; a: all on C1."""
    frame = pd.concat([TWO.assign(segment_id="a"), TWO.assign(segment_id="b")], ignore_index=True)
    weights = pd.DataFrame({"segment_id": ["a", "a", "b", "b"], "component_id": ["C1", "C2", "C1", "C9"],
                            "weight": [5, 0, 70, 30]})
    result = service_gaps(frame, weights)
    found = result.segments[result.segments["gap"] == "G5"].set_index("segment_id")
    assert found.loc["a", ["coverage", "weighted", "surplus"]].tolist() == [1, 3, 0]
    assert found.loc["b", ["coverage", "weighted"]].tolist() == [0.7, pytest.approx(3)] and found["n"].tolist() == [2, 2]
    assert said(result)[0] == "Without a weight, so not in the figures of the segment: C2."
    assert service_gaps(TWO, pd.Series({"C1": 0, "C2": 0})).table["weight"].isna().all()


def test_names_of_the_table_and_odd_labels():
    frame = pd.DataFrame({"component_id": ["🙂", "<b>"], "spec": [8, 8], "offered_understood": [9, 9],
                          "offered": ["8", 7], "delivered": [8, 6], "segment_id": [1.0, None]})
    result = service_gaps(frame)
    assert result.table[["segment_id", "component_id"]].values.tolist() == [["1", "🙂"]]
    assert result.table[["G3", "G7"]].values.tolist() == [[0, 1]]
    assert said(result)[0] == "Rows without a segment, left out: 1."
    many = pd.DataFrame({"component_id": range(500), "expected": 9.0, "perceived": 8.0})
    assert service_gaps(many).n == 500


@pytest.mark.parametrize("change, message", [
    ({"expected": [9, 11]}, "expected = 11 in row 1 is not a number from 0 to 10."),
    ({"expected": [9, np.inf]}, "expected = inf in row 1 is not a number from 0 to 10."),
    ({"believed": ["good", 8]}, "believed = good in row 0 is not a number from 0 to 10."),
    ({"delivered": pd.Series([True, 8], dtype=object)}, "delivered = True in row 0 is not a number from 0 to 10."),
    ({"component_id": ["C1", " C1"]}, "Two rows are for all customers, C1."),
    ({"component_id": ["C1", None]}, "Row 1 has no component_id."),
    ({"spec": [7, 7]}, "2 columns are called specified."),
    (dict.fromkeys(LEVELS), "No component has both ends of any gap: there is no gap to compute."),
])
def test_what_cannot_be_computed_is_said(change, message):
    with pytest.raises(NotComputable) as error:
        service_gaps(TWO.assign(**change))
    assert str(error.value) == message


@pytest.mark.parametrize("weights, message", [
    ({"C1": -1, "C2": 2}, "weight = -1 in row C1 is not a number of 0 or more."),
    ({"C1": math.inf}, "weight = inf in row C1 is not a number of 0 or more."),
    (pd.DataFrame({"component_id": ["C1", "C1"], "weight": [1, 2]}), "Two rows are for C1."),
    (pd.DataFrame({"component_id": ["C1"]}), "There is no column weight; the columns are component_id."),
])
def test_weights_that_are_none(weights, message):
    with pytest.raises(NotComputable) as error:
        service_gaps(TWO, weights)
    assert str(error.value) == message
    with pytest.raises(NotComputable) as error:
        service_gaps(TWO.drop(columns="component_id"))
    assert str(error.value).startswith("There is no column component_id; the columns are expected, ")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=8), st.integers(-20, 20), st.integers(-20, 20))
def test_value_function_agrees_with_interpolation(x, worst, best):
    """numpy.interp between the anchors, which clips by itself; anchors mirrored for measures where less is better."""
    if worst == best:
        return
    theirs = np.interp(x, [worst, best], [0, 10]) if worst < best else np.interp(np.negative(x), [-worst, -best], [0, 10])
    assert value_function(x, worst, best) == pytest.approx(theirs)


def test_value_function_keeps_what_it_is_given():
    """Response of 24 h is 0, of half an hour 10: 12.25 h is the middle."""
    assert value_function(12.25, worst=24, best=0.5) == 5 and type(value_function(1, 0, 2)) is float
    series = value_function(pd.Series([0.9, None], index=["C7", "C8"], name="fill"), 0.8, 1)
    assert series["C7"] == pytest.approx(5) and math.isnan(series["C8"]) and series.name == "fill"
    assert math.isnan(value_function(None, 0, 1))


@pytest.mark.parametrize("arguments, message", [
    ((3, 5, 5), "Worst 5 and best 5 are no two different values: there is no scale between them."),
    ((3, None, 5), "Worst not measured and best 5 are no two different values: there is no scale between them."),
    (("fast", 0, 5), "x = 'fast' is not a number."),
    (([1, np.inf], 0, 5), "x = inf is not a number."),
])
def test_errors_of_the_value_function(arguments, message):
    with pytest.raises(ParameterError) as error:
        value_function(*arguments)
    assert str(error.value) == message
