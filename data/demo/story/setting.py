"""What every module of the story shares: the company, its calendar, its branches, its catalogue.

Each module draws from its own stream of random numbers (`stream("orders")`), so that a change in
one table leaves the others as they are.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

SEED = 20260701
STREAMS = ("customers", "orders", "service", "survey", "costs", "queue", "experts")

START, END = "2024-07-01", "2026-06-30"
EXTRACTED = pd.Timestamp("2026-06-30 18:00")  # nothing that happened later is in the files
MONTHS = pd.period_range("2024-07", "2026-06", freq="M")

# In order of size, of revenue and of the alphabet, so that every rule of numbering gives S1..S4 and G1..G4.
BRANCHES = ("auto workshop", "fleet", "industry", "small farm")
SEGMENT = dict(zip(BRANCHES, ("S1", "S2", "S3", "S4")))
GROUP = dict(zip(BRANCHES, ("G1", "G2", "G3", "G4")))
N_CUSTOMERS = dict(zip(BRANCHES, (300, 190, 90, 20)))
COMPONENTS = tuple(f"C{k}" for k in range(1, 11))

# Orders a month: level, growth a month, seasonal swing (peaks in December and June for workshops).
ORDERS_A_MONTH = {
    "auto workshop": (262, 0.0, 0.20),
    "fleet": (124, 0.0150, 0.0),
    "industry": (76, 0.0, 0.0),
    "small farm": (15, 0.0, 0.30),
}

FAMILIES = ("fuel", "lubricant", "grease", "accessory")
# family: number of articles, lowest and highest list price of a pack, typical quantity, margin
CATALOGUE = {
    "fuel": (8, 88.0, 132.0, 6, 0.07),
    "lubricant": (26, 38.0, 210.0, 4, 0.24),
    "grease": (12, 16.0, 95.0, 3, 0.31),
    "accessory": (14, 7.0, 48.0, 6, 0.36),
}


def stream(name: str) -> np.random.Generator:
    """The random numbers of one module."""
    return np.random.default_rng([SEED, STREAMS.index(name)])


def logistic(x):
    """Probability from a score."""
    return 1.0 / (1.0 + np.exp(-np.asarray(x, dtype=float)))


def articles() -> pd.DataFrame:
    """The catalogue: sku, product_family, list_price, typical quantity, margin."""
    rows = []
    for family, (n, low, high, quantity, margin) in CATALOGUE.items():
        for k in range(n):
            price = round(low + (high - low) * ((k * 7) % n) / (n - 1), 2)
            rows.append((f"{family[:3].upper()}-{k + 1:02d}", family, price, quantity, margin))
    return pd.DataFrame(rows, columns=["sku", "product_family", "list_price", "typical", "margin_rate"])


def iso(moments) -> np.ndarray:
    """Timestamps as ISO text, '' where there is none."""
    series = pd.Series(pd.to_datetime(moments))
    return series.dt.strftime("%Y-%m-%dT%H:%M:%S").where(series.notna(), "").to_numpy()
