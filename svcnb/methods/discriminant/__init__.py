"""Discriminant analysis: do groups differ, by what, and where does a new customer belong (method.md 4.3).

``fit_discriminant`` gives the whole analysis; its result assigns new customers with ``assign``.
"""

from svcnb.methods.discriminant.analysis import PRIORS, fit_discriminant
from svcnb.methods.discriminant.result import Discriminant, TwoGroups
from svcnb.methods.discriminant.rule import Rule, find_areas
from svcnb.methods.discriminant.significance import Significance

__all__ = ["PRIORS", "Discriminant", "Rule", "Significance", "TwoGroups", "find_areas", "fit_discriminant"]
