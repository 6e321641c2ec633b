"""The pages in their order: navigation, report, runner and tests run over ``PAGES``."""

from svcnb.panels import (
    characterisation,
    check,
    critical_parameters,
    demand,
    diagnosis,
    goals,
    mapping,
    offer,
    organisation,
    plan,
    segmentation,
    staffing,
    study,
    window,
)

PAGES = {module.PAGE.name: module.PAGE for module in (
    study, mapping, check, diagnosis, segmentation, characterisation, demand, window, goals, organisation, staffing,
    critical_parameters, offer, plan)}
