"""Step 5: centralisation and form by hand (T38, T39, T71), the step on small studies, its pictures and sentences."""

import json

import numpy as np
import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import NotComputable, ParameterError
from svcnb.figures import organisation as figures
from svcnb.figures import staffing as staff_figures
from svcnb.i18n import words_in
from svcnb.methods import organisation as methods
from svcnb.results import StepResult
from svcnb.sentences import organisation as sentences
from svcnb.steps import organisation as step
from svcnb.steps.table1 import DEFINITIONS

FIVE = {"sales_force": 2, "dispersion": 4, "personal_selling": 3, "channels": 4, "requirements": 5}


# methods ---------------------------------------------------------------------------------------------------
def test_centralisation():
    """T38: (1 + 3 + 2 + 3 + 4) / (5 * 4) = .65, mixed at its upper edge."""
    found = methods.centralisation(FIVE)
    assert found.index == pytest.approx(0.65) and found.degree == "mixed"
    assert methods.centralisation({**FIVE, "channels": 5}).degree == "decentralised"
    assert methods.centralisation(dict.fromkeys(FIVE, 2)).degree == "centralised"
    weighted = methods.centralisation(FIVE, {"sales_force": 1, "requirements": 1})
    assert weighted.index == pytest.approx((0.25 + 1) / 2)


def test_centralisation_without_some_factors():
    found = methods.centralisation({"sales_force": 5, "channels": float("nan")})
    assert found.index == 1
    assert found.warnings[0].values == {"factors": ["dispersion", "personal_selling", "channels", "requirements"]}
    with pytest.raises(NotComputable, match="None of the five factors of centralisation is rated."):
        methods.centralisation({})
    with pytest.raises(ParameterError) as caught:
        methods.centralisation({"size": 3})
    assert str(caught.value) == ("There is no factor of centralisation size; factors are sales_force, dispersion, "
                                 "personal_selling, channels, requirements.")


def test_form():
    """T39: product 4, market (5 + 2) / 2 = 3.5, function 6 - 10/3 = 2.6667; a difference of .5 is not mixed."""
    form = methods.organisation_form(4, 3, 2, 5, decentralisation=0.7)
    assert form.form == "product" and form.geographic_layer and not form.central_staff
    assert form.scores == pytest.approx({"product": 4, "market": 3.5, "function": 6 - 10 / 3})
    close = methods.organisation_form(4, 3, 2.5, 5, decentralisation=0.2)
    assert (close.form, close.parts, close.central_staff) == ("mixed", ("product", "market"), True)


def test_marketing_stage():
    """Method 7.13 (e): q2 and q3 are stage 3; consultative needs 4: gap 1; contact type 6 asks for 4 too."""
    stage = methods.marketing_stage({"q1": False, "q2": True, "q3": True}, marketing="consultative")
    assert (stage.stage, stage.required, stage.gap) == (3, 4, 1)
    assert methods.marketing_stage({"q2": True}, marketing="transactional", contact=6).required == 4
    assert methods.marketing_stage({"q4": True, "q5": True}).stage == 5 and methods.marketing_stage({"q5": True}).stage == 1
    with pytest.raises(ParameterError, match="A contact type is a number from 1 to 6, not 7."):
        methods.marketing_stage({}, contact=7)


def test_candidates():
    """Method 7.12 (e): .6 * 3/4 + .4 * 1 = .85; who misses a mandatory level comes last without a place."""
    wanted = pd.DataFrame({"requirement_id": ["a", "b"], "level": [4, 3], "weight": [3, 2], "mandatory": [False, True]})
    people = pd.DataFrame({"candidate_id": ["x", "x", "y", "y"], "requirement_id": ["a", "b"] * 2, "level": [3, 4, 5, 2]})
    table = methods.rank_candidates(wanted, people)
    assert table["candidate_id"].tolist() == ["x", "y"] and table["score"][0] == pytest.approx(0.85)
    assert table["eligible"].tolist() == [True, False] and np.isnan(table["place"][1])
    assert table["training"].tolist() == [1, 1]


def test_table_1_has_seventeen_definitions():
    """T71: 2, 3, 2, 2, 1, 2, 1, 1, 1, 2."""
    per_question = pd.Series([d.split(".")[0] for d, *_ in DEFINITIONS]).value_counts()
    assert [per_question[str(q)] for q in range(1, 11)] == [2, 3, 2, 2, 1, 2, 1, 1, 1, 2] and len(DEFINITIONS) == 17


# the step --------------------------------------------------------------------------------------------------
GROUPS = {"characterisation": {"groups": {"G1": {"name": "workshops", "segment_id": "S1"},
                                          "G2": {"name": "fleets", "segment_id": "S2"}}}}
FACTORS = pd.DataFrame({"group_id": ["G1"], "interaction": [4], "labour": [2], "complexity": [2], "singularity": [3.4]})
ASKED = pd.DataFrame({"queue_id": ["counter"], "arrival_rate_h": [20.0], "service_rate_h": [5.0], "goal_t_min": [5.0],
                      "goal_prob": [0.95], "servers": [5], "cost_server_h": [12.0], "cost_wait_h": [30.0]})


def proposed(decisions=GROUPS, parameters=None, **tables):
    return step.propose(SmallStudy(**tables), decisions, parameters or step.Parameters())


def templates(proposal):
    return [r.template for r in proposal.reasons]


def test_a_study_without_any_table_still_answers():
    proposal = proposed({})
    assert list(proposal.decision["groups"]) == ["G1"] and proposal.evidence == "assumed"
    assert "servers" not in proposal.decision and "servers" not in proposal.quantities
    assert {"service_factors", "centralisation", "org_form", "queue_observations"} <= set(proposal.missing)
    assert proposal.tables["staffing"].empty and len(proposal.tables["table1"]) == 17
    assert "No waiting line was observed and no rates were asked for: the staff is not sized. Count the customers of a busy " \
           "hour and the minutes one takes." in templates(proposal)
    assert all(r.level == "missing" for r in proposal.reasons)


def test_positions_of_rated_and_unrated_groups():
    """G1: I 4, L 2 a shop; u .6 selective, match; kappa (.75 + .6) / 2 = .675 type 5. G2 stands at 3 everywhere."""
    proposal = proposed(service_factors=FACTORS)
    rows = proposal.tables["positions"].set_index("group_id")
    g1 = rows.loc["G1"]
    assert (g1["service_code"], g1["package"], g1["fit"], g1["contact_number"]) == ("service_shop", "selective", "match", 5)
    assert g1["kappa"] == pytest.approx(0.675) and g1["evidence"] == "expert"
    assert rows.loc["G2", "evidence"] == "assumed" and rows.loc["G2", "borderline"]
    assert proposal.decision["groups"]["G1"] == {
        "service_type": "service_shop", "package": "selective", "contact": "face_loose", "skill": "trade skills",
        "focus": "capacity management", "technology": "self-service", "marketing": "relationship"}


def test_ratings_from_data():
    """Labour cost 90 over assets 100 is .9, level 3; a non-standard share of .55 is singularity 4."""
    rows = pd.DataFrame({"group_id": ["G1"], "interaction": [2], "labour_cost": [90.0], "asset_value": [100.0],
                         "complexity": [2], "nonstandard_share": [0.55]})
    row = proposed(service_factors=rows).tables["positions"].iloc[0]
    assert (row["labour"], row["singularity"], row["evidence"]) == (3, 4, "expert")


def test_what_people_choose_moves_what_follows():
    chosen = {"groups": {"G1": {"contact": "phone", "package": "unique"}}, "servers": 8}
    proposal = proposed({**GROUPS, "organisation": chosen}, service_factors=FACTORS, queue_params=ASKED)
    row = proposal.tables["positions"].iloc[0]
    assert row["skill"] == "verbal skills" and row["fit"] == "near" and not row["fits_package"] and row["chosen"]
    assert proposal.quantities["servers"].value == 8 and proposal.quantities["utilisation"].value == pytest.approx(0.5)
    decision = step.decide(proposal, chosen)
    assert decision["servers"] == 8 and decision["groups"]["G1"]["contact"] == "phone"
    assert decision["groups"]["G2"]["service_type"] == "professional_service"


def test_rates_that_were_asked_size_the_staff_with_a_band():
    """T54: seven servers for 95 % within 5 min; a quarter more arrivals and slower service ask for more."""
    proposal = proposed(queue_params=ASKED)
    servers = proposal.quantities["servers"]
    assert servers.value == 7 and servers.evidence == "expert" and servers.low < 7 < servers.high
    assert proposal.quantities["p_within_goal"].value == pytest.approx(0.9613, abs=1e-4)
    table = proposal.tables["staffing"].set_index("servers")
    assert table["chosen"].idxmax() == 7 and table["today"].idxmax() == 5
    assert table.loc[[5, 6, 7], "p_within_goal"].round(4).tolist() == [0.6347, 0.8762, 0.9613]
    assert table.loc[6, "cost"] == pytest.approx(209.09, abs=0.01)


def test_the_cheapest_staff_is_said_to_miss_the_goal():
    """T53: six cost least, but serve .8762 within the goal."""
    proposal = proposed(queue_params=ASKED, parameters=step.Parameters(rule="cost"))
    assert proposal.quantities["servers"].value == 6
    assert any("The cheapest staff serves" in t for t in templates(proposal))


def test_too_few_chosen_servers_are_told():
    proposal = proposed({**GROUPS, "organisation": {"servers": 4}}, queue_params=ASKED)
    assert proposal.quantities["mean_wait"].value is None and proposal.quantities["p_within_goal"].value == 0
    assert "With {servers} servers the line of the peak grows without end; at least {least} are needed." in templates(proposal)


def test_counts_give_the_peak_and_the_mean():
    """Two days, 10 h brings 30 and 34, the others 6: peak 32, mean (30 + 34 + 4 * 6) / 6 = 14.67."""
    counts = pd.DataFrame({"interval_start": pd.to_datetime([f"2026-03-0{d} {h}:00" for d in (2, 3) for h in ("09", "10", "11")]),
                           "minutes": 60, "arrivals": [6, 30, 6, 6, 34, 6]})
    proposal = proposed(interval_counts=counts, queue_params=ASKED)
    value = proposal.quantities
    assert value["arrival_rate"].value == 32 and value["arrival_rate_mean"].value == pytest.approx(88 / 6)
    assert value["servers_by_mean"].value < value["servers"].value and value["arrival_rate"].n == 64
    arrivals = proposal.tables["arrivals"]
    assert arrivals["in_peak"].tolist() == [False, True, False] and arrivals["arrivals_per_hour"].tolist() == [6, 32, 6]


def test_places_population_and_a_goal_without_doubt():
    """Twelve places: the curve goes on past them; three places for 4 erlangs: nobody can meet the goal; 100 % is 99.9 %."""
    roomy = proposed(queue_params=ASKED.assign(capacity=12, servers=20))
    assert roomy.tables["staffing"]["servers"].max() == 22 and roomy.quantities["servers"].value == 7
    tight = proposed(queue_params=ASKED.assign(capacity=3))
    assert "servers" not in tight.quantities and "No number of servers up to {most} meets the goal." in templates(tight)
    assert sentences.read_staffing(result(tight), words_in("en")) == (
        "In the peak 20.0 customers arrive an hour and one server attends 5.0: no number of servers meets the goal as it is set.")
    few = proposed(queue_params=ASKED.assign(population=4, arrival_rate_h=1.0))
    assert few.tables["queues"]["model"].tolist() == ["M/M/s//N"] and few.quantities["servers"].value == 2
    sure = proposed(queue_params=ASKED.assign(goal_prob=1.0))
    assert "No staff reaches a share of {asked:%} for sure; {used:%} stands for it." in templates(sure)


def test_the_line_with_the_largest_load_leads():
    two = pd.concat([ASKED, ASKED.assign(queue_id="phone", arrival_rate_h=50.0)], ignore_index=True)
    proposal = proposed(queue_params=two)
    assert proposal.tables["queues"]["queue_id"].tolist() == ["phone", "counter"]
    assert proposal.quantities["arrival_rate"].value == 50
    assert set(proposal.tables["staffing"]["queue_id"]) == {"phone", "counter"}


def test_a_line_without_service_time_is_not_sized():
    proposal = proposed(queue_params=ASKED.assign(service_rate_h=np.nan))
    assert "servers" not in proposal.decision
    words = words_in("en")
    assert "Waiting line counter: service time not known, so its staff is not sized." in [
        words.reason(r) for r in proposal.reasons]


def test_table_1_keeps_what_people_wrote():
    written = pd.DataFrame({"definition_id": ["5.1"], "text": ["five at the counter"], "status": ["agreed"]})
    proposal = proposed({**GROUPS, "organisation": {"table1": {"1.1": {"text": "we listen", "status": "draft"}}}},
                        table1=written, queue_params=ASKED)
    table = proposal.tables["table1"].set_index("definition_id")
    assert table.loc["5.1", ["text", "status", "source"]].tolist() == ["five at the counter", "agreed", "written"]
    assert table.loc["1.1", "text"] == "we listen"
    assert table.loc["2.1", "text"] == "2 groups: workshops, fleets." and table.loc["6.2", "status"] == "empty"
    assert proposal.quantities["table1_agreed"].value == pytest.approx(1 / 17)


def test_table_1_reads_in_both_languages():
    table = proposed(service_factors=FACTORS).tables["table1"]
    english, spanish = (sentences.table1_in(table, words_in(x)).set_index("definition_id")["text"] for x in ("en", "es"))
    assert english["2.1"] == "2 groups: workshops, fleets." and spanish["2.1"] == "2 grupos: workshops, fleets."
    assert spanish["3.2"] == "Paquete de cada grupo. workshops: selectivo; fleets: selectivo."


def test_decisions_are_plain_values():
    proposal = proposed(service_factors=FACTORS, queue_params=ASKED)
    assert json.loads(json.dumps(step.decide(proposal, {}))) == step.decide(proposal, {})


@pytest.mark.parametrize("chosen,text", [
    ({"staff": 3}, "Step 5 has no decision staff; it has groups, servers, form and table1."),
    ({"servers": 0}, "servers must be a whole number from 1 to 20,000, not 0."),
    ({"servers": "five"}, "servers must be a whole number from 1 to 20,000, not five."),
    ({"form": "matrix"}, "There is no form of organisation matrix; write one of product, market, function, mixed."),
    ({"groups": {"G1": {"package": "big"}}}, "package = big is not known; write one of generic, restricted, selective, unique."),
    ({"groups": ["G1"]}, "groups is given by id, each with its values."),
    ({"table1": {"1.1": {"status": "done"}}},
     "Table 1 has the definitions " + ", ".join(d for d, *_ in DEFINITIONS) + ", each with a text and a status empty, draft, "
     "agreed; 1.1: done is none of them."),
])
def test_decisions_are_checked(chosen, text):
    proposal = proposed({**GROUPS, "organisation": chosen}, queue_params=ASKED)
    with pytest.raises(ParameterError) as caught:
        step.decide(proposal, chosen)
    assert str(caught.value) == text


@pytest.mark.parametrize("options,text", [
    ({"rule": "fast"}, "rule = fast is not known; write one of probability, mean_wait, cost."),
    ({"rho_max": 2.0}, "rho_max = 2 is not between 0.1 and 1."),
    ({"interval_minutes": 50}, "The interval of 50 minutes does not divide the day."),
])
def test_parameters_are_checked(options, text):
    with pytest.raises(ParameterError) as caught:
        step.Parameters(**options)
    assert str(caught.value) == text


# pictures and sentences ------------------------------------------------------------------------------------
def result(proposal):
    return StepResult("organisation", "base", "", proposal.quantities, proposal.tables, proposal.decision, proposal.decision,
                      proposal.reasons, proposal.missing, proposal.evidence, "proposed", {})


@pytest.fixture(scope="module")
def full():
    counts = pd.DataFrame({"interval_start": pd.to_datetime([f"2026-03-0{d} {h}:00" for d in (2, 3) for h in ("09", "10", "11")]),
                           "minutes": 60, "arrivals": [6, 30, 6, 6, 34, 6]})
    return result(proposed(service_factors=FACTORS, interval_counts=counts, queue_params=ASKED))


def test_sentences(full):
    words = words_in("en")
    assert sentences.read_organisation(full, words).startswith(
        "Each group asks for its own way to serve: workshops (service shop, selective package); ")
    text = sentences.read_staffing(full, words)
    assert text.startswith("In the peak 32.0 customers arrive an hour; with 10 servers ")
    assert "The mean of all hours, 14.7 an hour, would have asked for " in text
    spanish = sentences.read_staffing(full, words_in("es"))
    assert spanish.startswith("En el pico llegan 32,0 clientes por hora; con 10 servidores el ")
    empty = result(proposed({}))
    assert sentences.read_staffing(empty, words).startswith("No waiting line was observed and no rates are known")


def drawn(axes, gid):
    return [c for c in axes.get_children() if c.get_gid() == gid]


@pytest.mark.parametrize("narrow", [False, True])
def test_pictures_draw_the_tables(full, narrow):
    words = words_in("es")
    positions, staffing, arrivals = full.tables["positions"], full.tables["staffing"], full.tables["arrivals"]
    axes = figures.plot_service_matrix(positions, words=words, narrow=narrow)
    at = {tuple(g.get_offsets()[0]) for g in drawn(axes, "group")}
    assert at == {(4.0, 2.0), (3.0, 3.0)} and axes.get_xlabel() == "Interacción y adaptación, 1 a 5"
    axes = figures.plot_contact(positions, words=words, narrow=narrow)
    assert sorted(round(g.get_offsets()[0][0], 3) for g in drawn(axes, "group")) == [0.5, 0.675]
    assert len(drawn(axes, "type")) == 6
    axes = staff_figures.plot_arrivals(arrivals, words=words, narrow=narrow)
    assert [round(bar.get_height(), 1) for bar in axes.patches] == [6, 32, 6]
    assert drawn(axes, "mean")[0].get_ydata()[0] == pytest.approx(88 / 6)
    axes = staff_figures.plot_staffing(staffing, words=words, narrow=narrow)
    assert drawn(axes, "goal")[0].get_ydata()[0] == 0.95
    assert drawn(axes, "curve")[0].get_xdata().tolist() == staffing["servers"].tolist()


def test_pictures_in_words(full):
    words = words_in("en")
    assert figures.describe_service_matrix(full.tables["positions"], words).startswith(
        "Service matrix, cut at 3 of 1 to 5. workshops: service shop (interaction 4.0, labour 2.0).")
    assert "workshops: face to face, loose specifications, reactive system, index 0.68, trade skills." in (
        figures.describe_contact(full.tables["positions"], words))
    assert staff_figures.describe_arrivals(full.tables["arrivals"], words) == (
        "Customers an hour by the time of day: 09:00 6.0; 10:00 32.0; 11:00 6.0. The mean of all hours is 14.7, the peak 32.0.")
    assert "goal 95.0 %" in staff_figures.describe_staffing(full.tables["staffing"], words)
    assert staff_figures.describe_staffing(full.tables["staffing"].head(0), words) == ""
