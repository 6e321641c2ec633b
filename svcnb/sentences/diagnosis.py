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


def _listed(names: list[str], words) -> str:
    from svcnb.sentences.demand import enumerate_names

    return enumerate_names(names, words)
