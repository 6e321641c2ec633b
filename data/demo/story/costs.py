"""Laboriousness and demand of the groups: industry brings little and asks for much, fleets grow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from story.setting import BRANCHES, GROUP, stream

DRIVERS = tuple(f"D{k:02d}" for k in range(1, 13))
#            D01 D02 D03 D04 D05 D06 D07 D08 D09 D10 D11 D12
RATINGS = {
    "G1": (4, 4, 3, 2, 2, 4, 4, 2, 2, 2, 3, 4),
    "G2": (3, 2, 2, 3, 3, 2, 2, 1, 2, 1, 1, 2),
    "G3": (3, 3, 4, 5, 4, 4, 3, 5, 5, 5, 4, 4),
}
RATES = {"D01": 4.5, "D02": 1.1, "D04": 9.0, "D07": 28.0, "D09": 3.0, "D10": 38.0, "D11": 14.0, "D12": 22.0}
SERVICES = {"SV1": {"G1": 250, "G3": 76, "G4": 15}, "SV2": {"G2": 178}, "SV3": {"G1": 22, "G3": 58},
            "SV4": {"G1": 1900}}
GROWTH_EXPECTED = {"G1": 0.0, "G2": 0.19, "G3": 0.0, "G4": 0.0}
SHARE_EXPECTED = 0.16


def make_costs(customers, orders, lines, returns, complaints, calls) -> dict[str, pd.DataFrame]:
    """Driver ratings and rates, group rates, market, demand per service, stock items."""
    rng = stream("costs")
    measured = _measured(customers, orders, lines, returns, complaints, calls)
    year = orders[orders.order_ts >= pd.Timestamp("2025-07-01")]
    units = lines[lines.order_id.isin(year.order_id)].qty_ordered.groupby(
        lines.order_id.map(orders.set_index("order_id").branch)).sum()
    rows = []
    for branch in BRANCHES:
        n, n_orders = (customers.branch == branch).sum(), (year.branch == branch).sum()
        rows.append((GROUP[branch], n, round(n_orders / 12 / n, 4), round(units[branch] / n_orders, 2),
                     GROWTH_EXPECTED[GROUP[branch]]))
    rates = pd.DataFrame(rows, columns=["group_id", "n", "orders_per_period", "units_per_order", "growth"])
    total = (rates.n * rates.orders_per_period * rates.units_per_order * (1 + rates.growth)).sum()
    months = pd.period_range("2026-07", "2027-06", freq="M").strftime("%Y-%m-01")
    market = pd.DataFrame({"period": months, "market_size": [int(round(total / SHARE_EXPECTED * 1.04, -2))] * 12,
                           "expected_share": SHARE_EXPECTED})
    return {
        "driver_ratings": _ratings(customers, measured, rng),
        "driver_rates": _rates(measured),
        "group_rates": rates,
        "market": market,
        "service_demand": _service_demand(months),
        "stock_items": _stock_items(orders, lines),
    }


def _measured(customers, orders, lines, returns, complaints, calls):
    """Volume of each measurable driver by group over the two years, and its value a customer or an order."""
    branch = orders.set_index("order_id").branch
    of = customers.set_index("customer_id").branch
    volumes = pd.DataFrame({
        "D01": orders.branch.value_counts(),
        "D02": lines.order_id.map(branch).value_counts(),
        "D04": orders[orders.status == "delivered"].branch.value_counts(),
        "D07": orders[orders.is_emergency].branch.value_counts(),
        "D09": orders.branch.value_counts(),
        "D10": calls.customer_id.map(of).value_counts(),
        "D11": returns.order_id.map(branch).value_counts(),
        "D12": complaints.customer_id.map(of).value_counts(),
    }).fillna(0).astype(int).reindex(list(BRANCHES))
    volumes.index = [GROUP[b] for b in volumes.index]
    n = pd.Series({GROUP[b]: (customers.branch == b).sum() for b in BRANCHES})
    points = customers.groupby("branch").delivery_points.mean().rename(GROUP)
    values = pd.DataFrame({
        "D01": volumes.D01 / n / 24, "D02": volumes.D02 / volumes.D01, "D04": points,
        "D07": volumes.D07 / volumes.D01, "D10": volumes.D10 / n, "D11": volumes.D11 / volumes.D01,
        "D12": volumes.D12 / volumes.D01}).round(4)
    return volumes, values


def _ratings(customers, measured, rng):
    _, values = measured
    rows = [("group", group, driver, values[driver].get(group) if driver in values else None, ratings[k])
            for group, ratings in RATINGS.items() for k, driver in enumerate(DRIVERS)]
    for branch, n in zip(BRANCHES[:3], (50, 40, 30)):
        pool = customers[(customers.branch == branch) & (customers.n_orders > 0)]
        for who in sorted(pool.sample(n, random_state=int(rng.integers(2**31))).customer_id):
            marks = np.clip(np.round(np.array(RATINGS[GROUP[branch]]) + rng.normal(0, 0.8, 12)), 1, 5).astype(int)
            rows += [("customer", who, driver, None, mark) for driver, mark in zip(DRIVERS, marks)]
    return pd.DataFrame(rows, columns=["subject_kind", "subject_id", "driver_id", "value", "rating"])


def _rates(measured):
    volumes, _ = measured
    rows = [(driver, group, rate, int(volumes.loc[group, driver])) for driver, rate in RATES.items()
            for group in volumes.index]
    return pd.DataFrame(rows, columns=["driver_id", "group_id", "rate", "volume"])


def _service_demand(months):
    rows = []
    for service, groups in SERVICES.items():
        for group, units in groups.items():
            for t, month in enumerate(months):
                growth = 1.015**t if group == "G2" else 1.0
                season = 1.12 if group == "G1" and month[5:7] in ("12", "06") else 1.0
                rows.append((service, group, month, round(units * growth * season)))
    return pd.DataFrame(rows, columns=["service_id", "group_id", "period", "units"])


def _stock_items(orders, lines):
    """The twelve articles ordered most, with their demand a working day."""
    joined = lines.merge(orders[["order_id", "order_ts"]], on="order_id")
    top = joined.groupby("sku").qty_ordered.sum().sort_values(ascending=False).index[:12]
    days = pd.bdate_range("2025-07-01", "2026-06-29")
    rows = []
    for sku in sorted(top):
        mine = joined[(joined.sku == sku) & (joined.order_ts >= days[0])]
        daily = mine.groupby(mine.order_ts.dt.normalize()).qty_ordered.sum().reindex(days, fill_value=0)
        lead = {"FUE": 2, "LUB": 6, "GRE": 9, "ACC": 7}[sku[:3]]
        price = mine.unit_price.mean()
        rows.append((sku, lead, round(0.25 * lead, 2), round(daily.mean(), 2), round(daily.std(), 2),
                     round(0.78 * price, 2), 0.22))
    return pd.DataFrame(rows, columns=["item_id", "lead_time_days", "lead_time_sd_days", "demand_per_day",
                                       "demand_sd_per_day", "unit_cost", "carrying_rate"])
