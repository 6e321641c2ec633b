"""Valuation of the service being offered: mean, spread, top-box and bottom-box of each component.

"Recoger criterios sobre la valoración de cada característica del servicio que se está ofreciendo" (S2:L226);
method.md 5.5: shown from 5 answers, tested from 30. Wilson, E. B. (1927), *JASA* 22, 209-212; Welch, B. L.
(1947), *Biometrika* 34, 28-35; Holm, S. (1979), *Scandinavian Journal of Statistics* 6, 65-70. Where the
boxes begin is a house rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import as_categories
from svcnb.methods.importance import respondent_values, widen
from svcnb.methods.intervals import compare_means, wilson
from svcnb.methods.laboriousness import holm

SHOWN, TESTED = 5, 30  # method.md 5.5
TOP, BOTTOM = 8.0, 3.0  # house rule on the scale 0 to 10
NEAR = 1e-9
SUPPLIER = "own"
VALUES = ("mean", "sd", "low", "high", "top", "top_low", "top_high", "bottom", "bottom_low", "bottom_high")


@dataclass(frozen=True, eq=False)
class Valuation:
    """How the service offered is judged on the scale 0 to 10.

    ``components``: [segment_id,] component_id, n, n_missing (respondents of the segment who did not judge
    it), mean, sd, low, high (95 %, t, cut at the ends of the scale; NaN when all judge alike), top and bottom
    (shares 0 to 1 of judgements at or above, at or below, the limits) each with _low and _high (95 %,
    Wilson), shown (n is 5 or more; below, mean to bottom_high are NaN), tested (n is 30 or more).
    ``differences`` (empty without segments): component_id, first, second, difference (first minus second),
    low, high, p_value, p_adjusted (Holm, over all rows), significant; Welch's t test where both segments have
    30 judgements that vary. ``n_untested`` pairs of segments with values shown that were too small for it.
    ``n`` respondents, ``n_missing`` answers missing.
    """

    components: pd.DataFrame
    differences: pd.DataFrame
    n: int
    n_missing: int
    n_untested: int
    warnings: tuple[Reason, ...] = ()


def value_components(answers: pd.DataFrame, *, supplier: str = SUPPLIER, top: float = TOP, bottom: float = BOTTOM,
                     alpha: float = 0.05) -> Valuation:
    """Mean with t interval, and the shares of high and low judgements, of each component (and segment).

    ``mean ± t(0.975; n - 1) sd / sqrt(n)``; Wilson's interval for the shares (method.md 0.5 and 5.5;
    S2:L226).

    Parameters
    ----------
    answers : DataFrame, one row a respondent and component; not changed
        respondent_id, component_id, perceived (0 to 10); optional segment_id, supplier (missing is "own").
    supplier : whose service; asked only when there is such a column
    top, bottom : a judgement of top or more is high, of bottom or less is low
    alpha : level of significance; p = alpha is not significant

    Raises
    ------
    ParameterError
        a column is missing, a judgement is no number from 0 to 10 or given twice, or the limits do not fit
    NotComputable
        nobody judged this supplier

    Examples
    --------
    >>> frame = pd.DataFrame({"respondent_id": range(6), "component_id": "C1", "perceived": [8, 9, 6, 3, 10, 6]})
    >>> row = value_components(frame).components.iloc[0]
    >>> row[["mean", "low", "high", "top", "bottom"]].astype(float).round(3).tolist()
    [7.0, 4.345, 9.655, 0.5, 0.167]
    """
    if not 0 <= bottom < top <= 10:
        raise ParameterError(N_("The limits of low and high judgements are {bottom} and {top}; write two numbers from 0 to 10, "
                                "the lower one first."), bottom=bottom, top=top)
    if not 0 < alpha < 1:
        raise ParameterError(N_("The level of significance {alpha} is not between 0 and 1; write for example 0.05."),
                             alpha=alpha)
    wide, segments, warnings = _read(answers, supplier)
    parts = [("", wide)] if segments is None else [(one, wide[segments == one]) for one in sorted(segments.unique())]
    rows = [{"segment_id": segment, "component_id": component, **_value(part[component], top, bottom)}
            for segment, part in parts for component in wide]
    table = pd.DataFrame(rows)
    differences, n_untested = _compare(table, alpha) if segments is not None else (_differences([]), 0)
    warnings += _cautions(table, n_untested)
    if segments is None:
        table = table.drop(columns="segment_id")
    return Valuation(table, differences, len(wide), int(wide.isna().sum().sum()), n_untested, tuple(warnings))


def _read(answers, supplier):
    """Judgements respondent x component, each respondent's segment (None without segments), what is said."""
    warnings: list[Reason] = []
    if isinstance(answers, pd.DataFrame) and "supplier" in answers:
        answers = answers[as_categories(answers["supplier"]).fillna(SUPPLIER) == supplier]
        if answers.empty:
            raise NotComputable(N_("Nobody judged the service of {supplier}."), supplier=supplier,
                                fallback=N_("Let the sellers and the complaints say how the service is judged."))
    wide = widen(answers, "perceived")
    if not wide.notna().any(axis=None):
        raise NotComputable(N_("No component was judged."),
                            fallback=N_("Let the sellers and the complaints say how the service is judged."))
    outside = (wide < -NEAR) | (wide > 10 + NEAR)
    if outside.any(axis=None):
        raise ParameterError(N_("perceived = {value} is outside 0 to 10; convert the scale first."),
                             value=float(wide[outside].stack().iloc[0]))
    if "segment_id" not in answers:
        return wide, None, warnings
    segments = as_categories(respondent_values(answers, "segment_id", wide.index, None))
    unknown = segments.isna()
    if unknown.all():
        raise NotComputable(N_("No respondent belongs to a segment."), fallback=N_("Leave the segments out."))
    if unknown.any():
        warnings.append(reason(N_("Respondents left out because they belong to no segment: {n}."), n=int(unknown.sum())))
    return wide[~unknown], segments[~unknown], warnings


def _value(values, top, bottom) -> dict:
    from scipy import stats

    known = values.dropna().to_numpy()
    n = len(known)
    out = {"n": n, "n_missing": len(values) - n, **dict.fromkeys(VALUES, np.nan), "shown": n >= SHOWN,
           "tested": n >= TESTED}
    if n < SHOWN:
        return out
    mean, sd = float(known.mean()), float(known.std(ddof=1))
    out |= {"mean": mean, "sd": sd}
    if sd > NEAR:
        half = float(stats.t.ppf(0.975, n - 1)) * sd / np.sqrt(n)
        out |= {"low": max(0.0, mean - half), "high": min(10.0, mean + half)}
    for name, hits in (("top", known >= top - NEAR), ("bottom", known <= bottom + NEAR)):
        share = wilson(int(hits.sum()), n)
        out |= {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    return out


def _compare(table, alpha):
    """Welch's t test of every two segments on every component, where both are large enough."""
    rows, n_untested = [], 0
    for component, group in table[table["shown"]].groupby("component_id", sort=False):
        for a, b in combinations(group.to_dict("records"), 2):
            if not (a["tested"] and b["tested"] and max(a["sd"], b["sd"]) > NEAR):
                n_untested += 1
                continue
            test = compare_means(a["mean"], a["sd"], a["n"], b["mean"], b["sd"], b["n"])
            rows.append((component, a["segment_id"], b["segment_id"], test.difference, test.low, test.high, test.p_value))
    frame = _differences(rows)
    if rows:
        frame["p_adjusted"] = holm(frame["p_value"])
        frame["significant"] = frame["p_adjusted"] < alpha - NEAR
    return frame, n_untested


def _differences(rows) -> pd.DataFrame:
    columns = ["component_id", "first", "second", "difference", "low", "high", "p_value"]
    return pd.DataFrame(rows, columns=columns).assign(p_adjusted=np.nan, significant=False)


def _cautions(table, n_untested) -> list[Reason]:
    out = []
    hidden = table[~table["shown"]]
    if len(hidden):
        out.append(reason(N_("Not shown, because fewer than {least} respondents judged them: {n} ({components})."), least=SHOWN,
                          n=len(hidden), components=list(dict.fromkeys(hidden["component_id"]))))
    few = int((table["shown"] & ~table["tested"]).sum())
    if few:
        out.append(reason(N_("Means that rest on fewer than {least} judgements and are not tested: {n}."), least=TESTED, n=few))
    alike = table[table["shown"] & (table["sd"] <= NEAR)]
    if len(alike):
        out.append(reason(N_("All respondents judge {components} alike: there is no interval of the mean."), level="info",
                          components=list(dict.fromkeys(alike["component_id"]))))
    if n_untested:
        out.append(reason(N_("Differences between segments that were not tested: {n}."), n=n_untested, level="info"))
    return out
