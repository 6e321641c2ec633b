"""svcnb: the decision workbook for customer-service design in seven steps.

>>> import svcnb
>>> sorted(svcnb.__all__)
['__version__', 'evaluate', 'load_study']
"""

__version__ = "0.1.0"
__all__ = ["__version__", "evaluate", "load_study"]


def load_study(name):
    """A study by its name or folder; see ``svcnb.study.load_study``."""
    from svcnb.study import load_study

    return load_study(name)


def evaluate(study, journal, step, scenario="base"):
    """The stored result of a step; see ``svcnb.results.evaluate``."""
    from svcnb.results import evaluate

    return evaluate(study, journal, step, scenario)
