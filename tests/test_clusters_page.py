"""Step clusters and its page: what the demo's customers do, the rule that assigns, the decision, check by hand, words."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.panels import PAGES
from svcnb.panels.decision import judge
from svcnb.results import evaluate, proposal_from_json, proposal_to_json, step_parameters
from svcnb.sentences.clusters import read_clusters, read_traits
from svcnb.steps import STEPS, clusters
from svcnb.steps.characteristics import CHARACTERISTICS, characteristics, in_logarithms
from svcnb.study import load_study
from tests.small_study import SmallStudy as small_study

ROOT = Path(__file__).resolve().parents[1]
EN, ES = words_in("en"), words_in("es")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "demo"
    shutil.copytree(ROOT / "data" / "demo", folder, ignore=shutil.ignore_patterns("*.py", "story", "__pycache__", ".results"))
    return load_study(folder)


@pytest.fixture(scope="module")
def result(demo):
    return evaluate(demo, None, "clusters")


def propose(study, chosen=None, **parameters):
    return clusters.propose(study, {"clusters": chosen or {}}, step_parameters("clusters", parameters))


def customers(n=60):
    """Two kinds: many small orders, few large ones; within a kind the customers differ by chance of seed 1."""
    rng, half = np.random.default_rng(1), n // 2
    return pd.DataFrame({
        "customer_id": [f"c{k}" for k in range(n)],
        "revenue": np.r_[rng.uniform(900, 1100, half), rng.uniform(90, 110, n - half)],
        "n_orders": np.r_[rng.integers(38, 42, half), rng.integers(3, 5, n - half)], "delivery_points": rng.integers(1, 3, n)})


# what the demo's customers do ----------------------------------------------------------------------------
def test_the_branches_of_the_demo_show_in_what_customers_do(demo, result):
    """The generator gives workshops and industry many lines an order and a good margin, fleets and farms few and little:
    the clusters, which know no branch, part them."""
    of = clusters.assign(demo, result.decision)
    branch = demo.table("customers").set_index("customer_id")["branch"]
    counts = pd.crosstab(branch[of.index], of.to_numpy())
    assert (counts.max(axis=1) / counts.sum(axis=1)).min() > 0.75
    assert counts.idxmax(axis=1).nunique() == 2


def test_the_demo_in_numbers(result):
    value = result.value
    assert (value("n_clusters"), value("clusters_by"), value("structure")) == (2, "ward", "weak")
    assert value("silhouette") == pytest.approx(0.2555, abs=1e-3) and value("stability") > 0.75
    assert value("n_clustered") + value("n_not_clustered") == 600
    frame = result.table("clusters")
    assert frame["n"].sum() == value("n_clustered") and frame["share_revenue"].sum() == pytest.approx(1)
    chosen = result.table("search").query("chosen")
    assert chosen["n_clusters"].tolist() == [2] and chosen["silhouette"].item() == pytest.approx(value("silhouette"))


def test_who_a_customer_is_plays_no_part(demo, result):
    assert set(result.decision["rule"]["columns"]) <= set(CHARACTERISTICS)
    assert not {"branch", "location", "name", "customer_id", "segment_id"} & set(CHARACTERISTICS)


def test_volume_says_the_same_as_revenue_and_is_left_out(result):
    assert "volume" not in result.decision["rule"]["columns"]
    assert any("would count double: volume" in EN.reason(one) for one in result.reasons)


# characteristics and the rule ----------------------------------------------------------------------------
def test_characteristics_by_hand():
    """Margin rate 20 ÷ 100; nothing sold: no rate; a loss beyond the revenue is held at −1."""
    frame = characteristics(small_study(customers={"customer_id": ["a", "b", "c"], "revenue": [100.0, 0.0, 10.0],
                                                   "margin": [20.0, 0.0, -40.0], "n_orders": [2, 0, 1]}))
    assert frame["customer_id"].tolist() == ["a", "b", "c"]
    assert frame["margin_rate"].tolist()[0] == pytest.approx(0.2) and math.isnan(frame["margin_rate"][1])
    assert frame["margin_rate"][2] == -1 and frame["n_orders"].tolist() == [2, 0, 1]
    assert frame["size_cv"].isna().all()


def test_logarithms_keep_the_sign_and_the_argument():
    frame = pd.DataFrame({"revenue": [math.e - 1, 1 - math.e], "size_cv": [1.0, 2.0]})
    assert in_logarithms(frame, ["revenue"], ["revenue"])["revenue"].tolist() == pytest.approx([1.0, -1.0])
    assert frame["revenue"][0] == math.e - 1


def test_the_rule_alone_puts_every_customer_where_the_table_has_them(demo, result):
    """Also after a journey through JSON; but for the few whom Ward put elsewhere than to the nearest centre, and said so."""
    rule = json.loads(json.dumps(result.decision["rule"]))
    found = clusters.assign(characteristics(demo), {"rule": rule})
    listed = result.table("members").set_index("customer_id")["cluster_id"]
    elsewhere = (found[listed.index] != listed).mean()
    assert 0 < elsewhere < 0.05 and elsewhere == pytest.approx(result.value("share_nearer_elsewhere"))
    assert found.notna().sum() == len(listed) == result.value("n_clustered")
    assert set(rule) == {"columns", "logarithms", "means", "scales", "centres"}  # no customer is named


def test_a_new_customer_joins_the_nearest_centre(result):
    rule = result.decision["rule"]
    centre = {c: rule["centres"]["K2"][c] for c in rule["columns"]}
    own = {c: math.expm1(v) if c in rule["logarithms"] else v for c, v in centre.items()}
    frame = pd.DataFrame([{"customer_id": "new", **own}, {"customer_id": "unknown", **own, "n_orders": None}])
    assert clusters.assign(frame, result.decision).to_dict() == {"new": "K2", "unknown": None}


def test_without_a_rule_nobody_is_assigned():
    frame = pd.DataFrame({"customer_id": ["a"], "revenue": [1.0]})
    assert clusters.assign(frame, {}).tolist() == [None]
    assert clusters.assign(frame, {"rule": {"columns": ["n_orders"]}}).tolist() == [None]


def test_two_kinds_of_customers_are_found():
    """30 with large revenue and many orders, 30 with little and few; what is known is enough, and the rule is exact."""
    proposal = propose(small_study(customers=customers()), columns=("revenue", "n_orders"))
    assert proposal.decision["k"] == 2 and proposal.quantities["structure"].value in ("reasonable", "strong")
    of = clusters.assign(small_study(customers=customers()), proposal.decision)
    assert of.iloc[:30].nunique() == of.iloc[30:].nunique() == 1 and of.iloc[0] != of.iloc[-1]


def test_many_customers_are_searched_on_a_sample_and_all_are_clustered():
    proposal = propose(small_study(customers=customers(2400)), n_resamples=4, n_references=2)
    assert proposal.decision["method"] == "kmeans" and proposal.quantities["n_clustered"].value == 2400
    assert proposal.quantities["silhouette"].n == 2000
    assert proposal.tables["merges"].empty and len(proposal.tables["map"]) == 1000
    assert proposal.tables["members"].groupby("cluster_id").size().le(1000).all()
    again = propose(small_study(customers=customers(2400)), n_resamples=4, n_references=2)
    assert again.decision == proposal.decision


# too little, and bad input -------------------------------------------------------------------------------
@pytest.mark.parametrize("study", [
    small_study(), small_study(customers={"customer_id": ["a", "b", "c"]}), small_study(customers=customers(2)),
    small_study(customers={"customer_id": ["a", "b", "c", "d"], "revenue": [5.0, 5.0, 5.0, 5.0], "n_orders": [1, 1, 1, 1]})])
def test_too_little_is_said_and_nothing_breaks(study):
    proposal = propose(study)
    nothing = {"k": None, "method": "", "columns": [], "clusters": {}, "names": {}, "rule": {}}
    assert {**proposal.decision, "columns": []} == nothing
    assert proposal.evidence == "assumed" and "orders" in proposal.missing
    assert any(one.level == "missing" for one in proposal.reasons) and all(EN.reason(one) for one in proposal.reasons)
    assert STEPS["clusters"].decide(proposal, {}) == proposal.decision


@pytest.mark.parametrize(("parameters", "message"), [
    ({"method": "pam"}, "There is no method pam; there are auto, ward, kmeans."),
    ({"k": 1}, "1 clusters cannot be asked for; write a whole number from 2 to 8."),
    ({"k_max": 9}, "k_max = 9 is not between 2 and 8."),
    ({"max_missing": 1.5}, "max_missing = 1.5 is not between 0 and 1.")])
def test_wrong_parameters_are_said_whole(parameters, message):
    with pytest.raises(ParameterError) as told:
        step_parameters("clusters", parameters)
    assert str(told.value) == message


def test_an_unknown_characteristic_is_said_whole():
    with pytest.raises(ParameterError) as told:
        propose(small_study(customers=customers()), columns=("branch",))
    assert str(told.value) == ("There is no characteristic branch of customers; there are revenue, margin_rate, n_orders, "
                               "lines_per_order, size_cv, urgent_share, delivery_points, volume.")


def test_columns_and_standardising_can_be_chosen():
    study = small_study(customers=customers())
    proposal = propose(study, columns=("n_orders", "delivery_points"), logarithms=(), standardise=False)
    rule = proposal.decision["rule"]
    assert rule["columns"] == ["n_orders", "delivery_points"] and rule["logarithms"] == []
    assert set(rule["means"].values()) == {0.0} and set(rule["scales"].values()) == {1.0}
    assert any(EN.reason(one).startswith("The characteristics are not standardised: orders has") for one in proposal.reasons)


# the decision --------------------------------------------------------------------------------------------
def test_another_number_of_clusters_is_computed_and_named(demo):
    proposal = propose(demo, {"k": 3, "clusters": {"K2": {"name": " the loyal "}, "K9": {"name": "gone"}}})
    decision = clusters.decide(proposal, {"k": 3, "clusters": {"K2": {"name": " the loyal "}, "K9": {"name": "gone"}}})
    assert decision["k"] == 3 and set(decision["names"]) == {"K1", "K2", "K3"} and decision["names"]["K2"] == "the loyal"
    assert decision["clusters"] == {"K1": {"name": ""}, "K2": {"name": "the loyal"}, "K3": {"name": ""}}
    assert len(set(decision["names"].values())) == 3 and set(decision["rule"]["centres"]) == {"K1", "K2", "K3"}
    assert proposal.tables["clusters"]["name"].tolist()[1] == "the loyal"


@pytest.mark.parametrize(("chosen", "message"), [
    ({"names": {}}, "Clusters have no decision names; they have columns, k and clusters."),
    ({"k": 1}, "1 clusters cannot be asked for; write a whole number from 2 to 8."),
    ({"k": "3"}, "3 clusters cannot be asked for; write a whole number from 2 to 8."),
    ({"clusters": {"K1": "loyal"}}, "Clusters are written as id and name; an empty name leaves the proposed one.")])
def test_wrong_decisions_are_said_whole(demo, chosen, message):
    proposal = propose(small_study(customers=customers()))
    with pytest.raises(ParameterError) as told:
        clusters.decide(proposal, chosen)
    assert str(told.value) == message


def test_a_proposal_comes_back_from_the_store(demo):
    proposal = propose(demo)
    back = proposal_from_json(json.loads(json.dumps(proposal_to_json(proposal))))
    assert back.decision == proposal.decision and set(back.tables) == set(proposal.tables)


# the page ------------------------------------------------------------------------------------------------
def test_check_by_hand_is_the_z_of_the_profile(result):
    check = PAGES["clusters"].check(result, {}, EN)
    profiles = result.table("profiles").query("not is_log")
    expected = profiles.loc[profiles["z"].abs().idxmax(), "z"]
    assert check.answer == pytest.approx(expected, abs=0.01) and judge(check, check.answer, EN)[1] == "settled"
    for wrong, message in check.mistakes:
        assert judge(check, wrong, EN) == (message, "attention")


def test_z_of_the_profiles_by_hand(demo, result):
    """z = (mean of the cluster − mean of all) ÷ standard deviation of all, of the urgent share of those clustered."""
    of = result.table("members").set_index("customer_id")["cluster_id"]
    share = characteristics(demo).set_index("customer_id")["urgent_share"][of.index]
    row = result.table("profiles").query("cluster_id == 'K1' and characteristic == 'urgent_share'").iloc[0]
    inside = share[of == "K1"]
    assert row["z"] == pytest.approx((inside.mean() - share.mean()) / share.std(ddof=1))
    assert row["sd_all"] == pytest.approx(share.std(ddof=1)) and row["median"] == pytest.approx(inside.median())


def test_the_control_shows_one_cluster(result):
    page = PAGES["clusters"]
    shown = page.adapt(result, {"cluster": "K2"}, EN)
    assert set(shown["members"]["cluster_id"]) == {"K2"} and len(shown["members"]) == result.table("clusters")["n"][1]
    assert set(shown["map"].loc[shown["map"]["selected"], "cluster_id"]) == {"K2"}
    assert page.adapt(result, {}, EN)["map"]["selected"].all() and result.table("map")["selected"].all()


def test_the_reading_of_the_demo(result):
    assert read_clusters(result, EN) == (
        "Be careful: the borders between the clusters are blurred. 573 customers are in 2 clusters: mean silhouette 0.26, a weak "
        "structure (reasonable above 0.50). Drawn anew, they come again (agreement 0.76, good from 0.75 on). “few lines an "
        "order” stands out most, by lines an order (median 2.4, of all 3.5); besides: low margin rate, many delivery points; it "
        "has 47.5 % of the customers and brings 37.9 % of the revenue.")
    spanish = read_clusters(result, ES)
    assert spanish.startswith("Cuidado: las fronteras entre los conglomerados son borrosas. 573 clientes están en 2")
    assert "«pocas líneas por pedido»" in spanish and "order" not in spanish


def test_few_customers_are_said_first(demo):
    from dataclasses import replace

    found = evaluate(demo, None, "clusters")
    few = replace(found, quantities={**found.quantities, "n_clustered": replace(found.quantities["n_clustered"], value=19)})
    assert read_clusters(few, EN).startswith("Take this as a hint: 19 customers for 2 clusters are few.")
    none = replace(found, tables={})
    assert read_clusters(none, EN).startswith("No clusters: too little is known")
    assert PAGES["clusters"].check(none, {}, EN) is None and PAGES["clusters"].fields(none, EN) == ()


def test_a_cluster_without_traits_is_near_the_average():
    assert (read_traits("", EN), read_traits("", ES)) == ("near the average", "cerca de la media")


def test_the_dendrogram_draws_the_merges_and_the_cut(result):
    """The last merge stands at the largest height; the cut between it and the one before leaves two clusters."""
    from svcnb.figures.clusters import plot_merges

    merges, leaves = result.table("merges"), result.table("leaves")
    heights = np.sort(merges["height"])
    assert merges["cut"].iloc[0] == pytest.approx((heights[-1] + heights[-2]) / 2)
    assert leaves["n"].sum() == result.value("n_clustered") == merges["n"].max()
    ax = plot_merges(merges, leaves, words=EN)
    drawn = [line for line in ax.get_lines() if line.get_gid() and line.get_gid().startswith("merge:")]
    assert len(drawn) == len(merges) == len(leaves) - 1
    assert [t.get_text().split("\n")[1] for t in ax.get_yticklabels()] == ["n = 301", "n = 272"]
