"""Page 04b: flips against brute force, the steps of parity against enumeration, what the page shows and decides."""

import itertools
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_study import SmallStudy
from test_demand import DECISIONS, GROUPS, economic_study

from svcnb.errors import NotComputable, ParameterError
from svcnb.figures import optimum as figures
from svcnb.figures import style
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.methods import flips, optimum, parity
from svcnb.methods.goals import combine_goal
from svcnb.methods.moved_level import place_level
from svcnb.panels import PAGES, controls
from svcnb.panels.page import Field
from svcnb.results import evaluate
from svcnb.sentences.naming import words_of_study
from svcnb.steps import goals
from svcnb.study import load_study

EN, ES = words_in("en"), words_in("es")
DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
PAGE = PAGES["optimum"]
CASE = {"trading_margin": 0.75, "sales_response": 0.0015, "annual_sales": 80_000, "carrying_rate": 0.25, "unit_cost": 10,
        "sigma_lt": 500}


@pytest.fixture(scope="module")
def demo():
    study = load_study(DEMO)
    return study, evaluate(study, None, "goals")


def shown(result, words=EN, **view):
    return PAGE.adapt(result, {field.key: field.value for field in PAGE.controls(result, words)} | view, words)


def worded(demo, words):
    study, result = demo
    return words_of_study(words, study, {**result.earlier, "goals": result.decision})


# flips ------------------------------------------------------------------------------------------------
def test_a_flip_by_hand():
    """Costs 50, 55, 70, revenues 100, 110, 114: the middle earns 55 - first 50, last 44. Against the first f·110 - 55 =
    f·100 - 50 at f = 0.5; against the last f·110 - 55 = f·114 - 70 at f = 15/4."""
    band = flips.flip_band([-50, -55, -70], [100, 110, 114], 1)
    assert (band.low, band.high, band.below, band.above) == (0.5, 3.75, 0, 2)
    cost = flips.flip_band([100, 110, 114], [-50, -55, -70], 1)
    assert (cost.low, cost.high, cost.below, cost.above) == pytest.approx((4 / 15, 2, 2, 0))


def test_flips_agree_with_brute_force():
    """Independent: the choice on a grid of 20 000 factors, 40 random problems; so is the band within 1 %."""
    rng = np.random.default_rng(11)
    grid = np.linspace(0, 4, 20_001)
    for _ in range(40):
        fixed, moved = rng.uniform(-80, 0, 7), rng.uniform(20, 160, 7)
        value = fixed[:, None] + grid * moved[:, None]
        chosen = int((fixed + moved).argmax())
        for share in (1.0, 0.99):
            band = flips.flip_band(fixed, moved, chosen, share=share)
            good = value[chosen] >= share * value.max(axis=0) - 1e-12
            if share < 1:
                good &= value[chosen] >= -1e-12
            assert band.exists
            assert band.low == pytest.approx(grid[good][0], abs=2.1e-4)
            assert min(band.high, 4) == pytest.approx(grid[good][-1], abs=2.1e-4)
            if share == 1 and band.above is not None and band.high < 4:
                assert band.above == value[:, np.searchsorted(grid, band.high) + 1].argmax()


def test_an_option_that_is_never_right_says_so():
    assert not flips.flip_band([0, 1], [5, 5], 0).exists  # the other is better by 1 whatever the factor
    band = flips.flip_band([-10, -30, -90], [50, 60, 130], 1)  # its line lies below the other two everywhere
    assert not band.exists


@pytest.mark.parametrize("call, error, message", [
    (lambda: flips.flip_band([1], [1, 2], 0), ParameterError, "Every option needs what stays and what moves, as numbers."),
    (lambda: flips.flip_band([1, np.nan], [1, 2], 0), ParameterError,
     "Every option needs what stays and what moves, as numbers."),
    (lambda: flips.flip_band([], [], 0), NotComputable, "There is no option to choose from."),
    (lambda: flips.flip_band([1], [1], 3), ParameterError,
     "There are 1 options and a share above 0 up to 1; option 3 and share 1 do not fit."),
    (lambda: flips.flips_of_curve(pd.DataFrame({"level": [.901, .902], "revenue": [1, 2], "cost": [1, 1]})), NotComputable,
     "Fewer than two whole points of level lie on the curve: there is nothing to choose between."),
    (lambda: optimum.scaled(pd.DataFrame({"level": [], "revenue": [], "cost": []})), NotComputable,
     "The curve of service has no point."),
    (lambda: optimum.scaled(pd.DataFrame({"level": [.9], "revenue": [1], "cost": [1]}), revenue=-1), ParameterError,
     "Revenue and cost are multiplied by numbers that are not negative; these are -1 and 1."),
    (lambda: place_level(pd.DataFrame({"level": [.9], "revenue": [1], "cost": [1]}), uncertainty=2), ParameterError,
     "uncertainty = 2 must lie between 0 and 1."),
    (lambda: parity.frontier_steps(pd.DataFrame({"option_id": ["A"], "cost": [1], "m": [.9]}), {"m": .9}, low=.1, high=0),
     ParameterError, "The shifts go from a lower to a higher one, not from 0.1 to 0."),
    (lambda: combine_goal(sl_eco=.9, by="dice"), ParameterError,
     "There is no rule dice; there are economic, competitor, combined.")])
def test_what_is_refused(call, error, message):
    with pytest.raises(error) as told:
        call()
    assert str(told.value) == message


@pytest.mark.parametrize("name", ["trading_margin", "sales_response", "sigma_lt", "carrying_rate"])
def test_the_inventory_form_flips_where_its_own_rule_does(name):
    """Independent: ``from_inventory`` with the input just inside and just outside the band; 93 % by the rule of 6.1 (T36)."""
    found = optimum.from_inventory(**CASE)
    row = flips.flips_of_curve(optimum.inventory_curve(found)).set_index("input").loc[
        "revenue" if name in ("trading_margin", "sales_response") else "cost"]
    level = lambda factor: optimum.from_inventory(**{**CASE, name: CASE[name] * factor}).sl_step
    assert row["choice"] == pytest.approx(found.sl_step) and found.sl_step == 0.93
    for end, inside, taken in ((row["low"], 1.0001, row["below"]), (row["high"], 0.9999, row["above"])):
        assert level(end * inside) == pytest.approx(0.93) and level(end * (2 - inside)) == pytest.approx(taken)


def test_the_band_within_one_per_cent_is_that_of_the_optimum():
    """A level of the flat band is as good at factor 1; one outside is not, and no factor need make it so."""
    table = pd.DataFrame({"sl": [0.80, 0.90, 0.95, 0.99], "revenue": [100, 112, 118, 120], "cost": [30, 36, 48, 80]})
    best = optimum.from_table(table)
    for level, good in ((best.flat_low + 1e-6, True), (best.flat_high - 1e-6, True), (best.flat_high + 0.01, False)):
        row = flips.flips_of_curve(best.curve, level=level).iloc[0]
        assert (bool(row["is_equal"]) and row["equal_low"] <= 1 <= (row["equal_high"] if row["equal_high"] == row["equal_high"]
                                                                     else np.inf)) == good
    assert not flips.flips_of_curve(best.curve, level=0.5)["is_equal"].any()


# parity -----------------------------------------------------------------------------------------------
def test_the_steps_agree_with_enumeration():
    """Independent: the cheapest of all combinations on 400 shifts, 6 random problems with two sets and levers."""
    rng = np.random.default_rng(4)
    for _ in range(6):
        frame = pd.DataFrame({"option_id": [f"o{i}" for i in range(7)], "set_id": ["s", "s", "s", "t", "t", None, None],
                              "cost": rng.integers(5, 60, 7), "m1": rng.uniform(0, 0.4, 7), "m2": rng.uniform(0, 0.4, 7)})
        sums = [frame.loc[[s, t, *[5 + i for i, on in enumerate(levers) if on]], ["cost", "m1", "m2"]].sum() for s, t, levers in
                itertools.product([0, 1, 2], [3, 4], itertools.product([0, 1], repeat=2))]
        steps = parity.frontier_steps(frame, {"m1": 0.45, "m2": 0.40}, low=-0.3, high=0.3)
        assert steps["from_shift"].iloc[0] == -0.3 and steps["to_shift"].iloc[-1] == 0.3
        assert np.allclose(steps["from_shift"].iloc[1:], steps["to_shift"].iloc[:-1])
        for shift in np.linspace(-0.2999, 0.2999, 400):
            row = steps.iloc[flips.step_at(steps, shift)]
            costs = [one["cost"] for one in sums if one["m1"] >= 0.45 + shift and one["m2"] >= 0.40 + shift]
            near = np.abs(steps["to_shift"] - shift).min() < 1e-5
            assert near or (row["cost"] == min(costs) if costs else not row["feasible"])


def test_t37_as_steps():
    """B to 0 points (on-time .93 of .93), C to +1 (.97 of .96), D to +3 (.99, .96 of .93), then nobody."""
    options = pd.DataFrame({"option_id": list("ABCD"), "cost": [100, 130, 150, 210], "availability": [.95, .97, .97, .99],
                            "on_time": [.90, .93, .95, .96]})
    steps = parity.frontier_steps(options, {"availability": .96, "on_time": .93}, low=-.02)
    assert steps["options"].tolist() == ["B", "C", "D", ""]
    assert steps["to_shift"].tolist() == pytest.approx([0, .01, .03, .10])
    assert flips.flip_of_steps(steps, 0.0) == {
        "choice": "B", "low": None, "high": pytest.approx(0, abs=1e-9), "below": None, "above": "C"}
    assert flips.flip_of_steps(steps, 0.09) is None and flips.flip_of_steps(steps, 0.5) is None


# the level on the curve -------------------------------------------------------------------------------
def test_the_place_of_a_level_by_hand():
    """Over 90 %: 95 % brings 10 and costs 5, 99 % 14 and 20; profits 0, 5, -6. With half the revenue 0, 0, -13: 13 are
    given up at 99 %; with half as much again 0, 10, 1: 9."""
    curve = pd.DataFrame({"level": [.90, .95, .99], "revenue": [100., 110., 114.], "cost": [50., 55., 70.]})
    line, place = place_level(curve, level=.90, competitor=.99, floor=.80, uncertainty=0.5)
    at = place.iloc[0]
    assert line["profit"].tolist() == [0, 5, -6] and line["profit_low"].tolist() == [0, 0, -13]
    assert at[["optimum", "given_up", "given_up_there", "profit_competitor"]].tolist() == [.95, 5, 11, -6]
    assert at[["best_low", "best_high", "price_low", "price_high"]].tolist() == [.90, .95, 9, 13]
    _, outside = place_level(curve, level=.5, competitor=None)
    assert outside[["given_up", "given_up_there", "competitor"]].isna().all(axis=None)


def test_the_theory_form_moves_with_revenue_as_its_formula_says():
    """SL* = (a/(4b))^(2/3): with 1.2 a it is 1.2^(2/3) times higher."""
    best = optimum.from_theory(0.5, 0.00055)
    assert optimum.scaled(best.curve, revenue=1.2).level == pytest.approx(best.level * 1.2 ** (2 / 3), abs=6e-4)


# the step ---------------------------------------------------------------------------------------------
def test_the_demo_finds_what_was_planted(demo):
    _, result = demo
    assert result.value("sl_eco") == pytest.approx(0.925, abs=0.01) and result.value("sl_stock") == 0.93
    assert result.value("parity_option_G1") == "stock and route"
    assert set(result.table("economics")["form"]) == {"table", "inventory"}
    times = result.quantities["flip_revenue"]
    assert times.low < 1 < times.high and result.value("best_point") == 0.93
    frontier = result.table("parity_frontier").query("group_id == 'G1'").set_index("shift")
    assert frontier.loc[0.0, "options"] == "stock and route" and not frontier.loc[0.05, "feasible"]


def test_losses_are_those_of_method_6_0_1(demo):
    """Auto workshops: 0.40 × 310 + 0.05 × 9 500 = 599 a failed order; 0.01 × 60 × 52 × 599 = 18 688.80 a point."""
    row = demo[1].table("losses").set_index("group_id").loc["G1"]
    assert row[["loss", "gain_of_a_point"]].tolist() == pytest.approx([599, 18_688.8])
    assert row[["wait_share", "substitute_share", "elsewhere_share", "leave_share"]].sum() == pytest.approx(1)


def test_without_tables_it_runs_and_says_so():
    proposal = goals.propose(SmallStudy(), {}, goals.Parameters())
    assert {"service_curve", "inventory_case", "design_options", "behaviour", "competitor_ratings"} <= set(proposal.missing)
    for name in ("curve", "frontier", "flips", "losses", "stages", "inventory_case", "economics"):
        assert proposal.tables[name].empty
    result = as_result(proposal)
    tables = PAGE.adapt(result, {}, EN)
    assert PAGE.controls(result, EN) == () and PAGE.check(result, tables, EN) is None
    for words in (EN, ES):
        assert len(PAGE.read(result, tables, {}, words)) > 60
        for picture in PAGE.pictures:
            assert picture.frames(tables) is None
    assert PAGE.read(result, tables, {}, EN).startswith("Neither what service costs and brings nor a competitor's level is known")


def as_result(proposal, parameters=None):
    class Result:
        quantities, tables, decision = proposal.quantities, proposal.tables, goals.decide(proposal, {})

        @staticmethod
        def table(name):
            return proposal.tables.get(name, pd.DataFrame())

    Result.parameters, Result.earlier = parameters or {}, {}
    return Result


def test_all_three_forms_can_be_chosen():
    study = economic_study(inventory_case=pd.DataFrame([CASE]))
    given = {"theory_a": 0.5, "theory_b": 0.00055}
    decisions = {**DECISIONS, "characterisation": {"groups": GROUPS}}
    result = as_result(goals.propose(study, decisions, goals.Parameters(**given)), given)
    forms = [value for value, _ in next(f for f in PAGE.controls(result, EN) if f.key == "form").options]
    assert forms == ["", "table", "theory", "inventory"]
    best = {form: shown(result, form=form)["place"]["optimum"].iloc[0] for form in forms[1:]}
    assert best["theory"] == pytest.approx(0.37242, abs=5e-6) and best["inventory"] == pytest.approx(0.927, abs=0.001)
    assert best["table"] == pytest.approx(result.quantities["sl_eco"].value)
    assert set(shown(result, form="inventory")["band"]["input"]) >= {
        "trading_margin", "sales_response", "carrying_rate", "sigma_lt"}


# the decision -----------------------------------------------------------------------------------------
def sheet(rules, **more):
    decisions = {**DECISIONS, "characterisation": {"groups": GROUPS}, "goals": {"rules": rules}}
    return goals.propose(economic_study(**more), decisions, goals.Parameters())


def test_the_rule_of_a_group_changes_its_goals_at_once():
    """G1 is strategic: combined (.95 of the competitor). Economic it takes the optimum near .92."""
    usual = sheet({})
    level = lambda proposal: proposal.tables["goals"].set_index(["group_id", "measure_id"])["level"]
    assert usual.decision["rules"] == {"G1": {"rule": "combined"}, "G2": {"rule": "economic"}}
    assert level(usual)["G1", "M2"] == 0.95
    changed = sheet({"G1": {"rule": "economic"}})
    assert level(changed)["G1", "M2"] == pytest.approx(usual.quantities["sl_eco"].value, abs=1e-4)
    assert changed.decision["goals"]["G1:M2"]["level"] == level(changed)["G1", "M2"]
    known = {"sl_eco": 0.97, "competitor": 0.95, "floor": 0.90}
    assert [combine_goal(**known, by=by).level for by in ("economic", "competitor", "combined")] == [0.97, 0.95, 0.97]
    alone = combine_goal(sl_eco=0.97, floor=0.90, by="competitor")
    assert alone.level == 0.97
    assert [EN.reason(w) for w in alone.warnings] == ["The competitor's level is not known: the economic rule stands for it."]


def test_a_competitor_nobody_knows_is_told():
    told = [EN.reason(r) for r in sheet({"G2": {"rule": "competitor"}}).reasons if r.topic == "optimum"]
    assert any(text.startswith("Fleets: the rule is to match the competitor, whose level is not known for ") for text in told)


def test_rules_are_checked():
    proposal = sheet({})
    assert goals.decide(proposal, {"rules": {"G2": {"rule": "combined"}}})["rules"] == {
        "G1": {"rule": "combined"}, "G2": {"rule": "combined"}}
    assert "G9" not in goals.decide(proposal, {"rules": {"G9": {"rule": "combined"}}})["rules"]
    for wrong, message in (({"G1": {"rule": "dice"}}, "G1: there is no rule dice; there are economic, competitor, combined."),
                           (["economic"], "goals.rules must be a rule for each group.")):
        with pytest.raises(ParameterError) as told:
            goals.decide(proposal, {"rules": wrong})
        assert str(told.value) == message


def test_a_saved_rule_holds_and_the_goal_sheet_follows(tmp_path):
    shutil.copytree(DEMO, tmp_path / "demo", ignore=shutil.ignore_patterns("*.py", "story", "__pycache__", ".results"))
    study = load_study(tmp_path / "demo")
    journal = open_journal(tmp_path / "demo" / "journal.sqlite")
    before = evaluate(study, journal, "goals").decision["goals"]["G2:M2"]["level"]
    journal.record("decision", "goals", "rules", {"value": {"G2": {"rule": "competitor"}}, "reason": "a rival took two fleets"},
                   actor="Ana", role="facilitator", scenario="base", inputs={}, seen_seq=0, event_uuid="rule-1")
    result = evaluate(study, journal, "goals")
    assert result.decision["rules"]["G2"] == {"rule": "competitor"} and result.decision["rules"]["G1"]["rule"] == "combined"
    # .86 + .9028 × (.91 − .86): what lies above the floor, by the life cycle
    assert result.decision["goals"]["G2:M2"]["level"] == pytest.approx(0.9051, abs=2e-4) != before
    journal.close()


# the page ---------------------------------------------------------------------------------------------
def test_check_by_hand(demo):
    """6 × 0.0012 × 160 000 = 1 152 EUR a year."""
    check = PAGE.check(demo[1], shown(demo[1]), worded(demo, EN))
    assert check.answer == pytest.approx(1152) and check.unit == "EUR" and check.working == "6 × 0.0012 × 160,000"
    assert [round(wrong, 2) for wrong, _ in check.mistakes] == [115_200, 192, 15_708]


def test_other_checks():
    theory = as_result(goals.propose(SmallStudy(), {}, goals.Parameters(theory_a=0.5, theory_b=0.00055)),
                       {"theory_a": 0.5, "theory_b": 0.00055})
    check = PAGE.check(theory, PAGE.adapt(theory, {}, EN), EN)
    assert check.answer == pytest.approx(37.242, abs=1e-3) and check.unit == "%"
    table = as_result(goals.propose(economic_study(), {**DECISIONS, "characterisation": {"groups": GROUPS}}, goals.Parameters()))
    check = PAGE.check(table, shown(table), EN)
    assert check.answer > 0 and len(check.mistakes) == 3


@pytest.mark.parametrize("words", [EN, ES], ids=["en", "es"])
def test_the_reading_of_the_demo(demo, words):
    text = PAGE.read(demo[1], shown(demo[1], worded(demo, words)), {}, worded(demo, words))
    expected = {"en": ("Profit is highest at 92.6 %; from 87.7 % to 95.5 % it is as good within 1 %.",
                       "Lubricantes Rápidos reaches 93.0 % in variance of the cycle for auto workshop: matching it gives up "
                       "452 EUR of profit.",
                       "stock and route: 418,000 EUR, 118,000 EUR above the cheapest of all.", "take the band, not the point"),
                "es": ("La ganancia es máxima con 92,6 %", "Lubricantes Rápidos alcanza 93,0 % en varianza del ciclo",
                       "stock and route: 418.000 EUR", "tome la banda, no el punto")}[words.language]
    assert all(part in text for part in expected) and " nan" not in text and "{" not in text


def test_moved_controls_move_what_they_should(demo):
    still, moved = shown(demo[1]), shown(demo[1], level=0.95, shift=0.01, uncertainty=0.1)
    assert moved["place"]["competitor"].iloc[0] == pytest.approx(still["place"]["competitor"].iloc[0] + 0.01)
    assert moved["place"]["given_up"].iloc[0] > still["place"]["given_up"].iloc[0]
    assert moved["place"]["price_low"].iloc[0] < moved["place"]["price_high"].iloc[0]
    assert moved["steps"].query("chosen")["options"].tolist() == ["night service"]
    assert moved["steps"]["from_points"].min() == -5 and moved["steps"]["to_points"].max() == 5
    beyond = PAGE.read(demo[1], shown(demo[1], shift=0.05, level=0.6), {}, worded(demo, EN))
    assert "60.0 % lies outside the curve" in beyond and "No design reaches the competitor there." in beyond


def test_the_drawn_picture_is_the_table(demo):
    """Lines, flat band, markers and bracket stand where the tables say."""
    tables = shown(demo[1], level=0.95, uncertainty=0.1)
    kept = []
    style.draw(lambda *frames, **options: kept.append(figures.plot_optimum(*frames, **options)) or kept[0], tables["line"],
               tables["place"], words=EN, kinds=("svg",))
    ax, at = kept[0], tables["place"].iloc[0]
    lines = {line.get_gid(): line for line in ax.get_lines() if line.get_gid()}
    assert np.allclose(lines["profit"].get_ydata(), tables["line"]["profit"]) and {"revenue", "cost", "price"} <= set(lines)
    bracket = sorted(set(np.round(lines["price"].get_ydata(), 3)))
    assert bracket == sorted(np.round([at["profit_competitor"], at["profit_best"]], 3))
    marks = {c.get_gid(): c.get_offsets()[0].tolist() for c in ax.collections if c.get_gid() in ("optimum", "level")}
    assert marks["level"] == pytest.approx([0.95, at["profit_level"]]) and marks["optimum"][0] == pytest.approx(0.926)


# the slider -------------------------------------------------------------------------------------------
def test_slider_and_number_follow_each_other():
    slide = controls.build(Field("level", "Level", "slide", 0.926, low=0.8, high=0.985), ES)
    moves = []
    controls.watch(slide, lambda: moves.append(slide.value))
    assert slide.number.description == "Level, %" and slide.slider.value == pytest.approx(92.6)
    slide.slider.value = 95.0
    assert slide.number.value == "95" and moves == ["95"]
    slide.value = "93,4"
    assert slide.slider.value == pytest.approx(93.4) and moves == ["95", "93,4"] and controls.read(slide) == 0.934
    slide.value = "9x"
    with pytest.raises(ValueError):
        controls.read(slide)
    assert slide.slider.value == pytest.approx(93.4)
    points = controls.build(Field("shift", "Competitor moves", "slide", 0.0, low=-0.05, high=0.05, hint="points"), EN)
    points.slider.value = -2.5
    assert controls.read(points) == -0.025 and points.number.description == "Competitor moves, points"

