"""Step 7: offer and promotion (oferta y promoción, S2:L338-345): one offer a group, judged by the seven principles."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.matrices import contract_form, term_class
from svcnb.methods.matrices.package import CONTRACTS, PACKAGES
from svcnb.methods.offer import QUESTIONS, RESPONSIBILITIES, delivery_terms, set_price, transparency
from svcnb.methods.principles import PASS, check_principles
from svcnb.steps.clauses import price_clauses
from svcnb.steps.feasibility import feasible_goals
from svcnb.steps.promises import judged_messages, published_goals
from svcnb.steps.relations import relationship_of
from svcnb.steps.step import Proposal, Quantity
from svcnb.steps.volume import groups_in_force

TITLE = N_("Offer")
QUESTION = N_("What do we promise to whom, in which terms and at what price?")
ENDS_IN = N_("one offer for each group: package, delivery terms, form of contract, price, penalties, messages")
TABLES = ("offers", "penalties", "messages", "process_steps", "competitor_ratings", "customers", "orders")
AFTER = ("diagnosis", "segmentation", "characterisation", "relations", "goals", "organisation", "critical_parameters")

CODES = tuple(code for row in CONTRACTS for code, _ in row)
CLASSES = tuple(code for code, _ in PACKAGES)
TERMS = tuple(f"term_{name}" for name in RESPONSIBILITIES)
ANSWERS = tuple(f"answer_{name}" for name in QUESTIONS)
AMOUNTS = ("cts", "margin_target", "floor", "cap", "price")
OFFERS = ["group_id", "name", "segment_id", "package_class", "content", "term_score", "term_class", "transfer_point",
          "laboriousness_class", "contract_proposed", "contract_form", "contract_name", "clauses", "cts",
          "margin_target", "floor", "cap", "price_proposed", "price", "margin", "bound", "answered", "transparency",
          "publishable", "contact", "expected_penalty", "valid_from", "valid_to", "evidence"]
STATES = (N_("allowed"), N_("hold"), N_("refused"))
EDITABLE = {"package_class", "content", "term_score", "transfer_point", "contract_form", "contact", "valid_from",
            "valid_to", *TERMS, *ANSWERS, *AMOUNTS}


@dataclass(frozen=True)
class Parameters:
    """``term_score`` responsibilities of the supplier, 0 to 4, assumed for a group whose terms nobody has settled."""

    term_score: int = 2

    def __post_init__(self):
        if self.term_score not in (0, 1, 2, 3, 4):
            raise ParameterError(N_("{name} = {value} must lie between {low} and {high}."), name="offer.term_score",
                                 value=self.term_score, low=0, high=4)


def served_groups(decisions: dict) -> dict[str, dict]:
    """Groups of step 2 (or one a segment) whose segment is not excluded, id -> record."""
    segments = decisions.get("segmentation", {}).get("segments") or {}
    groups = groups_in_force(decisions)
    return {key: record for key, record in groups.items()
            if segments.get(record.get("segment_id"), {}).get("status") != "exclude"}


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """Offer sheets, contract forms, prices, penalties, messages and the seven principles."""
    chosen = decisions.get("offer", {}).get("offers") or {}
    sheet = study.table("offers")
    groups = served_groups(decisions) or {g: {"name": g} for g in dict.fromkeys(sheet["group_id"].dropna())}
    goals = decisions.get("goals", {}).get("goals") or {}
    feasible = feasible_goals(decisions.get("critical_parameters") or {})
    published = published_goals(goals, feasible, groups)
    organised = decisions.get("organisation", {}).get("groups") or {}
    groups = {group: {**record, "relationship": relationship_of(decisions, group)} for group, record in groups.items()}
    rows = {group: _offer(group, record, _sheet_row(sheet, group), chosen.get(group, {}), organised.get(group, {}),
                          parameters) for group, record in groups.items()}
    of_offer = dict(zip(sheet["offer_id"], sheet["group_id"], strict=True))
    penalties, reasons = price_clauses(study, of_offer, goals, decisions)
    for group, row in rows.items():
        own = penalties.loc[penalties["group_id"] == group, "yearly"].dropna()
        row["expected_penalty"] = float(own.sum()) if len(own) else None
    messages = judged_messages(study.table("messages"), goals, feasible)
    principles = _principles(study, decisions, rows, goals, feasible)
    tables = {"offers": _offers_table(rows), "terms": _terms_table(rows), "answers": _answers_table(rows),
              "goals_published": published, "penalties": penalties, "messages": messages, "principles": principles}
    decision = {"offers": {g: _decided(row, published, penalties) for g, row in rows.items()},
                "messages": dict(zip(messages["message_id"], messages["state"], strict=True))}
    missing = tuple(name for name in ("offers", "penalties", "messages") if not study.has(name))
    return Proposal(quantities=_quantities(rows, penalties, messages, principles), tables=tables, decision=decision,
                    reasons=tuple(_reasons(study, groups, rows, messages, sheet) + reasons), missing=missing,
                    evidence="data" if any(row["evidence"] == "data" for row in rows.values()) else
                    "expert" if any(row["evidence"] == "expert" for row in rows.values()) else "assumed")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The offers in force: what people chose over what was proposed, group by group and field by field."""
    offers = {group: dict(row) for group, row in (proposal.decision.get("offers") or {}).items()}
    picked = chosen.get("offers") or {}
    _refuse(not isinstance(picked, dict), "offers", picked, N_("a table of groups with their values"))
    for group, values in picked.items():
        if group not in offers:
            raise ParameterError(N_("There is no group {group}; groups are {groups}."), group=group,
                                 groups=", ".join(offers) or "-")
        _refuse(not isinstance(values, dict), group, values, N_("a table of names with their values"))
        unknown = [name for name in values if name not in EDITABLE and name not in offers[group]]
        _refuse(unknown, group, ", ".join(unknown), ", ".join(sorted(EDITABLE)))
        _check_offer(group, values)
        offers[group] |= values
    messages = dict(proposal.decision.get("messages") or {})
    for message, state in (chosen.get("messages") or {}).items():
        _refuse(state not in STATES, f"messages.{message}", state, ", ".join(STATES))
        messages[message] = state
    return {**proposal.decision, **chosen, "offers": offers, "messages": messages}


def _check_offer(group, values):
    known = {"package_class": CLASSES, "contract_form": CODES}
    for name, value in values.items():
        if value is None or value == "":
            continue
        if name in known:
            _refuse(value not in known[name], f"{group}.{name}", value, ", ".join(known[name]))
        elif name == "term_score":
            _refuse(value not in (0, 1, 2, 3, 4) or isinstance(value, bool), f"{group}.{name}", value, "0, 1, 2, 3, 4")
        elif name in TERMS:
            _refuse(not isinstance(value, bool), f"{group}.{name}", value, N_("yes or no"))
        elif name in AMOUNTS:
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            bad = not number or (value >= 1 if name == "margin_target" else value < 0)
            _refuse(bad, f"{group}.{name}", value,
                    N_("a share below 1") if name == "margin_target" else N_("an amount of 0 or more"))


def _refuse(condition, name, value, rule):
    if condition:
        raise ParameterError(N_("{name} = {value} is not possible; it must be {rule:word}."), name=name,
                             value=repr(value), rule=rule)


def _sheet_row(sheet, group) -> dict:
    rows = sheet[sheet["group_id"] == group]
    return {} if rows.empty else {name: _plain(value) for name, value in rows.iloc[0].items()}


def _offer(group, record, row, chosen, organised, parameters) -> dict:
    """One group's sheet: the file's row, over it what people chose, then what the methods make of it."""
    merged = {**row, **{name: value for name, value in chosen.items() if name in EDITABLE and value not in (None, "")}}
    own = {"group_id": group, "name": str(record.get("name") or group), "segment_id": record.get("segment_id", ""),
           "laboriousness_class": record.get("laboriousness_class"), "evidence": "data" if row else "assumed"}
    if chosen:
        own["evidence"] = "data" if row else "expert"
    package = organised.get("package")
    own["package_class"] = merged.get("package_class") or (package if isinstance(package, str) and package else None)
    own |= _terms(merged, chosen, parameters) | {name: merged.get(name) for name in ("content", "transfer_point",
                                                                                     "valid_from", "valid_to", *TERMS)}
    own |= _contract(own, chosen, record.get("relationship")) | _price(merged, chosen)
    own["answers"] = {name: merged.get(f"answer_{name}") for name in QUESTIONS}
    found = transparency(own["answers"])
    own |= {"answered": found.answered, "transparency": found.score, "publishable": found.publishable}
    own["contact"] = merged.get("contact") or merged.get("answer_who") or ""
    return own


def _terms(merged, chosen, parameters) -> dict:
    """The score from the four flags; a score typed by a person wins; else the assumed one."""
    if chosen.get("term_score") is not None and not any(name in chosen for name in TERMS):
        score, known = int(chosen["term_score"]), True
    else:
        try:
            score, known = delivery_terms(*(merged.get(name) for name in TERMS)).score, True
        except NotComputable:
            score, known = parameters.term_score, False
    return {"term_score": score, "term_class": term_class(score), "terms_known": known}


def _contract(own, chosen, relationship) -> dict:
    names = {code: name for row in CONTRACTS for code, name in row}
    proposed, clauses = None, ()
    if own["laboriousness_class"]:
        form = contract_form(own["laboriousness_class"], own["term_class"], relationship or None)
        proposed, clauses = form.code, form.clauses
    form = chosen.get("contract_form") or proposed
    return {"contract_proposed": proposed, "contract_form": form, "contract_name": names.get(form),
            "clauses": list(clauses)}


def _price(merged, chosen) -> dict:
    out = {name: merged.get(name) for name in AMOUNTS[:4]}
    out |= {"price_proposed": None, "bound": None, "price_problem": None}
    try:
        found = set_price(out["cts"], out["margin_target"], floor=out["floor"], cap=out["cap"])
        out |= {"price_proposed": found.price, "bound": found.bound}
    except (NotComputable, ParameterError) as error:
        out["price_problem"] = error
    price = chosen.get("price") if chosen.get("price") is not None else out["price_proposed"]
    known = price is not None and price > 0 and out["cts"] is not None
    return out | {"price": price, "margin": 1 - out["cts"] / price if known else None}


def _principles(study, decisions, rows, goals, feasible) -> pd.DataFrame:
    steps = study.table("process_steps")
    steps = [{name: _plain(value) for name, value in step.items()} for step in steps.to_dict("records")]
    ratings = study.table("competitor_ratings")
    segment = {group: row["segment_id"] for group, row in rows.items()}
    rivals = {}
    for key in goals:
        group, _, measure = key.partition(":")
        own = ratings[(ratings["segment_id"] == segment.get(group)) & (ratings["item"] == measure)]
        rivals[key] = [float(value) for value in own["value"].dropna() if 0 <= value <= 1]
    found = check_principles(rows, goals, rows, feasible=feasible, steps=steps, rivals=rivals,
                             measures=decisions.get("diagnosis", {}).get("measures") or ())
    return pd.DataFrame([vars(check) for check in found])


def _offers_table(rows) -> pd.DataFrame:
    table = pd.DataFrame([{**row, "clauses": ", ".join(row["clauses"])} for row in rows.values()], columns=OFFERS)
    numbers = ["cts", "margin_target", "floor", "cap", "price_proposed", "price", "margin", "expected_penalty"]
    return table.assign(**{name: pd.to_numeric(table[name], errors="coerce").astype(float) for name in numbers},
                        publishable=table["publishable"].astype(bool))


def _terms_table(rows) -> pd.DataFrame:
    """Who answers for what: one row a group and responsibility; ``supplier`` yes, no or not settled."""
    said = {True: N_("supplier"), False: N_("customer"), None: N_("not settled")}
    return pd.DataFrame([{"group_id": g, "responsibility": name, "who": said[row[f"term_{name}"]]}
                         for g, row in rows.items() for name in RESPONSIBILITIES],
                        columns=["group_id", "responsibility", "who"])


def _answers_table(rows) -> pd.DataFrame:
    return pd.DataFrame([{"group_id": g, "question": name, "answered": bool(str(answer or "").strip()),
                          "answer": str(answer or "")} for g, row in rows.items()
                         for name, answer in row["answers"].items()],
                        columns=["group_id", "question", "answered", "answer"])


def _decided(row, published, penalties) -> dict:
    own = published[(published["group_id"] == row["group_id"]) & published["published"]]
    clauses = penalties.loc[penalties["group_id"] == row["group_id"],
                            ["penalty_id", "party", "parameter", "tolerance", "rate", "base", "cap"]]
    names = ("name", "package_class", "content", "term_score", "term_class", "transfer_point", "contract_form", "clauses", "cts",
             "price", "contact", "answers", "answered", "publishable", "expected_penalty", "valid_from", "valid_to",
             "evidence", *TERMS)
    return {name: row[name] for name in names} | {
        "goals": own["goal_id"].tolist(), "penalties": [{k: _plain(v) for k, v in c.items()} for c in
                                                        clauses.to_dict("records")]}


def _quantities(rows, penalties, messages, principles) -> dict[str, Quantity]:
    yearly = penalties["yearly"].dropna()
    count = len(rows)
    out = {"n_groups": Quantity(count, "count"),
           "n_publishable": Quantity(sum(row["publishable"] for row in rows.values()), "count", n=count),
           "expected_penalty": Quantity(float(yearly.sum()) if len(yearly) else None, "currency",
                                        n=int(penalties["n"].sum()) if len(yearly) else None),
           "messages_allowed": Quantity(int((messages["state"] == "allowed").sum()), "count", n=len(messages)),
           "messages_gap": Quantity(int(messages["gap"].sum()), "count", n=len(messages)),
           "principles_passed": Quantity(int((principles["state"] == PASS).sum()), "count", n=len(principles))}
    for group, row in rows.items():
        evidence = row["evidence"]
        out[f"price_{group}"] = Quantity(row["price"], "currency", evidence=evidence)
        out[f"margin_{group}"] = Quantity(row["margin"], "share", evidence=evidence)
        out[f"term_score_{group}"] = Quantity(row["term_score"], "count", n=4,
                                              evidence=evidence if row["terms_known"] else "assumed")
        out[f"transparency_{group}"] = Quantity(row["transparency"], "share", n=len(QUESTIONS), evidence=evidence)
        out[f"contract_form_{group}"] = Quantity(row["contract_form"], "", evidence=evidence)
    return out


def _reasons(study, groups, rows, messages, sheet) -> list:
    found = []
    if not groups:
        return [reason(N_("There is neither a group of customers nor an offer: nothing can be offered yet."),
                       level="missing")]

    def say(template, names, level="warning"):
        if names:
            found.append(reason(template, groups=list(names), level=level))

    without = [g for g in groups if g not in set(sheet["group_id"])]
    say(N_("No offer is written for {groups}: experts fill in the sheet."), without, "missing")
    say(N_("Delivery terms that nobody has settled are assumed: {groups}."),
        [g for g, row in rows.items() if not row["terms_known"]])
    say(N_("The form of contract needs the laboriousness of step 2: {groups}."),
        [g for g, row in rows.items() if not row["laboriousness_class"]], "missing")
    say(N_("No price, for want of cost to serve or margin: {groups}."),
        [g for g, row in rows.items() if isinstance(row["price_problem"], NotComputable)], "missing")
    problems = [row["price_problem"] for row in rows.values()]
    found += [Reason(error.template, error.values) for error in problems if isinstance(error, ParameterError)]
    say(N_("The price is raised to the lowest allowed: {groups}."), [g for g, r in rows.items() if r["bound"] == "floor"])
    say(N_("The price is cut to the highest allowed: {groups}."), [g for g, r in rows.items() if r["bound"] == "cap"])
    say(N_("Sold at a loss, below the cost to serve: {groups}."),
        [g for g, r in rows.items() if r["margin"] is not None and r["margin"] < -1e-9])
    say(N_("Questions of the customer without an answer, so the offer may not be published: {groups}."),
        [g for g, row in rows.items() if g not in without and not row["publishable"]])
    say(N_("More than one offer for a group; the first one counts: {groups}."),
        sheet["group_id"][sheet["group_id"].duplicated()].dropna().unique().tolist())
    say(N_("Offers for groups that are not served: {groups}."),
        [g for g in dict.fromkeys(sheet["group_id"].dropna()) if g not in groups])
    gap = messages.loc[messages["gap"], "message_id"].tolist()
    if gap:
        found.append(reason(N_("Messages that promise what is not given (gap G4): {messages}."), messages=list(gap)))
    return found


def _plain(value):
    """A cell as a JSON value: missing is None, days are ISO text."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
