"""``svcnb new``: a folder that can be checked and filled in at once, and what it refuses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner

from svcnb.cli import cli
from svcnb.errors import OutputError, ParameterError
from svcnb.study import load_study


def _run(*arguments):
    result = CliRunner().invoke(cli, [str(a) for a in arguments], obj={"language": "en"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output, result.exit_code


def test_an_english_study(tmp_path):
    folder = tmp_path / "client"
    assert _run("new", folder, "--name", 'Depot "South" \\ ñ') == (
        f"{folder}: study.toml and workbook.xlsx are there.\nFill in the workbook, then: svcnb check {folder}   svcnb run "
        f"{folder}\n", 0)
    assert sorted(path.name for path in folder.iterdir()) == ["study.toml", "workbook.xlsx"]
    with load_study(folder) as study:
        year = dt.date.today().year
        assert (study.settings.name, study.settings.currency, study.settings.language) == ('Depot "South" \\ ñ', "EUR", "en")
        assert (study.settings.period_start, study.settings.period_end) == (dt.date(year, 1, 1), dt.date(year, 12, 31))
    assert _run("check", folder) == (
        "client: no table has rows yet. Nothing is wrong; fill in the tables you have.\n", 0)


def test_a_spanish_study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _run("new", "cliente", "--lang", "es", "--currency", "CUP", "--from", "2025-07-01", "--to", "2026-06-30") == (
        "cliente: están study.toml y libro.xlsx.\nRellene el libro y después: svcnb check ./cliente   svcnb run ./cliente\n", 0)
    text = Path("cliente/study.toml").read_text("utf-8")
    assert text.startswith("# De qué trata este estudio. Las líneas que empiezan por # son solo explicaciones.\n[study]\n"
                           'name = "cliente"\n')
    with load_study(tmp_path / "cliente") as study:
        assert (study.settings.currency, study.settings.language) == ("CUP", "es")
        assert (study.settings.period_start, study.settings.period_end) == (dt.date(2025, 7, 1), dt.date(2026, 6, 30))
    assert _run("check", "./cliente") == (
        "cliente: ninguna tabla tiene filas todavía. No hay ningún error; rellene las tablas que tenga.\n", 0)


def test_an_empty_folder_is_taken_and_a_full_one_is_not(tmp_path):
    (tmp_path / "empty").mkdir()
    assert _run("new", tmp_path / "empty")[1] == 0
    before = (tmp_path / "empty" / "study.toml").read_bytes()
    with pytest.raises(OutputError) as error:
        _run("new", tmp_path / "empty", "--name", "another")
    assert str(error.value) == (f"{tmp_path / 'empty'} is not empty; nothing was written. Give a folder that is not there yet.")
    assert (tmp_path / "empty" / "study.toml").read_bytes() == before


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError) as error:
        _run("new", tmp_path / "file")
    assert str(error.value) == f"{tmp_path / 'file'} is a file; give a folder."


def test_a_folder_without_the_right_to_write(tmp_path, monkeypatch):
    def refuse(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(OutputError) as error:
        _run("new", tmp_path / "x")
    assert str(error.value) == (f"{tmp_path / 'x'} cannot be written: Permission denied. Nothing was written; give another "
                                "folder.")


@pytest.mark.parametrize("arguments, message", [
    (["--from", "2026-02-01", "--to", "2026-01-01"],
     "The last day 2026-01-01 is before the first day 2026-02-01; correct one of the two."),
    (["--currency", " "], "--currency is empty; write e.g. EUR."),
])
def test_what_is_refused(tmp_path, arguments, message):
    with pytest.raises(ParameterError) as error:
        _run("new", tmp_path / "x", *arguments)
    assert str(error.value) == message
    assert not (tmp_path / "x").exists()
