"""Columns as methods read them, and as predictors of a tree: codes of categories, bands of numbers, what cannot split."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import NotComputable
from svcnb.i18n import words_in
from svcnb.methods import aid, belson, chaid
from svcnb.methods.clusters import cluster
from svcnb.methods.contingency import cross_tabulate
from svcnb.methods.discriminant import fit_discriminant
from svcnb.methods.predictors import Predictor, read_predictors


def read(values, **options):
    (predictor,), codes, said = read_predictors(pd.DataFrame({"x": values}), ["x"], **options)
    return predictor, codes[:, 0].tolist(), [words_in("en").reason(one) for one in said]


@pytest.mark.parametrize("values, categories, codes", [
    (["b", "a", None, " a ", "", "NaN"], ("a", "b"), [1, 0, -1, 0, -1, -1]),
    ([3, 1, 20, 3], ("1", "3", "20"), [1, 0, 2, 1]), (["10", "9", "x", "08"], ("08", "9", "10", "x"), [2, 1, 3, 0]),
    ([1.0, "1", 2, "b"], ("1", "2", "b"), [0, 0, 1, 2]), ([True, False, None], ("no", "yes"), [1, 0, -1]),
    (pd.array([1, None, 2], dtype="Int64"), ("1", "2"), [0, -1, 1]),
    (pd.array(["p", None, "q"], dtype="string"), ("p", "q"), [0, -1, 1]),
    (pd.Categorical(["l", "s", None], ["s", "m", "l"], ordered=True), ("s", "l"), [1, 0, -1]),
    (pd.Categorical(["l", "s"], ["z", "s", "l"]), ("l", "s"), [0, 1]), (["<b>", "🙂", "=1"], ("<b>", "=1", "🙂"), [0, 2, 1]),
    (["only", None], ("only",), [0, -1])])
def test_columns_as_categories(values, categories, codes):
    predictor, found, said = read(values)
    assert (predictor.categories, found, said, predictor.edges) == (categories, codes, [], None)
    assert predictor.codes(pd.Series(values)).tolist() == codes
    assert predictor.is_ordinal == (isinstance(values, pd.Categorical) and values.ordered)


def test_numbers_are_banded():
    """Quartiles of 1 to 8: 2.75, 4.5, 6.25; bands are ordinal, an infinity lies in the last of its side, a text is a blank."""
    predictor, codes, _ = read([1, 2, 3, 4, 5, 6, 7, 8.0])
    assert predictor == Predictor("x", ("< 2.75", "2.75 – 4.5", "4.5 – 6.25", "≥ 6.25"), True, (2.75, 4.5, 6.25))
    assert codes == [0, 0, 1, 1, 2, 2, 3, 3]
    assert predictor.codes(pd.Series(["4.5", -math.inf, math.inf, "x", None], dtype=object)).tolist() == [2, 0, 3, -1, -1]
    assert read(np.arange(100.0), n_bands=2)[0].edges == (49.5,)
    assert read(["a", "b", "c"], ordinal=["x"])[0].is_ordinal


def test_columns_that_cannot_split():
    frame = pd.DataFrame({"one": "a", "empty": None, "flat": 2.5, "many": [f"v{k}" for k in range(500)],
                          "good": ["p", "q"] * 250})
    predictors, codes, said = read_predictors(frame, ["one", "empty", "flat", "many", "good", "good"])
    assert [p.name for p in predictors] == ["good"] and codes.shape == (500, 1) and codes.dtype == np.int32
    assert [words_in("en").reason(one) for one in said] == [
        "one has one category only and cannot split anything.", "empty has one category only and cannot split anything.",
        "flat has one category only and cannot split anything.",
        "many has 500 different values, too many to split on; join them into at most 50."]
    assert len(read_predictors(frame, ["many"], max_categories=500)[0][0].categories) == 500


@pytest.mark.parametrize("frame, names, message", [
    (pd.DataFrame({"a": [1]}), ["b"], "There is no column b; the columns are a."),
    (pd.DataFrame({"a": ["x"], "b": ["y"]}), ["a", "b"],
     "No column can split the customers: each has one category only, or too many."),
    (pd.DataFrame({"a": []}), ["a"], "No column can split the customers: each has one category only, or too many."),
    (pd.DataFrame({"a": [1, 2]}), [], "No column can split the customers: each has one category only, or too many."),
    (pd.DataFrame([["x", "y"]], columns=["a", "a"]), ["a"], "2 columns are called a."),
    (pd.DataFrame({"a": [["x"], ["y"]]}), ["a"], "a holds lists or other values that are no categories.")])
def test_errors_of_predictors(frame, names, message):
    with pytest.raises(NotComputable) as error:
        read_predictors(frame, names)
    assert str(error.value) == message


READERS = {  # each reads the column of that name; "y" and "x" are there and fit for any of them
    "aid": lambda frame, name: aid.grow_tree(frame, "x", [name]),
    "aid criterion": lambda frame, name: aid.grow_tree(frame, name, ["y"]),
    "belson criterion": lambda frame, name: belson.rank_predictors(frame, name, ["y"]),
    "chaid criterion": lambda frame, name: chaid.grow_tree(frame, name, ["y"]),
    "clusters": lambda frame, name: cluster(frame, columns=["x", name], k=2),
    "contingency": lambda frame, name: cross_tabulate(frame, "y", name),
    "discriminant": lambda frame, name: fit_discriminant(frame, "y", ["x", name]),
    "discriminant group": lambda frame, name: fit_discriminant(frame, name, ["x"]),
}


@pytest.mark.parametrize("reader", READERS)
def test_every_method_says_the_same_of_a_column_it_cannot_find(reader):
    """Names that are numbers are written as names, without separators."""
    frame = pd.DataFrame({"y": list("aabb"), "x": [1.0, 2.5, 3, 4], 2024: 1})
    twice = pd.concat([frame, frame[[2024]]], axis=1)
    for of, name, message in ((frame, "z", "There is no column z; the columns are y, x, 2024."),
                              (frame, 2025, "There is no column 2025; the columns are y, x, 2024."),
                              (twice, 2024, "2 columns are called 2024.")):
        with pytest.raises(NotComputable) as error:
            READERS[reader](of, name)
        assert str(error.value) == message


@pytest.mark.parametrize("reader", ["aid", "belson criterion", "chaid criterion", "clusters", "contingency",
                                    "discriminant group"])
def test_every_method_says_that_lists_are_no_categories(reader):
    frame = pd.DataFrame({"y": list("aabb"), "x": [1.0, 2.5, 3, 4], "tags": [["a"], ["b"], {"c"}, []]})
    with pytest.raises(NotComputable) as error:
        READERS[reader](frame, "tags")
    assert str(error.value) == "tags holds lists or other values that are no categories."
