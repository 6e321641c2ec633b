"""Compute a step once and keep the result: notebook, page, report and results.json only render it.

``evaluate`` walks the chain: it evaluates the earlier steps a step reads, takes the *decisions in
force* from the journal (a person's over a proposed one), and computes only when no stored result
has the same hash of tables, parameters, earlier decisions and of the code that computes.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from svcnb.errors import InputError, NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.parts import write_whole
from svcnb.steps import STEPS
from svcnb.steps.joined import in_force
from svcnb.steps.parts import with_parts
from svcnb.steps.step import Proposal, Quantity

NOBODY = "nobody"  # role of what a run accepted without a person
CARRIED = "carried"  # in a payload: a decision of the last period, standing here as a proposal that nobody has taken yet
PARAMETER = "parameter:"  # key prefix of a parameter set for one run
COMPUTING = ("methods", "measures", "steps", "tables", "study.py", "results.py")  # the rooms a result comes from
LARGEST = 1e15  # no parameter is larger; NaN and infinity are not either


@dataclass(frozen=True, eq=False)
class StepResult:
    """One step of one study, ready to render.

    ``quantities`` name -> Quantity; ``tables`` name -> frame; ``proposal`` what the methods say,
    ``decision`` what is in force, ``chosen_by`` key -> {actor, role, at, reason, carried} for the keys that somebody
    chose, or that are carried over from the last period (role nobody, ``carried`` says from when); ``state`` is empty,
    proposed, decided or stale (``stale_because`` names inputs); ``inputs`` name -> hash of everything the result rests
    on; ``earlier`` the decisions of the steps it reads.
    """

    step: str
    scenario: str
    hash: str
    quantities: dict[str, Quantity]
    tables: dict[str, pd.DataFrame]
    proposal: dict
    decision: dict
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    evidence: str
    state: str
    parameters: dict
    inputs: dict[str, str] = field(default_factory=dict)
    chosen_by: dict[str, dict] = field(default_factory=dict)
    stale_because: tuple[str, ...] = ()
    earlier: dict[str, dict] = field(default_factory=dict)

    def value(self, name: str):
        """The value of a quantity, None when it is not measured or not there."""
        quantity = self.quantities.get(name)
        return None if quantity is None else quantity.value

    def table(self, name: str) -> pd.DataFrame:
        """A stored table, an empty frame when the step could not make it."""
        return self.tables.get(name, pd.DataFrame())


def evaluate(study, journal, step: str, scenario: str = "base") -> StepResult:
    """The result of a step for a study, computed once and stored.

    Parameters
    ----------
    study : svcnb.study.Study
    journal : svcnb.journal.Journal or None
        Decisions and parameters set; None means nobody decided anything yet.
    step : str
        A key of ``svcnb.steps.STEPS``.
    scenario : str
        Name of the scenario whose decisions count.

    Raises
    ------
    ParameterError
        Unknown step, or a parameter that does not exist or breaks its rule.
    """
    return _Evaluation(study, journal, scenario).result(step)


def evaluate_all(study, journal, scenario: str = "base") -> dict[str, StepResult]:
    """Every step's result, in the order of ``STEPS``."""
    evaluation = _Evaluation(study, journal, scenario)
    return {step: evaluation.result(step) for step in STEPS}


class _Evaluation:
    """One pass over the chain with the journal read once."""

    def __init__(self, study, journal, scenario):
        self.study, self.scenario = study, scenario
        self.events = journal.latest(scenario) if journal is not None else {}
        self.recorded = (lambda seq: journal.inputs(seq)) if journal is not None else (lambda seq: {})
        self.done: dict[str, StepResult] = {}
        self.folder = _results_folder(study)

    def result(self, step: str) -> StepResult:
        if step not in STEPS:
            raise ParameterError(N_("There is no step {step}; steps are {steps}."), step=step, steps=", ".join(STEPS))
        if step not in self.done:
            self.done[step] = self._compute(step)
        return self.done[step]

    def _compute(self, step: str) -> StepResult:
        module = STEPS[step]
        chosen, chosen_by = self._chosen(step)
        parameters = self._parameters(step)
        decisions = {earlier: self._decision(earlier, earlier in getattr(module, "OPTIONAL", ())) for earlier in module.AFTER}
        chosen, waiting = in_force(chosen, decisions.get("characterisation", {}).get("groups") or {})
        inputs = {f"table {name}": self.study.fingerprint(name) for name in module.TABLES if self.study.has(name)}
        inputs |= getattr(module, "also_reads", _nothing_more)(self.study)
        inputs |= {f"decision {earlier}": digest(decision) for earlier, decision in decisions.items()}
        inputs["parameters"] = digest({"step": parameters, "study": asdict(self.study.settings)})
        try:
            key, proposal, decision = self._proposed(step, inputs, decisions, chosen, parameters)
        except ParameterError:
            chosen, chosen_by, gone = _without_carried(chosen, chosen_by)
            if not gone:
                raise
            key, proposal, decision = self._proposed(step, inputs, decisions, chosen, parameters)
            proposal = replace(proposal, reasons=(*proposal.reasons, reason(
                N_("What was decided last period does not fit this period's data and is left out: {keys}."),
                keys=", ".join(gone))))
        if waiting:
            proposal = replace(proposal, reasons=(*proposal.reasons, reason(
                N_("What was decided for {groups} waits until they are groups again: they are joined, split or excluded by now."),
                groups=waiting, level="info")))
        stale = self._stale(chosen_by, inputs)
        return StepResult(
            step=step, scenario=self.scenario, hash=key, quantities=proposal.quantities, tables=proposal.tables,
            proposal=proposal.decision, decision=decision, reasons=proposal.reasons,
            missing=proposal.missing, evidence=proposal.evidence, parameters=parameters, inputs=inputs,
            chosen_by=chosen_by, stale_because=stale, earlier=decisions, state=_state(proposal, chosen_by, stale))

    def _decision(self, step, is_optional) -> dict:
        """The decision in force of an earlier step; of one that may be missing nothing while its tables wait to be mended."""
        try:
            return self.result(step).decision
        except InputError:
            if not is_optional:
                raise
            return {}

    def _proposed(self, step, inputs, decisions, chosen, parameters):
        """The result's hash, the proposal, stored or computed, and the decision in force."""
        module = STEPS[step]
        key = digest({"step": step, "inputs": inputs, "chosen": chosen, "code": code_of(*COMPUTING)})
        stored = _load(self.folder, step, key)
        proposal = stored or _propose(module, with_parts(self.study, decisions), {**decisions, step: chosen}, parameters)
        if stored is None:
            _save(self.folder, step, key, proposal)
        return key, proposal, module.decide(proposal, chosen)

    def _chosen(self, step):
        chosen, by = {}, {}
        for (of_step, key), event in self.events.items():
            if of_step == step and event.kind == "decision":
                carried = event.payload.get(CARRIED, "")
                if event.role != NOBODY or carried:  # an accepted proposal is recomputed, never frozen
                    chosen[key] = event.payload["value"]
                by[key] = {"actor": event.actor, "role": event.role, "at": event.at, "seq": event.seq,
                           "reason": event.payload.get("reason", ""), CARRIED: carried}
        return chosen, by

    def _parameters(self, step) -> dict:
        given = dict(self.study.parameters(step))
        for (of_step, key), event in self.events.items():
            if of_step == step and key.startswith(PARAMETER):
                given[key.removeprefix(PARAMETER)] = event.payload["value"]
        return asdict(step_parameters(step, given))

    def _stale(self, chosen_by, inputs) -> tuple[str, ...]:
        because: list[str] = []
        for by in chosen_by.values():
            if by["role"] == NOBODY:
                continue
            recorded = self.recorded(by["seq"])
            because += [name for name in {**recorded, **inputs} if recorded and recorded.get(name) != inputs.get(name)]
        return tuple(dict.fromkeys(because))


def _nothing_more(study) -> dict[str, str]:
    return {}


def step_parameters(step: str, given: dict):
    """The parameters of a step, defaults overlaid by ``given``; unknown names and wrong types are refused."""
    cls = STEPS[step].Parameters
    known = {f.name: f.default for f in fields(cls)}
    for name, value in given.items():
        if name not in known:
            raise ParameterError(N_("{step} has no parameter {name}; it has {known}."), step=step, name=name,
                                 known=", ".join(known) or "-")
        default = known[name]
        right = isinstance(value, (int, float)) and not isinstance(value, bool) if isinstance(default, float) else \
            isinstance(value, (list, tuple)) if isinstance(default, tuple) else \
            default is None or type(value) is type(default)
        if not right or not all(map(_is_finite, value if isinstance(value, (list, tuple)) else [value])):
            raise ParameterError(N_("{step}.{name} = {value} is not of the type of its default {default}."),
                                 step=step, name=name, value=repr(value), default=repr(default))
    values = {n: tuple(v) if isinstance(v, list) else float(v) if isinstance(known[n], float) else v
              for n, v in given.items()}
    return cls(**values)


def _is_finite(value) -> bool:
    """Whether a given value is no number, or one that can be computed with."""
    return not isinstance(value, (int, float)) or abs(value) <= LARGEST


def digest(value) -> str:
    """A short stable hash of a JSON-like value."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _propose(module, study, decisions, parameters) -> Proposal:
    try:
        return module.propose(study, decisions, module.Parameters(**parameters))
    except NotComputable as error:
        reasons = [error.reason]
        if error.fallback:
            reasons.append(Reason(error.fallback, error.values, "missing"))
        return Proposal(reasons=tuple(reasons), evidence="assumed")


def _without_carried(chosen, chosen_by) -> tuple[dict, dict, list[str]]:
    """Decisions without those carried over from the last period, and the keys of these."""
    gone = [key for key in chosen if chosen_by[key][CARRIED]]
    kept = {key for key in chosen_by if key not in gone}
    return ({k: v for k, v in chosen.items() if k in kept}, {k: v for k, v in chosen_by.items() if k in kept}, gone)


def _state(proposal, chosen_by, stale) -> str:
    if any(by["role"] != NOBODY for by in chosen_by.values()):
        return "stale" if stale else "decided"
    return "proposed" if proposal.quantities or proposal.tables else "empty"


@cache
def code_of(*rooms: str) -> str:
    """Hash of code and catalogues in rooms of the package: what it made before they were mended is made again."""
    here, made = Path(__file__).parent, hashlib.sha256()
    for room in rooms:
        files = (here / room).rglob("*") if (here / room).is_dir() else [here / room]
        for path in sorted(file for file in files if file.suffix in (".py", ".mo")):
            made.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes())
    return made.hexdigest()


def _results_folder(study) -> Path | None:
    """Where results are kept: the run's folder, else beside the study; None where nothing may be written."""
    run = os.environ.get("SVCNB_RUN")
    if run:
        return Path(run) / "results"
    return study.folder / ".results" if not study.is_shipped and os.access(study.folder, os.W_OK) else None


_MEMORY: dict[tuple[str, str], Proposal] = {}


def _load(folder, step, key) -> Proposal | None:
    if (step, key) in _MEMORY:
        return _MEMORY[step, key]
    path = folder / f"{step}-{key}.json" if folder else None
    if path is None or not path.exists():
        return None
    try:
        proposal = proposal_from_json(json.loads(path.read_text("utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # written by another version or damaged: compute again
    _MEMORY[step, key] = proposal
    return proposal


def _save(folder, step, key, proposal) -> None:
    _MEMORY[step, key] = proposal
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / f"{step}-{key}.json", json.dumps(proposal_to_json(proposal), ensure_ascii=False))
    except OSError:
        pass  # the store is a cache: a full disk costs time, never a result


def proposal_to_json(proposal: Proposal) -> dict:
    """A proposal as plain JSON values (NaN becomes null)."""
    return plain_tree({
        "quantities": {name: asdict(quantity) for name, quantity in proposal.quantities.items()},
        "tables": {name: frame_to_json(frame) for name, frame in proposal.tables.items()},
        "decision": proposal.decision,
        "reasons": [asdict(reason) for reason in proposal.reasons],
        "missing": list(proposal.missing),
        "evidence": proposal.evidence,
    })


def proposal_from_json(stored: dict) -> Proposal:
    """The inverse of ``proposal_to_json``."""
    return Proposal(
        quantities={name: Quantity(**quantity) for name, quantity in stored["quantities"].items()},
        tables={name: frame_from_json(frame) for name, frame in stored["tables"].items()},
        decision=stored["decision"],
        reasons=tuple(Reason(**reason) for reason in stored["reasons"]),
        missing=tuple(stored["missing"]),
        evidence=stored["evidence"])


def frame_to_json(frame: pd.DataFrame) -> dict:
    """A flat frame as {columns, kinds, data} with data by column."""
    kinds = ["number" if pd.api.types.is_numeric_dtype(t) and not pd.api.types.is_bool_dtype(t) else
             "bool" if pd.api.types.is_bool_dtype(t) else "text" for t in frame.dtypes]
    return {"columns": [str(c) for c in frame.columns], "kinds": kinds,
            "data": [frame.iloc[:, i].tolist() for i in range(frame.shape[1])]}


def frame_from_json(stored: dict) -> pd.DataFrame:
    """The inverse of ``frame_to_json``; numbers that were whole without gaps stay whole."""
    columns = {}
    for name, kind, data in zip(stored["columns"], stored["kinds"], stored["data"], strict=True):
        whole = all(isinstance(v, int) for v in data)
        columns[name] = pd.Series(data, dtype="int64" if whole and data else float) if kind == "number" else \
            pd.Series(data, dtype=bool if kind == "bool" else object)
    return pd.DataFrame(columns)


def _plain(value):
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    return str(value)


def plain_tree(value):
    """A value as JSON holds it: numpy numbers plain, what is not finite or missing null."""
    if isinstance(value, dict):
        return {str(k): plain_tree(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_tree(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return None if value is pd.NaT or value is pd.NA else str(value)
