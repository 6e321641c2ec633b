"""The reading of page 02c: do the groups differ, by what, how well does the rule find them again, where the new one goes."""

from __future__ import annotations

from svcnb.i18n import N_

FEW = 30  # customers of a group below which its share is said to be doubtful
SLIGHT = 0.1  # share of the first function's variation between the groups below which a difference is small


def read_discriminant(result, words, new) -> str:
    """Number, comparison and caution, then where the customer of the controls belongs.

    Parameters
    ----------
    result : StepResult of discriminant
    words : svcnb.i18n.Words
    new : DataFrame
        The new customer as the page adapts it; without rows when it cannot be assigned.
    """
    if result.value("groups_differ") is None:
        return words(N_("Whether the groups differ in what is measured of the customers is not tested."))
    sentences = [_small(result, words), _differ(result, words), _right(result, words), read_new(result, new, words)]
    return " ".join(sentence for sentence in sentences if sentence)


def _small(result, words) -> str:
    """Small n first."""
    rows = result.table("centroids")
    few = rows[rows["n"] < FEW]
    names = ", ".join(words("{name:word} ({n})", name=str(r.name), n=int(r.n)) for r in few.itertuples(index=False))
    return words(N_("Few customers to judge by: {names}."), names=names) if names else ""


def _differ(result, words) -> str:
    between = float(result.table("functions")["canonical"].iloc[0]) ** 2
    values = {"wilks": result.value("wilks"), "f": result.value("wilks_f"), "p": _p(result.value("wilks_p"), words),
              "n": result.quantities["groups_differ"].n, "variable": result.value("best_predictor"),
              "share": result.value("best_between")}
    if not result.value("groups_differ"):
        return words(N_("The groups are not shown to differ (Wilks' Λ = {wilks:2}, F = {f:1}, {p}, n = {n})."), **values)
    return words(N_("The groups differ, but hardly (Wilks' Λ = {wilks:2}, F = {f:1}, {p}, n = {n}): even of what separates them "
                    "most, {variable:word}, only {share:%} of the variation lies between the groups.") if between < SLIGHT else
                 N_("The groups differ (Wilks' Λ = {wilks:2}, F = {f:1}, {p}, n = {n}), most by {variable:word}: {share:%} of its "
                    "variation lies between the groups."), **values)


def _right(result, words) -> str:
    right, useful = result.quantities["right_left_out"], result.value("rule_useful")
    template = N_("Each customer judged by all the others, {share:%} fall into their own group (95 %: {low:%} to {high:%}), by "
                  "chance {chance:%}: good enough to assign new ones.") if useful else \
        N_("Each customer judged by all the others, {share:%} fall into their own group (95 %: {low:%} to {high:%}), by "
           "chance {chance:%}: not enough to assign new ones.") if useful is False else \
        N_("Each customer judged by all the others, {share:%} fall into their own group (95 %: {low:%} to {high:%}), by "
           "chance {chance:%}: one group is too large to tell.")
    return words(template, share=right.value, low=right.low, high=right.high, chance=result.value("right_by_chance"))


def read_new(result, new, words) -> str:
    """Where the customer of the controls belongs, how sure, and how like its group it is."""
    if not len(new):
        return words(N_("A new customer is assigned when every characteristic is known."))
    star = new.iloc[0]
    values = {"name": str(star["name"]), "share": float(star["posterior"]), "like": _share(float(star["typicality"]), words)}
    parts = [words(N_("A customer with the values below belongs to {name:word} with a probability of {share:%}; {like} of that "
                      "group's customers lie as far from its mean or farther."), **values)]
    if isinstance(star["drawn_in"], str) and star["drawn_in"] != star["name"]:
        parts.append(words(N_("The picture shows two of {n} functions: there it stands among {name:word}."),
                           n=len(result.table("functions")), name=star["drawn_in"]))
    if isinstance(star["note"], str) and star["note"]:
        parts.append(words(N_("Caution: {note:word}."), note=star["note"]))
    return " ".join(parts)


def _share(p: float, words) -> str:
    return words.percent(p, 0) if p >= 0.005 else f"< {words.percent(0.005)}"


def _p(p: float, words) -> str:
    return f"p < {words.number(0.001, 3)}" if p < 0.001 else f"p = {words.number(p, 3)}"
