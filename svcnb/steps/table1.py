"""The seventeen definitions of Table 1 (S2:L242-274), filled where a table or a step knows the answer.

Part of step 5. A text is kept as a template with values, so that it reads in every language; what a
person writes stands as written.
"""

from __future__ import annotations

import json

import pandas as pd

from svcnb.i18n import N_, words_in

STATUSES = ("empty", "draft", "agreed")
COLUMNS = ["definition_id", "question", "definition", "text", "status", "source", "evidence", "template", "values"]
QUESTIONS = (
    N_("Are we prepared?"), N_("For whom?"), N_("What?"), N_("How?"), N_("Who?"), N_("How much?"), N_("When?"),
    N_("With what?"), N_("Where?"), N_("Why?"))
DEFINITIONS = (  # id, definition, the table or step it comes from
    ("1.1", N_("culture of the organisation"), "marketing_stage"),
    ("1.2", N_("training needs"), "staff_skills"),
    ("2.1", N_("characterisation of the groups"), "characterisation"),
    ("2.2", N_("how each group is attended"), "positions"),
    ("2.3", N_("system to inform and guide the customer"), "information_maturity"),
    ("3.1", N_("content of the service"), "services"),
    ("3.2", N_("characteristics of the service"), "positions"),
    ("4.1", N_("procedures to ask for the service"), "positions"),
    ("4.2", N_("procedures to give the service"), "process_steps"),
    ("5.1", N_("staff: number, functions, qualities, qualification"), "staffing"),
    ("6.1", N_("structure of the organisation"), "form"),
    ("6.2", N_("magnitude of the relevant parameters"), "critical_parameters"),
    ("7.1", N_("duration of the response and execution cycles"), "goals"),
    ("8.1", N_("means to be used"), "means"),
    ("9.1", N_("place, location and layout"), "centralisation"),
    ("10.1", N_("only tasks that add value"), "process_steps"),
    ("10.2", N_("objectives and goals"), "goals"),
)
CYCLES = ("M1", "M9", "M13")


def fill(study, answers: dict[str, tuple], chosen: dict) -> pd.DataFrame:
    """Table 1 with every definition: chosen by people, else filled from ``answers``, else empty.

    Parameters
    ----------
    answers : dict
        definition_id -> (template, values, evidence); values are numbers, texts, or lists of
        [name, text] pairs whose texts are translated.
    chosen : dict
        definition_id -> {"text", "status"} of the decision in force.
    """
    brought = {str(row["definition_id"]): row for row in study.table("table1").to_dict("records")}
    language = words_in(getattr(study.settings, "language", "en"))
    rows = []
    for definition_id, definition, source in DEFINITIONS:
        template, values, evidence = answers.get(definition_id, ("", {}, ""))
        text, status = render(template, values, language), "draft" if template else "empty"
        for written in (brought.get(definition_id, {}), chosen.get(definition_id, {})):
            own = written.get("text")
            if isinstance(own, str) and own.strip() and own != text:
                text, template, values, source = own, "", {}, "written"
                evidence, status = "expert", "draft"
            if written.get("status") in STATUSES:
                status = written["status"]
        rows.append((definition_id, QUESTIONS[int(definition_id.split(".")[0]) - 1], definition, text, status, source,
                     evidence, template, json.dumps(values, ensure_ascii=False)))
    return pd.DataFrame(rows, columns=COLUMNS)


def render(template: str, values: dict, words) -> str:
    """A filled text in the reader's language; pairs become ``name: text; name: text``."""
    if not template:
        return ""
    shown = {}
    for name, value in values.items():
        if isinstance(value, list):
            value = "; ".join(f"{a}: {words(str(b))}" if b else words(str(a)) for a, b in value)
        shown[name] = value
    return words(template, **shown)


def answers_of(study, decisions, groups: dict[str, str], positions, staffed, organisation: dict) -> dict[str, tuple]:
    """What the tables and the steps already say, definition by definition."""
    found = {}
    if groups:
        found["2.1"] = (N_("{n} groups: {groups}."), {"n": len(groups), "groups": ", ".join(groups.values())}, "data")
    for definition_id, column, template in (
            ("2.2", "contact", N_("Contact of each group. {groups}.")),
            ("3.2", "package", N_("Package of each group. {groups}.")),
            ("4.1", "contact", N_("Each group asks through its contact. {groups}."))):
        if len(positions):
            pairs = [[name, text] for name, text in zip(positions["name"], positions[column], strict=True)]
            found[definition_id] = (template, {"groups": pairs}, str(positions["evidence"].iloc[-1]))
    found |= _prepared(study, organisation) | _process(study) | _means(study, positions)
    if staffed.servers:
        skills = sorted(set(positions["skill"])) if len(positions) else []
        found["5.1"] = (N_("{servers} servers in the peak. Basic skill: {skills}."),
                        {"servers": staffed.servers, "skills": [[s, ""] for s in skills]}, staffed.evidence)
    if organisation.get("form_name"):
        found["6.1"] = (N_("Organised {form}; {degree}."), {
            "form": [[organisation["form_name"], ""]], "degree": [[organisation["degree_name"], ""]]},
            organisation["evidence"])
        found["9.1"] = (N_("The organisation is {degree} (index {index:2} of 0 to 1)."), {
            "degree": [[organisation["degree_name"], ""]], "index": organisation["index"]}, organisation["evidence"])
    return found | _goals(decisions.get("goals", {}).get("goals") or {}, staffed)


def _prepared(study, organisation) -> dict:
    found = {}
    stage = organisation.get("stage")
    if stage is not None:
        found["1.1"] = (N_("Marketing function at stage {stage} of 5, {name}; stage {required} is needed."), {
            "stage": stage.stage, "name": [[stage.name, ""]], "required": stage.required or stage.stage}, "expert")
    skills, needed = study.table("staff_skills"), study.table("requirements")
    if len(skills) and len(needed):
        wanted = needed.set_index("requirement_id")
        required = skills["requirement_id"].map(wanted["level"].astype(float))
        missing = (required - skills["level"].astype(float)).clip(lower=0).fillna(0.0)
        short = sorted({str(wanted["skill"].get(r, r)) for r in skills.loc[missing > 0, "requirement_id"]})
        template = N_(
            "The {people} people lack {levels:0} levels of skill in all: {skills}.") if short else N_(
            "All {people} people reach the levels of skill required.")
        found["1.2"] = (template, {"levels": float(missing.sum()), "people": int(skills["staff_id"].nunique()),
                                   "skills": ", ".join(short)}, "expert")
    maturity = pd.to_numeric(study.table("information_maturity").get("level"), errors="coerce")
    if maturity is not None and maturity.notna().any():
        found["2.3"] = (N_("Information system at level {level:0} of 5."), {"level": float(maturity.dropna().iloc[-1])},
                        "expert")
    return found


def _process(study) -> dict:
    steps, found = study.table("process_steps"), {}
    if len(steps):
        minutes = pd.to_numeric(steps["minutes"], errors="coerce").sum()
        found["4.2"] = (N_("{n} steps in {departments} departments, {minutes:0} minutes of work."), {
            "n": len(steps), "departments": int(steps["department"].nunique()), "minutes": float(minutes)}, "data")
        idle = steps[steps["value_class"] == "none"]
        template = N_("{n} of {total} tasks add no value: {tasks}. Remove or justify them.") if len(idle) else N_(
            "None of the {total} tasks is without value.")
        found["10.1"] = (template, {"n": len(idle), "total": len(steps), "tasks": ", ".join(
            idle["name"].fillna(idle["step_id"]).astype(str))}, "expert")
    services = study.table("services")
    if len(services):
        names = services["name"].where(services["name"].notna(), services["service_id"])
        found["3.1"] = (N_("Services: {services}."), {"services": ", ".join(names.astype(str))}, "data")
    return found


def _means(study, positions) -> dict:
    means = study.table("means")
    technology = [[t, ""] for t in sorted(set(positions["technology"]))] if len(positions) else []
    if len(means):
        listed = ", ".join(f"{row['kind']} {row['quantity']:g}" if row["quantity"] == row["quantity"] else str(row["kind"])
                           for row in means.to_dict("records"))
        return {"8.1": (N_("Means: {means}. Technology: {technology}."), {"means": listed, "technology": technology},
                        "data")}
    return {"8.1": (N_("Technology: {technology}."), {"technology": technology}, "expert")} if technology else {}


def _goals(goals: dict, staffed) -> dict:
    found = {}
    cycles = [f"{key.replace(':', ' ')} {goal.get('operator', '<=')} {goal['value']:g}" for key, goal in goals.items()
              if key.split(":")[-1] in CYCLES and isinstance(goal.get("value"), (int, float))]
    wait = staffed.quantities.get("goal_wait")
    if cycles or wait is not None:
        parts = [[c, ""] for c in cycles]
        if wait is None:
            found["7.1"] = (N_("Cycles: {cycles}."), {"cycles": parts}, "expert")
        else:
            template = N_("Cycles: {cycles}. Wait at most {wait:0} minutes.") if cycles else N_(
                "Wait at most {wait:0} minutes.")
            found["7.1"] = (template, {"cycles": parts, "wait": wait.value}, "expert")
    if goals:
        found["10.2"] = (N_("{n} goals for {groups} groups are set in step 4."), {
            "n": len(goals), "groups": len({key.split(":")[0] for key in goals})}, "data")
    return found
