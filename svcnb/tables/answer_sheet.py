"""The sheet that the answers of a survey are typed into: a row a drawn respondent, a column an answer, and back again.

Its headings say what each column answers, as ``svcnb.tables.surveys`` reads them: ``C9.perceived`` is the service perceived
in the component C9, ``segment_id`` a column of the respondents. Every column of answers takes only what may stand there.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

import pandas as pd

from svcnb.i18n import N_
from svcnb.tables.surveys import DRAWN

SHEET, CODES = "answers", "codebook"
FILE = "answers.xlsx"
TABLES = ("survey_respondents", "survey_importance", "survey_satisfaction")
# Kind of question -> the column of the survey tables that holds its answer.
COLUMNS = {"importance": "points", "performance": "perceived", "expectation": "expected", "desired": "desired_value",
           "payment": "willing_to_pay", "able": "able_to_pay"}
POINTS = "points"


def answer_columns(questions: pd.DataFrame, components: list[str], constant_sum: str = "") -> list[tuple[str, str]]:
    """(heading, question_id) of each column of answers, in the order in which they are asked.

    Parameters
    ----------
    questions : DataFrame
        question_id, component_id, type.
    components : component ids, in their order
    constant_sum : the question that shares points out among all components, empty when there is none

    Examples
    --------
    >>> asked = pd.DataFrame({"question_id": ["Q1", "Q2", "Q3"], "component_id": ["", "C9", ""],
    ...                       "type": ["importance", "performance", "open"]})
    >>> answer_columns(asked, ["C8", "C9"], "Q1")
    [('C8.points', 'Q1'), ('C9.points', 'Q1'), ('C9.perceived', 'Q2'), ('Q3', 'Q3')]
    """
    found: list[tuple[str, str]] = []
    for question, component, kind in questions[["question_id", "component_id", "type"]].itertuples(index=False):
        if question == constant_sum:
            found += [(f"{c}.{POINTS}", question) for c in components]
        elif kind in COLUMNS and component in components:
            found.append((f"{component}.{COLUMNS[kind]}", question))
        else:
            found.append((str(question), question))
    return list({heading: (heading, question) for heading, question in found}.values())


def answers_bytes(drawn: pd.DataFrame, columns: list[tuple[str, str]], texts: Mapping[str, str], words, *,
                  choices: Mapping[str, list[str]] | None = None, scales: Mapping[str, tuple] | None = None) -> bytes:
    """The workbook as bytes: the sheet of answers, its rules, and a codebook.

    Parameters
    ----------
    drawn : DataFrame
        respondent_id, customer_id, segment_id, stratum, weight; a row a respondent (no row: an empty sheet).
    columns : (heading, question_id) as ``answer_columns`` gives them
    texts : question_id -> what is asked
    choices : question_id -> what may be answered
    scales : question_id -> lowest and highest answer
    """
    import openpyxl

    book = openpyxl.Workbook()
    headings = [*DRAWN, "date", *(heading for heading, _ in columns)]
    _answers(book.active, headings, drawn, dict(columns), texts, choices or {}, scales or {}, words)
    _codebook(book.create_sheet(CODES), columns, texts, words)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def settings_lines(file: str = FILE) -> str:
    """What study.toml says so that the sheet is read.

    >>> print(settings_lines().splitlines()[0])
    [tables.survey_respondents]
    """
    return "\n\n".join(f'[tables.{table}]\nfile = "{file}"\nsheet = "{SHEET}"\nformat = "svcnb"' for table in TABLES)


def _answers(sheet, headings, drawn, asked, texts, choices, scales, words) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    from svcnb.tables.sheet import write_rows

    sheet.title = SHEET
    rows = [[row.get(name) for name in DRAWN] for row in drawn.to_dict("records")]
    write_rows(sheet, [headings, *rows])
    grey, head, last = PatternFill("solid", fgColor="EEF1F4"), PatternFill("solid", fgColor="D9E8F3"), max(len(rows), 200) + 1
    points = [get_column_letter(place) for place, heading in enumerate(headings, start=1) if heading.endswith(f".{POINTS}")]
    for place, heading in enumerate(headings, start=1):
        cell, letter = sheet.cell(1, place), get_column_letter(place)
        cell.font, cell.fill = Font(bold=True), head
        question = asked.get(heading)
        if question:
            cell.comment = Comment(texts.get(question, ""), "svcnb", width=320, height=90)
        _rule(sheet, heading, question, f"{letter}2:{letter}{last}", letter, points, choices, scales, words)
        sheet.column_dimensions[letter].width = max(len(heading), 9) + 3
    for row in sheet.iter_rows(min_row=2, max_row=len(rows) + 1, max_col=len(DRAWN)):
        for cell in row:
            cell.fill = grey
    sheet.freeze_panes = "B2"


def _rule(sheet, heading, question, cells, letter, points, choices, scales, words) -> None:
    """What the column takes: points that do not pass 100 together, marks of the scale, a day, a word of a list."""
    from openpyxl.worksheet.datavalidation import DataValidation

    kind = heading.rpartition(".")[2]
    if letter in points:
        first, last = points[0], points[-1]
        rule = DataValidation(type="custom", formula1=f"AND(ISNUMBER({letter}2),{letter}2>=0,SUM(${first}2:${last}2)<=100.5)")
        told = words(N_("Points from 0 to 100; all of a row sum to 100."))
    elif kind == "able_to_pay":
        rule, told = DataValidation(type="list", formula1='"true,false"'), words(N_("Write true or false."))
    elif heading == "date":
        rule, told = DataValidation(type="date", operator="greaterThan", formula1="1"), words(N_("A day, such as 2026-03-31."))
        for row in sheet[cells]:
            row[0].number_format = "yyyy-mm-dd"
    elif question in scales:
        low, high = scales[question]
        rule = DataValidation(type="decimal", operator="between", formula1=f"{low:g}", formula2=f"{high:g}")
        told = words(N_("A mark from {low} to {high}."), low=low, high=high)
    elif kind in ("desired_value", "willing_to_pay"):
        rule, told = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0"), words(N_("A number from 0."))
    elif question in choices and _fits(choices[question]):
        rule = DataValidation(type="list", formula1='"' + ",".join(choices[question]) + '"')
        told = words(N_("One of the list."))
    else:
        return
    rule.allow_blank, rule.showErrorMessage, rule.errorTitle, rule.error = True, True, heading[:31], told[:250]
    rule.add(cells)
    sheet.add_data_validation(rule)


def _fits(options: list[str]) -> bool:
    """Whether a list stands in a rule: at most 255 signs, and no comma or quote in a word."""
    return 0 < len(",".join(options)) <= 250 and not any(sign in one for one in options for sign in ',"')


def _codebook(sheet, columns, texts, words) -> None:
    from openpyxl.styles import Font

    from svcnb.tables.sheet import write_rows

    meaning = {POINTS: N_("points of 100"), "perceived": N_("service perceived"), "expected": N_("service expected"),
               "desired_value": N_("value desired, in the measure's own unit"), "willing_to_pay": N_("would pay for it"),
               "able_to_pay": N_("can pay for it")}
    rows = [[words(N_("Heading")), words(N_("Question")), words(N_("What it is read as"))]]
    rows += [["date", words(N_("date of the answer")), "survey_respondents.date"]]
    for heading, question in columns:
        kind = heading.rpartition(".")[2]
        table = "survey_importance" if kind == POINTS else "survey_satisfaction"
        read = f"{table}.{kind} ({words(meaning[kind])})" if "." in heading and kind in meaning else \
            words(N_("kept in this file, read by no table"))
        rows.append([heading, texts.get(question, ""), read])
    rows += [[], [words(N_("Lines for study.toml"))], *([line] for line in settings_lines().splitlines())]
    write_rows(sheet, rows)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in (("A", 30), ("B", 90), ("C", 60)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


__all__ = ["answer_columns", "answers_bytes", "settings_lines"]
