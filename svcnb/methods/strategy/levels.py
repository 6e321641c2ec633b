"""The least level of service that qualifies a supplier and the level that wins, per segment and component.

Source: "qué nivel mínimo de servicio debe lograr ... y cuál ... la ventaja competitiva" (S2:L78); method.md 1.4.5. Order
qualifier and order winner: Hill, T. (1985), *Manufacturing Strategy*; the 5 % that qualify and delta are house rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.gaps import EVERYONE
from svcnb.methods.scores import NEAR, check_within, read_labels, read_numbers, refuse_twice

TOP = 10.0  # end of the scale of performance
QUALIFIES = 0.05  # a competitor with less of the segment does not show what is enough
DELTA = 0.5  # what sets the winner apart, in points of 10
KEYS = ["segment_id", "component_id"]


@dataclass(frozen=True, eq=False)
class WinningLevels:
    """``table`` one row a segment and component, performance 0 to 10: segment_id, component_id, qualifier (lowest of the
    competitors that hold enough of the segment; NaN when none does), qualifier_of, best, best_of (competitor ids), winner
    (best + delta, at most 10), own (NaN when not measured), to_qualify and to_win (points missing, 0 when reached),
    position (below_qualifier, qualified, winning; None when own or qualifier is not known), n_competitors, n_holding.
    """

    table: pd.DataFrame
    warnings: tuple[Reason, ...] = ()


def levels_to_win(ratings: pd.DataFrame, shares, own: pd.DataFrame | None = None, *, least_share: float = QUALIFIES,
                  delta: float = DELTA) -> WinningLevels:
    """The level that qualifies and the level that wins, per segment and component.

    ``qualifier = min`` performance of the competitors with at least ``least_share`` of the segment; ``winner = max``
    performance of all competitors ``+ delta``, at most 10 (method.md 1.4.5).

    Parameters
    ----------
    ratings : one row a competitor and component: component_id or item, competitor_id, value 0 to 10 (missing is left out
        and said), perhaps segment_id; not changed
    shares : mapping competitor_id -> share 0 to 1, or a frame competitor_id, share and perhaps segment_id. A competitor
        whose share is not known counts as one that qualifies, and is said
    own : frame component_id or item, value 0 to 10 and perhaps segment_id: our performance
    least_share, delta : 0 to 1; 0 to 10

    Raises
    ------
    NotComputable
        a column is not there, a value is outside its scale, a row stands twice, or no competitor is rated
    ParameterError
        least_share or delta are outside their rule

    Examples
    --------
    >>> ratings = pd.DataFrame({"component_id": ["C1"] * 3, "competitor_id": ["K1", "K2", "K3"], "value": [8, 6, 4]})
    >>> found = levels_to_win(ratings, {"K1": 0.30, "K2": 0.10, "K3": 0.02})
    >>> found.table[["qualifier", "winner"]].iloc[0].tolist()
    [6.0, 8.5]
    """
    check_within("least_share", least_share, 0, 1)
    check_within("delta", delta, 0, TOP)
    rated = _performances(ratings).assign(competitor_id=read_labels(ratings, "competitor_id"))
    refuse_twice(rated, [*KEYS, "competitor_id"])
    unrated, rated = int(rated["value"].isna().sum()), rated.dropna(subset="value")
    if rated.empty:
        raise NotComputable(N_("No competitor is rated."),
                            fallback=N_("Let the sales force rate the competitors component by component."))
    rated = rated.assign(share=_segment_shares(rated, shares))
    ours = pd.DataFrame(columns=[*KEYS, "value"]) if own is None else _performances(own)
    refuse_twice(ours, KEYS)
    rows = [(*key, *_levels_of(part, least_share)) for key, part in rated.groupby(KEYS, sort=False)]
    table = pd.DataFrame(rows, columns=[*KEYS, "qualifier", "qualifier_of", "best", "best_of", "n_competitors",
                                        "n_holding"], dtype=object)
    table = table.astype({"qualifier": float, "best": float, "n_competitors": int, "n_holding": int})
    table["winner"] = np.minimum(table["best"] + delta, TOP)
    table = table.merge(ours.rename(columns={"value": "own"}), on=KEYS, how="left").astype({"own": float})
    table["to_qualify"] = (table["qualifier"] - table["own"]).clip(lower=0)
    table["to_win"] = (table["winner"] - table["own"]).clip(lower=0)
    known = table["own"].notna() & table["qualifier"].notna()
    position = np.select([table["to_qualify"] > NEAR, table["to_win"] > NEAR], ["below_qualifier", "qualified"], "winning")
    table["position"] = pd.Series(position, dtype=object).where(known, None)
    columns = [*KEYS, "qualifier", "qualifier_of", "best", "best_of", "winner", "own", "to_qualify", "to_win", "position",
               "n_competitors", "n_holding"]
    return WinningLevels(table[columns], tuple(_told(table, rated, delta, unrated)))


def _performances(frame: pd.DataFrame) -> pd.DataFrame:
    """segment_id, component_id, value with the index of the frame."""
    segments = read_labels(frame, "segment_id") if "segment_id" in frame else EVERYONE
    name = "item" if "item" in frame and "component_id" not in frame else "component_id"
    return pd.DataFrame({"segment_id": segments, "component_id": read_labels(frame, name),
                         "value": read_numbers(frame, "value", 0, TOP)}, index=frame.index)


def _segment_shares(rated: pd.DataFrame, shares) -> np.ndarray:
    """Share of the segment that each row's competitor holds; NaN when not known."""
    if isinstance(shares, (Mapping, pd.Series)):
        shares = pd.DataFrame({"competitor_id": list(shares.keys()), "share": list(dict(shares).values())},
                              index=list(shares.keys()))
    held = pd.DataFrame({"competitor_id": read_labels(shares, "competitor_id"),
                         "share": read_numbers(shares, "share", 0, 1)})
    keys = ["competitor_id"]
    if "segment_id" in shares:
        keys, held["segment_id"] = ["segment_id", "competitor_id"], read_labels(shares, "segment_id")
    refuse_twice(held, keys)
    return rated[keys].merge(held, on=keys, how="left")["share"].to_numpy()


def _levels_of(part: pd.DataFrame, least_share: float) -> tuple:
    """qualifier, qualifier_of, best, best_of, n_competitors, n_holding of one component; of equals the first id."""
    ordered = part.sort_values("competitor_id")
    holding = ordered[ordered["share"].isna() | (ordered["share"] >= least_share - NEAR)]
    best = ordered.loc[ordered["value"].idxmax()]
    lowest = holding.loc[holding["value"].idxmin()] if len(holding) else {"value": np.nan, "competitor_id": None}
    return (lowest["value"], lowest["competitor_id"], best["value"], best["competitor_id"], len(part), len(holding))


def _told(table: pd.DataFrame, rated: pd.DataFrame, delta: float, unrated: int):
    if unrated:
        yield reason(N_("Ratings of competitors that are missing, left out: {n}."), level="missing", n=unrated)
    unknown = sorted(rated.loc[rated["share"].isna(), "competitor_id"].unique())
    if unknown:
        yield reason(N_("The market share is not known, so they count as competitors that qualify: {competitors}."),
                     competitors=unknown)
    nobody = table.loc[table["qualifier"].isna(), "component_id"].unique().tolist()
    if nobody:
        yield reason(N_("No rated competitor holds enough of the segment to show what qualifies: {components}."),
                     level="missing", components=nobody)
    capped = table.loc[table["best"] + delta > TOP + NEAR, "component_id"].unique().tolist()
    if capped:
        yield reason(N_("The best competitor is so near to 10 that 10 stands for the winning level: {components}."),
                     level="info", components=capped)
