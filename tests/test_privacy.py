"""People's data: a copy without names, and answers that are deleted for good."""

from __future__ import annotations

import json
import re
import shutil

import openpyxl
import pytest
from click.testing import CliRunner

from svcnb.cli import cli
from svcnb.documents.held import held_section
from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.journal.erase import erase
from svcnb.privacy import forget, pseudonymise, read_key, withdrawn
from svcnb.results import evaluate, evaluate_all
from svcnb.study import load_study
from svcnb.tables import TABLES
from svcnb.tables.people import KINDS, holders, kind_of

TOML = ('# written by Ana García\n[study]\nname = "Filters"\ncurrency = "EUR"\nperiod_start = 2025-01-01\n'
        'period_end = 2025-12-31\n\n[scales.survey_satisfaction]\nscale_min = 1\nscale_max = 5\n\n[parameters.segmentation]\n'
        'min_n = 2\n')
TABLES_OF_STUDY = {
    "customers": "customer_id,name,branch,age,uses_product,phone\nK1,Ana García,farm,40,true,555\n"
                 "101,Luis Paz,fleet,,false,556\n",
    "orders": "order_id,customer_id,order_ts,channel\n101,K1,2025-01-02 10:30,luis@paz.es\nO2,101,2025-02-01,phone\n",
    "complaints": "complaint_id,customer_id,cause,resolution\nQ1,101,=late,spoke with Ana García (ana@garcia.es)\n",
    "returns": "return_id,order_id,qty,reason\n1,101,2,damaged\n",
    "survey_respondents": "respondent_id,customer_id,segment_id\nR1,K1,S1\nR2,101,S1\nR3,K1,S1\n",
    "survey_satisfaction": "respondent_id,component_id,perceived\nR1,C1,1\nR2,C1,3\nR3,C1,5\n",
    "survey_importance": "respondent_id,component_id,points\n" + "".join(
        f"R{r},C{c},10\n" for r in (1, 2, 3) for c in range(1, 11)),
    "experts": "expert_id,name,self_rating\nE1,Eva Sol,9\nE2,,8\n",
    "expert_answers": "expert_id,topic,item_id,value\nE1,variables,branch,1\nE2,variables,branch,2\n",
    "action_register": "action_id,measure_id,owner,action\nA1,M1,Ana García,Luis Paz calls E1\n",
}
NAMES = ("Ana", "García", "Luis", "Paz", "Eva", "Sol", "luis@", "555")


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "filters"
    folder.mkdir()
    (folder / "study.toml").write_text(TOML, "utf-8")
    for table, text in TABLES_OF_STUDY.items():
        (folder / f"{table}.csv").write_text(text, "utf-8")
    with load_study(folder) as loaded:
        assert loaded.problems() == []
        with open_journal(folder / "journal.sqlite") as journal:
            inputs = evaluate(loaded, journal, "segmentation").inputs
            journal.record("decision", "segmentation", "variable", {"value": "branch", "reason": "Luis Paz asked for it"},
                           actor="Ana García", inputs=inputs)
            journal.record("vote", "demand", "C1", {"value": "tell nobody but Eva Sol"}, actor="Luis Paz")
            journal.record("vote", "demand", "C2", {"value": 3}, actor="Eva Sol")
        yield loaded


def _run(*arguments, **more):
    result = CliRunner().invoke(cli, [str(a) for a in arguments], obj={"language": "en"}, **more)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def _copy(study, tmp_path, **more):
    folder = tmp_path / "copy"
    folder.mkdir()
    return pseudonymise(study, folder, **more), folder


# which columns ---------------------------------------------------------------------------------------


def test_names_of_people_are_optional_everywhere():
    required = [(table.name, column.name) for table in TABLES.values() for column in table.columns
                if column.name in ("name", "owner", "evaluator") and kind_of(table.name, column.name)
                and (column.required or not column.nullable)]
    assert required == []


def test_every_column_that_may_name_a_person_is_settled():
    """A column called like a person's is in KINDS, refers to one that is, or stands here as known to be none."""
    no_person = {("components", "name"), ("competitors", "name"), ("cost_drivers", "name"), ("parameters", "name"),
                 ("process_steps", "name"), ("activities", "name"), ("services", "name"), ("projects", "name")}
    found = {(table.name, column.name) for table in TABLES.values() for column in table.columns
             if column.name in ("name", "owner", "evaluator", "staff_id", "server_id", "person_id", "customer_id", "expert_id",
                                "respondent_id", "candidate_id") and not kind_of(table.name, column.name)}
    assert found <= no_person
    places = {place for places in KINDS.values() for place in places}
    assert {place for place in places if place.split(".")[1] not in TABLES[place.split(".")[0]].by_name} == set()


def test_where_a_respondents_answers_are():
    assert holders("respondent") == dict.fromkeys(
        ("survey_respondents", "survey_importance", "survey_satisfaction", "survey_pairs", "survey_profiles"), "respondent_id")


# the copy --------------------------------------------------------------------------------------------


def test_no_name_is_left_anywhere_in_the_copy(study, tmp_path):
    _, folder = _copy(study, tmp_path)
    everything = b"\n".join(path.read_bytes() for path in folder.iterdir())
    assert [name for name in NAMES if name.encode() in everything] == []


def test_the_same_person_has_one_pseudonym_in_all_tables(study, tmp_path):
    made, folder = _copy(study, tmp_path)
    with load_study(folder) as copy:
        assert copy.problems() == []
        ids = dict(zip(study.table("customers")["customer_id"], copy.table("customers")["customer_id"]))
        for table in ("survey_respondents", "complaints"):
            assert copy.table(table)["customer_id"].tolist() == study.table(table)["customer_id"].map(ids).tolist()
        assert copy.orders.order_by("order_id").to_pandas()["customer_id"].tolist() == [ids["K1"], ids["101"]]
        with open_journal(folder / "journal.sqlite") as journal:
            first = journal.events()[0]
        assert first.actor == copy.table("action_register")["owner"][0]
        assert re.fullmatch(r"P-[A-Z2-7]{10}", first.actor)
    assert made.people == {"customer": 2, "respondent": 3, "expert": 2, "person": 5}
    assert made.emptied == {"customers": ["phone"]}


def test_what_is_no_person_stays_letter_by_letter(study, tmp_path):
    """Order 101 is not customer 101; a formula, a number and a date come back as they were; addresses are gone."""
    _, folder = _copy(study, tmp_path)
    with load_study(folder) as copy:
        assert copy.table("returns")["order_id"].tolist() == ["101"]
        assert copy.table("complaints")["cause"].tolist() == ["=late"]
        orders = copy.orders.order_by("order_id").to_pandas()
        assert orders["order_id"].tolist() == ["101", "O2"]
        assert orders["order_ts"].astype(str).tolist() == ["2025-01-02 10:30:00", "2025-02-01 00:00:00"]
        assert orders["channel"][1] == "phone" and "@" not in orders["channel"][0]
        assert copy.table("survey_satisfaction")["perceived"].tolist() == [0.0, 5.0, 10.0]  # 1, 3, 5 on 1 to 5
        assert copy.parameters("segmentation") == {"min_n": 2}
        assert re.fullmatch(r"spoke with [CP]-\w{10} \(P-\w{10}\)", copy.table("complaints")["resolution"][0])


def test_the_figures_are_the_same_and_decisions_are_not_stale(study, tmp_path):
    """But for the number of candidate variables: the column that nobody knows (phone) was one and is left out."""
    _, folder = _copy(study, tmp_path)
    with load_study(folder) as copy, open_journal(folder / "journal.sqlite") as journal, \
            open_journal(study.folder / "journal.sqlite") as original:
        for step, before in evaluate_all(study, original).items():
            after = evaluate(copy, journal, step)
            same = lambda result: {k: q.value for k, q in result.quantities.items() if k != "n_candidates"}
            assert same(after) == same(before)
        assert [name for name in evaluate(copy, journal, "segmentation").stale_because if name.startswith("table")] == []
        assert [(e.seq, e.event_uuid, e.at, e.kind) for e in journal.events()] == [
            (e.seq, e.event_uuid, e.at, e.kind) for e in original.events()]
        assert journal.verify() == []


def test_the_key_gives_the_same_pseudonyms_again_and_goes_back(study, tmp_path):
    key = tmp_path / "key.json"
    made, folder = _copy(study, tmp_path, key=key)
    listed = json.loads(key.read_text("utf-8"))
    with load_study(folder) as copy:
        first = copy.table("customers")["customer_id"].tolist()
    assert [{v: k for k, v in listed["customer"].items()}[p] for p in first] == ["K1", "101"]
    again = tmp_path / "again"
    again.mkdir()
    pseudonymise(study, again, read_key(key))
    assert (again / "customers.csv").read_bytes() == (folder / "customers.csv").read_bytes()
    other = tmp_path / "other"
    other.mkdir()
    pseudonymise(study, other)
    assert (other / "customers.csv").read_bytes() != (folder / "customers.csv").read_bytes()


def test_the_command_and_what_it_says(study, tmp_path):
    out = tmp_path / "out"
    said = _run("pseudonymise", study.folder, "-o", out)
    assert said == (
        f"{out}: 10 tables, pseudonyms for 2 customers, 3 respondents, 2 experts, 5 persons.\n"
        "customers: left out, nobody knows what they hold: phone.\n"
        f"Key: {out}.key.json. Keep it apart from the copy; whoever has both can go back.\n"
        "Places, ages, dates and answers stay: whoever knows them may still recognise somebody.\n")
    said = _run("pseudonymise", study.folder, "-o", tmp_path / "none", "--no-key", "--lang", "es")
    assert said.splitlines()[2] == "No se guardó ninguna clave: nadie puede deshacer los seudónimos."
    assert not (tmp_path / "none.key.json").exists()


@pytest.mark.parametrize("arguments, message", [
    (["--key", "{}/k", "--no-key"], "--key and --no-key exclude one another; give one of the two."),
    (["-o", "{}/x", "--key", "{}/x/k"], "The key would lie in the copy; give another place with --key."),
    (["-o", "{}/x", "--key", "{}/no/k"], "There is no folder {}/no; make it or choose another place for the key."),
    (["-o", "{}/x", "--key", "{}/filters/study.toml"], "{}/filters/study.toml is no key that svcnb pseudonymise wrote."),
    (["-o", "{}/filters"], "{}/filters is not empty; nothing was written. Give a folder that is not there yet."),
])
def test_what_is_refused(study, tmp_path, arguments, message):
    with pytest.raises(Exception) as error:
        _run("pseudonymise", study.folder, *(a.replace("{}", str(tmp_path)) for a in arguments))
    assert str(error.value) == message.replace("{}", str(tmp_path))


# forgetting ------------------------------------------------------------------------------------------


def test_a_respondent_is_forgotten_and_the_mean_is_of_the_others(study):
    """Satisfaction 0, 5 and 10 on 0 to 10: without R3 two answers are left, mean 2.5."""
    done = forget(study, "respondent", "R3", by="Eva Sol")
    assert done.rows == {"survey_respondents": 1, "survey_importance": 10, "survey_satisfaction": 1}
    with load_study(study.folder) as after:
        assert after.problems() == []
        assert after.table("survey_satisfaction")["perceived"].mean() == 2.5
        assert set(after.table("survey_importance")["respondent_id"]) == {"R1", "R2"}
    everything = b"".join(path.read_bytes() for path in study.folder.glob("survey_*.csv"))
    assert b"R3" not in everything


def test_decisions_that_rest_on_the_answers_become_stale(study):
    with open_journal(study.folder / "journal.sqlite") as journal:
        inputs = evaluate(study, journal, "demand").inputs
        journal.record("decision", "demand", "approach", {"value": "composition"}, actor="Eva Sol", inputs=inputs)
        assert evaluate(study, journal, "demand").state == "decided"
    forget(study, "respondent", "R1")
    with open_journal(study.folder / "journal.sqlite") as journal, load_study(study.folder) as after:
        result = evaluate(after, journal, "demand")
        assert result.state == "stale" and "table survey_satisfaction" in result.stale_because


def test_withdrawals_are_counted_without_a_name(study):
    forget(study, "respondent", "R1")
    forget(study, "respondent", "R2")
    forget(study, "participant", "Luis Paz")
    with open_journal(study.folder / "journal.sqlite") as journal:
        assert withdrawn(journal) == {"respondent": 2, "participant": 1}
        english, spanish = (str(held_section(study, journal, words_in(language))) for language in ("en", "es"))
        assert "Have withdrawn their answers: 2 respondents, 1 participants. They count nowhere in this report." in english
        assert "Han retirado sus respuestas: 2 encuestados, 1 participantes. No cuentan en ninguna parte de este informe." \
            in spanish
        assert not any("R1" in json.dumps([e.payload, e.key, e.actor]) for e in journal.events())


def test_a_participants_votes_are_gone_from_the_disk(study):
    """Neither the file nor its log holds the text or the name; the events stay where they were, as tombstones."""
    with open_journal(study.folder / "journal.sqlite") as journal:
        before = journal.events()
    done = forget(study, "participant", "Luis Paz")
    assert (done.journal.answers, done.journal.names, done.rows) == (1, 0, {})
    held = b"".join(path.read_bytes() for path in study.folder.glob("journal.sqlite*"))
    assert b"tell nobody" not in held and b'"actor":"Luis' not in held
    with open_journal(study.folder / "journal.sqlite") as journal:
        events = journal.events()
        assert journal.verify() == []
        assert [(e.seq, e.event_uuid, e.at) for e in events[:3]] == [(e.seq, e.event_uuid, e.at) for e in before]
        assert (events[1].payload, events[1].actor) == ({"withdrawn": True}, "withdrawn")
        assert [key for _, key in journal.latest(kinds=("vote",))] == ["C2"]
        assert journal.decisions()["segmentation"]["variable"]["value"] == "branch"


def test_who_decided_loses_the_name_and_the_decision_stands(study):
    done = forget(study, "participant", "Ana García")
    assert (done.journal.answers, done.journal.names) == (0, 1)
    assert "García".encode() not in b"".join(path.read_bytes() for path in study.folder.glob("journal.sqlite*"))
    with open_journal(study.folder / "journal.sqlite") as journal:
        result = evaluate(study, journal, "segmentation")
        assert (result.decision["variable"], result.chosen_by["variable"]["actor"]) == ("branch", "withdrawn")


def test_after_an_erasure_the_journal_is_append_only_again(study):
    with open_journal(study.folder / "journal.sqlite") as journal:
        assert erase(journal, "nobody at all").answers == 0
        erase(journal, "Luis Paz")
        with pytest.raises(Exception, match="the journal is append-only: UPDATE refused"), journal.writing() as connection:
            connection.execute("UPDATE events SET actor = 'x'")
        with pytest.raises(Exception, match="the journal is append-only: DELETE refused"), journal.writing() as connection:
            connection.execute("DELETE FROM events")


def test_the_stored_results_are_thrown_away(study):
    (study.folder / ".results").mkdir(exist_ok=True)
    (study.folder / ".results" / "demand-1.json").write_text('{"E2": 8}', "utf-8")
    assert forget(study, "expert", "E2").results >= 1
    assert list((study.folder / ".results").glob("*.json")) == []


def test_a_workbook_and_a_csv_of_another_writing_are_written_as_they_were(study):
    """experts as xlsx; expert_answers in Windows text with semicolons: everything else stays."""
    (study.folder / "experts.csv").unlink()
    book = openpyxl.Workbook()
    for row in (["expert_id", "name"], ["E1", "Eva"], ["E2", "=1+1"], ["E3", "Ñ"]):
        book.active.append(row)
    book.active["B3"].data_type = "s"
    book.save(study.folder / "experts.xlsx")
    text = "expert_id;topic;item_id;value\r\nE1;variables;año;1,5\r\nE2;variables;año;2\r\n"
    (study.folder / "expert_answers.csv").write_bytes(text.encode("cp1252"))
    with load_study(study.folder) as loaded:
        assert forget(loaded, "expert", "E1").rows == {"experts": 1, "expert_answers": 1}
    assert (study.folder / "expert_answers.csv").read_bytes() == text.replace("E1;variables;año;1,5\r\n", "").encode("cp1252")
    rows = list(openpyxl.load_workbook(study.folder / "experts.xlsx").active.iter_rows(values_only=True))
    assert rows == [("expert_id", "name"), ("E2", "=1+1"), ("E3", "Ñ")]


def test_rows_are_found_as_the_spreadsheet_counts(study):
    """A blank line and a text of two lines stand before E2's rows; nothing else is touched."""
    text = 'expert_id,topic,item_id,value\n\nE1,variables,"two\nlines",1\nE2,variables,a,2\nE1,variables,b,3\nE2,variables,b,4\n'
    (study.folder / "expert_answers.csv").write_text(text, "utf-8")
    with load_study(study.folder) as loaded:
        assert forget(loaded, "expert", "E2").rows == {"experts": 1, "expert_answers": 2}
    assert (study.folder / "expert_answers.csv").read_text("utf-8") == (
        'expert_id,topic,item_id,value\n\nE1,variables,"two\nlines",1\nE1,variables,b,3\n')


def test_a_survey_tools_row_is_emptied_so_that_the_others_keep_their_names(study):
    """Google Forms calls respondents by their row: r3 withdraws, r2 and r4 stay r2 and r4."""
    (study.folder / "survey_satisfaction.csv").unlink()
    (study.folder / "survey_respondents.csv").unlink()
    (study.folder / "survey_importance.csv").unlink()
    (study.folder / "forms.csv").write_text("Timestamp,How fast?\n2025/01/02,7\n2025/01/03,8\n2025/01/04,9\n", "utf-8")
    (study.folder / "study.toml").write_text(TOML.partition("[scales")[0] + (
        '[tables.survey_respondents]\nfile = "forms.csv"\nformat = "google_forms"\n'
        '[tables.survey_satisfaction]\nfile = "forms.csv"\nformat = "google_forms"\n'
        '[tables.survey_satisfaction.questions]\n"How fast?" = "C9.perceived"\n'), "utf-8")
    with load_study(study.folder) as loaded:
        assert loaded.problems() == []
        assert forget(loaded, "respondent", "r3").rows == {"survey_respondents": 1, "survey_satisfaction": 1}
    with load_study(study.folder) as after:
        assert after.table("survey_satisfaction")[["respondent_id", "perceived"]].values.tolist() == [["r2", 7.0], ["r4", 9.0]]
    assert (study.folder / "forms.csv").read_text("utf-8") == "Timestamp,How fast?\n2025/01/02,7\n,\n2025/01/04,9\n"


@pytest.mark.parametrize("kind, person, message", [
    ("respondent", "R9", "Nobody is called R9 here (respondent); nothing was deleted."),
    ("participant", "R1", "Nobody is called R1 here (participant); nothing was deleted."),
    ("dog", "R1", "There is no kind dog; kinds are respondent, expert, person, participant."),
])
def test_nobody_of_that_name(study, kind, person, message):
    before = {path.name: path.read_bytes() for path in study.folder.glob("*.csv")}
    with pytest.raises(ParameterError) as error:
        forget(study, kind, person)
    assert str(error.value) == message
    assert {path.name: path.read_bytes() for path in study.folder.glob("*.csv")} == before


def test_the_command_asks_first(study):
    asked = _run("forget", study.folder, "respondent", "R1", input="n\n")
    assert asked == ("survey_respondents.csv, survey_respondents: 1 rows\nsurvey_importance.csv, survey_importance: 10 rows\n"
                     "survey_satisfaction.csv, survey_satisfaction: 1 rows\n"
                     "Delete what R1 answered, for good? [y/N]: n\nNothing was deleted.\n")
    assert b"R1" in (study.folder / "survey_respondents.csv").read_bytes()
    said = _run("forget", study.folder, "respondent", "R1", "--yes", "--lang", "es")
    assert said.splitlines()[3:] == [
        "Borrado: 12 filas en 3 tablas, 0 respuestas en el diario; el nombre se quitó de 0 decisiones.",
        "Los resultados se calculan de nuevo sin ellas, y el informe dice que alguien se ha retirado, no quién.",
        "Los informes, ejecuciones, exportaciones y copias anteriores aún contienen las respuestas: bórrelos, y las mismas filas "
        "en el origen."]


def test_a_shipped_study_is_never_written():
    with pytest.raises(ParameterError) as error:
        _run("forget", "demo", "respondent", "R1", "--yes")
    assert str(error.value) == "demo is shipped with svcnb and is never written; work on a copy."


def test_the_folder_may_move(study, tmp_path):
    shutil.copytree(study.folder, tmp_path / "moved")
    with load_study(tmp_path / "moved") as moved:
        assert forget(moved, "expert", "E1").rows == {"experts": 1, "expert_answers": 1}
