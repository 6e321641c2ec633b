"""What every section of study.toml is held to: no unknown key, no value of another kind, one wording."""

from __future__ import annotations

import difflib

from svcnb.errors import StudyError
from svcnb.i18n import N_


def known(place: str, given: dict, names) -> None:
    """Raise StudyError for a key that is none of ``names``, with the nearest."""
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
            where = f"{place}.{name}" if place else name
            if near:
                raise StudyError(
                    N_("study.toml: {key} is not known; did you mean {near}?"), key=where, near=near[0]
                )
            raise StudyError(
                N_("study.toml: {key} is not known; write one of {known}."), key=where, known=", ".join(names)
            )


def is_section(name: str, value) -> None:
    """Raise StudyError when a section is written as a value."""
    if not isinstance(value, dict):
        raise StudyError(
            N_("study.toml: {key} = {value} must be a section; write [{key}] on a line of its own."),
            key=name,
            value=shown(value),
        )


def wrong(key: str, value, wanted: str, example: str) -> StudyError:
    """The error of a value of another kind."""
    return StudyError(
        N_("study.toml: {key} = {value} is not {wanted:word}; write e.g. {example}."),
        key=key,
        value=shown(value),
        wanted=wanted,
        example=example,
    )


def shown(value) -> str:
    """A value as study.toml would write it."""
    return f'"{value}"' if isinstance(value, str) else str(value)
