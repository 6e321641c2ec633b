"""The diagnosis from study to sentence: product beside joint rate, missing tables, competitors, decisions."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from test_measures import FakeStudy, delivered, line

from svcnb.errors import ParameterError
from svcnb.figures import diagnosis as figures
from svcnb.i18n import words_in
from svcnb.sentences.diagnosis import read_diagnosis
from svcnb.steps import diagnosis

EN, ES = words_in("en"), words_in("es")


def together_study(n=40):
    """Every fourth order is late and incomplete, every tenth has wrong documents; the rest is right."""
    orders, lines = [], []
    for i in range(n):
        bad = i % 4 == 0
        orders.append(delivered(f"O{i}", 4 if bad else 2, promised_ts=pd.Timestamp("2025-01-04 12:00"),
                                customer_id=f"K{i % 5}", docs_ok=i % 10 != 3))
        lines.append(line(f"O{i}", 1, 10, 6 if bad else 10, unit_price=2.0))
    return FakeStudy(orders=orders, order_lines=lines)


def proposed(study, chosen=None, **parameters):
    return diagnosis.propose(study, {"diagnosis": chosen or {}}, diagnosis.Parameters(**parameters))


def told(reasons):
    return [EN.reason(reason) for reason in reasons]


def test_joint_rate_beside_the_product():
    """40 orders: 10 late and incomplete, 4 with wrong documents (3, 13, 23, 33), none of them late.

    Levels 0.75, 0.9, 0.75: product 0.50625; met all: 40 - 10 - 4 = 26 of 40 = 0.65. Bounds 0.75 + 0.9 +
    0.75 - 2 = 0.40 and 0.75. The largest excess is late and incomplete: 0.25 - 0.0625.
    """
    result = proposed(together_study())
    assert result.decision == {"measures": ["M2", "M8", "M11"], "aggregation": "order"}
    found = {name: result.quantities[name].value for name in (
        "ns_product", "ns_joint", "ns_product_orders", "ns_lower", "ns_upper", "ns_measures", "fill_unit", "fill_order",
        "level_M1")}
    assert found == pytest.approx({"ns_product": 0.50625, "ns_joint": 0.65, "ns_product_orders": 0.50625,
                                   "ns_lower": 0.40, "ns_upper": 0.75, "ns_measures": 3, "fill_unit": 0.9,
                                   "fill_order": 0.75, "level_M1": 1.0})
    joint = result.quantities["ns_joint"]
    assert joint.n == 40 and joint.low == pytest.approx(0.49506, abs=1e-5)  # statsmodels proportion_confint, wilson
    pair = result.tables["failures"].iloc[0]
    assert (pair["first"], pair["second"], pair["both"]) == ("M2", "M11", 0.25)
    levels = result.tables["levels"]
    assert levels["end"].tolist() == pytest.approx([0.75, 0.675, 0.50625])
    assert levels["loss_share"].sum() == pytest.approx(1)
    assert levels["required"].isna().all() and not levels["feasible"].any()  # 0.95 is beyond each alone
    assert result.evidence == "data"


def test_the_reading_says_why_they_differ():
    """Ten times as many orders: 0.65 of 400, interval 0.602 to 0.695 (statsmodels), which 0.506 is not in."""
    few, result = proposed(together_study()), proposed(together_study(400))
    assert read_diagnosis(few, EN) == (
        "65.0 % of 40 orders are on time, without error and delivered complete at once (95 % interval 49.5 % to 77.9 %); "
        "the product of the measures says 50.6 %, so nothing speaks against failures that fall independently. Of the 3 "
        "measures M2 (on time) costs most: 75.0 % of 40 cases, 42.3 % of the loss.")
    assert read_diagnosis(result, EN) == (
        "65.0 % of 400 orders are on time, without error and delivered complete at once (95 % interval 60.2 % to 69.5 %),"
        " 14.4 points more than the product of the measures, 50.6 %: failures fall together on the same orders. Of the "
        "orders that are delivered late, 100.0 % are also delivered incomplete; of all orders 25.0 % are. Of the 3 "
        "measures M2 (on time) costs most: 75.0 % of 400 cases, 42.3 % of the loss.")
    assert read_diagnosis(result, ES).startswith(
        "El 65,0 % de 400 pedidos están a tiempo, sin error y entregados completos a la vez")


def test_failures_on_different_orders_are_called_so():
    """100 orders, 30 late and 30 others with wrong documents: joint 0.40, product 0.49, interval up to 0.498... so the
    reading must not claim a difference; with 1000 orders it must."""
    def study(n):
        rows = [delivered(f"O{i}", 4 if i % 10 < 3 else 2, promised_ts=pd.Timestamp("2025-01-04 12:00"),
                          docs_ok=i % 10 not in (3, 4, 5)) for i in range(n)]
        return FakeStudy(orders=rows)

    small, large = proposed(study(100)), proposed(study(1000))
    assert small.quantities["ns_joint"].value == pytest.approx(0.4)
    assert "nothing speaks against failures that fall independently" in read_diagnosis(small, EN)
    assert "9.0 points less than the product" in read_diagnosis(large, EN)


def test_a_chosen_set_is_what_is_combined():
    result = proposed(together_study(), {"measures": ["M1", "M2", "M11"]})
    assert result.decision["measures"] == ["M2", "M8", "M11"]  # the proposal stays
    assert result.tables["levels"]["measure_id"].tolist() == ["M1", "M2", "M11"]
    assert "M2 and M1 both enter the product: they count nearly the same failures twice." in told(result.reasons)
    one = proposed(together_study(), {"measures": ["M2"]})
    assert one.quantities["ns_joint"].value is None
    assert read_diagnosis(one, EN) == (
        "Only one measure enters: M2 (on time) with 75.0 % of 40 cases. One measure is not yet the service.")


def test_nothing_measured_is_said_with_the_columns():
    """Like the real study: order lines, but no promise, dispatch, delivery or first quantity."""
    study = FakeStudy(orders=[{"order_id": "A", "customer_id": "K", "order_ts": "2025-02-01"}],
                      order_lines=[line("A", 1, 5, None)])
    result = proposed(study)
    assert result.decision == {"measures": ["M1", "M8", "M11"], "aggregation": "order"}
    assert (result.evidence, result.quantities) == ("assumed", {})
    assert set(result.tables) == {"measures"} and "returns" in result.missing and "orders" not in result.missing
    assert "M1 not measured: no values in orders.delivery_ts." in told(result.reasons)
    assert told(result.reasons)[-1] == (
        "Nothing is measured, so the measures of the source's example are proposed (time, quality, completeness): begin "
        "by recording what they need.")
    assert read_diagnosis(result, EN) == (
        "None of the fourteen measures can be computed, so today's service level is not known: there are no values in "
        "orders.delivery_ts, orders.promised_ts, order_lines.qty_available_at_order, orders.is_emergency, orders.ship_ts, "
        "order_lines.qty_first. Until they are recorded, any level is an opinion.")
    empty = proposed(FakeStudy())
    assert empty.evidence == "assumed" and "orders" in empty.missing


def with_competitors(importance=True):
    """T12 as a study: importance 40, 35, 25; own means 7, 6, 9; K1 8, 6.5, 7 and K2 6, 8, 8 of two segments alike."""
    study = together_study()
    rating = {"K1": (8, 6.5, 7), "K2": (6, 8, 8)}
    tables = {"competitors": [{"competitor_id": "K1", "name": "Uno"}, {"competitor_id": "K2"}],
              "competitor_ratings": [
                  {"segment_id": s, "competitor_id": k, "item": c, "value": float(v), "n": n}
                  for s, n in (("S1", 10), ("S2", 30)) for k, vs in rating.items()
                  for c, v in zip(("C1", "C2", "C3"), vs, strict=True)] + [
                  {"segment_id": "S1", "competitor_id": "K1", "item": "M2", "value": 1.0, "n": 50}],
              "survey_satisfaction": [
                  {"respondent_id": r, "component_id": c, "supplier": "own", "perceived": v + d}
                  for r, d in (("R1", -0.5), ("R2", 0.5)) for c, v in (("C1", 7), ("C2", 6), ("C3", 9))],
              "components": [{"component_id": f"C{i}", "name": f"c{i}", "spanish": f"s{i}"} for i in (1, 2, 3)]}
    if importance:
        tables["survey_importance"] = [{"respondent_id": "R1", "component_id": c, "points": p}
                                       for c, p in (("C1", 40), ("C2", 35), ("C3", 25))]
    extra = FakeStudy(**tables)
    study._frames |= extra._frames
    return study


def test_competitors_by_component_and_by_measure():
    """T12 through the step; M2: ours 30 of 40, theirs 50 of 50: z = -3.739 (statsmodels)."""
    result = proposed(with_competitors())
    index = result.tables["competitor_index"].set_index("supplier")["index"]
    assert index.to_dict() == pytest.approx({"own": 7.15, "K1": 7.225, "K2": 7.2})
    table = result.tables["competitors"].set_index("component_id")
    assert table["relative"].tolist() == [-1, -2, 1] and table["kind"].tolist() == ["weakness", "weakness", "secondary"]
    assert result.quantities["index_K1"].n == 40 and result.quantities["n_weaknesses"].value == 2
    measured = result.tables["competitor_measures"].iloc[0]
    assert (measured["difference"], measured["differs"]) == (-0.25, True)
    assert measured["p_value"] == pytest.approx(0.000185, abs=1e-5)
    equal = proposed(with_competitors(importance=False))
    assert ("No survey on importance: all components weigh the same in the comparison with the competitors."
            in told(equal.reasons))


def test_decisions_are_checked():
    proposal = SimpleNamespace(decision={"measures": ["M2", "M8"], "aggregation": "order"})
    assert diagnosis.decide(proposal, {})["measures"] == ["M2", "M8"]
    assert diagnosis.decide(proposal, {"measures": ["M1", "M1"], "aggregation": "line"}) == {
        "measures": ["M1"], "aggregation": "line"}
    for chosen, message in (
            ({"measures": []}, "Choose at least one measure, for example M1."),
            ({"measures": "M1"}, "Choose at least one measure, for example M1."),
            ({"measures": ["M15"]}, "There is no measure M15; measures are M1 to M14."),
            ({"aggregation": "pallet"},
             "diagnosis.aggregation = pallet is not one of unit, value, line, order, customer."),
            ({"level": 1}, "The diagnosis has no decision level; it has measures and aggregation.")):
        with pytest.raises(ParameterError) as caught:
            diagnosis.decide(proposal, chosen)
        assert str(caught.value) == message


@pytest.mark.parametrize("parameters, message", [
    ({"cycle_goal_days": 0.0}, "diagnosis.cycle_goal_days = 0 must be greater than 0."),
    ({"top_box": 80.0}, "diagnosis.top_box = 80 must lie between 0 and 10."),
    ({"target": 95.0}, "diagnosis.target = 95 must lie between 0.01 and 1."),
    ({"supplier_reasons": ("broken",)},
     "diagnosis.supplier_reasons = broken is not one of surplus, defective, wrong, damaged, other."),
])
def test_parameters_are_checked(parameters, message):
    with pytest.raises(ParameterError) as caught:
        diagnosis.Parameters(**parameters)
    assert str(caught.value) == message


def test_same_study_same_answer_and_tables_are_flat():
    first, second = proposed(with_competitors()), proposed(with_competitors())
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(table, second.tables[name])
        assert isinstance(table.index, pd.RangeIndex)
        for column in table:
            assert all(isinstance(v, str | bool | int | float | np.bool_ | np.integer) for v in table[column]), column


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("words", [EN, ES])
def test_pictures_draw_what_the_tables_say(narrow, words):
    tables = proposed(with_competitors()).tables
    bars = figures.plot_fill(tables["fill"], words=words, narrow=narrow).patches
    assert [bar.get_height() for bar in bars] == pytest.approx([0.9, 0.9, 0.75, 0.75, 0.0])
    ax = figures.plot_general_level(tables["levels"], tables["general"], words=words, narrow=narrow)
    assert [bar.get_x() + bar.get_width() for bar in ax.patches] == pytest.approx([1, 0.75, 0.675, 0.50625])
    mark = [drawn for drawn in ax.lines if drawn.get_marker() == "D"][0]
    assert mark.get_xdata()[0] == pytest.approx(0.65)
    ends = [drawn for drawn in ax.lines if drawn.get_marker() == "|" and len(drawn.get_xdata()) == 2]
    assert any(list(drawn.get_xdata()) == pytest.approx([0.40, 0.75]) for drawn in ends)
    curve = figures.plot_fill_by_lines(tables["fill_by_lines"], words=words, narrow=narrow).lines[0]
    assert curve.get_ydata().tolist() == pytest.approx([0.75])
    assert len(figures.plot_competitors(tables["competitors"], words=words, narrow=narrow).collections) == 6


def test_pictures_say_when_there_is_nothing_and_have_words():
    empty = pd.DataFrame()
    for plot, tables, text in (
            (figures.plot_fill, [empty], "Fill rates are not measured: no first delivery is recorded."),
            (figures.plot_fill_by_lines, [empty], "Fill rates are not measured: no first delivery is recorded."),
            (figures.plot_general_level, [empty, empty], "The general level is not measured."),
            (figures.plot_competitors, [empty], "No competitor is rated.")):
        assert plot(*tables, words=EN).texts[0].get_text() == text
    assert figures.describe_fill(empty, EN) == "Fill rates are not measured: no first delivery is recorded."
    assert figures.describe_general_level(empty, empty, EN) == "The general level is not measured."
    tables = proposed(with_competitors()).tables
    assert figures.describe_general_level(tables["levels"], tables["general"], EN) == (
        "From 100 % down to the product 50.6 %: M2 on time 75.0 %; M8 without error 90.0 %; M11 delivered complete 75.0 %."
        " Counted on 40 orders 65.0 % meet all; the single levels allow 40.0 % to 75.0 %.")
    assert figures.describe_fill_by_lines(tables["fill_by_lines"], EN) == (
        "Complete orders by number of lines: 1: 75.0 % (n = 40), …, 1: 75.0 % (n = 40); if lines failed independently the "
        "last would be 75.0 %.")
    assert "c1: ours 7.0, best competitor 8.0 (weakness)" in figures.describe_competitors(tables["competitors"], EN)
