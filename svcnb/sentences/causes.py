"""Why two methods of segmentation differ, a sentence a cause (codes of ``svcnb.methods.comparison``)."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.steps.candidates import variable_name

METHODS = {"contingency": N_("χ² alone"), "belson": N_("Belson"), "aid": N_("AID"), "chaid": N_("CHAID"),
           "clusters": N_("Clusters")}
CAUSES = {
    "table_p": N_("{first} puts {variable:word} before {other:word} because chance explains it less (p = {value} against "
                  "{other_value}); it looks at all its {n} categories at once."),
    "power": N_("{first} puts {variable:word} before {other:word} because its better half holds more customers beyond the overall "
                "share (D = {value:1} against {other_value:1})."),
    "squares": N_("{first} puts {variable:word} before {other:word} because its best cut takes away more of the squares ({value:%} "
                  "against {other_value:%})."),
    "adjusted_p": N_("{first} puts {variable:word} before {other:word} because its p is smaller after correction for the ways "
                     "to join categories ({value} against {other_value})."),
    "tie": N_("For {first} {variable:word} and {other:word} are almost equal ({value:%}): a few other customers would turn "
              "the order round."),
    "joined": N_("{first} joins the {n} categories of {variable:word}, the first of {second}, to {other_n}: the others do not "
                 "differ by more than chance."),
    "correction": N_("For {first} {variable:word} alone would win (p = {value}), but its categories can be joined in {n} ways, "
                     "and p times that is more than that of {other:word}."),
    "halves": N_("{second} sees {variable:word} in {n} groups, which explain {value:%}; {first} cuts it in two halves, which "
                 "explain {other_value:%}."),
    "blanks": N_("{value:%} of the customers have no {variable:word}: Belson and the contingency table leave them out, AID and "
                 "CHAID take the blank as a category."),
    "branches": N_("{first} and {second} both begin with {variable:word}, in {n} and {other_n} branches."),
    "blind": N_("Clusters do not look at the criterion: they explain {value:%} of it, {second} explains {other_value:%}."),
    "one": N_("{first} divides nobody: no characteristic meets its rules among {n} customers.")}
CHANCES = ("table_p", "adjusted_p", "correction")  # causes whose values are p


def read_cause(cause: dict, words) -> str:
    """One cause in a sentence.

    Examples
    --------
    >>> from svcnb.i18n import words_in
    >>> read_cause({"code": "one", "first": "belson", "second": None, "variable": None, "other": None, "n": 120},
    ...            words_in("en"))
    'Belson divides nobody: no characteristic meets its rules among 120 customers.'
    """
    values = {name: value for name, value in cause.items() if name != "code"}
    values |= {name: words(METHODS.get(cause.get(name), str(cause.get(name)))) for name in ("first", "second")}
    values |= {name: variable_name(str(cause.get(name))) for name in ("variable", "other")}
    code = cause["code"]
    if code in CHANCES:
        values |= {name: _chance(cause.get(name), words) for name in ("value", "other_value")}
    return words(CAUSES[code], **values)


def _chance(value, words) -> str:
    if value is None or value != value:
        return words(N_("not measured"))
    return f"< {words.number(0.001, 3)}" if value < 0.001 else words.number(value, 3)
