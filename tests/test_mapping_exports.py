"""Three exports as clients send them: mapped once, known afterwards, read to the last cell, and run to the end."""

from __future__ import annotations

import shutil
import tomllib

import pandas as pd
import pytest
from click.testing import CliRunner

from svcnb import cli
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.results import evaluate_all
from svcnb.steps import STEPS
from svcnb.study import load_study
from svcnb.tables.mapping_draft import open_draft
from tests.exports.clients import demo, erp_dump, spanish_office, survey_tool

EN = words_in("en")
ERP_ANSWERS = ["--column", "order_lines.qty_total=Liefermenge", "--column", "status=Auftragsstatus", "--word", "status:10=open",
               "--word", "status:40=delivered", "--word", "status:91=cancelled_supplier",
               "--word", "status:92=cancelled_customer"]


def mapped(*arguments):
    return CliRunner().invoke(cli.cli, ["map", *map(str, arguments)], obj={"language": "en"})


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """The Spanish office after one ``svcnb map --yes`` a file; nothing had to be answered."""
    folder = spanish_office(tmp_path_factory.mktemp("clients") / "office")
    for name in ("Clientes.csv", "Pedidos.csv", "Líneas.csv"):
        done = mapped(folder / "inbox" / name, "--yes")
        assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def erp(tmp_path_factory):
    """The order system's dump after its questions were answered on the command line."""
    folder = erp_dump(tmp_path_factory.mktemp("clients") / "erp")
    done = mapped(folder / "inbox" / "VA05_export.txt", *ERP_ANSWERS, "--yes")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    folder = survey_tool(tmp_path_factory.mktemp("clients") / "survey")
    done = mapped(folder / "inbox" / "results-survey.xlsx", "--yes")
    assert done.exit_code == 0, done.output
    return folder


def same(study, table: str, columns: list[str], key: list[str], wanted: pd.DataFrame | None = None) -> None:
    """The table of the study holds, cell by cell, what the demo's own file says."""
    read = getattr(study, table).execute() if table in ("orders", "order_lines") else study.table(table)
    wanted = demo(table) if wanted is None else wanted
    whole = {"line_no": lambda f: pd.to_numeric(f.line_no)} if "line_no" in wanted else {}
    read, wanted = (frame.assign(**whole).sort_values(key).reset_index(drop=True)[columns] for frame in (read, wanted))
    assert len(read) == len(wanted) > 20
    for column in columns:
        if pd.api.types.is_datetime64_any_dtype(read[column]):
            minutes = read[column].dt.strftime("%Y-%m-%dT%H:%M").fillna("")  # as much as the exports say
            assert [x[:n] for x, n in zip(minutes, wanted[column].str.len())] == wanted[column].str[:16].tolist(), column
        elif set(wanted[column]) <= {"true", "false", ""}:
            assert read[column].map({True: "true", False: "false"}).fillna("").tolist() == wanted[column].tolist(), column
        elif pd.api.types.is_numeric_dtype(read[column]):
            assert read[column].fillna(-1e9).tolist() == pd.to_numeric(wanted[column]).fillna(-1e9).tolist(), column
        else:
            assert read[column].fillna("").tolist() == wanted[column].tolist(), column


def runs_to_the_end(folder) -> dict:
    with load_study(folder) as study, open_journal(folder / "journal.sqlite") as journal:
        assert [problem.line(EN) for problem in study.problems()] == []
        return evaluate_all(study, journal)


ORDER = ["order_id", "customer_id", "order_ts", "promised_ts", "ship_ts", "delivery_ts", "status"]
LINE = ["order_id", "line_no", "sku", "product_family", "qty_ordered", "qty_total", "unit_price"]


def test_the_office_reads_back_equal(office):
    """cp1252, semicolons, decimal commas, 31/12/2025 and Sí: the tables hold what the demo's files hold."""
    with load_study(office) as study:
        same(study, "customers", ["customer_id", "name", "location", "branch", "age", "revenue", "margin", "n_orders"],
             ["customer_id"])
        same(study, "orders", [*ORDER, "is_emergency", "docs_ok", "channel"], ["order_id"])
        same(study, "order_lines", [*LINE, "qty_first"], ["order_id", "line_no"])


@pytest.mark.slow
def test_the_office_runs_to_the_report(office, tmp_path):
    done = CliRunner().invoke(cli.cli, ["run", str(office), "-o", str(tmp_path / "out")], obj={"language": "en"})
    assert done.exit_code == 0, done.output
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "Oficina" in report and len(report) > 100_000


def test_the_dump_reads_back_equal(erp):
    """4055 rows give 4055 lines, 937 orders and 59 customers (one of the 60 ordered nothing)."""
    with load_study(erp) as study:
        same(study, "orders", ORDER, ["order_id"])
        same(study, "order_lines", LINE, ["order_id", "line_no"])
        same(study, "customers", ["customer_id", "name", "location"], ["customer_id"],
             demo("customers").query("customer_id in @ids", local_dict={"ids": set(demo("orders").customer_id)}))
    assert set(runs_to_the_end(erp)) == set(STEPS)


def test_the_survey_reads_back_equal(survey):
    with load_study(survey) as study:
        same(study, "survey_respondents", ["respondent_id", "customer_id", "date"], ["respondent_id"])
        same(study, "survey_importance", ["respondent_id", "component_id", "points"], ["respondent_id", "component_id"])
        same(study, "survey_satisfaction", ["respondent_id", "component_id", "supplier", "perceived", "expected"],
             ["respondent_id", "component_id"], demo("survey_satisfaction").query("supplier == 'own'"))
    results = runs_to_the_end(survey)
    assert results["demand"].evidence == "survey"


@pytest.mark.parametrize("client", ["office", "erp", "survey"])
def test_the_next_file_needs_no_question(client, request, tmp_path):
    """The same headings in a file of another name: nothing is asked, only the file's name changes in study.toml."""
    folder = shutil.copytree(request.getfixturevalue(client), tmp_path / client)
    for path in sorted((folder / "inbox").iterdir()):
        path.rename(path.with_stem(path.stem + " 2027"))
        before = tomllib.loads((folder / "study.toml").read_text("utf-8"))
        with load_study(folder) as study:
            draft = open_draft(study, path.with_stem(path.stem + " 2027"))
            assert (draft.settled, draft.questions()) == (True, [])
            draft.store()
        after = tomllib.loads((folder / "study.toml").read_text("utf-8"))
        moved = {name for name in after["tables"] if after["tables"][name] != before["tables"][name]}
        assert moved == set(draft.tables)
        for name in moved:
            assert after["tables"][name] == {**before["tables"][name], "file": f"inbox/{path.stem} 2027{path.suffix}"}
    with load_study(folder) as study:
        assert study.problems() == []


def test_the_comment_stands_after_every_mapping(office):
    text = (office / "study.toml").read_text("utf-8")
    assert text.startswith("# A client's study; this comment must stand after every mapping.\n")
    assert "period_end = 2026-06-30  # two years\n" in text


def test_what_is_open_is_not_stored(tmp_path):
    """Without answers ``--yes`` stores nothing, says what is open and ends with 3."""
    folder = erp_dump(tmp_path / "erp")
    before = (folder / "study.toml").read_bytes()
    done = mapped(folder / "inbox" / "VA05_export.txt", "--yes")
    assert done.exit_code == 3
    assert done.output.split("Still open (6); nothing was stored:\n")[1] == (
        "  order_lines: which column is qty_total? Liefermenge is likely (88.9 %)\n"
        "  orders: which column is status? Auftragsstatus is likely (60.0 %)\n"
        "  orders: which code word of status is '10'?\n"
        "  orders: which code word of status is '40'?\n"
        "  orders: which code word of status is '91'?\n"
        "  orders: which code word of status is '92'?\n"
        "Answer with --column, --word and --dates, or run svcnb map in a terminal.\n")
    assert (folder / "study.toml").read_bytes() == before


def test_what_would_be_lost_is_said(erp):
    with load_study(erp) as study:
        draft = open_draft(study, erp / "inbox" / "VA05_export.txt")
        said = [EN.reason(loss) for loss in [*draft.losses("orders", draft.preview("orders")), *draft.unread()]]
    assert said == ["4,055 rows of the file become 937 rows of orders: those that say the same are one",
                    "columns that no table of ours reads: AUART, WERKS"]
