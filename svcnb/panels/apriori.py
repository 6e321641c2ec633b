"""Page 01f: what the experts say (votes, ratings, their segments), and whether the data agree."""

from __future__ import annotations

from svcnb.figures import apriori as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, MethodCard, Page, Picture, TableView
from svcnb.sentences.apriori import read_apriori

TOLERANCE = 0.06


def check(result, tables, words):
    """Cc of the variable nearest to the line that some vote for and some against."""
    votes = tables.get("votes")
    if votes is None or not len(votes):
        return None
    mixed = votes[(votes["against"] > 0) & (votes["in_favour"] > 0)]
    rows = mixed if len(mixed) else votes
    row = rows.loc[(rows["agreement"] - rows["keep_from"]).abs().idxmin()]
    n, against = int(row["n_votes"]), int(row["against"])
    answer = 100 * (1 - against / n)
    mistakes = [(100 * against / n, words("That is the share against; Cc is what remains of all votes.")),
                (1 - against / n, words("That is the share, 0 to 1; Cc is in per cent.")),
                (float(n - against), words("Those are the votes in favour; divide them by all votes.")),
                *_by_rounds(row, words)]
    if n > against:
        mistakes.append((100 * against / (n - against), words("Divide by all votes, not by those in favour.")))
    kept: list[tuple[float, str]] = []
    for wrong, text in mistakes:  # of two mistakes that give one number the first is told
        if all(abs(wrong - other) > 2 * TOLERANCE for other in (answer, *(number for number, _ in kept))):
            kept.append((wrong, text))
    values = {"name": row["name"], "n": n, "against": against}
    question = words("{name:word}: {n} experts voted, {against} of them against. What is Cc, in per cent?", **values) if \
        int(row["n_rounds"]) == 1 else _question(row, values, words)
    return Check(question, answer, TOLERANCE, unit="%", working=words("(1 − {against} ÷ {n}) × 100", against=against, n=n),
                 mistakes=tuple(kept))


def _question(row, values, words) -> str:
    """With several rounds: the last vote of each expert counts, also of who did not vote again."""
    return words("{name:word}: by the last vote of each expert, {n} voted and {against} of them against; in round {round} alone {few} "
                 "voted, {fewer} against. What is Cc, in per cent?", **values, round=int(row["n_rounds"]), few=int(row["n_final"]),
                 fewer=int(row["against_final"]))


def _by_rounds(row, words) -> list[tuple[float, str]]:
    """Only the last round's votes, or the votes of all rounds: both count the wrong experts."""
    texts = {"final": words("That counts the votes of the last round only: who did not vote again keeps the vote given before."),
             "every": words("That counts every round: only the last vote of each expert counts.")}
    return [(100 * (1 - row[f"against_{part}"] / row[f"n_{part}"]), text) for part, text in texts.items() if row[f"n_{part}"]]


PAGE = Page(
    name="apriori", step="apriori", notebook="01f_apriori", title=N_("A priori"),
    question=N_("What do the experts say, and do the data agree?"),
    ends_in=N_("Step 1 · judgement of experts · ends in: the variables that experts keep, and which data will verify them"),
    read=lambda result, tables, view, words: read_apriori(result, words), check=check, beside="segmentation",
    pictures=(Picture("votes", N_("Voting board"), figures.plot_votes, figures.describe_votes, ("votes",)),
              Picture("compared", N_("What the data say of each variable"), figures.plot_compared, figures.describe_compared,
                      ("compared",)),
              Picture("confrontation", N_("The experts' segments against those in force: where customers stand"),
                      figures.plot_confrontation, figures.describe_confrontation, ("cross", "confrontation"),
                      without=N_("nothing to compare yet. Write the experts' segment beside each customer (table of customers, column "
                                 "of the market segment), and let data, not the experts, make the segments of step 1."))),
    tables=(TableView("votes", N_("Votes on the variables"), ("name", "n_votes", "in_favour", "against", "agreement", "level_low",
                                                             "level_high", "keep", "one_vote")),
            TableView("compared", N_("Experts and data side by side"), ("name", "agreement", "keep", "cramers_v", "p_value", "n",
                                                                       "discriminating", "verdict")),
            TableView("follow_up", N_("Follow-up: which test verifies, and what is missing"),
                      ("name", "n_votes", "keep", "test", "criterion", "missing", "cramers_v", "verdict")),
            TableView("ratings", N_("Concordance of the ratings"), ("name", "m", "n_items", "rating", "kendall_w", "p_value",
                                                                    "significant", "test")),
            TableView("confrontation", N_("The experts' segments against those in force"),
                      ("n", "n_missing", "adjusted_rand", "cohen_kappa", "chi2", "df", "p_value", "cramers_v", "verdict")),
            TableView("cross", N_("Where the experts put them, and where they stand"),
                      ("experts_segment", "segment_now", "n", "row_share", "stays", "n_row", "n_column")),
            TableView("moved", N_("Customers who stand elsewhere"), ("customer_id", "name", "experts_segment", "segment_now"))),
    card=MethodCard(
        title=N_("A-priori method"),
        quotation="se recomienda comenzar con el método a priori que consiste en seleccionar las variables según la experiencia del "
                  "personal de venta y darle seguimiento con los métodos estadísticos",
        source=N_("Gómez, Acevedo, González 2004, S2:L207; the vote is Cuban practice; Kendall, Babington Smith 1939; Cohen 1960; "
                  "Hubert, Arabie 1985"),
        formula=N_("Cc = (1 − votes against ÷ all votes) · 100, kept from 60 %; confirmed from an adjusted Rand index of 0.65 and a "
                   "criterion told apart, not confirmed below 0.30 without it"),
        assumes=N_("at least three experts, better seven, who vote apart from each other; the last vote of each counts"),
        fails=N_("votes given in each other's hearing, ratings so alike that they have no order (W falls though nobody disagrees), "
                 "experts' segments made from the very data that test them"),
        badge=N_("house rule"),
        **examples.VOTES))
