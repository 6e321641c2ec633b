"""Controls, the decision form and the check by hand, without a browser."""

from __future__ import annotations

import re
import shutil
import threading
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest

from svcnb.errors import ParameterError
from svcnb.i18n import N_, words_in
from svcnb.journal import open_journal
from svcnb.panels import PAGES, controls
from svcnb.panels.decision import CheckPanel, DecisionPanel, judge
from svcnb.panels.page import Check, Field
from svcnb.results import StepResult, evaluate
from svcnb.steps import STEPS
from svcnb.study import load_study

EN, ES = words_in("en"), words_in("es")
DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
OPTIONS = (("a", "first"), ("b", "second"), (None, "not judged"))


def text_of(status) -> str:
    """What a status says, without its tags."""
    return unescape(re.sub("<[^>]+>", "", status.value))


def kind_of(status) -> str:
    return re.search('class="status ([a-z]*)"', status.value).group(1)


# controls --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("field", [
    Field("k", "Label", "choice", "b", OPTIONS),
    Field("k", "Label", "choice", None, OPTIONS),
    Field("k", "Label", "many", ["b", "a"], OPTIONS[:2]),
    Field("k", "Label", "many", [], OPTIONS),
    Field("k", "Label", "number", 0.123456789012345),
    Field("k", "Label", "number", -12345678901.5),
    Field("k", "Label", "number", None),
    Field("k", "Label", "share", 0.29, low=0, high=1),
    Field("k", "Label", "slide", 0.926, low=0.5, high=1),
    Field("k", "Label", "slide", -0.02, low=-0.05, high=0.05, hint="points"),
    Field("k", "Label", "whole", 5, low=1, high=500),
    Field("k", "Label", "shares", [0.8, 0.95], ("first, %", "second, %")),
    Field("k", "Label", "text", "Zoë <b>&{x}"),
    Field("k", "Label", "area", "one\ntwo"),
    Field("k", "Label", "rows", {"S1": {"name": "fleet", "status": "a", "values": ["x", "y"]}, "S2": {"name": "ñ"}},
          (Field("name", "Name", "text"), Field("status", "Status", "choice", "b", OPTIONS))),
], ids=lambda field: f"{field.kind} {field.value!r:.20}")
@pytest.mark.parametrize("words", [EN, ES], ids=["en", "es"])
def test_what_a_control_shows_is_read_back(field, words):
    control = controls.build(field, words)
    if field.kind == "rows":
        assert controls.read(control) == {"S1": field.value["S1"], "S2": {"name": "ñ", "status": "b"}}
    elif field.kind == "many":
        assert sorted(controls.read(control)) == sorted(field.value)
    else:
        assert controls.read(control) == field.value


@pytest.mark.parametrize("kind,typed,words,value", [
    ("number", "2.5", EN, 2.5), ("number", "2,5", EN, 2.5), ("number", "2,5", ES, 2.5), ("number", "2.5", ES, 2.5),
    ("number", "1.250", EN, 1.25), ("number", "1,250", ES, 1.25), ("number", "0,125", EN, 0.125),
    ("number", " -3 ", EN, -3.0), ("number", "1e3", EN, 1000.0), ("number", "", EN, None), ("number", "  ", ES, None),
    ("share", "95", EN, 0.95), ("share", "95 %", EN, 0.95), ("share", "97,5%", ES, 0.975), ("share", "", ES, None),
    ("whole", "12", EN, 12), ("whole", "12,0", ES, 12), ("whole", "1200", EN, 1200)])
def test_numbers_are_typed_with_comma_or_point(kind, typed, words, value):
    control = controls.build(Field("k", "Label", kind, 7.0), words)
    control.value = typed
    assert controls.read(control) == value
    assert isinstance(controls.read(control), int) == (kind == "whole")


@pytest.mark.parametrize("kind,typed,words,message", [
    ("number", "ten", EN, "Label: 'ten' is not a number; write digits, e.g. 0.5."),
    ("number", "diez", ES, "Label: 'diez' no es un número; escriba cifras, p. ej. 0,5."),
    ("share", "many %", EN, "Label: 'many' is not a number; write digits, e.g. 50."),
    ("number", "nan", EN, "Label: 'nan' is not a number; write digits, e.g. 0.5."),
    ("whole", "inf", EN, "Label: 'inf' is not a number; write digits, e.g. 0.5."),
    ("number", "1.234.567", ES, "Label: '1.234.567' no es un número; escriba cifras, p. ej. 0,5."),
    ("number", "1,200", EN, "Label: 1,200 can be read in two ways; write thousands without a mark."),
    ("whole", "1.200", ES, "Label: 1.200 se puede leer de dos maneras; escriba los miles sin signo."),
    ("whole", "2.5", EN, "Label: 2.5 is not a whole number."),
    ("whole", "2,5", ES, "Label: 2,5 no es un número entero."),
    ("number", "-1", EN, "Label: -1 is outside 0 to 1."),
    ("share", "101", EN, "Label: 101 is outside 0 to 100."),
    ("share", "-0,5", ES, "Label: -0,5 no está entre 0 y 100."),
    ("whole", "{x}", EN, "Label: '{x}' is not a number; write digits, e.g. 0.5.")])
def test_what_is_no_number_is_said_whole(kind, typed, words, message):
    control = controls.build(Field("k", "Label", kind, 0.5, low=0, high=1), words)
    control.value = typed
    with pytest.raises(ValueError) as told:
        controls.read(control)
    assert str(told.value) == message


def test_open_bounds_are_said():
    control = controls.build(Field("k", "Label", "number", 5, low=0), EN)
    control.value = "-1"
    with pytest.raises(ValueError, match=r"^Label: -1 is outside 0 to ∞\.$"):
        controls.read(control)


def test_what_is_in_force_and_not_on_the_list_stays():
    """A method that today's data no longer offer is shown and kept, not exchanged for the first of the list."""
    control = controls.build(Field("k", "Label", "choice", "gone", OPTIONS), EN)
    assert control.label == "gone" and controls.read(control) == "gone"
    control = controls.build(Field("k", "Label", "many", ["gone", "a"], OPTIONS[:2]), EN)
    control.boxes["b"].value = True
    assert controls.read(control) == ["a", "b", "gone"]


def test_rows_keep_what_no_column_shows_and_name_every_control():
    given = {"G1": {"name": "fleet", "level": 0.95, "unseen": {"deep": [1]}}}
    columns = (Field("name", "Name", "text"), Field("level", "Level", "share", low=0, high=1))
    control = controls.build(Field("k", "Groups", "rows", given, columns, names={"G1": "the fleet"}), ES)
    control.lines["G1"]["level"].value = "97,5"
    control.lines["G1"]["name"].value = "flota"
    assert controls.read(control) == {"G1": {"name": "flota", "level": 0.975, "unseen": {"deep": [1]}}}
    assert given["G1"]["name"] == "fleet"
    assert [c.description for c in control.lines["G1"].values()] == ["Name", "Level, %"]
    control.lines["G1"]["level"].value = "x"
    with pytest.raises(ValueError, match=r"^the fleet: Level: 'x' no es un número; escriba cifras, p\. ej\. 50\.$"):
        controls.read(control)


@pytest.mark.parametrize("field,move", [
    (Field("k", "L", "choice", "a", OPTIONS), lambda c: setattr(c, "value", "b")),
    (Field("k", "L", "many", ["a"], OPTIONS[:2]), lambda c: setattr(c.boxes["b"], "value", True)),
    (Field("k", "L", "number", 1.0), lambda c: setattr(c, "value", "2")),
    (Field("k", "L", "shares", [0.8], ("one",)), lambda c: setattr(c.numbers[0], "value", "70")),
    (Field("k", "L", "rows", {"S1": {"name": "x"}}, (Field("name", "N", "text"),)),
     lambda c: setattr(c.lines["S1"]["name"], "value", "y"))], ids=lambda f: getattr(f, "kind", ""))
def test_moves_are_told_from_any_thread(field, move):
    control, told = controls.build(field, EN), []
    controls.watch(control, lambda: told.append(threading.current_thread().name))
    other = threading.Thread(target=move, args=(control,), name="second")
    other.start()
    other.join()
    assert set(told) == {"second"}


@pytest.mark.parametrize("value,field,english,spanish", [
    ("a", Field("k", "L", "choice", "a", OPTIONS), "first", "first"),
    (None, Field("k", "L", "choice", None, OPTIONS), "not judged", "not judged"),
    ("gone", Field("k", "L", "choice", "gone", OPTIONS), "gone", "gone"),
    (["b", "x"], Field("k", "L", "many", [], OPTIONS[:2]), "second, x", "second, x"),
    ([], Field("k", "L", "many", [], OPTIONS), "none", "ninguno"),
    ([0.8, 0.955], Field("k", "L", "shares", [], ("one", "two")), "80.0 %, 95.5 %", "80,0 %, 95,5 %"),
    (0.95, Field("k", "L", "share"), "95.0 %", "95,0 %"),
    (1234.5, Field("k", "L", "number"), "1,234.5", "1.234,5"),
    (None, Field("k", "L", "number"), "–", "–"),
    ({"G1": {"level": 0.9, "owner": ""}}, Field("k", "L", "rows", {}, (Field("level", "Level", "share"), Field(
        "owner", "Owner", "text")), names={"G1": "fleet"}), "fleet: Level 90.0 %, Owner –", "fleet: Level 90,0 %, Owner –"),
    ({}, Field("k", "L", "rows", {}, ()), "none", "ninguno")])
def test_a_decided_value_reads_as_its_control_does(value, field, english, spanish):
    assert controls.shown_value(value, field, EN) == english
    assert controls.shown_value(value, field, ES) == spanish


# the decision form -----------------------------------------------------------------------------------
def decide(proposal, chosen):
    if chosen.get("method") == "magic":
        raise ParameterError(N_("There is no page {name}; pages are {pages}."), name="magic", pages="a, b")
    return {**proposal.decision, **chosen}


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A journal and a way to open the same form as often as wanted; ``proposed`` is what the method says."""
    monkeypatch.setitem(STEPS, "demand", SimpleNamespace(decide=decide, TITLE="Demand"))
    journal = open_journal(tmp_path / "journal.sqlite")
    proposed = {"cut": 0.5, "method": "naive", "improve": ["b", "a"]}

    def panel(words=EN, journal=journal, reader="Ana", **more):
        by = {key: {"actor": e.actor, "role": e.role, "at": e.at, "seq": e.seq, "reason": e.payload["reason"]}
              for (_, key), e in journal.latest().items()}
        force = {**proposed, **{key: e.payload["value"] for (_, key), e in journal.latest().items()}}
        result = StepResult(step="demand", scenario="base", hash="h", quantities={}, tables={}, proposal=proposed,
                            decision=force, reasons=(), missing=(), evidence="data", state="proposed", parameters={},
                            inputs={"table orders": "x"}, chosen_by=by)
        fields = (Field("cut", "Cut", "number", force["cut"], low=0, high=1), Field("method", "Method", "text", force["method"]),
                  Field("improve", "Improve", "many", force["improve"], OPTIONS[:2]))
        return DecisionPanel(result, fields, journal, words, reader=reader, **more)

    yield SimpleNamespace(panel=panel, journal=journal, path=tmp_path / "journal.sqlite")
    journal.close()


def test_nothing_is_saved_without_a_name(room):
    panel = room.panel(reader="")
    assert text_of(panel.status) == "Proposed by the method; nobody has decided yet."
    panel.name.value = "   "
    panel.save.click()
    assert text_of(panel.status) == "Not saved: write your name first; it stands beside the decision."
    assert kind_of(panel.status) == "attention" and room.journal.events() == []
    spanish = room.panel(ES, reader="")
    spanish.save.click()
    assert text_of(spanish.status) == "No se guardó: escriba primero su nombre; figura junto a la decisión."


def test_saved_is_said_after_it_is_in_the_journal_and_a_second_form_shows_it(room):
    told = []
    panel = room.panel(changed=lambda: told.append(room.journal.latest()["demand", "cut"].payload["value"]))
    panel.controls["cut"].value = "0,6"
    assert text_of(panel.status) == "Changed, not saved yet." and kind_of(panel.status) == "doubt"
    assert room.journal.events() == []
    panel.reason.value = "the room <agrees>"
    panel.save.click()
    assert re.fullmatch(r"Saved \d\d:\d\d:\d\d by Ana\.", text_of(panel.status)) and kind_of(panel.status) == "settled"
    assert told == [0.6]
    assert {key: e.payload for (_, key), e in room.journal.latest().items()} == {
        "cut": {"value": 0.6, "reason": "the room <agrees>"}, "method": {"value": "naive", "reason": "the room <agrees>"},
        "improve": {"value": ["b", "a"], "reason": "the room <agrees>"}}
    event = room.journal.latest()["demand", "cut"]
    assert (event.actor, event.role, event.scenario) == ("Ana", "facilitator", "base")
    assert room.journal.inputs(event.seq) == {"table orders": "x"}
    second = room.panel()
    assert second.controls["cut"].value == "0.6"
    assert re.fullmatch(r"Saved \d{4}-\d\d-\d\d \d\d:\d\d by Ana\. the room <agrees>", text_of(second.status))
    assert "<agrees>" not in second.status.value


def test_a_second_save_records_only_what_changed(room):
    panel = room.panel()
    panel.save.click()
    assert len(room.journal.events()) == 3
    panel.controls["cut"].value = "0.7"
    panel.save.click()
    assert text_of(panel.status).startswith("Saved")
    assert [(e.key, e.payload["value"]) for e in room.journal.events()[3:]] == [("cut", 0.7)]
    panel.save.click()
    assert len(room.journal.events()) == 4


@pytest.mark.parametrize("key,typed,words,message", [
    ("cut", "much", EN, "Not saved: Cut: 'much' is not a number; write digits, e.g. 0.5."),
    ("cut", "2", ES, "No se guardó: Cut: 2 no está entre 0 y 1."),
    ("method", "magic", EN, "Not saved: There is no page magic; pages are a, b."),
    ("method", "magic", ES, "No se guardó: No existe la página magic; las páginas son a, b.")])
def test_a_wrong_value_is_said_whole_and_nothing_is_saved(room, key, typed, words, message):
    panel = room.panel(words)
    panel.controls[key].value = typed
    panel.save.click()
    assert text_of(panel.status) == message and room.journal.events() == []


def test_what_somebody_changed_meanwhile_is_a_conflict_and_nothing_is_saved(room):
    mine, theirs = room.panel(), room.panel(reader="Luis")
    theirs.controls["method"].value = "holt"
    theirs.save.click()
    before = len(room.journal.events())
    mine.controls["cut"].value = "0.9"
    mine.controls["method"].value = "trend"
    mine.save.click()
    assert kind_of(mine.status) == "attention"
    assert text_of(mine.status) == (
        "Not saved: Luis changed Demand: Cut to 0.5 after you looked. Nothing was saved; look again and save if you "
        "still want to.")
    assert len(room.journal.events()) == before
    again = room.panel()
    assert again.controls["method"].value == "holt"
    again.controls["method"].value = "trend"
    again.save.click()
    assert room.journal.latest()["demand", "method"].payload["value"] == "trend"


def test_an_own_save_does_not_hide_what_somebody_else_changed(room):
    """Ana saves the cut after Luis changed the method unseen; her next change of the method is still a conflict."""
    room.panel().save.click()
    mine, theirs = room.panel(), room.panel(reader="Luis")
    theirs.controls["method"].value = "holt"
    theirs.save.click()
    mine.controls["cut"].value = "0.9"
    mine.save.click()
    assert text_of(mine.status).startswith("Saved")
    mine.controls["method"].value = "trend"
    mine.save.click()
    assert text_of(mine.status).startswith("Not saved: Luis changed Demand: Method to holt ")
    assert room.journal.latest()["demand", "method"].payload["value"] == "holt"


def test_take_back(room):
    panel = room.panel()
    panel.undo.click()
    assert text_of(panel.status) == "There is nothing to take back on this page." and kind_of(panel.status) == "doubt"
    panel.save.click()
    panel.controls["cut"].value = "0.7"
    panel.save.click()
    panel.undo.click()
    assert text_of(panel.status) == "Taken back: Cut of Ana. Reload the page to see what holds now."
    assert room.journal.latest()["demand", "cut"].payload["value"] == 0.5
    assert len(room.journal.events()) == 5  # nothing is erased
    panel.controls["cut"].value = "0.8"
    panel.save.click()
    assert text_of(panel.status).startswith("Saved")
    assert room.journal.latest()["demand", "cut"].payload["value"] == 0.8


def test_what_depends_on_a_change_falls_and_waits_for_the_page(room):
    """With another cut the chosen method is taken back; saving again before a reload does not bring it in."""
    room.panel().save.click()
    panel = room.panel(resets={"cut": ("method",)})
    panel.controls["cut"].value = "0.7"
    panel.save.click()
    assert text_of(panel.status).endswith("Reload the page: what depends on it is proposed anew.")
    assert ("demand", "method") not in room.journal.latest()
    n = len(room.journal.events())
    panel.controls["method"].value = "holt"
    panel.save.click()
    assert len(room.journal.events()) == n and ("demand", "method") not in room.journal.latest()
    assert text_of(panel.status).endswith("Reload the page: what depends on it is proposed anew.")
    untouched = room.panel(resets={"cut": ("method",)})
    untouched.save.click()
    assert room.journal.latest()["demand", "method"].payload["value"] == "naive"


def test_a_journal_that_is_read_only_says_so(room):
    room.panel().save.click()
    with_rights = len(room.journal.events())
    journal = open_journal(room.path, create=False, read_only=True)
    panel = room.panel(journal=journal)
    panel.controls["cut"].value = "0.9"
    panel.save.click()
    assert kind_of(panel.status) == "attention" and text_of(panel.status).startswith("Not saved: ")
    panel.undo.click()
    assert kind_of(panel.status) == "attention" and "Taken back" not in text_of(panel.status)
    journal.close()
    assert len(room.journal.events()) == with_rights


def test_save_and_take_back_work_from_a_second_thread(room):
    panel = room.panel()
    for button, said in ((panel.save, "Saved "), (panel.undo, "Taken back: ")):
        other = threading.Thread(target=button.click)
        other.start()
        other.join()
        assert text_of(panel.status).startswith(said)


def test_two_threads_that_save_at_once_leave_one_winner(room):
    panels = [room.panel(reader=name) for name in ("Ana", "Luis", "Eva")]
    for n, panel in enumerate(panels):
        panel.controls["cut"].value = f"0.{n + 1}"
    threads = [threading.Thread(target=panel.save.click) for panel in panels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = [text_of(panel.status) for panel in panels]
    assert sum(text.startswith("Saved ") for text in said) == 1
    assert sum(text.startswith("Not saved: ") for text in said) == 2
    winner = next(panel for panel, text in zip(panels, said, strict=True) if text.startswith("Saved "))
    assert room.journal.latest()["demand", "cut"].actor == winner.name.value


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "demo"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__", ".results"))
    return load_study(folder)


def test_another_variable_of_the_demo_brings_its_own_segments(demo, tmp_path):
    """Step 1 as it stands: the variable is chosen in Spanish, the names given to the old segments fall."""
    page, journal = PAGES["segmentation"], open_journal(tmp_path / "journal.sqlite")
    result = evaluate(demo, journal, "segmentation")
    panel = DecisionPanel(result, page.fields(result, ES), journal, ES, reader="Ana", resets=page.resets)
    first = next(iter(panel.controls["segments"].lines.values()))
    first["name"].value = "los talleres"
    panel.save.click()
    result = evaluate(demo, journal, "segmentation")
    assert result.state == "decided" and result.decision["segments"]["S1"]["name"] == "los talleres"
    panel = DecisionPanel(result, page.fields(result, ES), journal, ES, reader="Ana", resets=page.resets)
    other = next(value for _, value in panel.controls["variable"].options
                 if value not in (result.decision["variable"], "a_priori"))
    panel.controls["variable"].value = other
    panel.save.click()
    assert text_of(panel.status).endswith("Recargue la página: lo que depende de esto se propone de nuevo.")
    result = evaluate(demo, journal, "segmentation")
    assert result.decision["variable"] == other
    assert "los talleres" not in [row["name"] for row in result.decision["segments"].values()]
    journal.close()


def test_a_choice_of_nothing_said_shows_its_text():
    """None is what a record holds before anybody chose: the control must say so, not stand empty."""
    field = Field("feasible", "Feasible", "choice", None, options=((None, "as the magnitudes say"), (True, "yes")))
    control = controls.build(field, EN)
    assert (control.label, controls.read(control)) == ("as the magnitudes say", None)


@pytest.mark.parametrize("name", PAGES)
def test_the_form_of_every_page_saves_what_is_proposed(demo, tmp_path, name):
    """Saved untouched, the decision in force is the proposal, digit by digit, and every control has a name."""
    page, journal = PAGES[name], open_journal(tmp_path / "journal.sqlite")
    result = evaluate(demo, journal, page.step)
    fields = tuple(page.fields(result, ES))
    if fields:
        panel = DecisionPanel(result, fields, journal, ES, reader="Ana", resets=page.resets)
        panel.save.click()
        assert text_of(panel.status).startswith("Guardado a las ")
        saved = {key: e.payload["value"] for (_, key), e in journal.latest().items()}
        assert saved == {field.key: result.decision[field.key] for field in fields}
        assert all(field.label for field in fields)
    journal.close()


# the check by hand -----------------------------------------------------------------------------------
CHECK = Check("What is 12 × 3?", 36.0, 0.06, working="12 × 3", mistakes=((15.0, "That is the sum."),))


@pytest.mark.parametrize("typed,words,said,kind", [
    ("36", EN, "Right: 36. 12 × 3", "settled"), ("36,05", EN, "Right: 36. 12 × 3", "settled"),
    ("36", ES, "Correcto: 36. 12 × 3", "settled"), ("15", EN, "That is the sum.", "attention"),
    ("36.5", EN, "Near: check the rounding; keep all decimals until the end.", "doubt"),
    ("99", EN, "Not this. 12 × 3", "attention"), ("99", ES, "No es eso. 12 × 3", "attention"),
    ("", EN, "Write a number and press Check.", ""),
    ("x", ES, "Su número: 'x' no es un número; escriba cifras, p. ej. 0,5.", "attention")])
def test_check_by_hand(typed, words, said, kind):
    panel = CheckPanel(CHECK, words)
    panel.number.value = typed
    panel.button.click()
    assert text_of(panel.answer) == said and kind_of(panel.answer) == kind


def test_check_says_its_unit_and_escapes_its_question():
    panel = CheckPanel(Check("<i>{x}</i>?", 1.0, 0.1, unit="days"), ES)
    assert panel.number.description == "Su número (días)"
    assert "&lt;i&gt;{x}&lt;/i&gt;?" in panel.view.children[0].value


@pytest.mark.parametrize("name", PAGES)
def test_checks_of_the_pages_know_right_from_wrong(demo, name):
    """The right answer is right, no typical mistake is taken for right, in the words of each."""
    page = PAGES[name]
    result = evaluate(demo, None, page.step)
    check = page.check(result, page.adapt(result, {}, EN), EN)
    if not check:
        return
    assert judge(check, check.answer, EN)[1] == "settled"
    assert judge(check, check.answer * 3 + 10, EN)[1] == "attention"
    for wrong, message in check.mistakes:
        if abs(wrong - check.answer) > 2 * check.tolerance:
            assert judge(check, wrong, EN) == (message, "attention")


# what a page says of tables that are not there ---------------------------------------------------------
NO_READER_COUNTS = {"window_dust", "areas", "cloud"}  # dots and shapes: what they say is the column "certain", the confusion


@pytest.mark.parametrize("page", PAGES)
def test_behind_every_picture_stands_its_table(page):
    """A table of a picture is shown as it is stored or as the page adapts it for readers (``_shown``)."""
    shown = {view.name for view in PAGES[page].tables}
    drawn = {name for picture in PAGES[page].pictures for name in picture.tables} - NO_READER_COUNTS
    assert {name for name in drawn if name not in shown and f"{name}_shown" not in shown} == set()


def test_the_home_counts_only_what_is_there():
    """Nobody was asked: respondents are not named, never counted as 0 or as a gap in the sentence."""
    import pandas as pd

    data = pd.DataFrame({"table": ["customers", "orders"], "n": [5, 7], "meaning": ["", ""]})
    values = {"n_customers": 5, "n_orders": 1200}
    result = SimpleNamespace(missing=("a",) * 80, value=values.get)
    read = PAGES["study"].read
    assert read(result, {"data": data}, {}, EN) == (
        "2 of 82 tables are there: 5 customers, 1,200 orders. What is missing is replaced by expert entries, and marked.")
    assert read(result, {"data": data}, {}, ES).startswith("Hay 2 de 82 tablas: 5 clientes, 1.200 pedidos. Lo que falta")
    values.clear()
    assert "are there: no customers and no orders. What" in read(result, {"data": data}, {}, EN)
    assert read(result, {"data": data.head(0)}, {}, EN) == (
        "There are no tables yet. Every step can be walked with what experts say; each number is marked as such.")
