"""Step 6: the force field of Lewin and the ranks of the experts with their agreement."""

from __future__ import annotations

import textwrap

import numpy as np

from svcnb.figures.labels import short_lines
from svcnb.figures.style import GREEN, GREY, INK, VERMILION, new_axes
from svcnb.i18n import N_

CRITICAL = N_("critical")


def plot_forces(forces, *, words, ax=None, narrow=False):
    """Driving forces push from the left, restraining ones from the right, against the line of today.

    Bars are as long as the mean strength; a full bar is critical, a hollow one is not; whiskers are the lowest and
    highest rating.

    Parameters
    ----------
    forces : DataFrame
        The step's table: text, side, strength, low, high, critical.
    """
    ax = ax or new_axes(narrow, height=max(3.2, (0.85 if narrow else 0.55) * len(forces) + 1.2))
    rows = forces.sort_values(["side", "strength"], ascending=[True, False], kind="stable").reset_index(drop=True)
    for i, row in enumerate(rows.itertuples()):
        sign, colour = (-1, GREEN) if row.side == "driving" else (1, VERMILION)
        ax.barh([i], [sign * row.strength], color=colour if row.critical else "white", edgecolor=colour, height=0.5,
                linewidth=1.4, gid=f"force-{row.side}")
        ax.plot([sign * row.low, sign * row.high], [i, i], color=INK, linewidth=0.9, gid="range")
        label = short_lines(words(str(row.text)), 22 if narrow else 40, 3)
        ax.annotate(f"{label} · {words.number(row.strength, 1)}", (0, i), xytext=(6 if sign < 0 else -6, 0),
                    textcoords="offset points", ha="left" if sign < 0 else "right", va="center", color=INK,
                    fontsize=8 if narrow else 9)
    ax.axvline(0, color=INK, linewidth=1.6, gid="today")
    ticks = np.arange(-5, 6)
    ax.set(xlim=(-5.4, 5.4), yticks=[], xticks=ticks if not narrow else ticks[::5],
           xticklabels=[str(abs(t)) for t in (ticks if not narrow else ticks[::5])],
           xlabel=words(N_("drive → 1 to 5 ← restrain") if narrow else N_("drive →        strength, 1 to 5        ← restrain")))
    ax.spines["left"].set_visible(False)
    ax.invert_yaxis()
    return ax


def describe_forces(forces, words) -> str:
    """The force field in words."""
    rows = forces[forces["strength"].notna()] if len(forces) else forces
    if not len(rows):
        return ""
    parts = []
    for side, title in (("driving", N_("Driving")), ("restraining", N_("Restraining"))):
        own = rows[rows["side"] == side]
        listed = "; ".join(f"{words(str(row.text))} {words.number(row.strength, 1)}" + (
            f" ({words(CRITICAL)})" if row.critical else "") for row in own.itertuples())
        parts.append(words(N_("{side:word}, {total:1} in all: {listed}."), side=title, total=float(own["strength"].sum()),
                           listed=listed or "–"))
    return words(N_("Force field.")) + " " + " ".join(parts)


def plot_ranks(ranks, *, words, ax=None, narrow=False):
    """Heat map of ranks: items in the order of their rank sums down, experts across; dark is first.

    Who ranks against the others carries a sign; W stands under the picture.

    Parameters
    ----------
    ranks : DataFrame
        The step's table: expert_id, name, rank, place, rank_sum, dissenter, w, p_value.
    """
    items = ranks.drop_duplicates("item_id")
    ax = ax or new_axes(narrow, height=max(2.8, 0.42 * len(items) + 1.4))
    table = ranks.pivot(index="item_id", columns="expert_id", values="rank").loc[items["item_id"]]
    ax.imshow(table.to_numpy(dtype=float), cmap="Blues_r", aspect="auto", vmin=0.0, vmax=float(len(items)) * 1.35, gid="ranks")
    half = len(items) * 0.45
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            value = float(table.iloc[i, j])
            ax.annotate(words.number(value), (j, i), ha="center", va="center", fontsize=8 if narrow else 9,
                        color="white" if value < half else INK)
    against = set(ranks.loc[ranks["dissenter"].astype(bool), "expert_id"])
    names = [f"{expert} ▲" if expert in against else expert for expert in table.columns]
    ax.set(xticks=range(len(names)), xticklabels=names, yticks=range(len(items)),
           yticklabels=[short_lines(words(str(n)), 19 if narrow else 34) for n in items["name"]])
    first = ranks.iloc[0]
    text = words(N_("Experts (▲ ranks against the others). W = {w:2}, p = {p:3}; 1 is most important"), w=first["w"],
                 p=first["p_value"])
    ax.set_xlabel(textwrap.fill(text, 40 if narrow else 64), fontsize=8 if narrow else 9.5)
    ax.tick_params(length=0, colors=INK, labelsize=8 if narrow else 9)
    for spine in ax.spines.values():
        spine.set_edgecolor(GREY)
    return ax


def describe_ranks(ranks, words) -> str:
    """The ranks in words."""
    if not len(ranks):
        return ""
    items = ranks.drop_duplicates("item_id")
    listed = "; ".join(f"{words(str(row.name_))} {words.number(row.rank_sum, 1)}" for row in
                       items.rename(columns={"name": "name_"}).itertuples(index=False))
    first = ranks.iloc[0]
    text = words(N_("Rank sums of {m} experts, smallest first: {listed}. Kendall's W is {w:2} (p = {p:3})."),
                 m=int(first["m"]), listed=listed, w=float(first["w"]), p=float(first["p_value"]))
    against = sorted(set(ranks.loc[ranks["dissenter"].astype(bool), "expert_id"]))
    return text + (" " + words(N_("Against the others: {experts}."), experts=", ".join(against)) if against else "")
