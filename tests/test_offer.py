"""Step 7: delivery terms, price, penalties, transparency, messages, the seven principles, the offer sheet."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.figures import offer as figures
from svcnb.i18n import words_in
from svcnb.methods import offer as methods
from svcnb.methods.principles import check_principles
from svcnb.sentences.offer import read_offer
from svcnb.steps import offer as step
from svcnb.steps.promises import published_goals
from svcnb.study import load_study
from svcnb.tables import TABLES

EN = words_in("en")


# methods --------------------------------------------------------------------------------------------------------
def test_price_of_the_method():
    """T65: 80 / (1 - .20) = 100; cap 95 -> 95, margin 1 - 80/95 = 15/95 = .15789."""
    free = methods.set_price(80, 0.20)
    assert (free.price, free.margin, free.bound, free.warnings) == (100.0, pytest.approx(0.20), None, ())
    capped = methods.set_price(80, 0.20, cap=95)
    assert (capped.candidate, capped.price, capped.bound) == (100.0, 95.0, "cap")
    assert capped.margin == pytest.approx(0.15789, abs=5e-6)
    raised = methods.set_price(80, 0.20, floor=110, cap=120, accepted=105)
    assert (raised.price, raised.bound) == (110.0, "floor")
    assert [EN.reason(w) for w in raised.warnings] == ["The price 110.00 is above the 105.00 that customers accept."]
    loss = methods.set_price(80, 0.20, cap=70)
    assert loss.margin == pytest.approx(-1 / 7)
    assert [EN.reason(w) for w in loss.warnings] == [
        "The price 70.00 is below the cost to serve 80.00: every unit is sold at a loss."]
    assert methods.set_price(0, 0.2).margin is None  # nothing divided by nothing


@pytest.mark.parametrize(("arguments", "error", "words"), [
    ({"cts": None, "margin": 0.2}, NotComputable, "Cost to serve or margin is not given."),
    ({"cts": float("nan"), "margin": 0.2}, NotComputable, "Cost to serve or margin is not given."),
    ({"cts": pd.NA, "margin": 0.2}, NotComputable, "Cost to serve or margin is not given."),
    ({"cts": -1, "margin": 0.2}, ParameterError, "cts = -1 must be an amount of 0 or more."),
    ({"cts": 80, "margin": 1}, ParameterError, "A margin of 1 is impossible: it is a share of the price, below 1."),
    ({"cts": 80, "margin": 0.2, "floor": 90, "cap": 85}, ParameterError,
     "The lowest price allowed 90 is above the highest 85."),
])
def test_a_price_that_cannot_be_set(arguments, error, words):
    with pytest.raises(error) as caught:
        methods.set_price(**arguments)
    assert str(caught.value) == words


@given(cts=st.floats(0.01, 1e6), margin=st.floats(-2, 0.95), floor=st.none() | st.floats(0, 1e6),
       width=st.none() | st.floats(0, 1e6))
@settings(derandomize=True, max_examples=60)
def test_a_price_stays_inside_its_bounds(cts, margin, floor, width):
    cap = None if width is None else (floor or 0) + width
    found = methods.set_price(cts, margin, floor=floor, cap=cap)
    assert floor is None or found.price >= floor - 1e-6
    assert cap is None or found.price <= cap + 1e-6
    assert found.bound or found.price == pytest.approx(cts / (1 - margin))


def test_penalty_of_the_method():
    """T64: 0.005 x 10 000 x 3 = 150; the cap .05 x 10 000 = 500 is reached after 10 days."""
    clause = {"tolerance": 0, "rate": 0.005, "base": 10_000, "cap": 0.05}
    assert methods.penalty(3, **clause) == 150.0
    assert methods.penalty([0, -2, 3, 10, 11], **clause).tolist() == [0, 0, 150, 500, 500]
    assert methods.penalty(11, **(clause | {"cap": None})) == 550.0
    assert methods.penalty(3, **(clause | {"tolerance": 2})) == 50.0
    with pytest.raises(NotComputable, match="^The penalty has no rate: nothing can be charged.$"):
        methods.penalty(3, **(clause | {"rate": float("nan")}))
    with pytest.raises(ParameterError, match="^base = -1 must be an amount of 0 or more.$"):
        methods.penalty(3, **(clause | {"base": -1}))


def test_expected_penalty_by_hand():
    """Four orders, 0 0 1 3 days late, 1 % a day of 1000, cap 2 %: 0 0 10 20 -> mean 7.5; s² = (2·56.25 + 6.25 + 156.25)/3
    = 91.6667, half width 1.96·sqrt(91.6667/4) = 9.383."""
    clause = {"tolerance": 0, "rate": 0.01, "base": 1000, "cap": 0.02}
    found = methods.expected_penalty([0, 0, 1, 3], **clause)
    assert (found.mean, found.n, found.share) == (7.5, 4, 0.5)
    assert (found.low, found.high) == (0.0, pytest.approx(7.5 + 9.383, abs=1e-3))
    counted = methods.expected_penalty([1, 3], n_without=2, **clause)  # the same four orders, two only counted
    assert (counted.mean, counted.high, counted.n, counted.share) == (7.5, pytest.approx(found.high), 4, 0.5)
    one = methods.expected_penalty([1], **clause)
    assert (one.mean, one.low, one.high) == (10.0, None, None)
    with pytest.raises(NotComputable) as error:
        methods.expected_penalty([], **clause)
    assert str(error.value) == "No case shows how large the deviations are: the yearly penalty is not measured."


def test_expected_penalty_against_numpy():
    late = np.random.default_rng(3).exponential(2, 500)
    due = np.minimum(30, 0.01 * 1000 * np.maximum(0, late - 1))
    found = methods.expected_penalty(late, tolerance=1, rate=0.01, base=1000, cap=0.03)
    assert found.mean == pytest.approx(due.mean())
    assert found.high == pytest.approx(due.mean() + 1.96 * due.std(ddof=1) / np.sqrt(500))


def test_delivery_terms():
    """Method 9.2 (e): quality 1, custody 1, transport 1, security 0 -> 3 -> supplier-responsible."""
    found = methods.delivery_terms(1, 1, 1, 0)
    assert (found.score, found.term_class) == (3, "supplier")
    classes = [methods.delivery_terms(*[i < n for i in range(4)]).term_class for n in range(5)]
    assert classes == ["customer", "customer", "shared", "supplier", "supplier"]
    with pytest.raises(NotComputable, match="^It is not settled who answers for custody, security.$"):
        methods.delivery_terms(True, None, False, pd.NA)
    with pytest.raises(ParameterError, match="^quality = 2 must be yes or no.$"):
        methods.delivery_terms(2, 1, 1, 1)


def test_transparency():
    full = dict.fromkeys(methods.QUESTIONS, "yes")
    assert (methods.transparency(full).score, methods.transparency(full).publishable) == (1.0, True)
    found = methods.transparency(full | {"who": "  ", "complaint": float("nan")})
    assert (found.answered, found.score, found.missing, found.publishable) == (6, 0.75, ("who", "complaint"), False)
    assert methods.transparency({}).answered == 0


@pytest.mark.parametrize(("text", "amounts"), [
    ("Delivery within two days", [(2, "days")]), ("Entrega en tres días", [(3, "days")]),
    ("entrega del pedido en 2,5 días", [(2.5, "days")]), ("An answer in an hour", [(1, "hours")]),
    ("24 hours a day", [(24, "hours")]), ("98 % complete", [(0.98, "share")]), ("The forty main oils", []),
    ("95 por ciento en una semana", [(0.95, "share"), (1, "weeks")]), ("", []),
])
def test_what_a_message_promises(text, amounts):
    assert methods.promised(text) == amounts


GOAL = {"operator": "<=", "value": 3.0, "unit": "days", "level": 0.9}


@pytest.mark.parametrize(("text", "more", "state", "gap"), [
    ("delivery in 3 days", {"feasible": True}, "allowed", False),  # the seed's own example, S2:L355
    ("delivery in 3 days", {"feasible": None}, "hold", False),
    ("delivery in 3 days", {"feasible": False}, "refused", True),
    ("delivery in 2 days", {"feasible": True}, "refused", True),
    ("delivery in 48 hours", {"feasible": True}, "refused", True),
    ("delivery in 4 days, 95 % of the time", {"feasible": True}, "refused", True),
    ("delivery in 4 days", {"feasible": True}, "allowed", False),
    ("delivery in 3 days", {"goal": None}, "refused", True),
    ("delivery in 3 days", {"goal": {"operator": "<=", "value": 3}}, "refused", True),
    ("the best quality", {"cites_goal": False}, "refused", False),
    ("210 calls", {"cites_goal": False, "fact": "210 calls in two years"}, "allowed", False),
])
def test_messages(text, more, state, gap):
    found = methods.check_message(text, **({"goal": GOAL, "cites_goal": True} | more))
    assert (found.state, found.gap) == (state, gap)


# principles -----------------------------------------------------------------------------------------------------
GOALS = {f"{g}:{m}": {"operator": "<=", "value": 1.0, "unit": "days", "level": 0.95}
         for g in ("G1", "G2") for m in ("M2", "M8", "M11")}
OFFERS = {g: {"package_class": "generic", "term_score": 3, "contract_form": "framework", "price": p, "cts": 80.0,
              "contact": "Ana"} for g, p in (("G1", 100.0), ("G2", 110.0))}
STEPS = [{"name": "take the order", "visible_to_customer": True, "customer_role": "co_producer", "value_class": "value"}]


def states(**change):
    given = {"goals": GOALS, "offers": OFFERS, "feasible": dict.fromkeys(GOALS, True), "steps": STEPS,
             "measures": ["M10"], "rivals": {"G1:M2": [0.90, 0.95]}} | change
    return [check.state for check in check_principles(given.pop("groups", ["G1", "G2"]), **given)]


def test_a_design_that_passes_all_seven():
    assert states() == ["passed"] * 7


@pytest.mark.parametrize(("principle", "change", "state"), [
    (1, {"offers": {"G1": OFFERS["G1"], "G2": OFFERS["G1"]}}, "broken"),
    (1, {"groups": ["G1"]}, "not judged"),
    (2, {"rivals": {}}, "not judged"),
    (2, {"rivals": {"G1:M2": [0.96, 0.99]}}, "broken"),
    (2, {"rivals": {"G1:M2": [0.90, 0.99]}}, "doubtful"),
    (3, {"offers": {**OFFERS, "G2": OFFERS["G2"] | {"price": 79.0}}}, "broken"),
    (3, {"offers": {**OFFERS, "G2": OFFERS["G2"] | {"cts": None}}}, "doubtful"),
    (3, {"offers": {}}, "not judged"),
    (4, {"goals": {k: g for k, g in GOALS.items() if k != "G2:M8"}}, "broken"),
    (4, {"offers": {**OFFERS, "G2": OFFERS["G2"] | {"price": None}}}, "broken"),
    (5, {"steps": None}, "not judged"),
    (5, {"steps": [STEPS[0] | {"value_class": "none"}]}, "broken"),
    (5, {"steps": [STEPS[0] | {"value_class": "none", "customer_role": "passive"}]}, "doubtful"),
    (6, {"goals": GOALS | {"G1:M2": {"value": 1, "unit": "", "level": 0.9}}}, "broken"),
    (6, {"feasible": {}}, "doubtful"),
    (6, {"goals": {}}, "not judged"),
    (7, {"offers": {**OFFERS, "G2": OFFERS["G2"] | {"contact": " "}}}, "doubtful"),
    (7, {"measures": []}, "doubtful"),
    (7, {"offers": {}}, "broken"),
])
def test_each_principle(principle, change, state):
    assert states(**change)[principle - 1] == state


def test_three_groups_two_alike():
    offers = {**OFFERS, "G3": OFFERS["G2"]}
    goals = GOALS | {key.replace("G2", "G3"): goal for key, goal in GOALS.items() if key.startswith("G2")}
    found = check_principles(["G1", "G2", "G3"], goals, offers)[0]
    assert (found.state, found.detail) == ("doubtful", "G2 = G3")


# promises -------------------------------------------------------------------------------------------------------
def test_only_a_goal_that_step_6_confirmed_is_published():
    goals = {key: {"value": 1, "unit": "days", "level": 0.9} for key in ("G1:M1", "G1:M2", "G1:M3")} | {"G9:M1": {}}
    table = published_goals(goals, {"G1:M1": False, "G1:M2": True, "G1:M3": None}, {"G1": {}})
    assert table[table["published"]]["goal_id"].tolist() == ["G1:M2"]
    assert table["feasible"].tolist() == ["no", "yes", "not judged"]


# the step -------------------------------------------------------------------------------------------------------
class Tables:
    """A study of a few small tables; every other table is empty with the schema's columns."""

    def __init__(self, **tables):
        self.tables = {name: frame for name, frame in tables.items() if len(frame)}
        self.settings = SimpleNamespace(period_start=None, period_end=None, seed=1, alpha=0.05)
        self.warnings = ()

    def has(self, name):
        return name in self.tables

    def table(self, name):
        return self.tables.get(name, pd.DataFrame(columns=[c.name for c in TABLES[name].columns]))


SEGMENTS = {"segments": {"S1": {"name": "workshops", "values": ["a"], "status": "target"},
                         "S2": {"name": "farms", "values": ["b"], "status": "maintain"},
                         "S3": {"name": "others", "values": ["c"], "status": "exclude"}}, "variable": "branch"}
GROUPS = {"groups": {"G1": {"name": "workshops", "segment_id": "S1", "laboriousness_class": "high"},
                     "G2": {"name": "farms", "segment_id": "S2", "laboriousness_class": None},
                     "G3": {"name": "others", "segment_id": "S3", "laboriousness_class": "low"}}}


def sheet(**change):
    row = {"offer_id": "O1", "group_id": "G1", "content": "oils", "term_quality": True, "term_custody": True,
           "term_transport": True, "term_security": False, "cts": 80.0, "margin_target": 0.2, "cap": 95.0,
           "floor": np.nan, "valid_from": pd.Timestamp("2026-10-01"), **{f"answer_{q}": "yes" for q in methods.QUESTIONS}}
    columns = [c.name for c in TABLES["offers"].columns]
    return pd.DataFrame([row | change]).reindex(columns=columns)


def decisions(**more):
    return {"segmentation": SEGMENTS, "characterisation": GROUPS,
            "organisation": {"groups": {"G1": {"package": "selective"}}}} | more


def propose(tables=None, decided=None, **parameters):
    return step.propose(tables or Tables(), decisions() if decided is None else decided, step.Parameters(**parameters))


def test_an_offer_by_hand():
    """Laboriousness high, terms 3 -> integral contract (9.3 e); 80 at 20 % capped at 95 -> margin .15789 (9.4 e)."""
    study = Tables(offers=sheet())
    before = study.table("offers").copy()
    found = propose(study)
    pd.testing.assert_frame_equal(study.table("offers"), before)
    row = found.tables["offers"].set_index("group_id").loc["G1"]
    assert (row["term_score"], row["term_class"], row["contract_form"]) == (3, "supplier", "integral_contract")
    assert (row["price"], row["bound"], row["package_class"]) == (95.0, "cap", "selective")
    assert row["margin"] == pytest.approx(0.15789, abs=5e-6)
    assert row["publishable"] and row["evidence"] == "data" and row["valid_from"] == "2026-10-01"
    assert list(found.decision["offers"]) == ["G1", "G2"]  # the excluded segment's group gets none
    json.dumps(found.decision, allow_nan=False)
    said = [EN.reason(r) for r in found.reasons]
    assert said == [
        "No offer is written for G2: experts fill in the sheet.",
        "Delivery terms that nobody has settled are assumed: G2.",
        "The form of contract needs the laboriousness of step 2: G2.",
        "No price, for want of cost to serve or margin: G2.",
        "The price is cut to the highest allowed: G1."]
    assert found.missing == ("penalties", "messages")


def test_without_any_table_experts_fill_in():
    """Groups but no offers: terms assumed, no price, no contract where step 2 gave no laboriousness."""
    found = propose(term_score=4)
    table = found.tables["offers"].set_index("group_id")
    assert table["term_score"].tolist() == [4, 4] and table["price"].isna().all()
    assert table.loc["G1", "contract_form"] == "integral_contract" and pd.isna(table.loc["G2", "contract_form"])
    assert found.evidence == "assumed" and found.missing == ("offers", "penalties", "messages")
    assert found.quantities["price_G1"].value is None and found.quantities["expected_penalty"].value is None
    typed = decisions(offer={"offers": {"G2": {"cts": 50.0, "margin_target": 0.5, "term_quality": True, "term_score": 1,
                                               "contract_form": "direct_sale"}}})
    typed = propose(decided=typed).tables["offers"].set_index("group_id").loc["G2"]
    assert (typed["price"], typed["contract_form"], typed["evidence"]) == (100.0, "direct_sale", "expert")


def test_with_nothing_at_all():
    found = propose(decided={})
    assert [EN.reason(r) for r in found.reasons] == [
        "There is neither a group of customers nor an offer: nothing can be offered yet."]
    assert found.tables["offers"].empty and found.decision == {"offers": {}, "messages": {}}


def test_change_the_groups_and_the_rows_change():
    other = decisions(characterisation={"groups": {"G7": {"name": "fleets", "segment_id": "S1",
                                                          "laboriousness_class": "low"}}})
    found = propose(Tables(offers=sheet()), other)
    assert found.tables["offers"]["group_id"].tolist() == ["G7"]
    assert "Offers for groups that are not served: G1." in [EN.reason(r) for r in found.reasons]


def test_margin_of_one_is_said_and_not_thrown():
    found = propose(Tables(offers=sheet(margin_target=1.0)))
    assert "A margin of 1 is impossible: it is a share of the price, below 1." in [EN.reason(r) for r in found.reasons]
    assert found.quantities["price_G1"].value is None


def test_penalties_without_orders_are_not_measured():
    penalties = pd.DataFrame({"penalty_id": ["PE1", "PE2"], "offer_id": ["O1", "O1"], "party": ["supplier", "customer"],
                              "parameter": ["M2", "good mood"], "tolerance": [0.0, 0.0], "rate": [0.01, 0.01],
                              "base": [100.0, 100.0], "cap": [0.1, np.nan]})
    found = propose(Tables(offers=sheet(), penalties=penalties))
    assert found.tables["penalties"]["yearly"].isna().all()
    said = [EN.reason(r) for r in found.reasons]
    assert "Penalties on something that is not measured and is no duty of the customer: PE2." in said
    assert "Not recorded, so their cost of a year is not measured: penalties PE1." in said


def test_what_people_choose_wins_field_by_field():
    found = propose(Tables(offers=sheet()))
    kept = step.decide(found, {"offers": {"G1": {"price": 90}}})
    assert kept["offers"]["G1"]["price"] == 90 and kept["offers"]["G1"]["contract_form"] == "integral_contract"
    assert found.decision["offers"]["G1"]["price"] == 95.0
    assert step.decide(found, {}) == found.decision


@pytest.mark.parametrize(("chosen", "words"), [
    ({"offers": {"G8": {}}}, "There is no group G8; groups are G1, G2."),
    ({"offers": [1]}, "offers = [1] is not possible; it must be a table of groups with their values."),
    ({"offers": {"G1": {"price": -1}}}, "G1.price = -1 is not possible; it must be an amount of 0 or more."),
    ({"offers": {"G1": {"term_score": 7}}}, "G1.term_score = 7 is not possible; it must be 0, 1, 2, 3, 4."),
    ({"offers": {"G1": {"term_quality": "yes"}}}, "G1.term_quality = 'yes' is not possible; it must be yes or no."),
    ({"offers": {"G1": {"margin_target": 1}}}, "G1.margin_target = 1 is not possible; it must be a share below 1."),
    ({"messages": {"MS1": "shout"}}, "messages.MS1 = 'shout' is not possible; it must be allowed, hold, refused."),
])
def test_choices_that_are_refused(chosen, words):
    with pytest.raises(ParameterError) as error:
        step.decide(propose(Tables(offers=sheet())), chosen)
    assert str(error.value) == words


def test_a_parameter_out_of_range():
    with pytest.raises(ParameterError) as error:
        step.Parameters(term_score=5)
    assert str(error.value) == "offer.term_score = 5 must lie between 0 and 4."


def test_the_shipped_study():
    """The late orders of the planted truth (workshops 26.5 %) cost what the clause says; G2 and G3 leave a question open."""
    segments = {"variable": "branch", "segments": {f"S{i}": {"name": b, "values": [b], "status": "target"} for i, b in
                                                   enumerate(["auto workshop", "fleet", "industry"], start=1)}}
    groups = {f"G{i}": {"name": f"group {i}", "segment_id": f"S{i}", "laboriousness_class": "medium"} for i in (1, 2, 3)}
    found = propose(load_study("demo"), {"segmentation": segments, "characterisation": {"groups": groups}})
    clause = found.tables["penalties"].set_index("penalty_id").loc["PE1"]
    assert clause["share"] == pytest.approx(1 - 0.734641, abs=0.015)
    assert clause["low"] < clause["expected"] < clause["high"] <= 60
    assert clause["yearly"] == pytest.approx(clause["expected"] * clause["n"] / 2, rel=0.01)  # two years of orders
    assert found.tables["offers"]["answered"].tolist() == [8, 7, 7]
    assert found.tables["principles"].set_index("name")["state"]["black box"] == "broken"  # "sign three copies"


# picture and reading --------------------------------------------------------------------------------------------
def test_the_grid_shows_each_group_in_its_cell():
    found = propose(Tables(offers=sheet()))
    for narrow in (False, True):
        axes = figures.plot_contract(found.tables["offers"], words=words_in("es"), narrow=narrow)
        dots = {dot.get_gid(): dot.get_offsets()[0].tolist() for dot in axes.collections if dot.get_gid()}
        assert list(dots) == ["G1"] and 2 < dots["G1"][0] < 3 and 2 < dots["G1"][1] < 3  # G2 has no laboriousness
    assert figures.describe_contract(found.tables["offers"], EN) == (
        "workshops: laboriousness high, terms supplier-responsible: integral long-term contract with joint planning.")
    assert figures.describe_price(found.tables["offers"], EN) == (
        "G1: cost to serve 80.00, price 95.00. Highest allowed 95.00.")


def test_pictures_of_nothing():
    empty = propose(decided={}).tables["offers"]
    assert not figures.plot_price(empty, words=EN).lines
    assert figures.plot_contract(empty, words=EN).get_xlim() == (0, 3)
    assert figures.describe_price(empty, EN) == "No price is known yet."
    assert figures.describe_contract(empty, EN) == (
        "No group can be placed: the form of contract needs the laboriousness of step 2.")


def test_the_reading():
    def result(found):
        return SimpleNamespace(quantities=found.quantities, table=lambda name: found.tables[name])

    assert read_offer(result(propose(decided={})), EN) == (
        "There is no offer yet: no group of customers is decided and no offer is written.")
    assert read_offer(result(propose(Tables(offers=sheet()))), EN) == (
        "1 of 2 offers can be published: the others leave questions of the customer unanswered, most of all G2 with 0 of "
        "8. Principles broken: satisfaction.")
