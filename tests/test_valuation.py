"""Valuation of the service offered, method.md 5.5; checked against scipy and statsmodels."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.valuation import value_components


def long(values: dict, **columns) -> pd.DataFrame:
    """Rows from {component: judgements}; the k-th judgement of each component is respondent k's."""
    frame = pd.DataFrame([(f"R{k}", c, v) for c, row in values.items() for k, v in enumerate(row)],
                         columns=["respondent_id", "component_id", "perceived"])
    return frame.assign(**columns)


def said(result) -> list[str]:
    return [words_in("en").reason(warning) for warning in result.warnings]


FEW = "Means that rest on fewer than 30 judgements and are not tested: {n}."


def test_by_hand():
    """8 9 6 3 10 6: mean 42/6 = 7, sum of squares 32, sd = sqrt(32/5) = 2.5298, t(.975; 5) = 2.5706, so 7 ± 2.6549;
    three of six are 8 or more, one is 3 or less. Wilson of 3/6: (.1876, .8124); of 1/6: (.0301, .5635)."""
    row = value_components(long({"C1": [8, 9, 6, 3, 10, 6]})).components.iloc[0]
    assert (row["n"], row["n_missing"], row["mean"], row["top"]) == (6, 0, 7, 0.5) and row["bottom"] == pytest.approx(1 / 6)
    assert row["sd"] == pytest.approx(np.sqrt(6.4)) and (row["low"], row["high"]) == pytest.approx((4.3451, 9.6549), abs=5e-5)
    assert (row["top_low"], row["top_high"]) == pytest.approx((0.1876, 0.8124), abs=5e-5)
    assert (row["bottom_low"], row["bottom_high"]) == pytest.approx((0.0301, 0.5635), abs=5e-5)
    assert row["shown"] and not row["tested"]


def test_wilson_of_method_md():
    """8 of 10 high: (0.490, 0.943), method.md 0.5."""
    row = value_components(long({"C1": [8] * 8 + [5] * 2})).components.iloc[0]
    assert (row["top_low"], row["top_high"]) == pytest.approx((0.490, 0.943), abs=5e-4)


def test_agrees_with_scipy_and_statsmodels():
    """stats.t.interval with stats.sem; statsmodels' proportion_confint(method="wilson")."""
    from statsmodels.stats.proportion import proportion_confint

    rng = np.random.default_rng(1)
    values = {f"C{k}": rng.integers(0, 11, 5 + 12 * k).clip(2, 9) for k in range(4)}
    table = value_components(long(values)).components.set_index("component_id")
    for component, row in values.items():
        ours, n = table.loc[component], len(row)
        assert (ours["low"], ours["high"]) == pytest.approx(
            stats.t.interval(0.95, n - 1, row.mean(), stats.sem(row)), abs=1e-12)
        for name, hits in (("top", (row >= 8).sum()), ("bottom", (row <= 3).sum())):
            assert ours[name] == hits / n
            assert (ours[f"{name}_low"], ours[f"{name}_high"]) == pytest.approx(
                proportion_confint(hits, n, method="wilson"), abs=1e-12)


def test_an_interval_stays_on_the_scale():
    """9 9 10 10 10: mean 9.6, t(.975; 4) sd/sqrt(5) = 2.7764 x .5477 / 2.2361 = 0.68, so 8.92 to 10 and not 10.28."""
    row = value_components(long({"C1": [9, 9, 10, 10, 10]})).components.iloc[0]
    assert (row["low"], row["high"]) == (pytest.approx(8.92, abs=5e-3), 10)
    row = value_components(long({"C1": [1, 1, 0, 0, 0]})).components.iloc[0]
    assert (row["low"], row["high"]) == (0, pytest.approx(1.08, abs=5e-3))


def test_fewer_than_five_are_not_shown():
    frame = long({"C1": [5, 6, 7, 8], "C2": [5, 6, 7, 8, None], "C3": [5, 6, 7, 8, 9]})
    result = value_components(frame)
    table = result.components.set_index("component_id")
    assert table["shown"].tolist() == [False, False, True] and table["n"].tolist() == [4, 4, 5]
    assert table.loc[["C1", "C2"], "mean":"bottom_high"].isna().all(axis=None)
    assert table.loc["C3", "mean":"bottom_high"].notna().all() and table["n_missing"].tolist() == [1, 1, 0]
    assert (result.n, result.n_missing) == (5, 2)
    assert said(result) == ["Not shown, because fewer than 5 respondents judged them: 2 (C1, C2).", FEW.format(n=1)]


def test_all_alike_have_no_interval():
    result = value_components(long({"C1": [7] * 30}))
    row = result.components.iloc[0]
    assert (row["mean"], row["sd"], row["top"]) == (7, 0, 0) and np.isnan(row["low"]) and np.isnan(row["high"])
    assert said(result) == ["All respondents judge C1 alike: there is no interval of the mean."]


def test_the_limits_belong_to_the_boxes():
    """7.9999999999 counts as 8 (tolerance 1e-9), 7.99 does not; the boxes can be set."""
    values = {"C1": [8 - 1e-10, 7.99, 3 + 1e-10, 3.01, 5]}
    row = value_components(long(values)).components.iloc[0]
    assert (row["top"], row["bottom"]) == (0.2, 0.2)
    row = value_components(long(values), top=7.5, bottom=3.5).components.iloc[0]
    assert (row["top"], row["bottom"]) == (0.4, 0.4)


def three_segments() -> pd.DataFrame:
    """S1 and S2 have 40 answers to C1 and C2, S3 ten; S2 values C1 two points less."""
    rng = np.random.default_rng(2)
    frame = long({"C1": rng.normal(6, 1, 90), "C2": rng.normal(6, 1, 90)})
    k = frame["respondent_id"].str[1:].astype(int)
    frame["segment_id"] = np.select([k < 40, k < 80], ["S1", "S2"], "S3")
    return frame.assign(perceived=frame["perceived"] - 2 * ((frame["segment_id"] == "S2") & (frame["component_id"] == "C1")))


def test_segments_are_compared_where_both_have_thirty():
    """Welch's t of scipy.stats.ttest_ind, Holm of statsmodels' multipletests; S3 is shown, not tested."""
    from statsmodels.stats.multitest import multipletests

    frame = three_segments()
    result = value_components(frame)
    assert result.components[["segment_id", "component_id"]].to_numpy().tolist() == \
        [list(pair) for pair in itertools.product(["S1", "S2", "S3"], ["C1", "C2"])]
    assert result.components["n"].tolist() == [40, 40, 40, 40, 10, 10]
    table = result.differences.set_index("component_id")
    assert table[["first", "second"]].drop_duplicates().to_numpy().tolist() == [["S1", "S2"]]
    p_values = []
    for component in ("C1", "C2"):
        own = frame[frame["component_id"] == component].set_index("segment_id")["perceived"]
        one, other = own["S1"], own["S2"]
        test = stats.ttest_ind(one, other, equal_var=False)
        row = table.loc[component]
        assert row["p_value"] == pytest.approx(test.pvalue) and row["difference"] == pytest.approx(one.mean() - other.mean())
        assert (row["low"], row["high"]) == pytest.approx(tuple(test.confidence_interval()))
        p_values.append(test.pvalue)
    assert table["p_adjusted"].tolist() == pytest.approx(multipletests(p_values, method="holm")[1])
    assert table["significant"].tolist() == [True, False]
    assert result.n_untested == 4  # S3 with S1 and with S2, two components
    assert said(result) == [FEW.format(n=2), "Differences between segments that were not tested: 4."]


def test_twenty_nine_are_not_tested_and_thirty_are():
    for n, tested in ((29, 0), (30, 1)):
        frame = long({"C1": np.arange(2 * n) % 11})
        frame["segment_id"] = np.where(frame.index < n, "S1", "S2")
        assert len(value_components(frame).differences) == tested


def test_who_has_no_segment_is_left_out():
    frame = three_segments()
    frame.loc[frame["respondent_id"].isin(["R1", "R2"]), "segment_id"] = None
    result = value_components(frame)
    assert result.n == 88 and said(result)[0] == "Respondents left out because they belong to no segment: 2."


def test_only_the_supplier_asked_for():
    frame = pd.concat([long({"C1": [8] * 5 + [9]}, supplier="own"), long({"C1": [2] * 5 + [3]}, supplier="K1")])
    frame = frame.reset_index(drop=True)
    frame.loc[0, "supplier"] = None  # by the schema a missing supplier is us
    assert value_components(frame).components["mean"].tolist() == pytest.approx([49 / 6])
    assert value_components(frame, supplier="K1").components["mean"].tolist() == pytest.approx([13 / 6])


def test_order_argument_and_odd_labels():
    frame = three_segments()
    before = frame.copy(deep=True)
    first = value_components(frame).components.set_index(["segment_id", "component_id"])
    pd.testing.assert_frame_equal(frame, before)
    second = value_components(frame.sample(frac=1, random_state=1)).components.set_index(["segment_id", "component_id"])
    pd.testing.assert_frame_equal(first, second.loc[first.index])
    odd = frame.assign(component_id=frame["component_id"].map({"C1": "🙂", "C2": "<b>x</b>"}),
                       segment_id=frame["segment_id"].map({"S1": 1.0, "S2": 2.0, "S3": 3.0}))
    table = value_components(odd).components
    assert table["segment_id"].unique().tolist() == ["1", "2", "3"] and table["component_id"][:2].tolist() == ["🙂", "<b>x</b>"]
    assert table["mean"].tolist() == first["mean"].tolist()


def test_five_hundred_components():
    result = value_components(long({f"C{k}": [1, 5, 6, 8, 9] for k in range(500)}))
    assert len(result.components) == 500 and set(result.components["mean"]) == {5.8}


ANSWERS = "Let the sellers and the complaints say how the service is judged."


@pytest.mark.parametrize("frame, options, error, message, fallback", [
    (long({"C1": [11]}), {}, ParameterError, "perceived = 11 is outside 0 to 10; convert the scale first.", None),
    (long({"C1": [-1]}), {}, ParameterError, "perceived = -1 is outside 0 to 10; convert the scale first.", None),
    (long({"C1": ["good"]}), {}, ParameterError, "perceived = 'good' is not a number.", None),
    (pd.concat([long({"C1": [1]})] * 2), {}, ParameterError, "Respondent R0 answered C1 twice; keep one answer.", None),
    (long({"C1": [1]}).drop(columns="perceived"), {}, ParameterError,
     "The answers have no column perceived; they have respondent_id, component_id.", None),
    ([1, 2], {}, ParameterError, "The answers must be a frame with respondent_id, component_id and perceived.", None),
    (long({"C1": [1]}), {"top": 3, "bottom": 8}, ParameterError,
     "The limits of low and high judgements are 8 and 3; write two numbers from 0 to 10, the lower one first.", None),
    (long({"C1": [1]}), {"alpha": 0}, ParameterError,
     "The level of significance 0 is not between 0 and 1; write for example 0.05.", None),
    (long({"C1": [1]}, supplier="own"), {"supplier": "K9"}, NotComputable, "Nobody judged the service of K9.", ANSWERS),
    (long({"C1": [None, None]}), {}, NotComputable, "No component was judged.", ANSWERS),
    (long({}), {}, NotComputable, "No component was judged.", ANSWERS),
    (long({"C1": [1]}, segment_id=None), {}, NotComputable, "No respondent belongs to a segment.", "Leave the segments out."),
])
def test_what_cannot_be_valued_is_said(frame, options, error, message, fallback):
    with pytest.raises(error) as caught:
        value_components(frame, **options)
    assert str(caught.value) == message and getattr(caught.value, "fallback", None) == fallback
