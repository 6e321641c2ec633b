"""Everything that people decided, typed, voted or signed, kept for good.

One SQLite file beside the study, ``journal.sqlite``. Events are only ever added; "latest" goes by
``seq``, which the database gives, never by a clock. ``record`` returns after the event is committed,
synced to the disk and read back, so a page may say "saved" when it returns and not before.
"""

from svcnb.journal.event import Conflict, Event
from svcnb.journal.file import open_journal
from svcnb.journal.journal import Journal

__all__ = ["Conflict", "Event", "Journal", "open_journal"]
