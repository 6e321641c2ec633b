"""Factor analysis of many items: adequacy, number of factors, loadings, variance explained and scores.

Sources: factor analysis is named in step 1 (S2:L205) and step 2 (S2:L211); method.md 3.9, T19. Kaiser, H. F. (1960),
*Educational and Psychological Measurement* 20, 141-151 (eigenvalues above 1); Kaiser, H. F. (1974), *Psychometrika*
39, 31-36 (KMO from 0.60); Thurstone, L. L. (1935), *The Vectors of Mind* (scores by regression); Heywood, H. B.
(1931), *Proceedings of the Royal Society A* 134, 486-501. Extraction and rotation: ``extraction``; KMO, Bartlett and
Horn: ``adequacy``.
"""

from __future__ import annotations

import numbers
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.factor import adequacy, extraction
from svcnb.methods.factor.adequacy import NEAR, Bartlett, ParallelAnalysis
from svcnb.methods.factor.items import as_numbers, refuse_few, varying_columns

LEAST_KMO = 0.60
SALIENT = 0.40
HEYWOOD = extraction.LEAST_UNIQUENESS + 1e-6


@dataclass(frozen=True, eq=False)
class FactorAnalysis:
    """Factors of a set of items. Factors are called F1, F2, ... by falling sum of squares.

    Adequacy: ``kmo`` 0 to 1, ``kmo_items`` item -> KMO (NaN: correlated with none), ``bartlett``, ``adequate`` (KMO from
    0.60 and Bartlett's p below alpha).

    Number: ``eigenvalues`` of the correlations, falling (index 1 to p named factor), ``kaiser`` how many exceed 1,
    ``parallel`` the line of chance with its own count, ``n_factors`` taken, ``chosen_by`` "kaiser", "given" or
    "limit" (Kaiser's rule asked for more than the items can carry).

    Solution, by ``method`` (principal, minres, ml) and ``rotation`` (varimax, oblimin, None: not rotated, as is always so
    for one factor): ``loadings`` items × factors (weights on the factors; each factor's largest is positive),
    ``communalities`` and ``uniquenesses`` (1 - communality) of each item, ``variance`` (factor down; sum_of_squares,
    share of the variance of all items 0 to 1, cumulative), ``factor_correlations`` factors × factors for oblimin,
    None when the factors are uncorrelated.

    Scores: ``score_weights`` items × factors for standardised items; ``scores`` rows × factors with the index of the
    frame given, NaN for a row that misses an item (None from a matrix of correlations); ``means`` and
    ``deviations`` (ddof 1) of the items, None from a matrix.

    Data: ``correlations`` items × items, ``n`` complete rows, ``n_missing`` the others, ``missing_shares`` column -> share
    of rows without a value, ``left_out`` columns that do not vary.
    """

    kmo: float
    kmo_items: pd.Series
    bartlett: Bartlett
    adequate: bool
    correlations: pd.DataFrame
    eigenvalues: pd.Series
    kaiser: int
    parallel: ParallelAnalysis
    n_factors: int
    chosen_by: str
    method: str
    rotation: str | None
    loadings: pd.DataFrame
    communalities: pd.Series
    uniquenesses: pd.Series
    variance: pd.DataFrame
    factor_correlations: pd.DataFrame | None
    score_weights: pd.DataFrame
    scores: pd.DataFrame | None
    means: pd.Series | None
    deviations: pd.Series | None
    n: int
    n_missing: int
    missing_shares: dict[str, float]
    left_out: tuple[str, ...]
    warnings: tuple[Reason, ...] = ()

    @property
    def salient(self) -> pd.DataFrame:
        """Which loadings are worth reading: 0.40 and more in size (items × factors of truths)."""
        return self.loadings.abs() >= SALIENT - NEAR

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Scores of other rows on these factors, by the means, deviations and weights found here.

        Parameters
        ----------
        frame : has a column for each item analysed, in any order; other columns do not count; not changed

        Returns
        -------
        rows × factors with the frame's index; NaN for a row that misses an item

        Raises
        ------
        NotComputable
            an item is not there or holds no numbers, or the analysis came from correlations alone
        """
        if self.means is None:
            raise NotComputable(N_("An analysis of correlations alone knows no means, so it cannot score rows."),
                                fallback=N_("Analyse the rows themselves."))
        absent = [name for name in self.loadings.index if name not in frame.columns]
        if absent:
            raise NotComputable(N_("There is no column {column}; the columns are {columns}."), column=absent[0],
                                columns=", ".join(str(name) for name in frame.columns))
        numbers_of = as_numbers(frame.loc[:, frame.columns.isin(self.loadings.index)])[self.loadings.index]
        return ((numbers_of - self.means) / self.deviations).dot(self.score_weights)


def analyse_factors(items: pd.DataFrame, n_factors: int | None = None, method: str = "principal",
                    rotation: str | None = "varimax", *, alpha: float = 0.05, seed: int = 0, n_parallel: int = 500,
                    percentile: float = 95.0) -> FactorAnalysis:
    """Reduce numeric items to a few factors and score every row on them.

    Items are standardised: loadings ``L`` and correlations ``phi`` of the factors reproduce ``R = L phi L' + U``,
    ``communality = diag(L phi L')``, scores are ``Z R^-1 L phi`` (Thurstone's regression). Rows that miss an item are left
    out and counted, items that do not vary are left out and named.

    Parameters
    ----------
    items : one row a customer or respondent, one numeric column an item; not changed
    n_factors : how many; None takes the eigenvalues above 1 (Kaiser), with parallel analysis beside it
    method : "principal" components (the method's choice), "minres" or "ml" common factors
    rotation : "varimax" (uncorrelated factors), "oblimin" (correlated ones) or None
    alpha : level of significance of Bartlett's test; p = alpha is not significant
    seed, n_parallel, percentile : of the parallel analysis, see ``simulate_eigenvalues``

    Raises
    ------
    NotComputable
        fewer than 3 items vary, fewer complete rows than 50 or 5 an item, an item holds no numbers or infinite
        ones or follows exactly from others, nothing is correlated, more factors than the items can carry, no solution
    ParameterError
        an option outside its rule

    References
    ----------
    Method.md 3.9 (S2:L205, S2:L211), T19.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> speed, care = rng.normal(size=(2, 200))
    >>> items = pd.DataFrame({f"{name} {k}": factor + 0.6 * rng.normal(size=200)
    ...                       for name, factor in (("speed", speed), ("care", care)) for k in (1, 2, 3)})
    >>> result = analyse_factors(items)
    >>> result.n_factors, result.parallel.n_factors, result.adequate
    (2, 2, True)
    >>> result.salient["F1"].tolist() in ([True] * 3 + [False] * 3, [False] * 3 + [True] * 3)
    True
    >>> np.allclose(result.score(items.head(2)), result.scores.head(2))
    True
    """
    options = _Options(n_factors, method, rotation, alpha, seed, n_parallel, percentile)
    values = as_numbers(items)
    missing = {name: float(share) for name, share in values.isna().mean().items()}
    kept, complete = varying_columns(values.to_numpy())
    left_out = tuple(name for j, name in enumerate(values.columns) if j not in kept)
    values = values.iloc[:, kept]
    refuse_few(values, int(complete.sum()), missing)
    known = values.to_numpy()[complete]
    # Within 0 to 1 neither large nor close numbers lose digits.
    low, span = known.min(axis=0), np.ptp(known, axis=0)
    unit = (known - low) / span
    means = pd.Series(low + span * unit.mean(axis=0), index=values.columns)
    deviations = pd.Series(span * unit.std(axis=0, ddof=1), index=values.columns)
    correlations = pd.DataFrame(np.corrcoef(unit, rowvar=False), index=values.columns, columns=values.columns)
    warnings = []
    if left_out:
        warnings.append(reason(N_("{columns} left out: every complete row has the same value."), columns=list(left_out)))
    found = _solved(correlations, len(known), options, warnings)
    scores = ((values - means) / deviations).dot(found["score_weights"])
    return FactorAnalysis(**found, scores=scores, means=means, deviations=deviations, n=len(known),
                          n_missing=len(values) - len(known), missing_shares=missing, left_out=left_out,
                          warnings=tuple(warnings))


def analyse_correlations(correlations, n: int, n_factors: int | None = None, method: str = "principal",
                         rotation: str | None = "varimax", *, alpha: float = 0.05, seed: int = 0, n_parallel: int = 500,
                         percentile: float = 95.0) -> FactorAnalysis:
    """The same analysis of a correlation matrix that is already calculated, for example a printed one.

    Parameters
    ----------
    correlations : square frame with the items down and across, or an array; not changed
    n : rows it was calculated from; the other options and errors are those of ``analyse_factors``

    Examples
    --------
    >>> result = analyse_correlations([[1, 0.6, 0.6], [0.6, 1, 0.6], [0.6, 0.6, 1]], 50)
    >>> result.eigenvalues.round(4).tolist(), result.loadings["F1"].round(4).tolist()
    ([2.2, 0.4, 0.4], [0.8563, 0.8563, 0.8563])
    """
    options = _Options(n_factors, method, rotation, alpha, seed, n_parallel, percentile)
    adequacy.check_whole(n, "n", least=1)
    frame = adequacy.checked_correlations(correlations)
    refuse_few(frame, n, {})
    warnings: list[Reason] = []
    found = _solved(frame, int(n), options, warnings)
    return FactorAnalysis(**found, scores=None, means=None, deviations=None, n=int(n), n_missing=0, missing_shares={},
                          left_out=(), warnings=tuple(warnings))


@dataclass(frozen=True)
class _Options:
    """What the caller chose, checked before anything is calculated."""

    n_factors: int | None
    method: str
    rotation: str | None
    alpha: float
    seed: int
    n_parallel: int
    percentile: float

    def __post_init__(self):
        for name, value, known in (("method", self.method, extraction.METHODS),
                                   ("rotation", self.rotation, extraction.ROTATIONS)):
            if not isinstance(value, str | None) or value not in known:
                raise ParameterError(N_("{name} = {value} is not one of {known}."), name=name, value=str(value),
                                     known=[str(one) for one in known])
        if self.n_factors is not None:
            adequacy.check_whole(self.n_factors, "n_factors", least=1)
        adequacy.check_whole(self.seed, "seed", least=0)
        adequacy.check_whole(self.n_parallel, "n_parallel", least=20)
        if isinstance(self.alpha, bool) or not isinstance(self.alpha, numbers.Real) or not 0 < self.alpha < 1:
            raise ParameterError(N_("The level of significance {alpha} is not between 0 and 1; write for example 0.05."),
                                 alpha=self.alpha)


def _solved(correlations: pd.DataFrame, n: int, options: _Options, warnings: list[Reason]) -> dict:
    """All fields that come from the correlations alone; what is to be told is added to ``warnings``."""
    frame = adequacy.checked_correlations(correlations)
    kmo, kmo_items = adequacy.measure_adequacy(frame)
    bartlett = adequacy.assess_sphericity(frame, n)
    significant = bartlett.p_value < options.alpha - NEAR
    if kmo < LEAST_KMO - NEAR:
        warnings.append(reason(N_("The items share too little for factors (KMO {kmo:3}, at least {least:3} is wanted); least "
                                  "of all {column} ({low:3})."), kmo=kmo, least=LEAST_KMO, column=kmo_items.idxmin(),
                               low=float(kmo_items.min())))
    if not significant:
        warnings.append(reason(N_("The correlations may be chance alone (Bartlett's test, p = {p:3})."), p=bartlett.p_value))
    if kmo_items.isna().any():
        warnings.append(reason(N_("{columns}: correlated with no other item."), columns=list(kmo_items.index[kmo_items.isna()])))
    counted = _counted(frame, n, options, warnings)
    return {"kmo": kmo, "kmo_items": kmo_items, "bartlett": bartlett, "correlations": frame,
            "adequate": bool(kmo >= LEAST_KMO - NEAR and significant), **counted,
            **_solution(frame, counted["n_factors"], options, warnings)}


def _counted(frame, n, options, warnings) -> dict:
    """Eigenvalues, what Kaiser's rule and parallel analysis make of them, and the number taken."""
    p = len(frame)
    line = adequacy.simulate_eigenvalues(n, p, repetitions=options.n_parallel, percentile=options.percentile,
                                         seed=options.seed)
    eigenvalues = pd.Series(np.linalg.eigvalsh(frame.to_numpy())[::-1], index=line.index, name="eigenvalue")
    kaiser = int((eigenvalues > 1 + NEAR).sum())
    above = int((eigenvalues > line + NEAR).cummin().sum())
    most = extraction.most_factors(p, options.method)
    taken, chosen_by = (kaiser, "kaiser") if options.n_factors is None else (int(options.n_factors), "given")
    if taken > most and chosen_by == "given":
        raise NotComputable(N_("The most factors that {p} items carry by this method is {most}; {n_factors} were asked "
                               "for."), p=p, most=most, n_factors=taken,
                            fallback=N_("Take fewer factors, or principal components."))
    if taken > most:
        taken, chosen_by = most, "limit"
        warnings.append(reason(N_("{kaiser} eigenvalues exceed 1, but the most factors that {p} items carry by this method is "
                                  "{most}."), kaiser=kaiser, p=p, most=most))
    if not kaiser == above == taken:
        warnings.append(reason(N_("Eigenvalues above 1 (Kaiser): {kaiser} factors; above chance (parallel analysis): "
                                  "{above}. Taken: {n_factors}; compare both before deciding."), kaiser=kaiser,
                               above=above, n_factors=taken))
    if options.method == "principal" and taken < p and eigenvalues[taken] - eigenvalues[taken + 1] < NEAR:
        warnings.append(reason(N_("Eigenvalues {n_factors} and {next} are equal: which of their components is taken is "
                                  "arbitrary."), n_factors=taken, next=taken + 1))
    parallel = ParallelAnalysis(line, float(options.percentile), int(options.n_parallel), int(options.seed), above)
    return {"eigenvalues": eigenvalues, "kaiser": kaiser, "parallel": parallel, "n_factors": taken, "chosen_by": chosen_by}


def _solution(frame, k, options, warnings) -> dict:
    """Loadings, what they explain, and the weights of the scores."""
    values = frame.to_numpy()
    loadings, phi, arrived = extraction.rotate(extraction.METHODS[options.method](values, k), options.rotation)
    loadings, phi = extraction.arrange(loadings, phi)
    structure = loadings if phi is None else loadings @ phi
    items, factors = frame.index, pd.Index([f"F{j}" for j in range(1, k + 1)], name="factor")
    squares = extraction.sums_of_squares(loadings, phi)
    communalities = pd.Series((structure * loadings).sum(axis=1), index=items, name="communality")
    _warn(options, communalities, arrived, warnings)
    return {
        "method": options.method, "rotation": options.rotation if k > 1 else None,
        "loadings": pd.DataFrame(loadings, index=items, columns=factors), "communalities": communalities,
        "uniquenesses": (1 - communalities).rename("uniqueness"),
        "variance": pd.DataFrame({"sum_of_squares": squares, "share": squares / len(frame),
                                  "cumulative": squares.cumsum() / len(frame)}, index=factors),
        "factor_correlations": None if phi is None else pd.DataFrame(phi, index=factors, columns=factors),
        "score_weights": pd.DataFrame(np.linalg.solve(values, structure), index=items, columns=factors)}


def _warn(options, communalities, arrived, warnings) -> None:
    heywood = list(communalities.index[1 - communalities <= HEYWOOD]) if options.method != "principal" else []
    if heywood:
        warnings.append(reason(N_("The factors would explain all of {columns} and more (Heywood case): take fewer factors, "
                                  "principal components, or more rows."), columns=heywood))
    if not arrived:
        warnings.append(reason(N_("The rotation {rotation} did not settle; other loadings would fit as well."),
                               rotation=options.rotation))
