"""Waiting lines against method.md 7.11.5 (T40 to T56), birth-death chains solved by numpy, and quadrature."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods import queueing
from svcnb.methods.queueing import size_servers, solve
from svcnb.methods.queueing.profile import find_peak


def close(value, expected, rel=1e-3):
    return value == pytest.approx(expected, rel=rel)


# worked examples -------------------------------------------------------------------------------------------
COUNTY = {"arrival_rate": 2, "service_rate": 3}


def test_county_hospital_with_one_doctor():
    """T40, Hillier and Lieberman: rho = 2/3, L = rho/(1-rho) = 2, Wq = L - rho over lambda = 2/3 h."""
    q = solve("M/M/s", servers=1, **COUNTY)
    assert close(q.p0, 1 / 3) and close(q.p_wait, 2 / 3) and close(q.mean_queue, 4 / 3) and close(q.mean_number, 2)
    assert close(q.mean_wait, 2 / 3) and close(q.mean_time, 1)
    assert close(q.p_wait_over(0.5), 0.4044) and close(q.p_wait_over(1), 0.2453)


def test_county_hospital_with_two_doctors():
    """T41: P0 = 1/(1 + 2/3 + (4/9)/(2 * 2/3)) = 1/2; C = (4/9)/(2 * 2/3) * 1/2 = 1/6."""
    q = solve("M/M/s", servers=2, **COUNTY)
    assert close(q.p0, 0.5, 1e-12) and close(q.p_wait, 1 / 6, 1e-12) and close(q.mean_queue, 1 / 12, 1e-12)
    assert close(q.mean_number, 0.75) and close(q.mean_wait, 0.041667) and close(q.mean_time, 0.375)
    assert close(q.p_wait_over(0.5), 0.02256) and close(q.p_wait_over(1), 0.00305, 2e-3)


def test_bronson():
    """T42 to T44, Bronson 23.3, 23.14, 24.6 [W24]."""
    q = solve("M/M/s", arrival_rate=24, service_rate=30)
    assert close(q.mean_number, 4) and close(q.mean_time, 1 / 6) and close(q.p0, 0.2)
    q = solve("M/M/s", arrival_rate=30, service_rate=40)
    assert close(q.mean_queue, 2.25) and close(q.mean_wait * 60, 4.5) and close(q.p0, 0.25)
    q = solve("M/M/s", arrival_rate=300, service_rate=182.5, servers=3)
    assert close(q.mean_queue, 0.3524) and close(q.mean_number, 1.9963) and close(q.p0, 0.17754)
    assert close(q.mean_wait, 0.001175)


def test_limited_places():
    """T45 M/M/2/4 [W33] and T46 M/M/1/2, where p is proportional to 1, 2/3, 4/9."""
    q = solve("M/M/s/K", arrival_rate=3, service_rate=2, servers=2, capacity=4)
    assert close(q.p0, 0.19602) and close(q.p_loss, 0.12404) and close(q.mean_number, 1.72741)
    assert close(q.mean_queue, 0.41348) and close(q.effective_rate, 2.62787) and close(q.mean_time, 0.65734)
    q = solve("M/M/1/K", arrival_rate=2, service_rate=3, capacity=2)
    assert np.allclose(q.probabilities, [9 / 19, 6 / 19, 4 / 19])
    assert close(q.mean_number, 0.73684) and close(q.mean_time, 0.46667)


def test_limited_population():
    """T47 M/M/1//4: weights 1, 2, 3, 3, 1.5 over 10.5."""
    q = solve("M/M/s//N", arrival_rate=1, service_rate=2, population=4)
    assert np.allclose(q.probabilities, np.array([1, 2, 3, 3, 1.5]) / 10.5)
    assert close(q.mean_number, 2.19048) and close(q.mean_queue, 1.28571)
    assert close(q.effective_rate, 1.80952) and close(q.mean_time, 1.21053)


def test_call_centre():
    """T48, Erlang C tutorial: 360 calls in 30 min of 240 s, 55 agents."""
    q = solve("M/M/s", arrival_rate=360 / 1800, service_rate=1 / 240, servers=55)
    assert close(q.offered_load, 48) and close(q.p_wait, 0.2387) and close(q.mean_wait, 8.184)
    assert close(1 - q.p_wait_over(15), 0.8459)


def test_eighty_twenty():
    """T49: 80 % within 20 s needs 11, ten serve 65.36 %."""
    staff = size_servers("probability", arrival_rate=2, service_rate=0.25, goal_wait=20 / 60, goal_probability=0.8)
    within = staff.table.set_index("servers")["p_within_goal"]
    assert staff.servers == 11 and close(within[10], 0.6536) and close(within[11], 0.8092)
    assert staff.unstable_below == 9 and staff.payroll == 11


def test_general_times():
    """T50 and T51: Allen-Cunneen halves M/M/s when ca2 + cs2 = .89; M/D/1 waits half as long as M/M/1."""
    markov = solve("M/M/s", arrival_rate=20, service_rate=5, servers=5)
    general = solve("G/G/s", arrival_rate=20, service_rate=5, servers=5, ca2=0.64, cs2=0.25)
    assert close(markov.mean_wait * 60, 6.649) and close(general.mean_wait * 60, 2.959)
    assert close(general.mean_wait, markov.mean_wait * 0.445, 1e-12)
    assert [w.template for w in general.warnings] == [
        "G/G/s is an approximation (Allen and Cunneen): compare it with the waits observed."]
    constant = solve("M/D/1", arrival_rate=2, service_rate=3)
    assert close(constant.mean_queue, 2 / 3, 1e-12) and constant.warnings == ()
    assert solve("G/G/s", arrival_rate=2, service_rate=3, ca2=1, cs2=0).mean_queue == constant.mean_queue


def test_pooling_two_lines():
    """T52: two lines of one server wait 24 min, one line of two servers 10.667 min."""
    apart = solve("M/M/s", arrival_rate=8, service_rate=10)
    together = solve("M/M/s", arrival_rate=16, service_rate=10, servers=2)
    assert close(apart.mean_wait * 60, 24) and close(together.mean_wait * 60, 10.667)


def test_least_cost():
    """T53: 246.49, 209.09, 209.40 for 5, 6, 7 servers."""
    staff = size_servers("cost", arrival_rate=20, service_rate=5, cost_server=12, cost_wait=30)
    cost = staff.table.set_index("servers")["cost"]
    assert staff.servers == 6
    assert [round(cost[s], 2) for s in (5, 6, 7)] == [246.49, 209.09, 209.4]


def test_goal_in_five_minutes():
    """T54: P(Wq <= 5 min) is .6347, .8762, .9613 with 5, 6, 7 servers."""
    staff = size_servers(arrival_rate=20, service_rate=5, goal_wait=5 / 60, goal_probability=0.95, shrinkage=0.15)
    within = staff.table.set_index("servers")["p_within_goal"]
    assert staff.servers == 7 and staff.payroll == 9  # 7 / .85 = 8.24
    assert [round(within[s], 4) for s in (5, 6, 7)] == [0.6347, 0.8762, 0.9613]
    assert staff.table["chosen"].sum() == 1


def test_erlang_a():
    """Method 7.11.5: lambda 2, mu .25, s 8, patience 5."""
    q = solve("M/M/s+M", arrival_rate=2, service_rate=0.25, servers=8, patience=5)
    assert close(q.p_wait, 0.57177) and close(q.mean_queue, 1.31965) and close(q.p_abandon, 0.13197)
    assert close(q.utilisation, 0.86803)


def test_poisson_counts():
    """T55: cells 0..4 and >= 5, 10.970 24.244 26.789 19.735 10.904 7.358 expected."""
    check = queueing.check_poisson(np.repeat(np.arange(7), [10, 24, 28, 20, 11, 5, 2]))
    assert close(check.rate, 2.21) and close(check.chi2, 0.16479) and check.df == 4
    assert close(check.p_value, 0.99679)
    assert np.allclose(check.expected, [10.970, 24.244, 26.789, 19.735, 10.904, 7.358], atol=1e-3)
    assert close(check.dispersion, 90.7647) and close(check.p_dispersion, 0.71034)
    assert close(check.variance_ratio, 0.917)


def test_time_study():
    """T56: sum 38, squares 290: (40 sqrt(5 * 290 - 38²) / 38)² = 6.648, so two more than five."""
    study = queueing.required_observations([8, 7, 8, 8, 7])
    assert close(study.exact, 6.648) and (study.needed, study.n, study.more) == (7, 5, 2)


# independent solutions -------------------------------------------------------------------------------------
def chain(birth, death, top):
    """Shares of a birth-death chain by solving its generator with numpy."""
    generator = np.zeros((top + 1, top + 1))
    for n in range(top):
        generator[n, n + 1], generator[n + 1, n] = birth(n), death(n + 1)
    np.fill_diagonal(generator, -generator.sum(axis=1))
    system = np.vstack([generator.T, np.ones(top + 1)])
    return np.linalg.lstsq(system, np.append(np.zeros(top + 1), 1), rcond=None)[0]


@pytest.mark.parametrize("servers", [1, 2, 5])
@pytest.mark.parametrize("load", [0.3, 0.7, 0.85])
def test_models_equal_their_chains(servers, load):
    rate, mu = load * servers * 2.0, 2.0
    p = chain(lambda n: rate, lambda n: min(n, servers) * mu, 300)
    q = solve("M/M/s", arrival_rate=rate, service_rate=mu, servers=servers)
    n = np.arange(301)
    assert close(q.p0, p[0], 1e-8) and close(q.p_wait, p[servers:].sum(), 1e-8) and close(q.mean_number, p @ n, 1e-8)

    p = chain(lambda n: rate, lambda n: min(n, servers) * mu, servers + 3)
    q = solve("M/M/s/K", arrival_rate=rate, service_rate=mu, servers=servers, capacity=servers + 3)
    assert np.allclose(q.probabilities, p) and close(q.utilisation, rate * (1 - p[-1]) / servers / mu, 1e-8)

    p = chain(lambda n: (9 - n) * rate, lambda n: min(n, servers) * mu, 9)
    q = solve("M/M/s//N", arrival_rate=rate, service_rate=mu, servers=servers, population=9)
    assert np.allclose(q.probabilities, p)
    assert close(q.effective_rate, mu * np.minimum(np.arange(10), servers) @ p, 1e-8)

    p = chain(lambda n: rate, lambda n: min(n, servers) * mu + max(n - servers, 0) * 0.5, 150)
    q = solve("M/M/s+M", arrival_rate=rate, service_rate=mu, servers=servers, patience=2)
    assert np.allclose(q.probabilities[:151], p, atol=1e-10) and close(q.mean_number, p @ np.arange(151), 1e-8)


@pytest.mark.parametrize("q", [
    solve("M/M/s", arrival_rate=1.7, service_rate=1, servers=2),
    solve("M/M/s", arrival_rate=1, service_rate=1, servers=2),
    solve("M/M/s", arrival_rate=4.5, service_rate=1, servers=5),
    solve("M/M/s/K", arrival_rate=3, service_rate=1, servers=2, capacity=6),
    solve("M/M/1/K", arrival_rate=3, service_rate=2, capacity=5),
    solve("M/M/s//N", arrival_rate=0.4, service_rate=1, servers=3, population=8),
])
def test_tails_integrate_to_the_means(q):
    """E(T) is the integral of P(T > t): quadrature against Little's law."""
    assert close(integrate.quad(q.p_wait_over, 0, 60, limit=200)[0], q.mean_wait, 1e-6)
    assert close(integrate.quad(q.p_time_over, 0, 60, limit=200)[0], q.mean_time, 1e-6)
    assert close(q.p_wait_over(0), q.p_wait, 1e-12) and close(q.p_time_over(0), 1, 1e-12)


def test_erlang_a_waits_integrate_to_the_mean_and_split_into_served_and_lost():
    """P(served by t) = 1 - P(W > t) - theta * integral of P(W > v) to t."""
    q = solve("M/M/s+M", arrival_rate=2, service_rate=0.25, servers=8, patience=5)
    assert close(integrate.quad(q.p_wait_over, 0, 80, limit=200)[0], q.mean_wait, 1e-6)
    for t in (0.0, 0.5, 2.0, 9.0):
        expected = 1 - q.p_wait_over(t) - integrate.quad(q.p_wait_over, 0, t)[0] / 5
        assert close(q.p_served_within(t), expected, 1e-8)
    assert close(q.p_served_within(1e6), 1 - q.p_abandon, 1e-9)


def test_patience_that_never_ends_is_mms_and_places_without_end_too():
    plain = solve("M/M/s", arrival_rate=3, service_rate=1, servers=4)
    patient = solve("M/M/s+M", arrival_rate=3, service_rate=1, servers=4, patience=1e7)
    roomy = solve("M/M/s/K", arrival_rate=3, service_rate=1, servers=4, capacity=400)
    for q in (patient, roomy):
        assert close(q.mean_wait, plain.mean_wait, 1e-5) and close(q.p_wait_over(0.7), plain.p_wait_over(0.7), 1e-5)


def test_erlang_b_is_the_loss_without_waiting_places():
    """s = K: Erlang B by its sum, 20 servers and 15 erlangs."""
    terms = [15.0**n / math.factorial(n) for n in range(21)]
    q = solve("M/M/s/K", arrival_rate=15, service_rate=1, servers=20, capacity=20)
    assert close(q.p_loss, terms[-1] / sum(terms), 1e-10) and q.mean_wait == 0 and q.p_wait_over(0) == 0


@settings(max_examples=40, deadline=None)
@given(load=st.floats(0.05, 0.99), servers=st.integers(1, 400), mu=st.floats(0.01, 50))
def test_little_and_order(load, servers, mu):
    q = solve("M/M/s", arrival_rate=load * servers * mu, service_rate=mu, servers=servers)
    assert close(q.mean_number, q.arrival_rate * q.mean_time, 1e-9) and 0 <= q.p_wait <= 1
    assert q.p_wait_over(1 / mu) <= q.p_time_over(1 / mu) + 1e-12 and 0 <= q.utilisation < 1


def test_large_lines_do_not_overflow():
    q = solve("M/M/s", arrival_rate=4900, service_rate=1, servers=5000)
    assert 0 < q.p_wait < 1 and 0 < q.mean_wait < 1 and q.p_time_over(1e4) == 0
    q = solve("M/M/s/K", arrival_rate=4900, service_rate=1, servers=2, capacity=9000)
    assert close(q.p_loss, 1 - 2 / 4900, 1e-9) and q.utilisation <= 1 and close(q.p_time_over(1.0), 1, 1e-9)


def test_times_may_be_an_array():
    q = solve("M/M/s", arrival_rate=2, service_rate=3)
    assert np.allclose(q.p_wait_over([0, 0.5]), [q.p_wait, q.p_wait_over(0.5)])


def test_constant_arrivals_and_services_never_wait():
    q = solve("G/G/s", arrival_rate=2, service_rate=3, ca2=0, cs2=0)
    assert q.mean_wait == 0 and q.p_wait == 0 and q.p_wait_over(0) == 0


# words -----------------------------------------------------------------------------------------------------
def fails(error, **what):
    with pytest.raises(error) as caught:
        solve(**{"model": "M/M/s", "arrival_rate": 2, "service_rate": 3, **what})
    return str(caught.value)


def test_unstable_says_how_many():
    assert fails(NotComputable, arrival_rate=12, servers=4) == (
        "The arrivals keep 4.00 servers busy and there are 4: the line grows without end. "
        "At least 5 servers are needed.")
    assert fails(NotComputable, arrival_rate=12.6, servers=3).endswith("At least 5 servers are needed.")
    with pytest.raises(NotComputable) as caught:
        solve("M/M/s", arrival_rate=3, service_rate=3)
    assert caught.value.fallback == (
        "Add servers, shorten the service, or use a model with limited places or limited patience.")


def test_errors_in_words():
    assert fails(ParameterError, model="M/M/7").startswith("There is no waiting-line model M/M/7; models are M/M/s, ")
    assert fails(ParameterError, model="M/M/s/K") == "The model M/M/s/K needs capacity."
    assert fails(ParameterError, patience=3) == "The model M/M/s does not use patience."
    assert fails(ParameterError, model="M/D/1", servers=2) == (
        "The model M/D/1 fixes servers at 1; 2 contradicts it.")
    assert fails(ParameterError, arrival_rate=0) == "arrival_rate must be a number greater than 0, not 0."
    assert fails(ParameterError, service_rate=float("nan")) == (
        "service_rate must be a number greater than 0, not nan.")
    assert fails(ParameterError, arrival_rate="2") == "arrival_rate must be a number greater than 0, not 2."
    assert fails(ParameterError, servers=1.5) == "servers must be a whole number from 1 to 2,000,000, not 1.5."
    assert fails(ParameterError, servers=0) == "servers must be a number of at least 1, not 0."
    assert fails(ParameterError, model="M/M/s/K", servers=3, capacity=2) == (
        "The places (2) count the customers being served too; with 3 servers there are at least 3.")
    with pytest.raises(ParameterError, match="A waiting time must be 0 or more, not -1."):
        solve("M/M/s", **COUNTY).p_wait_over(-1)
    with pytest.raises(NotComputable) as caught:
        solve("G/G/s", ca2=1, cs2=1, **COUNTY).p_time_over(1)
    assert str(caught.value) == "The distribution of the time in the system is not known for the model G/G/s."


def test_sizing_errors_in_words():
    def message(*args, **options):
        with pytest.raises((ParameterError, NotComputable)) as caught:
            size_servers(*args, **{"arrival_rate": 20, "service_rate": 5, **options})
        return str(caught.value)

    assert message("fast") == "There is no sizing rule fast; rules are probability, mean_wait, cost."
    assert message("mean_wait") == "The sizing rule mean_wait needs max_mean_wait."
    assert message(goal_wait=1, goal_probability=1) == (
        "goal_probability must be a share greater than 0 and below 1, not 1.")
    assert message("mean_wait", max_mean_wait=1, rho_max=1.2) == (
        "rho_max must be a share greater than 0 and at most 1, not 1.2.")
    assert message("mean_wait", max_mean_wait=1, shrinkage=1) == (
        "shrinkage must be a share of at least 0 and below 1, not 1.")
    assert message("mean_wait", max_mean_wait=1, model="M/M/1") == (
        "The model M/M/1 has one server; the number of servers cannot be sized.")
    assert message("cost", cost_server=0, cost_wait=1) == "cost_server must be a number greater than 0, not 0."
    assert message(model="M/M/s/K", capacity=2, goal_wait=1, goal_probability=0.9) == (
        "No number of servers up to 2 meets the goal.")


def test_sizing_keeps_servers_under_the_largest_share_of_busy_time():
    """a = 4: five servers are busy .8, so rho_max = .75 asks for six though the wait of five is allowed."""
    assert size_servers("mean_wait", arrival_rate=20, service_rate=5, max_mean_wait=1, rho_max=0.75).servers == 6
    assert size_servers("mean_wait", arrival_rate=20, service_rate=5, max_mean_wait=1).servers == 5


@settings(max_examples=25, deadline=None)
@given(rate=st.floats(1, 80), goal=st.floats(0.01, 1), share=st.floats(0.5, 0.99))
def test_sizing_is_the_fewest(rate, goal, share):
    staff = size_servers(arrival_rate=rate, service_rate=4, goal_wait=goal, goal_probability=share)
    assert staff.queue.p_served_within(goal) >= share - 1e-9 and staff.queue.utilisation <= 0.9 + 1e-9
    fewer = staff.servers - 1
    if fewer > rate / 4:
        less = solve("M/M/s", arrival_rate=rate, service_rate=4, servers=fewer)
        assert less.utilisation > 0.9 or less.p_served_within(goal) < share


def test_sizing_where_customers_leave():
    """Who leaves is not served: fewer meet the goal than P(W <= t) would say."""
    staff = size_servers(arrival_rate=2, service_rate=0.25, model="M/M/s+M", patience=5, goal_wait=20 / 60,
                         goal_probability=0.8)
    assert staff.servers == 11
    assert staff.queue.p_served_within(20 / 60) >= 0.8


# observations ----------------------------------------------------------------------------------------------
def observed(days=40, seed=3, rate=(6, 18, 6), service=5.0, servers=("A", "B", "C")):
    """A counter open 8 to 11 with the rates given for each hour; every customer is served at once."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(days):
        for hour, per_hour in enumerate(rate):
            for minute in np.sort(rng.uniform(0, 60, rng.poisson(per_hour))):
                arrival = pd.Timestamp("2024-01-01") + pd.Timedelta(days=day, hours=8 + hour, minutes=minute)
                end = arrival + pd.Timedelta(minutes=rng.exponential(service))
                rows.append((arrival, arrival, end, servers[len(rows) % len(servers)], False))
    return pd.DataFrame(rows, columns=["arrival_ts", "service_start_ts", "service_end_ts", "server_id", "abandoned"])


def test_the_busy_hour_and_the_mean_of_the_day():
    frame = observed()
    before = frame.copy(deep=True)
    seen = queueing.from_observations(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert seen.busy_interval == "09:00" and seen.model == "M/M/s"
    assert seen.arrival_low < 18 < seen.arrival_high and 8 < seen.mean_arrival_rate < 12
    assert seen.service_low < 12 < seen.service_high
    assert close(seen.arrival_rate, ((frame["arrival_ts"].dt.hour == 9).sum()) / 40, 1e-12)
    assert seen.arrivals["arrivals"].sum() == len(frame) == seen.n and seen.servers == 3
    expected = stats.chi2.ppf(0.025, 2 * (40 * seen.arrival_rate)) / 2 / 40
    assert close(seen.arrival_low, expected, 1e-12)
    assert set(seen.checks["test"]) == {"dispersion", "chi2", "Lilliefors"}


def test_a_peak_of_some_weekdays_is_not_averaged_away():
    """Tuesdays 9 to 11 bring 30 an hour, every other watched hour 6: the mean of the hour over five days would be 10.8."""
    rows = [(d, m, 30 if d == 1 and m in (540, 600) else 6, 1.0) for d in range(5) for m in range(480, 1080, 60)]
    watched = pd.DataFrame(rows, columns=["weekday", "minute", "arrivals", "hours"])
    peak = find_peak(watched, 60)
    assert (peak.start, peak.end, peak.weekdays) == (540, 660, (1,)) and peak.n / peak.hours == 30
    assert peak.arrivals.set_index("interval")["arrivals_per_hour"]["09:00"] == pytest.approx((30 + 4 * 6) / 5)
    assert peak.cells["peak"].sum() == 2


def test_a_flat_day_has_no_special_weekday():
    rows = [(d, m, 10, 1.0) for d in range(5) for m in range(480, 720, 60)]
    peak = find_peak(pd.DataFrame(rows, columns=["weekday", "minute", "arrivals", "hours"]), 60)
    assert peak.weekdays == (0, 1, 2, 3, 4) and (peak.start, peak.end) == (480, 720)


def test_constant_services_are_general():
    frame = observed()
    frame["service_end_ts"] = frame["service_start_ts"] + pd.Timedelta(minutes=5)
    seen = queueing.from_observations(frame)
    assert seen.model == "G/G/s" and seen.cs2 == pytest.approx(0, abs=1e-12) and seen.service_rate == pytest.approx(12)


def test_who_leaves_shows_how_patient_people_are():
    """Ten wait 4 min and are served, five leave after 2 min: 50 min waited / 5 = 10 min."""
    arrival = pd.date_range("2024-03-04 09:00", periods=15, freq="3min")
    left = np.arange(15) % 3 == 2
    start = pd.Series(arrival + pd.Timedelta(minutes=4)).where(~left)
    end = pd.Series(np.where(left, arrival + pd.Timedelta(minutes=2), arrival + pd.Timedelta(minutes=9)))
    seen = queueing.from_observations(pd.DataFrame({
        "arrival_ts": arrival, "service_start_ts": start, "service_end_ts": end, "server_id": "A", "abandoned": left}))
    assert seen.patience_min == pytest.approx(10) and seen.n_abandoned == 5
    assert seen.abandon_share == pytest.approx(1 / 3)
    assert np.allclose(seen.busy_waits, 4) and seen.service_rate == pytest.approx(12)
    assert [w.template[:40] for w in seen.warnings] == [
        "{n} services begin before the same serve", "Only {n} arrivals in the peak that begin"]


def test_use_of_each_server():
    """A works 09:00-09:30 without a break; B two times ten minutes in forty."""
    times = [("09:00", "09:15", "A"), ("09:15", "09:30", "A"), ("09:00", "09:10", "B"), ("09:30", "09:40", "B")]
    frame = pd.DataFrame([(f"2024-03-04 {a}", f"2024-03-04 {a}", f"2024-03-04 {b}", s) for a, b, s in times],
                         columns=["arrival_ts", "service_start_ts", "service_end_ts", "server_id"])
    use = queueing.from_observations(frame).server_use.set_index("server_id")
    assert use["utilisation"].tolist() == [1.0, 0.5] and use["bottleneck"].tolist() == [True, False]


def test_counted_intervals_weigh_by_their_minutes():
    """10 h: 20 in 60 min and 5 in 30 min are 25 / 1.5 h."""
    counts = pd.DataFrame({"interval_start": ["2024-03-04 09:00", "2024-03-04 10:00", "2024-03-05 10:30"],
                           "minutes": [60, 60, 30], "arrivals": [3, 20, 5]})
    seen = queueing.from_counts(counts)
    assert seen.busy_interval == "10:00" and seen.arrival_rate == pytest.approx(25 / 1.5)
    assert seen.mean_arrival_rate == pytest.approx(28 / 2.5) and seen.service_rate is None


def test_observations_errors_in_words():
    frame = observed(days=2)
    with pytest.raises(ParameterError, match="These observations are of 2 waiting lines; give one at a time."):
        queueing.from_observations(frame.assign(queue_id=["a", "b"] * (len(frame) // 2) + ["a"] * (len(frame) % 2)))
    with pytest.raises(ParameterError, match="The interval of 7 minutes does not divide the day."):
        queueing.from_observations(frame, interval_minutes=7)
    for empty in (frame.head(0), frame.assign(arrival_ts=pd.NaT)):
        with pytest.raises(NotComputable, match="No arrival was observed."):
            queueing.from_observations(empty)
    backwards = frame.copy()
    backwards.loc[0, "service_end_ts"] = frame.loc[0, "arrival_ts"] - pd.Timedelta(minutes=1)
    first = queueing.from_observations(backwards).warnings[0]
    assert (first.template, first.values) == ("{n} observations without a usable time are left out.", {"n": 1})
    with pytest.raises(NotComputable) as caught:
        queueing.check_exponential([1, 2])
    assert str(caught.value) == (
        "Only 2 times: at least 10 that are not all zero are needed to test their distribution.")
    with pytest.raises(NotComputable) as caught:
        queueing.check_poisson([0, 0])
    assert str(caught.value) == "2 intervals with 0 arrivals say nothing about how they spread."


def test_exponential_check_separates_exponential_from_constant():
    rng = np.random.default_rng(1)
    assert queueing.check_exponential(rng.exponential(4, 200)).p_value > 0.05
    assert queueing.check_exponential([4.0] * 50).p_value < 0.05
    assert queueing.check_exponential(rng.normal(10, 1, 200)).p_value < 0.05
