"""The template: written from the definitions, read back as it is, its samples never data."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from svcnb.i18n import words_in
from svcnb.study import load_study
from svcnb.tables import TABLES
from svcnb.tables.samples import HEADINGS
from svcnb.tables.template import WORKBOOK, sample_rows, settings_text, workbook_bytes

LANGUAGES = ("en", "es")
PERIOD = {"period_start": dt.date(2026, 1, 1), "period_end": dt.date(2026, 12, 31)}


def _write(folder, language, name="Lubricants"):
    folder.mkdir(exist_ok=True)
    words = words_in(language)
    (folder / "study.toml").write_text(settings_text(words, name=name, currency="EUR", **PERIOD), "utf-8")
    (folder / WORKBOOK[language]).write_bytes(workbook_bytes(words))
    return folder


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request, tmp_path_factory):
    return request.param, _write(tmp_path_factory.mktemp("new") / "study", request.param)


def test_the_samples_are_never_data(made):
    _, folder = made
    with load_study(folder) as study:
        assert study.problems() == []
        assert [name for name in TABLES if study.has(name)] == []
        assert all(study.path(name) is None for name in TABLES)
        assert len(study.table("components")) == 10


def test_a_sheet_a_table_with_names_titles_and_three_samples(made):
    language, folder = made
    words = words_in(language)
    book = openpyxl.load_workbook(folder / WORKBOOK[language])
    assert book.sheetnames == [words("guide"), *TABLES]
    for name, table in TABLES.items():
        rows = list(book[name].iter_rows(values_only=True))
        assert list(rows[0]) == [HEADINGS[language], *table.names]
        assert list(rows[1]) == [words("title"), *(words(column.meaning) for column in table.columns)]
        assert [row[0] for row in rows[2:]] == [words("sample")] * 3
        assert book[name].freeze_panes == "B3"


def test_every_column_has_its_note(made):
    language, folder = made
    words = words_in(language)
    book = openpyxl.load_workbook(folder / WORKBOOK[language])
    for name, table in TABLES.items():
        for cell, column in zip(book[name][1][1:], table.columns, strict=True):
            assert cell.comment.text.startswith(words(column.meaning) + "\n"), (name, column.name)
    notes = {cell.value: cell.comment.text for cell in book["order_lines"][1]}
    assert notes["error_type"] == {
        "en": "error of the line\nType: one of these words\nAllowed: none, item, qty, price, document, address, quality\n"
              "May be missing or empty",
        "es": "error de la línea\nTipo: una de estas palabras\nValores: none, item, qty, price, document, address, quality\n"
              "Puede faltar o estar vacía"}[language]
    assert notes["order_id"] == {
        "en": "order\nType: text\nRequired, part of the key\nMust be in orders, column order_id",
        "es": "pedido\nTipo: texto\nObligatoria, parte de la clave\nTiene que estar en orders, columna order_id"}[language]


def test_every_enumeration_drops_down(made):
    language, folder = made
    book = openpyxl.load_workbook(folder / WORKBOOK[language])
    for name, table in TABLES.items():
        lists = {str(rule.sqref).split("6:")[0]: rule.formula1 for rule in book[name].data_validations.dataValidation
                 if rule.type == "list"}
        for place, column in enumerate(table.columns, start=2):
            if column.type == "enum" and column.kind == "input":
                assert lists[openpyxl.utils.get_column_letter(place)] == f'"{",".join(column.values)}"'
                assert len(lists[openpyxl.utils.get_column_letter(place)]) <= 255  # more, and Excel repairs the file


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_samples_keep_every_rule_of_their_tables(tmp_path, language):
    """With the marks taken away all samples together are a valid study: types, ranges, keys and references."""
    folder = _write(tmp_path / "study", language)
    path = folder / WORKBOOK[language]
    book = openpyxl.load_workbook(path)
    for name in TABLES:
        sheet = book[name]
        sheet.delete_rows(2)
        for row in range(2, 5):
            sheet.cell(row, 1).value = None
    book.save(path)
    with load_study(folder) as study:
        assert study.problems() == []
        assert [name for name in TABLES if not study.has(name)] == []
        assert {name: len(study.table(name)) for name in TABLES if name not in ("orders", "order_lines")} == {
            name: 3 for name in TABLES if name not in ("orders", "order_lines")}
        assert study.orders.count().execute() == study.order_lines.count().execute() == 3


def test_there_are_three_samples_of_every_table():
    assert {name: len(sample_rows(table, words_in("en"))) for name, table in TABLES.items()} == dict.fromkeys(TABLES, 3)


def test_rows_below_the_samples_are_read_with_the_rows_the_spreadsheet_shows(made, tmp_path):
    """Two customers under the samples, one of them wrong in row 7."""
    language, _ = made
    folder = _write(tmp_path / "study", language)
    path = folder / WORKBOOK[language]
    book = openpyxl.load_workbook(path)
    columns = {cell.value: cell.column for cell in book["customers"][1]}
    for row, (key, age) in {6: ("007", 40), 7: ("K2", 400)}.items():
        book["customers"].cell(row, columns["customer_id"], key)
        book["customers"].cell(row, columns["age"], age)
    book.save(path)
    with load_study(folder) as study:
        assert [(p.row, p.column, p.value) for p in study.problems()] == [(7, "age", "400")]
        assert study.path("customers").name == WORKBOOK[language]
        assert study.path("orders") is None


def test_a_file_of_its_own_goes_before_the_sheet(tmp_path):
    folder = _write(tmp_path / "study", "en")
    (folder / "customers.csv").write_text("customer_id\nK1\n", "utf-8")
    with load_study(folder) as study:
        assert list(study.table("customers")["customer_id"]) == ["K1"]


def test_a_workbook_that_cannot_be_opened_is_told_once(tmp_path):
    folder = _write(tmp_path / "study", "en")
    (folder / "workbook.xlsx").write_bytes(b"PK\x03\x04 but no more")
    with load_study(folder) as study:
        assert [p.file for p in study.problems()] == ["workbook.xlsx"]
