"""Steps 3 and 4 on small studies in memory: rows follow earlier decisions, what is missing is said, nothing breaks."""

import numpy as np
import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.figures import demand as demand_figures
from svcnb.figures import goals as goal_figures
from svcnb.figures import style
from svcnb.figures.window import describe_priority, describe_window, plot_priority, plot_window
from svcnb.i18n import words_in
from svcnb.results import proposal_from_json, proposal_to_json
from svcnb.sentences.demand import enumerate_names, read_demand, read_window
from svcnb.sentences.goals import read_goals
from svcnb.steps import demand, goals
from svcnb.steps.step import Quantity

EN, ES = words_in("en"), words_in("es")
IDS = [f"C{i}" for i in range(1, 11)]
IMPORTANCE = [18, 6, 5, 14, 7, 12, 16, 9, 11, 2]
SATISFACTION = [8.6, 8.0, 6.1, 8.2, 5.9, 6.4, 5.8, 8.4, 5.5, 8.9]
SEGMENTS = {"S1": {"name": "Workshops", "values": ["workshop"], "status": "target"},
            "S2": {"name": "Fleets", "values": ["fleet"], "status": "target"}}
DECISIONS = {"segmentation": {"variable": "branch", "segments": SEGMENTS},
             "diagnosis": {"measures": ["M2", "M11"], "aggregation": "order"}}


def answers(n=60, importance=IMPORTANCE, satisfaction=SATISFACTION):
    """Everybody of a workshop answers the worked example; fleets want and get the same in reverse order."""
    rows = {"customers": [], "survey_respondents": [], "survey_importance": [], "survey_satisfaction": []}
    for i in range(n):
        fleet = i % 3 == 0
        rows["customers"].append({"customer_id": f"K{i}", "branch": "fleet" if fleet else "workshop"})
        rows["survey_respondents"].append({"respondent_id": f"R{i}", "customer_id": f"K{i}"})
        order = IDS[::-1] if fleet else IDS
        for component, points, score in zip(order, importance, satisfaction, strict=True):
            rows["survey_importance"].append({"respondent_id": f"R{i}", "component_id": component, "points": points})
            rows["survey_satisfaction"].append({"respondent_id": f"R{i}", "component_id": component, "perceived": score,
                                                "expected": 9.0})
    return {name: pd.DataFrame(values) for name, values in rows.items()}


def orders(n_months=14, late=0.2):
    """One order a month and customer of 10 units in two lines; every fifth is a day late; K0 and K1 alone."""
    rng, placed, lines = np.random.default_rng(3), [], []
    for month, start in enumerate(pd.date_range("2024-01-01", periods=n_months, freq="MS")):
        for customer in ("K0", "K1"):
            order = f"{customer}-{month}"
            day = start + pd.Timedelta(days=5)
            placed.append({"order_id": order, "customer_id": customer, "order_ts": day, "ship_ts": day, "status": "delivered",
                           "promised_ts": day + pd.Timedelta(days=2),
                           "delivery_ts": day + pd.Timedelta(days=3 if rng.random() < late else 1)})
            lines += [{"order_id": order, "line_no": i, "qty_ordered": 5.0, "qty_first": 5.0, "unit_price": 2.0} for i in (1, 2)]
    return {"orders": pd.DataFrame(placed), "order_lines": pd.DataFrame(lines)}


def reasons(proposal, words=EN):
    return [words.reason(r) for r in proposal.reasons]


@pytest.fixture(scope="module")
def surveyed():
    study = SmallStudy(**answers())
    return demand.propose(study, DECISIONS, demand.Parameters(n_resamples=100))


def test_the_window_of_a_segment_is_the_worked_example(surveyed):
    """T11 once more, through the step: customers -> segment -> answers -> window."""
    rows = surveyed.tables["window"].query("segment_id == 'S1' and quadrant == 'A'").set_index("component_id")
    assert rows["priority"].to_dict() == pytest.approx({"C6": 43.2, "C7": 67.2, "C9": 49.5})
    assert rows["n_importance"].tolist() == [40] * 3
    fleets = surveyed.tables["window"].query("segment_id == 'S2' and quadrant == 'A'")
    assert set(fleets["component_id"]) == {"C2", "C4", "C5"}
    assert surveyed.decision["improve"][:2] in (["C7", "C4"], ["C4", "C7"])
    assert surveyed.quantities["weighted_satisfaction_S1"].value == pytest.approx(7.129)
    assert surveyed.tables["window_dust"].groupby(["segment_id", "component_id"]).size().max() <= 60


def test_changed_segments_change_the_rows():
    study = SmallStudy(**answers())
    one = {"variable": "branch", "segments": {"S1": {"name": "Fleets", "values": ["fleet"], "status": "target"}}}
    changed = demand.propose(study, {**DECISIONS, "segmentation": one}, demand.Parameters(n_resamples=20))
    assert list(dict.fromkeys(changed.tables["window"]["segment_id"])) == ["S1", "all"]
    assert set(changed.tables["window"].query("segment_id == 'S1' and quadrant == 'A'")["component_id"]) == {"C2", "C4", "C5"}
    assert "Respondents in no segment, who count only in the whole: 40." in reasons(changed)
    out = {**SEGMENTS, "S2": {**SEGMENTS["S2"], "status": "exclude"}}
    without = demand.propose(study, {"segmentation": {"variable": "branch", "segments": out}}, demand.Parameters(n_resamples=20))
    assert "S2" not in set(without.tables["window"]["segment_id"]) | set(without.tables["sample"]["segment_id"])


def test_own_cuts_of_a_person_move_the_window():
    study = SmallStudy(**answers())
    moved = demand.propose(study, {**DECISIONS, "demand": {"importance_cut": 15, "satisfaction_cut": 6.0}},
                           demand.Parameters(n_resamples=20))
    assert set(moved.tables["window"].query("segment_id == 'S1' and quadrant == 'A'")["component_id"]) == {"C7"}


def test_the_reading_in_both_languages(surveyed):
    assert read_window(surveyed, EN, "S1") == (
        "Availability, delivery time and cost to the customer are wanted and not received. Availability leads: 16.0 of 100 "
        "points at 5.8 of 10, in this quadrant in 100 of 100 resamples.")
    assert read_window(surveyed, ES, "S1") == (
        "Disponibilidad, tiempo de entrega y costo: se desean y no se obtienen. Disponibilidad va primero: 16,0 de 100 puntos "
        "con 5,8 de 10, en este cuadrante en 100 de 100 remuestreos.")
    assert read_window(surveyed, EN, "S2").endswith("Only 20 answers: take it as a hint, not as a finding.")
    assert "Fewer than 30 answers in Fleets: read those windows with caution." in reasons(surveyed)


def test_undecided_components_are_named(surveyed):
    window = surveyed.tables["window"].query("segment_id == 'all'").assign(
        undecided=lambda f: f["component_id"].isin(["C8"]), p_C=0.61, p_A=0.3, p_B=0.0, p_D=0.09)
    text = read_window(surveyed, EN, tables={"window": window, "window_cuts": surveyed.tables["window_cuts"]})
    assert text.endswith("Response time (61 of 100) is undecided.")


def test_names_are_listed_as_each_language_does():
    assert enumerate_names(["a", "b", "c"], EN) == "a, b and c"
    assert enumerate_names(["precio", "imagen"], ES) == "precio e imagen"
    assert enumerate_names(["a"], EN) == "a" and enumerate_names([], EN) == ""


def test_an_empty_study_says_what_is_missing_and_goes_on():
    empty = SmallStudy()
    for decisions in ({}, DECISIONS):
        proposal = demand.propose(empty, decisions, demand.Parameters())
        assert proposal.evidence == "assumed" and proposal.tables["window"].empty
        assert proposal.tables["importance"]["points"].tolist() == [10.0] * 10
        assert proposal.missing == ("survey_respondents", "survey_importance", "survey_satisfaction", "demand_history", "market")
        assert reasons(proposal) == [
            "No survey on importance: equal weights are assumed for all components.",
            "No survey on satisfaction: the customer window cannot be drawn. Ask at least 30 customers how important each "
            "component is and how well it is given.",
            "The demand of the groups is not known: there are neither orders nor rates of groups.",
            "No market size: the demand cannot be compared with a share of the market.",
            "No demand history and no orders: nothing can be forecast by numbers. Ask the sales force or a jury."]
        sheet = goals.propose(empty, {**decisions, "demand": demand.decide(proposal, {})}, goals.Parameters())
        assert set(sheet.tables["goals"]["level"]) == {0.9} and sheet.evidence == "assumed"
        for words in (EN, ES):
            assert "{" not in read_window(proposal, words) + read_demand(proposal, words) + read_goals(sheet, words)


def test_experts_stand_in_for_the_survey():
    """E1 gives C1 60 and C2 40, E2 40 and 60: 50 points each."""
    rows = [("E1", "importance", "C1", 60), ("E1", "importance", "C2", 40), ("E2", "importance", "C1", 40),
            ("E2", "importance", "C2", 60)]
    study = SmallStudy(expert_answers=pd.DataFrame(rows, columns=["expert_id", "topic", "item_id", "value"]))
    proposal = demand.propose(study, {}, demand.Parameters())
    assert proposal.evidence == "expert"
    assert proposal.tables["importance"].set_index("component_id")["points"][["C1", "C2", "C3"]].tolist() == [50, 50, 0]


def test_demand_is_summed_from_the_orders():
    """2 customers, one order of 10 units each a month, 14 months: 1 x 1 x 10 a group and month; next month 20."""
    study = SmallStudy(customers=pd.DataFrame({"customer_id": ["K0", "K1"], "branch": ["fleet", "workshop"]}), **orders())
    proposal = demand.propose(study, DECISIONS, demand.Parameters())
    rows = proposal.tables["composition"].set_index("group_id")
    assert rows.loc["G1", ["n", "orders_per_period", "units_per_order", "demand"]].tolist() == [1, 1, 10, 10]
    assert proposal.quantities["composition_total"] == Quantity(20.0, "units a month", n=2)
    assert proposal.quantities["forecast_next"].value == pytest.approx(20)
    assert "No demand history: the demand is summed from the orders." in reasons(proposal)
    history = proposal.tables["forecast"].query("series_id == 'all' and kind == 'history'")
    # orders run from 6 January 2024 to 6 February 2025: twelve whole months, from February to January
    assert history["period"].tolist()[0] == "2024-02-01" and history["value"].tolist() == [20.0] * 12


def test_a_short_history_is_read_by_week():
    study = SmallStudy(customers=pd.DataFrame({"customer_id": ["K0", "K1"], "branch": "fleet"}), **orders(4))
    proposal = demand.propose(study, DECISIONS, demand.Parameters())
    assert proposal.quantities["composition_total"].unit == "units a week"


def test_history_market_and_a_method_of_people():
    months = pd.date_range("2024-01-01", periods=24, freq="MS")
    study = SmallStudy(
        demand_history=pd.DataFrame({"series_id": "G1", "period": months, "demand": 100.0, "stockout": [True, *[False] * 23]}),
        group_rates=pd.DataFrame({"group_id": ["a", "b", "c"], "n": [600, 400, 200], "orders_per_period": [0.5, 1.2, 3.0],
                                  "units_per_order": [40, 90, 60], "growth": [0.0, 0.0, None]}),
        market=pd.DataFrame({"period": months[:1], "market_size": [900_000], "expected_share": [0.105]}))
    proposal = demand.propose(study, {"demand": {"method": "delphi"}}, demand.Parameters())
    assert [proposal.quantities[q].value for q in ("composition_total", "decomposition_total")] == [91_200, 94_500]
    assert proposal.quantities["difference"].value == pytest.approx(-0.03492, abs=5e-6)
    assert proposal.quantities["forecast_next"].value == pytest.approx(100)
    assert "There was a stockout in 1 of 24 entries of the demand history: lost demand is not in it." in reasons(proposal)
    assert ("The method chosen, delphi, works with people, not with numbers: the best numerical method is shown until they have "
            "spoken.") in reasons(proposal)
    assert read_demand(proposal, EN).startswith(
        "3 groups of 1,200 customers ask for 91,200 units a month; 47.4 % of it is b. Seen from the market it would be 94,500, "
        "so the groups sum to 3.5 % less. The next period should bring 100 units a month")


def economic_study(**more):
    curve = pd.DataFrame({"sl": [.80, .90, .95, .99], "revenue": [100., 110, 114, 115], "cost": [40., 44, 50, 70]})
    ratings = [("S1", "K1", "M2", .95), ("S1", "K2", "M2", .80), ("S1", "K3", "M2", .60), ("S1", "K1", "C1", 7.0)]
    return SmallStudy(
        customers=pd.DataFrame({"customer_id": ["K0", "K1"], "branch": ["fleet", "workshop"]}), service_curve=curve,
        competitors=pd.DataFrame({"competitor_id": ["K1", "K2", "K3"], "share": [.3, .2, .01]}),
        competitor_ratings=pd.DataFrame(ratings, columns=["segment_id", "competitor_id", "item", "value"]).assign(
            source="measured", n=10),
        design_options=pd.DataFrame({"option_id": ["A", "B"], "set_id": "s", "cost": [10, 20], "measure_id": "M2",
                                     "value": [.90, .96]}),
        **orders(), **more)


GROUPS = {"G1": {"name": "Workshops", "segment_id": "S1", "abc": "A"}, "G2": {"name": "Fleets", "segment_id": "S2", "abc": "C"}}


def test_the_goal_sheet_rests_on_orders_curve_and_competitors():
    """The optimum of the curve is near .92; K3 holds 1 % and is no floor; the strategic group matches .95, the other does not."""
    study, decisions = economic_study(), {**DECISIONS, "characterisation": {"groups": GROUPS}}
    proposal = goals.propose(study, decisions, goals.Parameters())
    rows = proposal.tables["goals"].set_index(["group_id", "measure_id"])
    strategic, other = rows.loc[("G1", "M2")], rows.loc[("G2", "M2")]
    assert strategic[["level", "competitor", "floor", "rule"]].tolist() == [0.95, 0.95, 0.80, "competitor"]
    assert other["rule"] == "sl_eco" and other["level"] == pytest.approx(proposal.quantities["sl_eco"].value, abs=1e-4)
    assert strategic["n"] == 14 and strategic["low"] < strategic["baseline"] < strategic["high"]
    assert strategic["gap"] == pytest.approx(0.95 - strategic["baseline"]) and strategic["price_of_competing"] > 0
    assert rows.loc[("G1", "M11"), "baseline"] == 1 and rows.loc[("G1", "M11"), "gap"] == 0
    assert proposal.quantities["parity_option_G1"].value == "B"
    product = rows.loc["G1"]["level"].prod()
    assert proposal.quantities["ns_goal_G1"].value == pytest.approx(product)
    assert proposal.decision["goals"]["G1:M2"] == {"operator": "<=", "value": 0.0, "unit": "days late", "aggregation": "order",
                                                   "level": 0.95, "owner": ""}


def test_a_goal_that_people_changed_is_measured_again():
    """Delivered within 3 days after the order: all; within 1 day: those that were not late (about 4 of 5)."""
    study = economic_study()
    usual = {**DECISIONS, "diagnosis": {"measures": ["M1"]}}
    share = {}
    for value in (3.0, 1.0):
        decided = {**usual, "goals": {"goals": {"G1:M1": {"value": value, "level": 0.97, "owner": "Ana"}}}}
        rows = goals.propose(study, decided, goals.Parameters()).tables["goals"].set_index("group_id")
        share[value] = rows.loc["G1", "baseline"]
        assert (rows.loc["G1", "level"], rows.loc["G1", "owner"], rows.loc["G1", "value"]) == (0.97, "Ana", value)
    assert share[3.0] == 1 and 0.5 < share[1.0] < 1


def test_desired_values_of_those_who_can_pay_become_goals():
    """C9: 2 days wanted by the 6 who can pay, 9 days by the 6 who cannot: 2 days, 6 latent."""
    rows = [(f"R{i}", "C9", 2.0 if i < 6 else 9.0, 5.0, i < 6) for i in range(12)]
    study = economic_study(
        survey_respondents=pd.DataFrame({"respondent_id": [f"R{i}" for i in range(12)], "segment_id": "S1"}),
        survey_satisfaction=pd.DataFrame(rows, columns=["respondent_id", "component_id", "desired_value", "willing_to_pay",
                                                        "able_to_pay"]).assign(perceived=7.0))
    sheet = goals.propose(study, {**DECISIONS, "diagnosis": {"measures": ["M1"]}}, goals.Parameters()).tables["goals"]
    assert sheet.set_index("group_id")["value"].to_dict() == {"G1": 2.0, "G2": 5.0}
    desired = demand.propose(study, DECISIONS, demand.Parameters()).tables["desired"].query("segment_id == 'S1'")
    assert desired[["desired", "n", "latent"]].values.tolist() == [[2.0, 6, 6]]


@pytest.mark.parametrize("step, chosen, message", [
    (demand, {"approach": "guess"}, "demand.approach = guess is not one of composition, decomposition."),
    (demand, {"improve": "C1"}, "demand.improve must be a list of components."),
    (demand, {"importance_cut": "ten"}, "demand.importance_cut must be a number or nothing (the default rule)."),
    (goals, {"goals": []}, None),
    (goals, {"goals": ["G1:M2"]}, "goals.goals must be goals by group and measure."),
    (goals, {"goals": {"M2": {"level": 0.9}}}, "goals.goals M2 must be goals by group and measure."),
    (goals, {"goals": {"G1:M2": {"level": 95}}},
     "G1:M2: the level to guarantee must lie above 0 and up to 1; it is 95."),
    (goals, {"goals": {"G1:M2": {"value": "soon", "level": 0.9}}}, "G1:M2: the value must be a number; it is soon."),
    (goals, {"goals": {"G1:M2": {"operator": "<", "level": 0.9}}},
     "G1:M2: the operator must be one of <=, >=, =, range; it is <."),
])
def test_decisions_that_later_steps_cannot_read_are_refused(step, chosen, message):
    proposal = step.propose(SmallStudy(), {}, step.Parameters())
    if message is None:
        step.decide(proposal, chosen)
        return
    with pytest.raises(ParameterError) as error:
        step.decide(proposal, chosen)
    assert str(error.value) == message


@pytest.mark.parametrize("make, message", [
    (lambda: demand.Parameters(target=11.0), "demand.target = 11 must lie between 0 and 10."),
    (lambda: demand.Parameters(weights=(1, 1, 1, 1, 1)), "demand.weights must be five weights that sum to 1."),
    (lambda: goals.Parameters(assumed_level=0.0), "goals.assumed_level = 0 must lie between 0 and 1."),
])
def test_parameters_have_rules(make, message):
    with pytest.raises(ParameterError) as error:
        make()
    assert str(error.value) == message


def test_results_survive_being_stored(surveyed):
    again = proposal_from_json(proposal_to_json(surveyed))
    assert again.quantities == surveyed.quantities and again.decision == surveyed.decision
    for name, frame in surveyed.tables.items():
        assert again.tables[name].shape == frame.shape, name
    for words in (EN, ES):
        assert read_window(again, words, "S1") == read_window(surveyed, words, "S1")
        assert read_demand(again, words) == read_demand(surveyed, words)


def segment_rows(proposal, segment="S1"):
    return [frame[frame["segment_id"] == segment] for frame in
            (proposal.tables[name] for name in ("window", "window_dust", "window_cuts"))]


@pytest.mark.parametrize("narrow", [False, True])
def test_the_window_picture_draws_the_numbers(surveyed, narrow):
    window, dust, cuts = segment_rows(surveyed)
    window = window.assign(undecided=window["component_id"] == "C8")
    axes = plot_window(window, dust, cuts, words=ES, narrow=narrow)
    marks = {c.get_gid(): c for c in axes.collections if c.get_gid() in IDS}
    drawn = {name: tuple(float(v) for v in mark.get_offsets()[0]) for name, mark in marks.items()}
    assert drawn == {c: pytest.approx((s, float(i))) for c, i, s in zip(IDS, IMPORTANCE, SATISFACTION, strict=True)}
    assert marks["C8"].get_facecolor().tolist() == [[1, 1, 1, 1]] and marks["C7"].get_facecolor().tolist() != [[1, 1, 1, 1]]
    named = {"Disponibilidad", "Tiempo de entrega", "Actitud", "Costo"}
    labels = [t for t in axes.texts if t.get_text().replace("\n", " ") in named]
    boxes = [t.get_window_extent() for t in axes.texts if t.get_text()]
    assert len(labels) == 4
    overlaps = sum(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1:])
    assert overlaps == 0
    assert not any("." in t.get_text() for t in axes.get_xticklabels())  # the decimal mark is Spanish


@pytest.mark.parametrize("narrow", [False, True])
def test_every_picture_can_be_drawn_with_and_without_data(surveyed, narrow):
    study, decisions = economic_study(), {**DECISIONS, "characterisation": {"groups": GROUPS}}
    ordered, sheet = (step.propose(study, decisions, step.Parameters()) for step in (demand, goals))
    empty, bare = (step.propose(SmallStudy(), {}, step.Parameters()) for step in (demand, goals))
    for d, s, g in ((surveyed, ordered, sheet), (empty, empty, bare)):
        pictures = [
            (plot_window, segment_rows(d)), (plot_priority, [segment_rows(d)[0]]),
            (demand_figures.plot_forecast, [s.tables["forecast"]]), (demand_figures.plot_importance, [d.tables["importance"]]),
            (demand_figures.plot_composition, [s.tables["composition"]]), (demand_figures.plot_distance, [d.tables["distance"]]),
            (goal_figures.plot_goals, [g.tables["goals"]])]
        for plot, tables in pictures:
            assert style.draw(plot, *tables, words=EN, narrow=narrow)["svg"].startswith(b"<?xml"), plot.__name__


def test_every_picture_has_its_words(surveyed):
    study, decisions = economic_study(), {**DECISIONS, "characterisation": {"groups": GROUPS}}
    ordered, sheet = (step.propose(study, decisions, step.Parameters()) for step in (demand, goals))
    window, _, cuts = segment_rows(surveyed)
    for words in (EN, ES):
        texts = [describe_window(window, cuts, words), describe_priority(window, words),
                 demand_figures.describe_forecast(ordered.tables["forecast"], words),
                 demand_figures.describe_importance(surveyed.tables["importance"], words),
                 demand_figures.describe_composition(ordered.tables["composition"], words),
                 demand_figures.describe_distance(surveyed.tables["distance"], words),
                 goal_figures.describe_goals(sheet.tables["goals"], words)]
        assert all(len(text) > 20 and " nan" not in text and "{" not in text for text in texts)
    assert describe_priority(window, EN) == \
        "Priority and cumulative share: Availability 67.2, 42 %; Delivery time 49.5, 73 %; Cost to the customer 43.2, 100 %."
