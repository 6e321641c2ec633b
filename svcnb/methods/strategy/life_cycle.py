"""Where a product stands in its life cycle, and the level of service proposed for it.

Source: "No es el mismo nivel de servicio ... en la fase de lanzamiento que para uno que está en la etapa de madurez"
(S2:L52); method.md 1.4.2. The seed gives no values: emphasis and multipliers (``goals.STAGES``) are house rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.columns import read_categories, read_column
from svcnb.methods.goals import STAGES
from svcnb.methods.scores import NEAR, check_within, read_labels, read_numbers, refuse_twice

EMPHASIS = {
    "launch": N_("very high availability, fast response, information, forgiving returns"),
    "growth": N_("balance of availability and cost"),
    "maturity": N_("selective service, different by segment, value-added services"),
    "decline": N_("control of cost, consolidated deliveries")}


@dataclass(frozen=True, eq=False)
class StageProposals:
    """``table`` one row a product family: product_family, stage (None when not known), emphasis (text), multiplier (0 to
    1), base and floor (levels 0 to 1), proposed (NaN when stage, base or floor is not known). ``n`` proposed,
    ``n_missing`` the others.
    """

    table: pd.DataFrame
    n: int
    n_missing: int
    warnings: tuple[Reason, ...] = ()


def propose_by_stage(families: pd.DataFrame, *, multipliers: Mapping[str, float] = STAGES) -> StageProposals:
    """Propose a level for each product family by its place in the life cycle.

    ``proposed = floor + multiplier max(0, base - floor)``: the multiplier acts on what lies above the floor, never on a
    level that is measured (method.md 1.4.2 and 6.3).

    Parameters
    ----------
    families : one row a family: product_family, stage (launch, growth, maturity, decline; missing is not known), base and
        floor, levels 0 to 1; not changed
    multipliers : stage -> 0 to 1; the defaults are house rules

    Raises
    ------
    NotComputable
        a column is not there, a family stands twice, a stage has no multiplier, a level is outside 0 to 1
    ParameterError
        a multiplier is outside 0 to 1

    Examples
    --------
    >>> grease = pd.DataFrame({"product_family": ["grease"], "stage": ["decline"], "base": [0.95], "floor": [0.90]})
    >>> round(float(propose_by_stage(grease).table["proposed"][0]), 4)
    0.94
    """
    for stage, value in multipliers.items():
        check_within(str(stage), value, 0, 1)
    table = pd.DataFrame({"product_family": read_labels(families, "product_family"),
                          "stage": read_categories(read_column(families, "stage"), "stage")})
    refuse_twice(table, ["product_family"])
    unknown = sorted(set(table["stage"].dropna()) - set(multipliers))
    if unknown:
        raise NotComputable(N_("There is no stage {stage}; the stages are {known}."), stage=unknown[0],
                            known=", ".join(multipliers))
    table["emphasis"] = table["stage"].map(EMPHASIS).astype(object).where(table["stage"].isin(EMPHASIS), None)
    table["multiplier"] = table["stage"].map(dict(multipliers)).astype(float)
    table["base"], table["floor"] = (read_numbers(families, name, 0, 1) for name in ("base", "floor"))
    table["proposed"] = table["floor"] + table["multiplier"] * (table["base"] - table["floor"]).clip(lower=0)
    table, warnings = table.reset_index(drop=True), []
    missing = table.loc[table["proposed"].isna(), "product_family"].tolist()
    if missing:
        warnings.append(reason(N_("Stage, base or floor is not known, so nothing is proposed: {families}."),
                               level="missing", families=missing))
    low = table.loc[table["base"] < table["floor"] - NEAR, "product_family"].tolist()
    if low:
        warnings.append(reason(N_("The base lies below the floor, so the floor is proposed: {families}."), families=low))
    return StageProposals(table, len(table) - len(missing), len(missing), tuple(warnings))
