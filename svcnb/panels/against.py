"""What has changed since the last period, on the home page and in the report: customers, figures, decisions."""

from __future__ import annotations

from markupsafe import Markup

from svcnb.figures import style
from svcnb.figures.period import describe_stability, plot_stability
from svcnb.i18n import N_
from svcnb.panels import layout
from svcnb.periods import SEGMENTS, Comparison, called, compare_periods
from svcnb.sentences.codes import read_code
from svcnb.sentences.quantities import quantity_name
from svcnb.steps import STEPS

STATES = {"pass": N_("stable"), "watch": N_("to be watched"), "fail": N_("has moved")}
NEAR = 1e-9


def against_section(study, results: dict, words, labels: dict, printed: bool = False) -> Markup:
    """The section, empty for a first period.

    Parameters
    ----------
    results : step -> StepResult
    labels : (step, key) -> what the forms call a decision
    printed : for a report, which needs no narrow picture and no download
    """
    found = compare_periods(study, results)
    return Markup("") if found is None else _told(found, words, labels, printed)


def _told(found: Comparison, words, labels: dict, printed: bool) -> Markup:
    start, end = found.period
    head = words("Compared with {name}, {start:date} – {end:date}.", name=found.name, start=start, end=end)
    return Markup('<section class="step" id="last-period"><h2>{}</h2><p>{}</p>{}{}{}{}{}</section>').format(
        words("What has changed since the last period?"), head, layout.reading(reading(found, words)),
        layout.reasons(found.reasons, words), _customers(found, words, printed), _figures(found, words),
        _decisions(found, words, labels))


def reading(found: Comparison, words) -> str:
    """The comparison in two sentences."""
    moved = found.stability[found.stability["state"] != "pass"]
    beyond = [row.variable for row in moved.itertuples() if found.moved[row.variable].beyond_chance]
    if not len(found.stability):
        first = words("Whether the customers are still the same cannot be told.")
    elif not beyond:
        first = words("The customers are distributed as in the last period: none of {n} variables has moved by more than "
                      "chance alone would.", n=len(found.stability))
    else:
        first = words("The customers have moved in {n} of {all} variables: {names}.", n=len(beyond), all=len(found.stability),
                      names=", ".join(name_of(v, words) for v in beyond))
    apart = found.figures[found.figures["apart"] == "yes"]
    changed = int((~found.decisions["same"].astype(bool)).sum()) if len(found.decisions) else 0
    return first + " " + words("{n} figures lie outside what chance would explain; {m} of {k} decisions are not those of the "
                               "last period.", n=len(apart), m=changed, k=len(found.decisions))


def name_of(variable: str, words) -> str:
    """What a reader calls a variable; the segments are one of them."""
    return words("market segment") if variable == SEGMENTS else words(called(variable))


def _picture(found: Comparison, words, printed: bool) -> Markup:
    names = {variable: name_of(variable, words) for variable in found.moved}
    options = {"names": names, "words": words}
    kinds = ("svg",) if printed else ("svg", "png")
    wide = style.draw(plot_stability, found.stability, kinds=kinds, **options)
    narrow = None if printed else style.draw(plot_stability, found.stability, narrow=True, kinds=("svg",), **options)
    return layout.picture(wide, narrow, describe_stability(found.stability, names, words), "period-stability",
                          words("Have the customers moved?"))


def _customers(found: Comparison, words, printed: bool) -> Markup:
    if not len(found.stability):
        return Markup("")
    rows, details = [], []
    for row in found.stability.itertuples():
        moved = found.moved[row.variable]
        rows.append((name_of(row.variable, words), words.number(row.psi, 3), words(STATES[row.state]),
                     words.number(row.chance, 3), words.number(row.n_before), words.number(row.n_now)))
        doubts = layout.reasons(moved.warnings, words)
        if row.state != "pass" or moved.warnings:
            shares = [(read_code(c.category, words), words.percent(c.share_before), words.percent(c.share_now),
                       words.number(c.contribution, 4)) for c in moved.table.itertuples()]
            details.append(Markup("<details><summary>{}</summary>{}{}</details>").format(
                name_of(row.variable, words), doubts,
                _table((N_("Category"), N_("Share before"), N_("Share now"), N_("Part of the index")), shares, 1, words)))
    who = words("customers who ordered in the period") if found.population == "ordering" else words("all customers")
    text = words("Stability index (PSI) of {who}: below 0.10 stable, up to 0.25 to be watched, above it has moved (house rule). "
                 "Numbers are cut at last period's bands, segments follow last period's definition.", who=who)
    heads = (N_("Variable"), N_("PSI"), N_("State"), N_("By chance up to"), N_("n before"), N_("n now"))
    return Markup("<h3>{}</h3><p>{}</p>{}{}{}").format(
        words("The customers"), text, _picture(found, words, printed), _table(heads, rows, 1, words), layout.join(details))


def _figures(found: Comparison, words) -> Markup:
    frame = found.figures[found.figures["change"].abs() > NEAR]
    if not len(frame):
        return Markup("")
    rows = [(words(STEPS[r.step].TITLE), quantity_name(r.figure, words), shown(r.before, r.unit, words),
             shown(r.now, r.unit, words), shown(r.change, r.unit, words), words.number(r.n_before), words.number(r.n_now),
             {"yes": words("beyond chance"), "no": words("may be chance")}.get(r.apart, "–")) for r in frame.itertuples()]
    heads = (N_("Step"), N_("Figure"), N_("Before"), N_("Now"), N_("Change"), N_("n before"), N_("n now"), N_("Intervals"))
    text = words("{n} of {all} figures have changed. Beyond chance: the two 95 % intervals do not meet.", n=len(frame),
                 all=len(found.figures))
    return Markup("<h3>{}</h3><p>{}</p><details><summary>{}</summary>{}</details>").format(
        words("The figures"), text, words("all {n} rows", n=len(frame)), _table(heads, rows, 2, words))


def _decisions(found: Comparison, words, labels: dict) -> Markup:
    rows = []
    for row in found.decisions.itertuples():
        if row.same and not row.carried:
            continue
        state = words("carried over as a proposal") if row.carried else words("different now")
        rows.append((words(STEPS[row.step].TITLE), labels.get((row.step, row.key)) or read_code(row.key, words),
                     _short(row.before, words), _short(row.now, words), state))
    if not rows:
        return Markup("")
    heads = (N_("Step"), N_("Decision"), N_("Before"), N_("Now"), N_("State"))
    return Markup("<h3>{}</h3>{}").format(words("The decisions"), _table(heads, rows, 5, words))


def shown(value, unit: str, words) -> str:
    """A figure by its unit."""
    return words.percent(value) if unit == "share" else words.number(value, 0) if unit in ("count", "currency") else \
        words.number(value)


def _short(value, words) -> str:
    if isinstance(value, (dict, list)):
        return words("{n} entries", n=len(value))
    return words.number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else \
        read_code(value, words) if value is not None else "–"


def _table(heads, rows, n_text: int, words) -> Markup:
    """Rows of text under their heads; the columns after the first ``n_text`` are numbers."""
    kind = lambda place: Markup(' class="num"') if place >= n_text else ""
    head = layout.join(Markup('<th scope="col"{}>{}</th>').format(kind(k), words(h)) for k, h in enumerate(heads))
    body = layout.join(Markup("<tr>{}</tr>").format(layout.join(
        Markup("<td{}>{}</td>").format(kind(k), cell) for k, cell in enumerate(row))) for row in rows)
    return Markup('<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>').format(head, body)
