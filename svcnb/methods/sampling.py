"""How many customers to ask in each segment (muestra representativa y estratificada, S2:L74, S2:L224).

Sample size of a proportion or a mean with the finite population correction; proportional and Neyman (1934)
allocation; the estimator of a stratified mean (Cochran 1977, chapter 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_

Z = {0.90: 1.645, 0.95: 1.96, 0.99: 2.576}  # rounded as in the tables that practitioners use
METHODS = ("proportional", "neyman", "per_stratum")
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class SampleSize:
    """``n0`` for an infinite population, ``corrected`` for this one, ``n`` rounded up."""

    n0: float
    corrected: float
    n: int


@dataclass(frozen=True, eq=False)
class Allocation:
    """``table``: stratum, population, exact, n, invitations; ``n`` is the sum."""

    table: pd.DataFrame
    n: int
    warnings: tuple[Reason, ...]


@dataclass(frozen=True, eq=False)
class StratifiedMean:
    mean: float
    standard_error: float


def sample_size(population: float | None = None, *, error: float = 0.05, confidence: float = 0.95, p: float = 0.5,
                sd: float | None = None) -> SampleSize:
    """Customers to ask so that a share (or, with ``sd``, a mean) is known to ± ``error``.

    n0 = z² p(1 - p)/e², or (z sd/e)²; n = n0/(1 + (n0 - 1)/N), never more than N.

    Parameters
    ----------
    population : float, optional
        Customers there are; None means very many.
    error : float
        Half width: a share 0 to 1, or in the unit of ``sd``.
    confidence : float
        0 to 1; z is 1.96 at 0.95.
    p, sd : float
        Expected share, or standard deviation of the answers.

    Raises
    ------
    ParameterError
        A value outside its rule.

    Examples
    --------
    >>> size = sample_size(1200)
    >>> round(size.n0, 2), round(size.corrected, 2), size.n
    (384.16, 291.18, 292)
    """
    if not error > 0:
        raise ParameterError(N_("The error must be above 0; it is {error}."), error=error)
    if not 0 <= p <= 1:
        raise ParameterError(N_("An expected share lies between 0 and 1; it is {p}."), p=p)
    if sd is not None and not sd >= 0:
        raise ParameterError(N_("A standard deviation is not negative; it is {sd}."), sd=sd)
    if population is not None and not population >= 0:
        raise ParameterError(N_("A population is not negative; it is {population}."), population=population)
    z = z_of(confidence)
    n0 = z**2 * p * (1 - p) / error**2 if sd is None else (z * sd / error) ** 2
    if population is None or np.isinf(population):
        return SampleSize(n0, n0, ceil(n0 - TOLERANCE))
    corrected = 0.0 if population == 0 else min(n0 / max(1 + (n0 - 1) / population, TOLERANCE), population)
    return SampleSize(n0, corrected, min(ceil(corrected - TOLERANCE), ceil(population)))


def sample_error(n: float, population: float | None = None, *, confidence: float = 0.95, p: float = 0.5,
                 sd: float | None = None) -> float | None:
    """The half width that ``n`` answers give: ``sample_size`` the other way round; None without an answer.

    n0 = n (N - 1)/(N - n); e = z sqrt(p(1 - p)/n0), or z sd/sqrt(n0); 0 when everybody answered.

    Examples
    --------
    >>> round(sample_error(291.1822, 1200), 4), sample_error(20, 20), sample_error(0, 20)
    (0.05, 0.0, None)
    """
    if not n > 0:
        return None
    if population is not None and n >= population:
        return 0.0
    n0 = n if population is None or np.isinf(population) else n * (population - 1) / (population - n)
    return z_of(confidence) * (sqrt(p * (1 - p)) if sd is None else sd) / sqrt(n0)


def whole_error(errors, sizes) -> float | None:
    """The half width of all strata together, sqrt(sum (W_h e_h)^2) with W_h = N_h/N; None where a stratum has none.

    Examples
    --------
    >>> round(whole_error([0.1, 0.1, 0.1], [600, 400, 200]), 4)
    0.0624
    """
    if any(error is None or error != error for error in errors):
        return None
    errors, sizes = np.asarray(list(errors), dtype=float), np.asarray(list(sizes), dtype=float)
    return float(np.sqrt(((sizes / sizes.sum() * errors) ** 2).sum())) if len(sizes) and sizes.sum() > 0 else None


def z_of(confidence: float) -> float:
    """The two-sided normal quantile of a confidence; the usual three are rounded as in the tables."""
    if not 0 < confidence < 1:
        raise ParameterError(N_("A confidence lies between 0 and 1; it is {confidence}."), confidence=confidence)
    if round(confidence, 6) in Z:
        return Z[round(confidence, 6)]
    from scipy.stats import norm

    return float(norm.ppf(0.5 + confidence / 2))


def allocate(sizes, n: int | None = None, *, method: str = "proportional", sd=None, error: float = 0.10,
             confidence: float = 0.95, p: float = 0.5, response_rate: float = 1.0, floor: int = 5) -> Allocation:
    """Share a sample out among strata, in whole customers.

    proportional: n N_h/N; neyman: n N_h S_h/sum(N_j S_j); per_stratum: ``sample_size`` inside each stratum (``n`` is
    not used). At least ``floor`` customers a stratum (all, if it is smaller), never more than there are; what a full
    stratum cannot take goes to the others; integers by largest remainder.

    Parameters
    ----------
    sizes : mapping, Series or sequence
        Customers of each stratum; a sequence is labelled 1, 2, ...
    sd : mapping, Series or sequence
        Standard deviation per stratum, for neyman (and optionally per_stratum).
    response_rate : float
        Share of invitations that is answered, above 0 up to 1: invitations = n/rate, rounded up, at most all.

    Raises
    ------
    ParameterError, NotComputable

    Examples
    --------
    >>> allocate([600, 400, 200], 292).table["n"].tolist()
    [146, 97, 49]
    """
    strata, population = _labelled(sizes)
    spread = None if sd is None else _labelled(sd, strata)[1]
    if method not in METHODS:
        raise ParameterError(N_("There is no allocation {method}; there are {known}."), method=method,
                             known=", ".join(METHODS))
    if not 0 < response_rate <= 1:
        raise ParameterError(N_("A response rate lies above 0 and up to 1; it is {rate}."), rate=response_rate)
    if population.sum() <= 0:
        raise NotComputable(N_("There is no customer to ask: every stratum is empty."))
    warnings: list[Reason] = []
    if method == "per_stratum":
        found = [sample_size(size, error=error, confidence=confidence, p=p, sd=None if spread is None else spread[i])
                 for i, size in enumerate(population)]
        exact = np.array([f.corrected for f in found])
        whole = np.maximum([f.n for f in found], np.minimum(floor, population)).astype(int)
    else:
        exact, whole = _share_out(population, n, method, spread, floor, warnings)
    invitations = np.minimum(np.ceil(whole / response_rate - TOLERANCE), population).astype(int)
    short = [s for s, i, w in zip(strata, invitations, whole, strict=True) if i < ceil(w / response_rate - TOLERANCE)]
    if short:
        warnings.append(reason(N_("Too few customers to reach the sample at this response rate: {strata}. Invite all of "
                                  "them."), strata=list(short)))
    table = pd.DataFrame({"stratum": pd.Series(strata, dtype=object), "population": population, "exact": exact, "n": whole,
                          "invitations": invitations})
    return Allocation(table, int(whole.sum()), tuple(warnings))


def _share_out(population, n, method, spread, floor, warnings):
    if n is None or not n >= 0:
        raise ParameterError(N_("How many customers to ask must be given, and not below 0; it is {n}."), n=n)
    weight = population.copy()
    if method == "neyman":
        if spread is None:
            raise ParameterError(N_("Neyman's allocation needs the standard deviation of each stratum."))
        weight = population * spread
        if weight.sum() <= 0:
            warnings.append(reason(N_("No stratum varies: the sample is shared out in proportion to their sizes.")))
            weight = population.copy()
    high, low = np.floor(population), np.minimum(floor, np.floor(population))
    wanted = float(np.clip(ceil(n - TOLERANCE), low.sum(), high.sum()))
    if wanted != ceil(n - TOLERANCE):
        warnings.append(reason(N_("The sample was set to {wanted} instead of {n}: at least {floor} a stratum, at most all "
                                  "customers."), wanted=int(wanted), n=n, floor=floor))
    exact = wanted * weight / weight.sum()
    bounded = exact
    if (exact < low - TOLERANCE).any() or (exact > high + TOLERANCE).any():
        bounded = _within(weight, wanted, low, high)
    whole = np.floor(bounded + TOLERANCE)
    order = np.argsort(-(bounded - whole), kind="stable")
    order = [i for i in order if whole[i] < high[i]]
    for i in order[: round(wanted - whole.sum())]:
        whole[i] += 1
    return exact, whole.astype(int)


def _within(weight, n, low, high) -> np.ndarray:
    """clip(t weight, low, high) with the t that makes the sum n (bisection; the sum rises with t)."""
    weight = np.maximum(weight, TOLERANCE * weight.max())
    bottom, top = 0.0, (high / weight).max() + 1
    for _ in range(200):
        middle = (bottom + top) / 2
        if np.clip(middle * weight, low, high).sum() < n:
            bottom = middle
        else:
            top = middle
    return np.clip(top * weight, low, high)


def stratified_mean(means, sds, n, sizes) -> StratifiedMean:
    """Mean over strata weighted by their sizes, and its standard error.

    mean = sum W_h y_h; se² = sum W_h² (1 - n_h/N_h) s_h²/n_h with W_h = N_h/N.

    Examples
    --------
    >>> result = stratified_mean([7.2, 6.4, 5.9], [0.8, 1.2, 2.0], [146, 97, 49], [600, 400, 200])
    >>> round(result.mean, 4), round(result.standard_error, 5)
    (6.7167, 0.06157)
    """
    means, sds, n, sizes = (np.asarray(list(v), dtype=float) for v in (means, sds, n, sizes))
    if not len(means) == len(sds) == len(n) == len(sizes):
        raise ParameterError(N_("Means, standard deviations, answers and sizes must be as many as the strata."))
    if not (n > 0).all() or not (sizes >= n).all():
        raise NotComputable(N_("A stratum without answers, or with more answers than customers, has no estimate."))
    weight = sizes / sizes.sum()
    return StratifiedMean(float((weight * means).sum()), sqrt((weight**2 * (1 - n / sizes) * sds**2 / n).sum()))


def draw_sample(ids_by_stratum: Mapping, n_by_stratum: Mapping, *, seed: int = 0) -> pd.DataFrame:
    """A simple random sample without replacement inside each stratum: columns stratum, customer_id.

    Examples
    --------
    >>> draw_sample({"S1": ["a", "b", "c"]}, {"S1": 2}, seed=1).shape
    (2, 2)
    """
    rng, rows = np.random.default_rng(seed), []
    for stratum, ids in ids_by_stratum.items():
        ids = sorted(map(str, ids))
        take = min(int(n_by_stratum.get(stratum, 0)), len(ids))
        rows += [(stratum, ids[i]) for i in sorted(rng.choice(len(ids), take, replace=False))] if take else []
    return pd.DataFrame(rows, columns=["stratum", "customer_id"])


def _labelled(values, strata=None) -> tuple[list[str], np.ndarray]:
    if isinstance(values, (Mapping, pd.Series)):
        labels, given = [str(k) for k in dict(values)], list(dict(values).values())
    else:
        given = list(values)
        labels = strata or [str(i + 1) for i in range(len(given))]
    if strata is not None:
        if sorted(labels) != sorted(strata) or len(given) != len(strata):
            raise ParameterError(N_("Means, standard deviations, answers and sizes must be as many as the strata."))
        given = [dict(zip(labels, given, strict=True))[s] for s in strata]
        labels = strata
    numbers = pd.to_numeric(pd.Series(given, dtype=object), errors="coerce").to_numpy(dtype=float)
    if len(numbers) == 0 or np.isnan(numbers).any() or np.isinf(numbers).any() or (numbers < 0).any():
        raise ParameterError(N_("Sizes and standard deviations of strata must be numbers that are not negative."))
    return labels, numbers
