"""Recency, frequency, monetary value: by hand, against pandas' quintiles and ranks, and what may not change them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.rfm import RULES, score_rfm

SAY = words_in("en").reason
TEN = pd.DataFrame([  # customer, day, value
    ("a", "2024-06-30", 10.0), ("a", "2024-06-01", 10.0), ("a", "2024-05-01", 10.0), ("a", "2024-04-01", 10.0),
    ("b", "2024-06-20", 200.0), ("b", "2024-03-01", 100.0), ("b", "2024-02-01", 100.0),
    ("c", "2024-06-10", 50.0), ("d", "2024-01-01", 30.0), ("d", "2024-01-02", 40.0), ("e", "2023-12-31", 5.0)],
    columns=["customer_id", "order_ts", "value"])


def random_orders(seed: int, n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({
        "customer_id": [f"K{k:03d}" for k in rng.integers(0, 60, n)], "value": rng.gamma(2, 50, n).round(2),
        "order_ts": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 360 * 24, n), unit="h")})


def test_by_hand():
    """Five customers, 30 June: days 0, 10, 20, 180, 182 score 5 to 1. Orders 4, 3, 1, 2, 1: ranks 5, 4, 1.5, 3, 1.5,
    ceil(5 (rank - .5)/5) = 5, 4, 1, 3, 1. Value 40, 400, 50, 70, 5: ranks 2, 5, 3, 4, 1 are the scores."""
    result = score_rfm(TEN)
    table = result.customers
    assert table["recency_days"].tolist() == [0, 10, 20, 180, 182] and table["frequency"].tolist() == [4, 3, 1, 2, 1]
    assert table["monetary"].tolist() == [40, 400, 50, 70, 5]
    assert table["cell"].tolist() == ["5-5-2", "4-4-5", "3-1-3", "2-3-4", "1-1-1"]
    # a: recent, frequent, but little value; c: in the middle of recency; d: had been frequent enough
    assert table["rfm_class"].tolist() == ["loyal", "champion", "regular", "at_risk", "lost"]
    assert result.counts == {"champion": 1, "loyal": 1, "new": 0, "at_risk": 1, "lost": 1, "regular": 1}
    assert (result.on, result.n, result.n_orders, result.n_missing, result.n_later, result.n_without_order) == \
        (pd.Timestamp("2024-06-30"), 5, 11, 0, 0, 0)
    assert [SAY(one) for one in result.warnings] == [
        "frequency: of 5 scores only 4 occur (customers: 5, equal values share a score)."]


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_ranks_and_quintiles_of_pandas(seed):
    """Named aggregation for the measures; the middle rank's fifth for the scores; qcut where no values are equal."""
    orders = random_orders(seed)
    table = score_rfm(orders, on="2025-01-10").customers
    by = orders.groupby("customer_id")
    last = (pd.Timestamp("2025-01-10") - by["order_ts"].max().dt.normalize()).dt.days
    theirs = pd.DataFrame({"recency": last, "frequency": by["value"].count(), "monetary": by["value"].sum()})
    assert table["recency_days"].tolist() == theirs["recency"].tolist()
    assert table["frequency"].tolist() == theirs["frequency"].tolist()
    assert table["monetary"].to_numpy() == pytest.approx(theirs["monetary"].to_numpy())
    for column, score, sign in (("recency", "recency_score", -1), ("frequency", "frequency_score", 1)):
        share = (sign * theirs[column]).rank(pct=True) - 0.5 / len(theirs)
        edges = pd.cut(share, [0, 0.2, 0.4, 0.6, 0.8, 1.0], labels=False) + 1
        assert table[score].tolist() == edges.tolist()
    assert theirs["monetary"].round(6).is_unique
    assert table["monetary_score"].tolist() == (pd.qcut(theirs["monetary"], 5, labels=False) + 1).tolist()


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 40), st.integers(1, 6)), min_size=1, max_size=60),
       st.integers(2, 10), st.randoms(use_true_random=False))
def test_ties_order_and_scale(rows, n_bands, random):
    """Equal values get equal scores, more is never scored lower, rows in any order and any currency give the same."""
    orders = pd.DataFrame(rows, columns=["customer_id", "day", "value"])
    orders["order_ts"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(orders["day"], unit="D")
    before = orders.copy()
    result = score_rfm(orders, n_bands=n_bands)
    pd.testing.assert_frame_equal(orders, before)
    for measure, score, sign in (("recency_days", "recency_score", -1), ("frequency", "frequency_score", 1),
                                 ("monetary", "monetary_score", 1)):
        table = result.customers.assign(key=sign * result.customers[measure]).sort_values("key")
        assert table.groupby("key")[score].nunique().eq(1).all() and table[score].is_monotonic_increasing
        assert table[score].between(1, n_bands).all()
    shuffled = list(range(len(orders)))
    random.shuffle(shuffled)
    other = score_rfm(orders.iloc[shuffled].assign(value=lambda frame: frame["value"] * 24), n_bands=n_bands)
    pd.testing.assert_series_equal(other.customers["cell"], result.customers["cell"])
    assert sum(result.counts.values()) == result.n == len(result.customers)


def test_sums_alike_but_for_the_last_digit_are_tied():
    """0.1 + 0.2 is 0.30000000000000004, and the same money as 0.3."""
    orders = pd.DataFrame({"customer_id": ["a", "a", "b", "c", "d"], "value": [0.1, 0.2, 0.3, 0.2, 0.5],
                           "order_ts": "2024-01-01"})
    scores = score_rfm(orders).customers["monetary_score"]
    assert scores["a"] == scores["b"] == 3


def test_customers_without_orders_are_not_measured():
    result = score_rfm(TEN, customers=["z", "a", " b ", None])
    assert result.customers.index.tolist() == ["a", "b", "c", "d", "e", "z"]
    row = result.customers.loc["z"]
    assert row.isna().all() and row["cell"] is None and row["rfm_class"] is None
    assert (result.n, result.n_without_order) == (5, 1)
    assert SAY(result.warnings[-1]) == "Customers without an order: 1, not measured."
    pd.testing.assert_frame_equal(result.customers.drop("z"), score_rfm(TEN).customers)


def test_values_not_known_are_not_zero():
    """b's sum would be 200 too low: it is not measured, and the others are ranked among themselves."""
    orders = TEN.assign(value=TEN["value"].mask(TEN.index == 4).astype(object).where(TEN.index != 10, np.inf))
    result = score_rfm(orders)
    table = result.customers
    assert np.isnan(table.loc["b", "monetary"]) and table.loc["b", "cell"] is None
    assert table.loc["b", "rfm_class"] == "champion"  # by recency and frequency
    assert table["monetary_score"].dropna().to_dict() == {"a": 1, "c": 3, "d": 5}  # fifths of 1/6, 1/2, 5/6
    assert result.missing_shares == pytest.approx({"customer_id": 0, "order_ts": 0, "value": 2 / 11})
    assert SAY(result.warnings[-1]) == (
        "Customers with an order of unknown value: 2; their monetary value is not measured, and recency and frequency "
        "alone give the class.")
    without = score_rfm(TEN.drop(columns="value"))
    assert without.customers["monetary"].isna().all() and without.missing_shares["value"] == 1
    assert without.customers["recency_score"].tolist() == [5, 4, 3, 2, 1]


def test_rows_without_customer_or_date_and_later_ones_are_counted():
    odd = pd.DataFrame([(None, "2024-06-01", 1.0), (" ", "2024-06-01", 1.0), ("a", None, 1.0), ("a", "soon", 1.0),
                        ("a", "31/12/2024", 1.0), ("a", "2024-07-01", 1.0), ("q", "2024-07-01 00:00", 1.0)],
                       columns=TEN.columns)
    result = score_rfm(pd.concat([TEN, odd]), on="2024-06-30")
    assert (result.n, result.n_orders, result.n_missing, result.n_later) == (5, 11, 5, 2)
    assert result.missing_shares == pytest.approx({"customer_id": 2 / 18, "order_ts": 3 / 18, "value": 0})
    assert [SAY(one) for one in result.warnings[1:]] == [
        "5 of 18 orders have no customer or no date and are left out.",
        "Orders after Jun 30, 2024 are left out: 2."]
    pd.testing.assert_frame_equal(result.customers, score_rfm(TEN).customers)


@pytest.mark.parametrize("kind", [
    lambda days: days.map(pd.Timestamp), lambda days: days.map(lambda day: pd.Timestamp(day).date()),
    lambda days: days + "T23:59:59", lambda days: days + "T23:59:59+05:00", lambda days: " " + days + " 08:15",
    lambda days: days.map(lambda day: pd.Timestamp(day + "T23:30", tz="America/Havana")),
    lambda days: pd.to_datetime(days).dt.tz_localize("Asia/Tokyo"),
    lambda days: pd.Series([pd.Timestamp(days[0]), *days[1:]], dtype=object)])
def test_dates_of_any_kind_count_by_their_own_day(kind):
    result = score_rfm(TEN.assign(order_ts=kind(TEN["order_ts"])), on=pd.Timestamp("2024-06-30 10:00"))
    pd.testing.assert_frame_equal(result.customers, score_rfm(TEN).customers)


def test_ids_of_any_kind():
    """Codes that look numeric, texts of them, emoji and HTML: 3, 3.0 and "3" are one customer."""
    ids = [3, 3.0, "3", 3, "<b>x</b>", "<b>x</b>", "<b>x</b>", "🙂", "é", "é", "{n}"]
    result = score_rfm(TEN.assign(customer_id=ids))
    assert result.customers["frequency"].to_dict() == {"3": 4, "<b>x</b>": 3, "{n}": 1, "é": 2, "🙂": 1}


def test_one_customer_and_constant_columns_are_rated_in_the_middle():
    one = score_rfm(TEN[:1])
    assert one.customers["cell"].tolist() == ["3-3-3"] and one.counts["regular"] == 1
    assert len(one.warnings) == 3 and SAY(one.warnings[0]) == \
        "recency: of 5 scores only 1 occur (customers: 1, equal values share a score)."
    same = pd.DataFrame({"customer_id": range(500), "order_ts": "2024-01-01", "value": -4.0})
    assert set(score_rfm(same).customers["cell"]) == {"3-3-3"}


def test_every_cell_of_five_bands_has_the_class_of_the_rules():
    """At 5 bands 1 and 2 are low, 3 middle, 4 and 5 high: the rules written out as a table of recency and frequency.
    A full design of 5 × 5 customers has exactly five at each score."""
    rows = [(f"{r}{f}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=r if k == 0 else 0), float(r + f))
            for r in range(1, 6) for f in range(1, 6) for k in range(f)]
    table = score_rfm(pd.DataFrame(rows, columns=["customer_id", "order_ts", "value"])).customers
    grid = table["rfm_class"].replace("champion", "loyal")
    expected = {1: "lost lost at_risk at_risk at_risk", 2: "lost lost at_risk at_risk at_risk",
                3: "regular regular regular loyal loyal", 4: "new new regular loyal loyal",
                5: "new new regular loyal loyal"}
    for customer, row in table.iterrows():
        r, f = int(customer[0]), int(customer[1])
        assert (row["recency_score"], row["frequency_score"]) == (r, f)
        assert grid[customer] == expected[r].split()[f - 1]
        assert (row["rfm_class"] == "champion") == (r >= 4 and f >= 4 and row["monetary_score"] >= 4)


def test_rules_can_be_edited():
    rules = {"vip": ("high", "low middle high", "high"), "rest": ("low", "low middle high", "low middle high")}
    result = score_rfm(TEN, rules=rules)
    assert result.customers["rfm_class"].tolist() == [None, "vip", None, "rest", "rest"]
    assert result.counts == {"vip": 1, "rest": 2}
    assert SAY(result.warnings[-1]) == "Customers whom no rule fits: 2; they have no class."
    assert list(RULES)[-1] == "regular"


@pytest.mark.parametrize("orders, options, message", [
    (TEN.drop(columns=["order_ts", "customer_id"]), {},
     "Orders need the columns customer_id, order_ts, which are not there."),
    (pd.concat([TEN, TEN["value"]], axis=1), {}, "2 columns are called value."),
    (TEN.assign(order_id=["P1"] * 3 + list(range(8))), {}, "The order P1 occurs 3 times; give one row an order."),
    (TEN.assign(order_ts=20240101), {}, "order_ts holds numbers, not dates."),
    (TEN.assign(customer_id=[["a"]] * 11), {}, "customer_id holds lists or other values that are no ids."),
    (TEN[:0], {}, "No order has both a customer and a date."),
    (TEN.assign(order_ts=np.nan), {}, "No order has both a customer and a date."),
    (TEN.assign(customer_id=None), {"on": "2024-01-01"}, "No order has both a customer and a date."),
    (TEN, {"on": "2020-01-01"}, "All 11 orders with a customer and a date are after Jan 1, 2020."),
])
def test_what_cannot_be_scored_is_said(orders, options, message):
    with pytest.raises(NotComputable) as error:
        score_rfm(orders, **options)
    assert str(error.value) == message


@pytest.mark.parametrize("options, message", [
    ({"on": "yesterday"}, "yesterday is no date; write for example 2024-12-31."),
    ({"on": 20241231}, "20241231 is no date; write for example 2024-12-31."),
    ({"n_bands": 1}, "1 bands cannot be scored; write a whole number from 2 to 10."),
    ({"n_bands": 2.5}, "2.5 bands cannot be scored; write a whole number from 2 to 10."),
    ({"rules": {}}, "There is no rule to classify by."),
    ({"rules": {"x": ("high", "high")}},
     "The rule of x is not three texts of the words low, middle, high: ('high', 'high')."),
    ({"rules": {"x": ("high", "much", "low")}},
     "The rule of x is not three texts of the words low, middle, high: ('high', 'much', 'low')."),
    ({"rules": {"x": "low"}}, "The rule of x is not three texts of the words low, middle, high: low."),
    ({"rules": {"x": None}}, "The rule of x is not three texts of the words low, middle, high: None."),
    ({"rules": {" ": ("low", "low", "low")}},
     "The rule of   is not three texts of the words low, middle, high: ('low', 'low', 'low')."),
])
def test_errors_of_parameters(options, message):
    with pytest.raises(ParameterError) as error:
        score_rfm(TEN, **options)
    assert str(error.value) == message
