"""The reading of page 01f: which variables the experts keep, whether data bear them out, how far they agree."""

from __future__ import annotations

from svcnb.i18n import N_

ENOUGH = 7  # experts that a vote should have, method.md 3.10
SURE = 0.001
VERDICTS = {"experts_confirmed": N_("The data confirm the experts' segments"),
            "experts_partly": N_("The data confirm the experts' segments in part"),
            "experts_not_confirmed": N_("The data do not confirm the experts' segments")}


def read_apriori(result, words) -> str:
    """Number, comparison and caution of the a-priori method; without experts what to do and what data would say."""
    votes, follow = result.table("votes"), result.table("follow_up")
    parts = [_confronted(result, words)]
    if len(votes) and parts[0]:
        parts += [_kept(votes, words), _borne_out(follow, words)]
    elif len(votes):
        parts += [_kept(votes, words), _borne_out(follow, words), _unasked(follow, words), _rated(result, words),
                  _caution(votes, words)]
    else:
        parts += [_rated(result, words), _nobody(follow, words)]
    return " ".join(part for part in parts if part)


def _kept(votes, words) -> str:
    n, kept = int(votes["n_votes"].max()), votes[votes["keep"].astype(bool)]
    values = {"n": n, "all": len(votes), "line": words.percent(float(votes["keep_from"].iloc[0]), 0), "list": _list(kept, words)}
    few = n < ENOUGH
    if len(kept):
        return words(N_("Only {n} experts voted on {all} variables: they keep {list}; the line is {line} in favour.") if few else
                     N_("{n} experts voted on {all} variables and keep {list}; the line is {line} in favour."), **values)
    return words(N_("Only {n} experts voted: none of {all} variables has {line} in favour.") if few else
                 N_("{n} experts voted: none of {all} variables has {line} in favour."), **values)


def _list(rows, words) -> str:
    return ", ".join(f"{words(row.name)} ({words.percent(row.agreement)})" for row in rows.itertuples(index=False))


def _borne_out(follow, words) -> str:
    """What data say: of the kept, and of the dropped that tell customers apart all the same."""
    if not len(follow[(follow["n_votes"] > 0) & follow["cramers_v"].notna()]):
        return words(N_("No data can test them yet; the follow-up says what is missing for each."))
    shown, hidden, overlooked = (_tested(follow[follow["verdict"] == code], words)
                                 for code in ("both_keep", "experts_only", "data_only"))
    parts = []
    if shown:
        parts.append(words(N_("The data bear out {list} and not {others}."), list=shown, others=hidden) if hidden else
                     words(N_("The data bear out {list}."), list=shown))
    elif hidden:
        parts.append(words(N_("The data do not bear out {list}."), list=hidden))
    if overlooked:
        parts.append(words(N_("Dropped by vote, though the data tell customers apart by it: {list}."), list=overlooked))
    return " ".join(parts)


def _unasked(follow, words) -> str:
    rows = _tested(follow[(follow["n_votes"] == 0) & (follow["discriminating"] == True)], words)  # noqa: E712 (may be None)
    return words(N_("Nobody voted on {list}, which tells customers apart too."), list=rows) if rows else ""


def _tested(rows, words) -> str:
    return ", ".join(words(N_("{name:word} (V = {v:2}, n = {n})"), name=row.name, v=row.cramers_v, n=int(row.n))
                     for row in rows.itertuples(index=False))


def _rated(result, words) -> str:
    w = result.value("concordance")
    if w is None:
        return ""
    p, rows = result.value("concordance_p"), result.table("ratings")
    row = rows[rows["scope"] == "all"].iloc[0]
    values = {"w": w, "m": int(row["m"]), "n": int(row["n_items"]),
              "p": f"p < {words.number(SURE, 3)}" if p < SURE else f"p = {words.number(p, 3)}"}
    return words(N_("Their ratings agree more than by chance (W = {w:2}, {p}, {m} experts, {n} ratings each).") if
                 result.value("ratings_agree") else
                 N_("Their ratings do not agree more than by chance (W = {w:2}, {p}, {m} experts, {n} ratings each)."), **values)


def _caution(votes, words) -> str:
    close = votes[votes["one_vote"].astype(bool)]
    if len(close):
        return words(N_("One vote more or less would change the verdict on {list}."), list=", ".join(words(n) for n in close["name"]))
    return words(N_("A vote says what experts expect; only data say whether it is so."))


def _nobody(follow, words) -> str:
    text = words(N_("No expert has voted on the variables. Let at least three, better seven, vote yes or no on each."))
    if not len(follow):
        return text
    return text + " " + words(N_("The ballot: {list}."), list=", ".join(words(name) for name in follow["name"]))


def _confronted(result, words) -> str:
    """The experts' segments against those in force, where customers carry both."""
    rows = result.table("confrontation")
    if not len(rows):
        return ""
    row, moved = rows.iloc[0], result.value("customers_moved")
    if not isinstance(row["verdict"], str):
        return words(N_("The experts' segments of {n} customers cannot be tested yet."), n=int(row["n"]))
    said = VERDICTS[row["verdict"]]
    verdict, chi = words(said), ""
    if row["cramers_v"] == row["cramers_v"]:
        chi = words(N_("V = {v:2} against the criterion"), v=float(row["cramers_v"]))
    if row["adjusted_rand"] != row["adjusted_rand"]:
        return words(N_("{verdict} by the criterion alone: {chi}, n = {n}."), verdict=verdict, chi=chi, n=int(row["n"]))
    rand = words(N_("adjusted Rand index {rand:2}"), rand=float(row["adjusted_rand"]))
    kappa = words(N_("κ = {kappa:2}"), kappa=float(row["cohen_kappa"])) if row["cohen_kappa"] == row["cohen_kappa"] else ""
    return words(N_("{verdict}: {numbers}, n = {n}; {moved} customers stand elsewhere than the experts put them."), verdict=verdict,
                 numbers=", ".join(part for part in (rand, kappa, chi) if part), n=int(row["n"]), moved=moved)
