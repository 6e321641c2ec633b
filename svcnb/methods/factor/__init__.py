"""Factor analysis: from many items about customers to a few factors, and each customer's scores on them."""

from svcnb.methods.factor.adequacy import (
    Bartlett,
    ParallelAnalysis,
    assess_sphericity,
    measure_adequacy,
    simulate_eigenvalues,
)
from svcnb.methods.factor.analysis import FactorAnalysis, analyse_correlations, analyse_factors
from svcnb.methods.factor.extraction import METHODS, ROTATIONS

__all__ = [
    "METHODS", "ROTATIONS", "Bartlett", "FactorAnalysis", "ParallelAnalysis", "analyse_correlations",
    "analyse_factors", "assess_sphericity", "measure_adequacy", "simulate_eigenvalues",
]
