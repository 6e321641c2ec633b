"""The steps in their order: runner, navigation, report and contract tests run over ``STEPS``."""

from svcnb.steps import (
    characterisation,
    clusters,
    comparison,
    critical_parameters,
    demand,
    diagnosis,
    discriminant,
    factors,
    goals,
    offer,
    organisation,
    plan,
    relations,
    segmentation,
    study,
)

STEPS = {
    "study": study,
    "diagnosis": diagnosis,
    "clusters": clusters,
    "comparison": comparison,
    "factors": factors,
    "segmentation": segmentation,
    "characterisation": characterisation,
    "discriminant": discriminant,
    "relations": relations,
    "demand": demand,
    "goals": goals,
    "organisation": organisation,
    "critical_parameters": critical_parameters,
    "offer": offer,
    "plan": plan,
}
