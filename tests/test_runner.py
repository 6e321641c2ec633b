"""The gate in front of papermill, whole files, --set, and a run from start to end on the demo."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from svcnb import cli
from svcnb.errors import ParameterError
from svcnb.panels import PAGES
from svcnb.parts import write_whole
from svcnb.runner import notebooks_folder, parse_set, run, with_parameters
from svcnb.steps import STEPS
from svcnb.study import load_study

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"


def notebook():
    return nbformat.read(notebooks_folder() / "03b_window.ipynb", as_version=4)


@pytest.mark.parametrize(("values", "message"), [
    ({"x=1\nimport os; os.system('true')\ny": 2},
     "The notebook has no parameter x=1\nimport os; os.system('true')\ny; it has language, reader, scenario, study."),
    ({"segment": "S1"}, "The notebook has no parameter segment; it has language, reader, scenario, study."),
    ({"study": 3}, "Parameter study = 3 is not str."),
    ({"study": True}, "Parameter study = True is not str."),
])
def test_gate_refuses(values, message):
    with pytest.raises(ParameterError) as error:
        with_parameters(notebook(), values)
    assert str(error.value) == message


def test_gate_keeps_text_as_text():
    """A name that looks like code arrives as a string: the injected cell evaluates to the same text."""
    hostile = "demo\"; import os\n'''#"
    injected = next(c for c in with_parameters(notebook(), {"study": hostile}).cells
                    if "injected-parameters" in c.metadata.get("tags", []))
    names: dict = {}
    exec(injected.source, names)
    assert names["study"] == hostile


@pytest.mark.parametrize(("text", "message"), [
    ("segmentation", "--set segmentation: write step.parameter=value, e.g. segmentation.alpha=0.05."),
    ("nothing.x=1", f"There is no step nothing; steps are {', '.join(STEPS)}."),
    ("demand.targe=9", None),
    ("demand.n_resamples=many", None),
    ("demand.target=99", None),
])
def test_set_refuses(text, message):
    with pytest.raises(ParameterError) as error:
        parse_set(text)
    assert message is None or str(error.value) == message


def test_set_keeps_the_type():
    assert parse_set("demand.target=9") == ("demand", "target", 9)
    assert parse_set("demand.n_resamples=200") == ("demand", "n_resamples", 200)


def test_write_whole_leaves_the_old_file_when_the_disk_refuses(tmp_path, monkeypatch):
    target = tmp_path / "a.json"
    write_whole(target, "old")
    monkeypatch.setattr("svcnb.results.os.fsync", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError):
        write_whole(target, "new")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One run of the demo with a parameter set and a person's decision in the study's journal."""
    from svcnb.journal import open_journal

    folder = tmp_path_factory.mktemp("studies") / "demo"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__"))
    with open_journal(folder / "journal.sqlite") as journal:
        journal.record("decision", "demand", "improve", {"value": ["C7"], "reason": "the room"}, actor="Ana")
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".toml")}
    study = load_study(folder)
    said = []
    made = run(study, tmp_path_factory.mktemp("out"), sets=[parse_set("demand.n_resamples=200")], language="es",
               progress=lambda done, total, text: said.append((done, total, text)))
    return study, made, said, before


def test_run_makes_report_numbers_and_notebooks(finished):
    study, made, said, before = finished
    results = json.loads(made.results.read_text("utf-8"))
    assert list(results["steps"]) == list(STEPS)
    assert results["steps"]["demand"]["decision"]["improve"] == ["C7"]
    assert results["steps"]["demand"]["chosen_by"]["improve"] == "Ana"
    assert results["steps"]["demand"]["chosen_by"]["approach"] == "nobody"
    assert results["steps"]["demand"]["parameters"]["n_resamples"] == 200
    for step in results["steps"].values():
        for figure in step["figures"].values():
            assert set(figure) == {"value", "unit", "n", "low", "high", "evidence"}
    report = made.report.read_text("utf-8")
    assert '<html lang="es">' in report and "Traceback" not in report
    assert all(f'id="{page}"' in report for page in PAGES)
    assert not any(mark in report for mark in ("http://", "https://", "<script"))
    assert [path.stem for path in made.notebooks] == [page.notebook for page in PAGES.values()]
    assert said[-1][0] == said[-1][1]


def test_run_changes_nothing_of_the_study(finished):
    study, made, said, before = finished
    assert {p.name: p.read_bytes() for p in study.folder.iterdir() if p.suffix in (".csv", ".toml")} == before
    from svcnb.journal import open_journal

    with open_journal(study.folder / "journal.sqlite", read_only=True) as journal:
        assert [event.actor for event in journal.events()] == ["Ana"]


def test_every_number_in_results_is_finite(finished):
    text = finished[1].results.read_text("utf-8")
    assert "NaN" not in text and "Infinity" not in text


def test_cli_says_what_is_wrong_without_a_traceback():
    runner = CliRunner()
    with pytest.raises(SystemExit) as stop, runner.isolation() as (_, err, _o):
        import sys

        sys.argv = ["svcnb", "run", "demo", "--set", "nothing.x=1"]
        cli.main()
    assert stop.value.code == 2
