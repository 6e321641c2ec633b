"""Service gaps: where between the customer's expectation and perception the service is lost, and who mends it.

Sources: "las diferentes brechas ... en la relación proveedor-cliente" (S2:L92); "lograr disminuir al máximo la brecha 5"
(S2:L98); "que no existan diferencias entre el nivel de servicio ofrecido y el nivel de servicio percibido" (S2:L59);
method.md 1.2 and 2.1. Figure 1 is lost: G1 to G5 are those of Parasuraman, A., Zeithaml, V. A. and Berry, L. L. (1985),
*Journal of Marketing* 49(4), 41-50; G6 and G7 of Lovelock, C. (1994), *Product Plus*; G8 and G9 of Luk, S. T. K. and
Layton, R. (2002), *Service Industries Journal* 22(2), 109-128. The rule of the primary cause is a house rule. "Gap 5" is
numbered otherwise by Lovelock (A-02), so every gap is called by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.columns import read_categories, read_column
from svcnb.methods.importance import as_numbers
from svcnb.methods.scores import NEAR, read_labels, read_numbers, refuse_twice

EVERYONE = N_("all customers")  # the segment of a frame that names none
LEVELS = {  # column: the level of service that it holds, 0 to 10
    "expected": N_("expected by customers"), "believed": N_("believed by management"),
    "frontline": N_("believed by front-line staff"), "specified": N_("specified"), "delivered": N_("provided"),
    "offered": N_("offered"), "understood": N_("understood from the offer"), "perceived": N_("perceived by customers")}
TABLE_NAMES = {"spec": "specified", "offered_understood": "understood"}  # as the table gap_objective calls them


@dataclass(frozen=True)
class Gap:
    """``name``; the gap is ``upper`` - ``lower``, columns of ``LEVELS``; ``owner`` the step that mends it (empty: it only
    results); ``causes`` that are typical.
    """

    name: str
    upper: str
    lower: str
    owner: str = ""
    causes: tuple[str, ...] = ()


STUDY, GOALS = N_("demand study (step 3)"), N_("goals (step 4)")
DESIGN, OFFER = N_("organisation and critical parameters (steps 5 and 6)"), N_("offer and communication (step 7)")
GAPS = {
    "G1": Gap(N_("knowledge gap"), "expected", "believed", STUDY,
              (N_("no market research"), N_("too many layers"), N_("poor upward communication"))),
    "G2": Gap(N_("standards gap"), "believed", "specified", GOALS,
              (N_("low commitment"), N_("thought infeasible"), N_("no goals set"), N_("tasks not standardised"))),
    "G3": Gap(N_("delivery gap"), "specified", "delivered", DESIGN,
              (N_("unclear roles"), N_("people do not fit the task"), N_("poor teamwork"), N_("too little capacity"))),
    "G4": Gap(N_("communication gap"), "offered", "delivered", OFFER,
              (N_("promises too much"), N_("poor communication between departments"))),
    "G5": Gap(N_("service gap"), "expected", "perceived"),
    "G6": Gap(N_("perception gap"), "delivered", "perceived", OFFER,
              (N_("the customer is not informed"), N_("quality that is not seen"))),
    "G7": Gap(N_("interpretation gap"), "understood", "offered", OFFER, (N_("ambiguous wording"),)),
    "G8": Gap(N_("employee perception gap"), "expected", "frontline"),
    "G9": Gap(N_("internal perception gap"), "frontline", "believed"),
    "G_op": Gap(N_("promise gap"), "offered", "perceived"),
}
CHAIN = ("expected", "believed", "specified", "delivered", "perceived")
CAUSES = ("G1", "G2", "G3", "G6")  # the steps of the chain; their sum is G5
IDENTITIES = {"G5": CAUSES, "G_op": ("G4", "G6"), "G1": ("G8", "G9")}


@dataclass(frozen=True, eq=False)
class ServiceGaps:
    """All gaps, positive where something falls short; NaN where an end of the gap is not measured.

    ``table`` one row a component of a segment, in the order given: segment_id, component_id, the eight levels (0 to 10),
    G1 to G9 and G_op (-10 to 10), weight (share of the segment's importance), weighted (weight x G5), primary (code of
    the largest of G1, G2, G3, G6 where G5 > 0 and all four are measured, else None), is_tied (another is as large),
    owner (the step that mends it).

    ``segments`` one row a segment and gap: segment_id, gap (code), name, n components measured, coverage (share of the
    importance that they carry), weighted (mean of the gap by weight), shortfall (the same of its positive part, >= 0),
    surplus (of its negative part, <= 0); shortfall + surplus = weighted.

    ``causes`` one row a segment and cause, the heaviest first: segment_id, gap, name, owner, weighted (mean of its
    positive part by weight, over components with G5 > 0), n_primary, components (tuple) whose primary cause it is.

    ``waterfall`` bars to draw, a component from expected to perceived: segment_id, component_id, step (0 to 5), kind
    (level, shortfall, surplus, none), gap (code; ``G1 + G2`` over a level that is not measured), label, start, end.

    ``identities``: identity (text), n components, largest_deviation (None when n is 0). ``n`` components with G5,
    ``n_missing`` the others; ``missing_shares`` level -> share of the rows where it is not measured.
    """

    table: pd.DataFrame
    segments: pd.DataFrame
    causes: pd.DataFrame
    waterfall: pd.DataFrame
    identities: pd.DataFrame
    n: int
    n_missing: int
    missing_shares: dict[str, float]
    warnings: tuple[Reason, ...] = ()


def service_gaps(values: pd.DataFrame, weights=None) -> ServiceGaps:
    """Compute every gap of each component, its weight in the segment and its primary cause.

    ``G1 = E - M``, ``G2 = M - S``, ``G3 = S - D``, ``G4 = O - D``, ``G5 = E - P``, ``G6 = D - P``, ``G7 = O understood
    - O``, ``G8 = E - F``, ``G9 = F - M``, ``G_op = O - P``; so ``G5 = G1 + G2 + G3 + G6``, ``G_op = G4 + G6``, ``G1 = G8
    + G9``. A segment's shortfall ``sum w max(0, G)`` and surplus ``sum w min(0, G)`` stand apart: the one never makes
    good for the other (method.md 2.1, T10).

    Parameters
    ----------
    values : one row a component (of a segment, when there is segment_id); not changed. component_id and any of expected
        (E), believed (M), frontline (F), specified or spec (S), delivered (D), offered (O), understood or
        offered_understood, perceived (P), 0 to 10; a level that is not there is not measured
    weights : mapping or Series component -> importance, or a frame with component_id, weight and perhaps segment_id;
        brought to shares within a segment. Without it every component counts the same

    Raises
    ------
    NotComputable
        a component stands twice, a value is no number from 0 to 10, a weight is negative, or no gap can be formed

    References
    ----------
    Parasuraman, Zeithaml and Berry (1985), 41-50; S2:L92-98. Primary cause: house rule; of equals the first in the chain.

    Examples
    --------
    >>> result = service_gaps(pd.DataFrame({"component_id": ["C1"], "expected": [9], "believed": [8], "specified": [7.5],
    ...                                     "delivered": [6.0], "offered": [8], "perceived": [5.5]}))
    >>> result.table[["G1", "G2", "G3", "G4", "G5", "G6", "G_op"]].iloc[0].tolist()
    [1.0, 0.5, 1.5, 2.0, 3.5, 0.5, 2.5]
    >>> GAPS[result.table["primary"][0]].name, result.table["owner"][0]
    ('delivery gap', 'organisation and critical parameters (steps 5 and 6)')
    """
    levels, warnings = _levels(values)
    table = levels.assign(**{code: levels[gap.upper] - levels[gap.lower] for code, gap in GAPS.items()})
    if table[list(GAPS)].isna().all(axis=None):
        raise NotComputable(N_("No component has both ends of any gap: there is no gap to compute."), fallback=N_(
            "Ask customers what they expect and what they perceive, component by component, from 0 to 10."))
    table["weight"] = _weights(table, weights, warnings)
    table["weighted"] = table["weight"] * table["G5"]
    table = table.assign(**_primary(table))
    n = int(table["G5"].notna().sum())
    missing = {name: float(levels[name].isna().mean()) for name in LEVELS}
    warnings += _told(table, missing)
    return ServiceGaps(table, _segments(table), _causes(table), _waterfall(table), _identities(table), n, len(table) - n,
                       missing, tuple(warnings))


def value_function(x, worst: float, best: float):
    """An operational value on the scale 0 to 10: 0 at ``worst`` and beyond, 10 at ``best`` and beyond, linear between.

    ``v(x) = clip(10 (x - worst) / (best - worst), 0, 10)``; where less is better ``worst`` is above ``best`` (method.md
    1.2, a house rule).

    Parameters
    ----------
    x : number, sequence or Series in the unit of the measure; missing stays NaN. A Series keeps its index
    worst, best : the two anchors, in the same unit

    Raises
    ------
    ParameterError
        the anchors are the same, or something is no number

    Examples
    --------
    >>> value_function(3.0, worst=6, best=1), value_function([0.80, 0.95, 1.2], worst=0.8, best=1.0).round(2).tolist()
    (6.0, [0.0, 7.5, 10.0])
    """
    low, high = as_numbers([worst], "worst")[0], as_numbers([best], "best")[0]
    if not abs(high - low) > 0:  # NaN too
        raise ParameterError(N_("Worst {worst} and best {best} are no two different values: there is no scale between them."),
                             worst=worst, best=best)
    numbers = as_numbers(pd.Series([x] if np.ndim(x) == 0 else list(x), dtype=object), "x")
    scored = np.clip(10 * (numbers - low) / (high - low), 0, 10)
    if isinstance(x, pd.Series):
        return pd.Series(scored, index=x.index, name=x.name)
    return float(scored[0]) if np.ndim(x) == 0 else scored


def _levels(values: pd.DataFrame) -> tuple[pd.DataFrame, list[Reason]]:
    """segment_id, component_id and all eight levels, one row a component, numbered anew."""
    frame = values.rename(columns={old: new for old, new in TABLE_NAMES.items() if old in values})
    if "segment_id" not in frame:
        frame = frame.assign(segment_id=EVERYONE)
    levels = pd.DataFrame({"segment_id": read_categories(read_column(frame, "segment_id"), "segment_id"),
                           "component_id": read_labels(frame, "component_id")})
    for name in LEVELS:
        levels[name] = read_numbers(frame, name, 0, 10) if name in frame else np.nan
    lost = int(levels["segment_id"].isna().sum())
    levels = levels.dropna(subset="segment_id").reset_index(drop=True)
    refuse_twice(levels, ["segment_id", "component_id"])
    return levels, [reason(N_("Rows without a segment, left out: {n}."), n=lost)] if lost else []


def _weights(table: pd.DataFrame, weights, warnings: list[Reason]) -> np.ndarray:
    """Share of each row in the importance of its segment; NaN without a weight."""
    if weights is None:
        warnings.append(reason(N_("No importance was given: every component counts the same."), level="info"))
        return (1 / table.groupby("segment_id")["component_id"].transform("size")).to_numpy()
    if isinstance(weights, (Mapping, pd.Series)):
        weights = pd.DataFrame({"component_id": list(weights.keys()), "weight": list(dict(weights).values())},
                               index=list(weights.keys()))
    points = pd.DataFrame({"component_id": read_labels(weights, "component_id"),
                           "weight": read_numbers(weights, "weight", 0)})
    keys = ["component_id"]
    if "segment_id" in weights:
        keys, points["segment_id"] = ["segment_id", "component_id"], read_labels(weights, "segment_id")
    refuse_twice(points, keys)
    total = points.groupby("segment_id")["weight"].transform("sum") if len(keys) > 1 else points["weight"].sum()
    share = points.set_index(keys)["weight"].div(np.where(total > 0, total, np.nan))
    found = share.reindex(pd.MultiIndex.from_frame(table[keys]) if len(keys) > 1 else table[keys[0]]).to_numpy()
    if np.isnan(found).any():
        warnings.append(reason(N_("Without a weight, so not in the figures of the segment: {components}."),
                               components=table.loc[np.isnan(found), "component_id"].unique().tolist()))
    return found


def _primary(table: pd.DataFrame) -> dict[str, pd.Series]:
    """Largest cause of each shortfall; a chain with a hole has none, for the hole may hide a larger one."""
    parts = table[list(CAUSES)]
    known = parts.notna().all(axis=1) & (table["G5"] > NEAR)
    largest = parts[known].ge(parts[known].max(axis=1) - NEAR, axis=0)
    primary = largest.idxmax(axis=1).reindex(table.index).astype(object)
    tied = largest.sum(axis=1).gt(1).reindex(table.index, fill_value=False)
    return {"primary": primary.where(known, None), "is_tied": tied,
            "owner": primary.map({code: GAPS[code].owner for code in CAUSES}).astype(object).where(known, None)}


def _segments(table: pd.DataFrame) -> pd.DataFrame:
    """Coverage and weighted figures of each gap in each segment."""
    long = table.melt(["segment_id", "weight"], list(GAPS), "gap", "value")
    known = long["value"].notna()
    long["n"], long["coverage"] = known.astype(int), long["weight"].where(known)
    for name, part in (("weighted", long["value"]), ("shortfall", long["value"].clip(lower=0)),
                       ("surplus", long["value"].clip(upper=0))):
        long[name] = long["weight"] * part
    found = long.groupby(["segment_id", "gap"], sort=False)[["n", "coverage", "weighted", "shortfall", "surplus"]].sum()
    order = pd.MultiIndex.from_product([table["segment_id"].unique(), list(GAPS)], names=["segment_id", "gap"])
    found = found.reindex(order).reset_index()
    for name in ("weighted", "shortfall", "surplus"):
        found[name] = found[name] / found["coverage"].where(found["coverage"] > 0)
    found.insert(2, "name", [GAPS[code].name for code in found["gap"]])
    return found


def _causes(table: pd.DataFrame) -> pd.DataFrame:
    """The four causes of each segment, the heaviest first."""
    rows = []
    for segment, part in table.groupby("segment_id", sort=False):
        short = part[part["primary"].notna()]
        base = part.loc[part["G5"].notna(), "weight"].sum()
        heavy = {code: (short["weight"] * short[code].clip(lower=0)).sum() / base if len(short) and base > 0 else np.nan
                 for code in CAUSES}
        for code in sorted(CAUSES, key=lambda one: -np.nan_to_num(heavy[one])):
            mine = tuple(short.loc[short["primary"] == code, "component_id"])
            rows.append((segment, code, GAPS[code].name, GAPS[code].owner, heavy[code], len(mine), mine))
    return pd.DataFrame(rows, columns=["segment_id", "gap", "name", "owner", "weighted", "n_primary", "components"])


def _waterfall(table: pd.DataFrame) -> pd.DataFrame:
    """Bars of the components whose two ends are measured; a hole in the chain is bridged and said in ``gap``."""
    rows = []
    for row in table[table["G5"].notna()].to_dict("records"):
        key = (row["segment_id"], row["component_id"])
        known = [k for k, name in enumerate(CHAIN) if not np.isnan(row[name])]
        rows.append((*key, 0, "level", None, LEVELS[CHAIN[0]], 0.0, row[CHAIN[0]]))
        for first, last in zip(known, known[1:]):
            codes, fall = CAUSES[first:last], row[CHAIN[first]] - row[CHAIN[last]]
            kind = "shortfall" if fall > NEAR else "surplus" if fall < -NEAR else "none"
            label = GAPS[codes[0]].name if len(codes) == 1 else N_("several gaps together")
            rows.append((*key, last, kind, " + ".join(codes), label, row[CHAIN[first]], row[CHAIN[last]]))
        rows.append((*key, len(CHAIN), "level", None, LEVELS[CHAIN[-1]], 0.0, row[CHAIN[-1]]))
    columns = ["segment_id", "component_id", "step", "kind", "gap", "label", "start", "end"]
    return pd.DataFrame(rows, columns=columns, dtype=object).astype({"step": int, "start": float, "end": float})


def _identities(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for whole, parts in IDENTITIES.items():
        off = (table[whole] - table[list(parts)].sum(axis=1, skipna=False)).abs().dropna()
        rows.append((f"{whole} = {' + '.join(parts)}", len(off), float(off.max()) if len(off) else None))
    return pd.DataFrame(rows, columns=["identity", "n", "largest_deviation"], dtype=object).astype({"n": int})


def _told(table: pd.DataFrame, missing: dict[str, float]) -> list[Reason]:
    told = []
    nowhere = [LEVELS[name] for name, share in missing.items() if share == 1]
    if nowhere:
        told.append(reason(N_("Service not measured for any component: {levels:word}."), level="missing", levels=nowhere))
    if table["G5"].isna().all():
        told.append(reason(N_("No component has both expected and perceived service: the service gap is not measured."),
                           level="missing"))
    holes = table.loc[(table["G5"] > NEAR) & table["primary"].isna(), "component_id"].unique().tolist()
    if holes:
        told.append(reason(N_("The primary cause is not known where the chain from expected to perceived has a hole: "
                              "{components}."), level="missing", components=holes))
    tied = table.loc[table["is_tied"], "component_id"].unique().tolist()
    if tied:
        told.append(reason(N_("Two causes are the largest alike; the first in the chain is named: {components}."),
                           level="info", components=tied))
    return told
