"""The survey of 292 customers, the two competitors and what our own people believe.

A = wanted and not had. Workshops: C6, C7, C9. Fleets: C6, C8. Industry: C5. Farms: four answers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from story.setting import BRANCHES, COMPONENTS, SEGMENT, stream

ANSWERS = dict(zip(BRANCHES, (148, 94, 46, 4)))
#                 C1   C2   C3   C4   C5   C6   C7   C8   C9   C10
IMPORTANCE = {
    "auto workshop": (12, 6, 4, 7, 5, 14, 22, 7, 18, 5),
    "fleet": (13, 5, 4, 7, 6, 18, 13, 21, 7, 6),
    "industry": (20, 4, 8, 17, 22, 6, 7, 6, 5, 5),
    "small farm": (10, 6, 4, 8, 8, 26, 14, 8, 12, 4),
}
SATISFACTION = {
    "auto workshop": (8.6, 7.8, 6.2, 8.2, 5.9, 5.9, 5.0, 7.9, 5.3, 8.7),
    "fleet": (8.4, 7.6, 6.3, 8.0, 6.2, 5.7, 8.0, 5.3, 7.9, 8.3),
    "industry": (9.0, 6.5, 7.7, 8.7, 4.9, 7.5, 8.1, 7.8, 8.0, 6.8),
    "small farm": (8.2, 7.5, 6.8, 8.0, 6.5, 5.5, 6.4, 7.0, 6.2, 8.5),
}
SUPPLIER_SHIFT = {  # what a competitor gets above or below us
    "K1": (-1.2, -0.4, 0.1, -0.7, 0.3, -0.4, 2.1, 0.8, 2.0, -0.9),
    "K2": (-1.6, -1.0, -0.2, -1.1, -1.2, 1.6, -0.3, -0.5, 0.4, -0.6),
}
DESIRED = {"C5": (4.0, "days"), "C6": (0.0, "currency"), "C7": (0.97, "share"), "C8": (2.0, "hours"),
           "C9": (1.5, "days")}


def make_survey(customers: pd.DataFrame) -> tuple[dict[str, pd.DataFrame], dict]:
    """The survey tables and the books: how many point sums are right, to rescale, to reject."""
    rng = stream("survey")
    respondents = _respondents(customers, rng)
    importance, books = _importance(respondents, rng)
    satisfaction = _satisfaction(respondents, rng)
    tables = {
        "survey_respondents": respondents.drop(columns="branch"),
        "survey_importance": importance,
        "survey_satisfaction": satisfaction,
        "survey_pairs": _pairs(respondents, rng),
        "profiles": _profiles(),
        "survey_profiles": _profile_ratings(respondents, rng),
        "competitor_ratings": _competitor_ratings(satisfaction, respondents),
        "importance_future": _future(),
        "management_beliefs": _beliefs(rng),
        "gap_objective": _gap_objective(),
    }
    return tables, books


def _respondents(customers, rng):
    parts = []
    for branch in BRANCHES:
        pool = customers[(customers.branch == branch) & (customers.customer_kind == "external")]
        parts.append(pool.sample(ANSWERS[branch], random_state=int(rng.integers(2**31))))
    chosen = pd.concat(parts).sort_values("customer_id")
    n = len(chosen)
    known = np.ones(n, dtype=bool)
    known[rng.choice(n, 8, replace=False)] = False  # eight answered without saying who they were
    known |= (chosen.branch == "small farm").to_numpy()
    date = pd.Timestamp("2026-04-13") + pd.to_timedelta(np.sort(rng.integers(0, 40, n)), unit="D")
    return pd.DataFrame({
        "respondent_id": [f"E{k + 1:03d}" for k in range(n)],
        "customer_id": chosen.customer_id.where(known, "").to_numpy(),
        "stratum": chosen.branch.to_numpy(), "weight": 1.0, "date": date.strftime("%Y-%m-%d"),
        "branch": chosen.branch.to_numpy()})


def _importance(respondents, rng):
    """100 points in whole numbers; some people add up wrongly, some leave a line empty."""
    base = np.array([IMPORTANCE[b] for b in respondents.branch], dtype=float)
    share = rng.gamma(base * 0.55) + 1e-9
    share /= share.sum(axis=1, keepdims=True)
    points = np.floor(share * 100)
    for row, rest in zip(points, (share * 100 - points)):
        for k in np.argsort(-rest, kind="stable")[: int(100 - row.sum())]:
            row[k] += 1
    points = points.astype(object)
    careless = rng.permutation(np.flatnonzero(respondents.branch != "small farm"))
    rescale, reject, blank, invalid = careless[:16], careless[16:23], careless[23:29], careless[29:33]
    for r in rescale:  # 91 to 109 points: rescaled
        _add(points[r], int(rng.choice([-9, -6, -5, -4, 3, 5, 7, 9])))
    for r in reject:  # far from 100: rejected
        _add(points[r], int(rng.choice([-28, -20, -15, 18, 25, 40])))
    for r in blank:  # an empty line while the others make 100: read as 0
        points[r] = _emptied(points[r], give_back=True)
    for r in invalid:  # an empty line and the others do not make 100: invalid
        points[r] = _emptied(points[r], give_back=False)
    table = pd.DataFrame({"respondent_id": np.repeat(respondents.respondent_id.to_numpy(), 10),
                          "component_id": np.tile(COMPONENTS, len(respondents)), "points": points.ravel()})
    books = {"rescaled": len(rescale), "rejected": len(reject) + len(invalid), "read_as_zero": len(blank)}
    return table, books


def _add(row, change):
    k = int(np.argmax(row))
    while change:
        step = max(change, -int(row[k])) if change < 0 else change
        row[k] += step
        change -= step
        k = (k + 1) % 10


def _emptied(row, *, give_back):
    """Leave the second largest line empty (or the smallest, whose points go to the largest)."""
    row = row.copy()
    k = int(np.argmin(row)) if give_back else int(np.argsort(-row.astype(float), kind="stable")[1])
    if give_back:
        row[int(np.argmax(row))] += row[k]
    row[k] = None
    return row


def _satisfaction(respondents, rng):
    n = len(respondents)
    base = np.array([SATISFACTION[b] for b in respondents.branch])
    weight = np.array([IMPORTANCE[b] for b in respondents.branch], dtype=float)
    mood = rng.normal(0, 0.6, (n, 1))
    own = _answers(base + mood + rng.normal(0, 1.2, (n, 10)))
    expected = _answers(8.1 + 0.05 * weight + 0.4 * mood + rng.normal(0, 0.7, (n, 10)))
    own[rng.random((n, 10)) < 0.035] = None
    expected[rng.random((n, 10)) < 0.06] = None
    ids = respondents.respondent_id.to_numpy()
    table = _long(ids, "own", own)
    table["expected"] = expected.ravel()
    table["desired_value"], table["willing_to_pay"], table["able_to_pay"] = None, None, None
    for component in COMPONENTS:
        if component in DESIRED:
            _desire(table, table.component_id == component, component, rng)
    parts = [table]
    for supplier, shift in SUPPLIER_SHIFT.items():
        knows = np.sort(rng.choice(n, 130, replace=False))
        theirs = _answers((base + shift + mood + rng.normal(0, 1.2, (n, 10)))[knows])
        theirs[rng.random(theirs.shape) < 0.08] = None
        parts.append(_long(ids[knows], supplier, theirs))
    return pd.concat(parts, ignore_index=True)


def _answers(values):
    return np.clip(np.asarray(values, dtype=float), 0, 10).round().astype(int).astype(object)


def _long(ids, supplier, values):
    return pd.DataFrame({"respondent_id": np.repeat(ids, 10), "component_id": np.tile(COMPONENTS, len(ids)),
                         "supplier": supplier, "perceived": values.ravel()})


def _desire(table, rows, component, rng):
    n = int(rows.sum())
    value, unit = DESIRED[component]
    answers = {"days": np.maximum(0.5, (value + rng.normal(0, 0.7, n)) * 2 // 1 / 2),
               "hours": np.maximum(0.5, (value + rng.normal(0, 0.9, n)) * 2 // 1 / 2),
               "share": np.clip(value + rng.normal(0, 0.015, n), 0.9, 1.0).round(2),
               "currency": np.full(n, np.nan)}[unit]
    asked = (rng.random(n) < 0.8) & ~np.isnan(answers)
    able = rng.random(n) < 0.74
    pay = np.where(able, np.maximum(0, rng.normal(6.0, 3.0, n)), 0).round(1)
    table.loc[rows, "desired_value"] = pd.Series(answers, dtype=object).where(asked, None).to_numpy()
    table.loc[rows, "willing_to_pay"] = pd.Series(pay, dtype=object).where(asked, None).to_numpy()
    table.loc[rows, "able_to_pay"] = pd.Series(able, dtype=object).where(asked, None).to_numpy()


def _pairs(respondents, rng):
    """Forty workshops also compared five components in pairs."""
    items = ("C1", "C6", "C7", "C8", "C9")
    strength = dict(zip(COMPONENTS, IMPORTANCE["auto workshop"]))
    rows = []
    for who in respondents[respondents.branch == "auto workshop"].respondent_id.iloc[::3][:40]:
        for i, a in enumerate(items):
            for b in items[i + 1:]:
                u, p = rng.random(), strength[a] / (strength[a] + strength[b])
                rows.append((who, a, b, "tie" if u > 0.96 else "a" if u < p else "b"))
    return pd.DataFrame(rows, columns=["respondent_id", "item_a", "item_b", "winner"])


LEVELS = {"C7": (("stock 90 %", 0.90), ("stock 95 %", 0.95), ("stock 98 %", 0.98)),
          "C9": (("3 days", 3.0), ("2 days", 2.0), ("1 day", 1.0)),
          "C6": (("price +4 %", 1.04), ("price +2 %", 1.02), ("price today", 1.00))}
PLAN = ((0, 0, 2), (0, 1, 1), (0, 2, 0), (1, 0, 1), (1, 1, 0), (1, 2, 2), (2, 0, 0), (2, 1, 2), (2, 2, 1))
WORTH = {"C7": (0.0, 1.4, 2.6), "C9": (0.0, 1.1, 1.9), "C6": (0.0, 0.8, 1.5)}


def _profiles():
    """Nine profiles of three components at three levels, every pair of levels once."""
    rows = [(f"F{p + 1}", component, *LEVELS[component][level])
            for p, levels in enumerate(PLAN) for component, level in zip(LEVELS, levels)]
    return pd.DataFrame(rows, columns=["profile_id", "component_id", "level_label", "level_value"])


def _profile_ratings(respondents, rng):
    rows = []
    for who in respondents[respondents.branch == "auto workshop"].respondent_id.iloc[1::3][:36]:
        for p, levels in enumerate(PLAN):
            worth = 2.6 + sum(WORTH[c][level] for c, level in zip(LEVELS, levels))
            rows.append((who, f"F{p + 1}", int(np.clip(round(worth + rng.normal(0, 0.9)), 0, 10))))
    return pd.DataFrame(rows, columns=["respondent_id", "profile_id", "rating"])


MEASURED = {  # trade press and common customers
    "S1": {"K1": (0.93, 0.95), "K2": (0.80, 0.86)}, "S2": {"K1": (0.91, 0.94), "K2": (0.86, 0.90)},
    "S3": {"K1": (0.92, 0.95), "K2": (0.85, 0.91)}}


def _competitor_ratings(satisfaction, respondents):
    frame = satisfaction[satisfaction.supplier != "own"].copy()
    frame["segment_id"] = frame.respondent_id.map(respondents.set_index("respondent_id").branch).map(SEGMENT)
    frame["perceived"] = pd.to_numeric(frame.perceived)
    by = frame[frame.segment_id != "S4"].groupby(["segment_id", "supplier", "component_id"], sort=True).perceived
    table = by.agg(value="mean", n="count").reset_index()
    table["value"] = table.value.round(2)
    table["source"] = "survey"
    table = table.rename(columns={"supplier": "competitor_id", "component_id": "item"})
    table["at"] = table.item.str[1:].astype(int)
    extra = pd.DataFrame([(s, k, m, v, n, "measured", 20 + j) for s, rivals in MEASURED.items()
                          for k, values in rivals.items()
                          for j, (m, v, n) in enumerate(zip(("M2", "M3"), values, (60, 60)))],
                         columns=["segment_id", "competitor_id", "item", "value", "n", "source", "at"])
    table = pd.concat([table, extra]).sort_values(["segment_id", "competitor_id", "at"])
    return table.drop(columns="at")


def _future():
    """In three years: delivery time gains for workshops, advice for industry."""
    change = {"S1": {"C9": 5, "C1": -3, "C10": -2}, "S2": {"C5": 4, "C7": -4}, "S3": {"C8": 5, "C1": -5}}
    rows = []
    for branch, segment in list(SEGMENT.items())[:3]:
        for k, component in enumerate(COMPONENTS):
            points = IMPORTANCE[branch][k] + change[segment].get(component, 0)
            rival = min(9.5, round(SATISFACTION[branch][k] + max(s[k] for s in SUPPLIER_SHIFT.values()) + 0.3, 1))
            rows.append((segment, component, points, 3, rival))
    return pd.DataFrame(rows, columns=["segment_id", "component_id", "points", "horizon_years",
                                       "competitor_projected"])


def _expected(branch):
    return 8.1 + 0.05 * np.array(IMPORTANCE[branch], dtype=float)


# The chain of gaps: management does not know what industry wants (C5), specified delivery is not
# delivered to workshops (C9, C7), fleets do not notice the price they get (C6).
BELIEF_SHIFT = {"S3": {"C5": -3.0}, "S1": {"C7": -0.5}}
SPEC_SHIFT = {"S1": {"C7": -0.7, "C9": -0.3}, "S2": {"C8": -1.7}, "S3": {"C5": -0.3}}
DELIVERED = {"S1": {"C9": 5.6, "C7": 5.4}, "S2": {"C6": 8.2, "C8": 6.1}, "S3": {"C5": 5.1}}


def _beliefs(rng):
    rows = []
    for person, role in [(f"D{k}", "management") for k in range(1, 5)] + [(f"F{k}", "frontline") for k in range(1, 4)]:
        for branch, segment in list(SEGMENT.items())[:3]:
            for k, component in enumerate(COMPONENTS):
                shift = BELIEF_SHIFT.get(segment, {}).get(component, -0.1) if role == "management" else -0.2
                belief = np.clip(_expected(branch)[k] + shift + rng.normal(0, 0.35), 0, 10)
                rows.append((person, role, segment, component, round(belief * 2) / 2))
    return pd.DataFrame(rows, columns=["person_id", "role", "segment_id", "component_id", "belief"])


def _gap_objective():
    rows = []
    for branch, segment in list(SEGMENT.items())[:3]:
        for k, component in enumerate(COMPONENTS):
            believed = _expected(branch)[k] + BELIEF_SHIFT.get(segment, {}).get(component, -0.1)
            spec = believed + SPEC_SHIFT.get(segment, {}).get(component, -0.2)
            usual = min(spec, SATISFACTION[branch][k] + 0.2)
            delivered = DELIVERED.get(segment, {}).get(component, usual)
            offered = min(9.8, spec + (0.6 if component in ("C7", "C9") else 0.2))
            understood = min(10.0, offered + (0.5 if component == "C9" else 0.0))
            rows.append((segment, component, *(round(x, 1) for x in (spec, offered, understood, delivered))))
    return pd.DataFrame(rows, columns=["segment_id", "component_id", "spec", "offered", "offered_understood",
                                       "delivered"])
