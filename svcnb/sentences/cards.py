"""The reading of page 01g: how many cards are complete, and what the cards say."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.steps.cards import CARD_QUESTIONS, COMPLETE

SHARE_QUESTION = len(CARD_QUESTIONS)  # the last asks for a share, the one before for a count


def read_cards(result, words) -> str:
    """Cards complete of all, the emptiest, and a caution when all say the same."""
    segments, cards = result.table("segments"), result.table("cards")
    if not len(segments):
        return words(N_("There are no segments yet; step 1 makes them."))
    done = int((segments["answers"] >= COMPLETE).sum())
    text = words(N_("{done} of {n} cards are complete: at least {least} of eight answers."), done=done, n=len(segments), least=COMPLETE)
    open_ones = segments[segments["answers"] < COMPLETE]
    if len(open_ones):
        text += " " + words(N_("More is to be asked of {names}."), names=", ".join(
            words(N_("{name:word} ({n} of eight)"), name=str(row.name), n=int(row.answers)) for row in open_ones.itertuples(index=False)))
    wanted = cards[cards["question"] == 1]["answer"]
    if len(wanted) > 1 and (wanted != "").all() and wanted.nunique() == 1:
        text += " " + words(N_("Every card says the same is important: are these segments that anybody would serve differently?"))
    return text


def answer_of(row: dict, words) -> str:
    """An answer as a reader sees it: what people wrote, the size as a count, the share as per cent; empty when not known."""
    if row["answer"] or row["value"] != row["value"]:
        return row["answer"]
    return words.percent(row["value"]) if row["question"] == SHARE_QUESTION else words.number(row["value"], 0)
