"""Us beside the competitors, component by component and measure by measure; part of the step diagnosis.

Source: S2:L125, method.md 2.5. Segments are pooled by their number of answers: the diagnosis stands
before the segmentation.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, reason
from svcnb.i18n import N_
from svcnb.methods.competitors import compare_suppliers
from svcnb.methods.intervals import compare_proportions
from svcnb.steps.step import Quantity

OWN = "own"
MEASURED = ["measure_id", "name", "competitor_id", "competitor", "own", "n_own", "rival", "n_rival", "difference",
            "p_value", "differs"]


def compare_with_competitors(study, measures: pd.DataFrame, delta: float):
    """Tables competitors, competitor_index, competitor_measures; quantities; reasons. Empty without ratings."""
    if not study.has("competitor_ratings"):
        return {}, {}, []
    ratings = study.table("competitor_ratings").dropna(subset="value")
    names = study.table("competitors").set_index("competitor_id")["name"].dropna().astype(str).to_dict()
    by_measure = ratings["item"].astype(str).str.fullmatch(r"M\d+")
    tables, quantities, reasons = {}, {}, []
    measured = _measured(_pooled(ratings[by_measure]), measures, names, study.settings.alpha)
    if len(measured):
        tables["competitor_measures"] = measured
    asked = _pooled(ratings[~by_measure])
    try:
        compared = compare_suppliers(_with_own(study, asked), _importance(study, reasons), OWN, delta=delta)
    except NotComputable as error:
        return tables, quantities, [*reasons, error.reason]
    components = study.table("components").set_index("component_id")
    table = compared.table.rename(columns={"item": "component_id", "class": "kind"})
    table.insert(1, "name", table["component_id"].map(components["name"]).fillna(table["component_id"]).astype(str))
    table.insert(2, "spanish", table["component_id"].map(components["spanish"]).fillna(table["name"]).astype(str))
    table["rival"] = [names.get(rival, rival) for rival in table["rival"]]
    answers = asked.groupby("supplier")["n"].max()
    index = pd.DataFrame({
        "supplier": compared.indices.index, "name": [names.get(s, s) for s in compared.indices.index],
        "index": compared.indices.to_numpy(), "coverage": compared.coverage,
        "n": [_answers(study) if s == OWN else int(answers.get(s, 0)) for s in compared.indices.index]})
    tables |= {"competitors": table, "competitor_index": index}
    for row in index.to_dict("records"):
        quantities[f"index_{row['supplier']}"] = Quantity(row["index"], "score", n=row["n"], evidence="survey")
    quantities["n_weaknesses"] = Quantity(int((table["kind"] == "weakness").sum()), "count", n=len(table),
                                          evidence="survey")
    return tables, quantities, [*reasons, *compared.warnings]


def _pooled(ratings: pd.DataFrame) -> pd.DataFrame:
    """One row a supplier and item: the mean over segments weighted by answers (equal weights where unknown)."""
    rows = []
    for (supplier, item), group in ratings.groupby(["competitor_id", "item"]):
        n = group["n"].fillna(0).astype(float)
        weights = n if n.sum() > 0 else None
        rows.append({"supplier": str(supplier), "item": str(item), "n": int(n.sum()),
                     "value": float(np.average(group["value"].astype(float), weights=weights))})
    return pd.DataFrame(rows, columns=["supplier", "item", "n", "value"])


def _with_own(study, asked: pd.DataFrame) -> pd.DataFrame:
    """Ratings, items by suppliers; our own from the survey where the ratings do not hold them."""
    ratings = asked.pivot(index="item", columns="supplier", values="value")
    if OWN not in ratings.columns:
        answers = study.table("survey_satisfaction")
        ours = answers[(answers["supplier"].fillna(OWN) == OWN) & answers["perceived"].notna()]
        if len(ours):
            ratings[OWN] = ours.groupby("component_id")["perceived"].mean().reindex(ratings.index)
    return ratings


def _importance(study, reasons: list) -> pd.Series:
    points = study.table("survey_importance").dropna(subset="points")
    if len(points):
        return points.groupby("component_id")["points"].mean()
    reasons.append(reason(N_("No survey on importance: all components weigh the same in the comparison with the "
                             "competitors.")))
    return pd.Series(1.0, index=study.table("components")["component_id"])


def _answers(study) -> int:
    answers = study.table("survey_satisfaction")
    return int(answers.loc[answers["supplier"].fillna(OWN) == OWN, "respondent_id"].nunique())


def _measured(ratings: pd.DataFrame, measures: pd.DataFrame, names: dict, alpha: float) -> pd.DataFrame:
    """Measures of competitors given as shares beside ours, with the two-proportion z test."""
    own = measures[measures["state"] == "measured"].set_index("measure_id")
    rows = []
    for row in ratings.itertuples():
        if row.item not in own.index or not 0 <= row.value <= 1 or row.n <= 0:
            continue
        level, n = float(own.loc[row.item, "value"]), int(own.loc[row.item, "n"])
        try:
            p_value = compare_proportions(level, n, row.value, row.n).p_value
        except NotComputable:  # all outcomes equal: no difference to test
            p_value = 1.0
        rows.append({"measure_id": row.item, "name": own.loc[row.item, "name"], "competitor_id": row.supplier,
                     "competitor": names.get(row.supplier, row.supplier), "own": level, "n_own": n, "rival": row.value,
                     "n_rival": row.n, "difference": level - row.value, "p_value": p_value,
                     "differs": bool(p_value < alpha)})
    return pd.DataFrame(rows, columns=MEASURED)
