"""The reading of the diagnosis: how far the product is from the joint rate, why, and how sure that is."""

from __future__ import annotations

from svcnb.i18n import N_

FAILED = {  # what an order that misses the measure is
    "M1": N_("beyond the cycle goal"), "M2": N_("delivered late"), "M3": N_("not available from stock"), "M8": N_("with an error"),
    "M9": N_("slow in transit"), "M11": N_("delivered incomplete")}
NEAR = 0.0005


def read_diagnosis(result, words, tables=None) -> str:
    """One to three sentences; ``tables`` (measures, levels, general, failures) default to the stored ones."""
    tables = result.tables if tables is None else tables
    measures, levels, general = (tables.get(name) for name in ("measures", "levels", "general"))
    if general is None or not len(general):
        return _unmeasured(measures, words)
    total = general.iloc[0]
    worst = levels.loc[levels["loss_share"].idxmax()]
    short = worst["short"]
    values = {"k": len(levels), "product": total["product"], "measure": worst["measure_id"], "name": words(short),
              "level": worst["value"], "n": int(worst["n"])}
    if not total["joint"] == total["joint"]:
        if len(levels) == 1:
            return words(N_("Only one measure enters: {measure} ({name}) with {level:%} of {n} cases. One "
                            "measure is not yet the service."), **values)
        return words(N_("The product of {k} measures is {product:%}; {measure} ({name}) costs most with {level:%} of "
                        "{n} cases. No joint rate can be counted on orders, so the product rests on the assumption "
                        "that the measures fail independently."), **values)
    first = _joint(total, levels, tables.get("failures"), words)
    if total["product"] >= 1 - NEAR:
        return first
    return first + " " + words(N_("Of the {k} measures {measure} ({name}) costs most: {level:%} of {n} cases, {loss:%} of "
                                  "the loss."), loss=worst["loss_share"], **values)


def _joint(total, levels, failures, words) -> str:
    """Joint rate against the product on the same orders, with the pair of failures that explains it."""
    met = levels.loc[levels["order_level"].astype(bool), "short"]
    values = {"joint": total["joint"], "n": int(total["n"]), "product": total["product_orders"],
              "low": total["joint_low"], "high": total["joint_high"],
              "all": _listed([words(text) for text in met], words)}
    if total["joint_low"] - NEAR <= total["product_orders"] <= total["joint_high"] + NEAR:
        return words(N_("{joint:%} of {n} orders are {all} at once (95 % interval {low:%} to {high:%}); the product of "
                        "the measures says {product:%}, so nothing speaks against failures that fall independently."),
                     **values)
    points = words.number(100 * abs(total["joint"] - total["product_orders"]), 1)
    pair = None if failures is None or not len(failures) else failures.iloc[0]
    if total["joint"] < total["product_orders"]:
        return words(N_("{joint:%} of {n} orders are {all} at once (95 % interval {low:%} to {high:%}), {points} points "
                        "less than the product of the measures, {product:%}: failures fall on different orders, so more "
                        "customers are hit than the product says."), points=points, **values)
    text = words(N_("{joint:%} of {n} orders are {all} at once (95 % interval {low:%} to {high:%}), {points} points more "
                    "than the product of the measures, {product:%}: failures fall together on the same orders."),
                 points=points, **values)
    if pair is None or not pair["fail_first"] > 0 or pair["excess"] <= 0:
        return text
    return text + " " + words(
        N_("Of the orders that are {first:word}, {share:%} are also {second:word}; of all orders {base:%} are."),
        first=FAILED[pair["first"]], second=FAILED[pair["second"]], share=pair["both"] / pair["fail_first"],
        base=pair["fail_second"])


def _unmeasured(measures, words) -> str:
    """Nothing measured: which columns of orders and lines would be needed."""
    columns: list[str] = []
    if measures is not None:
        for missing in measures["missing"]:
            columns += [c for c in str(missing).split(", ") if c.startswith(("orders.", "order_lines.")) and "/" not in c]
    columns = list(dict.fromkeys(columns))
    if not columns:
        return words(N_("None of the fourteen measures can be computed: nothing of their kind was due or closed in the "
                        "period."))
    return words(N_("None of the fourteen measures can be computed, so today's service level is not known: there are no "
                    "values in {columns}. Until they are recorded, any level is an opinion."),
                 columns=", ".join(columns))


def read_fill(result, words, tables=None) -> str:
    """The staircase in one sentence: how the same deliveries look from the units and from the customer."""
    tables = result.tables if tables is None else tables
    fill = tables.get("fill")
    rates = {} if fill is None else fill.set_index("level")["rate"].dropna().to_dict()
    if not {"unit", "order"} <= set(rates):
        return words(N_("Fill rates are not measured: no first delivery is recorded."))
    n = fill.set_index("level")["n"]
    values = {"unit": rates["unit"], "order": rates["order"], "n": int(n["order"])}
    if "customer" not in rates:
        return words(N_("{unit:%} of the units come in the first delivery, and {order:%} of {n} orders are complete."),
                     **values)
    return words(N_("The same deliveries: {unit:%} of the units come in the first delivery, {order:%} of {n} orders are "
                    "complete, and {customer:%} of {customers} customers had every order complete."),
                 customer=rates["customer"], customers=int(n["customer"]), **values)


def read_competitors(result, words, tables=None) -> str:
    """Who leads by the weighted index and where we are weak on what matters."""
    tables = result.tables if tables is None else tables
    index, items = tables.get("competitor_index"), tables.get("competitors")
    if index is None or items is None or len(index) < 2:
        return words(N_("No competitor is rated: whether our level wins or loses customers is not known."))
    own = index[index["supplier"] == "own"].iloc[0]
    best = index[index["supplier"] != "own"].sort_values("index", ascending=False).iloc[0]
    values = {"own": own["index"], "n": int(own["n"]), "rival": best["name"], "other": best["index"],
              "n_rival": int(best["n"])}
    text = words(N_("Weighted by importance we stand at {own:2} of 10 (n = {n}), the best competitor, {rival}, at "
                    "{other:2} (n = {n_rival})."), **values)
    weak = items[items["kind"] == "weakness"].sort_values("relative")
    if weak.empty:
        return text + " " + words(N_("On no important component a competitor is clearly ahead."))
    names = weak["spanish"] if words.language == "es" else [words(name) for name in weak["name"]]
    return text + " " + words(N_("Clearly behind on what matters: {names}."), names=_listed(list(names), words))


def _listed(names: list[str], words) -> str:
    from svcnb.sentences.demand import enumerate_names

    return enumerate_names(names, words)
