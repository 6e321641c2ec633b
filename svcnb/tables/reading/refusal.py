"""A file that is not read as a whole: the rule it breaks and the repair."""

from __future__ import annotations

from svcnb.errors import Reason


class Unreadable(Exception):
    """The file as a whole cannot be read; carries the rule and the repair."""

    def __init__(self, rule: Reason, repair: Reason, row: int | None = None):
        super().__init__(rule, repair)
        self.rule, self.repair, self.row = rule, repair, row
