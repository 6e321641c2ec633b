"""How much demand there is: from the groups up, from the market down, and the next periods (method.md 5.1, 5.2).

Part of the step demand. Demand is what was ordered, never what was shipped; without a table of it the orders are
summed where they live, by group and month (or week, when there is less than a year).
"""

from __future__ import annotations

import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.measures.ordered import NOBODY, Ordered
from svcnb.methods.composition import compare, compose, decompose, measure_damping
from svcnb.methods.forecast import MODELS, NAMES, choose
from svcnb.steps.joined import group_of_segment
from svcnb.steps.parts import PLACED, parts_of
from svcnb.steps.step import Quantity

ALL = "all"
WEEK, MONTH = N_("units a week"), N_("units a month")
FORECAST = ["series_id", "period", "kind", "value", "low", "high"]
METHODS = ["method_id", "name", "kind", "score", "error", "n_errors", "mae", "bias", "tracking", "next", "note", "chosen"]
COMPOSITION = ["group_id", "name", "n", "orders_per_period", "units_per_order", "growth", "demand", "source"]


def groups_in_force(decisions: dict) -> dict[str, dict]:
    """group_id -> {name, segment_id} from step 2, else one group a segment, in order."""
    groups = (decisions.get("characterisation") or {}).get("groups")
    if groups:
        return {g: dict(row) for g, row in groups.items()}
    segments = (decisions.get("segmentation") or {}).get("segments") or {}
    served = [(s, row) for s, row in segments.items() if row.get("status") != "exclude"]
    return {f"G{i + 1}": {"name": row.get("name", s), "segment_id": s} for i, (s, row) in enumerate(served)}


def group_of_customers(segment_of: pd.Series, groups: dict, study=None) -> pd.Series:
    """group_id of each customer from its segment, index customer_id; customers of no group are left out.

    Where a group is split the ``study`` says who is in which part: the one that a step after characterisation is given.
    """
    of, split = segment_of.map(group_of_segment(groups)), parts_of(groups)
    if split:
        customers = study.table("customers").drop_duplicates("customer_id").set_index("customer_id")
        of = of.where(~of.isin(list(split)), customers[PLACED].reindex(of.index))
    return of.dropna()


def composition_table(study, groups: dict, ordered: Ordered | None) -> tuple[pd.DataFrame, list[Reason]]:
    """Rates and demand of each group and period (columns COMPOSITION).

    group_rates are taken when they describe the groups in force (same ids, same customers); else the orders are
    counted; else group_rates stand for want of anything better.
    """
    given = study.table("group_rates").set_index("group_id")
    rows, reasons = [], []
    fits = len(given) and set(given.index) == set(groups) and (ordered is None or all(
        ordered.customers.get(g, 0) == n for g, n in given["n"].items()))
    if ordered is not None and not fits:
        n_periods = len(ordered.units)
        for group, row in groups.items():
            n = int(ordered.customers.get(group, 0))
            if n == 0 or group not in ordered.rates.index:
                continue
            orders, units = ordered.rates.loc[group]
            rows.append((group, row.get("name", group), n, orders / (n * n_periods), units / orders, 0.0, "orders"))
    if not rows:
        for group, row in given.iterrows():
            rows.append((group, groups.get(group, {}).get("name", group), row["n"], row["orders_per_period"],
                         row["units_per_order"], 0.0 if pd.isna(row["growth"]) else float(row["growth"]), "group_rates"))
        if len(rows) and not fits and groups:
            reasons.append(reason(N_("The rates of groups in the data are those of other groups than the ones in force: "
                                     "check them.")))
    frame = pd.DataFrame(rows, columns=[c for c in COMPOSITION if c != "demand"])
    if frame.empty:
        reasons.append(reason(N_("The demand of the groups is not known: there are neither orders nor rates of groups."),
                              level="missing"))
        return frame.assign(demand=[])[COMPOSITION], reasons
    try:
        demand = compose(frame).table["demand"]
    except NotComputable as error:
        return frame.iloc[:0].assign(demand=[])[COMPOSITION], [error.reason]
    return frame.assign(demand=demand)[COMPOSITION], reasons


def volume_quantities(study, composition, ordered) -> tuple[dict[str, Quantity], list[Reason]]:
    """Totals from below and above, their difference, and how much the groups even each other out."""
    out, reasons = {}, []
    unit = WEEK if ordered is not None and ordered.unit == "W" else MONTH
    n = int(composition["n"].sum()) if len(composition) else 0
    evidence = "data" if len(composition) and (composition["source"] == "orders").all() else "expert"
    if len(composition):
        out["composition_total"] = Quantity(float(composition["demand"].sum()), unit, n=n, evidence=evidence)
    market = study.table("market").dropna(subset=["market_size", "expected_share"]).sort_values("period")
    if len(market):
        row = market.iloc[0]
        total = decompose(float(row["market_size"]), float(row["expected_share"]))
        out["decomposition_total"] = Quantity(total, MONTH, evidence="expert")
        if len(composition) and unit == MONTH and total > 0:
            found = compare(float(composition["demand"].sum()), total)
            out["difference"] = Quantity(found.difference, "share", evidence="expert")
            if found.reconcile:
                reasons.append(reason(N_("The groups sum to {difference:%} more or less than the share of the market: "
                                         "reconcile the two."), difference=abs(found.difference)))
    else:
        reasons.append(reason(N_("No market size: the demand cannot be compared with a share of the market."),
                              level="missing"))
    if ordered is not None:
        units = ordered.units.drop(columns=NOBODY, errors="ignore")
        if units.shape[1] > 1:
            try:
                found = measure_damping(units)
                out["cv_total"] = Quantity(found.cv_total, "index", n=found.n_periods)
                out["cv_groups"] = Quantity(found.cv_groups, "index", n=found.n_periods)
            except NotComputable:
                pass  # one period or nothing sold: nothing to say about spread
    return out, reasons


def forecast_tables(study, ordered, *, horizon, weights, method):
    """History and forecast of every series and of all together; methods compared on the whole.

    Returns
    -------
    tables (forecast, forecast_methods), quantities, name of the method ("" when none), reasons
    """
    series, season, step, reasons = _series(study, ordered)
    if not series:
        reasons.append(reason(N_("No demand history and no orders: nothing can be forecast by numbers. Ask the sales force "
                                 "or a jury."), level="missing"))
        return {"forecast": pd.DataFrame(columns=FORECAST), "forecast_methods": _unscored(study, weights)}, {}, "", reasons
    scores = study.table("method_scores")
    scores = scores if len(scores) else None
    options = {"horizon": horizon, "season": season, "weights": weights, "scores": scores}
    rows, chosen, by_people = [], "", bool(method) and method not in MODELS
    if by_people:
        reasons.append(reason(N_("The method chosen, {method}, works with people, not with numbers: the best numerical method is "
                                 "shown until they have spoken."), method=method, level="info"))
        method = None
    for name, values in series.items():
        try:
            found = choose(values.to_numpy(), method=method or None, **options)
        except NotComputable as error:
            reasons += [error.reason] if name == ALL else []
            found = choose(values.to_numpy(), **options)
        rows += [(name, p.date().isoformat(), "history", float(v), None, None) for p, v in values.items()]
        future = pd.date_range(values.index[-1], periods=horizon + 1, freq=step)[1:]
        rows += [(name, p.date().isoformat(), "forecast", a.value, a.low, a.high)
                 for p, a in zip(future, found.ahead.itertuples(), strict=True)]
        if name == ALL:
            whole, chosen = found, found.method
    reasons += whole.warnings
    methods = whole.methods.rename(columns={"mase": "error", "filtered": "note"})
    methods = methods.assign(name=whole.methods["method_id"].map(NAMES).fillna(whole.methods["method_id"]))
    first = whole.ahead.iloc[0]
    low, high = (None if pd.isna(v) else float(v) for v in (first["low"], first["high"]))
    quantities = {"forecast_next": Quantity(float(first["value"]), WEEK if step == "W-MON" else MONTH,
                                            n=len(series[ALL]), low=low, high=high)}
    tables = {"forecast": pd.DataFrame(rows, columns=FORECAST).astype({"value": float, "low": float, "high": float}),
              "forecast_methods": methods[METHODS]}
    return tables, quantities, chosen, reasons


def _series(study, ordered):
    """Name -> demand by period, of the table demand_history, else of the orders; season; step between periods."""
    reasons: list[Reason] = []
    history = study.table("demand_history").dropna(subset=["period", "series_id"])
    if history["demand"].notna().any():
        wide = history.pivot_table(index="period", columns="series_id", values="demand", aggfunc="sum", min_count=1)
        wide.index = pd.DatetimeIndex(wide.index)
        gap = wide.index.to_series().diff().median()
        step, season = ("W-MON", 52) if pd.notna(gap) and gap <= pd.Timedelta(days=8) else ("MS", 12)
        if step == "MS":  # a month that nobody wrote down is a gap, not a zero
            wide = wide.reindex(pd.date_range(wide.index[0], wide.index[-1], freq="MS").union(wide.index))
        missed = int(history["stockout"].fillna(False).astype(bool).sum())
        if missed:
            reasons.append(reason(N_("There was a stockout in {n} of {total} entries of the demand history: lost demand is "
                                     "not in it."), n=missed, total=len(history)))
    elif ordered is not None and len(ordered.units):
        wide, (step, season) = ordered.units, (("W-MON", 52) if ordered.unit == "W" else ("MS", 12))
        reasons.append(reason(N_("No demand history: the demand is summed from the orders."), level="info"))
    else:
        return {}, None, "MS", reasons
    total = wide[ALL] if ALL in wide else wide.sum(axis=1, min_count=wide.shape[1])
    parts = {str(c): wide[c] for c in wide.columns if c not in (NOBODY, ALL)} if wide.shape[1] > 1 else {}
    series = {name: values for name, values in {**parts, ALL: total}.items() if values.notna().any()}
    if ALL not in series:  # the series never overlap: they are not summed
        series[ALL] = wide.sum(axis=1, min_count=1)
    return series, season, step, reasons


def _unscored(study, weights) -> pd.DataFrame:
    """The methods by weighted criteria only, for those that need no history."""
    from svcnb.methods.forecast import SCORES, score_methods

    scores = study.table("method_scores")
    frame = scores if len(scores) else SCORES
    found = score_methods(frame, weights).scores
    kinds = SCORES.set_index("method_id")["kind"]
    kind = found["method_id"].map(kinds).fillna("qualitative")
    filtered = ["" if k == "qualitative" else N_("too little history") for k in kind]
    return found.assign(name=found["method_id"].map(NAMES).fillna(found["method_id"]), kind=kind, n_errors=0, mae=None,
                        error=None, bias=None, tracking=None, next=None, note=filtered, chosen=False)[METHODS]
