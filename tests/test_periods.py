"""The next period: which tables go on, decisions as proposals, both periods counted alike."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil

import openpyxl
import pytest
from click.testing import CliRunner

from svcnb.cli import cli
from svcnb.errors import ParameterError, StudyError
from svcnb.figures.period import describe_stability, plot_stability
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.pages import open_page
from svcnb.panels.against import against_section
from svcnb.periods import compare_periods, next_dates
from svcnb.results import evaluate, evaluate_all
from svcnb.study import load_study
from svcnb.tables import TABLES
from svcnb.tables.carry import EMPTIED, KEPT, PERIOD_COLUMNS

TOML = ('[study]\nname = "Filters"\ncurrency = "EUR"  # money\nperiod_start = 2025-01-01\n'
        'period_end = 2025-12-31 # the last day\nseed = 3\n')


def _run(*arguments):
    result = CliRunner().invoke(cli, [str(a) for a in arguments], obj={"language": "en"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def _customers(n_farm, n_fleet):
    rows = [f"K{k},{'farm' if k < n_farm else 'fleet'},{20 + k % 40},{100 + k},{k % 2 == 0}" for k in range(n_farm + n_fleet)]
    return "customer_id,branch,age,revenue,uses_product\n" + "\n".join(rows) + "\n"


def _orders(ids, year):
    return "order_id,customer_id,order_ts\n" + "".join(f"O{k},{i},{year}-03-0{1 + k % 9} 10:00\n" for k, i in enumerate(ids))


@pytest.fixture(scope="module")
def last(tmp_path_factory):
    """Last period: 120 farms and 80 fleets, the first 60 farms and all fleets ordered; Ana decided two things."""
    folder = tmp_path_factory.mktemp("periods") / "filters"
    folder.mkdir()
    (folder / "study.toml").write_text(TOML, "utf-8")
    (folder / "customers.csv").write_text(_customers(120, 80), "utf-8")
    (folder / "orders.csv").write_text(_orders([f"K{k}" for k in (*range(60), *range(120, 200))], 2025), "utf-8")
    (folder / "competitors.csv").write_bytes("competitor_id;name;share\nR1;Ñandú;0,25\n".encode("cp1252"))
    with open_journal(folder / "journal.sqlite") as journal:
        journal.record("decision", "segmentation", "variable", {"value": "branch", "reason": "they need other filters"},
                       actor="Ana")
        journal.record("decision", "plan", "nothing_such", {"value": 1}, actor="Ana")
        journal.record("decision", "offer", "messages", {"value": {}, "reason": ""}, actor="nobody", role="nobody")
    return folder


@pytest.fixture(scope="module")
def following(last):
    folder = last.parent / "filters-2026"
    said = _run("next", last, folder)
    return folder, said


def test_every_table_has_its_rule_and_nothing_kept_refers_to_what_is_emptied():
    assert KEPT | EMPTIED == set(TABLES) and not KEPT & EMPTIED
    assert [(name, target) for name in KEPT for target, _ in TABLES[name].foreign_keys.values() if target in EMPTIED] == []
    for name, columns in PERIOD_COLUMNS.items():
        assert name in KEPT and set(columns) < set(TABLES[name].names)


def test_what_is_said(following):
    folder, said = following
    assert said == (f"{folder}: the study of Jan 1, 2026 to Dec 31, 2026.\nKept: customers, competitors.\n"
                    "To be filled: orders.\nDecisions carried over as proposals, taken by nobody yet: 2.\n"
                    "The home page and the report show what has changed since the last period.\n")


def test_study_toml_keeps_its_lines_and_names_the_last_period(following):
    folder, _ = following
    assert (folder / "study.toml").read_text("utf-8") == (
        '[study]\nname = "Filters"\ncurrency = "EUR"  # money\nperiod_start = 2026-01-01\n'
        'period_end = 2026-12-31 # the last day\nseed = 3\n\n[previous]\nstudy = "../filters"\n')


def test_the_tables_go_on_or_begin_empty(following):
    folder, _ = following
    with load_study(folder) as study:
        assert study.problems() == []
        assert (folder / "orders.csv").read_text("utf-8").splitlines() == ["order_id,customer_id,order_ts"]
        assert not study.has("orders")
        customers = study.table("customers")
        assert len(customers) == 200 and customers["revenue"].isna().all() and customers["age"].notna().all()
    assert (folder / "competitors.csv").read_bytes() == "competitor_id;name;share\r\nR1;Ñandú;\r\n".encode("cp1252")


def test_decisions_are_proposals_and_never_a_persons(following):
    """Ana's variable stands in the new study as a proposal of nobody with where it comes from; the state is proposed."""
    folder, _ = following
    with load_study(folder) as study, open_journal(folder / "journal.sqlite") as journal:
        result = evaluate(study, journal, "segmentation")
        assert (result.decision["variable"], result.state) == ("branch", "proposed")
        by = result.chosen_by["variable"]
        assert (by["actor"], by["role"], by["carried"], by["reason"]) == (
            "nobody", "nobody", "2025-01-01 – 2025-12-31", "they need other filters")
        assert {e.actor for e in journal.events()} == {"nobody"}
        assert b"Ana" not in (folder / "journal.sqlite").read_bytes()


def test_a_person_decides_over_a_carried_proposal(following, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(following[0], folder)
    with load_study(folder) as study, open_journal(folder / "journal.sqlite") as journal:
        event = journal.record("decision", "segmentation", "variable", {"value": "age", "reason": ""}, actor="Eva")
        result = evaluate(study, journal, "segmentation")
        assert (result.decision["variable"], result.state) == ("age", "decided")
        journal.retract(event.event_uuid, actor="Eva")
        assert evaluate(study, journal, "segmentation").decision["variable"] == "branch"


def test_a_carried_decision_that_does_not_fit_is_left_out_and_told(following, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(following[0], folder)
    with load_study(folder) as study, open_journal(folder / "journal.sqlite") as journal:
        journal.record("decision", "diagnosis", "aggregation", {"value": "moon", "carried": "2025"}, actor="nobody",
                       role="nobody")
        result = evaluate(study, journal, "diagnosis")
        assert result.decision["aggregation"] == "order"
        assert [words_in("en").reason(r) for r in result.reasons][-1] == (
            "What was decided last period does not fit this period's data and is left out: aggregation.")
        journal.record("decision", "diagnosis", "aggregation", {"value": "moon"}, actor="Eva")
        with pytest.raises(ParameterError):
            evaluate(study, journal, "diagnosis")


@pytest.fixture(scope="module")
def compared(following, tmp_path_factory):
    """This period 60 farms and 40 fleets ordered: the shares 60/140 and 80/140 became 60/100 and 40/100."""
    folder = tmp_path_factory.mktemp("now") / "filters-2026"
    shutil.copytree(following[0], folder)
    (folder / "orders.csv").write_text(_orders([f"K{k}" for k in (*range(60), *range(120, 160))], 2026), "utf-8")
    with load_study(folder) as study, open_journal(folder / "journal.sqlite") as journal:
        results = evaluate_all(study, journal)
        return compare_periods(study, results), against_section(study, results, words_in("en"), {}), \
            against_section(study, results, words_in("es"), {})


def test_the_index_by_hand(compared):
    """(.6 - .42857) ln(.6/.42857) + (.4 - .57143) ln(.4/.57143) = .05768 + .06115 = .11883."""
    found, _, _ = compared
    branch = found.moved["branch"]
    assert (found.population, branch.n_before, branch.n_now) == ("ordering", 140, 100)
    assert branch.table[["category", "before", "now"]].values.tolist() == [["farm", 60, 60], ["fleet", 80, 40]]
    assert branch.psi == pytest.approx(.11883, abs=1e-5)
    assert branch.state == "watch" and branch.beyond_chance
    assert found.moved["segment_id"].psi == pytest.approx(branch.psi)
    assert found.stability["psi"].is_monotonic_decreasing


def test_numbers_are_cut_at_the_last_periods_bands(compared):
    """200 ages, five of each from 20 to 59: the quartiles lie between 29 and 30, 39 and 40, 49 and 50."""
    found, _, _ = compared
    assert set(found.moved["age"].table["category"]) == {"< 29.8", "29.8 – 39.5", "39.5 – 49.2", "≥ 49.2"}
    assert "revenue" not in found.moved
    assert "Not known in this period: revenue in the period." in [words_in("en").reason(r) for r in found.reasons]


def test_the_section_says_it(compared):
    _, english, spanish = compared
    text = lambda html: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html)))
    assert "What has changed since the last period? Compared with Filters, Jan 1, 2025 – Dec 31, 2025." in text(english)
    assert "The customers have moved in 2 of " in text(english)
    assert "branch of activity" in text(english) and "to be watched" in text(english)
    assert "¿Qué ha cambiado desde el último período? Comparado con Filters, 1 ene 2025 – 31 dic 2025." in text(spanish)
    assert "Los clientes se han desplazado en 2 de " in text(spanish)


def test_the_comparison_stands_without_the_old_folder(following, tmp_path):
    folder = tmp_path / "alone" / "filters-2026"
    shutil.copytree(following[0], folder)
    with load_study(folder) as study, open_journal(folder / "journal.sqlite") as journal:
        assert not (folder / ".." / "filters").exists()
        assert compare_periods(study, evaluate_all(study, journal)).name == "Filters"


@pytest.mark.parametrize(("language", "title"), [("en", "Have the customers moved?"), ("es", "¿Han cambiado los clientes?")])
def test_the_home_page_shows_what_has_changed(compared, following, monkeypatch, language, title):
    """The section with its picture stands below the list of pages; a first period has none."""
    monkeypatch.setenv("SVCNB_STUDIES", str(following[0].parent))
    shown = open_page("study", following[0].name, language).next().html
    assert 'id="last-period"' in shown and f"<figcaption>{title} " in shown and "<img " in shown
    assert 'id="last-period"' not in open_page("study", "filters", language).next().html


def test_the_picture_in_words(compared):
    """Each variable with its index and what chance makes of 140 and 100 customers: 3.8415 (1/140 + 1/100) = 0.066."""
    found = compared[0]
    names = {variable: variable for variable in found.moved}
    assert "branch 0.12 (chance up to 0.07)" in describe_stability(found.stability, names, words_in("en"))
    axes = plot_stability(found.stability, names=names, words=words_in("es"))
    assert [bar.get_width() for bar in axes.patches] == found.stability["psi"].tolist()
    assert "✕ 0,12" in [text.get_text() for text in axes.texts]


def test_a_first_period_has_no_section(last):
    with load_study(last) as study:
        assert study.previous is None
        assert against_section(study, {}, words_in("en"), {}) == ""


def test_another_length_and_another_currency_are_not_compared(following, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(following[0], folder)
    text = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text(text.replace("2026-12-31", "2026-06-30").replace("EUR", "USD"), "utf-8")
    with load_study(folder) as study, open_journal(folder / "journal.sqlite") as journal:
        found = compare_periods(study, evaluate_all(study, journal))
    said = [words_in("en").reason(r) for r in found.reasons]
    assert "The last period has 365 days and this one 181: counts and amounts are not compared." in said
    assert "The last period counts in EUR and this one in USD: amounts are not compared." in said
    assert not set(found.figures["unit"]) & {"count", "currency", "units"}


def test_previous_json_missing_or_damaged(following, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(following[0], folder)
    message = (f"{folder / 'previous.json'} is missing or damaged; study.toml names a period before. Put the file back or "
               "delete [previous] from study.toml.")
    for break_it in (lambda p: p.write_text("{"), lambda p: p.unlink()):
        break_it(folder / "previous.json")
        with load_study(folder) as study, pytest.raises(StudyError) as error:
            study.previous  # noqa: B018
        assert str(error.value) == message


def test_previous_json_holds_no_row_of_a_person(following):
    kept = json.loads((following[0] / "previous.json").read_text("utf-8"))
    assert set(kept) == {"version", "svcnb", "study", "name", "currency", "period_start", "period_end", "segmentation",
                         "populations", "figures", "parameters", "decisions"}
    clusters = kept["decisions"].pop("clusters")  # whose clusters are called K1, K2 … too, as some customers are
    assert set(clusters["clusters"]) == set(clusters["names"]) and "members" not in json.dumps(clusters)
    assert not re.search(r'"K\d+"', json.dumps(kept))


@pytest.mark.parametrize("start, end, wanted", [
    ("2025-01-01", "2025-12-31", ("2026-01-01", "2026-12-31")), ("2024-02-01", "2024-02-29", ("2024-03-01", "2024-03-31")),
    ("2025-10-01", "2025-12-31", ("2026-01-01", "2026-03-31")), ("2025-01-06", "2025-01-12", ("2025-01-13", "2025-01-19"))])
def test_the_period_that_follows(start, end, wanted):
    assert next_dates(*map(dt.date.fromisoformat, (start, end))) == tuple(map(dt.date.fromisoformat, wanted))


def test_the_workbook_goes_on_with_its_samples_and_own_columns(tmp_path):
    folder = tmp_path / "book"
    _run("new", folder, "--from", "2025-01-01")
    book = openpyxl.load_workbook(folder / "workbook.xlsx")
    sheet = book["customers"]
    own = sheet.max_column + 1
    sheet.cell(1, own, "remark")
    places = {cell.value: cell.column for cell in sheet[1]}
    for name, value in {"customer_id": "007", "name": "=1+1", "revenue": 5.5, "age": 40, "remark": "NA"}.items():
        sheet.cell(6, places[name], value).data_type = "n" if name in ("age", "revenue") else "s"
    book["orders"].cell(6, 2, "O1")
    book["orders"].cell(6, 3, "007")
    book.save(folder / "workbook.xlsx")
    _run("next", folder, tmp_path / "then")
    with load_study(tmp_path / "then") as study:
        assert study.problems() == []
        frame = study.table("customers")
        assert frame[["customer_id", "name", "age", "remark"]].values.tolist() == [["007", "=1+1", 40.0, "NA"]]
        assert frame["revenue"].isna().all()
        assert not study.has("orders")


def test_a_full_folder_and_an_unknown_table_are_refused(last, tmp_path):
    (tmp_path / "x").write_text("")
    for arguments, message in (
            ((last, tmp_path), f"{tmp_path} is not empty; nothing was written. Give a folder that is not there yet."),
            ((last, tmp_path / "new", "--keep", "ordrs"),
             "There is no table ordrs; tables are " + ", ".join(TABLES) + ".")):
        with pytest.raises(Exception) as error:
            _run("next", *arguments)
        assert str(error.value) == message
    assert not (tmp_path / "new").exists()


def test_a_table_may_be_kept_or_emptied_by_name(last, tmp_path):
    _run("next", last, tmp_path / "new", "--keep", "orders", "--empty", "competitors")
    assert (tmp_path / "new" / "orders.csv").read_bytes() == (last / "orders.csv").read_bytes()
    assert (tmp_path / "new" / "competitors.csv").read_text("cp1252") == "competitor_id;name;share\n"


def _mapped(folder, toml):
    (folder / "study.toml").write_text(TOML + toml, "utf-8")
    return folder


def test_a_clients_workbook_goes_on_sheet_by_sheet(tmp_path):
    """One workbook with the customers under a title line and the orders: the mapping stays, the sheets go on or begin empty."""
    folder = tmp_path / "client"
    folder.mkdir()
    book = openpyxl.Workbook()
    book.active.title = "Clientes"
    for row in (["Our customers"], ["Cod", "Ventas", "Rama"], ["007", 10.5, "farm"], ["008", 11, "fleet"]):
        book.active.append(row)
    sheet = book.create_sheet("Pedidos")
    for row in (["Pedido", "Cod"], ["P1", "007"]):
        sheet.append(row)
    book.save(folder / "erp.xlsx")
    toml = ('\n[tables.customers]\nfile = "erp.xlsx"\nsheet = "Clientes"\nheading_row = 2\n[tables.customers.columns]\n'
            'customer_id = "Cod"\nrevenue = "Ventas"\nbranch = "Rama"\n[tables.orders]\nfile = "erp.xlsx"\nsheet = "Pedidos"\n'
            '[tables.orders.columns]\norder_id = "Pedido"\ncustomer_id = "Cod"\n')
    said = _run("next", _mapped(folder, toml), tmp_path / "then")
    assert "Kept: customers.\nTo be filled: orders.\n" in said
    with load_study(tmp_path / "then") as study:
        assert study.problems() == []
        frame = study.table("customers")
        assert frame[["customer_id", "branch"]].values.tolist() == [["007", "farm"], ["008", "fleet"]]
        assert frame["revenue"].isna().all() and not study.has("orders")


def test_a_survey_tools_file_of_several_tables_begins_empty(tmp_path):
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "forms.csv").write_text("Timestamp,How fast?\n2025/01/02,7\n", "utf-8")
    toml = ('\n[tables.survey_respondents]\nfile = "forms.csv"\nformat = "google_forms"\n[tables.survey_satisfaction]\n'
            'file = "forms.csv"\nformat = "google_forms"\n[tables.survey_satisfaction.questions]\n"How fast?" = "C9.perceived"\n')
    assert "To be filled: survey_respondents, survey_satisfaction.\n" in _run("next", _mapped(folder, toml), tmp_path / "then")
    assert (tmp_path / "then" / "forms.csv").read_text("utf-8") == "Timestamp,How fast?\n"
    with load_study(tmp_path / "then") as study:
        assert study.problems() == [] and not study.has("survey_satisfaction")


def test_a_file_that_cannot_be_divided_has_to_be_brought(tmp_path):
    """One csv gives customers (kept) and orders (emptied): nothing is guessed, the file is asked for."""
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "all.csv").write_text("order,cust\nO1,K1\n", "utf-8")
    toml = ('\n[tables.customers]\nfile = "all.csv"\n[tables.customers.columns]\ncustomer_id = "cust"\n[tables.orders]\n'
            'file = "all.csv"\n[tables.orders.columns]\norder_id = "order"\ncustomer_id = "cust"\n')
    assert "Put this period's file there: customers, orders.\n" in _run("next", _mapped(folder, toml), tmp_path / "then")
    assert not (tmp_path / "then" / "all.csv").exists()
