"""orders and order_lines: 12 000 orders of which the late ones are also the incomplete ones.

Every order has a hidden `trouble`; shortages, lateness, wrong papers and errors all rise with it. That
is what makes the joint level of service differ from the product of the single levels. What happens to
an order (late? short? wrong?) is decided first and kept as the books; the timestamps follow from it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from story.setting import BRANCHES, EXTRACTED, GROUP, MONTHS, ORDERS_A_MONTH, articles, logistic, stream

#            lines an order, short line, late order (scores), working days promised
SERVICE = {
    "auto workshop": (3.35, -2.75, -2.20, 2),
    "fleet": (1.30, -3.60, -2.65, 2),
    "industry": (1.75, -4.20, -3.10, 3),
    "small farm": (1.00, -3.00, -2.10, 3),
}
FAMILY_MIX = {
    "auto workshop": (0.06, 0.50, 0.18, 0.26),
    "fleet": (0.52, 0.30, 0.08, 0.10),
    "industry": (0.10, 0.46, 0.32, 0.12),
    "small farm": (0.55, 0.25, 0.12, 0.08),
}
QUANTITY = {"auto workshop": 1.00, "fleet": 1.05, "industry": 0.95, "small farm": 0.6}
WEEKDAY = np.array([1.0, 1.35, 0.95, 0.9, 1.3])
HOUR = np.array([0.8, 1.1, 1.6, 1.5, 1.0, 0.5, 0.6, 0.9, 0.8, 0.5])  # from 8 to 17 o'clock


def make_orders(customers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Orders and lines with their books (private columns `_late`, `_short`, `_trouble`)."""
    rng = stream("orders")
    orders = _received(customers, rng)
    orders["_trouble"] = rng.normal(size=len(orders))
    lines = _lines(orders, customers, rng)
    short = lines.groupby("order_id")._short.any()
    orders["_short"] = orders.order_id.map(short)
    score = orders.branch.map({b: s[2] for b, s in SERVICE.items()}) + 1.0 * orders._trouble
    orders["_late"] = rng.random(len(orders)) < np.where(orders._short, logistic(score + 2.6), logistic(score))
    _dates(orders, rng)
    _status(orders, rng)
    for flag, base in (("docs_ok", 3.7), ("condition_ok", 4.3), ("info_ok", 3.3)):
        good = rng.random(len(orders)) < logistic(base - 0.9 * orders._trouble)
        orders[f"_{flag}"] = good
        known = (rng.random(len(orders)) > 0.03) & (orders.status == "delivered")
        orders[flag] = pd.Series(good, index=orders.index, dtype=object).where(known, None)
    orders["channel"] = rng.choice(["phone", "web", "visit", "email"], len(orders), p=[0.45, 0.33, 0.12, 0.10])
    _deliver(lines, orders, rng)
    return orders, lines


def _received(customers, rng):
    rows = []
    for branch in BRANCHES:
        level, growth, swing = ORDERS_A_MONTH[branch]
        members = customers[customers.branch == branch]
        shares = (members.weight / members.weight.sum()).to_numpy()
        for t, month in enumerate(MONTHS):
            season = 1 + swing * np.cos(2 * np.pi * (month.month - 12) / 6)
            n = round(level * (1 + growth) ** t * season * (1 + 0.02 * rng.normal()))
            # systematic sampling: a customer who takes a tenth of the orders does so every month
            picks = (rng.random() + np.arange(n)) / n
            who = np.minimum(np.searchsorted(np.cumsum(shares), picks), len(members) - 1)
            days = pd.bdate_range(month.start_time, min(month.end_time, pd.Timestamp("2026-06-29")))
            day = rng.choice(days.to_numpy(), n, p=WEEKDAY[days.weekday] / WEEKDAY[days.weekday].sum())
            minute = (8 + rng.choice(10, n, p=HOUR / HOUR.sum())) * 60 + rng.integers(0, 60, n)
            rows.append(pd.DataFrame({"customer_id": members.customer_id.to_numpy()[who], "branch": branch,
                                      "order_ts": day + pd.to_timedelta(minute, unit="min").to_numpy()}))
    orders = pd.concat(rows).sort_values(["order_ts", "customer_id"], kind="stable").reset_index(drop=True)
    orders.insert(0, "order_id", [f"P{k + 1:05d}" for k in range(len(orders))])
    orders["is_emergency"] = rng.random(len(orders)) < orders.branch.map(
        {"auto workshop": 0.05, "fleet": 0.03, "industry": 0.015, "small farm": 0.02})
    goal = np.where(rng.random(len(orders)) < 0.6, 24.0, 48.0)
    orders["emergency_goal_h"] = np.where(orders.is_emergency, goal, np.nan)
    return orders


def _lines(orders, customers, rng):
    catalogue = articles()
    n_lines = 1 + rng.poisson(orders.branch.map({b: s[0] for b, s in SERVICE.items()}))
    n_lines = np.minimum(n_lines, 12)
    at = np.repeat(np.arange(len(orders)), n_lines)
    lines = pd.DataFrame({"order_id": orders.order_id.to_numpy()[at],
                          "line_no": np.concatenate([np.arange(1, n + 1) for n in n_lines])})
    branch = orders.branch.to_numpy()[at]
    item = np.zeros(len(lines), dtype=int)
    for name in BRANCHES:
        popularity = catalogue.groupby("product_family", sort=False).cumcount().to_numpy() + 2.0
        p = catalogue.product_family.map(dict(zip(("fuel", "lubricant", "grease", "accessory"), FAMILY_MIX[name])))
        p = (p / popularity).to_numpy()
        rows = np.flatnonzero(branch == name)
        item[rows] = rng.choice(len(catalogue), len(rows), p=p / p.sum())
    picked = catalogue.iloc[item].reset_index(drop=True)
    lines["sku"], lines["product_family"] = picked.sku, picked.product_family
    scale = orders.customer_id.map(customers.set_index("customer_id").scale).to_numpy()[at]
    factor = pd.Series(branch).map(QUANTITY).to_numpy()
    amount = picked.typical * factor * scale * np.exp(0.45 * rng.normal(size=len(lines)))
    lines["qty_ordered"] = np.maximum(1, amount.round()).astype(int)
    lines["unit_price"] = (picked.list_price * (1 - np.minimum(0.12, 0.02 * np.log1p(scale)))).round(2)
    score = pd.Series(branch).map({b: s[1] for b, s in SERVICE.items()}) + 1.25 * orders._trouble.to_numpy()[at]
    score += np.where(lines.product_family == "lubricant", 0.3, -0.1)
    lines["_unavailable"] = rng.random(len(lines)) < logistic(score)
    # a third of the shortages wait in the warehouse until the line is complete: late, but whole
    waits = lines._unavailable & (rng.random(len(lines)) < 0.30)
    picked_short = ~lines._unavailable & (rng.random(len(lines)) < 0.006)
    lines["_short"] = (lines._unavailable & ~waits) | picked_short
    wrong = rng.random(len(lines)) < logistic(-4.9 + 0.9 * orders._trouble.to_numpy()[at])
    kinds = rng.choice(["item", "qty", "price", "document", "address", "quality"], len(lines),
                       p=[0.20, 0.22, 0.18, 0.25, 0.06, 0.09])
    lines["error_type"] = np.where(wrong, kinds, "none")
    return lines


def _dates(orders, rng):
    """Promise, shipment and delivery that agree with what the books say."""
    n = len(orders)
    day = orders.order_ts.to_numpy().astype("datetime64[D]")
    lead = orders.branch.map({b: s[3] for b, s in SERVICE.items()}).to_numpy()
    early = np.minimum(rng.integers(0, 3, n), lead - 1)
    offset = np.where(orders._late, lead + 1 + rng.geometric(0.45, n) - 1, lead - early)
    promised = np.busday_offset(day, lead, roll="forward") + np.timedelta64(18 * 60, "m")
    arrival = np.busday_offset(day, offset, roll="forward")
    transit = np.minimum(rng.choice(3, n, p=[0.35, 0.5, 0.15]), offset)
    left = np.busday_offset(arrival, -transit, roll="forward")
    minute = rng.integers(8 * 60, 17 * 60, n)
    ship = left + np.where(transit == 0, 7 * 60, 19 * 60).astype("timedelta64[m]")
    delivery = arrival + minute.astype("timedelta64[m]")
    urgent = orders.is_emergency.to_numpy()
    goal = (orders.emergency_goal_h.fillna(24) * 60).to_numpy()
    taken = np.where(orders._late, goal + rng.integers(60, 30 * 60, n), goal * (0.2 + 0.75 * rng.random(n)))
    start = orders.order_ts.to_numpy().astype("datetime64[m]")
    plus = lambda minutes: start + minutes.astype(int).astype("timedelta64[m]")
    orders["promised_ts"] = np.where(urgent, plus(goal), promised.astype("datetime64[m]"))
    orders["ship_ts"] = np.where(urgent, plus(0.4 * taken), ship)
    orders["delivery_ts"] = np.where(urgent, plus(taken), delivery)


def _status(orders, rng):
    """Open, delivered, cancelled; a few stuck orders are still open long after their promise."""
    chance = rng.random(len(orders))
    status = np.full(len(orders), "delivered", dtype=object)
    status[chance < 0.012] = "cancelled_customer"
    status[(chance > 0.93) & (orders._trouble > 1.3)] = "cancelled_supplier"
    recent = (orders.order_ts > pd.Timestamp("2026-04-15")) & (orders.order_ts < pd.Timestamp("2026-06-10"))
    stuck = np.flatnonzero(recent & orders._late & (status == "delivered"))
    status[rng.choice(stuck, 14, replace=False)] = "open"
    status[(orders.delivery_ts > EXTRACTED) & (status == "delivered")] = "open"
    orders["status"] = status
    gone = status != "delivered"
    orders.loc[gone, "delivery_ts"] = pd.NaT
    orders.loc[gone & ~((status == "open") & (orders.ship_ts <= EXTRACTED)), "ship_ts"] = pd.NaT
    orders.loc[orders.index.isin(stuck) & (status == "open"), "ship_ts"] = pd.NaT


def _deliver(lines, orders, rng):
    """Quantities that agree with the books: short lines lack something in the first delivery."""
    n = len(lines)
    status = lines.order_id.map(orders.set_index("order_id").status)
    wanted = lines.qty_ordered.to_numpy()
    part = np.floor(wanted * rng.choice([0.0, 0.25, 0.5, 0.7], n, p=[0.45, 0.15, 0.25, 0.15])).astype(int)
    stock = wanted + rng.integers(0, 60, n)
    lines["_part"] = part
    lines["qty_available_at_order"] = np.where(lines._unavailable, part, stock).astype(object)
    first = np.where(lines._short, part, wanted)
    surplus = ~lines._short & (lines.product_family == "fuel") & (rng.random(n) < 0.03)
    first = first + surplus  # a tank is filled to the brim: never counted for another line
    total = np.where(lines._short & (rng.random(n) < 0.06), part, np.maximum(first, wanted))
    delivered = (status == "delivered").to_numpy()
    lines["qty_first"] = np.where(delivered, first, 0).astype(object)
    lines.loc[(status == "open").to_numpy(), "qty_first"] = None
    lines["qty_total"] = np.where(delivered, total, 0)
    lines.loc[rng.random(n) < 0.01, "qty_available_at_order"] = None
    lines.loc[~delivered, "error_type"] = "none"


def demand_history(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Quantity ordered (not shipped) by month and group; stockout where the month lacked stock often."""
    joined = lines.merge(orders[["order_id", "branch", "order_ts"]], on="order_id")
    joined["period"] = joined.order_ts.dt.strftime("%Y-%m-01")
    joined["series_id"] = joined.branch.map(GROUP)
    by = joined.groupby(["series_id", "period"])
    table = by.agg(demand=("qty_ordered", "sum"), lacking=("_unavailable", "mean")).reset_index()
    limit = table.groupby("series_id").lacking.transform(lambda share: share.quantile(0.9))
    table["stockout"] = (table.lacking > limit) & (table.series_id != "G4")
    return table.drop(columns="lacking")
