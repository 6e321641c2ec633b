"""Page 03e: how many customers of each segment to ask, whom, and what error their answers leave."""

from __future__ import annotations

import pandas as pd

from svcnb.figures import sample as figures
from svcnb.i18n import N_
from svcnb.methods.sampling import METHODS, sample_size, z_of
from svcnb.panels import examples
from svcnb.panels.downloads import table_csv
from svcnb.panels.page import Check, Field, MethodCard, Page, Paper, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.sample import read_sample
from svcnb.steps.sample import ALL, sample_tables

CONFIDENCES = (0.90, 0.95, 0.99)
KEYS = ("method", "error", "confidence", "response_rate")


def controls(result, words):
    """What the sample would be otherwise; empty means as it is decided."""
    sample = result.table("sample")
    if not len(sample):
        return ()
    whole, decided = sample.iloc[-1]["population"], result.decision
    strata = ((ALL, words("All customers")), *((s, words(str(name))) for s, name in
                                              zip(sample["segment_id"].iloc[:-1], sample["name"].iloc[:-1], strict=True)))
    return (Field("method", words("Shared out"), "choice", "", (("", words("as decided")), *_methods(sample, words))),
            Field("error", words("Error wanted, ±"), "share", None, low=0.001, high=0.5, hint=_percent(decided["error"], words)),
            Field("confidence", words("Confidence"), "choice", "", (("", words("as decided")), *_confidences(words))),
            Field("response_rate", words("Answers of those invited"), "share", None, low=0.01, high=1,
                  hint=_percent(decided["response_rate"], words)),
            Field("population", words("Customers in all"), "whole", None, low=1, high=10**9,
                  hint=words.number(whole) if whole == whole else words("not known")),
            Field("stratum", words("Curve of"), "choice", ALL, strata if len(strata) > 2 else strata[:1]))


def _methods(sample, words) -> tuple:
    varies = sample["spread"].iloc[:-1].notna().all()
    return tuple((m, read_code(m, words, "method")) for m in METHODS if m != "neyman" or varies)


def _confidences(words) -> tuple:
    return tuple((c, words.percent(c, 0)) for c in CONFIDENCES)


def _percent(share, words) -> str:
    return words.number(100 * share)


def adapt(result, view, words):
    """The sample for what the controls say; the drawn list stays the decided one."""
    sample = result.table("sample")
    if not len(sample):
        return result.tables
    decision = {key: view[key] if view.get(key) not in (None, "") else result.decision[key] for key in KEYS}
    tables, population = dict(result.tables), view.get("population")
    if population or any(decision[key] != result.decision[key] for key in KEYS):
        strata = sample.iloc[:-1][["segment_id", "name", "population", "spread"]].reset_index(drop=True)
        if population:
            known = strata["population"].fillna(1.0)
            strata["population"] = (population * known / known.sum()).round().clip(lower=1.0)
        tables |= sample_tables(strata, decision, int(result.parameters.get("floor", 5)))[0]
    stratum, curve = view.get("stratum") or ALL, tables["curve"]
    tables["curve"] = curve[curve["segment_id"] == stratum].reset_index(drop=True)
    return {**tables, "method": decision["method"], "asked": decision}


def fields(result, words):
    sample, decided = result.table("sample"), result.decision
    if not decided:
        return ()
    confidences = _confidences(words)
    if decided["confidence"] not in CONFIDENCES:
        confidences = (*confidences, (decided["confidence"], words.percent(decided["confidence"])))
    return (Field("method", words("Shared out"), "choice", decided["method"],
                  _methods(sample, words) if len(sample) else tuple((m, read_code(m, words, "method")) for m in METHODS)),
            Field("error", words("Error wanted, ±"), "share", decided["error"], low=0.001, high=0.5),
            Field("confidence", words("Confidence"), "choice", decided["confidence"], confidences),
            Field("response_rate", words("Answers of those invited"), "share", decided["response_rate"], low=0.01, high=1),
            Field("seed", words("Seed of the draw"), "whole", decided["seed"], low=0, high=2**31 - 1))


def check(result, tables, words):
    sample = tables.get("sample")
    if sample is None or not len(sample):
        return None
    row = sample.iloc[0]
    asked = tables.get("asked") or result.decision
    z, error, size = z_of(asked["confidence"]), asked["error"], row["population"]
    size = None if size != size else float(size)
    found = sample_size(size, error=error, confidence=asked["confidence"])
    infinite = z**2 * 0.25 / error**2
    values = {"segment": str(row["segment_id"]), "population": size or 0, "error": error, "z": words.number(z)}
    text = words("Of the {population:0} customers of {segment}, how many must answer so that a share near one half is known to "
                 "± {error:%} (z = {z})? Round up.", **values) if size else words(
        "Nobody counted the customers of {segment}. How many must answer so that a share near one half is known to ± {error:%} "
        "(z = {z})? Round up.", **values)
    working = f"n₀ = {words.number(z)}² × 0.25 ÷ {words.number(error, 3)}² = {words.number(infinite, 2)}"
    working = working.replace("0.25", words.number(0.25, 2))
    if size:
        working += f"; n = n₀ ÷ (1 + (n₀ − 1) ÷ {words.number(size, 0)}) = {words.number(found.corrected, 2)}"
    return Check(text, float(found.n), 0.6, working=working, mistakes=_mistakes(found, infinite, size, z, error, words))


def _mistakes(found, infinite, size, z, error, words) -> tuple:
    told = []
    if size:
        told.append((float(-(-infinite // 1)), words("That is n₀ of a very large market: here the number of customers counts too.")))
        told.append((error * size, words("That is the error times the customers: the error does not say how many are asked.")))
    told.append((float(-(-0.25 / error**2 // 1)), words("The confidence is missing: multiply by z².")))
    return tuple((wrong, message) for wrong, message in told if abs(wrong - found.n) > 1.2)


def papers(open_page):
    """The drawn list, without names; with them only for who runs the study and where the customers have names."""
    words, result = open_page.words, open_page.result
    if result is None or not len(result.table("drawn")):
        return ()
    out = [Paper(words("Drawn list (csv)"), "sample.csv", "csv", lambda page: table_csv(drawn_list(page.result)))]
    if open_page.role == "facilitator" and named(open_page.study):
        out.append(Paper(words("Drawn list with names"), "sample-names.csv", "csv",
                         lambda page: table_csv(with_names(drawn_list(page.result), page.study)),
                         words("It names people: give it only to whoever invites them, and delete it afterwards.")))
    return tuple(out)


def drawn_list(result) -> pd.DataFrame:
    """respondent_id, customer_id, segment_id, stratum, weight and the seed that drew them."""
    names = dict(zip(result.table("sample")["segment_id"], result.table("sample")["name"], strict=True))
    drawn = result.table("drawn")
    return drawn.assign(stratum=[names.get(s, s) for s in drawn["segment_id"]], seed=result.decision["seed"])[
        ["respondent_id", "customer_id", "segment_id", "stratum", "weight", "seed"]]


def named(study) -> bool:
    customers = study.table("customers")
    return "name" in customers and bool(customers["name"].notna().any())


def with_names(drawn, study) -> pd.DataFrame:
    """The list with the customers' names, which no result holds."""
    customers = study.table("customers").drop_duplicates("customer_id").set_index("customer_id")["name"]
    return drawn.assign(name=drawn["customer_id"].map(customers).astype(object))


PAGE = Page(
    name="sample", step="sample", notebook="03e_sample", title=N_("Sample"), beside="demand",
    question=N_("How many customers of each segment must be asked, and whom?"),
    ends_in=N_("Step 3 a · representative sample by strata · ends in: the list of customers to invite"),
    read=lambda result, tables, view, words: read_sample(result, tables, words), controls=controls, adapt=adapt, fields=fields,
    check=check, papers=papers,
    pictures=(Picture("sample", N_("Customers and sample, segment by segment"), figures.plot_sample, figures.describe_sample,
                      ("sample",)),
              Picture("curve", N_("What a smaller error costs in answers"), figures.plot_curve, figures.describe_curve,
                      ("curve",))),
    tables=(TableView("sample", N_("Whom to ask"), ("segment_id", "population", "share", "to_ask", "share_sample", "invitations",
                                                    "half_width", "all_asked")),
            TableView("ways", N_("Three ways to share the sample out"), ("segment_id", "population", "proportional", "neyman",
                                                                         "per_stratum")),
            TableView("curve", N_("Answers and error"), ("half_width", "to_ask", "chosen")),
            TableView("drawn", N_("Drawn list, as decided"), ("respondent_id", "segment_id", "customer_id", "weight"), 10)),
    card=MethodCard(
        title=N_("Stratified sample"),
        quotation="se pueden hacer encuestas a una muestra representativa y estratificada por cada segmento de mercado",
        source=N_("Gómez, Acevedo, González 2004, S2:L74, L172 and L224; Neyman 1934; Cochran 1977, chapter 5"),
        formula=N_("n₀ = z² p (1 − p) ÷ e²; n = n₀ ÷ (1 + (n₀ − 1) ÷ N); in proportion nₕ = n Nₕ ÷ N, Neyman nₕ = n NₕSₕ ÷ Σ NⱼSⱼ; "
                   "invitations = nₕ ÷ response rate"),
        assumes=N_("drawn at random inside each segment; who does not answer thinks like who does; p = one half, the worst case"),
        fails=N_("who likes to answer is asked, a list without the small or the lost customers, few answers of those invited"),
        **examples.SAMPLE))
