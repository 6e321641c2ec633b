"""A study is found by its name, says what it holds, and its settings are read strictly."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from svcnb import study as study_module
from svcnb.errors import InputError, StudyError
from svcnb.i18n import words_in
from svcnb.study import check_study, load_study, shipped_studies
from svcnb.tables.settings import STEP_NAMES

TOML = '[study]\nname = "Test"\ncurrency = "EUR"\nperiod_start = 2024-01-01\nperiod_end = 2024-12-31\n'


def folder_with(path: Path, more: str = "", **files) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "study.toml").write_text(TOML + more, encoding="utf-8")
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def test_settings_and_their_defaults(tmp_path):
    settings = load_study(folder_with(tmp_path / "north")).settings
    assert asdict(settings) == {
        "id": "north", "name": "Test", "currency": "EUR", "period_start": date(2024, 1, 1),
        "period_end": date(2024, 12, 31), "language": "en", "seed": 1, "alpha": 0.05, "internal_or_external": "external",
        "production_type": "series", "scales": ()}


def test_step_names_are_those_of_the_steps():
    from svcnb.steps import STEPS

    assert STEP_NAMES == tuple(STEPS)


def test_parameters_of_a_step(tmp_path):
    study = load_study(folder_with(tmp_path / "a", "[parameters.demand]\nseed = 7\n"))
    assert study.parameters("demand") == {"seed": 7} and study.parameters("goals") == {}


def test_names_are_looked_up_in_order(tmp_path, monkeypatch):
    """SVCNB_STUDIES first, in its order; then studies/ of the working folder; then the shipped ones."""
    for place in ("one", "two", "work/studies", "data"):
        folder_with(tmp_path / place / "north")
    shipped = tmp_path / "data" / "north"
    monkeypatch.setattr(study_module, "shipped_studies", lambda: {"north": shipped})
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("SVCNB_STUDIES", f"{tmp_path / 'none'}{os.pathsep}{tmp_path / 'one'}{os.pathsep}{tmp_path / 'two'}")
    assert load_study("north").folder == tmp_path / "one" / "north"
    monkeypatch.delenv("SVCNB_STUDIES")
    assert load_study("north").folder == tmp_path / "work" / "studies" / "north"
    monkeypatch.chdir(tmp_path)
    assert load_study("north").folder == shipped and load_study("north").is_shipped
    assert load_study("north", studies=[tmp_path / "two"]).folder == tmp_path / "two" / "north"
    assert not load_study(tmp_path / "two" / "north").is_shipped
    assert load_study("two/north").name == "north"


def test_a_study_that_does_not_exist(tmp_path, monkeypatch):
    monkeypatch.setattr(study_module, "shipped_studies", lambda: {"demo": tmp_path})
    monkeypatch.delenv("SVCNB_STUDIES", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError) as error:
        load_study("dmeo")
    assert str(error.value) == "There is no study 'dmeo'; did you mean demo? Looked in studies, the shipped studies."
    with pytest.raises(StudyError) as error:
        load_study("zzz", studies=[tmp_path / "mine"])
    assert str(error.value) == f"There is no study 'zzz'; there are –. Looked in {tmp_path / 'mine'}."
    with pytest.raises(StudyError) as error:
        load_study("My Study")
    assert str(error.value) == ("'My Study' is not a study's name; write small letters, digits, - and _, or a folder "
                                "with a / in it.")
    with pytest.raises(StudyError) as error:
        load_study(tmp_path / "nowhere")
    assert str(error.value) == f"{tmp_path / 'nowhere'} is not a folder; a study is a folder with study.toml and tables."
    with pytest.raises(StudyError) as error:
        load_study(tmp_path)
    assert str(error.value) == f"{tmp_path} has no study.toml; a study is a folder with study.toml and tables."


@pytest.mark.parametrize("name", ["..", "../data/demo\n", "a b", "", "Ñandú", "a" * 64, ".hidden", "-x"])
def test_what_is_no_name_never_reaches_the_disk(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError):
        load_study(name, studies=[tmp_path])


@pytest.mark.parametrize("text, message", [
    ("[study\n", "{file} line 1 is not valid toml (Expected ']' at the end of a table declaration); "
                 'write name = "value".'),
    (TOML + "[study]\n", "{file} line 6 is not valid toml (Cannot declare ('study',) twice); "
                         'write name = "value".'),
    (TOML + 'curency = "EUR"\n', "study.toml: study.curency is not known; did you mean currency?"),
    (TOML + "[tabels]\n", "study.toml: tabels is not known; did you mean tables?"),
    (TOML + '[tables]\ncustomer = "c.csv"\n', "study.toml: tables.customer is not known; did you mean customers?"),
    (TOML + "[parameters.demnd]\nx = 1\n", "study.toml: parameters.demnd is not known; did you mean demand?"),
    (TOML + "[parameters]\ndemand = 3\n", "study.toml: parameters.demand = 3 must be a section; "
                                          "write [parameters.demand] on a line of its own."),
    (TOML.replace('name = "Test"\n', ""), "study.toml: study.name is missing; add it to [study]."),
    ("", "study.toml: study.name is missing; add it to [study]."),
    (TOML.replace('"EUR"', "3"), 'study.toml: study.currency = 3 is not a text; write e.g. "EUR".'),
    (TOML.replace("2024-01-01", '"2024-02-30"'),
     'study.toml: study.period_start = "2024-02-30" is not a date; write e.g. 2026-03-31.'),
    (TOML.replace("2024-12-31", "2023-12-31"), "study.toml: study.period_end = 2023-12-31 is before "
                                               "study.period_start = 2024-01-01; correct one of the two."),
    (TOML + "seed = -1\n", "study.toml: study.seed = -1 is not a whole number from 0; write e.g. 1."),
    (TOML + "alpha = 5\n", "study.toml: study.alpha = 5 is not a number between 0 and 1; write e.g. 0.05."),
    (TOML + "alpha = nan\n", "study.toml: study.alpha = nan is not a number between 0 and 1; write e.g. 0.05."),
    (TOML + 'language = "fr"\n', 'study.toml: study.language = "fr" is not known; write one of en, es.'),
    (TOML + '[tables]\ncustomers = "../c.csv"\n', 'study.toml: tables.customers = "../c.csv" is outside the study\'s '
                                                  "folder; put the file into the folder and write its name."),
    (TOML + '[tables]\ncustomers = "/etc/passwd"\n', 'study.toml: tables.customers = "/etc/passwd" is outside the '
                                                     "study's folder; put the file into the folder and write its name."),
    (TOML + "[tables]\ncustomers = 1\n", 'study.toml: tables.customers = 1 is not a file name; write e.g. "customers.csv".'),
    (TOML + "[scales.survey_satisfacton]\n", "study.toml: scales.survey_satisfacton is not known; "
                                             "did you mean survey_satisfaction?"),
    (TOML + "[scales.survey_satisfaction]\nscale_min = 1\n",
     "study.toml: scales.survey_satisfaction.scale_max is missing; add it."),
    (TOML + "[scales.survey_satisfaction]\nscale_min = 5\nscale_max = 1\n",
     "study.toml: scales.survey_satisfaction.scale_max = 1 is not above scale_min = 5; correct one of the two."),
])
def test_a_study_toml_that_cannot_be_used(text, message, tmp_path):
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as error:
        load_study(tmp_path)
    assert str(error.value) == message.replace("{file}", str(tmp_path / "study.toml"))


def test_a_study_toml_in_another_encoding(tmp_path):
    (tmp_path / "study.toml").write_bytes(TOML.replace("Test", "Señal").encode("cp1252"))
    with pytest.raises(StudyError) as error:
        load_study(tmp_path)
    assert str(error.value) == f"{tmp_path / 'study.toml'} line 2 is not UTF-8 text; save it as UTF-8."


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system makes no symbolic links")
def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "secret.csv").write_text("customer_id\na\n")
    folder = folder_with(tmp_path / "s", '[tables]\ncustomers = "link.csv"\n')
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(StudyError, match="is outside the study's folder"):
        load_study(folder)


def test_orders_and_lines_are_ibis_tables_and_never_frames(tmp_path):
    """Two lines of 3 and 4 units: 7 units; order o2 has no line."""
    study = load_study(folder_with(
        tmp_path, customers="customer_id\na\n", orders="order_id,customer_id,order_ts\no1,a,2024-03-01 10:00\no2,a,\n",
        order_lines="order_id,line_no,qty_ordered,qty_total\no1,1,3,3\no1,2,4,\n"))
    assert study.orders.columns[:3] == ("order_id", "customer_id", "order_ts") and "_row" not in study.orders.columns
    assert str(study.orders.schema()["order_ts"]) == "timestamp(6)" or "timestamp" in str(study.orders.schema()["order_ts"])
    joined = study.order_lines.join(study.orders, "order_id")
    assert joined.qty_ordered.sum().to_pyarrow().as_py() == 7
    assert study.orders.count().to_pyarrow().as_py() == 2
    for name in ("orders", "order_lines"):
        with pytest.raises(KeyError):
            study.table(name)
    with study:
        pass
    assert study.orders.count().to_pyarrow().as_py() == 2  # closed, and read again when asked


def test_tables_that_are_not_there_are_empty(tmp_path):
    study = load_study(folder_with(tmp_path))
    assert study.orders.count().to_pyarrow().as_py() == 0 and not study.has("orders")
    assert study.table("experts").empty and not study.has("experts") and study.fingerprint("experts") == ""
    assert study.table("components")["component_id"].tolist() == [f"C{n}" for n in range(1, 11)]
    assert not study.has("components") and study.problems() == [] and study.warnings == []
    with pytest.raises(KeyError):
        study.table("nothing")


def test_the_callers_frame_is_his_own(tmp_path):
    study = load_study(folder_with(tmp_path, customers="customer_id,age\na,30\n"))
    frame = study.table("customers")
    frame["age"] = 99.0
    frame.loc[0, "customer_id"] = "changed"
    assert study.table("customers")["age"].tolist() == [30.0]
    assert study.table("customers")["customer_id"].tolist() == ["a"]


def test_fingerprint_is_of_the_bytes_and_follows_the_file(tmp_path):
    study = load_study(folder_with(tmp_path, customers="customer_id\na\n"))
    assert study.fingerprint("customers") == hashlib.sha256(b"customer_id\na\n").hexdigest()
    assert len(study.table("customers")) == 1
    (tmp_path / "customers.csv").write_text("customer_id\na\nb\n")
    assert study.fingerprint("customers") == hashlib.sha256(b"customer_id\na\nb\n").hexdigest()
    assert len(study.table("customers")) == 2


def test_foreign_keys_follow_the_other_file(tmp_path):
    """K9 is unknown until customers.csv brings it."""
    folder = folder_with(tmp_path, customers="customer_id\na\n", complaints="complaint_id,customer_id\nq,K9\n")
    study = load_study(folder)
    assert [p.value for p in study.problems()] == ["K9"]
    (folder / "customers.csv").write_text("customer_id\na\nK9\n")
    assert study.problems() == [] and study.table("complaints")["customer_id"].tolist() == ["K9"]


def test_a_declared_scale_is_converted_to_ten(tmp_path):
    """method.md 0.3: y = 10 (x - 1) / (5 - 1), so 1, 4, 5 become 0, 7.5, 10; 6 is outside."""
    folder = folder_with(tmp_path, "[scales.survey_satisfaction]\nscale_min = 1\nscale_max = 5\n",
                         survey_satisfaction="respondent_id,component_id,perceived\nr,C1,1\nr,C2,4\nr,C3,5\n")
    study = load_study(folder)
    assert study.table("survey_satisfaction")["perceived"].tolist() == [0.0, 7.5, 10.0]
    assert study.scale("survey_satisfaction") == (1.0, 5.0) and study.scale("survey_profiles") == (0.0, 10.0)
    assert study.settings.scales == (("survey_satisfaction", 1.0, 5.0),) and study.warnings == []
    (folder / "survey_satisfaction.csv").write_text("respondent_id,component_id,perceived\nr,C1,6\n")
    (problem,) = study.problems()
    assert problem.line(words_in("en")) == ("survey_satisfaction.csv row 2, column C: perceived = '6' is not from 1 to 5; "
                                            "write a number from 1 to 5.")


def test_warnings(tmp_path):
    """An undeclared survey that stops at 5, a heading without rows, a decision in a file, a doubled table."""
    folder = folder_with(tmp_path, survey_satisfaction="respondent_id,component_id,perceived\nr,C1,5\n",
                         experts="expert_id,name\n", customers="customer_id,segment_id\na,S1\n")
    (folder / "customers.xlsx").write_bytes(b"PK\x03\x04")
    study = load_study(folder)
    assert [(words_in("en").reason(w), w.level) for w in study.warnings] == [
        ("customers.csv brings segment_id: these are decisions and count only when they are taken on a page.", "info"),
        ("Both customers.csv and customers.xlsx are in the folder: customers.csv is read.", "warning"),
        ("The highest answer in survey_satisfaction.csv is 5: if it was not asked on 0 to 10, write "
         "[scales.survey_satisfaction] with scale_min and scale_max in study.toml.", "warning"),
        ("experts.csv has a heading and no rows: the table counts as empty.", "info")]
    assert study.problems() == [] and not study.has("experts")


def test_reading_a_table_with_problems_carries_all_of_them(tmp_path):
    study = load_study(folder_with(tmp_path, customers="customer_id,age\na,x\na,-1\n", experts="expert_id\ne\n"))
    with pytest.raises(InputError) as error:
        study.table("customers")
    assert str(error.value) == ("customers.csv cannot be used, problems found: 3. The first: customers.csv row 2, column B: "
                                "age = 'x' is not a number; write digits, e.g. 12.5.")
    assert [(p.row, p.column) for p in error.value.problems] == [(2, "age"), (3, "age"), (3, "customer_id")]
    assert len(study.table("experts")) == 1
    assert [(p.row, p.column) for p in check_study(study)] == [(2, "age"), (3, "age"), (3, "customer_id")]


def test_shipped_studies_are_studies():
    for name, folder in shipped_studies().items():
        assert load_study(folder).name == name


def test_opening_a_study_imports_nothing_heavy(tmp_path):
    folder_with(tmp_path)
    code = ("import sys; from svcnb.study import load_study; from pathlib import Path; load_study(Path(sys.argv[1])); "
            "print([m for m in ('pandas', 'duckdb', 'ibis', 'openpyxl', 'pyarrow') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


NO_POSIX = """
import importlib, os, pkgutil, sys
import svcnb

def every_module():
    for module in pkgutil.walk_packages(svcnb.__path__, "svcnb."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            yield module.name

list(every_module())  # now the libraries are there, which may use what this system has
for name in [name for name in sys.modules if name == "svcnb" or name.startswith("svcnb.")]:
    del sys.modules[name]
sys.modules.update(dict.fromkeys(("fcntl", "resource", "pwd", "grp", "termios")))
for name in ("fork", "getuid", "geteuid", "setsid", "mkfifo", "sched_getaffinity"):
    if hasattr(os, name):
        delattr(os, name)
print(len(list(every_module())))
"""


def test_every_module_imports_where_there_is_no_posix():
    """Consultants and students have Windows: no fcntl, no resource, no os.fork when a module is imported."""
    done = subprocess.run([sys.executable, "-c", NO_POSIX], capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20


def test_a_frame_has_no_surprise_for_methods(tmp_path):
    """Missing numbers are NaN in plain float columns, missing text is missing, default index."""
    frame = load_study(folder_with(tmp_path, customers="customer_id,n_orders,sex\nb,,F\na,3,\n")).table("customers")
    assert frame["n_orders"].isna().tolist() == [True, False] and frame["n_orders"].dtype == float
    assert frame["sex"].isna().tolist() == [False, True]
    assert frame.index.equals(pd.RangeIndex(2)) and frame["customer_id"].tolist() == ["b", "a"]
