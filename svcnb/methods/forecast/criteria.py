"""Weighted criteria of the forecasting methods: cost, precision, weakness, resources, application (S2:L221).

The scores are house rules (method.md 5.2; those of ENGINE_SCORES follow the row of their family: what is automatic is
more precise and harder to explain); every score has 5 as favourable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_

CRITERIA = ("cost", "precision", "weakness", "resources", "application")
WEIGHTS = (0.15, 0.35, 0.15, 0.15, 0.20)
SCORES = pd.DataFrame([
    ("jury", "qualitative", 4, 2, 2, 4, 4), ("sales_force", "qualitative", 3, 3, 2, 3, 4),
    ("intention_survey", "qualitative", 2, 3, 3, 2, 3), ("delphi", "qualitative", 2, 3, 3, 2, 3),
    ("market_test", "qualitative", 1, 4, 3, 1, 2), ("analogy", "qualitative", 4, 2, 2, 4, 2),
    ("naive", "quantitative", 5, 2, 2, 5, 4), ("seasonal_naive", "quantitative", 5, 2, 2, 5, 4),
    ("moving_average", "quantitative", 5, 3, 3, 5, 4), ("smoothing", "quantitative", 5, 4, 3, 4, 4),
    ("holt", "quantitative", 5, 4, 3, 4, 4), ("trend", "quantitative", 4, 3, 3, 4, 3),
    ("causal", "quantitative", 3, 4, 3, 2, 3), ("decomposition", "quantitative", 4, 4, 3, 3, 3),
], columns=["method_id", "kind", *CRITERIA])
NAMES = {
    "jury": N_("executive jury"), "sales_force": N_("sales-force composite"),
    "intention_survey": N_("survey of intentions"), "delphi": N_("Delphi"), "market_test": N_("market test"),
    "analogy": N_("historical analogy"), "naive": N_("last period"), "seasonal_naive": N_("same period of last season"),
    "moving_average": N_("moving average"), "smoothing": N_("simple exponential smoothing"),
    "holt": N_("smoothing with trend (Holt)"), "trend": N_("straight line (trend)"),
    "causal": N_("causal regression"), "decomposition": N_("decomposition of the series"),
    "combination": N_("mean of the two best"),
    "ets": N_("automatic exponential smoothing (ETS)"), "holt_winters": N_("smoothing with trend and season (Holt-Winters)"),
    "theta": N_("theta method"), "arima": N_("ARIMA"), "croston": N_("Croston's method"),
    "sba": N_("Croston's method, corrected (SBA)"), "tsb": N_("smoothing of size and chance (TSB)"),
    "mean_of_best": N_("mean of the best methods")}
ENGINE_SCORES = pd.DataFrame([
    ("holt_winters", "quantitative", 5, 4, 3, 4, 4), ("theta", "quantitative", 5, 4, 3, 4, 3),
    ("ets", "quantitative", 4, 5, 3, 3, 3), ("arima", "quantitative", 3, 4, 3, 2, 2),
    ("croston", "quantitative", 5, 3, 3, 4, 3), ("sba", "quantitative", 5, 4, 3, 4, 3),
    ("tsb", "quantitative", 5, 4, 3, 4, 3),
], columns=SCORES.columns)
CLOSE = 0.10  # two scores nearer than this are as good


@dataclass(frozen=True, eq=False)
class WeightedChoice:
    """``scores``: method_id, score, in order of score; ``method`` best; ``combine`` the two best when nearly equal."""

    scores: pd.DataFrame
    method: str
    combine: tuple[str, ...]


def score_methods(scores: pd.DataFrame, weights=WEIGHTS) -> WeightedChoice:
    """Weighted score of each method over cost, precision, weakness, resources and application (5 is favourable).

    Ties go to the method that needs fewer resources; two best nearer than 0.10 may be combined.

    Parameters
    ----------
    scores : DataFrame
        method_id and the five criteria, 1 to 5.
    weights : five numbers that sum to 1, or a mapping by criterion

    Examples
    --------
    >>> rows = [("m1", 4, 2, 3, 4, 3), ("m3", 5, 3, 3, 5, 4)]
    >>> score_methods(pd.DataFrame(rows, columns=["method_id", *CRITERIA])).scores["score"].round(2).tolist()
    [3.8, 2.95]
    """
    weight = np.array([weights[c] for c in CRITERIA] if isinstance(weights, Mapping) else list(weights), dtype=float)
    if len(weight) != len(CRITERIA) or (weight < 0).any() or abs(weight.sum() - 1) > 1e-6:
        raise ParameterError(N_("The weights of the five criteria must not be negative and sum to 1."))
    absent = [c for c in ("method_id", *CRITERIA) if c not in scores]
    if absent:
        raise ParameterError(N_("The scores have no column {columns}."), columns=", ".join(absent))
    cells = scores[list(CRITERIA)].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    if ((cells < 1) | (cells > 5)).any():
        raise ParameterError(N_("Scores of forecasting methods run from 1 to 5."))
    table = pd.DataFrame({"method_id": scores["method_id"].astype(object).to_numpy(), "score": cells @ weight,
                          "resources": cells[:, CRITERIA.index("resources")]}).dropna()
    if table.empty:
        raise NotComputable(N_("No method has a score on every criterion."))
    table = table.round({"score": 12}).sort_values(["score", "resources"], ascending=False, kind="stable")
    best = table["method_id"].tolist()
    near = len(table) > 1 and table["score"].iloc[0] - table["score"].iloc[1] < CLOSE - 1e-9
    return WeightedChoice(table[["method_id", "score"]].reset_index(drop=True), best[0], tuple(best[:2]) if near else ())


def merge_scores(scores, default: pd.DataFrame = SCORES) -> pd.DataFrame:
    """The study's scores over the default ones (None: those alone)."""
    if scores is None:
        return default
    own = scores.dropna(subset=list(CRITERIA)).drop_duplicates("method_id", keep="last")
    kinds = default.set_index("method_id")["kind"]
    own = own.assign(kind=own["method_id"].map(kinds).fillna("qualitative"))[default.columns]
    return pd.concat([default[~default["method_id"].isin(own["method_id"])], own], ignore_index=True)


def compare_choices(ranked: pd.DataFrame, usable, members) -> tuple[str, bool | None]:
    """The best of the usable methods by criteria, and whether the choice by error agrees.

    It does when the best by criteria is chosen or averaged, or when a method chosen scores nearer than 0.10 to it.

    Parameters
    ----------
    ranked : method_id and score in order of score, as ``score_methods`` gives them
    usable : methods that were computed
    members : the method chosen by error, or those averaged

    Returns
    -------
    method ("" when none of the usable has a score), agrees (None then)

    Examples
    --------
    >>> compare_choices(pd.DataFrame({"method_id": ["a", "b", "c"], "score": [4.0, 3.95, 2]}), ["b", "c"], ("c",))
    ('b', False)
    """
    known = ranked[ranked["method_id"].isin(list(usable))]
    if known.empty:
        return "", None
    best, near = str(known["method_id"].iloc[0]), known["score"] > known["score"].iloc[0] - CLOSE + 1e-9
    return best, bool(set(members) & set(known.loc[near, "method_id"]))
