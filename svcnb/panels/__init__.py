"""The pages in their order: navigation, report, runner and tests run over ``PAGES``."""

from svcnb.panels import (
    apriori,
    belson,
    cards,
    characterisation,
    check,
    clusters,
    critical_parameters,
    demand,
    diagnosis,
    discriminant,
    factors,
    gaps,
    goals,
    laboriousness,
    mapping,
    methods,
    offer,
    optimum,
    organisation,
    plan,
    questionnaire,
    relations,
    sample,
    segmentation,
    splitting,
    staffing,
    study,
    tree,
    variables,
    window,
)

PAGES = {module.PAGE.name: module.PAGE for module in (
    study, mapping, check, diagnosis, gaps, segmentation, variables, belson, tree, methods, factors, apriori, cards,
    characterisation, clusters, discriminant, laboriousness, relations, splitting, demand, sample, questionnaire, window,
    goals, optimum, organisation, staffing, critical_parameters, offer, plan)}


def reasons_of(page, result) -> list:
    """The warnings of a step that stand on this page: those whose topic it claims, and on the step's first page those
    that no page claims, so that each stands once and none is lost."""
    pages = [one for one in PAGES.values() if one.step == page.step]
    claimed = {topic for one in pages for topic in one.topics}
    return [reason for reason in result.reasons
            if reason.topic in page.topics or (page.name == pages[0].name and reason.topic not in claimed)]


def labels_of(results, words) -> dict:
    """What the forms call each decision, by step and key."""
    return {(page.step, field.key): field.label for page in PAGES.values()
            for field in page.fields(results[page.step], words)}
