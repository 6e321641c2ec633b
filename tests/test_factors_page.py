"""Page 01e: its controls, the names given to factors, the check by hand, the reading and the pictures."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from svcnb.figures import factors as figures
from svcnb.i18n import words_in
from svcnb.panels.decision import judge
from svcnb.panels.factors import PAGE
from svcnb.results import evaluate
from svcnb.sentences.factors import factor_title, members_text, read_factors
from svcnb.sentences.naming import words_of_study
from svcnb.steps.factors import Parameters, decide, propose, solve_again
from svcnb.study import load_study
from tests.test_factors import COMPONENTS, DEMO, EN, proposed, result_of, study

ES = words_in("es")


@pytest.fixture(scope="module")
def demo():
    return load_study(DEMO)


@pytest.fixture(scope="module")
def demo_result(demo):
    return evaluate(demo, None, "factors")


@pytest.mark.parametrize("view", [{"n_factors": 4, "rotation": "oblimin"}, {"n_factors": 2, "rotation": "none"},
                                  {"n_factors": 1, "rotation": "varimax"}])
def test_moved_controls_say_what_the_step_would_say(demo, demo_result, view):
    """Made anew from the stored correlations, and kept line of chance: the same as the step with that decision."""
    asked = propose(demo, {"factors": view}, Parameters())
    moved = PAGE.adapt(demo_result, view, EN)
    for name in ("loadings", "variance", "eigenvalues", "factor_correlations", "groups", "points"):
        pd.testing.assert_frame_equal(moved[name], asked.tables[name])


def test_untouched_controls_keep_the_stored_tables(demo_result):
    view = {field.key: field.value for field in PAGE.controls(demo_result, EN)}
    assert view == {"n_factors": 3, "rotation": "varimax"}
    assert PAGE.adapt(demo_result, view, EN)["loadings"] is demo_result.tables["loadings"]


def test_what_has_no_solution_keeps_the_picture_and_says_so(demo_result):
    result = SimpleNamespace(**{**vars(demo_result), "parameters": {"method": "ml"}, "table": demo_result.table,
                                "value": demo_result.value})
    tables = PAGE.adapt(result, {"n_factors": 8, "rotation": "varimax"}, EN)
    assert len(tables["variance"]) == 3
    assert PAGE.read(result, tables, {}, EN).startswith(
        "The most factors that 10 items carry by this method is 6; 8 were asked for.")


def test_names_stand_only_with_the_solution_they_were_given_to():
    proposal = proposed(study())
    result = result_of(proposal, decide(proposal, {"names": {"F1": "speed"}}))
    assert PAGE.adapt(result, {}, EN)["variance_shown"]["title"].tolist() == ["F1 “speed”", "F2"]
    assert PAGE.adapt(result, {"n_factors": 3}, EN)["variance_shown"]["title"].tolist() == ["F1", "F2", "F3"]
    assert "F1 “speed” (" in read_factors(result, PAGE.adapt(result, {}, EN), {}, EN)
    assert factor_title("F1", {"F1": "trato"}, ES) == "F1 «trato»"
    names = PAGE.fields(result, EN)[2]
    assert names.value == {"F1": {"name": "speed"}, "F2": {"name": ""}}


def test_the_check_by_hand_is_right_near_or_wrong():
    """0.5 and -0.3: 0.25 + 0.09 = 0.34; loadings added 0.2 or 0.8; halved 0.17; the largest alone 0.25; left 0.66."""
    tables = {"loadings": COMPONENTS.head(1).assign(F1=0.5, F2=-0.3),
              "variance": pd.DataFrame({"factor": ["F1", "F2"]}), "factor_correlations": pd.DataFrame()}
    check = PAGE.check(None, tables, EN)
    assert check.answer == pytest.approx(0.34) and check.working == "0.50² + (-0.30)²"
    assert [judge(check, number, EN)[1] for number in (0.34, 0.355, 5)] == ["settled", "doubt", "attention"]
    plain = "Those are the loadings themselves: each is squared before they are added."
    assert judge(check, 0.8, EN) == (plain, "attention") and judge(check, 0.2, EN) == (plain, "attention")
    assert judge(check, 0.17, EN)[0] == "The squares are added, not averaged over the factors."
    assert judge(check, 0.25, EN)[0].startswith("That is the largest factor alone")
    assert judge(check, 0.66, EN)[0] == "That is what the factors leave of it, its uniqueness."


def test_related_factors_are_checked_by_the_first_eigenvalue(demo_result):
    """An oblique pattern's squares do not add up to the communality: 2.24 of 10 is asked instead."""
    check = PAGE.check(demo_result, PAGE.adapt(demo_result, {"n_factors": 3, "rotation": "oblimin"}, EN), EN)
    assert check.answer == pytest.approx(0.224)
    assert judge(check, 2.24 / 3, EN)[0].startswith("Divide by the number of items, not of factors")


def test_the_reading_in_both_languages(demo, demo_result):
    english = words_of_study(EN, demo, {})
    spanish = words_of_study(ES, demo, {})
    tables = PAGE.adapt(demo_result, {}, english)
    text = read_factors(demo_result, tables, {}, english)
    assert text.startswith("Kaiser's rule and parallel analysis both say 3: these factors hold 53.3 % of the variance of 10 "
                           "components. F1 (18.8 %): delivery time, availability; against it response time; F2")
    assert "65.8 % of F1 lies between the strata" in text and "KMO 0.65 (mediocre, wanted 0.60)" in text
    assert text.endswith("(Bartlett χ² = 273.8, df 45, p < 0.001).")
    texto = read_factors(demo_result, tables, {}, spanish)
    assert texto.startswith("La regla de Kaiser y el análisis paralelo dicen ambos 3: estos factores recogen el 53,3 %")
    assert "tiempo de entrega, disponibilidad; en contra, tiempo de respuesta" in texto and "KMO 0,65 (mediocre;" in texto


def test_members_name_the_heaviest_first_and_those_against():
    rows = pd.DataFrame({"component_id": list("abcd"), "name": list("wxyz"), "F1": [0.4, 0.9, -0.7, 0.39], "F2": [0.0] * 4})
    assert members_text(rows, "F1", EN) == "x, w; against it y" and members_text(rows, "F2", EN) == "no component stands out"


def test_scree_shows_what_was_measured(demo_result):
    table = demo_result.table("eigenvalues")
    ax = figures.plot_scree(table, words=EN)
    lines = {line.get_gid(): line for line in ax.lines}
    assert lines["eigenvalues"].get_ydata() == pytest.approx(table["eigenvalue"])
    assert lines["parallel"].get_ydata() == pytest.approx(table["parallel"])
    assert set(lines["kaiser"].get_ydata()) == {1.0}
    dots = {c.get_gid(): len(c.get_offsets()) for c in ax.collections}
    assert dots["taken points"] == 3 and dots["other points"] == 7
    assert {"Kaiser: 1", "chance, 95 %", "measured", "taken: 3"} <= {t.get_text() for t in ax.texts}
    assert figures._spread([1.0, 0.98, 0.2], 0.1) == pytest.approx([1.08, 0.98, 0.2])


def test_heat_map_shows_sign_twice_and_salient_ones_bold(demo_result):
    loadings = demo_result.table("loadings")
    ax = figures.plot_loadings(loadings, demo_result.table("variance"), words=EN)
    assert len([p for p in ax.patches if p.get_gid()]) == 30
    bold = [t.get_text() for t in ax.texts if t.get_fontweight() == "bold"]
    values = loadings[["F1", "F2", "F3"]].to_numpy()
    assert len(bold) == int((np.abs(values) >= 0.4).sum()) == 11 and "−0.47" in bold and "+0.84" in bold
    colours = {p.get_gid(): p.get_facecolor()[:3] for p in ax.patches if p.get_gid()}
    assert colours["C8:F1"] != colours["C8:F2"] == colours["C7:F1"]
    assert "72 %" in [t.get_text() for t in ax.texts]


def test_strata_with_few_answers_are_hollow_and_one_factor_is_a_row_each(demo_result):
    variance = PAGE.adapt(demo_result, {}, EN)["variance_shown"]
    ax = figures.plot_scores(demo_result.table("groups"), demo_result.table("points"), variance, words=EN)
    faces = {c.get_gid(): tuple(c.get_facecolor()[0][:3]) for c in ax.collections if c.get_gid()}
    assert faces["small farm"] == (1, 1, 1) != faces["fleet"]
    one = PAGE.adapt(demo_result, {"n_factors": 1, "rotation": "varimax"}, EN)
    ax = figures.plot_scores(one["groups"], one["points"], one["variance_shown"], words=EN)
    assert [t.get_text() for t in ax.get_yticklabels()][-1] == "all" and len(ax.get_yticks()) == 5
    described = figures.describe_scores(one["groups"], one["points"], one["variance_shown"], EN)
    assert described.startswith("auto workshop (n 93): F1 -0.15.")


def test_solving_again_changes_nothing_that_was_stored(demo_result):
    before = {name: frame.copy() for name, frame in demo_result.tables.items()}
    solve_again(demo_result.tables, 194, 5, "oblimin", "principal")
    for name, frame in before.items():
        pd.testing.assert_frame_equal(demo_result.tables[name], frame)
