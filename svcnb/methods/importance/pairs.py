"""Importance from paired comparisons: wins, Bradley-Terry strengths, circular answers.

Gómez, Acevedo and González (2004), S2:L74: "ofrecerle una gama de opciones alternativas entre elementos";
method.md 5.4.2 (T31). Bradley, R. A. and Terry, M. E. (1952), *Biometrika* 39, 324-345; Ford, L. R. (1957),
*American Mathematical Monthly* 64(8), 28-33 (when the strengths exist); Kendall, M. G. and Babington Smith,
B. (1940), *Biometrika* 31, 324-345 (circular triads, coefficient of consistence); Liang, K.-Y. and Zeger, S.
L. (1986), *Biometrika* 73, 13-22 (errors when the answers of one person hang together).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import as_categories

Z = NormalDist().inv_cdf(0.975)
LEAST_RESPONDENTS = 10  # with fewer, how people differ cannot be told, and the answers count as independent
CHANCE = 0.25  # share of circular triads when every answer is a toss (Kendall and Babington Smith 1940)
STEPS, NEAR = 200, 1e-10
FALLBACK = N_("Ask for 100 points, or let experts share them out.")


@dataclass(frozen=True, eq=False)
class PairedComparisons:
    """Wins, points and strengths of the items, and how consistent the answers are.

    ``items``: item_id (in order of first appearance), n comparisons, wins (a tie is half a win for each),
    points (100 wins / all wins), strength (Bradley-Terry, sum 100), se, low, high (95 %, of the strength).
    Strengths are NaN where ``estimated`` is False; ``warnings`` say why, and the points stand instead.
    ``counts``: wins of the row's item over the column's. ``respondents``: respondent_id, n, n_ties, n_triads
    (triples of items whose three pairs he compared), n_circular (A before B, B before C, C before A),
    consistency (0 to 1, Kendall's zeta; NaN unless he decided every pair of at least three items without a
    tie).

    ``errors_from`` says what se, low and high rest on: "respondents" (sandwich over respondents),
    "comparisons" (information matrix, as if each answer were another person's) or "" (no strengths). ``n``
    comparisons used, ``n_missing`` rows with something missing, ``n_uncompared`` pairs of items that nobody
    compared.
    """

    items: pd.DataFrame
    counts: pd.DataFrame
    respondents: pd.DataFrame
    estimated: bool
    errors_from: str
    n: int
    n_ties: int
    n_respondents: int
    n_missing: int
    n_uncompared: int
    warnings: tuple[Reason, ...] = ()


def bradley_terry(comparisons: pd.DataFrame) -> PairedComparisons:
    """Points and Bradley-Terry strengths of items that respondents compared two at a time.

    ``points_i = 100 W_i / sum W``; the strengths ``p`` maximise the likelihood of ``P(i over j) = p_i / (p_i
    + p_j)``, so that ``W_i = sum_j n_ij p_i / (p_i + p_j)``. Other than points they allow for whom an item
    was compared with. Their errors come from the information matrix, widened by how the respondents differ
    when there are at least 10 and as many as items (method.md 5.4.2; Bradley and Terry 1952; Liang and Zeger
    1986). The interval is taken on the logit of the share, so that it stays between 0 and 100.

    Parameters
    ----------
    comparisons : DataFrame, one row a comparison; not changed
        respondent_id, item_a, item_b, winner (a, b or tie). A respondent may judge a pair in both orders.

    Raises
    ------
    ParameterError
        a column is missing, a winner is something else, or a respondent judged a pair twice in the same order
    NotComputable
        no comparison of two different items is complete

    Examples
    --------
    >>> wins = [("A", "B", 7), ("B", "A", 3), ("A", "C", 8), ("C", "A", 2), ("B", "C", 6), ("C", "B", 4)]
    >>> rows = [(f"{a}{b}{i}", a, b, "a") for a, b, n in wins for i in range(n)]
    >>> result = bradley_terry(pd.DataFrame(rows, columns=["respondent_id", "item_a", "item_b", "winner"]))
    >>> result.items["points"].tolist(), result.items["strength"].round(3).tolist()
    ([50.0, 30.0, 20.0], [59.711, 24.529, 15.76])
    """
    warnings: list[Reason] = []
    rows, n_missing = _read(comparisons, warnings)
    names = pd.unique(rows[["item_a", "item_b"]].to_numpy().ravel())
    place = {name: k for k, name in enumerate(names)}
    a, b = (rows[column].map(place).to_numpy() for column in ("item_a", "item_b"))
    won = rows["won"].to_numpy()
    wins = np.zeros((len(names), len(names)))
    np.add.at(wins, (a, b), won)
    np.add.at(wins, (b, a), 1 - won)
    people, groups = pd.factorize(rows["respondent_id"])
    items = pd.DataFrame({"item_id": names, "n": (wins + wins.T).sum(axis=1).astype(int), "wins": wins.sum(axis=1),
                          "points": 100 * wins.sum(axis=1) / len(rows)})
    table = _judge_respondents(groups, people, a, b, won)
    estimated = _exists(wins, names, warnings)
    columns, errors_from = _strengths(wins, a, b, won, people) if estimated else (dict.fromkeys(COLUMNS, np.nan), "")
    n_uncompared = int((np.triu(wins + wins.T == 0, 1)).sum())
    warnings += _cautions(items, table, n_uncompared, errors_from, len(groups))
    return PairedComparisons(
        items.assign(**columns), pd.DataFrame(wins, index=names, columns=names), table, estimated, errors_from,
        len(rows), int((won == 0.5).sum()), len(groups), n_missing, n_uncompared, tuple(warnings))


COLUMNS = ("strength", "se", "low", "high")


def check_columns(frame, columns) -> None:
    """Refuse what is no frame or lacks one of the columns.

    Examples
    --------
    >>> check_columns(pd.DataFrame({"a": [1]}), ["a"])
    """
    if not isinstance(frame, pd.DataFrame):
        raise ParameterError(N_("The answers must be a frame with the columns {columns}."), columns=", ".join(columns))
    for column in columns:
        found = int((frame.columns == column).sum())
        if found > 1:
            raise ParameterError(N_("{n} columns are called {column}."), n=found, column=column)
        if not found:
            raise ParameterError(N_("The answers have no column {column}; they have {columns}."), column=column,
                                 columns=", ".join(map(str, frame.columns)))


def _read(comparisons, warnings):
    """Complete comparisons of two different items with ``won`` (1, 0 or a tie's 0.5), and how many rows are not."""
    columns = ["respondent_id", "item_a", "item_b", "winner"]
    check_columns(comparisons, columns)
    rows = pd.DataFrame({column: as_categories(comparisons[column]).to_numpy() for column in columns})
    other = ~rows["winner"].isin(["a", "b", "tie"]) & rows["winner"].notna()
    if other.any():
        raise ParameterError(N_("winner = {value} is none of a, b and tie."), value=repr(rows["winner"][other].iloc[0]))
    complete = rows.notna().all(axis=1)
    if not complete.all():
        warnings.append(reason(N_("Comparisons left out because something is missing in them: {n} of {total}."),
                               n=int((~complete).sum()), total=len(rows)))
    kept = rows[complete]
    alone = kept["item_a"] == kept["item_b"]
    if alone.any():
        warnings.append(reason(N_("Comparisons of an item with itself are left out: {n}."), n=int(alone.sum())))
    kept = kept[~alone]
    twice = kept.duplicated(["respondent_id", "item_a", "item_b"])
    if twice.any():
        first = kept[twice].iloc[0]
        raise ParameterError(N_("Respondent {respondent} compared {a} and {b} twice; keep one answer."),
                             respondent=first["respondent_id"], a=first["item_a"], b=first["item_b"])
    if kept.empty:
        raise NotComputable(N_("None of the {n} comparisons of pairs is complete."), n=len(rows), fallback=FALLBACK)
    return kept.assign(won=kept["winner"].map({"a": 1.0, "b": 0.0, "tie": 0.5})), int((~complete).sum())


def _exists(wins, names, warnings) -> bool:
    """Whether finite strengths exist: from every item a chain of wins leads to every other (Ford 1957)."""
    from scipy.sparse.csgraph import connected_components

    n_islands, island = connected_components(wins + wins.T > 0, directed=False)
    if n_islands > 1:
        apart = names[island != np.bincount(island).argmax()]
        warnings.append(reason(N_("No Bradley-Terry strengths: no chain of comparisons joins {components} with the other "
                                  "items. The points stand instead, and compare only what was compared."),
                               level="missing", components=list(apart)))
        return False
    n_parts, part = connected_components(wins > 0, directed=True, connection="strong")
    if n_parts == 1:
        return True
    beats = np.zeros((n_parts, n_parts), dtype=bool)
    winner, loser = np.nonzero(wins)
    beats[part[winner], part[loser]] = True
    np.fill_diagonal(beats, False)
    warnings.append(reason(N_("No Bradley-Terry strengths: {components} never lost to the other items, so that the "
                              "strength would be infinite. The points stand instead."), level="missing",
                           components=list(names[~beats.any(axis=0)[part]])))
    warnings.append(reason(N_("{components} never won against the other items: a strength would be 0."),
                           level="info", components=list(names[~beats.any(axis=1)[part]])))
    return False


def _strengths(wins, a, b, won, people):
    """Strengths with errors and bounds, and what the errors rest on."""
    theta, information = _maximise(wins)
    share = np.exp(theta - theta.max())
    share /= share.sum()
    k, n_people = len(theta), people.max() + 1
    covariance = np.linalg.inv(information + 1 / k) - 1 / k  # the inverse among strengths that sum to 0
    errors_from = "comparisons"
    if n_people >= max(LEAST_RESPONDENTS, k):
        surplus = won - _chance(theta[a] - theta[b])
        score = np.zeros((n_people, k))
        np.add.at(score, (people, a), surplus)
        np.add.at(score, (people, b), -surplus)
        covariance = covariance @ (score.T @ score) @ covariance * n_people / (n_people - 1)
        errors_from = "respondents"
    slopes = np.eye(k) - share  # of log p_i by theta_j
    of_log = np.sqrt(np.einsum("ij,jk,ik->i", slopes, covariance, slopes))
    logit, of_logit = np.log(share) - np.log1p(-share), of_log / (1 - share)
    return {"strength": 100 * share, "se": 100 * share * of_log, "low": 100 * _chance(logit - Z * of_logit),
            "high": 100 * _chance(logit + Z * of_logit)}, errors_from


def _maximise(wins):
    """Log strengths that sum to 0 and the information matrix, by Newton steps that are halved while they overshoot."""
    n, total, k = wins + wins.T, wins.sum(axis=1), len(wins)
    theta = np.zeros(k)

    def log_likelihood(at):
        return -(wins * np.logaddexp(0, at[None, :] - at[:, None])).sum()

    for _ in range(STEPS):
        p = _chance(theta[:, None] - theta[None, :])
        weight = n * p * (1 - p)
        information = np.diag(weight.sum(axis=1)) - weight
        step = np.linalg.solve(information + 1 / k, total - (n * p).sum(axis=1))
        if np.abs(step).max() < NEAR:
            return theta, information
        before = log_likelihood(theta)
        while np.abs(step).max() > NEAR and log_likelihood(theta + step) < before - NEAR * abs(before):
            step /= 2
        theta = theta + step
    raise NotComputable(N_("The Bradley-Terry strengths do not settle: some items win almost always."),
                        fallback=N_("Use the points: 100 wins / all wins."))


def _chance(difference):
    return 1 / (1 + np.exp(-np.clip(difference, -700, 700)))


def _judge_respondents(groups, people, a, b, won) -> pd.DataFrame:
    """Each respondent's ties, triads and circular triads."""
    order = np.argsort(people, kind="stable")
    ends = np.searchsorted(people[order], np.arange(1, len(groups)))
    out = [_judge(a[rows], b[rows], won[rows]) for rows in np.split(order, ends)]
    frame = pd.DataFrame(out, columns=["n", "n_ties", "n_triads", "n_circular", "consistency"])
    return frame.assign(respondent_id=groups)[["respondent_id", *frame.columns]]


def _judge(a, b, won):
    mine, at = np.unique(np.concatenate([a, b]), return_inverse=True)
    k, (a, b) = len(mine), np.split(at, 2)
    ahead, asked = np.zeros((k, k)), np.zeros((k, k), dtype=bool)
    np.add.at(ahead, (a, b), won - 0.5)
    np.add.at(ahead, (b, a), 0.5 - won)
    asked[a, b] = asked[b, a] = True
    before = (ahead > 0).astype(float)
    n_triads = round(np.trace(np.linalg.matrix_power(asked.astype(float), 3)) / 6)
    n_circular = round(np.trace(np.linalg.matrix_power(before, 3)) / 3)
    complete = k >= 3 and before.sum() == k * (k - 1) / 2
    most = (k**3 - k) / 24 if k % 2 else (k**3 - 4 * k) / 24
    return len(won), int((won == 0.5).sum()), n_triads, n_circular, 1 - n_circular / most if complete else np.nan


def _cautions(items, table, n_uncompared, errors_from, n_people) -> list[Reason]:
    out, k = [], len(items)
    if n_uncompared:
        out.append(reason(N_("Pairs of items that nobody compared: {n} of {total}."), n=n_uncompared,
                          total=k * (k - 1) // 2, level="info"))
    if items["n"].nunique() > 1:
        out.append(reason(N_("The items were not compared equally often ({low} to {high} times): the strengths allow for "
                             "that, the points do not."), low=int(items["n"].min()), high=int(items["n"].max())))
    if errors_from == "comparisons":
        out.append(reason(N_("Few respondents ({n}) for {k} items: the intervals take every comparison as independent and "
                             "may be too narrow."), n=n_people, k=k))
    triads, circular = int(table["n_triads"].sum()), int(table["n_circular"].sum())
    if circular:
        out.append(reason(N_("Circular answers (A before B, B before C, C before A): {n} of {total} triads; answers by "
                             "chance make {share:%}."), n=circular, total=triads, share=CHANCE, level="info"))
    careless = int(((table["n_circular"] > 0) & (table["n_circular"] >= CHANCE * table["n_triads"])).sum())
    if careless:
        out.append(reason(N_("Respondents whose pairs are no more consistent than chance: {n}."), n=careless))
    return out
