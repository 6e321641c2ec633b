"""The reading of the page of step 4."""

from __future__ import annotations

import pandas as pd

from svcnb.i18n import N_


def read_goals(result, words, group: str | None = None) -> str:
    """How many goals lie above today, the widest gap, what the guarantees give together, what is only assumed."""
    table = result.tables.get("goals")
    rows = None if table is None else table if group is None else table[table["group_id"] == group]
    if rows is None or rows.empty:
        return words(N_("No goal has been proposed: choose measures in the diagnosis first."))
    parts = [_gaps(rows, words), _together(rows, words)]
    eco = result.quantities.get("sl_eco")
    if eco is not None and eco.value is not None:
        if eco.low is not None and eco.high is not None:
            parts.append(words(N_("The economic level is {level:%}, and any from {low:%} to {high:%} earns as much within 1 %."),
                               level=eco.value, low=eco.low, high=eco.high))
        else:
            parts.append(words(N_("The economic level is {level:%}."), level=eco.value))
    assumed = rows[rows["evidence"] == "assumed"]
    if len(assumed):
        parts.append(words(N_("{n} of the {total} levels are assumed, not known: verify them when data exist."), n=len(assumed),
                           total=len(rows)))
    return " ".join(part for part in parts if part)


def _gaps(rows, words) -> str:
    measured = rows[rows["baseline"].notna()]
    if measured.empty:
        return words(N_("None of the {total} goals can be compared with today, because nothing is measured."), total=len(rows))
    short = measured[measured["gap"].astype(float) > 1e-9]
    if short.empty:
        return words(N_("All {n} goals that are measured are reached today."), n=len(measured))
    worst = short.loc[short["gap"].astype(float).idxmax()]
    measure, group = worst["name"], worst["group"]
    return words(N_("{n} of {total} goals ask for more than is reached today. The widest gap is {measure} for {group}: {level:%} to "
                    "guarantee against {today:%} today (n {cases:0})."), n=len(short), total=len(measured),
                 measure=_lower(words(measure)), group=words(group), level=float(worst["level"]),
                 today=float(worst["baseline"]), cases=int(worst["n"]))


def _together(rows, words) -> str:
    product = rows.groupby("group_id", sort=False)["level"].prod()
    worst = product.idxmin()
    name, n = rows.loc[rows["group_id"] == worst, "group"].iloc[0], int((rows["group_id"] == worst).sum())
    if n < 2 or pd.isna(product[worst]):
        return ""
    return words(N_("The {n} guarantees of {group} together promise {share:%} of cases, if their failures have nothing to do with "
                    "each other."), n=n, group=words(name), share=float(product[worst]))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
