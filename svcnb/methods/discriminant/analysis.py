"""Linear discriminant analysis of groups of customers by measured predictors.

Sources: "análisis de discriminación" (S2:L211-213); method.md 4.3. Fisher, R. A. (1936), *Annals of Eugenics*
7, 179-188; Rencher, A. C. (2002), *Methods of Multivariate Analysis*, 2nd ed., chapters 8 and 9; Morrison, D.
G. (1969), *Journal of Marketing Research* 6, 156-163, and Hair, J. F. et al. (2010), *Multivariate Data
Analysis*, 7th ed., chapter 7 (proportional chance, a quarter above it, Press's Q).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from svcnb.errors import ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import category_text
from svcnb.methods.discriminant.assignment import (
    NEAR,
    choose,
    count_confusion,
    draw_territory,
    find_cuts,
    score,
    score_left_out,
)
from svcnb.methods.discriminant.result import Discriminant, TwoGroups
from svcnb.methods.discriminant.sample import Sample, mean_by_group, read_sample
from svcnb.methods.discriminant.significance import (
    Significance,
    assess_covariances,
    assess_functions,
    assess_predictors,
    compare_pairs,
)
from svcnb.methods.discriminant.space import Space, find_functions
from svcnb.methods.intervals import wilson

PRIORS = ("equal", "proportional")
CONSTANT = "(constant)"
ABOVE_CHANCE = 1.25  # Hair et al.: a quarter better than chance


def fit_discriminant(frame: pd.DataFrame, group: str, predictors: Iterable[str], *,
                     priors: str | Mapping[str, float] = "equal", alpha: float = 0.05) -> Discriminant:
    """Confirm that groups of customers differ, say by what, and learn to assign new customers.

    Functions are the ``a`` that maximise ``a'Ba / a'Wa`` (B between, W within the groups, weighted by group
    size), scaled to ``a'Wa/(n - g) = 1``; scores ``x'S^-1 m_k - m_k'S^-1 m_k/2 + ln prior_k`` with the pooled
    covariance S decide the group, of equal ones the first (method.md 4.3; T23). Leave-one-out holds the
    priors and is exact.

    Parameters
    ----------
    frame : one row a customer; not changed
    group : column of the group; blank is missing; its texts are the groups' labels
    predictors : columns of numbers or truths. Those that are constant, constant within the groups, or follow
        from those named before them are left out with a warning
    priors : equal, proportional (group sizes in the sample) or a share for every group, together 1
    alpha : level of significance; p = alpha is not significant

    Raises
    ------
    NotComputable
        a column is not there or holds no numbers; nobody is measured; fewer than two groups have more customers
        than predictors; no predictor varies within the groups; the groups' means are all the same
    ParameterError
        alpha or priors outside their rule, no predictor, or the group as its own predictor

    Examples
    --------
    >>> shops = pd.DataFrame({"type": list("AAABBB"), "orders": [1, 2, 1, 8, 9, 8],
    ...                       "claims": [1, 1, 2, 8, 8, 9]})
    >>> result = fit_discriminant(shops, "type", ["orders", "claims"])
    >>> rule = result.two_groups
    >>> rule.weights.round(6).tolist(), round(rule.cut, 6), round(rule.d2, 6)
    ([42.0, 42.0], 406.0, 588.0)
    >>> new = pd.DataFrame({"orders": [5, 5], "claims": [4, 5]})
    >>> round(result.wilks_lambda, 6), result.assign(new)["group"].tolist()
    (0.004515, ['A', 'B'])
    """
    if not 0 < alpha < 1:
        raise ParameterError(N_("The level of significance {alpha} is not between 0 and 1; write for example 0.05."),
                             alpha=alpha)
    sample = read_sample(frame, group, predictors)
    counts = np.bincount(sample.codes)
    shares = _prior_shares(priors, sample, counts)
    space = find_functions(sample, np.log(shares))
    z = space.place(sample.x)
    n, p, g = len(z), len(sample.predictors), len(sample.groups)
    box_m = assess_covariances(z, sample.codes, g)
    bartlett, rao, tests = assess_functions(space.eigenvalues, n, p, g)
    differ = rao.p_value < alpha - NEAR
    found = _classify(z, sample, space)
    return Discriminant(
        group=group, predictors=sample.predictors, alpha=alpha, n=n, n_missing=sample.n_missing,
        n_left_out=sample.n_left_out, left_out=sample.left_out, missing=sample.missing,
        groups=pd.DataFrame({"n": counts, "prior": shares}, index=_index(sample.groups, "group")),
        wilks_lambda=float(tests["wilks"].iloc[0]), rao=rao, differ=bool(differ), bartlett=bartlett, tests=tests,
        univariate=assess_predictors(sample.x, sample.codes, g, sample.predictors),
        pairs=compare_pairs(space.points, counts, n, sample.groups), box_m=box_m,
        **_describe(sample, space, z), **found,
        warnings=(*sample.warnings, *_cautions(differ, found, box_m, counts, alpha)), _space=space)


def _prior_shares(priors, sample: Sample, counts: np.ndarray) -> np.ndarray:
    if isinstance(priors, Mapping):
        given = {category_text(label): share for label, share in priors.items()}
        known = (*sample.groups, *sample.left_out)
        if absent := [label for label in sample.groups if label not in given]:
            raise ParameterError(N_("There is no prior for {groups}: every group needs one."), groups=absent)
        if strange := [label for label in given if label not in known]:
            raise ParameterError(N_("A prior is given for {groups}, but the groups are {known}."), groups=strange,
                                 known=list(known))
        for label, share in given.items():
            if isinstance(share, bool) or not isinstance(share, (int, float, np.number)) or not 0 < share < 1:
                raise ParameterError(N_("The prior of {group} is {value}; write a share above 0 and below 1."), group=label,
                                     value=share)
        if abs(sum(given.values()) - 1) > 1e-6:
            raise ParameterError(N_("The priors add up to {total}; they must add up to 1."), total=sum(given.values()))
        shares = np.array([given[label] for label in sample.groups], dtype=float)
        return shares / shares.sum()  # the priors of groups left out go to the others in proportion
    if not isinstance(priors, str) or priors not in PRIORS:
        raise ParameterError(N_("The priors are {value}; write equal, proportional, or a share for every group."),
                             value=str(priors))
    return counts / counts.sum() if priors == "proportional" else np.full(len(counts), 1 / len(counts))


def _describe(sample: Sample, space: Space, z: np.ndarray) -> dict:
    """What each function and each group looks like, as frames of the result."""
    r = len(space.eigenvalues)
    numbers = pd.RangeIndex(1, r + 1, name="function")
    predictors, groups = _index(sample.predictors, "predictor"), _index(sample.groups, "group")
    means = mean_by_group(sample.x, sample.codes, len(groups))
    within = sample.x - means[sample.codes]
    covariance = within.T @ within / (len(z) - len(groups))
    deviation = np.sqrt(np.diag(covariance))
    weights = space.axes[:, :r]
    fisher = space.axes @ space.points.T  # S^-1 (m_k - centre); S^-1 = axes axes'
    share = space.axes @ (space.axes.T @ space.centre)
    linear = fisher + share[:, None]
    constants = -0.5 * (means * linear.T).sum(axis=1) + space.log_priors
    rows = predictors.append(pd.Index([CONSTANT], dtype=object)).rename("predictor")
    roots = space.eigenvalues
    return {
        "means": pd.DataFrame(means, index=groups, columns=predictors),
        "covariance": pd.DataFrame(covariance, index=predictors, columns=predictors),
        "eigenvalues": pd.Series(roots, index=numbers), "explained": pd.Series(roots / roots.sum(), index=numbers),
        "canonical_correlations": pd.Series(np.sqrt(roots / (1 + roots)), index=numbers),
        "functions": pd.DataFrame(np.vstack([weights, -space.centre @ weights]), index=rows, columns=numbers),
        "standardised": pd.DataFrame(weights * deviation[:, None], index=predictors, columns=numbers),
        "structure": pd.DataFrame(covariance @ weights / deviation[:, None], index=predictors, columns=numbers),
        "centroids": pd.DataFrame(space.points[:, :r], index=groups, columns=numbers),
        "classification_functions": pd.DataFrame(np.vstack([linear, constants]), index=rows, columns=groups),
        "two_groups": _two_groups(space, means, predictors) if len(groups) == 2 else None,
        "scores": pd.DataFrame(z[:, :r], index=sample.index, columns=numbers)}


def _two_groups(space: Space, means: np.ndarray, predictors: pd.Index) -> TwoGroups:
    step = space.points[1] - space.points[0]
    weights = space.axes @ step
    cut = weights @ means.mean(axis=0) + space.log_priors[0] - space.log_priors[1]
    return TwoGroups(*space.groups, pd.Series(weights, index=predictors), float(cut), float(step @ step))


def _classify(z: np.ndarray, sample: Sample, space: Space) -> dict:
    """Every customer assigned, by all and by all others; how often rightly; and where the borders lie."""
    from scipy import stats

    codes, labels, g = sample.codes, sample.groups, len(sample.groups)
    table, _ = space.assign(z)
    assigned = choose(score(z, space.points, space.log_priors))
    left_out = choose(score_left_out(z, codes, space.points, space.log_priors))
    names = np.array([*labels, None], dtype=object)
    cases = table.rename(columns={"group": "assigned"})
    cases.insert(0, "group", pd.Series(names[codes], dtype=object))
    cases["assigned_loo"] = pd.Series(names[left_out], dtype=object)
    hits, known = int((left_out == codes).sum()), int((left_out >= 0).sum())
    accuracy, chance = wilson(hits, known), float(((np.bincount(codes) / len(codes)) ** 2).sum())
    q = (known - hits * g) ** 2 / (known * (g - 1))
    r = len(space.eigenvalues)
    return {
        "cases": cases.set_axis(sample.index), "confusion": count_confusion(codes, assigned, labels),
        "confusion_loo": count_confusion(codes, left_out, labels),
        "accuracy": wilson(int((assigned == codes).sum()), len(codes)), "accuracy_loo": accuracy, "chance": chance,
        "useful": None if ABOVE_CHANCE * chance > 1 + NEAR else bool(accuracy.value >= ABOVE_CHANCE * chance - NEAR),
        "press_q": Significance(q, 1, float(stats.chi2.sf(q, 1))),
        "cuts": find_cuts(space.points[:, 0], space.log_priors, labels) if r == 1 else None,
        "territory": draw_territory(z[:, :r], space.points[:, :r], space.log_priors) if r > 1 else None}


def _cautions(differ: bool, found: dict, box_m: Significance | None, counts: np.ndarray, alpha: float) -> list[Reason]:
    said = []
    if not differ:
        said.append(reason(N_("The predictors do not tell the groups apart (Wilks' test is not significant): join groups, or "
                              "describe them by other predictors.")))
    if box_m is None:
        said.append(reason(N_("Box's test of equal covariances cannot be made: in one group a predictor is constant or "
                              "follows from the others."), level="info"))
    elif box_m.p_value < alpha - NEAR:
        said.append(reason(N_("The groups spread differently (Box's test, easily alarmed by large groups and skewed numbers): "
                              "trust leave-one-out more than the probabilities."), level="info"))
    unknown = int(counts.sum()) - int(found["confusion_loo"].to_numpy().sum())
    if unknown:
        said.append(reason(N_("Customers not counted in leave-one-out, because without them a predictor does not vary "
                              "within the groups: {n}."), level="info", n=unknown))
    if found["useful"] is None:
        said.append(reason(N_("One group is so large that {chance:%} would be right by chance: nothing can be a quarter "
                              "better. See how many of the small groups are found."), chance=found["chance"]))
    elif not found["useful"]:
        said.append(reason(N_("Leave-one-out assigns {share:%} rightly, less than a quarter above chance ({chance:%}): do not "
                              "assign new customers by these functions."), share=found["accuracy_loo"].value,
                           chance=found["chance"]))
    return said


def _index(labels, name: str) -> pd.Index:
    return pd.Index(list(labels), name=name, dtype=object)
