"""Which columns name people, table by table: what ``svcnb pseudonymise`` replaces and ``svcnb forget`` looks for.

``KINDS`` says what the text in a column stands for; the same text of the same kind gets the same pseudonym wherever it
stands. A column that refers to another table is of that column's kind. Names are optional in every table.
"""

from __future__ import annotations

from svcnb.tables.schemas import TABLES

KINDS = {
    "customer": ("customers.customer_id", "customers.name"),
    "respondent": ("survey_respondents.respondent_id",),
    "expert": ("experts.expert_id", "experts.name"),
    "person": ("management_beliefs.person_id", "staff.staff_id", "candidates.candidate_id", "queue_observations.server_id",
               "supervision.evaluator", *(f"{table.name}.owner" for table in TABLES.values() if "owner" in table.by_name)),
}
# Participants who may withdraw their answers: kind -> the column that names them.
WITHDRAWN = {"respondent": "survey_respondents.respondent_id", "expert": "experts.expert_id",
             "person": "management_beliefs.person_id"}
# A customer's id where another column says that it is one.
CONDITIONAL = {"measures_goals": ("scope", "customer", "scope_id"), "driver_ratings": ("subject_kind", "customer", "subject_id")}
# Columns that hold names as people write them, not codes: these are looked for in prose.
NAMED = ("name", "owner", "evaluator")
# Columns of prose, in which a name may stand.
PROSE = frozenset("text note remark answer cause resolution content action deviation activities information_pack fact "
                  "differentiation check control_measure resources purpose".split())
LETTERS = {"customer": "C", "respondent": "R", "expert": "E", "person": "P"}


def kind_of(table: str, column: str) -> str:
    """The kind of person a column names, empty when it names none.

    Examples
    --------
    >>> kind_of("orders", "customer_id"), kind_of("survey_pairs", "respondent_id"), kind_of("orders", "channel")
    ('customer', 'respondent', '')
    """
    place = f"{table}.{column}"
    definition = TABLES[table].by_name.get(column)
    if definition is not None and definition.refers:
        place = definition.refers
    return next((kind for kind, places in KINDS.items() if place in places), "")


def is_prose(table: str, column: str) -> bool:
    """Whether somebody writes sentences in the column: prose, or a column that the definitions do not know."""
    return column in PROSE or column not in TABLES[table].by_name


def holders(kind: str) -> dict[str, str]:
    """Table -> column that holds the answers of one kind of participant.

    Examples
    --------
    >>> holders("expert")
    {'experts': 'expert_id', 'expert_answers': 'expert_id'}
    """
    root = WITHDRAWN[kind]
    return {table.name: column.name for table in TABLES.values() for column in table.columns
            if root in (f"{table.name}.{column.name}", column.refers)}


def tables_of_people() -> set[str]:
    """Tables with a row a person: in these, columns that the definitions do not know may hold anything about them."""
    return {"customers", "survey_respondents", "experts", "management_beliefs", "staff", "candidates"}
