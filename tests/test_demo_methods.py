"""Do the methods find again what was planted in the shipped study? The truth stands in data/demo/truth.toml.

tests/test_demo.py shows the same by plain arithmetic; here svcnb's own methods and measures are asked.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from test_demo import DEMO, SEGMENTS, TRUTH, close_to_truth, planted

from svcnb.study import load_study


@pytest.fixture(scope="module")
def demo():
    study = load_study(DEMO)
    yield study
    study.close()


@pytest.fixture(scope="module")
def segment_of(demo):
    """customer_id -> S1..S4 by branch, as the numbering of the demo's files has it."""
    customers = demo.table("customers").set_index("customer_id")
    return customers.branch.map({branch: segment for segment, branch in SEGMENTS.items()}).rename("segment_id")


@pytest.fixture(scope="module")
def survey(demo, segment_of):
    """Importance and own satisfaction with the segment of each respondent (stratum where he gave no name)."""
    stratum = demo.table("survey_respondents").set_index("respondent_id").stratum
    of = stratum.map({branch: segment for segment, branch in SEGMENTS.items()})
    importance, satisfaction = demo.table("survey_importance"), demo.table("survey_satisfaction")
    own = satisfaction[satisfaction.supplier == "own"]
    return importance.assign(segment=importance.respondent_id.map(of)), own.assign(segment=own.respondent_id.map(of))


def test_levels_of_the_measures(demo, segment_of):
    """M2, M3, M8, M11 as measured from the order lines; all closed orders, so within the tolerance of the truth."""
    from svcnb import measures

    table = measures.service_levels(demo).set_index("measure_id").value
    for measure, name in (("M2", "on_time.all"), ("M11", "order_fill.all"), ("M8", "error_free.all"),
                          ("M3", "availability")):
        close_to_truth(name, table[measure])
    parts = measures.service_levels(demo, by=segment_of).set_index(["segment_id", "measure_id"]).value
    for segment in ("S1", "S2", "S3"):
        for measure, name in (("M2", "on_time"), ("M11", "order_fill"), ("M8", "error_free")):
            close_to_truth(f"{name}.{segment}", parts[segment, measure])


def test_errors_are_those_of_the_lines_and_of_the_rest(demo):
    """M8 (method.md 2.2: item, qty, price, document, address, quality) takes both: either part alone is another number.

    Order by order it is right where no line has an error and no record says that papers, goods or information were
    wrong; the parts are measured each alone by leaving the columns of the other out.
    """
    import ibis

    from svcnb.measures.definitions import goals_in_force
    from svcnb.measures.orders import frame_of, order_facts

    rest = ("docs_ok", "condition_ok", "info_ok")
    whole = (demo.orders, demo.order_lines)
    only_lines = (demo.orders.mutate(**{name: ibis.null().cast("boolean") for name in rest}), demo.order_lines)
    only_rest = (demo.orders, demo.order_lines.mutate(error_type=ibis.null().cast("string")))
    measured = {}
    for part, (orders, lines) in {"": whole, "_lines": only_lines, "_rest": only_rest}.items():
        facts = order_facts(SimpleNamespace(orders=orders, order_lines=lines, settings=demo.settings), goals_in_force())
        rows = frame_of(facts.filter(facts.state == "delivered").select("M8"))["M8"]
        measured[part] = rows.mean() if part != "_rest" else rows.dropna().astype(bool).mean()
        close_to_truth(f"error_free{part}.all", measured[part])
    assert measured[""] < min(measured["_lines"], measured["_rest"]) - 0.02


def test_fill_rates(demo):
    from svcnb import measures

    rates = measures.fill_rates(demo)
    for name, value in (("unit_fill", rates.unit), ("value_fill", rates.value), ("line_fill", rates.line),
                        ("order_fill.all", rates.order)):
        close_to_truth(name, value)


def test_the_joint_level_differs_from_the_product(demo):
    from svcnb import measures
    from svcnb.methods import levels

    chosen = ["M2", "M11", "M8"]
    table = measures.service_levels(demo).set_index("measure_id").value
    patterns = measures.order_flags(demo, measures=chosen)
    combined = levels.combine(table[chosen].to_dict(), flags=patterns[chosen], weights=patterns["orders"])
    close_to_truth("product.all", combined.product)
    close_to_truth("joint.all", combined.joint)
    assert combined.joint - combined.product > 0.05


def test_branch_discriminates(demo):
    from svcnb.methods import contingency

    customers = demo.table("customers")
    tables = {column: contingency.cross_tabulate(customers, column, "uses_product")
              for column in ("branch", "location", "sex", "environment", "living_conditions", "preferred_channel")}
    found = {column for column, table in tables.items() if table.discriminating}
    assert found == {planted("discriminating_variable")}
    assert tables["branch"].strength == "moderate"


def test_abc(demo):
    from svcnb.methods import abc

    customers = demo.table("customers").set_index("customer_id")
    counts = abc.classify(customers.revenue, cuts=(0.8, 0.95)).counts
    found = np.array([counts["A"], counts["B"], counts["C"]])
    assert np.abs(found - planted("abc_counts")).max() <= TRUTH["abc_counts"]["tolerance"]


def test_laboriousness(demo):
    from svcnb.methods import laboriousness

    ratings = demo.table("driver_ratings")
    drivers = demo.table("cost_drivers")
    groups = ratings[ratings.subject_kind == "group"]
    result = laboriousness.rate(drivers, groups.rename(columns={"subject_id": "group_id"}))
    assert [f"{group}:{result.classes[group]}" for group in ("G1", "G2", "G3")] == planted("lab_class")
    by = ratings[ratings.subject_kind == "customer"].rename(columns={"subject_id": "group_id"})
    lab = laboriousness.rate(drivers, by).laboriousness
    branch = demo.table("customers").set_index("customer_id").branch
    assert laboriousness.compare_groups(lab, lab.index.map(branch)).p_value < 0.001


@pytest.mark.parametrize("segment", ["S1", "S2", "S3"])
def test_the_window_shows_what_is_wanted_and_not_had(survey, segment):
    from svcnb.methods import window

    importance, satisfaction = (table[table.segment == segment] for table in survey)
    found = window.customer_window(importance[["respondent_id", "component_id", "points"]],
                                   satisfaction[["respondent_id", "component_id", "perceived"]], seed=1)
    assert sorted(found.improve, key=lambda c: int(c[1:])) == planted(f"window_a.{segment}")


def test_the_sums_of_points_are_mended_or_rejected(survey):
    from svcnb.methods import importance

    answers = survey[0][["respondent_id", "component_id", "points"]]
    result = importance.constant_sum(answers, n_resamples=20)
    assert (result.n_rescaled, result.n_rejected) == (planted("points_rescaled"), planted("points_rejected"))


def test_the_dissenter_is_named(demo):
    from svcnb.methods import concordance

    answers = demo.table("expert_answers")
    ranks = answers[answers.topic == "parameters"].pivot(index="expert_id", columns="item_id", values="value")
    found = concordance.kendall_w(ranks, n_permutations=500)
    assert found.dissenters == (planted("dissenter"),) and found.consensus
    assert found.rank_sums.idxmin() == planted("first_parameter")
    assert found.leave_one_out["E5"] > found.w + 0.1


def test_the_expert_who_knows_little_is_not_kept(demo):
    from svcnb.methods import experts

    table = experts.competence(demo.table("experts")).table.set_index("expert_id")
    assert table.index[table.level == "low"].tolist() == [planted("incompetent")]


def test_the_strongest_forces(demo):
    from svcnb.methods import forcefield

    answers = demo.table("expert_answers")
    ratings = answers[answers.topic == "forces"].pivot(index="expert_id", columns="item_id", values="value")
    forces = demo.table("forces").set_index("force_id")
    field = forcefield.analyse_forces(ratings, forces.side, influenceability=forces.influenceability)
    assert sorted(field.critical[:2]) == planted("strongest_forces")


def test_the_peak_needs_more_servers_than_the_mean(demo):
    from svcnb.methods import queueing

    seen = demo.table("queue_observations")
    whole = queueing.from_observations(seen)
    peak = queueing.from_observations(seen[seen.arrival_ts.dt.day_of_week.isin([1, 4])])
    close_to_truth("mean_arrivals_h", whole.mean_arrival_rate)
    close_to_truth("service_rate_h", whole.service_rate)
    assert peak.busy_interval in ("10:00", "11:00") and peak.arrival_rate == pytest.approx(34, abs=5)
    goal = {"goal_wait": 10 / 60, "goal_probability": 0.9, "service_rate": whole.service_rate}
    by_mean = queueing.size_servers("probability", arrival_rate=whole.mean_arrival_rate, **goal)
    in_peak = queueing.size_servers("probability", arrival_rate=planted("peak_arrivals_h"), **goal)
    assert (by_mean.servers, in_peak.servers) == (planted("servers_by_mean"), planted("servers_in_peak"))


def test_economics(demo):
    from svcnb.methods import optimum, parity

    close_to_truth("economic_level", optimum.from_table(demo.table("service_curve")).level)
    case = demo.table("inventory_case").iloc[0].dropna().to_dict()
    assert optimum.from_inventory(**case).sl_step == pytest.approx(planted("inventory_step"))
    found = parity.least_cost(demo.table("design_options"), {"M2": 0.93, "M3": 0.95})
    assert found.options == (planted("parity_option"),)


def test_balance(demo):
    from svcnb.methods import balance

    demand = demo.table("service_demand")
    july = demand[demand.period == pd.Timestamp("2026-07-01")].groupby("service_id").units.sum()
    found = balance.balance_activities(demo.table("activities"), demo.table("norms"), july)
    assert found.bottleneck == planted("overloaded_activity") and found.capacity_factor < 1


def test_composition_and_decomposition(demo):
    from svcnb.methods import composition

    market = demo.table("market").iloc[0]
    both = composition.compare(composition.compose(demo.table("group_rates")).total,
                               composition.decompose(market.market_size, market.expected_share))
    close_to_truth("composition_over_decomposition", both.difference)
    assert not both.reconcile


def test_the_growing_series_is_forecast_as_growing(demo):
    from svcnb.methods import forecast

    history = demo.table("demand_history").pivot(index="period", columns="series_id", values="demand")
    ahead = forecast.choose(history["G2"], horizon=6).ahead.value
    assert ahead.mean() > history["G2"].tail(12).mean()
    seasonal = forecast.choose(history["G1"], horizon=6)
    december = seasonal.methods.set_index("method_id").mae
    assert december["seasonal_naive"] < december["naive"]
