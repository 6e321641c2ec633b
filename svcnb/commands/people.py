"""``svcnb pseudonymise`` and ``svcnb forget``: people's data."""

from __future__ import annotations

from pathlib import Path

import click

from svcnb.commands.opened import LANGUAGE, empty_folder, open_study, short
from svcnb.errors import OutputError, ParameterError
from svcnb.i18n import N_

KIND_NAMES = {"customer": N_("customers"), "respondent": N_("respondents"), "expert": N_("experts"), "person": N_("persons")}


@click.command()
@click.argument("study")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder of the copy, default STUDY-pseudonymised.")
@click.option("--key", type=click.Path(path_type=Path), help="Key file; an earlier one gives the same pseudonyms again.")
@click.option("--no-key", is_flag=True, help="Keep no key: nobody can go back.")
@LANGUAGE
def pseudonymise(study, out, key, no_key, language) -> None:
    """Write a copy of STUDY in which people have pseudonyms; the key lies beside the copy, never in it."""
    from svcnb.i18n import words_in
    from svcnb.privacy import pseudonymise as write_copy
    from svcnb.privacy import read_key

    loaded = open_study(study, language)
    words = words_in(language or loaded.settings.language)
    if key and no_key:
        raise ParameterError(N_("--key and --no-key exclude one another; give one of the two."))
    out = Path(out or f"{loaded.name}-pseudonymised").resolve()
    key = None if no_key else Path(key or out.with_name(f"{out.name}.key.json")).resolve()
    if key is not None and key.is_relative_to(out):
        raise ParameterError(N_("The key would lie in the copy; give another place with --key."))
    secret = read_key(key) if key is not None and key.exists() else None
    if key is not None and not key.parent.is_dir():
        raise OutputError(N_("There is no folder {folder}; make it or choose another place for the key."),
                          folder=short(key.parent))
    made = write_copy(loaded, empty_folder(out), secret, key)
    loaded.close()
    who = ", ".join(f"{n} {words(KIND_NAMES[kind])}" for kind, n in made.people.items() if n)
    click.echo(words("{folder}: {n} tables, pseudonyms for {people}.", folder=short(out), n=len(made.tables),
                     people=who or words("nobody")))
    for table, columns in made.emptied.items():
        click.echo(words("{table}: left out, nobody knows what they hold: {columns}.", table=table, columns=", ".join(columns)))
    click.echo(words("Key: {path}. Keep it apart from the copy; whoever has both can go back.", path=short(key)) if key else
               words("No key was kept: nobody can go back from the pseudonyms."))
    click.echo(words("Places, ages, dates and answers stay: whoever knows them may still recognise somebody."))


@click.command()
@click.argument("study")
@click.argument("kind", type=click.Choice(["respondent", "expert", "person", "participant"]))
@click.argument("person")
@click.option("--by", default="nobody", help="Who deletes; stands in the journal.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@LANGUAGE
def forget(study, kind, person, by, yes, language) -> None:
    """Delete the answers of one person from the files and the journal of STUDY, for good.

    KIND respondent, expert or person (a belief of management) is an id of the tables, participant a name in the journal.
    """
    from svcnb.i18n import words_in
    from svcnb.privacy import forget as delete
    from svcnb.privacy import where_is

    loaded = open_study(study, language)
    words = words_in(language or loaded.settings.language)
    if loaded.is_shipped:
        raise ParameterError(N_("{study} is shipped with svcnb and is never written; work on a copy."), study=loaded.name)
    for place in where_is(loaded, kind, person):
        click.echo(words("{file}, {table}: {n} rows", file=place.path.name, table=place.table, n=place.n))
    if not yes and not click.confirm(words("Delete what {person} answered, for good?", person=person)):
        click.echo(words("Nothing was deleted."))
        return
    done = delete(loaded, kind, person, by=by)
    click.echo(words("Deleted: {rows} rows in {tables} tables, {answers} answers in the journal; the name taken out of "
                     "{names} decisions.", rows=sum(done.rows.values()), tables=len(done.rows), answers=done.journal.answers,
                     names=done.journal.names))
    click.echo(words("The results are computed again without them, and the report says that somebody has withdrawn, not who."))
    click.echo(words("Reports, runs, exports and backups made before still hold the answers: delete them, and the same rows at "
                     "the source."))


COMMANDS = (pseudonymise, forget)
