"""Step cards: eight questions a segment, filled in by the room, laid over the file, kept a variable."""

from __future__ import annotations

import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.panels import PAGES
from svcnb.panels.decision import judge
from svcnb.results import evaluate
from svcnb.steps.cards import Parameters, decide, propose
from svcnb.study import load_study

EN, ES = words_in("en"), words_in("es")
PAGE = PAGES["cards"]
DECIDED = {"segmentation": {"variable": "branch", "segments": {
    "S1": {"name": "farms", "values": ["farm"], "status": "target"},
    "S2": {"name": "fleets", "values": ["fleet"], "status": "maintain"}}}}


def small(**tables):
    customers = pd.DataFrame({"customer_id": ["a", "b", "c"], "branch": ["farm", "farm", "fleet"], "revenue": [10.0, 20.0, 70.0]})
    return SmallStudy(customers=customers, **tables)


@pytest.fixture(scope="module")
def demo():
    return load_study("demo")


@pytest.fixture(scope="module")
def result(demo):
    return evaluate(demo, None, "cards")


def test_size_and_share_are_computed():
    """Farms: 2 customers, (10 + 20) of 100; one answer of the file makes three of eight."""
    filed = pd.DataFrame({"segment_id": ["S1"], "question": [1], "answer": ["price"]})
    rows = propose(small(segment_cards=filed), DECIDED, Parameters()).tables["segments"].set_index("segment_id")
    assert rows.loc["S1", ["n", "share_revenue", "answers"]].tolist() == [2, 0.3, 3]
    assert rows.loc["S2", "answers"] == 2


def test_what_the_room_writes_lies_over_the_file():
    filed = pd.DataFrame({"segment_id": ["S1", "S1"], "question": [1, 2], "answer": ["price", "people"]})
    chosen = {"cards": {"cards:branch": {"S1": {"q1": "speed", "q6": "nobody"}}}}
    proposal = propose(small(segment_cards=filed), DECIDED | chosen, Parameters())
    assert proposal.decision["cards:branch"]["S1"] == {"q1": "speed", "q2": "people", "q3": "", "q4": "", "q5": "",
                                                       "q6": "nobody"}
    assert decide(proposal, chosen["cards"]) == proposal.decision


def test_each_variable_keeps_its_own_cards(demo, tmp_path):
    """Cards of branch wait while the segments are CHAID's, and come back with branch; no later step reads them."""
    with open_journal(tmp_path / "journal.sqlite") as journal:
        goals = evaluate(demo, journal, "goals").hash
        journal.record("decision", "cards", "cards:branch", {"value": {"S1": {"q1": "that it comes"}}}, actor="Ana")
        assert evaluate(demo, journal, "goals").hash == goals
        first = evaluate(demo, journal, "cards")
        assert first.decision["cards:branch"]["S1"]["q1"] == "that it comes"
        event = journal.record("decision", "segmentation", "variable", {"value": "chaid"}, actor="Ana")
        other = evaluate(demo, journal, "cards")
        assert list(other.decision) == ["cards:chaid"] and len(other.table("segments")) == 5
        journal.retract(event.event_uuid, actor="Ana", role="facilitator")
        assert evaluate(demo, journal, "cards").decision == first.decision


ASKS = "q1, q2, q3, q4, q5, q6"


@pytest.mark.parametrize(("chosen", "message"), [
    ({"names": {}}, "names is no card; they are decided as cards:…."),
    ({"cards:branch": ["x"]}, "Cards are written as segment and its answers q1 to q6."),
    ({"cards:branch": {"S1": {"q7": "x"}}}, f"The card of S1 takes texts of at most 500 characters as {ASKS}; q7 is none."),
    ({"cards:branch": {"S1": {"q1": "x" * 501}}},
     f"The card of S1 takes texts of at most 500 characters as {ASKS}; q1 is none.")])
def test_a_wrong_card_is_said(chosen, message):
    proposal = propose(small(), DECIDED, Parameters())
    with pytest.raises(ParameterError) as error:
        decide(proposal, chosen)
    assert EN.reason(error.value) == message


def test_the_wall_in_both_languages(result):
    assert PAGE.read(result, result.tables, {}, EN) == (
        "3 of 4 cards are complete: at least 6 of eight answers. More is to be asked of small farm (4 of eight).")
    html, told = PAGE.drawing(result, PAGE.adapt(result, {}, ES), {}, ES)
    assert html.count("<article") == 4 and "¿Qué les gusta?" in html and "61,2 %" in told


def test_what_is_written_is_never_html():
    chosen = {"cards": {"cards:branch": {"S1": {"q1": "<img src=x>"}}}}

    class Result:
        tables = propose(small(), DECIDED | chosen, Parameters()).tables

        def table(self, name):
            return self.tables[name]

    html, _ = PAGE.drawing(Result(), PAGE.adapt(Result(), {}, EN), {}, EN)
    assert "<img" not in html and "&lt;img src=x&gt;" in html


def test_without_segments_or_customers():
    """No customers: nothing is computed, a card can still be filled in."""
    decided = {"segmentation": {"variable": "a_priori", "segments": {"S1": {"name": "all", "status": "target"}}}}
    proposal = propose(SmallStudy(), decided, Parameters())
    assert proposal.tables["segments"]["n"].isna().all() and proposal.tables["segments"]["answers"].tolist() == [0]
    empty = propose(SmallStudy(), {}, Parameters())
    assert not len(empty.tables["segments"]) and empty.decision == {"cards:": {}}


def test_the_check_by_hand(result):
    """23 925 729 of 39 110 585 EUR: 61.2 %."""
    check = PAGE.check(result, result.tables, EN)
    assert check.answer == pytest.approx(61.2, abs=0.05)
    assert judge(check, check.answer, EN)[1] == "settled"
    for wrong, message in check.mistakes:
        assert judge(check, wrong, EN) == (message, "attention")
