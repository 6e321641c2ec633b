"""Economic optimum, competitors and parity of the study at hand (method.md 6.0.1 to 6.2).

Part of the step goals.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods import optimum
from svcnb.methods.goals import STAGES
from svcnb.steps.step import Quantity

QUALIFIES = 0.05  # a competitor with less of the market is no qualifier
WEEKS = 52
INPUTS = ("trading_margin", "sales_response", "annual_sales", "carrying_rate", "unit_cost", "sigma_lt")
STOCK = ("M3", "M11")  # measures that safety stock buys
ORDERS = ("M1", "M2", "M3", "M7", "M8", "M9", "M11")  # measures of orders, to which the curve of service applies


@dataclass(frozen=True, eq=False)
class Economics:
    """What service costs and brings. ``best`` in force, of the ``table`` of points, else of the ``theory``; ``stock`` of the
    inventory form with the inputs of its ``case``; None when not known.
    """

    table: optimum.Optimum | None
    theory: optimum.Optimum | None
    stock: optimum.InventoryOptimum | None
    case: dict[str, float]
    evidence: str
    line: optimum.Optimum | None = None  # the inventory form as a curve

    @property
    def best(self) -> optimum.Optimum | None:
        return self.table or self.theory

    def level_of(self, measure: str) -> float | None:
        """The economic level that applies to a measure."""
        if measure in STOCK and self.stock is not None:
            return self.stock.sl_step
        return self.best.level if self.best is not None and measure in ORDERS else None

    def price_of(self, measure: str, level: float) -> float | None:
        """Profit given up in a period by guaranteeing ``level`` instead of the optimum of the form that applies."""
        best = self.line if measure in STOCK and self.line is not None else self.best if measure in ORDERS else None
        at = None if best is None else best.profit_at(level)
        return None if at is None else max(0.0, best.profit - at)


def read_economics(study, parameters) -> tuple[Economics, list[Reason]]:
    """The curve of service (its table, the theory form, or both) and the inventory case."""
    reasons: list[Reason] = []
    points, row = study.table("service_curve"), study.table("inventory_case").dropna(how="any")
    case = {name: float(row[name].iloc[0]) for name in INPUTS} if len(row) else {}
    table = _tried(lambda: optimum.from_table(points[["sl", "revenue", "cost"]]), reasons) if len(points) else None
    theory = optimum.from_theory(parameters.theory_a, parameters.theory_b) \
        if parameters.theory_a > 0 and parameters.theory_b > 0 else None
    stock = _tried(lambda: optimum.from_inventory(**case), reasons) if case else None
    for found in (table, theory, stock):
        reasons += [] if found is None else found.warnings
    if table is None and theory is None and stock is None:
        reasons.append(reason(N_("What service costs and brings is not known: no economic optimum. Let experts estimate "
                                 "revenue and cost at 3 to 5 service levels."), level="missing"))
    # revenue and cost at levels never lived are somebody's estimate; the theory form is not even that
    evidence = "assumed" if table is None and theory is not None else "expert"
    line = optimum.scaled(optimum.inventory_curve(stock)) if stock else None
    return Economics(table, theory, stock, case, evidence, line), reasons


def _tried(compute, reasons):
    try:
        return compute()
    except (NotComputable, ParameterError) as error:
        reasons.append(reason(error.template, **error.values))
        return None


def economics_tables(economics: Economics) -> tuple[dict[str, pd.DataFrame], dict[str, Quantity]]:
    """curve (form, level, revenue, cost, profit), inventory_case, inventory_steps, economics (one row a form) and the
    quantities sl_eco, sl_stock, flat band, profit.
    """
    curves, rows, quantities = [], [], {}
    best, stock, evidence = economics.best, economics.stock, economics.evidence
    for form, found in (("table", economics.table), ("theory", economics.theory)):
        if found is not None:
            curves.append(found.curve.assign(form=form))
            rows.append((form, found.level, found.level, found.flat_low, found.flat_high, found.profit, None))
    if best is not None:
        quantities["sl_eco"] = Quantity(best.level, "share", low=best.flat_low, high=best.flat_high, evidence=evidence)
        quantities["profit_at_optimum"] = Quantity(best.profit, "currency", evidence=evidence)
    if stock is not None:
        line = economics.line
        curves.append(line.curve.assign(form="inventory"))
        rows.append(("inventory", stock.sl_step, stock.sl_continuous, line.flat_low, line.flat_high, line.profit, stock.gain))
        quantities["sl_stock"] = Quantity(stock.sl_step, "share", evidence="expert")
        quantities["gain_of_a_point"] = Quantity(stock.gain, "currency", evidence="expert")
        quantities.setdefault("sl_eco", quantities["sl_stock"])
    shown = ["form", "level", "revenue", "cost", "profit"]
    columns = ["form", "level", "continuous", "flat_low", "flat_high", "profit", "gain_of_a_point"]
    steps = ["from_level", "to_level", "gain", "cost", "go"]
    return {"curve": pd.concat(curves, ignore_index=True)[shown] if curves else pd.DataFrame(columns=shown),
            "inventory_case": pd.DataFrame({"input": list(economics.case), "value": list(economics.case.values())}),
            "inventory_steps": stock.steps.tail(15).reset_index(drop=True) if stock else pd.DataFrame(columns=steps),
            "economics": pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], float))}, quantities


def rival_levels(study, segment: str) -> pd.DataFrame:
    """Per measure: competitor (the strongest's level), rival (who), floor (lowest that still holds 5 % of the market),
    source, n; index measure.
    """
    ratings = study.table("competitor_ratings").dropna(subset=["value"])
    mine = ratings[(ratings["segment_id"] == segment) & ratings["item"].astype(str).str.fullmatch(r"M\d+")
                   & ratings["value"].between(0, 1)]
    shares = study.table("competitors").set_index("competitor_id")["share"]
    holds = mine["competitor_id"].map(shares).fillna(1.0) >= QUALIFIES - 1e-9
    top = mine.sort_values("value").groupby("item").last()
    floor = mine[holds].groupby("item")["value"].min()
    return pd.DataFrame({"competitor": top["value"], "rival": top["competitor_id"], "floor": floor.reindex(top.index),
                         "source": top["source"].map({"measured": "data", "survey": "survey"}).fillna("expert"),
                         "n": top["n"]})


def loss_table(study, groups: dict) -> pd.DataFrame:
    """How each group reacts to a failed order (shares), what it loses, and the yearly gain of one more point of compliance
    (behaviour patterns, S2:L232).
    """
    shares = ["wait_share", "substitute_share", "elsewhere_share", "leave_share"]
    columns = ["group_id", "name", "orders_per_week", "tolerance_days", *shares, "loss", "gain_of_a_point"]
    rows = []
    for row in study.table("behaviour").itertuples():
        needed = (row.orders_per_week, row.elsewhere_share, row.leave_share, row.order_margin, row.customer_value)
        if row.group_id not in groups or any(pd.isna(v) for v in needed):
            continue
        try:
            loss, gain = optimum.failure_loss(
                elsewhere=row.elsewhere_share, leave=row.leave_share, margin=row.order_margin,
                customer_value=row.customer_value, orders=row.orders_per_week * WEEKS,
                substitute=0.0 if pd.isna(row.substitute_share) else row.substitute_share)
        except ParameterError:
            continue
        rows.append((row.group_id, groups[row.group_id].get("name", row.group_id),
                     *(getattr(row, name) for name in columns[2:-2]), loss, gain))
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], float))


def stage_table(study) -> pd.DataFrame:
    """Each product family with its stage of the life cycle, that stage's multiplier, and its share of what is sold (units;
    equal shares where nothing is sold).
    """
    stages = study.table("life_cycle").dropna(subset=["product_family", "stage"]).drop_duplicates("product_family")
    stages = stages[stages["stage"].isin(STAGES)][["product_family", "stage"]].reset_index(drop=True)
    weight = pd.Series(1.0, index=stages.index)
    if study.has("order_lines") and len(stages):
        lines = study.order_lines
        sold = lines.group_by("product_family").aggregate(units=lines.qty_ordered.sum()).to_pandas()
        known = stages["product_family"].map(sold.dropna().set_index("product_family")["units"]).fillna(0.0)
        weight = known if known.sum() > 0 else weight
    return stages.assign(multiplier=stages["stage"].map(STAGES).astype(float),
                         share=weight / weight.sum() if len(stages) else weight)


def stage_multiplier(stages: pd.DataFrame) -> float:
    """Mean life-cycle multiplier of what is sold; 1 when nothing is known."""
    return float((stages["multiplier"] * stages["share"]).sum()) if len(stages) else 1.0
