"""Groups that are split: the test of the parts, the decision, what every later step makes of it (method.md 4.5, A-24)."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_study import SmallStudy
from test_characterisation import SEGMENTS, customers, proposed, result_of, said, study

from svcnb.errors import NotComputable, ParameterError
from svcnb.figures import splitting as figures
from svcnb.i18n import words_in
from svcnb.journal import open_journal
from svcnb.methods.grouping import count_bins, nearest_cut, part_bins
from svcnb.methods.laboriousness import compare_groups
from svcnb.panels import PAGES
from svcnb.results import evaluate_all
from svcnb.sentences.naming import words_of_study
from svcnb.sentences.splitting import read_splitting
from svcnb.steps.characterisation import Parameters, assign, decide, propose
from svcnb.steps.joined import apart, group_of_segment, in_force
from svcnb.steps.parts import with_parts
from svcnb.steps.volume import group_of_customers
from svcnb.study import load_study

EN, ES = words_in("en"), words_in("es")
DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
CUT = {"splits": {"G1": {"by": "revenue", "cut": 100}}}
PLACES = ["north", "north", "south", "south", None, "north", "east", "south", "north", "north"]
RULE = {"columns": ["revenue"], "logarithms": [], "means": {"revenue": 0.0}, "scales": {"revenue": 1.0},
        "centres": {"K1": {"revenue": 20.0}, "K2": {"revenue": 400.0}}}
CLUSTERED = {"rule": RULE, "names": {"K1": "low revenue", "K2": "high revenue"}}


def placed() -> pd.DataFrame:
    return customers().assign(location=PLACES)


def force(chosen, of=None, **more):
    return decide(proposed(of or study(), chosen, **more), chosen)


def clustered(chosen):
    decisions = {"segmentation": SEGMENTS, "clusters": CLUSTERED, "characterisation": chosen}
    return decide(propose(study(), decisions, Parameters()), chosen)


# the test -----------------------------------------------------------------------------------------------
def bins(values, tested, measured=True):
    return count_bins(pd.Series(values), pd.Series(tested, dtype=float), pd.Series([1.0] * len(values)), measured=measured)


def test_h_by_hand_and_as_kruskal_wallis_gives_it():
    """Ranks 1, 2, 3 and 4, 5, 6: 12 / 42 · 2 · 3 · 1.5² = 3.857; with ties as ``compare_groups`` of the same parts."""
    assert part_bins(bins([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]), list("aaabbb")).h == pytest.approx(27 / 7)
    rng = np.random.default_rng(3)
    by, work = rng.integers(0, 200, 400).astype(float), rng.integers(2, 9, 400) / 2
    own = bins(by, work)
    assert len(own) == 40 and own["n"].sum() == 400
    cut = nearest_cut(own, 90)
    found = part_bins(own, ["low" if low < cut else "high" for low in own["low"]])
    other = compare_groups(work, np.where(by < cut, "low", "high"))
    assert (found.h, found.p_value) == (pytest.approx(other.h), pytest.approx(other.p_value))
    assert found.parts["n"].tolist() == [(by < cut).sum(), (by >= cut).sum()]
    assert found.parts["mean"].tolist() == pytest.approx([work[by < cut].mean(), work[by >= cut].mean()])


@pytest.mark.parametrize("tested, classed, verdict", [
    ([1.0] * 40 + [5.0] * 40, True, "split"), ([1.0] * 40 + [2.0] * 40, True, "same_class"),
    ([1.0] * 40 + [2.0] * 40, False, "split"), ([1.0, 5.0] * 40, True, "not_supported"), ([3.0] * 80, True, "not_measured"),
    ([np.nan] * 80, True, "not_measured"), ([1.0, 5.0] * 1000 + [1.0] * 800 + [5.0] * 1000, False, "slight"),
    ([1.0] * 4 + [np.nan] * 36 + [5.0] * 40, True, "few_tested")])
def test_verdicts(tested, classed, verdict):
    half = len(tested) // 2
    assert part_bins(bins([0] * half + [1] * (len(tested) - half), tested), ["a", "b"], classed=classed).verdict == verdict


def test_small_parts_and_single_parts_are_said():
    assert part_bins(bins([0] * 29 + [1] * 40, range(69)), ["a", "b"]).verdict == "too_small"
    assert part_bins(bins([0] * 29 + [1] * 40, range(69)), ["a", "a"]).verdict == "one_part"
    assert nearest_cut(bins([4.0] * 9, range(9)), 4) is None


def test_who_is_not_known_counts_with_the_larger_part():
    found = part_bins(bins(["x", "y", "y", None, " "], [1, 2, 3, 4, 5], measured=False), ["a", "b", "?"])
    assert (found.larger, found.n_missing, found.parts["n"].tolist()) == ("b", 2, [1, 4])
    with pytest.raises(NotComputable, match="^Of no customer of the group the characteristic is known"):
        part_bins(bins([None, None], [1, 2], measured=False), ["a"])


# the decision -------------------------------------------------------------------------------------------
def test_a_cut_makes_two_groups_of_one():
    """Farms 450, 100, 40, 25, 12 cut at 100: three below (77 of 1000), two from there (550)."""
    proposal = proposed(study(), CUT)
    groups = decide(proposal, CUT)["groups"]
    assert {g: (row["name"], row["n"], row["abc"]) for g, row in groups.items()} == {
        "G1a": ("< 100 revenue (farm)", 3, "B"), "G1b": ("≥ 100 revenue (farm)", 2, "A"), "G2": ("fleet", 4, "A")}
    assert proposal.tables["groups"]["revenue"].tolist() == [77, 550, 365]
    assert proposal.tables["abc_by_segment"].groupby("group_id", sort=False)["customers"].sum().to_dict() == {
        "G1a": 3, "G1b": 2, "G2": 4}
    assert groups["G1a"]["part"] | {"share_orders": 0} == {
        "of": "G1", "name": "farm", "by": "revenue", "is": "below", "cut": 100.0, "larger": True, "share_customers": 0.6,
        "share_orders": 0}
    assert list(apart(groups)) == ["G1", "G2"] and group_of_segment(groups) == {"S1": "G1", "S2": "G2"}
    assert proposal.quantities["groups_split"].value == 1
    assert ("Small parts of farm, with 3 customers at most: < 100 revenue (farm), ≥ 100 revenue (farm). Fewer than 30 are "
            "hard to serve, to ask and to test on their own.") in said(proposal)


def test_values_against_all_others_and_each_by_itself():
    """Farms lie north, south, nobody knows, east, north: north is two and gets who is not known, being the larger part."""
    of = study(customers=placed())
    some = force({"splits": {"G1": {"by": "location", "values": "south; east"}}}, of)["groups"]
    assert {g: (row["name"], row["n"]) for g, row in some.items() if g != "G2"} == {
        "G1a": ("south, east (farm)", 3), "G1b": ("location: all others (farm)", 2)}
    each = force({"splits": {"G1": {"by": "location"}}}, of)["groups"]
    assert {g: (row["name"], row["n"]) for g, row in each.items() if g != "G2"} == {
        "G1a": ("east (farm)", 1), "G1b": ("north (farm)", 3), "G1c": ("south (farm)", 1)}
    assert "Of 1 customers of farm it is not known what splits the group: they belong to the larger part, north (farm)." in \
        said(proposed(of, {"splits": {"G1": {"by": "location"}}}))


def test_clusters_split_by_the_nearest_centre():
    """Centres 20 and 400: of the farms 450 lies nearer to 400; of the fleets 250. Names are those of the clusters."""
    chosen = {"splits": {"G1": {"by": "clusters"}, "G2": {"by": "clusters"}}}
    decision = clustered(chosen)
    assert {g: (row["name"], row["n"]) for g, row in decision["groups"].items()} == {
        "G1a": ("low revenue (farm)", 4), "G1b": ("high revenue (farm)", 1),
        "G2a": ("low revenue (fleet)", 3), "G2b": ("high revenue (fleet)", 1)}
    assert decision["cluster_rule"] == RULE
    new = pd.DataFrame({"customer_id": ["x", "y", "z"], "branch": ["farm", "fleet", "farm"], "revenue": [300.0, 10.0, None]})
    assert assign(new, SEGMENTS, decision).tolist() == ["G1b", "G2a", "G1a"]  # the last to the larger part


def test_a_customer_to_come_is_placed_by_its_value():
    new = pd.DataFrame({"customer_id": list("wxyz"), "branch": ["farm"] * 3 + ["smithy"], "revenue": [99.9, 100, None, 5]})
    assert assign(new, SEGMENTS, force(CUT)).tolist() == ["G1a", "G1b", "G1a", None]
    assert assign(new.drop(columns="revenue"), SEGMENTS, force(CUT)).tolist() == ["G1a", "G1a", "G1a", None]


def test_taken_back_it_is_as_before():
    plain = proposed(study())
    for nothing in ({}, {"splits": {}}, {"splits": {"G1": {"by": ""}}}, {"splits": {"G1": {}}}):
        assert decide(proposed(study(), nothing), nothing) == plain.decision
    assert plain.decision["splits"]["G2"] == {"by": "", "cut": None, "values": ""} and "cluster_rule" not in plain.decision


def test_groups_join_first_and_are_split_then():
    """Farms and fleets are one: 450, 250, 100, 60, 40, 35, 25, 20, 12; cut at 60 five below and four from there."""
    both = {"joins": {"G2": {"joins": "G1"}}, "splits": {"G1": {"by": "revenue", "cut": 60}}}
    groups = force(both)["groups"]
    assert {g: row["n"] for g, row in groups.items()} == {"G1a": 5, "G1b": 4}
    assert list(apart(groups)) == ["G1", "G2"] and group_of_segment(groups) == {"S1": "G1", "S2": "G1"}
    with pytest.raises(ParameterError) as error:
        decide(proposed(study()), {"joins": both["joins"], "splits": {"G2": {"by": "revenue", "cut": 60}}})
    assert str(error.value) == "fleet joins farm, so it is no group to split; split farm, or let it stand alone."


def test_a_split_group_that_joins_another_waits_and_says_so():
    later = {"joins": {"G1": {"joins": "G2"}}, **CUT}
    proposal = proposed(study(), later)
    assert list(decide(proposal, later)["groups"]) == ["G2"]
    assert "There is no group G1 to split; groups are fleet." in said(proposal)
    assert proposal.decision["splits"]["G1"]["cut"] == 100


@pytest.mark.parametrize("splits, message", [
    (["G1"], "How groups are split is written as group and by what: clusters, or a characteristic with a cut or with values."),
    ({"G1": "clusters"}, "How groups are split is written as group and by what: clusters, or a characteristic with a cut or with "
                         "values."),
    ({"G9": {"by": "revenue", "cut": 1}}, "There is no group G9 to split; groups are farm, fleet."),
    ({"G1": {"by": "shoe_size", "cut": 1}}, "farm cannot be split by shoe size: no such characteristic tells its customers "
                                            "apart; there are revenue, margin rate, location."),
    ({"G1": {"by": "revenue"}}, "farm: write where revenue is cut, a number above 12 and up to 450."),
    ({"G1": {"by": "revenue", "cut": True}}, "farm: write where revenue is cut, a number above 12 and up to 450."),
    ({"G1": {"by": "revenue", "cut": 12}}, "farm: a cut of revenue at 12 leaves a part empty or too small; write a number above "
                                           "12 and up to 450."),
    ({"G1": {"by": "revenue", "cut": 451}}, "farm: a cut of revenue at 451 leaves a part empty or too small; write a number "
                                            "above 12 and up to 450."),
    ({"G1": {"by": "location", "values": "west"}}, "farm: location has no value west; its values are east, north, south."),
    ({"G1": {"by": "location", "values": ["east", "north", "south"]}},
     "farm: these are all values of location; leave some for the other part."),
])
def test_a_split_that_cannot_be_is_said(splits, message):
    with pytest.raises(ParameterError) as error:
        decide(proposed(study(customers=placed())), {"splits": splits})
    assert str(error.value) == message


def test_more_than_twenty_groups_are_refused():
    """Ten segments of two towns each, split by town: 20 groups may be, 22 not."""
    frame = pd.DataFrame([(f"K{s}{t}{k}", f"b{s}", f"t{t}") for s in range(10) for t in range(3) for k in range(2)],
                         columns=["customer_id", "branch", "location"])
    segments = {"variable": "branch", "segments": {
        f"S{s + 1}": {"name": f"b{s}", "values": [f"b{s}"], "status": "target"} for s in range(10)}}
    proposal = proposed(SmallStudy(customers=frame), segments=segments)
    splits = {f"G{s + 1}": {"by": "location"} for s in range(5)}
    assert decide(proposal, {"splits": splits})["splits"]["G5"]["by"] == "location"
    with pytest.raises(ParameterError) as error:
        decide(proposal, {"splits": {**splits, "G6": {"by": "location"}}})
    assert str(error.value).startswith("That makes 22 groups; at most 20 can be served each in its own way.")


def test_names_of_parts_are_kept_while_their_group_is_whole():
    """Page 02 names the small farms; taken back the group has its own name; with another cut the name stays, the other part
    is called by its new rule."""
    groups = force(CUT)["groups"]
    named = {"groups": {**groups, "G1a": {**groups["G1a"], "name": "Small farms"}}}
    assert [row["name"] for row in force({**CUT, **named})["groups"].values()] == ["Small farms", "≥ 100 revenue (farm)", "fleet"]
    assert [row["name"] for row in force(named)["groups"].values()] == ["farm", "fleet"]
    moved = {"splits": {"G1": {"by": "revenue", "cut": 40}}, **named}
    assert [row["name"] for row in force(moved)["groups"].values()] == ["Small farms", "≥ 40 revenue (farm)", "fleet"]


def test_a_part_is_called_in_the_readers_language():
    decision = force(CUT)
    words = words_of_study(ES, study(), {"segmentation": SEGMENTS, "characterisation": decision})
    assert words.name("group", "G1a") == "< 100 ingresos (farm)" and words.name("group", "G1") == "farm"
    assert words("{name:word}", name="≥ 100 revenue (farm)") == "≥ 100 ingresos (farm)"


# the later steps ----------------------------------------------------------------------------------------
def test_what_people_chose_for_groups_not_in_force_waits():
    groups = force(CUT)["groups"]
    kept, waiting = in_force({"goals": {"G1:M2": 1, "G1a:M2": 2, "sd:M1:G1": 3, "G2:M2": 4}, "cut": 5}, groups)
    assert kept == {"goals": {"G1a:M2": 2, "G2:M2": 4}, "cut": 5} and waiting == ["G1"]
    assert in_force({"offers": {"G1a": {}, "G1": {}}}, {"G1": {}, "G2": {}}) == ({"offers": {"G1": {}}}, ["G1a"])


def test_what_the_tables_say_of_a_group_holds_for_its_parts():
    """Three and two farms of equal orders: 6 and 4 of 10 units; the offer and its penalty are copied, lists name both."""
    own = {"offers": pd.DataFrame({"offer_id": ["O1", "O2"], "group_id": ["G1", "G2"], "content": ["x", "y"]}),
           "penalties": pd.DataFrame({"penalty_id": ["P1", "P2"], "offer_id": ["O1", "O2"]}),
           "service_demand": pd.DataFrame({"service_id": ["V", "V"], "group_id": ["G1", "G2"], "units": [10.0, 7.0]}),
           "services": pd.DataFrame({"service_id": ["V"], "groups": ["G1; G2"]}),
           "parameters": pd.DataFrame({"parameter_id": ["Q"], "goal_id": ["G1:M3"]}),
           "driver_ratings": pd.DataFrame([("group", "G1", "D1", 5), *(("customer", f"K{k}", "D1", 2) for k in range(10))],
                                          columns=["subject_kind", "subject_id", "driver_id", "rating"])}
    whole = study(**own)
    decision = force(CUT, whole)
    parted = with_parts(whole, {"segmentation": SEGMENTS, "characterisation": decision})
    assert parted.table("offers")[["offer_id", "group_id", "content"]].values.tolist() == [
        ["O1", "G1a", "x"], ["O1/G1b", "G1b", "x"], ["O2", "G2", "y"]]
    assert parted.table("penalties")[["penalty_id", "offer_id"]].values.tolist() == [
        ["P1", "O1"], ["P2", "O2"], ["P1/G1b", "O1/G1b"]]
    assert parted.table("service_demand")["units"].tolist() == pytest.approx([6, 4, 7])
    assert parted.table("services")["groups"].tolist() == ["G1a;G1b;G2"]
    assert parted.table("parameters")["goal_id"].tolist() == ["G1a:M3;G1b:M3"]
    rated = parted.table("driver_ratings")
    assert rated[rated["subject_kind"] == "group"][["subject_id", "rating"]].values.tolist() == [["G1a", 5], ["G1b", 5]]
    assert whole.table("offers")["group_id"].tolist() == ["G1", "G2"] and parted.settings is whole.settings
    segment_of = pd.Series(["S1"] * 2 + ["S2", "S3"], index=["K0", "K4", "K1", "K7"])
    assert group_of_customers(segment_of, decision["groups"], parted).to_dict() == {"K0": "G1b", "K4": "G1a", "K1": "G2"}


def test_a_part_with_five_rated_customers_is_rated_by_them():
    frame = pd.DataFrame({"customer_id": [f"K{k}" for k in range(12)], "branch": "farm", "revenue": range(12)})
    ratings = pd.DataFrame([("group", "G1", "D1", 5), *(("customer", f"K{k}", "D1", 1 if k < 6 else 3) for k in range(12))],
                           columns=["subject_kind", "subject_id", "driver_id", "rating"])
    groups = force({"splits": {"G1": {"by": "revenue", "cut": 6}}}, study(customers=frame, driver_ratings=ratings))["groups"]
    assert [groups[g]["laboriousness"] for g in ("G1a", "G1b")] == [1, 3]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """All steps of the demo with a split of the fleets by their orders, and once it is taken back."""
    folder = tmp_path_factory.mktemp("split") / "demo"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__", ".results"))
    with load_study(folder) as opened:
        journal = open_journal(folder.parent / "journal.sqlite")
        put = lambda step, key, value: journal.record("decision", step, key, {"value": value, "reason": ""}, actor="Ana",
                                                      role="facilitator")
        put("offer", "offers", {"G2": {"content": "diesel in the tank"}})
        event = put("characterisation", "splits", {"G2": {"by": "n_orders", "cut": 6}})
        put("offer", "offers", {"G2": {"content": "diesel in the tank"}, "G2a": {"content": "by telephone"}})
        split = evaluate_all(opened, journal)
        journal.retract(event.event_uuid, actor="Ana", role="facilitator")
        back = evaluate_all(opened, journal)
        journal.close()
    return split, back


def test_in_the_demo_every_later_step_follows(demo):
    results, _ = demo
    groups = results["characterisation"].decision["groups"]
    assert list(groups) == ["G1", "G2a", "G2b", "G3", "G4"]
    assert groups["G2a"]["n"] + groups["G2b"]["n"] == 190 and groups["G2a"]["n"] == 51
    ids = set(groups)
    assert {goal.split(":")[0] for goal in results["goals"].decision["goals"]} == ids
    for step in ("relations", "organisation"):
        assert set(results[step].decision["groups"]) == ids
    offers = results["offer"].decision["offers"]
    assert list(offers) == list(groups) and offers["G2a"]["content"] == "by telephone"
    assert offers["G2b"]["content"] == "tank service with an answer in two hours"  # the file's; what was said of G2 waits
    items = results["plan"].table("items")
    assert ids - {"G4"} <= {one for text in items["group_id"] for one in str(text).split(";")} - {"G2"}
    assert set(results["discriminant"].table("centroids")["group_id"]) <= ids
    assert {"G2a", "G2b"} <= set(results["demand"].table("composition")["group_id"])


def test_in_the_demo_the_parts_sum_to_the_group(demo):
    """Customers, orders, revenue, demand and hours of work: nobody is lost and nobody counted twice."""
    split, whole = demo
    parts, before = (one["demand"].table("composition").set_index("group_id") for one in (split, whole))
    assert parts.loc[["G2a", "G2b"], "n"].sum() == before.loc["G2", "n"] == 190
    assert (parts["source"] == "orders").all()
    goals, old = (one["goals"].table("goals").set_index(["group_id", "measure_id"]) for one in (split, whole))
    assert goals.loc["G2a", "n"].add(goals.loc["G2b", "n"]).to_dict() == old.loc["G2", "n"].to_dict()
    revenue, all_of = (one["characterisation"].table("groups").set_index("group_id")["revenue"] for one in (split, whole))
    assert revenue[["G2a", "G2b"]].sum() == pytest.approx(all_of["G2"]) and revenue.sum() == pytest.approx(all_of.sum())
    assert split["relations"].table("groups").set_index("group_id").loc[["G2a", "G2b"], "n"].sum() == 190
    assert split["plan"].value("demand") == pytest.approx(whole["plan"].value("demand"))
    cost = split["characterisation"].table("laboriousness").set_index("group_id")["cost_to_serve"]
    assert cost[["G2a", "G2b"]].sum() == pytest.approx(
        whole["characterisation"].table("laboriousness").set_index("group_id").loc["G2", "cost_to_serve"])


def test_in_the_demo_taken_back_all_is_whole(demo):
    _, whole = demo
    assert list(whole["offer"].decision["offers"]) == ["G1", "G2", "G3", "G4"]
    assert whole["offer"].decision["offers"]["G2"]["content"] == "diesel in the tank"  # it waited; that of the part waits now


# the page -----------------------------------------------------------------------------------------------
def shown(chosen=None, view=None, words=EN, of=None):
    result = result_of(proposed(of or study(), chosen))
    result.earlier = {"clusters": CLUSTERED}
    return result, PAGES["splitting"].adapt(result, view or {}, words)


def test_the_parts_stand_before_the_decision():
    """Farms by revenue near 100: 40, 25, 12 and 450, 100."""
    _, tables = shown(view={"group": "G1", "by": "revenue", "cut": 90.0})
    assert tables["split_parts"][["name", "n", "revenue"]].values.tolist() == [
        ["< 100 revenue", 3, 77], ["≥ 100 revenue", 2, 550]]
    assert tables["split_test"]["verdict"].tolist() == ["too_small"]
    assert not len(shown(view={"group": "G1", "by": "shoe_size"})[1]["split_parts"])


def test_reading_in_both_languages():
    """Farms 450 north, 40 nobody knows, 12 north, 25 north and 100 south: the others have 527 of 4, ranks 1, 2, 3, 5."""
    view, places = {"group": "G1", "by": "location", "values": "south"}, study(customers=placed())
    assert read_splitting(*shown(view=view, of=places), EN) == (
        "Few customers are tested: 1 in the part with the fewest. G1 in 2 parts by location: “location: all others” (4 "
        "customers) brings 132 a customer, “south” (1) 100. Kruskal–Wallis H = 0.5, p = 0.480, n = 5: a part has fewer than 30 "
        "customers, too few to be served on its own. A split that was looked for until it parts well makes p too small. No "
        "group is split; 2 are in force.")
    assert read_splitting(*shown(view=view, of=places, words=ES), ES).startswith(
        "Se prueban pocos clientes: 1 en la parte que menos tiene. G1 en 2 partes según ubicación: «ubicación: los demás» (4 "
        "clientes) aporta 132 por cliente; «south» (1), 100. Kruskal–Wallis H = 0,5, p = 0,480, n = 5: una parte tiene menos")
    assert read_splitting(*shown(view={"group": "G1", "by": "revenue"}), EN) == (
        "G1 in 2 parts by revenue: < 40 revenue (2 customers), ≥ 40 revenue (3 customers). Not tested: a part has fewer than 30 "
        "customers, too few to be served on its own. No group is split; 2 are in force.")
    assert read_splitting(*shown(CUT, {"group": "G2", "by": "revenue"}), EN).endswith("In force are 3 groups; split is: farm.")


def test_without_tables_the_page_says_why():
    empty = proposed(SmallStudy(), segments={"variable": "a_priori", "segments": {"S1": {"name": "All customers"}}})
    result, page = result_of(empty), PAGES["splitting"]
    tables = page.adapt(result, {}, EN)
    assert page.controls(result, EN) == () and page.check(result, tables, EN) is None
    assert read_splitting(result, tables, EN).startswith(
        "No group can be split: nothing is known that tells its customers apart.")
    assert [field.key for field in page.fields(result, EN)] == []


def test_check_by_hand():
    """Ten farms, five north and five south, with revenues 10 to 19: mean ranks 3 and 8 of 10, H = 12 / 110 · 2 · 5 · 2.5² =
    6.818; cut at 12 two of ten leave, 20 %."""
    frame = pd.DataFrame({"customer_id": [f"K{k}" for k in range(10)], "branch": "farm", "revenue": range(10, 20),
                          "location": ["north"] * 5 + ["south"] * 5})
    result, tables = shown(view={"group": "G1", "by": "location"}, of=study(customers=frame, driver_ratings=None))
    check = PAGES["splitting"].check(result, tables, EN)
    assert check.answer == pytest.approx(12 / 110 * 2 * 5 * 6.25)
    assert [round(wrong, 3) for wrong, _ in check.mistakes] == [1.364, 62.5, 2.727]
    result, tables = shown(view={"group": "G1", "by": "revenue", "cut": 12.0}, of=study(customers=frame))
    check = PAGES["splitting"].check(result, tables, EN)
    assert check.answer == pytest.approx(20) and check.mistakes[1][0] == 25


def test_the_form_offers_joining_and_splitting():
    result, _ = shown(of=study(customers=placed()))
    joins, splits = PAGES["splitting"].fields(result, EN)
    assert (joins.key, splits.key) == ("joins", "splits")
    assert [value for value, _ in splits.options[0].options][:2] == ["", "revenue"]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("view", [{"group": "G1", "by": "revenue"}, {"group": "G1", "by": "location"}])
def test_the_picture_shows_each_part(view, narrow):
    _, tables = shown(view=view, of=study(customers=placed()))
    parts = tables["split_parts"]
    ax = figures.plot_parts(parts, words=EN, narrow=narrow)
    marks = [artist.get_gid() for artist in ax.get_children() if str(artist.get_gid()).startswith("part:")]
    assert sorted(marks) == [f"part:{k}" for k in range(len(parts))]
    assert all(name in figures.describe_parts(parts, EN) for name in parts["name"])
