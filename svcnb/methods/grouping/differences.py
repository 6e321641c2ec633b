"""Merge groups whose customers make the same work, split segments whose clusters do not.

Sources: "confirmar las diferencias existentes entre los segmentos" (S2:L213); method.md 4.4, 4.5. Kruskal, W. H. and
Wallis, W. A. (1952), *JASA* 47, 583-621; Dunn, O. J. (1964), "Multiple comparisons using rank sums", *Technometrics*
6, 241-252; Holm, S. (1979), *Scandinavian Journal of Statistics* 6, 65-70. What is proposed from the tests (verdicts,
``min_n``) is a house rule, and the decision a person's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.grouping.alignment import align_measured, check_alpha, left_out
from svcnb.methods.laboriousness import GroupDifference, compare_groups, holm, laboriousness_class

NEAR = 1e-9
MAX_GROUPS = 30  # 435 pairs: nobody reads more
LEVELS = ("low", "medium", "high")


@dataclass(frozen=True, eq=False)
class Merges:
    """Which groups do not differ.

    ``difference`` is the test across all groups (Kruskal-Wallis); ``pairs`` has a row a pair, the closest first:
    first, second, z (Dunn), p_value, p_adjusted (Holm), differ. ``proposed`` is the pair to merge, None when every
    pair differs; ``verdict`` not_confirmed (the groups do not differ as a whole), pair_alike (they do, the closest
    pair does not) or all_differ. ``n`` customers compared, ``n_missing`` without a value or a group.
    """

    difference: GroupDifference
    pairs: pd.DataFrame
    proposed: tuple[str, str] | None
    verdict: str
    n: int
    n_missing: int
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, eq=False)
class Splits:
    """Which segments to split.

    ``segments`` has a row a segment: segment, n (customers with value and cluster), n_clusters, classes (tuple of
    laboriousness classes of its clusters), smallest (customers of the smallest part), h, p_value (Kruskal-Wallis
    across its clusters, NaN not tested), p_adjusted (Holm over the segments tested), verdict: split, one_cluster,
    same_class, too_small (a part has fewer than ``min_n``), not_supported (the test does not confirm it) or
    not_measured (nobody has value and cluster).
    ``parts`` has segment, part (the class), clusters (tuple), n, laboriousness (mean, 1 to 5), for every segment with
    more than one class. ``proposed`` the segments to split; ``n_missing`` customers without value, segment or cluster.
    """

    segments: pd.DataFrame
    parts: pd.DataFrame
    proposed: tuple[str, ...]
    n: int
    n_missing: int
    warnings: tuple[Reason, ...] = ()


def compare_pairs(values, groups, *, alpha: float = 0.05) -> pd.DataFrame:
    """Dunn's test of each pair of groups on the ranks of all values, with Holm's adjustment.

    ``z = (R_i - R_j) / sqrt((N (N + 1) / 12 - sum (t^3 - t) / (12 (N - 1))) (1/n_i + 1/n_j))`` with mean ranks ``R``
    among all ``N`` values and ties of ``t`` equal values (Dunn 1964); two-sided p from the normal distribution.

    Parameters
    ----------
    values, groups : the measured value and the group of each customer: Series with the same customers as index, or
        sequences in the same order. Rows without value or group are left out.
    alpha : p = alpha is not significant

    Returns
    -------
    DataFrame
        first, second, z, p_value, p_adjusted, differ; the closest pair first (ties by name)

    Raises
    ------
    NotComputable
        fewer than two or more than 30 groups have values, or all values are the same
    ParameterError
        alpha is not between 0 and 1

    Examples
    --------
    Mean ranks 2, 5 and 8 of 9: z = 3 / sqrt(9 * 10 / 12 * 2/3) = 1.3416 for neighbours.

    >>> compare_pairs([1, 2, 3, 4, 5, 6, 7, 8, 9], list("aaabbbccc"))[["first", "second", "z"]].round(4).values.tolist()
    [['a', 'b', -1.3416], ['b', 'c', -1.3416], ['a', 'c', -2.6833]]
    """
    check_alpha(alpha)
    known = align_measured(values, group=groups).dropna()
    _check_groups(known["group"].nunique())
    from scipy import stats

    ranks = known["value"].rank(method="average")
    n = len(known)
    ties = known["value"].value_counts().to_numpy(dtype=float)
    variance = n * (n + 1) / 12 - (ties**3 - ties).sum() / (12 * max(1, n - 1))
    if variance <= NEAR:
        raise NotComputable(N_("All values are the same in every group: there is no difference to test."))
    by = ranks.groupby(known["group"])
    mean, size = by.mean(), by.size()
    pairs = pd.DataFrame(list(combinations(mean.index, 2)), columns=["first", "second"])
    first, second = pairs["first"], pairs["second"]
    gap = mean[first].to_numpy() - mean[second].to_numpy()
    pairs["z"] = gap / np.sqrt(variance * (1 / size[first].to_numpy() + 1 / size[second].to_numpy()))
    pairs["p_value"] = 2 * stats.norm.sf(pairs["z"].abs())
    pairs["p_adjusted"] = holm(pairs["p_value"])
    pairs["differ"] = pairs["p_adjusted"] < alpha - NEAR
    return pairs.iloc[pairs["z"].abs().round(9).argsort(kind="stable")].reset_index(drop=True)


def propose_merges(values, groups, *, alpha: float = 0.05) -> Merges:
    """Which two groups to merge because their customers do not differ, if any.

    Kruskal-Wallis across the groups, ``H = 12 / (N (N + 1)) sum n_i R_i^2 - 3 (N + 1)`` with mean ranks ``R_i``, divided
    by ``1 - sum (t^3 - t) / (N^3 - N)`` for ties (1952), then Dunn's test of the pairs (``compare_pairs``). The closest
    pair is proposed when the groups as a whole do not differ, or when they do and this pair does not (method.md 4.4,
    4.5: "merge groups that do not differ"). One pair at a time: merge, and ask again. Not to find a difference is not
    to show there is none.

    Parameters
    ----------
    values, groups : laboriousness and group of each customer, as in ``compare_pairs``
    alpha : p = alpha is not significant

    Returns
    -------
    Merges
        the test across the groups and of each pair, the pair proposed (None when every pair differs), the verdict

    Raises
    ------
    NotComputable
        fewer than two or more than 30 groups have values, or all values are the same
    ParameterError
        alpha is not between 0 and 1

    Examples
    --------
    >>> result = propose_merges([2.1, 2.4, 2.0, 2.6, 3.0, 3.2, 2.9, 3.4, 4.1, 3.9, 4.4, 4.0], list("aaaabbbbcccc"))
    >>> round(result.difference.h, 4), result.verdict, result.proposed
    (9.8462, 'pair_alike', ('a', 'b'))
    """
    frame = align_measured(values, group=groups)
    pairs = compare_pairs(frame["value"], frame["group"], alpha=alpha)
    difference = compare_groups(frame["value"], frame["group"], alpha=alpha)
    closest = pairs.iloc[0]
    alike = not difference.differ or not closest["differ"]
    n = len(frame.dropna())
    return Merges(difference, pairs, (closest["first"], closest["second"]) if alike else None,
                  "not_confirmed" if not difference.differ else "pair_alike" if alike else "all_differ",
                  n, len(frame) - n, (*difference.warnings, *left_out(len(frame) - n, len(frame))))


def propose_splits(values, segments, clusters, *, min_n: int = 30, alpha: float = 0.05) -> Splits:
    """Which segments to split because their inner clusters make different work.

    A segment is split into one part a laboriousness class (``laboriousness_class`` of each cluster's mean) when there
    is more than one, every part has ``min_n`` customers, and Kruskal-Wallis across its clusters confirms the
    difference after Holm's adjustment over the segments tested (method.md 4.5; the adjustment is ours). The clusters
    must come from other characteristics than ``values``: clusters of the values themselves always differ.

    Parameters
    ----------
    values : laboriousness 1 to 5 of each customer
    segments, clusters : segment and inner cluster of each customer; all three are Series with the same customers as
        index, or sequences in the same order
    min_n : customers that each part must have
    alpha : p = alpha is not significant

    Returns
    -------
    Splits
        a row a segment with its test and verdict, the parts of those with more than one class, the segments proposed

    Raises
    ------
    NotComputable
        a value is outside 1 to 5, or no customer has value, segment and cluster
    ParameterError
        alpha or min_n are outside their rule

    Examples
    --------
    >>> values = [1.0 + k / 40 for k in range(40)] + [4.0 + k / 40 for k in range(40)]
    >>> result = propose_splits(values, ["S1"] * 80, ["c1"] * 40 + ["c2"] * 40)
    >>> result.proposed, result.parts[["part", "n"]].values.tolist()
    (('S1',), [['low', 40], ['high', 40]])
    """
    check_alpha(alpha)
    if isinstance(min_n, bool) or not isinstance(min_n, (int, np.integer)) or min_n < 1:
        raise ParameterError(N_("{n} is no number of customers; write a whole number of 1 or more."), n=min_n)
    frame = align_measured(values, group=segments, cluster=clusters)
    outside = frame["value"].notna() & ~frame["value"].between(1 - NEAR, 5 + NEAR)
    if outside.any():
        raise NotComputable(N_("The laboriousness {value} of {customer} is outside 1 to 5."),
                            value=float(frame.loc[outside, "value"].iloc[0]), customer=str(frame.index[outside][0]))
    known = frame.dropna()
    if not len(known):
        raise NotComputable(N_("No customer has a laboriousness, a segment and a cluster."),
                            fallback=N_("Keep one group a segment until the customers are rated and clustered."))
    rows, parts, warnings = [], [], []
    members = dict(iter(known.groupby("group")))
    for segment in sorted(frame["group"].dropna().unique()):
        row, its_parts = _inner(segment, members.get(segment, known[:0]), min_n, warnings)
        rows.append(row)
        parts += its_parts
    table = pd.DataFrame(rows)
    tested = table["p_value"].notna()
    table["p_adjusted"] = np.nan
    table.loc[tested, "p_adjusted"] = holm(table.loc[tested, "p_value"])
    confirmed = table["p_adjusted"] < alpha - NEAR
    table.loc[(table["verdict"] == "split") & ~confirmed, "verdict"] = "not_supported"
    lost = len(frame) - len(known)
    return Splits(table[["segment", "n", "n_clusters", "classes", "smallest", "h", "p_value", "p_adjusted", "verdict"]],
                  pd.DataFrame(parts, columns=["segment", "part", "clusters", "n", "laboriousness"]),
                  tuple(table.loc[table["verdict"] == "split", "segment"]), len(known), lost,
                  (*warnings, *left_out(lost, len(frame))))


def _check_groups(k: int) -> None:
    if k < 2:
        raise NotComputable(N_("Only {n} group has values: there is nothing to compare."), n=k)
    if k > MAX_GROUPS:
        raise NotComputable(N_("{n} groups are too many to compare pair by pair (at most {most})."), n=k,
                            most=MAX_GROUPS, fallback=N_("Merge small groups first."))


def _inner(segment: str, inside: pd.DataFrame, min_n: int, warnings: list[Reason]) -> tuple[dict, list[dict]]:
    """One segment's row and its parts; whether the test holds is said when all segments are tested."""
    by = inside.groupby("cluster", sort=True)["value"]
    classes = by.mean().map(laboriousness_class)
    of = inside["cluster"].map(classes)
    parts = [{"segment": segment, "part": part, "clusters": tuple(classes.index[classes == part]),
              "n": int((of == part).sum()), "laboriousness": float(inside.loc[of == part, "value"].mean())}
             for part in LEVELS if (of == part).any()]
    row = {"segment": segment, "n": len(inside), "n_clusters": len(classes), "h": math.nan, "p_value": math.nan,
           "classes": tuple(part["part"] for part in parts), "smallest": min((part["n"] for part in parts), default=0)}
    if len(parts) < 2:
        return row | {"verdict": ("not_measured", "one_cluster", "same_class")[min(2, len(classes))]}, []
    if row["smallest"] < min_n:
        return row | {"verdict": "too_small"}, parts
    from scipy import stats

    h, p = stats.kruskal(*(sample for _, sample in by))
    small = by.size()[by.size() < 5]
    if len(small):
        warnings.append(reason(N_("{segment}: fewer than 5 customers in the clusters {clusters}: the test is "
                                  "approximate."), segment=segment, clusters=list(small.index)))
    return row | {"h": float(h), "p_value": float(p), "verdict": "split"}, parts
