"""Page 02c: do the groups really differ, by what, and where does a new customer belong."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from svcnb.figures import discriminant as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.compared import COMPARED, compared_field
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.discriminant import read_discriminant
from svcnb.steps.characteristics import is_factor, to_scale

NEW = ["group_id", "name", "posterior", "typicality", "note", "function_1", "function_2", "is_outside", "drawn_in"]
SHOWN = 2  # characteristics of the check by hand
MONEY = ("revenue", "income")
SHARES = ("margin_rate", "urgent_share")  # typed in per cent


def controls(result, words):
    """A number field for each characteristic of a new customer; the typical customer to begin with."""
    return tuple(Field(row.predictor, _label(row, words), "share" if row.predictor in SHARES else "number", float(row.typical),
                       low=None if row.predictor == "margin_rate" or is_factor(row.predictor) else 0, high=1 if row.predictor in SHARES else None)
                 for row in result.table("predictors").itertuples())


def _label(row, words) -> str:
    text = words(row.variable)
    unit = f", {words.currency}" if row.predictor in MONEY and words.currency else ""
    return text[:1].upper() + text[1:] + unit


def adapt(result, view, words):
    """The customer of the controls assigned anew; beside it what the picture needs, empty where there is one function or
    several."""
    empty = {name: pd.DataFrame() for name in ("areas", "histogram")} | {
        "cuts": pd.DataFrame(columns=["cut", "below", "above"])}
    if not len(result.table("predictors")):
        return {**result.tables, "new": pd.DataFrame(columns=NEW)}
    return {**empty, **result.tables, "new": assign_new(result, view)}


def assign_new(result, view) -> pd.DataFrame:
    """A row a group, the most probable first; no row when something is not known."""
    from svcnb.methods.discriminant import Rule

    rows, centroids = result.table("predictors"), result.table("centroids")
    names = list(rows["predictor"])
    raw = pd.DataFrame({row.predictor: [_number(view.get(row.predictor, row.typical))] for row in rows.itertuples()})
    place = to_scale(raw)
    if place.isna().any(axis=None):
        return pd.DataFrame(columns=NEW)
    rule = Rule(result.table("profile").pivot(index="group_id", columns="predictor", values="mean").loc[
                    list(centroids["group_id"]), names],
                result.table("covariance").pivot(index="predictor", columns="other", values="covariance").loc[names, names],
                centroids.set_index("group_id")["prior"])
    found, sure = rule.assign(place)
    first = found.iloc[0]
    shown = _place(result, place.iloc[0])
    table = pd.DataFrame({"group_id": sure.columns, "name": list(centroids["name"]), "posterior": sure.iloc[0].to_numpy()})
    mine = table["group_id"] == first["group"]
    table["typicality"] = [float(first["typicality"]) if own else math.nan for own in mine]
    table["note"] = [first["note"] if own else None for own in mine]
    for column, value in shown.items():
        table[column] = value
    return table.assign(other=~mine).sort_values(["other", "posterior"], ascending=[True, False], kind="stable")[NEW].reset_index(
        drop=True)


def _number(value) -> float:
    return math.nan if value is None else float(value)


def _place(result, customer: pd.Series) -> dict:
    """Where the customer stands on the first two functions, at the picture's edge when it lies beyond."""
    functions, areas, histogram = (result.table(name) for name in ("functions", "areas", "histogram"))
    weights = result.table("coefficients").pivot(index="predictor", columns="function", values="coefficient")
    out = {"function_1": math.nan, "function_2": math.nan, "is_outside": False}
    seen = _heights(centroids := result.table("centroids"), min(2, len(functions)))
    for row in functions.head(2).itertuples():
        k = int(row.function)
        score = float(row.constant + (weights[row.function] * customer[weights.index]).sum())
        seen = seen + score * centroids[f"function_{k}"]
        reach = areas[f"function_{k}"] if len(areas) else pd.concat([histogram["from_score"], histogram["to_score"]])
        out[f"function_{k}"] = min(max(score, float(reach.min())), float(reach.max()))
        out["is_outside"] = out["is_outside"] or abs(out[f"function_{k}"] - score) > 1e-9
    return {**out, "drawn_in": str(centroids["name"].iloc[int(seen.argmax())])}


def _heights(centroids, n: int) -> pd.Series:
    """What the groups' scores by the first functions have of their own: ln prior less half the square of the centroid."""
    return np.log(centroids["prior"]) - 0.5 * sum(centroids[f"function_{k}"] ** 2 for k in range(1, n + 1))


def fields(result, words):
    by = compared_field("predictors", result, words)
    if not result.decision.get("rule"):
        return by
    return (*by, Field("assign_new", words("New customers are assigned by this rule"), "choice", result.decision.get("assign_new"),
                  ((True, words("yes")), (False, words("no")))),)


def check(result, tables, words):
    """The linear score of the first group for the customer of the controls: two characteristics by hand, the rest given."""
    new, rows = tables.get("new"), result.table("predictors")
    if new is None or not len(new):
        return None
    group = new["group_id"].iloc[0]
    own = result.table("classification")
    own = own[own["group_id"] == group].set_index("predictor")
    means = result.table("profile").query("group_id == @group").set_index("predictor")["mean"]
    place = rows.set_index("predictor")["mean"]
    heaviest = (own.loc[place.index, "coefficient"] * place).abs().sort_values(ascending=False, kind="stable").index[:SHOWN]
    weights = {p: round(float(own.loc[p, "coefficient"]), 2) for p in heaviest}
    values = {p: round(float(place[p]), 2) for p in heaviest}
    constant = round(float(own.loc["constant", "coefficient"]), 2)
    rest = round(float((own.loc[place.index.drop(heaviest), "coefficient"] * place.drop(heaviest)).sum()), 2)
    products = sum(weights[p] * values[p] for p in heaviest)
    answer = constant + rest + products
    listed = "; ".join(words("{variable:word}: weight {weight:2}, value {value:2}", variable=own.loc[p, "variable"],
                             weight=weights[p], value=values[p]) for p in heaviest)
    shown = {value: f"({words.number(value, 2)})" if value < 0 else words.number(value, 2)
             for value in (*weights.values(), *values.values(), rest, constant)}
    working = " + ".join([*(f"{shown[weights[p]]} × {shown[values[p]]}" for p in heaviest), shown[rest], shown[constant]])
    by_means = constant + rest + sum(weights[p] * float(means[p]) for p in heaviest)
    return Check(
        words("The typical customer, on the scale of the functions: {listed}; the other characteristics add {rest:2}, the "
              "constant is {constant:2}. What is the linear score of {name:word}?", listed=listed, rest=rest, constant=constant,
              name=str(new["name"].iloc[0])),
        answer, 0.02, working=working,
        mistakes=((answer - constant, words("The constant is missing: it stands for where the group lies and how large it is.")),
                  (answer - 2 * constant, words("The constant is added with its sign, not subtracted.")),
                  (by_means, words("Those are the values of the group's mean; the customer's own count.")),
                  (float(max(values.values())), words("That is the highest value: not the highest mean decides, but the "
                                                      "highest score."))))


PAGE = Page(
    name="discriminant", step="discriminant", notebook="02c_discriminant", title=N_("Discrimination"),
    question=N_("Do the groups really differ, and where does a new customer belong?"),
    ends_in=N_("Step 2 · discriminant analysis · ends in: the rule that assigns a new customer"),
    read=lambda result, tables, view, words: read_discriminant(result, words, tables["new"]),
    beside="characterisation", controls=controls, adapt=adapt, fields=fields, check=check, resets={"predictors": ("assign_new",)},
    pictures=(Picture("territory", N_("Where each group lies, and where the new customer falls"), figures.plot_territory,
                      figures.describe_territory, ("centroids", "areas", "cloud", "histogram", "cuts", "new")),
              Picture("confusion", N_("Are the customers found again in their group?"), figures.plot_confusion,
                      figures.describe_confusion, ("confusion",)),
              Picture("structure", N_("What the functions say: structure coefficients"), figures.plot_structure,
                      figures.describe_structure, ("coefficients",))),
    tables=(TableView("new", N_("The new customer"), ("name", "posterior", "typicality")),
            TableView("centroids", N_("Groups: found again, and where they lie"),
                      ("name", "n", "prior", "right_share", "level_low", "level_high", "function_1", "function_2")),
            TableView("confusion", N_("Groups against assigned groups, leave-one-out"), ("name", "assigned", "n", "share")),
            TableView("functions", N_("Tests of the functions"), ("function", "eigenvalue", "explained_share", "canonical", "wilks",
                                                                  "chi2", "df", "p_value")),
            COMPARED,
            TableView("univariate", N_("Each characteristic by itself"), ("variable", "between", "wilks", "f_statistic", "df1", "df2",
                                                                          "p_value")),
            TableView("coefficients", N_("Coefficients of the functions"), ("function", "variable", "coefficient", "standardised",
                                                                            "structure")),
            TableView("classification", N_("Linear scores of the groups"), ("name", "variable", "coefficient")),
            TableView("profile", N_("Typical customer of each group"), ("variable", "name", "typical")),
            TableView("pairs", N_("Pairs of groups, the closest first"), ("name", "other_name", "d2", "f_statistic", "p_adjusted")),
            TableView("strangers", N_("Customers that look like another group"), ("customer_id", "name", "assigned", "posterior",
                                                                                  "typicality")),
            TableView("histogram", N_("Scores of each group"), ("name", "from_score", "to_score", "n", "share")),
            TableView("cuts", N_("Cuts between the groups"), ("cut", "below", "above"))),
    card=MethodCard(
        title=N_("Discriminant analysis"),
        quotation="algunos de estos métodos son: análisis ABC, análisis de cluster (o conglomerados), análisis de discriminación "
                  "y análisis factorial",
        source=N_("Gómez, Acevedo, González 2004, S2:L211; Fisher 1936; Lachenbruch and Mickey 1968; Hair et al. 2010"),
        formula=N_("score of a group = constant + Σ weight × characteristic; the highest score decides; weights = S⁻¹ × the "
                   "group's mean, S the covariance within the groups; with two groups w·x against the cut c"),
        assumes=N_("money and counts enter as log10(1 + x) and the margin as a share of revenue (house rule); the groups spread "
                   "alike; useful when a quarter better than chance"),
        fails=N_("groups that were made by the very characteristics compared, smaller groups than characteristics, new customers "
                 "unlike all old ones, means taken for scores"),
        badge=N_("house rule"),
        **examples.DISCRIMINANT))
