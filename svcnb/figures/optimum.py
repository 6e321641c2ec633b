"""Page 04b: what a level pays and costs, how far inputs may be off, what matching the competitor costs, what a failure loses."""

from __future__ import annotations

import numpy as np

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.figures.window import empty_picture
from svcnb.i18n import N_

SOFT, FLAT_BAND, HATCH, BROWN = "#52606D", "#E6F4EF", "#F1D3C2", "#8A5A00"
LINES = (("revenue", SOFT, (0, (6, 2, 1, 2)), N_("revenue")), ("cost", VERMILION, "--", N_("cost of service")),
         ("profit", GREEN, "-", N_("profit")))
ROW = 13  # points of a line of names above the axes
WIDEST, LEAST = 0.60, 0.10  # change of an input that is still drawn, and that is drawn at least
REACTIONS = (("wait_share", GREEN, "", N_("wait")), ("substitute_share", BLUE, "//", N_("take another article")),
             ("elsewhere_share", AMBER, "..", N_("buy this one elsewhere")),
             ("leave_share", VERMILION, "xx", N_("leave for good")))


def plot_optimum(line, place, *, words, ax=None, narrow=False):
    """Revenue, cost and profit over the lowest level; optimum, flat band, competitor, floor and a level of one's own.

    Parameters
    ----------
    line, place : DataFrame
        As ``methods.moved_level.place_level`` gives them.
    """
    ax = ax or new_axes(narrow, height=4.9 if narrow else 4.7)
    if line.empty:
        return empty_picture(ax, words(N_("What service costs and brings is not known.")))
    at = place.iloc[0]
    ax.axvspan(at["flat_low"], at["flat_high"], color=FLAT_BAND, zorder=0)
    ax.axhline(0, color=GREY, linewidth=0.8)
    if at["uncertainty"] > 0:
        ax.fill_between(line["level"], line["profit_low"], line["profit_high"], color=GREEN, alpha=0.16, linewidth=0, zorder=1,
                        gid="uncertainty")
    for column, colour, dash, _ in LINES:
        ax.plot(line["level"], line[column], color=colour, linestyle=dash, linewidth=2, zorder=2, gid=column)
    ax.set_xlim(at["first"], at["last"])
    ax.set(xlabel=words(N_("Service level")), ylabel=axis_label(words(
        N_("{currency} in the period, over {level}"), currency=words.money_unit,
        level=words.percent(at["first"], 0).replace(" ", "\u00a0")), narrow))
    names = _named_levels(at, words, narrow)
    _axes_of(ax, line, len(names), words, narrow)
    _name_above(ax, names, at, narrow)
    _name_lines(ax, line, words, narrow)
    ax.scatter([at["optimum"]], [at["profit_best"]], color=GREEN, s=60, zorder=5, gid="optimum")
    if not np.isnan(at["profit_level"]):
        ax.scatter([at["level"]], [at["profit_level"]], color=BLUE, marker="D", s=52, zorder=6, gid="level")
    if not np.isnan(at["given_up_there"]):
        _bracket(ax, float(at["competitor"]), float(at["profit_competitor"]), float(at["optimum"]), float(at["profit_best"]))
    return ax


def _named_levels(at, words, narrow) -> list:
    """(where, what, colour, dash) of the flat band and of every level on the curve, from the lowest line of names up.

    Names of the right half end at their level, those of the left half begin there: in this order no name meets another's
    leader.
    """
    middle = (at["first"] + at["last"]) / 2
    rival = N_("competitor {level:%}: −{amount:$}") if narrow else N_("competitor {level:%}: {amount:$} less") \
        if at["competitor"] <= at["optimum"] else N_("competitor {level:%}: price of competing {amount:$}")
    own = N_("this level {level:%}: −{amount:$}") if narrow else N_("this level {level:%}: {amount:$} less")
    lost = {"competitor": float(at["given_up_there"]), "level": float(at["given_up"])}
    found = [("floor", N_("floor {level:%}"), SOFT, ":"), ("optimum", N_("optimum {level:%}"), GREEN, "-"),
             ("competitor", rival if lost["competitor"] >= 0.5 else N_("competitor {level:%}"), BROWN, "--"),
             ("level", own if lost["level"] >= 0.5 else N_("this level {level:%}"), BLUE, "-.")]
    rows = [(float(at[name]), words(text, level=float(at[name]), amount=lost.get(name)), colour, dash)
            for name, text, colour, dash in found
            if not np.isnan(at[name]) and at["first"] - 1e-9 <= at[name] <= at["last"] + 1e-9]
    centre = float(at["flat_low"] + at["flat_high"]) / 2
    text = words(N_("as good within 1 %: {low} to {high:%}"), low=words.number(100 * at["flat_low"], 1),
                 high=float(at["flat_high"]))
    band = (float(at["flat_high"] if centre > middle else at["flat_low"]), text, GREEN, None)
    right, left = ([row for row in rows if (row[0] > middle) == side] for side in (True, False))
    return [band, *sorted(right, key=lambda row: row[0]), *sorted(left, key=lambda row: -row[0])]


def _axes_of(ax, line, rows, words, narrow) -> None:
    """Margins for the names: measuring them would cost a third of the time of a moved control."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(4 if narrow else 6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0) if value < 1.001 else "")
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    small = float(line[["revenue", "cost", "profit"]].abs().to_numpy().max()) < 10
    ax.yaxis.set_major_formatter(lambda value, _: words.number(value, 1 if small else 0))
    digits = max(len(words.number(v, 0)) for v in (*line["revenue"].iloc[[0, -1]], line["cost"].iloc[-1], line["profit"].min()))
    width, height = ax.figure.get_size_inches()
    left = 0.5 + 0.085 * max(digits, 3) + 0.17 * ax.get_ylabel().count("\n")
    right, low, top = 0.85 if narrow else 1.35, 0.62, (ROW * rows + 14) / 72
    ax.figure.set_layout_engine("none")
    ax.set_position([left / width, low / height, 1 - (left + right) / width, 1 - (low + top) / height])


def _name_above(ax, names, at, narrow) -> None:
    """Each vertical line's name on a line of its own above the axes: levels that nearly agree stay readable."""
    middle, across = (at["first"] + at["last"]) / 2, ax.get_xaxis_transform()
    tall = 72 * ax.figure.get_size_inches()[1] * ax.get_position().height
    for k, (x, text, colour, dash) in enumerate(names):
        right, up = x > middle, 1 + (4 + ROW * k) / tall
        if dash:
            ax.plot([x, x], [0, 1], color=colour, linestyle=dash, linewidth=1.3, zorder=1, transform=across)
            ax.plot([x, x], [1, up + 9 / tall], color=colour, linewidth=1, zorder=1, transform=across, clip_on=False)
        ax.text(x, up, f"{text} " if right else f" {text}", transform=across, ha="right" if right else "left", va="bottom",
                color=colour, fontsize=8.4 if narrow else 9, zorder=10,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.3} if k < len(names) - 1 else None)


def _name_lines(ax, line, words, narrow) -> None:
    """The lines' names at their right ends, pushed apart where they would touch."""
    low, high = ax.get_ylim()
    room = (2.3 if narrow else 1.3) * 0.047 * (high - low)
    ends = sorted((float(line[column].iloc[-1]), colour, words(label)) for column, colour, _, label in LINES)
    y = low
    for value, colour, label in ends:
        y = max(value, y)
        ax.annotate(short_lines(label, 11 if narrow else 22), (line["level"].iloc[-1], y), xytext=(5, 0), va="center",
                    color=colour, textcoords="offset points", fontsize=9, annotation_clip=False)
        y += room


def _bracket(ax, x, low, best, top) -> None:
    """What the competitor's level gives up as a bracket between the profit of the optimum and its own."""
    tick = 0.006 * np.subtract(*ax.get_xlim()[::-1])
    ax.plot([best, x], [top, top], color=INK, linestyle=":", linewidth=1, zorder=3)
    ax.plot([x - tick, x + tick, x, x, x - tick, x + tick], [top, top, top, low, low, low], color=INK, linewidth=1.4, zorder=4,
            gid="price")


def describe_optimum(line, place, words) -> str:
    """The curve in words."""
    if line.empty:
        return words(N_("What service costs and brings is not known."))
    at = place.iloc[0]
    parts = [words(N_("Profit is highest at {level:%}; from {low:%} to {high:%} it is as good within 1 %."),
                   level=float(at["optimum"]), low=float(at["flat_low"]), high=float(at["flat_high"]))]
    if not np.isnan(at["given_up_there"]):
        parts.append(words(N_("At the competitor's {level:%} profit is {amount:$} lower."), level=float(at["competitor"]),
                           amount=float(at["given_up_there"])))
    if not np.isnan(at["given_up"]):
        parts.append(words(N_("At {level:%} it is {amount:$} lower."), level=float(at["level"]), amount=float(at["given_up"])))
    if at["uncertainty"] > 0:
        parts.append(words(N_("With revenue {share:%} less or more the optimum moves from {low:%} to {high:%}."),
                           share=float(at["uncertainty"]), low=float(at["best_low"]), high=float(at["best_high"])))
    return " ".join(parts)


def plot_flips(band, *, words, ax=None, narrow=False):
    """Tornado: how far each input may be off before the choice is another; pale where a level is as good within 1 %.

    Parameters
    ----------
    band : DataFrame
        A row an input, as the page adapts it.
    """
    rows = band.reset_index(drop=True)
    ax = ax or new_axes(narrow, height=0.62 * len(rows) + (2.3 if narrow else 1.7))
    if rows.empty:
        return empty_picture(ax, words(N_("Nothing is chosen that could flip.")))
    from matplotlib.ticker import MaxNLocator

    ends = rows[["change_low", "change_high", "equal_low", "equal_high"]].abs().to_numpy(dtype=float)
    reach = ends[np.isfinite(ends) & (ends <= WIDEST)]
    limit = min(WIDEST, max(LEAST, 1.15 * reach.max())) if len(reach) else WIDEST
    for k, row in enumerate(rows.itertuples()):
        if row.is_equal:
            low, high = _within(row.equal_low, row.equal_high, limit)
            ax.barh(k, high - low, left=low, height=0.66, color="#CFE6F3", edgecolor=BLUE, linewidth=0.8, zorder=1, gid="equal")
        low, high = _within(row.change_low, row.change_high, limit)
        ax.barh(k, high - low, left=low, height=0.32, color=BLUE, zorder=2, gid="choice")
        for end, given, text, right in ((low, row.change_low, row.below, False), (high, row.change_high, row.above, True)):
            open_ended = np.isnan(given) or abs(given) > limit
            shown = ("→" if right else "←") if open_ended else short_lines(text, 10 if narrow else 20, 2) if text else ""
            ax.annotate(shown, (end, k), xytext=(4 if right else -4, 0), textcoords="offset points", va="center", fontsize=8.5,
                        ha="left" if right else "right", color=INK, annotation_clip=False, zorder=3)
    ax.axvline(0, color=INK, linewidth=1)
    names = [short_lines(n, 17 if narrow else 34, 2) + "\n" + short_lines(c, 17 if narrow else 34, 1)
             for n, c in zip(rows["input_name"], rows["choice"], strict=True)]
    room = 1.62 if narrow else 1.42
    ax.set(yticks=range(len(rows)), yticklabels=names, xlim=(-room * limit, room * limit), ylim=(len(rows) - 0.4, -0.6),
           xlabel=axis_label(words(N_("Change until another choice is best; competitor in points")), narrow))
    ax.xaxis.set_major_locator(MaxNLocator(4 if narrow else 8, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(lambda value, _: f"{words.number(100 * value, 0)} %" if abs(value) <= limit * 1.1 else "")
    ax.barh([0], [0], color=BLUE, label=words(N_("the same choice is best")))
    if rows["is_equal"].any():
        ax.barh([0], [0], color="#CFE6F3", edgecolor=BLUE, label=words(N_("this level is as good within 1 %")))
    ax.figure.legend(loc="outside lower left", ncols=1 if narrow else 2, fontsize=8.5)
    return ax


def _within(low, high, limit) -> tuple[float, float]:
    """A band inside the axes; without an end it goes to their edge."""
    low, high = -limit if np.isnan(low) else low, limit if np.isnan(high) else high
    return float(np.clip(low, -limit, limit)), float(np.clip(high, -limit, limit))


def describe_flips(band, words) -> str:
    """The tornado in words."""
    return " ".join(words(N_("{input}: {choice} from {low} to {high}."), input=row.input_name, choice=row.choice,
                          low=row.stays_from, high=row.stays_to) for row in band.itertuples()) \
        or words(N_("Nothing is chosen that could flip."))


def plot_frontier(steps, *, words, ax=None, narrow=False):
    """Cost of the cheapest design against the level of the competitor, as steps; where no design reaches it is hatched.

    Parameters
    ----------
    steps : DataFrame
        One group's steps with ``chosen`` and ``shift`` as the page adapts them.
    """
    ax = ax or new_axes(narrow, height=4.0)
    if steps.empty:
        return empty_picture(ax, words(N_("No design options, or no competitor to match.")))
    from matplotlib.ticker import MaxNLocator

    reached, out = steps[steps["feasible"].astype(bool)], steps[~steps["feasible"].astype(bool)]
    first, last = float(steps["from_shift"].min()), float(steps["to_shift"].max())
    top = float(reached["cost"].max()) * 1.3 if len(reached) else 1.0
    ax.set(xlim=(first, last), ylim=(0, top))
    for row in out.itertuples():
        ax.axvspan(row.from_shift, row.to_shift, facecolor="none", edgecolor=HATCH, hatch="///", linewidth=0, zorder=0)
        ax.text((row.from_shift + row.to_shift) / 2, top / 2, short_lines(words(N_("no design reaches it")), 10, 4), ha="center",
                va="center", fontsize=9, color=VERMILION, bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})
    if len(reached):
        x = np.append(reached["from_shift"].to_numpy(), reached["to_shift"].iloc[-1])
        ax.stairs(reached["cost"].to_numpy(), x, baseline=None, color=BLUE, linewidth=2.4, zorder=2)
    shift = float(steps["shift"].iloc[0])
    ax.axvline(shift, color=BROWN, linestyle="--", linewidth=1.3, zorder=1)
    moved = words(N_("competitor today")) if abs(shift) < 1e-9 else words(
        N_("competitor {points} points"), points=("+" if shift > 0 else "−") + words.number(abs(100 * shift), 1))
    right = shift > (first + last) / 2
    ax.annotate(moved, (shift, top), xytext=(-4 if right else 4, -2), textcoords="offset points", ha="right" if right else "left",
                va="top", fontsize=9, color=BROWN)
    chosen = reached[reached["chosen"].astype(bool)]
    if len(chosen):
        ax.scatter([shift], chosen["cost"], color=GREEN, s=70, zorder=4)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(lambda value, _: ("+" if value > 1e-9 else "") + words.number(100 * value))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(lambda value, _: words.number(value, 0))
    ax.set(xlabel=axis_label(words(N_("Level of the competitor against today's, points")), narrow),
           ylabel=axis_label(words(N_("Cost of the cheapest design, {currency}"), currency=words.money_unit), narrow, 40))
    _name_steps(ax, reached, (2.3 if narrow else 6.1) * 72 / (last - first))
    return ax


def _name_steps(ax, reached, points) -> None:
    """Each design's name over its step; where a word is wider than the step, upright below it; none beside a tiny step."""
    for row in reached.itertuples():
        width = points * (row.to_shift - row.from_shift)
        room, upright = int(width / 5.4), max(map(len, str(row.options).split())) * 5.4 > width
        if width > 12:
            ax.annotate(short_lines(row.options, 20, 1) if upright else short_lines(row.options, room, 3),
                        ((row.from_shift + row.to_shift) / 2, row.cost), xytext=(0, -6 if upright else 4), rotation=90 * upright,
                        textcoords="offset points", ha="center", va="top" if upright else "bottom", fontsize=8.5, color=INK,
                        zorder=3, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.3})


def describe_frontier(steps, words) -> str:
    """The steps in words."""
    parts = []
    for row in steps.itertuples():
        low, high = words.number(100 * row.from_shift, 1), words.number(100 * row.to_shift, 1)
        parts.append(words(N_("From {low} to {high} points: {option}, {cost:$}."), low=low, high=high, option=row.options,
                           cost=float(row.cost)) if row.feasible else
                     words(N_("From {low} to {high} points: no design reaches it."), low=low, high=high))
    return " ".join(parts) or words(N_("No design options, or no competitor to match."))


def plot_reactions(losses, *, words, ax=None, narrow=False):
    """What customers of each group do when an order fails, stacked; below each bar what it loses and what a point wins.

    Parameters
    ----------
    losses : DataFrame
        The step's table of this name.
    """
    rows = losses.reset_index(drop=True)
    ax = ax or new_axes(narrow, height=(1.15 if narrow else 0.85) * len(rows) + (2.6 if narrow else 1.5))
    if rows.empty:
        return empty_picture(ax, words(N_("Nobody said how customers react to a failed order.")))
    for k, row in rows.iterrows():
        left = 0.0
        for column, colour, hatch, _ in REACTIONS:
            share = float(row[column])
            if not share > 0:
                continue
            ax.barh(k, share, left=left, height=0.42, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0.6, alpha=0.75)
            if share >= (0.12 if narrow else 0.06):
                ax.text(left + share / 2, k, words.percent(share, 0), ha="center", va="center", fontsize=8.5, color=INK,
                        bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1})
            left += share
        text = words(N_("a failed order loses {loss:$}; one more point wins {gain:$} a year"), loss=float(row["loss"]),
                     gain=float(row["gain_of_a_point"]))
        ax.annotate(axis_label(text, narrow, 80), (0, k + 0.24), xytext=(1, -2), textcoords="offset points", va="top",
                    fontsize=8.5, color=INK, annotation_clip=False)
    names = [short_lines(words.name("group", g), 12 if narrow else 22) for g in rows["group_id"]]
    ax.set(yticks=range(len(rows)), yticklabels=names, xlim=(0, 1.0), ylim=(len(rows) - 0.25, -0.4),
           xlabel=words(N_("Share of failed orders")))
    ax.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    for column, colour, hatch, label in REACTIONS:
        if rows[column].notna().any():
            ax.barh([0], [0], facecolor=colour, hatch=hatch, edgecolor="white", alpha=0.75, label=words(label))
    ax.figure.legend(loc="outside lower left", ncols=1 if narrow else 4, fontsize=8.5)
    return ax


def describe_reactions(losses, words) -> str:
    """The reactions in words."""
    return " ".join(words(N_("{group}: {elsewhere:%} buy elsewhere and {leave:%} leave; a failed order loses {loss:$}, one more "
                             "point wins {gain:$} a year."), group=row.group_id, elsewhere=float(row.elsewhere_share),
                          leave=float(row.leave_share), loss=float(row.loss), gain=float(row.gain_of_a_point))
                    for row in losses.itertuples()) or words(N_("Nobody said how customers react to a failed order."))
