"""Conflicts, chains and lot sizes: method.md 2.9, T68; against reachability by matrix powers and scipy's minimiser."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.tradeoffs import analyse_tradeoffs, lot_size

SAY = words_in("en").reason


def effects(decisions: dict) -> pd.DataFrame:
    """Effects from decision -> text of effects by department."""
    rows = [(decision, f"d{k}", effect) for decision, values in decisions.items() for k, effect in enumerate(values)]
    return pd.DataFrame(rows, columns=["decision_id", "department", "effect"])


def links(*pairs: str) -> pd.DataFrame:
    return pd.DataFrame([pair.split(">") for pair in pairs], columns=["from_decision", "to_decision"])


def said(result) -> list[str]:
    return [SAY(one) for one in result.warnings]


TORN = (1, -1)
DEMO = effects({"D1": (2, 1, -2, -1), "D2": (2, -1, -2), "D3": (2, -2, -1), "D4": (1, -1)})


def test_worked_example():
    """Purchase lot: purchasing +2, production +1, finance -2, warehouse -1: K = 3 * 3 = 9, N = 0."""
    lot = analyse_tradeoffs(effects({"lot": (2, 1, -2, -1)})).decisions.iloc[0]
    assert lot[["n_departments", "positive", "negative", "conflict", "net", "is_tradeoff", "chain", "order"]].tolist() == \
        [4, 3, 3, 9, 0, True, 1, 1]


def test_a_chain_is_resolved_from_the_customer_on():
    """A second route (D3) needs stock (D2), stock needs lots (D1), lots need terms (D4). K: 9, 2*3, 2*3, 1."""
    before = DEMO.copy()
    result = analyse_tradeoffs(DEMO, links("D3>D2", "D2>D1", "D1>D4"))
    pd.testing.assert_frame_equal(DEMO, before)
    assert result.chains == (("D3", "D2", "D1", "D4"),) and result.cycles == ()
    assert result.decisions[["decision_id", "conflict", "net", "chain", "order", "in_cycle"]].values.tolist() == [
        ["D3", 6, -1, 1, 1, False], ["D2", 6, -1, 1, 2, False], ["D1", 9, 0, 1, 3, False], ["D4", 1, 0, 1, 4, False]]
    assert (result.n, result.n_missing, result.warnings) == (12, 0, ())
    assert result.links["in_chain"].all() and result.matrix.loc["D4"].isna().tolist() == [False, False, True, True]


def test_only_trade_offs_make_chains():
    """B helps everybody and links A to C: without it they are two chains; E has no effect known."""
    result = analyse_tradeoffs(effects({"A": TORN, "B": (1, 2), "C": TORN, "D": (0, 0), "E": (None, None)}),
                               links("A>B", "B>C", "C>Z"))
    table = result.decisions.set_index("decision_id")
    assert result.chains == (("A",), ("C",)) and result.links["in_chain"].tolist() == [False, False]
    assert table["is_tradeoff"].to_dict() == {"A": True, "C": True, "B": False, "D": False, "E": None}
    assert table.loc[["A", "B", "D"], ["conflict", "net"]].values.tolist() == [[1, 0], [0, 3], [0, 0]]
    assert math.isnan(table.loc["E", "conflict"]) and table.loc["B", ["chain", "order"]].isna().all()
    assert (result.n, result.n_missing) == (8, 2) and said(result) == [
        "Links of decisions whose effects nobody rated, left out: Z.",
        "No effect is known, so no conflict is measured: E."]


def test_cycles_are_told_in_words():
    """A -> B -> C -> B and C -> D: B and C lead back to each other, between A and D; D links to itself."""
    given = effects(dict.fromkeys("ABCD", TORN))
    result = analyse_tradeoffs(given, links("A>B", "B>C", "C>B", "C>D", "D>D"))
    assert result.chains == (("A", "B", "C", "D"),) and result.cycles == (("B", "C"), ("D",))
    assert result.decisions["order"].tolist() == [1, 2, 2, 3]
    assert result.decisions["in_cycle"].tolist() == [False, True, True, True]
    assert said(result) == [
        "No order follows from the links, for each leads back to the others: decide B, C together.",
        "A link leads from D back to itself and orders nothing."]


def test_the_decision_next_to_the_customer_comes_first():
    """A and B both lead to C: A stands first in the table, B when it is next to the customer; C cannot be."""
    given, drawn = effects(dict.fromkeys("ABC", TORN)), links("A>C", "B>C")
    assert analyse_tradeoffs(given, drawn).chains == (("A", "B", "C"),)
    assert analyse_tradeoffs(given, drawn, nearest=["B"]).chains == (("B", "A", "C"),)
    turned = analyse_tradeoffs(given, drawn, nearest=["C"])
    assert turned.chains == (("A", "B", "C"),)
    assert said(turned) == ["Said to be next to the customer, but a link puts another decision before: C."]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.booleans(), min_size=1, max_size=7),
       st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_chains_agree_with_reachability(torn, pairs):
    """Who reaches whom by powers of the adjacency matrix: chains join what is reached either way, cycles what reaches itself,
    and no decision stands before one that leads to it."""
    n = len(torn)
    pairs = sorted({(a, b) for a, b in pairs if a < n and b < n})
    result = analyse_tradeoffs(effects({f"D{k}": TORN if one else (1, 1) for k, one in enumerate(torn)}),
                               links(*(f"D{a}>D{b}" for a, b in pairs)) if pairs else None)
    table = result.decisions.set_index("decision_id")
    adjacent = np.zeros((n, n), dtype=int)
    for a, b in pairs:
        adjacent[a, b] = torn[a] and torn[b]
    reach = np.linalg.matrix_power(adjacent + np.eye(n, dtype=int), n) > 0
    either = np.linalg.matrix_power((adjacent + adjacent.T > 0).astype(int) + np.eye(n, dtype=int), n) > 0
    again = (adjacent @ reach.astype(int)) > 0
    for a in range(n):
        assert bool(table.loc[f"D{a}", "in_cycle"]) == bool(again[a, a])
        for b in range(n):
            if torn[a] and torn[b]:
                assert (table.loc[f"D{a}", "chain"] == table.loc[f"D{b}", "chain"]) == either[a, b]
                if reach[a, b]:
                    assert table.loc[f"D{a}", "order"] <= table.loc[f"D{b}", "order"]
                    assert (table.loc[f"D{a}", "order"] == table.loc[f"D{b}", "order"]) == reach[b, a]
    assert sorted(one for chain in result.chains for one in chain) == [f"D{k}" for k in range(n) if torn[k]]


def test_500_decisions_in_one_chain():
    many = effects({f"<b>{k}🙂": TORN for k in range(500)})
    back = pd.DataFrame({"from_decision": [f"<b>{k + 1}🙂" for k in range(499)],
                         "to_decision": [f"<b>{k}🙂" for k in range(499)]})
    result = analyse_tradeoffs(many, back)
    assert result.chains[0][0] == "<b>499🙂" and len(result.chains) == 1 and len(result.chains[0]) == 500


@pytest.mark.parametrize("given, drawn, message", [
    (effects({"A": (3, -1)}), None, "effect = 3 in row 0 is not a number from -2 to 2."),
    (effects({"A": (None, None)}), None, "No effect of a decision on a department is known."),
    (effects({"A": TORN}).assign(department="sales"), None, "Two rows are for A, sales."),
    (effects({"A": TORN}).drop(columns="effect"), None,
     "There is no column effect; the columns are decision_id, department."),
    (effects({"A": TORN}), pd.DataFrame({"from_decision": ["A"], "to_decision": [None]}), "Row 0 has no to_decision."),
])
def test_what_cannot_be_analysed_is_said(given, drawn, message):
    with pytest.raises(NotComputable) as error:
        analyse_tradeoffs(given, drawn)
    assert str(error.value) == message


def test_t68():
    """sqrt(2 * 12000 * 60 / 2.4) = 774.597; 12000/774.597*60 + 774.597/2*2.4 = 1859.03; at 1500: 480 + 1800 = 2280."""
    lot = lot_size(12_000, 60, 2.4, preferred=1500)
    assert (lot.quantity, lot.cost) == (pytest.approx(774.5967, abs=1e-4), pytest.approx(1859.0320, abs=1e-4))
    assert lot.preferred_cost == 2280 and lot.penalty == pytest.approx(420.968, abs=1e-3)
    curve = lot.curve.set_index("quantity")
    assert curve.loc[1500, ["ordering", "holding", "cost"]].tolist() == [480, 1800, 2280]
    assert curve["cost"].idxmin() == lot.quantity and curve.index.is_monotonic_increasing
    plain = lot_size(12_000, 60, 2.4)
    assert (plain.preferred, plain.preferred_cost, plain.penalty) == (None, None, None)


def test_published_lot_size():
    """Heizer and Render, Operations Management, Sharp Inc.: D = 1000, S = 10, H = 0.50 a year: 200 units, 100 a year."""
    lot = lot_size(1000, 10, 0.5)
    assert (lot.quantity, lot.cost) == (pytest.approx(200), pytest.approx(100))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 10**6), st.integers(1, 10**4), st.integers(1, 1000), st.integers(1, 10**5))
def test_lot_size_agrees_with_a_minimiser(demand, order_cost, holding_cost, preferred):
    """scipy minimises the cost over the logarithm of the lot; a preferred lot is never cheaper."""
    lot = lot_size(demand, order_cost, holding_cost, preferred)
    cost = lambda logarithm: demand / math.exp(logarithm) * order_cost + math.exp(logarithm) / 2 * holding_cost
    theirs = minimize_scalar(cost, bounds=(math.log(1e-3), math.log(1e7)), method="bounded", options={"xatol": 1e-9})
    assert lot.quantity == pytest.approx(math.exp(theirs.x), rel=1e-4) and lot.cost == pytest.approx(theirs.fun, rel=1e-7)
    assert lot.penalty == pytest.approx(cost(math.log(preferred)) - theirs.fun, rel=1e-6, abs=1e-4 * lot.cost)
    assert lot.penalty >= 0


@pytest.mark.parametrize("arguments, message", [
    ((0, 60, 2.4), "demand is 0: the cheapest lot needs a number above 0."),
    ((12_000, 60, 0), "holding_cost is 0: the cheapest lot needs a number above 0."),
    ((12_000, 60, 2.4, 0), "preferred is 0: the cheapest lot needs a number above 0."),
    ((12_000, "much", 2.4), "order_cost = much must be a number of 0 or more."),
    ((math.inf, 60, 2.4), "demand = inf must be a number of 0 or more."),
    ((-1, 60, 2.4), "demand = -1 must be a number of 0 or more."),
])
def test_errors_of_the_lot_size(arguments, message):
    with pytest.raises(ParameterError) as error:
        lot_size(*arguments)
    assert str(error.value) == message
