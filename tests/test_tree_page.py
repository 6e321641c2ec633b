"""Page 01c: every node of a tree can be chosen, with its rule in words and as programs, its customers, the split below it."""

from __future__ import annotations

import time
from types import SimpleNamespace

import duckdb
import matplotlib
import pandas as pd
import pytest

from svcnb import pages
from svcnb.figures import style
from svcnb.figures.trees import describe_tree, plot_tree
from svcnb.i18n import words_in
from svcnb.panels import PAGES, controls, downloads
from svcnb.panels.page import Field
from svcnb.panels.shown import tables_html
from svcnb.results import evaluate, proposal_from_json, proposal_to_json
from svcnb.sentences.tree import name_node
from svcnb.steps import comparison
from svcnb.study import load_study
from tests.test_check import study_of

EN, ES = words_in("en"), words_in("es")
PAGE = PAGES["tree"]


@pytest.fixture(scope="module")
def demo():
    return load_study("demo")


@pytest.fixture(scope="module")
def result(demo):
    return evaluate(demo, None, "comparison")


def chosen(result, node, words=EN):
    return PAGE.adapt(result, {"method": node.partition(":")[0], "node": node}, words)


def read(result, node, words=EN):
    return PAGE.read(result, chosen(result, node, words), {}, words)


def every_node(result):
    return [node for node, _ in PAGE.controls(result, EN)[1].options if node]


# what can be chosen ---------------------------------------------------------------------------------------
def test_every_node_of_every_tree_can_be_chosen_the_root_too(result):
    """CHAID grows eight nodes on the demo; a node stands before its branches, a segment by its name."""
    nodes = result.table("nodes")
    assert set(every_node(result)) == {f"{row.method}:{row.node_id}" for row in nodes.itertuples()}
    options = [text for node, text in PAGE.controls(result, EN)[1].options if node.startswith("chaid:")]
    assert [text.strip() for text in options][:5] == [
        "all customers (n = 600)", "S1 · branch of activity: auto workshop, any new… (n = 300)",
        "branch of activity: fleet or small farm (n = 210)", "living conditions: rural or not known (n = 95)",
        "S5 · age: below 40 or not known (n = 28)"]
    assert [len(text) - len(text.lstrip()) for text in options] == [0, 1, 1, 2, 3, 3, 2, 1]
    row = next(nodes[nodes["segment_id"] == "S5"].itertuples())
    assert name_node(row, ES).strip() == "S5 · edad: menos de 40 o sin dato (n = 28)"


def test_a_method_offers_its_own_nodes_only_and_nothing_chosen_when_it_moves(monkeypatch):
    page = pages.open_page("tree", "demo")
    page.picture()
    method, node = page.controls["method"], page.controls["node"]
    assert all(not value or value.startswith("chaid:") for _, value in node.options) and node.value == ""
    node.value = "chaid:4"
    assert page.view == {"method": "chaid", "node": "chaid:4"} and "95 of 600" in repr(page.reading())
    method.value = "aid"
    assert page.view == {"method": "aid", "node": ""} and "AID makes" in repr(page.reading())
    assert len(node.options) == 8 and all(not value or value.startswith("aid:") for _, value in node.options)


def test_a_choice_within_another_keeps_its_options_without_value():
    fields = (Field("a", "A", "choice", "x", (("x", "x"), ("y", "y"))),
              Field("b", "B", "choice", "", (("", "none"), ("x:1", "one"), ("y:1", "uno"), ("y:2", "dos")), within="a"))
    made = {field.key: controls.build(field, EN) for field in fields}
    controls.narrow(fields, made)
    assert made["b"].options == (("none", ""), ("one", "x:1"))
    made["a"].value = "y"
    assert made["b"].options == (("none", ""), ("uno", "y:1"), ("dos", "y:2"))


def test_a_node_of_another_tree_is_none(result):
    tables = PAGE.adapt(result, {"method": "aid", "node": "chaid:4"}, EN)
    assert not tables["tree"]["selected"].any() and not len(tables["tree_node"]) and not len(tables["tree_customers"])


# what is shown of it ----------------------------------------------------------------------------------------
def test_the_node_and_its_branches_by_hand(demo, result):
    """Fleets and small farms that are rural: counted anew from the customers; squares n p (1 - p)."""
    people = demo.table("customers")
    rural = people["branch"].isin(["fleet", "small farm"]) & (people["living_conditions"].fillna("rural") == "rural")
    young = rural & ~(people["age"] >= 40)
    uses = people["uses_product"].astype(bool)
    rows = chosen(result, "chaid:4")["tree_node"]
    for row, inside in zip(rows.itertuples(), (rural, young, rural & ~young), strict=True):
        n, share = int(inside.sum()), float(uses[inside].mean())
        assert (row.n, row.share) == (n, pytest.approx(n / len(people)))
        assert row.target_share == pytest.approx(share) and row.squares == pytest.approx(n * share * (1 - share))
    assert rows["part"].tolist() == ["chosen node", "branch", "branch"]
    assert rows["who_belongs"].tolist() == ["branch of activity: fleet or small farm; living conditions: rural or not known",
                                            "age: below 40 or not known", "age: 40 or more"]
    assert rows.loc[0, "p_adjusted"] == pytest.approx(0.047, abs=5e-4) and rows.loc[0, "split_on"] == "age"
    lost = rows.loc[0, "squares"] - rows.loc[1:, "squares"].sum()  # what the split explains, of the root's squares
    root = result.table("nodes").query("method == 'chaid'")["squares"].iloc[0]
    assert rows.loc[0, "gain_share"] == pytest.approx(lost / root)


def test_customers_of_a_node_are_those_of_its_segments(result):
    members = result.table("tree_members")
    assert len(chosen(result, "chaid:0")["tree_customers"]) == len(members) == 600
    tables = chosen(result, "chaid:4")
    below = members[members["chaid"].isin(["S3", "S5"])]
    assert tables["tree_customers"]["customer_id"].tolist() == below["customer_id"].tolist() and len(below) == 95
    assert tables["tree"].loc[tables["tree"]["on_path"], "node_id"].tolist() == [0, 2, 4]


@pytest.mark.parametrize("method", ["belson", "aid", "chaid"])
def test_programs_of_every_node_take_its_customers(demo, result, method):
    """SQL in DuckDB, Python by itself: as many as the node holds, and those whom the page lists."""
    people = demo.table("customers").convert_dtypes()
    plain = people.astype(object).where(people.notna(), None).to_dict("records")
    nodes = result.table("nodes").query("method == @method")
    with duckdb.connect() as base:
        base.register("people", people)
        for row in nodes.itertuples():
            tables = chosen(result, f"{method}:{row.node_id}")
            programs = tables["tree_node_programs"].set_index("language")["program"]
            listed = set(tables["tree_customers"]["customer_id"])
            found = base.sql(f"SELECT customer_id FROM people WHERE {programs['SQL']} = 1").fetchall()
            assert {one for one, in found} == listed and len(listed) == row.n
            room: dict = {}
            exec(programs["Python"], room)
            assert {one["customer_id"] for one in plain if room["belongs"](one)} == listed
            assert list(programs.index) == ["SQL", "Python", "Excel", "Excel (español)"]
            assert programs["Excel"].startswith("=") and programs["Excel (español)"].startswith("=")


def test_a_formula_too_long_for_excel_is_left_out():
    """A branch of 400 names of 30 letters is a formula of more than 8192."""
    from svcnb.methods import chaid
    from svcnb.steps.grown_trees import _node_programs

    names = [f"{k:04d}" + "n" * 30 for k in range(600)]
    frame = pd.DataFrame({"place": names * 4, "buys": ["yes", "no"] * 1200})
    tree = chaid.grow_tree(frame, "buys", ["place"], target="yes", max_categories=1000, min_parent=2, min_child=1)
    programs = _node_programs(tree)
    assert set(programs.loc[programs["node_id"] == 0, "language"]) == {"SQL", "Python", "Excel", "Excel (español)"}
    assert set(programs.loc[programs["node_id"] == 1, "language"]) == {"SQL", "Python"}


def test_twenty_customers_first_and_a_guarded_csv_of_all(result):
    tables = chosen(result, "chaid:4")
    html = str(tables_html(PAGE, tables, EN))
    at = html.index("<caption>Customers of the chosen node</caption>")
    assert html[at:html.index("</table>", at)].count("<tr>") == 21 and "all 95 rows" in html
    trick = tables["tree_customers"].assign(name="=1+1")
    assert b"'=1+1" in downloads.table_csv(trick)
    assert len(downloads.table_csv(tables["tree_customers"]).splitlines()) == 96


def test_customers_without_names_have_no_empty_column(result):
    nameless = result.table("tree_members").assign(name=None)
    table = lambda name: nameless if name == "tree_members" else result.table(name)
    tables = PAGE.adapt(SimpleNamespace(tables={**result.tables, "tree_members": nameless}, table=table),
                        {"method": "chaid", "node": "chaid:3"}, EN)
    assert list(tables["tree_customers"].columns) == ["customer_id", "value"]


# the reading ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("node, english, spanish", [
    ("chaid:0",
     "The chosen node holds all 600 customers. The share of use of the product = yes is 53 %; sum of squares 149.5. "
     "Below it branch of activity divides further (p < 0.001): auto workshop, any new one or not known: 72 % (n = "
     "300); fleet or small farm: 42 % (n = 210); industry: 14 % (n = 90).",
     "El nodo elegido reúne a los 600 clientes. La proporción de uso del producto = sí es 53 %; suma de cuadrados "
     "149,5."),
    ("chaid:2",
     "The chosen node holds 210 of 600 customers (35.0 %): branch of activity: fleet or small farm. The share of use "
     "of the product = yes is 42 % among them and 53 % among all; sum of squares 51.3. The split on branch of activity"
     " made it (p < 0.001). Below it living conditions divides further (p = 0.011): rural or not known: 31 % (n = 95);"
     " suburban, urban or any new one: 52 % (n = 115).",
     "El nodo elegido reúne a 210 de 600 clientes (35,0 %): rama de actividad: fleet o small farm."),
    ("chaid:6",
     "Only 28 of 600 customers (4.7 %) are in the chosen node, too few to decide by data of their own: branch of "
     "activity: fleet or small farm; living conditions: rural or not known; age: below 40 or not known. The share of "
     "use of the product = yes is 11 % among them and 53 % among all; sum of squares 2.7. The split on age made it (p "
     "= 0.047). It is not divided further: it holds too few customers.",
     "Solo 28 de 600 clientes (4,7 %) están en el nodo elegido, muy pocos para decidir con datos propios:"),
    ("aid:4",
     "Segment S4 holds 90 of 600 customers (15.0 %): branch of activity: industry. The share of use of the product = "
     "yes is 14 % among them and 53 % among all; sum of squares 11.1. The split on branch of activity made it "
     "(explains 3.3 %). It is not divided further: no characteristic passes the test.",
     "El segmento S4 reúne a 90 de 600 clientes (15,0 %): rama de actividad: industria.")])
def test_the_reading_of_a_node(result, node, english, spanish):
    assert read(result, node) == english
    assert read(result, node, ES).startswith(spanish)


def test_who_is_not_listed_is_said(result):
    """Of large studies the first 20 000 customers are listed; here the first 50 of 600."""
    few = result.table("tree_members").head(50)
    part = SimpleNamespace(tables={**result.tables, "tree_members": few},
                           table=lambda name: few if name == "tree_members" else result.table(name))
    assert PAGE.read(part, chosen(part, "chaid:0"), {}, EN).endswith("The page lists 50 of them; the rules find all.")


@pytest.mark.parametrize("words", [EN, ES], ids=["en", "es"])
def test_every_node_is_read_without_a_hole_and_fast(result, words):
    for node in every_node(result):
        at = time.perf_counter()
        tables = chosen(result, node, words)
        assert time.perf_counter() - at < 0.15 * 4  # 0.15 s on a machine that does nothing else
        said = PAGE.read(result, tables, {}, words)
        assert said.endswith(".") and "{" not in said and "nan" not in said and "_" not in said


# the picture ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("node", ["chaid:0", "chaid:2", "chaid:6"])
def test_the_chosen_node_is_told_apart_by_more_than_its_colour(result, node):
    tree, number = chosen(result, node)["tree"], node.partition(":")[2]
    with matplotlib.rc_context(style.SETTINGS):
        ax = plot_tree(tree, words=EN)
        boxes = {text.get_gid(): text for text in ax.texts if text.get_gid()}
        assert [gid for gid, text in boxes.items() if text.get_fontweight() == "bold"] == [f"node:{number}"]
        width = {gid: text.get_bbox_patch().get_linewidth() for gid, text in boxes.items()}
        assert max(width, key=width.get) == f"node:{number}"
        path = set(tree.loc[tree["on_path"] & (tree["node_id"] > 0), "node_id"])
        assert {line.get_gid() for line in ax.lines if line.get_linewidth() > 2} == {f"branch:{one}" for one in path}
        narrow = plot_tree(tree, words=EN, narrow=True)
        assert sum(text.get_text().startswith("▶ ") for text in narrow.texts) == 1
    row = next(tree[tree["selected"]].itertuples())
    said = describe_tree(tree, EN)
    assert said.endswith(f"{EN.percent(row.value, 0)} (n = {row.n}).") and " Chosen: " in said
    assert "Elegido: " in describe_tree(tree, ES)


def test_a_tree_of_one_node_can_be_chosen_too(tmp_path):
    """A characteristic that tells nothing: every tree is its root, which holds all."""
    study_of(tmp_path)
    (tmp_path / "customers.csv").write_text("customer_id,branch,uses_product\n" + "".join(
        f"K{k},{'food' if k % 4 < 2 else 'metal'},{'true' if k % 2 else 'false'}\n" for k in range(120)), encoding="utf-8")
    found = evaluate(load_study(tmp_path), None, "comparison")
    assert [len(found.table("nodes").query("method == @m")) for m in ("aid", "chaid")] == [1, 1]
    tables = chosen(found, "chaid:0")
    assert PAGE.read(found, tables, {}, EN) == (
        "The chosen node holds all 120 customers. The share of use of the product = yes is 50 %; sum of squares 30.0. It is "
        "not divided further: no characteristic passes the test.")
    assert tables["tree_node_programs"]["program"].iloc[0] == "CASE WHEN TRUE THEN 1 ELSE 0 END"
    assert len(tables["tree_customers"]) == 120
    for narrow in (False, True):
        assert plot_tree(tables["tree"], words=ES, narrow=narrow)


def test_without_a_tree_nothing_can_be_chosen(tmp_path):
    study_of(tmp_path)
    found = evaluate(load_study(tmp_path), None, "comparison")
    assert PAGE.controls(found, EN) == () and PAGE.adapt(found, {"node": "chaid:1"}, EN) == found.tables


def test_the_tables_are_kept_whole(demo, result):
    proposal = comparison.propose(demo, {}, comparison.Parameters())
    back = proposal_from_json(proposal_to_json(proposal))
    for name in ("nodes", "node_programs"):
        kept, made = (tables[name].astype(object).where(tables[name].notna(), None) for tables in (back.tables, proposal.tables))
        pd.testing.assert_frame_equal(kept, made)
