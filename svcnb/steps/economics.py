"""Economic optimum, competitors and parity of the study at hand (method.md 6.0.1 to 6.2).

Part of the step goals.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods import optimum, parity
from svcnb.methods.goals import STAGES
from svcnb.steps.step import Quantity

QUALIFIES = 0.05  # a competitor with less of the market is no qualifier
CURVE_ROWS = 120
WEEKS = 52
STOCK = ("M3", "M11")  # measures that safety stock buys
ORDERS = ("M1", "M2", "M3", "M7", "M8", "M9", "M11")  # measures of orders, to which the curve of service applies


@dataclass(frozen=True, eq=False)
class Economics:
    """What service costs and brings. ``best`` of the curve, ``stock`` of the inventory form; None when not known."""

    best: optimum.Optimum | None
    stock: optimum.InventoryOptimum | None
    evidence: str

    def level_of(self, measure: str) -> float | None:
        """The economic level that applies to a measure."""
        if measure in STOCK and self.stock is not None:
            return self.stock.sl_step
        return self.best.level if self.best is not None and measure in ORDERS else None

    def price_of(self, measure: str, level: float) -> float | None:
        """Profit given up in a period by guaranteeing ``level`` instead of the optimum of the curve."""
        by_curve = self.best is not None and self.level_of(measure) == self.best.level
        at = self.best.profit_at(level) if by_curve else None
        return None if at is None else max(0.0, self.best.profit - at)


def read_economics(study, parameters) -> tuple[Economics, list[Reason]]:
    """The curve of service (its table, else the theory form) and the inventory case."""
    reasons: list[Reason] = []
    points, case = study.table("service_curve"), study.table("inventory_case")
    best = stock = None
    evidence = "expert"  # revenue and cost at levels never lived are somebody's estimate
    if len(points):
        best = _tried(lambda: optimum.from_table(points[["sl", "revenue", "cost"]]), reasons)
    elif parameters.theory_a > 0 and parameters.theory_b > 0:
        best, evidence = optimum.from_theory(parameters.theory_a, parameters.theory_b), "assumed"
    if len(case.dropna(how="any")):
        row = case.dropna(how="any").iloc[0]
        names = ("trading_margin", "sales_response", "annual_sales", "carrying_rate", "unit_cost", "sigma_lt")
        stock = _tried(lambda: optimum.from_inventory(**{n: float(row[n]) for n in names}), reasons)
    for found in (best, stock):
        reasons += [] if found is None else found.warnings
    if best is None and stock is None:
        reasons.append(reason(N_("What service costs and brings is not known: no economic optimum. Let experts estimate "
                                 "revenue and cost at 3 to 5 service levels."), level="missing"))
    return Economics(best, stock, evidence), reasons


def _tried(compute, reasons):
    try:
        return compute()
    except (NotComputable, ParameterError) as error:
        reasons.append(reason(error.template, **error.values))
        return None


def economics_tables(economics: Economics) -> tuple[dict[str, pd.DataFrame], dict[str, Quantity]]:
    """curve, inventory_steps, economics (one row a form) and the quantities sl_eco, sl_stock, flat band, profit."""
    tables, rows, quantities = {}, [], {}
    best, stock = economics.best, economics.stock
    curve = pd.DataFrame(columns=["level", "revenue", "cost", "profit"])
    if best is not None:
        curve = best.curve.iloc[:: 1 + len(best.curve) // CURVE_ROWS]
        curve = pd.concat([curve, best.curve[best.curve["level"] == best.level]]).drop_duplicates("level")
        rows.append(("curve", best.level, best.level, best.flat_low, best.flat_high, best.profit, None))
        quantities["sl_eco"] = Quantity(best.level, "share", n=None, low=best.flat_low, high=best.flat_high,
                                        evidence=economics.evidence)
        quantities["profit_at_optimum"] = Quantity(best.profit, "currency", evidence=economics.evidence)
    if stock is not None:
        rows.append(("inventory", stock.sl_step, stock.sl_continuous, None, None, None, stock.gain))
        quantities["sl_stock"] = Quantity(stock.sl_step, "share", evidence=economics.evidence)
        quantities["gain_of_a_point"] = Quantity(stock.gain, "currency", evidence=economics.evidence)
        quantities.setdefault("sl_eco", quantities["sl_stock"])
    tables["curve"] = curve.sort_values("level").reset_index(drop=True)
    tables["inventory_steps"] = stock.steps.tail(15).reset_index(drop=True) if stock is not None else \
        pd.DataFrame(columns=["from_level", "to_level", "gain", "cost", "go"])
    columns = ["form", "level", "continuous", "flat_low", "flat_high", "profit", "gain_of_a_point"]
    tables["economics"] = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], float))
    return tables, quantities


def rival_levels(study, segment: str) -> pd.DataFrame:
    """Per measure: competitor (strongest), floor (lowest that still holds 5 % of the market), source; index measure."""
    ratings = study.table("competitor_ratings").dropna(subset=["value"])
    mine = ratings[(ratings["segment_id"] == segment) & ratings["item"].astype(str).str.fullmatch(r"M\d+")
                   & ratings["value"].between(0, 1)]
    shares = study.table("competitors").set_index("competitor_id")["share"]
    holds = mine["competitor_id"].map(shares).fillna(1.0) >= QUALIFIES - 1e-9
    top = mine.sort_values("value").groupby("item").last()
    floor = mine[holds].groupby("item")["value"].min()
    return pd.DataFrame({"competitor": top["value"], "floor": floor.reindex(top.index),
                         "source": top["source"].map({"measured": "data", "survey": "survey"}).fillna("expert"),
                         "n": top["n"]})


def parity_tables(study, groups: dict, rivals: dict[str, pd.DataFrame]):
    """The cheapest design of each group that reaches its strongest competitor; frontier; quantities; reasons."""
    options = study.table("design_options")
    found, frontiers, quantities, reasons = [], [], {}, []
    measures = set(options["measure_id"].dropna())
    for group in groups:
        levels = rivals[group]["competitor"].to_dict() if group in rivals else {}
        levels = {m: v for m, v in levels.items() if m in measures}
        if options.empty or not levels:
            continue
        try:
            best = parity.least_cost(options, levels)
        except (NotComputable, ParameterError) as error:
            reasons.append(reason(N_("{group}: no design reaches the competitor."), group=groups[group].get("name", group)))
            if isinstance(error, NotComputable):
                reasons.append(error.reason)
            continue
        found.append(best.table[["option_id", "cost", "feasible", "chosen"]].assign(group_id=group))
        frontiers.append(best.frontier.assign(group_id=group))
        quantities[f"parity_cost_{group}"] = Quantity(best.cost, "currency", evidence="expert")
        quantities[f"parity_option_{group}"] = Quantity(" + ".join(best.options), evidence="expert")
    columns = ["group_id", "option_id", "cost", "feasible", "chosen"]
    frontier = ["group_id", "shift", "feasible", "cost", "options"]
    tables = {"parity": pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns),
              "parity_frontier": pd.concat(frontiers, ignore_index=True)[frontier] if frontiers else
              pd.DataFrame(columns=frontier)}
    return tables, quantities, reasons


def loss_table(study, groups: dict) -> pd.DataFrame:
    """Loss of a failed order and yearly gain of one more point of compliance, per group (behaviour patterns, S2:L232)."""
    rows = []
    for row in study.table("behaviour").itertuples():
        needed = (row.orders_per_week, row.elsewhere_share, row.leave_share, row.order_margin, row.customer_value)
        if row.group_id not in groups or any(pd.isna(v) for v in needed):
            continue
        try:
            loss, gain = optimum.failure_loss(elsewhere=row.elsewhere_share, leave=row.leave_share, margin=row.order_margin,
                                              customer_value=row.customer_value, orders=row.orders_per_week * WEEKS)
        except ParameterError:
            continue
        rows.append((row.group_id, groups[row.group_id].get("name", row.group_id), loss, gain))
    return pd.DataFrame(rows, columns=["group_id", "name", "loss", "gain_of_a_point"])


def stage_multiplier(study) -> tuple[float, list[Reason]]:
    """Mean life-cycle multiplier of what is sold, weighted by units of each family; 1 when nothing is known."""
    stages = study.table("life_cycle").dropna(subset=["product_family", "stage"])
    factor = stages.set_index("product_family")["stage"].map(STAGES).dropna()
    if factor.empty:
        return 1.0, []
    weight = pd.Series(1.0, index=factor.index)
    if study.has("order_lines"):
        lines = study.order_lines
        sold = lines.group_by("product_family").aggregate(units=lines.qty_ordered.sum()).to_pandas()
        known = sold.dropna().set_index("product_family")["units"].reindex(factor.index).fillna(0.0)
        weight = known if known.sum() > 0 else weight
    return float((factor * weight).sum() / weight.sum()), []
