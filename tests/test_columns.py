"""Every column a reader sees has a name and a format; codes read as words; missing is a dash."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from svcnb.i18n import words_in
from svcnb.panels import PAGES, layout
from svcnb.sentences import codes, columns
from svcnb.sentences.columns import COLUMNS, cell, label

EN, ES = words_in("en"), words_in("es")
FORMATS = {"%", "$", "$2", "p", "auto", "word", "name", "text", "code", *"0123", *columns.KINDS}
ALIKE = {"H", "n", "p", "χ²", "Base", "Error (MASE)", "Factor", "Marketing", "Sigma", "Variable", "Veto",
         *(f"M{k}" for k in range(1, 15)), *(f"F{k}" for k in range(1, 9)), *(f"Factor {k}" for k in range(1, 9)), "KMO"}
SEEN = sorted({(page.name, view.name, column) for page in PAGES.values() for view in page.tables
               for column in view.columns})


@pytest.mark.parametrize("page,view,column", SEEN)
def test_columns_that_readers_see_are_known(page, view, column):
    assert column in COLUMNS


@pytest.mark.parametrize("column", COLUMNS)
def test_labels_are_short_and_in_both_languages(column):
    english, how = COLUMNS[column]
    assert how in FORMATS
    assert label(column, EN) == english and 0 < len(english) < 32
    assert label(column, ES)
    assert (label(column, ES) == english) == (english in ALIKE)


def test_no_column_and_no_code_is_defined_twice():
    for room, whole in ((columns, COLUMNS), (codes, codes.CODES)):
        parts = [part for name, part in vars(room).items() if name.isupper() and isinstance(part, dict) and part is not whole
                 and set(part) <= set(whole)]
        assert sum(map(len, parts)) == len(whole) and len(parts) > 8


def test_unknown_column_is_shown_as_written():
    assert label("köttur", ES) == "köttur"
    assert cell("köttur", 0.5, ES) == "0,5" and cell("köttur", "perro", ES) == "perro"


@pytest.mark.parametrize("column", ["share", "n", "p_value", "value", "state", "name", "text", "cost", "unknown"])
@pytest.mark.parametrize("value", [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT])
def test_missing_is_a_dash_in_every_format(column, value):
    assert cell(column, value, EN) == "–"


@pytest.mark.parametrize("column,value,english,spanish", [
    ("share", 0.12345, "12.3 %", "12,3 %"),
    ("share", 0, "0.0 %", "0,0 %"),
    ("n", 11862.0, "11,862", "11.862"),
    ("n", np.int64(11862), "11,862", "11.862"),
    ("p_value", 0.0499, "0.050", "0,050"),
    ("p_value", 0.001, "0.001", "0,001"),
    ("p_value", 0.00099, "< 0.001", "< 0,001"),
    ("p_value", 0.0, "< 0.001", "< 0,001"),
    ("cost", 151398.5, "151,398", "151.398"),
    ("laboriousness", 3.0472, "3.05", "3,05"),
    ("value", 31349783.29, "31,349,783", "31.349.783"),
    ("value", 9999.96, "10,000", "10.000"),
    ("value", 0.7947, "0.7947", "0,7947"),
    ("low", 5.4417, "5.44", "5,44"),
    ("high", 12.0, "12", "12"),
    ("value", 1250.57, "1,250.6", "1.250,6"),
    ("change", -0.0004, "0.000", "0,000"),
    ("weight", np.float64(0.07086614), "0.071", "0,071"),
    ("chosen", True, "yes", "sí"),
    ("chosen", np.bool_(False), "no", "no"),
])
def test_numbers_follow_their_column_and_the_language(column, value, english, spanish):
    """151398.5 has no decimals as money: half to even, 151 398."""
    assert cell(column, value, EN) == english
    assert cell(column, value, ES) == spanish


@pytest.mark.parametrize("column,value,english,spanish", [
    ("measure_id", "M11", "Completeness of orders", "Completamiento de los pedidos"),
    ("segment_id", "S1", "S1", "S1"),
    ("segment_id", "all", "All", "Todos"),
    ("variable", "branch", "branch of activity", "rama de actividad"),
    ("variable", "shoe_size", "shoe_size", "shoe_size"),
    ("status", "target", "target", "objetivo"),
    ("evidence", "assumed", "assumptions", "supuestos"),
    ("aggregation", "order", "order", "pedido"),
    ("operator", "<=", "≤", "≤"),
    ("method_id", "decomposition", "decomposition of the series", "descomposición de la serie"),
    ("source", "data", "data", "datos"),
    ("package", "unique", "unique package", "paquete único"),
    ("parameter", "M2", "Variance of the cycle", "Varianza del ciclo"),
])
def test_codes_read_as_words(column, value, english, spanish):
    assert cell(column, value, EN) == english
    assert cell(column, value, ES) == spanish


def test_quadrant_and_class_a_are_not_the_same():
    assert cell("quadrant", "A", EN) == "Attention: wanted, not received" and cell("class", "A", EN) == "A"


def test_a_group_that_somebody_called_like_a_code_keeps_its_name():
    """A person named the group "unique" and another one "M11"; ids in a list read one by one."""
    assert cell("name", "unique", EN) == "unique" and cell("name", "M11", ES) == "M11"
    assert cell("text", "target", ES) == "target"
    assert cell("measure_id", ["M1", "S9"], EN) == "Order-delivery cycle, S9"


def test_hostile_texts_are_escaped_and_not_interpreted():
    frame = pd.DataFrame({"name": ["<b>{0}</b>"], "n": [1]})
    html = str(layout.table(frame, ["name", "n"], ES))
    assert "&lt;b&gt;{0}&lt;/b&gt;" in html and "<b>" not in html
    assert layout.table_text(frame, ["name", "n"], ES) == "Nombre      n\n<b>{0}</b>  1"


def test_ids_read_as_names_and_amounts_carry_the_currency():
    words = ES.of_study("CUP", {"group": {"G1": "taller", "G2": "flota"}, "expert": {"E5": "Compras"}})
    assert cell("group_id", "G1;G2;G3", words) == "taller, flota, G3" and cell("group_id", "all", words) == "Todos"
    assert cell("expert_id", "E5", words) == "Compras" and cell("text", "G1;G2", words) == "G1;G2"
    assert (label("revenue", words), cell("revenue", 1234.5, words)) == ("Ingresos, CUP", "1.234")
    assert (label("price", words), cell("price", 52.564, words)) == ("Precio, CUP", "52,56")
    assert codes.read_code("currency", words) == "CUP" and codes.read_code("currency", ES) == "dinero"


@pytest.mark.parametrize("column", [c for c, (text, how) in COLUMNS.items() if how.startswith("$")])
def test_every_column_of_money_says_its_currency(column):
    assert label(column, EN.of_study("EUR", {})) == label(column, EN) + ", EUR"
