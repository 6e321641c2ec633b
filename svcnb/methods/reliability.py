"""Reliability of a scale of several items: Cronbach's alpha.

"Valoración de cada característica del servicio" (S2:L226), asked by several items; method.md 5.5 (T32).
Cronbach, L. J. (1951), *Psychometrika* 16, 297-334; Feldt, L. S. (1965), *Psychometrika* 30, 357-370
(interval); Nunnally, J. C. and Bernstein, I. H. (1994), *Psychometric Theory*, 3rd ed., 265 (from 0.70
acceptable) and 301 ff. (corrected item-total correlation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.importance import as_numbers

ACCEPTABLE = 0.70  # method.md 5.5
FEW = 30
NEAR = 1e-9
FALLBACK = N_("Use a single item, or ask more items of the same matter.")


@dataclass(frozen=True, eq=False)
class Reliability:
    """Cronbach's alpha of a scale.

    ``alpha`` (at most 1, can be negative) with ``low`` and ``high`` (95 %, Feldt), ``standardised`` alpha
    (every item with the same spread; NaN when the items correlate so negatively that there is none),
    ``mean_correlation`` between the items. ``items``: item_id, mean, sd, item_total (correlation with the sum
    of the other items; NaN where they do not vary), alpha_without (alpha of the others; NaN when they are
    fewer than two or their sum does not vary). ``acceptable``: alpha is 0.70 or more. ``n`` respondents with
    every item, ``n_missing`` left out, ``missing`` share missing of each item asked.
    """

    alpha: float
    low: float
    high: float
    standardised: float
    mean_correlation: float
    items: pd.DataFrame
    acceptable: bool
    n: int
    n_missing: int
    missing: pd.Series
    warnings: tuple[Reason, ...] = ()


def cronbach(items: pd.DataFrame) -> Reliability:
    """Cronbach's alpha with its interval, and what each item does to it.

    ``alpha = k/(k-1) (1 - sum of item variances / variance of the sum)``; the bounds are ``1 - (1 - alpha)
    F`` with the 97.5 % and 2.5 % points of F with n - 1 and (n - 1)(k - 1) degrees of freedom (Cronbach 1951;
    Feldt 1965). No item is turned round: one that counts the other way is only named.

    Parameters
    ----------
    items : DataFrame, one row a respondent, one column an item; not changed
        Respondents with a missing item are left out and counted; an item that does not vary is left out and
        named.

    Raises
    ------
    ParameterError
        two columns of one name, or something that is no number
    NotComputable
        fewer than two items that vary or two complete respondents, or a sum that does not vary

    Examples
    --------
    >>> result = cronbach(pd.DataFrame([(4, 5, 4), (3, 3, 2), (5, 5, 5), (2, 2, 3), (4, 4, 4)]))
    >>> round(result.alpha, 5), round(result.low, 3), round(result.high, 3)
    (0.93913, 0.692, 0.993)
    """
    cells, names = _read(items)
    complete = ~np.isnan(cells).any(axis=1)
    missing = pd.Series(np.isnan(cells).mean(axis=0) if len(cells) else np.nan, index=pd.Index(names, dtype=object))
    known, warnings = cells[complete], []
    n, k_asked = known.shape
    if n < 2:
        raise NotComputable(N_("Respondents with every item: {n}; at least two are needed."), n=n, fallback=FALLBACK)
    varies = np.ptp(known, axis=0) > NEAR * np.abs(known).max(axis=0)
    if not varies.all():
        warnings.append(reason(N_("Items left out because all respondents answer them alike: {columns}."),
                               columns=[name for name, v in zip(names, varies) if not v]))
    known, names = known[:, varies], [name for name, v in zip(names, varies) if v]
    k = len(names)
    if k < 2:
        raise NotComputable(N_("Reliability takes at least two items that vary; here are {n} of {total}."), n=k,
                            total=k_asked, fallback=FALLBACK)
    covariance = np.cov(known, rowvar=False)
    alpha = _alpha(covariance)
    if np.isnan(alpha):
        raise NotComputable(N_("The sum of the items is the same for every respondent: the items cancel each other out."),
                            fallback=N_("Turn round the items that count the other way."))
    low, high = feldt_interval(alpha, n, k)
    mean_correlation = float((np.corrcoef(known, rowvar=False).sum() - k) / (k * (k - 1)))
    item_total, alpha_without = _item_by_item(covariance)
    table = pd.DataFrame({"item_id": names, "mean": known.mean(axis=0), "sd": known.std(axis=0, ddof=1),
                          "item_total": item_total, "alpha_without": alpha_without})
    warnings += _cautions(table, alpha, n, len(cells))
    below = 1 + (k - 1) * mean_correlation
    return Reliability(alpha, low, high, k * mean_correlation / below if below > NEAR else np.nan, mean_correlation, table,
                       alpha >= ACCEPTABLE - NEAR, n, int((~complete).sum()), missing, tuple(warnings))


def feldt_interval(alpha: float, n: int, k: int, confidence: float = 0.95) -> tuple[float, float]:
    """Feldt's interval of alpha from n respondents and k items.

    Examples
    --------
    >>> low, high = feldt_interval(0.8, 100, 10)
    >>> round(low, 3), round(high, 3)
    (0.736, 0.854)
    """
    from scipy import stats

    df = n - 1, (n - 1) * (k - 1)
    low, high = (1 - (1 - alpha) * stats.f.ppf(q, *df) for q in (0.5 + confidence / 2, 0.5 - confidence / 2))
    return float(low), float(high)


def _read(items):
    if not isinstance(items, pd.DataFrame):
        raise ParameterError(N_("The items must be a frame: one row a respondent, one column an item."))
    names = list(items.columns)
    for name in names:
        if names.count(name) > 1:
            raise ParameterError(N_("{n} columns are called {column}."), n=names.count(name), column=str(name))
    if len(names) < 2:
        raise NotComputable(N_("Reliability takes at least two items that vary; here are {n} of {total}."), n=len(names),
                            total=len(names), fallback=FALLBACK)
    return np.column_stack([as_numbers(items[name], str(name)) for name in names]), names


def _alpha(covariance) -> float:
    """Alpha of a covariance matrix; NaN when the sum of the items does not vary."""
    k, own, total = len(covariance), np.trace(covariance), covariance.sum()
    return float(k / (k - 1) * (1 - own / total)) if total > NEAR * own else float("nan")


def _item_by_item(covariance):
    """Of each item its correlation with the sum of the others, and the alpha of the others; NaN where that sum is still."""
    k, own, row = len(covariance), np.diag(covariance), covariance.sum(axis=1)
    others = row.sum() - 2 * row + own  # variance of the sum of the other items
    still = others <= NEAR * own.sum()
    others = np.where(still, np.nan, others)
    item_total = (row - own) / np.sqrt(own * others)
    if k == 2:
        return item_total, np.full(k, np.nan)
    return item_total, (k - 1) / (k - 2) * (1 - (own.sum() - own) / others)


def _cautions(table, alpha, n, total) -> list[Reason]:
    out = []
    if n < total:
        out.append(reason(N_("Respondents left out because an item is missing: {n} of {total}."), n=total - n, total=total))
    if n < FEW:
        out.append(reason(N_("Only {n} respondents answered every item: the interval is wide."), n=n))
    if alpha < ACCEPTABLE - NEAR:
        out.append(reason(N_("The items do not hang together well enough to be summed up (alpha {alpha:2}, below "
                             "{limit:2})."), alpha=alpha, limit=ACCEPTABLE))
    turned = table["item_id"][table["item_total"] < 0].tolist()
    if turned:
        out.append(reason(N_("Items that go against the others: {columns}. See whether they must be turned round."),
                          columns=turned))
    return out
