"""Sample sizes and their allocation, method.md 5.3 (T28, T29)."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.sampling import allocate, draw_sample, sample_size, stratified_mean

SIZES = {"S1": 600, "S2": 400, "S3": 200}


def test_t28_size():
    """n0 = 1.96² x .25/.05² = 384.16; 384.16/(1 + 383.16/1200) = 291.18 -> 292."""
    size = sample_size(1200)
    assert (size.n0, size.corrected, size.n) == pytest.approx((384.16, 291.1847, 292), rel=1e-5)


@pytest.mark.parametrize("options, expected", [
    ({"n": 292}, [146, 97, 49]),
    ({"n": 292, "method": "neyman", "sd": {"S1": 0.8, "S2": 1.2, "S3": 2.0}}, [103, 103, 86]),
    ({"method": "per_stratum", "error": 0.10}, [83, 78, 66])])
def test_t28_allocation(options, expected):
    assert allocate(SIZES, **options).table["n"].tolist() == expected


def test_neyman_before_rounding():
    """292 x 480/1360 = 103.06 (twice), 292 x 400/1360 = 85.88."""
    exact = allocate(SIZES, 292, method="neyman", sd=[0.8, 1.2, 2.0]).table["exact"]
    assert exact.tolist() == pytest.approx([103.0588, 103.0588, 85.8824], rel=1e-5)


def test_t29():
    result = stratified_mean([7.2, 6.4, 5.9], [0.8, 1.2, 2.0], [146, 97, 49], [600, 400, 200])
    assert (result.mean, result.standard_error) == pytest.approx((6.71667, 0.06157), abs=5e-5 / 5)


def test_size_agrees_with_statsmodels():
    """Independent: statsmodels.stats.proportion.samplesize_confint_proportion for an infinite population."""
    from statsmodels.stats.proportion import samplesize_confint_proportion

    assert sample_size(error=0.03, p=0.3).n0 == pytest.approx(samplesize_confint_proportion(0.3, 0.03), rel=1e-4)


def test_a_mean_a_census_and_nobody():
    """(1.96 x 2/0.5)² = 61.4656; with 10 customers everybody; with none, none."""
    assert sample_size(error=0.5, sd=2).n0 == pytest.approx(61.4656)
    assert sample_size(10, error=0.001).n == 10
    assert sample_size(0).n == 0 and sample_size(1).n == 1


def test_floor_cap_and_redistribution():
    """40 of 1000/6/3: floor 5 (3 for the last, which has 3), the rest to the first."""
    found = allocate([1000, 6, 3], 40)
    assert found.table["n"].tolist() == [32, 5, 3]
    capped = allocate([10, 100, 100], 150, method="neyman", sd=[50, 1, 1])
    assert capped.table["n"].tolist() == [10, 70, 70]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=6), st.integers(0, 900))
def test_sums_and_bounds(sizes, n):
    if sum(sizes) == 0:
        with pytest.raises(NotComputable) as error:
            allocate(sizes, n)
        assert str(error.value) == "There is no customer to ask: every stratum is empty."
        return
    table = allocate(sizes, n).table
    low = np.minimum(5, sizes)
    assert table["n"].sum() == np.clip(n, low.sum(), sum(sizes))
    assert ((table["n"] >= low) & (table["n"] <= sizes)).all()


def test_invitations_are_rounded_up_and_never_more_than_there_are():
    """49/0.6 = 81.67 -> 82; 9 of 10 at 0.5 would be 18, there are 10."""
    assert allocate(SIZES, 292, response_rate=0.6).table["invitations"].tolist()[2] == 82
    small = allocate([10], 9, response_rate=0.5)
    assert small.table["invitations"].tolist() == [10]
    assert words_in("en").reason(small.warnings[0]) == \
        "Too few customers to reach the sample at this response rate: 1. Invite all of them."


def test_the_draw_is_seeded_and_without_repetition():
    ids = {"S1": [f"K{i}" for i in range(50)], "S2": ["a"]}
    one, two = (draw_sample(ids, {"S1": 20, "S2": 5}, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert one["customer_id"].is_unique and one["stratum"].value_counts().to_dict() == {"S1": 20, "S2": 1}


@pytest.mark.parametrize("call, message", [
    (lambda: sample_size(100, error=0), "The error must be above 0; it is 0."),
    (lambda: sample_size(100, p=2), "An expected share lies between 0 and 1; it is 2."),
    (lambda: sample_size(-1), "A population is not negative; it is -1."),
    (lambda: sample_size(confidence=95), "A confidence lies between 0 and 1; it is 95."),
    (lambda: allocate([1], 1, method="best"), "There is no allocation best; there are proportional, neyman, per_stratum."),
    (lambda: allocate([1], 1, method="neyman"), "Neyman's allocation needs the standard deviation of each stratum."),
    (lambda: allocate([1, None], 1), "Sizes and standard deviations of strata must be numbers that are not negative."),
    (lambda: allocate([9], 5, response_rate=0), "A response rate lies above 0 and up to 1; it is 0."),
])
def test_what_is_refused(call, message):
    with pytest.raises(ParameterError) as error:
        call()
    assert str(error.value) == message
