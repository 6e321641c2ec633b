"""``study.toml``: what a study says of itself, read strictly: an unknown key is an error, never ignored.

::

    [study]
    name = "Fuels and lubricants"     # required, as are currency, period_start and period_end
    currency = "EUR"
    period_start = 2024-01-01
    period_end = 2025-12-31
    language = "en"                   # id, seed, alpha, internal_or_external, production_type may follow

    [tables]                          # where a table is, when it is not <table>.csv, .xlsx or .ods
    workbook = "workbook.xlsx"        # holds the sheets of all tables without a file of their own
    order_lines = "lines.csv"         # how a client's file is written: [tables.<name>], see svcnb.tables.sources

    [scales.survey_satisfaction]      # a survey answered on 1 to 5 is converted to 0 to 10
    scale_min = 1
    scale_max = 5

    [parameters.demand]               # defaults of a step
    seed = 7

    [previous]                        # the period before, written by svcnb next; its figures are in previous.json
    study = "../fuels-2023"
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from svcnb.errors import StudyError
from svcnb.i18n import LANGUAGES, N_
from svcnb.tables.schemas import TABLES
from svcnb.tables.sources import Source, inside, read_sources
from svcnb.tables.toml import is_section, known, shown, wrong

STEP_NAMES = (
    "study",
    "diagnosis",
    "factors",
    "clusters",
    "comparison",
    "segmentation",
    "gaps",
    "apriori",
    "cards",
    "characterisation",
    "discriminant",
    "relations",
    "sample",
    "questionnaire",
    "demand",
    "goals",
    "organisation",
    "critical_parameters",
    "offer",
    "plan",
)
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
CHOICES = {
    "language": tuple(LANGUAGES),
    "internal_or_external": ("internal", "external", "both"),
    "production_type": ("series", "by_order"),
}


@dataclass(frozen=True)
class StudySettings:
    """The project's own table (method.md 14.1). ``scales`` holds (table, lowest, highest answer)."""

    id: str
    name: str
    currency: str
    period_start: date
    period_end: date
    language: str = "en"
    seed: int = 1
    alpha: float = 0.05
    internal_or_external: str = "external"
    production_type: str = "series"
    scales: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True, eq=False)
class StudyFile:
    """A study.toml that was read: the settings, where tables are and how they are written, parameters by step."""

    settings: StudySettings
    sources: dict[str, Source] = field(default_factory=dict)
    parameters: dict[str, dict] = field(default_factory=dict)
    workbook: str = ""
    previous: str = ""

    @property
    def files(self) -> dict[str, str]:
        """Table -> the file that study.toml names for it."""
        return {name: source.file for name, source in self.sources.items() if source.file}


def read_settings(folder: Path) -> StudyFile:
    """Read and check ``folder/study.toml``.

    Raises
    ------
    StudyError
        The file is not there, is no toml, or a key or value breaks its rule: says where and what to write.
    """
    path = folder / "study.toml"
    try:
        given = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise StudyError(
            N_("{folder} has no study.toml; a study is a folder with study.toml and tables."),
            folder=str(folder),
        ) from None
    except OSError as error:
        raise StudyError(
            N_("{file} cannot be read ({why}); check that you may read it."),
            file=str(path),
            why=error.strerror or type(error).__name__,
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise StudyError(
            N_("{file} line {line} is not UTF-8 text; save it as UTF-8."), file=str(path), line=str(line)
        ) from None
    except RecursionError:
        raise StudyError(
            N_('{file} line {line} is not valid toml ({what}); write name = "value".'),
            file=str(path),
            line="1",
            what="nested too deeply",
        ) from None
    except tomllib.TOMLDecodeError as error:
        what, line = _located(str(error), path)
        raise StudyError(
            N_('{file} line {line} is not valid toml ({what}); write name = "value".'),
            file=str(path),
            line=line,
            what=what,
        ) from None
    known("", given, ("study", "tables", "scales", "parameters", "previous"))
    for name, value in given.items():
        is_section(name, value)
    tables = dict(given.get("tables", {}))
    workbook = tables.pop("workbook", "")
    if workbook != "":
        inside("tables.workbook", "tables", workbook, folder)
    return StudyFile(
        _settings(given.get("study", {}), _scales(given.get("scales", {})), folder),
        read_sources(tables, folder),
        _parameters(given.get("parameters", {})),
        workbook,
        _previous(given.get("previous", {})),
    )


def _previous(given: dict) -> str:
    known("previous", given, ("study",))
    name = given.get("study", "")
    if not isinstance(name, str):
        raise wrong("previous.study", name, N_("a text"), '"../fuels-2023"')
    return name


def _located(message: str, path: Path) -> tuple[str, str]:
    found = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", message)
    if found:
        return found[1], found[2]
    return message.removesuffix(" (at end of document)"), str(path.read_bytes().count(b"\n") + 1)


def _settings(given: dict, scales, folder: Path) -> StudySettings:
    names = [name for name in StudySettings.__dataclass_fields__ if name != "scales"]
    known("study", given, names)
    for name in ("name", "currency", "period_start", "period_end"):
        if name not in given:
            raise StudyError(N_("study.toml: study.{key} is missing; add it to [study]."), key=name)
    given = {"id": folder.resolve().name, **given}
    for name in ("id", "name", "currency"):
        if not isinstance(given[name], str) or not given[name].strip():
            raise wrong(
                f"study.{name}", given[name], N_("a text"), '"EUR"' if name == "currency" else '"demo"'
            )
    for name in ("period_start", "period_end"):
        given[name] = _day(f"study.{name}", given[name])
    if given["period_end"] < given["period_start"]:
        raise StudyError(
            N_(
                "study.toml: study.period_end = {end} is before study.period_start = {start}; "
                "correct one of the two."
            ),
            end=str(given["period_end"]),
            start=str(given["period_start"]),
        )
    seed, alpha = given.get("seed", 1), given.get("alpha", 0.05)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise wrong("study.seed", seed, N_("a whole number from 0"), "1")
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not 0 < alpha < 1:
        raise wrong("study.alpha", alpha, N_("a number between 0 and 1"), "0.05")
    for name, values in CHOICES.items():
        if name in given and given[name] not in values:
            raise StudyError(
                N_("study.toml: study.{key} = {value} is not known; write one of {known}."),
                key=name,
                value=shown(given[name]),
                known=", ".join(values),
            )
    return StudySettings(**given, scales=scales)


def _day(key: str, value) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise wrong(key, value, N_("a date"), "2026-03-31") from None


def _scales(given: dict) -> tuple[tuple[str, float, float], ...]:
    on_ten = [
        name for name, table in TABLES.items() if any(column.unit == "0–10" for column in table.columns)
    ]
    known("scales", given, on_ten)
    scales = []
    for name, scale in given.items():
        is_section(f"scales.{name}", scale)
        known(f"scales.{name}", scale, ("scale_min", "scale_max"))
        ends = [scale.get("scale_min"), scale.get("scale_max")]
        for key, end in zip(("scale_min", "scale_max"), ends, strict=True):
            if end is None:
                raise StudyError(
                    N_("study.toml: scales.{table}.{key} is missing; add it."), table=name, key=key
                )
            if isinstance(end, bool) or not isinstance(end, (int, float)) or end != end or abs(end) > 1e9:
                raise wrong(f"scales.{name}.{key}", end, N_("a number"), "1")
        if ends[0] >= ends[1]:
            raise StudyError(
                N_(
                    "study.toml: scales.{table}.scale_max = {high} is not above scale_min = {low}; "
                    "correct one of the two."
                ),
                table=name,
                high=ends[1],
                low=ends[0],
            )
        scales.append((name, float(ends[0]), float(ends[1])))
    return tuple(scales)


def _parameters(given: dict) -> dict[str, dict]:
    known("parameters", given, STEP_NAMES)
    for step, values in given.items():
        is_section(f"parameters.{step}", values)
    return {step: dict(values) for step, values in given.items()}
