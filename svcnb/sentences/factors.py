"""The reading of page 01e: whether the items suit factors, how many factors, and what makes each."""

from __future__ import annotations

from svcnb.i18n import N_, is_missing
from svcnb.methods.factor.analysis import LEAST_KMO, SALIENT
from svcnb.sentences.demand import component_names
from svcnb.steps.factor_tables import kmo_word
from svcnb.steps.factors import PER_ITEM, factor_names

NEAR = 1e-9
MOSTLY = 0.5  # from this share of a factor's variance between the strata on, it is said to tell them apart
OPEN = N_("No attitudes can be looked for yet: there are no answers that would carry factors. Experts choose the "
          "segmentation variables until then (a-priori method).")


def read_factors(result, tables, view, words) -> str:
    """Caution, number of factors, what makes each, what they tell apart, adequacy.

    Parameters
    ----------
    result : StepResult of factors
    tables : loadings, variance and eigenvalues of the solution on the page
    view : the controls' values
    words : svcnb.i18n.Words
    """
    if result.value("kmo") is None:
        return words(OPEN)
    sentences = [_doubt(result, words), _count(result, tables, words), _makes(tables, result, words), _strata(tables, words),
                 _suits(result, words)]
    return " ".join(sentence for sentence in sentences if sentence)


def members(loadings, factor: str, words) -> tuple[list[str], list[str]]:
    """The components with salient loadings on a factor, the heaviest first: those with it, those against it."""
    rows = loadings.assign(name_shown=component_names(loadings, words))
    rows = rows.reindex(rows[factor].abs().sort_values(ascending=False, kind="stable").index)
    rows = rows[rows[factor].abs() >= SALIENT - NEAR]
    return (rows.loc[rows[factor] > 0, "name_shown"].tolist(), rows.loc[rows[factor] < 0, "name_shown"].tolist())


def members_text(loadings, factor: str, words) -> str:
    """A factor's components in one line."""
    own, against = members(loadings, factor, words)
    if not own and not against:
        return words(N_("no component stands out"))
    return ", ".join(own) + (words(N_("; against it {items_list}"), items_list=", ".join(against)) if against else "")


def factor_title(factor: str, names: dict, words) -> str:
    """F1, with the name that somebody gave it."""
    return words(N_("{factor} “{name}”"), factor=factor, name=names[factor]) if names.get(factor) else factor


def names_in_force(result, tables) -> dict[str, str]:
    """The names given, where the solution on the page is the one they were given to."""
    stored, shown = result.table("loadings"), tables.get("loadings")
    return factor_names(result.decision) if shown is not None and stored.equals(shown) else {}


def _doubt(result, words) -> str:
    """Small n first, then too little in common."""
    n, p, parts = result.quantities["kmo"].n, result.value("items_analysed"), []
    if n < PER_ITEM * p:
        parts.append(words(N_("Only {n} complete answers for {p} items: the factors may be otherwise in the next survey."),
                           n=n, p=p))
    if result.value("kmo") < LEAST_KMO - NEAR:
        parts.append(words(N_("The items have too little in common for factors: take what follows as a hint.")))
    return " ".join(parts)


def _suits(result, words) -> str:
    kmo, p = result.value("kmo"), result.value("bartlett_p")
    values = {"n": result.quantities["kmo"].n, "p": result.value("items_analysed"), "kmo": kmo, "verdict": kmo_word(kmo),
              "chi2": result.value("bartlett_chi2"), "df": result.value("bartlett_df"), "p_value": _p(p, words),
              "least": LEAST_KMO}
    return words(N_("The {n} complete answers suit factors: KMO {kmo:2} ({verdict:word}, wanted {least:2}), and the components are "
                    "related (Bartlett χ² = {chi2:1}, df {df}, {p_value}).") if result.value("suits_factors") else
                 N_("{n} complete answers: KMO {kmo:2} ({verdict:word}, wanted {least:2}), Bartlett χ² = {chi2:1}, df {df}, "
                    "{p_value}."), **values)


def _count(result, tables, words) -> str:
    kaiser, parallel = result.value("kaiser_factors"), result.value("parallel_factors")
    taken, share = len(tables["variance"]), float(tables["variance"]["cumulative"].iloc[-1])
    values = {"n": taken, "share": share, "kaiser": kaiser, "parallel": parallel, "p": result.value("items_analysed")}
    if kaiser == parallel == taken:
        return words(N_("Kaiser's rule and parallel analysis both say {n}: these factors hold {share:%} of the variance of {p} components."), **values)
    return words(N_("Kaiser's rule says {kaiser}, parallel analysis {parallel}; with {n} taken, {share:%} of the variance of {p} components is held."), **values)


def _makes(tables, result, words) -> str:
    names = names_in_force(result, tables)
    parts = [words(N_("{factor} ({share:%}): {parts}"), factor=factor_title(r.factor, names, words), share=r.share,
                   parts=members_text(tables["loadings"], r.factor, words)) for r in tables["variance"].itertuples()]
    return "; ".join(parts) + "."


def _strata(tables, words) -> str:
    """A factor that mostly tells kinds of customers apart is no attitude within them."""
    rows = tables["variance"]
    rows = rows[[not is_missing(v) and v >= MOSTLY for v in rows["between_share"]]]
    if not len(rows):
        return ""
    row = rows.sort_values("between_share", ascending=False).iloc[0]
    return words(N_("{share:%} of {factor} lies between the strata: it tells kinds of customers apart, more than attitudes within a kind."),
                 share=float(row["between_share"]), factor=row["factor"])


def _p(p: float, words) -> str:
    return f"p < {words.number(0.001, 3)}" if p < 0.001 else f"p = {words.number(p, 3)}"
