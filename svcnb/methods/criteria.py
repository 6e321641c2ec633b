"""The nine criteria that a segmentation variable has to meet, tested on data where that is possible.

Source: "mensurable, accesible, sustancial, maniobrable, confiable, válida, estable, homogénea y generalizadora"
(S2:L192) names them; the tests, limits and the score are house rules (method.md 3.2). Whether a variable is stable
is judged by ``svcnb.methods.stability``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import as_categories, is_measured
from svcnb.methods.contingency import cross_tabulate
from svcnb.methods.stability import Limits as StabilityLimits
from svcnb.methods.stability import psi, state_of

NEAR = 1e-9
CRITERIA = ("measurable", "accessible", "substantial", "actionable", "reliable", "valid", "stable", "homogeneous",
            "generalisable")
MANDATORY = CRITERIA[:3]
POINTS = {"pass": 1.0, "watch": 0.5, "fail": 0.0}
EXPERT_PASS = 3.5  # of 1 to 5
MIN_SCORE = 0.7
HOLD_OUT = 0.3


@dataclass(frozen=True)
class Limits:
    """What passes. All are shares 0 to 1 but ``min_n`` (customers) and ``max_psi``, ``watch_psi``."""

    min_known: float = 0.90
    min_reachable: float = 0.80
    min_share: float = 0.05
    min_n: int = 30
    max_small: float = 0.10
    min_agreement: float = 0.70
    min_v: float = 0.10
    min_eta2: float = 0.02
    watch_psi: float = 0.10
    max_psi: float = 0.25
    max_within: float = 0.80
    min_kept: float = 0.70


@dataclass(frozen=True)
class Effect:
    """``size`` is Cramér's V (``kind`` v) or eta squared (``kind`` eta2); ``trusted`` whether its test may be used."""

    size: float
    p_value: float
    kind: str
    trusted: bool


@dataclass(frozen=True, eq=False)
class Judgement:
    """One variable against the nine criteria.

    ``table`` has criterion, state (pass, watch, fail, not testable), value (what was measured, None when nothing
    was), source (data, expert, none). ``score`` is the mean of the criteria that could be judged, ``n_judged``
    how many they are; ``vetoes`` the mandatory criteria that fail; ``recommended`` score >= 0.7 without a veto.
    """

    table: pd.DataFrame
    score: float | None
    n_judged: int
    vetoes: tuple[str, ...]
    recommended: bool
    warnings: tuple[Reason, ...] = ()


def judge_variable(values: pd.Series, *, criterion: pd.Series | None = None, reachable: pd.Series | None = None,
                   revenue: pd.Series | None = None, periods: tuple | None = None, repeat: pd.Series | None = None,
                   differs: bool | None = None, expert: Mapping[str, float] | None = None, seed: int = 0,
                   alpha: float = 0.05, limits: Limits = Limits()) -> Judgement:
    """Judge a candidate segmentation variable by the nine criteria.

    Parameters
    ----------
    values : category of each customer (numbers banded before), missing where not known
    criterion : what the segmentation shall explain, aligned with ``values``; numeric or categorical
    reachable : truth for each customer: there is a contact or delivery channel
    revenue : revenue of each customer, for the size of a category
    periods : counts by category in two periods (two mappings or Series), for stability
    repeat : the same variable coded a second time, for reliability
    differs : whether a goal or an offer term differs between the segments (known after step 4)
    expert : criterion -> mean rating 1 to 5, used where data cannot test
    seed : draws the 30 % hold-out
    alpha : level of significance
    limits : what passes

    Raises
    ------
    NotComputable
        there is no customer, or an expert rating is outside 1 to 5

    Examples
    --------
    >>> branch = pd.Series(["farm"] * 40 + ["fleet"] * 60)
    >>> judge_variable(branch, criterion=branch, expert={"actionable": 4}).table.set_index("criterion").state["valid"]
    'pass'
    """
    values = as_categories(values)
    if not len(values):
        raise NotComputable(N_("There is no customer to judge the variable by."))
    expert = _checked_ratings(expert or {})
    tested = {
        "measurable": _measurable(values, limits), "accessible": _accessible(values, reachable, limits),
        "substantial": _substantial(values, revenue, limits),
        "actionable": None if differs is None else ("pass" if differs else "fail", float(differs)),
        "reliable": _reliable(values, repeat, limits), "valid": _valid(values, criterion, alpha, limits),
        "stable": _stable(periods, limits), "homogeneous": _homogeneous(values, criterion, limits),
        "generalisable": _generalisable(values, criterion, seed, limits)}
    rows = [_row(name, tested[name], expert.get(name)) for name in CRITERIA]
    table = pd.DataFrame(rows, columns=["criterion", "state", "value", "source", "points"])
    points = table["points"].dropna()
    vetoes = tuple(row["criterion"] for row in rows if row["criterion"] in MANDATORY and row["state"] == "fail")
    score = float(points.mean()) if len(points) else None
    warnings = () if len(points) == len(CRITERIA) else (
        reason(N_("{n} of nine criteria could be judged; no data and no expert says anything about {criteria}."),
               level="info", n=len(points), criteria=list(table.loc[table["points"].isna(), "criterion"])),)
    return Judgement(table.drop(columns="points"), score, len(points), vetoes,
                     score is not None and score >= MIN_SCORE - NEAR and not vetoes, warnings)


def effect_size(values: pd.Series, criterion: pd.Series) -> Effect:
    """How strongly categories explain a criterion.

    Cramér's V for a categorical criterion, the share of variance between categories for a measured one.

    Raises
    ------
    NotComputable
        one category only, or a criterion that does not vary

    Examples
    --------
    >>> effect = effect_size(pd.Series(["a", "a", "b", "b"]), pd.Series([1.5, 2.5, 8.5, 9.5]))
    >>> round(effect.size, 3), round(effect.p_value, 3), effect.kind
    (0.98, 0.01, 'eta2')
    """
    frame = pd.DataFrame({"values": as_categories(values).to_numpy(), "criterion": np.asarray(criterion, dtype=object)})
    if not is_measured(frame["criterion"]):
        frame["criterion"] = as_categories(frame["criterion"])
        result = cross_tabulate(frame, "values", "criterion")
        exact = result.fisher_p is not None
        return Effect(result.cramers_v, result.fisher_p if exact else result.p_value, "v", exact or result.valid)
    frame = frame.dropna()
    between, within, groups = _squares(frame)
    if groups < 2 or len(frame) <= groups or between + within <= NEAR:
        raise NotComputable(N_("The criterion does not vary, or there is only one category."))
    from scipy import stats

    f = math.inf if within <= 0 else (between / (groups - 1)) / (within / (len(frame) - groups))
    p = float(stats.f.sf(f, groups - 1, len(frame) - groups))
    return Effect(between / (between + within), p, "eta2", True)


def _squares(frame) -> tuple[float, float, int]:
    y = frame["criterion"].astype(float)
    means = y.groupby(frame["values"].to_numpy()).transform("mean")
    return (float(((means - y.mean()) ** 2).sum()), float(((y - means) ** 2).sum()), frame["values"].nunique())


def _row(name, tested, rating) -> dict:
    if tested is not None:
        state, value = tested
        return {"criterion": name, "state": state, "value": value, "source": "data", "points": POINTS[state]}
    if rating is not None:
        return {"criterion": name, "state": "pass" if rating >= EXPERT_PASS - NEAR else "fail", "value": rating,
                "source": "expert", "points": (rating - 1) / 4}
    return {"criterion": name, "state": "not testable", "value": math.nan, "source": "none", "points": math.nan}


def _checked_ratings(expert) -> dict[str, float]:
    ratings = {}
    for name, rating in expert.items():
        if rating is None or rating != rating:
            continue
        if not 1 - NEAR <= rating <= 5 + NEAR:
            raise NotComputable(N_("The rating {value} of {criterion} is outside 1 to 5."), value=float(rating),
                                criterion=str(name))
        ratings[name] = float(rating)
    return ratings


def _measurable(values, limits):
    known = float(values.notna().mean())
    return ("pass" if known >= limits.min_known - NEAR else "fail"), known


def _accessible(values, reachable, limits):
    if reachable is None:
        return None
    shares = pd.Series(np.asarray(reachable, dtype=float)).groupby(values.to_numpy()).mean()
    if not len(shares):
        return None
    return ("pass" if shares.min() >= limits.min_reachable - NEAR else "fail"), float(shares.min())


def _substantial(values, revenue, limits):
    """Share of customers in categories that are too small; a few of them can be joined, hence watch."""
    small = small_categories(values, revenue, limits)
    counts = values.value_counts()
    if not len(counts):
        return "fail", 1.0
    share = float(counts[list(small)].sum() / counts.sum())
    if len(counts) - len(small) < 2:
        return "fail", share  # nothing is left to tell apart
    return ("pass" if not small else "watch" if share <= limits.max_small + NEAR else "fail"), share


def small_categories(values: pd.Series, revenue: pd.Series | None = None, limits: Limits = Limits()) -> tuple:
    """Categories with less than 5 % of customers and of revenue, or fewer than 30 customers.

    Examples
    --------
    >>> small_categories(pd.Series(["a"] * 60 + ["b"] * 40 + ["c"] * 3))
    ('c',)
    """
    counts = values.value_counts()
    weight = counts / max(1, counts.sum())
    if revenue is not None:
        money = pd.Series(np.asarray(revenue, dtype=float)).groupby(values.to_numpy()).sum().reindex(counts.index)
        if money.sum() > 0:
            weight = np.maximum(weight, (money / money.sum()).fillna(0))
    return tuple(counts.index[(weight < limits.min_share - NEAR) | (counts < limits.min_n)])


def _reliable(values, repeat, limits):
    if repeat is None:
        return None
    from svcnb.methods.apriori import agreement

    try:
        kappa = agreement(values, as_categories(repeat)).kappa
    except NotComputable:
        return None
    if kappa is None:
        return None
    return ("pass" if kappa >= limits.min_agreement - NEAR else "fail"), kappa


def _valid(values, criterion, alpha, limits):
    """Associated with the criterion; watch when the table is too thin for its test to be trusted."""
    if criterion is None:
        return None
    try:
        effect = effect_size(values, criterion)
    except NotComputable:
        return None
    limit = limits.min_v if effect.kind == "v" else limits.min_eta2
    if not (effect.p_value < alpha - NEAR and effect.size >= limit - NEAR):
        return "fail", effect.size
    return ("pass" if effect.trusted else "watch"), effect.size


def _stable(periods, limits):
    if periods is None:
        return None
    try:
        index = psi(*periods)
    except NotComputable:
        return None
    return state_of(index, StabilityLimits(limits.watch_psi, limits.max_psi)), index


def _homogeneous(values, criterion, limits):
    """Share of the criterion's variance inside the categories; a yes-no criterion counts as 0 and 1."""
    if criterion is None:
        return None
    frame = pd.DataFrame({"values": values.to_numpy(), "criterion": np.asarray(criterion, dtype=object)}).dropna()
    if not is_measured(frame["criterion"]):
        texts = as_categories(frame["criterion"])
        if texts.nunique() != 2:
            return None
        frame["criterion"] = (texts == texts.max()).astype(float)
    between, within, groups = _squares(frame)
    if groups < 2 or between + within <= NEAR:
        return None
    share = within / (between + within)
    return ("pass" if share <= limits.max_within + NEAR else "fail"), share


def _generalisable(values, criterion, seed, limits):
    """Effect on customers held out, as a share of the effect on the others; no effect cannot be kept."""
    if criterion is None:
        return None
    criterion = pd.Series(np.asarray(criterion, dtype=object))
    known = np.flatnonzero(values.notna().to_numpy() & criterion.notna().to_numpy())
    order = np.random.default_rng(seed).permutation(known)
    held = round(HOLD_OUT * len(order))
    try:
        trained, kept = (effect_size(values.iloc[rows], criterion.iloc[rows]) for rows in (order[held:], order[:held]))
    except NotComputable:
        return None
    if trained.kind != kept.kind or trained.size <= 0:
        return None
    ratio = kept.size / trained.size
    has_effect = trained.size >= (limits.min_v if trained.kind == "v" else limits.min_eta2) - NEAR
    return ("pass" if has_effect and ratio >= limits.min_kept - NEAR else "fail"), ratio
