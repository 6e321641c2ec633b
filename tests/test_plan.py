"""The customer service plan: periods, the ten contents, the four guarantees, phases of communication."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.figures import plan as figures
from svcnb.i18n import words_in
from svcnb.methods import plan as methods
from svcnb.sentences.plan import read_plan
from svcnb.steps import plan as step
from svcnb.tables import TABLES

EN = words_in("en")


# periods --------------------------------------------------------------------------------------------------------
def test_weeks_of_a_month():
    """Method 11.1 (e): 100 + 110 + 90 + 120 = 420; weeks that cross a month are split by their days: the last week
    of February 2026 begins on the 23rd and ends on the 1st of March: 120 x 6/7 stay, 120 x 1/7 go."""
    weeks = ["2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23"]
    found = methods.aggregate_periods(weeks, [100, 110, 90, 120], "week", "month")
    assert found.tolist() == [pytest.approx(300 + 120 * 6 / 7), pytest.approx(120 / 7)]
    assert [str(day.date()) for day in found.index] == ["2026-02-01", "2026-03-01"]
    assert methods.sums_agree(found, 420) and methods.sums_agree([100, 110, 90, 120], 420)
    assert not methods.sums_agree([100, 110, 90, 121], 420)


def test_months_to_quarters_and_years():
    months = [f"2026-{m:02d}-01" for m in range(1, 13)]
    values = list(range(1, 13))
    assert methods.aggregate_periods(months, values, "month", "quarter").tolist() == [6, 15, 24, 33]
    assert methods.aggregate_periods(months, values, "month", "year").tolist() == [78]
    assert methods.aggregate_periods(months, values, "month", "quarter", "peak").tolist() == [3, 6, 9, 12]
    assert methods.aggregate_periods(["2026-01-01"], [91], "quarter", "month").tolist() == pytest.approx(
        [91 * 31 / 90, 91 * 28 / 90, 91 * 31 / 90])


def test_missing_values_are_left_out():
    found = methods.aggregate_periods(["2026-01-01", "2026-02-01", None], [5, np.nan, 7], "month", "quarter")
    assert found.tolist() == [5]
    assert methods.aggregate_periods([], [], "week", "month").empty


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.sampled_from(methods.PERIODS))
@settings(derandomize=True, max_examples=60)
def test_a_sum_keeps_its_total(values, to):
    weeks = pd.date_range("2025-12-29", periods=len(values), freq="7D")
    found = methods.aggregate_periods(weeks, values, "week", to)
    assert found.sum() == pytest.approx(sum(values), abs=1e-6)
    peak = methods.aggregate_periods(weeks, values, "week", to, "peak")
    assert peak.max() == max(values) and list(peak.index) == list(found.index)


def test_an_indicator_is_never_added():
    with pytest.raises(NotComputable) as error:
        methods.aggregate_periods(["2026-01-01"], [0.9], "month", "quarter", "recompute")
    assert str(error.value) == "An indicator is not added over periods: it is computed again from the transactions."
    with pytest.raises(ParameterError) as error:
        methods.aggregate_periods(["2026-01-01"], [0.9], "month", "day")
    assert str(error.value) == "There is no period day; periods are week, month, quarter, year."
    with pytest.raises(ParameterError) as error:
        methods.aggregate_periods(["2026-01-01"], [0.9], "month", "year", "mean")
    assert str(error.value) == "There is no rule mean; rules are sum, peak, recompute."
    with pytest.raises(NotComputable) as error:
        methods.sums_agree([1, np.nan], 2)
    assert str(error.value) == "A part or the whole is missing: the sum cannot be checked."


@pytest.mark.parametrize(("starts", "period"), [
    (["2026-07-01", "2026-08-01", "2026-09-01"], "month"), (["2026-01-01", "2026-04-01"], "quarter"),
    (["2025-01-01", "2026-01-01"], "year"), (["2026-01-01"], "month"), (["2026-11-23", "2026-11-30"], "week"),
    (["2026-01-01", "2026-02-01"], "month"),
])
def test_the_length_is_read_from_the_first_days(starts, period):
    assert methods.length_of(starts) == period


def test_no_period_at_all():
    with pytest.raises(NotComputable, match="^No period is given.$"):
        methods.length_of([None])


def test_silent_phases():
    """Method 11.1 (e): a group with no "during" communication fails."""
    told = pd.DataFrame({"group_id": ["G1", "G1", "G2", "G2", "G2"],
                         "phase": ["before", "after", "before", "during", "after"]})
    assert methods.missing_phases(told, ["G1", "G2", "G3"]) == {"G1": ("during",), "G3": ("before", "during", "after")}


# the step -------------------------------------------------------------------------------------------------------
class Tables:
    """A study of a few small tables; every other table is empty with the schema's columns."""

    def __init__(self, **tables):
        self.tables = {name: frame.reindex(columns=[c.name for c in TABLES[name].columns])
                       for name, frame in tables.items()}

    def has(self, name):
        return name in self.tables

    def table(self, name):
        return self.tables.get(name, pd.DataFrame(columns=[c.name for c in TABLES[name].columns]))


MONTHS = pd.to_datetime(["2026-01-01", "2026-02-01"])


def company(**change):
    """One service for one group: 480 and 300 units a month, half an hour each, 4 people of 75 h -> 240/300, 150/300."""
    tables = {
        "services": pd.DataFrame({"service_id": ["SV1"], "name": ["delivery"], "groups": ["G1"]}),
        "service_demand": pd.DataFrame({"service_id": "SV1", "group_id": "G1", "period": MONTHS, "units": [480.0, 300.0]}),
        "activities": pd.DataFrame({"activity_id": ["A1"], "name": ["pick"], "resources": [4],
                                    "hours_per_resource": [75.0], "efficiency": [1.0]}),
        "norms": pd.DataFrame({"activity_id": ["A1"], "service_id": ["SV1"], "hours_per_unit": [0.5]}),
        "means": pd.DataFrame({"means_id": ["M"], "kind": ["lorry"], "quantity": [2.0], "place": ["depot"]}),
        "stock_items": pd.DataFrame({"item_id": ["I1"], "lead_time_days": [6.0], "lead_time_sd_days": [3.5**0.5],
                                     "demand_per_day": [40.0], "demand_sd_per_day": [10.0]}),
        "suppliers": pd.DataFrame({"supplier_id": ["Oils"], "resource": ["oil"], "lead_time_days": [6.0],
                                   "fill_share": [0.9]}),
        "alliances": pd.DataFrame({"partner": ["Oils"], "purpose": ["stock"], "status": ["agreed"]}),
        "communications": pd.DataFrame({"group_id": "G1", "phase": ["before", "during", "after"], "technique": "call",
                                        "medium": "telephone", "content": ["a", "b", "c"], "form": "talk",
                                        "date": pd.Timestamp("2026-01-15")}),
    }
    return Tables(**(tables | change))


def decisions(**more):
    return {"segmentation": {"segments": {"S1": {"name": "all", "status": "target"}}},
            "characterisation": {"groups": {"G1": {"name": "all", "segment_id": "S1"}}},
            "goals": {"goals": {"G1:M3": {"operator": ">=", "value": 1.0, "unit": "share", "level": 0.95}}},
            "organisation": {"servers": 3},
            "critical_parameters": {"goals": {"G1:M3": {"judged": True, "feasible": None}}},
            "offer": {"offers": {"G1": {"cts": 10.0, "expected_penalty": 200.0, "content": "oils",
                                        "package_class": "generic"}}}} | more


def propose(study=None, decided=None, **parameters):
    return step.propose(study or company(), decisions() if decided is None else decided, step.Parameters(**parameters))


def test_a_whole_plan_by_hand():
    """Cost 780 x 10 + 200 = 8000; load 390 h; peak 240/300 = .8; T63: safety stock 129.516, reorder point 369.516."""
    found = propose()
    assert found.tables["contents"]["status"].tolist() == ["complete"] * 10 and found.tables["blanks"].empty
    value = {name: quantity.value for name, quantity in found.quantities.items()}
    assert (value["cost"], value["demand"], value["peak_utilisation"]) == (8000.0, 780.0, 0.8)
    assert (value["contents_complete"], value["blanks"], value["phases_missing"]) == (10, 0, 0)
    items = found.tables["items"].set_index(["content_no", "item"])["value"]
    assert items[5, "I1 SS"] == pytest.approx(129.516, abs=1e-3)
    assert items[5, "I1 ROP"] == pytest.approx(369.516, abs=1e-3)
    assert (items[4, "A1"], items[4, "servers"], items[8, "A1"]) == (390.0, 3.0, 0.8)
    assert found.tables["load"]["utilisation"].tolist() == [0.8, 0.5]
    assert [EN.reason(r) for r in found.reasons] == [
        "Nobody answers yet, with a date, for 4 of the four guaranteed items."]
    json.dumps(found.decision, allow_nan=False)
    assert found.evidence == "data" and found.missing == ()


def test_the_plan_by_quarter():
    assert propose(period="quarter").tables["plan_demand"].to_dict("records") == [
        {"period": "2026-01-01", "service_id": "SV1", "units": 780.0}]


def test_nothing_known_is_ten_blanks_and_no_number():
    found = propose(Tables(), {})
    assert found.tables["contents"]["status"].tolist() == ["incomplete"] * 10
    assert sorted(set(found.tables["blanks"]["content_no"])) == list(range(1, 11))
    value = {name: quantity.value for name, quantity in found.quantities.items()}
    assert value["demand"] is None and value["peak_utilisation"] is None and value["cost"] is None
    assert found.evidence == "assumed" and found.missing == step.WANTED
    assert [EN.reason(r) for r in found.reasons] == [
        "No group of customers is decided: steps 1 and 2 come first.",
        "Contents of the plan with blanks: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10.",
        "Nobody answers yet, with a date, for 4 of the four guaranteed items."]


@pytest.mark.parametrize(("table", "rows", "content", "missing", "detail"), [
    ("services", {"service_id": ["SV1"], "name": ["x"], "groups": ["G9"]}, 1, "groups without a service", "G1"),
    ("services", {"service_id": ["SV1", "SV2"], "name": ["x", "y"], "groups": ["G1", "G1"]}, 2,
     "services without a demand", "SV2"),
    ("stock_items", {"item_id": ["I1"], "lead_time_days": [np.nan], "demand_per_day": [1.0]}, 5,
     "articles without demand or lead time", "I1"),
    ("suppliers", {"supplier_id": ["Oils"], "resource": ["oil"], "lead_time_days": [6.0]}, 6,
     "suppliers without lead time or fill", "Oils"),
    ("alliances", {"partner": ["Oils"], "purpose": ["stock"]}, 7, "alliances without purpose or status", "Oils"),
    ("activities", {"activity_id": ["A1"], "resources": [2], "hours_per_resource": [75.0], "efficiency": [1.0]}, 8,
     "activities beyond their capacity", "A1"),
    ("communications", {"group_id": ["G1", "G1"], "phase": ["before", "after"], "date": [pd.Timestamp("2026-01-15")] * 2},
     10, "phases in which a group hears nothing", "G1: during"),
    ("communications", {"group_id": ["G1"] * 3, "phase": ["before", "during", "after"],
                        "date": [pd.Timestamp("2026-01-15"), pd.NaT, pd.Timestamp("2026-01-15")]}, 10,
     "communications without a date", "G1 during"),
])
def test_each_blank_is_listed(table, rows, content, missing, detail):
    found = propose(company(**{table: pd.DataFrame(rows)}))
    assert found.tables["blanks"].to_dict("records") == [{"content_no": content, "missing": missing, "detail": detail}]
    status = found.tables["contents"].set_index("content_no")["status"]
    assert status[status == "incomplete"].index.tolist() == [content]
    assert found.decision["contents"][str(content)]["missing"] == [{"text": missing, "detail": detail}]


def test_goals_and_costs_of_groups_that_have_none():
    found = propose(decided=decisions(goals={"goals": {}}, offer={"offers": {}}))
    assert found.tables["blanks"].to_dict("records") == [
        {"content_no": 3, "missing": "groups without a goal", "detail": "G1"},
        {"content_no": 9, "missing": "groups without cost to serve or demand", "detail": "G1"}]


def test_demand_of_others_is_left_out():
    other = decisions(characterisation={"groups": {"G2": {"name": "new", "segment_id": "S1"}}})
    found = propose(decided=other)
    assert found.quantities["demand"].value is None
    assert "Demand of groups that are not served is left out: G1." in [EN.reason(r) for r in found.reasons]


def test_people_guarantee_the_four_items():
    chosen = {"guarantees": {name: {"what": "x", "owner": "Ana", "date": "2026-01-01"} for name in step.GUARANTEES},
              "contents": {"7": {"owner": "Ben"}}}
    found = propose(decided=decisions(plan=chosen))
    assert found.tables["guarantees"]["status"].tolist() == ["complete"] * 4
    kept = step.decide(found, chosen)
    assert kept["guarantees"]["training"]["owner"] == "Ana" and kept["contents"]["7"]["owner"] == "Ben"
    assert kept["contents"]["7"]["status"] == "complete" and step.decide(found, {}) == found.decision


@pytest.mark.parametrize(("chosen", "words"), [
    ({"contents": {"11": {}}}, "contents = '11' is not possible; it must be 1, 2, 3, 4, 5, 6, 7, 8, 9, 10."),
    ({"contents": {"1": {"status": "done"}}},
     "contents.1.status = 'done' is not possible; it must be complete, incomplete."),
    ({"guarantees": {"training": {"date": "soon"}}},
     "guarantees.training.date = 'soon' is not possible; it must be a day such as 2026-12-31."),
    ({"guarantees": []}, None),
    ({"guarantees": ["training"]}, "guarantees = ['training'] is not possible; it must be a table of names with their "
                                   "values."),
])
def test_choices_that_are_refused(chosen, words):
    if words is None:  # nothing chosen is no error
        assert step.decide(propose(), chosen)["guarantees"]
        return
    with pytest.raises(ParameterError) as error:
        step.decide(propose(), chosen)
    assert str(error.value) == words


@pytest.mark.parametrize(("parameters", "words"), [
    ({"period": "day"}, "plan.period = day is not one of week, month, quarter, year."),
    ({"stock_level": 1}, "plan.stock_level = 1 must lie between 0 and 1."),
])
def test_parameters_out_of_range(parameters, words):
    with pytest.raises(ParameterError) as error:
        step.Parameters(**parameters)
    assert str(error.value) == words


# picture and reading --------------------------------------------------------------------------------------------
def test_the_strip_marks_what_is_complete():
    found = propose(company(suppliers=pd.DataFrame({"supplier_id": ["Oils"], "resource": ["oil"]})))
    for narrow in (False, True):
        axes = figures.plot_plan(found.tables["contents"], words=words_in("es"), narrow=narrow)
        marks = {dot.get_gid(): len(dot.get_facecolor()) for dot in axes.collections}
        assert list(marks) == [f"content-{n}" for n in range(1, 11)]
    assert "6 suppliers of the resources: incomplete, 1 items, blanks: 1." in figures.describe_plan(
        found.tables["contents"], EN)


def test_the_load_by_period():
    load = propose().tables["load"]
    axes = figures.plot_load(load, words=EN)
    assert [text.get_text() for text in axes.texts] == ["80", "50"]
    assert figures.describe_load(load, EN) == "A1: at most 80.0 % of its capacity (2026-01)."
    assert figures.describe_load(load.iloc[:0], EN) == "No load can be set against a capacity."
    assert [t.get_text() for t in figures.plot_load(load.iloc[:0], words=EN).texts] == [
        "No load can be set against a capacity."]


def test_the_reading():
    def read(found, language="en"):
        return read_plan(SimpleNamespace(table=lambda name: found.tables.get(name, pd.DataFrame())), words_in(language))

    assert read(propose()) == (
        "10 of 10 contents of the plan are complete; the blanks, 0 in number, are listed below. The tightest activity is A1 "
        "with 80.0 % of its capacity in 2026-01. Of capacities, resources, training and promotion, 4 still lack an owner or "
        "a date.")
    weak = propose(company(activities=pd.DataFrame({"activity_id": ["A1"], "resources": [2], "hours_per_resource": [75.0],
                                                    "efficiency": [1.0]})))
    assert read(weak, "es").startswith(
        "Están completos 9 de 10 contenidos del plan; los huecos, 1 en total, se listan abajo. A A1 se le pide el 160,0 % "
        "de su capacidad en 2026-01: el plan no se puede cumplir tal como está.")
