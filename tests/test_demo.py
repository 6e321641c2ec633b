"""The shipped study: generated the same every time, clean by its schemas, and true to what was planted.

The numbers are computed here by plain pandas from the csv files, and compared with data/demo/truth.toml,
which the generator writes from its own books (the flags it drew, not the files it wrote).
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svcnb.tables import TABLES

DEMO = Path(__file__).resolve().parent.parent / "data" / "demo"
TRUTH = tomllib.loads((DEMO / "truth.toml").read_text(encoding="utf-8"))
ROWS_ARE_DECISIONS = {"measures_goals", "table1", "psc"}
SEGMENTS = {"S1": "auto workshop", "S2": "fleet", "S3": "industry", "S4": "small farm"}


def read(name: str) -> pd.DataFrame:
    """A table of the demo: numbers as numbers, true/false as bool or object, moments as text."""
    return pd.read_csv(DEMO / f"{name}.csv", keep_default_na=False, na_values=[""])


def planted(name):
    return TRUTH[name]["value"]


def close_to_truth(name, value):
    truth = TRUTH[name]
    assert value == pytest.approx(truth["value"], abs=truth["tolerance"] or 1e-6), name


@pytest.fixture(scope="module")
def books() -> pd.DataFrame:
    """Delivered orders with segment, on time, whole, right; arithmetic on the files only."""
    orders, lines, customers = read("orders"), read("order_lines"), read("customers")
    orders = orders.merge(customers[["customer_id", "branch"]], on="customer_id")
    orders = orders[orders.status == "delivered"].set_index("order_id")
    lines = lines[lines.order_id.isin(orders.index)]
    whole = (lines.qty_first >= lines.qty_ordered).groupby(lines.order_id).all()
    right = (lines.error_type == "none").groupby(lines.order_id).all()
    for flag in ("docs_ok", "condition_ok", "info_ok"):  # not recorded counts as right
        right &= (orders[flag] != False).reindex(right.index)  # noqa: E712
    return orders.assign(on_time=orders.delivery_ts <= orders.promised_ts, whole=whole, right=right)


# ---- the files

def test_the_generator_writes_these_very_bytes():
    """A second process, told to compare: 79 tables and truth.toml, byte by byte."""
    run = subprocess.run([sys.executable, str(DEMO / "generate.py"), "--check"], capture_output=True, text=True)
    n = len(list(DEMO.glob("*.csv"))) + 1
    assert (run.returncode, run.stdout, run.stderr) == (0, f"{n} of {n} files as generated\n", "")


def test_check_names_the_file_that_differs(tmp_path):
    made = subprocess.run([sys.executable, str(DEMO / "generate.py"), "--out", str(tmp_path)], capture_output=True)
    assert made.returncode == 0
    (tmp_path / "org_form.csv").write_bytes(b"complex_lines\n1\n")
    (tmp_path / "stray.csv").write_bytes(b"a\n1\n")
    run = subprocess.run([sys.executable, str(DEMO / "generate.py"), "--check", "--out", str(tmp_path)],
                         capture_output=True, text=True)
    assert run.returncode == 1 and run.stdout.splitlines()[1:] == ["org_form.csv", "stray.csv"]


def test_every_input_table_is_filled_and_no_decision_is_written():
    tables = {path.stem for path in DEMO.glob("*.csv")}
    assert tables == set(TABLES) - ROWS_ARE_DECISIONS
    decided = {(name, column) for name in tables for column in read(name).columns
               if TABLES[name].by_name[column].kind == "decision"}
    assert decided == set()


@pytest.mark.parametrize("name", sorted(set(TABLES) - ROWS_ARE_DECISIONS))
def test_a_table_keeps_its_schema(name):
    """Columns, types, ranges, choices, keys and order of moments, checked without svcnb's own reader."""
    schema, frame = TABLES[name], read(name)
    assert len(frame) > 0 and set(frame.columns) <= set(schema.names)
    assert frame.notna().any().all(), "a column without a single value"
    for column in schema.columns:
        assert not column.required or column.name in frame
        if column.name in frame:
            if column.required and not column.nullable:
                assert frame[column.name].notna().all(), column.name
            _cells_fit(column, frame[column.name].dropna())
    if schema.key:
        assert not frame.duplicated(list(schema.key)).any()
    for before, after in schema.ordered:
        if before in frame and after in frame:
            pair = frame[[before, after]].dropna()
            assert (pair[before] <= pair[after]).all(), (before, after)


def _cells_fit(column, cells):
    if column.values:
        assert set(cells.astype(str)) <= set(column.values), column.name
    elif column.type == "bool":
        assert set(cells) <= {True, False}, column.name
    elif column.type in ("ts", "date"):
        form = "%Y-%m-%dT%H:%M:%S" if column.type == "ts" else "%Y-%m-%d"
        assert pd.to_datetime(cells, format=form).notna().all()
    elif column.type in ("int", "float"):
        assert pd.api.types.is_numeric_dtype(cells), column.name
        assert column.type == "float" or (cells % 1 == 0).all(), column.name
        assert column.low is None or ((cells > column.low) if column.low_open else (cells >= column.low)).all()
        assert column.high is None or (cells <= column.high).all(), column.name


def test_every_reference_leads_somewhere():
    lost = []
    for name in sorted(set(TABLES) - ROWS_ARE_DECISIONS):
        frame = read(name)
        for column, (table, key) in TABLES[name].foreign_keys.items():
            if column in frame:
                known = set(read(table)[key].astype(str))
                lost += [(name, column, v) for v in frame[column].dropna().astype(str) if v not in known]
    assert lost == []


def test_the_files_stay_small():
    assert (DEMO / "orders.csv").stat().st_size + (DEMO / "order_lines.csv").stat().st_size < 4_000_000


def test_svcnb_finds_no_problem_in_it():
    from svcnb.study import load_study

    study = load_study(DEMO)
    assert study.problems() == [] and study.warnings == []
    assert study.settings.name == "Depósitos del Oeste" and str(study.settings.period_end) == "2026-06-30"
    study.close()


# ---- money and time agree

def test_customers_carry_the_sums_of_their_orders():
    customers, orders, lines = read("customers").set_index("customer_id"), read("orders"), read("order_lines")
    owner = lines.order_id.map(orders.set_index("order_id").customer_id)
    revenue = (lines.qty_total * lines.unit_price).groupby(owner).sum().reindex(customers.index, fill_value=0)
    n_orders = orders.customer_id.value_counts().reindex(customers.index, fill_value=0)
    assert np.allclose(revenue, customers.revenue, atol=0.006) and (n_orders == customers.n_orders).all()


def test_quantities_agree_with_the_state_of_the_order():
    lines = read("order_lines").merge(read("orders")[["order_id", "status"]], on="order_id")
    assert (lines.qty_first.isna() == (lines.status == "open")).all()
    assert (lines.qty_total[lines.status != "delivered"] == 0).all()
    assert (lines.qty_total >= lines.qty_first.fillna(0)).all()


def test_orders_lie_in_the_period_and_open_ones_are_late_or_young():
    orders = read("orders")
    assert orders.order_ts.min() >= "2024-07-01" and orders.order_ts.max() < "2026-06-30"
    assert orders.delivery_ts.dropna().max() <= "2026-06-30T18:00:00"
    still = orders[orders.status == "open"]
    assert (still.promised_ts < "2026-06-30").sum() >= 14 and (still.promised_ts >= "2026-07-01").sum() >= 10


# ---- the planted truth, by plain arithmetic

def test_counts():
    for name, table in (("n_customers", "customers"), ("n_orders", "orders"), ("n_lines", "order_lines"),
                        ("n_respondents", "survey_respondents")):
        assert len(read(table)) == planted(name)
    assert (read("customers").n_orders == 0).sum() == planted("without_orders")
    assert (read("survey_respondents").stratum == "small farm").sum() == planted("answers_of_farms")
    assert len(read("complaints")) == 120 and read("experts").expert_id.nunique() == 9
    assert read("competitors").competitor_id.tolist() == ["K1", "K2"]


def test_levels_of_delivered_orders(books):
    for name in ("all", "S1", "S2", "S3"):
        part = books if name == "all" else books[books.branch == SEGMENTS[name]]
        p = [part[flag].mean() for flag in ("on_time", "whole", "right")]
        for measure, value in zip(("on_time", "order_fill", "error_free"), p):
            close_to_truth(f"{measure}.{name}", value)
        close_to_truth(f"product.{name}", np.prod(p))
        close_to_truth(f"joint.{name}", part[["on_time", "whole", "right"]].all(axis=1).mean())


def test_failures_fall_together(books):
    """Late orders are the incomplete ones: the joint level stands at least five points above the product."""
    assert planted("joint.all") - planted("product.all") > 0.05
    assert np.corrcoef(books.on_time, books.whole)[0, 1] > 0.3


def test_fill_rates_and_availability(books):
    lines = read("order_lines")
    sold = lines[lines.order_id.isin(books.index)]
    got = np.minimum(sold.qty_first, sold.qty_ordered)
    close_to_truth("unit_fill", got.sum() / sold.qty_ordered.sum())
    close_to_truth("value_fill", (got * sold.unit_price).sum() / (sold.qty_ordered * sold.unit_price).sum())
    close_to_truth("line_fill", (got == sold.qty_ordered).mean())
    known = lines[lines.qty_available_at_order.notna()]
    close_to_truth("availability", (known.qty_available_at_order >= known.qty_ordered).mean())


def test_a_fifth_of_the_customers_brings_four_fifths():
    value = read("customers").revenue.sort_values(ascending=False)
    before = value.cumsum().shift(fill_value=0) / value.sum()
    counts = [(before < 0.8).sum(), ((before >= 0.8) & (before < 0.95)).sum(), (before >= 0.95).sum()]
    assert np.abs(np.array(counts) - planted("abc_counts")).max() <= TRUTH["abc_counts"]["tolerance"]
    assert 0.18 < counts[0] / len(value) < 0.24
    share = read("customers").groupby("branch").revenue.sum() / value.sum()
    for segment, branch in SEGMENTS.items():
        close_to_truth(f"revenue_share.G{segment[1]}", share[branch])


def test_branch_discriminates_and_the_others_do_not():
    """Pearson's χ² by scipy: branch far below 0.05 with V of 0.42, location and sex above."""
    from scipy.stats import chi2_contingency

    customers = read("customers")
    p, v = {}, {}
    for column in ("branch", "location", "sex", "environment", "living_conditions", "preferred_channel"):
        table = pd.crosstab(customers[column], customers.uses_product)
        chi2, p[column], _, _ = chi2_contingency(table, correction=False)
        v[column] = np.sqrt(chi2 / table.to_numpy().sum())
    assert min(p, key=p.get) == planted("discriminating_variable") and v["branch"] > 0.3
    assert all(p[column] > 0.05 for column in planted("not_discriminating"))
    for segment, branch in SEGMENTS.items():
        close_to_truth(f"uses_product.{segment}", customers[customers.branch == branch].uses_product.mean())


def test_the_sums_of_points():
    """Valid 99.5 to 100.5 (an empty line is 0), to rescale 90 to 110, rejected outside or empty without 100."""
    wide = read("survey_importance").pivot(index="respondent_id", columns="component_id", values="points")
    total, empty = wide.sum(axis=1), wide.isna().any(axis=1)
    exact = total.between(99.5, 100.5)
    assert (exact & empty).sum() == planted("points_read_as_zero")
    assert (~empty & ~exact & total.between(90, 110)).sum() == planted("points_rescaled")
    assert ((empty & ~exact) | ~total.between(90, 110)).sum() == planted("points_rejected")


@pytest.mark.parametrize("segment", ["S1", "S2", "S3"])
def test_quadrant_a_of_the_window(segment):
    """Wanted: more than 10 points of 100; not had: below the mean of the ten components."""
    stratum = read("survey_respondents").set_index("respondent_id").stratum
    points = read("survey_importance")
    points = points[points.respondent_id.map(stratum) == SEGMENTS[segment]]
    total = points.groupby("respondent_id").points.transform("sum")
    points = points[total.between(90, 110)]
    weight = (points.points.fillna(0) * 100 / total).groupby(points.component_id).mean()
    given = read("survey_satisfaction").query("supplier == 'own'")
    given = given[given.respondent_id.map(stratum) == SEGMENTS[segment]].groupby("component_id").perceived.mean()
    wanted = sorted(weight.index[(weight > 10) & (given < given.mean())], key=lambda c: int(c[1:]))
    assert wanted == planted(f"window_a.{segment}")


@pytest.mark.parametrize("place", [name[10:] for name in TRUTH if name.startswith("gap_cause.")])
def test_the_largest_gap(place):
    """G1 = E - M, G2 = M - S, G3 = S - D, G6 = D - P; the largest is the planted cause."""
    segment, component = place.split(".")
    stratum = read("survey_respondents").set_index("respondent_id").stratum
    own = read("survey_satisfaction").query("supplier == 'own' and component_id == @component")
    own = own[own.respondent_id.map(stratum) == SEGMENTS[segment]]
    believed = read("management_beliefs").query(
        "role == 'management' and segment_id == @segment and component_id == @component").belief.mean()
    row = read("gap_objective").query("segment_id == @segment and component_id == @component").iloc[0]
    gaps = {"G1": own.expected.mean() - believed, "G2": believed - row.spec, "G3": row.spec - row.delivered,
            "G6": row.delivered - own.perceived.mean()}
    assert max(gaps, key=gaps.get) == planted(f"gap_cause.{place}")


def test_fleets_grow_and_workshops_have_seasons():
    history = read("demand_history").pivot(index="period", columns="series_id", values="demand")
    assert len(history) == 24
    slope = {g: np.polyfit(np.arange(24), np.log(history[g]), 1)[0] for g in ("G1", "G2", "G3")}
    close_to_truth("growth_a_month.G2", slope["G2"])
    assert max(slope, key=slope.get) == "G2"
    month = history.index.str[5:7]
    strength = {g: (history[g].groupby(month).mean() / history[g].mean()).loc[["06", "12"]].mean() for g in slope}
    assert max(strength, key=strength.get) == planted("seasonal_series") and strength["G1"] > 1.12


def _erlang_wait(a, s):
    """P(wait) of M/M/s by the definition: the tail term over all terms (method.md 7.11.5)."""
    term, below = 1.0, 0.0
    for n in range(s):
        below += term
        term *= a / (n + 1)
    tail = term / (1 - a / s)
    return tail / (below + tail)


def _servers(rate, served, minutes=10, share=0.9):
    for s in range(1, 50):
        if rate / served < s:
            late = _erlang_wait(rate / served, s) * np.exp(-(s * served - rate) * minutes / 60)
            if 1 - late >= share:
                return s
    raise AssertionError("no number of servers is enough")


def test_the_mean_of_the_queue_hides_its_peak():
    seen = read("queue_observations")
    arrival = pd.to_datetime(seen.arrival_ts)
    peak = arrival.dt.day_of_week.isin([1, 4]) & arrival.dt.hour.isin([10, 11])
    taken = (pd.to_datetime(seen.service_end_ts) - pd.to_datetime(seen.service_start_ts)).dt.total_seconds() / 60
    served = 60 / taken.mean()
    close_to_truth("peak_arrivals_h", peak.sum() / 8)
    close_to_truth("mean_arrivals_h", len(seen) / 100)
    close_to_truth("service_rate_h", served)
    assert _servers(len(seen) / 100, served) == planted("servers_by_mean")
    assert _servers(peak.sum() / 8, served) == planted("servers_in_peak")
    assert 10 <= seen.abandoned.sum() <= 120 and read("interval_counts").arrivals.sum() == len(seen)


def _concordance(ranks):
    """Kendall's W with ties (method.md 8.4) by hand: rows experts, columns items."""
    m, n = ranks.shape
    r = ranks.rank(axis=1)
    s = ((r.sum() - m * (n + 1) / 2) ** 2).sum()
    ties = sum((t**3 - t) for _, row in r.iterrows() for t in row.value_counts())
    return 12 * s / (m**2 * (n**3 - n) - m * ties)


def test_one_expert_dissents_and_one_knows_little():
    answers = read("expert_answers").query("topic == 'parameters'")
    ranks = answers.pivot(index="expert_id", columns="item_id", values="value")
    whole = _concordance(ranks)
    without = {e: _concordance(ranks.drop(e)) for e in ranks.index}
    assert 0.5 < whole < 0.8 and max(without, key=without.get) == planted("dissenter")
    assert without["E5"] > whole + 0.1
    assert ranks.sum().idxmin() == planted("first_parameter")
    assert (ranks % 1 != 0).to_numpy().any(), "some experts tie"
    experts = read("experts").set_index("expert_id")
    theory, experience = {"high": 0.3, "medium": 0.2, "low": 0.1}, {"high": 0.5, "medium": 0.4, "low": 0.2}
    k = (experts.self_rating / 10 + experts.theory.map(theory) + experts.experience.map(experience) + 0.2) / 2
    assert k.index[k < 0.5].tolist() == [planted("incompetent")] and k["E9"] == pytest.approx(0.40)


def test_the_strongest_forces():
    answers = read("expert_answers").query("topic == 'forces'")
    mean = answers.groupby("item_id").value.mean().sort_values(ascending=False)
    assert sorted(mean.index[:2]) == planted("strongest_forces")


def test_industry_is_laborious_and_small():
    drivers = read("cost_drivers").set_index("driver_id")
    weight = drivers[["inf_cost", "inf_cycle", "inf_level"]].mean(axis=1)
    rated = read("driver_ratings").query("subject_kind == 'group'").pivot(
        index="subject_id", columns="driver_id", values="rating")
    lab = (rated * (weight / weight.sum())).sum(axis=1)
    words = [f"{g}:{'low' if x < 7 / 3 else 'medium' if x < 11 / 3 else 'high'}" for g, x in lab.items()]
    assert words == planted("lab_class") and lab.idxmax() == planted("laborious_group")
    assert planted("revenue_share.G3") < 0.15


def test_economics():
    """Net = revenue - cost by PCHIP; marginal rule of the inventory case; cheapest option at K1's levels."""
    from scipy.interpolate import PchipInterpolator
    from scipy.stats import norm

    curve = read("service_curve")
    grid = np.arange(0.80, 0.985, 0.001)
    net = PchipInterpolator(curve.sl, curve.revenue)(grid) - PchipInterpolator(curve.sl, curve.cost)(grid)
    close_to_truth("economic_level", grid[net.argmax()])
    case = read("inventory_case").iloc[0]
    gain = case.trading_margin * case.sales_response * case.annual_sales
    holding = case.carrying_rate * case.unit_cost * case.sigma_lt
    level = 0.80
    while gain >= holding * (norm.ppf(level + 0.01) - norm.ppf(level)):
        level = round(level + 0.01, 2)
    close_to_truth("inventory_step", level)
    options = read("design_options").pivot(index=["option_id", "cost"], columns="measure_id", values="value")
    good = options[(options.M2 >= 0.93) & (options.M3 >= 0.95)].reset_index()
    assert good.sort_values("cost").option_id.iloc[0] == planted("parity_option")


def test_balance_and_composition():
    demand = read("service_demand").query("period == '2026-07-01'").groupby("service_id").units.sum()
    norms = read("norms")
    load = (norms.hours_per_unit * norms.service_id.map(demand)).groupby(norms.activity_id).sum()
    act = read("activities").set_index("activity_id")
    use = load / (act.resources * act.hours_per_resource * act.efficiency)
    assert use.index[use > 1].tolist() == [planted("overloaded_activity")]
    rates, market = read("group_rates"), read("market").iloc[0]
    composed = (rates.n * rates.orders_per_period * rates.units_per_order * (1 + rates.growth)).sum()
    close_to_truth("composition_over_decomposition", composed / (market.market_size * market.expected_share) - 1)
