"""A mapping at work: a client's file, what was proposed, what a person changed, what would be lost, and the answer kept.

The command ``svcnb map`` and the page both hold one ``Draft``; neither knows more of files than it does.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from svcnb.errors import InputError, Reason, StudyError, reason
from svcnb.i18n import N_, is_missing
from svcnb.tables.mapping import NUMBER, TableProposal, changed, propose_table, propose_tables
from svcnb.tables.mapping_store import store_sources
from svcnb.tables.readers import RawTable, read_raw, sheet_names
from svcnb.tables.reading.heading import plain
from svcnb.tables.schemas import TABLES
from svcnb.tables.sources import Source
from svcnb.tables.surveys import OWN

INBOX = "inbox"  # where a study keeps the files as they came
ROWS_SHOWN = 5

__all__ = ["Draft", "Preview", "as_read", "inbox_files", "known_ids", "open_draft", "take_in"]


@dataclass(eq=False)
class Preview:
    """One table as it would be read: ``frame`` its first rows, ``n`` how many there are, ``problems`` and their
    ``total``, ``rows`` how many the file has, ``notes`` what is worth knowing of the reading."""

    frame: object
    n: int
    rows: int
    problems: list = field(default_factory=list)
    total: int = 0
    notes: list[Reason] = field(default_factory=list)


@dataclass(eq=False)
class Draft:
    """The work on one file. ``settled`` says that study.toml already knew these headings and nothing has to be asked."""

    study: object
    path: Path
    raw: RawTable
    tables: dict[str, TableProposal]
    declared: Source
    settled: bool = False

    @property
    def file(self) -> str:
        """The file's name within the study's folder."""
        return self.path.resolve().relative_to(self.study.folder).as_posix()

    def questions(self) -> list[tuple[str, Reason]]:
        """(table, question) of everything that must be answered before the mapping is stored."""
        return [(name, question) for name, proposal in self.tables.items() for question in proposal.open_questions]

    def add(self, table: str) -> None:
        """Let the file feed a further table of ours."""
        self.tables[table] = propose_table(self.raw, table, known_ids(self.study, [table]))

    def choose(self, table: str, column: str, heading: str) -> None:
        """Take ``heading`` for a column of ours; an empty heading leaves the column without one, ``#``
        numbers the rows where the column is the table's own key.

        Raises
        ------
        StudyError
            The table has no such column, or the file no such heading.
        """
        proposal = self._table(table)
        if column not in proposal.alternatives:
            raise StudyError(N_("{column} is no column of {table} that a file brings; there are {known}."), column=column,
                             table=table, known=", ".join(proposal.alternatives))
        own_key = column in TABLES[table].key and not TABLES[table].by_name[column].refers
        if heading and heading not in self.raw.headings and not (heading == NUMBER and own_key):
            raise StudyError(N_("{file} has no column '{heading}'; there are {known}."), file=self.path.name, heading=heading,
                             known=", ".join(filter(None, self.raw.headings)))
        columns = {name: theirs for name, theirs in proposal.columns.items() if name != column and theirs != heading}
        if heading:
            columns[column] = heading
        before = proposal
        proposal = changed(before, self.raw, columns)
        for name, words in before.codes.items():  # what was answered stays
            if name in proposal.codes and name != column:
                proposal.codes[name] = words
                proposal.asked_codes[name] = before.asked_codes.get(name, set())
        if len(before.dates) == 1 and before.dates[0] in proposal.dates:
            proposal.dates = before.dates
        self.tables[table] = proposal
        if heading:
            self.accept(table, column)

    def accept(self, table: str, column: str) -> None:
        """A person says that the likely pair is right."""
        proposal = self._table(table)
        proposal.matches[column] = replace(proposal.matches[column], sure=True)

    def choose_code(self, table: str, column: str, word: str, ours: str) -> None:
        """Read a word of theirs as a code word of ours; nothing leaves it as it stands, and the check refuses it."""
        proposal = self._table(table)
        allowed = ("true", "false") if TABLES[table].by_name[column].type == "bool" else TABLES[table].by_name[column].values
        if ours and ours not in allowed:
            raise StudyError(N_("{word} is no code word of {column}; there are {known}."), word=ours, column=column,
                             known=", ".join(allowed))
        if word not in proposal.codes.get(column, {}):
            raise StudyError(N_("{column} has no word '{word}' in the file; there are {known}."), column=column, word=word,
                             known=", ".join(proposal.codes.get(column, {})) or "–")
        proposal.codes[column][word] = ours
        proposal.asked_codes.get(column, set()).discard(word)

    def choose_dates(self, table: str, way: str) -> None:
        """The way the dates of the table are written, one of ``sources.DATES`` that fit."""
        proposal = self._table(table)
        if way not in proposal.dates:
            raise StudyError(N_("{way} does not fit the dates of {table}; these fit: {known}."), way=way, table=table,
                             known=", ".join(proposal.dates) or "–")
        proposal.dates = (way,)

    def sources(self) -> dict[str, Source]:
        """The sections of study.toml that this draft says."""
        return {name: self._source(proposal) for name, proposal in self.tables.items()}

    def _source(self, proposal: TableProposal) -> Source:
        said, stored = proposal.source(self.file), self.study.source(proposal.table.name)
        before = stored if _pairs(stored) else Source()
        kept = {key: getattr(self.declared, key) or getattr(before, key)
                for key in ("sheet", "heading_row", "encoding", "separator")}
        return replace(said, **kept, decimal=self.declared.decimal or before.decimal or said.decimal)

    def preview(self, table: str) -> Preview:
        """Read the table as the draft says, without storing anything."""
        import duckdb

        from svcnb.tables.check import check_table
        from svcnb.tables.typed import frame, undeclared_scale

        raw = read_raw(self.path, table, self._source(self._table(table)))
        with duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": False}) as connection:
            checked = check_table(connection, raw, TABLES[table], self.study._scales.get(table))
            if table not in self.study._scales:
                checked.notes += undeclared_scale(connection, TABLES[table], self.path.name)
            shown = frame(connection, TABLES[table]).head(ROWS_SHOWN)
        kept = [column for column in shown if shown[column].notna().any()]
        return Preview(shown[kept], checked.n, self.raw.cells.num_rows, checked.problems, checked.total, checked.notes)

    def facts(self, table: str) -> list[Reason]:
        """How dates and numbers of the table are written, as far as it matters."""
        proposal, found = self._table(table), []
        if proposal.dates:
            found.append(reason(N_("dates: {ways}"), ways=", ".join(proposal.dates), level="info"))
        if proposal.decimal:
            found.append(reason(N_("decimal mark: {mark}"), mark=proposal.decimal, level="info"))
        return found

    def losses(self, table: str, preview: Preview) -> list[Reason]:
        """What of the file this table would not take, worst first."""
        proposal, found = self._table(table), []
        if preview.total:
            found.append(reason(N_("{n} problems remain in {table}; svcnb check will list them. The first: {first}"),
                                n=preview.total, table=table, first=preview.problems[0]))
        for column, words in proposal.codes.items():
            lost = [word for word, ours in words.items() if not ours]
            if lost:
                found.append(reason(N_("no code word of {column} takes {lost}: these cells will be refused"), column=column,
                                    lost=", ".join(f"'{word}'" for word in lost)))
        found += preview.notes
        if preview.rows > preview.n and proposal.distinct:
            found.append(reason(N_("{rows} rows of the file become {n} rows of {table}: those that say the same are one"),
                                rows=preview.rows, n=preview.n, table=table, level="info"))
        elif preview.rows > preview.n and not proposal.format:
            found.append(reason(N_("{n} of {rows} rows of the file cannot be read"), n=preview.rows - preview.n,
                                rows=preview.rows))
        return found

    def unread(self) -> list[Reason]:
        """The columns of the file that no table takes, once for the whole file."""
        used = {heading for p in self.tables.values() for heading in p.columns.values()}
        own = {name for p in self.tables.values() for name in OWN.get(p.format, ())}
        left = [heading for heading in self.raw.headings if heading and heading not in used and plain(heading) not in own]
        said = reason(N_("columns that no table of ours reads: {columns}"), columns=", ".join(left), level="info")
        return [said] if left else []

    def store(self) -> Path:
        """Keep the answer in study.toml; see ``mapping_store.store_sources``.

        Raises
        ------
        StudyError
            Something is still to be answered.
        """
        left = self.questions()
        if left:
            raise StudyError(N_("{n} questions about {file} are still open; nothing was stored."), n=len(left),
                             file=self.path.name)
        return store_sources(self.study.folder, self.sources())

    def _table(self, name: str) -> TableProposal:
        if name not in self.tables:
            raise StudyError(N_("{file} does not feed {table}; it feeds {known}."), file=self.path.name, table=name,
                             known=", ".join(self.tables) or "–")
        return self.tables[name]


def as_read(value, words) -> str:
    """A cell of a preview: a number with the reader's decimal mark, a moment to the minute, nothing for an empty cell.

    >>> from svcnb.i18n import words_in
    >>> [as_read(value, words_in("es")) for value in (36.0, 127.41, float("nan"), "P-1", True)]
    ['36', '127,41', '', 'P-1', 'true']
    """
    if is_missing(value):
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat(" ")[:16].removesuffix(" 00:00")
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return str(bool(value)).lower()
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return text.replace(".", ",") if isinstance(value, float) and words.language == "es" else text


def open_draft(study, path: Path, *, table: str = "", declared: Source | None = None,
               progress: Callable[[float], None] | None = None) -> Draft:
    """Read a client's file and propose what it feeds, or recognise what study.toml already says of its headings.

    Parameters
    ----------
    study : svcnb.study.Study
    path : Path
        A file in the study's folder.
    table : str
        The table it feeds, when that is known.
    declared : Source, optional
        Sheet, heading row, encoding, separator or decimal mark that a person named.
    progress : callable, optional
        Told the share of a spreadsheet that is read; what it raises ends the reading.

    Raises
    ------
    InputError
        The file cannot be read.
    StudyError
        No table of ours is like it.
    """
    declared = _with_sheet(study, path, declared or Source(), table)
    raw = read_raw(path, table or "orders", replace(declared, columns={}, values={}), progress)
    if raw.cells is None:
        raise InputError(N_("{file} cannot be used, problems found: {n}. The first: {first}"), problems=raw.problems,
                         file=path.name, n=len(raw.problems), first=raw.problems[0].line(_words(study)))
    known = stored_for(study, raw, table)
    draft = Draft(study, path, raw, known, declared, bool(known))
    if known:
        return draft
    if table:
        draft.add(table)
    else:
        linked = ["orders", "order_lines", "complaints", "survey_respondents"]
        found = propose_tables(raw, hint=path.stem, known=known_ids(study, linked))
        draft.tables = {proposal.table.name: proposal for proposal in found}
    for name, proposal in draft.tables.items():
        pairs = _pairs(study.source(name))
        still = [heading for heading in pairs.values() if heading in raw.headings]
        if 2 * len(still) > len(pairs):  # the same export with some headings changed
            draft.tables[name] = _remembered(proposal, raw, study.source(name), pairs)
    if not draft.tables:
        raise StudyError(N_("{file} is like none of our tables; name the one it feeds with --table."), file=path.name)
    return draft


def _with_sheet(study, path: Path, declared: Source, table: str) -> Source:
    """What a person declared, with the sheet that study.toml or the table's name tells when nobody named one."""
    sheets = sheet_names(path)
    if declared.sheet or len(sheets) < 2:
        return declared
    known = {study.source(name).sheet for name in TABLES} | {table}
    sheet = next((name for name in sheets if name in known), "")
    if not sheet:
        raise StudyError(N_("{file} has several sheets with cells ({sheets}); name one with --sheet."), file=path.name,
                         sheets=", ".join(sheets))
    return replace(declared, sheet=sheet)


def stored_for(study, raw: RawTable, table: str) -> dict[str, TableProposal]:
    """The tables that study.toml feeds from a file with these headings; empty when it knows them not, or not all."""
    found = {}
    for name in TABLES:
        source = study.source(name)
        pairs = _pairs(source)
        if pairs and table in ("", name) and set(pairs.values()) <= {*raw.headings, NUMBER}:
            found[name] = _remembered(propose_table(raw, name), raw, source, pairs)
    return found


def _pairs(source: Source) -> dict[str, str]:
    """Our column (or ``C9.perceived``) -> the heading that study.toml says."""
    numbered = {source.numbered: NUMBER} if source.numbered else {}
    return {column: heading for heading, column in source.questions.items()} or {**source.columns, **numbered}


def _remembered(proposal: TableProposal, raw: RawTable, source: Source, pairs: dict[str, str]) -> TableProposal:
    """The proposal with what study.toml says of headings that are still there; the rest stays as proposed.

    Where every heading that was declared is there, nothing beyond it is proposed: that was decided once.
    """
    still = {column: heading for column, heading in pairs.items() if heading in raw.headings or heading == NUMBER}
    rest = {} if len(still) == len(pairs) else {
        column: heading for column, heading in proposal.columns.items()
        if column not in still and heading not in still.values()}
    before = TableProposal(proposal.table, proposal.headings, proposal.score,
                           {column: proposal.matches[column] for column in rest}, proposal.alternatives, format=source.format)
    new = changed(before, raw, {**still, **rest}, reason(N_("study.toml says so"), level="info"))
    for column, words in source.values.items():
        for word, ours in words.items():
            if word in new.codes.get(column, {}):
                new.codes[column][word] = ours
                new.asked_codes.get(column, set()).discard(word)
    if source.dates:
        new.dates = (source.dates,)
    new.decimal = source.decimal or new.decimal
    new.distinct = source.distinct
    return new


def known_ids(study, tables) -> dict[str, frozenset]:
    """Ids of the tables that these tables refer to, as far as the study has them without problems."""
    wanted = {column.refers for name in tables for column in TABLES[name].columns if column.refers}
    found = {}
    for target in sorted(wanted):
        name, column = target.split(".")
        try:
            if name in tables or not study.has(name):
                continue
            values = getattr(study, name).select(column).distinct().execute()[column] if name in ("orders", "order_lines") \
                else study.table(name)[column]
            found[target] = frozenset(values.dropna())
        except InputError:
            continue
    return found


def inbox_files(folder: Path) -> list[str]:
    """The files that wait in a study's inbox, by name."""
    inbox = folder / INBOX
    return sorted(p.name for p in inbox.iterdir() if p.is_file() and not p.name.startswith(".")) if inbox.is_dir() else []


def take_in(folder: Path, path: Path) -> Path:
    """The file within the study's folder: itself, or a copy in the inbox when it lies elsewhere.

    Raises
    ------
    StudyError
        It is not there, or another file of that name is in the inbox.
    """
    if not path.is_file():
        raise StudyError(N_("{file} is not there or is no file."), file=str(path))
    if path.resolve().is_relative_to(folder.resolve()):
        return path.resolve()
    target = folder / INBOX / path.name
    if target.exists() and target.read_bytes() != path.read_bytes():
        raise StudyError(N_("{target} is there already and is another file; rename one of the two."), target=str(target))
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(path, target)
    return target.resolve()


def _words(study):
    from svcnb.i18n import words_in

    return words_in(study.settings.language)
