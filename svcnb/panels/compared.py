"""By what customers are compared, as clusters and discriminant analysis let the reader choose it."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.panels.page import Field, TableView

COMPARED = TableView("characteristics", N_("What can be compared, and of how many customers it is known"),
                     ("variable", "n", "missing_share", "used"))


def compared_field(key: str, result, words) -> tuple[Field, ...]:
    """A box for each characteristic that is known of any customer, with the share of those it is known of where that is
    not all."""
    rows = result.table("characteristics")
    rows = rows[rows["n"] > 0] if len(rows) else rows
    if not len(rows):
        return ()
    text = lambda row: words("{variable:word} ({share:%} known)", variable=row.variable, share=1 - row.missing_share) \
        if row.missing_share > 0 else words(row.variable)
    options = tuple((row.characteristic, text(row)) for row in rows.itertuples())
    return (Field(key, words("Compared by"), "many", list(result.decision.get(key) or ()), options),)
