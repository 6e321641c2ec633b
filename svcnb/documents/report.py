"""``report.html``: the whole study on one self-contained page, from stored results and the journal.

Every page of the workbook is a section: question, reading, pictures, tables, decision and who took it.
Blanks are listed, not hidden; what nobody chose and what rests on experts or assumptions stands in lists.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from markupsafe import Markup

from svcnb import __version__
from svcnb.documents.held import held_section
from svcnb.i18n import N_
from svcnb.panels import PAGES, labels_of, layout, reasons_of
from svcnb.panels.against import against_section
from svcnb.panels.controls import shown_value
from svcnb.panels.inputs import table_title
from svcnb.panels.shown import card_html, pictures_html, tables_html
from svcnb.parts import write_whole
from svcnb.results import CARRIED, NOBODY
from svcnb.sentences.codes import read_code
from svcnb.sentences.naming import words_of_study
from svcnb.steps import STEPS

STYLE = Path(__file__).parents[1] / "share" / "jupyter" / "voila" / "templates" / "svcnb" / "static" / "svcnb.css"


def write_report(path: Path, study, journal, results: dict, words, scenario: str = "base") -> None:
    """Write the report whole or not at all.

    Parameters
    ----------
    results : step -> StepResult, as ``svcnb.results.evaluate_all`` returns them
    """
    write_whole(path, str(report_html(study, journal, results, words, scenario)))


def report_html(study, journal, results, words, scenario="base") -> Markup:
    settings = study.settings
    words = words_of_study(words, study, {step: result.decision for step, result in results.items()})
    sections = [_section(page, results[page.step], words) for page in PAGES.values()]
    head = layout.join([
        Markup("<h1>{}</h1>").format(words("Customer service design: {name}", name=settings.name)),
        layout.chips([(f"{settings.period_start} – {settings.period_end}", ""), (settings.currency, ""),
                      (words("scenario {name}", name=scenario), ""),
                      (words("made {day:date} with svcnb {version}", day=dt.date.today(), version=__version__), "")]),
        _contents(results, words), _open_points(results, words)])
    against = against_section(study, results, words, labels_of(results, words), printed=True)
    ledger = _ledger(journal, results, scenario, words)
    held = held_section(study, journal, words, scenario)
    css = Markup(STYLE.read_text("utf-8"))
    return Markup(
        '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
        'initial-scale=1"><title>{}</title><style>{}\nmain.report{{display:block;max-width:56rem}}'
        'main.report section.step{{margin-top:2.6rem}}main.report section.step>h2{{font-size:1.4rem}}'
        'main.report h3{{font-size:1rem}}main.report .reading{{margin:.8rem 0}}'
        '</style></head><body><main class="report">{}{}{}{}{}</main></body></html>'
    ).format(words.language, words("Report: {name}", name=settings.name), css, head, against, layout.join(sections), ledger, held)


def _contents(results, words) -> Markup:
    rows = layout.join(
        Markup('<li><a href="#{}">{}</a> {}</li>').format(
            page.name, words(page.title), layout.chip(words(results[page.step].state),
                                                      {"decided": "settled", "stale": "attention"}.get(
                                                          results[page.step].state, "")))
        for page in PAGES.values())
    return layout.card(words("Contents"), Markup("<ol>{}</ol>").format(rows))


def _open_points(results, words) -> Markup:
    """What a reader must not miss: unchosen, to verify, missing."""
    unchosen, verify, missing, labels = [], [], [], labels_of(results, words)
    for step, result in results.items():
        title = words(STEPS[step].TITLE)
        keys = [key for key in result.decision if result.chosen_by.get(key, {"role": NOBODY})["role"] == NOBODY]
        if keys:
            unchosen.append(f"{title}: {', '.join(labels.get((step, key)) or read_code(key, words) for key in keys)}")
        if result.evidence in ("expert", "assumed"):
            verify.append(words("{title}: rests on {evidence:word}", title=title, evidence=read_code(result.evidence, words)))
        if result.missing:
            missing.append(f"{title}: {', '.join(table_title(name, words) for name in result.missing)}")
    parts = []
    for heading, items in ((N_("Proposed by the methods and chosen by nobody yet"), unchosen),
                           (N_("To verify when data exist"), verify), (N_("Tables that were not there"), missing)):
        if items:
            rows = layout.join(Markup("<li>{}</li>").format(item) for item in items)
            parts.append(Markup("<h3>{}</h3><ul>{}</ul>").format(words(heading), rows))
    return layout.card(words("Open points"), layout.join(parts)) if parts else Markup("")


def _section(page, result, words) -> Markup:
    view = {field.key: field.value for field in page.controls(result, words)}
    tables = page.adapt(result, view, words)
    return Markup('<section class="step" id="{}"><h2>{}</h2><p>{}</p>{}{}{}{}{}{}</section>').format(
        page.name, words(page.question), words(page.ends_in),
        layout.chips([(words("evidence: {evidence:word}", evidence=read_code(result.evidence, words)),
                       "settled" if result.evidence in ("data", "survey") else "doubt")]),
        layout.reasons(reasons_of(page, result), words), layout.reading(page.read(result, tables, view, words)),
        pictures_html(page, tables, words, printed=True), tables_html(page, tables, words),
        _decision(page, result, words) + Markup("<details><summary>{}</summary>{}</details>").format(
            words(page.card.title), card_html(page.card, words)))


def _decision(page, result, words) -> Markup:
    fields = page.fields(result, words)
    if not fields:
        return Markup("")
    rows = []
    for field in fields:
        by = result.chosen_by.get(field.key)
        who = words("carried over from {period} as a proposal; taken by nobody yet. {reason}", period=by[CARRIED],
                    reason=by["reason"]) if by and by.get(CARRIED) else words(
            "chosen by nobody: the method's proposal") if by is None or by["role"] == NOBODY else words(
            "chosen by {actor}, {at}. {reason}", actor=by["actor"], at=by["at"][:16].replace("T", " "), reason=by["reason"])
        value = result.decision.get(field.key)
        if field.kind == "rows" and value:  # a record a line
            lines = layout.join(Markup("<li>{}</li>").format(shown_value({key: record}, field, words))
                                for key, record in value.items())
            rows.append(Markup("<li><strong>{}</strong> ({})<ul>{}</ul></li>").format(field.label, who, lines))
        else:
            rows.append(Markup("<li><strong>{}</strong>: {} ({})</li>").format(
                field.label, shown_value(value, field, words), who))
    return layout.card(words("Decision"), Markup("<ul>{}</ul>").format(layout.join(rows)))


def _ledger(journal, results, scenario, words) -> Markup:
    events = [e for e in journal.events(scenario) if e.role != NOBODY]
    if not events:
        return layout.card(words("Ledger"), Markup("<p>{}</p>").format(words("No person has decided anything yet.")))
    labels = labels_of(results, words)
    rows = layout.join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            e.at[:16].replace("T", " "), e.actor, words(STEPS[e.step].TITLE) if e.step in STEPS else e.step,
            words("took back a decision") if e.kind == "retract" else labels.get((e.step, e.key)) or e.key,
            e.payload.get("reason", "") if isinstance(e.payload, dict) else "")
        for e in events)
    head = layout.join(Markup('<th scope="col">{}</th>').format(words(h)) for h in (
        N_("When"), N_("Who"), N_("Step"), N_("Decision"), N_("Why")))
    return layout.card(words("Ledger"), Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, rows))
