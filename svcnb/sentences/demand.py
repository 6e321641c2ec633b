"""The reading of the pages of step 3."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.sentences.naming import capital

ALL = "all"
UNDECIDED_NAMED = 3


def read_window(result, words, segment: str | None = None, tables=None) -> str:
    """What is wanted and not received, who leads, how sure it is, what is undecided.

    ``segment`` defaults to all together; ``tables`` (window, window_cuts) to the stored ones.
    """
    tables = result.tables if tables is None else tables
    window, cuts = tables.get("window"), tables.get("window_cuts")
    segment = segment or ALL
    rows = window[(window["segment_id"] == segment) & window["quadrant"].notna()] if window is not None else None
    if rows is not None and rows.empty and len(window):
        return words(N_("There is no customer window of this segment: fewer than 5 of its customers answered."))
    if rows is None or rows.empty:
        return words(N_("There is no customer window: too few customers were asked how important each component is and "
                        "how well it is given. The importance shown beside is assumed or comes from experts."))
    names = dict(zip(rows["component_id"], component_names(rows, words), strict=True))
    first = rows[rows["quadrant"] == "A"].sort_values("priority", ascending=False, kind="stable")
    sentences = [_lead(first, names, words)] if len(first) else [_nothing(rows, names, words)]
    doubtful = rows[rows["undecided"].astype(bool)]
    if len(doubtful):
        sentences.append(_undecided(doubtful, names, words))
    n = cuts.loc[cuts["segment_id"] == segment, "n"]
    if len(n) and n.iloc[0] == n.iloc[0] and n.iloc[0] < 30:
        sentences.append(words(N_("Only {n} answers: take it as a hint, not as a finding."), n=int(n.iloc[0])))
    return " ".join(sentences)


def component_names(rows, words) -> list[str]:
    """Names of the components in the reader's language, in lower case as they are written in a sentence."""
    if words.language == "es" and "spanish" in rows:
        return rows["spanish"].astype(str).tolist()
    return [words(str(name)) for name in rows["name"]]


def enumerate_names(names, words) -> str:
    """"a", "a and b", "a, b and c" in the reader's language."""
    names = list(names)
    if len(names) < 2:
        return "".join(names)
    head, last = ", ".join(names[:-1]), names[-1]
    if words.language == "es":
        joint = "e" if last.lower().startswith(("i", "hi")) and not last.lower().startswith(("hie", "hia")) else "y"
        return f"{head} {joint} {last}"
    return words(N_("{head} and {last}"), head=head, last=last)


def _lead(first, names, words) -> str:
    top, listed = first.iloc[0], enumerate_names((names[c] for c in first["component_id"]), words)
    values = {"name": capital(names[top["component_id"]]), "points": top["importance"], "score": top["satisfaction"]}
    subject = words(N_("{names} is wanted and not received."), names=capital(listed)) if len(first) == 1 else \
        words(N_("{names} are wanted and not received."), names=capital(listed))
    certain = top["certain"]
    if len(first) == 1:
        text = N_("It has {points:1} of 100 points at {score:1} of 10.") if certain != certain else \
            N_("It has {points:1} of 100 points at {score:1} of 10, and is in this quadrant in {certain:0} of 100 resamples.")
        return subject + " " + words(text, **values, certain=100 * certain)
    if certain != certain:
        return subject + " " + words(N_("{name} leads: {points:1} of 100 points at {score:1} of 10."), **values)
    return subject + " " + words(N_("{name} leads: {points:1} of 100 points at {score:1} of 10, in this quadrant in "
                                    "{certain:0} of 100 resamples."), certain=100 * certain, **values)


def _nothing(rows, names, words) -> str:
    nearest = rows.sort_values("satisfaction").iloc[0]
    return words(N_("Nothing that customers want falls short: every important component reaches the satisfaction cut. "
                    "The lowest of all is {name} with {score:1} of 10."), name=names[nearest["component_id"]],
                 score=nearest["satisfaction"])


def _undecided(doubtful, names, words) -> str:
    rows = doubtful.sort_values("importance", ascending=False, kind="stable").head(UNDECIDED_NAMED)
    parts = [words(N_("{name} ({certain:0} of 100)"), name=names[r.component_id], certain=100 * max(
        r.p_A, r.p_B, r.p_C, r.p_D)) for r in rows.itertuples()]
    text = capital(enumerate_names(parts, words))
    more = len(doubtful) - len(rows)
    if more:
        return words(N_("{names} and {n} more are undecided."), names=capital(", ".join(parts)),
                     n=more)
    return words(N_("{names} is undecided."), names=text) if len(rows) == 1 else \
        words(N_("{names} are undecided."), names=text)


def read_demand(result, words) -> str:
    """How much demand the groups make, what comes next and how sure, what matters most to customers."""
    parts = [_volume(result, words), _next(result, words), _first_wish(result, words)]
    return " ".join(part for part in parts if part)


def _volume(result, words) -> str:
    total, market = result.quantities.get("composition_total"), result.quantities.get("decomposition_total")
    if total is None:
        return words(N_("The demand of the groups is not known: there are neither orders nor rates of groups."))
    largest = result.tables["composition"].sort_values("demand", ascending=False).iloc[0]
    text = words(N_("{groups} groups of {n:0} customers ask for {total:0} {unit:word}; {share:%} of it is {group}."),
                 groups=len(result.tables["composition"]), n=total.n, total=total.value, unit=total.unit, group=words(largest["name"]),
                 share=float(largest["demand"] / total.value) if total.value else 0.0)
    difference = result.quantities.get("difference")
    if market is not None and difference is not None:
        side = N_("Seen from the market it would be {market:0}, so the groups sum to {difference:%} less.") \
            if difference.value < 0 else N_("Seen from the market it would be {market:0}, so the groups sum to {difference:%} more.")
        text += " " + words(side, market=market.value, difference=abs(difference.value))
    return text


def _next(result, words) -> str:
    found = result.quantities.get("forecast_next")
    if found is None:
        return words(N_("Nothing can be forecast by numbers: there is no history."))
    if found.low is None:
        return words(N_("The next period should bring {value:0} {unit:word}; {n} periods are too few to say how surely."),
                     value=found.value, unit=found.unit, n=found.n)
    return words(N_("The next period should bring {value:0} {unit:word} (95 of 100 such forecasts: {low:0} to {high:0}), from {n} "
                    "periods."), value=found.value, unit=found.unit, low=found.low, high=found.high, n=found.n)


def _first_wish(result, words) -> str:
    rows = result.tables.get("importance")
    rows = rows[rows["segment_id"] == ALL] if rows is not None else None
    if rows is None or rows.empty:
        return ""
    if (rows["evidence"] == "assumed").all():
        return words(N_("What matters to customers was not asked: equal weights are assumed."))
    top = rows.sort_values("points", ascending=False, kind="stable").head(1)
    return words(N_("What matters most to customers is {name}, {points:1} of 100 points (n {n:0})."),
                 name=component_names(top, words)[0], points=float(top["points"].iloc[0]), n=int(top["n"].iloc[0]))
