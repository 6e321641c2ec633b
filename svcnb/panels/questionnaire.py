"""Page 03f: the questions, the rules that each keeps or breaks, the form to print and the sheet for the answers."""

from __future__ import annotations

import pandas as pd

from svcnb.i18n import LANGUAGES, N_, words_in
from svcnb.methods.questionnaire import TYPES, constant_sum
from svcnb.panels import examples, layout
from svcnb.panels.layout import Markup, join
from svcnb.panels.page import Check, Field, MethodCard, Page, Paper, TableView
from svcnb.panels.printed import form_html, questions_html
from svcnb.sentences.codes import read_code
from svcnb.sentences.naming import capital
from svcnb.sentences.questionnaire import read_questionnaire
from svcnb.steps.candidates import variable_name
from svcnb.steps.questionnaire import CHANNELS, OWN, PROPOSED

SIGNS = {"error": ("✕", "attention"), "warning": ("!", "doubt"), "fine": ("✓", "settled")}
SCALES = ("", "0–10", "1–5", "1–7", "0–100")


def adapt(result, view, words):
    """The questions as they are asked in the reader's language, the findings in words."""
    questions, findings = result.table("questions"), result.table("findings")
    if not len(questions):
        return result.tables
    told = findings.assign(where=[_where(row, words) for row in findings.to_dict("records")],
                           asks=[str(text) for text in findings["text"]], repair=[words(text) for text in findings["repair"]])
    asked = questions.assign(text=questions[words.language], component_id=questions["component_id"].map(lambda c: c or None),
                             purpose=[words(str(purpose)) for purpose in questions["purpose"]])
    return {**result.tables, "questions_shown": asked, "findings_shown": told}


def _where(row, words) -> str:
    if row["rule"] == "pair":
        return words.name("component", row["where"])
    return words(variable_name(row["where"])) if row["rule"] == "classification" else str(row["where"])


def draw(result, tables, view, words):
    """Each rule with its sign, each question with its sign, and the form as customers see it, folded."""
    rules, questions = result.table("rules"), result.table("questions")
    if not len(questions):
        said = words(N_("There is no question yet: choose the proposed questionnaire, or write your own."))
        return Markup('<p class="empty">{}</p>').format(said), said
    lines, told = [], []
    for row in rules.to_dict("records"):
        at = _broken_at(tables["findings_shown"], row["rule"], words)
        name, verdict = capital(read_code(row["rule"], words, "rule")), read_code(row["severity"], words, "severity")
        lines.append(Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td>{})</td></tr>").format(
            layout.chip(verdict, SIGNS[row["severity"]][1]), name, at or "–", row["trace"]))
        told.append(f"{verdict}: {name}" + (f" ({at})" if at else ""))
    head = join(Markup('<th scope="col">{}</th>').format(words(text)) for text in (
        N_("Verdict"), N_("Rule"), N_("Where"), N_("Source")))
    strip = join(layout.chip(f"{row['no']} {SIGNS[row['severity']][0]}", SIGNS[row["severity"]][1]) + Markup(" ")
                 for row in questions.to_dict("records"))
    html = Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}"><table><caption>{}</caption><thead><tr>{}</tr></thead>'
                  '<tbody>{}</tbody></table></div><section class="card"><h2>{}</h2><p class="chips">{}</p></section>'
                  '<details class="card"><summary>{}</summary>{}</details>').format(
        words("Checklist"), words("Checklist"), head, join(lines), words("Question by question"), strip,
        words("Preview: {n} questions as customers see them", n=len(questions)), questions_html(result, words))
    return html, "\n".join(told)


def _broken_at(findings, rule, words) -> str:
    """The questions, components or variables that break a rule."""
    own = findings[findings["rule"] == rule]
    numbers = [words.number(n) for n in own["no"].dropna()]
    rest = [str(where) for where in own.loc[own["no"].isna(), "where"]]
    parts = [words("question {list}", list=", ".join(numbers))] if numbers else []
    return "; ".join([*parts, ", ".join(rest)] if rest else parts)


def fields(result, words):
    decision = result.decision
    if not decision:
        return ()
    options = tuple((one, read_code(one, words, "base")) for one in
                    ((OWN, PROPOSED) if "questionnaire" not in result.missing else (PROPOSED,)))
    components = (("", "–"), *((row["component_id"], words.name("component", row["component_id"]))
                               for row in result.table("components").to_dict("records")))
    columns = (Field("text", words("Text"), "text", ""),
               Field("type", words("Asks"), "choice", "", (("", "–"), *((t, read_code(t, words, "type")) for t in TYPES))),
               Field("component_id", words("Component"), "choice", "", components),
               Field("purpose", words("Purpose"), "text", ""),
               Field("scale", words("Scale"), "choice", "", tuple((s, s or "–") for s in SCALES)))
    questions = decision["questions"]
    empty = {column.key: "" for column in columns}
    spare = {key: empty for key in _next_ids(questions)}
    names = {key: words("Question {n}", n=n) for n, key in enumerate(questions, start=1)}
    names |= {key: words("One more question") for key in spare}
    return (Field("base", words("Start from"), "choice", decision["base"], options),
            Field("channels", words("How customers are asked"), "many", decision["channels"],
                  tuple((c, read_code(c, words, "channel")) for c in CHANNELS)),
            Field("questions", words("Questions (a line without text is taken out)"), "rows", questions, columns, names=names,
                  spare=spare))


def _next_ids(questions, n: int = 2) -> list[str]:
    """Ids that no question has yet."""
    taken, found, k = set(questions), [], len(questions) + 1
    while len(found) < n:
        if f"Q{k:02d}" not in taken:
            found.append(f"Q{k:02d}")
        k += 1
    return found


def check(result, tables, words):
    """How many numbers one customer writes: the points are as many as there are characteristics."""
    rows = result.table("questions").to_dict("records")
    shared = sum(constant_sum(row) for row in rows)
    n, k = len(rows), len(result.table("components"))
    if not rows or k < 2:
        return None
    answer = float(n - shared + shared * k)
    text = words("Of {n} questions {m} has 100 points shared out among {k} characteristics. How many answers does one customer "
                 "give in all?", n=n, m=shared, k=k) if shared else words(
        "{n} questions, {m} of them with points to share out. How many answers does one customer give in all?", n=n, m=shared)
    mistakes = ((float(n), words("That counts the question with the points once: each characteristic has its own number.")),
                (float(n + k), words("The question with the points is counted twice.")),
                (float(n * k), words("Only the points are given for every characteristic.")))
    return Check(text, answer, 0.5, working=f"{n} − {shared} + {shared} × {k}",
                 mistakes=tuple(one for one in mistakes if abs(one[0] - answer) > 0.6))


def papers(open_page):
    """The form in each language, the sheet for the answers of those who were drawn, the lines that read it."""
    words, result = open_page.words, open_page.result
    if result is None or not len(result.table("questions")):
        return ()
    forms = tuple(Paper(words("Form: {language}", language=LANGUAGES[one]), f"questionnaire-{one}.html", "html",
                        lambda page, one=one: _form(page, one)) for one in LANGUAGES)
    return (*forms, Paper(words("Answer sheet (xlsx)"), "answers.xlsx", "xlsx", answers),
            Paper(words("Lines for study.toml"), "answers.toml", "toml", _lines,
                            words("Put the sheet into the study's folder and these lines at the end of its study.toml.")))


def _lines(_page) -> bytes:
    from svcnb.tables.answer_sheet import settings_lines

    return settings_lines().encode("utf-8")


def _form(page, language) -> bytes:
    words = words_in(language)
    title = words("Your opinion of our service: {name}", name=page.study.settings.name)
    return form_html(page.result, words, title)


def answers(page) -> bytes:
    """A row a drawn respondent, a column an answer; empty rows where no list could be drawn."""
    from svcnb.panels.sample import drawn_list
    from svcnb.results import evaluate
    from svcnb.tables.answer_sheet import answer_columns, answers_bytes

    result, words = page.result, page.words
    questions = result.table("questions").assign(component_id=lambda t: t["component_id"].fillna(""))
    rows = questions.to_dict("records")
    shared = next((row["question_id"] for row in rows if constant_sum(row)), "")
    sample = evaluate(page.study, page.journal, "sample", page.scenario)
    drawn = drawn_list(sample) if len(sample.table("drawn")) else pd.DataFrame(
        columns=["respondent_id", "customer_id", "segment_id", "stratum", "weight"])
    scales = {row["question_id"]: (row["scale_min"], row["scale_max"]) for row in rows if row["scale"]}
    choices = result.table("choices").groupby("question_id")["option"].agg(list).to_dict() if len(result.table("choices")) else {}
    return answers_bytes(drawn, answer_columns(questions, result.table("components")["component_id"].tolist(), shared),
                         dict(zip(questions["question_id"], questions[words.language], strict=True)), words,
                         choices=choices, scales=scales)


PAGE = Page(
    name="questionnaire", step="questionnaire", notebook="03f_questionnaire", title=N_("Questionnaire"), beside="demand",
    question=N_("Does every question serve the purpose, and can its answer be trusted?"),
    ends_in=N_("Step 3 b–c · questionnaire · ends in: the approved questions, the form to print and the sheet for the answers"),
    read=lambda result, tables, view, words: read_questionnaire(result, tables, words), adapt=adapt, drawing=draw, fields=fields,
    check=check, papers=papers, resets={"base": ("questions",)},
    tables=(TableView("findings_shown", N_("What is to mend"), ("no", "asks", "rule", "severity", "where", "repair")),
            TableView("questions_shown", N_("The questions"), ("no", "text", "type", "component_id", "purpose", "scale", "severity"), 40)),
    card=MethodCard(
        title=N_("Rules of the questionnaire"),
        quotation="Cada pregunta debe contribuir al propósito final.",
        source=N_("Gómez, Acevedo, González 2004, S2:L162 to L172"),
        formula=N_("a) each question has a purpose and its characteristic, each segmentation variable its question; b) one thing a "
                   "question; c) no “not” where one agrees, 25 words, no unexplained short forms, one scale; d) of each "
                   "characteristic how important and how well"),
        assumes=N_("importance is asked before satisfaction; who answers knows the service"),
        fails=N_("a rule sees words, not meanings: read each question aloud to five customers before it goes out"),
        badge=N_("house rule"),
        **examples.QUESTIONNAIRE))
