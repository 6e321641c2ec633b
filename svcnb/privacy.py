"""People's data: a copy of a study without names, and the answers of one person deleted for good.

A pseudonym is ``<letter>-`` and ten letters of HMAC-SHA-256 of the text under a secret: the same person has the same
pseudonym in every table, in the journal and in the next period when the same key is given, and nobody without the key
can go back, not even by trying names. Places, ages, dates and answers stay: whoever knows them may still recognise
somebody, so a pseudonymised study is still data of people (GDPR, recital 26).
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from svcnb.errors import ParameterError
from svcnb.i18n import N_, is_missing
from svcnb.journal import open_journal
from svcnb.journal.erase import WITHDRAWN, Erased, copy_changed, erase
from svcnb.parts import write_whole
from svcnb.results import NOBODY
from svcnb.study import LARGE, PREVIOUS, Study
from svcnb.tables import TABLES
from svcnb.tables.guard import guarded
from svcnb.tables.people import CONDITIONAL, LETTERS, NAMED, holders, is_prose, kind_of, tables_of_people
from svcnb.tables.people import WITHDRAWN as PARTICIPANTS
from svcnb.tables.withdraw import places_of, take_out

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SHORTEST = 3  # letters of a name that is looked for inside other texts


class Pseudonyms:
    """Text of a kind -> its pseudonym, the same each time; ``known`` holds all that were given.

    ``named`` are the names as people write them, which are looked for in prose; ids are not, for 101 is not always a
    customer.
    """

    def __init__(self, secret: bytes):
        self.secret = secret
        self.known: dict[tuple[str, str], str] = {}
        self.named: dict[str, str] = {}
        self._pattern = None

    def __call__(self, kind: str, text: str, named: bool = False) -> str:
        text = text.strip()
        if (kind, text) not in self.known:
            digest = hmac.new(self.secret, f"{kind}\0{text}".encode(), hashlib.sha256).digest()
            self.known[kind, text] = f"{LETTERS[kind]}-{base64.b32encode(digest)[:10].decode()}"
        if named and len(text) >= SHORTEST and text not in self.named:
            self.named[text], self._pattern = self.known[kind, text], None
        return self.known[kind, text]

    def within(self, text: str) -> str:
        """A text in which known names and every e-mail address are replaced."""
        if self._pattern is None:
            longest_first = sorted(self.named, key=len, reverse=True)
            self._pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first) or r"(?!)")
        return self._pattern.sub(lambda m: self.named[m[0]], self.without_addresses(text))

    def without_addresses(self, text: str) -> str:
        """A text in which every e-mail address is replaced."""
        return ADDRESS.sub(lambda m: self("person", m[0].casefold()), text) if "@" in text else text


@dataclass(frozen=True)
class Pseudonymised:
    """What became of the study: where it is, how many people by kind, tables written, columns emptied."""

    folder: Path
    people: dict[str, int]
    tables: tuple[str, ...]
    emptied: dict[str, list[str]]


def read_key(path: Path) -> bytes:
    """The secret of a key file.

    Raises
    ------
    ParameterError
        It is no key of svcnb.
    """
    try:
        return bytes.fromhex(json.loads(path.read_text("utf-8"))["secret"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ParameterError(N_("{file} is no key that svcnb pseudonymise wrote."), file=str(path)) from None


def pseudonymise(study: Study, folder: Path, secret: bytes | None = None, key: Path | None = None) -> Pseudonymised:
    """Write a copy of the study in which people have pseudonyms.

    Parameters
    ----------
    study : Study
        Its tables must have no problems: what cannot be read cannot be replaced.
    folder : Path
        Empty; gets study.toml, a csv a table, the journal and the figures of the period before.
    secret : bytes, optional
        Of an earlier key, for the same pseudonyms as then.
    key : Path, optional
        Where the secret and the list of names go; never into ``folder``. None keeps neither.

    Raises
    ------
    InputError
        A table has problems.
    """
    names = Pseudonyms(secret or secrets.token_bytes(32))
    frames = {table: study.table(table) for table in TABLES if table not in LARGE and study.path(table) is not None}
    large = [table for table in LARGE if study.path(table) is not None]
    journal_path = study.folder / "journal.sqlite"
    journal = open_journal(journal_path, create=False, read_only=True)
    try:
        _learn(study, frames, journal, names)
        emptied = {}
        for table in frames:
            frames[table], emptied[table] = _replace_people(table, frames[table], names)
            _replace_in_texts(table, frames[table], names)
            _write_frame(folder / f"{table}.csv", frames[table])
        for table in large:
            _write_large(study, table, folder / f"{table}.csv", names)
        previous = study.previous
        if previous is not None:
            write_whole(folder / PREVIOUS, json.dumps(_walk(previous, names), ensure_ascii=False, indent=1))
        write_whole(folder / "study.toml", _settings(study))
        if journal_path.exists():
            _write_journal(study, journal, folder, names)
    except BaseException:
        for path in folder.iterdir():  # half a copy is none
            path.unlink()
        raise
    finally:
        journal.close()
    if key is not None:
        listed = {kind: {text: p for (k, text), p in sorted(names.known.items()) if k == kind} for kind in LETTERS}
        write_whole(key, json.dumps({"secret": names.secret.hex(), **listed}, ensure_ascii=False, indent=1))
        key.chmod(0o600)
    people = {kind: sum(k == kind and (kind == "person" or text not in names.named) for k, text in names.known)
              for kind in LETTERS}
    return Pseudonymised(folder, people, (*frames, *large), {table: found for table, found in emptied.items() if found})


def _learn(study, frames, journal, names) -> None:
    """Give every person a pseudonym first, so that a name is found in texts of whatever table."""
    for table, frame in frames.items():
        for column in frame.columns:
            kind = kind_of(table, column)
            for text in frame[column].dropna().unique() if kind else ():
                names(kind, str(text), named=column in NAMED)
    for event in journal.events():
        if event.actor and event.actor not in (NOBODY, WITHDRAWN):
            names("person", event.actor, named=True)
    if study.path("orders") is not None:
        for text in study.orders.select("customer_id").distinct().to_pandas()["customer_id"].dropna():
            names("customer", str(text))


def _replace_people(table: str, frame, names) -> tuple:
    """The frame with people's columns replaced and, in a table of people, without the columns nobody knows; these."""
    for column in frame.columns:
        kind = kind_of(table, column)
        if kind:
            frame[column] = frame[column].map(lambda v, kind=kind: v if is_missing(v) else names(kind, str(v)))
    if table in CONDITIONAL:
        says, value, column = CONDITIONAL[table]
        theirs = (frame[says] == value) & frame[column].notna()
        frame.loc[theirs, column] = frame.loc[theirs, column].map(lambda v: names("customer", str(v)))
    unknown = [column for column in frame.columns if column not in TABLES[table].by_name] \
        if table in tables_of_people() else []
    return frame.drop(columns=unknown), unknown


def _replace_in_texts(table: str, frame, names) -> None:
    """Names and addresses in prose, addresses in every other text."""
    for column in frame.columns:
        if kind_of(table, column) == "" and _is_text(frame[column]):
            change = names.within if is_prose(table, column) else names.without_addresses
            frame[column] = frame[column].map(lambda v, change=change: v if is_missing(v) else change(str(v)))


def _is_text(values) -> bool:
    return str(values.dtype) in ("object", "str", "string")


def _write_frame(path: Path, frame) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(frame.columns)
        for row in frame.itertuples(index=False):
            writer.writerow([_cell(value) for value in row])


def _cell(value):
    if is_missing(value):
        return ""
    if isinstance(value, str):
        return guarded(value)
    if type(value).__name__ in ("bool", "bool_"):  # Python's and numpy's
        return "true" if value else "false"
    if hasattr(value, "isoformat"):
        return value.isoformat(sep=" ") if (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0) \
            else value.date().isoformat()
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _write_large(study, table: str, path: Path, names) -> None:
    """Orders and lines, a batch at a time; their own further columns are left out."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(TABLES[table].names)
        kinds = [kind_of(table, name) for name in TABLES[table].names]
        for rows in study.batches(table):
            writer.writerows([[names(kind, value) if kind and value is not None else
                               _cell(names.without_addresses(value) if isinstance(value, str) else value)
                               for kind, value in zip(kinds, row, strict=True)] for row in rows])


def _walk(value, names, key: str = ""):
    """A tree of JSON values in which every person is replaced: owners, ids of customers, names in texts."""
    if isinstance(value, str):
        if key in NAMED[1:] and value:
            return names("person", value, named=True)
        return names.known.get(("customer", value)) or names.within(value)
    if isinstance(value, list):
        return [_walk(item, names, key) for item in value]
    if isinstance(value, dict):
        return {names.known.get(("customer", k)) or k: _walk(item, names, k) for k, item in value.items()}
    return value


def _settings(study: Study) -> str:
    """study.toml of the copy: its tables are plain csv, its answers stand on 0 to 10; comments are left out."""
    import tomllib

    given = tomllib.loads((study.folder / "study.toml").read_text("utf-8-sig"))
    lines = ["[study]", *(f"{name} = {_toml(value)}" for name, value in given.get("study", {}).items())]
    for step, values in given.get("parameters", {}).items():
        lines += ["", f"[parameters.{step}]", *(f"{name} = {_toml(value)}" for name, value in values.items())]
    if "previous" in given:
        lines += ["", "[previous]", f"study = {_toml(given['previous'].get('study', ''))}"]
    return "\n".join(lines) + "\n"


def _toml(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _write_journal(study, journal, folder: Path, names) -> None:
    """The journal with other actors; what a decision rested on is said in the hashes of the copy's tables."""
    copy = Study(folder)
    hashes = {f"table {table}": (study.fingerprint(table), copy.fingerprint(table)) for table in TABLES}
    copy.close()

    def change(event):
        actor = names("person", event.actor) if event.actor and event.actor not in (NOBODY, WITHDRAWN) else event.actor
        return replace(event, actor=actor, payload=_walk(event.payload, names), key=names.within(event.key))

    def inputs(_event, name, value):
        old, new = hashes.get(name, ("", ""))
        return new if value == old else value

    copy_changed(journal, folder / "journal.sqlite", change, inputs)


# the answers of one person --------------------------------------------------------------------------


@dataclass(frozen=True)
class Forgotten:
    """What was deleted: rows by table, answers and names in the journal, results that were thrown away."""

    rows: dict[str, int]
    journal: Erased
    results: int


def where_is(study: Study, kind: str, person: str) -> list:
    """The places that hold the person's rows (``svcnb.tables.withdraw.Place``); empty for a participant of the journal."""
    return [] if kind == "participant" else places_of(study, holders(kind), person)


def forget(study: Study, kind: str, person: str, *, by: str = NOBODY) -> Forgotten:
    """Delete the answers of one person from the files and the journal, for good.

    Results are thrown away and computed again without them; that somebody withdrew, and how many, stays in the journal
    and is said in the report, not who. Decisions that rest on the answers become stale.

    Parameters
    ----------
    kind : respondent, expert, person (a belief of management) or participant (a name in the journal)
    person : the id in the table, or the name in the journal
    by : who deletes

    Raises
    ------
    ParameterError
        Nobody of that name; a file that cannot be written here.
    """
    if kind not in (*PARTICIPANTS, "participant"):
        raise ParameterError(N_("There is no kind {kind}; kinds are {kinds}."), kind=kind,
                             kinds=", ".join((*PARTICIPANTS, "participant")))
    places = where_is(study, kind, person)
    for place in places:
        if not place.writable:
            raise ParameterError(N_("{file} cannot be written here: delete the {n} rows of {column} = {person} in the program "
                                    "that made it. Nothing was deleted."), file=place.path.name, n=place.n,
                                 column=place.column, person=person)
    with open_journal(study.folder / "journal.sqlite") as journal:
        spoke = any(event.actor == person for event in journal.events())
        if not places and not (kind == "participant" and spoke):
            raise ParameterError(N_("Nobody is called {person} here ({kind}); nothing was deleted."), person=person, kind=kind)
        take_out(study, places)
        rows = {place.table: place.n for place in places}
        erased = erase(journal, person) if spoke else Erased(0, 0)
        before = withdrawn(journal).get(kind, 0)
        journal.record("entry", "study", f"{WITHDRAWN}:{kind}", {"value": before + 1}, actor=by, role="facilitator")
    return Forgotten(rows, erased, _throw_away(study))


def withdrawn(journal, scenario: str = "base") -> dict[str, int]:
    """How many people of each kind have withdrawn their answers."""
    found = {}
    for (step, key), event in journal.latest(scenario, ("entry",)).items():
        if step == "study" and key.startswith(f"{WITHDRAWN}:"):
            found[key.partition(":")[2]] = event.payload["value"]
    return found


def _throw_away(study: Study) -> int:
    """Delete the stored results: they may hold the person's answers. How many there were."""
    folder = study.folder / ".results"
    stored = list(folder.glob("*.json")) if folder.is_dir() else []
    for path in stored:
        path.unlink()
    study.close()
    return len(stored)


__all__ = ["Forgotten", "Pseudonymised", "forget", "pseudonymise", "read_key", "where_is",
           "withdrawn"]
