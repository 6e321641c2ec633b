"""A priori: the voting board with its line, and what the data say of each variable that was voted on."""

from __future__ import annotations

from svcnb.figures.labels import axis_label, head_columns, short_lines
from svcnb.figures.style import AMBER, BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.i18n import N_
from svcnb.methods.contingency import MIN_V
from svcnb.steps.candidates import variable_name

SOFT = "#52606D"
SEPARATE = 25  # votes that can be drawn one by one
SAID = {"both_keep": (GREEN, N_("kept, tells apart")), "both_drop": (GREY, N_("dropped, does not tell apart")),
        "experts_only": (AMBER, N_("kept, does not tell apart")), "data_only": (VERMILION, N_("dropped, tells apart")),
        "not_tested": (GREY, N_("cannot be tested yet"))}


def plot_votes(votes, *, words, ax=None, narrow=False):
    """Voting board: a row a variable, a cell a vote, for from the left and against to the right, with the line that keeps.

    Parameters
    ----------
    votes : DataFrame
        name, n_votes, in_favour, against, agreement, keep, keep_from of the step's table.
    """
    ax = ax or new_axes(narrow, height=0.42 * len(votes) + 1.5)
    size = 8.5 if narrow else 9.5
    for y, row in enumerate(votes.itertuples()):
        ax.barh(y, row.agreement, height=0.62, color=BLUE, alpha=0.80 if row.keep else 0.38, linewidth=0, gid=f"for:{row.name}")
        ax.barh(y, 1 - row.agreement, left=row.agreement, height=0.62, facecolor="white", edgecolor=GREY, hatch="////",
                linewidth=0, alpha=0.9, gid=f"against:{row.name}")
        if row.n_votes <= SEPARATE:
            ax.vlines([k / row.n_votes for k in range(1, row.n_votes)], y - 0.31, y + 0.31, color="white", linewidth=1.6)
        votes_text = f"{words.number(row.in_favour)} : {words.number(row.against)}"
        text = votes_text if narrow else f"{votes_text} · {words.percent(row.agreement)}"
        ax.text(1.02, y, text + (" ✓" if row.keep else ""), va="center", fontsize=size, color=INK,
                fontweight="bold" if row.keep else None)
    line = float(votes["keep_from"].iloc[0])
    ax.plot([line, line], [-0.5, len(votes) - 0.4], color=VERMILION, linestyle="--", linewidth=1.5, zorder=4, gid="keep_from")
    ax.text(line, -0.55, words(N_("kept from {share}"), share=words.percent(line, 0)), fontsize=size, color=VERMILION,
            ha="center", va="bottom")
    names = [short_lines(words(str(name)), 15 if narrow else 30) for name in votes["name"]]
    ticks = (0, 0.5, 1) if narrow else (0, 0.25, 0.5, 0.75, 1)
    ax.set(xlim=(0, 1.27), ylim=(len(votes) - 0.4, -1.25), yticks=range(len(votes)), yticklabels=names, xticks=ticks,
           xticklabels=[words.percent(share, 0) for share in ticks],
           xlabel=axis_label(words(N_("Votes: full in favour, hatched against; for : against")), narrow))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_bounds(0, 1)
    return ax


def describe_votes(votes, words) -> str:
    """The board in words."""
    line = float(votes["keep_from"].iloc[0])
    rows = "; ".join(
        words(N_("{name:word} {in_favour} for, {against} against ({share:%}), kept") if row.keep else
              N_("{name:word} {in_favour} for, {against} against ({share:%})"), name=row.name, in_favour=row.in_favour,
              against=row.against, share=row.agreement) for row in votes.itertuples(index=False))
    return words(N_("Votes on {n} variables, kept from {line} in favour: {rows}."), n=len(votes), line=words.percent(line, 0),
                 rows=rows)


def plot_compared(compared, *, words, ax=None, narrow=False):
    """Cramér's V of each variable voted on, in the order of the votes: filled where it tells apart, and what that says.

    Parameters
    ----------
    compared : DataFrame
        name, agreement, keep, criterion, cramers_v, discriminating, verdict of the step's table.
    """
    ax = ax or new_axes(narrow, height=(0.58 if narrow else 0.42) * len(compared) + 1.6)
    size = 8.5 if narrow else 9.5
    right = max(0.3, 1.12 * float(compared["cramers_v"].max()))
    for y, row in enumerate(compared.itertuples()):
        colour, text = SAID[row.verdict]
        ax.hlines(y, 0, row.cramers_v, color=colour, linewidth=2.2, zorder=2)
        full = row.discriminating == True  # noqa: E712 (may be None)
        ax.scatter([row.cramers_v], [y], s=70, marker="o" if row.keep else "s", facecolor=colour if full else "white",
                   edgecolor=colour if row.verdict != "experts_only" else INK, linewidth=1.6, zorder=3, gid=f"v:{row.name}")
        said = f"{words.number(row.cramers_v, 2)} · {words(text)}"
        ax.text(right, y, short_lines(said, 15, 3) if narrow else said, va="center", fontsize=size,
                color=INK if row.verdict != "both_drop" else SOFT,
                fontweight="bold" if row.verdict in ("experts_only", "data_only", "both_keep") else None)
    n_kept = int(compared["keep"].astype(bool).sum())
    if 0 < n_kept < len(compared):
        ax.axhline(n_kept - 0.5, color=GREY, linewidth=0.9, linestyle=":", gid="kept")
    ax.plot([MIN_V, MIN_V], [-0.5, len(compared) - 0.4], color=VERMILION, linestyle="--", linewidth=1.3, gid="min_v")
    ax.text(MIN_V, -0.55, words(N_("negligible below {v:1}"), v=MIN_V), fontsize=size, color=VERMILION, ha="left" if narrow else
            "center", va="bottom")
    names = [short_lines(words(str(row.name)), 12 if narrow else 24) + f" {words.percent(row.agreement, 0)}"
             for row in compared.itertuples()]
    ticks = [t for t in (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0) if t <= right][::2]
    label = words(N_("Cramér's V against {criterion:word}; votes in favour beside the name"),
                  criterion=variable_name(compared["criterion"].iloc[0]))
    ax.set(xlim=(0, right * (2.25 if narrow else 1.95)), ylim=(len(compared) - 0.4, -1.25), yticks=range(len(compared)),
           yticklabels=names, xticks=ticks, xticklabels=[words.number(t, 1) for t in ticks], xlabel=axis_label(label, narrow))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_bounds(0, right)
    return ax


def describe_compared(compared, words) -> str:
    """What the data say of each variable, in words."""
    return words(N_("Cramér's V against {criterion:word}: {rows}."), criterion=variable_name(compared["criterion"].iloc[0]),
                 rows="; ".join(f"{words(str(row.name))} {words.number(row.cramers_v, 2)}, {words(SAID[row.verdict][1])}"
                                for row in compared.itertuples(index=False)))


def plot_confrontation(cross, confrontation, *, words, ax=None, narrow=False):
    """The experts' segments down, those in force across, each beside its counterpart: customers and share of the row.

    Parameters
    ----------
    cross : DataFrame
        experts_segment, segment_now, n, row_share, stays, n_row, n_column of the step's table; ``stays`` where the segment
        in force stands for the experts' one.
    confrontation : DataFrame
        n, adjusted_rand, cohen_kappa of the step's table, one row.
    """
    rows, columns = cross.drop_duplicates("experts_segment"), _in_line(cross)
    down, across = list(rows["experts_segment"]), list(columns["segment_now"])
    ax = ax or new_axes(narrow, height=0.62 * len(down) + (2.7 if narrow else 1.9))
    many = len(across) > (4 if narrow else 8)
    for row in cross.itertuples():
        x, y = across.index(row.segment_now), down.index(row.experts_segment)
        ax.add_patch(_square(x, y, 0.06 + 0.5 * row.row_share, row.stays, f"{row.experts_segment}:{row.segment_now}"))
        number, share = words.number(row.n), words.percent(row.row_share, 0)
        text = (f"{number}\n✓" if many else f"{number} ✓\n{share}") if row.stays else number if many else f"{number}\n{share}"
        ax.text(x, y, text, ha="center", va="center", fontsize=8.4 if narrow else 9.5, color=INK, linespacing=1.2,
                fontweight="bold" if row.stays else None, zorder=4)
    ax.set(ylim=(len(down) - 0.5, -0.5), yticks=range(len(down)),
           yticklabels=[f"{short_lines(words(str(row.experts_segment)), 15 if narrow else 26)}\nn = {words.number(row.n_row)}"
                        for row in rows.itertuples()],
           xlabel=_lines(words(N_("Across: segment in force; down: segment by the experts; ✓ the two are one; % of the row")),
                         narrow))
    head_columns(ax, columns["segment_now"], columns["n_column"], words=words, narrow=narrow)
    ax.set_title(_lines(_agreed(confrontation.iloc[0], words), narrow, 70), fontsize=8.8 if narrow else 10.5, loc="left")
    return ax


def _lines(text, narrow, wide=60) -> str:
    """Lines that do not part a sign from its word, or n from its number."""
    for sign in ("✓ ", "% ", "n = "):
        text = text.replace(sign, sign.replace(" ", "\u00a0"))
    return axis_label(text, narrow, wide)


def _in_line(cross):
    """The segments in force, each below the place of its counterpart, those without one last."""
    order = {name: place for place, name in enumerate(dict.fromkeys(cross["experts_segment"]))}
    ours = {row.segment_now: order[row.experts_segment] for row in cross.itertuples() if row.stays}
    places = cross["segment_now"].map(ours).fillna(len(order))
    return cross.assign(place=places).sort_values("place", kind="stable").drop_duplicates("segment_now")


def _square(x, y, strength, stays, gid):
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Rectangle

    colour = GREEN if stays else BLUE
    return Rectangle((x - 0.47, y - 0.45), 0.94, 0.9, facecolor=to_rgba(colour, strength), gid=gid, zorder=3 if stays else 2,
                     edgecolor=GREEN if stays else "white", linewidth=2.4 if stays else 1)


def _agreed(row, words) -> str:
    """How far the two agree, with n; κ only where both use the same names."""
    said = [words(N_("adjusted Rand index {rand:2}"), rand=float(row["adjusted_rand"]))]
    if row["cohen_kappa"] == row["cohen_kappa"]:
        said.append(words(N_("κ = {kappa:2}"), kappa=float(row["cohen_kappa"])))
    return words(N_("Agreement: {numbers} (n = {n})"), numbers=", ".join(said), n=int(row["n"]))


def describe_confrontation(cross, confrontation, words) -> str:
    """Each of the experts' segments with the segments in force where its customers stand."""
    rows = []
    for name, part in cross.groupby("experts_segment", sort=False):
        cells = ", ".join(words(N_("{share:%} in {segment:word}, the same") if row.stays else N_("{share:%} in {segment:word}"),
                                share=float(row.row_share), segment=row.segment_now) for row in part.itertuples())
        rows.append(words(N_("{name:word} (n = {n}): {cells}"), name=name, n=int(part["n_row"].iloc[0]), cells=cells))
    return words(N_("{agreement}. Where the customers of the experts' segments stand: {rows}."),
                 agreement=_agreed(confrontation.iloc[0], words), rows="; ".join(rows))
