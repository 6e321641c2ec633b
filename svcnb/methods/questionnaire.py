"""The questionnaire of the demand study: its rules checked question by question, and one that keeps them all.

"Cada pregunta debe contribuir al propósito final" (S2:L166), "Evitar preguntas ambiguas" (S2:L167), "No crear confusión
con las preguntas" (S2:L168), how important and how well (S2:L169). How a rule is told from words is ours (house rule).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import ParameterError
from svcnb.i18n import N_, words_in

QUESTIONS = ["question_id", "text", "component_id", "purpose", "type", "scale_min", "scale_max"]
LINT = ["question_id", "rule", "severity", "where", "repair"]
IMPORTANCE, PERFORMANCE, EXPECTATION, OVERALL = "importance", "performance", "expectation", "overall"
DESIRED, PAYMENT, ABLE, CLASSIFICATION, OPEN = "desired", "payment", "able", "classification", "open"
TYPES = (IMPORTANCE, PERFORMANCE, EXPECTATION, OVERALL, DESIRED, PAYMENT, ABLE, CLASSIFICATION, OPEN)
OF_A_COMPONENT = (PERFORMANCE, EXPECTATION, DESIRED, PAYMENT, ABLE)
RULES = ("purpose", "component", "classification", "double_barrelled", "negation", "long", "acronym", "scale", "pair")
ERROR, WARNING, FINE = "error", "warning", "fine"
LONGEST, POINTS = 25, 100
A_PRIORI = "a_priori"

_JOINS = "and/or|as well as|and|or|nor|y/o|así como|y|e|o|u"
JOINED = re.compile(rf"([\w'’-]+),?\s+({_JOINS})\s+([\w'’-]+)|(\w+)\s*&\s*(\w+)|(\w{{3,}})/(\w{{3,}})", re.IGNORECASE)
ONE_THING = {frozenset(pair) for pair in (("more", "less"), ("más", "menos"), ("yes", "no"), ("sí", "no"))}
NEGATION = re.compile(r"\b(not|never|no|none|nobody|nunca|jamás|ningún|ninguna|ninguno|nadie|tampoco)\b|n['’]t\b", re.IGNORECASE)
AGREEMENT = re.compile(r"\b(?:dis)?agree|\b(?:des)?acuerdo\b", re.IGNORECASE)
ACRONYM = re.compile(r"\b[A-ZÁÉÍÓÚÜÑ]{2}[A-ZÁÉÍÓÚÜÑ0-9]{0,4}\b")
PLAIN = frozenset(("OK", "NO", "SI", "SÍ"))

REPAIRS = {
    "no_text": N_("Write the question, or take it out."),
    "purpose": N_("Say what its answer is used for, or take it out."),
    "type": N_("Say what kind of question it is."),
    "component": N_("Say which characteristic of the service it asks about; ask one question for each."),
    "classification": N_("Add a question that tells which segment the answer belongs to."),
    "double_barrelled": N_("Ask two questions: who answers one of the two cannot say which."),
    "negation": N_("Turn it into a positive sentence: nobody agrees with a “not” for sure."),
    "long": N_("Say it in 25 words or fewer."),
    "acronym": N_("Write it out once, with the short form in brackets."),
    "scale": N_("Give all questions on how well, and on what is expected, one scale."),
    "no_importance": N_("Ask how important it is, or have 100 points shared out among all."),
    "no_performance": N_("Ask how well it is given today.")}


@dataclass(frozen=True, eq=False)
class Lint:
    """``rows``: question_id (empty: the questionnaire as a whole), rule, severity (error, warning, fine), where (the words,
    the component or the variable), repair. A rule that nothing breaks has one fine row. ``approved``: no error."""

    rows: pd.DataFrame
    n_errors: int
    n_warnings: int
    approved: bool


def lint_questionnaire(questions: pd.DataFrame, components: pd.DataFrame, variables: Mapping[str, Iterable[str]], *,
                       known: Iterable[str] = ()) -> Lint:
    """Check every question, and the questionnaire as a whole, against the rules a) to d) of S2:L166-169.

    Parameters
    ----------
    questions : DataFrame
        question_id, text, component_id, purpose, type (one of ``TYPES``), scale_min, scale_max; ``scale`` in words, optional.
    components : DataFrame
        component_id; name and spanish, optional.
    variables : mapping
        Segmentation variable -> what people may call it, in any language.
    known : iterable of str
        Short forms that need no definition, such as the currency.

    Raises
    ------
    ParameterError
        A column is missing, or a question_id stands twice.

    Examples
    --------
    >>> asked = pd.DataFrame([["Q1", "How fast and friendly is delivery?", "C9", "window", "performance", 0, 10]],
    ...                      columns=QUESTIONS)
    >>> rows = lint_questionnaire(asked, pd.DataFrame({"component_id": ["C9"]}), {}).rows
    >>> rows.loc[rows["severity"] != "fine", ["rule", "where"]].values.tolist()
    [['double_barrelled', 'fast and friendly'], ['pair', 'C9']]
    """
    asked = _read(questions)
    names = _component_names(components)
    texts = [_without_names(row["text"], names) for row in asked]
    rows: list[tuple] = []
    defined = {one for text in texts for one in ACRONYM.findall(text)
               if re.search(rf"\w\s*\(\s*{one}\s*\)|\b{one}\s*\(", text)} | PLAIN | set(known)
    for row, text in zip(asked, texts, strict=True):
        rows += [(row["question_id"], *found) for found in (*_purpose(row, names), *_wording(row, text, defined))]
    rows += [*_scales(asked), *_pairs(asked, names), *_classified(asked, variables)]
    broken = {rule for _, rule, *_ in rows}
    rows += [("", rule, FINE, "", "") for rule in RULES if rule not in broken]
    order = {rule: n for n, rule in enumerate(RULES)}
    place = {row["question_id"]: n for n, row in enumerate(asked)}
    rows.sort(key=lambda r: (order[r[1]], place.get(r[0], -1)))
    frame = pd.DataFrame(rows, columns=LINT, dtype=object)
    errors, warnings = (int((frame["severity"] == severity).sum()) for severity in (ERROR, WARNING))
    return Lint(frame, errors, warnings, errors == 0)


def propose_questionnaire(components: pd.DataFrame, variables: Mapping[str, Iterable[str]], language: str = "en", *,
                          valued: Iterable[str] = (), currency: str = "") -> pd.DataFrame:
    """A questionnaire that keeps every rule: importance first, then how well, what is expected, all in all, what is wanted
    and would be paid for, who answers, ideas.

    Parameters
    ----------
    components : DataFrame
        component_id, name; spanish, optional.
    variables : mapping
        Segmentation variable -> what people call it, first in ``language``.
    valued : iterable of str
        Components of which a value in their own unit, and what it is worth, are asked.
    currency : str
        What is paid in.

    Returns
    -------
    DataFrame with the columns ``QUESTIONS``

    Examples
    --------
    >>> rows = propose_questionnaire(pd.DataFrame({"component_id": ["C9"], "name": ["delivery time"]}), {"branch": ["branch"]})
    >>> rows["text"].tolist()[1], len(rows)
    ('How do you rate our service in delivery time?', 6)
    """
    words = words_in(language)
    named = {c: _in_language(own, language, words) for c, own in _records(components).items()}
    paid = currency or words(N_("money"))
    rows = [(words(N_("Share out 100 points among these characteristics of the service: the more a thing matters to you, the "
                      "more points.")), "", words(N_("weights of the characteristics")), IMPORTANCE, 0, POINTS)]
    rows += [(words(N_("How do you rate our service in {component}?"), component=name), c, words(N_("customer window")),
              PERFORMANCE, 0, 10) for c, name in named.items()]
    rows += [(words(N_("What rating should an excellent supplier reach in {component}?"), component=name), c,
              words(N_("distance to what is expected")), EXPECTATION, 0, 10) for c, name in named.items()]
    rows.append((words(N_("All in all, how do you rate our service?")), "", words(N_("derived importance")), OVERALL, 0, 10))
    for c in (c for c in valued if c in named):
        told = {"component": named[c], "currency": paid}
        purpose = words(N_("effective demand"))
        rows += [(words(N_("Which value would you want, in figures, for {component}?"), **told), c, purpose, DESIRED, None, None),
                 (words(N_("How much more would you pay an order for that {component}, in {currency}?"), **told), c, purpose,
                  PAYMENT, None, None),
                 (words(N_("Could you afford to pay that for {component}?"), **told), c, purpose, ABLE, None, None)]
    for variable, called in variables.items():
        name = next(iter(called), variable)
        rows.append((words(N_("Which of these groups describes you best?")) if variable == A_PRIORI else
                     words(N_("What is your {name}?"), name=name), "", words(N_("to split the answers by segment")),
                     CLASSIFICATION, None, None))
    rows.append((words(N_("What should we change first?")), "", words(N_("ideas for improvement")), OPEN, None, None))
    frame = pd.DataFrame([(f"Q{n:02d}", *row) for n, row in enumerate(rows, start=1)], columns=QUESTIONS)
    return frame.astype({"scale_min": float, "scale_max": float})


def in_language(questions: pd.DataFrame, versions: Mapping[str, pd.DataFrame], language: str) -> list[str]:
    """The texts as they are asked in a language: a proposed one in its words, one that somebody wrote as it stands.

    Parameters
    ----------
    versions : mapping
        Language -> the proposed questionnaire in it.
    """
    theirs = {text: own for version in versions.values()
              for text, own in zip(version["text"], versions[language]["text"], strict=True)}
    return [theirs.get(text, text) for text in questions["text"]]


def constant_sum(row: Mapping) -> bool:
    """Whether a question has points shared out among all components."""
    return row["type"] == IMPORTANCE and not row["component_id"] and (row["scale_max"] == POINTS or str(POINTS) in row["text"])


def asks_for(row: Mapping, variable: str, called: Iterable[str]) -> bool:
    """Whether a question of classification tells a variable: one of its names stands in its text or purpose."""
    if row["type"] != CLASSIFICATION:
        return False
    text = _plain(f"{row['text']} {row['purpose']} {row['component_id']}")
    ways = [_plain(str(name)) for name in (variable, *called)]
    return any(way and way <= text for way in ways)


def _read(questions) -> list[dict]:
    for name in QUESTIONS:
        if name not in questions:
            raise ParameterError(N_("The questions have no column {column}."), column=name)
    rows = []
    for record in questions.to_dict("records"):
        texts = {name: "" if _missing(record.get(name)) else str(record[name]).strip()
                 for name in (*QUESTIONS[:5], "scale")}
        scale = {name: None if _missing(record[name]) else float(record[name]) for name in QUESTIONS[5:]}
        rows.append({**texts, **scale})
    twice = pd.Series([row["question_id"] for row in rows], dtype=object)
    if twice.duplicated().any():
        raise ParameterError(N_("Question {question} stands twice."), question=str(twice[twice.duplicated()].iloc[0]))
    return rows


def _missing(value) -> bool:
    return value is None or value is pd.NA or value != value


def _records(components) -> dict[str, dict]:
    return {str(row["component_id"]): row for row in components.to_dict("records")}


def _in_language(row, language, words) -> str:
    own = row.get("spanish") if language == "es" else None
    name = own if not _missing(own) and own else row.get("name")
    return str(row["component_id"]) if _missing(name) or not name else words(str(name))


def _component_names(components) -> dict[str, list[str]]:
    """Component -> its names as they may stand in a question."""
    es = words_in("es")
    found = {}
    for c, row in _records(components).items():
        given = [str(row[k]) for k in ("name", "spanish") if not _missing(row.get(k)) and row.get(k)]
        found[c] = [*given, *(es(name) for name in given[:1])]
    return found


def _without_names(text: str, names) -> str:
    """The text without the names of components, which are one thing however they are written, and without brackets' notes."""
    for name in sorted({one for own in names.values() for one in own}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text, flags=re.IGNORECASE)
    return text


def _purpose(row, names):
    if not row["text"]:
        yield "purpose", ERROR, "", REPAIRS["no_text"]
    if not row["purpose"]:
        yield "purpose", ERROR, "", REPAIRS["purpose"]
    if row["type"] not in TYPES:
        yield "purpose", ERROR, row["type"], REPAIRS["type"]
    needed = row["type"] in OF_A_COMPONENT or (row["type"] == IMPORTANCE and not constant_sum(row))
    if (needed and not row["component_id"]) or (row["component_id"] and row["component_id"] not in names):
        yield "component", ERROR, row["component_id"], REPAIRS["component"]


def _wording(row, text, defined):
    if row["type"] != CLASSIFICATION:
        bare = re.sub(r"\([^)]*\)", "", text)
        for found in JOINED.finditer(bare):
            pair = [one for one in (found[1] or found[4] or found[6], found[3] or found[5] or found[7])]
            if not all(one.isdigit() for one in pair) and frozenset(one.casefold() for one in pair) not in ONE_THING:
                yield "double_barrelled", WARNING, found[0], REPAIRS["double_barrelled"]
                break
    denied = NEGATION.search(text)
    if denied and AGREEMENT.search(f"{text} {row['scale']}"):
        yield "negation", WARNING, denied[0], REPAIRS["negation"]
    n = len(row["text"].split())
    if n > LONGEST:
        yield "long", WARNING, str(n), REPAIRS["long"]
    if text != text.upper():
        for short in dict.fromkeys(one for one in ACRONYM.findall(text) if one not in defined):
            yield "acronym", WARNING, short, REPAIRS["acronym"]


def _scales(asked):
    """Who stands off the scale that most questions on performance have."""
    rated = [row for row in asked if row["type"] in (PERFORMANCE, EXPECTATION)]
    scales = pd.Series([_scale(row) for row in rated if row["type"] == PERFORMANCE and _scale(row)], dtype=object)
    usual = scales.mode().iloc[0] if len(scales) else None
    for row in rated:
        if _scale(row) != usual or usual is None:
            yield row["question_id"], "scale", ERROR, _scale(row), REPAIRS["scale"]


def _scale(row) -> str:
    """``0–10``, empty where it is not said."""
    low, high = row["scale_min"], row["scale_max"]
    return "" if low is None or high is None else f"{low:g}–{high:g}"


def _pairs(asked, names):
    shared = any(constant_sum(row) for row in asked)
    for c in names:
        kinds = {row["type"] for row in asked if row["component_id"] == c}
        if not shared and IMPORTANCE not in kinds:
            yield "", "pair", ERROR, c, REPAIRS["no_importance"]
        if PERFORMANCE not in kinds:
            yield "", "pair", ERROR, c, REPAIRS["no_performance"]


def _classified(asked, variables):
    for variable, called in variables.items():
        if not any(asks_for(row, variable, called) for row in asked):
            yield "", "classification", ERROR, variable, REPAIRS["classification"]


def _plain(text: str) -> frozenset[str]:
    """Its words without case and accents, and without the small ones."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    found = re.findall(r"[^\W_]+", "".join(sign for sign in bare if not unicodedata.combining(sign)))
    return frozenset(word for word in found if len(word) > 2) or frozenset(found)


__all__ = ["Lint", "asks_for", "constant_sum", "in_language", "lint_questionnaire", "propose_questionnaire"]
