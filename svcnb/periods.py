"""One period after another: what is kept of the last one, and how this one differs from it.

``snapshot`` is written into the new study as ``previous.json`` by ``svcnb next``: figures, decisions and counts of
customers by category, no row of a table and no name. So both periods can be compared when the old study's folder is
gone. Numbers are banded by the last period's edges and segments follow the last period's definition, so that both
periods are counted alike.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from dataclasses import dataclass, field

import pandas as pd

from svcnb import __version__
from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.categories import as_categories, cut_bands, is_measured, quantile_edges
from svcnb.methods.stability import Stability, compare_counts
from svcnb.results import CARRIED, NOBODY, PARAMETER
from svcnb.steps import STEPS
from svcnb.steps.candidates import NAMES
from svcnb.steps.characteristics import with_scores
from svcnb.steps.segmentation import assign
from svcnb.tables import TABLES

VERSION = 1
N_BANDS = 4
MOST_CATEGORIES = 30  # a text with more different values is an id or a remark
NOT_COUNTED = ("customer_id", "name", "segment_id", "group_id")
SEGMENTS = "segment_id"  # the name of the segments among the variables
SUMS = ("count", "currency", "units")  # figures that grow with the length of the period
POPULATIONS = ("ordering", "all")  # customers with an order in the period, and every customer of the table


def next_dates(start: dt.date, end: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the period that follows: as many whole months, else as many days.

    Examples
    --------
    >>> next_dates(dt.date(2024, 7, 1), dt.date(2026, 6, 30))
    (datetime.date(2026, 7, 1), datetime.date(2028, 6, 30))
    >>> next_dates(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 31))
    >>> next_dates(dt.date(2026, 1, 10), dt.date(2026, 1, 19))
    (datetime.date(2026, 1, 20), datetime.date(2026, 1, 29))
    """
    first = end + dt.timedelta(days=1)
    if start.day == 1 and first.day == 1:
        months = 12 * (first.year - start.year) + first.month - start.month
        year, month = divmod(end.year * 12 + end.month - 1 + months, 12)
        return first, dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])
    return first, end + (first - start)


def snapshot(study, results: dict) -> dict:
    """What the next period is compared with: period, figures, decisions, counts by category.

    Parameters
    ----------
    study : svcnb.study.Study
    results : step -> StepResult
    """
    from svcnb.results import plain_tree

    settings = study.settings
    return plain_tree({
        "version": VERSION, "svcnb": __version__, "study": study.name, "name": settings.name,
        "currency": settings.currency, "period_start": settings.period_start.isoformat(),
        "period_end": settings.period_end.isoformat(),
        "segmentation": {key: results["segmentation"].decision.get(key) for key in ("variable", "segments")},
        "populations": count_customers(study, results["segmentation"].decision),
        "figures": {step: {name: {"value": q.value, "unit": q.unit, "n": q.n, "low": q.low, "high": q.high}
                           for name, q in result.quantities.items()} for step, result in results.items()},
        "parameters": {step: result.parameters for step, result in results.items()},
        "decisions": {step: result.decision for step, result in results.items()}})


def count_customers(study, segmentation: dict, edges: dict | None = None) -> dict:
    """Customers by category of each variable and by segment, for those who ordered in the period and for all.

    Parameters
    ----------
    segmentation : ``{"variable", "segments"}``, the definition of the segments
    edges : variable -> inner edges of the bands of a measured number; drawn from the customers when None

    Returns
    -------
    dict
        Population -> {"n", "variables": {name: {"edges": list or None, "counts": {category: n}, "n_missing"}}}
    """
    customers = study.table("customers").reset_index(drop=True)
    if not len(customers):
        return {}
    bands = {name: list(quantile_edges(customers[name], N_BANDS)) for name in customers.columns
             if name not in NOT_COUNTED and is_measured(customers[name])} if edges is None else edges
    of = assign(with_scores(study, customers, segmentation), segmentation)
    there = {"all": customers.assign(**{SEGMENTS: of})}
    ordering = _ordering(study)
    if ordering is not None:
        there["ordering"] = there["all"][customers["customer_id"].isin(ordering)]
    return {name: {"n": len(frame), "variables": _counts(frame, bands, edges)} for name, frame in there.items()}


def _ordering(study) -> set | None:
    if not study.has("orders"):
        return None
    return set(study.orders.select("customer_id").distinct().to_pandas()["customer_id"])


def _counts(frame: pd.DataFrame, bands: dict, given: dict | None) -> dict:
    found = {}
    for name in frame.columns:
        values = frame[name]
        if name in NOT_COUNTED and name != SEGMENTS or pd.api.types.is_datetime64_any_dtype(values.dtype):
            continue
        numeric = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
        categories = cut_bands(values, bands[name]) if name in bands and numeric else as_categories(values)
        counts = categories.value_counts().sort_index()
        if len(counts) and (len(counts) <= MOST_CATEGORIES or (given is not None and name in given)):
            found[name] = {"edges": bands.get(name), "counts": {str(k): int(n) for k, n in counts.items()},
                           "n_missing": int(categories.isna().sum())}
    return found


@dataclass(frozen=True, eq=False)
class Comparison:
    """This period against the last one.

    ``stability`` has a row a variable, most moved first: variable, psi, state, chance, n_before, n_now, new, gone;
    ``moved`` variable -> Stability; ``figures`` step, name, unit, before, now, change, n_before, n_now, apart (the
    intervals do not meet); ``decisions`` step, key, before, now, same; ``population`` ordering or all.
    """

    name: str
    period: tuple[dt.date, dt.date]
    population: str
    stability: pd.DataFrame
    moved: dict[str, Stability]
    figures: pd.DataFrame
    decisions: pd.DataFrame
    reasons: tuple[Reason, ...] = field(default=())


STABILITY = ["variable", "psi", "state", "chance", "n_before", "n_now"]
FIGURES = ["step", "figure", "unit", "before", "now", "change", "n_before", "n_now", "apart"]
DECISIONS = ["step", "key", "before", "now", "same", "carried"]


def compare_periods(study, results: dict) -> Comparison | None:
    """How the study differs from the period before it; None when study.toml names none.

    Raises
    ------
    StudyError
        previous.json is missing or damaged.
    """
    before = study.previous
    if before is None:
        return None
    start, end = (dt.date.fromisoformat(before[key]) for key in ("period_start", "period_end"))
    reasons: list[Reason] = []
    population, moved = _movements(study, before, reasons)
    rows = [{"variable": name, "psi": m.psi, "state": m.state, "chance": m.chance, "n_before": m.n_before,
             "n_now": m.n_now} for name, m in moved.items()]
    stability = pd.DataFrame(rows, columns=STABILITY).sort_values("psi", ascending=False, kind="stable")
    return Comparison(before["name"], (start, end), population, stability.reset_index(drop=True), moved,
                      _figures(study, before, results, (start, end), reasons), _decisions(before, results),
                      tuple(reasons))


def _movements(study, before: dict, reasons) -> tuple[str, dict[str, Stability]]:
    old = before["populations"]
    edges = {name: variable["edges"] for found in old.values() for name, variable in found["variables"].items()
             if variable["edges"] is not None}
    now = count_customers(study, before["segmentation"], edges)
    shared = [name for name in POPULATIONS if name in old and name in now]
    if not shared:
        reasons.append(reason(N_("There are no customers in both periods: whether they have moved cannot be told."),
                              level="missing"))
        return "all", {}
    if "ordering" in set(old) ^ set(now):
        reasons.append(reason(N_("Orders are there in one of the two periods only: all customers of the table are compared, "
                                 "not those who ordered.")))
    population, moved = shared[0], {}
    variables = old[population]["variables"]
    for name, found in variables.items():
        if name not in now[population]["variables"]:
            continue
        try:
            moved[name] = compare_counts(found["counts"], now[population]["variables"][name]["counts"])
        except NotComputable as error:
            reasons.append(error.reason)
    reasons += [reason(N_("Not known in this period: {variable:word}."), level="info", variable=called(name))
                for name in variables if name not in moved and name != SEGMENTS]
    return population, moved


def called(variable: str) -> str:
    """What a column of customers is called: a catalogue text, or the column's own name where it is the company's."""
    column = TABLES["customers"].by_name.get(variable)
    return NAMES[variable] if variable in NAMES else column.meaning if column else variable.replace("_", " ")


def _figures(study, before: dict, results: dict, period, reasons) -> pd.DataFrame:
    settings = study.settings
    days, days_before = [(b - a).days + 1 for a, b in ((settings.period_start, settings.period_end), period)]
    left_out = set()
    if days != days_before and abs(days / days_before - 1) > 0.02:  # leap days and months of 28 to 31 days are no difference
        left_out |= set(SUMS)
        reasons.append(reason(N_("The last period has {before} days and this one {now}: counts and amounts are not compared."),
                              before=days_before, now=days))
    if settings.currency != before["currency"]:
        left_out.add("currency")
        reasons.append(reason(N_("The last period counts in {before} and this one in {now}: amounts are not compared."),
                              before=before["currency"], now=settings.currency))
    changed = sorted(f"{step}.{name}" for step, result in results.items()
                     for name, value in result.parameters.items()
                     if _plain(before["parameters"].get(step, {}).get(name, value)) != _plain(value))
    if changed:
        reasons.append(reason(N_("Not computed alike: {parameters} differ between the periods."),
                              parameters=", ".join(changed)))
    rows = [row for step, result in results.items() for name, quantity in result.quantities.items()
            if quantity.unit not in left_out
            and (row := _change(step, name, before["figures"].get(step, {}).get(name), quantity))]
    return pd.DataFrame(rows, columns=FIGURES)


def _change(step: str, name: str, old: dict | None, new) -> dict | None:
    """The row of a figure that both periods have as a number."""
    if old is None or not _is_number(old["value"]) or not _is_number(new.value) or old["unit"] != new.unit:
        return None
    bounds = (old["low"], old["high"], new.low, new.high)
    apart = None if not all(map(_is_number, bounds)) else "yes" if new.low > old["high"] or new.high < old["low"] else "no"
    return {"step": step, "figure": name, "unit": new.unit, "before": old["value"], "now": new.value,
            "change": new.value - old["value"], "n_before": old["n"], "n_now": new.n, "apart": apart}


def _decisions(before: dict, results: dict) -> pd.DataFrame:
    rows = []
    for step, result in results.items():
        for key, old in before["decisions"].get(step, {}).items():
            if key in result.decision and key not in getattr(STEPS[step], "FOUND", ()):
                now = _plain(result.decision[key])
                rows.append({"step": step, "key": key, "before": old, "now": now, "same": now == _plain(old),
                             "carried": bool(result.chosen_by.get(key, {}).get(CARRIED))})
    return pd.DataFrame(rows, columns=DECISIONS)


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _plain(value):
    from svcnb.results import plain_tree

    return plain_tree(value)


def carry_decisions(old, new, period: str, scenario: str = "base") -> list[tuple[str, str]]:
    """Record every decision that a person took last period as a proposal of nobody in the new journal.

    Parameters
    ----------
    old, new : svcnb.journal.Journal
    period : shown as where the decisions come from

    Returns
    -------
    list of (step, key)
        What was carried over. A decision that was itself carried and that nobody took keeps its own period.
    """
    carried = []
    for (step, key), event in old.latest(scenario).items():
        payload = event.payload if isinstance(event.payload, dict) else {}
        if event.kind == "decision" and (event.role != NOBODY or payload.get(CARRIED)):
            new.record("decision", step, key, {"value": payload.get("value"), "reason": payload.get("reason", ""),
                                               CARRIED: payload.get(CARRIED) or period},
                       actor=NOBODY, role=NOBODY, scenario=scenario)
            carried.append((step, key))
        elif event.kind == "entry" and key.startswith(PARAMETER):
            new.record("entry", step, key, {**payload, CARRIED: period}, actor=NOBODY, role=NOBODY, scenario=scenario)
    return carried
