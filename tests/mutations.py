"""Bad tables by the thousand (goal B1): ``python tests/mutations.py [-n 10000] [--seed 1]``.

A valid study is made for a table (its rows, and the tables it refers to); one to three mutations are drawn over every
rule of the schema and written into it; the report must name those cells and no others. A mutation knows which cells
it touched, so the oracle is what was done to the file and not what the check thinks of it.

Printed: studies, mutations, how many rules of the schema were drawn of how many there are, tracebacks, silent
acceptances (a mutation that no problem names), false alarms (a problem that names no mutation). Exit 1 on any.

Two mutations of one study never touch the same row or column, because then one may hide the other with full right
(a row of another length has no cells; a column without heading no values). A mutation of a whole file stands alone.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import collections
import csv
import io
import random
import sys
import tempfile
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from svcnb.errors import InputError
from svcnb.i18n import words_in
from svcnb.study import LARGE, load_study
from svcnb.tables import TABLES

ROWS = 9
TOML = '[study]\nname = "Mutated"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'
WORDS = [words_in("en"), words_in("es")]
BAD_TEXTS = {
    "int": ("1.5", "twelve", "1,000", "nan", "3-4", "1e99"),
    "float": ("1,5", "x", "inf", "1 000", "1.2.3", "--", "1e999", "12 kg"),
    "bool": ("perhaps", "2", "truee"),
    "ts": ("2024-02-30", "soon", "2024-01-01 25:00", "2024-03-01T10:00+02:00", "32/13/2024"),
    "date": ("2024-13-01", "soon", "2024-01-01 10:00", "2024-00-10", "32/13/2024"),
}
WHOLE_TEXTS = {"int": "{n} units", "float": "{n}.5 kg", "bool": "maybe {n}", "ts": "day {n}", "date": "day {n}"}
FILES = {"empty": b"", "a workbook's bytes": b"PK\x03\x04 and so on", "UTF-16": "a,b\n1,2\n".encode("utf-16")}


@dataclass
class Sheet:
    """One table as it will be written: headings, rows of texts, or the bytes that stand there instead."""

    name: str
    headings: list[str]
    rows: list[dict[str, str]]
    file: str = ""
    extra: dict[int, list[str]] = field(default_factory=dict)  # row -> cells that are too many
    short: set[int] = field(default_factory=set)  # rows whose last cell is missing
    raw: bytes | None = None
    columns: list[str] = field(default_factory=list)

    def records(self) -> list[list[str]]:
        found = [self.headings]
        for n, row in enumerate(self.rows):
            cells = [row[name] for name in self.columns] + self.extra.get(n, [])
            found.append(cells[:-1] if n in self.short else cells)
        return found

    def write(self, folder: Path, ending: str = ".csv") -> None:
        path = folder / (self.file or self.name + ending)
        if self.raw is not None:
            path.write_bytes(self.raw)
        elif ending == ".xlsx":
            import openpyxl

            book = openpyxl.Workbook()
            book.active.title = self.name
            for record in self.records():
                book.active.append([cell or None for cell in record])
            book.save(path)
        else:
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerows(self.records())
            path.write_text(out.getvalue(), encoding="utf-8")


@dataclass(frozen=True)
class Mutation:
    """What was done: to which table, by which rule, in which rows (as the sheet counts) and columns, what stands there."""

    rule: tuple[str, str, str]
    table: str
    rows: frozenset[int] = frozenset()
    columns: frozenset[str] = frozenset()
    text: str | None = None

    def is_named_by(self, problem) -> bool:
        """Whether a problem names the mutated cells."""
        if problem.table != self.table:
            return False
        kind = self.rule[1]
        if kind in ("file", "name"):
            return problem.row is None and problem.column is None
        if kind == "row":
            return problem.kind == "row" and bool(self.rows & set(problem.rows))
        if kind in ("heading misspelt", "heading doubled", "heading emptied"):
            return problem.kind == "heading" and bool(self.columns & set(problem.letter.split(" + ")))
        if kind == "column missing":
            asked = str(problem.repair.values.get("missing", "")).split(", ")  # a nameless heading may be the missing one
            return problem.kind == "missing" and (problem.column is None or problem.column in self.columns) or bool(
                self.columns & set(asked))
        named = set((problem.column or "").split(", ")) | set(problem.beside)
        if not self.columns & named:
            return False
        if kind == "whole column":
            return problem.count >= len(self.rows)
        right_text = self.text is None or problem.kind in ("order", "key") or (problem.value or "") == self.text
        return right_text and bool(self.rows & set(problem.rows))


# valid rows ------------------------------------------------------------------------------------------
def levels(table) -> dict[str, int]:
    """How late each column of the ordered pairs comes."""
    found = collections.defaultdict(int)
    for _ in table.ordered:
        for first, second in table.ordered:
            found[second] = max(found[second], found[first] + 1)
    return found


def text_of(column, n: int, level: int) -> str:
    """A right text for row n."""
    if column.values:
        return column.values[n % len(column.values)]
    if column.type == "str":
        return f"{column.name} {n}"
    if column.type == "bool":
        return ("true", "false")[n % 2]
    if column.type in ("ts", "date"):
        moment = datetime(2024, 3, 1, 10) + timedelta(days=n, hours=0 if column.type == "date" else level) + (
            timedelta(days=20 * level) if column.type == "date" else timedelta())
        return moment.strftime("%Y-%m-%d" if column.type == "date" else "%Y-%m-%d %H:%M")
    low = 0.0 if column.low is None else column.low
    high = low + 1000 if column.high is None else column.high
    if column.type == "int":
        whole = int(low) + n % max(1, int(high - low) + (not column.low_open))
        return str(whole + bool(column.low_open and whole == low))
    return repr(round(low + (high - low) * (0.05 + 0.05 * (n % 9) + 0.2 * level), 4))


def valid_rows(table, n_rows: int) -> list[dict[str, str]]:
    """Rows with distinct keys whose references exist in a table made in the same way."""
    late = levels(table)
    rows = []
    for n in range(n_rows):
        row = {}
        for column in table.columns:
            if column.refers.startswith("components."):
                row[column.name] = f"C{n % 10 + 1}"
            elif column.refers:
                row[column.name] = f"{column.refers.split('.')[1]} {n}"
            elif column.name == "component_id":
                row[column.name] = f"C{n % 10 + 1}"
            else:
                row[column.name] = text_of(column, n, late.get(column.name, 0))
        rows.append(row)
    unique = {tuple(row[name] for name in table.key) if table.key else n: row for n, row in enumerate(rows)}
    return list(unique.values())


def study_of(name: str) -> dict[str, Sheet]:
    """The sheets of a valid study around one table: the table and, in turn, those it refers to."""
    sheets, waiting = {}, [name]
    while waiting:
        table = TABLES[waiting.pop()]
        if table.name not in sheets:
            sheets[table.name] = Sheet(table.name, list(table.names), valid_rows(table, ROWS), columns=list(table.names))
            waiting += [target for target, _ in table.foreign_keys.values() if target != "components"]
    return sheets


# rules of the schema and how to break each ------------------------------------------------------------
def schema_rules() -> list[tuple[str, str, str]]:
    """Every rule of every table: (table, kind, column or columns)."""
    found = []
    for table in TABLES.values():
        enough = len(valid_rows(table, ROWS)) > 5
        for column in table.columns:
            kinds = ["spreadsheet error"]
            kinds += ["type"] if column.type in BAD_TEXTS else []
            kinds += ["whole column"] if column.type in WHOLE_TEXTS and column.name not in table.key and enough else []
            kinds += ["empty"] if not column.nullable and column.default is None else []
            kinds += ["enum"] if column.values else []
            kinds += ["year"] if column.type in ("ts", "date") else []
            kinds += ["below"] if column.low is not None else []
            kinds += ["above"] if column.high is not None else []
            kinds += ["reference"] if column.refers else []
            kinds += ["parent's key"] if column.refers and not column.refers.startswith("components.") else []
            kinds += ["column missing"] if column.required and len(table.columns) > 1 else []
            kinds += ["heading misspelt"] if len(column.name) >= 5 and len(table.columns) > 1 else []
            kinds += ["heading doubled", "heading emptied"] if len(table.columns) > 1 else []
            found += [(table.name, kind, column.name) for kind in kinds]
        if len(valid_rows(table, ROWS)) > 1:
            found += [(table.name, "key", ", ".join(table.key))] if table.key else []
        found += [(table.name, "order", f"{first}, {second}") for first, second in table.ordered]
        found += [(table.name, "row", kind) for kind in ("longer", "shorter") if len(table.columns) > 1]
        found += [(table.name, "file", kind) for kind in FILES]
        found += [(table.name, "name", "")] if len(table.name) >= 6 else []
    return found


class Breaker:
    """Breaks rules of one study; remembers what is touched so that no mutation hides another."""

    def __init__(self, sheets: dict[str, Sheet], name: str, rng: random.Random):
        self.sheets, self.name, self.rng = sheets, name, rng
        self.sheet, self.table = sheets[name], TABLES[name]
        self.free = list(range(len(self.sheet.rows)))
        rng.shuffle(self.free)
        self.untouched = set(self.table.names)
        self.whole = False

    def take(self, columns) -> int | None:
        """A row that nothing touched, when the columns are untouched too."""
        if self.whole or not self.free or not set(columns) <= self.untouched:
            return None
        self.untouched -= set(columns)
        return self.free.pop()

    def apply(self, rule) -> Mutation | None:
        """Break the rule; None when that would touch what is touched already."""
        _, kind, what = rule
        if kind in ("file", "name"):
            return self.of_the_file(rule)
        if kind.startswith("heading") or kind == "column missing":
            return self.of_the_heading(rule)
        if kind == "key":
            return self.double_key(rule)
        if kind == "order":
            return self.turn_around(rule, *what.split(", "))
        if kind == "row":
            return self.of_the_row(rule)
        if kind == "parent's key":
            return self.of_the_parent(rule)
        if kind == "whole column":
            return self.of_the_column(rule)
        column = self.table.by_name[what]
        row = self.take([what])
        if row is None:
            return None
        text = self.bad_text(column, kind)
        self.sheet.rows[row][what] = text
        return Mutation(rule, self.name, frozenset({row + 2}), frozenset({what}), text)

    def bad_text(self, column, kind: str) -> str:
        rng = self.rng
        if kind == "type":
            return rng.choice(BAD_TEXTS[column.type])
        if kind == "spreadsheet error":
            return rng.choice(("#REF!", "#N/A", "#DIV/0!", "#¡VALOR!"))
        if kind == "year":
            return rng.choice(("0024-05-01", "1066-10-14", "2924-05-01"))
        if kind == "below":
            return str(int(column.low) - (0 if column.low_open else rng.randint(1, 50)))
        if kind == "above":
            return str(int(column.high) + rng.randint(1, 50))
        return {"empty": "", "enum": rng.choice(("nothing such", "?", column.name)),
                "reference": f"unknown {rng.randrange(1000)}"}[kind]

    def alone(self) -> bool:
        """Keep every other mutation away; false when there is one already."""
        if self.whole or len(self.untouched) < len(self.table.names) or len(self.free) < len(self.sheet.rows):
            return False
        self.whole = True
        return True

    def of_the_file(self, rule) -> Mutation | None:
        if not self.alone():
            return None
        if rule[1] == "file":
            self.sheet.raw = FILES[rule[2]]
        else:
            middle = len(self.name) // 2
            self.sheet.file = self.name[:middle] + self.name[middle + 1:] + ".csv"
        return Mutation(rule, self.name)

    def of_the_heading(self, rule) -> Mutation | None:
        """A heading changed: its column takes part in nothing else."""
        _, kind, what = rule
        others = [name for name in self.table.names if name != what and name in self.untouched]
        if self.whole or what not in self.untouched or not others:
            return None
        involved = {what} | (set(self.table.key) if what in self.table.key else set())
        involved |= {name for pair in self.table.ordered if what in pair for name in pair}
        if not involved <= self.untouched or any(h != n for h, n in zip(self.sheet.headings, self.sheet.columns)):
            return None
        at = self.sheet.columns.index(what)
        letter = chr(65 + at) if at < 26 else "A" + chr(65 + at - 26)
        if kind == "column missing" and len(self.sheet.columns) <= 2 and not self.alone():
            return None  # an empty cell of the other column would make a blank row
        if kind == "heading emptied" and at == len(self.sheet.columns) - 1 and not self.alone():
            return None  # then every row has a cell too many
        self.untouched -= involved
        if kind == "column missing":
            del self.sheet.headings[at], self.sheet.columns[at]
            return Mutation(rule, self.name, columns=frozenset({what}))
        if kind == "heading emptied":
            self.sheet.headings[at] = ""
        elif kind == "heading doubled":
            other = self.rng.choice(others)
            self.untouched.discard(other)  # which of the two is meant, nobody knows
            self.sheet.headings[at] = other.upper()
        else:
            middle = len(what) // 2
            self.sheet.headings[at] = what[:middle] + what[middle + 1:]
            if self.sheet.headings[at] in self.table.names:
                return None
        return Mutation(rule, self.name, columns=frozenset({letter}))

    def double_key(self, rule) -> Mutation | None:
        if len(self.free) < 2:
            return None
        row = self.take(self.table.key)
        if row is None:
            return None
        other = self.free.pop()
        for name in self.table.key:
            self.sheet.rows[row][name] = self.sheet.rows[other][name]
        return Mutation(rule, self.name, frozenset({row + 2}), frozenset(self.table.key))

    def turn_around(self, rule, first: str, second: str) -> Mutation | None:
        pairs = self.table.ordered
        between = [b for a, b in pairs if a == first and (b, second) in pairs]
        row = self.take([first, second, *between])
        if row is None:
            return None
        cells = self.sheet.rows[row]
        for name in between:
            cells[name] = ""
        column = self.table.by_name[second]
        if column.type in ("ts", "date"):
            day = datetime.fromisoformat(cells[first]) - timedelta(days=3)
            cells[second] = day.strftime("%Y-%m-%d" if column.type == "date" else "%Y-%m-%d %H:%M")
        else:
            cells[second] = repr(float(cells[first]) / 2)
        return Mutation(rule, self.name, frozenset({row + 2}), frozenset({first, second}), cells[second])

    def of_the_row(self, rule) -> Mutation | None:
        """A row of another length; it is left out, so it must not be the last of its table."""
        row = self.take([]) if len(self.free) > 2 else None
        if row is None:
            return None
        if rule[2] == "longer":
            self.sheet.extra[row] = ["one", "more"]
        else:
            self.sheet.short.add(row)
        return Mutation(rule, self.name, frozenset({row + 2}))

    def of_the_column(self, rule) -> Mutation | None:
        """Every cell of a column written in another way."""
        column = self.table.by_name[rule[2]]
        rows = [n for n in range(len(self.sheet.rows)) if n not in self.sheet.short and n not in self.sheet.extra]
        involved = {rule[2]} | {name for pair in self.table.ordered if rule[2] in pair for name in pair}
        if self.whole or not involved <= self.untouched or len(rows) < 6:
            return None
        self.untouched -= involved
        for n in rows:
            self.sheet.rows[n][rule[2]] = WHOLE_TEXTS[column.type].format(n=n)
        self.free = [n for n in self.free if n in rows]
        return Mutation(rule, self.name, frozenset(n + 2 for n in rows[6:]) or frozenset({rows[0] + 2}), frozenset({rule[2]}))

    def of_the_parent(self, rule) -> Mutation | None:
        """The key that a row refers to cannot be read in its own table: the cause is there, the row follows."""
        target, key = self.table.by_name[rule[2]].refers.split(".")
        if self.take([rule[2]]) is None or target == self.name:
            return None
        sheet = self.sheets[target]
        row = self.rng.randrange(1, len(sheet.rows))
        text = self.rng.choice(("", "#REF!", sheet.rows[0][key]))
        if any(sheet.rows[n][key] != f"{key} {n}" for n in range(len(sheet.rows))):
            return None
        names = TABLES[target].key
        if len(names) > 1 and text == sheet.rows[0][key]:
            text = ""
        sheet.rows[row][key] = text
        return Mutation(rule, target, frozenset({row + 2}), frozenset(names if text == sheet.rows[0][key] else {key}))


# one study: draw, write, check, compare ----------------------------------------------------------------
@dataclass
class Outcome:
    """What became of one study: the mutations, and what the report did wrong with them."""

    mutations: list[Mutation]
    silent: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    crash: str = ""


def draw(rng: random.Random, rule, rules_of: dict[str, list]) -> tuple[dict[str, Sheet], list[Mutation]]:
    """A study with one to three mutations, the first of them of the given rule."""
    sheets = study_of(rule[0])
    breaker = Breaker(sheets, rule[0], rng)
    done = [breaker.apply(rule)]
    for _ in range(rng.randrange(3)):
        other = rng.choice(rules_of[rule[0]])
        done.append(breaker.apply(other) if other[1] not in ("file", "name", "heading doubled") else None)
    return sheets, [mutation for mutation in done if mutation is not None]


def check(folder: Path, sheets: dict[str, Sheet], mutations: list[Mutation], ending: str = ".csv") -> Outcome:
    """Write the study, read its report, hold it against what was done."""
    outcome = Outcome(mutations)
    folder.mkdir(parents=True)
    (folder / "study.toml").write_text(TOML, encoding="utf-8")
    for sheet in sheets.values():
        sheet.write(folder, ending if sheet.raw is None and not sheet.file else ".csv")
    try:
        with load_study(folder) as study:
            problems = study.problems()
            said = [[problem.line(words) for words in WORDS] for problem in problems]
            for mutation in mutations:
                if not any(mutation.is_named_by(problem) for problem in problems):
                    outcome.silent.append(f"{mutation}")
                if mutation.rule[1] != "name" and is_given_out(study, mutation.table):
                    outcome.silent.append(f"given out all the same: {mutation}")
            for problem, (english, spanish) in zip(problems, said):
                if not any(mutation.is_named_by(problem) for mutation in mutations):
                    outcome.false.append(english)
                if english == spanish or "{" in english + spanish or not whole(problem):
                    outcome.false.append(f"not said whole: {english} / {spanish}")
            if len(problems) > len(mutations):
                outcome.false.append(f"more problems than causes: {[english for english, _ in said]}")
    except Exception:
        outcome.crash = traceback.format_exc()
    return outcome


def whole(problem) -> bool:
    """Whether a problem says its file, row, letter, rule and repair as far as it has them."""
    placed = problem.row is None or problem.column is None or bool(problem.letter)
    return bool(problem.file and problem.rule.template and problem.repair.template and placed)


def is_given_out(study, table: str) -> bool:
    try:
        getattr(study, table) if table in LARGE else study.table(table)
    except InputError:
        return False
    return True


def run(n: int, seed: int, folder: Path, ending_every: int = 40, told=lambda done: None):
    """``n`` studies; yields nothing, returns (outcomes that failed, rules drawn, mutations made)."""
    rng = random.Random(seed)
    rules, drawn, failed, made = schema_rules(), set(), [], 0
    rules_of = collections.defaultdict(list)
    for rule in rules:
        rules_of[rule[0]].append(rule)
    order: list = []
    for trial in range(n):
        if not order:
            order = rules[:]
            rng.shuffle(order)
        sheets, mutations = draw(rng, order.pop(), rules_of)
        if not mutations:
            continue
        ragged = any(mutation.rule[1] in ("row", "file", "name", "heading emptied") for mutation in mutations)
        ending = ".xlsx" if ending_every and trial % ending_every == 7 and not ragged else ".csv"
        outcome = check(folder / str(trial), sheets, mutations, ending)
        drawn |= {mutation.rule for mutation in mutations}
        made += len(mutations)
        if outcome.crash or outcome.silent or outcome.false:
            failed.append(outcome)
        for path in (folder / str(trial)).iterdir():
            path.unlink()
        (folder / str(trial)).rmdir()
        told(trial + 1)
    return failed, drawn, made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=10_000, help="studies, default 10 000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10, help="failures to print")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="svcnb-mutations-") as name:
        failed, drawn, made = run(given.n, given.seed, Path(name),
                                  told=lambda done: done % 1000 or print(f"{done} studies", file=sys.stderr, flush=True))
    rules = schema_rules()
    print(f"{given.n} studies, {made} mutations, seed {given.seed}")
    kinds = collections.Counter(rule[1] for rule in rules)
    for kind, all_of_it in sorted(kinds.items()):
        print(f"  {kind:<18}{sum(rule[1] == kind for rule in drawn):>5} of {all_of_it} rules drawn")
    print(f"  {'all':<18}{len(drawn):>5} of {len(rules)} rules drawn")
    crashed = [outcome for outcome in failed if outcome.crash]
    print(f"tracebacks {len(crashed)}, silent acceptances {sum(len(o.silent) for o in failed)}, "
          f"false alarms {sum(len(o.false) for o in failed)}")
    for outcome in failed[:given.show]:
        print("--", *outcome.mutations, *outcome.silent, *outcome.false, outcome.crash, sep="\n   ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
