"""Segment cards and the attractiveness of segments, as people filled them in (part of step 1)."""

from __future__ import annotations

import math

import pandas as pd

from svcnb.i18n import N_

CARD_QUESTIONS = (
    N_("What is important to them?"), N_("What do they like?"), N_("What do they dislike?"),
    N_("How could they be satisfied?"), N_("How do they define quality?"), N_("Who is the competition?"),
    N_("How large is the segment?"), N_("What share of the business is it?"))


def read_answers(study) -> dict[tuple[str, int], str]:
    """The answers on the segment cards: (segment, number of the question) -> text."""
    cards = study.table("segment_cards").dropna(subset=["segment_id", "question", "answer"])
    return {(str(row.segment_id), int(row.question)): str(row.answer) for row in cards.itertuples()
            if str(row.answer).strip()}


def segment_cards(study, frame) -> pd.DataFrame:
    """Eight questions a segment; size and share are computed and stand in ``value``."""
    answers = read_answers(study)
    rows = []
    for row in frame.itertuples():
        computed = {7: row.n, 8: row.share_revenue}
        for question, asks in enumerate(CARD_QUESTIONS, start=1):
            rows.append({"segment_id": row.segment_id, "question": question, "asks": asks,
                         "answer": "" if question in computed else answers.get((row.segment_id, question), ""),
                         "value": float(computed.get(question, math.nan))})
    return pd.DataFrame(rows, columns=["segment_id", "question", "asks", "answer", "value"])


def read_attractiveness(study) -> dict[str, float]:
    """Weighted mean score of each segment, 1 to 5; equal weights where none are given (method.md 3.11)."""
    table = study.table("attractiveness").dropna(subset=["segment_id", "score"])
    weight = pd.to_numeric(table["weight"], errors="coerce").fillna(1.0)
    by = table["segment_id"].astype(str)
    total = weight.groupby(by).sum()
    points = (weight * table["score"].astype(float)).groupby(by).sum()
    return (points[total > 0] / total[total > 0]).to_dict()
