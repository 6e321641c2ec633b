"""Step comparison: three trees on one study, their rules as decisions of step 1, the pages 01b to 01d."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.panels import PAGES
from svcnb.panels.decision import judge
from svcnb.results import evaluate
from svcnb.sentences.causes import CAUSES, read_cause
from svcnb.sentences.rules import read_rule
from svcnb.steps import comparison, segmentation
from svcnb.steps.rules import holds
from svcnb.study import load_study
from tests.test_check import study_of

EN, ES = words_in("en"), words_in("es")
# T16: men 10 of 50 dance, women 30 of 50; young 14 of 32, adult 14 of 44, older 12 of 24 (method.md 3.5 and 3.6)
CELLS = [("man", "young", 4, 12), ("man", "adult", 3, 18), ("man", "older", 3, 10),
         ("woman", "young", 10, 6), ("woman", "adult", 11, 12), ("woman", "older", 9, 2)]


@pytest.fixture(scope="module")
def demo():
    return load_study("demo")


@pytest.fixture(scope="module")
def result(demo):
    return evaluate(demo, None, "comparison")


@pytest.fixture
def dancers(tmp_path):
    study_of(tmp_path)
    rows = [(sex, age, answer) for sex, age, yes, no in CELLS for answer in ["true"] * yes + ["false"] * no]
    frame = pd.DataFrame(rows, columns=["sex", "age_group", "uses_product"])
    frame.insert(0, "customer_id", [f"K{k}" for k in range(len(frame))])
    frame.to_csv(tmp_path / "customers.csv", index=False)
    return load_study(tmp_path)


def test_belson_of_the_method_text(dancers):
    """p = 0.40; women 30 of 50: D = |30 - 20| = 10. Young and older 26 of 56: D = |26 - 22.4| = 3.6 (T16)."""
    found = evaluate(dancers, None, "comparison").table("belson").set_index("predictor")
    assert found["power"].round(9).to_dict() == {"sex": 10.0, "age_group": 3.6}
    assert found.loc["age_group", "categories_above"] == "older, young" and found.loc["sex", "n_above"] == 50


def test_the_demo_has_the_branch_that_was_planted(result):
    methods = result.table("methods").set_index("method")
    methods, clusters = methods.drop("clusters"), methods.loc["clusters"]
    assert clusters["n_segments"] > 1 and clusters["explained_share"] < methods["explained_share"].min()
    assert set(methods["variable"]) == {"branch"} and list(methods.index) == ["contingency", "belson", "aid", "chaid"]
    assert (methods["explained_held_back"] < methods["explained_share"]).all()
    assert result.value("explained_share_chaid") == pytest.approx(methods.loc["chaid", "explained_share"])


def test_every_customer_is_in_the_segment_that_the_rule_says(demo, result):
    customers, members = demo.table("customers"), result.table("tree_members").set_index("customer_id")
    for method, segments in result.decision["trees"].items():
        said = pd.Series(None, index=customers["customer_id"].astype(str), dtype=object)
        for segment, row in segments.items():
            inside = holds(row["rule"], customers).to_numpy()
            assert said[inside].isna().all()  # nobody is claimed twice
            said[inside] = segment
            assert int(inside.sum()) == row["n"]
        assert said.loc[members.index].tolist() == members[method].tolist()


def test_step_1_takes_a_tree_and_every_later_step_follows(demo, tmp_path):
    with open_journal(tmp_path / "journal.sqlite") as journal:
        before = evaluate(demo, journal, "characterisation")
        journal.record("decision", "segmentation", "variable", {"value": "chaid", "reason": "rules"}, actor="Ana")
        chosen, after = evaluate(demo, journal, "segmentation"), evaluate(demo, journal, "characterisation")
        trees = evaluate(demo, journal, "comparison").decision["trees"]["chaid"]
        assert chosen.table("segments")["n"].tolist() == [row["n"] for row in trees.values()]
        assert chosen.value("discriminating") is True and chosen.value("cramers_v") > 0.4
        assert len(after.table("groups")) == 5 != len(before.table("groups"))
        assert any("grown on these same customers" in reason.template for reason in chosen.reasons)
        new = pd.DataFrame({"customer_id": ["n1", "n2"], "branch": ["bakery", "industry"],
                            "living_conditions": "urban", "age": 30})
        assert segmentation.assign(new, chosen.decision).tolist() == ["S1", "S4"]  # a branch never seen follows the largest


def test_without_customers_it_says_so(tmp_path):
    study_of(tmp_path)
    found = evaluate(load_study(tmp_path), None, "comparison")
    assert found.decision == {"trees": {}} and found.evidence == "assumed"
    assert EN.reason(found.reasons[0]).startswith("There is no customers table")
    for name in ("belson", "tree", "methods"):
        page = PAGES[name]
        tables = page.adapt(found, {}, ES)
        assert page.check(found, tables, ES) is None
        assert page.read(found, tables, {}, ES).startswith("Ningún método puede buscar")


def test_one_category_only_is_said(tmp_path):
    study_of(tmp_path)
    (tmp_path / "customers.csv").write_text("customer_id,branch,uses_product\n" + "".join(
        f"K{k},food,{'true' if k % 2 else 'false'}\n" for k in range(60)), encoding="utf-8")
    found = evaluate(load_study(tmp_path), None, "comparison")
    assert EN.reason(found.reasons[-1]) == "No characteristic of the customers varies: there is nothing to divide them by."


@pytest.mark.parametrize(("option", "message"), [
    ({"max_depth": 0}, "max_depth = 0 is not between 1 and 8."),
    ({"held_back": 0.95}, "held_back = 0.95 is not between 0 and 0.9."),
    ({"min_child": 0}, "min_child = 0 is not between 1 and 1,000,000.")])
def test_parameters_are_checked(option, message):
    with pytest.raises(ParameterError) as error:
        comparison.Parameters(**option)
    assert EN.reason(error.value) == message


def test_nothing_is_decided_here(result):
    with pytest.raises(ParameterError) as error:
        comparison.decide(result, {"variable": "branch"})
    assert EN.reason(error.value).startswith("variable cannot be decided here")


@pytest.mark.parametrize("name", ["belson", "tree", "methods"])
def test_the_check_by_hand_knows_right_and_wrong(name, result):
    page = PAGES[name]
    check = page.check(result, page.adapt(result, {}, EN), EN)
    assert judge(check, check.answer, EN)[1] == "settled"
    for wrong, message in check.mistakes:
        assert judge(check, wrong, EN) == (message, "attention")


def test_the_check_of_belson_is_the_ranking(result):
    """216 of the 300 workshops use the product, 53 % of all: 216 - 0.53 × 300 = 57."""
    check = PAGES["belson"].check(result, result.tables, EN)
    assert check.answer == pytest.approx(57.0) == result.table("belson")["power"].iloc[0]


def test_the_readings_in_both_languages(result):
    for words, belson, tree in ((EN, "Branch of activity divides the customers first: Belson's D is 57.0, 38.1 % of",
                                 "CHAID makes 5 segments of 600 customers by use of the product: S1 has 72 %, S5 has 11 %"),
                                (ES, "Rama de actividad divide primero a los clientes: la D de Belson es 57,0, 38,1 % de",
                                 "CHAID forma 5 segmentos de 600 clientes por uso del producto: S1 tiene 72 %, S5 tiene 11 %")):
        for name, start in (("belson", belson), ("tree", tree)):
            page = PAGES[name]
            assert page.read(result, page.adapt(result, {}, words), {}, words).startswith(start)


def test_a_segment_is_chosen_and_its_customers_stand_there(result):
    tables = PAGES["tree"].adapt(result, {"method": "chaid", "node": "chaid:3"}, EN)
    assert len(tables["tree_customers"]) == 90 and tables["tree"]["selected"].sum() == 1
    other = PAGES["tree"].adapt(result, {"method": "belson", "node": ""}, EN)
    assert len(other["tree_rules"]) == 2 and not len(other["tree_customers"])
    assert set(other["tree_programs"]["language"]) == {"SQL", "Python", "Excel", "Excel (español)"}


def test_rules_read_in_words(result):
    segments = result.table("tree_segments")
    rule = json.loads(segments[(segments["method"] == "chaid") & (segments["segment_id"] == "S5")]["rule"].iloc[0])
    assert read_rule(rule, EN) == ("branch of activity: fleet or small farm; living conditions: rural or not known; "
                                   "age: below 40 or not known")
    assert read_rule(rule, ES).endswith("edad: menos de 40 o sin dato")


@pytest.mark.parametrize("code", CAUSES)
@pytest.mark.parametrize("words", [EN, ES], ids=["en", "es"])
def test_every_cause_is_a_sentence(code, words):
    said = read_cause({"code": code, "first": "chaid", "second": "belson", "variable": "branch", "other": "age", "value": 0.02,
                       "other_value": 0.04, "n": 4, "other_n": 2}, words)
    assert said.endswith(".") and "{" not in said and "chaid" not in said


def test_labels_of_a_client_are_never_html(tmp_path):
    study_of(tmp_path)
    (tmp_path / "customers.csv").write_text("customer_id,branch,uses_product\n" + "".join(
        f"K{k},{'<b>x</b> $1$' if k % 2 else '🍎; DROP'},{'true' if k % 3 else 'false'}\n" for k in range(120)), encoding="utf-8")
    found = evaluate(load_study(tmp_path), None, "comparison")
    from svcnb.panels.shown import pictures_html, tables_html

    page = PAGES["belson"]
    tables = page.adapt(found, {}, EN)
    html = str(tables_html(page, tables, EN)) + str(pictures_html(page, tables, EN))
    assert "<b>x</b>" not in html and "&lt;b&gt;x&lt;/b&gt;" in html
