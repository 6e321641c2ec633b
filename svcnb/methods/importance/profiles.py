"""Importance from rated offer profiles: main-effects conjoint analysis by least squares.

Gómez, Acevedo and González (2004), S2:L74: "ofrecerle una gama de opciones alternativas entre elementos";
method.md 5.4.2 (2). Green, P. E. and Srinivasan, V. (1978), *Journal of Consumer Research* 5, 103-123; Orme,
B. (2010), *Getting Started with Conjoint Analysis*, 2nd ed., ch. 9 (importance from ranges, taken respondent
by respondent).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import as_categories
from svcnb.methods.importance.pairs import check_columns
from svcnb.methods.importance.points import as_numbers, resampled_means

MOST = 0.5  # house rule: respondents one by one when at least so many of them can be estimated
FEW = 30
STILL = 1e-9
FALLBACK = N_("Rate more profiles in which the levels are mixed otherwise, or ask for 100 points.")


@dataclass(frozen=True, eq=False)
class ProfileAnalysis:
    """Part-worths of the levels and importance of the components.

    ``part_worths``: component_id, level, level_value (NaN where the level is no number), part_worth (in units
    of the rating; sum 0 within a component), low, high. ``importance``: component_id, range (best minus worst
    mean part-worth), points (sum 100), low, high, points_of_means (100 range / sum of ranges). ``basis`` is
    "respondent" (each estimated alone: part_worth and points are means over respondents) or "pooled" (one
    estimate for all, each with his own mean: points is points_of_means). low and high are 95 % bootstrap
    bounds over respondents, NaN with fewer than two.

    ``respondents``: respondent_id, n ratings, r2 and one column of points a component, of those estimated
    alone (empty when pooled). ``r2`` share of the variation within respondents that the part-worths explain:
    mean over the respondents, or of all when pooled (1 when nobody rated more profiles than there are
    part-worths to find). ``n`` ratings and ``n_respondents`` used, ``n_left_out`` respondents who could not
    be estimated alone, ``n_constant`` who rated everything alike, ``n_missing`` rows of ratings that are
    incomplete or of an unknown profile.
    """

    part_worths: pd.DataFrame
    importance: pd.DataFrame
    respondents: pd.DataFrame
    basis: str
    r2: float
    n: int
    n_respondents: int
    n_left_out: int
    n_constant: int
    n_missing: int
    warnings: tuple[Reason, ...] = ()


def analyse_profiles(ratings: pd.DataFrame, profiles: pd.DataFrame, *, n_resamples: int = 1000,
                     seed: int = 0) -> ProfileAnalysis:
    """Part-worths by ordinary least squares on levels coded to sum to zero, and importance from their ranges.

    ``rating = mean of the respondent + sum over components of the part-worth of the level shown``;
    ``importance_c = 100 range_c / sum of ranges`` (method.md 5.4.2; Orme 2010). When at least half the
    respondents rated enough profiles to be estimated alone, they are, and the others are left out; else all
    are pooled.

    Parameters
    ----------
    ratings : DataFrame; respondent_id, profile_id, rating (larger is better); not changed
    profiles : DataFrame; profile_id, component_id, level_label, optional level_value; not changed
        A level without a label is named by its value.
    n_resamples, seed : bootstrap resamples of the respondents

    Raises
    ------
    ParameterError
        a column is missing, a rating is no number, or a profile is rated or described twice
    NotComputable
        too few profiles or levels, levels that always change together, or no rating that varies

    Examples
    --------
    >>> shown = pd.DataFrame([("P1", "C6", "low"), ("P1", "C9", "1 day"), ("P2", "C6", "low"), ("P2", "C9", "3 days"),
    ...                       ("P3", "C6", "high"), ("P3", "C9", "1 day"), ("P4", "C6", "high"), ("P4", "C9", "3 days")],
    ...                      columns=["profile_id", "component_id", "level_label"])
    >>> rated = pd.DataFrame({"respondent_id": "R1", "profile_id": ["P1", "P2", "P3", "P4"], "rating": [9, 6, 8, 5]})
    >>> result = analyse_profiles(rated, shown)
    >>> result.part_worths["part_worth"].tolist(), result.importance["points"].tolist()
    ([0.5, -0.5, 1.5, -1.5], [25.0, 75.0])
    """
    warnings: list[Reason] = []
    levels, values = _read_profiles(profiles, warnings)
    rows, n_missing = _read_ratings(ratings, levels, warnings)
    rows, n_constant = _without_constant(rows, warnings)
    levels = _varying(levels[levels.index.isin(rows["profile_id"])], warnings)
    design, coding = _code(levels)
    _refuse_confounded(design, coding)
    people, groups = pd.factorize(rows["respondent_id"])
    x = design[levels.index.get_indexer(rows["profile_id"])]
    moments = [_moments(x[people == g], rows["rating"].to_numpy()[people == g]) for g in range(len(groups))]
    able = np.array([np.linalg.matrix_rank(xx, hermitian=True) == x.shape[1] for xx, _, _, _ in moments])
    if able.mean() >= MOST:
        basis, used = "respondent", np.flatnonzero(able)
        worths, drawn, table, r2 = _each(moments, used, groups, coding, n_resamples, seed)
    else:
        basis, used = "pooled", np.arange(len(groups))
        worths, drawn, table, r2 = _pooled(moments, coding, n_resamples, seed)
    parts, importance = _tables(worths, drawn, table, coding, values)
    n = sum(moments[g][3] for g in used)
    warnings += _cautions(basis, int((~able).sum()), len(used), n, x.shape[1], drawn is not None)
    return ProfileAnalysis(parts, importance, table, basis, r2, n, len(used),
                           int((~able).sum()) if basis == "respondent" else 0, n_constant, n_missing, tuple(warnings))


def _read_profiles(profiles, warnings):
    """Level of each component in each complete profile (profiles x components), and the number of each level."""
    check_columns(profiles, ["profile_id", "component_id", "level_label"])
    labels = as_categories(profiles["level_label"])
    given = profiles["level_value"] if "level_value" in profiles else pd.Series(np.nan, index=labels.index)
    numbers = as_numbers(given, "level_value")
    text = as_categories(pd.Series(numbers, index=labels.index))
    frame = pd.DataFrame({"profile": as_categories(profiles["profile_id"]),
                          "component": as_categories(profiles["component_id"]),
                          "level": labels.where(labels.notna(), text), "value": numbers})
    frame = frame.dropna(subset=["profile", "component"])
    twice = frame.duplicated(["profile", "component"])
    if twice.any():
        first = frame[twice].iloc[0]
        raise ParameterError(N_("Profile {profile} has two levels of {component}; keep one."), profile=first["profile"],
                             component=first["component"])
    wide = frame.pivot(index="profile", columns="component", values="level")
    wide = wide.reindex(index=pd.unique(frame["profile"]), columns=pd.unique(frame["component"]))
    gaps = wide.isna().any(axis=1)
    if gaps.any():
        warnings.append(reason(N_("Profiles left out because a component has no level in them: {profiles}."),
                               profiles=list(wide.index[gaps])))
    return wide[~gaps], frame.groupby(["component", "level"])["value"].first()


def _read_ratings(ratings, levels, warnings):
    """Complete ratings of known profiles, and how many rows are not."""
    check_columns(ratings, ["respondent_id", "profile_id", "rating"])
    rows = pd.DataFrame({"respondent_id": as_categories(ratings["respondent_id"]).to_numpy(),
                         "profile_id": as_categories(ratings["profile_id"]).to_numpy(),
                         "rating": as_numbers(ratings["rating"], "rating")})
    kept = rows[rows.notna().all(axis=1) & rows["profile_id"].isin(levels.index)]
    if len(kept) < len(rows):
        warnings.append(reason(N_("Ratings left out because something is missing in them or the profile is not described: "
                                  "{n} of {total}."), n=len(rows) - len(kept), total=len(rows)))
    twice = kept.duplicated(["respondent_id", "profile_id"])
    if twice.any():
        first = kept[twice].iloc[0]
        raise ParameterError(N_("Respondent {respondent} rated profile {profile} twice; keep one rating."),
                             respondent=first["respondent_id"], profile=first["profile_id"])
    n = kept["profile_id"].nunique()
    if n < 2:
        raise NotComputable(N_("Profiles with ratings: {n}. At least two are needed to see what a level is worth."), n=n,
                            fallback=FALLBACK)
    return kept, len(rows) - len(kept)


def _varying(levels, warnings):
    n_levels = levels.nunique()
    if (n_levels > 1).sum() == 0:
        raise NotComputable(N_("All profiles rated show the same levels: there is nothing to compare."), fallback=FALLBACK)
    if (n_levels == 1).any():
        warnings.append(reason(N_("Components left out because all profiles rated show the same level: {components}."),
                               components=list(levels.columns[n_levels == 1])))
    return levels.loc[:, n_levels > 1]


def _code(levels):
    """Columns coded 1, 0, -1 so that the levels of a component sum to 0; and per component its levels and columns."""
    blocks, coding, start = [], {}, 0
    for component in levels:
        codes, names = pd.factorize(levels[component], sort=False)
        width = len(names) - 1
        blocks.append(np.vstack([np.eye(width), -np.ones(width)])[codes])
        coding[component] = (list(names), slice(start, start + width))
        start += width
    return np.hstack(blocks), coding


def _refuse_confounded(design, coding) -> None:
    centred = design - design.mean(axis=0)
    rank = np.linalg.matrix_rank(centred)
    if rank == centred.shape[1]:
        return
    mixed = [component for component, (_, columns) in coding.items()
             if rank - np.linalg.matrix_rank(np.delete(centred, columns, axis=1)) < columns.stop - columns.start]
    raise NotComputable(N_("The {n} profiles rated cannot tell {components} apart: their levels change together, or there "
                           "are too few profiles."), n=len(design), components=mixed, fallback=FALLBACK)


def _without_constant(rows, warnings):
    spread = rows.groupby("respondent_id")["rating"].transform(np.ptp)
    constant = spread <= STILL
    n = rows["respondent_id"][constant].nunique()
    if constant.all():
        raise NotComputable(N_("Every respondent rated all profiles alike (respondents: {n}): no level is worth more than "
                               "another."), n=n, fallback=FALLBACK)
    if n:
        warnings.append(reason(N_("Respondents left out because they rated one profile only, or all alike: {n}."), n=n))
    return rows[~constant], n


def _moments(x, y):
    """x'x, x'y and y'y about the respondent's own means, and the number of ratings."""
    x, y = x - x.mean(axis=0), y - y.mean()
    return x.T @ x, x.T @ y, float(y @ y), len(y)


def _spread_out(effects, coding):
    """Part-worth of every level, (..., levels), from the coded effects: the last level takes what makes the sum 0."""
    parts = []
    for _, columns in coding.values():
        parts += [effects[..., columns], -effects[..., columns].sum(axis=-1, keepdims=True)]
    return np.concatenate(parts, axis=-1)


def _ranges(worths, coding):
    ends = np.cumsum([len(names) for names, _ in coding.values()])[:-1]
    return np.stack([np.ptp(part, axis=-1) for part in np.split(worths, ends, axis=-1)], axis=-1)


def _share_out(ranges):
    total = ranges.sum(axis=-1, keepdims=True)
    return np.divide(100 * ranges, total, out=np.full(ranges.shape, np.nan), where=total > STILL)


def _each(moments, used, groups, coding, n_resamples, seed):
    """Mean part-worths, their bootstrap draws (worths, points), the table of respondents, mean R2."""
    effects = np.array([np.linalg.solve(moments[g][0], moments[g][1]) for g in used])
    r2 = np.array([effects[k] @ moments[g][1] / moments[g][2] for k, g in enumerate(used)])
    worths = _spread_out(effects, coding)
    points = _share_out(_ranges(worths, coding))
    table = pd.DataFrame({"respondent_id": groups[used], "n": [moments[g][3] for g in used], "r2": r2,
                          **dict(zip(coding, points.T))})
    drawn = None
    if len(used) > 1:
        both = resampled_means(np.hstack([worths, points]), np.ones(len(used)), n_resamples, seed)
        drawn = both[:, :worths.shape[1]], both[:, worths.shape[1]:]
    return worths.mean(axis=0), drawn, table, float(r2.mean())


def _pooled(moments, coding, n_resamples, seed):
    """As _each, from the sums over all respondents."""
    xx, xy = (np.array([m[k] for m in moments]) for k in (0, 1))
    if np.linalg.matrix_rank(xx.sum(axis=0), hermitian=True) < len(xy[0]):
        raise NotComputable(N_("Too few profiles were rated by the same people to tell the components apart."),
                            fallback=FALLBACK)
    effects = np.linalg.solve(xx.sum(axis=0), xy.sum(axis=0))
    r2 = float(effects @ xy.sum(axis=0) / sum(m[2] for m in moments))
    drawn = None
    if len(moments) > 1:
        means = resampled_means(np.hstack([xx.reshape(len(xx), -1), xy]), np.ones(len(xx)), n_resamples, seed)
        k = len(effects)
        squares = means[:, :k * k].reshape(-1, k, k)
        fit = np.linalg.matrix_rank(squares, hermitian=True) == k
        if fit.mean() >= 0.9:  # else too few resamples have every level to say how far the answer moves
            draws = _spread_out(np.linalg.solve(squares[fit], means[fit, k * k:, None])[..., 0], coding)
            drawn = draws, _share_out(_ranges(draws, coding))
    table = pd.DataFrame(columns=["respondent_id", "n", "r2", *coding])
    return _spread_out(effects, coding), drawn, table, r2


def _tables(worths, drawn, table, coding, values):
    of = [(component, level) for component, (names, _) in coding.items() for level in names]
    parts = pd.DataFrame(of, columns=["component_id", "level"]).assign(
        level_value=[float(values[pair]) for pair in of], part_worth=worths)
    ranges = _ranges(worths, coding)
    of_means = _share_out(ranges)
    points = table[list(coding)].mean().to_numpy() if len(table) else of_means
    importance = pd.DataFrame({"component_id": list(coding), "range": ranges, "points": points})
    bounds = [np.full((2, len(frame)), np.nan) for frame in (parts, importance)]
    if drawn is not None:
        bounds = [np.nanquantile(draws, [0.025, 0.975], axis=0) for draws in drawn]
    return (parts.assign(low=bounds[0][0], high=bounds[0][1]),
            importance.assign(low=bounds[1][0], high=bounds[1][1], points_of_means=of_means))


def _cautions(basis, n_unable, n_people, n, n_effects, has_intervals) -> list[Reason]:
    out = []
    if basis == "pooled":
        out.append(reason(N_("Most respondents rated too few profiles to be estimated alone: one estimate is made for all "
                             "of them together."), level="info"))
    elif n_unable:
        out.append(reason(N_("Respondents left out because they rated too few profiles to be estimated alone: {n}."),
                          n=n_unable))
    if n <= n_people * (n_effects + 1) if basis == "respondent" else n <= n_people + n_effects:
        out.append(reason(N_("There are no more ratings than part-worths to find: the fit says nothing about how sure they "
                             "are.")))
    if not has_intervals:
        out.append(reason(N_("No intervals: the respondents ({n}) are too few to see how they differ."), n=n_people))
    elif n_people < FEW:
        out.append(reason(N_("Only {n} respondents with rated profiles: the intervals are wide."), n=n_people))
    return out
