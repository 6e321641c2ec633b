"""What people do wrong to a study, a folder, a disk or a running command: one located line, whole files, an exit code.

Cells and headings are in test_bad_input, the journal's own troubles in test_journal.
"""

from __future__ import annotations

import errno
import html
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import nbformat
import pytest

from svcnb import cli
from svcnb.documents.report import report_html
from svcnb.errors import JournalError, OutputError, ParameterError, RunError
from svcnb.executing import Kernels, execute_page
from svcnb.figures import style
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.journal.place import FULL
from svcnb.panels import PAGES
from svcnb.results import evaluate_all, step_parameters
from svcnb.runner import results_json, run
from svcnb.steps import STEPS
from svcnb.study import load_study

TOML = '[study]\nname = "{name}"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\nlanguage = "{lang}"\n'
BAD_CUSTOMERS = "customer_id,age\nK1,x\nK1,5\n"
HOSTILE = '<script>alert(1)</script> "q" & <b>=1+1</b>'


def study_folder(folder, language="en", name="Test", **tables):
    folder.mkdir(parents=True, exist_ok=True)
    quoted = name.replace('"', '\\"')
    (folder / "study.toml").write_text(TOML.format(name=quoted, lang=language), encoding="utf-8")
    for table, text in tables.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def command(monkeypatch, capsys, *words):
    """Exit code, standard output and standard error of ``svcnb words`` in this process."""
    monkeypatch.setattr(sys, "argv", ["svcnb", *map(str, words)])
    code = 0
    try:
        cli.main()
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    return code, said.out, said.err


def files_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---- the study is wrong -------------------------------------------------------------------------------------


def test_run_of_a_bad_table_lists_its_problems_and_makes_no_report(tmp_path, monkeypatch, capsys):
    folder = study_folder(tmp_path / "bad", customers=BAD_CUSTOMERS)
    code, _, err = command(monkeypatch, capsys, "run", folder, "-o", tmp_path / "out")
    first = "customers.csv row 2, column B: age = 'x' is not a number; write digits, e.g. 12.5."
    assert code == 3
    assert err.splitlines() == [
        f"[0/{len(STEPS) + len(PAGES) + 2}] Step: Study",
        f"svcnb: customers.csv cannot be used, problems found: 2. The first: {first}", first,
        "customers.csv row 3, column A: customer_id = 'K1' is already in row 2; delete one of the two rows or correct its key."]
    made = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert not made & {"results.json", "report.html"} and not any(name.endswith(".part") for name in made)


@pytest.mark.parametrize("arguments", [["--lang", "es"], ["--lang=es"], []])
def test_errors_speak_the_language_asked_for_or_the_studys(arguments, tmp_path, monkeypatch, capsys):
    folder = study_folder(tmp_path / "malo", language="en" if arguments else "es", customers="customer_id,age\nK1,x\n")
    code, _, err = command(monkeypatch, capsys, "run", folder, "-o", tmp_path / "out", *arguments)
    first = "customers.csv fila 2, columna B: age = «x» no es un número; escriba cifras, p. ej. 12.5."
    assert code == 3
    assert err.splitlines()[1:] == [
        f"svcnb: customers.csv no se puede usar; problemas encontrados: 1. El primero: {first}", first]


def test_a_study_that_does_not_exist(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for arguments in (["check"], ["run"], ["open", "--prepare-only"]):
        code, out, err = command(monkeypatch, capsys, arguments[0], "./nothere", *arguments[1:])
        assert (code, out) == (2, "")
        assert err == "svcnb: nothere is not a folder; a study is a folder with study.toml and tables.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_parameter_of_study_toml_outside_its_rule(tmp_path, monkeypatch, capsys):
    folder = study_folder(tmp_path / "a")
    with (folder / "study.toml").open("a") as file:
        file.write("[parameters.demand]\ntarget = 99\n")
    code, _, err = command(monkeypatch, capsys, "run", folder, "-o", tmp_path / "out")
    assert (code, err.splitlines()[-1]) == (2, "svcnb: demand.target = 99 must lie between 0 and 10.")


def test_a_damaged_journal_stops_the_run_and_stays(tmp_path, monkeypatch, capsys):
    folder = study_folder(tmp_path / "a")
    (folder / "journal.sqlite").write_text("garbage")
    code, _, err = command(monkeypatch, capsys, "run", folder, "-o", tmp_path / "out")
    assert code == 2
    assert err == (f"svcnb: {folder}/journal.sqlite is not a journal of svcnb. Nothing was changed; move it away or put a "
                   "backup in its place.\n")
    assert (folder / "journal.sqlite").read_text() == "garbage"


def test_a_folder_may_have_any_name(tmp_path):
    """Notebooks look the study up by its folder's name: blanks, capitals and accents are found, paths are not."""
    study_folder(tmp_path / "Mi estudio ñ")
    assert load_study("Mi estudio ñ", studies=[tmp_path]).folder == (tmp_path / "Mi estudio ñ").resolve()
    (tmp_path / "study.toml").write_text(TOML.format(name="above", lang="en"))
    with pytest.raises(Exception, match="^'..' is not a study's name"):
        load_study("..", studies=[tmp_path / "Mi estudio ñ"])


# ---- parameters -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, [float("nan")], {}, [[1]], "", None, True, -1, 1e308],
                         ids=repr)
def test_every_parameter_takes_or_refuses_any_value_in_words(value):
    for step, module in STEPS.items():
        for field in fields(module.Parameters):
            try:
                taken = getattr(step_parameters(step, {field.name: value}), field.name)
            except ParameterError as error:
                assert str(error)
            else:
                assert not isinstance(taken, float) or abs(taken) <= 1e15, f"{step}.{field.name} = {taken}"


def test_nan_is_no_parameter():
    with pytest.raises(ParameterError) as error:
        step_parameters("goals", {"theory_a": float("nan")})
    assert str(error.value) == "goals.theory_a = nan is not of the type of its default 0.0."


# ---- where a run writes ---------------------------------------------------------------------------------------


def test_a_run_never_writes_into_a_studys_folder(tmp_path, monkeypatch, capsys):
    """It would delete the journal with what people decided."""
    folder = study_folder(tmp_path / "a")
    with open_journal(folder / "journal.sqlite") as journal:
        journal.record("decision", "demand", "improve", {"value": ["C7"], "reason": "the room"}, actor="Ana")
    before = files_below(folder)
    code, _, err = command(monkeypatch, capsys, "run", folder, "-o", folder)
    assert (code, err) == (2, f"svcnb: {folder} is the folder of a study: a run would replace its journal. Give another "
                              "folder with -o.\n")
    assert files_below(folder) == before


def test_out_is_a_file(tmp_path, monkeypatch, capsys):
    folder = study_folder(tmp_path / "a")
    (tmp_path / "out").write_text("mine")
    code, _, err = command(monkeypatch, capsys, "run", folder, "-o", tmp_path / "out")
    assert (code, err) == (4, f"svcnb: {tmp_path}/out cannot be written: File exists. Give another folder with -o.\n")
    assert (tmp_path / "out").read_text() == "mine"


def test_open_where_notebooks_is_a_file(tmp_path, monkeypatch, capsys):
    folder = study_folder(tmp_path / "a")
    (folder / "notebooks").write_text("mine")
    code, out, err = command(monkeypatch, capsys, "open", folder, "--prepare-only")
    assert (code, out, err) == (4, "", f"svcnb: {folder}/notebooks cannot be used: File exists.\n")
    assert (folder / "notebooks").read_text() == "mine"


def test_open_keeps_what_a_person_changed(tmp_path, monkeypatch, capsys):
    folder = study_folder(tmp_path / "a")
    assert command(monkeypatch, capsys, "open", folder, "--prepare-only")[0] == 0
    names = {path.stem for path in (folder / "notebooks").iterdir()}
    assert names == {page.notebook for page in PAGES.values()}
    (folder / "notebooks" / "00_study.ipynb").write_text("mine")
    assert command(monkeypatch, capsys, "open", folder, "--prepare-only")[0] == 0
    assert (folder / "notebooks" / "00_study.ipynb").read_text() == "mine"


@pytest.mark.parametrize(("arguments", "message"), [
    (["run", "study", "-o", "out"], "svcnb: {here}/out cannot be written: Permission denied. Give another folder with -o."),
    (["open", "study", "--prepare-only"], "svcnb: {here}/studies/study/notebooks cannot be used: Permission denied."),
    (["open", "demo", "--prepare-only"], "svcnb: studies/.demo.part cannot be used: Permission denied."),
])
def test_a_read_only_folder(arguments, message, tmp_path, monkeypatch, capsys):
    """Root may write everywhere, so the system's refusal is made by hand: mkdir below the folder is refused."""
    study_folder(tmp_path / "studies" / "study")
    monkeypatch.chdir(tmp_path)
    before, make = files_below(tmp_path), os.mkdir

    def mkdir(path, *rest, **named):
        if os.path.abspath(path).startswith(str(tmp_path)):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return make(path, *rest, **named)

    monkeypatch.setattr(os, "mkdir", mkdir)
    code, out, err = command(monkeypatch, capsys, *arguments)
    assert (code, out, err) == (4, "", message.format(here=tmp_path) + "\n")
    assert files_below(tmp_path) == before


@pytest.mark.parametrize("failure", ["system", "journal"])
def test_a_full_disk(failure, tmp_path, monkeypatch, capsys):
    folder, out = study_folder(tmp_path / "a"), tmp_path / "out"
    raised = OSError(errno.ENOSPC, "No space left on device") if failure == "system" else JournalError(
        FULL, path=str(out / "journal.sqlite"), free=0.0, needed=128.0)
    monkeypatch.setattr("svcnb.runner._accept_proposals", lambda *_: (_ for _ in ()).throw(raised))
    code, _, err = command(monkeypatch, capsys, "run", folder, "-o", out)
    assert (code, err) == (4, {
        "system": f"svcnb: The run could not write to {out}: No space left on device. Free some space or give another folder "
                  "with -o; the same command goes on from here.\n",
        "journal": f"svcnb: The disk of {out}/journal.sqlite is full (0 kB free, 128 kB needed). Nothing was saved; free some "
                   "space and save again.\n"}[failure])


def test_a_console_of_another_encoding(tmp_path):
    """cp1252, as a redirected Windows console, has no 🚚: the message still comes, and the exit code is right."""
    folder = study_folder(tmp_path / "a", experts="expert_id,self_rating\ne,🚚\n")
    done = subprocess.run([sys.executable, "-m", "svcnb.cli", "check", str(folder)], capture_output=True,
                          env={**os.environ, "PYTHONIOENCODING": "cp1252"}, timeout=60)
    assert (done.returncode, done.stderr) == (3, b"")
    assert done.stdout.decode("cp1252").splitlines() == [
        r"experts.csv row 2, column B: self_rating = '\U0001f69a' is not a number; write digits, e.g. 12.5."]


# ---- a page that stops ----------------------------------------------------------------------------------------


def page_that(monkeypatch, error, study, out):
    (out / "notebooks").mkdir(parents=True)
    monkeypatch.setattr("svcnb.executing._execute_whole", lambda *_: (_ for _ in ()).throw(error))
    return execute_page(PAGES["window"], study, out, "en", "base", "head", Kernels())


def test_a_kernel_that_dies_is_said_and_leaves_no_notebook(tmp_path, monkeypatch):
    study = load_study(study_folder(tmp_path / "a"))
    with pytest.raises(RunError) as error:
        page_that(monkeypatch, RuntimeError("Kernel died."), study, tmp_path / "out")
    assert str(error.value) == ("Page 03b_window of step demand could not be run: RuntimeError: Kernel died. What was done "
                                "is kept; run the same command again.")
    assert not isinstance(error.value, OutputError) and files_below(tmp_path / "out") == {}


def test_a_cell_that_was_interrupted_is_an_interruption(tmp_path, monkeypatch):
    from papermill.exceptions import PapermillExecutionError

    study = load_study(study_folder(tmp_path / "a"))
    stopped = PapermillExecutionError(2, 1, "", "KeyboardInterrupt", "", [])
    with pytest.raises(KeyboardInterrupt):
        page_that(monkeypatch, stopped, study, tmp_path / "out")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_run_that_is_stopped_goes_on(number, code, tmp_path, monkeypatch):
    """Stopped after its first pages: what is there is whole, and the same run executes only the other pages."""
    folder, out = study_folder(tmp_path / "studies" / "small"), tmp_path / "out"
    child = subprocess.Popen([sys.executable, "-m", "svcnb.cli", "run", str(folder), "-o", str(out)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    first, limit = out / "notebooks" / "00_study.ipynb", time.monotonic() + 200
    while not first.exists() and child.poll() is None and time.monotonic() < limit:
        time.sleep(0.1)
    child.send_signal(number)
    assert child.wait(60) == code
    kept = files_below(out)
    assert not any(name.endswith((".part", "report.html", "results.json")) and "/" not in name for name in kept)
    assert nbformat.reads(kept["notebooks/00_study.ipynb"].decode(), as_version=4).metadata["svcnb_stamp"]
    for name, data in kept.items():
        if name.endswith((".json", ".ipynb")):
            json.loads(data)
    executed = []

    def execute(source, _values, _kernels):
        executed.append(source.stem)
        return nbformat.v4.new_notebook()

    monkeypatch.setattr("svcnb.executing._execute_whole", execute)
    monkeypatch.setattr("svcnb.documents.report.write_report", lambda *_: None)
    run(load_study(folder), out)
    there = {Path(name).stem for name in kept if name.endswith(".ipynb")}
    assert there.isdisjoint(executed) and there | set(executed) == {page.notebook for page in PAGES.values()} and executed
    assert first.read_bytes() == kept["notebooks/00_study.ipynb"]


# ---- small studies end in a report ----------------------------------------------------------------------------


def rows(head, *records):
    def cell(value):
        return '"' + str(value).replace('"', '""') + '"'

    return "\n".join(",".join(map(cell, record)) for record in (head.split(","), *records)) + "\n"


def survey(n, points=lambda c: 55 if c == 1 else 5, answer=lambda r, c: (3 * r + c) % 11):
    people, items = range(n), range(1, 11)
    return {
        "survey_respondents": rows("respondent_id", *([f"R{r}"] for r in people)),
        "survey_importance": rows("respondent_id,component_id,points",
                                  *([f"R{r}", f"C{c}", points(c)] for r in people for c in items)),
        "survey_satisfaction": rows("respondent_id,component_id,perceived",
                                    *([f"R{r}", f"C{c}", answer(r, c)] for r in people for c in items))}


def experts(n):
    """Everybody gives every expert the same votes: no variance, Kendall's W has ties only."""
    return {
        "experts": rows("expert_id,name,self_rating,theory,experience,others",
                        *([f"E{e}", HOSTILE, 8, "high", "high", "high"] for e in range(n))),
        "expert_answers": rows("expert_id,topic,item_id,value,round",
                               *([f"E{e}", "forces", f"F{f}", 3, 1] for e in range(n) for f in (1, 2))),
        "forces": rows("force_id,objective_id,side,text,influenceability", ["F1", "O1", "driving", HOSTILE, 3],
                       ["F2", "O1", "restraining", HOSTILE, 3])}


def orders(n):
    return {
        "orders": rows("order_id,customer_id,order_ts,promised_ts,delivery_ts",
                       *([f"O{i}", f"K{i % 7}", f"2024-{1 + i % 12:02}-05 10:00", f"2024-{1 + i % 12:02}-06 18:00",
                          f"2024-{1 + i % 12:02}-06 17:00"] for i in range(n))),
        "order_lines": rows("order_id,line_no,sku,qty_ordered,qty_total,unit_price",
                            *([f"O{i}", k, HOSTILE, 5 + k, 5, 2.5] for i in range(n) for k in (1, 2)))}


def customers(n):
    kinds = [HOSTILE, "=1+1", "nan"]
    return {"customers": rows("customer_id,name,branch,location,revenue",
                              *([f"K{i}", HOSTILE, kinds[i % 3], f"Z{i % 2}", 100 * i + 1] for i in range(n)))}


SMALL = {
    "nothing": {}, "only customers": customers(30), "one customer": customers(1), "one order": orders(1),
    "only orders": orders(40), "customers and orders": customers(7) | orders(40), "three respondents": survey(3),
    "all answers equal": survey(12, points=lambda c: 10, answer=lambda r, c: 7), "one expert": experts(1),
    "equal votes": experts(5)}
SMALL_ES = {"nothing", "three respondents", "equal votes"}


def without_pictures(monkeypatch):
    """Most of a report's time is drawing, which the figures' own tests do."""
    monkeypatch.setattr("svcnb.pages.picture_html", lambda *_, **__: "")
    monkeypatch.setattr("svcnb.documents.report.pictures_html", lambda *_, **__: "")


def report_of(folder, language, tables, draws=False, monkeypatch=None):
    study = load_study(study_folder(folder, language, name=HOSTILE, **tables))
    assert [problem.line(words_in("en")) for problem in study.problems()] == []
    if not draws:
        without_pictures(monkeypatch)
    results = evaluate_all(study, None)
    with open_journal(folder / "empty.sqlite") as journal:
        page = str(report_html(study, journal, results, words_in(language)))
    text = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>|data:[^\"]*", "", page, flags=re.S)))
    return page, text, results_json(study, results, language)


@pytest.mark.parametrize("name", SMALL)
def test_a_small_study_ends_in_a_report(name, tmp_path, monkeypatch):
    language = "es" if name in SMALL_ES else "en"
    page, text, numbers = report_of(tmp_path / "small", language, SMALL[name], name == "customers and orders", monkeypatch)
    assert "<script" not in page and "<b>" not in page and html.escape("<script>alert(1)</script>") in page
    own = text.replace("=1+1", "")
    if "customers" not in name:  # one of the hostile names is nan
        assert not re.findall(r".{30}\b(?:nan|NaN|NaT|inf)\b.{30}", own, flags=re.S)
    assert "Traceback" not in own and all(f'id="{section}"' in page for section in PAGES)
    json.dumps(numbers, allow_nan=False)
    assert list(numbers["steps"]) == list(STEPS)


def test_no_python_word_is_read_in_a_report(tmp_path, monkeypatch):
    """Spanish has no word None, so one in the report is Python's."""
    text = report_of(tmp_path / "small", "es", {}, monkeypatch=monkeypatch)[1]
    assert not re.findall(r".{30}\b(?:None|True|False|NoneType)\b.{30}", text, flags=re.S)


def test_a_name_with_marks_of_money_is_drawn_as_it_stands():
    r"""Two $ open a formula for the drawing library: a group called 'from $5 to $\9' must not stop a page."""

    def plot(narrow):
        axes = style.new_axes(narrow)
        axes.set_yticks([0, 1], ["from $5 to $\\9", "$\\bad{x$"])
        return axes

    assert style.draw(plot)["svg"].startswith(b"<?xml")


@pytest.mark.parametrize(("where", "typed"), [("..", "small"), (".", "."), ("..", "small/"), ("../..", "studies/small")])
def test_a_study_is_the_folder_that_is_typed(where, typed, tmp_path, monkeypatch, capsys):
    folder = study_folder(tmp_path / "studies" / "small")
    monkeypatch.chdir(folder / where)
    code, said, _ = command(monkeypatch, capsys, "check", typed)
    assert code == 0 and said.startswith("small: ")
