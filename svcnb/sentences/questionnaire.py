"""The reading of page 03f: may the questionnaire go out, and what stands against it."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.sentences.codes import read_code


def read_questionnaire(result, tables, words) -> str:
    """Number, comparison and caution in two or three sentences.

    Parameters
    ----------
    result : StepResult of questionnaire
    tables : questions, findings, rules
    """
    questions, findings, rules = (tables.get(name) for name in ("questions", "findings", "rules"))
    if questions is None or not len(questions):
        return words(N_("There is no question yet: choose the proposed questionnaire, or write your own."))
    n, fine = len(questions), int((questions["severity"] == "fine").sum())
    errors, warnings = (int((findings["severity"] == one).sum()) for one in ("error", "warning"))
    kept = int((rules["severity"] == "fine").sum())
    values = {"n": n, "fine": fine, "errors": errors, "warnings": warnings, "kept": kept, "rules": len(rules)}
    if not errors and not warnings:
        lead = words(N_("The {n} questions keep all {rules} rules: the questionnaire can go out."), **values)
    elif not errors:
        lead = words(N_("The {n} questions may go out; remarks to look at again: {warnings}."), **values)
    else:
        lead = words(N_("The {n} questions cannot go out yet: faults to mend {errors}, remarks to look at again {warnings}."), **values)
    first = _first(findings, words)
    return " ".join(filter(None, (lead, words(N_("{fine} of {n} questions and {kept} of {rules} rules are in order."), **values)
                                  if errors or warnings else "", first)))


def _first(findings, words) -> str:
    """The finding that comes first, with its repair."""
    order = findings.assign(_order=(findings["severity"] != "error").astype(int)).sort_values("_order", kind="stable")
    if not len(order):
        return ""
    row = order.iloc[0]
    rule = read_code(row["rule"], words, "rule")
    if row["no"] != row["no"]:
        return words(N_("First: {rule}. {repair:word}"), rule=rule, repair=row["repair"])
    return words(N_("First, question {no:0}: {rule}. {repair:word}"), no=row["no"], rule=rule, repair=row["repair"])
