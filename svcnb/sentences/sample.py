"""The reading of page 03e: how many to ask, what their answers leave open, why each segment has its own sample."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.sentences.codes import read_code

ALL = "all"
FEW = 30


def read_sample(result, tables, words) -> str:
    """Number, comparison and caution in three or four sentences.

    Parameters
    ----------
    result : StepResult of sample
    tables : sample, ways, as the page's controls made them; ``in_force`` holds the method
    """
    sample = tables.get("sample")
    if sample is None or not len(sample):
        return words(N_("There is no segment to ask."))
    whole, rows = sample.iloc[-1], sample.iloc[:-1]
    method = tables.get("method") or result.decision.get("method")
    sentences = [_lead(whole, rows, method, words), _comparison(tables.get("ways"), rows, whole, method, words),
                 _rule(method, rows, words), _small(rows, words)]
    return " ".join(filter(None, sentences))


def _lead(whole, rows, method, words) -> str:
    worst = rows["half_width"].astype(float).max()
    values = {"n": whole["to_ask"], "m": whole["invitations"], "k": len(rows), "error": worst, "whole": whole["half_width"],
              "method": read_code(method, words, "method")}
    if len(rows) == 1:
        return words(N_("{n:0} answers, so {m:0} invitations, leave an error of ± {whole:%} in a share."), **values)
    return words(N_("{n:0} answers, so {m:0} invitations, {method}: the error in a share is ± {whole:%} for all and at most ± "
                    "{error:%} in the {k} segments."), **values)


def _comparison(ways, rows, whole, method, words) -> str:
    """The other way beside the one in force."""
    if ways is None or len(rows) < 2 or whole["population"] != whole["population"]:
        return ""
    last = ways.iloc[-1]
    if method == "per_stratum":
        few = ways.iloc[:-1].sort_values("proportional", kind="stable").iloc[0]
        return words(N_("In proportion {n:0} answers would do for the whole, but leave only {few:0} in {segment}."),
                     n=last["proportional"], few=few["proportional"], segment=str(few["segment_id"]))
    return words(N_("The same error in each segment would need {n:0} answers."), n=last["per_stratum"])


def _rule(method, rows, words) -> str:
    if len(rows) < 2:
        return ""
    if method == "per_stratum":
        return words(N_("The method decides for each segment, so each has a sample of its own."))
    return words(N_("That says enough of the whole alone; goals are set for each segment, which asks for a sample of its own."))


def _small(rows, words) -> str:
    every = rows[rows["all_asked"].astype(bool)]
    few = rows[rows["population"].astype(float) < FEW]
    if len(every):
        return words(N_("Ask all customers of {segments}: there are too few to draw from."), segments=every["segment_id"].tolist())
    if len(few):
        return words(N_("Few customers in {segments}: read their result with caution."), segments=few["segment_id"].tolist())
    return ""
