"""``svcnb run``: all steps of a study without a person, by papermill, whole or not at all.

A run reads the study and its journal and writes neither. What methods propose and what ``--set`` says goes
to the run's own journal in the output folder, marked as chosen by nobody; a person's decision wins.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from svcnb import __version__
from svcnb.errors import (
    InputError,
    JournalError,
    OutputError,
    ParameterError,
    RunError,
    StudyError,
    SvcnbError,
)
from svcnb.i18n import LANGUAGES, N_, words_in
from svcnb.parts import remove_left_over, write_whole
from svcnb.results import NOBODY, PARAMETER, digest, evaluate_all, step_parameters
from svcnb.steps import STEPS

PLAIN_KERNELS = "plain"  # of the environment variable SVCNB_KERNELS
# what a page may import while it is shown, or while it computes; the package's own modules come on top
WARM = ("ipywidgets", "pandas", "ibis.backends.duckdb", "ibis.backends.duckdb.converter", "ibis.expr.types.groupby",
        "ibis.formats.numpy", "ibis.formats.pandas", "ibis.formats.pyarrow", "duckdb", "apsw", "pyarrow.csv", "openpyxl",
        "toolz.curried", "babel.numbers", "babel.dates", "matplotlib.backends.backend_svg", "matplotlib.backends.backend_agg",
        "PIL.PngImagePlugin", "statsmodels.api", "statsmodels.tsa.api", "statsmodels.stats.api", "sklearn.cluster",
        "sklearn.discriminant_analysis", "scipy.stats", "scipy.optimize", "scipy.cluster.hierarchy", "encodings.utf_8_sig")
TYPES = {"str": str, "int": int, "float": float, "bool": bool}


@dataclass(frozen=True)
class Run:
    """Where a run put its things."""

    folder: Path
    report: Path
    results: Path
    notebooks: tuple[Path, ...]


def notebooks_folder() -> Path:
    """The workbook's notebooks: beside the package in a checkout, inside it in a wheel."""
    inside = Path(__file__).parent / "notebooks"
    return inside if inside.exists() else Path(__file__).resolve().parents[1] / "notebooks"


def with_parameters(notebook, values: dict):
    """A copy of the notebook with checked parameters: papermill pastes names as code, so names are looked up first.

    Raises
    ------
    ParameterError
        A name the notebook does not declare, or a value that is not of the declared type.
    """
    from papermill.inspection import _infer_parameters
    from papermill.parameterize import parameterize_notebook

    notebook.metadata.setdefault("papermill", type(notebook)())  # what papermill's own reader would have added
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])
        cell.metadata.setdefault("papermill", type(notebook)())
    declared = {p.name: p.inferred_type_name for p in _infer_parameters(notebook)}
    for name, value in values.items():
        if name not in declared:
            raise ParameterError(N_("The notebook has no parameter {name}; it has {known}."), name=name,
                                 known=", ".join(sorted(declared)))
        if type(value) is not TYPES.get(declared[name]):
            raise ParameterError(N_("Parameter {name} = {value} is not {kind}."), name=name, value=repr(value),
                                 kind=declared[name])
    return parameterize_notebook(notebook, dict(values))


@contextlib.contextmanager
def kernels(plain: bool = False):
    """Meanwhile the notebooks' kernels are forked from a process that has imported the workbook, where that is safe.

    Parameters
    ----------
    plain : start every kernel from nothing; so does ``SVCNB_KERNELS=plain``. The results are the same.

    Raises
    ------
    ParameterError
        SVCNB_KERNELS says neither plain nor warm.
    """
    wish = os.environ.get("SVCNB_KERNELS") or "warm"
    if wish not in (PLAIN_KERNELS, "warm"):
        raise ParameterError(N_("SVCNB_KERNELS = {value}: write plain or warm."), value=wish)
    if plain or wish == PLAIN_KERNELS:
        yield None
        return
    from svcnb.kernels import warm_kernels

    with warm_kernels(WARM, prepare="svcnb.runner:rehearse", watch=[str(Path(__file__).parent)]) as warm:
        yield warm


def rehearse() -> None:
    """What every page does first, done once before kernels are forked: nothing is opened and nothing is kept but caches."""
    import importlib
    import pkgutil

    from matplotlib import font_manager

    import svcnb
    from svcnb.figures.style import new_axes, picture_bytes

    for module in pkgutil.walk_packages(svcnb.__path__, "svcnb."):
        if not module.name.startswith(("svcnb.cli", "svcnb.server", "svcnb.kernels")):
            importlib.import_module(module.name)
    for language in LANGUAGES:
        words_in(language).number(1234.5, 2)
        axes = new_axes()
        axes.bar(["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"], [1, 2], label="0123456789 .,:%áéíóúñ–")
        axes.legend()
        for kind in ("svg", "png"):
            picture_bytes(axes, kind)
    del axes
    gc.collect()
    font_manager._get_font.cache_clear()  # closes the font files: read by two processes, each would move the other's place


def parse_set(text: str) -> tuple[str, str, object]:
    """``step.parameter=value`` as (step, parameter, typed value); checked against the step's Parameters."""
    name, equals, value = text.partition("=")
    step, dot, parameter = name.strip().partition(".")
    if not equals or not dot:
        raise ParameterError(N_("--set {text}: write step.parameter=value, e.g. segmentation.alpha=0.05."), text=text)
    if step not in STEPS:
        raise ParameterError(N_("There is no step {step}; steps are {steps}."), step=step, steps=", ".join(STEPS))
    try:
        typed = json.loads(value)
    except ValueError:
        typed = value
    step_parameters(step, {parameter: typed})
    return step, parameter, typed


def run(study, out: Path, *, sets=(), language: str | None = None, scenario: str = "base", progress=None,
        plain: bool = False) -> Run:
    """Run every step, execute every notebook, write results.json and report.html.

    Parameters
    ----------
    study : svcnb.study.Study
    out : folder for everything the run makes; created when needed
    sets : (step, parameter, value) triples
    language : of notebooks and report; the study's when None
    progress : called with (done, total, text) before each piece of work
    plain : start each notebook's kernel from nothing, see `kernels`

    Raises
    ------
    RunError
        A step failed: names step, cause and remedy. What was done is kept; the same call goes on from there.
    """
    from svcnb.documents.report import write_report
    from svcnb.executing import execute_pages
    from svcnb.panels import PAGES

    language = language or study.settings.language
    if language not in LANGUAGES:
        raise ParameterError(N_("There is no language {language}; write en or es."), language=language)
    words = words_in(language)
    progress = progress or (lambda done, total, text: None)
    out = out.resolve()
    if (out / "study.toml").exists():  # the run's journal would take the place of what people decided
        raise ParameterError(N_("{folder} is the folder of a study: a run would replace its journal. Give another folder "
                                "with -o."), folder=str(out))
    for folder in (out, out / "results", out / "notebooks"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(N_("{folder} cannot be written: {cause}. Give another folder with -o."), folder=str(folder),
                           cause=error.strerror or str(error)) from error
    remove_left_over(out, out / "results", out / "notebooks")
    if not os.access(out, os.W_OK):
        raise OutputError(N_("{folder} cannot be written: {cause}. Give another folder with -o."), folder=str(out),
                       cause="permission denied")
    total = len(STEPS) + len(PAGES) + 2
    environment = {"SVCNB_RUN": str(out), "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg", "PYTHONUTF8": "1",
                   "PYDEVD_DISABLE_FILE_VALIDATION": "1", "SVCNB_STUDIES": os.pathsep.join(
                       filter(None, [str(study.folder.parent), os.environ.get("SVCNB_STUDIES")]))}
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    warm = contextlib.ExitStack()
    try:
        warm.enter_context(kernels(plain))  # it imports while the steps are computed
        journal = _run_journal(study, out, sets, scenario)
        try:
            results = _accept_proposals(study, journal, scenario, lambda n, step: progress(
                n, total, words("Step: {title:word}", title=STEPS[step].TITLE)))
            head = digest({step: [r.hash, r.decision] for step, r in results.items()})
            notebooks = execute_pages(study, out, language, scenario, head, lambda n, page: progress(
                len(STEPS) + n, total, words("Page: {title:word}", title=page.title)))
            progress(total - 2, total, words("Report"))
            write_whole(out / "results.json", json.dumps(results_json(study, results, language, scenario),
                                                         ensure_ascii=False, indent=1))
            write_report(out / "report.html", study, journal, results, words, scenario)
            progress(total, total, words("Done"))
        finally:
            journal.close()
    except JournalError as error:
        if Path(error.values.get("path", "")).parent != out:
            raise
        raise OutputError(error.template, **error.values) from error
    except OSError as error:
        raise OutputError(N_("The run could not write to {folder}: {cause}. Free some space or give another folder with -o; "
                          "the same command goes on from here."), folder=str(out),
                       cause=error.strerror or str(error)) from error
    finally:
        warm.close()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    return Run(out, out / "report.html", out / "results.json", tuple(notebooks))


def results_json(study, results, language="en", scenario="base") -> dict:
    """What ``results.json`` holds.

    ``steps.<step>.figures.<name> = {value, unit, n, low, high, evidence}``, ``steps.<step>.decision``,
    ``steps.<step>.chosen_by.<key>`` (a name, or "nobody"), ``.state``, ``.evidence``, ``.missing``,
    ``.reasons`` (sentences in the run's language), ``.parameters``, ``.hash``.
    """
    words = words_in(language)
    steps = {}
    for step, result in results.items():
        steps[step] = {
            "figures": {name: asdict(quantity) for name, quantity in result.quantities.items()},
            "decision": result.decision,
            "chosen_by": {key: NOBODY if by["role"] == NOBODY else by["actor"] for key, by in result.chosen_by.items()},
            "state": result.state, "evidence": result.evidence, "missing": list(result.missing),
            "reasons": [words.reason(reason) for reason in result.reasons],
            "parameters": result.parameters, "inputs": result.inputs, "hash": result.hash}
    from svcnb.results import plain_tree

    return plain_tree({"study": study.name, "name": study.settings.name, "version": __version__, "language": language,
                        "scenario": scenario, "currency": study.settings.currency, "steps": steps})


def _run_journal(study, out: Path, sets, scenario):
    """The run's own journal: a copy of the study's, then what was set for this run."""
    from svcnb.journal import open_journal

    path = out / "journal.sqlite"
    for old in out.glob("journal.sqlite*"):
        old.unlink()
    source = study.folder / "journal.sqlite"
    if source.exists():
        original = open_journal(source, create=False, read_only=True)
        try:
            original.backup(path)
        finally:
            original.close()
    journal = open_journal(path)
    for step, parameter, value in sets:
        journal.record("entry", step, PARAMETER + parameter, {"value": value, "reason": "--set"}, actor=NOBODY,
                       role=NOBODY, scenario=scenario)
    return journal


def _accept_proposals(study, journal, scenario, told):
    """Evaluate step after step; where nobody decided, the proposal is accepted and marked as chosen by nobody."""
    from svcnb.results import evaluate

    for n, step in enumerate(STEPS):
        told(n, step)
        try:
            result = evaluate(study, journal, step, scenario)
            if result.value("n_problems"):
                study.must_be_right()
        except (InputError, ParameterError, StudyError):
            raise  # the study is wrong, not the step: all its problems are said, with their own exit code
        except SvcnbError as error:
            raise RunError(N_("Step {step} failed: {cause}"), step=step, cause=str(error)) from error
        for key, value in result.decision.items():
            if key not in result.chosen_by:
                journal.record("decision", step, key, {"value": value, "reason": ""}, actor=NOBODY, role=NOBODY,
                               scenario=scenario, inputs=result.inputs)
    return evaluate_all(study, journal, scenario)
