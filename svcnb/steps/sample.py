"""Step 3 a: whom to ask, "una muestra de clientes de cada segmento de mercado" (S2:L224, S2:L74; method.md 5.3).

The method decides for each segment, so each gets a sample of its own; shared out in proportion it says enough of the
whole alone. The list is drawn with a seed that is kept: the same decision draws the same customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from svcnb.errors import ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.sampling import METHODS, allocate, draw_sample, sample_error, sample_size, whole_error
from svcnb.steps.answers import ALL, SHOWN, assigned, read_survey, segments_of
from svcnb.steps.step import Proposal, Quantity, overlay

TITLE = N_("Sample")
QUESTION = N_("How many customers of each segment must be asked, and whom?")
ENDS_IN = N_("the list of customers to ask, with the error that their answers leave")
TABLES = ("customers", "survey_respondents", "survey_importance", "survey_satisfaction")
AFTER = ("segmentation",)

SAMPLE = ["segment_id", "name", "population", "share", "spread", "to_ask", "share_sample", "invitations", "half_width",
          "all_asked"]
WAYS = ["segment_id", "name", "population", "proportional", "neyman", "per_stratum"]
CURVE = ["segment_id", "half_width", "to_ask", "chosen"]
DRAWN = ["respondent_id", "segment_id", "customer_id", "weight"]
ERRORS = tuple(round(0.01 * k, 2) for k in range(2, 21))  # of the curve
LIMITS = {"error": (0.001, 0.5), "confidence": (0.5, 0.999), "response_rate": (0.01, 1.0), "seed": (0, 2**31 - 1)}
MOST = 1e9  # customers


@dataclass(frozen=True)
class Parameters:
    """``segment_error`` of a result of one segment and ``sample_error`` of the whole (shares, proposed as they fit the
    method); ``confidence``; ``response_rate`` of invitations; at least ``floor`` answers a segment."""

    segment_error: float = 0.10
    sample_error: float = 0.05
    confidence: float = 0.95
    response_rate: float = 0.6
    floor: int = 5

    def __post_init__(self):
        for name, low, high in (("segment_error", 0.001, 0.5), ("sample_error", 0.001, 0.5), ("confidence", 0.5, 0.999),
                                ("response_rate", 0.01, 1), ("floor", 0, 1000)):
            if not low <= getattr(self, name) <= high:
                raise ParameterError(N_("{name} = {value} must lie between {low} and {high}."), name=f"sample.{name}",
                                     value=getattr(self, name), low=low, high=high)


def propose(study, decisions, parameters: Parameters) -> Proposal:
    """The sample of each segment by the proposed or chosen method, the other ways beside it, the drawn list."""
    segmentation = decisions.get("segmentation", {})
    of = assigned(study, segmentation)
    strata = strata_of(study, segmentation, of)
    method = "per_stratum" if len(strata) > 1 else "proportional"
    wanted = decisions.get("sample", {})
    method = wanted.get("method", method)
    decision = {"method": method, "error": parameters.segment_error if method == "per_stratum" else parameters.sample_error,
                "confidence": parameters.confidence, "response_rate": parameters.response_rate,
                "seed": int(study.settings.seed)}
    force = _checked(overlay(decision, wanted))
    is_known = strata["population"].notna().all()
    if force["method"] == "neyman" and strata["spread"].isna().any():
        force["method"], warned = "proportional", [reason(N_("How much the answers of each segment vary is not known: the "
                                                             "sample is shared out in proportion."))]
    else:
        warned = []
    tables, more = sample_tables(strata, force, parameters.floor)
    drawn = draw_list(of, tables["sample"], force["seed"]) if is_known else pd.DataFrame(columns=DRAWN)
    reasons = [*_told(study, strata, of, is_known), *warned, *more]
    missing = () if study.has("customers") else ("customers",)
    return Proposal(_quantities(tables["sample"]), {**tables, "drawn": drawn}, decision, tuple(reasons), missing,
                    "data" if is_known else "assumed")


def decide(proposal: Proposal, chosen: dict) -> dict:
    """The decision in force; refuses what no sample can be drawn with."""
    unknown = [key for key in chosen if key not in proposal.decision]
    if unknown:
        raise ParameterError(N_("{step} has no decision {key}; it has {known}."), step="sample", key=unknown[0],
                             known=", ".join(proposal.decision))
    decision = _checked(overlay(proposal.decision, chosen))
    sample = proposal.tables.get("sample")
    if chosen.get("method") == "neyman" and sample is not None and sample.loc[sample["segment_id"] != ALL, "spread"].isna().any():
        raise ParameterError(N_("Neyman's allocation needs the standard deviation of each stratum."))
    return decision


def _checked(decision: dict) -> dict:
    if decision["method"] not in METHODS:
        raise ParameterError(N_("{name} = {value} is not one of {known}."), name="sample.method", value=str(decision["method"]),
                             known=", ".join(METHODS))
    for key, (low, high) in LIMITS.items():
        value = decision[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high \
                or (key == "seed" and value != int(value)):
            raise ParameterError(N_("{name} = {value} must lie between {low} and {high}."), name=f"sample.{key}",
                                 value=str(value), low=low, high=high)
    return {**decision, "seed": int(decision["seed"])}


def strata_of(study, segmentation: dict, of: pd.Series) -> pd.DataFrame:
    """segment_id, name, population (NaN where nobody counted) and spread, the standard deviation of the last answers."""
    names = segments_of(segmentation)
    if len(of):
        sizes = of.value_counts().reindex(list(names)).fillna(0).astype(float)
        sizes = sizes[sizes > 0]
    else:
        sizes = pd.Series(np.nan, index=pd.Index(list(names), dtype=object))
    spread = _spread(study, segmentation)
    return pd.DataFrame({"segment_id": pd.Series(list(sizes.index), dtype=object),
                         "name": pd.Series([names[s] for s in sizes.index], dtype=object),
                         "population": sizes.to_numpy(dtype=float),
                         "spread": [spread.get(s, spread.get(ALL, np.nan)) for s in sizes.index]})


def _spread(study, segmentation) -> dict[str, float]:
    """Standard deviation of the respondents' mean marks by segment, and of all for those where fewer than 5 answered."""
    if not study.has("survey_satisfaction"):
        return {}
    survey = read_survey(study, segmentation)
    marks = survey.satisfaction.groupby("respondent_id", sort=False).agg(
        mark=("perceived", "mean"), segment_id=("segment_id", "first")).dropna()
    found = marks.groupby("segment_id")["mark"].agg(["std", "size"])
    known = found.loc[found["size"] >= SHOWN, "std"].dropna().to_dict()
    return {ALL: float(marks["mark"].std()), **known} if known else {}


def sample_tables(strata: pd.DataFrame, decision: dict, floor: int) -> tuple[dict[str, pd.DataFrame], list[Reason]]:
    """The tables sample, ways and curve for strata and a decision; also what a page moves by its controls."""
    if strata.empty:
        return {"sample": pd.DataFrame(columns=SAMPLE), "ways": pd.DataFrame(columns=WAYS),
                "curve": pd.DataFrame(columns=CURVE)}, []
    if strata["population"].isna().any():
        sample, ways, warnings = _uncounted(strata, decision, floor)
    else:
        sample, ways, warnings = _counted(strata, decision, floor)
    return {"sample": sample, "ways": ways, "curve": _curves(sample, decision["confidence"])}, list(warnings)


def _counted(strata, decision, floor):
    sizes = dict(zip(strata["segment_id"], strata["population"], strict=True))
    spread = dict(zip(strata["segment_id"], strata["spread"], strict=True))
    varies = not strata["spread"].isna().any()
    options = {"confidence": decision["confidence"], "response_rate": decision["response_rate"], "floor": floor}
    whole = sample_size(sum(sizes.values()), error=decision["error"], confidence=decision["confidence"]).n
    found = {way: allocate(sizes, whole, method=way, sd=spread if way == "neyman" else None, error=decision["error"], **options)
             for way in METHODS if way != "neyman" or varies}
    chosen = found[decision["method"]]
    table = chosen.table
    errors = [sample_error(n, size, confidence=decision["confidence"])
              for n, size in zip(table["n"], table["population"], strict=True)]
    rows = pd.DataFrame({
        "segment_id": strata["segment_id"], "name": strata["name"], "population": table["population"],
        "share": table["population"] / table["population"].sum(), "spread": strata["spread"], "to_ask": table["n"].astype(float),
        "share_sample": table["n"] / max(table["n"].sum(), 1), "invitations": table["invitations"].astype(float),
        "half_width": np.array(errors, dtype=float), "all_asked": table["n"] >= table["population"]})
    every = {"segment_id": ALL, "name": ALL, "population": rows["population"].sum(), "share": 1.0, "spread": np.nan,
             "to_ask": rows["to_ask"].sum(), "share_sample": 1.0, "invitations": rows["invitations"].sum(),
             "half_width": whole_error(errors, rows["population"]), "all_asked": bool(rows["all_asked"].all())}
    ways = pd.DataFrame({"segment_id": strata["segment_id"], "name": strata["name"], "population": strata["population"],
                         **{way: found[way].table["n"].astype(float) if way in found else np.nan for way in WAYS[3:]}})
    total = {"segment_id": ALL, "name": ALL, **{c: ways[c].sum(min_count=len(ways)) for c in WAYS[2:]}}
    return _with_last(rows, every, SAMPLE), _with_last(ways, total, WAYS), chosen.warnings


def _uncounted(strata, decision, floor):
    """Nobody counted the customers: as many answers as a very large segment needs, no list."""
    size = sample_size(None, error=decision["error"], confidence=decision["confidence"]).n
    k = len(strata)
    each = size if decision["method"] == "per_stratum" else max(ceil(size / k), floor)
    error = sample_error(each, confidence=decision["confidence"])
    rows = strata.assign(share=np.nan, to_ask=float(each), share_sample=1 / k, half_width=error, all_asked=False,
                         invitations=float(ceil(each / decision["response_rate"] - 1e-9)))
    every = {"segment_id": ALL, "name": ALL, "population": np.nan, "share": np.nan, "spread": np.nan, "to_ask": float(each * k),
             "share_sample": 1.0, "invitations": rows["invitations"].sum(),
             "half_width": sample_error(each * k, confidence=decision["confidence"]), "all_asked": False}
    ways = strata.assign(proportional=np.nan, neyman=np.nan, per_stratum=float(size))
    total = {"segment_id": ALL, "name": ALL, "population": np.nan, "proportional": float(size), "neyman": np.nan,
             "per_stratum": float(size * k)}
    return _with_last(rows, every, SAMPLE), _with_last(ways, total, WAYS), ()


def _with_last(rows, last: dict, columns) -> pd.DataFrame:
    return pd.DataFrame([*rows[columns].to_dict("records"), {c: last[c] for c in columns}], columns=columns)


def _curves(sample, confidence) -> pd.DataFrame:
    """Answers that each error needs, of every segment and of all together; the sample in force among them."""
    parts = []
    for row in sample.itertuples(index=False):
        size = None if row.population != row.population else row.population
        points = [(row.segment_id, e, float(sample_size(size, error=e, confidence=confidence).n), False) for e in ERRORS]
        if row.half_width == row.half_width and row.half_width is not None:
            points.append((row.segment_id, float(row.half_width), float(row.to_ask), True))
        parts += sorted(points, key=lambda one: (one[2], -one[1]))
    return pd.DataFrame(parts, columns=CURVE)


def draw_list(of: pd.Series, sample: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Whom to invite: at random inside each segment; ``weight`` makes the answers stand for all customers again."""
    rows = sample[sample["segment_id"] != ALL]
    ids = {s: own.index.tolist() for s, own in of.groupby(of)}
    drawn = draw_sample({s: ids.get(s, []) for s in rows["segment_id"]},
                        dict(zip(rows["segment_id"], rows["invitations"], strict=True)), seed=seed)
    weight = {r.segment_id: r.share / r.share_sample if r.share_sample else np.nan for r in rows.itertuples()}
    return pd.DataFrame({"respondent_id": [f"R{n:04d}" for n in range(1, len(drawn) + 1)],
                         "segment_id": drawn["stratum"].to_numpy(dtype=object),
                         "customer_id": drawn["customer_id"].to_numpy(dtype=object),
                         "weight": [weight[s] for s in drawn["stratum"]]}, columns=DRAWN)


def _told(study, strata, of, is_known) -> list[Reason]:
    if strata.empty:
        return [reason(N_("There is no segment to ask."), level="missing")]
    if not is_known:
        return [reason(N_("How many customers there are is not known: the numbers are those of very large segments, and no "
                          "list can be drawn."), level="missing")]
    left = int((~of.isin(list(strata["segment_id"]))).sum())
    told = reason(N_("Customers of no segment, or of one that is excluded, are not asked: {n}."), n=left, level="info")
    return [told] if left else []


def _quantities(sample) -> dict[str, Quantity]:
    if sample.empty:
        return {}
    whole, rows = sample.iloc[-1], sample.iloc[:-1]
    n = None if whole["population"] != whole["population"] else int(whole["population"])
    worst = rows["half_width"].astype(float).max()
    return {"customers_to_ask": Quantity(int(whole["to_ask"]), "count", n=n),
            "customers_to_invite": Quantity(int(whole["invitations"]), "count", n=n),
            "error_whole": Quantity(_or_none(whole["half_width"]), "share", n=int(whole["to_ask"])),
            "error_segments": Quantity(_or_none(worst), "share", n=int(whole["to_ask"]))}


def _or_none(value) -> float | None:
    return None if value is None or value != value else float(value)
