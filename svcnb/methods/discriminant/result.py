"""What a discriminant analysis gives, and the assignment of new customers by it (method.md 4.3)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from svcnb.errors import Reason
from svcnb.i18n import N_
from svcnb.methods.discriminant.assignment import NEAR
from svcnb.methods.discriminant.sample import read_numbers
from svcnb.methods.discriminant.significance import Significance
from svcnb.methods.discriminant.space import Space
from svcnb.methods.intervals import Interval

UNLIKE = 0.001  # typicality below which a customer is an outlier of its group
NOT_MEASURED = N_("not assigned: a predictor is not measured")
ON_BORDER = N_("on the border between groups: the first of them is given")
FAR = N_("far from its group: check by hand")


@dataclass(frozen=True, eq=False)
class TwoGroups:
    """Fisher's rule: a customer is of the group ``second`` when ``sum weights x > cut``, else of ``first``.

    ``weights`` by predictor, ``cut`` with the priors in it, ``d2`` the squared Mahalanobis distance of the
    two means.
    """

    first: str
    second: str
    weights: pd.Series
    cut: float
    d2: float


@dataclass(frozen=True, eq=False)
class Discriminant:
    """A discriminant analysis. Functions are numbered 1, 2, ... by falling eigenvalue.

    The sign of each function makes the centroid of the last group positive (of the last group whose centroid
    is not 0): with two groups high scores mean the second.

    **Data.** ``group``, ``predictors`` (those that entered), ``alpha``; ``n`` customers used, ``n_missing``
    left out because something is missing, ``n_left_out`` because their group is too small, ``left_out`` those
    groups; ``missing`` share missing by column asked for. ``groups`` (index group): n, prior. ``means``
    (groups × predictors), ``covariance`` pooled within the groups (predictors × predictors, divisor n - g).

    **Do the groups differ?** ``wilks_lambda`` = |W|/|T|; ``rao`` its F (exact for up to three groups or two
    predictors), which decides ``differ``; ``bartlett`` its chi-square. ``tests`` (index removed: functions
    taken away): wilks, chi2, df, p_value. ``univariate`` (index predictor): wilks, f, df1, df2, p_value of
    each predictor alone. ``pairs``: first, second, d2, f, df1, df2, p_value, p_holm of every two groups.
    ``box_m`` chi-square of equal covariances, None when a group's covariance is singular.

    **By what?** By function: ``eigenvalues``, ``explained`` (shares, sum 1), ``canonical_correlations``.
    ``functions`` (predictors and "(constant)" × functions) unstandardised, variance within the groups 1 and
    mean of all customers 0; ``standardised`` by the standard deviation within the groups; ``structure``
    correlations within the groups of predictors with functions (both predictors × functions). ``centroids``
    (groups × functions).

    **Where does a customer belong?** ``classification_functions`` (predictors and "(constant)" × groups):
    Fisher's linear scores, ln prior in the constant. ``two_groups`` for two groups, else None. ``scores``
    (customers × functions) and ``cases`` (customers): group, assigned, posterior, distance (squared
    Mahalanobis, to the assigned group), typicality (its p by chi-square with as many df as predictors),
    assigned_loo (None when it cannot be said). ``cuts`` (cut, below, above) when there is one function,
    ``territory`` (second function × first, place in ``groups``; see draw_territory) when more.

    **How well?** ``confusion`` of the same customers and ``confusion_loo`` leave-one-out (actual × assigned),
    ``accuracy`` and ``accuracy_loo`` shares with 95 % Wilson interval; ``chance`` sum of squared group
    shares; ``useful`` True when accuracy_loo >= 1.25 chance, None when that would be more than 1; ``press_q``
    (leave-one-out against equal chance).
    """

    group: str
    predictors: tuple
    alpha: float
    n: int
    n_missing: int
    n_left_out: int
    left_out: tuple[str, ...]
    missing: pd.Series
    groups: pd.DataFrame
    means: pd.DataFrame
    covariance: pd.DataFrame
    wilks_lambda: float
    rao: Significance
    differ: bool
    bartlett: Significance
    tests: pd.DataFrame
    univariate: pd.DataFrame
    pairs: pd.DataFrame
    box_m: Significance | None
    eigenvalues: pd.Series
    explained: pd.Series
    canonical_correlations: pd.Series
    functions: pd.DataFrame
    standardised: pd.DataFrame
    structure: pd.DataFrame
    centroids: pd.DataFrame
    classification_functions: pd.DataFrame
    two_groups: TwoGroups | None
    scores: pd.DataFrame
    cases: pd.DataFrame
    cuts: pd.DataFrame | None
    territory: pd.DataFrame | None
    confusion: pd.DataFrame
    confusion_loo: pd.DataFrame
    accuracy: Interval
    accuracy_loo: Interval
    chance: float
    useful: bool | None
    press_q: Significance
    warnings: tuple[Reason, ...] = ()
    _space: Space = field(repr=False, default=None)

    def assign(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The group of each new customer, how sure that is, and whether the customer is like its group.

        Parameters
        ----------
        frame : one row a customer with the columns of ``predictors``; others are ignored; not changed

        Returns
        -------
        frame with the same index and columns group, posterior (of that group), distance, typicality (see
        ``cases``), missing (tuple of the predictors that are not measured) and note (None, or a text of the
        catalogues: not assigned, on the border, or far from its group: typicality below 0.001)

        Raises
        ------
        NotComputable
            a predictor is not among the columns or holds no numbers
        """
        return assign_in(self._space, self.predictors, frame)


def assign_in(space: Space, predictors, frame: pd.DataFrame) -> pd.DataFrame:
    """The groups of new customers in a space; see ``Discriminant.assign``."""
    x, _ = read_numbers(frame, predictors)
    missing = np.isnan(x)
    known = ~missing.any(axis=1)
    found, is_tied = space.assign(space.place(x[known]))
    table = found.set_axis(np.flatnonzero(known)).reindex(range(len(x)))
    table["group"] = table["group"].astype(object).where(known, None)
    table["missing"] = [tuple(name for name, gap in zip(predictors, row) if gap) for row in missing]
    note = np.full(len(x), None, dtype=object)
    note[known] = np.where(found["typicality"] < UNLIKE - NEAR, FAR, np.where(is_tied, ON_BORDER, None))
    note[~known] = NOT_MEASURED
    table["note"] = pd.Series(note, index=table.index, dtype=object)
    return table.set_axis(frame.index)
