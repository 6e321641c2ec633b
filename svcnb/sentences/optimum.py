"""The reading of page 04b: which level pays, what the competitor's costs, how sure that is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from svcnb.i18n import N_

FREE = 0.5  # an amount below this is nothing


def read_optimum(result, tables, words) -> str:
    """Optimum with its flat band, the competitor's price and design, how far revenue may be off, and the caution."""
    place, about = tables.get("place"), tables.get("about")
    if about is None or about.empty:
        return words(N_("Neither what service costs and brings nor a competitor's level is known, so no level can be said to pay. Let "
                        "experts estimate revenue and cost at 3 to 5 levels, and customers say what competitors give."))
    at = about.iloc[0]
    parts = [_pays(place.iloc[0], at, words)] if len(place) else [words(
        N_("What service costs and brings is not known, so only the cost of matching the competitor is shown."))]
    parts += [_competitor(place, at, words), _design(tables.get("steps"), words), _sure(tables.get("band"), at, words)]
    if len(place):
        parts.append(words(N_("Levels never lived are estimates: take the band, not the point.")) if
                     at["evidence"] != "assumed" else words(N_("The curve is assumed, not estimated by anybody: it only shows the way.")))
    return " ".join(part for part in parts if part)


def _pays(place, at, words) -> str:
    text = words(N_("Profit is highest at {level:%}; from {low:%} to {high:%} it is as good within 1 %."), level=float(place["optimum"]),
                 low=float(place["flat_low"]), high=float(place["flat_high"]))
    if at["form"] == "inventory":
        text += " " + words(N_("It is counted from an availability of 50 %; in whole points stock pays up to {level:%}."),
                            level=float(at["whole"]))
    if place["uncertainty"] > 0:
        text += " " + words(N_("With revenue {share:%} less or more the optimum moves from {low:%} to {high:%}."),
                            share=float(place["uncertainty"]), low=float(place["best_low"]), high=float(place["best_high"]))
    if not np.isnan(place["given_up"]) and place["given_up"] > FREE:
        text += " " + words(N_("At {level:%} one gives up {amount:$}."), level=float(place["level"]),
                            amount=float(place["given_up"]))
    elif not np.isnan(place["level"]) and np.isnan(place["given_up"]):
        text += " " + words(N_("{level:%} lies outside the curve: what it gives up is not known."), level=float(place["level"]))
    return text


def _competitor(place, at, words) -> str:
    if at["competitor"] is None or pd.isna(at["competitor"]):
        return words(N_("No competitor's level of {measure} is known for {group}."), measure=at["measure_id"], group=at["group_id"])
    said = {"rival": words.name("competitor", str(at["rival"])), "measure": at["measure_id"], "group": at["group_id"],
            "level": float(at["competitor"])}
    price = float(place["given_up_there"].iloc[0]) if len(place) else float("nan")
    small = int(at["n"]) if pd.notna(at["n"]) and 0 < at["n"] < 30 else 0
    about = words(N_("(only {n} cases)"), n=small) + " " if small else ""
    if np.isnan(price):
        return words(N_("{rival} reaches {level:%} in {measure} for {group}."), **said) if not len(place) else about + words(
            N_("{rival} reaches {level:%} in {measure} for {group}, which lies outside the curve: what matching it gives up is not known."), **said)
    if float(at["competitor"]) < float(place["optimum"].iloc[0]) - 1e-9:
        return about + words(N_("{rival} reaches {level:%} in {measure} for {group}, less than the optimum: only to follow it gives up {price:$}."),
                             price=price, **said)
    return about + words(N_("{rival} reaches {level:%} in {measure} for {group}: matching it gives up {price:$} of profit."), price=price, **said)


def _design(steps, words) -> str:
    if steps is None or steps.empty:
        return ""
    chosen = steps[steps["chosen"].astype(bool)]
    if chosen.empty or not bool(chosen["feasible"].iloc[0]):
        return words(N_("No design reaches the competitor there."))
    row, least = chosen.iloc[0], float(steps["least"].iloc[0])
    return words(N_("The cheapest design that reaches it in everything is {option}: {cost:$}, {more:$} above the cheapest of all."),
                 option=row["options"], cost=float(row["cost"]), more=float(row["cost"]) - least)


def _sure(band, at, words) -> str:
    own = band[band["moves"] == "revenue"] if band is not None and len(band) else pd.DataFrame()
    if own.empty:
        return ""
    row = own.iloc[0]
    return words(N_("In whole points {choice} stays best with {input} from {low} to {high}."), choice=row["choice"],
                 input=row["input_name"], low=row["stays_from"], high=row["stays_to"])
