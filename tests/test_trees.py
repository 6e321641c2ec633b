"""Segmentation trees and their rules in SQL (run by DuckDB), Python (run) and Excel (by LibreOffice).

The reference is a walk down the tree written here, on one value at a time; random trees and rows are made of what breaks
rules: quotes, brackets, formula signs, spaces, cases, codes, truths, bands' edges, blanks, categories never seen.
"""

from __future__ import annotations

import csv
import math
import re
import shutil
import subprocess
from decimal import Decimal

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.methods.belson import grow_tree
from svcnb.methods.categories import category_text
from svcnb.methods.predictors import Predictor
from svcnb.methods.tree_rules import READERS, excel_formula, python_function, rules_of, sql_case
from svcnb.methods.trees import NODES, SEGMENTS, Condition, Node, SegmentTree

LONG = "long " * 100 + "🙂"
BRANCHES = ("food", "Food", "retail shop", "re  tail", "O'Brien", 'say "hi"', "🙂 é", "<b>x</b>", "=1+1", "a\nb", "x;y", "{1}",
            "3", "3.0", "03", "true", "'; DROP TABLE t; --", "x" * 300, LONG)
PREDICTORS = {
    "branch": Predictor("branch", BRANCHES),
    "it's [#1] @": Predictor("it's [#1] @", ("-4", "0", "1", "2", "3", "10.5", "100000000000000000000")),
    'monthly "orders"': Predictor('monthly "orders"', ("< 25.8", "25.8 – 50.5", "50.5 – 75.2", "≥ 75.2"), True,
                                  (25.8, 50.5, 75.2)),
    "is_new": Predictor("is_new", ("no", "yes")),
    "size": Predictor("size", ("s", "m", "l"), True),
}
CELLS = {"branch": "[@branch]", "it's [#1] @": "[@[it''s '['#1'] '@]]", 'monthly "orders"': '[@[monthly "orders"]]',
         "is_new": "[@is_new]", "size": "[@size]"}
POOLS = {
    "branch": [*BRANCHES, "FOOD", " food ", "re tail", "  re  tail", "retail  shop", "", "  ", "nan", " NaN", None,
               "never", "O''Brien"],
    "it's [#1] @": [-4.0, 0.0, 1.0, 2.0, 3.0, 10.5, 1e20, 7.0, 10.25, math.nan],
    'monthly "orders"': [-1e300, 0.0, 25.799999, 25.8, 50.499, 50.5, 75.19, 75.2, 1e300, math.nan],
    "is_new": [True, False, None],
    "size": ["s", "m", "l", "xl", None, ""],
}


def customers(rng, n: int) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series([pool[k] for k in rng.integers(0, len(pool), n)], dtype=object)
                          for name, pool in POOLS.items()})
    return frame.astype({"it's [#1] @": float, 'monthly "orders"': float, "is_new": "boolean"})


def random_tree(rng, n_splits: int) -> SegmentTree:
    """Any tree: branches of any categories, some claimed by none, the blank with any branch or with none."""
    nodes = [Node(0, None, 0, 100, 0.5, 1.0)]
    for _ in range(n_splits):
        open_ids = sorted({node.node_id for node in nodes} - {node.parent_id for node in nodes})
        parent = nodes[rng.choice(open_ids)]
        predictor = PREDICTORS[rng.choice(list(PREDICTORS))]
        n_branches = int(rng.integers(2, 4))
        side = rng.integers(-1 if not predictor.is_ordinal else 0, n_branches, len(predictor.categories))
        blank = int(rng.integers(-1, n_branches))
        branches = [tuple(c for c, s in zip(predictor.categories, side) if s == k) for k in range(n_branches)]
        nodes[parent.node_id] = Node(**{**parent.__dict__, "split_on": predictor.name})
        for k, categories in enumerate(branches):
            if categories or blank == k:
                nodes.append(Node(len(nodes), parent.node_id, parent.depth + 1, int(rng.integers(1, 5)), float(rng.random()),
                                  0.1, predictor.name, categories, blank == k))
    return SegmentTree("belson", "buys", tuple(nodes), PREDICTORS, pd.DataFrame(), 100)


def walk(tree: SegmentTree, row: dict) -> str:
    """The segment of one customer by the words of the house rule."""
    at = 0
    while children := [node for node in tree.nodes if node.parent_id == at]:
        value, predictor = row[children[0].variable], tree.predictors[children[0].variable]
        blank = value is None or value is pd.NA or value != value
        if predictor.edges is not None and not blank:
            found = predictor.categories[sum(value >= edge for edge in predictor.edges)]
        else:
            found = None if blank else category_text(value)
            blank = blank or found.lower() in ("", "nan")
        claims = [c for c in children if (c.takes_missing if blank else found in c.categories)]
        at = claims[0].node_id if claims else max(children, key=lambda c: (c.n, -c.node_id)).node_id
    return tree.segment_ids[at]


def by_python(tree: SegmentTree, frame: pd.DataFrame) -> list[str]:
    names: dict = {}
    exec(compile(python_function(tree), "segments.py", "exec"), names)
    return [names["segment_of"](row) for row in frame.to_dict("records")]


def by_sql(tree: SegmentTree, frame: pd.DataFrame) -> list[str]:
    """The segment by the whole CASE, after a look whether each rule alone is true for its own customers and no other."""
    columns = [sql_case(tree), *(f"COALESCE({rule}, FALSE)" for rule in rules_of(tree)["sql"])]
    with duckdb.connect() as connection:
        connection.register("customers", frame.assign(place=range(len(frame))))
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM customers ORDER BY place").fetchall()
    assert [list(row[1:]) for row in rows] == [[row[0] == segment for segment in tree.segments["segment_id"]] for row in rows]
    return [row[0] for row in rows]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**9), st.integers(0, 7))
def test_every_language_gives_the_segment_of_assign(seed, n_splits):
    rng = np.random.default_rng(seed)
    tree, frame = random_tree(rng, n_splits), customers(rng, 40)
    expected = [walk(tree, row) for row in frame.to_dict("records")]
    assert tree.assign(frame).tolist() == expected
    assert by_python(tree, frame) == expected
    assert by_sql(tree, frame) == expected
    readers: dict = {}
    exec(READERS, readers)
    for rule in rules_of(tree).itertuples():  # each rule alone holds for its own customers and for no other
        is_in = [segment == rule.segment_id for segment in expected]
        assert [eval(rule.python, readers, {"row": row}) for row in frame.to_dict("records")] == is_in


def test_excel_gives_the_segment_of_assign(tmp_path):
    """LibreOffice calculates whole trees and single rules of 60 random trees over 25 customers each."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("no LibreOffice on this machine")
    book = openpyxl.Workbook()
    sheet, expected, names = book.active, [], list(POOLS)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        tree, frame = random_tree(rng, seed % 8), customers(rng, 25)
        formula, rules = excel_formula(tree), rules_of(tree)
        for row, segment in zip(frame.to_dict("records"), tree.assign(frame)):
            line = len(expected) + 1
            cells = {CELLS[name]: f"{chr(65 + k)}{line}" for k, name in enumerate(names)}
            for k, name in enumerate(names, start=1):
                write_cell(sheet.cell(line, k), row[name])
            for k, text in enumerate([formula, *("=" + rule for rule in rules["excel"])], start=len(names) + 1):
                sheet.cell(line, k, re.sub("|".join(map(re.escape, cells)), lambda m, cells=cells: cells[m[0]], text))
            expected.append([segment, *("TRUE" if s == segment else "FALSE" for s in rules["segment_id"])])
    book.save(tmp_path / "trees.xlsx")
    subprocess.run([program, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
                    "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(tmp_path), str(tmp_path / "trees.xlsx")],
                   check=True, timeout=240, capture_output=True)
    with open(tmp_path / "trees.csv", encoding="utf-8-sig", newline="") as file:
        found = [[cell for cell in row[len(names):] if cell] for row in csv.reader(file)]
    assert found == expected


def write_cell(cell, value) -> None:
    if value is None or value is pd.NA or value != value:
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text is a text, also one that begins with =


def in_english(formula: str) -> str:
    """A Spanish formula with the names and separators of English, read sign by sign outside of its texts."""
    names = {"SI": "IF", "Y": "AND", "O": "OR", "NO": "NOT", "IGUAL": "EXACT", "ESPACIOS": "TRIM", "MINUSC": "LOWER",
             "ENCONTRAR": "FIND", "ESNUMERO": "ISNUMBER", "ESLOGICO": "ISLOGICAL", "VERDADERO": "TRUE", "FALSO": "FALSE"}
    out, is_list = [], False
    for part in re.split(r'("[^"]*"|\[@\[[^\]]*(?:\'\][^\]]*)*\]\]|\[@\w+\])', formula):
        if part[:1] in ('"', "["):
            out.append(part)
            continue
        for piece in re.findall(r"[A-Z]+(?=\()|.", part, re.DOTALL):
            is_list = piece == "{" or is_list and piece != "}"
            out.append(names.get(piece, piece) if piece.isalpha() else "." if piece == "," else
                       "," if piece == ";" and not is_list else piece)
    return "".join(out)


@pytest.mark.parametrize("seed", range(40))
def test_the_spanish_formula_is_the_english_one_and_texts_are_short(seed):
    tree = random_tree(np.random.default_rng(seed), seed % 8)
    texts = re.findall('"((?:[^"]|"")*)"', re.sub(r"\[@\[[^\]]*(?:'\][^\]]*)*\]\]", "", excel_formula(tree)))
    assert all(len(text.replace('""', '"').encode("utf-16-le")) <= 2 * 255 for text in texts)  # Excel takes no longer ones
    assert in_english(excel_formula(tree, language="es")) == excel_formula(tree)
    spanish, english = rules_of(tree, language="es"), rules_of(tree)
    assert [in_english(rule) for rule in spanish["excel"]] == english["excel"].tolist()


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10**9))
def test_grown_trees_are_assigned_alike(seed):
    """Trees of belson.grow_tree: every language gives the training customers their segment, and new ones too."""
    rng = np.random.default_rng(seed)
    frame = customers(rng, 300)
    frame["y"] = (rng.random(300) < np.where(frame["size"] == "s", 0.8, np.where(frame["branch"] == "food", 0.6, 0.2))) * 1
    tree = grow_tree(frame, "y", list(POOLS), min_power=0.005, min_group=20, ordinal=["size"])
    assert tree.assign(frame).value_counts().to_dict() == dict(zip(tree.segments["segment_id"], tree.segments["n"]))
    for people in (frame, customers(rng, 60)):
        expected = tree.assign(people).tolist()
        assert [walk(tree, row) for row in people.to_dict("records")] == expected
        assert by_python(tree, people) == expected and by_sql(tree, people) == expected


# by hand -------------------------------------------------------------------------------------------------------------

def small_tree() -> SegmentTree:
    """100 customers: food (40) | retail, farm (60); retail and farm by orders below 30 or from 50 (35), between (25)."""
    orders = Predictor("orders", ("< 30", "30 – 50", "≥ 50"), True, (30.0, 50.0))
    nodes = (Node(0, None, 0, 100, 0.5, 25.0, split_on="branch", statistic=10.0),
             Node(1, 0, 1, 40, 0.8, 6.4, "branch", ("food",), True, stopped="depth"),
             Node(2, 0, 1, 60, 0.3, 12.6, "branch", ("farm", "retail"), split_on="orders"),
             Node(3, 2, 2, 35, 0.4, 8.4, "orders", ("< 30", "≥ 50"), stopped="depth"),
             Node(4, 2, 2, 25, 0.16, 3.36, "orders", ("30 – 50",), stopped="small"))
    return SegmentTree("belson", "buys", nodes, {"branch": Predictor("branch", ("farm", "food", "retail")), "orders": orders},
                       pd.DataFrame(), 100)


def test_segments_and_nodes():
    """S1 is the highest value: food 0.8, then 0.4, then 0.16. Explained: 1 - (6.4 + 8.4 + 3.36) / 25 = 0.2736."""
    tree = small_tree()
    assert tree.segments.to_numpy().tolist() == [["S1", 1, 40, 0.4, 0.8], ["S2", 3, 35, 0.35, 0.4], ["S3", 4, 25, 0.25, 0.16]]
    assert list(tree.segments) == SEGMENTS and list(tree.table) == NODES
    assert tree.table["segment_id"].fillna("split").tolist() == ["split", "S1", "split", "S2", "S3"]
    assert tree.table["categories"].tolist() == ["", "food", "farm, retail", "< 30, ≥ 50", "30 – 50"]
    assert tree.table["share"].tolist() == [1, 0.4, 0.6, 0.35, 0.25]
    assert tree.explained_share == pytest.approx(0.2736) and tree.children == {0: (1, 2), 2: (3, 4)}
    assert (tree.largest_child(0), tree.largest_child(2)) == (2, 3)


def test_conditions_by_hand():
    """The smaller branch names what it takes, the larger what it does not; bands that are no neighbours: two intervals."""
    tree = small_tree()
    rest = Condition("branch", ("farm", "retail"), False, True, ("food",))
    assert tree.conditions(1) == (Condition("branch", ("food",), True),)
    assert tree.conditions(3) == (rest, Condition("orders", ("< 30", "≥ 50"), True, intervals=((None, 30.0), (50.0, None))))
    assert tree.conditions(4) == (rest, Condition("orders", ("30 – 50",), False, intervals=((30.0, 50.0),)))
    assert tree.conditions(0) == () and tree.branch(2) == rest


def test_rules_by_hand():
    rules = small_tree().rules
    assert list(rules) == ["segment_id", "node_id", "n", "value", "conditions", "sql", "python", "excel"]
    branch = """COALESCE(TRIM(CAST("branch" AS VARCHAR)), '')"""
    orders = 'TRY_CAST("orders" AS DOUBLE)'
    assert rules["sql"].tolist() == [
        f"({branch} IN ('food') OR LOWER({branch}) IN ('', 'nan'))",
        f"{branch} NOT IN ('food') AND LOWER({branch}) NOT IN ('', 'nan') AND ({orders} < 30 OR "
        f"({orders} >= 50 AND {orders} <> 'NaN') OR COALESCE({orders} = 'NaN', TRUE))",
        f"{branch} NOT IN ('food') AND LOWER({branch}) NOT IN ('', 'nan') AND ({orders} >= 30 AND {orders} < 50)"]
    assert rules["python"].tolist() == [
        "text(row['branch']) in ('food', None,)",
        "text(row['branch']) not in ('food', None,) and (number(row['orders']) < 30 or 50 <= number(row['orders']) "
        "or isnan(number(row['orders'])))",
        "text(row['branch']) not in ('food', None,) and 30 <= number(row['orders']) < 50"]
    food = 'OR(EXACT(TRIM([@branch]),{"food"}),LOWER(TRIM([@branch]))={"";"nan"})'
    assert rules["excel"].tolist() == [
        food, f"AND(NOT({food}),OR(AND(ISNUMBER([@orders]),OR([@orders]<30,[@orders]>=50)),NOT(ISNUMBER([@orders]))))",
        f"AND(NOT({food}),AND(ISNUMBER([@orders]),[@orders]>=30,[@orders]<50))"]
    assert excel_formula(small_tree()) == \
        f'=IF({food},"S1",IF(AND(ISNUMBER([@orders]),[@orders]>=30,[@orders]<50),"S3","S2"))'
    assert sql_case(small_tree()).splitlines()[0] == "CASE" and sql_case(small_tree()).endswith("THEN 'S3'\nEND")
    assert python_function(small_tree()).endswith("""
def segment_of(row):
    \"\"\"The segment of a customer: row is a dictionary of column and value.\"\"\"
    if text(row['branch']) in ('food', None,):
        return 'S1'
    if 30 <= number(row['orders']) < 50:
        return 'S3'
    return 'S2'
""")


def test_a_column_twice_is_one_condition():
    """Age below 60 and then, inside, from 30: the rule says 30 to 60 once. Of branch not a, then b alone: b."""
    ages = Predictor("age", ("< 30", "30 – 60", "≥ 60"), True, (30.0, 60.0))
    kinds = Predictor("kind", ("a", "b", "c"))
    nodes = (Node(0, None, 0, 90, 0.5, 9, split_on="age"), Node(1, 0, 1, 60, 0.5, 9, "age", ("< 30", "30 – 60"), split_on="kind"),
             Node(2, 0, 1, 30, 0.5, 9, "age", ("≥ 60",)), Node(3, 1, 2, 40, 0.5, 9, "kind", ("b", "c"), split_on="age"),
             Node(4, 1, 2, 20, 0.5, 9, "kind", ("a",)), Node(5, 3, 3, 15, 0.5, 9, "age", ("< 30",)),
             Node(6, 3, 3, 25, 0.5, 9, "age", ("30 – 60",), split_on="kind"), Node(7, 6, 4, 5, 0.5, 9, "kind", ("b",)),
             Node(8, 6, 4, 20, 0.5, 9, "kind", ("c",)))
    tree = SegmentTree("chaid", "y", nodes, {"age": ages, "kind": kinds}, pd.DataFrame(), 90)
    between = Condition("age", ("30 – 60",), True, intervals=((30.0, 60.0),))
    assert tree.conditions(7) == (between, Condition("kind", ("b",), False))
    assert tree.conditions(8) == (between, Condition("kind", ("c",), True, True, ("a", "b")))


def test_a_tree_of_one_node():
    tree = SegmentTree("belson", "buys", (Node(0, None, 0, 9, 0.5, 0.0),), {}, pd.DataFrame(), 9)
    people = pd.DataFrame({"x": [1, 2]}, index=["p", "p"])
    assert tree.assign(people).to_dict() == {"p": "S1"} and tree.assign(people).index.tolist() == ["p", "p"]
    assert tree.assign(people.iloc[:0]).tolist() == [] and tree.explained_share == 0
    assert by_python(tree, people) == by_sql(tree, people) == ["S1", "S1"]
    assert tree.rules[["sql", "python", "excel"]].to_numpy().tolist() == [["TRUE", "True", "TRUE()"]]
    assert excel_formula(tree) == '="S1"' and tree.unseen(people).empty


def test_equal_branches_leave_the_rest_to_the_first():
    kinds = Predictor("kind", ("a", "b"))
    nodes = (Node(0, None, 0, 20, 0.5, 5, split_on="kind"), Node(1, 0, 1, 10, 0.2, 1, "kind", ("a",)),
             Node(2, 0, 1, 10, 0.8, 1, "kind", ("b",)))
    tree = SegmentTree("aid", "y", nodes, {"kind": kinds}, pd.DataFrame(), 20)
    people = pd.DataFrame({"kind": ["a", "b", "c", None]})
    assert tree.assign(people).tolist() == ["S2", "S1", "S2", "S2"] == by_python(tree, people) == by_sql(tree, people)


def test_unseen_categories_are_listed():
    people = pd.DataFrame({"branch": ["food", "mine", "mine", 3.0, None, " port "], "orders": [1, 2, 3, 4, 5, 6]})
    before = people.copy()
    tree = small_tree()
    assert tree.unseen(people).to_numpy().tolist() == [["branch", "mine", 2], ["branch", "3", 1], ["branch", "port", 1]]
    tree.assign(people)
    pd.testing.assert_frame_equal(people, before)


def test_columns_that_are_not_there_or_there_twice():
    for act in (small_tree().assign, small_tree().unseen):
        with pytest.raises(NotComputable) as error:
            act(pd.DataFrame({"orders": [1]}))
        assert str(error.value) == "There is no column branch; the columns are orders."
        with pytest.raises(NotComputable) as error:
            act(pd.DataFrame([["a", "b", 1]], columns=["branch", "branch", "orders"]))
        assert str(error.value) == "2 columns are called branch."


def test_numbers_truths_and_texts_of_any_type_are_one_category():
    """What pandas may hold for the same value, in Python and, by their types, in SQL."""
    tree = SegmentTree("aid", "y", (Node(0, None, 0, 9, 0.5, 9, split_on="it's [#1] @"),
                                    Node(1, 0, 1, 3, 0.9, 1, "it's [#1] @", ("3",)),
                                    Node(2, 0, 1, 6, 0.1, 1, "it's [#1] @", ("1", "2"))), PREDICTORS, pd.DataFrame(), 9)
    for values in ([3, 1], ["3", "1"], [3.0, 1.0], np.array([3, 1], dtype="float32"), pd.array([3, 1], dtype="Int64"),
                   pd.Categorical([3, 1]), [" 3", "1 "], np.array([3, 1], dtype="uint8")):
        people = pd.DataFrame({"it's [#1] @": values})
        assert tree.assign(people).tolist() == by_python(tree, people) == by_sql(tree, people) == ["S1", "S2"]
    truth = SegmentTree("aid", "y", (Node(0, None, 0, 9, 0.5, 9, split_on="is_new"),
                                     Node(1, 0, 1, 3, 0.9, 1, "is_new", ("yes",)),
                                     Node(2, 0, 1, 6, 0.1, 1, "is_new", ("no",), True)), PREDICTORS, pd.DataFrame(), 9)
    for values in ([True, False, None], pd.array([True, False, pd.NA], dtype="boolean"), ["yes", "no", ""]):
        people = pd.DataFrame({"is_new": values})
        assert truth.assign(people).tolist() == by_python(truth, people) == by_sql(truth, people) == ["S1", "S2", "S2"]


NASTY = ["1_000", " 3 ", "", "inf", "-inf", "Infinity", "nan", "NaN", "0x1", "1,5", "１", " ", True, False, None, "1e3", "+5",
         "-.5", "5.", ".", "1 2", np.float32(2.5), np.int64(3), np.bool_(True), pd.NA, pd.NaT, Decimal("2.50"), "\t7\n",
         "1e400", 10**30, "true", "3.0", "\u00a05", "NA", "None", "-nan", "(5)", "5%", 3.0, -0.0, 1e20, math.inf, math.nan, "🙂"]


@pytest.mark.parametrize("value", NASTY, ids=repr)
def test_the_readers_read_as_the_tree_does(value):
    names: dict = {}
    exec(READERS, names)
    column = pd.Series([value], dtype=object)
    as_text = "nothing" if names["text"](value) is None else names["text"](value)
    assert Predictor("x", (as_text,)).codes(column)[0] == (-1 if as_text == "nothing" else 0)
    number = names["number"](value)
    code = Predictor("x", ("< 4", "≥ 4"), True, (4.0,)).codes(column)[0]
    assert code == (-1 if math.isnan(number) else int(number >= 4))


def test_an_edge_with_many_figures_is_the_same_number_everywhere():
    edge = 0.1 + 0.2
    tree = SegmentTree("aid", "y", (Node(0, None, 0, 9, 0.5, 9, split_on="v"), Node(1, 0, 1, 3, 0.9, 1, "v", ("high",)),
                                    Node(2, 0, 1, 6, 0.1, 1, "v", ("low",))),
                       {"v": Predictor("v", ("low", "high"), True, (edge,))}, pd.DataFrame(), 9)
    people = pd.DataFrame({"v": [0.3, edge, np.nextafter(edge, 0), np.nextafter(edge, 1), 1e-7, 1e16, -math.inf, math.inf]})
    expected = ["S2", "S1", "S2", "S1", "S2", "S1", "S2", "S1"]
    assert tree.assign(people).tolist() == by_python(tree, people) == by_sql(tree, people) == expected


def test_excel_has_limits():
    """400 names of 50 signs are too long; of 70 branches 69 are IFs inside each other, with OR, EXACT and TRIM inside: 72."""
    many = tuple(f"a rather long name of a branch of activity, number {k}" for k in range(400))
    wide = SegmentTree("chaid", "y", (Node(0, None, 0, 900, 0.5, 9, split_on="k"), Node(1, 0, 1, 600, 0.9, 1, "k", ("z",)),
                                      Node(2, 0, 1, 300, 0.1, 1, "k", many)),
                       {"k": Predictor("k", (*many, "z"))}, pd.DataFrame(), 900)
    with pytest.raises(NotComputable) as error:
        excel_formula(wide)
    assert re.fullmatch(r"The Excel formula has [\d,]+ characters and Excel takes 8,192\.", str(error.value))
    assert error.value.fallback == "Use the SQL or the Python form, or the formula of each segment alone."
    names = tuple(f"k{k}" for k in range(70))
    flat = SegmentTree("chaid", "y", (Node(0, None, 0, 900, 0.5, 9, split_on="k"),
                                      *(Node(k + 1, 0, 1, 10, k / 70, 1, "k", (name,)) for k, name in enumerate(names))),
                       {"k": Predictor("k", names)}, pd.DataFrame(), 900)
    with pytest.raises(NotComputable) as error:
        excel_formula(flat)
    assert str(error.value) == "The Excel formula nests 72 functions and Excel takes 64."
    people = pd.DataFrame({"k": [*names, "other"]})
    assert by_python(flat, people) == flat.assign(people).tolist() == by_sql(flat, people)
    with pytest.raises(ParameterError) as error:
        excel_formula(flat, language="fr")
    assert str(error.value) == "The language fr is not known for Excel; choose en or es."
