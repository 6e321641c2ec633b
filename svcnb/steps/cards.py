"""Step 1, segment cards: eight questions about each segment (S2:L196 to L203; method.md 3.3).

Six are answered by people, in the table ``segment_cards`` and over it in the decision ``cards:<variable>``, a row a segment
with ``q1`` to ``q6``; each variable keeps the cards of its own segments. The last two, size and share of the business, are
computed. No later step reads the cards, so that a word on a card makes no later decision stale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import ParameterError
from svcnb.i18n import N_
from svcnb.steps import segmentation
from svcnb.steps.candidates import customer_revenue
from svcnb.steps.characteristics import with_scores
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Segment cards")
QUESTION = N_("What does each segment want?")
ENDS_IN = N_("One card a segment with eight answers.")
TABLES = ("customers", "orders", "order_lines", "segment_cards")
AFTER = ("segmentation",)

CARD_QUESTIONS = (
    N_("What is important to them?"), N_("What do they like?"), N_("What do they dislike?"),
    N_("How could they be satisfied?"), N_("How do they define quality?"), N_("Who is the competition?"),
    N_("How large is the segment?"), N_("What share of the business is it?"))
ASKED = tuple(f"q{number}" for number in range(1, 7))  # what people answer
COMPLETE = 6  # answers of eight from which a card is complete, method.md 3.3
LONGEST = 500  # characters of an answer
KEY = "cards:"
SEGMENTS = ["segment_id", "name", "status", "n", "revenue", "share_revenue", "answers"]


@dataclass(frozen=True)
class Parameters:
    """Nothing to set."""


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """The cards as far as they are filled in, with the size of each segment."""
    decided = decisions.get("segmentation") or {}
    segments, key = decided.get("segments") or {}, cards_key(decided.get("variable"))
    cards = _filled(study, segments, decisions.get("cards", {}).get(key) or {})
    frame = _sizes(study, decided, cards)
    done = int((frame["answers"] >= COMPLETE).sum())
    return Proposal({"n_cards": Quantity(len(frame), "count", evidence="expert"),
                     "cards_complete": Quantity(done, "count", len(frame), evidence="expert")},
                    {"segments": frame, "cards": _questions(cards, frame)}, {key: cards}, (),
                    () if study.has("segment_cards") else ("segment_cards",), "expert")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The cards of the segments in force; those of other variables wait in the journal."""
    for key, cards in chosen.items():
        if not key.startswith(KEY):
            raise ParameterError(N_("{key} is no card; they are decided as {example}."), key=key, example=KEY + "…")
        _check(cards)
    written = lambda key, cards: {segment: {**row, **(chosen[key].get(segment) or {})} for segment, row in cards.items()}
    return overlay(proposal.decision, {key: written(key, cards) for key, cards in proposal.decision.items() if key in chosen})


def cards_key(variable) -> str:
    """The decision that holds the cards of the segments of a variable.

    >>> cards_key("branch")
    'cards:branch'
    """
    return KEY + str(variable or "")


def _filled(study, segments, written) -> dict[str, dict[str, str]]:
    """The six answers of each segment: what was written on the page, else what the file has, else empty."""
    table = study.table("segment_cards").dropna(subset=["segment_id", "question", "answer"])
    filed = {(str(row.segment_id), int(row.question)): str(row.answer).strip() for row in table.itertuples()}
    return {segment: {ask: str((written.get(segment) or {}).get(ask, filed.get((segment, number), "")))
                      for number, ask in enumerate(ASKED, start=1)} for segment in segments}


def _sizes(study, decided, cards) -> pd.DataFrame:
    customers = study.table("customers").reset_index(drop=True)
    of, revenue = segmentation.assign(with_scores(study, customers, decided), decided), customer_revenue(study, customers)
    whole, rows = float(revenue.sum()), []
    for segment, row in (decided.get("segments") or {}).items():
        inside = (of == segment).to_numpy()
        value = float(revenue[inside].sum()) if whole > 0 else math.nan
        computed = 2 if len(customers) and whole > 0 else int(len(customers) > 0)
        rows.append({"segment_id": segment, "name": str(row.get("name", segment)), "status": row.get("status", ""),
                     "n": int(inside.sum()) if len(customers) else math.nan, "revenue": value,
                     "share_revenue": value / whole if whole > 0 else math.nan,
                     "answers": computed + sum(1 for answer in cards[segment].values() if answer.strip())})
    return pd.DataFrame(rows, columns=SEGMENTS)


def _questions(cards, frame) -> pd.DataFrame:
    """Eight rows a segment; size and share stand in ``value``."""
    rows = []
    for row in frame.itertuples():
        computed = {7: row.n, 8: row.share_revenue}
        for question, asks in enumerate(CARD_QUESTIONS, start=1):
            rows.append({"segment_id": row.segment_id, "question": question, "asks": asks,
                         "answer": "" if question in computed else cards[row.segment_id][f"q{question}"],
                         "value": float(computed.get(question, math.nan))})
    return pd.DataFrame(rows, columns=["segment_id", "question", "asks", "answer", "value"])


def _check(cards) -> None:
    if not isinstance(cards, dict) or not all(isinstance(row, dict) for row in cards.values()):
        raise ParameterError(N_("Cards are written as segment and its answers q1 to q6."))
    for segment, row in cards.items():
        for ask, answer in row.items():
            if ask not in ASKED or not isinstance(answer, str) or len(answer) > LONGEST:
                raise ParameterError(
                    N_("The card of {segment} takes texts of at most {most} characters as {asks}; {ask} is none."),
                    segment=str(segment), ask=str(ask), most=LONGEST, asks=", ".join(ASKED))
