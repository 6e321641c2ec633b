"""Paired comparisons, method.md 5.4.2 (T31); checked against R's glm, statsmodels and a general optimiser."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import words_in
from svcnb.methods.importance import bradley_terry

COLUMNS = ["respondent_id", "item_a", "item_b", "winner"]


def frame(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def won(counts: dict, per_person: int = 1) -> pd.DataFrame:
    """Rows from {(winner, loser): times}; a person answers ``per_person`` of a pair, in turning orders."""
    rows, used = [], {}
    for (a, b), n in counts.items():
        for _ in range(n):
            m = used[frozenset((a, b))] = used.get(frozenset((a, b)), -1) + 1
            first, second = sorted((a, b), reverse=bool(m % per_person))
            rows.append((f"R{m // per_person}", first, second, "a" if first == a else "b"))
    return frame(rows)


def said(result) -> list[str]:
    return [words_in("en").reason(warning) for warning in result.warnings]


T31 = {("A", "B"): 7, ("B", "A"): 3, ("A", "C"): 8, ("C", "A"): 2, ("B", "C"): 6, ("C", "B"): 4}
# Djokovic, Federer, Murray, Nadal, Wawrinka: Agresti (2013), Categorical Data Analysis, 3rd ed., table 11.10
TENNIS = {("D", "F"): 9, ("F", "D"): 6, ("D", "M"): 14, ("M", "D"): 3, ("D", "N"): 9, ("N", "D"): 2, ("D", "W"): 4,
          ("W", "D"): 3, ("F", "M"): 5, ("F", "N"): 5, ("N", "F"): 1, ("F", "W"): 7, ("W", "F"): 2, ("M", "N"): 2,
          ("N", "M"): 4, ("M", "W"): 2, ("W", "M"): 2, ("N", "W"): 4, ("W", "N"): 3}


def test_t31():
    """Wins 7 + 8 = 15, 3 + 6 = 9, 2 + 4 = 6 of 30; Bradley-Terry as in method.md."""
    result = bradley_terry(won(T31))
    assert result.items["wins"].tolist() == [15, 9, 6] and result.items["points"].tolist() == [50, 30, 20]
    assert result.items["strength"].tolist() == pytest.approx([59.711, 24.529, 15.760], abs=5e-4)
    assert (result.n, result.n_ties, result.n_respondents, result.n_missing, result.n_uncompared) == (30, 0, 10, 0, 0)
    assert result.counts.loc["A", "B"] == 7 and result.estimated and result.errors_from == "respondents"


def test_strengths_and_information_agree_with_r():
    """R 4.2: glm(cbind(win1, win2) ~ X[, -1] - 1, binomial), X of 1 and -1; se of 100 exp(b)/sum(exp(b)) and of its
    logit by the delta method from vcov(g); bounds 100 plogis(logit ± qnorm(.975) se)."""
    result = bradley_terry(won(TENNIS, per_person=2))
    assert (result.n_respondents, result.errors_from) == (9, "comparisons")
    table = result.items.set_index("item_id").loc[list("DFMNW")]
    for column, theirs in {
            "strength": [36.58157029084, 35.13532114396, 6.39108289149, 10.60760753340, 11.28441814030],
            "se": [7.92481562711, 8.55941766115, 2.71876818625, 4.00284870945, 4.37242454621],
            "low": [22.79850990744, 20.60008834659, 2.72541756678, 4.93206872298, 5.12685956330],
            "high": [52.9790598739, 53.0713598956, 14.2640751866, 21.3476623005, 23.0413461357]}.items():
        assert table[column].tolist() == pytest.approx(theirs, abs=1e-8)
    assert "Few respondents (9) for 5 items: the intervals take every comparison as independent and may be too narrow." \
        in said(result)


def test_errors_over_respondents_agree_with_statsmodels():
    """GLM(Binomial) without intercept, cov_type cluster without its correction, times G/(G - 1)."""
    import statsmodels.api as sm

    rng, rows = np.random.default_rng(5), []
    for person in range(40):
        liking = np.array([1.0, 0.5, 0.0, -0.5]) + rng.normal(size=4)
        for a, b in itertools.combinations(range(4), 2):
            rows.append((f"P{person}", "abcd"[a], "abcd"[b], "a" if liking[a] + rng.gumbel() > liking[b] + rng.gumbel() else "b"))
    answers = frame(rows)
    result = bradley_terry(answers)
    x = np.array([[(i == a) * 1.0 - (i == b) for i in "bcd"] for a, b in answers[["item_a", "item_b"]].to_numpy()])
    people = pd.factorize(answers["respondent_id"])[0]
    fit = sm.GLM((answers["winner"] == "a").astype(float).to_numpy(), x, sm.families.Binomial()).fit(
        tol=1e-14, cov_type="cluster", cov_kwds={"groups": people, "use_correction": False})
    theta, covariance = np.append(0, fit.params), np.zeros((4, 4))
    covariance[1:, 1:] = fit.cov_params() * 40 / 39
    p = np.exp(theta) / np.exp(theta).sum()
    slope = np.diag(p) - np.outer(p, p)
    table = result.items.set_index("item_id").loc[list("abcd")]
    assert table["strength"].tolist() == pytest.approx(100 * p, abs=1e-9)
    assert table["se"].tolist() == pytest.approx(100 * np.sqrt(np.diag(slope @ covariance @ slope)), abs=1e-8)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(["a", "b", "tie"])), min_size=1, max_size=40))
def test_strengths_are_the_maximum_and_exist_when_ford_says(triples):
    """Independent: scipy's BFGS on the log-likelihood; existence by walking the wins from every item to every other."""
    from scipy.optimize import minimize

    rows = [(f"R{k}", f"I{a}", f"I{b}", w) for k, (a, b, w) in enumerate(triples)]
    if all(a == b for a, b, _ in triples):
        with pytest.raises(NotComputable):
            bradley_terry(frame(rows))
        return
    result = bradley_terry(frame(rows))
    wins = result.counts.to_numpy()
    assert result.items["points"].sum() == pytest.approx(100)
    reach = np.linalg.matrix_power((wins > 0).astype(int) + np.eye(len(wins), dtype=int), len(wins)) > 0
    assert result.estimated == reach.all()
    if not result.estimated:
        assert result.items["strength"].isna().all() and any(w.level == "missing" for w in result.warnings)
        return
    theirs = minimize(lambda t: (wins * np.logaddexp(0, t[None, :] - t[:, None])).sum(), np.zeros(len(wins)), tol=1e-12)
    p = np.exp(theirs.x) / np.exp(theirs.x).sum()
    strength = result.items["strength"].to_numpy()
    assert strength == pytest.approx(100 * p, abs=1e-2)
    n = wins + wins.T  # W_i = sum_j n_ij p_i / (p_i + p_j), the equation of Bradley and Terry
    assert (n * strength[:, None] / (strength[:, None] + strength)).sum(axis=1) == pytest.approx(wins.sum(axis=1), abs=1e-6)
    assert (result.items["low"] < strength).all() and (strength < result.items["high"]).all()


def test_a_tie_is_half_a_win_for_each():
    """A-B tie, A-B won by A, B-A tie: wins 2 and 1 of 3, so p_A / p_B = 2."""
    result = bradley_terry(frame([(1, "A", "B", "tie"), (2, "A", "B", "a"), (3, "B", "A", "tie")]))
    assert result.items["wins"].tolist() == [2, 1] and result.n_ties == 2
    assert result.items["strength"].tolist() == pytest.approx([200 / 3, 100 / 3])


def test_ties_everywhere_make_all_alike():
    result = bradley_terry(frame([(r, a, b, "tie") for r in range(12) for a, b in itertools.combinations("ABCD", 2)]))
    assert result.items["points"].tolist() == [25] * 4 and result.items["strength"].tolist() == pytest.approx([25] * 4)
    assert said(result) == [] and result.respondents["consistency"].isna().all()
    assert result.items["se"].tolist() == pytest.approx([0] * 4)  # 12 people who answer alike do not differ


def test_circular_triads_as_kendall_and_babington_smith():
    """d = k(k-1)(2k-1)/12 - sum(a_i^2)/2 and zeta = 1 - 24 d/(k^3 - k) for odd k, k^3 - 4k for even, from the wins."""
    rng = np.random.default_rng(1)
    for k in (3, 4, 5, 6, 7):
        rows = [(f"R{r}", a, b, rng.choice(["a", "b"])) for r in range(8) for a, b in itertools.combinations("ABCDEFG"[:k], 2)]
        table = bradley_terry(frame(rows)).respondents.set_index("respondent_id")
        for person, answers in frame(rows).groupby("respondent_id"):
            a = np.where(answers["winner"] == "a", answers["item_a"], answers["item_b"])
            d = k * (k - 1) * (2 * k - 1) / 12 - (np.unique(a, return_counts=True)[1] ** 2).sum() / 2
            row = table.loc[person]
            assert (row["n"], row["n_triads"], row["n_circular"]) == (k * (k - 1) / 2, k * (k - 1) * (k - 2) / 6, d)
            assert row["consistency"] == pytest.approx(1 - 24 * d / (k**3 - (k if k % 2 else 4 * k)))


def test_circular_answers_are_counted_and_said():
    """A > B > C > A of R1; R2 is A > B > C; R3 has a tie, so no circle; the triad of R4 lacks a pair."""
    circle = [("R1", "A", "B", "a"), ("R1", "B", "C", "a"), ("R1", "A", "C", "b")]
    straight = [("R2", "A", "B", "a"), ("R2", "B", "C", "a"), ("R2", "A", "C", "a")]
    tied = [("R3", "A", "B", "a"), ("R3", "B", "C", "a"), ("R3", "A", "C", "tie")]
    result = bradley_terry(frame(circle + straight + tied + [("R4", "A", "B", "a"), ("R4", "B", "C", "a")]))
    table = result.respondents
    assert table["n_circular"].tolist() == [1, 0, 0, 0] and table["n_triads"].tolist() == [1, 1, 1, 0]
    assert table["n_ties"].tolist() == [0, 0, 1, 0]
    assert table["consistency"].tolist()[:2] == [0, 1] and table["consistency"][2:].isna().all()
    assert said(result)[-2:] == [
        "Circular answers (A before B, B before C, C before A): 1 of 3 triads; answers by chance make 25.0 %.",
        "Respondents whose pairs are no more consistent than chance: 1."]


def test_an_item_that_always_wins_has_points_but_no_strength():
    result = bradley_terry(won({("A", "B"): 10, ("A", "C"): 10, ("B", "C"): 5, ("C", "B"): 5}))
    assert result.items["points"].tolist() == pytest.approx([200 / 3, 50 / 3, 50 / 3]) and not result.estimated
    assert result.items[["strength", "se", "low", "high"]].isna().all(axis=None) and result.errors_from == ""
    assert said(result) == [
        "No Bradley-Terry strengths: A never lost to the other items, so that the strength would be infinite. The points "
        "stand instead.", "B, C never won against the other items: a strength would be 0."]


def test_items_without_a_chain_of_comparisons():
    result = bradley_terry(won({("A", "B"): 5, ("B", "A"): 5, ("C", "D"): 3, ("D", "C"): 1, ("A", "E"): 1, ("E", "A"): 1}))
    assert not result.estimated and result.n_uncompared == 7
    assert said(result)[:3] == [
        "No Bradley-Terry strengths: no chain of comparisons joins C, D with the other items. The points stand instead, and "
        "compare only what was compared.", "Pairs of items that nobody compared: 7 of 10.",
        "The items were not compared equally often (2 to 12 times): the strengths allow for that, the points do not."]


def test_what_is_left_out_is_counted():
    rows = [("R1", "A", "B", "a"), ("R2", "A", "B", "b"), ("R3", "A", "A", "a"), ("R4", None, "B", "a"), ("R5", "A", "B", None),
            (None, "A", "B", "a"), ("R6", "A", " ", "a")]
    result = bradley_terry(frame(rows))
    assert (result.n, result.n_missing, result.n_respondents) == (2, 4, 2)
    assert said(result)[:2] == ["Comparisons left out because something is missing in them: 4 of 7.",
                                "Comparisons of an item with itself are left out: 1."]


def test_codes_and_odd_labels():
    """Items that look like numbers are one item however they are written; emoji and HTML stay as they are."""
    rows = frame([(1, 1.0, "2", "a"), (2, 2, "1", "a"), (3.0, "🙂", "<b>x</b>", "a"), ("3", "<b>x</b>", "🙂", "a"),
                  (4, "🙂", 1, "a"), (4, "1", "🙂", "a")])
    result = bradley_terry(rows)
    assert result.items["item_id"].tolist() == ["1", "2", "🙂", "<b>x</b>"] and result.n_respondents == 4
    assert result.items["strength"].tolist() == pytest.approx([25] * 4)


def test_five_hundred_items():
    """A ring in which each item beats the next and loses to it once: all alike."""
    rows = [(f"R{k}{w}", f"I{k}", f"I{(k + 1) % 500}", w) for k in range(500) for w in "ab"]
    result = bradley_terry(frame(rows))
    assert len(result.items) == 500 and result.items["strength"].tolist() == pytest.approx([0.2] * 500)


def test_far_apart_strengths_settle():
    """A link of 999 to 1: each item is 999 times the next, so that shares are 1/(1 + 999^-1 + ...)."""
    result = bradley_terry(won({("A", "B"): 999, ("B", "A"): 1, ("B", "C"): 999, ("C", "B"): 1}))
    expected = np.array([1, 1 / 999, 1 / 999**2])
    assert result.items["strength"].to_numpy() == pytest.approx(100 * expected / expected.sum(), rel=1e-6)


def test_order_of_rows_and_argument():
    answers = won(TENNIS, per_person=2)
    before = answers.copy(deep=True)
    first = bradley_terry(answers).items.set_index("item_id").sort_index()
    pd.testing.assert_frame_equal(answers, before)
    shuffled = bradley_terry(answers.sample(frac=1, random_state=3)).items.set_index("item_id").sort_index()
    pd.testing.assert_frame_equal(first, shuffled)
    swapped = answers.rename(columns={"item_a": "item_b", "item_b": "item_a"}).assign(
        winner=answers["winner"].map({"a": "b", "b": "a"}))
    pd.testing.assert_frame_equal(first, bradley_terry(swapped).items.set_index("item_id").sort_index())


@pytest.mark.parametrize("rows, error, message", [
    (frame([("R1", "A", "B", "x")]), ParameterError, "winner = 'x' is none of a, b and tie."),
    (frame([("R1", "A", "B", "a")] * 2), ParameterError, "Respondent R1 compared A and B twice; keep one answer."),
    (frame([]), NotComputable, "None of the 0 comparisons of pairs is complete."),
    (frame([("R1", "A", "A", "a"), ("R1", "A", None, "a")]), NotComputable,
     "None of the 2 comparisons of pairs is complete."),
    (frame([("R1", "A", "B", "a")]).drop(columns="winner"), ParameterError,
     "The answers have no column winner; they have respondent_id, item_a, item_b."),
    (frame([("R1", "A", "B", "a")]).rename(columns={"item_b": "item_a"}), ParameterError, "2 columns are called item_a."),
    ([("R1", "A", "B", "a")], ParameterError,
     "The answers must be a frame with the columns respondent_id, item_a, item_b, winner."),
])
def test_what_cannot_be_compared_is_said(rows, error, message):
    with pytest.raises(error) as caught:
        bradley_terry(rows)
    assert str(caught.value) == message
    if error is NotComputable:
        assert caught.value.fallback == "Ask for 100 points, or let experts share them out."
