"""The questionnaire as customers get it: on the page as a preview, and as a sheet of A4 that stands alone."""

from __future__ import annotations

from svcnb.i18n import N_, is_missing
from svcnb.methods.questionnaire import constant_sum
from svcnb.panels.layout import Markup, join

BOX = "☐"
MOST = 11  # answers that stand side by side
STYLE = """
@page { size: A4; margin: 16mm 15mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.4 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1f2933; max-width: 180mm; margin: 8mm auto; }
h1 { font-size: 16pt; margin: 0 0 2mm; } h2 { font-size: 11pt; margin: 6mm 0 1mm; break-after: avoid; }
.head { display: flex; flex-wrap: wrap; gap: 4mm 8mm; border: 1px solid #8896a8; padding: 3mm; margin: 3mm 0 5mm; }
.cells { display: inline-block; width: 6mm; height: 7mm; border: 1px solid #1f2933; margin-right: 1mm; vertical-align: middle; }
table { border-collapse: collapse; width: 100%; } th, td { padding: 1.2mm 1mm; border-bottom: .3pt solid #b9c4d0; text-align: left; }
.tick { text-align: center; width: 7mm; font-size: 12pt; } th.tick { font-size: 9pt; font-weight: 400; } tr, .one { break-inside: avoid; }
.code { color: #52606d; font-size: 7.5pt; white-space: nowrap; text-align: right; width: 18mm; }
.line { border-bottom: 1px solid #1f2933; height: 8mm; } .option { display: inline-block; margin-right: 6mm; }
.write { border-bottom: 1px solid #1f2933; width: 28mm; }
"""


def form_html(result, words, title: str) -> bytes:
    """A page of its own, for A4, with boxes for the respondent's code and each question's code for who types it in."""
    cells = Markup('<span class="cells"></span>')
    head = Markup('<div class="head"><span>{} {}</span><span>{} {}</span><span>{} {}</span></div>').format(
        words(N_("Respondent code")), cells * 5, words(N_("Date")), cells * 8, words(N_("Interviewer")), cells * 3)
    body = Markup("<h1>{}</h1><p>{}</p>{}{}<p>{}</p>").format(
        title, words(N_("Please answer for your own company or household. There are no right answers; leave out what you cannot "
                        "judge.")), head, questions_html(result, words, codes=True), words(N_("Thank you.")))
    return str(Markup('<!doctype html><html lang="{}"><head><meta charset="utf-8"><meta name="viewport" '
                      'content="width=device-width"><title>{}</title><style>{}</style></head><body>{}</body></html>').format(
        words.language, title, Markup(STYLE), body)).encode("utf-8")


def questions_html(result, words, codes: bool = False) -> Markup:
    """All questions: those of one kind and one scale together as a table, the others one by one."""
    rows = result.table("questions").to_dict("records")
    for row in rows:
        row["component_id"] = row["component_id"] or ""
    parts, at = [], 0
    while at < len(rows):
        block = [rows[at]]
        while _is_rated(rows[at]) and at + len(block) < len(rows) and _alike(rows[at], rows[at + len(block)]):
            block.append(rows[at + len(block)])
        parts.append(_grid(block, words, codes) if _is_rated(block[0]) else _one(block[0], result, words, codes))
        at += len(block)
    return join(parts)


def _steps(row) -> list[int]:
    """The answers of a scale of whole numbers, none where they are too many to stand side by side."""
    low, high = row["scale_min"], row["scale_max"]
    if is_missing(low) or is_missing(high) or low != int(low) or high != int(high) or high - low >= MOST:
        return []
    return list(range(int(low), int(high) + 1))


def _is_rated(row) -> bool:
    return bool(_steps(row)) and not constant_sum(row)


def _alike(row, other) -> bool:
    return row["type"] == other["type"] and _steps(row) == _steps(other)


def _grid(block, words, codes) -> Markup:
    steps = _steps(block[0])
    said = words(N_("Tick one number a line: {low} is the worst, {high} the best."), low=steps[0], high=steps[-1])
    top = join(Markup('<th class="tick" scope="col">{}</th>').format(step) for step in steps)
    lines = join(Markup("<tr><td>{}. {}</td>{}{}</tr>").format(
        row["no"], row[words.language], Markup('<td class="tick">{}</td>').format(BOX) * len(steps), _code(row, codes, "td"))
        for row in block)
    return Markup('<p class="one">{}</p><table><thead><tr><td></td>{}{}</tr></thead><tbody>{}</tbody></table>').format(
        said, top, Markup("<td></td>") if codes else "", lines)


def _one(row, result, words, codes) -> Markup:
    return Markup('<div class="one"><h2>{}. {} {}</h2>{}</div>').format(
        row["no"], row[words.language], _code(row, codes, "span"), _answer(row, result, words))


def _code(row, codes, tag) -> Markup:
    return Markup('<{} class="code">{}</{}>').format(Markup(tag), row["question_id"], Markup(tag)) if codes else Markup("")


def _answer(row, result, words) -> Markup:
    """Where the answer goes."""
    if constant_sum(row):
        return _points(result, words)
    choices = result.table("choices")
    options = choices.loc[choices["question_id"] == row["question_id"], "option"].tolist() if len(choices) else []
    if row["type"] == "able":
        options = [words(N_("yes")), words(N_("no"))]
    if options:
        return join(Markup('<span class="option">{} {}</span> ').format(BOX, words(str(option))) for option in options)
    lines = 3 if row["type"] == "open" else 1
    return Markup('<div class="line"></div>') * lines


def _points(result, words) -> Markup:
    components = result.table("components")
    lines = join(Markup('<tr><td>{}</td><td class="write">{}</td></tr>').format(_named(one, words), "") for one in
                 components.to_dict("records"))
    return Markup("<table><tbody>{}<tr><td>{}</td><td>{}</td></tr></tbody></table>").format(
        lines, words(N_("Sum")), words(N_("100 points")))


def _named(component, words) -> str:
    spanish = component["spanish"]
    if words.language == "es" and not is_missing(spanish) and spanish:
        return str(spanish)
    return str(component["component_id"]) if is_missing(component["name"]) else words(str(component["name"]))
