"""The decision form at the end of a page: take it, say why, save it, take it back.

"Saved" is shown after the journal committed and read the event back, and never otherwise. What is
typed and not saved is said to be not saved.
"""

from __future__ import annotations

import datetime as dt
import uuid

import ipywidgets as widgets

from svcnb.errors import SvcnbError
from svcnb.i18n import N_
from svcnb.journal.event import Conflict
from svcnb.panels import controls as controls_of
from svcnb.panels import layout
from svcnb.steps import STEPS

NOT_SAVED = N_("Not saved: {why}")


class DecisionPanel:
    """Controls are public: ``controls`` by decision key, ``reason``, ``name``, ``save``, ``undo``, ``status``.

    ``fields`` are the page's decision Fields, ``journal`` takes the events, ``changed`` is called after a save.
    """

    def __init__(self, result, fields, journal, words, *, reader="", role="facilitator", scenario="base", changed=None,
                 resets=None):
        self.resets = resets or {}
        self.result, self.fields, self.journal, self.words = result, fields, journal, words
        self.role, self.scenario, self.changed = role, scenario, changed
        self.head = journal.head()  # what the reader had before them: a later change by somebody else is a conflict
        self.seen: dict[str, int] = {}  # and what they did themselves since
        self.already = {key for key, by in result.chosen_by.items() if by["role"] != "nobody"}
        self.fallen: set[str] = set()  # keys that wait for the page to be loaded again
        self.controls = {field.key: controls_of.build(field, words) for field in fields}
        self.labels = {field.key: field.label for field in fields}
        self.before = {field.key: field.value for field in fields}
        self.shown = {key: controls_of.read(control) for key, control in self.controls.items()}
        self.reason = widgets.Textarea(description=words("Why"), rows=2, layout={"width": "100%"},
                                       placeholder=words("The reason, in a sentence"), style={"description_width": "initial"})
        self.name = widgets.Text(value=reader, description=words("Your name"), layout={"max_width": "24em"},
                                 style={"description_width": "initial"})
        self.name.add_class("reader")
        self.save = widgets.Button(description=words("Save decision"), button_style="primary")
        self.undo = widgets.Button(description=words("Take back"), tooltip=words("Takes back the last decision of this page"))
        self.status = widgets.HTML()
        self.status.add_class("status")
        self.save.on_click(self._save)
        self.undo.on_click(self._undo)
        for control in self.controls.values():
            controls_of.watch(control, self._touched)
        self.view = widgets.VBox([*self.controls.values(), self.reason, self.name,
                                  widgets.HBox([self.save, self.undo]), self.status])
        self.view.add_class("decide")
        self._show_last()

    def chosen(self) -> dict:
        """The values of all controls by decision key, an untouched one as it was given; ValueError names the control."""
        values = {key: controls_of.read(control) for key, control in self.controls.items()}
        return {key: self.before[key] if value == self.shown[key] else value for key, value in values.items()}

    def _save(self, _button) -> None:
        words = self.words
        try:
            chosen = self.chosen()
            actor = self.name.value.strip()
            if not actor:
                return self._say(words("Not saved: write your name first; it stands beside the decision."), "attention")
            changed = {k: v for k, v in chosen.items() if v != self.before.get(k) or k not in self.already}
            fallen = {key for cause in changed if changed[cause] != self.before.get(cause) for key in self.resets.get(cause, ())}
            changed = {key: value for key, value in changed.items() if key not in fallen | self.fallen}
            STEPS[self.result.step].decide(_AsProposal(self.result), changed)
            self._record(changed, fallen, actor)
        except ValueError as error:
            return self._say(words(NOT_SAVED, why=error), "attention")
        except SvcnbError as error:
            return self._say(words(NOT_SAVED, why=self._worded(error)), "attention")
        said = words("Saved {time} by {actor}.", time=words.time(dt.datetime.now()), actor=actor)
        if self.fallen:
            said += " " + words("Reload the page: what depends on it is proposed anew.")
        self._say(said, "settled")
        if self.changed:
            self.changed()

    def _record(self, changed: dict, fallen: set, actor: str) -> None:
        """All of it or, when somebody changed one of the keys meanwhile, nothing."""
        step, latest = self.result.step, self.journal.latest(self.scenario)
        in_force = {key: latest[step, key] for key in self.controls if (step, key) in latest}
        newer = [key for key, event in in_force.items() if event.seq > self.seen.get(key, self.head)]
        order = sorted(changed, key=lambda key: key not in newer)  # the journal refuses the first with its own words
        for key in order:
            event = self.journal.record(
                "decision", step, key, {"value": changed[key], "reason": self.reason.value.strip()}, actor=actor,
                role=self.role, scenario=self.scenario, inputs=self.result.inputs, seen_seq=self.seen.get(key, self.head),
                event_uuid=str(uuid.uuid4()))
            self.before[key], self.shown[key] = changed[key], controls_of.read(self.controls[key])
            self.seen[key] = event.seq
            self.already.add(key)
        for key in fallen & set(in_force):  # what was chosen for the old value does not hold for the new one
            if in_force[key].role != "nobody":
                self.seen[key] = self.journal.retract(in_force[key].event_uuid, actor=actor, role=self.role).seq
        self.fallen |= fallen

    def _undo(self, _button) -> None:
        words = self.words
        mine = [e for (step, key), e in self.journal.latest(self.scenario).items()
                if step == self.result.step and key in self.controls and e.kind == "decision" and e.role != "nobody"]
        if not mine:
            return self._say(words("There is nothing to take back on this page."), "doubt")
        try:
            last = max(mine, key=lambda event: event.seq)
            event = self.journal.retract(last.event_uuid, actor=self.name.value.strip() or last.actor, role=self.role,
                                         seen_seq=self.seen.get(last.key, self.head))
        except SvcnbError as error:
            return self._say(self._worded(error), "attention")
        self.seen[last.key] = event.seq
        self.already.discard(last.key)
        self._say(words("Taken back: {key} of {actor}. Reload the page to see what holds now.", key=self.labels[last.key],
                        actor=last.actor), "settled")
        if self.changed:
            self.changed()

    def _worded(self, error) -> str:
        """An error in the reader's words: a conflict names step and decision by their titles, the value as its control."""
        if not isinstance(error, Conflict):
            return self.words.reason(error)
        field = next((field for field in self.fields if field.key == error.newer.key), None)
        told = {"step": self.words(STEPS[error.newer.step].TITLE), "key": self.labels.get(error.newer.key, error.newer.key)}
        if field and "value" in error.values:
            told["value"] = controls_of.shown_value(error.newer.payload["value"], field, self.words)
        return self.words(error.template, **{**error.values, **told})

    def _touched(self) -> None:
        self._say(self.words("Changed, not saved yet."), "doubt")

    def _show_last(self) -> None:
        by = [b for key, b in self.result.chosen_by.items() if key in self.controls and b["role"] != "nobody"]
        if by:
            last = max(by, key=lambda b: b["seq"])
            self._say(self.words("Saved {at} by {actor}. {reason}", at=last["at"][:16].replace("T", " "),
                                 actor=last["actor"], reason=last["reason"]), "settled")
        elif carried := {b["carried"]: b["reason"] for key, b in self.result.chosen_by.items()
                         if key in self.controls and b.get("carried")}:
            self._say(self.words("Carried over from {period} as a proposal; nobody has decided in this period. {reason}",
                                 period=", ".join(carried), reason=" ".join(filter(None, carried.values()))), "doubt")
        else:
            self._say(self.words("Proposed by the method; nobody has decided yet."), "")

    def _say(self, text: str, kind: str) -> None:
        self.status.value = str(layout.Markup('<p role="status" class="status {}">{}</p>').format(kind, text))


class _AsProposal:
    """A stored result looks like a proposal to ``decide``."""

    def __init__(self, result):
        self.decision, self.tables, self.quantities = result.proposal, result.tables, result.quantities
        self.reasons, self.missing, self.evidence = result.reasons, result.missing, result.evidence


NOT_JUDGED = N_("Write a number and press Check.")


class CheckPanel:
    """The check by hand: the reader types the number; right, near or wrong is answered in words."""

    def __init__(self, check, words):
        self.check, self.words = check, words
        self.number = controls_of.build(controls_of_field(check, words), words)
        self.button = widgets.Button(description=words("Check"))
        self.answer = widgets.HTML(str(layout.Markup("<p>{}</p>").format(words(NOT_JUDGED))))
        self.button.on_click(self._judge)
        question = widgets.HTML(str(layout.Markup("<p>{}</p>").format(check.question)))
        self.view = widgets.VBox([question, self.number, self.button, self.answer])

    def _judge(self, _button) -> None:
        try:
            number = self.number.read()
        except ValueError as error:
            return self._say(str(error), "attention")
        if number is None:
            return self._say(self.words(NOT_JUDGED), "")
        self._say(*judge(self.check, number, self.words))

    def _say(self, text, kind):
        self.answer.value = str(layout.Markup('<p role="status" class="status {}">{}</p>').format(kind, text))


def controls_of_field(check, words):
    from svcnb.panels.page import Field

    unit = f" ({words(check.unit)})" if check.unit else ""
    return Field("check", words("Your number") + unit, "number")


def judge(check, number: float, words) -> tuple[str, str]:
    """The answer to a typed number and its kind: settled, doubt or attention."""
    away = abs(number - check.answer)
    if away <= check.tolerance:
        return words("Right: {answer}. {working}", answer=check.answer, working=check.working), "settled"
    for wrong, message in check.mistakes:
        if abs(number - wrong) <= check.tolerance:
            return message, "attention"
    if away <= max(5 * check.tolerance, 0.02 * abs(check.answer)):
        return words("Near: check the rounding; keep all decimals until the end."), "doubt"
    return words("Not this. {working}", working=check.working), "attention"
