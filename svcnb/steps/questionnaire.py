"""Step 3 b-c: the questionnaire, "Cada pregunta debe contribuir al propósito final" (S2:L162-172; method.md 2.6.2).

The study's own questions where it has a table of them, else a proposed questionnaire that keeps every rule; what people
write on the page wins over both. Each question is checked, and the questionnaire as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import ParameterError, reason
from svcnb.i18n import LANGUAGES, N_, is_missing, words_in
from svcnb.methods.questionnaire import (
    A_PRIORI,
    ERROR,
    FINE,
    RULES,
    TYPES,
    WARNING,
    asks_for,
    in_language,
    lint_questionnaire,
    propose_questionnaire,
)
from svcnb.steps.candidates import variable_name
from svcnb.steps.segmentation import TREES
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Questionnaire")
QUESTION = N_("Does every question serve the purpose, and can its answer be trusted?")
ENDS_IN = N_("the approved questions, the form to print and the sheet for the answers")
TABLES = ("components", "questionnaire")
AFTER = ("segmentation",)

OWN, PROPOSED = "own", "proposed"
CHANNELS = ("questionnaire", "interview", "nominal_group", "clinic", "focus_group", "mail", "telephone", "web_form")
VALUED = ("C9", "C8")  # of these a value in their own unit, and what it is worth, are asked
TRACE = {"purpose": "a", "component": "a", "classification": "a", "double_barrelled": "b", "negation": "c", "long": "c",
         "acronym": "c", "scale": "c", "pair": "d"}
PARTS = ("text", "type", "component_id", "purpose", "scale")
SCALE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[–-]\s*(-?\d+(?:\.\d+)?)\s*")
MOST = 200  # questions
SHOWN = ["no", "question_id", "text", "component_id", "purpose", "type", "scale_min", "scale_max", "scale", "severity"]
FINDINGS = ["no", "question_id", "text", "rule", "severity", "where", "repair"]


@dataclass(frozen=True)
class Parameters:
    """Nothing to set: what is asked is decided on the page."""


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """The questions in force, what the rules say of each, and what answers may be ticked."""
    segmentation, wanted = decisions.get("segmentation", {}), decisions.get("questionnaire", {})
    components = study.table("components")[["component_id", "name", "spanish"]].astype(object)
    variables = variables_of(segmentation, study.settings.language)
    written = study.table("questionnaire")
    base = wanted.get("base", OWN if len(written) else PROPOSED)
    default = proposed(components, segmentation, study.settings)
    proposal = {"base": base, "channels": ["questionnaire"],
                "questions": records_of(written if base == OWN and len(written) else default)}
    force = _checked(overlay(proposal, wanted))
    questions = frame_of(force["questions"])
    found = lint_questionnaire(questions, components, variables, known=(study.settings.currency,))
    versions = {one: proposed(components, segmentation, study.settings, one) for one in LANGUAGES}
    tables = _tables(questions.assign(**{one: in_language(questions, versions, one) for one in LANGUAGES}), found.rows)
    tables["components"] = components.reset_index(drop=True)
    tables["choices"] = _choices(questions, segmentation, variables)
    tables["variables"] = pd.DataFrame({"variable": pd.Series(list(variables), dtype=object)})
    reasons = [] if len(questions) else [reason(N_("There is no question yet."), level="missing")]
    n = len(questions)
    quantities = {"n_questions": Quantity(n, "count", n), "n_errors": Quantity(found.n_errors, "count", n),
                  "n_warnings": Quantity(found.n_warnings, "count", n),
                  "approved": Quantity(bool(n) and found.approved, "", n)}
    return Proposal(quantities, tables, proposal, tuple(reasons), () if len(written) else ("questionnaire",),
                    "data" if base == OWN or "questions" in wanted else "assumed")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The questions in force: a line without text is taken out; refuses what nobody could ask."""
    unknown = [key for key in chosen if key not in proposal.decision]
    if unknown:
        raise ParameterError(N_("{step} has no decision {key}; it has {known}."), step="questionnaire", key=unknown[0],
                             known=", ".join(proposal.decision))
    return _checked(overlay(proposal.decision, chosen))


def _checked(decision: dict) -> dict:
    if decision["base"] not in (OWN, PROPOSED):
        raise ParameterError(N_("{name} = {value} is not one of {known}."), name="questionnaire.base",
                             value=str(decision["base"]), known=f"{OWN}, {PROPOSED}")
    channels = decision["channels"]
    if not isinstance(channels, (list, tuple)) or [one for one in channels if one not in CHANNELS]:
        raise ParameterError(N_("{name} = {value} is not one of {known}."), name="questionnaire.channels",
                             value=str(channels), known=", ".join(CHANNELS))
    questions = decision["questions"]
    if not isinstance(questions, dict) or len(questions) > MOST or not all(isinstance(row, dict) for row in questions.values()):
        raise ParameterError(N_("questionnaire.questions must be at most {most} records, each with text, type, component_id, "
                                "purpose and scale."), most=MOST)
    kept = {key: _question(key, row) for key, row in questions.items() if str(row.get("text") or "").strip()}
    return {**decision, "channels": list(channels), "questions": kept}


def _question(key: str, row: dict) -> dict:
    parts = {name: "" if row.get(name) is None else str(row[name]).strip() for name in PARTS}
    if parts["type"] and parts["type"] not in TYPES:
        raise ParameterError(N_("Question {question}: {value} is no kind of question; write one of {known}."), question=key,
                             value=parts["type"], known=", ".join(TYPES))
    found = SCALE.fullmatch(parts["scale"])
    if parts["scale"] and (not found or float(found[1]) >= float(found[2])):
        raise ParameterError(N_("Question {question}: {value} is no scale; write its lowest and highest answer, e.g. 0–10."),
                             question=key, value=parts["scale"])
    return {**parts, "scale": scale_text(found[1], found[2]) if found else ""}


def scale_text(low, high) -> str:
    """``0–10``; empty where one of the two is not said.

    >>> scale_text(0.0, 10), scale_text(None, 10)
    ('0–10', '')
    """
    return "" if is_missing(low) or is_missing(high) else f"{float(low):g}–{float(high):g}"


def records_of(questions: pd.DataFrame) -> dict[str, dict]:
    """Questions as a decision holds them; a kind that nobody knows is not said."""
    out = {}
    for row in questions.to_dict("records"):
        texts = {name: "" if is_missing(row.get(name)) else str(row[name]).strip() for name in PARTS[:4]}
        texts["type"] = texts["type"] if texts["type"] in TYPES else ""
        if texts["text"]:
            out[str(row["question_id"])] = {**texts, "scale": scale_text(row["scale_min"], row["scale_max"])}
    return out


def frame_of(questions: dict[str, dict]) -> pd.DataFrame:
    """The records as the table of questions."""
    ends = [SCALE.fullmatch(row["scale"]) for row in questions.values()]
    frame = pd.DataFrame({"question_id": pd.Series(list(questions), dtype=object), **{
        name: pd.Series([row[name] for row in questions.values()], dtype=object) for name in PARTS}})
    for k, name in enumerate(("scale_min", "scale_max"), start=1):
        frame[name] = pd.Series([float(found[k]) if found else float("nan") for found in ends], dtype=float)
    return frame


def variables_of(segmentation: dict, language: str) -> dict[str, list[str]]:
    """What tells the segments apart -> what people call it, first in ``language``."""
    variable, segments = segmentation.get("variable"), segmentation.get("segments") or {}
    if variable in TREES:
        names = list(dict.fromkeys(str(clause.get("variable")) for row in segments.values() for clause in row.get("rule") or []
                                   if clause.get("variable")))
    else:
        names = [variable] if variable and len(segments) > 1 else []
    names = [name for name in names if not name.startswith("factor:")]  # scores come from the answers themselves
    order = [language, *(one for one in LANGUAGES if one != language)]
    called = {A_PRIORI: [N_("group of customers"), N_("segment")]}
    return {name: [words_in(one)(text) for text in called.get(name, [variable_name(name)]) for one in order] for name in names}


def proposed(components, segmentation: dict, settings, language: str = "") -> pd.DataFrame:
    """The proposed questionnaire of a study, in its language or another one."""
    language = language or settings.language
    known = components["component_id"].tolist()
    valued = [c for c in VALUED if c in known] or known[:2]
    return propose_questionnaire(components, variables_of(segmentation, language), language, valued=valued,
                                 currency=settings.currency)


def _tables(questions, rows) -> dict[str, pd.DataFrame]:
    number = {q: n for n, q in enumerate(questions["question_id"], start=1)}
    text = dict(zip(questions["question_id"], questions["text"], strict=True))
    order = {ERROR: 0, WARNING: 1, FINE: 2}
    worst = rows.assign(_order=rows["severity"].map(order)).groupby("question_id")["_order"].min()
    verdicts = {q: next(s for s, k in order.items() if k == worst.get(q, 2)) for q in number}
    shown = questions.assign(no=range(1, len(questions) + 1), severity=questions["question_id"].map(verdicts).astype(object))
    found = rows[rows["severity"] != FINE]
    findings = found.assign(no=[float(number.get(q, "nan")) for q in found["question_id"]],
                            text=[text.get(q, "") for q in found["question_id"]]).astype({"no": float})
    rules = [(rule, TRACE[rule], next(s for s in order if s in set(own["severity"])), int((own["severity"] == ERROR).sum()),
              int((own["severity"] == WARNING).sum())) for rule in RULES for own in [rows[rows["rule"] == rule]]]
    return {"questions": shown[[*SHOWN, *LANGUAGES]].reset_index(drop=True),
            "findings": findings[FINDINGS].reset_index(drop=True),
            "rules": pd.DataFrame(rules, columns=["rule", "trace", "severity", "n_errors", "n_warnings"])}


def _choices(questions, segmentation, variables) -> pd.DataFrame:
    """What may be ticked: the categories, or the names of the segments, of the questions that tell segments apart."""
    variable, segments = segmentation.get("variable"), segmentation.get("segments") or {}
    rows = []
    for row in questions.to_dict("records"):
        for name, called in variables.items():
            if name != variable or not asks_for(row, name, called):
                continue
            options = [str(one.get("name")) for one in segments.values()] if name == A_PRIORI else \
                [str(value) for one in segments.values() for value in one.get("values") or []]
            rows += [(row["question_id"], option) for option in options]
    return pd.DataFrame(rows, columns=["question_id", "option"], dtype=object)
