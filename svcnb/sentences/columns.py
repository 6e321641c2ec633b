"""What a column of a result is called and how its numbers are shown, in one place.

``COLUMNS`` maps the machine name to (label, format): ``%`` a share, a digit the decimals, ``word`` a
code that the catalogues translate, ``text`` as it is. A name that is not here is shown as written.
"""

from __future__ import annotations

import math

from svcnb.i18n import NO_VALUE, N_

COLUMNS: dict[str, tuple[str, str]] = {
    "component_id": (N_("Component"), "text"), "name": (N_("Name"), "word"), "spanish": (N_("Name"), "text"), "segment_id": (N_("Segment"), "word"),
    "importance": (N_("Importance, points of 100"), "1"), "satisfaction": (N_("Satisfaction, 0 to 10"), "1"),
    "priority": (N_("Priority"), "1"), "share": (N_("Share"), "%"), "cumulative": (N_("Share, cumulative"), "%"),
    "certain": (N_("Certain"), "2"), "quadrant": (N_("Quadrant"), "word"), "n": (N_("n"), "0"),
    "n_importance": (N_("n, importance"), "0"), "n_satisfaction": (N_("n, satisfaction"), "0"),
    "measure_id": (N_("Measure"), "word"), "value": (N_("Value"), "auto"), "low": (N_("Low, 95 %"), "auto"),
    "high": (N_("High, 95 %"), "auto"), "state": (N_("State"), "word"), "unit": (N_("Unit"), "word"),
}


def label(column: str, words) -> str:
    """The heading of a column in the reader's language."""
    return words(COLUMNS[column][0]) if column in COLUMNS else column


def cell(column: str, value, words) -> str:
    """A value of a column as the reader sees it; missing is a dash, never 0."""
    if value is None or isinstance(value, float) and math.isnan(value):
        return NO_VALUE
    how = COLUMNS.get(column, ("", "auto"))[1]
    if isinstance(value, bool):
        return words(N_("yes")) if value else words(N_("no"))
    if isinstance(value, str):
        return value if how == "text" else words(value)
    if how == "%":
        return words.percent(value)
    return words.number(value, int(how) if how.isdigit() else None)
