"""The chain: computed once, recomputed when something it rests on changes, stale when a decision outlived its data."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svcnb import results
from svcnb.errors import ParameterError
from svcnb.journal import open_journal
from svcnb.results import (
    evaluate,
    evaluate_all,
    frame_from_json,
    frame_to_json,
    proposal_from_json,
    proposal_to_json,
)
from svcnb.steps import STEPS
from svcnb.steps.step import Proposal, Quantity
from svcnb.study import load_study

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(DEMO, tmp_path / "demo", ignore=shutil.ignore_patterns("*.py", "story", "__pycache__"))
    return tmp_path / "demo"


def test_frame_survives_storing():
    """Text, whole numbers, numbers with gaps and truths come back; a gap is a gap, not 0."""
    frame = pd.DataFrame({"name": ["ñ", None], "n": [1, 2], "share": [0.5, np.nan], "is_a": [True, False]})
    back = frame_from_json(results.plain_tree(frame_to_json(frame)))
    assert back["name"].tolist() == ["ñ", None]
    assert back["n"].tolist() == [1, 2] and back["n"].dtype == "int64"
    assert back["share"].iloc[0] == 0.5 and np.isnan(back["share"].iloc[1])
    assert back["is_a"].tolist() == [True, False]


def test_stored_proposal_says_the_same(folder):
    study = load_study(folder)
    fresh = STEPS["demand"].propose(study, {"segmentation": evaluate(study, None, "segmentation").decision},
                                    STEPS["demand"].Parameters(n_resamples=50))
    assert proposal_to_json(proposal_from_json(proposal_to_json(fresh))) == proposal_to_json(fresh)


def test_a_step_is_computed_once(folder, monkeypatch):
    study, called = load_study(folder), []
    module = STEPS["segmentation"]
    monkeypatch.setattr(results, "_MEMORY", {})
    real = module.propose
    monkeypatch.setattr(module, "propose", lambda *a: called.append(1) or real(*a))
    first = evaluate(study, None, "segmentation")
    monkeypatch.setattr(results, "_MEMORY", {})  # as in another process: the folder remembers
    second = evaluate(load_study(folder), None, "segmentation")
    assert called == [1]
    assert first.hash == second.hash and first.decision == second.decision


def test_changed_segments_change_the_rows_of_later_tables(folder):
    """Segments by location instead of the proposed variable: groups and windows follow."""
    study = load_study(folder)
    with open_journal(folder / "journal.sqlite") as journal:
        before = evaluate_all(study, journal)
        journal.record("decision", "segmentation", "variable", {"value": "location", "reason": ""}, actor="Ana")
        after = evaluate_all(study, journal)
    assert after["segmentation"].decision["segments"] != before["segmentation"].decision["segments"]
    names = [{g["name"] for g in r["characterisation"].decision["groups"].values()} for r in (before, after)]
    assert names[0] != names[1]
    for step in ("demand", "goals", "organisation", "offer"):
        assert before[step].hash != after[step].hash, step


def test_an_offer_waits_while_its_segment_is_excluded(folder):
    """It used to stop the page and all after it: what was decided for a group that is gone is kept, not used, and told."""
    study = load_study(folder)
    with open_journal(folder / "journal.sqlite") as journal:
        segments = evaluate(study, journal, "segmentation").decision["segments"]
        offers = evaluate(study, journal, "offer").decision["offers"]
        last, gone = list(segments)[-1], list(offers)[-1]
        journal.record("decision", "offer", "offers", {"value": {g: {"price": 5.0} for g in offers}, "reason": ""}, actor="Ana")
        excluded = {**segments, last: {**segments[last], "status": "exclude"}}
        journal.record("decision", "segmentation", "segments", {"value": excluded, "reason": ""}, actor="Ana")
        without = evaluate(study, journal, "offer")
        journal.record("decision", "segmentation", "segments", {"value": segments, "reason": ""}, actor="Ana")
        again = evaluate(study, journal, "offer")
    assert gone not in without.decision["offers"] and len(without.decision["offers"]) == len(offers) - 1
    told = [r.values["groups"] for r in without.reasons if r.template.startswith("What was decided for {groups} waits")]
    assert told == [[gone]]
    assert again.decision["offers"][gone]["price"] == 5.0


def test_decision_is_stale_when_its_data_change(folder):
    study = load_study(folder)
    with open_journal(folder / "journal.sqlite") as journal:
        result = evaluate(study, journal, "demand")
        journal.record("decision", "demand", "improve", {"value": ["C7"], "reason": ""}, actor="Ana", inputs=result.inputs)
        assert evaluate(study, journal, "demand").state == "decided"
        path = folder / "survey_satisfaction.csv"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[:-1]), "utf-8")
        stale = evaluate(load_study(folder), journal, "demand")
    assert stale.state == "stale"
    assert stale.stale_because == ("table survey_satisfaction",)
    assert stale.decision["improve"] == ["C7"]


def test_a_person_wins_over_a_proposal(folder):
    study = load_study(folder)
    with open_journal(folder / "journal.sqlite") as journal:
        journal.record("decision", "demand", "improve", {"value": ["C7"], "reason": ""}, actor="Ana")
        journal.record("decision", "demand", "approach", {"value": "composition", "reason": ""}, actor="nobody", role="nobody")
        result = evaluate(study, journal, "demand")
    assert result.decision["improve"] == ["C7"] and result.chosen_by["improve"]["actor"] == "Ana"
    assert result.chosen_by["approach"]["role"] == "nobody"


@pytest.mark.parametrize(("given", "message"), [
    ({"nothing": 1}, "demand has no parameter nothing; it has "),
    ({"target": "high"}, "demand.target = 'high' is not of the type of its default 10.0."),
    ({"n_resamples": True}, "demand.n_resamples = True is not of the type of its default 1000."),
])
def test_parameters_are_checked(given, message):
    with pytest.raises(ParameterError) as error:
        results.step_parameters("demand", given)
    assert str(error.value).startswith(message)


def test_unknown_step_is_refused(folder):
    with pytest.raises(ParameterError, match="There is no step pricing; steps are study, diagnosis"):
        evaluate(load_study(folder), None, "pricing")


EMPTY = '[study]\nname = "Nothing yet"\ncurrency = "EUR"\nperiod_start = 2026-01-01\nperiod_end = 2026-03-31\n'


@pytest.mark.parametrize("step", list(STEPS))
def test_every_step_runs_on_a_study_without_tables(step, tmp_path):
    """Each step is completable with no table at all: it says what is missing and marks its evidence."""
    (tmp_path / "study.toml").write_text(EMPTY, "utf-8")
    result = evaluate(load_study(tmp_path), None, step)
    assert result.evidence in ("expert", "assumed")
    assert result.missing or result.reasons or step == "plan"


@pytest.mark.parametrize("step", list(STEPS))
def test_contract_of_a_step(step, folder):
    """Inputs unchanged, the same seed the same answer, flat tables, JSON decisions, numbers with units."""
    study = load_study(folder)
    before = {name: study.table(name).copy() for name in ("customers", "survey_satisfaction", "experts")}
    module = STEPS[step]
    assert module.TITLE and module.QUESTION and module.ENDS_IN and module.__doc__ and module.propose.__doc__ is not None
    assert list(STEPS).index(step) > max((list(STEPS).index(s) for s in module.AFTER), default=-1)
    results._MEMORY.clear()
    first = evaluate(study, None, step)
    decisions = {s: evaluate(study, None, s).decision for s in module.AFTER}
    again = module.propose(study, {**decisions, step: {}}, module.Parameters())
    assert results.digest(proposal_to_json(again)) == results.digest(proposal_to_json(
        Proposal(first.quantities, first.tables, first.proposal, first.reasons, first.missing, first.evidence)))
    for name, frame in before.items():
        pd.testing.assert_frame_equal(study.table(name), frame)
    for name, quantity in again.quantities.items():
        assert isinstance(quantity, Quantity), name
        assert not (isinstance(quantity.value, float) and not np.isfinite(quantity.value)), name
        if quantity.low is not None and quantity.value is not None and quantity.high is not None:
            assert quantity.low - 1e-9 <= quantity.value <= quantity.high + 1e-9, name
    for name, frame in again.tables.items():
        assert list(frame.index) == list(range(len(frame))), name
        assert all(isinstance(c, str) for c in frame.columns), name
    results.plain_tree(again.decision)
