"""Exports of survey tools, one row a respondent, as our survey tables with a row an answer.

What each column answers stands in ``[tables.<name>.questions]`` of study.toml: its heading = our column, before it
the key parts that say of what (``C9.perceived``; ``C9.rival.perceived`` with the supplier; ``C1.C2.winner``;
``P3.rating``). ``*`` for the component stands for a question where several may be ticked: every component among the
answers gets "true", the others "false" (``*.able_to_pay``); the words for components are in
``[tables.<name>.values.component_id]``.

Who answered and when is known of each tool and need not be said: Google Forms has no number, its respondents are
called by their row; LimeSurvey has "Response ID" (or ``id``), KoboToolbox ``_uuid`` or ``_id``. Columns that no
question names are left out and listed in a note.

The answer sheet of ``svcnb.tables.answer_sheet`` (format ``svcnb``) is headed so already and needs no questions; a row
that holds no answer yet is nobody who answered.
"""

from __future__ import annotations

import re

import pyarrow as pa

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.reading.heading import plain, tidy
from svcnb.tables.reading.raw import RawTable
from svcnb.tables.schema import Table
from svcnb.tables.schemas import TABLES
from svcnb.tables.sources import Source

# How each tool heads the respondent's number and the time of the answer, in the languages it writes, as plain words.
RESPONDENT = {
    "google_forms": (),
    "limesurvey": ("response_id", "id", "id_de_respuesta", "id_respuesta", "id_de_la_respuesta"),
    "kobotoolbox": ("uuid", "id", "instanceid"),
    "svcnb": ("respondent_id",),
}
ANSWERED = {
    "google_forms": ("timestamp", "marca_temporal"),
    "limesurvey": ("date_submitted", "submitdate", "fecha_de_envio", "date_last_action", "datestamp"),
    "kobotoolbox": ("end", "submission_time", "today", "start"),
    "svcnb": ("date",),
}
SHEET = "svcnb"  # our own answer sheet
DRAWN = ("respondent_id", "customer_id", "segment_id", "stratum", "weight")  # what stands there before anybody answers
# Columns that a tool writes of itself and that answer nothing.
OWN = {
    "google_forms": ("timestamp", "marca_temporal", "score", "puntuacion"),
    "limesurvey": ("response_id", "id", "submitdate", "date_submitted", "last_page", "lastpage", "start_language",
                   "startlanguage", "seed", "startdate", "date_started", "datestamp", "date_last_action", "ip_address",
                   "ipaddr", "refurl", "referrer_url", "token", "access_code"),
    "kobotoolbox": ("start", "end", "today", "deviceid", "username", "phonenumber", "simserial", "subscriberid", "id",
                    "uuid", "submission_time", "validation_status", "notes", "status", "submitted_by", "version",
                    "tags", "index", "instanceid", "formhub_uuid", "meta_instanceid", "meta_instancename"),
}
NO_DAY = "1980-01-01 00:00"  # what LimeSurvey writes when answers are anonymous
LISTED = 12  # headings that a note names
DAY_FIRST_YEAR = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")  # any time and zone after it: the day as written


def answers(raw: RawTable, source: Source) -> RawTable:
    """The table's rows out of an export with one row a respondent.

    Parameters
    ----------
    raw : RawTable
        The export as it was read.
    source : Source
        ``format`` names the tool, ``questions`` what each heading answers.

    Returns
    -------
    RawTable
        The headings of ``TABLES[raw.table]`` that are answered and a last one, ``question``, with the export's own
        heading of each answer; ``row`` is the respondent's row in the file. Unanswered questions give no row.
    """
    if raw.cells is None:
        return raw
    table, tool = TABLES[raw.table], source.format
    asked = _asked(raw, source)
    who = _place(raw, asked, "respondent_id", RESPONDENT[tool])
    when = _place(raw, asked, "date", ANSWERED[tool])
    if tool != SHEET:
        _say_what_is_left_out(raw, asked, tool, who, when)
    long = [key for key in table.key if key != "respondent_id"]
    empty = [place for place, heading in enumerate(raw.headings) if tool == SHEET and heading in DRAWN]
    rows = [(row, _respondent(row, who, cells), cells) for row, cells in _rows(raw, empty)]
    records = _per_answer(rows, asked, table, long, source) if long else _per_respondent(rows, asked, table, when, raw)
    places = {"respondent_id": who, "date": when}
    return _table(raw, table, records, asked, long, places)


def _asked(raw: RawTable, source: Source) -> dict[int, list[str]]:
    """Place of a column -> the parts of what it answers; a question that is not in the file is a problem."""
    found: dict[int, list[str]] = {}
    if source.format == SHEET:
        return _headed(raw.headings, TABLES[raw.table])
    for heading, target in source.questions.items():
        place = place_of(raw.headings, heading)
        if place is None:
            raw.add(reason(N_("has no question '{heading}', which study.toml names"), heading=heading),
                    reason(N_("correct it in [tables.{table}.questions] of study.toml, or map the file again"), table=raw.table))
        else:
            found[place] = target.split(".")
    if not found and raw.table != "survey_respondents":
        raw.add(reason(N_("is a survey export of which no question is mapped")),
                reason(N_("say in [tables.{table}.questions] of study.toml what its columns answer (svcnb map does it)"),
                       table=raw.table))
    return found


def _headed(headings: list[str], table: Table) -> dict[int, list[str]]:
    """What each column of our answer sheet answers in a table: ``C9.perceived``, or a column of the respondents."""
    is_long = table.key != ("respondent_id",)
    parts = {place: heading.rsplit(".", 1) for place, heading in enumerate(headings)}
    return {place: part for place, part in parts.items()
            if part[-1] in table.names and len(part) == (2 if is_long else 1) and part != ["respondent_id"]}


def place_of(headings: list[str], heading: str) -> int | None:
    """Where a heading stands: letter by letter, else without case, accents and blanks if only one is like it."""
    wanted = tidy(heading)
    if wanted in headings:
        return headings.index(wanted)
    near = [place for place, name in enumerate(headings) if name and plain(name) == plain(wanted)]
    return near[0] if len(near) == 1 else None


def _place(raw: RawTable, asked, column: str, usual) -> int | None:
    """The column that study.toml names, else the one that the tool writes."""
    for place, parts in asked.items():
        if parts == [column]:
            return place
    bare = [plain(heading) for heading in raw.headings]
    return next((bare.index(name) for name in usual if name in bare), None)


def _say_what_is_left_out(raw: RawTable, asked, tool: str, who, when) -> None:
    left = [heading for place, heading in enumerate(raw.headings)
            if place not in asked and place not in (who, when) and plain(heading) not in OWN[tool]]
    if left:
        shown = ", ".join(f"«{heading[:40]}»" for heading in left[:LISTED]) + (" …" if len(left) > LISTED else "")
        raw.notes.append(reason(N_("{file}: {n} columns answer nothing of {table} and were left out: {columns}."),
                                file=raw.file, n=len(left), table=raw.table, columns=shown, level="info"))


def _rows(raw: RawTable, empty=()):
    """Rows with an answer: what stands in the columns ``empty`` is none."""
    columns = [raw.cells[f"c{place}"].to_pylist() for place in range(len(raw.headings))]
    for n, row in enumerate(raw.cells["row"].to_pylist()):
        cells = [(column[n] or "").strip() for column in columns]
        if any(cell for place, cell in enumerate(cells) if place not in empty):
            yield row, cells


def _respondent(row: int, who: int | None, cells: list[str]) -> str:
    return cells[who] if who is not None else f"r{row}"


def _per_respondent(rows, asked, table: Table, when: int | None, raw: RawTable) -> list[tuple]:
    """One row a respondent: (row, {column: text}, place)."""
    found = []
    for row, respondent, cells in rows:
        record = {"respondent_id": respondent}
        if when is not None and "date" in table.by_name:
            record["date"] = _day(cells[when])
        for place, (column,) in asked.items():
            if column != "date":
                record[column] = cells[place]
        found.append((row, record, None))
    return found


def _day(text: str) -> str:
    """The day of a moment whose year comes first; anything else stays and is judged with its column."""
    if text.startswith(NO_DAY):
        return ""
    found = DAY_FIRST_YEAR.match(text)
    if found:
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    found = re.match(r"(\d{1,2}[/.-]\d{1,2}[/.-]\d{4})[ T,]", text)
    return found[1] if found else text


def _per_answer(rows, asked, table: Table, long: list[str], source: Source) -> list[tuple]:
    """One row for each thing a respondent answered about: (row, {column: text}, places)."""
    words = {tidy(theirs).casefold(): ours for theirs, ours in source.values.get("component_id", {}).items()}
    found = []
    for row, respondent, cells in rows:
        records: dict[tuple, dict] = {}
        for place, (*before, column) in asked.items():
            if not before or not cells[place]:
                continue
            if before[0] == "*":
                answered = _ticked(cells[place], words)
            else:
                answered = {before[0]: cells[place]}
            for first, value in answered.items():
                parts = [first, *before[1:]]
                parts += [str(table.by_name[key].default) for key in long[len(parts):]]
                record = records.setdefault(tuple(parts), {"respondent_id": respondent, **dict(zip(long, parts))})
                record[column] = value
                record.setdefault("question", []).append(place)
        found += [(row, record, record.pop("question")) for record in records.values()]
    return found


def _ticked(text: str, words: dict[str, str]) -> dict[str, str]:
    """Component -> "true" or "false"; options may hold the comma that stands between them, so long ones come first.

    What is left over is a free "other" answer and belongs to no component.

    >>> words = {"price, vat included": "C6", "delivery time": "C9", "attitude": "C10"}
    >>> _ticked("Price, VAT included, Delivery time, my own", words)
    {'C6': 'true', 'C9': 'true', 'C10': 'false'}
    """
    rest = f", {re.sub(r' *[,;|] *', ', ', tidy(text).casefold())}, "
    found = dict.fromkeys(words.values(), "false")
    for theirs in sorted(words, key=len, reverse=True):
        option = f", {re.sub(r' *[,;|] *', ', ', theirs)}, "
        if option in rest:
            rest = rest.replace(option, ", ")
            found[words[theirs]] = "true"
    return found


def _table(raw: RawTable, table: Table, records: list[tuple], asked, long: list[str], known: dict) -> RawTable:
    """The records as a RawTable; letters are those of the export where a column of ours comes from one of its."""
    answered = {parts[-1] for parts in asked.values()}
    names = [name for name in table.names if name in answered or name in table.key
             or any(name in record for _, record, _ in records)]
    headings = [*names, "question"] if long else names
    sources = {name: sorted(place for place, parts in asked.items() if parts[-1] == name) for name in names}
    sources |= {name: [place] for name, place in known.items() if place is not None and not sources.get(name)}
    letters = [" + ".join(raw.letter(place) for place in sources.get(name, ())[:4]) or "–" for name in headings]
    columns = {"row": pa.array([row for row, _, _ in records], pa.int64())}
    for n, name in enumerate(headings):
        if name == "question" and long:
            values = [" | ".join(raw.headings[place] for place in places) for _, _, places in records]
        else:
            values = [record.get(name, "") for _, record, _ in records]
        columns[f"c{n}"] = pa.array(values, pa.string())
    return RawTable(raw.table, raw.file, headings, pa.table(columns), raw.separator, raw.problems, raw.samples, raw.sheet,
                    raw.heading_row, letters, raw.decimal, raw.dates,
                    raw.notes)
