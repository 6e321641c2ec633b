"""Which experts to ask: the competence coefficient K and the size of the panel (step 6, method 8.3).

"En la selección de los expertos debe conjugarse sus conocimientos generales del sistema logístico con el
análisis del balance de cada actividad" (S2:L334). K is the standard Cuban practice, not in the seed; the
table of sources of argument is the usual pattern table, criticised for weak foundations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_

ARGUMENTS = {
    "theory": {"high": 0.30, "medium": 0.20, "low": 0.10},
    "experience": {"high": 0.50, "medium": 0.40, "low": 0.20},
    "others": {"high": 0.20, "medium": 0.20, "low": 0.20},  # four sources of 0.05 whatever the mark
}
HIGH, MEDIUM = 0.8, 0.5
LEVELS = {"high": N_("high"), "medium": N_("medium"), "low": N_("low")}
TABLE = ["expert_id", "kc", "ka", "k", "level", "keep"]


@dataclass(frozen=True, eq=False)
class Competence:
    """One expert: ``k = (kc + ka) / 2``, ``level`` high medium low, ``keep`` (True when high)."""

    kc: float
    ka: float
    k: float
    level: str
    keep: bool


@dataclass(frozen=True, eq=False)
class Panel:
    """Many experts: ``table`` (expert_id, kc, ka, k, level, keep), ``kept`` their ids, ``weights`` K of those kept."""

    table: pd.DataFrame
    needed: int
    warnings: tuple[Reason, ...] = ()

    @property
    def kept(self) -> tuple[str, ...]:
        return tuple(self.table.loc[self.table["keep"], "expert_id"])

    @property
    def weights(self) -> dict[str, float]:
        rows = self.table[self.table["keep"]]
        return dict(zip(rows["expert_id"], rows["k"].astype(float)))


@dataclass(frozen=True, eq=False)
class PanelSize:
    """``exact`` and rounded up ``needed`` number of experts; ``k`` the squared normal quantile used."""

    exact: float
    needed: int
    k: float


def competence(experts: pd.DataFrame | None = None, *, self_rating=None, theory=None, experience=None,
               others="medium", needed: int | None = None):
    """Competence of one expert from scalars, or of a panel from a frame.

    ``Kc = self_rating / 10``; ``Ka`` sums the sources of argument; ``K = (Kc + Ka) / 2``: high above 0.8,
    medium from 0.5, low below. High are kept, medium only to complete ``needed``, the best first.

    Parameters
    ----------
    experts : DataFrame, optional
        Table ``experts``: expert_id, self_rating (0 to 10), theory, experience, optional others (high,
        medium, low). Rows with something missing get no K and are not kept.
    self_rating, theory, experience, others
        The same for one expert, instead of a frame.
    needed : int, optional
        Experts wanted; the panel size at 95 % when not given (4).

    Returns
    -------
    Competence for scalars, Panel for a frame

    Raises
    ------
    ParameterError
        A self-rating outside 0 to 10, or a mark that is not high, medium or low.
    NotComputable
        A frame without a complete row.

    References
    ----------
    S2:L334; method 8.3 [W20].

    Examples
    --------
    >>> competence(self_rating=8, theory="medium", experience="high").k
    0.85
    """
    if experts is None:
        return _one(self_rating, {"theory": theory, "experience": experience, "others": others})
    needed = panel_size().needed if needed is None else needed
    rows, unknown = [], []
    for row in experts.to_dict("records"):
        marks = {name: row.get(name) for name in ARGUMENTS}
        marks["others"] = "medium" if _absent(marks["others"]) else marks["others"]
        if _absent(row.get("self_rating")) or any(_absent(mark) for mark in marks.values()):
            unknown.append(str(row["expert_id"]))
            rows.append((row["expert_id"], None, None, None, None, False))
            continue
        one = _one(row["self_rating"], marks)
        rows.append((row["expert_id"], one.kc, one.ka, one.k, one.level, one.keep))
    table = pd.DataFrame(rows, columns=TABLE)
    if len(unknown) == len(rows):
        raise NotComputable(N_("No expert has rated their knowledge and marked their sources."),
                            fallback=N_("Ask each expert for a rating of 0 to 10 and two marks, or weigh all alike."))
    for name in ("kc", "ka", "k"):
        table[name] = table[name].astype(float)
    short = needed - int(table["keep"].sum())
    reserve = table[table["level"] == "medium"].sort_values("k", ascending=False, kind="stable").index[:max(short, 0)]
    table.loc[reserve, "keep"] = True
    return Panel(table, needed, _panel_warnings(table, needed, unknown, experts))


def panel_size(p: float = 0.01, i: float = 0.10, confidence: float = 0.95) -> PanelSize:
    """How many experts: ``n = p (1 - p) k / i²`` with k the squared normal quantile to two decimals.

    Parameters
    ----------
    p : share of error in (0, 1)
    i : precision in (0, 1)
    confidence : in (0, 1); 0.99, 0.95, 0.90 give k = 6.6564, 3.8416, 2.6896

    Examples
    --------
    >>> [(round(s.exact, 3), s.needed) for s in (panel_size(confidence=c) for c in (0.99, 0.95, 0.90))]
    [(6.59, 7), (3.803, 4), (2.663, 3)]
    """
    for name, value in (("p", p), ("i", i), ("confidence", confidence)):
        if not 0 < value < 1:
            raise ParameterError(N_("{name} must be a share between 0 and 1, not {value}."), name=name,
                                 value=str(value))
    k = round(float(stats.norm.ppf((1 + confidence) / 2)), 2) ** 2
    exact = p * (1 - p) * k / i**2
    return PanelSize(exact, math.ceil(exact - 1e-9), k)


def _one(self_rating, marks) -> Competence:
    good = isinstance(self_rating, (int, float, np.number)) and not isinstance(self_rating, bool)
    if not good or not 0 <= self_rating <= 10:
        raise ParameterError(N_("The own rating of knowledge is a number from 0 to 10, not {value}."),
                             value=str(self_rating))
    for name, mark in marks.items():
        if mark not in ARGUMENTS[name]:
            raise ParameterError(N_("{name} is high, medium or low, not {value}."), name=name, value=str(mark))
    kc = float(self_rating) / 10
    ka = round(sum(ARGUMENTS[name][mark] for name, mark in marks.items()), 10)
    k = round((kc + ka) / 2, 10)
    level = "high" if k > HIGH + 1e-9 else "medium" if k >= MEDIUM - 1e-9 else "low"
    return Competence(kc, ka, k, level, level == "high")


def _absent(value) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _panel_warnings(table, needed, unknown, experts) -> tuple[Reason, ...]:
    found = []
    if unknown:
        found.append(reason(N_("Experts whose competence is not known and who are not kept: {experts}."),
                            experts=list(unknown)))
    kept = int(table["keep"].sum())
    if kept < needed:
        found.append(reason(N_("Only {n} of {needed} experts are competent enough: look for more."), n=kept,
                            needed=needed))
    if "frontline" in experts.columns:
        front = experts["frontline"].fillna(False).astype(bool).to_numpy()
        if not (front & table["keep"].to_numpy()).any():
            found.append(reason(N_("Nobody on the panel works with customers: add one person who does.")))
    return tuple(found)
