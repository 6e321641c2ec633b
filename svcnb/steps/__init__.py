"""The steps in their order: runner, navigation, report and contract tests run over ``STEPS``."""

from svcnb.steps import (
    characterisation,
    critical_parameters,
    demand,
    diagnosis,
    goals,
    offer,
    organisation,
    plan,
    segmentation,
    study,
)

STEPS = {
    "study": study,
    "diagnosis": diagnosis,
    "segmentation": segmentation,
    "characterisation": characterisation,
    "demand": demand,
    "goals": goals,
    "organisation": organisation,
    "critical_parameters": critical_parameters,
    "offer": offer,
    "plan": plan,
}
