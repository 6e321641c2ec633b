"""Which of a client's columns and code words are which of ours: a proposal with its scores and reasons.

Every pair of headings is scored by its names (``mapping_words``) and by what the cells hold (``mapping_values``); the
pairs are chosen together as the assignment of greatest sum (Kuhn 1955; scipy's ``linear_sum_assignment``, after
Jonker and Volgenant as revised by Crouse 2016), so that two headings never take one column. A pair is ``sure`` only
when it scores high *and* no other pair comes near; whatever is not sure is asked, never taken silently.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from svcnb.errors import Reason, reason
from svcnb.i18n import N_, words_in
from svcnb.tables.mapping_survey import ASKS, Asked, components_of, survey_format
from svcnb.tables.mapping_values import MOST_WORDS, Profile, fit, near_code, near_truth, profile
from svcnb.tables.mapping_words import HEADINGS, compared, likeness, plain
from svcnb.tables.readers import RawTable
from svcnb.tables.schema import Column, Table
from svcnb.tables.schemas import TABLES
from svcnb.tables.sources import SURVEYS, Source

SURE, AHEAD = 0.8, 0.1  # a pair that scores this much and stands so far before any other is not asked
LEAST = 0.45  # below it nothing is proposed
LEFT = 0.5  # the most that a word of theirs may weigh which ours has nothing for
NEEDED = 0.03  # of two columns that fit alike, the one without which the table is of no use
SAMPLE = 2000  # rows a proposal looks at
NUMBER = "#"  # in the place of a heading: the rows are numbered
REFERRED = {column.refers for table in TABLES.values() for column in table.columns if column.refers}

__all__ = ["Match", "TableProposal", "propose_table", "propose_tables"]


@dataclass(frozen=True, eq=False)
class Match:
    """``heading`` of theirs for ``column`` of ours: ``score`` 0 to 1, whether it is ``sure``, and why."""

    column: str
    heading: str
    score: float
    sure: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(eq=False)
class TableProposal:
    """What one table of ours could take from a file.

    ``matches`` are the proposed pairs by our column, in a survey export by ``<component>.<column>``; ``codes`` holds for
    each of our columns of code words {their word: our word or "" when none is near}, ``asked_codes`` those of them that
    are not sure; ``dates`` are the ways of writing dates that fit all columns of dates (more than one: it is asked);
    ``distinct`` says that several rows of the file are one row of this table.
    """

    table: Table
    headings: list[str]
    score: float = 0.0
    matches: dict[str, Match] = field(default_factory=dict)
    alternatives: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked_codes: dict[str, set[str]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    decimal: str = ""
    distinct: bool = False
    format: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """Our column -> their heading."""
        return {name: match.heading for name, match in self.matches.items()}

    @property
    def missing(self) -> list[str]:
        """Columns of ours without which the table cannot be used and that nothing was found for."""
        found = {column_of(name) for name in self.matches}
        given = ("respondent_id", "component_id") if self.format else ()  # a survey export numbers its rows itself
        return [c.name for c in self.table.columns if c.required and c.name not in found and c.name not in given]

    @property
    def unused(self) -> list[str]:
        """Their headings that this table does not read."""
        taken = set(self.columns.values())
        return [heading for heading in self.headings if heading and heading not in taken]

    @property
    def open_questions(self) -> list[Reason]:
        """What a person must still answer before this may be stored; empty when everything is sure."""
        asked = [reason(N_("{column} is not in the file: shall the rows be numbered (#)?"), column=name)
                 if m.heading == NUMBER else
                 reason(N_("which column is {column}? {heading} is likely ({score:%})"), column=name, heading=m.heading,
                        score=m.score) for name, m in self.matches.items() if not m.sure]
        asked += [reason(N_("which column is {column}? Nothing like it was found"), column=name) for name in self.missing]
        if len(self.dates) > 1:
            asked.append(reason(N_("how are the dates written? These fit: {ways}"), ways=", ".join(self.dates)))
        asked += [reason(N_("which code word of {column} is '{word}'?"), column=name, word=word)
                  for name, words in self.asked_codes.items() for word in sorted(words)]
        return asked

    def source(self, file: str, sheet: str = "") -> Source:
        """The section of study.toml that says this."""
        way = self.dates[0] if len(self.dates) == 1 and self.dates != ("yyyy-mm-dd",) else ""
        columns = {} if self.format else {name: theirs for name, theirs in self.columns.items() if theirs != NUMBER}
        numbered = next((name for name, theirs in self.columns.items() if theirs == NUMBER), "")
        questions = {heading: name for name, heading in self.columns.items()} if self.format else {}
        values = {name: {theirs: ours for theirs, ours in words.items() if ours} for name, words in self.codes.items()}
        return Source(file=file, sheet=sheet, decimal=self.decimal, dates=way, format=self.format, distinct=self.distinct,
                      numbered=numbered, columns=columns, questions=questions,
                      values={name: words for name, words in values.items() if words})


def column_of(target: str) -> str:
    """The column of ours that a target fills: ``perceived`` of ``C9.perceived``."""
    return target.rpartition(".")[2]


def propose_tables(raw: RawTable, *, hint: str = "", known: dict[str, frozenset] | None = None,
                   components: dict[str, tuple[str, ...]] | None = None) -> list[TableProposal]:
    """The tables of ours that a file feeds, the likeliest first.

    Parameters
    ----------
    raw : RawTable
        The file's cells as text.
    hint : str
        Name of the file or sheet: a weak sign of the table.
    known : {"table.column": ids}
        Ids of tables that the study already has.
    components : {component: names}
        The study's own components; the usual ten without.

    Returns
    -------
    list of TableProposal
        Empty when no table of ours is like the file. The first is the best; a further one is listed when the file also
        brings all its required columns and something more of it, as an order system's dump does where order and line stand
        on one row, or a survey export.
    """
    view = _View(raw, known or {}, components or components_of())
    if view.format:
        found = [_propose(view, TABLES[name]) for name in SURVEYS[:3]]
        chosen = [p for p in found if p.matches and not p.missing]
        if any("." in name for p in chosen for name in p.matches):  # one question about a component at least
            return [_complete(p, view) for p in chosen]
        view.format = ""  # other files have a column "timestamp" too
    ranked = sorted((_propose(view, table, hint) for table in TABLES.values()), key=lambda p: -p.score)
    if not ranked[0].matches or ranked[0].score < 0.3:
        return []
    chosen = ranked[:1]
    for other in ranked[1:]:
        if other.missing or not _linked(other.table, [p.table for p in chosen]):
            continue
        used = {heading for p in chosen for heading in p.columns.values()}
        more = [m for m in other.matches.values() if m.heading not in used and m.score >= 0.6]
        if len(more) >= (1 if any(_refers(p.table, other.table) for p in chosen) else 2):
            other.matches = {name: m for name, m in other.matches.items() if m.sure or m.heading not in used}
            chosen.append(other)
    return [_complete(_number_key(p), view) for p in chosen]


def _number_key(proposal: TableProposal) -> TableProposal:
    """Propose to number the rows where only the table's own key is not in the file and no other table names it."""
    for name in proposal.missing if proposal.matches and not proposal.format else ():
        if name in proposal.table.key and not proposal.table.by_name[name].refers and (
                f"{proposal.table.name}.{name}" not in REFERRED):
            proposal.matches[name] = Match(name, NUMBER, LEAST, False, (
                reason(N_("no column is like it: the rows can be numbered"), level="info"),))
    return proposal


def propose_table(raw: RawTable, table: str, known: dict[str, frozenset] | None = None,
                  components: dict[str, tuple[str, ...]] | None = None) -> TableProposal:
    """What a named table of ours takes from the file; see ``propose_tables``."""
    view = _View(raw, known or {}, components or components_of())
    return _complete(_number_key(_propose(view, TABLES[table])), view)


def changed(proposal: TableProposal, raw: RawTable, columns: dict[str, str],
            why: Reason | None = None) -> TableProposal:
    """The proposal with other pairs (our column -> their heading); a pair that stays keeps its score and its doubt.

    Code words, dates and the decimal mark are proposed anew.
    """
    matches, why = {}, why or reason(N_("chosen by a person"), level="info")
    for name, heading in columns.items():
        before = proposal.matches.get(name)
        matches[name] = before if before and before.heading == heading else Match(name, heading, 1.0, True, (why,))
    return _complete(TableProposal(proposal.table, proposal.headings, proposal.score, matches, proposal.alternatives,
                                   format=proposal.format), _View(raw, {}, {}))


class _View:
    """A file as the proposals of all tables look at it: each column's cells are looked at once."""

    def __init__(self, raw: RawTable, known: dict, components: dict):
        head = raw.cells.slice(0, SAMPLE)
        first = {}
        for place, heading in enumerate(raw.headings):
            first.setdefault(heading, place)
        self.headings = [h if first[h] == place else "" for place, h in enumerate(raw.headings)]  # a double is not told apart
        self.cells = {heading: head.column(f"c{place}").to_pylist() for heading, place in first.items()}
        self.profiles = {heading: profile(cells) for heading, cells in self.cells.items()}
        self.raw, self.places = raw, first
        self.known, self.components = known, components
        self.format = survey_format(self.headings)

    def words(self, heading: str) -> dict[str, int] | None:
        """The different texts of a whole column, not only of the sample; None when they are no list of code words."""
        import pyarrow.compute as pc

        if self.profiles[heading].words is None:
            return None
        counted = pc.value_counts(self.raw.cells.column(f"c{self.places[heading]}")).to_pylist()
        found: dict[str, int] = {}
        for pair in counted:
            text = (pair["values"] or "").strip()
            if text:
                found[text] = found.get(text, 0) + pair["counts"]
        return found if len(found) <= MOST_WORDS else None

    def dates(self, heading: str) -> tuple[str, ...]:
        """The ways in which the whole column's dates can be written, when the sample leaves more than one."""
        import pyarrow.compute as pc

        ways = self.profiles[heading].dates
        if len(ways) < 2:
            return ways
        whole = profile(pc.unique(self.raw.cells.column(f"c{self.places[heading]}")).to_pylist()).dates
        return whole or ways


def phrases(column: Column) -> tuple[str, ...]:
    """Everything a column of ours is called: its name, what it means in English and Spanish, names in known systems."""
    spanish = words_in("es")(column.meaning)
    return (column.name, column.meaning, spanish, *HEADINGS.get(column.meaning, ()))


def _score(heading: str, column: Column, table: Table, found: Profile, known: dict) -> tuple[float, tuple[Reason, ...]]:
    """How far a heading and its cells are a column of ours, and why."""
    (name, left), said = max(((compared(heading, phrase, table.name), phrase) for phrase in phrases(column)),
                             key=lambda found: found[0])  # of several alike the first: our own name and meaning
    ids = known.get(column.refers, frozenset())
    values = fit(column, found, ids)
    score = name * (0.95 if values is None else 0.5 + 0.5 * values)
    meant = said if said in HEADINGS.get(column.meaning, ()) else column.meaning
    why = []
    if name >= LEAST:
        why.append(reason(N_("the name is like '{name:word}' ({score:%})"), name=meant, score=name, level="info"))
    if ids and values and values >= 0.5:
        target = column.refers.split(".")[0]
        why.append(reason(N_("{share:%} of its ids are in {table}"), share=values, table=target, level="info"))
        score = max(score, 0.65 * values)
    elif values is not None and column.type != "str":
        why.append(reason(N_("{share:%} of its cells fit"), share=values, level="info"))
    if left > LEFT:
        score = min(score, SURE - 0.01)  # a word that says something and was not understood: it is asked
    if column.type == "enum" and found.words and found.distinct > 1 and all(
            near_code(column.values, word)[1] >= 0.95 for word in found.words):
        score = max(score, 0.6)
    return score, tuple(why)


def _scores(view: _View, table: Table) -> tuple[list[str], list[list[tuple[float, tuple[Reason, ...]]]]]:
    """The targets of a table and, a heading a row, how far each heading is each of them."""
    columns = [column for column in table.columns if column.kind == "input"]
    if not view.format or table.name not in SURVEYS:
        return [c.name for c in columns], [
            [_score(heading, c, table, view.profiles[heading], view.known) if heading else (0.0, ()) for c in columns]
            for heading in view.headings]
    plain_ones = [c for c in columns if c.name not in ("component_id", *ASKS.get(table.name, ()))]
    if table.name in ASKS:
        plain_ones = plain_ones[:1]  # the respondent; the rest of the table comes a row an answer
    asked = Asked.targets(table, view.components) if table.name in ASKS else []
    rows = []
    for heading in view.headings:
        found = view.profiles[heading]
        row = [_score(heading, c, table, found, view.known) for c in plain_ones]
        likely = Asked.of(heading, table, view.components) if asked else {}
        for target in asked:
            column = table.by_name[column_of(target)]
            cells = fit(column, found)
            score = likely[target] * (0.95 if cells is None else 0.5 + 0.5 * cells)
            row.append((score, (reason(N_("the question names it ({score:%})"), score=likely[target], level="info"),)))
        rows.append(row)
    return [c.name for c in plain_ones] + asked, rows


def _propose(view: _View, table: Table, hint: str = "") -> TableProposal:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    targets, scored = _scores(view, table)
    scores = np.array([[score for score, _ in row] for row in scored])
    proposal = TableProposal(table, view.headings, format=view.format if table.name in SURVEYS else "")
    needed = np.array([NEEDED * table.by_name[column_of(name)].required for name in targets])
    worth = np.where(scores >= LEAST, (scores + needed) ** 3, 0.0)  # one likely pair is worth more than two doubtful ones
    for place, at in zip(*linear_sum_assignment(worth, maximize=True)):
        score = float(scores[place, at])
        if score < LEAST:
            continue
        rivals = max([*np.delete(scores[place], at), *np.delete(scores[:, at], place)], default=0.0)
        proposal.matches[targets[at]] = Match(targets[at], view.headings[place], score,
                                              bool(score >= SURE and score - rivals >= AHEAD), scored[place][at][1])
    proposal.matches = {name: proposal.matches[name] for name in targets if name in proposal.matches}
    for at, name in enumerate(targets):
        order = np.argsort(-scores[:, at], kind="stable")[:3]
        proposal.alternatives[name] = [(view.headings[i], float(scores[i, at])) for i in order if scores[i, at] >= 0.3]
    proposal.score = _rank(proposal, hint)
    return proposal


def _rank(proposal: TableProposal, hint: str) -> float:
    """How far the file is this table: what it takes of the file, what it needs and finds, what the file is called."""
    table = proposal.table
    taken = sum(m.score for m in proposal.matches.values())
    needed = [c.name for c in table.columns if c.required]
    found = sum(proposal.matches[name].score for name in needed if name in proposal.matches) / len(needed) if needed else 0.5
    called = max(likeness(plain(hint), phrase) for phrase in (table.name, words_in("es")(table.meaning))) if hint else 0.0
    of_theirs = taken / max(len([h for h in proposal.headings if h]), 1)
    of_ours = taken / len(table.columns)
    return 0.5 * of_theirs + 0.25 * found * min(taken / 3, 1.0) + 0.15 * called + 0.1 * of_ours


def _refers(one: Table, other: Table) -> bool:
    return any(target == other.name for target, _ in one.foreign_keys.values())


def _linked(table: Table, chosen: list[Table]) -> bool:
    return any(_refers(table, other) or _refers(other, table) for other in chosen)


def _complete(proposal: TableProposal, view: _View) -> TableProposal:
    """Code words, ways of dates, decimal mark and whether rows repeat, for the pairs that stand."""
    marks, ways = set(), []
    for name, match in proposal.matches.items():
        if match.heading == NUMBER:
            continue
        column, cells = proposal.table.by_name[column_of(name)], view.profiles[match.heading]
        if column.type in ("ts", "date") and cells.dates:
            ways.append(view.dates(match.heading))
        elif column.type == "float":
            marks.add(cells.decimal)
        elif column.type in ("enum", "bool"):
            _complete_codes(proposal, column, view.words(match.heading) or {})
    written = [found for found in ways if found != ("yyyy-mm-dd",)] or ways
    proposal.dates = tuple(way for way in written[0] if all(way in found for found in written)) if written else ()
    proposal.decimal = next(iter(marks - {""}), "") if len(marks - {""}) == 1 else ""
    keys = [proposal.matches[name].heading for name in proposal.table.key if name in proposal.matches]
    if keys and len(keys) == len(proposal.table.key) and not proposal.format and NUMBER not in keys:
        rows = list(zip(*(view.cells[heading] for heading in keys)))
        proposal.distinct = len(set(rows)) < 0.9 * len(rows)
    return proposal


def _complete_codes(proposal: TableProposal, column: Column, counted: dict[str, int]) -> None:
    for word in counted:
        if column.type == "bool":
            ours, score = near_truth(word), 1.0
            if ours and word.casefold() in ("true", "false"):
                continue
        else:
            ours, score = near_code(column.values, word)
            if word in column.values:
                continue
        proposal.codes.setdefault(column.name, {})[word] = ours
        if not ours or score < SURE:
            proposal.asked_codes.setdefault(column.name, set()).add(word)
