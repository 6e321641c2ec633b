"""Laboriousness of the service: how much work a group of customers makes, 1 (little) to 5 (much).

Source: "parámetros de laboriosidad del servicio que se identifican con los inductores de costo por cada actividad
del sistema" and "en un rango del 1 al 5 ... según su influencia en (costo logístico, ciclo logístico y nivel de
servicio)" (S2:L213). The scale is the source's; weights, classes and bands are house rules (method.md 4.4, T24,
A-12). Kruskal, W. H. and Wallis, W. A. (1952), *JASA* 47, 583-621; Holm, S. (1979), *Scandinavian Journal of
Statistics* 6, 65-70; Tomczak, M. and Tomczak, E. (2014), *Trends in Sport Sciences* 21, 19-25 (epsilon squared).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_

NEAR = 1e-9
INFLUENCES = ("inf_cost", "inf_cycle", "inf_level")
CUTS = (7 / 3, 11 / 3)  # thirds of 1 to 5
MIN_RATED = 0.5  # a group whose rated drivers weigh less than this is not measured


@dataclass(frozen=True, eq=False)
class Laboriousness:
    """``laboriousness`` group -> 1 to 5 (NaN not measured), ``classes`` group -> low, medium, high or None,
    ``weights`` driver -> share (they add up to 1), ``contributions`` drivers down, groups across (a column adds
    up to the group's laboriousness)."""

    laboriousness: pd.Series
    classes: pd.Series
    weights: pd.Series
    contributions: pd.DataFrame
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class GroupDifference:
    """Kruskal-Wallis across groups and what the pairs say.

    ``effect`` is epsilon squared, ``h / (n - 1)``: the share of the ranks' variance between groups.
    ``pairs`` has first, second, statistic (Mann-Whitney U), p_value, p_adjusted (Holm), differ. ``differ`` is
    whether the groups differ at all; ``closest`` the pair to merge first when they do not, else None.
    """

    h: float
    df: int
    p_value: float
    effect: float
    differ: bool
    pairs: pd.DataFrame
    closest: tuple[str, str] | None
    n: dict[str, int]
    warnings: tuple[Reason, ...] = ()


def laboriousness_class(value: float | None) -> str | None:
    """low below 7/3, high from 11/3, medium between; None when not measured.

    Examples
    --------
    >>> laboriousness_class(2.3), laboriousness_class(7 / 3), laboriousness_class(11 / 3)
    ('low', 'medium', 'high')
    """
    if value is None or value != value:
        return None
    return "low" if value < CUTS[0] - NEAR else "medium" if value < CUTS[1] - NEAR else "high"


def rate(drivers: pd.DataFrame, ratings: pd.DataFrame, *, influence_weights=(1.0, 1.0, 1.0)) -> Laboriousness:
    """Laboriousness of each group from driver weights and ratings.

    ``f_p`` is the (weighted) mean of a driver's influences on cost, cycle and level, ``u_p = f_p / sum f``,
    ``LAB_g = sum_p u_p r_pg`` (method.md 4.4, T24).

    Parameters
    ----------
    drivers : driver_id, inf_cost, inf_cycle, inf_level (1 to 5); a missing influence is left out of the mean
    ratings : either long (driver_id, rating and group_id or subject_id) or wide (drivers down, groups across, or
        the other way round; driver ids tell which). Ratings 1 to 5. A rating that is missing is left out and the
        weights of the others stretched, with a warning; with less than half of the weight a group is not measured.
    influence_weights : how much cost, cycle and level count

    Raises
    ------
    NotComputable
        no driver has an influence, no rating belongs to a driver, or a number is outside 1 to 5

    Examples
    --------
    >>> drivers = pd.DataFrame({"driver_id": ["orders", "lines"], "inf_cost": [5, 2], "inf_cycle": [4, 3],
    ...                         "inf_level": [3, 1]})
    >>> result = rate(drivers, pd.DataFrame({"G1": [5, 2], "G2": [1, 1]}, index=["orders", "lines"]))
    >>> result.laboriousness.round(2).to_dict(), result.classes.to_dict()
    ({'G1': 4.0, 'G2': 1.0}, {'G1': 'high', 'G2': 'low'})
    """
    warnings: list[Reason] = []
    weights = driver_weights(drivers, influence_weights, warnings)
    wide = _wide(ratings, weights.index)
    numbers = wide.to_numpy(dtype=float)
    if not np.isfinite(numbers).any():
        raise NotComputable(N_("No group has a rating of a known cost driver."),
                            fallback=N_("Ask the experts to rate each driver for each group from 1 to 5."))
    known = np.isfinite(numbers)
    weight = weights.reindex(wide.index).to_numpy()[:, None] * known
    rated = weight.sum(axis=0)
    enough = rated >= MIN_RATED - NEAR
    stretched = np.divide(weight, rated, out=np.zeros_like(weight), where=rated > 0)
    contributions = pd.DataFrame(stretched * np.where(known, numbers, 0.0), index=wide.index, columns=wide.columns)
    lab = contributions.sum(axis=0).where(enough).rename("laboriousness")
    for group, share, is_enough in zip(wide.columns, rated, enough):
        if share <= 0:
            warnings.append(reason(N_("{group}: no cost driver is rated; its laboriousness is not measured."),
                                   group=str(group)))
        elif not is_enough:
            warnings.append(reason(N_("{group}: only {share:%} of the drivers' weight is rated; its laboriousness is "
                                      "not measured."), group=str(group), share=float(share)))
        elif share < 1 - NEAR:
            warnings.append(reason(N_("{group}: its laboriousness rests on {share:%} of the drivers' weight, the rest "
                                      "is not rated."), group=str(group), share=float(share)))
    classes = pd.Series([laboriousness_class(value) for value in lab], index=lab.index, name="laboriousness_class",
                        dtype=object)
    return Laboriousness(lab, classes, weights, contributions, tuple(warnings))


def driver_weights(drivers: pd.DataFrame, influence_weights=(1.0, 1.0, 1.0), warnings=None) -> pd.Series:
    """Share of each driver in the total influence; drivers without any influence are left out with a warning.

    Examples
    --------
    >>> driver_weights(pd.DataFrame({"driver_id": ["a", "b"], "inf_cost": [4, 2], "inf_cycle": [4, 2],
    ...                              "inf_level": [4, 2]})).round(3).tolist()
    [0.667, 0.333]
    """
    absent = [name for name in ("driver_id", *INFLUENCES) if name not in drivers.columns]
    if absent:
        raise NotComputable(N_("Cost drivers need the columns {columns}, which are not there."),
                            columns=", ".join(absent))
    counts = np.asarray(influence_weights, dtype=float)
    if counts.shape != (3,) or not (np.isfinite(counts) & (counts >= 0)).all() or counts.sum() <= 0:
        raise NotComputable(N_("The weights of cost, cycle and level are three numbers of 0 or more, not {weights}."),
                            weights=str(influence_weights))
    values = drivers[list(INFLUENCES)].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    _check_range(values, drivers["driver_id"].tolist(), N_("The influence {value} of {driver} is outside 1 to 5."))
    known = np.isfinite(values) * counts
    total = known.sum(axis=1)
    mean = np.divide((np.nan_to_num(values) * known).sum(axis=1), total, out=np.full(len(total), np.nan),
                     where=total > 0)
    weights = pd.Series(mean, index=drivers["driver_id"].astype(str).to_list(), name="weight")
    if weights.index.has_duplicates:
        raise NotComputable(N_("The cost driver {driver} occurs twice."),
                            driver=weights.index[weights.index.duplicated()][0])
    left_out = weights[weights.isna()]
    if len(left_out) and warnings is not None:
        warnings.append(reason(N_("Left out, because no influence is given: {drivers}."),
                               drivers=list(left_out.index)))
    weights = weights.dropna()
    if not len(weights):
        raise NotComputable(N_("No cost driver has an influence on cost, cycle or level."),
                            fallback=N_("Ask the experts to rate each driver's influence from 1 to 5."))
    return weights / weights.sum()


def rate_each(weights: pd.Series, ratings: pd.DataFrame) -> pd.Series:
    """Laboriousness of many subjects at once: subjects down, drivers across, missing ratings left out.

    NaN where less than half of the drivers' weight is rated.

    Examples
    --------
    >>> ratings = pd.DataFrame({"a": [5, 1, None], "b": [3, 1, 4]}, index=["K1", "K2", "K3"])
    >>> rate_each(pd.Series({"a": 0.75, "b": 0.25}), ratings).tolist()
    [4.5, 1.0, nan]
    """
    known = ratings.reindex(columns=[name for name in weights.index if name in ratings.columns])
    numbers = known.to_numpy(dtype=float)
    weight = weights.reindex(known.columns).to_numpy()[None, :] * np.isfinite(numbers)
    rated = weight.sum(axis=1)
    total = (weight * np.nan_to_num(numbers)).sum(axis=1)
    enough = rated >= MIN_RATED - NEAR
    return pd.Series(np.divide(total, rated, out=np.full(len(total), np.nan), where=enough), index=ratings.index)


def bands(values: pd.Series, n_bands: int = 5) -> pd.Series:
    """Ratings 1 to ``n_bands`` from measured values: quantile bands, equal values in the same band.

    Band of the middle rank: ``ceil(n_bands (rank - 0.5) / n)``, so a constant column is rated in the middle. With
    distinct values these are quintiles (method.md 4.4 a ii). Missing values stay missing (NaN).

    Examples
    --------
    >>> bands(pd.Series([10, 20, 30, 40, 50])).tolist(), bands(pd.Series([7, 7, 7])).tolist()
    ([1.0, 2.0, 3.0, 4.0, 5.0], [3.0, 3.0, 3.0])
    """
    numbers = pd.to_numeric(pd.Series(values), errors="coerce").astype(float)
    numbers = numbers.where(np.isfinite(numbers))
    middle = (numbers.rank(method="average") - 0.5) / max(1, int(numbers.notna().sum()))
    return np.ceil(n_bands * middle - NEAR).clip(lower=1, upper=n_bands).rename(numbers.name)


def compare_groups(values, groups=None, *, alpha: float = 0.05) -> GroupDifference:
    """Do the groups differ? Kruskal-Wallis, then Mann-Whitney for each pair with Holm's adjustment.

    Parameters
    ----------
    values : Series of the measured value, with ``groups`` the group of each; or a mapping group -> values.
        Missing values are left out.
    groups : Series or sequence aligned with ``values``; None for a mapping
    alpha : p = alpha is not significant

    Raises
    ------
    NotComputable
        fewer than two groups with values, or all values equal

    Examples
    --------
    >>> result = compare_groups({"a": [2.1, 2.4, 2.0, 2.6], "b": [3.0, 3.2, 2.9, 3.4], "c": [4.1, 3.9, 4.4, 4.0]})
    >>> round(result.h, 4), round(result.p_value, 5), result.differ
    (9.8462, 0.00728, True)
    """
    from scipy import stats

    samples = _samples(values, groups)
    empty = [group for group, sample in samples.items() if not len(sample)]
    samples = {group: sample for group, sample in samples.items() if len(sample)}
    if len(samples) < 2:
        raise NotComputable(N_("Only {n} group has values: there is nothing to compare."), n=len(samples))
    everything = np.concatenate(list(samples.values()))
    if np.ptp(everything) <= NEAR:
        raise NotComputable(N_("All values are the same in every group: there is no difference to test."))
    h, p = (float(x) for x in stats.kruskal(*samples.values()))
    pairs = _pairs(samples, stats, alpha)
    differ = bool(p < alpha - NEAR)
    closest = None
    if not differ:
        nearest = pairs.sort_values(["p_adjusted", "p_value"], ascending=False, kind="stable").iloc[0]
        closest = (nearest["first"], nearest["second"])
    small = [group for group, sample in samples.items() if len(sample) < 5]
    warnings = []
    if small:
        warnings.append(reason(N_("Fewer than 5 values in {groups}: the test across groups is approximate."),
                               groups=list(small)))
    if empty:
        warnings.append(reason(N_("No value in {groups}: left out of the comparison."), groups=list(empty)))
    effect = min(1.0, h / (len(everything) - 1))
    return GroupDifference(h, len(samples) - 1, p, effect, differ, pairs, closest,
                           {group: len(sample) for group, sample in samples.items()}, tuple(warnings))


def _pairs(samples, stats, alpha) -> pd.DataFrame:
    rows = []
    for first, second in combinations(samples, 2):
        a, b = samples[first], samples[second]
        same = np.ptp(np.concatenate([a, b])) <= NEAR
        u, p = (len(a) * len(b) / 2, 1.0) if same else stats.mannwhitneyu(a, b)
        rows.append({"first": first, "second": second, "statistic": float(u), "p_value": float(p)})
    pairs = pd.DataFrame(rows)
    pairs["p_adjusted"] = holm(pairs["p_value"])
    pairs["differ"] = pairs["p_adjusted"] < alpha - NEAR
    return pairs


def holm(p_values) -> np.ndarray:
    """Holm's adjusted p values: sorted, times the number still to test, never falling.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    return adjusted


def _samples(values, groups) -> dict[str, np.ndarray]:
    if groups is None:
        pairs = values.items() if isinstance(values, Mapping) else enumerate(values)
        raw = {str(group): sample for group, sample in pairs}
    else:
        frame = pd.DataFrame({"value": np.asarray(values), "group": np.asarray(groups, dtype=object)})
        raw = {str(group): part for group, part in frame.dropna(subset="group").groupby("group")["value"]}
    samples = {}
    for group, sample in raw.items():
        numbers = pd.to_numeric(pd.Series(list(sample), dtype=object), errors="coerce").to_numpy(dtype=float)
        samples[group] = numbers[np.isfinite(numbers)]
    return samples


def _wide(ratings: pd.DataFrame, drivers: pd.Index) -> pd.DataFrame:
    """Ratings with the known drivers down and the groups across."""
    subject = next((name for name in ("group_id", "subject_id") if name in ratings.columns), None)
    if subject and {"driver_id", "rating"} <= set(ratings.columns):
        twice = ratings.duplicated(["driver_id", subject])
        if twice.any():
            one = ratings[twice].iloc[0]
            raise NotComputable(N_("{group} has two ratings of {driver}."), group=str(one[subject]),
                                driver=str(one["driver_id"]))
        wide = ratings.pivot(index="driver_id", columns=subject, values="rating")
        wide = wide[list(dict.fromkeys(ratings[subject].dropna()))]
    else:
        wide = ratings if ratings.index.astype(str).isin(drivers).any() else ratings.T
    wide = wide.set_axis(wide.index.astype(str), axis=0)
    wide = wide.reindex([driver for driver in drivers if driver in wide.index])
    wide = wide.apply(pd.to_numeric, errors="coerce").astype(float)
    wide.columns.name = wide.index.name = None
    _check_range(wide.to_numpy(), list(wide.index), N_("The rating {value} of {driver} is outside 1 to 5."))
    return wide


def _check_range(values: np.ndarray, names: list, template: str) -> None:
    bad = np.argwhere(np.isfinite(values) & ((values < 1 - NEAR) | (values > 5 + NEAR)))
    if len(bad):
        at, across = bad[0]
        raise NotComputable(template, value=float(values[at, across]), driver=str(names[at]))
