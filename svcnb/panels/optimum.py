"""Page 04b: which level pays, what it costs to match the competitor, and how far the inputs may be off."""

from __future__ import annotations

import numpy as np
import pandas as pd

from svcnb.figures import optimum as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.naming import capital
from svcnb.sentences.optimum import read_optimum
from svcnb.steps.economics import STOCK

RULES = (("economic", N_("optimum, at least the floor")), ("competitor", N_("level of the competitor")),
         ("combined", N_("higher of optimum and competitor")))
FORMS = {"table": N_("points estimated by experts"), "theory": N_("theory: a √SL − b SL²"),
         "inventory": N_("safety stock against sales won")}
FURTHEST = 0.05  # points that the competitor may move
MOST_UNSURE = 0.30
MOVED = {"revenue": ("trading_margin", "sales_response"), "cost": ("carrying_rate", "sigma_lt")}  # what stands behind them
RATES = {"sales_response": 3, "carrying_rate": 1}  # shown in per cent, with decimals
NOTHING = {name: pd.DataFrame() for name in ("line", "line_shown", "place", "about", "band", "steps", "stages_shown")}


def controls(result, words):
    """Group, measure and form; a level of one's own, the competitor's shift, how unsure revenue is."""
    bounds, economics = result.table("bounds"), result.table("economics")
    curve = result.table("curve")
    if not len(bounds) or not len(economics) and not bounds["competitor"].notna().any():
        return ()
    first = _shown_first(bounds)
    groups, measures = list(dict.fromkeys(bounds["group_id"])), list(dict.fromkeys(bounds["measure_id"]))
    out = [Field("group", words("Group"), "choice", first["group_id"],
                 tuple((g, words.name("group", g)) for g in groups)),
           Field("measure", words("Measure"), "choice", first["measure_id"],
                 tuple((m, capital(words.name("measure", m))) for m in measures))]
    if len(economics) > 1:
        out.append(Field("form", words("Form of the optimum"), "choice", "", (
            ("", words("the one that fits the measure")), *((f, words(FORMS[f])) for f in economics["form"]))))
    if len(curve):
        low, high = float(curve["level"].min()), float(curve["level"].max())
        level = float(first["level"]) if pd.notna(first["level"]) else float(economics["level"].iloc[0])
        out.append(Field("level", words("Level"), "slide", round(min(max(level, low), high), 3), low=round(low, 3), high=round(high, 3)))
    if bounds["competitor"].notna().any():
        out.append(Field("shift", words("Competitor moves"), "slide", 0.0, low=-FURTHEST, high=FURTHEST, hint=words("points")))
    if len(curve):
        out.append(Field("uncertainty", words("Revenue unsure by ±"), "slide", 0.0, low=0, high=MOST_UNSURE))
    return tuple(out)


def _shown_first(bounds) -> pd.Series:
    """The first goal of the sheet whose competitor is known, else the first row."""
    known = bounds[bounds["competitor"].notna() & bounds["level"].notna()]
    return (known if len(known) else bounds).iloc[0]


def adapt(result, view, words):
    """The curve, the place of the levels on it, the tornado and the designs of the chosen group and measure."""
    bounds = result.table("bounds")
    if not len(bounds) or not len(result.table("economics")) and not bounds["competitor"].notna().any():
        return {**NOTHING, **result.tables}
    first = _shown_first(bounds)
    group, measure = view.get("group") or first["group_id"], view.get("measure") or first["measure_id"]
    own = bounds[(bounds["group_id"] == group) & (bounds["measure_id"] == measure)]
    row = (own if len(own) else bounds[bounds["group_id"] == group]).iloc[0]
    row = row if len(own) else row.where(row.index.isin(["group_id", "group"]), None)
    shift = view.get("shift") or 0.0
    rival = None if pd.isna(row["competitor"]) else min(1.0, float(row["competitor"]) + shift)
    form = view.get("form") or _fitting(result.table("economics"), measure)
    about = {"group_id": group, "measure_id": measure, "form": form, "competitor": rival, "rival": row["rival"], "n": row["n"],
             "evidence": result.quantities["sl_eco"].evidence if "sl_eco" in result.quantities else "assumed", "whole": None}
    out = {**NOTHING, **result.tables, "steps": _steps(result.table("frontier"), result.table("parity"), group, shift)}
    level = view.get("level")
    level = level if level is not None else None if pd.isna(row["level"]) else float(row["level"])
    if form:
        economics = result.table("economics").set_index("form")
        about["whole"] = float(economics.loc[form, "level"])
        out |= _on_the_curve(result, form, level, rival, row["floor"], view.get("uncertainty") or 0.0)
    band = [*_curve_rows(result, form, level, words), *_design_row(result.table("frontier"), group, shift, rival, words)]
    return {**out, "about": pd.DataFrame([about]), "band": pd.DataFrame(band, columns=BAND),
            "stages_shown": _stages(result.table("stages"), row)}


def _fitting(economics, measure) -> str:
    """The form that the step takes for a measure: the inventory form for those that safety stock buys."""
    forms = list(economics["form"]) if len(economics) else []
    if measure in STOCK and "inventory" in forms:
        return "inventory"
    return forms[0] if forms else ""


def _on_the_curve(result, form, level, rival, floor, uncertainty) -> dict:
    from svcnb.methods.flips import whole_points
    from svcnb.methods.moved_level import place_level

    curve = result.table("curve")
    line, place = place_level(curve[curve["form"] == form], level=level, competitor=rival,
                              floor=None if pd.isna(floor) else float(floor), uncertainty=uncertainty)
    points = whole_points(line["level"])
    shown = pd.DataFrame({"level": points, **{c: np.interp(points, line["level"], line[c]) for c in ("revenue", "cost", "profit")}})
    return {"line": line, "place": place, "line_shown": shown}


BAND = ["input", "input_name", "moves", "value", "choice", "stays_from", "stays_to", "below", "above", "change_low", "change_high",
        "equal_low", "equal_high", "is_equal"]


def _curve_rows(result, form, level, words) -> list[dict]:
    """A row each for revenue and cost of service, or for the inputs of the inventory form behind them."""
    from svcnb.errors import NotComputable
    from svcnb.methods.flips import flips_of_curve

    if not form:
        return []
    curve, out = result.table("curve"), []
    case = result.table("inventory_case").set_index("input")["value"].to_dict() if form == "inventory" else {}
    try:
        found = flips_of_curve(curve[curve["form"] == form], level=level)
    except NotComputable:
        return []
    for row in found.itertuples():
        for name in MOVED[row.input] if case else (f"{row.input}_of_service",):
            value = case.get(name, np.nan)
            out.append({
                "input": name, "input_name": read_code(name, words, "input"), "moves": row.input, "value": value,
                "choice": words.percent(row.choice, 0), "stays_from": _end(name, value, row.low, words),
                "stays_to": _end(name, value, row.high, words), "below": "" if pd.isna(row.below) else words.percent(row.below, 0),
                "above": "" if pd.isna(row.above) else words.percent(row.above, 0), "change_low": row.low - 1,
                "change_high": row.high - 1, "equal_low": row.equal_low - 1, "equal_high": row.equal_high - 1,
                "is_equal": bool(row.is_equal)})
    return out


def _end(name, value, factor, words) -> str:
    """An end of a band: the value there and the change to it, or the change alone."""
    if pd.isna(factor):
        return words("without end")
    change = ("+" if factor > 1 else "−" if factor < 1 else "") + words.percent(abs(factor - 1))
    if pd.isna(value):
        return change
    there = words.percent(value * factor, RATES[name]) if name in RATES else words.number(value * factor)
    return f"{there} ({change})"


def _design_row(frontier, group, shift, rival, words) -> list[dict]:
    """How far the competitor may move before another design is the cheapest that reaches it."""
    from svcnb.methods.flips import flip_of_steps

    own = frontier[frontier["group_id"] == group].reset_index(drop=True) if len(frontier) else frontier
    found = flip_of_steps(own, shift) if len(own) else None
    if found is None:
        return []
    none = words("no design")
    ends = {side: np.nan if found[side] is None else found[side] - shift for side in ("low", "high")}
    said = {side: words("without end") if np.isnan(end) else words(
        "{points} points", points=("+" if end > 0 else "−" if end < 0 else "") + words.number(abs(100 * end), 1)) for side, end in ends.items()}
    return [{"input": "competitor_level", "input_name": read_code("competitor_level", words, "input"), "moves": "competitor",
             "value": np.nan if rival is None else rival, "choice": found["choice"], "stays_from": said["low"],
             "stays_to": said["high"], "below": found["below"] or (none if found["below"] == "" else ""),
             "above": found["above"] or (none if found["above"] == "" else ""), "change_low": ends["low"],
             "change_high": ends["high"], "equal_low": np.nan, "equal_high": np.nan, "is_equal": False}]


def _steps(frontier, parity, group, shift) -> pd.DataFrame:
    """The group's steps as far as the controls reach, with the one that holds at the shift."""
    from svcnb.methods.flips import step_at

    own = frontier[frontier["group_id"] == group].reset_index(drop=True) if len(frontier) else frontier
    if not len(own):
        return pd.DataFrame()
    place = step_at(own, shift)
    own = own.assign(chosen=[k == place for k in own.index], shift=shift)
    own = own[(own["to_shift"] > -FURTHEST + 1e-9) & (own["from_shift"] < FURTHEST - 1e-9)]
    costs = parity.loc[parity["group_id"] == group, "cost"] if len(parity) else own["cost"]
    own = own.assign(from_shift=own["from_shift"].clip(lower=-FURTHEST), to_shift=own["to_shift"].clip(upper=FURTHEST))
    return own.assign(from_points=100 * own["from_shift"], to_points=100 * own["to_shift"],
                      least=float(costs.min()) if len(costs) else np.nan).reset_index(drop=True)


def _stages(stages, row) -> pd.DataFrame:
    """What the stage of each product family makes of the level of the chosen group and measure."""
    from svcnb.methods.strategy import propose_by_stage

    if not len(stages):
        return pd.DataFrame()
    found = propose_by_stage(stages[["product_family", "stage"]].assign(base=row["base_level"], floor=row["floor"]).astype(
        {"base": float, "floor": float})).table
    return found.rename(columns={"base": "base_level"}).assign(share=stages["share"])


def fields(result, words):
    """How each group's level is made of the optimum and the competitor."""
    rules = result.decision.get("rules") or {}
    if not rules:
        return ()
    return (Field("rules", words("How the level of each group is made"), "rows", rules,
                  (Field("rule", words("Rule"), "choice", "economic", tuple((rule, words(text)) for rule, text in RULES)),),
                  names={g: _group_name(g, result, words) for g in rules}),)


def _group_name(group, result, words) -> str:
    """A group with what it may lean on: its competitor and the optimum where both are known."""
    bounds, name = result.table("bounds"), words.name("group", group)
    own = bounds[(bounds["group_id"] == group) & bounds["competitor"].notna() & bounds["sl_eco"].notna() & bounds["level"].notna()] \
        if len(bounds) else bounds
    if not len(own):
        return name
    row = own.iloc[0]
    return words("{name} · {measure}: optimum {eco:%}, competitor {rival:%}", name=name, measure=row["measure_id"],
                 eco=float(row["sl_eco"]), rival=float(row["competitor"]))


def check(result, tables, words):
    """One more point of stock; without its inputs what the theory's coefficients give; else the price between two levels."""
    case = result.table("inventory_case")
    if len(case):
        return _check_stock(case.set_index("input")["value"], words)
    a, b = (float(result.parameters.get(name) or 0) for name in ("theory_a", "theory_b"))
    if a > 0 and b > 0:
        return _check_theory(a, b, words)
    place, line = tables.get("place"), tables.get("line_shown")
    return _check_price(line, words) if place is not None and len(place) and len(line) > 2 else None


def _check_stock(case, words):
    margin, response, sales = (float(case[name]) for name in ("trading_margin", "sales_response", "annual_sales"))
    answer = margin * response * sales
    return Check(words("One point of availability wins {response} of the sales; {sales:0} units are sold a year with a margin of {margin:$2} each. "
                       "What does one more point win a year?", response=words.percent(response, 2), sales=sales, margin=margin),
                 answer, max(0.5, 0.002 * answer), words.money_unit,
                 f"{words.number(margin)} × {words.number(response)} × {words.number(sales, 0)}",
                 mistakes=((100 * answer, words("A per cent was taken as a whole: divide by 100.")),
                           (response * sales, words("These are units won: multiply them by their margin.")),
                           (float(case["carrying_rate"] * case["unit_cost"] * case["sigma_lt"]),
                            words("That is what stock costs for each step of z: it belongs to the other side."))))


def _check_theory(a, b, words):
    answer = 100 * min(1.0, (a / (4 * b)) ** (2 / 3) / 100)
    return Check(words("Revenue is {a} × √SL and cost {b} × SL², SL in per cent. At which SL is profit highest?", a=a, b=b), answer,
                 max(0.06, 0.003 * answer), "%", f"({words.number(a)} ÷ (4 × {words.number(b)}))^(2/3)",
                 mistakes=(((a / (4 * b)) ** 0.5, words("The exponent is 2/3: SL^(3/2) = a ÷ (4 b).")),
                           ((a / (2 * b)) ** (2 / 3), words("The derivative of √SL is ½ SL^(−½), that of SL² is 2 SL: the 2s make 4 b.")),
                           ((a / b) ** (2 / 3), words("That is where revenue equals cost: profit is nothing there."))))


def _check_price(line, words):
    best = int(line["profit"].to_numpy().argmax())
    other = best + 2 if best + 2 < len(line) else best - 2
    if other < 0:
        return None
    rows = line.iloc[[best, other]].round(0)
    (r1, c1), (r2, c2) = rows[["revenue", "cost"]].to_numpy()
    answer, money = float((r1 - c1) - (r2 - c2)), lambda v: words.number(v, 0)
    return Check(words("Over the lowest level, {first:%} brings {r1:0} and costs {c1:0}; {second:%} brings {r2:0} and costs {c2:0}. What does one "
                       "give up by guaranteeing {second:%}?", first=float(line["level"].iloc[best]), second=float(line["level"].iloc[other]),
                       r1=float(r1), c1=float(c1), r2=float(r2), c2=float(c2)), answer, max(0.5, 0.001 * abs(answer)), words.money_unit,
                 f"({money(r1)} − {money(c1)}) − ({money(r2)} − {money(c2)})",
                 mistakes=((-answer, words("The other way round: what is given up is what the better level earns more.")),
                           (float(c2 - c1), words("That is only what it costs more: it also brings more or less.")),
                           (float(r2 - r1), words("That is only what it brings more: it also costs more or less."))))


PAGE = Page(
    name="optimum", step="goals", notebook="04b_optimum", title=N_("Optimum and competitor"), beside="goals", topics=("optimum",),
    question=N_("What level pays, and what does it cost to match the competitor?"),
    ends_in=N_("Step 4 · economic optimum and competitor · ends in: the rule by which each group's level is made"),
    read=lambda result, tables, view, words: read_optimum(result, tables, words),
    controls=controls, adapt=adapt, fields=fields, check=check,
    pictures=(Picture("optimum", N_("What a level brings, costs and earns"), figures.plot_optimum, figures.describe_optimum,
                      ("line", "place")),
              Picture("flips", N_("How far the inputs may be off"), figures.plot_flips, figures.describe_flips, ("band",)),
              Picture("frontier", N_("What it costs to match the competitor"), figures.plot_frontier, figures.describe_frontier,
                      ("steps",)),
              Picture("reactions", N_("What customers do when an order fails"), figures.plot_reactions, figures.describe_reactions,
                      ("losses",))),
    tables=(TableView("bounds", N_("What each level rests on"), ("group_id", "measure_id", "sl_eco", "competitor", "floor",
                                                                 "base_level", "level", "price_of_competing")),
            TableView("place", N_("The levels on the curve"), ("level", "given_up", "optimum", "flat_low", "flat_high", "competitor",
                                                               "given_up_there", "price_low", "price_high")),
            TableView("band", N_("Inputs and where the choice flips"), ("input", "value", "choice", "stays_from", "stays_to", "below",
                                                                        "above")),
            TableView("steps", N_("What it costs to match the competitor"), ("from_points", "to_points", "cost", "options", "chosen")),
            TableView("parity", N_("What matching the competitor costs"), ("group_id", "option_id", "cost", "feasible", "chosen")),
            TableView("line_shown", N_("Revenue, cost and profit over the lowest level"), ("level", "revenue", "cost", "profit")),
            TableView("inventory_steps", N_("One more point of stock: what it wins and costs"), ("from_level", "to_level", "gain", "cost",
                                                                                                 "go"), first=15),
            TableView("losses", N_("What customers do when an order fails"), (
                "group_id", "wait_share", "substitute_share", "elsewhere_share", "leave_share", "loss", "gain_of_a_point")),
            TableView("stages_shown", N_("Life cycle: what the stage makes of the level"), (
                "product_family", "stage", "share", "multiplier", "base_level", "floor", "proposed", "emphasis")),
            TableView("economics", N_("Economic optimum, by form"), ("form", "level", "continuous", "flat_low", "flat_high", "profit",
                                                                    "gain_of_a_point"))),
    card=MethodCard(
        title=N_("Economic optimum and competitor"),
        quotation="La primera es determinar el nivel económico óptimo de servicio que se debe ofrecer, esta alternativa tiene el riesgo de "
                  "no tener en cuenta la situación de la competencia.",
        source=N_("Gómez, Acevedo, González 2004, S2:L234; Ballou, Business Logistics Management"),
        formula=N_("highest revenue − cost; with stock raise the level while margin × response × sales ≥ I × cost × σ × Δz; price of competing "
                   "= profit at the optimum − profit at the competitor's level; parity: least cost with every measure at the competitor's"),
        assumes=N_("revenue rises ever more slowly with the level and cost ever faster; who estimates revenue knows the customers; designs "
                   "reach what they say"),
        fails=N_("the optimum taken as exact, levels never lived, a rival known by hearsay, one curve for groups that react differently"),
        badge=N_("house rule"),
        **examples.OPTIMUM))
