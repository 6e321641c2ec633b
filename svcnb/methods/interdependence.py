"""Customer-company interdependence of many customers at once: who depends on whom (Kumar's matrix).

Sources: "su comportamiento no es igual ante todos sus proveedores, está en función de la interdependencia
cliente-proveedor [KUMAR, p. 103]" (S2:L141); method.md 2.7. Kumar, N. (1996), "The power of trust in
manufacturer-retailer relationships", *Harvard Business Review*, November-December, 92-106. The cells are named from
memory of the article: whoever shows them says "reconstructed". Codes, names and advice are those of
``matrices.RELATIONSHIPS``, which places one customer; cut and borderline are house rules (A-25).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.matrices.package import RELATIONSHIPS
from svcnb.methods.matrices.ratings import CUT, NEAR, SCALE, TOLERANCE

DEPENDENCES = ("d_us", "d_cust")
CODES = {high: texts[0] for high, texts in RELATIONSHIPS.items()}
SHARE_EDGES = (0.01, 0.05, 0.10, 0.20)  # house rule (method.md 2.7 a): < 1 %, 1-5, 5-10, 10-20, > 20 %


@dataclass(frozen=True, eq=False)
class Interdependences:
    """Relationship of each customer.

    ``customers`` has the rows and the index of the frame given: d_us, d_cust (1 to 5, NaN not measured), relationship
    (hostage, high_interdependence, low_interdependence, drunk_with_power; None when either is not measured),
    interdependence (their mean, 1 to 5), asymmetry (d_us - d_cust, -4 to 4; positive: we depend more), is_borderline
    (a dependence is nearer than ``near`` to the cut; None not measured), candidates (codes the customer touches, its
    own first).

    ``counts`` code -> customers, all four; ``shares`` code -> share of the customers placed; ``n`` customers placed,
    ``n_missing`` the others, ``n_borderline``; ``missing_shares`` column -> share of the rows without a value.
    """

    customers: pd.DataFrame
    counts: dict[str, int]
    shares: dict[str, float]
    n: int
    n_missing: int
    n_borderline: int
    missing_shares: dict[str, float]
    warnings: tuple[Reason, ...] = ()


def place_customers(frame: pd.DataFrame, *, cut: float = CUT, near: float = NEAR) -> Interdependences:
    """Place each customer in the matrix of interdependence by our dependence and theirs.

    ``interdependence = (d_us + d_cust) / 2``, ``asymmetry = d_us - d_cust``; a dependence of ``cut`` and more is
    high (method.md 2.7).

    Parameters
    ----------
    frame : one row a customer (or segment): d_us our dependence on the customer, d_cust the customer's on us,
        ratings 1 to 5. Its index names the customers. Not changed.
    cut : from where a dependence is high, above 1 and up to 5
    near : borderline is what lies nearer than this to the cut, 0 to 2

    Raises
    ------
    NotComputable
        a column is not there, a rating is outside 1 to 5, or no customer has both
    ParameterError
        cut or near are outside their rule

    References
    ----------
    Kumar (1996); S2:L141. Cells reconstructed; cut and borderline house rules.

    Examples
    --------
    >>> result = place_customers(pd.DataFrame({"d_us": [4, 1], "d_cust": [2, 5]}, index=["K1", "K2"]))
    >>> result.customers[["relationship", "interdependence", "asymmetry"]].to_dict("split")["data"]
    [['hostage', 3.0, 2.0], ['drunk_with_power', 3.0, -4.0]]
    """
    if isinstance(cut, bool) or not SCALE[0] < cut <= SCALE[1]:
        raise ParameterError(N_("The cut {cut} is not above {low} and up to {high}."), cut=cut, low=SCALE[0],
                             high=SCALE[1])
    if isinstance(near, bool) or not 0 <= near <= 2:
        raise ParameterError(N_("Borderline {near} is not a distance from 0 to 2."), near=near)
    ratings = pd.DataFrame({name: _ratings(frame, name) for name in DEPENDENCES}, index=frame.index)
    known = ratings.notna().all(axis=1).to_numpy()
    if not known.any():
        raise NotComputable(N_("No customer has both dependences rated."), fallback=N_(
            "Rate from 1 to 5 how much we depend on each customer and how much the customer depends on us."))
    values = ratings.to_numpy()
    high = values >= cut - TOLERANCE
    touched = np.abs(values - cut) < near - TOLERANCE
    candidates = [_candidates(*row) if is_known else () for *row, is_known in zip(high, touched, known)]
    codes = [touches[0] if touches else None for touches in candidates]
    borderline = [len(touches) > 1 if touches else None for touches in candidates]
    customers = ratings.assign(
        relationship=pd.Series(codes, index=frame.index, dtype=object),
        interdependence=values.mean(axis=1), asymmetry=values[:, 0] - values[:, 1],
        is_borderline=pd.Series(borderline, index=frame.index, dtype=object),
        candidates=pd.Series(candidates, index=frame.index, dtype=object))
    n = int(known.sum())
    counts = {code: codes.count(code) for code in CODES.values()}
    return Interdependences(customers, counts, {code: k / n for code, k in counts.items()}, n, len(frame) - n,
                            borderline.count(True), {name: float(ratings[name].isna().mean()) for name in DEPENDENCES},
                            _told(ratings, n, borderline.count(True)))


def dependence_from_shares(shares) -> pd.Series:
    """Our dependence 1 to 5 from each customer's share of our revenue or margin: the version from data [house rule].

    Below 1 % is 1, from 1 % 2, from 5 % 3, from 10 % 4, above 20 % 5; 20 % itself is still 4 (method.md 2.7 a). The same
    bands give the customer's dependence from our share of its purchases.

    Parameters
    ----------
    shares : Series, or sequence, of shares 0 to 1; missing ones stay not measured (NaN)

    Raises
    ------
    NotComputable
        a share is no number from 0 to 1

    Examples
    --------
    >>> dependence_from_shares([0.004, 0.01, 0.07, 0.20, 0.35]).tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """
    given = shares if isinstance(shares, pd.Series) else pd.Series(list(shares), dtype=object)
    numbers = _as_numbers(given)
    bad = (given.notna() & ~((numbers >= -TOLERANCE) & (numbers <= 1 + TOLERANCE))).to_numpy()
    if bad.any():
        raise NotComputable(N_("The share {share} of {customer} is not between 0 and 1."),
                            share=str(given[bad].iloc[0]), customer=str(given.index[bad][0]))
    values = numbers.to_numpy()
    *lower, top = SHARE_EDGES
    bands = 1.0 + sum((values >= edge - TOLERANCE).astype(float) for edge in lower) + (values > top + TOLERANCE)
    return pd.Series(np.where(np.isnan(values), np.nan, bands), index=given.index, name="dependence")


def _ratings(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        raise NotComputable(N_("There is no column {column}; the columns are {columns}."), column=name,
                            columns=", ".join(str(column) for column in frame.columns))
    given = frame[name]
    if isinstance(given, pd.DataFrame):
        raise NotComputable(N_("{n} columns are called {column}."), n=given.shape[1], column=name)
    numbers = _as_numbers(given)
    inside = (numbers >= SCALE[0] - TOLERANCE) & (numbers <= SCALE[1] + TOLERANCE)
    bad = (given.notna() & ~inside).to_numpy()
    if bad.any():
        raise NotComputable(N_("{column} = {value} of {customer} is not a rating from {low} to {high}."), column=name,
                            value=str(given[bad].iloc[0]), customer=str(given.index[bad][0]), low=SCALE[0],
                            high=SCALE[1])
    return numbers


def _as_numbers(given: pd.Series) -> pd.Series:
    """Numbers, NaN for what is none; a truth is no rating and no share."""
    numbers = pd.to_numeric(given, errors="coerce").astype(float)
    return numbers.mask(given.map(lambda value: isinstance(value, (bool, np.bool_))).to_numpy(dtype=bool))


def _candidates(high: np.ndarray, touched: np.ndarray) -> tuple[str, ...]:
    """Codes of the quadrants that a customer touches, its own first."""
    sides = [(bool(side), not side) if is_near else (bool(side),) for side, is_near in zip(high, touched)]
    return tuple(CODES[us, them] for us in sides[0] for them in sides[1])


def _told(ratings: pd.DataFrame, n: int, n_borderline: int) -> tuple[Reason, ...]:
    told = []
    if n < len(ratings):
        told.append(reason(N_("{n} of {rows} customers lack a dependence: not measured."), level="missing",
                           n=len(ratings) - n, rows=len(ratings)))
    if n_borderline:
        told.append(reason(N_("{n} of {placed} customers lie near the cut: another rater may place them otherwise."),
                           level="info", n=n_borderline, placed=n))
    return tuple(told)
