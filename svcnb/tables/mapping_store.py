"""Keep the answer of a mapping in ``study.toml``: comments stay, the file is written whole or not at all, one step back.

Only the sections ``[tables.<name>]`` are touched. What stood before is kept beside it as ``study.toml.before``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from svcnb.errors import OutputError, StudyError
from svcnb.i18n import N_
from svcnb.parts import write_whole
from svcnb.tables.schemas import TABLES
from svcnb.tables.sources import SEPARATORS, Source, read_sources

BEFORE = "study.toml.before"


def store_sources(folder: Path, sources: dict[str, Source]) -> Path:
    """Write how files feed tables into ``folder/study.toml``.

    Parameters
    ----------
    folder : Path
        The study's folder.
    sources : {table: Source}
        A section of the same table is replaced; others stay as they are.

    Returns
    -------
    Path
        The copy of what stood before, for ``undo_store``.

    Raises
    ------
    StudyError
        A source that study.toml could not hold (a file outside the folder, an unknown column).
    OutputError
        The folder cannot be written; study.toml is as it was.
    """
    import tomlkit

    path = folder / "study.toml"
    before = path.read_bytes()
    crlf = b"\r\n" in before
    read = before.decode("utf-8-sig").replace("\r\n", "\n")
    document, wanted = tomlkit.parse(read), tomllib.loads(read)
    wanted.setdefault("tables", {})
    if "tables" not in document:
        document["tables"] = tomlkit.table(is_super_table=True)
    tables = document["tables"]
    for name, source in sources.items():
        given = section(source)
        wanted["tables"][name] = given
        if isinstance(tables.get(name), dict):
            _merge(tables[name], given)
            continue
        if name in tables:
            tables.remove(name)  # a bare file name: a section in its place would swallow the keys after it
        tables.append(name, _spaced(_new(given)))
    text = tomlkit.dumps(document)
    if tomllib.loads(text) != wanted:
        raise StudyError(N_("study.toml is written in a way that cannot be changed without loss; "
                            "write the section [tables.{table}] by hand."), table=next(iter(sources)))
    read_sources({name: given for name, given in wanted["tables"].items() if name in TABLES}, folder)
    _write(folder / BEFORE, before)
    _write(path, (text.replace("\n", "\r\n") if crlf else text).encode("utf-8"))
    return folder / BEFORE


def undo_store(folder: Path) -> None:
    """Put back the study.toml that stood before the last mapping was stored.

    Raises
    ------
    StudyError
        There is nothing to take back.
    """
    before = folder / BEFORE
    if not before.is_file():
        raise StudyError(N_("{folder} holds no study.toml from before a mapping; there is nothing to take back."),
                         folder=str(folder))
    _write(folder / "study.toml", before.read_bytes())
    before.unlink()


def section(source: Source) -> dict:
    """A source as the section of study.toml that says it, without what is not declared."""
    given = {key: getattr(source, key) for key in Source.__dataclass_fields__}
    if source.separator:
        given["separator"] = next(name for name, sign in SEPARATORS.items() if sign == source.separator)
    return {key: value for key, value in given.items() if value}


def _new(given: dict):
    import tomlkit

    table = tomlkit.table()
    for key, value in given.items():
        table.append(key, _new(value) if isinstance(value, dict) else value)
    return table


def _spaced(table):
    """The section with a blank line after it."""
    import tomlkit

    last = table
    while isinstance(last[list(last)[-1]], dict):
        last = last[list(last)[-1]]
    last.add(tomlkit.nl())
    return table


def _merge(item, given: dict) -> None:
    """Make a section say what is given and keep the comments of what stays."""
    for key in [key for key in item if key not in given]:
        item.remove(key)
    for key, value in given.items():
        if isinstance(value, dict) and isinstance(item.get(key), dict):
            _merge(item[key], value)
        elif isinstance(value, dict):
            if key in item:
                item.remove(key)
            item.append(key, _new(value))
        elif key in item:
            item[key] = value
        else:
            _put_first(item, key, value)


def _put_first(item, key: str, value) -> None:
    """A plain value before the subsections: after one it would belong to it."""
    subsections = {name: item[name] for name in list(item) if isinstance(item[name], dict)}
    for name in subsections:
        item.remove(name)
    item.append(key, value)
    for name, sub in subsections.items():
        item.append(name, sub)


def _write(path: Path, data: bytes) -> None:
    """The whole file or the one that was there."""
    try:
        write_whole(path, data)
    except OSError as error:
        raise OutputError(N_("{path} cannot be written ({why}); nothing was changed."), path=str(path),
                          why=error.strerror or type(error).__name__) from None
