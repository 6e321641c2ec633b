"""Every table and figure of a study as files: csv and xlsx, png and svg, each with its description.

::

    <out>/index.html              everything with its description, for a browser
    <out>/descriptions.json       the same for a program
    <out>/quantities.csv .xlsx    every single number of every step
    <out>/<page>/<table>.csv .xlsx
    <out>/<page>/<figure>.svg .png, and the figures behind it as <figure>-data.csv .xlsx
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from svcnb.i18n import N_
from svcnb.panels import PAGES, downloads, layout
from svcnb.parts import write_whole
from svcnb.results import plain_tree
from svcnb.sentences.quantities import quantity_name

INDEX, DESCRIPTIONS = "index.html", "descriptions.json"
QUANTITIES = ["step", "name", "meaning", "value", "unit", "n", "low", "high", "evidence"]


@dataclass(frozen=True)
class Exported:
    """What was written: the folder, tables, figures, files in all."""

    folder: Path
    tables: int
    figures: int
    files: int


def export_study(study, results: dict, folder: Path, words, progress=None) -> Exported:
    """Write every table and figure of the pages into ``folder``.

    Parameters
    ----------
    study : svcnb.study.Study
    results : step -> StepResult
    folder : a folder that is there
    progress : called with pages done, pages in all and the page's title
    """
    entries = []
    for number, page in enumerate(PAGES.values()):
        if progress:
            progress(number, len(PAGES) + 1, words(page.title))
        result = results[page.step]
        view = {field.key: field.value for field in page.controls(result, words)}
        tables = page.adapt(result, view, words)
        entries += _tables(page, result, tables, study.settings, folder, words)
        entries += _figures(page, result, tables, study.settings, folder, words)
    quantities = pd.DataFrame(
        [{"step": step, "name": name, "meaning": quantity_name(name, words), **plain_tree(vars(quantity))}
         for step, result in results.items() for name, quantity in result.quantities.items()], columns=QUANTITIES)
    title = words(N_("Every number of every step"))
    facts = [(words(N_("Title")), title), (words(N_("Study")), study.settings.name)]
    entries.insert(0, _entry("quantities", "", title, facts, _write_table(folder, "quantities", title, quantities, facts, words)))
    write_whole(folder / DESCRIPTIONS, json.dumps(entries, ensure_ascii=False, indent=1))
    write_whole(folder / INDEX, str(_index(study, entries, words)))
    if progress:
        progress(len(PAGES) + 1, len(PAGES) + 1, words("Done"))
    figures = sum(any(file.endswith(".svg") for file in entry["files"]) for entry in entries)
    return Exported(folder, len(entries) - figures, figures, 2 + sum(len(entry["files"]) for entry in entries))


def _tables(page, result, tables, settings, folder, words) -> list[dict]:
    found = []
    for spec in page.files():
        frame = tables.get(spec.name)
        if frame is None or not len(frame):
            continue
        title = words(spec.title)
        facts = downloads.facts_of(page, result, settings, words, title, frame)
        files = _write_table(folder, f"{page.name}/{spec.name}", title, frame, facts, words)
        found.append(_entry(spec.name, page.name, title, facts, files))
    return found


def _figures(page, result, tables, settings, folder, words) -> list[dict]:
    from svcnb.figures import style
    from svcnb.figures.described import with_description

    found = []
    for spec in page.pictures:
        frames = spec.frames(tables)
        if frames is None:
            continue
        title, text = words(spec.title), spec.in_words(tables, words)
        facts = downloads.facts_of(page, result, settings, words, title, frames[0], text)
        source = f"{settings.name}, {settings.period_start} – {settings.period_end}. {words(page.card.source)}".strip()
        name = f"{page.name}/{spec.name}"
        files = []
        for kind, data in style.draw(spec.plot, *frames, words=words).items():
            _write(folder / f"{name}.{kind}", with_description(data, kind, title, text, source))
            files.append(f"{name}.{kind}")
        files += _write_table(folder, f"{name}-data", title, frames[0], facts, words)
        found.append(_entry(spec.name, page.name, title, facts, files))
    return found


def _write_table(folder: Path, name: str, title: str, frame, facts, words) -> list[str]:
    _write(folder / f"{name}.csv", downloads.table_csv(frame))
    _write(folder / f"{name}.xlsx", downloads.tables_xlsx([(title, frame, facts)], words))
    return [f"{name}.csv", f"{name}.xlsx"]


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    write_whole(path, data)


def _entry(name: str, page: str, title: str, facts, files) -> dict:
    return {"page": page, "name": name, "title": title, "files": files, "description": dict(facts)}


def _index(study, entries, words) -> Markup:
    """A page that lists everything, without a request to any other place."""
    parts, page = [], None
    for entry in entries:
        if entry["page"] != page:
            page = entry["page"]
            if page:
                parts.append(Markup("<h2>{}</h2>").format(words(PAGES[page].title)))
        links = layout.join(Markup('<a href="{}">{}</a> ').format(file, file.rpartition(".")[2]) for file in entry["files"])
        picture = next((file for file in entry["files"] if file.endswith(".svg")), None)
        shown = Markup('<img src="{}" alt="{}">').format(picture, entry["description"].get(words("In words"), "")) \
            if picture else Markup("")
        rows = layout.join(Markup("<dt>{}</dt><dd>{}</dd>").format(what, said) for what, said in entry["description"].items())
        parts.append(Markup("<section><h3>{}</h3>{}<p>{}</p><details><summary>{}</summary><dl>{}</dl></details></section>").format(
            entry["title"], shown, links, words("Description"), rows))
    title = words("Tables and figures: {name}", name=study.settings.name)
    return Markup('<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8"><title>{}</title><style>body{{font-family:'
                  'sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}}img{{max-width:100%}}dt{{font-weight:bold}}'
                  '</style></head><body><h1>{}</h1>{}</body></html>').format(words.language, title, title, layout.join(parts))
