"""Which tables go on into the next period and which begin empty, and the files that follow from it.

The rule: what describes the company, its people, its customers and what was agreed is *kept*; what was observed,
answered, rated or planned in the period is *emptied*, its file stays with its headings alone so that the new rows
find their place. In kept tables the columns that hold amounts of the period (``PERIOD_COLUMNS``) are emptied too.
"""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

from svcnb.tables.schemas import TABLES

EMPTIED = frozenset(
    "orders order_lines returns complaints status_events status_queries special_requests service_calls warranty_claims "
    "survey_respondents survey_importance survey_satisfaction survey_pairs survey_profiles importance_future "
    "competitor_ratings management_beliefs gap_objective window_questions segment_cards attractiveness behaviour "
    "driver_ratings expert_answers information_maturity marketing_stage service_curve inventory_case service_factors "
    "centralisation org_form queue_observations interval_counts shifts psc agenda service_demand component_audit "
    "supervision".split())
KEPT = frozenset(TABLES) - EMPTIED
TEXTS = (".csv", ".tsv", ".txt")
PERIOD_COLUMNS = {"customers": ("revenue", "margin", "n_orders"), "driver_rates": ("volume",), "benefits": ("actual",),
                  "competitors": ("share",)}


def carry_files(study, folder: Path, emptied=EMPTIED) -> dict[str, str]:
    """Write the tables' files of the next period into ``folder``.

    Parameters
    ----------
    study : svcnb.study.Study
        The study of the period that ends; its files are only read.
    folder : Path
        The new study's folder.
    emptied : set of table names

    Returns
    -------
    dict
        Table -> ``kept``, ``emptied`` or ``missing`` (its file has to be brought: it holds other tables too, or is of
        a kind that is not written here).
    """
    files: dict[Path, list[str]] = {}
    workbook = study.workbook
    for name in TABLES:
        path = study.path(name)
        if path is not None and path.is_file() and path != workbook:
            files.setdefault(path, []).append(name)
    done = {}
    if workbook is not None:
        done |= _workbook(study, workbook, folder, emptied)
    for path, names in files.items():
        target = folder / path.relative_to(study.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        done |= _carry_file(study, path, target, names, emptied)
    return done


def _carry_file(study, path: Path, target: Path, names: list[str], emptied) -> dict[str, str]:
    """One file, which may hold several tables: copied, emptied, rewritten sheet by sheet, or left to be brought."""
    states = {name: "emptied" if name in emptied else "kept" for name in names}
    if "emptied" not in states.values() and not any(name in PERIOD_COLUMNS for name in names):
        shutil.copyfile(path, target)
        return states
    ending = path.suffix.lower()
    if ending in TEXTS and (len(names) == 1 or set(states.values()) == {"emptied"}):
        _csv(path, target, study.source(names[0]), names[0], states[names[0]] == "emptied")
        return states
    sheets = [study.source(name).sheet or name for name in names]
    if ending == ".xlsx" and (len(set(sheets)) == len(names) or set(states.values()) == {"emptied"}):
        _xlsx(path, target, {name: (study.source(name), state == "emptied") for name, state in states.items()})
        return states
    return dict.fromkeys(names, "missing")


def _csv(path: Path, target: Path, source, table: str, empty: bool) -> None:
    """A copy with the heading alone, or without the amounts of the period; encoding and separator stay."""
    data = path.read_bytes()
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    encoding = source.encoding or encoding_of(data)
    lines = io.StringIO(data[len(mark):].decode(encoding), newline="")
    rows = []
    heading_row = source.heading_row or 1
    separator = source.separator or separator_of(data, heading_row)
    blank: list[int] = []
    for number, row in enumerate(csv.reader(lines, delimiter=separator), start=1):
        if number == heading_row:
            blank = _places(row, source, table)
        elif number > heading_row:
            if empty:
                break
            row = ["" if place in blank else value for place, value in enumerate(row)]
        rows.append(row)
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    target.write_bytes(mark + out.getvalue().encode(encoding))


def encoding_of(data: bytes) -> str:
    """UTF-8 where the bytes are, else Windows text; a file is read before it comes here, so it is one of the two."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def separator_of(data: bytes, heading_row: int) -> str:
    """The sign that stands most often in the heading."""
    heading = (data.split(b"\n", heading_row)[:heading_row] or [b""])[-1]
    return max(",;\t|", key=lambda sign: heading.count(sign.encode()))


def _places(headings, source, table: str) -> list[int]:
    """Where the columns of the period stand."""
    wanted = {source.columns.get(name, name).strip().casefold() for name in PERIOD_COLUMNS.get(table, ())}
    return [place for place, heading in enumerate(headings) if str(heading or "").strip().casefold() in wanted]


def _xlsx(path: Path, target: Path, tables: dict) -> None:
    """A copy whose sheets have their headings alone, or no amounts of the period; formats and other sheets stay.

    ``tables`` name -> (how its file is written, whether it is emptied).
    """
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)  # a formula saved by us would have no value until calculated
    for table, (source, empty) in tables.items():
        sheet = next((book[name] for name in (source.sheet, table) if name in book.sheetnames), book.worksheets[0])
        heading_row = source.heading_row or 1
        if empty:
            sheet.delete_rows(heading_row + 1, max(sheet.max_row - heading_row, 0))
            continue
        for place in _places([cell.value for cell in sheet[heading_row]], source, table):
            for row in range(heading_row + 1, sheet.max_row + 1):
                sheet.cell(row, place + 1).value = None
    book.save(target)


def _workbook(study, path: Path, folder: Path, emptied) -> dict[str, str]:
    """The study's workbook anew from the template, with the rows of the kept tables."""
    from svcnb.i18n import words_in
    from svcnb.tables.template import workbook_bytes

    frames, done = {}, {}
    for name in TABLES:
        if study.path(name) != path:
            continue
        done[name] = "emptied" if name in emptied else "kept"
        if name not in emptied:
            frame = study.table(name)
            frames[name] = frame.drop(columns=[c for c in PERIOD_COLUMNS.get(name, ()) if c in frame])
    target = folder / path.relative_to(study.folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(workbook_bytes(words_in(study.settings.language), frames))
    return done


__all__ = ["EMPTIED", "KEPT", "PERIOD_COLUMNS", "carry_files"]
