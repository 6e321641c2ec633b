"""Page 03e: the sample of each segment, what error it leaves, the drawn list with its seed (method.md 5.3, T28)."""

from types import SimpleNamespace

import pandas as pd
import pytest
from small_study import SmallStudy

from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.methods.sampling import sample_error, sample_size, whole_error
from svcnb.panels import PAGES
from svcnb.panels.sample import drawn_list, papers, with_names
from svcnb.results import StepResult, evaluate
from svcnb.sentences.sample import read_sample
from svcnb.steps import sample
from svcnb.steps.demand import Parameters as DemandParameters
from svcnb.steps.demand import as_decided
from svcnb.steps.sample import ALL, Parameters, decide, propose
from svcnb.study import load_study

EN, ES = words_in("en"), words_in("es")
SIZES = {"farm": 600, "fleet": 400, "shop": 200}  # T28
SEGMENTS = {f"S{k}": {"name": name, "values": [name], "status": "target"} for k, name in enumerate(SIZES, start=1)}
DECISIONS = {"segmentation": {"variable": "branch", "segments": SEGMENTS}}
CUSTOMERS = pd.DataFrame([(f"{name}{n:03d}", f"Zoë {name} {n}", name) for name, size in SIZES.items() for n in range(size)],
                         columns=["customer_id", "name", "branch"])


def small(**more):
    return SmallStudy(customers=CUSTOMERS, **more)


def proposed(chosen=None, of=None, **parameters):
    return propose(of or small(), {**DECISIONS, "sample": chosen or {}}, Parameters(**parameters))


def result_of(proposal, decision=None):
    return StepResult(step="sample", scenario="base", hash="", quantities=proposal.quantities, tables=proposal.tables,
                      proposal=proposal.decision, decision=decision or proposal.decision, reasons=proposal.reasons,
                      missing=proposal.missing, evidence=proposal.evidence, state="proposed", parameters={"floor": 5})


def test_worked_example_of_the_method():
    """T28: at ± 10 % inside each segment 83, 78 and 66 = 227; at ± 5 % of the whole 292, in proportion 146, 97 and 49."""
    tables = proposed().tables
    assert tables["sample"]["to_ask"].tolist() == [83, 78, 66, 227]
    assert tables["sample"]["segment_id"].tolist() == ["S1", "S2", "S3", ALL]
    other = proposed({"method": "proportional"})
    assert other.decision["error"] == 0.05
    assert other.tables["sample"]["to_ask"].tolist() == [146, 97, 49, 292]
    assert other.tables["ways"]["proportional"].tolist() == [146, 97, 49, 292]


@pytest.mark.parametrize("size,error", [(1200, 0.05), (90, 0.10), (31_000, 0.02)])
def test_the_error_is_the_sample_size_the_other_way_round(size, error):
    """n of an error, not rounded up, gives that error again."""
    assert sample_error(sample_size(size, error=error).corrected, size) == pytest.approx(error)


def test_error_at_the_ends():
    assert sample_error(0, 10) is None and sample_error(10, 10) == 0.0 and sample_error(384.16) == pytest.approx(0.05)
    assert whole_error([0.1, None], [3, 4]) is None
    assert whole_error([0.1, 0.0], [50, 50]) == pytest.approx(0.05)  # sqrt((0.5 × 0.1)²)


def test_invitations_and_weights_stand_for_all_customers():
    """83 ÷ 0.6 = 138.3, so 139 are invited; weight = share of the customers ÷ share of the sample, on average 1."""
    tables = proposed().tables
    assert tables["sample"]["invitations"].iloc[0] == 139
    weights = tables["drawn"].groupby("segment_id")["weight"].first()
    assert weights["S1"] == pytest.approx(0.5 / (83 / 227))
    rows = tables["sample"].iloc[:-1]
    assert (rows["to_ask"] * rows["segment_id"].map(weights)).sum() == pytest.approx(227)


def test_the_seed_draws_the_same_customers_again_and_another_seed_others():
    one, again, other = (proposed({"seed": seed}).tables["drawn"] for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one, again)
    assert one["customer_id"].tolist() != other["customer_id"].tolist()
    assert not one["customer_id"].duplicated().any() and not one["respondent_id"].duplicated().any()
    branch = CUSTOMERS.set_index("customer_id")["branch"]
    assert (one["customer_id"].map(branch) == one["segment_id"].map({s: row["name"] for s, row in SEGMENTS.items()})).all()


def test_neyman_needs_answers_that_vary_and_asks_more_where_they_do():
    assert [EN.reason(r) for r in proposed({"method": "neyman"}).reasons] == [
        "How much the answers of each segment vary is not known: the sample is shared out in proportion."]
    with pytest.raises(ParameterError, match=r"^Neyman's allocation needs the standard deviation of each stratum\.$"):
        decide(proposed(), {"method": "neyman"})
    answers = pd.DataFrame([(f"{name}{n}", f"{name}{n:03d}", "C1", 5 + spread * (n % 3 - 1)) for name, spread in
                            (("farm", 0.5), ("fleet", 1.0), ("shop", 3.0)) for n in range(30)],
                           columns=["respondent_id", "customer_id", "component_id", "perceived"])
    of = small(survey_respondents=answers[["respondent_id", "customer_id"]],
               survey_satisfaction=answers[["respondent_id", "component_id", "perceived"]])
    ways = proposed({"method": "neyman"}, of).tables["ways"]
    assert ways["neyman"].iloc[2] > 2 * ways["proportional"].iloc[2] and ways["neyman"].iloc[3] == 292


def test_without_customers_the_numbers_of_a_very_large_market_stand():
    """n₀ at ± 10 % is 96.04, so 97 of each segment; no list, and the reason says so."""
    proposal = proposed(of=SmallStudy())
    assert proposal.tables["sample"]["to_ask"].tolist() == [97, 97, 97, 291]
    assert not len(proposal.tables["drawn"]) and proposal.evidence == "assumed" and proposal.missing == ("customers",)
    assert [r.level for r in proposal.reasons] == ["missing"]
    page, result = PAGES["sample"], result_of(proposal)
    assert page.check(result, page.adapt(result, {}, EN), EN).answer == 97
    assert papers_of(result) == ()


def test_without_segments_nothing_is_asked():
    proposal = propose(SmallStudy(), {}, Parameters())
    assert [EN.reason(r) for r in proposal.reasons] == ["There is no segment to ask."]
    assert read_sample(result_of(proposal), proposal.tables, ES) == "No hay ningún segmento al que preguntar."


def test_an_excluded_segment_is_not_asked():
    segments = {**SEGMENTS, "S3": {**SEGMENTS["S3"], "status": "exclude"}}
    proposal = propose(small(), {"segmentation": {"variable": "branch", "segments": segments}}, Parameters())
    assert proposal.tables["sample"]["segment_id"].tolist() == ["S1", "S2", ALL]
    assert [EN.reason(r) for r in proposal.reasons] == [
        "Customers of no segment, or of one that is excluded, are not asked: 200."]


@pytest.mark.parametrize("chosen,message", [
    ({"method": "quota"}, "sample.method = quota is not one of proportional, neyman, per_stratum."),
    ({"error": 0}, "sample.error = 0 must lie between 0.001 and 0.5."),
    ({"confidence": True}, "sample.confidence = True must lie between 0.5 and 0.999."),
    ({"response_rate": 1.2}, "sample.response_rate = 1.2 must lie between 0.01 and 1."),
    ({"seed": 1.5}, "sample.seed = 1.5 must lie between 0 and 2,147,483,647."),
    ({"size": 3}, "sample has no decision size; it has method, error, confidence, response_rate, seed.")])
def test_what_no_sample_can_be_drawn_with_is_refused(chosen, message):
    with pytest.raises(ParameterError) as told:
        decide(proposed(), chosen)
    assert EN.reason(told.value) == message


@pytest.mark.parametrize("name", ["segment_error", "sample_error", "confidence", "response_rate", "floor"])
def test_parameters_out_of_range(name):
    with pytest.raises(ParameterError, match=f"^sample.{name} = -1 must lie between"):
        Parameters(**{name: -1})


def test_controls_move_the_sample_and_leave_the_list_as_it_was_drawn():
    page, result = PAGES["sample"], result_of(proposed())
    moved = page.adapt(result, {"error": 0.05, "population": 120, "stratum": "S2"}, EN)
    assert moved["sample"]["population"].tolist() == [60, 40, 20, 120]
    assert moved["sample"]["to_ask"].iloc[0] == sample_size(60, error=0.05).n
    assert set(moved["curve"]["segment_id"]) == {"S2"} and moved["drawn"] is result.tables["drawn"]
    assert result.tables["sample"]["population"].iloc[0] == 600


def test_check_by_hand():
    """600 customers at ± 10 %: n₀ = 96.04, n = 96.04 ÷ (1 + 95.04 ÷ 600) = 82.9, so 83."""
    page, result = PAGES["sample"], result_of(proposed())
    check = page.check(result, page.adapt(result, {}, EN), EN)
    assert check.answer == 83 and "82.9" in check.working
    assert [wrong for wrong, _ in check.mistakes] == [97, 60, 25]


def test_the_reading_compares_the_two_ways():
    tables = {**proposed().tables, "method": "per_stratum"}
    words = EN.of_study("", {"segment": {"S3": "shops"}})
    assert read_sample(result_of(proposed()), tables, words) == (
        "227 answers, so 379 invitations, each segment on its own: the error in a share is ± 6.2 % for all and at most "
        "± 10.0 % in the 3 segments. In proportion 89 answers would do for the whole, but leave only 15 in shops. The method "
        "decides for each segment, so each has a sample of its own.")
    other = proposed({"method": "proportional"})
    said = read_sample(result_of(other), {**other.tables, "method": "proportional"}, ES)
    assert said.startswith("292 respuestas") and "las metas se fijan para cada segmento" in said


def test_demand_counts_with_the_decided_error():
    given = {"method": "per_stratum", "error": 0.08, "confidence": 0.9, "response_rate": 0.5, "seed": 1}
    moved = as_decided(DemandParameters(), given)
    assert (moved.segment_error, moved.sample_error, moved.confidence, moved.response_rate) == (0.08, 0.05, 0.9, 0.5)
    assert as_decided(DemandParameters(), {**given, "method": "neyman"}).sample_error == 0.08
    assert as_decided(DemandParameters(), {}) == DemandParameters()


# what leaves as a file --------------------------------------------------------------------------------
def papers_of(result, role="facilitator", study=None):
    return papers(SimpleNamespace(words=EN, result=result, role=role, study=study or small()))


def test_names_leave_only_with_who_runs_the_study_and_never_with_a_result():
    result = result_of(proposed())
    assert [paper.file for paper in papers_of(result)] == ["sample.csv", "sample-names.csv"]
    assert [paper.file for paper in papers_of(result, role="participant")] == ["sample.csv"]
    nameless = SmallStudy(customers=CUSTOMERS.drop(columns="name"))
    assert [paper.file for paper in papers_of(result, study=nameless)] == ["sample.csv"]
    assert not any("Zoë" in str(value) for value in result.table("drawn").to_numpy().ravel())
    named = with_names(drawn_list(result), small())
    assert named["name"].str.startswith("Zoë").all() and set(named["seed"]) == {7}


def test_a_name_that_is_a_formula_does_not_run():
    customers = CUSTOMERS.assign(name="=1+1")
    page = SimpleNamespace(words=EN, result=result_of(proposed()), role="facilitator", study=SmallStudy(customers=customers))
    data = papers(page)[1].make(page).decode("utf-8-sig").splitlines()
    assert data[0] == "respondent_id,customer_id,segment_id,stratum,weight,seed,name" and data[1].endswith(",'=1+1")


def test_the_demo():
    """600 customers of four branches; the twenty small farms are all invited."""
    result = evaluate(load_study("demo"), None, "sample")
    table = result.table("sample").set_index("segment_id")
    assert table.loc[ALL, "population"] == 600 and table.loc["S4", "invitations"] == table.loc["S4", "population"] == 20
    assert result.value("customers_to_ask") == 202 and result.value("error_segments") <= 0.10
    assert sample.decide(result_of(SimpleNamespace(**vars(result))), {}) == result.decision
