"""Page 01f: what the experts vote and rate, and whether the data agree (method.md 3.10, 0.4, 8.4)."""

from __future__ import annotations

import math
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.figures.apriori import (
    describe_compared,
    describe_confrontation,
    describe_votes,
    plot_compared,
    plot_confrontation,
    plot_votes,
)
from svcnb.i18n import words_in
from svcnb.panels import PAGES
from svcnb.panels.decision import judge
from svcnb.results import evaluate, proposal_from_json, proposal_to_json
from svcnb.sentences.apriori import read_apriori
from svcnb.steps.apriori import Parameters, decide, propose
from svcnb.study import load_study

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
EN, ES = words_in("en"), words_in("es")
PAGE = PAGES["apriori"]
SEGMENTS = {"S1": {"name": "farm", "values": ["farm"]}, "S2": {"name": "fleet", "values": ["fleet"]}}


def ballots(item, yes, no, round=1):
    return [{"expert_id": f"E{k}", "topic": "variables", "item_id": item, "vote": k < yes, "round": round}
            for k in range(yes + no)]


def ratings(rows):
    """rows: one list of marks an expert, on criteria a, b, c of branch."""
    return [{"expert_id": f"E{k}", "topic": "criteria", "item_id": f"branch:{item}", "value": mark, "round": 1}
            for k, marks in enumerate(rows) for item, mark in zip("abc", marks, strict=True)]


def people(n=60, **columns):
    """Half farms, half fleets; farms use the product, fleets do not, but for one in six; colour says nothing."""
    kinds = ["farm" if k % 2 else "fleet" for k in range(n)]
    return pd.DataFrame({"customer_id": [f"K{k}" for k in range(n)], "name": [f"Firm {k}" for k in range(n)], "branch": kinds,
                         "environment": ["red" if k % 4 < 2 else "blue" for k in range(n)],
                         "uses_product": [(kind == "farm") != (k % 6 == 0) for k, kind in enumerate(kinds)], **columns})


def proposed(decision=None, **tables):
    return propose(SmallStudy(**tables), {"segmentation": decision or {"variable": "branch", "segments": SEGMENTS}}, Parameters())


def result_of(proposal):
    return SimpleNamespace(tables=proposal.tables, table=lambda name: proposal.tables.get(name, pd.DataFrame()),
                           value=lambda name: proposal.quantities[name].value if name in proposal.quantities else None)


def said(proposal, words=EN):
    return [words.reason(r) for r in proposal.reasons]


@pytest.fixture(scope="module")
def demo():
    return evaluate(load_study(DEMO), None, "apriori")


# the demo ---------------------------------------------------------------------------------------------
def test_the_planted_votes_are_found(demo):
    """story/experts.py plants the yes votes of nine; 6 of 9 is above 60 %, 5 of 9 below."""
    rows = demo.table("votes").set_index("variable")
    assert rows["in_favour"].to_dict() == {"branch": 9, "location": 4, "sex": 1, "professional_level": 5, "preferred_channel": 6,
                                           "income": 5, "living_conditions": 1, "environment": 2, "age": 2}
    assert list(rows.index[rows["keep"]]) == ["branch", "preferred_channel"]
    assert list(rows.index[rows["one_vote"]]) == ["preferred_channel", "income", "professional_level"]
    assert demo.decision == {} and demo.evidence == "expert"


def test_the_data_bear_out_what_was_planted(demo):
    """The branch decides on the use of the product (truth.toml), the channel does not; delivery points were not asked."""
    rows = demo.table("follow_up").set_index("variable")
    assert rows["verdict"].value_counts().to_dict() == {"both_drop": 7, "not_voted": 2, "both_keep": 1, "experts_only": 1}
    assert (rows.loc["branch", "verdict"], rows.loc["preferred_channel", "verdict"]) == ("both_keep", "experts_only")
    assert rows.loc["delivery_points", ["discriminating", "missing"]].tolist() == [True, "votes of the experts"]
    assert (demo.value("variables_tested"), demo.value("experts_and_data_agree")) == (9, 8)


def test_the_concordance_agrees_with_the_formula(demo):
    """W = 12 S / (m² (n³ - n) - m ΣT) of the branch from the csv."""
    rows = pd.read_csv(DEMO / "expert_answers.csv")
    wide = rows[rows["item_id"].str.startswith("branch:")].pivot(index="expert_id", columns="item_id", values="value")
    ranks, (m, n) = wide.rank(axis=1), wide.shape
    ties = sum(float((c**3 - c).sum()) for _, row in wide.iterrows() for c in [row.value_counts()])
    s = ((ranks.sum() - m * (n + 1) / 2) ** 2).sum()
    found = demo.table("ratings").set_index("scope")
    assert found.loc["branch", "kendall_w"] == pytest.approx(12 * s / (m**2 * (n**3 - n) - m * ties))
    assert demo.value("concordance") == pytest.approx(found.loc["all", "kendall_w"]) and demo.value("ratings_agree") is True


def test_the_reading_in_both_languages(demo):
    assert read_apriori(demo, EN) == (
        "9 experts voted on 9 variables and keep branch of activity (100.0 %), preferred channel (66.7 %); the line is 60 % in "
        "favour. The data bear out branch of activity (V = 0.42, n = 600) and not preferred channel (V = 0.03, n = 600). Nobody "
        "voted on delivery points (V = 0.30, n = 600), which tells customers apart too. Their ratings agree more than by chance "
        "(W = 0.61, p < 0.001, 9 experts, 18 ratings each). One vote more or less would change the verdict on preferred "
        "channel, income, professional level.")
    assert read_apriori(demo, ES).startswith("9 expertos votaron sobre 9 variables y conservan rama de actividad (100,0 %)")


def test_the_pictures_hold_the_votes_and_the_strengths(demo):
    votes, compared = demo.table("votes"), demo.table("compared")
    ax = plot_votes(votes, words=EN)
    bars = {bar.get_gid(): bar.get_width() for bar in ax.patches}
    assert bars["for:preferred channel"] == pytest.approx(6 / 9) and bars["against:sex"] == pytest.approx(8 / 9)
    (line,) = [one for one in ax.lines if one.get_gid() == "keep_from"]
    assert set(line.get_xdata()) == {0.6} and "kept from 60 %" in {text.get_text() for text in ax.texts}
    drawn = plot_compared(compared, words=ES, narrow=True).collections
    points = {c.get_gid(): c.get_offsets()[0][0] for c in drawn if c.get_gid()}
    assert points["v:branch of activity"] == pytest.approx(compared["cramers_v"].iloc[0]) and len(points) == 9
    assert "canal preferido 6 a favor, 3 en contra (66,7 %), se conserva" in describe_votes(votes, ES)
    assert "preferred channel 0.03, kept, does not tell apart" in describe_compared(compared, EN)


# votes and ratings by hand ------------------------------------------------------------------------------
def test_the_examples_of_the_method():
    """2 of 9 against: 77.8 %, keep; 4 of 9: 55.6 %, drop (method.md 3.10)."""
    proposal = proposed(expert_answers=[*ballots("branch", 7, 2), *ballots("size", 5, 4)])
    rows = proposal.tables["votes"].set_index("variable")
    assert rows["agreement"].round(3).to_dict() == {"branch": 0.778, "size": 0.556}
    assert rows["keep"].to_dict() == {"branch": True, "size": False}
    assert rows["one_vote"].to_dict() == {"branch": False, "size": True}


def test_the_last_vote_of_each_expert_counts():
    """Round 1: 2 for, 2 against; E2 and E3 vote again, now for: 4 of 4. Round 2 alone 2 of 2, all rounds 4 of 6."""
    again = [{**row, "vote": True, "round": 2} for row in ballots("branch", 2, 2)[2:]]
    row = proposed(expert_answers=[*ballots("branch", 2, 2), *again]).tables["votes"].iloc[0]
    assert row[["n_votes", "against", "n_final", "against_final", "n_every", "against_every"]].tolist() == [4, 0, 2, 0, 6, 2]


def test_ratings_without_agreement_are_a_warning():
    """Three experts, three criteria, each order once round: all rank sums 6, W = 0."""
    proposal = proposed(expert_answers=[*ballots("branch", 7, 2), *ratings([(1, 3, 5), (3, 5, 1), (5, 1, 3)])])
    assert proposal.quantities["concordance"].value == 0 and proposal.quantities["ratings_agree"].value is False
    assert any(text.startswith("The ratings do not agree more than by chance (W = 0.00)") for text in said(proposal))
    assert proposal.tables["ratings"]["test"].tolist() == ["permutation", "permutation"]


def test_few_voters_come_first_with_names():
    proposal = proposed(expert_answers=ballots("preferred_channel", 2, 0))
    assert "Fewer than 3 experts voted on preferred channel." in said(proposal)
    assert "Menos de 3 expertos votaron sobre canal preferido." in said(proposal, ES)
    assert read_apriori(result_of(proposal), EN).startswith("Only 2 experts voted on 1 variables: they keep preferred channel")


# the follow-up ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("customers, missing", [
    (None, "the customers table, with this column and a criterion"),
    (people().drop(columns="environment"), "values: its column is empty"),
    (people().drop(columns="uses_product"), "a criterion: use of the product, or revenue"),
    (people().assign(environment="red"), "two categories or more, and not too many"),
    (people(12), "more customers: the counts are too small for χ²")])
def test_what_is_missing_is_said(customers, missing):
    tables = {} if customers is None else {"customers": customers}
    row = proposed(expert_answers=ballots("environment", 7, 2), **tables).tables["follow_up"].iloc[0]
    assert row["missing"] == missing
    assert row["verdict"] == "not_tested" or len(customers) == 12


def test_a_variable_that_is_no_column():
    row = proposed(expert_answers=ballots("lorry_size", 9, 0), customers=people()).tables["follow_up"].iloc[0]
    assert row[["name", "missing", "verdict"]].tolist() == ["lorry size", "a column of this name in the customers table",
                                                            "not_tested"]


def test_dropped_by_vote_but_it_tells_apart():
    proposal = proposed(expert_answers=[*ballots("branch", 2, 7), *ballots("environment", 8, 1)], customers=people())
    verdicts = proposal.tables["follow_up"].set_index("variable")["verdict"]
    assert verdicts[["branch", "environment"]].tolist() == ["data_only", "experts_only"]
    text = read_apriori(result_of(proposal), EN)
    assert "The data do not bear out environment" in text and "Dropped by vote, though the data tell customers apart" in text


# the experts' segments ----------------------------------------------------------------------------------
def test_the_confrontation_by_hand():
    """60 customers, 30 farms and 30 fleets; the experts put 6 farms with the fleets: observed agreement 54/60 = 0.9, by chance
    (24 * 30 + 36 * 30) / 3600 = 0.5, kappa 0.8. Pairs together in both 276 + 15 + 435 = 726, by the experts 276 + 630 = 906, in
    force 2 * 435 = 870, of 1770: expected 870 * 906 / 1770 = 445.322, most (870 + 906) / 2 = 888."""
    given = list(people()["branch"])
    for k in (1, 3, 5, 7, 9, 11):
        given[k] = "fleet"
    proposal = proposed(customers=people(segment_id=given))
    row = proposal.tables["confrontation"].iloc[0]
    assert row["cohen_kappa"] == pytest.approx(0.8) and row["n"] == 60
    assert row["adjusted_rand"] == pytest.approx((726 - 445.322) / (888 - 445.322), abs=1e-4)
    assert row["verdict"] == "experts_partly"  # below 0.65
    assert proposal.quantities["customers_moved"].value == 6 and len(proposal.tables["moved"]) == 6
    assert proposal.tables["moved"].iloc[0].tolist() == ["K1", "Firm 1", "fleet", "farm"]
    cross = proposal.tables["cross"]
    assert cross["n"].sum() == 60 and cross.loc[~cross["stays"], "n"].tolist() == [6]
    assert proposal.evidence == "expert" and proposal.missing == ("expert_answers",)
    assert "κ = 0.80" in read_apriori(result_of(proposal), EN) and "κ = 0,80" in read_apriori(result_of(proposal), ES)


def test_the_picture_of_the_confrontation_holds_counts_shares_and_marks():
    """Of 30 farms the experts put 6 with the fleets: farm 24 of 24, fleet 30 of 36 (83 %) and 6 of 36 (17 %)."""
    given = ["fleet" if k in (1, 3, 5, 7, 9, 11) else kind for k, kind in enumerate(people()["branch"])]
    tables = proposed(customers=people(segment_id=given)).tables
    frames = tables["cross"], tables["confrontation"]
    assert tables["cross"][["n_row", "n_column"]].values.tolist() == [[24, 30], [36, 30], [36, 30]]
    for narrow in (False, True):
        ax = plot_confrontation(*frames, words=EN, narrow=narrow)
        cells = {patch.get_gid(): patch for patch in ax.patches}
        assert set(cells) == {"farm:farm", "fleet:fleet", "fleet:farm"}
        said = [text.get_text() for text in ax.texts]
        assert said == ["24 ✓\n100 %", "30 ✓\n83 %", "6\n17 %"]
        assert cells["farm:farm"].get_linewidth() > cells["fleet:farm"].get_linewidth()
        assert ax.get_title(loc="left").replace("\n", " ").replace("\u00a0", " ") == \
            "Agreement: adjusted Rand index 0.63, κ = 0.80 (n = 60)"
        assert [label.get_text() for label in ax.get_xticklabels()] == ["farm\nn = 30", "fleet\nn = 30"]
    assert describe_confrontation(*frames, EN) == (
        "Agreement: adjusted Rand index 0.63, κ = 0.80 (n = 60). Where the customers of the experts' segments stand: "
        "farm (n = 24): 100.0 % in farm, the same; fleet (n = 36): 83.3 % in fleet, the same, 16.7 % in farm.")
    assert "83,3 % en fleet, el mismo" in describe_confrontation(*frames, ES)


def test_segments_in_force_stand_below_their_counterparts_and_the_rest_last():
    """Names of their own: green are farms, wheels fleets; a third group in force, of no counterpart, comes last."""
    three = {"variable": "environment", "segments": {f"S{k}": {"name": name, "values": [name]} for k, name in
                                              enumerate(("alpha", "fleet", "zeta"), start=1)}}
    kind = ["alpha" if k % 10 == 1 else "zeta" if k % 2 else "fleet" for k in range(60)]
    given = ["green" if k % 2 else "wheels" for k in range(60)]
    tables = proposed(three, customers=people(segment_id=given).assign(environment=kind)).tables
    ax = plot_confrontation(tables["cross"], tables["confrontation"], words=EN)
    assert [label.get_text().split("\n")[0] for label in ax.get_xticklabels()] == ["zeta", "fleet", "alpha"]
    assert "κ" not in ax.get_title(loc="left")


@pytest.mark.parametrize("words, start", [(EN, "nothing to compare yet. Write the experts' segment beside each customer"),
                                          (ES, "aún no hay nada que comparar. Escriba el segmento de los expertos")])
def test_without_the_experts_segments_the_picture_says_what_to_do(demo, words, start):
    from svcnb.panels.shown import pictures_html

    own = proposed({"variable": "a_priori", "segments": {"farm": {"name": "farm"}, "fleet": {"name": "fleet"}}},
                   customers=people(segment_id=people()["branch"]))
    for tables in (demo.tables, own.tables):
        html = unescape(str(pictures_html(PAGE, {"votes": demo.table("votes")[:0], **{name: tables.get(name) for name in
                                                 ("cross", "confrontation")}}, words)))
        assert start in html


def test_ids_and_other_names():
    """Ids of the segments in force are compared as such and shown by name; names of their own are matched, without kappa."""
    ids = proposed(customers=people(segment_id=people()["branch"].map({"farm": "S1", "fleet": "S2"})))
    row = ids.tables["confrontation"].iloc[0]
    assert (row["cohen_kappa"], row["adjusted_rand"], row["verdict"]) == (1, 1, "experts_confirmed")
    assert set(ids.tables["cross"]["experts_segment"]) == {"farm", "fleet"} and len(ids.tables["moved"]) == 0
    own = proposed(customers=people(segment_id=people()["branch"].map({"farm": "green", "fleet": "wheels"})))
    row = own.tables["confrontation"].iloc[0]
    assert math.isnan(row["cohen_kappa"]) and row["adjusted_rand"] == 1 and own.quantities["kappa_with_experts"].value is None
    assert any("names of their own" in text for text in said(own))


def test_segments_that_are_the_experts_own_are_tested_by_the_criterion_alone():
    own = {"variable": "a_priori", "segments": {"farm": {"name": "farm"}, "fleet": {"name": "fleet"}}}
    proposal = proposed(own, customers=people(segment_id=people()["branch"]))
    row = proposal.tables["confrontation"].iloc[0]
    assert math.isnan(row["adjusted_rand"]) and row["verdict"] == "experts_partly" and row["discriminating"] == True  # noqa: E712
    assert "by the criterion alone" in read_apriori(result_of(proposal), EN)
    assert any(text.startswith("The segments in force are the experts' own") for text in said(proposal))


# without tables, bad input, the decision ---------------------------------------------------------------
def test_without_tables_it_runs_and_says_what_to_do():
    proposal = proposed()
    assert proposal.missing == ("expert_answers", "customers") and proposal.evidence == "assumed" and proposal.quantities == {}
    assert [r.level for r in proposal.reasons] == ["missing", "missing"] and "at least three experts" in said(proposal)[0]
    assert read_apriori(result_of(proposal), EN).startswith("No expert has voted on the variables.")
    assert PAGE.check(result_of(proposal), proposal.tables, EN) is None


def test_without_experts_the_ballot_is_there():
    proposal = proposed(customers=people())
    assert "The ballot: branch of activity, environment." in read_apriori(result_of(proposal), EN)
    assert set(proposal.tables["follow_up"]["missing"]) == {"votes of the experts"}


def test_what_is_no_vote_is_said():
    proposal = proposed(expert_answers=[{**row, "vote": "perhaps"} for row in ballots("branch", 3, 0)])
    assert said(proposal)[0] == "perhaps is no vote; write true or false." and len(proposal.tables["votes"]) == 0


def test_nothing_is_decided_here():
    proposal = proposed()
    assert decide(proposal, {}) == {} and PAGE.fields(result_of(proposal), EN) == ()
    with pytest.raises(ParameterError) as error:
        decide(proposal, {"variable": "branch"})
    assert str(error.value) == "variable cannot be decided here; step 1 chooses what tells the segments apart."


@pytest.mark.parametrize("wrong, message", [({"keep_from": 60}, "keep_from = 60 is not between 0 and 1."),
                                            ({"n_bands": 1}, "n_bands = 1 is not between 2 and 10.")])
def test_parameters_are_checked(wrong, message):
    with pytest.raises(ParameterError) as error:
        Parameters(**wrong)
    assert str(error.value) == message


def test_result_is_kept_whole():
    proposal = proposed(expert_answers=ballots("branch", 7, 2), customers=people(segment_id=people()["branch"]))
    back = proposal_from_json(proposal_to_json(proposal))
    for name, frame in proposal.tables.items():
        pd.testing.assert_frame_equal(back.tables[name], frame, check_dtype=False)


# the check by hand ------------------------------------------------------------------------------------
@pytest.mark.parametrize("words", [EN, ES], ids=["en", "es"])
def test_cc_by_hand(demo, words):
    """Income, nearest to the line: 4 of 9 against is 55.6 %."""
    check = PAGE.check(demo, demo.tables, words)
    assert check.answer == pytest.approx(100 * 5 / 9) and judge(check, 55.6, words)[1] == "settled"
    assert [round(wrong, 1) for wrong, _ in check.mistakes] == [44.4, 0.6, 5.0, 80.0]
    for wrong, message in check.mistakes:
        assert judge(check, wrong, words) == (message, "attention")


def test_the_check_knows_rounds():
    """Last votes 4 of 6 for; in round 2 alone 2 of 2, of all rounds 4 of 8."""
    again = [{**row, "vote": True, "round": 2} for row in ballots("branch", 2, 4)[2:4]]
    proposal = proposed(expert_answers=[*ballots("branch", 2, 4), *again])
    check = PAGE.check(result_of(proposal), proposal.tables, EN)
    assert check.answer == pytest.approx(100 * 4 / 6) and "in round 2 alone 2 voted, 0 against" in check.question
    wrong = dict((round(number, 1), text) for number, text in check.mistakes)
    assert wrong[100.0].startswith("That counts the votes of the last round only")
    assert wrong[50.0].startswith("That counts every round")
