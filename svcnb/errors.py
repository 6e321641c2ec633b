"""What a user can mend, and what a method could not compute.

::

    SvcnbError                 a user can mend it: says where, what, rule, value, repair
    ├── InputError             a table, a row, a cell (holds every problem found at once)
    ├── StudyError             study.toml, a study that is not there, a folder that cannot be used
    ├── ParameterError         a name or a value given by --set, an address or a notebook
    ├── JournalError           the journal cannot be read or written; nothing was lost
    ├── RunError               a step of an unattended run failed
    │   └── OutputError        its folder cannot be written, or the disk is full
    └── NotComputable          a method has no answer on this data; carries the fallback

Every message is a template with named values. The template is the message id of the
catalogues, so that one error reads in every language; ``str()`` gives English.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, eq=False)
class Reason:
    """One thing to tell the reader: a catalogue template and its values.

    Methods and steps return reasons instead of sentences; ``svcnb.i18n.Words.reason``
    words them. ``level`` is ``info``, ``warning`` or ``missing``. ``topic`` is what it concerns: of the pages
    of its step it stands on the one that claims the topic, and on the first when none does.
    """

    template: str
    values: dict = field(default_factory=dict)
    level: str = "warning"
    topic: str = ""


def reason(template: str, /, *, level: str = "warning", **values) -> Reason:
    """Shorthand: ``reason(N_("Only {n} orders."), n=3)``."""
    return Reason(template, values, level)


def about(topic: str, reasons) -> list[Reason]:
    """The reasons as ones that concern ``topic``."""
    return [replace(one, topic=topic) for one in reasons]


class SvcnbError(Exception):
    """Base of everything a user can mend. ``template`` and ``values`` word it in any language."""

    def __init__(self, template: str, /, **values):
        self.template = template
        self.values = values
        super().__init__(template)

    def __str__(self) -> str:
        from svcnb.i18n import words_in

        return words_in("en")(self.template, **self.values)


class InputError(SvcnbError):
    """A table cannot be used. ``problems`` lists all of them (see svcnb.tables.check)."""

    def __init__(self, template: str, /, problems=(), **values):
        super().__init__(template, **values)
        self.problems = tuple(problems)


class StudyError(SvcnbError):
    """The study's folder or study.toml cannot be used."""


class ParameterError(SvcnbError):
    """A parameter that does not exist, or a value outside its rule."""


class JournalError(SvcnbError):
    """The journal cannot be opened, read or written."""


class RunError(SvcnbError):
    """An unattended run stopped in a step."""


class OutputError(RunError):
    """What a run makes cannot be written where it should."""


class NotComputable(SvcnbError):
    """A method has no answer on this data. ``fallback`` is a template saying what to do instead."""

    def __init__(self, template: str, /, fallback: str = "", **values):
        super().__init__(template, **values)
        self.fallback = fallback

    @property
    def reason(self) -> Reason:
        return Reason(self.template, self.values)
