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
from svcnb.tables.mapping_values import CODE_WORDS, Profile, fit, near_code, near_truth, profile
from svcnb.tables.mapping_words import HEADINGS, likeness, plain
from svcnb.tables.readers import RawTable
from svcnb.tables.schema import Column, Table
from svcnb.tables.schemas import TABLES

SURE, AHEAD = 0.8, 0.1  # a pair that scores this much and stands so far before any other is not asked
LEAST = 0.45  # below it nothing is proposed
SAMPLE = 2000  # rows a proposal looks at

__all__ = ["CODE_WORDS", "Match", "TableProposal", "propose_table", "propose_tables"]


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

    ``matches`` are the proposed pairs by our column; ``codes`` holds for each of our columns of code words
    {their word: our word or "" when none is near}, ``asked_codes`` those of them that are not sure; ``dates`` the orders of
    day, month and year that fit each column of dates (more than one: it must be asked); ``distinct`` says that
    several rows of the file are one row of this table.
    """

    table: Table
    headings: list[str]
    score: float = 0.0
    matches: dict[str, Match] = field(default_factory=dict)
    alternatives: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked_codes: dict[str, set[str]] = field(default_factory=dict)
    dates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    decimal: str = ""
    distinct: bool = False

    @property
    def columns(self) -> dict[str, str]:
        """Our column -> their heading."""
        return {name: match.heading for name, match in self.matches.items()}

    @property
    def missing(self) -> list[str]:
        """Columns of ours without which the table cannot be used and that nothing was found for."""
        return [c.name for c in self.table.columns if c.required and c.name not in self.matches]

    @property
    def unused(self) -> list[str]:
        """Their headings that this table does not read."""
        taken = set(self.columns.values())
        return [heading for heading in self.headings if heading and heading not in taken]

    @property
    def open_questions(self) -> list[Reason]:
        """What a person must still answer before this may be stored; empty when everything is sure."""
        asked = [reason(N_("which column is {column}? {heading} is likely ({score:%})"), column=m.column, heading=m.heading,
                        score=m.score) for m in self.matches.values() if not m.sure]
        asked += [reason(N_("which column is {column}? Nothing like it was found"), column=name) for name in self.missing]
        asked += [reason(N_("in which order do the dates of {column} stand? These fit: {orders}"), column=name,
                         orders=", ".join(orders)) for name, orders in self.dates.items() if len(orders) > 1]
        asked += [reason(N_("which code word of {column} is '{word}'?"), column=name, word=word)
                  for name, words in self.asked_codes.items() for word in sorted(words)]
        return asked


def propose_tables(raw: RawTable, *, hint: str = "", known: dict[str, frozenset] | None = None) -> list[TableProposal]:
    """The tables of ours that a file feeds, the likeliest first.

    Parameters
    ----------
    raw : RawTable
        The file's cells as text.
    hint : str
        Name of the file or sheet: a weak sign of the table.
    known : {"table.column": ids}
        Ids of tables that the study already has.

    Returns
    -------
    list of TableProposal
        Empty when no table of ours is like the file. The first is the best; a further one is listed when the file
        also brings all its required columns and something more of it, as an order system's dump does where order and line
        stand on one row.
    """
    profiles = _profiles(raw)
    ranked = sorted((_propose(raw, table, profiles, known or {}, hint) for table in TABLES.values()),
                    key=lambda p: -p.score)
    best = ranked[0]
    if not best.matches or best.score < 0.3:
        return []
    chosen = [best]
    for other in ranked[1:]:
        if other.missing or not _linked(other.table, [p.table for p in chosen]):
            continue
        used = {heading for p in chosen for heading in p.columns.values()}
        more = [m for m in other.matches.values() if m.heading not in used and m.score >= 0.6]
        if len(more) >= (1 if any(_refers(p.table, other.table) for p in chosen) else 2):
            chosen.append(other)
    for proposal in chosen:
        _complete(proposal, raw, profiles)
    return chosen


def propose_table(raw: RawTable, table: str, known: dict[str, frozenset] | None = None) -> TableProposal:
    """What a named table of ours takes from the file; see ``propose_tables``."""
    profiles = _profiles(raw)
    return _complete(_propose(raw, TABLES[table], profiles, known or {}, ""), raw, profiles)


def changed(proposal: TableProposal, raw: RawTable, columns: dict[str, str]) -> TableProposal:
    """The proposal with the pairs a person chose (our column -> their heading) in place of its own."""
    profiles = dict(zip(raw.headings, _profiles(raw)))
    matches = {}
    for name, heading in columns.items():
        before = proposal.matches.get(name)
        matches[name] = before if before and before.heading == heading and before.sure else Match(
            name, heading, _score(heading, proposal.table.by_name[name], proposal.table, profiles[heading], {})[0], True,
            (reason(N_("chosen"), level="info"),))
    new = TableProposal(proposal.table, proposal.headings, proposal.score, matches, proposal.alternatives)
    return _complete(new, raw, list(profiles.values()))


def _profiles(raw: RawTable) -> list[Profile]:
    head = raw.cells.slice(0, SAMPLE)
    return [profile(head.column(f"c{place}").to_pylist()) for place in range(len(raw.headings))]


def phrases(column: Column) -> tuple[str, ...]:
    """Everything a column of ours is called: its name, what it means in English and Spanish, names in known systems."""
    spanish = words_in("es")(column.meaning)
    return (column.name, column.meaning, spanish, *HEADINGS.get(column.meaning, ()))


def _score(heading: str, column: Column, table: Table, found: Profile, known: dict) -> tuple[float, tuple[Reason, ...]]:
    """How far a heading and its cells are a column of ours, and why."""
    name, said = max((likeness(heading, phrase, table.name), phrase) for phrase in phrases(column))
    ids = known.get(column.refers, frozenset())
    values = fit(column, found, ids)
    score = name * (0.95 if values is None else 0.5 + 0.5 * values)
    why = [reason(N_("the name is like '{name}' ({score:%})"), name=said, score=name, level="info")] if name >= LEAST else []
    if ids and values and values >= 0.5:
        why.append(reason(N_("{share:%} of its ids are in {table}"), share=values, table=column.refers.split(".")[0], level="info"))
        score = max(score, 0.65 * values)
    elif values is not None and column.type != "str":
        why.append(reason(N_("{share:%} of its cells fit"), share=values, level="info"))
    if column.type == "enum" and found.words and found.distinct > 1 and all(
            near_code(column.values, word)[1] >= 0.95 for word in found.words):
        score = max(score, 0.6)
    return score, tuple(why)


def _propose(raw: RawTable, table: Table, profiles: list[Profile], known: dict, hint: str) -> TableProposal:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    columns = [column for column in table.columns if column.kind == "input"]
    scored = [[_score(heading, column, table, found, known) if heading else (0.0, ()) for column in columns]
              for heading, found in zip(raw.headings, profiles)]
    scores = np.array([[score for score, _ in row] for row in scored])
    proposal = TableProposal(table, list(raw.headings))
    for place, at in zip(*linear_sum_assignment(np.where(scores >= LEAST, scores, 0.0), maximize=True)):
        score = float(scores[place, at])
        if score < LEAST:
            continue
        rivals = max([*np.delete(scores[place], at), *np.delete(scores[:, at], place)], default=0.0)
        name = columns[at].name
        proposal.matches[name] = Match(name, raw.headings[place], score, bool(score >= SURE and score - rivals >= AHEAD),
                                       scored[place][at][1])
    proposal.matches = {c.name: proposal.matches[c.name] for c in columns if c.name in proposal.matches}
    for at, column in enumerate(columns):
        order = np.argsort(-scores[:, at], kind="stable")[:3]
        proposal.alternatives[column.name] = [(raw.headings[i], float(scores[i, at])) for i in order if scores[i, at] >= 0.3]
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
    return 0.5 * of_theirs + 0.25 * found + 0.15 * called + 0.1 * of_ours


def _refers(one: Table, other: Table) -> bool:
    return any(target == other.name for target, _ in one.foreign_keys.values())


def _linked(table: Table, chosen: list[Table]) -> bool:
    return any(_refers(table, other) or _refers(other, table) for other in chosen)


def _complete(proposal: TableProposal, raw: RawTable, profiles: list[Profile]) -> TableProposal:
    """Code words, orders of dates, decimal mark and whether rows repeat, for the pairs that stand."""
    found = dict(zip(raw.headings, profiles))
    marks = set()
    for name, match in proposal.matches.items():
        column, cells = proposal.table.by_name[name], found[match.heading]
        if column.type in ("ts", "date"):
            proposal.dates[name] = cells.dates
        elif column.type == "float":
            marks.add(cells.decimal)
        elif column.type in ("enum", "bool") and cells.words is not None:
            _complete_codes(proposal, column, cells.words)
    proposal.decimal = next(iter(marks - {""}), "") if len(marks - {""}) == 1 else ""
    keys = [proposal.matches[name].heading for name in proposal.table.key if name in proposal.matches]
    if keys and len(keys) == len(proposal.table.key):
        head = raw.cells.slice(0, SAMPLE).to_pydict()
        rows = list(zip(*(head[f"c{raw.headings.index(heading)}"] for heading in keys)))
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
