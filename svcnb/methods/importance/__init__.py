"""How much each service component matters: by 100 points, pairs, profiles, or derived from the satisfaction."""

from svcnb.methods.importance.derived import DerivedImportance, derive_importance
from svcnb.methods.importance.pairs import PairedComparisons, bradley_terry
from svcnb.methods.importance.points import (
    RESCALABLE,
    VALID,
    ConstantSum,
    as_numbers,
    check_sums,
    constant_sum,
    resampled_means,
    respondent_values,
    widen,
)
from svcnb.methods.importance.profiles import ProfileAnalysis, analyse_profiles

__all__ = [
    "RESCALABLE", "VALID", "ConstantSum", "DerivedImportance", "PairedComparisons", "ProfileAnalysis",
    "analyse_profiles", "as_numbers", "bradley_terry", "check_sums", "constant_sum", "derive_importance",
    "resampled_means", "respondent_values", "widen",
]
