"""Where each group stands: the service matrix and the diagonal of contact types (step 5)."""

from __future__ import annotations

import textwrap

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import AMBER, BLUE, GREY, INK, new_axes
from svcnb.i18n import N_
from svcnb.methods.matrices.ratings import CUT, SCALE
from svcnb.methods.matrices.service import CONTACTS, DEGREES, KAPPA, TYPES

SOFT = "#52606D"  # legible on white, unlike the grey of lines


def plot_service_matrix(positions, *, words, ax=None, narrow=False):
    """Interaction across, labour intensity up, the four types of service named, one mark a group.

    A group near the cut is hollow; groups at the same place share one label.

    Parameters
    ----------
    positions : DataFrame
        The step's table: name, interaction, labour (1 to 5), service_candidates.
    """
    ax = ax or new_axes(narrow, height=4.4)
    low, high = SCALE
    ax.set(xlim=(low - 0.2, high + 0.2), ylim=(low - 0.2, high + 0.2), xticks=range(low, high + 1),
           yticks=range(low, high + 1), xlabel=words(N_("Interaction and adaptation, 1 to 5")),
           ylabel=words(N_("Labour intensity, 1 to 5")))
    ax.axhline(CUT, color=GREY, linestyle="--", linewidth=1, gid="cut")
    ax.axvline(CUT, color=GREY, linestyle="--", linewidth=1)
    for (right, up), (_, name) in TYPES.items():
        ax.annotate(words(name), (1 if right else 0, 1 if up else 0), xycoords="axes fraction", color=SOFT,
                    xytext=(-5 if right else 5, -6 if up else 6), textcoords="offset points", fontsize=8.5 if narrow else 10,
                    ha="right" if right else "left", va="top" if up else "bottom")
    width = 16
    for (x, y), rows in positions.groupby(["interaction", "labour"]):
        near = rows["service_candidates"].str.contains(" ").any()
        ax.scatter([x], [y], s=90, marker="o", facecolor="white" if near else BLUE, edgecolor=BLUE, linewidth=1.6, zorder=3,
                   gid="group")
        above = narrow and abs(x - CUT) > 0.3  # beside the mark two names of one row would meet on a phone
        aside = (0 if 1.6 < x < 4.4 else -5 if x < 4 else 5, 12) if above else \
            (9 if x < 4 else -9, 11 if abs(y - CUT) < 0.15 else 0)
        names = short_lines(", ".join(rows["name"].map(words)), width)
        ax.annotate(names, (x, y), textcoords="offset points", va="center", xytext=aside,
                    ha="center" if above and 1.6 < x < 4.4 else "left" if x < 4 else "right", color=INK,
                    fontsize=8.5 if narrow else 9.5)
    return ax


def describe_service_matrix(positions, words) -> str:
    """The service matrix in words."""
    parts = [words(N_("{group}: {type:word} (interaction {interaction:1}, labour {labour:1})."), group=words(row.name),
                   type=row.service_type, interaction=row.interaction, labour=row.labour)
             for row in positions.itertuples(index=False)]
    return " ".join([words(N_("Service matrix, cut at 3 of 1 to 5.")), *parts]) if parts else ""


def plot_contact(positions, *, words, ax=None, narrow=False):
    """The contact index from 0 to 1 across, the six types as steps of a stair, each group on its step.

    Left the production is most efficient, right the occasion to sell is largest.

    Parameters
    ----------
    positions : DataFrame
        The step's table: name, kappa (0 to 1), contact_number (1 to 6), fits_package.
    """
    ax = ax or new_axes(narrow, height=5.6 if narrow else 4.4)
    edges = (0.0, *KAPPA, 1.0)
    for number, (_, name, degree, *_) in enumerate(CONTACTS, start=1):
        left, right = edges[number - 1], edges[number]
        ax.fill_between([left, right], number - 0.42, number + 0.42, color=GREY, linewidth=0, gid="type",
                        alpha={"buffered_core": 0.12, "permeable_system": 0.2, "reactive_system": 0.3}[degree])
        inside = number <= 3
        label = textwrap.fill(f"{number} {words(name)}", 22) if narrow else f"{number} {words(name)}"
        ax.annotate(label, (right if inside else left, number + 0.42), xytext=(4 if inside else -4, -1),
                    textcoords="offset points", ha="left" if inside else "right", va="top", color=SOFT,
                    fontsize=8 if narrow else 8.5)
    for (number, kappa), rows in positions.groupby(["contact_number", "kappa"]):
        unfit = (~rows["fits_package"].astype(bool)).any()
        ax.scatter([kappa], [number], s=80, marker="D" if unfit else "o", color=AMBER if unfit else BLUE, zorder=3, gid="group")
        names = short_lines(", ".join(rows["name"].map(words)), 18 if narrow else 36, 1)
        ax.annotate(names, (kappa, number - 0.4), xytext=(8 if number <= 3 else -8, 0),
                    textcoords="offset points", ha="left" if number <= 3 else "right", va="bottom", color=INK,
                    fontsize=8.5 if narrow else 9.5)
    ax.xaxis.set_major_formatter(lambda value, _: words.number(value))
    ax.set(xlim=(-0.02, 1.02), ylim=(0.4, 6.6), yticks=range(1, 7), ylabel=words(N_("Type of contact, 1 to 6")),
           xlabel=axis_label(words(N_("Contact index, 0 to 1: right sells more, left produces at less cost")), narrow))
    return ax


def describe_contact(positions, words) -> str:
    """The contact types in words."""
    parts = []
    for name, kappa, contact, degree, skill, fits in zip(*(positions[c] for c in (
            "name", "kappa", "contact", "degree", "skill", "fits_package")), strict=True):
        parts.append(words(N_("{group}: {contact:word}, {degree:word}, index {kappa:2}, {skill:word}."), group=words(name),
                           contact=contact, degree=DEGREES[degree], kappa=kappa, skill=skill))
        if not fits:
            parts.append(words(N_("This contact does not go with its package.")))
    return " ".join([words(N_("Contact type of each group.")), *parts]) if parts else ""
