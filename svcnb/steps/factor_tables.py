"""The tables of the step factors: loadings, variance, eigenvalues, items, scores by stratum (part of step 1)."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from svcnb.i18n import N_
from svcnb.methods.factor import FactorAnalysis
from svcnb.methods.factor.analysis import SALIENT

ALL = "all"
LEAST_OF_GROUP = 5  # respondents of a stratum below which its mean has no interval
DRAWN = 500  # respondents a picture shows
Z95 = 1.96
# Kaiser (1974) on his own measure
KMO_WORDS = ((0.9, N_("marvellous")), (0.8, N_("meritorious")), (0.7, N_("middling")), (0.6, N_("mediocre")),
             (0.5, N_("miserable")), (-math.inf, N_("unacceptable")))
NEAR = 1e-9


def kmo_word(value: float) -> str | None:
    """Kaiser's word for a measure of adequacy, None when it is not measured.

    >>> kmo_word(0.654), kmo_word(0.49), kmo_word(float("nan"))
    ('mediocre', 'unacceptable', None)
    """
    return None if math.isnan(value) else next(word for least, word in KMO_WORDS if value >= least - NEAR)


def of_solution(found: FactorAnalysis, components: pd.DataFrame, scores: pd.DataFrame, group: pd.Series,
                chance: pd.DataFrame | None = None) -> dict:
    """Tables loadings, variance, eigenvalues, factor_correlations, groups and points of one solution.

    Parameters
    ----------
    found : the analysis
    components : component_id, name, spanish
    scores, group : scores and stratum (None not known) of the respondents, with one index
    chance : a stored table eigenvalues whose line of chance holds, when ``found`` has drawn too few samples
    """
    loadings = found.loadings.assign(communality=found.communalities, kmo=found.kmo_items)
    loadings = _named(loadings.rename_axis("component_id").rename_axis(columns=None).reset_index(), components)
    sizes = found.loadings.abs().to_numpy()
    order = np.lexsort((-sizes.max(axis=1), sizes.argmax(axis=1)))
    variance = found.variance.rename_axis("factor").rename_axis(columns=None).reset_index()
    variance["between_share"] = [_between(scores[factor], group) for factor in scores.columns]
    variance["n_items"] = (found.loadings.abs() >= SALIENT - NEAR).sum().to_numpy()
    p, values = len(found.eigenvalues), found.eigenvalues.to_numpy()
    line = found.parallel.line.to_numpy() if chance is None else chance["parallel"].to_numpy()
    k = np.arange(1, p + 1)
    eigenvalues = pd.DataFrame({"component_no": k, "eigenvalue": values, "parallel": line, "share": values / p,
                                "cumulative": values.cumsum() / p, "taken": k <= found.n_factors})
    phi, drawn = found.factor_correlations, scores[list(scores.columns)[:2]].rename_axis(columns=None)
    return {"loadings": loadings.iloc[order].reset_index(drop=True), "variance": variance, "eigenvalues": eigenvalues,
            "factor_correlations": pd.DataFrame(columns=["first", "second", "value"]) if phi is None else _pairs(phi),
            "groups": _groups(scores, group), "points": thinned(drawn, DRAWN)}


def of_items(found: FactorAnalysis, answers: pd.DataFrame) -> pd.DataFrame:
    """Table adequacy: all items together, with Bartlett's test, then each item."""
    items = list(found.loadings.index)
    rows = [{"component_id": ALL, "kmo": found.kmo, "kmo_verdict": kmo_word(found.kmo), "n": found.n, "missing_share":
             found.n_missing / (found.n + found.n_missing), "mean": math.nan, "deviation": math.nan,
             "chi2": found.bartlett.chi2, "df": float(found.bartlett.df), "p_value": found.bartlett.p_value}]
    for item in items:
        kmo = float(found.kmo_items[item])
        rows.append({"component_id": item, "kmo": kmo, "kmo_verdict": kmo_word(kmo), "n": int(answers[item].notna().sum()),
                     "missing_share": float(answers[item].isna().mean()), "mean": float(found.means[item]),
                     "deviation": float(found.deviations[item]), "chi2": math.nan, "df": math.nan, "p_value": math.nan})
    return pd.DataFrame(rows)


def strata(people: pd.DataFrame) -> pd.Series:
    """The stratum of each respondent, None for all when there are not at least two."""
    return people["group"] if people["group"].nunique() > 1 else pd.Series([None] * len(people), people.index, dtype=object)


def listed(scores: pd.DataFrame, people: pd.DataFrame, most: int) -> pd.DataFrame:
    """Scores of the respondents with their customer and stratum, at most so many."""
    frame = scores.head(most).rename_axis(columns=None)
    return pd.concat([people.loc[frame.index].astype(object), frame], axis=1).reset_index(drop=True)


def thinned(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most so many rows, taken evenly."""
    keep = np.unique(np.linspace(0, len(frame) - 1, min(len(frame), most)).astype(int)) if len(frame) else []
    return frame.iloc[keep].reset_index(drop=True)


def long(matrix: pd.DataFrame) -> pd.DataFrame:
    """A square matrix as rows first, second, value."""
    return pd.DataFrame([(str(a), str(b), float(matrix.loc[a, b])) for a in matrix.index for b in matrix.columns],
                        columns=["first", "second", "value"])


def square(rows: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """The inverse of ``long``, in the order of ``items``."""
    wide = rows.pivot(index="first", columns="second", values="value").loc[items, items]
    return wide.rename_axis(index=None, columns=None)


def _pairs(phi: pd.DataFrame) -> pd.DataFrame:
    names = list(phi.index)
    return pd.DataFrame([(a, b, float(phi.loc[a, b])) for i, a in enumerate(names) for b in names[i + 1:]],
                        columns=["first", "second", "value"])


def _groups(scores: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    """Mean scores of each stratum, and half the width of their 95 % interval (NaN below five respondents)."""
    factors, rows = list(scores.columns), []
    for name, mine in scores.groupby(group, sort=False):
        half = Z95 * mine.std(ddof=1) / math.sqrt(len(mine)) if len(mine) >= LEAST_OF_GROUP else mine.mean() * math.nan
        rows.append({"group": str(name), "n": len(mine), **{f: float(mine[f].mean()) for f in factors},
                     **{f"{f}_half": float(half[f]) for f in factors}})
    return pd.DataFrame(rows, columns=["group", "n", *factors, *(f"{f}_half" for f in factors)])


def _between(values: pd.Series, group: pd.Series) -> float:
    """eta²: the share of the variance that lies between the strata; NaN with fewer than two of them."""
    known = values[group.notna()]
    total = float(((known - known.mean()) ** 2).sum())
    means = known.groupby(group[group.notna()]).transform("mean")
    return float(((means - known.mean()) ** 2).sum()) / total if total > 0 and group.nunique() > 1 else math.nan


def _named(rows: pd.DataFrame, components: pd.DataFrame) -> pd.DataFrame:
    """The rows with name and spanish of each component behind its id."""
    known = components.drop_duplicates("component_id").set_index("component_id")
    name = rows["component_id"].map(known["name"])
    name = name.where(name.notna(), rows["component_id"]).astype(object)
    spanish = rows["component_id"].map(known["spanish"])
    rows.insert(1, "name", name)
    rows.insert(2, "spanish", spanish.where(spanish.notna(), name).astype(object))
    return rows
