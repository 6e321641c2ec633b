"""The experts' segments confronted with the statistical ones and with a criterion, once there are data.

Sources: "darle seguimiento con los métodos estadísticos" (S2:L207); method.md 0.4, 3.10 c: "chi-square against the
criterion and adjusted Rand index with the statistical segmentation". Cohen (1960) and Hubert and Arabie (1985) as in
``apriori``; groups of other names are matched by the assignment of most common customers (Kuhn, H. W. (1955), *Naval
Research Logistics Quarterly* 2, 83-97). Limits: an index from 0.65 is moderate recovery (Steinley, D. (2004),
*Psychological Methods* 9, 386-396); 0.30 and the verdict are house rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.apriori import agreement
from svcnb.methods.categories import band_labels, cut_bands, is_measured, quantile_edges
from svcnb.methods.contingency import CrossTable, cross_tabulate
from svcnb.methods.grouping.alignment import align, check_alpha, left_out, texts_of

NEAR = 1e-9
AGREES, DIFFERS = 0.65, 0.30  # adjusted Rand index from which two groupings agree, below which they do not


@dataclass(frozen=True, eq=False)
class Confrontation:
    """The experts' segments against what the data say.

    ``kappa`` (None when names are matched) and ``adjusted_rand``; ``table`` counts of customers, a-priori segments
    down, statistical groups across; ``counterparts`` statistical group -> a-priori segment that it stands for (the
    same name, or the match with most customers in common; a group left over has none); ``moved`` frame customer,
    from (segment), to (statistical group) of those whose group does not stand for their segment; ``moves`` the same
    counted: from, to, n, most first; ``criterion`` chi-square of the a-priori segments against the criterion (None
    when not tested); ``verdict`` confirmed, partly or not_confirmed; ``n`` customers grouped by both, ``n_missing``
    the others.
    """

    kappa: float | None
    adjusted_rand: float
    table: pd.DataFrame
    counterparts: dict[str, str]
    moves: pd.DataFrame
    moved: pd.DataFrame
    criterion: CrossTable | None
    verdict: str
    n: int
    n_missing: int
    warnings: tuple[Reason, ...] = ()


def confront(apriori, statistical, criterion=None, *, match: bool | None = None, alpha: float = 0.05) -> Confrontation:
    """Do the data confirm the segments that experts made?

    Confirmed: the adjusted Rand index is at least 0.65 and the segments discriminate the criterion (where one is
    given). Not confirmed: the index is below 0.30 and the criterion, given or not, does not speak for them. Else
    partly. The rule is ours; the tests are those of method.md 3.10 c.

    Parameters
    ----------
    apriori, statistical : segment of each customer by the experts and by the data
    criterion : what the segments should tell apart; measured numbers are cut at their quartiles. All are Series with
        the same customers as index, or sequences in the same order.
    match : True when the statistical names mean nothing (clusters 1, 2, 3): groups then stand for the segments with
        which they have most customers in common, and there is no kappa. None: when the two share no name.
    alpha : of the chi-square test; p = alpha is not significant

    Raises
    ------
    NotComputable
        nobody is grouped by both, everybody is in one group on both sides, unlike lengths, a customer twice
    ParameterError
        alpha is not between 0 and 1

    Examples
    --------
    >>> result = confront(list("aaaabbbb"), [1, 1, 1, 2, 2, 2, 2, 2])
    >>> result.counterparts, result.moves.values.tolist(), round(result.adjusted_rand, 3), result.verdict
    ({'1': 'a', '2': 'b'}, [['a', '2', 1]], 0.495, 'partly')
    """
    check_alpha(alpha)
    columns = {"apriori": apriori, "statistical": statistical}
    frame = align(**columns if criterion is None else columns | {"criterion": criterion})
    frame["apriori"], frame["statistical"] = (texts_of(frame[name], name) for name in columns)
    agreed = agreement(frame["apriori"], frame["statistical"])
    both = frame[frame["apriori"].notna() & frame["statistical"].notna()]
    table = pd.crosstab(both["apriori"], both["statistical"])
    matched = not set(table.index) & set(table.columns) if match is None else bool(match)
    counterparts = _matched(table) if matched else {name: name for name in table.columns if name in table.index}
    stays = both["statistical"].map(counterparts) == both["apriori"]
    moved = pd.DataFrame({"customer": both.index[~stays], "from": both.loc[~stays, "apriori"].to_numpy(),
                          "to": both.loc[~stays, "statistical"].to_numpy()})
    moves = moved.groupby(["from", "to"]).size().rename("n").reset_index()
    warnings = list(left_out(agreed.n_missing, len(frame)))
    if matched:
        warnings.append(reason(N_("The two groupings have names of their own: each statistical group stands for the "
                                  "segment with which it has most customers in common."), level="info"))
    tested = _tested(frame, alpha, warnings)
    return Confrontation(
        None if matched else agreed.kappa, agreed.adjusted_rand, table, counterparts,
        moves.sort_values(["n", "from", "to"], ascending=[False, True, True]).reset_index(drop=True), moved, tested,
        _verdict(agreed.adjusted_rand, criterion is not None, tested), agreed.n, agreed.n_missing, tuple(warnings))


def _matched(table: pd.DataFrame) -> dict[str, str]:
    """Statistical group -> segment, one to one, with as many customers in common as possible."""
    from scipy.optimize import linear_sum_assignment

    pairs = zip(*linear_sum_assignment(table.to_numpy(), maximize=True))
    return {table.columns[k]: table.index[i] for i, k in sorted(pairs, key=lambda pair: pair[1]) if table.iat[i, k]}


def _tested(frame: pd.DataFrame, alpha: float, warnings: list[Reason]) -> CrossTable | None:
    """Chi-square of the a-priori segments against the criterion; None, with the reason, when there is none."""
    if "criterion" not in frame:
        warnings.append(reason(N_("No criterion is given: the verdict rests on the agreement alone."), level="info"))
        return None
    try:
        result = cross_tabulate(frame.assign(criterion=_criterion(frame["criterion"])), "apriori", "criterion",
                                alpha=alpha)
    except NotComputable as error:
        warnings.append(error.reason)
        return None
    warnings += result.warnings
    return result


def _criterion(values: pd.Series) -> pd.Series:
    if is_measured(values):
        numbers = pd.to_numeric(values, errors="coerce").astype(float)
        numbers = numbers.where(np.isfinite(numbers))
        edges = quantile_edges(numbers)
        if edges:
            bands = pd.Categorical(cut_bands(numbers, edges), categories=band_labels(edges))  # by size, not spelling
            return pd.Series(bands, index=values.index)
    return texts_of(values, "criterion")


def _verdict(adjusted_rand: float, has_criterion: bool, tested: CrossTable | None) -> str:
    discriminates = tested is not None and tested.discriminating is True
    if adjusted_rand >= AGREES - NEAR and (discriminates or not has_criterion):
        return "confirmed"
    return "partly" if adjusted_rand >= DIFFERS - NEAR or discriminates else "not_confirmed"
