"""customers: 600 in four branches; `branch` explains the use of the own product, `location` and `sex` do not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from story.setting import BRANCHES, N_CUSTOMERS, stream

USES_PRODUCT = {"auto workshop": 0.72, "fleet": 0.42, "industry": 0.14, "small farm": 0.45}
SIZE_SPREAD = 1.26  # of the logarithm of what a customer orders at a time
FREQUENCY_SPREAD = 0.95
NAMES = {
    "auto workshop": ("Taller", "Garage", "Autoservicio", "Motor"),
    "fleet": ("Transportes", "Flota", "Autobuses", "Logística"),
    "industry": ("Metal", "Papelera", "Envases", "Química"),
    "small farm": ("Finca", "Granja", "Huerta", "Cortijo"),
}
PLACES = ("Aljarafe", "Betis", "Carmona", "Doñana", "Écija", "Guadiana", "Huelva", "Jerez", "Lebrija", "Marisma",
          "Niebla", "Odiel", "Palos", "Rocío", "Sanlúcar", "Tinto", "Utrera", "Zafra")


def planned_customers() -> pd.DataFrame:
    """Every customer with the private columns that only the generator knows (`weight`, `scale`)."""
    rng = stream("customers")
    branch = np.repeat(BRANCHES, [N_CUSTOMERS[b] for b in BRANCHES])
    n = len(branch)
    uses = np.zeros(n, dtype=bool)
    for name in BRANCHES:  # exact shares: the truth is planted, not sampled
        members = np.flatnonzero(branch == name)
        chosen = rng.permutation(members)[: round(USES_PRODUCT[name] * len(members))]
        uses[chosen] = True
    first = [NAMES[b][k % 4] for k, b in enumerate(branch)]
    second = [PLACES[(k * 5) % len(PLACES)] for k in range(n)]
    frame = pd.DataFrame({
        "customer_id": [f"K{k + 1:04d}" for k in range(n)],
        "name": [f"{a} {b} {k + 1}" for k, (a, b) in enumerate(zip(first, second))],
        "customer_kind": "external",
        "location": _draw(rng, n, {"north": 0.34, "centre": 0.38, "south": 0.28}),
        "branch": branch,
        "sex": _draw(rng, n, {"male": 0.61, "female": 0.39}),
        "professional_level": _draw(rng, n, {"owner": 0.45, "manager": 0.33, "clerk": 0.22}),
        "living_conditions": _draw(rng, n, {"urban": 0.5, "suburban": 0.3, "rural": 0.2}),
        "environment": _draw(rng, n, {"coast": 0.4, "plain": 0.45, "hills": 0.15}),
        "age": np.clip(rng.normal(46, 10, n), 22, 74).round(),
        "income": np.exp(rng.normal(12.4, 0.9, n)).round(-3),
        "uses_product": uses,
        "preferred_channel": _draw(rng, n, {"phone": 0.42, "web": 0.30, "visit": 0.18, "email": 0.10}),
    })
    points = {"auto workshop": 0.3, "fleet": 1.6, "industry": 2.4, "small farm": 0.2}
    frame["delivery_points"] = 1 + rng.poisson([points[b] for b in branch])
    frame["d_cust"] = np.clip(rng.poisson(np.where(uses, 3.0, 2.0)), 1, 5)
    frame.loc[frame.index[frame.branch == "fleet"][:4], "customer_kind"] = "internal"  # its own lorries
    z = rng.normal(size=(n, 2))
    frame["weight"] = np.exp(FREQUENCY_SPREAD * z[:, 0])
    frame["scale"] = np.exp(SIZE_SPREAD * (0.25 * z[:, 0] + np.sqrt(1 - 0.25**2) * z[:, 1]))
    _forget(frame, rng)
    frame.loc[rng.choice(np.flatnonzero(branch == "auto workshop"), 9, replace=False), "weight"] = 0.0
    return frame


def _draw(rng, n, shares):
    return rng.choice(list(shares), size=n, p=list(shares.values()))


def _forget(frame, rng):
    """Missing cells: living conditions are seldom known, age and income often not."""
    for column, share in {"living_conditions": 0.36, "age": 0.07, "income": 0.22, "environment": 0.04,
                          "sex": 0.02}.items():
        frame[column] = frame[column].astype(object)
        frame.loc[rng.random(len(frame)) < share, column] = None


def finished_customers(planned: pd.DataFrame, orders: pd.DataFrame, lines: pd.DataFrame,
                       margin_rate: pd.Series) -> pd.DataFrame:
    """customers.csv: revenue, margin and n_orders are sums over orders.csv and order_lines.csv."""
    money = lines.qty_total * lines.unit_price
    owner = lines.order_id.map(orders.set_index("order_id").customer_id)
    revenue = money.groupby(owner).sum()
    margin = (money * lines.sku.map(margin_rate)).groupby(owner).sum()
    frame = planned.drop(columns=["weight", "scale"]).copy()
    frame["revenue"] = frame.customer_id.map(revenue).fillna(0).round(2)
    frame["n_orders"] = frame.customer_id.map(orders.customer_id.value_counts()).fillna(0).astype(int)
    # a visit for every order costs money whatever it brings: small customers can lose
    frame["margin"] = (frame.customer_id.map(margin).fillna(0) - 16 * frame.n_orders).round(2)
    share = frame.revenue / frame.revenue.sum()
    frame["d_us"] = pd.cut(share, [-1, 0.001, 0.004, 0.012, 0.03, 1], labels=[1, 2, 3, 4, 5]).astype(int)
    columns = ["customer_id", "name", "customer_kind", "location", "branch", "sex", "professional_level",
               "living_conditions", "environment", "age", "income", "revenue", "margin", "n_orders",
               "delivery_points", "d_us", "d_cust", "uses_product", "preferred_channel"]
    return frame[columns]
