"""The rules of a segmentation tree as SQL, Python and Excel: each gives the segment that ``SegmentTree.assign`` gives.

A segment is of use when a salesperson, a database or a sheet can say who is in it (method.md 3.11: ``rule`` of
``segments``). What every language shares: spaces around a text do not count, upper and lower case do; a blank is a
missing value, an empty text or the text ``nan``; what no branch names follows the largest branch. What differs:

- **SQL** is DuckDB's; PostgreSQL takes it too with ``CAST(… AS DOUBLE PRECISION)`` for ``TRY_CAST(… AS DOUBLE)``. A value
  is compared as its text, so ``3`` is written with its other text ``3.0``, and a truth's ``true`` beside ``yes``.
- **Python** reads values with the functions ``text`` and ``number`` of ``READERS``, which stand in the source.
- **Excel** names the column of the same row, ``[@branch]``. A number is a cell with a number: a text in a column of
  measured numbers is a blank. In SQL and Excel only spaces are cut off, not tabs, line ends or hard spaces. Excel knows
  fifteen digits of a number and no dates but numbers: give dates as texts.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

import pandas as pd

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_
from svcnb.methods.categories import category_text
from svcnb.methods.predictors import Predictor
from svcnb.methods.trees import Condition, SegmentTree

COLUMNS = ["segment_id", "node_id", "n", "value", "conditions", "sql", "python", "excel"]
LONGEST, DEEPEST, LITERAL = 8192, 64, 255  # Excel's limits: signs of a formula, nested functions, signs of one text
READERS = '''\
from math import isnan


def text(value):
    """The text of a category, None for a blank: 3 and 3.0 are both "3", a truth is yes or no."""
    if isinstance(value, str):
        found = value.strip()
        return None if found.lower() in ("", "nan") else found
    if value is None or str(value) in ("", "nan", "NaT", "<NA>"):
        return None
    if str(value) in ("True", "False"):
        return "yes" if value else "no"
    if hasattr(value, "is_integer") and value.is_integer():
        return str(int(value))
    return str(value).strip()


def number(value):
    """A measured number, nan for a blank and for what is no number."""
    written = str(value)
    try:
        return float(value if written.isascii() and "_" not in written else "nan")
    except (TypeError, ValueError):
        return float("nan")
'''


@dataclass(frozen=True)
class Spelling:
    """How an Excel of one language writes a formula."""

    separator: str = ","
    decimal: str = "."
    names: dict[str, str] = field(default_factory=dict)

    def call(self, name: str, *arguments: str) -> str:
        return f"{self.names.get(name, name)}({self.separator.join(arguments)})"

    def either(self, name: str, arguments: list[str]) -> str:
        """AND or OR of some conditions; one alone stands as it is."""
        return arguments[0] if len(arguments) == 1 else self.call(name, *arguments)

    def number(self, value: float) -> str:
        return _number(value).replace(".", self.decimal).upper()


EXCEL = {
    "en": Spelling(),
    "es": Spelling(";", ",", {"IF": "SI", "AND": "Y", "OR": "O", "NOT": "NO", "EXACT": "IGUAL", "TRIM": "ESPACIOS",
                              "LOWER": "MINUSC", "FIND": "ENCONTRAR", "ISNUMBER": "ESNUMERO", "ISLOGICAL": "ESLOGICO",
                              "TRUE": "VERDADERO", "FALSE": "FALSO"}),
}


def rules_of(tree: SegmentTree, *, language: str = "en", inner: bool = False) -> pd.DataFrame:
    """The rule of each segment, in words for programs.

    Parameters
    ----------
    tree : a grown tree
    language : ``en`` or ``es``: the names and separators of the Excel rule (Spanish: ``Y``, ``O``, ``;`` and decimal comma)
    inner : a row a node instead, in the order of ``tree.nodes``; those that are split have no segment_id

    Returns
    -------
    frame, a row a segment, the highest value first: segment_id, node_id, n (customers it was grown on), value (mean of the
    criterion or share of the target), conditions (tuple of ``trees.Condition``), sql (a condition), python (an expression
    over ``row``, a dictionary of column and value, with the functions of ``READERS``), excel (a condition)

    Examples
    --------
    >>> from svcnb.methods.belson import grow_tree
    >>> people = pd.DataFrame({"sex": ["man"] * 50 + ["woman"] * 50,
    ...                        "dances": ["yes"] * 10 + ["no"] * 40 + ["yes"] * 30 + ["no"] * 20})
    >>> for language in ("sql", "python", "excel"):
    ...     print(rules_of(grow_tree(people, "dances", ["sex"])).loc[1, language])
    COALESCE(TRIM(CAST("sex" AS VARCHAR)), '') IN ('man')
    text(row['sex']) in ('man',)
    OR(EXACT(TRIM([@sex]),{"man"}))
    """
    spelling, rows = _spelling(language), []
    for leaf in tree.nodes if inner else tree.leaves:
        conditions = tree.conditions(leaf.node_id)
        asked = [(condition, tree.predictors[condition.variable]) for condition in conditions]
        rows.append({
            "segment_id": tree.segment_ids.get(leaf.node_id), "node_id": leaf.node_id, "n": leaf.n, "value": leaf.value,
            "conditions": conditions,
            "sql": " AND ".join(_sql(*one) for one in asked) or "TRUE",
            "python": " and ".join(_python(*one) for one in asked) or "True",
            "excel": spelling.either("AND", [_excel(*one, spelling) for one in asked] or [spelling.call("TRUE")])})
    return pd.DataFrame(rows, columns=COLUMNS)


def sql_case(tree: SegmentTree) -> str:
    """The whole tree as one SQL expression that gives the segment of a row.

    Examples
    --------
    >>> from svcnb.methods.trees import Node
    >>> print(sql_case(SegmentTree("belson", "buys", (Node(0, None, 0, 9, 0.5, 2.2),), {}, pd.DataFrame(), 9)))
    CASE
      WHEN TRUE THEN 'S1'
    END
    """
    rules = rules_of(tree)
    cases = [f"  WHEN {sql} THEN '{segment}'" for segment, sql in zip(rules["segment_id"], rules["sql"])]
    return "\n".join(["CASE", *cases, "END"])


def python_function(tree: SegmentTree) -> str:
    """Source of a function ``segment_of(row)`` that needs nothing but Python and a dictionary of column and value."""
    lines = [READERS, "", "def segment_of(row):", '    """The segment of a customer: row is a dictionary of column and value."""']

    def write(node_id: int, indent: str) -> None:
        others, last = _branches(tree, node_id)
        for child in others:
            condition = tree.branch(child)
            lines.append(f"{indent}if {_python(condition, tree.predictors[condition.variable])}:")
            write(child, indent + "    ")
        if last is None:
            lines.append(f"{indent}return {tree.segment_ids[node_id]!r}")
        else:
            write(last, indent)

    write(0, "    ")
    return "\n".join(lines) + "\n"


def excel_formula(tree: SegmentTree, *, language: str = "en") -> str:
    """The whole tree as one formula for a column of an Excel table, nested ``IF`` over ``[@column]``.

    Parameters
    ----------
    tree : a grown tree
    language : ``en``, or ``es`` for an Excel in Spanish: ``SI``, ``Y``, ``O``, ``;`` and decimal comma

    Raises
    ------
    NotComputable
        the formula is longer or nests deeper than Excel takes
    ParameterError
        another language

    Examples
    --------
    >>> from svcnb.methods.belson import grow_tree
    >>> people = pd.DataFrame({"age": [20, 31, 45.5, 60] * 20, "buys": [0, 0, 1, 1] * 20})
    >>> tree = grow_tree(people, "buys", ["age"], n_bands=2)
    >>> excel_formula(tree)
    '=IF(AND(ISNUMBER([@age]),[@age]<38.2),"S2","S1")'
    >>> excel_formula(tree, language="es")
    '=SI(Y(ESNUMERO([@age]);[@age]<38,2);"S2";"S1")'
    """
    spelling = _spelling(language)

    def write(node_id: int) -> str:
        others, last = _branches(tree, node_id)
        formula = f'"{tree.segment_ids[node_id]}"' if last is None else write(last)
        for child in reversed(others):
            condition = tree.branch(child)
            asked = _excel(condition, tree.predictors[condition.variable], spelling)
            formula = spelling.call("IF", asked, write(child), formula)
        return formula

    formula = "=" + write(0)
    check_limits(formula)
    return formula


def _branches(tree: SegmentTree, node_id: int) -> tuple[list[int], int | None]:
    """The children whose customers a condition names, and the one that takes all others (None for a leaf)."""
    if node_id not in tree.children:
        return [], None
    last = tree.largest_child(node_id)
    return [child for child in tree.children[node_id] if child != last], last


def _named(condition: Condition) -> tuple[tuple[str, ...], bool]:
    """The texts that a condition names, to be in or out (``is_other``), and whether it names the blank."""
    if condition.is_other:
        return condition.excluded, not condition.takes_missing
    return condition.categories, condition.takes_missing


def _as_number(category: str) -> float | None:
    """The number that has this category's text; None for ``03``, ``3.0`` and words."""
    try:
        value = float(category)
    except ValueError:
        return None
    return value if math.isfinite(value) and category_text(value) == category else None


def _truths(predictor: Predictor) -> bool:
    """Whether the column may hold truths, whose categories are yes and no."""
    return set(predictor.categories) <= {"yes", "no"}


def _number(value: float) -> str:
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


# SQL ----------------------------------------------------------------------------------------------------------------

def _sql(condition: Condition, predictor: Predictor) -> str:
    column = '"' + str(condition.variable).replace('"', '""') + '"'
    if condition.intervals is not None:
        asked = _sql_intervals(f"TRY_CAST({column} AS DOUBLE)", condition)
    else:
        texts, names_blank = _named(condition)
        text = f"COALESCE(TRIM(CAST({column} AS VARCHAR)), '')"
        written = [_sql_text(spelt) for spelt in dict.fromkeys(s for t in texts for s in _sql_spellings(t, predictor))]
        inside = "NOT IN" if condition.is_other else "IN"
        asked = [f"{text} {inside} ({', '.join(written)})"] if written else []
        asked += [f"LOWER({text}) {inside} ('', 'nan')"] if names_blank else []
        if condition.is_other:
            return " AND ".join(asked) or "TRUE"
    return asked[0] if len(asked) == 1 else f"({' OR '.join(asked)})" if asked else "FALSE"


def _sql_intervals(number: str, condition: Condition) -> list[str]:
    """A condition an interval. NaN is above every number in SQL, so an interval without an upper bound shuts it out."""
    asked = []
    for low, high in condition.intervals:
        above = [] if low is None else [f"{number} >= {_number(low)}"]
        below = f"{number} <> 'NaN'" if high is None else f"{number} < {_number(high)}"
        asked.append(f"({' AND '.join([*above, below])})" if above else below)
    return asked + ([f"COALESCE({number} = 'NaN', TRUE)"] if condition.takes_missing else [])


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sql_spellings(category: str, predictor: Predictor) -> list[str]:
    """The category, and the text that a database gives to the same number or truth, if that is no other category."""
    value = _as_number(category)
    others = [repr(value)] if value is not None else []
    if _truths(predictor):
        others.append({"yes": "true", "no": "false"}[category])
    return [category, *(other for other in others if other not in predictor.categories)]


# Python -------------------------------------------------------------------------------------------------------------

def _python(condition: Condition, predictor: Predictor) -> str:
    column = f"row[{condition.variable!r}]"
    if condition.intervals is None:
        texts, names_blank = _named(condition)
        written = [repr(text) for text in texts] + (["None"] if names_blank else [])
        if not written:
            return str(condition.is_other)
        return f"text({column}) {'not in' if condition.is_other else 'in'} ({', '.join(written)},)"
    asked = []
    for low, high in condition.intervals:
        above = "" if low is None else f"{_number(low)} <= "
        below = f" < {_number(high)}" if high is not None else ""
        asked.append(f"{above}number({column}){below}" if above or below else f"not isnan(number({column}))")
    asked += [f"isnan(number({column}))"] if condition.takes_missing else []
    return asked[0] if len(asked) == 1 else f"({' or '.join(asked)})" if asked else "False"


# Excel --------------------------------------------------------------------------------------------------------------

def _excel(condition: Condition, predictor: Predictor, spelling: Spelling) -> str:
    column = _excel_column(str(condition.variable))
    if condition.intervals is not None:
        return _excel_intervals(column, condition, spelling)
    texts, names_blank = _named(condition)
    terms = _excel_terms(column, texts, predictor, spelling)
    terms += [spelling.call("LOWER", spelling.call("TRIM", column)) + '={"";"nan"}'] if names_blank else []
    if not terms:
        return spelling.call("TRUE" if condition.is_other else "FALSE")
    found = spelling.call("OR", *terms)  # OR also of one term: it may be a list of truths
    return spelling.call("NOT", found) if condition.is_other else found


def _excel_terms(column: str, texts: tuple[str, ...], predictor: Predictor, spelling: Spelling) -> list[str]:
    """What makes a cell one of the texts. EXACT, since ``=`` does not tell upper from lower case; a text with spaces is
    sought letter by letter as well, since TRIM also takes double spaces out of its middle."""
    call, trimmed = spelling.call, spelling.call("TRIM", column)
    plain = [text for text in texts if " " not in text and len(text.encode("utf-16-le")) <= 2 * LITERAL]
    terms = [call("EXACT", trimmed, "{" + ";".join(_excel_text(text) for text in plain) + "}")] if plain else []
    for text in texts:
        if text not in plain:
            exact = call("EXACT", trimmed, _excel_text(re.sub(" +", " ", text)))
            found = call("ISNUMBER", call("FIND", _excel_text(text), column))
            terms.append(call("AND", exact, found) if " " in text else exact)
    values = [value for value in map(_as_number, texts) if value is not None]
    spoken = [value for value in values if not value.is_integer() or abs(value) >= 1e11]  # their text depends on the Excel
    if spoken:
        listed = ";".join(spelling.number(value) for value in spoken)
        terms.append(call("AND", call("ISNUMBER", column), call("OR", f"{column}={{{listed}}}")))
    if _truths(predictor):
        terms += [call("AND", call("ISLOGICAL", column), f"{column}={call('TRUE' if text == 'yes' else 'FALSE')}")
                  for text in texts]
    return terms


def _excel_intervals(column: str, condition: Condition, spelling: Spelling) -> str:
    call, is_number, runs = spelling.call, spelling.call("ISNUMBER", column), []
    for low, high in condition.intervals:
        run = ([] if low is None else [f"{column}>={spelling.number(low)}"])
        run += [] if high is None else [f"{column}<{spelling.number(high)}"]
        runs.append(run)
    blank = [call("NOT", is_number)] if condition.takes_missing else []
    if len(runs) == 1:
        known = [spelling.either("AND", [is_number, *runs[0]])]
    else:
        known = [call("AND", is_number, call("OR", *(spelling.either("AND", run) for run in runs)))] if runs else []
    return spelling.either("OR", [*known, *blank] or [call("FALSE")])


def _excel_column(name: str) -> str:
    """The cell of a table's column in the same row; signs with a meaning of their own get an apostrophe."""
    return f"[@{name}]" if re.fullmatch(r"\w+", name) else "[@[" + re.sub(r"(['\[\]#@])", r"'\1", name) + "]]"


def _excel_text(text: str) -> str:
    """A text in quotes; a long one in pieces, since a formula takes 255 signs at once."""
    step = LITERAL if len(text.encode("utf-16-le")) <= 2 * LITERAL else LITERAL // 2  # a sign may count as two
    pieces = [text[k:k + step] for k in range(0, len(text), step)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def check_limits(formula: str) -> None:
    """NotComputable for a formula that is longer or nests deeper than Excel takes."""
    if len(formula) > LONGEST:
        raise NotComputable(N_("The Excel formula has {n} characters and Excel takes {most}."), n=len(formula), most=LONGEST,
                            fallback=N_("Use the SQL or the Python form, or the formula of each segment alone."))
    depth = deepest = 0
    for sign in re.sub(r'"[^"]*"|\[@\[?[^\]]*', "", formula):  # texts and columns may hold brackets of their own
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise NotComputable(N_("The Excel formula nests {n} functions and Excel takes {most}."), n=deepest, most=DEEPEST,
                            fallback=N_("Use the SQL or the Python form, or the formula of each segment alone."))


def _spelling(language: str) -> Spelling:
    if language not in EXCEL:
        raise ParameterError(N_("The language {language} is not known for Excel; choose en or es."), language=str(language))
    return EXCEL[language]
