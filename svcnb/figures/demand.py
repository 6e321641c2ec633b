"""Demand: history and forecast, importance with intervals, composition, distance as a force field."""

from __future__ import annotations

import numpy as np
import pandas as pd

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.figures.window import empty_picture, shown_names
from svcnb.i18n import N_

ALL = "all"


def plot_forecast(forecast, *, words, ax=None, narrow=False, series=ALL):
    """History of one series, its forecast dashed and the 95 % interval as a band.

    Parameters
    ----------
    forecast : DataFrame
        The step's table forecast.
    """
    ax = ax or new_axes(narrow, height=3.6)
    rows = forecast[forecast["series_id"] == series]
    if rows.empty:
        return empty_picture(ax, words(N_("No demand history: nothing to forecast by numbers.")))
    when = pd.to_datetime(rows["period"])
    past, future = (rows["kind"] == kind for kind in ("history", "forecast"))
    ax.plot(when[past], rows.loc[past, "value"], color=INK, linewidth=1.8, marker="o", markersize=3)
    join = pd.concat([rows[past].tail(1), rows[future]])
    ax.plot(pd.to_datetime(join["period"]), join["value"], color=BLUE, linewidth=1.8, linestyle="--", marker="o", markersize=3)
    band = rows[future].dropna(subset=["low", "high"])
    if len(band):
        ax.fill_between(pd.to_datetime(band["period"]), band["low"], band["high"], color=BLUE, alpha=0.15, linewidth=0)
    last = rows[future].tail(1)
    if len(last):
        text, bottom = (words(N_("forecast, 95 of 100 inside")), float(band["low"].min())) if len(band) else \
            (words(N_("forecast")), float(rows.loc[future, "value"].min()))
        ax.annotate(text, (when[future].iloc[-1], bottom), xytext=(0, -6), ha="right", va="top" if bottom > 0 else "bottom",
                    textcoords="offset points", fontsize=9, color=BLUE)
    ax.set(ylabel=words(N_("Demand, units in a period")), ylim=(0, None))
    ax.yaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    first = list(dict.fromkeys(np.linspace(0, len(rows) - 1, 4 if narrow else 6).astype(int)))
    ax.set_xticks(when.iloc[first], [rows["period"].iloc[i][:7 if _by_month(when) else 10] for i in first])
    return ax


def _by_month(when) -> bool:
    return len(when) < 2 or (when.iloc[1] - when.iloc[0]).days > 20


def describe_forecast(forecast, words, series=ALL) -> str:
    """History and forecast in words."""
    rows = forecast[forecast["series_id"] == series]
    past, future = rows[rows["kind"] == "history"], rows[rows["kind"] == "forecast"]
    if past.empty or future.empty:
        return words(N_("No demand history: nothing to forecast by numbers."))
    first = future.iloc[0]
    text = words(N_("Demand of {n} periods, from {first} to {last}: lowest {low:0}, highest {high:0}. Next period: {next:0}."),
                 n=len(past), first=past["period"].iloc[0], last=past["period"].iloc[-1], low=past["value"].min(),
                 high=past["value"].max(), next=first["value"])
    if pd.notna(first["low"]):
        text += " " + words(N_("95 of 100 such forecasts lie between {low:0} and {high:0}."), low=first["low"],
                            high=first["high"])
    return text


def plot_importance(importance, *, words, ax=None, narrow=False, segment=ALL):
    """Points of 100 of each component with the 95 % interval, highest first; equal shares as a line.

    Parameters
    ----------
    importance : DataFrame
        The step's table importance.
    """
    rows = _of_segment(importance, segment).sort_values("points", ascending=False, kind="stable").reset_index(drop=True)
    ax = ax or new_axes(narrow, height=max(2.4, (0.44 if narrow else 0.38) * len(rows) + 1))
    if rows.empty:
        return empty_picture(ax, words(N_("The importance of the components is not known.")))
    at, points = np.arange(len(rows)), rows["points"].astype(float)
    low, high = (points - rows["low"].astype(float)).fillna(0), (rows["high"].astype(float) - points).fillna(0)
    asked = (rows["evidence"] == "survey").all()
    ax.barh(at, points, color=BLUE if asked else "none", edgecolor=BLUE if asked else GREY, height=0.6, alpha=0.85)
    if (low > 0).any():
        ax.errorbar(points, at, xerr=np.vstack([low.clip(lower=0), high.clip(lower=0)]), fmt="none", ecolor=INK, capsize=3)
    for i, (value, top) in enumerate(zip(points, points + high, strict=True)):
        ax.annotate(words.number(value, 1), (top, i), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8})
    ax.axvline(100 / len(rows), color=GREY, linestyle="--", linewidth=1)
    names = [short_lines(name, 18 if narrow else 32) for name in shown_names(rows, words)]
    ax.set(yticks=at, yticklabels=names, xlim=(0, float((points + high).max()) * 1.15),
           xlabel=axis_label(words(N_("Importance, points of 100 (dashed: all equal)")), narrow))
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value))
    ax.invert_yaxis()
    return ax


def describe_importance(importance, words, segment=ALL) -> str:
    """The importance in words."""
    rows = _of_segment(importance, segment).sort_values("points", ascending=False, kind="stable")
    if rows.empty:
        return words(N_("The importance of the components is not known."))
    listed = "; ".join(f"{name} {words.number(value, 1)}" for name, value in
                       zip(shown_names(rows, words), rows["points"], strict=True))
    return words(N_("Points of 100, from {n} answers: {list}."), n=int(rows["n"].max()), list=listed)


def plot_composition(composition, *, words, ax=None, narrow=False):
    """Demand of each group as a bar, largest first.

    Parameters
    ----------
    composition : DataFrame
        The step's table composition.
    """
    rows = composition.dropna(subset=["demand"]).sort_values("demand", ascending=False).reset_index(drop=True)
    ax = ax or new_axes(narrow, height=max(2.0, 0.45 * len(rows) + 1))
    if rows.empty:
        return empty_picture(ax, words(N_("The demand of the groups is not known.")))
    at = np.arange(len(rows))
    ax.barh(at, rows["demand"], color=BLUE, height=0.6)
    for i, value in enumerate(rows["demand"]):
        ax.annotate(f"{words.number(value, 0)} · {words.percent(value / rows['demand'].sum(), 0)}", (value, i), xytext=(5, 0),
                    textcoords="offset points", va="center", fontsize=9)
    names = [short_lines(words(str(name)), 16 if narrow else 32) for name in rows["name"]]
    ax.set(yticks=at, yticklabels=names, xlim=(0, rows["demand"].max() * 1.25),
           xlabel=words(N_("Demand, units in a period")))
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    ax.invert_yaxis()
    return ax


def describe_composition(composition, words) -> str:
    """The groups' demand in words."""
    rows = composition.dropna(subset=["demand"]).sort_values("demand", ascending=False)
    if rows.empty:
        return words(N_("The demand of the groups is not known."))
    return words(N_("Demand in a period: {list}."), list="; ".join(
        f"{words(str(n))} {words.number(d, 0)}" for n, d in zip(rows["name"], rows["demand"], strict=True)))


def plot_distance(distance, *, words, ax=None, narrow=False, segment=ALL):
    """Lewin's field: the line is the service of today; what drives pushes from the left, what holds back from the right.

    Parameters
    ----------
    distance : DataFrame
        The step's table distance.
    """
    rows = _of_segment(distance, segment)
    rows = rows.assign(signed=np.where(rows["side"] == "restraining", 1, -1) * rows["force"].astype(float))
    rows = rows.sort_values("signed", ascending=False, kind="stable").reset_index(drop=True)
    ax = ax or new_axes(narrow, height=max(2.4, (0.44 if narrow else 0.38) * len(rows) + 1))
    if rows.empty:
        return empty_picture(ax, words(N_("The distance to what is expected is not known.")))
    at = np.arange(len(rows))
    colours = np.where(rows["in_equilibrium"].astype(bool), GREY, np.where(rows["signed"] > 0, VERMILION, GREEN))
    ax.barh(at, rows["signed"], color=colours, height=0.55)
    ax.axvline(0, color=INK, linewidth=1.2)
    widest = max(rows["signed"].abs().max(), 1e-9)
    for i, row in enumerate(rows.itertuples()):
        left = row.signed < 0
        ax.annotate(words.number(row.force, 2), (row.signed, i), xytext=(-4 if left else 4, 0), va="center", fontsize=8.5,
                    textcoords="offset points", ha="right" if left else "left")
    room = 1.5 if narrow else 1.25
    left, right = (room * max(side.max(), 0.3 * widest) for side in (-rows["signed"], rows["signed"]))
    names = [short_lines(name, 18 if narrow else 32) for name in shown_names(rows, words)]
    ax.set(yticks=at, yticklabels=names, xlim=(-left, right),
           xlabel=axis_label(words(N_("drives →   force: importance × distance   ← holds back")), narrow))
    ax.xaxis.set_major_formatter(lambda value, _: words.number(abs(value)))
    ax.invert_yaxis()
    return ax


def describe_distance(distance, words, segment=ALL) -> str:
    """The field in words."""
    rows = _of_segment(distance, segment).sort_values("force", ascending=False)
    if rows.empty:
        return words(N_("The distance to what is expected is not known."))
    parts = [words(N_("{name}: expected {expected:1}, perceived {perceived:1}, force {force:2}"), name=name, expected=r.expected,
                   perceived=r.perceived, force=r.force)
             for name, r in zip(shown_names(rows, words), rows.itertuples(), strict=True)]
    return "; ".join(parts) + "."


def _of_segment(frame, segment):
    """Rows of a segment, of all together where it has none."""
    rows = frame[frame["segment_id"] == segment]
    return rows if len(rows) else frame[frame["segment_id"] == ALL]
