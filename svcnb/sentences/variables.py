"""The reading of page 01a: which characteristics may segment, which fail and why."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.sentences.codes import read_code
from svcnb.sentences.naming import capital


def read_variables(result, words) -> str:
    """How many variables are recommended, the best with its score, who is vetoed, and how much could be judged."""
    variables = result.table("variables")
    judged = variables[variables["score"].notna()] if len(variables) else variables
    if not len(judged):
        return words(N_("No characteristic of the customers can be judged by data; let at least three experts rate the variables "
                        "by the nine criteria."))
    good, best = judged[judged["recommended"].astype(bool)], judged.iloc[0]
    text = words(N_("{n} of {total} variables are recommended."), n=len(good), total=len(judged)) + " " + words(
        N_("{name} stands first with a score of {score:2} from {n} of nine criteria."), name=capital(words(best["name"])),
        score=best["score"], n=int(best["n_judged"]))
    vetoed = judged[judged["veto"] != ""]
    if len(vetoed):
        text += " " + words(N_("Vetoed: {list}."), list="; ".join(
            f"{words(row.name)} ({', '.join(read_code(code.strip(), words) for code in row.veto.split(','))})"
            for row in vetoed.itertuples(index=False)))
    fewest = int(judged["n_judged"].min())
    if fewest < 9:
        text += " " + words(N_("A score rests on what could be judged: at least {n} of nine criteria."), n=fewest)
    return text
