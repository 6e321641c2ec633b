"""The assignment rule by itself: new customers from stored means, covariance and priors, and the areas of a picture.

Sources: Fisher, R. A. (1936), *Annals of Eugenics* 7, 179-188 (as ``analysis``); Sutherland, I. E. and Hodgman, G. W.
(1974), *Communications of the ACM* 17, 32-42 (cutting a polygon by a half-plane).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.methods.discriminant.assignment import NEAR, posteriors, score
from svcnb.methods.discriminant.result import assign_in
from svcnb.methods.discriminant.sample import read_numbers
from svcnb.methods.discriminant.space import Space


@dataclass(frozen=True, eq=False)
class Rule:
    """What an assignment needs: ``means`` (groups × predictors), ``covariance`` pooled within the groups (predictors ×
    predictors) and ``priors`` by group, as ``Discriminant`` has them."""

    means: pd.DataFrame
    covariance: pd.DataFrame
    priors: pd.Series

    def assign(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The group of each customer, and the probability of every group.

        Parameters
        ----------
        frame : one row a customer with the columns of the means; others are ignored; not changed

        Returns
        -------
        what ``Discriminant.assign`` gives; and a frame customers × groups of posterior probabilities, rows summing to 1,
        missing where a predictor is not measured

        Examples
        --------
        >>> rule = Rule(pd.DataFrame({"x": [4/3, 25/3], "y": [4/3, 25/3]}, index=["A", "B"]),
        ...             pd.DataFrame([[1/3, -1/6], [-1/6, 1/3]], index=["x", "y"], columns=["x", "y"]),
        ...             pd.Series({"A": 0.5, "B": 0.5}))
        >>> found, sure = rule.assign(pd.DataFrame({"x": [5, 5], "y": [4, 5]}))
        >>> found["group"].tolist(), sure["B"].round(6).tolist()
        (['A', 'B'], [0.0, 0.999999])
        """
        names = list(self.means.columns)
        space = self._space(names)
        x, _ = read_numbers(frame, names)
        sure = posteriors(score(space.place(x), space.points, space.log_priors))
        return assign_in(space, names, frame), pd.DataFrame(sure, index=frame.index, columns=self.means.index)

    def _space(self, names) -> Space:
        """Any axes with the unit covariance do: distances do not depend on how they are turned."""
        covariance = self.covariance.loc[names, names].to_numpy(dtype=float)
        deviation = np.sqrt(np.diag(covariance))
        values, turn = np.linalg.eigh(covariance / np.outer(deviation, deviation))
        axes = turn / np.sqrt(values) / deviation[:, None]
        means = self.means.to_numpy(dtype=float)
        centre = means.mean(axis=0)
        return Space(centre, axes, np.empty(0), (means - centre) @ axes,
                     np.log(self.priors.loc[self.means.index].to_numpy(dtype=float)), tuple(self.means.index))


def find_areas(points: np.ndarray, log_priors: np.ndarray, low, high) -> list[np.ndarray]:
    """The part of a rectangle of the first two functions where each group is assigned, the other functions at 0.

    Linear scores divide the plane into convex areas: each is the rectangle cut by one line for every other group.

    Parameters
    ----------
    points : (groups, functions) centroids, at least two functions
    log_priors : (groups,)
    low, high : the rectangle's corners

    Returns
    -------
    one array (corners, 2) a group, counter-clockwise; without rows when the group is assigned nowhere in it

    Examples
    --------
    >>> left, right = find_areas(np.array([[-1.0, 0.0], [1.0, 0.0]]), np.zeros(2), (-2, -2), (2, 2))
    >>> left.tolist(), right[:, 0].min().item()
    ([[-2.0, -2.0], [0.0, -2.0], [0.0, 2.0], [-2.0, 2.0]], 0.0)
    """
    heights = log_priors - 0.5 * (points**2).sum(axis=1)
    whole = np.array([(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])], dtype=float)
    areas = []
    for k in range(len(points)):
        area = whole
        for j in range(len(points)):
            if j != k and len(area):
                ahead = area @ (points[k, :2] - points[j, :2]) + heights[k] - heights[j]
                area = _cut(area, ahead)
        areas.append(area)
    return areas


def _cut(area: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """The corners of a polygon where ``ahead`` is not negative, and where its sides cross the line."""
    corners = []
    for i in range(len(area)):
        before, here = ahead[i - 1], ahead[i]
        if (before < -NEAR and here > NEAR) or (before > NEAR and here < -NEAR):
            corners.append(area[i - 1] + before / (before - here) * (area[i] - area[i - 1]))
        if here >= -NEAR:
            corners.append(area[i])
    return np.array(corners) if len(corners) > 2 else np.empty((0, 2))
