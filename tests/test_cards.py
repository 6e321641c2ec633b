"""The method cards: each example is recomputed from its own rows by the method, every number of its sentence in both
languages at its printed digits; and every page of steps 1 and 2 has a whole card and a check by hand.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svcnb.i18n import words_in
from svcnb.methods import aid, belson, contingency, stability
from svcnb.methods.abc import classify
from svcnb.methods.apriori import agreement, count_votes
from svcnb.methods.clusters import cluster
from svcnb.methods.composition import compose
from svcnb.methods.concordance import kendall_w
from svcnb.methods.discriminant import fit_discriminant
from svcnb.methods.factor import analyse_correlations
from svcnb.methods.gaps import service_gaps
from svcnb.methods.goals import combine_goal
from svcnb.methods.grouping import count_bins, nearest_cut, part_bins
from svcnb.methods.interdependence import place_customers
from svcnb.methods.laboriousness import compare_groups, driver_weights, rate
from svcnb.methods.levels import combine, required_level
from svcnb.methods.matrices import contact_type, service_type
from svcnb.methods.offer import penalty, set_price
from svcnb.methods.optimum import from_inventory
from svcnb.methods.plan import aggregate_periods
from svcnb.methods.questionnaire import QUESTIONS, lint_questionnaire
from svcnb.methods.queueing import solve
from svcnb.methods.sampling import allocate, sample_size
from svcnb.methods.window import customer_window
from svcnb.panels import PAGES
from svcnb.panels.shown import card_html
from svcnb.results import evaluate
from svcnb.study import load_study

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
EN, ES = words_in("en"), words_in("es")
NUMBER = {"en": r"(?<![\w.,−])−?\d+(?:,\d{3})*(?:\.\d+)?(?![\d])", "es": r"(?<![\w.,−])−?\d+(?:\.\d{3})*(?:,\d+)?(?![\d])"}


def numbers(text: str, language: str) -> list[str]:
    """The numbers of a sentence as they would be written in Python, each with its printed digits."""
    thousands = {"en": ",", "es": "."}[language]
    return [found.replace(thousands, "").replace(",", ".").replace("−", "-") for found in re.findall(NUMBER[language], text)]


def says(sentence: str, language: str, values) -> None:
    """Every number of the sentence is the next value, rounded to the digits printed."""
    printed, values = numbers(sentence, language), list(values)
    assert len(printed) == len(values), (printed, values)
    for text, value in zip(printed, values, strict=True):
        half = 0.5 * 10.0 ** -len(text.partition(".")[2])
        assert abs(float(text) - value) <= half * (1 + 1e-9), (text, value, sentence)


def rows_of(card) -> pd.DataFrame:
    head, *rows = card.example
    return pd.DataFrame([list(row) for row in rows], columns=range(len(head)))


def people(rows, variable):
    """The counted customers one by one."""
    return pd.DataFrame([{variable: category, "uses": answer} for name, category, yes, no in rows.itertuples(index=False)
                         if name == variable for answer, n in (("yes", yes), ("no", no)) for _ in range(n)])


# what each sentence must say, number by number --------------------------------------------------------
def segmentation(rows):
    sex, age = (contingency.cross_tabulate(people(rows, name), name, "uses") for name in ("sex", "age"))
    assert sex.discriminating and not age.discriminating and sex.n == age.n
    users, men = int(sex.table["yes"].sum()), int(sex.table.loc["men"].sum())
    expected = sex.expected.loc["men", "yes"]
    return [sex.n, users, men, men, users, sex.n, expected, sex.table.loc["men", "yes"],
            sex.chi2, sex.cramers_v, age.chi2, age.cramers_v, age.p_value]


def variables(rows):
    assert stability.state_of(stability.psi(rows[1], rows[2])) == "pass" and stability.Limits().watch == 0.10
    each = stability.compare_counts(dict(zip(rows[0], 100 * rows[1], strict=True)),
                                    dict(zip(rows[0], 100 * rows[2], strict=True))).table["contribution"].tolist()
    return [rows[2][0], rows[1][0], rows[2][0], rows[1][0], *each, stability.psi(rows[1], rows[2]), stability.Limits().watch]


def belson_page(rows):
    first, second = (belson.rank_predictors(people(rows, name), "uses", [name], target="yes").table.iloc[0]
                     for name in ("sex", "age"))
    assert first["power"] > second["power"] and "women" in first["categories_above"] and "men" in first["categories_below"]
    assert all(name in second["categories_above"] for name in ("young", "older"))
    share = rows[rows[0] == "sex"][2].sum() / rows[rows[0] == "sex"][[2, 3]].sum().sum()
    return [100, share, *(value for one in (first, second)
                          for value in (round(one["n_above"] * one["value_above"]), share, one["n_above"], one["power"]))]


def tree(rows):
    frame = rows.set_axis(["region", "type", "orders"], axis=1)
    grown = aid.grow_tree(frame, "orders", ["region", "type"], min_group=3, min_child=3, min_share=0.02, min_gain=0.02)
    root = grown.trials[grown.trials["node_id"] == grown.nodes[0].node_id].set_index("predictor")["gain"]
    south = frame[frame["region"] == "South"]["orders"]
    rest, whole = frame[frame["region"] != "South"]["orders"], frame["orders"]
    total = float(((whole - whole.mean()) ** 2).sum())
    assert grown.nodes[0].split_on == "region" and [len(south), len(rest)] == [3, 6]
    later = grown.trials[grown.trials["node_id"] != grown.nodes[0].node_id]
    next_gain = later[later["predictor"] == "type"]["gain"].max()
    return [whole.mean(), 3, south.mean(), whole.mean(), 6, rest.mean(), whole.mean(), root["region"] * total, total,
            100 * root["region"], root["type"] * total, next_gain * total]


def methods_page(rows):
    counts = pd.crosstab(rows[1], rows[2]).to_numpy()
    a, b, both, every = (int((n * (n - 1) // 2).sum())
                         for n in (counts.sum(axis=1), counts.sum(axis=0), counts, np.array([len(rows)])))
    rand = agreement(rows[1], rows[2]).adjusted_rand
    expected, most = a * b / every, (a + b) / 2
    return [every, a, b, both, a, b, every, expected, a, b, 2, most, both, expected, most, expected, rand]


def factors(rows):
    matrix = rows.set_index(0).astype(float).set_axis(rows[0], axis=1)
    found = analyse_correlations(matrix, 50, n_parallel=20)
    first, second, third = found.eigenvalues
    r = matrix.iloc[0, 1]
    assert found.n_factors == 1 and second == pytest.approx(third) and np.ptp(found.loadings.to_numpy()) < 1e-9
    return [1, 2, r, first, 1, r, second, 1, first, 3, 100 * found.variance["share"].iloc[0], first, 3,
            found.loadings.iloc[0, 0], found.kmo]


def apriori(rows):
    found = count_votes(pd.DataFrame([
        {"expert_id": f"E{k}", "item_id": name, "vote": k < yes} for name, yes, no in rows.itertuples(index=False)
        for k in range(yes + no)]))
    assert set(found.kept) == {"branch", "size", "age"}
    share = 100 * found.table.set_index("item_id")["agreement"]
    yes, no = rows.set_index(0).loc["branch"]
    return [1, no, yes + no, 100, share["branch"], 60, *share[["size", "age", "region", "sex"]]]


def cards(rows):
    """The share is a division: there is no method to call."""
    own = rows[rows[1] == "households"][2]
    assert (rows[1] == "workshops").sum() == len(own)
    return [len(own), len(rows), *own, rows[2].sum(), 100 * own.sum() / rows[2].sum(),
            100 * rows[rows[1] == "workshops"][2].sum() / rows[2].sum()]


def characterisation(rows):
    values = rows.set_index(0)[1]
    found = classify(values)
    assert "".join(found.classes[rows[0]]) == "AABBC"
    before = 100 * (found.cumulative - values / found.total)
    return [found.total, before["K1"], before["K2"], 100 * found.shares["A"], before["K3"], before["K4"], before["K5"]]


def clusters(rows):
    found = cluster(rows[[1, 2]].set_axis(["orders", "lines"], axis=1), standardise=False, n_resamples=0, n_references=0)
    points = rows[[1, 2]].to_numpy(float)
    away = np.sqrt(((points - points[0]) ** 2).sum(axis=1))
    a, b = away[1:3].mean(), away[3:].mean()
    assert found.sizes.nunique() == 1 and (b - a) / b == pytest.approx(found.silhouettes.iloc[0])
    return [*found.merges["height"], found.k, found.sizes.iloc[0], a, b, b, a, b, found.silhouettes.iloc[0], found.silhouette]


def discriminant(rows):
    frame = rows[[1, 2, 3]].set_axis(["orders", "lines", "group"], axis=1)
    found = fit_discriminant(frame, "group", ["orders", "lines"])
    rule = found.two_groups
    new = found.assign(pd.DataFrame({"orders": [5, 5], "lines": [4, 5]}))
    assert new["group"].tolist() == ["A", "B"]
    w1, w2 = rule.weights
    return [w1, w2, rule.cut, 5, 4, w1, 5, w2, 4, 5 * w1 + 4 * w2, 5, 5, 5 * w1 + 5 * w2]


def laboriousness(rows):
    drivers = rows[[0, 1, 2, 3]].set_axis(["driver_id", "inf_cost", "inf_cycle", "inf_level"], axis=1)
    ratings = rows[[0, 4, 5]].set_axis(["driver_id", "G1", "G2"], axis=1).set_index("driver_id")
    found = rate(drivers, ratings)
    mean = rows[[1, 2, 3]].mean(axis=1)
    assert np.allclose(driver_weights(drivers), mean / mean.sum())
    assert found.classes.to_dict() == {"G1": "high", "G2": "low"}
    return [*mean, mean.sum(), *(value for pair in zip(mean, rows[4], strict=True) for value in pair), mean.sum(),
            *found.laboriousness[["G1", "G2"]]]


def splitting(rows):
    bins = count_bins(rows[1], rows[2], rows[1] * 0, measured=True)
    cut = nearest_cut(bins, 4)
    found = part_bins(bins, ["below" if low < cut else "from" for low in bins["low"]])
    (n, m), (low, high), all_of = found.parts["n"], found.parts["mean_rank"], len(rows)
    assert found.h == pytest.approx(compare_groups(rows[2], rows[1] < cut).h)
    assert found.verdict == "too_small" and found.p_value < 0.05
    middle = (all_of + 1) / 2
    return [cut, n, m, low, high, all_of, 12, all_of, all_of + 1, n, low, middle, m, high, middle, found.h, found.p_value, m]


def relations(rows):
    found = place_customers(rows.set_index(0).set_axis(["d_us", "d_cust"], axis=1)).customers
    assert found["relationship"].tolist() == [
        "hostage", "high_interdependence", "drunk_with_power", "low_interdependence", "hostage"]
    mean, gap = found["interdependence"], found["asymmetry"]
    return [4, 2, 2, mean["K1"], 4, 2, gap["K1"], mean["K5"], gap["K5"], mean["K2"], 1, 4, gap["K3"], mean["K4"]]


def gaps(rows):
    levels = dict(zip(("expected", "believed", "specified", "delivered", "perceived"), rows[1], strict=True))
    found = service_gaps(pd.DataFrame([{"component_id": "C1", **levels}])).table.iloc[0]
    assert found["primary"] == "G3"
    e, m, s, d, p = rows[1]
    return [e, m, found["G1"], m, s, found["G2"], s, d, found["G3"], d, p, found["G6"], found["G5"], e, p, found["G3"]]


def diagnosis(rows):
    found = combine(rows.set_index(0)[1])
    return [*rows[1], found.product, 100 * found.product, 100 * found.loss_shares.iloc[-1], 90,
            100 * required_level(list(rows[1]), 2, 0.90).value]


def demand(rows):
    found = compose(rows.set_axis(["group_id", "n", "orders_per_period", "units_per_order"], axis=1))
    each = found.table.set_index("group_id")["demand"]
    return [*rows.iloc[0][1:], *each[["G1", "G2", "G3"]], found.total]


def window(rows):
    found = customer_window(rows.set_index(0)[1], rows.set_index(0)[2], n_resamples=0)
    table = found.table.set_index("component_id")
    quadrants = table["quadrant"].to_dict()
    assert [quadrants[name][0].upper() for name in rows[0]] == ["B", "A", "A", "C", "D"]
    return [100, 5, found.importance_cut, found.satisfaction_cut, 25, 10, 5.5, table.loc["delivery time", "priority"],
            table.loc["availability", "priority"]]


def goals(rows):
    return [100 * combine_goal(sl_eco=eco, competitor=rival, floor=floor, expected=expected, strategic=k == 1).level
            for k in (1, 2, 3) for eco, rival, floor, expected in [rows[k]]]


def optimum_page(rows):
    from scipy.stats import norm

    found = from_inventory(trading_margin=0.75, sales_response=0.0015, annual_sales=80_000, carrying_rate=0.25, unit_cost=10,
                           sigma_lt=500)
    assert np.allclose(norm.ppf(rows[[0, 1]]), rows[[2, 3]], atol=5e-7)
    cost = found.cost_coefficient * (rows[3] - rows[2])
    steps = found.steps.set_index("from_level")["cost"]
    assert np.allclose(cost, [steps[round(level, 2)] for level in rows[0]], atol=0.01)
    return [0.75, 0.0015, 80_000, found.gain, 0.25, 10, 500, found.cost_coefficient, cost[1], 91, 92, cost[2], 92, 93, cost[3],
            93, 94, 100 * found.sl_step]


def organisation(rows):
    types = [service_type(i, labour).code for _, i, labour, _ in rows.itertuples(index=False)]
    kappa = [contact_type(i, u).kappa for _, i, _, u in rows.itertuples(index=False)]
    assert types == ["service_shop", "mass_service", "professional_service"]
    i, labour, u = rows.iloc[0][1:]
    return [i, labour, i, 1, 4, u, 1, 4, 2, *kappa]


def staffing(rows):
    found = [solve("M/M/s", arrival_rate=a, service_rate=m, servers=s) for a, m, s in rows.itertuples(index=False)]
    one, two, three = ((100 * queue.utilisation, 60 * queue.mean_wait) for queue in found)
    return [1, 2, 3, *one, 2, *two, 3, *three]  # utilisation in per cent, minutes


def critical_parameters(rows):
    found = kendall_w(rows.set_index(0).astype(float), n_permutations=0)
    ties = rows.set_index(0).apply(lambda own: (own.value_counts() ** 3 - own.value_counts()).sum(), axis=1)
    return [*found.rank_sums, 4, 5, 1, 2, found.rank_sums.mean(), found.s, (ties > 0).sum(), ties.sum(), 12,
            found.s, 4, 5, 5, 4, ties.sum(), found.w]


def offer(rows):
    cost, margin, base, rate_a_day, cap, late = rows[1]
    terms = {"tolerance": 0, "rate": rate_a_day, "base": base, "cap": cap}
    assert penalty(9, **terms) < penalty(10, **terms) == penalty(11, **terms) == pytest.approx(cap * base)
    return [cost, 1, margin, set_price(cost, margin).price, rate_a_day, late, base, penalty(late, **terms), cap, base,
            penalty(100, **terms), 10]


def plan(rows):
    orders, good = (aggregate_periods(rows[0], rows[k], "week", "month") for k in (1, 2))
    assert len(orders) == 1
    return [*rows[1], orders.iloc[0], good.iloc[0], orders.iloc[0], 100 * good.iloc[0] / orders.iloc[0],
            100 * (rows[2] / rows[1]).mean()]


def sample(rows):
    sizes, spread = rows.set_index(0)[1], rows.set_index(0)[2]
    whole = sample_size(sizes.sum())
    each = allocate(sizes, method="per_stratum", error=0.10)
    return [5, 1.96, 0.25, 0.05, whole.n0, sizes.sum(), whole.corrected, whole.n, *allocate(sizes, whole.n).table["n"],
            *allocate(sizes, whole.n, method="neyman", sd=spread).table["n"], 10, *each.table["n"], each.n]


def questionnaire(rows):
    kinds = {"how well": "performance", "who answers": "classification"}
    asked = pd.DataFrame([(f"Q{n}", text, "" if kinds[kind] == "classification" else "C1", "branch", kinds[kind], 0, 10)
                          for n, (text, kind) in enumerate(rows.itertuples(index=False))], columns=QUESTIONS)
    found = lint_questionnaire(asked, pd.DataFrame({"component_id": ["C1"]}), {"branch": ["branch"]}).rows
    own = found[(found["question_id"] != "") & (found["severity"] != "fine")]
    assert own[["question_id", "rule"]].values.tolist() == [["Q0", "double_barrelled"], ["Q1", "negation"], ["Q2", "acronym"]]
    return [len(rows), len(rows) - own["question_id"].nunique(), len(own)]


RECOMPUTED = {
    "segmentation": segmentation, "variables": variables, "belson": belson_page, "tree": tree, "methods": methods_page,
    "factors": factors, "apriori": apriori, "cards": cards, "characterisation": characterisation, "clusters": clusters,
    "discriminant": discriminant, "laboriousness": laboriousness, "relations": relations, "splitting": splitting,
    "gaps": gaps, "diagnosis": diagnosis, "demand": demand, "window": window, "sample": sample, "questionnaire": questionnaire,
    "goals": goals, "optimum": optimum_page, "organisation": organisation, "staffing": staffing,
    "critical_parameters": critical_parameters, "offer": offer, "plan": plan}


def test_every_example_is_recomputed():
    assert {name for name, page in PAGES.items() if page.card.example} == set(RECOMPUTED)


@pytest.mark.parametrize("name", RECOMPUTED)
@pytest.mark.parametrize("words", [EN, ES], ids=["en", "es"])
def test_an_example_gives_what_its_sentence_says(name, words):
    card = PAGES[name].card
    says(words(card.example_result), words.language, RECOMPUTED[name](rows_of(card)))


def test_a_wrong_number_is_found():
    card = PAGES["belson"].card
    with pytest.raises(AssertionError):
        says(card.example_result.replace("3.6", "3.7"), "en", belson_page(rows_of(card)))
    changed = replace(card, example=(*card.example[:-1], (*card.example[-1][:-1], 13)))
    with pytest.raises(AssertionError):
        says(card.example_result, "en", belson_page(rows_of(changed)))


def test_numbers_of_a_sentence():
    assert numbers("K1: 1,000 − 0.40 × 5² = −3, 4.5.", "en") == ["1000", "0.40", "5", "-3", "4.5"]
    assert numbers("K1: 1.000 − 0,40 × 5² = −3, 4,5.", "es") == ["1000", "0.40", "5", "-3", "4.5"]


@pytest.mark.parametrize("name", RECOMPUTED)
def test_an_example_can_be_worked_by_hand(name):
    head, *rows = PAGES[name].card.example
    assert 2 <= len(rows) <= 9 and all(len(row) == len(head) <= 6 for row in rows)


@pytest.mark.parametrize("name", RECOMPUTED)
def test_the_example_is_folded_in_the_card(name):
    """Every cell stands there once, decimals by language, and every word is translated."""
    card = PAGES[name].card
    for words in (EN, ES):
        html = str(card_html(card, words))
        folded = html[html.index("<details"):]
        assert folded.count("<tr>") == len(card.example) and folded.count("<td") == sum(map(len, card.example[1:]))
        assert f"<summary>{words('Example')}</summary>" in folded
        for row in card.example:
            for value in row:
                assert not isinstance(value, str) or f">{words(value)}</t" in folded
    assert ES(card.example_result) != card.example_result


def test_decimals_of_the_example_follow_the_language():
    card = PAGES["window"].card
    assert ">6.0</td>" in card_html(card, EN) and ">6,0</td>" in card_html(card, ES)
    mixed = replace(card, example=(("a", "b"), (0.005, "x"), (10000, "y")))
    assert ">0.005</td>" in card_html(mixed, EN) and ">10,000</td>" in card_html(mixed, EN)
    assert "<details" not in card_html(replace(card, example=(), example_result=""), EN)


@pytest.fixture(scope="module")
def study():
    return load_study(DEMO)


FIRST = [name for name, page in PAGES.items() if {name, page.beside} & {"segmentation", "characterisation"}]


@pytest.mark.parametrize("name", FIRST)
def test_a_page_of_steps_1_and_2_has_a_whole_card_and_a_check(study, name):
    page = PAGES[name]
    card, result = page.card, evaluate(study, None, page.step)
    assert all((card.title, card.quotation, card.source, card.formula, card.assumes, card.fails))
    assert card.example and card.example_result
    view = {field.key: field.value for field in page.controls(result, EN)}
    check = page.check(result, page.adapt(result, view, EN), EN)
    assert check and check.mistakes
