"""The customer window: what customers want and do not get.

Gómez, Acevedo and González (2004), S2:L169 'Pregunte: "qué tan bien" y "qué tan importante"'; S2:L175 '"lo que
los clientes desean y no obtienen", son los primeros candidatos para mejora'. The quadrant names are reconstructed
(method.md 2.6); the documented twin is importance-performance analysis (Martilla and James 1977).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.importance import VALID, as_numbers, check_sums, resampled_means, respondent_values, widen

QUADRANTS = ("A", "B", "C", "D")
NAMES = {"A": N_("Attention: wanted, not received"), "B": N_("Bravo: wanted and received"),
         "C": N_("Cut or communicate"), "D": N_("Do not worry")}
TOLERANCE = 1e-9
SHOWN, TRUSTED = 5, 30  # answers below which a mean is not shown, and below which it is doubtful
UNDECIDED = 0.7  # a component whose likeliest quadrant has less than this share of the resamples
DRAWN = 60  # resamples kept for drawing


@dataclass(frozen=True, eq=False)
class CustomerWindow:
    """Where each component stands.

    ``table``: component_id, importance, satisfaction, n_importance, n_satisfaction (NaN when means were given),
    quadrant A to D (None when not shown), priority, share, cumulative (quadrant A only), p_A .. p_D, certain (share of
    resamples in its quadrant), undecided. ``resamples``: resample, component_id, importance, satisfaction.
    """

    table: pd.DataFrame
    importance_cut: float
    satisfaction_cut: float
    weighted_satisfaction: float | None
    resamples: pd.DataFrame
    n: int | None
    n_rescaled: int
    n_rejected: int
    warnings: tuple[Reason, ...]

    @property
    def improve(self) -> list[str]:
        """Components of quadrant A, highest priority first."""
        rows = self.table[self.table["quadrant"] == "A"]
        return rows.sort_values("priority", ascending=False, kind="stable")["component_id"].tolist()


@dataclass(frozen=True, eq=False)
class _Side:
    """One axis: means per component, answers (respondents x components) when there are any, weights."""

    means: np.ndarray
    labels: list[str] | None
    answers: pd.DataFrame | None = None
    weights: pd.Series | None = None


def customer_window(importance, satisfaction, *, components=None, importance_cut=None, satisfaction_cut=None,
                    target=10.0, constant_sum: bool | None = None, satisfaction_scale=(0.0, 10.0),
                    n_resamples: int = 1000, seed: int = 0) -> CustomerWindow:
    """Place every component in the window and rank what must improve.

    Parameters
    ----------
    importance, satisfaction : mapping, Series, sequence, array or DataFrame
        Means per component: mapping or Series by component; a sequence, a 1-D array or a Series without labels takes
        its labels from ``components``, else from the other side, else C1, C2, ...; a frame with component_id and one
        value column. Or answers: a long frame (respondent_id, component_id, value [, weight, supplier]; supplier
        "own" is used) or a wide one (one row a respondent: index or column respondent_id; one column a component);
        a 2-D array is wide without labels. Both sides are matched by respondent_id when they are resampled.
    components : sequence of str, optional
        Labels for inputs without labels.
    importance_cut, satisfaction_cut : float, optional
        Cut lines; default 100/k for constant-sum points, else the mean; the mean over components for satisfaction.
    target : float or mapping
        Satisfaction to reach (0 to 10), for all or per component: 10, or the best competitor.
    constant_sum : bool, optional
        Whether importance is shared points; default: its sums are near 100.
    satisfaction_scale : (low, high)
        Scale of the answers, converted linearly to 0 to 10.
    n_resamples, seed : int
        Bootstrap of respondents; 0 leaves it out.

    Returns
    -------
    CustomerWindow
        priority = importance x (target - satisfaction), never below 0, in quadrant A only.

    Raises
    ------
    ParameterError
        Labels do not fit, a value is no number or outside its scale.
    NotComputable
        No component has both values.

    Examples
    --------
    >>> window = customer_window({"cost": 60, "time": 40}, {"cost": 5.0, "time": 8.0})
    >>> window.improve, float(window.table["priority"][0])
    (['cost'], 300.0)
    """
    sides = [_side(importance, "importance"), _side(satisfaction, "satisfaction")]
    labels = _labels(sides, components)
    want, got = (_align(side, labels) for side in sides)
    want, points, n_rescaled, n_rejected = _share_points(want, constant_sum)
    got = _rescale(got, satisfaction_scale)
    _check(want, got, labels)
    n_want, n_got = _counts(want), _counts(got)
    shown = ~(np.isnan(want.means) | np.isnan(got.means) | (n_want < SHOWN) | (n_got < SHOWN))
    if not shown.any():
        raise NotComputable(N_("No component has importance and satisfaction from at least {least} answers: "
                               "there is no customer window."), least=SHOWN,
                            fallback=N_("Ask at least {least} customers how important each component is and how well "
                                        "it is given."))
    rules = _Rules(points, _cut_given(importance_cut, "importance_cut"), _cut_given(satisfaction_cut, "satisfaction_cut"),
                   shown)
    cuts = rules.cuts(want.means[None], got.means[None])
    codes = rules.codes(want.means[None], got.means[None], cuts)[0]
    table = _table(labels, want.means, got.means, n_want, n_got, codes, shown, _targets(target, labels))
    draws = _resample(want, got, points, n_resamples, seed)
    table, dust = _probabilities(table, draws, rules, labels, shown)
    weight = want.means[shown].sum()
    warnings = _warnings(table, shown, n_want, n_got, draws is not None, n_rescaled, n_rejected, got)
    answered = [len(side.answers) for side in (want, got) if side.answers is not None]
    return CustomerWindow(
        table=table, importance_cut=float(cuts[0][0]), satisfaction_cut=float(cuts[1][0]),
        weighted_satisfaction=float((want.means[shown] * got.means[shown]).sum() / weight) if weight > 0 else None,
        resamples=dust, n=max(answered) if answered else None, n_rescaled=n_rescaled, n_rejected=n_rejected,
        warnings=warnings)


def _side(values, name: str) -> _Side:
    if isinstance(values, Mapping):
        values = pd.Series(dict(values), dtype=object)
    if isinstance(values, pd.Series):
        unlabelled = values.index.equals(pd.RangeIndex(len(values)))
        return _Side(as_numbers(values.to_numpy(), name), None if unlabelled else [str(c) for c in values.index])
    if isinstance(values, pd.DataFrame):
        return _frame_side(values, name)
    if not hasattr(values, "__iter__"):
        raise ParameterError(N_("{name} must be means per component or answers of respondents."), name=name)
    array = np.asarray(list(values) if not isinstance(values, np.ndarray) else values)
    if array.ndim == 2:
        answers = pd.DataFrame(as_numbers(array.ravel(), name).reshape(array.shape), index=map(str, range(len(array))))
        return _Side(np.empty(0), None, answers, pd.Series(1.0, index=answers.index))
    if array.ndim != 1:
        raise ParameterError(N_("{name} must be means per component or answers of respondents."), name=name)
    return _Side(as_numbers(array, name), None)


def _frame_side(frame: pd.DataFrame, name: str) -> _Side:
    if "component_id" in frame:
        if "supplier" in frame:
            frame = frame[frame["supplier"].isna() | (frame["supplier"] == "own")]
        wanted = ("points", "importance", "value") if name == "importance" else ("perceived", "satisfaction", "value")
        column = next((c for c in wanted if c in frame), None)
        if column is None:
            raise ParameterError(N_("The answers have no column {column}; they have {columns}."), column=wanted[0],
                                 columns=", ".join(map(str, frame.columns)))
        if "respondent_id" not in frame:
            return _Side(as_numbers(frame[column].to_numpy(), name), frame["component_id"].astype(str).tolist())
        answers = widen(frame, column)
        weights = respondent_values(frame, "weight", answers.index, 1.0)
    else:
        answers = frame.set_index("respondent_id") if "respondent_id" in frame else frame
        weights = pd.Series(1.0, index=answers.index)
        if "weight" in answers:
            weights, answers = answers["weight"].fillna(1.0), answers.drop(columns="weight")
        answers = pd.DataFrame({str(c): as_numbers(answers[c].to_numpy(), name) for c in answers.columns},
                               index=answers.index.astype(str))
        weights = pd.Series(weights.to_numpy(dtype=float), index=answers.index)
    if answers.index.has_duplicates:
        raise ParameterError(N_("Respondent {respondent} stands twice in {name}."), name=name,
                             respondent=answers.index[answers.index.duplicated()][0])
    if not (weights.astype(float) > 0).all():
        raise ParameterError(N_("The weight of a respondent must be above 0."))
    return _Side(np.empty(0), answers.columns.tolist(), answers, weights.astype(float))


def _labels(sides, components) -> list[str]:
    known = [str(c) for c in components] if components is not None else None
    labels = list(known or [])
    for side in sides:
        if known is None and side.labels:
            labels += [c for c in side.labels if c not in labels]
    sizes = [side.answers.shape[1] if side.answers is not None else len(side.means) for side in sides]
    labels = labels or [f"C{i + 1}" for i in range(max(sizes))]
    for side, size in zip(sides, sizes, strict=True):
        if side.labels is None and size != len(labels):
            raise ParameterError(N_("{size} values for {n} components: give the same number, or label them."), size=size,
                                 n=len(labels))
        if side.labels is not None and len(set(side.labels)) < len(side.labels):
            raise ParameterError(N_("A component stands twice: {labels}."), labels=", ".join(side.labels))
    return labels


def _align(side: _Side, labels) -> _Side:
    own = side.labels or labels
    if side.answers is None:
        return _Side(pd.Series(side.means, index=own).reindex(labels).to_numpy(dtype=float), labels)
    answers = side.answers.set_axis(own, axis=1).reindex(columns=labels).astype(float)
    return _Side(_means(answers, side.weights), labels, answers, side.weights)


def _means(answers, weights) -> np.ndarray:
    cells, w = answers.to_numpy(dtype=float), weights.to_numpy(dtype=float)[:, None]
    weight = (~np.isnan(cells) * w).sum(axis=0)
    return np.divide(np.nansum(cells * w, axis=0), weight, out=np.full(weight.shape, np.nan), where=weight > 0)


def _share_points(side: _Side, constant_sum) -> tuple[_Side, bool, int, int]:
    """Apply the rules of the constant-sum survey when importance is shared points."""
    totals = np.nansum(side.means) if side.answers is None else side.answers.sum(axis=1).median()
    points = bool(VALID[0] <= totals <= VALID[1]) if constant_sum is None else constant_sum
    if not points:
        return side, False, 0, 0
    if side.answers is None:
        return _Side(100 * side.means / totals if totals > 0 else side.means, side.labels), True, 0, 0
    clean, n_rescaled, n_rejected = check_sums(side.answers)
    if clean.empty:
        raise NotComputable(N_("None of the {n} answers on importance can be used: their points do not sum to 100."),
                            fallback=N_("Ask again, or let experts share out 100 points."), n=len(side.answers))
    weights = side.weights.reindex(clean.index)
    means = _means(clean, weights)
    return _Side(100 * means / means.sum(), side.labels, clean, weights), True, n_rescaled, n_rejected


def _rescale(side: _Side, scale) -> _Side:
    low, high = scale
    if not high > low:
        raise ParameterError(N_("A scale from {low} to {high} has no length."), low=low, high=high)
    answers = None if side.answers is None else 10 * (side.answers - low) / (high - low)
    return _Side(10 * (side.means - low) / (high - low), side.labels, answers, side.weights)


def _check(want: _Side, got: _Side, labels) -> None:
    for side, name, high in ((want, "importance", np.inf), (got, "satisfaction", 10.0)):
        cells = side.means[None] if side.answers is None else side.answers.to_numpy()
        bad = np.argwhere((cells < -TOLERANCE) | (cells > high + TOLERANCE))
        if len(bad):
            row, column = bad[0]
            raise ParameterError(N_("{name} of {component} = {value} is outside its scale (0 to {high})."), name=name,
                                 component=labels[column], value=float(cells[row, column]),
                                 high=10 if name == "satisfaction" else 100)


def _counts(side: _Side) -> np.ndarray:
    return np.full(len(side.means), np.nan) if side.answers is None else side.answers.notna().sum().to_numpy(dtype=float)


def _targets(target, labels) -> np.ndarray:
    if isinstance(target, (Mapping, pd.Series)):
        values = {str(k): v for k, v in dict(target).items()}
        return as_numbers([values.get(c, 10.0) for c in labels], "target")
    return np.full(len(labels), as_numbers([target], "target")[0])


def _cut_given(value, name) -> float | None:
    number = as_numbers([value], name)[0]
    return None if np.isnan(number) else float(number)


@dataclass(frozen=True, eq=False)
class _Rules:
    """Cut lines and quadrants, the same for the data and for every resample (rows)."""

    points: bool
    importance_cut: float | None
    satisfaction_cut: float | None
    shown: np.ndarray

    def cuts(self, want, got):
        return (self._cut(self.importance_cut, want, 100 / want.shape[1] if self.points else None),
                self._cut(self.satisfaction_cut, got, None))

    def _cut(self, given, means, default):
        if given is not None or default is not None:
            return np.full(len(means), float(given if given is not None else default))
        columns = means[:, self.shown]
        present = ~np.isnan(columns)
        return np.where(present, columns, 0).sum(axis=1) / np.maximum(present.sum(axis=1), 1)

    @staticmethod
    def codes(want, got, cuts):
        """0 to 3 for A to D; at the cut counts as important and as satisfied."""
        important, satisfied = (m >= c[:, None] - TOLERANCE for m, c in zip((want, got), cuts, strict=True))
        return np.where(important, np.where(satisfied, 1, 0), np.where(satisfied, 2, 3))


def _table(labels, want, got, n_want, n_got, codes, shown, targets) -> pd.DataFrame:
    quadrant = pd.Series(np.where(shown, np.array(QUADRANTS, dtype=object)[codes], None), dtype=object)
    first = (quadrant == "A").to_numpy()
    priority = np.where(first, np.maximum(want * (targets - got), 0), np.nan)
    total = np.nansum(priority)
    share = priority / total if total > 0 else np.full(len(labels), np.nan)
    order = np.argsort(-np.nan_to_num(priority, nan=-1), kind="stable")
    cumulative = np.full(len(labels), np.nan)
    cumulative[order] = np.cumsum(share[order])
    return pd.DataFrame({
        "component_id": pd.Series(labels, dtype=object), "importance": want,
        "satisfaction": np.where(np.nan_to_num(n_got, nan=SHOWN) < SHOWN, np.nan, got),
        "n_importance": n_want, "n_satisfaction": n_got, "quadrant": quadrant, "priority": priority, "share": share,
        "cumulative": cumulative})


def _resample(want: _Side, got: _Side, points, n_resamples, seed):
    """Bootstrap means of both sides, (resamples x components) each; one draw of respondents serves both."""
    if n_resamples <= 0 or (want.answers is None and got.answers is None):
        return None
    sides = [side for side in (want, got) if side.answers is not None]
    people = sides[0].answers.index.union(sides[-1].answers.index, sort=False)
    if len(people) < 2:
        return None
    cells = np.hstack([side.answers.reindex(people).to_numpy() for side in sides])
    weights = sides[-1].weights.reindex(people)
    weights = weights.fillna(sides[0].weights.reindex(people)).to_numpy(dtype=float)
    means = resampled_means(cells, weights, n_resamples, seed)
    k = len(want.means)
    first = means[:, :k] if want.answers is not None else np.tile(want.means, (n_resamples, 1))
    last = means[:, -k:] if got.answers is not None else np.tile(got.means, (n_resamples, 1))
    if points:
        total = np.nansum(first, axis=1, keepdims=True)
        first = np.divide(100 * first, total, out=np.full(first.shape, np.nan), where=total > 0)
    return first, last


def _probabilities(table, draws, rules, labels, shown):
    columns = ["resample", "component_id", "importance", "satisfaction"]
    if draws is None:
        empty = table.assign(**{f"p_{q}": np.nan for q in QUADRANTS}, certain=np.nan, undecided=False)
        return empty, pd.DataFrame(columns=columns)
    want, got = draws
    codes = rules.codes(want, got, rules.cuts(want, got))
    usable = ~(np.isnan(want) | np.isnan(got))
    n = usable.sum(axis=0)
    shares = {f"p_{q}": np.where(shown & (n > 0), ((codes == i) & usable).sum(axis=0) / np.maximum(n, 1), np.nan)
              for i, q in enumerate(QUADRANTS)}
    table = table.assign(**shares)
    own = [row[f"p_{row['quadrant']}"] if row["quadrant"] else np.nan for row in table.to_dict("records")]
    likeliest = table[list(shares)].max(axis=1)
    table = table.assign(certain=own, undecided=(likeliest < UNDECIDED - TOLERANCE).to_numpy())
    rows = [(r, labels[c], want[r, c], got[r, c]) for r in range(min(DRAWN, len(want)))
            for c in np.flatnonzero(shown) if usable[r, c]]
    return table, pd.DataFrame(rows, columns=columns)


def _warnings(table, shown, n_want, n_got, resampled, n_rescaled, n_rejected, got) -> tuple[Reason, ...]:
    out = []
    hidden = table.loc[~shown, "component_id"].tolist()
    if hidden:
        out.append(reason(N_("Not shown, fewer than {least} answers: {components}."), least=SHOWN,
                          components=list(hidden)))
    counts = np.concatenate([n_want[shown], n_got[shown]])
    if (counts < TRUSTED).any():
        out.append(reason(N_("Only {n} answers behind a component: read the window with caution (at least {least} are "
                             "wanted)."), n=int(np.nanmin(counts)), least=TRUSTED))
    if n_rescaled:
        out.append(reason(N_("Answers on importance that summed to 90 to 110 points and were rescaled to 100: {n}."),
                          n=n_rescaled, level="info"))
    if n_rejected:
        out.append(reason(N_("Answers on importance that were rejected, because their points do not sum to 100: {n}."),
                          n=n_rejected))
    if not resampled:
        out.append(reason(N_("Only means are known: how certain each quadrant is cannot be said."), level="info"))
    if got.answers is not None and len(got.answers) >= TRUSTED and np.nanmax(got.answers.to_numpy()) <= 7:
        out.append(reason(N_("No answer on satisfaction is above 7: were they given on a shorter scale than 0 to 10?")))
    if shown.sum() > 1 and np.ptp(table.loc[shown, "satisfaction"]) <= TOLERANCE:
        out.append(reason(N_("Satisfaction is the same for every component: the window cannot tell them apart.")))
    return tuple(out)
