"""Step 5, design the organisation that gives the service: matrices, form, staff, ten questions (method 7).

"La cantidad de trabajadores está en función de los tiempos de espera de los clientes" (S2:L313). Ratings
are experts'; a factor that nobody rated counts as 3 and is marked as assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, about, reason
from svcnb.i18n import N_
from svcnb.methods import matrices, organisation
from svcnb.methods.matrices.package import MARKETING, PACKAGES
from svcnb.methods.matrices.service import CONTACTS, TYPES
from svcnb.methods.queueing import MODELS, RULES
from svcnb.steps.staffing import staff_lines
from svcnb.steps.step import EVIDENCE, Proposal, Quantity, overlay
from svcnb.steps.table1 import DEFINITIONS, STATUSES, answers_of, fill
from svcnb.steps.volume import groups_in_force

TITLE = N_("Organisation")
QUESTION = N_("How must we be organised to give this service?")
ENDS_IN = N_("Package, contact and skill of each group, the form of organisation and the number of servers.")
TABLES = ("service_factors", "centralisation", "org_form", "marketing_stage", "process_steps", "table1", "services",
          "means", "staff_skills", "requirements", "candidates", "information_maturity", "queue_observations",
          "interval_counts", "queue_params")
AFTER = ("segmentation", "characterisation", "goals")

POSITIONS = ["group_id", "name", "interaction", "labour", "complexity", "singularity", "service_type", "service_code",
             "service_candidates", "marketing", "marketing_code", "package", "fit", "contact", "contact_code",
             "contact_number", "degree", "kappa", "fits_package", "skill", "focus", "technology", "borderline",
             "stage_gap", "evidence", "chosen"]
NAMES = ({code: name for code, name in TYPES.values()} | {code: name for code, name in PACKAGES}
         | {code: name for code, name, _ in MARKETING.values()} | {row[0]: row[1] for row in CONTACTS}
         | organisation.FORMS)
CODES = {"service_type": [c for c, _ in TYPES.values()], "package": [c for c, _ in PACKAGES],
         "marketing": [c for c, _, _ in MARKETING.values()], "contact": [row[0] for row in CONTACTS]}
DEFAULT = 3.0  # a factor that nobody rated stands in the middle


@dataclass(frozen=True)
class Parameters:
    """``rule`` of staffing (probability, mean_wait, cost), ``model`` (auto or a sign of queueing); the goal of the
    waiting line where queue_params has none; ``band`` of doubt about rates that were only asked."""

    rule: str = "probability"
    model: str = "auto"
    goal_wait_minutes: float = 10.0
    goal_probability: float = 0.90
    max_mean_wait_minutes: float = 5.0
    rho_max: float = 0.90
    shrinkage: float = 0.0
    interval_minutes: int = 60
    band: float = 0.25

    def __post_init__(self):
        for name, allowed in (("rule", tuple(RULES)), ("model", ("auto", *MODELS))):
            if getattr(self, name) not in allowed:
                raise ParameterError(N_("{name} = {value} is not known; write one of {allowed}."), name=name,
                                     value=str(getattr(self, name)), allowed=", ".join(allowed))
        for name, low, high in (("goal_wait_minutes", 0, 10_000), ("goal_probability", 0.01, 0.999),
                                ("max_mean_wait_minutes", 0.001, 10_000), ("rho_max", 0.1, 1), ("shrinkage", 0, 0.9),
                                ("interval_minutes", 5, 1440), ("band", 0, 0.9)):
            if not low <= getattr(self, name) <= high:
                raise ParameterError(N_("{name} = {value} is not between {low} and {high}."), name=name,
                                     value=getattr(self, name), low=low, high=high)
        if 1440 % self.interval_minutes:
            raise ParameterError(N_("The interval of {minutes} minutes does not divide the day."),
                                 minutes=self.interval_minutes)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Positions of the groups, form of organisation, staff and what Table 1 already says."""
    chosen = {key: value for key, value in (decisions.get("organisation") or {}).items() if _usable(key, value)}
    reasons, missing = [], []
    groups = _groups(study, decisions)
    positions = _positions(study, groups, chosen.get("groups") or {}, reasons, missing)
    form, central, form_table, organised = _form(study, decisions, chosen, reasons, missing)
    staffed = staff_lines(study, parameters, chosen.get("servers"))
    organised["stage"] = _stage(study, positions, missing)
    answers = answers_of(study, decisions, groups, positions, staffed, organised)
    table1 = fill(study, answers, chosen.get("table1") or {})
    if not study.has("process_steps"):
        missing.append("process_steps")
    decision = {
        "groups": {row.group_id: {"service_type": row.service_code, "package": row.package, "contact": row.contact_code,
                                  "skill": row.skill, "focus": row.focus, "technology": row.technology,
                                  "marketing": row.marketing_code} for row in positions.itertuples()},
        "form": form,
        "table1": {row.definition_id: {"text": row.text, "status": row.status} for row in table1.itertuples()},
    }
    if staffed.servers:
        decision["servers"] = int(staffed.servers)
    agreed = int((table1["status"] == "agreed").sum())
    quantities = dict(staffed.quantities) | {
        "table1_agreed": Quantity(agreed / len(table1), "share", len(table1), evidence="expert"),
        "table1_filled": Quantity(float((table1["status"] != "empty").mean()), "share", len(table1), evidence="expert"),
        "decentralisation": Quantity(organised["index"], "index", len(central), evidence=organised["evidence"]),
    }
    if organised["stage"] is not None:
        quantities["marketing_stage"] = Quantity(organised["stage"].stage, "count", evidence="expert")
    used = [*positions["evidence"], organised["evidence"], *([staffed.evidence] if staffed.servers else [])]
    tables = {"positions": positions, "centralisation": central, "form": form_table, "table1": table1,
              "candidates": _candidates(study)} | staffed.tables
    return Proposal(quantities, tables, decision, tuple(reasons + about("staffing", staffed.reasons)),
                    tuple(dict.fromkeys([*missing, *staffed.missing])), max(used, key=EVIDENCE.index))


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The decision in force: groups and definitions are chosen one by one, the rest as a whole."""
    for key in chosen:
        if key not in ("groups", "servers", "form", "table1"):
            raise ParameterError(N_("Step 5 has no decision {key}; it has groups, servers, form and table1."), key=str(key))
    servers = chosen.get("servers", 1)
    if isinstance(servers, bool) or not isinstance(servers, int) or not 1 <= servers <= 20_000:
        raise ParameterError(N_("servers must be a whole number from 1 to {high}, not {value}."), high=20_000,
                             value=str(servers))
    if chosen.get("form", "mixed") not in organisation.FORMS:
        raise ParameterError(N_("There is no form of organisation {value}; write one of {allowed}."),
                             value=str(chosen["form"]), allowed=", ".join(organisation.FORMS))
    decision = overlay(proposal.decision, {k: v for k, v in chosen.items() if k in ("servers", "form")})
    decision["groups"] = _merged(proposal.decision.get("groups", {}), chosen.get("groups", {}), "groups")
    for group in decision["groups"].values():
        for key, allowed in CODES.items():
            if key in group and group[key] not in allowed:
                raise ParameterError(N_("{name} = {value} is not known; write one of {allowed}."), name=key,
                                     value=str(group[key]), allowed=", ".join(allowed))
    known = [row[0] for row in DEFINITIONS]
    decision["table1"] = _merged(proposal.decision.get("table1", {}), chosen.get("table1", {}), "table1")
    for definition_id, row in decision["table1"].items():
        if definition_id not in known or row.get("status", "draft") not in STATUSES:
            raise ParameterError(N_("Table 1 has the definitions {known}, each with a text and a status {statuses}; "
                                    "{value} is none of them."), known=", ".join(known), statuses=", ".join(STATUSES),
                                 value=f"{definition_id}: {row.get('status')}")
    return decision


def _usable(key, value) -> bool:
    """What of the choices can be computed with; ``decide`` refuses the rest in words."""
    if key == "servers":
        return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 20_000
    return key == "form" or isinstance(value, dict) and all(isinstance(row, dict) for row in value.values())


def _merged(proposed, chosen, key) -> dict:
    if not isinstance(chosen, dict) or not all(isinstance(row, dict) for row in chosen.values()):
        raise ParameterError(N_("{key} is given by id, each with its values."), key=key)
    return {i: {**proposed.get(i, {}), **chosen.get(i, {})} for i in [*proposed, *(c for c in chosen if c not in proposed)]}


def _groups(study, decisions) -> dict[str, str]:
    """group_id -> name: the groups of step 2, else those that were rated, else one for everybody."""
    decided = groups_in_force(decisions)
    if decided:
        return {str(i): str(row.get("name") or i) for i, row in decided.items()}
    rated = study.table("service_factors")["group_id"].dropna().astype(str)
    return {i: i for i in rated} or {"G1": "G1"}


def _positions(study, groups, chosen, reasons, missing) -> pd.DataFrame:
    factors = {str(row["group_id"]): row for row in study.table("service_factors").to_dict("records")}
    stages = {str(r["question"]): r["answer"] for r in study.table("marketing_stage").to_dict("records")}
    rows, unrated = [], []
    for group_id, name in groups.items():
        rating, assumed = _ratings(factors.get(group_id, {}))
        if assumed:
            unrated.append(f"{name} ({', '.join(assumed)})" if group_id in factors else name)
        rows.append({"group_id": group_id, "name": name, "evidence": "assumed" if assumed else "expert"} | _position(
            rating, chosen.get(group_id) or {}, stages))
    if not factors:
        missing.append("service_factors")
    if unrated:
        reasons.append(reason(N_("Factors of the service that nobody rated count as 3 of 1 to 5, to be verified: {groups}."),
                              groups=unrated, level="missing"))
    table = pd.DataFrame(rows, columns=POSITIONS)
    mismatch = table[(table["fit"] == "mismatch") | (table["fits_package"] == False)]  # noqa: E712
    if len(mismatch):
        reasons.append(reason(N_("Package, type of service and contact do not fit together in {groups}: the package promises "
                                 "more than the process or the contact can adapt, or they cost more than it needs."),
                              groups=mismatch["name"].tolist()))
    return table


def _ratings(row) -> tuple[dict, list[str]]:
    """The four ratings of a group; singularity and labour also from their data; and what was assumed."""
    given = {name: _number(row.get(name)) for name in (
        "interaction", "customisation", "labour", "complexity", "singularity", "labour_cost", "asset_value",
        "nonstandard_share")}
    if given["labour"] is None and given["labour_cost"] is not None and (given["asset_value"] or 0) > 0:
        given["labour"] = matrices.labour_intensity(given["labour_cost"], given["asset_value"])
    if given["singularity"] is None and given["nonstandard_share"] is not None:
        given["singularity"] = matrices.singularity_of(given["nonstandard_share"])
    if given["interaction"] is None:
        given["interaction"], given["customisation"] = given["customisation"], None
    assumed = [name for name in ("interaction", "labour", "complexity", "singularity") if given[name] is None]
    return given | dict.fromkeys(assumed, DEFAULT), assumed


def _position(rating, chosen, stages) -> dict:
    """Type, marketing, package and contact of one group; what a person chose stands in place of the proposal."""
    service = matrices.service_type(rating["interaction"], rating["labour"], customisation=rating["customisation"])
    service_code = _chosen(chosen, "service_type", service.code)
    marketing = matrices.marketing_type(rating["complexity"], rating["singularity"])
    marketing_code = _chosen(chosen, "marketing", marketing.code)
    package = matrices.package_type(rating["singularity"], service_code)
    package_code = _chosen(chosen, "package", package.code)
    fit = package.fit if package_code == package.code else _fit(package_code, service_code)
    contact = matrices.contact_type(service.interaction, rating["singularity"], package=package_code)
    code = _chosen(chosen, "contact", contact.code)
    number = CODES["contact"].index(code) + 1
    _, contact_name, degree, skill, focus, technology = CONTACTS[number - 1]
    fits = number in matrices.CONTACTS_OF_PACKAGE[package_code]
    stage = organisation.marketing_stage(stages, marketing=marketing_code, contact=number) if stages else None
    return {"interaction": service.interaction, "labour": service.labour, "complexity": rating["complexity"],
            "singularity": rating["singularity"], "service_type": NAMES[service_code], "service_code": service_code,
            "service_candidates": " ".join(service.candidates), "marketing": NAMES[marketing_code],
            "marketing_code": marketing_code, "package": package_code, "fit": fit, "contact": contact_name,
            "contact_code": code, "contact_number": number, "degree": degree, "kappa": contact.kappa,
            "fits_package": fits, "skill": chosen.get("skill") or skill, "focus": chosen.get("focus") or focus,
            "technology": chosen.get("technology") or technology,
            "borderline": service.borderline or marketing.borderline or package.borderline or contact.borderline,
            "stage_gap": np.nan if stage is None else float(stage.gap), "chosen": bool(chosen)}


def _chosen(chosen, key, proposed):
    return chosen[key] if chosen.get(key) in CODES[key] else proposed


def _fit(package_code, service_code) -> str:
    middle = (CODES["package"].index(package_code) + 0.5) / 4  # any singularity of that class gives its fit
    return matrices.package_type(middle, service_code, scale=(0, 1)).fit


def _form(study, decisions, chosen, reasons, missing):
    """Centralisation and form of organisation; unrated factors are left out or stand in the middle."""
    factors = study.table("centralisation")
    evidence, index, degree, central = "assumed", 0.5, "mixed", pd.DataFrame(columns=["factor", "rating", "weight", "share"])
    try:
        rated = factors.iloc[-1][list(organisation.FACTORS)].to_dict() if len(factors) else {}
        found = organisation.centralisation({k: v for k, v in rated.items() if v == v and v is not None})
        index, degree, evidence = found.index, found.degree, "expert"
        reasons += list(found.warnings)
        central = found.table.rename(columns={"part": "share"})
        central["factor"] = central["factor"].map(organisation.FACTORS)
    except NotComputable as error:
        missing.append("centralisation")
        reasons.append(reason(error.template, level="missing", **error.values))
    ratings = study.table("org_form")
    row = ratings.iloc[-1].to_dict() if len(ratings) else {}
    known = {name: _number(row.get(name)) for name in ("complex_lines", "sales", "similar", "segments")}
    if known["segments"] is None:
        count = len((decisions.get("segmentation") or {}).get("segments") or {})
        known["segments"] = None if not count else float(1 + sum(count > k for k in (1, 2, 3, 5)))
    absent = [name for name, value in known.items() if value is None]
    if absent:
        evidence = "assumed"
        missing += ["org_form"] if not len(ratings) else []
        reasons.append(reason(N_("For the form of organisation nobody rated {names}; 3 of 1 to 5 stands for them, to be "
                                 "verified."), names=list(absent), level="missing"))
    form = organisation.organisation_form(**{k: DEFAULT if v is None else v for k, v in known.items()}, decentralisation=index)
    code = chosen.get("form") if chosen.get("form") in organisation.FORMS else form.form
    table = pd.DataFrame([(organisation.FORMS[name], score, name in form.parts) for name, score in form.scores.items()],
                         columns=["form", "score", "named"])
    return code, central, table, {"form_name": organisation.FORMS[code], "degree_name": organisation.DEGREES[degree],
                                  "index": index, "evidence": evidence}


def _stage(study, positions, missing):
    answers = {str(r["question"]): r["answer"] for r in study.table("marketing_stage").to_dict("records")}
    if not answers:
        missing.append("marketing_stage")
        return None
    needs = [organisation.marketing_stage(answers, marketing=row.marketing_code, contact=row.contact_number)
             for row in positions.itertuples()]
    return max(needs, key=lambda stage: stage.required or 0)


def _candidates(study) -> pd.DataFrame:
    try:
        return organisation.rank_candidates(study.table("requirements"), study.table("candidates"))
    except NotComputable:
        return pd.DataFrame(columns=["candidate_id", "score", "training", "eligible", "place"])


def _number(value) -> float | None:
    return None if value is None or value is pd.NA or value != value else float(value)
