"""A customer window under other cut lines, from what was stored of it: nothing is drawn anew (method.md 2.6).

The means keep their places; the lines between the quadrants move, so quadrant, priority and certainty are counted again
over the kept resamples.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from svcnb.methods.window import QUADRANTS, TOLERANCE, UNDECIDED, customer_window

PLACED = ["quadrant", "priority", "share", "cumulative"]


def place_again(window: pd.DataFrame, resamples: pd.DataFrame, importance_cut: float, satisfaction_cut: float,
                target: float = 10.0) -> pd.DataFrame:
    """The stored window with its quadrants under other cut lines.

    Parameters
    ----------
    window : DataFrame
        component_id, importance, satisfaction and the columns of ``CustomerWindow.table``; not changed.
    resamples : DataFrame
        component_id, importance, satisfaction of each kept resample.
    importance_cut, satisfaction_cut : float
        Points of 100, marks of 10. A mean on the line counts as important and as satisfied.
    target : float
        Satisfaction to reach, for the priority.

    Returns
    -------
    DataFrame
        As ``window``: quadrant, priority, share, cumulative by the new lines; p_A to p_D and certain (share of the
        resamples in the quadrant), undecided (the likeliest quadrant has less than 0.7).

    Examples
    --------
    >>> stored = pd.DataFrame({"component_id": ["a", "b"], "importance": [60.0, 40.0], "satisfaction": [5.0, 8.0]})
    >>> draws = pd.DataFrame({"component_id": ["a", "a"], "importance": [60.0, 50.0], "satisfaction": [5.0, 5.0]})
    >>> moved = place_again(stored, draws, 55.0, 6.0)
    >>> moved["quadrant"].tolist(), float(moved["certain"][0])
    (['A', 'C'], 0.5)
    """
    shown = window.dropna(subset=["importance", "satisfaction"]).set_index("component_id")
    means = customer_window(shown["importance"], shown["satisfaction"], importance_cut=importance_cut,
                            satisfaction_cut=satisfaction_cut, target=target, constant_sum=False).table
    at = pd.Index(means["component_id"]).get_indexer(window["component_id"])
    columns = {name: means[name].to_numpy()[at] for name in PLACED}
    placed = window.assign(**{name: pd.Series(
        np.where(at >= 0, values, None if name == "quadrant" else np.nan), index=window.index,
        dtype=object if name == "quadrant" else float) for name, values in columns.items()})
    important = resamples["importance"].to_numpy(dtype=float) >= importance_cut - TOLERANCE
    satisfied = resamples["satisfaction"].to_numpy(dtype=float) >= satisfaction_cut - TOLERANCE
    code = np.where(important, np.where(satisfied, 1, 0), np.where(satisfied, 2, 3))
    of = pd.Index(placed["component_id"]).get_indexer(resamples["component_id"])
    counts = np.bincount(4 * of[of >= 0] + code[of >= 0], minlength=4 * len(placed)).reshape(-1, 4).astype(float)
    n = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, n, out=np.full(counts.shape, np.nan), where=n > 0)
    own = np.array([QUADRANTS.index(q) if isinstance(q, str) else -1 for q in placed["quadrant"]])
    certain = np.where(own >= 0, shares[np.arange(len(placed)), own], np.nan)
    return placed.assign(**{f"p_{name}": shares[:, k] for k, name in enumerate(QUADRANTS)}, certain=certain,
                         undecided=np.nan_to_num(shares.max(axis=1), nan=1.0) < UNDECIDED - TOLERANCE)
